import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline import axis, dates, lettering
from dateline.axis import Unit
from dateline.dates import Day
from dateline.language import Language

ENGLISH = Language("en")

YEARS = st.integers(-9999, 9999)
SPANS = st.tuples(YEARS, YEARS).map(sorted)
NEAR = st.dates().flatmap(
    lambda date: st.tuples(
        st.just(date),
        st.integers(0, 4000).map(
            lambda days: datetime.date.fromordinal(max(date.toordinal() - days, 1))
        ),
    )
)


def line(*texts):
    """Return the line of these dates."""
    found = axis.of(map(dates.parse, texts))
    assert found, "the dates have bounds"
    return found


def year(number):
    """Return a year as a date."""
    return f"{number:05}" if number < 0 else f"{number:04}"


def lines():
    """Lines of every length, from a day to twenty thousand years."""
    far = SPANS.map(lambda span: line(*map(year, span)))
    near = NEAR.map(lambda pair: line(*(date.isoformat() for date in sorted(pair))))
    return st.one_of(far, near)


def labels(span, width=640, language=ENGLISH):
    """What is written below a line, a list for each level."""
    found = axis.ticks(line(*span), width, 12, language)
    return [[tick.label for tick in found if tick.level == level] for level in (0, 1)]


@given(st.dates())
def test_days_are_counted_as_python_counts_them(date):
    """Within Python's years both agree, and the way back leads to the same day."""
    day = Day(date.year, date.month, date.day)

    assert axis.count(day) == date.toordinal()
    assert axis.day(date.toordinal()) == day


@given(st.integers(-4_000_000_000, 4_000_000_000))
def test_every_number_is_a_day(number):
    """Also before the year 1 and after 9999 each number has its own day."""
    assert axis.count(axis.day(number)) == number


def test_the_year_before_1_is_0_and_a_leap_year():
    """Years are astronomical, and the calendar runs back by its own rule."""
    assert axis.count(Day(1, 1, 1)) - axis.count(Day(0, 12, 31)) == 1
    assert axis.count(Day(0, 3, 1)) - axis.count(Day(0, 2, 28)) == 2


@given(lines())
def test_bins_touch_and_are_few(found):
    """A line has 7 to 60 bins, each ends where the next begins, none is empty."""
    assert axis.FEWEST_BINS <= len(found.bins) <= axis.MOST_BINS
    assert all(one.end == two.start for one, two in zip(found.bins, found.bins[1:], strict=False))
    assert all(one.start < one.end for one in found.bins)


@given(lines())
def test_bins_are_what_their_dates_say(found):
    """The date of a bin has the bin's own first and last day."""
    for one in found.bins:
        date = dates.parse(one.text)
        assert date.first, "a bin has bounds"
        assert date.last, "both of them"
        assert (axis.count(date.first), axis.count(date.last) + 1) == (one.start, one.end)


@given(SPANS)
def test_a_line_has_room_for_all_its_dates(span):
    """The first day and the last lie on it."""
    first, last = map(dates.parse, map(year, span))
    found = line(*map(year, span))

    assert found.start <= axis.count(first.first)
    assert axis.count(last.last) < found.end


@given(lines(), st.integers(), st.integers())
def test_what_is_later_is_never_placed_before(found, one, two):
    """Places run from 0 to 1, in the order of time."""
    earlier, later = sorted((one, two))

    assert 0 <= found.place(earlier) <= found.place(later) <= 1


def test_equal_times_take_equal_room():
    """The line is linear: 1000 days are as wide in one century as in the next."""
    found = line("1800", "2000")
    widths = {
        round(found.place(start + 1000) - found.place(start), 9)
        for start in range(found.start, found.end - 1000, 5000)
    }

    assert widths == {round(1000 / (found.end - found.start), 9)}


@pytest.mark.parametrize(
    ("span", "unit"),
    [
        (("2023-11-07/2023-11-22",), Unit(days=1)),
        (("2023-08-11/2023-10-31",), Unit(days=7)),
        (("2012", "2014"), Unit(months=1)),
        (("2011-10", "2023-11"), Unit(months=3)),
        (("1960", "2012"), Unit(months=12)),
        (("1820", "2019"), Unit(months=60)),
        (("-0500", "1500"), Unit(months=600)),
        (("Y-1000000000", "2000"), Unit(months=600_000_000)),
    ],
)
def test_bins_suit_the_span(span, unit):
    """Days for weeks, weeks for months, months for years, quarters for a decade, and so on."""
    assert line(*span).unit == unit


def test_weeks_begin_on_monday():
    """6 November 2023 was one."""
    assert "2023-11-06/2023-11-12" in [one.text for one in line("2023-09", "2023-12").bins]


def test_a_single_day_has_a_week_around_it():
    """Nothing is drawn on a line without length."""
    found = line("2012-03-05")

    assert len(found.bins) == 7
    assert found.bins[3].text == "2012-03-05"


def test_no_date_no_line():
    """Nor is there one for dates that have no bounds."""
    assert axis.of([]) is None
    assert axis.of([dates.parse("XXXX")]) is None


def test_open_ends_do_not_stretch_the_line():
    """What goes on since 2012 puts 2012 on the line, and no end."""
    assert line("2012/..").end == line("2012-01-01").end


@pytest.mark.parametrize(
    ("span", "upper", "lower"),
    [
        (("2011-10", "2023-11"), "2012 2013 2014 2015 2016 2017 2018 2019 2020 2021 2022 2023", ""),
        (("2011-10/2012-04",), "Oct Nov Dec Jan Feb Mar Apr", "2011 2012"),
        (("2023-08-07/2023-09-17",), "7 14 21 28 4 11", "August 2023 September 2023"),
        (("-0450", "0450"), "400 BC 300 BC 200 BC 100 BC 1 AD 100 200 300 400", ""),
    ],
)
def test_ticks_are_said_in_words(span, upper, lower):
    """Days stand above their months, months above their years; BCE is rounded as people do."""
    assert [" ".join(row) for row in labels(span)] == [upper, lower]


def test_narrow_pages_have_fewer_ticks():
    """Where there is less room, fewer years are written."""
    assert labels(("2011-10", "2023-11"), 288)[0] == "2012 2014 2016 2018 2020 2022".split()


def test_ticks_speak_the_language_of_the_page():
    """Months are named as the page's language names them."""
    assert labels(("2012-01/2012-05",), 400, Language("fr"))[0][:3] == ["janv.", "févr.", "mars"]


@given(lines(), st.sampled_from((288, 640, 880)))
def test_ticks_never_touch(found, width):
    """Each label ends before the next on its level begins, and inside of the drawing."""
    ticks = axis.ticks(found, width, 12, ENGLISH)

    for level in (0, 1):
        row = [tick for tick in ticks if tick.level == level]
        ends = [found.place(t.moment) * width + lettering.width(t.label, 12) for t in row]
        assert all(end <= width for end in ends)
        assert all(
            end < found.place(later.moment) * width
            for end, later in zip(ends, row[1:], strict=False)
        )
