"""What each page shows, as plain immutable data, ready to print.

A template sees a view and nothing else, so a page is a pure function of its view and the
templates: that is what makes an incremental build equal to a clean one. Views hold texts in the
page's language and addresses relative to the site's root; templates loop and print.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from markupsafe import Markup
from msgspec import Struct

from dateline.citations import Work
from dateline.later import Later

if TYPE_CHECKING:
    from dateline.atlas import Drawing
    from dateline.chart import Lanes, Overview


class Link(Struct, frozen=True, gc=False):
    """An address and the words that lead to it; without an address, only the words."""

    title: str
    address: str = ""
    note: str = ""
    """What the title leaves out: an abbreviation's full name, a role."""
    current: str = ""
    """For `aria-current`: `page` if this is the page, `true` if the page belongs to it."""
    filters: bool = False
    """Whether its page has the filter too: what is picked on one page is taken along."""


class When(Struct, frozen=True, gc=False):
    """A date in words, as EDTF, and as HTML can express it (None where it cannot)."""

    words: str
    edtf: str
    iso: str | None
    vague: bool
    """Whether it is approximate or uncertain."""


class Cite(Struct, frozen=True, gc=False):
    """How to cite a page, or the document that it is about."""

    sentences: tuple[str, ...]
    """All but the address, in words; each may be in another direction of writing."""
    address: str
    note: str
    """What to know of the address: that it is not complete, or that there is a copy."""
    files: tuple[Link, ...]
    """The same for reference managers, beside the page."""
    work: Work


class Record(Struct, frozen=True, gc=False):
    """What a page says of itself to machines, and to those who cite it."""

    linked_data: Markup
    """JSON-LD, for a `<script>`."""
    meta: tuple[tuple[str, str], ...] = ()
    cite: Cite | None = None
    site_name: str = ""
    """The site, if what is described is a part of it."""

    @property
    def about(self) -> str:
        """What it is, in words."""
        return " ".join(self.cite.sentences) if self.cite else ""


class Frame(Struct, frozen=True, gc=False):
    """What surrounds every page."""

    address: str
    root: str
    lang: str
    dir: str
    title: str
    description: str
    canonical: str
    stylesheet: str
    scripts: tuple[tuple[str, str], ...]
    """By name of a custom element, the address of the script that makes it work."""
    site_title: str
    sections: tuple[Link, ...]
    menu: tuple[Link, ...]
    licence: Link | None
    repository: str
    base_url: str = ""
    """The absolute address of the site, for what is read on paper; empty if it is not known."""
    record: Record | None = None


class Label(Struct, frozen=True, gc=False):
    """A word from a fixed vocabulary: its key, for style, and its name, for people."""

    key: str
    name: str
    meaning: str = ""
    address: str = ""
    """Where that is defined for the public."""


class Card(Struct, frozen=True, gc=False):
    """An event as lists show it."""

    id: str
    link: Link
    when: When
    summary: str
    major: bool
    minor: bool
    status: Label
    disputed: bool
    draft: bool
    colour: str
    """That of its phase."""
    places: tuple[Link, ...]
    actors: tuple[Link, ...]
    sources: int
    data: tuple[tuple[str, str], ...]
    """What a filter compares: names of facets with the ids that the event has in each, and the
    `first` and `last` day that it may have happened on (empty where open or unknown)."""


class Choice(Struct, frozen=True, gc=False):
    """One value that events can be filtered by, and how many have it."""

    value: str
    title: str
    address: str
    """Its page; empty if it has none."""
    count: int


class Facet(Struct, frozen=True):
    """What events can be filtered by."""

    key: str
    title: str
    one: str
    """Its name within a sentence, such as 'actor'."""
    choices: tuple[Choice, ...]
    more: Link | None = None
    """Where all are, if there are too many of them."""


class Group(Struct, frozen=True, gc=False):
    """A heading and the events below it."""

    id: str
    link: Link
    colour: str
    when: When | None
    summary: str
    cards: tuple[Card, ...]
    more: Link | None = None
    """Where the others are, if not all of them are here."""


class Tally(Struct, frozen=True, gc=False):
    """A line of a list of pages: where it leads, and how many are there."""

    link: Link
    count: int


class Spread(Struct, frozen=True):
    """A list of events that is too long for its page: the pages that have it, and what is major."""

    title: str
    tallies: tuple[Tally, ...]
    major: tuple[Group, ...]
    of: str
    """What is counted, such as 'events'."""


class Stage(Struct, frozen=True):
    """A phase as a long timeline names it."""

    id: str
    link: Link
    colour: str
    when: When
    summary: str
    count: int


class LongHome(Struct, frozen=True):
    """A timeline of too many events for one page: its phases, its years and what is major."""

    frame: Frame
    count: int
    years: tuple[str, str] | None
    stages: tuple[Stage, ...]
    spread: Spread
    overview: Later[Overview | None]
    facets: tuple[Facet, ...]
    windows: Markup
    """What the filter can ask for, as JSON for a `<script>`."""

    template = "long-timeline.html"


class Sheet(Struct, frozen=True):
    """The map of all places, and what its signs mean."""

    drawing: Drawing
    alternative: str
    """What stands for the drawing where it is not seen."""
    signs: tuple[tuple[str, str], ...]
    """For the legend: the kind of a sign, and what it means."""


class Home(Struct, frozen=True):
    """The timeline: all events in order, grouped by phase."""

    frame: Frame
    groups: tuple[Group, ...]
    count: int
    years: tuple[str, str] | None
    """The first and the last year."""
    rail: tuple[Link, ...]
    """Years, each with the place of its first event in the list."""
    overview: Later[Overview | None]
    facets: tuple[Facet, ...]
    map: Later[Sheet] | None

    template = "timeline.html"


class Copy(Struct, frozen=True, gc=False):
    """A copy of a source in an archive."""

    url: str
    when: When
    day: str
    """The day on which it was made, for machines; empty if that is not known to the day."""
    sha256: str


class Note(Struct, frozen=True, gc=False):
    """A numbered source, and the anchors of the places on the page that cite it."""

    number: int
    id: str
    source: Listing
    cited_at: tuple[str, ...]


class PhasePage(Struct, frozen=True):
    """A phase: its narrative and its events."""

    frame: Frame
    title: str
    colour: str
    when: When
    summary: str
    overview: Later[Overview | None]
    lanes: Later[Lanes | None]
    body: Markup
    cards: tuple[Card, ...]
    notes: tuple[Note, ...]
    previous: Link | None
    next: Link | None
    spread: Spread | None = None
    """Where its events are, if they are too many for this page."""

    template = "phase.html"


class Claim(Struct, frozen=True, gc=False):
    """One side of a dispute, or one figure: who, what, and the citations."""

    by: tuple[Link, ...]
    says: str
    citations: tuple[Mark, ...]
    note: str = ""


class Mark(Struct, frozen=True, gc=False):
    """A citation outside of a Markdown text."""

    number: int
    source: str
    anchor: str
    title: str


class Claims(Struct, frozen=True, gc=False):
    """A disputed point, or a thing counted, and what each side says of it."""

    point: str
    claims: tuple[Claim, ...]


class Picture(Struct, frozen=True, gc=False):
    """A picture of an event."""

    address: str
    alt: str
    caption: str
    credit: str
    licence: str


class Change(Struct, frozen=True, gc=False):
    """A correction, with its day."""

    when: When
    text: str


class Step(Struct, frozen=True, gc=False):
    """An event to go on to."""

    link: Link
    when: When


class Thread(Struct, frozen=True, gc=False):
    """What actors took part in before and after an event; those for whom it is the same."""

    actors: tuple[Link, ...]
    previous: Step | None
    next: Step | None


class EventPage(Struct, frozen=True):
    """An event with all its evidence."""

    frame: Frame
    card: Card
    phase: Link | None
    colour: str
    text: Markup
    places: tuple[Link, ...]
    actors: tuple[Link, ...]
    tags: tuple[Link, ...]
    disputed: tuple[Claims, ...]
    figures: tuple[Claims, ...]
    causes: tuple[Card, ...]
    consequences: tuple[Card, ...]
    pictures: tuple[Picture, ...]
    corrections: tuple[Change, ...]
    notes: tuple[Note, ...]
    previous: Card | None
    next: Card | None
    previous_in_phase: Card | None
    next_in_phase: Card | None
    threads: tuple[Thread, ...] = ()
    folded: tuple[Thread, ...] = ()
    """The threads that are not seen at once."""
    precision: str = ""
    """How well its date is known, in a sentence; empty if the date's words say it all."""
    locator: Later[Drawing | None] | None = None
    spread: Spread | None = None
    """Where its consequences are, if they are too many for this page."""

    template = "event.html"


class Listing(Struct, frozen=True, gc=False):
    """An entry of a registry as its index shows it."""

    link: Link
    details: tuple[str, ...] = ()
    summary: str = ""
    events: int = 0
    lang: str = ""
    """The language of the title, where it may differ from the page's."""
    when: When | None = None
    url: str = ""
    kind: str = ""
    """What kind of source it is."""
    language: str = ""
    """The name of its language, where that is not the page's."""
    archived: Copy | None = None


class Section(Struct, frozen=True, gc=False):
    """Entries of an index under one heading."""

    title: str
    entries: tuple[Listing, ...]


class Index(Struct, frozen=True):
    """All entries of one kind."""

    frame: Frame
    kind: str
    title: str
    about: str
    count: int
    sections: tuple[Section, ...]
    lanes: Later[Lanes | None] | None
    """Who was active when, where the entries are actors."""
    letters: tuple[Tally, ...] = ()
    """The pages that have the entries, if they are too many for one."""
    parts: tuple[Link, ...] = ()

    template = "index.html"


class Fact(Struct, frozen=True, gc=False):
    """A line of an entry's particulars: a name and its values."""

    name: str
    values: tuple[Link, ...] = ()
    when: When | None = None


class Entry(Struct, frozen=True):
    """An actor, place or tag, and the events that name it."""

    frame: Frame
    kind: str
    title: str
    index: Link
    label: str
    summary: str
    facts: tuple[Fact, ...]
    sources: tuple[Listing, ...]
    overview: Later[Overview | None] | None
    groups: tuple[Group, ...]
    count: int = 0
    locator: Later[Drawing | None] | None = None
    spread: Spread | None = None
    """Where its events are, if they are too many for this page."""

    template = "entry.html"


class Quote(Struct, frozen=True, gc=False):
    """What a page cites a source for: a sentence of it, a position or a figure."""

    words: str
    """Empty where the citation stands alone."""
    target: str
    """The place that cites it."""
    locator: str = ""


class Citing(Struct, frozen=True):
    """A page that cites a source."""

    link: Link
    when: When | None
    label: str
    """What kind of page it is; empty for an event."""
    quotes: tuple[Quote, ...]
    """Empty where the source is only listed there."""


class SourcePage(Struct, frozen=True):
    """A source, and all that cites it."""

    frame: Frame
    title: str
    lang: str
    index: Link
    label: str
    summary: str
    facts: tuple[Fact, ...]
    url: str
    archived: Copy | None
    citing: tuple[Citing, ...]
    spread: Spread | None = None
    """Where what cites it is, if that is too much for this page."""

    template = "source.html"


class DisputedEvent(Struct, frozen=True):
    """An event about which accounts differ."""

    link: Link
    when: When
    status: Label
    points: tuple[Claims, ...]
    figures: tuple[Claims, ...]
    """The measures for which several sides give different numbers."""


class Disputes(Struct, frozen=True):
    """The disputed events of a phase, in order of time."""

    id: str
    link: Link
    when: When | None
    colour: str
    events: tuple[DisputedEvent, ...]


class DisputedPage(Struct, frozen=True):
    """Everything on which accounts differ, and what the statuses of events mean."""

    frame: Frame
    title: str
    about: str
    count: int
    """How many events are disputed, or have a disputed point."""
    groups: tuple[Disputes, ...]
    statuses: tuple[Label, ...]
    notes: tuple[Note, ...]
    spread: Spread | None = None
    """Where they are, if they are too many for this page."""

    template = "disputed.html"


class ProsePage(Struct, frozen=True):
    """A Markdown page."""

    frame: Frame
    title: str
    body: Markup
    notes: tuple[Note, ...]
    draft: bool

    template = "page.html"


class MapRow(Struct, frozen=True):
    """A place in the list below the map."""

    id: str
    link: Link
    region: str
    note: str
    """How the map shows it, where that is not as a point."""
    events: int


class MapPage(Struct, frozen=True):
    """The map of all places, the same as a list, and the events that it counts."""

    frame: Frame
    title: str
    about: str
    map: Later[Sheet]
    rows: Later[tuple[MapRow, ...]]
    facets: tuple[Facet, ...]
    groups: tuple[Group, ...]
    windows: Markup | None = None
    """What the filter can ask for, if the events are too many for this page."""
    more: Link | None = None
    """Where all places are, if these are only those of most events."""

    template = "map.html"


class Corrected(Struct, frozen=True, gc=False):
    """A correction, wherever it was made."""

    anchor: str
    day: str
    """As ISO 8601."""
    when: When
    text: str
    event: Link
    below: str = ""
    """The way from `corrections/` to the page that it stands on: `2024/`; empty if it is that."""


class ListPage(Struct, frozen=True):
    """A page of a long list: what stands in a year, month or day, or the pages that have it.

    That is events, or disputes with the sources that they cite, or what cites a source, or
    corrections.
    """

    frame: Frame
    title: str
    about: str
    trail: tuple[Link, ...]
    """The pages above it, from the top."""
    counted: str
    """How many there are in all, in words."""
    nothing: str
    """What is said where nothing is left."""
    spread: Spread | None
    anchors: bool
    """Whether its events have addresses on it."""
    parts: tuple[Link, ...]
    previous: Link | None
    next: Link | None
    groups: tuple[Group, ...] = ()
    disputes: tuple[Disputes, ...] = ()
    notes: tuple[Note, ...] = ()
    citing: tuple[Citing, ...] = ()
    corrections: tuple[Corrected, ...] = ()

    template = "list.html"


class CorrectionsPage(Struct, frozen=True):
    """All corrections, the newest first; of very many the newest only."""

    frame: Frame
    title: str
    about: str
    policy: str
    corrections: tuple[Corrected, ...]
    feed: str
    """The address of the feed as seen from the page; empty if there is none."""
    spread: Spread | None = None
    """Where all are, if they are too many for this page."""

    template = "corrections.html"


class CorrectionsFeed(Struct, frozen=True):
    """The newest of them as a feed (Atom, RFC 4287)."""

    frame: Frame
    title: str
    page: str
    """The absolute address of the page."""
    updated: str
    """The day of the newest correction, as ISO 8601."""
    corrections: tuple[Corrected, ...]

    template = "feeds/corrections.xml"


class NotFound(Struct, frozen=True):
    """What a host shows at an address that is none."""

    frame: Frame

    template = "404.html"


class Moved(Struct, frozen=True):
    """A page at an earlier address of an entry, which leads to the present one."""

    frame: Frame
    link: Link

    template = "moved.html"


class Gone(Struct, frozen=True):
    """A page where something was that has been retracted: what it was, and why it went."""

    frame: Frame
    title: str
    status: Label
    when: When | None
    """The date of the event that was told here."""
    what: str
    """What was told here, in a sentence or two."""
    reason: str
    since: When | None
    """The day on which it went."""
    corrections: tuple[Change, ...]

    template = "gone.html"


View = (
    Home
    | LongHome
    | ListPage
    | PhasePage
    | EventPage
    | Index
    | Entry
    | SourcePage
    | DisputedPage
    | ProsePage
    | MapPage
    | CorrectionsPage
    | CorrectionsFeed
    | NotFound
    | Moved
    | Gone
)
