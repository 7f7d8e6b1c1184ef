"""Characters that no text of a timeline may hold, however they were written."""

from __future__ import annotations

import unicodedata

from dateline import patterns

_PLANES = range(0, 0x110000, 0x10000)
UNSEEN = patterns.of(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u206f\ufeff\ufff9-\ufffb\ufdd0-\ufdef"
    "\ud800-\udfff"
    + "".join(chr(plane + last) for plane in _PLANES for last in (0xFFFE, 0xFFFF))
    # What tags letters (Unicode 23.9) is unseen too; a flag is made of a black one and such tags.
    + "]|\U000e0001|(?<![\U0001f3f4\U000e0020-\U000e007e])[\U000e0020-\U000e007f]"
)
"""Control characters, those that turn the direction of writing (Unicode TR 36, 2.2), halves of
characters, non-characters. What Arabic and emoji need (direction marks, joiners) is not among them.
"""


def unseen(text: str) -> bool:
    """Say whether a text holds such a character."""
    # What Python calls printable holds none of them; to see that is ten times as fast.
    if text.isascii():
        return bool(text.encode().translate(None, _ORDINARY))
    plain = text.replace("\n", "").replace("\t", "").replace("\u00a0", "")
    return not plain.isprintable() and bool(UNSEEN.search(text))


_ORDINARY = bytes([*b"\t\n\r", *range(0x20, 0x7F)])


_BLANK = patterns.of(
    r"[\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2060-\u2064\u2800\u3164"
    r"\ufe00-\ufe0f\uffa0\U000e0000-\U000e0fff]*"
)
"""White space, and letters that look like it (Default_Ignorable_Code_Point, blank Braille)."""


def blank(text: str) -> bool:
    """Say whether there is nothing to be seen in a text."""
    return not text or (not text.isalnum() and bool(_BLANK.fullmatch(text)))


def composed(text: str) -> str:
    """Return a text in Unicode's composed form (NFC)."""
    if text.isascii() or unicodedata.is_normalized("NFC", text):
        return text
    return unicodedata.normalize("NFC", text)


def called(char: str) -> str:
    """Return the number and the name of a character: `U+202E (RIGHT-TO-LEFT OVERRIDE)`."""
    other = "a control character" if unicodedata.category(char) == "Cc" else "not a character"
    return f"U+{ord(char):04X} ({unicodedata.name(char, other)})"
