"""The sentences of a Markdown text that cite something, as plain text.

They are taken from the HTML that the page shows, so what is quoted is what a reader finds there,
and each citation has the anchor that it has on the page.
"""

from __future__ import annotations

import html
from collections.abc import Callable, Iterator
from html.parser import HTMLParser

from msgspec import Struct

from dateline import markdown, sentences
from dateline.numbering import Notes


class Cited(Struct, frozen=True):
    """One source within a citation: the anchor that the citation has on its page."""

    source: str
    anchor: str
    locator: str


class Passage(Struct, frozen=True):
    """A sentence, and what it cites; without words where a citation stands alone."""

    words: str
    cited: tuple[Cited, ...]


def passages(text: str, notes: Notes, title: Callable[[str], str]) -> Iterator[Passage]:
    """Yield each sentence of a text that cites something, in the order of its page.

    `notes` numbers the citations as on the page, `title` gives the title of an event by id.
    """
    made: list[Cited] = []

    def cite(citation: markdown.Citation) -> str:
        first = len(made)
        made.extend(Cited(one.id, notes.cite(one.id)[1], one.locator) for one in citation.cited)
        return "".join(f"{markdown.OPEN}{n}{markdown.CLOSE}" for n in range(first, len(made)))

    def link(token: markdown.EventLink) -> str:
        return html.escape(token.label or title(token.id))

    blocks = _Blocks()
    blocks.feed(markdown.render(text, cite, link))
    for block in blocks.finished():
        for words, marks in _in_block(block):
            yield Passage(words, tuple(made[number] for number in marks))


def _in_block(block: str) -> Iterator[tuple[str, list[int]]]:
    """Yield the sentences of a block that have marks; a mark alone goes with those before it."""
    found: list[tuple[str, list[int]]] = []
    for sentence in sentences.split(block):
        marks = [int(number) for number in sentences.MARK.findall(sentence)]
        words = " ".join(sentences.MARK.sub("", sentence).split())
        if found and not any(letter.isalnum() for letter in words):
            found[-1][1].extend(marks)
        else:
            found.append((words, marks))
    return (pair for pair in found if pair[1])


_BLOCKS = frozenset(
    "blockquote dd div dl dt h1 h2 h3 h4 h5 h6 hr li ol p pre table tbody td tfoot th thead tr ul"
    .split()
)  # fmt: skip


class _Blocks(HTMLParser):
    """Gathers the text of each block: a paragraph, an item, a cell, a heading."""

    def __init__(self) -> None:
        super().__init__()
        self.blocks: list[str] = [""]
        self.left_out = ""
        """The element that is left out while it is open: the number of a footnote."""

    def finished(self) -> Iterator[str]:
        """Yield the text of each block that has any."""
        self.close()
        return (block for block in self.blocks if block.strip())

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        """Begin a new block, or leave out what leads to a footnote and back."""
        given = dict(attributes)
        if tag in _BLOCKS:
            self.blocks.append("")
        elif tag == "br":
            self.blocks[-1] += " "
        elif (tag == "sup" and (given.get("id") or "").startswith("fnref")) or (
            tag == "a" and (given.get("href") or "").startswith("#fnref")
        ):
            self.left_out = tag

    def handle_endtag(self, tag: str) -> None:
        """End a block."""
        if tag in _BLOCKS:
            self.blocks.append("")
        if tag == self.left_out:
            self.left_out = ""

    def handle_data(self, data: str) -> None:
        """Add a text to its block."""
        if not self.left_out:
            self.blocks[-1] += data
