"""What README.md shows is what a reader gets."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text("utf-8")
BLOCKS = dict(re.findall(r"```(\w*)\n(- id.*?|content/.*?)```", README, re.DOTALL))
EVENT = BLOCKS["yaml"]
FAULT = BLOCKS[""].strip()


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a copy of this project."""
    shutil.copytree(ROOT / "content", tmp_path / "content")
    shutil.copy(ROOT / "build.py", tmp_path)
    return tmp_path


def build(project: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command as the README gives it, in the project's folder."""
    command = [sys.executable, "build.py", *arguments]
    return subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)


def test_the_event_of_the_readme_becomes_the_page_that_it_names(project):
    """The YAML is that of the site, and its page is at the address in the text."""
    done = build(project)

    events = (project / "content/events/fall-of-kidal.yaml").read_text("utf-8")
    address = re.search(r"It becomes `/(\S+)`", README)[1]
    page = (project / "site" / address / "index.html").read_text("utf-8")
    assert done.returncode == 0
    assert EVENT in events
    assert "General El Hadj Ag Gamou named governor of Kidal" in page


def test_the_mistake_of_the_readme_gets_the_message_that_it_shows(project):
    """The misspelt id gives the message to the letter, and nothing is written."""
    events = project / "content/events/fall-of-kidal.yaml"
    text = events.read_text("utf-8")
    events.write_text(text.replace("el-hadj-ag-gamou, assimi", "el-hadj-ag-gamu, assimi"), "utf-8")

    done = build(project)

    assert (done.returncode, done.stderr.strip()) == (
        1,
        FAULT + "\n\n1 fault; nothing was written",
    )
    assert not (project / "site").exists()


def test_every_make_target_of_the_readme_is_there():
    """`make`, `make serve` and `make test` are rules of the Makefile."""
    targets = re.findall(r"(?m)^make(?: (\w+))? ", README)
    rules = re.findall(r"(?m)^(\w+):", (ROOT / "Makefile").read_text("utf-8"))

    assert set(targets) == {"", "serve", "test"}
    assert set(filter(None, targets)) <= set(rules)


def test_every_file_that_the_readme_links_to_is_there():
    """No link and no picture of the README leads nowhere."""
    links = [link for link in re.findall(r"\]\(([^)]+)\)", README) if "://" not in link]

    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_the_readme_fits_on_two_screens():
    """Someone who reads it once knows what there is."""
    assert len(README.splitlines()) < 120
