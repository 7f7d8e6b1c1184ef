"""What was read before, so that only what has changed is read again.

    kept = Kept(home=folder)
    with kept.used():
        source.read(folder, faults)     # reads every file
        source.read(folder, faults)     # reads those of which a byte is another

A file is known by a hash of its bytes, an entry of it by one of its text. Nothing that had a fault
or a warning is kept: it is read again, so that it is reported again. `cache` keeps the same from
one process to the next.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextvars import ContextVar
from functools import cached_property
from typing import Any

from msgspec import Struct, field

from dateline.problems import Document

Bytes = tuple[bytes, str]
"""The bytes of a file, and their hash."""


class Stored:
    """The entries of a file as `cache` has stored them."""

    digest: str
    """The hash of the file's bytes."""
    shape: str
    """What its root is: `sequence` or `mapping`."""
    firsts: list[int]
    """Of each entry its first line, counted from 0."""
    behinds: list[int]
    """The line behind its last."""
    digests: list[str]
    """Its hash."""

    def recalled(self, document: Document) -> Recalled | None:
        """Return the entries as they stand in this file; None if they are not as they should be."""
        raise NotImplementedError


class Recalled(Mapping[str, tuple[Any, int]]):
    """Entries as they were stored: by hash, what each says, and its first line, counted from 0.

    What they say may be made only when it is asked for. Is it not as it should be, there are none.
    """

    def __init__(
        self,
        digests: Iterable[str],
        ids: list[str],
        declared: list[str],
        named: dict[str, set[str]],
        make: Callable[[], dict[str, tuple[Any, int]] | None],
    ) -> None:
        self._digests, self._make = dict.fromkeys(digests), make
        self.ids = ids
        """The id of each."""
        self.declared = declared
        """Every id that they declare, the earlier ones too."""
        self.named = named
        """By kind, the ids that their fields name."""

    @cached_property
    def made(self) -> dict[str, tuple[Any, int]]:
        """All of them; none if they are not as they should be."""
        make, self._make = self._make, dict  # it holds on to all that was stored
        return make() or {}

    @property
    def is_made(self) -> bool:
        """Whether it was asked for already what they say."""
        return "made" in self.__dict__

    def __getitem__(self, digest: str) -> tuple[Any, int]:
        return self.made[digest]

    def __contains__(self, digest: object) -> bool:
        return digest in self.made

    def __iter__(self) -> Iterator[str]:
        return iter(self._digests)

    def __len__(self) -> int:
        return len(self._digests)


class File(Struct):
    """A file of the content as it was when it was last read."""

    digest: str
    """The hash of its bytes; empty for one that was not read yet."""
    made: Any
    """What `source` has made of it."""
    part: Any = None
    """What `entries` has made of that, if it had no fault."""
    entries: Mapping[str, tuple[Any, int]] = field(default_factory=dict)
    """By hash, what each entry without a fault says, and its first line, counted from 0."""


class Kept(Struct):
    """What is known of every file, by path below `content/`."""

    files: dict[str, File] = field(default_factory=dict)
    stored: dict[str, Stored] = field(default_factory=dict)
    saved: dict[str, str] = field(default_factory=dict)
    """The hash of each file as it was when it was stored."""
    unsaved: dict[str, bytes] = field(default_factory=dict)
    """What is to be stored of files that other processes have read."""
    thawed: set[str] = field(default_factory=set)
    """The files that are, byte for byte, as they were stored, and of which all is known."""
    notes: dict[str, dict[str, str]] = field(default_factory=dict)
    """By file, what was worked out of it as it is."""
    marks: dict[str, tuple[int, ...]] = field(default_factory=dict)
    """The marks of files (size, times, inode) as they were before they were read."""
    fresh: dict[str, Bytes] = field(default_factory=dict)
    """What files hold that were read a moment ago, for `source` to take."""
    registries: dict[str, Any] = field(default_factory=dict)
    """By kind, what `schema` has made of all its files, and of which."""
    home: object = None
    """The folder that it is known of: `content/`."""

    @contextlib.contextmanager
    def used(self) -> Iterator[None]:
        """Have `source` use and fill this, meanwhile, whenever it reads that folder."""
        token = _USED.set(self)
        try:
            yield
        finally:
            _USED.reset(token)

    def made(self, path: str, digest: str) -> Any:
        """Return what was made of a file, if that is known and it is the same still."""
        file = self.files.get(path)
        return file.made if file is not None and file.digest == digest else None

    def keep(self, path: str, digest: str, made: Any) -> None:
        """Keep what was made of a file, and the entries that it had before."""
        before = self.files.get(path)
        self.files[path] = File(digest, made, None, before.entries if before else {})

    def thaw(self, path: str, document: Document) -> bool:
        """Make what is stored of a file known; False if it is not what it should be."""
        stored = self.stored.pop(path, None)
        recalled = stored.recalled(document) if stored is not None else None
        if recalled is None:
            return False
        self.files[path] = File("", None, None, recalled)
        return True

    def entries(self, path: str) -> Mapping[str, tuple[Any, int]]:
        """Return, by hash, the entries that the file had before."""
        file = self.files.get(path)
        return file.entries if file is not None else {}

    def only(self, paths: set[str]) -> None:
        """Forget the files that are there no more."""
        for path in self.files.keys() - paths:
            del self.files[path]
        for known in (self.stored, self.notes, self.marks):
            for path in known.keys() - paths:
                del known[path]


_USED: ContextVar[Kept | None] = ContextVar("kept", default=None)


def of(folder: object) -> Kept | None:
    """Return what is in use for a folder, if anything is."""
    used = _USED.get()
    return used if used is not None and used.home == folder else None
