"""What long lists hold, in which order, and how much room each thing takes on a page.

    found = filing.lists(timeline, full=80, kept=())
    found["actor", "crew"].days                 # the first day of each of its events, in order
    filing.disputed(timeline)                   # the events of the list of what is disputed

The events of the timeline and of its entries are lists; so are what an event led to, what cites a
source, what is disputed, and the corrections. `routes` spreads those that are too long over pages,
`large_pages` makes the pages. A weight is reckoned from the lengths of texts: nothing is printed
for it, and it need not be exact.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Container, Iterable, Iterator
from itertools import chain
from typing import TypeVar

from msgspec import Struct

from dateline import evidence
from dateline.dates import Day
from dateline.model import Correction, Event, Prose, Timeline

Key = tuple[str, str]
"""What a list belongs to: the kind and the id of an entry, or one of these."""
TIMELINE, DISPUTED, CORRECTIONS = ("timeline", ""), ("disputed", ""), ("corrections", "")

UNIT = 1_700
"""How many bytes of HTML weigh 1: an event in a list, with a summary of two sentences."""
_CARD, _CITING, _CLAIM, _MARK, _SOURCE = 700, 400, 250, 350, 800
"""What an event in a list, a page that cites something, one side of a dispute, a citation, and a
source below take besides their texts."""
_SENTENCE = 600
"""How long a sentence that cites something is at most, as a rule."""

_Item = tuple[Day | None, int]
_List = tuple[Key, list[_Item], int]
"""What a list belongs to, the day and weight of each thing in it, and the weight beside it."""
_T = TypeVar("_T")


class Filed(Struct, frozen=True):
    """The first day and the weight of each thing in a list, in its order."""

    days: tuple[Day | None, ...]
    weights: tuple[int, ...]
    is_long: bool
    """Whether the page that it belongs to has no room for all of it."""


def lists(timeline: Timeline, full: int, kept: Iterable[Key]) -> dict[Key, Filed]:
    """Return the lists that are spread over pages.

    In a large timeline these are the list of all events, and those for which the page that they
    belong to has no room, as it bears a weight of `full`. Those in `kept` are always among them,
    if what they belong to is there.
    """
    keep = frozenset(kept)
    there = {"event": timeline.events, "source": timeline.sources}
    found = {key: Filed((), (), is_long=False) for key in keep if key[1] in there.get(key[0], ())}
    for key, items, beside in _all(timeline, full, keep):
        is_long = timeline.is_large and sum([weight for _, weight in items]) + beside > full
        if key in keep or is_long or (timeline.is_large and key == TIMELINE):
            found[key] = Filed(
                tuple([day for day, _ in items]),
                tuple([weight for _, weight in items]),
                is_long=is_long,
            )
    return found


def row(event: Event) -> tuple[object, ...]:
    """Return all that it depends on where an event stands: with the same rows, the same lists."""
    changes = [(change.date.text, _correction(event, change)) for change in event.corrections]
    return (
        event.id,
        event.aliases,
        event.draft,
        event.date.text,
        event.phase,
        event.actors,
        event.places,
        event.tags,
        event.causes,
        event.sources,
        _card(event),
        _prose(event.text),
        _claims(event),
        _differences(event) if is_open(event) else 0,
        list(_quoted(event)),
        changes,
    )


# What is in the lists that are not those of the events of an entry.


def is_open(event: Event) -> bool:
    """Return whether accounts of an event differ, and it was not withdrawn."""
    contested = event.status == "disputed" or event.disputed or (event.figures and differing(event))
    return event.status != "retracted" and bool(contested)


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


def disputed(timeline: Timeline) -> tuple[Event, ...]:
    """Return the events on which accounts differ, in order of time."""
    return _remembered(
        timeline, "disputed", lambda: tuple(filter(is_open, timeline.events.values()))
    )


def consequences(timeline: Timeline) -> dict[str, list[Event]]:
    """Return by id what each event led to, in order of time; of most events nothing."""
    return _remembered(timeline, "consequences", lambda: _consequences(timeline))


def corrections(timeline: Timeline) -> list[tuple[Event, Correction]]:
    """Return every correction with its event, the oldest first.

    Those of one day stand in the order of their events, the retracted ones last.
    """
    events = (*timeline.events.values(), *timeline.retracted_events.values())
    found = [(event, change) for event in events for change in event.corrections]
    return sorted(found, key=lambda item: item[1].date.text)


def by_day(items: Iterable[_T], day: Callable[[_T], Day | None]) -> list[_T]:
    """Return what cites a source in the order of its list.

    They are given as events, in order of time, and then the others. In the list stands first what
    has no day: events of which it is not known when they began, and all that is no event.
    """
    return sorted(items, key=lambda item: day(item) is not None)


def _consequences(timeline: Timeline) -> dict[str, list[Event]]:
    found: dict[str, list[Event]] = defaultdict(list)
    for event in timeline.events.values():
        for cause in event.causes:
            found[cause].append(event)
    return found


def _remembered(timeline: Timeline, name: str, make: Callable[[], _T]) -> _T:
    if name not in timeline.memo:
        timeline.memo[name] = make()
    found: _T = timeline.memo[name]
    return found


# Every list with its weights, and the weight of what stands beside it on its page.


def _all(timeline: Timeline, full: int, keep: Container[Key]) -> Iterator[_List]:
    yield from _of_entries(timeline)
    yield from _of_causes(timeline)
    yield from _of_sources(timeline, full, keep)
    yield DISPUTED, [(event.date.first, _differences(event)) for event in disputed(timeline)], 0
    changes = [
        (change.date.first, _correction(event, change)) for event, change in corrections(timeline)
    ]
    yield CORRECTIONS, changes, 0


def _of_entries(timeline: Timeline) -> Iterator[_List]:
    """Yield the lists of the events of the timeline, and of each of its entries."""
    found: dict[Key, list[_Item]] = {TIMELINE: []}
    registries = {
        "phase": timeline.phases,
        "actor": timeline.actors,
        "place": timeline.places,
        "tag": timeline.tags,
    }
    found |= {(kind, id): [] for kind, registry in registries.items() for id in registry}
    for event in timeline.events.values():
        item = event.date.first, _card(event)
        found[TIMELINE].append(item)
        named = {
            "phase": (event.phase,),
            "actor": event.actors,
            "place": event.places,
            "tag": event.tags,
        }
        for kind, ids in named.items():
            for id in dict.fromkeys(ids):
                if (kind, id) in found:  # What is not there is a fault that `check` tells.
                    found[kind, id].append(item)
    for key, items in found.items():
        yield key, items, _of_phase(timeline, key[1]) if key[0] == "phase" else 0


def _of_causes(timeline: Timeline) -> Iterator[_List]:
    """Yield the list of what each event led to."""
    events = timeline.events
    for id, found in consequences(timeline).items():
        if id in events:
            causes = sum([_card(events[cause]) for cause in events[id].causes if cause in events])
            beside = _prose(events[id].text) + _claims(events[id]) + causes
            yield ("event", id), [(event.date.first, _card(event)) for event in found], beside


def _of_sources(timeline: Timeline, full: int, keep: Container[Key]) -> Iterator[_List]:
    """Yield the list of what cites each source, of those that may be spread over pages."""
    found: dict[str, list[_Item]] = {
        id: [] for id in timeline.sources.keys() & _often_cited(timeline, full, keep)
    }
    for day, cited in _citing(timeline) if found else ():
        for id, weight in cited:
            if id in found:
                found[id].append((day, weight))
    for id, items in found.items():
        yield ("source", id), by_day(items, lambda item: item[0]), 0


def _often_cited(timeline: Timeline, full: int, keep: Container[Key]) -> set[str]:
    """Return the sources that too much cites for one page, and perhaps some more."""
    # Nearly all are cited by a few events, which is found out much faster than how much they quote.
    counts = Counter(chain.from_iterable([event.sources for event in timeline.events.values()]))
    counts.update(chain.from_iterable([actor.sources for actor in timeline.actors.values()]))
    for cited in map(_quoted, filter(_quotes, timeline.events.values())):
        counts.update(dict(cited))
    for text in _bodies(timeline):
        counts.update(_in_body(text))
    return {id for id, weight in counts.items() if weight > full or ("source", id) in keep}


def _citing(timeline: Timeline) -> Iterator[tuple[Day | None, Iterable[tuple[str, int]]]]:
    """Yield for all that cites sources its day and these, with the weight of what it quotes."""
    for event in timeline.events.values():
        yield event.date.first, _quoted(event)
    for body in _bodies(timeline):
        yield None, _in_body(body).items()
    for actor in timeline.actors.values():
        yield None, dict.fromkeys(actor.sources, 1).items()


def _bodies(timeline: Timeline) -> list[Prose]:
    phases = [phase.body for phase in timeline.phases.values()]
    return phases + [page.body for page in timeline.pages.values()]


# Weights.


def _weight(size: int) -> int:
    return max(1, -(-size // UNIT))


def _size(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode())


def _card(event: Event) -> int:
    """Return the weight of an event in a list."""
    names = 110 * (len(event.actors) + len(event.places))
    return _weight(_CARD + _size(event.title) + _size(event.summary) + names)


def _correction(event: Event, change: Correction) -> int:
    """Return the weight of a correction."""
    return _weight(_CITING + 2 * _size(event.title) + _size(change.text))


def _prose(prose: Prose | None) -> int:
    """Return the weight of a Markdown text and of the sources that it cites."""
    if prose is None:
        return 0
    return (_size(prose.text) * 5 // 4 + _cited(evidence.in_text(prose))) // UNIT


def _of_phase(timeline: Timeline, id: str) -> int:
    """Return the weight of the text of a phase, and of the drawing of who was active when."""
    lanes = Counter(actor for event in timeline.by_phase[id] for actor in event.actors)
    drawn = (500 * len(lanes) + 200 * lanes.total()) // UNIT
    return _prose(timeline.phases[id].body) + drawn


def _cited(sources: Collection[str]) -> int:
    """Return the size of citations, and of the list of what they cite."""
    return _MARK * len(sources) + _SOURCE * len(set(sources))


def _differences(event: Event) -> int:
    """Return the weight of what is disputed about an event."""
    return _weight(_CARD + _size(event.title)) + _claims(event)


def _claims(event: Event) -> int:
    """Return the weight of the positions and figures of an event, with their sources."""
    size, sources = 0, list[str]()
    for dispute in event.disputed:
        size += _CLAIM + _size(dispute.point)
        for position in dispute.positions:
            size += _CLAIM + _size(position.says)
            sources += position.sources
    for figure in event.figures:
        size += _CLAIM + 2 * _size(figure.what) + _size(figure.note)
        sources += figure.sources
    return (size + _cited(sources)) // UNIT


def _quotes(event: Event) -> bool:
    """Say whether an event cites more than the list of its sources."""
    return bool(event.disputed or event.figures or (event.text and evidence.in_text(event.text)))


def _quoted(event: Event) -> Iterable[tuple[str, int]]:
    """Return what an event cites, each with the weight of what it is cited for."""
    if not _quotes(event):
        return dict.fromkeys(event.sources, 1).items()
    in_text = evidence.in_text(event.text) if event.text else ()
    sizes = dict.fromkeys(event.sources, _CITING)
    quotes = [(id, _quote(event.text)) for id in in_text if event.text]
    for dispute in event.disputed:
        for position in dispute.positions:
            size = _CLAIM + _size(dispute.point) + _size(position.says)
            quotes += [(id, size) for id in position.sources]
    for figure in event.figures:
        quotes += [(id, _CLAIM + _size(figure.what)) for id in figure.sources]
    for id, size in quotes:
        sizes[id] = sizes.get(id, _CITING) + size
    return {id: _weight(size) for id, size in sizes.items()}.items()


def _in_body(body: Prose) -> dict[str, int]:
    """Return what the text of a phase or page cites, each with the weight of what is quoted."""
    often = Counter(evidence.in_text(body))
    return {id: _weight(_CITING + n * _quote(body)) for id, n in often.items()}


def _quote(prose: Prose) -> int:
    return _CLAIM + min(_size(prose.text), _SENTENCE)
