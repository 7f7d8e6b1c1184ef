import itertools
import pickle
import random
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline import dates
from dateline.dates import Day

FORMS = "expected a form such as 2012, 2012-03 or 2012-03-17"

LEVEL_0 = {
    "1985-04-12": ("1985-04-12", "1985-04-12", "day"),
    "1985-04": ("1985-04-01", "1985-04-30", "month"),
    "1985": ("1985-01-01", "1985-12-31", "year"),
    "1964/2008": ("1964-01-01", "2008-12-31", "year"),
    "2004-06/2006-08": ("2004-06-01", "2006-08-31", "month"),
    "2004-02-01/2005-02-08": ("2004-02-01", "2005-02-08", "day"),
    "2004-02-01/2005-02": ("2004-02-01", "2005-02-28", "month"),
    "2004-02-01/2005": ("2004-02-01", "2005-12-31", "year"),
    "2005/2006-02": ("2005-01-01", "2006-02-28", "year"),
}
LEVEL_1 = {
    "Y170000002": ("170000002-01-01", "170000002-12-31", "year"),
    "Y-170000002": ("-170000002-01-01", "-170000002-12-31", "year"),
    "-1985": ("-1985-01-01", "-1985-12-31", "year"),
    "2001-21": ("2001-03-01", "2001-05-31", "season"),
    "1984?": ("1984-01-01", "1984-12-31", "year"),
    "2004-06~": ("2004-06-01", "2004-06-30", "month"),
    "2004-06-11%": ("2004-06-11", "2004-06-11", "day"),
    "201X": ("2010-01-01", "2019-12-31", "decade"),
    "20XX": ("2000-01-01", "2099-12-31", "century"),
    "2004-XX": ("2004-01-01", "2004-12-31", "year"),
    "1985-04-XX": ("1985-04-01", "1985-04-30", "month"),
    "1985-XX-XX": ("1985-01-01", "1985-12-31", "year"),
    "1985-04-12/..": ("1985-04-12", None, "day"),
    "1985-04/..": ("1985-04-01", None, "month"),
    "1985/..": ("1985-01-01", None, "year"),
    "../1985-04-12": (None, "1985-04-12", "day"),
    "../1985-04": (None, "1985-04-30", "month"),
    "../1985": (None, "1985-12-31", "year"),
    "1985-04-12/": ("1985-04-12", None, "day"),
    "1985-04/": ("1985-04-01", None, "month"),
    "1985/": ("1985-01-01", None, "year"),
    "/1985-04-12": (None, "1985-04-12", "day"),
    "/1985-04": (None, "1985-04-30", "month"),
    "/1985": (None, "1985-12-31", "year"),
    "1984~/2004-06": ("1984-01-01", "2004-06-30", "year"),
    "1984/2004-06~": ("1984-01-01", "2004-06-30", "year"),
    "1984?/2004%": ("1984-01-01", "2004-12-31", "year"),
    "1984-06-02?/2004-08-08~": ("1984-06-02", "2004-08-08", "day"),
    "1984-06-02?/": ("1984-06-02", None, "day"),
}
LEVEL_2 = {
    "2001-34": ("2001-04-01", "2001-06-30", "season"),
    "[1667,1668,1670..1672]": ("1667-01-01", "1672-12-31", "year"),
    "[..1760-12-03]": (None, "1760-12-03", "day"),
    "[1760-12..]": ("1760-12-01", None, "month"),
    "[1760-01,1760-02,1760-12..]": ("1760-01-01", None, "month"),
    "[1667,1760-12]": ("1667-01-01", "1760-12-31", "year"),
    "[..1984]": (None, "1984-12-31", "year"),
    "{1667,1668,1670..1672}": ("1667-01-01", "1672-12-31", "year"),
    "{1960,1961-12}": ("1960-01-01", "1961-12-31", "year"),
    "{..1984}": (None, "1984-12-31", "year"),
    "2004-06~-11": ("2004-06-11", "2004-06-11", "day"),
    "2004?-06-11": ("2004-06-11", "2004-06-11", "day"),
    "?2004-06-~11": ("2004-06-11", "2004-06-11", "day"),
    "2004-%06-11": ("2004-06-11", "2004-06-11", "day"),
    "156X-12-25": ("1560-12-25", "1569-12-25", "decade"),
    "15XX-12-25": ("1500-12-25", "1599-12-25", "century"),
    "XXXX-12-XX": (None, None, "unknown"),
    "1XXX-XX": ("1000-01-01", "1999-12-31", "millennium"),
    "1XXX-12": ("1000-12-01", "1999-12-31", "millennium"),
    "1984-1X": ("1984-10-01", "1984-12-31", "year"),
    "2004-06-~01/2004-06-~20": ("2004-06-01", "2004-06-20", "day"),
    "2004-06-XX/2004-07-03": ("2004-06-01", "2004-07-03", "month"),
}
REFUSED = {
    "1985-04-12T23:20:30": ("has a time of day: expected a day at the most", "1985-04-12"),
    "1985-04-12T23:20:30Z": ("has a time of day: expected a day at the most", "1985-04-12"),
    "1985-04-12T23:20:30-04": ("has a time of day: expected a day at the most", "1985-04-12"),
    "1985-04-12T23:20:30+04:30": ("has a time of day: expected a day at the most", "1985-04-12"),
    "Y-17E7": ("has an exponent, not read here: expected a plain year", "Y-170000000"),
    "1950S2": ("counts significant digits, not read here: expected a plain year", "19XX"),
    "Y171010000S3": ("counts significant digits, not read here: expected a plain year", ""),
    "Y3388E2S3": ("has an exponent, not read here: expected a plain year", "Y338800"),
}
"""Times of day (level 0), exponents and significant digits (level 2): what is said, what to write.

Together with the tables above, these are all the examples of the specification.
"""

EXAMPLES = [
    (level, text, *expected)
    for level, examples in enumerate((LEVEL_0, LEVEL_1, LEVEL_2))
    for text, expected in examples.items()
]


def day(text):
    """Return the day of a text such as -0043-03-15, None of None."""
    return Day(*map(int, re.fullmatch(r"(-?\d+)-(\d+)-(\d+)", text).groups())) if text else None


def fault(text):
    """Return what is wrong with a text that is no date."""
    with pytest.raises(dates.Invalid) as caught:
        dates.parse(text)
    return caught.value


@pytest.mark.parametrize(("level", "text", "first", "last", "precision"), EXAMPLES)
def test_the_examples_of_the_specification_are_read(level, text, first, last, precision):
    """Level, bounds and precision of the Library of Congress's own examples."""
    date = dates.parse(text)

    assert (date.level, date.first, date.last) == (level, day(first), day(last))
    assert date.precision == precision


@pytest.mark.parametrize("text", REFUSED)
def test_the_examples_of_the_specification_that_are_left_out_say_so(text):
    """Times, exponents and significant digits are refused with the nearest date to write."""
    complaint, reading = REFUSED[text]

    found = fault(text)

    assert found.message == f"'{text}' {complaint}"
    assert found.hint == (f"write {reading}" if reading else "")


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2012-03", "2012-03-01", "2012-03-31"),
        ("2011-10?", "2011-10-01", "2011-10-31"),
        ("2021-05~", "2021-05-01", "2021-05-31"),
        ("2023-10-02/2023-11-14", "2023-10-02", "2023-11-14"),
        ("2023-12-08/..", "2023-12-08", None),
    ],
)
def test_the_dates_of_a_timeline_have_bounds(text, first, last):
    """The forms that event files use most."""
    date = dates.parse(text)

    assert (date.first, date.last) == (day(first), day(last))


def test_february_has_29_days_in_leap_years_only():
    """Every fourth year but those of a century, unless it divides by 400; year 0 too."""
    years = ("2012-02", "2011-02", "1900-02", "2000-02", "0000-02", "-0004-02")

    assert [dates.parse(year).last.day for year in years] == [29, 28, 28, 29, 29, 29]


def test_year_zero_is_1_bce():
    """Years are astronomical: -0043 is 44 BCE, and comes before year 0."""
    ides, zero, one = map(dates.parse, ("-0043-03-15", "0000", "0001"))

    assert ides.first == Day(-43, 3, 15)
    assert ides.sort_key < zero.sort_key < one.sort_key


def test_unspecified_digits_before_christ_reach_back_the_right_way():
    """The first year of '-004X' is the one with the larger number."""
    date = dates.parse("-004X")

    assert (date.first, date.last) == (Day(-49, 1, 1), Day(-40, 12, 31))


def test_bounds_are_days_that_exist():
    """Only leap years of the 2010s have a 29 February, and no April a 31st."""
    date = dates.parse("201X-02-29")

    assert (date.first, date.last) == (Day(2012, 2, 29), Day(2016, 2, 29))
    assert dates.parse("2012-XX-31").last == Day(2012, 12, 31)
    assert dates.parse("2012-04-3X").last == Day(2012, 4, 30)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2014-21", "2014-03-01", "2014-05-31"),
        ("2014-22", "2014-06-01", "2014-08-31"),
        ("2014-23", "2014-09-01", "2014-11-30"),
        ("2011-24", "2011-12-01", "2012-02-29"),
        ("2014-25", "2014-03-01", "2014-05-31"),
        ("2014-28", "2014-12-01", "2015-02-28"),
        ("2014-29", "2014-09-01", "2014-11-30"),
        ("2014-30", "2014-12-01", "2015-02-28"),
        ("2014-31", "2014-03-01", "2014-05-31"),
        ("2014-32", "2014-06-01", "2014-08-31"),
        ("2014-33", "2014-01-01", "2014-03-31"),
        ("2014-36", "2014-10-01", "2014-12-31"),
        ("2014-37", "2014-01-01", "2014-04-30"),
        ("2014-39", "2014-09-01", "2014-12-31"),
        ("2014-40", "2014-01-01", "2014-06-30"),
        ("2014-41", "2014-07-01", "2014-12-31"),
        ("201X-24", "2010-12-01", "2020-02-29"),
    ],
)
def test_seasons_are_those_of_meteorologists(text, first, last):
    """Three whole months each; winter ends in the year after the one it is written with."""
    date = dates.parse(text)

    assert (date.first, date.last) == (day(first), day(last))
    assert date.month is None
    assert date.season == int(text[-2:])


def test_an_open_end_differs_from_an_unknown_one():
    """'..' says that it goes on; nothing says that nobody knows."""
    open_end, unknown = dates.parse("1985/.."), dates.parse("1985/")

    assert (open_end.end, unknown.end) == (None, None)
    assert (open_end.open_end, unknown.open_end) == (True, False)
    assert dates.parse("../1985").open_start
    assert not dates.parse("/1985").open_start


def test_an_interval_has_two_dates():
    """The ends of an interval are dates of their own."""
    date = dates.parse("1984?/2004-06~")

    assert date.is_interval
    assert (date.start, date.end) == (dates.parse("1984?"), dates.parse("2004-06~"))


def test_an_interval_may_begin_and_end_within_the_same_span():
    """May 2012 to some time in 2012 is no reversed interval."""
    date = dates.parse("2012-05/2012")

    assert (date.first, date.last) == (Day(2012, 5, 1), Day(2012, 12, 31))


def test_sets_and_lists_have_members():
    """Brackets mean one of these, braces all of these; a range in them is an interval."""
    one_of, all_of = dates.parse("[1667,1670..1672]"), dates.parse("{1667,..1670}")

    assert (one_of.kind, all_of.kind) == ("set", "list")
    assert one_of.members == (dates.parse("1667"), dates.parse("1670/1672"))
    assert all_of.members == (dates.parse("1667"), dates.parse("../1670"))


def test_doubt_is_kept_for_each_part():
    """A mark before a part is about it alone, one after it also about all to its left."""
    assert dates.parse("2004-06~-11").marks == ("~", "~", "")
    assert dates.parse("2004-~06-11").marks == ("", "~", "")
    assert dates.parse("2004?-06-11~").marks == ("%", "~", "~")
    assert dates.parse("2004-06-11%").marks == ("%", "%", "%")


@pytest.mark.parametrize(
    ("text", "approximate", "uncertain"),
    [
        ("1984", False, False),
        ("1984~", True, False),
        ("1984?", False, True),
        ("1984%", True, True),
        ("?2004-06-~11", True, True),
        ("1984~/2004", True, False),
        ("[1667?,1668]", False, True),
    ],
)
def test_doubt_about_any_part_shows(text, approximate, uncertain):
    """Whether anything about a date is approximate or uncertain."""
    date = dates.parse(text)

    assert (date.approximate, date.uncertain) == (approximate, uncertain)


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("%2004-%06-%11", "2004-06-11%"),
        ("2004-06~-11", "2004-06~-11"),
        ("~2004-~06-11", "2004-06~-11"),
        ("2004-06?-~11", "?2004-?06-~11"),
        ("[1667, 1668, 1670..1672]", "[1667,1668,1670..1672]"),
        ("~1984/?2004", "1984~/2004?"),
    ],
)
def test_every_spelling_of_a_date_has_one_text(text, canonical):
    """Equal dates have equal text, and are equal."""
    assert dates.parse(text).text == canonical
    assert dates.parse(text) == dates.parse(canonical)


def test_parts_are_given_as_numbers_only_if_they_are_known():
    """An unspecified part and an absent one are None; the digits tell the two apart."""
    date, unspecified = dates.parse("2012-03-17"), dates.parse("199X-03-XX")

    assert (date.year, date.month, date.day) == (2012, 3, 17)
    assert (unspecified.year, unspecified.month, unspecified.day) == (None, 3, None)
    assert unspecified.digits == ("199X", "03", "XX")
    assert dates.parse("2012").month is None
    assert dates.parse("Y-170000002").year == -170000002


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("2012", "2012"),
        ("2012-03", "2012-03"),
        ("2012-03-17", "2012-03-17"),
        ("0800", "0800"),
        ("Y12012", "12012"),
        ("2012~", None),
        ("2012-03?", None),
        ("201X", None),
        ("2012-21", None),
        ("0000", None),
        ("-0043", None),
        ("2012/2013", None),
        ("[2012]", None),
        ("{2012}", None),
        ("2012/..", None),
        ("9999-12-31", "9999-12-31"),
        ("0001", "0001"),
        ("-0001", None),
        ("Y-12000", None),
        ("2001-34", None),
        ("2012-XX", None),
        ("XXXX-12-25", None),
        ("2012-~03", None),
    ],
)
def test_only_exact_dates_that_html_can_say_have_an_iso_form(text, iso):
    """The value of `<time datetime>`: years after 0, their months and days."""
    assert dates.parse(text).iso == iso


def test_dates_sort_by_first_day_then_last_day_then_text():
    """What may begin at any time comes first; of two that begin together, the shorter."""
    ordered = [
        "../1985",
        "../2012",
        "/2012",
        "XXXX",
        "-0043",
        "2011-12-31",
        "2012-01-01",
        "2012-01",
        "2012-01?",
        "2012-01~",
        "2012",
        "2012/",
        "2012/..",
        "2012-02",
    ]
    shuffled = random.Random(7).sample(ordered, len(ordered))

    found = sorted(shuffled, key=lambda text: dates.parse(text).sort_key)

    assert found == ordered


def test_dates_can_be_keys_and_cross_processes():
    """A date is an immutable value: hashable, and the same after pickling."""
    date = dates.parse("[1667,1670..1672]")

    assert {date: 1}[dates.parse("[1667, 1670..1672]")] == 1
    assert pickle.loads(pickle.dumps(date)) == date
    assert str(date) == "[1667,1670..1672]"


@pytest.mark.parametrize(
    ("text", "message", "hint", "part"),
    [
        (
            "2012-02-30",
            "day '30' of '2012-02-30' does not exist: expected 01 to 29",
            "write 2012-02 if the day is not known",
            "30",
        ),
        (
            "2012-13",
            "month '13' of '2012-13' does not exist: "
            "expected 01 to 12, or 21 to 41 for a part of the year",
            "write 2012/2013 if these are years",
            "13",
        ),
        (
            "2012-00",
            "month '00' of '2012-00' does not exist: "
            "expected 01 to 12, or 21 to 41 for a part of the year",
            "write 2012 if the month is not known",
            "00",
        ),
        (
            "2012-17-01",
            "month '17' of '2012-17-01' does not exist: expected 01 to 12",
            "write 2012-01-17",
            "17",
        ),
        (
            "201X-02-30",
            "day '30' of '201X-02-30' does not exist: expected 01 to 29",
            "write 201X-02 if the day is not known",
            "30",
        ),
        (
            "2001-21-05",
            "'2001-21-05' has a day in a season: expected a month from 01 to 12 before the day",
            "write 2001-05-21",
            "21",
        ),
        ("2012-1-5", "'2012-1-5' lacks a zero: expected two digits", "write 2012-01-05", "1"),
        ("2012-10-5", "'2012-10-5' lacks a zero: expected two digits", "write 2012-10-05", "5"),
        (
            "2012-04-06/2012-03",
            "'2012-04-06/2012-03' ends before it starts",
            "write 2012-03/2012-04-06 if the two are swapped",
            "2012-04-06/2012-03",
        ),
        (
            "{1670..1667}",
            "'1670..1667' ends before it starts",
            "write 1667..1670 if the two are swapped",
            "1670..1667",
        ),
        (
            "2012/2013-13",
            "month '13' of '2013-13' does not exist: "
            "expected 01 to 12, or 21 to 41 for a part of the year",
            "write 2013 if the month is not known",
            "13",
        ),
        ("../..", "'../..' has no date: expected one before or after the '/'", "", "../.."),
        ("[2012", "'[2012' has no closing ']'", "end it with ']'", "2"),
        ("[2012, x]", f"'x' is not a date in EDTF: {FORMS}", "", "x"),
        ("[]", f"the date is empty: {FORMS}", "", ""),
        ("", f"the date is empty: {FORMS}", "", ""),
        (
            "2012-01-17T10:30:00Z",
            "'2012-01-17T10:30:00Z' has a time of day: expected a day at the most",
            "write 2012-01-17",
            "T10:30:00Z",
        ),
        (
            "Y-17E7",
            "'Y-17E7' has an exponent, not read here: expected a plain year",
            "write Y-170000000",
            "E7",
        ),
        (
            "1950S2",
            "'1950S2' counts significant digits, not read here: expected a plain year",
            "write 19XX",
            "S2",
        ),
        (
            "-0000",
            "year '-0000' of '-0000' does not exist: expected 0000, which is 1 BCE",
            "write 0000",
            "-0000",
        ),
        (
            "Y12012-03",
            "'Y12012-03' has a month after a year with Y: expected the year alone",
            "write Y12012",
            "03",
        ),
        ("476", "'476' is too short for a year: expected four digits", "write 0476", "476"),
        (
            "20120317",
            "'20120317' lacks hyphens: expected a form such as 2012-03",
            "write 2012-03-17",
            "20120317",
        ),
        (
            "12012",
            "'12012' lacks a Y: expected one before a year of more than four digits",
            "write Y12012",
            "12012",
        ),
        (
            "Y2012",
            "'Y2012' has a Y: expected one only before a year of more than four digits",
            "write 2012",
            "2012",
        ),
        ("199x", "'199x' has a digit that is not known: expected an X for it", "write 199X", "x"),
        (
            "2012?~",
            "'2012?~' has two marks: expected '%' for uncertain and approximate",
            "write 2012%",
            "?~",
        ),
        ("Whitsun", f"'Whitsun' is not a date in EDTF: {FORMS}", "", "Whitsun"),
    ],
)
def test_what_is_not_a_date_is_refused_with_its_place(text, message, hint, part):
    """The message, the hint and the part of the text that is at fault."""
    found = fault(text)

    assert (found.message, found.hint) == (message, hint)
    assert str(found) == message
    assert text[found.offset : found.offset + found.length] == part


years = st.integers(0, 9999).map("{:04}".format) | st.integers(1, 9999).map("-{:04}".format)
months = st.integers(1, 12).map("{:02}".format) | st.just("XX")
days = st.integers(1, 28).map("{:02}".format) | st.just("XX")
marks = st.sampled_from(["", "", "?", "~", "%"])
patterns = st.from_regex(r"-?[1-9X][0-9X]{3}", fullmatch=True).filter(lambda y: y != "-XXXX")
seasons = st.integers(21, 41).map(str)


@st.composite
def singles(draw):
    """Return the text of a date without ends or members."""
    parts = [draw(marks) + draw(years | patterns) + draw(marks)]
    depth = draw(st.integers(0, 3))
    if depth == 3:
        return "-".join([*parts, draw(marks) + draw(seasons) + draw(marks)])
    parts.extend(draw(marks) + draw(part) + draw(marks) for part in (months, days)[:depth])
    return "-".join(parts)


ends = singles() | st.sampled_from(["", ".."])
intervals = st.builds("{}/{}".format, ends, ends)
ranges = st.builds("{}..{}".format, singles() | st.just(""), singles() | st.just(""))
members = st.lists(singles() | ranges, min_size=1, max_size=4).map(",".join)
several = st.builds("[{}]".format, members) | st.builds("{{{}}}".format, members)


def outcome(text):
    """Return the date of a text, or the fault."""
    try:
        return dates.parse(text)
    except dates.Invalid as error:
        return error


valid = (singles() | intervals | several).map(outcome).filter(lambda d: isinstance(d, dates.Date))


@given(singles())
def test_every_date_the_grammar_allows_is_read(text):
    """Years, months, days and seasons with any digits hidden and any marks."""
    assert isinstance(outcome(text), dates.Date)


@given(valid)
def test_the_text_of_a_date_is_read_as_the_same_date(date):
    """Canonical text stays as it is, whatever it was made from."""
    assert dates.parse(date.text) == date
    assert dates.parse(date.text).text == date.text


@given(valid)
def test_bounds_are_in_order(date):
    """Nothing ends before it begins."""
    if date.first and date.last:
        assert date.first <= date.last


@given(years, st.integers(1, 12), st.integers(1, 28), st.data())
def test_bounds_contain_every_date_that_is_meant(year, month, number, data):
    """Whichever digits are left unspecified, the full date lies within."""
    exact = f"{year}-{month:02}-{number:02}"
    places = [n for n, letter in enumerate(exact) if letter.isdigit()]
    hidden = data.draw(st.sets(st.sampled_from(places), max_size=7))

    vague = dates.parse("".join("X" if n in hidden else c for n, c in enumerate(exact)))

    if vague.first and vague.last:
        assert vague.first <= dates.parse(exact).first <= vague.last
    else:
        assert vague.precision == "unknown"


@given(st.lists(valid, min_size=2, max_size=6))
def test_the_order_of_dates_is_total(several_dates):
    """Any two dates compare, and only equal ones are level."""
    for one, two in itertools.combinations(several_dates, 2):
        assert (one.sort_key < two.sort_key) + (two.sort_key < one.sort_key) == (one != two)


@given(st.lists(valid, max_size=6))
def test_dates_sort_by_first_day_then_last_day_then_precision(several_dates):
    """An end that is open or unknown lies outermost; the text decides between what is level."""

    def place(date):
        first = date.first or (float("-inf"),)
        last = date.last or (float("inf"),)
        return first, last, dates.PRECISIONS.index(date.precision), date.text

    by_key = sorted(several_dates, key=lambda date: date.sort_key)
    assert by_key == sorted(several_dates, key=place)


@given(st.text(max_size=90) | st.text("0123456789X-/.,[]{}?~%YES uT", max_size=90))
def test_any_text_is_a_date_or_a_fault_with_a_place(text):
    """Nothing typed by mistake leads to another error; EDTF itself is read without advice."""
    found = outcome(text)

    if isinstance(found, dates.Date):
        assert dates.read(found.text) == (found, "")
    else:
        assert 0 <= found.offset <= found.offset + found.length <= len(text)
        assert not found.message.endswith(".")
        for reading in re.findall(r"^write (\S+)$", found.hint):
            assert dates.parse(reading)
