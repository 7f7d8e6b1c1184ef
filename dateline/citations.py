"""A citation in the forms that reference managers read: BibTeX, RIS and CSL-JSON.

    citations.bibtex(Work("event-lift-off", "webpage", title="Lift-off", …))

Each says a date as precisely as its form can, and never more so. What a form cannot say stands
there in words. All are UTF-8.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, TypeVar

from msgspec import Struct, json

from dateline.artifacts import Artifact
from dateline.dates import Date

_Entry = TypeVar("_Entry")


class Work(Struct, frozen=True):
    """A page of this site, or a document: what there is to say of it in a list of references."""

    key: str
    """Its name in such a list: stable, of a-z, 0-9 and hyphens."""
    kind: str
    """`webpage`, or a kind of source."""
    title: str
    author: str = ""
    container: str = ""
    """What it is part of: the website, the newspaper."""
    publisher: str = ""
    date: Date | None = None
    words: str = ""
    """The date in words."""
    url: str = ""
    language: str = ""
    notes: tuple[str, ...] = ()
    """What else to know of it: an archived copy, where it was read."""


class _Kind(Struct, frozen=True):
    """What a kind of work is called in each form."""

    bibtex: str
    ris: str
    csl: str


_KINDS = {
    "webpage": _Kind("misc", "ELEC", "webpage"),
    "news": _Kind("article", "NEWS", "article-newspaper"),
    "report": _Kind("techreport", "RPRT", "report"),
    "statement": _Kind("misc", "GEN", "document"),
    "document": _Kind("misc", "GEN", "document"),
    "agreement": _Kind("misc", "GEN", "document"),
    "encyclopedia": _Kind("misc", "ENCYC", "entry-encyclopedia"),
    "book": _Kind("book", "BOOK", "book"),
    "media": _Kind("misc", "GEN", "document"),
}
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()


# BibTeX (http://mirrors.ctan.org/biblio/bibtex/base/btxdoc.pdf).


def bibtex(work: Work) -> str:
    """Return the entry for BibTeX and biblatex.

    Letters beyond ASCII stay as they are, for biber or a LaTeX that reads UTF-8. The title has
    braces of its own, so that no style changes its capitals; so has the author, whose parts are
    not known. `year` and `month` are there for a date that they say in full, `date` (biblatex)
    for those of EDTF level 0 and 1, and the words of any other date are a note.
    """
    kind = _KINDS[work.kind].bibtex
    held_by = {"article": "journal", "techreport": "institution", "misc": "howpublished"}
    where = "publisher" if kind == "book" else held_by[kind]
    rows = [
        ("author", f"{{{_latex(work.author)}}}" if work.author else ""),
        ("title", f"{{{_latex(work.title)}}}"),
        (where, _latex(work.container or work.publisher)),
        *_bibtex_date(work),
        ("url", _bibtex_url(work.url)),
        ("language", _latex(work.language)),
        ("note", _latex(". ".join(_bibtex_notes(work)))),
    ]
    lines = [
        f"  {name} = {value}," if name == "month" else f"  {name} = {{{value}}},"
        for name, value in rows
        if value
    ]
    return "\n".join([_BIBTEX_SAYS, f"@{kind}{{{work.key},", *lines, "}", ""])


_BIBTEX_SAYS = "% In UTF-8, for biber or a LaTeX that reads it"


def _bibtex_date(work: Work) -> Iterator[tuple[str, str]]:
    date = work.date
    if date is None:
        return
    if _exact(date) and date.year is not None and date.year > 0:
        yield "year", str(date.year)
        if date.month:
            yield "month", _MONTHS[date.month - 1]
    if date.level < 2 and date.kind in ("single", "interval"):
        yield "date", date.text


def _bibtex_notes(work: Work) -> Iterator[str]:
    if work.date and (work.date.level > 1 or work.date.kind not in ("single", "interval")):
        yield work.words
    yield from work.notes


_LATEX = {
    "\\": r"\textbackslash{}",
    # Not \{, which BibTeX counts as a brace that has to be closed.
    "{": r"\textbraceleft{}",
    "}": r"\textbraceright{}",
    "^": r"\textasciicircum{}",
    "~": r"\textasciitilde{}",
    **{sign: f"\\{sign}" for sign in "$&#_%"},
}


def _latex(text: str) -> str:
    return "".join(_LATEX.get(char, char) for char in _line(text))


def _bibtex_url(url: str) -> str:
    """Return an address for a `url` field, which LaTeX prints as it stands."""
    return re.sub(r"[\\{}\s]", lambda found: f"%{ord(found.group()):02X}", url)


# RIS (Research Information Systems, format of 2011).


def ris(work: Work) -> str:
    """Return the record in RIS, its lines ended by CR and LF as the form wants it.

    The date is `year/month/day/other`; one that these cannot say stands in `other`, in words.
    """
    rows = [
        ("TY", _KINDS[work.kind].ris),
        ("ID", work.key),
        ("TI", work.title),
        ("AU", work.author),
        ("T2", work.container),
        ("PB", work.publisher),
        *_ris_date(work),
        ("LA", work.language),
        ("UR", work.url),
        *(("N1", note) for note in work.notes),
    ]
    lines = [f"{tag}  - {_line(value)}" for tag, value in rows if value]
    return "\r\n".join([*lines, "ER  - ", ""])


def _ris_date(work: Work) -> Iterator[tuple[str, str]]:
    date = work.date
    if date is None:
        return
    if not _exact(date) or date.year is None or not 0 < date.year < 10_000:
        yield "DA", f"///{work.words}"
        return
    month = f"{date.month:02}" if date.month else ""
    day = f"{date.day:02}" if date.day else ""
    yield "PY", f"{date.year:04}"
    yield "DA", f"{date.year:04}/{month}/{day}/"


# CSL-JSON (https://github.com/citation-style-language/schema, csl-data.json).


def csl(work: Work) -> str:
    """Return the item for citeproc and what understands it, in a list as the form wants it."""
    item: dict[str, Any] = {
        "id": work.key,
        "type": _KINDS[work.kind].csl,
        "title": _line(work.title),
    }
    if work.author:
        item["author"] = [{"literal": _line(work.author)}]
    for name, value in (
        ("container-title", work.container),
        ("publisher", work.publisher),
        ("URL", work.url),
        ("language", work.language),
        ("note", ". ".join(work.notes)),
    ):
        if value:
            item[name] = _line(value)
    if work.date:
        item["issued"] = _csl_date(work.date, work.words)
    return json.format(json.encode([item]), indent=1).decode() + "\n"


def _csl_date(date: Date, words: str) -> dict[str, Any]:
    """Return a date variable: parts where they say it all, else the words.

    `circa` stands for about and for uncertain, as CSL knows no difference; a season has a number
    of its own from 1 to 4.
    """
    ends = [date.start, date.end] if date.is_interval else [date]
    if date.is_interval and any(end and end.season for end in ends):
        return {"literal": words}
    parts = [_csl_parts(end) for end in ends]
    if date.kind not in ("single", "interval") or None in parts:
        return {"literal": words}
    found: dict[str, Any] = {"date-parts": parts}
    if any(date.marks) or any(any(end.marks) for end in ends if end):
        found["circa"] = True
    if date.season:
        found["season"] = date.season - 20
    return found


def _csl_parts(date: Date | None) -> list[int] | None:
    """Return year, month and day as far as they are known; None if that would say too much."""
    if date is None or date.unspecified or date.year is None or date.year < 1:
        return None  # years before 1 are counted in more than one way
    if len(set(date.marks)) > 1:  # doubt about a part only
        return None
    if date.season:
        return [date.year] if 21 <= date.season <= 24 else None
    return [part for part in (date.year, date.month, date.day) if part is not None]


# All of them.


FORMS = {"bib": bibtex, "ris": ris, "json": csl}
"""Every form, by how the name of its file ends."""
NAMES = {"bib": "BibTeX", "ris": "RIS", "json": "CSL-JSON"}


def file(form: str) -> str:
    """Return the name of the file of a form, beside the page of what it cites."""
    return f"cite.{form}"


def files(
    entries: Iterable[tuple[str, str, _Entry]], work: Callable[[_Entry], Work]
) -> dict[str, Artifact]:
    """Return the files of entries, each with the address of its page, a key of its work, and it.

    Only when a file is needed, its work is asked for.
    """
    return {
        f"{address}cite.{form}": _File(key, form, work, entry)
        for address, key, entry in entries
        for form in FORMS
    }


class _File(Artifact, gc=True):
    form: str
    work: Callable[[Any], Work]
    entry: Any

    def make(self) -> bytes:
        return FORMS[self.form](self.work(self.entry)).encode()


def _exact(date: Date) -> bool:
    """Say whether year, month and day, as far as written, say it all."""
    return date.kind == "single" and not (date.unspecified or any(date.marks) or date.season)


def _line(text: str) -> str:
    """Return a text on one line; `split` knows every character that ends one."""
    return " ".join(text.split())
