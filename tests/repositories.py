r"""Small git repositories for tests, made with the git command.

repository = Repository(tmp_path)
repository.write("-- content/site.yaml --\ntitle: Floods")
repository.commit("2024-02-01T23:30:00-0500")
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import projects

from dateline import history, source
from dateline.problems import Faults
from dateline.project import Project

WHO = {
    "GIT_AUTHOR_NAME": "An editor",
    "GIT_AUTHOR_EMAIL": "editor@example.org",
    "GIT_COMMITTER_NAME": "An editor",
    "GIT_COMMITTER_EMAIL": "editor@example.org",
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_SYSTEM": os.devnull,
}


class Repository:
    """A folder under git, and the project in it."""

    def __init__(self, folder: Path, project: str = ".") -> None:
        """Begin a repository; the project is in a folder of it."""
        self.folder, self.root = folder, folder / project
        self.folder.mkdir(exist_ok=True)
        self.git("init", "--quiet", "--initial-branch=main")

    def git(self, *words: str, **settings: str) -> str:
        """Run a git command in the folder; return what it prints."""
        # Commits of one second would have the same hash if they were alike.
        done = subprocess.run(
            ["git", *words],
            cwd=self.folder,
            env={**os.environ, **WHO, **settings},
            check=True,
            capture_output=True,
            encoding="utf-8",
        )
        return done.stdout.strip()

    def write(self, text: str) -> None:
        """Write the files of a text, each after a line `-- its/path --`."""
        projects.write(self.root, text)

    def commit(self, when: str, text: str = "") -> str:
        """Write files and commit all there is, on the author's day; return the hash."""
        self.write(text)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "-m", when,
                 GIT_AUTHOR_DATE=when, GIT_COMMITTER_DATE=when)  # fmt: skip
        return self.git("rev-parse", "HEAD")

    @property
    def project(self) -> Project:
        """The project."""
        return Project(root=self.root, output=self.root / "site")

    def read(self) -> history.History:
        """What the repository says of the content as it is now."""
        return history.read(self.project, source.read(self.project.content, Faults()))

    def days(self) -> dict[str, str]:
        """By id, the day of the last change."""
        return {id: day for (_, id), day in self.read().days.items()}
