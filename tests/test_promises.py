"""The promises that the README prints, each kept by a test that is named after it.

docs/security.md says which tests prove which; those of single modules go further into the odd.
"""

import contextlib
import http.client
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import urlsplit
from xml.etree import ElementTree

import conftest
import projects
import pytest
from html_pages import Page, addresses
from hypothesis import given, settings
from hypothesis import strategies as st
from repositories import Repository

from dateline import output, schema
from dateline.artifacts import Site
from dateline.problems import Problems
from dateline.project import Project

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


def build(
    project: Path, *words: str, started_by: Sequence[str] = (), **settings: str
) -> subprocess.CompletedProcess:
    """Build a project in a process of its own."""
    return subprocess.run(
        [*started_by, sys.executable, "-B", project / "build.py", *words],
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


def sited(folder: Path) -> dict[str, tuple[bytes, int]]:
    """Every file below a folder: its bytes, and its mode."""
    return {
        name: (data, (folder / name).stat().st_mode)
        for name, data in projects.files(folder).items()
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


@pytest.mark.parametrize("killed", [False, True])
def test_2_with_the_disk_full_or_killed_there_is_the_old_site_or_the_new_one(
    project, tmp_path, killed
):
    """Wherever it is stopped while it writes; tests/test_output_faults.py tries every place."""
    if not shutil.which("strace"):
        conftest.missing("strace", "run 'make test' once")
    build(project)
    old = sited(project / "site")
    projects.write(project, SMALL.replace("The sea", "The North Sea"))
    build(project, "--output", str(tmp_path / "new"))
    new = sited(tmp_path / "new")
    assert old != new
    fault = "signal=KILL" if killed else "error=ENOSPC"
    for call in ("link,linkat:{}:when=1", "rename:{}:when=2", "renameat2:{}"):
        done = build(
            project,
            started_by=["strace", "-f", "-o", os.devnull, "-e", f"inject={call.format(fault)}"],
        )
        assert done.returncode != 0
        assert sited(project / "site") in (old, new)
        if not killed:
            assert done.returncode == 3
            assert re.fullmatch(r"dateline: .*: No space left on device; .*\n", done.stderr)

    assert build(project).returncode == 0
    assert sited(project / "site") == new


def test_3_the_same_content_gives_the_same_bytes(project, tmp_path):
    """On another path, in another zone and locale, from files written in another order."""
    other = tmp_path / "another path" / "floods"
    for name, data in sorted(projects.files(project).items(), reverse=True):
        (other / name).parent.mkdir(parents=True, exist_ok=True)
        (other / name).write_bytes(data)
    build(project, TZ="UTC", PYTHONHASHSEED="1", LC_ALL="C.UTF-8")
    before = os.umask(0o077)
    try:
        build(other, TZ="Asia/Tokyo", PYTHONHASHSEED="2", LC_ALL="ar_EG.UTF-8", LANGUAGE="ar")
    finally:
        os.umask(before)

    assert sited(other / "site") == sited(project / "site")
    assert len(sited(other / "site")) > 10


def test_3_make_reproduce_compares_builds_in_different_conditions(project, tmp_path):
    """Other path, zone, locale, umask, order of files, year and number of cores; twice over."""
    script = [sys.executable, projects.ROOT / "tools/reproduce.py"]
    done = subprocess.run([*script, project], check=False, capture_output=True, encoding="utf-8")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("reproducible: ")

    for clock in ("time.time()", "os.environ['TZ']", "os.getcwd()", "datetime.date.today()"):
        (project / "build.py").write_text(
            "import datetime, os, time\nfrom dateline import cli\n"
            "from dateline.artifacts import Artifact, Site\n"
            "def build(project):\n"
            f"    return Site({{'now': Artifact.of(str({clock}).encode())}})\n"
            "raise SystemExit(cli.main(build))\n"
        )
        done = subprocess.run(
            [*script, project], check=False, capture_output=True, encoding="utf-8"
        )
        assert done.returncode == 1
        assert "differs: now\n" in done.stderr


def test_4_an_incremental_build_equals_a_clean_build(project, tmp_path):
    """What was removed disappears everywhere; the rest is as if it had been built alone."""
    build(project)
    projects.write(project, SMALL.partition("- id: flood")[0])
    (project / "content/permalinks.lock").unlink()

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


EDITS = st.tuples(
    st.sampled_from(["add", "remove", "date", "cause", "text", "template", "broken"]),
    st.integers(0, 9),
)
"""What an editor does, and to which of ten events."""


@settings(max_examples=8, deadline=None, derandomize=True, database=None)
@given(st.lists(EDITS, min_size=25, max_size=25))
def test_4_after_two_hundred_random_edits_an_incremental_build_equals_a_clean_one(edits):
    """Of events, dates, texts, causes and templates; also after a build that failed."""
    with tempfile.TemporaryDirectory() as scratch:
        project, clean = Path(scratch, "floods"), Path(scratch, "clean")
        projects.write(project, SMALL)
        state = {"template": 0, "events": {10: {"date": "1250", "text": 0, "cause": None}}}
        for edit, number in edits:
            change(state, edit, number)
            put_down(project, state)
            if edit == "broken":
                (project / "content/events/broken.yaml").write_text("- {id: x, date: never}\n")
                with pytest.raises(Problems):
                    output.write(made(project), project / "site")
                (project / "content/events/broken.yaml").unlink()
            output.write(made(project), project / "site")

            output.write(made(project), clean)
            assert sited(project / "site") == sited(clean)
            shutil.rmtree(clean)
            shutil.rmtree(clean.parent / ".dateline")


def made(project: Path) -> Site:
    """The site of a project."""
    return projects.build(Project(project, project / "site"))


def change(state: dict, edit: str, number: int) -> None:
    """Do what an editor does."""
    events = state["events"]
    chosen = sorted(events)[number % len(events)]
    if edit == "add":
        events[number] = {"date": "1287-12-14", "text": number, "cause": None}
    elif edit == "remove" and chosen != 10:
        del events[chosen]
        for event in events.values():
            event["cause"] = None if event["cause"] == chosen else event["cause"]
    elif edit == "date":
        events[chosen]["date"] = ["1250", "1251~", "1287-12", "125X", "1260/1270"][number % 5]
    elif edit == "cause":
        events[chosen]["cause"] = 10 if chosen != 10 and number % 2 else None
    elif edit == "text":
        events[chosen]["text"] = number % 3
    elif edit == "template":
        state["template"] = number % 3


def put_down(project: Path, state: dict) -> None:
    """Write the events and the template of this state."""
    lines = []
    for number, event in sorted(state["events"].items()):
        causes = "" if event["cause"] is None else f", causes: [event-{event['cause']}]"
        lines.append(
            f"- {{id: event-{number}, date: '{event['date']}', title: Event {number}, "
            f"text: 'Text {event['text']} [@annals].'{causes}}}\n"
        )
    (project / "content/events/dykes.yaml").write_text("".join(lines))
    own = project / "templates/404.html"
    own.unlink(missing_ok=True)
    if state["template"]:
        own.parent.mkdir(exist_ok=True)
        text = (projects.ROOT / "templates/404.html").read_text("utf-8")
        own.write_text(text.replace("</h1>", f" {state['template']}</h1>"), "utf-8")


def test_5_it_deletes_only_files_that_it_wrote(project, tmp_path):
    """A folder that is not its own is refused, even to build the same site; nothing is lost."""
    build(project)
    (project / "site/notes.txt").write_text("mine")
    (tmp_path / "home/notes").mkdir(parents=True)
    (tmp_path / "home/notes/a.txt").write_text("mine")
    before = state(tmp_path)

    places = ("site", str(tmp_path / "home"), ".", "content", str(tmp_path), "/", "linked/site")
    (project / "linked").symlink_to(tmp_path / "home")
    for place in places:
        done = build(project, "--output", place)
        assert done.returncode == 2, place
        assert done.stderr.startswith("dateline: '")
        assert done.stderr.count("\n") == 2, "a message and a hint"
    after = state(tmp_path)
    lock = "floods/.dateline/site/lock"
    assert {name: after[name] for name in after if name != lock} == {
        name: before[name] for name in before if name != lock
    }

    (project / "site/notes.txt").unlink()
    assert build(project).returncode == 0


def test_5_what_somebody_changed_is_not_deleted_with_its_page(project):
    """Of a page that the site no longer has, an edited copy stays, and the build says so."""
    build(project)
    edited = project / "site/events/flood/index.html"
    edited.write_text("mine")
    projects.write(project, SMALL.partition("- id: flood")[0])
    (project / "content/permalinks.lock").unlink(missing_ok=True)

    done = build(project)

    assert done.returncode == 2
    assert "that somebody changed: 'events/flood/index.html'" in done.stderr
    assert edited.read_text() == "mine"
    assert "The sea breaks in" in (project / "site/index.html").read_text("utf-8")


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
    (refresh,) = (m for m in earlier.all("meta") if m.attributes.get("http-equiv") == "refresh")
    assert refresh.attributes["content"] == "0; url=../../events/sea-breaks-in/"


def test_7_no_address_once_published_disappears(project):
    """What vanishes or is renamed is a fault, until it redirects or says why it went."""
    build(project)
    before = set(pages(project))
    without, renamed = (
        SMALL.partition("- id: flood")[0],
        SMALL.replace("- id: flood", "- id: sea-breaks-in"),
    )

    for text in (without, renamed):
        done = build(projects.write(project, text))
        assert done.returncode == 1
        assert "nothing is at '/events/flood/' any more, and it was published" in done.stderr
        assert set(pages(project)) == before

    moved = renamed.replace("sea-breaks-in", "sea-breaks-in\n      aliases: [flood]")
    assert build(projects.write(project, moved)).returncode == 0
    assert before <= set(pages(project))

    gone = SMALL + "      status: retracted\n      reason: It was a dream.\n"
    (project / "content/permalinks.lock").unlink()
    assert build(projects.write(project, gone)).returncode == 0
    assert before <= set(pages(project))
    (told,) = pages(project)["events/flood/index.html"].all("main")
    assert "It was a dream." in told.text
    assert "The sea breaks in" in told.text


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


WORDS = f"{ATTACK} {{{{ 7 * 7 }}}}"
ADDRESS = "https://example.org/'onmouseover='window.ran=1'&#34;onclick=window.ran=1&lt;script&gt;"
"""What an address may hold: one with a bracket or a double quotation mark is a fault."""
PICTURE = "x'\"><script>window.ran=1<b>.png"

POSITION = {"by": [WORDS], "says": WORDS, "sources": ["annals"]}
ATTACKS: dict[str, dict[str, object]] = {
    "licence": {"name": WORDS, "url": ADDRESS},
    "map": {"credit": WORDS},
    "membership": {"actor": "abbey", "role": WORDS},
    "archived copy": {"url": ADDRESS, "date": "2024-01-02"},
    "place": {"name": WORDS, "kind": "town", "region": WORDS, "summary": WORDS}
    | {"lat": 52.6, "lon": 4.6},
    "tag": {"name": WORDS, "summary": WORDS},
    "phase": {"title": WORDS, "summary": WORDS, "dates": "1200/1300"},
    "page": {"title": WORDS, "summary": WORDS},
    "position": POSITION,
    "dispute": {"point": WORDS, "positions": [POSITION, POSITION]},
    "figure": {"what": WORDS, "value": 1, "note": WORDS, "by": WORDS, "sources": ["annals"]},
    "picture": {"file": PICTURE, "alt": WORDS, "caption": WORDS, "credit": WORDS}
    | {"licence": WORDS},
    "correction": {"date": "2024-01-01", "text": WORDS},
    "retraction": {"title": WORDS, "reason": WORDS, "date": "2024-03-02"},
}
"""A record of each kind, with an attack in every text and address that it may have."""
ATTACKS |= {
    "site": {"title": WORDS, "description": WORDS, "repository": ADDRESS, "menu": ["about"]}
    | {"licence": ATTACKS["licence"], "map": ATTACKS["map"], "base_url": "https://floods.example"},
    "actor": {"name": WORDS, "kind": "state", "abbreviation": WORDS, "summary": WORDS}
    | {"part_of": [ATTACKS["membership"]]},
    "source": {"title": WORDS, "kind": "book", "author": WORDS, "publisher": WORDS, "via": WORDS}
    | {"url": ADDRESS, "archived": ATTACKS["archived copy"], "note": WORDS, "language": "nl"},
    "event": {"id": "flood", "date": "1287-12-14", "title": WORDS, "summary": WORDS, "text": TEXT}
    | {"places": ["egmond"], "actors": ["abbey"], "tags": ["storm"], "status": "reported"}
    | {"disputed": [ATTACKS["dispute"]], "figures": [ATTACKS["figure"]]}
    | {"media": [ATTACKS["picture"]], "corrections": [ATTACKS["correction"]]},
    "retracted event": {"id": "tale", "date": "1288", "title": WORDS, "status": "retracted"}
    | {"reason": WORDS},
}
FEATURE = {"type": "Feature", "properties": {"name": WORDS}}
GEOJSON = {
    "type": "FeatureCollection",
    "credits": [WORDS],
    "legend": WORDS,
    "features": [FEATURE | {"geometry": {"type": "Point", "coordinates": [4.5, 52.5]}}],
}


@pytest.fixture
def attacked(project):
    """The small project with an attack in every text that it has, built."""
    from PIL import Image

    content = project / "content"
    for folder in ("media", "pages", "map"):
        (content / folder).mkdir()
    Image.new("RGB", (4, 3)).save(content / "media" / PICTURE)
    (content / "map/towns.geojson").write_text(json.dumps(GEOJSON))
    for name, what in {
        "site": ATTACKS["site"],
        "actors": {"abbey": ATTACKS["actor"]},
        "places": {"egmond": ATTACKS["place"]},
        "tags": {"storm": ATTACKS["tag"]},
        "sources": {"annals": ATTACKS["source"]},
        "retracted": {"events/ghost/": ATTACKS["retraction"]},
        "events/dykes": [ATTACKS["event"], ATTACKS["retracted event"]],
    }.items():
        text = (
            json.dumps(what)
            if isinstance(what, list)
            else "\n".join(f"{json.dumps(key)}: {json.dumps(value)}" for key, value in what.items())
        )
        (content / f"{name}.yaml").write_text(text + "\n")
    for kind, name in (("phase", "phases/dykes"), ("page", "pages/about")):
        front = "".join(f"{key}: {json.dumps(one)}\n" for key, one in ATTACKS[kind].items())
        (content / f"{name}.md").write_text(
            f"---\n{front}---\n{TEXT}"
            f"{ATTACK} [@annals, {ATTACK.replace(';', '')}] [[flood|{ATTACK}]]\n"
        )
    done = build(project)
    assert done.returncode == 0, done.stderr
    return project


def test_8_the_attack_is_in_every_text_of_every_record():
    """Of all that the format knows: a field that is added has to be attacked too."""
    for record in schema.RECORDS:
        attacked = set(ATTACKS.get(record.name, {}))
        attacked |= set(ATTACKS["retracted event"]) if record.name == "event" else set()
        texts = {
            field.name
            for field in record.fields
            if type(field.reader).__name__ in ("Text", "Markdown", "Address")
        }
        assert texts <= attacked, record.name


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
            if one.attributes.get("type") in ("application/ld+json", "application/json"):
                json.loads(one.text)  # data, which no browser runs
            elif one.tag in ("script", "style"):
                assert one.text in inline, name
            if one.tag == "script" and "src" in one.attributes:
                assert re.sub(r"^(\.\.?/|/)+", "", one.attributes["src"]) in ours, name
        for link in page.links:
            assert urlsplit(link).scheme in ("", "http", "https", "mailto"), (name, link)
        assert len(page.all("h1")) == 1, name
        assert page.ids.count("main") == 1, name
    shown = pages(attacked)["events/flood/index.html"].all("main")[0].text
    assert "{{ 7 * 7 }}" in shown
    assert "49" not in shown
    assert "<script>window.ran=1</script>" in shown
    for name, data in projects.files(attacked / "site").items():
        if name.endswith((".xml", ".svg")):
            tags = {one.tag.rpartition("}")[2] for one in ElementTree.fromstring(data).iter()}
            assert not tags & {"script", "iframe", "b", "img"}, name


@pytest.mark.parametrize("policy", [True, False], ids=["as it is", "without the policy"])
def test_8_nothing_of_the_content_runs_in_a_browser(attacked, browser, serve_folder, policy):
    """Every page is opened, and nothing happens; the policy finds nothing that it must refuse."""
    address = serve_folder(attacked / "site")
    context = browser.new_context(bypass_csp=not policy)
    said = []
    page = context.new_page()
    page.on("dialog", lambda dialog: pytest.fail(dialog.message))
    page.on("console", lambda line: said.append(line.text))
    for name in pages(attacked):
        page.goto(f"{address}/{name}")
        page.evaluate(
            "for (const one of document.querySelectorAll('main *'))"
            " for (const kind of ['mouseover', 'focus', 'load', 'error'])"
            " one.dispatchEvent(new Event(kind))"
        )
        assert page.evaluate("window.ran") is None, name
    context.close()

    assert [text for text in said if "Content Security Policy" in text] == []


CALL = re.compile(r"^\d+ +(?P<name>\w+)\((?P<words>.*)\) += (?P<answer>-?\d+|\?)")
WRITES = re.compile(
    "(mkdir|mknod|rmdir|unlink|rename|link|symlink|f?truncate|[fl]?ch(mod|own)|utimens|utime|[fl]?(set|remove)xattr)"
    "(at2?|2)?|creat"
)
OWN = [projects.ROOT / "dateline", projects.ROOT / "templates", sys.prefix, sys.base_prefix]
SYSTEM = ["/usr", "/lib", "/lib64", "/etc/ld.so.cache", "/etc/localtime", "/proc/self"]
SYSTEM += ["/dev/null", "/dev/urandom"]
"""What Python itself reads, and the libraries that it is made with."""
CORES = ["/sys/fs/cgroup", "/sys/devices/system/cpu", "/proc/cpuinfo", "/proc/meminfo"]
"""What tells how many cores there are."""


def traced(project: Path, tmp_path: Path, **settings: str) -> list[tuple[str, str, list[Path]]]:
    """Build under strace; return every call that succeeded: its name, its words, its paths."""
    if not shutil.which("strace"):
        conftest.missing("strace", "run 'make test' once")
    log = tmp_path / "log"
    tracer = ["strace", "-f", "-y", "-s", "4096", "-o", log]
    calls = "trace=%file,%network,execve,execveat,fchmod,fchown,ftruncate"
    done = build(project, started_by=[*tracer, "-e", calls], **settings)
    assert done.returncode == 0, done.stderr
    found = []
    for line in log.read_text("utf-8", "surrogateescape").splitlines():
        call = CALL.match(line)
        if call and call["answer"] not in ("-1", "?"):
            found.append((call["name"], call["words"], named(call["words"], project)))
    return found


def named(words: str, folder: Path) -> list[Path]:
    """The paths in the words of a call: each after the folder that it begins at, if it has one."""
    found = re.findall(r'(?:\w+<([^>]*)>, )?"((?:[^"\\]|\\.)*)"|\d+<(/[^>]*)>', words)
    return [
        Path(os.path.normpath(folder / base / path if path or base else opened))
        for base, path, opened in found
    ]


def strayed(
    calls: list[tuple[str, str, list[Path]]], project: Path, readable: list[Path]
) -> list[str]:
    """Every call that is against promise 9: the first execve started the build itself."""
    writable = [project / "site", project / ".dateline", project / "content/permalinks.lock"]
    writable += [Path("/dev/null"), Path("/dev/shm")]
    found = [name for name, _, _ in calls if name.startswith("execve")][1:]
    for name, words, paths in calls:
        if name in ("connect", "bind", "listen", "sendto", "sendmsg"):
            found.append(f"{name} {words}")
        elif WRITES.fullmatch(name) or re.search("O_WRONLY|O_RDWR|O_CREAT|O_TRUNC", words):
            found += [f"{name} {path}" for path in paths if not within(path, writable)]
        elif name.startswith("open") and "O_DIRECTORY" not in words:
            found += [f"{name} {path}" for path in paths[:1] if not within(path, readable)]
    return found


def within(path: Path, places: Sequence[Path | str]) -> bool:
    """Say whether a path is one of these places, or in one."""
    return any(path.is_relative_to(place) for place in places)


@pytest.mark.parametrize("versioned", [False, True], ids=["alone", "in a git repository"])
def test_9_a_build_reads_the_project_and_writes_its_output(project, tmp_path, versioned):
    """It asks no network and starts no program; a second build neither. Seen by the kernel.

    Its own files and Python's it reads too, and of a repository around it what git keeps there.
    """
    home = tmp_path / "home"
    home.mkdir()
    (home / ".gitconfig").write_text("[core]\n\tpager = touch pwned\n")
    secret = projects.write(tmp_path / "secret", "-- key --\nsecret\n")
    readable = [project, *OWN, *SYSTEM, *CORES]
    if versioned:
        repository = Repository(tmp_path)
        repository.commit("2024-03-04T12:00:00Z")
        readable.append(tmp_path / ".git")

    for _ in range(2):
        calls = traced(project, tmp_path, HOME=str(home), TMPDIR=str(secret))
        assert strayed(calls, project, readable) == []
    assert not (tmp_path / "pwned").exists()
    assert projects.files(secret) == {"key": b"secret\n"}


def test_9_a_recipe_that_strays_is_seen(project, tmp_path):
    """So the test above can fail: a file elsewhere, a program, a file written, a connection."""
    recipe = project / "build.py"
    strays = (
        "import socket, subprocess\n"
        "open('/etc/passwd').close()\n"
        f"open({str(tmp_path / 'new')!r}, 'w').close()\n"
        "subprocess.run(['true'])\n"
        "socket.socket(socket.AF_INET, socket.SOCK_DGRAM).bind(('127.0.0.1', 0))\n"
    )
    recipe.write_text(
        recipe.read_text().replace("from dateline import cli", f"{strays}from dateline import cli")
    )
    found = strayed(traced(project, tmp_path), project, [project, *OWN, *SYSTEM, *CORES])

    assert {"openat /etc/passwd", f"openat {tmp_path / 'new'}", "execve"} <= set(found)
    assert any(one.startswith("bind ") for one in found)


@pytest.fixture
def preview(project):
    """The preview of the small project, and how to ask it for an address."""
    serve = subprocess.Popen(
        [sys.executable, project / "build.py", "serve", "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=project,
        env=os.environ | {"PYTHONPATH": str(projects.ROOT)},
    )
    place = urlsplit(serve.stdout.readline().split()[2]).netloc
    drain = threading.Thread(target=serve.stdout.read)
    drain.start()

    def ask(path: str, **headers: str) -> tuple[int, str]:
        connection = http.client.HTTPConnection(place, timeout=30)
        with contextlib.closing(connection):
            connection.request("GET", path, headers=headers)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()

    yield ask
    serve.send_signal(signal.SIGINT)
    drain.join()
    with serve:
        assert serve.wait() == 0


def comes(ask: Callable[[], tuple[int, str]], status: int, text: str) -> str:
    """Ask until the answer has this status and text."""
    end = time.monotonic() + 30
    while (answer := ask())[0] != status or text not in answer[1]:
        assert time.monotonic() < end, answer
        time.sleep(0.02)
    return answer[1]


def test_10_the_preview_serves_nothing_but_the_site(project, preview):
    """On this machine, under its own name, out of memory; see test_preview.py for odder ways."""
    comes(lambda: preview("/"), 200, "Floods")

    assert preview("/", Host="evil.example")[0] == 403
    for path in ("/build.py", "/../build.py", "/%2e%2e/build.py", f"/{project}/build.py", "/.git"):
        assert preview(path)[0] in (400, 404), path
    assert not (project / "site").exists()
    assert not (project / ".dateline/preview").exists()


def test_11_the_preview_survives_every_broken_save(project, preview):
    """In content, settings and templates: the fault is shown with its line, and goes away."""
    event = "/events/flood/"
    comes(lambda: preview(event), 200, "The sea breaks in")
    (project / "templates").mkdir()
    whole = {name: (project / name).read_bytes() for name in projects.files(project)}
    for name, broken, where in (
        ("content/events/dykes.yaml", "- id: flood\n  date: [", "content/events/dykes.yaml:"),
        ("content/site.yaml", "title: Floods\ntitel: x", "content/site.yaml:2:1: "),
        ("content/site.yaml", "", "content/site.yaml:1:1: "),
        ("templates/event.html", "\n{{ page.nothing }}", "templates/event.html:2:1: "),
        ("templates/base.html", "{% if %}", "templates/base.html:1:1: "),
    ):
        (project / name).write_text(broken)
        comes(lambda: preview(event), 500, where)
        if name in whole:
            (project / name).write_bytes(whole[name])
        else:
            (project / name).unlink()
        comes(lambda: preview(event), 200, "The sea breaks in")

    shutil.move(project / "content", project / "gone")
    comes(lambda: preview(event), 500, "")
    shutil.move(project / "gone", project / "content")
    comes(lambda: preview(event), 200, "The sea breaks in")


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


ZONES = ("Pacific/Kiritimati", "Africa/Bamako", "America/Los_Angeles", "Pacific/Pago_Pago")


def test_12_no_time_zone_moves_a_date(project, browser, serve_folder, tmp_path):
    """Neither that of the machine that builds nor that of the reader."""
    for zone in ZONES:
        done = build(project, "--output", str(tmp_path / zone / "site"), TZ=zone)
        assert done.returncode == 0, done.stderr
    first, *others = (projects.files(tmp_path / zone / "site") for zone in ZONES)
    assert all(other == first for other in others)

    address = serve_folder(tmp_path / ZONES[0] / "site")
    said = set()
    for zone in ZONES:
        context = browser.new_context(timezone_id=zone)
        page = context.new_page()
        page.goto(f"{address}/?from=1287-12-14&to=1287-12-14")
        page.wait_for_selector("timeline-filter[is-ready]")
        said.add(page.get_by_role("main").inner_text())
        page.goto(f"{address}/events/flood/")
        said.add(page.get_by_role("main").inner_text())
        context.close()
    assert len(said) == 2, "home and event"
    assert all("14 December 1287" in text for text in said)


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


def test_13_a_browser_asks_only_where_the_page_is_from(attacked, browser, serve_folder):
    """Every page, with scripts, and without the policy that would forbid it."""
    address = serve_folder(attacked / "site")
    context = browser.new_context(bypass_csp=True)
    asked = []
    context.on("request", lambda request: asked.append(request.url))
    page = context.new_page()
    for name in pages(attacked):
        page.goto(f"{address}/{name}")
        hints = "link:is([rel~=preconnect], [rel~=dns-prefetch], [rel~=prefetch]), a[ping]"
        assert page.locator(hints).count() == 0, name
    page.goto(f"{address}/?q=x")
    page.wait_for_load_state("networkidle")
    context.close()

    assert len(asked) > len(pages(attacked))
    assert [url for url in asked if not url.startswith(f"{address}/")] == []
