"""Whatever the bytes: a value, or faults with a place; never another exception, and soon.

`make test` tries the same few hundred inputs every time. `make fuzz` tries others for as long as
`TIME` says, in seconds for each target: `make fuzz TIME=600`. What it finds is printed with a line
`@reproduce_failure(…)`; put it above the test, mend what is wrong, and keep the input as an
`@example`.
"""

from __future__ import annotations

import io
import os
import time
from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dateline import bounds, check, dates, markdown, pictures, problems, schema, source
from dateline.problems import Faults, Problems

TIME = float(os.environ.get("DATELINE_FUZZ", "0"))
"""How long each target is tried, in seconds; 0 for the same inputs each time."""
SLOWEST = 2.0
"""How long one input may take, in seconds of the processor."""

steady = settings(
    max_examples=250,
    deadline=None,
    derandomize=not TIME,
    database=None,
    suppress_health_check=list(HealthCheck),
)


def again(test: Callable[[], None]) -> Callable[[], None]:
    """Return a test that goes on with other inputs until its time is over."""

    def repeated() -> None:
        end = time.monotonic() + TIME
        test()
        while time.monotonic() < end:
            test()

    repeated.__doc__ = test.__doc__
    return repeated


def timed(target: Callable[..., None]) -> Callable[..., None]:
    """Return a target that fails if one input takes too long."""

    def bounded(*values: Any) -> None:
        began = time.process_time()
        target(*values)
        assert time.process_time() - began < SLOWEST

    return bounded


WORDS = st.sampled_from(
    "1969 1969-07 1969-07-16 196X 19XX -0043 Y-12000 / .. ? ~ % [ ] { } , about circa c. before "
    "after between and to from until since early mid late spring Q3 century s BC AD July Jul 16th "
    "of the 03/04/2012 XX 0000 99 - – T12:00Z + : é \u0661 \u00b2 \u2460".split()
)
DATES = st.one_of(st.text(max_size=60), st.lists(WORDS, max_size=12).map(" ".join),
                  st.lists(WORDS, max_size=12).map("".join))  # fmt: skip


@again
@steady
@given(DATES)
def test_any_text_is_a_date_or_is_told_why_not(text):
    """Invalid with a message, or a date that is not over before it begins."""
    _date(text)


@timed
def _date(text: str) -> None:
    try:
        date = dates.parse(text)
    except dates.Invalid as error:
        date = None
        said = error.message
    else:
        said = date.text
    assert said or not text.strip()
    assert not (date and date.first and date.last) or date.first <= date.last


YAML = st.sampled_from(
    [
        "- id: a\n", "  date: 1287\n", "  title: T\n", "  text: |\n", "    line\n", "  tags: [t]\n",
        "a:\n", "  name: A\n", "  kind: person\n", "- ", "? ", ": ", "[", "]", "{", "}", ",", "&a ",
        "*a", "!!str ", "!x ", "<<: ", "'", '"', "\\", "\\ud800", "\\UFFFFFFFF", "|", ">-", "\n",
        "---\n", "...\n", "%YAML 1.1\n", "#", "\t", "\r", "\0", "\ufeff", "\u202e", "\u2028",
        "\u00a0", "  ", "    ", "media: [{file: ../x}]\n", "é", "\U000e0041", "~", "null", "\x85",
    ]
).map(str.encode)  # fmt: skip
BYTES = st.one_of(
    st.binary(max_size=200),
    st.lists(st.one_of(YAML, st.binary(max_size=3)), max_size=30).map(b"".join),
)
NAMES = st.sampled_from(
    ["site.yaml", "actors.yaml", "sources.yaml", "events/a.yaml", "phases/a.md", "pages/b.md",
     "retracted.yaml", "permalinks.lock", "map/towns.geojson", "map/countries.geojson"]
)  # fmt: skip


@again
@steady
@given(st.dictionaries(NAMES, BYTES, min_size=1, max_size=3))
def test_any_files_are_content_or_are_told_of(files):
    """Read, given their meaning, looked at as a whole."""
    _files({"site.yaml": b"title: x\n", "phases/a.md": b"---\ntitle: A\n---\n"} | files)


@timed
def _files(files: dict[str, bytes]) -> None:
    try:
        with Faults() as faults:
            content = source.of(files, faults)
            timeline = schema.timeline(content, faults)
            check.timeline(timeline, faults)
    except Problems as error:
        found = error.problems
    else:
        found = tuple(faults)
    assert all(one.line > 0 and one.column > 0 and one.message for one in found)
    assert problems.text(found) or not found


MARKS = st.sampled_from(
    [
        "a", " ", "\n", "\n\n", "    ", "\t", "*", "**", "_", "`", "```\n", "~~~\n", "[", "]", "(",
        ")", "](", "![", "[[", "]]", "[@", "[^1]", "[^1]: a\n", "[a]: b\n", "<", ">", "<a href=",
        '"', "'", "</", "<!--", "-->", "<![CDATA[", "<?", "<script>", "<svg>", "<math>", "<style>",
        "<b onclick=x>", "javascript:", "&#106;", "&Tab;", "&", ";", "# ", "> ", "- ", "1. ", "|",
        "|-|-|\n", ": ", "---\n", "===\n", "\\", "{", "}", "{{", "{%", "\ufdd0", "0", "\ufdd1",
        "https://example.org/", "a@example.org", "\u202e", "\u00a0", "é", "=", "^", "*[a]: b\n",
    ]
)  # fmt: skip
TEXTS = st.one_of(
    st.text(max_size=200),
    st.lists(MARKS, max_size=60).map("".join),
    st.tuples(st.lists(MARKS, min_size=1, max_size=5).map("".join), st.integers(1, 3000)).map(
        lambda many: (many[0] * many[1])[: bounds.CHARACTERS]
    ),
)


@again
@steady
@given(TEXTS)
def test_any_text_is_markdown_that_does_no_harm(text):
    """However often it says the same; without tags that could run anything."""
    _markdown(text)


@timed
def _markdown(text: str) -> None:
    list(markdown.tokens(text))
    list(markdown.bare(text))
    list(markdown.idle_notes(text))
    list(markdown.links(text))
    made = markdown.render(text, lambda _: "", lambda _: "")
    assert "<script" not in made
    assert "<svg" not in made
    assert 'href="javascript' not in made


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5)
    | st.sampled_from(["FeatureCollection", "Feature", "Point", "Polygon"]),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(
        st.sampled_from(["type", "features", "geometry", "coordinates", "properties", "name",
                         "place", "rank", "bbox", "credits", "legend"]), inner, max_size=6),
    max_leaves=20,
)  # fmt: skip


@again
@steady
@given(JSON, st.sampled_from(["towns", "countries", "rivers"]))
def test_any_json_is_a_layer_or_is_told_why_not(value, name):
    """Of whatever shape, with numbers that are none."""
    import json

    _files({"site.yaml": b"title: x\n", f"map/{name}.geojson": json.dumps(value).encode()})


def drawn(form: str) -> bytes:
    """A small picture with what a camera adds."""
    from PIL import Image

    out, exif = io.BytesIO(), Image.Exif()
    exif[0x0112] = 6
    Image.effect_noise((16, 12), 60).convert("RGB").save(out, form, exif=exif)
    return out.getvalue()


FORMS = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP", "gif": "GIF", "avif": "AVIF"}
CHANGES = st.lists(st.tuples(st.integers(0, 2000), st.binary(max_size=4)), max_size=6)


@again
@steady
@given(st.sampled_from(sorted(FORMS)), CHANGES, st.integers(0, 3000))
def test_any_bytes_are_a_picture_or_are_told_why_not(ending, changes, most):
    """Of a picture in which bytes were changed, and whose end is missing."""
    data = bytearray(DRAWN[ending])
    for at, put in changes:
        data[at % len(data) : at % len(data) + len(put)] = put
    _picture(bytes(data[:most]), f"a.{ending}")


DRAWN = {ending: drawn(form) for ending, form in FORMS.items()}


@timed
def _picture(data: bytes, name: str) -> None:
    try:
        plain = pictures.plain(data, name)
    except pictures.Broken as error:
        said = error.message
    else:
        said = "a picture"
        assert pictures.plain(plain, name) == plain
    assert said
