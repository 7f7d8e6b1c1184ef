"""What is in a folder that a build writes, found out with one look at each file.

A file is read only if its marks (size, times, inode) are not those that it had when a build knew
what it holds. Changing a file changes its time of change (ctime), which no program can set
back; adding or removing one changes the time of its folder.
"""

from __future__ import annotations

import binascii
import contextlib
import os
import struct
from array import array
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import chain
from operator import attrgetter
from pathlib import Path
from stat import S_IMODE, S_ISDIR, S_ISREG
from typing import Any

from msgspec import Struct, field, json

from dateline.hashing import fingerprint

RECORD = ".dateline.json"
"""The name of the record in a tree."""

Entry = tuple[str, str]
"""Of a file in the record: the key of what it was made from, and the hash of its bytes."""
Mark = tuple[int, ...]
"""Of a file: size, time of writing and of change in ns, inode, mode. Of a folder: time of writing,
inode, mode."""
CHANGED, INODE = 2, 3
UNKNOWN = (0, 0, 0, 0, 0)
"""A mark that nothing has; the first three are one that no folder has."""
GRAIN = 100_000_000
"""How coarse, in ns, the clock of a file system may be: a file changed so shortly before it was
looked at may change again without a new time."""


class Marks(Struct, frozen=True):
    """The marks of the files and folders of a tree by path; the tree itself is the folder ''."""

    files: dict[str, Mark] = field(default_factory=dict)
    folders: dict[str, Mark] = field(default_factory=dict)


class Memory(Struct, frozen=True):
    """What the last build knew of a tree: marks, but only of files that were as the record says."""

    stamp: str = ""
    """The fingerprint of the record."""
    marks: Marks = field(default_factory=Marks)


class Seen(Struct, frozen=True):
    """How a tree that was looked at differs from what was remembered of it."""

    files: dict[str, Mark]
    """The files with other marks, new ones too."""
    folders: dict[str, Mark]
    gone: frozenset[str]
    """The files and folders that are there no more."""

    @classmethod
    def of(cls, now: Marks, last: Marks) -> Seen:
        """Return the difference of two looks."""
        files, folders = last.files, last.folders
        return cls(
            {path: mark for path, mark in now.files.items() if files.get(path) != mark},
            {path: mark for path, mark in now.folders.items() if folders.get(path) != mark},
            frozenset((files.keys() - now.files.keys()) | (folders.keys() - now.folders.keys())),
        )

    def marks(self, last: Marks) -> Marks:
        """Return the marks that the tree has, from those that were remembered."""
        files, folders = last.files | self.files, last.folders | self.folders
        for path in self.gone:
            files.pop(path, None)
            folders.pop(path, None)
        return Marks(files, folders)


class Tree(Struct, frozen=True):
    """What is in a folder, and what its record says of it."""

    folder: Path
    record: dict[str, Entry]
    stamp: str
    """The fingerprint of the record; empty without one."""
    marks: Marks
    sound: set[str]
    """The files that hold what the record says."""

    def digest(self, path: str) -> str | None:
        """Return the hash of a file that is sound."""
        return self.record[path][1] if path in self.sound else None


def look(
    folder: Path,
    memory: Memory,
    twin: Mapping[str, Mark] | None = None,
    seen: Seen | None = None,
) -> Tree:
    """Look at a folder, which may be missing; links are never followed.

    `twin` are the marks of the files of another tree on the same disk, just looked at: a file that
    both share is not looked at twice. `seen` is what another process has just seen of it.
    """
    record, stamp = _record(folder / RECORD)
    marks = seen.marks(memory.marks) if seen else marks_of(folder, memory.marks, twin or {})
    known = memory.marks.files if memory.stamp == stamp else {}
    if seen:
        sound = (marks.files.keys() & known.keys()) - seen.files.keys()
    else:
        sound = {path for path, mark in marks.files.items() if known.get(path) == mark}
    sound &= record.keys()
    sound |= {
        path
        for path in record.keys() - sound
        if (mark := marks.files.get(path)) and _holds(folder / path, mark, record[path][1])
    }
    return Tree(folder, record, stamp, marks, sound)


def record(folder: Path) -> dict[str, Entry]:
    """Return what the record of a tree says; nothing without one."""
    return _record(folder / RECORD)[0]


def inode(folder: Path) -> int:
    """Return the number of a folder's inode, which stays when it is renamed; 0 without one."""
    mark = _folder_mark(os.fspath(folder))
    return mark[1] if mark else 0


def inside(path: str) -> bool:
    """Say whether a path is that of a file in its folder, whoever wrote it into the record.

    Such a path has no empty part, no `.` and no `..`.
    """
    way = f"/{path}/"
    dotted = "/." in way and ("/./" in way or "/../" in way)
    return not (dotted or "//" in way or "\\" in way)


def recorded(files: Mapping[str, Entry]) -> bytes:
    """Return the record of these files, as bytes; the same for the same site."""
    return json.encode({"written by": "dateline", "files": {p: files[p] for p in sorted(files)}})


class _Recorded(Struct):
    """What a record says."""

    files: dict[str, Entry]


_read = json.Decoder(_Recorded).decode


def _record(path: Path) -> tuple[dict[str, Entry], str]:
    """Return the record of a tree and its fingerprint; empty if there is none that makes sense."""
    mark = file_mark(os.fspath(path))
    if not mark or not S_ISREG(mark[-1]):
        return {}, ""
    try:
        data = path.read_bytes()
        found = _read(data).files
    except (ValueError, RecursionError):
        return {}, ""
    if not inside("/\n/".join(found)):  # all at once, as this is nearly always so
        found = {path: entry for path, entry in found.items() if inside(path)}
    return found, fingerprint(data)


def _holds(path: Path, mark: Mark, digest: str) -> bool:
    """Say whether a file is a plain one that everyone may read, with these bytes."""
    if not S_ISREG(mark[-1]) or (os.name == "posix" and S_IMODE(mark[-1]) != 0o644):
        return False
    try:
        return fingerprint(path.read_bytes()) == digest
    except FileNotFoundError:
        return False


def marks_of(folder: Path, last: Marks, twin: Mapping[str, Mark]) -> Marks:
    """Return the marks of all that is in a folder; `last` are those that it had.

    Of a file that has a second name in the twin, and there all the marks that it had, nothing is
    asked: had its name here been removed or given to another, its time of change would be new.
    """
    base = os.path.join(folder, "")  # noqa: PTH118 - ten thousand Paths would take their time
    shared = (
        {path for path, mark in last.files.items() if mark == twin.get(path)} if twin else set()
    )
    asked = last.files.keys() - shared
    around = above(asked)
    with contextlib.suppress(LookupError, OSError):
        return _little_changed(base, last, asked, around)
    folders = dict(_standing(base, {p: m for p, m in last.folders.items() if p in around}))
    folders |= {path: mark for path, mark in last.folders.items() if path not in around}
    unread = {path for path in around & folders.keys() if folders[path] != last.folders.get(path)}
    read = folders.keys() - unread
    files = {}
    for path, known in last.files.items():
        if path.rpartition("/")[0] in read:
            mark = known if path in shared else file_mark(base + path)
            if mark:
                files[path] = mark
    files.update(_listed(base, folders, sorted(unread)))
    return Marks(files, folders)


def _little_changed(base: str, last: Marks, asked: set[str], around: set[str]) -> Marks:
    """Return the marks of a tree in which all folders and files are that are asked about.

    Raises LookupError or OSError if they are not. It takes half the time of looking at one after
    the other: ten thousand calls of C, and not of Python.
    """
    now = _looked(base, around, _folder_mark_of)
    unread = {path for path, mark in now.items() if mark != last.folders[path]}
    if not all(S_ISDIR(now[path][-1]) for path in unread):
        raise LookupError
    files, folders = dict(last.files), last.folders | now
    if unread:
        lost = {path for path in last.files if path.rpartition("/")[0] in unread}
        asked -= lost
        for path in lost:
            del files[path]
        files.update(_listed(base, folders, sorted(unread)))
    files.update(_looked(base, asked, mark_of))
    return Marks(files, folders)


def _looked(
    base: str, paths: Collection[str], mark_of: Callable[[os.stat_result], Mark]
) -> dict[str, Mark]:
    """Return the marks of files or folders. Raises FileNotFoundError if one is not there."""
    found = map(os.lstat, map(base.__add__, paths))
    return dict(zip(paths, map(mark_of, found), strict=True))


def _standing(base: str, folders: Mapping[str, Mark]) -> Iterator[tuple[str, Mark]]:
    """Yield those of the folders that are still there, each after the one that holds it."""
    there = set()
    for path in sorted(folders) or ("",):
        if not path or path.rpartition("/")[0] in there:
            mark = _folder_mark(base + path)
            if mark:
                there.add(path)
                yield path, mark


def _listed(base: str, folders: dict[str, Mark], unread: list[str]) -> Iterator[tuple[str, Mark]]:
    """Yield the files of the folders, and of new ones in them, which are added to `folders`."""
    while unread:
        place = unread.pop()
        with os.scandir(base + place) as entries:
            for entry in entries:
                path = f"{place}/{entry.name}" if place else entry.name
                if not entry.is_dir(follow_symlinks=False):
                    mark = file_mark(base + path)
                    if mark:
                        yield path, mark
                elif path not in folders and (mark := _folder_mark(base + path)):
                    folders[path] = mark
                    unread.append(path)


def file_mark(path: str) -> Mark | None:
    """Return the marks of a file; None without one."""
    try:
        return mark_of(os.lstat(path))
    except FileNotFoundError:
        return None


mark_of: Callable[[os.stat_result], Mark] = attrgetter(
    "st_size", "st_mtime_ns", "st_ctime_ns", "st_ino", "st_mode"
)
"""Return the marks of a file that was looked at."""


_folder_mark_of: Callable[[os.stat_result], Mark] = attrgetter("st_mtime_ns", "st_ino", "st_mode")


def _folder_mark(path: str) -> Mark | None:
    try:
        it = os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return None
    return _folder_mark_of(it) if S_ISDIR(it.st_mode) else None


def above(paths: Iterable[str]) -> set[str]:
    """Return every folder that one of these files is in; the tree itself, '', is always one."""
    found, folders = {""}, {path.rpartition("/")[0] for path in paths}
    while folders := folders - found:
        found |= folders
        folders = {folder.rpartition("/")[0] for folder in folders}
    return found


def known(tree: Tree, began: int) -> Memory:
    """Return what the next build may take for granted of a tree that was looked at.

    A mark no older than the look at it, which began at that time in ns, might be that of a
    later change too; it is left out.
    """
    limit, marks = began - GRAIN, tree.marks
    files = {path for path, mark in marks.files.items() if mark[CHANGED] >= limit}
    files |= marks.files.keys() - tree.sound
    folders = {path for path, mark in marks.folders.items() if mark[0] >= limit}
    return Memory(
        tree.stamp,
        Marks(
            marks.files | dict.fromkeys(files, UNKNOWN),
            marks.folders | dict.fromkeys(folders, UNKNOWN[:3]),
        ),
    )


def renewed(
    memory: Memory,
    folder: Path,
    touched: Collection[str],
    expected: Mapping[str, Mark],
    ended: int,
    seen: Mapping[str, bytes],
) -> Memory:
    """Return the memory of a tree after a build touched some of its files.

    Where a file is expected, it counts if it is that one, which has got or lost a name and nothing
    else: who writes to it changes its time of writing as well. `ended` is when, in ns, the last
    file was touched; `seen` are marks, packed, that files had once they had been touched.
    """
    base = os.path.join(folder, "")  # noqa: PTH118
    files, folders = dict(memory.marks.files), dict(memory.marks.folders)
    for path in touched:
        mark = _PACKED.unpack(row) if (row := seen.get(path)) else file_mark(base + path)
        if mark:
            known = expected.get(path)
            sure = _alike(mark, known) if known else mark[CHANGED] < ended - GRAIN
            files[path] = mark if sure else UNKNOWN
        else:
            files.pop(path, None)
    for path in above(touched):
        if mark := _folder_mark(base + path):
            folders[path] = mark if mark[0] < ended - GRAIN else UNKNOWN[:3]
        else:
            folders.pop(path, None)
    if folders.keys() != memory.marks.folders.keys():
        folders = dict(sorted(folders.items()))
    return Memory(memory.stamp, Marks(files, folders))


_PACKED = struct.Struct("=5q")


def packed(mark: Mark | None) -> bytes:
    """Return the marks of a file in a third of the room; b'' for none, or for odd ones."""
    with contextlib.suppress(struct.error):  # some disks have larger numbers
        return _PACKED.pack(*mark or ())
    return b""


def is_of(row: bytes, mark: Mark) -> bool:
    """Say whether packed marks are of the same file, whatever was done to it."""
    return bool(_PACKED.unpack(row)[INODE] == mark[INODE])


def _alike(mark: Mark, other: Mark) -> bool:
    """Say whether both are of one file, which may have got or lost another name meanwhile."""
    return mark[:CHANGED] + mark[INODE:] == other[:CHANGED] + other[INODE:]


class Memories:
    """What was remembered of trees, by their inode: nothing of what makes no sense."""

    def __init__(self, data: bytes) -> None:
        """Read it; each tree only once it is asked for, as that takes its time."""
        self._rows: dict[str, Any] = {}
        self._read: dict[int, Memory] = {}
        with contextlib.suppress(ValueError, RecursionError):
            found = json.decode(data)
            self._rows = found if isinstance(found, dict) else {}

    def of(self, number: int) -> Memory:
        """Return what is remembered of a tree, even if that is nothing."""
        if number not in self._read:
            self._read[number] = Memory()
            with contextlib.suppress(LookupError, ValueError, TypeError, AttributeError):
                stamp, files, folders = self._rows[str(number)]
                marks = Marks(_unpacked(files, 5), _unpacked(folders, 3))
                self._read[number] = Memory(str(stamp), marks)
        return self._read[number]

    def renewed(self, new: Mapping[int, Memory], others: Iterable[int]) -> bytes | None:
        """Return as bytes what is new, and of others what there is; None if all is as it was."""
        rows = {
            str(number): self._rows[str(number)] for number in others if str(number) in self._rows
        }
        for number, memory in new.items():
            if str(number) not in self._rows or memory != self.of(number):
                marks = memory.marks
                rows[str(number)] = (memory.stamp, _packed(marks.files), _packed(marks.folders))
        return None if rows == self._rows else json.encode(rows)


def _packed(marks: Mapping[str, Mark]) -> tuple[str, bytes]:
    """Return the paths, and all marks in a row: a list of ten thousand lists is slow to read.

    JSON gets the row in base64.
    """
    return "\n".join(marks), array("q", chain.from_iterable(marks.values())).tobytes()


def _unpacked(packed: list[str], length: int) -> dict[str, Mark]:
    """Return the marks, each of so many numbers. Raises ValueError if something is odd."""
    paths, numbers = packed
    names = _names(paths) if numbers else []
    row = array("q", binascii.a2b_base64(numbers, strict_mode=True))
    marks = zip(*[iter(row)] * length, strict=True)
    return dict(zip(names, marks, strict=True))


@lru_cache(maxsize=2)  # the two trees have nearly always the same files and folders
def _names(paths: str) -> list[str]:
    """Return paths, one in each line. Raises ValueError if one leads out of its tree."""
    names = paths.split("\n")
    below = names[1:] if names[:1] == [""] else names  # the tree itself is the folder ''
    if below and not inside("/\n/".join(below)):
        raise ValueError(paths)
    return names
