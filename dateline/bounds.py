"""What one text may hold, so that no text can hold up a build.

Python-Markdown takes time that grows with the square of some things (brackets, backticks, open
tags, lines without a blank one between them), and gives up on very deep nesting. Each limit is
many times what prose needs, and keeps every text below a second:

    bounds.excess("[" * 10_000)    # Excess(300, 1, "more than 300 '[' in one paragraph", …)
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator

from msgspec import Struct

from dateline import patterns

CHARACTERS = 100_000
"""The most characters of a text: some 15,000 words."""
LINES = 5_000
"""The most lines of a text."""
PARAGRAPH_CHARACTERS = 20_000
"""The most characters without a blank line between them: of a paragraph, a list, a table."""
PARAGRAPH_LINES = 1_000
"""The most lines without a blank one between them."""
PARAGRAPH_SIGNS = 300
"""How often each of SIGNS may stand in one paragraph."""
TEXT_SIGNS = 2_000
"""How often each of SIGNS may stand in one text."""
SIGNS = "[(`*_!&~@"
"""Those that Markdown may have to look far for the other end of."""
TAGS = 500
"""How often '<' may stand in one text."""
PICTURES = 100
"""How often '![' may stand in one text; a picture in a text is a fault anyway."""
CELLS = 10_000
"""The most cells of the tables of one text; each row counts as long as the widest."""
FENCES = 500
"""How many lines of one text may begin or end a block of code."""
NOTES = 500
"""How many footnotes one text may have."""
MEANINGS = 100
"""How many lines of one paragraph may begin with a colon, as a definition does."""
BLANKS = 100
"""The most spaces and tabs in a row."""
DEEPEST = 6
"""How many quotations and lists may begin in one line."""


class Excess(Struct, frozen=True):
    """Where a text becomes too much, in what, and what to do."""

    offset: int
    length: int
    message: str
    hint: str


def excess(text: str) -> Excess | None:
    """Return the first limit that a text exceeds; None if it is fit."""
    if _ordinary(text):
        return None
    return next(_of_the_text(text), None) or next(_of_a_paragraph(text), None)


@functools.lru_cache(maxsize=2_000)
def _ordinary(text: str) -> bool:
    """Say whether a text is far from every limit, as nearly all are; a look is enough for those.

    Several modules ask for the same text, one soon after the other.
    """
    return (
        len(text) <= PARAGRAPH_CHARACTERS
        and text.count("\n") <= PARAGRAPH_LINES
        and all(text.count(sign) <= PARAGRAPH_SIGNS for sign in SIGNS)
        and text.count("<") <= TAGS
        and text.count(":") <= MEANINGS
        and "|" not in text
        and text.count("![") <= PICTURES
        and "```" not in text
        and "~~~" not in text
        and "\t" not in text
        and " " * BLANKS not in text
        and not any(line[:1] in _LISTS and _NESTED.match(line) for line in text.split("\n"))
    )


_LISTS = frozenset("> -*+0123456789")


_SPLIT = "divide it into several texts"
_BLANK_LINE = "put a blank line where a new paragraph begins"
_INDENT = patterns.of(rf"[ \t]{{{BLANKS + 1},}}")
_FENCE = patterns.of(r"^[ \t>]*(?:```|~~~)", re.MULTILINE)
_NESTED = patterns.of(
    rf"^(?![-* \t]*$)(?:[ \t]*(?:>|(?:[-*+]|\d{{1,9}}[.)])[ \t])){{{DEEPEST + 1}}}", re.MULTILINE
)
_NOTE = patterns.of(r"^[ \t>]*\[\^[^\]\n]*\]:", re.MULTILINE)
_MEANING = patterns.of(r"^[ \t]*:", re.MULTILINE)


def _of_the_text(text: str) -> Iterator[Excess]:
    if len(text) > CHARACTERS:
        message = f"a text of {len(text):,} characters; {CHARACTERS:,} are the most"
        yield Excess(CHARACTERS, 1, message, _SPLIT)
    if text.count("\n") >= LINES:
        message = f"a text of more than {LINES:,} lines"
        yield Excess(_nth(text, "\n", LINES) + 1, 1, message, _SPLIT)
    for sign in ("<", "![", *SIGNS):
        most = {"<": TAGS, "![": PICTURES}.get(sign, TEXT_SIGNS)
        if text.count(sign) > most:
            message = f"more than {most:,} '{sign}' in one text"
            yield Excess(_nth(text, sign, most + 1), 1, message, _SPLIT)
    if found := _INDENT.search(text):
        message = f"{len(found.group())} spaces or tabs in a row; {BLANKS} are the most"
        yield Excess(found.start(), len(found.group()), message, "take most of them out")
    if found := _NESTED.search(text):
        message = f"more than {DEEPEST} lists or quotations within each other"
        yield Excess(found.start(), len(found.group()), message, "write fewer of the signs")
    notes = list(_NOTE.finditer(text)) if text.count("[^") > NOTES else []
    if len(notes) > NOTES:
        message = f"more than {NOTES} footnotes in one text"
        yield Excess(notes[NOTES].start(), len(notes[NOTES].group()), message, _SPLIT)
    fences = list(_FENCE.finditer(text))
    if len(fences) > FENCES:
        message = f"more than {FENCES} lines that begin or end a block of code in one text"
        yield Excess(fences[FENCES].start(), len(fences[FENCES].group()), message, _SPLIT)


def _of_a_paragraph(text: str) -> Iterator[Excess]:
    cells = 0
    for start, paragraph in _paragraphs(text):
        if len(paragraph) > PARAGRAPH_CHARACTERS:
            message = f"more than {PARAGRAPH_CHARACTERS:,} characters in one paragraph"
            yield Excess(start + PARAGRAPH_CHARACTERS, 1, message, _BLANK_LINE)
        if paragraph.count("\n") > PARAGRAPH_LINES:
            message = f"more than {PARAGRAPH_LINES:,} lines without a blank one"
            yield Excess(
                start + _nth(paragraph, "\n", PARAGRAPH_LINES) + 1, 1, message, _BLANK_LINE
            )
        for sign in SIGNS:
            if paragraph.count(sign) > PARAGRAPH_SIGNS:
                offset = start + _nth(paragraph, sign, PARAGRAPH_SIGNS + 1)
                message = f"more than {PARAGRAPH_SIGNS} '{sign}' in one paragraph"
                yield Excess(offset, 1, message, _BLANK_LINE)
        rows = paragraph.split("\n")
        cells += len(rows) * max(row.count("|") for row in rows)
        if cells > CELLS:
            yield Excess(start, 1, f"more than {CELLS:,} cells of tables in one text", _SPLIT)
        meanings = list(_MEANING.finditer(paragraph))
        if len(meanings) > MEANINGS:
            message = f"more than {MEANINGS} lines that begin with ':' in one paragraph"
            yield Excess(start + meanings[MEANINGS].end() - 1, 1, message, _BLANK_LINE)


def _paragraphs(text: str) -> Iterator[tuple[int, str]]:
    """Yield what stands between blank lines, as Python-Markdown knows them, and where."""
    start = at = 0
    for line in [*text.split("\n"), ""]:
        if not line.strip(" \t"):
            if at > start:
                yield start, text[start : at - 1]
            start = at + len(line) + 1
        at += len(line) + 1


def _nth(text: str, sign: str, number: int) -> int:
    """Return where a sign stands for the n-th time, counted from 1; it stands that often."""
    at = -1
    for _ in range(number):
        at = text.index(sign, at + 1)
    return at
