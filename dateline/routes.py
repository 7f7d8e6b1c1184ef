"""Every address of the site, and the file that it is written to.

An address is relative to the site's root, without a leading slash, and ends with one:
`events/lift-off/`. The home page is the empty text. A page links to another with its
own `root` before the other's address, so that the site works in any folder of any host.
"""

from __future__ import annotations

from dateline.model import Timeline

HOME = ""
NOT_FOUND = "404.html"
MAP = "map/"
SECTIONS = {
    "event": "events",
    "phase": "phases",
    "actor": "actors",
    "place": "places",
    "tag": "tags",
    "source": "sources",
}
"""By kind of entry, the first part of its address."""


def entry(kind: str, id: str) -> str:
    """Return the address of an entry: `entry("actor", "crew")` is `actors/crew/`."""
    return f"{id}/" if kind == "page" else f"{SECTIONS[kind]}/{id}/"


def index(kind: str) -> str:
    """Return the address of the page that lists all entries of a kind."""
    return f"{SECTIONS[kind]}/"


def in_list(id: str) -> str:
    """Return the address of an event in the timeline on the home page."""
    return f"#{id}"


def file(address: str) -> str:
    """Return the file that an address is served from, with forward slashes."""
    return address + "index.html" if not address or address.endswith("/") else address


def root(address: str) -> str:
    """Return the way from a page to the site's root: `../../` for `events/x/`."""
    return "../" * address.count("/") or "./"


def pages(timeline: Timeline) -> frozenset[str]:
    """Return the address of every page that the timeline has."""
    entries = {
        "event": timeline.events,
        "phase": timeline.phases,
        "actor": timeline.actors,
        "place": timeline.places,
        "tag": timeline.tags,
        "source": timeline.sources,
        "page": timeline.pages,
    }
    return frozenset(
        [HOME, NOT_FOUND, *([MAP] if timeline.has_map else [])]
        + [index(kind) for kind in ("actor", "place", "tag", "source")]
        + [entry(kind, id) for kind, ids in entries.items() for id in ids]
    )


def resolve(address: str, link: str) -> str | None:
    """Return the address that a relative link on a page leads to; None if out of the site.

    `resolve("events/x/", "../../actors/")` is `actors/`.
    """
    path = link.partition("#")[0].partition("?")[0]
    if not path:
        return address
    if path.startswith("/"):
        return None
    steps = address.split("/")[:-1]
    *folders, last = path.split("/")
    if last in (".", ".."):
        folders, last = [*folders, last], ""
    for folder in folders:
        if folder == ".." and not steps:
            return None
        if folder == "..":
            steps.pop()
        elif folder != ".":
            steps.append(folder)
    return "/".join([*steps, last])
