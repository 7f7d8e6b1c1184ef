"""Markdown -> HTML that is safe to show, with citations and links to events.

Besides ordinary Markdown a text may have

    [@rfi-2023-11-14]                  a citation
    [@un-s-2023-611, p. 4; @ap-2023]   two, the first with a locator
    [[lift-off]]                       a link to an event, with its title
    [[lift-off|the launch]]            the same, in other words

These tokens are found once, by `tokens`, whether a text is checked or printed. They are taken
out before Python-Markdown sees the text and put back, as HTML, after the rest was sanitised:
so content can never forge them, and they may stand in any context that allows text.

A text that `bounds` does not admit is not converted at all: it is one Stray and prints nothing.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterator
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from dateline import bounds, patterns, plain

OPEN, CLOSE = "\ufdd0", "\ufdd1"
"""Non-characters, which `source` refuses in content, around the number of a taken-out token."""


class Cited(Struct, frozen=True):
    """One source within a citation."""

    id: str
    locator: str
    offset: int


class Citation(Struct, frozen=True):
    """`[@…]`: the sources it names."""

    offset: int
    length: int
    cited: tuple[Cited, ...]


class EventLink(Struct, frozen=True):
    """`[[…]]`: the event, and the words to print (empty for its title)."""

    offset: int
    length: int
    id: str
    label: str


class Stray(Struct, frozen=True):
    """What looks like a token but is none, and why."""

    offset: int
    length: int
    message: str
    hint: str


class Bare(Struct, frozen=True):
    """What is printed as it stands, though a token or a footnote may be meant."""

    offset: int
    typed: str
    id: str
    """The id of a source or an event; empty for a footnote."""


Token = Citation | EventLink | Stray

_FOUND = patterns.of(
    r"(?<!\\)(?:\[\[(?P<link>[^\[\]]*)\]\]|\[@(?P<cite>[^\[\]]*)\]|(?P<stray>\[\[|\[@|!\[))"
)
_SLOT = patterns.of(f"{OPEN}(\\d+){CLOSE}")
_FORGED = patterns.of(r"&#(?:x0*fdd[01]|0*6497[67])(?![0-9a-f]);?", re.IGNORECASE)
"""The signs of a slot as character references, which are characters to a browser."""
_LINK_HINT = "a link to an event is [[its-id]] or [[its-id|words]]"
_CITE_HINT = "a citation is [@source-id], [@source-id, p. 4] or [@source-id; @another-id]"
_STRAYS = {
    "[[": ("'[[' without ']]'", _LINK_HINT),
    "[@": ("'[@' without ']'", _CITE_HINT),
    "![": ("a picture in a text", "pictures of an event belong in its field 'media'"),
}


def tokens(text: str) -> Iterator[Token]:
    """Yield the citations, event links and strays of a text, in order; code is left alone."""
    if not any(sign in text for sign in _STRAYS) and not bounds.excess(text):
        return iter(())
    if not _MIGHT_BE_CODE.search(text) and not bounds.excess(text):
        return map(_token, _FOUND.finditer(text))
    parsed = _parsed(text)
    return (token for n, token in enumerate(parsed.found) if n not in parsed.in_code)


_MIGHT_BE_CODE = patterns.of(r"[`<\t]|~~~|(?:\A|\n) {4}|\n +[^ \n]|[\ufdd0\ufdd1]")
"""What every text has in which Markdown can find code."""


class Findings(Struct, frozen=True):
    """What the rules of a timeline want to know of a text."""

    sources: frozenset[str]
    """The ids that its citations name."""
    events: frozenset[str]
    """The ids that its links to events name."""
    odd: bool
    """Whether anything in it may be a mistake, whatever the timeline has: it is to be read."""
    links: tuple[str, ...] = ()
    """The relative addresses that it links to, in order, fragments left out."""


NOTHING = Findings(frozenset(), frozenset(), odd=False)
"""What is to be known of a text that names nothing and has nothing odd."""


def findings(text: str) -> Findings:
    """Return what the rules want to know of a text."""
    if "[" not in text and "@" not in text and not _MIGHT_LINK.search(text):
        return NOTHING if not bounds.excess(text) else replace(NOTHING, odd=True)
    found = list(tokens(text))
    odd = any(isinstance(token, Stray) for token in found)
    odd = odd or any(True for look in (bare, idle_notes) for _ in look(text))
    relative = tuple(links(text))
    cited = (one.id for token in found if isinstance(token, Citation) for one in token.cited)
    linked = (token.id for token in found if isinstance(token, EventLink))
    if not found and not odd and not relative:
        return NOTHING
    return Findings(frozenset(cited), frozenset(linked), odd, relative)


def bare(text: str) -> Iterator[Bare]:
    """Yield what could be meant as `[@id]`, `[[id]]` or `[^1]` but is none, in order.

    That is `(@id)` and `[ @id]`; `[id]` and `[id, p. 2]`; `[^1]` without a note. Whether there is
    anything of that id is for others to say.
    """
    if not _might_be_bare(text):
        return  # most texts have none, and converting one takes time
    printed: list[tuple[str, bool]] = []
    in_code = False
    for part in _TAG_OR_BARE.finditer(_parsed(text).raw):
        if part["code"]:
            in_code = not part["end"]
        elif not part["tag"]:
            printed.append((part.group(), in_code))
    without_tokens = _FOUND.sub(lambda token: OPEN * len(token.group()), text)
    for found in _BARE.finditer(without_tokens):
        # What became a link or a note is not printed; what stands in code means nothing.
        place = next((n for n, (typed, _) in enumerate(printed) if typed == found.group()), None)
        if place is None or printed.pop(place)[1]:
            continue
        whole = _BRACKETS.match(text, found.start()) or found
        yield Bare(found.start(), whole.group(), found["cited"] or found["id"] or "")


def idle_notes(text: str) -> Iterator[Bare]:
    """Yield the footnotes `[^1]: …` that nothing refers to."""
    if "[^" not in text:
        return
    import html

    raw = _parsed(text).raw
    used = set(re.findall(r'id="fnref\d*:([^"]+)"', raw))
    for found in re.finditer(r"^ {0,3}(\[\^([^\]\n]*)\]):", text, re.MULTILINE):
        name = html.escape(found[2])
        if f'id="fn:{name}"' in raw and name not in used:
            yield Bare(found.start(1), found[1], "")


_ID = "[a-z0-9]+(?:-[a-z0-9]+)*"
_BARE = patterns.of(
    rf"(?:(?<![\\\[])\[\s+|(?<!\])\(|(?<![\w.\[@/-]))@(?P<cited>{_ID})(?![\w@-])"
    rf"|(?<![\\\[\]])\[(?P<id>{_ID})(?=\](?![\]\[(:])|,[^\[\]]*\](?![\[(:]))"
    r"|(?<!\\)\[\^[^\]\s]+\](?!:)"
)


def _might_be_bare(text: str) -> bool:
    """Say whether a text has what `_BARE` finds; most have only a bracket or two."""
    if "@" in text:
        return bool(_BARE.search(text))
    at = text.find("[")
    while at >= 0:
        if _BARE.match(text, at):
            return True
        at = text.find("[", at + 1)
    return False


_TAG_OR_BARE = patterns.of(rf"(?P<tag><(?P<end>/)?(?P<code>code\b)?[^>]*>)|{_BARE.pattern}")
_BRACKETS = patterns.of(r"\[[^\[\]]*\]|\([^()\[\]]*\)")


class _Parsed(Struct, frozen=True):
    """A text as Python-Markdown reads it, with a numbered slot in the place of each token."""

    found: tuple[Token, ...]
    in_code: frozenset[int]
    """The numbers of those that stand in code, and so mean nothing."""
    raw: str
    """The HTML."""
    clean: bool = False
    """Whether it can do no harm; else nobody has sanitised it yet."""


@functools.lru_cache(maxsize=10_000)
def _parsed(text: str) -> _Parsed:
    if much := bounds.excess(text):
        stray = Stray(much.offset, much.length, much.message, much.hint)
        return _Parsed((stray,), frozenset(), "")
    text = text.replace(OPEN, "\ufffd").replace(CLOSE, "\ufffd")
    found: list[Token] = []
    parts: list[str] = []
    end = 0
    for match in _FOUND.finditer(text):
        found.append(_token(match))
        parts += [text[end : match.start()], f"{OPEN}{len(found) - 1}{CLOSE}"]
        end = match.end()
    slotted = "".join([*parts, text[end:]])
    short = plain.converted(slotted)
    if short is not None:
        return _Parsed(tuple(found), frozenset(), short, clean=True)
    raw = _FORGED.sub("\ufffd", long_way(slotted))
    code = re.findall(r"<code\b[^>]*>(.*?)</code>", raw, re.DOTALL)
    in_code = frozenset(int(number) for inner in code for number in _SLOT.findall(inner))
    return _Parsed(tuple(found), in_code, raw)


def _token(match: re.Match[str]) -> Token:
    offset, length = match.start(), len(match.group())
    if match["stray"]:
        return Stray(offset, length, *_STRAYS[match["stray"]])
    if match["link"] is not None:
        id, _, label = match["link"].partition("|")
        if not id.strip():
            return Stray(offset, length, "a link to an event without its id", _LINK_HINT)
        return EventLink(offset, length, id.strip(), " ".join(label.split()))
    cited = tuple(_cited(match))
    if not all(one.id for one in cited):
        return Stray(offset, length, "a citation without the id of a source", _CITE_HINT)
    return Citation(offset, length, cited)


def _cited(match: re.Match[str]) -> Iterator[Cited]:
    start = match.start("cite") - 1
    for part in re.finditer(r"[^;]+", "@" + match["cite"]):
        id, _, locator = part.group().partition(",")
        at = start + part.start() + len(id) - len(id.lstrip())
        yield Cited(id.strip().removeprefix("@").strip(), " ".join(locator.split()), at)


def render(text: str, cite: Callable[[Citation], str], link: Callable[[EventLink], str]) -> str:
    """Return the text as HTML that can do no harm.

    `cite` and `link` return the HTML of a citation and of an event link; what they return is
    trusted. A citation follows the word before it, without a space. Everything else is sanitised
    by allow list: no scripts, styles, event handlers, frames, forms, pictures or addresses other
    than http, https, mailto and relative ones.
    """
    import html

    parsed = _parsed(text)
    made: list[str] = []
    for number, token in enumerate(parsed.found):
        if isinstance(token, Stray) or number in parsed.in_code:
            typed = text[token.offset : token.offset + token.length]
            made.append(html.escape(typed, quote=False))
        else:
            made.append(cite(token) if isinstance(token, Citation) else link(token))
    clean = parsed.raw if parsed.clean else sanitised(parsed.raw)
    if not made:
        return clean.strip()
    return _TAG_OR_SLOT.sub(functools.partial(_fill, parsed, made), clean).strip()


_TAG_OR_SLOT = patterns.of(
    rf"""<(?:[^>"]|"[^"]*")*>|(?P<space>\s*){OPEN}(?P<slot>\d+){CLOSE}""",
)


def _fill(parsed: _Parsed, made: list[str], found: re.Match[str]) -> str:
    if found["slot"] is not None:
        number = int(found["slot"])
        cited = isinstance(parsed.found[number], Citation) and number not in parsed.in_code
        return ("" if cited else found["space"]) + made[number]
    # Inside a tag, as in a link's title, there is no room for HTML.
    return _SLOT.sub("", found.group())


def long_way(text: str) -> str:
    """Return what Python-Markdown makes of a text, not sanitised; `plain` must make the same."""
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
    words = re.sub(r"[^\w\s-]", "", _SLOT.sub("", title)).lower()
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
_OUR_ID = patterns.of(r"(?:text-|fn:|fnref\d*:).*")


def sanitised(raw: str) -> str:
    """Return HTML without anything that is not on the allow list."""
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
        return _SLOT.sub("", value)
    return _honest(value) if attribute == "href" else value


def _honest(address: str) -> str | None:
    """Return an address that says where it leads; None for one that disguises it.

    A host in other letters is written as browsers ask for it: `xn--…`.
    """
    if _DISGUISED.match(re.sub(r"[\x00-\x20]", "", address)):
        return None
    host = re.match(r"(?i)\s*https?://([^/?#:]+)", address)
    if host is None or host[1].isascii():
        return address
    try:
        return address[: host.start(1)] + host[1].encode("idna").decode() + address[host.end(1) :]
    except UnicodeError:
        return None


_DISGUISED = patterns.of(r"(?i)[/\\]{2}|https?:[/\\]*[^/\\?#]*@")
"""An address of another host that looks like one of this site, or like that of a third."""


_MIGHT_LINK = patterns.of(r"\]\((?!https?://)|\]:|<a\b", re.IGNORECASE)


def links(text: str) -> Iterator[str]:
    """Yield the relative addresses that a text links to, fragments left out."""
    if not _MIGHT_LINK.search(text):
        return  # most texts link only to events and sources, and converting one takes time
    import html

    for found in re.finditer(r'<a [^>]*?href="([^"]*)"', _parsed(text).raw):
        address = html.unescape(found[1]).partition("#")[0]
        if address and not re.match(r"[a-z][a-z0-9+.-]*:|//", address, re.IGNORECASE):
            yield address
