"""What a running process remembers of the content changes nothing of the site."""

from __future__ import annotations

import gc
import random
import weakref
from pathlib import Path

import projects
import pytest

from dateline import check, routes, source
from dateline.artifacts import Site
from dateline.kept import Kept
from dateline.problems import Problems
from dateline.project import Project

SITE = "title: Tides\nlist_limit: 20\n"
PHASE = "---\ntitle: {id}\ndates: 1500/1599\n---\nIn that century [@annals].\n"
REGISTRIES = {
    "actors.yaml": "monk:\n  name: Monk\n  kind: person\nduke:\n  name: Duke\n  kind: person\n",
    "places.yaml": 'sea:\n  name: Sea\n  kind: region\n  lat: "52.5"\n  lon: "3.0"\n',
    "tags.yaml": "storm:\n  name: Storm\n",
}
WORDS = "Water came over the dyke and went again by night and the abbey stood".split()


class Editor:
    """Writes content at random, and edits it as an editor would: one thing at a time."""

    def __init__(self, seed: int, events: int) -> None:
        self.dice = random.Random(seed)
        self.count = 0
        self.events: dict[str, list[dict[str, str]]] = {"before": [], "after": []}
        self.sources = {"old": ["annals", "letter"], "new": ["list"]}
        self.titles = {id: f"The {id}" for ids in self.sources.values() for id in ids}
        self.site, self.phases = SITE, {"before": PHASE, "after": PHASE}
        self.retracted = ""
        for _ in range(events):
            self.add()

    def add(self) -> None:
        """Write another event."""
        self.count += 1
        self.dice.choice(list(self.events.values())).append(
            {
                "id": f"event-{self.count}",
                "date": f"15{self.dice.randint(10, 29)}",
                "title": f"Flood {self.count}",
                "actors": self.dice.choice(["[]", "[monk]", "[monk, duke]"]),
                "places": self.dice.choice(["[]", "[sea]"]),
                "sources": self.dice.choice(["[annals]", "[letter]", "[list, annals]"]),
                "text": self.text(),
            }
        )

    def text(self) -> str:
        """Return a text, which may cite a source or link to an event."""
        words = self.dice.sample(WORDS, 5)
        words.append(self.dice.choice(["[@annals]", "[@list, p. 2]", "[[event-1]]", "again"]))
        return "|\n    " + " ".join(words) + ".\n"

    def edit(self) -> None:
        """Change one thing."""
        events = self.dice.choice([found for found in self.events.values() if found])
        event = self.dice.choice(events)
        kind = self.dice.randrange(12)
        if kind == 0:
            self.add()
        elif kind == 1 and event["id"] != "event-1" and len(events) > 1:
            events.remove(event)
        elif kind == 2:
            self.titles[self.dice.choice(list(self.titles))] += " again"
        elif kind == 3:
            phase = self.dice.choice(list(self.phases))
            self.phases[phase] += "\nAnd [@letter].\n"
        elif kind == 4:
            event["status"] = self.dice.choice(["confirmed", "reported", "disputed"])
        elif kind == 5 and event["id"] != "event-1":
            event["draft"] = self.dice.choice(["true", "false"])
        elif kind == 6:
            event["date"] = f"15{self.dice.randint(10, 29)}-0{self.dice.randint(1, 9)}"
        elif kind == 7:
            event["corrections"] = "[{date: 2024-02-01, text: It was a Monday.}]"
        elif kind == 8:
            event["aliases"] = f"[was-{event['id']}]"
        elif kind == 9:
            event["actors"] = self.dice.choice(["[]", "[duke]", "[duke, monk]"])
        else:
            event["text"] = self.text()

    def write(self, folder: Path) -> None:
        """Write all of it."""
        files = {f"content/{name}": text for name, text in REGISTRIES.items()}
        files["content/permalinks.lock"] = "/events/event-1/\n/timeline/1510/\n"
        files["content/site.yaml"] = self.site
        for phase, text in self.phases.items():
            files[f"content/phases/{phase}.md"] = text.replace("{id}", phase)
        for phase, events in self.events.items():
            rows = (f"- {'  '.join(f'{k}: {v}' + chr(10) for k, v in e.items())}" for e in events)
            files[f"content/events/{phase}.yaml"] = "".join(rows)
        for name, ids in self.sources.items():
            rows = (f"{id}:\n  title: {self.titles[id]}\n  kind: document\n" for id in ids)
            files[f"content/sources/{name}.yaml"] = "".join(rows)
        for name, text in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            if not path.is_file() or path.read_text("utf-8") != text:
                path.write_text(text, "utf-8")


def files(site: Site) -> dict[str, tuple[str, bytes]]:
    """Every file of a site with its key."""
    return {path: (artifact.key, artifact.make()) for path, artifact in site.files.items()}


def anew(project: Project, monkeypatch: pytest.MonkeyPatch) -> Site:
    """The site as a process builds it that remembers nothing."""
    with monkeypatch.context() as patch, Kept(home=project.content).used():
        patch.setattr(check, "_last", None)
        patch.setattr(routes, "_last", None)
        return projects.build(project)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("size", [6, 30])
def test_after_any_edits_a_process_that_remembers_makes_the_same_site(
    seed, size, tmp_path, monkeypatch
):
    """Every file and key, for small and for long timelines, drafts shown as in a preview."""
    editor = Editor(seed, size)
    project = Project(root=tmp_path, output=tmp_path / "site", drafts=True, base_url="https://a.b/")
    kept = Kept(home=project.content)
    built = 0
    for _ in range(12):
        editor.write(tmp_path)
        try:
            expected = files(anew(project, monkeypatch))
        except Problems:
            editor.edit()
            continue
        with kept.used():
            assert files(projects.build(project)) == expected
        built += 1
        editor.edit()

    assert built > 6


SMALL = """
-- content/site.yaml --
title: Floods
-- content/events.yaml --
- {id: rain, date: 2001, title: Rain, phase: water}
-- content/phases/water.md --
---
title: Water
dates: 2001/2002
---
"""


def test_a_fault_is_told_until_it_is_mended_whatever_else_is_saved(tmp_path, monkeypatch):
    """The marks of a file with a fault do not stand for what it was before."""
    monkeypatch.setattr(source, "SETTLED", -(10**9))  # marks tell at once of the next change
    project = Project(root=projects.write(tmp_path, SMALL), output=tmp_path / "site")
    with Kept(home=project.content).used():
        projects.build(project)
        (project.content / "events.yaml").write_text("- {id: rain, date: [", "utf-8")
        for _ in range(3):
            with pytest.raises(Problems):
                projects.build(project)


def test_what_an_edit_has_replaced_is_let_go(tmp_path):
    """A preview of many hours does not grow with every save."""
    project = Project(root=projects.write(tmp_path, SMALL), output=tmp_path / "site")
    kept, parts, sites = Kept(home=project.content), [], []
    with kept.used():
        for title in ("Rain", "More rain", "Much more rain", "A flood"):
            projects.write(tmp_path, SMALL.replace("title: Rain", f"title: {title}"))
            sites[:] = [projects.build(project)]
            parts.append(weakref.ref(kept.files["events.yaml"].part))
    gc.collect()

    assert [part() is not None for part in parts[1:]] == [False, False, True]
