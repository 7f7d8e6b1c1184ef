"""When each entry last changed, from git repositories made for the purpose."""

import shutil
import subprocess
import sys

import pytest
from msgspec.structs import replace
from repositories import Repository

from dateline import history, problems, source
from dateline.problems import Faults

FIRST, SECOND, THIRD = (f"2024-0{month}-10T12:00:00+0000" for month in (1, 2, 3))

FLOODS = """
    -- content/site.yaml --
    title: Floods
    -- content/events.yaml --
    - id: flood
      date: 1287-12-14
      title: The flood
      sources: [annals]
    - {id: hunger, date: "1288", title: Hunger}
    -- content/sources.yaml --
    annals: {title: Annals, kind: book}
    -- content/phases/dykes.md --
    ---
    title: Dykes
    dates: 1200/1300
    ---
    Land was taken.
"""


@pytest.fixture
def repository(tmp_path):
    """A repository with one commit, of 10 January 2024."""
    repository = Repository(tmp_path / "floods")
    repository.commit(FIRST, FLOODS)
    return repository


def change(repository, old, new, file="events.yaml"):
    """Put one text in place of another in a file of the content."""
    path = repository.root / "content" / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def test_events_phases_and_sources_have_the_day_of_their_first_commit(repository):
    """So do all, while nothing changed; other entries have none."""
    assert repository.read() == history.History(
        {
            ("event", "flood"): "2024-01-10",
            ("event", "hunger"): "2024-01-10",
            ("source", "annals"): "2024-01-10",
            ("phase", "dykes"): "2024-01-10",
        }
    )


@pytest.mark.parametrize(
    ("file", "old", "new", "id"),
    [
        ("events.yaml", "The flood", "The great flood", "flood"),
        ("events.yaml", "[annals]", "[]", "flood"),
        ("events.yaml", "title: Hunger", "title: Hunger, draft: true", "hunger"),
        ("sources.yaml", "kind: book", "kind: news", "annals"),
        ("phases/dykes.md", "was taken", "was won", "dykes"),
        ("phases/dykes.md", "title: Dykes", "title: The dykes", "dykes"),
    ],
)
def test_a_change_of_an_entrys_value_gives_it_a_new_day(repository, file, old, new, id):
    """The others keep theirs, also those in the same file."""
    change(repository, old, new, file)
    repository.commit(SECOND)

    days = repository.days()
    assert days.pop(id) == "2024-02-10"
    assert set(days.values()) == {"2024-01-10"}


@pytest.mark.parametrize(
    ("file", "old", "new"),
    [
        ("events.yaml", "  title: The flood", "  # A comment\n  title:   'The flood'"),
        ("events.yaml", "- id: flood\n  date: 1287-12-14", "- date: 1287-12-14\n  id: flood"),
        ("events.yaml", "[annals]", "\n    - annals"),
        ("sources.yaml", "annals:", "other: {title: Other, kind: book}\nannals:"),
        ("phases/dykes.md", "title: Dykes\ndates: 1200/1300", "dates: 1200/1300\ntitle: Dykes"),
    ],
    ids=["comment and quotes", "order of fields", "style of a list", "place", "front matter"],
)
def test_layout_comments_order_and_place_are_no_change(repository, file, old, new):
    """What the file looks like is the editor's business."""
    change(repository, old, new, file)
    repository.commit(SECOND)

    assert {repository.days()[id] for id in ("flood", "annals", "dykes")} == {"2024-01-10"}


def test_an_event_that_moves_to_another_file_keeps_its_day(repository):
    """A file is where it is written, and no part of what it says."""
    change(repository, '- {id: hunger, date: "1288", title: Hunger}\n', "")
    repository.commit(SECOND, """
        -- content/events/dykes.yaml --
        - {id: hunger, date: "1288", title: Hunger}
    """)  # fmt: skip

    assert repository.days()["hunger"] == "2024-01-10"


def test_what_is_not_committed_has_no_day(repository):
    """A day that was true of other words would be wrong; the other entries have theirs."""
    change(repository, "The flood", "The great flood")
    repository.write("-- content/events/dykes.yaml --\n- {id: new, date: 1290-01, title: New}")

    assert repository.days() == dict.fromkeys(("hunger", "annals", "dykes"), "2024-01-10")


def test_a_change_that_was_taken_back_is_two_changes(repository):
    """The newest commit that changed the value counts, whatever it was earlier."""
    change(repository, "Hunger", "Famine")
    repository.commit(SECOND)
    change(repository, "Famine", "Hunger")
    repository.commit(THIRD)

    assert repository.days()["hunger"] == "2024-03-10"
    assert repository.days()["flood"] == "2024-01-10"


def test_the_day_is_the_authors_where_the_author_was(repository):
    """Late on 1 February in New York is 2 February elsewhere, and stays 1 February here."""
    change(repository, "Hunger", "Famine")
    repository.commit("2024-02-01T23:30:00-0500")
    change(repository, "The flood", "A flood")
    repository.commit("2024-03-02T00:30:00+1400")

    assert repository.days()["hunger"] == "2024-02-01"
    assert repository.days()["flood"] == "2024-03-02"


def test_a_merge_changes_nothing_that_a_parent_has(repository):
    """Each value is followed to the branch that wrote it; the merge writes only what is new."""
    repository.git("checkout", "--quiet", "-b", "other")
    change(repository, "Hunger", "Famine")
    repository.commit(SECOND)
    repository.git("checkout", "--quiet", "main")
    change(repository, "kind: book", "kind: news", "sources.yaml")
    repository.commit(THIRD)
    repository.git("merge", "--quiet", "--no-commit", "other")
    change(repository, "Land was", "Much land was", "phases/dykes.md")
    repository.commit("2024-04-10T12:00:00+0000")

    assert repository.days() == {
        "flood": "2024-01-10",
        "hunger": "2024-02-10",
        "annals": "2024-03-10",
        "dykes": "2024-04-10",
    }


def test_a_version_that_cannot_be_read_is_passed_over(repository):
    """A slip that was committed and mended changed no entry; what was changed with it did."""
    change(repository, "- {id: hunger", "- [{id: hunger")
    repository.commit(SECOND)
    change(repository, "- [{id: hunger", "- {id: hunger")
    repository.commit(THIRD)

    assert set(repository.days().values()) == {"2024-01-10"}


def test_a_project_may_lie_in_a_folder_of_a_repository(tmp_path):
    """Files beside it, and commits that only touch those, change nothing."""
    repository = Repository(tmp_path / "floods", "sites/floods")
    repository.commit(FIRST, FLOODS)
    (repository.folder / "README").write_text("Floods")
    repository.commit(SECOND)

    assert set(repository.days().values()) == {"2024-01-10"}


def test_a_worktree_has_the_days_of_its_own_branch(repository, tmp_path):
    """`git worktree add` makes a folder whose `.git` is a file."""
    repository.git("worktree", "add", "--quiet", "-b", "other", str(tmp_path / "tree"))
    tree = object.__new__(Repository)
    tree.folder = tree.root = tmp_path / "tree"
    change(tree, "Hunger", "Famine")
    tree.commit(SECOND)

    assert tree.days()["hunger"] == "2024-02-10"
    assert repository.days()["hunger"] == "2024-01-10"


def test_a_shallow_clone_says_nothing_of_what_is_older(repository, tmp_path):
    """What changed after its boundary has its day; the rest may be of any day before."""
    change(repository, "Hunger", "Famine")
    repository.commit(SECOND)
    change(repository, "kind: book", "kind: news", "sources.yaml")
    repository.commit(THIRD)
    clone = tmp_path / "clone"
    repository.git("clone", "--quiet", "--depth=2", f"file://{repository.folder}", str(clone))
    shallow = object.__new__(Repository)
    shallow.folder = shallow.root = clone

    assert shallow.read() == history.History({("source", "annals"): "2024-03-10"})


def test_without_a_repository_nothing_is_known_and_nothing_loaded(tmp_path):
    """It costs nothing: not even the library is loaded."""
    shutil.rmtree(Repository(tmp_path).folder / ".git")
    script = (
        "import sys; from pathlib import Path; from dateline import history;"
        "from dateline.project import Project; from dateline.source import Content;"
        f"root = Path({str(tmp_path)!r});"
        "assert history.read(Project(root=root, output=root), Content()) == history.History();"
        "assert 'dulwich' not in sys.modules"
    )

    subprocess.run([sys.executable, "-c", script], check=True)


def test_a_repository_without_a_commit_knows_nothing(tmp_path):
    """That is no fault, so there is no note."""
    repository = Repository(tmp_path)
    repository.write(FLOODS)

    assert repository.read() == history.History()


def test_a_damaged_repository_gives_one_note_and_no_days(repository):
    """Whatever is broken in it: an object that is gone, cut short or something else."""
    objects = [
        path for path in (repository.folder / ".git/objects").rglob("*") if len(path.name) == 38
    ]
    assert len(objects) > 5
    for path in objects:
        whole = path.read_bytes()
        path.chmod(0o644)
        for damaged in (b"", whole[:9], b"x" * 40, None):
            if damaged is None:
                path.unlink()
            else:
                path.write_bytes(damaged)
            history._found.clear()
            found = repository.read()
            # An object that no entry needs, such as that of site.yaml, is not missed.
            assert found.note.startswith(history.FORGOTTEN) or found.days
            assert not (found.note and found.days)
            assert "\n" not in found.note
        path.write_bytes(whole)

    history._found.clear()
    assert repository.read().note == ""


def test_no_hook_filter_or_command_of_the_repository_runs(repository):
    """Its settings name programs; reading starts none of them."""
    trap = repository.folder / "trap"
    for name in ("core.fsmonitor", "core.sshCommand", "filter.x.smudge", "filter.x.clean",
                 "diff.x.textconv", "core.pager"):  # fmt: skip
        repository.git("config", name, f"touch {trap}")
    (repository.root / ".gitattributes").write_text("*.yaml filter=x diff=x\n")
    hook = repository.folder / ".git/hooks/post-checkout"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\ntouch {trap}\n")
    hook.chmod(0o755)

    assert repository.days()["flood"] == "2024-01-10"
    assert not trap.exists()


def without(repository, id):
    """Take the object of a hash out of a repository."""
    (repository.folder / ".git/objects" / id[:2] / id[2:]).unlink()


def test_a_later_commit_is_walked_back_to_the_one_before_and_no_further(repository):
    """What is older is not even looked at: here it is gone."""
    first = repository.git("rev-parse", "HEAD")
    change(repository, "Hunger", "Famine")
    repository.commit(SECOND)
    before = repository.days()
    without(repository, first)
    change(repository, "kind: book", "kind: news", "sources.yaml")
    repository.commit(THIRD)

    assert repository.days() == before | {"annals": "2024-03-10"}

    history._found.clear()
    assert repository.read().note == f"{history.FORGOTTEN}: the object {first} is missing"


def stored(repository):
    """Store what was found, as a build does, and forget it; return the file."""
    file = repository.root / history.CACHE
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(history.record(repository.project))
    history._found.clear()
    return file


def test_what_was_found_is_known_to_the_next_process(repository):
    """It does not walk again, and has nothing new to store until there is another commit."""
    before = repository.days()
    stored(repository)
    without(repository, repository.git("rev-parse", "HEAD"))

    assert repository.days() == before
    assert history.record(repository.project) is None


def test_after_another_commit_there_is_something_to_store(repository):
    """Also if it changed no entry: the next walk shall not have to pass it."""
    repository.days()
    stored(repository)
    repository.commit(SECOND)
    repository.days()

    assert history.record(repository.project) is not None


@pytest.mark.parametrize("damage", ["a day", "cut", "empty", "no text", "another version"])
def test_what_is_stored_is_not_believed_if_anything_in_it_changed(repository, damage):
    """The repository is asked instead."""
    before = repository.days()
    file = stored(repository)
    data = file.read_bytes()
    file.write_bytes(
        {
            "a day": data.replace(b"2024-01-10", b"2023-01-10"),
            "cut": data[:-20],
            "empty": b"",
            "no text": b"\xff\x00",
            "another version": b"0" * 32 + data[32:],
        }[damage]
    )

    assert file.read_bytes() != data
    assert repository.days() == before
    assert history.record(repository.project) == data


def test_what_somebody_else_has_stored_is_no_danger(repository):
    """The checksum is no secret: what is no day, or has another shape, is thrown away."""
    before = repository.days()
    file = stored(repository)
    text = file.read_text("utf-8").split("\n")[1]
    for odd in (
        text.replace("2024-01-10", "<script>"),
        text.replace("2024-01-10", "20240110"),
        text.replace('"2024-01-10"', "7"),
        "[]",
        "[" * 50,
        "7",
    ):
        assert odd != text
        file.write_text(f"{history._seal(odd)}\n{odd}\n", "utf-8")
        history._found.clear()
        assert repository.days() == before


def test_without_the_cache_nothing_is_read_from_it_or_stored(repository):
    """As `--no-cache` asks."""
    before = repository.days()
    file = stored(repository)
    forged = file.read_text("utf-8").split("\n")[1].replace("2024-01-10", "2020-01-01")
    file.write_text(f"{history._seal(forged)}\n{forged}\n", "utf-8")
    project = replace(repository.project, cache=False)

    assert set(repository.days().values()) == {"2020-01-01"}
    history._found.clear()
    content = source.read(project.content, Faults())
    assert {id: day for (_, id), day in history.read(project, content).days.items()} == before
    assert history.record(project) is None


def test_what_is_stored_of_another_folder_of_the_repository_is_not_believed(tmp_path):
    """A project that was copied with all its files has entries of its own."""
    repository = Repository(tmp_path / "floods", "old")
    repository.commit(FIRST, FLOODS)
    repository.days()
    data = stored(repository).read_bytes()
    repository.root = repository.folder / "new"
    repository.write(FLOODS)
    (repository.root / history.CACHE).parent.mkdir(parents=True)
    (repository.root / history.CACHE).write_bytes(data)

    assert repository.days() == {}


def test_a_file_that_is_not_as_it_was_committed_is_compared_entry_by_entry(repository):
    """Those above and below a change keep their day; so they do in another order."""
    change(repository, "The flood", "A flood")
    assert repository.days() == dict.fromkeys(("hunger", "annals", "dykes"), "2024-01-10")

    path = repository.root / "content/events.yaml"
    path.write_text(
        "# First\n\n" + path.read_text("utf-8").replace("A flood", "The flood"), "utf-8"
    )
    assert len(repository.days()) == 4


def test_it_agrees_with_a_slow_and_simple_look_at_every_commit(tmp_path):
    """Over a history of thirty commits, each entry has the day on which it became what it is."""
    repository = Repository(tmp_path)
    expected, before = {}, {}
    for number in range(30):
        day = f"2024-03-{number + 1:02}"
        titles = {f"event-{n}": f"Title {number // (n + 1)}" for n in range(6)}
        rows = "\n".join(f"- {{id: {id}, date: '1288', title: {t}}}" for id, t in titles.items())
        repository.commit(f"{day}T08:00:00+0000", f"-- content/events.yaml --\n{rows}")
        expected |= {id: day for id in titles if titles[id] != before.get(id)}
        before = titles
        if number % 3:  # of every third commit nothing is known when the next one is walked
            assert repository.days() == expected

    history._found.clear()
    assert repository.days() == expected


@pytest.mark.parametrize("revision", ["HEAD~1", "main~1", "v1", "the hash", "the hash, short"])
def test_the_content_of_a_revision(repository, revision):
    """A branch, a tag, a hash, or so many commits before one."""
    repository.git("tag", "-a", "-m", "One", "v1")
    first = repository.git("rev-parse", "HEAD")
    change(repository, "Hunger", "Famine")
    repository.commit(SECOND)
    revision = {"the hash": first, "the hash, short": first[:8]}.get(revision, revision)

    content = history.content(repository.project, revision)

    assert "Hunger" in content.trees["events.yaml"].document.text


@pytest.mark.parametrize("revision", ["nothing", "", "HEAD~9", "HEAD:content", "../x", "\0", "é"])
def test_a_revision_that_is_none_is_wrong_usage(repository, revision):
    """The message repeats it."""
    with pytest.raises(problems.Misuse) as raised:
        history.content(repository.project, revision)

    assert raised.value.message == f"there is no revision '{revision}' in the repository"


def test_a_revision_without_a_repository_is_wrong_usage(tmp_path):
    """There is nothing to compare with."""
    shutil.rmtree(Repository(tmp_path).folder / ".git")
    project = Repository.project.fget(type("", (), {"root": tmp_path}))

    with pytest.raises(problems.Misuse, match="in no git repository"):
        history.content(project, "HEAD")


def test_a_shallow_clone_says_how_to_get_what_it_lacks(repository, tmp_path):
    """Machines that build for others often have the last commit alone."""
    repository.commit(SECOND)
    clone = tmp_path / "clone"
    repository.git("clone", "--quiet", "--depth=1", f"file://{repository.folder}", str(clone))
    shallow = object.__new__(Repository)
    shallow.folder = shallow.root = clone

    with pytest.raises(problems.Misuse) as raised:
        history.content(shallow.project, "HEAD~1")

    assert raised.value.hint == (
        "this clone is a shallow one: 'git fetch --unshallow' gets what it lacks"
    )


def test_a_revision_of_a_damaged_repository_is_wrong_usage(repository):
    """It says what is broken, and not that there is no such revision."""
    tree = repository.git("rev-parse", "HEAD^{tree}")
    without(repository, tree)

    with pytest.raises(problems.Misuse) as raised:
        history.content(repository.project, "HEAD")

    assert raised.value.message == (
        f"the git repository cannot be read: the object {tree} is missing"
    )


@pytest.mark.parametrize("text", ["", "x", "gitdir: /nowhere", "gitdir: ", "\0"])
def test_a_worktree_whose_repository_is_not_there_gives_a_note(tmp_path, text):
    """As in a container that has the folder of the worktree alone."""
    repository = object.__new__(Repository)
    repository.folder = repository.root = tmp_path
    repository.write(FLOODS)
    (tmp_path / ".git").write_text(text)

    assert repository.read().note.startswith(history.FORGOTTEN)
    with pytest.raises(problems.Misuse):
        history.content(repository.project, "HEAD")


def test_what_is_read_from_a_repository_is_what_a_folder_would_give(repository):
    """`source.of` reads the same as `source.read`."""
    here = source.read(repository.project.content, Faults())
    there = history.content(repository.project, "HEAD")

    assert here.trees["events.yaml"].document.text == there.trees["events.yaml"].document.text
    assert here.pages["phases/dykes.md"].body == there.pages["phases/dykes.md"].body
