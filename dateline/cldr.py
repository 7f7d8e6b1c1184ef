"""What the CLDR says of one language, as far as Dateline needs it.

    >>> of("en-GB").number(50000)
    '50,000'

The CLDR is read by Babel, which knows a thousand locales and takes 30 ms to load one: a sixth
of a small build. So what is needed of the languages in `KEPT` is kept in languages.json. With a new
Babel, `make languages` writes that anew; a test tells when it has to.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from msgspec import Raw, Struct, json

from dateline import patterns

if TYPE_CHECKING:
    from babel import Locale

KEPT = (
    "ar bm bn cs de en-GB en-US es fa ff fr ha he hi id it ja ko nl pl pt pt-BR ru sv sw tr uk ur "
    "vi zh"
).split()
"""The languages that most people write in, and some that have few programs of their own."""
FILE = Path(__file__).with_name("languages.json")

_SKELETONS = "y yMMMM MMMMd yQQQQ Gy".split()
RANGES = "y yMMMM yMMMd".split()
"""The fields of years, months and days whose ranges are said."""
_CODE = patterns.of(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_PARTS = patterns.of(r"((?:'[^']*'?|[^A-Za-z'])+)|(([A-Za-z])\3*)")
_MOST_DECIMALS = 3
"""After so many the patterns of the CLDR round a number."""


class Unknown(ValueError):
    """A language that the CLDR does not know."""


class Conventions(Struct, frozen=True):
    """How a language writes dates, lists and numbers.

    Patterns of dates are those of https://unicode.org/reports/tr35/tr35-dates.html, names are by
    number from 0, so those of months have an empty one in front.
    """

    direction: Literal["ltr", "rtl"]
    day: str
    """The pattern of a day with its month in full."""
    skeletons: Mapping[str, str]
    """Patterns of other parts of a date, by the fields that they have."""
    ranges: Mapping[str, Mapping[str, tuple[str, ...]]]
    """The two halves of a range, by its fields and by the first field that differs."""
    range: str
    """How any two dates are joined, `{0} – {1}`."""
    months: tuple[str, ...]
    """Names of months within a date."""
    months_alone: tuple[str, ...]
    short_months: tuple[str, ...]
    """The same by themselves, in short."""
    quarters: tuple[str, ...]
    eras: tuple[str, ...]
    """In short: before and after the year 1."""
    lists: Mapping[str, Mapping[str, str]]
    """How the items of a list are joined, by style, and by which of them these are."""
    group: str
    """What stands between groups of digits."""
    groups: tuple[int, int]
    """How many digits the last group has, and each other."""
    point: str
    """What stands before the decimals."""

    def number(self, n: float) -> str | None:
        """Return a number as it is written; None if it has more than digits and few decimals."""
        digits, _, decimals = str(n).partition(".")
        if not digits.isdecimal() or (decimals and not decimals.isdecimal()):
            return None
        if len(decimals) > _MOST_DECIMALS:
            return None
        size, size_of_others = self.groups
        written = ""
        while len(digits) > size:
            written = self.group + digits[-size:] + written
            digits, size = digits[:-size], size_of_others
        decimals = decimals.rstrip("0")
        return digits + written + (self.point + decimals if decimals else "")

    def list(self, items: Sequence[str], style: str) -> str:
        """Return items in one phrase, such as 'A, B and C'.

        https://unicode.org/reports/tr35/tr35-general.html#ListPatterns
        """
        if len(items) < 2:
            return "".join(items)
        joined = self.lists[style]
        if len(items) == 2:
            return joined["2"].format(*items)
        phrase = joined["start"].format(*items[:2])
        for item in items[2:-1]:
            phrase = joined["middle"].format(phrase, item)
        return joined["end"].format(phrase, items[-1])


def of(code: str) -> Conventions:
    """Return the conventions of a language, or of as much of its tag as the CLDR knows.

    Raises Unknown if that is nothing, or the code is not a tag (BCP 47).
    """
    raw = _kept_of(code)
    return json.decode(raw, type=Conventions) if raw else by_babel(locale(code))


@cache
def known(code: str) -> bool:
    """Say whether the code is the tag of a language that the CLDR knows."""
    if _kept_of(code):
        return True
    try:
        locale(code)
    except Unknown:
        return False
    return True


@cache
def locale(code: str) -> Locale:
    """Return Babel's locale for a tag, or for as much of it as Babel knows. Raises Unknown."""
    from babel import Locale, UnknownLocaleError

    if not _CODE.fullmatch(code):
        raise Unknown(f"'{code}' is not a language tag: expected a form such as 'en' or 'pt-BR'")
    for part in reversed(prefixes(code)):
        try:
            return Locale.parse("en-GB" if part.lower() == "en" else part, sep="-")
        except (UnknownLocaleError, ValueError):
            continue
    raise Unknown(f"unknown language '{code}': expected one of the CLDR's, such as 'en' or 'fr'")


def prefixes(code: str) -> Sequence[str]:
    """Return the language alone, then with each further part of its tag: ar, ar-ML."""
    parts = code.split("-")
    return ["-".join(parts[: n + 1]) for n in range(len(parts))]


def by_babel(found: Locale) -> Conventions:
    """Return the conventions of a language, from Babel."""
    from babel import localedata

    # A copy, because Babel 2.18 stores what aliases mean for one language in data that other
    # languages share, and so mixes their names (python-babel/babel#1234).
    shared = localedata.load(str(found))
    parts = "date_formats datetime_skeletons interval_formats months quarters eras".split()
    data: Any = localedata.LocaleDataDict({part: copy.deepcopy(shared[part]) for part in parts})
    skeletons, ranges = data["datetime_skeletons"], data["interval_formats"]
    months, symbols = data["months"], found.number_symbols["latn"]
    return Conventions(
        direction="rtl" if found.text_direction == "rtl" else "ltr",
        day=data["date_formats"]["long"].pattern,
        skeletons={fields: skeletons[fields].pattern for fields in _SKELETONS},
        ranges={
            fields: {field: tuple(halves) for field, halves in ranges.get(fields, {}).items()}
            for fields in RANGES
        },
        range=ranges[None],
        months=_names(months["format"]["wide"]),
        months_alone=_names(months["stand-alone"]["wide"]),
        short_months=_names(months["stand-alone"]["abbreviated"]),
        quarters=_names(data["quarters"]["format"]["wide"]),
        eras=_names(data["eras"]["abbreviated"]),
        lists={style: dict(found.list_patterns[style]) for style in ("standard", "or")},
        group=symbols["group"],
        groups=found.decimal_formats[None].grouping,
        point=symbols["decimal"],
    )


def _names(by_number: Mapping[int, str]) -> tuple[str, ...]:
    return tuple(by_number.get(n, "") for n in range(max(by_number) + 1))


@cache
def tokens(pattern: str) -> Sequence[tuple[str, str, int]]:
    """Return the parts of a pattern of dates: a text as ("", text, 0), or a field and its width.

    A field is its letter, as ("y", "", 4). Letters of a text stand in single quotes, and two of
    these for one.
    https://unicode.org/reports/tr35/tr35-dates.html#Date_Format_Patterns
    """
    found: list[tuple[str, str, int]] = []
    for text, field, letter in _PARTS.findall(pattern):
        if field:
            found.append((letter, "", len(field)))
        else:
            plain = text.replace("''", "\0").replace("'", "").replace("\0", "'")
            found.append(("", plain, 0))
    return found


class _File(Struct):
    """What languages.json holds: the version of Babel that it is from, and each language."""

    babel: str
    languages: dict[str, Raw]


@cache
def _kept() -> Mapping[str, Raw]:
    """Return the conventions that are kept, by tag in small letters; plain English is Britain's."""
    found = json.decode(FILE.read_bytes(), type=_File).languages
    kept = {code.lower(): raw for code, raw in found.items()}
    kept["en"] = kept["en-gb"]
    return kept


def _kept_of(code: str) -> Raw | None:
    # Some letters beyond ASCII are such of it in small.
    return _kept().get(code.lower()) if code.isascii() else None


def written(codes: Iterable[str]) -> bytes:
    """Return what languages.json holds: a language in a line."""
    import babel

    lines = (b'"%s":%s' % (code.encode(), json.encode(by_babel(locale(code)))) for code in codes)
    head = b'{"babel":"%s","languages":{\n' % babel.__version__.encode()
    return head + b",\n".join(lines) + b"\n}}\n"


if __name__ == "__main__":
    FILE.write_bytes(written(KEPT))
