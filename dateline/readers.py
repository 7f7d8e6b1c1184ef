"""How one value is read: nodes -> text, dates, numbers, ids, lists and records.

A reader turns a node into a value. What is wrong with it is added to the faults, with its place
and the name of its field, and the reader returns BAD, so that reading goes on.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any, Protocol

from msgspec import Struct

from dateline import characters, cldr, dates, patterns, source
from dateline.model import Prose
from dateline.problems import Document, Faults, Spot, did_you_mean

if TYPE_CHECKING:
    from dateline.nodes import Node

LONGEST_ID = 100
LONGEST_TEXT = 10_000
"""The most characters of a text on one line, such as a summary."""
MOST_UNKNOWN = 100
"""How many unknown fields of one record are told of."""
WINDOWS = frozenset(
    ["con", "prn", "aux", "nul"] + [f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10)]
)
"""Names that no file or folder can have on Windows ("Naming Files, Paths, and Namespaces")."""
DOCS = "all fields are listed in docs/content.md"


Named = tuple[str, str, "Node", str]
"""Where an id is named: its kind, the id, the node and the field."""


class Reading(Struct):
    """What a reader may use: the document it is in, and where to put what it finds and reads."""

    document: Document
    faults: Faults
    mentions: list[Named]
    texts: list[Prose]
    field: str = ""

    def spot(self, node: Node) -> Spot:
        """Return the place of a node."""
        return source.spot(self.document, node)

    def fault(self, node: Node, message: str, hint: str = "") -> None:
        """Add a fault at a node."""
        self.faults.add(self.spot(node), message, hint, self.field)


class _Bad:
    """What a reader returns instead of a value that has a fault."""


BAD = _Bad()


class Reader(Protocol):
    """Turns a node into a value, or into BAD after adding a fault."""

    @property
    def says(self) -> str:
        """What is to be written, in words, for messages and docs."""

    def read(self, node: Node, at: Reading) -> Any:
        """Return the node's value or BAD."""


def typed(node: Node) -> str:
    """Say what a node is, in an editor's words."""
    if node.id == "sequence":
        return "a list"
    if node.id == "mapping":
        return "a record (fields with values)"
    return f"'{node.value}'" if node.value else "nothing"


class Text(Struct, frozen=True):
    """Plain text on one line; line ends within it count as spaces."""

    says: str = "text"

    def read(self, node: Node, at: Reading) -> Any:
        """Return the text with single spaces, or BAD."""
        value = _typed_text(node, at, self.says)
        if value is BAD:
            return BAD
        _cut_short(node, at)
        if ("[[" in value or "[@" in value) and (token := re.search(r"\[\[|\[@", node.value)):
            message = f"'{token.group()}' in '{at.field}' is printed as it stands"
            hint = "links and citations work in an event's 'text' and in Markdown files"
            at.faults.warn(at.spot(node), message, hint, at.field)
        return value


def _typed_text(node: Node, at: Reading, says: str) -> Any:
    """Return what was typed with single spaces, or BAD if it is a list or a record."""
    if node.id == "scalar" and len(node.value) > LONGEST_TEXT:
        size = f"{len(node.value):,} characters; {LONGEST_TEXT:,} are the most"
        at.fault(node, f"'{at.field}' has {size}")
        return BAD
    if node.id == "scalar":
        return " ".join(node.value.split())
    flow = "if its brackets belong to the text, put it in double quotes"
    hint = flow if getattr(node, "flow_style", False) else ""
    at.fault(node, f"'{at.field}' is {typed(node)}, expected {says}", hint)
    return BAD


def _cut_short(node: Node, at: Reading) -> None:
    """Warn of words behind an unquoted text that YAML takes for a comment."""
    if node.style or not node.value:
        return
    line, end = node.end
    lines = at.document.lines
    found = _COMMENT.match(lines[line], end) if line < len(lines) else None
    if found:
        comment = found[1]
        spot = Spot(at.document, line + 1, found.start(1) + 1, len(comment))
        message = f"the rest of the line, '{comment}', is taken for a comment"
        hint = "put the value in quotes, or the comment in a line of its own"
        at.faults.warn(spot, message, hint, at.field)


_COMMENT = patterns.of(r"\s+(#.*\S|#)")


class Pattern(Struct, frozen=True):
    """Text of one shape."""

    says: str
    shape: str
    hint: str = ""

    def read(self, node: Node, at: Reading) -> Any:
        """Return the text, or BAD if it does not have the shape."""
        value = _typed_text(node, at, self.says)
        if value is BAD or re.fullmatch(self.shape, value):
            return value
        at.fault(node, f"'{at.field}' is '{value}', expected {self.says}", self.hint)
        return BAD


class Id(Struct, frozen=True):
    """An id: a word or words of an address."""

    says: str = "an id: a-z, 0-9 and single hyphens"

    def read(self, node: Node, at: Reading) -> Any:
        """Return the id, or BAD."""
        value = _typed_text(node, at, self.says)
        if value is BAD:
            return BAD
        if not is_id(value):
            suggestion = as_id(value)
            hint = f"write '{suggestion}'" if suggestion else ""
            at.fault(node, f"'{value}' is not an id, expected a-z, 0-9 and single hyphens", hint)
            return BAD
        if value in WINDOWS:
            message = f"the id '{value}' is a name that Windows keeps for itself"
            at.fault(node, message, "add a word to it")
            return BAD
        if len(value) > LONGEST_ID:
            at.fault(node, f"the id has {len(value)} characters; {LONGEST_ID} are the most")
            return BAD
        return value


def _plain(node: Node) -> bool:
    """Say whether a scalar stands without quotes, so that its columns are those of its text."""
    return not node.style


def is_id(text: str) -> bool:
    """Say whether the text has the shape of an id."""
    return bool(_ID.fullmatch(text))


_ID = patterns.of(r"[a-z0-9]+(-[a-z0-9]+)*")


def as_id(text: str) -> str:
    """Return the id that is nearest to the text; empty if it has no letter or digit."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")


class Choice(Struct, frozen=True):
    """One of a few words."""

    of: tuple[str, ...]

    @property
    def says(self) -> str:
        """The words, as a list."""
        return "one of " + ", ".join(f"`{word}`" for word in self.of)

    def read(self, node: Node, at: Reading) -> Any:
        """Return the word, or BAD."""
        if node.id == "scalar" and node.value in self.of:
            return node.value
        value = _typed_text(node, at, self.says)
        if value is BAD or value in self.of:
            return value
        expected = ", ".join(f"'{word}'" for word in self.of)
        hint = did_you_mean(value, self.of)
        at.fault(node, f"unknown {at.field} '{value}', expected one of {expected}", hint)
        return BAD


class Flag(Struct, frozen=True):
    """Yes or no."""

    says: str = "`true` or `false`"

    def read(self, node: Node, at: Reading) -> Any:
        """Return True or False, or BAD."""
        value = _typed_text(node, at, self.says)
        if value is BAD or value in ("true", "false"):
            return value if value is BAD else value == "true"
        meant = {"yes": "true", "on": "true", "no": "false", "off": "false"}
        word = meant.get(value.lower(), value.lower())
        hint = f"write {word}" if word in ("true", "false") else ""
        at.fault(node, f"'{at.field}' is '{value}', expected 'true' or 'false'", hint)
        return BAD


class Number(Struct, frozen=True):
    """A number without unit or separators."""

    says: str
    whole: bool = True
    least: float = 0
    most: float = 10**12

    def read(self, node: Node, at: Reading) -> Any:
        """Return an int or a float, or BAD."""
        value = _typed_text(node, at, self.says)
        if value is BAD:
            return BAD
        if not re.fullmatch(r"-?\d{1,15}" if self.whole else r"-?\d{1,4}(\.\d{1,15})?", value):
            hint = _number_meant(value, whole=self.whole)
            at.fault(node, f"'{at.field}' is '{value}', expected {self.says}", hint)
            return BAD
        number = int(value) if self.whole else float(value)
        if not self.least <= number <= self.most:
            bounds = f"{self.least:,} is the least, {self.most:,} the most"
            at.fault(node, f"'{at.field}' is {value}, expected {self.says}", bounds)
            return BAD
        return number


def _number_meant(value: str, *, whole: bool) -> str:
    """Return what to write for a number in another notation."""
    digits = re.sub(r"(?<=\d)[,. '\u2019](?=\d{3}\b)", "", value)
    if whole and digits.isdecimal():
        return f"write {digits}"
    if whole and (found := re.fullmatch(r"(\d+) ?(?:-|–|to) ?(\d+)", digits)):
        return f"write 'min: {found[1]}' and 'max: {found[2]}'"
    if whole and (found := re.fullmatch(r"(?:about|around|some|ca?\.?|~) ?(\d+)", digits)):
        return f"write {found[1]}, and 'approximate: true'"
    if not whole and (found := re.fullmatch(r"(\d+)[.,](\d+) ?°? ?([NESW]?)", value)):
        sign = "-" if found[3] and found[3] in "SW" else ""
        return f"write {sign}{found[1]}.{found[2]}"
    return "write digits only, without a unit"


class When(Struct, frozen=True):
    """A date, as EDTF; one in English words is read too, with a warning that says as what."""

    says: str = "a date (EDTF)"

    def read(self, node: Node, at: Reading) -> Any:
        """Return a `dates.Date`, or BAD."""
        if node.id == "sequence":
            hint = 'put it in double quotes if it is a set of dates, as in "[1667,1668]"'
            at.fault(node, f"'{at.field}' is a list, expected {self.says}", hint)
            return BAD
        value = _typed_text(node, at, self.says)
        if value is BAD:
            return BAD
        try:
            date, advice = _date(value)
            if advice:
                message = f"'{value}' is read as {date}"
                at.faults.warn(at.spot(node), message, advice, at.field)
            return date
        except dates.Invalid as error:
            spot = at.spot(node)
            if _plain(node) and node.value == value:
                column = spot.column + error.offset
                spot = Spot(spot.document, spot.line, column, max(1, error.length))
            at.faults.add(spot, error.message, error.hint, at.field)
            return BAD


_date = lru_cache(maxsize=100_000)(dates.read)
"""Reads a date once, however often it is written."""


class WholeDay(Struct, frozen=True):
    """A date that is one whole day of which nothing is in doubt."""

    says: str = "a whole day such as 2024-02-01"
    hint: str = "a correction is made on a known day; write that one"

    def read(self, node: Node, at: Reading) -> Any:
        """Return a `dates.Date` whose text is ISO 8601, or BAD."""
        date = When(self.says).read(node, at)
        if date is BAD or (date.kind == "single" and date.iso and date.day):
            return date
        at.fault(node, f"'{at.field}' is {typed(node)}, expected {self.says}", self.hint)
        return BAD


class Tongue(Struct, frozen=True):
    """A language, by its tag (BCP 47)."""

    says: str = "a language tag such as 'en' or 'ar' (BCP 47)"

    def read(self, node: Node, at: Reading) -> Any:
        """Return the tag, or BAD if the CLDR knows no such language."""
        value = _typed_text(node, at, self.says)
        if value is BAD or cldr.known(value):
            return value
        at.fault(node, f"unknown language '{value}', expected {self.says}")
        return BAD


class Colour(Struct, frozen=True):
    """A colour, by its red, green and blue."""

    says: str = 'a colour such as "#2a4a86", in quotes'

    def read(self, node: Node, at: Reading) -> Any:
        """Return the colour in small letters, or BAD."""
        typed = node.value if node.id == "scalar" else ""
        hint = ""
        if found := re.fullmatch(r"#?([0-9a-fA-F]{6})", typed):
            hint = f'write "#{found[1]}"'
        elif found := re.fullmatch(r"#?([0-9a-fA-F])([0-9a-fA-F])([0-9a-fA-F])", typed):
            hint = 'write "#' + "".join(digit * 2 for digit in found.groups()) + '"'
        value = Pattern(self.says, "#[0-9a-fA-F]{6}", hint).read(node, at)
        return value if value is BAD else value.lower()


class Address(Struct, frozen=True):
    """A web address that a reader may follow."""

    says: str = "a web address beginning with http:// or https://"
    shape: str = r"(?i)https?://[\w.\[\]:-]+(?:[/?#][^\s\\<>\"]*)?"

    def read(self, node: Node, at: Reading) -> Any:
        """Return the address, or BAD."""
        typed = node.value if node.id == "scalar" else ""
        hint = ""
        if len(typed) > LONGEST_TEXT:
            return _typed_text(node, at, self.says)
        if _ORDINARY.fullmatch(typed) and re.fullmatch(self.shape, typed):
            return typed
        if re.match(r"(?i)https?://\S+\s", typed):
            hint = "write %20 for each space"
        elif re.fullmatch(r"[\w-]+(\.[\w-]+)+(/\S*)?", typed):
            hint = f"write https://{typed}"
        elif re.match(r"(?i)https?://[^/?#]*@", typed):
            hint = "take out what stands before the '@': a reader could take it for the site"
        elif re.search('[<>"]', typed):
            hint = "write %3C for '<', %3E for '>' and %22 for a quotation mark"
        elif "\\" in typed:
            hint = "write '/' for each backslash"
        elif (host := _host(typed)) and not host.isascii():
            return self._plain_host(host, node, at)
        return Pattern(self.says, self.shape, hint).read(node, at)

    def _plain_host(self, host: str, node: Node, at: Reading) -> Any:
        """Add a fault: a name with other letters can look like the name of another site."""
        try:
            hint = f"write {host.encode('idna').decode()}, which is the same site"
        except UnicodeError:
            hint = ""
        at.fault(node, f"'{host}' is not a host's name in a-z, 0-9, '-' and '.'", hint)
        return BAD


_ORDINARY = patterns.of(r"https?://[a-z0-9.-]+(?:[/?#][!#-;=?-\[\]-~]*)?")
"""An address in which nothing is odd."""


def _host(address: str) -> str:
    """Return the host of a web address; empty if it is none."""
    found = re.match(r"(?i)https?://([^\s/?#\\@:]+)", address)
    return found[1] if found else ""


class Reference(Struct, frozen=True):
    """The id of something that is declared elsewhere; `check` looks whether it is there."""

    kind: str

    @property
    def says(self) -> str:
        """The kind, in words."""
        return "a file" if self.kind == "media" else f"the id of {an(self.kind)}"

    def read(self, node: Node, at: Reading) -> Any:
        """Return the id, or BAD."""
        value = node.value
        if node.id != "scalar" or not is_id(value):
            value = _typed_text(node, at, self.says)
        if value is BAD:
            return BAD
        at.mentions.append((self.kind, value, node, at.field))
        return value


class Speaker(Struct, frozen=True):
    """Who says something: an actor's id, or a name to be printed as it stands."""

    says: str = "the id of an actor, or a name"

    def read(self, node: Node, at: Reading) -> Any:
        """Return the id or name, or BAD. What has the shape of an id must be one."""
        if node.id == "scalar" and is_id(node.value):
            return Reference("actor").read(node, at)
        return Text(self.says).read(node, at)


class Many(Struct, frozen=True):
    """A list; one value alone may stand without the list where `or_one` says so."""

    of: Reader
    or_one: bool = False

    @property
    def says(self) -> str:
        """What the list holds, in words."""
        return f"{self.of.says}, or a list" if self.or_one else f"a list, each {self.of.says}"

    def read(self, node: Node, at: Reading) -> Any:
        """Return a tuple of the values that have no fault, or BAD if it is no list."""
        if node.id == "sequence":
            values = [self.of.read(item, at) for item in self._items(node, at)]
            return tuple([value for value in values if value is not BAD])
        if self.or_one and node.id == "scalar":
            value = self.of.read(node, at)
            return BAD if value is BAD else (value,)
        hint = "begin each entry with '- '"
        if node.id == "scalar" and not isinstance(self.of, Record):
            hint = f"write [{_bare(node.value)}]"
        at.fault(node, f"'{at.field}' is {typed(node)}, expected a list", hint)
        return BAD

    def _items(self, node: Node, at: Reading) -> Iterator[Node]:
        """Yield the items, after faults for those that are empty or there already."""
        seen = set()
        for item in node.value:
            if _empty(item):
                at.fault(item, f"an empty entry in '{at.field}'", "write it, or take it out")
            elif item.id == "sequence" and isinstance(self.of, Reference | Id | Speaker):
                hint = f"write [{_bare(', '.join(_scalars(node)))}]"
                at.fault(item, f"'{at.field}' has a list within its list", hint)
                return  # the hint is about all of them
            elif item.id == "scalar" and item.value in seen:
                at.fault(item, f"'{item.value}' stands twice in '{at.field}'", "take one out")
            else:
                yield item
            seen.add(item.value if item.id == "scalar" else "")


def _bare(ids: str) -> str:
    """Return ids with commas between them, without brackets and the like around each."""
    return ", ".join(id.strip(" []()@") for id in ids.split(","))


def _scalars(node: Node) -> list[str]:
    """Return the texts of a list and of the lists within it, in order."""
    if node.id == "scalar":
        return [node.value]
    return [text for item in node.value if node.id == "sequence" for text in _scalars(item)]


class Markdown(Struct, frozen=True):
    """A Markdown text."""

    says: str = "Markdown"

    def read(self, node: Node, at: Reading) -> Any:
        """Return the text as Prose, which knows its place, or BAD."""
        if node.id != "scalar":
            hint = f"write '{at.field}: |', and the text below it, indented further"
            at.fault(node, f"'{at.field}' is {typed(node)}, expected {self.says}", hint)
            return BAD
        _cut_short(node, at)
        first, last = node.line + 1, node.end[0] + 1
        if getattr(node, "style", None) not in ("|", ">") and last > first and "\n" in node.value:
            message = f"'{at.field}' has more than one paragraph, which YAML runs together"
            at.fault(
                node, message, f"write '{at.field}: |', and the text below it, indented further"
            )
            return BAD
        prose = Prose(node.value, at.document, first, None, last)
        if getattr(node, "style", None) == "|":
            indent = _indent(node, at.document)
            prose = Prose(node.value, at.document, first + 1, indent, last)
        at.texts.append(prose)
        return prose


def _indent(node: Node, document: Document) -> int:
    """Return how far a literal block is indented, from its first line that is not blank."""
    for number, line in enumerate(node.value.split("\n"), node.line + 1):
        if line.strip() and number < len(document.lines):
            return len(document.lines[number]) - len(line)
    return 0


class Field(Struct, frozen=True):
    """One field of a record."""

    name: str
    reader: Reader
    meaning: str
    required: bool = False


class Record(Struct, frozen=True, dict=True):
    """A record: its fields, and what is made of them."""

    name: str
    fields: tuple[Field, ...]
    make: Callable[..., Any]
    review: Callable[[dict[str, Any], Node, Reading], None] | None = None
    """Looks at the fields together, may change them and add faults."""

    @property
    def says(self) -> str:
        """Its name."""
        return an(self.name)

    def read(self, node: Node, at: Reading) -> Any:
        """Return what is made of the fields, or BAD."""
        values = self.values(node, at)
        return BAD if values is BAD else self.make(**values)

    def values(self, node: Node, at: Reading, id: str = "") -> Any:
        """Return the fields that are there as a dict, or BAD if one that must be is not.

        `id` is what the record is called, if that does not stand in it.
        """
        if node.id != "mapping":
            hint = f"write its fields, such as '{self.fields[0].name}: …'; {DOCS}"
            at.fault(node, f"{typed(node)} where {an(self.name)} was expected", hint)
            return BAD
        before, outer = at.faults.count, at.field
        values: dict[str, Any] = {}
        for field, value_node in self._known(node, at):
            at.field = field.name
            empty = _empty(value_node)
            if empty and not field.required:
                continue
            if empty:
                at.fault(value_node, f"the field '{field.name}' is empty, expected {_says(field)}")
                continue
            value = field.reader.read(value_node, at)
            if value is not BAD:
                values[field.name] = value
        at.field = outer
        if not self._required <= values.keys():
            self._missing(node, at, id or _id_in(node))
        if at.faults.count == before and self.review:
            self.review(values, node, at)
        complete = self._required <= values.keys()
        return values if complete and at.faults.count == before else BAD

    @cached_property
    def _required(self) -> frozenset[str]:
        return frozenset(field.name for field in self.fields if field.required)

    @cached_property
    def _by_name(self) -> dict[str, Field]:
        return {field.name: field for field in self.fields}

    def _known(self, node: Node, at: Reading) -> list[tuple[Field, Node]]:
        """Return the fields that the format knows, after faults for all others."""
        fields = self._by_name
        known: list[tuple[Field, Node]] = []
        seen: dict[str, Node] = {}
        unknown = 0
        for key, value in node.value:
            name = key.value if key.id == "scalar" else ""
            if name in fields and name not in seen:
                known.append((fields[name], value))
            elif not name:
                at.fault(key, f"{typed(key)} where the name of a field was expected", DOCS)
            elif name in seen:
                again = name == next(iter(seen)) and _after_dash(seen[name], at.document)
                advice = "begin each new entry with '- '" if again else "take one out"
                hint = f"{advice}; the other is in line {seen[name].line + 1}"
                at.faults.add(at.spot(key), f"'{name}' stands twice", hint, name)
                if again:
                    break  # what follows is another entry
            else:
                unknown += 1
                if unknown > MOST_UNKNOWN:
                    break  # it is another kind of file
                in_braces = bool(getattr(node, "flow_style", False))
                cut = in_braces and (" " in name or _empty(value))
                _unknown_field(name, key, fields, self.name, at, cut=cut)
            seen.setdefault(name, key)
        return known

    def _missing(self, node: Node, at: Reading, id: str) -> None:
        there = {key.value for key, _ in node.value if key.id == "scalar"}
        for field in self.fields:
            if field.required and field.name not in there:
                who = f"the {self.name} '{id}'" if id else an(self.name)
                message = f"{who} has no '{field.name}'"
                if field.reader.says != "text":
                    message += f", expected {_says(field)}"
                hint = f"write '{field.name}: …'"
                at.faults.add(_first_key(node, at), message, hint, field.name)


def _says(field: Field) -> str:
    return field.reader.says.replace("`", "'")


def _empty(node: Node) -> bool:
    """Say whether nothing was written: `field:`, `field: []`, `field: ""`."""
    return characters.blank(node.value) if node.id == "scalar" else not node.value


def _id_in(node: Node) -> str:
    """Return the record's id, if it has one."""
    ids = (value.value for key, value in node.value if key.value == "id" and value.id == "scalar")
    return next(ids, "")


def _first_key(node: Node, at: Reading) -> Spot:
    return at.spot(node.value[0][0]) if node.value else at.spot(node)


def _after_dash(key: Node, document: Document) -> bool:
    """Say whether a field stands behind the '-' of a list."""
    line, column = key.start
    return bool(re.fullmatch(r"[\s-]*- +", document.lines[line][:column]))


def _unknown_field(
    name: str, key: Node, fields: Mapping[str, Field], record: str, at: Reading, *, cut: bool
) -> None:
    """Add the fault; `cut` says whether it may be the rest of a value that a comma has ended."""
    if name == "<<":
        message = "'<<' is a YAML merge key, which is not used here"
        at.faults.add(at.spot(key), message, "write the fields themselves", name)
        return
    first, colon, rest = name.partition(":")
    if colon and first in fields:
        at.faults.add(at.spot(key), "no space after the ':'", f"write '{first}: {rest}'", first)
        return
    if name.isdecimal():
        hint = "a comma within braces ends the value: write a number without it"
        at.faults.add(at.spot(key), f"unknown field '{name}' in {an(record)}", hint, name)
        return
    near = did_you_mean(name, fields)
    hint = f"{near} {DOCS.capitalize()}" if near else DOCS
    if cut and not near:
        hint = "a comma within braces ends the value: put the value in double quotes"
    at.faults.add(at.spot(key), f"unknown field '{name}' in {an(record)}", hint, name)


def an(noun: str) -> str:
    """Return the noun with its article."""
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"
