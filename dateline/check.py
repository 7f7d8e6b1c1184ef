"""Rules about the whole timeline: one function a rule, its docstring is its documentation."""

from __future__ import annotations

from collections.abc import Iterator

from dateline import markdown, routes
from dateline.model import Event, Figure, Mention, Position, Prose, Timeline
from dateline.problems import Faults, did_you_mean, nearest


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


def bare_ids(timeline: Timeline, faults: Faults) -> None:
    """A warning: an id in a text looks like a citation or a link, but is printed as it stands."""
    sources, events = _known(timeline, "source"), _known(timeline, "event")
    for prose, field, _ in _prose(timeline):
        for bare in markdown.bare(prose.text):
            typed = " ".join(bare.typed.split())
            spot = prose.spot(bare.offset, len(bare.typed))
            inner = typed.strip("@[]() ")
            if bare.id in sources and not (bare.id in events and typed == f"[{bare.id}]"):
                message = f"'{typed}' is not a citation here"
                faults.warn(spot, message, f"write [@{inner}]", field)
            elif bare.id in events and typed == f"[{bare.id}]":
                message = f"'{typed}' is not a link here"
                faults.warn(spot, message, f"write [[{inner}]]", field)


def notes(timeline: Timeline, faults: Faults) -> None:
    """A warning: a footnote that is referred to has no text, or the other way round."""
    for prose, field, _ in _prose(timeline):
        for bare in markdown.bare(prose.text):
            if not bare.id:
                hint = f"write '{bare.typed}: …' in a line of its own, or take it out"
                spot = prose.spot(bare.offset, len(bare.typed))
                faults.warn(spot, f"'{bare.typed}' has no footnote", hint, field)
        for idle in markdown.idle_notes(prose.text):
            hint = f"write {idle.typed} in the text where it belongs, or take it out"
            spot = prose.spot(idle.offset, len(idle.typed))
            faults.warn(spot, f"nothing refers to the footnote '{idle.typed}'", hint, field)


def confirmed(timeline: Timeline, faults: Faults) -> None:
    """A warning: an event is `confirmed`, but all its sources are of one publisher.

    An event that cites no source at all is not spoken of here. A source without a publisher
    counts as one of its own.
    """
    for event in timeline.events.values():
        cited = [timeline.sources.get(id) for id in _cited(event)]
        publishers = {source.publisher or source.id for source in cited if source}
        if event.status == "confirmed" and len(publishers) == 1 and None not in cited:
            faults.warn(
                timeline.declared["event"][event.id],
                f"the event '{event.id}' is 'confirmed', but cites only one publisher",
                hint="write 'status: reported', or cite a second, independent source",
                field="status",
            )


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
            near = _nearest_page(meant, _seen_from(address, pages))
            hint = f"this text stands at '/{address}'; write the link as seen from there"
            if link.startswith("@"):
                hint = f"a citation is [{link}]"
            elif near:
                hint = f"did you mean '{near}'?"
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

RULES = (
    references, tokens, bare_ids, notes, confirmed, causes, phase_dates, links, pictures,
)  # fmt: skip


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


def _nearest_page(meant: str, pages: list[str]) -> str:
    """Return the page whose name, the last part of its address, is nearest; empty if none is."""
    named: dict[str, list[str]] = {}
    for page in pages:
        named.setdefault(_name(page), []).append(page)
    name = nearest(_name(meant), named)
    return nearest(meant, named[name], least=0) if name else ""


def _name(page: str) -> str:
    return page.rstrip("/").rpartition("/")[2]


def _cited(event: Event) -> set[str]:
    """Return the ids of the sources that an event cites, in its fields and in its text."""
    claims: list[Figure | Position] = [*event.figures]
    claims += [position for dispute in event.disputed for position in dispute.positions]
    tokens = markdown.tokens(event.text.text) if event.text else ()
    citations = (token for token in tokens if isinstance(token, markdown.Citation))
    return {
        *event.sources,
        *(id for claim in claims for id in claim.sources),
        *(cited.id for citation in citations for cited in citation.cited),
    }


def _known(timeline: Timeline, kind: str) -> frozenset[str]:
    """Return the ids that may be named: also those of drafts and of entries with faults."""
    if kind == "media":
        return timeline.media
    return frozenset(timeline.declared.get(kind, ()))


def _hint(mention: Mention, known: frozenset[str], timeline: Timeline) -> str:
    near = did_you_mean(mention.id, sorted(known))
    if not near and mention.kind in _REGISTRIES:
        return f"add it to {_file(mention.kind, timeline)}, or correct the id"
    where = _LISTED.get(mention.kind, "")
    spots = timeline.declared.get(mention.kind, {})
    if mention.kind in routes.SECTIONS and spots and not where:
        files = sorted({spot.document.name for spot in spots.values()})
        folder = files[0].rpartition("/")[0] + "/"
        where = files[0] if len(files) == 1 else folder
        where = f"{mention.kind.capitalize()}s are listed in {where}"
    return f"{near} {where}".strip() if near else where[:1].lower() + where[1:]


def _file(kind: str, timeline: Timeline) -> str:
    """Return where entries of a kind are written: in one file, or in the files of a folder."""
    files = {spot.document.name for spot in timeline.declared.get(kind, {}).values()}
    if len(files) > 1 or any(name.startswith(f"content/{kind}s/") for name in files):
        return f"a file in content/{kind}s/"
    return f"content/{kind}s.yaml"


_REGISTRIES = ("actor", "place", "tag", "source")
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
