"""The docs are checked against the code: fields, dates, examples, commands.

The tables of docs/content.md are made from `schema.RECORDS` and from the dates named below. After
a change there, `python tests/test_docs.py` writes them anew: read the difference before it is
committed.
"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

import build  # noqa: E402
from dateline import dates, markdown, problems, readers, schema  # noqa: E402
from dateline.language import Language  # noqa: E402
from dateline.project import Project  # noqa: E402

CONTENT = ROOT / "docs/content.md"
COMMANDS = ROOT / "docs/commands.md"
TABLE = re.compile(
    r"<!-- (?P<what>fields of|dates|words): ?(?P<name>.*?) -->\n(?P<rows>(?s:.*?))\n\n"
)
FILE = re.compile(r"^`(?P<path>content/\S+)`\n\n```\w+\n(?P<text>(?s:.*?))^```$", re.MULTILINE)

DATES = {
    "plain": "1969 1969-07 1969-07-20",
    "doubtful": "1969-07~ 1969? 1969% 1969-07-20~",
    "unknown digits": "196X 19XX 1969-07-XX 1969-XX",
    "parts of a year": "1969-22 1969-33 1969-40",
    "spans": "1961/1972 1969-07-16/1969-07-24 1969-07~/1969-08 1958/.. ../1958 1958/ 1961-05/1972?",
    "one of several": "[1968,1969] [1969-07-16..1969-07-24] [..1968] [1968..]",
    "all of several": "{1969,1971}",
    "far years": "0000 -0043-03-15 Y-12000",
}
"""The forms of dates that docs/content.md shows, by the table they stand in."""

WORDS = (
    "20 July 1969",
    "July 20, 1969",
    "July 1969",
    "summer 1969",
    "early 1969",
    "mid-1969",
    "late 1969",
    "late July 1969",
    "Q3 1969",
    "the 1960s",
    "19th century",
    "about July 1969",
    "c. 1969",
    "July 1969?",
    "perhaps about 1969",
    "44 BC",
    "AD 79",
    "16 to 24 July 1969",
    "since 1958",
    "1958-present",
    "until 1972",
    "before 1969",
    "after 1969",
    "by 1969",
    "1969 or later",
    "between 1969-07 and 1969-09",
    "1968 or 1969",
    "20 and 21 July 1969",
)
"""The words for dates that docs/content.md shows."""


@pytest.mark.parametrize("record", schema.RECORDS, ids=lambda record: record.name)
def test_every_record_has_its_table(record):
    """What the docs say of a field is what the program reads, word for word."""
    assert tables()["fields of", record.name] == fields(record)


@pytest.mark.parametrize("name", DATES)
def test_dates_are_shown_as_the_docs_say(name):
    """Every form of a date in the docs is read, and said in these words."""
    assert tables()["dates", name] == said(DATES[name].split())


def test_words_for_dates_are_read_as_the_docs_say():
    """The docs tell what each is read as, and how that is shown."""
    assert tables()["words", "for dates"] == read()


def test_no_table_is_left_behind():
    """A record that is gone has no table."""
    records = {("fields of", record.name) for record in schema.RECORDS}

    shown = {("dates", name) for name in DATES} | {("words", "for dates")}
    assert set(tables()) == records | shown


def test_the_first_example_builds_without_a_fault(tmp_path):
    """Whoever pastes the files of the first example has a site."""
    for path, text in example().items():
        write(tmp_path / path, text)

    site = build.build(Project(root=tmp_path, output=tmp_path / "site"))

    assert site.warnings == ()
    assert "events/lift-off/index.html" in site.files


def test_the_example_of_a_fault_is_what_the_program_prints(tmp_path):
    """The slip that the docs show is reported in the words that the docs show."""
    shown = re.search(r"```text\n(content/events/landing.yaml:.*?)\n```", docs(), re.DOTALL)
    assert shown
    for path, text in example().items():
        write(tmp_path / path, text.replace("actors: [nasa]", "actors: [naza]"))

    with pytest.raises(problems.Problems) as caught:
        build.build(Project(root=tmp_path, output=tmp_path / "site"))

    assert str(caught.value) == shown[1]


def test_every_rule_of_the_example_is_named():
    """The first example shows each field that most events have."""
    text = example()["content/events/landing.yaml"]

    for name in "id date title summary places actors tags text figures sources".split():
        assert f"{name}:" in text, name


def test_the_docs_name_every_tag_that_a_text_may_use():
    """The list of HTML elements is the sanitiser's."""
    listed = re.search(r"These\s+elements\s+are\s+kept: (.*?)\. ", docs(), re.DOTALL)
    assert listed

    assert set(re.findall(r"`(\w+)`", listed[1])) == markdown._TAGS


def test_the_docs_name_every_name_that_a_page_cannot_have():
    """The list of reserved names is the program's."""
    listed = re.search(r"These\s+names\s+are\s+taken: (.*?)\.\n", docs(), re.DOTALL)
    assert listed

    assert set(re.findall(r"`(\w+)`", listed[1])) == schema.RESERVED


@pytest.mark.parametrize("command", ["", "build", "serve", "check", "links"])
def test_every_command_and_option_is_in_the_docs(command):
    """Whatever `--help` lists is explained in docs/commands.md."""
    shown = help_of(command)
    text = COMMANDS.read_text("utf-8")
    options = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", shown))
    commands = set(re.findall(r"^    (\w+)  ", shown, re.MULTILINE))

    assert options
    assert [option for option in sorted(options) if f"`{option}" not in text] == []
    assert [name for name in sorted(commands) if f"`{name}`" not in text] == []


def test_the_docs_name_no_option_that_is_gone():
    """Whatever the docs name can be asked for."""
    shown = "".join(help_of(command) for command in ("", "build", "serve", "check", "links"))

    for option in re.findall(r"`(--[a-z][a-z-]*)", COMMANDS.read_text("utf-8") + docs()):
        assert option in shown, option


def test_links_between_the_docs_lead_somewhere():
    """A link in docs/ names a file that is there, and a heading that it has."""
    for page in (CONTENT, COMMANDS):
        prose = re.sub(r"`[^`\n]+`", "", page.read_text("utf-8"))
        for target in re.findall(r"\]\((?!https?:)([^)]+)\)", prose):
            file, _, anchor = target.partition("#")
            path = page.parent / file if file else page

            assert path.is_file(), target
            assert not anchor or anchor in anchors(path.read_text("utf-8")), target


def docs() -> str:
    """The text of docs/content.md."""
    return CONTENT.read_text("utf-8")


def tables() -> dict[tuple[str, str], str]:
    """Every table of docs/content.md, by what it lists and its name."""
    found = TABLE.finditer(docs())
    return {(table["what"], table["name"]): table["rows"] for table in found}


def fields(record: readers.Record) -> str:
    """The table of a record's fields."""
    rows = ["| field | what to write | required | meaning |", "| --- | --- | --- | --- |"]
    rows += (
        f"| `{field.name}` | {linked(field.reader)} | {'yes' if field.required else ''} "
        f"| {field.meaning} |"
        for field in record.fields
    )
    return "\n".join(row.replace("  |", " |") for row in rows)


def linked(reader: readers.Reader) -> str:
    """What to write, with a link to the section of a record."""
    within = reader.of if isinstance(reader, readers.Many) else reader
    if isinstance(within, readers.Record):
        return reader.says.replace(
            within.name, f"[{within.name}](#{within.name.replace(' ', '-')})"
        )
    says = reader.says.replace("a date (EDTF)", "[a date](#dates)")
    return says.replace("Markdown", "[Markdown](#markdown)")


def said(forms: list[str]) -> str:
    """The table of dates in these forms, and how English says them."""
    english = Language("en")
    rows = (f"| `{form}` | {english.date(dates.parse(form))} |" for form in forms)
    return "\n".join(["| write | shown as |", "| --- | --- |", *rows])


def read() -> str:
    """The table of words for dates: what they are read as, and how English says that."""
    english = Language("en")
    found = ((words, dates.parse(words)) for words in WORDS)
    rows = (f"| {words} | `{date}` | {english.date(date)} |" for words, date in found)
    return "\n".join(["| words | read as | shown as |", "| --- | --- | --- |", *rows])


def example() -> dict[str, str]:
    """The files of the first example, by path."""
    return {found["path"]: found["text"] for found in FILE.finditer(docs())}


def write(path: Path, text: str) -> None:
    """Write a file, with the folders it is in."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


def help_of(command: str) -> str:
    """What `--help` prints about a command."""
    arguments = [sys.executable, "build.py", *([command] if command else []), "--help"]
    done = subprocess.run(arguments, cwd=ROOT, capture_output=True, text=True, check=True)
    return done.stdout


def anchors(text: str) -> set[str]:
    """The anchors that a forge gives to the headings of a text."""
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in headings}


def renew() -> None:
    """Write every table of docs/content.md anew."""
    records = {record.name: record for record in schema.RECORDS}

    def renewed(found: re.Match[str]) -> str:
        name = found["name"]
        match found["what"]:
            case "fields of":
                rows = fields(records[name])
            case "dates":
                rows = said(DATES[name].split())
            case _:
                rows = read()
        return f"<!-- {found['what']}: {name} -->\n{rows}\n\n"

    CONTENT.write_text(TABLE.sub(renewed, docs()), "utf-8")


if __name__ == "__main__":
    renew()
