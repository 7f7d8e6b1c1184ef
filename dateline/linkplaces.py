"""The addresses of sources: where they stand in the files, and which lead to the same page.

linkplaces.entries(content)                        # every source with its places
linkplaces.comparable("http://www.a.example/b/")   # "a.example/b"
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, urldefrag, urljoin, urlsplit, urlunsplit

from msgspec import Struct

from dateline import patterns, source
from dateline.problems import Spot

if TYPE_CHECKING:
    from dateline.nodes import Node
    from dateline.source import Content


class Entry(Struct, frozen=True):
    """A source as it stands in a file: its addresses, and where they are."""

    id: str
    file: str
    """The file below `content/`, such as `sources/press.yaml`."""
    spot: Spot
    """The place of its `url`, or of its id where it has none."""
    url: str = ""
    archived: bool = False
    """Whether it has a field `archived`, filled or not."""
    copy: str = ""
    """The address of its archived copy."""
    copy_spot: Spot | None = None


class Copy(Struct, frozen=True):
    """A copy of a page in an archive, for the field `archived`."""

    url: str
    date: str
    """The day on which it was made, in UTC, as YYYY-MM-DD."""
    sha256: str = ""

    @property
    def fields(self) -> dict[str, str]:
        """What is written into the entry, in order."""
        named = {"url": self.url, "date": self.date, "sha256": self.sha256}
        return {name: value for name, value in named.items() if value}


def entries(content: Content) -> list[Entry]:
    """Return every source of a content without faults, in the order of the files."""
    found = []
    for file, tree in content.trees.items():
        if re.match(r"sources[/.]", file) and tree.root is not None:
            for key, node in tree.root.value:
                at, copy = _value(node, "url"), _value(node, "archived")
                of_copy = _value(copy, "url") if copy is not None else None
                found.append(
                    Entry(
                        key.value,
                        file,
                        source.spot(tree.document, key if at is None else at),
                        _typed(at),
                        copy is not None,
                        _typed(of_copy),
                        source.spot(tree.document, of_copy) if of_copy is not None else None,
                    )
                )
    return found


def chosen(found: Iterable[Entry], patterns: Iterable[str]) -> list[Entry]:
    """Return the entries whose id or address fits one of the patterns (`*` and `?`); all for none.

    An address fits too if the pattern is a part of it.
    """
    patterns = list(patterns)
    if not patterns:
        return list(found)
    return [
        entry
        for entry in found
        if any(
            fnmatchcase(entry.id, pattern)
            or fnmatchcase(entry.url, pattern)
            or ("/" in pattern and pattern in entry.url)
            for pattern in patterns
        )
    ]


def asked(url: str) -> str:
    """Return what a server is asked for: the address without its fragment, name and password."""
    try:
        parts = urlsplit(urldefrag(url).url)
    except ValueError:
        return url
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def comparable(url: str) -> str:
    """Return what addresses of one page have in common.

    The scheme, `www.`, a usual port, capitals of the host, a slash at the end and the fragment
    make no difference; the path and the query do.
    """
    parts = split(url)
    if parts is None:
        return url
    host = re.sub(r":(80|443)$", "", parts.netloc.rpartition("@")[2].lower())
    query = f"?{parts.query}" if parts.query else ""
    return host.removeprefix("www.") + parts.path.rstrip("/") + query


def host(url: str) -> str:
    """Return the name of the host, for keeping requests to one apart; without `www.`."""
    parts = split(url)
    return ((parts.hostname if parts else "") or "").removeprefix("www.")


def is_home(url: str) -> bool:
    """Say whether an address is that of a whole site, such as `/`, `/en/` or `/index.php`."""
    parts = split(url)
    if parts is None or parts.query:
        return False
    return bool(re.fullmatch(r"/?([a-z]{2}(-[a-z]{2})?/?)?((index|home)(\.\w+)?/?)?", parts.path))


def target(url: str, location: str) -> str:
    """Return where a redirect from `url` leads; empty if that must not be followed.

    Only http and https are, and no address in the net of this machine unless `url` is in it too.
    """
    try:
        to = urljoin(url, location.strip())
    except ValueError:
        return ""
    parts = split(to)
    if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
        return ""
    return "" if _inside(parts.hostname) and not _inside(urlsplit(url).hostname or "") else to


_INSIDE = patterns.of(
    r"localhost|.*\.(?:localhost|local|internal)|(?:0|10|127)\.[\d.]+|169\.254\.[\d.]+"
    r"|192\.168\.[\d.]+|172\.(?:1[6-9]|2\d|3[01])\.[\d.]+|\d+|0x[0-9a-f]+"
    r"|::1?|f[cd][0-9a-f:]+|fe80[0-9a-f:]+"
)
"""Names and numbers of this machine and its own net (RFC 1918, RFC 3927, RFC 4193, RFC 6761)."""


def _inside(name: str) -> bool:
    return bool(_INSIDE.fullmatch(name.lower()))


def split(url: str) -> SplitResult | None:
    """Return the parts of an address; None if it has none, such as one with half a bracket."""
    try:
        parts = urlsplit(url)
        # Reading the port raises if it is none.
        return parts if parts.port is None or parts.netloc else None
    except ValueError:
        return None


def _value(node: Node, name: str) -> Node | None:
    """Return the value of a field, if the field is there."""
    pairs = node.value if node.id == "mapping" else ()
    return next((value for key, value in pairs if key.value == name), None)


def _typed(node: Node | None) -> str:
    return " ".join(node.value.split()) if node is not None and node.id == "scalar" else ""
