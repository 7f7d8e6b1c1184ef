"""What a date looks like on a line of time: how certain it is can be seen.

It is the same wherever time is drawn, and never told by colour alone:

- a **dot** is a day; an outlined one is approximate, uncertain, or one of several possible days;
- a **hatched** span holds the event somewhere: a month, a season, a year, `[2012-03..2012-05]`;
- a **bar** lasted so long. An end known only to its month is hatched over that month;
- a **faded** end is open or unknown.

No date is drawn as more exact than it was written: a month is never its first day.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from dateline import axis
from dateline.axis import Axis
from dateline.dates import Date

Form = Literal["dot", "bar", "between", "open"]

FADE = 0.1
"""How much of a line an open end takes to fade."""


class Piece(NamedTuple):
    """A part of a date on the line of time; an open one fades from `start` to `end`."""

    form: Form
    start: float
    end: float
    vague: bool = False


def pieces(date: Date, line: Axis) -> tuple[Piece, ...]:
    """Return what a date looks like on a line of time; nothing if it has no place on it."""
    match date.kind:
        case "interval":
            return _interval(date, line)
        case "set":
            members = [
                _span(member, line) if member.is_interval else _single(member, vague=True)
                for member in date.members
            ]
            return tuple(piece for member in members for piece in member)
        case "list":
            return tuple(piece for member in date.members for piece in pieces(member, line))
        case _:
            return _single(date)


def known(date: Date) -> tuple[int, int]:
    """Return the span that a date surely names, without what is open or unknown."""
    if date.first and date.last:
        return _reach(date)
    parts = (*date.members, *filter(None, (date.start, date.end)))
    spans = [known(part) for part in parts if part.first or part.last]
    return min(span[0] for span in spans), max(span[1] for span in spans)


def _single(date: Date, *, vague: bool = False) -> tuple[Piece, ...]:
    if date.first is None or date.last is None:
        return ()
    vague = vague or date.approximate or date.uncertain
    start, end = _reach(date)
    if date.precision == "day" and not date.unspecified:
        return (Piece("dot", start + 0.5, start + 0.5, vague),)
    return (Piece("between", start, end, vague),)


def _reach(date: Date) -> tuple[int, int]:
    """Return the first moment and the last that a bounded date may mean."""
    assert date.first, "the date has bounds"
    assert date.last, "both of them"
    return axis.count(date.first), axis.count(date.last) + 1


def _span(date: Date, line: Axis) -> tuple[Piece, ...]:
    """Return a span that something happened within, once, such as `[2012-03..2012-05]`."""
    vague = date.approximate or date.uncertain
    if date.first and date.last:
        return (Piece("between", *_reach(date), vague),)
    fade = (line.end - line.start) * FADE
    if date.first:
        start = axis.count(date.first)
        return (Piece("open", start, start + fade, vague),)
    if date.last:
        end = axis.count(date.last) + 1
        return (Piece("open", end, end - fade, vague),)
    return ()


def _interval(date: Date, line: Axis) -> tuple[Piece, ...]:
    """Return a stretch of time that something lasted."""
    vague = date.approximate or date.uncertain
    start = _reach(date.start) if date.start and date.start.first else None
    end = _reach(date.end) if date.end and date.end.first else None
    fade = (line.end - line.start) * FADE
    if start and end:
        # A day begins when it begins; a month may have begun when it ended.
        sure = start[_is_vague_end(date.start)], end[1 - _is_vague_end(date.end)]
        if sure[0] >= sure[1]:
            return (Piece("between", start[0], end[1], vague),)
        found = (
            Piece("between", start[0], sure[0], vague),
            Piece("bar", *sure, vague),
            Piece("between", sure[1], end[1], vague),
        )
    elif start:
        since = start[_is_vague_end(date.start)]
        until: float = max(since, line.end - fade) if date.open_end else since
        found = (
            Piece("between", start[0], since, vague),
            Piece("bar", since, until, vague),
            Piece("open", until, max(until, min(until + fade, line.end)), vague),
        )
    elif end:
        until = end[1 - _is_vague_end(date.end)]
        since_when: float = min(until, line.start + fade) if date.open_start else until
        found = (
            Piece("open", since_when, min(since_when, max(since_when - fade, line.start)), vague),
            Piece("bar", since_when, until, vague),
            Piece("between", until, end[1], vague),
        )
    else:
        return ()
    return tuple(piece for piece in found if piece.start != piece.end)


def _is_vague_end(end: Date | None) -> bool:
    return end is not None and (end.precision != "day" or end.unspecified)
