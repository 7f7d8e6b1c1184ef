"""Whole sites: golden ones byte for byte, the same bytes everywhere, incremental equal to clean."""

import json
import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import conftest
import projects
import pytest

from dateline import output
from dateline.project import Project

SITES = Path(__file__).parent / "sites"
CASES = sorted(path.name for path in SITES.iterdir() if (path / "content").is_dir())


class Golden(Project, frozen=True):
    """A project that has the templates of its own folder only: Dateline's may change."""

    @property
    def templates(self) -> tuple[Path, ...]:
        """The folder of its templates."""
        return (self.root / "templates",)


def pages(folder: Path) -> dict[str, bytes]:
    """Every file of a site but the record of its build."""
    found = projects.files(folder)
    found.pop(output.RECORD, None)
    return found


def compare(built: Path, golden: Path, *, in_ci: bool = conftest.IN_CI) -> None:
    """Fail if a site is not the golden one, and leave it beside that.

    A golden site that is missing is written, to be read before it is kept; where CI=true it
    is a failure, so that no comparison is lost unseen.
    """
    changed = golden.with_name(f"{golden.name}-changed")
    shutil.rmtree(changed, ignore_errors=True)
    if not golden.exists():
        assert not in_ci, f"{golden} is missing"
        write(pages(built), golden)
        return
    found, expected = pages(built), pages(golden)
    if found != expected:
        write(found, changed)
        differ = [n for n in {**expected, **found} if found.get(n) != expected.get(n)]
        pytest.fail(f"see {changed}: {', '.join(sorted(differ))}")


def write(found: dict[str, bytes], folder: Path) -> None:
    """Write files into a folder."""
    for name, data in found.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


@pytest.mark.parametrize("case", CASES)
def test_a_golden_site_is_built_byte_for_byte(case, tmp_path):
    """What tests/sites/<case>/content and templates make is tests/sites/<case>/site."""
    # A copy: the history of this repository is none of theirs.
    root = shutil.copytree(SITES / case, tmp_path / "project", ignore=lambda *_: {"site"})
    project = Golden(root=root, output=tmp_path / "site")
    output.write(projects.build(project), project.output)

    compare(project.output, SITES / case / "site")


def test_a_golden_site_that_differs_fails_and_is_left_to_be_looked_at(tmp_path):
    """One page that differs, is new or is gone is enough; the golden site itself stays."""
    golden = projects.write(tmp_path / "site", "-- a --\nx\n-- b --\ny")
    before = projects.files(golden)
    for text in ("-- a --\nz\n-- b --\ny", "-- a --\nx", "-- a --\nx\n-- b --\ny\n-- c --\n"):
        shutil.rmtree(tmp_path / "built", ignore_errors=True)
        built = projects.write(tmp_path / "built", text)

        with pytest.raises(pytest.fail.Exception):
            compare(built, golden)
        assert projects.files(tmp_path / "site-changed") == projects.files(built)
        assert projects.files(golden) == before

    compare(projects.write(built, "-- a --\nx\n-- b --\ny"), projects.write(golden, "-- c --"))
    assert not (tmp_path / "site-changed").exists()


def test_a_missing_golden_site_is_written_but_not_where_ci_runs(tmp_path):
    """Locally it is there to be read; in CI it fails and writes nothing."""
    built = projects.write(tmp_path / "built", "-- a --\nx")

    with pytest.raises(AssertionError, match="is missing"):
        compare(built, tmp_path / "site", in_ci=True)
    assert not (tmp_path / "site").exists()

    compare(built, tmp_path / "site", in_ci=False)
    assert projects.files(tmp_path / "site") == projects.files(built)


# The same bytes everywhere.


@pytest.fixture
def built(tmp_path):
    """Return a function: what a build of the golden case 'full' makes with Dateline's templates.

    In a process of its own and a folder of its own; the record is among the files.
    """

    def of(where: str, *, order: Callable = sorted, cwd: str = ".", **settings: str):
        project = tmp_path / where
        source = projects.files(SITES / "full/content")
        for name in order(source):
            write({name: source[name]}, project / "content")
        projects.with_recipe(project)
        (tmp_path / where / cwd).mkdir(exist_ok=True)
        subprocess.run(
            [sys.executable, project / "build.py", "--quiet"],
            cwd=project / cwd,
            check=True,
            env=os.environ | {"PYTHONPATH": str(projects.ROOT)} | settings,
        )
        return projects.files(project / "site")

    return of


def backwards(found) -> list[str]:
    """The names in the order that a folder would hardly give."""
    return sorted(found, reverse=True)


@pytest.mark.parametrize(
    "other",
    [
        {"PYTHONHASHSEED": "1"},
        {"PYTHONHASHSEED": "4242"},
        {"TZ": "Pacific/Kiritimati"},
        {"TZ": "America/Los_Angeles", "SOURCE_DATE_EPOCH": "1"},
        {"LANG": "ar_EG.UTF-8", "LC_ALL": "ar_EG.UTF-8", "LANGUAGE": "ar"},
        {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"order": backwards},
        {"cwd": "content"},
    ],
    ids=" ".join,
)
def test_a_build_gives_the_same_bytes_everywhere(built, other):
    """Whatever the path, hash seed, time zone, locale, order of files or working folder."""
    assert built("elsewhere/a long name", **other) == built("here", PYTHONHASHSEED="0", TZ="UTC")


# An incremental build equals a clean one.


class Editor:
    """Somebody who edits a small project at random, and always leaves it without a fault."""

    def __init__(self, seed: int, folder: Path) -> None:
        self.dice, self.folder = random.Random(seed), folder
        self.events: dict[str, dict[str, object]] = {}
        self.made = 0
        projects.write(
            folder,
            """
            -- content/site.yaml --
            title: Floods
            -- content/phases/one.md --
            ---
            title: One
            dates: 1200/1500
            ---
            -- content/places.yaml --
            egmond: {name: Egmond, kind: town}
            sea: {name: The sea, kind: region}
            -- content/sources.yaml --
            annals: {title: Annals, kind: book}
            """,
        )
        for _ in range(5):
            self.add()
        self.save()

    def edit(self) -> str:
        """Change one thing; return what."""
        work = self.dice.choice(
            [self.add, self.remove, self.rename, self.change, self.change, self.template, self.mess]
        )
        work()
        self.save()
        return work.__name__

    def add(self) -> None:
        """Write a new event, sometimes a draft."""
        self.made += 1
        self.events[f"event-{self.made}"] = {
            "date": f"{self.dice.randint(1200, 1500)}",
            "title": f"Title {self.made}",
            "places": self.dice.choice([[], ["egmond"], ["egmond", "sea"]]),
            "phase": self.dice.choice(["one", ""]),
            "text": self.dice.choice(["", "Words [@annals]."]),
            "draft": self.dice.choice(["true", "false", "false"]),
        }

    def remove(self) -> None:
        """Take an event out."""
        if self.events:
            del self.events[self.any()]

    def rename(self) -> None:
        """Give an event another id; the one it had becomes an alias, or is forgotten."""
        if not self.events:
            return
        old = self.any()
        event = self.events.pop(old)
        self.made += 1
        self.events[f"renamed-{self.made}"] = event
        if self.dice.random() < 0.6:
            event["aliases"] = [*event.get("aliases", []), old]

    def change(self) -> None:
        """Change one field of an event."""
        if self.events:
            field = self.dice.choice(["date", "title"])
            self.events[self.any()][field] = f"{self.dice.randint(1200, 1500)}"

    def template(self) -> None:
        """Write a template of the project's own, or take it away."""
        own = self.folder / "templates/404.html"
        if own.exists():
            own.unlink()
        else:
            projects.write(self.folder, f"-- templates/404.html --\n{self.dice.random()}")

    def mess(self) -> None:
        """Edit or delete a file of the output."""
        path = self.folder / "site" / self.dice.choice(sorted(pages(self.folder / "site")))
        if self.dice.random() < 0.5:
            path.unlink()
        else:
            path.write_bytes(b"mess")

    def any(self) -> str:
        """The id of one of the events."""
        return self.dice.choice(sorted(self.events))

    def save(self) -> None:
        """Write the events as YAML, which JSON is too."""
        shown = [
            {"id": id, **{name: value for name, value in event.items() if value}}
            for id, event in self.events.items()
        ]
        (self.folder / "content/events.yaml").write_text(json.dumps(shown), "utf-8")


@pytest.mark.parametrize("seed", range(3))
def test_an_incremental_build_equals_a_clean_one(seed, tmp_path):
    """After each of fifteen edits the site has the bytes, and the record, of a first build."""
    folder = tmp_path / "project"
    editor = Editor(seed, folder)
    project = Project(root=folder, output=folder / "site")
    output.write(projects.build(project), project.output)
    done = []
    for turn in range(15):
        done.append(editor.edit())
        output.write(projects.build(project), project.output)
        clean = tmp_path / f"clean {turn}"
        output.write(projects.build(project), clean)

        assert projects.files(project.output) == projects.files(clean), done
        assert folders(project.output) == folders(clean), done


def folders(place: Path) -> list[str]:
    """Every folder below a place."""
    return sorted(str(path.relative_to(place)) for path in place.rglob("*") if path.is_dir())
