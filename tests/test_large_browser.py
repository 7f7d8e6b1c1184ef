"""A long timeline in a real browser: its filter asks for data; the years are there without."""

import subprocess

import projects
import pytest
import test_large_evidence
from playwright.sync_api import expect
from test_large import content

from dateline import output
from dateline.artifacts import Site
from dateline.project import Project

COUNT = 1400


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The folder of a large timeline's site, without the pages of its sources."""
    folder = content(tmp_path_factory.mktemp("large"), COUNT)
    project = Project(root=folder, output=folder / "site")
    made = projects.build(project)
    few = {
        path: artifact
        for path, artifact in made.files.items()
        if not path.startswith("sources/2") and not path.endswith((".ris", ".bib", ".json.ris"))
    }
    output.write(Site(few), project.output)
    return project.output


@pytest.fixture
def address(site, serve_folder):
    """Serve the site; return its address."""
    return serve_folder(site) + "/"


@pytest.fixture
def home(page, address):
    """Open the home page; return it with the filter ready."""
    page.goto(address)
    page.wait_for_selector("timeline-search[is-ready]")
    return page


def pick(page, facet, number=0):
    """Open a facet and tick one of its values; return that."""
    page.locator(f"timeline-search details[data-facet={facet}] summary").click()
    box = page.locator(f"details[data-facet={facet}] input").nth(number)
    box.check()
    return box.get_attribute("value")


def test_nothing_is_asked_for_before_something_is_picked(home):
    """The page is there with its years; its data wait."""
    asked = home.evaluate("performance.getEntriesByType('resource').map((one) => one.name)")

    assert not [name for name in asked if "/data/" in name]
    expect(home.get_by_role("heading", name="Years")).to_be_visible()
    expect(home.locator("timeline-search output")).to_have_text(f"{COUNT:,} events")


def test_an_actor_is_found_in_all_years(home):
    """The list takes the place of the years, the address holds the filter, the count is right."""
    actor = pick(home, "actor")

    output = home.locator("timeline-search output")
    expect(output).to_have_text(found_text(home, actor))
    expect(home.get_by_role("heading", name="Years")).to_be_hidden()
    assert home.url.endswith(f"/?actor={actor}")
    expect(home.locator(".filter-found li")).to_have_count(30)


def found_text(page, actor):
    """What the filter says of an actor: the number that stands beside it of all events."""
    item = page.locator("details[data-facet=actor] li", has=page.locator(f"input[value={actor}]"))
    count = item.locator(".filter-count").inner_text()
    return f"{count} of {COUNT:,} events"


def test_more_of_the_list_is_shown_when_asked_for(home):
    """The keyboard goes on at the first new one."""
    pick(home, "actor")
    home.get_by_role("button", name="Show more").click()

    expect(home.locator(".filter-found li")).to_have_count(60)
    expect(home.locator(".filter-found li").nth(30).get_by_role("link")).to_be_focused()


def test_dates_ask_only_for_the_years_that_they_touch(home):
    """What ended before or began after is not read."""
    home.locator("input[name=from]").fill("2015-06")
    home.locator("input[name=to]").fill("2015-07-15")
    home.wait_for_url("**/?*to=2015-07-15")
    expect(home.locator(".filter-found .event-date").first).to_contain_text("June 2015")
    asked = home.evaluate("performance.getEntriesByType('resource').map((one) => one.name)")

    assert {name.split("/data/events/")[1][:4] for name in asked if "/data/" in name} == {"2015"}
    expect(home.locator(".filter-found .event-date").last).to_contain_text("July 2015")


def test_words_are_found_in_titles_and_summaries(home):
    """Case does not matter; all words must be there."""
    home.get_by_label("Words in titles and summaries").fill("SIEGE lifted")
    home.wait_for_url("**/?q=*")

    expect(home.locator(".filter-found li").first).to_contain_text("Siege lifted")
    for title in home.locator(".filter-found .event-title").all_inner_texts():
        assert {"siege", "lifted"} <= set(title.lower().split())


def test_an_address_that_was_sent_shows_the_same_view_and_back_goes_back(home, address):
    """Also where the address names something that the filter does not offer."""
    home.goto(f"{address}?phase=y2013&tag=unheard-of")
    expect(home.get_by_role("button", name="Any tag:")).to_be_visible()
    home.get_by_role("button", name="Any tag:").click()
    expect(home.locator(".filter-found .event-date").first).to_contain_text("2013")
    home.go_back()

    expect(home.get_by_role("button", name="Any tag:")).to_be_visible()
    home.get_by_role("button", name="Show all").click()
    expect(home.get_by_role("heading", name="Years")).to_be_visible()


def test_data_that_cannot_be_read_are_told_and_the_years_stay(browser, site):
    """From a file a browser asks for nothing; the pages of the years are there all the same."""
    context = browser.new_context()
    page = context.new_page()
    page.goto((site / "index.html").as_uri())
    # Scripts that are modules do not run from files: the links to the years do.
    expect(page.get_by_role("heading", name="Years")).to_be_visible()
    context.close()


def test_a_host_without_the_data_is_told_of(home):
    """Nothing is shown as if it were all there is."""
    home.route("**/data/events/**", lambda route: route.abort())
    pick(home, "tag")

    expect(home.locator("[data-failed]")).to_be_visible()
    expect(home.locator(".filter-progress")).to_be_hidden()


def test_an_early_address_of_an_event_in_the_list_leads_to_it(home, address, site):
    """`/#id` was its address while the list was short."""
    id = next((site / "events").iterdir()).name
    home.goto("about:blank")
    home.goto(f"{address}#{id}")

    home.wait_for_url(f"**/events/{id}/")


def test_the_map_follows_the_filter(page, address):
    """Its counts come from the data."""
    page.goto(f"{address}map/")
    page.wait_for_selector("timeline-search[is-ready]")
    page.wait_for_selector("timeline-map[is-ready]")
    cells = page.locator("[data-count]")
    before = [int(text) for text in cells.all_inner_texts()]
    pick(page, "phase", 3)
    expect(page.locator("timeline-search output")).to_contain_text(" of ")
    after = [int(text) for text in cells.all_inner_texts()]
    page.get_by_role("button", name="Show all").click()

    assert 0 < sum(after) < sum(before)
    assert [int(text) for text in cells.all_inner_texts()] == before


def test_without_scripts_the_years_lead_to_every_event(browser, address):
    """Home, a year, a month, an event."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)
    page.get_by_role("navigation", name="Years").get_by_role("link", name="2013").click()
    page.get_by_role("navigation", name="Months").get_by_role("link").first.click()
    page.locator(".event-title a").first.click()

    assert page.url.startswith(f"{address}events/2013-01")
    context.close()


KINDS = (
    "", "?phase=y2013", "timeline/", "timeline/2013/", "timeline/2013-01/", "map/", "phases/y2013/",
    "sources/", "sources/letter/a/", "tags/aid/",
)  # fmt: skip
EVIDENCE = (
    "disputed/", "disputed/2003/", "disputed/2003-05/", "corrections/", "corrections/2014/",
    "corrections/2014-05/", "sources/report/", "sources/report/2004/", "sources/report/undated/",
    "events/flood-0000/", "events/flood-0000/2004/", "actors/union/", "map/",
)  # fmt: skip


@pytest.fixture(scope="module")
def evidence(tmp_path_factory):
    """The folder of a timeline with many disputes, corrections and citations: only some pages."""
    folder = test_large_evidence.content(tmp_path_factory.mktemp("evidence"), 600)
    project = Project(root=folder, output=folder / "site")
    made = projects.build(project)
    wanted = {f"{address}index.html" for address in EVIDENCE}
    few = {
        path: artifact
        for path, artifact in made.files.items()
        if path in wanted or not path.endswith(("index.html", ".ris", ".bib", ".json"))
    }
    output.write(Site(few), project.output)
    return project.output


@pytest.mark.parametrize("kind", EVIDENCE)
def test_pages_of_disputes_corrections_and_citations_are_accessible(
    browser, evidence, serve_folder, axe, kind
):
    """On a phone, in both colours."""
    look(browser, f"{serve_folder(evidence)}/{kind}", axe)


def test_pages_of_disputes_corrections_and_citations_are_valid(evidence, vnu):
    """By the Nu HTML checker."""
    assert faults([evidence / kind / "index.html" for kind in EVIDENCE], vnu) == ""


@pytest.mark.parametrize("kind", KINDS)
def test_every_new_kind_of_page_is_accessible_and_fits(browser, address, axe, kind):
    """On a phone, in both colours."""
    look(browser, address + kind, axe)


def look(browser, address, axe):
    """Open a page on a phone, in light and dark; fail if axe-core finds a fault, or it is wide."""
    for scheme in ("light", "dark"):
        context = browser.new_context(
            viewport={"width": 360, "height": 800},
            color_scheme=scheme,
            reduced_motion="reduce",
            bypass_csp=True,  # or the checker would not run
        )
        page = context.new_page()
        page.goto(address)
        page.wait_for_load_state("networkidle")
        page.add_script_tag(path=axe)
        found = page.evaluate("axe.run()")["violations"]
        assert [(one["id"], one["nodes"][0]["html"]) for one in found] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        context.close()


def test_every_new_kind_of_page_is_valid(site, vnu):
    """By the Nu HTML checker."""
    assert faults([site / kind.partition("?")[0] / "index.html" for kind in KINDS], vnu) == ""


def faults(files, vnu):
    """What the Nu HTML checker says of some files."""
    done = subprocess.run(
        ["java", "-jar", vnu, "--errors-only", *files], capture_output=True, text=True, check=False
    )
    return done.stderr
