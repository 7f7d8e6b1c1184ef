"""Reading content: which files, in which encoding, and values that keep their text and place."""

from __future__ import annotations

import os
import sys
import unicodedata

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from dateline import source
from dateline.problems import Document, Faults


@pytest.fixture
def read(tmp_path):
    """Return a function that writes files below `content/` and reads them."""

    def read_files(files: dict[str, str | bytes]) -> tuple[source.Content, Faults]:
        folder = tmp_path / "content"
        for name, text in files.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(text if isinstance(text, bytes) else text.encode())
        faults = Faults()
        return source.read(folder, faults), faults

    return read_files


def messages(faults: Faults) -> list[str]:
    """The place and message of every fault."""
    return [f"{found.file}:{found.line}:{found.column} {found.message}" for found in faults]


def test_values_are_the_text_that_was_typed(read):
    """YAML's own guesses at dates, octals, base 60 and yes or no are not made."""
    typed = ["2012-03-01", "0044", "12:30", "no", "~", "1e3", "0x10", "1_000", "null", "=", "<<"]
    text = "".join(f"- {word}\n" for word in typed)
    content, faults = read({"site.yaml": "title: x", "tags.yaml": text})

    assert messages(faults) == []
    assert [node.value for node in content.trees["tags.yaml"].root.value] == typed


def test_every_value_has_its_place(read):
    """Lines and columns count from 1, and letters count once however many bytes they take."""
    content, _ = read({"site.yaml": 'été: {月: "a b"}\n'})
    tree = content.trees["site.yaml"]
    inner = tree.root.value[0][1].value[0]

    assert str(source.spot(tree.document, inner[0])) == "content/site.yaml:1:7"
    assert source.spot(tree.document, inner[1]).column == 10
    assert source.spot(tree.document, inner[1]).width == 5


def test_fields_that_stand_twice_are_both_there(read):
    """The reader sees both, so that `schema` can name both lines."""
    content, _ = read({"site.yaml": "a: 1\na: 2\n"})

    assert [value.value for _, value in content.trees["site.yaml"].root.value] == ["1", "2"]


def test_front_matter_and_body_keep_the_lines_of_their_file(read):
    """The first value stands in line 2, the body begins where it does."""
    content, faults = read({"site.yaml": "title: x", "pages/a.md": "---\ntitle: A\n---\n\nB\n"})
    page = content.pages["pages/a.md"]

    assert messages(faults) == []
    assert str(source.spot(page.document, page.front.value[0][1])) == "content/pages/a.md:2:8"
    assert (page.body, page.body_line) == ("\nB\n", 4)


def test_rules_of_dashes_in_the_body_are_left_there(read):
    """Only the first line and the next `---` bound the front matter."""
    content, _ = read({"site.yaml": "title: x", "pages/a.md": "---\nt: A\n---\nB\n\n---\n\nC\n"})

    assert content.pages["pages/a.md"].body == "B\n\n---\n\nC\n"


def test_files_are_found_in_the_same_order_everywhere(read):
    """The order of a folder's entries on disk plays no part."""
    files = {f"tags/{name}.yaml": "" for name in ("b", "a", "c-1", "c")}
    content, _ = read({"site.yaml": "title: x", **files})

    assert list(content.trees) == [
        "site.yaml",
        "tags/a.yaml",
        "tags/b.yaml",
        "tags/c-1.yaml",
        "tags/c.yaml",
    ]


def test_media_are_named_as_seen_from_their_folder(read):
    """Any file may lie there, in folders too; nobody reads them here."""
    content, faults = read({"site.yaml": "t: x", "media/a.jpg": b"\xff", "media/b/c.yaml": "["})

    assert messages(faults) == []
    assert sorted(content.media) == ["a.jpg", "b/c.yaml"]


def test_names_in_two_parts_are_those_in_one(read):
    """A picture that macOS stores as `e` and an accent is found by the name that people type."""
    content, _ = read({"site.yaml": "t: x", "media/" + unicodedata.normalize("NFD", "é.jpg"): ""})

    assert list(content.media) == ["é.jpg"]


def test_text_in_two_parts_is_read_as_text_in_one(read):
    """What looks the same is the same: values are in Unicode's composed form."""
    content, _ = read({"site.yaml": "title: " + unicodedata.normalize("NFD", "été")})

    assert content.trees["site.yaml"].root.value[0][1].value == "été"


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux stores any bytes as a name")
@pytest.mark.parametrize("name", [b"caf\xe9.yaml", b"a\nb.yaml", b"a\x1b[31m.yaml"])
def test_names_that_cannot_be_shown_are_a_fault(read, tmp_path, name):
    """A name that is not UTF-8, or would disturb a terminal, is refused and shown in ASCII."""
    (tmp_path / "content/tags").mkdir(parents=True)
    path = os.path.join(os.fsencode(tmp_path / "content/tags"), name)  # noqa: PTH118 - bytes
    os.close(os.open(path, os.O_CREAT))
    _, faults = read({"site.yaml": "title: x"})

    (found,) = faults
    assert "rename the file" in found.hint
    assert found.file.isascii()
    assert found.file.isprintable()


def test_a_missing_folder_is_one_fault(tmp_path):
    """Started in the wrong folder, the program says where it ought to be started."""
    faults = Faults()
    source.read(tmp_path / "content", faults)

    (found,) = faults
    assert found.message == "the folder 'content/' is missing"
    assert "build.py" in found.hint


def test_a_folder_where_a_file_was_expected_is_no_file(read):
    """`actors.yaml/` is told of itself, with what is in it or without."""
    _, faults = read({"site.yaml": "title: x", "actors.yaml/a.yaml": ""})

    assert messages(faults) == ["content/actors.yaml:1:1 a folder where a file was expected"]


def test_a_huge_file_is_refused_unread(read):
    """A film that was saved under the wrong name does not fill the memory."""
    _, faults = read({"site.yaml": b"#" * (source.LARGEST + 1)})

    assert messages(faults) == [
        "content/site.yaml:1:1 the file has more than 16,777,216 bytes, which are the most"
    ]


def test_the_list_of_published_addresses_may_be_larger_than_other_files(read):
    """A build of 100,000 events writes 19 MB of them; the next build has to read that."""
    lines = [f"/sources/{'a' * 80}-{number}/\n" for number in range(180_000)]
    text = "".join(lines)
    content, faults = read({"site.yaml": "title: x", "permalinks.lock": text})

    assert len(text) > source.LARGEST
    assert messages(faults) == []
    assert len(content.published) == len(lines)


def test_what_a_file_that_cannot_be_read_holds_is_unknown(read):
    """Its path is kept, so that nobody doubts ids that may be declared there."""
    content, _ = read({"site.yaml": "title: x", "actors.yaml": "a: [", "tags.yaml": "a: {}"})

    assert content.unread == {"actors.yaml"}


def test_one_broken_file_does_not_hide_another(read):
    """Every file is read, and each says what is wrong with it."""
    _, faults = read({"site.yaml": "a: b: c", "tags.yaml": "a: [", "pages/a.md": "---\n"})

    assert [found.file for found in faults] == [
        "content/pages/a.md",
        "content/site.yaml",
        "content/tags.yaml",
    ]


def test_anchors_cannot_blow_up(read):
    """The billion laughs are refused where the first one begins."""
    laughs = "a: &a [x, x]\n" + "".join(
        f"{b}: &{b} [*{a}, *{a}, *{a}, *{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    _, faults = read({"site.yaml": laughs})

    assert messages(faults)[0] == (
        "content/site.yaml:1:4 '&a' is a YAML anchor, which is not used here"
    )


@pytest.mark.parametrize("opening", ["[", "{a: ", "- ", "? ", "a:\n "])
def test_deep_nesting_is_refused_before_it_can_crash(read, opening):
    """The C loader would overflow its stack; a fault is reported instead."""
    text = opening * 20_000 if "\n" not in opening else deep_mapping(2_000)
    _, faults = read({"site.yaml": text})

    assert faults.count == 1


def deep_mapping(depth: int) -> str:
    """A YAML text with records in records."""
    return "".join(f"{' ' * n}a:\n" for n in range(depth))


PIECES = st.sampled_from(
    [
        *"a b : - [ ] { } , ' \" | > # & * ! % @ ` ? ~ \n \t \\ 0".split(" "),
        *[" ", "\n", "\n  ", "\n- ", ": ", "---\n", "...\n", "é", "\u00a0", "\u202e", "\ufeff"],
        *["&a", "*a", "!!str", "%YAML 1.1\n", "<<: ", "|2-\n", "? ", "title: "],
    ]
)


@given(st.lists(PIECES, max_size=40).map("".join))
@example("a: 'b\n c: d")
@example("\ufeff\ufeff---\n---\n")
@settings(max_examples=600, deadline=None)
def test_no_text_makes_the_reader_fail(text):
    """Whatever stands in a file is read or is a fault at a place that the file has."""
    faults = Faults()
    document = Document("a.yaml", text)

    source._compose(document, text, faults)

    for found in faults:
        assert 1 <= found.line <= len(document.lines) + 1
        assert found.column >= 1
        assert not found.message.startswith("not YAML: expected '<")


@given(st.binary(max_size=60))
@example(b"\xef\xbb\xbf\xef\xbb\xbf---")
@example(b"\xc3")
@example(b"a\xff\nb\xfe")
@settings(max_examples=300, deadline=None)
def test_no_bytes_make_the_reader_fail(tmp_path_factory, data):
    """Whatever bytes a file has, they are read or are a fault."""
    folder = tmp_path_factory.mktemp("content")
    (folder / "site.yaml").write_bytes(data)
    (folder / "pages").mkdir()
    (folder / "pages/a.md").write_bytes(b"---\n" + data + b"\n---\n" + data)
    faults = Faults()

    content = source.read(folder, faults)

    assert {"site.yaml", "pages/a.md"} == {*content.trees, *content.pages, *content.unread}


SITE = {"site.yaml": "title: A"}


def test_names_that_differ_in_capitals_only_are_one_name(read):
    """The second in order is a fault, in whatever folder; another name is not."""
    content, faults = read({**SITE, "media/A.jpg": b"", "media/a.JPG": b"", "media/a.png": b""})

    assert sorted(content.media) == ["A.jpg", "a.png"]
    assert messages(faults) == [
        "content/media/a.JPG:1:1 the name is that of 'content/media/A.jpg', but for its capitals"
    ]


def test_names_that_differ_in_how_accents_are_stored_are_one_name(read):
    """One letter, or a letter and its accent: people see the same, and macOS too."""
    content, faults = read({**SITE, "media/e\u0301.jpg": b"", "media/\u00e9.jpg": b""})

    assert sorted(content.media) == ["\u00e9.jpg"]
    assert messages(faults) == [
        "content/media/\u00e9.jpg:1:1 the name is that of 'content/media/\u00e9.jpg', "
        "but for the way its accents are stored"
    ]


@pytest.mark.parametrize(("times", "size"), [(41, 0), (42, 256)])
def test_names_that_grow_too_long_are_refused(read, times, size):
    """Some letters take more bytes in Unicode's composed form than before."""
    content, faults = read({**SITE, f"media/{chr(0x958) * times}.jpg": b""})

    assert bool(content.media) is not bool(size)
    assert [message.partition(":1:1 ")[2] for message in messages(faults)] == (
        [f"a name of {size} bytes; 255 are the most"] if size else []
    )


def test_published_addresses_are_read_with_their_places(read):
    """Without their first slash, as the site knows them; the file is no stray one."""
    content, faults = read({"site.yaml": "title: A", "permalinks.lock": "# why\n/\n/map/\n"})

    assert faults.found == []
    assert {address: str(spot) for address, spot in content.published.items()} == {
        "": "content/permalinks.lock:2:1",
        "map/": "content/permalinks.lock:3:1",
    }
