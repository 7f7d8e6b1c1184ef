"""What was published, has changed since, and was put right in silence: the rule of `--since`.

uncorrected.look(now, before, "v1.2", faults)     # two `source.Content`
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from msgspec import Struct

from dateline import schema, source
from dateline.model import Event, Figure
from dateline.problems import Faults, Spot
from dateline.source import Content

if TYPE_CHECKING:
    from dateline.nodes import Node

HINT = "write into 'corrections' what was wrong and what is right, with the day"


class _Change(Struct, frozen=True):
    """What changed about an event: the field that it is told at, and the words for it."""

    field: str
    message: str


def look(now: Content, before: Content, revision: str, faults: Faults) -> None:
    """Warn of each published event whose date, title, status or figures changed unsaid.

    A draft, then or now, was or is not published. A new entry in `corrections` speaks for all
    that changed about its event; of one that is retracted its `reason` speaks. What has faults
    today is told of elsewhere; what had faults then is passed over. An event that was renamed is
    found by its `aliases`.
    """
    then = schema.timeline(before, Faults()).events
    for event in schema.timeline(now, Faults()).events.values():
        old = next((then[id] for id in (event.id, *event.aliases) if id in then), None)
        if old is None or Counter(event.corrections) - Counter(old.corrections):
            continue
        for change in _changes(old, event):
            message = f"{change.message} since '{revision}', but no correction says so"
            faults.warn(_spot(now, event.id, change.field), message, HINT, change.field)


def _changes(old: Event, new: Event) -> Iterator[_Change]:
    pairs = {
        "date": (old.date.text, new.date.text),
        "title": (old.title, new.title),
        "status": (old.status, new.status),
    }
    for field, (was, now) in pairs.items():
        if was != now:
            message = f"the {field} of '{new.id}' changed from '{was}' to '{now}'"
            yield _Change(field, message)
    for figure, was, now in _figures(old, new):
        message = f"the figure '{figure}' of '{new.id}' changed from {was} to {now}"
        if not now:
            message = f"the figure '{figure}' of '{new.id}', {was}, is gone"
        yield _Change("figures", message)


def _figures(old: Event, new: Event) -> Iterator[tuple[str, str, str]]:
    """Yield what is counted, what it was and what it is now: '' if nobody says so any more.

    A figure is known by what it counts and by who gives it. One that is new changes nothing.
    """
    for what, by in dict.fromkeys((figure.what, figure.by) for figure in old.figures):
        was, now = (
            Counter(
                _amount(figure)
                for figure in event.figures
                if (figure.what, figure.by) == (what, by)
            )
            for event in (old, new)
        )
        if was - now:
            yield what, " and ".join(was - now), " and ".join(now - was)


def _amount(figure: Figure) -> str:
    """Return a figure as an editor would write it."""
    about = "about " if figure.approximate else ""
    if figure.min == figure.max:
        return f"{about}{figure.min}"
    if figure.min is None or figure.max is None:
        bound = f"at most {figure.max}" if figure.min is None else f"at least {figure.min}"
        return about + bound
    return f"{about}{figure.min} to {figure.max}"


def _spot(content: Content, id: str, field: str) -> Spot:
    """Return the place of a field of an event; that of its id, if the field is not there."""
    for path, tree in content.trees.items():
        if not path.startswith("events") or tree.root is None:
            continue
        for node in tree.root.value:
            places = {key.value: (key, value) for key, value in _pairs(node)}
            if "id" in places and places["id"][1].value == id:
                key, value = places.get(field, places["id"])
                return source.spot(tree.document, value if value.id == "scalar" else key)
    raise LookupError(f"the event '{id}' is in no file")


def _pairs(node: Node) -> list[tuple[Node, Node]]:
    return list(node.value) if node.id == "mapping" else []
