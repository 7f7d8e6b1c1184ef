"""The short way for simple Markdown gives what the long way gives."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dateline import markdown, plain

PIECES = (
    "a", "Bc", "dé", "مالي", "12", "1.", "1) ", " ", "  ", "\n", "\n\n", "\n\n\n", "- ", "*", "**",
    "***", "*a*", "**b c**", "(*a*)", "“*a*”", "*a* *b*", "x*y*", "[x y](https://e.org/a-b)", "[x]",
    "[a]: b", "(", ")", ":", "!", '"', "'", "-", "--", "_", "# ", "> ", ". ", ", ", ";", "…", "%",
    "/", "|", "~", "&", "<b>", "`", "\\", "http://e.org", "a:b", "\t", "\u00a0", "\ufdd00\ufdd1",
    "word word\nword", "a\n- b", "\n\n- one\n- two\n\n", "a[^1]", "b.[^2]", "[^1]", "[^1]: a *b*.",
    "\n\n[^1]: note", "\n\n[^2]: other\n", "\n[^2]: c",
    "> ", "\n\n> a *b*\n> c\n\n", "\n> d",
)  # fmt: skip
"""What a text may be made of: words, and all that means something to Markdown."""


@settings(max_examples=1500, deadline=None)
@given(st.lists(st.sampled_from(PIECES), min_size=1, max_size=14).map("".join))
@example("One *two*, **three**\nand [four](https://e.org/).\n\n- Five\n- Six\n\nSeven (*eight*).\n")
@example("- one\n\n- two")
@example("a\n\n- one\n\n- two")
@example("[a](https://e.org)[b](https://e.org)")
@example("a  \nb")
@example("One.[^1] Two[^b].\n\n[^b]: Note *b*.\n[^1]: See [this](https://e.org/).\n")
@example("- a[^1]\n\n[^1]: b")
@example("a\n\n- b[^1]\n\n[^1]: c\n\n[^2]: d")
@example("a[^1][^2]\n\n[^1]: b\n\n[^2]: c")
@example("a[^1] b[^1]\n\n[^1]: c")
@example("a[^1]\n\n[^1]: b\nc")
@example("a[^1]\n\n[^1]: - b")
@example("a[^1] \ufdd00\ufdd1\n\n[^1]: b \ufdd01\ufdd1")
@example("*a*[^1]\n\n[^1]: b")
def test_what_is_simple_becomes_what_python_markdown_makes_of_it(text):
    """The short way is taken only where both ways lead to the same bytes."""
    short = plain.converted(text)

    assert short is None or short == markdown.sanitised(markdown.long_way(text))


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("It rained.", "<p>It rained.</p>"),
        ("One\ntwo\n\nthree\n", "<p>One\ntwo</p>\n<p>three</p>"),
        ("Said \ufdd00\ufdd1.", "<p>Said \ufdd00\ufdd1.</p>"),
        ("A *b* **c d**", "<p>A <em>b</em> <strong>c d</strong></p>"),
        (
            "A.[^1]\n\n[^1]: b",
            '<p>A.<sup id="fnref:1"><a href="#fn:1" rel="noopener">1</a></sup></p>\n'
            '<div>\n<hr>\n<ol>\n<li id="fn:1">\n<p>b&nbsp;<a href="#fnref:1" '
            'title="Jump back to footnote 1 in the text" rel="noopener">↩</a></p>\n</li>\n</ol>\n'
            "</div>",
        ),
        ("A\n\n> b\n> c", "<p>A</p>\n<blockquote>\n<p>b\nc</p>\n</blockquote>"),
        ("A\n\n- b\n- c", "<p>A</p>\n<ul>\n<li>b</li>\n<li>c</li>\n</ul>"),
    ],
)
def test_ordinary_texts_take_the_short_way(text, html):
    """Paragraphs, emphasis, links, citations, flat lists, quotations and footnotes are simple."""
    assert plain.converted(text) == html


@pytest.mark.parametrize(
    "text",
    [
        "1. one",
        ">said",
        "> - a",
        "- > a",
        "a `b`",
        "a<b",
        "a & b",
        "# A",
        "a  \nb",
        "[^1]",
        "a\\*b",
        "a | b",
        "\ta",
    ],
)
def test_what_means_more_takes_the_long_way(text):
    """Whatever could be markup of another kind is left to Python-Markdown."""
    assert plain.converted(text) is None


def test_a_text_that_is_nearly_simple_is_told_at_once():
    """No text makes the expression try again and again: it only ever moves forward."""
    assert plain.converted("word *word " * 5_000) is None
    assert plain.converted("(" * 50_000 + "*") is None
