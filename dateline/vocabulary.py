"""The words of the fixed vocabularies: what a status, a kind or a list is called, and means.

Texts are marked here and translated where they are printed, so `pybabel extract` needs `-k marked`
besides the keywords that `language` names.
"""

from __future__ import annotations


def marked(message: str) -> str:
    """Mark a text for translation."""
    return message


STATUS = {
    "confirmed": (
        marked("Confirmed"),
        marked("Independent sources agree that it happened; details may differ."),
    ),
    "reported": (
        marked("Reported"),
        marked("It rests on one account, or on sources that are not independent."),
    ),
    "disputed": (
        marked("Disputed"),
        marked("Those involved contradict each other about its central fact."),
    ),
    "retracted": (
        marked("Retracted"),
        marked("It was published here and does not hold; it is kept so that links to it work."),
    ),
}
"""By status, its name and its public definition."""

ACTOR_KINDS = {
    "person": (marked("Person"), marked("People")),
    "state": (marked("State"), marked("States and governments")),
    "armed-force": (marked("Armed force"), marked("Armed forces")),
    "armed-group": (marked("Armed group"), marked("Armed groups")),
    "coalition": (marked("Coalition"), marked("Coalitions")),
    "organisation": (marked("Organisation"), marked("Organisations")),
    "mission": (marked("International mission"), marked("International missions")),
    "company": (marked("Company"), marked("Companies")),
}
"""By kind, its name for one and for several; so too below."""

PLACE_KINDS = {
    "town": (marked("Town"), marked("Towns")),
    "camp": (marked("Camp"), marked("Camps")),
    "region": (marked("Region"), marked("Regions")),
    "country": (marked("Country"), marked("Countries")),
    "river": (marked("River"), marked("Rivers")),
    "site": (marked("Site"), marked("Sites")),
}
SOURCE_KINDS = {
    "news": (marked("News report"), marked("News")),
    "report": (marked("Report"), marked("Reports")),
    "statement": (marked("Statement"), marked("Statements")),
    "document": (marked("Official document"), marked("Official documents")),
    "agreement": (marked("Text of an agreement"), marked("Texts of agreements")),
    "encyclopedia": (marked("Encyclopedia"), marked("Encyclopedias")),
    "book": (marked("Book"), marked("Books")),
    "media": (marked("Picture, film or sound"), marked("Pictures, films and sound")),
}
SOURCE_TYPES = {
    "primary": (marked("Primary"), marked("It comes from those involved or from witnesses.")),
    "secondary": (marked("Secondary"), marked("It tells what others did, saw or said.")),
}
"""By type of source, its name and its public definition."""
KINDS = {"actor": ACTOR_KINDS, "place": PLACE_KINDS, "source": SOURCE_KINDS}
PRECISION = {
    "exact": "",
    "approximate": marked("approximate"),
    "region": marked("a point within the area, for maps only"),
}
"""How exact the point of a place is."""

INDEXES = {
    "actor": (
        marked("Actors"),
        marked("Everyone who acts in this timeline, with their events."),
    ),
    "place": (marked("Places"), marked("Where the events of this timeline happened.")),
    "tag": (marked("Tags"), marked("The events of this timeline by what kind they are.")),
    "source": (
        marked("Sources"),
        marked("Every document cited in this timeline, with what it is cited for."),
    ),
}
"""By kind of entry, the title of the page that lists all, and what it says of itself."""

DISPUTED = (
    marked("Disputed"),
    marked("Everything in this timeline on which accounts differ, with who says what."),
)
"""The title of that page, and what it says of itself."""

FACETS = {
    "phase": (marked("Phases"), marked("phase")),
    "actor": (marked("Actors"), marked("actor")),
    "place": (marked("Places"), marked("place")),
    "tag": (marked("Tags"), marked("tag")),
}
"""By what events can be filtered: its name as a heading, and within a sentence."""
