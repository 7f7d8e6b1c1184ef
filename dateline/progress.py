"""What a build is doing just now, for whoever wants to know.

    for path in progress.each("reading", paths):
        …

    with progress.told_to(listener):
        build(project)

Nobody listens unless asked to: a preview builds in silence, and a step then costs nothing. The
listener is per thread, so the recipe need not hand it from one module to the next.
"""

from __future__ import annotations

import contextlib
from collections.abc import Collection, Iterator
from contextvars import ContextVar
from typing import Protocol, TypeVar

_Item = TypeVar("_Item")


class Listener(Protocol):
    """Whoever is told of the stages of a build, in order; each lasts until the next begins."""

    def begin(self, stage: str, total: int) -> None:
        """Hear that a stage begins that has so many steps; 0 if nobody knows how many."""

    def step(self, count: int) -> None:
        """Hear that so many more steps are done."""

    def took(self, what: str, seconds: float) -> None:
        """Hear how long one file took."""


_LISTENER: ContextVar[Listener | None] = ContextVar("listener", default=None)


@contextlib.contextmanager
def told_to(listener: Listener | None) -> Iterator[None]:
    """Tell this listener of all stages meanwhile."""
    token = _LISTENER.set(listener)
    try:
        yield
    finally:
        _LISTENER.reset(token)


def begin(stage: str, total: int = 0) -> None:
    """Say that a stage begins; it has `total` steps, or an unknown number."""
    if listener := _LISTENER.get():
        listener.begin(stage, total)


def step(count: int = 1) -> None:
    """Say that so many steps of the stage are done."""
    if listener := _LISTENER.get():
        listener.step(count)


def took(what: str, seconds: float) -> None:
    """Say how long one file took."""
    if listener := _LISTENER.get():
        listener.took(what, seconds)


def each(stage: str, items: Collection[_Item]) -> Iterator[_Item]:
    """Return the items, each of which is a step of a stage."""
    listener = _LISTENER.get()
    return _counted(listener, stage, items) if listener else iter(items)


def _counted(listener: Listener, stage: str, items: Collection[_Item]) -> Iterator[_Item]:
    listener.begin(stage, len(items))
    for item in items:
        yield item
        listener.step(1)
