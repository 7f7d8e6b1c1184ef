"""The events of a long timeline as data files, for its filter: a reader's browser asks for few.

    files = event_data.files(timeline, language)
    files["data/events/2012.json"]              # what a filter compares, of the events of a year
    files["data/events/2012-words-1.json"]      # what a list shows of its first 500

They follow the list of the timeline: a window is a year, or the hundred years that the list has in
its place, and in it events are in order of time. Values stand in columns, and a facet is an index:
by id the numbers of its events, each as the step from the one before. Days are numbers that
compare, 20120317, and None is an end that is open or unknown.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import partial

from markupsafe import Markup

from dateline import later, listing, routes
from dateline.artifacts import Artifact, Made
from dateline.dates import Day
from dateline.language import Language
from dateline.model import Event, Timeline

FOLDER = "data/events/"
BLOCK = 500
"""How many events' words there are in a file."""


def files(timeline: Timeline, language: Language) -> dict[str, Artifact]:
    """Return the data files by path; none in a small timeline."""
    found: dict[str, Artifact] = {}
    for name, events in _windows(timeline):
        key = later.key("events", *map(_compared, events))
        found[f"{FOLDER}{name}.json"] = Made(key, partial(_index, events))
        for number, block in enumerate(_blocks(events), 1):
            key = later.key("words", *(_shown(event, language) for event in block))
            path = f"{FOLDER}{name}-words-{number}.json"
            found[path] = Made(key, partial(_words, block, language))
    return found


def windows(timeline: Timeline, language: Language) -> Markup:
    """Return what there is to ask for, as JSON for a `<script>`.

    Of each window its name, the versions of its index and of its words, how many events it has, how
    many of them are in a file of words, and the first and last day that these may have been on.
    """
    if "windows" not in timeline.memo:
        rows = [_row(name, events, language) for name, events in _windows(timeline)]
        timeline.memo["windows"] = Markup(json.dumps(rows, separators=(",", ":")))  # noqa: S704 - names and numbers
    found: Markup = timeline.memo["windows"]
    return found


def _row(name: str, events: Sequence[Event], language: Language) -> list[object]:
    index = later.key("events", *map(_compared, events))[:8]
    words = later.key("words", *(_shown(event, language) for event in events))[:8]
    firsts = [_number(event.date.first) for event in events]
    lasts = [_number(event.date.last) for event in events]
    first = None if None in firsts else min(filter(None, firsts), default=None)
    last = None if None in lasts else max(filter(None, lasts), default=None)
    return [name, index, words, len(events), BLOCK, first, last]


def _windows(timeline: Timeline) -> Iterator[tuple[str, tuple[Event, ...]]]:
    """Yield the parts of the whole list that have events, by name."""
    if not timeline.is_large:
        return
    events = tuple(timeline.events.values())
    spread = routes.lists(timeline)[routes.TIMELINE]
    for stretch in spread.top:
        end = _end(spread, stretch)
        yield stretch.name, events[stretch.start : end]


def _end(spread: listing.Spread, stretch: listing.Stretch) -> int:
    """Return where a part of the whole ends with all of its pages."""
    return spread.stretches[stretch.parts[-1]].end if stretch.parts else stretch.end


def _blocks(events: Sequence[Event]) -> Iterator[Sequence[Event]]:
    yield from (events[n : n + BLOCK] for n in range(0, len(events), BLOCK))


def _compared(event: Event) -> tuple[object, ...]:
    """Return all that a filter compares of an event."""
    date = event.date
    return (
        tuple(date.first or ()),
        tuple(date.last or ()),
        event.phase,
        event.actors,
        event.places,
        event.tags,
        event.status,
    )


def _shown(event: Event, language: Language) -> tuple[str, str, str, str]:
    """Return all that a list of what was found shows of an event."""
    return event.id, language.date(event.date), event.title, event.summary


def _index(events: Sequence[Event]) -> bytes:
    facets: dict[str, dict[str, list[int]]] = {
        key: defaultdict(list) for key in ("phase", "actor", "place", "tag", "status")
    }
    for number, event in enumerate(events):
        named = {
            "phase": (event.phase,) if event.phase else (),
            "actor": event.actors,
            "place": event.places,
            "tag": event.tags,
            "status": (event.status,),
        }
        for key, ids in named.items():
            for id in dict.fromkeys(ids):
                facets[key][id].append(number)
    return _json(
        {
            "first": [_number(event.date.first) for event in events],
            "last": [_number(event.date.last) for event in events],
            "facets": {
                key: {id: _steps(numbers) for id, numbers in sorted(ids.items())}
                for key, ids in facets.items()
            },
        }
    )


def _words(events: Sequence[Event], language: Language) -> bytes:
    names = ("id", "date", "title", "summary")
    columns = zip(*(_shown(event, language) for event in events), strict=True)
    return _json({name: list(column) for name, column in zip(names, columns, strict=True)})


def _steps(numbers: Sequence[int]) -> list[int]:
    return [number - before for before, number in zip([0, *numbers], numbers, strict=False)]


def _number(day: Day | None) -> int | None:
    return day.year * 10_000 + day.month * 100 + day.day if day else None


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace")
