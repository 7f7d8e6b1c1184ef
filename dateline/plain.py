r"""The short way for simple Markdown: paragraphs and flat lists of words, emphasis and links.

    plain.converted("It *rained*.")     # "<p>It <em>rained</em>.</p>"
    plain.converted("- a\n    - b")     # None: that is for Python-Markdown

Python-Markdown needs 400 µs for the text of an ordinary event, most of it to look for what is not
there. Nine texts in ten hold nothing but what one regular expression can recognise as a whole;
for those this gives the same safe HTML, byte for byte, in a fifth of the time. It never guesses:
what it does not know for certain it leaves alone. `tests/test_plain.py` compares the two.
"""

from __future__ import annotations

import re

_WORDS = r"[^\W_]++(?:[ ,'’-][^\W_]++)*+"
_BEFORE = r"(?<![^\s(“«\"'])"
_AFTER = r"(?=[\s.,;:?!)”»…\"'\ufdd0]|\Z)"
_STRONG = rf"{_BEFORE}\*\*(?P<strong>{_WORDS})\*\*{_AFTER}"
_EMPHASIS = rf"{_BEFORE}\*(?P<emphasis>{_WORDS})\*{_AFTER}"
_LINK = (
    rf"(?<![!\]])\[(?P<label>{_WORDS})\]"
    r"\((?P<url>https?://[a-zA-Z0-9.-]+(?:/[a-zA-Z0-9.,/-]*+)?)\)(?![\[(:])"
)
_MARKED = re.compile(f"{_STRONG}|{_EMPHASIS}|{_LINK}")
_SPECIAL = r"\\`*_{}\[\]<>&#|~^=+$\s\x00-\x1f\x7f-\xa0"
"""What may mean something to Markdown, HTML or an extension; white space but for single spaces."""


def _unnamed(pattern: str) -> str:
    return re.sub(r"\?P<\w+>", "?:", pattern)


_LINE = (
    # It begins with a letter, a quotation mark, a slot or something marked: not as a list does.
    r"(?=[^\W\d_]|[\"'“‘«„(\ufdd0*\[])"
    rf"(?:[^{_SPECIAL}]++|[ ](?![ \n]|\Z)"
    rf"|{_unnamed(_STRONG)}|{_unnamed(_EMPHASIS)}|{_unnamed(_LINK)})++"
)
_PARAGRAPH = rf"{_LINE}(?:\n{_LINE})*+"
_ITEMS = rf"- {_LINE}(?:\n- {_LINE})*+"
# A list stands between paragraphs: two lists in a row would be one.
_SIMPLE = re.compile(
    rf"\n*+{_PARAGRAPH}(?:\n\n++(?:{_ITEMS}\n\n++)?+{_PARAGRAPH})*+(?:\n\n++{_ITEMS})?+\n*+"
)
_BLANK = re.compile(r"\n\n+")


def converted(text: str) -> str | None:
    """Return the text as HTML, as Python-Markdown makes it and the sanitiser leaves it.

    Nothing in it needs sanitising: there is no tag in it but those written here, and no address
    but of http and https. None if the text is not simple.
    """
    if not _SIMPLE.fullmatch(text):
        return None
    return "\n".join(map(_block, _BLANK.split(text.strip("\n"))))


def _block(text: str) -> str:
    inline = _MARKED.sub(_inline, text)
    if text.startswith("- "):
        items = inline[2:].replace("\n- ", "</li>\n<li>")
        return f"<ul>\n<li>{items}</li>\n</ul>"
    return f"<p>{inline}</p>"


def _inline(found: re.Match[str]) -> str:
    if found["strong"]:
        return f"<strong>{found['strong']}</strong>"
    if found["emphasis"]:
        return f"<em>{found['emphasis']}</em>"
    return f'<a href="{found["url"]}" rel="noopener">{found["label"]}</a>'
