"""What long lists hold, and how much room each thing takes."""

import projects
import pytest
from msgspec.structs import replace

from dateline import filing, routes, schema, source
from dateline.dates import Day
from dateline.problems import Faults

FLOODS = """
    -- content/site.yaml --
    title: Floods
    -- content/sources.yaml --
    annals: {title: Annals, kind: book}
    letter: {title: A letter, kind: document}
    -- content/actors.yaml --
    abbey: {name: The abbey, kind: organisation, sources: [annals]}
    -- content/pages/method.md --
    ---
    title: Method
    ---
    We read them [@annals; @annals].
    -- content/events.yaml --
    - {id: storm, date: "../1286", title: The storm, sources: [annals]}
    - id: flood
      date: 1287-12-14
      title: The flood
      causes: [storm]
      text: It came at night [@annals].
      disputed:
        - point: The hour
          positions:
            - {by: A monk, says: At night., sources: [annals]}
            - {by: A farmer, says: LONG, sources: [letter]}
      corrections:
        - {date: 2024-02-01, text: The toll was 153.}
        - {date: 2023-01-01, text: The first.}
    - {id: hunger, date: "1288", title: LONG, causes: [storm, flood], sources: [letter]}
"""


LONG = "So it was told. " * 300


@pytest.fixture
def timeline(tmp_path):
    """Three events, which are more than its limit."""
    return large(projects.write(tmp_path, FLOODS.replace("LONG", LONG)))


def large(folder):
    """Read a timeline as one that is large."""
    with Faults() as faults:
        timeline = schema.timeline(source.read(folder / "content", faults), faults)
    return replace(timeline, settings=replace(timeline.settings, list_limit=2))


def days(timeline, key):
    """The days of a list."""
    return filing.lists(timeline, 1, [key])[key].days


def test_events_are_filed_by_the_first_day_that_they_may_have_begun_on(timeline):
    """Those of which it is not known come first."""
    assert days(timeline, filing.TIMELINE) == (None, Day(1287, 12, 14), Day(1288, 1, 1))
    assert days(timeline, ("event", "storm")) == (Day(1287, 12, 14), Day(1288, 1, 1))
    assert days(timeline, filing.DISPUTED) == (Day(1287, 12, 14),)


def test_corrections_are_filed_by_the_day_on_which_they_were_made(timeline):
    """Whatever the event's day, and their order in it."""
    assert days(timeline, filing.CORRECTIONS) == (Day(2023, 1, 1), Day(2024, 2, 1))


def test_what_cites_a_source_without_a_day_comes_first(timeline):
    """An event of no known day, a page, an actor; then the other events. Each stands once."""
    assert days(timeline, ("source", "annals")) == (None, None, None, Day(1287, 12, 14))


def test_long_texts_weigh_more(timeline):
    """A title of 5,000 bytes weighs as much as four events; so do the words of a position."""
    lists = filing.lists(timeline, 1, [("source", "letter")])

    assert lists[filing.TIMELINE].weights[0] == 1
    assert lists[filing.TIMELINE].weights[2] == 4
    assert lists[filing.DISPUTED].weights[0] > 3
    assert lists["source", "letter"].weights == (4, 1)


def test_only_lists_that_are_too_long_for_a_page_are_spread(timeline):
    """And those that were, of what is still there; an empty one too."""
    kept = [("source", "letter"), ("event", "hunger"), ("event", "comet"), ("source", "comet")]

    assert set(filing.lists(timeline, 1000, [])) == {filing.TIMELINE}
    found = filing.lists(timeline, 1000, kept)
    assert set(found) == {filing.TIMELINE, ("source", "letter"), ("event", "hunger")}
    assert found["event", "hunger"].days == ()
    assert not found["source", "letter"].is_long


def test_what_stands_on_the_same_page_takes_room_too(timeline, tmp_path):
    """What an event led to fits on its page, but not below a long text."""
    text = FLOODS.replace("title: The storm,", f"title: The storm, text: {LONG},")
    with_text = large(projects.write(tmp_path / "text", text.replace("LONG", LONG)))

    key = ("event", "storm")
    assert not filing.lists(timeline, 5, [key])[key].is_long
    assert filing.lists(with_text, 5, [key])[key].is_long


def test_an_index_of_long_entries_is_split_before_it_is_too_heavy(tmp_path):
    """In a large timeline: 120 sources with notes of 2,000 bytes are 240 kB."""
    sources = "".join(
        f"s{n}: {{title: {'AB'[n % 2]} {n}, kind: book, note: {'n' * 2000}}}\n" for n in range(120)
    )
    events = "".join(f"- {{id: e{n}, date: '1287', title: Event {n}}}\n" for n in range(130))
    found = {}
    for limit in (125, 400):
        folder = projects.write(tmp_path / str(limit), "-- content/tags.yaml --\n{}\n")
        (folder / "content/site.yaml").write_text(f"title: Floods\nlist_limit: {limit}\n")
        (folder / "content/sources.yaml").write_text(sources)
        (folder / "content/events.yaml").write_text(events)
        with Faults() as faults:
            read = source.read(folder / "content", faults)
            found[limit] = routes.registers(schema.timeline(read, faults))

    assert found[400] == {}
    assert {name: len(ids) for name, ids in found[125]["source"].items()} == {"a": 60, "b": 60}


def test_the_parts_of_a_letter_are_not_too_heavy():
    """One that has more than fits goes on at `a/2`."""
    names = "abcd"
    parts = routes._divided(names, dict.fromkeys(names, 100_000), 300)

    assert list(parts) == [["a"], ["b"], ["c"], ["d"]]
    assert list(routes._divided(names, dict.fromkeys(names, 0), 3)) == [["a", "b", "c"], ["d"]]


@pytest.mark.parametrize(
    "address",
    ["disputed/2012/", "corrections/2012-03-04/2/", "sources/un/undated/", "events/x/y-0043/"],
)
def test_the_addresses_of_these_lists_are_known(address):
    """So that they stay once they are published."""
    assert routes.of_list(address)


@pytest.mark.parametrize("address", ["disputed/", "sources/un/", "sources/un/cite/", "about/2012/"])
def test_other_addresses_are_none_of_a_list(address):
    """The pages that lists belong to have rules of their own."""
    assert not routes.of_list(address)


def test_the_letters_of_an_index_are_lists_too():
    """Of every kind of entry."""
    assert routes.of_list("sources/letter/a/2/")
    assert routes.of_list("actors/letter/u0627/")
