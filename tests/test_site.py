"""The real site, from content/ and templates/: links, structure, completeness, valid HTML."""

import gzip
import itertools
import json
import subprocess
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import projects
import pytest
from html_pages import Page, addresses

from dateline import output, schema, source
from dateline.problems import Faults
from dateline.project import Project

EVENTS = """
algiers-initialling gatia-takes-menaka bamako-signing cma-signs-agreement
strikes-on-kidal battle-for-kidal-approach army-enters-kidal csp-widens-campaign
wagner-flag-at-kidal gamou-named-governor
mnla-founded mnla-attacks-menaka aguelhok-killings tessalit-camp-falls coup-of-march-2012
rebels-take-kidal rebels-take-gao rebels-take-timbuktu azawad-declaration
ecowas-framework-agreement
fighting-at-ber russia-vetoes-sanctions tombouctou-boat-and-bamba-attacks
cma-declares-time-of-war attack-on-bourem attack-on-lere-camps attack-on-dioura-camp
attacks-on-bamba-and-taoussa army-column-leaves-gao ersane-killings army-takes-anefis
minusma-leaves-tessalit minusma-leaves-aguelhok minusma-leaves-kidal
""".split()
"""The address of every event that was published; others may join them, none may leave."""

HOST = "https://dateline.example"
UNKNOWN, KNOWN = f"{HOST}/", f"{HOST}/some/where/"


@pytest.fixture(scope="module")
def timeline():
    """What the content says."""
    with Faults() as faults:
        return schema.timeline(source.read(projects.ROOT / "content", faults), faults)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The folder of the built site; its address is not known."""
    return build(tmp_path_factory.mktemp("site"), "")


def build(folder: Path, base_url: str) -> Path:
    """Build the real site into a folder."""
    project = Project(root=projects.ROOT, output=folder, base_url=base_url or None)
    output.write(projects.build(project), folder)
    return folder


@pytest.fixture(scope="module")
def pages(site):
    """Every page of the site by path, taken apart."""
    return read(site)


def read(folder: Path) -> dict[str, Page]:
    """Every page of a site by path, taken apart."""
    return {
        path.relative_to(folder).as_posix(): Page(path.read_text("utf-8"))
        for path in sorted(folder.rglob("*.html"))
    }


# Links.


@pytest.mark.parametrize("base", [UNKNOWN, KNOWN], ids=["at the root", "in a folder"])
def test_every_link_and_every_anchor_leads_somewhere(base, tmp_path):
    """Also where the site is served from a folder: no link starts at the root of the host."""
    folder = build(tmp_path / "site", "" if base == UNKNOWN else base)
    found = read(folder)
    dead = []
    for name, page in found.items():
        for link in [*page.links, *page.fetched]:
            address, anchor = urldefrag(urljoin(base + name, link))
            if urlsplit(address).netloc != urlsplit(HOST).netloc:
                continue
            if not address.startswith(base):
                dead.append((name, link, "leaves the folder"))
                continue
            target = unquote(urlsplit(address).path.removeprefix(urlsplit(base).path))
            target += "index.html" if not target or target.endswith("/") else ""
            if not (folder / target).is_file():
                dead.append((name, link, "no such file"))
            elif anchor and unquote(anchor) not in found[target].ids:
                dead.append((name, link, "no such anchor"))

    assert dead == []


def test_the_same_pages_serve_at_the_root_and_in_a_folder(site, pages):
    """Every address on this site is relative, so that any folder of any host will do."""
    absolute = [
        (name, link)
        for name, page in pages.items()
        for link in [*page.links, *page.fetched]
        if link.startswith("/")
    ]

    assert absolute == []


def test_what_a_style_sheet_asks_for_is_there(site):
    """Its fonts and pictures are files of this site, as seen from where it is served."""
    sheets = list(site.rglob("*.css"))

    assert sheets
    for sheet in sheets:
        for address in addresses(sheet.read_text("utf-8")):
            assert address.startswith(("data:", "#")) or (sheet.parent / address).is_file(), address


def test_no_page_asks_another_host_for_anything(site, pages):
    """Only links that a reader may follow lead to other hosts."""
    asked = [
        (name, address)
        for name, page in pages.items()
        for address in page.fetched
        if urlsplit(address).scheme not in ("", "data") or address.startswith("//")
    ]
    sheets = "".join(sheet.read_text("utf-8") for sheet in site.rglob("*.css"))

    assert asked == []
    assert "@import" not in sheets
    assert [a for a in addresses(sheets) if "//" in a and not a.startswith("data:")] == []
    assert any(link.startswith("https://") for page in pages.values() for link in page.links)


# Structure.


def test_every_page_has_a_language_a_title_a_description_and_one_heading(pages):
    """In the head and in the main part of each, whatever kind of page it is."""
    for name, page in pages.items():
        (html,) = page.all("html")
        (title,) = (one for one in page.all("title") if "svg" not in one.within)
        (heading,) = page.all("h1")
        described = [m for m in page.all("meta") if m.attributes.get("name") == "description"]
        assert (html.attributes["lang"], html.attributes["dir"]) == ("en", "ltr"), name
        assert title.text, name
        assert heading.text, name
        assert [bool(meta.attributes["content"]) for meta in described] == [True], name


def test_titles_tell_pages_apart(pages):
    """Who has ten tabs open finds the right one; two sources may have the same title, though."""
    titles = [
        page.all("title")[0].text
        for name, page in pages.items()
        if not name.startswith("sources/") or name == "sources/index.html"
    ]

    assert sorted(titles) == sorted(set(titles))


def test_every_page_has_its_landmarks(pages):
    """One banner, one main part and one footer, and a way around with a name."""
    for name, page in pages.items():
        top = [one for one in page.elements if one.within == ("html", "body")]
        tags = [one.tag for one in top]
        assert [tags.count(tag) for tag in ("header", "main", "footer")] == [1, 1, 1], name
        assert page.all("nav"), name
        assert all(
            nav.attributes.get("aria-label") or nav.attributes.get("aria-labelledby")
            for nav in page.all("nav")
        ), name


def test_headings_leave_no_level_out(pages):
    """Who goes from heading to heading finds each below the one it belongs to."""
    for name, page in pages.items():
        levels = [int(one.tag[1]) for one in page.all("h1", "h2", "h3", "h4", "h5", "h6")]
        steps = [after - before for before, after in itertools.pairwise(levels)]
        assert max(steps, default=0) <= 1, name


def test_no_id_stands_twice_on_a_page(pages):
    """An anchor names one place."""
    doubles = {
        name: sorted({id for id in page.ids if page.ids.count(id) > 1})
        for name, page in pages.items()
    }

    assert {name: ids for name, ids in doubles.items() if ids} == {}


def test_no_link_is_empty(pages):
    """Each has words, its own or a label; each leads somewhere."""
    empty = [
        (name, link.attributes)
        for name, page in pages.items()
        for link in page.all("a")
        if not (link.text or link.attributes.get("aria-label")) or not link.attributes.get("href")
    ]

    assert empty == []


def test_labels_name_elements_that_are_there(pages):
    """What labels or describes an element by its id stands on the same page."""
    for name, page in pages.items():
        for element in page.elements:
            for attribute in ("aria-labelledby", "aria-describedby", "aria-controls", "for"):
                for id in element.attributes.get(attribute, "").split():
                    assert id in page.ids, (name, attribute, id)


@pytest.mark.slow
def test_every_page_is_valid_html(site, vnu):
    """The Nu HTML checker finds neither an error nor a warning."""
    checker = subprocess.run(
        ["java", "-Xss1m", "-jar", vnu, "--format", "json", "--skip-non-html", site],
        check=False,
        capture_output=True,
        encoding="utf-8",
    )
    found = json.loads(checker.stderr)["messages"]
    # It reads files, of which none is 'self', and takes JSON-LD for a script, which a browser does
    # not run (HTML, "prepare the script element"). Browsers are asked in test_promises.py.
    found = [fault for fault in found if "Content Security Policy" not in fault["message"]]

    assert sorted({f"{fault['type']}: {fault['message']}" for fault in found}) == []


# Completeness.


def test_no_published_event_has_disappeared(timeline, pages):
    """All 34 events have their page, at the address that others may have cited."""
    assert len(EVENTS) == 34
    assert set(EVENTS) <= set(timeline.events)
    assert {f"events/{id}/index.html" for id in EVENTS} <= set(pages)


def test_every_entry_of_the_content_has_its_page(timeline, pages):
    """Events, phases, actors, places, tags, sources and pages; and no page has no entry."""
    wanted = {"index.html", "404.html"}
    for kind in ("event", "phase", "actor", "place", "tag", "source"):
        entries = getattr(timeline, f"{kind}s")
        wanted |= {f"{kind}s/{id}/index.html" for id in entries}
        assert entries, kind
    wanted |= {f"{kind}s/index.html" for kind in ("actor", "place", "tag", "source")}
    wanted |= {f"{id}/index.html" for id in timeline.pages}
    wanted |= {
        f"events/{alias}/index.html"
        for event in timeline.events.values()
        for alias in event.aliases
    }

    assert set(pages) >= wanted


def linked_events(page: Page) -> list[str]:
    """The events that the headings of a page link to, in order."""
    return [
        link.attributes["href"].rstrip("/").rpartition("/")[2]
        for link in page.all("a")
        if "events/" in link.attributes.get("href", "")
        and {"h2", "h3", "h4"}.intersection(link.within)
        and "main" in link.within
    ]


def test_the_timeline_lists_every_event_in_order_of_time(timeline, pages):
    """By phase, and within a phase by date; each can be linked to as `/#its-id`."""
    in_order = [event.id for events in timeline.by_phase.values() for event in events]

    assert linked_events(pages["index.html"]) == in_order
    assert set(timeline.events) <= set(pages["index.html"].ids)


def test_every_phase_lists_its_events_in_order_of_time(timeline, pages):
    """All of its own, and no other."""
    for id, events in timeline.by_phase.items():
        listed = linked_events(pages[f"phases/{id}/index.html"])
        assert listed == [event.id for event in events]


def test_every_event_shows_its_title_its_text_and_its_sources(timeline, pages):
    """Each source that it cites is listed with a link to its page, and each has a date in words."""
    for event in timeline.events.values():
        page = pages[f"events/{event.id}/index.html"]
        (main,) = page.all("main")
        (heading,) = page.all("h1")
        sources = [link for link in page.links if "/sources/" in link]
        assert heading.text == event.title
        assert event.summary in main.text
        assert sources, event.id
        assert all(id in "".join(sources) for id in event.sources), event.id
        for dispute in event.disputed:
            assert dispute.point in main.text
            assert all(position.says in main.text for position in dispute.positions)


def test_every_actor_place_tag_and_source_lists_the_events_that_name_it(timeline, pages):
    """Each event is on the page of everything that it names."""
    for event in timeline.events.values():
        named = [f"{kind}s/{id}" for kind in ("actor", "place", "tag")
                 for id in getattr(event, f"{kind}s")]  # fmt: skip
        named += [f"sources/{id}" for id in event.sources]
        for entry in named:
            assert event.id in linked_events(pages[f"{entry}/index.html"]), entry


def weight(site: Path, name: str) -> int:
    """Return the bytes that a page and all that it needs take, compressed as hosts do it."""
    page = Page((site / name).read_text("utf-8"))
    needed = [
        *(
            one.attributes["href"]
            for one in page.all("link")
            if one.attributes["rel"] != "canonical"
        ),
        *(one.attributes["src"] for one in page.all("script") if "src" in one.attributes),
        *(one.attributes["src"] for one in page.all("img")),
    ]
    files = {(site / name).resolve(), *((site / name).parent / path for path in needed)}
    return sum(len(gzip.compress(path.read_bytes())) for path in files)


def test_pages_are_light(site, timeline):
    """Home takes less than 100 kB and an event less than 40 kB, all that they need included."""
    events = {id: weight(site, f"events/{id}/index.html") for id in timeline.events}

    assert weight(site, "index.html") < 100_000
    assert [id for id, size in events.items() if size >= 40_000] == []
