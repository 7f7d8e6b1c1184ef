#!/usr/bin/env python3
"""Builds a project twice, in conditions as different as can be, and compares the two sites.

It is this project, or the one of a folder that is given.

The second build is of a copy on another path, whose files were written in another order and at
another time; in another time zone, locale and umask, with another order of Python's sets, on one
core, and with a clock that runs in another year. All bytes and modes must be equal.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
PARTS = ("build.py", "content", "templates", "permalinks.lock", "dateline")
ONE = {"TZ": "UTC", "LC_ALL": "C.UTF-8", "LANG": "C.UTF-8", "PYTHONHASHSEED": "1", "UMASK": "022"}
OTHER = {
    "TZ": "Pacific/Kiritimati",
    "LC_ALL": "ar_EG.UTF-8",
    "LANG": "tr_TR.UTF-8",
    "LANGUAGE": "ar",
    "PYTHONHASHSEED": "4242",
    "UMASK": "077",
    "CLOCK": "700000000",
}
"""The settings of the two builds; CLOCK is by how many seconds the clock is set forward."""

# A fake clock as a module that Python imports first: no program of the system is needed for it.
CLOCK = """
import os, sys, time, datetime
ahead = int(os.environ.get("CLOCK", "0"))
real, real_ns = time.time, time.time_ns
time.time = lambda: real() + ahead
time.time_ns = lambda: real_ns() + ahead * 10**9
for name in ("gmtime", "localtime"):
    def later(seconds=None, call=getattr(time, name)):
        return call(time.time() if seconds is None else seconds)
    setattr(time, name, later)

class Later(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return cls.fromtimestamp(time.time(), tz)
    @classmethod
    def utcnow(cls):
        return cls.fromtimestamp(time.time(), datetime.timezone.utc).replace(tzinfo=None)

class LaterDay(datetime.date):
    @classmethod
    def today(cls):
        return cls.fromtimestamp(time.time())

datetime.datetime, datetime.date = Later, LaterDay
"""


def main() -> int:
    """Build twice, compare, and say what differs; return the exit status."""
    root = Path(sys.argv[1]).resolve() if len(sys.argv) > 1 else ROOT
    with tempfile.TemporaryDirectory() as scratch:
        one = copied(root, Path(scratch, "one"), backwards=False)
        other = copied(root, Path(scratch, "some other path", "Zwei"), backwards=True)
        build(one, ONE)
        build(other, OTHER)
        build(other, OTHER)  # on what is there already
        sites = [tree(folder / "site") for folder in (one, other)]
        paths = sorted(sites[0].keys() | sites[1].keys())
        different = [path for path in paths if sites[0].get(path) != sites[1].get(path)]
    for path in different:
        print(f"differs: {path}", file=sys.stderr)
    if not different:
        print(f"reproducible: {len(paths)} files and folders are equal, bytes and modes")
    return 1 if different else 0


def copied(root: Path, to: Path, *, backwards: bool) -> Path:
    """Copy what a build reads; backwards from the last file, with other times."""
    found = [path for part in PARTS for path in (root / part, *(root / part).rglob("*"))]
    files = sorted(path for path in found if path.is_file() and path.suffix != ".pyc")
    for number, path in enumerate(reversed(files) if backwards else files):
        copy = to / path.relative_to(root)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
        if backwards:
            os.utime(copy, (number, 10**9 - number))
    (to / "clock").mkdir()
    (to / "clock" / "sitecustomize.py").write_text(CLOCK)
    return to


def build(project: Path, settings: dict[str, str]) -> None:
    """Build a project in a process of its own; stop here if that fails."""
    cores = ["taskset", "1"] if "CLOCK" in settings and shutil.which("taskset") else []
    path = os.pathsep.join(map(str, (project, project / "clock", ROOT)))
    subprocess.run(
        [*cores, sys.executable, project / "build.py", "--quiet"],
        check=True,
        cwd=project.parent if "CLOCK" in settings else project,
        env=os.environ | settings | {"PYTHONPATH": path},
        umask=int(settings["UMASK"], 8),
        stderr=subprocess.DEVNULL,  # warnings of the content
    )


def tree(folder: Path) -> dict[str, tuple[int, bytes]]:
    """Return the mode and the bytes of every file, and the mode of every folder, by path."""
    return {
        path.relative_to(folder).as_posix(): (
            path.stat().st_mode,
            path.read_bytes() if path.is_file() else b"",
        )
        for path in (folder, *folder.rglob("*"))
    }


if __name__ == "__main__":
    raise SystemExit(main())
