"""The sentences that cite something, with the anchors that they have on their page."""

from __future__ import annotations

import pytest

from dateline.numbering import Notes
from dateline.passages import passages


def found(text: str) -> list[tuple[str, str]]:
    """Each passage of a text, with its anchors and locators."""
    return [
        (
            passage.words,
            " ".join(f"{one.anchor}{one.locator and f'({one.locator})'}" for one in passage.cited),
        )
        for passage in passages(text, Notes(), lambda id: f"The {id} & all")
    ]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Before. It fell [@a]. After.", "It fell."),
        ("Before. It fell. [@a] After.", "It fell."),
        ("It *fell*, **then** `burnt` [@a].", "It fell, then burnt."),
        ("It fell in\nthe night [@a].", "It fell in the night."),
        ("See [[flood]] and [[flood|the water]] [@a].", "See The flood & all and the water."),
        ("See [the law](https://example.org/) [@a].", "See the law."),
        ("A < B & C [@a].", "A < B & C."),
        ("- One. Two [@a].\n- Three.", "Two."),
        ("| who | where |\n| --- | --- |\n| two | down [@a] |", "down"),
        ("> It fell [@a].\n\nIt rose.", "It fell."),
        ("# Floods [@a]\n\nIt rose.", "Floods"),
        ("It fell.[^1] It rose.\n\n[^1]: So they say [@a].", "So they say."),
        ("It fell[^1] [@a].\n\n[^1]: So they say.", "It fell."),
    ],
)
def test_a_passage_is_a_sentence_as_the_page_shows_it(text, words):
    """Plain, without marks of Markdown, of footnotes and of citations."""
    assert found(text) == [(words, "cite-a-1")]


def test_anchors_are_counted_as_on_the_page():
    """Each place that cites a source has the next number, wherever it stands."""
    text = "One [@a]. Two [@b; @a, p. 4]. Three [@a, fol. 2]."

    assert found(text) == [
        ("One.", "cite-a-1"),
        ("Two.", "cite-b-1 cite-a-2(p. 4)"),
        ("Three.", "cite-a-3(fol. 2)"),
    ]


def test_a_citation_that_is_not_printed_counts_but_is_no_passage():
    """One in a comment has a number on the page too, and leads to nothing."""
    assert found("Not <!-- here [@a] --> but here [@a].") == [("Not but here.", "cite-a-2")]


def test_a_citation_in_code_is_none():
    """It is printed as it was typed."""
    assert found("Write `[@a]`. So [@b].") == [("So.", "cite-b-1")]


def test_a_citation_alone_belongs_to_the_sentence_before_it():
    """Without one, it has no words."""
    assert found("It fell! [@a]") == [("It fell!", "cite-a-1")]
    assert found("[@a]") == [("", "cite-a-1")]
