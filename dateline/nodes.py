"""What an editor wrote as YAML, before anything is made of it: texts, lists and records.

    - id: lift-off        # Node("sequence", [Node("mapping", [(Node("scalar", "id", …), …)])])

Like PyYAML's nodes, but small: a timeline of ten thousand events has half a million of them.
"""

from __future__ import annotations

from typing import Any, NamedTuple


class Mark(NamedTuple):
    """A place in a file: line and column, both counted from 0."""

    line: int
    column: int


class Node:
    """A text (`scalar`), a list (`sequence`) or a record (`mapping`), and where it stands."""

    __slots__ = (
        "column",
        "end_column",
        "end_line",
        "flow_style",
        "id",
        "line",
        "style",
        "value",
    )

    def __init__(
        self,
        id: str,
        value: Any,
        start: tuple[int, int],
        end: tuple[int, int],
        *,
        style: str | None = "",
        flow_style: bool = False,
    ) -> None:
        self.id = id
        self.value = value
        """The text; or a list of nodes; or a list of pairs of nodes, in the order of the file."""
        self.line, self.column = start
        self.end_line, self.end_column = end
        self.style = style
        """The sign that the text begins with: `"`, `'`, `|` or `>`; nothing for a plain one."""
        self.flow_style = flow_style
        """Whether a list or a record stands in brackets."""

    @property
    def start_mark(self) -> Mark:
        """Where it begins."""
        return Mark(self.line, self.column)

    @property
    def end_mark(self) -> Mark:
        """Where it ends: behind its last character, or where the next thing begins."""
        return Mark(self.end_line, self.end_column)
