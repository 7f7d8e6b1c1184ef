"""A git repository, read by dulwich, so that no command, hook or filter of it ever runs.

with repository.opened(root) as repo:
    commit = repository.commit(repo, "HEAD~3")
    repository.files(repo, repository.folder(repo, commit, ("content",)), belongs)
"""

from __future__ import annotations

import contextlib
import datetime
import stat
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dulwich.objects import Commit, ObjectID
    from dulwich.repo import Repo


def around(folder: Path) -> Path | None:
    """Return the folder, this one or one above it, that is the top of a repository."""
    places = (folder.resolve(), *folder.resolve().parents)
    return next((place for place in places if (place / ".git").exists()), None)


@contextlib.contextmanager
def opened(root: Path) -> Iterator[Repo]:
    """Open the repository at the top of which a folder is, meanwhile."""
    from dulwich.repo import Repo

    with contextlib.closing(Repo(str(root))) as repo:
        yield repo


def head(repo: Repo) -> ObjectID | None:
    """Return the id of the commit that is checked out; None if there is none yet.

    Raises FileNotFoundError if the repository is elsewhere, and is not there.
    """
    try:
        return repo.head()
    except KeyError:
        # A worktree that was moved or mounted alone names a folder that does not exist here.
        if not (Path(repo.controldir()) / "HEAD").is_file():
            raise FileNotFoundError(f"there is none at {repo.controldir()}") from None
        return None


def commit(repo: Repo, revision: str) -> Commit:
    """Return the commit that somebody means by a revision; raises an error if there is none."""
    from dulwich.objects import Commit, Tag
    from dulwich.objectspec import parse_commit, parse_object

    try:
        return parse_commit(repo, revision)
    except KeyError:
        found = parse_object(repo, revision)
    while isinstance(found, Tag):
        found = repo.object_store[found.object[1]]
    if not isinstance(found, Commit):
        raise TypeError(f"'{revision}' is not a commit")
    return found


def known_commit(repo: Repo, id: ObjectID) -> Commit:
    """Return the commit of an id."""
    from dulwich.objects import Commit

    found = repo.object_store[id]
    if not isinstance(found, Commit):
        raise TypeError(f"the object {id.decode()} is not a commit")
    return found


def day(commit: Commit) -> str:
    """Return the author's day as ISO 8601; '' if it is none that a calendar has."""
    try:
        zone = datetime.timezone(datetime.timedelta(seconds=commit.author_timezone))
        return datetime.datetime.fromtimestamp(commit.author_time, zone).date().isoformat()
    except (ValueError, OverflowError, OSError):
        return ""


def blob(repo: Repo, id: ObjectID) -> bytes:
    """Return what a file holds."""
    from dulwich.objects import Blob

    found = repo.object_store[id]
    return found.as_raw_string() if isinstance(found, Blob) else b""


def folder(repo: Repo, commit: Commit, way: Iterable[str]) -> ObjectID | None:
    """Return a folder as it is in a commit; None if it is not there."""
    found: ObjectID | None = commit.tree
    for name in way:
        found, is_folder = _tree(repo, found).get(name, (None, False))
        if not is_folder:
            return None
    return found


def files(
    repo: Repo, top: ObjectID | None, inner: Iterable[str], belongs: Callable[[str], bool]
) -> dict[str, ObjectID]:
    """Return the files of a folder, and of these folders in it, by path; those that belong."""
    found: dict[str, ObjectID] = {}
    for name, (id, is_folder) in _tree(repo, top).items():
        within = _tree(repo, id) if is_folder and name in inner else {}
        found |= {f"{name}/{part}": own for part, (own, deeper) in within.items() if not deeper}
        if not is_folder:
            found[name] = id
    return {path: id for path, id in sorted(found.items()) if belongs(path)}


def _tree(repo: Repo, id: ObjectID | None) -> dict[str, tuple[ObjectID, bool]]:
    """Return what a folder holds, by name, and whether that is a folder too; no links."""
    from dulwich.objects import Tree

    tree = repo.object_store[id] if id else None
    if not isinstance(tree, Tree):
        return {}
    return {
        unicodedata.normalize("NFC", name.decode("utf-8", "replace")): (own, stat.S_ISDIR(mode))
        for name, mode, own in tree.iteritems()
        if stat.S_ISDIR(mode) or stat.S_ISREG(mode)
    }
