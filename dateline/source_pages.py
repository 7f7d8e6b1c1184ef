"""What the page of a source shows: its particulars, its copies, and what it is cited for."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property

from msgspec import Struct

from dateline import claims, evidence, filing, routes, vocabulary
from dateline.dates import Date, Day
from dateline.language import Language
from dateline.model import Event, Prose, Source, Timeline
from dateline.numbering import Notes
from dateline.passages import passages
from dateline.views import Citing, Copy, Fact, Link, Quote, When

_Quotes = dict[str, list[Quote]]
"""By source, what it is cited for on one page."""


def copy(source: Source, when: Callable[[Date], When]) -> Copy | None:
    """Return the archived copy of a source as pages show it; None if there is none."""
    archived = source.archived
    if archived is None:
        return None
    day = archived.date.iso or ""
    # Robust Links want a full date: https://mementoweb.org/robustlinks/spec/
    return Copy(archived.url, when(archived.date), day if len(day) == 10 else "", archived.sha256)


class SourcePages(Struct, frozen=True, dict=True):
    """Finds what the pages of all sources show."""

    timeline: Timeline
    language: Language
    link: Callable[[str, str], Link]
    """Makes the link to an entry from its kind and id."""
    when: Callable[[Date], When]
    few: Callable[[str, Sequence[Link]], tuple[Link, ...]]
    """Makes of links to entries of a kind those that have room on a page."""
    naming: Callable[[str], Sequence[Event]]
    """Finds the events that cite a source, in order of time."""

    def facts(self, source: Source) -> tuple[Fact, ...]:
        """Return the particulars of a source, those that are known."""
        say, links = self.language.text, self.link
        name, meaning = vocabulary.SOURCE_TYPES[evidence.type_of(source)]
        reposts = [links("source", id) for id in self._reposts[source.id]]
        original = [links("source", source.repost_of)] if source.repost_of else []
        texts = [
            (say("Author"), source.author),
            (say("Publisher"), source.publisher),
            (say("Read at"), source.via),
        ]
        return (
            *(Fact(term, (Link(text),)) for term, text in texts if text),
            *([Fact(say("Date"), when=self.when(source.date))] if source.date else []),
            *self._language(source),
            Fact(say("Type"), (Link(say(name), note=say(meaning)),)),
            *([Fact(say("Repeats"), tuple(original))] if original else []),
            *([Fact(say("Repeated by"), self.few("source", reposts))] if reposts else []),
        )

    def citing(self, source: Source) -> tuple[Citing, ...]:
        """Return the pages that cite a source: events in order of time, then the others."""
        found = [
            self._named("event", event.id, quotes[source.id], event.date, "")
            for event in self.naming(source.id)
            for quotes in [self._quotes(event)]
            if source.id in quotes
        ]
        return (*found, *self._others[source.id])

    def filed(self, source: Source) -> tuple[Citing, ...]:
        """Return the same in the order of its list: what has no day stands first."""
        return tuple(filing.by_day(self.citing(source), self._day))

    def _day(self, citing: Citing) -> Day | None:
        kind, id = routes.named(citing.link.address)
        return self.timeline.events[id].date.first if kind == "event" else None

    def _language(self, source: Source) -> Iterator[Fact]:
        name = self.language.language_name(source.language)
        if name:
            yield Fact(self.language.text("Language"), (Link(name),))

    @cached_property
    def _reposts(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for source in self.timeline.sources.values():
            found[source.repost_of].append(source.id)
        return found

    def _named(
        self, kind: str, id: str, quoted: Sequence[Quote], date: Date | None, label: str
    ) -> Citing:
        when = self.when(date) if date else None
        return Citing(self.link(kind, id), when, label, tuple(quoted))

    @cached_property
    def _others(self) -> dict[str, list[Citing]]:
        """By source, the pages that cite it and are not those of events."""
        say, timeline = self.language.text, self.timeline
        found: dict[str, list[Citing]] = defaultdict(list)

        def add(kind: str, id: str, quotes: _Quotes, date: Date | None, label: str) -> None:
            for source, quoted in quotes.items():
                found[source].append(self._named(kind, id, quoted, date, label))

        for phase in timeline.phases.values():
            address, notes = routes.entry("phase", phase.id), Notes()
            quotes = self._of_text(phase.body, address, notes)
            add("phase", phase.id, quotes, phase.dates, say("Phase"))
        for page in timeline.pages.values():
            quotes = self._of_text(page.body, routes.entry("page", page.id), Notes())
            add("page", page.id, quotes, None, say("Page"))
        for actor in timeline.actors.values():
            add("actor", actor.id, {id: [] for id in actor.sources}, None, say("Actor"))
        return found

    @cached_property
    def _known(self) -> dict[str, _Quotes]:
        """By event, what is known of it already."""
        return {}

    def _quotes(self, event: Event) -> _Quotes:
        """Return what an event cites each source for, which is found out once."""
        if event.id not in self._known:
            self._known[event.id] = self._of_event(event)
        return self._known[event.id]

    def _of_event(self, event: Event) -> _Quotes:
        """Return what an event cites each source for, in the order of its page."""
        address, notes = routes.entry("event", event.id), Notes()
        found = self._of_text(event.text, address, notes) if event.text else {}
        for words, sources in self._claims(event):
            for id in sources:
                target = f"{address}#{notes.cite(id)[1]}"
                found.setdefault(id, []).append(Quote(words, target))
        for id in event.sources:
            found.setdefault(id, [])
        return found

    def _claims(self, event: Event) -> Iterator[tuple[str, Iterable[str]]]:
        """Yield the positions and figures of an event as lines, in the order of its page."""
        actors, language = self.timeline.actors, self.language
        for dispute in event.disputed:
            for position in dispute.positions:
                yield claims.position(dispute, position, actors, language), position.sources
        for figure in event.figures:
            yield claims.figure(figure, actors, language), figure.sources

    def _of_text(self, prose: Prose, address: str, notes: Notes) -> _Quotes:
        """Return what a text cites each source for."""
        found: _Quotes = {}
        for passage in passages(prose.text, notes, self._title):
            by_source: dict[str, list[str]] = defaultdict(list)
            anchors: dict[str, str] = {}
            for cited in passage.cited:
                anchors.setdefault(cited.source, cited.anchor)
                by_source[cited.source] += [cited.locator] if cited.locator else []
            for id, anchor in anchors.items():
                quote = Quote(passage.words, f"{address}#{anchor}", "; ".join(by_source[id]))
                found.setdefault(id, []).append(quote)
        # What is cited only where it is not printed is cited all the same.
        for id in notes.anchors:
            found.setdefault(id, [])
        return found

    def _title(self, event: str) -> str:
        return self.timeline.events[event].title
