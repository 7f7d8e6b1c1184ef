"""What is primary, and which sources are one voice."""

from __future__ import annotations

import pytest

from dateline import evidence
from dateline.model import Source


def registry(**publishers: str) -> dict[str, Source]:
    """Sources by id; `agency` or `agency < original` says who published it, and what it reposts."""
    found = {}
    for id, text in publishers.items():
        publisher, _, original = (part.strip() for part in text.partition("<"))
        found[id] = Source(id, id, "news", publisher=publisher, repost_of=original)
    return found


@pytest.mark.parametrize(
    ("kind", "written", "said"),
    [
        ("statement", "", "primary"),
        ("document", "", "primary"),
        ("agreement", "", "primary"),
        ("media", "", "primary"),
        ("news", "", "secondary"),
        ("report", "", "secondary"),
        ("encyclopedia", "", "secondary"),
        ("book", "", "secondary"),
        ("book", "primary", "primary"),
        ("document", "secondary", "secondary"),
    ],
)
def test_a_source_is_primary_by_its_kind_or_by_what_is_written(kind, written, said):
    """What is written comes first."""
    assert evidence.type_of(Source("a", "A", kind, type=written)) == said


@pytest.mark.parametrize(
    ("sources", "voices"),
    [
        ({}, []),
        ({"a": "AFP"}, ["a"]),
        ({"a": "AFP", "b": "RFI"}, ["a", "b"]),
        ({"a": "AFP", "b": "AFP"}, ["a b"]),
        ({"a": "AFP", "b": " afp "}, ["a b"]),
        ({"a": "", "b": ""}, ["a", "b"]),
        ({"a": "AFP", "b": "Daily < a"}, ["a b"]),
        ({"a": "Daily < b", "b": "Weekly < c", "c": "AFP"}, ["a b c"]),
        ({"a": "Daily", "b": "RFI", "c": "Daily < b"}, ["a b c"]),
        ({"a": "AFP", "b": "RFI", "c": "AFP"}, ["a c", "b"]),
    ],
)
def test_reposts_and_one_publisher_are_one_voice(sources, voices):
    """By however many steps; sources without a publisher stand for themselves."""
    found = evidence.voices(sources, registry(**sources))

    assert [" ".join(group) for group in found] == voices


def test_what_is_reposted_joins_voices_though_it_is_not_cited():
    """Two papers with the same dispatch are one, also if nobody cites the dispatch itself."""
    sources = registry(a="Daily < c", b="Weekly < c", c="AFP", d="AFP")

    assert evidence.voices(["a", "b"], sources) == (("a", "b"),)
    assert evidence.voices(["a", "d"], sources) == (("a", "d"),)


def test_a_circle_of_reposts_comes_to_an_end():
    """It is a fault, but no reason to run for ever."""
    sources = registry(a="Daily < b", b="Weekly < a")

    assert evidence.origins("a", sources) == ("a", "b")
    assert evidence.voices(["a", "b"], sources) == (("a", "b"),)
