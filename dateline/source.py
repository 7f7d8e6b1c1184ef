"""Read what an editor wrote: YAML node trees and Markdown with front matter.

Nothing is interpreted here: `2012-03` stays text, `no` stays `no`, and every value keeps its
file, line and column. `schema` gives the values their meaning.

    content = source.read(Path("content"), faults)
    content.trees["events/landing.yaml"].root        # a yaml node
    content.pages["phases/landing.md"].body          # Markdown
"""

from __future__ import annotations

import codecs
import errno
import os
import re
import time
import unicodedata
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field

from dateline import characters, geojson, kept, patterns, permalinks, progress, short_yaml, syntax
from dateline.hashing import fingerprint
from dateline.kept import Bytes, Kept
from dateline.nodes import Node
from dateline.problems import Document, Faults, Spot, did_you_mean

if TYPE_CHECKING:
    from yaml.events import Event

REGISTRIES = ("events", "actors", "places", "tags", "sources")
"""What is written as `X.yaml` or as the files of a folder `X/`."""
PROSE = ("phases", "pages")
"""The folders of Markdown files."""
MAP = "map"
"""The folder of the base map, GeoJSON files."""
RETRACTED = "retracted.yaml"
"""The file of what is at an address no more."""
_OURS = tuple(f"{folder}/" for folder in (*REGISTRIES, *PROSE, MAP))
DEEPEST = 30
"""How deeply lists and records may be nested; the C loader crashes on very deep ones."""
LARGEST = 16 * 1024 * 1024
"""The most bytes of one file."""
LARGEST_LOCK = 16 * LARGEST
"""The most bytes of `permalinks.lock`, which the build writes and nobody can divide."""
MOST_VALUES = 1_000_000
"""The most values (texts, lists and records) in one YAML file."""
LONGEST_LINE = 100_000
"""The most characters of one line of YAML or Markdown; each text has lines enough."""
MOST_LINES = 1_000_000
"""The most lines of one file."""
FOLDERS = 10
"""How many folders may be within each other."""
SETTLED = 2_000_000_000
"""How long ago, in ns, a file must have changed for its marks to tell of the next change."""
LONGEST = 255
"""The most bytes of a file's name on the usual file systems (NAME_MAX of POSIX)."""


class Chunk(Struct, frozen=True, gc=False):
    """An entry of a file: its lines, the hash of its text, and its node unless that is known."""

    first: int
    """Its first line, counted from 0."""
    behind: int
    """The line behind its last."""
    digest: str = ""
    node: Node | None = None
    """A list or a record with one thing in it; None for what was read before."""


class Tree:
    """A YAML file: its text, its entries if it can be read one by one, and its root node."""

    def __init__(
        self,
        document: Document,
        root: Node | None,
        chunks: tuple[Chunk, ...] = (),
        shape: str = "",
    ) -> None:
        self.document = document
        self.shape = shape or (root.id if root else "")
        """What the root node is: `sequence`, `mapping` or `scalar`; empty if there is none."""
        self.chunks = chunks
        """The entries; none if the file is empty or is one YAML text that cannot be divided."""
        self._root = root

    @property
    def root(self) -> Node | None:
        """The root node; None if the file is empty. Made when it is asked for."""
        if self._root is None and self.chunks:
            nodes = [self.node(chunk) for chunk in self.chunks]
            items = [item for node in nodes for item in node.value]
            first, last = nodes[0], nodes[-1]
            self._root = Node(first.id, items, first.start, last.end)
        return self._root

    def node(self, chunk: Chunk) -> Node:
        """Return the node of an entry: a list or a record with one thing in it.

        It has nothing in it if a cache that somebody forged took it for an entry.
        """
        node = chunk.node or _entry(self.document, chunk.first, chunk.behind)
        place = chunk.first, 0
        return node or Node(self.shape, [], place, place)

    def forget_nodes(self) -> None:
        """Forget the nodes, when they have been read; who asks for them has them made again."""
        self.document.forget_lines()
        if self.chunks and (self._root or any(chunk.node for chunk in self.chunks)):
            self._root = None
            self.chunks = tuple(Chunk(one.first, one.behind, one.digest) for one in self.chunks)


class Page(Struct, frozen=True):
    """A Markdown file: its front matter as a node and its body."""

    document: Document
    front: Node | None
    body: str
    body_line: int
    """The line of the file that the body begins at, from 1."""


class Content(Struct):
    """All that was read, by path below `content/` with forward slashes, in sorted order."""

    trees: dict[str, Tree] = field(default_factory=dict)
    pages: dict[str, Page] = field(default_factory=dict)
    media: dict[str, Path] = field(default_factory=dict)
    """The files below `content/media/`, by path below it."""
    layers: dict[str, geojson.Sheet] = field(default_factory=dict)
    """The base map: the files below `content/map/`."""
    published: dict[str, Spot] = field(default_factory=dict)
    """The addresses of `permalinks.lock`, without their first slash, and where each stands."""
    unread: set[str] = field(default_factory=set)
    """Paths that are there but could not be read; what they declare is unknown."""
    kept: Kept | None = None
    """What is known of files and entries that were read before."""


def read(folder: Path, faults: Faults) -> Content:
    """Read every file below `folder`. What cannot be read is added to `faults`.

    Files and entries that are known, where a `Kept` is in use, are not read again.
    """
    known = kept.of(folder)
    content = Content(kept=known)
    if not folder.is_dir():
        faults.add(
            Document(folder.name, "").spot(),
            f"the folder '{folder.name}/' is missing",
            hint="run this in a project's folder: the one with content/ and build.py",
        )
        return content
    folded: dict[str, str] = {}
    for path, name in progress.each("reading", list(_files(folder, folder.name, faults))):
        inner = name.partition("/")[2]
        if not _portable(name, folded, faults):
            content.unread.add(inner)
            continue
        if inner.startswith("media/"):
            content.media[inner.removeprefix("media/")] = path
        elif _belongs(inner):
            _add(_read_file(path, name, inner, known, faults), inner, content)
        elif inner.lower().endswith((".yaml", ".yml", ".md", ".geojson")) or inner.startswith(
            _OURS
        ):
            content.unread.add(inner)
            _stray(name, inner, faults)
    if "site.yaml" not in content.trees and "site.yaml" not in content.unread:
        faults.add(
            Document(f"{folder.name}/site.yaml", "").spot(),
            "the file is missing",
            hint="it needs at least a line 'title: …'",
        )
    if known is not None:
        there = {*content.trees, *content.pages, *content.layers, *content.unread}
        known.only({*there, permalinks.FILE})
    return content


def of(files: Mapping[str, bytes], faults: Faults, kept: Kept | None = None) -> Content:
    """Return the content of files that lie in no folder, by path below `content/`.

    What does not belong to the content format is passed over. `kept` is as for `read`.
    """
    content = Content(kept=kept)
    for inner, data in sorted(files.items()):
        if _belongs(inner):
            name = f"content/{inner}"
            if kept is None:
                made = _made(data, "", name, inner, None, faults)
            else:
                made = _known_or_made(_hashed(data), name, inner, kept, faults)
            _add(made, inner, content)
    return content


def spot(document: Document, node: Node) -> Spot:
    """Return the place of a node; a scalar's width is that of its first line."""
    (line, column), (end_line, end_column) = node.start, node.end
    width = end_column - column if end_line == line else 1
    return Spot(document, line + 1, column + 1, max(1, width))


def _files(folder: Path, name: str, faults: Faults) -> Iterator[tuple[Path, str]]:
    """Yield every file with its shown name, sorted; hidden and backup files are left out."""
    with os.scandir(folder) as found:
        entries = sorted(found, key=lambda entry: entry.name)
    for entry in entries:
        # macOS may store a name in Unicode's decomposed form; an editor types the composed one.
        shown = unicodedata.normalize("NFC", f"{name}/{entry.name}")
        if entry.name.startswith((".", "#")) or entry.name.endswith(("~", ".swp", ".tmp", ".bak")):
            continue
        is_folder = entry.is_dir(follow_symlinks=False)
        if not shown.isprintable():
            shown = shown.encode("unicode_escape").decode()
            message = "a file's name with a byte that is not UTF-8 or an invisible character"
            faults.add(Document(shown, "").spot(), message, hint="rename the file")
        elif entry.is_symlink():
            faults.add(
                Document(shown, "").spot(),
                "a symbolic link, which is never followed",
                hint="put the file itself here",
            )
        elif is_folder and shown.count("/") > FOLDERS:
            message = f"more than {FOLDERS} folders within each other"
            faults.add(Document(shown, "").spot(), message, hint="move the files up")
        elif is_folder and _belongs(shown.partition("/")[2]):
            faults.add(Document(shown, "").spot(), "a folder where a file was expected")
        elif is_folder:
            yield from _files(folder / entry.name, shown, faults)
        elif entry.is_file(follow_symlinks=False):
            yield folder / entry.name, shown
        else:
            faults.add(Document(shown, "").spot(), "neither a file nor a folder")


def _portable(name: str, folded: dict[str, str], faults: Faults) -> bool:
    """Say whether a file can have this name on every machine, beside those in `folded`.

    Those are by what is left of a name without capitals: macOS and Windows see no difference.
    """
    spot, size = Document(name, "").spot(), max(len(part.encode()) for part in name.split("/"))
    other = folded.get(name.casefold())
    if size > LONGEST:
        faults.add(spot, f"a name of {size} bytes; {LONGEST} are the most", "rename the file")
    elif other:
        but = "its capitals" if other != name else "the way its accents are stored"
        hint = "rename one; to many computers they are the same file"
        faults.add(spot, f"the name is that of '{other}', but for {but}", hint)
    folded.setdefault(name.casefold(), name)
    return size <= LONGEST and not other


def _belongs(inner: str) -> bool:
    """Say whether a file of this name is part of the content format."""
    if inner in ("site.yaml", RETRACTED, permalinks.FILE):
        return True
    first, _, rest = inner.partition("/")
    if rest:
        ending = {MAP: ".geojson", **dict.fromkeys(PROSE, ".md")}.get(first, ".yaml")
        return inner.startswith(_OURS) and inner.endswith(ending) and "/" not in rest
    return first.endswith(".yaml") and first.removesuffix(".yaml") in REGISTRIES


def _stray(name: str, inner: str, faults: Faults) -> None:
    first, slash, rest = inner.partition("/")
    near = did_you_mean(first, (*REGISTRIES, *PROSE, "media", MAP))
    if re.search(r"\.ya?ml$", inner, re.IGNORECASE) and not inner.endswith(".yaml"):
        hint = f"name it '{Path(inner).stem}.yaml'"
    elif slash and near and not inner.startswith(_OURS):
        hint = near.replace("'?", f"/{rest}'?")
    else:
        known = ["site.yaml", RETRACTED, *(f"{registry}.yaml" for registry in REGISTRIES)]
        hint = ("" if slash else did_you_mean(inner, known)) or (
            "YAML belongs in site.yaml, events/, actors.yaml, places.yaml, tags.yaml and sources/; "
            "Markdown in phases/ and pages/; pictures in media/; GeoJSON in map/"
        )
    faults.add(Document(name, "").spot(), "a file that the content format does not know", hint)


def _read_file(path: Path, name: str, inner: str, known: Kept | None, faults: Faults) -> Any:
    """Return what a file holds, as `_made` does; it is read only if that is not known."""
    made = _as_it_was(path, name, inner, known) if known is not None else None
    if made is not None:
        return made
    most = LARGEST_LOCK if inner == permalinks.FILE else LARGEST
    if known is None:
        return _made(data(path, most), "", name, inner, None, faults)
    read = known.fresh.pop(inner, None) or _hashed(data(path, most))
    return _known_or_made(read, name, inner, known, faults)


def _hashed(data: bytes) -> Bytes:
    return data, fingerprint(data)


def _known_or_made(read: Bytes, name: str, inner: str, known: Kept, faults: Faults) -> Any:
    """Return what a file holds, from what is known of it if that is of the same bytes."""
    before, own = len(faults.found), read[1]
    made = known.made(inner, own)
    if made is None:
        made = _made(*read, name, inner, known, faults)
        if made is not None and len(faults.found) == before:
            known.keep(inner, own, made)
        else:
            # What is known is an earlier state, which the marks of this one must not stand for.
            known.marks.pop(inner, None)
    return made


def _add(made: Any, inner: str, content: Content) -> None:
    """Add what a file holds; None for a file that cannot be read."""
    if inner == permalinks.FILE and made is not None:
        content.published = made
    elif isinstance(made, Tree):
        content.trees[inner] = made
    elif isinstance(made, Page):
        content.pages[inner] = made
    elif made is not None:
        content.layers[inner] = made
    else:
        content.unread.add(inner)


def _made(data: bytes, own: str, name: str, inner: str, known: Kept | None, faults: Faults) -> Any:
    """Return what a file holds: a tree, a page, a layer or addresses; None if it has a fault.

    `own` is the hash of its bytes, if anything is known.
    """
    if known is not None and _is_stored(inner, own, known):
        # All of it was looked at when it was stored.
        tree = _thawed(Document(name, _text_of(data)), inner, known)
        if tree is not None:
            return tree
    document = _document(data, name, faults)
    if document is None:
        return None
    if inner == permalinks.FILE:
        return permalinks.read(document, faults)
    if inner.endswith((".geojson", ".md")):
        return (_page if inner.endswith(".md") else geojson.sheet)(document, faults)
    return _tree(document, inner, known, faults)


def _tree(document: Document, inner: str, known: Kept | None, faults: Faults) -> Tree | None:
    """Read a YAML file, entry by entry where it can be; None for a fault."""
    if known is not None:
        known.thaw(inner, document)
    chunks = _chunks(document, known, inner)
    if chunks:
        listed = document.lines[chunks[0].first].startswith("- ")
        return Tree(document, None, chunks, "sequence" if listed else "mapping")
    before = len(faults.found)
    root = _compose(document, document.text, faults)
    return Tree(document, root) if len(faults.found) == before else None


def _as_it_was(path: Path, name: str, inner: str, known: Kept) -> Any:
    """Return what was made of a file if its marks say that it is as it was then; else None.

    Those of a file that has just changed are not taken down, as it may change again without new
    ones.
    """
    if inner in known.fresh:
        return None
    if is_unchanged(path, inner, known):
        file = known.files.get(inner)
        if file is not None:
            return file.made
        own = known.stored[inner].digest
        made = _thawed(Document(name, partial(_late, path, own)), inner, known)
        if made is not None:
            known.keep(inner, own, made)
            return made
    return None


def is_unchanged(path: Path, inner: str, known: Kept) -> bool:
    """Say whether a file has the marks that it had when what is known of it was read.

    The marks that it has are taken down, to be compared the next time.
    """
    it = path.lstat()
    mark = it.st_size, it.st_mtime_ns, it.st_ctime_ns, it.st_ino
    if known.marks.get(inner) == mark:
        file = known.files.get(inner)
        return file.made is not None if file is not None else inner in known.stored
    known.marks.pop(inner, None)
    if max(mark[1:3]) < time.time_ns() - SETTLED:
        known.marks[inner] = mark
    return False


def _is_stored(inner: str, own: str, known: Kept) -> bool:
    """Say whether it is stored what a file of this hash holds."""
    stored = known.stored.get(inner)
    return stored is not None and stored.digest == own


def _thawed(document: Document, inner: str, known: Kept) -> Tree | None:
    """Return the tree of a file that is stored as it is; None if that is not as it should be."""
    stored = known.stored[inner]
    if not known.thaw(inner, document):
        return None
    known.thawed.add(inner)
    chunks = tuple(map(Chunk, stored.firsts, stored.behinds, stored.digests))
    return Tree(document, None, chunks, stored.shape)


def _late(path: Path, own: str) -> str:
    """Return the text of a file of this hash. Raises OSError if it is another by now."""
    read = data(path)
    if fingerprint(read) != own:
        raise OSError(errno.ESTALE, "was changed while it was read", str(path))
    return _text_of(read)


def _text_of(data: bytes) -> str:
    """Return the text of a file of which it is known that nothing is wrong with it."""
    return _text(data.removeprefix(codecs.BOM_UTF8).decode())


def data(path: Path, most: int = LARGEST) -> bytes:
    """Return what a file holds, up to a byte too many; never waits, never follows a link.

    What was a file a moment ago may have become a link or a pipe since.
    """
    # Windows has neither links nor pipes that could come in between.
    flags = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    with open(os.open(path, os.O_RDONLY | flags), "rb") as file:  # noqa: PTH123 - of a descriptor
        return file.read(most + 1)


def _document(data: bytes, name: str, faults: Faults) -> Document | None:
    """Read a file as strict UTF-8 in Unicode's composed form; None if it is not that."""
    nowhere = Document(name, "").spot()
    most = LARGEST_LOCK if name.endswith(f"/{permalinks.FILE}") else LARGEST
    if len(data) > most:
        message = f"the file has more than {most:,} bytes, which are the most"
        faults.add(nowhere, message, hint="divide it into several files")
        return None
    if wide := _wide(data):
        faults.add(nowhere, f"the file is in {wide}", hint="save it as UTF-8")
        return None
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        _not_utf8(name, data, error.start, faults)
        return None
    document = Document(name, _text(text))
    if _too_long(document, faults):
        return None
    if not characters.unseen(document.text):
        return document
    for number, line in enumerate(document.lines, 1):
        for found in characters.UNSEEN.finditer(line):
            faults.add(
                document.spot(number, found.start() + 1),
                f"an invisible character, {characters.called(found.group())}",
                hint="delete it and type the text again",
            )
    return None


def _too_long(document: Document, faults: Faults) -> bool:
    """Say whether a file has too many lines or too long ones, after a fault."""
    if len(document.text) <= LONGEST_LINE:
        return False
    if len(document.lines) > MOST_LINES:
        message = f"a file of more than {MOST_LINES:,} lines"
        faults.add(Document(document.name, "").spot(), message, hint="divide it into several files")
        return True
    longest = max(document.lines, key=len)
    if len(longest) <= LONGEST_LINE or document.name.endswith(".geojson"):
        return False
    message = f"a line of {len(longest):,} characters; {LONGEST_LINE:,} are the most"
    spot = document.spot(document.lines.index(longest) + 1)
    faults.add(spot, message, hint="divide it into several lines")
    return True


def _text(text: str) -> str:
    """Return a text with a line feed at the end of every line, in Unicode's composed form."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return characters.composed(text)


def _wide(data: bytes) -> str:
    """Return the name of the encoding if each character takes two or four bytes; else nothing."""
    if data.startswith((b"\xff\xfe\0\0", b"\0\0\xfe\xff")):
        return "UTF-32"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "UTF-16"
    # Without a mark at its beginning: of plain letters three bytes of four are zero, or one of two.
    start = data[:64]
    zeros = [start[at::4].count(0) * 8 > len(start) > 3 for at in range(4)]
    return {3: "UTF-32", 2: "UTF-16"}.get(sum(zeros), "")


def _place(document: Document, offset: int, width: int = 1) -> Spot:
    before = document.text[:offset]
    return Spot(document, before.count("\n") + 1, offset - before.rfind("\n"), width)


def _not_utf8(name: str, data: bytes, at: int, faults: Faults) -> None:
    before = data[:at].decode()
    line = data[at - len(data[:at].rpartition(b"\n")[2]) :].partition(b"\n")[0]
    document = Document(name, before.rpartition("\n")[0] + "\n" if "\n" in before else "")
    shown = Document(name, document.text + line.decode("cp1252", "replace"))
    faults.add(
        _place(shown, len(before)),
        f"the byte 0x{data[at]:02X} is not UTF-8; read as Windows-1252 (Latin-1) it would be "
        f"'{data[at : at + 1].decode('cp1252', 'replace')}'",
        hint="save the file as UTF-8",
    )


def _page(document: Document, faults: Faults) -> Page | None:
    """Split front matter, between two lines `---`, from the Markdown after it; None for a fault."""
    lines = document.lines
    if lines[0].rstrip() != "---":
        faults.add(
            document.spot(),
            "no front matter: the first line is not '---'",
            hint="begin with '---', then 'title: …', then '---', then the text",
        )
        return None
    end = next((n for n, line in enumerate(lines[1:], 1) if line.rstrip() == "---"), None)
    if end is None:
        faults.add(
            document.spot(width=3),
            "the front matter that begins here has no end",
            hint="put a line '---' between the fields and the text",
        )
        return None
    # An empty first line in place of '---' keeps the line numbers of the file.
    before = len(faults.found)
    front = _compose(document, "\n".join(["", *lines[1:end], ""]), faults)
    if len(faults.found) > before:
        return None
    return Page(document, front, "\n".join(lines[end + 1 :]), end + 2)


def _compose(document: Document, text: str, faults: Faults) -> Node | None:
    """Return the root node of a YAML text; None if it is empty or has a fault."""
    before = len(faults.found)
    for found in () if text.isascii() else _ODD_SPACE.finditer(text):
        where = _place(document, found.start(found.lastindex or 0))
        faults.add(where, "a no-break space, where YAML needs ordinary ones", "type it again")
        break  # the others were typed on the same keyboard
    if len(faults.found) > before:
        return None
    if root := short_yaml.entry(text.split("\n"), 0):
        return root
    import yaml

    try:
        root = _root(document, text, faults)
    except yaml.YAMLError as error:
        if not any(problem.file == document.name for problem in faults.found):
            # An alias or a tag that was found already is what is wrong.
            syntax.explain(document, text, error, faults)
        return None
    if len(faults.found) > before or (root and root.id == "scalar" and not root.value):
        return None
    return root


_ODD_SPACE = patterns.of(
    r"^ *(?:- *)?([\u00a0\u2007\u202f\u3000]+)(?=[\s-]*[\w-]+:\s)"
    r"|^[ -]*[\w-]+:([\u00a0\u2007\u202f\u3000]+)",
    re.MULTILINE,
)
"""What looks like the spaces before a field or after its colon, and is none to YAML."""


def _chunks(document: Document, known: Kept | None, path: str) -> tuple[Chunk, ...]:
    """Return the entries of a file; none if it is to be read as a whole."""
    bounds = short_yaml.split(document.lines)
    if not bounds or not (document.text.isascii() or not _ODD_SPACE.search(document.text)):
        return ()
    chunks: list[Chunk] = []
    values = 0
    before = known.entries(path) if known is not None else {}
    for first, behind in bounds:
        own = ""
        if known is not None:
            own = fingerprint("\n".join(document.lines[first:behind]).encode())
            if own in before:
                chunks.append(Chunk(first, behind, own))
                continue
        node = _entry(document, first, behind)
        if len(document.text) > MOST_VALUES // 2:  # a value may be a single character
            values += _values(node)
        if node is None or values > MOST_VALUES:
            return ()
        chunks.append(Chunk(first, behind, own, node))
    return tuple(chunks)


def _values(node: Node | None) -> int:
    """Return how many values a node holds."""
    if node is None or node.id == "scalar":
        return 1
    if node.id == "sequence":
        return 2 + sum(map(_values, node.value))
    return 2 + sum(_values(key) + _values(value) for key, value in node.value)


def _entry(document: Document, first: int, behind: int) -> Node | None:
    """Return one entry as a list or a record with one thing in it; None if it is not fit."""
    lines = document.lines[first:behind]
    if behind < len(document.lines):
        lines.append("")
    if node := short_yaml.entry(lines, first):
        return node if len(node.value) == 1 else None
    import yaml

    text, faults = "\n".join(lines), Faults()
    try:
        root = _root(Document(document.name, text), text, faults, first)
    except yaml.YAMLError:
        return None
    fit = root is not None and root.id != "scalar" and not root.flow_style and not faults.found
    return root if root and fit and len(root.value) == 1 else None


def _root(document: Document, text: str, faults: Faults, first: int = 0) -> Node | None:
    """Return the root node; add a fault for what is more than plain YAML.

    Made from the parser's events: PyYAML's own composer calls itself for every level of nesting,
    and the one in C ends the process when there are many. `first` is the number of the text's first
    line in its file, from 0.
    """
    import yaml
    from yaml import events

    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    top: list[Node] = []
    outer: list[tuple[Node, list[Node]]] = []
    inner = top
    for count, event in enumerate(yaml.parse(text, Loader=loader)):
        marks = _mark(event.start_mark, first), _mark(event.end_mark, first)
        if isinstance(event, events.ScalarEvent):
            scalar = Node("scalar", event.value, *marks, style=event.style)
            _refuse_unseen(document, scalar, faults)
            inner.append(scalar)
        elif isinstance(event, events.CollectionStartEvent):
            listed = isinstance(event, events.SequenceStartEvent)
            kind = "sequence" if listed else "mapping"
            inner.append(Node(kind, [], *marks, flow_style=bool(event.flow_style)))
            outer.append((inner[-1], inner))
            inner = []
        elif isinstance(event, events.CollectionEndEvent):
            node, items = outer[-1][0], inner
            node.value = (
                items if node.id == "sequence" else list(zip(items[::2], items[1::2], strict=True))
            )
            node.end = marks[1]
            inner = outer.pop()[1]
        elif isinstance(event, events.AliasEvent):
            inner.append(Node("scalar", "", *marks))
        elif isinstance(event, events.DocumentStartEvent) and top:
            raise yaml.YAMLError("a second document")  # `syntax` says where it begins
        _refuse_more_than_plain_yaml(document, event, faults)
        if len(outer) > DEEPEST or count > MOST_VALUES:
            deep = f"nested more than {DEEPEST} levels deep"
            many = f"more than {MOST_VALUES:,} values in one file"
            faults.add(_at(document, event), deep if len(outer) > DEEPEST else many)
            return None
    return top[0] if top else None


def _mark(mark: Any, first: int) -> tuple[int, int]:
    return mark.line + first, mark.column


def _at(document: Document, event: Event) -> Spot:
    mark = event.start_mark
    return Spot(document, mark.line + 1, mark.column + 1) if mark else document.spot()


def _refuse_unseen(document: Document, node: Node, faults: Faults) -> None:
    """Add a fault for an invisible character that was written as an escape (backslash, u, 202e).

    What is not refused is in Unicode's composed form, as all other text is.
    """
    if node.style != '"' or (node.value.isascii() and node.value.isprintable()):
        return
    if found := characters.UNSEEN.search(node.value):
        message = f"an invisible character, {characters.called(found.group())}"
        faults.add(spot(document, node), message, hint="take its escape out")
    node.value = unicodedata.normalize("NFC", node.value)


def _refuse_more_than_plain_yaml(document: Document, event: Event, faults: Faults) -> None:
    """Add a fault for an anchor, an alias, a tag or a directive."""
    from yaml import events

    if isinstance(event, events.DocumentStartEvent) and (event.version or event.tags):
        where = _at(document, event)
        faults.add(where, "a YAML directive, which is not used here", hint="take it out")
    elif isinstance(event, events.AliasEvent):
        faults.add(
            _at(document, event),
            f"'*{event.anchor}' is a YAML alias, which is not used here",
            hint="write the value itself, or put the text in quotes",
        )
    elif isinstance(event, events.NodeEvent) and (event.anchor or getattr(event, "tag", None)):
        _refuse_anchor_and_tag(_at(document, event), event, faults)


def _refuse_anchor_and_tag(where: Spot, event: object, faults: Faults) -> None:
    anchor, tag = getattr(event, "anchor", None), getattr(event, "tag", None)
    if anchor:
        faults.add(
            where,
            f"'&{anchor}' is a YAML anchor, which is not used here",
            hint="write the value where it is needed, or put the text in quotes",
        )
    if tag:
        typed = tag.replace("tag:yaml.org,2002:", "!!")
        faults.add(
            where,
            f"'{typed}' is a YAML tag, which is not used here",
            hint="take it out, or put the text in quotes",
        )
