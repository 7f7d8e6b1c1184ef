"""The overview drawing and the lanes of actors, as plain numbers for templates.

    line = axis.of(event.date for event in events)
    chart.overview(events, phases, line, language)    # the density, the phases, every event
    chart.lanes(events, actors, line, language, …)    # who was active when

How a date looks is said in `certainty`. Beside it, a question mark says that accounts differ, and a
cross that the event was retracted.

Everything has its place across as a percentage of the drawing's width and its place down in px, so
that a drawing can be stretched while its letters keep their size. It is laid out for the least
width that it is shown at: stretched, things only move apart. From right to left, all is mirrored.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import Literal, NamedTuple

from msgspec import Struct

from dateline import axis, certainty, dates, lettering, routes
from dateline.axis import Axis
from dateline.certainty import Form, Piece
from dateline.dates import Date
from dateline.language import Language
from dateline.model import Actor, Event, Phase

WIDTHS = {"wide": 880, "middle": 600, "narrow": 288}
"""The least width in px that each drawing is shown at; parts/overview.css has the same numbers."""

MOST_MARKS = 240
"""More events than this are not drawn one by one: only the density is, and major ones if few."""
MOST_OF_MANY = 40
"""So too on the pages of a timeline whose lists are spread: each mark is drawn three times."""
MOST_LABELLED = 24
"""More events than this, and only major ones are labelled."""
MOST_LABELS = 60
MOST_NAMED, FEWER_NAMED = 5, 2
"""How many major events of a period the table names."""
LONGEST_LABEL = 480
FEWEST_FOR_DENSITY = 8
LABEL_ROWS, FEWER_ROWS, STACK_ROWS, BAND_ROWS = 24, 14, 14, 4

LABEL_SIZE, TICK_SIZE, NUMBER_SIZE = 13, 12, 11
"""In px; parts/overview.css has the same numbers."""
BOLD = 1.08
"""How much wider bold letters are."""
LABEL_PITCH, STACK_PITCH, BAND_PITCH = 19, 12, 23
DOT, BAR_LEAST, GLYPH, GAP = 5.0, 4.0, 9.0, 5.0
DENSITY_HEIGHT = 40
LANE_WIDTH, LANE_ROWS, LANE_PITCH, LANE_LEAST, HEAP_APART = 560, 4, 11, 26, 40


class Shape(Struct, frozen=True):
    """A part of a mark, from `x` to `x2` across; of a dot both are its middle.

    An 'open' one is firm at `x` and fades towards `x2`. A 'bar' has x < x2.
    """

    form: Form
    x: float
    x2: float
    vague: bool = False


class Text(Struct, frozen=True):
    """Words at a place: they begin there, end there or have their middle there."""

    x: float
    y: float
    words: str
    anchor: Literal["start", "end", "middle"] = "start"


class Mark(Struct, frozen=True):
    """An event: where its shapes are, what it is called, where it leads."""

    address: str
    title: str
    colour: str
    y: float
    shapes: tuple[Shape, ...]
    major: bool
    glyph: Text | None = None
    label: Text | None = None
    pole: float | None = None
    """Where a line leads from the mark down to the axis."""


class Bar(Struct, frozen=True):
    """A bin of the density: how many events, and the way to the first of them."""

    address: str
    title: str
    first: str
    """Its first day, as `2012-01-01`; so too `last`."""
    last: str
    x: float
    width: float
    height: float


class Band(Struct, frozen=True):
    """A phase: the stretch of time that it takes."""

    address: str
    title: str
    colour: str
    x: float
    width: float
    y: float
    label: Text | None


class Drawing(Struct, frozen=True):
    """One drawing; `floor` is where marks stand on, `ground` where the density does."""

    name: str
    height: float
    top: float
    floor: float
    ground: float
    bands: tuple[Band, ...]
    marks: tuple[Mark, ...]
    bars: tuple[Bar, ...]
    peak: Text | None
    lines: tuple[float, ...]
    ticks: tuple[Text, ...]


class Key(Struct, frozen=True):
    """An entry of a legend: what is drawn so, and what it means."""

    sign: str
    meaning: str


class Period(Struct, frozen=True):
    """A row of the table that says what the drawing shows."""

    words: str
    address: str
    """That of its first event."""
    events: str
    major: tuple[tuple[str, str], ...]
    """Titles and addresses of its major events."""


class Overview(Struct, frozen=True):
    """The events on one axis of time."""

    summary: str
    drawings: tuple[Drawing, ...]
    """The same for pages of different widths."""
    legend: tuple[Key, ...]
    periods: tuple[Period, ...]
    undated: tuple[tuple[str, str], ...]
    """Titles and addresses of events that have no place on the axis."""


class Lane(Struct, frozen=True):
    """An actor's events, in one row."""

    name: str
    note: str
    address: str
    events: str
    active: str
    """From when to when."""
    height: float
    marks: tuple[Mark, ...]
    more: tuple[Text, ...]
    """How many events there was no room for, as '+4', where they would be."""


class Lanes(Struct, frozen=True):
    """Who was active when: lanes under the headings of their kinds, on one axis."""

    groups: tuple[tuple[str, tuple[Lane, ...]], ...]
    rest: tuple[tuple[str, tuple[Lane, ...]], ...]
    """Those with few events."""
    folded: str
    """How many these are."""
    bands: tuple[Band, ...]
    lines: tuple[float, ...]
    ticks: tuple[Text, ...]
    legend: tuple[Key, ...]


class Subject(NamedTuple):
    """What a drawing shows of an event: nothing else of it can come into one."""

    id: str
    title: str
    date: Date
    phase: str
    status: str
    importance: str
    disputed: bool
    actors: tuple[str, ...]

    @classmethod
    def of(cls, event: Event) -> Subject:
        """Return what there is to show of an event."""
        return cls(
            event.id,
            event.title,
            event.date,
            event.phase,
            event.status,
            event.importance,
            bool(event.disputed),
            event.actors,
        )


class Stage(NamedTuple):
    """What a drawing shows of a phase."""

    id: str
    title: str
    colour: str
    dates: Date

    @classmethod
    def of(cls, phase: Phase) -> Stage:
        """Return what there is to show of a phase."""
        return cls(phase.id, phase.title, phase.colour, phase.dates)


def _event_page(id: str) -> str:
    return routes.entry("event", id)


def overview(
    events: Iterable[Subject],
    phases: Iterable[Stage],
    line: Axis | None,
    language: Language,
    address: Callable[[str], str] = _event_page,
    most: int = MOST_MARKS,
) -> Overview | None:
    """Return the drawing of events, None if no event has a place on the line.

    `address` gives the address that an event's marks lead to. Phases that the line does not touch
    are left out. More events than `most` are not drawn one by one.

    The density counts each event once: one that lasted, or is known only to lie somewhere within
    a span, is shared out among the bins in proportion to its days in each. What a bin's title and
    the table say is how many events it has to do with.
    """
    if line is None:
        return None
    items = [_item(event, phases := tuple(phases), line, language, address) for event in events]
    placed = [item for item in items if item.pieces]
    if not placed:
        return None
    bins = _bins(placed, line)
    named = MOST_NAMED if most >= MOST_MARKS else FEWER_NAMED
    drawings = tuple(_drawing(placed, phases, bins, line, language, name, most) for name in WIDTHS)
    return Overview(
        summary=_summary(placed, bins, language),
        drawings=drawings,
        legend=_legend(placed, language, density=any(drawing.bars for drawing in drawings)),
        periods=tuple(_period(bin_, within, language, named) for bin_, within, _ in bins if within),
        undated=tuple((item.title, item.address) for item in items if not item.pieces),
    )


def lanes(
    events: Iterable[Subject],
    actors: Iterable[Actor],
    phases: Iterable[Stage],
    line: Axis | None,
    language: Language,
    heading: Callable[[Actor], str],
    fewest: int = 1,
) -> Lanes | None:
    """Return a lane for every actor of these events, None if there is none.

    Lanes stand under the headings that `heading` gives, the fullest heading first, and in it in
    the order of their first event. Actors of fewer events than `fewest` are gathered in `rest`.
    """
    if line is None:
        return None
    phases = tuple(phases)
    by_actor: dict[str, list[_Item]] = defaultdict(list)
    for event in events:
        item = _item(event, phases, line, language, _event_page)
        if not item.pieces:
            continue
        for id in dict.fromkeys(event.actors):
            by_actor[id].append(item)
    acting = [actor for actor in actors if actor.id in by_actor]
    acting.sort(key=lambda actor: (by_actor[actor.id][0].event.date.sort_key, actor.id))
    shown = [actor for actor in acting if len(by_actor[actor.id]) >= fewest]
    few = [actor for actor in acting if len(by_actor[actor.id]) < fewest]
    if not shown:
        return None
    sheet = _Sheet(LANE_WIDTH, language.direction == "rtl")

    def grouped(members: Iterable[Actor]) -> tuple[tuple[str, tuple[Lane, ...]], ...]:
        groups: dict[str, list[Lane]] = defaultdict(list)
        for actor in members:
            groups[heading(actor)].append(_lane(actor, by_actor[actor.id], sheet, line, language))
        fullest = sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))
        return tuple((name, tuple(group)) for name, group in fullest)

    lines, ticks = _ticks(line, sheet, language, TICK_SIZE)
    items = [item for found in by_actor.values() for item in found]
    number = language.plural(
        "%(n)s actor with few events", "%(n)s actors with few events", len(few)
    )
    return Lanes(
        groups=grouped(shown),
        rest=grouped(few),
        folded=number % {"n": language.number(len(few))},
        bands=_bands(phases, line, sheet)[0],
        lines=lines,
        ticks=ticks,
        legend=_legend(items, language, density=False),
    )


# What the drawings are made from.


class _Item(NamedTuple):
    """An event, ready to be placed."""

    event: Subject
    pieces: tuple[Piece, ...]
    address: str
    title: str
    colour: str
    glyph: str

    @property
    def major(self) -> bool:
        return self.event.importance == "major"


def _item(
    event: Subject,
    phases: Iterable[Stage],
    line: Axis,
    language: Language,
    address: Callable[[str], str],
) -> _Item:
    say = language.text
    disputed = event.disputed or event.status == "disputed"
    words = say("%(date)s: %(title)s") % {"date": language.date(event.date), "title": event.title}
    if event.status == "retracted":
        words = say("%(event)s (retracted)") % {"event": words}
    elif disputed:
        words = say("%(event)s (accounts differ)") % {"event": words}
    return _Item(
        event=event,
        pieces=certainty.pieces(event.date, line),
        address=address(event.id),
        title=words,
        colour=next((phase.colour for phase in phases if phase.id == event.phase), ""),
        glyph="×" if event.status == "retracted" else "?" if disputed else "",
    )


_Bins = list[tuple[axis.Bin, list[_Item], float]]
"""Each bin, the events that have to do with it, and its share of them."""


def _bins(items: Iterable[_Item], line: Axis) -> _Bins:
    starts = [bin_.start for bin_ in line.bins]
    within: list[list[_Item]] = [[] for _ in starts]
    shares = [0.0] * len(starts)
    for item in items:
        start, end = certainty.known(item.event.date)
        first = max(bisect_right(starts, start) - 1, 0)
        last = max(bisect_right(starts, end - 1) - 1, 0)
        length = max(min(end, line.end) - max(start, line.start), 1)
        for n in range(first, last + 1):
            bin_ = line.bins[n]
            overlap = min(end, bin_.end) - max(start, bin_.start)
            within[n].append(item)
            shares[n] += overlap / length if first != last else 1
    return list(zip(line.bins, within, shares, strict=True))


def _summary(items: Sequence[_Item], bins: _Bins, language: Language) -> str:
    """Return the drawing in a sentence or two."""
    say, count = language.text, len(items)
    events = language.plural("%(n)s event", "%(n)s events", count) % {"n": language.number(count)}
    first = min((item.event.date for item in items), key=lambda date: date.sort_key)
    last = max((item.event.date for item in items), key=lambda date: certainty.known(date)[1])
    if first == last:
        return say("%(events)s: %(date)s.") % {"events": events, "date": language.date(first)}
    words = {"events": events, "first": language.date(first), "last": language.date(last)}
    sentence = say("%(events)s on an axis of time, from %(first)s to %(last)s.") % words
    bin_, within, _ = max(bins, key=lambda bin_: len(bin_[1]))
    if len(within) < 2 or count < FEWEST_FOR_DENSITY:
        return sentence
    period = language.date(dates.parse(bin_.text))
    most = say("There are most in one period, %(period)s: %(n)s.")
    return f"{sentence} {most % {'n': language.number(len(within)), 'period': period}}"


def _period(bin_: axis.Bin, within: Sequence[_Item], language: Language, named: int) -> Period:
    major = [item for item in within if item.major]
    return Period(
        words=language.date(dates.parse(bin_.text)),
        address=within[0].address,
        events=language.number(len(within)),
        major=tuple((item.event.title, item.address) for item in major[:named]),
    )


def _legend(items: Sequence[_Item], language: Language, *, density: bool) -> tuple[Key, ...]:
    """Return a legend of what is there to be seen."""
    say = language.text
    seen: set[str] = {piece.form for item in items for piece in item.pieces}
    firm = [piece for item in items for piece in item.pieces if piece.form in ("dot", "bar")]
    seen |= {"vague" for piece in firm if piece.vague}
    seen |= {item.glyph for item in items}
    keys = (
        ("dot", say("on this day")),
        ("vague", say("about then, or uncertain")),
        ("bar", say("lasted so long")),
        ("between", say("some time within")),
        ("open", say("end open or unknown")),
        ("?", say("accounts differ")),
        ("×", say("retracted")),
    )
    found = [Key(sign, meaning) for sign, meaning in keys if sign in seen]
    if density:
        found.append(Key("density", say("how many events")))
    return tuple(found)


# The drawings.


class _Sheet(NamedTuple):
    """What is drawn on: its width in px, and whether its lines run from right to left.

    All is laid out from 0, where lines begin, to the width; `at` says where that is on the page.
    """

    width: float
    mirrored: bool

    def at(self, x: float) -> float:
        """Return a place across as a percentage from the left."""
        share = round(x / self.width * 100, 2)
        return round(100 - share, 2) if self.mirrored else share

    def across(self, x: float, x2: float) -> tuple[float, float]:
        """Return where a box begins on the left and how wide it is."""
        left, right = sorted((self.at(x), self.at(x2)))
        return left, round(right - left, 2)


class _Box(NamedTuple):
    """The room that a mark takes across, and where its pole and its glyph stand."""

    start: float
    end: float
    pole: float
    glyph: float


def _drawing(
    items: Sequence[_Item],
    phases: Iterable[Stage],
    bins: _Bins,
    line: Axis,
    language: Language,
    name: str,
    most: int,
) -> Drawing:
    sheet = _Sheet(WIDTHS[name], language.direction == "rtl")
    bands, rows = _bands(phases, line, sheet)
    boxes = [_box(item, line, sheet) for item in items]
    flags = _flags(items, boxes, sheet.width, min(most, MOST_LABELS))
    loose = [n for n, item in enumerate(items) if n not in flags]
    if len(items) > most:
        loose = [n for n in loose if items[n].major]
        loose = loose if len(loose) <= most - len(flags) else []
    stack = _stack([boxes[n] for n in loose], STACK_ROWS)
    stacked = {n: row for n, row in zip(loose, stack, strict=True) if row is not None}

    top = rows * BAND_PITCH + (GAP if rows else 0)
    label_rows = 1 + max((flag.row for flag in flags.values()), default=-1)
    stack_rows = 1 + max(stacked.values(), default=-1)
    floor = top + label_rows * LABEL_PITCH + stack_rows * STACK_PITCH + GAP
    dense = len(items) >= FEWEST_FOR_DENSITY or len(flags) + len(stacked) < len(items)
    ground = floor + (DENSITY_HEIGHT + 2 * GAP if dense else 0)
    bars, peak = _density(bins, sheet, line, language, ground) if dense else ((), None)

    marks = []
    for n, (item, box) in enumerate(zip(items, boxes, strict=True)):
        if n in flags:
            y = floor - GAP - stack_rows * STACK_PITCH - (flags[n].row + 0.5) * LABEL_PITCH
            marks.append(_mark(item, box, y, line, sheet, flags[n]))
        elif n in stacked:
            y = floor - (stacked[n] + 0.5) * STACK_PITCH - 1
            marks.append(_mark(item, box, y, line, sheet))
    lines, ticks = _ticks(line, sheet, language, ground + TICK_SIZE + 4)
    return Drawing(
        name=name,
        height=max(tick.y for tick in ticks) + 6 if ticks else ground + 1,
        top=top,
        floor=floor,
        ground=ground,
        bands=bands,
        marks=tuple(marks),
        bars=bars,
        peak=peak,
        lines=lines,
        ticks=ticks,
    )


def _bands(phases: Iterable[Stage], line: Axis, sheet: _Sheet) -> tuple[tuple[Band, ...], int]:
    """Return the phases that the line touches, named in as few rows as they need."""
    taken: list[list[tuple[float, float]]] = [[] for _ in range(BAND_ROWS)]
    found, rows = [], 0
    for phase in phases:
        start = axis.count(phase.dates.first) if phase.dates.first else line.start
        end = axis.count(phase.dates.last) + 1 if phase.dates.last else line.end
        if end <= line.start or start >= line.end:
            continue
        x, x2 = line.place(start) * sheet.width, line.place(end) * sheet.width
        x2 = max(x2, x + 2)
        row, label = _named(phase.title, x, x2, sheet, taken)
        rows = max(rows, row + 1)
        band = Band(
            routes.entry("phase", phase.id),
            phase.title,
            phase.colour,
            *sheet.across(x, x2),
            y=row * BAND_PITCH + LABEL_SIZE + 4,
            label=label,
        )
        found.append(band)
    return tuple(found), rows


def _named(
    title: str, x: float, x2: float, sheet: _Sheet, taken: list[list[tuple[float, float]]]
) -> tuple[int, Text | None]:
    """Return a free row for a band and its name, at its start or up to its end."""
    for longest in (sheet.width, sheet.width / 2):
        words = _shortened(title, longest, LABEL_SIZE * BOLD)
        length = lettering.width(words, LABEL_SIZE * BOLD)
        for row, boxes in enumerate(taken):
            for box, anchor in (
                ((x, max(x2, x + length)), "start"),
                ((min(x, x2 - length), x2), "end"),
            ):
                if words and _is_free(box, boxes, sheet.width):
                    boxes.append(box)
                    at = sheet.at(x if anchor == "start" else x2)
                    y = row * BAND_PITCH + LABEL_SIZE
                    return row, Text(at, y, words, "start" if anchor == "start" else "end")
    return 0, None


def _shortened(text: str, width: float, size: float) -> str:
    """Return a text that fits, cut after a word and with '…' if need be; '' if hardly any fits."""
    if lettering.width(text, size) <= width:
        return text
    kept = ""
    for word in text.split():
        longer = f"{kept} {word}".strip()
        if lettering.width(longer + "…", size) > width:
            break
        kept = longer
    return kept.rstrip(" ,;:–-") + "…" if len(kept) > 8 else ""


def _is_free(box: tuple[float, float], boxes: Iterable[tuple[float, float]], width: float) -> bool:
    start, end = box
    inside = start >= -DOT and end <= width + DOT  # The margins have room for half a dot.
    return inside and all(end + GAP <= a or start >= b + GAP for a, b in boxes)


def _ticks(
    line: Axis, sheet: _Sheet, language: Language, y: float
) -> tuple[tuple[float, ...], tuple[Text, ...]]:
    ticks = axis.ticks(line, sheet.width, TICK_SIZE, language)
    places = [sheet.at(line.place(tick.moment) * sheet.width) for tick in ticks]
    lines = {place for place, tick in zip(places, ticks, strict=True) if tick.moment != line.start}
    texts = (
        Text(place, y + tick.level * (TICK_SIZE + 4), tick.label)
        for place, tick in zip(places, ticks, strict=True)
    )
    return tuple(sorted(lines)), tuple(texts)


def _density(
    bins: _Bins, sheet: _Sheet, line: Axis, language: Language, ground: float
) -> tuple[tuple[Bar, ...], Text]:
    """Return the bars, and the number at the highest one, which gives their scale."""
    most = max(share for *_, share in bins)
    bars = []
    for bin_, within, share in bins:
        if within:
            n = len(within)
            events = language.plural("%(n)s event", "%(n)s events", n)
            dated = dates.parse(bin_.text)
            assert dated.first, "a bin has two ends"
            assert dated.last, "a bin has two ends"
            period = language.date(dated)
            title = language.text("%(period)s: %(events)s") % {
                "period": period,
                "events": events % {"n": language.number(n)},
            }
            x, x2 = (line.place(moment) * sheet.width for moment in (bin_.start, bin_.end))
            height = max(round(share / most * DENSITY_HEIGHT, 1), 1)
            first, last = str(dated.first), str(dated.last)
            bars.append(Bar(within[0].address, title, first, last, *sheet.across(x, x2), height))
    bin_, within, share = max(bins, key=lambda bin_: bin_[2])
    number = language.number(round(share))
    # Beside the bar, on the side that has the room: above it there are marks.
    length = lettering.width(number, NUMBER_SIZE) + GAP
    end = line.place(bin_.end) * sheet.width
    before = end + length > sheet.width
    x = line.place(bin_.start) * sheet.width - GAP if before else end + GAP
    peak = Text(sheet.at(x), ground - DENSITY_HEIGHT + 8, number, "end" if before else "start")
    return tuple(bars), peak


# The marks.


def _box(item: _Item, line: Axis, sheet: _Sheet) -> _Box:
    """Return the room that an event's shapes and glyph take."""
    ends = [_ends(piece, line, sheet.width) for piece in item.pieces]
    start, end = min(min(pair) for pair in ends), max(max(pair) for pair in ends)
    pole = (start + end) / 2 if _is_dot(item) else start + 1
    if not item.glyph or _is_dot(item):
        return _Box(start, end, pole, (start + end) / 2)
    if end + GLYPH <= sheet.width:
        return _Box(start, end + GLYPH, pole, end + GLYPH / 2)
    return _Box(start - GLYPH, end, pole, start - GLYPH / 2)


def _is_dot(item: _Item) -> bool:
    return len(item.pieces) == 1 and item.pieces[0].form == "dot"


def _ends(piece: Piece, line: Axis, width: float) -> tuple[float, float]:
    """Return where a piece begins and ends across; it is never too small to be seen."""
    start, end = line.place(piece.start) * width, line.place(piece.end) * width
    if piece.form == "dot":
        return start - DOT, start + DOT
    lacking = BAR_LEAST - abs(end - start)
    if lacking <= 0 or piece.form == "open":
        return start, end
    return start - lacking / 2, end + lacking / 2


class _Flag(NamedTuple):
    """A labelled event: its row from below, its words, on which side of it they are."""

    row: int
    words: str
    before: bool


class _Rows:
    """The rows that labelled events are set into, the lowest first.

    No two things in a row overlap. A pole leads from each mark down to the axis, and should not
    cross the words below; it may pass behind marks.
    """

    def __init__(self, width: float, rows: int) -> None:
        self.width = width
        self.boxes: list[list[tuple[float, float]]] = [[] for _ in range(rows)]
        self.words: list[list[tuple[float, float]]] = [[] for _ in range(rows)]
        self.poles: list[list[float]] = [[] for _ in range(rows)]

    def take(self, box: _Box, words: tuple[float, float], *, clear: bool) -> int | None:
        """Take the lowest row with room for a mark and its words, None if there is none."""
        room = min(box.start, words[0]), max(box.end, words[1])
        for row, boxes in enumerate(self.boxes):
            if _is_free(room, boxes, self.width) and not (
                clear and self._is_crossed(row, words, box.pole)
            ):
                boxes.append(room)
                self.words[row].append(words)
                self.poles[row].append(box.pole)
                return row
        return None

    def _is_crossed(self, row: int, words: tuple[float, float], pole: float) -> bool:
        by_others = any(words[0] < x < words[1] for poles in self.poles[row + 1 :] for x in poles)
        return by_others or any(a < pole < b for below in self.words[:row] for a, b in below)


def _flags(
    items: Sequence[_Item], boxes: Sequence[_Box], width: float, most: int
) -> dict[int, _Flag]:
    """Return which events are labelled, at most so many, and how.

    All are if they are few, else only the major ones. Each takes the lowest row where its title
    fits beside it, at its full length if possible. From the middle outwards, so that poles pass
    beside the words below: these lie towards the middle.
    """
    chosen = list(range(len(items)))
    if len(chosen) > MOST_LABELLED:
        chosen = [n for n in chosen if items[n].major]
        chosen = chosen[:: -(-len(chosen) // most) or 1]
    middle = width / 2
    left = sorted((n for n in chosen if boxes[n].pole < middle), key=lambda n: -boxes[n].pole)
    right = sorted((n for n in chosen if boxes[n].pole >= middle), key=lambda n: boxes[n].pole)
    rows, found = _Rows(width, LABEL_ROWS if len(items) <= MOST_LABELLED else FEWER_ROWS), {}
    for n in [*left, *right]:
        flag = _flag(items[n], boxes[n], rows, before=boxes[n].pole >= middle)
        if flag:
            found[n] = flag
    return found


def _flag(item: _Item, box: _Box, rows: _Rows, *, before: bool) -> _Flag | None:
    size = LABEL_SIZE * BOLD if item.major else LABEL_SIZE
    for share in (1, 0.6, 0.35):
        for clear in (True, False):
            for side in (before, not before):
                reach = (box.start if side else rows.width - box.end) - GAP
                label = _shortened(item.event.title, min(reach * share, LONGEST_LABEL), size)
                if not label:
                    continue
                length = lettering.width(label, size)
                start = box.start - GAP - length if side else box.end + GAP
                row = rows.take(box, (start, start + length), clear=clear)
                if row is not None:
                    return _Flag(row, label, side)
    return None


def _stack(boxes: Sequence[_Box], rows: int) -> list[int | None]:
    """Return for each mark the lowest row with room, None where all rows are full there."""
    ends = [float("-inf")] * rows
    found: list[int | None] = []
    for box in boxes:
        row = next((n for n, end in enumerate(ends) if box.start >= end + 1), None)
        if row is not None:
            ends[row] = box.end
        found.append(row)
    return found


def _mark(
    item: _Item,
    box: _Box,
    y: float,
    line: Axis,
    sheet: _Sheet,
    flag: _Flag | None = None,
) -> Mark:
    glyph = label = None
    if item.glyph:
        glyph = Text(sheet.at(box.glyph), y + 3.5, item.glyph, "middle")
    if flag and flag.before:
        label = Text(sheet.at(box.start - GAP), y + 4.5, flag.words, "end")
    elif flag:
        label = Text(sheet.at(box.end + GAP), y + 4.5, flag.words)
    return Mark(
        address=item.address,
        title=item.title,
        colour=item.colour,
        y=y,
        shapes=tuple(_shape(piece, line, sheet) for piece in item.pieces),
        major=item.major,
        glyph=glyph,
        label=label,
        pole=sheet.at(box.pole) if flag else None,
    )


def _shape(piece: Piece, line: Axis, sheet: _Sheet) -> Shape:
    start, end = _ends(piece, line, sheet.width)
    if piece.form == "dot":
        middle = sheet.at((start + end) / 2)
        return Shape("dot", middle, middle, piece.vague)
    x, x2 = sheet.at(start), sheet.at(end)
    if piece.form != "open":
        x, x2 = sorted((x, x2))
    return Shape(piece.form, x, x2, piece.vague)


def _lane(
    actor: Actor, items: Sequence[_Item], sheet: _Sheet, line: Axis, language: Language
) -> Lane:
    boxes = [_box(item, line, sheet) for item in items]
    rows = _stack(boxes, LANE_ROWS)
    highest = max((row for row in rows if row is not None), default=0)
    height = max((1 + highest) * LANE_PITCH + GAP, LANE_LEAST)
    first, last = items[0].event.date, max((item.event.date for item in items), key=_last)
    words = language.date(first)
    if first != last:
        span = {"first": words, "last": language.date(last)}
        words = language.text("%(first)s to %(last)s") % span
    return Lane(
        name=actor.short,
        note=actor.name if actor.abbreviation else "",
        address=routes.entry("actor", actor.id),
        events=language.number(len(items)),
        active=words,
        height=height,
        marks=tuple(
            _mark(item, box, height - (row + 0.5) * LANE_PITCH - GAP / 2, line, sheet)
            for item, box, row in zip(items, boxes, rows, strict=True)
            if row is not None
        ),
        more=_more(boxes, rows, height, sheet, language),
    )


def _more(
    boxes: Sequence[_Box],
    rows: Sequence[int | None],
    height: float,
    sheet: _Sheet,
    language: Language,
) -> tuple[Text, ...]:
    """Return how many events found no row, as '+4' beside each heap of these."""
    heaps: list[list[_Box]] = []
    for box, row in zip(boxes, rows, strict=True):
        if row is not None:
            continue
        if not heaps or box.start > heaps[-1][-1].end + HEAP_APART:
            heaps.append([])
        heaps[-1].append(box)
    texts = []
    for heap in heaps:
        words = "+" + language.number(len(heap))
        end = max(box.end for box in heap) + GLYPH
        before = end + lettering.width(words, NUMBER_SIZE) > sheet.width
        at = sheet.at(heap[0].start - GLYPH if before else end)
        texts.append(Text(at, height / 2 + 4, words, "end" if before else "start"))
    return tuple(texts)


def _last(date: Date) -> int:
    return certainty.known(date)[1]
