"""Record a field into an entry of a YAML file, and touch nothing else of it.

    yaml_edit.record(text, "afp-2012", {"url": …, "date": …})

A file is somebody's handwriting: comments, quotes, line ends and the order of entries stay as they
are. So the new field is put into the text at a place that the parser names, and the result is
parsed again: it must say what it said before, and the new field.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from yaml.nodes import MappingNode, ScalarNode, SequenceNode

    Node = ScalarNode | SequenceNode | MappingNode

BOM = "\ufeff"
_WORD = r"[\w-]+"
_ADDRESS = r"https?://[!-~]*[\w/]"
"""What needs no quotes in a block: no space, so no comment, and no colon at the end."""


class Refused(Exception):
    """The text cannot be changed so that only the field is new: says why."""


def record(
    text: str, id: str, fields: Mapping[str, str], *, name: str = "archived", after: str = "url"
) -> str:
    """Return the text with a record `name` of these fields in the entry `id`.

    `text` is a whole file as it was decoded, a byte-order mark and line ends of any kind included;
    all of it stays, and the record comes in one piece after the field `after`, indented as its
    neighbours are. Raises Refused if there is no such entry or field, if the entry has `name`
    already, or if the text would then say anything else than before.
    """
    mark = BOM if text.startswith(BOM) else ""
    body = text[len(mark) :]
    root = _compose(body)
    key, entry = _entry(root, id)
    names = [field.value for field, _ in entry.value]
    if name in names:
        raise Refused(f"'{id}' has a field '{name}' already")
    if names.count(after) != 1:
        raise Refused(f"'{id}' has no field '{after}'")
    place = names.index(after)
    field, value = entry.value[place]
    if entry.flow_style:
        at = value.end_mark.index
        addition = f", {name}: {_flow(fields)}"
    else:
        at = _line_end(body, value.end_mark.index)
        addition = _block(name, fields, key, field, _end_of_line(body, at))
    new = body[:at] + addition + body[at:]
    expected = _with(_said(root), id, place + 1, (name, tuple(fields.items())))
    if _said_by(new) != expected:
        raise Refused(f"the entry '{id}' is written in a way that this cannot add '{name}' to")
    return mark + new


def _compose(text: str) -> Node | None:
    import yaml

    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    try:
        root: Node | None = yaml.compose(text, Loader=loader)  # type: ignore[assignment]
    except yaml.YAMLError as error:
        raise Refused("the file is not YAML") from error
    return root


def _entry(root: Node | None, id: str) -> tuple[Node, MappingNode]:
    """Return the key and the fields of an entry."""
    pairs = root.value if root is not None and root.id == "mapping" else []
    found = [(key, node) for key, node in pairs if key.value == id]
    if len(found) != 1:
        raise Refused(f"'{id}' stands {len(found)} times in the file, not once")
    key, node = found[0]
    if node.id != "mapping":
        raise Refused(f"'{id}' has no fields")
    return key, node


def _line_end(text: str, after: int) -> int:
    """Return where the line ends that holds the last character of a value.

    A block scalar ends, for the parser, at the beginning of the next line.
    """
    last = len(text[:after].rstrip())
    found = re.compile(r"[\r\n]").search(text, last)
    return found.start() if found else len(text)


def _end_of_line(text: str, at: int) -> str:
    """Return the line end that is used at a place, or else in the text."""
    found = re.compile(r"\r\n|\r|\n").search(text, at) or re.search(r"\r\n|\r|\n", text)
    return found.group() if found else "\n"


def _block(name: str, fields: Mapping[str, str], key: Node, field: Node, end: str) -> str:
    """Return the lines of the record, each after a line end."""
    column = field.start_mark.column
    step = column - key.start_mark.column
    inner = " " * (column + (step if step > 0 else 2))
    lines = [" " * column + f"{name}:"]
    lines += (f"{inner}{field}: {_scalar(value)}" for field, value in fields.items())
    return "".join(end + line for line in lines)


def _flow(fields: Mapping[str, str]) -> str:
    pairs = (f"{field}: {_scalar(value, _WORD)}" for field, value in fields.items())
    return "{" + ", ".join(pairs) + "}"


def _scalar(value: str, plain: str = f"{_WORD}|{_ADDRESS}") -> str:
    """Return a value as YAML: as it is where that is safe, else in double quotes."""
    # JSON's strings are YAML's (YAML 1.2, 1.3), but 1.1 readers know no pairs of surrogates.
    return value if re.fullmatch(plain, value, re.ASCII) else json.dumps(value, ensure_ascii=False)


def _said(node: Node | None) -> Any:
    """Return what a node says, records as tuples of pairs, so that order and repeats count."""
    if node is None:
        return None
    if node.id == "mapping":
        return tuple((_said(key), _said(value)) for key, value in node.value)
    return [_said(item) for item in node.value] if node.id == "sequence" else node.value


def _said_by(text: str) -> Any:
    try:
        return _said(_compose(text))
    except Refused:
        return None


def _with(said: Any, id: str, place: int, pair: tuple[str, Any]) -> Any:
    """Return what a file says, with one pair more in an entry."""

    def entries() -> Iterator[Any]:
        for key, value in said:
            yield key, (*value[:place], pair, *value[place:]) if key == id else value

    return tuple(entries())
