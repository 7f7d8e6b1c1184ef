"""What each page shows: the views of small timelines."""

import projects
import pytest

SITE = """
    -- content/site.yaml --
    title: Floods
    description: High water and who wrote it down.
"""


@pytest.fixture
def views(tmp_path):
    """Return a function: the views of a timeline with these files beside `site.yaml`."""

    def of(text: str, **options):
        projects.write(tmp_path, SITE)
        return projects.views(projects.write(tmp_path, text), **options)

    return of


def test_events_are_in_order_of_time_whatever_the_order_in_the_file(views):
    """The first day of a date decides, then its last: 1 February comes before the month."""
    home = views("""
        -- content/events.yaml --
        - {id: fourth, date: 1953-02-10, title: D}
        - {id: fifth, date: 1962-02-16, title: E}
        - {id: third, date: 1953-02, title: C}
        - {id: second, date: 1953-02-01, title: B}
        - {id: first, date: 1287-12-14, title: A}
    """)[""]

    (group,) = home.groups
    assert [card.id for card in group.cards] == [
        "first", "second", "third", "fourth", "fifth",
    ]  # fmt: skip
    assert (home.count, home.years) == (5, ("1287", "1962"))


def test_phases_group_their_events_in_order_of_time(views):
    """Phases stand in the order of their dates, events without a phase come last."""
    home = views("""
        -- content/phases/dykes.md --
        ---
        title: Dykes
        dates: 1200/1400
        colour: river
        ---
        -- content/phases/walls.md --
        ---
        title: Walls
        dates: 1000/1200
        ---
        -- content/events/dykes.yaml --
        - {id: d, date: 1287, title: D}
        -- content/events/walls.yaml --
        - {id: w, date: 1134, title: W}
        -- content/events.yaml --
        - {id: loose, date: "0838", title: L}
        - {id: chosen, date: 1250, title: P, phase: dykes}
    """)[""]

    assert [(group.id, [card.id for card in group.cards]) for group in home.groups] == [
        ("walls", ["w"]),
        ("dykes", ["chosen", "d"]),
        ("", ["loose"]),
    ]
    assert [group.link.title for group in home.groups] == ["Walls", "Dykes", ""]
    assert [group.colour for group in home.groups] == ["", "river", ""]


def test_neighbours_are_told_apart_in_time_and_in_the_phase(views):
    """The event before in time may belong to another phase than the one before in its phase."""
    found = views("""
        -- content/phases/a.md --
        ---
        title: A
        dates: 1200/1300
        ---
        -- content/phases/b.md --
        ---
        title: B
        dates: 1200/1300
        ---
        -- content/events/a.yaml --
        - {id: a1, date: 1201, title: A1}
        - {id: a2, date: 1203, title: A2}
        -- content/events/b.yaml --
        - {id: b1, date: 1202, title: B1}
    """)
    middle, last = found["events/b1/"], found["events/a2/"]

    assert (middle.previous.id, middle.next.id) == ("a1", "a2")
    assert (middle.previous_in_phase, middle.next_in_phase) == (None, None)
    assert (last.previous.id, last.next) == ("b1", None)
    assert last.previous_in_phase.id == "a1"
    assert found["phases/a/"].next.title == "B"
    assert found["phases/a/"].previous is None


THREADS = """
    -- content/actors.yaml --
    abbey: {name: Abbey, kind: organisation}
    monk: {name: Monk, kind: person}
    count: {name: Count, kind: person}
    guest: {name: Guest, kind: person}
    -- content/events.yaml --
    - {id: a, date: 1201, title: A, actors: [abbey, monk]}
    - {id: b, date: 1202, title: B, actors: [count]}
    - {id: c, date: 1203, title: C, actors: [monk, guest, count, abbey]}
    - {id: d, date: 1204, title: D, actors: [count]}
"""


def test_an_event_leads_on_along_each_of_its_actors(views):
    """To the actor's event before and after; actors with the same ones stand together."""
    threads = views(THREADS)["events/c/"].threads

    assert [
        (
            [actor.title for actor in thread.actors],
            thread.previous and thread.previous.link.title,
            thread.next and thread.next.link.title,
        )
        for thread in threads
    ] == [(["Monk", "Abbey"], "A", None), (["Count"], "B", "D")]


def test_an_actor_of_one_event_leads_nowhere(views):
    """The guest of a single event is not among the ways on."""
    threads = views(THREADS)["events/c/"].threads

    assert "Guest" not in [actor.title for thread in threads for actor in thread.actors]


@pytest.mark.parametrize(("actors", "shown", "folded"), [(4, 4, 0), (5, 3, 2)])
def test_many_ways_on_are_folded(views, actors, shown, folded):
    """Beyond a few, the rest is there but not at once; a single one is not worth it."""
    ids = [f"actor-{n}" for n in range(actors)]
    registry = [f"    {id}: {{name: {id.title()}, kind: person}}" for id in ids]
    before = [
        f"    - {{id: before-{n}, date: {1200 + n}, title: T, actors: [{id}]}}"
        for n, id in enumerate(ids)
    ]
    lines = [
        "    -- content/actors.yaml --",
        *registry,
        "    -- content/events.yaml --",
        *before,
        f"    - {{id: now, date: 1300, title: T, actors: [{', '.join(ids)}]}}",
    ]
    page = views("\n".join(lines))["events/now/"]

    assert (len(page.threads), len(page.folded)) == (shown, folded)


def test_how_well_a_date_is_known_is_said_on_the_page_of_the_event(views):
    """A month is explained; an exact day needs no words."""
    found = views("""
        -- content/events.yaml --
        - {id: month, date: 1287-12, title: M}
        - {id: day, date: 1287-12-14, title: D}
    """)

    assert found["events/month/"].precision == "Known to the month, not to the day."
    assert found["events/day/"].precision == ""


def test_a_phase_may_have_no_events(views):
    """Its page is there with its neighbours, and it is no heading of the timeline."""
    found = views("""
        -- content/phases/a.md --
        ---
        title: A
        dates: 1200/1300
        ---
        -- content/phases/b.md --
        ---
        title: B
        dates: 1300/1400
        ---
        -- content/events/b.yaml --
        - {id: b1, date: 1301, title: B1}
    """)

    assert (found["phases/a/"].cards, found["phases/a/"].next.title) == ((), "B")
    assert [group.id for group in found[""].groups] == ["b"]


def test_years_of_the_timeline_leave_open_ends_out(views):
    """An open interval ends nowhere, so the last year is the last one that was written."""
    home = views("""
        -- content/events.yaml --
        - {id: a, date: 1200/.., title: A}
        - {id: b, date: 1250, title: B}
    """)[""]

    assert home.years == ("1200", "1250")


def test_years_may_be_before_christ_or_have_five_digits(views):
    """Any year that a date may have can be said on the home page."""
    home = views("""
        -- content/events.yaml --
        - {id: a, date: Y-12345, title: A}
        - {id: b, date: "-0043", title: B}
        - {id: c, date: Y12345, title: C}
    """)[""]

    assert [year.replace(",", "") for year in home.years] == ["12346 BC", "12345"]


def test_a_timeline_without_events_has_no_years(views):
    """A new project has all its pages, and says nothing of years."""
    found = views("-- content/tags.yaml --\nflood: {name: Flood}")

    assert (found[""].count, found[""].years, found[""].groups) == (0, None, ())
    assert sorted(found) == [
        "", "404.html", "actors/", "corrections/", "disputed/", "places/", "sources/", "tags/",
        "tags/flood/",
    ]  # fmt: skip


CITED = """
    -- content/sources.yaml --
    annals: {title: Annals, kind: book, author: A Monk, date: "1290"}
    letter: {title: A letter, kind: document, url: "https://example.org/l", language: nl}
    list: {title: A list, kind: document}
    never: {title: Never cited, kind: book}
    -- content/actors.yaml --
    abbey: {name: The Abbey of Egmond, abbreviation: Egmond, kind: organisation, sources: [list]}
    -- content/events.yaml --
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
        - {what: cattle lost, value: 12, by: abbey, sources: [list]}
        - {what: drowned, max: 1200, approximate: true, by: [A farmer], sources: [letter]}
"""


def test_sources_are_numbered_in_the_order_of_the_page(views):
    """The first source cited is number one wherever else it is cited; uncited ones come last."""
    notes = views(CITED)["events/flood/"].notes

    assert [(note.number, note.id) for note in notes] == [(1, "letter"), (2, "annals"), (3, "list")]
    assert [len(note.cited_at) for note in notes] == [3 + 1, 3, 1]


def test_every_citation_has_an_anchor_that_its_source_leads_back_to(views):
    """No two places share an anchor, and each stands in the text or in a table of the page."""
    page = views(CITED)["events/flood/"]
    back = [anchor for note in page.notes for anchor in note.cited_at]
    tables = [
        mark.anchor
        for part in (*page.disputed, *page.figures)
        for claim in part.claims
        for mark in claim.citations
    ]

    assert len(back) == len(set(back))
    assert set(back) == set(tables) | {anchor for anchor in back if f'id="{anchor}"' in page.text}


def test_a_citation_is_a_link_to_its_source(views):
    """In one piece that no space parts from its word, and in an element that shows the source."""
    text = views(CITED)["events/flood/"].text

    assert text.startswith(
        '<p>It came at night<sup class="cite">[<cite-note><a id="cite-letter-1" '
        'href="#source-letter" title="A letter">1</a></cite-note>, <span>fol. 2</span>]</sup>.'
    )
    assert "drowned<sup" in text


def test_a_source_is_shown_with_its_kind_and_with_its_language_if_foreign(views):
    """Publisher, date, kind; the language by its name, unless it is that of the page."""
    page = views("""
        -- content/sources.yaml --
        paper: {title: Le flot, kind: news, publisher: Gazette, language: fr, date: 1912-01}
        list: {title: A list, kind: document, language: en-US}
        book: {title: A book, kind: book}
        -- content/events.yaml --
        - {id: flood, date: "1912", title: The flood, sources: [paper, list, book]}
    """)["events/flood/"]
    shown = [note.source for note in page.notes]

    assert [(source.kind, source.language) for source in shown] == [
        ("News report", "French"),
        ("Official document", ""),
        ("Book", ""),
    ]
    assert (shown[0].details, shown[0].when.words) == (("Gazette",), "January 1912")


def test_a_citation_that_is_not_printed_has_no_way_back_to_it(views):
    """What is cited in a comment or in a link's title leaves no dead link among the sources."""
    page = views("""
        -- content/sources.yaml --
        annals: {title: Annals, kind: book}
        -- content/events.yaml --
        - id: flood
          date: "1287"
          title: The flood
          text: |
            Not <!-- here [@annals] --> [nor](https://example.org/ "there [@annals]"),
            but here [@annals].
          figures: [{what: drowned, value: 5, by: A farmer, sources: [annals]}]
    """)["events/flood/"]

    (note,) = page.notes
    assert note.cited_at == ("cite-annals-3", "cite-annals-4")
    assert [f'id="{anchor}"' in page.text for anchor in note.cited_at] == [True, False]


def test_figures_of_one_measure_stand_together_and_are_not_added_up(views):
    """Each keeps its bounds in words and who gives it; another measure has a table of its own."""
    figures = views(CITED)["events/flood/"].figures

    assert [
        (figure.point, [(claim.says, claim.by[0].title) for claim in figure.claims])
        for figure in figures
    ] == [
        ("drowned", [("at least 50,000", "Egmond"), ("about at most 1,200", "A farmer")]),
        ("cattle lost", [("12", "Egmond")]),
    ]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("value: 153", "153"),
        ("value: 0", "0"),
        ("min: 0", "at least 0"),
        ("max: 0", "at most 0"),
        ("min: 6, max: 9", "6–9"),
        ("min: 1200, max: 1200", "1,200"),
        ("value: 100, approximate: true", "about 100"),
        ("min: 6, max: 9, approximate: true", "about 6–9"),
    ],
)
def test_a_figure_is_said_as_it_was_given(views, written, said):
    """A bound stays a bound, a range a range, and nothing is rounded."""
    page = views(f"""
        -- content/sources.yaml --
        annals: {{title: Annals, kind: book}}
        -- content/events.yaml --
        - id: flood
          date: "1287"
          title: The flood
          figures: [{{what: drowned, {written}, by: A farmer, sources: [annals]}}]
    """)["events/flood/"]

    assert page.figures[0].claims[0].says == said


def test_a_figure_may_have_a_note(views):
    """It stands with the number that it is about; a disputed point has none."""
    page = views("""
        -- content/sources.yaml --
        annals: {title: Annals, kind: book}
        -- content/events.yaml --
        - id: flood
          date: "1287"
          title: The flood
          figures:
            - {what: drowned, value: 9, note: provisional, by: A farmer, sources: [annals]}
            - {what: drowned, value: 12, by: A monk, sources: [annals]}
    """)["events/flood/"]

    (drowned,) = page.figures
    assert [(claim.says, claim.note) for claim in drowned.claims] == [
        ("9", "provisional"),
        ("12", ""),
    ]


def test_an_actor_is_linked_by_its_short_name_and_a_name_is_printed_as_it_stands(views):
    """Who says something links to its page if it has one; a mere name has no address."""
    (dispute,) = views(CITED)["events/flood/"].disputed
    (abbey,), (farmer,) = (claim.by for claim in dispute.claims)

    assert (abbey.title, abbey.note, abbey.address) == (
        "Egmond",
        "The Abbey of Egmond",
        "actors/abbey/",
    )
    assert (farmer.title, farmer.address) == ("A farmer", "")


def test_consequences_are_the_causes_seen_from_the_other_side(views):
    """An event names what led to it; what it led to follows. Both are in order of time."""
    found = views("""
        -- content/events.yaml --
        - {id: storm, date: 1287-12-13, title: Storm}
        - {id: flood, date: 1287-12-14, title: Flood, causes: [storm]}
        - {id: hunger, date: 1288, title: Hunger, causes: [flood, storm]}
    """)
    ids = {
        id: ([c.id for c in view.causes], [c.id for c in view.consequences])
        for id in ("storm", "flood", "hunger")
        for view in [found[f"events/{id}/"]]
    }

    assert ids == {
        "storm": ([], ["flood", "hunger"]),
        "flood": (["storm"], ["hunger"]),
        "hunger": (["storm", "flood"], []),
    }


def test_links_in_a_text_start_at_the_page_that_they_stand_on(views):
    """A link to an event leads up to the root first, from any depth, in its title or in words."""
    found = views("""
        -- content/events.yaml --
        - {id: flood, date: "1287", title: The <flood>, text: "See [[dyke|a & b]]."}
        - {id: dyke, date: "1288", title: The dyke}
        -- content/pages/about.md --
        ---
        title: About
        ---
        See [[flood]].
    """)

    assert 'href="../../events/dyke/">a &amp; b</a>' in found["events/flood/"].text
    assert 'href="../events/flood/">The &lt;flood&gt;</a>' in found["about/"].body


def test_an_alias_is_a_page_that_leads_to_the_event(views):
    """The earlier address has a page; the present one is its canonical address."""
    found = views(
        """
        -- content/events.yaml --
        - {id: flood, date: "1287", title: The flood, aliases: [deluge]}
        """,
        base_url="https://example.org/floods",
    )
    moved = found["events/deluge/"]

    assert moved.link.address == "events/flood/"
    assert moved.frame.canonical == "https://example.org/floods/events/flood/"
    assert "events/flood/" in found


def test_entries_of_every_kind_keep_their_earlier_addresses(views):
    """Each alias is a page that leads on; a retracted event's leads to where it says so."""
    found = views("""
        -- content/phases/dykes.md --
        ---
        title: The age of dykes
        dates: 1200/1300
        aliases: [walls]
        ---
        -- content/pages/about.md --
        ---
        title: About
        aliases: [us]
        ---
        -- content/actors.yaml --
        abbey: {name: The Abbey, kind: organisation, aliases: [convent]}
        -- content/places.yaml --
        egmond: {name: Egmond, kind: town, aliases: [hecmunda]}
        -- content/tags.yaml --
        storm: {name: Storm, aliases: [tempest]}
        -- content/sources.yaml --
        annals: {title: Annals, kind: book, aliases: [chronicle]}
        -- content/events.yaml --
        - {id: a, date: "1287", title: A, status: retracted, reason: A dream, aliases: [b]}
    """)

    assert {address: view.link.address for address, view in found.items() if is_moved(view)} == {
        "phases/walls/": "phases/dykes/",
        "us/": "about/",
        "actors/convent/": "actors/abbey/",
        "places/hecmunda/": "places/egmond/",
        "tags/tempest/": "tags/storm/",
        "sources/chronicle/": "sources/annals/",
        "events/b/": "events/a/",
    }


def is_moved(view) -> bool:
    """Whether a page only leads to another."""
    return view.template == "moved.html"


RETRACTED = """
    -- content/phases/dykes.md --
    ---
    title: The age of dykes
    dates: 1200/1300
    ---
    -- content/actors.yaml --
    abbey: {name: The Abbey, kind: organisation}
    -- content/tags.yaml --
    storm: {name: Storm}
    -- content/sources.yaml --
    annals: {title: Annals, kind: book}
    -- content/events/dykes.yaml --
    - {id: flood, date: 1287-12-14, title: The flood, actors: [abbey]}
    - id: second-flood
      date: 1288-02
      title: A second flood
      summary: The sea came twice.
      actors: [abbey]
      tags: [storm]
      causes: [flood]
      sources: [annals]
      status: retracted
      reason: A copyist's slip.
      corrections: [{date: 2024-03-01, text: It was taken out.}]
    - {id: hunger, date: "1289", title: Hunger, actors: [abbey]}
"""


def test_a_retracted_event_says_what_was_there_and_why_it_went(views):
    """Title, date, summary, reason and corrections; the definition of the status too."""
    gone = views(RETRACTED)["events/second-flood/"]

    assert (gone.template, gone.title, gone.what) == (
        "gone.html",
        "A second flood",
        "The sea came twice.",
    )
    assert (gone.reason, gone.since) == ("A copyist's slip.", None)
    assert gone.when.words == "February 1288"
    assert [(change.when.words, change.text) for change in gone.corrections] == [
        ("1 March 2024", "It was taken out.")
    ]
    assert gone.status.meaning == "It was published here and does not hold; it is kept so that links to it work."  # fmt: skip  # noqa: E501


def test_a_retracted_event_is_in_no_list_and_counts_nowhere(views):
    """Every other page is as if it had never been there, but for the list of corrections."""
    before, _, rest = RETRACTED.partition("    - id: second-flood")
    without = before + "    - {id: hunger" + rest.partition("    - {id: hunger")[2]
    found, expected = views(RETRACTED), views(without)
    told, listed = found.pop("events/second-flood/"), found.pop("corrections/")
    del expected["corrections/"]

    assert told.template == "gone.html"
    assert "It was taken out." in repr(listed)
    assert found[""].count == 2
    assert found["events/flood/"].next.id == "hunger"
    assert "retracted" not in {
        choice.value for facet in found[""].facets for choice in facet.choices
    }
    assert {address: repr(view) for address, view in found.items()} == {
        address: repr(view) for address, view in expected.items()
    }


def test_what_the_file_of_retractions_lists_has_such_a_page_too(views):
    """Its date is the day on which it went, not one of which something was told."""
    gone = views("""
        -- content/retracted.yaml --
        actors/ghost/:
          title: The ghost
          reason: Nobody saw it.
          date: 2024-03-01
    """)["actors/ghost/"]

    assert (gone.title, gone.reason, gone.when, gone.what) == (
        "The ghost",
        "Nobody saw it.",
        None,
        "",
    )
    assert gone.since.words == "1 March 2024"


def test_drafts_are_left_out_unless_asked_for(views):
    """A draft has no page, is in no list and counts nowhere; with drafts it is there, marked."""
    text = """
        -- content/places.yaml --
        egmond: {name: Egmond, kind: town}
        -- content/events.yaml --
        - {id: flood, date: "1287", title: The flood, places: [egmond]}
        - {id: rumour, date: "1286", title: A rumour, places: [egmond], draft: true}
        -- content/pages/plan.md --
        ---
        title: Plan
        draft: true
        ---
        Words.
    """
    published, previewed = views(text), views(text, drafts=True)

    assert "events/rumour/" not in published
    assert "plan/" not in published
    assert (published[""].count, published["places/egmond/"].count) == (1, 1)
    assert published["events/flood/"].previous is None
    assert previewed["events/rumour/"].card.draft
    assert previewed["plan/"].draft
    assert (previewed[""].count, previewed["places/egmond/"].count) == (2, 2)
    assert not previewed["events/flood/"].card.draft


def test_the_menu_holds_the_pages_that_the_settings_name(views):
    """In their order; a draft is left out until it is a page."""
    text = """
        -- content/site.yaml --
        title: Floods
        menu: [method, plan, about]
        -- content/pages/about.md --
        ---
        title: About
        ---
        -- content/pages/method.md --
        ---
        title: Method
        ---
        -- content/pages/plan.md --
        ---
        title: Plan
        draft: true
        ---
        -- content/pages/hidden.md --
        ---
        title: In no menu
        ---
    """

    with pytest.raises(Exception, match="'plan' is a draft"):
        views(text)
    menu = views(text, drafts=True)[""].frame.menu
    assert [link.title for link in menu] == ["Method", "Plan", "About"]


def test_canonical_addresses_need_a_base_url(views):
    """With one every page has its own but the page for addresses that are none."""
    text = "-- content/events.yaml --\n- {id: flood, date: '1287', title: The flood}"
    without, given = views(text), views(text, base_url="https://example.org/floods/")

    assert {view.frame.canonical for view in without.values()} == {""}
    assert given[""].frame.canonical == "https://example.org/floods/"
    assert given["events/flood/"].frame.canonical == "https://example.org/floods/events/flood/"
    assert given["404.html"].frame.canonical == ""


def test_the_page_for_missing_addresses_links_from_the_root(views):
    """A host shows it at any depth, so relative links would lead nowhere; others stay relative."""
    text = "-- content/events.yaml --\n- {id: flood, date: '1287', title: The flood}"
    given = views(text, base_url="https://example.org/floods")

    assert given["404.html"].frame.root == "/floods/"
    assert views(text, base_url="https://example.org")["404.html"].frame.root == "/"
    assert views(text)["404.html"].frame.root == "./"
    assert given["events/flood/"].frame.root == "../../"


def test_indexes_sort_by_name_without_regard_to_case_and_accents(views):
    """'École' stands between 'dyke' and 'Farm', under the heading of its kind."""
    index = views("""
        -- content/places.yaml --
        a: {name: Farm, kind: site}
        b: {name: École, kind: site}
        c: {name: dyke, kind: site}
        d: {name: Egmond, kind: town, region: Holland}
    """)["places/"]

    shown = {part.title: [entry.link.title for entry in part.entries] for part in index.sections}
    assert shown == {"Sites": ["dyke", "École", "Farm"], "Towns": ["Egmond"]}
    assert index.sections[1].entries[0].details == ("Holland",)


def test_coordinates_are_said_by_hemisphere_with_their_precision(views):
    """No sign, two decimals; an approximate point says so, an exact one says nothing."""
    found = views("""
        -- content/places.yaml --
        kidal: {name: Kidal, kind: town, lat: "18.4411", lon: "1.4078"}
        lima: {name: Lima, kind: town, lat: "-12.05", lon: "-77.04", precision: approximate}
        nowhere: {name: Nowhere, kind: site}
    """)
    said = {
        id: [fact.values[0].title for fact in found[f"places/{id}/"].facts]
        for id in ("kidal", "lima", "nowhere")
    }

    assert said == {
        "kidal": ["18.44° N, 1.41° E"],
        "lima": ["12.05° S, 77.04° W (approximate)"],
        "nowhere": [],
    }


def test_who_belongs_to_whom_is_said_on_both_pages(views):
    """A part names its whole with role and dates, and the whole lists its parts."""
    found = views("""
        -- content/actors.yaml --
        abbey: {name: Abbey, kind: organisation}
        monk: {name: A Monk, kind: person, part_of: [{actor: abbey, role: clerk, dates: 1280/1291}]}
    """)
    monk, abbey = found["actors/monk/"], found["actors/abbey/"]

    (of,) = (fact for fact in monk.facts if fact.name == "Part of")
    (members,) = (fact for fact in abbey.facts if fact.name == "Members and parts")
    assert (of.values[0].title, of.values[0].address) == ("Abbey", "actors/abbey/")
    assert (members.values[0].title, members.values[0].address) == ("A Monk", "actors/monk/")
    assert of.values[0].note == members.values[0].note == "clerk, 1280–1291"


def test_views_are_values(views):
    """The same content gives equal views with an equal text form, which keys are made of."""
    first, second = views(CITED), views(CITED)

    assert first == second
    assert repr(first) == repr(second)
    assert " at 0x" not in repr(first)


def test_the_years_beside_the_list_lead_to_their_first_events(views):
    """A date that may be in one of several years stands for none; a span for its first."""
    found = views("""
        -- content/site.yaml --
        title: Floods
        -- content/events.yaml --
        - {id: unknown, date: 12XX, title: Some flood}
        - {id: dyke, date: 1287-12-14, title: The dyke breaks}
        - {id: relief, date: 1287-12-20, title: Relief}
        - {id: works, date: 1290/1295, title: Works}
        - {id: before, date: ../1300, title: Before}
    """)

    rail = [(link.title, link.address) for link in found[""].rail]
    assert rail == [("1287", "#dyke"), ("1290", "#works")]


def test_of_many_years_only_some_are_beside_the_list(views):
    """The first year of each stretch stays, so that the rail is no longer than a window."""
    events = "\n".join(
        f"- {{id: flood-{year}, date: {year}, title: Flood}}" for year in range(1203, 1300)
    )
    found = views(f"-- content/site.yaml --\ntitle: Floods\n-- content/events.yaml --\n{events}")

    rail = [link.title for link in found[""].rail]
    assert rail[:3] == ["1203", "1205", "1210"]
    assert len(rail) == 20
