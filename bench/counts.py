"""How much work the hot paths do, counted and not timed: what a slow hour cannot falsify.

    python -m bench.counts             compare with bench/counts.json
    python -m bench.counts --accept    write bench/counts.json anew

Two things are counted, over the same 200 events each time. Calls, of functions of Python and of C:
the same on every machine with the same minor version of Python. Instructions of the processor, by
Valgrind where it is installed: these see work within C too, but depend on how Python was compiled,
so they are compared only where they were taken by the same one.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import runpy
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from bench import corpus, generators

FILE = Path(__file__).with_name("counts.json")
EVENTS = 200
TOLERANCE = 0.10
"""By how much a count may grow."""
STAGES = {
    "read": "reading and checking",
    "place": "placing pages, with their keys",
    "make": "views and rendering",
    "again": "building again, nothing changed",
}
Counts = dict[str, int]
_Result = TypeVar("_Result")


def main() -> int:
    """Run the command of the arguments; return 1 if a hot path does more work than it did."""
    parser = argparse.ArgumentParser(prog="python -m bench.counts", description=main.__doc__)
    parser.add_argument("--accept", action="store_true", help="write bench/counts.json anew")
    parser.add_argument("--calls", action="store_true", help="count calls only: a few seconds")
    # For itself, in processes of their own.
    parser.add_argument("--stages", choices=["first", "again"], help=argparse.SUPPRESS)
    parser.add_argument("--what", choices=["calls", "instructions"], help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.stages:
        _run_stages(options.stages, options.what)
        return 0
    found = take(instructions=not options.calls)
    if options.accept:
        kept = {**(read() if options.calls else {}), **found}
        FILE.write_text(json.dumps(kept, indent=1) + "\n", "utf-8")
        print(f"wrote bench/{FILE.name}")
        return 0
    lines, worse = compare(read(), found)
    print("\n".join(lines))
    return 1 if worse else 0


def read() -> dict[str, Any]:
    """Return the counts that were accepted; none if there are none."""
    return json.loads(FILE.read_text("utf-8")) if FILE.is_file() else {}


def take(*, instructions: bool) -> dict[str, Any]:
    """Return the counts of this checkout, by what is counted, each with what it depends on."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for site, events in (("site", EVENTS), ("other", 20)):
            shutil.copytree(generators.SITES / "dateline", folder / site)
            corpus.dateline(corpus.events(events), folder / site / "content")
        found: dict[str, Any] = {"calls": {"python": _minor(), "counts": _calls(folder)}}
        if instructions and shutil.which("valgrind"):
            found["instructions"] = {"python": sys.version, "counts": _instructions(folder)}
    return found


def compare(kept: Mapping[str, Any], found: Mapping[str, Any]) -> tuple[list[str], bool]:
    """Return a table of what was counted beside what was accepted, and whether a count grew."""
    lines, worse = [], False
    for what, now in found.items():
        before = kept.get(what)
        if not before or before["python"] != now["python"]:
            lines.append(f"{what}: nothing to compare with for this Python")
            continue
        for stage, about in STAGES.items():
            old, new = before["counts"][stage], now["counts"][stage]
            change = new / old - 1
            verdict = "  MORE" if change > TOLERANCE else "  less" if change < -TOLERANCE else ""
            lines.append(f"{what:12} {about:31} {old:>14,} {new:>14,} {change:+7.1%}{verdict}")
            worse = worse or change > TOLERANCE
    if any(line.endswith(("MORE", "less")) for line in lines):
        lines.append(
            "If the change is meant, accept it with 'make counts ARGS=--accept' and say why in "
            "the commit; less is worth keeping too."
        )
    return lines, worse


def _minor() -> str:
    return f"{platform.python_implementation()} {'.'.join(platform.python_version_tuple()[:2])}"


def _calls(folder: Path) -> Counts:
    """Return the number of calls of each stage."""
    return _differences(_stages(folder, "calls", sys.executable))


def _instructions(folder: Path) -> Counts:
    """Return the number of instructions of each stage."""
    options = ("--tool=cachegrind", "--cache-sim=no", f"--log-file={folder}/valgrind.%p")
    out = f"--cachegrind-out-file={folder}/cachegrind.%p"
    pids = _stages(folder, "instructions", "valgrind", *options, out, sys.executable)
    totals: Counts = {}
    for stage, pid in pids.items():
        text = (folder / f"cachegrind.{pid}").read_text("utf-8")
        totals[stage] = int(re.findall(r"^summary: (\d+)", text, re.MULTILINE)[0])
    return _differences(totals)


def _differences(totals: Mapping[str, int]) -> Counts:
    """Return what each stage added, of the totals at its beginning and its end."""
    return {stage: totals[stage] - totals[f"before {stage}"] for stage in STAGES}


def _stages(folder: Path, what: str, *python: str) -> Counts:
    """Return the totals around each stage, of a first build and of one after it.

    Each of the two in a process of its own, so that the second has only what is on the disk.
    """
    site, found = folder / "site", Counts()
    for name in ("site", ".dateline"):
        shutil.rmtree(site / name, ignore_errors=True)
    environment = {
        **os.environ,
        "PYTHONHASHSEED": "0",
        "PYTHONPATH": os.pathsep.join((str(generators.ROOT), os.environ.get("PYTHONPATH", ""))),
    }
    for stages in ("first", "again"):
        command = (*python, "-m", "bench.counts", "--stages", stages, "--what", what)
        done = subprocess.run(
            command, cwd=site, env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise SystemExit(f"the stages cannot be counted: {done.stderr[-2000:]}")
        found |= json.loads(done.stdout.splitlines()[-1])
    return found


class _Tally:
    """Notes the total around each stage."""

    def __init__(self, what: str) -> None:
        self.total = _Calls().total if what == "calls" else _fork
        self.totals = Counts()

    def of(self, stage: str, work: Callable[[], _Result]) -> _Result:
        """Do the work of a stage; return what it returns."""
        self.totals[f"before {stage}"] = self.total()
        result = work()
        self.totals[stage] = self.total()
        return result


def _run_stages(stages: str, what: str) -> None:
    """Run the stages in this process, in the folder of the site; print the totals as JSON."""
    from dateline import cli
    from dateline.problems import Faults
    from dateline.project import Project

    if sys.platform == "linux":
        # On one core all work is done in this process, where it is counted.
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    recipe, tally = runpy.run_path("build.py"), _Tally(what)
    # What is imported and compiled once is not counted; another site, for there may be caches.
    other = Path.cwd().with_name("other")
    cli.main(recipe["build"], ["build", "--quiet"], root=other)

    root = Path.cwd()
    if stages == "again":
        tally.of("again", lambda: cli.main(recipe["build"], ["build", "--quiet"], root=root))
    else:
        project = Project(root, root / "site")
        with Faults() as faults:
            timeline = tally.of("read", lambda: recipe["read"](project, faults))
        site = tally.of("place", lambda: recipe["place"](project, timeline, faults))
        tally.of("make", lambda: [artifact.make() for artifact in site.files.values()])
        cli.main(recipe["build"], ["build", "--quiet"], root=root)
    sys.setprofile(None)
    print(json.dumps(tally.totals))


class _Calls:
    """Counts the calls of functions, Python's and C's, in this thread."""

    def __init__(self) -> None:
        self.calls = 0

    def total(self) -> int:
        """Return the calls so far; the first time, begin."""
        sys.setprofile(self._note)
        return self.calls

    def _note(self, _frame: object, event: str, _value: object) -> None:
        self.calls += event in ("call", "c_call")


def _fork() -> int:
    """Return the number of a process that ends at once: Valgrind notes its count until there."""
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        os._exit(0)
    os.waitpid(child, 0)
    return child


if __name__ == "__main__":
    raise SystemExit(main())
