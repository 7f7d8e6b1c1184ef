"""A chart of how cost grows, as SVG: lines on two logarithmic axes.

The same data gives the same bytes. Colours follow the reader's choice of light or dark.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from math import ceil, floor, log10

WIDTH, HEIGHT = 720, 420
LEFT, RIGHT, TOP, BOTTOM = 64, 96, 20, 52
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#8a6d00")
"""Told apart by the colour-blind too (after Okabe and Ito); each line has another pattern."""
PATTERNS = ("", "7 4", "2 3", "9 3 2 3", "4 2")

Points = Sequence[tuple[float, float]]


def lines(title: str, across: str, up: str, series: Mapping[str, Points]) -> str:
    """Return the chart of some series of points, whose values are all greater than 0."""
    xs = [x for points in series.values() for x, _ in points]
    ys = [y for points in series.values() for _, y in points]
    wide, high = _decades(xs), _decades(ys)
    plot = _Plot(wide, high)
    parts = [*plot.grid(across, up)]
    ends = _apart([plot.at(*points[-1])[1] for points in series.values()])
    for number, ((name, points), end) in enumerate(zip(series.items(), ends, strict=True)):
        parts += plot.line(name, points, number, end)
    style = (
        "text{font:13px system-ui,sans-serif;fill:#333}.grid{stroke:#ccc}"
        "path{fill:none;stroke-width:2.5}"
        "@media(prefers-color-scheme:dark){text{fill:#ddd}.grid{stroke:#555}}"
    )
    return "\n".join(
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img">',
            f"<title>{escape(title)}</title>",
            f"<style>{style}</style>",
            *parts,
            "</svg>\n",
        )
    )


class _Plot:
    def __init__(self, wide: tuple[int, int], high: tuple[int, int]) -> None:
        self.wide, self.high = wide, high

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Return the place of a point, in px from the top left."""
        across = (log10(x) - self.wide[0]) / (self.wide[1] - self.wide[0])
        up = (log10(y) - self.high[0]) / (self.high[1] - self.high[0])
        return (
            round(LEFT + across * (WIDTH - LEFT - RIGHT), 1),
            round(HEIGHT - BOTTOM - up * (HEIGHT - TOP - BOTTOM), 1),
        )

    def grid(self, across: str, up: str) -> list[str]:
        """Return the lines of the powers of ten, and the names of the axes."""
        found = []
        for power in range(self.wide[0], self.wide[1] + 1):
            x, y = self.at(10**power, 10 ** self.high[0])
            found.append(f'<line class="grid" x1="{x}" x2="{x}" y1="{TOP}" y2="{y}"/>')
            found.append(_text(x, y + 18, "middle", f"{10**power:,}"))
        for power in range(self.high[0], self.high[1] + 1):
            x, y = self.at(10 ** self.wide[0], 10**power)
            end = WIDTH - RIGHT
            found.append(f'<line class="grid" x1="{x}" x2="{end}" y1="{y}" y2="{y}"/>')
            found.append(
                _text(x - 8, y + 4, "end", f"{10**power:,}" if power >= 0 else f"{10.0**power:g}")
            )
        found.append(_text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 10, "middle", across))
        found.append(_text(LEFT + 8, TOP + 14, "start", up))
        return found

    def line(self, name: str, points: Points, number: int, end: float) -> list[str]:
        """Return a series, with its name at the height `end` beside its last point."""
        colour, pattern = COLOURS[number % 5], PATTERNS[number % 5]
        places = [self.at(x, y) for x, y in points]
        path = "L".join(f"{x} {y}" for x, y in places)
        dashes = f' stroke-dasharray="{pattern}"' if pattern else ""
        return [
            f'<path d="M{path}" stroke="{colour}"{dashes}/>',
            *(f'<circle cx="{x}" cy="{y}" r="3.5" fill="{colour}"/>' for x, y in places),
            _text(places[-1][0] + 10, end + 4, "start", name),
        ]


def _text(x: float, y: float, anchor: str, words: str) -> str:
    return f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}">{escape(words)}</text>'


def _decades(values: Sequence[float]) -> tuple[int, int]:
    """Return the powers of ten below and above some values."""
    low, high = floor(log10(min(values))), ceil(log10(max(values)))
    return low, max(high, low + 1)


def _apart(heights: Sequence[float]) -> list[float]:
    """Return heights, in px, moved down so that the words there do not overlap."""
    found = dict[int, float]()
    last = float("-inf")
    for number in sorted(range(len(heights)), key=lambda number: heights[number]):
        last = found[number] = max(heights[number], last + 15)
    return [found[number] for number in range(len(heights))]
