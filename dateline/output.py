"""The only code that writes the site: the old one or the new one, never anything between.

    output.write(site, Path("site"), keep_out_of=[Path("content")])

The next site is made ready in a hidden folder beside the output, `.dateline/site/next`, and then
the two exchange their places. So this spare folder always holds the site before the last change:
what it lacks is linked from the published one, and a build writes only what changed. Each of
the two carries a record, `.dateline.json`, of every file, with the key of what it was made from
and a hash of its bytes; what the record does not list is not ours.
"""

from __future__ import annotations

import contextlib
import errno
import os
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set
from itertools import chain
from pathlib import Path
from stat import S_IMODE
from typing import NamedTuple, TypeVar

from msgspec import Struct, json
from msgspec.structs import replace

from dateline import progress, swap, trees, workers
from dateline.artifacts import Artifact, Site
from dateline.hashing import fingerprint
from dateline.problems import Misuse, Problem, Problems
from dateline.trees import RECORD, Entry, Mark, Memories, Memory, Tree

DRAFT, MEMORY, PENDING = "draft", "memory.json", "pending.json"
"""In the hidden folder: a file that is being written, what is known of the two sites, and what a
build is about to touch."""
NO_LINKS = {errno.EPERM, errno.EXDEV, errno.EMLINK, errno.ENOSYS, errno.EOPNOTSUPP}
"""Why a file may not get a second name, though it may well be copied."""
_Done = TypeVar("_Done")

LARGE = 200_000
"""From how many bytes of memory on, of some 2,000 files, the folder is looked at meanwhile."""
SHARED_FROM = 200
"""From how many files on more than one process is worth its start, which takes some 10 ms."""
BATCH = 16
"""How many files a process makes at a time."""

ADVICE = {
    errno.ENOSPC: "make room on the disk, and build again",
    errno.EDQUOT: "make room in your share of the disk, and build again",
    errno.EACCES: "see to the permission, and build again",
    errno.EPERM: "see to the permission, and build again",
    errno.EROFS: "give another folder with --output",
    errno.EXDEV: "give another folder with --output",
    errno.ENOTDIR: "give another folder with --output",
    errno.EBUSY: "give another folder with --output",
    errno.EIO: "see whether the disk is sound, and build again",
    errno.ENAMETOOLONG: "give it a shorter name",
    errno.ENOMEM: "build again with --jobs 1, which needs least memory",
    errno.ECHILD: "build again, with --jobs 1 if this happens again",
}
"""What to do when the machine fails."""


class Report(Struct, frozen=True):
    """What a build did to the output folder, in numbers of files."""

    written: int
    unchanged: int
    removed: int


class _Sight(Struct, frozen=True):
    """What was seen of the two folders while something else was done."""

    memory: bytes
    """What was remembered of them then."""
    began: int
    """When, in ns by the clock of the disk."""
    live: trees.Seen
    spare: trees.Seen


def ahead(folder: Path, jobs: int) -> workers.Beside[_Sight | None] | None:
    """Have another process look at the folder meanwhile, if it is large; None if it is not."""
    at = _Places(folder, folder.parent / swap.HIDDEN / folder.name)
    with contextlib.suppress(OSError):
        if jobs > 1 and workers.can_share() and (at.hidden / MEMORY).stat().st_size > LARGE:
            return workers.Beside(lambda: _sight(at))
    return None


def _sight(at: _Places) -> _Sight | None:
    began = swap.now(at.hidden)
    data = at.read(MEMORY)
    memories, seen = trees.Memories(data), []
    twin: dict[str, Mark] = {}
    for folder in (at.site, at.spare):
        last = memories.of(trees.inode(folder)).marks
        marks = trees.marks_of(folder, last, twin)
        twin = marks.files
        seen.append(trees.Seen.of(marks, last))
    return _Sight(data, began, *seen)


def write(
    site: Site,
    folder: Path,
    *,
    keep_out_of: Iterable[Path] = (),
    jobs: int = 1,
    looking: workers.Beside[_Sight | None] | None = None,
) -> Report:
    """Bring the folder up to date with the site, all at once.

    An artifact whose key is that of the record is not made; every other is, before the folder
    changes, so a fault in the last page leaves it as it was. Many are made by `jobs` processes. If
    nothing changed, nothing is written. Files that somebody edited or deleted are put right.
    `looking` is what `ahead` returned.
    Raises Problems with what is found in any artifact, Misuse if the folder is not one that a build
    may write to (it is, or holds, one of `keep_out_of`; or holds files that no build wrote, or that
    somebody changed and the site no longer has), and OSError if the machine fails: the folder is
    then as it was.
    """
    progress.begin("looking at the site as it is")
    refuse(folder, keep_out_of)
    try:
        place = swap.workplace(folder)
        with swap.alone(place, folder) as began:
            return _write(site, _Places(folder, place), began, jobs, looking)
    except BlockingIOError:
        raise
    except OSError as error:
        advice = ADVICE.get(error.errno or 0, "build again")
        what = f"{error.strerror or error}; the site is as it was: {advice}"
        raise OSError(error.errno, what, error.filename or str(folder)) from error


def rehearse(site: Site, folder: Path, *, jobs: int = 1) -> None:
    """Make every artifact and write nothing. Raises Problems with what is found in any of them.

    One that the site in the folder has under the same key was made already, without a fault.
    """
    record = trees.record(folder)
    stale = [
        path
        for path, artifact in site.files.items()
        if path not in record or not artifact.same(record[path][0])
    ]

    def task(paths: Sequence[str]) -> list[_Brought]:
        return [_rehearsed(site.files[path]) for path in paths]

    progress.begin("making files", len(stale))
    found = []
    for path, brought in _together(task, stale, jobs):
        progress.took(path, brought.seconds)
        if brought.problems is not None:
            found.append(brought.problems)
    if found:
        raise Problems(chain.from_iterable(found))


def _rehearsed(artifact: Artifact) -> _Brought:
    began = time.perf_counter()
    try:
        artifact.make()
    except Problems as error:
        return _Brought(0.0, problems=error.problems)
    return _Brought(time.perf_counter() - began)


def put(path: Path, data: bytes, *, home: Path | None = None) -> None:
    """Write one file that is not part of a site, so that nobody can ever read half of it.

    It is made ready in the `.dateline/` of the folder `home` if that is on the same disk, else in
    one beside it. Raises OSError, which names the file, if the machine fails: the file is then as
    it was.
    """
    at_home = home and home.stat().st_dev == path.parent.stat().st_dev
    place = swap.workplace(home / path.name if home and at_home else path)
    with swap.alone(place, path):
        swap.replace(path, data, draft=place / DRAFT)


class _Places(Struct, frozen=True):
    """Where the published site is, and the hidden folder with all that is needed to renew it."""

    site: Path
    hidden: Path

    @property
    def spare(self) -> Path:
        """The folder in which the next site is made ready."""
        return self.hidden / "next"

    @property
    def aside(self) -> Path:
        """Where the published site is for a moment if the two cannot be exchanged at once."""
        return self.hidden / "last"

    def keep(self, name: str, data: bytes) -> None:
        """Replace a file of the hidden folder."""
        swap.replace(self.hidden / name, data, draft=self.hidden / DRAFT)

    def read(self, name: str) -> bytes:
        """Return what a file of the hidden folder holds; nothing if there is none."""
        try:
            return (self.hidden / name).read_bytes()
        except FileNotFoundError:
            return b""


def _write(
    site: Site,
    at: _Places,
    began: int,
    jobs: int,
    looking: workers.Beside[_Sight | None] | None,
) -> Report:
    for folder in (at.spare, at.aside):
        swap.must_be_a_folder(folder)
    swap.recover(at.spare, at.site, aside=at.aside)
    (at.hidden / DRAFT).unlink(missing_ok=True)
    memory = at.read(MEMORY)
    memories = trees.Memories(memory)
    sight = looking.result() if looking else None
    if sight is not None and sight.memory != memory:
        sight = None  # another build has ended since
    began = sight.began if sight else began
    live = _look(at.site, memories, seen=sight.live if sight else None)
    _refuse_strangers(live, site)

    kept = {
        path: live.record[path]
        for path, artifact in site.files.items()
        if path in live.sound and artifact.same(live.record[path][0])
    }
    gone = live.record.keys() - site.files.keys()
    if kept == live.record and len(kept) == len(site) and live.stamp:
        _remember(at, memories, {at.site: trees.known(live, began)})
        return Report(0, len(site), 0)

    spare = _Spare(at, _look(at.spare, memories, live, sight.spare if sight else None), live)
    spare.prepare(site, kept)
    # On a first build all are stale, of which there may be a million.
    stale = {p: a for p, a in site.files.items() if p not in kept} if kept else site.files
    brought = spare.bring(stale, jobs)
    written = sum(map(spare.has_changed, brought, brought.values()))
    entries = brought | kept
    report = Report(written, len(site) - written, len(gone))
    record = trees.recorded(entries)
    if not written and not gone and live.stamp:
        # Only keys are new: the record is replaced, and nothing else.
        renewed = replace(trees.known(live, began), stamp=fingerprint(record))
        _remember(at, memories, {at.site: renewed})
        swap.replace(at.site / RECORD, record, draft=at.hidden / DRAFT)
        return report
    spare.share(kept, brought, jobs)
    progress.begin("publishing")
    spare.close(record)
    stamp = fingerprint(record)
    del record  # a hundred bytes of each file
    _remember(at, memories, spare.memories(stamp, began))
    swap.exchange(at.spare, at.site, aside=at.aside)
    spare.tidy()
    return report


class _Spare:
    """The spare folder, while it is made the next site."""

    def __init__(self, at: _Places, tree: Tree, live: Tree) -> None:
        self.at, self.tree, self.live = at, tree, live
        own, others = tree.record, live.record
        self.alike = {p for p in tree.sound & live.sound if own[p][1] == others[p][1]}
        """The files that are sound in both folders, and the same."""
        self.touched: set[str] = set()
        """The files that were touched, but for those in `seen`."""
        self.shared: Set[str] = frozenset()
        """The files that the site has as the published one has them."""
        self.seen: dict[str, bytes] = {}
        """The marks, packed, of files as they were when they were written or linked."""
        self.files, self.folders = set(tree.marks.files), set(tree.marks.folders)
        self.base, self.plain = os.path.join(tree.folder, ""), False  # noqa: PTH118

    def prepare(self, site: Site, kept: Mapping[str, Entry]) -> None:
        """Remove what the site will not have, and note down all that will be touched.

        Raises Misuse if there are files that no build put there. The note says of each file that
        is touched that it is ours, should the build be stopped before there is a record of it.
        """
        pending = _pending(self.at)
        _refuse_strangers(self.tree, site, pending)
        # What is of no use goes first: it may be what fills the disk.
        for path in sorted(self.files - (site.files.keys() & self.tree.sound) - {RECORD}):
            self._remove(path)
        note = (kept.keys() - self.alike) | (site.files.keys() - kept.keys())
        self.at.keep(PENDING, json.encode(sorted(note)))
        wanted = trees.above(site.files)
        for folder in sorted(self.folders - wanted, reverse=True):
            (self.tree.folder / folder).rmdir()
        self.folders &= wanted
        self._make_folder("")

    def bring(self, stale: Mapping[str, Artifact], jobs: int) -> dict[str, Entry]:
        """Make files anew if need be; return their entries in the record.

        Raises Problems with all that is found in any of them.
        """

        def task(paths: Sequence[str]) -> list[_Brought]:
            return [self._bring(path, stale[path]) for path in paths]

        found: list[tuple[Problem, ...]] = []
        entries = {}
        progress.begin("making files", len(stale))
        for path, brought in _together(task, list(stale), jobs):
            if brought.problems is not None:
                found.append(brought.problems)
                continue
            progress.took(path, brought.seconds)
            entries[path] = (brought.stamp, brought.digest)
            self._note(path, brought.mark)
        if found:
            raise Problems(chain.from_iterable(found))
        return entries

    def has_changed(self, path: str, entry: Entry) -> bool:
        """Say whether a file gets other bytes than the published site has."""
        return self.live.digest(path) != entry[1]

    def _bring(self, path: str, artifact: Artifact) -> _Brought:
        """Make a file anew if need be, in whatever process."""
        began = time.perf_counter()
        try:
            stamp, digest, data = self._content(path, artifact)
        except Problems as error:
            return _Brought(0.0, problems=error.problems)
        mark = None
        if not self.has_changed(path, (stamp, digest)):
            pass
        elif data is None:
            # A browser that has the newer file must not take this one for older.
            os.utime(self.base + path)
            mark = trees.file_mark(self.base + path)
        else:
            mark = self.put(path, data)
        return _Brought(time.perf_counter() - began, stamp, digest, trees.packed(mark))

    def _content(self, path: str, artifact: Artifact) -> tuple[str, str, bytes | None]:
        """Return a file's stamp, its hash, and its bytes if neither folder has them for sure."""
        for tree in (self.live, self.tree):
            ready = tree.digest(path)
            if ready and (stamp := artifact.renewed(tree.record[path][0])):
                # Only its key is new; or an edit was taken back, and the last site but one had it.
                return stamp, ready, None
        stamp = artifact.stamp  # first, as what it needs is given up once the file is made
        data = artifact.make()
        digest = fingerprint(data)
        return stamp, digest, None if digest == self.tree.digest(path) else data

    def share(self, kept: Mapping[str, Entry], brought: Mapping[str, Entry], jobs: int) -> None:
        """Take over what the published site has and the spare folder lacks."""
        changed = {path for path, entry in brought.items() if self.has_changed(path, entry)}
        self.shared = (kept.keys() | brought.keys()) - changed
        lacking = {path: self.live.record[path][1] for path in sorted(self.shared - self.alike)}

        def task(paths: Sequence[str]) -> list[bytes]:
            return [self._link(path, lacking[path]) for path in paths]

        progress.begin("taking over what is unchanged", len(lacking))
        for path, mark in _together(task, list(lacking), jobs):
            self._note(path, mark)

    def _link(self, path: str, digest: str) -> bytes:
        """Give a file of the published site a second name in the spare folder."""
        self._place(path)
        try:
            os.link(os.path.join(self.live.folder, path), self.base + path)  # noqa: PTH118
        except OSError as error:
            if error.errno not in NO_LINKS:
                raise
            self._copy(path, digest)
        return trees.packed(trees.file_mark(self.base + path))

    def _note(self, path: str, mark: bytes) -> None:
        """Note down what a file was once it was touched, perhaps in another process."""
        if mark:
            self.seen[path] = mark

    def put(self, path: str, data: bytes) -> Mark:
        """Write a file; never through a name that it has already, as the site may share it."""
        self._place(path)
        return trees.mark_of(swap.create(self.base + path, data))

    def close(self, record: bytes) -> None:
        """Give the folder its new record, the last thing that it needs.

        Until then it has its old one: if this build is stopped, the next one knows what is ours.
        """
        swap.replace(self.tree.folder / RECORD, record, draft=self.at.hidden / DRAFT)
        self.touched.add(RECORD)

    def memories(self, stamp: str, began: int) -> dict[Path, Memory]:
        """Return what the next build may take for granted of both folders."""
        ended = (self.tree.folder / RECORD).stat().st_mtime_ns
        live = trees.known(self.live, began)
        published = live.marks.files
        touched, seen = self.touched | self.seen.keys(), self.seen
        shared = {path: published[path] for path in touched & self.shared}
        spare = trees.known(self.tree, began)
        spare = trees.renewed(spare, self.tree.folder, touched, shared, ended, seen)
        # A file that both shared has got or lost a name, which changed its marks.
        touched &= self.live.sound
        same = {p: m for p in touched if (m := seen.get(p)) and trees.is_of(m, published[p])}
        live = trees.renewed(live, self.live.folder, touched, published, ended, same)
        return {self.tree.folder: replace(spare, stamp=stamp), self.live.folder: live}

    def tidy(self) -> None:
        """Remove, once the site is published, what is left; the next build could do it too."""
        with contextlib.suppress(OSError):
            for path in self.live.marks.files:
                if path not in self.live.sound and path != RECORD:
                    (self.at.spare / path).unlink()  # of no use to anyone: it was put right
            (self.at.hidden / PENDING).unlink(missing_ok=True)

    def _place(self, path: str) -> None:
        """Make room for a file."""
        if path in self.files:
            os.unlink(self.base + path)  # noqa: PTH108 - Paths are slow, here and below
            self.files.discard(path)
        self._make_folder(path.rpartition("/")[0])

    def _make_folder(self, folder: str) -> None:
        """Make a folder and those around it, unless they are there."""
        if folder in self.folders:
            return
        if folder:
            self._make_folder(folder.rpartition("/")[0])
        with contextlib.suppress(FileExistsError):  # another process was quicker
            os.mkdir(self.base + folder, 0o755)  # noqa: PTH102
            if not self.plain:
                # Whatever the umask says; if it lets one be as it should, it does so with all.
                self.plain = S_IMODE(os.lstat(self.base + folder).st_mode) == 0o755
                if not self.plain:
                    os.chmod(self.base + folder, 0o755)  # noqa: PTH101, S103 - a site is public
        self.folders.add(folder)

    def _remove(self, path: str) -> None:
        (self.tree.folder / path).unlink()
        self.files.discard(path)
        self.touched.add(path)

    def _copy(self, path: str, digest: str) -> None:
        """Copy a file of the published site, and the time at which it was written."""
        source = self.live.folder / path
        data = source.read_bytes()
        if fingerprint(data) != digest:
            raise OSError(errno.ESTALE, "was changed while it was read", str(source))
        swap.create(self.tree.folder / path, data)
        written = self.live.marks.files[path][1]
        os.utime(self.tree.folder / path, ns=(written, written))


class _Brought(NamedTuple):
    """What a process tells another of a file that it made ready."""

    seconds: float
    stamp: str = ""
    digest: str = ""
    mark: bytes = b""
    """What it is now, packed; empty if it was not touched."""
    problems: tuple[Problem, ...] | None = None
    """What is wrong with it, if it could not be made."""


def _together(
    task: Callable[[Sequence[str]], list[_Done]], paths: Sequence[str], jobs: int
) -> Iterator[tuple[str, _Done]]:
    """Yield all paths with what the task returns of each, done by this process or by several.

    Before there are others, this one does a file of each folder at the top: so what the files
    there have in common, a template for example, is made once.
    """
    first: Sequence[str] = ()
    if jobs > 1 and len(paths) >= SHARED_FROM:
        by_folder: dict[str, str] = {}
        for path in paths:
            by_folder.setdefault(path.partition("/")[0], path)
        first = list(by_folder.values())[:SHARED_FROM]
        yield from zip(first, task(first), strict=True)
        progress.step(len(first))
        done = set(first)
        paths = [path for path in paths if path not in done]
    else:
        jobs = 1
    size = max(BATCH, len(paths) // workers.MOST + 1)
    batches = [paths[start : start + size] for start in range(0, len(paths), size)]
    for number, results in workers.run(task, batches, jobs):
        yield from zip(batches[number], results, strict=True)
        progress.step(len(batches[number]))


def _look(
    folder: Path, memories: Memories, twin: Tree | None = None, seen: trees.Seen | None = None
) -> Tree:
    """Look at the published or the spare folder; its folders can be read by everyone then."""
    memory = memories.of(trees.inode(folder))
    tree = trees.look(folder, memory, twin.marks.files if twin else None, seen)
    if os.name == "posix":
        for path, mark in tree.marks.folders.items():
            if mark[-1] & 0o777 != 0o755:
                (folder / path).chmod(mark[-1] & ~0o777 | 0o755)
    return tree


def _remember(at: _Places, old: Memories, new: Mapping[Path, Memory]) -> None:
    """Keep what is known of both folders; it only saves time, so no disk can be too full."""
    memories = {trees.inode(folder): memory for folder, memory in new.items()}
    with contextlib.suppress(OSError, OverflowError):  # some disks have larger numbers
        data = old.renewed(memories, map(trees.inode, (at.site, at.spare)))
        if data is not None:
            at.keep(MEMORY, data)


def _pending(at: _Places) -> set[str]:
    """Return the files of the spare folder that a stopped build was about to touch."""
    try:
        return {str(path) for path in json.decode(at.read(PENDING) or b"[]")}
    except (ValueError, TypeError, RecursionError):
        return set()


def refuse(folder: Path, keep_out_of: Iterable[Path]) -> None:
    """Raise Misuse if a build must not write to this folder, whatever the site is."""
    keep_out_of = tuple(keep_out_of)
    _refuse_links(folder, keep_out_of)
    target = folder.resolve()
    if target in (Path.home().resolve(), target.parent) or target.name == swap.HIDDEN:
        raise Misuse(f"'{target}' is not a folder to build into", "give another with --output")
    for other in (path.resolve() for path in keep_out_of):
        if other.is_relative_to(target) or target.is_relative_to(other):
            inside = "is in" if target.is_relative_to(other) else "holds"
            raise Misuse(
                f"'{target}' {inside} '{other}', which a build must not touch",
                "give a folder of its own with --output",
            )
    if folder.exists() and not folder.is_dir():
        raise Misuse(f"'{folder}' is a file, not a folder")
    if folder.exists() and not (folder / RECORD).exists():
        # Looked at before anything is made beside it, as it may be quite another folder.
        _refuse_strangers(trees.look(folder, Memory()), Site())


def _refuse_links(folder: Path, keep_out_of: tuple[Path, ...]) -> None:
    """Raise Misuse if the folder is a link, or is reached by one that lies in the project."""
    projects = {path.parent for path in keep_out_of}
    for part in (folder, *folder.parents):
        inside = any(project in part.parents for project in projects)
        if part.is_symlink() and (part == folder or inside):
            raise Misuse(f"'{part}' is a symbolic link", "give the folder itself with --output")


def _refuse_strangers(tree: Tree, site: Site, ours: Collection[str] = ()) -> None:
    """Raise Misuse if there are files that no build wrote, or that cannot be deleted unasked.

    `ours` are files that are a build's own without being in the record.
    """
    files = tree.marks.files.keys() - {RECORD}
    foreign = sorted(path for path in files - tree.record.keys() if path not in ours)
    if foreign:
        raise Misuse(
            f"'{tree.folder}' has files that no build wrote: {_first(foreign)}",
            "move them away, or give another folder with --output",
        )
    edited = sorted(path for path in files - site.files.keys() - tree.sound if path not in ours)
    if edited:
        raise Misuse(
            f"'{tree.folder}' has files that the site no longer has, and that somebody changed: "
            f"{_first(edited)}",
            "move them away: a build deletes only what is as it wrote it",
        )


def _first(paths: list[str]) -> str:
    """Name one of the files, and say how many there are besides."""
    return f"'{paths[0]}'" + (f" and {len(paths) - 1} more" if len(paths) > 1 else "")
