"""Have copies of sources made, or take them over, and write them into the entries of the sources.

What is hashed (`sha256`): the body of the answer at `{service}/web/{moment}id_/{address}`, which is
what the archive received; where a service has no such form, that at the address of the copy itself.
"""

from __future__ import annotations

import asyncio
import codecs
import hashlib
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import urljoin

from msgspec import Struct

from dateline import importers, linkplaces, verdicts, visits, wayback, yaml_edit
from dateline.linkbook import Book, put
from dateline.linkplaces import Copy, Entry
from dateline.links import Done, Plan, Say, shown
from dateline.problems import Document, Faults, Misuse
from dateline.project import Project

LARGEST = 64 * 1024 * 1024
"""The most bytes of a copy that are fetched for its hash; a larger one is recorded without."""
MOST_HOPS = 5


class Failed(Exception):
    """No copy was made of one page: says why. `stop` if there is no use in asking for others."""

    def __init__(self, said: str, *, stop: bool = False) -> None:
        super().__init__(said)
        self.stop = stop


class Keeper(Struct, frozen=True):
    """What is needed to have copies made: an archive, a book to remember them, and our manners."""

    project: Project
    service: str
    known: Book
    visitor: visits.Visitor
    timeout: float

    async def copy(self, url: str) -> Copy:
        """Return a copy of a page: one made earlier but not recorded, or a new one.

        A copy that was made is remembered before it is read back, so none is asked for twice.
        Raises Failed.
        """
        url = linkplaces.asked(url)
        earlier = self.known.copies.get(url)
        if earlier and earlier.sha256:
            return earlier
        made = wayback.memento(self.service, earlier.url) if earlier else None
        if made is None:
            made = await self._saved(url)
            self.known.note_copy(url, Copy(made.page, made.date))
        made, sha256 = await self._hashed(made)
        copy = Copy(made.page, made.date, sha256)
        self.known.note_copy(url, copy)
        return copy

    async def _saved(self, url: str) -> wayback.Memento:
        """Ask for a copy; follow redirects within the service until one is named."""
        asked = wayback.saving(self.service, url)
        for _ in range(MOST_HOPS):
            answer = await self._get(asked)
            made = wayback.named(self.service, asked, answer.headers)
            if made and linkplaces.comparable(made.url) != linkplaces.comparable(url):
                raise Failed(f"the archive kept another address, {made.url}: put that into 'url'")
            if made:
                return made
            if answer.status == 429:
                raise Failed("the archive wants to be left alone for now", stop=True)
            if answer.status >= 400:
                raise Failed(f"the archive answers {answer.status}")
            onward = urljoin(asked, answer.headers.get("location", asked))
            if onward == asked or linkplaces.host(onward) != linkplaces.host(self.service):
                break
            asked = onward
        raise Failed("the archive names no copy in its answer")

    async def _hashed(self, made: wayback.Memento) -> tuple[wayback.Memento, str]:
        """Return the copy and the hash of its bytes; an empty one if there are too many."""
        for raw in (True, False):
            for _ in range(MOST_HOPS):
                asked = made.raw if raw else made.page
                answer = await self._get(asked, most=LARGEST)
                if answer.status == 200:
                    digest = hashlib.sha256(answer.body).hexdigest()
                    return made, digest if answer.whole else ""
                is_copy = "memento-datetime" in answer.headers
                onward = wayback.named(self.service, asked, answer.headers)
                if answer.status in verdicts.REDIRECTS and onward:
                    if linkplaces.comparable(onward.url) != linkplaces.comparable(made.url):
                        raise Failed(f"the copy is of a redirect to {onward.url}")
                    made = onward
                elif is_copy:
                    # RFC 7089, 4.2.3: the status is that of the page when it was copied.
                    raise Failed(f"the copy is of an answer {answer.status}, not of a page")
                else:
                    break
        raise Failed("the copy was made but could not be read back yet")

    async def _get(self, url: str, most: int = visits.PAGE_PART) -> visits.Answer:
        try:
            return await self.visitor.get(url, most=most, timeout=self.timeout)
        except visits.Unanswered as error:
            rests = error.verdict.outcome == verdicts.NOT_CHECKED
            raise Failed(f"the archive {error.verdict.said}", stop=rests) from error


def archive(
    project: Project, entries: Sequence[Entry], known: Book, plan: Plan, service: str, say: Say
) -> Done:
    """Have a copy made of each source that names none, and write it into its entry at once.

    What fails is a warning, and is tried again by the next run.
    """
    wanted = [entry for entry in entries if entry.url and not entry.archived]
    faults, recorded = Faults(), list[str]()

    async def keep() -> None:
        async with asyncio.timeout(plan.limit), visits.Visitor(plan.manners) as visitor:
            keeper = Keeper(project, service, known, visitor, plan.manners.timeout)
            for number, entry in enumerate(wanted, 1):
                try:
                    _worth_it(entry, known, service)
                    copy = await keeper.copy(entry.url)
                    record(project, entry, copy)
                except (Failed, yaml_edit.Refused) as error:
                    said = f"no copy of '{entry.id}' is recorded: {error}"
                    faults.warn(entry.spot, said, "", "url")
                    say(f"{number}/{len(wanted)} failed: {entry.url}")
                    if isinstance(error, Failed) and error.stop:
                        return
                else:
                    recorded.append(entry.id)
                    say(f"{number}/{len(wanted)} kept: {copy.url}")

    try:
        asyncio.run(keep())
    except TimeoutError:
        say("the time of the run is over")
    left = len(wanted) - len(recorded)
    lines = (f"{_counted(len(recorded))} recorded; {left} left for another time",)
    return Done(tuple(faults), lines, left=left > 0)


def take_over(project: Project, entries: Sequence[Entry], sheet: Path, output: Path | None) -> Done:
    """Record the copies that a sheet of the auto-archiver names; make entries for other pages.

    The new entries are lines to print, or are written to `output`, which must not be there yet.
    """
    if output is not None and output.exists():
        raise Misuse(f"'{output}' is there already", "give the name of a new file")
    faults = Faults()
    rows = importers.auto_archiver(_document(sheet), faults)
    by_page: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.url:
            by_page.setdefault(linkplaces.comparable(entry.url), []).append(entry)
    recorded, new = 0, list[importers.Row]()
    for row in rows:
        known = by_page.get(linkplaces.comparable(row.url), [])
        if not known:
            new.append(row)
        for entry in known:
            try:
                if not entry.archived:
                    record(project, entry, row.copy)
                    recorded += 1
            except yaml_edit.Refused as error:
                faults.add(entry.spot, f"no copy of '{entry.id}' is recorded: {error}", "", "url")
    text = importers.as_sources(new, {entry.id for entry in entries})
    lines = [f"{_counted(recorded)} recorded; {len(new)} pages that no source names"]
    if new and output is not None:
        put(output, text.encode())
        lines.append(f"their entries are in {shown(output)}: move them into content/sources")
    elif new:
        lines += ["", text.rstrip("\n")]
    return Done(tuple(faults), tuple(lines), left=faults.count > 0)


def record(project: Project, entry: Entry, copy: Copy) -> None:
    """Write a copy into the entry of its source. Raises yaml_edit.Refused if that cannot be done.

    The file is replaced in one step, and only if nobody changed it since it was read.
    """
    path = project.content / entry.file
    for _ in range(3):
        data = path.read_bytes()
        text = yaml_edit.record(data.decode(), entry.id, copy.fields)
        if path.read_bytes() == data:
            put(path, text.encode())
            return
    raise yaml_edit.Refused(f"'{entry.file}' is being written by somebody else")


def _worth_it(entry: Entry, known: Book, service: str) -> None:
    """Raise Failed for a page that a copy could not or need not be made of."""
    if wayback.memento(service, entry.url):
        raise Failed("its address is that of a copy itself: write it into 'archived'")
    seen = known.seen.get(linkplaces.asked(entry.url))
    if seen and seen.verdict.outcome == verdicts.DEAD:
        raise Failed(f"the page {seen.verdict.said}, so a copy would show nothing")


def _counted(number: int) -> str:
    return f"{number} {'copy' if number == 1 else 'copies'}"


def _document(sheet: Path) -> Document:
    """Read a sheet. Raises Misuse if it is no text in UTF-8."""
    if not sheet.is_file():
        raise Misuse(f"there is no file '{sheet}'")
    try:
        text = sheet.read_bytes().removeprefix(codecs.BOM_UTF8).decode()
    except UnicodeDecodeError as error:
        raise Misuse(f"'{sheet}' is not UTF-8: {error.reason}", "save it as CSV, UTF-8") from error
    return Document(sheet.name, text.replace("\r\n", "\n").replace("\r", "\n"))
