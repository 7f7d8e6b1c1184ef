"""The filter on the home page, in a real browser, as a reader uses it."""

import re

import projects
import pytest

from dateline import output
from dateline.project import Project

SITE = """
-- content/site.yaml --
title: Harbour
-- content/phases/building.md --
---
title: Building
dates: 1900/1901
---
-- content/phases/storms.md --
---
title: Storms
dates: 1910/1911
---
-- content/actors.yaml --
council: {name: The council, kind: organisation}
dyers: {name: The dyers, kind: organisation}
-- content/places.yaml --
quay: {name: Quay, kind: site}
-- content/events/building.yaml --
- {id: plan, date: 1900-03, title: The plan is drawn, actors: [council]}
- id: quay-stands
  date: 1901-05-02
  title: The quay stands
  actors: [council, dyers]
  places: [quay]
-- content/events/storms.yaml --
- {id: first-storm, date: 1910-11-03, title: The first storm, places: [quay]}
- {id: inquiry, date: 1911~, title: An inquiry opens, actors: [dyers], status: reported}
"""


def built(folder, site):
    """Build a small site; return the folder of its files."""
    project = Project(root=projects.write(folder, site), output=folder / "site")
    output.write(projects.build(project), project.output)
    return project.output


@pytest.fixture
def address(tmp_path, serve_folder):
    """Serve the small site; return its address."""
    return serve_folder(built(tmp_path, SITE))


@pytest.fixture
def home(page, address):
    """Open the home page; return it with the filter ready."""
    page.goto(f"{address}/")
    page.wait_for_selector("timeline-filter[is-ready]")
    return page


def shown(page):
    """Return the ids of the events that a reader sees in the list."""
    articles = page.query_selector_all("#timeline article")
    return [article.get_attribute("id") for article in articles if article.is_visible()]


def pick(page, facet, words):
    """Open a facet and tick one of its values."""
    page.locator(f"timeline-filter summary:has-text('{facet}')").click()
    page.get_by_label(words, exact=True).check()


def test_all_events_are_shown_before_anything_is_picked(home):
    """The filter says how many there are and leaves the list alone."""
    assert shown(home) == ["plan", "quay-stands", "first-storm", "inquiry"]
    assert home.inner_text("timeline-filter output") == "4 events"


def test_an_actor_narrows_the_list_the_count_and_the_address(home):
    """What has no matching event left, a phase included, goes too."""
    pick(home, "Actors", "The council")

    assert shown(home) == ["plan", "quay-stands"]
    assert home.inner_text("timeline-filter output") == "2 of 4 events"
    assert home.url.endswith("/?actor=council")
    assert not home.locator("#phase_storms").is_visible()


def test_facets_combine_and_values_of_one_facet_are_alternatives(home):
    """Either actor will do, but the place must be there as well."""
    pick(home, "Actors", "The council")
    home.get_by_label("The dyers", exact=True).check()
    both = shown(home)
    pick(home, "Places", "Quay")

    assert both == ["plan", "quay-stands", "inquiry"]
    assert shown(home) == ["quay-stands"]


def test_dates_keep_what_may_lie_between_them(home):
    """A date known to the month or year is kept if any of its days is within."""
    home.locator("input[name=from]").fill("1900-03-31")
    home.locator("input[name=to]").fill("1910")
    home.wait_for_url("**/?*to=1910")

    assert shown(home) == ["plan", "quay-stands", "first-storm"]


def test_words_are_found_without_regard_to_case_and_accents(home):
    """`ÍNQUIRY` finds the inquiry."""
    home.locator("input[name=q]").fill("ÍNQUIRY")
    home.wait_for_url("**/?q=*")

    assert shown(home) == ["inquiry"]


def test_an_address_that_was_sent_shows_the_same_view(home):
    """The state is all in the address."""
    home.goto(home.url + "?actor=dyers&from=1911")
    home.wait_for_selector("timeline-filter[is-ready]")

    assert shown(home) == ["inquiry"]
    assert home.locator("input[name=from]").input_value() == "1911"


def test_back_goes_back_to_the_view_before(home):
    """Each pick is a step of its own."""
    pick(home, "Actors", "The council")
    home.get_by_label("The dyers", exact=True).check()
    home.go_back()

    assert shown(home) == ["plan", "quay-stands"]
    assert not home.get_by_label("The dyers", exact=True).is_checked()


def test_where_nothing_matches_it_says_what_to_leave_out(home):
    """Each condition is offered with the number of events that it hides."""
    pick(home, "Actors", "The council")
    home.locator("input[name=from]").fill("1905")
    home.get_by_role("button", name="Any actor: 2").click()

    assert shown(home) == ["first-storm", "inquiry"]


def test_the_marks_of_the_drawing_follow_the_list(home):
    """Marks of events that are left out stand back; the others do not."""
    pick(home, "Places", "Quay")

    assert home.locator("svg:visible a[href='#plan'][data-left-out]").count() == 1
    assert home.locator("svg:visible a[href='#first-storm'][data-left-out]").count() == 0


def test_the_bars_of_the_drawing_follow_the_list(page, tmp_path, serve_folder):
    """A bar is as high as the share of its events that is shown."""
    dates = [f"{year}-0{month}" for year in (1900, 1901) for month in range(1, 6)]
    events = [
        f"- {{id: e{date}, date: {date}, title: {'Ebb' if date > '1901-02' else 'Flood'}}}"
        for date in dates
    ]
    site = (
        f"-- content/site.yaml --\ntitle: Tides\n-- content/events.yaml --\n{chr(10).join(events)}"
    )
    page.goto(f"{serve_folder(built(tmp_path, site))}/")
    bars = page.locator("svg:visible a.bin rect")
    before = [float(bar.get_attribute("height")) for bar in bars.all()]
    page.locator("input[name=q]").fill("ebb")
    page.wait_for_url("**/?q=ebb")
    after = [float(bar.get_attribute("height")) for bar in bars.all()]

    assert after[0] == 0 < before[0]
    assert after[-1] == before[-1]


def test_the_filter_works_by_keyboard_alone(home):
    """Enter opens a facet, space ticks, Escape closes and gives the focus back."""
    home.locator("timeline-filter summary:has-text('Actors')").focus()
    home.keyboard.press("Enter")
    home.keyboard.press("Tab")
    home.keyboard.press("Space")
    home.keyboard.press("Escape")

    focused = home.evaluate("document.activeElement.textContent")
    assert re.match(r"Actors \(1\)", focused)
    assert len(shown(home)) < 4


def test_without_scripts_the_facets_are_links_to_pages(browser, address):
    """Every value leads to its own page, and no dead control is shown."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/")
    page.locator("timeline-filter summary:has-text('Actors')").click()
    page.get_by_role("link", name="The council").first.click()

    assert page.url == f"{address}/actors/council/"
    assert page.locator("timeline-filter input").count() == 0
    context.close()
