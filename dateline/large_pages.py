"""What a timeline of many events shows in place of one list: years, months, days and what is major.

    lists = large_pages.Lists(timeline, language, …)
    lists.spread("actors/crew/")        # for the page of an actor, None if its events fit on it
    lists.plans(key)                    # every page of every long list

Pure: `listing` says what is on which page, this module what they look like.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property, partial

from msgspec import Struct
from msgspec.structs import replace

from dateline import dates, later, listing, routes, vocabulary
from dateline.language import Language
from dateline.listing import Stretch
from dateline.model import Event, Timeline
from dateline.plans import Plan
from dateline.views import Frame, Group, Link, ListPage, Moved, Spread, Stage, Tally, When

MOST_MAJOR = 30
"""How many major events stand on a page that has no room for all events."""
MOST_CHOICES = 50
"""How many values a filter offers of each kind; an address can name any."""


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

    def spread(self, base: str) -> Spread | None:
        """Return where the events of a list are, None if they fit on the page at its beginning."""
        found = routes.lists(self.timeline).get(base)
        if not self.timeline.is_large or found is None or not self._is_long(found):
            return None
        return self._spread(base, found, found.stretches[""], self._events(base))

    def stages(self) -> tuple[Stage, ...]:
        """Return the phases, each with its number of events."""
        return tuple(
            Stage(
                id=phase.id,
                link=self.link("phase", phase.id),
                colour=phase.colour,
                when=self.when(phase.dates),
                summary=phase.summary,
                count=len(self.timeline.by_phase[phase.id]),
            )
            for phase in self.timeline.phases.values()
        )

    def plans(self, shared: str) -> Iterator[Plan]:
        """Yield every page of every list but those that are an entry's own.

        `shared` is the key of all that pages show of entries that they are not about.
        """
        key = later.key(shared, self.key)
        for base, spread in routes.lists(self.timeline).items():
            for name in spread.stretches:
                if name or base == routes.TIMELINE:
                    address = routes.below(base, name)
                    yield Plan(address, key, partial(self._page, base, name))
        for old, new in routes.moved_lists(self.timeline).items():
            yield Plan(old, key, partial(self._moved, old, new))

    @cached_property
    def key(self) -> str:
        """A key of the addresses that stay because they were published."""
        return later.key(sorted(filter(routes.of_list, self.timeline.published)))

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

    def letter(self, name: str) -> str:
        """Return a letter as a heading."""
        return listing.shown_letter(name.partition("/")[0]) or self.language.text("Other")

    def _is_long(self, spread: listing.Spread) -> bool:
        return len(spread.reading) > 1 or spread.stretches[""].count > listing.FULL

    def _events(self, base: str) -> Sequence[Event]:
        if base == routes.TIMELINE:
            return self._all
        return self.events_of(*routes.named(base))

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
        address, title = routes.below(base, name), self._title(stretch)
        own = self._events(base)[stretch.start : stretch.end]
        whole = base == routes.TIMELINE
        subject = "" if whole else self.link(*routes.named(base)).title
        say = self.language.text
        about = say(_ABOUT_UNDATED) if stretch.level == "undated" else say(_ABOUT)
        before, after = spread.around.get(stretch.name, ("", ""))
        above = _above(spread, stretch)
        return ListPage(
            frame=self.frame(address, f"{title} · {subject}" if subject else title, ""),
            title=title,
            about=about if stretch.name else "",
            trail=(
                Link(say("Timeline"), routes.HOME) if whole else self.link(*routes.named(base)),
                *(self._link(base, one) for one in above),
            ),
            count=_count(spread, stretch),
            spread=self._spread(base, spread, stretch, own) if stretch.below else None,
            groups=() if stretch.below else self.groups(own),
            anchors=whole,
            parts=self._parts(base, stretch),
            previous=self._link(base, spread.stretches[before]) if before else None,
            next=self._link(base, spread.stretches[after]) if after else None,
        )

    def _link(self, base: str, stretch: Stretch) -> Link:
        return Link(self._title(stretch), routes.below(base, stretch.name))

    def _parts(self, base: str, stretch: Stretch) -> tuple[Link, ...]:
        return tuple(
            Link(
                self.language.number(n),
                routes.below(base, name),
                current="page" if name == stretch.name else "",
            )
            for n, name in enumerate(stretch.parts, 1)
        )

    def _title(self, stretch: Stretch) -> str:
        """Return the time of a page in words."""
        say = self.language.text
        if stretch.level == "all":
            return say("All years")
        if stretch.level == "undated":
            words = say("Not known when it began")
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
        self, base: str, spread: listing.Spread, stretch: Stretch, events: Sequence[Event]
    ) -> Spread:
        below = [spread.stretches[name] for name in stretch.below]
        level: listing.Level = next((one.level for one in below if one.level != "undated"), "year")
        return Spread(
            title=self.language.text(_LEVELS[level]),
            tallies=tuple(Tally(self._link(base, one), _count(spread, one)) for one in below),
            major=self.major(events),
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


def _letter_order(letter: str) -> tuple[bool, int, str]:
    return letter == listing.OTHER, len(letter) == 5, letter


def _part(name: str) -> int:
    return int(name.partition("/")[2] or 1)
