"""What MkDocs (from 1.6 on) lacks for this site: lists on virtual pages, years, a feed."""

from __future__ import annotations

import re
from collections import defaultdict
from email.utils import format_datetime
from html import escape
from pathlib import Path
from typing import Any

import yaml
from mkdocs.structure.files import File

EVENTS: list[dict[str, Any]] = []
GROUPS: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
INDEX: dict[str, int] = {}
MONTHS = (
    "January February March April May June July August September October November December"
).split()


def slug(text: str) -> str:
    """Return the text as a part of an address."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")


def human(date: Any) -> str:
    """Return a date in words."""
    return f"{date.day} {MONTHS[date.month - 1]} {date.year}"


def on_files(files: Any, config: Any) -> None:
    """Read every event's front matter, which MkDocs does only when it renders; add the lists."""
    EVENTS.clear()
    GROUPS.clear()
    INDEX.clear()
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    events = (file for file in files if file.src_uri.startswith("events/"))
    for file in sorted(events, key=lambda file: str(file.src_uri)):
        front = file.content_string.split("\n---\n", 1)[0][4:]
        meta = yaml.load(front, loader)  # noqa: S506 - it is a safe one
        event = {"title": meta["title"], "date": meta["date"], "url": f"/{file.url}"}
        EVENTS.append(event)
        for kind in ("tags", "actors", "places"):
            for name in meta[kind]:
                GROUPS[kind, name].append(event)
    EVENTS.sort(key=lambda event: event["date"])
    INDEX.update((event["url"], place) for place, event in enumerate(EVENTS))
    front = "---\ntitle: All events\ntemplate: index.html\n---\n"
    files.append(File.generated(config, "index.md", content=front))
    for kind, name in GROUPS:
        front = f"---\ntitle: {name}\nkind: {kind}\ntemplate: listing.html\n---\n"
        files.append(File.generated(config, f"{kind}/{slug(name)}.md", content=front))


def on_env(env: Any, **_: Any) -> None:
    """Give templates the two functions above."""
    env.filters.update(slug=slug, human=human)


def on_page_context(context: Any, page: Any, **_: Any) -> None:
    """Give a page its events, or those before and after it."""
    template = page.meta.get("template")
    if template == "listing.html":
        context["items"] = GROUPS[page.meta["kind"], page.meta["title"]]
    elif template == "index.html":
        years: dict[int, list[dict[str, Any]]] = defaultdict(list)
        for event in EVENTS:
            years[event["date"].year].append(event)
        context["years"] = years
    else:
        # MkDocs' own follow the names of files, and run into the lists.
        place = INDEX[f"/{page.url}"]
        context["previous_page"] = EVENTS[place - 1] if place else None
        context["next_page"] = EVENTS[place + 1] if place + 1 < len(EVENTS) else None


def on_post_build(config: Any) -> None:
    """Write the feed."""
    base = config.site_url.rstrip("/")
    items = "\n".join(
        f"<item><title>{escape(event['title'])}</title><link>{base}{event['url']}</link>"
        f"<guid>{base}{event['url']}</guid><pubDate>{format_datetime(event['date'])}</pubDate></item>"
        for event in EVENTS[:-51:-1]
    )
    head = (
        f"<title>{config.site_name}</title><link>{config.site_url}</link>"
        "<description>Newest events</description>"
    )
    start = '<?xml version="1.0" encoding="utf-8"?>\n<rss version="2.0">'
    text = f"{start}<channel>{head}\n{items}</channel></rss>\n"
    Path(config.site_dir, "index.xml").write_text(text, "utf-8")
