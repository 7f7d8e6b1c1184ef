"""The page of everything on which accounts differ: `/disputed/`."""

from __future__ import annotations

from collections import defaultdict
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


def is_open(event: Event) -> bool:
    """Return whether accounts of an event differ, and it was not withdrawn."""
    contested = event.status == "disputed" or event.disputed or differing(event)
    return event.status != "retracted" and bool(contested)


def groups(timeline: Timeline, parts: Parts) -> tuple[Disputes, ...]:
    """Return the disputed events by phase, all in order of time."""
    by_phase: dict[str, list[Event]] = defaultdict(list)
    for phase, events in timeline.by_phase.items():
        by_phase[phase] += filter(is_open, events)
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


def differing(event: Event) -> frozenset[str]:
    """Return the measures of an event for which several sides give different numbers."""
    by_measure: dict[str, dict[tuple[str, ...], set[tuple[int | None, int | None]]]] = {}
    for figure in event.figures:
        sides = by_measure.setdefault(figure.what, {})
        sides.setdefault(figure.by, set()).add((figure.min, figure.max))
    return frozenset(
        what
        for what, sides in by_measure.items()
        if len(sides) > 1 and len(set().union(*sides.values())) > 1
    )
