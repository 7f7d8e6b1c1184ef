"""What an event rests on: the sources that it cites, and how many of them are independent."""

from __future__ import annotations

import functools
from collections.abc import Iterable, Mapping

from dateline import markdown
from dateline.model import Event, Prose, Source

PRIMARY = frozenset({"statement", "document", "agreement", "media"})
"""The kinds of source that are primary unless their `type` says otherwise."""

Sources = Mapping[str, Source]


def type_of(source: Source) -> str:
    """Return `primary` or `secondary`: what is written, or else what follows from the kind."""
    return source.type or ("primary" if source.kind in PRIMARY else "secondary")


def in_text(prose: Prose) -> tuple[str, ...]:
    """Return the id of every source that a text cites, as often as it does."""
    return _in_text(prose.text) if prose.cites is None else prose.cites


@functools.lru_cache(maxsize=150_000)
def _in_text(text: str) -> tuple[str, ...]:
    if "[@" not in text:
        return ()
    return tuple(
        cited.id
        for token in markdown.tokens(text)
        if isinstance(token, markdown.Citation)
        for cited in token.cited
    )


def cited(event: Event) -> tuple[str, ...]:
    """Return every source that an event cites, each once, in the order of its page."""
    found = [*in_text(event.text)] if event.text else []
    if not (found or event.disputed or event.figures):
        return event.sources
    for dispute in event.disputed:
        for position in dispute.positions:
            found += position.sources
    for figure in event.figures:
        found += figure.sources
    return tuple(dict.fromkeys([*found, *event.sources]))


def origins(id: str, sources: Sources) -> tuple[str, ...]:
    """Return a source, what it is a repost of, what that is a repost of, and so on.

    A circle, which `evidence_rules` reports, is followed round once.
    """
    chain: dict[str, None] = {}
    while id in sources and id not in chain:
        chain[id] = None
        id = sources[id].repost_of
    return tuple(chain)


def voices(ids: Iterable[str], sources: Sources) -> tuple[tuple[str, ...], ...]:
    """Return sources in groups that are independent of each other, in the order given.

    Two sources are one voice if one reposts the other, by however many steps, if both repost
    the same, or if they or what they repost have the same publisher. A source without a
    publisher speaks for itself alone.
    """
    groups: list[tuple[set[str], list[str]]] = []
    for id in dict.fromkeys(ids):
        keys, members = _keys(id, sources), [id]
        for group in [group for group in groups if group[0] & keys]:
            groups.remove(group)
            keys, members = keys | group[0], group[1] + members
        groups.append((keys, members))
    order = list(dict.fromkeys(ids))
    found = (tuple(sorted(members, key=order.index)) for _, members in groups)
    return tuple(sorted(found, key=lambda group: order.index(group[0])))


def _keys(id: str, sources: Sources) -> set[str]:
    """Return what a source has in common with those that are one voice with it."""
    chain = origins(id, sources)
    publishers = {publisher(sources[link]) for link in chain} - {""}
    # An id has no space, so no publisher can be taken for one.
    return {*chain, *(f"by {name}" for name in publishers)}


def publisher(source: Source) -> str:
    """Return the publisher of a source, in a form that compares equal however it is typed."""
    return " ".join(source.publisher.casefold().split())
