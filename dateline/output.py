"""The only code that writes the site.

`write` touches only what changed and deletes only what an earlier build wrote: the output folder
carries a record, `.dateline.json`, of every file, with the key of what it was made from and a
hash of its bytes.
"""

from __future__ import annotations

import json
import os
import re
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from dateline.artifacts import Artifact, Site, fingerprint
from dateline.problems import Misuse

RECORD = ".dateline.json"
"""The name of the record in the output folder."""
UNFINISHED = ".dateline-"
"""How the name of a file begins that a build was stopped in the middle of writing."""


@dataclass(frozen=True)
class Report:
    """What a build did to the output folder, in numbers of files."""

    written: int
    unchanged: int
    removed: int


def write(site: Site, folder: Path, *, keep_out_of: Iterable[Path] = ()) -> Report:
    """Bring the folder up to date with the site.

    Every artifact is made before the first byte is written, so a fault in the last page leaves
    the folder as it was. A file that is as it should be is not touched. Raises Misuse if the
    folder is not one that a build may write to (it is, or holds, one of `keep_out_of`, or holds
    files that no build wrote), and OSError if the machine fails.
    """
    _refuse(folder, tuple(keep_out_of))
    record = _read_record(folder)
    fresh = _Tree(folder, record)
    made = {path: fresh.stale(path, artifact) for path, artifact in site.files.items()}
    changed = {path: data for path, data in made.items() if data is not None}
    gone = {path: known for path, known in record.items() if path not in site.files}
    entries = {
        path: [artifact.key, fingerprint(changed[path]) if path in changed else record[path][1]]
        for path, artifact in site.files.items()
    }
    # The record goes first, with what is still to be deleted: if the build is stopped half-way,
    # the next one knows every file that it finds for its own, and mends what is not yet right.
    if {**gone, **entries} != record:
        _put_record(folder, {**gone, **entries})
    for path in _in_the_way(gone, changed):
        _remove(folder, path)
    for path, data in changed.items():
        _put(folder / path, data)
    for path in [*gone, *filter(_unfinished, list(_files(folder)))]:
        _remove(folder, path)
    if gone:
        _put_record(folder, entries)
    return Report(len(changed), len(made) - len(changed), len(gone))


@dataclass(frozen=True)
class _Tree:
    """What is in the output folder, and what the record says of it."""

    folder: Path
    record: Mapping[str, list[str]]

    def stale(self, path: str, artifact: Artifact) -> bytes | None:
        """Return what the file must become; None if it is that already."""
        try:
            there: bytes | None = (self.folder / path).read_bytes()
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            there = None
        known = self.record.get(path)
        if known and there is not None and known == [artifact.key, fingerprint(there)]:
            return None
        data = artifact.make()
        # A file that equals the new bytes stays, but the record needs its new key.
        return None if data == there and known and known[1] == fingerprint(data) else data


def _read_record(folder: Path) -> dict[str, list[str]]:
    """Return the record of the last build; empty if there is none or it makes no sense."""
    try:
        files = json.loads((folder / RECORD).read_text("utf-8"))["files"]
        return {
            str(path): [str(key), str(digest)]
            for path, (key, digest) in files.items()
            if _inside(path)
        }
    except (FileNotFoundError, ValueError, KeyError, TypeError, AttributeError):
        return {}


def _inside(path: str) -> bool:
    """Say whether a path is that of a file in its folder, whoever wrote it into the record."""
    return not {"", ".", ".."}.intersection(path.split("/")) and "\\" not in path


def _put_record(folder: Path, entries: Mapping[str, list[str]]) -> None:
    files = dict(sorted(entries.items()))
    text = json.dumps({"written by": "dateline", "files": files}, indent=0) + "\n"
    _put(folder / RECORD, text.encode())


def _refuse(folder: Path, keep_out_of: tuple[Path, ...]) -> None:
    """Raise Misuse if a build must not write to this folder."""
    target = folder.resolve()
    if folder.is_symlink():
        raise Misuse(f"'{folder}' is a symbolic link", "give the folder itself with --output")
    if target == Path.home().resolve() or target.parent == target:
        raise Misuse(f"'{target}' is not a folder to build into", "give another with --output")
    for other in (path.resolve() for path in keep_out_of):
        if other.is_relative_to(target) or target.is_relative_to(other):
            inside = "is in" if target.is_relative_to(other) else "holds"
            raise Misuse(
                f"'{target}' {inside} '{other}', which a build must not touch",
                "give a folder of its own with --output",
            )
    if not folder.exists():
        return
    if not folder.is_dir():
        raise Misuse(f"'{folder}' is a file, not a folder")
    known = _read_record(folder)
    ours = {RECORD, *known}
    foreign = sorted(path for path in _files(folder) if path not in ours and not _unfinished(path))
    if foreign:
        more = f" and {len(foreign) - 1} more" if len(foreign) > 1 else ""
        raise Misuse(
            f"'{folder}' has files that no build wrote: '{foreign[0]}'{more}",
            "move them away, or give another folder with --output",
        )


def _unfinished(path: str) -> bool:
    """Say whether a build was stopped in the middle of writing this file."""
    # The eight characters are those of `mkstemp`; no other file is ours to delete.
    return bool(re.fullmatch(re.escape(UNFINISHED) + r"[a-z0-9_]{8}", path.rpartition("/")[2]))


def _in_the_way(gone: Iterable[str], coming: Iterable[str]) -> list[str]:
    """Return what must go first: a file where a folder comes, or in a folder where a file does."""
    files = set(coming)
    folders = {str(folder) for path in files for folder in PurePosixPath(path).parents}
    return [
        path
        for path in gone
        if path in folders or not files.isdisjoint(map(str, PurePosixPath(path).parents))
    ]


def _files(folder: Path) -> Iterator[str]:
    """Yield every file below a folder; links are files and are not followed."""
    for place, folders, names in os.walk(folder):
        links = [name for name in folders if Path(place, name).is_symlink()]
        for name in [*names, *links]:
            yield Path(place, name).relative_to(folder).as_posix()


def _put(path: Path, data: bytes) -> None:
    """Write a file so that nobody can ever read half of it. An OSError names this file."""
    try:
        _replace(path, data)
    except OSError as error:
        error.filename, error.filename2 = os.fspath(path), None
        raise


def _replace(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=UNFINISHED)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _remove(folder: Path, path: str) -> None:
    """Delete a file that an earlier build wrote, and the folders that it leaves empty."""
    file = folder / path
    if file.is_file() or file.is_symlink():
        file.unlink()
    for parent in file.parents:
        if parent == folder:
            return
        try:
            parent.rmdir()
        except OSError:
            return
