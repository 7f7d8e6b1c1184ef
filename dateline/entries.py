"""What the files of events, actors, places, tags and sources say, entry by entry.

A file is a `Part` of the timeline. Where an id is named or declared matters only for a fault, so a
Part knows the ids alone, and finds their places by reading the file once more when it is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from dateline.kept import Recalled
from dateline.model import Late, Mention, Prose
from dateline.problems import Document, Faults, Spot
from dateline.readers import Named, Reading

if TYPE_CHECKING:
    from dateline.kept import Kept
    from dateline.nodes import Node
    from dateline.source import Tree


class Entry(Struct):
    """One entry of a file."""

    id: str
    """Its id; empty if it has none that can be read."""
    value: Any
    """What it says; None if it has a fault."""
    earlier: tuple[str, ...]
    """The ids that it had before."""
    draft: bool = False
    retracted: bool = False
    texts: tuple[Prose, ...] = ()
    """Its Markdown texts."""


class Found(Struct):
    """What reading an entry has found beside its value; the nodes say where."""

    declared: list[tuple[str, Node]] = field(default_factory=list)
    """Its ids, and where each is declared."""
    again: list[tuple[str, Node]] = field(default_factory=list)
    """Further ids of its own, of which it may have only one."""


class Kind(Struct, frozen=True):
    """How the entries of one kind are read."""

    name: str
    read: Callable[[Any, str, Reading, Found], Entry | None]
    """Reads one entry, which is a node or a pair of nodes; None for what is no entry at all."""
    stands: Callable[[Any, Document, int], Any]
    """Returns a value as it is in another file, that many lines further down."""
    names: Callable[[list[Any]], dict[str, set[str]]]
    """Returns, by kind, the ids that values name."""
    entry: Callable[[Any], Entry]
    """Returns the entry of a value."""
    is_odd: Callable[[Any], bool]
    """Says of a value whether it is a draft or retracted."""


class Detail(Struct, frozen=True):
    """The places in a file."""

    mentions: tuple[Mention, ...]
    declared: tuple[tuple[tuple[str, Spot], ...], ...]
    """By entry, the ids that it declares."""
    again: tuple[tuple[str, Spot], ...]


class Part:
    """A file of entries, read."""

    def __init__(self, kind: Kind, path: str, phase: str, tree: Tree) -> None:
        self.kind = kind
        self.path = path
        self.phase = phase
        """Of events: the phase that the file is named after; else empty."""
        self.tree = tree
        self.digests: dict[str, str] = {}
        """By id, the hash of the text of each entry without a fault, where that is known."""
        self.notes: dict[str, str] = {}
        """What was worked out of the file as it is, and is kept with it."""
        self.memory: dict[str, Any] = {}
        """The same, but only as long as this process lasts."""
        self.recalled: Recalled | None = None
        """The entries as they were stored, if all of them were and none has a fault."""
        self.again: list[str] = []
        """Further ids of its entries, of which each may have only one."""
        self.named: dict[str, set[str]] = {}
        """By kind, the ids that its fields name."""

    @property
    def document(self) -> Document:
        """The file."""
        return self.tree.document

    @cached_property
    def entries(self) -> list[Entry]:
        """The entries, in the order of the file."""
        return list(map(self.kind.entry, self._known))

    @cached_property
    def _known(self) -> list[Any]:
        """What the entries say that were stored."""
        if self.recalled is None:
            return []
        if len(self.recalled.made) == len(self.recalled):
            return [value for value, _ in self.recalled.made.values()]
        # What was stored is not as it should be, so the file is asked.
        with Faults() as faults:
            read = [self._read(item, faults)[0] for item in self._items]
        return [entry.value for entry in read if entry is not None]

    @cached_property
    def values(self) -> Mapping[str, Any]:
        """By id, what each entry without a fault says, in the order of the file."""
        if self.recalled is not None:
            late = Late(self.recalled.ids, lambda: self._known)
            return dict(late.items()) if self.recalled.is_made else late
        return {entry.id: entry.value for entry in self.entries if entry.value is not None}

    @cached_property
    def odd(self) -> list[Entry]:
        """The entries that have a fault, are drafts or are retracted."""
        if self.recalled is not None:
            return list(map(self.kind.entry, filter(self.kind.is_odd, self._known)))
        return [one for one in self.entries if one.draft or one.retracted or one.value is None]

    @property
    def mentions(self) -> tuple[Mention, ...]:
        """Where each id is named."""
        return self.detail.mentions

    @cached_property
    def ids(self) -> list[str]:
        """Every id that is declared, in the order of the file."""
        if self.recalled is not None:
            return self.recalled.declared
        return [id for one in self.entries if one.id for id in (one.id, *one.earlier)]

    @cached_property
    def detail(self) -> Detail:
        """The places, found by reading the file once more."""
        mentions, declared, again = [], [], []
        if self.phase:
            spot = self.document.spot()
            mentions.append(Mention("phase", self.phase, spot, ""))
        for item in self._items:
            entry, at, found = self._read(item, Faults())
            if entry is not None:
                mentions += _mentions(self.kind.name, entry, at)
                declared.append(tuple((id, at.spot(node)) for id, node in found.declared))
                again += [(id, at.spot(node)) for id, node in found.again]
        return Detail(tuple(mentions), tuple(declared), tuple(again))

    @property
    def _items(self) -> Sequence[Any]:
        """The nodes of the entries, read once more."""
        root = self.tree.root
        return root.value if root is not None else ()

    def _read(self, item: Any, faults: Faults) -> tuple[Entry | None, Reading, Found]:
        at, found = Reading(self.document, faults, [], []), Found()
        return self.kind.read(item, self.phase, at, found), at, found

    def spot(self, id: str) -> Spot:
        """Return where an id is declared first."""
        return self._spots[id]

    @cached_property
    def _spots(self) -> Mapping[str, Spot]:
        spots = dict(reversed(self.detail.again))
        for own in reversed(self.detail.declared):
            spots.update(reversed(own))
        return spots


def part(kind: Kind, path: str, phase: str, tree: Tree, faults: Faults, kept: Kept | None) -> Part:
    """Read the entries of a file; what is wrong with them is added to `faults`."""
    file = kept.files.get(path) if kept is not None else None
    if file is not None and file.made is tree and file.part is not None:
        known: Part = file.part
        return known
    made, before = Part(kind, path, phase, tree), len(faults.found)
    if kept is not None and file is not None and _recalled(made, kept):
        file.part = made
        return made
    fresh: dict[str, tuple[Any, int]] = {}
    values: list[Any] = []
    named: list[Named] = []
    found: list[Entry] = []
    for entry, seen in _entries(made, faults, kept, fresh):
        found.append(entry)
        if entry.value is not None:
            values.append(entry.value)
        else:
            named += seen
    made.entries = found
    made.named = kind.names(values)
    for of, id, _, _ in named:
        made.named.setdefault(of, set()).add(id)
    if phase:
        made.named.setdefault("phase", set()).add(phase)
    tree.forget_nodes()
    if file is not None and file.made is tree:
        file.entries = fresh
        file.part = made if len(faults.found) == before else None
    return made


def _recalled(part: Part, kept: Kept) -> bool:
    """Fill a part whose entries were all stored; say whether they were."""
    recalled, chunks = kept.entries(part.path), part.tree.chunks
    is_whole = part.path in kept.thawed and len(recalled) == len(chunks) > 0
    if not is_whole or not isinstance(recalled, Recalled):
        return False
    kept.thawed.discard(part.path)
    part.recalled = recalled
    part.digests = dict(zip(recalled.ids, recalled, strict=True))
    part.notes = kept.notes.pop(part.path, part.notes)
    part.named = recalled.named
    if part.phase:
        part.named.setdefault("phase", set()).add(part.phase)
    return True


def _entries(
    part: Part, faults: Faults, kept: Kept | None, fresh: dict[str, tuple[Any, int]]
) -> Iterator[tuple[Entry, list[Named]]]:
    """Yield the entries with what they name; put into `fresh` those without fault or warning."""
    kind, tree, document = part.kind, part.tree, part.document
    before = kept.entries(part.path) if kept is not None else {}
    if not tree.chunks:
        for item in tree.root.value if tree.root is not None else ():
            at, found = Reading(document, faults, [], []), Found()
            entry = kind.read(item, part.phase, at, found)
            part.again += [id for id, _ in found.again]
            if entry is not None:
                yield entry, at.mentions
    for chunk in tree.chunks:
        if chunk.node is None and chunk.digest in before:
            value, first = before[chunk.digest]
            value = kind.stands(value, document, chunk.first - first)
            fresh[chunk.digest] = value, chunk.first
            part.digests[value.id] = chunk.digest
            yield kind.entry(value), []
            continue
        node = chunk.node or tree.node(chunk)
        if not node.value:
            continue
        at, found, so_far = Reading(document, faults, [], []), Found(), len(faults.found)
        entry = kind.read(node.value[0], part.phase, at, found)
        part.again += [id for id, _ in found.again]
        if entry is not None:
            if chunk.digest and entry.value is not None:
                part.digests[entry.id] = chunk.digest
                if len(faults.found) == so_far:
                    fresh[chunk.digest] = entry.value, chunk.first
            yield entry, at.mentions


def _mentions(of: str, entry: Entry, at: Reading) -> Iterator[Mention]:
    # What a draft names may be a draft too; what a retracted event names is not printed.
    out, event = entry.draft or entry.retracted, entry.id if of == "event" else ""
    for kind, id, node, name in at.mentions:
        yield Mention(kind, id, at.spot(node), name, out, event)
