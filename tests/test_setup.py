"""The set-up: packaging, lock files, make, and the tools that tests lean on."""

import json
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
LOCKS = ("requirements.lock", "requirements-test.lock", "tools/node/package-lock.json")


@pytest.mark.parametrize("lock", LOCKS)
def test_lock_files_name_no_address(lock):
    """Where packages are downloaded from is the business of each machine."""
    assert "://" not in (ROOT / lock).read_text("utf-8")


def test_the_runtime_lock_holds_every_dependency():
    """Whatever the package or its build asks for is pinned."""
    wanted = PROJECT["project"]["dependencies"] + PROJECT["build-system"]["requires"]

    assert names(wanted) <= pinned("requirements.lock").keys()


def test_the_test_lock_holds_every_dependency():
    """Whatever the tests ask for is pinned, beside all that the package asks for."""
    wanted = PROJECT["project"]["optional-dependencies"]["test"]

    assert names(wanted) <= pinned("requirements-test.lock").keys()


def test_both_locks_agree():
    """What is tested is what runs: the test lock adds packages and changes none."""
    assert pinned("requirements.lock").items() <= pinned("requirements-test.lock").items()


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-test.lock"])
def test_every_pinned_package_has_hashes(lock):
    """A package whose files changed under the same version is refused."""
    entries = re.split(r"\n(?=[a-z0-9])", (ROOT / lock).read_text("utf-8"))

    assert [entry for entry in entries[1:] if "--hash=sha256:" not in entry] == []


def test_the_npm_lock_holds_every_dependency_with_its_hash():
    """A package from npm whose files changed under the same version is refused."""
    folder = ROOT / "tools/node"
    wanted = json.loads((folder / "package.json").read_text("utf-8"))["dependencies"]
    lock = json.loads((folder / "package-lock.json").read_text("utf-8"))
    packages = {path.rpartition("node_modules/")[2]: it for path, it in lock["packages"].items()}
    del packages[""]

    assert {name: packages[name]["version"] for name in wanted} == wanted
    assert all(package["integrity"].startswith("sha512-") for package in packages.values())


def test_continuous_integration_runs_make_test():
    """Whoever runs `make test` has run what decides."""
    script = ROOT / ".ci/run"

    assert script.read_text("utf-8").splitlines()[-1] == "exec make test"
    assert script.stat().st_mode & 0o111


def test_make_help_names_every_goal():
    """Each goal that a person may ask for is listed with what it does."""
    phony = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    shown = subprocess.run(
        ["make", "--silent", "help"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout
    listed = {line.split()[1] for line in shown.splitlines()}

    assert listed == set(phony[1].split()) - {"test-tools"}


def test_the_wheel_carries_the_templates(tmp_path):
    """A wheel holds every file of dateline/ and, as dateline/templates/, of templates/."""
    checkout = tmp_path / "checkout"
    checkout.mkdir()
    # A copy, because setuptools leaves folders behind that a later wheel would take files from.
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, checkout)
    for name in ("dateline", "templates"):
        shutil.copytree(ROOT / name, checkout / name, ignore=shutil.ignore_patterns("__pycache__"))

    options = ["--no-deps", "--no-build-isolation", "--no-index", "--quiet"]
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", *options, "--wheel-dir", tmp_path, checkout],
        check=True,
    )
    (wheel,) = tmp_path.glob("dateline-*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "wheel")

    shutil.copytree(checkout / "templates", checkout / "dateline/templates")
    assert files(tmp_path / "wheel/dateline") == files(checkout / "dateline")


def test_the_browser_shows_a_served_page(page, serve_folder, tmp_path):
    """A page of a folder opens in a real browser, and its script runs."""
    script = "<script>document.title += ' and script'</script>"
    (tmp_path / "index.html").write_text(f"<!doctype html><title>Page</title>{script}", "utf-8")

    page.goto(serve_folder(tmp_path))

    assert page.title() == "Page and script"


def test_axe_finds_a_picture_without_words(page, axe):
    """The accessibility checker runs in the browser and finds a fault put there on purpose."""
    page.set_content('<html lang="en"><title>A</title><main><h1>A</h1><img src="a.png"></main>')
    page.add_script_tag(path=axe)

    found = page.evaluate("axe.run()")

    assert [fault["id"] for fault in found["violations"]] == ["image-alt"]


def test_the_html_checker_tells_good_pages_from_bad(vnu, tmp_path):
    """The HTML checker runs, passes a valid page, and names the fault of the other one."""
    good, bad = tmp_path / "good.html", tmp_path / "bad.html"
    good.write_text('<!doctype html><html lang="en"><title>Page</title><p>Text</p></html>', "utf-8")
    bad.write_text('<!doctype html><html lang="en"><title>Page</title><p><p></b></html>', "utf-8")

    checker = subprocess.run(
        ["java", "-jar", vnu, "--errors-only", "--format", "json", good, bad],
        check=False,
        capture_output=True,
        text=True,
    )
    faults = json.loads(checker.stderr)["messages"]

    assert {(Path(fault["url"]).name, fault["message"]) for fault in faults} == {
        ("bad.html", "Stray end tag “b”.")
    }


def names(requirements: list[str]) -> set[str]:
    """The packages that these requirements ask for, as the lock files spell them."""
    return {re.match(r"[\w.-]+", text)[0].lower().replace("_", "-") for text in requirements}


def pinned(lock: str) -> dict[str, str]:
    """The version of each package in this lock file."""
    text = (ROOT / lock).read_text("utf-8")
    return dict(re.findall(r"^([\w.-]+)==([^\s;]+)", text, re.MULTILINE))


def files(folder: Path) -> dict[str, bytes]:
    """Every file below this folder: its path and what it holds."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_the_lock_has_the_extras_that_packages_ask_for():
    """Where a package asks for `coverage[toml]`, pip refuses a lock that has `coverage` alone."""
    text = (ROOT / "requirements-test.lock").read_text("utf-8")
    names = re.findall(r"^([a-z0-9-]+)(?:\[[^\]]*\])?==", text, re.MULTILINE)
    wanted = [Requirement(line) for name in names for line in requires(name)]
    extras = {
        f"\n{one.name}[{','.join(sorted(one.extras))}]=="
        for one in wanted
        if one.extras and (not one.marker or one.marker.evaluate({"extra": ""}))
    }

    assert "\ncoverage[toml]==" in extras
    assert [line for line in extras if line not in text] == []


def requires(name: str) -> list[str]:
    """What an installed package asks for; nothing of one that is for other systems."""
    try:
        return metadata.requires(name) or []
    except metadata.PackageNotFoundError:
        return []
