"""What a page says of itself to machines: JSON-LD in the words of https://schema.org.

A page about an event is an Article about an Event, for the two have different dates, and the page
may be corrected while the event stays what it was. Dates are given only where ISO 8601 can say
them; any other stands in words, in `temporalCoverage` alone.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from markupsafe import Markup
from msgspec import Struct, json

from dateline import model, routes
from dateline.dates import Date
from dateline.language import Language
from dateline.model import Timeline

Thing = dict[str, Any]

SOURCE_TYPES = {
    "news": "NewsArticle",
    "report": "Report",
    "encyclopedia": "Article",
    "book": "Book",
    "media": "MediaObject",
}
"""By kind of source, its type; any other is a CreativeWork."""


def script(thing: Thing) -> Markup:
    """Return a thing for a `<script>`: no text in it can end that, or begin a comment."""
    text = json.encode({"@context": "https://schema.org", **thing}).decode()
    for char in "<>&":
        text = text.replace(char, f"\\u{ord(char):04x}")
    return Markup(text)  # noqa: S704 - has no character left that HTML knows


class Describer(Struct, frozen=True):
    """Describes the pages of a timeline."""

    timeline: Timeline
    language: Language
    base_url: str
    """The absolute address of the site with its last slash; empty if that is not known."""

    def home(self) -> Thing:
        """Return the website."""
        return {**self._site(routes.HOME), **self._terms()}

    def event(self, event: model.Event, cited: Iterable[str], changed: str) -> Thing:
        """Return the article about an event; `changed` is the day of its last change, or ''."""
        here, timeline = routes.entry("event", event.id), self.timeline
        places = [self._place(here, timeline.places[id]) for id in event.places]
        happened = {
            "@type": "Event",
            "@id": f"{self._link(here, here)}#event",
            "name": event.title,
            **_start_and_end(event.date),
            "location": places,
        }
        corrections = [
            {
                "@type": "CorrectionComment",
                "text": change.text,
                "datePublished": change.date.text,
            }
            for change in event.corrections
        ]
        days = [changed, *(change.date.text for change in event.corrections)]
        article = {
            **self._article(here, event.title, event.summary, event.date, max(days)),
            "about": [
                _filled(happened),
                *(self._actor(here, timeline.actors[id]) for id in event.actors),
                *(self._tag(here, timeline.tags[id]) for id in event.tags),
            ],
            "contentLocation": places,
            "citation": self._sources(here, cited),
            "correction": corrections,
        }
        return _filled(article)

    def phase(self, phase: model.Phase, cited: Iterable[str], changed: str) -> Thing:
        """Return the article about a phase."""
        here = routes.entry("phase", phase.id)
        article = self._article(here, phase.title, phase.summary, phase.dates, changed)
        return _filled({**article, "citation": self._sources(here, cited)})

    def source(self, source: model.Source, changed: str) -> Thing:
        """Return the page about a source."""
        here = routes.entry("source", source.id)
        return _filled(
            {
                "@type": "WebPage",
                "@id": self._link(here, here),
                "name": source.title,
                "inLanguage": self.language.code,
                "isPartOf": self._site(here),
                "dateModified": changed,
                **self._terms(),
                "mainEntity": self._source(here, source),
            }
        )

    def _article(self, here: str, title: str, summary: str, date: Date, changed: str) -> Thing:
        return {
            "@type": "Article",
            "@id": self._link(here, here),
            "url": self._link(here, here),
            "headline": title,
            "description": summary,
            "inLanguage": self.language.code,
            "isPartOf": self._site(here),
            "dateModified": changed,
            **self._terms(),
            "temporalCoverage": coverage(date) or self.language.date(date),
        }

    def _link(self, here: str, address: str) -> str:
        return (self.base_url or routes.root(here)) + address

    def _site(self, here: str) -> Thing:
        settings = self.timeline.settings
        site = {
            "@type": "WebSite",
            "@id": self._link(here, routes.HOME),
            "name": settings.title,
            "description": settings.description if here == routes.HOME else "",
            "inLanguage": self.language.code if here == routes.HOME else "",
        }
        return _filled(site)

    def _terms(self) -> Thing:
        licence = self.timeline.settings.licence
        return {"license": licence.url or licence.name} if licence else {}

    def _place(self, here: str, place: model.Place) -> Thing:
        geo = {"@type": "GeoCoordinates", "latitude": place.lat, "longitude": place.lon}
        known = place.point is not None and place.precision == "exact"
        address = self._link(here, routes.entry("place", place.id))
        found = {"@type": "Place", "@id": address, "name": place.name}
        return {**found, "geo": geo} if known else found

    def _actor(self, here: str, actor: model.Actor) -> Thing:
        return _filled(
            {
                "@type": "Person" if actor.kind == "person" else "Organization",
                "@id": self._link(here, routes.entry("actor", actor.id)),
                "name": actor.name,
                "alternateName": actor.abbreviation,
            }
        )

    def _tag(self, here: str, tag: model.Tag) -> Thing:
        address = self._link(here, routes.entry("tag", tag.id))
        return {"@type": "DefinedTerm", "@id": address, "name": tag.name}

    def _sources(self, here: str, ids: Iterable[str]) -> list[Thing]:
        return [self._source(here, self.timeline.sources[id]) for id in dict.fromkeys(ids)]

    def _source(self, here: str, source: model.Source) -> Thing:
        page = self._link(here, routes.entry("source", source.id))
        return _filled(
            {
                "@type": SOURCE_TYPES.get(source.kind, "CreativeWork"),
                "@id": f"{page}#source",
                "name": source.title,
                "url": source.url,
                # Whether it is a person or a body is not written anywhere.
                "author": _named("Thing", source.author),
                "publisher": _named("Organization", source.publisher),
                "datePublished": _iso(source.date),
                "inLanguage": source.language,
                "archivedAt": source.archived.url if source.archived else "",
            }
        )


def coverage(date: Date) -> str:
    """Return a date as ISO 8601, with `..` for an open end; '' where ISO 8601 cannot say it."""
    if not date.is_interval:
        return _iso(date)
    start = ".." if date.open_start else _iso(date.start)
    end = ".." if date.open_end else _iso(date.end)
    return f"{start}/{end}" if start and end else ""


def _start_and_end(date: Date) -> Thing:
    first, last = (date.start, date.end) if date.is_interval else (date, date)
    return _filled({"startDate": _iso(first), "endDate": _iso(last)})


def _iso(date: Date | None) -> str:
    """Return a date as ISO 8601; '' if there is none, or for a year of more than four digits."""
    text = date.iso if date and date.kind == "single" else None
    return text if text and not date.text.startswith("Y") else ""  # type: ignore[union-attr]


def _named(what: str, name: str) -> Thing | None:
    return {"@type": what, "name": name} if name else None


def _filled(thing: Thing) -> Thing:
    """Return what is known of a thing."""
    return {name: value for name, value in thing.items() if value not in ("", None, [])}
