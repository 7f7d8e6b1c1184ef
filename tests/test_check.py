"""Rules about the whole timeline. The exact messages are in tests/problems/."""

from __future__ import annotations

import pytest

from dateline import check, schema, source
from dateline.problems import Faults

BASE = {
    "site.yaml": "title: The Moon",
    "phases/landing.md": "---\ntitle: The landing\ndates: 1969-07\n---\n",
    "events/landing.yaml": (
        "- {id: lift-off, date: 1969-07-16, title: Lift-off}\n"
        "- {id: landing, date: 1969-07-20, title: Landing}\n"
    ),
    "actors.yaml": "nasa: {name: NASA, kind: organisation}",
    "sources.yaml": "log: {title: Log, kind: document}",
}


@pytest.fixture
def found(tmp_path):
    """Return a function that adds files to a sound timeline and returns what the rules say."""

    def found_in(files: dict[str, str], *, drafts: bool = False) -> list[str]:
        for name, text in (BASE | files).items():
            path = tmp_path / "content" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        faults = Faults()
        timeline = schema.timeline(source.read(tmp_path / "content", faults), faults, drafts=drafts)
        assert list(faults) == []
        check.timeline(timeline, faults)
        return [problem.message for problem in faults]

    return found_in


def events(*fields: str) -> dict[str, str]:
    """A file of two events, the second with these fields."""
    more = ", ".join(("id: landing, date: 1969-07-20, title: Landing", *fields))
    first = "- {id: lift-off, date: 1969-07-16, title: Lift-off}\n"
    return {"events/landing.yaml": f"{first}- {{{more}}}\n"}


def page(text: str, name: str = "about") -> dict[str, str]:
    """A page with this text."""
    return {f"pages/{name}.md": f"---\ntitle: About\n---\n{text}\n"}


def test_a_sound_timeline_has_no_faults(found):
    """What the other tests find comes from what they add."""
    assert found({}) == []


@pytest.mark.parametrize(
    ("field", "kind"),
    [
        ("places", "place"),
        ("actors", "actor"),
        ("tags", "tag"),
        ("causes", "event"),
        ("sources", "source"),
    ],
)
def test_every_id_in_a_field_is_the_id_of_something(found, field, kind):
    """Each list of ids is looked up among the entries of its kind, and of no other."""
    assert found(events(f"{field}: [other]")) == [f"unknown {kind} 'other'"]


def test_an_id_of_another_kind_does_not_count(found):
    """`nasa` is an actor, and so no place."""
    assert found(events("places: [nasa]")) == ["unknown place 'nasa'"]


def test_texts_are_looked_at_wherever_they_stand(found):
    """Events, phases and pages may cite and link, and each of them is checked."""
    files = {
        **events('text: "[@a]"'),
        "phases/landing.md": "---\ntitle: X\ndates: 1969-07\n---\n[[b]]\n",
        **page("[@c; @log]"),
    }

    assert found(files) == ["unknown source 'a'", "unknown source 'c'", "unknown event 'b'"]


def test_a_link_to_an_event_by_its_id_is_sound(found):
    """What names what is there says nothing."""
    assert found(page("[[lift-off]] [[landing|it]] [@log, p. 4; @log]")) == []


@pytest.mark.parametrize(
    ("cause", "consequence", "wrong"),
    [
        ("1969-07-21", "1969-07-20", True),
        ("1969-08", "1969-07-20", True),
        ("1969-07-20", "1969-07-20", False),
        ("1969-07", "1969-07-20", False),
        ("1969", "1969-07-20", False),
        ("1969-07-19/..", "1969-07-20", False),
        ("1969-07-25", "1969-07~", False),
        ("1970", "../1969-07-20", True),
        ("1970", "1969-07-20/..", False),
        ("XXXX", "1969-07-20", False),
    ],
)
def test_a_cause_does_not_begin_after_its_consequence_is_over(found, cause, consequence, wrong):
    """Where the dates leave a doubt, the editor is believed."""
    files = {
        "phases/landing.md": "---\ntitle: X\ndates: /\n---\n".replace("/", "1900/2000"),
        "events/landing.yaml": (
            f"- {{id: a, date: {cause}, title: A}}\n"
            f"- {{id: b, date: {consequence}, title: B, causes: [a]}}\n"
        ),
    }

    assert [message for message in found(files) if "cause" in message] == (
        [f"the cause 'a' ({cause}) is after its consequence 'b' ({consequence})"] if wrong else []
    )


def test_an_event_is_not_its_own_cause(found):
    """Whichever field stands first, a cause is counted to the event that it stands in."""
    text = "- causes: [b]\n  id: b\n  date: 1969-07-16\n  title: B\n"

    assert found({"events/landing.yaml": text}) == ["'b' is given as its own cause"]


@pytest.mark.parametrize(
    ("date", "outside"),
    [
        ("1969-06-30", True),
        ("1969-08-01", True),
        ("1969-06/1969-07", False),
        ("1969", False),
        ("1969-07-31/..", False),
        ("../1969-06", True),
    ],
)
def test_an_event_outside_its_phase_is_a_warning(found, date, outside):
    """An overlap of a day is enough; an event may begin before its phase and end after it."""
    said = found({"events/landing.yaml": f"- {{id: a, date: {date}, title: A}}\n"})

    assert said == (
        [f"the event 'a' ({date}) lies outside its phase 'landing' (1969-07)"] if outside else []
    )


@pytest.mark.parametrize(
    "link", "../ ./ #text-a ../events/lift-off/ ../actors/#top ../actors/nasa/?a=b ../?a=b".split()
)
def test_a_relative_link_leads_to_a_page(found, link):
    """The address is taken as a browser takes it, from the page that the text stands on."""
    assert found(page(f"[x]({link})")) == []


@pytest.mark.parametrize(
    "link", "../x/ events/lift-off/ /events/lift-off/ ../events/lift-off ../../ about.md".split()
)
def test_a_relative_link_that_leads_nowhere_is_a_fault(found, link):
    """Also one that would only work where the site is at the top of its host."""
    assert found(page(f"[x]({link})")) == [f"no page of this site is at '{link}'"]


def test_each_bad_link_is_reported_at_its_own_place(tmp_path):
    """The same wrong address twice is two faults."""
    text = BASE | page("[x](../x/)\n\n[y](../x/)")
    for name, content in text.items():
        path = tmp_path / "content" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")
    faults = Faults()
    check.timeline(schema.timeline(source.read(tmp_path / "content", faults), faults), faults)

    assert [(problem.line, problem.column) for problem in faults] == [(4, 5), (6, 5)]


def test_drafts_may_name_drafts(found):
    """With drafts shown, everything is there; without them, a draft is judged as one."""
    files = events("causes: [lift-off]", "draft: true")
    files["events/landing.yaml"] = files["events/landing.yaml"].replace(
        "title: Lift-off", "title: Lift-off, draft: true"
    )

    assert found(files) == []
    assert found(files, drafts=True) == []


def test_what_is_published_may_not_name_drafts(found):
    """The page would not be there; with drafts shown it is."""
    files = {"pages/about.md": "---\ntitle: About\n---\n[[start]]\n"}
    files["events/start.yaml"] = "- {id: start, date: 1969-07, title: Start, draft: true}\n"
    files["phases/start.md"] = BASE["phases/landing.md"]

    assert found(files) == ["the event 'start' is a draft, so it has no page yet"]
    assert found(files, drafts=True) == []


def test_every_rule_says_what_it_is_for():
    """The docstring of a rule is its documentation."""
    for rule in check.RULES:
        assert (rule.__doc__ or "").startswith(("Every", "What", "A "))
