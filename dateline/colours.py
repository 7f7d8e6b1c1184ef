"""The colours of a site: one palette for light, one for dark, and whether they can be read.

    colours.css(colours.DEFAULT)                # the custom properties that style sheets use
    colours.contrast("#ffffff", "#767676")      # 4.54

A colour is `#rrggbb`. A palette names few; the rest is mixed from them.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import fields

LEAST = 4.5
"""The contrast that text needs (WCAG 2.2, success criterion 1.4.3)."""
MARKER = "#ffd84a"
"""What is mixed into the paper behind what an address points at."""


class Palette(Struct, frozen=True):
    """The colours of a page; these are for paper and light screens.

    Those of phases differ in lightness too, so that they stay apart for colour-blind readers.
    """

    paper: str = "#fcfcfb"
    ink: str = "#1c1d1f"
    line: str = "#d6d8da"
    accent: str = "#22508f"
    visited: str = "#5b3f75"
    indigo: str = "#474fa8"
    ochre: str = "#8f6700"
    river: str = "#14708a"
    clay: str = "#742005"
    sage: str = "#4c5d14"
    plum: str = "#7f1c70"
    slate: str = "#2d3a44"
    sand: str = "#6d6450"

    @property
    def properties(self) -> dict[str, str]:
        """Every colour by the name that style sheets know it by, without `--`."""
        return {field.name: getattr(self, field.name) for field in fields(self)} | {
            "ink-soft": mixed(self.line, self.ink, 0.32),
            "line-strong": mixed(self.line, self.ink, 0.58),
            "marked": mixed(MARKER, self.paper, 0.2),
        }


class Dark(Palette, frozen=True):
    """The same for dark screens."""

    paper: str = "#17181a"
    ink: str = "#e6e6e3"
    line: str = "#3a3b3e"
    accent: str = "#9dbcf2"
    visited: str = "#c9aee6"
    indigo: str = "#7d93f0"
    ochre: str = "#eba63a"
    river: str = "#74dfea"
    clay: str = "#e0703f"
    sage: str = "#cfe292"
    plum: str = "#df9ce2"
    slate: str = "#8a949f"
    sand: str = "#cbbfa6"


class Theme(Struct, frozen=True):
    """What a page looks like in the light, and in the dark."""

    light: Palette = Palette()
    dark: Palette = Dark()


DEFAULT = Theme()


class Faint(Struct, frozen=True):
    """A colour that is too near to what it stands on."""

    name: str
    colour: str
    ground: str
    contrast: float
    enough: str
    """The nearest colour that would do."""


def faint(palette: Palette) -> Iterator[Faint]:
    """Yield the colours of texts that cannot be read well on the paper."""
    for name, colour in palette.properties.items():
        found = contrast(colour, palette.paper)
        if name not in {"paper", "line", "line-strong", "marked"} and found < LEAST:
            yield Faint(name, colour, palette.paper, found, _enough(colour, palette.paper))


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, 1 to 21, as WCAG 2.2 defines it."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def mixed(one: str, other: str, share: float) -> str:
    """Return `share` of one colour in the other, like `color-mix(in srgb, …)`."""
    pairs = zip(_channels(one), _channels(other), strict=True)
    return "#" + "".join(f"{round(a * share + b * (1 - share)):02x}" for a, b in pairs)


def css(theme: Theme) -> str:
    """Return the style sheet of a theme.

    Dark is what the device asks for, unless the reader chose light (`data-theme` of <html>), and
    what the reader chose. Paper is always light.
    """
    light, dark = _declared(theme.light), _declared(theme.dark)
    return (
        f":root {{\n{light}}}\n"
        "@media screen and (prefers-color-scheme: dark) {\n"
        f':root:not([data-theme="light"]) {{\n{dark}}}\n'
        "}\n"
        "@media screen {\n"
        f':root[data-theme="dark"] {{\n{dark}}}\n'
        "}\n"
    )


def _declared(palette: Palette) -> str:
    return "".join(f"  --{name}: {colour};\n" for name, colour in palette.properties.items())


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in (channel / 255 for channel in _channels(colour))
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _enough(colour: str, ground: str) -> str:
    """Return the colour, mixed with as little black or white as it takes to be read."""
    end = max(("#000000", "#ffffff"), key=lambda end: contrast(end, ground))
    steps = (mixed(end, colour, step / 50) for step in range(51))
    return next((step for step in steps if contrast(step, ground) >= LEAST), end)
