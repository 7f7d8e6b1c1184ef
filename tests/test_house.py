"""The house rules: which module may import which, and who may touch the world."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import projects
import pytest

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "dateline"
EXAMPLE = "mali malian kidal tuareg azawad".split()

ORDER = (
    "hashing",
    "patterns",
    "problems",
    "progress",
    "workers",
    "permalinks",
    "project",
    "later",
    "artifacts",
    "edtf",
    "friendly",
    "dates",
    "colours",
    "characters",
    "geojson",
    "syntax",
    "nodes",
    "short_yaml",
    "kept",
    "source",
    "repository",
    "history",
    "listing",
    "model",
    "cldr",
    "language",
    "citations",
    "geometry",
    "lettering",
    "basemap",
    "axis",
    "certainty",
    "precision",
    "atlas",
    "bounds",
    "plain",
    "markdown",
    "sentences",
    "numbering",
    "blocks",
    "passages",
    "evidence",
    "readers",
    "entries",
    "schema",
    "uncorrected",
    "filing",
    "routes",
    "address_rules",
    "chart",
    "evidence_rules",
    "check",
    "cache",
    "maps",
    "views",
    "plans",
    "vocabulary",
    "event_data",
    "large_pages",
    "claims",
    "source_pages",
    "disputes",
    "corrections",
    "linked_data",
    "records",
    "pages",
    "avif",
    "pictures",
    "policy",
    "render",
    "hosting",
    "assets",
    "swap",
    "trees",
    "output",
    "meter",
    "watching",
    "notices",
    "showing",
    "answering",
    "preview",
    "linkoptions",
    "linkplaces",
    "verdicts",
    "linkreport",
    "yaml_edit",
    "importers",
    "wayback",
    "linkbook",
    "visits",
    "links",
    "keeping",
    "cli",
)
"""A module imports only from those above it, also within functions and for types alone."""

WORLDLY = set(
    "workers source cache repository history cldr language render assets swap trees output meter "
    "project watching showing answering preview linkbook visits links keeping cli".split()
)
"""The modules that may open files, look at the clock, talk to the network or print."""

DOORS = {
    "breakpoint",
    "exec",
    "eval",
    "input",
    "open",
    "print",
    "chmod",
    "exists",
    "glob",
    "is_dir",
    "is_file",
    "iterdir",
    "mkdir",
    "now",
    "read_bytes",
    "read_text",
    "rglob",
    "rmdir",
    "stat",
    "today",
    "touch",
    "unlink",
    "utcnow",
    "write_bytes",
    "write_text",
}
"""Calls that touch the world, by their last name: `open(…)`, `path.read_text()`."""

WORLD = {
    "asyncio",
    "http",
    "io",
    "locale",
    "logging",
    "multiprocessing",
    "os",
    "pathlib",
    "random",
    "secrets",
    "shutil",
    "socket",
    "subprocess",
    "sys",
    "tempfile",
    "threading",
    "time",
    "uuid",
}
"""Modules of the standard library that are there to touch it."""

HEAVY = set("babel httpx jinja2 livereload markdown nh3 tornado tqdm watchfiles yaml".split())


def test_every_module_has_its_place_in_the_order():
    """No module is left out, and none is listed that is gone."""
    modules = {path.stem for path in PACKAGE.glob("*.py")} - {"__init__"}

    assert sorted(ORDER) == sorted(modules)


@pytest.mark.parametrize("module", ORDER)
def test_imports_run_one_way(module):
    """A module imports only from those above it in the order, wherever in the file it does so."""
    above = ORDER[: ORDER.index(module)]

    assert [name for name in sorted(inner(module)) if name not in above] == []


def test_imports_within_functions_and_for_types_count():
    """Every way to import one of our modules is seen, and the standard library's are not ours."""
    text = """\
from __future__ import annotations
from dateline import __version__, dates
from dateline.model import Event
import dateline.routes
if TYPE_CHECKING:
    from dateline.source import Node
def late():
    from dateline import cli
    import html
"""

    assert set(ours(text)) == {"dates", "model", "routes", "source", "cli"}


@pytest.mark.parametrize("module", sorted(set(ORDER) - WORLDLY))
def test_modules_without_leave_do_not_touch_the_world(module):
    """No files, clock, chance, network, processes or printing outside the worldly modules."""
    assert list(touches(code(module))) == []


def test_touching_the_world_is_seen():
    """The check above sees a call and an import, and lets pass what only looks alike."""
    guilty = "import time\nfrom os import path\nopen('x')\nPath('x').read_text()\nprint(1)"
    innocent = "import re\nreader.read(node)\nopened = 'open'\nprinted.add(print_date)\ntext.now"

    assert list(touches(guilty)) == ["time", "os", "open", "read_text", "print"]
    assert list(touches(innocent)) == []


def test_only_the_preview_and_links_know_the_network():
    """Nothing but `serve` and `links` opens a socket or a browser."""
    network = set(
        "asyncio http httpx ipaddress livereload socket ssl tornado urllib.request "
        "webbrowser".split()
    )
    found = {module for module in ORDER if network & set(imported(code(module)))}

    assert found <= {"showing", "answering", "preview", "visits", "links", "keeping"}


def test_nothing_of_the_example_lives_outside_content():
    """The package, the recipe and the templates serve any timeline."""
    words = re.compile(rf"(?<![a-z])(?:{'|'.join(EXAMPLE)})(?![a-z])", re.IGNORECASE)
    files = [ROOT / "build.py", *PACKAGE.rglob("*.py"), *text_files(ROOT / "templates")]
    found = [
        f"{path.relative_to(ROOT)}: {line.strip()}"
        for path in files
        for line in path.read_text("utf-8").splitlines()
        if words.search(line)
    ]

    assert found == []


def test_the_top_level_is_as_agreed():
    """Whoever opens the folder finds what the map of the house shows, and nothing else."""
    known = set(
        "build.py content dateline templates tests bench docs research tools site "
        "Makefile README.md LICENSE CHANGELOG.md pyproject.toml requirements.lock "
        "requirements-test.lock".split()
    )
    there = {path.name for path in ROOT.iterdir() if not path.name.startswith((".", "_"))}
    made = {name for name in there if name.endswith(".egg-info")} | {"build", "dist"}

    assert there - known - made == set()
    assert {"build.py", "content", "dateline", "templates", "tests", "pyproject.toml"} <= there


def test_the_recipe_fits_on_one_screen():
    """The whole build can be read at once."""
    assert len((ROOT / "build.py").read_text("utf-8").splitlines()) <= 50


def test_the_command_line_starts_without_the_heavy_libraries():
    """`--help` answers at once: what is heavy is imported where it is used."""
    script = "import sys, dateline.cli; print('\\n'.join(sys.modules))"

    assert modules_after(script) & HEAVY == set()


def test_the_recipe_imports_no_heavy_library_of_its_own():
    """What `python build.py --help` imports stays quick."""
    script = "import sys, build; print('\\n'.join(sys.modules))"

    assert modules_after(script) & HEAVY == set()


def test_a_build_of_what_has_not_changed_loads_what_it_needs_alone(tmp_path):
    """Half of the time of a small build is spent on imports, and each of these takes 2 to 30 ms."""
    site = """
    -- content/site.yaml --
    title: Floods
    -- content/pages/about.md --
    ---
    title: About
    ---
    What is told of [the flood](../events/flood/) [@annals, p. 4].
    -- content/sources.yaml --
    annals: {title: Annals, kind: book}
    -- content/events.yaml --
    - {id: flood, date: 1953-02-01, title: The flood, sources: [annals]}
    """
    folder = projects.with_recipe(projects.write(tmp_path, site))
    script = (
        "import sys, runpy; from pathlib import Path; from dateline import cli;"
        f"recipe = runpy.run_path({str(folder / 'build.py')!r})['build'];"
        f"cli.main(recipe, ['build', '--quiet'], Path({str(folder)!r}));"
        "print('\\n'.join(sys.modules))"
    )
    first, again = modules_after(script), modules_after(script)
    late = {"typing_extensions", "inspect", "hashlib", "difflib", "html", "html.parser", "tempfile"}

    assert {"jinja2", "markdown"} <= first
    assert again & (HEAVY | late) == set()
    assert {"dateline.chart", "dateline.blocks"} & again == set()


@pytest.mark.parametrize("module", ORDER)
def test_importing_a_module_does_nothing_else(module):
    """It prints nothing, starts no thread and leaves the working folder as it was."""
    script = (
        "import os, threading; before = os.listdir();"
        f"import dateline.{module};"
        "assert threading.active_count() == 1; assert os.listdir() == before"
    )
    done = python(script)

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_every_module_says_what_it_is_for():
    """A module opens with a docstring that begins with a sentence."""
    for module in ORDER:
        said = ast.get_docstring(ast.parse(code(module))) or ""

        assert re.match(r"[A-Z].*[.:]", said.splitlines()[0]), module


def test_the_package_carries_one_version():
    """The number in pyproject.toml is the one that the program says."""
    import dateline

    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]

    assert dateline.__version__ == project["version"]


def code(module: str) -> str:
    """The text of a module."""
    return (PACKAGE / f"{module}.py").read_text("utf-8")


def inner(module: str) -> set[str]:
    """The modules of the package that a module imports."""
    return set(ours(code(module)))


def ours(text: str) -> Iterator[str]:
    """The modules of the package that a text imports, anywhere in it."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and node.module == "dateline":
            yield from (name.name for name in node.names if not name.name.startswith("__"))
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("dateline."):
            yield str(node.module).split(".")[1]
        elif isinstance(node, ast.Import):
            names = (name.name.split(".") for name in node.names)
            yield from (name[1] for name in names if name[0] == "dateline" and len(name) > 1)


def imported(text: str) -> Iterator[str]:
    """The modules that a text imports, with their first name alone and in full."""
    for node in ast.walk(ast.parse(text)):
        names = [name.name for name in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [node.module]
        for name in names:
            yield from dict.fromkeys((name.split(".")[0], name))


def touches(text: str) -> Iterator[str]:
    """The imports and calls of a text that touch the world, in order."""
    for node in ast.parse(text).body:
        for part in ast.walk(node):
            if isinstance(part, ast.Import | ast.ImportFrom):
                yield from (name for name in imported(ast.unparse(part)) if name in WORLD)
            elif isinstance(part, ast.Call):
                called = part.func
                name = called.attr if isinstance(called, ast.Attribute) else ast.unparse(called)
                if name in DOORS:
                    yield name


def text_files(folder: Path) -> Iterator[Path]:
    """The files below a folder that hold text."""
    binary = {".woff", ".woff2", ".png", ".jpg", ".ico", ".mo"}
    return (path for path in folder.rglob("*") if path.is_file() and path.suffix not in binary)


def modules_after(script: str) -> set[str]:
    """The names of the modules that a script prints."""
    done = python(script)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.split())


def python(script: str) -> subprocess.CompletedProcess[str]:
    """Run a script in a fresh interpreter, at the top of the repository."""
    command = [sys.executable, "-B", "-c", script]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
