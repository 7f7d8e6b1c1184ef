"""What Lighthouse says of the real site, where it is installed (`npm install --global lighthouse`).

Speed is measured by hand and not asserted here: a score of it is a time.
"""

import json
import os
import shutil
import subprocess

import projects
import pytest

from dateline import output
from dateline.project import Project

LIGHTHOUSE = shutil.which("lighthouse")
CHROMIUM = (
    os.environ.get("CHROME_PATH") or shutil.which("chromium") or shutil.which("google-chrome")
)
FLAGS = "--headless=new --no-sandbox --disable-gpu --no-first-run --disable-background-networking"


@pytest.mark.slow
@pytest.mark.skipif(not (LIGHTHOUSE and CHROMIUM), reason="there is no lighthouse here")
@pytest.mark.parametrize("address", ["", "events/army-enters-kidal/"])
def test_lighthouse_has_nothing_to_say_against_a_page(tmp_path, serve_folder, address):
    """Accessibility, best practices and search engines: 100 of 100 each."""
    project = Project(
        root=projects.ROOT, output=tmp_path / "site", base_url="https://example.org/timeline/"
    )
    output.write(projects.build(project), project.output)
    command = [
        LIGHTHOUSE,
        f"{serve_folder(project.output)}/{address}",
        "--quiet",
        "--output=json",
        "--only-categories=accessibility,best-practices,seo",
        "--skip-audits=canonical",  # that of the published site, which is not this address
        f"--chrome-flags={FLAGS}",
    ]
    done = subprocess.run(
        command, env={**os.environ, "CHROME_PATH": CHROMIUM}, capture_output=True, check=True
    )

    scores = {name: one["score"] for name, one in json.loads(done.stdout)["categories"].items()}
    assert scores == {"accessibility": 1, "best-practices": 1, "seo": 1}
