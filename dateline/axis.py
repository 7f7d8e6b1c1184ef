"""Time as a line: days counted, periods of equal kind, and what is written along it.

    line = axis.of(event.date for event in events)
    line.place(axis.count(Day(2012, 4, 6)))      # 0 at the line's start, 1 at its end

A moment is a number of days, counted as Python's `date.toordinal` counts them but without its
bounds: day 1 is Monday 1 January of the year 1, earlier days are zero and less. A day lasts from
its number to the next. The line is linear: a year takes as much room in the eighth century as now.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import count as count_up
from itertools import pairwise
from typing import NamedTuple

from msgspec import Struct

from dateline import dates, lettering
from dateline.dates import Date, Day
from dateline.language import Language

MOST_BINS = 60
FEWEST_BINS = 7
MOST_TICKS = 20
_DAYS_IN_400_YEARS = 146_097
_BEFORE_DAY_1 = 306
"""Days from 1 March of the year 0, where the arithmetic below begins, to day 1."""


class Unit(NamedTuple):
    """A period that a line is divided by: a number of days or of months."""

    days: int = 0
    months: int = 0

    @property
    def length(self) -> float:
        """How many days it has on the average."""
        return self.days or self.months * _DAYS_IN_400_YEARS / 4800


_DAY, _MONTH, _YEAR = Unit(days=1), Unit(months=1), Unit(months=12)
_BINNED = (_DAY, Unit(days=7), _MONTH, Unit(months=3))
_DAYS = (_DAY, Unit(days=2), Unit(days=7))
_MONTHS = (_MONTH, Unit(months=2), Unit(months=3), Unit(months=6))
_READABLE = (*_DAYS, *_MONTHS)


class Bin(NamedTuple):
    """A period of a line, from the start of its first day to the end of its last."""

    start: int
    end: int
    text: str
    """In EDTF."""


class Tick(NamedTuple):
    """A moment that is written below the line; `level` 1 stands one line lower than 0."""

    moment: int
    label: str
    level: int = 0


class Axis(Struct, frozen=True):
    """A stretch of time, divided into bins that touch."""

    unit: Unit
    bins: tuple[Bin, ...]

    @property
    def start(self) -> int:
        """The moment that it begins at."""
        return self.bins[0].start

    @property
    def end(self) -> int:
        """The moment that it ends at."""
        return self.bins[-1].end

    def place(self, moment: float) -> float:
        """Return where a moment lies, from 0 at the start to 1 at the end; never outside."""
        clamped = min(max(moment, self.start), self.end)
        return (clamped - self.start) / (self.end - self.start)


def of(span: Iterable[Date]) -> Axis | None:
    """Return a line on which all bounds of these dates lie; None if none has any.

    It is divided into days, weeks from Monday, months, quarters, years or rounder numbers of years:
    the finest of which it takes no more than 60. It starts and ends with whole ones, and never has
    less than seven.
    """
    days = [day for date in span for day in (date.first, date.last) if day]
    if not days:
        return None
    first, last = count(min(days)), count(max(days))
    far = min(days).year <= -9999 or max(days).year >= 9999  # Such years have no months in EDTF.
    unit = next(
        unit
        for unit in _units(1, 5, below_a_year=() if far else _BINNED)
        if (last + 1 - first) / unit.length <= MOST_BINS - 2
    )
    start, end = _floor(first, unit), _step(_floor(last, unit), unit)
    while round((end - start) / unit.length) < FEWEST_BINS:
        start, end = _step(start, unit, -1), _step(end, unit)
    edges = [*_edges(start, end, unit), end]
    return Axis(unit, tuple(Bin(a, b, _edtf(a, b, unit)) for a, b in pairwise(edges)))


def ticks(line: Axis, width: float, size: float, language: Language) -> tuple[Tick, ...]:
    """Return what to write along a line so many px long, in letters of this size.

    It is the finest of days with their months below, months with their years below, years and
    rounder years that leaves room between two labels.
    """
    for unit in _units(1, 2, 5, below_a_year=_READABLE):
        if (line.end - line.start) / unit.length > MOST_TICKS:
            continue
        level = _trimmed(_labelled(line, unit, 0, language), line, width, size)
        if not _fits(level, line, width, size):
            continue
        for lower in _below(line, unit, language):
            below = _trimmed(lower, line, width, size)
            if _fits(below, line, width, size):
                return tuple(tick for tick in (*level, *below) if _inside(tick, line, width, size))
    raise AssertionError("some number of years is long enough")


def count(day: Day) -> int:
    """Return the number of a day.

    Years begin in March here, so that the leap day is their last:
    https://howardhinnant.github.io/date_algorithms.html#days_from_civil
    """
    year = day.year - (day.month <= 2)
    era, year_of_era = divmod(year, 400)
    day_of_year = (153 * ((day.month - 3) % 12) + 2) // 5 + day.day - 1
    day_of_era = year_of_era * 365 + year_of_era // 4 - year_of_era // 100 + day_of_year
    return era * _DAYS_IN_400_YEARS + day_of_era - _BEFORE_DAY_1 + 1


def day(number: int) -> Day:
    """Return the day that has a number."""
    era, doe = divmod(number - 1 + _BEFORE_DAY_1, _DAYS_IN_400_YEARS)
    year_of_era = (doe - doe // 1460 + doe // 36_524 - doe // 146_096) // 365
    day_of_year = doe - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    place = (5 * day_of_year + 2) // 153
    month = place + 3 if place < 10 else place - 9
    year = era * 400 + year_of_era + (month <= 2)
    return Day(year, month, day_of_year - (153 * place + 2) // 5 + 1)


def _units(*leading: int, below_a_year: Sequence[Unit]) -> Iterator[Unit]:
    """Yield units to choose from, the finest first, without end.

    Those of years are these leading digits with any number of zeros.
    """
    yield from below_a_year
    for power in count_up():
        yield from (Unit(months=12 * digit * 10**power) for digit in leading)


def _floor(number: int, unit: Unit) -> int:
    """Return the start of the period that a day lies in."""
    if unit.days:
        return number - (number - 1) % unit.days
    year, month, _ = day(number)
    index = year * 12 + month - 1
    return _month_start(index - index % unit.months)


def _step(start: int, unit: Unit, steps: int = 1) -> int:
    if unit.days:
        return start + unit.days * steps
    year, month, _ = day(start)
    return _month_start(year * 12 + month - 1 + unit.months * steps)


def _month_start(index: int) -> int:
    year, month = divmod(index, 12)
    return count(Day(year, month + 1, 1))


def _edges(start: int, end: int, unit: Unit) -> Iterator[int]:
    """Yield the starts of the periods that begin on a stretch of time."""
    edge = _floor(start, unit)
    while edge < end:
        if edge >= start:
            yield edge
        edge = _step(edge, unit)


def _edtf(start: int, end: int, unit: Unit) -> str:
    """Return a period as a date."""
    if unit.months in (1, 12) or unit.days == 1:
        return _beginning(start, unit)
    if unit.months == 3:
        first = day(start)
        return f"{_beginning(start, _YEAR)}-{33 + first.month // 3}"
    finer = _YEAR if unit.months else _DAY
    return f"{_beginning(start, finer)}/{_beginning(end - 1, finer)}"


def _beginning(moment: int, unit: Unit) -> str:
    """Return the year, month or day that a period begins with, whichever its unit is made of."""
    year, month, number = day(moment)
    text = f"{year:05}" if -9999 <= year < 0 else f"{year:04}" if 0 <= year <= 9999 else f"Y{year}"
    if unit.months and unit.months % 12 == 0:
        return text
    return f"{text}-{month:02}" if unit.months else f"{text}-{month:02}-{number:02}"


def _labelled(line: Axis, unit: Unit, level: int, language: Language) -> list[Tick]:
    """Return the starts of a line's periods; of months, and on the lower level, also its own.

    Round numbers of years BCE are those that people call round: 400 BC, which is the year -399.
    """
    moments = set(_edges(line.start, line.end, unit))
    if level or unit == _MONTH:
        moments.add(line.start)
    if unit.months > 12:
        moments = {_step(at, _YEAR) if day(at).year <= 0 else at for at in moments}
    return [Tick(moment, _label(moment, unit, language), level) for moment in sorted(moments)]


def _below(line: Axis, unit: Unit, language: Language) -> Iterator[list[Tick]]:
    """Yield what may stand below the ticks of a unit, the fullest first."""
    if unit.days:
        months = _labelled(line, _MONTH, 1, language)
        yield [tick._replace(label=_in_words(tick.moment, _MONTH, language)) for tick in months]
        yield months
    else:
        yield _labelled(line, _YEAR, 1, language) if unit in _MONTHS else []


def _label(moment: int, unit: Unit, language: Language) -> str:
    if unit.days:
        return str(day(moment).day)
    if unit.months < 12:
        return language.short_month(day(moment).month)
    return _in_words(moment, unit, language)


def _in_words(moment: int, unit: Unit, language: Language) -> str:
    return language.date(dates.parse(_beginning(moment, unit)))


def _trimmed(row: Sequence[Tick], line: Axis, width: float, size: float) -> Sequence[Tick]:
    """Leave out a first label that runs into the next: the last days of a month, as a rule."""
    return row if _fits(row[:2], line, width, size) else row[1:]


def _fits(row: Iterable[Tick], line: Axis, width: float, size: float) -> bool:
    """Whether each label of a row ends well before the next begins."""
    return all(
        (line.place(b.moment) - line.place(a.moment)) * width
        > lettering.width(a.label, size) + size
        for a, b in pairwise(row)
    )


def _inside(tick: Tick, line: Axis, width: float, size: float) -> bool:
    return line.place(tick.moment) * width + lettering.width(tick.label, size) <= width
