"""What each page shows, as plain immutable data, ready to print.

A template sees a view and nothing else, so a page is a pure function of its view and the
templates: that is what makes an incremental build equal to a clean one. Views hold texts in the
page's language and addresses relative to the site's root; templates loop and print.
"""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from dateline.atlas import Drawing
from dateline.chart import Lanes, Overview


@dataclass(frozen=True, slots=True)
class Link:
    """An address and the words that lead to it; without an address, only the words."""

    title: str
    address: str = ""
    note: str = ""
    """What the title leaves out: an abbreviation's full name, a role."""
    current: str = ""
    """For `aria-current`: `page` if this is the page, `true` if the page belongs to it."""
    filters: bool = False
    """Whether its page has the filter too: what is picked on one page is taken along."""


@dataclass(frozen=True, slots=True)
class When:
    """A date in words, as EDTF, and as HTML can express it (None where it cannot)."""

    words: str
    edtf: str
    iso: str | None
    vague: bool
    """Whether it is approximate or uncertain."""


@dataclass(frozen=True, slots=True)
class Frame:
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


@dataclass(frozen=True, slots=True)
class Label:
    """A word from a fixed vocabulary: its key, for style, and its name, for people."""

    key: str
    name: str
    meaning: str = ""


@dataclass(frozen=True, slots=True)
class Card:
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


@dataclass(frozen=True, slots=True)
class Choice:
    """One value that events can be filtered by, and how many have it."""

    value: str
    title: str
    address: str
    """Its page; empty if it has none."""
    count: int


@dataclass(frozen=True, slots=True)
class Facet:
    """What events can be filtered by."""

    key: str
    title: str
    one: str
    """Its name within a sentence, such as 'actor'."""
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """A heading and the events below it."""

    id: str
    link: Link
    colour: str
    when: When | None
    summary: str
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The map of all places, and what its signs mean."""

    drawing: Drawing
    alternative: str
    """What stands for the drawing where it is not seen."""
    signs: tuple[tuple[str, str], ...]
    """For the legend: the kind of a sign, and what it means."""


@dataclass(frozen=True, slots=True)
class Home:
    """The timeline: all events in order, grouped by phase."""

    frame: Frame
    groups: tuple[Group, ...]
    count: int
    years: tuple[str, str] | None
    """The first and the last year."""
    rail: tuple[Link, ...]
    """Years, each with the place of its first event in the list."""
    overview: Overview | None
    facets: tuple[Facet, ...]
    map: Sheet | None

    template = "timeline.html"


@dataclass(frozen=True, slots=True)
class Note:
    """A numbered source, and the anchors of the places on the page that cite it."""

    number: int
    id: str
    source: Listing
    cited_at: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PhasePage:
    """A phase: its narrative and its events."""

    frame: Frame
    title: str
    colour: str
    when: When
    summary: str
    overview: Overview | None
    lanes: Lanes | None
    body: Markup
    cards: tuple[Card, ...]
    notes: tuple[Note, ...]
    previous: Link | None
    next: Link | None

    template = "phase.html"


@dataclass(frozen=True, slots=True)
class Claim:
    """One side of a dispute, or one figure: who, what, and the citations."""

    by: tuple[Link, ...]
    says: str
    citations: tuple[Mark, ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Mark:
    """A citation outside of a Markdown text."""

    number: int
    source: str
    anchor: str
    title: str


@dataclass(frozen=True, slots=True)
class Claims:
    """A disputed point, or a thing counted, and what each side says of it."""

    point: str
    claims: tuple[Claim, ...]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture of an event."""

    address: str
    alt: str
    caption: str
    credit: str
    licence: str


@dataclass(frozen=True, slots=True)
class Change:
    """A correction, with its day."""

    when: When
    text: str


@dataclass(frozen=True, slots=True)
class Step:
    """An event to go on to."""

    link: Link
    when: When


@dataclass(frozen=True, slots=True)
class Thread:
    """What actors took part in before and after an event; those for whom it is the same."""

    actors: tuple[Link, ...]
    previous: Step | None
    next: Step | None


@dataclass(frozen=True, slots=True)
class EventPage:
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
    locator: Drawing | None = None

    template = "event.html"


@dataclass(frozen=True, slots=True)
class Listing:
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


@dataclass(frozen=True, slots=True)
class Section:
    """Entries of an index under one heading."""

    title: str
    entries: tuple[Listing, ...]


@dataclass(frozen=True, slots=True)
class Index:
    """All entries of one kind."""

    frame: Frame
    kind: str
    title: str
    about: str
    count: int
    sections: tuple[Section, ...]
    lanes: Lanes | None
    """Who was active when, where the entries are actors."""

    template = "index.html"


@dataclass(frozen=True, slots=True)
class Fact:
    """A line of an entry's particulars: a name and its values."""

    name: str
    values: tuple[Link, ...] = ()
    when: When | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """An actor, place, tag or source, and the events that name it."""

    frame: Frame
    kind: str
    title: str
    lang: str
    index: Link
    label: str
    summary: str
    facts: tuple[Fact, ...]
    sources: tuple[Listing, ...]
    overview: Overview | None
    groups: tuple[Group, ...]
    mentions: tuple[Link, ...]
    """Where else it is named: phases and actors that cite a source."""
    url: str = ""
    count: int = 0
    locator: Drawing | None = None

    template = "entry.html"


@dataclass(frozen=True, slots=True)
class ProsePage:
    """A Markdown page."""

    frame: Frame
    title: str
    body: Markup
    notes: tuple[Note, ...]
    draft: bool

    template = "page.html"


@dataclass(frozen=True, slots=True)
class MapRow:
    """A place in the list below the map."""

    id: str
    link: Link
    region: str
    note: str
    """How the map shows it, where that is not as a point."""
    events: int


@dataclass(frozen=True, slots=True)
class MapPage:
    """The map of all places, the same as a list, and the events that it counts."""

    frame: Frame
    title: str
    about: str
    map: Sheet
    rows: tuple[MapRow, ...]
    facets: tuple[Facet, ...]
    groups: tuple[Group, ...]

    template = "map.html"


@dataclass(frozen=True, slots=True)
class NotFound:
    """What a host shows at an address that is none."""

    frame: Frame

    template = "404.html"


@dataclass(frozen=True, slots=True)
class Moved:
    """A page at an earlier address of an event, which leads to the present one."""

    frame: Frame
    link: Link

    template = "moved.html"


View = Home | PhasePage | EventPage | Index | Entry | ProsePage | MapPage | NotFound | Moved
