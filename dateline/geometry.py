"""Plane geometry for maps: project, simplify, clip, and write as SVG paths. Plain numbers only.

    line = [mercator(lon, lat) for lon, lat in degrees]
    path([simplified(line, 0.5)])               # "M1.5 2l0.3-4"

x grows to the right and y downwards, as in SVG.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

Point = tuple[float, float]
Line = Sequence[Point]

KM_PER_DEGREE = 40_075.017 / 360
"""Of the equator, WGS 84."""
_POLE = 85.0
"""Mercator's projection puts the poles infinitely far away; farther than this is drawn here."""


class Box(NamedTuple):
    """A rectangle with upright sides."""

    left: float
    top: float
    right: float
    bottom: float

    @classmethod
    def around(cls, points: Iterable[Point]) -> Box:
        """Return the smallest box that holds all points, of which there is at least one."""
        xs, ys = zip(*points, strict=True)
        return cls(min(xs), min(ys), max(xs), max(ys))

    @property
    def width(self) -> float:
        """From left to right."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """From top to bottom."""
        return self.bottom - self.top

    @property
    def centre(self) -> Point:
        """Its middle."""
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2

    @property
    def corners(self) -> tuple[Point, Point]:
        """The upper left and the lower right one."""
        return (self.left, self.top), (self.right, self.bottom)

    def grown(self, by: float) -> Box:
        """Return the box with this much more on every side."""
        return Box(self.left - by, self.top - by, self.right + by, self.bottom + by)

    def overlaps(self, other: Box) -> bool:
        """Say whether the two share more than an edge."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def holds(self, other: Box) -> bool:
        """Say whether the other lies within this one."""
        return (
            self.left <= other.left
            and other.right <= self.right
            and self.top <= other.top
            and other.bottom <= self.bottom
        )

    def has(self, point: Point) -> bool:
        """Say whether a point lies within, or on an edge."""
        return self.left <= point[0] <= self.right and self.top <= point[1] <= self.bottom


def mercator(lon: float, lat: float) -> Point:
    """Return where a place lies in Mercator's projection, in degrees of the equator."""
    lat = max(-_POLE, min(_POLE, lat))
    return lon, -math.degrees(math.asinh(math.tan(math.radians(lat))))


def latitude(y: float) -> float:
    """Return the latitude that `mercator` puts at `y`."""
    return -math.degrees(math.atan(math.sinh(math.radians(y))))


def distance(start: Point, end: Point) -> float:
    """Return the km between two places given as (lon, lat), along a great circle."""
    (lon1, lat1), (lon2, lat2) = ([math.radians(n) for n in point] for point in (start, end))
    root = math.sin((lat2 - lat1) / 2) ** 2
    root += math.cos(lat1) * math.cos(lat2) * math.sin((lon2 - lon1) / 2) ** 2
    return 2 * math.asin(min(1.0, math.sqrt(root))) * KM_PER_DEGREE * 180 / math.pi


def unwrapped(line: Line, near: float) -> list[Point]:
    """Return a line of (lon, lat) without jumps at the date line, its start within 180° of `near`.

    Longitudes may then be beyond ±180°.
    """
    found: list[Point] = []
    last = near
    for lon, lat in line:
        last = lon + 360 * round((last - lon) / 360)
        found.append((last, lat))
    return found


def simplified(line: Line, tolerance: float) -> list[Point]:
    """Return a line with fewer points, none of the others farther off than `tolerance`.

    By Douglas and Peucker (1973): of the points between two that are kept, the farthest is kept
    too unless it is near enough to the straight line. The ends are always kept.
    """
    keep = {0, len(line) - 1}
    spans = [(0, len(line) - 1)]
    while spans:
        first, last = spans.pop()
        worst, farthest = tolerance, 0
        for n in range(first + 1, last):
            off = _off(line[n], line[first], line[last])
            if off > worst:
                worst, farthest = off, n
        if farthest:
            keep.add(farthest)
            spans += [(first, farthest), (farthest, last)]
    return [line[n] for n in sorted(keep)]


def _off(point: Point, start: Point, end: Point) -> float:
    """Return the distance of a point from the straight line between two others."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    px, py = point[0] - start[0], point[1] - start[1]
    length = dx * dx + dy * dy
    if not length:
        return math.hypot(px, py)
    along = max(0.0, min(1.0, (px * dx + py * dy) / length))
    return math.hypot(px - along * dx, py - along * dy)


def arcs(rings: Sequence[Line]) -> list[list[tuple[Point, ...]]]:
    """Return, for each closed ring, the stretches that it shares with the same neighbours.

    A stretch ends where three or more lines meet. One that two rings share is the same in both,
    but for its direction.
    """
    beside: dict[Point, set[Point]] = defaultdict(set)
    for ring in rings:
        for here, there in pairwise(ring):
            if here != there:
                beside[here].add(there)
                beside[there].add(here)
    return [list(_stretches(ring, {at for at in ring if len(beside[at]) != 2})) for ring in rings]


def _stretches(ring: Line, meetings: set[Point]) -> Iterator[tuple[Point, ...]]:
    points = list(ring[:-1])
    # A ring that meets no other begins at the same point, whoever writes it down.
    start = points.index(min(meetings or points))
    points = [*points[start:], *points[:start], points[start]]
    stretch = [points[0]]
    for point in points[1:]:
        stretch.append(point)
        if point in meetings or len(stretch) > len(points) - 1:
            yield tuple(stretch)
            stretch = [point]


def shared(rings: Sequence[Line]) -> list[tuple[Point, ...]]:
    """Return the stretches that lie between two rings, each once: the borders within a whole."""
    seen: dict[tuple[Point, ...], int] = {}
    for stretch in (stretch for ring in arcs(rings) for stretch in ring):
        key = min(stretch, stretch[::-1])
        seen[key] = seen.get(key, 0) + 1
    return [stretch for stretch, times in seen.items() if times > 1]


def simplified_rings(rings: Sequence[Line], tolerance: float) -> list[list[Point]]:
    """Return closed rings with fewer points; what two share stays the same in both."""
    done: dict[tuple[Point, ...], list[Point]] = {}
    found: list[list[Point]] = []
    for stretches in arcs(rings):
        ring: list[Point] = []
        for stretch in stretches:
            key = min(stretch, stretch[::-1])
            if key not in done:
                done[key] = simplified(key, tolerance)
            points = done[key] if key == stretch else done[key][::-1]
            ring += points[bool(ring) :]
        found.append(ring)
    return found


def clipped_area(ring: Line, box: Box) -> list[Point]:
    """Return the part of a closed ring's area within a box, as a ring; empty if there is none.

    By Sutherland and Hodgman (1974), one side after the other. Where a ring leaves and comes
    back, its parts stay joined along the side of the box.
    """
    points = list(ring[:-1]) if len(ring) > 1 and ring[0] == ring[-1] else list(ring)
    sides = ((0, box.left, 1), (1, box.top, 1), (0, box.right, -1), (1, box.bottom, -1))
    for axis, limit, sign in sides:
        kept: list[Point] = []
        for n, end in enumerate(points):
            start = points[n - 1]
            into = sign * (end[axis] - limit) >= 0
            if into != (sign * (start[axis] - limit) >= 0):
                kept.append(_crossing(start, end, axis, limit))
            if into:
                kept.append(end)
        points = kept
    return [*points, points[0]] if len(points) > 2 else []


def _crossing(start: Point, end: Point, axis: int, limit: float) -> Point:
    along = (limit - start[axis]) / (end[axis] - start[axis])
    other = start[1 - axis] + along * (end[1 - axis] - start[1 - axis])
    return (limit, other) if axis == 0 else (other, limit)


def clipped_line(line: Line, box: Box) -> list[list[Point]]:
    """Return the pieces of a line that lie within a box."""
    pieces: list[list[Point]] = []
    for start, end in pairwise(line):
        inside = _clipped_segment(start, end, box)
        if inside is None:
            continue
        if pieces and pieces[-1][-1] == inside[0]:
            pieces[-1].append(inside[1])
        else:
            pieces.append(list(inside))
    return pieces


def _clipped_segment(start: Point, end: Point, box: Box) -> tuple[Point, Point] | None:
    """Return the part of a segment within a box, by Liang and Barsky (1984)."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    enters, leaves = 0.0, 1.0
    sides = (
        (-dx, start[0] - box.left),
        (dx, box.right - start[0]),
        (-dy, start[1] - box.top),
        (dy, box.bottom - start[1]),
    )
    for towards, room in sides:
        if towards == 0 and room < 0:
            return None
        if towards < 0:
            enters = max(enters, room / towards)
        elif towards > 0:
            leaves = min(leaves, room / towards)
    if enters >= leaves:
        return None
    at = [start if t == 0 else end if t == 1 else (start[0] + t * dx, start[1] + t * dy)
          for t in (enters, leaves)]  # fmt: skip
    return at[0], at[1]


def path(lines: Iterable[Line], *, closed: bool = False) -> str:
    """Return lines as the text of an SVG path: one decimal, each step from the point before.

    Steps that round to nothing are left out, and rounding never adds up: a step is taken from
    where the pen is, not from where it should be.
    """
    found = []
    for line in lines:
        tenths = [(round(x * 10), round(y * 10)) for x, y in line]
        (x, y), steps = tenths[0], []
        for there_x, there_y in tenths[1:]:
            if (there_x, there_y) != (x, y):
                steps.append(_joined(there_x - x, there_y - y))
                x, y = there_x, there_y
        if closed and steps and tenths[-1] == tenths[0]:
            steps.pop()
        if len(steps) > closed:
            run = "".join(step if step[0] == "-" or not n else " " + step
                          for n, step in enumerate(steps))  # fmt: skip
            found.append(f"M{_joined(*tenths[0])}l{run}{'z' if closed else ''}")
    return "".join(found)


def _joined(x: int, y: int) -> str:
    second = number(y / 10)
    return number(x / 10) + (second if second[0] == "-" else " " + second)


def number(value: float) -> str:
    """Return a number with at most one decimal, as short as it can be: `0.5` is `.5`."""
    text = f"{value:.1f}".removesuffix(".0")
    sign, digits = ("-", text[1:]) if text[0] == "-" else ("", text)
    return sign + digits.removeprefix("0") if digits != "0" else "0"


def crossings(rings: Iterable[Line], y: float) -> list[tuple[float, float]]:
    """Return, as (from, to), where a level line runs within the area of closed rings."""
    xs = sorted(
        x1 + (y - y1) / (y2 - y1) * (x2 - x1)
        for ring in rings
        for (x1, y1), (x2, y2) in pairwise(ring)
        if (y1 <= y) != (y2 <= y)
    )
    return list(zip(xs[::2], xs[1::2], strict=False))
