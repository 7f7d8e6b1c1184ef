"""Dates: written in EDTF, or in English words that have one EDTF form.

    >>> parse("2012-03~") == parse("about March 2012")
    True
    >>> read("about March 2012")
    Reading(date=..., advice='write 2012-03~')

EDTF is read by `edtf` and words by `friendly`; everything else knows dates by this module.
"""

from typing import NamedTuple

from dateline import edtf, friendly
from dateline.edtf import PRECISIONS, SEASONS, Date, Day, Invalid, Kind, Precision

__all__ = [
    "PRECISIONS",
    "SEASONS",
    "Date",
    "Day",
    "Invalid",
    "Kind",
    "Precision",
    "Reading",
    "parse",
    "read",
]


class Reading(NamedTuple):
    """A date and, if it was not written in EDTF, what to write instead; else ''."""

    date: Date
    advice: str


def parse(text: str) -> Date:
    """Return the date that EDTF or English words stand for. Raises Invalid if it is none."""
    try:
        return edtf.parse(text)
    except Invalid as fault:
        return friendly.read(text, fault)[0]


def read(text: str) -> Reading:
    """Return the date of a text, and advice if the text is not EDTF. Raises Invalid."""
    try:
        return Reading(edtf.parse(text), "")
    except Invalid as fault:
        return Reading(*friendly.read(text, fault))
