"""The text of `content/permalinks.lock`: what is read, what is new, what it becomes."""

from hypothesis import given
from hypothesis import strategies as st

from dateline import permalinks
from dateline.problems import Document, Faults

IDS = st.from_regex(r"[a-z0-9]{1,3}(-[a-z0-9]{1,2})?", fullmatch=True)
ADDRESSES = st.sets(st.lists(IDS, max_size=3).map(lambda parts: "".join(f"{p}/" for p in parts)))


def read(text: str) -> dict[str, int]:
    """The line of each address of a text that has no faults."""
    faults = Faults()
    found = permalinks.read(Document("content/permalinks.lock", text), faults)
    assert faults.found == []
    return {address: spot.line for address, spot in found.items()}


def test_every_line_is_an_address_but_for_comments_and_empty_lines():
    """The home page is '/' in the file and the empty text to the site."""
    assert read("# why\n\n/\n/events/lift-off/\n# more\n/map/\n") == {
        "": 3,
        "events/lift-off/": 4,
        "map/": 6,
    }


def test_what_is_new_is_what_the_file_does_not_have():
    """In order of code points, with the first slash; comments are no addresses."""
    text = "# /tags/\n/\n/events/b/\n"

    assert permalinks.new(text, ["", "events/b/"]) == ()
    assert permalinks.new(text, ["tags/", "", "events/a/"]) == ("/events/a/", "/tags/")


def test_nothing_that_was_there_is_lost():
    """Comments come first, addresses in order; what the site has no more stays."""
    text = "/tags/\n# mine\n/events/gone/\n\n# yours\n"

    assert permalinks.added(text, ["/about/"]) == (
        "# mine\n# yours\n/about/\n/events/gone/\n/tags/\n"
    )


def test_a_new_file_says_what_it_is_for():
    """Whoever opens it learns that it is kept, and by whom it is written."""
    text = permalinks.added("", ["/"])

    assert text.startswith("# Every address that this site has published.")
    assert text.endswith("no line.\n/\n")


def test_line_ends_of_windows_and_a_byte_order_mark_change_nothing():
    """An editor on another system makes no address new."""
    assert permalinks.new("\ufeff/\r\n/map/\r\n", ["", "map/"]) == ()
    assert permalinks.added("\ufeff# a\r\n/b/\r\n", ["/a/"]) == "# a\n/a/\n/b/\n"


@given(ADDRESSES, ADDRESSES)
def test_what_was_added_is_new_no_more(before, after):
    """The file holds all that it held and all that was added, each once and in order."""
    text = permalinks.added("", [f"/{address}" for address in before])
    text = permalinks.added(text, permalinks.new(text, after))

    assert set(read(text)) == before | after
    assert list(read(text)) == sorted(before | after)
    assert permalinks.new(text, before | after) == ()


def test_a_locked_build_names_the_first_addresses_and_counts_the_rest():
    """One is named alone, of many the first three."""
    _, one, hint = permalinks.refused("/\n", ["/a/"])
    spot, many, _ = permalinks.refused("/\n", [f"/{name}/" for name in "abcde"])

    assert one == "an address is new, and a locked build adds none: '/a/'"
    assert (
        many == "5 addresses are new, and a locked build adds none: '/a/', '/b/', '/c/' and 2 more"
    )
    assert hint == "run 'python build.py --no-locked' and commit content/permalinks.lock"
    assert str(spot) == "content/permalinks.lock:2:1"
