"""The real site in a real browser: readable, usable and quiet, with and without JavaScript."""

import re

import projects
import pytest
from playwright.sync_api import expect

from dateline import output
from dateline.project import Project

KINDS = {
    "timeline": "",
    "phase": "phases/independence-push/",
    "event": "events/army-enters-kidal/",
    "actors": "actors/",
    "actor": "actors/mnla/",
    "place": "places/kidal/",
    "map": "map/",
    "corrections": "corrections/",
    "tags": "tags/",
    "tag": "tags/attack/",
    "disputed": "disputed/",
    "sources": "sources/",
    "source": "sources/ap-2012-01-17/",
    "page": "method/",
    "missing": "404.html",
}
"""One page of each kind."""


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The folder of the built site."""
    folder = tmp_path_factory.mktemp("site")
    project = Project(root=projects.ROOT, output=folder)
    output.write(projects.build(project), folder)
    return folder


@pytest.fixture
def address(site, serve_folder):
    """The address of the site, in a folder of its host."""
    return f"{serve_folder(site.parent)}/{site.name}/"


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_reader_can_follow_the_evidence_and_come_back(browser, address, scripts):
    """From the timeline to an event, from a citation to its source, to the source's page and back.

    With JavaScript or without; nothing is asked of another host, and nothing is missing.
    """
    context = browser.new_context(java_script_enabled=scripts)
    asked: list[str] = []
    missing: list[str] = []
    errors: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    context.on("response", lambda reply: missing.append(reply.url) if reply.status >= 400 else None)
    page = context.new_page()
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda line: errors.append(line.text) if line.type == "error" else None)

    page.goto(address)
    page.locator("main :is(h2, h3) a[href$='events/army-enters-kidal/']").click()
    assert page.url == f"{address}events/army-enters-kidal/"

    citation = page.locator("main a[href^='#source-']").first
    id = citation.get_attribute("href").removeprefix("#source-")
    citation.click()
    assert page.url.endswith(f"#source-{id}")
    page.locator(f"main #source-{id} a[href*='sources/{id}/']").first.click()
    assert page.url == f"{address}sources/{id}/"

    page.locator("main a[href$='events/army-enters-kidal/']").first.click()
    assert page.url == f"{address}events/army-enters-kidal/"
    for _ in range(4):
        page.go_back()
    assert page.url == address

    page.get_by_role("navigation").first.get_by_role("link", name="Sources").click()
    assert page.get_by_role("heading", level=1).inner_text() == "Sources"
    context.close()
    assert [url for url in asked if not url.startswith((address, "data:"))] == []
    assert [url for url in missing if not url.endswith("favicon.ico")] == []
    assert [text for text in errors if "favicon" not in text] == []


def test_a_keyboard_reaches_the_content_first(page, address):
    """The first stop is a link that skips what stands above the content, and it works."""
    page.goto(address)
    page.keyboard.press("Tab")
    focused = page.evaluate("document.activeElement.getAttribute('href')")
    assert focused == "#main"

    page.keyboard.press("Enter")
    assert page.url.endswith("#main")


def test_an_event_can_be_linked_to_in_the_timeline(page, address):
    """`/#its-id` shows that event, not the top of the page; the top is shown without it."""
    page.goto(f"{address}#army-enters-kidal")
    expect(page.locator("#army-enters-kidal")).to_be_in_viewport()
    assert page.evaluate("scrollY") > 0

    page.goto("about:blank")
    page.goto(address)
    assert page.evaluate("scrollY") == 0


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_no_page_is_wider_than_the_window(browser, address, width):
    """One page of each kind can be read without scrolling sideways."""
    context = browser.new_context(viewport={"width": width, "height": 800})
    page = context.new_page()
    wide = []
    for kind, path in KINDS.items():
        page.goto(address + path)
        if page.evaluate("document.documentElement.scrollWidth") > width:
            wide.append(kind)
    context.close()

    assert wide == []


@pytest.mark.slow
def test_no_page_at_all_is_wider_than_the_smallest_window(browser, site):
    """Every page of the site, at the width of the smallest telephones, scripts off."""
    context = browser.new_context(viewport={"width": 320, "height": 800}, java_script_enabled=False)
    page = context.new_page()
    wide = []
    for path in sorted(site.rglob("*.html")):
        page.goto(path.as_uri())
        if page.evaluate("document.documentElement.scrollWidth") > 320:
            wide.append(path.relative_to(site).as_posix())
    context.close()

    assert wide == []


@pytest.mark.slow
@pytest.mark.parametrize("colours", ["light", "dark"])
@pytest.mark.parametrize("width", [360, 1280])
def test_axe_finds_nothing_on_one_page_of_each_kind(browser, axe, address, width, colours):
    """Names, contrasts, landmarks, order: what a checker can know of accessibility."""
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme=colours,
        reduced_motion="reduce",
        bypass_csp=True,  # or the checker would not run
    )
    page = context.new_page()
    found = {}
    for kind, path in KINDS.items():
        page.goto(address + path)
        page.add_script_tag(path=axe)
        for fault in page.evaluate("axe.run()")["violations"]:
            places = [" ".join(map(str, node["target"])) for node in fault["nodes"]]
            found[f"{kind}: {fault['id']}"] = f"{len(places)} times, as at {places[0]}"
    context.close()

    assert found == {}


def test_colours_follow_the_readers_setting(browser, address):
    """The page is dark where dark is asked for, and light elsewhere."""
    script = """colours => {
        const canvas = document.createElement("canvas").getContext("2d");
        for (const colour of colours) {
            canvas.fillStyle = colour;
            canvas.fillRect(0, 0, 1, 1);
        }
        return [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3);
    }"""
    behind = (
        "[document.documentElement, document.body].map(it => getComputedStyle(it).backgroundColor)"
    )
    brightness = {}
    for colours in ("dark", "light"):
        page = browser.new_page(color_scheme=colours)
        page.goto(address)
        brightness[colours] = sum(page.evaluate(script, page.evaluate(behind)))
        page.close()

    assert brightness["dark"] < 200
    assert brightness["light"] > 600


def test_the_text_can_be_doubled_in_size(browser, address):
    """At 200% in a window of 1280 px nothing is cut off sideways (WCAG 1.4.4)."""
    context = browser.new_context(viewport={"width": 640, "height": 400}, bypass_csp=True)
    page = context.new_page()
    for path in KINDS.values():
        page.goto(address + path)
        page.add_style_tag(content="html { font-size: 200% }")
        assert page.evaluate("document.documentElement.scrollWidth") <= 640, path
    context.close()


def test_a_date_reads_the_same_in_every_time_zone(browser, address):
    """No script and no browser moves an event to the day before (promise 12)."""
    said = set()
    for zone in ("Pacific/Kiritimati", "Africa/Bamako", "Pacific/Pago_Pago"):
        context = browser.new_context(timezone_id=zone, locale="en-US")
        page = context.new_page()
        page.goto(f"{address}events/army-enters-kidal/")
        said.add(re.sub(r"\s+", " ", page.get_by_role("main").inner_text()))
        context.close()

    assert len(said) == 1
    assert "14 November 2023" in said.pop()
