"""Projection, simplification, clipping and paths."""

from __future__ import annotations

import math
import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline import geometry
from dateline.geometry import Box

numbers = st.integers(-200, 200).map(float)
points = st.tuples(numbers, numbers)
lines = st.lists(points, min_size=2, max_size=30)
rings = st.lists(points, min_size=3, max_size=20).map(lambda ring: [*ring, ring[0]])
BOX = Box(-50, -30, 60, 40)


@given(st.floats(-180, 180), st.floats(-84, 84))
def test_latitude_undoes_the_projection(lon, lat):
    """A projected place can be read back; its longitude is kept as it is."""
    x, y = geometry.mercator(lon, lat)

    assert x == lon
    assert geometry.latitude(y) == pytest.approx(lat, abs=1e-9)


@given(st.floats(-84, 83), st.floats(0.01, 1))
def test_north_is_up_and_stretched_away_from_the_equator(lat, step):
    """Y falls towards the north; a degree is nowhere shorter than at the equator."""
    south, north = geometry.mercator(0, lat)[1], geometry.mercator(0, lat + step)[1]

    assert south - north >= step * 0.999


def test_the_poles_are_drawn_at_a_finite_distance():
    """Mercator's poles are infinitely far away; they are drawn at 85 degrees."""
    assert geometry.mercator(0, 90) == geometry.mercator(0, 85)


def test_distances_follow_great_circles():
    """Paris to New York is 5,837 km."""
    assert geometry.distance((2.3522, 48.8566), (-74.006, 40.7128)) == pytest.approx(5837, rel=5e-3)


def test_a_line_across_the_date_line_does_not_jump():
    """From 179 to -179 degrees are two degrees, not 358 the other way."""
    assert geometry.unwrapped([(179, 0), (-179, 1)], 179) == [(179, 0), (181, 1)]
    assert geometry.unwrapped([(-179, 0), (179, 1)], -179) == [(-179, 0), (-181, 1)]
    assert geometry.unwrapped([(10, 0), (20, 1)], 10) == [(10, 0), (20, 1)]


@given(lines, st.floats(0.1, 50))
def test_simplified_lines_stay_near_and_keep_their_ends(line, tolerance):
    """What is left out lies within the tolerance of what is kept."""
    simple = geometry.simplified(line, tolerance)

    assert (simple[0], simple[-1]) == (line[0], line[-1])
    assert all(point in line for point in simple)
    for point in line:
        assert min(map(off(point), pairwise(simple))) <= tolerance + 1e-6


def test_a_shared_border_is_simplified_the_same_on_both_sides():
    """No gap opens between neighbours, whatever their directions and first points."""
    border = [(10, 0), (10.3, 2), (9.8, 4), (10.2, 6), (9.9, 8), (10, 10)]
    west = [(0, 0), *border, (0, 10), (0, 0)]
    east = [(20, 10), *border[::-1], (20, 0), (20, 10)]

    simple = geometry.simplified_rings([west, east], 0.25)

    edges = [{frozenset(edge) for edge in pairwise(ring)} for ring in simple]
    assert geometry.shared([west, east]) == [tuple(border)]
    shared = edges[0] & edges[1]
    assert shared == {frozenset(edge) for edge in pairwise(geometry.simplified(border, 0.25))}


@given(rings)
def test_clipped_areas_lie_within_the_box(ring):
    """Nothing sticks out, and the ring is closed."""
    clipped = geometry.clipped_area(ring, BOX)

    assert all(BOX.grown(1e-6).has(point) for point in clipped)
    assert not clipped or clipped[0] == clipped[-1]


def test_clipping_keeps_what_lies_within_and_drops_what_lies_without():
    """A ring within is unchanged, one around everything becomes the box, one outside nothing."""
    inside = [(0, 0), (10, 0), (10, 10), (0, 0)]
    around = [(-99, -99), (99, -99), (99, 99), (-99, 99), (-99, -99)]
    outside = [(70, 70), (80, 70), (80, 80), (70, 70)]

    assert set(geometry.clipped_area(inside, BOX)) == set(inside)
    assert Box.around(geometry.clipped_area(around, BOX)) == BOX
    assert geometry.clipped_area(outside, BOX) == []


@given(lines)
def test_clipped_lines_lie_within_the_box(line):
    """Every piece is within, and has two points at least."""
    for piece in geometry.clipped_line(line, BOX):
        assert len(piece) > 1
        assert all(BOX.grown(1e-6).has(point) for point in piece)


def test_a_line_that_leaves_and_returns_is_cut_in_two():
    """The part outside is not replaced by a line along the edge."""
    pieces = geometry.clipped_line([(0, 0), (0, 80), (10, 80), (10, 0)], BOX)

    assert pieces == [[(0, 0), (0, 40)], [(10, 40), (10, 0)]]


def test_a_path_is_written_in_short_steps():
    """One decimal, relative, without what repeats the point before."""
    assert geometry.path([[(1, 2), (1.04, 2), (1.5, 1.5), (1.5, 4)]]) == "M1 2l.5-.5 0 2.5"
    assert geometry.path([[(0, 0), (4, 0), (4, 4), (0, 0)]], closed=True) == "M0 0l4 0 0 4z"
    assert geometry.path([[(1, 1), (1.01, 1.01)]]) == ""


@given(lines)
def test_rounding_never_adds_up_along_a_path(line):
    """Each point of a path is within half a tenth of where it should be, and no point is lost."""
    line = [(x / 7, y / 7) for x, y in line]
    drawn = walked(geometry.path([line]))

    if drawn:
        assert drawn[-1] == pytest.approx(line[-1], abs=0.0501)
        for point in line:
            assert min(math.dist(point, other) for other in drawn) <= 0.0708


def off(point):
    """The distance of a point from a segment, as a function of it."""

    def of(segment):
        (x1, y1), (x2, y2) = segment
        dx, dy = x2 - x1, y2 - y1
        long = dx * dx + dy * dy
        t = max(0, min(1, ((point[0] - x1) * dx + (point[1] - y1) * dy) / long)) if long else 0
        return math.dist(point, (x1 + t * dx, y1 + t * dy))

    return of


def walked(path):
    """The points of a path with one line."""
    if not path:
        return []
    start, steps = path.removeprefix("M").split("l")
    x, y = map(float, re.findall(r"-?(?:\d+\.?\d*|\.\d+)", start))
    found = [(x, y)]
    numbers = list(map(float, re.findall(r"-?(?:\d+\.?\d*|\.\d+)", steps)))
    for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
        x, y = x + dx, y + dy
        found.append((x, y))
    return found
