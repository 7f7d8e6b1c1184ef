"""What a timeline of many events shows in place of one list: years, months, days and what is major.

    lists = large_pages.Lists(timeline, language, …)
    lists.spread("actors/crew/")        # for the page of an actor, None if its events fit on it
    lists.plans(key_of, shared)         # every page of every long list

Pure: `listing` says what is on which page, this module what they look like.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property, partial

from msgspec import Struct
from msgspec.structs import replace

from dateline import dates, filing, later, listing, routes, vocabulary
from dateline.language import Language
from dateline.listing import Stretch
from dateline.model import Event, Timeline
from dateline.plans import Group as PlanGroup
from dateline.plans import Plan
from dateline.views import (
    Citing,
    Corrected,
    Disputes,
    Frame,
    Group,
    Link,
    ListPage,
    Moved,
    Note,
    Spread,
    Stage,
    Tally,
    When,
)

MOST_MAJOR = 30
"""How many major events stand on a page that has no room for all events."""
MOST_STAGES = 100
"""Of how many phases the home page has the summaries at most."""
MOST_NAMED = 20
"""How many links a particular of an entry has at most, such as the members of an alliance."""
MOST_PARTS = 40
"""Of more parts than this only those near, the first and the last are linked."""
MOST_CHOICES = 50
"""How many values a filter offers of each kind; an address can name any."""

Item = Event | Citing | Corrected
"""What a list can hold."""


class Makers(Struct, frozen=True):
    """Makes what stands on the pages of lists that are not plain lists of events."""

    disputes: Callable[[Iterable[Event]], tuple[tuple[Disputes, ...], tuple[Note, ...]]]
    """Makes what is disputed about some events, with the numbered sources."""
    citing: Callable[[str], Sequence[Citing]]
    """Finds what cites a source from its id, in the order of its list."""
    corrected: Callable[[], Sequence[Corrected]]
    """Finds all corrections, the oldest first."""


class Lists(Struct, frozen=True, dict=True):
    """Makes what the pages of long lists show."""

    timeline: Timeline
    language: Language
    frame: Callable[[str, str, str], Frame]
    """Makes what surrounds a page from its address, title and description."""
    groups: Callable[[Iterable[Event]], tuple[Group, ...]]
    link: Callable[[str, str], Link]
    when: Callable[[dates.Date], When]
    year: Callable[[int], str]
    events_of: Callable[[str, str], Sequence[Event]]
    """Finds the events of an entry from its kind and id."""
    makers: Makers

    def spread(self, base: str) -> Spread | None:
        """Return where the things of a list are, None if they fit on the page at its beginning."""
        if not routes.is_spread(self.timeline, base):
            return None
        found = routes.lists(self.timeline)[base]
        return self._spread(base, found, found.stretches[""], self._items(base))

    def stages(self) -> tuple[Stage, ...]:
        """Return the phases, each with its number of events; of very many without summaries."""
        brief = len(self.timeline.phases) > MOST_STAGES
        return tuple(
            Stage(
                id=phase.id,
                link=self.link("phase", phase.id),
                colour=phase.colour,
                when=self.when(phase.dates),
                summary="" if brief else phase.summary,
                count=len(self.timeline.by_phase[phase.id]),
            )
            for phase in self.timeline.phases.values()
        )

    def plans(self, key_of: Callable[[str], str], shared: str) -> Iterator[Plan | PlanGroup]:
        """Yield every page of every list but those that are an entry's own.

        `key_of` gives, from the address that a list begins at, a key of all that its pages show;
        lists for which that is what all pages show, `shared`, are planned together.
        """
        lists, files = routes.lists(self.timeline), self.timeline.event_files
        keys = {base: key_of(base) for base in lists}
        names = [(base, tuple(lists[base].stretches)) for base in keys if keys[base] == shared]
        memory = files[0].memory.setdefault("lists", {}) if files else {}
        planned = partial(self._plans, {base: shared for base, _ in names})
        yield PlanGroup(later.key(shared, self.key, names), memory, planned)
        yield from self._plans({base: key for base, key in keys.items() if key != shared})
        for old, new in routes.moved_lists(self.timeline).items():
            yield Plan(old, later.key(key_of(old), self.key), partial(self._moved, old, new))

    def _plans(self, keys: Mapping[str, str]) -> Iterator[Plan]:
        """Yield the pages of lists, each of which begins at an address and has a key."""
        for base, key in keys.items():
            whole = later.key(key, self.key)
            for name in routes.lists(self.timeline)[base].stretches:
                if name or base == routes.TIMELINE:
                    address = routes.below(base, name)
                    yield Plan(address, whole, partial(self._page, base, name))

    @cached_property
    def key(self) -> str:
        """A key of the addresses that stay because they were published."""
        return later.key(routes.kept_lists(self.timeline))

    @cached_property
    def addresses(self) -> dict[str, str]:
        """By id, the address of each event in the list of the whole timeline."""
        names = routes.lists(self.timeline)[routes.TIMELINE].names()
        return {
            id: f"{routes.below(routes.TIMELINE, name)}#{id}"
            for id, name in zip(self.timeline.events, names, strict=True)
        }

    def letters(self, kind: str, current: str = "") -> tuple[Tally, ...]:
        """Return the letters that an index is split by; none if it is not.

        `current` is the page that they stand on.
        """
        base = routes.index(kind) + routes.LETTERS
        counts: dict[str, int] = defaultdict(int)
        for name, ids in routes.registers(self.timeline).get(kind, {}).items():
            if ids:
                counts[name.partition("/")[0]] += len(ids)
        letter = current.partition("/")[0]
        return tuple(
            Tally(
                Link(
                    self.letter(name),
                    routes.below(base, name),
                    current="page" if name == current else "true" if name == letter else "",
                ),
                count,
            )
            for name, count in sorted(counts.items(), key=lambda item: _letter_order(item[0]))
        )

    def parts(self, kind: str, name: str) -> tuple[Link, ...]:
        """Return the pages of the same letter of an index, if there are several."""
        base, letter = routes.index(kind) + routes.LETTERS, name.partition("/")[0]
        pages = routes.registers(self.timeline)[kind]
        found = sorted((one for one in pages if one.partition("/")[0] == letter), key=_part)
        if len(found) < 2:
            return ()
        return tuple(
            Link(
                self.language.number(_part(one)),
                routes.below(base, one),
                current="page" if one == name else "",
            )
            for one in found
        )

    def few(self, kind: str, links: Sequence[Link]) -> tuple[Link, ...]:
        """Return links to entries of a kind; of very many the first, and the way to all."""
        rest = len(links) - MOST_NAMED
        if not self.timeline.is_large or rest < 2:
            return tuple(links)
        words = self.language.text("%(n)s more") % {"n": self.language.number(rest)}
        return (*links[:MOST_NAMED], Link(words, routes.index(kind)))

    def letter(self, name: str) -> str:
        """Return a letter as a heading."""
        return listing.shown_letter(name.partition("/")[0]) or self.language.text("Other")

    def _items(self, base: str) -> Sequence[Item]:
        """Return all that a list holds, in its order."""
        if base == routes.TIMELINE:
            return self._all
        if base == routes.DISPUTED:
            return filing.disputed(self.timeline)
        if base == routes.CORRECTIONS:
            return self.makers.corrected()
        kind, id = routes.named(base)
        return self.makers.citing(id) if kind == "source" else self.events_of(kind, id)

    def _events(self, items: Iterable[Item]) -> list[Event]:
        """Return the events among the things of a list, and those that cite a source."""
        found = []
        for item in items:
            if isinstance(item, Event):
                found.append(item)
            elif isinstance(item, Citing):
                kind, id = routes.named(item.link.address)
                found += [self.timeline.events[id]] if kind == "event" else []
        return found

    @cached_property
    def _all(self) -> Sequence[Event]:
        return tuple(self.timeline.events.values())

    def _moved(self, old: str, new: str) -> Moved:
        """Return what is at the address of a list of an entry that has moved."""
        title = self.language.text("Events")
        return Moved(self.frame(old, title, ""), Link(title, new))

    def _page(self, base: str, name: str) -> ListPage:
        spread = routes.lists(self.timeline)[base]
        stretch = spread.stretches[name]
        address, title = routes.below(base, name), self._title(base, stretch)
        own = self._items(base)[stretch.start : stretch.end]
        top, (counted, _, nothing) = self._top(base), self._words(base)
        before, after = spread.around.get(stretch.name, ("", ""))
        page = ListPage(
            frame=self.frame(
                address, title if base == routes.TIMELINE else f"{title} · {top.title}", ""
            ),
            title=title,
            about=self._about(base, stretch) if stretch.name else "",
            trail=(top, *(self._link(base, one) for one in _above(spread, stretch))),
            counted=counted % {"n": self.language.number(_count(spread, stretch))},
            nothing=nothing,
            spread=self._spread(base, spread, stretch, own) if stretch.below else None,
            anchors=base == routes.TIMELINE,
            parts=self._parts(base, stretch),
            previous=self._link(base, spread.stretches[before]) if before else None,
            next=self._link(base, spread.stretches[after]) if after else None,
        )
        return page if stretch.below else self._filled(page, base, own)

    def _filled(self, page: ListPage, base: str, own: Sequence[Item]) -> ListPage:
        """Return a page with what is listed on it."""
        corrected = [one for one in own if isinstance(one, Corrected)]
        if corrected:
            newest = sorted(corrected, key=lambda one: one.day, reverse=True)
            return replace(page, corrections=tuple(newest))
        citing = tuple(one for one in own if isinstance(one, Citing))
        if citing:
            return replace(page, citing=citing)
        if base == routes.DISPUTED:
            disputes, notes = self.makers.disputes(self._events(own))
            return replace(page, disputes=disputes, notes=notes)
        return replace(page, groups=self.groups(self._events(own)))

    def _top(self, base: str) -> Link:
        """Return the page that a list belongs to."""
        say = self.language.text
        if base == routes.TIMELINE:
            return Link(say("Timeline"), routes.HOME)
        if base == routes.DISPUTED:
            return Link(say(vocabulary.DISPUTED[0]), base)
        if base == routes.CORRECTIONS:
            return Link(say("Corrections"), base)
        return self.link(*routes.named(base))

    def _about(self, base: str, stretch: Stretch) -> str:
        """Return how a list files what it holds."""
        undated, kind = stretch.level == "undated", routes.named(base)[0]
        if base == routes.CORRECTIONS:
            words = _ABOUT_CORRECTIONS
        elif kind == "source":
            words = _ABOUT_CITING_UNDATED if undated else _ABOUT_CITING
        else:
            words = _ABOUT_UNDATED if undated else _ABOUT
        return self.language.text(words)

    def _words(self, base: str) -> tuple[str, str, str]:
        """Return how a list speaks of what it holds."""
        words = _WORDS.get(base) or _WORDS.get(routes.named(base)[0], _OF_EVENTS)
        counted, of, nothing = map(self.language.text, words)
        return counted, of, nothing

    def _link(self, base: str, stretch: Stretch) -> Link:
        return Link(self._title(base, stretch), routes.below(base, stretch.name))

    def _parts(self, base: str, stretch: Stretch) -> tuple[Link, ...]:
        return tuple(
            Link(
                self.language.number(n),
                routes.below(base, name),
                current="page" if name == stretch.name else "",
            )
            for n, name in enumerate(stretch.parts, 1)
            if _is_near(n, stretch.part, len(stretch.parts))
        )

    def _title(self, base: str, stretch: Stretch) -> str:
        """Return the time of a page in words."""
        say = self.language.text
        if stretch.level == "all":
            return say("All years")
        if stretch.level == "undated":
            of_source = routes.named(base)[0] == "source"
            words = say("Without a date") if of_source else say("Not known when it began")
        elif stretch.level == "years":
            words = f"{self.year(stretch.first)}–{self.year(stretch.last)}"
        elif stretch.level == "year":
            words = self.year(stretch.first)
        else:
            words = self._month_or_day(stretch)
        if stretch.part == 1:
            return words
        return say("%(date)s, part %(n)s") % {
            "date": words,
            "n": self.language.number(stretch.part),
        }

    def _month_or_day(self, stretch: Stretch) -> str:
        if abs(stretch.first) > 9999:  # EDTF has no months in years so far away.
            return self.language.month(stretch.first, stretch.month)
        year = f"{stretch.first:05}" if stretch.first < 0 else f"{stretch.first:04}"
        day = f"-{stretch.day:02}" if stretch.day else ""
        return self.language.date(dates.parse(f"{year}-{stretch.month:02}{day}"))

    def _spread(
        self, base: str, spread: listing.Spread, stretch: Stretch, items: Sequence[Item]
    ) -> Spread:
        below = [spread.stretches[name] for name in stretch.below]
        level: listing.Level = next((one.level for one in below if one.level != "undated"), "year")
        return Spread(
            title=self.language.text(_LEVELS[level]),
            tallies=tuple(Tally(self._link(base, one), _count(spread, one)) for one in below),
            major=self.major(self._events(items)),
            of=self._words(base)[1],
        )

    def major(self, events: Sequence[Event]) -> tuple[Group, ...]:
        """Return the major events by phase; if they are many, the first few of each phase."""
        by_phase: dict[str, list[Event]] = defaultdict(list)
        for event in events:
            if event.importance == "major":
                by_phase[event.phase].append(event)
        each = MOST_MAJOR
        if sum(map(len, by_phase.values())) > MOST_MAJOR:
            each = max(1, MOST_MAJOR // len(by_phase))
        shown = [event for found in by_phase.values() for event in found[:each]][:MOST_MAJOR]
        shown.sort(key=lambda event: (event.date.sort_key, event.id))
        words = self.language.text("More of this phase")
        return tuple(
            replace(group, more=Link(words, group.link.address))
            if group.link.address and len(by_phase[group.id]) > each
            else group
            for group in self.groups(shown)
        )


_ABOUT = vocabulary.marked("Each event stands once, on the first day that it may have begun on.")
_ABOUT_UNDATED = vocabulary.marked("Events of which it is not known when they began.")
_ABOUT_CITING = vocabulary.marked(
    "Each page that cites it stands once, an event on the first day that it may have begun on."
)
_ABOUT_CITING_UNDATED = vocabulary.marked(
    "Phases, pages and actors, and events of which it is not known when they began."
)
_ABOUT_CORRECTIONS = vocabulary.marked(
    "Each correction stands on the day on which it was made, the newest first."
)
_NOTHING = vocabulary.marked("Nothing stands here any more; the address stays.")
_OF_EVENTS = (
    vocabulary.marked("%(n)s events"),
    vocabulary.marked("events"),
    vocabulary.marked("No event stands here any more; the address stays."),
)
_WORDS = {
    "source": (vocabulary.marked("%(n)s pages cite it"), vocabulary.marked("pages"), _NOTHING),
    routes.CORRECTIONS: (
        vocabulary.marked("%(n)s corrections"),
        vocabulary.marked("corrections"),
        _NOTHING,
    ),
}
"""By kind or address, how a list counts what it holds, what that is, and that nothing is left."""
_LEVELS: dict[listing.Level, str] = {
    "years": vocabulary.marked("Years"),
    "year": vocabulary.marked("Years"),
    "month": vocabulary.marked("Months"),
    "day": vocabulary.marked("Days"),
}


def _above(spread: listing.Spread, stretch: Stretch) -> list[Stretch]:
    """Return the pages above one, from the top, the whole left out."""
    found: list[Stretch] = []
    while stretch.within:
        stretch = spread.stretches[stretch.within]
        found.insert(0, stretch)
    return found


def _count(spread: listing.Spread, stretch: Stretch) -> int:
    """Return how many events are on a page and on its further parts."""
    return sum(spread.stretches[name].count for name in stretch.parts) or stretch.count


def _is_near(part: int, current: int, count: int) -> bool:
    """Say whether a page leads to another part: of few parts to all, of many to those around."""
    return count <= MOST_PARTS or part in (1, count) or abs(part - current) <= MOST_PARTS // 4


def _letter_order(letter: str) -> tuple[bool, int, str]:
    return letter == listing.OTHER, len(letter) == 5, letter


def _part(name: str) -> int:
    return int(name.partition("/")[2] or 1)
