"""Recording a copy into an entry: everything else of the file stays, byte for byte."""

import re

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from dateline import yaml_edit

URL = "https://archive.example/web/20240131081500/http://a.example/?b=c,d#e"
LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
FIELDS = {"url": URL, "date": "2024-01-31", "sha256": "ab" * 32}
BLOCK = ["archived:", f"  url: {URL}", "  date: 2024-01-31", f"  sha256: {'ab' * 32}"]


def added(text: str, id: str = "a") -> str:
    """Record into an entry; check that the text was only added to; return what was added."""
    new = yaml_edit.record(text, id, FIELDS)
    start = next(
        (n for n, (old, now) in enumerate(zip(text, new, strict=False)) if old != now), len(text)
    )
    length = len(new) - len(text)
    # Where what was added begins as what comes after it does, it may have begun earlier.
    starts = [at for at in range(start + 1) if new[:at] + new[at + length :] == text]
    assert starts, "something else changed too"
    said = yaml.load(new.removeprefix(yaml_edit.BOM), Loader=LOADER)
    assert said[id].pop("archived") == FIELDS
    assert said == yaml.load(text.removeprefix(yaml_edit.BOM), Loader=LOADER)
    return new[starts[0] : starts[0] + length]


def lines(indent: str = "  ", step: str = "  ", end: str = "\n") -> str:
    """What is added to an entry in lines of its own."""
    rows = [indent + re.sub("^  ", lambda _: step, row) for row in BLOCK]
    return "".join(end + row for row in rows)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a:\n  title: T\n  url: http://a.example\n  kind: news\n", lines()),
        ("a:\n  url: http://a.example", lines()),
        ("a:\n  url: http://a.example\n\n\n", lines()),
        ("a:\n    url: http://a.example\nb:\n    url: x\n", lines("    ", "    ")),
        ("a:\n url: http://a.example\n", lines(" ", " ")),
        ("a:\r\n  url: http://a.example\r\n  kind: news\r\n", lines(end="\r\n")),
        ("a:\r\n  title: T\r\n  url: http://a.example", lines(end="\r\n")),
        ("a:\r  url: http://a.example\r  kind: news\r", lines(end="\r")),
        ("\ufeffa:\n  url: http://a.example\n", lines()),
        ("# one\na: # two\n  # three\n  url: http://a.example # four\n  # five\n# six\n", lines()),
        ("a:\n  url: 'http://a.example'   \n  kind: news\n", lines()),
        ('a:\n  url: "http://a.example"\n', lines()),
        ('"a":\n  "url":   "http://a.example"\n', lines()),
        ("a:\n  url:\n    http://a.example\n  kind: news\n", lines()),
        ("a:\n  url: >-\n    http://a.example\n\n  # end\n  kind: news\n", lines()),
        ("a:\n  note: |\n    x\n\n    # no comment\n  url: http://a.example\n", lines()),
        ("a:\n  url: http://a.example\n  note: |+\n    x\n\n\nb: {}\n", lines()),
        ("? a\n: url: http://a.example\n  kind: news\n", lines()),
        ("---\na:\n  url: http://a.example\n...\n", lines()),
        ("a:\n  title: é日本😀 # 日本\n  url: http://a.example\n", lines()),
        ("b:\n  url: http://x\na:\n  url: http://x\nc:\n  url: http://x\n", lines()),
    ],
)  # fmt: skip
def test_an_entry_in_lines_has_the_copy_below_its_address(text, expected):
    """It is indented as its neighbours are, with the line ends of the file."""
    assert added(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "a: {title: T, url: http://a.example, kind: news}\n",
        "a: {title: T, url: http://a.example}",
        "a: {url: 'http://a.example', kind: news}  # x\nb: {}\n",
        'a: { url: "http://a.example" }\r\n',
        "a: {\n  url: http://a.example, # x\n  kind: news,\n}\n",
        "a: {url: http://a.example,}\n",
        "{b: {url: x}, a: {url: http://a.example}}",
        "\ufeff{a: {url: http://a.example}}",
    ],
)
def test_an_entry_in_braces_has_the_copy_in_braces(text):
    """It comes right after the address, in the same line, with what YAML needs in quotes."""
    expected = f', archived: {{url: "{URL}", date: 2024-01-31, sha256: {"ab" * 32}}}'

    assert added(text) == expected


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("b:\n  url: x\n", "'a' stands 0 times in the file, not once"),
        ("a:\n  url: x\na:\n  url: y\n", "'a' stands 2 times in the file, not once"),
        ("a: x\n", "'a' has no fields"),
        ("a:\n", "'a' has no fields"),
        ("", "'a' stands 0 times in the file, not once"),
        ("- a\n", "'a' stands 0 times in the file, not once"),
        ("a:\n  title: T\n", "'a' has no field 'url'"),
        ("a:\n  url: x\n  url: y\n", "'a' has no field 'url'"),
        ("a:\n  url: x\n  archived:\n    url: y\n", "'a' has a field 'archived' already"),
        ("a:\n  url: x\n  archived:\n", "'a' has a field 'archived' already"),
        ("a: {url: x, archived: {}}\n", "'a' has a field 'archived' already"),
        ("a: [\n", "the file is not YAML"),
        ("a:\n  url: |+\n    x\n\n\nb: {}\n",
         "the entry 'a' is written in a way that this cannot add 'archived' to"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_safely_is_refused(text, why):
    """The reason is told, and there is no new text."""
    with pytest.raises(yaml_edit.Refused) as caught:
        yaml_edit.record(text, "a", FIELDS)

    assert str(caught.value) == why


def test_another_field_of_the_entry_may_be_missing():
    """A copy without a hash is recorded without one."""
    new = yaml_edit.record("a:\n  url: x\n", "a", {"url": URL, "date": "2024-01-31"})

    assert new == f"a:\n  url: x\n  archived:\n    url: {URL}\n    date: 2024-01-31\n"


def test_a_value_that_yaml_would_misread_is_quoted():
    """A colon at the end, a space or a quote does not get into the file bare."""
    fields = {"url": 'https://a.example/"x": #y:', "date": "2024-01-31"}
    new = yaml_edit.record("a:\n  url: x\n", "a", fields)

    assert yaml.load(new, Loader=LOADER)["a"]["archived"] == fields


WORDS = st.text("abé日😀 :#'\"{}[],|>-&*!%@?\t", max_size=12)
ENDS = st.sampled_from(["\n", "\r\n"])
COMMENTS = st.lists(st.sampled_from(["# x", "", "  # é: [", "    # - y"]), max_size=2)


@st.composite
def files(draw: st.DrawFn) -> str:
    """Files of entries in many layouts, each of whose values is written in a way of its own."""
    end, indent = draw(ENDS), " " * draw(st.integers(1, 5))
    ids = draw(st.lists(st.sampled_from("abcde"), unique=True, min_size=1))
    if "a" not in ids:
        ids.append("a")
    rows = draw(COMMENTS)
    for id in ids:
        fields = draw(st.permutations(["title", "url", "note"]))
        values = {name: draw(scalars(indent)) for name in ("title", "note")}
        values["url"] = draw(st.sampled_from(["http://x.y/?z=1", "'http://x'", '"http://x"']))
        if draw(st.booleans()):
            plain = {name: re.sub(r"^[|>](.|\n)*", "x", value) for name, value in values.items()}
            rows.append(f"{id}: {{{', '.join(f'{name}: {plain[name]}' for name in fields)}}}")
        else:
            rows.append(f"{id}:{draw(st.sampled_from(['', ' # c', '   ']))}")
            for name in fields:
                rows += [*draw(COMMENTS), *f"{indent}{name}: {values[name]}".split("\n")]
        rows += draw(COMMENTS)
    mark = draw(st.sampled_from(["", yaml_edit.BOM]))
    return mark + end.join(rows) + draw(st.sampled_from(["", end, end + end]))


@st.composite
def scalars(draw: st.DrawFn, indent: str) -> str:
    """Texts as YAML: quoted, or as a block below their field."""
    text = draw(WORDS)
    if draw(st.booleans()):
        return "'" + text.replace("'", "''").replace("\t", " ") + "'"
    style = draw(st.sampled_from(["|", ">", "|-", ">-"]))
    return f"{style}\n{indent}  x{text.replace(chr(9), ' ')}"


@given(files())
def test_any_layout_keeps_all_its_bytes(text):
    """Whatever the file looks like, the copy is added and nothing else changes."""
    assert "archived" in added(text)
