"""What is said about missing evidence. The exact messages are in tests/problems/evidence.md."""

from __future__ import annotations

import projects
import pytest

from dateline import check, evidence_rules, schema, source
from dateline.problems import Faults

SITE = """
-- content/site.yaml --
title: Floods
-- content/sources.yaml --
annals: {title: Annals, kind: book}
letter: {title: A letter, kind: document}
-- content/events.yaml --
- id: flood
  date: "1287"
  title: The flood
  sources: [annals, letter]
"""


@pytest.fixture
def warned(tmp_path):
    """Return a function that adds files to a sound site and says where what is warned of."""

    def warned_of(text: str = "", *, drafts: bool = False) -> list[str]:
        projects.write(tmp_path, SITE)
        projects.write(tmp_path, text or SITE)
        faults = Faults()
        content = source.read(tmp_path / "content", faults)
        check.timeline(schema.timeline(content, faults, drafts=drafts), faults, evidence=True)
        return [f"{problem.line} {problem.message}" for problem in faults]

    return warned_of


def paragraph(text: str) -> str:
    """A phase with this text."""
    return f"-- content/phases/floods.md --\n---\ntitle: Floods\ndates: 1287\n---\n{text}\n"


def test_a_site_with_evidence_is_not_warned_of(warned):
    """What the other tests find comes from what they add."""
    assert warned() == []


@pytest.mark.parametrize(
    "text",
    [
        "# A heading",
        "A heading\n=========",
        "***",
        "It is said that:",
        "**It is said:**",
        "[here]: https://example.org",
        "<!-- a comment -->",
        "It fell [@annals].",
        "It fell [@letter;\n@annals] then.",
        "- It fell\n- and rose [@annals].",
        "~~~\nIt fell.\n~~~",
    ],
)
def test_what_needs_no_source_or_has_one(warned, text):
    """Headings, what leads up to a list, listings; and every paragraph with a citation."""
    assert warned(paragraph(text)) == []


@pytest.mark.parametrize(
    "text",
    [
        "It fell.",
        "It fell `[@annals]`.",
        "> It fell.",
        "- It fell\n- and rose.",
        "Said: it fell.",
    ],
)
def test_what_needs_a_source(warned, text):
    """Whatever tells something; a citation in code is none."""
    assert warned(paragraph(text)) == ["5 this paragraph cites no source"]


def test_each_paragraph_is_told_of_by_its_own_line(warned):
    """Two without a source are two warnings; that between them has one."""
    found = warned(paragraph("It fell.\n\nIt burnt [@annals].\n\nIt rose\nagain."))

    assert [line.partition(" ")[0] for line in found] == ["5", "9"]


def test_what_a_draft_lacks_is_told_with_the_drafts_only(warned):
    """A draft that is left out is no part of the timeline yet."""
    draft = f"{SITE}- {{id: dyke, date: 1288, title: Dyke, draft: true}}"

    assert warned(draft) == []
    assert warned(draft, drafts=True) == ["5 the event 'dyke' cites no source"]


def test_every_rule_says_what_it_is_for():
    """Its docstring is its documentation."""
    rules = (evidence_rules.reposts, *evidence_rules.WARNINGS)

    assert all(rule.__doc__ for rule in rules)
    assert all(rule.__doc__.startswith("A warning") for rule in evidence_rules.WARNINGS)


def test_of_sources_without_a_copy_the_first_is_named_in_whatever_order_they_are_read(tmp_path):
    """The first file by its name, and in it the first line, of those that lack one."""
    projects.write(tmp_path, SITE)
    page = "title: A page, kind: report, url: https://example.org/"
    copy = "archived: {url: https://example.net/, date: 2020-01-01}"
    for name, text in {
        "b": f"zebu: {{{page}1}}\n",
        "a": f"kept: {{{page}2, {copy}}}\nyak: {{{page}3}}\nasp: {{{page}4}}\n",
    }.items():
        file = tmp_path / f"content/sources/{name}.yaml"
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, "utf-8")
    faults = Faults()
    timeline = schema.timeline(source.read(tmp_path / "content", faults), faults)
    evidence_rules.archived_copies(timeline, faults)

    assert [f"{one.file}:{one.line} {one.message}" for one in faults] == [
        "content/sources/a.yaml:2 3 of 4 sources with an address have no archived copy"
    ]
