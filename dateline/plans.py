"""What every page is made from, as keys that are cheap to work out.

    for plan in plans.each(pages.Pages(timeline, language, …).all()):
        plan.address, plan.key          # and plan.view() only if that key is a new one

A page has to be made anew if its view changed. But to make the views of ten thousand events, only
to find that one of them did, takes seconds. So each page has a key of more than its view is made
from: of all that pages show of each other, which is short, and of the details of the entry that
it is about. Is the key the old one, so is the page; is it new, the view decides.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from operator import attrgetter
from typing import Any

from msgspec import Struct

from dateline import evidence, later, routes
from dateline.model import Event, File, Phase, Prose, Source, Timeline, ids
from dateline.views import View

DETAILS = frozenset({"text", "disputed", "figures", "sources", "media", "corrections"})
"""The fields of an event that are shown on pages of its own alone, or on pages of everything."""


def _reader(
    record: type[Struct], without: frozenset[str]
) -> Callable[[object], tuple[object, ...]]:
    """Return what reads the fields of a record; a date as its text, which says all of it."""
    names = [name for name in record.__struct_fields__ if name not in without]
    return attrgetter(*names)


_shared = _reader(Event, DETAILS | {"date"})
_of_fields = _reader(Source, frozenset({"date"}))


def _of_source(source: Source) -> tuple[object, ...]:
    return (*_of_fields(source), source.date.text if source.date else "")


class Plan(Struct, frozen=True):
    """A page that the site has: where, what it depends on at most, and what makes its view."""

    address: str
    key: str
    view: Callable[[], View]


class ViewOf(Struct, frozen=True):
    """Makes the view of an entry's page; of these there are too many for each to be a `partial`."""

    make: Callable[[Any], View]
    entry: Any

    def __call__(self) -> View:
        """Make it."""
        return self.make(self.entry)


class Group(Struct, frozen=True):
    """Pages that are planned together, as those of the events of one file."""

    key: str
    """All that they depend on: with the same key, the same pages would be planned again."""
    memory: dict[str, Any]
    """What is remembered of them from one build of a process to the next."""
    plans: Callable[..., Iterable[Plan]]
    """Plans them; if there are notes, it also takes their keys, where these are known."""
    base: str = ""
    """All of that but what is written of the events of some files; empty if that is not known."""
    files: tuple[File, ...] = ()
    """Those files."""
    again: Callable[[Iterable[Event]], Iterable[Plan]] | None = None
    """Plans those pages that depend on what is written of some events of theirs."""
    notes: dict[str, str] | None = None
    """What is kept of the file that they are about, for another process too; None without one."""

    def differing(self, files: Sequence[File]) -> list[Event] | None:
        """Return the events, of both, that are written otherwise in an earlier state of the files.

        None if they are not the same files.
        """
        pairs = list(zip(files, self.files, strict=False))
        if len(files) != len(self.files) or any(
            old.document.name != new.document.name for old, new in pairs
        ):
            return None
        return [event for pair in pairs if pair[0] is not pair[1] for event in _unlike(*pair)]


def _unlike(one: File, other: File) -> Iterator[Event]:
    """Yield the events of two states of a file that are not written alike in both."""
    both = set(one.digests.values()) & set(other.digests.values())
    for file in (one, other):
        for event in file.values.values():
            if file.digests.get(event.id) not in both:
                yield event


def each(planned: Iterable[Plan | Group]) -> Iterator[Plan]:
    """Yield every plan, those of groups too."""
    for one in planned:
        if isinstance(one, Group):
            yield from one.plans()
        else:
            yield one


class Keys:
    """Keys of the parts of a timeline."""

    def __init__(
        self, timeline: Timeline, days: Mapping[tuple[str, str], str], *settings: object
    ) -> None:
        """Prepare for one site: `settings` is what all of its pages depend on besides."""
        self.timeline, self._days, self._settings = timeline, days, settings
        self._marks, self._marked, self._related = self._of_sources()

    @cached_property
    def _digests(self) -> dict[str, str]:
        """By id of an event, the hash of its text, where that is known."""
        found: dict[str, str] = {}
        for file in self.timeline.mentions.files("event"):
            found.update(file.digests)
        return found

    def _of_sources(self) -> tuple[dict[str, str], str, dict[str, dict[str, None]]]:
        """Return what stands for each source, as far as is known, for all, and which are related.

        It is kept with their files, for the next build of a preview.
        """
        sources, files = self.timeline.sources, self.timeline.mentions.files("source")
        memory = files[0].memory if files else {}
        if memory.get("sources", ((),))[0] is not sources:
            marks: dict[str, str] = {}
            for file in files:
                marks.update(file.digests)
            reposts = self.timeline.reposts
            for source in reposts:
                marks.pop(source.id, None)
            known = [list(file.digests.values()) for file in files]
            rest = [_of_source(sources[id]) for id in sorted(ids(sources) - marks.keys())]
            whole = later.key(known, rest)
            memory["sources"] = sources, marks, whole, _related(reposts, sources)
        _, marks, whole, related = memory["sources"]
        return marks, whole, related

    @cached_property
    def shared(self) -> str:
        """All that a page may show of entries that it is not about."""
        timeline = self.timeline
        registries = (timeline.actors, timeline.places, timeline.tags)
        prose = ({**timeline.phases, **timeline.pages}).values()
        return later.key(
            self._settings,
            timeline.settings,
            [tuple(registry.values()) for registry in registries],
            [(type(entry).__name__, _without_body(entry)) for entry in prose],
            self._events(),
            [self._event(event) for event in timeline.retracted_events.values()],
            timeline.retractions,
            timeline.layers,
        )

    def _events(self) -> list[object]:
        """Return what other pages show of events; of a file as a whole, where that is known."""
        for file in self.timeline.event_files:
            if "shared" not in file.notes:
                file.notes["shared"] = later.key(*map(self._event, file.values.values()))
        whole = [file.notes["shared"] for file in self.timeline.event_files]
        return [whole, [self._event(event) for event in self.timeline.loose_events]]

    @cached_property
    def around(self) -> str:
        """All that the pages of events are made from but for their own details."""
        return later.key(self.shared, self._marked)

    def events(
        self, events: Iterable[Event], digests: Mapping[str, str] | None = None
    ) -> Iterator[tuple[Event, str]]:
        """Yield events with all that the page of each is made from.

        `digests` are those of their file, if they stand in one.
        """
        for event in events:
            key = later.key(self.shared, self._details(event, digests))
            yield event, key + self._days.get(("event", event.id), "") if self._days else key

    def file(self, file: File) -> str:
        """All that the pages of the events of a file are made from."""
        return later.key(self.around, self._texts(file))

    def source_file(self, file: File, citing: Iterable[File]) -> tuple[str, str]:
        """All that the pages of the sources of a file are made from; '' if that is not known.

        `citing` are the files of the events that cite them; the second key leaves out their texts.
        """
        own, *texts = (self._texts(one) for one in (file, *citing))
        if not own or not all(texts):
            return "", ""
        base = later.key(self.around, self._prose, own)
        return later.key(base, texts), base

    def citations(self, file: File, program: str) -> str:
        """All that the citations of the entries of a file are made from; '' if it is not known."""
        texts = self._texts(file)
        return later.key(program, self.timeline.settings, self._settings, texts) if texts else ""

    def works(
        self, entries: Iterable[Event | Phase | Source], program: str
    ) -> Iterator[tuple[str, str, Event | Phase | Source]]:
        """Yield entries with the address of their page and all that its citation is made from."""
        shared = later.key(program, self.timeline.settings, self._settings)
        for entry in entries:
            if isinstance(entry, Source):
                kind, own = "source", self._sources([entry.id])
            else:
                kind = "event" if isinstance(entry, Event) else "phase"
                own = [entry.title, self.day(kind, entry.id)]
            yield routes.entry(kind, entry.id), later.key(shared, kind, entry.id, own), entry

    def _texts(self, file: File) -> str:
        """Return what stands for what is written in a file; '' if an entry has no hash."""
        if len(file.digests) < len(file.values):
            return ""
        if "texts' key" not in file.memory:
            file.memory["texts' key"] = later.key(list(file.digests.values()))
        kind, days = file.kind.name, self._days
        own = [days.get((kind, id), "") for id in file.values] if days else []
        return later.key(file.memory["texts' key"], own)

    def source(self, source: Source, citing: Iterable[Event]) -> str:
        """All that the page of a source is made from; `citing` are the events that cite it."""
        details = [self._details(event) for event in citing]
        day = self.day("source", source.id)
        # Sources that repeat each other are named on each other's pages.
        own = self._sources([source.id, *self._related.get(source.id, ())])
        return later.key(self.shared, self._prose, own, details, day)

    def prose(self, kind: str, id: str, text: Prose) -> str:
        """All that the page of a Markdown text is made from."""
        cited = self._sources(evidence.in_text(text))
        return later.key(self.shared, text.text, cited, self.day(kind, id))

    @cached_property
    def everything(self) -> str:
        """All that any page is made from."""
        timeline, whole = self.timeline, []
        loose = [*timeline.loose_events, *timeline.retracted_events.values()]
        for file in timeline.event_files:
            texts = self._texts(file)
            whole.append(texts)
            loose += [] if texts else file.values.values()
        details = [whole, [self._details(event) for event in loose]]
        days = sorted(self._days.items())
        return later.key(self.shared, self._prose, self._marked, details, days)

    @cached_property
    def sources(self) -> str:
        """All that the list of sources is made from."""
        return later.key(self.shared, self._marked)

    @cached_property
    def _prose(self) -> str:
        timeline = self.timeline
        phases = [phase.body.text for phase in timeline.phases.values()]
        return later.key(phases, [page.body.text for page in timeline.pages.values()])

    def _event(self, event: Event) -> tuple[object, ...]:
        """Return what other pages show of an event: also how much it rests on."""
        return (*_shared(event), event.date.text, bool(event.disputed), evidence.cited(event))

    def _details(
        self, event: Event, digests: Mapping[str, str] | None = None
    ) -> tuple[object, ...]:
        """Return what only the page of an event shows: by the hash of its text, where it has one.

        What was read from a text is of that hash for ever; another event has another `id()`.
        """
        cited = self._sources(evidence.cited(event))
        if digest := (self._digests if digests is None else digests).get(event.id):
            return digest, cited
        return (
            event.text.text if event.text else "",
            event.disputed,
            event.figures,
            event.sources,
            event.media,
            [(change.date.text, change.text) for change in event.corrections],
            cited,
        )

    def _sources(self, ids: Iterable[str]) -> list[str]:
        marks = self._marks
        return [marks.get(id) or self._mark(id) for id in ids]

    def _mark(self, id: str) -> str:
        """Return what stands for a source and all that it repeats."""
        sources = self.timeline.sources
        chain = (sources[origin] for origin in evidence.origins(id, sources))
        self._marks[id] = later.key(*map(_of_source, chain))
        return self._marks[id]

    def day(self, kind: str, id: str) -> str:
        """Return the day on which an entry changed last; empty if that is not known."""
        return self._days.get((kind, id), "")


def _related(
    reposts: Iterable[Source], sources: Mapping[str, Source]
) -> dict[str, dict[str, None]]:
    """Return, by source, the ids of those that repeat it or that it repeats."""
    found: dict[str, dict[str, None]] = {}
    for source in reposts:
        chain = evidence.origins(source.id, sources)
        for id in chain:
            found.setdefault(id, {}).update(dict.fromkeys(chain))
    return found


def _without_body(entry: Struct) -> tuple[object, ...]:
    return tuple(
        value.text if hasattr(value := getattr(entry, name), "sort_key") else value
        for name in entry.__struct_fields__
        if name != "body"
    )
