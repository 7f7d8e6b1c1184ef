"""The promises that the README prints, each kept by a test that is named after it.

Those that are not kept yet (2, 9, 10, 11) and the rest of 7 and 12 are for other modules' tests.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import projects
import pytest
from html_pages import Page, addresses

SMALL = """
    -- content/site.yaml --
    title: Floods
    -- content/actors.yaml --
    abbey: {name: The Abbey of Egmond, kind: organisation}
    -- content/places.yaml --
    egmond: {name: Egmond, kind: town}
    -- content/tags.yaml --
    storm: {name: Storm}
    -- content/sources.yaml --
    annals: {title: Annals of Egmond, kind: book}
    -- content/phases/dykes.md --
    ---
    title: The age of dykes
    dates: 1200/1300
    ---
    Land was taken from the sea [@annals].
    -- content/events/dykes.yaml --
    - id: dyke
      date: "1250"
      title: The first dyke
      text: It held for a while [@annals].
    - id: flood
      date: 1287-12-14
      title: The sea breaks in
      places: [egmond]
      actors: [abbey]
      tags: [storm]
      causes: [dyke]
      text: Many drowned [@annals, p. 4].
"""


@pytest.fixture
def project(tmp_path):
    """A small project with a recipe."""
    return projects.with_recipe(projects.write(tmp_path / "floods", SMALL))


def build(project: Path, *words: str, **settings: str) -> subprocess.CompletedProcess:
    """Build a project in a process of its own."""
    return subprocess.run(
        [sys.executable, project / "build.py", *words],
        check=False,
        capture_output=True,
        encoding="utf-8",
        cwd=project,
        env=os.environ | {"PYTHONPATH": str(projects.ROOT)} | settings,
    )


def pages(project: Path) -> dict[str, Page]:
    """Every page of the built site, taken apart."""
    return {
        path.relative_to(project / "site").as_posix(): Page(path.read_text("utf-8"))
        for path in sorted((project / "site").rglob("*.html"))
    }


def state(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Every file below a folder: its bytes, and when it was written."""
    return {
        name: (data, (folder / name).stat().st_mtime_ns)
        for name, data in projects.files(folder).items()
    }


@pytest.mark.parametrize(
    "fault",
    [
        "-- content/events.yaml --\n- {id: new, date: yesterday, title: New}",
        "-- content/events.yaml --\n- [",
        "-- content/actors.yaml --\n",
        "-- content/phases/dykes.md --\nno front matter",
        "-- templates/event.html --\n{{ page.nothing }}",
        "-- templates/404.html --\n{% if %}",
        '-- templates/assets/css/site.css --\n@import "gone.css";',
        "-- templates/404.html --\n{% include '404.html' %}",
    ],
)
def test_1_a_build_that_fails_changes_nothing(project, fault):
    """The last good site stays, byte for byte; a later build without the fault changes it."""
    build(project)
    before = state(project / "site")

    done = build(projects.write(project, fault))

    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert state(project / "site") == before
    projects.write(project, SMALL.replace("The sea", "The North Sea"))
    for path in (project / "content/events.yaml", project / "templates/404.html"):
        path.unlink(missing_ok=True)
    for path in ("templates/event.html", "templates/assets/css/site.css"):
        (project / path).unlink(missing_ok=True)
    assert build(project).returncode == 0
    assert state(project / "site") != before


def test_3_the_same_content_gives_the_same_bytes(project, tmp_path):
    """On another path, in another zone and locale, from files written in another order."""
    other = tmp_path / "another path" / "floods"
    for name, data in sorted(projects.files(project).items(), reverse=True):
        (other / name).parent.mkdir(parents=True, exist_ok=True)
        (other / name).write_bytes(data)
    build(project, TZ="UTC", PYTHONHASHSEED="1", LC_ALL="C.UTF-8")
    build(other, TZ="Asia/Tokyo", PYTHONHASHSEED="2", LC_ALL="ar_EG.UTF-8", LANGUAGE="ar")

    assert projects.files(other / "site") == projects.files(project / "site")


def test_4_an_incremental_build_equals_a_clean_build(project, tmp_path):
    """What was removed disappears everywhere; the rest is as if it had been built alone."""
    build(project)
    projects.write(project, SMALL.partition("- id: flood")[0])

    build(project)
    build(project, "--output", str(tmp_path / "clean"))

    assert projects.files(project / "site") == projects.files(tmp_path / "clean")
    assert not (project / "site/events/flood").exists()
    left = [
        name
        for name, data in projects.files(project / "site").items()
        if b"events/flood" in data or b"The sea breaks in" in data
    ]
    assert left == []


def test_5_it_deletes_only_files_that_it_wrote(project, tmp_path):
    """A folder that is not its own is refused, even to build the same site; nothing is lost."""
    build(project)
    (project / "site/notes.txt").write_text("mine")
    (tmp_path / "home/notes").mkdir(parents=True)
    (tmp_path / "home/notes/a.txt").write_text("mine")
    before = state(tmp_path)

    for output in ("site", str(tmp_path / "home"), ".", "content", str(tmp_path)):
        done = build(project, "--output", output)
        assert done.returncode == 2, output
        assert done.stderr.startswith("dateline: '")
    assert state(tmp_path) == before

    (project / "site/notes.txt").unlink()
    assert build(project).returncode == 0


def test_6_every_fault_is_reported_in_one_run(project):
    """Each with file, line, column and field; and nothing is guessed."""
    projects.write(
        project,
        """
        -- content/actors.yaml --
        abbey: {name: The Abbey of Egmond, kind: monastery}
        -- content/sources.yaml --
        annals: {title: Annals of Egmond, kind: book, url: "javascript:alert(1)"}
        -- content/phases/dykes.md --
        ---
        title: The age of dykes
        dates: 1300/1200
        ---
        Words.
        -- content/events/dykes.yaml --
        - id: flood
          date: 14.12.1287
          titel: The sea breaks in
          places: [egmont]
          text: Many drowned [@anals].
        - id: flood
          date: "1288"
          title: Again
          importance: huge
        -- content/tags.yaml --
        storm: {name: Storm
        """,
    )
    done = build(project, "--format", "json")
    found = {
        (fault["file"].removeprefix("content/"), fault["line"], fault["field"])
        for fault in json.loads(done.stdout)
    }

    assert done.returncode == 1
    assert found >= {
        ("actors.yaml", 1, "kind"),
        ("sources.yaml", 1, "url"),
        ("phases/dykes.md", 3, "dates"),
        ("events/dykes.yaml", 2, "date"),
        ("events/dykes.yaml", 3, "titel"),
        ("events/dykes.yaml", 1, "title"),
        ("events/dykes.yaml", 4, "places"),
        ("events/dykes.yaml", 6, "id"),
        ("events/dykes.yaml", 9, "importance"),
    }
    assert any(file == "tags.yaml" for file, _, _ in found)
    assert all(fault["column"] >= 1 for fault in json.loads(done.stdout))
    assert not (project / "site").exists()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("places: [egmond]", "places: [egmont]"),
        ("actors: [abbey]", "actors: [abby]"),
        ("tags: [storm]", "tags: [stormy]"),
        ("causes: [dyke]", "causes: [dike]"),
        ("drowned [@annals, p. 4]", "drowned [@anals, p. 4]"),
        ("from the sea [@annals]", "from the sea [@anals]"),
        ("Many drowned", 'Many [[floods]] drowned'),
        ("Many drowned", 'Many [drowned](../nowhere/)'),
        ("events/dykes.yaml", "events/dikes.yaml"),
        ("title: Floods", "title: Floods\n    menu: [about]"),
        ("tags: [storm]", "media: [{file: gone.jpg, alt: Gone}]"),
        ("tags: [storm]", "figures: [{what: drowned, value: 1, by: nobody, sources: [annals]}]"),
        ("tags: [storm]", "figures: [{what: drowned, value: 1, by: A monk, sources: [anals]}]"),
    ],
)  # fmt: skip
def test_7_every_reference_resolves(project, old, new):
    """A name that is nobody's is a fault with its line, and nothing is built."""
    assert old in SMALL
    if old.startswith("events/"):
        (project / f"content/{old}").unlink()
    done = build(projects.write(project, SMALL.replace(old, new)))

    assert done.returncode == 1
    assert done.stderr.startswith("content/")
    assert not (project / "site").exists()


def test_7_an_earlier_address_leads_to_the_event(project):
    """An id that became an alias keeps its page, which leads on, with scripts or without."""
    renamed = SMALL.replace("- id: flood", "- id: sea-breaks-in\n      aliases: [flood]")
    build(project)
    build(projects.write(project, renamed))

    earlier = pages(project)["events/flood/index.html"]
    assert set(earlier.links) >= {"../../events/sea-breaks-in/"}
    (refresh,) = (m for m in earlier.all("meta") if "http-equiv" in m.attributes)
    assert refresh.attributes["content"] == "0; url=../../events/sea-breaks-in/"


ATTACK = "<script>window.ran=1</script><img src=x onerror=window.ran=1>\"'><b onclick=window.ran=1>"
TEXT = f"""
{ATTACK} {{{{ 7 * 7 }}}} {{% raw %}} {{{{ page }}}}

[a](javascript:window.ran=1) [b](JaVaScRiPt:window.ran=1) [c](data:text/html,x) <a href="&#106;avascript:window.ran=1">d</a>

<iframe src="https://evil.example/"></iframe><style>@import "https://evil.example/x.css";</style>
<svg onload=window.ran=1><script>window.ran=1</script></svg><form action="https://evil.example/"><input autofocus onfocus=window.ran=1></form>
<link rel="stylesheet" href="https://evil.example/x.css"><meta http-equiv="refresh" content="0;url=https://evil.example/">
<p style="background: url(https://evil.example/x.png)" id="main">e</p><base href="https://evil.example/">
<video src="https://evil.example/v"></video> <img src="https://evil.example/i.png">
"""  # noqa: E501


@pytest.fixture
def attacked(project):
    """The small project with an attack in every text that it has, built."""
    content = project / "content"
    one = json.dumps(f"{ATTACK} {{{{ 7 * 7 }}}}")
    text = json.dumps(TEXT)
    address = json.dumps('https://example.org/"onmouseover="window.ran=1"><script>')
    (content / "media").mkdir()
    (content / "media/x'\"><script>window.ran=1<b>.png").write_bytes(b"x")
    file = json.dumps("x'\"><script>window.ran=1<b>.png")
    (content / "site.yaml").write_text(
        f"title: {one}\ndescription: {one}\nlicence: {{name: {one}, url: {address}}}\n"
        f"repository: {address}\nmenu: [about]\n"
    )
    (content / "actors.yaml").write_text(
        f"abbey: {{name: {one}, kind: state, abbreviation: {one}, summary: {one}, "
        f"part_of: [{{actor: abbey, role: {one}}}]}}\n"
    )
    (content / "places.yaml").write_text(
        f"egmond: {{name: {one}, kind: town, region: {one}, summary: {one}}}\n"
    )
    (content / "tags.yaml").write_text(f"storm: {{name: {one}, summary: {one}}}\n")
    (content / "sources.yaml").write_text(
        f"annals: {{title: {one}, kind: book, author: {one}, publisher: {one}, via: {one}, "
        f"url: {address}, note: {one}}}\n"
    )
    (content / "pages").mkdir()
    for name, dates in (("phases/dykes", "dates: 1200/1300\n"), ("pages/about", "")):
        (content / f"{name}.md").write_text(
            f"---\ntitle: {one}\nsummary: {one}\n{dates}---\n{TEXT}"
            f"{ATTACK} [@annals, {ATTACK.replace(';', '')}] [[flood|{ATTACK}]]\n"
        )
    (content / "events/dykes.yaml").write_text(f"""
- id: flood
  date: 1287-12-14
  title: {one}
  summary: {one}
  places: [egmond]
  actors: [abbey]
  tags: [storm]
  text: {text}
  status: reported
  disputed:
    - point: {one}
      positions:
        - {{by: {one}, says: {one}, sources: [annals]}}
        - {{by: {one}, says: {one}, sources: [annals]}}
  figures: [{{what: {one}, value: 1, by: {one}, sources: [annals]}}]
  media: [{{file: {file}, alt: {one}, caption: {one}, credit: {one}, licence: {one}}}]
  corrections: [{{date: 2024-01-01, text: {one}}}]
""")
    done = build(project)
    assert (done.returncode, done.stderr) == (0, "")
    return project


def test_8_content_is_data(attacked, tmp_path):
    """No script, handler, frame, form or style of the content is on a page; braces are text."""
    plain = projects.with_recipe(projects.write(tmp_path / "plain", SMALL))
    build(plain)
    scripts = (attacked / "site/assets").rglob("*.js")
    ours = {path.relative_to(attacked / "site").as_posix() for path in scripts}
    inline = {one.text for page in pages(plain).values() for one in page.all("script", "style")}

    for name, page in pages(attacked).items():
        for one in page.elements:
            assert not any(key.startswith("on") for key in one.attributes), (name, one)
            assert one.tag not in ("iframe", "object", "embed", "form", "base", "video"), name
            if one.tag in ("script", "style"):
                assert one.text in inline, name
            if one.tag == "script" and "src" in one.attributes:
                assert re.sub(r"^(\.\.?/)+", "", one.attributes["src"]) in ours, name
        for link in page.links:
            assert urlsplit(link).scheme in ("", "http", "https", "mailto"), (name, link)
        assert len(page.all("h1")) == 1, name
        assert page.ids.count("main") == 1, name
    shown = pages(attacked)["events/flood/index.html"].all("main")[0].text
    assert "{{ 7 * 7 }}" in shown
    assert "49" not in shown
    assert "<script>window.ran=1</script>" in shown


def test_8_nothing_of_the_content_runs_in_a_browser(attacked, page, serve_folder):
    """Every page is opened, and nothing has happened."""
    address = serve_folder(attacked / "site")
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    for name in pages(attacked):
        page.goto(f"{address}/{name}")
        assert page.evaluate("window.ran") is None, name

    assert [url for url in asked if not url.startswith(address)] == []


@pytest.mark.parametrize(
    ("written", "said", "html"),
    [
        ("1287", "1287", "1287"),
        ("1287-12", "December 1287", "1287-12"),
        ("1287-12-14", "14 December 1287", "1287-12-14"),
        ("1287-12~", "about December 1287", None),
        ("1287?", "1287 (uncertain)", None),
        ("128X", "1280s", None),
        ("1287-12-XX", "some day in December 1287", None),
        ("1287-12-14/1287-12-16", "14–16 December 1287", None),
        ("1287-12/..", "since December 1287", None),
    ],
)
def test_12_a_date_is_shown_as_precisely_as_it_was_written(project, written, said, html):
    """In words, and as HTML only where HTML can say no more than was written."""
    projects.write(project, SMALL.replace("1287-12-14", json.dumps(written)))
    done = build(project, TZ="Pacific/Kiritimati")
    assert done.returncode == 0, done.stderr
    page = pages(project)["events/flood/index.html"]

    assert said in page.all("main")[0].text
    times = {one.attributes["datetime"] for one in page.all("time")}
    assert times == ({html, "1250"} if html else {"1250"})


def test_13_a_published_page_asks_no_other_host_for_anything(attacked):
    """Not even one whose content tries to; links that a reader may follow stay."""
    files = projects.files(attacked / "site")
    asked = [address for page in pages(attacked).values() for address in page.fetched]
    for name, data in files.items():
        if name.endswith(".css"):
            asked += addresses(data.decode())
            assert b"@import" not in data

    assert [a for a in asked if urlsplit(a).scheme not in ("", "data") or a.startswith("//")] == []
    assert any(
        link.startswith("https://example.org/") for page in pages(attacked).values()
        for link in page.links
    )  # fmt: skip
