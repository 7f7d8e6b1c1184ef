"""Markdown -> HTML that is safe to show, with citations and links to events.

Besides ordinary Markdown a text may have

    [@rfi-2023-11-14]                  a citation
    [@un-s-2023-611, p. 4; @ap-2023]   two, the first with a locator
    [[army-enters-kidal]]              a link to an event, with its title
    [[army-enters-kidal|the entry]]    the same, in other words

These tokens are found once, by `tokens`, whether a text is checked or printed. They are taken
out before Python-Markdown sees the text and put back, as HTML, after the rest was sanitised:
so content can never forge them, and they may stand in any context that allows text.
"""

from __future__ import annotations

import functools
import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

OPEN, CLOSE = "\ufdd0", "\ufdd1"
"""Non-characters, which `source` refuses in content, around the number of a taken-out token."""


@dataclass(frozen=True, slots=True)
class Cited:
    """One source within a citation."""

    id: str
    locator: str
    offset: int


@dataclass(frozen=True, slots=True)
class Citation:
    """`[@…]`: the sources it names."""

    offset: int
    length: int
    cited: tuple[Cited, ...]


@dataclass(frozen=True, slots=True)
class EventLink:
    """`[[…]]`: the event, and the words to print (empty for its title)."""

    offset: int
    length: int
    id: str
    label: str


@dataclass(frozen=True, slots=True)
class Stray:
    """What looks like a token but is none, and why."""

    offset: int
    length: int
    message: str
    hint: str


Token = Citation | EventLink | Stray

_TOKEN = re.compile(r"(?<!\\)(?:\[\[(?P<link>[^\[\]]*)\]\]|\[@(?P<cite>[^\[\]]*)\])")
_CODE = re.compile(
    r"^(?P<fence>`{3,}|~{3,})[^\n]*\n.*?(?:^(?P=fence)[^\S\n]*$|\Z)|(?P<ticks>`+)[^`].*?(?P=ticks)",
    re.MULTILINE | re.DOTALL,
)
_STRAY = re.compile(r"(?<!\\)(?:\[\[|\[@|!\[)")


def tokens(text: str) -> Iterator[Token]:
    """Yield the citations and event links of a text, in order; code is left alone."""
    plain = _CODE.sub(lambda code: " " * len(code.group()), text)
    for found in _TOKEN.finditer(plain):
        if found["link"] is not None:
            id, _, label = found["link"].partition("|")
            words = " ".join(label.split())
            yield EventLink(found.start(), len(found.group()), id.strip(), words)
        else:
            yield Citation(found.start(), len(found.group()), tuple(_cited(found)))
    rest = _TOKEN.sub(lambda token: " " * len(token.group()), plain)
    for found in _STRAY.finditer(rest):
        yield Stray(found.start(), len(found.group()), *_STRAYS[found.group()])


_STRAYS = {
    "[[": ("'[[' without ']]'", "a link to an event is [[its-id]] or [[its-id|words]]"),
    "[@": ("'[@' without ']'", "a citation is [@source-id] or [@source-id, p. 4]"),
    "![": ("a picture in a text", "pictures of an event belong in its field 'media'"),
}


def _cited(found: re.Match[str]) -> Iterator[Cited]:
    start = found.start("cite") - 1
    for part in re.finditer(r"[^;]+", "@" + found["cite"]):
        id, _, locator = part.group().partition(",")
        at = start + part.start() + len(id) - len(id.lstrip())
        yield Cited(id.strip().removeprefix("@"), " ".join(locator.split()), at)


def render(text: str, cite: Callable[[Citation], str], link: Callable[[EventLink], str]) -> str:
    """Return the text as HTML that can do no harm.

    `cite` and `link` return the HTML of a citation and of an event link; what they return is
    trusted. Everything else is sanitised by allow list: no scripts, styles, event handlers,
    frames, forms, pictures or addresses other than http, https, mailto and relative ones.
    """
    made: list[str] = []
    parts: list[str] = []
    end = 0
    for token in tokens(text):
        if isinstance(token, Stray):
            continue
        made.append(cite(token) if isinstance(token, Citation) else link(token))
        parts += [text[end : token.offset], f"{OPEN}{len(made) - 1}{CLOSE}"]
        end = token.offset + token.length
    raw = _converted("".join([*parts, text[end:]]))
    return _TAG_OR_SLOT.sub(functools.partial(_fill, made), _sanitised(raw)).strip()


_TAG_OR_SLOT = re.compile(
    rf"""<(?:[^>"]|"[^"]*")*>|{OPEN}(?P<slot>\d+){CLOSE}""",
)


def _fill(made: list[str], found: re.Match[str]) -> str:
    if found["slot"] is not None:
        return made[int(found["slot"])]
    # Inside a tag, as in a link's title, there is no room for HTML.
    return re.sub(f"{OPEN}\\d+{CLOSE}", "", found.group())


def _converted(text: str) -> str:
    converter = _converter()
    converter.reset()
    return str(converter.convert(text))


@functools.cache
def _converter() -> Any:
    import markdown

    return markdown.Markdown(
        output_format="html",
        extensions=["tables", "footnotes", "def_list", "sane_lists", "fenced_code", "toc"],
        extension_configs={"toc": {"slugify": _anchor}},
    )


def _anchor(title: str, separator: str) -> str:
    """Return a heading's anchor, in a name space that no other anchor of a page uses."""
    words = re.sub(r"[^\w\s-]", "", re.sub(f"{OPEN}\\d+{CLOSE}", "", title)).lower()
    return "text-" + separator.join(words.split())


_TAGS = set(
    "a abbr b blockquote br cite code dd del dfn div dl dt em h2 h3 h4 h5 h6 hr i ins kbd li "
    "mark ol p pre q s samp small span strong sub sup table tbody td tfoot th thead tr u ul "
    "var".split()
)
_ATTRIBUTES = {
    "*": {"lang", "dir"},
    "a": {"href", "title", "id"},
    "abbr": {"title"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan", "scope"},
    **{tag: {"id"} for tag in ("h2", "h3", "h4", "h5", "h6", "li", "sup")},
}
_OUR_ID = re.compile(r"(?:text-|fn:|fnref\d*:).*")


def _sanitised(raw: str) -> str:
    import nh3

    # A page has one h1, its title.
    raw = re.sub(r"(</?)h1\b", r"\1h2", raw)
    return nh3.clean(
        raw,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=_allowed,
        url_schemes={"http", "https", "mailto"},
        link_rel="noopener",
    )


def _allowed(_tag: str, attribute: str, value: str) -> str | None:
    if attribute == "id" and not _OUR_ID.fullmatch(value):
        return None
    if attribute == "title":
        return re.sub(f"{OPEN}\\d+{CLOSE}", "", value)
    return value


def links(text: str) -> Iterator[str]:
    """Yield the relative addresses that a text links to, fragments left out."""
    for found in re.finditer(r'<a [^>]*?href="([^"]*)"', _converted(text)):
        address = html.unescape(found[1]).partition("#")[0]
        if address and not re.match(r"[a-z][a-z0-9+.-]*:|//", address, re.IGNORECASE):
            yield address
