"""Rules about evidence: what every event, paragraph and source rests on.

One function a rule, as in `check`. All but `reposts` warn, and are for the command `check`: who
writes a first event should not be told at every save that it has no second source.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

from dateline import evidence, markdown, patterns
from dateline.model import Prose, Source, Timeline
from dateline.problems import Faults, Spot


def timeline(timeline: Timeline, faults: Faults) -> None:
    """Look at every rule that warns; what is found is added to `faults`."""
    for rule in WARNINGS:
        rule(timeline, faults)


def reposts(timeline: Timeline, faults: Faults) -> None:
    """What a source reposts is another source, and does not repost it in turn."""
    for source in timeline.reposts:
        chain = evidence.origins(source.id, timeline.sources)
        if timeline.sources[chain[-1]].repost_of != source.id:
            continue
        way = ", ".join(f"'{id}'" for id in chain[1:])
        message = f"'{source.id}' is given as a repost of itself"
        faults.add(
            _repost_spot(timeline, source),
            f"{message}, by way of {way}" if way else message,
            "name the source that was there first, and give that one no 'repost_of'",
            "repost_of",
        )


def independence(timeline: Timeline, faults: Faults) -> None:
    """A warning: an event cites fewer than two independent sources.

    One is enough for an event that is `reported`: that status says that it rests on one account.
    """
    for event in timeline.events.values():
        cited = evidence.cited(event)
        voices = evidence.voices(cited, timeline.sources)
        if len(voices) >= (1 if event.status == "reported" else 2):
            continue
        message, hint = f"the event '{event.id}' cites no source", "say what it rests on"
        if cited:
            found = _one_voice([timeline.sources[id] for id in cited])
            message = f"the event '{event.id}' is '{event.status}', but cites {found}"
            hint = "cite a second, independent source"
            if event.status == "confirmed":
                hint = f"write 'status: reported', or {hint}"
        faults.warn(timeline.declared["event"][event.id], message, hint, "status")


def disputes(timeline: Timeline, faults: Faults) -> None:
    """A warning: an event is `disputed`, but nothing says by whom.

    The reverse is well: of an event that is confirmed a single point may be disputed.
    """
    for event in timeline.events.values():
        if event.status == "disputed" and not event.disputed:
            faults.warn(
                timeline.declared["event"][event.id],
                f"the event '{event.id}' is 'disputed', but no 'disputed' says who says what",
                "write the point and the positions, or another status",
                "status",
            )


def uncited_paragraphs(timeline: Timeline, faults: Faults) -> None:
    """A warning: a paragraph of an event's text or of a phase cites nothing.

    A list, a quotation, a table and a footnote count as a paragraph. What a footnote cites is cited
    by what refers to it. A heading and what ends with a colon need no source.
    """
    for prose, field in _texts(timeline):
        for block in _uncited(prose.text):
            spot = prose.spot(block.offset, len(block.text.partition("\n")[0]))
            hint = "write [@source-id] behind what a source says"
            faults.warn(spot, "this paragraph cites no source", hint, field)


def uncited_sources(timeline: Timeline, faults: Faults) -> None:
    """A warning: nothing cites a source. To be what another source reposts is enough."""
    named = timeline.mentions.named("source")
    texts = [prose for prose, _ in timeline.unprinted]
    texts += [prose for prose, _ in _texts(timeline)]
    texts += [page.body for page in timeline.pages.values()]
    named.update(id for prose in texts for id in evidence.in_text(prose))
    for id in timeline.sources:
        if id not in named:
            hint = f"cite it with [@{id}] or in a field 'sources', or take it out"
            faults.warn(timeline.declared["source"][id], f"nothing cites the source '{id}'", hint)


def archived_copies(timeline: Timeline, faults: Faults) -> None:
    """A warning, one for all: sources that have an address have no archived copy."""
    online = [source for source in timeline.sources.values() if source.url]
    bare = [source.id for source in online if not source.archived]
    if not bare:
        return
    verb = "has" if len(bare) == 1 else "have"
    faults.warn(
        timeline.declared["source"].first(bare),
        f"{len(bare)} of {len(online)} sources with an address {verb} no archived copy",
        "this is the first of them; 'build.py links --archive' asks an archive for copies",
        "archived",
    )


WARNINGS = (independence, disputes, uncited_paragraphs, uncited_sources, archived_copies)


def _repost_spot(timeline: Timeline, source: Source) -> Spot:
    """Return where a source says what it is a repost of."""
    declared = timeline.declared["source"][source.id]
    return min(
        (
            mention.spot
            for mention in timeline.mentions
            if mention.field == "repost_of"
            and mention.id == source.repost_of
            and mention.spot.document is declared.document
            and (mention.spot.line, mention.spot.column) > (declared.line, declared.column)
        ),
        key=lambda spot: (spot.line, spot.column),
        default=declared,
    )


def _one_voice(sources: list[Source]) -> str:
    """Return in words why several sources are one voice: `2 sources, both from Reuters`."""
    if len(sources) == 1:
        return f"one source, '{sources[0].id}'"
    both = "both" if len(sources) == 2 else "all"
    if len({evidence.publisher(source) for source in sources}) == 1:
        return f"{len(sources)} sources, {both} from {sources[0].publisher}"
    reposts = [source for source in sources if source.repost_of]
    named = ", ".join(f"'{source.id}' reposts '{source.repost_of}'" for source in reposts)
    return f"{len(sources)} sources that are not independent: {named}"


def _texts(timeline: Timeline) -> Iterator[tuple[Prose, str]]:
    """Yield the texts that tell of events, with their field."""
    for event in timeline.events.values():
        if event.text:
            yield event.text, "text"
    for phase in timeline.phases.values():
        yield phase.body, ""


class _Block(Struct, frozen=True):
    """A paragraph, or what counts as one."""

    offset: int
    text: str


_FENCE = patterns.of(
    r"^(?P<fence>`{3,}|~{3,})[^\n]*\n.*?(?:^(?P=fence)[^\n]*$|\Z)", re.MULTILINE | re.DOTALL
)
_BLOCK = patterns.of(r"[^\n]*\S[^\n]*(?:\n[^\n]*\S[^\n]*)*")
_NOTE = patterns.of(r" {0,3}\[\^([^\]]+)\]:")
_REFERENCE = patterns.of(r"\[\^([^\]]+)\](?!:)")
_NEEDS_NONE = patterns.of(
    r"\s*(?:"
    r"\#{1,6}.*"  # a heading
    r"|[^\n]+\n\s*(?:=+|-+)\s*"  # a heading with a line under it
    r"|(?:[-*_]\s*){3,}"  # a line across
    r"|\[[^\]^]+\]:\s*\S+.*"  # where a link by reference leads to
    r"|<!--.*-->"
    r"|(?s:.*):[*_]*"  # what leads up to something
    r")\s*",
)


def _uncited(text: str) -> Iterator[_Block]:
    """Yield the blocks of a text that should cite something and do not."""
    cited = [
        token.offset for token in markdown.tokens(text) if isinstance(token, markdown.Citation)
    ]
    code = [range(*found.span()) for found in _FENCE.finditer(text)]
    blocks = [
        _Block(found.start(), found.group())
        for found in _BLOCK.finditer(text)
        if not any(found.start() in lines for lines in code)
    ]

    def has_citation(block: _Block) -> bool:
        end = block.offset + len(block.text)
        return any(block.offset <= offset < end for offset in cited)

    notes = {
        found[1]
        for block in blocks
        for found in [_NOTE.match(block.text)]
        if found and has_citation(block)
    }
    for block in blocks:
        referred = set(_REFERENCE.findall(block.text))
        if not (has_citation(block) or referred & notes or _NEEDS_NONE.fullmatch(block.text)):
            yield block
