"""When each entry last changed, and what the content was before: from the git repository.

    past = history.read(project, content)
    past.days["event", "lift-off"]        # '2024-02-01'

Where there is no repository, nothing is read and nothing is known. To walk a long history takes
seconds, so what was found of a commit is kept: in the process, and, if a build stores what
`record` returns, in `.dateline/cache/`. A later commit is walked back to it and no further.
"""

from __future__ import annotations

import datetime
import heapq
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field
from msgspec.structs import replace

from dateline import __version__, progress, repository, source
from dateline.hashing import blake2b, fingerprint
from dateline.kept import File, Kept
from dateline.problems import Document, Faults, Misuse
from dateline.project import Project
from dateline.source import Content

if TYPE_CHECKING:
    from dulwich.objects import Commit, ObjectID
    from dulwich.repo import Repo

    from dateline.nodes import Node

Entry = tuple[str, str]
"""What has a history of its own: `event`, `phase` or `source`, and its id."""

FORGOTTEN = "no dates of last change, because the git repository cannot be read"
CACHE = Path(".dateline/cache/history.json")
"""Where, in the project, what was found is kept from one process to the next."""
_FOLDERS = ("events", "phases", "sources")


class History(Struct, frozen=True):
    """What the repository says about the entries as they are now."""

    days: Mapping[Entry, str] = field(default_factory=dict)
    """By entry, the day of its last change as ISO 8601; without those that are not known."""
    note: str = ""
    """Why nothing is known, if it is for a fault of the repository."""


class _Version(Struct, frozen=True):
    """A file as it is in a commit."""

    blob: str
    """Git's hash of its bytes."""
    values: Mapping[Entry, str]
    """By entry, a hash of what was written: the same for every layout, comment and order."""
    texts: Mapping[str, Entry]
    """By the hash of its text, the entry; none if the file cannot be read one by one."""


_NONE = _Version("", {}, {})


class _Past(Struct, frozen=True):
    """What is known of one commit."""

    way: tuple[str, ...] = ()
    """The folders from the top of the repository to the content."""
    shallow: tuple[str, ...] = ()
    """The commits at which a shallow clone ends."""
    head: str = ""
    files: Mapping[str, _Version] = field(default_factory=dict)
    days: Mapping[Entry, tuple[str, str]] = field(default_factory=dict)
    """By entry, its value and the day from which it has it; '' if that is not known."""
    stored: bool = False
    """Whether the next process knows it too."""


_found: dict[Path, _Past] = {}
"""By the folder of a project's content, what was found last in this process."""


def read(project: Project, content: Content) -> History:
    """Return the day on which each entry got the value that it has now.

    It is the author's day, in the author's time zone, of the newest commit that changed the
    value of the entry: not its layout, its comments or its place. In a merge a value is followed
    to the first parent that has it; the merge itself counts only for a value that none has.
    An entry with changes that are not committed has no day, nor has one that is as old as the
    oldest commit of a shallow clone, since it may be older.
    """
    progress.begin("reading the history")
    root = repository.around(project.root)
    if root is None:
        return History()
    try:
        past = _past(root, project)
    except Exception as error:  # noqa: BLE001 - a damaged repository makes dulwich raise anything
        return History(note=f"{FORGOTTEN}: {_reason(error)}")
    found: dict[Entry, str] = {}
    for path in _paths(content) if past.days else ():
        found |= dict(_days(past, content, path))
    return History({entry: found[entry] for entry in sorted(found)})


def content(project: Project, revision: str) -> Content:
    """Return the events, phases and sources at a revision: a branch, tag, hash or `HEAD~3`.

    Raises Misuse if there is no repository, if it cannot be read, or has no such revision.
    """
    root = repository.around(project.root)
    if root is None:
        raise Misuse(
            "this project is in no git repository, so --since has nothing to compare with",
            "leave --since out, or begin a repository with 'git init'",
        )
    try:
        with repository.opened(root) as repo:
            commit = _commit(repo, revision)
            top = repository.folder(repo, commit, _way(root, project))
            files = repository.files(repo, top, _FOLDERS, _belongs)
            data = {path: repository.blob(repo, id) for path, id in files.items()}
    except Misuse:
        raise
    except Exception as error:
        raise Misuse(
            f"the git repository cannot be read: {_reason(error)}",
            "see what 'git fsck' says of it",
        ) from error
    return source.of(data, Faults())


def record(project: Project) -> bytes | None:
    """Return what is to be stored at `CACHE` for the next process; None if that is nothing new."""
    past = _found.get(project.content.resolve()) if project.cache else None
    return _frozen(past) if past and past.days and not past.stored else None


def _commit(repo: Repo, revision: str) -> Commit:
    repository.head(repo)
    try:
        return repository.commit(repo, revision)
    except Exception as error:
        hint = "give a branch, a tag, a commit's hash, or one such as HEAD~3"
        if repo.get_shallow():
            hint = "this clone is a shallow one: 'git fetch --unshallow' gets what it lacks"
        raise Misuse(f"there is no revision '{revision}' in the repository", hint) from error


def _reason(error: Exception) -> str:
    if isinstance(error, KeyError) and error.args and isinstance(error.args[0], bytes):
        return f"the object {error.args[0].decode('ascii', 'replace')} is missing"
    return " ".join(str(error).split())[:80] or type(error).__name__


def _way(root: Path, project: Project) -> tuple[str, ...]:
    """Return the way from the top of the repository to `content/`."""
    return project.content.resolve().relative_to(root).parts


# What an entry's value is.


def _paths(content: Content) -> list[str]:
    return sorted(path for path in (*content.trees, *content.pages) if _belongs(path))


def _belongs(path: str) -> bool:
    """Say whether entries with a history are written in a file of the content."""
    folder, _, rest = path.partition("/")
    if path in ("events.yaml", "sources.yaml"):
        return True
    ending = ".md" if folder == "phases" else ".yaml"
    return folder in _FOLDERS and rest.endswith(ending) and "/" not in rest


def _kind(path: str) -> str:
    return path.partition("/")[0].removesuffix(".yaml").removesuffix("s")


def _days(past: _Past, content: Content, path: str) -> Iterator[tuple[Entry, str]]:
    """Yield the entries of a file whose day is known, and the day.

    Only what is not as it was committed is looked at: the nodes of ten thousand events take
    longer to make than everything else here.
    """
    version = past.files.get(path, _NONE)
    blob = _blob_hash(_document(content, path))
    if version.blob != blob:
        version = _version(content, path, blob, version)
    for entry, value in version.values.items():
        committed, day = past.days.get(entry, ("", ""))
        if day and committed == value:
            yield entry, day


def _version(content: Content, path: str, blob: str, like: _Version) -> _Version:
    """Return a file; the entries that it has in common with another version are taken from that."""
    rows = list(_entries(content, path, like))
    values = {entry: value for entry, value, _ in rows}
    # Of an id that stands twice in a file it is not known which one is meant.
    once = len(values) == len(rows)
    return _Version(blob, values, {text: entry for entry, _, text in rows if text and once})


def _entries(content: Content, path: str, like: _Version) -> Iterator[tuple[Entry, str, str]]:
    """Yield each entry of a file with the hashes of its value and, if known, of its text."""
    kind = _kind(path)
    if kind == "phase":
        page = content.pages[path]
        front = _plain(page.front) if page.front else None
        id = path.removeprefix("phases/").removesuffix(".md")
        yield (kind, id), _hash([front, page.body]), ""
        return
    tree = content.trees[path]
    if not tree.chunks and tree.root is not None:
        for id, node in _named(kind, tree.root):
            yield (kind, id), _hash(_plain(node)), ""
    for chunk in tree.chunks:
        if chunk.digest in like.texts:
            entry = like.texts[chunk.digest]
            yield entry, like.values[entry], chunk.digest
            continue
        for id, node in _named(kind, tree.node(chunk)):
            yield (kind, id), _hash(_plain(node)), chunk.digest


def _named(kind: str, root: Node) -> Iterator[tuple[str, Node]]:
    """Yield the entries of a list of events, or of a record of sources, with their ids."""
    if kind == "event" and root.id == "sequence":
        for node in root.value:
            for key, id in node.value if node.id == "mapping" else ():
                if key.value == "id" and id.id == "scalar":
                    yield id.value, node
    elif kind == "source" and root.id == "mapping":
        for key, node in root.value:
            if key.id == "scalar":
                yield key.value, node


def _plain(node: Node) -> Any:
    """Return the value of a node: texts, lists, and records as sorted pairs."""
    if node.id == "scalar":
        return node.value
    if node.id == "sequence":
        return ["list", *map(_plain, node.value)]
    return sorted([json.dumps(_plain(key)), _plain(value)] for key, value in node.value)


def _hash(value: Any) -> str:
    return blake2b(json.dumps(value).encode(), digest_size=12).hexdigest()


def _document(content: Content, path: str) -> Document:
    return (content.trees.get(path) or content.pages[path]).document


def _blob_hash(document: Document) -> str:
    """Return git's hash of a file that is in UTF-8 and has lines as git keeps them."""
    import hashlib

    data = document.text.encode("utf-8", "surrogatepass")
    head = b"blob %d\0" % len(data)
    return hashlib.sha1(head + data, usedforsecurity=False).hexdigest()


# The walk.


def _past(root: Path, project: Project) -> _Past:
    """Return what is known of HEAD; nothing if nothing was committed yet."""
    where, way = project.content.resolve(), _way(root, project)
    with repository.opened(root) as repo:
        head = repository.head(repo)
        if head is None:
            return _Past()
        shallow = tuple(sorted(id.decode() for id in repo.get_shallow()))
        past = _found.get(where) or (_thawed(_stored(project)) if project.cache else None)
        if past is None or (past.way, past.shallow) != (way, shallow):
            past = _Past(way, shallow)
        if past.head != head.decode():
            past = _Walk(repo, past).past(head)
    _found[where] = past
    return past


_Pending = dict[str, dict[Entry, str]]
"""By file, the entries whose day is looked for, with the value that they have now."""


class _Walk:
    """Follows the entries of one commit back to the commits that gave them their values."""

    def __init__(self, repo: Repo, before: _Past) -> None:
        self.repo, self.before = repo, before
        self._listed: dict[ObjectID | None, dict[str, ObjectID]] = {}
        # By path, the version that was read last: the next one is much the same.
        self._last: dict[str, _Version] = dict(before.files)

    def past(self, head: ObjectID) -> _Past:
        """Return what is to be known of a commit."""
        files = self._files(head)
        versions = {path: self._version(path, id) for path, id in files.items()}
        read = {path: version for path, version in versions.items() if version}
        pending = {path: dict(version.values) for path, version in read.items()}
        days = self._days(head, pending)
        return replace(self.before, head=head.decode(), files=read, days=days, stored=False)

    def _days(self, head: ObjectID, wanted: _Pending) -> Mapping[Entry, tuple[str, str]]:
        """Return the day of each entry of a commit."""
        found: dict[Entry, tuple[str, str]] = {}
        waiting: dict[ObjectID, _Pending] = {head: wanted}
        # The newest first, so that what two branches have in common is walked once.
        queue = [(-self._commit(head).commit_time, head)]
        while queue:
            _, id = heapq.heappop(queue)
            commit, pending = self._commit(id), waiting.pop(id)
            if id.decode() == self.before.head and self._is_known(pending):
                found |= {e: self.before.days[e] for own in pending.values() for e in own}
                continue
            ends = id.decode() in self.before.shallow
            for parent in () if ends else commit.parents:
                passed = self._passed(id, parent, pending)
                if not passed:
                    continue
                if parent not in waiting:
                    heapq.heappush(queue, (-self._commit(parent).commit_time, parent))
                _add(waiting.setdefault(parent, {}), passed)
            day = "" if ends else repository.day(commit)
            for entries in pending.values():
                found.update((entry, (value, day)) for entry, value in entries.items())
        return found

    def _is_known(self, pending: _Pending) -> bool:
        days = self.before.days
        return all(
            days.get(entry, ("",))[0] == value
            for entries in pending.values()
            for entry, value in entries.items()
        )

    def _passed(self, id: ObjectID, parent: ObjectID, pending: _Pending) -> _Pending:
        """Return the entries that have the same value in a parent; take them out of `pending`."""
        ours, theirs = self._files(id), self._files(parent)
        if ours == theirs:
            passed = dict(pending)
            pending.clear()
            return passed
        passed = {path: pending.pop(path) for path in list(pending) if _same(ours, theirs, path)}
        if not any(pending.values()):
            return passed
        for path, file in theirs.items():
            if ours.get(path) == file:
                continue
            there = self._version(path, file)
            if there is None:
                # What cannot be read is passed over: its entries did not change there.
                moved = dict(pending.pop(path, {}))
            else:
                moved = {
                    entry: value
                    for entries in pending.values()
                    for entry, value in entries.items()
                    if there.values.get(entry) == value
                }
            for entries in pending.values():
                for entry in moved:
                    entries.pop(entry, None)
            if moved:
                passed.setdefault(path, {}).update(moved)
        return passed

    def _version(self, path: str, file: ObjectID) -> _Version | None:
        """Return a file as it once was; None if it cannot be read."""
        last, blob = self._last.get(path, _NONE), file.decode()
        if last.blob == blob:
            return last
        kept = Kept({path: File("", None, None, dict.fromkeys(last.texts, (None, 0)))})
        content = source.of({path: repository.blob(self.repo, file)}, Faults(), kept)
        if path in content.unread:
            return None
        self._last[path] = _version(content, path, blob, last)
        return self._last[path]

    def _commit(self, id: ObjectID) -> Commit:
        return repository.known_commit(self.repo, id)

    def _files(self, id: ObjectID) -> dict[str, ObjectID]:
        top = repository.folder(self.repo, self._commit(id), self.before.way)
        if top not in self._listed:
            self._listed[top] = repository.files(self.repo, top, _FOLDERS, _belongs)
        return self._listed[top]


def _same(ours: Mapping[str, ObjectID], theirs: Mapping[str, ObjectID], path: str) -> bool:
    """Say whether a file is the same in two commits."""
    return path in ours and ours[path] == theirs.get(path)


def _add(pending: _Pending, more: _Pending) -> None:
    for path, entries in more.items():
        pending.setdefault(path, {}).update(entries)


# What is kept from one process to the next.


def _stored(project: Project) -> bytes:
    try:
        return (project.root / CACHE).read_bytes()
    except OSError:
        return b""


def _frozen(past: _Past) -> bytes:
    """Return what is known as a line with its hash and a line of JSON."""
    files = {
        path: [
            version.blob,
            [[*entry, value] for entry, value in version.values.items()],
            [[text, *entry] for text, entry in version.texts.items()],
        ]
        for path, version in past.files.items()
    }
    days = [[*entry, *known] for entry, known in past.days.items()]
    text = json.dumps([past.way, past.shallow, past.head, files, days], separators=(",", ":"))
    return f"{_seal(text)}\n{text}\n".encode()


def _thawed(data: bytes) -> _Past | None:
    """Return what was stored; None if it is not, byte for byte, what this version stores."""
    seal, _, text = data.decode("utf-8", "replace").removesuffix("\n").partition("\n")
    if not text or seal != _seal(text):
        return None
    try:
        return _past_of(*json.loads(text))
    except (ArithmeticError, LookupError, TypeError, ValueError):  # the seal is no secret
        return None


def _past_of(way: Any, shallow: Any, head: str, files: Any, days: Any) -> _Past:
    """Return what was stored. Raises ValueError if a day is none."""
    for day in {row[3] for row in days} - {""}:
        if datetime.date.fromisoformat(day).isoformat() != day:
            raise ValueError(f"'{day}' is no day")
    return _Past(
        tuple(way),
        tuple(shallow),
        head,
        {
            path: _Version(
                blob,
                {(kind, id): value for kind, id, value in values},
                {text: (kind, id) for text, kind, id in texts},
            )
            for path, (blob, values, texts) in files.items()
        },
        {(kind, id): (value, day) for kind, id, value, day in days},
        stored=True,
    )


def _seal(text: str) -> str:
    return fingerprint(f"{__version__} 1 {text}".encode())
