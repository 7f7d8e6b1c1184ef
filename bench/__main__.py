"""Measures Dateline beside other generators, and writes docs/performance.md."""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from functools import partial

from bench import generators, machine, report, rounds
from bench.results import Results


def main() -> int:
    """Run the command of the arguments; return the exit status."""
    options = _parser().parse_args()
    if options.report:
        report.write(Results.read())
        return 0
    began = time.monotonic()
    found, missing = _ready(options.peers)
    plan = rounds.Plan(options.sizes, options.works, options.runs, options.patience)
    day = datetime.now(UTC).date().isoformat()
    results = Results(
        date=day,
        machine=machine.describe(),
        versions={one.name: one.version for one in found},
        missing=missing,
    )
    if options.add:
        results = Results.read().updated(results)
    for one in rounds.run(plan, found, _note):
        print(_line(one), flush=True)
        results = results.with_measurement(one)
    results.write()
    report.write(results)
    minutes = (time.monotonic() - began) / 60
    print(f"wrote bench/results.json and docs/performance.md in {minutes:.1f} minutes")
    return 0


def _ready(names: Iterable[str]) -> tuple[list[generators.Generator], dict[str, str]]:
    """Return the generators that are there, and why the others are not."""
    found, missing = [], {}
    for name in names:
        try:
            found.append(generators.ready(name))
        except generators.Missing as why:
            missing[name] = str(why)
            _note(f"{generators.TITLES[name]} cannot be installed and is left out: {why}")
    return found, missing


def _note(line: str) -> None:
    print(line, flush=True)


def _line(one: rounds.Measurement) -> str:
    unit = "MiB" if "memory" in one.work else "s"
    spread = f"{min(one.values):.2f}-{max(one.values):.2f}"
    note = f", {one.disturbed} of {len(one.values)} disturbed" if one.disturbed else ""
    where = f"{one.events:>7,} {one.work:11} {one.generator:9}"
    return f"{where} {one.median:8.2f} {unit} ({spread}{note})"


def _sizes(text: str) -> tuple[int, ...]:
    return tuple(map(int, text.split(",")))


def _names(known: tuple[str, ...], text: str) -> tuple[str, ...]:
    names = tuple(text.split(","))
    for name in names:
        if name not in known:
            raise argparse.ArgumentTypeError(f"'{name}' is none of {', '.join(known)}")
    return names


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument(
        "--sizes",
        type=_sizes,
        default=(100, 1000, 10000),
        metavar="N,N",
        help="numbers of events (default: 100,1000,10000)",
    )
    names = ",".join(generators.NAMES)
    parser.add_argument(
        "--peers",
        type=partial(_names, generators.NAMES),
        default=generators.NAMES,
        metavar="NAME,NAME",
        help=f"generators (default: {names})",
    )
    works = ",".join(rounds.WORKS)
    parser.add_argument(
        "--works",
        type=partial(_names, rounds.WORKS),
        default=rounds.WORKS,
        metavar="WORK,WORK",
        help=f"what to measure (default: {works})",
    )
    parser.add_argument(
        "--runs", type=int, default=0, help="how often (default: 5; from 10,000 events on fewer)"
    )
    parser.add_argument(
        "--patience",
        type=float,
        default=240,
        metavar="SECONDS",
        help="how long to wait, in all, for a machine that is busy (default: 240)",
    )
    parser.add_argument(
        "--add", action="store_true", help="keep what else bench/results.json holds"
    )
    parser.add_argument(
        "--report", action="store_true", help="measure nothing, write docs/performance.md again"
    )
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
