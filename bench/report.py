"""docs/performance.md and its chart, from what was measured."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from bench import chart, generators, measure
from bench.results import Results
from bench.rounds import Measurement

DOCS = generators.ROOT / "docs"
WORKS = {
    "cold": ("Build with nothing there yet", "s"),
    "edit": ("Build after one event was edited, in a new process", "s"),
    "live": ("From saving to the page being served, preview running", "s"),
    "memory": ("Most memory at once, of all processes of a build", "MiB"),
    "live memory": ("Memory of the preview, after these edits", "MiB"),
}
"""By work, what it is and its unit."""

METHOD = Path(__file__).with_name("method.md")
"""How it is measured, in words; `{quiet}` stands for what others may use of a processor."""


def write(results: Results, folder: Path = DOCS) -> None:
    """Write the page and its chart into a folder."""
    (folder / "performance.md").write_text(page(results), "utf-8")
    if any(one.work == "cold" for one in results.measurements):
        (folder / "performance.svg").write_text(growth(results), "utf-8")


def page(results: Results) -> str:
    """Return the page, in Markdown."""
    return "\n".join(_page(results))


def growth(results: Results) -> str:
    """Return the chart of how the time of a cold build grows with the number of events."""
    series = {}
    for name in _names(results):
        found = (results.one("cold", name, size) for size in results.sizes)
        points = [(float(one.events), one.median) for one in found if one]
        if len(points) > 1 or len(results.sizes) == 1:  # one point shows no growth
            series[generators.TITLES[name]] = points
    return chart.lines(
        "How the time of a build grows with the number of events", "events", "seconds", series
    )


def _page(results: Results) -> Iterator[str]:
    machine = results.machine
    yield "# Performance\n"
    yield "<!-- Written by `python -m bench` from bench/results.json: edits here are lost. -->\n"
    yield "How fast Dateline builds, beside other generators on the same synthetic timeline.\n"
    yield (
        f"Measured on {results.date}: {machine['processor']}, {machine['cores']} cores, "
        f"{machine['memory']}, {machine['system']}, Linux {machine['kernel']}, "
        f"Python {machine['python']}.\n"
    )
    versions = (f"{generators.TITLES[name]} {results.versions[name]}" for name in _names(results))
    yield f"Versions: {', '.join(versions)}.\n"
    for name, why in results.missing.items():
        yield f"{generators.TITLES[name]} is missing: {why}\n"
    yield "![How the time of a build with nothing there grows](performance.svg)\n"
    if "hugo" in _names(results):
        yield "## As a multiple of Hugo\n"
        yield "Less is faster, or smaller.\n"
        yield from _tables(results, lambda one: _ratio(results, one))
        yield "## In seconds and MiB\n"
    yield from _tables(results, _value)
    yield from _outputs(results)
    yield from _disturbed(results)
    yield METHOD.read_text("utf-8").replace("{quiet}", f"{measure.QUIET:.0%}")


def _tables(results: Results, cell: Callable[[Measurement], str]) -> Iterator[str]:
    """Yield a table with a column for each size and a row for each work and generator."""
    sizes = results.sizes
    yield f"| | {' | '.join(f'{size:,}' for size in sizes)} |"
    yield f"| --- |{' ---: |' * len(sizes)}"
    for work, (about, unit) in WORKS.items():
        rows = list(_rows(results, work, sizes, cell))
        if rows:
            yield f"| **{about}**, {unit} |{' |' * len(sizes)}"
            yield from rows
    yield ""


def _rows(
    results: Results, work: str, sizes: Sequence[int], cell: Callable[[Measurement], str]
) -> Iterator[str]:
    for name in _names(results):
        found = [results.one(work, name, size) for size in sizes]
        if any(found):
            cells = (cell(one) if one else "" for one in found)
            yield f"| {generators.TITLES[name]} | {' | '.join(cells)} |"


def _names(results: Results) -> list[str]:
    """Return the generators that were measured, Dateline first."""
    there = {one.generator for one in results.measurements}
    return [name for name in ("dateline", *generators.NAMES[:-1]) if name in there]


def _ratio(results: Results, one: Measurement) -> str:
    hugo = results.one(one.work, "hugo", one.events)
    return f"{one.median / hugo.median:.2f}" if hugo else ""


def _value(one: Measurement) -> str:
    if "memory" in one.work:
        return f"{one.median:,.0f}"
    spread = f"{_short(min(one.values))}–{_short(max(one.values))}"
    return f"{_short(one.median)} ({spread})"


def _short(seconds: float) -> str:
    return f"{seconds:.2f}" if seconds < 10 else f"{seconds:.1f}"


def _outputs(results: Results) -> Iterator[str]:
    """Yield what each generator wrote."""
    largest = max((one.events for one in results.measurements if one.files), default=0)
    found = (results.one("cold", name, largest) for name in _names(results))
    said = [
        f"{generators.TITLES[one.generator]} {one.files:,} ({one.size / 1e6:.1f} MB)"
        for one in found
        if one
    ]
    if said:
        yield f"Files written for {largest:,} events: {', '.join(said)}.\n"


def _disturbed(results: Results) -> Iterator[str]:
    """Yield which values are doubtful."""
    said = [
        f"{generators.TITLES[one.generator]}, {one.work}, {one.events:,} events "
        f"({one.disturbed} of {len(one.values)})"
        for one in results.measurements
        if one.disturbed
    ]
    if said:
        yield f"Others used the machine during these runs: {'; '.join(said)}.\n"
