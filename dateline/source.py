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
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from dateline import geojson
from dateline.problems import Document, Faults, Spot, did_you_mean

if TYPE_CHECKING:
    from yaml.error import MarkedYAMLError, YAMLError
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
    before = len(faults.found)
    if inner.endswith(".geojson"):
        layer = geojson.layer(document, faults)
        if layer is not None:
            content.layers[inner] = layer
            content.unread.discard(inner)
        return
    if inner.endswith(".md"):
        page = _page(document, faults)
        if len(faults.found) == before:
            content.pages[inner] = page
            content.unread.discard(inner)
        return
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


def _page(document: Document, faults: Faults) -> Page:
    """Split front matter, between two lines `---`, from the Markdown after it."""
    lines = document.lines
    if lines[0].rstrip() != "---":
        faults.add(
            document.spot(),
            "no front matter: the first line is not '---'",
            hint="begin with '---', then 'title: …', then '---', then the text",
        )
        return Page(document, None, document.text, 1)
    end = next((n for n, line in enumerate(lines[1:], 1) if line.rstrip() == "---"), None)
    if end is None:
        faults.add(
            document.spot(width=3),
            "the front matter that begins here has no end",
            hint="put a line '---' between the fields and the text",
        )
        return Page(document, None, "", len(lines))
    # An empty first line in place of '---' keeps the line numbers of the file.
    front = _compose(document, "\n".join(["", *lines[1:end], ""]), faults)
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
        _syntax_fault(document, text, error, faults)
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


def _syntax_fault(document: Document, text: str, error: YAMLError, faults: Faults) -> None:
    """Add the fault of a text that is not YAML, in an editor's words."""
    import yaml

    if any(problem.file == document.name for problem in faults.found):
        return  # an alias or a tag that was found already is what is wrong
    # The pure loader says more clearly what is wrong than the C loader does, but it stops at a tab
    # between words, which the C loader takes for a space, as YAML's specification does.
    text = re.sub(r"(?<=\S)[ \t]+", lambda gap: " " * len(gap.group()), text)
    starts: list[int] = []
    try:
        starts += (
            event.start_mark.line + 1
            for event in yaml.parse(text, Loader=yaml.BaseLoader)
            if isinstance(event, yaml.DocumentStartEvent) and event.start_mark
        )
    except yaml.YAMLError as clearer:
        error = clearer
    if len(starts) > 1:
        faults.add(
            Spot(document, starts[1], 1, 3),
            "a second YAML document begins here",
            hint="take the line '---' or '...' out",
        )
    elif isinstance(error, yaml.MarkedYAMLError):
        _explain(document, error, faults)
    else:
        faults.add(document.spot(), f"not YAML: {str(error).splitlines()[0]}")


_QUOTE = "put the whole value in double quotes"
_SPECIAL = "an unquoted value that begins with '{}'"
_EXPLANATIONS = (
    # what PyYAML says, what we say, hint
    ("mapping values are not allowed", "a second ': ' in an unquoted value", _QUOTE),
    ("character '\\t'", "a tab, which YAML does not allow here", "indent with spaces"),
    ("unexpected end of stream", "a quote that opens here is never closed", "close it"),
    (
        "could not find expected ':'",
        "a line that is neither 'field: value' nor part of one",
        "add the ':' and a space after the field's name, or indent the line under its field",
    ),
    ("expected ',' or ']'", "a list that opens here with '[' is not closed", "close it with ']'"),
    ("expected ',' or '}'", "a record that opens here with '{' is not closed", "close it with '}'"),
    (
        "but found '-'",
        "a list item at a place where a field was expected",
        "take the '-' out, or indent the line like the list that it belongs to",
    ),
    (
        "expected <block end>",
        "this line does not fit the lines above it",
        "begin it in the same column as the other lines of its record or list",
    ),
    ("unknown escape", "a backslash in double quotes", "double it, or use single quotes"),
    ("found undefined alias", _SPECIAL, _QUOTE),
    ("expected alphabetic", _SPECIAL, _QUOTE),
    ("expected a comment or a line break", _SPECIAL, _QUOTE),
    ("expected chomping or indentation", _SPECIAL, _QUOTE),
    ("cannot start any token", _SPECIAL, _QUOTE),
    (
        "expected '<document start>'",
        "the file's YAML ended before this line",
        "take a line '...' above it out, or put a value that goes on in quotes",
    ),
    ("expected the node content", "a value is missing here", "write it, or take the field out"),
)


def _explain(document: Document, error: MarkedYAMLError, faults: Faults) -> None:
    said = f"{error.problem} {error.context or ''}"
    found, message, hint = next(
        (row for row in _EXPLANATIONS if row[0] in said),
        ("", f"not YAML: {error.problem}", ""),
    )
    # Where something began says more than where the parser gave up.
    began = "opens here" in message or message == _SPECIAL or found == "could not find expected ':'"
    mark = (began and error.context_mark) or error.problem_mark or error.context_mark
    if mark is None:
        faults.add(document.spot(), message, hint)
        return
    where = Spot(document, mark.line + 1, mark.column + 1)
    if found in _CLOSER_LOOKS:
        gave_up = error.problem_mark or mark
        where, message, hint = _CLOSER_LOOKS[found](
            where, message, hint, Spot(document, gave_up.line + 1, gave_up.column + 1)
        )
    if message == _SPECIAL:
        message = message.format(_line(where)[where.column - 1 :][:1])
    if hint == _QUOTE:
        hint = _quoted(_line(where)) or hint
    faults.add(where, message, hint)


_Fault = tuple[Spot, str, str]


def _colon_fault(where: Spot, message: str, hint: str, _gave_up: Spot) -> _Fault:
    """Tell the mistakes apart that YAML sees as one colon too many."""
    line, above = _line(where), _line(where, -1)
    if ":" in line[: where.column - 1]:
        return where, message, hint
    if dash := re.match(r"^ *-(?=\w)", above):
        spot = where.document.spot(where.line - 1, dash.end())
        return spot, "no space after the '-'", f"write '- {above[dash.end() :].strip()}'"
    return _no_space(where.document, where.line - 1) or (
        where.document.spot(where.line, _indent(line) + 1),
        "this line is indented further than the one above it",
        "begin all fields of one record in the same column",
    )


def _name_fault(where: Spot, message: str, hint: str, _gave_up: Spot) -> _Fault:
    """Say why a line has no field's name, where the line or the one above shows it."""
    if fault := _no_space(where.document, where.line):
        return fault
    if re.search(r":\s+[|>][+-]?\s*$", _line(where, -1)):
        return where, "a text that is not indented", "indent it further than its field's name"
    return where, message, hint


def _line_fault(where: Spot, message: str, hint: str, _gave_up: Spot) -> _Fault:
    """Tell a line that begins in a wrong column from one that goes on after its value's end."""
    line = _line(where)
    if where.column <= _indent(line) + 1:
        return where, message, hint
    if line[where.column - 1] in "]}":
        char = line[where.column - 1]
        return where, f"a '{char}' that closes nothing", "take it out"
    last = line[: where.column - 1].rstrip()[-1:]
    message = f"the value ends at the {last} before this, but the line goes on"
    return where, message, _QUOTE


def _comma_fault(where: Spot, message: str, hint: str, gave_up: Spot) -> _Fault:
    """Tell a missing comma from a missing bracket: the bracket comes later in the line."""
    close = hint.split("'")[1]
    if re.match(r":(\s|$)", _line(gave_up)[gave_up.column - 1 :]):
        return gave_up, "a second ': ' in an unquoted value", "put the value in double quotes"
    if gave_up.line > where.line or close not in _line(gave_up)[gave_up.column - 1 :]:
        return where, message, hint
    return gave_up, "no ',' before this", f"write ',' between two values, '{close}' after the last"


_CLOSER_LOOKS: dict[str, Callable[[Spot, str, str, Spot], _Fault]] = {
    "mapping values are not allowed": _colon_fault,
    "could not find expected ':'": _name_fault,
    "expected <block end>": _line_fault,
    "expected ',' or ']'": _comma_fault,
    "expected ',' or '}'": _comma_fault,
}


def _no_space(document: Document, line: int) -> _Fault | None:
    """Return the fault of a line such as 'date:1969', if it is one."""
    missing = re.match(r"^[\s-]*([\w-]+):(?=[^\s/])", _line(document.spot(line)))
    if not missing:
        return None
    spot = document.spot(line, missing.end())
    return spot, "no space after the ':'", f"write '{missing[1]}: …'"


def _line(where: Spot, offset: int = 0) -> str:
    """Return the line of a spot, or one that is `offset` lines below it; empty if there is none."""
    number = where.line - 1 + offset
    lines = where.document.lines
    return lines[number] if 0 <= number < len(lines) else ""


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())


def _quoted(line: str) -> str:
    """Return a hint that shows the line's value in quotes, if it is a `field: value`."""
    found = re.match(r"^\s*(?:- )?([\w-]+): +(.+?)\s*$", line)
    if not found:
        return ""
    value = found[2]
    if len(value) > 1 and value[0] == value[-1] == "'":
        value = value[1:-1]
    value = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'put the value in quotes: {found[1]}: "{value}"'
