"""What a page says of itself to those who cite it: in words, as files, and as meta tags.

Zotero's translator "Embedded Metadata" takes a page with `citation_title` for a journal article,
and one whose `DC.type` is `Event` for a talk. Dublin Core with `DC.type` `webpage` makes it a web
page. So pages have Dublin Core alone, but for `citation_public_url`: the one way to say that what
is described, a source, has another address than the page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct

from dateline import citations, dates, linked_data, model, routes
from dateline.citations import Work
from dateline.dates import Date
from dateline.language import Language
from dateline.linked_data import Describer
from dateline.model import Timeline
from dateline.views import Cite, Link, Record

Days = Mapping[tuple[str, str], str]
"""By kind and id, the day of an entry's last change; only of those of which it is known."""

_ZOTERO = {
    "news": "newspaperArticle",
    "report": "report",
    "encyclopedia": "encyclopediaArticle",
    "book": "book",
}
"""By kind of source, what Zotero calls it; any other is a `document`."""


class Records(Struct, frozen=True):
    """Makes the records of a timeline's pages."""

    timeline: Timeline
    language: Language
    base_url: str
    """The absolute address of the site with its last slash; empty if that is not known."""
    changed: Days

    def home(self) -> Record:
        """Return the record of the home page, which is the site's."""
        return Record(linked_data.script(self._describer.home()))

    def event(self, event: model.Event, cited: Iterable[str]) -> Record:
        """Return the record of an event's page; `cited` are the ids of its sources."""
        day = self.changed.get(("event", event.id), "")
        thing = self._describer.event(event, cited, day)
        return self._of_page("event", event.id, event.title, thing)

    def phase(self, phase: model.Phase, cited: Iterable[str]) -> Record:
        """Return the record of a phase's page."""
        day = self.changed.get(("phase", phase.id), "")
        thing = self._describer.phase(phase, cited, day)
        return self._of_page("phase", phase.id, phase.title, thing)

    def source(self, source: model.Source) -> Record:
        """Return the record of a source: to be cited is the document, not our page about it."""
        thing = self._describer.source(source, self.changed.get(("source", source.id), ""))
        work = self._document(source)
        meta = [
            ("DC.title", source.title),
            ("DC.type", _ZOTERO.get(source.kind, "document")),
            ("DC.creator", source.author),
            ("DC.publisher", source.publisher),
            ("DC.source", source.publisher),  # Zotero: the name of the newspaper
            ("DC.date", (source.date.iso or work.words) if source.date else ""),
            ("DC.language", source.language),
            ("DC.identifier", source.url),
            ("citation_public_url", source.url),
        ]
        cite = Cite(self._sentences(source), source.url, self._copy(source), _files(), work)
        return Record(linked_data.script(thing), _known(meta), cite)

    @property
    def _describer(self) -> Describer:
        return Describer(self.timeline, self.language, self.base_url)

    def work(self, entry: model.Event | model.Phase | model.Source) -> Work:
        """Return what is to be cited on the page of an entry."""
        if isinstance(entry, model.Source):
            return self._document(entry)
        kind = "event" if isinstance(entry, model.Event) else "phase"
        return self._page(kind, entry.id, entry.title)

    def _of_page(self, kind: str, id: str, title: str, thing: linked_data.Thing) -> Record:
        say, settings = self.language.text, self.timeline.settings
        work = self._page(kind, id, title)
        changed = say("Last changed %(date)s.") % {"date": work.words} if work.date else ""
        note = "" if self.base_url else say("Put the address of this site before it.")
        meta = [
            ("DC.title", title),
            ("DC.type", "webpage"),
            ("DC.date", work.date.text if work.date else ""),
            ("DC.language", self.language.code),
            ("DC.identifier", work.url),
            ("DC.rights", settings.licence.name if settings.licence else ""),
        ]
        sentences = tuple(filter(None, (self._quoted(title), f"{settings.title}.", changed)))
        cite = Cite(sentences, work.url or f"/{routes.entry(kind, id)}", note, _files(), work)
        return Record(linked_data.script(thing), _known(meta), cite, settings.title)

    def _page(self, kind: str, id: str, title: str) -> Work:
        """Return the page of an event or a phase; its date is that of its last change."""
        address, say = routes.entry(kind, id), self.language.text
        day = self.changed.get((kind, id))
        date = dates.parse(day) if day else None
        return Work(
            key=f"{kind}-{id}",
            kind="webpage",
            title=title,
            container=self.timeline.settings.title,
            date=date,
            words=self._date(date),
            url=self.base_url + address if self.base_url else "",
            language=self.language.code,
            notes=() if self.base_url else (f"{say('Path on its site:')} /{address}",),
        )

    def _document(self, source: model.Source) -> Work:
        """Return a source as a document."""
        in_periodical = source.kind in ("news", "encyclopedia")
        return Work(
            key=f"source-{source.id}",
            kind=source.kind,
            title=source.title,
            author=source.author,
            container=source.publisher if in_periodical else "",
            publisher="" if in_periodical else source.publisher,
            date=source.date,
            words=self._date(source.date),
            url=source.url,
            language=source.language,
            notes=tuple(filter(None, (self._via(source), self._copy(source)))),
        )

    def _sentences(self, source: model.Source) -> tuple[str, ...]:
        """Return a source in words, but for its address."""
        issued = ", ".join(filter(None, (source.publisher, self._date(source.date))))
        author = f"{source.author}." if source.author else ""
        via = f"{self._via(source)}." if source.via else ""
        title = self._quoted(source.title)
        return tuple(filter(None, (author, title, f"{issued}." if issued else "", via)))

    def _via(self, source: model.Source) -> str:
        via = self.language.text("Read at %(outlet)s") % {"outlet": source.via}
        return via if source.via else ""

    def _copy(self, source: model.Source) -> str:
        if source.archived is None:
            return ""
        copy = {"date": self._date(source.archived.date), "url": source.archived.url}
        return self.language.text("Archived copy of %(date)s: %(url)s") % copy

    def _quoted(self, title: str) -> str:
        return self.language.text("“%(title)s”.") % {"title": title}

    def _date(self, date: Date | None) -> str:
        return self.language.date(date) if date else ""


def _known(meta: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple((name, text) for name, text in meta if text)


def _files() -> tuple[Link, ...]:
    return tuple(Link(citations.NAMES[form], citations.file(form)) for form in citations.FORMS)
