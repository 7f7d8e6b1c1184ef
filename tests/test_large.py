"""A timeline of more events than fit in one list: its pages, their weight, their addresses."""

import json
import re

import projects
import pytest
from html_pages import Page

from bench import corpus
from dateline import output, problems
from dateline.project import Project

LIMIT = 100
BASE = "https://example.org/"
EVENTS = 2000


def content(folder, count, limit=LIMIT):
    """Write the synthetic timeline of the benchmarks; a few of its events are major."""
    corpus.dateline(corpus.events(count), folder / "content")
    settings = folder / "content/site.yaml"
    settings.write_text(f"{settings.read_text()}list_limit: {limit}\n")
    for path in sorted((folder / "content/events").glob("*.yaml")):
        text, n = path.read_text(), 0
        entries = text.split("- id: ")
        for n in range(1, len(entries), 40):
            entries[n] = entries[n].replace("  status:", "  importance: major\n  status:", 1)
        path.write_text("- id: ".join(entries))
    places = folder / "content/places.yaml"
    places.write_text(places.read_text().replace("kind: town", "kind: town\n  lat: 17\n  lon: -3"))
    return folder


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A large timeline."""
    folder = content(tmp_path_factory.mktemp("large"), EVENTS)
    return Project(root=folder, output=folder / "site")


@pytest.fixture(scope="module")
def site(project):
    """Its pages and files, before they are made."""
    return projects.build(project)


def page(site, address):
    """A page of a site, taken apart."""
    return Page(site.files[f"{address}index.html"].make().decode())


def ids(page):
    """The ids of the events that a page lists."""
    return [one.attributes["id"] for one in page.all("article") if "id" in one.attributes]


def test_no_page_of_a_list_is_heavy(site):
    """Whatever gathers events has less than 200 kB of HTML."""
    gathering = re.compile(
        r"index\.html|timeline/.*|map/.*|(actors|places|tags|sources)/(letter/.*|index\.html)"
        r"|(actors|places|tags|phases)/[^/]+/index\.html"
    )
    sizes = {
        path: len(artifact.make())
        for path, artifact in site.files.items()
        if path.endswith(".html") and gathering.fullmatch(path)
    }

    assert len(sizes) > 300
    assert {path: size for path, size in sizes.items() if size > 200_000} == {}


def test_home_leads_to_every_year_and_phase_with_its_number_of_events(site):
    """The numbers of the years are all events."""
    home = page(site, "")
    years = [link for link in home.links if link.startswith("./timeline/")]
    counts = [
        one.text for one in home.all("span") if "tally-count" in one.attributes.get("class", "")
    ]

    assert f"{EVENTS:,} events, 2012–2024" in home.all("main")[0].text
    assert {link for link in years if "#" not in link} == {
        f"./timeline/{year}/" for year in range(2012, 2025)
    }
    assert sum(int(count.removesuffix(" events").replace(",", "")) for count in counts) == EVENTS
    assert "./phases/y2012/" in home.links
    assert 0 < len(home.all("article")) <= 30


def test_every_event_stands_on_one_page_of_the_list_in_order(site, project):
    """The pages of months together are the timeline; an address in the list leads to its event."""
    listed = [
        id
        for path in sorted(site.files)
        if re.fullmatch(r"timeline/\d{4}-\d\d/index.html", path)
        for id in ids(page(site, path.removesuffix("index.html")))
    ]

    assert sorted(listed) == listed
    assert len(set(listed)) == len(listed) == EVENTS
    drawn = [link for link in page(site, "").links if link.startswith("timeline/")]
    assert drawn
    for link in drawn:
        address, _, id = link.partition("#")
        assert id in ids(page(site, address)), link


def test_pages_of_a_list_lead_up_and_on(site):
    """A month names its year, and the months before and after it."""
    links = page(site, "timeline/2013-01/").links

    assert {"../../", "../../timeline/2013/", "../../timeline/2012-12/"} <= set(links)
    assert "../../timeline/2013-02/" in links
    assert "../../timeline/2014/" in page(site, "timeline/2013/").links


def test_the_page_of_a_busy_actor_leads_to_its_years(site):
    """They list the actor's events, without the anchors that belong to the timeline's."""
    address = next(
        path.removesuffix("2014/index.html")
        for path in site.files
        if re.fullmatch(r"actors/[^/]+/2014/index.html", path)
    )
    actor, year = page(site, address), page(site, f"{address}2014/")

    assert f"../../{address}2014/" in actor.links
    assert 0 < len(year.all("article")) <= 80
    assert ids(year) == []
    assert f"../../../{address}" in year.links


def test_a_long_index_is_split_by_letter(site):
    """Every source is on one page of a letter; the index leads to the letters."""
    index = page(site, "sources/")
    letters = [link for link in index.links if "/letter/" in link]
    listed = [
        link
        for path in site.files
        if path.startswith("sources/letter/")
        for link in page(site, path.removesuffix("index.html")).links
        if re.search(r"sources/\d{4}-[^/]*/$", link)
    ]

    sources = sum(
        re.fullmatch(r"sources/[^/]+/index.html", path) is not None for path in site.files
    )
    assert len(letters) > 15
    assert len(listed) == len({link.split("sources/")[1] for link in listed}) == sources
    assert not [link for link in page(site, "tags/").links if "/letter/" in link]


def test_the_data_of_the_filter_say_what_the_pages_say(site):
    """A year's index holds its facets as steps, its words what a list shows."""
    index = json.loads(site.files["data/events/2012.json"].make())
    words = json.loads(site.files["data/events/2012-words-1.json"].make())
    place = max(index["facets"]["place"], key=lambda id: len(index["facets"]["place"][id]))
    numbers, at = [], 0
    for step in index["facets"]["place"][place]:
        at += step
        numbers.append(at)

    links = page(site, f"events/{words['id'][numbers[0]]}/").links
    assert f"../../places/{place}/" in links
    assert len(index["first"]) == len(words["title"])
    assert str(index["first"][0]) == words["id"][0][:10].replace("-", "")


def test_data_are_made_anew_only_where_events_changed(project, site, tmp_path):
    """An edit of a title changes the words of its block alone."""
    folder = content(tmp_path, EVENTS)
    path = folder / "content/events/y2012.yaml"
    path.write_text(
        path.read_text().replace("title: ", "title: Anew, ", 1).replace('Anew, "', '"Anew, ')
    )
    again = projects.build(Project(root=folder, output=folder / "site"))
    changed = [
        name
        for name in site.files
        if name.startswith("data/events/") and site.files[name].key != again.files[name].key
    ]

    assert changed == ["data/events/2012-words-1.json"]


def test_a_small_timeline_has_none_of_this(tmp_path):
    """Up to the limit there is one list, and no data for a filter."""
    folder = content(tmp_path, 60)
    site = projects.build(Project(root=folder, output=folder / "site"))

    assert not [path for path in site.files if path.startswith(("timeline/", "data/"))]
    assert len(ids(page(site, ""))) == 60


def test_what_was_published_stays_when_the_timeline_shrinks(tmp_path):
    """The pages of years and months are still there, also those without events."""
    folder = content(tmp_path, 1300)
    before = projects.build(Project(root=folder, output=folder / "site"))
    lists = {address for address in before.addresses if re.search(r"/2012(-\d\d)*/$", address)}
    lasting = sorted(before.addresses - {a for a in before.addresses if "/2" in a} | lists)
    small = tmp_path / "small"
    content(small, 60)
    (small / "content/permalinks.lock").write_text("".join(f"/{one}\n" for one in lasting))
    for kind in ("actors", "places", "tags"):  # they stay, whatever becomes of their events
        (small / f"content/{kind}.yaml").write_text((folder / f"content/{kind}.yaml").read_text())
    after = projects.build(Project(root=small, output=small / "site"))

    assert len(lists) > 20
    assert lists - after.addresses == set()
    assert len(ids(page(after, ""))) == 60
    assert ids(page(after, "timeline/2012-01/")) == [
        id for id in ids(page(after, "")) if id.startswith("2012-01")
    ]


MOVED = """
-- content/site.yaml --
title: Floods
-- content/actors.yaml --
crew: {name: Crew, kind: organisation, aliases: [team]}
-- content/events.yaml --
- {id: flood, date: 1953-02-01, title: The flood, actors: [crew]}
-- content/retracted.yaml --
tags/storm/: {title: Storm, reason: It was none.}
-- content/permalinks.lock --
/actors/crew/
/actors/crew/1953/
/actors/team/
/actors/team/1953-02/
/actors/team/1953/
/tags/storm/
/tags/storm/1953/
"""


def test_the_pages_of_lists_move_with_their_entry(tmp_path):
    """A page that is there no more leads to the entry; what is retracted to its reason."""
    folder = projects.write(tmp_path, MOVED)
    site = projects.build(Project(root=folder, output=folder / "site"))

    assert site.files["_redirects"].make().decode().splitlines() == [
        "/actors/team/ /actors/crew/ 301",
        "/actors/team/1953-02/ /actors/crew/ 301",
        "/actors/team/1953/ /actors/crew/1953/ 301",
        "/tags/storm/1953/ /tags/storm/ 301",
    ]
    assert "../../../actors/crew/1953/" in page(site, "actors/team/1953/").links


def test_an_entry_that_is_gone_is_one_fault_with_all_of_its_lists(tmp_path):
    """Who removes an actor hears of it once."""
    folder = projects.write(
        tmp_path, MOVED.replace("crew: {", "crowd: {").replace("[crew]", "[crowd]")
    )

    with pytest.raises(problems.Problems) as caught:
        projects.build(Project(root=folder, output=folder / "site"))
    assert [problem.line for problem in caught.value.problems] == [1]


def test_incremental_equals_clean_when_a_timeline_becomes_large(tmp_path):
    """One more event than the limit turns the list into pages, and nothing old is left."""
    folder = content(tmp_path, 31, limit=31)
    once = Project(root=folder, output=tmp_path / "once")
    output.write(projects.build(once), once.output)
    settings = folder / "content/site.yaml"
    settings.write_text(settings.read_text().replace("list_limit: 31", "list_limit: 30"))
    output.write(projects.build(once), once.output)
    clean = Project(root=folder, output=tmp_path / "clean")
    output.write(projects.build(clean), clean.output)

    one, two = projects.files(once.output), projects.files(clean.output)
    del one[output.RECORD], two[output.RECORD]
    assert one == two
    assert "timeline/2012/index.html" in one
