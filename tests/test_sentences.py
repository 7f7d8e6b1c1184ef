"""A paragraph is taken apart into its sentences, and each keeps its citations."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline import sentences

A, B = "\ufdd00\ufdd1", "\ufdd01\ufdd1"
"""Two marks, as they stand for citations."""


@pytest.mark.parametrize(
    "text",
    [
        "It fell. It rose.",
        "Did it fall? It did!",
        "It fell… It rose.",
        "It fell ... It rose.",
        "It fell?! It rose.",
        "“It fell.” He left.",
        '"It fell." He left.',
        "(It fell.) He left.",
        "It fell. “He left.”",
        "It fell. (He left.)",
        "It fell in 2012. The army left.",
        "It cost 3.5 million. The army paid.",
        "He said no. Nobody moved.",
        "Est-il tombé ? Oui.",
        "« Il est tombé ! » Puis il part.",
        "Il est tombé. À midi, il part.",
        "¿Cayó? ¡Sí!",
        "هل سقطت المدينة؟ نعم.",
        "سقطت المدينة. غادر الجيش.",
        "سقطت… غادر الجيش.",
        "شہر گر گیا۔ فوج چلی گئی۔",
    ],
)
def test_a_sign_at_the_end_ends_a_sentence(text):
    """In English, French, Spanish, Arabic and Urdu, with quotes and brackets around it."""
    assert len(sentences.split(text)) == 2


@pytest.mark.parametrize(
    "text",
    [
        "Gen. Martin left.",
        "M. Touré et Mme. Martin partent.",
        "Mr. and Mrs. Smith left.",
        "He met J. Smith there.",
        "He met B.-H. Lévy there.",
        "The U.N. Security Council met.",
        "It came at 9.30 a.m. on Friday.",
        "It came on 14 Nov. 2023.",
        "Resolution no. 2100 was passed.",
        "It is in vol. 3 of the book.",
        "It cost 3.5 million.",
        "See example.org for more.",
        "Some, e.g. Gouda, i.e. the town, fell.",
        "“Stop!” he said.",
        "« Halte ! » dit-il.",
        "It fell ... and rose.",
        "1. The road is closed.",
        "التقى م. أحمد هناك.",
        "No sign at its end",
    ],
)
def test_other_signs_do_not(text):
    """Abbreviations, initials, numbers, addresses, and a quotation within a sentence."""
    assert sentences.split(text) == (text,)


@pytest.mark.parametrize(
    ("text", "first"),
    [
        (f"It fell{A}. It rose{B}.", f"It fell{A}."),
        (f"It fell.{A} It rose.{B}", f"It fell.{A}"),
        (f"It fell.{A}{B} It rose.", f"It fell.{A}{B}"),
        (f"“It fell.”{A} It rose.", f"“It fell.”{A}"),
        (f"It fell{A}, then burnt. It rose.", f"It fell{A}, then burnt."),
        (f"So says the U.N.{A} It rose.", f"So says the U.N.{A}"),
        (f"هل سقطت؟{A} نعم.", f"هل سقطت؟{A}"),
        (f"It fell. {A}It rose.", "It fell."),
    ],
)
def test_a_mark_belongs_to_the_sentence_that_it_follows(text, first):
    """Before the full stop or behind it; one that begins a sentence belongs to that."""
    assert sentences.split(text)[0] == first


def test_a_mark_before_a_small_letter_ends_nothing():
    """What goes on in small letters is the same sentence."""
    text = f"“It fell!”{A} he said."

    assert sentences.split(text) == (text,)


def test_sentences_of_scripts_without_spaces_are_told_apart():
    """An ideographic full stop needs no space after it."""
    assert sentences.split("城陷落了。军队离开了。") == ("城陷落了。", "军队离开了。")


def test_an_empty_text_has_no_sentence():
    """Nor has one of spaces."""
    assert sentences.split("") == sentences.split(" \n ") == ()


@given(st.text(alphabet=f"aB3.?!…؟« »”\"'()\n \u00a0{A}ن", max_size=60))
def test_nothing_is_lost_or_added(text):
    """Put together again, the sentences are the text, but for space between them."""
    together = "".join("".join(sentences.split(text)).split())

    assert together == "".join(text.split())
