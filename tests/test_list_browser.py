"""The list on the home page in a real browser, its colours, and all of it on paper."""

import shutil
import subprocess

import conftest
import projects
import pytest
from playwright.sync_api import expect

from dateline import output
from dateline.project import Project

FIRST, LAST = "mnla-founded", "gamou-named-governor"
MIDDLE = "army-enters-kidal"
PAPER = "getComputedStyle(document.body).backgroundColor"
LIGHT, DARK = "rgb(251, 248, 242)", "rgb(23, 24, 26)"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The folder of the built site."""
    folder = tmp_path_factory.mktemp("site")
    project = Project(root=projects.ROOT, output=folder, base_url="https://example.org/mali/")
    output.write(projects.build(project), folder)
    return folder


@pytest.fixture
def address(site, serve_folder):
    """The address of the site."""
    return serve_folder(site) + "/"


# Where one is.


@pytest.mark.parametrize("width", [320, 1280])
def test_the_heading_of_a_phase_stays_and_covers_no_event(browser, address, width):
    """The address of an event shows its date and title, below the heading of its phase."""
    page = browser.new_page(viewport={"width": width, "height": 700}, reduced_motion="reduce")
    page.goto(f"{address}#{MIDDLE}")

    heading = page.locator("#phase_fall-of-kidal .phase-header").bounding_box()
    date = page.locator(f"#{MIDDLE} .event-date").bounding_box()
    assert heading["y"] == pytest.approx(0, abs=1)
    assert heading["height"] < 80
    assert heading["height"] <= date["y"] < 140
    page.close()


def test_what_the_keyboard_reaches_is_not_under_the_heading(browser, address):
    """Going backwards brings a link into view below the heading (WCAG 2.4.11)."""
    page = browser.new_page(viewport={"width": 1280, "height": 500}, reduced_motion="reduce")
    page.goto(f"{address}#{MIDDLE}")
    page.locator(f"#{MIDDLE} .event-title a").focus()
    for _ in range(12):
        page.keyboard.press("Shift+Tab")
        covered = page.evaluate("""() => {
            const box = document.activeElement.getBoundingClientRect();
            const top = document.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
            const heading = top?.closest(".phase-header");
            return heading && !heading.contains(document.activeElement);
        }""")
        assert not covered
    page.close()


def test_a_low_window_is_left_to_the_events(browser, address):
    """At 200% of a small screen the heading goes with its events."""
    page = browser.new_page(viewport={"width": 640, "height": 300}, reduced_motion="reduce")
    page.goto(f"{address}#{MIDDLE}")

    assert page.locator("#phase_fall-of-kidal .phase-header").bounding_box()["y"] < -50
    page.close()


def test_a_link_to_a_phase_leads_to_its_beginning(browser, address):
    """Also back to a phase whose heading is above the window."""
    page = browser.new_page(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    page.goto(f"{address}#{LAST}")
    page.evaluate("location.hash = 'phase_agreement-2015'")

    expect(page.locator("#phase_agreement-2015 .phase-summary")).to_be_in_viewport()
    page.close()


def test_years_lead_to_their_first_event_and_the_present_one_is_marked(browser, address):
    """The rail stays in sight beside the list."""
    page = browser.new_page(viewport={"width": 1280, "height": 800}, reduced_motion="reduce")
    page.goto(address)
    rail = page.get_by_role("navigation", name="Years")
    rail.get_by_role("link", name="2023").click()

    expect(page.locator("article:target .event-date")).to_contain_text("2023")
    expect(rail).to_be_in_viewport()
    expect(rail.locator("[aria-current]")).to_have_text("2023")
    page.evaluate("location.hash = 'mnla-founded'")
    expect(rail.locator("[aria-current]")).to_have_text("2011")
    page.close()


def test_years_follow_the_filter(page, address):
    """A year that has no event left is left out; the others lead to what is left."""
    page.goto(f"{address}?phase=fall-of-kidal")
    rail = page.get_by_role("navigation", name="Years")

    expect(rail.get_by_role("link")).to_have_text(["2023"])
    rail.get_by_role("link", name="2023").click()
    expect(page.locator("#phase_fall-of-kidal article").first).to_be_in_viewport()


# The address of an event.


def test_the_address_of_an_event_is_copied_and_that_is_said(browser, address):
    """It is absolute and keeps the filter; the keyboard does it too."""
    context = browser.new_context(
        permissions=["clipboard-read", "clipboard-write"], reduced_motion="reduce"
    )
    page = context.new_page()
    page.goto(f"{address}?phase=fall-of-kidal")
    before = page.evaluate("scrollY")
    link = page.locator(f"#{MIDDLE} copy-link a")
    link.focus()
    expect(link).to_have_css("opacity", "1")
    focused = page.evaluate("scrollY")
    page.keyboard.press("Enter")

    expect(page.locator(f"#{MIDDLE} [role=status]")).to_have_text("Address copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.url == f"{address}?phase=fall-of-kidal#{MIDDLE}"
    assert page.evaluate("scrollY") == focused >= before
    expect(page.locator(f"#{MIDDLE} [role=status]")).to_have_text("")
    context.close()


@pytest.mark.parametrize("scripts", [True, False], ids=["not allowed to copy", "without scripts"])
def test_where_nothing_can_be_copied_the_link_is_followed(browser, address, scripts):
    """The address bar then has it."""
    context = browser.new_context(java_script_enabled=scripts)
    page = context.new_page()
    page.add_init_script("delete Navigator.prototype.clipboard")
    page.goto(address)
    name = page.locator(f"#{MIDDLE} .event-title").inner_text()
    page.get_by_role("link", name=f"Link to “{name}” in this list").click()

    assert page.url == f"{address}#{MIDDLE}"
    context.close()


def test_a_touch_screen_always_shows_the_links(browser, address):
    """Nothing there can hover; each link is large enough for a finger."""
    context = browser.new_context(
        viewport={"width": 360, "height": 700}, has_touch=True, is_mobile=True
    )
    page = context.new_page()
    page.goto(address)
    link = page.locator(f"#{FIRST} copy-link a")

    expect(link).to_have_css("opacity", "1")
    assert min(link.bounding_box()["width"], link.bounding_box()["height"]) >= 24
    context.close()


# Colours.


def test_a_reader_chooses_light_or_dark_once(browser, address):
    """The choice holds on other pages from their first paint, and 'auto' undoes it."""
    context = browser.new_context(color_scheme="light")
    page = context.new_page()
    page.goto(address)
    assert page.evaluate(PAPER) == LIGHT

    page.get_by_label("Colours").select_option("dark")
    assert page.evaluate(PAPER) == DARK
    page.add_init_script(
        "addEventListener('DOMContentLoaded', "
        "() => { window.theme = document.documentElement.dataset.theme })"
    )
    page.route("**/*.js", lambda route: route.abort())
    page.goto(f"{address}events/{MIDDLE}/")
    assert page.evaluate("window.theme") == "dark"
    assert page.evaluate(PAPER) == DARK

    page.unroute("**/*.js")
    page.goto(address)
    expect(page.get_by_label("Colours")).to_have_value("dark")
    page.get_by_label("Colours").select_option("auto")
    page.goto(f"{address}actors/")
    assert page.evaluate(PAPER) == LIGHT
    context.close()


def test_light_can_be_chosen_where_the_device_is_dark(browser, address):
    """Form fields and scroll bars follow."""
    context = browser.new_context(color_scheme="dark")
    page = context.new_page()
    page.goto(address)
    assert page.evaluate(PAPER) == DARK
    page.get_by_label("Colours").select_option("light")

    assert page.evaluate(PAPER) == LIGHT
    assert page.evaluate("getComputedStyle(document.documentElement).colorScheme") == "light"
    context.close()


def test_without_scripts_there_is_no_switch(browser, address):
    """What cannot work is not shown."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)

    expect(page.locator("theme-switch")).to_be_hidden()
    context.close()


def test_the_script_in_the_page_is_the_same_everywhere(site):
    """A host's policy allows it by one hash."""
    found = {
        path.read_text("utf-8").partition("<script>")[2].partition("</script>")[0]
        for path in [site / "index.html", site / "404.html", site / f"events/{MIDDLE}/index.html"]
    }

    assert len(found) == 1
    assert "dateline-theme" in found.pop()


@pytest.mark.parametrize("path", ["", "phases/fall-of-kidal/", f"events/{MIDDLE}/"])
def test_forced_colours_leave_the_list_readable(browser, address, path):
    """What the reader set is used; nothing is wider than the smallest window."""
    context = browser.new_context(forced_colors="active", viewport={"width": 320, "height": 700})
    page = context.new_page()
    page.goto(address + path)

    assert page.evaluate("document.documentElement.scrollWidth") == 320
    axis = "getComputedStyle(document.querySelector('.event-card'), '::before')"
    assert page.evaluate(f"{axis}.borderInlineStartWidth") == "2px"
    context.close()


# Paper.


@pytest.fixture(scope="module")
def printed(browser, site, tmp_path_factory):
    """Return a function: the text of a page of the site, printed on A4."""
    if shutil.which("pdftotext") is None:
        conftest.missing("pdftotext", "install poppler-utils")

    def text(path: str) -> str:
        pdf = tmp_path_factory.mktemp("print") / "page.pdf"
        page = browser.new_page(color_scheme="dark")
        page.goto((site / path / "index.html").as_uri())
        page.pdf(path=pdf, format="A4")
        page.close()
        done = subprocess.run(
            ["pdftotext", "-layout", pdf, "-"], capture_output=True, text=True, check=True
        )
        return " ".join(done.stdout.split())

    return text


def test_home_is_printed_whole(printed):
    """From the first event to the last, each with its date and its address."""
    text = printed("")

    for words in ("October 2011", "MNLA founded", "22 November 2023", "named governor of Kidal"):
        assert words in text
    for id in (FIRST, LAST):
        assert f"https://example.org/mali/events/{id}/" in text
    for words in (
        "Skip to the content",
        "Filter",
        "Colours",
        "As on this device",
        "year-month-day",
    ):
        assert words not in text


def test_a_phase_is_printed_whole(printed):
    """Its narrative, its first and last event, its own address."""
    text = printed("phases/fall-of-kidal")

    assert "Address of this page: https://example.org/mali/phases/fall-of-kidal/" in text
    for words in ("7–22 November 2023", "The approach", "Air strikes on Kidal", "named governor"):
        assert words in text


def test_an_event_is_printed_whole(printed):
    """Its date, what is disputed, and the addresses of its sources."""
    text = printed(f"events/{MIDDLE}")

    assert f"Address of this page: https://example.org/mali/events/{MIDDLE}/" in text
    for words in ("14 November 2023", "What is disputed", "Sources", "https://"):
        assert words in text


@pytest.mark.parametrize("path", ["", "phases/fall-of-kidal/", f"events/{MIDDLE}/"])
def test_nothing_is_cut_off_on_paper(browser, address, path):
    """At the width of a page no text is wider than it, and paper is white whatever was chosen."""
    context = browser.new_context(viewport={"width": 670, "height": 950}, color_scheme="dark")
    page = context.new_page()
    page.add_init_script("localStorage.setItem('dateline-theme', 'dark')")
    page.goto(address + path)
    page.emulate_media(media="print", color_scheme="dark")

    assert page.evaluate("document.documentElement.scrollWidth") <= 670
    assert page.evaluate(PAPER) == "rgb(255, 255, 255)"
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(31, 29, 26)"
    context.close()


def test_what_belongs_together_is_not_torn_apart_by_the_end_of_a_sheet(browser, address):
    """No line of a heading, a correction and its date, what is said of a dispute and its table."""
    page = browser.new_page()
    page.emulate_media(media="print")
    page.goto(f"{address}corrections/")
    written = '<ol class="corrections-list"><li><p>1 May</p><p>It was two.</p></li></ol>'
    page.evaluate("it => { document.querySelector('.corrections').innerHTML += it }", written)
    correction = page.locator(".corrections-list > li")
    page_of_disputes = browser.new_page()
    page_of_disputes.emulate_media(media="print")
    page_of_disputes.goto(f"{address}disputed/")
    said = page_of_disputes.locator(".disputed-event div > p")

    assert correction.evaluate("it => getComputedStyle(it).breakInside") == "avoid"
    breaks = said.evaluate_all("all => all.map(it => getComputedStyle(it).breakAfter)")
    assert set(breaks) == {"avoid"}
    headings = page_of_disputes.locator("h1, h2, h3")
    inside = headings.evaluate_all("all => all.map(it => getComputedStyle(it).breakInside)")
    assert set(inside) == {"avoid"}
    page.close()
    page_of_disputes.close()


@pytest.mark.parametrize(("motion", "fades"), [("no-preference", True), ("reduce", False)])
def test_pages_fade_into_each_other_where_motion_is_welcome(browser, address, motion, fades):
    """The browser does it; a reader who asked for less motion sees none."""
    context = browser.new_context(reduced_motion=motion)
    page = context.new_page()
    page.add_init_script(
        "addEventListener('pagereveal', event => { window.faded = !!event.viewTransition })"
    )
    page.goto(address)
    # What was never painted cannot fade.
    page.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
    page.get_by_role("navigation").first.get_by_role("link", name="Sources").click()
    page.wait_for_url("**/sources/")
    page.wait_for_function("() => 'faded' in window")

    assert page.evaluate("window.faded") is fades
    context.close()
