"""An event's citations in a real browser: what they show, by mouse and by keyboard."""

import projects
import pytest
from playwright.sync_api import expect

from dateline import output
from dateline.project import Project

SITE = """
-- content/site.yaml --
title: Harbour
-- content/sources.yaml --
gazette:
  title: La tempête
  kind: news
  publisher: The Gazette
  date: 1910-11-04
  language: fr
log: {title: Log, kind: document, author: The harbour master, date: 1910}
-- content/events.yaml --
- id: storm
  date: 1910-11
  title: The storm
  text: |
    The wind rose at night [@gazette; @log, p. 4]. Nobody slept. [@log]
    By morning the quay was under water, and there was no bread.
  figures:
    - {what: boats lost, value: 9, note: provisional, by: The Gazette, sources: [gazette]}
"""
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:"
"""What a strict host allows: nothing inline."""


@pytest.fixture
def address(tmp_path, serve_folder):
    """The address of the event's page."""
    project = Project(root=projects.write(tmp_path, SITE), output=tmp_path / "site")
    output.write(projects.build(project), project.output)
    return f"{serve_folder(project.output)}/events/storm/"


@pytest.fixture
def event(page, address):
    """The event's page, open, as a strict host serves it."""
    page.set_viewport_size({"width": 360, "height": 700})

    def strict(route):
        reply = route.fetch()
        route.fulfill(response=reply, headers=reply.headers | {"content-security-policy": POLICY})

    page.route("**/events/storm/", strict)
    page.goto(address)
    return page


def test_a_citation_shows_its_source_under_the_pointer(event):
    """Publisher, day and title; it stays while the pointer is on it, and goes when that leaves."""
    event.locator("#cite-gazette-1").hover()
    shown = event.get_by_role("tooltip")
    expect(shown).to_be_visible()
    for words in ("La tempête", "The Gazette", "4 November 1910", "News report", "French"):
        expect(shown).to_contain_text(words)
    assert shown.locator("bdi").get_attribute("lang") == "fr"

    shown.hover()
    event.wait_for_timeout(400)
    expect(shown).to_be_visible()

    event.locator("h1").hover()
    expect(shown).to_be_hidden()


def test_what_is_shown_is_within_the_window(event):
    """Also of a citation at the edge of a narrow page."""
    event.locator("#cite-gazette-1").hover()
    box = event.get_by_role("tooltip").bounding_box()

    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 360
    assert event.evaluate("document.documentElement.scrollWidth") <= 360


def test_a_citation_shows_its_source_to_the_keyboard(event):
    """On focus, described for who hears the page; one at a time; Escape hides it."""
    first, second = event.locator("#cite-gazette-1"), event.locator("#cite-log-1")
    event.locator("h1").click()
    while event.evaluate("document.activeElement.id") != "cite-gazette-1":
        event.keyboard.press("Tab")
    shown = event.locator(f"#{first.get_attribute('aria-describedby')}")
    expect(shown).to_be_visible()
    expect(first).to_have_accessible_description(
        "La tempête The Gazette, 4 November 1910 · News report · French"
    )

    event.keyboard.press("Tab")
    expect(second).to_be_focused()
    expect(event.get_by_role("tooltip")).to_have_count(1)
    expect(event.get_by_role("tooltip")).to_contain_text("The harbour master")

    event.keyboard.press("Escape")
    expect(event.get_by_role("tooltip")).to_have_count(0)
    expect(second).to_be_focused()


def test_a_citation_still_leads_to_its_source_and_back(event):
    """Enter follows the link, and nothing covers what it leads to."""
    event.locator("#cite-log-1").focus()
    event.keyboard.press("Enter")
    assert event.url.endswith("#source-log")
    expect(event.get_by_role("tooltip")).to_have_count(0)

    event.locator("#source-log .back-link").first.click()
    assert event.url.endswith("#cite-log-1")


def test_a_finger_follows_the_link(browser, address):
    """Where nothing can hover, a tap is a jump and leaves nothing open."""
    context = browser.new_context(has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(address)
    page.locator("#cite-log-1").tap()
    page.wait_for_url("**#source-log")

    expect(page.get_by_role("tooltip")).to_have_count(0)
    context.close()


def test_a_citation_stays_with_its_word(browser, address):
    """At any width the mark is on the line of the word before it, and in one piece."""
    lines = """() => [...document.querySelectorAll(".prose .cite")].map(cite => {
        const last = document.createRange(), text = cite.previousSibling;
        last.setStart(text, text.length - 1);
        last.setEnd(text, text.length);
        const middle = part => {
            const box = part.getBoundingClientRect();
            return (box.top + box.bottom) / 2;
        };
        const links = [...cite.querySelectorAll("a")];
        return links.map(link => Math.abs(middle(link) - middle(last)) < 12);
    }).flat()"""
    page = browser.new_page()
    page.goto(address)
    for width in range(200, 420, 5):
        page.set_viewport_size({"width": width, "height": 700})
        assert page.evaluate(lines) == [True, True, True], width
    page.close()


def test_without_scripts_nothing_is_missing(browser, address):
    """The links are there with a hint of their own, and so is each source."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address)

    hint = page.locator("#cite-gazette-1").get_attribute("title")
    assert hint == "The Gazette, 4 November 1910: La tempête"
    expect(page.locator("#source-gazette")).to_contain_text("News report · French")
    expect(page.get_by_text("9 (provisional)")).to_be_visible()
    expect(page.get_by_text("Known to the month, not to the day.")).to_be_visible()
    context.close()
