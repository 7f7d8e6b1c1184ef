"""Small projects for tests: written from one text, built, and looked at.

project = projects.write(tmp_path, '''
-- content/site.yaml --
title: Floods
-- content/events.yaml --
- {id: flood, date: 1953-02-01, title: The flood}
''')
projects.views(project)["events/flood/"].card.when.words    # '1 February 1953'
"""

from __future__ import annotations

import runpy
import shutil
import textwrap
from collections.abc import Callable
from pathlib import Path

from dateline import check, pages, plans, schema, source
from dateline.artifacts import Site
from dateline.history import History
from dateline.language import Language
from dateline.problems import Faults
from dateline.project import Project
from dateline.views import View

ROOT = Path(__file__).parents[1]
NO_PAST = History()

build: Callable[[Project], Site] = runpy.run_path(str(ROOT / "build.py"))["build"]
"""The recipe of this project."""


def write(folder: Path, text: str) -> Path:
    """Write the files of a text, each after a line `-- its/path --`; return the folder."""
    name, lines = "", list[str]()
    for line in [*textwrap.dedent(text).strip().splitlines(), "--  --"]:
        if not (line.startswith("-- ") and line.endswith(" --")):
            lines.append(line)
            continue
        if name:
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("\n".join([*lines, ""]), "utf-8", newline="\n")
        name, lines = line[3:-3], []
    return folder


def with_recipe(folder: Path) -> Path:
    """Put the recipe of this project into a folder; return the folder."""
    shutil.copy(ROOT / "build.py", folder)
    return folder


def views(
    folder: Path, *, base_url: str = "", drafts: bool = False, past: History = NO_PAST
) -> dict[str, View]:
    """Return the view of every page of a project, by address."""
    with Faults() as faults:
        content = source.read(folder / "content", faults)
        timeline = schema.timeline(content, faults, drafts=drafts)
        check.timeline(timeline, faults)
    made = pages.Pages(
        timeline,
        Language(timeline.settings.languages[0]),
        stylesheet="assets/site.css",
        media={name: f"media/{name}" for name in content.media},
        base_url=base_url,
        past=past,
    )
    found = {plan.address: plan.view() for plan in plans.each(made.all())}
    assert all(view.frame.address == address for address, view in found.items())
    return found


def files(folder: Path) -> dict[str, bytes]:
    """Return what every file below a folder holds, by path with forward slashes."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
