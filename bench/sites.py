"""A generator's site with the corpus in it: set up, cleaned for a cold build, edited.

site = sites.write(generator, corpus.events(1000), folder)
sites.clean(site)               # the next build is a cold one
sites.edit(site, "Retake 7.")   # the page of one event will say so
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import corpus, generators
from bench.corpus import Event
from bench.generators import Generator


@dataclass(frozen=True)
class BenchSite:
    """A folder that a generator builds, and the event that is edited in it."""

    generator: Generator
    folder: Path
    edited: Event
    source: Path
    """The file of that event."""
    original: str
    """What that file said at first."""

    @property
    def output(self) -> Path:
        """The folder of the pages."""
        return self.folder / self.generator.output

    @property
    def page(self) -> str:
        """The address of the page of the event that is edited."""
        return f"events/{self.edited.id}/"


def write(generator: Generator, events: Sequence[Event], folder: Path) -> BenchSite:
    """Put a generator's configuration, its templates and the corpus into a folder."""
    unwanted = shutil.ignore_patterns("requirements.txt", "package.json", "__pycache__")
    shutil.copytree(generators.SITES / generator.name, folder, ignore=unwanted)
    corpus.FORMS[generator.name](events, folder / "content")
    if generator.name == "eleventy":  # the settings of a folder of content lie in that folder
        shutil.copy(folder / "events.11tydata.js", folder / "content/events")
    edited = events[len(events) // 2]
    name = f"y{edited.date.year}.yaml" if generator.name == "dateline" else f"{edited.id}.md"
    source = folder / "content/events" / name
    return BenchSite(generator, folder, edited, source, source.read_text("utf-8"))


def clean(site: BenchSite) -> None:
    """Remove what earlier builds left."""
    for name in (site.generator.output, *site.generator.caches):
        path = site.folder / name
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


def edit(site: BenchSite, mark: str) -> None:
    """Give the edited event one more paragraph, `mark`, in place of that of an earlier edit."""
    text = site.original
    if site.generator.name == "dateline":
        start = text.index(f"- id: {site.edited.id}\n")
        end = text.find("\n- id: ", start) + 1 or len(text)
        text = f"{text[:end]}\n    {mark}\n{text[end:]}"
    else:
        text = f"{text.rstrip()}\n\n{mark}\n"
    site.source.write_text(text, "utf-8")
