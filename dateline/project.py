"""Where a project's files are, and how it is to be built."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Project:
    """A folder with `content/`, perhaps `templates/`, and the settings of one run."""

    root: Path
    output: Path
    """Where the site is written: `site/` unless `--output` says otherwise."""
    base_url: str | None = None
    """The address that the site is published at; None leaves it to `content/site.yaml`."""
    drafts: bool = False
    """Whether events and pages marked `draft: true` are shown."""

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
    def locale(self) -> Path | None:
        """The folder of the translations of the site's own texts, if there is one."""
        found = (folder / "locale" for folder in self.templates)
        return next((folder for folder in found if folder.is_dir()), None)


def defaults() -> Path:
    """Return the folder of the templates that come with Dateline.

    An installed package carries them inside itself; in a checkout they are the folder
    beside it.
    """
    package = Path(__file__).parent
    inside = package / "templates"
    return inside if inside.is_dir() else package.parent / "templates"
