"""The site as values: no path twice, in whatever spelling."""

from collections import ChainMap

import pytest

from dateline.artifacts import Artifact, Bundle, Made, Site


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


def bundles(*names: str) -> ChainMap[str, Artifact]:
    """Files in bundles, as pages are planned; `a b` stands for a bundle of two."""
    return ChainMap(*(Bundle({name: Artifact.of(b"") for name in one.split()}) for one in names))


def test_a_path_in_two_bundles_is_an_error_however_it_came_to_be():
    """In a preview, bundles take the place of those of the last site, or come beside them."""
    first = Site(bundles("a b", "c", ""))
    first |= {"d": Artifact.of(b"")}
    kept = first.bundles[0]

    site = Site(ChainMap(kept, *bundles("c").maps))
    site |= {"d": Artifact.of(b"another")}
    assert list(site) == ["a", "b", "c", "d"]
    assert (site["d"].make(), "e" in site, len(site)) == (b"another", False, 4)
    assert site.files == {path: site[path] for path in site}

    for twice in (
        bundles("a b", "c", "c"),
        bundles("b", "a b"),
        bundles("c", "a b", "c"),
        bundles("d"),
    ):
        for _ in range(2):  # what was refused is refused again by the next build
            site = Site(bundles("a b", "c", ""))
            site |= {"d": Artifact.of(b"")}
            with pytest.raises(ValueError, match=r"two artifacts have the path '[abcd]'"):
                site |= twice
    with pytest.raises(ValueError, match="'C', or one like it: 'c'"):
        Site(bundles("a b", "c", "C"))


def test_a_file_is_surely_the_same_if_its_key_is():
    """Nothing is worked out for that; another key may still make the same file."""
    artifact = Made("key", pytest.fail)

    assert artifact.same("key")
    assert artifact.same("key exact")
    assert not artifact.same("another exact")
