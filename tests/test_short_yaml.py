"""The short way for simple YAML gives what PyYAML gives, or leaves a text alone."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from dateline import short_yaml, source
from dateline.problems import Document, Faults

ROOT = Path(__file__).parents[1]
FILES = sorted((ROOT / "tests" / "sites").glob("*/content/**/*.yaml"))
PARTS = (
    "- ", "-", "  ", "    ", "id: a", "b:", "key: ", "key:", " # note", "# note", "|", "|-", ">",
    ">-", "|+", "|2", "[a, b]", "[a, ]", "[]", "[a, [b]]", "{a: b}", "{a: b, c: [d, e]}", "{}",
    "{a}", '"x y"', '"x\\n"', '"x', "'x'", "'it''s'", "words and *more*", "a: b", "- a", "x #y",
    "é", "\u00a0", "*a", "&a b", "!t x", "? a", "---", "...", "%YAML 1.2", "\t", ":", "0", "-1",
    "http://a.b/c", "a:", "@x", "`x`", "<<: x", "~",
)  # fmt: skip


def shown(node):
    """Everything that a node says; but where a list ends in its lines is nobody's business."""
    if isinstance(node, tuple):
        return tuple(map(shown, node))
    start, end = node.start, node.end
    if node.id == "scalar":
        return (node.value, start, end, node.style or "")
    width = end[1] if start[0] == end[0] else None
    return (node.id, [shown(one) for one in node.value], start, width, node.flow_style)


def as_a_whole(text):
    """What PyYAML makes of a text; None for a fault."""
    faults = Faults()
    try:
        root = source._root(Document("x.yaml", text), text, faults)
    except yaml.YAMLError:
        return None
    return shown(root) if root and not faults.found else None


def by_entries(text):
    """What is made of it entry by entry; None if it is to be read as a whole."""
    document = Document("x.yaml", text)
    chunks = source._chunks(document, None, "x.yaml")
    return shown(source.Tree(document, None, chunks).root) if chunks else None


@pytest.mark.parametrize("path", FILES, ids=lambda path: "/".join(path.parts[-4:]))
def test_real_files_are_read_alike_both_ways(path):
    """What editors write is the same, entry by entry and as a whole, with every place."""
    text = path.read_text("utf-8")

    assert by_entries(text) in (None, as_a_whole(text))


@given(st.lists(st.lists(st.sampled_from(PARTS), max_size=4).map("".join), max_size=8))
@settings(max_examples=1_500, deadline=None)
def test_no_text_is_read_in_two_ways(lines):
    """Entry by entry gives what the whole gives, or gives nothing."""
    text = "\n".join(lines) + "\n"
    found = by_entries(text)

    assert found is None or found == as_a_whole(text)


def test_changed_entries_are_read_alike_both_ways():
    """Nor does it matter where a letter is lost, doubled or taken for another."""
    dice = random.Random(1)
    texts = [path.read_text("utf-8") for path in FILES]
    for _ in range(1_500):
        whole = dice.choice(texts)
        begin = dice.randrange(len(whole))
        begin = whole.find("\n- ", begin) + 1
        text = whole[begin : begin + 700]
        for _ in range(dice.randint(1, 2)):
            at = dice.randrange(len(text))
            text = text[:at] + dice.choice(("", *PARTS, "\n", " ")) + text[at + 1 :]
        found = by_entries(text)

        assert found is None or found == as_a_whole(text), text


@pytest.mark.parametrize(
    "text",
    [
        "- a: 1\n  b: two words\n",
        "- a: |\n    One *two*.\n\n    Three.\n  b: [x, y]\n\n- a: 2\n",
        "# a note\n- a: >-\n    folded\n    text\n# of the next\n- a: {b: c, d: [e]}\n",
        "key-1:\n  a:\n  - x\n  - y\n  b: \"q\"\nkey-2:\n  a: 'r'\n",
    ],
)
def test_simple_yaml_takes_the_short_way(text):
    """What most entries look like is known without PyYAML."""
    lines = text.split("\n")
    bounds = short_yaml.split(lines)

    assert bounds
    assert all(short_yaml.entry([*lines[first:behind], ""], first) for first, behind in bounds)
    assert by_entries(text) == as_a_whole(text)


@pytest.mark.parametrize(
    "text",
    [
        '- a: "x\n- b"\n- c: d\n',
        "- a: 1\nb: 2\n",
        "- a: 1\n---\n- b: 2\n",
        "a: &x 1\nb: *x\n",
        "[a, b]\n",
        "a: >-\n    \ttext\n",
        "a: |\n    \ttext\n",
        "  \t\n- a\n",
        "  \u00a0\n- a\n",
        "---\u00a0\na: b\n",
        "  ---\n- a\n",
        "plain\n",
        "",
    ],
)
def test_what_cannot_be_divided_is_read_as_a_whole(text):
    """A file whose lines only look like entries is not taken apart."""
    assert by_entries(text) is None
