"""Rules about the whole timeline: one function a rule, its docstring is its documentation."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any

from msgspec import Struct

from dateline import address_rules, evidence_rules, markdown, model, progress, routes
from dateline.markdown import Findings
from dateline.model import Mention, Prose, Timeline
from dateline.problems import Faults, did_you_mean, nearest


def timeline(timeline: Timeline, faults: Faults, *, evidence: bool = False) -> None:
    """Look at every rule; what is found is added to `faults`.

    With `evidence`, also at what warns of evidence that is missing; without faults only, as what
    cannot be read may be what is missing.
    """
    for rule in progress.each("checking", RULES):
        rule(timeline, faults)
    if evidence and not faults.count:
        evidence_rules.timeline(timeline, faults)


def references(timeline: Timeline, faults: Faults) -> None:
    """Every id that is named, in a field or in a text, is the id of something.

    A file that cannot be read may declare anything, so ids of its kind are then not doubted.
    """
    doubted = _doubted(timeline)
    found = [*timeline.mentions.of(doubted), *_in_prose(timeline)]
    if not found:
        return
    moved, gone = routes.moved(timeline), routes.gone(timeline)
    for mention in found:
        if mention.kind in timeline.unread:
            continue
        address = routes.entry(mention.kind, mention.id) if mention.kind in model.KINDS else ""
        if address in moved:
            now = moved[address][1].id
            message = f"'{mention.id}' is an earlier id of the {mention.kind} '{now}'"
            file = mention.kind == "phase" and not mention.field
            hint = f"name the file '{now}.yaml'" if file else f"write '{now}'"
            faults.add(mention.spot, message, hint, mention.field)
            continue
        if address in gone:
            if _printed(mention, timeline):
                message = f"the {mention.kind} '{mention.id}' is retracted; nothing can rest on it"
                hint = f"take the '{mention.id}' out here"
                faults.add(mention.spot, message, hint, mention.field)
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


def _doubted(timeline: Timeline) -> dict[str, set[str]]:
    """Return, by kind, the ids that fields name and that are not those of an entry with a page."""
    there: dict[str, Collection[str]] = {**routes.entries(timeline), "media": timeline.media}
    retracted = [routes.named(address) for address in timeline.retractions]
    doubted = {}
    for kind, known in there.items():
        ids = timeline.mentions.unknown(kind, known)
        if retracted:
            named = timeline.mentions.named(kind)
            ids.update(id for of, id in retracted if of == kind and id in named)
        if ids:
            doubted[kind] = ids
    return doubted


def _printed(mention: Mention, timeline: Timeline) -> bool:
    """Say whether a mention is on a page, be it a draft's: that of a retracted event is on none."""
    if mention.event:
        return mention.event not in timeline.retracted_events
    return not mention.draft


def tokens(timeline: Timeline, faults: Faults) -> None:
    """What begins like a citation, an event link or a picture is one, and may stand there."""
    for prose, field, _ in _prose(timeline):
        for token in markdown.tokens(prose.text):
            if isinstance(token, markdown.Stray):
                spot = prose.spot(token.offset, token.length)
                faults.add(spot, token.message, token.hint, field)


def bare_ids(timeline: Timeline, faults: Faults) -> None:
    """A warning: an id in a text looks like a citation or a link, but is printed as it stands."""
    sources, events = timeline.declared["source"], timeline.declared["event"]
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


def causes(timeline: Timeline, faults: Faults) -> None:
    """A cause is another event, and does not begin after all of its consequence is over."""
    doubted = {
        id
        for event in timeline.events.values()
        for id in event.causes
        if id in timeline.events and not _before(timeline.events[id], event)
    }
    for mention in timeline.mentions.of({"event": doubted}) if doubted else ():
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


def _outlying(timeline: Timeline) -> Iterator[model.Event]:
    """Yield all events but those of files that lie within the dates of their phases."""
    yield from timeline.loose_events
    for file in timeline.event_files:
        if "span" not in file.memory:
            file.memory["span"] = _spans(file.values.values())
        spans = file.memory["span"]
        if any(_leaves(timeline.phases.get(phase), span) for phase, span in spans.items()):
            yield from file.values.values()


def _spans(events: Iterable[model.Event]) -> dict[str, tuple[Any, Any]]:
    """Return, by phase, on which day the first event is over, and on which the last begins."""
    ends: dict[str, list[Any]] = defaultdict(list)
    starts: dict[str, list[Any]] = defaultdict(list)
    for event in events:
        if event.date.last:
            ends[event.phase].append(event.date.last)
        if event.date.first:
            starts[event.phase].append(event.date.first)
    return {
        phase: (min(ends[phase], default=None), max(starts[phase], default=None))
        for phase in {**ends, **starts}
    }


def _leaves(phase: model.Phase | None, span: tuple[Any, Any]) -> bool:
    if phase is None:
        return False
    (over, begins), first, last = span, phase.dates.first, phase.dates.last
    return bool((first and over and over < first) or (last and begins and begins > last))


def _before(cause: model.Event, event: model.Event) -> bool:
    """Say whether a cause can be one: another event that does not begin after the event is over."""
    first, last = cause.date.first, event.date.last
    return cause.id != event.id and not (first and last and first > last)


def phase_dates(timeline: Timeline, faults: Faults) -> None:
    """A warning: an event lies outside the dates of its phase."""
    for event in _outlying(timeline):
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
    found = list(_pages(timeline))
    if not found:
        return
    pages, moved = routes.pages(timeline), routes.moved(timeline)
    for address, prose, linked in found:
        end = 0
        for link in linked:
            # The next place where it is typed; a link by reference may be typed further up.
            start = max(0, prose.text.find(link, end), prose.text.find(link))
            end = start + 1
            target = routes.resolve(address, link)
            if target in pages or target in routes.gone(timeline):
                continue
            spot = prose.spot(start, len(link))
            if target and target in moved:
                now = routes.root(address) + routes.entry(moved[target][0], moved[target][1].id)
                faults.add(spot, f"'{link}' is an earlier address", f"write '{now}'")
                continue
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
    doubted = {
        file
        for file in timeline.mentions.named("media")
        if file.rpartition(".")[2].lower() not in PICTURES
    }
    for mention in timeline.mentions.of({"media": doubted}) if doubted else ():
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
    references, tokens, bare_ids, notes, causes, phase_dates, links, pictures,
    address_rules.published, address_rules.retractions, evidence_rules.reposts,
)  # fmt: skip


def _pages(timeline: Timeline) -> Iterator[tuple[str, Prose, Sequence[str]]]:
    """Yield the address of each page with relative links in its text, the text, and the links."""
    for text, linked in _texts(timeline).linking:
        if text.id:
            yield routes.entry(text.kind, text.id), text.prose, linked


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


def _known(timeline: Timeline, kind: str) -> Collection[str]:
    """Return the ids that may be named: also those of drafts and of entries with faults."""
    return timeline.media if kind == "media" else timeline.declared[kind]


def _hint(mention: Mention, known: Collection[str], timeline: Timeline) -> str:
    near = did_you_mean(mention.id, sorted(known))
    if not near and mention.kind in _REGISTRIES:
        return f"add it to {_file(mention.kind, timeline)}, or correct the id"
    where = _LISTED.get(mention.kind, "")
    files = sorted(timeline.declared[mention.kind].files) if mention.kind in model.KINDS else []
    if mention.kind in routes.SECTIONS and files and not where:
        folder = files[0].rpartition("/")[0] + "/"
        where = files[0] if len(files) == 1 else folder
        where = f"{mention.kind.capitalize()}s are listed in {where}"
    return f"{near} {where}".strip() if near else where[:1].lower() + where[1:]


def _file(kind: str, timeline: Timeline) -> str:
    """Return where entries of a kind are written: in one file, or in the files of a folder."""
    files = timeline.declared[kind].files
    if len(files) > 1 or any(name.startswith(f"content/{kind}s/") for name in files):
        return f"a file in content/{kind}s/"
    return f"content/{kind}s.yaml"


_REGISTRIES = ("actor", "place", "tag", "source")
_LISTED = {
    "phase": "Each phase is a file content/phases/<id>.md",
    "page": "Each page is a file content/pages/<id>.md",
}


class _Text(Struct, frozen=True):
    """A Markdown text, and what rules have to know of it."""

    prose: Prose
    field: str
    """`text`; empty for that of a Markdown file."""
    draft: bool
    """Whether it stands in a draft left out, or in an event that is retracted."""
    kind: str
    id: str
    """That of the entry on whose page it stands; empty if it stands on none."""


class _Looked(Struct):
    """What was found in texts, be they all of a file or those that stand in none."""

    findings: dict[str, Findings] = {}
    """What is to be known of each, by the hash of its entry where that is known, or else by it."""
    odd: list[_Text] = []
    """Those in which something may be a mistake, whatever the timeline has."""
    linking: list[tuple[_Text, Sequence[str]]] = []
    """Those with relative links, and these."""
    naming: list[tuple[_Text, Findings]] = []
    """Those that name sources or events."""
    sources: set[str] = set()
    """All that they name."""
    events: set[str] = set()

    def look(self, prose: Prose, kind: str, id: str, *, draft: bool, own: str = "") -> None:
        """Look at one more text; `own` is the hash of its entry."""
        key = own or prose.text
        found = known(key) or _remembered.get(key) or markdown.findings(prose.text)
        self.findings[key] = found
        if found is markdown.NOTHING:
            return
        text = _Text(prose, "text" if kind == "event" else "", draft, kind, id)
        if found.odd:
            self.odd.append(text)
        if found.links:
            self.linking.append((text, found.links))
        self.naming.append((text, found))
        self.sources |= found.sources
        self.events |= found.events


class _Texts:
    """The texts of a timeline, of which the rules read only those that need it.

    What was found in the events of a file stays with the file, for the timeline after a save.
    """

    def __init__(self, timeline: Timeline) -> None:
        self.timeline = timeline
        self.looked = [_of_file(file) for file in timeline.event_files]
        rest = _Looked()
        for prose, kind, id, draft in _outside(timeline):
            rest.look(prose, kind, id, draft=draft)
        self.looked.append(rest)
        self.odd = [text for looked in self.looked for text in looked.odd]
        """The texts in which something may be a mistake, whatever the timeline has."""
        self.linking = [pair for looked in self.looked for pair in looked.linking]
        """Those with relative links, and these."""
        self.doubted = list(self._doubted())
        """The texts that name what is not an entry with a page."""

    def _doubted(self) -> Iterator[_Text]:
        certain = not self.timeline.retractions
        nothing: AbstractSet[str] = frozenset()
        sources = model.ids(self.timeline.sources) if certain else nothing
        events = self.timeline.events.keys() if certain else nothing
        for looked in self.looked:
            if not (looked.sources <= sources and looked.events <= events):
                for text, found in looked.naming:
                    if not (found.sources <= sources and found.events <= events):
                        yield text


def _of_file(file: model.File) -> _Looked:
    """Return what was found in the texts of the events of a file."""
    if "texts" not in file.memory:
        looked = file.memory["texts"] = _Looked()
        digests, known = file.digests, _remembered
        # In nearly all of them there is nothing to look at.
        plain = {own for own in digests.values() if known.get(own) is markdown.NOTHING}
        looked.findings.update(dict.fromkeys(plain, markdown.NOTHING))
        for id, event in file.values.items():
            own = digests.get(id, "")
            if own not in plain and event.text:
                looked.look(event.text, "event", id, draft=False, own=own)
    found: _Looked = file.memory["texts"]
    return found


_last: _Texts | None = None


def known(key: str) -> Findings | None:
    """Return what was found in a text of the last timeline; None if it was not there.

    It is asked for by the hash of its entry where that is known, or else by the text itself.
    """
    for looked in _last.looked if _last else ():
        if key in looked.findings:
            return looked.findings[key]
    return None


def outside() -> Mapping[str, Findings]:
    """Return what was found in texts of the last timeline that stand in no file of its events."""
    return _last.looked[-1].findings if _last else {}


def remember(found: Mapping[str, Findings]) -> None:
    """Take it as known what is to be found in texts, which are named as for `known`.

    It is forgotten if the next timeline does not have the text.
    """
    _remembered.update(found)


_remembered: dict[str, Findings] = {}


def _texts(timeline: Timeline) -> _Texts:
    """Look at the texts of a timeline, once."""
    global _last  # noqa: PLW0603 - one build after the other, in one thread
    if _last is None or _last.timeline is not timeline:
        _last = _Texts(timeline)
        _remembered.clear()
    return _last


def _outside(timeline: Timeline) -> Iterator[tuple[Prose, str, str, bool]]:
    """Yield every text that is not in one of the timeline's `event_files`.

    With it come the kind and id of its entry, and whether it is a draft left out.
    """
    for event in timeline.loose_events:
        if event.text:
            yield event.text, "event", event.id, False
    for phase in timeline.phases.values():
        yield phase.body, "phase", phase.id, False
    for page in timeline.pages.values():
        yield page.body, "page", page.id, False
    for prose, draft in timeline.unprinted:
        yield prose, "event" if prose.document.name.endswith(".yaml") else "page", "", draft


def _prose(timeline: Timeline) -> Iterator[tuple[Prose, str, bool]]:
    """Yield the Markdown texts in which something may be a mistake, with field and `draft`."""
    for text in _texts(timeline).odd:
        yield text.prose, text.field, text.draft


def _in_prose(timeline: Timeline) -> Iterator[Mention]:
    """Yield a mention for each id that a Markdown text names, if one of them is not there."""
    for text in _texts(timeline).doubted:
        prose, field, draft = text.prose, text.field, text.draft
        for token in markdown.tokens(prose.text):
            if isinstance(token, markdown.EventLink):
                spot = prose.spot(prose.text.index(token.id, token.offset), len(token.id))
                yield Mention("event", token.id, spot, field, draft)
            elif isinstance(token, markdown.Citation):
                for cited in token.cited:
                    at = prose.text.startswith("@", cited.offset)
                    spot = prose.spot(cited.offset, len(cited.id) + at)
                    yield Mention("source", cited.id, spot, field, draft)
