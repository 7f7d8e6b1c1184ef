"""The site as values: every file that it will have, and what makes it.

site = Site()
site |= {"index.html": Artifact.of(b"…")}      # the same path twice is an error
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections import ChainMap
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property

from msgspec import Struct, field

from dateline.problems import Problem


def fingerprint(data: bytes) -> str:
    """Return a hash of the data, as 32 hexadecimal digits."""
    return hashlib.blake2b(data, digest_size=16).hexdigest()


class Artifact(Struct, eq=False, gc=False):
    """One file of the site: a key of all that its bytes depend on, and what makes them.

    A large site has a million of them, so each kind is a class of its own with no more than it
    needs, and no functions.
    """

    key: str

    @staticmethod
    def of(data: bytes) -> Artifact:
        """Return an artifact with these bytes."""
        return _Ready(fingerprint(data), data)

    def make(self) -> bytes:
        """Return the bytes. Raises Problems if they cannot be made."""
        raise NotImplementedError

    def exact(self) -> str:
        """Work out a key of no more than the bytes depend on, where `key` is of more; else ''."""
        return ""

    @property
    def stamp(self) -> str:
        """What a record says of the file: the key, and after a space the exact one if there is."""
        exact = self.exact()
        return f"{self.key} {exact}" if exact else self.key

    def same(self, stamp: str) -> bool:
        """Say, without working anything out, whether a file with this stamp is surely the same."""
        return stamp.partition(" ")[0] == self.key

    def renewed(self, stamp: str) -> str | None:
        """Return what to record of a file made under another stamp; None if it must be made anew.

        The exact key is worked out only if the other has changed.
        """
        key, _, exact = stamp.partition(" ")
        if key == self.key:
            return stamp
        return f"{self.key} {exact}" if exact and exact == self.exact() else None


class _Ready(Artifact, gc=False):
    data: bytes

    def make(self) -> bytes:
        return self.data


class Made(Artifact, gc=False):
    """A file that a function makes."""

    by: Callable[[], bytes]

    def make(self) -> bytes:
        """Return what the function returns."""
        return self.by()


class Part(dict[str, Artifact]):
    """Files by their path that come from one place, as the pages of the events of a file do."""

    @cached_property
    def is_plain(self) -> bool:
        """Whether every path is in small letters of ASCII."""
        text = "\n".join(self)
        return text.isascii() and text == text.lower()


class Site(Struct):
    """Every file of the site by its path, with forward slashes, and the warnings of the build."""

    files: dict[str, Artifact] = field(default_factory=dict)
    warnings: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
    """What the build left out and why, in a line each."""
    addresses: frozenset[str] = frozenset()
    """The addresses of pages that must last once the site is published."""
    parts: list[Part] = field(default_factory=list)
    """The same files as they were added; in a preview, most parts are those of the last build."""

    def __post_init__(self) -> None:
        """Take over files that it has from the beginning."""
        self.parts = [Part(self.files)] if self.files else []

    def __ior__(self, files: Mapping[str, Artifact]) -> Site:
        """Add files. Raises ValueError if one is there already, or only its capitals differ."""
        found = files.maps if isinstance(files, ChainMap) else [files]
        for part in (one if isinstance(one, Part) else Part(one) for one in found):
            so_far = len(self.files)
            self.files |= part
            if len(self.files) < so_far + len(part):
                twice = next(path for path in part if any(path in one for one in self.parts))
                raise ValueError(f"two artifacts have the path '{twice}'")
            self.parts.append(part)
        # Nearly all are in small letters of ASCII, so that they are what is left of them.
        if not all(part.is_plain for part in self.parts):
            self._refuse_likes()
        return self

    def _refuse_likes(self) -> None:
        """Raise ValueError if two paths are one to file systems that know no capitals."""
        there: dict[str, str] = {}
        for path in self.files:
            other = there.setdefault(_folded(path), path)
            if other != path:
                raise ValueError(f"two artifacts have the path '{path}', or one like it: '{other}'")

    def __iter__(self) -> Iterator[str]:
        return iter(self.files)

    def __len__(self) -> int:
        return len(self.files)


def _folded(path: str) -> str:
    """Return what a path is to file systems that know neither capitals nor kinds of accents."""
    if path.isascii():
        return path.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())
