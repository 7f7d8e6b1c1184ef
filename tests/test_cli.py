"""The commands as a person runs them: what they print, write and return."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import projects
import pytest

from dateline import citations

PROJECT = """
    -- content/site.yaml --
    title: Floods
    -- content/actors.yaml --
    abbey: {name: The Abbey, kind: organisation}
    -- content/events.yaml --
    - id: flood
      date: 1287-12-14
      title: The flood
      actors: [abbey]
    - id: rumour
      date: "1286"
      title: A rumour
      draft: true
"""
FAULT = """
    -- content/events.yaml --
    - id: flood
      date: 1287-12-14
      colour: red
      title: The flood
      actors: [abby]
"""
WARNING = """
    -- content/phases/dykes.md --
    ---
    title: Dykes
    dates: 1300/1400
    ---
    -- content/events.yaml --
    - {id: flood, date: "1287", title: The flood, phase: dykes}
"""


@pytest.fixture
def project(tmp_path):
    """A small project with a recipe."""
    return projects.with_recipe(projects.write(tmp_path / "floods", PROJECT))


def run(folder: Path, *words: str, recipe: str = "build.py", **settings: str):
    """Run the recipe in a folder with these words; return what was printed and the status."""
    return start([sys.executable, recipe, *words], folder, settings)


def dateline(folder: Path, *words: str):
    """Run the installed command in a folder."""
    script = "from dateline import cli; raise SystemExit(cli.command())"
    return start([sys.executable, "-c", script, *words], folder, {})


def start(command, folder, settings):
    """Run a program, with the package on its path."""
    return subprocess.run(
        command,
        cwd=folder,
        check=False,
        capture_output=True,
        encoding="utf-8",
        env=os.environ | {"PYTHONPATH": str(projects.ROOT)} | settings,
    )


def counts(done) -> tuple[int, ...]:
    """The numbers of the summary line: files, written, unchanged, removed."""
    line = done.stdout.splitlines()[-1]
    pattern = (
        r"built (\d+) files in .*: (\d+) written, (\d+) unchanged, (\d+) removed, in \d+\.\d+ s"
    )
    return tuple(map(int, re.fullmatch(pattern, line).groups()))


# build


def test_build_without_a_word_writes_the_site(project):
    """`python build.py` is all there is to know; the last line says what was done."""
    done = run(project)

    pages = projects.files(project / "site")
    assert (done.returncode, done.stderr) == (0, "")
    assert "index.html" in pages
    assert "events/flood/index.html" in pages
    assert counts(done) == (len(pages) - 1, len(pages) - 1, 0, 0)
    assert "built" in done.stdout
    assert " in site/: " in done.stdout


def test_the_summary_counts_what_was_done(project):
    """Nothing at a second build; an event that was never public takes its page with it."""
    first = counts(run(project))
    second = counts(run(project, "build"))
    projects.write(project, "-- content/events.yaml --\n")
    (project / "content/permalinks.lock").unlink()
    third = counts(run(project, "build"))

    total = first[0]
    assert first == (total, total, 0, 0)
    assert second == (total, 0, total, 0)
    gone = 1 + len(citations.FORMS)  # the page, and the files to cite it with
    assert third[0] == total - gone
    assert third[1] + third[2] == third[0]
    assert third[3] == gone
    assert not (project / "site/events").exists()


def test_faults_are_all_told_and_nothing_is_written(project):
    """Status 1, each fault with its place and line, and how many there are; no site."""
    done = run(projects.write(project, FAULT))

    assert (done.returncode, done.stdout) == (1, "")
    assert "content/events.yaml:3:3: unknown field 'colour'" in done.stderr
    assert "content/events.yaml:5:12: unknown actor 'abby'" in done.stderr
    assert "    5 |   actors: [abby]\n      |            ^^^^" in done.stderr
    assert "hint: did you mean 'abbey'?" in done.stderr
    assert done.stderr.endswith("\n2 faults; nothing was written\n")
    assert not (project / "site").exists()


def test_a_fault_in_a_template_is_a_fault_like_any_other(project):
    """Status 1 with the template's line, and no traceback."""
    done = run(projects.write(project, "-- templates/event.html --\n<p>\n{{ page.colours }}\n"))

    assert done.returncode == 1
    assert done.stderr.startswith("templates/event.html:2:1: ")
    assert "Traceback" not in done.stderr
    assert not (project / "site").exists()


def test_a_folder_without_content_is_a_fault_with_a_hint(tmp_path):
    """Whoever starts in the wrong folder is told which one is right."""
    done = run(projects.with_recipe(tmp_path))

    assert done.returncode == 1
    assert "the folder 'content/' is missing" in done.stderr
    assert "hint: run this in a project's folder" in done.stderr


def test_warnings_are_told_and_do_not_stop_the_build(project):
    """Status 0, the warning on the error stream, the site written."""
    done = run(projects.write(project, WARNING))

    assert done.returncode == 0
    assert ": warning: the event 'flood' (1287) lies outside its phase" in done.stderr
    assert (project / "site/events/flood/index.html").is_file()


def test_quiet_prints_faults_and_warnings_only(project):
    """Nothing where all is well; a warning and a fault are still told."""
    well = run(project, "--quiet")
    warned = run(projects.write(project, WARNING), "--quiet")
    failed = run(projects.write(project, FAULT), "--quiet")

    assert (well.returncode, well.stdout, well.stderr) == (0, "", "")
    assert (warned.returncode, warned.stdout) == (0, "")
    assert "warning" in warned.stderr
    assert failed.returncode == 1
    assert "unknown actor" in failed.stderr


def test_drafts_shows_what_is_marked_a_draft(project):
    """With it the draft has a page; the next build without it takes the page away."""
    draft = project / "site/events/rumour/index.html"

    run(project, "--drafts")
    assert draft.is_file()
    assert counts(run(project))[3] == 1 + len(citations.FORMS)
    assert not draft.exists()


def test_output_names_another_folder(project, tmp_path):
    """As seen from the working folder; `site/` is then left alone."""
    done = run(tmp_path, "--output", "public/here", recipe="floods/build.py")

    assert done.returncode == 0
    assert " in public/here/: " in done.stdout
    assert (tmp_path / "public/here/index.html").is_file()
    assert not (project / "site").exists()


def test_base_url_gives_pages_their_canonical_address(project):
    """Links of the page for missing addresses then begin at the site's path on its host."""
    done = run(project, "--base-url", "https://example.org/floods/")
    pages = projects.files(project / "site")

    assert (
        b'rel="canonical" href="https://example.org/floods/events/flood/"'
        in (pages["events/flood/index.html"])
    )
    assert b'href="/floods/actors/"' in pages["404.html"]
    assert b"canonical" not in pages["404.html"]
    assert "note" not in done.stdout


def test_without_a_base_url_nothing_absolute_is_said(project):
    """A note says what is left out; a site that has one in `site.yaml` needs no option."""
    done = run(project)
    page = (project / "site/events/flood/index.html").read_text("utf-8")
    assert "note: no base_url" in done.stdout
    assert "canonical" not in page
    assert 'href="../../actors/"' in page

    projects.write(
        project, "-- content/site.yaml --\ntitle: Floods\nbase_url: https://example.org\n"
    )
    done = run(project)
    assert "note" not in done.stdout
    assert "https://example.org/events/flood/" in (
        project / "site/events/flood/index.html"
    ).read_text("utf-8")


def test_base_url_comes_before_that_of_the_settings(project):
    """A build for another host needs no edit."""
    projects.write(
        project, "-- content/site.yaml --\ntitle: Floods\nbase_url: https://example.org\n"
    )
    run(project, "--base-url", "http://test.example.org/x")
    page = (project / "site/index.html").read_text("utf-8")

    assert "http://test.example.org/x/" in page
    assert "https://example.org" not in page


@pytest.mark.parametrize(
    "address", ["example.org", "ftp://example.org", "https://", "https://x.org/?a", "//x.org", ""]
)
def test_a_base_url_that_is_none_is_wrong_usage(project, address):
    """Status 2 and a hint, before anything is read or written."""
    done = run(project, f"--base-url={address}")

    assert done.returncode == 2
    assert "is not the address of a site" in done.stderr
    assert not (project / "site").exists()


def test_a_build_works_from_any_folder(project, tmp_path):
    """The recipe's own folder is the project, wherever it is started."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    done = run(elsewhere, recipe=str(project / "build.py"))

    assert done.returncode == 0
    assert (project / "site/index.html").is_file()
    assert list(elsewhere.iterdir()) == []


@pytest.mark.parametrize("place", ["content", "templates", ".", "..", "content/site"])
def test_a_folder_of_the_project_is_no_output(project, place):
    """Status 2 with a hint; nothing is written, whether the folder is there yet or not."""
    before = projects.files(project)
    done = run(project, "--output", place)

    assert done.returncode == 2
    assert done.stderr.startswith("dateline: '")
    assert "   hint: give a folder of its own with --output" in done.stderr
    assert projects.files(project) == before


def test_a_folder_with_other_files_is_no_output(project):
    """A site made by something else is never mixed with, nor deleted."""
    projects.write(project, "-- site/index.html --\nmine")
    done = run(project)

    assert done.returncode == 2
    assert "files that no build wrote: 'index.html'" in done.stderr
    assert (project / "site/index.html").read_text() == "mine\n"


# --format


def test_faults_as_json_are_a_list_for_tools(project):
    """On standard output and nothing beside it; one object a fault."""
    done = run(projects.write(project, FAULT), "--format", "json")
    found = json.loads(done.stdout)

    assert done.returncode == 1
    assert [(row["file"], row["line"], row["column"], row["level"]) for row in found] == [
        ("content/events.yaml", 3, 3, "fault"),
        ("content/events.yaml", 5, 12, "fault"),
    ]
    assert found[1]["message"] == "unknown actor 'abby'"
    assert found[1]["hint"].startswith("did you mean 'abbey'?")


def test_json_of_a_build_without_faults_is_a_list_too(project):
    """Empty where all is well, else the warnings; no line that is not JSON."""
    assert json.loads(run(project, "--format", "json").stdout) == []

    warned = run(projects.write(project, WARNING), "--format", "json")
    assert [row["level"] for row in json.loads(warned.stdout)] == ["warning"]
    assert warned.returncode == 0


def test_json_can_be_read_whatever_the_terminal_can_show(project):
    """Where standard output has no Arabic letters their numbers stand for them."""
    projects.write(project, "-- content/site.yaml --\ntitle: Floods\nعنوان: x\n")
    done = run(project, "--format", "json", PYTHONIOENCODING="ascii")

    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "عنوان" in json.loads(done.stdout)[0]["message"]


def test_faults_for_a_forge_are_workflow_commands(project):
    """One line a fault, so that it is shown beside the line of the file."""
    done = run(projects.write(project, FAULT), "--format", "github")
    first, second = done.stdout.splitlines()

    assert done.returncode == 1
    assert first.startswith("::error file=content/events.yaml,line=3,col=3::")
    assert second.startswith(
        "::error file=content/events.yaml,line=5,col=12::unknown actor 'abby'%0Ahint: "
    )


def test_an_unknown_format_is_wrong_usage(project):
    """Status 2, and the known ones are named."""
    done = run(project, "--format", "xml")

    assert done.returncode == 2
    assert "json" in done.stderr


# check


def test_check_writes_nothing(project):
    """It says what was found; no file of the project changes and none is added."""
    projects.write(project, "-- content/events.yaml --\n")
    before = projects.files(project)
    done = run(project, "check")

    assert (done.returncode, done.stdout, done.stderr) == (0, "no faults, 0 warnings\n", "")
    assert projects.files(project) == before


def test_check_tells_what_a_build_would_tell(project):
    """The same faults with the same status, templates included; warnings are counted.

    It warns of evidence that is missing too, here that of one event.
    """
    warned = run(projects.write(project, WARNING), "check")
    assert (warned.returncode, warned.stdout) == (0, "no faults, 2 warnings\n")
    assert "the event 'flood' cites no source" in warned.stderr

    for text in (FAULT, "-- templates/event.html --\n{{ nothing }}\n"):
        projects.write(project, text)
        checked, built = run(project, "check"), run(project, "build")
        assert (checked.returncode, checked.stderr) == (1, built.stderr)
    assert not (project / "site").exists()


@pytest.mark.parametrize("command", ["build", "check"])
def test_strict_makes_warnings_faults(project, command):
    """Status 1, nothing written, and the word warning is gone; evidence is asked for too."""
    done = run(projects.write(project, WARNING), command, "--strict")

    assert done.returncode == 1
    assert ": the event 'flood' (1287) lies outside its phase" in done.stderr
    assert ": the event 'flood' cites no source" in done.stderr
    assert "warning" not in done.stderr
    assert done.stderr.endswith("2 faults; nothing was written\n")
    assert not (project / "site").exists()


@pytest.mark.parametrize("command", ["build", "check"])
def test_strict_lets_pass_what_is_well(project, command):
    """A timeline without a warning is built as ever."""
    projects.write(
        project,
        """
    -- content/sources.yaml --
    annals: {title: Annals, kind: book}
    -- content/events.yaml --
    - {id: flood, date: 1287-12-14, title: The flood, status: reported, sources: [annals]}
    """,
    )

    assert run(project, command, "--strict").returncode == 0


def test_strict_levels_are_faults_for_machines(project):
    """Whoever reads JSON sees no other level."""
    done = run(projects.write(project, WARNING + FAULT), "check", "--strict", "--format", "json")

    assert {problem["level"] for problem in json.loads(done.stdout)} == {"fault"}


# Addresses that last.


def lock(project: Path) -> str:
    """What content/permalinks.lock says, empty if it is not there."""
    path = project / "content/permalinks.lock"
    return path.read_text("utf-8") if path.exists() else ""


def test_a_build_notes_every_address_once(project):
    """Pages and those of earlier ids, no draft, no file; a second build has nothing to add."""
    done = run(project)
    first = lock(project)
    stamp = (project / "content/permalinks.lock").stat().st_mtime_ns

    assert {"/", "/actors/", "/actors/abbey/", "/events/flood/"} <= set(first.splitlines())
    assert "rumour" not in first
    assert "404" not in first
    assert "assets" not in first
    added = len([line for line in first.splitlines() if line.startswith("/")])
    assert f"added {added} addresses to content/permalinks.lock: commit it" in done.stdout
    assert "permalinks" not in run(project).stdout
    assert (project / "content/permalinks.lock").stat().st_mtime_ns == stamp


def test_an_address_that_is_new_is_added_to_what_was_noted(project):
    """Comments and lines that were there stay; nothing else lies beside the file."""
    run(project)
    path = project / "content/permalinks.lock"
    path.write_text("# mine\n" + lock(project), "utf-8")
    before = lock(project).splitlines()
    projects.write(project, "-- content/tags.yaml --\nstorm: {name: Storm}")
    run(project)

    assert set(lock(project).splitlines()) == {*before, "/tags/storm/"}
    assert lock(project).startswith("# mine\n")
    assert sorted(p.name for p in path.parent.iterdir()) == [
        "actors.yaml", "events.yaml", "permalinks.lock", "site.yaml", "tags.yaml",
    ]  # fmt: skip


@pytest.mark.parametrize("words", [["--drafts"], ["build", "--drafts"], ["check"]])
def test_drafts_and_checks_note_nothing(project, words):
    """What they show is not published."""
    done = run(project, *words)

    assert done.returncode == 0
    assert lock(project) == ""


def test_the_preview_notes_nothing(project):
    """It shows drafts, and is for the editor alone."""
    words = [sys.executable, "-u", "build.py", "serve", "--port", "0"]
    settings = os.environ | {"PYTHONPATH": str(projects.ROOT)}
    with subprocess.Popen(
        words, cwd=project, env=settings, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as serving:
        assert serving.stdout is not None
        said = serving.stdout.readline()
        serving.terminate()

    assert b"http://" in said
    assert lock(project) == ""


def test_a_build_that_fails_notes_nothing(project):
    """An address is published with its page, or not at all."""
    (project / "site").mkdir()
    (project / "site/notes.txt").write_text("mine")

    assert run(project).returncode == 2
    (project / "site/notes.txt").unlink()
    assert run(projects.write(project, FAULT)).returncode == 1
    assert lock(project) == ""


@pytest.mark.parametrize(
    ("words", "settings"),
    [
        (["--locked"], {}),
        (["build", "--locked"], {"CI": ""}),
        ([], {"CI": "true"}),
        ([], {"CI": "1"}),
    ],
)
def test_a_locked_build_adds_no_address(project, words, settings):
    """It fails, names what is new and writes nothing; with all noted it builds."""
    done = run(project, *words, **settings)
    assert (done.returncode, done.stdout) == (1, "")
    assert "addresses are new, and a locked build adds none: '/', '/actors/', " in done.stderr
    assert "hint: run 'python build.py --no-locked' and commit" in done.stderr
    assert not (project / "site").exists()
    assert lock(project) == ""

    run(project)
    noted = lock(project)
    assert run(project, *words, **settings).returncode == 0
    assert lock(project) == noted


@pytest.mark.parametrize(
    ("words", "settings"),
    [
        (["--no-locked"], {"CI": "true"}),
        (["--no-locked"], {}),
        ([], {"CI": "false"}),
        ([], {"CI": ""}),
    ],
)
def test_a_build_that_is_not_locked_adds_what_is_new(project, words, settings):
    """On a person's machine, or where it is asked for."""
    assert run(project, *words, **settings).returncode == 0
    assert "/events/flood/" in lock(project)


def test_a_locked_build_of_drafts_is_not_refused(project):
    """It notes nothing, so nothing is missing."""
    assert run(project, "--drafts", CI="true").returncode == 0


def test_what_a_locked_build_refuses_is_told_to_tools_too(project):
    """As a fault like any other, at the lock file."""
    done = run(project, "--format", "json", CI="true")

    (fault,) = json.loads(done.stdout)
    assert (done.returncode, fault["file"]) == (1, "content/permalinks.lock")


def test_lines_ending_as_on_windows_are_read(project):
    """A checkout that changed them makes nothing new."""
    run(project)
    path = project / "content/permalinks.lock"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))

    assert run(project, "--locked").returncode == 0


# The machine.


@pytest.mark.parametrize(
    ("closed", "mode"), [("site", 0o555), ("content/actors.yaml", 0o000)], ids=["site", "content"]
)
def test_what_may_not_be_read_or_written_is_one_line_and_status_3(project, closed, mode):
    """It is named, without a traceback."""
    script = """
import os, runpy
from pathlib import Path
from dateline import cli
build = runpy.run_path("build.py")["build"]
assert cli.main(build, ["--quiet"], Path.cwd()) == 0  # loads all that is loaded late
os.chmod(CLOSED, MODE)
if os.geteuid() == 0:  # whom no permission stops
    os.setuid(65534)
raise SystemExit(cli.main(build, ["--base-url", "https://example.org"], Path.cwd()))
"""
    script = script.replace("CLOSED", repr(closed)).replace("MODE", repr(mode))
    for folder in (project, *project.parents[:3]):
        folder.chmod(0o755)
    done = start([sys.executable, "-c", script], project, {})
    (project / closed).chmod(0o755)

    assert done.returncode == 3, done.stderr
    assert re.fullmatch(rf"dateline: .*/{closed}.*: Permission denied(; .*)?\n", done.stderr)


def test_a_folder_that_cannot_be_made_is_one_line_and_status_3(project):
    """There is a file of that name above it."""
    (project / "public").write_text("a file")
    done = run(project, "--output", "public/site")

    assert done.returncode == 3
    assert re.fullmatch(r"dateline: .*public.*: Not a directory; .*\n", done.stderr)


# Usage.


@pytest.mark.parametrize(
    "words", [["--colour"], ["bake"], ["build", "--port", "1"], ["--output"], ["check", "events"]]
)
def test_unknown_words_are_wrong_usage(project, words):
    """Status 2, a line on how it is used, and nothing done."""
    done = run(project, *words)

    assert done.returncode == 2
    assert done.stderr.startswith("usage: build.py")
    assert not (project / "site").exists()


@pytest.mark.parametrize(
    ("command", "options"),
    [
        ("build", "--base-url --drafts --quiet --format --output"),
        ("check", "--base-url --drafts --quiet --format"),
        ("serve", "--host --port --open --poll --quiet"),
    ],
)
def test_help_of_a_command_says_every_option(project, command, options):
    """Each has a line that says what it does."""
    done = run(project, command, "--help")

    assert done.returncode == 0
    for option in options.split():
        assert re.search(rf"^  {option}( \S+)?\s+[a-z]", done.stdout, re.MULTILINE), option


def test_help_names_the_commands_and_the_statuses(project):
    """`--help` and `-h` say the same; `--version` says the version."""
    done = run(project, "--help")

    assert done.returncode == 0
    assert done.stdout == run(project, "-h").stdout
    for word in ("build", "serve", "check", "Exit status: 0 built, 1 faults", "--version"):
        assert word in done.stdout
    assert re.fullmatch(r"dateline \d+\.\d+\.\d+\n", run(project, "--version").stdout)


def test_help_comes_without_the_libraries(project):
    """What only a build needs is not loaded, so that the answer is quick."""
    loaded = start([sys.executable, "-X", "importtime", "build.py", "--help"], project, {}).stderr
    names = {line.rpartition("|")[2].strip().partition(".")[0] for line in loaded.splitlines()}

    assert "dateline" in names
    assert names.isdisjoint(
        {"yaml", "jinja2", "markdown", "babel", "nh3", "tornado", "livereload", "watchfiles"}
    )


# The installed command.


def test_the_command_runs_the_recipe_of_its_folder(project):
    """`dateline` is `python build.py`, with the same words."""
    done = dateline(project, "build", "--output", "public")

    assert done.returncode == 0
    assert (project / "public/events/flood/index.html").is_file()
    assert projects.files(project / "public") == built(project)


def built(project: Path) -> dict[str, bytes]:
    """The site as the recipe builds it."""
    run(project)
    return projects.files(project / "site")


def test_the_command_runs_what_the_recipe_was_changed_to(project):
    """The recipe is where a build is extended."""
    recipe = project / "build.py"
    text = recipe.read_text("utf-8")
    more = 'site |= {"robots.txt": artifacts.Artifact.of(b"")}\n    return site'
    text = text.replace("    return site", f"    from dateline import artifacts\n    {more}")
    recipe.write_text(text, "utf-8")

    assert dateline(project).returncode == 0
    assert (project / "site/robots.txt").read_bytes() == b""


def test_the_command_without_a_recipe_says_where_to_go(tmp_path):
    """Status 2 with a hint, and nothing is written."""
    done = dateline(tmp_path)

    assert done.returncode == 2
    assert "there is no build.py in this folder" in done.stderr
    assert "hint: go to the folder of a Dateline project" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_command_with_another_build_py_says_so(tmp_path):
    """Many projects have a file of that name."""
    (tmp_path / "build.py").write_text("x = 1\n")
    done = dateline(tmp_path)

    assert done.returncode == 2
    assert "the build.py in this folder has no function 'build'" in done.stderr


@pytest.mark.parametrize("number", ["0", "-1", "two", "1.5", "1000"])
def test_jobs_that_are_no_number_of_processes_are_refused(project, number):
    """Status 2, and what was expected."""
    done = run(project, "--jobs", number)

    assert done.returncode == 2
    assert f"argument --jobs: '{number}' is not a number from 1 to 999" in done.stderr
    assert not (project / "site").exists()


def test_a_site_of_many_events_is_the_same_with_any_number_of_jobs(project):
    """Its record too, and what is said of it."""
    events = "".join(
        f"- {{id: flood-{n}, date: '{1300 + n}', title: Flood {n}, actors: [abbey]}}\n"
        for n in range(250)
    )
    (project / "content/events.yaml").write_text(events, "utf-8")
    sites = {}
    for jobs in ("1", "2", "3"):
        done = run(project, "--jobs", jobs, "--output", f"site-{jobs}")
        assert (done.returncode, done.stderr) == (0, "")
        sites[jobs] = projects.files(project / f"site-{jobs}")

    assert len(sites["1"]) > 250
    assert sites["1"] == sites["2"] == sites["3"]


@pytest.mark.parametrize("command", ["build", "check"])
def test_faults_of_a_template_are_the_same_with_any_number_of_jobs(project, command):
    """Each is named once, though every page has it."""
    events = "".join(f"- {{id: e{n}, date: '{1300 + n}', title: E{n}}}\n" for n in range(250))
    (project / "content/events.yaml").write_text(events, "utf-8")
    projects.write(
        project,
        """
        -- templates/event.html --
        {% if page.card.id > "e2" %}
        {{ page.nothing }}
        {% else %}
        {{ page.neither }}
        {% endif %}
        """,
    )
    found = [run(project, command, "--jobs", jobs) for jobs in ("1", "2", "3")]

    assert {done.returncode for done in found} == {1}
    assert len({done.stderr for done in found}) == 1
    assert found[0].stderr.count("templates/event.html:2:1: ") == 1
    assert found[0].stderr.count("templates/event.html:4:1: ") == 1
    assert "2 faults; nothing was written" in found[0].stderr
