"""docs/security.md names the test of each promise, and the README prints the same promises."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
SECURITY = (ROOT / "docs/security.md").read_text("utf-8")
PROMISE = re.compile(r"^(\d+)\. \*\*(.*)\*\*\n((?:   - .*\n)+)", re.MULTILINE)
PROMISES = {
    int(n): (words, re.findall("`(.*)`", tests)) for n, words, tests in PROMISE.findall(SECURITY)
}


def named_in(module: str) -> set[str]:
    """The names of the tests of a module, each with that module's."""
    tree = ast.parse((ROOT / f"tests/{module}.py").read_text("utf-8"))
    found = (one.name for one in tree.body if isinstance(one, ast.FunctionDef))
    return {f"{module}::{name}" for name in found if name.startswith("test_")}


def test_the_readme_prints_the_thirteen_promises():
    """Word for word as docs/security.md, in the same order."""
    printed = re.findall(r"(?m)^(\d+)\. (.*)$", README.partition("## What it promises")[2])

    assert [n for n, _ in printed] == [str(n) for n in range(1, 14)]
    assert [words for _, words in printed] == [words for words, _ in PROMISES.values()]


def test_each_promise_names_its_tests_and_they_are_there():
    """At least one is named after its number; what another module proves is named too."""
    for n, (words, named) in PROMISES.items():
        assert any(f"::test_{n}_" in name for name in named), words
        for name in named:
            assert name in named_in(name.partition("::")[0]), words


def test_every_test_of_a_promise_is_named():
    """Under the promise whose number it has."""
    named = {name for _, names in PROMISES.values() for name in names}

    assert named_in("test_promises") <= named
    for n, (_, names) in PROMISES.items():
        ours = [name for name in names if name.startswith("test_promises::")]
        assert all(name.startswith(f"test_promises::test_{n}_") for name in ours), n
