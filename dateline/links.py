"""Check the addresses of all sources: many hosts at once, and what was found out is remembered."""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from msgspec import Struct

from dateline import linkoptions, linkplaces, linkreport, schema, source, visits
from dateline.linkbook import Book, put
from dateline.linkplaces import Entry
from dateline.linkreport import Finding
from dateline.problems import Faults, Misuse, Problem, Spot
from dateline.project import Project
from dateline.verdicts import NOT_CHECKED, Verdict

Say = Callable[[str], None]
"""Takes a line for the person who watches."""
LONELY = 5
"""So many hosts that are all silent say more of our own net than of theirs."""


class Done(Struct, frozen=True):
    """What a run came to: problems to print, lines to say, and whether something is left to do."""

    problems: tuple[Problem, ...] = ()
    lines: tuple[str, ...] = ()
    left: bool = False


class Plan(Struct, frozen=True):
    """How a run is made."""

    manners: visits.Manners
    limit: float
    """Seconds for the whole run."""
    max_age: timedelta
    report: Path
    copies: bool = False
    """Whether the addresses of archived copies are checked too."""


def plan(project: Project, options: argparse.Namespace) -> Plan:
    """Return the plan that the options of the command ask for. Raises Misuse if they make none."""
    if options.table and options.only:
        raise Misuse("--import takes all sources into account, so --only does not go with it")
    if options.entries and not options.table:
        raise Misuse("--output is where --import writes, and does not go without it")
    timeout, pause = (300.0, 10.0) if options.archive else (60.0, 1.0)
    manners = visits.Manners(
        timeout=options.timeout or timeout,
        pause=options.pause or pause,
        retries=options.retries,
        jobs=options.jobs,
    )
    report = Path(options.report or project.root / linkoptions.REPORT).resolve()
    if report.is_relative_to(project.content.resolve()):
        raise Misuse(f"'{options.report}' is in content/, where no report belongs")
    max_age = timedelta(days=0 if options.fresh else options.max_age)
    return Plan(manners, options.limit, max_age, report, options.copies)


def book(project: Project) -> Book:
    """Return what earlier runs found out."""
    return Book.open(project.root / ".dateline" / "links.json")


def read(project: Project, only: list[str]) -> list[Entry]:
    """Return the sources of a project, or those that fit `only`.

    Raises Problems if the content has faults: an entry that cannot be understood must not be
    written to. Raises Misuse if nothing fits.
    """
    with Faults() as faults:
        content = source.read(project.content, faults)
        schema.timeline(content, faults, drafts=True)
    entries = linkplaces.chosen(linkplaces.entries(content), only)
    if only and not entries:
        raise Misuse(f"no source is called {' or '.join(map(repr, only))}", "see content/sources")
    return entries


def check(entries: list[Entry], known: Book, plan: Plan, say: Say, *, show: bool) -> Done:
    """Ask for every address that is not known freshly; write the report; return what to say.

    `show` says whether somebody watches who wants to see how it goes on. Raises OSError if no
    host at all could be reached, which says nothing of the sources.
    """
    rows = list(_rows(entries, copies=plan.copies))
    urls = list(dict.fromkeys(linkplaces.asked(url) for _, url, _, _ in rows))
    now = datetime.now(UTC)
    found = {url: verdict for url in urls if (verdict := known.fresh(url, now, plan.max_age))}
    stale = [url for url in urls if url not in found]
    with _progress(len(stale), say, show=show) as went:

        def tell(url: str, verdict: Verdict) -> None:
            found[url] = verdict
            known.note(url, verdict, datetime.now(UTC))
            went(url, verdict)

        asyncio.run(_visit_all(stale, plan, tell))
    _refuse_without_net({url: found[url] for url in stale if url in found}, known)
    unasked = Verdict(NOT_CHECKED, "was not asked: the time of the run was over")
    findings = [
        Finding(entry, url, spot, found.get(asked, unasked), _since(known, asked), is_copy)
        for entry, url, spot, is_copy in rows
        for asked in [linkplaces.asked(url)]
    ]
    put(plan.report, linkreport.markdown(findings, now.date()).encode())
    lines = (f"{linkreport.summary(findings)}; see {shown(plan.report)}",)
    left = any(finding.lost for finding in findings)
    return Done(linkreport.problems(findings), lines, left)


def shown(path: Path) -> str:
    """Return a path as seen from the working folder, if it is below it."""
    here = Path.cwd()
    return path.relative_to(here).as_posix() if path.is_relative_to(here) else str(path)


def _rows(entries: list[Entry], *, copies: bool) -> Iterator[tuple[Entry, str, Spot, bool]]:
    """Yield each address with its place, and whether it is that of a copy."""
    for entry in entries:
        if entry.url:
            yield entry, entry.url, entry.spot, False
        if copies and entry.copy and entry.copy_spot:
            yield entry, entry.copy, entry.copy_spot, True


def _since(known: Book, url: str) -> date | None:
    seen = known.seen.get(url)
    return seen.since.date() if seen else None


async def _visit_all(urls: list[str], plan: Plan, tell: Callable[[str, Verdict], None]) -> None:
    """Visit every address, each host's one after the other, until the time of the run is over."""
    by_host: dict[str, list[str]] = {}
    for url in urls:
        by_host.setdefault(linkplaces.host(url), []).append(url)

    async def visit(group: list[str], visitor: visits.Visitor) -> None:
        for url in group:
            tell(url, await visitor.visit(url))

    try:
        async with asyncio.timeout(plan.limit), visits.Visitor(plan.manners) as visitor:
            await asyncio.gather(*(visit(group, visitor) for group in by_host.values()))
    except TimeoutError:
        return


def _refuse_without_net(asked: dict[str, Verdict], known: Book) -> None:
    """Raise OSError if many hosts were asked and none said a word; forget what was noted."""
    hosts = {linkplaces.host(url) for url in asked}
    if len(hosts) < LONELY or any(verdict.answered for verdict in asked.values()):
        return
    known.forget(asked)
    raise OSError(f"not one of {len(hosts)} hosts answered: is this machine on the net?")


@contextmanager
def _progress(total: int, say: Say, *, show: bool) -> Iterator[Callable[[str, Verdict], None]]:
    """Show how it goes on: a bar on a terminal, elsewhere a line for each address."""
    if not show or not total:
        yield lambda _url, _verdict: None
        return
    if not sys.stderr.isatty():
        count = iter(range(1, total + 1))
        yield lambda url, verdict: say(f"{next(count)}/{total} {verdict.outcome}: {url}")
        return
    from tqdm import tqdm

    with tqdm(total=total, unit=" addresses", dynamic_ncols=True, leave=False) as bar:

        def went(url: str, verdict: Verdict) -> None:
            bar.set_postfix_str(f"{verdict.outcome}: {linkplaces.host(url)}", refresh=False)
            bar.update()

        yield went
