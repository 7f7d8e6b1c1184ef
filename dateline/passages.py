"""The sentences of a Markdown text that cite something, as plain text.

They are taken from the HTML that the page shows, so what is quoted is what a reader finds there,
and each citation has the anchor that it has on the page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from markupsafe import escape
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
    from dateline import blocks  # it takes 2 ms to import, which few builds have need of

    made: list[Cited] = []

    def cite(citation: markdown.Citation) -> str:
        first = len(made)
        made.extend(Cited(one.id, notes.cite(one.id)[1], one.locator) for one in citation.cited)
        return "".join(f"{markdown.OPEN}{n}{markdown.CLOSE}" for n in range(first, len(made)))

    def link(token: markdown.EventLink) -> str:
        return str(escape(token.label or title(token.id)))

    for block in blocks.texts(markdown.render(text, cite, link)):
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
