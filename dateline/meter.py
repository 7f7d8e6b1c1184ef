"""How far a build is, shown while it lasts, and where its time went.

On a terminal a build of more than a second shows a bar: the stage, how much of it is done, how
fast, and how long it will take. Elsewhere, as in the log of a CI, each stage that took long is one
line once it is over. All of it goes to the error stream.
"""

from __future__ import annotations

import heapq
import os
import time
from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, TextIO

from msgspec import Struct

if TYPE_CHECKING:
    from tqdm import tqdm

SOON = 1.0
"""After how many seconds of a build a terminal shows a bar."""
LONG = 3.0
"""How many seconds a stage with steps takes at least that a log tells of."""
SLOWEST = 5
"""How many files the table names."""
_WIDE = 34
_COUNTED = "{desc}: {percentage:3.0f}% |{bar}| {n_fmt}/{total_fmt} {rate_fmt}, {remaining} left"


class _Stage(Struct):
    """A part of a build; times in s."""

    name: str
    total: int
    began: float
    done: int = 0
    seconds: float = 0.0


class Meter:
    """Listens to what a build does."""

    def __init__(self, stream: TextIO, *, shown: bool) -> None:
        """Show progress in a stream, or only take the time."""
        self._stream, self._shown = stream, shown
        self._terminal = stream.isatty() and os.environ.get("TERM") != "dumb"
        self._began = time.perf_counter()
        self._stages = [_Stage("starting", 0, self._began)]
        self._files: list[tuple[float, str]] = []
        self._folders: dict[str, tuple[int, float]] = defaultdict(lambda: (0, 0.0))
        self._bar: tqdm[Any] | None = None

    def begin(self, stage: str, total: int) -> None:
        """Hear that a stage begins, so that the one before is over."""
        last = self._stages[-1]
        if last.name == stage:  # a stage in several parts
            last.total += total
            self._wipe()
        else:
            self._stages.append(_Stage(stage, total, self._end()))
        self._draw()

    def step(self, count: int) -> None:
        """Hear that so many more steps are done."""
        self._stages[-1].done += count
        if self._bar is not None:
            self._bar.update(count)
        else:
            self._draw()

    def took(self, what: str, seconds: float) -> None:
        """Hear how long one file took."""
        if len(self._files) < SLOWEST:
            heapq.heappush(self._files, (seconds, what))
        else:
            heapq.heappushpop(self._files, (seconds, what))
        folder = what.partition("/")[0] + "/" if "/" in what else what
        files, before = self._folders[folder]
        self._folders[folder] = (files + 1, before + seconds)

    def close(self) -> None:
        """End the last stage, and wipe the bar away."""
        self._end()

    def table(self) -> str:
        """Return where the time went: each stage, then what took longest to make."""
        return "\n".join(self._lines())

    def _end(self) -> float:
        """End a stage; return the time."""
        self._wipe()
        stage, now = self._stages[-1], time.perf_counter()
        stage.seconds = took = now - stage.began
        if self._shown and not self._terminal and stage.done and took >= LONG:
            said = f"{stage.name}: {took:.1f} s, {stage.done:,} done"
            print(said, file=self._stream, flush=True)
        return now

    def _wipe(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None

    def _draw(self) -> None:
        """Show a bar for the stage, if the build lasts long enough for one."""
        if not (self._shown and self._terminal) or time.perf_counter() - self._began < SOON:
            return
        stage = self._stages[-1]
        self._bar = _quiet_bar()(
            desc=stage.name,
            total=stage.total or None,
            initial=stage.done,
            unit="",
            bar_format=_COUNTED if stage.total else "{desc} …",
            file=self._stream,
            leave=False,
            dynamic_ncols=True,
        )

    def _lines(self) -> Iterator[str]:
        whole = sum(stage.seconds for stage in self._stages)
        yield f"{'where the time went':{_WIDE}}{'seconds':>10}{'share':>8}{'number':>10}"
        for stage in self._stages:
            share = stage.seconds / whole if whole else 0
            number = f"{stage.done:,}" if stage.done else ""
            line = f"{stage.name:{_WIDE}}{stage.seconds:10.3f}{share:8.0%}{number:>10}"
            yield line.rstrip()
        yield f"{'all':{_WIDE}}{whole:10.3f}"
        if self._files:
            yield f"\n{'made, in all processes together':{_WIDE}}{'seconds':>10}{'files':>18}"
        slowest = sorted(self._folders.items(), key=lambda item: (-item[1][1], item[0]))
        for folder, (files, seconds) in slowest[:SLOWEST]:
            yield f"{folder:{_WIDE}}{seconds:10.3f}{'':8}{files:10,}"
        if self._files:
            yield f"\n{'slowest files':{_WIDE}}{'seconds':>10}"
        for seconds, name in sorted(self._files, reverse=True):
            yield f"{name:{_WIDE}}{seconds:10.3f}"


def _quiet_bar() -> type[tqdm[Any]]:
    """Return a bar that needs no thread and no lock of its own: processes are forked beside it."""
    from threading import RLock

    from tqdm import tqdm

    class Bar(tqdm):  # type: ignore[type-arg]
        monitor_interval = 0

    Bar.set_lock(RLock())
    return Bar
