"""Every example here is a drawing: what is on it, and that nothing on it overlaps."""

from collections import Counter
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dateline import axis, certainty, chart, dates, lettering, model, problems
from dateline.certainty import Piece
from dateline.language import Language

ENGLISH, ARABIC = Language("en"), Language("ar")
NOWHERE = model.Prose("", problems.Document("x", ""), 1, 0, 1)


def event(id, date, **fields):
    """Return an event of the phase 'war'."""
    return model.Event(id=id, date=dates.parse(date), phase="war", **{"title": id, **fields})


def events(*texts, **fields):
    """Return an event for each date, named e0, e1 and so on."""
    return [event(f"e{n}", text, **fields) for n, text in enumerate(texts)]


def phase(id, span, colour="clay"):
    """Return a phase."""
    return model.Phase(
        id=id, title=f"The {id}", dates=dates.parse(span), body=NOWHERE, colour=colour
    )


def actor(id, kind="state", **fields):
    """Return an actor."""
    return model.Actor(id=id, name=id.title(), kind=kind, **fields)


def drawn(found, phases=(), language=ENGLISH, line=None):
    """Return the overview of events on their own line, or on another."""
    subjects = [chart.Subject.of(e) for e in found]
    stages = [chart.Stage.of(phase) for phase in phases]
    return chart.overview(subjects, stages, line or axis.of(e.date for e in found), language)


def pieces(date, *span):
    """Return what a date looks like, each piece with its first day and that after its last."""
    line = axis.of(map(dates.parse, span or (date,)))
    return [
        (p.form, *map(said, (p.start, p.end)), p.vague)
        for p in certainty.pieces(dates.parse(date), line)
    ]


def said(moment):
    """Return the day that a moment lies in."""
    return "-".join(f"{part:02}" for part in axis.day(int(moment)))


DATES = st.one_of(
    st.dates().map(str),
    st.dates().map(lambda d: f"{d}~"),
    st.dates().map(lambda d: f"{d.year:04}-{d.month:02}"),
    st.integers(-3000, 3000).map(lambda y: f"{y:05}" if y < 0 else f"{y:04}?"),
    st.tuples(st.dates(), st.dates()).map(lambda two: "/".join(map(str, sorted(two)))),
    st.tuples(st.dates(), st.dates()).map(lambda two: f"[{min(two)}..{max(two)}]"),
    st.tuples(st.dates(), st.dates()).map(lambda two: f"{{{min(two)},{max(two)}}}"),
    st.dates().map(lambda d: f"{d}/.."),
    st.dates().map(lambda d: f"../{d}"),
    st.dates().map(lambda d: f"{d}/"),
    st.dates().map(lambda d: f"[..{d}]"),
)
TITLES = st.one_of(
    st.text("abcdefg WMI", min_size=1, max_size=60),
    st.sampled_from(("اتفاق السلام والمصالحة في مالي", "馬里北部衝突時間線與和平協議", "Kidal")),
)
EVENTS = st.lists(
    st.tuples(DATES, TITLES, st.sampled_from(("major", "normal", "minor")), st.booleans()),
    min_size=1,
    max_size=60,
).map(
    lambda rows: [
        event(
            f"e{n}",
            date,
            title=title,
            importance=importance,
            status="disputed" if disputed else "confirmed",
        )
        for n, (date, title, importance, disputed) in enumerate(rows)
    ]
)


# How certainty looks.


@pytest.mark.parametrize(
    ("date", "looks"),
    [
        ("2012-04-06", [("dot", "2012-04-06", "2012-04-06", False)]),
        ("2012-04-06?", [("dot", "2012-04-06", "2012-04-06", True)]),
        ("2012-04-06~", [("dot", "2012-04-06", "2012-04-06", True)]),
        ("2012-04", [("between", "2012-04-01", "2012-05-01", False)]),
        ("2012-04-XX", [("between", "2012-04-01", "2012-05-01", False)]),
        ("2012~", [("between", "2012-01-01", "2013-01-01", True)]),
        ("2012-24", [("between", "2012-12-01", "2013-03-01", False)]),
        ("2012-04-06/2012-04-08", [("bar", "2012-04-06", "2012-04-09", False)]),
        (
            "2012-03/2012-05-08~",
            [
                ("between", "2012-03-01", "2012-04-01", True),
                ("bar", "2012-04-01", "2012-05-09", True),
            ],
        ),
        (
            "2011/2013",
            [
                ("between", "2011-01-01", "2012-01-01", False),
                ("bar", "2012-01-01", "2013-01-01", False),
                ("between", "2013-01-01", "2014-01-01", False),
            ],
        ),
        ("2012-04/2012-05", [("between", "2012-04-01", "2012-06-01", False)]),
        ("[2012-04-06..2012-04-08]", [("between", "2012-04-06", "2012-04-09", False)]),
        (
            "[2012-04-06,2012-06]",
            [
                ("dot", "2012-04-06", "2012-04-06", True),
                ("between", "2012-06-01", "2012-07-01", True),
            ],
        ),
        (
            "{2012-04-06,2012-04-09}",
            [
                ("dot", "2012-04-06", "2012-04-06", False),
                ("dot", "2012-04-09", "2012-04-09", False),
            ],
        ),
        ("XXXX", []),
    ],
)
def test_what_a_date_looks_like(date, looks):
    """A day is a dot, doubt an outline, a month hatched, a stretch of time a bar."""
    assert pieces(date, "2010", "2014") == looks


def test_what_goes_on_is_a_bar_that_fades_at_the_end_of_the_line():
    """`..` is open: it lasts until the line ends, where it fades."""
    bar, fade = pieces("2012-04-06/..", "2010", "2014")

    assert bar[:2] == ("bar", "2012-04-06")
    assert fade[0] == "open"
    assert bar[2] == fade[1] < fade[2] == "2015-01-01"


def test_an_unknown_end_fades_at_once():
    """How long it lasted is not known, so nothing is drawn as if it had."""
    ((form, start, end, _),) = pieces("2012-04-06/", "2010", "2014")

    assert (form, start) == ("open", "2012-04-06")
    assert start < end < "2013"


def test_an_open_start_is_drawn_the_other_way_round():
    """It fades from its firm side towards the past."""
    fade, bar = pieces("../2012-04-06", "2010", "2014")

    assert fade[0] == "open"
    assert fade[1] > fade[2] == "2010-01-01"
    assert bar[1:3] == (fade[1], "2012-04-07")


def test_a_month_is_not_its_first_day():
    """It takes the room of its 31 days."""
    line = axis.of([dates.parse("2012")])
    (mark,) = drawn(events("2012-03"), line=line).drawings[0].marks
    (shape,) = mark.shapes

    assert shape.form == "between"
    assert shape.x2 - shape.x == pytest.approx(31 / (line.end - line.start) * 100, abs=0.02)


# The overview.


def test_no_events_no_drawing():
    """Nor is there one for events whose dates say nothing."""
    assert drawn([]) is None
    assert drawn(events("XXXX")) is None


def test_one_event_has_a_mark_a_label_and_an_address():
    """It leads to the event's page, and says its date in words."""
    found = drawn([event("coup", "2012-03-22", title="The coup")])

    for drawing in found.drawings:
        (mark,) = drawing.marks
        assert mark.address == "events/coup/"
        assert mark.title == "22 March 2012: The coup"
        assert mark.label.words == "The coup"
        assert drawing.bars == ()
    assert found.summary == "1 event: 22 March 2012."
    assert [key.sign for key in found.legend] == ["dot"]


def test_an_event_without_a_place_on_the_axis_is_named():
    """It is not lost: the drawing says that it is not drawn."""
    assert drawn(events("2012", "XXXX")).undated == (("year unknown: e1", "events/e1/"),)


def test_what_is_disputed_or_retracted_has_a_sign():
    """A question mark or a cross, and words for those who do not see it."""
    found = drawn(
        [event("a", "2012-01-01", status="disputed"), event("b", "2012-01-05", status="retracted")]
    )

    assert [mark.glyph.words for mark in found.drawings[0].marks] == ["?", "×"]
    assert [mark.title[-18:] for mark in found.drawings[0].marks] == [
        "a (accounts differ)"[-18:],
        "2012: b (retracted)"[-18:],
    ]
    assert [key.sign for key in found.legend] == ["dot", "?", "×"]


def test_the_legend_explains_only_what_is_there():
    """Without an outline in the drawing there is none in the legend."""
    plain, vague = drawn(events("2012-01-05")), drawn(events("2012-01-05~"))

    assert [key.sign for key in plain.legend] == ["dot"]
    assert [key.sign for key in vague.legend] == ["dot", "vague"]


def test_phases_are_bands_with_names():
    """Each leads to its page; phases outside of the line are left out."""
    found = drawn(
        events("2012-01-05", "2014-01-05"),
        [
            phase("war", "2012-02/2012-12"),
            phase("peace", "2013/..", "river"),
            phase("past", "1999"),
        ],
    )

    assert [(band.address, band.colour) for band in found.drawings[0].bands] == [
        ("phases/war/", "clay"),
        ("phases/peace/", "river"),
    ]
    assert [band.label.words for band in found.drawings[0].bands] == ["The war", "The peace"]
    assert found.drawings[0].marks[0].colour == "clay"


def test_a_month_is_shared_out_among_its_weeks():
    """It is not in the week of its first day alone, and counts once altogether."""
    found = drawn(
        events("2012-02", *["2012-02-08"] * 8), line=axis.of([dates.parse("2012-01/2012-06")])
    )
    bars = found.drawings[0].bars

    assert [bar.title for bar in bars] == [
        "30 January – 5 February 2012: 1 event",
        "6–12 February 2012: 9 events",
        "13–19 February 2012: 1 event",
        "20–26 February 2012: 1 event",
        "27 February – 4 March 2012: 1 event",
    ]
    heights = [bar.height for bar in bars]
    assert heights[1] == chart.DENSITY_HEIGHT
    assert sum(heights) == pytest.approx(chart.DENSITY_HEIGHT * 9 / (8 + 7 / 29), rel=0.03)


def test_the_table_says_what_the_bars_say():
    """A row for every bar, with the way to its first event and its major ones."""
    found = drawn([*events(*["2012-02-08"] * 8), event("big", "2012-02-09", importance="major")])

    assert [(row.words, row.events, row.address, row.major) for row in found.periods] == [
        ("8 February 2012", "8", "events/e0/", ()),
        ("9 February 2012", "1", "events/big/", (("big", "events/big/"),)),
    ]


def test_the_summary_names_the_busiest_period():
    """Who does not see the drawing hears how many, from when to when, and where they gather."""
    found = drawn(events("2012-02-01", *["2012-02-08"] * 8, "2012-03"))

    assert found.summary == (
        "10 events on an axis of time, from 1 February 2012 to March 2012. "
        "There are most in one period, 6–12 February 2012: 8."
    )


def test_right_to_left_is_the_mirror_image():
    """Time runs to the left; all else is the same."""
    found = events("2012-01-05", "2012-03", "2012-04-01/2012-05-08", *["2012-02-01"] * 8)
    phases = [phase("war", "2012-02/2012-03")]
    line = axis.of([dates.parse("2012")])
    left = drawn(found, phases, line=line).drawings[0]
    right = drawn(found, phases, ARABIC, line).drawings[0]

    for one, other in zip(left.marks, right.marks, strict=True):
        assert other.y == one.y
        assert [(round(100 - s.x2, 2), round(100 - s.x, 2)) for s in one.shapes] == [
            (s.x, s.x2) for s in other.shapes
        ]
    for one, other in zip(left.bars, right.bars, strict=True):
        assert other.x == pytest.approx(100 - one.x - one.width, abs=0.011)
        assert other.height == one.height
    (one,), (other,) = left.bands, right.bands
    assert other.x == pytest.approx(100 - one.x - one.width, abs=0.011)
    assert one.label.anchor == other.label.anchor == "start"


def test_a_fade_is_mirrored_with_its_direction():
    """From its firm side, now to the left, it fades further to the left."""
    fades = [
        drawn(events("2012-01-05/..", "2013"), language=language).drawings[0].marks[0].shapes[-1]
        for language in (ENGLISH, ARABIC)
    ]

    assert [fade.form for fade in fades] == ["open", "open"]
    assert fades[0].x < fades[0].x2
    assert fades[1].x > fades[1].x2


def test_all_on_one_day_stand_upon_each_other():
    """As many as there is room for; the rest are counted."""
    found = drawn(events(*["2012-03-05"] * 100))

    for drawing in found.drawings:
        places = Counter((mark.shapes[0].x, mark.y) for mark in drawing.marks)
        assert max(places.values()) == 1
        assert drawing.bars[0].title == "5 March 2012: 100 events"
        assert drawing.height < 400


def test_ten_thousand_events_are_drawn_as_their_density():
    """Marks for major events only, a drawing of the usual size, and every event is counted."""
    found = drawn(
        [
            event(f"e{n}", f"{1800 + n // 50}", importance="minor" if n % 100 else "major")
            for n in range(10_000)
        ]
    )

    for drawing in found.drawings:
        assert len(drawing.marks) <= chart.MOST_MARKS
        assert all(mark.major for mark in drawing.marks)
        assert drawing.height < 800
    assert sum(int(row.events.replace(",", "")) for row in found.periods) == 10_000


def labels(drawing, width):
    """Yield row, start and end of every label, as wide as its letters may be."""
    for mark in drawing.marks:
        if mark.label:
            size = chart.LABEL_SIZE * (chart.BOLD if mark.major else 1)
            length = lettering.width(mark.label.words, size)
            x = mark.label.x / 100 * width
            yield (mark.y, x - length, x) if mark.label.anchor == "end" else (mark.y, x, x + length)


def extent(shape, width):
    """Return where a shape begins and ends, in px."""
    x, x2 = sorted(part / 100 * width for part in (shape.x, shape.x2))
    return (x - chart.DOT, x2 + chart.DOT) if shape.form == "dot" else (x, x2)


@settings(deadline=None)
@given(EVENTS)
def test_labels_never_overlap(found):
    """Not each other, nor the mark of another event in their row; nor do they leave the page."""
    overview = drawn(found)
    for drawing in overview.drawings:
        width = chart.WIDTHS[drawing.name]
        rows = {}
        for y, start, end in labels(drawing, width):
            assert start >= -0.5
            assert end <= width + 0.5
            rows.setdefault(y, []).append((start, end))
        for mark in drawing.marks:
            if mark.y in rows:
                ends = [extent(shape, width) for shape in mark.shapes]
                rows[mark.y].append((min(e[0] for e in ends), max(e[1] for e in ends)))
        for row in rows.values():
            assert all(one[1] <= two[0] + 0.5 for one, two in pairwise(sorted(row)))


@settings(deadline=None)
@given(EVENTS)
def test_every_event_is_there_exactly_once(found):
    """As a mark, or in the density and not as a mark, or as one that has no place."""
    overview = drawn(found)
    for drawing in overview.drawings:
        marks = [mark.address for mark in drawing.marks]
        assert len(set(marks)) == len(marks)
        assert len(marks) + len(overview.undated) == len(found) or drawing.bars


@settings(deadline=None)
@given(EVENTS)
def test_the_density_counts_every_event_once(found):
    """The shares of all bins add up to the number of events."""
    line = axis.of(e.date for e in found)
    items = [chart._item(e, (), line, ENGLISH, str) for e in found]

    assert sum(share for *_, share in chart._bins(items, line)) == pytest.approx(len(found))


@settings(deadline=None)
@given(EVENTS)
def test_everything_is_within_the_drawing(found):
    """No mark stands above the top or below the floor; nothing is outside of 0 to 100 %."""
    for drawing in drawn(found, [phase("war", "2000/..")]).drawings:
        assert drawing.top <= drawing.floor <= drawing.ground < drawing.height
        for mark in drawing.marks:
            assert 0 <= mark.y - 4 <= drawing.floor
            assert all(-2 <= x <= 102 for shape in mark.shapes for x in (shape.x, shape.x2))
        for box in (*drawing.bars, *drawing.bands):
            assert box.x >= 0
            assert box.x + box.width <= 101


@settings(deadline=None)
@given(EVENTS)
def test_a_drawing_is_a_value(found):
    """The same events make the same drawing, which a build can tell by its text."""
    one, two = drawn(found), drawn(found)

    assert one == two
    assert hash(one) == hash(two)
    assert repr(one) == repr(two)


# The lanes.


def lanes(found, actors, fewest=1, language=ENGLISH):
    """Return the lanes of events on their own line."""
    line = axis.of(e.date for e in found)
    subjects = [chart.Subject.of(e) for e in found]
    return chart.lanes(subjects, actors, (), line, language, lambda a: a.kind, fewest)


def test_every_actor_has_a_lane_under_the_heading_of_its_kind():
    """The fullest kind first, and in it the order of first events."""
    found = [
        event("one", "2012-01-05", actors=("mali", "csp")),
        event("two", "2012-02-05", actors=("csp", "niger", "mali")),
        event("three", "2012-01-01", actors=("chad",)),
    ]
    found.sort(key=lambda e: e.date.sort_key)
    actors = [actor("csp", "group"), actor("niger"), actor("mali"), actor("chad"), actor("idle")]

    assert [
        (kind, [(lane.name, lane.events) for lane in group])
        for kind, group in lanes(found, actors).groups
    ] == [
        ("state", [("Chad", "1"), ("Mali", "2"), ("Niger", "1")]),
        ("group", [("Csp", "2")]),
    ]


def test_a_lane_says_in_words_from_when_to_when():
    """On phones that and the number are all there is."""
    found = events("2012-01-05", "2012-03", actors=("mali",))

    ((_, (lane,)),) = lanes(found, [actor("mali")]).groups
    assert (lane.active, lane.events, lane.address) == (
        "5 January 2012 to March 2012",
        "2",
        "actors/mali/",
    )


def test_actors_of_few_events_are_folded():
    """They are said to be there, and come after the others."""
    found = [
        *events("2012-01-05", "2012-03", actors=("mali",)),
        event("x", "2012-04", actors=("chad",)),
    ]
    view = lanes(found, [actor("mali"), actor("chad")], fewest=2)

    assert [[lane.name for lane in group] for _, group in view.groups] == [["Mali"]]
    assert [[lane.name for lane in group] for _, group in view.rest] == [["Chad"]]
    assert view.folded == "1 actor with few events"


def test_a_lane_counts_what_it_has_no_room_for():
    """Marks and the numbers beside their heaps make all its events."""
    found = events(*["2012-01-05"] * 30, *["2012-12-05"] * 9, actors=("mali",))

    ((_, (lane,)),) = lanes(found, [actor("mali")]).groups
    assert len(lane.marks) == 2 * chart.LANE_ROWS
    assert [text.words for text in lane.more] == ["+26", "+5"]


def test_no_actors_no_lanes():
    """Nor are there any without a line."""
    assert lanes(events("2012"), [actor("mali")]) is None
    assert chart.lanes([], [actor("mali")], (), None, ENGLISH, str) is None


def test_pieces_are_plain_numbers():
    """They can be made by hand."""
    assert Piece("dot", 1, 1) == ("dot", 1, 1, False)
