"""Every address of the site, and the file that it is written to.

An address is relative to the site's root, without a leading slash, and ends with one:
`events/lift-off/`. The home page is the empty text. A page links to another with its
own `root` before the other's address, so that the site works in any folder of any host.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from operator import attrgetter
from typing import Any, TypeVar

from dateline import filing, listing, patterns
from dateline.model import Actor, Event, File, Page, Phase, Place, Source, Tag, Timeline

_Fact = TypeVar("_Fact")
Entry = Event | Phase | Actor | Place | Tag | Source | Page
"""Everything that has an id, an address and perhaps earlier ones."""

HOME = ""
NOT_FOUND = "404.html"
MAP = "map/"
DISPUTED = "disputed/"
CORRECTIONS = "corrections/"
CORRECTIONS_FEED = "corrections/feed.xml"
SECTIONS = {
    "event": "events",
    "phase": "phases",
    "actor": "actors",
    "place": "places",
    "tag": "tags",
    "source": "sources",
}
"""By kind of entry, the first part of its address."""
TIMELINE = "timeline/"
"""Where the pages of the whole timeline's list begin: `timeline/2012/`."""
LETTERS = "letter/"
"""Where the pages of an index by letter begin: `sources/letter/a/`."""
_BASES = {
    filing.TIMELINE: TIMELINE,
    filing.DISPUTED: DISPUTED,
    filing.CORRECTIONS: CORRECTIONS,
}
"""Where lists begin that are no entry's."""
_OF_LIST = patterns.of(
    r"(timeline/|disputed/|corrections/|(?:events|phases|actors|places|tags|sources)/[^/]+/)"
    r"(?:(.+)/)?"
)
_OF_LETTER = patterns.of(r"(actors|places|tags|sources)/letter/(.+)/")


def entry(kind: str, id: str) -> str:
    """Return the address of an entry: `entry("actor", "crew")` is `actors/crew/`."""
    return f"{id}/" if kind == "page" else f"{SECTIONS[kind]}/{id}/"


def index(kind: str) -> str:
    """Return the address of the page that lists all entries of a kind."""
    return f"{SECTIONS[kind]}/"


def in_list(id: str) -> str:
    """Return the address of an event in the timeline on the home page."""
    return f"#{id}"


def status(key: str) -> str:
    """Return the address of the definition of a status: `disputed/#status-reported`."""
    return f"{DISPUTED}#status-{key}"


def file(address: str) -> str:
    """Return the file that an address is served from, with forward slashes."""
    return address + "index.html" if not address or address.endswith("/") else address


def root(address: str) -> str:
    """Return the way from a page to the site's root: `../../` for `events/x/`."""
    return "../" * address.count("/") or "./"


def named(address: str) -> tuple[str, str]:
    """Return the kind and the id of the entry at an address; two empty texts if it is no entry's.

    `named("actors/crew/")` is `("actor", "crew")`, `named("about/")` is `("page", "about")`.
    """
    section, _, id = address.removesuffix("/").rpartition("/")
    kind = _KINDS.get(section)
    return ("", "") if not kind or (not section and (not id or id in _KINDS)) else (kind, id)


_KINDS = {"": "page", **{section: kind for kind, section in SECTIONS.items()}}


def entries(timeline: Timeline) -> dict[str, Mapping[str, Entry]]:
    """Return, by kind and id, everything that has a page of its own."""
    return {
        "event": timeline.events,
        "phase": timeline.phases,
        "actor": timeline.actors,
        "place": timeline.places,
        "tag": timeline.tags,
        "source": timeline.sources,
        "page": timeline.pages,
    }


def moved(timeline: Timeline) -> dict[str, tuple[str, Entry]]:
    """Return, by earlier address, the kind and the entry that it leads to now."""
    there = entries(timeline)
    return {
        old: (kind, timeline.retracted_events[id] if is_retracted else there[kind][id])
        for old, kind, id, is_retracted in fact(timeline, "moved", _moved)
    }


def _moved(timeline: Timeline) -> list[tuple[str, str, str, bool]]:
    kinds = [(kind, found, False) for kind, found in entries(timeline).items()]
    return [
        (entry(kind, alias), kind, now.id, is_retracted)
        for kind, found, is_retracted in (*kinds, ("event", timeline.retracted_events, True))
        for now in _aliased(kind, found, timeline)
        for alias in now.aliases
    ]


def _aliased(kind: str, found: Mapping[str, Entry], timeline: Timeline) -> Iterable[Entry]:
    """Return at least those of the entries of a kind that had another id before."""
    if kind != "source" or not timeline.source_files:
        return found.values()
    files = (file for file in timeline.source_files if len(file.ids) > len(file.values))
    return (source for file in files for source in file.values.values())


def gone(timeline: Timeline) -> frozenset[str]:
    """Return every address where a page says what was there, and why it is there no more."""
    events = (entry("event", id) for id in timeline.retracted_events)
    return frozenset([*events, *timeline.retractions])


def lasting(timeline: Timeline) -> frozenset[str]:
    """Return every address that must not vanish once it is published: all that lead somewhere."""
    return fact(timeline, "lasting", _lasting)


def _lasting(timeline: Timeline) -> frozenset[str]:
    folders = frozenset(address for address in pages(timeline) if file(address) != address)
    return folders | gone(timeline) | moved(timeline).keys() | moved_lists(timeline).keys()


def pages(timeline: Timeline) -> frozenset[str]:
    """Return the address of every page that can be linked, those of earlier ids left out."""
    return fact(timeline, "pages", _pages)


def _pages(timeline: Timeline) -> frozenset[str]:
    return frozenset(
        [HOME, NOT_FOUND, DISPUTED, CORRECTIONS, *([MAP] if timeline.has_map else [])]
        + [index(kind) for kind in ("actor", "place", "tag", "source")]
        + [entry(kind, id) for kind, ids in entries(timeline).items() for id in ids]
    ) | list_pages(timeline)


def lists(timeline: Timeline) -> Mapping[str, listing.Spread]:
    """Return how lists of events are spread over pages, by the address that each begins at.

    There are none in a small timeline, unless it was large once: an address that was published
    stays.
    """
    return fact(timeline, "lists", _lists)


def is_spread(timeline: Timeline, base: str) -> bool:
    """Say whether the page that a list begins at leads to what it holds, and does not list it.

    What had pages of more than one year keeps them, as long as there is something on them.
    """
    found = lists(timeline).get(base)
    if not timeline.is_large or found is None:
        return False
    return len(found.reading) > 1 or base in _facts(timeline)["long"]


def registers(timeline: Timeline) -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """Return the pages of each index by letter: by kind and name (`a`, `a/2`), the ids in order.

    An index that is short, and never was long, has none.
    """
    return fact(timeline, "registers", _registers)


def list_pages(timeline: Timeline) -> frozenset[str]:
    """Return the address of every page of a list, those left out that are of an entry itself."""
    spreads = (
        below(base, name)
        for base, spread in lists(timeline).items()
        for name in spread.stretches
        if name or base == TIMELINE
    )
    letters = (
        below(index(kind) + LETTERS, name)
        for kind, register in registers(timeline).items()
        for name in register
    )
    return frozenset([*spreads, *letters])


def below(base: str, name: str) -> str:
    """Return the address of a page of a list: `below("actors/crew/", "1969-07")`."""
    return f"{base}{name}/" if name else base


def moved_lists(timeline: Timeline) -> dict[str, str]:
    """Return, by published address of a page of a list, the present one, if its entry moved.

    What is left of the list of an entry that is retracted leads to what is said in its place.
    """
    return fact(timeline, "moved lists", _moved_lists)


def kept_lists(timeline: Timeline) -> tuple[str, ...]:
    """Return every published address of a page of a list, in order."""
    return fact(
        timeline, "kept lists", lambda timeline: tuple(sorted(filter(of_list, timeline.published)))
    )


def _moved_lists(timeline: Timeline) -> dict[str, str]:
    there, old, gone_now = list_pages(timeline), moved(timeline), gone(timeline)
    found = {}
    for address, base, name in _published_lists(timeline):
        if base in old:
            kind, now = old[base]
            new = below(entry(kind, now.id), name)
            found[address] = new if new in there else entry(kind, now.id)
        elif base in gone_now and base != TIMELINE:
            found[address] = base
    return found


def of_list(address: str) -> bool:
    """Say whether an address can be that of a page of a list, which an entry has beside its own."""
    match, letter = _OF_LIST.fullmatch(address), _OF_LETTER.fullmatch(address)
    if match and match[2] and listing.is_name(match[2]):
        return True
    return bool(letter and listing.is_letter(letter[2]))


def _published_lists(timeline: Timeline) -> Iterator[tuple[str, str, str]]:
    """Yield each published address of a page of a list, where its list begins, and its name."""
    for address in timeline.published:
        match = _OF_LIST.fullmatch(address)
        if match and (match[1] == TIMELINE if match[2] is None else listing.is_name(match[2])):
            yield address, match[1], match[2] or ""


def _lists(timeline: Timeline) -> dict[str, listing.Spread]:
    full = min(listing.FULL, timeline.settings.list_limit)
    kept: dict[str, list[str]] = defaultdict(list)
    for _, base, name in _published_lists(timeline):
        kept[base].append(name)
    if not kept and not timeline.is_large:
        return {}
    filed = {
        _BASES.get(key) or entry(*key): found
        for key, found in filing.lists(timeline, full, {_key(base) for base in kept}).items()
    }
    _facts(timeline)["long"] = frozenset(base for base, found in filed.items() if found.is_long)
    return {
        base: listing.spread(found.days, full, kept[base], found.weights)
        for base, found in sorted(filed.items())
    }


def _key(base: str) -> filing.Key:
    """Return what the list belongs to that begins at an address."""
    return next((key for key, found in _BASES.items() if found == base), named(base))


_ROOM = 170_000
"""How many bytes of HTML the entries of an index may take on one page of a large timeline."""

_TEXTS = {
    "actor": attrgetter("name", "abbreviation", "summary"),
    "place": attrgetter("name", "region", "summary"),
    "tag": attrgetter("name", "summary"),
    "source": attrgetter("title", "author", "publisher", "via", "note"),
}
"""By kind, what reads the texts of an entry that an index shows."""


def _registers(timeline: Timeline) -> dict[str, dict[str, tuple[str, ...]]]:
    limit = timeline.settings.list_limit
    full = min(listing.FULL_REGISTER, limit)
    kept: dict[str, list[str]] = defaultdict(list)
    for address in timeline.published:
        match = _OF_LETTER.fullmatch(address)
        if match and listing.is_letter(match[2]):
            kept[match[1]].append(match[2])
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for kind in ("actor", "place", "tag", "source"):
        members = entries(timeline)[kind]
        sizes = _sizes(kind, members) if timeline.is_large else dict.fromkeys(members, 0)
        is_short = len(members) <= limit and sum(sizes.values()) <= _ROOM
        if is_short and not kept[SECTIONS[kind]]:
            continue
        names = {
            id: getattr(one, "title", "") or getattr(one, "name", "") for id, one in members.items()
        }
        by_letter: dict[str, list[str]] = defaultdict(list)
        for id in sorted(names, key=lambda id: (listing.alphabetical(names[id]), id)):
            by_letter[listing.letter(names[id])].append(id)
        pages = {
            f"{letter}/{n}" if n > 1 else letter: tuple(part)
            for letter, ids in sorted(by_letter.items())
            for n, part in enumerate(_divided(ids, sizes, full), 1)
        }
        found[kind] = {**dict.fromkeys(sorted(kept[SECTIONS[kind]]), ()), **pages}
    return found


def _sizes(kind: str, members: Mapping[str, Entry]) -> dict[str, int]:
    """Return by id about how many bytes of HTML each entry of an index takes."""
    texts = _TEXTS[kind]
    return {id: 400 + len("".join((id, *texts(one))).encode()) for id, one in members.items()}


def _divided(ids: Iterable[str], sizes: Mapping[str, int], full: int) -> Iterator[list[str]]:
    """Yield entries of an index in parts, none of which has too many or takes too much room."""
    part, room = list[str](), _ROOM
    for id in ids:
        if part and (len(part) == full or sizes[id] > room):
            yield part
            part, room = [], _ROOM
        part.append(id)
        room -= sizes[id]
    yield part


# What is known of the addresses of a timeline, and of the next one that has the same.


def is_fact(timeline: Timeline, name: str) -> bool:
    """Say whether something is known of this timeline, or of one that is filed as it is."""
    return name in _facts(timeline)


def note(timeline: Timeline, name: str) -> None:
    """Note down something that depends on no more than where everything in the timeline stands."""
    _facts(timeline)[name] = True


def fact(timeline: Timeline, name: str, make: Callable[[Timeline], _Fact]) -> _Fact:
    """Return what depends on no more than where everything in the timeline stands, made once."""
    facts = _facts(timeline)
    if name not in facts:
        facts[name] = make(timeline)
    found: _Fact = facts[name]
    return found


def _facts(timeline: Timeline) -> dict[str, Any]:
    """Return what is known: after an edit that moves nothing, what was known before."""
    global _last  # noqa: PLW0603 - one build after the other, in one thread
    if "facts" not in timeline.memo:
        same = _last is not None and _filed_alike(_last, timeline)
        timeline.memo["facts"] = _last.memo["facts"] if _last and same else {}
        _last = timeline
    found: dict[str, Any] = timeline.memo["facts"]
    return found


_last: Timeline | None = None


def _filed_alike(one: Timeline, other: Timeline) -> bool:
    """Say whether two timelines have the same addresses, with the same things in the same lists."""
    same = ("actors", "places", "tags", "sources")
    if not all(getattr(one, name) is getattr(other, name) for name in same):
        return False
    if one.published is not other.published and one.published != other.published:
        return False
    if _framework(one) != _framework(other) or len(one.event_files) != len(other.event_files):
        return False
    files = zip(one.event_files, other.event_files, strict=True)
    if not all(file is again or _are_filed_alike(file, again) for file, again in files):
        return False
    return [*map(filing.row, one.loose_events)] == [*map(filing.row, other.loose_events)]


def _are_filed_alike(one: File, other: File) -> bool:
    """Say whether the events of two files stand in the same lists, each as the other's.

    Those that are written alike in a file of one name, which says the phase, surely do; and an
    edit leaves nearly all as they are.
    """
    if list(one.values) != list(other.values):
        return False
    same = one.document.name == other.document.name
    pairs = zip(_with_digests(one), _with_digests(other), strict=True)
    return all(
        (same and own and own == its) or filing.row(event) == filing.row(again)
        for (event, own), (again, its) in pairs
    )


def _with_digests(file: File) -> Iterator[tuple[Event, str]]:
    return ((event, file.digests.get(event.id, "")) for event in file.values.values())


def _framework(timeline: Timeline) -> tuple[object, ...]:
    """Return what else decides where something stands."""
    prose: list[Phase | Page] = [*timeline.phases.values(), *timeline.pages.values()]
    return (
        timeline.settings.list_limit,
        [(entry.id, entry.aliases, entry.body.text) for entry in prose],
        [page.draft for page in timeline.pages.values()],
        [phase.dates.text for phase in timeline.phases.values()],
        [(*filing.row(event), event.status) for event in timeline.retracted_events.values()],
        [retraction.address for retraction in timeline.retractions.values()],
        timeline.drafts,
        timeline.unread,
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
