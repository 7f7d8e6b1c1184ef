r"""The short way for simple Markdown: paragraphs, lists, quotations, emphasis, links and notes.

    plain.converted("It *rained*.")     # "<p>It <em>rained</em>.</p>"
    plain.converted("- a\n    - b")     # None: that is for Python-Markdown

Python-Markdown needs 400 µs for the text of an ordinary event, most of it to look for what is not
there, and 40 ms to be imported. Nearly all texts hold nothing but what one regular expression can
recognise paragraph by paragraph; for those this gives the same safe HTML, byte for byte, in a fifth
of the time. It never guesses: what it does not know for certain it leaves alone.
`tests/test_plain.py` compares the two.
"""

from __future__ import annotations

import re

from dateline import patterns

_WORDS = r"[^\W_]++(?:[ ,'’-][^\W_]++)*+"
_AFTER = r"(?=[\s.,;:?!)”»…\"'\ufdd0]|\Z)"
# Each begins with its sign, so that the search leaps from one to the next; then it looks back.
_STRONG = rf"\*\*(?<![^\s(“«\"']..)(?P<strong>{_WORDS})\*\*{_AFTER}"
_EMPHASIS = rf"\*(?<![^\s(“«\"'].)(?P<emphasis>{_WORDS})\*{_AFTER}"
_LINK = (
    rf"\[(?<![!\]].)(?P<label>{_WORDS})\]"
    r"\((?P<url>https?://[a-zA-Z0-9.-]+(?:/[a-zA-Z0-9.,/-]*+)?)\)(?![\[(:])"
)
_NOTE = r"\[\^(?:(?<=[^\W_]..)|(?<=[.,;:!?)”»…]..))(?P<note>[a-z0-9]{1,20})\](?![\[(:])"
_MARKED = patterns.of(f"{_STRONG}|{_EMPHASIS}|{_LINK}|{_NOTE}")
_SPECIAL = r"\\`*_{}\[\]<>&#|~^=+$\s\x00-\x1f\x7f-\xa0"
"""What may mean something to Markdown, HTML or an extension; white space but for single spaces."""


def _unnamed(pattern: str) -> str:
    return re.sub(r"\?P<\w+>", "?:", pattern)


_LINE = (
    # It begins with a letter, a quotation mark, a slot or something marked: not as a list does.
    r"(?=[^\W\d_]|[\"'“‘«„(\ufdd0*\[])"
    rf"(?:[^{_SPECIAL}]++|[ ](?![ \n]|\Z)|{_unnamed(_MARKED.pattern)})++"
)
_PARAGRAPH = patterns.of(rf"(?:{_LINE}(?:\n(?!\Z)|\Z))++")
_NOTES = patterns.of(r"\[\^([a-z0-9]{1,20})\]: (?=[^\n\[])([^\n]*)(?:\n(?!\Z)|\Z)")
"""The footnotes of one block, each on a line of its own."""
_SIGNS = frozenset({"- ", "> "})
"""What every line of a list or a quotation begins with."""
_BLANK = patterns.of(r"\n\n+")


def converted(text: str) -> str | None:
    """Return the text as HTML, as Python-Markdown makes it and the sanitiser leaves it.

    Nothing in it needs sanitising: there is no tag in it but those written here, and no address
    but of http and https. None if the text is not simple.
    """
    blocks = _BLANK.split(text.strip("\n"))
    notes: list[tuple[str, str]] = []
    while len(blocks) > 1 and blocks[-1].startswith("[^"):
        found = _notes(blocks.pop())
        if not found:
            return None
        notes[:0] = found
    before = "- "
    for block in blocks:
        sign, lines = block[:2], block
        if sign in _SIGNS:
            # Two lists in a row would be one, and so would two quotations.
            if sign == before or block.count(f"\n{sign}") != block.count("\n"):
                return None
            lines = block[2:].replace(f"\n{sign}", "\n")
        if not _PARAGRAPH.fullmatch(lines):
            return None
        before = sign
    if notes or "[^" in text:
        return _with_notes(blocks, notes)
    return "\n".join(map(_block, blocks))


def _notes(block: str) -> list[tuple[str, str]] | None:
    """Return the names and texts of the footnotes that a block is made of; None if it is not."""
    found, at = [], 0
    while at < len(block):
        note = _NOTES.match(block, at)
        if note is None or "[^" in note[2] or not _PARAGRAPH.fullmatch(note[2]):
            return None
        found.append((note[1], note[2]))
        at = note.end()
    return found


def _with_notes(blocks: list[str], notes: list[tuple[str, str]]) -> str | None:
    """Return the HTML of a text with footnotes; None unless each is referred to once."""
    numbers = {name: n for n, (name, _) in enumerate(notes, 1)}
    used = [found["note"] for block in blocks for found in _MARKED.finditer(block) if found["note"]]
    if len(numbers) < len(notes) or sorted(used) != sorted(numbers):
        return None

    def refer(found: re.Match[str]) -> str:
        name = found[1]
        link = f'<a href="#fn:{name}" rel="noopener">{numbers[name]}</a>'
        return f'<sup id="fnref:{name}">{link}</sup>'

    made = [_REFERENCE.sub(refer, _block(block)) for block in blocks]
    items = "".join(_item(n, name, text) for n, (name, text) in enumerate(notes, 1))
    return "\n".join([*made, f"<div>\n<hr>\n<ol>\n{items}</ol>\n</div>"])


_REFERENCE = patterns.of(r"\[\^([a-z0-9]+)\]")


def _item(number: int, name: str, text: str) -> str:
    title = f"Jump back to footnote {number} in the text"
    back = f'<a href="#fnref:{name}" title="{title}" rel="noopener">↩</a>'
    return f'<li id="fn:{name}">\n<p>{_MARKED.sub(_inline, text)}&nbsp;{back}</p>\n</li>\n'


def _block(text: str) -> str:
    inline = _MARKED.sub(_inline, text)
    if text.startswith("> "):
        lines = inline[2:].replace("\n> ", "\n")
        return f"<blockquote>\n<p>{lines}</p>\n</blockquote>"
    if text.startswith("- "):
        items = inline[2:].replace("\n- ", "</li>\n<li>")
        return f"<ul>\n<li>{items}</li>\n</ul>"
    return f"<p>{inline}</p>"


def _inline(found: re.Match[str]) -> str:
    if found["strong"]:
        return f"<strong>{found['strong']}</strong>"
    if found["emphasis"]:
        return f"<em>{found['emphasis']}</em>"
    if found["label"]:
        return f'<a href="{found["url"]}" rel="noopener">{found["label"]}</a>'
    return found[0]
