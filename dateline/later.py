"""A value that is worked out when a page prints it, and not when its view is made.

    overview = Later(key, lambda: chart.overview(…))
    overview.value                     # worked out here, once

A drawing takes a hundred times as long as the rest of its page's view, and most pages of a build
need not be printed again. So a view holds, in the drawing's place, a key of all that the drawing is
made from; the key is what stands in the key of the page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Generic, TypeVar

from msgspec import msgpack

from dateline.hashing import fingerprint

_T = TypeVar("_T")


class Later(Generic[_T]):
    """A value and the key of everything that it is made from."""

    def __init__(self, key: str, make: Callable[[], _T]) -> None:
        """Wait: `make` is called when the value is first asked for."""
        self.key, self._make = key, make

    @cached_property
    def value(self) -> _T:
        """The value."""
        return self._make()

    def __repr__(self) -> str:
        return f"Later({self.key!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Later) and self.key == other.key

    def __hash__(self) -> int:
        return hash(self.key)


def key(*parts: object) -> str:
    """Return a key of values: texts, numbers, lists, records and frozen structs of them.

    A value for later stands in it by its key. Two structs of different types with the same values
    are not told apart. Raises TypeError for what has no order that is sure to stay, as sets have.
    """
    return fingerprint(_encoded(parts))


def _plain(value: object) -> object:
    """Return what stands for a value that MessagePack does not know."""
    if isinstance(value, Later):
        return value.key
    if isinstance(value, str):  # Markup
        return str.__str__(value)
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"no key can be made of {type(value).__name__}")


_encoded = msgpack.Encoder(enc_hook=_plain).encode
