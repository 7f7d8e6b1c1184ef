"""Other tools' files: what they say, as values and as YAML to paste.

    rows = importers.auto_archiver(document, faults)
    importers.as_sources(rows, taken={"bbc-2012"})

The sheet is that of Bellingcat's auto-archiver, as its `gsheet_feeder_db` writes it, saved as CSV.
Cells are text: a formula in one stays the text that it is.
"""

from __future__ import annotations

import csv
import datetime
import json
import re
from collections.abc import Iterable, Iterator

from msgspec import Struct

from dateline import linkplaces, patterns, readers
from dateline.linkplaces import Copy
from dateline.problems import Document, Faults, did_you_mean

LINK, STATUS, PLACE, DATE = "link", "archive status", "archive location", "archive date"
COLUMNS = (LINK, STATUS, PLACE, DATE, "hash", "upload title", "upload timestamp", "wacz")
"""The columns that are read, by the names that the auto-archiver gives them."""
REQUIRED = (LINK, STATUS, PLACE, DATE)
LONGEST_CELL = 16 * 1024 * 1024
_ADDRESS = patterns.of(r"(?i)https?://[^\s/?#]+\S*")


class Row(Struct, frozen=True):
    """A page that was archived."""

    line: int
    """The line of the file that the row begins at, from 1."""
    url: str
    copy: Copy
    title: str = ""
    published: str = ""
    """The day, as YYYY-MM-DD, if the sheet has it."""


def auto_archiver(document: Document, faults: Faults) -> list[Row]:
    r"""Return the rows that were archived with success, the first of each address.

    What is wrong with a row is a fault, and reading goes on with the next; a row that was not
    archived is a warning. `document` has line ends `\n` only.
    """
    table = _table(document, faults)
    _, header = next(table, (1, []))
    places = {name.strip().casefold(): number for number, name in enumerate(header)}
    missing = [name for name in REQUIRED if name not in places]
    for name in missing:
        near = did_you_mean(name, set(places) - set(COLUMNS))
        hint = near or f"the first line names the columns: {', '.join(COLUMNS)}"
        faults.add(document.spot(), f"the sheet has no column '{name}'", hint, name)
    rows: dict[str, Row] = {}
    for line, cells in table if not missing else ():
        padded = [*cells, *[""] * len(header)]
        values = {name: padded[places[name]].strip() for name in COLUMNS if name in places}
        row = _row(_Cells(document, line, values, faults)) if any(values.values()) else None
        if row:
            rows.setdefault(linkplaces.comparable(row.url), row)
    return list(rows.values())


def as_sources(rows: Iterable[Row], taken: Iterable[str]) -> str:
    """Return YAML entries for content/sources.yaml, each under a new id that is not `taken`.

    What the sheet does not say is marked with a comment: the kind, and a title where there is none.
    """
    ids = set(taken)
    return "".join(_entry(row, ids) for row in rows)


class _Cells(Struct, frozen=True):
    """A row as it stands in the sheet."""

    document: Document
    line: int
    values: dict[str, str]
    faults: Faults

    def bad(self, column: str, expected: str) -> None:
        value = self.values.get(column, "")
        found = f"'{value[:80]}'" if value else "empty"
        message = f"'{column}' is {found}, expected {expected}; the row is left out"
        self.faults.add(self.document.spot(self.line), message, "", column)

    def warn(self, column: str, message: str) -> None:
        self.faults.warn(self.document.spot(self.line), message, "", column)


def _table(document: Document, faults: Faults) -> Iterator[tuple[int, list[str]]]:
    """Yield each row with the line that it begins at; a fault ends the table."""
    csv.field_size_limit(LONGEST_CELL)
    lines = re.findall(r"[^\n]*\n|[^\n]+", document.text)
    reader = csv.reader(lines, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            hint = "save the sheet as CSV again, with commas, in UTF-8"
            faults.add(document.spot(min(line, len(lines))), f"not CSV: {error}", hint)
            return
        yield line, cells


def _row(cells: _Cells) -> Row | None:
    """Return what a row says; None, after saying why, if it is of no use."""
    values = cells.values
    if not _ADDRESS.fullmatch(values[LINK]):
        cells.bad(LINK, "a web address beginning with http:// or https://")
        return None
    if not re.search(r"\bsuccess\b", values[STATUS], re.IGNORECASE):
        status = values[STATUS][:80]
        told = f"its status is '{status}'" if status else "it has no status yet"
        cells.warn(STATUS, f"{values[LINK]} is skipped: {told}")
        return None
    day = _day(values[DATE])
    if not day:
        cells.bad(DATE, "a day and time such as 2024-01-31T08:15:00+00:00")
        return None
    # The auto-archiver writes one address a line, the main one first.
    places = [*values[PLACE].split(), *values.get("wacz", "").split()]
    place = next(filter(_ADDRESS.fullmatch, places), "")
    if not place:
        cells.bad(PLACE, "a web address, where readers find the copy")
        return None
    copy = Copy(place, day, _sha256(cells))
    title = " ".join(filter(str.isprintable, values.get("upload title", "").split()))
    return Row(cells.line, values[LINK], copy, title, _day(values.get("upload timestamp", "")))


def _day(text: str) -> str:
    """Return the day, in UTC, of a moment in ISO 8601; empty if it is none."""
    try:
        moment = datetime.datetime.fromisoformat(text)
        if moment.tzinfo is not None:
            moment = moment.astimezone(datetime.UTC)
    except (ValueError, OverflowError):
        return ""
    return moment.date().isoformat()


def _sha256(cells: _Cells) -> str:
    """Return the hash in small letters; empty, with a warning, if it is of another kind."""
    text = cells.values.get("hash", "")
    found = re.fullmatch(r"(?:sha-?256:)?\s*([0-9a-f]{64})", text, re.IGNORECASE)
    if not found and text and text != "not-calculated":
        kind = text.partition(":")[0][:20]
        cells.warn("hash", f"'hash' is of the kind '{kind}', not SHA-256, and is left out")
    return found[1].lower() if found else ""


def _entry(row: Row, ids: set[str]) -> str:
    """Return the entry of a new source; add its id to `ids`."""
    site = linkplaces.host(row.url)
    label = readers.as_id(site.rpartition(".")[0] or site)[:60].strip("-") or "source"
    plain = f"{label}-{row.published}" if row.published else label
    numbered = (f"{plain}-{number}" for number in range(2, len(ids) + 3))
    id = next(one for one in (plain, *numbered) if one not in ids)
    ids.add(id)
    kinds = ", ".join(("media", "news", "report", "statement", "document"))
    title = _text(row.title) if row.title else f"{_text(f'[A page of {site}]')}  # write its title"
    lines = [f"{id}:", f"  title: {title}", f"  kind: media  # or another: {kinds}"]
    lines += [f"  date: {row.published}"] if row.published else []
    lines += [f"  url: {_text(row.url)}", "  archived:"]
    lines += (f"    {name}: {_text(value)}" for name, value in row.copy.fields.items())
    return "\n".join([*lines, ""])


def _text(value: str) -> str:
    """Return a text as YAML, in double quotes unless it is plain beyond doubt."""
    plain = re.fullmatch(r"[\w-]+|https?://[!-~]*[\w/]", value, re.ASCII)
    return value if plain else json.dumps(value, ensure_ascii=False)
