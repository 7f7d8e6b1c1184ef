"""The recipe of the benchmark's site: the same pages as the other generators, and no more.

One page for each event, one list of all events by year, one for each actor, place and tag, a feed
of the newest fifty and a sitemap. It reads and checks as every Dateline project does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING

from dateline import cli
from dateline.artifacts import Site
from dateline.project import Project

if TYPE_CHECKING:
    from dateline.model import Event, Timeline
    from dateline.plans import Group, Plan
    from dateline.problems import Faults

DAYS = "Mon Tue Wed Thu Fri Sat Sun".split()
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def build(project: Project) -> Site:
    """Read, check and place the whole site; write nothing."""
    from dateline.problems import Faults

    with Faults() as faults:
        timeline = read(project, faults)
    return place(project, timeline, faults)


def read(project: Project, faults: Faults) -> Timeline:
    """Return the timeline of the content; add its faults."""
    from msgspec.structs import replace

    from dateline import check, schema, source

    content = source.read(project.content, faults)
    timeline = schema.timeline(content, faults)
    # However many there are, one page lists all events, and one all of each actor, place and tag.
    unlimited = replace(timeline.settings, list_limit=10**9)
    timeline = replace(timeline, settings=unlimited)
    check.timeline(timeline, faults)
    return timeline


def place(project: Project, timeline: Timeline, faults: Faults) -> Site:
    """Return every file of the site."""
    from dateline import later, pages, render
    from dateline.artifacts import Artifact, Made
    from dateline.language import Language

    class Small(pages.Pages):
        """The pages that all generators of the benchmark have."""

        def all(self) -> Iterator[Plan | Group]:
            """Yield every page."""
            yield next(super().all())  # the home page, which lists all events
            yield from self.events()
            for kind in ("actor", "place", "tag"):
                yield from self.entries(kind)

    base = timeline.settings.base_url
    made = Small(timeline, Language("en"), stylesheet="style.css", media={}, base_url=base)
    templates = render.Templates((project.root / "templates",), made.language, project.program)
    site = Site(warnings=tuple(faults))
    site |= templates.artifacts(made.all())
    paths = list(site)
    # Those of a day stand in no order of time, as their dates are days; their numbers tell it.
    last = islice(reversed(timeline.events.values()), 500)
    newest = sorted(last, key=lambda event: event.id.rpartition("-")[2], reverse=True)[:50]
    site |= {
        "style.css": Artifact.of((project.root / "style.css").read_bytes()),
        "index.xml": Made(later.key(base, *map(_brief, newest)), partial(feed, base, newest)),
        "sitemap.xml": Made(later.key(base, paths), partial(sitemap, base, paths)),
    }
    return site


def feed(base: str, events: Iterable[Event]) -> bytes:
    """Return the feed (RSS 2.0) of some events."""
    from html import escape

    items = "".join(
        f"<item><title>{escape(event.title)}</title><link>{base}events/{event.id}/</link>"
        f"<guid>{base}events/{event.id}/</guid><pubDate>{_moment(event)}</pubDate></item>\n"
        for event in events
    )
    head = f"<title>Event timeline</title><link>{base}</link><description>Newest</description>"
    start = '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0">'
    return f"{start}<channel>{head}\n{items}</channel></rss>\n".encode()


def _brief(event: Event) -> tuple[str, str, str]:
    """Return what the feed says of an event."""
    return event.id, event.title, event.date.text


def _moment(event: Event) -> str:
    """Return the first moment of an event's day, as RSS wants it (RFC 822)."""
    assert event.date.first is not None
    day = date(*event.date.first)
    return f"{DAYS[day.weekday()]}, {day.day:02} {MONTHS[day.month - 1]} {day.year} 00:00:00 +0000"


def sitemap(base: str, paths: Iterable[str]) -> bytes:
    """Return the list of all pages."""
    addresses = (path.removesuffix("index.html") for path in paths)
    urls = "".join(f"<url><loc>{base}{address}</loc></url>\n" for address in addresses)
    space = "http://www.sitemaps.org/schemas/sitemap/0.9"
    start = f'<?xml version="1.0" encoding="utf-8"?>\n<urlset xmlns="{space}">'
    return f"{start}\n{urls}</urlset>\n".encode()


if __name__ == "__main__":
    cli.program(build)
