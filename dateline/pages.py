"""Every page of a timeline in one language, and what makes its view.

    for plan in plans.each(pages.Pages(timeline, language, …).all()):
        …                       # plan.address says where, plan.view() what, its template how

Pure: it looks at a `Timeline` and returns `views`.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left
from collections import ChainMap, Counter, defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, partial
from itertools import chain
from operator import attrgetter
from types import MappingProxyType
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit
from weakref import WeakKeyDictionary

from markupsafe import Markup, escape
from msgspec.structs import replace

from dateline import (
    axis,
    citations,
    claims,
    corrections,
    dates,
    disputes,
    event_data,
    evidence,
    filing,
    large_pages,
    later,
    markdown,
    model,
    plans,
    precision,
    records,
    routes,
    source_pages,
    views,
    vocabulary,
)
from dateline.artifacts import Artifact, Bundle
from dateline.dates import Date
from dateline.history import History
from dateline.language import Language
from dateline.later import Later
from dateline.maps import Maps
from dateline.model import Event, Timeline
from dateline.numbering import Notes
from dateline.plans import Group, Plan, ViewOf
from dateline.views import Card, Frame, Label, Link, Listing, When
from dateline.vocabulary import marked

if TYPE_CHECKING:
    from dateline import atlas, chart

_Value = TypeVar("_Value")

NO_BASE_URL = (
    "no base_url, so pages have no canonical address, and corrections no feed (see docs/hosting.md)"
)
_NO_PAST = History()
_THREADS = 3
"""How many ways along an actor an event's page shows at once; one more is not worth folding."""


class Pages:
    """Makes the view of every page of a timeline, in one language."""

    def __init__(
        self,
        timeline: Timeline,
        language: Language,
        *,
        stylesheet: str,
        media: Mapping[str, str],
        scripts: Mapping[str, str] = MappingProxyType({}),
        base_url: str = "",
        past: History = _NO_PAST,
    ) -> None:
        """Prepare for one site.

        `stylesheet` is the address of the style sheet, `scripts` gives the address of each
        custom element's script, `media` that of each picture; `base_url` is the absolute address
        of the site, or empty if it is not known; `past` knows when entries last changed.
        """
        self.timeline, self.language = timeline, language
        self.stylesheet, self.media = stylesheet, media
        self.scripts = tuple(scripts.items())
        self.base_url = base_url.rstrip("/") + "/" if base_url else ""
        self._cards: dict[str, Card] = {}
        self._links: dict[tuple[str, str], Link] = {}
        self._whens: dict[str, When] = {}
        self._records = records.Records(timeline, language, self.base_url, past.days)
        self._past = past
        self._maps = Maps(timeline, language)
        self._lists = large_pages.Lists(
            timeline,
            language,
            self.frame,
            self.groups,
            self.link,
            self.when,
            self._year,
            self._listed,
            large_pages.Makers(
                self.disputes_of,
                lambda id: self._source_pages.filed(timeline.sources[id]),
                lambda: self._corrections,
            ),
        )
        self._source_pages = source_pages.SourcePages(
            timeline,
            language,
            self.link,
            self.when,
            self._lists.few,
            lambda id: self._events_of["source"].get(id, ()),
        )

    def all(self) -> Iterator[Plan | Group]:
        """Yield every page of the site: where it is, and what makes its view if it is needed."""
        timeline, keys = self.timeline, self._keys
        home = self.long_home if timeline.is_large else self.home
        yield Plan(routes.HOME, keys.shared, home)
        yield from self._lists.plans(self._key_of_list, keys.shared)
        for id, phase in timeline.phases.items():
            key = keys.prose("phase", id, phase.body)
            yield Plan(routes.entry("phase", id), key, partial(self.phase, phase))
        yield from self.events()
        for kind in ("actor", "place", "tag"):
            yield Plan(routes.index(kind), keys.shared, partial(self.index, kind))
            yield from self.letters(kind, keys.shared)
            yield from self.entries(kind)
        yield Plan(routes.index("source"), keys.sources, partial(self.index, "source"))
        yield from self.letters("source", keys.sources)
        yield from self.sources()
        for id, page in timeline.pages.items():
            key = keys.prose("page", id, page.body)
            yield Plan(routes.entry("page", id), key, partial(self.prose_page, page))
        yield Plan(routes.DISPUTED, keys.everything, self.disputed_page)
        yield Plan(routes.CORRECTIONS, keys.everything, self.corrections_page)
        if self.base_url:
            yield Plan(routes.CORRECTIONS_FEED, keys.everything, self.corrections_feed)
        if self._sheet:
            yield Plan(routes.MAP, keys.shared, partial(self.map, self._sheet))
        for old, (kind, entry) in routes.moved(timeline).items():
            yield Plan(old, keys.everything, partial(self.moved, old, kind, entry))
        for id, event in timeline.retracted_events.items():
            ((_, key),) = keys.events([event])
            yield Plan(routes.entry("event", id), key, partial(self.retracted, event))
        for address, retraction in timeline.retractions.items():
            yield Plan(address, keys.shared, partial(self.gone, retraction))
        yield Plan(routes.NOT_FOUND, keys.shared, self.not_found)

    def events(self) -> Iterator[Plan | Group]:
        """Yield the page of every event; those of a file together, if it is known by its texts."""
        for file in self.timeline.event_files:
            planned = partial(self._planned, file.values.values(), file.digests)
            if len(file.digests) < len(file.values):
                yield from planned()
            else:
                yield Group(self._keys.file(file), file.memory, planned, notes=file.notes)
        yield from self._planned(self.timeline.loose_events)

    def _planned(
        self,
        events: Iterable[Event],
        digests: Mapping[str, str] | None = None,
        known: Iterable[str] | None = None,
    ) -> Iterator[Plan]:
        make = self.event
        keys = (
            self._keys.events(events, digests) if known is None else zip(events, known, strict=True)
        )
        for event, key in keys:
            yield Plan(routes.entry("event", event.id), key, ViewOf(make, event))

    def sources(self) -> Iterator[Plan | Group]:
        """Yield the page of every source; those of a file together, if all is known by its text.

        What cites them must be known too, as their pages quote it.
        """
        timeline = self.timeline
        if timeline.loose_events or not timeline.source_files:
            yield from self._sources(timeline.sources.values())
            return
        for file in timeline.source_files:
            citing = tuple(other for other in timeline.event_files if self._cites(other, file))
            planned = partial(self._sources, file.values.values())
            key, base = self._keys.source_file(file, citing)
            if key:
                again = partial(self._sources_of, file)
                yield Group(key, file.memory, planned, base, citing, again, file.notes)
            else:
                yield from planned()

    def _cites(self, file: model.File, sources: model.File) -> bool:
        """Say whether an event of a file cites a source of another, which is remembered."""
        known = file.memory.setdefault("cites", WeakKeyDictionary())
        if sources not in known:
            named = self._named_in(file, "source")
            known[sources] = not named.keys().isdisjoint(sources.values)
        return bool(known[sources])

    def _sources(
        self, sources: Iterable[model.Source], known: Iterable[str] | None = None
    ) -> Iterator[Plan]:
        make = self.source
        keys = map(self._key_of_source, sources) if known is None else known
        for source, key in zip(sources, keys, strict=True):
            yield Plan(routes.entry("source", source.id), key, ViewOf(make, source))

    def _key_of_source(self, source: model.Source) -> str:
        return self._keys.source(source, self._events_of["source"].get(source.id, ()))

    def _sources_of(self, file: model.File, events: Iterable[Event]) -> Iterator[Plan]:
        """Yield the pages of those sources of a file that some events cite."""
        cited = dict.fromkeys(chain.from_iterable(map(evidence.cited, events)))
        return self._sources([file.values[id] for id in cited if id in file.values])

    def entries(self, kind: str) -> Iterator[Plan]:
        """Yield the page of every actor, place or tag."""
        view, keys = getattr(self, kind), self._keys
        for id, entry in getattr(self.timeline, f"{kind}s").items():
            # Actors name the sources that they rest on.
            key = keys.sources if kind == "actor" and entry.sources else keys.shared
            yield Plan(routes.entry(kind, id), key, partial(view, entry))

    @cached_property
    def _keys(self) -> plans.Keys:
        return plans.Keys(
            self.timeline,
            self._past.days,
            self.language.code,
            self.stylesheet,
            self.media,
            self.scripts,
            self.base_url,
        )

    def files(self, program: str = "") -> ChainMap[str, Artifact]:
        """Return the files beside the pages: citations, and the data of a long list's filter.

        `program` is a key of what makes them: if that is another, so are the keys of citations.
        """
        timeline, keys, work = self.timeline, self._keys, self._records.work
        found = [self._data()]
        for file in (*timeline.event_files, *timeline.source_files):
            key = keys.citations(file, program)
            known, bundle = file.memory.get("citations", ("", Bundle()))
            if not key or known != key:
                bundle = Bundle(citations.files(keys.works(file.values.values(), program), work))
                file.memory["citations"] = key, bundle
            found.append(bundle)
        sources = () if timeline.source_files else timeline.sources.values()
        rest = (*timeline.loose_events, *timeline.phases.values(), *sources)
        found.append(Bundle(citations.files(keys.works(rest, program), work)))
        return ChainMap(*found)

    def _data(self) -> Bundle:
        """Return the data of a filter, which hold nothing of events but what all pages share.

        They are kept with the first file of events, until that is another or what is shared is.
        """
        files = self.timeline.event_files
        memory = files[0].memory if files else {}
        if memory.get("data", ("",))[0] != self._keys.shared:
            found = Bundle(event_data.files(self.timeline, self.language))
            memory["data"] = self._keys.shared, found
        known: Bundle = memory["data"][1]
        return known

    @property
    def lasting(self) -> frozenset[str]:
        """Every address that must not vanish once it is published."""
        return routes.lasting(self.timeline)

    @property
    def left_out(self) -> tuple[str, ...]:
        """What pages lack and why, in a line each."""
        unknown = "" if self.base_url else NO_BASE_URL
        return tuple(filter(None, (unknown, self._past.note)))

    # One page each.

    def home(self) -> views.Home:
        """Return the view of the timeline itself."""
        settings = self.timeline.settings
        years = [year for event in self.timeline.events.values() for year in _ends(event.date)]
        groups = self.groups(self.timeline.events.values(), with_summary=True)
        return views.Home(
            frame=self.frame(routes.HOME, "", settings.description, self._records.home()),
            groups=groups,
            count=len(self.timeline.events),
            years=(self._year(min(years)), self._year(max(years))) if years else None,
            rail=self.rail(card.id for group in groups for card in group.cards),
            overview=self.overview(self._in_time, in_list=True),
            facets=self.facets(),
            map=self._sheet,
        )

    def long_home(self) -> views.LongHome:
        """Return the view of a timeline that is too long for one page."""
        spread = self._lists.spread(routes.TIMELINE)
        assert spread, "a large timeline has more events than stand on a page"
        years = [year for event in self._in_time for year in _ends(event.date)]
        about = self.timeline.settings.description
        return views.LongHome(
            frame=self.frame(routes.HOME, "", about, self._records.home()),
            count=len(self._in_time),
            years=(self._year(min(years)), self._year(max(years))) if years else None,
            stages=self._lists.stages(),
            spread=spread,
            overview=self.overview(self._in_time, in_list=True),
            facets=self.facets(),
            windows=event_data.windows(self.timeline, self.language),
        )

    def phase(self, phase: model.Phase) -> views.PhasePage:
        """Return the view of a phase."""
        address = routes.entry("phase", phase.id)
        notes = Notes()
        body = self.html(phase.body, address, notes)
        phases = list(self.timeline.phases.values())
        at = phases.index(phase)
        before, after = ([None, *phases, None][place] for place in (at, at + 2))
        events = self.timeline.by_phase[phase.id]
        line = axis.of([phase.dates, *(event.date for event in events)])
        record = self._records.phase(phase, evidence.in_text(phase.body))
        spread = self._lists.spread(address)
        return views.PhasePage(
            frame=self.frame(address, phase.title, phase.summary, record),
            title=phase.title,
            colour=phase.colour,
            when=self.when(phase.dates),
            summary=phase.summary,
            body=body,
            overview=self.overview(events, line),
            lanes=self.lanes(() if spread else events, line, fewest=2),
            cards=() if spread else self.cards(events),
            notes=self.notes(notes),
            previous=self.link("phase", before.id) if before else None,
            next=self.link("phase", after.id) if after else None,
            spread=spread,
        )

    def event(self, event: Event) -> views.EventPage:
        """Return the view of an event. Its sources are numbered in the order of the page."""
        address = routes.entry("event", event.id)
        notes = Notes()
        text = self.html(event.text, address, notes) if event.text else Markup("")
        disputed = self.disputes(event, notes)
        figures = self.figures(event, notes)
        for id in event.sources:
            notes.anchors.setdefault(id, [])
        phase = self.timeline.phases.get(event.phase)
        before, after = self._beside(event, self._in_time)
        before_in, after_in = self._beside(event, self.timeline.by_phase[event.phase])
        threads = self.threads(event)
        shown = len(threads) if len(threads) <= _THREADS + 1 else _THREADS
        record = self._records.event(event, evidence.cited(event))
        spread = self._lists.spread(address)
        return views.EventPage(
            frame=self.frame(address, event.title, event.summary, record),
            card=self.card(event),
            phase=self.link("phase", phase.id) if phase else None,
            colour=phase.colour if phase else "",
            text=text,
            places=self.links("place", event.places),
            actors=self.links("actor", event.actors),
            tags=self.links("tag", event.tags),
            disputed=disputed,
            figures=figures,
            causes=self.cards(self._causes(event)),
            consequences=() if spread else self.cards(self._listed("event", event.id)),
            spread=spread,
            pictures=tuple(self.picture(medium) for medium in event.media),
            corrections=tuple(
                views.Change(self.when(change.date), change.text) for change in event.corrections
            ),
            notes=self.notes(notes),
            previous=self.card(before) if before else None,
            next=self.card(after) if after else None,
            previous_in_phase=self.card(before_in) if before_in else None,
            next_in_phase=self.card(after_in) if after_in else None,
            threads=threads[:shown],
            folded=threads[shown:],
            precision=precision.sentence(event.date, self.language),
            locator=self._maps.locator(event.places),
        )

    def moved(self, address: str, kind: str, entry: routes.Entry) -> views.Moved:
        """Return the view of an earlier address of an entry."""
        frame = self.frame(address, _name(entry), getattr(entry, "summary", ""))
        link = Link(_name(entry), routes.entry(kind, entry.id))
        canonical = self.base_url + link.address if self.base_url else ""
        return views.Moved(replace(frame, canonical=canonical), link)

    def retracted(self, event: Event) -> views.Gone:
        """Return the view of an event that was retracted."""
        view = self.gone(
            model.Retraction(routes.entry("event", event.id), event.title, event.reason)
        )
        corrections = tuple(
            views.Change(self.when(change.date), change.text) for change in event.corrections
        )
        when = self.when(event.date)
        return replace(view, when=when, what=event.summary, corrections=corrections)

    def gone(self, retraction: model.Retraction) -> views.Gone:
        """Return the view of an address where something was that is there no more."""
        name, meaning = map(self.language.text, vocabulary.STATUS["retracted"])
        title = self.language.text("Retracted: %(title)s") % {"title": retraction.title}
        return views.Gone(
            frame=self.frame(retraction.address, title, retraction.reason),
            title=retraction.title,
            status=Label("retracted", name, meaning),
            when=None,
            what="",
            reason=retraction.reason,
            since=self.when(retraction.date) if retraction.date else None,
            corrections=(),
        )

    def index(self, kind: str) -> views.Index:
        """Return the view of the list of all entries of a kind, gathered under headings."""
        title, about = map(self.language.text, vocabulary.INDEXES[kind])
        entries = getattr(self.timeline, f"{kind}s")
        letters = self._lists.letters(kind)
        drawn = () if self.timeline.is_large else self._in_time
        return views.Index(
            frame=self.frame(routes.index(kind), title, about),
            kind=kind,
            title=title,
            about=about,
            count=len(entries),
            sections=() if letters else self._gathered(kind, entries.values()),
            lanes=self.lanes(drawn, self._line, fewest=3) if kind == "actor" else None,
            letters=letters,
        )

    def letters(self, kind: str, key: str) -> Iterator[Plan]:
        """Yield the pages of an index that is too long for one, by letter."""
        key = later.key(key, self._lists.key)
        for name in routes.registers(self.timeline).get(kind, {}):
            address = routes.below(routes.index(kind) + routes.LETTERS, name)
            yield Plan(address, key, partial(self.letter, kind, name))

    def letter(self, kind: str, name: str) -> views.Index:
        """Return the view of the entries of an index that begin with one letter."""
        title, about = map(self.language.text, vocabulary.INDEXES[kind])
        entries = getattr(self.timeline, f"{kind}s")
        ids = routes.registers(self.timeline)[kind][name]
        heading = f"{title}: {self._lists.letter(name)}"
        address = routes.below(routes.index(kind) + routes.LETTERS, name)
        return views.Index(
            frame=self.frame(address, heading, about),
            kind=kind,
            title=heading,
            about="",
            count=len(ids),
            sections=self._gathered(kind, [entries[id] for id in ids]),
            lanes=None,
            letters=self._lists.letters(kind, name),
            parts=self._lists.parts(kind, name),
        )

    def _gathered(
        self,
        kind: str,
        entries: Iterable[model.Actor | model.Place | model.Tag | model.Source],
    ) -> tuple[views.Section, ...]:
        """Return entries of one kind under headings, those of most entries first."""
        sections: dict[str, list[Listing]] = defaultdict(list)
        for entry in sorted(entries, key=_alphabetical):
            sections[self._heading(kind, entry)].append(self.listing(kind, entry))
        return tuple(
            views.Section(heading, tuple(listings))
            for heading, listings in sorted(
                sections.items(), key=lambda item: (-len(item[1]), item[0])
            )
        )

    def actor(self, actor: model.Actor) -> views.Entry:
        """Return the view of an actor."""
        say = self.language.text
        members = [
            (other.id, part)
            for other in self.timeline.actors.values()
            for part in other.part_of
            if part.actor == actor.id
        ]
        facts = [
            self.fact(say("Abbreviation"), actor.abbreviation),
            views.Fact(say("Active"), when=self.when(actor.dates)) if actor.dates else None,
            self.parts(say("Part of"), ((part.actor, part) for part in actor.part_of)),
            self.parts(say("Members and parts"), members),
        ]
        return self.entry("actor", actor, facts, cited=actor.sources)

    def place(self, place: model.Place) -> views.Entry:
        """Return the view of a place."""
        say = self.language.text
        where = ""
        if place.lat is not None and place.lon is not None:
            maps = self._maps
            where = f"{maps.latitude(place.lat)}, {maps.longitude(place.lon)}"
            note = vocabulary.PRECISION[place.precision]
            where = f"{where} ({say(note)})" if note else where
        facts = [self.fact(say("Region"), place.region), self.fact(say("Coordinates"), where)]
        view = self.entry("place", place, facts)
        return replace(view, locator=self._maps.locator([place.id], linked=False))

    def tag(self, tag: model.Tag) -> views.Entry:
        """Return the view of a tag."""
        return self.entry("tag", tag, [])

    def source(self, source: model.Source) -> views.SourcePage:
        """Return the view of a source, with all that cites it."""
        address, record = routes.entry("source", source.id), self._records.source(source)
        spread = self._lists.spread(address)
        return views.SourcePage(
            frame=self.frame(address, source.title, source.note or record.about, record),
            title=source.title,
            lang=source.language,
            index=self._index_link("source"),
            label=self._label("source", source),
            summary=source.note,
            facts=self._source_pages.facts(source),
            url=source.url,
            archived=source_pages.copy(source, self.when),
            citing=() if spread else self._source_pages.citing(source),
            spread=spread,
        )

    def disputed_page(self) -> views.DisputedPage:
        """Return the view of everything on which accounts differ, and of the statuses."""
        say = self.language.text
        title, about = map(say, vocabulary.DISPUTED)
        events, spread = filing.disputed(self.timeline), self._lists.spread(routes.DISPUTED)
        groups, notes = self.disputes_of(() if spread else events)
        return views.DisputedPage(
            frame=self.frame(routes.DISPUTED, title, about),
            title=title,
            about=about,
            count=len(events),
            groups=groups,
            statuses=tuple(map(self._status, vocabulary.STATUS)),
            notes=notes,
            spread=spread,
        )

    def disputes_of(
        self, events: Iterable[Event]
    ) -> tuple[tuple[views.Disputes, ...], tuple[views.Note, ...]]:
        """Return what is disputed about some events, by phase, and the sources that it cites."""
        notes = Notes()
        parts = disputes.Parts(
            card=self.card,
            phase=lambda phase: (self.link("phase", phase.id), self.when(phase.dates)),
            points=lambda event: self.disputes(event, notes),
            figures=lambda event: self.figures(event, notes, only=filing.differing(event)),
        )
        return disputes.groups(self.timeline, events, parts), self.notes(notes)

    def prose_page(self, page: model.Page) -> views.ProsePage:
        """Return the view of a Markdown page."""
        address = routes.entry("page", page.id)
        notes = Notes()
        body = self.html(page.body, address, notes)
        frame = self.frame(address, page.title, page.summary)
        return views.ProsePage(frame, page.title, body, self.notes(notes), page.draft)

    def map(self, sheet: Later[views.Sheet]) -> views.MapPage:
        """Return the view of the map of all places, with the events that can be picked on it."""
        say = self.language.text
        title, about = say("Map"), say("Where the events of this timeline happened.")
        large = self.timeline.is_large
        hidden = len(self._maps.shown) < len(self.timeline.places)
        return views.MapPage(
            frame=self.frame(routes.MAP, title, about),
            title=title,
            about=about,
            map=sheet,
            rows=Later(
                later.key(sheet.key, *self.timeline.places.values()),
                lambda: self._rows(sheet.value.drawing),
            ),
            facets=self.facets(),
            groups=() if large else self.groups(self.timeline.events.values()),
            windows=event_data.windows(self.timeline, self.language) if large else None,
            more=Link(say("All places"), routes.index("place")) if hidden else None,
        )

    def _rows(self, drawing: atlas.Drawing) -> tuple[views.MapRow, ...]:
        """Return the places of a map as a list, those of most events first."""
        events = self._maps.events
        places = self._maps.shown
        return tuple(
            views.MapRow(
                place.id,
                self.link("place", place.id),
                place.region,
                self.language.text(self._shown(place, drawing)),
                events[place.id],
            )
            for place in sorted(places, key=lambda place: (-events[place.id], _alphabetical(place)))
        )

    def corrections_page(self) -> views.CorrectionsPage:
        """Return the view of all corrections."""
        title, about = self.language.text(corrections.TITLE), self.language.text(corrections.ABOUT)
        frame = self.frame(routes.CORRECTIONS, title, about)
        spread = self._lists.spread(routes.CORRECTIONS)
        return corrections.page(frame, self._corrections, self.language, spread)

    def corrections_feed(self) -> views.CorrectionsFeed:
        """Return the view of their feed, which needs absolute addresses."""
        title, about = self.language.text(corrections.TITLE), self.language.text(corrections.ABOUT)
        frame = self.frame(routes.CORRECTIONS_FEED, title, about)
        spread = self._lists.spread(routes.CORRECTIONS)
        return corrections.feed(frame, self._corrections, self.language, spread)

    @cached_property
    def _corrections(self) -> tuple[views.Corrected, ...]:
        return corrections.items(
            self.timeline,
            lambda event: Link(event.title, routes.entry("event", event.id)),
            lambda change: self.when(change.date),
        )

    def not_found(self) -> views.NotFound:
        """Return the view of what a host shows at an address that is none.

        A host shows it at any depth, so its links start at the site's absolute path where
        that is known; where it is not, they work for addresses at the top.
        """
        title = self.language.text("Page not found")
        frame = self.frame(routes.NOT_FOUND, title, "")
        root = urlsplit(self.base_url).path if self.base_url else frame.root
        return views.NotFound(replace(frame, root=root, canonical=""))

    # The parts of pages.

    def frame(
        self, address: str, title: str, description: str, record: views.Record | None = None
    ) -> Frame:
        """Return what surrounds the page at an address."""
        settings = self.timeline.settings
        licence = settings.licence
        return Frame(
            address=address,
            root=routes.root(address),
            lang=self.language.code,
            dir=self.language.direction,
            title=f"{title} · {settings.title}" if title else settings.title,
            description=description or settings.description,
            canonical=self.base_url + address if self.base_url else "",
            stylesheet=self.stylesheet,
            scripts=self.scripts,
            site_title=settings.title,
            sections=tuple(_seen_from(address, link) for link in self._sections),
            menu=tuple(
                _seen_from(address, self.link("page", page))
                for page in settings.menu
                if page in self.timeline.pages
            ),
            licence=Link(licence.name, licence.url) if licence else None,
            repository=settings.repository,
            base_url=self.base_url,
            record=record,
        )

    @cached_property
    def _sections(self) -> tuple[Link, ...]:
        """The parts of the site, as every page's menu has them."""
        say = self.language.text
        return (
            Link(say("Timeline"), routes.HOME, filters=True),
            *(self._index_link(kind) for kind in ("actor", "place", "tag", "source")),
            Link(say(vocabulary.DISPUTED[0]), routes.DISPUTED),
            *([Link(say("Map"), routes.MAP, filters=True)] if self.timeline.has_map else []),
        )

    def card(self, event: Event) -> Card:
        """Return an event as lists show it."""
        if event.id not in self._cards:
            phase = self.timeline.phases.get(event.phase)
            self._cards[event.id] = Card(
                id=event.id,
                link=self.link("event", event.id),
                when=self.when(event.date),
                summary=event.summary,
                major=event.importance == "major",
                minor=event.importance == "minor",
                status=self._status(event.status),
                disputed=bool(event.disputed),
                draft=event.draft,
                colour=phase.colour if phase else "",
                places=self.links("place", event.places),
                actors=self.links("actor", event.actors),
                sources=len(evidence.cited(event)),
                data=_data(event),
            )
        return self._cards[event.id]

    def cards(self, events: Iterable[Event]) -> tuple[Card, ...]:
        """Return events as lists show them."""
        return tuple(map(self.card, events))

    def facets(self) -> tuple[views.Facet, ...]:
        """Return what the timeline can be filtered by, each value with its number of events."""
        say = self.language.text
        found = []
        for kind, (title, one) in vocabulary.FACETS.items():
            members: Mapping[str, Sequence[Event]] = (
                self.timeline.by_phase if kind == "phase" else self._events_of[kind]
            )
            choices = [
                views.Choice(id, link.title, link.address, len(members[id]))
                for id in getattr(self.timeline, f"{kind}s")
                if members.get(id)
                for link in [self.link(kind, id)]
            ]
            if kind != "phase":
                choices.sort(key=lambda choice: (-choice.count, choice.title))
            most = large_pages.MOST_CHOICES if self.timeline.is_large else len(choices)
            more = self._index_link(kind) if kind != "phase" and len(choices) > most else None
            if choices:
                shown = tuple(choices[:most])
                found.append(views.Facet(kind, say(title), say(one), shown, more))
        return (*found, self._statuses())

    def _status(self, key: str) -> Label:
        """Return a status with its public definition."""
        name, meaning = map(self.language.text, vocabulary.STATUS[key])
        return Label(key, name, meaning, routes.status(key))

    def _statuses(self) -> views.Facet:
        say = self.language.text
        counts = Counter(event.status for event in self._in_time)
        choices = [
            views.Choice(status, say(name), "", counts[status])
            for status, (name, _) in vocabulary.STATUS.items()
            if counts[status]
        ]
        return views.Facet("status", say("Status"), say("status"), tuple(choices))

    def groups(
        self, events: Iterable[Event], *, with_summary: bool = False
    ) -> tuple[views.Group, ...]:
        """Return events, which are in order of time, under the headings of their phases."""
        by_phase: dict[str, list[Event]] = defaultdict(list)
        for event in events:
            by_phase[event.phase].append(event)
        found = []
        for id in sorted(by_phase, key=self._phase_order.__getitem__):
            phase = self.timeline.phases.get(id)
            group = views.Group(
                id=id,
                link=self.link("phase", id) if phase else Link(""),
                colour=phase.colour if phase else "",
                when=self.when(phase.dates) if phase else None,
                summary=phase.summary if phase and with_summary else "",
                cards=self.cards(by_phase[id]),
            )
            found.append(group)
        return tuple(found)

    def rail(self, listed: Iterable[str]) -> tuple[Link, ...]:
        """Return the years of a list of events, each as a link to its first one.

        Of many years some are kept, the first in each stretch of 2, 5, 10, … of them. An event
        that is not known to have begun in one year stands for none.
        """
        first: dict[int, str] = {}
        for id in listed:
            year = _first_year(self.timeline.events[id].date)
            if year is not None:
                first.setdefault(year, id)
        if len(first) < 2:
            return ()
        stretch = next(n for n in _STRETCHES if len({year // n for year in first}) <= _RAIL)
        kept = {year // stretch: year for year in sorted(first, reverse=True)}
        return tuple(
            Link(self._year(year), routes.in_list(first[year])) for year in sorted(kept.values())
        )

    def entry(
        self,
        kind: str,
        entry: model.Actor | model.Place | model.Tag,
        facts: Iterable[views.Fact | None],
        *,
        cited: Iterable[str] = (),
    ) -> views.Entry:
        """Return the view of an entry of a registry, with its events."""
        title, summary = _name(entry), entry.summary
        events = self._events_of[kind].get(entry.id, ())
        spread = self._lists.spread(routes.entry(kind, entry.id))
        return views.Entry(
            frame=self.frame(routes.entry(kind, entry.id), title, summary),
            kind=kind,
            title=title,
            index=self._index_link(kind),
            label=self._label(kind, entry),
            summary=summary,
            facts=tuple(fact for fact in facts if fact),
            sources=tuple(self.listing("source", self.timeline.sources[id]) for id in cited),
            overview=self.overview(events),
            groups=() if spread else self.groups(events),
            count=len(events),
            spread=spread,
        )

    def overview(
        self,
        events: Iterable[Event],
        line: axis.Axis | None = None,
        *,
        in_list: bool = False,
    ) -> Later[chart.Overview | None]:
        """Return the drawing of events on a line, or on that of the whole timeline.

        Its marks lead to the events' pages, or to the same events further down in the list.
        """
        from dateline import chart

        line = line or self._line
        subjects = [self._subjects[event.id] for event in events]
        most = chart.MOST_OF_MANY if self.timeline.is_large else chart.MOST_MARKS
        address: Callable[[str], str] = partial(routes.entry, "event")
        pages: tuple[str, ...] = ()
        if in_list and self.timeline.is_large:
            address = self._lists.addresses.__getitem__
            pages = routes.lists(self.timeline)[routes.TIMELINE].reading
        elif in_list:
            address = routes.in_list
        return Later(
            later.key(in_list, most, *pages, *self._drawn(subjects, line)),
            lambda: chart.overview(subjects, self._stages, line, self.language, address, most),
        )

    def _drawn(self, subjects: list[chart.Subject], line: axis.Axis | None) -> Iterator[str]:
        """Yield keys of all that a drawing of these events is made from."""
        yield self._stages_key
        yield f"{line.unit} {line.start} {line.end}" if line else ""
        yield from (self._subject_keys[subject.id] for subject in subjects)

    def lanes(
        self, events: Iterable[Event], line: axis.Axis | None, *, fewest: int
    ) -> Later[chart.Lanes | None]:
        """Return the actors of events side by side; those of fewer than `fewest` are folded."""
        from dateline import chart

        subjects = [self._subjects[event.id] for event in events]
        actors = [
            (actor.id, actor.name, actor.abbreviation, actor.kind)
            for actor in self.timeline.actors.values()
        ]
        return Later(
            later.key(fewest, actors, *self._drawn(subjects, line)),
            lambda: chart.lanes(
                subjects,
                self.timeline.actors.values(),
                self._stages,
                line,
                self.language,
                heading=partial(self._heading, "actor"),
                fewest=fewest,
            ),
        )

    def listing(
        self, kind: str, entry: model.Actor | model.Place | model.Tag | model.Source
    ) -> Listing:
        """Return an entry as its index shows it."""
        details: list[str] = []
        if isinstance(entry, model.Actor) and entry.abbreviation:
            details.append(entry.abbreviation)
        if isinstance(entry, model.Place) and entry.region:
            details.append(entry.region)
        source = entry if isinstance(entry, model.Source) else None
        if source:
            via = self.language.text("read at %(outlet)s") % {"outlet": source.via}
            details += [source.author, source.publisher, via if source.via else ""]
        return Listing(
            link=Link(_name(entry), routes.entry(kind, entry.id)),
            details=tuple(filter(None, details)),
            summary=source.note if source else getattr(entry, "summary", ""),
            events=len(self._events_of[kind].get(entry.id, ())),
            lang=source.language if source else "",
            when=self.when(source.date) if source and source.date else None,
            url=source.url if source else "",
            kind=self._label(kind, source) if source else "",
            language=self._foreign(source.language) if source else "",
            archived=source_pages.copy(source, self.when) if source else None,
        )

    def threads(self, event: Event) -> tuple[views.Thread, ...]:
        """Return the ways on from an event along each actor who has others."""
        gathered: dict[tuple[str, ...], list[Link]] = defaultdict(list)
        for actor in dict.fromkeys(event.actors):
            around = self._beside(event, self._events_of["actor"][actor])
            gathered[tuple(step.id if step else "" for step in around)].append(
                self.link("actor", actor)
            )
        return tuple(
            views.Thread(tuple(actors), *map(self.step, steps))
            for steps, actors in gathered.items()
            if any(steps)
        )

    def step(self, id: str) -> views.Step | None:
        """Return an event to go on to; None without an id."""
        event = self.timeline.events.get(id)
        return views.Step(self.link("event", id), self.when(event.date)) if event else None

    def fact(self, name: str, value: str) -> views.Fact | None:
        """Return a particular that is a text, or None if there is none."""
        return views.Fact(name, (Link(value),)) if value else None

    def parts(self, name: str, parts: Iterable[tuple[str, model.Part]]) -> views.Fact | None:
        """Return what an actor belongs to, or what belongs to it; None if nothing does."""
        links = []
        for id, part in parts:
            dates = self.language.date(part.dates) if part.dates else ""
            note = ", ".join(filter(None, (part.role, dates)))
            links.append(replace(self.link("actor", id), note=note))
        return views.Fact(name, self._lists.few("actor", links)) if links else None

    def when(self, date: Date) -> When:
        """Return a date as pages print it."""
        found = self._whens.get(date.text)
        if found is None:
            vague = date.approximate or date.uncertain
            found = When(self.language.date(date), date.text, date.iso, vague)
            self._whens[date.text] = found
        return found

    def link(self, kind: str, id: str) -> Link:
        """Return a link to an entry, in the words that lists use for it."""
        if (kind, id) not in self._links:
            self._links[kind, id] = self._link(kind, id)
        return self._links[kind, id]

    def _link(self, kind: str, id: str) -> Link:
        entry = getattr(self.timeline, f"{kind}s")[id]
        if isinstance(entry, model.Actor):
            note = entry.name if entry.abbreviation else ""
            return Link(entry.short, routes.entry(kind, id), note)
        return Link(_name(entry), routes.entry(kind, id))

    def links(self, kind: str, ids: Iterable[str]) -> tuple[Link, ...]:
        """Return links to entries of one kind."""
        return tuple(self.link(kind, id) for id in ids)

    def disputes(self, event: Event, notes: Notes) -> tuple[views.Claims, ...]:
        """Return what is disputed about an event, with who says what."""
        return tuple(
            views.Claims(
                dispute.point,
                tuple(
                    self.claim(position.by, position.says, position.sources, notes)
                    for position in dispute.positions
                ),
            )
            for dispute in event.disputed
        )

    def figures(
        self, event: Event, notes: Notes, *, only: Container[str] | None = None
    ) -> tuple[views.Claims, ...]:
        """Return an event's figures; those of one measure together, never summed.

        `only` names the measures to return; without it all are.
        """
        gathered: dict[str, list[views.Claim]] = defaultdict(list)
        for figure in event.figures:
            if only is not None and figure.what not in only:
                continue
            amount = claims.amount(figure, self.language)
            claim = self.claim(figure.by, amount, figure.sources, notes)
            gathered[figure.what].append(replace(claim, note=figure.note))
        return tuple(views.Claims(what, tuple(sides)) for what, sides in gathered.items())

    def claim(
        self, by: Iterable[str], says: str, sources: Iterable[str], notes: Notes
    ) -> views.Claim:
        """Return one side of a dispute, or one figure."""
        speakers = tuple(
            self.link("actor", who) if who in self.timeline.actors else Link(who) for who in by
        )
        marks = []
        for id in sources:
            number, anchor = notes.cite(id)
            marks.append(views.Mark(number, id, anchor, self._source_line(id)))
        return views.Claim(speakers, says, tuple(marks))

    def picture(self, medium: model.Medium) -> views.Picture:
        """Return a picture as its event's page shows it."""
        address = self.media[medium.file]
        return views.Picture(address, medium.alt, medium.caption, medium.credit, medium.licence)

    def notes(self, notes: Notes) -> tuple[views.Note, ...]:
        """Return the numbered sources of a page."""
        return tuple(
            views.Note(
                number,
                id,
                self.listing("source", self.timeline.sources[id]),
                tuple(anchor for anchor in anchors if anchor not in notes.unseen),
            )
            for number, (id, anchors) in enumerate(notes.anchors.items(), 1)
        )

    def html(self, prose: model.Prose, address: str, notes: Notes) -> Markup:
        """Return a Markdown text as it stands on the page at an address."""
        root = routes.root(address)

        def cite(citation: markdown.Citation) -> str:
            marks = []
            for cited in citation.cited:
                number, anchor = notes.cite(cited.id)
                locator = f", <span>{escape(cited.locator)}</span>" if cited.locator else ""
                title = escape(self._source_line(cited.id))
                marks.append(
                    f'<cite-note><a id="{anchor}" href="#source-{cited.id}" title="{title}">'
                    f"{number}</a></cite-note>{locator}"
                )
            return f'<sup class="cite">[{"; ".join(marks)}]</sup>'

        def link(token: markdown.EventLink) -> str:
            event = self.timeline.events[token.id]
            words = escape(token.label or event.title)
            href = root + routes.entry("event", event.id)
            return f'<a class="event-link" href="{href}">{words}</a>'

        page = markdown.render(prose.text, cite, link)
        # A citation in a comment or in a link's title is not printed: nothing can lead to it.
        for anchors in notes.anchors.values():
            notes.unseen.update(anchor for anchor in anchors if f'id="{anchor}"' not in page)
        return Markup(page)  # noqa: S704 - sanitised there

    # What is looked up often.

    @cached_property
    def _sheet(self) -> Later[views.Sheet] | None:
        """The map of all places; None if of none it is known where it lies."""
        drawing = self._maps.sheet
        if drawing is None:
            return None
        key = later.key(self._maps.key, len(self.timeline.places))
        return Later(key, lambda: self._sheet_of(drawing.value))

    def _sheet_of(self, drawing: atlas.Drawing) -> views.Sheet:
        n = len(self._maps.shown)
        alternative = self.language.plural(
            "Map of %(n)s place; the list below says the same",
            "Map of %(n)s places; the list below says the same",
            n,
        )
        alternative %= {"n": self.language.number(n)}
        return views.Sheet(drawing, alternative, tuple(self._signs(drawing)))

    @cached_property
    def _subjects(self) -> dict[str, chart.Subject]:
        from dateline import chart

        return {id: chart.Subject.of(event) for id, event in self.timeline.events.items()}

    @cached_property
    def _subject_keys(self) -> dict[str, str]:
        # An EDTF text says all that a date is, and is much shorter than its `repr`.
        return {
            id: later.key(*subject[:2], subject.date.text, *subject[3:])
            for id, subject in self._subjects.items()
        }

    @cached_property
    def _stages(self) -> tuple[chart.Stage, ...]:
        from dateline import chart

        return tuple(map(chart.Stage.of, self.timeline.phases.values()))

    @cached_property
    def _stages_key(self) -> str:
        return later.key(*self._stages)

    @cached_property
    def _in_time(self) -> list[Event]:
        return list(self.timeline.events.values())

    @cached_property
    def _line(self) -> axis.Axis | None:
        """The line of time that has room for everything."""
        phases = (phase.dates for phase in self.timeline.phases.values())
        return axis.of([*phases, *(event.date for event in self._in_time)])

    @cached_property
    def _place(self) -> dict[str, int]:
        """By id, the place of every event in the order of time."""
        return {event.id: place for place, event in enumerate(self._in_time)}

    def _beside(self, event: Event, events: Sequence[Event]) -> tuple[Event | None, Event | None]:
        """Return what stands before and after an event in a list in order of time."""
        place = self._place
        at = bisect_left(events, place[event.id], key=lambda one: place[one.id])
        before = events[at - 1] if at else None
        return before, events[at + 1] if at + 1 < len(events) else None

    @cached_property
    def _phase_order(self) -> dict[str, int]:
        return {id: place for place, id in enumerate(self.timeline.by_phase)}

    @property
    def _consequences(self) -> Mapping[str, Sequence[Event]]:
        return filing.consequences(self.timeline)

    def _listed(self, kind: str, id: str) -> Sequence[Event]:
        """Return the events in the list of an entry."""
        if kind == "event":
            return self._consequences.get(id, ())
        return self.timeline.by_phase[id] if kind == "phase" else self._events_of[kind].get(id, ())

    def _key_of_list(self, base: str) -> str:
        """Return a key of all that the pages of a list show."""
        keys, (kind, id) = self._keys, routes.named(base)
        if base in (routes.DISPUTED, routes.CORRECTIONS):
            return keys.everything
        if kind == "source" and id in self.timeline.sources:
            return self._key_of_source(self.timeline.sources[id])
        return keys.shared

    @cached_property
    def _events_of(self) -> Mapping[str, Mapping[str, Sequence[Event]]]:
        """By kind and id, the events that name it, in order of time."""
        return _Asked(self._naming)

    def _naming(self, kind: str) -> Mapping[str, Sequence[Event]]:
        """Return, by id, the events that name an entry of a kind.

        What a file has to say of it stays with the file, so that a save finds it again.
        """
        return _Merged(kind, self.timeline, self._place, self._named_in)

    def _named_in(self, file: model.File, kind: str) -> dict[str, list[Event]]:
        """Return, by id, the events of a file that name an entry of a kind, in order of time."""
        name, place = f"naming {kind}", self._place
        if name not in file.memory:
            own = sorted(file.values.values(), key=lambda event: place[event.id])
            file.memory[name] = naming(kind, own)
        found: dict[str, list[Event]] = file.memory[name]
        return found

    def _year(self, year: int) -> str:
        if abs(year) > 9999:
            return self.language.date(dates.parse(f"Y{year}"))
        return self.language.date(dates.parse(f"{year:05}" if year < 0 else f"{year:04}"))

    def _signs(self, drawing: atlas.Drawing) -> Iterator[tuple[str, str]]:
        """Yield the signs that the legend of a map explains: those that it has."""
        say = self.language.text
        shown = {mark.pin.precision for mark in drawing.marks}
        if "approximate" in shown:
            yield "approximate", say("approximate position")
        if "region" in shown:
            yield "region", say("somewhere in this region")
        if drawing.arrows:
            yield "arrow", say("outside this map")
        yield from (("borders", words) for words in drawing.legend)

    def _shown(self, place: model.Place, drawing: atlas.Drawing) -> str:
        """Return how a map shows a place, where that is not as a point."""
        if not place.point:
            return marked("no coordinates")
        if all(mark.pin.id != place.id for mark in drawing.marks):
            return marked("outside this map")
        return {
            "approximate": marked("approximate position"),
            "region": marked("somewhere in this region"),
        }.get(place.precision, "")

    def _causes(self, event: Event) -> list[Event]:
        """Return what led to an event, in order of time."""
        causes = (self.timeline.events[id] for id in event.causes)
        return sorted(causes, key=lambda cause: (cause.date.sort_key, cause.id))

    def _foreign(self, code: str) -> str:
        """Return the name of a language that is not the page's; '' for that one."""
        own = self.language.code.partition("-")[0]
        return "" if code.partition("-")[0] in ("", own) else self.language.language_name(code)

    def _source_line(self, id: str) -> str:
        """Return a source in one line, for those who point at a citation."""
        source = self.timeline.sources[id]
        date = self.language.date(source.date) if source.date else ""
        said_by = ", ".join(filter(None, (source.author, source.publisher, date)))
        return f"{said_by}: {source.title}" if said_by else source.title

    def _index_link(self, kind: str) -> Link:
        return Link(self.language.text(vocabulary.INDEXES[kind][0]), routes.index(kind))

    def _label(self, kind: str, entry: model.Actor | model.Place | model.Tag | model.Source) -> str:
        if isinstance(entry, model.Tag):
            return self.language.text("Tag")
        return self.language.text(vocabulary.KINDS[kind][entry.kind][0])

    def _heading(
        self, kind: str, entry: model.Actor | model.Place | model.Tag | model.Source
    ) -> str:
        return (
            ""
            if isinstance(entry, model.Tag)
            else self.language.text(vocabulary.KINDS[kind][entry.kind][1])
        )


_RAIL = 24
"""How many years are the most beside the list."""
_STRETCHES = tuple(n * 10**power for power in range(12) for n in (1, 2, 5))


def _data(event: Event) -> tuple[tuple[str, str], ...]:
    """Return what a filter compares of an event."""
    return (
        ("phase", event.phase),
        ("actor", " ".join(event.actors)),
        ("place", " ".join(event.places)),
        ("tag", " ".join(event.tags)),
        ("status", event.status),
        ("first", str(event.date.first or "")),
        ("last", str(event.date.last or "")),
    )


def _seen_from(address: str, link: Link) -> Link:
    """Return a link of the menu, marked if it leads to the page at this address or holds it."""
    if link.address == address:
        return replace(link, current="page")
    return (
        replace(link, current="true") if link.address and address.startswith(link.address) else link
    )


def _name(entry: object) -> str:
    """Return what an entry is called: the title of what was written, the name of the rest."""
    return str(getattr(entry, "title", "") or getattr(entry, "name", ""))


def _alphabetical(entry: object) -> tuple[str, str]:
    """Sort by name without regard to accents and case, the same on every machine."""
    plain = unicodedata.normalize("NFKD", _name(entry)).casefold()
    letters = re.sub(r"[^\w\s]", "", plain)
    return letters.strip(), str(getattr(entry, "id", ""))


class _Asked(dict[str, _Value]):
    """Values by name, each worked out when it is asked for."""

    def __init__(self, make: Callable[[str], _Value]) -> None:
        super().__init__()
        self._make = make

    def __missing__(self, name: str) -> _Value:
        self[name] = self._make(name)
        return self[name]


_FEW = 6
"""How often events are gone through for what names one id, before they are filed by all ids."""


class _Merged(Mapping[str, Sequence[Event]]):
    """The events of a timeline by the ids of a kind that they name, in order of time.

    To file all events takes as long as to go through them for some ten ids, and one edit asks for
    three or four.
    """

    def __init__(
        self,
        kind: str,
        timeline: Timeline,
        place: Mapping[str, int],
        named_in: Callable[[model.File, str], Mapping[str, Sequence[Event]]],
    ) -> None:
        self._kind, self._named_in, self._place = kind, named_in, place
        self._files, self._loose = timeline.event_files, timeline.loose_events
        # After a save nearly all of them are filed already.
        unfiled = [file for file in self._files if f"naming {kind}" not in file.memory]
        self._left = _FEW if len(unfiled) > 1 else 0
        self._known: dict[str, Sequence[Event]] = {}

    @cached_property
    def _parts(self) -> Sequence[Mapping[str, Sequence[Event]]]:
        """The events of each file by the ids that they name."""
        filed = (self._named_in(file, self._kind) for file in self._files)
        return [*filed, naming(self._kind, self._loose)]

    def __getitem__(self, id: str) -> Sequence[Event]:
        if id not in self._known:
            found = self._looked_for(id) if self._left else self._filed(id)
            self._known[id] = sorted(found, key=lambda event: self._place[event.id])
        if not self._known[id]:
            raise KeyError(id)
        return self._known[id]

    def _filed(self, id: str) -> Iterable[Event]:
        return chain.from_iterable(part[id] for part in self._parts if id in part)

    def _looked_for(self, id: str) -> Iterable[Event]:
        self._left -= 1
        kinds = (self._kind, model.CITED_IN_TEXT) if self._kind == "source" else (self._kind,)
        files = (
            file.values.values()
            for file in self._files
            if any(id in file.named.get(kind, ()) for kind in kinds)
        )
        named = _names(self._kind)
        return [event for event in chain(*files, self._loose) if id in named(event)]

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(chain.from_iterable(self._parts)))

    def __len__(self) -> int:
        return len(set().union(*self._parts))


def _first_year(date: Date) -> int | None:
    """Return the year that something began in, None if that may have been one of several."""
    if date.is_interval:
        return date.first.year if date.first else None
    return date.year


def _ends(date: Date) -> Iterator[int]:
    """Yield the years that a date surely touches."""
    yield from (day.year for day in (date.first, date.last) if day is not None)


def naming(kind: str, events: Iterable[Event]) -> dict[str, list[Event]]:
    """Return, by id, those of the events that name an entry of a kind, in the order given."""
    named = _names(kind)
    found: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        for id in named(event):
            listed = found[id]
            if not listed or listed[-1] is not event:
                listed.append(event)
    return dict(found)


def _names(kind: str) -> Callable[[Event], Sequence[str]]:
    """Return what reads the ids of a kind that an event names."""
    return evidence.cited if kind == "source" else attrgetter(f"{kind}s")
