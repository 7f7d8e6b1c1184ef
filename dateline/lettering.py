"""Where names stand on a map, so that none covers another or a mark. Plain numbers only.

A drawing is shown at several sizes, each with names of its own; a `Board` is one of them. Names
are as wide as an ordinary sans-serif draws them, rather too wide than too narrow: a build knows
no fonts.
"""

from __future__ import annotations

import math
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from dateline.geometry import Box, Line, Point, crossings

_NARROW, _WIDE = frozenset("fijltrI.,;:'’|()[]-·/ "), frozenset("mwMWÆŒ—@%")
_CELL = 48
_Stretches = Sequence[tuple[float, float]]


class Board:
    """What is taken at one size of a drawing: nothing else may stand there."""

    def __init__(self, box: Box) -> None:
        self.box = box
        self._cells: dict[tuple[int, int], list[Box]] = defaultdict(list)

    def take(self, box: Box) -> None:
        """Let nothing else stand here."""
        for cell in _cells(box):
            self._cells[cell].append(box)

    def free(self, box: Box, own: Box | None = None) -> bool:
        """Say whether a name may stand here; its `own` mark may come near."""
        return self.box.holds(box) and not any(
            box.overlaps(other) and other != own
            for cell in _cells(box)
            for other in self._cells.get(cell, ())
        )


def _cells(box: Box) -> Iterator[tuple[int, int]]:
    for column in range(int(box.left // _CELL), int(box.right // _CELL) + 1):
        for row in range(int(box.top // _CELL), int(box.bottom // _CELL) + 1):
            yield column, row


def width(text: str, size: float, spacing: float = 0) -> float:
    """Return about how wide a text is; `spacing` is what stands after each letter, in em."""
    return size * sum(_advance(char) + spacing for char in text)


@cache  # of a few hundred characters, each asked for a thousand times
def _advance(char: str) -> float:
    if unicodedata.combining(char):
        return 0.0
    if unicodedata.east_asian_width(char) in "WF":
        return 1.0
    if char in _NARROW:
        return 0.36
    if char in _WIDE:
        return 0.95
    return 0.74 if char.isupper() else 0.6


class Lettered(NamedTuple):
    """A name in its place: where its line of writing begins, ends or has its middle."""

    x: float
    y: float
    anchor: str
    """`start`, `middle` or `end`, as in SVG, for writing from left to right."""
    box: Box
    """What it takes, in the drawing's units."""
    leader: tuple[Point, Point] | None = None
    """A line from its mark to it, where it could not stand beside it."""


_DIAGONAL = math.sqrt(0.5)
_POSITIONS = (
    (1.0, 0.0, "start"),
    (_DIAGONAL, -_DIAGONAL, "start"),
    (_DIAGONAL, _DIAGONAL, "start"),
    (-1.0, 0.0, "end"),
    (-_DIAGONAL, -_DIAGONAL, "end"),
    (-_DIAGONAL, _DIAGONAL, "end"),
    (0.0, -1.0, "middle"),
    (0.0, 1.0, "middle"),
)
"""The eight places around a mark, the best one first, as cartographers prefer them."""
_BESIDE, _AWAY = (3.0,), (16.0, 26.0)
"""How far from its mark a name stands, in the units of its own size."""


def disc(board: Board, at: Point, radius: float, zoom: float) -> None:
    """Take the place of a mark, so that names of others keep off it."""
    board.take(_zoomed(Box(-radius, -radius, radius, radius), at, zoom))


def beside(
    board: Board,
    at: Point,
    radius: float,
    text_width: float,
    size: float,
    zoom: float,
    *,
    away: bool = True,
) -> Lettered | None:
    """Return where the name of a mark can stand, and take that place; None if nowhere.

    `at` is in the drawing's units. The radius, the width and the size are in units that are
    `zoom` times as large, and so is what is returned, measured from the mark's centre. Where
    there is no room beside it, and it may stand `away`, a leader joins the two.
    """
    own = _zoomed(Box(-radius, -radius, radius, radius), at, zoom)
    for gap in (*_BESIDE, *_AWAY) if away else _BESIDE:
        for dx, dy, anchor in _POSITIONS:
            reach = radius + gap
            x, middle = dx * reach, dy * reach
            if anchor == "middle":
                middle += math.copysign(size / 2 - 1, dy)
            elif dy:
                middle += math.copysign(size / 4, dy)
            left = x - {"start": 0.0, "middle": text_width / 2, "end": text_width}[anchor]
            box = _zoomed(
                Box(left, middle - size * 0.55, left + text_width, middle + size * 0.55), at, zoom
            )
            if board.free(box, own):
                board.take(box)
                leader = None
                if gap in _AWAY:
                    end = (dx * (reach - 2), dy * (reach - 2))
                    leader = ((dx * (radius + 1), dy * (radius + 1)), end)
                return Lettered(x, middle + size * 0.34, anchor, box, leader)
    return None


def over(board: Board, at: Point, text_width: float, size: float, zoom: float) -> Lettered | None:
    """Return a name whose middle is at a point, and take its place; None if it is not free."""
    half = text_width / 2
    box = _zoomed(Box(-half, -size * 0.55, half, size * 0.55), at, zoom)
    if not board.free(box):
        return None
    board.take(box)
    return Lettered(0, size * 0.34, "middle", box)


def _zoomed(box: Box, at: Point, zoom: float) -> Box:
    return Box(
        at[0] + box.left * zoom,
        at[1] + box.top * zoom,
        at[0] + box.right * zoom,
        at[1] + box.bottom * zoom,
    )


def within(board: Board, rings: Sequence[Line], text_width: float, size: float) -> Point | None:
    """Return the middle of a name that lies wholly within an area, and take its place.

    Among the rows that are free, the one where the area is widest, or nearly, and nearest to
    the area's middle. None if the name fits nowhere.
    """
    shown = [point for ring in rings for point in ring]
    if not shown:
        return None
    area = Box.around(shown)
    middle = area.centre
    best: tuple[float, Box] | None = None
    top, bottom = max(area.top, board.box.top), min(area.bottom, board.box.bottom)
    step = size * 0.7
    lines = [crossings(rings, top + n * step) for n in range(int((bottom - top) / step) + 1)]
    for n, bands in enumerate(zip(lines, lines[1:], lines[2:], strict=False), 1):
        y = top + n * step
        for left, right in _common(*bands):
            left, right = max(left, board.box.left), min(right, board.box.right)  # noqa: PLW2901
            if right - left < text_width + size:
                continue
            for part in (0.5, 0.35, 0.65, 0.2, 0.8):
                x = left + text_width / 2 + part * (right - left - text_width)
                box = Box(x - text_width / 2, y - size * 0.6, x + text_width / 2, y + size * 0.6)
                worth = math.hypot(x - middle[0], y - middle[1]) - (right - left) / 4
                if (best is None or worth < best[0]) and board.free(box.grown(size / 4)):
                    best = worth, box
    if best is None:
        return None
    board.take(best[1])
    return best[1].centre


def _common(
    above: _Stretches, here: _Stretches, below: _Stretches
) -> Iterator[tuple[float, float]]:
    """Yield, as (from, to), what three neighbouring rows have in common."""
    for left, right in here:
        for left1, right1 in above:
            for left2, right2 in below:
                inner = max(left, left1, left2), min(right, right1, right2)
                if inner[0] < inner[1]:
                    yield inner


class Along(NamedTuple):
    """A name along a line: its middle, and how much it is turned, in degrees clockwise."""

    x: float
    y: float
    angle: float


def along(board: Board, lines: Sequence[Line], text_width: float, size: float) -> Along | None:
    """Return where a name can follow one of these lines, and take its place; None if nowhere.

    Of all stretches as long as the name the straightest ones are tried first, those that are
    steep not at all. It stands above the line, or else below it.
    """
    stretches = sorted(
        (off, start, end)
        for line in lines
        for off, start, end in _stretches(line, text_width + size, size)
        if off < size and abs(end[1] - start[1]) <= abs(end[0] - start[0]) * 1.2
    )
    for off, (x1, y1), (x2, y2) in stretches[:200]:
        angle = math.atan2(y2 - y1, x2 - x1)
        if abs(angle) > math.pi / 2:
            angle -= math.copysign(math.pi, angle)
        for side in (-1, 1):
            away = side * (off + size * 0.75)
            x = (x1 + x2) / 2 - math.sin(angle) * away
            y = (y1 + y2) / 2 + math.cos(angle) * away
            boxes = [
                Box(cx - size / 2, cy - size / 2, cx + size / 2, cy + size / 2)
                for n in range(-4, 5)
                for cx, cy in [
                    (
                        x + math.cos(angle) * n * text_width / 8,
                        y + math.sin(angle) * n * text_width / 8,
                    )
                ]
            ]
            if all(map(board.free, boxes)):
                for box in boxes:
                    board.take(box)
                return Along(x, y, math.degrees(angle))
    return None


def _stretches(line: Line, length: float, step: float) -> Iterator[tuple[float, Point, Point]]:
    """Yield (how far the line bends off, start, end) of stretches of a line of about a length."""
    for first in range(len(line) - 1):
        start, gone = line[first], 0.0
        for n in range(first, len(line) - 1):
            here, there = line[n], line[n + 1]
            gone += math.dist(here, there)
            if gone >= length:
                span = math.dist(start, there)
                if span >= length * 0.85:
                    yield _bend(line[first : n + 2]), start, there
                break
    for here, there in pairwise(line):
        whole = math.dist(here, there)
        for n in range(int((whole - length) // step) if whole > length else 0):
            part = (n * step) / whole, (n * step + length) / whole
            ends = [
                (here[0] + t * (there[0] - here[0]), here[1] + t * (there[1] - here[1]))
                for t in part
            ]
            yield 0.0, ends[0], ends[1]


def _bend(points: Line) -> float:
    (x1, y1), (x2, y2) = points[0], points[-1]
    length = math.dist((x1, y1), (x2, y2))
    return max(abs((x - x1) * (y2 - y1) - (y - y1) * (x2 - x1)) / length for x, y in points)
