"""A paragraph of plain text -> its sentences.

    sentences.split("It fell at 9.30 p.m. on 14 Nov. 2023. Who led? He did.")
    # ('It fell at 9.30 p.m. on 14 Nov. 2023.', 'Who led?', 'He did.')

A rule of thumb for English, French and Arabic, and for most of what is written with the same
signs: a full stop, a question or exclamation mark or an ellipsis ends a sentence if what follows
does not begin with a small letter, and the stop belongs to no abbreviation, initial or number.
Where in doubt, two sentences stay together: too much around a citation misleads nobody.

The text may hold marks, numbers between `markdown.OPEN` and `markdown.CLOSE`. Those behind the
last sign of a sentence belong to it.
"""

from __future__ import annotations

import re

from dateline import patterns
from dateline.markdown import CLOSE, OPEN

MARK = patterns.of(f"{OPEN}(\\d+){CLOSE}")

_END = patterns.of(
    rf"""
    (?P<signs> [.!?…؟۔]+ | [。！？]+ )
    (?P<close> (?: [\s\u00a0\u202f]?[»›] | ["'”’)\]] )* )
    (?P<marks> (?: {OPEN}\d+{CLOSE} )* )
    (?P<space> \s+ | $ | (?<=[。！？」]) )
    """,
    re.VERBOSE,
)
_WORD_BEFORE = patterns.of(r"[^\s(\[«“‘\"']*$")
_OPENING = " \u00a0\u202f\"'“‘«‹„([¿¡–—-"

ALWAYS = frozenset(
    "mr mrs ms messrs dr prof gen col lt capt maj sgt cpl brig adm gov sen rep rev hon st ste "
    "mm mme mmes mlle me mgr vs cf viz approx ca e.g i.e p.ex c.-à-d "
    "jan feb mar apr jun jul aug sep sept oct nov dec janv févr avr juil déc".split()
)
"""Abbreviations behind which a sentence goes on, in small letters and without the last stop."""
BEFORE_NUMBERS = frozenset("no nos nr n p pp vol t art ch chap fig para sec s par".split())
"""Abbreviations only where a number follows: `no. 5`, but `He said no. Nobody moved.`"""


def split(text: str) -> tuple[str, ...]:
    """Return the sentences of a text, with their marks, without the space between them."""
    found, start = [], 0
    for end in _END.finditer(text):
        if _ends(text[start : end.start()], end, text[end.end() :]):
            found.append(text[start : end.end()].strip())
            start = end.end()
    return tuple(filter(None, [*found, text[start:].strip()]))


def _ends(before: str, end: re.Match[str], after: str) -> bool:
    """Return whether the sign between two texts ends a sentence."""
    rest = MARK.sub("", after).lstrip(_OPENING)
    if not rest:
        return True
    if rest[0].islower():
        return False
    if end["signs"] != "." or end["close"] or end["marks"]:
        return True
    found = _WORD_BEFORE.search(MARK.sub("", before))
    return not _abbreviated(found.group() if found else "", before, rest)


def _abbreviated(word: str, before: str, rest: str) -> bool:
    """Return whether the stop behind a word belongs to the word."""
    folded = word.casefold()
    if folded in ALWAYS or (folded in BEFORE_NUMBERS and rest[0].isdigit()):
        return True
    # `J. Smith`, `U.N. Security Council`, `B.-H. Lévy`.
    if all(len(part) == 1 and part.isalpha() for part in re.split(r"\.-|[.-]", word)):
        return True
    # `3. The road`, the number of an item.
    return word.isdigit() and len(word) < 3 and before.strip() == word
