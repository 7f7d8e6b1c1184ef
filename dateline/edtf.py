"""EDTF, the notation of dates as historians know them: bounds, precision, doubt and order.

EDTF is ISO 8601-2:2019 as profiled by the Library of Congress on 2019-02-04
(https://www.loc.gov/standards/datetime/). A date is kept as precisely as it was written:

    >>> date = parse("2012-03~")
    >>> date.first, date.last, date.precision, date.approximate
    (Day(year=2012, month=3, day=1), Day(year=2012, month=3, day=31), 'month', True)

Read are levels 0 and 1 and, of level 2, doubt about a part (`2004-06-~11`), `X` for any digit,
the parts of a year 21 to 41, sets (`[1667,1670..1672]`, one of these) and lists (`{1960,1961-12}`,
all of these). Refused are times of day, exponents, significant digits and whatever is not EDTF;
dates in English words are read by `friendly`. Years are astronomical (0 is 1 BCE), days proleptic
Gregorian.
"""

import math
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Literal, NamedTuple, get_args

from msgspec import Struct

from dateline import patterns

Kind = Literal["single", "interval", "set", "list"]
Precision = Literal["day", "month", "season", "year", "decade", "century", "millennium", "unknown"]

PRECISIONS: tuple[Precision, ...] = get_args(Precision)
"""Every precision, from the finest to the coarsest."""

_NORTH = ((3, 3), (6, 3), (9, 3), (12, 3))
_QUARTERS = ((1, 3), (4, 3), (7, 3), (10, 3))
_THIRDS_AND_HALVES = ((1, 4), (5, 4), (9, 4), (1, 6), (7, 6))

SEASONS = dict(
    enumerate((*_NORTH, *_NORTH, *_NORTH[2:], *_NORTH[:2], *_QUARTERS, *_THIRDS_AND_HALVES), 21)
)
"""First month and number of months of each code that may stand in place of a month.

21-24 are spring, summer, autumn and winter, 25-28 the same in the north, 29-32 in the south, 33-36
quarters, 37-39 thirds and 40-41 halves of a year. The standard gives seasons no dates; here they
are those of meteorologists, in the north where no hemisphere is named. A winter (in the south: a
summer) begins in December of the year it is written with, and ends in February of the next.
"""

_MARKS = ("", "?", "~", "%")  # Bit 1 is uncertain, bit 2 approximate: '%' is both.
_BEFORE_ALL = (-math.inf, 0, 0)
_AFTER_ALL = (math.inf, 0, 0)

_FORMS = "expected a form such as 2012, 2012-03 or 2012-03-17"

_PLAIN = patterns.of(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?")
_SINGLE = patterns.of(
    r"([?~%]?)(-?[0-9X]{4}|Y-?[1-9][0-9]{4,14})([?~%]?)"
    r"(?:-([?~%]?)([0-9X]{2})([?~%]?)(?:-([?~%]?)([0-9X]{2})([?~%]?))?)?"
)
_LEVEL_1_X = patterns.of(r"-?[0-9]{2}[0-9X]X|-?[0-9]{4}-(XX|XX-XX|[0-9]{2}-XX)")
_REFUSED = (
    (r".+-[0-9]{2}([T ][0-9]{2}.*)", "has a time of day: expected a day at the most"),
    (r"Y?-?[0-9]+(E[0-9]+)(?:S[0-9]+)?", "has an exponent, not read here: expected a plain year"),
    (r"Y?-?[0-9]+(S[0-9]+)", "counts significant digits, not read here: expected a plain year"),
    (r"[0-9]{4}-(?:([0-9])(?:-[0-9]{1,2})?|[0-9]{2}-([0-9]))", "lacks a zero: expected two digits"),
    (r"-?([0-9]{1,3})", "is too short for a year: expected four digits"),
    (r"([0-9]{4}(?:0[1-9]|1[0-2])(?:[0-9]{2})?)", "lacks hyphens: expected a form such as 2012-03"),
    (r"(-?[0-9]{5,})", "lacks a Y: expected one before a year of more than four digits"),
    (r"Y(-?[0-9]{1,4})", "has a Y: expected one only before a year of more than four digits"),
    (r"-?[0-9]+([xuU]+)[0-9xuU-]*", "has a digit that is not known: expected an X for it"),
    (r".*(\?~|~\?)", "has two marks: expected '%' for uncertain and approximate"),
)
"""What is near to EDTF and not read: its pattern, with a group for the place, and what is wrong."""


class Day(NamedTuple):
    """A day of the proleptic Gregorian calendar; year 0 is 1 BCE."""

    year: int
    month: int
    day: int

    def __str__(self) -> str:
        sign = "-" if self.year < 0 else ""
        return f"{sign}{abs(self.year):04}-{self.month:02}-{self.day:02}"


class Invalid(ValueError):
    """A text that is not a date: what is wrong, where in the text, and what to write instead."""

    def __init__(self, message: str, hint: str = "", offset: int = 0, length: int = 0) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.offset = offset
        self.length = length


class Date(Struct, frozen=True, gc=False):
    """A date as written: a single date, an interval, a set ("one of") or a list ("all of").

    `text` is canonical EDTF, the same for every spelling of the same date. `first` and `last` are
    the outermost days it may mean, None where that end is open or unknown, as in a year `XXXX`.
    `precision` is the finest unit given in full ('season' is any part of a year from 21 to 41); of
    a date with several members it is the coarsest of theirs.

    `digits` are the year, month or season, and day of a single date, as far as written, and may
    hold `X`; `marks` are its '', '?', '~' or '%', one for each of `digits`. An interval has
    `start` and `end`: None means open (`..`) if `open_start` or `open_end` is true, else unknown.
    A set or list has `members`, of which a range such as `1670..1672` is an interval.
    """

    text: str
    kind: Kind
    first: Day | None
    last: Day | None
    precision: Precision
    level: int
    digits: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    start: "Date | None" = None
    end: "Date | None" = None
    open_start: bool = False
    open_end: bool = False
    members: tuple["Date", ...] = ()

    def __str__(self) -> str:
        return self.text

    @property
    def approximate(self) -> bool:
        """Whether any part is marked `~` or `%`."""
        return "~" in self.text or "%" in self.text

    @property
    def uncertain(self) -> bool:
        """Whether any part is marked `?` or `%`."""
        return "?" in self.text or "%" in self.text

    @property
    def unspecified(self) -> bool:
        """Whether any digit is an `X`."""
        return "X" in self.text

    @property
    def is_interval(self) -> bool:
        """Whether this is a span of time with a start and an end."""
        return self.kind == "interval"

    @property
    def year(self) -> int | None:
        """The astronomical year of a single date, None if a digit of it is unspecified."""
        return _number(self.digits[0].lstrip("Y")) if self.digits else None

    @property
    def month(self) -> int | None:
        """The month of a single date, 1 to 12, None if not given or unspecified."""
        number = _number(self.digits[1]) if len(self.digits) > 1 else None
        return None if number in SEASONS else number

    @property
    def season(self) -> int | None:
        """The season or part of a year of a single date, 21 to 41, None if not given."""
        number = _number(self.digits[1]) if len(self.digits) > 1 else None
        return number if number in SEASONS else None

    @property
    def day(self) -> int | None:
        """The day of a single date, 1 to 31, None if not given or unspecified."""
        return _number(self.digits[2]) if len(self.digits) > 2 else None

    @property
    def iso(self) -> str | None:
        """The value for HTML's `<time datetime>`, None where HTML cannot say the date exactly."""
        year = self.year
        if self.season or self.unspecified or any(self.marks) or year is None or year < 1:
            return None
        return self.text.lstrip("Y")

    @property
    def sort_key(self) -> tuple[tuple[float, ...], tuple[float, ...], int, str]:
        """A total order: by first day, last day, precision, text; open ends lie outermost."""
        return (
            self.first or _BEFORE_ALL,
            self.last or _AFTER_ALL,
            PRECISIONS.index(self.precision),
            self.text,
        )


def parse(text: str) -> Date:
    """Return the date that an EDTF text stands for. Raises Invalid if it is none."""
    if date := _plain(text):
        return date
    if text.startswith(("[", "{")):
        return _several(text)
    return _interval(text, "/") if "/" in text else _single(text)


def month_length(year: int, month: int) -> int:
    """Return the number of days of a month, 1 to 12, of an astronomical year."""
    if month == 2:
        return 29 if year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) else 28
    return 30 if month in (4, 6, 9, 11) else 31


def _number(digits: str) -> int | None:
    return None if "X" in digits else int(digits)


def _plain(text: str) -> Date | None:
    """The fast path for what most dates are: a year, month or day and nothing more."""
    match = _PLAIN.fullmatch(text)
    if match is None:
        return None
    digits = match.groups()
    year = int(text[:4])
    if digits[1] is None:
        first, last = Day(year, 1, 1), Day(year, 12, 31)
        return Date(text, "single", first, last, "year", 0, (text,), ("",))
    month = int(text[5:7])
    if not 1 <= month <= 12:
        return None
    length = month_length(year, month)
    if digits[2] is None:
        first, last = Day(year, month, 1), Day(year, month, length)
        return Date(text, "single", first, last, "month", 0, digits[:2], ("", ""))
    if not 1 <= int(digits[2]) <= length:
        return None
    only = Day(year, month, int(digits[2]))
    return Date(text, "single", only, only, "day", 0, digits, ("", "", ""))


def _single(text: str) -> Date:
    match = _SINGLE.fullmatch(text)
    if match is None:
        raise _unreadable(text)
    groups = match.groups("")
    digits = tuple(part for part in groups[1::3] if part)
    marks = _marks(groups[0::3], groups[2::3])[: len(digits)]
    first, last = _bounds(text, match, digits)
    return Date(
        text=_spelled(digits, marks),
        kind="single",
        first=first,
        last=last,
        precision=_precision(digits),
        level=_level(digits, marks),
        digits=digits,
        marks=marks,
    )


def _marks(before: Sequence[str], after: Sequence[str]) -> tuple[str, ...]:
    """Return the doubt about each part.

    A mark before a part is about that part alone, a mark after it also about those to its left.
    """
    bits = [_MARKS.index(mark) for mark in before]
    for place, mark in enumerate(after):
        bits[: place + 1] = [bit | _MARKS.index(mark) for bit in bits[: place + 1]]
    return tuple(_MARKS[bit] for bit in bits)


def _spelled(digits: Sequence[str], marks: Sequence[str]) -> str:
    """Return the canonical text: one mark after the parts it is about, else one before each."""
    shared = next((n for n, mark in enumerate(marks) if mark != marks[0]), len(marks))
    if any(marks[shared:]):
        return "-".join(mark + part for mark, part in zip(marks, digits, strict=True))
    return "-".join(("-".join(digits[:shared]) + marks[0], *digits[shared:]))


def _bounds(
    text: str, match: re.Match[str], digits: Sequence[str]
) -> tuple[Day, Day] | tuple[None, None]:
    """Return the outermost days that the digits allow, none if nothing of the year is known.

    Raises Invalid if no day fits the digits.
    """
    year, month, day = (*digits, "XX", "XX")[:3]  # A part that is not written may be any.
    known = bool(year.strip("-X"))
    if year == "-0000":
        message = f"year '-0000' of '{text}' does not exist: expected 0000, which is 1 BCE"
        raise Invalid(message, "write 0000", *_place(match, 2))
    if year.startswith("Y") and len(digits) > 1:
        message = f"'{text}' has a month after a year with Y: expected the year alone"
        raise Invalid(message, f"write {year}", *_place(match, 5))
    if _number(month) in SEASONS and len(digits) > 2:
        message = f"'{text}' has a day in a season: expected a month from 01 to 12 before the day"
        raise Invalid(message, f"write {year}-{month}", *_place(match, 5))
    if _number(month) in SEASONS:
        return _season(year, int(month)) if known else (None, None)
    months = _fitting(month, 12)
    if not months:
        expected = "01 to 12" if len(digits) > 2 else "01 to 12, or 21 to 41 for a part of the year"
        message = f"month '{month}' of '{text}' does not exist: expected {expected}"
        raise Invalid(message, f"write {year} if the month is not known", *_place(match, 5))
    first, last = _edge(year, months, day), _edge(year, months, day, latest=True)
    if first is None or last is None:
        longest = max(month_length(y, m) for y in _years(year) for m in months)
        message = f"day '{day}' of '{text}' does not exist: expected 01 to {longest}"
        raise Invalid(message, f"write {year}-{month} if the day is not known", *_place(match, 8))
    return (first, last) if known else (None, None)


def _place(match: re.Match[str], group: int) -> tuple[int, int]:
    return match.start(group), match.end(group) - match.start(group)


def _season(year: str, code: int) -> tuple[Day, Day]:
    start, months = SEASONS[code]
    years, month = divmod(start + months - 2, 12)
    first, last = next(_years(year)), next(_years(year, latest=True)) + years
    return Day(first, start, 1), Day(last, month + 1, month_length(last, month + 1))


def _edge(year: str, months: Sequence[int], day: str, *, latest: bool = False) -> Day | None:
    """Return the earliest or latest day that exists and fits, None if no day does."""
    step = -1 if latest else 1
    days = _fitting(day, 31)[::step]
    return next(
        (
            Day(y, m, d)
            for y in _years(year, latest=latest)
            for m in months[::step]
            for d in days
            if d <= month_length(y, m)
        ),
        None,
    )


def _years(pattern: str, *, latest: bool = False) -> Iterator[int]:
    """Yield the years that fit, from the earliest on or from the latest back."""
    digits, sign = pattern.lstrip("Y-"), -1 if "-" in pattern else 1
    sizes = range(int(digits.replace("X", "0")), int(digits.replace("X", "9")) + 1)
    ordered = sizes if latest == (sign < 0) else reversed(sizes)
    return (sign * size for size in ordered if _fits(size, digits) and (size or sign > 0))


def _fitting(pattern: str, highest: int) -> Sequence[int]:
    if pattern == "XX":
        return range(1, highest + 1)
    if "X" not in pattern:
        return (int(pattern),) if 1 <= int(pattern) <= highest else ()
    return [number for number in range(1, highest + 1) if _fits(number, pattern)]


def _fits(number: int, pattern: str) -> bool:
    written = str(number).zfill(len(pattern))
    return all(digit in ("X", own) for digit, own in zip(pattern, written, strict=True))


def _precision(digits: Sequence[str]) -> Precision:
    year = digits[0].lstrip("Y-")
    if "X" in year:
        by_first_x: tuple[Precision, ...] = ("unknown", "millennium", "century", "decade")
        return by_first_x[year.index("X")]
    if len(digits) == 1 or "X" in digits[1]:
        return "year"
    if int(digits[1]) in SEASONS:
        return "season"
    return "day" if len(digits) == 3 and "X" not in digits[2] else "month"


def _level(digits: Sequence[str], marks: Sequence[str]) -> int:
    """Return the lowest level of EDTF that has the date."""
    text = "-".join(digits)
    season = _number(digits[1]) if len(digits) == 2 else None
    if len(set(marks)) > 1 or (season is not None and season > 24):
        return 2
    if "X" in text:
        return 1 if _LEVEL_1_X.fullmatch(text) else 2
    return 0 if _PLAIN.fullmatch(text) and not marks[0] and season not in SEASONS else 1


def _interval(text: str, separator: str) -> Date:
    """Return the span of `1964/2008`, or of `1670..1672` within a set or list."""
    head, _, tail = text.partition(separator)
    if "/" in tail:
        raise _unreadable(text)
    start = None if head in ("", "..") else _part(_one, head, 0)
    end = None if tail in ("", "..") else _part(_one, tail, len(head) + len(separator))
    ends = [date for date in (start, end) if date]
    if not ends:
        message = f"'{text}' has no date: expected one before or after the '{separator}'"
        raise Invalid(message, "", 0, len(text))
    first, last = start.first if start else None, end.last if end else None
    if first and last and first > last:
        hint = f"write {end}{separator}{start} if the two are swapped"
        raise Invalid(f"'{text}' ends before it starts", hint, 0, len(text))
    opening = ".." if separator == "/" else ""
    open_start, open_end = head == opening, tail == opening
    before, after = ".." if open_start else "", ".." if open_end else ""
    canonical = f"{start or before}/{end or after}"
    lowest = 2 if "X" in canonical else 1 if len(ends) < 2 else 0
    return Date(
        text=canonical,
        kind="interval",
        first=first,
        last=last,
        precision=_coarsest(ends),
        level=max(lowest, *(date.level for date in ends)),
        start=start,
        end=end,
        open_start=open_start,
        open_end=open_end,
    )


def _one(text: str) -> Date:
    return _plain(text) or _single(text)


def _member(text: str) -> Date:
    return _interval(text, "..") if ".." in text else _one(text)


def _part(read: Callable[[str], Date], text: str, offset: int) -> Date:
    """Read a part of a longer text; a fault is told by its place in the whole."""
    try:
        return read(text)
    except Invalid as fault:
        place = offset + fault.offset
        raise Invalid(fault.message, fault.hint, place, fault.length) from None


def _coarsest(dates: Sequence[Date]) -> Precision:
    return max((date.precision for date in dates), key=PRECISIONS.index)


def _several(text: str) -> Date:
    """Return the set `[1667,1670..1672]` or the list `{1960,1961-12}`."""
    opening, closing = text[0], "]" if text[0] == "[" else "}"
    if not text.endswith(closing):
        message = f"'{text}' has no closing '{closing}'"
        raise Invalid(message, f"end it with '{closing}'", len(text) - 1, 1)
    members, offset = [], 1
    for piece in text[1:-1].split(","):
        place = offset + len(piece) - len(piece.lstrip(" "))
        members.append(_part(_member, piece.strip(" "), place))
        offset += len(piece) + 1
    firsts = [date.first for date in members if date.first]
    lasts = [date.last for date in members if date.last]
    inner = ",".join(_spanned(date) for date in members)
    return Date(
        text=f"{opening}{inner}{closing}",
        kind="set" if opening == "[" else "list",
        first=min(firsts) if len(firsts) == len(members) else None,
        last=max(lasts) if len(lasts) == len(members) else None,
        precision=_coarsest(members),
        level=2,
        members=tuple(members),
    )


def _spanned(member: Date) -> str:
    """Return a member's text as a set or list spells it, with `..` in a range."""
    if not member.is_interval:
        return member.text
    return f"{member.start or ''}..{member.end or ''}"


def _unreadable(text: str) -> Invalid:
    if not text:
        return Invalid(f"the date is empty: {_FORMS}")
    for pattern, complaint in _REFUSED:
        if match := re.fullmatch(pattern, text):
            return Invalid(f"'{text}' {complaint}", "", *_place(match, match.lastindex or 0))
    return Invalid(f"'{text}' is not a date in EDTF: {_FORMS}", "", 0, len(text))
