"""BibTeX, RIS and CSL-JSON, read back by the libraries that others read them with."""

import json

import bibtexparser
import jsonschema
import pytest
import rispy
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from dateline import citations, dates
from dateline.citations import Work

WORK = Work(
    key="source-annals",
    kind="news",
    title="The flood",
    author="A Monk",
    container="The Egmond News",
    date=dates.parse("1287-12-14"),
    words="14 December 1287",
    url="https://example.org/a_b%20c?d=1&e=2#f",
    language="nl",
    notes=("Read at A Mirror", "Archived copy of 1 May 2024: https://archive.example/1"),
)

CSL = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["type", "id"],
        "additionalProperties": False,
        "properties": {
            "type": {
                "enum": [
                    "article-newspaper",
                    "book",
                    "document",
                    "entry-encyclopedia",
                    "report",
                    "webpage",
                ]
            },
            "id": {"type": "string"},
            "title": {"type": "string"},
            "author": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {"literal": {"type": "string"}},
                    "additionalProperties": False,
                },
            },
            "container-title": {"type": "string"},
            "publisher": {"type": "string"},
            "URL": {"type": "string"},
            "language": {"type": "string"},
            "note": {"type": "string"},
            "issued": {
                "type": "object",
                "properties": {
                    "date-parts": {
                        "type": "array",
                        "minItems": 1,
                        "maxItems": 2,
                        "items": {
                            "type": "array",
                            "minItems": 1,
                            "maxItems": 3,
                            "items": {"type": "integer"},
                        },
                    },
                    "season": {"enum": [1, 2, 3, 4]},
                    "circa": {"type": "boolean"},
                    "literal": {"type": "string"},
                },
                "additionalProperties": False,
            },
        },
    },
}
"""What of the form (CSL 1.0.2, csl-data.json) is used here, with the same names and shapes."""


def dated(text: str) -> Work:
    """The work with another date."""
    return replace(WORK, date=dates.parse(text), words=f"<{text}>")


def bib(work: Work) -> dict[str, str]:
    """The fields of the one entry that a library finds."""
    library = bibtexparser.parse_string(citations.bibtex(work))
    assert library.failed_blocks == []
    (entry,) = library.entries
    return {"ENTRYTYPE": entry.entry_type, "ID": entry.key} | {
        field.key: field.value for field in entry.fields
    }


def ris(work: Work) -> dict[str, object]:
    """The one record that a library finds."""
    (record,) = rispy.loads(citations.ris(work))
    return record


def csl(work: Work) -> dict[str, object]:
    """The one item, which has the shape that the schema asks for."""
    items = json.loads(citations.csl(work))
    jsonschema.validate(items, CSL)
    (item,) = items
    return item


def test_bibtex_says_all_that_is_known():
    """Titles and authors are held together by braces; addresses stand as they are."""
    assert (
        citations.bibtex(WORK)
        == r"""% In UTF-8, for biber or a LaTeX that reads it
@article{source-annals,
  author = {{A Monk}},
  title = {{The flood}},
  journal = {The Egmond News},
  year = {1287},
  month = dec,
  date = {1287-12-14},
  url = {https://example.org/a_b%20c?d=1&e=2#f},
  language = {nl},
  note = {Read at A Mirror. Archived copy of 1 May 2024: https://archive.example/1},
}
"""
    )
    assert bib(WORK)["ID"] == "source-annals"


def test_ris_says_all_that_is_known():
    """Its lines end with CR and LF."""
    assert citations.ris(WORK).split("\r\n") == [
        "TY  - NEWS",
        "ID  - source-annals",
        "TI  - The flood",
        "AU  - A Monk",
        "T2  - The Egmond News",
        "PY  - 1287",
        "DA  - 1287/12/14/",
        "LA  - nl",
        "UR  - https://example.org/a_b%20c?d=1&e=2#f",
        "N1  - Read at A Mirror",
        "N1  - Archived copy of 1 May 2024: https://archive.example/1",
        "ER  - ",
        "",
    ]
    assert "\n" not in citations.ris(WORK).replace("\r\n", "")
    assert ris(WORK)["urls"] == [WORK.url]


def test_csl_says_all_that_is_known():
    """The author is a literal: which of its words is a family name is not known."""
    assert csl(WORK) == {
        "id": "source-annals",
        "type": "article-newspaper",
        "title": "The flood",
        "author": [{"literal": "A Monk"}],
        "container-title": "The Egmond News",
        "URL": "https://example.org/a_b%20c?d=1&e=2#f",
        "language": "nl",
        "note": "Read at A Mirror. Archived copy of 1 May 2024: https://archive.example/1",
        "issued": {"date-parts": [[1287, 12, 14]]},
    }


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("webpage", ("misc", "ELEC", "webpage")),
        ("news", ("article", "NEWS", "article-newspaper")),
        ("report", ("techreport", "RPRT", "report")),
        ("statement", ("misc", "GEN", "document")),
        ("document", ("misc", "GEN", "document")),
        ("agreement", ("misc", "GEN", "document")),
        ("encyclopedia", ("misc", "ENCYC", "entry-encyclopedia")),
        ("book", ("book", "BOOK", "book")),
        ("media", ("misc", "GEN", "document")),
    ],
)
def test_every_kind_has_its_type_in_each_form(kind, names):
    """The kinds of sources, and the pages of the site itself."""
    work = replace(WORK, kind=kind)

    assert (bib(work)["ENTRYTYPE"], ris(work)["type_of_reference"], csl(work)["type"]) == names


def test_every_kind_of_source_can_be_cited():
    """A kind that the format gets needs a type in each form."""
    from dateline import schema

    assert set(schema.SOURCE_KINDS) | {"webpage"} == set(citations._KINDS)


@pytest.mark.parametrize(
    ("written", "year", "date", "day", "issued"),
    [
        ("2012", "2012", "2012", "2012///", {"date-parts": [[2012]]}),
        ("2012-03", "2012", "2012-03", "2012/03//", {"date-parts": [[2012, 3]]}),
        ("2012-03-04", "2012", "2012-03-04", "2012/03/04/", {"date-parts": [[2012, 3, 4]]}),
        ("2012-03~", None, "2012-03~", "///w", {"date-parts": [[2012, 3]], "circa": True}),
        ("2012?", None, "2012?", "///w", {"date-parts": [[2012]], "circa": True}),
        ("2012-21", None, "2012-21", "///w", {"date-parts": [[2012]], "season": 1}),
        ("2012-34", None, None, "///w", {"literal": "w"}),
        ("201X", None, "201X", "///w", {"literal": "w"}),
        ("2012-XX-XX", None, "2012-XX-XX", "///w", {"literal": "w"}),
        (
            "2012-03/2012-04-05",
            None,
            "2012-03/2012-04-05",
            "///w",
            {"date-parts": [[2012, 3], [2012, 4, 5]]},
        ),
        (
            "2012~/2014",
            None,
            "2012~/2014",
            "///w",
            {"date-parts": [[2012], [2014]], "circa": True},
        ),
        ("2012/..", None, "2012/..", "///w", {"literal": "w"}),
        ("/2012", None, "/2012", "///w", {"literal": "w"}),
        ("2012-21/2012-23", None, "2012-21/2012-23", "///w", {"literal": "w"}),
        ("[2012,2014]", None, None, "///w", {"literal": "w"}),
        ("{2012,2014}", None, None, "///w", {"literal": "w"}),
        ("2012-03-~04", None, None, "///w", {"literal": "w"}),
        ("-0043", None, "-0043", "///w", {"literal": "w"}),
    ],
)
def test_a_date_is_as_precise_as_it_was_written(written, year, date, day, issued):
    """What a form has no parts for stands there in words, and nothing is made up."""
    work = replace(dated(written), words="w", notes=())

    found = bib(work)
    assert (found.get("year"), found.get("date")) == (year, date)
    assert ("w" in found.get("note", "")) == (date is None)
    assert f"DA  - {day}\r\n" in citations.ris(work)
    assert ("PY  - " in citations.ris(work)) == (year is not None)
    assert csl(work)["issued"] == issued


def test_what_is_not_known_is_left_out():
    """No empty field, no date of today."""
    bare = Work("source-x", "news", "X")

    assert set(bib(bare)) == {"ENTRYTYPE", "ID", "title"}
    assert citations.ris(bare) == "TY  - NEWS\r\nID  - source-x\r\nTI  - X\r\nER  - \r\n"
    assert csl(bare) == {"id": "source-x", "type": "article-newspaper", "title": "X"}


def test_what_means_something_to_latex_is_printed_as_it_stands():
    """Braces become words for braces: BibTeX counts them even behind a backslash."""
    work = replace(WORK, title=r"} 50 % & \$ #1_a ^~ {", author="", notes=())

    assert bib(work)["title"] == (
        r"{\textbraceright{} 50 \% \& \textbackslash{}\$ \#1\_a "
        r"\textasciicircum{}\textasciitilde{} \textbraceleft{}}"
    )


def test_letters_beyond_ascii_are_kept():
    """In all three."""
    title = "سقوط كيدال – Abeïbara"
    work = replace(WORK, title=title)

    assert bib(work)["title"] == f"{{{title}}}"
    assert ris(work)["title"] == title
    assert csl(work)["title"] == title


HOSTILE = st.text(max_size=60) | st.text(
    alphabet='{}\\%#$&_^~"@,=\r\n\x85\u2028- TYER', max_size=40
)


@given(HOSTILE, HOSTILE, HOSTILE)
def test_no_text_can_break_out_of_its_field(title, author, note):
    """Whatever stands in a source, one entry with the same fields comes out of each form."""
    work = replace(WORK, title=title or "x", author=author, notes=(note,))

    found = bib(work)
    assert set(found) - {"author", "note"} == {
        "ENTRYTYPE", "ID", "title", "journal", "year", "month", "date", "url", "language",
    }  # fmt: skip
    assert found["url"] == WORK.url
    lines = citations.ris(work).split("\r\n")
    assert [line[:6] for line in lines if line][-1] == "ER  - "
    assert all(line[:6] in {f"{tag}  - " for tag in "TY ID TI AU T2 PY DA LA UR N1 ER".split()}
               for line in lines if line)  # fmt: skip
    assert sum(line.startswith(("TY  - ", "ER  - ")) for line in lines) == 2
    assert csl(work)["title"] == " ".join((title or "x").split())


@given(st.text(alphabet="{}\\ab%/ \n", max_size=30))
def test_no_address_can_break_out_of_its_field(tail):
    """Braces and backslashes of an address are written as the address itself may write them."""
    work = replace(WORK, url=f"https://example.org/{tail}")

    assert set(bib(work)) == set(bib(WORK))


def test_files_stand_beside_the_page_and_are_made_when_needed():
    """Until then the work is not asked for."""
    entries = [("sources/annals/", "key", "Annals"), ("sources/x/", "other key", "X")]

    found = citations.files(entries, lambda entry: replace(WORK, title=entry))

    assert {path: file.key for path, file in found.items()} == {
        f"sources/{id}/cite.{form}": key
        for id, key in (("annals", "key"), ("x", "other key"))
        for form in ("bib", "ris", "json")
    }
    annals = replace(WORK, title="Annals")
    assert found["sources/annals/cite.ris"].make() == citations.ris(annals).encode()
    assert found["sources/x/cite.bib"].make().startswith(b"% In UTF-8")
    assert citations.files([("sources/annals/", "key", "")], pytest.fail).keys() < found.keys()
