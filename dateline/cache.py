"""Keeps what the entries of the content say from one build to the next, in `.dateline/cache/`.

    kept = cache.opened(project)
    with kept.used():
        build(project)            # reads again only what has changed
    cache.save(project, kept)

For every file of entries there is a file of JSON, under a checksum. Values stand in it by field,
as what an editor could have written: each is read under the same rules as in `content/`, nothing
is ever HTML or code, and what is not as it should be is thrown away. So a cache that was damaged,
or that somebody else has written, is no danger to a page, though one that was forged can hide a
fault or a change; and to delete it is always safe.

A file of `content/` that has the marks (size, times, inode) that it had when it was stored is not
even read. A text is taken from it once somebody asks for the text, and a source is made once one of
its file is asked for: so an edit in a large timeline costs little more than what it changes.
"""

from __future__ import annotations

import contextlib
import functools
import itertools
import os
import re
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from operator import lt
from pathlib import Path
from typing import Any

from msgspec import Raw, Struct, convert, json, structs

from dateline import (
    characters,
    check,
    dates,
    evidence,
    markdown,
    model,
    patterns,
    progress,
    readers,
    schema,
    source,
    workers,
)
from dateline.hashing import fingerprint
from dateline.kept import File, Kept, Recalled, Stored
from dateline.markdown import Findings
from dateline.problems import Document, Faults
from dateline.project import Project, libraries, own_files

FOLDER = ".dateline/cache"
"""Where it is, below the project's folder."""
ENDING = ".entries.json"
NOTES = "notes.json"
"""The file of what was worked out of whole files."""
TEXTS = "texts.json"
"""The file of what is to be known of Markdown files, and of other texts outside of events."""
MOST_TEXT = 4_000_000
"""How many characters all texts in it have at the most."""
WORTH = 300_000
"""From how many bytes of content on a second process is worth its start."""
MOST = 256 * 1024 * 1024
"""The most bytes of one of its files; a larger one is passed over."""
_RECORDS = {
    "events": schema.EVENT,
    "actors": schema.ACTOR,
    "places": schema.PLACE,
    "tags": schema.TAG,
    "sources": schema.SOURCE,
}
_DEPENDS = (
    "bounds characters dates edtf entries evidence friendly markdown model plain readers schema "
    "short_yaml source syntax cache"
).split()
"""The modules of the program on which it depends what an entry says."""


class _OddError(ValueError):
    """Something in the cache that is not as it should be."""


def opened(project: Project) -> Kept:
    """Return what this process knows of a project's content: to begin with, what is stored."""
    key = project.content, project.cache
    if key not in _opened:
        _opened.clear()
        _opened[key] = load(project)
    return _opened[key]


_opened: dict[tuple[Path, bool], Kept] = {}
"""That of one project, as a preview builds it again and again."""


def load(project: Project) -> Kept:
    """Return what is stored of a project's content; nothing if there is no cache, or a bad one."""
    kept = Kept(home=project.content)
    folder = project.root / FOLDER
    if not project.cache or folder.is_symlink() or folder.parent.is_symlink():
        return kept
    for path in sorted(folder.glob(f"*{ENDING}")) if folder.is_dir() else ():
        with contextlib.suppress(OSError, ValueError, TypeError, KeyError, RecursionError):
            stored = _Stored(_verified(source.data(path, MOST)))
            if path.name == _name(stored.path):
                kept.stored[stored.path] = stored
                kept.saved[stored.path] = stored.digest
    with contextlib.suppress(OSError, ValueError, TypeError, RecursionError):
        texts = source.data(folder / TEXTS, MOST)
        _remember_texts(texts)
        kept.saved[TEXTS] = fingerprint(texts)
    noted, kept.saved[NOTES] = _noted(project)
    for name, own in noted.digests.items():
        if name in kept.stored and kept.stored[name].digest == own:
            kept.notes[name] = noted.notes.get(name, {})
            if name in noted.marks:
                kept.marks[name] = noted.marks[name]
    return kept


def ahead(project: Project, kept: Kept, jobs: int, least: int = WORTH) -> None:
    """Read what is not known yet with several processes, if that is `least` bytes or more.

    Each process reads whole files and hands on what would be stored of them, so what it costs to
    share the work is what it costs to read a cache. Whatever has a fault or a warning is read
    again later, and told of then.
    """
    if jobs < 2 or not workers.can_share():
        return
    unknown = dict(_unknown(project.content, kept))
    if len(unknown) < 2 or sum(map(len, unknown.values())) < least:
        return
    paths = sorted(unknown, key=lambda path: (-len(unknown[path]), path))

    def task(path: str) -> bytes:
        return _read_ahead(path, unknown[path], project.content)

    progress.begin("reading", len(paths))
    for number, body in workers.run(task, paths, jobs):
        path = paths[number]
        if body:
            kept.stored[path] = _Stored(_read(body))
            kept.unsaved[path] = body
        progress.step()


def _unknown(folder: Path, kept: Kept) -> Iterator[tuple[str, bytes]]:
    """Yield the files of entries of which nothing is known, with their bytes."""
    for name in _RECORDS:
        for path in (folder / f"{name}.yaml", *(folder / name).glob("*.yaml")):
            inner = path.relative_to(folder).as_posix()
            with contextlib.suppress(OSError):
                if source.is_unchanged(path, inner, kept):
                    continue
                data = source.data(path)
                own = fingerprint(data)
                kept.fresh[inner] = data, own
                stored = kept.stored.get(inner)
                if (stored is None or stored.digest != own) and kept.made(inner, own) is None:
                    yield inner, data


def _read_ahead(path: str, data: bytes, home: Path) -> bytes:
    """Return what is to be stored of a file that is read in this process; nothing if it cannot."""
    kept, faults = Kept(home=home), Faults()
    tree = source.of({path: data}, faults, kept).trees.get(path)
    if tree is None or tree.shape != _shape_of(path):
        return b""
    schema.part(path, tree, faults, kept)
    file = kept.files.get(path)
    return _body(_content(path, file)) if file and _is_kept(path, file) else b""


def _noted(project: Project) -> tuple[_Noted, str]:
    """Return the notes that were stored, and their hash; none if this version did not make them."""
    with contextlib.suppress(OSError, ValueError):
        data = source.data(project.root / FOLDER / NOTES, MOST)
        noted = json.decode(_sound(data), type=_Noted)
        if noted.version == project.program:
            return noted, fingerprint(data)
    return _Noted(project.program, {}, {}, {}), ""


def save(project: Project, kept: Kept) -> None:
    """Write what has changed since it was opened or saved; drop what is there no more.

    The cache is no part of the site: if it cannot be written, the next build takes longer.
    """
    if project.cache:
        _save(project, kept)
    kept.unsaved.clear()


def _save(project: Project, kept: Kept) -> None:
    folder = project.root / FOLDER
    with contextlib.suppress(OSError):
        if folder.is_symlink() or folder.parent.is_symlink():
            return
        folder.mkdir(parents=True, exist_ok=True)
        files = {path: file for path, file in kept.files.items() if _is_kept(path, file)}
        names = {_name(path) for path in files}
        for old in folder.iterdir():
            if old.name.endswith(ENDING) and old.name not in names:
                old.unlink()
        for path, file in files.items():
            if kept.saved.get(path) != file.digest:
                body = kept.unsaved.get(path) or _body(_content(path, file))
                _write(folder / _name(path), _stamped(body))
                kept.saved[path] = file.digest
        texts = _texts()
        if kept.saved.get(TEXTS) != fingerprint(texts):
            _write(folder / TEXTS, texts)
            kept.saved[TEXTS] = fingerprint(texts)
        notes = {path: file.part.notes for path, file in files.items() if file.part}
        digests = {path: kept.saved[path] for path in notes}
        marks = {path: kept.marks[path] for path in notes if path in kept.marks}
        noted = _stamped(json.encode(_Noted(project.program, digests, notes, marks)))
        if kept.saved.get(NOTES) != fingerprint(noted):
            _write(folder / NOTES, noted)
            kept.saved[NOTES] = fingerprint(noted)


def _is_kept(path: str, file: File) -> bool:
    return _of(path) in _RECORDS and bool(file.entries) and isinstance(file.made, source.Tree)


def _of(path: str) -> str:
    return path.partition("/")[0].removesuffix(".yaml")


def _name(path: str) -> str:
    return fingerprint(path.encode())[:16] + ENDING


def _write(path: Path, data: bytes) -> None:
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    try:
        draft.write_bytes(data)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


@functools.cache
def _version() -> str:
    """Return a hash of the code that made what is stored, and of the libraries that it used."""
    files = own_files()
    seen = [files[f"{name}.py"] for name in _DEPENDS], libraries()
    return fingerprint(repr(seen).encode())


def _stamped(body: bytes) -> bytes:
    return _checksum(body) + b"\n" + body


def _checksum(body: bytes | memoryview) -> bytes:
    """Return what tells that bytes are damaged; who forges them could do so with any."""
    return b"%08x" % zlib.crc32(body)


def _body(saved: _Saved) -> bytes:
    return json.encode(saved)


class _Noted(Struct, frozen=True, array_like=True):
    """What stands in `NOTES`."""

    version: str
    digests: dict[str, str]
    """By file, the hash that it has."""
    notes: dict[str, dict[str, str]]
    marks: dict[str, tuple[int, ...]]
    """The marks of files that tell that they were not changed since."""


class _Outside(Struct, frozen=True, array_like=True):
    """What stands in `TEXTS`: texts, and what is to be known of each."""

    version: str
    texts: list[str]
    found: list[Any]


class _Saved(Struct, frozen=True, array_like=True):
    """What a file of the cache holds."""

    version: str
    path: str
    digest: str
    """The hash of the file of the content."""
    firsts: list[int]
    behinds: list[int]
    digests: list[str]
    """Of each entry: where it stands, and its hash."""
    lacking: list[int]
    """The places, in these lists, of entries of which nothing is stored."""
    ids: list[str]
    """The ids of all other entries."""
    declared: list[str]
    """Those and the ids that they had before; none if they had no others."""
    named: dict[str, list[str]]
    """By kind, the ids that their fields name."""
    rows: Raw
    """By field, what they say."""
    found: list[Any]
    """What is to be known of the texts of events."""


_read = json.Decoder(_Saved).decode


def _verified(data: bytes) -> _Saved:
    """Return what is in a file of the cache. Raises ValueError if it is another's or damaged."""
    saved = _read(_sound(data))
    _expect(saved.version == _version())
    return saved


def _sound(data: bytes) -> memoryview:
    """Return the JSON that stands under a checksum. Raises ValueError if it is damaged."""
    body = memoryview(data)[len(_checksum(b"")) + 1 :]  # to copy it takes as long as to read it
    _expect(data.startswith(_checksum(body) + b"\n"))
    # No character that a text may not hold can be there, be it as an escape. Of those of ASCII
    # JSON itself allows no other than this.
    _expect(b"\x7f" not in data if data.isascii() else not characters.unseen(data.decode()))
    _expect(b"\\" not in data or b"\\u" not in data or not _ESCAPE.search(data))
    return body


_ESCAPE = patterns.of(rb"(?<!\\)(?:\\\\)*\\u")


# How values are written.


def _content(path: str, file: File) -> _Saved:
    """Return what is to be stored of a file."""
    chunks = file.made.chunks
    known = [(one.first, one.digest) for one in chunks if one.digest in file.entries]
    values = [file.entries[own][0] for _, own in known]
    across = zip(*map(structs.astuple, values), strict=True)
    columns = dict(zip(_make(path).__struct_fields__, across, strict=bool(values)))
    rows = {
        name: column
        if _is_plain(column)
        else [_plain(cell, first) for cell, (first, _) in zip(column, known, strict=True)]
        for name, column in columns.items()
        if any(cell not in ("", None, ()) for cell in column)
    }
    ids = rows.pop("id", [])
    declared = [id for value in values for id in (value.id, *value.aliases)]
    declared = declared if len(declared) > len(ids) else []
    named = schema.KINDS[_of(path).removesuffix("s")].names(values)
    texts = zip(known, columns.get("text", ()), strict=False)
    return _Saved(
        _version(),
        path,
        file.digest,
        [one.first for one in chunks],
        [one.behind for one in chunks],
        [one.digest for one in chunks],
        [at for at, one in enumerate(chunks) if one.digest not in file.entries],
        ids,
        declared,
        {kind: sorted(found) for kind, found in named.items()},
        Raw(json.encode(rows)),
        [_found(own, prose) for (_, own), prose in texts],
    )


def _make(path: str) -> Any:
    return _RECORDS[_of(path)].make


_SIMPLE = frozenset({str, bool, int, float, type(None)})


def _is_plain(column: Sequence[Any]) -> bool:
    """Say whether values are such as JSON knows: texts, numbers and lists of texts."""
    types = set(map(type, column))
    if types == {tuple}:
        types = set(map(type, itertools.chain.from_iterable(column)))
    return types <= _SIMPLE


def _plain(value: Any, first: int) -> Any:
    """Return a value as JSON knows it; places are counted from the first line of the entry."""
    if isinstance(value, model.Prose):
        # What stands in the content as it is read need not stand here as well.
        typed = value.typed
        if typed is not None and value.indent is not None and typed == value.literal:
            typed = None
        line, end = value.line - first, value.end_line - first
        return [typed, line, value.indent, end, evidence.in_text(value)]
    if isinstance(value, dates.Date):
        return value.text
    if isinstance(value, tuple):
        return [_plain(one, first) for one in value]
    if isinstance(value, Struct):
        return [_plain(one, first) for one in structs.astuple(value)]
    return value


def _texts() -> bytes:
    """Return what is to be stored of the texts outside of events, as far as there is room."""
    cells, room = {}, MOST_TEXT
    for text, found in check.outside().items():
        cell = _cell(found)
        if cell is not None and len(text) <= room:
            cells[text] = cell
            room -= len(text)
    return _stamped(json.encode(_Outside(_version(), list(cells), list(cells.values()))))


def _found(own: str, prose: model.Prose | None) -> Any:
    """Return what is to be known of the text of an event of this hash."""
    if prose is None:
        return _cell(markdown.NOTHING)
    found = check.known(own) or check.known(prose.text)
    return _cell(found or markdown.findings(prose.text))


def _cell(found: Findings) -> Any:
    """Return findings as JSON knows them; None for those that are to be found again."""
    if found is markdown.NOTHING:
        return 1
    if any(map(characters.unseen, found.links)):  # typed as a reference, `&#x202e;`
        return None
    return [sorted(found.sources), sorted(found.events), found.odd, found.links]


# How they are read.


class _Stored(Stored):
    """What is stored of one file."""

    def __init__(self, saved: _Saved) -> None:
        self.path, self.digest = saved.path, saved.digest
        self.firsts, self.behinds, self.digests = saved.firsts, saved.behinds, saved.digests
        self._saved, self._lacking = saved, frozenset(saved.lacking)
        _expect(len(self.firsts) == len(self.behinds) == len(self.digests))
        _expect(len(saved.ids) + len(self._lacking) == len(self.digests))
        _expect(_are_ids(saved.ids) or all(map(readers.is_id, saved.ids)))
        _expect(all(map(lt, self.firsts, self.behinds)) and min(self.firsts, default=0) >= 0)
        self.shape = _shape_of(self.path)
        self._make, self._record = _make(self.path), _RECORDS[_of(self.path)]

    def recalled(self, document: Document) -> Recalled | None:
        """Return the entries as they stand in this file; None if they are not as they should be.

        What events say is looked at now, as each build needs all of them; what sources say, of
        which there are most, once one of them is asked for.
        """
        digests, firsts = self.digests, self.firsts
        if self._lacking:
            there = [at for at in range(len(digests)) if at not in self._lacking]
            digests, firsts = [digests[at] for at in there], [firsts[at] for at in there]

        def made() -> dict[str, tuple[Any, int]] | None:
            with contextlib.suppress(
                ValueError, TypeError, LookupError, AttributeError, RecursionError
            ):
                return self._values(document, digests, firsts)
            return None

        saved = self._saved
        named = {kind: set(ids) for kind, ids in saved.named.items()}
        recalled = Recalled(digests, saved.ids, saved.declared or saved.ids, named, made)
        if self._make is not model.Source and digests and not recalled.made:
            return None
        return recalled

    def _values(
        self, document: Document, digests: Sequence[str], firsts: list[int]
    ) -> dict[str, tuple[Any, int]]:
        rows = json.decode(self._saved.rows, type=dict[str, Raw])
        by_name = {field.name: field.reader for field in self._record.fields}
        required = {field.name for field in self._record.fields if field.required}
        columns: list[Iterable[Any]] = [self._saved.ids]
        for name, default in _fields(self._make)[1:]:
            if name not in rows:
                _expect(name not in required)
                columns.append(itertools.repeat(default, len(digests)))
                continue
            reader = by_name.get(name) or readers.Id()
            cells = json.decode(rows[name], type=_types(reader))
            _expect(len(cells) == len(digests) and (name not in required or all(cells)))
            columns.append(_column(reader, cells, document, firsts))
        values = list(map(self._make, *columns))
        if self._make is model.Event:
            known = zip(digests, self._saved.found, strict=True)
            check.remember({own: _findings(cell) for own, cell in known if cell is not None})
        return dict(zip(digests, zip(values, firsts, strict=True), strict=True))


def _shape_of(path: str) -> str:
    """Return what the root of a file of entries is."""
    return "sequence" if _of(path) == "events" else "mapping"


def _fields(make: type[Struct]) -> list[tuple[str, Any]]:
    """Return the fields of a record with what they are if nothing is written."""
    names, defaults = make.__struct_fields__, make.__struct_defaults__
    return list(zip(names, [""] * (len(names) - len(defaults)) + [*defaults], strict=True))


def _remember_texts(data: bytes) -> None:
    """Take over what is to be known of the texts outside of events. Raises ValueError if odd."""
    outside = json.decode(_sound(data), type=_Outside)
    _expect(outside.version == _version())
    check.remember(dict(zip(outside.texts, map(_findings, outside.found), strict=True)))


def _findings(cell: Any) -> Findings:
    if cell == 1:
        return markdown.NOTHING
    sources, linked, odd, links = cell
    _expect(set(map(type, (sources, linked, links))) == {list} and type(odd) is bool)
    _expect(set(map(type, (*sources, *linked, *links))) <= {str})
    return Findings(frozenset(sources), frozenset(linked), odd, tuple(links))


def _expect(true: bool) -> None:  # noqa: FBT001 - it reads like an assertion
    if not true:
        raise _OddError


class _Text(Struct, array_like=True):
    """A text, with places that are counted from the first line of its entry."""

    typed: str | None
    line: int
    indent: int | None
    end: int
    cites: tuple[str, ...]

    def prose(self, document: Document, first: int) -> model.Prose:
        """Return it as it stands in a file."""
        _expect(0 <= self.line <= self.end and not (self.typed is None is self.indent))
        line, end = first + self.line, first + self.end
        return model.Prose(self.typed, document, line, self.indent, end, self.cites)


def _types(reader: Any) -> Any:
    """Return the type of the cells of a field, as they are stored."""
    return list[_type(reader)]  # type: ignore[misc]


def _type(reader: Any) -> Any:
    if isinstance(reader, readers.Many):
        return tuple[_type(reader.of), ...]  # type: ignore[misc]
    if isinstance(reader, readers.Record):
        return tuple[Any, ...] | None
    if isinstance(reader, readers.Markdown):
        return _Text | None
    if isinstance(reader, readers.When | readers.WholeDay):
        return str | None
    if isinstance(reader, readers.Number):
        return int | float | None
    return bool if isinstance(reader, readers.Flag) else str


def _column(reader: Any, cells: list[Any], document: Document, firsts: list[int]) -> list[Any]:
    """Return the values of one field of many entries, of cells that are of its types.

    Raises ValueError for one that is odd.
    """
    if isinstance(reader, readers.Many):
        return _lists(reader, cells, document)
    if isinstance(reader, readers.Record):
        return _records(reader, cells, document, firsts)
    if isinstance(reader, readers.Markdown):
        pairs = zip(cells, firsts, strict=True)
        return [None if cell is None else cell.prose(document, first) for cell, first in pairs]
    if isinstance(reader, readers.When | readers.WholeDay):
        known = {text: None if text is None else _date(text) for text in set(cells)}
        return [known[text] for text in cells]
    if isinstance(reader, readers.Number):
        there = (cell for cell in cells if cell is not None)
        _expect(all(reader.least <= cell <= reader.most for cell in there))
    elif not isinstance(reader, readers.Flag):
        shape = None if isinstance(reader, readers.Id) and _are_ids(cells) else _shape(reader)
        _expect(shape is None or all(map(shape, set(cells) - {""})))
    return cells


def _are_ids(cells: Sequence[str]) -> bool:
    """Say whether texts are ids, as far as one look at all of them tells."""
    text = "\n".join(("", *cells, "")).encode("ascii", "replace")
    whole = text.count(b"\n") == len(cells) + 1
    # No hyphen stands beside another, nor at an end; so with hyphens at the ends too.
    odd = text.translate(None, _OF_IDS) or b"--" in text.replace(b"\n", b"-")
    return whole and not odd


_OF_IDS = b"abcdefghijklmnopqrstuvwxyz0123456789-\n"


def _shape(reader: Any) -> Callable[[str], Any] | None:
    """Return what says whether a text can be the value of a field; None if any can."""
    if isinstance(reader, readers.Id):
        return readers.is_id
    if isinstance(reader, readers.Choice):
        return frozenset(reader.of).__contains__
    if isinstance(reader, readers.Pattern | readers.Address):
        return re.compile(reader.shape).fullmatch
    if isinstance(reader, readers.Tongue):
        return re.compile("[A-Za-z0-9-]+").fullmatch
    _expect(isinstance(reader, readers.Text | readers.Reference | readers.Speaker))
    return None


def _lists(reader: readers.Many, cells: list[Any], document: Document) -> list[Any]:
    flat = list(itertools.chain.from_iterable(cells))
    _expect(None not in flat)
    found = _column(reader.of, flat, document, [0] * len(flat))
    if found is flat:
        return cells
    items = iter(found)
    return [tuple(itertools.islice(items, len(cell))) for cell in cells]


def _records(
    record: readers.Record, cells: list[Any], document: Document, firsts: list[int]
) -> list[Any]:
    fields: Any = record.make.__struct_fields__  # type: ignore[attr-defined]
    by_name = {field.name: field.reader for field in record.fields}
    there = [cell for cell in cells if cell is not None]
    _expect(all(len(cell) == len(fields) for cell in there))
    required = {field.name for field in record.fields if field.required}
    columns = []
    for name, column in zip(fields, zip(*there, strict=True), strict=bool(there)):
        _expect(name not in required or all(column))
        typed = convert(list(column), _types(by_name[name]))
        columns.append(_column(by_name[name], typed, document, firsts))
    made = iter([record.make(*row) for row in zip(*columns, strict=True)])
    return [None if cell is None else next(made) for cell in cells]


@functools.lru_cache(maxsize=100_000)
def _date(text: str) -> dates.Date:
    date = dates.parse(text)
    _expect(date.text == text)
    return date
