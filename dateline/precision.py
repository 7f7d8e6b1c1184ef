"""How well a date is known, in a plain sentence for those who do not read EDTF.

    >>> sentence(dates.parse("2012-03"), Language("en"))
    'Known to the month, not to the day.'

It explains the words of the date and does not repeat them; of an exact day there is nothing to say.
"""

from __future__ import annotations

from dateline import axis
from dateline.dates import Date
from dateline.language import Language

_MOST_DAYS = 100
"""More than so many days say less than the two dates do."""


def sentence(date: Date, language: Language) -> str:
    """Return what is known of a date, in a sentence or two; '' if its words say it all."""
    text = language.text
    match date.kind:
        case "interval":
            return _interval(date, language)
        case "set":
            return _one_of(date, language)
        case "list":
            return text("It happened on each of these dates.")
        case _:
            return " ".join(filter(None, (*_doubts(date, language), _single(date, language))))


def _doubts(date: Date, language: Language) -> tuple[str, ...]:
    if len(set(date.marks)) > 1:  # The words name the parts that are in doubt.
        return ()
    text = language.text
    estimate = text("An estimate: the true date may lie somewhat before or after.")
    doubt = text("Uncertain: this date may turn out to be wrong.")
    return (estimate if date.approximate else "", doubt if date.uncertain else "")


def _single(date: Date, language: Language) -> str:
    text = language.text
    within = any("X" in digits and digits.strip("X") for digits in date.digits[1:])
    if date.approximate or within:
        return ""
    return {
        "month": text("Known to the month, not to the day."),
        "season": text("Known to the part of the year, not to the day."),
        "year": text("Known to the year, not to the month."),
        "decade": text("Known to the decade, not to the year."),
        "century": text("Known to the century, not to the year."),
        "millennium": text("Known to the millennium, not to the year."),
        "unknown": text("The year is not known."),
    }.get(date.precision, "")


def _interval(date: Date, language: Language) -> str:
    text = language.text
    if date.start is None or date.end is None:
        return _half(date, language)
    if date.approximate or date.uncertain:
        return text("It lasted from the one to the other; not both dates are certain.")
    exact = _is_day(date.start), _is_day(date.end)
    return {
        (True, True): _length(date, language),
        (False, True): text(
            "It lasted from the one to the other; the exact first day is not known."
        ),
        (True, False): text(
            "It lasted from the one to the other; the exact last day is not known."
        ),
        (False, False): text("It lasted from the one to the other; the exact days are not known."),
    }[exact]


def _half(date: Date, language: Language) -> str:
    """Say of what has only one end whether the other is open or unknown."""
    text = language.text
    if date.open_end:
        return text("Open: it had not ended when this was written.")
    if date.open_start:
        return text("Open: it has no dated beginning.")
    if date.end is None:
        return text("It ended, but when is not known.")
    return text("It began earlier; when is not known.")


def _length(date: Date, language: Language) -> str:
    """Say how long it lasted from one exact day to another."""
    assert date.first, "the interval has a first day"
    assert date.last, "and a last one"
    n = axis.count(date.last) - axis.count(date.first) + 1
    if n > _MOST_DAYS:
        return language.text("It lasted from the first of these days to the last.")
    words = language.plural(
        "It lasted %(n)s day.", "It lasted %(n)s days, the first and the last included.", n
    )
    return words % {"n": language.number(n)}


def _one_of(date: Date, language: Language) -> str:
    text = language.text
    if len(date.members) == 1 and not date.members[0].is_interval:
        return sentence(date.members[0], language)
    if date.first is None or date.last is None:
        return text("It happened once; when exactly is not known.")
    if len(date.members) == 1:
        return text("It happened once, some time from the first of these dates to the last.")
    return text("It happened once, on one of these dates; which one is not known.")


def _is_day(date: Date) -> bool:
    return date.precision == "day" and not date.unspecified
