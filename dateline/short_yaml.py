"""The short way for simple YAML: what nearly every entry of a timeline is written in.

    short_yaml.entry(["- id: lift-off", "  date: 1969-07-16"], 0)   # the node of the event
    short_yaml.entry(["- &x {a: *x}"], 0)                           # None: that is for PyYAML

Known are records and lists by indentation, lists and records in brackets on one line, plain and
quoted texts on one line, and blocks of text (`|`, `>`, `|-`, `>-`). For those it gives the same
nodes, with the same places, as PyYAML, in two thirds of the time of its parser in C. It never
guesses: what it does not know for certain it leaves alone. `tests/test_short_yaml.py` compares the
two.
"""

from __future__ import annotations

import itertools
import re

from dateline import patterns
from dateline.nodes import Node

FURTHEST = 12
"""The last column that a list or a record begins in, so that they cannot be nested deeply."""
_KEY = patterns.of(r"([A-Za-z0-9_][A-Za-z0-9_/-]{0,200}):(?: +([^ ].*))?")
_DASH = patterns.of(r"- +(?=[^ ])")
_LETTER = r"(?:[A-Za-z0-9_]|[^\x00-\xbf])"
_LAST_LETTER = "\uabff"
"""The last of the letters that a text may begin with; to say so in a pattern takes 2 ms each time
that it is compiled."""
_PART = _LETTER + r"(?:[^\[\]{},:#\"'&*!|>%@`?]*[^\[\]{},:#\"'&*!|>%@`? ])?"
_ITEM = patterns.of(rf" *({_PART}) *")
_PAIR = patterns.of(
    rf" *([A-Za-z0-9_][A-Za-z0-9_-]*): +(?:({_PART})|(\[[^\[\]{{}}]*\])) *(?=[,}}])"
)
_ODD = patterns.of(r": |:$| #|\t")
"""What ends a plain text, or may not stand in it."""
_STARTS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_(/+$.;^~")
_SPANS = frozenset("|>")


_KEYED = patterns.of(r"[\w\"']")
"""How a line begins that may hold a key: `?`, `-` alone and other signs mean something else."""


class _NotSimple(Exception):
    """Something that only PyYAML knows."""


def split(lines: list[str]) -> list[tuple[int, int]] | None:
    """Return where each entry of a file begins and ends; None if its lines do not say.

    An entry of a list begins with `- ` in the first column, one of a record with its key. Each is
    its first line and the one behind its last, counted from 0; comments between entries are in
    none. What is within is not looked at: what is no YAML entry by entry may be YAML as a whole,
    as where a text in quotes has a line that begins with `- `.
    """
    outer = [at for at, line in enumerate(lines) if line and line[0] not in " #"]
    if outer and lines[outer[0]].rstrip(" ") == "---":
        outer = outer[1:]
    if not outer or any(lines[at].startswith(("---", "...", "%")) for at in outer):
        return None
    if not all(lines[at].startswith("- ") or _KEYED.match(lines[at]) for at in outer):
        return None
    listed = lines[outer[0]].startswith("- ")
    starts = [at for at in outer if lines[at].startswith("- ") is listed]
    if listed and len(starts) < len(outer):
        return None
    # To YAML, a tab is no blank, and a mark of a document begins in the first column.
    before = (line.rstrip(" ") for line in lines[: starts[0]])
    if not all(line in ("", "---") or line.lstrip(" ")[0] == "#" for line in before):
        return None
    ends = [_end(lines, start, behind) for start, behind in itertools.pairwise(starts)]
    return list(zip(starts, [*ends, len(lines) - (not lines[-1])], strict=True))


def _end(lines: list[str], start: int, behind: int) -> int:
    """Return where an entry ends before the next; the comments of that are not its own."""
    at, end = behind, behind
    while at > start and (not lines[at - 1] or lines[at - 1][0] == "#"):
        at -= 1
        if lines[at]:
            end = at
    return end


def entry(lines: list[str], first: int) -> Node | None:
    """Return the node of one entry, a list or a record with one thing in it; None if not simple.

    `lines` are those of the entry, without their ends; the last is empty, as behind the end of a
    line. `first` is the number of their first in the file, from 0.
    """
    text = _Lines(lines, first)
    try:
        at, indent = text.next(0)
        if indent or lines[-1]:
            return None
        node, at = _block(text, at, 0)
    except _NotSimple:
        return None
    return node if at == len(lines) else None


class _Lines:
    """The lines of an entry."""

    __slots__ = ("first", "lines")

    def __init__(self, lines: list[str], first: int) -> None:
        self.lines = lines
        self.first = first

    def next(self, at: int) -> tuple[int, int]:
        """Return the next line that is not blank, from `at` on, and its indentation.

        Behind the last line that is as many lines as there are, and -1.
        """
        lines = self.lines
        while at < len(lines):
            line = lines[at]
            indent = len(line) - len(line.lstrip(" "))
            if indent < len(line):
                return at, indent
            at += 1
        return at, -1

    def place(self, at: int, indent: int) -> tuple[int, int]:
        """Return where a list or record ends: where the next thing begins."""
        return (self.first + min(at, len(self.lines) - 1), max(indent, 0))


def _block(text: _Lines, at: int, column: int) -> tuple[Node, int]:
    """Return the list or record that begins at this column of a line, and the line behind it."""
    if column > FURTHEST:
        raise _NotSimple
    if text.lines[at].startswith("- ", column):
        return _sequence(text, at, column)
    return _mapping(text, at, column)


def _sequence(text: _Lines, at: int, column: int) -> tuple[Node, int]:
    start, items = (text.first + at, column), []
    while True:
        line = text.lines[at]
        dash = _DASH.match(line, column)
        if dash is None:
            raise _NotSimple
        inner = dash.end()
        if _KEY.fullmatch(line, inner):
            item, at = _mapping(text, at, inner)
        else:
            item, at = _value(text, at, inner, line[inner:], column)
        items.append(item)
        at, indent = text.next(at)
        if indent > column:
            raise _NotSimple
        if indent < column or not text.lines[at].startswith("- ", column):
            return Node("sequence", items, start, text.place(at, indent)), at


def _mapping(text: _Lines, at: int, column: int) -> tuple[Node, int]:
    start, pairs = (text.first + at, column), []
    while True:
        found = _KEY.fullmatch(text.lines[at], column)
        if found is None:
            raise _NotSimple
        number = text.first + at
        key = Node("scalar", found[1], (number, column), (number, found.end(1)))
        if found[2] is not None and found[2][0] != "#":
            value, at = _value(text, at, found.start(2), found[2], column)
        else:
            at, indent = text.next(at + 1)
            listed = indent == column and text.lines[at].startswith("- ", column)
            if indent <= column and not listed:
                raise _NotSimple
            value, at = _block(text, at, indent)
        pairs.append((key, value))
        at, indent = text.next(at)
        if indent > column:
            raise _NotSimple
        if indent < column or text.lines[at].startswith("- ", column):
            return Node("mapping", pairs, start, text.place(at, indent)), at


def _value(text: _Lines, at: int, column: int, typed: str, outer: int) -> tuple[Node, int]:
    """Return what is typed from a column of a line on; `outer` is the column of what it is in."""
    sign = typed[0]
    if sign in _SPANS:
        return _span(text, at, column, typed, outer)
    if typed[-1] == " ":
        raise _NotSimple
    number = text.first + at
    start, end = (number, column), (number, column + len(typed))
    if sign == "[":
        return _brackets(typed, number, column), at + 1
    if sign == "{":
        return _braces(typed, number, column), at + 1
    if sign in ('"', "'"):
        inner = typed[1:-1]
        if len(typed) < 2 or typed[-1] != sign or sign in inner or "\\" in inner:
            raise _NotSimple
        return Node("scalar", inner, start, end, style=sign), at + 1
    if not (sign in _STARTS or sign > "\x7f" or (sign == "-" and typed[1:2].isdigit())):
        raise _NotSimple
    if _ODD.search(typed):
        raise _NotSimple
    return Node("scalar", typed, start, end), at + 1


def _brackets(typed: str, line: int, column: int) -> Node:
    """Return a list in brackets, of plain texts."""
    items: list[Node] = []
    at, last = 1, len(typed) - 1
    if typed[-1] != "]":
        raise _NotSimple
    while at < last or not items:
        found = _ITEM.match(typed, at)
        if typed == "[]":
            break
        if found is None or typed[found.end()] != ("]" if found.end() == last else ","):
            raise _NotSimple
        if found[1][0] > _LAST_LETTER:
            raise _NotSimple
        begins, ends = found.span(1)
        items.append(Node("scalar", found[1], (line, column + begins), (line, column + ends)))
        at = found.end() + 1
    if at != len(typed) and typed != "[]":
        raise _NotSimple
    end = (line, column + len(typed))
    return Node("sequence", items, (line, column), end, flow_style=True)


def _braces(typed: str, line: int, column: int) -> Node:
    """Return a record in braces, of plain texts and lists of them."""
    pairs: list[tuple[Node, Node]] = []
    at, last = 1, len(typed) - 1
    if typed[-1] != "}":
        raise _NotSimple
    while at <= last:
        found = _PAIR.match(typed, at)
        if found is None or (typed[found.end()] == "}") != (found.end() == last):
            raise _NotSimple
        if found[2] and found[2][0] > _LAST_LETTER:
            raise _NotSimple
        key = Node("scalar", found[1], *_within(line, column, found, 1))
        if found[2]:
            value = Node("scalar", found[2], *_within(line, column, found, 2))
        else:
            value = _brackets(found[3], line, column + found.start(3))
        pairs.append((key, value))
        at = found.end() + 1
    end = (line, column + len(typed))
    return Node("mapping", pairs, (line, column), end, flow_style=True)


def _within(
    line: int, column: int, found: re.Match[str], group: int
) -> tuple[tuple[int, int], tuple[int, int]]:
    return (line, column + found.start(group)), (line, column + found.end(group))


def _span(text: _Lines, at: int, column: int, typed: str, outer: int) -> tuple[Node, int]:
    """Return a block of text, whose lines are indented further than `outer`."""
    if typed not in ("|", "|-", ">", ">-"):
        raise _NotSimple
    lines = text.lines
    start = at + 1
    if start >= len(lines) or not lines[start]:
        raise _NotSimple
    indent = len(lines[start]) - len(lines[start].lstrip(" "))
    if indent <= outer or indent == len(lines[start]) or lines[start][indent] == "\t":
        raise _NotSimple
    margin = lines[start][:indent]
    end = start + 1
    while end < len(lines) and (not lines[end] or lines[end].startswith(margin)):
        end += 1
    if end == len(lines):
        end -= 1  # the empty one behind the last
    body = [line[indent:] for line in lines[start:end]]
    while not body[-1]:
        body.pop()
    if end < len(lines) and lines[end] and not lines[end].strip(" "):
        raise _NotSimple
    value = "\n".join(body)
    if typed[0] == ">":
        value = _folded(value)
    value += "" if typed.endswith("-") else "\n"
    place = (text.first + at, column)
    return Node("scalar", value, place, (text.first + end, 0), style=typed[0]), end


_BREAKS = patterns.of(r"\n+")


def _folded(text: str) -> str:
    """Return a text with its lines joined; a blank line stays the end of a line."""
    if "\n " in text:
        raise _NotSimple
    return _BREAKS.sub(lambda found: "\n" * (len(found[0]) - 1) or " ", text)
