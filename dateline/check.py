"""Rules about the whole timeline: one function a rule, its docstring is its documentation."""

from __future__ import annotations

from collections.abc import Iterator

from dateline import markdown, routes
from dateline.model import Event, Mention, Prose, Timeline
from dateline.problems import Faults, did_you_mean


def timeline(timeline: Timeline, faults: Faults) -> None:
    """Look at every rule; what is found is added to `faults`."""
    for rule in RULES:
        rule(timeline, faults)


def references(timeline: Timeline, faults: Faults) -> None:
    """Every id that is named, in a field or in a text, is the id of something.

    A file that cannot be read may declare anything, so ids of its kind are then not doubted.
    """
    for mention in [*timeline.mentions, *_in_prose(timeline)]:
        if mention.kind in timeline.unread:
            continue
        known = _known(timeline, mention.kind)
        if mention.id not in known:
            hint = _hint(mention, known, timeline)
            message = f"unknown {mention.kind} '{mention.id}'"
            if mention.kind == "media":
                message = f"there is no file 'content/media/{mention.id}'"
            faults.add(mention.spot, message, hint, mention.field)
        elif (mention.kind, mention.id) in timeline.drafts and not mention.draft:
            message = f"the {mention.kind} '{mention.id}' is a draft, so it has no page yet"
            hint = f"take 'draft: true' out there, or the '{mention.id}' here"
            faults.add(mention.spot, message, hint, mention.field)


def tokens(timeline: Timeline, faults: Faults) -> None:
    """What begins like a citation, an event link or a picture is one, and may stand there."""
    for field, prose in _prose(timeline):
        for token in markdown.tokens(prose.text):
            if isinstance(token, markdown.Stray):
                spot = prose.spot(token.offset, token.length)
                faults.add(spot, token.message, token.hint, field)


def causes(timeline: Timeline, faults: Faults) -> None:
    """A cause is another event, and does not begin after all of its consequence is over."""
    for mention in timeline.mentions:
        cause = timeline.events.get(mention.id)
        if mention.field != "causes" or cause is None:
            continue
        event = _event_at(timeline, mention)
        if event is None:
            continue
        if event.id == cause.id:
            faults.add(mention.spot, f"'{cause.id}' is given as its own cause", field="causes")
        elif cause.date.first and event.date.last and cause.date.first > event.date.last:
            faults.add(
                mention.spot,
                f"the cause '{cause.id}' ({cause.date.text}) is after its consequence "
                f"'{event.id}' ({event.date.text})",
                hint="only earlier events can be causes",
                field="causes",
            )


def phase_dates(timeline: Timeline, faults: Faults) -> None:
    """A warning: an event lies outside the dates of its phase."""
    for event in timeline.events.values():
        phase = timeline.phases.get(event.phase)
        if phase is None:
            continue
        early = phase.dates.first and event.date.last and event.date.last < phase.dates.first
        late = phase.dates.last and event.date.first and event.date.first > phase.dates.last
        if early or late:
            faults.warn(
                timeline.declared["event"][event.id],
                f"the event '{event.id}' ({event.date.text}) lies outside its phase "
                f"'{phase.id}' ({phase.dates.text})",
                hint=f"correct one of the two; the phase's dates are in phases/{phase.id}.md",
                field="date",
            )


def links(timeline: Timeline, faults: Faults) -> None:
    """A relative link in a text leads to a page of the site."""
    pages = routes.pages(timeline)
    for address, prose in _pages(timeline):
        for link in markdown.links(prose.text):
            target = routes.resolve(address, link)
            if target in pages:
                continue
            spot = prose.spot(max(0, prose.text.find(link)), len(link))
            near = did_you_mean(routes.root(address) + (target or ""), _seen_from(address, pages))
            hint = near or f"this text stands at '/{address}'; write the link as seen from there"
            faults.add(spot, f"no page of this site is at '{link}'", hint)


RULES = (references, tokens, causes, phase_dates, links)


def _pages(timeline: Timeline) -> Iterator[tuple[str, Prose]]:
    """Yield every Markdown text, with the address of the page that it stands on."""
    for event in timeline.events.values():
        if event.text:
            yield routes.entry("event", event.id), event.text
    for phase in timeline.phases.values():
        yield routes.entry("phase", phase.id), phase.body
    for page in timeline.pages.values():
        yield routes.entry("page", page.id), page.body


def _seen_from(address: str, pages: frozenset[str]) -> list[str]:
    return sorted(routes.root(address) + page for page in pages)


def _known(timeline: Timeline, kind: str) -> frozenset[str]:
    """Return the ids that may be named: also those of drafts and of entries with faults."""
    if kind == "media":
        return timeline.media
    return frozenset(timeline.declared.get(kind, ()))


def _hint(mention: Mention, known: frozenset[str], timeline: Timeline) -> str:
    near = did_you_mean(mention.id, sorted(known))
    where = _LISTED.get(mention.kind, "")
    spots = timeline.declared.get(mention.kind, {})
    if mention.kind in routes.SECTIONS and spots and not where:
        files = sorted({spot.document.name for spot in spots.values()})
        folder = files[0].rpartition("/")[0] + "/"
        where = files[0] if len(files) == 1 else folder
        where = f"{mention.kind.capitalize()}s are listed in {where}"
    return f"{near} {where}".strip()


_LISTED = {
    "phase": "Each phase is a file content/phases/<id>.md",
    "page": "Each page is a file content/pages/<id>.md",
}


def _event_at(timeline: Timeline, mention: Mention) -> Event | None:
    """Return the event that a mention stands in: the last one declared above it."""
    above = [
        (spot.line, id)
        for id, spot in timeline.declared["event"].items()
        if spot.document is mention.spot.document
        and spot.line <= mention.spot.line
        and id in timeline.events
    ]
    return timeline.events[max(above)[1]] if above else None


def _prose(timeline: Timeline) -> Iterator[tuple[str, Prose]]:
    """Yield every Markdown text, with the name of its field; a file's own text has none."""
    for address, prose in _pages(timeline):
        yield "text" if address.startswith("events/") else "", prose


def _in_prose(timeline: Timeline) -> Iterator[Mention]:
    """Yield a mention for each id that a Markdown text names."""
    for field, prose in _prose(timeline):
        for token in markdown.tokens(prose.text):
            if isinstance(token, markdown.EventLink):
                spot = prose.spot(token.offset + 2, max(1, len(token.id)))
                yield Mention("event", token.id, spot, field)
            elif isinstance(token, markdown.Citation):
                for cited in token.cited:
                    spot = prose.spot(cited.offset, len(cited.id) + 1)
                    yield Mention("source", cited.id, spot, field)
