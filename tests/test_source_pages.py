"""What the page of a source shows: its particulars, its copies, and what it is cited for."""

from __future__ import annotations

import re

import projects
import pytest

from dateline.language import Language
from dateline.render import Templates

SITE = """
    -- content/site.yaml --
    title: Floods
    -- content/sources.yaml --
    annals:
      title: Annals
      kind: book
      author: A Monk
      publisher: Egmond Abbey
      via: A library
      date: "1290"
      language: la
      url: https://example.org/annals
      archived: {url: "https://archive.example/annals", date: 2024-01-02, sha256: SHA}
    letter: {title: A letter, kind: document, url: "https://example.org/l", repost_of: annals}
    list: {title: A list, kind: document, type: secondary}
    never: {title: Never cited, kind: book}
    -- content/actors.yaml --
    abbey: {name: The Abbey of Egmond, abbreviation: Egmond, kind: organisation, sources: [list]}
    -- content/phases/water.md --
    ---
    title: The water
    dates: 1287
    ---
    It rose. It fell [@annals, p. 9].
    -- content/events/water.yaml --
    - id: dyke
      date: 1287-12-13
      title: The dyke
      sources: [annals]
    - id: flood
      date: 1287-12-14
      title: The flood
      sources: [list, letter]
      text: |
        It came at night [@letter, fol. 2]. Many drowned [@annals, p. 4; @letter].
      disputed:
        - point: The hour
          positions:
            - {by: abbey, says: At night., sources: [annals]}
            - {by: A farmer, says: At dawn., sources: [letter]}
      figures:
        - {what: drowned, min: 50000, by: abbey, sources: [annals]}
        - {what: cattle lost, value: 12, by: [abbey, A farmer], sources: [list]}
    -- content/pages/method.md --
    ---
    title: Method
    ---
    We read it [@list] twice [@list].
""".replace("SHA", "ab" * 32)


@pytest.fixture
def views(tmp_path):
    """The view of every page."""
    return projects.views(projects.write(tmp_path, SITE))


@pytest.fixture
def printed(tmp_path, views):
    """Return a function that gives the HTML of the page at an address."""
    templates = Templates([projects.ROOT / "templates"], Language("en"))
    return lambda address: templates.page(views[address])


def quoted(view) -> list[tuple[str, list[tuple[str, str, str]]]]:
    """What cites a source, and for what."""
    return [
        (one.link.address, [(quote.words, quote.target, quote.locator) for quote in one.quotes])
        for one in view.citing
    ]


def test_a_source_shows_the_sentences_the_positions_and_the_figures_that_cite_it(views):
    """Events in order of time, then phases; each with the way to the very citation."""
    flood = "events/flood/#cite-annals-"

    assert quoted(views["sources/annals/"]) == [
        ("events/dyke/", []),
        (
            "events/flood/",
            [
                ("Many drowned.", f"{flood}1", "p. 4"),
                ("The hour: At night, according to Egmond", f"{flood}2", ""),
                ("drowned: at least 50,000, according to Egmond", f"{flood}3", ""),
            ],
        ),
        ("phases/water/", [("It fell.", "phases/water/#cite-annals-1", "p. 9")]),
    ]


def test_a_sentence_that_cites_a_source_twice_is_quoted_once(views):
    """It leads to the first of the two; a source that is only listed has no sentence."""
    assert quoted(views["sources/list/"]) == [
        (
            "events/flood/",
            [("cattle lost: 12, according to Egmond, A farmer", "events/flood/#cite-list-1", "")],
        ),
        ("method/", [("We read it twice.", "method/#cite-list-1", "")]),
        ("actors/abbey/", []),
    ]


def test_a_source_that_nothing_cites_says_so(views, printed):
    """Its page is there all the same."""
    assert views["sources/never/"].citing == ()
    assert "Nothing on this site cites it." in printed("sources/never/")


def test_every_quote_leads_to_a_citation_that_is_there(views, printed):
    """The anchors are those of the pages, in texts and in tables."""
    targets = [
        quote.target.split("#")
        for address, view in views.items()
        if re.match("sources/.", address)
        for one in view.citing
        for quote in one.quotes
    ]

    assert len(targets) == 9
    for address, anchor in targets:
        assert f'id="{anchor}"' in printed(address), anchor


def test_a_source_says_what_it_is(views):
    """Who wrote it, where it was read, whether it is primary, and what it reposts."""

    def facts(id: str) -> dict[str, str]:
        found = views[f"sources/{id}/"].facts
        return {
            fact.name: fact.when.words
            if fact.when
            else " ".join(link.title for link in fact.values)
            for fact in found
        }

    assert facts("annals") == {
        "Author": "A Monk",
        "Publisher": "Egmond Abbey",
        "Read at": "A library",
        "Date": "1290",
        "Language": "Latin",
        "Type": "Secondary",
        "Repeated by": "A letter",
    }
    assert facts("letter") == {"Type": "Primary", "Repeats": "Annals"}
    assert facts("list") == {"Type": "Secondary"}


ROBUST = (
    'href="https://example.org/annals" data-originalurl="https://example.org/annals" '
    'data-versionurl="https://archive.example/annals" data-versiondate="2024-01-02"'
)


@pytest.mark.parametrize("address", ["sources/annals/", "events/flood/", "phases/water/"])
def test_links_to_an_archived_source_are_robust(printed, address):
    """Wherever a source is linked, its link names its copy, and the copy stands beside it.

    The attributes are those of https://mementoweb.org/robustlinks/spec/.
    """
    text = printed(address)

    assert ROBUST in text
    assert re.search(
        r'<a class="source-url source-archived" href="https://archive.example/annals"[^>]*>'
        r'Archived copy of <time class="date" datetime="2024-01-02">2 January 2024</time></a>',
        text,
    )


def test_a_link_without_a_copy_names_its_own_address_only(printed):
    """Nothing is said of a copy that is not there."""
    text = printed("sources/letter/")

    assert 'href="https://example.org/l" data-originalurl="https://example.org/l" rel' in text
    assert "data-version" not in text
    assert "rchived copy" not in text


def test_the_hash_of_a_copy_is_shown(printed):
    """Whoever has the copy can compare it."""
    assert "ab" * 32 in printed("sources/annals/")
