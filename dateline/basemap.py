"""What lies under the places of a map: land, borders, water and graticule, cut for a frame.

    base = BaseMap(layers)
    below = base.below(frame)
    below.ground.rivers                         # an SVG path
    below.countries                             # [(feature, rings), …], to place names by

A frame says which part of the world a drawing shows and how large. What is the same for all
frames of one scale is worked out once, and so is what is the same for one frame.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from msgspec import Struct

from dateline import geometry
from dateline.geojson import Feature, Layer
from dateline.geometry import Box, Line, Point, mercator, path

TOLERANCE, COARSE = 0.5, 0.9
"""How far a drawn line may be from the truth, in the drawing's units."""
_BEYOND = 4
"""How far lines are drawn beyond the edge, so that their ends are not seen."""
_STEPS = (30, 20, 10, 5, 2, 1, 0.5, 0.2, 0.1, 0.05, 0.02, 0.01)
"""Degrees from one line of the graticule to the next."""
_WIDE = 12
"""The degrees from which a coarse drawing has no small rivers."""
_SMALL = 3
"""The rank from which a river is a small one."""
_NET = 90
"""The fewest units between two lines of the graticule."""

Shapes = list[list[list[Point]]]
"""For each feature, its lines or rings."""


class Frame(NamedTuple):
    """Which part of the world a drawing shows."""

    scale: float
    """Units of the drawing to a degree of the equator."""
    left: float
    top: float
    """The upper left corner, in such units from longitude 0 and the equator."""
    width: int
    height: int
    coarse: bool = False
    """Whether lines are drawn with less detail, and small rivers left out, to weigh less."""

    def at(self, point: Point) -> Point:
        """Return where a projected point is in the drawing."""
        return point[0] * self.scale - self.left, point[1] * self.scale - self.top

    @property
    def box(self) -> Box:
        """The drawing."""
        return Box(0, 0, self.width, self.height)

    @property
    def degrees(self) -> Box:
        """The part of the projected world that it shows."""
        left, top = self.left / self.scale, self.top / self.scale
        return Box(left, top, left + self.width / self.scale, top + self.height / self.scale)

    def latitude(self, y: float) -> float:
        """Return the latitude of a height in the drawing."""
        return geometry.latitude((y + self.top) / self.scale)


class Ground(Struct, frozen=True):
    """What lies under the marks, as SVG paths."""

    covered: tuple[float, float, float, float] | None = None
    """Left, top, width and height of what the base map knows; None if it knows nothing here."""
    land: str = ""
    home: str = ""
    """The countries that the timeline is about."""
    borders: str = ""
    """Those within countries."""
    lakes: str = ""
    streams: str = ""
    rivers: str = ""
    """The great ones."""
    graticule: str = ""


class BaseMap:
    """The layers of one site, ready to be cut for any frame."""

    def __init__(self, layers: Iterable[Layer] = ()) -> None:
        """Prepare these layers."""
        self.layers = {layer.name: layer for layer in layers if layer.features}
        self.shapes: dict[str, Shapes] = {
            name: [
                [
                    [mercator(*point) for point in geometry.unwrapped(part, part[0][0])]
                    for part in feature.parts
                ]
                for feature in layer.features
            ]
            for name, layer in self.layers.items()
        }
        self._levels: dict[float, _Level] = {}
        self._below: dict[Frame, Below] = {}

    @cached_property
    def covered(self) -> Box | None:
        """What it knows, projected; None if there is no base map.

        As its files say (`bbox`), or else the box around its countries.
        """
        corners = [
            mercator(*corner)
            for layer in self.layers.values()
            if layer.bbox
            for corner in (layer.bbox[:2], layer.bbox[2:])
        ] or [
            point for rings in self.shapes.get("countries", ()) for ring in rings for point in ring
        ]
        return Box.around(corners) if corners else None

    @cached_property
    def areas(self) -> dict[str, list[list[Point]]]:
        """By the id of a place, the projected rings of its area."""
        layer = self.layers.get("areas")
        named = zip(layer.features, self.shapes["areas"], strict=True) if layer else ()
        return {feature.place: rings for feature, rings in named if feature.place}

    def features(self, name: str) -> tuple[Feature, ...]:
        """Return the features of a layer; none if it is not there."""
        layer = self.layers.get(name)
        return layer.features if layer else ()

    def below(self, frame: Frame) -> Below:
        """Return what lies in a frame."""
        if frame not in self._below:
            tolerance = (COARSE if frame.coarse else TOLERANCE) / frame.scale
            if tolerance not in self._levels:
                self._levels[tolerance] = _Level(self.shapes, tolerance)
            self._below[frame] = Below(self, self._levels[tolerance], frame)
        return self._below[frame]


class _Level:
    """The layers for one scale: with as few points as can be without a difference to see."""

    def __init__(self, shapes: dict[str, Shapes], tolerance: float) -> None:
        self._shapes, self._tolerance = shapes, tolerance
        self._simple: dict[str, Shapes] = {}
        self._boxes: dict[int, Box] = {}

    def box(self, line: Line) -> Box:
        """Return the box around one of its own lines."""
        if id(line) not in self._boxes:
            self._boxes[id(line)] = Box.around(line)
        return self._boxes[id(line)]

    def areas(self, name: str) -> Shapes:
        """Return the rings of a layer; a border that two share stays the same in both."""
        if name not in self._simple:
            features = self._shapes.get(name, [])
            rings = [ring for feature in features for ring in feature]
            simple = iter(geometry.simplified_rings(rings, self._tolerance))
            self._simple[name] = [[next(simple) for _ in feature] for feature in features]
        return self._simple[name]

    def lines(self, name: str) -> Shapes:
        """Return the lines of a layer."""
        if name not in self._simple:
            self._simple[name] = [
                [geometry.simplified(line, self._tolerance) for line in feature]
                for feature in self._shapes.get(name, [])
            ]
        return self._simple[name]

    @cached_property
    def borders(self) -> list[list[Point]]:
        """The borders between regions, each once."""
        rings = [ring for feature in self._shapes.get("regions", []) for ring in feature]
        return [geometry.simplified(line, self._tolerance) for line in geometry.shared(rings)]


class Below:
    """The base map in one frame, in the units of the drawing."""

    def __init__(self, base: BaseMap, level: _Level, frame: Frame) -> None:
        """Prepare to cut what is needed, when it is needed."""
        self.base, self.frame = base, frame
        self._level = level
        self._edge = frame.box.grown(_BEYOND)

    @cached_property
    def ground(self) -> Ground:
        """The paths."""
        rings = [(feature, ring) for feature, rings in self.countries for ring in rings]
        lines = [(feature, line) for feature, lines in self.rivers for line in lines]
        return Ground(
            covered=self._covered,
            land=path((ring for feature, ring in rings if not feature.home), closed=True),
            home=path((ring for feature, ring in rings if feature.home), closed=True),
            borders=path(self._cut_lines(self._level.borders)),
            lakes=path((ring for _, rings in self.lakes for ring in rings), closed=True),
            streams=path(line for feature, line in lines if feature.rank > 1),
            rivers=path(line for feature, line in lines if feature.rank == 1),
            graticule=path([*self._upright.values(), *self._level_lines.values()]),
        )

    @property
    def _sparse(self) -> bool:
        """Whether so much is seen that small rivers would be a tangle."""
        return self.frame.coarse and self.frame.degrees.width > _WIDE

    @cached_property
    def countries(self) -> list[tuple[Feature, list[list[Point]]]]:
        """Every country with the rings of its part of the drawing."""
        return self._cut("countries", self._level.areas, self._cut_rings)

    @cached_property
    def lakes(self) -> list[tuple[Feature, list[list[Point]]]]:
        """Every lake with its rings."""
        return self._cut("lakes", self._level.areas, self._cut_rings)

    @cached_property
    def rivers(self) -> list[tuple[Feature, list[list[Point]]]]:
        """Every river that is drawn, with its lines."""
        rivers = self._cut("rivers", self._level.lines, self._cut_lines)
        return [river for river in rivers if river[0].rank < _SMALL or not self._sparse]

    @cached_property
    def towns(self) -> list[tuple[Feature, Point]]:
        """Every town that lies in the drawing, the highest rank first."""
        found = [
            (feature, self.frame.at(lines[0][0]))
            for feature, lines in zip(
                self.base.features("towns"), self.base.shapes.get("towns", []), strict=True
            )
        ]
        inside = [(feature, point) for feature, point in found if self.frame.box.has(point)]
        return sorted(inside, key=lambda item: (item[0].rank, item[0].name, item[1]))

    def area(self, place: str) -> list[list[Point]]:
        """Return the rings of a place's area; none if the base map does not have it."""
        named = zip(self.base.features("areas"), self._level.areas("areas"), strict=True)
        return [
            ring for feature, rings in named if feature.place == place
            for ring in self._cut_rings(rings)
        ]  # fmt: skip

    @property
    def meridians(self) -> dict[float, float]:
        """By longitude, the x of its line."""
        return {lon: line[0][0] for lon, line in self._upright.items()}

    @property
    def parallels(self) -> dict[float, float]:
        """By latitude, the y of its line."""
        return {lat: line[0][1] for lat, line in self._level_lines.items()}

    @cached_property
    def _upright(self) -> dict[float, list[Point]]:
        seen = self.frame.degrees
        lines = {}
        for lon in self._multiples(seen.left, seen.right):
            x = self.frame.at((lon, 0))[0]
            lines[(lon + 180) % 360 - 180] = [(x, self._edge.top), (x, self._edge.bottom)]
        return lines

    @cached_property
    def _level_lines(self) -> dict[float, list[Point]]:
        seen = self.frame.degrees
        lines = {}
        for lat in self._multiples(geometry.latitude(seen.bottom), geometry.latitude(seen.top)):
            y = self.frame.at(mercator(0, lat))[1]
            lines[lat] = [(self._edge.left, y), (self._edge.right, y)]
        return lines

    def _multiples(self, least: float, most: float) -> Iterator[float]:
        wide_enough = [step for step in _STEPS if step * self.frame.scale >= _NET]
        step = min(wide_enough, default=_STEPS[0])
        first, last = math.ceil(least / step), math.floor(most / step)
        yield from (round(n * step, 6) for n in range(first, last + 1))

    @property
    def _covered(self) -> tuple[float, float, float, float] | None:
        if self.base.covered is None:
            return None
        known = self.base.covered
        left, top = self.frame.at((known.left, known.top))
        right, bottom = self.frame.at((known.right, known.bottom))
        edge = self._edge
        left, top = max(edge.left, round(left, 1)), max(edge.top, round(top, 1))
        right, bottom = min(edge.right, round(right, 1)), min(edge.bottom, round(bottom, 1))
        if left >= right or top >= bottom:
            return None
        return left, top, round(right - left, 1), round(bottom - top, 1)

    def _cut(
        self,
        name: str,
        simple: Callable[[str], Shapes],
        cut: Callable[[Sequence[Line]], list[list[Point]]],
    ) -> list[tuple[Feature, list[list[Point]]]]:
        found = zip(self.base.features(name), simple(name), strict=True)
        pairs = ((feature, cut(lines)) for feature, lines in found)
        return [(feature, lines) for feature, lines in pairs if lines]

    def _cut_rings(self, rings: Sequence[Line]) -> list[list[Point]]:
        return [
            clipped
            for ring in self._near(rings)
            if (clipped := geometry.clipped_area(ring, self._edge))
        ]

    def _cut_lines(self, lines: Sequence[Line]) -> list[list[Point]]:
        return [
            piece for line in self._near(lines) for piece in geometry.clipped_line(line, self._edge)
        ]

    def _near(self, lines: Sequence[Line]) -> Iterator[list[Point]]:
        """Yield what may be seen, in the drawing's units, also from beyond the date line."""
        seen = self.frame.degrees.grown(_BEYOND / self.frame.scale)
        for line in lines:
            left, top, right, bottom = self._level.box(line)
            for turn in (0, -360, 360):
                if Box(left + turn, top, right + turn, bottom).overlaps(seen):
                    yield [self.frame.at((x + turn, y)) for x, y in line]
