"""GeoJSON files -> the layers of a base map: lines and points, every fault with its line.

    sheet = geojson.sheet(document, faults)     # content/map/rivers.geojson
    layer.features[0].parts                     # ((lon, lat), (lon, lat), …), …

The file's name says what it draws. Longitude comes first, as the format has it (RFC 7946).
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import Any, NoReturn

from msgspec import Struct

from dateline import characters, patterns
from dateline.problems import Document, Faults, Spot, did_you_mean

Point = tuple[float, float]
"""Longitude and latitude, in degrees."""
Line = tuple[Point, ...]

LAYERS = {
    "countries": "area",
    "regions": "area",
    "areas": "area",
    "lakes": "area",
    "rivers": "line",
    "towns": "point",
}
"""By the name of its file, what the features of a layer are."""
GEOMETRIES = {
    "area": ("Polygon", "MultiPolygon"),
    "line": ("LineString", "MultiLineString"),
    "point": ("Point",),
}
MOST = 100_000
"""The most positions of a file; an outline map needs some thousands."""
_DEPTH = {"Point": 0, "LineString": 1, "MultiLineString": 2, "Polygon": 2, "MultiPolygon": 3}
"""How many lists are around the positions of a geometry."""


class Feature(Struct, frozen=True):
    """Something to be drawn: its name, and its outlines, lines or point."""

    name: str
    parts: tuple[Line, ...]
    """The rings of an area (holes too), the lines of a river; a point is a line of one."""
    names: tuple[tuple[str, str], ...] = ()
    """By language, what it is called there: `name_fr` in the file is `("fr", …)`."""
    rank: int = 3
    """1 is drawn first and boldest, larger numbers only where there is room."""
    home: bool = False
    """Whether the timeline is about this country."""
    place: str = ""
    """The id of the place that this is the area of."""

    def called(self, language: str) -> str:
        """Return its name in a language, or else the name that it has in all others."""
        return dict(self.names).get(language, self.name)


class Layer(Struct, frozen=True):
    """The features of one file, with what has to be said of it."""

    name: str
    features: tuple[Feature, ...] = ()
    credits: tuple[str, ...] = ()
    """Who made the data, as it is to be printed."""
    legend: str = ""
    """What its lines are, where that does not speak for itself."""
    bbox: tuple[float, float, float, float] | None = None
    """West, south, east and north of what it covers; outside of it, nothing is known."""


class Sheet(Struct, frozen=True):
    """A file of the map: its layer, and the places whose areas it has."""

    layer: Layer
    places: tuple[tuple[str, Spot], ...] = ()
    """The id of each, and where it is written."""


def sheet(document: Document, faults: Faults) -> Sheet | None:
    """Return what a file holds; None, with faults, if it is no layer."""
    before = len(faults.found)
    file = _File(document, faults)
    layer = file.layer()
    if layer is None or len(faults.found) > before:
        return None
    return Sheet(layer, tuple(file.places))


class _Broken(Exception):
    """What was found instead of plain JSON."""


class _File:
    """Reads one file. A value's path leads to it: `("features", 0, "geometry")`."""

    def __init__(self, document: Document, faults: Faults) -> None:
        self.document, self.faults = document, faults
        self.name = re.split(r"[/\\]", document.name)[-1].removesuffix(".geojson")
        self.places: list[tuple[str, Spot]] = []

    def layer(self) -> Layer | None:
        if self.name not in LAYERS:
            known = ", ".join(LAYERS)
            hint = did_you_mean(self.name, LAYERS) or f"name the file after one of {known}"
            message = f"'{self.name}' is not a layer of the map, expected one of {known}"
            self.faults.add(self.document.spot(), message, hint)
            return None
        before = len(self.faults.found)
        data = self._json()
        if len(self.faults.found) > before:
            return None
        if not isinstance(data, dict) or data.get("type") != "FeatureCollection":
            at = ("type",) if isinstance(data, dict) and "type" in data else ()
            self._fault(at, "not a GeoJSON 'FeatureCollection'", "export the layer as GeoJSON")
            return None
        features = data.get("features")
        if not isinstance(features, list):
            self._fault((), "'features' is not a list", 'write "features": [ … ]')
            return None
        if self.document.text.count("[") > MOST:
            message = f"more than {MOST:,} positions"
            self.faults.add(self.document.spot(), message, "simplify the layer before its export")
            return None
        found = [self._feature(("features", n), feature) for n, feature in enumerate(features)]
        return Layer(
            name=self.name,
            features=tuple(feature for feature in found if feature),
            credits=self._texts(data),
            legend=self._text((), data, "legend"),
            bbox=self._bbox(data),
        )

    def _json(self) -> Any:
        """Return what the file says, or None after a fault; stricter than Python's reader."""

        def constant(word: str) -> NoReturn:
            raise _Broken(f"'{word}' is not a number in JSON")

        def pairs(items: list[tuple[str, Any]]) -> dict[str, Any]:
            found = dict(items)
            if len(found) < len(items):
                names = [name for name, _ in items]
                twice = next(name for name in names if names.count(name) > 1)
                raise _Broken(f"'{twice}' stands twice in one object")
            return found

        try:
            return json.loads(self.document.text, parse_constant=constant, object_pairs_hook=pairs)
        except json.JSONDecodeError as error:
            spot = self.document.spot(error.lineno, error.colno)
            self.faults.add(spot, f"not JSON: {error.msg[:1].lower()}{error.msg[1:]}")
        except _Broken as error:
            self.faults.add(self._where_broken(str(error)), f"not JSON: {error}")
        except RecursionError:
            self.faults.add(self.document.spot(), "nested too deep to be GeoJSON")
        except ValueError:  # of a whole number with thousands of digits
            self.faults.add(self.document.spot(), "not JSON: a number of thousands of digits")
        return None

    def _where_broken(self, message: str) -> Spot:
        word = message.split("'")[1]
        quoted = json.dumps(word, ensure_ascii=False)
        pattern = rf"\b{word}\b" if "number" in message else re.escape(quoted) + r"\s*:"
        places = list(re.finditer(pattern, self.document.text))
        return (
            self._spot(places[0 if "number" in message else -1].start())
            if places
            else (self.document.spot())
        )

    def _feature(self, path: tuple[str | int, ...], feature: Any) -> Feature | None:
        """Return a feature; None, with one fault, if it is not one that the layer can have."""
        if not isinstance(feature, dict) or feature.get("type") != "Feature":
            self._fault(path, "not a GeoJSON 'Feature'")
            return None
        says = feature.get("properties") or {}
        geometry = feature.get("geometry")
        if not isinstance(says, dict) or not isinstance(geometry, dict):
            missing = "geometry" if isinstance(says, dict) else "properties"
            self._fault(path, f"a feature whose '{missing}' is not an object")
            return None
        at = (*path, "properties")
        parts = self._parts((*path, "geometry"), geometry)
        if parts is None:
            return None
        place = self._text(at, says, "place")
        if place:
            self.places.append((place, self._spot_of((*at, "place"))))
        named = {name: self._text(at, says, name) for name in says if name.startswith("name_")}
        return Feature(
            name=self._text(at, says, "name"),
            parts=parts,
            names=tuple((key.removeprefix("name_"), text) for key, text in named.items() if text),
            rank=self._rank(at, says),
            home=says.get("home") is True,
            place=place,
        )

    def _parts(self, path: tuple[str | int, ...], geometry: dict[str, Any]) -> Any:
        kind = geometry.get("type")
        allowed = GEOMETRIES[LAYERS[self.name]]
        if kind not in allowed:
            self._fault(
                (*path, "type"),
                f"a geometry '{kind}', expected {' or '.join(allowed)} in {self.name}.geojson",
            )
            return None
        path, value = (*path, "coordinates"), geometry.get("coordinates")
        if _DEPTH[kind]:
            return self._lines(path, value, _DEPTH[kind])
        point = self._point(path, value)
        return None if point is None else ((point,),)

    def _lines(self, path: tuple[str | int, ...], value: Any, depth: int) -> Any:
        """Return the lines within nested lists, all in one row; None after a fault."""
        if not isinstance(value, list) or not value:
            self._fault(path, "'coordinates' that are not lists of positions")
            return None
        if depth > 1:
            found: list[Any] = []
            for n, item in enumerate(value):
                read = self._lines((*path, n), item, depth - 1)
                if read is None:  # the other faults are often the same
                    return None
                found += read
            return tuple(found)
        points = _positions(value) or self._points(path, value)
        if points is None:
            return None
        if LAYERS[self.name] == "area" and (len(points) < 4 or points[0] != points[-1]):
            message = "an outline that is not closed, of at least four positions"
            self._fault(path, message, "end it with the position that it begins with")
            return None
        return (points,)

    def _points(self, path: tuple[str | int, ...], value: list[Any]) -> tuple[Point, ...] | None:
        """Return positions, looked at one by one; None after the first fault."""
        found = []
        for n, item in enumerate(value):
            point = self._point((*path, n), item)
            if point is None:
                return None
            found.append(point)
        return tuple(found)

    def _point(self, path: tuple[str | int, ...], value: Any) -> Point | None:
        numbers = isinstance(value, list) and all(
            isinstance(n, int | float) and not isinstance(n, bool) for n in value
        )
        if not numbers or len(value) < 2:
            self._fault(path, "not a position: longitude and latitude, two numbers in a list")
            return None
        lon, lat = value[:2]
        if -180 <= lon <= 180 and -90 <= lat <= 90:
            return float(lon), float(lat)
        what = f"longitude {lon!s:.20}" if not -180 <= lon <= 180 else f"latitude {lat!s:.20}"
        limits = "-180 to 180" if what.startswith("long") else "-90 to 90"
        self._fault(
            path,
            f"the {what} is not within {limits}",
            "GeoJSON is in degrees (WGS 84), longitude first",
        )
        return None

    def _rank(self, path: tuple[str | int, ...], says: dict[str, Any]) -> int:
        rank = says.get("rank", 3)
        if not isinstance(rank, int) or isinstance(rank, bool) or rank < 1:
            self._fault((*path, "rank"), f"the rank '{rank}', expected a whole number from 1")
            return 3
        return rank

    def _text(self, path: tuple[str | int, ...], says: dict[str, Any], name: str) -> str:
        value = says.get(name)
        if value is None or _is_text(value):
            return " ".join((value or "").split())
        seen = characters.UNSEEN.search(value) if isinstance(value, str) else None
        what = "is not text"
        if seen:
            what = f"has an invisible character, {characters.called(seen[0])}"
        self._fault((*path, name), f"'{name}' {what}")
        return ""

    def _texts(self, data: dict[str, Any]) -> tuple[str, ...]:
        value = data.get("credits", [])
        if isinstance(value, list) and all(map(_is_text, value)):
            return tuple(value)
        self._fault(("credits",), "'credits' is not a list of texts")
        return ()

    def _bbox(self, data: dict[str, Any]) -> tuple[float, float, float, float] | None:
        value = data.get("bbox")
        if value is None:
            return None
        if isinstance(value, list) and len(value) == 4:
            corners = [self._point(("bbox",), value[n : n + 2]) for n in (0, 2)]
            if None in corners:
                return None
            west, south, east, north = map(float, value)
            if west < east and south < north:
                return west, south, east, north
        self._fault(("bbox",), "'bbox' is not west, south, east and north, four numbers")
        return None

    # Where things are: looked up only when there is a fault.

    def _fault(self, path: Sequence[str | int], message: str, hint: str = "") -> None:
        self.faults.add(self._spot_of(path), message, hint)

    def _spot_of(self, path: Sequence[str | int]) -> Spot:
        """Return the place of the value that a path leads to, or of the nearest around it."""
        if path[:1] == ("features",) and len(path) > 1 and self._features:
            number = min(int(path[1]), len(self._features) - 1)
            return self._spot(_position(self._tokens, path[2:], self._features[number]))
        return self._spot(_position(self._tokens, path))

    @cached_property
    def _features(self) -> list[int]:
        """The token that each feature begins with: there may be thousands with a fault."""
        at = _member(self._tokens, 0, "features")
        return [] if at is None else list(_items(self._tokens, at))

    @cached_property
    def _tokens(self) -> list[tuple[str, int]]:
        return [(token.group(), token.start()) for token in _TOKEN.finditer(self.document.text)]

    def _spot(self, offset: int) -> Spot:
        line = bisect_right(self._line_starts, offset) - 1
        return self.document.spot(line + 1, offset - self._line_starts[line] + 1)

    @cached_property
    def _line_starts(self) -> list[int]:
        return [0, *(end.end() for end in re.finditer("\n", self.document.text))]


_TOKEN = patterns.of(r'"(?:[^"\\]|\\.)*"|[\[\]{}:,]|[^\s\[\]{}:,"]+')


def _positions(value: list[Any]) -> tuple[Point, ...] | None:
    """Return positions of two numbers that are all as they should be at a glance; else None."""
    if set(map(type, value)) != {list} or set(map(len, value)) != {2}:
        return None
    lons, lats = zip(*value, strict=True)
    if not {*map(type, lons), *map(type, lats)} <= {int, float}:
        return None
    if min(lons) < -180 or max(lons) > 180 or min(lats) < -90 or max(lats) > 90:
        return None
    return tuple(zip(map(float, lons), map(float, lats), strict=True))


def _is_text(value: object) -> bool:
    """Say whether it is text without invisible characters: JSON can spell all of them."""
    return isinstance(value, str) and not characters.UNSEEN.search(value)


def _position(tokens: list[tuple[str, int]], path: Sequence[str | int], at: int = 0) -> int:
    """Return where the value stands that a path of names and numbers leads to from a token."""
    for step in path:
        inner = _member(tokens, at, step)
        if inner is None:
            break
        at = inner
    return tokens[at][1] if tokens else 0


def _member(tokens: list[tuple[str, int]], at: int, step: str | int) -> int | None:
    """Return the token that begins a member of the list or object that begins at a token."""
    depth, number, at = 0, 0, at + 1
    start = at
    while at < len(tokens) and depth >= 0:
        word = tokens[at][0]
        if depth == 0 and isinstance(step, int) and number == step and at == start:
            return at
        if depth == 0 and at == start and isinstance(step, str) and _is_name(word, step):
            return at + 2
        depth += (word in "[{") - (word in "]}")
        at += 1
        if depth == 0 and word == ",":
            number, start = number + 1, at
    return None


def _items(tokens: list[tuple[str, int]], at: int) -> Iterator[int]:
    """Yield the token that begins each item of the list that begins at a token."""
    depth = 0
    for number in range(at, len(tokens)):
        word = tokens[number][0]
        if depth == 1 and word != "]" and tokens[number - 1][0] in ("[", ","):
            yield number
        depth += (word in "[{") - (word in "]}")
        if depth == 0:
            return


def _is_name(word: str, name: str) -> bool:
    return word.startswith('"') and json.loads(word) == name
