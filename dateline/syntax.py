"""What is wrong with a text that is not YAML, in an editor's words.

PyYAML says that a mapping value is not allowed in this context; an editor is told that there is a
second ': ' in a value, where it is, and how the value looks in quotes:

    syntax.explain(document, text, error, faults)
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from dateline import patterns
from dateline.problems import Document, Faults, Spot

if TYPE_CHECKING:
    from yaml.error import MarkedYAMLError, YAMLError


_LARGE = 1_000_000
"""From how many characters on the pure loader would take too long: it reads 500 kB a second."""


class _Fault(Struct, frozen=True):
    """What an editor is told."""

    where: Spot
    message: str
    hint: str = ""


class _Explanation(Struct, frozen=True):
    """What a complaint of PyYAML means, as far as it can be told without looking at the line."""

    found: str
    """Part of the complaint."""
    message: str
    hint: str = ""
    where: Literal["began", "gave up"] = "gave up"
    """Which place says more: where something began, or where the parser gave up."""
    closes: str = ""
    """The bracket that was expected."""
    look: Callable[[_Explanation, Spot, Spot], _Fault] | None = None
    """Looks closer: at the explanation's place and at the place where the parser gave up."""


def explain(document: Document, text: str, error: YAMLError, faults: Faults) -> None:
    """Add the fault of a text that is not YAML."""
    import yaml

    # The pure loader says more clearly what is wrong than the C loader does, but it stops at a tab
    # between words, which the C loader takes for a space, as YAML's specification does.
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    if len(text) < _LARGE:
        loader = yaml.BaseLoader
        text = re.sub(r"(?<=\S)[ \t]+", lambda gap: " " * len(gap.group()), text)
    starts: list[int] = []
    try:
        starts += (
            event.start_mark.line + 1
            for event in yaml.parse(text, Loader=loader)
            if isinstance(event, yaml.DocumentStartEvent) and event.start_mark
        )
    except yaml.YAMLError as clearer:
        error = clearer
    except (ValueError, OverflowError):
        pass  # of a number that is that of no character: the C loader has said so
    if len(starts) > 1:
        faults.add(
            Spot(document, starts[1], 1, 3),
            "a second YAML document begins here",
            hint="take the line '---' or '...' out",
        )
    elif isinstance(error, yaml.MarkedYAMLError):
        fault = _explained(document, error)
        faults.add(fault.where, fault.message, fault.hint)
    else:
        faults.add(document.spot(), f"not YAML: {str(error).splitlines()[0]}")


def quoted(line: str) -> str:
    """Return a hint that shows the line's value in quotes, if it is a `field: value`."""
    found = re.match(r"^\s*(?:- )?([\w-]+): +(.+?)\s*$", line)
    if not found:
        return "put the whole value in double quotes"
    value = found[2]
    if len(value) > 1 and value[0] == value[-1] == "'":
        value = value[1:-1]
    value = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'put the value in quotes: {found[1]}: "{value}"'


def _explained(document: Document, error: MarkedYAMLError) -> _Fault:
    said = f"{error.problem} {error.context or ''}"
    unknown = _Explanation("", f"not YAML: {error.problem}")
    why = next((row for row in _EXPLANATIONS if row.found in said), unknown)
    gave_up = error.problem_mark or error.context_mark
    mark = (why.where == "began" and error.context_mark) or gave_up
    if mark is None or gave_up is None:
        return _Fault(document.spot(), why.message, why.hint)
    where = Spot(document, mark.line + 1, mark.column + 1)
    if why.look is None:
        return _Fault(where, why.message, why.hint)
    return why.look(why, where, Spot(document, gave_up.line + 1, gave_up.column + 1))


def _colon(why: _Explanation, where: Spot, _gave_up: Spot) -> _Fault:
    """Tell the mistakes apart that YAML sees as one colon too many."""
    line = _line(where)
    if ":" in line[: where.column - 1]:
        return _Fault(where, why.message, quoted(line))
    return (
        _dash(where.document, where.line - 1)
        or _no_space(where.document, where.line - 1)
        or _Fault(
            where.document.spot(where.line, _indent(line) + 1),
            "this line is indented further than the one above it",
            "begin all fields of one record in the same column",
        )
    )


def _name(why: _Explanation, where: Spot, _gave_up: Spot) -> _Fault:
    """Say why a line has no field's name, where the line or the one above shows it."""
    if fault := _no_space(where.document, where.line):
        return fault
    if re.search(r":\s+[|>][+-]?\s*$", _line(where, -1)):
        hint = "indent it further than its field's name"
        return _Fault(where, "a text that is not indented", hint)
    return _Fault(where, why.message, why.hint)


def _line_out_of_place(why: _Explanation, where: Spot, _gave_up: Spot) -> _Fault:
    """Tell a line that begins in a wrong column from one that goes on after its value's end."""
    line = _line(where)
    if where.column <= _indent(line) + 1:
        return _dash(where.document, where.line) or _Fault(where, why.message, why.hint)
    if line[where.column - 1] in "]}":
        return _Fault(where, f"a '{line[where.column - 1]}' that closes nothing", "take it out")
    last = line[: where.column - 1].rstrip()[-1:]
    message = f"the value ends at the {last} before this, but the line goes on"
    return _Fault(where, message, quoted(line))


def _bracket(why: _Explanation, where: Spot, gave_up: Spot) -> _Fault:
    """Tell a missing bracket from a missing comma and from a colon in a value.

    After a missing comma the bracket comes later in the line; after a missing bracket comes the
    next field, which is indented no further than the one that the bracket belongs to.
    """
    line = _line(gave_up)
    before, rest = line[: gave_up.column - 1], line[gave_up.column - 1 :]
    comma = f"write ',' between two values, '{why.closes}' after the last"
    below = gave_up.line > where.line
    if re.match(r":(\s|$)", rest):
        first_in_line = below and re.fullmatch(r"[\s-]*[\w-]+", before)
        if not first_in_line:
            hint = "put the value in double quotes"
            return _Fault(gave_up, "a second ': ' in an unquoted value", hint)
        if _indent(line) > _owner(where):
            spot = where.document.spot(gave_up.line, _indent(line) + 1, len(before.strip()))
            return _Fault(spot, "no ',' before this", comma)
    if below or why.closes not in rest:
        return _Fault(where, why.message, why.hint)
    return _Fault(gave_up, "no ',' before this", comma)


def _owner(bracket: Spot) -> int:
    """Return how far the field is indented, or else the '-', that a bracket belongs to."""
    before = _line(bracket)[: bracket.column - 1]
    field = re.match(r"([\s-]*)[\w-]+:", before)
    return len(field[1]) if field else _indent(_line(bracket))


def _special(why: _Explanation, where: Spot, _gave_up: Spot) -> _Fault:
    """Show the value in quotes; in a list of ids, show them without the sign."""
    line = _line(where)
    if fault := _dash(where.document, where.line, where.column):
        return fault
    message = why.message.format(line[where.column - 1 :][:1])
    ids = re.match(r"@[a-z0-9-]+(?: *, *@?[a-z0-9-]+)* *(?=\]|$)", line[where.column - 1 :])
    if ids and re.search(r"\[[^\]]*$", line[: where.column - 1]):
        opened = line.rindex("[", 0, where.column - 1) + 1
        alone = (line[opened : where.column - 1] + ids.group()).replace("@", "").strip()
        return _Fault(where, message, f"in a list write the id alone: [{alone}]")
    if ids and re.fullmatch(r"\s*- +", line[: where.column - 1]):
        alone = ids.group().replace("@", "").strip()
        return _Fault(where, message, f"in a list write the id alone: - {alone}")
    return _Fault(where, message, quoted(line))


_SPECIAL = "an unquoted value that begins with '{}'"
_EXPLANATIONS = (
    _Explanation(
        "mapping values are not allowed", "a second ': ' in an unquoted value", look=_colon
    ),
    _Explanation("character '\\t'", "a tab, which YAML does not allow here", "indent with spaces"),
    _Explanation(
        "unexpected end of stream", "a quote that opens here is never closed", "close it", "began"
    ),
    _Explanation(
        "could not find expected ':'",
        "a line that is neither 'field: value' nor part of one",
        "add the ':' and a space after the field's name, or indent the line under its field",
        "began",
        look=_name,
    ),
    _Explanation(
        "expected ',' or ']'",
        "a list that opens here with '[' is not closed",
        "close it with ']'",
        "began",
        "]",
        _bracket,
    ),
    _Explanation(
        "expected ',' or '}'",
        "a record that opens here with '{' is not closed",
        "close it with '}'",
        "began",
        "}",
        _bracket,
    ),
    _Explanation(
        "but found '-'",
        "a list item at a place where a field was expected",
        "take the '-' out, or indent the line like the list that it belongs to",
    ),
    _Explanation(
        "expected <block end>",
        "this line does not fit the lines above it",
        "begin it in the same column as the other lines of its record or list",
        look=_line_out_of_place,
    ),
    _Explanation(
        "unknown escape", "a backslash in double quotes", "double it, or use single quotes"
    ),
    _Explanation(
        "invalid Unicode character escape", "an escape that is no character", "write the character"
    ),
    _Explanation("found undefined alias", _SPECIAL, where="began", look=_special),
    _Explanation("expected alphabetic", _SPECIAL, where="began", look=_special),
    _Explanation("expected a comment or a line break", _SPECIAL, where="began", look=_special),
    _Explanation("expected chomping or indentation", _SPECIAL, where="began", look=_special),
    _Explanation("cannot start any token", _SPECIAL, where="began", look=_special),
    _Explanation(
        "expected '<document start>'",
        "the file's YAML ended before this line",
        "take a line '...' above it out, or put a value that goes on in quotes",
    ),
    _Explanation(
        "expected the node content", "a value is missing here", "write it, or take the field out"
    ),
)


def _dash(document: Document, line: int, column: int = 0) -> _Fault | None:
    """Return the fault of a line such as '-id: x' or '– id: x', if it is one.

    `column` is where the sign has to stand, if that is known.
    """
    text = _line(document.spot(line))
    found = _ENTRY.match(text)
    if not found or column not in (0, found.start("sign") + 1):
        return None
    spot = document.spot(line, found.start("sign") + 1)
    rest = text[found.end() :].strip()
    if found["sign"] == "-":
        return _Fault(spot, "no space after the '-'", f"write '- {rest}'")
    if found["sign"] in "*+•":
        return _Fault(
            spot, f"an entry that begins with '{found['sign']}'", "begin the entry with '- '"
        )
    return _Fault(spot, f"'{found['sign']}' is a dash, not a hyphen", f"write '- {rest}'")


_ENTRY = patterns.of(r"^ *(?P<sign>-(?=\w)|[*+•](?= )|[\u2010-\u2015\u2212])\s*(?=[\w-]+:(?:\s|$))")
"""A first field after what was meant for a '- '."""


def _no_space(document: Document, line: int) -> _Fault | None:
    """Return the fault of a line such as 'date:1969', if it is one."""
    missing = re.match(r"^[\s-]*([\w-]+):(?=[^\s/])", _line(document.spot(line)))
    if not missing:
        return None
    spot = document.spot(line, missing.end())
    return _Fault(spot, "no space after the ':'", f"write '{missing[1]}: …'")


def _line(where: Spot, offset: int = 0) -> str:
    """Return the line of a spot, or one that is `offset` lines below it; empty if there is none."""
    number = where.line - 1 + offset
    lines = where.document.lines
    return lines[number] if 0 <= number < len(lines) else ""


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip())
