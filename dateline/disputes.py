"""What pages show of everything on which accounts differ: `/disputed/` and those below it."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from msgspec import Struct

from dateline.model import Event, Phase, Timeline
from dateline.views import Card, Claims, DisputedEvent, Disputes, Link, When

_Claims = Callable[[Event], tuple[Claims, ...]]


class Parts(Struct, frozen=True):
    """How the parts of the page are made: each numbers what it cites."""

    card: Callable[[Event], Card]
    phase: Callable[[Phase], tuple[Link, When]]
    points: _Claims
    figures: _Claims


def groups(timeline: Timeline, events: Iterable[Event], parts: Parts) -> tuple[Disputes, ...]:
    """Return disputed events, which are in order of time, by phase."""
    by_phase: dict[str, list[Event]] = {id: [] for id in timeline.by_phase}
    for event in events:
        by_phase[event.phase].append(event)
    return tuple(
        _group(timeline.phases.get(id), events, parts) for id, events in by_phase.items() if events
    )


def _group(phase: Phase | None, events: Iterable[Event], parts: Parts) -> Disputes:
    link, when = parts.phase(phase) if phase else (Link(""), None)
    return Disputes(
        id=phase.id if phase else "",
        link=link,
        when=when,
        colour=phase.colour if phase else "",
        events=tuple(_event(event, parts) for event in events),
    )


def _event(event: Event, parts: Parts) -> DisputedEvent:
    card = parts.card(event)
    return DisputedEvent(
        card.link, card.when, card.status, parts.points(event), parts.figures(event)
    )
