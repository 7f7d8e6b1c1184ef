"""Addresses, the files they are served from, and the way from one page to another."""

from __future__ import annotations

from urllib.parse import urljoin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dateline import dates, model, routes, schema


@pytest.mark.parametrize("kind", model.KINDS)
def test_every_kind_has_an_address_and_a_file(kind):
    """Each kind of entry has a section of its own; pages stand at the top."""
    address = routes.entry(kind, "x")

    assert address == ("x/" if kind == "page" else f"{routes.SECTIONS[kind]}/x/")
    assert routes.file(address) == f"{address}index.html"


def test_the_home_page_is_the_index_of_the_root():
    """The empty address is a file too; a file's own address is itself."""
    assert routes.file(routes.HOME) == "index.html"
    assert routes.file(routes.NOT_FOUND) == "404.html"
    assert routes.file("feed.xml") == "feed.xml"


def test_no_section_can_be_the_name_of_a_page():
    """A page never takes the place of a list of entries."""
    assert set(routes.SECTIONS.values()) <= schema.RESERVED


@pytest.mark.parametrize(
    ("address", "root"),
    [("", "./"), ("404.html", "./"), ("about/", "../"), ("events/x/", "../../")],
)
def test_the_root_is_as_many_steps_up_as_the_address_has_folders(address, root):
    """A page links to another with its root before the other's address."""
    assert routes.root(address) == root


ADDRESSES = st.sampled_from(["", "404.html", "about/", "actors/", "events/x/", "tags/y/"])


@given(ADDRESSES, ADDRESSES)
def test_every_page_reaches_every_other_in_any_folder(here, there):
    """Links work at the top of a host and below it, as a browser resolves them."""
    for base in ("https://example.org/", "https://example.org/a/b/", "file:///tmp/site/"):
        assert urljoin(base + here, routes.root(here) + there) == base + there


@pytest.mark.parametrize(
    ("link", "target"),
    [
        ("../../actors/", "actors/"),
        ("../y/", "events/y/"),
        ("../../", ""),
        ("./", "events/x/"),
        (".", "events/x/"),
        ("..", "events/"),
        ("../y", "events/y"),
        ("../../404.html", "404.html"),
        ("../../actors/?q=1", "actors/"),
        ("?q=1", "events/x/"),
        ("../../../", None),
        ("../../../site/actors/", None),
        ("/actors/", None),
    ],
)
def test_a_link_is_resolved_as_a_browser_does(link, target):
    """From `events/x/`; what leads out of the site leads nowhere that we know."""
    assert routes.resolve("events/x/", link) == target


LINKS = st.lists(st.sampled_from(["..", ".", "a", "b"]), max_size=5).map("/".join)


@given(ADDRESSES, LINKS, st.sampled_from(["", "/"]))
def test_resolving_agrees_with_the_standard_library(here, link, end):
    """Whatever dots a link has, it leads where `urljoin` says, if that is in the site."""
    base = "https://example.org/site/deep/"
    link = link + end if link else link
    target = routes.resolve(here, link)
    if target is not None:
        assert base + target == urljoin(base + here, link)


def test_pages_are_all_entries_and_the_pages_of_the_site():
    """What can be linked is what is there."""
    tag = model.Tag("flight", "Flight")
    timeline = model.Timeline(
        settings=model.Settings(title="The Moon"),
        phases={},
        events={},
        actors={},
        places={},
        tags={"flight": tag},
        sources={},
        pages={},
    )

    assert routes.pages(timeline) >= {"", "404.html", "actors/", "tags/", "tags/flight/"}
    assert "tags/crew/" not in routes.pages(timeline)


@pytest.mark.parametrize("kind", model.KINDS)
def test_an_address_names_its_entry(kind):
    """The way back from an address to the kind and the id."""
    assert routes.named(routes.entry(kind, "x-1")) == (kind, "x-1")


@pytest.mark.parametrize("address", ["", "actors/", "tags/", "fr/tags/x/", "people/x/"])
def test_an_address_of_no_entry_names_none(address):
    """Home, the lists of entries, and what the site does not know."""
    assert routes.named(address) == ("", "")


def test_what_lasts_is_every_page_with_those_that_lead_on_or_say_why():
    """Files such as 404.html are not among them."""
    date = dates.parse("1969")
    timeline = model.Timeline(
        settings=model.Settings(title="The Moon"),
        phases={},
        events={},
        actors={},
        places={},
        tags={"flight": model.Tag("flight", "Flight", aliases=("flying",))},
        sources={},
        pages={},
        retracted_events={
            "moon": model.Event("moon", date, "A moon", "", aliases=("luna",), reason="A spot")
        },
        retractions={"actors/esa/": model.Retraction("actors/esa/", "ESA", "It was not there")},
    )
    lasting = routes.lasting(timeline)

    assert lasting >= {
        "", "actors/", "tags/flight/", "tags/flying/",
        "events/moon/", "events/luna/", "actors/esa/",
    }  # fmt: skip
    assert all(address == "" or address.endswith("/") for address in lasting)
    assert not routes.pages(timeline) & {"tags/flying/", "events/moon/", "actors/esa/"}
