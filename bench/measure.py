"""Time, processor time and memory of whole processes with all that they start, on Linux.

A machine is seldom alone: a run waits for it to be quiet, and is repeated if others used it.
"""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

TICK = os.sysconf("SC_CLK_TCK")
QUIET = 0.15
"""Up to how much of one processor the others may use while we wait, and during a run."""
LOOK = 0.5
"""For how long, in seconds, we look whether the machine is quiet."""
SAMPLING = 0.005
"""How long, in seconds, between two looks at the memory."""


@dataclass(frozen=True)
class Run:
    """One run: all in seconds."""

    seconds: float
    """By the clock on the wall."""
    processor: float
    """Of all processors, in the program and for it."""
    others: float
    """What all other processes used meanwhile, of all processors."""

    @property
    def disturbed(self) -> bool:
        """Whether others used so much that the run says little."""
        return self.others > QUIET * self.seconds + 0.05


@dataclass
class Patience:
    """What a busy machine may cost: waiting for quiet, and repeating what was disturbed."""

    left: float
    """In seconds, for all runs together."""

    def wait(self) -> None:
        """Wait until the machine does almost nothing; only so long that more runs can wait too."""
        began = time.monotonic()
        # The least wait, in which the machine is looked at once, is always granted.
        _wait_for_quiet(min(30.0, self.left / 4))
        self.left -= time.monotonic() - began - LOOK

    def best(self, run: Callable[[], Run]) -> Run:
        """Return the least disturbed run of as many as there is patience for, three at most."""
        runs: list[Run] = []
        while not runs or (runs[-1].disturbed and len(runs) < 3 and self.left > runs[-1].seconds):
            if runs:
                self.left -= runs[-1].seconds
            runs.append(run())
        return min(runs, key=lambda run: run.others / run.seconds)


class Failed(Exception):
    """A generator that did not do its work, with what it said."""


def timed(
    command: Sequence[str], folder: Path, environment: Mapping[str, str], limit: float = 1800
) -> Run:
    """Run a command once, to its end.

    Raises Failed if it ends with an error, or has not ended after `limit` seconds.
    """
    busy, began = _busy(), time.monotonic()
    with start(command, folder, environment) as process:
        watch = threading.Timer(limit, stop, (process,))
        watch.start()
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.monotonic() - began
        watch.cancel()
        process.returncode = os.waitstatus_to_exitcode(status)
    _refuse(process, folder)
    processor = used.ru_utime + used.ru_stime
    return Run(seconds, processor, max(0.0, _busy() - busy - processor))


def peak(
    command: Sequence[str], folder: Path, environment: Mapping[str, str], limit: float = 1800
) -> float:
    """Run a command; return the most memory that it and all it started had at once, in MiB.

    That is the sum of their proportional set sizes (memory that two processes share counts once),
    looked at every few milliseconds. Looking costs time, so such a run is not timed.
    """
    most, end = 0.0, time.monotonic() + limit
    with start(command, folder, environment) as process:
        while process.poll() is None:
            most = max(most, memory(process.pid))
            if time.monotonic() > end:
                stop(process)
            time.sleep(SAMPLING)
    _refuse(process, folder)
    return most


def _refuse(process: subprocess.Popen[bytes], folder: Path) -> None:
    if process.returncode:
        said = (folder / LOG).read_text("utf-8", "replace").strip()[-600:]
        raise Failed(f"it ended with {process.returncode}: {said}")


LOG = "bench.log"
"""The file of a site's folder that holds what the generator said."""


def start(
    command: Sequence[str], folder: Path, environment: Mapping[str, str]
) -> subprocess.Popen[bytes]:
    """Start a command in a session of its own."""
    with (folder / LOG).open("wb") as log:
        return subprocess.Popen(
            command,
            cwd=folder,
            env={**_inherited(), **environment},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def _inherited() -> dict[str, str]:
    """Return the environment, but for what keeps Python from keeping what it has compiled."""
    return {name: it for name, it in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a command and all that it started."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        for pid in _members(process.pid):
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                continue
        end = time.monotonic() + 2
        while time.monotonic() < end and process.poll() is None:
            time.sleep(0.05)


def memory(session: int) -> float:
    """Return the memory of all processes of a session, in MiB, as `peak` counts it."""
    found = 0
    for pid in _members(session):
        for line in _lines(f"/proc/{pid}/smaps_rollup"):
            if line.startswith("Pss:"):
                found += int(line.split()[1])
    return found / 1024


def processor(session: int) -> float:
    """Return the processor time that the processes of a session have used, in seconds."""
    found = 0
    for pid in _members(session):
        for line in _lines(f"/proc/{pid}/stat"):
            found += sum(map(int, line.rpartition(")")[2].split()[11:15]))  # proc(5): utime …
    return found / TICK


def _members(session: int) -> Iterator[int]:
    for path in Path("/proc").glob("[1-9]*"):
        try:
            if os.getsid(int(path.name)) == session:
                yield int(path.name)
        except ProcessLookupError:
            continue


def _lines(path: str) -> list[str]:
    """Return the lines of a file of a process; none if it has ended."""
    try:
        return Path(path).read_text("utf-8", "replace").splitlines()
    except OSError:
        return []


def _wait_for_quiet(limit: float) -> None:
    """Wait until the machine does almost nothing, for `limit` seconds at most."""
    end = time.monotonic() + limit
    while True:
        busy = _busy()
        time.sleep(LOOK)
        if _busy() - busy < QUIET * LOOK or time.monotonic() > end:
            return


def wait_for_idle(session: int, limit: float) -> None:
    """Wait until the processes of a session do almost nothing, for `limit` seconds at most."""
    end = time.monotonic() + limit
    used, now = -1.0, processor(session)
    while time.monotonic() < end and now - used > 0.03:
        time.sleep(0.6)
        used, now = now, processor(session)


def busy_beside(session: int) -> float:
    """Return the processor time that all but a session and ourselves have used, in seconds."""
    return _busy() - processor(session) - time.process_time()


def _busy() -> float:
    """Return the processor time that the machine has used, in seconds (proc(5): stat)."""
    with Path("/proc/stat").open() as stat:
        user, nice, system, _, _, irq, soft, steal = map(int, stat.readline().split()[1:9])
    return (user + nice + system + irq + soft + steal) / TICK
