"""Other tools' files: what a sheet of the auto-archiver says, and what is said about its slips."""

import pytest
import yaml

from dateline import importers
from dateline.linkplaces import Copy
from dateline.problems import Document, Faults, text

HEADER = "Link,Archive Status,Archive Location,Archive Date,Hash,Upload Title,Upload Timestamp,wacz"
GOOD = (
    "https://a.example/1,wayback: success,https://keep.example/1.html,"
    f"2024-01-31T23:30:00+00:00,SHA-256:{'AB' * 32},A title,2023-11-14T10:00:00+00:00,"
)


def read(*rows: str, header: str = HEADER) -> tuple[list[importers.Row], str]:
    """Read a sheet of these rows; return what it says and what is said about it."""
    faults = Faults()
    document = Document("sheet.csv", "\n".join([header, *rows, ""]))
    return importers.auto_archiver(document, faults), text(faults)


def test_a_row_that_was_archived_is_read():
    """The copy has its address, its day in UTC and its hash; the page its title and day."""
    rows, said = read(GOOD)

    copy = Copy("https://keep.example/1.html", "2024-01-31", "ab" * 32)
    assert rows == [importers.Row(2, "https://a.example/1", copy, "A title", "2023-11-14")]
    assert said == ""


def test_columns_are_found_by_their_names():
    """Capitals, order, spaces and columns that are not needed make no difference."""
    header = "thumbnail,ARCHIVE DATE, archive location,link,text content,archive status"
    rows, said = read(
        '=IMAGE("x"),2024-01-31T00:10:00+02:00,https://k.example/1,https://a.example/1,'
        '"two\nlines, and ""quotes""",[cached] telethon: success',
        header=header,
    )

    assert said == ""
    assert rows[0].copy == Copy("https://k.example/1", "2024-01-30")


def test_the_first_web_address_of_a_cell_is_taken():
    """A local path is passed over; the WACZ file stands in if there is no other address."""
    rows, said = read(
        'https://a.example/1,x: success,"./local.html\nhttps://k.example/1\nhttps://k.example/2",'
        "2024-01-31,,,,",
        "https://a.example/2,x: success,,2024-01-31,,,,https://k.example/2.wacz",
    )

    assert [row.copy.url for row in rows] == ["https://k.example/1", "https://k.example/2.wacz"]
    assert said == ""


def test_the_first_of_two_rows_of_a_page_is_taken():
    """Addresses are compared as a person would; empty rows are none."""
    rows, said = read(
        GOOD, ",,,,,,,", GOOD.replace("https://a.example/1", "http://www.a.example/1/")
    )

    assert [row.line for row in rows] == [2]
    assert said == ""


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("https://a.example/1", "a.example",
         "'link' is 'a.example', expected a web address beginning with http:// or https://; "
         "the row is left out"),
        ("https://a.example/1", '=HYPERLINK(1)',
         "'link' is '=HYPERLINK(1)', expected a web address beginning with http:// or https://; "
         "the row is left out"),
        ("https://a.example/1", "",
         "'link' is empty, expected a web address beginning with http:// or https://; "
         "the row is left out"),
        ("wayback: success", "nothing archived",
         "warning: https://a.example/1 is skipped: its status is 'nothing archived'"),
        ("wayback: success", "",
         "warning: https://a.example/1 is skipped: it has no status yet"),
        ("2024-01-31T23:30:00+00:00", "31/01/2024",
         "'archive date' is '31/01/2024', expected a day and time such as "
         "2024-01-31T08:15:00+00:00; the row is left out"),
        ("https://keep.example/1.html", "./local_archive/1.html",
         "'archive location' is './local_archive/1.html', expected a web address, where readers "
         "find the copy; the row is left out"),
    ],
)  # fmt: skip
def test_a_row_that_is_of_no_use_is_told(old, new, expected):
    """With the line and the column; the rows after it are read."""
    assert old in GOOD
    other = GOOD.replace("https://a.example/1", "https://a.example/2")
    rows, said = read(GOOD.replace(old, new, 1), other)

    assert [row.url for row in rows] == ["https://a.example/2"]
    assert said.splitlines()[0] == f"sheet.csv:2:1: {expected}"


def test_a_hash_of_another_kind_is_left_out():
    """A SHA3-512 is no SHA-256; 'not-calculated' says itself that there is none."""
    rows, said = read(
        GOOD.replace(f"SHA-256:{'AB' * 32}", f"SHA3-512:{'AB' * 64}"),
        GOOD.replace(f"SHA-256:{'AB' * 32}", "not-calculated").replace("example/1,", "example/2,"),
    )

    assert [row.copy.sha256 for row in rows] == ["", ""]
    assert said.splitlines()[0] == (
        "sheet.csv:2:1: warning: 'hash' is of the kind 'SHA3-512', not SHA-256, and is left out"
    )
    assert said.count("warning") == 1


def test_a_sheet_without_its_columns_is_refused():
    """Each column that is missing is named, with what it may have been meant to be."""
    rows, said = read(GOOD, header="lnk,archive status,archive location,date")

    assert rows == []
    assert [line for line in said.splitlines() if ":1:1:" in line or "hint" in line] == [
        "sheet.csv:1:1: the sheet has no column 'archive date'",
        f"   hint: the first line names the columns: {', '.join(importers.COLUMNS)}",
        "sheet.csv:1:1: the sheet has no column 'link'",
        "   hint: did you mean 'lnk'?",
    ]


def test_what_is_not_csv_is_told_with_its_line():
    """A quote that is never closed ends the reading."""
    rows, said = read(GOOD, 'https://a.example/2,"never closed')

    assert len(rows) == 1
    assert said.startswith("sheet.csv:3:1: not CSV: ")


def test_an_empty_file_has_no_columns():
    """It is told as such, not as a crash."""
    faults = Faults()

    assert importers.auto_archiver(Document("sheet.csv", ""), faults) == []
    assert faults.count == 4


def test_new_pages_become_entries_to_paste():
    """They are YAML, whatever the sheet says, and their ids are free; a formula stays text."""
    copy = Copy("https://k.example/1", "2024-01-31", "ab" * 32)
    rows = [
        importers.Row(2, "https://www.news.example/1", copy, 'A: "title" # [x]', "2023-11-14"),
        importers.Row(3, "https://news.example/2#x, y", copy, "=1+1", "2023-11-14"),
        importers.Row(4, "https://日本.example/", Copy("https://k.example/2", "2024-01-31")),
    ]
    written = importers.as_sources(rows, taken={"news-2023-11-14"})
    said = yaml.load(written, Loader=yaml.BaseLoader)

    assert list(said) == ["news-2023-11-14-2", "news-2023-11-14-3", "source"]
    assert said["news-2023-11-14-2"]["title"] == 'A: "title" # [x]'
    assert said["news-2023-11-14-3"]["title"] == "=1+1"
    assert said["news-2023-11-14-3"]["url"] == "https://news.example/2#x, y"
    assert said["source"] == {
        "title": "[A page of 日本.example]",
        "kind": "media",
        "url": "https://日本.example/",
        "archived": {"url": "https://k.example/2", "date": "2024-01-31"},
    }
    assert "kind: media  # or another: " in written
