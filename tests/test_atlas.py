"""The maps: what they show, how large, and what lies outside."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dateline import atlas
from dateline.atlas import Atlas, Pin
from dateline.basemap import BaseMap
from dateline.geojson import Feature, Layer
from dateline.geometry import Box

LONDON = Pin("london", "London", -0.13, 51.51, events=9)
DOVER = Pin("dover", "Dover", 1.31, 51.13, events=4)
OXFORD = Pin("oxford", "Oxford", -1.26, 51.75, events=1)
SYDNEY = Pin("sydney", "Sydney", 151.21, -33.87, events=1)
KENT = Pin("kent", "Kent", 0.7, 51.2, events=1, precision="region")
NEAR = (LONDON, DOVER, OXFORD)


def square(west, south, east, north):
    """A closed ring."""
    return ((west, south), (east, south), (east, north), (west, north), (west, south))


LAND = Layer(
    "countries",
    (
        Feature("England", (square(-6, 50, 1.7, 55.8),), home=True, names=(("fr", "Angleterre"),)),
        Feature("France", (square(-5, 42, 8, 51.1),)),
    ),
    credits=("Drawn for a test",),
    bbox=(-12, 40, 12, 60),
)
THAMES = Layer("rivers", (Feature("Thames", (((-2, 51.6), (-0.5, 51.45), (0.6, 51.5)),), rank=1),))
AREAS = Layer("areas", (Feature("Kent", (square(0.1, 50.9, 1.4, 51.4),), place="kent"),))


def test_without_places_there_is_no_map():
    """Nothing is drawn where nobody said where things are."""
    assert Atlas().sheet([]) is None
    assert Atlas().locator([], [LONDON]) is None


def test_without_a_base_map_there_are_points_and_a_graticule():
    """The map needs coordinates and nothing else."""
    drawing = Atlas().sheet(NEAR)

    assert [mark.pin.name for mark in drawing.marks] == ["London", "Dover", "Oxford"]
    assert drawing.ground.graticule
    assert (drawing.ground.land, drawing.ground.rivers, drawing.ground.covered) == ("", "", None)
    assert drawing.bars


def test_the_area_of_a_mark_is_its_number_of_events():
    """Nine events: three times the radius of one."""
    drawing = Atlas().sheet(NEAR)
    radius = {mark.pin.id: mark.radius for mark in drawing.marks}

    assert radius["london"] == pytest.approx(3 * radius["oxford"], abs=0.1)
    assert radius["dover"] == pytest.approx(2 * radius["oxford"], abs=0.1)
    assert drawing.steps == ((1, 4.5), (2, 6.4), (9, 13.5))


def test_marks_lie_as_on_the_ground():
    """West is left, north is up."""
    at = {mark.pin.id: (mark.x, mark.y) for mark in Atlas().sheet(NEAR).marks}

    assert at["oxford"][0] < at["london"][0] < at["dover"][0]
    assert at["oxford"][1] < at["london"][1] < at["dover"][1]


def test_a_far_place_does_not_shrink_the_map():
    """Its marks stand where they stood without it; an arrow points to it."""
    without, drawing = Atlas().sheet(NEAR), Atlas().sheet([*NEAR, SYDNEY])

    assert [(mark.x, mark.y) for mark in drawing.marks] == [
        (mark.x, mark.y) for mark in without.marks
    ]
    assert {arrow.pin.name for arrow in drawing.arrows} == {"Sydney"}
    shown = " ".join(arrow.layouts for arrow in drawing.arrows)
    assert sorted(shown.split()) == ["middle", "narrow", "wide"]


def test_a_far_place_with_many_events_is_on_the_map():
    """Nine tenths of the events are shown, wherever they happened."""
    drawing = Atlas().sheet([*NEAR, Pin("sydney", "Sydney", 151.21, -33.87, events=8)])

    assert drawing.arrows == ()
    assert len(drawing.marks) == 4


def test_a_stated_extent_is_kept():
    """The editor may say what the map shows."""
    drawing = Atlas().sheet([LONDON, DOVER], extent=(0.5, 50.5, 2, 51.5))

    assert [mark.pin.id for mark in drawing.marks if 130 < mark.x < 770] == ["dover"]


def test_places_on_both_sides_of_the_date_line_lie_together():
    """Fiji and Samoa are neighbours."""
    drawing = Atlas().sheet([Pin("suva", "Suva", 178.4, -18.1), Pin("apia", "Apia", -171.8, -13.8)])
    at = {mark.pin.id: mark.x for mark in drawing.marks}

    assert 0 < at["suva"] < at["apia"] < 900


def test_a_region_is_an_area_and_not_a_pin():
    """Its outline where the base map has it, else a circle, which is said to be one."""
    known = Atlas(BaseMap([LAND, AREAS])).sheet([*NEAR, KENT])
    unknown = Atlas(BaseMap([LAND])).sheet([*NEAR, KENT])

    first = known.marks[0]
    assert (first.pin.id, first.circle, bool(first.area)) == ("kent", False, True)
    first = unknown.marks[0]
    assert (first.pin.id, first.circle, first.area) == ("kent", True, "")


def test_the_ground_is_drawn_below():
    """Countries, the great river and their names, in the language of the page."""
    words = atlas.Words("fr")
    drawing = Atlas(BaseMap([LAND, THAMES]), words).sheet(NEAR)

    assert drawing.ground.home.startswith("M")
    assert drawing.ground.land.startswith("M")
    assert drawing.ground.rivers.startswith("M")
    assert {name.text for name in drawing.names if name.kind == "home"} == {"Angleterre"}
    assert drawing.credits == ("Drawn for a test",)


def test_nothing_is_drawn_where_nothing_is_known():
    """The base map says how far it reaches; beyond, the paper stays blank."""
    drawing = Atlas(BaseMap([LAND])).sheet([*NEAR, Pin("oslo", "Oslo", 10.75, 59.91, events=9)])
    left, top, width, _ = drawing.ground.covered

    assert left + width < 904
    assert top > -4


def test_a_locator_shows_its_places_and_names_what_is_around():
    """Dover, with London beside it for those who do not know where Dover is."""
    towns = Layer("towns", (Feature("Calais", (((1.86, 50.95),),)),))
    drawing = Atlas(BaseMap([LAND, towns])).locator([DOVER], [*NEAR, SYDNEY])

    assert [mark.pin.name for mark in drawing.marks] == ["Dover"]
    assert {"London", "Calais"} <= {name.text for name in drawing.names if name.kind == "town"}
    assert drawing.arrows == ()


def test_a_locator_shows_its_places_on_the_narrowest_screen():
    """Whatever is within its middle is seen everywhere."""
    drawing = Atlas(BaseMap([LAND])).locator(NEAR, NEAR)
    middle = Box(156, 0, 444, 264)

    assert len(drawing.marks) == 3
    assert all(middle.has((mark.x, mark.y)) for mark in drawing.marks)


def test_a_locator_points_to_what_lies_outside():
    """A far place does not make the near one vanish."""
    drawing = Atlas(BaseMap([LAND])).locator([DOVER, SYDNEY], [*NEAR, SYDNEY])

    assert [mark.pin.name for mark in drawing.marks] == ["Dover"]
    assert {arrow.pin.name for arrow in drawing.arrows} == {"Sydney"}


def test_there_is_no_locator_where_the_base_map_knows_nothing():
    """A blank sheet with a dot would say nothing."""
    assert Atlas(BaseMap([LAND])).locator([SYDNEY], [*NEAR, SYDNEY]) is None
    assert Atlas().locator([SYDNEY], [*NEAR, SYDNEY]) is not None


def test_the_scale_bar_is_as_long_as_it_says():
    """At its latitude, and a round number of kilometres."""
    bar = next(bar for bar in Atlas().sheet(NEAR).bars if "wide" in bar.layouts)
    km, latitude = map(float, re.findall(r"\d+", bar.text))
    at = {mark.pin.id: mark.x for mark in Atlas().sheet(NEAR).marks}
    per_degree = (at["dover"] - at["oxford"]) / (DOVER.lon - OXFORD.lon)

    assert km in {n * 10**power for n in (1, 2, 5) for power in range(4)}
    assert bar.length == pytest.approx(km / 111.32 / 0.6238 * per_degree, rel=0.01)
    assert latitude == 51


places = st.lists(
    st.builds(
        Pin,
        id=st.uuids().map(str),
        name=st.sampled_from(["Oa", "Lyme Regis", "St Albans", "Ely"]),
        lon=st.floats(-179, 179),
        lat=st.floats(-80, 80),
        events=st.integers(0, 40),
        precision=st.sampled_from(["exact", "approximate", "region"]),
    ),
    min_size=1,
    max_size=12,
)


@settings(deadline=None, max_examples=60)
@given(places, st.randoms(use_true_random=False))
def test_the_order_of_places_makes_no_difference(pins, random):
    """The same places, the same drawing; every place is in it or has an arrow."""
    mixed = random.sample(pins, len(pins))
    base = BaseMap([LAND, THAMES])

    drawing = Atlas(base).sheet(pins)

    assert drawing == Atlas(BaseMap([LAND, THAMES])).sheet(mixed)
    shown = {mark.pin.id for mark in drawing.marks} | {arrow.pin.id for arrow in drawing.arrows}
    assert {pin.id for pin in pins} == shown
