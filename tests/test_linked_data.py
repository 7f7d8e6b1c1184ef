"""JSON-LD: what it says of each kind of page, and that no text can leave its script."""

import json

import html5lib
import projects
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline import dates, linked_data, render
from dateline.history import History
from dateline.language import Language
from dateline.project import Project

FLOODS = """
    -- content/site.yaml --
    title: Floods
    description: Water in Holland.
    licence: {name: CC BY 4.0, url: https://creativecommons.org/licenses/by/4.0/}
    -- content/actors.yaml --
    abbey: {name: The Abbey of Egmond, abbreviation: AE, kind: organisation}
    monk: {name: A Monk, kind: person}
    -- content/places.yaml --
    egmond: {name: Egmond, kind: town, lat: 52.6, lon: 4.6}
    dunes: {name: The dunes, kind: region, lat: 52.5, lon: 4.5, precision: approximate}
    sea: {name: The sea, kind: region}
    -- content/tags.yaml --
    storm: {name: Storm}
    -- content/sources.yaml --
    annals:
      title: Annals
      kind: book
      author: A Monk
      publisher: The Abbey
      date: 1290~
      language: la
      url: https://example.org/annals
      archived: {url: https://archive.example/annals, date: 2024-01-02}
    letter: {title: A letter, kind: document, date: 1288-01-02}
    -- content/phases/dykes.md --
    ---
    title: Dykes
    dates: 1200/..
    summary: Land was taken.
    ---
    From the sea [@annals].
    -- content/events/dykes.yaml --
    - id: flood
      date: 1287-12-14
      title: The flood
      summary: The sea came.
      places: [egmond, dunes, sea]
      actors: [abbey, monk]
      tags: [storm]
      text: At night [@annals; @letter].
      corrections: [{date: 2024-02-01, text: It was in the night.}]
    - {id: hunger, date: about 1288, title: Hunger}
"""

BASE = "https://floods.example/nl/"


@pytest.fixture
def folder(tmp_path):
    """A small project."""
    return projects.write(tmp_path, FLOODS)


def said(folder, address, *, base_url=BASE, past=None):
    """What the page at an address says of itself, read from its HTML as a browser reads it."""
    view = projects.views(folder, base_url=base_url, past=past or History())[address]
    project = Project(root=folder, output=folder / "site")
    page = html5lib.parse(
        render.Templates(project.templates, Language("en")).page(view), namespaceHTMLElements=False
    )
    (script,) = page.iterfind(".//script[@type='application/ld+json']")
    return json.loads(script.text)


def test_an_events_page_is_an_article_about_an_event(folder):
    """With where and when it happened, who took part, what it rests on and what was corrected."""
    site = {"@type": "WebSite", "@id": BASE, "name": "Floods"}
    geo = {"@type": "GeoCoordinates", "latitude": 52.6, "longitude": 4.6}
    places = [
        {"@type": "Place", "@id": f"{BASE}places/egmond/", "name": "Egmond", "geo": geo},
        {"@type": "Place", "@id": f"{BASE}places/dunes/", "name": "The dunes"},
        {"@type": "Place", "@id": f"{BASE}places/sea/", "name": "The sea"},
    ]
    past = History({("event", "flood"): "2024-03-04"})

    assert said(folder, "events/flood/", past=past) == {
        "@context": "https://schema.org",
        "@type": "Article",
        "@id": f"{BASE}events/flood/",
        "url": f"{BASE}events/flood/",
        "headline": "The flood",
        "description": "The sea came.",
        "inLanguage": "en",
        "isPartOf": site,
        "dateModified": "2024-03-04",
        "license": "https://creativecommons.org/licenses/by/4.0/",
        "temporalCoverage": "1287-12-14",
        "about": [
            {
                "@type": "Event",
                "@id": f"{BASE}events/flood/#event",
                "name": "The flood",
                "startDate": "1287-12-14",
                "endDate": "1287-12-14",
                "location": places,
            },
            {
                "@type": "Organization",
                "@id": f"{BASE}actors/abbey/",
                "name": "The Abbey of Egmond",
                "alternateName": "AE",
            },
            {"@type": "Person", "@id": f"{BASE}actors/monk/", "name": "A Monk"},
            {"@type": "DefinedTerm", "@id": f"{BASE}tags/storm/", "name": "Storm"},
        ],
        "contentLocation": places,
        "citation": [
            {
                "@type": "Book",
                "@id": f"{BASE}sources/annals/#source",
                "name": "Annals",
                "url": "https://example.org/annals",
                "author": {"@type": "Thing", "name": "A Monk"},
                "publisher": {"@type": "Organization", "name": "The Abbey"},
                "inLanguage": "la",
                "archivedAt": "https://archive.example/annals",
            },
            {
                "@type": "CreativeWork",
                "@id": f"{BASE}sources/letter/#source",
                "name": "A letter",
                "datePublished": "1288-01-02",
            },
        ],
        "correction": [
            {
                "@type": "CorrectionComment",
                "text": "It was in the night.",
                "datePublished": "2024-02-01",
            }
        ],
    }


def test_an_event_with_a_vague_date_has_it_in_words_alone(folder):
    """ISO 8601 cannot say 'about'; what is not known is left out."""
    found = said(folder, "events/hunger/")

    assert found["temporalCoverage"] == "about 1288"
    assert found["about"] == [
        {"@type": "Event", "@id": f"{BASE}events/hunger/#event", "name": "Hunger"}
    ]
    assert {"dateModified", "correction", "citation", "description"}.isdisjoint(found)


def test_without_a_date_of_change_the_newest_correction_is_one(folder):
    """It is known that the page changed on that day."""
    assert said(folder, "events/flood/")["dateModified"] == "2024-02-01"


def test_a_phase_is_an_article(folder):
    """Its span may be open; it cites what its narrative cites."""
    found = said(folder, "phases/dykes/")

    assert (found["@type"], found["headline"]) == ("Article", "Dykes")
    assert found["temporalCoverage"] == "1200/.."
    assert [source["name"] for source in found["citation"]] == ["Annals"]


def test_a_sources_page_is_about_a_work(folder):
    """The work has an author and a publisher, the page has neither."""
    found = said(folder, "sources/letter/")

    assert found["@type"] == "WebPage"
    assert found["mainEntity"]["@type"] == "CreativeWork"
    assert found["mainEntity"]["datePublished"] == "1288-01-02"


def test_home_is_the_website(folder):
    """What every other page is a part of."""
    assert said(folder, "") == {
        "@context": "https://schema.org",
        "@type": "WebSite",
        "@id": BASE,
        "name": "Floods",
        "description": "Water in Holland.",
        "inLanguage": "en",
        "license": "https://creativecommons.org/licenses/by/4.0/",
    }


def test_without_a_base_url_addresses_are_as_seen_from_the_page(folder):
    """As all links of the site are."""
    found = said(folder, "events/flood/", base_url="")

    assert found["@id"] == "../../events/flood/"
    assert found["isPartOf"]["@id"] == "../../"
    assert found["contentLocation"][0]["@id"] == "../../places/egmond/"


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("2012", "2012"),
        ("2012-03", "2012-03"),
        ("2012-03-04", "2012-03-04"),
        ("2012-03/2012-04-05", "2012-03/2012-04-05"),
        ("2012/..", "2012/.."),
        ("../2012", "../2012"),
        ("2012/", ""),
        ("2012~", ""),
        ("2012?/2013", ""),
        ("2012-21", ""),
        ("201X", ""),
        ("[2012,2013]", ""),
        ("{2012,2013}", ""),
        ("-0043", ""),
        ("Y12000", ""),
    ],
)
def test_coverage_is_given_only_where_iso_8601_can_say_it(written, iso):
    """An end that is open is `..`; one that is not known, or any doubt, cannot be said."""
    assert linked_data.coverage(dates.parse(written)) == iso


@pytest.mark.parametrize(
    "text", ["</script><script>alert(1)</script>", "<!--", "<!--<script>", "]]>", "&lt;"]
)
def test_a_text_in_the_content_stays_a_text(folder, text):
    """It comes out of the page as it was written."""
    path = folder / "content/events/dykes.yaml"
    path.write_text(path.read_text("utf-8").replace("The flood", json.dumps(f"a {text}")), "utf-8")

    assert said(folder, "events/flood/")["headline"] == f"a {text}"


@given(st.text())
def test_no_text_ends_the_script(text):
    """A script holds what was put in, and nothing follows it."""
    html = f"<script type=x>{linked_data.script({'name': text})}</script><p>after"
    page = html5lib.parse(html, namespaceHTMLElements=False)
    (script,) = page.iter("script")

    assert json.loads(script.text) == {"@context": "https://schema.org", "name": text}
    assert page.find(".//p").text == "after"
