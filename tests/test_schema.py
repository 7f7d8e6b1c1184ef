"""From what an editor typed to a timeline: types, defaults, order, and what is left out."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from dateline import check, dates, model, readers, schema, source
from dateline.problems import Faults

SITE = {"site.yaml": "title: The Moon"}
EVENT = "- id: lift-off\n  date: 1969-07-16\n  title: Lift-off\n"


@pytest.fixture
def timeline(tmp_path):
    """Return a function that writes files below `content/` and returns their timeline."""

    def timeline_of(
        files: dict[str, str], *, drafts: bool = False
    ) -> tuple[model.Timeline, list[str]]:
        for name, text in files.items():
            path = tmp_path / "content" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        faults = Faults()
        content = source.read(tmp_path / "content", faults)
        made = schema.timeline(content, faults, drafts=drafts)
        return made, [found.message for found in faults]

    return timeline_of


def test_an_event_has_its_values_and_defaults(timeline):
    """What is left out is as docs/content.md says it is."""
    made, faults = timeline({**SITE, "events/landing.yaml": EVENT})

    assert faults == []
    assert made.events["lift-off"] == model.Event(
        id="lift-off",
        date=dates.parse("1969-07-16"),
        title="Lift-off",
        phase="landing",
        importance="normal",
        status="confirmed",
    )


def test_events_are_in_order_of_time_and_then_of_id(timeline):
    """The order of files and of lines in them plays no part."""
    events = "".join(
        f"- {{id: {id}, date: {date}, title: X}}\n"
        for id, date in [("d", "1970"), ("c", "1969-07-16"), ("b", "1969-07-16"), ("a", "1969-07")]
    )
    made, _ = timeline({**SITE, "events/b.yaml": events, "events/a.yaml": EVENT})

    assert list(made.events) == ["a", "b", "c", "lift-off", "d"]


def test_phases_are_in_order_of_time_and_registries_in_order_of_id(timeline):
    """Readers find phases as they happened, everything else by its name."""
    front = "---\ntitle: X\ndates: {}\n---\n"
    made, _ = timeline(
        {
            **SITE,
            "phases/a.md": front.format(1972),
            "phases/b.md": front.format(1969),
            "tags.yaml": "z: {name: Z}\na: {name: A}\n",
            "tags/more.yaml": "m: {name: M}\n",
        }
    )

    assert list(made.phases) == ["b", "a"]
    assert list(made.tags) == ["a", "m", "z"]


def test_texts_on_several_lines_are_one_line(timeline):
    """A folded title is one title; a Markdown text keeps its lines."""
    event = EVENT + "  summary: One\n    two   three.\n  text: |\n    One\n    two.\n"
    made, _ = timeline({**SITE, "events/landing.yaml": event})

    assert made.events["lift-off"].summary == "One two three."
    assert made.events["lift-off"].text.text == "One\ntwo.\n"


@pytest.mark.parametrize(
    ("written", "low", "high", "about"),
    [
        ("value: 3", 3, 3, False),
        ("min: 3", 3, None, False),
        ("max: 9", None, 9, False),
        ("min: 3, max: 9", 3, 9, False),
        ("value: 50000, approximate: true", 50000, 50000, True),
        ("value: 0", 0, 0, False),
        ("value: 007", 7, 7, False),
    ],
)
def test_a_figure_is_a_pair_of_bounds(timeline, written, low, high, about):
    """One number is both bounds; an open side is None."""
    figures = f"  figures: [{{what: people, {written}, by: NASA, sources: [log]}}]\n"
    made, faults = timeline({**SITE, "events/landing.yaml": EVENT + figures})
    (figure,) = made.events["lift-off"].figures

    assert faults == []
    assert (figure.min, figure.max, figure.approximate) == (low, high, about)


def test_a_speaker_is_an_id_or_a_name(timeline):
    """Only what has the shape of an id is looked up; one alone may stand without brackets."""
    event = EVENT + (
        "  disputed:\n    - point: Who\n      positions:\n"
        "        - {by: nasa, says: We., sources: [log]}\n"
        "        - {by: [esa, The crew], says: They., sources: [log]}\n"
    )
    made, _ = timeline({**SITE, "events/landing.yaml": event})
    positions = made.events["lift-off"].disputed[0].positions

    assert [position.by for position in positions] == [("nasa",), ("esa", "The crew")]
    assert [mention.id for mention in made.mentions if mention.kind == "actor"] == ["nasa", "esa"]


def test_every_mention_knows_its_event_and_place(timeline):
    """What a field names is kept with where it stands, for `check` to look up."""
    made, _ = timeline({**SITE, "events/landing.yaml": EVENT + "  tags: [flight, a]\n"})
    mentions = [
        (mention.kind, mention.id, mention.field, mention.event, str(mention.spot))
        for mention in made.mentions
    ]

    assert mentions == [
        ("phase", "landing", "", "", "content/events/landing.yaml:1:1"),
        ("tag", "flight", "tags", "lift-off", "content/events/landing.yaml:4:10"),
        ("tag", "a", "tags", "lift-off", "content/events/landing.yaml:4:18"),
    ]


def test_drafts_are_left_out_unless_asked_for(timeline):
    """A draft is declared, so that it can be named, but it is not there."""
    files = {**SITE, "events/landing.yaml": EVENT + "  draft: true\n  aliases: [start]\n"}
    without, _ = timeline(files)
    with_drafts, _ = timeline(files, drafts=True)

    assert (list(without.events), list(with_drafts.events)) == ([], ["lift-off"])
    assert without.drafts == {("event", "lift-off"), ("event", "start")}
    assert set(without.declared["event"]) == {"lift-off", "start"}
    assert with_drafts.drafts == frozenset()


def test_what_says_draft_false_is_published(timeline):
    """`draft: false` is as if it were left out."""
    made, faults = timeline({**SITE, "events/landing.yaml": EVENT + "  draft: false\n"})

    assert (faults, list(made.events)) == ([], ["lift-off"])


def test_an_entry_with_a_fault_is_declared_but_left_out(timeline):
    """Others may name it without a second fault, and those beside it are read."""
    actors = "nasa: {name: NASA}\nesa: {name: ESA, kind: organisation}\n"
    made, faults = timeline({**SITE, "actors.yaml": actors})

    assert list(made.actors) == ["esa"]
    assert set(made.declared["actor"]) == {"nasa", "esa"}
    assert len(faults) == 1


def test_a_warning_leaves_nothing_out(timeline):
    """A token in a plain text is told of, and the event is there."""
    made, faults = timeline({**SITE, "events/landing.yaml": EVENT + "  summary: See [[x]].\n"})

    assert faults == ["'[[' in 'summary' is printed as it stands"]
    assert list(made.events) == ["lift-off"]


def test_every_fault_of_a_record_is_found_in_one_run(timeline):
    """A bad date does not hide an unknown field, a missing title or a bad figure."""
    event = (
        "- id: Lift Off\n  date: tomorrow\n  titel: X\n  importance: huge\n  tags: flight\n"
        "  figures: [{what: people, value: many, by: NASA, sources: [log]}]\n"
    )
    _, faults = timeline({**SITE, "events/landing.yaml": event})

    assert len(faults) == 7


def test_fields_are_those_of_the_model(timeline):
    """Whatever an editor may write has a place in the timeline, and the other way round."""
    made_elsewhere = {"id", "body", "phase", "min", "max", "address"}
    for record in schema.RECORDS:
        written = {field.name for field in record.fields} - {"value"}
        kept = {field.name for field in structs.fields(record.make)}

        assert written ^ kept <= made_elsewhere, record.name


def test_every_record_within_a_record_is_listed():
    """`RECORDS` is all of the format, so the docs can be made from it."""
    within = {
        reader.of.name if isinstance(reader, readers.Many) else reader.name
        for record in schema.RECORDS
        for reader in (field.reader for field in record.fields)
        if isinstance(getattr(reader, "of", reader), readers.Record)
    }

    assert within <= {record.name for record in schema.RECORDS}


NAMES = sorted({field.name for record in schema.RECORDS for field in record.fields})
WORDS = st.sampled_from(
    [
        *"lift-off landing nasa 1969 1969-07 1969/1968 true no -3 major x.jpg https://a.b".split(),
        *["", " ", "a b", "Ü", "[[x]] [@x]", "[[lift-off]] `[@log`"],
    ]
)
VALUES = st.recursive(
    WORDS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=5)
    ),
    max_leaves=12,
)
EVENTS = st.dictionaries(st.sampled_from([field.name for field in schema.EVENT.fields]), VALUES)


@given(st.lists(EVENTS, max_size=3), VALUES, VALUES, VALUES)
@settings(max_examples=300, deadline=None)
def test_no_structure_makes_the_program_fail(tmp_path_factory, events, actors, sources, site):
    """Whatever lists and records stand where, they are read or are a fault with a place."""
    folder = tmp_path_factory.mktemp("content")
    (folder / "events").mkdir()
    (folder / "pages").mkdir()
    full = [{"id": "lift-off", "date": "1969", "title": "X"} | event for event in events]
    (folder / "events/landing.yaml").write_text(json.dumps(full), "utf-8")
    (folder / "actors.yaml").write_text(json.dumps(actors), "utf-8")
    (folder / "sources.yaml").write_text(json.dumps(sources), "utf-8")
    (folder / "site.yaml").write_text(json.dumps(site), "utf-8")
    (folder / "pages/a.md").write_text(f"---\n{json.dumps(site)}\n---\n[[x]]", "utf-8")
    faults = Faults()

    made = schema.timeline(source.read(folder, faults), faults)
    check.timeline(made, faults)

    assert all(found.line >= 1 and found.column >= 1 and found.message for found in faults)
