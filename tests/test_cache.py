"""What was read before gives the same timeline as reading all of it again."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import projects
import pytest
from msgspec import Struct, structs

from dateline import cache, check, cli, dates, evidence, kept, model, problems, schema, source
from dateline.problems import Faults
from dateline.project import Project

ROOT = Path(__file__).parents[1]
SITES = sorted(path.parent for path in (ROOT / "tests" / "sites").glob("*/content"))
NO_MENTIONS = model.Mentions()
EVENTS = """\
- id: lift-off
  date: 1969-07-16
  title: Lift-off
  places: [pad]
  sources: [log]
  text: |
    It flew [@log], and came [[down]].
- id: down
  date: 1969-07-24?
  title: Splashdown
  causes: [lift-off]
  disputed:
  - point: Who was there
    positions:
    - {by: NASA, says: Three., sources: [log]}
    - {by: Others, says: Two., sources: [log]}
  figures:
  - {what: people, min: 3, by: NASA, sources: [log]}
"""
SOURCES = """\
log:
  title: The log
  kind: document
  url: https://example.org/log
  archived: {url: "https://example.net/log", date: 2020-01-02}
"""
FILES = {
    "site.yaml": "title: Moon\n",
    "events.yaml": EVENTS,
    "sources/log.yaml": SOURCES,
    "pages/about.md": "---\ntitle: About\n---\nSee [the start](../events/lift-off/) [@log].\n",
    "places.yaml": 'pad:\n  name: The pad\n  kind: site\n  lat: "28.6"\n  lon: "-80.6"\n',
}


@pytest.fixture
def project(tmp_path):
    """A small project without a fault."""
    for name, text in FILES.items():
        path = tmp_path / "content" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return Project(root=tmp_path, output=tmp_path / "site")


def everything(timeline):
    """All that a timeline says, with every place, as text."""
    plain = structs.replace(timeline, mentions=NO_MENTIONS, declared={})
    declared = [
        (kind, id, str(found[id])) for kind, found in timeline.declared.items() for id in found
    ]
    return [said(plain), sorted(map(said, timeline.mentions)), sorted(declared)]


def said(value):
    """All that a value says, as text, wherever it is kept meanwhile."""
    if isinstance(value, problems.Document):
        return f"{value.name}: {value.text}"
    if isinstance(value, model.Prose):
        value = value.text, *structs.astuple(value)[1:-1], evidence.in_text(value)
    if isinstance(value, Struct):
        value = type(value).__name__, structs.asdict(value)
    if isinstance(value, Mapping):
        value = tuple(value.items())
    return f"({', '.join(map(said, value))})" if isinstance(value, tuple | list) else repr(value)


def read(project, known=None, *, drafts=False):
    """The timeline of a project and what is said about it, from what is known already."""
    known = known if known is not None else kept.Kept()
    faults = Faults()
    with known.used():
        content = source.read(project.content, faults)
        timeline = schema.timeline(content, faults, drafts=drafts)
        check.timeline(timeline, faults)
    return everything(timeline), problems.text(faults)


def stored(project):
    """Build once, and return what the next process knows."""
    known = cache.load(project)
    read(project, known)
    cache.save(project, known)
    return cache.load(project)


@pytest.mark.parametrize("site", SITES, ids=lambda site: site.name)
@pytest.mark.parametrize("drafts", [False, True])
def test_a_timeline_from_the_cache_is_the_timeline(site, drafts, tmp_path):
    """Read from the files, from the cache, and again in the same process, it is the same."""
    shutil.copytree(site / "content", tmp_path / "content")
    project = Project(root=tmp_path, output=tmp_path / "site")
    known = stored(project)
    expected = read(project, drafts=drafts)

    assert known.stored
    assert read(project, known, drafts=drafts) == expected
    assert read(project, known, drafts=drafts) == expected


def test_after_any_edits_it_is_as_if_read_anew(project):
    """Whatever is edited, with or without faults, the process that keeps what it knows sees it."""
    dice = random.Random(3)
    known = stored(project)
    edits = (
        ("title: Lift-off", "title: Start"),
        ("- id: down", "\n# a note\n- id: down"),
        ("[@log]", "[@lgo]"),
        ("places: [pad]", "places: [pda]"),
        ("date: 1969-07-16", "date: never"),
        ("causes: [lift-off]", "draft: true"),
        ("- id: down", "- id: lift-off"),
        ("text: |", "summary: [[down]]\n  text: |"),
        ("title: Splashdown", "title: 'Splash\n- down'"),
        ("causes: [lift-off]", "causes: [down]"),
        ("title: Splashdown", "title: Splashdown\n  status: retracted\n  reason: It was wrong."),
        ("title: The log", "title: The log # of it"),
        ("log:\n", "log-2: {title: x, kind: document, aliases: [old-log]}\nlog:\n"),
    )
    for _ in range(60):
        texts = dict(FILES)
        for old, new in dice.sample(edits, dice.randint(0, 2)):
            texts = {name: text.replace(old, new, 1) for name, text in texts.items()}
        for name, text in texts.items():
            (project.content / name).write_text(text, "utf-8")

        assert read(project, known) == read(project), texts["events.yaml"]


def test_an_edit_between_two_processes_is_seen(project):
    """Only the entry that was edited is read again; those below it have moved with their lines."""
    known = stored(project)
    events = project.content / "events.yaml"
    events.write_text(
        EVENTS.replace("title: Lift-off\n", "title: Start\n  summary: Up.\n"), "utf-8"
    )

    assert read(project, known) == read(project)


def test_warnings_are_said_again(project):
    """What was worth a warning is not taken for read."""
    text = EVENTS.replace("title: Lift-off", "title: Lift-off # at noon")
    (project.content / "events.yaml").write_text(text, "utf-8")
    _, said = read(project)
    known = stored(project)

    assert "taken for a comment" in said
    assert read(project, known)[1] == said
    assert read(project, known)[1] == said


def test_what_is_gone_from_the_content_goes_from_the_cache(project):
    """The cache is never larger than what it is of."""
    stored(project)
    before = len(list(kept_files(project)))
    (project.content / "places.yaml").unlink()
    known = cache.opened(project)
    read(project, known)
    cache.save(project, known)

    assert before == 3
    assert len(list(kept_files(project))) == 2


def test_nothing_is_written_where_nothing_changed(project):
    """A build of unchanged content leaves the files of the cache as they are."""
    stored(project)
    folder = project.root / cache.FOLDER
    before = {path: path.stat().st_mtime_ns for path in folder.iterdir()}
    known = cache.load(project)
    read(project, known)
    cache.save(project, known)

    assert {path: path.stat().st_mtime_ns for path in folder.iterdir()} == before


def test_without_cache_nothing_is_read_or_written(project):
    """`--no-cache` leaves the folder alone."""
    without = structs.replace(project, cache=False)
    known = cache.load(without)
    read(without, known)
    cache.save(without, known)

    assert not (project.root / ".dateline").exists()
    stored(project)
    assert cache.load(without).stored == {}


def test_a_damaged_cache_is_thrown_away(project):
    """A byte that was changed, lost or added anywhere makes no difference to what is read."""
    expected = read(project)
    stored(project)
    dice = random.Random(5)
    others = [project.root / cache.FOLDER / name for name in (cache.TEXTS, cache.NOTES)]
    for path in [*sorted(kept_files(project)), *others]:
        whole = path.read_bytes()
        for _ in range(60):
            at = dice.randrange(len(whole))
            path.write_bytes(whole[:at] + dice.choice((b"", b"x", b"\xff", b'"')) + whole[at + 1 :])

            assert read(project, cache.load(project)) == expected
        path.write_bytes(whole)


BAD = (
    None, True, 1, -1, 1.5, "", "x", "<script>", "javascript:alert(1)", "a\u202eb", [], [[]], ["x"],
    [["x"]], {}, {"x": 1}, 10**30,
)  # fmt: skip
"""What an attacker may put in the place of any value."""


def test_a_file_that_was_not_changed_is_not_read(project, monkeypatch):
    """The next process knows by its marks (size, times, inode) that it is as it was."""
    monkeypatch.setattr(source, "SETTLED", 0)
    known = stored(project)
    places = project.content / "places.yaml"
    places.write_text(places.read_text("utf-8").replace("The pad", "A pad"), "utf-8")
    with known.used():
        faults = Faults()
        timeline = schema.timeline(source.read(project.content, faults), faults)
    for path in project.content.glob("*/*.yaml"):
        path.unlink()

    assert timeline.places["pad"].name == "A pad"
    assert timeline.sources["log"].title == "The log"
    with pytest.raises(FileNotFoundError):
        assert timeline.declared["source"]["log"]


def test_what_was_changed_since_it_was_looked_at_is_not_taken_for_what_it_was(project, monkeypatch):
    """A text is that of the timeline, or a fault says that its file was changed meanwhile."""
    monkeypatch.setattr(source, "SETTLED", 0)
    known = stored(project)
    with known.used():
        faults = Faults()
        timeline = schema.timeline(source.read(project.content, faults), faults)
    events = project.content / "events.yaml"
    events.write_text(EVENTS.replace("It flew", "It fell"), "utf-8")

    with pytest.raises(OSError, match="was changed while it was read"):
        assert timeline.events["lift-off"].text.text
    events.write_text(EVENTS, "utf-8")
    assert timeline.events["lift-off"].text.text == "It flew [@log], and came [[down]].\n"


def test_a_build_during_which_a_text_is_edited_writes_nothing(project, monkeypatch, capsys):
    """It ends as if the disk had failed, and says what to do."""
    monkeypatch.setattr(source, "SETTLED", 0)
    events = project.content / "events.yaml"
    assert cli.main(projects.build, ["build", "--quiet"], project.root) == 0
    before = files_of(project.output)
    about = project.content / "pages/about.md"
    about.write_text("---\ntitle: Of this\n---\nNew.\n", "utf-8")

    def build(project):
        site = projects.build(project)
        events.write_text(EVENTS.replace("It flew", "It fell"), "utf-8")
        return site

    monkeypatch.setattr(cache, "_opened", {})
    assert cli.main(build, ["build", "--quiet"], project.root) == 3
    said = "was changed while it was read; the site is as it was: build again"
    assert f"{events}: {said}" in capsys.readouterr().err
    assert files_of(project.output) == before

    monkeypatch.setattr(cache, "_opened", {})
    assert cli.main(projects.build, ["build", "--quiet"], project.root) == 0
    assert b"It fell" in (project.output / "events/lift-off/index.html").read_bytes()


def test_sources_of_several_files_are_in_order_of_their_ids(project):
    """Also from the cache, where nothing but their ids is known yet."""
    more = "a:\n  title: A\n  kind: book\nz:\n  title: Z\n  kind: book\n"
    (project.content / "sources/more.yaml").write_text(more, "utf-8")
    expected = read(project)
    known = stored(project)
    with known.used():
        faults = Faults()
        timeline = schema.timeline(source.read(project.content, faults), faults)

    assert list(timeline.sources) == list(timeline.sources.keys()) == ["a", "log", "z"]
    assert [source.id for source in timeline.sources.values()] == ["a", "log", "z"]
    assert read(project, cache.load(project)) == expected


def test_sources_that_were_spoiled_in_the_cache_are_read_from_their_file(project):
    """What they say is made late, and what is odd then is read again."""
    expected = read(project)
    stored(project)
    for path in kept_files(project):
        content = json.loads(path.read_bytes().partition(b"\n")[2])
        if content[1] == "sources/log.yaml":
            assert list(content[-2]) == ["title", "kind", "url", "archived"]
            content[-2]["url"] = ["javascript:alert(1)"]
            path.write_bytes(cache._stamped(json.dumps(content).encode()))

    assert read(project, cache.load(project)) == expected


def test_forged_notes_of_pages_leave_no_page_out(project, monkeypatch):
    """Is the number of their keys another, all pages are planned anew."""
    monkeypatch.setattr(cache, "_opened", {})
    assert cli.main(projects.build, ["build", "--quiet"], project.root) == 0
    before = files_of(project.output)
    path = project.root / cache.FOLDER / cache.NOTES
    content = json.loads(path.read_bytes().partition(b"\n")[2])
    for notes in content[2].values():
        if "pages" in notes:
            notes["pages"] = notes["pages"].rpartition("\n")[0]
    path.write_bytes(cache._stamped(json.dumps(content).encode()))

    monkeypatch.setattr(cache, "_opened", {})
    assert cli.main(projects.build, ["build", "--quiet"], project.root) == 0
    assert content[2]["events.yaml"]["pages"].count("\n") == 1
    assert files_of(project.output) == before


def test_texts_of_pages_are_not_converted_again(project):
    """The next process knows what they cite and link to; Markdown takes 40 ms to load."""
    page = project.content / "pages/about.md"
    page.write_text(page.read_text("utf-8") + "\nSee [all](../evnts/).\n", "utf-8")
    expected = read(project)
    stored(project)
    program = (
        "import sys\n"
        "from pathlib import Path\n"
        "from dateline import cache, check, problems, schema, source\n"
        "from dateline.project import Project\n"
        "root, faults = Path(sys.argv[1]), problems.Faults()\n"
        "project = Project(root=root, output=root / 'site')\n"
        "with cache.load(project).used():\n"
        "    content = source.read(project.content, faults)\n"
        "    check.timeline(schema.timeline(content, faults), faults)\n"
        "print(problems.text(faults), 'markdown' in sys.modules)\n"
    )
    command = [sys.executable, "-c", program, str(project.root)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)

    assert "no page of this site is at '../evnts/'" in expected[1]
    assert done.stdout == f"{expected[1]} False\n"


def texts_of(project):
    """What the cache says of texts outside of events: by text, what is to be known of it."""
    _, _, body = (project.root / cache.FOLDER / cache.TEXTS).read_bytes().partition(b"\n")
    _, texts, found = json.loads(body)
    return dict(zip(texts, found, strict=True))


def test_of_texts_so_many_are_stored_as_there_is_room_for(project, monkeypatch):
    """The cache has no more than so many characters of them."""
    other = project.content / "pages/more.md"
    other.write_text("---\ntitle: More\n---\n" + "Long. " * 100, "utf-8")
    monkeypatch.setattr(cache, "MOST_TEXT", 100)
    stored(project)

    assert list(texts_of(project)) == ["See [the start](../events/lift-off/) [@log].\n"]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (r"See \usepackage and C:\users in [all](../events/).", True),
        (r"See [it](../events/?q=&#92;u202e).", True),
        ("See [it](../events/?q=&#x202e;).", False),
    ],
)
def test_a_text_spoils_the_cache_for_no_other(project, text, kept):
    """Neither a backslash nor an invisible character in a link makes it look like a forged one."""
    page = project.content / "pages/odd.md"
    page.write_text(f"---\ntitle: Odd\n---\n{text}\n", "utf-8")
    stored(project)
    check._remembered.clear()
    cache.load(project)

    assert "See [the start](../events/lift-off/) [@log].\n" in check._remembered
    assert (f"{text}\n" in check._remembered) == kept


@pytest.mark.parametrize("cell", [bad for bad in BAD if bad not in (True, [], ["x"])])
def test_forged_findings_of_texts_are_thrown_away(project, cell):
    """Under a right checksum too, what is said of a text is what rules can read."""
    stored(project)
    path, (text,) = project.root / cache.FOLDER / cache.TEXTS, texts_of(project)
    for forged in (cell, [cell, [], False, []], [[], [], cell, []], [[], [], False, cell]):
        body = json.dumps([cache._version(), [text], [forged]], ensure_ascii=False)
        path.write_bytes(cache._stamped(body.encode()))
        check._remembered.clear()
        cache.load(project)

        assert text not in check._remembered, forged


def test_a_poisoned_cache_puts_nothing_into_a_timeline_that_content_could_not(project):
    """Under a right checksum too a value is read only if an editor could have written it."""
    stored(project)
    dice = random.Random(7)
    for path in sorted(kept_files(project)):
        version, *content = json.loads(path.read_bytes().partition(b"\n")[2])
        for place in places(content):
            for bad in dice.sample(BAD, 4):
                other = changed(content, place, bad)
                saved = [version, *other] if isinstance(other, list) else other
                path.write_bytes(cache._stamped(json.dumps(saved).encode()))
                known = cache.load(project)
                with known.used():
                    faults = Faults()
                    found = schema.timeline(source.read(project.content, faults), faults)

                assert all(map(fit, values(found)))
        path.unlink()


def kept_files(project):
    """The files of the cache that hold what entries say."""
    return (project.root / cache.FOLDER).glob(f"*{cache.ENDING}")


def places(content):
    """The way to every value within a value."""
    yield ()
    inner = content.items() if isinstance(content, dict) else enumerate(content)
    for key, value in inner if isinstance(content, list | dict) else ():
        yield from (
            (key, *place) for place in (places(value) if isinstance(value, list | dict) else [()])
        )


def changed(content, place, bad):
    """The value with another in one place."""
    if not place:
        return bad
    copy = dict(content) if isinstance(content, dict) else list(content)
    copy[place[0]] = changed(content[place[0]], place[1:], bad)
    return copy


def values(timeline):
    """Every entry of a timeline."""
    for found in (timeline.events, timeline.sources, timeline.places):
        yield from found.values()


def fit(entry):
    """Whether an entry is of the right types, and its addresses are web addresses."""
    for name, kind in type(entry).__annotations__.items():
        value = getattr(entry, name)
        if kind == "str" and type(value) is not str:
            return False
        if kind.startswith("tuple") and type(value) is not tuple:
            return False
        if "Date" in kind and not isinstance(value, dates_or_none):
            return False
        if name == "url" and value and not value.startswith("https://"):
            return False
    return True


dates_or_none = (type(None), dates.Date)


@pytest.mark.parametrize("where", [".dateline", ".dateline/cache"])
def test_a_link_in_the_place_of_the_cache_is_not_followed(where, project, tmp_path_factory):
    """Nothing is read from or written to where a link leads."""
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    place = project.root / where
    place.parent.mkdir(exist_ok=True)
    place.symlink_to(elsewhere)
    known = cache.load(project)
    read(project, known)
    cache.save(project, known)

    assert known.home == project.content
    assert list(elsewhere.iterdir()) == []


def test_a_build_after_an_edit_is_a_clean_build(project, monkeypatch):
    """What `build` keeps changes no byte of the next site; `--no-cache` leaves it alone."""
    monkeypatch.setattr(cache, "_opened", {})
    folder = project.root / cache.FOLDER
    assert cli.main(projects.build, ["build", "--quiet", "--no-cache"], project.root) == 0
    assert not folder.exists()
    assert cli.main(projects.build, ["build", "--quiet"], project.root) == 0
    assert len(list(kept_files(project))) == 3
    events = project.content / "events.yaml"
    events.write_text(EVENTS.replace("title: Lift-off", "title: Start"), "utf-8")

    monkeypatch.setattr(cache, "_opened", {})
    clean = project.root / "clean"
    assert cli.main(projects.build, ["build", "--quiet"], project.root) == 0
    arguments = ["build", "--quiet", "--no-cache", "--output", str(clean)]
    assert cli.main(projects.build, arguments, project.root) == 0
    assert files_of(project.output) == files_of(clean)
    assert b"Start" in (clean / "events/lift-off/index.html").read_bytes()


def files_of(folder):
    """The files of a site, but for the record of the build, by path."""
    paths = (path for path in folder.rglob("*") if path.is_file() and path.name[0] != ".")
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}
