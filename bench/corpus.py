"""The same synthetic timeline for every generator: python bench/corpus.py N FORM FOLDER.

N events between 2012 and 2024 with 40 actors, 120 places and 60 tags, 120 to 165 words each, as
files of Dateline or as the Markdown that Hugo, Eleventy, MkDocs and Pelican read. Equal N gives
equal bytes, on every machine.
"""

from __future__ import annotations

import json
import random
import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

SEED = 20260101
SYLLABLES = "ka lo mi dar ven tor sha rel bin os qu zan fer gul tam ne ri ho bas ul".split()
ROLES = "Front Brigade Council Ministry Army Militia Movement Party Police Union".split()
KINDS = (
    "Clashes near", "Shelling of", "Ceasefire talks in", "Convoy reaches", "Protest in",
    "Evacuation of", "Airstrike on", "Prisoner exchange at", "Checkpoint closed at",
    "Siege lifted at", "Market reopens in",
)  # fmt: skip
PUBLISHERS = (
    "Daily Ledger", "North Wire", "Radio Delta", "The Observer Post", "Field Notes",
    "Open Monitor", "City Gazette",
)  # fmt: skip
TAGS = sorted(
    "clash shelling airstrike ceasefire talks aid convoy siege protest arrest prisoner exchange "
    "evacuation border crossing market school hospital water power bridge road airport port mine "
    "drone rocket sniper ambush raid checkpoint curfew election decree sanctions envoy summit "
    "observers refugees displaced camp harvest fuel bread telecom internet archive court trial "
    "amnesty defection offensive withdrawal truce verification looting heritage funeral strike "
    "memorial".split()
)[:60]
WORDS = (
    "the of and to in a that was for on with as by at from had its were after which said local "
    "residents forces reported several between during morning evening night district village road "
    "north south east west river bridge hospital school market families armed group members "
    "officials witnesses convoy vehicles shells positions area control front line ceasefire "
    "agreement negotiations humanitarian access supplies water electricity damage buildings "
    "injured killed wounded according statement spokesperson later confirmed denied unclear number "
    "people displaced toward border camp authorities opened closed advance withdrew fighting "
    "continued intermittent hours days week previous attack response observers mission report"
).split()


@dataclass(frozen=True)
class Source:
    """A document that an event names."""

    title: str
    url: str
    publisher: str


@dataclass(frozen=True)
class Event:
    """An event that never happened."""

    id: str
    date: datetime
    title: str
    actors: list[str]
    places: list[str]
    tags: list[str]
    sources: list[Source]
    body: str


def events(n: int) -> list[Event]:
    """Return n events in order of time."""
    dice = random.Random(SEED)  # noqa: S311 - nothing here is secret
    actors = _names(40, lambda: f"{_name(dice)} {dice.choice(ROLES)}")
    places = _names(120, lambda: _name(dice))
    first = datetime(2012, 1, 1)  # noqa: DTZ001 - a moment of no zone
    span = int((datetime(2025, 1, 1) - first).total_seconds())  # noqa: DTZ001
    moments = sorted(dice.sample(range(span), n))
    return [
        _event(dice, i, first + timedelta(seconds=moment), actors, places)
        for i, moment in enumerate(moments)
    ]


def _event(
    dice: random.Random, i: int, date: datetime, actors: list[str], places: list[str]
) -> Event:
    where = dice.sample(places, dice.choice((1, 1, 2)))
    kind = dice.choice(KINDS)
    return Event(
        id=f"{date.date().isoformat()}-{slug(f'{kind} {where[0]}')}-{i:05}",
        date=date,
        title=f"{kind} {where[0]}: {' '.join(dice.choices(WORDS[20:], k=3))}",
        actors=dice.sample(actors, 3),
        places=where,
        tags=dice.sample(TAGS, dice.randint(2, 4)),
        sources=[
            Source(
                _sentence(dice, 4, 8).replace("*", "").rstrip("."),
                f"https://example.org/news/{i}/{k}",
                dice.choice(PUBLISHERS),
            )
            for k in range(dice.choice((2, 3)))
        ],
        body=_body(dice, i, where[0]),
    )


def _name(dice: random.Random) -> str:
    return "".join(dice.choice(SYLLABLES) for _ in range(dice.choice((2, 3)))).capitalize()


def _names(n: int, make: Callable[[], str]) -> list[str]:
    found: dict[str, None] = {}
    while len(found) < n:
        found[make()] = None
    return list(found)


def _sentence(dice: random.Random, least: int = 8, most: int = 18) -> str:
    words = dice.choices(WORDS, k=dice.randint(least, most))
    if dice.random() < 0.35:
        at = dice.randrange(1, len(words) - 2)
        strong = dice.random() < 0.4
        words[at] = f"**{words[at]} {words[at + 1]}**" if strong else f"*{words[at]}*"
    text = " ".join(words)
    return f"{text[0].upper()}{text[1:]}."


def _body(dice: random.Random, i: int, place: str) -> str:
    """Return two or three paragraphs, of every third event with a list, of some with more."""
    target, count = dice.randint(120, 165), dice.choice((2, 3))
    paragraphs: list[list[str]] = [[] for _ in range(count)]
    words = sentences = 0
    while words < target:
        sentence = _sentence(dice)
        paragraphs[min(sentences * count // 10, count - 1)].append(sentence)
        words += len(sentence.split())
        sentences += 1
    link = f"A [summary of the reports](https://example.org/r/{i}) covers {place}."
    paragraphs[0].append(f"{link}[^1]" if i % 20 == 7 else link)
    blocks = []
    for number, paragraph in enumerate(filter(None, paragraphs)):
        blocks.append("\n".join(paragraph))
        if number == 0 and i % 3 == 0:
            items = (f"- {_sentence(dice, 4, 7)}" for _ in range(dice.randint(2, 4)))
            blocks.append("\n".join(items))
        if number == 0 and i % 20 == 13:
            blocks.append(f"> {_sentence(dice)}")
    if i % 20 == 7:
        blocks.append(f"[^1]: {_sentence(dice, 6, 12)}")
    return "\n\n".join(blocks) + "\n"


def slug(text: str) -> str:
    """Return the text as a part of an address."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def dateline(found: Iterable[Event], folder: Path) -> None:
    """Write the content of a Dateline project: a phase and a file of events for every year."""
    by_year: dict[int, list[Event]] = defaultdict(list)
    for event in found:
        by_year[event.date.year].append(event)
    _write(folder / "site.yaml", "title: Event timeline\nbase_url: https://example.org/\n")
    for kind, fields in (("actor", "kind: organisation"), ("place", "kind: town"), ("tag", "")):
        names = {name for es in by_year.values() for e in es for name in getattr(e, f"{kind}s")}
        entries = (f"{slug(name)}:\n  name: {name}\n  {fields}\n" for name in sorted(names))
        _write(folder / f"{kind}s.yaml", "".join(entries))
    for year, within in by_year.items():
        front = f"---\ntitle: The year {year}\ndates: {year}\n---\n"
        _write(folder / f"phases/y{year}.md", front)
        _write(folder / f"events/y{year}.yaml", "".join(map(_event_entry, within)))
        _write(folder / f"sources/y{year}.yaml", "".join(map(_source_entries, within)))


def _event_entry(event: Event) -> str:
    def ids(names: list[str]) -> str:
        return ", ".join(map(slug, names))

    body = "".join(f"    {line}\n" if line else "\n" for line in event.body.splitlines())
    sources = ", ".join(f"{event.id}-{k}" for k in range(len(event.sources)))
    return (
        f"- id: {event.id}\n  date: {event.date.date().isoformat()}\n"
        f"  title: {_quoted(event.title)}\n  status: reported\n"
        f"  actors: [{ids(event.actors)}]\n  places: [{ids(event.places)}]\n"
        f"  tags: [{ids(event.tags)}]\n  sources: [{sources}]\n  text: |\n{body}"
    )


def _source_entries(event: Event) -> str:
    return "".join(
        f"{event.id}-{k}:\n  title: {source.title}\n  kind: news\n  url: {source.url}\n"
        f"  publisher: {source.publisher}\n"
        for k, source in enumerate(event.sources)
    )


def markdown(found: Iterable[Event], folder: Path) -> None:
    """Write a Markdown file with YAML front matter for every event: Hugo, Eleventy, MkDocs."""
    for event in found:
        lines = [
            "---",
            f"title: {_quoted(event.title)}",
            f"date: {event.date.isoformat()}Z",
            f"actors: [{', '.join(event.actors)}]",
            f"places: [{', '.join(event.places)}]",
            f"tags: [{', '.join(event.tags)}]",
            "sources:",
        ]
        for source in event.sources:
            lines += [f"- title: {source.title}", f"  url: {source.url}"]
            lines += [f"  publisher: {source.publisher}"]
        text = "\n".join([*lines, "---", "", event.body])
        _write(folder / f"events/{event.id}.md", text)


def pelican(found: Iterable[Event], folder: Path) -> None:
    """Write the headers that Pelican reads without a plug-in."""
    for event in found:
        sources = [f"{one.title}|{one.url}|{one.publisher}" for one in event.sources]
        lines = [
            f"Title: {event.title}",
            f"Date: {event.date.isoformat(' ')}",
            f"Slug: {event.id}",
            "Category: events",
            f"Tags: {', '.join(event.tags)}",
            f"Authors: {'; '.join(event.actors)}",
            f"Places: {', '.join(event.places)}",
            f"Sources: {sources[0]}",
            *(f"    {source}" for source in sources[1:]),
            "",
            event.body,
        ]
        _write(folder / f"events/{event.id}.md", "\n".join(lines))


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")


FORMS = {
    "dateline": dateline,
    "hugo": markdown,
    "eleventy": markdown,
    "mkdocs": markdown,
    "pelican": pelican,
}
"""By generator, what writes the corpus in its form."""

if __name__ == "__main__":
    FORMS[sys.argv[2]](events(int(sys.argv[1])), Path(sys.argv[3]))
