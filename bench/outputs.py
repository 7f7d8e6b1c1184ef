"""Whether an output has the pages that it should: a generator that leaves work out is not fast."""

from __future__ import annotations

import html
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench import corpus
from bench.corpus import Event

READ = 500
"""How many pages of events are read; that there are no more and no fewer is seen of all."""
NEWEST = 50
"""How many events the feed has."""


def faults(output: Path, events: Sequence[Event]) -> list[str]:
    """Return what is wrong with an output of the corpus, in a line each."""
    return [
        *_pages(output, events),
        *_listing(output, "", events),
        *_terms(output, events),
        *_named(output / "index.xml", events[-NEWEST:], "/"),
        *_named(output / "sitemap.xml", events, "/"),
    ]


def _pages(output: Path, events: Sequence[Event]) -> Iterator[str]:
    """Yield what is wrong with the pages of events."""
    found = {path.parent.name for path in (output / "events").glob("*/index.html")}
    yield from _differing("events", found, {event.id for event in events})
    for event in events[:: max(1, len(events) // READ)]:
        if event.id in found:
            path = output / "events" / event.id / "index.html"
            text = html.unescape(path.read_text("utf-8"))
            for wanted in _said(event):
                if wanted not in text:
                    yield f"events/{event.id}/ lacks '{wanted}'"


def _said(event: Event) -> Iterator[str]:
    """Yield what the page of an event must have: title, body, sources, links."""
    yield f"<h1>{event.title}</h1>"
    yield f"summary of the reports</a> covers {event.places[0]}."
    # The first line of the body without emphasis or link.
    yield next((line for line in event.body.splitlines() if re.fullmatch(r"[\w .]+", line)), "")
    for source in event.sources:
        yield source.url
        yield source.title
    for kind, names in _terms_of(event):
        yield from (f'href="/{kind}/{corpus.slug(name)}/"' for name in names)


def _terms_of(event: Event) -> tuple[tuple[str, list[str]], ...]:
    return ("actors", event.actors), ("places", event.places), ("tags", event.tags)


def _terms(output: Path, events: Sequence[Event]) -> Iterator[str]:
    """Yield what is wrong with the lists of events by actor, place and tag."""
    members: dict[str, list[Event]] = defaultdict(list)
    for event in events:
        for kind, names in _terms_of(event):
            for name in names:
                members[f"{kind}/{corpus.slug(name)}/"].append(event)
    for kind in ("actors", "places", "tags"):
        found = {f"{kind}/{path.parent.name}/" for path in (output / kind).glob("*/index.html")}
        wanted = {address for address in members if address.startswith(f"{kind}/")}
        yield from _differing(kind, found, wanted)
    for address, within in members.items():
        yield from _listing(output, address, within)


def _listing(output: Path, address: str, events: Sequence[Event]) -> Iterator[str]:
    """Yield what is wrong with a page that lists events."""
    yield from _named(output / address / "index.html", events, '/"')


def _named(path: Path, events: Sequence[Event], end: str) -> Iterator[str]:
    """Yield which addresses of events a file lacks, or has beside those that it should."""
    if not path.is_file():
        yield f"{path.parent.name}/{path.name} is missing"
        return
    found = set(re.findall(rf"/events/([\w-]+){end}", path.read_text("utf-8")))
    yield from _differing(f"{path.parent.name}/{path.name}", found, {event.id for event in events})


def _differing(what: str, found: set[str], wanted: set[str]) -> Iterator[str]:
    for word, names in (("lacks", wanted - found), ("has needless", found - wanted)):
        if names:
            others = f" and {len(names) - 1} more" if len(names) > 1 else ""
            yield f"{what} {word} {min(names)}{others}"


def size(output: Path) -> tuple[int, int]:
    """Return the number of files of an output, and of their bytes; hidden ones are no pages."""
    shown = (path for path in output.rglob("*") if not path.name.startswith("."))
    sizes = [path.stat().st_size for path in shown if path.is_file()]
    return len(sizes), sum(sizes)
