"""The map page and the locators of a whole site, and the address of the map."""

from __future__ import annotations

import projects
import pytest
from html_pages import Page

from dateline.project import Project

SITE = """
-- content/site.yaml --
title: Floods
map:
  credit: "Coordinates: a test"
-- content/places.yaml --
hull: {name: Hull, kind: town, region: Yorkshire, lat: 53.74, lon: -0.33}
lincoln: {name: Lincoln, kind: town, lat: 53.23, lon: -0.54, precision: approximate}
fens: {name: The Fens, kind: region, lat: 52.8, lon: 0.1, precision: region}
holland: {name: Holland, kind: region}
sydney: {name: Sydney, kind: town, lat: -33.87, lon: 151.21}
-- content/events.yaml --
- {id: flood, date: 1953-02-01, title: The flood, places: [hull, fens, holland]}
- {id: again, date: 1954-02-01, title: The next flood, places: [hull]}
- {id: ebb, date: 1955, title: The ebb, places: [holland]}
"""
BARE = """
-- content/site.yaml --
title: Floods
-- content/places.yaml --
holland: {name: Holland, kind: region}
"""


def test_the_map_page_has_every_place_in_its_list(tmp_path):
    """What cannot be drawn, or is drawn otherwise than as a point, says so."""
    page = projects.views(projects.write(tmp_path, SITE))["map/"]

    assert [(row.link.title, row.events, row.note) for row in page.rows.value] == [
        ("Holland", 2, "no coordinates"),
        ("Hull", 2, ""),
        ("The Fens", 1, "somewhere in this region"),
        ("Lincoln", 0, "approximate position"),
        ("Sydney", 0, "outside this map"),
    ]
    assert [kind for kind, _ in page.map.value.signs] == ["approximate", "region", "arrow"]
    assert page.map.value.drawing.credits == ("Coordinates: a test",)


def test_every_mark_is_a_link_with_a_title(pages):
    """A place leads to its page and says how many events it has."""
    page = pages["map/index.html"]
    links = [link for link in page.all("a") if "data-place" in link.attributes]
    titles = {element.text for element in page.all("title") if "svg" in element.within}

    assert {link.attributes["href"] for link in links} >= {"../places/hull/", "../places/fens/"}
    assert {"Hull: 2 events", "The Fens (somewhere in this region): 1 event"} <= titles
    assert "Sydney: 0 events, outside this map" in titles


def test_the_map_is_in_the_menu_where_there_is_one(pages, tmp_path):
    """A site without coordinates has neither the page nor a link to it."""
    without = projects.views(projects.write(tmp_path / "bare", BARE))

    assert "./map/" in {link.attributes.get("href") for link in pages["index.html"].all("a")}
    assert "map/" not in without
    assert all(link.address != "map/" for link in without[""].frame.sections)


def test_events_and_places_have_a_locator_where_it_is_known_where(tmp_path):
    """An event without coordinates has none."""
    views = projects.views(projects.write(tmp_path, SITE))

    drawn = views["events/flood/"].locator.value
    assert {mark.pin.id for mark in drawn.marks} == {"hull", "fens"}
    assert views["events/ebb/"].locator is None
    assert views["places/holland/"].locator is None
    assert [mark.pin.address for mark in views["places/hull/"].locator.value.marks] == [""]


def test_a_link_in_a_text_may_lead_to_the_map(tmp_path):
    """The map's address counts as a page of the site."""
    text = "-- content/pages/about.md --\n---\ntitle: About\n---\nSee the [map](../map/).\n"

    assert "map/" in projects.views(projects.write(tmp_path, SITE + text))


@pytest.fixture(scope="module")
def pages(tmp_path_factory):
    """The pages of the site, taken apart, by file."""
    folder = projects.write(tmp_path_factory.mktemp("maps"), SITE)
    site = projects.build(Project(root=folder, output=folder / "site"))
    return {
        path: Page(artifact.make().decode())
        for path, artifact in site.files.items()
        if path.endswith(".html")
    }
