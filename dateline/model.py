"""What a timeline is: events, phases, actors, places, tags, sources and pages.

Plain frozen values; no files, no HTML. `schema` makes them from what an editor wrote, and
docs/content.md says what every field means to that editor.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from dateline import colours
from dateline.dates import Date
from dateline.geojson import Layer
from dateline.problems import Document, Spot

KINDS = ("event", "phase", "actor", "place", "tag", "source", "page")
"""Everything that has an id, and so an address."""


@dataclass(frozen=True, slots=True)
class Prose:
    """A Markdown text that remembers where it stands in its file."""

    text: str
    document: Document
    line: int
    """The line of the file that the text begins at, from 1."""
    indent: int | None
    """How many columns each line is indented by; None if the lines were re-flowed by YAML."""
    end_line: int
    """The last line of the file that the text can stand in."""

    def spot(self, offset: int, length: int) -> Spot:
        """Return the place in the file of `text[offset : offset + length]`."""
        if self.indent is None:
            return self._search(offset, length)
        before = self.text[:offset]
        in_line = offset - (before.rfind("\n") + 1)
        line = self.line + before.count("\n")
        return Spot(self.document, line, self.indent + in_line + 1, length)

    def _search(self, offset: int, length: int) -> Spot:
        """Find the same words, the same time they occur, in the lines as they were typed."""
        words = self.text[offset : offset + length]
        occurrence = self.text[:offset].count(words)
        pattern = re.compile(r"\s+".join(re.escape(word) for word in words.split()))
        typed = "\n".join(self.document.lines[self.line - 1 : self.end_line])
        found = list(pattern.finditer(typed))
        if occurrence >= len(found):
            return Spot(self.document, self.line)
        before = typed[: found[occurrence].start()]
        column = len(before) - before.rfind("\n")
        return Spot(self.document, self.line + before.count("\n"), column, length)


@dataclass(frozen=True, slots=True)
class Position:
    """What one side says about a disputed point."""

    by: tuple[str, ...]
    """Ids of actors, or names as they are to be printed."""
    says: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Dispute:
    """A point on which accounts differ, with who says what."""

    point: str
    positions: tuple[Position, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A number somebody gives: exact, a range, or a bound that is open on one side."""

    what: str
    by: tuple[str, ...]
    sources: tuple[str, ...]
    min: int | None
    max: int | None
    approximate: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Medium:
    """A picture, with the words that stand for it and its terms of use."""

    file: str
    alt: str
    caption: str = ""
    credit: str = ""
    licence: str = ""


@dataclass(frozen=True, slots=True)
class Correction:
    """What was put right on a published event, and when."""

    date: Date
    text: str


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened, or is said to have happened."""

    id: str
    date: Date
    title: str
    phase: str
    summary: str = ""
    importance: str = "normal"
    status: str = "confirmed"
    places: tuple[str, ...] = ()
    actors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    causes: tuple[str, ...] = ()
    text: Prose | None = None
    disputed: tuple[Dispute, ...] = ()
    figures: tuple[Figure, ...] = ()
    sources: tuple[str, ...] = ()
    media: tuple[Medium, ...] = ()
    corrections: tuple[Correction, ...] = ()
    aliases: tuple[str, ...] = ()
    reason: str = ""
    """Why it was retracted."""
    draft: bool = False


@dataclass(frozen=True, slots=True)
class Phase:
    """A named stretch of the timeline, with its narrative."""

    id: str
    title: str
    dates: Date
    body: Prose
    summary: str = ""
    colour: str = ""
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """One actor's belonging to another: since when, and as what."""

    actor: str
    dates: Date | None = None
    role: str = ""


@dataclass(frozen=True, slots=True)
class Actor:
    """A person, group, state or body that acts in the timeline."""

    id: str
    name: str
    kind: str
    abbreviation: str = ""
    dates: Date | None = None
    summary: str = ""
    part_of: tuple[Part, ...] = ()
    sources: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()

    @property
    def short(self) -> str:
        """The abbreviation where there is one, else the name."""
        return self.abbreviation or self.name


@dataclass(frozen=True, slots=True)
class Place:
    """Where something happened. Latitude and longitude are in degrees, WGS 84."""

    id: str
    name: str
    kind: str
    region: str = ""
    lat: float | None = None
    lon: float | None = None
    precision: str = "exact"
    summary: str = ""
    aliases: tuple[str, ...] = ()

    @property
    def point(self) -> tuple[float, float] | None:
        """Longitude and latitude; None if one of them is not known."""
        return None if self.lon is None or self.lat is None else (self.lon, self.lat)


@dataclass(frozen=True, slots=True)
class Tag:
    """A word that events are gathered under."""

    id: str
    name: str
    summary: str = ""
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Archived:
    """A copy of a document in an archive."""

    url: str
    date: Date
    """The day on which the copy was made."""
    sha256: str = ""
    """The SHA-256 hash of the copy, as 64 hexadecimal digits."""


@dataclass(frozen=True, slots=True)
class Source:
    """A document that says something, and where it was read."""

    id: str
    title: str
    kind: str
    type: str = ""
    """`primary` or `secondary`; empty where that follows from the kind."""
    author: str = ""
    publisher: str = ""
    via: str = ""
    repost_of: str = ""
    """The id of the source that this is a repost of."""
    date: Date | None = None
    url: str = ""
    archived: Archived | None = None
    language: str = ""
    note: str = ""
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Page:
    """A page of its own, such as about or method."""

    id: str
    title: str
    body: Prose
    summary: str = ""
    aliases: tuple[str, ...] = ()
    draft: bool = False


@dataclass(frozen=True, slots=True)
class Retraction:
    """What was at an address that the site had, and why it went."""

    address: str
    title: str
    reason: str
    date: Date | None = None
    """The day on which it went."""


@dataclass(frozen=True, slots=True)
class Licence:
    """The terms that the content may be used under."""

    name: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class MapSettings:
    """What `site.yaml` says about the map."""

    extent: tuple[float, ...] = ()
    """West, south, east and north of what the map shows; empty if that follows from the places."""
    credit: str = ""


@dataclass(frozen=True, slots=True)
class Settings:
    """What `site.yaml` says about the whole site."""

    title: str
    description: str = ""
    base_url: str = ""
    languages: tuple[str, ...] = ("en",)
    licence: Licence | None = None
    repository: str = ""
    menu: tuple[str, ...] = ()
    map: MapSettings = MapSettings()
    theme: colours.Theme = colours.DEFAULT


@dataclass(frozen=True, slots=True)
class Mention:
    """One place where content names the id of something else."""

    kind: str
    id: str
    spot: Spot
    field: str
    draft: bool = False
    """Whether it stands in a draft."""
    event: str = ""
    """The event that it stands in, if it stands in one."""


@dataclass(frozen=True)
class Timeline:
    """A whole timeline. Phases and events are in order of time, the rest in order of id."""

    settings: Settings
    phases: Mapping[str, Phase]
    events: Mapping[str, Event]
    actors: Mapping[str, Actor]
    places: Mapping[str, Place]
    tags: Mapping[str, Tag]
    sources: Mapping[str, Source]
    pages: Mapping[str, Page]
    media: frozenset[str] = frozenset()
    """The files below `content/media/`."""
    layers: tuple[Layer, ...] = ()
    """The base map."""
    mentions: tuple[Mention, ...] = ()
    declared: Mapping[str, Mapping[str, Spot]] = field(default_factory=dict)
    """By kind and id, where each is declared; also drafts and entries that have faults."""
    drafts: frozenset[tuple[str, str]] = frozenset()
    """Kind and id of the drafts that are left out."""
    unprinted: tuple[tuple[Prose, bool], ...] = ()
    """Texts of entries that are left out for their faults, or as drafts (then true)."""
    unread: frozenset[str] = frozenset()
    """Kinds of which a file could not be read, so that an unknown id says nothing."""

    @property
    def has_map(self) -> bool:
        """Whether it is known of any place where it lies."""
        return any(place.point for place in self.places.values())

    @property
    def pictured(self) -> frozenset[str]:
        """The files below `content/media/` that an event shows."""
        return frozenset(medium.file for event in self.events.values() for medium in event.media)

    @cached_property
    def by_phase(self) -> dict[str, tuple[Event, ...]]:
        """The events of every phase, in order of time."""
        gathered: dict[str, list[Event]] = {phase: [] for phase in self.phases}
        for event in self.events.values():
            gathered.setdefault(event.phase, []).append(event)
        return {phase: tuple(events) for phase, events in gathered.items()}
