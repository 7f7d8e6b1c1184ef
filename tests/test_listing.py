"""How events are spread over pages, and names over letters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline import listing
from dateline.dates import Day


def names(days, full=2, kept=()):
    """The pages of a list with the events on each, by number; the whole left out."""
    found = listing.spread(days, full, kept).stretches.values()
    return {one.name: (one.start, one.end) for one in found if one.name}


def test_a_year_that_is_not_full_is_one_page():
    """Its events stand on it, whatever their months."""
    days = [Day(2011, 1, 1), Day(2011, 12, 31), Day(2012, 1, 1)]

    assert names(days) == {"2011": (0, 2), "2012": (2, 3)}


def test_a_full_year_has_months_a_full_month_days_and_a_full_day_parts():
    """Each event stands on one of them, and those above lead to it."""
    days = [*[Day(2012, 3, 5)] * 3, Day(2012, 3, 6), Day(2012, 7, 1)]
    spread = listing.spread(days, 2)

    assert spread.reading == ("2012-03-05", "2012-03-05/2", "2012-03-06", "2012-07")
    assert spread.stretches["2012"].below == ("2012-03", "2012-07")
    assert spread.stretches["2012-03"].below == ("2012-03-05", "2012-03-06")
    assert spread.stretches["2012-03-05"].parts == ("2012-03-05", "2012-03-05/2")
    assert list(spread.names()) == [
        "2012-03-05", "2012-03-05", "2012-03-05/2", "2012-03-06", "2012-07",
    ]  # fmt: skip


def test_what_began_on_no_known_day_comes_first():
    """As in the timeline itself; also in parts."""
    assert names([None, None, None, Day(2012, 1, 1)]) == {
        "undated": (0, 2),
        "undated/2": (2, 3),
        "2012": (3, 4),
    }


def test_years_without_four_digits_have_a_letter_before_them():
    """So that every name is one that the list of published addresses can hold."""
    days = [Day(-12000, 1, 1), *[Day(-43, 3, 15)] * 3, Day(0, 1, 1), Day(12000, 1, 1)]

    assert list(names(days)) == [
        "y-12000", "y-0043-03-15", "y-0043-03-15/2", "y-0043-03", "y-0043", "0000", "y12000",
    ]  # fmt: skip


def test_of_very_many_years_hundreds_are_gathered():
    """The whole leads to centuries, a century to its years."""
    spread = listing.spread([Day(year, 1, 1) for year in range(1700, 1900)], 2)

    assert spread.stretches[""].below == ("1700-1799", "1800-1899")
    assert spread.stretches["1800-1899"].below[0] == "1800"
    assert spread.stretches["1800"].within == "1800-1899"


def test_what_was_published_stays():
    """A month whose year needs none any more has its events; one without any is empty."""
    days = [Day(2012, 3, 1), Day(2012, 7, 1)]
    kept = ["2012-03", "2013", "2012-03-05/2", "1900-1999", "undated", "lift-off"]

    assert names(days, kept=kept) == {
        "2012": (0, 2),
        "2012-03": (0, 1),
        "2013": (2, 2),
        "undated": (0, 0),
        "1900-1999": (0, 0),
        "2012-03-05": (1, 1),
        "2012-03-05/2": (1, 1),
    }


def test_pages_lead_to_their_neighbours_of_the_same_kind():
    """Those that list events to each other, years that have months to years."""
    spread = listing.spread([*[Day(2011, 5, 1)] * 3, Day(2012, 1, 1), *[Day(2013, 1, 1)] * 3], 2)

    assert spread.around["2011-05-01/2"] == ("2011-05-01", "2012")
    assert spread.around["2011"] == ("", "2013")


DAYS = st.builds(Day, st.integers(-200, 300), st.integers(1, 12), st.integers(1, 28))


@given(st.lists(st.one_of(st.none(), DAYS)), st.integers(1, 5))
def test_every_event_stands_once_and_no_page_is_too_full(days, full):
    """Whatever the dates; and every page is reached from the top."""
    days = sorted(days, key=lambda day: (day is not None, day or ()))
    spread = listing.spread(days, full)

    listed = [spread.stretches[name] for name in spread.reading]
    assert [n for one in listed for n in range(one.start, one.end)] == list(range(len(days)))
    assert all(one.count <= full and not one.below for one in listed)
    reached, found = [""], set()
    while reached:
        one = spread.stretches[reached.pop()]
        found.add(one.name)
        reached += [name for name in (*one.below, *one.parts) if name not in found]
    assert found == set(spread.stretches)


@given(st.lists(st.one_of(st.none(), DAYS), max_size=40), st.lists(DAYS, max_size=40))
def test_no_address_is_lost_when_events_come_and_go(before, after):
    """What was published for some events is there for any others."""
    before, after = (
        sorted(days, key=lambda day: (day is not None, day or ())) for days in (before, after)
    )
    published = [name for name in listing.spread(before, 2).stretches if name]

    assert set(published) <= set(listing.spread(after, 2, published).stretches)
    assert all(map(listing.is_name, published))


@pytest.mark.parametrize(
    ("name", "letter"),
    [
        ("Émile", "e"), ("“Zed”", "z"), ("9 lives", "0-9"), ("الله", "u0627"), ("Яна", "u044f"),
        ("東京", "other"), ("", "other"), ("?", "other"),
    ],
)  # fmt: skip
def test_names_are_found_under_their_first_letter(name, letter):
    """Without accents and signs; other alphabets have a page for each letter too."""
    assert listing.letter(name) == letter
    assert listing.is_letter(letter)


def test_what_takes_much_room_counts_for_several():
    """A page holds less of it; what is too much for any page stands alone."""
    days = [Day(2012, 3, 5)] * 5
    spread = listing.spread(days, 3, weights=[1, 1, 2, 7, 1])

    assert [spread.stretches[name].count for name in spread.reading] == [2, 1, 1, 1]
    assert listing.spread(days[:1], 3, weights=[7]).reading == ("2012",)


@given(
    st.lists(st.tuples(st.one_of(st.none(), DAYS), st.integers(1, 4))),
    st.integers(1, 5),
)
def test_no_page_of_several_events_is_too_heavy(items, full):
    """Whatever their dates and weights, each event stands once."""
    items = sorted(items, key=lambda item: (item[0] is not None, item[0] or ()))
    weights = [weight for _, weight in items]
    spread = listing.spread([day for day, _ in items], full, weights=weights)

    listed = [spread.stretches[name] for name in spread.reading]
    assert [n for one in listed for n in range(one.start, one.end)] == list(range(len(items)))
    assert all(one.count < 2 or sum(weights[one.start : one.end]) <= full for one in listed)
