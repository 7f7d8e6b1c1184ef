"""The site as values: every file that it will have, and what makes it.

site = Site()
site |= {"index.html": Artifact.of(b"…")}      # the same path twice is an error
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping

from msgspec import Struct, field

from dateline.problems import Problem


def fingerprint(data: bytes) -> str:
    """Return a hash of the data, as 32 hexadecimal digits."""
    return hashlib.blake2b(data, digest_size=16).hexdigest()


class Artifact(Struct, frozen=True, gc=False):
    """One file of the site: a key of all that its bytes depend on, and what makes them."""

    key: str
    make: Callable[[], bytes]
    exact: Callable[[], str] | None = None
    """Works out a key of no more than its bytes depend on, where `key` is of more than that."""

    @classmethod
    def of(cls, data: bytes) -> Artifact:
        """Return an artifact with these bytes."""
        return cls(fingerprint(data), lambda: data)

    @property
    def stamp(self) -> str:
        """What a record says of the file: the key, and after a space the exact one if there is."""
        return f"{self.key} {self.exact()}" if self.exact else self.key

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
        return self.stamp if exact and self.exact and exact == self.exact() else None


class Site(Struct):
    """Every file of the site by its path, with forward slashes, and the warnings of the build."""

    files: dict[str, Artifact] = field(default_factory=dict)
    warnings: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
    """What the build left out and why, in a line each."""
    addresses: frozenset[str] = frozenset()
    """The addresses of pages that must last once the site is published."""
    _folded: dict[str, str] = field(default_factory=dict)
    """By what is left of a path where capitals do not count, the path."""

    def __ior__(self, files: Mapping[str, Artifact]) -> Site:
        """Add files. Raises ValueError if one is there already, or only its capitals differ."""
        own = dict(zip(map(_folded, files), files, strict=True))
        if len(own) < len(files) or not self._folded.keys().isdisjoint(own):
            self._refuse(files)
        self._folded |= own
        self.files |= files
        return self

    def _refuse(self, files: Iterable[str]) -> None:
        """Raise ValueError for the first path that is there twice."""
        for path in files:
            other = self._folded.setdefault(_folded(path), path)
            if path in self.files or other != path:
                also = f", or one like it: '{other}'" if other != path else ""
                raise ValueError(f"two artifacts have the path '{path}'{also}")

    def __iter__(self) -> Iterator[str]:
        return iter(self.files)

    def __len__(self) -> int:
        return len(self.files)


def _folded(path: str) -> str:
    """Return what a path is to file systems that know neither capitals nor kinds of accents."""
    if path.isascii():
        return path.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())
