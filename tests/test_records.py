"""What pages say of themselves: "cite this", meta tags, and the files for reference managers."""

import json

import projects
import pytest
from html_pages import Page
from repositories import Repository

from dateline import render
from dateline.history import History
from dateline.language import Language
from dateline.project import Project

BASE = "https://floods.example/nl/"
PAST = History({("event", "flood"): "2024-03-04", ("source", "annals"): "2024-05-06"})

FLOODS = """
    -- content/site.yaml --
    title: Floods
    licence: {name: CC BY 4.0}
    -- content/sources.yaml --
    annals:
      title: Annals
      kind: news
      author: A Monk
      publisher: The Egmond News
      via: A Mirror
      date: 1290-01~
      language: la
      url: https://example.org/annals
      archived: {url: https://archive.example/annals, date: 2024-01-02}
    letter: {title: "[A letter]", kind: document}
    -- content/phases/dykes.md --
    ---
    title: Dykes
    dates: 1200/1300
    ---
    -- content/events/dykes.yaml --
    - {id: flood, date: 1287-12-14, title: The flood, sources: [annals]}
"""


@pytest.fixture
def folder(tmp_path):
    """A small project."""
    return projects.write(tmp_path, FLOODS)


def record(folder, address, base_url=BASE):
    """The record of the page at an address."""
    return projects.views(folder, base_url=base_url, past=PAST)[address].frame.record


def html(folder, address):
    """The page at an address, taken apart."""
    view = projects.views(folder, base_url=BASE, past=PAST)[address]
    project = Project(root=folder, output=folder / "site")
    return Page(render.Templates(project.templates, Language("en")).page(view))


def cited(folder, address, base_url=BASE):
    """How to cite a page: the words, and the address."""
    found = record(folder, address, base_url)
    return f"{found.about} {found.cite.address}"


def test_a_page_is_cited_with_its_site_and_its_last_change(folder):
    """The change is left out where it is not known: no day is made up."""
    assert cited(folder, "events/flood/") == (
        f"“The flood”. Floods. Last changed 4 March 2024. {BASE}events/flood/"
    )
    assert cited(folder, "phases/dykes/") == f"“Dykes”. Floods. {BASE}phases/dykes/"


def test_a_sources_page_tells_how_to_cite_the_source(folder):
    """The document itself, and not our page about it; what is not known is left out."""
    assert cited(folder, "sources/annals/") == (
        "A Monk. “Annals”. The Egmond News, about January 1290. Read at A Mirror. "
        "https://example.org/annals"
    )
    assert record(folder, "sources/annals/").cite.note == (
        "Archived copy of 2 January 2024: https://archive.example/annals"
    )
    assert cited(folder, "sources/letter/") == "“[A letter]”. "


def test_each_sentence_has_its_own_direction_of_writing(folder):
    """A title in Arabic does not turn round what stands beside it."""
    path = folder / "content/sources.yaml"
    path.write_text(path.read_text("utf-8").replace("title: Annals", "title: حوليات"), "utf-8")
    (cite,) = (part for part in html(folder, "sources/annals/").all("details"))

    assert "حوليات" in cite.text
    isolated = [part.text for part in html(folder, "sources/annals/").all("bdi")]
    assert "“حوليات”." in isolated
    assert "The Egmond News, about January 1290." in isolated


def test_without_a_base_url_the_path_is_given_and_said_to_be_one(folder):
    """It is not presented as an address that works elsewhere; nor do the files have one."""
    cite = record(folder, "events/flood/", "").cite

    assert (cite.address, cite.note) == (
        "/events/flood/",
        "Put the address of this site before it.",
    )
    assert cite.work.url == ""
    assert cite.work.notes == ("Path on its site: /events/flood/",)
    assert record(folder, "events/flood/").cite.note == ""


def meta(folder, address):
    """The meta tags that Zotero reads, by name."""
    return {
        tag.attributes.get("name", tag.attributes.get("property", "")): tag.attributes["content"]
        for tag in html(folder, address).all("meta")
        if "content" in tag.attributes
    }


def test_meta_tags_make_a_page_a_web_page(folder):
    """Dublin Core with a type that Zotero knows; `citation_title` would make it an article."""
    found = meta(folder, "events/flood/")

    assert {name: text for name, text in found.items() if name.startswith("DC.")} == {
        "DC.title": "The flood",
        "DC.type": "webpage",
        "DC.date": "2024-03-04",
        "DC.language": "en",
        "DC.identifier": f"{BASE}events/flood/",
        "DC.rights": "CC BY 4.0",
    }
    assert found["og:site_name"] == "Floods"
    assert not any(name.startswith("citation_") for name in found)
    assert "DC.date" not in meta(folder, "phases/dykes/")


def test_meta_tags_of_a_source_are_those_of_the_document(folder):
    """Its own address is `citation_public_url`; our site is not the newspaper."""
    found = meta(folder, "sources/annals/")

    assert {name: text for name, text in found.items() if name.startswith(("DC.", "cit"))} == {
        "DC.title": "Annals",
        "DC.type": "newspaperArticle",
        "DC.creator": "A Monk",
        "DC.publisher": "The Egmond News",
        "DC.source": "The Egmond News",
        "DC.date": "about January 1290",
        "DC.language": "la",
        "DC.identifier": "https://example.org/annals",
        "citation_public_url": "https://example.org/annals",
    }
    assert "og:site_name" not in found
    assert meta(folder, "sources/letter/")["DC.type"] == "document"


def test_pages_that_nobody_cites_have_no_record(folder):
    """An index, the page of an address that is none."""
    for address in ("sources/", "404.html", "corrections/"):
        assert not any(name.startswith("DC.") for name in meta(folder, address))


@pytest.mark.parametrize("address", ["events/flood/", "phases/dykes/", "sources/annals/"])
def test_the_page_links_to_files_that_are_there(folder, address):
    """As BibTeX, RIS and CSL-JSON, beside the page."""
    site = projects.build(Project(root=folder, output=folder / "site", base_url=BASE))
    links = [link for link in html(folder, address).links if link.startswith("cite.")]

    assert links == ["cite.bib", "cite.ris", "cite.json"]
    for link in links:
        assert site.files[address + link].make()


def test_the_files_of_a_source_cite_the_source(folder):
    """Those of an event cite our page."""
    site = projects.build(Project(root=folder, output=folder / "site", base_url=BASE))
    (source,) = json.loads(site.files["sources/annals/cite.json"].make())
    (event,) = json.loads(site.files["events/flood/cite.json"].make())

    assert (source["title"], source["URL"]) == ("Annals", "https://example.org/annals")
    assert (event["container-title"], event["URL"]) == ("Floods", f"{BASE}events/flood/")


def test_days_of_change_come_from_the_repository_of_the_project(tmp_path):
    """A commit that changes nothing of an entry changes nothing on its page."""
    repository = Repository(tmp_path)
    repository.commit("2024-01-10T12:00:00+0000", FLOODS)
    first = projects.build(repository.project).files
    page, bib = first["events/flood/index.html"].make(), first["events/flood/cite.bib"]
    repository.commit("2024-02-10T12:00:00+0000", "-- content/tags.yaml --\nstorm: {name: Storm}")
    second = projects.build(repository.project).files

    assert b"Last changed 10 January 2024." in page
    assert b"date = {2024-01-10}" in bib.make()
    assert second["events/flood/index.html"].make() == page
    assert second["events/flood/cite.bib"].key == bib.key


def test_a_new_day_of_change_makes_new_pages(tmp_path):
    """The same content with another past: its key differs, and so does what is made."""
    repository = Repository(tmp_path)
    repository.write(FLOODS)
    before = projects.build(repository.project).files
    repository.commit("2024-01-10T12:00:00+0000")
    after = projects.build(repository.project).files

    for path in ("events/flood/index.html", "phases/dykes/index.html", "sources/annals/index.html",
                 "events/flood/cite.ris"):  # fmt: skip
        assert before[path].key != after[path].key, path
        assert before[path].make() != after[path].make(), path
    assert before["sources/annals/cite.ris"].key == after["sources/annals/cite.ris"].key
