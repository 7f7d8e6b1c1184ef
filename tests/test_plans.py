"""A page that has the key of the last build is the page of the last build, whatever was edited."""

from functools import cache

import projects
import pytest
from msgspec import Struct
from msgspec.structs import fields, replace

from dateline import dates, model, pages, render, routes, schema, source
from dateline.dates import Date
from dateline.history import History
from dateline.language import Language
from dateline.problems import Faults

FLOODS = """
    -- content/site.yaml --
    title: Floods
    description: High water.
    base_url: https://floods.example/
    licence: {name: CC BY 4.0, url: "https://licence.example/"}
    repository: https://git.example/floods
    menu: [about]
    map: {extent: [4, 51, 7, 54], credit: Surveyors}
    -- content/actors.yaml --
    monk:
      name: A monk
      kind: person
      abbreviation: M
      dates: 1250/1300
      summary: He wrote.
      part_of: [{actor: abbey, dates: 1270/1290, role: scribe}]
      sources: [annals]
      aliases: [friar]
    abbey: {name: The abbey, kind: organisation}
    -- content/places.yaml --
    coast:
      name: The coast
      kind: region
      region: North
      lat: 53.5
      lon: 6.5
      precision: approximate
      summary: Flat.
      aliases: [shore]
    town: {name: The town, kind: town, lat: 52.5, lon: 5.5}
    -- content/tags.yaml --
    storm: {name: Storm, summary: Wind., aliases: [wind]}
    water: {name: Water}
    -- content/sources.yaml --
    annals:
      title: Annals
      kind: book
      type: primary
      author: A scribe
      publisher: The abbey
      via: A library
      date: "1290"
      url: https://library.example/annals
      archived: {url: "https://archive.example/annals", date: 2024-01-02, sha256: "HASH"}
      language: la
      note: On vellum.
      aliases: [chronicle]
    copy: {title: A copy, kind: book, repost_of: annals, date: 1300-01-02}
    copy-of-copy: {title: A copy of the copy, kind: book, repost_of: copy}
    letter: {title: A letter, kind: document}
    tomb: {title: An inscription, kind: document}
    -- content/phases/dykes.md --
    ---
    title: Dykes
    dates: 1200/1287
    summary: Land is won.
    colour: clay
    aliases: [banks]
    ---
    Dykes were built before [[flood]] [@copy, p. 3].
    -- content/phases/after.md --
    ---
    title: After
    dates: 1288/1300
    ---
    -- content/pages/about.md --
    ---
    title: About
    summary: What this is.
    aliases: [info]
    ---
    It is about [[flood]] [@annals].
    -- content/events/dykes.yaml --
    - id: first
      date: 1250~
      title: A first dyke
      actors: [abbey]
      places: [town]
      tags: [water]
      sources: [tomb]
    - id: flood
      date: 1287-12-14
      title: The flood
      summary: The sea breaks in.
      importance: major
      status: reported
      places: [coast, town]
      actors: [monk, abbey]
      tags: [storm, water]
      causes: [first]
      text: |
        A dyke broke [@annals, p. 2], as [[first]] did.
      disputed:
        - point: How it began
          positions:
            - {by: [monk], says: By wind., sources: [annals]}
            - {by: [A smith], says: By rain., sources: [letter]}
      figures:
        - what: drowned
          min: 100
          max: 200
          approximate: true
          note: counted
          by: [monk]
          sources: [annals]
        - {what: drowned, value: 300, by: [abbey], sources: [letter]}
      sources: [copy-of-copy]
      media: [{file: sea.png, alt: The sea, caption: High, credit: A painter, licence: CC0}]
      corrections: [{date: 2024-02-01, text: The day was wrong.}]
      aliases: [storm-flood]
    -- content/events/after.yaml --
    - id: hunger
      date: "1288"
      title: Hunger
      actors: [monk]
      places: [town]
      causes: [flood]
      sources: [letter]
    - {id: plan, date: "1289", title: A plan, draft: true, actors: [abbey], sources: [copy]}
    - id: rumour
      date: "1290"
      title: A rumour
      summary: It was said.
      status: retracted
      reason: There was nothing.
      sources: [letter]
      corrections: [{date: 2024-03-01, text: Withdrawn.}]
    -- content/map/lakes.geojson --
    {"type": "FeatureCollection", "features": [
      {"type": "Feature", "properties": {}, "geometry": {"type": "Polygon",
        "coordinates": [[[5, 52], [6, 52], [6, 53], [5, 53], [5, 52]]]}}]}
    -- content/retracted.yaml --
    tags/fire/: {title: Fire, reason: It was none., date: 2024-01-01}
""".replace("HASH", "0" * 64)

REGISTRIES = [
    "phases",
    "events",
    "actors",
    "places",
    "tags",
    "sources",
    "pages",
    "retracted_events",
    "retractions",
]
RECORDS = [
    model.Phase,
    model.Event,
    model.Actor,
    model.Place,
    model.Tag,
    model.Source,
    model.Page,
    model.Event,
    model.Retraction,
]
CHOICES = {
    "importance": schema.IMPORTANCE,
    "status": ("confirmed", "reported", "disputed"),
    "precision": schema.PRECISION,
    "colour": schema.COLOURS,
    "type": schema.SOURCE_TYPES,
    "language": ("la", "de"),
    "languages": (("en",), ("en", "fr")),
}
KINDS = {
    model.Actor: schema.ACTOR_KINDS,
    model.Place: schema.PLACE_KINDS,
    model.Source: schema.SOURCE_KINDS,
}
REFERENCES = {
    "phase": ("dykes", "after"),
    "actor": ("monk", "abbey"),
    "repost_of": ("annals", "tomb"),
}
DAYS = {("event", "flood"): "2024-05-01", ("phase", "dykes"): "2024-05-02",
        ("source", "annals"): "2024-05-03"}  # fmt: skip
SETTINGS = {"theme", "list_limit", "languages"}
"""What pages show of in no words: colours are in the style sheet, whose name changes with them."""


@pytest.fixture(scope="module")
def timeline(tmp_path_factory):
    """A timeline in which every field of every record says something, in one entry at least."""
    folder = projects.write(tmp_path_factory.mktemp("floods"), FLOODS)
    (folder / "content/media").mkdir()
    (folder / "content/media/sea.png").write_bytes(b"")
    with Faults() as faults:
        content = source.read(folder / "content", faults)
        return schema.timeline(content, faults, drafts=True)


TEMPLATES = render.Templates([projects.ROOT / "templates"], Language("en"))


def site(timeline, *, days=DAYS, **settings):
    """Return every file of a site that is made from the timeline, by path."""
    parts = {
        "stylesheet": "site.css",
        "media": {"sea.png": "media/sea.1.png"},
        "base_url": timeline.settings.base_url,
        "past": History(days),
        **settings,
    }
    made = pages.Pages(timeline, Language("en"), **parts)
    return TEMPLATES.artifacts(made.all()) | dict(made.files())


def stale(before, after):
    """Return the files that a build would wrongly leave as the last one has made them."""
    return [
        path
        for path, file in after.items()
        if path in before
        and file.renewed(before[path].stamp) is not None
        and file.make() != _made(before[path])
    ]


@cache
def _made(file):
    return file.make()


def edits(record):
    """Yield what was edited and the record after that, field by field, also of what is within."""
    for field in fields(record):
        value = getattr(record, field.name)
        if field.name in ("id", "address", "document"):
            continue
        for what, other in others(record, field.name, value):
            yield f"{field.name}{what}", replace(record, **{field.name: other})


def others(record, name, value):
    """Yield other values that a field might have, each with the way to what differs."""
    if name == "kind":
        yield "", next(kind for kind in KINDS[type(record)] if kind != value)
    elif name in CHOICES:
        yield "", next(choice for choice in CHOICES[name] if choice != value)
    elif name in REFERENCES and value:
        yield "", next(id for id in REFERENCES[name] if id != value)
    elif isinstance(value, bool):
        yield "", not value
    elif isinstance(value, int | float):
        yield "", value + 1
    elif isinstance(value, Date):
        yield "", dates.parse("1286-05~")
    elif isinstance(value, model.Prose):
        yield "", replace(value, typed="It was so [@letter]. See [[hunger]].")
    elif isinstance(value, Struct):
        yield from ((f".{inner}", other) for inner, other in edits(value))
    elif isinstance(value, str) and value and name not in ("file", "repost_of"):
        yield "", f"{value} more"
    elif isinstance(value, tuple) and value:
        yield "", value[1:]
        for n, item in enumerate(value):
            for inner, other in edits(item) if isinstance(item, Struct) else ():
                yield f"[{n}].{inner}", (*value[:n], other, *value[n + 1 :])


def edited(timeline):
    """Yield every timeline with one edit, and what that was."""
    for what, other in edits(timeline.settings):
        if what.partition(".")[0] not in SETTINGS:
            yield f"settings.{what}", replace(timeline, settings=other)
    for registry in REGISTRIES:
        entries = getattr(timeline, registry)
        for id, record in entries.items():
            for what, other in edits(record):
                changed = {**entries, id: other}
                if registry in ("events", "phases"):
                    changed = dict(sorted(changed.items(), key=lambda item: order(*item)))
                yield f"{registry}.{id}.{what}", replace(timeline, **{registry: changed})


def order(id, entry):
    """The order of a timeline: that of time."""
    return (getattr(entry, "date", None) or entry.dates).sort_key, id


def many(timeline):
    """The same timeline with its lists spread over pages."""
    return replace(timeline, settings=replace(timeline.settings, list_limit=2))


@pytest.mark.parametrize("size", ["small", "large"])
def test_no_page_with_the_same_key_looks_different_after_any_edit(timeline, size):
    """One field of one record at a time: every one that there is."""
    timeline = many(timeline) if size == "large" else timeline
    before = site(timeline)

    wrong = {what: stale(before, site(other)) for what, other in edited(timeline)}

    assert {what: pages for what, pages in wrong.items() if pages} == {}


def test_every_field_of_every_record_is_edited(timeline):
    """But for ids, which are addresses, and what only tells where something was written."""
    ways = [what.partition("[")[0].split(".") for what, _ in edited(timeline)]
    seen = {f"{way[0]}.{way[2]}" for way in ways if len(way) > 2}
    expected = {
        f"{registry}.{field.name}"
        for registry, record in zip(REGISTRIES, RECORDS, strict=True)
        for field in fields(record)
        if field.name not in ("id", "address")
    }
    # What is retracted shows no more than this.
    expected -= {f"retracted_events.{field.name}" for field in fields(model.Event)}
    expected |= {
        f"retracted_events.{name}" for name in ("title", "summary", "reason", "corrections")
    }

    assert expected - seen == {"events.reason"}


@pytest.mark.parametrize("size", ["small", "large"])
@pytest.mark.parametrize("entry", DAYS)
def test_no_page_with_the_same_key_has_another_day_of_change(timeline, size, entry):
    """A commit changes those alone."""
    timeline = many(timeline) if size == "large" else timeline
    before, after = site(timeline), site(timeline, days=DAYS | {entry: "2024-06-01"})
    page = routes.file(routes.entry(*entry))

    assert stale(before, after) == []
    assert before[page].key != after[page].key


@pytest.mark.parametrize("without", ["hunger", "plan"])
def test_no_page_with_the_same_key_misses_that_an_event_is_gone(timeline, without):
    """Of the events before and after it, of its actors and of all lists."""
    events = {id: event for id, event in timeline.events.items() if id != without}

    assert stale(site(timeline), site(replace(timeline, events=events))) == []


def test_no_page_with_the_same_key_has_another_base_map(timeline):
    """The small maps of events and places are drawn upon it too."""
    before, after = site(timeline), site(replace(timeline, layers=()))

    assert stale(before, after) == []
    assert _made(before["map/index.html"]) != after["map/index.html"].make()


@pytest.mark.parametrize(
    "settings",
    [
        {"stylesheet": "site.2.css"},
        {"media": {"sea.png": "media/sea.2.png"}},
        {"base_url": ""},
        {"scripts": {"timeline-map": "map.js"}},
    ],
    ids=lambda settings: next(iter(settings)),
)
def test_no_page_with_the_same_key_has_other_settings(timeline, settings):
    """What the build works out for all pages."""
    assert stale(site(timeline), site(timeline, **settings)) == []


def test_what_cannot_change_keeps_its_key(timeline):
    """Else nothing would be saved: only its own page shows the pictures of an event."""
    # Of a file as a whole its hash says what is in it; here an event was changed behind its back.
    timeline = replace(timeline, mentions=model.Mentions())
    flood = replace(timeline.events["flood"], media=())
    before, after = (
        site(timeline),
        site(replace(timeline, events={**timeline.events, "flood": flood})),
    )

    assert before["events/flood/index.html"].key != after["events/flood/index.html"].key
    for path in ("index.html", "events/hunger/index.html", "actors/monk/index.html"):
        assert before[path].key == after[path].key


@pytest.mark.parametrize("size", ["small", "large"])
def test_timelines_that_are_filed_alike_have_the_same_addresses_and_lists(timeline, size):
    """What is kept of addresses from one save to the next is right after any edit."""
    timeline = many(timeline) if size == "large" else timeline
    alike = [other for _, other in edited(timeline) if routes._filed_alike(timeline, other)]

    assert len(alike) > 20
    for other in alike:
        for fact in (routes._lists, routes._registers, routes._pages, routes._lasting):
            assert fact(other) == fact(timeline)
