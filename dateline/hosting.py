"""The files of a site for hosts and search engines: what to send along, what has moved, what is."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from urllib.parse import urlsplit

from dateline import later, policy, routes
from dateline.artifacts import Artifact, Made
from dateline.model import Timeline
from dateline.render import Templates

SITEMAP = "sitemap.xml"
SITEMAP_SPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
MOST_IN_SITEMAP = 50_000


def files(timeline: Timeline, base_url: str, templates: Templates) -> dict[str, Artifact]:
    """Return the files for hosts and search engines by path.

    `_headers`, whose policy allows what stands in `templates`, is always there; `_redirects` if
    anything has an earlier address, and `sitemap.xml` if the address of the site is known.
    `robots.txt`, which names that, counts only at the top of a host.
    """
    make = partial(_headers, base_url, templates)
    found: dict[str, Artifact] = {
        "_headers": Made(later.key("headers", base_url, templates.version), make)
    }
    if rules := redirects(timeline, base_url):
        found["_redirects"] = Artifact.of(rules.encode())
    if base_url:
        found |= routes.fact(timeline, f"sitemaps of {base_url}", partial(_sitemaps, base_url))
    if base_url and urlsplit(base_url).path in ("", "/"):
        robots = f"User-agent: *\nDisallow:\n\nSitemap: {base_url.rstrip('/')}/{SITEMAP}\n"
        found["robots.txt"] = Artifact.of(robots.encode())
    return found


def _sitemaps(base_url: str, timeline: Timeline) -> dict[str, Artifact]:
    return sitemaps(sorted(routes.pages(timeline) - {routes.NOT_FOUND}), base_url)


def sitemaps(addresses: Sequence[str], base_url: str) -> dict[str, Artifact]:
    """Return the sitemap of these addresses, in several files behind an index if they are many.

    The form and its limit of 50,000 addresses are those of https://www.sitemaps.org/protocol.html.
    """
    base = base_url.rstrip("/") + "/"
    chunks = [addresses[n : n + MOST_IN_SITEMAP] for n in range(0, len(addresses), MOST_IN_SITEMAP)]
    if len(chunks) == 1:
        return {SITEMAP: _sitemap("urlset", "url", base, chunks[0])}
    names = [f"sitemap-{n}.xml" for n in range(1, len(chunks) + 1)]
    return {
        SITEMAP: _sitemap("sitemapindex", "sitemap", base, names),
        **{
            name: _sitemap("urlset", "url", base, chunk)
            for name, chunk in zip(names, chunks, strict=True)
        },
    }


def _sitemap(whole: str, one: str, base: str, addresses: Sequence[str]) -> Artifact:
    make = partial(_sitemap_text, whole, one, base, addresses)
    return Made(later.key("sitemap", whole, base, addresses), make)


def _sitemap_text(whole: str, one: str, base: str, addresses: Sequence[str]) -> bytes:
    import html

    lines = (f"<{one}><loc>{html.escape(base + address)}</loc></{one}>\n" for address in addresses)
    head = f'<?xml version="1.0" encoding="utf-8"?>\n<{whole} xmlns="{SITEMAP_SPACE}">\n'
    return f"{head}{''.join(lines)}</{whole}>\n".encode()


def redirects(timeline: Timeline, base_url: str = "") -> str:
    """Return the rules for hosts that can redirect, one a line; empty if nothing has moved.

    The form is that of the file `_redirects` of Netlify, Cloudflare Pages and GitLab Pages. The
    paths begin at the top of the host, so they hold the path of `base_url`.
    """
    top = urlsplit(base_url).path.rstrip("/")
    moved = {old: routes.entry(kind, now.id) for old, (kind, now) in routes.moved(timeline).items()}
    moved |= routes.moved_lists(timeline)
    return "".join(f"{top}/{old} {top}/{new} 301\n" for old, new in sorted(moved.items()))


def _headers(base_url: str, templates: Templates) -> bytes:
    return headers(templates.inline, base_url).encode()


def headers(allowed: policy.Hashes, base_url: str = "") -> str:
    """Return what a host is to send with every file, in the form of Netlify and Cloudflare Pages.

    Pages hold the policy too, for all other hosts; only a header can say who may frame them. The
    referrer stays with the site: no source learns who reads about it. The path begins at the top
    of the host, so it holds the path of `base_url`.
    """
    said = {
        "Content-Security-Policy": f"{policy.text(allowed)}; frame-ancestors 'none'",
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
    }
    lines = [f"  {name}: {value}\n" for name, value in said.items()]
    return f"{urlsplit(base_url).path.rstrip('/')}/*\n{''.join(lines)}"
