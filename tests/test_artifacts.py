"""The site as values: no path twice, in whatever spelling."""

import pytest

from dateline.artifacts import Artifact, Made, Site


@pytest.mark.parametrize("other", ["a/b.html", "A/B.html", "a/B.HTML"])
def test_a_path_can_be_taken_once(other):
    """Capitals make no other path: some file systems know none."""
    site = Site()
    site |= {"a/b.html": Artifact.of(b"1")}

    with pytest.raises(ValueError, match="two artifacts have the path"):
        site |= {other: Artifact.of(b"2")}


def test_accents_stored_in_another_way_make_no_other_path():
    """One letter, or a letter and its accent."""
    site = Site()

    with pytest.raises(ValueError, match="or one like it"):
        site |= {"\u00e9.png": Artifact.of(b"1"), "e\u0301.png": Artifact.of(b"2")}


def test_other_paths_are_other_files():
    """What only looks alike is left alone."""
    site = Site()
    site |= {
        "a/b.html": Artifact.of(b"1"),
        "a/b.htm": Artifact.of(b"2"),
        "ab.html": Artifact.of(b""),
    }
    site |= {"e.png": Artifact.of(b"1"), "\u00e9.png": Artifact.of(b"2")}

    assert len(site) == 5


def test_a_file_is_surely_the_same_if_its_key_is():
    """Nothing is worked out for that; another key may still make the same file."""
    artifact = Made("key", pytest.fail)

    assert artifact.same("key")
    assert artifact.same("key exact")
    assert not artifact.same("another exact")
