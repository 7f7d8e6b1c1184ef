"""What an editor wrote as YAML, before anything is made of it: texts, lists and records.

    - id: lift-off        # Node("sequence", [Node("mapping", [(Node("scalar", "id", …), …)])])

Like PyYAML's nodes, but small: a timeline of ten thousand events has half a million of them.
"""

from __future__ import annotations

from typing import Any

from msgspec import Struct

Place = tuple[int, int]
"""A place in a file: line and column, both counted from 0."""


class Node(Struct, gc=False):
    """A text (`scalar`), a list (`sequence`) or a record (`mapping`), and where it stands."""

    id: str
    value: Any
    """The text; or a list of nodes; or a list of pairs of nodes, in the order of the file."""
    start: Place
    """Where it begins."""
    end: Place
    """Where it ends: behind its last character, or where the next thing begins."""
    style: str | None = ""
    """The sign that the text begins with: `"`, `'`, `|` or `>`; nothing for a plain one."""
    flow_style: bool = False
    """Whether a list or a record stands in brackets."""

    @property
    def line(self) -> int:
        """The line that it begins in, counted from 0."""
        return self.start[0]
