"""How a long list of events is spread over pages: by year, and where one is full by month and day.

    spread = listing.spread(days, full=80)       # the first day of each event, in order of time
    spread.stretches["2012-03"]                  # which of them, and what is above and below it
    list(spread.names())[17]                     # the page that lists the event number 17

An event is filed by the first day that it may have begun on, so that it stands on one page and
what is on a page follows only from the dates. Names are addresses that last: `2012`, `2012-03`,
`2012-03-05`, for a day that is still too full `2012-03-05/2`, and `undated`. A year that has not
four digits has a `y` before it, as in `y-0043`. Of more years than a reader can look over, hundreds
or more are gathered, as `1900-1999`.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import accumulate, groupby
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from dateline import patterns
from dateline.dates import Day

FULL = 80
"""How many events stand on a page of a long list at most: its HTML stays below 200 kB.

One that takes much room counts for several.
"""
FULL_REGISTER = 300
"""How many names of actors, places, tags or sources do; an entry is shorter than an event."""
MOST_YEARS = 120
"""Of more years than this, a list of years is a list of centuries."""
UNDATED, OTHER = "undated", "other"

Level = Literal["all", "years", "year", "month", "day", "undated"]

_YEAR = r"\d{4}|y-?\d{4,15}"
_NAME = patterns.of(
    rf"(?:(?P<undated>{UNDATED})"
    rf"|(?P<year>{_YEAR})(?:-(?P<until>{_YEAR})|-(?P<month>\d\d)(?:-(?P<day>\d\d))?)?)"
    r"(?:/(?P<part>[1-9]\d*))?"
)
_LETTER = patterns.of(rf"(?:[a-z]|0-9|u[0-9a-f]{{4}}|{OTHER})(?:/[1-9]\d*)?")


class Stretch(Struct, frozen=True):
    """A page of a list: the events from `start` up to `end`, which are filed in a time."""

    name: str
    level: Level
    start: int
    end: int
    within: str = ""
    """The page above it."""
    below: tuple[str, ...] = ()
    """The pages that list its events; empty if it does so itself."""
    first: int = 0
    """Its year, or the first of its years; `last` is the last of them."""
    last: int = 0
    month: int = 0
    day: int = 0
    part: int = 1
    parts: tuple[str, ...] = ()
    """All pages of the same day, if it takes several."""

    @property
    def count(self) -> int:
        """How many events there are in it."""
        return self.end - self.start


class Spread(Struct, frozen=True):
    """All pages of a list, by name; the whole has the empty one."""

    stretches: dict[str, Stretch]
    reading: tuple[str, ...]
    """Those that list every event once, in order of time."""
    around: dict[str, tuple[str, str]]
    """By name, the page before and after it of the same kind; empty where there is none."""

    @property
    def top(self) -> tuple[Stretch, ...]:
        """The parts of the whole."""
        return tuple(self.stretches[name] for name in self.stretches[""].below)

    def names(self) -> Iterator[str]:
        """Yield the name of the page that lists each event, in their order."""
        for name in self.reading:
            yield from [name] * self.stretches[name].count


def is_name(text: str) -> bool:
    """Say whether a text can be the name of a page of a list."""
    return bool(_NAME.fullmatch(text))


def spread(
    days: Sequence[Day | None],
    full: int,
    kept: Iterable[str] = (),
    weights: Sequence[int] | None = None,
) -> Spread:
    """Return the pages of a list of events, given the first day of each, in order of time.

    Those whose first day is not known come first, as in a timeline. `kept` names pages that were
    published: they stay, whatever is left to be listed there. `weights` says for how many each
    event counts, as some take much room; what alone counts for more than `full` stands alone.
    """
    filing = _Filing(days, full, weights)
    filing.file()
    for name in sorted(set(kept), key=lambda name: (len(name), name)):
        filing.keep(name)
    found = filing.found
    reading = tuple(sorted(filing.reading, key=lambda name: (found[name].start, found[name].part)))
    return Spread(found, reading, _around(found, reading))


def _around(found: dict[str, Stretch], reading: Sequence[str]) -> dict[str, tuple[str, str]]:
    """Return what is before and after each page: of those that list events, and of each level."""
    rows = [list(reading)]
    for level in ("years", "year", "month", "day"):
        gathering = [one for one in found.values() if one.level == level and one.below]
        gathering.sort(key=lambda one: (one.start, one.first))
        rows.append([one.name for one in gathering])
    around: dict[str, tuple[str, str]] = {}
    for row in rows:
        for before, name, after in zip(["", *row], row, [*row[1:], ""], strict=False):
            around[name] = (before, after)
    return around


class _Filing:
    """Files events into pages."""

    def __init__(
        self, days: Sequence[Day | None], full: int, weights: Sequence[int] | None
    ) -> None:
        self.days, self.full = days, full
        self.sums = [0, *accumulate(weights)] if weights else range(len(days) + 1)
        self.found: dict[str, Stretch] = {}
        self.reading: list[str] = []
        self.dated = next((n for n, day in enumerate(days) if day), len(days))

    def file(self) -> None:
        """File all events."""
        below = []
        if self.dated:
            below.append(self._listed(Stretch(UNDATED, "undated", 0, self.dated)))
        years = [
            Stretch(_year(year), "year", start, end, first=year, last=year)
            for (year,), start, end in self._grouped(self.dated, len(self.days), 1)
        ]
        below += self._years(years, "")
        self.found = {
            "": Stretch("", "all", 0, len(self.days), below=tuple(below)),
            **self.found,
        }

    def keep(self, name: str) -> None:
        """File what a page is about that was published and would not be made."""
        match = _NAME.fullmatch(name)
        if name in self.found or not match:
            return
        if match["part"]:
            self._keep_part(name, name.partition("/")[0], int(match["part"]))
            return
        if match["undated"]:
            self._add(Stretch(name, "undated", 0, self.dated))
            return
        first, month, day = (
            int((match[key] or "0").lstrip("y")) for key in ("year", "month", "day")
        )
        last = int(match["until"].lstrip("y")) if match["until"] else first
        level: Level = "day" if day else "month" if month else "years" if match["until"] else "year"
        start = bisect_left(self._dated, (first, month or 1, day or 1)) + self.dated
        end = bisect_right(self._dated, (last, month or 12, day or 31)) + self.dated
        end = max(start, end)
        within = f"{_year(first)}-{month:02}" if day else _year(first) if month else ""
        below = tuple(
            one.name
            for one in list(self.found.values())
            if level == "years" and one.level == "year" and first <= one.first <= last
        )
        self._add(
            Stretch(name, level, start, end, self._there(within), below, first, last, month, day)
        )

    def _keep_part(self, name: str, whole: str, part: int) -> None:
        self.keep(whole)
        of = self.found[whole]
        # What is kept needs one page at most, so nothing is left for another.
        self._add(
            replace(of, name=name, start=of.end, end=of.end, within=whole, part=part, below=())
        )

    def _there(self, name: str) -> str:
        """Return the nearest page above that there is."""
        while name and name not in self.found:
            name = name.rpartition("-")[0] if name.count("-") else ""
        return name

    @cached_property
    def _dated(self) -> list[tuple[int, int, int]]:
        return [(day.year, day.month, day.day) for day in self.days[self.dated :] if day]

    def _add(self, stretch: Stretch) -> str:
        self.found[stretch.name] = stretch
        return stretch.name

    def _grouped(
        self, start: int, end: int, length: int
    ) -> Iterator[tuple[tuple[int, ...], int, int]]:
        """Yield year, year and month or the day of some events, and which these are."""
        at = start
        for key, members in groupby(self.days[start:end], lambda day: (day or ())[:length]):
            first, at = at, at + len(list(members))
            yield key, first, at

    def _years(self, years: Sequence[Stretch], within: str) -> list[str]:
        """File years, or if they are many, what gathers them."""
        if len(years) <= MOST_YEARS:
            return [self._year(replace(year, within=within)) for year in years]
        unit = 100
        while len({year.first // unit for year in years}) > MOST_YEARS:
            unit *= 100
        names = []
        for number, members in groupby(years, lambda year: year.first // unit):
            found = list(members)
            first, last = number * unit, (number + 1) * unit - 1
            name = f"{_year(first)}-{_year(last)}"
            below = tuple(self._years(found, name))
            start, end = found[0].start, found[-1].end
            names.append(self._add(Stretch(name, "years", start, end, within, below, first, last)))
        return names

    def _year(self, year: Stretch) -> str:
        if self._fits(year):
            return self._listed(year)
        below = tuple(
            self._month(replace(year, name=f"{year.name}-{month:02}", start=start, end=end,
                                level="month", month=month, within=year.name))
            for (_, month), start, end in self._grouped(year.start, year.end, 2)
        )  # fmt: skip
        return self._add(replace(year, below=below))

    def _month(self, month: Stretch) -> str:
        if self._fits(month):
            return self._listed(month)
        below = tuple(
            self._listed(replace(month, name=f"{month.name}-{day:02}", start=start, end=end,
                                 level="day", day=day, within=month.name))
            for (_, _, day), start, end in self._grouped(month.start, month.end, 3)
        )  # fmt: skip
        return self._add(replace(month, below=below))

    def _listed(self, whole: Stretch) -> str:
        """File what is listed as it is, in several parts if need be."""
        starts = self._starts(whole)
        names = [whole.name, *(f"{whole.name}/{n}" for n in range(2, len(starts) + 1))]
        ends = [*starts[1:], whole.end]
        for part, (name, start, end) in enumerate(zip(names, starts, ends, strict=True), 1):
            self.reading.append(name)
            self._add(
                replace(
                    whole,
                    name=name,
                    start=start,
                    end=end,
                    within=whole.within if part == 1 else whole.name,
                    part=part,
                    parts=tuple(names) if len(names) > 1 else (),
                )
            )
        return whole.name

    def _fits(self, whole: Stretch) -> bool:
        """Say whether some events have room on one page, or are one that cannot be divided."""
        return whole.count < 2 or self.sums[whole.end] - self.sums[whole.start] <= self.full

    def _starts(self, whole: Stretch) -> list[int]:
        """Return the first event of each part of what is too much for one page."""
        starts = [whole.start]
        if self._fits(whole):
            return starts
        for n in range(whole.start + 1, whole.end):
            if self.sums[n + 1] - self.sums[starts[-1]] > self.full:
                starts.append(n)
        return starts


def _year(year: int) -> str:
    """Return a year as names have it: `2012`, `y-0043`, `y12000`."""
    sign = "-" if year < 0 else ""
    plain = f"{sign}{abs(year):04}"
    return plain if len(plain) == 4 else f"y{plain}"


# Names of people and things, by letter.


def alphabetical(name: str) -> str:
    """Return what a name is sorted by: without accents, case and signs, on every machine alike."""
    plain = unicodedata.normalize("NFKD", name).casefold()
    return re.sub(r"[^\w\s]", "", plain).strip()


def letter(name: str) -> str:
    """Return the letter that a name is found under: `a` to `z`, `0-9`, `u0627` or `other`.

    Letters of other scripts have the number of their character; `other` are the scripts that
    have too many characters for that, and signs.
    """
    first = alphabetical(name)[:1]
    if "a" <= first <= "z":
        return first
    if first.isdecimal():
        return "0-9"
    return f"u{ord(first):04x}" if first.isalpha() and ord(first) < 0x2000 else OTHER


def shown_letter(letter: str) -> str:
    """Return a letter as readers know it; empty for `other`."""
    if letter == OTHER:
        return ""
    return chr(int(letter[1:], 16)) if len(letter) == 5 else letter.upper().replace("-", "–")


def is_letter(text: str) -> bool:
    """Say whether a text can be the name of a page of names under one letter."""
    return bool(_LETTER.fullmatch(text))
