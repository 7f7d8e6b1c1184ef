"""The maps, as plain numbers for templates: a sheet of the whole timeline, and small locators.

    atlas = Atlas(BaseMap(layers), words)
    drawing = atlas.sheet(pins)                 # None if nothing has a place
    drawing.marks[0].x, drawing.ground.rivers   # 412.5, "M0 31.2l4.1 2…"

A drawing is shown at several widths of the page (`layouts`): ground and marks are the same, names
are placed for each. Everything is in the units of the drawing, from its upper left corner; what
is `zoomed` is in units that are larger where the drawing is shown smaller, so that names stay
legible and marks can be hit.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple, TypeVar

from msgspec import Struct
from msgspec.structs import replace

from dateline import geometry, lettering
from dateline.basemap import BaseMap, Below, Frame, Ground
from dateline.geometry import Box, Point, mercator, path
from dateline.lettering import Board

SIZES = {"place": 13.0, "town": 11.0, "country": 12.0, "home": 15.0, "water": 11.5, "grid": 9.5}
"""How large names are, in px; templates/assets/css/parts/map.css has the same numbers."""
SPACING = {"country": 0.16, "home": 0.4}
"""What stands after each letter, in em; so too there."""

SHEET = (900, 640)
"""Width and height of a sheet."""
LOCATOR = (600, 264)
SMALL_SCREEN = 288
"""How much of a locator can be seen on the narrowest screen: its middle."""
_MARGIN = 56
"""From the outermost mark of a sheet to its edge, at least."""
_LOCATOR_MARGIN = (56, 44)
_SNAP = 24
"""Locators move in steps of this, so that those of neighbours often share their ground."""
_NEIGHBOUR = 100
"""How far from the middle of a locator the nearest known place may be."""
_FINEST = 40.0
"""Units to a degree that a locator may have in any case: a small screen is then 7 degrees."""
_MOST_EVENTS = 0.9
"""The share of events that a sheet shows, wherever they happened."""
_LARGEST, _SMALLEST, _UNIT = 15.0, 2.5, 4.5
"""Radii of marks in px: the most, the least, and that of one event where there is room."""
_MOST_TOWNS = 14
"""How many places that are not its own a drawing names."""
_CIRCLE, _LARGEST_CIRCLE = 34.0, 64.0
"""The radius of the circle that stands for a region of unknown outline: on a sheet, and the most
on a locator, where it is as large on the ground."""


class Pin(Struct, frozen=True):
    """A place, as it goes into a drawing."""

    id: str
    name: str
    lon: float
    lat: float
    events: int = 0
    precision: str = "exact"
    """`exact`, `approximate`, or `region` for a point that stands for a whole area."""
    address: str = ""
    title: str = ""
    """What a reader is told who points at it."""


class Words(Struct, frozen=True):
    """How a drawing says what it cannot know the language of."""

    language: str = "en"
    latitude: Callable[[float], str] = "{:g}".format
    longitude: Callable[[float], str] = "{:g}".format
    bar: Callable[[float, float], str] = "{:g} km ({:.0f})".format
    """Says what a scale bar stands for: so many km at a latitude."""


class Layout(NamedTuple):
    """One width that a drawing is shown at."""

    name: str
    zoom: float
    """How much larger names and marks are drawn, because the whole is shown smaller."""
    box: Box
    """The part of the drawing that can be seen."""


class Name(Struct, frozen=True):
    """A name that belongs to the ground."""

    text: str
    kind: str
    """`country`, `home`, `water`, `town` or `grid`."""
    x: float
    y: float
    layouts: str
    """The names of the layouts that show it, with spaces between."""
    anchor: str = "middle"
    angle: float = 0
    dx: float = 0
    dy: float = 0
    """From x and y to where the writing begins, in units that are zoomed."""


class Label(Struct, frozen=True):
    """The name of a mark, in units that are zoomed, from the mark's middle."""

    x: float
    y: float
    anchor: str
    layouts: str
    leader: str = ""


class Mark(Struct, frozen=True):
    """A place in the drawing."""

    pin: Pin
    x: float
    y: float
    radius: float
    """In units that are zoomed; of the circle of a region, in the drawing's own."""
    area: str = ""
    """The outline of a region, where the base map has it."""
    labels: tuple[Label, ...] = ()
    circle: bool = False
    """Whether a circle stands for a region: it is not its border."""


class Arrow(Struct, frozen=True):
    """A place beyond the edge, and the arrow towards it."""

    pin: Pin
    x: float
    y: float
    angle: float
    """In degrees clockwise from upwards."""
    text_x: float
    anchor: str
    layouts: str


class Bar(Struct, frozen=True):
    """A scale bar."""

    x: float
    y: float
    length: float
    text: str
    layouts: str


class Drawing(Struct, frozen=True):
    """A map, ready to be printed."""

    form: str
    """`sheet` or `locator`."""
    width: int
    height: int
    ground: Ground
    marks: tuple[Mark, ...]
    names: tuple[Name, ...] = ()
    arrows: tuple[Arrow, ...] = ()
    bars: tuple[Bar, ...] = ()
    square: bool = False
    """Whether small screens show the middle square only; everything is in it."""
    steps: tuple[tuple[int, float], ...] = ()
    """For the legend: numbers of events, and the radius of their mark."""
    legend: tuple[str, ...] = ()
    credits: tuple[str, ...] = ()


def layouts(form: str, *, square: bool = False) -> tuple[Layout, ...]:
    """Return the widths that a drawing is made for; parts/map.css has the same zooms."""
    if form == "locator":
        return (
            Layout("wide", 1, Box(0, 0, *LOCATOR)),
            Layout("narrow", 1, _middle(LOCATOR, SMALL_SCREEN)),
        )
    whole = Box(0, 0, *SHEET)
    if not square:
        zooms = (("wide", 1.0), ("middle", 1.75), ("narrow", 2.75))
        return tuple(Layout(name, zoom, whole) for name, zoom in zooms)
    middle = _middle(SHEET, SHEET[1])
    return (Layout("wide", 1, whole), Layout("middle", 1.3, middle), Layout("narrow", 2, middle))


def _middle(size: tuple[int, int], width: int) -> Box:
    off = (size[0] - width) / 2
    return Box(off, 0, size[0] - off, size[1])


class Atlas:
    """Draws the maps of one timeline upon one base map."""

    def __init__(self, base: BaseMap | None = None, words: Words | None = None) -> None:
        """Prepare to draw upon this base map, or upon none."""
        self.base, self.words = base or BaseMap(), words or Words()

    def sheet(
        self,
        pins: Sequence[Pin],
        extent: tuple[float, float, float, float] | None = None,
    ) -> Drawing | None:
        """Return the map of all places; None if there is none.

        It is fitted to the extent (west, south, east, north), or else to where most events
        happened; an arrow at the edge shows where the others are.
        """
        if not pins:
            return None
        points = _points(pins)
        frame, square = self._sheet_frame(pins, points, extent)
        return self._drawing("sheet", frame, pins, points, square=square)

    def locator(
        self,
        pins: Sequence[Pin],
        around: Sequence[Pin],
        extent: tuple[float, float, float, float] | None = None,
    ) -> Drawing | None:
        """Return a small map of some of the places `around`, the others only named.

        It shows those that the sheet shows too, and arrows to the rest. None if there is
        nothing to show: no place, or all of them where the base map knows nothing.
        """
        if not pins:
            return None
        points = _points([*around, *pins])
        sheet, _ = self._sheet_frame(around, points, extent)
        shown = [pin for pin in pins if sheet.degrees.has(points[pin.id])] or [
            pin for pin in pins if not self.base.covered or self.base.covered.has(points[pin.id])
        ]
        if not shown:
            return None
        corners = [points[pin.id] for pin in shown]
        corners += [
            point for pin in shown if pin.precision == "region"
            for ring in self.base.areas.get(pin.id, ()) for point in ring
        ]  # fmt: skip
        core = Box.around(corners)
        others = [pin for pin in around if pin not in pins]
        known = [points[pin.id] for pin in others]
        known += [lines[0][0] for lines in self.base.shapes.get("towns", ())]
        # A dot in the void says nothing: the nearest place that a reader may know is to be seen.
        nearest = min((_farther(core.centre, point) for point in known), default=0)
        limit = max(sheet.scale / 2, _NEIGHBOUR / nearest) if nearest else math.inf
        frame = _located(core, max(_FINEST, 1.6 * sheet.scale), limit, self.base.covered)
        circle = min(_LARGEST_CIRCLE, max(_LARGEST, _CIRCLE / sheet.scale * frame.scale))
        return self._drawing("locator", frame, pins, points, others, circle=circle)

    def _sheet_frame(
        self,
        pins: Sequence[Pin],
        points: Mapping[str, Point],
        extent: tuple[float, float, float, float] | None,
    ) -> tuple[Frame, bool]:
        if extent:
            return _fitted(Box.around([mercator(*extent[:2]), mercator(*extent[2:])]))
        any_event = any(pin.events for pin in pins)
        return _fitted(
            main_area([(points[pin.id], pin.events if any_event else 1) for pin in pins])
        )

    def _drawing(
        self,
        form: str,
        frame: Frame,
        pins: Sequence[Pin],
        points: Mapping[str, Point],
        others: Sequence[Pin] = (),
        *,
        square: bool = False,
        circle: float = _CIRCLE,
    ) -> Drawing:
        pins = sorted(pins, key=lambda pin: (-pin.events, pin.name, pin.id))
        at = {pin.id: _rounded(frame.at(points[pin.id])) for pin in [*pins, *others]}
        unit = min(_UNIT, _LARGEST / math.sqrt(max(1, *(pin.events for pin in pins), 1)))
        below = self.base.below(frame)
        plan = _Plan(below, self.words, form, at, unit, round(circle, 1))
        for layout in layouts(form, square=square):
            plan.letter(layout, pins, others)
        layers = self.base.layers.values()
        return Drawing(
            form=form,
            width=frame.width,
            height=frame.height,
            ground=below.ground,
            marks=plan.marks(pins),
            names=plan.names(),
            arrows=plan.arrows(),
            bars=plan.bars(),
            square=square,
            steps=_steps([pin.events for pin in pins], unit),
            legend=tuple(dict.fromkeys(layer.legend for layer in layers if layer.legend)),
            credits=tuple(dict.fromkeys(text for layer in layers for text in layer.credits)),
        )


def _points(pins: Sequence[Pin]) -> dict[str, Point]:
    """Return by id where the places lie, projected.

    The world is cut where no place is for the longest stretch, so that places on both sides of
    the date line lie together; some are then beyond 180°.
    """
    lons = sorted({pin.lon for pin in pins})
    gap, cut = max(((after - before, after) for before, after in pairwise(lons)), default=(0, 0))
    turned = cut if gap > 360 - (lons[-1] - lons[0]) else math.inf
    return {
        pin.id: mercator(pin.lon - 360 if pin.lon >= turned else pin.lon, pin.lat) for pin in pins
    }


def main_area(weighed: Sequence[tuple[Point, float]]) -> Box:
    """Return the box of the points that matter: a few that lie far away do not stretch it.

    In it are the points nearest to the middle that hold nine tenths of the weight, and of the
    others those that make it not much larger.
    """
    middle = (
        _median((point[0], weight) for point, weight in weighed),
        _median((point[1], weight) for point, weight in weighed),
    )
    nearest = sorted(weighed, key=lambda item: (math.dist(item[0], middle), item))
    enough, held = _MOST_EVENTS * sum(weight for _, weight in nearest), 0.0
    box = core = Box.around([nearest[0][0]])
    for point, weight in nearest:
        larger = Box.around([*box.corners, point])
        if held < enough:
            core = box = larger
        elif max(larger.width, larger.height) <= 1.5 * max(core.width, core.height):
            box = larger
        held += weight
    return box


def _median(weighed: Iterable[tuple[float, float]]) -> float:
    """Return the first value that, with those below it, holds half of the weight."""
    row = sorted(weighed)
    left = sum(weight for _, weight in row) / 2
    for value, weight in row:
        left -= weight
        if left <= 0:
            return value
    return row[-1][0]


def _fitted(core: Box) -> tuple[Frame, bool]:
    """Return the frame of a sheet around a box, and whether its middle square holds the box."""
    width, height = SHEET
    # Two degrees at least: a single town is shown with its surroundings.
    across, down = max(core.width, 2.0), max(core.height, 2.0)
    free = min((width - 2 * _MARGIN) / across, (height - 2 * _MARGIN) / down)
    in_square = min(free, (height - 2 * _MARGIN) / across)
    square = in_square >= 0.75 * free
    scale = round(in_square if square else free, 3)
    x, y = core.centre
    left, top = x * scale - width / 2, y * scale - height / 2
    return Frame(scale, round(left, 1), round(top, 1), width, height), square


def _farther(one: Point, other: Point) -> float:
    """Return how far two points are apart, across or down, whichever is more."""
    return max(abs(one[0] - other[0]), abs(one[1] - other[1]))


def _located(core: Box, finest: float, limit: float, covered: Box | None) -> Frame:
    """Return the frame of a locator: scale and place are of a few that recur.

    The scale is neither above the finest nor the limit. The frame is moved towards what the base
    map knows as far as small screens, which see its middle, still show the core.
    """
    width, height = LOCATOR
    across = (SMALL_SCREEN - 2 * _LOCATOR_MARGIN[0]) / max(core.width, 1e-9)
    down = (height - 2 * _LOCATOR_MARGIN[1]) / max(core.height, 1e-9)
    thirds = math.ceil(3 * math.log2(max(1.0, finest / min(across, down, limit))) - 1e-9)
    scale = round(finest / 2 ** (thirds / 3), 3)
    if covered:
        # A little nearer, rather than with blank paper beside what the base map knows.
        filled = round(width / (covered.right - covered.left), 3)
        if scale < filled <= 1.25 * min(across, down):
            scale = filled
    x, y = core.centre
    left, top = x * scale - width / 2, y * scale - height / 2
    if covered:
        across = (SMALL_SCREEN - core.width * scale) / 2 - _LOCATOR_MARGIN[0] / 3
        down = (height - core.height * scale) / 2 - _LOCATOR_MARGIN[1]
        left = _moved(left, width, covered.left * scale, covered.right * scale, max(0, across))
        top = _moved(top, height, covered.top * scale, covered.bottom * scale, max(0, down))
    left, top = round(left / _SNAP) * _SNAP, round(top / _SNAP) * _SNAP
    return Frame(scale, left, top, width, height, coarse=True)


def _moved(start: float, length: float, least: float, most: float, by: float) -> float:
    """Return where a stretch begins that is moved into some limits, by so much at most."""
    wanted = (least + most - length) / 2
    if most - least >= length:
        wanted = min(max(start, least), most - length)
    return min(max(wanted, start - by), start + by)


def _rounded(point: Point) -> Point:
    return round(point[0], 1), round(point[1], 1)


def _radius(events: int, unit: float) -> float:
    """Return the radius of a mark: its area is in proportion to the number of its events."""
    return round(max(_SMALLEST, unit * math.sqrt(events)), 1)


def _steps(events: Sequence[int], unit: float) -> tuple[tuple[int, float], ...]:
    """Return the numbers of events that a legend shows, with the radius of their mark."""
    most = max(events)
    if most < 2:
        return ()
    between = [n for n in (2, 5, 10, 20, 50, 100, 200, 500, 1000) if n <= most / 2]
    return tuple((n, _radius(n, unit)) for n in sorted({1, *between[-1:], most}))


class _Plan:
    """Where everything stands that is not ground; one layout is lettered after the other."""

    def __init__(
        self,
        below: Below,
        words: Words,
        form: str,
        at: Mapping[str, Point],
        unit: float,
        circle: float,
    ) -> None:
        self.below, self.words, self.form, self.at = below, words, form, at
        self.unit, self.circle = unit, circle
        # What is the same in several layouts is printed once: by its value, the layouts' names.
        self._labels: dict[str, dict[Label, list[str]]] = defaultdict(lambda: defaultdict(list))
        self._names: dict[Name, list[str]] = defaultdict(list)
        self._arrows: dict[Arrow, list[str]] = defaultdict(list)
        self._bars: dict[Bar, list[str]] = defaultdict(list)

    def letter(self, layout: Layout, pins: Sequence[Pin], others: Sequence[Pin]) -> None:
        """Place all names for one layout, what matters most first."""
        board = Board(layout.box.grown(-6))
        inside = [pin for pin in pins if layout.box.has(self.at[pin.id])]
        for pin in inside:
            if pin.precision != "region":
                lettering.disc(board, self.at[pin.id], self.radius(pin), layout.zoom)
        self._bar(board, layout)
        for pin in pins:
            if pin not in inside:
                self._arrow(board, layout, pin)
        for pin in inside:
            self._label(board, layout, pin)
        for pin in inside:
            if pin.precision == "region":
                lettering.disc(board, self._heart(pin), self.circle, 1)
        self._waters(board, layout, 1)
        self._countries(board, layout)
        self._waters(board, layout, 2)
        self._towns(board, layout, inside, others)
        self._waters(board, layout, 3 if self.form == "locator" else 2)
        self._grid(board, layout)

    def radius(self, pin: Pin) -> float:
        """Return the radius of a place's mark, zoomed; in a locator all are alike."""
        return _radius(pin.events if self.form == "sheet" else 1, self.unit)

    def marks(self, pins: Iterable[Pin]) -> tuple[Mark, ...]:
        """Return the places in the drawing: regions below, then points, the smallest on top."""
        edge = self.below.frame.box
        shown = [pin for pin in pins if edge.has(self.at[pin.id])]
        return tuple(
            self._mark(pin) for pin in sorted(shown, key=lambda pin: pin.precision != "region")
        )

    def _mark(self, pin: Pin) -> Mark:
        region = pin.precision == "region"
        area = path(self.below.area(pin.id), closed=True) if region else ""
        return Mark(
            pin,
            *self.at[pin.id],
            radius=self.circle if region else self.radius(pin),
            area=area,
            circle=region and not area,
            labels=_merged(self._labels[pin.id]),
        )

    def names(self) -> tuple[Name, ...]:
        """Return the names of the ground."""
        return _merged(self._names)

    def arrows(self) -> tuple[Arrow, ...]:
        """Return the arrows to places beyond the edge."""
        return _merged(self._arrows)

    def bars(self) -> tuple[Bar, ...]:
        """Return the scale bars."""
        return _merged(self._bars)

    def _label(self, board: Board, layout: Layout, pin: Pin) -> None:
        size, at = SIZES["place"], self.at[pin.id]
        wide = lettering.width(pin.name, size)
        stands = None
        if pin.precision == "region":
            stands = lettering.over(board, self._heart(pin), wide, size, layout.zoom)
        if stands and self._heart(pin) != at:
            heart = self._heart(pin)
            dx, dy = ((heart[n] - at[n]) / layout.zoom for n in (0, 1))
            stands = stands._replace(x=stands.x + dx, y=stands.y + dy)
        radius = 4 if pin.precision == "region" else self.radius(pin)
        stands = stands or lettering.beside(board, at, radius, wide, size, layout.zoom)
        if stands:
            leader = path([stands.leader]) if stands.leader else ""
            x, y = _rounded((stands.x, stands.y))
            self._labels[pin.id][Label(x, y, stands.anchor, "", leader)].append(layout.name)

    def _heart(self, pin: Pin) -> Point:
        """Return where the name of a region belongs."""
        rings = sorted(self.below.area(pin.id), key=len)
        return _rounded(Box.around(rings[-1]).centre) if rings else self.at[pin.id]

    def _arrow(self, board: Board, layout: Layout, pin: Pin) -> None:
        """Place an arrow where the way from the middle to a place leaves the layout."""
        size, (x, y) = SIZES["place"], self.at[pin.id]
        middle = layout.box.centre
        turned = math.atan2(x - middle[0], middle[1] - y)
        inner = layout.box.grown(-9 - 9 * layout.zoom)
        dx, dy = x - middle[0], y - middle[1]
        reach = min(
            inner.width / 2 / abs(dx) if dx else math.inf,
            inner.height / 2 / abs(dy) if dy else math.inf,
        )
        x, y = middle[0] + reach * dx, middle[1] + reach * dy
        upright = abs(abs(x - middle[0]) - inner.width / 2) < 1
        wide = lettering.width(pin.name, size)
        for n in range(24):
            step = (n + 1) // 2 * (-1) ** n * 18 * layout.zoom
            at = _rounded((x, y + step) if upright else (x + step, y))
            for anchor in ("start", "end") if at[0] < middle[0] else ("end", "start"):
                side = 1 if anchor == "start" else -1
                ends = sorted(
                    (at[0] - side * 7 * layout.zoom, at[0] + side * (11 + wide) * layout.zoom)
                )
                box = Box(ends[0], at[1] - 9 * layout.zoom, ends[1], at[1] + 9 * layout.zoom)
                if board.free(box):
                    board.take(box)
                    angle = round(math.degrees(turned))
                    arrow = Arrow(pin, *at, angle, 10.0 * side, anchor, "")
                    self._arrows[arrow].append(layout.name)
                    return

    def _bar(self, board: Board, layout: Layout) -> None:
        """Place the scale bar in the first corner that is free; there is one in any case."""
        frame, zoom = self.below.frame, layout.zoom
        latitude = frame.latitude(layout.box.centre[1])
        per_km = frame.scale / (geometry.KM_PER_DEGREE * math.cos(math.radians(latitude)))
        most = layout.box.width * 0.22 / per_km
        tens = 10.0 ** math.floor(math.log10(most))
        km = max(n * tens for n in (1, 2, 5) if n * tens <= most)
        text = self.words.bar(km, round(latitude))
        wide = max(km * per_km, lettering.width(text, SIZES["grid"]) * zoom)
        left, top, right, bottom = layout.box.grown(-8 - 4 * zoom)
        down, across = top + 18 * zoom, right - wide
        corners = [(left, bottom), (across, bottom), (left, down), (across, down)]
        boxes = [Box(x, y - 18 * zoom, x + wide, y).grown(4) for x, y in corners]
        n = next((n for n, box in enumerate(boxes) if board.free(box)), 0)
        board.take(boxes[n])
        bar = Bar(*_rounded(corners[n]), round(km * per_km, 1), text, "")
        self._bars[bar].append(layout.name)

    def _waters(self, board: Board, layout: Layout, rank: int) -> None:
        """Name the rivers of a rank, along their course."""
        by_name: dict[str, list[list[Point]]] = defaultdict(list)
        for feature, lines in self.below.rivers:
            if feature.rank == rank and feature.name:
                by_name[feature.called(self.words.language)] += lines
        size = SIZES["water"]
        for text, lines in by_name.items():
            if any(name.text == text and layout.name in of for name, of in self._names.items()):
                continue
            wide = lettering.width(text, size) * layout.zoom
            stands = lettering.along(board, lines, wide, size * layout.zoom)
            if stands:
                x, y = _rounded((stands.x, stands.y))
                self._name(layout, Name(text, "water", x, y, "", angle=round(stands.angle)))

    def _countries(self, board: Board, layout: Layout) -> None:
        """Name the countries that have room for it: not those of which only a corner is seen."""
        for feature, rings in sorted(self.below.countries, key=lambda item: not item[0].home):
            text = feature.called(self.words.language)
            kind = "home" if feature.home else "country"
            wide = lettering.width(text.upper(), SIZES[kind], SPACING[kind]) * layout.zoom
            size = SIZES[kind] * layout.zoom
            stands = lettering.within(board, rings, wide, size) if text else None
            if stands:
                self._name(layout, Name(text, kind, *_rounded(stands), ""))

    def _towns(
        self, board: Board, layout: Layout, inside: Sequence[Pin], others: Sequence[Pin]
    ) -> None:
        """Name other places and towns where there is room, those of the timeline first."""
        near = 10 * layout.zoom
        taken = [self.at[pin.id] for pin in inside if pin.precision != "region"]
        known = {pin.name for pin in inside}
        around = [
            (pin.name, self.at[pin.id], 1)
            for pin in sorted(others, key=lambda pin: (-pin.events, pin.name, pin.id))
            if pin.precision != "region"
        ]
        towns = [(f.called(self.words.language), at, f.rank) for f, at in self.below.towns]
        most = 2 if self.form == "sheet" else 9
        room = _MOST_TOWNS
        for text, at, rank in [*around, *towns]:
            if not room or text in known or rank > most or not layout.box.has(at):
                continue
            if any(math.dist(at, other) < near for other in taken):
                continue
            dot = Box(*at, *at).grown(2.5 * layout.zoom)
            if not board.free(dot):
                continue
            size = SIZES["town"]
            wide = lettering.width(text, size)
            stands = lettering.beside(board, at, 2, wide, size, layout.zoom, away=False)
            if stands:
                room -= 1
                board.take(dot)
                taken.append(at)
                known.add(text)
                x, y = _rounded((stands.x, stands.y))
                name = Name(text, "town", *_rounded(at), "", stands.anchor, dx=x, dy=y)
                self._name(layout, name)

    def _grid(self, board: Board, layout: Layout) -> None:
        """Name the lines of the graticule at the upper and the left edge."""
        size, zoom, seen = SIZES["grid"], layout.zoom, layout.box
        rows = [
            (self.words.longitude(lon), (x, seen.top + 14 * zoom), True)
            for lon, x in self.below.meridians.items()
        ] + [
            (self.words.latitude(lat), (seen.left + 22 * zoom, y), False)
            for lat, y in self.below.parallels.items()
        ]
        for text, at, _ in rows:
            stands = lettering.over(board, at, lettering.width(text, size), size, zoom)
            if stands:
                name = Name(text, "grid", *_rounded(at), "", dy=round(stands.y, 1))
                self._name(layout, name)

    def _name(self, layout: Layout, name: Name) -> None:
        self._names[name].append(layout.name)


_Placed = TypeVar("_Placed", Label, Name, Arrow, Bar)


def _merged(found: Mapping[_Placed, list[str]]) -> tuple[_Placed, ...]:
    """Return what was placed, each with the names of its layouts."""
    return tuple(replace(placed, layouts=" ".join(names)) for placed, names in found.items())
