"""The map in a real browser: moved by hand, following the filter, and played through time."""

import projects
import pytest
from playwright.sync_api import expect

from dateline import dates, output
from dateline.language import Language
from dateline.project import Project

SITE = """
-- content/site.yaml --
title: Floods
-- content/phases/sea.md --
---
title: The sea
dates: 1953/1954
---
-- content/actors.yaml --
guard: {name: The coast guard, kind: organisation}
-- content/places.yaml --
hull: {name: Hull, kind: town, lat: 53.74, lon: -0.33}
lincoln: {name: Lincoln, kind: town, lat: 53.23, lon: -0.54}
lynn: {name: Lynn, kind: town, lat: 52.75, lon: 0.4}
-- content/events/sea.yaml --
- {id: flood, date: 1953-01-31, title: The flood, places: [hull, lynn], actors: [guard]}
- {id: breach, date: 1953-03, title: The breach, places: [lynn]}
- {id: repair, date: 1953-09/1953-12, title: The repair, places: [lynn]}
- {id: inquiry, date: 1954-02-02, title: The inquiry, places: [lincoln, lynn]}
"""


@pytest.fixture
def address(tmp_path, serve_folder):
    """Serve the small site; return its address."""
    project = Project(root=projects.write(tmp_path, SITE), output=tmp_path / "site")
    output.write(projects.build(project), project.output)
    return serve_folder(project.output)


@pytest.fixture
def map_page(page, address):
    """Open the map page; return it with everything ready."""
    return opened(page, f"{address}/map/")


def opened(page, address):
    """Open an address with a map, and wait until all scripts have run."""
    page.goto(address)
    page.wait_for_selector("timeline-filter[is-ready]")
    page.wait_for_selector("timeline-map[is-ready]", state="attached")
    return page


def box(page):
    """Return what the map shows: left, top, width and height."""
    return [float(n) for n in page.get_attribute("svg.map-plate", "viewBox").split()]


def middle(page):
    """Return the middle of what the map shows."""
    left, top, width, height = box(page)
    return round(left + width / 2), round(top + height / 2)


def marks(page):
    """Return what is said of every place of the map."""
    found = page.locator(".map-place").all()
    return {mark.get_attribute("data-place"): mark.locator("title").inner_html() for mark in found}


def left_out(page):
    """Return the places that stand back."""
    found = page.locator(".map-place[data-left-out]").all()
    return {mark.get_attribute("data-place") for mark in found}


def current(page):
    """Return the places where something happens at the time that is shown."""
    found = page.locator(".map-place[data-now]").all()
    return {mark.get_attribute("data-place") for mark in found}


def steps(page, *keys):
    """Press keys on the slider."""
    page.get_by_role("slider").focus()
    for key in keys:
        page.keyboard.press(key)


# Zoom and move.


def test_buttons_zoom_in_and_out_and_show_the_whole_map(map_page):
    """What a button cannot do now it says; it keeps the focus."""
    whole = box(map_page)
    out = map_page.get_by_role("button", name="Zoom out")
    assert out.get_attribute("aria-disabled") == "true"

    map_page.get_by_role("button", name="Zoom in").click()
    closer = box(map_page)
    assert closer[2] == pytest.approx(whole[2] / 1.5, abs=0.1)
    assert closer[2] / closer[3] == pytest.approx(whole[2] / whole[3], abs=0.01)

    out.click()
    assert box(map_page) == whole
    for _ in range(9):
        map_page.get_by_role("button", name="Zoom in").click(force=True)
    assert box(map_page)[2] == pytest.approx(whole[2] / 6, abs=0.1)
    map_page.get_by_role("button", name="Whole map").click()
    assert box(map_page) == whole


def test_the_map_works_by_keyboard_alone(map_page):
    """It can be reached, says which keys there are, and plus, arrows, minus and 0 do as it says."""
    plate = map_page.locator("svg.map-plate")
    whole = box(map_page)
    plate.focus()
    described = map_page.locator(f"#{plate.get_attribute('aria-describedby')}")
    assert "Arrow keys" in described.text_content()

    map_page.keyboard.press("+")
    map_page.keyboard.press("+")
    x, y = middle(map_page)
    map_page.keyboard.press("ArrowRight")
    map_page.keyboard.press("ArrowUp")
    assert middle(map_page)[0] > x
    assert middle(map_page)[1] < y

    closer = box(map_page)
    map_page.keyboard.press("-")
    assert box(map_page)[2] > closer[2]
    map_page.keyboard.press("0")
    assert box(map_page) == whole


def test_arrow_keys_do_not_leave_the_map_and_scroll_the_page_where_it_is_whole(map_page):
    """The map ends at its edge; without zoom the arrows are the page's."""
    map_page.set_viewport_size({"width": 900, "height": 400})
    map_page.locator("svg.map-plate").focus()
    before = map_page.evaluate("scrollY")
    map_page.keyboard.press("ArrowDown")
    map_page.wait_for_function("before => scrollY > before", arg=before)

    map_page.keyboard.press("+")
    for _ in range(20):
        map_page.keyboard.press("ArrowLeft")
    assert box(map_page)[0] >= 0


def test_the_wheel_scrolls_the_page_until_the_map_has_the_focus(map_page):
    """A map in the way never traps a reader; Ctrl or a click says that it is meant."""
    map_page.set_viewport_size({"width": 1000, "height": 500})
    whole = box(map_page)
    plate = map_page.locator("svg.map-plate")
    plate.hover()
    before = map_page.evaluate("scrollY")
    map_page.mouse.wheel(0, 60)
    map_page.wait_for_function("before => scrollY > before", arg=before)
    assert box(map_page) == whole

    plate.hover()
    map_page.keyboard.down("Control")
    map_page.mouse.wheel(0, -100)
    map_page.keyboard.up("Control")
    expect(plate).not_to_have_attribute("viewBox", "0 0 900 640")
    map_page.get_by_role("button", name="Whole map").click()

    plate.focus()
    plate.hover()
    map_page.mouse.wheel(0, -100)
    expect(plate).not_to_have_attribute("viewBox", "0 0 900 640")


def test_a_mouse_drags_a_map_that_is_zoomed_and_follows_no_link(map_page):
    """What was below the mouse stays below it, also where that is a link."""
    map_page.get_by_role("button", name="Zoom in").click()
    place = map_page.locator("[data-place=lincoln] .map-dot")
    before = place.bounding_box()
    x, y = before["x"] + before["width"] / 2, before["y"] + before["height"] / 2
    map_page.mouse.move(x, y)
    map_page.mouse.down()
    map_page.mouse.move(x + 30, y + 20, steps=4)
    map_page.mouse.move(x + 60, y + 40, steps=4)
    map_page.mouse.up()

    after = place.bounding_box()
    assert after["x"] - before["x"] == pytest.approx(60, abs=8)
    assert after["y"] - before["y"] == pytest.approx(40, abs=8)
    assert map_page.url.endswith("/map/")
    map_page.locator("[data-place=lincoln]").focus()
    map_page.keyboard.press("Enter")
    map_page.wait_for_url("**/places/lincoln/")


def test_two_fingers_zoom_and_one_scrolls_the_page(map_page):
    """Where the map is whole one finger is the page's, and two are the map's."""
    plate = map_page.locator("svg.map-plate")
    touch = "getComputedStyle(document.querySelector('svg.map-plate')).touchAction"
    assert map_page.evaluate(touch) == "pan-x pan-y"
    around = plate.bounding_box()
    x, y = around["x"] + around["width"] / 2, around["y"] + around["height"] / 2
    client = map_page.context.new_cdp_session(map_page)
    for kind, apart in (("touchStart", 20), ("touchMove", 30), ("touchMove", 40)):
        points = [{"x": x - apart, "y": y, "id": 1}, {"x": x + apart, "y": y, "id": 2}]
        client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    client.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    assert box(map_page)[2] == pytest.approx(450, abs=30)
    assert map_page.evaluate(touch) == "none"


def test_names_and_marks_keep_their_size(map_page):
    """Only the ground grows."""
    dot = map_page.locator("[data-place=lincoln] .map-dot")
    before = dot.bounding_box()["width"]
    map_page.get_by_role("button", name="Zoom in").click()

    assert dot.bounding_box()["width"] == pytest.approx(before, abs=0.5)


def test_a_link_that_gets_the_focus_is_moved_into_sight(map_page):
    """Tab never leads to what cannot be seen."""
    for _ in range(4):
        map_page.get_by_role("button", name="Zoom in").click()
    map_page.locator("[data-place=hull]").focus()
    plate = map_page.locator("svg.map-plate").bounding_box()
    mark = map_page.locator("[data-place=hull] .map-dot").bounding_box()

    assert plate["x"] < mark["x"] < plate["x"] + plate["width"]
    assert plate["y"] < mark["y"] < plate["y"] + plate["height"]


# With the filter.


def test_places_follow_the_filter(map_page):
    """Size, title and count are those of what is shown; a place without an event stands back."""
    before = map_page.locator("[data-place=lynn] .map-dot").bounding_box()["width"]
    map_page.locator("timeline-filter summary:has-text('Actors')").click()
    map_page.get_by_label("The coast guard", exact=True).check()

    assert marks(map_page) == {
        "lynn": "Lynn: 4 events (shown: 1)",
        "hull": "Hull: 1 event",
        "lincoln": "Lincoln: 1 event (shown: 0)",
    }
    assert left_out(map_page) == {"lincoln"}
    assert map_page.inner_text("[data-count=lynn]") == "1"
    after = map_page.locator("[data-place=lynn] .map-dot").bounding_box()["width"]
    assert after == pytest.approx(before / 2, abs=1)


def test_an_address_with_a_filter_shows_the_same_on_the_map(page, address):
    """`/map/?from=1954` is the map of that, and Back and links keep it."""
    opened(page, f"{address}/map/?from=1954")
    assert left_out(page) == {"hull"}

    page.get_by_role("navigation").get_by_role("link", name="Timeline").click()
    assert page.url == f"{address}/?from=1954"
    page.wait_for_selector("timeline-map[is-ready]", state="attached")
    assert left_out(page) == {"hull"}
    page.locator(".map-fold summary").click()
    page.get_by_role("link", name="The map on a page of its own").click()
    assert page.url == f"{address}/map/?from=1954"


def test_the_map_on_the_home_page_follows_the_filter(page, address):
    """Folded or not."""
    opened(page, f"{address}/")
    page.locator("input[name=q]").fill("inquiry")
    page.wait_for_url("**/?q=inquiry")
    page.locator(".map-fold summary").click()

    assert left_out(page) == {"hull"}
    assert page.locator("[data-place=lincoln]").is_visible()


# Through time.


def test_the_slider_goes_by_months_and_says_them_in_words(map_page):
    """What is later stands back; what may be happening then is marked and named."""
    said = map_page.locator(".time-date")
    assert said.inner_text() == "February 1954: 4 of 4 events"
    assert current(map_page) == set()

    steps(map_page, "Home")
    assert said.inner_text() == "January 1953: 1 of 4 events"
    assert left_out(map_page) == {"lincoln"}
    assert current(map_page) == {"hull", "lynn"}
    assert map_page.inner_text(".time-now") == "The flood"

    steps(map_page, "ArrowRight")
    assert said.inner_text() == "February 1953: 1 of 4 events"
    assert current(map_page) == set()
    assert map_page.get_by_role("slider").get_attribute("aria-valuetext") == "February 1953"
    steps(map_page, "ArrowRight")
    assert marks(map_page)["lynn"] == "Lynn: 4 events (shown: 2)"


def test_a_long_event_is_current_all_the_time(map_page):
    """From its first month to its last."""
    steps(map_page, "End", "ArrowLeft", "ArrowLeft")
    assert map_page.inner_text(".time-now") == "The repair"
    steps(map_page, "ArrowRight")
    assert map_page.inner_text(".time-now") == ""


def test_playing_goes_from_event_to_event_and_ends_with_the_last(map_page):
    """It starts over from the end, can be paused, and announces less often than it steps."""
    map_page.clock.install()
    opened(map_page, map_page.url)
    said, live = map_page.locator(".time-date"), map_page.locator("time-slider [aria-live]")
    map_page.get_by_role("button", name="Play").click()
    map_page.clock.run_for(10)
    assert said.inner_text().startswith("January 1953")
    assert live.inner_text() == "January 1953: 1 of 4 events. The flood"

    map_page.clock.run_for(1200)
    assert said.inner_text().startswith("March 1953")
    assert live.inner_text().startswith("January 1953")
    map_page.get_by_role("button", name="Pause").click()
    map_page.clock.run_for(5000)
    assert said.inner_text().startswith("March 1953")
    assert live.inner_text().startswith("March 1953")

    map_page.get_by_role("button", name="Play").click()
    map_page.clock.run_for(9000)
    assert said.inner_text().startswith("February 1954")
    assert map_page.get_by_role("button", name="Play").is_visible()


def test_playing_skips_what_the_filter_leaves_out(page, address):
    """Filter and time narrow the map together."""
    page.clock.install()
    opened(page, f"{address}/map/?q=the+repair")
    page.get_by_role("button", name="Play").click()

    assert page.inner_text(".time-date") == "September 1953: 1 of 1 events"
    assert left_out(page) == {"hull", "lincoln"}


def test_who_prefers_reduced_motion_steps_by_hand(browser, address):
    """Nothing plays by itself: each press goes on to the next event."""
    context = browser.new_context(reduced_motion="reduce")
    page = context.new_page()
    page.clock.install()
    opened(page, f"{address}/map/")
    for month in ("January 1953", "March 1953", "September 1953"):
        page.get_by_role("button", name="Next").click()
        page.clock.run_for(5000)
        assert page.inner_text(".time-date").startswith(month)
    context.close()


def test_a_timeline_of_one_month_goes_by_days_and_one_of_centuries_by_years(
    page, tmp_path, serve_folder
):
    """The step suits the span."""
    said = []
    for name, days in (("days", ("1953-02-01", "1953-02-04")), ("years", ("-0043", "1953"))):
        events = "\n".join(
            f"- {{id: e{n}, date: {date}, title: T, places: [hull]}}" for n, date in enumerate(days)
        )
        text = f"""
-- content/site.yaml --
title: Floods
-- content/places.yaml --
hull: {{name: Hull, kind: town, lat: 53.74, lon: -0.33}}
-- content/events.yaml --
{events}
"""
        folder = tmp_path / name
        project = Project(root=projects.write(folder, text), output=folder / "site")
        output.write(projects.build(project), project.output)
        opened(page, f"{serve_folder(project.output)}/map/")
        steps(page, "Home", "ArrowRight")
        said.append(page.get_by_role("slider").get_attribute("aria-valuetext"))

    assert said == ["2 February 1953", "43 BC"]


def test_the_slider_says_dates_and_numbers_as_the_pages_do(page, tmp_path, serve_folder):
    """Gregorian and in the same digits, whatever the browser would choose for the language."""
    text = SITE.replace("title: Floods\n", "title: Floods\nlanguages: [fa]\n", 1)
    project = Project(root=projects.write(tmp_path, text), output=tmp_path / "site")
    output.write(projects.build(project), project.output)
    opened(page, f"{serve_folder(project.output)}/map/")
    steps(page, "Home")

    words = Language("fa").date(dates.parse("1953-01"))
    assert page.get_by_role("slider").get_attribute("aria-valuetext") == words
    assert page.inner_text("[data-count=lynn]") == "1"


# Without scripts.


@pytest.mark.parametrize("path", ["", "map/"])
def test_without_scripts_the_map_is_there_and_no_dead_control(browser, address, path):
    """Every place is a link, on both pages."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/{path}")
    if not path:
        page.locator(".map-fold summary").click()
    assert page.locator("timeline-map button, time-slider *").locator("visible=true").count() == 0
    page.locator("a[data-place=hull]").click()

    assert page.url == f"{address}/places/hull/"
    context.close()


def test_nothing_shifts_while_the_map_page_loads(page, address):
    """There is room from the start for what the scripts bring."""
    page.add_init_script(
        "window.shifted = 0; new PerformanceObserver(list => list.getEntries()"
        ".forEach(entry => { window.shifted += entry.value }))"
        ".observe({type: 'layout-shift', buffered: true})"
    )
    for width in (360, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        opened(page, f"{address}/map/")
        page.wait_for_timeout(200)

        assert page.evaluate("window.shifted") < 0.01
