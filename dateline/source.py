"""Read what an editor wrote: YAML node trees and Markdown with front matter.

Nothing is interpreted here: `2012-03` stays text, `no` stays `no`, and every value keeps its
file, line and column. `schema` gives the values their meaning.

    content = source.read(Path("content"), faults)
    content.trees["events/landing.yaml"].root        # a yaml node
    content.pages["phases/landing.md"].body          # Markdown
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from dateline import geojson, syntax
from dateline.problems import Document, Faults, Spot, did_you_mean

if TYPE_CHECKING:
    from yaml.nodes import MappingNode, ScalarNode, SequenceNode

    Node = ScalarNode | SequenceNode | MappingNode

REGISTRIES = ("events", "actors", "places", "tags", "sources")
"""What is written as `X.yaml` or as the files of a folder `X/`."""
PROSE = ("phases", "pages")
"""The folders of Markdown files."""
MAP = "map"
"""The folder of the base map, GeoJSON files."""
_OURS = tuple(f"{folder}/" for folder in (*REGISTRIES, *PROSE, MAP))
DEEPEST = 30
"""How deeply lists and records may be nested; the C loader crashes on very deep ones."""
LARGEST = 16 * 1024 * 1024
"""The most bytes of one file."""


@dataclass(frozen=True)
class Tree:
    """A YAML file: its text and its root node (None if the file is empty)."""

    document: Document
    root: Node | None


@dataclass(frozen=True)
class Page:
    """A Markdown file: its front matter as a node and its body."""

    document: Document
    front: Node | None
    body: str
    body_line: int
    """The line of the file that the body begins at, from 1."""


@dataclass
class Content:
    """All that was read, by path below `content/` with forward slashes, in sorted order."""

    trees: dict[str, Tree] = field(default_factory=dict)
    pages: dict[str, Page] = field(default_factory=dict)
    media: dict[str, Path] = field(default_factory=dict)
    """The files below `content/media/`, by path below it."""
    layers: dict[str, geojson.Layer] = field(default_factory=dict)
    """The base map: the files below `content/map/`."""
    unread: set[str] = field(default_factory=set)
    """Paths that are there but could not be read; what they declare is unknown."""


def read(folder: Path, faults: Faults) -> Content:
    """Read every file below `folder`. What cannot be read is added to `faults`."""
    content = Content()
    if not folder.is_dir():
        faults.add(
            Document(folder.name, "").spot(),
            f"the folder '{folder.name}/' is missing",
            hint="run this in a project's folder: the one with content/ and build.py",
        )
        return content
    for path, name in _files(folder, folder.name, faults):
        inner = name.partition("/")[2]
        if inner.startswith("media/"):
            content.media[inner.removeprefix("media/")] = path
        elif _belongs(inner):
            _read_file(path, name, inner, content, faults)
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
    return content


def spot(document: Document, node: Node) -> Spot:
    """Return the place of a node; a scalar's width is that of its first line."""
    start, end = node.start_mark, node.end_mark
    width = end.column - start.column if end.line == start.line else 1
    return Spot(document, start.line + 1, start.column + 1, max(1, width))


def _files(folder: Path, name: str, faults: Faults) -> Iterator[tuple[Path, str]]:
    """Yield every file with its shown name, sorted; hidden and backup files are left out."""
    for path in sorted(folder.iterdir()):
        # macOS may store a name in Unicode's decomposed form; an editor types the composed one.
        shown = unicodedata.normalize("NFC", f"{name}/{path.name}")
        if path.name.startswith((".", "#")) or path.name.endswith(("~", ".swp", ".tmp", ".bak")):
            continue
        if not shown.isprintable():
            shown = shown.encode("unicode_escape").decode()
            message = "a file's name with a byte that is not UTF-8 or an invisible character"
            faults.add(Document(shown, "").spot(), message, hint="rename the file")
        elif path.is_symlink():
            faults.add(
                Document(shown, "").spot(),
                "a symbolic link, which is never followed",
                hint="put the file itself here",
            )
        elif path.is_dir():
            yield from _files(path, shown, faults)
        elif path.is_file():
            yield path, shown
        else:
            faults.add(Document(shown, "").spot(), "neither a file nor a folder")


def _belongs(inner: str) -> bool:
    """Say whether a file of this name is part of the content format."""
    if inner == "site.yaml":
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
        known = ["site.yaml", *(f"{registry}.yaml" for registry in REGISTRIES)]
        hint = ("" if slash else did_you_mean(inner, known)) or (
            "YAML belongs in site.yaml, events/, actors.yaml, places.yaml, tags.yaml and sources/; "
            "Markdown in phases/ and pages/; pictures in media/; GeoJSON in map/"
        )
    faults.add(Document(name, "").spot(), "a file that the content format does not know", hint)


def _read_file(path: Path, name: str, inner: str, content: Content, faults: Faults) -> None:
    content.unread.add(inner)
    document = _document(path, name, faults)
    if document is None:
        return
    if inner.endswith(".geojson"):
        layer = geojson.layer(document, faults)
        if layer is not None:
            content.layers[inner] = layer
            content.unread.discard(inner)
        return
    if inner.endswith(".md"):
        page = _page(document, faults)
        if page is not None:
            content.pages[inner] = page
            content.unread.discard(inner)
        return
    before = len(faults.found)
    root = _compose(document, document.text, faults)
    if len(faults.found) == before:
        content.trees[inner] = Tree(document, root)
        content.unread.discard(inner)


def _document(path: Path, name: str, faults: Faults) -> Document | None:
    """Read a file as strict UTF-8 in Unicode's composed form; None if it is not that."""
    data = path.read_bytes()
    nowhere = Document(name, "").spot()
    if len(data) > LARGEST:
        faults.add(nowhere, f"the file has {len(data):,} bytes; {LARGEST:,} are the most")
        return None
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        faults.add(nowhere, "the file is in UTF-16", hint="save it as UTF-8")
        return None
    data = data.removeprefix(codecs.BOM_UTF8)
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        _not_utf8(name, data, error.start, faults)
        return None
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    document = Document(name, text)
    for found in _UNSEEN.finditer(text):
        where = _place(document, found.start())
        faults.add(
            where,
            f"an invisible character, U+{ord(found.group()):04X} ({_called(found.group())})",
            hint="delete it and type the text again",
        )
    return None if _UNSEEN.search(text) else document


_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufdd0-\ufdef\ufffe\uffff]"
)
"""Control characters, bidirectional overrides (Unicode TR 36, 2.2) and non-characters."""


def _called(char: str) -> str:
    other = "a control character" if unicodedata.category(char) == "Cc" else "not a character"
    return unicodedata.name(char, other)


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
    import yaml

    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    before = len(faults.found)
    for found in _ODD_SPACE.finditer(text):
        where = _place(document, found.start(found.lastindex or 0))
        faults.add(where, "a no-break space, where YAML needs ordinary ones", "type it again")
    if len(faults.found) > before:
        return None
    try:
        if _SUSPECT.search(text) or _might_be_deep(text):
            _refuse_more_than_plain_yaml(document, text, loader, faults)
            if len(faults.found) > before:
                return None
        root: Node | None = yaml.compose(text, Loader=loader)  # type: ignore[assignment]
    except yaml.YAMLError as error:
        if not any(problem.file == document.name for problem in faults.found):
            # An alias or a tag that was found already is what is wrong.
            syntax.explain(document, text, error, faults)
        return None
    if root is not None and root.id == "scalar" and not root.value:
        return None
    return root


_ODD_SPACE = re.compile(
    r"^ *(?:- *)?([\u00a0\u2007\u202f\u3000]+)(?=[\s-]*[\w-]+:\s)"
    r"|^[ -]*[\w-]+:([\u00a0\u2007\u202f\u3000]+)",
    re.MULTILINE,
)
"""What looks like the spaces before a field or after its colon, and is none to YAML."""
_SUSPECT = re.compile(r"(?:^|[\s\[{,:-])[&*!]|^%", re.MULTILINE)
"""Where an anchor, an alias, a tag or a directive could begin; often it is only Markdown."""


def _might_be_deep(text: str) -> bool:
    if re.search(rf"^[ \-?:]{{{2 * DEEPEST},}}", text, re.MULTILINE):
        return True
    depth = deepest = 0
    for bracket in re.finditer(r"[\[{\]}]", text):
        depth = depth + 1 if bracket.group() in "[{" else max(0, depth - 1)
        deepest = max(deepest, depth)
    return deepest > DEEPEST


def _refuse_more_than_plain_yaml(
    document: Document, text: str, loader: type, faults: Faults
) -> None:
    """Add a fault for each anchor, alias, tag and directive, and for nesting that is too deep."""
    import yaml
    from yaml import events

    depth = 0
    for event in yaml.parse(text, Loader=loader):
        mark = event.start_mark
        where = Spot(document, mark.line + 1, mark.column + 1) if mark else document.spot()
        if isinstance(event, events.CollectionStartEvent):
            depth += 1
            if depth > DEEPEST:
                faults.add(where, f"nested more than {DEEPEST} levels deep")
                return
        elif isinstance(event, events.CollectionEndEvent):
            depth -= 1
        if isinstance(event, events.DocumentStartEvent) and (event.version or event.tags):
            faults.add(where, "a YAML directive, which is not used here", hint="take it out")
        elif isinstance(event, events.AliasEvent):
            faults.add(
                where,
                f"'*{event.anchor}' is a YAML alias, which is not used here",
                hint="write the value itself, or put the text in quotes",
            )
        elif isinstance(event, events.NodeEvent):
            _refuse_anchor_and_tag(where, event, faults)


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
