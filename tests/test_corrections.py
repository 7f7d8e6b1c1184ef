"""The page of all corrections, and its feed."""

import re
import xml.etree.ElementTree as ET

import feedparser
import projects
import pytest
from html_pages import Page

from dateline import render
from dateline.language import Language
from dateline.project import Project

BASE = "https://floods.example/nl/"
ATOM = "{http://www.w3.org/2005/Atom}"

FLOODS = """
    -- content/site.yaml --
    title: Floods & <dykes>
    -- content/events.yaml --
    - id: flood
      date: 1287-12-14
      title: The sea "breaks" in & <drowns> many
      corrections:
        - {date: 2024-02-01, text: The toll was 153 & not <135>.}
        - {date: 2024-02-01, text: So was the day.}
        - {date: 2023-01-01, text: The first.}
    - id: hunger
      date: "1288"
      title: Hunger
      corrections: [{date: 2024-03-01, text: It lasted longer.}]
    - id: rumour
      date: "1289"
      title: A second flood
      status: retracted
      reason: There was none.
      corrections: [{date: 2024-04-01, text: It was retracted.}]
    - id: draft
      date: "1290"
      title: A draft
      draft: true
      corrections: [{date: 2024-05-01, text: Nobody sees this.}]
"""
NONE = """
    -- content/site.yaml --
    title: Floods
    -- content/events.yaml --
    - {id: flood, date: 1287-12-14, title: The flood}
"""


@pytest.fixture
def folder(tmp_path):
    """A project with corrections."""
    return projects.write(tmp_path, FLOODS)


def shown(folder, address, base_url=BASE):
    """What is written to an address."""
    views = projects.views(folder, base_url=base_url)
    project = Project(root=folder, output=folder / "site")
    return render.Templates(project.templates, Language("en")).page(views[address])


def test_the_newest_stand_first_with_their_day_and_their_event(folder):
    """Those of one day in the order of their events; also those of what was retracted."""
    view = projects.views(folder)["corrections/"]

    assert [(item.anchor, item.when.words, item.text) for item in view.corrections] == [
        ("rumour_2024-04-01", "1 April 2024", "It was retracted."),
        ("hunger_2024-03-01", "1 March 2024", "It lasted longer."),
        ("flood_2024-02-01", "1 February 2024", "The toll was 153 & not <135>."),
        ("flood_2024-02-01_2", "1 February 2024", "So was the day."),
        ("flood_2023-01-01", "1 January 2023", "The first."),
    ]
    assert [item.event.address for item in view.corrections][:3] == [
        "events/rumour/",
        "events/hunger/",
        "events/flood/",
    ]


def test_the_page_shows_each_at_its_anchor(folder):
    """With the policy, and no word that there is nothing."""
    page = Page(shown(folder, "corrections/"))
    (main,) = page.all("main")

    assert "flood_2024-02-01_2" in page.ids
    assert "Nothing is put right in silence" in main.text
    assert "The toll was 153 & not <135>." in main.text
    assert "Nothing has been corrected yet." not in main.text


def test_without_a_correction_the_page_says_so(tmp_path):
    """It is there all the same, so that its address can be known."""
    (main,) = Page(shown(projects.write(tmp_path, NONE), "corrections/")).all("main")

    assert "Nothing has been corrected yet." in main.text


def test_every_page_leads_to_the_corrections(folder):
    """From its foot."""
    link = 'href="../../corrections/">Corrections</a>'

    assert link in shown(folder, "events/flood/").partition("<footer")[2]


def test_the_page_tells_of_its_feed_where_there_is_one(folder):
    """A feed needs absolute addresses; without them there is none, and no link to it."""
    alternate = '<link rel="alternate" type="application/atom+xml" href="feed.xml"'

    assert alternate in shown(folder, "corrections/")
    assert "feed.xml" not in shown(folder, "corrections/", "")
    assert "corrections/feed.xml" not in projects.views(folder)


def test_the_build_says_that_the_feed_is_left_out(folder):
    """In its notes."""
    notes = projects.build(Project(root=folder, output=folder / "site")).notes
    with_base = Project(root=folder, output=folder / "site", base_url=BASE)

    assert len(notes) == 1
    assert "corrections no feed" in notes[0]
    assert projects.build(with_base).notes == ()


def test_the_feed_is_read_by_a_feed_reader(folder):
    """Texts come out as they were written; ids are addresses that lead to the very correction."""
    feed = feedparser.parse(shown(folder, "corrections/feed.xml"))

    assert not feed.bozo
    assert feed.feed.id == feed.feed.link == f"{BASE}corrections/"
    assert feed.feed.updated == "2024-04-01T00:00:00Z"
    # A title without a type is a text, not HTML (RFC 4287, 3.1.1).
    assert feed.feed.title == "Corrections · Floods & <dykes>"
    assert feed.feed.title_detail.type == "text/plain"
    ids = [entry.id for entry in feed.entries]
    assert ids[2] == f"{BASE}corrections/#flood_2024-02-01"
    assert len(set(ids)) == 5
    third = feed.entries[2]
    assert third.title == 'The sea "breaks" in & <drowns> many'
    assert third.content[0].value == "The toll was 153 & not <135>."
    assert third.content[0].type == "text/plain"
    assert third.link == ids[2]
    assert third.updated == "2024-02-01T00:00:00Z"


def test_the_feed_is_atom(folder):
    """What RFC 4287 requires (4.1.1, 4.1.2) is there, once."""
    root = ET.fromstring(shown(folder, "corrections/feed.xml"))

    for element in [root, *root.iter(f"{ATOM}entry")]:
        for name in ("id", "title", "updated"):
            assert len(element.findall(f"{ATOM}{name}")) == 1
        for date in element.iter(f"{ATOM}updated"):
            assert re.fullmatch(r"\d{4}-\d\d-\d\dT00:00:00Z", date.text)
    assert len(root.findall(f"{ATOM}author")) == 1
    (own,) = (link for link in root.findall(f"{ATOM}link") if link.get("rel") == "self")
    assert own.get("href") == f"{BASE}corrections/feed.xml"


def test_a_feed_without_a_correction_is_a_feed(tmp_path):
    """It can be subscribed to before there is anything in it."""
    feed = feedparser.parse(shown(projects.write(tmp_path, NONE), "corrections/feed.xml"))

    assert not feed.bozo
    assert feed.entries == []


def test_an_anchor_stays_when_a_correction_is_added(folder):
    """Whoever was sent to one finds it."""
    before = projects.views(folder)["corrections/"].corrections
    path = folder / "content/events.yaml"
    text = path.read_text("utf-8")
    new = "  corrections:\n    - {date: 2024-06-01, text: New.}\n    - {date: 2024-02-01, text: The"
    path.write_text(
        text.replace("  corrections:\n    - {date: 2024-02-01, text: The", new), "utf-8"
    )
    after = projects.views(folder)["corrections/"].corrections

    assert len(after) == 6
    assert {(item.anchor, item.text) for item in before} < {
        (item.anchor, item.text) for item in after
    }
