"""A large timeline whose evidence is large too: disputes, corrections, and one report for all."""

import re

import feedparser
import projects
import pytest
from html_pages import Page

from dateline import filing, schema, source
from dateline.problems import Faults
from dateline.project import Project

BASE = "https://example.org/"
EVENTS, FEW = 2000, 300
MOST = 200_000
"""How many bytes of HTML a page has at most."""

SITE = f"""
-- content/site.yaml --
title: Floods
base_url: {BASE}
list_limit: 300
-- content/pages/method.md --
---
title: Method
---
We read it [@report].
-- content/phases/water.md --
---
title: The water
dates: 2001/2010
---
It rose [@report, p. 1].
-- content/phases/after.md --
---
title: After the water
dates: 2012
---
"""
EVENT = """\
- id: flood-{n:04}
  date: {date}
  title: The dyke of village number {n} breaks in the night
  summary: >
    The water stood two metres high in the lanes of the village, and the road to the town was cut
    for some days. Those who could went up to the church.
  importance: {importance}
  status: {status}
  actors: [side-{one}, side-{two}]
  places: [village-{place}]
  causes: [flood-0000]
  sources: [report]
  text: |
    It broke at night, as all who were there agree, though not on the hour [@report, p. {n}].
  disputed:
    - point: Why the dyke of village number {n} broke
      positions:
        - {{by: side-{one}, says: It was badly kept for years., sources: [report, wire-{n}]}}
        - {{by: side-{two}, says: The storm was too strong., sources: [wire-{n}, wire-{m}]}}
  figures:
    - {{what: drowned, value: {n}, by: side-{one}, sources: [wire-{n}]}}
    - {{what: drowned, min: 1, by: side-{two}, sources: [wire-{m}]}}
  corrections:
    - {{date: {day}, text: "The number of those who drowned in village {n} was wrong here."}}
    - {{date: {day}, text: "So was the day."}}
"""
LONG = "The water rose and fell and rose again, and nobody could say for how long [@{id}].\n\n"


def content(folder, count=EVENTS):
    """Write a timeline in which every event is disputed, corrected and cites one report."""
    projects.write(folder, SITE)
    files = {
        "events/water.yaml": [event(n, count) for n in range(count)],
        "events/after.yaml": [
            f"- {{id: after-{n}, date: 2012-02-{n % 28 + 1:02}, title: After the water {n},"
            f" actors: [{', '.join(f'side-{n + m}' for m in range(6))}], sources: [report]}}\n"
            for n in range(80)
        ],
        "actors.yaml": ["union: {name: The union, kind: organisation}\n"]
        + [
            f"side-{n}: {{name: Side number {n}, kind: organisation,"
            " part_of: [{actor: union}], sources: [report]}\n"
            for n in range(FEW)
        ],
        "places.yaml": [
            f"village-{n}: {{name: Village {n}, kind: town, lat: {n % 60}, lon: {n % 90}}}\n"
            for n in range(FEW)
        ],
        "sources.yaml": ["report: {title: The report, kind: report}\n"]
        + [
            f"wire-{n}: {{title: What was known of village number {n} next morning, kind: news,"
            f" publisher: Wire {n}, url: 'https://wire.example/{n}', repost_of: report}}\n"
            for n in range(count)
        ],
        "phases/after.md": [SITE.rpartition("-- content/phases/after.md --\n")[2]]
        + [LONG.format(id=f"wire-{n}") for n in range(60)],
    }
    for name, texts in files.items():
        path = folder / "content" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text("".join(texts), "utf-8")
    return folder


def event(n, count):
    """An event with an id that sorts as its date; the first is the cause of all others."""
    month, within = divmod(n * 120, count)
    text = EVENT.format(
        n=n,
        m=(n + 1) % count,
        date=f"20{month // 12 + 1:02}-{month % 12 + 1:02}-{within * 28 // count + 1:02}",
        day=f"20{n % 5 + 11}-0{n % 9 + 1}-11",
        one=n % FEW,
        two=(n + 1) % FEW,
        place=n % FEW,
        importance="major" if n % 40 == 0 else "normal",
        status="disputed" if n % 2 else "confirmed",
    )
    return text if n else text.replace("causes: [flood-0000]", "causes: []")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Its pages and files, before they are made."""
    folder = content(tmp_path_factory.mktemp("evidence"))
    return projects.build(Project(root=folder, output=folder / "site"))


def page(site, address):
    """A page of a site, taken apart."""
    return Page(site.files[f"{address}index.html"].make().decode())


def names(site, base):
    """What the addresses of the pages of a list have after `base`, in order."""
    paths = (path for path in sorted(site.files) if path.startswith(base))
    return [path[len(base) : -len("index.html")] for path in paths if path.endswith("/index.html")]


def below(site, base):
    """The pages of a list that list something, in order."""
    pages = (page(site, base + name) for name in names(site, base))
    return [one for one in pages if not counts(one)]


def counts(page):
    """By the end of its address, how much is said to be on each page that a list leads to."""
    found = {}
    for item in page.all("li"):
        match = re.fullmatch(r"(.+?) ([\d,]+) (events|pages|corrections)", item.text)
        if match:
            found[match[1]] = int(match[2].replace(",", ""))
    return found


def test_no_page_is_heavy(site):
    """Not one HTML file of the whole site has more than 200,000 bytes."""
    sizes = {
        path: len(artifact.make())
        for path, artifact in site.files.items()
        if path.endswith(".html")
    }

    assert len(sizes) > 2 * EVENTS
    assert {path: size for path, size in sizes.items() if size > MOST} == {}


def test_every_disputed_event_stands_on_one_page_of_its_time(site):
    """The first page leads to the years, and defines the statuses as ever."""
    first = page(site, "disputed/")
    listed = [
        link
        for month in below(site, "disputed/")
        for link in month.links
        if re.fullmatch(r"\.\./\.\./events/[^/#]+/", link)
    ]

    assert counts(first) == {str(year): EVENTS // 10 for year in range(2001, 2011)}
    assert "status-reported" in first.ids
    assert listed == sorted(listed)
    assert len(set(listed)) == len(listed) == EVENTS


def test_a_page_of_disputes_has_the_sources_that_it_cites(site):
    """Marks lead to notes on the same page; the page leads up, and to what is before and after."""
    month = page(site, "disputed/2003-05/")
    marks = [link for link in month.links if link.startswith("#source-")]

    assert len(marks) > 20
    assert {link.removeprefix("#") for link in marks} <= set(month.ids)
    assert {
        "../../disputed/",
        "../../disputed/2003/",
        "../../disputed/2003-04/",
        "../../disputed/2003-06/",
    } <= set(month.links)


def test_every_correction_stands_at_its_anchor_on_one_page_of_its_time(site):
    """Filed by the day on which it was made; the first page has the newest of all."""
    first = page(site, "corrections/")
    anchors = [id for month in below(site, "corrections/") for id in month.ids if "_20" in id]
    newest = [id for id in first.ids if "_20" in id]
    day = page(site, "corrections/2015-09-11/")

    assert counts(first) == {str(year): 2 * EVENTS // 5 for year in range(2011, 2016)}
    assert len(set(anchors)) == len(anchors) == 2 * EVENTS
    assert len(newest) == 30
    assert {id.split("_")[1] for id in newest} == {"2015-09-11"}
    assert newest[0] in day.ids


def test_the_feed_has_the_newest_corrections_each_with_the_page_that_it_stands_on(site):
    """Their ids are what they were while all stood on one page, so no reader shows them anew."""
    feed = feedparser.parse(site.files["corrections/feed.xml"].make().decode())

    assert len(feed.entries) == 50
    for entry in feed.entries:
        anchor = entry.id.removeprefix(f"{BASE}corrections/#")
        address = entry.link.removeprefix(BASE).removesuffix(f"#{anchor}")
        assert address.startswith("corrections/2015-09")
        assert anchor in page(site, address).ids


def test_all_that_cites_a_source_stands_on_one_page_of_its_time(site):
    """With what it is cited for; what has no day, as actors and pages, has pages of its own."""
    first = page(site, "sources/report/")
    cited = [
        link
        for one in below(site, "sources/report/")
        for link in one.links
        if re.search(r"/(events|actors|phases)/[^/#]+/$|/method/$", link)
    ]
    year = page(site, "sources/report/2004-05/").all("main")[0].text

    years = {str(year): EVENTS // 10 for year in range(2001, 2011)}
    assert counts(first) == {"Without a date": FEW + 2, **years, "2012": 80}
    assert len(set(cited)) == EVENTS + 80 + FEW + 2
    assert "It broke at night, as all who were there agree, though not on the hour. (p. " in year
    assert "It was badly kept for years, according to Side number" in year


def test_what_an_event_led_to_stands_on_pages_of_its_own(site):
    """Its page has the major ones of them, and leads to all by year."""
    first = page(site, "events/flood-0000/")
    led_to = [
        link
        for one in below(site, "events/flood-0000/")
        for link in one.links
        if re.fullmatch(r"(\.\./)+events/flood-\d+/", link)
    ]

    assert sum(counts(first).values()) == EVENTS - 1
    assert 0 < len(first.all("article")[1:]) <= 30
    assert len(set(led_to) - {"../../../events/flood-0000/"}) == EVENTS - 1


def test_the_map_shows_the_places_of_most_events(site):
    """Their list leads to all others."""
    drawn = page(site, "map/")

    assert len([one for one in drawn.all("a") if "data-place" in one.attributes]) <= 200
    assert len([one for one in drawn.all("td") if "data-count" in one.attributes]) == 200
    assert "../places/" in [link for link in drawn.links if link.endswith("places/")]
    assert "These are the places of most events. All places" in drawn.all("main")[0].text


def test_of_many_members_and_copies_the_first_are_named(site):
    """The rest is a number that leads to the list of all."""
    union, report = page(site, "actors/union/"), page(site, "sources/report/")

    assert f"{FEW - 20} more" in union.all("dl")[0].text
    assert f"{EVENTS - 20:,} more" in report.all("dl")[0].text


def test_these_pages_last_and_are_in_the_sitemap(site):
    """As every address that was published."""
    new = {
        "disputed/2003/",
        "disputed/2003-05/",
        "corrections/2011/",
        "sources/report/2004/",
        "sources/report/undated/2/",
        "events/flood-0000/2004/",
    }
    sitemap = site.files["sitemap.xml"].make().decode()

    assert new <= site.addresses
    assert all(f"<loc>{BASE}{address}</loc>" in sitemap for address in new)


def test_what_was_published_of_them_stays_when_the_timeline_shrinks(tmp_path):
    """Short lists stand on one page again; the pages of years have what is left, or say so."""
    lock = "".join(
        f"/{address}\n"
        for address in (
            "corrections/2011-01/",
            "disputed/2001/",
            "disputed/2009/",
            "events/flood-0000/2001/",
            "sources/report/2001/",
            "sources/report/undated/9/",
            "sources/wire-0/1999/",
        )
    )
    folder = content(tmp_path, 90)
    (folder / "content/permalinks.lock").write_text(lock)
    settings = folder / "content/site.yaml"
    settings.write_text(settings.read_text().replace("list_limit: 300", "list_limit: 400"))
    site = projects.build(Project(root=folder, output=folder / "site"))

    assert counts(page(site, "disputed/")) == counts(page(site, "corrections/")) == {}
    assert "../../events/flood-0000/" in page(site, "disputed/2001/").links
    assert "flood-0000_2011-01-11" in page(site, "corrections/2011-01/").ids
    assert "../../../events/flood-0001/" in page(site, "events/flood-0000/2001/").links
    assert "../../../events/flood-0000/" in page(site, "sources/report/2001/").links
    for empty in ("sources/report/undated/9/", "sources/wire-0/1999/"):
        assert "stands here any more" in page(site, empty).all("main")[0].text


@pytest.mark.parametrize("folder", [projects.ROOT, projects.ROOT / "tests/sites/full"])
def test_what_a_list_holds_is_what_its_page_shows(folder):
    """`filing` counts as many things for every list as the pages have, without printing them."""
    with Faults() as faults:
        read = source.read(folder / "content", faults)
        timeline = schema.timeline(read, faults)
    keys = [("source", id) for id in timeline.sources]
    filed = filing.lists(timeline, 10**9, [filing.DISPUTED, filing.CORRECTIONS, *keys])
    views = projects.views(folder)

    disputed = sum(len(group.events) for group in views["disputed/"].groups)
    assert len(filed[filing.DISPUTED].days) == disputed == views["disputed/"].count
    assert len(filed[filing.CORRECTIONS].days) == len(views["corrections/"].corrections)
    for key in keys:
        assert len(filed[key].days) == len(views[f"sources/{key[1]}/"].citing), key
