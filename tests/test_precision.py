"""What is said about how well a date is known."""

import pytest

from dateline import dates, precision
from dateline.language import Language


@pytest.mark.parametrize(
    ("date", "said"),
    [
        ("2012-03", "Known to the month, not to the day."),
        ("2012-03-XX", "Known to the month, not to the day."),
        ("2012-23", "Known to the part of the year, not to the day."),
        ("2012", "Known to the year, not to the month."),
        ("2012-XX", "Known to the year, not to the month."),
        ("201X", "Known to the decade, not to the year."),
        ("20XX", "Known to the century, not to the year."),
        ("2XXX", "Known to the millennium, not to the year."),
        ("XXXX-12-25", "The year is not known."),
    ],
)
def test_a_date_is_known_to_its_finest_unit(date, said):
    """The sentence names what is known, and what is not."""
    assert sentence(date) == said


@pytest.mark.parametrize("date", ["2012-03-17", "0838-12-26", "2012-03-1X", "2012-1X"])
def test_words_that_say_all_are_not_explained(date):
    """An exact day needs nothing; 'between 10 and 19 March' neither."""
    assert sentence(date) == ""


@pytest.mark.parametrize(
    ("date", "said"),
    [
        ("2021-05-03~", "An estimate: the true date may lie somewhat before or after."),
        ("2021-05~", "An estimate: the true date may lie somewhat before or after."),
        ("2021-05-03?", "Uncertain: this date may turn out to be wrong."),
        (
            "2021-05?",
            "Uncertain: this date may turn out to be wrong. Known to the month, not to the day.",
        ),
        (
            "2021-05-03%",
            "An estimate: the true date may lie somewhat before or after. "
            "Uncertain: this date may turn out to be wrong.",
        ),
        ("2021-05-~03", ""),
    ],
)
def test_doubt_is_explained(date, said):
    """Doubt about a part alone is not: the words of the date name the part."""
    assert sentence(date) == said


@pytest.mark.parametrize(
    ("date", "said"),
    [
        ("2023-11-09/2023-11-13", "It lasted 5 days, the first and the last included."),
        ("2024-02-28/2024-03-01", "It lasted 3 days, the first and the last included."),
        ("2023-11-09/2023-11-09", "It lasted 1 day."),
        ("1914-07-28/1918-11-11", "It lasted from the first of these days to the last."),
        (
            "2012-01/2012-04",
            "It lasted from the one to the other; the exact days are not known.",
        ),
        (
            "2012-01/2012-04-06",
            "It lasted from the one to the other; the exact first day is not known.",
        ),
        (
            "2012-01-17/2012-04",
            "It lasted from the one to the other; the exact last day is not known.",
        ),
        (
            "2012-01-17~/2012-04-06",
            "It lasted from the one to the other; not both dates are certain.",
        ),
        ("2023-12-08/..", "Open: it had not ended when this was written."),
        ("2023-12-08/", "It ended, but when is not known."),
        ("../2012-04", "Open: it has no dated beginning."),
        ("/2012-04", "It began earlier; when is not known."),
    ],
)
def test_a_span_lasted(date, said):
    """From exact days the days are counted, the leap day too; nothing is counted from months."""
    assert sentence(date) == said


@pytest.mark.parametrize(
    ("date", "said"),
    [
        (
            "[2012-03..2012-05]",
            "It happened once, some time from the first of these dates to the last.",
        ),
        (
            "[2012-03-17,2012-03-19]",
            "It happened once, on one of these dates; which one is not known.",
        ),
        ("[..2012]", "It happened once; when exactly is not known."),
        ("[2012..]", "It happened once; when exactly is not known."),
        ("[2012-03]", "Known to the month, not to the day."),
        ("{2012-03-17,2012-03-19}", "It happened on each of these dates."),
    ],
)
def test_one_of_several_dates_is_told_from_all_of_them(date, said):
    """What happened once, some time in a span, did not last so long."""
    assert sentence(date) == said


@pytest.mark.parametrize(
    ("date", "said"),
    [
        ("before 1920", "It happened once; when exactly is not known."),
        ("until 1920", "Open: it has no dated beginning."),
        ("late 2013", "Known to the part of the year, not to the day."),
        ("about March 2014", "An estimate: the true date may lie somewhat before or after."),
        ("6 April 2012", ""),
    ],
)
def test_a_date_in_words_is_explained_as_the_edtf_it_is_read_as(date, said):
    """Words are a way to write a date, not another kind of date."""
    assert sentence(date) == said


def sentence(text):
    """What English says of a date in EDTF."""
    return precision.sentence(dates.parse(text), Language("en"))
