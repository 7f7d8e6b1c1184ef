"""What a timeline is: events, phases, actors, places, tags, sources and pages.

Plain frozen values; no files, no HTML. `schema` makes them from what an editor wrote, and
docs/content.md says what every field means to that editor.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import (
    Callable,
    Collection,
    ItemsView,
    Iterable,
    Iterator,
    KeysView,
    Mapping,
    Sequence,
    ValuesView,
)
from functools import cached_property, lru_cache
from itertools import chain
from typing import Any, Protocol, TypeVar

from msgspec import Struct, field

from dateline import colours
from dateline.dates import Date
from dateline.geojson import Layer
from dateline.problems import Document, Spot

_Value = TypeVar("_Value")

KINDS = ("event", "phase", "actor", "place", "tag", "source", "page")
"""Everything that has an id, and so an address."""
CITED_IN_TEXT = "source in a text"
"""Beside the kinds that fields name, what a file names by citing it in a text."""


class Prose(Struct, frozen=True, gc=False):
    """A Markdown text that remembers where it stands in its file."""

    typed: str | None
    """The text; None for one that `text` takes from its file, as a literal block stands there."""
    document: Document
    line: int
    """The line of the file that the text begins at, from 1."""
    indent: int | None
    """How many columns each line is indented by; None if the lines were re-flowed by YAML."""
    end_line: int
    """The last line of the file that the text can stand in."""
    cites: tuple[str, ...] | None = None
    """The sources that it cites, as `evidence.in_text` finds them; None if that is not known."""

    @property
    def text(self) -> str:
        """The text. Raises OSError if its file was to be read now, and cannot be."""
        return self.literal if self.typed is None else self.typed

    @property
    def literal(self) -> str:
        """What a literal block of YAML (`|`) says that begins at this line with this indent.

        YAML 1.2, 8.1.2: its lines without their indent, and one end of line behind the last.
        """
        margin = " " * (self.indent or 0)
        rows = []
        for row in self.document.between(self.line, self.end_line):
            if not row.startswith(margin) and row.strip(" "):
                break
            rows.append(row[len(margin) :])
        return "\n".join(rows).rstrip("\n") + "\n"

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
        found = _places(words, self.document, self.line, self.end_line)
        if occurrence >= len(found):
            return Spot(self.document, self.line)
        line, column = found[occurrence]
        return Spot(self.document, line, column, length)


@lru_cache(maxsize=256)
def _places(words: str, document: Document, first: int, last: int) -> tuple[tuple[int, int], ...]:
    """Return the line and column of the words wherever they stand in these lines, in order.

    Kept, as a text may have the same citation a thousand times.
    """
    pattern = re.compile(r"\s+".join(re.escape(word) for word in words.split()))
    typed = "\n".join(document.lines[first - 1 : last])
    starts = [0, *(found.end() for found in re.finditer("\n", typed))]
    places = []
    for found in pattern.finditer(typed):
        line = bisect_right(starts, found.start()) - 1
        places.append((first + line, found.start() - starts[line] + 1))
    return tuple(places)


class Position(Struct, frozen=True, gc=False):
    """What one side says about a disputed point."""

    by: tuple[str, ...]
    """Ids of actors, or names as they are to be printed."""
    says: str
    sources: tuple[str, ...]


class Dispute(Struct, frozen=True, gc=False):
    """A point on which accounts differ, with who says what."""

    point: str
    positions: tuple[Position, ...]


class Figure(Struct, frozen=True, gc=False):
    """A number somebody gives: exact, a range, or a bound that is open on one side."""

    what: str
    by: tuple[str, ...]
    sources: tuple[str, ...]
    min: int | None
    max: int | None
    approximate: bool = False
    note: str = ""


class Medium(Struct, frozen=True, gc=False):
    """A picture, with the words that stand for it and its terms of use."""

    file: str
    alt: str
    caption: str = ""
    credit: str = ""
    licence: str = ""


class Correction(Struct, frozen=True, gc=False):
    """What was put right on a published event, and when."""

    date: Date
    text: str


class Event(Struct, frozen=True, gc=False):
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


class Phase(Struct, frozen=True, gc=False):
    """A named stretch of the timeline, with its narrative."""

    id: str
    title: str
    dates: Date
    body: Prose
    summary: str = ""
    colour: str = ""
    aliases: tuple[str, ...] = ()


class Part(Struct, frozen=True, gc=False):
    """One actor's belonging to another: since when, and as what."""

    actor: str
    dates: Date | None = None
    role: str = ""


class Actor(Struct, frozen=True, gc=False):
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


class Place(Struct, frozen=True, gc=False):
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


class Tag(Struct, frozen=True, gc=False):
    """A word that events are gathered under."""

    id: str
    name: str
    summary: str = ""
    aliases: tuple[str, ...] = ()


class Archived(Struct, frozen=True, gc=False):
    """A copy of a document in an archive."""

    url: str
    date: Date
    """The day on which the copy was made."""
    sha256: str = ""
    """The SHA-256 hash of the copy, as 64 hexadecimal digits."""


class Source(Struct, frozen=True, gc=False):
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


class Page(Struct, frozen=True, gc=False):
    """A page of its own, such as about or method."""

    id: str
    title: str
    body: Prose
    summary: str = ""
    aliases: tuple[str, ...] = ()
    draft: bool = False


class Retraction(Struct, frozen=True, gc=False):
    """What was at an address that the site had, and why it went."""

    address: str
    title: str
    reason: str
    date: Date | None = None
    """The day on which it went."""


class Licence(Struct, frozen=True, gc=False):
    """The terms that the content may be used under."""

    name: str
    url: str = ""


class MapSettings(Struct, frozen=True, gc=False):
    """What `site.yaml` says about the map."""

    extent: tuple[float, ...] = ()
    """West, south, east and north of what the map shows; empty if that follows from the places."""
    credit: str = ""


class Settings(Struct, frozen=True, gc=False):
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
    list_limit: int = 400
    """With more events than this, lists of events are spread over pages."""


class Mention(Struct, frozen=True, gc=False):
    """One place where content names the id of something else."""

    kind: str
    id: str
    spot: Spot
    field: str
    draft: bool = False
    """Whether it stands in a draft, or in an event that is retracted."""
    event: str = ""
    """The event that it stands in, if it stands in one."""


class File(Protocol):
    """A file of entries, which finds the places of ids when it is asked for them."""

    @property
    def named(self) -> Mapping[str, set[str]]:
        """By kind, the ids that it names."""

    @property
    def document(self) -> Document:
        """The file."""

    @property
    def mentions(self) -> Iterable[Mention]:
        """Where each id is named."""

    @property
    def values(self) -> Mapping[str, Any]:
        """By id, what its entries say."""

    @property
    def ids(self) -> Sequence[str]:
        """Every id that its entries declare, the earlier ones too."""

    @property
    def digests(self) -> Mapping[str, str]:
        """By id, the hash of the text of each of its entries, where that is known."""

    @property
    def kind(self) -> Any:
        """Its kind, which has a name."""

    notes: dict[str, str]
    """What was worked out of the file as it is, and is kept with it."""
    memory: dict[str, Any]
    """The same, but only as long as this process lasts."""

    def spot(self, id: str) -> Spot:
        """Return where an id is declared."""


class Late(Mapping[str, _Value]):
    """What the entries of a file say, by id, made once what one of them says is asked for."""

    def __init__(self, ids: Iterable[str], make: Callable[[], Iterable[_Value]]) -> None:
        self._ids, self._make = dict.fromkeys(ids), make

    @cached_property
    def _values(self) -> dict[str, _Value]:
        return dict(zip(self._ids, self._make(), strict=True))

    def __getitem__(self, id: str) -> _Value:
        return self._values[id]

    def __contains__(self, id: object) -> bool:
        return id in self._ids

    def __iter__(self) -> Iterator[str]:
        return iter(self._ids)

    def __len__(self) -> int:
        return len(self._ids)

    def keys(self) -> KeysView[str]:
        """Return the ids, as something that is quickly compared with other sets."""
        return self._ids.keys()

    def values(self) -> ValuesView[_Value]:
        """Return what they say; all is made now."""
        return self._values.values()

    def items(self) -> ItemsView[str, _Value]:
        """Return both; all is made now."""
        return self._values.items()


class Registry(Mapping[str, _Value]):
    """The entries of several files by id, in order; of some it may not be known yet what they say.

    No id is in two of the files.
    """

    def __init__(self, files: Iterable[Mapping[str, _Value]]) -> None:
        self._files = tuple(files)
        self._file: dict[str, Mapping[str, _Value]] = {}
        for file in self._files:
            self._file |= dict.fromkeys(file, file)

    def has(self, file: Mapping[str, _Value]) -> bool:
        """Say whether these entries of a file are among those of the registry."""
        return any(file is one for one in self._files)

    def __getitem__(self, id: str) -> _Value:
        return self._file[id][id]

    def __contains__(self, id: object) -> bool:
        return id in self._file

    def __iter__(self) -> Iterator[str]:
        return iter(self._in_order)

    @cached_property
    def _in_order(self) -> list[str]:
        return sorted(self._file)

    def __len__(self) -> int:
        return len(self._file)

    @property
    def ids(self) -> KeysView[str]:
        """The ids in no order, as a set: to sort many takes as long as to read them."""
        return self._file.keys()


def ids(entries: Mapping[str, Any]) -> KeysView[str]:
    """Return the ids of entries in no order, as something that is quickly compared with a set."""
    return entries.ids if isinstance(entries, Registry) else entries.keys()


class Declared(Mapping[str, Spot]):
    """By id, where each entry of a kind is declared."""

    def __init__(self) -> None:
        self._found: dict[str, Spot | File] = {}

    def __getitem__(self, id: str) -> Spot:
        found = self._found[id]
        return found if isinstance(found, Spot) else found.spot(id)

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)

    def __contains__(self, id: object) -> bool:
        return id in self._found

    def add(self, id: str, spot: Spot) -> None:
        """Add an id that is not there yet."""
        self._found[id] = spot

    def add_all(self, ids: Collection[str], file: File) -> bool:
        """Add the ids of a file, if none is there yet and none stands twice in it; say whether."""
        own = dict.fromkeys(ids, file)
        if len(own) < len(ids) or not self._found.keys().isdisjoint(own):
            return False
        self._found |= own
        return True

    def add_again(self, ids: Iterable[str], file: File) -> None:
        """Add those ids of a file that are not there yet."""
        for id in ids:
            self._found.setdefault(id, file)

    def first(self, ids: Iterable[str]) -> Spot:
        """Return where the first of some ids is declared, by the name of its file and its line.

        There must be one. To find its place, a file is read once more; of these, one is enough.
        """
        by_file: dict[str, list[str]] = {}
        for id in ids:
            found = self._found[id]
            by_file.setdefault(found.document.name, []).append(id)
        spots = map(self.__getitem__, by_file[min(by_file)])
        return min(spots, key=lambda spot: (spot.line, spot.column))

    @property
    def files(self) -> frozenset[str]:
        """The names of the files in which anything is declared."""
        return frozenset(found.document.name for found in set(self._found.values()))


class Mentions:
    """Every place where a field names an id."""

    def __init__(self, single: Sequence[Mention] = (), files: Sequence[File] = ()) -> None:
        self._single, self._files = single, files

    def __iter__(self) -> Iterator[Mention]:
        yield from self._single
        for part in self._files:
            yield from part.mentions

    def files(self, kind: str) -> list[File]:
        """Return the files of entries of a kind."""
        return [file for file in self._files if file.kind.name == kind]

    def named(self, kind: str) -> set[str]:
        """Return every id of a kind that is named."""
        single = {mention.id for mention in self._single if mention.kind == kind}
        return single.union(*(part.named.get(kind, ()) for part in self._files))

    def unknown(self, kind: str, known: Collection[str]) -> set[str]:
        """Return every id of a kind that is named and is not among those that are known.

        A file that names none of a registry need not be looked at again until either is another.
        """
        there = ids(known) if isinstance(known, Mapping) else frozenset(known)
        found = {mention.id for mention in self._single if mention.kind == kind} - there
        for file in self._files:
            named = file.named.get(kind)
            if named and file.memory.get(f"names {kind}") is not known:
                # A difference goes through all that are known, a comparison through those named.
                unknown = set() if named <= there else named - there
                found |= unknown
                if not unknown and kind in ("actor", "place", "tag", "source"):
                    file.memory[f"names {kind}"] = known
        return found

    def of(self, ids: Mapping[str, Collection[str]]) -> Iterator[Mention]:
        """Yield the mentions of these ids, which are by kind."""
        for there in (self._single, *(self._in(file, ids) for file in self._files)):
            yield from (one for one in there if one.id in ids.get(one.kind, ()))

    def _in(self, file: File, ids: Mapping[str, Collection[str]]) -> Iterable[Mention]:
        """Return the mentions of a file if it names one of the ids."""
        doubted = (not file.named.get(kind, set()).isdisjoint(own) for kind, own in ids.items())
        return file.mentions if any(doubted) else ()


class Timeline(Struct, frozen=True, dict=True):
    """A whole timeline. Phases and events are in order of time, the rest in order of id."""

    settings: Settings
    phases: Mapping[str, Phase]
    events: Mapping[str, Event]
    actors: Mapping[str, Actor]
    places: Mapping[str, Place]
    tags: Mapping[str, Tag]
    sources: Mapping[str, Source]
    pages: Mapping[str, Page]
    retracted_events: Mapping[str, Event] = field(default_factory=dict)
    """Those with the status `retracted`, in order of time; they are not among `events`."""
    retractions: Mapping[str, Retraction] = field(default_factory=dict)
    """By address, what `content/retracted.yaml` says of it."""
    published: Mapping[str, Spot] = field(default_factory=dict)
    """The addresses that were ever published, and where each stands in the lock file."""
    media: frozenset[str] = frozenset()
    """The files below `content/media/`."""
    layers: tuple[Layer, ...] = ()
    """The base map."""
    mentions: Mentions = field(default_factory=Mentions)
    declared: Mapping[str, Declared] = field(default_factory=lambda: defaultdict(Declared))
    """By kind and id, where each is declared; also drafts and entries that have faults.

    Under `retraction` stand the addresses of `content/retracted.yaml`.
    """
    drafts: frozenset[tuple[str, str]] = frozenset()
    """Kind and id of the drafts that are left out."""
    unprinted: tuple[tuple[Prose, bool], ...] = ()
    """Texts of entries that are left out for their faults, or as drafts or retracted (then true).
    """
    unread: frozenset[str] = frozenset()
    """Kinds of which a file could not be read, so that an unknown id says nothing."""

    @cached_property
    def has_map(self) -> bool:
        """Whether it is known of any place where it lies."""
        return any(place.point for place in self.places.values())

    @property
    def is_large(self) -> bool:
        """Whether there are too many events for one list."""
        return len(self.events) > self.settings.list_limit

    @cached_property
    def memo(self) -> dict[str, Any]:
        """What other modules have worked out of it, by a name of theirs: it is worked out once."""
        return {}

    @property
    def pictured(self) -> frozenset[str]:
        """The files below `content/media/` that an event shows."""
        return frozenset(medium.file for event in self.events.values() for medium in event.media)

    @cached_property
    def event_files(self) -> tuple[File, ...]:
        """The files of which the timeline has every event, and as it stands there."""
        events = self.events
        return tuple(
            file
            for file in self.mentions.files("event")
            if all(events.get(id) is event for id, event in file.values.items())
        )

    @cached_property
    def source_files(self) -> tuple[File, ...]:
        """The files of all sources, if the timeline has every source as it stands there."""
        files, sources = self.mentions.files("source"), self.sources
        if sum(len(file.values) for file in files) != len(sources):
            return ()
        return tuple(files) if all(_has_all(sources, file) for file in files) else ()

    @cached_property
    def reposts(self) -> tuple[Source, ...]:
        """The sources that are reposts of others; a file that names none has none."""
        found: Iterable[Source] = self.sources.values()
        if self.source_files:
            naming = (file for file in self.source_files if file.named.get("source"))
            found = chain.from_iterable(file.values.values() for file in naming)
        return tuple(source for source in found if source.repost_of)

    @cached_property
    def loose_events(self) -> tuple[Event, ...]:
        """The events that are in none of those files, in order of time."""
        if sum(len(file.values) for file in self.event_files) == len(self.events):
            return ()
        filed = set().union(*(file.values for file in self.event_files))
        return tuple(event for id, event in self.events.items() if id not in filed)

    @cached_property
    def by_phase(self) -> dict[str, tuple[Event, ...]]:
        """The events of every phase, in order of time."""
        gathered: dict[str, list[Event]] = {phase: [] for phase in self.phases}
        for event in self.events.values():
            gathered.setdefault(event.phase, []).append(event)
        return {phase: tuple(events) for phase, events in gathered.items()}


def _has_all(registry: Mapping[str, Any], file: File) -> bool:
    """Say whether a registry has every entry of a file as it stands there; that is remembered."""
    if file.memory.get("all in") is not registry:
        known = isinstance(registry, Registry) and registry.has(file.values)
        if not known and not all(registry.get(id) is value for id, value in file.values.items()):
            return False
        file.memory["all in"] = registry
    return True
