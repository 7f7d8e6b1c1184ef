"""The page of all corrections, and its feed; `large_pages` makes the pages of very many."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable

from dateline import filing, routes
from dateline.language import Language
from dateline.model import Correction, Event, Timeline
from dateline.views import Corrected, CorrectionsFeed, CorrectionsPage, Frame, Link, Spread, When
from dateline.vocabulary import marked

TITLE = marked("Corrections")
ABOUT = marked("What was wrong on a published page of this timeline, and when it was put right.")
POLICY = marked(
    "Nothing is put right in silence: when a date, a figure, a title or a status that was "
    "published proves wrong, it is changed where it stands, and what was wrong stays written here."
)
NEVER = "1970-01-01"
"""The day of a feed's last change, which Atom requires, while there is no correction yet."""
NEWEST, FEED = 30, 50
"""How many corrections the page and the feed have, where all are too many for one page."""


def page(
    frame: Frame, items: Iterable[Corrected], language: Language, spread: Spread | None
) -> CorrectionsPage:
    """Return the view of the page; its feed needs absolute addresses.

    `spread` tells where the corrections are if they are too many for it.
    """
    say = language.text
    feed = routes.CORRECTIONS_FEED.rpartition("/")[2] if frame.base_url else ""
    shown = newest_first(items)[: NEWEST if spread else None]
    return CorrectionsPage(frame, say(TITLE), say(ABOUT), say(POLICY), shown, feed, spread)


def feed(
    frame: Frame, items: Iterable[Corrected], language: Language, spread: Spread | None
) -> CorrectionsFeed:
    """Return the view of the feed."""
    shown = newest_first(items)[: FEED if spread else None]
    updated = max((item.day for item in shown), default=NEVER)
    page = frame.base_url + routes.CORRECTIONS
    return CorrectionsFeed(frame, language.text(TITLE), page, updated, shown)


def newest_first(items: Iterable[Corrected]) -> tuple[Corrected, ...]:
    """Return corrections by day, the newest first; those of one day in the order they have."""
    return tuple(sorted(items, key=lambda item: item.day, reverse=True))


def items(
    timeline: Timeline, link: Callable[[Event], Link], when: Callable[[Correction], When]
) -> tuple[Corrected, ...]:
    """Return every correction in the order of their list, and with the page that it stands on."""
    found = filing.corrections(timeline)
    below = [""] * len(found)
    if routes.is_spread(timeline, routes.CORRECTIONS):
        names = routes.lists(timeline)[routes.CORRECTIONS].names()
        below = [routes.below("", name) for name in names]
    anchors: Counter[str] = Counter()
    return tuple(
        Corrected(
            _anchor(event, change, anchors), change.date.text, when(change), change.text,
            link(event), way,
        )
        for (event, change), way in zip(found, below, strict=True)
    )  # fmt: skip


def _anchor(event: Event, change: Correction, anchors: Counter[str]) -> str:
    """Return an anchor for a correction that stays what it is.

    It is made of the event's id and the day, and of a number if that day has more than one. An
    id has no underscore, so no two can be the same.
    """
    anchor = f"{event.id}_{change.date.text}"
    anchors[anchor] += 1
    return anchor + (f"_{anchors[anchor]}" if anchors[anchor] > 1 else "")
