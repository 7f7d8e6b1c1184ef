"""Node trees -> timeline: the fields of every record, and what is made of them.

The tables (`EVENT`, `ACTOR`, …) are the content format; docs/content.md shows the same tables,
and a test compares them. Every fault is collected and reading goes on, so that one run reports
all of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeVar, cast

from msgspec import Struct, field, structs

from dateline import colours, entries, evidence, model, progress, source
from dateline.geojson import Layer
from dateline.model import Mention, Prose, Timeline
from dateline.problems import Document, Faults, Spot
from dateline.readers import (
    BAD,
    WINDOWS,
    Address,
    Choice,
    Colour,
    Field,
    Flag,
    Id,
    Many,
    Markdown,
    Number,
    Pattern,
    Reading,
    Record,
    Reference,
    Speaker,
    Text,
    Tongue,
    When,
    WholeDay,
    an,
    as_id,
    is_id,
    typed,
)

if TYPE_CHECKING:
    from dateline.kept import Kept
    from dateline.nodes import Node

IMPORTANCE = ("major", "normal", "minor")
STATUS = ("confirmed", "reported", "disputed", "retracted")
ACTOR_KINDS = "person state armed-force armed-group coalition organisation mission company".split()
PLACE_KINDS = "town camp region country river site".split()
PRECISION = ("exact", "approximate", "region")
PAGE_PARTS = frozenset({"main", "timeline"})
"""Ids that an event cannot have: in the list on the home page they would stand twice. What else
has an anchor there has an underscore in it, which no id has."""
SOURCE_KINDS = "news report statement document agreement encyclopedia book media".split()
SOURCE_TYPES = ("primary", "secondary")
COLOURS = ("indigo", "ochre", "river", "clay", "sage", "plum", "slate", "sand")
RESERVED = frozenset(
    "404 actors assets corrections data disputed events feed map media pages phases places "
    "search sources tags timeline".split()
)
"""Names that a page cannot have, because an address of the site's own begins with them."""


def _figure(values: dict[str, Any], node: Node, at: Reading) -> None:
    """Turn `value` into equal bounds; refuse a figure without a number or turned round."""
    if "value" in values and ("min" in values or "max" in values):
        at.fault(node, "a figure with both 'value' and a bound", "keep 'value', or 'min'/'max'")
        return
    if "value" in values:
        values["min"] = values["max"] = values.pop("value")
    low, high = values.setdefault("min", None), values.setdefault("max", None)
    if low is None and high is None:
        at.fault(node, "a figure without a number", "write 'value', or 'min' and 'max'")
        return
    if low is not None and high is not None and low > high:
        at.fault(
            _value(node, "min") or node, f"'min' ({low}) is more than 'max' ({high})", "swap them"
        )


def _point(values: dict[str, Any], node: Node, at: Reading) -> None:
    """Refuse half a point."""
    there, other = ("lat", "lon") if "lat" in values else ("lon", "lat")
    if there in values and other not in values:
        at.fault(_value(node, there) or node, f"'{there}' without '{other}'", "write both, or none")


_SOURCES = Many(Reference("source"))
_BY = Many(Speaker(), or_one=True)
_TITLE = "How it is called on its page and wherever it is linked."
_SUMMARY = Field("summary", Text(), "One or two plain sentences, for lists and search engines.")
_DRAFT = Field("draft", Flag(), "`true` keeps it out of the site; the preview shows it, marked.")
_ALIASES = Field("aliases", Many(Id()), "Earlier ids; their addresses lead here.")
_ID = Field("id", Id(), "Its address for ever: `/events/<id>/`.", required=True)

FIGURE = Record(
    "figure",
    (
        Field(
            "what", Text(), "What is counted, the same words in each figure of it.", required=True
        ),
        Field("value", Number("a whole number"), "The number, where one is given."),
        Field("min", Number("a whole number"), "The lower bound; alone it means at least."),
        Field("max", Number("a whole number"), "The upper bound; alone it means at most."),
        Field("approximate", Flag(), "`true` where the source says about."),
        Field("note", Text(), "What to know of the number, in a word or two: `provisional`."),
        Field("by", _BY, "Who gives the number.", required=True),
        Field("sources", _SOURCES, "Where that is written.", required=True),
    ),
    model.Figure,
    _figure,
)
POSITION = Record(
    "position",
    (
        Field("by", _BY, "Who says it.", required=True),
        Field("says", Text(), "What they say, in one plain sentence.", required=True),
        Field("sources", _SOURCES, "Where that is written.", required=True),
    ),
    model.Position,
)


def _sides(values: dict[str, Any], node: Node, at: Reading) -> None:
    """Warn of a dispute that has one side only."""
    if len(values["positions"]) == 1:
        hint = "give the other side too, or put it into 'text'"
        at.faults.warn(at.spot(node), "a dispute with one position", hint, "positions")


DISPUTE = Record(
    "dispute",
    (
        Field("point", Text(), "What is disputed.", required=True),
        Field("positions", Many(POSITION), "Who says what about it.", required=True),
    ),
    model.Dispute,
    _sides,
)
MEDIUM = Record(
    "picture",
    (
        Field("file", Reference("media"), "The file below `content/media/`.", required=True),
        Field("alt", Text(), "What can be seen, for those who cannot see it.", required=True),
        Field("caption", Text(), "What is said below it."),
        Field("credit", Text(), "Who made it."),
        Field("licence", Text(), "The terms it may be used under."),
    ),
    model.Medium,
)
CORRECTION = Record(
    "correction",
    (
        Field("date", WholeDay(), "The day on which it was put right.", required=True),
        Field("text", Text(), "What was wrong and what is right.", required=True),
    ),
    model.Correction,
)


def _retracted(values: dict[str, Any], node: Node, at: Reading) -> None:
    """Ask for the reason of a retraction, and for nothing else's."""
    retracted = values.get("status") == "retracted"
    if retracted and "reason" not in values:
        message, hint = "'retracted' without a 'reason'", "write 'reason: …', for readers"
        at.faults.add(at.spot(_value(node, "status") or node), message, hint, "status")
    elif "reason" in values and not retracted:
        message = "a 'reason' without 'status: retracted'"
        hint = "write that too, or put the words into 'text'"
        at.faults.add(at.spot(_value(node, "reason") or node), message, hint, "reason")


EVENT = Record(
    "event",
    (
        _ID,
        Field("date", When(), "When it happened, as precisely as is known.", required=True),
        Field("title", Text(), _TITLE, required=True),
        _SUMMARY,
        Field(
            "phase",
            Reference("phase"),
            "Only in `events.yaml`: the phase. In `events/<phase>.yaml` the file says it.",
        ),
        Field("importance", Choice(IMPORTANCE), "`normal` if left out."),
        Field("status", Choice(STATUS), "How well it is established; `confirmed` if left out."),
        Field("places", Many(Reference("place")), "Where it happened."),
        Field("actors", Many(Reference("actor")), "Who took part or is spoken of."),
        Field("tags", Many(Reference("tag")), "Words that it is gathered under."),
        Field("causes", Many(Reference("event")), "Earlier events that led to it."),
        Field("text", Markdown(), "What happened; every statement with its `[@source]`."),
        Field("disputed", Many(DISPUTE), "Points on which accounts differ."),
        Field("figures", Many(FIGURE), "Numbers, each with who gives it."),
        Field("sources", _SOURCES, "Further sources, beside those cited in the fields above."),
        Field("media", Many(MEDIUM), "Pictures."),
        Field("corrections", Many(CORRECTION), "What was put right after publication."),
        _ALIASES,
        Field("reason", Text(), "Why it was retracted: required by `status: retracted`."),
        _DRAFT,
    ),
    model.Event,
    _retracted,
)
PHASE = Record(
    "phase",
    (
        Field("title", Text(), _TITLE, required=True),
        Field("dates", When(), "From when to when.", required=True),
        _SUMMARY,
        Field("colour", Choice(COLOURS), "The colour that marks it."),
        _ALIASES,
    ),
    model.Phase,
)
PART = Record(
    "membership",
    (
        Field("actor", Reference("actor"), "What it belongs to.", required=True),
        Field("dates", When(), "From when to when."),
        Field("role", Text(), "As what."),
    ),
    model.Part,
)
ACTOR = Record(
    "actor",
    (
        Field("name", Text(), "The full name.", required=True),
        Field("kind", Choice(tuple(ACTOR_KINDS)), "What it is.", required=True),
        Field("abbreviation", Text(), "The short name that lists use."),
        Field("dates", When(), "From its beginning to its end."),
        _SUMMARY,
        Field("part_of", Many(PART), "What it belongs to, or belonged to."),
        Field("sources", _SOURCES, "Where that is written."),
        _ALIASES,
    ),
    model.Actor,
)
PLACE = Record(
    "place",
    (
        Field("name", Text(), "The name.", required=True),
        Field("kind", Choice(tuple(PLACE_KINDS)), "What it is.", required=True),
        Field("region", Text(), "The wider area it lies in."),
        Field(
            "lat",
            Number("degrees north, -90 to 90", whole=False, least=-90, most=90),
            "Latitude (WGS 84).",
        ),
        Field(
            "lon",
            Number("degrees east, -180 to 180", whole=False, least=-180, most=180),
            "Longitude (WGS 84).",
        ),
        Field("precision", Choice(PRECISION), "How exact the point is; `exact` if left out."),
        _SUMMARY,
        _ALIASES,
    ),
    model.Place,
    _point,
)
TAG = Record(
    "tag", (Field("name", Text(), "The word.", required=True), _SUMMARY, _ALIASES), model.Tag
)
ARCHIVED = Record(
    "archived copy",
    (
        Field("url", Address(), "The address of the copy.", required=True),
        Field(
            "date",
            WholeDay(hint="an archive says on which day it made a copy; write that one"),
            "The day on which the copy was made.",
            required=True,
        ),
        Field(
            "sha256",
            Pattern("64 hexadecimal digits", "[0-9a-f]{64}"),
            "The SHA-256 hash of the copy, so that nobody can change it unseen.",
        ),
    ),
    model.Archived,
)
SOURCE = Record(
    "source",
    (
        Field("title", Text(), "Its title; in [square brackets] if it is your own.", required=True),
        Field("kind", Choice(tuple(SOURCE_KINDS)), "What it is.", required=True),
        Field(
            "type",
            Choice(SOURCE_TYPES),
            "`primary` if it comes from those involved or from witnesses; if left out, it is for "
            "a statement, document, agreement or media, and `secondary` for the rest.",
        ),
        Field("author", Text(), "Who wrote it."),
        Field("publisher", Text(), "Who is responsible for the text."),
        Field("via", Text(), "Where it was read, if not there: a repost or a mirror."),
        Field("repost_of", Reference("source"), "The source that this repeats, if it has an id."),
        Field("date", When(), "When it was published."),
        Field("url", Address(), "Its web address."),
        Field("archived", ARCHIVED, "A copy of it in an archive."),
        Field(
            "language",
            Tongue(),
            "The language it is in.",
        ),
        Field("note", Text(), "What a reader should know of it."),
        _ALIASES,
    ),
    model.Source,
)
PAGE = Record(
    "page",
    (Field("title", Text(), _TITLE, required=True), _SUMMARY, _ALIASES, _DRAFT),
    model.Page,
)
RETRACTION = Record(
    "retraction",
    (
        Field("title", Text(), "What was there.", required=True),
        Field("reason", Text(), "Why it went.", required=True),
        Field("date", When(), "The day on which it went."),
    ),
    model.Retraction,
)
LICENCE = Record(
    "licence",
    (
        Field("name", Text(), "The name of the licence.", required=True),
        Field("url", Address(), "Where its text is."),
    ),
    model.Licence,
)


def _four_sides(values: dict[str, Any], node: Node, at: Reading) -> None:
    """Refuse an extent that is not west, south, east and north."""
    extent = values.get("extent", ())
    if not extent:
        return
    if len(extent) == 4 and extent[0] < extent[2] and -90 <= extent[1] < extent[3] <= 90:
        return
    hint = "write [west, south, east, north] in degrees, such as [-6, 41, 10, 52]"
    message = "an extent that is not four numbers, of which west is less than east"
    if len(extent) == 4 and extent[0] < extent[2]:
        message = "an extent whose south is not less than its north, both within -90 to 90"
    at.faults.add(at.spot(_value(node, "extent") or node), message, hint, "extent")


MAP = Record(
    "map",
    (
        Field(
            "extent",
            Many(Number("degrees, -180 to 180", whole=False, least=-180, most=180)),
            "What it shows: `[west, south, east, north]`; if left out, where most events happened.",
        ),
        Field("credit", Text(), "Whom to name for the coordinates, beside the map's own files."),
    ),
    model.MapSettings,
    _four_sides,
)


def _quoted(_values: dict[str, Any], node: Node, at: Reading) -> None:
    """Refuse a colour that YAML took for a comment."""
    for key, value in node.value:
        if value.id == "scalar" and not value.value.strip():
            hint = "put the colour in quotes: '#' after a space begins a comment"
            at.faults.add(at.spot(key), f"'{key.value}' has no colour", hint, key.value)


_OF_COLOURS = {
    "paper": "Behind everything",
    "ink": "Texts",
    "line": "Hairlines; softer texts are between it and `ink`",
    "accent": "Links, and the ring around what the keyboard is at",
    "visited": "Links that were followed",
} | dict.fromkeys(COLOURS, "Phases of this `colour`")


def _palette(name: str, make: type[colours.Palette]) -> Record:
    """Return the record of a palette, with its defaults in what the docs say."""
    defaults = structs.asdict(make())
    rows = (
        Field(field, Colour(), f"{meaning}; `{defaults[field]}` if left out.")
        for field, meaning in _OF_COLOURS.items()
    )
    return Record(name, tuple(rows), make, _quoted)


PALETTE = _palette("palette", colours.Palette)
DARK_PALETTE = _palette("dark-palette", colours.Dark)


def _readable(values: dict[str, Any], node: Node, at: Reading) -> None:
    """Refuse colours in which texts cannot be read well."""
    for key, palette in node.value:
        for faint in colours.faint(values[key.value]) if key.value in values else ():
            what, hint = f"'{faint.name}'", f'write {faint.name}: "{faint.enough}"'
            if faint.name not in _OF_COLOURS:
                what, hint = "a soft text", "choose another paper, or another line"
            message = (
                f"{what} ({faint.colour}) on paper {faint.ground}: "
                f"a contrast of {faint.contrast:.1f}, expected {colours.LEAST} or more"
            )
            told = (_value(palette, name) for name in (faint.name, "line", "paper", "ink"))
            at.field = faint.name
            at.fault(next((node for node in told if node), palette), message, hint)


THEME = Record(
    "theme",
    (
        Field("light", PALETTE, "The colours of paper and of light screens."),
        Field("dark", DARK_PALETTE, "The colours of dark screens."),
    ),
    colours.Theme,
    _readable,
)


def _one_language(values: dict[str, Any], node: Node, at: Reading) -> None:
    """Refuse what this version cannot do yet rather than leave a language out silently."""
    if len(values.get("languages", ())) > 1:
        at.fault(
            _value(node, "languages") or node,
            "more than one language; this version writes one",
            "keep the first",
        )


_BASE = Address(
    "a web address beginning with http:// or https://, without '?' and '#'",
    r"(?i)https?://[^\s/?#]+[^\s?#]*",
)
_LIMIT = Number("a whole number of events", least=20, most=10_000)
SITE = Record(
    "site",
    (
        Field("title", Text(), "The title of the whole timeline.", required=True),
        Field("description", Text(), "One or two plain sentences on what it covers."),
        Field("base_url", _BASE, "The address it is published at; may be left out."),
        Field(
            "languages",
            Many(Tongue()),
            "The language it is written in: one, for now.",
        ),
        Field("licence", LICENCE, "The terms that the content may be used under."),
        Field("repository", Address(), "Where its files are kept."),
        Field("menu", Many(Reference("page")), "The pages to link in the menu, in that order."),
        Field("map", MAP, "What the map shows, and whom to name for it."),
        Field("theme", THEME, "Its colours."),
        Field("list_limit", _LIMIT, "With more events, lists are spread over pages (400)."),
    ),
    model.Settings,
    _one_language,
)

RECORDS = (
    SITE, LICENCE, MAP, THEME, PALETTE, DARK_PALETTE, PHASE, EVENT, DISPUTE, POSITION, FIGURE,
    MEDIUM, CORRECTION, ACTOR, PART, PLACE, TAG, SOURCE, ARCHIVED, PAGE, RETRACTION,
)  # fmt: skip
"""Every record of the format, in the order of docs/content.md."""


class _Gathered(Struct):
    """What has been read so far."""

    faults: Faults
    retracted: dict[str, model.Event] = field(default_factory=dict)
    mentions: list[Mention] = field(default_factory=list)
    parts: list[entries.Part] = field(default_factory=list)
    declared: dict[str, model.Declared] = field(
        default_factory=lambda: {kind: model.Declared() for kind in (*model.KINDS, "retraction")}
    )
    drafts: set[tuple[str, str]] = field(default_factory=set)
    unprinted: list[tuple[Prose, bool]] = field(default_factory=list)

    def at(self, document: Document) -> Reading:
        return Reading(document, self.faults, [], [])

    def mention(self, at: Reading) -> None:
        """Take over what was named."""
        self.mentions += [Mention(kind, id, at.spot(n), name) for kind, id, n, name in at.mentions]

    def declare(self, kind: str, id: str, spot: Spot) -> bool:
        """Note where an id is declared; False, with a fault, if it is declared already."""
        declared = self.declared[kind]
        if id in declared:
            first = declared[id]
            self.faults.add(spot, f"the {kind} '{id}' is there already", f"see {first}", "id")
            return False
        declared.add(id, spot)
        return True


_Entry = TypeVar("_Entry")


def timeline(content: source.Content, faults: Faults, *, drafts: bool = False) -> Timeline:
    """Return the timeline that the content describes, without the entries that have faults.

    Drafts are left out unless `drafts` is true. References are not looked up here: that, and
    every other rule about the whole, is for `check`.
    """
    progress.begin("checking")
    got = _Gathered(faults)
    phases = _pages(content, got, "phase", PHASE)
    pages = _pages(content, got, "page", PAGE)
    if not drafts:
        got.drafts |= {
            ("page", own) for id, page in pages.items() if page.draft for own in (id, *page.aliases)
        }
        got.unprinted += [(page.body, True) for page in pages.values() if page.draft]
        pages = {id: page for id, page in pages.items() if not page.draft}
    events = _events(content, got, drafts=drafts)
    registries = {
        kind.name: _registry(content, got, kind) for kind in (ACTORS, PLACES, TAGS, SOURCES)
    }
    return Timeline(
        settings=_settings(content, got),
        phases=_in_order(phases, lambda phase: (phase.dates.sort_key, phase.id)),
        events=events,
        actors=registries["actor"],
        places=registries["place"],
        tags=registries["tag"],
        sources=registries["source"],
        pages=pages,
        retracted_events={id: event for _, id, event in _in_time(got.retracted)},
        retractions=_retractions(content, got),
        published=content.published,
        media=frozenset(content.media),
        layers=_layers(content, got),
        mentions=model.Mentions(tuple(got.mentions), tuple(got.parts)),
        declared=got.declared,
        drafts=frozenset(got.drafts),
        unprinted=tuple(got.unprinted),
        unread=frozenset(_kind_of(path) for path in content.unread),
    )


def _layers(content: source.Content, got: _Gathered) -> tuple[Layer, ...]:
    """Return the base map; the places whose areas it has are to be known."""
    for sheet in content.layers.values():
        got.mentions += [Mention("place", place, spot, "place") for place, spot in sheet.places]
    return tuple(sheet.layer for sheet in content.layers.values())


def _in_order(entries: dict[str, _Entry], key: Callable[[_Entry], Any]) -> dict[str, _Entry]:
    return dict(sorted(entries.items(), key=lambda item: key(item[1])))


def _kind_of(path: str) -> str:
    return re.split(r"[/.]", path)[0].removesuffix("s")


def _settings(content: source.Content, got: _Gathered) -> model.Settings:
    tree = content.trees.get("site.yaml")
    if tree is None:
        return model.Settings(title="")
    if tree.root is None:
        got.faults.add(tree.document.spot(), "the file is empty", "write at least 'title: …'")
        return model.Settings(title="")
    at = got.at(tree.document)
    read = SITE.read(tree.root, at)
    got.mention(at)
    return model.Settings(title="") if read is BAD else read


def _events(content: source.Content, got: _Gathered, *, drafts: bool) -> dict[str, model.Event]:
    """Read every list of events; return them in order of time."""
    rows: list[_Row] = []
    for path, tree in content.trees.items():
        if _kind_of(path) != "event" or not _has(tree, "sequence", "event", got):
            continue
        found = part(path, tree, got.faults, content.kept)
        fresh = dict(_declare_part(found, got))
        for entry in found.odd:
            left_out = entry.draft and not drafts
            if left_out:
                got.drafts |= {("event", own) for own in (entry.id, *entry.earlier)}
            if left_out or entry.retracted or entry.value is None:
                out = entry.draft or entry.retracted
                got.unprinted += [(text, out) for text in entry.texts]
            if (left_out or entry.retracted) and fresh.get(entry.id) is entry.value:
                event = fresh.pop(entry.id, None)
                if event is not None and not left_out:
                    got.retracted[entry.id] = event
        rows += _rows(found, fresh)
    return {id: event for _, id, event in sorted(rows)}


_Row = tuple[Any, str, model.Event]


def _rows(part: entries.Part, events: dict[str, model.Event]) -> list[_Row]:
    """Return the events of a file in order of time: the key of their date, the id and the event.

    Lists that are in order already are merged in a fifth of the time that it takes to sort them.
    """
    if len(events) < len(part.values):
        return _in_time(events)
    if "rows" not in part.memory:
        part.memory["rows"] = _in_time(events)
    found: list[_Row] = part.memory["rows"]
    return found


def _in_time(events: dict[str, model.Event]) -> list[_Row]:
    # Many have the same date, so its key is worked out once.
    dated = {event.date.text: event.date for event in events.values()}
    keys = {text: date.sort_key for text, date in dated.items()}
    return sorted([(keys[event.date.text], id, event) for id, event in events.items()])


def _has(tree: source.Tree, shape: str, kind: str, got: _Gathered) -> bool:
    """Say whether a file has entries; add a fault if it is something else."""
    root = tree.root if tree.shape not in ("", shape) else None
    if root is None:
        return tree.shape == shape
    at = got.at(tree.document)
    if shape == "sequence":
        hint = "begin each event with '- id: …'"
        at.fault(root, f"{typed(root)} where a list of events was expected", hint)
    else:
        message = f"{typed(root)} where entries under their ids were expected"
        at.fault(root, message, f"write the id, ':', and the {kind}'s fields below it")
    return False


def _declare_part(part: entries.Part, got: _Gathered) -> Mapping[str, Any]:
    """Declare the ids of a file; return its values by id, without those that were there already."""
    kind = part.kind.name
    declared = got.declared[kind]
    got.parts.append(part)
    if declared.add_all(part.ids, part):
        declared.add_again(part.again, part)
        return part.values
    values: dict[str, Any] = {}
    for entry, own in zip(part.entries, part.detail.declared, strict=True):
        new = [got.declare(kind, id, spot) for id, spot in own]
        if entry.id and new[0] and entry.value is not None:
            values[entry.id] = entry.value
    declared.add_again(part.again, part)
    return values


def _event(node: Node, phase: str, at: Reading, found: entries.Found) -> entries.Entry:
    """Read an event of a file that is named after a phase, or of `events.yaml`."""
    id = _declared(node, at, found)
    values = EVENT.values(node, at)
    if values is not BAD and phase and values.setdefault("phase", phase) != phase:
        message = f"the event is of phase '{values['phase']}', its file of phase '{phase}'"
        hint = f"move it to events/{values['phase']}.yaml, or take its 'phase' out"
        at.faults.add(at.spot(_value(node, "phase") or node), message, hint, "phase")
    if values is not BAD and id:
        values.setdefault("phase", "")
        return _as_entry(model.Event(**values))
    draft, status = _value(node, "draft"), _value(node, "status")
    return entries.Entry(
        id,
        None,
        tuple(_words(_value(node, "aliases"))),
        draft is not None and draft.value == "true",
        status is not None and status.value == "retracted",
        tuple(at.texts),
    )


def _as_entry(event: model.Event) -> entries.Entry:
    texts = (event.text,) if event.text else ()
    retracted = event.status == "retracted"
    return entries.Entry(event.id, event, event.aliases, event.draft, retracted, texts)


def _is_odd(event: model.Event) -> bool:
    return event.draft or event.status == "retracted"


def _moved(event: model.Event, document: Document, lines: int) -> model.Event:
    """Return an event as it stands in another text of its file, that many lines further down."""
    text = event.text
    if text is None or (text.document is document and not lines):
        return event
    line, end = text.line + lines, text.end_line + lines
    moved = Prose(text.typed, document, line, text.indent, end, text.cites)
    fields: list[Any] = list(structs.astuple(event))
    fields[_TEXT] = moved
    return model.Event(*fields)


_TEXT = model.Event.__struct_fields__.index("text")


def _named_by_events(events: list[model.Event]) -> dict[str, set[str]]:
    """Return, by kind, the ids that the fields of events name, and those that texts cite."""

    def all_of(field: str) -> set[str]:
        return set().union(*map(attrgetter(field), events))

    named = {
        "place": all_of("places"),
        "actor": all_of("actors"),
        "tag": all_of("tags"),
        "event": all_of("causes"),
        "source": all_of("sources"),
        "media": {medium.file for event in events for medium in event.media},
        "phase": set(map(attrgetter("phase"), events)) - {""},
    }
    claims = [position for e in events for dispute in e.disputed for position in dispute.positions]
    figures = [figure for event in events for figure in event.figures]
    said = [(claim.by, claim.sources) for claim in claims]
    said += [(figure.by, figure.sources) for figure in figures]
    for by, sources in said:
        named["actor"].update(filter(is_id, by))
        named["source"].update(sources)
    texts = [event.text for event in events if event.text]
    named[model.CITED_IN_TEXT] = set().union(*map(evidence.in_text, texts))
    return named


def _named_by_actors(actors: list[model.Actor]) -> dict[str, set[str]]:
    parts = {part.actor for actor in actors for part in actor.part_of}
    return {"actor": parts, "source": set().union(*(actor.sources for actor in actors))}


def _named_by_sources(sources: list[model.Source]) -> dict[str, set[str]]:
    return {"source": {source.repost_of for source in sources if source.repost_of}}


def _declared(node: Node, at: Reading, found: entries.Found) -> str:
    """Return an event's id; declare it and its earlier ones."""
    id_node = _value(node, "id")
    if id_node is None or id_node.id != "scalar" or not is_id(id_node.value):
        return ""
    if id_node.value in PAGE_PARTS:
        message = f"the id '{id_node.value}' is that of a part of the home page"
        at.faults.add(at.spot(id_node), message, "add a word to it", "id")
    found.declared.append((id_node.value, id_node))
    # A second one, after a forgotten '-', has a fault of its own.
    found.again += [
        (value.value, value)
        for key, value in node.value
        if key.value == "id" and value.id == "scalar" and value is not id_node
    ]
    found.declared += _earlier(node)
    return str(id_node.value)


def _earlier(node: Node) -> list[tuple[str, Node]]:
    """Return the ids that an entry had before, and where they are declared."""
    aliases = _value(node, "aliases")
    listed = aliases.value if aliases is not None and aliases.id == "sequence" else ()
    return [(alias.value, alias) for alias in listed if alias.id == "scalar"]


def _declare_earlier(kind: str, node: Node, at: Reading, got: _Gathered) -> None:
    """Declare the ids that a page or a phase had before; none may be that of anything else."""
    for id, alias in _earlier(node):
        if kind == "page" and id in RESERVED:
            message = f"the name '{id}' is reserved for the site's own pages"
            at.faults.add(at.spot(alias), message, "take it out", "aliases")
        else:
            got.declare(kind, id, at.spot(alias))


def _value(node: Node, name: str) -> Node | None:
    """Return the scalar or list of a field, if it is there, without judging it."""
    pairs = node.value if node.id == "mapping" else ()
    return next((value for key, value in pairs if key.value == name and value.value), None)


def _words(node: Node | None) -> list[str]:
    """Return the texts of a list, without judging it."""
    if node is None or node.id != "sequence":
        return []
    return [item.value for item in node.value if item.id == "scalar"]


def _registry(content: source.Content, got: _Gathered, kind: entries.Kind) -> Mapping[str, Any]:
    """Read the entries of one kind, each under its id, from its file or folder."""
    kept, before = content.kept, len(got.faults.found)
    parts = [
        part(path, tree, got.faults, kept)
        for path, tree in content.trees.items()
        if _kind_of(path) == kind.name and _has(tree, "mapping", kind.name, got)
    ]
    known = kept.registries.get(kind.name) if kept is not None else None
    if known is not None and known[0] == parts:
        # The very same files: nobody has edited one since.
        got.parts += parts
        got.declared[kind.name] = known[1]
        return cast("Mapping[str, Any]", known[2])
    found: Mapping[str, Any] = model.Registry([_declare_part(one, got) for one in parts])
    if kind is not SOURCES or all(part.recalled is None for part in parts):
        found = dict(found)  # all is known, and quicker to look up there
    if kept is not None and len(got.faults.found) == before:
        kept.registries[kind.name] = parts, got.declared[kind.name], found
    return found


def _nothing(_values: list[Any]) -> dict[str, set[str]]:
    """Return what is named by what names nothing."""
    return {}


def _registered(
    record: Record, names: Callable[[list[Any]], dict[str, set[str]]] = _nothing
) -> entries.Kind:
    """Return how the entries of a registry are read."""
    fields = {field.name for field in record.fields}

    def read(
        item: tuple[Node, Node], _phase: str, at: Reading, found: entries.Found
    ) -> entries.Entry | None:
        key, node = item
        at.field = "id"
        id = Id().read(key, at)
        if id is BAD:
            return None
        if id in fields and node.id == "scalar":
            hint = f"indent it under the id of the {record.name} it belongs to"
            at.fault(key, f"the field '{id}' stands outside {an(record.name)}", hint)
            return None
        earlier = _earlier(node)
        found.declared += [(id, key), *earlier]
        values = record.values(node, at, id)
        value = None if values is BAD else record.make(id=id, **values)
        return entries.Entry(id, value, tuple(own for own, _ in earlier))

    return entries.Kind(
        record.name,
        read,
        lambda value, _document, _lines: value,
        names,
        lambda value: entries.Entry(value.id, value, value.aliases),
        lambda _value: False,
    )


EVENTS = entries.Kind("event", _event, _moved, _named_by_events, _as_entry, _is_odd)
ACTORS = _registered(ACTOR, _named_by_actors)
PLACES, TAGS = _registered(PLACE), _registered(TAG)
SOURCES = _registered(SOURCE, _named_by_sources)


KINDS = {kind.name: kind for kind in (EVENTS, ACTORS, PLACES, TAGS, SOURCES)}


def part(path: str, tree: source.Tree, faults: Faults, kept: Kept | None) -> entries.Part:
    """Read the entries of one file of events or of a registry, whose root is as it should be."""
    kind = KINDS[_kind_of(path)]
    # The name of a file of events is their phase, but for `events.yaml`.
    named = kind is EVENTS and "/" in path
    phase = path.removeprefix("events/").removesuffix(".yaml") if named else ""
    return entries.part(kind, path, phase, tree, faults, kept)


def _retractions(content: source.Content, got: _Gathered) -> dict[str, model.Retraction]:
    """Read what was at the addresses that `retracted.yaml` lists."""
    found: dict[str, model.Retraction] = {}
    declared = got.declared["retraction"]
    tree = content.trees.get(source.RETRACTED)
    if tree is None or tree.root is None:
        return found
    at = got.at(tree.document)
    if tree.root.id != "mapping":
        message = f"{typed(tree.root)} where addresses were expected"
        at.fault(tree.root, message, "write the address, ':', and what was there below it")
        return found
    for key, node in tree.root.value:
        at.field = "address"
        meant = re.sub(r"/{2,}", "/", f"{key.value}/").lstrip("/") if key.id == "scalar" else ""
        hint = f"write '{meant}'" if re.fullmatch(_PLACE, meant) else ""
        says = "an address of this site such as 'actors/someone/' or 'about/'"
        address = Pattern(says, _PLACE, hint).read(key, at)
        values = RETRACTION.values(node, at)
        if address is BAD:
            continue
        if address in declared:
            first = declared[address]
            at.fault(key, f"'{address}' stands twice", f"the other is in line {first.line}")
            continue
        declared.add(address, at.spot(key))
        if values is not BAD:
            found[address] = model.Retraction(address, **values)
    return dict(sorted(found.items()))


_PLACE = rf"(?:(?:{'|'.join((*source.REGISTRIES, 'phases'))})/)?[a-z0-9]+(?:-[a-z0-9]+)*/"
"""The address of an entry, as seen from the site's root."""


def _pages(content: source.Content, got: _Gathered, kind: str, record: Record) -> dict[str, Any]:
    """Read the Markdown files of one kind; the file's name is the id."""
    entries: dict[str, Any] = {}
    for path, page in content.pages.items():
        folder, _, name = path.partition("/")
        if folder != f"{kind}s":
            continue
        id = name.removesuffix(".md")
        spot = page.document.spot()
        if not is_id(id) or id in WINDOWS or (kind == "page" and id in RESERVED):
            why = "is reserved for the site's own pages" if is_id(id) else "is not an id"
            why = "is one that Windows keeps for itself" if id in WINDOWS else why
            hint = "give it another name, of a-z, 0-9 and single hyphens"
            if as_id(id) not in ("", *RESERVED, *WINDOWS):
                hint = f"name it '{as_id(id)}.md'"
            got.faults.add(spot, f"the file's name '{id}' {why}", hint)
            continue
        got.declare(kind, id, spot)
        if page.front is None:
            least = " and ".join(f"'{field.name}: …'" for field in record.fields if field.required)
            got.faults.add(spot, "the front matter is empty", f"write at least {least}")
            continue
        _declare_earlier(kind, page.front, got.at(page.document), got)
        values = record.values(page.front, got.at(page.document))
        lines = len(page.document.lines)
        body = Prose(page.body, page.document, page.body_line, 0, lines)
        if values is BAD:
            got.unprinted.append((body, False))
        else:
            entries[id] = record.make(id=id, body=body, **values)
    return entries
