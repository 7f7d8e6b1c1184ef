"""What one text may hold: more than prose needs, and less than would hold up a build."""

from __future__ import annotations

import time

import pytest

from dateline import bounds, markdown

PIECES = (
    "[", "](", "[](", "![", "![\\", "<", "<a ", '<a href="', "<!--", "<![CDATA[", "<?", "&", "&#",
    "`",
    "``` ", "```\n", "*", "_", "**a", "*a_ ", "***a** b* ", "~~~\n", "> ", "> a\n\n", "- ", "1. ",
    "    ", "\t", "a\n", "a  \n", "# a\n", "[a]: b\n", "[^a]: b\n", "[^1]\n\n[^1]: a\n\n", "|a",
    "|a|b|\n|-|-|\n", "a|b\n-|-\n", ": a\n", "a\n: b\n", "a\n\n: b\n\n", "- a\n\n    b\n\n",
    "- a\n    - b\n", "<div>\n", "<div>", "</div>", "<svg><math>", "<table><tr><td>", "\\", "\\[",
    "http://a ", "<http://a>", "<a@b.c>", "a@b.c ", "*[a]: b\n", "a\n===\n", "---\n", "- - -\n",
    "(", '[a](b "', "[a](<", "[a][", "<script>", "<style>", "<x a=b ", "<x\n", "`a` ", "[a]: <",
    "[a]: b 'c\n", "[^a]:\n    x\n", "x\n\n    ", "\ufdd0",
)  # fmt: skip
"""What Python-Markdown has to look far for the other end of, or has to look at again and again."""
SECONDS = 2
"""Half a second where it was measured; slower machines have more."""


def largest(piece: str, end: str) -> str:
    """The longest text of a piece, again and again, in lines or paragraphs, that is let through."""
    unit = (piece * 290)[:290] + end if end else piece
    least, most = 0, bounds.CHARACTERS + 1
    while most - least > 1:
        middle = (least + most) // 2
        text = (unit * (middle // len(unit) + 1))[:middle]
        least, most = (least, middle) if bounds.excess(text) else (middle, most)
    return (unit * (least // len(unit) + 1))[:least]


@pytest.mark.parametrize("piece", PIECES)
def test_no_text_that_is_let_through_holds_up_a_build(piece):
    """The same sign again and again, on one line, on many, and in many paragraphs."""
    for end in ("", "\n", "\n\n"):
        text = largest(piece, end)
        began = time.process_time()

        markdown.render(text, lambda _: "", lambda _: "")
        list(markdown.bare(text))
        list(markdown.idle_notes(text))
        list(markdown.links(text))

        assert time.process_time() - began < SECONDS


@pytest.mark.parametrize("piece", PIECES)
def test_a_text_without_end_is_told_of_at_once(piece):
    """Sixteen million characters, which is all that a file may have."""
    text = (piece * 16_000_000)[:16_000_000]
    began = time.process_time()

    found = bounds.excess(text)

    assert found
    assert 0 <= found.offset < len(text)
    assert time.process_time() - began < SECONDS


@pytest.mark.parametrize(
    ("fit", "more", "message"),
    [
        ("[" * 300, "[" * 301, "more than 300 '[' in one paragraph"),
        ("[\n\n" * 300, "[\n\n" * 2_001, "more than 2,000 '[' in one text"),
        ("<" * 500, "<" * 501, "more than 500 '<' in one text"),
        ("![" * 100, "![" * 101, "more than 100 '![' in one text"),
        ("a" + " " * 100, "a" + " " * 101, "101 spaces or tabs in a row; 100 are the most"),
        ("> " * 6 + "a", "> " * 7 + "a", "more than 6 lists or quotations within each other"),
        ("a\n" * 1_000, "a\n" * 1_002, "more than 1,000 lines without a blank one"),
        ("a\n\n" * 2_000, "a\n\n" * 3_000, "a text of more than 5,000 lines"),
        ("a " * 10_000, "a " * 10_001, "more than 20,000 characters in one paragraph"),
        ("|" * 10_000, "|" * 10_001, "more than 10,000 cells of tables in one text"),
        (": a\n" * 100, ": a\n" * 101, "more than 100 lines that begin with ':' in one paragraph"),
        ("[^1]: a\n\n" * 500, "[^1]: a\n\n" * 501, "more than 500 footnotes in one text"),
        ("* * * * * * * * * * * *", "- " * 7 + "a", "more than 6 lists or quotations"),
    ],
)
def test_each_limit_is_where_it_says(fit, more, message):
    """As much as is allowed is let through; one more is told of, with what to do."""
    found = bounds.excess(more)

    assert bounds.excess(fit) is None
    assert found
    assert found.message.startswith(message)
    assert found.hint


def test_a_long_page_of_prose_is_let_through():
    """Seven thousand words with citations, links and lists are no attack."""
    paragraph = "It broke [@annals, p. 4] at *night*, says [[flood|the abbey]].\n\n- One\n- Two\n\n"

    assert bounds.excess(paragraph * 600) is None
