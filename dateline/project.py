"""Where a project's files are, and how it is to be built."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from msgspec import Struct

from dateline.hashing import fingerprint

LIBRARIES = ("babel-", "jinja2-", "markdown-", "markupsafe-", "nh3-")
"""How the names of those begin that have a hand in what stands in a page."""


class Project(Struct, frozen=True):
    """A folder with `content/`, perhaps `templates/`, and the settings of one run."""

    root: Path
    output: Path
    """Where the site is written: `site/` unless `--output` says otherwise."""
    base_url: str | None = None
    """The address that the site is published at; None leaves it to `content/site.yaml`."""
    drafts: bool = False
    """Whether events and pages marked `draft: true` are shown."""
    evidence: bool = False
    """Whether warnings say too what rests on too little, as `check` and `--strict` ask."""
    cache: bool = True
    """Whether what a build has read is kept in `.dateline/cache/` for the next."""

    @property
    def content(self) -> Path:
        """The folder that an editor writes in."""
        return self.root / "content"

    @property
    def templates(self) -> tuple[Path, ...]:
        """The folders that templates are looked for in, the project's own first."""
        folders = (self.root / "templates", defaults())
        return tuple(dict.fromkeys(folder.resolve() for folder in folders if folder.is_dir()))

    @property
    def program(self) -> str:
        """A hash of all that makes pages but templates: the recipe, Dateline itself, libraries."""
        recipe = self.root / "build.py"
        own = recipe.read_bytes() if recipe.is_file() else b""
        return fingerprint(own + _program())

    @property
    def locale(self) -> Path | None:
        """The folder of the translations of the site's own texts, if there is one."""
        found = (folder / "locale" for folder in self.templates)
        return next((folder for folder in found if folder.is_dir()), None)


@cache
def _program() -> bytes:
    """Return a hash of Dateline's own files and the versions of its libraries."""
    return repr((own_files(), libraries())).encode()


@cache
def own_files() -> dict[str, str]:
    """Return, by name and in order, the hash of each of Dateline's own files."""
    folder, found = os.path.dirname(__file__), {}  # noqa: PTH120 - Paths are slow, here and below
    for name in sorted(os.listdir(folder)):  # noqa: PTH208
        if name.endswith((".py", "languages.json")):
            with open(os.path.join(folder, name), "rb", buffering=0) as file:  # noqa: PTH118, PTH123
                found[name] = fingerprint(file.read())
    return found


@cache
def libraries() -> tuple[str, ...]:
    """Return the names and versions of the libraries that have a hand in what stands in a page."""
    return tuple(sorted(_versions()))


def _versions() -> Iterator[str]:
    """Yield the names of the folders that pip leaves for the libraries, such as `babel-2.18.0…`.

    `importlib.metadata` would say the same, and takes ten milliseconds to be imported.
    """
    for folder in sys.path:
        with contextlib.suppress(OSError):
            for name in os.listdir(folder or "."):  # noqa: PTH208 - Paths are slow
                if name.endswith(".dist-info") and name.lower().startswith(LIBRARIES):
                    yield name


def defaults() -> Path:
    """Return the folder of the templates that come with Dateline.

    An installed package carries them inside itself; in a checkout they are the folder
    beside it.
    """
    package = Path(__file__).parent
    inside = package / "templates"
    return inside if inside.is_dir() else package.parent / "templates"
