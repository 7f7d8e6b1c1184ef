"""The files that hosts read."""

import re

import projects
import pytest

from dateline import hosting

SITE = """
    -- content/site.yaml --
    title: Floods
    -- content/tags.yaml --
    storm: {name: Storm, aliases: [tempest]}
    -- content/events.yaml --
    - {id: flood, date: "1287", title: The flood, aliases: [deluge, big-flood]}
    - {id: rumour, date: "1288", title: A rumour, status: retracted, reason: None, aliases: [tale]}
"""


@pytest.mark.parametrize(
    ("base_url", "top"),
    [
        (None, ""),
        ("https://example.org", ""),
        ("https://example.org/", ""),
        ("https://example.org/a/b", "/a/b"),
        ("https://example.org/a/b/", "/a/b"),
    ],
)
def test_every_earlier_address_has_a_rule(tmp_path, base_url, top):
    """Both paths begin at the top of the host; a retracted event's lead to its tombstone."""
    site = projects.build(project(projects.write(tmp_path, SITE), base_url))

    assert site.files["_redirects"].make().decode().splitlines() == [
        f"{top}/events/big-flood/ {top}/events/flood/ 301",
        f"{top}/events/deluge/ {top}/events/flood/ 301",
        f"{top}/events/tale/ {top}/events/rumour/ 301",
        f"{top}/tags/tempest/ {top}/tags/storm/ 301",
    ]


def test_without_earlier_addresses_there_are_no_rules(tmp_path):
    """An empty file would only raise questions."""
    site = projects.build(
        project(projects.write(tmp_path, "-- content/site.yaml --\ntitle: Floods"), None)
    )

    assert "_redirects" not in site.files


def project(folder, base_url):
    """A project in a folder."""
    return projects.Project(root=folder, output=folder / "site", base_url=base_url)


def test_the_sitemap_lists_every_page_that_is_there_to_be_found(tmp_path):
    """Not what leads on or was retracted, and not the page of errors; '&' is escaped."""
    folder = projects.write(tmp_path, SITE)
    site = projects.build(project(folder, "https://example.org/a&b"))
    listed = re.findall("<loc>(.*)</loc>", site.files["sitemap.xml"].make().decode())

    assert listed == [
        f"https://example.org/a&amp;b/{address}"
        for address in (
            "", "actors/", "corrections/", "disputed/", "events/flood/", "places/", "sources/",
            "tags/", "tags/storm/",
        )
    ]  # fmt: skip
    assert "robots.txt" not in site.files


def test_at_the_top_of_a_host_robots_are_told_of_the_sitemap(tmp_path):
    """Nobody is kept out."""
    site = projects.build(project(projects.write(tmp_path, SITE), "https://example.org"))

    assert site.files["robots.txt"].make().decode() == (
        "User-agent: *\nDisallow:\n\nSitemap: https://example.org/sitemap.xml\n"
    )


def test_without_its_address_a_site_has_no_sitemap(tmp_path):
    """Addresses there must be absolute."""
    site = projects.build(project(projects.write(tmp_path, SITE), None))

    assert {"sitemap.xml", "robots.txt"} & set(site.files) == set()


def test_a_sitemap_of_more_than_fifty_thousand_pages_is_split():
    """An index names the parts, each with as many as are allowed."""
    addresses = [f"events/e{n:06}/" for n in range(100_001)]
    files = hosting.sitemaps(addresses, "https://example.org")
    parts = re.findall("<loc>(.*)</loc>", files["sitemap.xml"].make().decode())

    assert parts == [f"https://example.org/sitemap-{n}.xml" for n in (1, 2, 3)]
    assert [files[f"sitemap-{n}.xml"].make().count(b"<loc>") for n in (1, 2, 3)] == [
        50_000, 50_000, 1,
    ]  # fmt: skip
