"""The site as values: every file that it will have, and what makes it.

site = Site()
site |= {"index.html": Artifact.of(b"…")}      # the same path twice is an error
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from dateline.problems import Problem


def fingerprint(data: bytes) -> str:
    """Return a hash of the data, as 32 hexadecimal digits."""
    return hashlib.blake2b(data, digest_size=16).hexdigest()


@dataclass(frozen=True)
class Artifact:
    """One file of the site: a key of all that its bytes depend on, and what makes them."""

    key: str
    make: Callable[[], bytes]

    @classmethod
    def of(cls, data: bytes) -> Artifact:
        """Return an artifact with these bytes."""
        return cls(fingerprint(data), lambda: data)


@dataclass
class Site:
    """Every file of the site by its path, with forward slashes, and the warnings of the build."""

    files: dict[str, Artifact] = field(default_factory=dict)
    warnings: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()
    """What the build left out and why, in a line each."""

    def __ior__(self, files: Mapping[str, Artifact]) -> Site:
        """Add files. Raises ValueError if one is there already."""
        for path, artifact in files.items():
            if path in self.files:
                raise ValueError(f"two artifacts have the path '{path}'")
            self.files[path] = artifact
        return self

    def __iter__(self) -> Iterator[str]:
        return iter(self.files)

    def __len__(self) -> int:
        return len(self.files)
