r"""Every mistake of an editor beside the exact message: the cases of tests/problems/*.md.

A case is a title, a line `.`, files, a line `.`, the messages, a line `.`. Files begin with a line
`-- content/events/landing.yaml --` and replace those of BASE, a whole small site without faults.
No message means that there is nothing to complain about. The cases of evidence.md are looked at as
`check` does, all others as `build` does. Other forms of that line are

    -- content/site.yaml, missing --           the file of BASE is not there
    -- content/tags.yaml, with escapes --      \t, \r, \xE9 (a byte) and \u202E (a character)
    -- content/tags.yaml -> words.yaml --      a symbolic link

After a message was changed on purpose, `python tests/test_faults.py` writes all of them anew: read
the difference before it is committed.
"""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

import build  # noqa: E402
from dateline import problems  # noqa: E402
from dateline.project import Project  # noqa: E402

FIXTURES = sorted((ROOT / "tests/problems").glob("*.md"))
CASE = re.compile(
    r"^(?P<title>\S.*)\n\.\n(?P<files>(?s:.*?))^\.\n(?P<said>(?s:.*?))^\.$", re.MULTILINE
)
HEADER = re.compile(r"^-- (?P<path>.+?)(?:(?P<how>, missing|, with escapes)| -> (?P<to>\S+))? --$")
ESCAPE = re.compile(r"\\(?:x(?P<byte>[0-9A-F]{2})|u(?P<code>[0-9A-F]{4})|(?P<short>[tr]))")

BASE = """\
-- content/site.yaml --
title: Landing on the Moon
-- content/phases/landing.md --
---
title: The landing
dates: 1969-07
---
-- content/events/landing.yaml --
- id: lift-off
  date: 1969-07-16
  title: Lift-off
-- content/actors.yaml --
nasa:
  name: NASA
  kind: organisation
-- content/places.yaml --
pad:
  name: Launch pad
  kind: site
-- content/tags.yaml --
flight:
  name: Flight
-- content/sources.yaml --
log-1969:
  title: Flight log
  kind: document
"""


@dataclass(frozen=True)
class Case:
    """A mistake, or what might be taken for one, and what is said about it."""

    title: str
    files: str
    said: str
    evidence: bool


def cases(fixture: Path) -> Iterator[Case]:
    """The cases of a fixture, in order."""
    for found in CASE.finditer(fixture.read_text("utf-8")):
        said = found["said"].rstrip("\n")
        yield Case(found["title"], found["files"], said, fixture.stem == "evidence")


CASES = [
    pytest.param(case, id=f"{fixture.stem}: {case.title}")
    for fixture in FIXTURES
    for case in cases(fixture)
]


@pytest.mark.parametrize("case", CASES)
def test_every_mistake_has_its_message(case, tmp_path):
    """What the program says about these files is exactly what the fixture says."""
    assert said_about(case.files, tmp_path, evidence=case.evidence) == case.said


def test_the_site_that_every_case_starts_from_has_no_faults(tmp_path):
    """What a case is told comes from its own files."""
    assert said_about("", tmp_path) == ""


def test_no_two_cases_have_the_same_title():
    """A title names one mistake."""
    titles = [case.title for fixture in FIXTURES for case in cases(fixture)]

    assert sorted(set(titles)) == sorted(titles)


def test_every_case_of_a_fixture_is_run():
    """A case with a slip in its dots would be left out unseen."""
    for fixture in FIXTURES:
        dots = re.findall(r"^\.$", fixture.read_text("utf-8"), re.MULTILINE)

        assert len(dots) == 3 * len(list(cases(fixture)))


def said_about(files: str, folder: Path, *, evidence: bool = False) -> str:
    """Write a site of BASE and these files; return what a build says about it, or a check."""
    write(BASE, folder)
    write(files, folder)
    try:
        site = build.build(Project(root=folder, output=folder / "site", evidence=evidence))
    except problems.Problems as error:
        return problems.text(error.problems)
    return problems.text(site.warnings)


def write(files: str, folder: Path) -> None:
    """Write the files below the folder."""
    for chunk in re.split(r"^(?=-- .* --$)", files, flags=re.MULTILINE)[1:]:
        header, _, text = chunk.partition("\n")
        found = HEADER.match(header)
        assert found, header
        path = folder / found["path"]
        path.parent.mkdir(parents=True, exist_ok=True)
        if found["to"]:
            path.unlink(missing_ok=True)
            path.symlink_to(found["to"])
        elif found["how"] == ", missing":
            path.unlink()
        else:
            path.write_bytes(unescaped(text) if found["how"] else text.encode())


def unescaped(text: str) -> bytes:
    """The bytes of a text with escapes."""
    out, end = b"", 0
    for found in ESCAPE.finditer(text):
        out += text[end : found.start()].encode()
        if found["byte"]:
            out += bytes.fromhex(found["byte"])
        elif found["code"]:
            out += chr(int(found["code"], 16)).encode()
        else:
            out += {"t": b"\t", "r": b"\r"}[found["short"]]
        end = found.end()
    return out + text[end:].encode()


def renew(fixture: Path) -> None:
    """Write what is said now into a fixture."""

    def renewed(found: re.Match[str]) -> str:
        with tempfile.TemporaryDirectory() as folder:
            evidence = fixture.stem == "evidence"
            said = said_about(found["files"], Path(folder), evidence=evidence)
        return f"{found['title']}\n.\n{found['files']}.\n{said + chr(10) if said else ''}."

    fixture.write_text(CASE.sub(renewed, fixture.read_text("utf-8")), "utf-8")


if __name__ == "__main__":
    for fixture in FIXTURES:
        renew(fixture)
