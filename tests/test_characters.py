"""Characters that no text may hold; those that languages and emoji need are not among them."""

from __future__ import annotations

import pytest

from dateline import characters


@pytest.mark.parametrize(
    "text",
    ["a\0b", "a\x1b[31m", "a\x7f",
     "a\x85b", "a\u2028b", "\u202egpj", "\u2066a", "\ufeffa", "\ufff9",
     "\ufdd0", "\uffff", "\U0001fffe", "\ud800", "a\U000e0001", "a\U000e0041"],
)  # fmt: skip
def test_what_nobody_can_see_is_told_of(text):
    """Controls, overrides of direction, halves of characters, non-characters, tags."""
    assert characters.unseen(text)


@pytest.mark.parametrize(
    "text",
    ["", "a\tb\nc", "مالي\u200f 1", "\u200eabc", "می\u200cخواهم", "\U0001f468\u200d\U0001f469",
     "\u2764\ufe0f", "a\u00a0b", "co\u00adop", "a\u200bb", "\U0001f1f2\U0001f1f1", "नि",
     "\U0001f3f4\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f"],
)  # fmt: skip
def test_what_writing_needs_is_let_through(text):
    """Marks of direction, joiners, variants, flags, soft hyphens and spaces."""
    assert not characters.unseen(text)


@pytest.mark.parametrize("text", ["", " ", "\u200d", "\u2800\u3164", "\u00ad \ufe0f"])
def test_a_text_of_which_nothing_is_seen_is_blank(text):
    """It would make a link that nobody can find."""
    assert characters.blank(text)
    assert not characters.blank(text + "a")


def test_text_is_composed():
    """Two ways to write é are one text."""
    assert characters.composed("cafe\u0301") == "caf\u00e9"


@pytest.mark.parametrize(
    ("char", "name"),
    [("\u202e", "U+202E (RIGHT-TO-LEFT OVERRIDE)"), ("\0", "U+0000 (a control character)"),
     ("\ufdd0", "U+FDD0 (not a character)")],
)  # fmt: skip
def test_a_character_is_called_by_its_number_and_name(char, name):
    """Who cannot see it can look it up."""
    assert characters.called(char) == name
