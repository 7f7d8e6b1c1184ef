"""What tests want to know of an HTML page: its elements, with their attributes and their text."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = set("area base br col embed hr img input link meta source track wbr".split())

FETCHED = {
    "audio": ["src"],
    "embed": ["src"],
    "iframe": ["src"],
    "image": ["href", "xlink:href"],
    "img": ["src"],
    "input": ["src"],
    "link": ["href"],
    "object": ["data"],
    "script": ["src", "href"],
    "source": ["src"],
    "track": ["src"],
    "use": ["href", "xlink:href"],
    "video": ["src", "poster"],
}
"""By element, the attributes whose address a browser asks for by itself."""


@dataclass
class Element:
    """An element; `text` is all that stands in it, with single spaces."""

    tag: str
    attributes: dict[str, str]
    within: tuple[str, ...]
    """The elements around it, from outside in."""
    pieces: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """What stands in it, with single spaces."""
        return " ".join("".join(self.pieces).split())


class Page(HTMLParser):
    """A page, taken apart."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[Element] = []
        self._open: list[Element] = []
        self.feed(text)
        self.close()

    def all(self, *tags: str) -> list[Element]:
        """Every element of these kinds, in order."""
        return [element for element in self.elements if element.tag in tags]

    @property
    def ids(self) -> list[str]:
        """Every id, in order, doubles too."""
        return [one.attributes["id"] for one in self.elements if "id" in one.attributes]

    @property
    def links(self) -> list[str]:
        """The address of every link that a reader may follow."""
        found = [
            one.attributes["href"] for one in self.all("a", "area") if "href" in one.attributes
        ]
        return found + [
            meta.attributes["content"].partition("url=")[2]
            for meta in self.all("meta")
            if meta.attributes.get("http-equiv", "").lower() == "refresh"
        ]

    @property
    def fetched(self) -> list[str]:
        """Every address that a browser asks for by itself, those in styles too."""
        found = []
        for one in self.elements:
            names = FETCHED.get(one.tag, [])
            found += [one.attributes[name] for name in names if name in one.attributes]
            for part in one.attributes.get("srcset", "").split(","):
                found += part.split()[:1]
            found += addresses(one.attributes.get("style", ""))
            if one.tag == "style":
                found += addresses(one.text)
        canonical = [
            one.attributes["href"]
            for one in self.all("link")
            if one.attributes.get("rel") in ("canonical", "alternate", "license")
        ]
        return [address for address in found if address not in canonical]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element and open it."""
        attributes = {name: value or "" for name, value in attrs}
        element = Element(tag, attributes, tuple(one.tag for one in self._open))
        self.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element that closes itself, as in a drawing."""
        attributes = {name: value or "" for name, value in attrs}
        self.elements.append(Element(tag, attributes, tuple(one.tag for one in self._open)))

    def handle_endtag(self, tag: str) -> None:
        """Close the innermost element of this kind."""
        for place in range(len(self._open) - 1, -1, -1):
            if self._open[place].tag == tag:
                del self._open[place:]
                return

    def handle_data(self, data: str) -> None:
        """Add text to every open element."""
        for element in self._open:
            element.pieces.append(data)


def addresses(css: str) -> list[str]:
    """Every address that a style sheet asks for."""
    found = re.findall(r"""url\(\s*(?:"([^"]*)"|'([^']*)'|([^"')\s]*))\s*\)""", css)
    imports = re.findall(r"""@import\s+["']([^"']+)["']""", css)
    return [next(filter(None, groups), "") for groups in found] + imports
