"""Problems as data, and how they print: for people, for tools, for a forge, for the preview."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline import problems
from dateline.problems import Document, Faults, Misuse, Problem, Problems, did_you_mean

FILE = Document("content/tags.yaml", "flight:\n  name: Flight\n  nmae: Fligth\n")


def test_a_fault_prints_with_its_line_a_mark_and_a_hint():
    """The place comes first, then what is wrong, the line with a mark under it, and the hint."""
    faults = Faults()
    faults.add(FILE.spot(3, 3, 4), "unknown field 'nmae'", hint="did you mean 'name'?")

    assert problems.text(faults) == (
        "content/tags.yaml:3:3: unknown field 'nmae'\n"
        "    3 |   nmae: Fligth\n"
        "      |   ^^^^\n"
        "   hint: did you mean 'name'?"
    )


def test_a_fault_of_a_whole_file_prints_without_a_line():
    """Where there is no text to show, none is shown."""
    faults = Faults()
    faults.add(Document("content/site.yaml", "").spot(), "the file is missing")

    assert problems.text(faults) == "content/site.yaml:1:1: the file is missing"


def test_problems_are_sorted_by_file_line_and_column():
    """Line 10 comes after line 9, and what was found twice is printed once."""
    other = Document("content/actors.yaml", "\n" * 12)
    faults = Faults()
    for spot in (FILE.spot(2, 1), other.spot(10), other.spot(9), other.spot(9, 2), other.spot(9)):
        faults.add(spot, "a fault")

    assert [(found.file, found.line, found.column) for found in faults] == [
        ("content/actors.yaml", 9, 1),
        ("content/actors.yaml", 9, 2),
        ("content/actors.yaml", 10, 1),
        ("content/tags.yaml", 2, 1),
    ]


def test_leaving_the_block_raises_every_problem_at_once():
    """A run reports all of them, with the warnings between."""
    faults = Faults()
    faults.add(FILE.spot(2), "one")
    faults.warn(FILE.spot(1), "two")
    faults.add(FILE.spot(3), "three")

    with pytest.raises(Problems) as caught, faults:
        pass

    assert [found.message for found in caught.value.problems] == ["two", "one", "three"]


def test_warnings_alone_raise_nothing():
    """A warning stops no build, but it is there to be shown."""
    with Faults() as faults:
        faults.warn(FILE.spot(), "somebody might mean this")

    assert [found.level for found in faults] == ["warning"]
    assert faults.count == 0


def test_another_error_within_the_block_is_not_hidden():
    """What went wrong first is what is said."""
    faults = Faults()
    faults.add(FILE.spot(), "a fault")

    with pytest.raises(KeyError), faults:
        raise KeyError


def test_a_warning_says_so():
    """Warnings and faults look alike but for one word."""
    faults = Faults()
    faults.warn(FILE.spot(), "a phase without events")

    assert problems.text(faults).startswith("content/tags.yaml:1:1: warning: a phase without")


@pytest.mark.parametrize(
    ("line", "column", "width", "mark"),
    [
        ("name: été x", 7, 3, "      ^^^"),
        ("name: 月面 x", 7, 2, "      ^^^^"),
        ("月面: x", 5, 1, "      ^"),
        ("e\u0301te\u0301: x", 7, 1, "    ^"),
        ("\tname: x", 2, 4, " ^^^^"),
        ("name:", 6, 1, "     ^"),
        ("", 1, 1, ""),
    ],
)
def test_the_mark_stands_under_what_it_marks(line, column, width, mark):
    """Wide letters take two cells of a terminal, marks on letters none, a tab is shown as one."""
    faults = Faults()
    faults.add(Document("a.yaml", line).spot(1, column, width), "here")

    shown = problems.text(faults).split("\n")[1:]
    assert [row[8:] for row in shown[1:]] == ([mark] if mark else [])


def test_a_long_line_is_cut_around_the_mark():
    """A paragraph in one line does not fill the screen."""
    line = "a" * 500 + "wrong" + "b" * 500
    faults = Faults()
    faults.add(Document("a.yaml", line).spot(1, 501, 5), "here")
    _, shown, mark = problems.text(faults).split("\n")

    assert len(shown) < 110
    assert shown[mark.index("^") :].startswith("wrong")
    assert shown.endswith("…")


def test_what_would_disturb_a_terminal_is_shown_by_a_sign():
    """Escape sequences and turned text in a file do nothing to the screen that shows them."""
    faults = Faults()
    faults.add(Document("a.yaml", "a\x1b[31m\u202eb\x07\u2028c").spot(), "here")

    assert "a\ufffd[31m\ufffdb\ufffd\ufffdc" in problems.text(faults)


@pytest.mark.parametrize(
    ("value", "meant"),
    [("wagnr", "wagner"), ("Wagner", "wagner"), ("wagner-group", ""), ("nasa", ""), ("", "")],
)
def test_a_near_word_is_suggested(value, meant):
    """A slip or another case is near; another word is not."""
    hint = did_you_mean(value, ["wagner", "minusma"])

    assert hint == (f"did you mean '{meant}'?" if meant else "")


def test_json_is_a_list_of_flat_objects():
    """Tools get every field but the line itself."""
    faults = Faults()
    faults.add(FILE.spot(3, 3, 4), "unknown field 'été'", "a hint", "nmae")

    assert json.loads(problems.as_json(faults)) == [
        {
            "file": "content/tags.yaml",
            "line": 3,
            "column": 3,
            "width": 4,
            "level": "fault",
            "field": "nmae",
            "message": "unknown field 'été'",
            "hint": "a hint",
        }
    ]
    assert json.loads(problems.as_json([])) == []


def test_a_forge_gets_one_command_for_each_problem():
    """Line ends, percent signs and colons cannot break out of GitHub's workflow command."""
    found = [
        Problem("content/a,b:c.yaml", 3, 7, "70% of\nthem", hint="a: b"),
        Problem("content/d.yaml", 1, 1, "may be meant", level="warning"),
    ]

    assert problems.github(found).split("\n") == [
        "::error file=content/a%2Cb%3Ac.yaml,line=3,col=7::70%25 of%0Athem%0Ahint: a: b",
        "::warning file=content/d.yaml,line=1,col=1::may be meant",
    ]


def test_the_preview_gets_html_in_which_content_is_text():
    """A script in a faulty line is shown, not run."""
    faults = Faults()
    faults.add(Document("a.yaml", "<script>alert(1)</script>").spot(), "unknown '<b>'")
    html = problems.page(faults)

    assert "<script>" not in html
    assert "unknown &#x27;&lt;b&gt;&#x27;" in html
    assert html.count("<li>") == 1


def test_misuse_prints_its_hint_below():
    """A refusal looks like a fault without a place."""
    assert str(Misuse("no", "do this")) == "no\n   hint: do this"
    assert str(Misuse("no")) == "no"


@given(st.text(max_size=300), st.integers(1, 310), st.integers(1, 310))
def test_every_spot_can_be_printed(line, column, width):
    """Whatever the line holds, the message has its place and the mark stays in the window."""
    faults = Faults()
    faults.add(Document("a.yaml", line).spot(1, column, width), "here")

    first, *rest = problems.text(faults).split("\n")
    assert first == f"a.yaml:1:{column}: here"
    assert all(re.match(r" {4}1 \| | {6}\| ", row) for row in rest)


@pytest.mark.parametrize("text", ["", "\n", "a", "a\nb", "a\n\nb\n", "é\n\U0001f600\nz\n\n"])
def test_lines_between_two_are_the_same_whether_all_lines_are_at_hand_or_not(text):
    """What is beyond the end is left out."""
    apart, whole = Document("a.yaml", text), Document("a.yaml", text)
    assert whole.lines == text.split("\n")
    for first in range(1, 7):
        for last in range(first, 8):
            assert apart.between(first, last) == whole.between(first, last)
    assert "lines" not in vars(apart)
