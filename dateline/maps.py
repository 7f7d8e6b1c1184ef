"""The maps of a timeline in one language: its places as an atlas draws them, in words.

    maps = Maps(timeline, language)
    maps.sheet                                  # atlas.Drawing, None without coordinates
    maps.locator(event.places)                  # a small one, None where there is nothing to see

Pure: it looks at a `Timeline`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec.structs import replace

from dateline import later, routes
from dateline.language import Language
from dateline.later import Later
from dateline.model import Place, Timeline

if TYPE_CHECKING:
    from dateline import atlas

MOST = 200
"""How many places the map of a large timeline shows."""


class Maps:
    """Draws the places of a timeline, with words in one language."""

    def __init__(self, timeline: Timeline, language: Language) -> None:
        """Prepare for one timeline."""
        self.timeline, self.language = timeline, language
        self._locators: dict[tuple[str, ...], atlas.Drawing | None] = {}

    @cached_property
    def key(self) -> str:
        """A key of all that goes into the drawings."""
        site = self.timeline.settings.map
        return later.key(self._pins, self.timeline.layers, site)

    @property
    def sheet(self) -> Later[atlas.Drawing] | None:
        """The map of all places; None if of none it is known where it lies."""
        return Later(self.key, self._sheet) if self._pins else None

    @cached_property
    def shown(self) -> tuple[Place, ...]:
        """The places of the map of all, those of most events first.

        In a large timeline these are not all: of places whose position is known, and then of the
        others, those of most events.
        """
        places = self.timeline.places.values()
        ranked = sorted(places, key=lambda place: (-self.events[place.id], place.id))
        if not self.timeline.is_large or len(ranked) <= MOST:
            return tuple(ranked)
        return tuple(sorted(ranked, key=lambda place: not place.point)[:MOST])

    def _sheet(self) -> atlas.Drawing:
        shown = {place.id for place in self.shown}
        pins = [pin for pin in self._pins if pin.id in shown]
        drawing = self._with_credit(self._atlas.sheet(pins, self._extent))
        assert drawing, "there are pins"
        return drawing

    def locator(
        self, places: Iterable[str], *, linked: bool = True
    ) -> Later[atlas.Drawing | None] | None:
        """Return a small map of some places; None if of none it is known where it lies."""
        ids = tuple(sorted(set(places)))
        if not any(self.timeline.places[id].point for id in ids):
            return None
        return Later(later.key(self.key, ids, linked), lambda: self._located(ids, linked=linked))

    def _located(self, ids: tuple[str, ...], *, linked: bool) -> atlas.Drawing | None:
        if ids not in self._locators:
            pins = [pin for pin in self._pins if pin.id in ids]
            drawing = self._atlas.locator(pins, self._pins, self._extent)
            self._locators[ids] = self._with_credit(drawing)
        found = self._locators[ids]
        if found is None or linked:
            return found
        plain = tuple(replace(mark, pin=replace(mark.pin, address="")) for mark in found.marks)
        return replace(found, marks=plain)

    @cached_property
    def events(self) -> Counter[str]:
        """How many events happened at each place."""
        return Counter(
            place
            for event in self.timeline.events.values()
            for place in dict.fromkeys(event.places)
        )

    def latitude(self, degrees: float) -> str:
        """Return a latitude in words: `18.44° N`."""
        say = self.language.text
        words = say("%(degrees)s° N") if degrees >= 0 else say("%(degrees)s° S")
        return words % {"degrees": self.language.number(round(abs(degrees), 2))}

    def longitude(self, degrees: float) -> str:
        """Return a longitude in words: `1.41° E`."""
        say = self.language.text
        words = say("%(degrees)s° E") if degrees >= 0 else say("%(degrees)s° W")
        return words % {"degrees": self.language.number(round(abs(degrees), 2))}

    @cached_property
    def _atlas(self) -> atlas.Atlas:
        from dateline import atlas
        from dateline.basemap import BaseMap

        words = atlas.Words(self.language.code, self.latitude, self.longitude, self._bar)
        return atlas.Atlas(BaseMap(self.timeline.layers), words)

    @property
    def _extent(self) -> tuple[float, float, float, float] | None:
        extent = self.timeline.settings.map.extent
        return (extent[0], extent[1], extent[2], extent[3]) if extent else None

    @cached_property
    def _pins(self) -> list[atlas.Pin]:
        from dateline import atlas

        return [
            atlas.Pin(
                id=place.id,
                name=place.name,
                lon=place.point[0],
                lat=place.point[1],
                events=self.events[place.id],
                precision=place.precision,
                address=routes.entry("place", place.id),
                title=self._title(place),
            )
            for place in self.timeline.places.values()
            if place.point
        ]

    def _title(self, place: Place) -> str:
        """Return what a reader is told who points at a place: `Gao: 12 events`."""
        n = self.events[place.id]
        events = self.language.plural("%(n)s event", "%(n)s events", n)
        events %= {"n": self.language.number(n)}
        note = {
            "approximate": self.language.text("approximate position"),
            "region": self.language.text("somewhere in this region"),
        }.get(place.precision)
        return f"{place.name} ({note}): {events}" if note else f"{place.name}: {events}"

    def _bar(self, km: float, latitude: float) -> str:
        words = self.language.text("%(km)s km at %(latitude)s")
        return words % {"km": self.language.number(km), "latitude": self.latitude(latitude)}

    def _with_credit(self, drawing: atlas.Drawing | None) -> atlas.Drawing | None:
        credit = self.timeline.settings.map.credit
        if drawing is None or not credit:
            return drawing
        return replace(drawing, credits=(*drawing.credits, credit))
