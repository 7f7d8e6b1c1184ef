"""Where the addresses of sources stand, and which of them lead to the same page."""

import projects
import pytest

from dateline import linkplaces, source
from dateline.problems import Faults


def entries(folder, text):
    """The sources of a project with this content."""
    projects.write(folder, f"-- content/site.yaml --\ntitle: Floods\n{text}")
    with Faults() as faults:
        return linkplaces.entries(source.read(folder / "content", faults))


def test_every_source_is_found_with_the_place_of_its_address(tmp_path):
    """In one file or in a folder of files; without an address it is the place of the id."""
    text = """\
-- content/sources/a.yaml --
x:
  title: T
  url: http://x.example/
  archived: {url: "http://copy.example/", date: 2024-01-31}
-- content/sources/b.yaml --
y: {title: T}
z: {url: "http://z.example/", archived: }
"""
    found = {entry.id: entry for entry in entries(tmp_path, text)}

    assert [str(entry.spot) for entry in found.values()] == [
        "content/sources/a.yaml:3:8",
        "content/sources/b.yaml:1:1",
        "content/sources/b.yaml:2:10",
    ]
    assert (found["x"].url, found["x"].copy) == ("http://x.example/", "http://copy.example/")
    assert str(found["x"].copy_spot) == "content/sources/a.yaml:4:19"
    assert [entry.archived for entry in found.values()] == [True, False, True]


@pytest.mark.parametrize(
    "other",
    ["http://a.example/b?c=D", "https://www.a.example/b/?c=D", "https://A.EXAMPLE:443/b?c=D#e",
     "https://me:secret@a.example/b?c=D"],
)  # fmt: skip
def test_addresses_of_one_page_are_comparable(other):
    """Scheme, `www.`, port, capitals of the host, a last slash and the fragment do not count."""
    assert linkplaces.comparable(other) == "a.example/b?c=D"


@pytest.mark.parametrize(
    "other",
    ["https://a.example/B?c=D", "https://a.example/b?c=d", "https://a.example/b",
     "https://a.example:8080/b?c=D", "https://b.a.example/b?c=D", "http://["],
)  # fmt: skip
def test_addresses_of_other_pages_are_not(other):
    """Path and query count, capitals included."""
    assert linkplaces.comparable(other) != linkplaces.comparable("https://a.example/b?c=D")


@pytest.mark.parametrize(
    ("url", "home"),
    [("http://a.example", True), ("http://a.example/", True), ("http://a.example/fr/", True),
     ("http://a.example/index.html", True), ("http://a.example/en-gb/index.php", True),
     ("http://a.example/b", False), ("http://a.example/?p=1", False),
     ("http://a.example/index/b", False)],
)  # fmt: skip
def test_a_home_page_is_known_by_its_path(url, home):
    """The root, a language, an index."""
    assert linkplaces.is_home(url) is home
