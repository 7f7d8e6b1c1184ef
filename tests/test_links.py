"""`links` as a person runs it: what it asks for, remembers, prints, writes and returns."""

import contextlib
import io
import json
import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import dataclass

import odd_server
import projects
import pytest

from dateline import cli

BASE = """
    -- content/site.yaml --
    title: Floods
    -- content/events.yaml --
    - {id: flood, date: "1287", title: The flood}
"""
QUICK = ("--timeout", "9", "--pause", "0.01", "--retries", "0")


@pytest.fixture
def server():
    """A server of its own for each test."""
    with odd_server.running() as server:
        yield server


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project with a recipe and without sources, in the working folder."""
    monkeypatch.setenv("NO_PROXY", "*")  # none may stand between the command and the server
    folder = projects.with_recipe(projects.write(tmp_path / "floods", BASE))
    monkeypatch.chdir(folder)
    return folder


def sources(project, text):
    """Write content/sources.yaml."""
    projects.write(project, f"-- content/sources.yaml --\n{text}")
    return project / "content/sources.yaml"


def listed(server, *paths):
    """Sources at these paths of the server, each with its path as id and title."""
    return "".join(
        f"{re.sub('[^a-z0-9]+', '-', path).strip('-')}:\n  title: T\n  kind: news\n"
        f"  url: {server.url(path)}\n"
        for path in paths
    )


def run(**streams):
    """Start the command as a process of its own, in the working folder."""
    words = [sys.executable, "build.py", "links", *QUICK]
    return subprocess.Popen(words, env=os.environ | {"PYTHONPATH": str(projects.ROOT)}, **streams)


@dataclass(frozen=True)
class Done:
    """What a run printed, and its status."""

    returncode: int
    stdout: str
    stderr: str


def links(project, *words):
    """Run the command in the folder of the project; return what was printed and the status."""
    out, err = io.StringIO(), io.StringIO()
    words = ["links", *QUICK, *words]
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        try:
            status = cli.main(projects.build, words, root=project)
        except SystemExit as end:
            status = end.code
    return Done(status, out.getvalue(), err.getvalue())


def book(project):
    """What the command remembers."""
    return json.loads((project / ".dateline/links.json").read_text("utf-8"))


def report(project):
    """The report of the last run."""
    return (project / ".dateline/links.md").read_text("utf-8")


# Checking


def test_a_run_without_trouble_says_so(project, server):
    """Status 0, no warning, the counts, and a report."""
    sources(project, listed(server, "/page/a", "/page/b"))
    done = links(project)

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1] == "2 addresses: 2 ok; see .dateline/links.md"
    assert "2 addresses: 2 ok." in report(project)


def test_a_dead_source_is_told_at_its_place(project, server):
    """A warning at the address in the file, status 1, and the day since when in the report."""
    sources(project, "# one\n" + listed(server, "/404"))
    done = links(project)

    assert done.returncode == 1
    assert done.stderr == (
        "content/sources.yaml:5:8: warning: the source '404' answers 404 (not found) (dead)\n"
        f"    5 |   url: {server.url('/404')}\n"
        f"      |        {'^' * len(server.url('/404'))}\n"
        "   hint: look for the page elsewhere, or for a copy in an archive to name in 'archived'\n"
    )
    day = book(project)["addresses"][server.url("/404")]["since"][:10]
    assert f"- `404`, content/sources.yaml:5:8: <{server.url('/404')}>" in report(project)
    assert f"  It answers 404 (not found). Since {day}." in report(project)


@pytest.mark.parametrize("path", ["/moved/301", "/403", "/500", "/to-home", "/page"])
def test_only_the_dead_make_the_status_1(project, server, path):
    """What has moved, is blocked or broken is told, but readers are not left with nothing."""
    sources(project, listed(server, path))

    assert links(project).returncode == 0


def test_a_dead_source_with_a_copy_makes_no_status_1(project, server):
    """That is what copies are for; if the copy is dead too, `--copies` finds out."""
    entry = listed(server, "/404")
    copy = f"  archived: {{url: {server.url('/410')}, date: 2024-01-31}}\n"
    sources(project, entry + copy)

    assert links(project).returncode == 0
    done = links(project, "--copies")
    assert done.returncode == 1
    assert "the archived copy '404' answers 410 (gone) (dead)" in done.stderr


def test_tools_get_the_warnings_as_data(project, server):
    """`--format json` prints nothing else on standard output."""
    sources(project, listed(server, "/404", "/page", "/moved/308"))
    done = links(project, "--format", "json")

    rows = json.loads(done.stdout)
    assert [(row["line"], row["column"], row["level"], row["field"]) for row in rows] == [
        (4, 8, "warning", "url"),
        (12, 8, "warning", "url"),
    ]
    assert rows[1]["hint"] == f"write {server.url('/page/new')}, if the same page is there"


def test_quiet_prints_warnings_only(project, server):
    """Nothing on standard output."""
    sources(project, listed(server, "/page"))
    done = links(project, "--quiet")

    assert (done.stdout, done.stderr, done.returncode) == ("", "", 0)


def test_without_a_terminal_each_address_has_its_line(project, server):
    """In place of the bar."""
    sources(project, listed(server, "/page"))

    assert links(project).stdout.splitlines()[0] == f"1/1 ok: {server.url('/page')}"


def test_on_a_terminal_there_is_a_bar(project, server):
    """It counts, and leaves nothing behind but the summary."""
    pty = pytest.importorskip("pty")
    sources(project, listed(server, "/page/1", "/page/2"))
    termios = pytest.importorskip("termios")
    ours, theirs = pty.openpty()
    termios.tcsetwinsize(theirs, (24, 80))
    done = run(stdout=subprocess.PIPE, stderr=theirs)
    said, _ = done.communicate(timeout=20)
    os.set_blocking(ours, False)
    shown = os.read(ours, 100_000).decode()
    os.close(theirs)
    os.close(ours)

    assert said == b"2 addresses: 2 ok; see .dateline/links.md\n"
    assert "/2 [" in shown


def test_some_sources_alone(project, server):
    """By id, by a pattern of ids, by a part of the address; nothing that fits is wrong usage."""
    sources(project, listed(server, "/page/a", "/page/b", "/other/c"))

    assert links(project, "--only", "page-a").stdout.splitlines()[-1].startswith("1 address:")
    assert links(project, "--only", "page-*").stdout.splitlines()[-1].startswith("2 addresses:")
    assert links(project, "--only", "/other/").stdout.splitlines()[-1].startswith("1 address:")
    done = links(project, "--only", "page-z")
    assert (done.returncode, done.stderr.splitlines()[0]) == (
        2,
        "dateline: no source is called 'page-z'",
    )


def test_what_was_asked_lately_is_not_asked_again(project, server):
    """Until it is older than `--max-age`, or `--fresh` is given; a new address is asked."""
    sources(project, listed(server, "/page/a", "/404"))
    links(project)
    asked = len(server.log)
    sources(project, listed(server, "/page/a", "/404", "/page/b"))
    again = links(project)
    new = [request.path for request in server.log[asked:]]
    links(project, "--fresh")

    assert again.returncode == 1
    assert again.stdout.splitlines()[-1].startswith("3 addresses: 2 ok, 1 dead;")
    assert new == ["/page/b"]
    assert server.asked["/page/a"] == 2
    links(project, "--max-age", "0")
    assert server.asked["/page/a"] == 3


def test_what_gave_no_clear_answer_is_asked_again_sooner(project, server):
    """A timeout of two hours ago is; a page that was found two hours ago is not."""
    sources(project, listed(server, "/page", "/drop"))
    links(project)
    told = (project / ".dateline/links.json").read_text("utf-8")
    hours = [row["asked"] for row in book(project)["addresses"].values()]
    earlier = json.loads(told)
    for row, asked in zip(earlier["addresses"].values(), hours, strict=True):
        row["asked"] = two_hours_before(asked)
    (project / ".dateline/links.json").write_text(json.dumps(earlier))
    asked = server.asked.copy()
    links(project)

    assert server.asked["/page"] == asked["/page"]
    assert server.asked["/drop"] > asked["/drop"]


def two_hours_before(moment):
    """An earlier moment, in ISO 8601."""
    from datetime import datetime, timedelta

    return (datetime.fromisoformat(moment) - timedelta(hours=2)).isoformat()


@pytest.mark.parametrize(
    "odd",
    ["", "[]", "{", '{"version": 0}', '{"version": 1, "addresses": {"x": 1}, "copies": {}}',
     '{"version": 1, "addresses": {"x": {"outcome": "fine"}}, "copies": {}}', "\xff"],
)  # fmt: skip
def test_a_book_that_makes_no_sense_is_thrown_away(project, server, odd):
    """It costs nothing but the time to ask again."""
    sources(project, listed(server, "/page"))
    (project / ".dateline").mkdir()
    (project / ".dateline/links.json").write_text(odd, "latin-1")

    assert links(project).returncode == 0
    assert list(book(project)["addresses"]) == [server.url("/page")]


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
def test_a_run_that_is_stopped_is_gone_on_with(project, server, how):
    """Killed at a silent server, the next run does not ask again for what was answered before."""
    paths = ["/page/a", "/page/b", "/silent", "/page/c"]
    sources(project, listed(server, *paths))
    began = time.monotonic()
    with run(stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        while server.asked["/silent"] == 0 and time.monotonic() - began < 20:
            time.sleep(0.01)
        process.send_signal(how)
        _, said = process.communicate(timeout=20)
    assert process.returncode == (130 if how == signal.SIGINT else -how)
    assert b"Traceback" not in said
    assert len(book(project)["addresses"]) == 2
    links(project, "--limit", "0.6", "--timeout", "0.6")

    assert (server.asked["/page/a"], server.asked["/page/b"]) == (1, 1)
    assert not list((project / ".dateline").glob(".dateline-*"))


def test_the_run_ends_in_its_time(project, server):
    """What was not asked is counted as such, is no fault, and waits for the next run."""
    sources(project, listed(server, "/silent", "/page"))
    began = time.monotonic()
    done = links(project, "--limit", "0.5")

    assert time.monotonic() - began < odd_server.SILENCE
    assert done.returncode == 0
    assert "2 addresses: 2 not checked;" in done.stdout
    assert "## Not checked: 2" in report(project)
    assert not (project / ".dateline/links.json").exists()


def test_faults_in_the_content_come_first(project, server):
    """Nobody is asked while the content has faults."""
    sources(project, listed(server, "/page") + "  colour: red\n")
    done = links(project)

    assert done.returncode == 1
    assert "unknown field 'colour' in a source" in done.stderr
    assert server.log == []


def test_a_machine_without_a_net_is_not_taken_for_dead_sources(project):
    """Many hosts, and not one that says a word: status 3, and nothing is remembered."""
    text = "".join(
        f"s{number}:\n  title: T\n  kind: news\n  url: http://s{number}.invalid/\n"
        for number in range(5)
    )
    sources(project, text)
    done = links(project)

    assert done.returncode == 3
    assert "not one of 5 hosts answered: is this machine on the net?" in done.stderr
    assert book(project)["addresses"] == {}


@pytest.mark.parametrize(
    "words",
    [("--timeout", "0"), ("--timeout", "x"), ("--pause", "-1"), ("--jobs", "0"), ("--limit", "nan"),
     ("--archive", "file:///x"), ("--output", "x.yaml"), ("--archive", "--import", "x.csv"),
     ("--report", "content/x.md"), ("--import", "gone.csv"), ("--import", "x.csv", "--only", "y")],
)  # fmt: skip
def test_wrong_usage_is_told(project, server, words):
    """Status 2, and nobody is asked."""
    sources(project, listed(server, "/page"))
    done = links(project, *words)

    assert done.returncode == 2
    assert server.log == []


def test_the_report_shows_what_is_in_an_address_as_text(project, server):
    """Nothing in an address is Markdown in the report; HTML cannot be in one."""
    sources(project, "x:\n  title: T\n  kind: news\n  url: 'http://x.invalid/`](y)'\n")
    links(project)

    assert "<http://x.invalid/%60](y)>" in report(project)


# Having copies made


def archive(project, server, *words):
    """Have copies made by the server's archive."""
    return links(project, "--archive", server.url(""), *words)


@pytest.mark.parametrize("path", ["/page", "/linked", "/located", "/page/no-raw"])
def test_a_copy_is_written_into_the_entry(project, server, path):
    """Its address, its day and the hash of its bytes; comments and layout stay."""
    before = f"# mine\nx: # this\n    title: T\n    url: {server.url(path)} # here\n    kind: news"
    file = sources(project, before)
    done = archive(project, server)

    stamp = "20240131081500"
    raw = "" if "no-raw" in path else "id_"
    sha256 = odd_server.sha256_of(f"/web/{stamp}{raw}/{server.url(path)}")
    added = (
        f"    archived:\n        url: {server.url('')}/web/{stamp}/{server.url(path)}\n"
        f"        date: 2024-01-31\n        sha256: {sha256}\n"
    )
    lines = before.splitlines(keepends=True)
    assert done.stdout.splitlines()[-1] == "1 copy recorded; 0 left for another time"
    assert (done.returncode, done.stderr) == (0, "")
    assert file.read_text() == "".join([*lines[:4], added, *lines[4:], "\n"])


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/page/unwilling", "the archive answers 523"),
        ("/page/nameless", "the archive names no copy in its answer"),
        ("/page/elsewhere", "the archive kept another address, http://other.example/: "
                            "put that into 'url'"),
        ("/page/copied-error", "the copy is of an answer 404, not of a page"),
        ("/page/unready", "the copy was made but could not be read back yet"),
    ],
)  # fmt: skip
def test_a_copy_that_fails_is_told_and_left(project, server, path, said):
    """A warning at the address, status 1; the file stays, and the other sources have their turn."""
    file = sources(project, listed(server, path, "/page/good"))
    before = file.read_text()
    done = archive(project, server)

    assert done.returncode == 1
    assert (
        f"warning: no copy of '{path[1:].replace('/', '-')}' is recorded: {said}\n" in done.stderr
    )
    assert done.stdout.splitlines()[-1] == "1 copy recorded; 1 left for another time"
    assert file.read_text().startswith(before)


def test_an_archive_that_asks_for_patience_is_given_it(project, server):
    """429 with `Retry-After: 1` is asked again."""
    sources(project, listed(server, "/page/limited"))

    done = archive(project, server, "--retries", "1")
    assert (done.returncode, done.stderr) == (0, "")


def test_an_archive_that_wants_to_be_left_alone_is(project, server):
    """After `Retry-After: 86400` no other copy is asked for; the next run goes on."""
    file = sources(project, listed(server, "/page/1", "/page/2"))
    server.busy = True
    done = archive(project, server)
    asked = len(server.log)
    server.busy = False
    again = archive(project, server)

    assert (done.returncode, asked) == (1, 1)
    assert "the archive wants to be left alone for now" in done.stderr
    assert again.returncode == 0
    assert file.read_text().count("archived:") == 2


def test_a_copy_is_not_asked_for_twice(project, server):
    """A copy that was made but not recorded is taken from the book; a recorded one is left."""
    file = sources(project, listed(server, "/page"))
    before = file.read_bytes()
    archive(project, server)
    first = file.read_bytes()
    asked = len(server.log)
    archive(project, server)
    assert (file.read_bytes(), len(server.log)) == (first, asked)

    file.write_bytes(before)
    archive(project, server)
    assert (file.read_bytes(), len(server.log)) == (first, asked)


def test_a_copy_that_could_not_be_read_back_is_read_back_later(project, server):
    """The next run asks for its bytes alone, and not for another copy."""
    sources(project, listed(server, "/page/unready"))
    archive(project, server)
    asked = len(server.log)
    done = archive(project, server)

    assert done.returncode == 1
    assert server.paths()[:1] == [f"/save/{server.url('/page/unready')}"]
    assert len(server.log) > asked
    assert not [path for path in server.paths()[asked:] if path.startswith("/save/")]


def test_a_dead_page_is_not_copied(project, server):
    """What the last check found dead would be a copy of an error."""
    sources(project, listed(server, "/404"))
    links(project)
    done = archive(project, server)

    assert done.returncode == 1
    assert "the page answers 404 (not found), so a copy would show nothing" in done.stderr
    assert not [path for path in server.paths() if path.startswith("/save/")]


def test_a_file_of_a_folder_with_other_line_ends_keeps_them(project, server):
    """CRLF and a byte-order mark stay in `sources/press.yaml`; its neighbour is not touched."""
    folder = project / "content/sources"
    folder.mkdir()
    text = "\ufeff" + listed(server, "/page").replace("\n", "\r\n")
    (folder / "press.yaml").write_bytes(text.encode())
    other = b"y: {title: T, kind: book}\n"
    (folder / "books.yaml").write_bytes(other)
    (folder / "press.yaml").chmod(0o640)
    archive(project, server)

    new = (folder / "press.yaml").read_bytes()
    assert new.startswith(text.encode().rstrip())
    assert new.count(b"\r\n") == new.count(b"\n")
    assert (folder / "press.yaml").stat().st_mode & 0o777 == 0o640
    assert (folder / "books.yaml").read_bytes() == other
    assert sorted(path.name for path in folder.iterdir()) == ["books.yaml", "press.yaml"]


# Taking over what another tool has archived

SHEET = (
    "\ufefflink,archive status,archive location,archive date,hash,upload title\r\n"
    "https://www.a.example/1/#x,wayback: success,https://k.example/1,2024-01-31T00:00:00,,\r\n"
    "https://a.example/2,wayback: success,https://k.example/2,2024-01-31T00:00:00,,=A1\r\n"
    "https://a.example/3,nothing archived,,,,\r\n"
)


def test_a_sheet_is_taken_over(project):
    """The source that is there gets its copy; for the other page there is an entry to paste."""
    file = sources(project, "x:\n  title: T\n  kind: news\n  url: http://a.example/1\n")
    (project / "sheet.csv").write_text(SHEET, "utf-8", newline="")
    done = links(project, "--import", "sheet.csv")

    assert done.returncode == 0
    assert "sheet.csv:4:1: warning: https://a.example/3 is skipped" in done.stderr
    assert file.read_text().endswith(
        "  archived:\n    url: https://k.example/1\n    date: 2024-01-31\n"
    )
    first, _, entries = done.stdout.partition("\n\n")
    assert first == "1 copy recorded; 1 pages that no source names"
    file.write_text(file.read_text() + entries)
    assert links(project, "--import", "sheet.csv").stdout == (
        "0 copies recorded; 0 pages that no source names\n"
    )


def test_new_entries_can_be_written_to_a_file(project):
    """With `--output`, which never writes over a file."""
    sources(project, "x:\n  title: T\n  kind: news\n")
    (project / "sheet.csv").write_text(SHEET, "utf-8", newline="")
    done = links(project, "--import", "sheet.csv", "--output", "new.yaml")
    again = links(project, "--import", "sheet.csv", "--output", "new.yaml")

    assert done.stdout.splitlines()[1] == (
        "their entries are in new.yaml: move them into content/sources"
    )
    assert (project / "new.yaml").read_text().startswith("a:\n  title: ")
    assert again.returncode == 2


def test_a_row_with_a_fault_makes_the_status_1(project):
    """The good rows are taken over all the same."""
    file = sources(project, "x:\n  title: T\n  kind: news\n  url: http://a.example/1\n")
    (project / "sheet.csv").write_text(SHEET.replace("/a.example/2", "/a.example/2 3"), newline="")
    done = links(project, "--import", "sheet.csv")

    assert done.returncode == 1
    assert "sheet.csv:3:1: 'link' is 'https://a.example/2 3', expected" in done.stderr
    assert "archived:" in file.read_text()
