"""The texts of the blocks of a page: its paragraphs, items, cells and headings.

>>> list(texts("<p>One.</p><ul><li>Two</li></ul>"))
['One.', 'Two']
"""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser


def texts(page: str) -> Iterator[str]:
    """Yield the text of each block of some HTML that has any, in order; no numbers of footnotes."""
    blocks = _Blocks()
    blocks.feed(page)
    return blocks.finished()


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
