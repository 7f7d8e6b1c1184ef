"""What one language says: texts, plurals, numbers, and dates in words.

    >>> Language("en").date(dates.parse("2021-05~"))
    'about May 2021'

Names of months, their order and the ways to write a range come from the CLDR, by `cldr`. Every
other word is a message in English that a catalogue, `<folder>/<code>/LC_MESSAGES/dateline.po`, may
translate; without a catalogue the English stands. The .po file is read as it is: there is nothing
to compile.

A text to translate is written in place, as `language.text("Sources")` or, with its plural,
`language.plural("%(n)s source", "%(n)s sources", n)`, so that this collects all of them:

    pybabel extract -k text -k plural:1,2 -F <mapping> -o dateline.pot .

A date is said as precisely as it was written, never more so. No clock, time zone or system setting
plays a part: a date is three numbers here, never a moment.
"""

from __future__ import annotations

import gettext
import io
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from dateline import cldr, dates, patterns
from dateline.cldr import Conventions
from dateline.problems import Document, Faults, Problems

if TYPE_CHECKING:
    from babel import Locale

_DASH = patterns.of(r"\s*[-–—~～]\s*$")
_LINE = patterns.of(
    r'\s*(?:#.*|(?:(?:msgctxt|msgid|msgid_plural|msgstr(?:\[\d+\])?)\s+)?"(?:\\.|[^"\\])*"\s*)?'
)


class BadCatalogue(Problems):
    """A catalogue that cannot be used: its path, and each fault with its line from 1."""

    def __init__(self, path: Path, faults: Sequence[tuple[int, str]]) -> None:
        found = Faults()
        document = Document(f"templates/locale/{path.parts[-3]}/LC_MESSAGES/{path.name}", "")
        for line, message in faults:
            found.add(document.spot(line), message)
        super().__init__(found)
        self.path, self.faults = path, tuple(faults)


class Language:
    """One language: its texts, and what the CLDR says of it.

    `code` is its BCP 47 tag, `direction` 'ltr' or 'rtl'. A region that the CLDR does not know falls
    back to the language alone, 'ar-ML' to 'ar', for its catalogue too. Plain 'en' writes dates as
    in Britain: day, month, year is the order of most of the world, while the CLDR's plain English
    is that of the United States, which 'en-US' still gives.

    Raises Unknown if the code names no known language, BadCatalogue if a catalogue is broken.
    """

    def __init__(self, code: str, folder: Path | None = None) -> None:
        self.code = code.replace("_", "-")
        if not cldr.known(self.code):
            cldr.locale(self.code)  # which says what is wrong with it
        self._messages = _messages(self.code, folder)
        self._said: dict[str, str] = {}

    @property
    def direction(self) -> Literal["ltr", "rtl"]:
        """How it is written."""
        return self._conventions.direction

    @cached_property
    def _conventions(self) -> Conventions:
        return cldr.of(self.code)

    @cached_property
    def _calendar(self) -> _Calendar:
        return _Calendar(self._conventions, self._messages, self.number)

    def text(self, message: str) -> str:
        """Return the translation of an English text, or the text itself."""
        return self._messages.gettext(message) if message else ""  # gettext("") is the header.

    def plural(self, singular: str, plural: str, n: int) -> str:
        """Return the text for n things, in which the caller fills in `%(n)s`."""
        return self._messages.ngettext(singular, plural, n)

    def number(self, n: float) -> str:
        """Return a number as the language writes it, such as 50,000."""
        written = self._conventions.number(n)
        if written is None:
            from babel.numbers import format_decimal

            written = format_decimal(n, locale=cldr.locale(self.code))
        return written

    def list(self, items: Iterable[str]) -> str:
        """Return the items in one phrase, such as 'A, B and C'; '' if there are none."""
        return self._join(items, "standard")

    def language_name(self, code: str) -> str:
        """Return what this language calls another, such as 'French' for 'fr'; else the code."""
        from babel import Locale, UnknownLocaleError

        try:
            name: str | None = Locale.parse(code, sep="-").get_display_name(cldr.locale(self.code))
            return name or code
        except (UnknownLocaleError, ValueError):
            return code

    def month(self, year: int, month: int) -> str:
        """Return a month of an astronomical year in words, such as 'October 2011'."""
        return self._calendar.words(year, month)

    def short_month(self, month: int) -> str:
        """Return the name of a month as drawings have room for, such as 'Oct'."""
        return self._calendar.short_month(month)

    def date(self, date: dates.Date) -> str:
        """Return a date in words, such as 'about May 2021' or '18–24 January 2012'."""
        if date.text not in self._said:
            self._said[date.text] = self._say(date)
        return self._said[date.text]

    def _join(self, items: Iterable[str], style: Literal["standard", "or"]) -> str:
        return self._conventions.list([*items], style)

    def _say(self, date: dates.Date) -> str:
        match date.kind:
            case "interval":
                return self._interval(date)
            case "set":
                return self._one_of(date)
            case "list":
                return self.list(self.date(member) for member in date.members)
            case _:
                return self._doubted(self._single(date), date)

    def _interval(self, date: dates.Date) -> str:
        start, end, text = date.start, date.end, self.text
        if start and end:
            return self._from_to(start, end)
        if start and date.open_end:
            return self._of(start, text("since %(date)s"), text("since %(day)s"))
        if start:
            messages = text("from %(date)s, end unknown"), text("from %(day)s, end unknown")
            return self._of(start, *messages)
        assert end, "an interval has one end at least"
        if date.open_start:
            return self._of(end, text("until %(date)s"), text("until %(day)s"))
        messages = text("until %(date)s, start unknown"), text("until %(day)s, start unknown")
        return self._of(end, *messages)

    def _of(self, date: dates.Date, message: str, of_day: str) -> str:
        """Return a message about a date.

        About a day it is another message, the same in English, because many languages put an
        article there: in French it is 'depuis mai 2021' but 'depuis le 8 mai 2021'.
        """
        words = self.date(date)
        return of_day % {"day": words} if _begins_with_day(date) else message % {"date": words}

    def _from_to(self, start: dates.Date, end: dates.Date) -> str:
        if start == end:
            return self.date(start)
        first, last = _numbers(start), _numbers(end)
        if first and last and len(first) == len(last):
            return self._calendar.span(first, last)
        return self._calendar.joined(self.date(start), self.date(end))

    def _one_of(self, date: dates.Date) -> str:
        words = [self._choice(member) for member in date.members]
        if len(words) == 1:
            return words[0]
        return self.text("one of %(dates)s") % {"dates": self._join(words, "or")}

    def _choice(self, member: dates.Date) -> str:
        start, end, text = member.start, member.end, self.text
        if end and member.open_start:
            return text("%(date)s or earlier") % {"date": self.date(end)}
        if start and member.open_end:
            return text("%(date)s or later") % {"date": self.date(start)}
        if start and end and start != end:
            return self._between(start, end)
        return self.date(member)

    def _between(self, start: dates.Date, end: dates.Date) -> str:
        first, last = _numbers(start), _numbers(end)
        if first and last and len(first) == len(last):
            return self._within(first, last)
        words = {"start": self.date(start), "end": self.date(end)}
        return self.text("between %(start)s and %(end)s") % words

    def _within(self, first: Sequence[int], last: Sequence[int]) -> str:
        """Say between which years, months or days a date lies."""
        if first == last:
            return self._calendar.words(*first)
        start, end = self._calendar.ends(first, last)
        if len(first) == 3:
            message = self.text("between %(first_day)s and %(last_day)s")
            return message % {"first_day": start, "last_day": end}
        return self.text("between %(start)s and %(end)s") % {"start": start, "end": end}

    def _single(self, date: dates.Date) -> str:
        if numbers := _numbers(date, doubted=True):
            return self._calendar.words(*numbers)
        if date.year is None:
            return self._some_year(date)
        if date.season:
            return self._season(date.season, date.year)
        if date.digits[1:] == ("XX",):
            message, known = self.text("some month in %(date)s"), [date.year]
        elif date.digits[1:] == ("XX", "XX"):
            message, known = self.text("some day in %(date)s"), [date.year]
        elif date.month and date.digits[2] == "XX":
            message, known = self.text("some day in %(date)s"), [date.year, date.month]
        else:
            return self._within(*_bounds(date, len(date.digits)))
        return message % {"date": self._calendar.words(*known)}

    def _some_year(self, date: dates.Date) -> str:
        """Say a date of which the year is not wholly known."""
        if date.first is None:
            years = self.text("year unknown")
        elif date.precision == "decade" and date.first.year // 10 % 10 and date.first.year > 100:
            decade = str(date.first.year // 10 * 10)
            years = self.text("%(decade)ss") % {"decade": decade}  # The 1990s; not 1900-1909.
        else:
            years = self._within(*_bounds(date, 1))
        if not date.month:
            return years
        day = self._calendar.of_any_year(date.month, date.day)
        if date.digits[2:] and not date.day:
            day = self.text("some day in %(date)s") % {"date": day}
        return self.text("%(date)s, %(year)s") % {"date": day, "year": years}

    def _season(self, code: int, year: int) -> str:
        if 33 <= code <= 36:
            return self._calendar.quarter(year, code - 32)
        text = self.text
        parts = {
            21: text("spring %(year)s"),
            22: text("summer %(year)s"),
            23: text("autumn %(year)s"),
            24: text("winter %(year)s"),
            37: text("first four months of %(year)s"),
            38: text("second four months of %(year)s"),
            39: text("last four months of %(year)s"),
            40: text("first half of %(year)s"),
            41: text("second half of %(year)s"),
        }
        name = parts[code if code > 32 else 21 + (code - 21) % 4]
        words = name % {"year": self._calendar.words(year)}
        if 25 <= code <= 28:
            return text("%(season)s (northern hemisphere)") % {"season": words}
        if 29 <= code <= 32:
            return text("%(season)s (southern hemisphere)") % {"season": words}
        return words

    def _doubted(self, words: str, date: dates.Date) -> str:
        if len(set(date.marks)) > 1:
            doubts = self.list(self._doubts(date))
            return self.text("%(date)s (%(doubts)s)") % {"date": words, "doubts": doubts}
        if date.approximate and date.month and date.day:
            words = self.text("about %(day)s") % {"day": words}
        elif date.approximate:
            words = self.text("about %(date)s") % {"date": words}
        if date.uncertain:
            words = self.text("%(date)s (uncertain)") % {"date": words}
        return words

    def _doubts(self, date: dates.Date) -> Iterator[str]:
        """Yield the doubt about each part, if it is not the same for all."""
        text = self.text
        parts = (
            (text("year approximate"), text("year uncertain")),
            (text("month approximate"), text("month uncertain")),
            (text("day approximate"), text("day uncertain")),
        )
        if date.season:
            parts = (parts[0], (text("season approximate"), text("season uncertain")), parts[2])
        for mark, (approximate, uncertain) in zip(date.marks, parts, strict=False):
            if mark in ("~", "%"):
                yield approximate
            if mark in ("?", "%"):
                yield uncertain


def _numbers(date: dates.Date, *, doubted: bool = False) -> tuple[int, ...] | None:
    """Return year, month and day as far as written; None if one is unspecified or a season.

    None too if the date is marked as doubtful, unless `doubted`.
    """
    if date.unspecified or date.season or (any(date.marks) and not doubted):
        return None
    return tuple(part for part in (date.year, date.month, date.day) if part is not None)


def _bounds(date: dates.Date, length: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Return the first and last year, month or day of a date of which the year is known in part."""
    assert date.first, "some digit of the year is known"
    assert date.last, "and therefore both bounds are"
    return date.first[:length], date.last[:length]


def _begins_with_day(date: dates.Date) -> bool:
    """Whether a single date is said as a day, and not as 'about' one."""
    about = date.approximate and len(set(date.marks)) == 1
    return bool(date.month and date.day) and not about


class _Calendar:
    """The CLDR's names and patterns of dates for one language, and how to fill these in.

    Babel's own functions cannot be asked: they take Python's dates, which have no year before 1 or
    after 9999. Names are always written in full, also in the patterns of ranges, which the CLDR
    gives with short ones.
    """

    def __init__(
        self,
        conventions: Conventions,
        messages: gettext.NullTranslations,
        number: Callable[[int], str],
    ) -> None:
        self._data, self._number = conventions, number
        # In some languages the first day of a month is an ordinal, as in French: 1er avril.
        self._first_day = messages.pgettext("first day of a month", "1")

    def words(self, year: int, month: int = 0, day: int = 0) -> str:
        """Return a year, month or day in words."""
        if day:
            return self._fill(self._data.day, year, month, day).strip()
        return self._fill(self._skeleton("yMMMM" if month else "y"), year, month).strip()

    def of_any_year(self, month: int, day: int | None) -> str:
        """Return a month, or a day in it, without a year."""
        return self._fill(self._skeleton("MMMMd") if day else "LLLL", 0, month, day or 0)

    def short_month(self, month: int) -> str:
        """Return a month's name by itself, in short."""
        return self._data.short_months[month]

    def quarter(self, year: int, quarter: int) -> str:
        """Return a quarter of a year, 1 to 4, in words."""
        return self._fill(self._skeleton("yQQQQ"), year, quarter=quarter)

    def span(self, first: Sequence[int], last: Sequence[int]) -> str:
        """Return the range between two different years, months or days, each part said once."""
        halves = self._halves(first, last)
        return "".join(halves) if halves else self.joined(self.words(*first), self.words(*last))

    def ends(self, first: Sequence[int], last: Sequence[int]) -> tuple[str, str]:
        """Return the two ends of a range to say apart, such as '2' and '14 November 2023'."""
        halves = self._halves(first, last)
        if halves and _DASH.search(halves[0]):
            return _DASH.sub("", halves[0]), halves[1]
        return self.words(*first), self.words(*last)

    def joined(self, start: str, end: str) -> str:
        """Return the range between two dates in words."""
        return _plain_spaces(self._data.range).format(start, end)

    def _halves(self, first: Sequence[int], last: Sequence[int]) -> tuple[str, str] | None:
        """Return a range in two halves, the first with the dash; None if the CLDR has no such."""
        differing = next(n for n, (a, b) in enumerate(zip(first, last, strict=True)) if a != b)
        halves = self._data.ranges[cldr.RANGES[len(first) - 1]].get("yMd"[differing], ())
        if len(halves) != 2 or first[0] < 100:  # Years with an era need room: 50 BC – 41 BC.
            return None
        if not all(self._tells(half, "yMd"[differing]) for half in halves):
            return None
        return self._fill(halves[0], *first), self._fill(halves[1], *last)

    def _tells(self, half: str, field: str) -> bool:
        """Whether one half of a range says what differs, and its month as other dates do.

        In the CLDR, Swahili's 21 March – 6 April lacks March, and Bulgarian's has months as digits.
        """
        widths, usual = _widths(half), _widths(self._data.day)
        named = widths.get("M", 3) > 2 or usual.get("M", 0) <= 2
        return field in widths and named

    def _skeleton(self, fields: str) -> str:
        return self._data.skeletons[fields]

    def _fill(self, pattern: str, year: int, month: int = 0, day: int = 0, quarter: int = 0) -> str:
        """Return a pattern of the CLDR with its fields filled in.

        https://unicode.org/reports/tr35/tr35-dates.html#Date_Field_Symbol_Table
        """
        words = []
        for field, text, width in _tokens(pattern):
            if not field:
                words.append(text)
            elif field == "y":
                words.append(self._year(year))
            elif field in "ML":
                names = self._data.months if field == "M" else self._data.months_alone
                words.append(names[month] if width > 2 else str(month).zfill(width))
            elif field == "Q":
                words.append(self._data.quarters[quarter] if width > 2 else str(quarter))
            elif field == "d":
                words.append(self._first_day if day == width == 1 else str(day).zfill(width))
        return re.sub(" {2,}", " ", "".join(words))  # Where an era is left out, two spaces meet.

    def _year(self, year: int) -> str:
        """Return an astronomical year, with its era if it has too few digits to look like one."""
        count = year if year > 0 else 1 - year
        digits = str(count) if count < 10_000 else self._number(count)
        if year >= 100:
            return digits
        era = self._data.eras[1 if year > 0 else 0]
        fields = {"y": digits, "G": era}
        # Any word for 'year' in this pattern is left to the pattern that the year is put into.
        return "".join(
            fields.get(field, "") if field else " " * (" " in text)
            for field, text, _ in _tokens(self._skeleton("Gy"))
        )


def _tokens(pattern: str) -> Sequence[tuple[str, str, int]]:
    return cldr.tokens(_plain_spaces(pattern))


def _widths(pattern: str) -> dict[str, int]:
    """Return the number of letters of each field of a pattern, a month by itself as M too."""
    return {field.replace("L", "M"): width for field, _, width in _tokens(pattern) if field}


def _plain_spaces(pattern: str) -> str:
    """Return a pattern without the CLDR's thin spaces, which no reader types into a search."""
    return pattern.replace("\u2009", " ")


def _messages(code: str, folder: Path | None) -> gettext.NullTranslations:
    """Return the messages of all catalogues for a tag, the most exact first."""
    messages = gettext.NullTranslations()
    if folder is None:
        return messages
    for known in cldr.prefixes(code):
        for name in dict.fromkeys((known, known.replace("-", "_"))):
            path = folder / name / "LC_MESSAGES" / "dateline.po"
            if path.is_file():
                fallback, messages = messages, _catalogue(path, cldr.locale(code))
                messages.add_fallback(fallback)
    return messages


def _catalogue(path: Path, locale: Locale) -> gettext.NullTranslations:
    """Return a .po file's messages, compiled in memory; raises BadCatalogue for what is wrong."""
    from babel.messages import mofile, pofile

    compiled = io.BytesIO()
    try:
        text = path.read_text("utf-8-sig")
        lines = enumerate(text.split("\n"), 1)
        faults = [
            (n, f"not a line of a .po file: {s!r}") for n, s in lines if not _LINE.fullmatch(s)
        ]
        if faults:  # Babel would cut off what stands where it expects quotes.
            raise BadCatalogue(path, faults)
        catalogue = pofile.read_po(io.StringIO(text), locale=locale, abort_invalid=True)
        faults = [
            (message.lineno or 1, f"{message.id!r}: {error}")
            for message, errors in catalogue.check()
            for error in errors
            if not message.fuzzy  # Not in use until somebody has looked at it.
        ]
        if faults:
            raise BadCatalogue(path, faults)
        mofile.write_mo(compiled, catalogue)
        compiled.seek(0)
        return gettext.GNUTranslations(compiled)
    except BadCatalogue:
        raise
    except pofile.PoFileError as fault:
        raise BadCatalogue(path, [(fault.lineno, str(fault))]) from fault
    except (ValueError, LookupError) as fault:  # Not UTF-8, an unknown charset, odd plural forms.
        raise BadCatalogue(path, [(1, str(fault))]) from fault
