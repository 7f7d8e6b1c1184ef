"""What changes in folders and files, as soon as it does, however an editor saves.

    for paths in watching.changes([Path("content"), Path("build.py")], stop):
        ...     # no paths at first: watching has begun

The system tells of changes where it can; elsewhere the files are looked at again and again.
"""

from __future__ import annotations

import contextlib
import functools
import os
import platform
import re
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import watchfiles

from dateline import patterns

POLL_INTERVAL = 0.3
"""How often, in seconds, files are looked at where the system does not tell of changes."""

STEP = 5
"""How many milliseconds without a change end a batch of changes."""

UNSEEN = patterns.of(
    r"~$|^~|\.(kate-)?sw[a-z]$|\.kate-swp$|^\.#|^#.*#$|^4913$|^sed\w{6}$|___jb_(tmp|old|bak)___$"
    r"|^\.goutputstream|^\.~lock|\.(tmp|bak|part|crdownload)$|\.sb-\w+-\w+$"
    r"|^\.DS_Store$|^\._|^Thumbs\.db$|^\.(git|hg|svn|idea|vscode)$"
    r"|^__pycache__$|\.py[co]$"
)
"""Names of files and folders that are never part of a site: a change to them is no save."""

Paths = frozenset[Path]


def changes(
    watched: Sequence[Path],
    stop: threading.Event,
    *,
    poll: bool = False,
    say: Callable[[str], None] = print,
) -> Iterator[Paths]:
    """Yield no paths once watching has begun, or has begun anew, then those of each change.

    The paths in `watched` may be files or folders, and need not exist yet; those that are
    yielded are absolute. It ends soon after `stop` is set.
    """
    watched = [path.absolute() for path in watched]
    # WSL is not told of changes on Windows' drives (its issue 4739).
    if not poll and "microsoft" not in platform.release().lower():
        try:
            yield from _told(watched, stop)
        except (OSError, RuntimeError) as error:
            reason = re.sub(r"(?<![\w.:/])(/[^\s/]+)+/", "…/", str(error))
            say(f"warning: the system does not tell of changes, so they are looked for: {reason}")
    yield from _looked_for(watched, stop)


def _told(watched: Sequence[Path], stop: threading.Event) -> Iterator[Paths]:
    """Yield the changes that the system tells of.

    What is watched is a file or folder, not its name. So when another one takes the name, as
    editors and git do, or the first appears, watching begins anew, and yields no paths, as
    anything may have changed in between.
    """
    while not stop.is_set():
        roots = _identities(watched)
        changes = watchfiles.watch(
            *roots,
            watch_filter=functools.partial(_is_save, tuple(roots)),
            debounce=200,
            step=STEP,
            rust_timeout=50,
            yield_on_timeout=True,
            stop_event=stop,
            force_polling=False,
        )
        begun = False
        with contextlib.suppress(FileNotFoundError), contextlib.closing(changes):
            for batch in changes:
                if not begun:
                    yield frozenset()
                if batch:
                    yield frozenset(Path(path) for _, path in batch)
                begun = True
                # A new file may have got the number of the old one.
                replaced = any(
                    kind != watchfiles.Change.modified and Path(path) in roots
                    for kind, path in batch
                )
                if replaced or _identities(watched) != roots:
                    break


def _looked_for(watched: Sequence[Path], stop: threading.Event) -> Iterator[Paths]:
    """Yield the changes found by looking at every file again and again.

    The polling of watchfiles knows times to the second only, and so misses the second of two
    saves within one.
    """
    before = _stamps(watched)
    yield frozenset()
    while not stop.wait(POLL_INTERVAL):
        now = _stamps(watched)
        if now != before:
            yield frozenset(path for path, _ in now.items() ^ before.items())
        before = now


def _identities(paths: Sequence[Path]) -> dict[Path, tuple[int, int]]:
    """Return which file or folder has each of the names; those that do not exist are left out."""
    found = {}
    for path in paths:
        with contextlib.suppress(OSError):
            stat = path.stat()
            found[path] = (stat.st_dev, stat.st_ino)
    return found


def _stamps(roots: Sequence[Path]) -> dict[Path, tuple[int, ...]]:
    """Return what changes about each file in the folders when it is saved.

    Times and size can be as before: editors and git set them. The time of the last change of the
    file's own data (ctime) is the system's alone.
    """
    files = [root for root in roots if root.is_file()]
    files += (Path(at, name) for root in roots for at, _, names in os.walk(root) for name in names)
    stamps: dict[Path, tuple[int, ...]] = {}
    for path in files:
        if _is_save(roots, None, path):
            with contextlib.suppress(OSError):
                stat = path.stat()
                stamps[path] = (stat.st_mtime_ns, stat.st_ctime_ns, stat.st_size, stat.st_ino)
    return stamps


def _is_save(roots: Sequence[Path], _: object, path: str | Path) -> bool:
    """Whether a change of any kind at this path counts. Names above the roots do not matter."""
    path = Path(path)
    inside = (path.relative_to(root).parts for root in roots if path.is_relative_to(root))
    return not any(UNSEEN.search(name) for name in next(inside, path.parts[-1:]))
