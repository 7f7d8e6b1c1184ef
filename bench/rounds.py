"""The work that is measured: cold builds, builds after an edit, previews, memory.

The generators take turns (A B C, A B C), so that a slow minute of the machine harms all alike.
"""

from __future__ import annotations

import contextlib
import http.client
import itertools
import os
import shutil
import socket
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from subprocess import Popen

from bench import corpus, measure, outputs, sites
from bench.generators import Generator
from bench.measure import Failed, Patience, Run
from bench.sites import BenchSite

WORKS = ("cold", "edit", "live", "memory")
POLL = 0.01
"""How long, in seconds, between two looks at a page of a preview."""
LIMIT = 300.0
"""For how many seconds a preview may take to start, or to show an edit."""


@dataclass(frozen=True)
class Measurement:
    """What one generator needed for one work on a timeline of one size."""

    work: str
    """`cold`, `edit` and `live` in seconds; `memory` and `live memory` in MiB."""
    generator: str
    events: int
    values: tuple[float, ...]
    processor: tuple[float, ...] = ()
    """The processor time of each, in seconds, where it is known."""
    disturbed: int = 0
    """How many of the values were taken while others used the machine."""
    files: int = 0
    """How many files the output has, where it was looked at, and how many bytes."""
    size: int = 0

    @property
    def median(self) -> float:
        """The value in the middle."""
        return statistics.median(self.values)


@dataclass(frozen=True)
class Plan:
    """What to measure."""

    sizes: tuple[int, ...]
    works: tuple[str, ...] = WORKS
    runs: int = 0
    """How often; 0 leaves it to the size."""
    patience: float = 240.0
    """How long, in seconds, a busy machine may hold up all of it."""

    def times(self, events: int) -> int:
        """Return how often a work is measured with so many events."""
        return self.runs or (5 if events <= 1000 else 3 if events <= 10000 else 1)


def run(
    plan: Plan, found: Sequence[Generator], say: Callable[[str], None]
) -> Iterator[Measurement]:
    """Yield each measurement. A generator that fails, or whose pages lack, is told of and left out.

    The sites are written to memory where the machine offers that: on a disk, files that are
    written soon after many were removed can take twenty times as long.
    """
    with tempfile.TemporaryDirectory(prefix="dateline-bench-", dir=_memory_disk()) as folder:
        patience = measure.Patience(plan.patience)
        for events in plan.sizes:
            rounds = _Rounds(plan, events, found, Path(folder) / str(events), patience, say)
            yield from rounds.all()
            shutil.rmtree(rounds.folder)


def _memory_disk() -> str | None:
    disk = Path("/dev/shm")  # noqa: S108 - a folder of its own is made in it
    return str(disk) if disk.is_dir() and os.access(disk, os.W_OK) else None


class _Rounds:
    """The measurements of one size."""

    def __init__(
        self,
        plan: Plan,
        events: int,
        found: Sequence[Generator],
        folder: Path,
        patience: Patience,
        say: Callable[[str], None],
    ) -> None:
        self.plan, self.folder, self.patience, self.say = plan, folder, patience, say
        self.mark, self.marks = "", itertools.count(1)
        self.events, self.times = corpus.events(events), plan.times(events)
        self.sites = {one.name: sites.write(one, self.events, folder / one.name) for one in found}

    def all(self) -> Iterator[Measurement]:
        if "cold" in self.plan.works or "edit" in self.plan.works:
            cold = list(self.cold())
            yield from cold if "cold" in self.plan.works else ()
        if "edit" in self.plan.works:
            yield from self.edit()
        if "memory" in self.plan.works:
            yield from self.memory()
        if "live" in self.plan.works:
            yield from self.live()

    def cold(self) -> Iterator[Measurement]:
        """A build with nothing there but the sources, after one that is not counted."""
        runs: dict[str, list[Run]] = {name: [] for name in self.sites}
        # With many events one build more or less warm matters little, and takes long.
        warm = 1 if len(self.events) <= 1000 else 0
        times = self.times if "cold" in self.plan.works else 1
        for turn in range(times + warm):
            for site in self._taking_turns():
                runs[site.generator.name].append(self._build(site, sites.clean))
                if turn == 0:
                    self._check(site)
        for name, site in self.sites.items():
            yield self._measured("cold", site, runs[name][warm:])

    def edit(self) -> Iterator[Measurement]:
        """A build in a new process after one event was edited, with all that earlier ones left."""
        runs: dict[str, list[Run]] = {name: [] for name in self.sites}
        for site in self._taking_turns():
            if site.generator.again:  # what it keeps for later costs time, so it is asked to here
                self._build(site, sites.clean, again=True)
        for _ in range(self.times):
            for site in self._taking_turns():
                runs[site.generator.name].append(self._build(site, self._retake, again=True))
                page = site.output / site.page / "index.html"
                if not (page.is_file() and self.mark in page.read_text("utf-8")):
                    self._leave_out(site, f"the edit is not in {site.page}")
        for name, site in list(self.sites.items()):
            self._check(site)
            if name in self.sites:
                yield self._measured("edit", site, runs[name])

    def memory(self) -> Iterator[Measurement]:
        """The most memory that a cold build has at once."""
        peaks: dict[str, list[float]] = {name: [] for name in self.sites}
        # It differs little from run to run.
        for _ in range(min(3, self.times) if len(self.events) <= 1000 else 1):
            for site in self._taking_turns():
                sites.clean(site)
                command = site.generator.build
                environment = site.generator.environment
                with self._leaving_out(site):
                    most = measure.peak(command, site.folder, environment)
                    peaks[site.generator.name].append(most)
        for name in self.sites:
            yield Measurement("memory", name, len(self.events), _rounded(peaks[name], 1))

    def live(self) -> Iterator[Measurement]:
        """The time from saving an event to its page being served; all previews run at once."""
        runs: dict[str, list[Run]] = {name: [] for name in self.sites}
        previews: dict[str, _Preview] = {}
        try:
            for site in self._taking_turns():
                sites.clean(site)
                sites.edit(site, "Take.")
                previews[site.generator.name] = preview = _Preview(site)
                with self._leaving_out(site):
                    preview.await_page("Take.")
                    measure.wait_for_idle(preview.process.pid, 30)
            for _ in range(self.times):
                for site in self._taking_turns():
                    save = partial(self._save, previews[site.generator.name])
                    with self._leaving_out(site):
                        runs[site.generator.name].append(self.patience.best(save))
            for name, site in self.sites.items():
                yield self._measured("live", site, runs[name])
                held = measure.memory(previews[name].process.pid)
                yield Measurement("live memory", name, len(self.events), _rounded([held], 1))
        finally:
            for preview in previews.values():
                preview.end()

    def _save(self, preview: _Preview) -> Run:
        measure.wait_for_idle(preview.process.pid, 10)
        self.patience.wait()
        return preview.save(self._next_mark())

    def _retake(self, site: BenchSite) -> None:
        time.sleep(1.1)  # some tell an edit by the time of the file, in whole seconds
        sites.edit(site, self._next_mark())

    def _next_mark(self) -> str:
        """Return words that no page has yet."""
        self.mark = f"Retake {next(self.marks)}."
        return self.mark

    def _taking_turns(self) -> list[BenchSite]:
        return list(self.sites.values())

    def _build(
        self, site: BenchSite, prepare: Callable[[BenchSite], None], *, again: bool = False
    ) -> Run:
        generator = site.generator
        command = generator.rebuild if again else generator.build
        environment: Mapping[str, str] = generator.environment
        if again:
            environment = {**environment, **generator.again}

        def once() -> Run:
            prepare(site)
            self.patience.wait()
            return measure.timed(command, site.folder, environment)

        try:
            return self.patience.best(once)
        except Failed as error:
            self._leave_out(site, str(error))
            return Run(0, 0, 0)  # of one that is left out, nothing is told

    def _check(self, site: BenchSite) -> None:
        if site.generator.name in self.sites and (
            wrong := outputs.faults(site.output, self.events)
        ):
            self._leave_out(site, "; ".join(wrong[:3]))

    @contextlib.contextmanager
    def _leaving_out(self, site: BenchSite) -> Iterator[None]:
        try:
            yield
        except Failed as error:
            self._leave_out(site, str(error))

    def _leave_out(self, site: BenchSite, why: str) -> None:
        self.sites.pop(site.generator.name, None)
        self.say(f"{site.generator.title} is left out at {len(self.events):,} events: {why}")

    def _measured(self, work: str, site: BenchSite, runs: Sequence[Run]) -> Measurement:
        files, size = outputs.size(site.output) if work == "cold" else (0, 0)
        return Measurement(
            work,
            site.generator.name,
            len(self.events),
            _rounded([one.seconds for one in runs], 4),
            _rounded([one.processor for one in runs], 3),
            sum(one.disturbed for one in runs),
            files,
            size,
        )


class _Preview:
    """The preview of a site, while it runs."""

    def __init__(self, site: BenchSite) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.site = site
        command = [part.format(port=self.port) for part in site.generator.serve]
        self.process: Popen[bytes] = measure.start(command, site.folder, site.generator.environment)

    def save(self, mark: str) -> Run:
        """Edit the event; return how long it took until the page said so. Raises Failed."""
        session = self.process.pid
        others, own = measure.busy_beside(session), measure.processor(session)
        began = time.monotonic()
        sites.edit(self.site, mark)
        self.await_page(mark)
        seconds = time.monotonic() - began
        used = measure.processor(session) - own
        return Run(seconds, used, max(0.0, measure.busy_beside(session) - others))

    def await_page(self, words: str) -> None:
        """Ask for the page again and again until it has these words. Raises Failed."""
        end = time.monotonic() + LIMIT
        while words not in self._page():
            if self.process.poll() is not None:
                raise Failed(f"its preview ended with {self.process.returncode}")
            if time.monotonic() > end:
                raise Failed(f"its preview does not show '{words}'")
            time.sleep(POLL)

    def _page(self) -> str:
        server = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            server.request("GET", f"/{self.site.page}")
            return server.getresponse().read().decode("utf-8", "replace")
        except (OSError, http.client.HTTPException):
            return ""
        finally:
            server.close()

    def end(self) -> None:
        measure.stop(self.process)


def _rounded(values: Sequence[float], digits: int) -> tuple[float, ...]:
    return tuple(round(value, digits) for value in values)
