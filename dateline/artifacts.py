"""The site as values: every file that it will have, and what makes it.

site = Site()
site |= {"index.html": Artifact.of(b"…")}      # the same path twice is an error
"""

from __future__ import annotations

import unicodedata
from collections import ChainMap, Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain
from types import MappingProxyType

from msgspec import Struct

from dateline.hashing import fingerprint
from dateline.problems import Problem


class Artifact(Struct, eq=False, gc=False):
    """One file of the site: a key of all that its bytes depend on, and what makes them.

    A large site has a million of them, so each kind is a class of its own with no more than it
    needs, and no functions. A kind that leads back to the timeline, which remembers it, must be
    seen by the collector (`gc=True`): a preview could not let go of anything else.
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


class Bundle(dict[str, Artifact]):
    """Files by their path that come from one place, as the pages of the events of a file do."""

    @cached_property
    def is_plain(self) -> bool:
        """Whether every path is in small letters of ASCII."""
        text = "\n".join(self)
        return text.isascii() and text == text.lower()


class Site:
    """Every file of the site by its path, with forward slashes, and the warnings of the build."""

    def __init__(
        self,
        files: Mapping[str, Artifact] = MappingProxyType({}),
        *,
        warnings: tuple[Problem, ...] = (),
        notes: tuple[str, ...] = (),
        addresses: frozenset[str] = frozenset(),
    ) -> None:
        """Begin with some files. Raises ValueError as adding files does.

        `notes` say what the build left out and why, in a line each; `addresses` are those of pages
        that must last once the site is published.
        """
        self.warnings, self.notes, self.addresses = warnings, notes, addresses
        self.bundles: list[Bundle] = []
        """The files as they were added; in a preview, most bundles are those of the last build."""
        self._merged, self._bundles_merged = dict[str, Artifact](), 0
        self._last = {id(bundle): bundle for bundle in _last}
        if files:
            self |= files

    def __ior__(self, files: Mapping[str, Artifact]) -> Site:
        """Add files. Raises ValueError if one is there already, or only its capitals differ."""
        global _last  # noqa: PLW0603 - one site is made after the other
        added = files.maps if isinstance(files, ChainMap) else [files]
        new = [bundle if isinstance(bundle, Bundle) else Bundle(bundle) for bundle in added]
        self.bundles += new
        if not all(map(self._took_place, new)):
            self._refuse_twins()
        _last = tuple(self.bundles)
        return self

    def _took_place(self, bundle: Bundle) -> bool:
        """Say whether a bundle is one of the last site, or has just the paths of one, in its place.

        As no path was in two of those, none is in two of these; to find that out again would take
        a large preview most of the time from saving to the page.
        """
        like = self._last.pop(id(bundle), None)
        if like is None and bundle.is_plain:
            same = (one for one in self._last.values() if one.keys() == bundle.keys())
            like = next(same, None) if bundle else bundle
            self._last.pop(id(like), None)
        return like is not None and bundle.is_plain

    def _refuse_twins(self) -> None:
        """Raise ValueError if a path is in two bundles, or is one to systems without capitals."""
        self._last.clear()  # it says nothing of the bundles that are still to come
        if len(self.files) < sum(map(len, self.bundles)):
            found = Counter(chain.from_iterable(self.bundles))
            raise ValueError(f"two artifacts have the path '{found.most_common(1)[0][0]}'")
        # Nearly all are in small letters of ASCII, so that they are what is left of them.
        if all(bundle.is_plain for bundle in self.bundles):
            return
        there: dict[str, str] = {}
        for path in self.files:
            other = there.setdefault(_folded(path), path)
            if other != path:
                raise ValueError(f"two artifacts have the path '{path}', or one like it: '{other}'")

    @property
    def files(self) -> dict[str, Artifact]:
        """Every file by its path, merged when it is first asked for; not to be changed."""
        while self._bundles_merged < len(self.bundles):
            self._merged |= self.bundles[self._bundles_merged]
            self._bundles_merged += 1
        return self._merged

    def __contains__(self, path: str) -> bool:
        return any(path in bundle for bundle in self.bundles)

    def __getitem__(self, path: str) -> Artifact:
        return next(bundle[path] for bundle in self.bundles if path in bundle)

    def __iter__(self) -> Iterator[str]:
        return chain.from_iterable(self.bundles)

    def __len__(self) -> int:
        return sum(map(len, self.bundles))


_last: Sequence[Bundle] = ()
"""The bundles of the site that was made last, in which no path is twice."""


def _folded(path: str) -> str:
    """Return what a path is to file systems that know neither capitals nor kinds of accents."""
    if path.isascii():
        return path.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())
