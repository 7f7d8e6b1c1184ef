"""The page of everything on which accounts differ, and of what the statuses mean."""

from __future__ import annotations

import projects
import pytest

from dateline import vocabulary
from dateline.language import Language
from dateline.render import Templates

SOURCES = """
    -- content/site.yaml --
    title: Floods
    -- content/sources.yaml --
    annals: {title: Annals, kind: book}
    letter: {title: A letter, kind: document}
"""


@pytest.fixture
def disputed(tmp_path):
    """Return a function that writes a site and gives the view of its page of disputes."""
    return lambda text: projects.views(projects.write(tmp_path, SOURCES + text))["disputed/"]


def html(view) -> str:
    """The page as it is written."""
    return Templates([projects.ROOT / "templates"], Language("en")).page(view)


POINT = (
    "disputed: [{point: The hour, positions: ["
    "{by: A monk, says: At night., sources: [annals]}, "
    "{by: A farmer, says: At dawn., sources: [letter, annals]}]}]"
)


def test_disputes_stand_under_their_phases_in_order_of_time(disputed):
    """Whatever the order of the files; an event about which accounts agree is left out."""
    view = disputed(f"""
    -- content/phases/water.md --
    ---
    title: The water
    dates: 1287
    ---
    -- content/phases/wind.md --
    ---
    title: The wind
    dates: 1286
    ---
    -- content/events/water.yaml --
    - {{id: flood, date: 1287-12-14, title: The flood, {POINT}}}
    - {{id: dyke, date: 1287-12-13, title: The dyke, {POINT}}}
    - {{id: calm, date: 1287-12-15, title: The calm}}
    -- content/events/wind.yaml --
    - {{id: storm, date: 1286-02, title: The storm, {POINT}}}
    """)

    assert [
        (group.link.title, [event.link.title for event in group.events]) for group in view.groups
    ] == [("The wind", ["The storm"]), ("The water", ["The dyke", "The flood"])]
    assert view.count == 3


def test_each_point_has_who_says_what_and_numbered_sources(disputed):
    """Numbers run through the whole page, and each leads to a note at its foot."""
    view = disputed(f"""
    -- content/events.yaml --
    - {{id: flood, date: 1287-12-14, title: The flood, {POINT}}}
    """)
    ((flood,),) = (group.events for group in view.groups)
    (hour,) = flood.points

    assert hour.point == "The hour"
    assert [
        (claim.by[0].title, claim.says, [mark.number for mark in claim.citations])
        for claim in hour.claims
    ] == [("A monk", "At night.", [1]), ("A farmer", "At dawn.", [2, 1])]
    assert [note.id for note in view.notes] == ["annals", "letter"]


def test_an_event_that_is_disputed_is_there_without_its_points(disputed):
    """The page says that nobody has written out who says what."""
    view = disputed("""
    -- content/events.yaml --
    - {id: flood, date: 1287-12-14, title: The flood, status: disputed, sources: [annals]}
    """)

    assert [event.link.title for event in view.groups[0].events] == ["The flood"]
    assert "Who says what is not written out yet." in html(view)


@pytest.mark.parametrize(
    ("figures", "shown"),
    [
        ("{what: dead, value: 5, by: A, SRC}, {what: dead, value: 6, by: B, SRC}", ["5", "6"]),
        (
            "{what: dead, value: 5, by: A, SRC}, {what: dead, min: 5, by: B, SRC}",
            ["5", "at least 5"],
        ),
        ("{what: dead, value: 5, by: A, SRC}, {what: dead, value: 5, by: B, SRC}", []),
        ("{what: dead, value: 5, by: A, SRC}, {what: dead, value: 6, by: A, SRC}", []),
        ("{what: dead, value: 5, by: A, SRC}, {what: hurt, value: 6, by: B, SRC}", []),
    ],
)
def test_figures_of_one_measure_stand_side_by_side_where_sides_differ(disputed, figures, shown):
    """Never summed; what one side alone gives, or all give alike, is no dispute."""
    figures = figures.replace("SRC", "sources: [annals]")
    view = disputed(f"""
    -- content/events.yaml --
    - {{id: flood, date: "1287", title: Flood, figures: [{figures}]}}
    """)

    assert [
        claim.says
        for group in view.groups
        for event in group.events
        for measure in event.figures
        for claim in measure.claims
    ] == shown


def test_without_a_dispute_the_page_says_so(disputed):
    """It exists all the same, because statuses are defined there."""
    view = disputed("")

    assert (view.count, view.groups) == (0, ())
    assert "There is no open dispute" in html(view)


def test_every_status_is_defined_at_an_address(disputed):
    """And every badge is a link to it, which works without a script."""
    view = disputed("")
    text = html(view)

    for key, (name, meaning) in vocabulary.STATUS.items():
        assert f'<div id="status-{key}">' in text
        assert (name in text, meaning in text) == (True, True)


def test_a_badge_leads_to_the_definition_of_its_status(tmp_path):
    """On the event's page and in lists."""
    views = projects.views(
        projects.write(
            tmp_path,
            f"""{SOURCES}
    -- content/events.yaml --
    - {{id: flood, date: "1287", title: Flood, status: reported, sources: [annals]}}
    """,
        )
    )

    assert 'class="mark mark-reported" href="../../disputed/#status-reported"' in html(
        views["events/flood/"]
    )
    assert 'class="mark mark-reported" href="./disputed/#status-reported"' in html(views[""])
