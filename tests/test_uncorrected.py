"""What was published and changed in silence: `check --since`, message for message."""

import projects
import pytest
from repositories import Repository

from dateline import cli, history, source, uncorrected
from dateline.problems import Faults

FIRST, SECOND = "2024-01-10T12:00:00+0000", "2024-02-10T12:00:00+0000"

FLOODS = """
    -- content/site.yaml --
    title: Floods
    -- content/sources.yaml --
    annals: {title: Annals, kind: book}
    -- content/events.yaml --
    - id: flood
      date: 1287-12-14
      title: The flood
      status: reported
      sources: [annals]
      figures:
        - {what: drowned, value: 135, by: A monk, sources: [annals]}
        - {what: drowned, min: 50000, by: A farmer, sources: [annals]}
      corrections:
        - {date: 2024-01-05, text: The day was not known.}
    - {id: hunger, date: "1288", title: Hunger, draft: true}
"""


@pytest.fixture
def repository(tmp_path):
    """A repository with one commit."""
    repository = Repository(tmp_path)
    repository.commit(FIRST, FLOODS)
    return repository


def said(repository, *edits, since="HEAD"):
    """What is said after some texts were put in place of others, without the excerpts."""
    path = repository.root / "content/events.yaml"
    text = path.read_text("utf-8")
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    path.write_text(text, "utf-8")
    faults = Faults()
    before = history.content(repository.project, since)
    uncorrected.look(source.read(repository.project.content, Faults()), before, since, faults)
    return [f"{found.line}:{found.column} {found.field}: {found.message}" for found in faults]


NEW_FIGURE = """\
    - {what: houses, max: 9, by: A monk, sources: [annals]}
    - {what: drowned, min"""
DATE = ("1287-12-14", "1287-12-15")
CORRECTED = ("corrections:", "corrections:\n    - {date: 2024-02-10, text: It was a day later.}")


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        (DATE, "2:9 date: the date of 'flood' changed from '1287-12-14' to '1287-12-15'"),
        (
            ("The flood", "A flood"),
            "3:10 title: the title of 'flood' changed from 'The flood' to 'A flood'",
        ),
        (
            ("status: reported", "status: confirmed"),
            "4:11 status: the status of 'flood' changed from 'reported' to 'confirmed'",
        ),
        (
            ("  status: reported\n", ""),
            "1:7 status: the status of 'flood' changed from 'reported' to 'confirmed'",
        ),
        (
            ("value: 135", "value: 153"),
            "6:3 figures: the figure 'drowned' of 'flood' changed from 135 to 153",
        ),
        (
            ("value: 135", "min: 135, max: 153, approximate: true"),
            "6:3 figures: the figure 'drowned' of 'flood' changed from 135 to about 135 to 153",
        ),
        (
            ("min: 50000", "max: 50000"),
            "6:3 figures: the figure 'drowned' of 'flood' changed from at least 50000 "
            "to at most 50000",
        ),
    ],
)
def test_a_change_without_a_correction_is_told_with_what_was_and_what_is(repository, edit, message):
    """At its place in today's file; with a new correction nothing is said."""
    assert said(repository, edit) == [f"{message} since 'HEAD', but no correction says so"]
    assert said(repository, CORRECTED) == []


def test_a_figure_that_is_gone_is_told(repository):
    """It was published, and somebody may have cited it."""
    row = "    - {what: drowned, value: 135, by: A monk, sources: [annals]}\n"

    assert said(repository, (row, "")) == [
        "6:3 figures: the figure 'drowned' of 'flood', 135, is gone since 'HEAD', "
        "but no correction says so"
    ]


@pytest.mark.parametrize(
    "edit",
    [
        ("sources: [annals]\n  figures", "sources: []\n  figures"),
        ("1287-12-14", '"1287-12-14"'),
        ("  figures:", "  summary: It came at night.\n  figures:"),
        ("by: A monk, sources", "by: A monk, note: provisional, sources"),
        ("    - {what: drowned, min", NEW_FIGURE),
        ("title: Hunger, draft: true", "title: Famine"),
        ("title: Hunger", "title: Famine"),
        ("- {id: hunger", "- {id: new, date: \"1289\", title: New}\n- {id: hunger"),
        ("status: reported", "status: retracted\n  reason: It never happened."),
    ],
    ids=["sources", "quotes", "a summary", "a note", "a new figure", "a draft then", "a draft now",
         "a new event", "a retraction"],
)  # fmt: skip
def test_what_is_no_correction_is_not_told(repository, edit):
    """Other fields, the way a date is written, what is new, drafts, and retractions."""
    assert said(repository, edit) == []


def test_an_old_correction_speaks_for_no_new_change(repository):
    """One whose text is new does, even where it replaces another."""
    assert len(said(repository, DATE)) == 1
    assert said(repository, ("The day was not known.", "The day was one later.")) == []


def test_a_renamed_event_is_compared_with_what_it_was_called(repository):
    """Its `aliases` say so."""
    assert said(repository, ("- id: flood", "- id: deluge\n  aliases: [flood]")) == []
    assert len(said(repository, DATE)) == 1


def test_a_file_that_was_faulty_then_is_passed_over(repository):
    """What could not be published could not be corrected."""
    repository.commit(SECOND, "-- content/events.yaml --\n- [")
    repository.write(FLOODS)

    assert said(repository) == []


def run(repository, *words):
    """Run a command; return its exit status."""
    projects.with_recipe(repository.root)
    return cli.main(projects.build, words, root=repository.root)


def test_check_since_warns_and_strict_makes_it_a_fault(repository, capsys):
    """The exact message, with the line as it is today."""
    projects.with_recipe(repository.root)
    path = repository.root / "content/events.yaml"
    path.write_text(path.read_text("utf-8").replace("The flood", "A flood"), "utf-8")

    assert run(repository, "check", "--since", "main") == 0
    assert (
        """\
content/events.yaml:3:10: warning: the title of 'flood' changed from 'The flood' to 'A flood' \
since 'main', but no correction says so
    3 |   title: A flood
      |          ^^^^^^^
   hint: write into 'corrections' what was wrong and what is right, with the day
"""
        in capsys.readouterr().err
    )
    assert run(repository, "check", "--since", "main", "--strict") == 1
    assert "no correction says so" in capsys.readouterr().err
    assert run(repository, "check") == 0
    assert "no correction says so" not in capsys.readouterr().err


def test_an_unknown_revision_and_no_repository_are_wrong_usage(repository, capsys):
    """Exit status 2, with a hint."""
    assert run(repository, "check", "--since", "v9") == 2
    assert capsys.readouterr().err == (
        "dateline: there is no revision 'v9' in the repository\n"
        "   hint: give a branch, a tag, a commit's hash, or one such as HEAD~3\n"
    )
    (repository.root / ".git").rename(repository.root / "git")
    assert run(repository, "check", "--since", "main") == 2
    assert capsys.readouterr().err.startswith("dateline: this project is in no git repository")
