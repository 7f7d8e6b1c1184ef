"""The page of all corrections, and its feed."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from dateline import routes
from dateline.language import Language
from dateline.model import Correction, Event, Timeline
from dateline.views import Corrected, CorrectionsFeed, CorrectionsPage, Frame, Link, When
from dateline.vocabulary import marked

TITLE = marked("Corrections")
ABOUT = marked("What was wrong on a published page of this timeline, and when it was put right.")
POLICY = marked(
    "Nothing is put right in silence: when a date, a figure, a title or a status that was "
    "published proves wrong, it is changed where it stands, and what was wrong stays written here."
)
NEVER = "1970-01-01"
"""The day of a feed's last change, which Atom requires, while there is no correction yet."""


def page(frame: Frame, items: tuple[Corrected, ...], language: Language) -> CorrectionsPage:
    """Return the view of the page; its feed needs absolute addresses."""
    say = language.text
    feed = routes.CORRECTIONS_FEED.rpartition("/")[2] if frame.base_url else ""
    return CorrectionsPage(frame, say(TITLE), say(ABOUT), say(POLICY), items, feed)


def feed(frame: Frame, items: tuple[Corrected, ...], language: Language) -> CorrectionsFeed:
    """Return the view of the feed."""
    updated = max((item.day for item in items), default=NEVER)
    page = frame.base_url + routes.CORRECTIONS
    return CorrectionsFeed(frame, language.text(TITLE), page, updated, items)


def items(
    timeline: Timeline,
    link: Callable[[Event], Link],
    when: Callable[[Correction], When],
) -> tuple[Corrected, ...]:
    """Return every correction, the newest first; those of one day in the order of their events."""
    found = [item for event in _events(timeline) for item in _of(event, link(event), when)]
    return tuple(sorted(found, key=lambda item: item.day, reverse=True))


def _events(timeline: Timeline) -> Iterator[Event]:
    yield from timeline.events.values()
    yield from timeline.retracted_events.values()


def _of(event: Event, link: Link, when: Callable[[Correction], When]) -> Iterator[Corrected]:
    """Yield the corrections of an event, each with an anchor that stays what it is.

    It is made of the event's id and the day, and of a number if that day has more than one. An
    id has no underscore, so no two can be the same.
    """
    days: dict[str, int] = {}
    for change in event.corrections:
        day = change.date.text
        days[day] = number = days.get(day, 0) + 1
        anchor = f"{event.id}_{day}" + (f"_{number}" if number > 1 else "")
        yield Corrected(anchor, day, when(change), change.text, link)
