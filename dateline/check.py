"""Rules about the whole timeline: one function a rule, its docstring is its documentation."""

from __future__ import annotations

from collections.abc import Iterator

from dateline import markdown, routes
from dateline.model import Mention, Prose, Timeline
from dateline.problems import Faults, did_you_mean


def timeline(timeline: Timeline, faults: Faults) -> None:
    """Look at every rule; what is found is added to `faults`."""
    for rule in RULES:
        rule(timeline, faults)


def references(timeline: Timeline, faults: Faults) -> None:
    """Every id that is named, in a field or in a text, is the id of something.

    A file that cannot be read may declare anything, so ids of its kind are then not doubted.
    """
    earlier = {alias: event.id for event in timeline.events.values() for alias in event.aliases}
    for mention in [*timeline.mentions, *_in_prose(timeline)]:
        if mention.kind in timeline.unread:
            continue
        if mention.kind == "event" and mention.id in earlier:
            now = earlier[mention.id]
            message = f"'{mention.id}' is an earlier id of the event '{now}'"
            faults.add(mention.spot, message, f"write '{now}'", mention.field)
            continue
        known = _known(timeline, mention.kind)
        if mention.id not in known:
            hint = _hint(mention, known, timeline)
            message = f"unknown {mention.kind} '{mention.id}'"
            if mention.kind == "phase" and not mention.field:
                message += ", which this file is named after"
            if mention.kind == "media":
                hint = hint or "name it as seen from content/media/"
                message = f"there is no file 'content/media/{mention.id}'"
            faults.add(mention.spot, message, hint, mention.field)
        elif (mention.kind, mention.id) in timeline.drafts and not mention.draft:
            message = f"the {mention.kind} '{mention.id}' is a draft, so it has no page yet"
            hint = f"take 'draft: true' out there, or the '{mention.id}' here"
            faults.add(mention.spot, message, hint, mention.field)


def tokens(timeline: Timeline, faults: Faults) -> None:
    """What begins like a citation, an event link or a picture is one, and may stand there."""
    for prose, field, _ in _prose(timeline):
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
        event = timeline.events.get(mention.event)
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
                hint=f"correct one of the two; the phase is in {phase.body.document.name}",
                field="date",
            )


def links(timeline: Timeline, faults: Faults) -> None:
    """A relative link in a text leads to a page of the site."""
    pages = routes.pages(timeline)
    for address, prose in _pages(timeline):
        end = 0
        for link in markdown.links(prose.text):
            # The next place where it is typed; a link by reference may be typed further up.
            start = max(0, prose.text.find(link, end), prose.text.find(link))
            end = start + 1
            target = routes.resolve(address, link)
            if target in pages:
                continue
            spot = prose.spot(start, len(link))
            meant = routes.root(address) + (target or link.lstrip("./"))
            near = did_you_mean(meant, _seen_from(address, pages))
            hint = near or f"this text stands at '/{address}'; write the link as seen from there"
            faults.add(spot, f"no page of this site is at '{link}'", hint)


def pictures(timeline: Timeline, faults: Faults) -> None:
    """A file in `media` is a picture that can hold no script."""
    for mention in timeline.mentions:
        if mention.kind == "media" and mention.id in timeline.media:
            ending = mention.id.rpartition(".")[2].lower()
            if ending not in PICTURES:
                expected = ", ".join(PICTURES)
                message = f"'{mention.id}' is no picture that can be shown, expected {expected}"
                hint = "save it as PNG or WebP" if ending in ("svg", "pdf", "tif", "tiff") else ""
                faults.add(mention.spot, message, hint, mention.field)


PICTURES = ("avif", "gif", "jpeg", "jpg", "png", "webp")
"""How the names of pictures end. SVG is not among them: it can hold scripts."""

RULES = (references, tokens, causes, phase_dates, links, pictures)


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
    return f"{near} {where}".strip() if near else where[:1].lower() + where[1:]


_LISTED = {
    "phase": "Each phase is a file content/phases/<id>.md",
    "page": "Each page is a file content/pages/<id>.md",
}


def _prose(timeline: Timeline) -> Iterator[tuple[Prose, str, bool]]:
    """Yield every Markdown text, with its field and whether it stands in a draft left out.

    The field is `text`; a Markdown file's own text has none.
    """
    for address, prose in _pages(timeline):
        yield prose, "text" if address.startswith("events/") else "", False
    for prose, draft in timeline.unprinted:
        yield prose, "text" if prose.document.name.endswith(".yaml") else "", draft


def _in_prose(timeline: Timeline) -> Iterator[Mention]:
    """Yield a mention for each id that a Markdown text names."""
    for prose, field, draft in _prose(timeline):
        for token in markdown.tokens(prose.text):
            if isinstance(token, markdown.EventLink):
                spot = prose.spot(prose.text.index(token.id, token.offset), len(token.id))
                yield Mention("event", token.id, spot, field, draft)
            elif isinstance(token, markdown.Citation):
                for cited in token.cited:
                    at = prose.text.startswith("@", cited.offset)
                    spot = prose.spot(cited.offset, len(cited.id) + at)
                    yield Mention("source", cited.id, spot, field, draft)
