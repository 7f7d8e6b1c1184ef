"""Dates in English words: what they are read as, and which are refused for what reason."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline import dates
from dateline.dates import Day
from dateline.language import Language

FORMS = "expected a form such as 2012, 2012-03 or 2012-03-17"

READ = {
    # Days, months and years.
    "6 April 2012": "2012-04-06",
    "April 6, 2012": "2012-04-06",
    "6th of April, 2012": "2012-04-06",
    "Friday, 6 April 2012": "2012-04-06",
    "6-Apr-2012": "2012-04-06",
    "2012 April 6": "2012-04-06",
    "on 6 April 2012": "2012-04-06",
    "Sept. 2012": "2012-09",
    "March 2014": "2014-03",
    "in the 1850s": "185X",
    "1850s": "185X",
    "19th century": "18XX",
    "some day in March 2012": "2012-03-XX",
    "some month in 2012": "2012-XX",
    # Parts of a year.
    "spring 2014": "2014-21",
    "the summer of 2014": "2014-22",
    "winter 2011-12": "2011-24",
    "winter 2011/12": "2011-24",
    "Q1 2014": "2014-33",
    "third quarter of 2014": "2014-35",
    "first half of 2014": "2014-40",
    "early 2013": "2013-37",
    "mid-2013": "2013-38",
    "late 2013": "2013-39",
    "late March 2014": "[2014-03-21..2014-03-31]",
    "mid-1850s": "[1854..1856]",
    "early 19th century": "[1800..1833]",
    # Doubt.
    "about March 2014": "2014-03~",
    "circa 1920": "1920~",
    "c. 1850": "1850~",
    "c1850": "1850~",
    "around the 1850s": "185X~",
    "on or about 6 April 2012": "2012-04-06~",
    "perhaps 17 January 2012": "2012-01-17?",
    "perhaps about 1850": "1850%",
    "March 2014?": "2014-03?",
    "March 2014 (?)": "2014-03?",
    "spring 2014~": "2014-21~",
    # Before Christ, and long ago.
    "44 BC": "-0043",
    "1 BC": "0000",
    "15 March 44 B.C.": "-0043-03-15",
    "3rd century BC": "-02XX",
    "1st century BC": "[-0099..0000]",
    "10,000 BCE": "-9999",
    "12000 BC": "Y-11999",
    "AD 79": "0079",
    "24 August AD 79": "0079-08-24",
    # Spans: it lasted so long.
    "2012-04-06 to 2012-05-01": "2012-04-06/2012-05-01",
    "17-20 January 2012": "2012-01-17/2012-01-20",
    "January 17-20, 2012": "2012-01-17/2012-01-20",
    "January – March 2012": "2012-01/2012-03",
    "from 2 October to 14 November 2023": "2023-10-02/2023-11-14",
    "50-44 BC": "-0049/-0043",
    "late 2012 to early 2014": "2012-39/2014-37",
    "1914–1918": "1914/1918",
    "1969-07-16–1969-07-24": "1969-07-16/1969-07-24",
    "since 2013": "2013/..",
    "from May 2012 onwards": "2012-05/..",
    "1958-present": "1958/..",
    "until 2013": "../2013",
    # Sets: once, on one of these dates. Lists: on all of them.
    "before 1920": "[..1919]",
    "before March 2012": "[..2012-02]",
    "before 1 March 2012": "[..2012-02-29]",
    "before 1 January 2012": "[..2011-12-31]",
    "before about 1920": "[..1919~]",
    "before the 1850s": "[..1849]",
    "before 44 BC": "[..-0044]",
    "after 1920": "[1921..]",
    "after 31 December 2012": "[2013-01-01..]",
    "after the 1850s": "[1860..]",
    "by 1920": "[..1920]",
    "1920 or earlier": "[..1920]",
    "not before 1920": "[1920..]",
    "between 2012-01 and 2012-04": "[2012-01..2012-04]",
    "some time between 2 October and 14 November 2023": "[2023-10-02..2023-11-14]",
    "1912 or 1913": "[1912,1913]",
    "17 or 18 January 2012": "[2012-01-17,2012-01-18]",
    "17 and 18 January 2012": "{2012-01-17,2012-01-18}",
}


def fault(text):
    """Return what is wrong with a text that is no date."""
    with pytest.raises(dates.Invalid) as caught:
        dates.parse(text)
    return caught.value


@pytest.mark.parametrize(("words", "reading"), READ.items())
def test_words_with_one_meaning_are_read(words, reading):
    """The date is that of the EDTF which the advice says to write, in small letters too."""
    found = dates.read(words)

    assert found.date == dates.parse(reading) == dates.parse(words.lower())
    assert found.date.text == reading
    quoted = f'"{reading}"' if reading[0] in "[{" else reading
    assert re.match(re.escape(f"write {quoted}") + "(,|$)", found.advice)


@pytest.mark.parametrize("text", ["2012", "2012-03-17", "2012~", "~2012", "[1667, 1668]", "../.."])
def test_edtf_is_not_read_as_words(text):
    """What EDTF has a form for is never advised about, and its faults stay its own."""
    if text == "../..":
        assert fault(text).message.startswith("'../..' has no date")
    else:
        assert dates.read(text).advice == ""


@pytest.mark.parametrize(
    ("words", "advice"),
    [
        ("about March 2014", "write 2014-03~"),
        ("before 1920", 'write "[..1919]", or ../1919 if it lasted until then'),
        ("after 1920", 'write "[1921..]", or 1921/.. if it goes on since then'),
        (
            "between 2012-01 and 2012-04",
            'write "[2012-01..2012-04]", or 2012-01/2012-04 if it lasted so long',
        ),
        ("spring 2014", "write 2014-21, which is March to May 2014"),
        ("winter 2014", "write 2014-24, which is December 2014 to February 2015"),
        ("late 2013", "write 2013-39, which is September to December 2013"),
        ("1912 or 1913", 'write "[1912,1913]"'),
    ],
)
def test_advice_tells_what_else_may_be_meant(words, advice):
    """Which months were taken, and the interval if it lasted instead of happening once."""
    assert dates.read(words).advice == advice


def test_before_and_after_leave_out_the_date_itself():
    """Before 1920 is the end of 1919 at the latest; by 1920 and until 1920 reach its end."""
    ends = {words: dates.parse(words).last for words in ("before 1920", "by 1920", "until 1920")}

    assert ends == {
        "before 1920": Day(1919, 12, 31),
        "by 1920": Day(1920, 12, 31),
        "until 1920": Day(1920, 12, 31),
    }
    assert dates.parse("after 1920").first == Day(1921, 1, 1)
    assert dates.parse("since 1920").first == Day(1920, 1, 1)


def test_something_before_happened_once_and_something_until_lasted():
    """A set is one of its dates, an interval is all of them."""
    assert dates.parse("before 1920").kind == dates.parse("by 1920").kind == "set"
    assert dates.parse("until 1920").kind == dates.parse("since 1920").kind == "interval"


@pytest.mark.parametrize(
    ("text", "message", "hint"),
    [
        (
            "03/04/2012",
            "can be read in two ways: expected the year first",
            "write 2012-03-04 or 2012-04-03, the year first",
        ),
        (
            "17/01/2012",
            "is not in the order of EDTF: expected the year first",
            "write 2012-01-17, the year first",
        ),
        ("30/02/2012", "is no day that exists: expected a form such as 2012-03-17", ""),
        ("3/4/12", "has a year of two digits: expected four, and the year first", ""),
        ("12/11", f"has no year: {FORMS}", ""),
        ("6 April", f"has no year: {FORMS}", ""),
        ("March 12", f"has no year: {FORMS}", ""),
        ("spring", f"has no year: {FORMS}", ""),
        ("last spring", "depends on the day of reading: expected the date itself", ""),
        ("yesterday", "depends on the day of reading: expected the date itself", ""),
        ("two weeks ago", "depends on the day of reading: expected the date itself", ""),
        (
            "the end of 2013",
            "has no clear edges: expected months or days instead of 'end'",
            "write 2013, or the first and last day meant with '/' between",
        ),
        (
            "1900s",
            "can be a century or a decade: expected one of them",
            "write 19XX for the century, 190X for the decade",
        ),
        (
            "undated",
            "gives no date: expected the widest span that is sure",
            "write the first and last day that are sure with '/' between, such as 2011/2013",
        ),
        ("2012/04", "has '/' within a date: expected '-'", "write 2012-04"),
        ("2012.3.17", "has '.' within a date: expected '-'", "write 2012-03-17"),
        ("2012 03 17", "has ' ' within a date: expected '-'", "write 2012-03-17"),
        ("2012/13", "shortens the second date: expected it in full", "write 2012/2013"),
        (
            "2012-04-06/07",
            "shortens the second date: expected it in full",
            "write 2012-04-06/2012-04-07",
        ),
        (
            "2012,2013",
            "has two dates: expected brackets or braces around them",
            'write "[2012,2013]" if it was one of them, "{2012,2013}" if it was both',
        ),
        (
            "Thursday, 6 April 2012",
            "was a Friday: expected the weekday and the day to agree",
            "write 2012-04-06 if the day is right",
        ),
        (
            "30 February 2012",
            "is no date: day '30' of '2012-02-30' does not exist: expected 01 to 29",
            "write 2012-02 if the day is not known",
        ),
        (
            "about 31 April 2012",
            "is no date: day '31' of '2012-04-31' does not exist: expected 01 to 30",
            "write 2012-04 if the day is not known",
        ),
        (
            "May 2013 to January 2012",
            "is no date: '2013-05/2012-01' ends before it starts",
            "write 2012-01/2013-05 if the two are swapped",
        ),
        (
            "between May 2013 and January 2012",
            "is no date: '2013-05..2012-01' ends before it starts",
            "write 2012-01..2013-05 if the two are swapped",
        ),
        ("٢٠١٢", f"is not a date in EDTF: {FORMS}", "write 2012"),
        ("1969–07–16", f"is not a date in EDTF: {FORMS}", "write 1969-07-16"),
        ("1914–18", f"is not a date in EDTF: {FORMS}", "write 1914/1918 if these are years"),
    ],
)
def test_what_does_not_say_one_date_is_refused_with_the_reason(text, message, hint):
    """Nothing is guessed, and figures have one notation; the hint is what to paste instead."""
    found = fault(text)

    assert (found.message, found.hint) == (f"'{text}' {message}", hint)
    assert (found.offset, found.length) == (0, len(text))


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("2012-3-5", "2012-03-05"),
        ("199u", "199X"),
        ("2012-03 ?", "2012-03?"),
        ("201203", "2012-03"),
        ("03/2012", "2012-03"),
        ("2012-01-17 10:30", "2012-01-17"),
        ("about 2012.3.17", "2012-03-17~"),
        ("2012-17-01", "2012-01-17"),
    ],
)
def test_figures_in_another_notation_are_refused_with_the_right_one(text, reading):
    """One way to write figures keeps a collection searchable."""
    assert fault(text).hint == f"write {reading}"


@pytest.mark.parametrize(
    "text",
    ["6 avril 2012", "2012-W03", "2012 to soon", "Marchember 2012", "44", "March 2014-05"],
)
def test_nothing_is_advised_for_what_is_not_understood(text):
    """Only English is read, and a hint that might be wrong is worse than none."""
    assert fault(text).hint == ""


@pytest.mark.parametrize(
    "edtf",
    """2012-01-17 2011-10 2021-05~ 2011-10? 2012-01-18/2012-01-24 2012-03-21/2012-04-06 2012/2015
    2023-12-08/.. ../1920 -0043-03-15 -0043 0079-08-24 2014-21 2014-40 199X 2012-XX 2012-03-XX
    [2023-10-02..2023-11-14] [2012-01..2012-04] [..1919] [1760-12..] {1960,1961-12}""".split(),
)
def test_the_words_that_a_page_shows_are_read_as_the_date_they_are_of(edtf):
    """Whoever copies a date from a page gets that date."""
    date = dates.parse(edtf)

    assert dates.parse(Language("en").date(date)) == date


def outcome(text):
    """Return how a text is read, or the fault."""
    try:
        return dates.read(text)
    except dates.Invalid as error:
        return error


WORDS = st.sampled_from(
    "about before between and or to the early late spring march 6 april 2012 1850s 44 bc ? ~ - / "
    "[ { .. , 03 2012-04 since until unknown century 19th first half q1 friday winter".split()
)


@given(st.lists(WORDS, max_size=8).map(" ".join) | st.lists(WORDS, max_size=6).map("".join))
def test_any_words_are_a_date_or_a_fault(text):
    """However words are put together, the date read is canonical EDTF, and nothing else fails."""
    found = outcome(text)

    if isinstance(found, dates.Reading):
        assert dates.read(found.date.text) == (found.date, "")
        assert not found.advice or found.date.text in found.advice
    else:
        assert 0 <= found.offset <= found.offset + found.length <= len(text)
