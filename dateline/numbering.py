"""The numbers of a page's sources, and the anchors of the places that cite them."""

from __future__ import annotations

from msgspec import Struct, field


class Notes(Struct):
    """Numbers the sources of one page in the order in which they are first cited."""

    anchors: dict[str, list[str]] = field(default_factory=dict)
    """By source, a name for each place that cites it."""
    unseen: set[str] = field(default_factory=set)
    """Anchors that are not on the page after all."""

    def cite(self, id: str) -> tuple[int, str]:
        """Return the number of a source, and a new anchor for the place that cites it."""
        anchors = self.anchors.setdefault(id, [])
        anchors.append(f"cite-{id}-{len(anchors) + 1}")
        return list(self.anchors).index(id) + 1, anchors[-1]
