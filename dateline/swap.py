"""The few acts on files that must happen wholly or not at all.

One build at a time (`alone`), one file replaced (`replace`), one folder put in the place of
another (`exchange`).
"""

from __future__ import annotations

import contextlib
import errno
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from stat import S_IMODE, S_ISDIR, S_ISLNK

from dateline.problems import Misuse

if sys.platform != "win32":
    import fcntl

WAIT = 10.0
"""How long, in seconds, a build waits for another one to end."""
HIDDEN = ".dateline"
"""The folder, beside what is written, that holds whatever is not finished."""
ASIDE = "last"
"""Where the old folder is for a moment if two folders cannot be exchanged at once."""

AT_FDCWD, RENAME_EXCHANGE = -100, 2  # rename(2), linux/fcntl.h and linux/fs.h
NO_EXCHANGE = {errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP, errno.EPERM}
NO_LOCKS = {errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP, errno.ENOLCK}
TAKEN = {errno.EWOULDBLOCK, errno.EACCES}
BINARY = getattr(os, "O_BINARY", 0)
NO_LINK = getattr(os, "O_NOFOLLOW", 0)


def workplace(folder: Path) -> Path:
    """Return the hidden folder in which the next state of this folder is made ready.

    For `site` it is `.dateline/site` beside it, so that both are on one file system; it is made if
    it is not there. Only its owner can look into it: it may hold pages that were withdrawn.
    Raises Misuse if something else has its name, and OSError if it cannot be made.
    """
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
    except FileExistsError as error:
        raise NotADirectoryError(errno.ENOTDIR, "Not a directory", error.filename) from None
    place = folder.parent / HIDDEN
    for part in (place, place / folder.name):
        with contextlib.suppress(FileExistsError):
            part.mkdir(mode=0o700)
        must_be_a_folder(part)
    there = folder if folder.exists() else folder.parent
    if part.stat().st_dev != there.stat().st_dev:
        what = f"is on another file system than '{there}', so the new site cannot take its place"
        raise OSError(errno.EXDEV, what, str(part))
    return part


def must_be_a_folder(path: Path) -> None:
    """Raise Misuse if a folder that the build keeps for itself, if there is one, is none."""
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return
    if not S_ISDIR(mode):
        what = "a symbolic link" if S_ISLNK(mode) else "not a folder"
        raise Misuse(f"'{path}' is {what}", "remove it: the build makes a folder of its own there")


@contextlib.contextmanager
def alone(place: Path, what: Path) -> Iterator[int]:
    """Keep other builds waiting meanwhile; give the time, in ns, by the clock of the disk.

    The lock is one of the system, so it ends with this process however that ends. Raises
    BlockingIOError, which names `what` and who writes it, if another build does so for too long.
    Where the system has no such locks, nobody waits.
    """
    handle = os.open(place / "lock", os.O_RDWR | os.O_CREAT | NO_LINK, 0o600)
    try:
        _acquire(handle, what)
        os.ftruncate(handle, 0)
        os.write(handle, str(os.getpid()).encode())
        yield os.fstat(handle).st_mtime_ns
    finally:
        _release(handle)
        os.close(handle)


def now(place: Path) -> int:
    """Return the time, in ns, by the clock of the disk that has this folder."""
    handle = os.open(place / "clock", os.O_WRONLY | os.O_CREAT | os.O_TRUNC | NO_LINK, 0o600)
    try:
        os.write(handle, b"\n")
        return os.fstat(handle).st_mtime_ns
    finally:
        os.close(handle)


def _acquire(handle: int, what: Path) -> None:
    if sys.platform == "win32":
        return
    until = time.monotonic() + WAIT
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno in NO_LOCKS:
                return
            if error.errno not in TAKEN:
                raise
        else:
            return
        if time.monotonic() > until:
            owner = os.pread(handle, 20, 0).decode("ascii", "replace")
            said = f"another build is writing it, process {owner}; wait for its end, or stop it"
            raise BlockingIOError(errno.EWOULDBLOCK, said, str(what))
        time.sleep(0.02)


def _release(handle: int) -> None:
    # Said aloud, as processes that this one started may hold the same handle.
    if sys.platform != "win32":
        with contextlib.suppress(OSError):
            fcntl.flock(handle, fcntl.LOCK_UN)


def create(path: str | Path, data: bytes) -> os.stat_result:
    """Write a file that is not there yet, readable by everyone; return what it is then.

    An existing file is never opened: it may have a second name in the published site. An OSError
    names the file.
    """
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | BINARY, 0o644)
    except OSError as error:
        error.filename = str(path)
        raise
    try:
        try:
            unwritten = memoryview(data)
            while unwritten:
                unwritten = unwritten[os.write(handle, unwritten) :]
            found = os.fstat(handle)
            if sys.platform != "win32" and S_IMODE(found.st_mode) != 0o644:
                os.fchmod(handle, 0o644)  # whatever the umask says
                found = os.fstat(handle)
        finally:
            os.close(handle)
    except OSError as error:
        error.filename = str(path)
        with contextlib.suppress(OSError):
            Path(path).unlink()  # half a file would keep a full disk full
        raise
    return found


def replace(path: Path, data: bytes, *, draft: Path) -> None:
    """Write a file so that nobody can ever read half of it. An OSError names it.

    `draft` is where it is written first, in a folder of which nobody else writes just now.
    """
    try:
        draft.unlink(missing_ok=True)  # left by a build that was stopped
        create(draft, data)
        draft.replace(path)
    except OSError as error:
        error.filename, error.filename2 = str(path), None
        with contextlib.suppress(OSError):
            draft.unlink()
        raise


def exchange(spare: Path, folder: Path, *, aside: Path) -> None:
    """Put `spare` in the place of `folder` and the reverse; one of both is there all the time.

    Where the system cannot exchange names, the folder is missing between two renamings;
    `recover` mends that. Without a `folder` this only renames `spare`.
    """
    if not folder.exists():
        spare.rename(folder)
    elif not _exchanged(spare, folder):
        folder.rename(aside)
        try:
            spare.rename(folder)
        except OSError:
            aside.rename(folder)
            raise
        aside.rename(spare)


def _exchanged(spare: Path, folder: Path) -> bool:
    """Exchange two names at once; return False where the system cannot."""
    if sys.platform != "linux":
        return False
    try:
        import ctypes
    except ImportError:  # not every Python has it
        return False
    rename = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if rename is None:
        return False
    one, other = os.fsencode(spare), os.fsencode(folder)
    if rename(AT_FDCWD, one, AT_FDCWD, other, RENAME_EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in NO_EXCHANGE:
        return False
    raise OSError(number, os.strerror(number), str(folder))


def recover(spare: Path, folder: Path, *, aside: Path) -> None:
    """Put right what an `exchange` was stopped in the middle of: the old folder comes back."""
    if not aside.exists():
        return
    if not folder.exists() or not any(folder.iterdir()):
        aside.replace(folder)
    elif not spare.exists():
        aside.rename(spare)
