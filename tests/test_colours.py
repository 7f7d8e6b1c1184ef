"""The colours of a site: what is mixed from what, and what can be read on what."""

import pytest
from msgspec import structs

from dateline import colours, schema


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [("#000000", "#ffffff", 21), ("#ffffff", "#767676", 4.54), ("#a0b0c0", "#a0b0c0", 1)],
)
def test_contrast_is_that_of_wcag(one, other, ratio):
    """It is the same both ways."""
    assert colours.contrast(one, other) == pytest.approx(ratio, abs=0.005)
    assert colours.contrast(other, one) == colours.contrast(one, other)


def test_colours_are_mixed_channel_by_channel():
    """The share is that of the first colour, as in CSS `color-mix(in srgb, …)`."""
    assert colours.mixed("#ff0000", "#0000ff", 0.2) == "#3300cc"
    assert colours.mixed("#ff0000", "#0000ff", 0) == "#0000ff"


@pytest.mark.parametrize("palette", [colours.DEFAULT.light, colours.DEFAULT.dark])
def test_every_text_can_be_read_in_the_default_theme(palette):
    """Also a text on what an address points at."""
    assert list(colours.faint(palette)) == []
    assert colours.contrast(palette.ink, palette.properties["marked"]) >= colours.LEAST
    assert colours.contrast(palette.accent, palette.properties["marked"]) >= colours.LEAST


@pytest.mark.parametrize(("paper", "colour"), [("#ffffff", "#ffcc00"), ("#101010", "#333366")])
def test_a_faint_colour_comes_with_the_nearest_that_will_do(paper, colour):
    """Darker on light paper, lighter on dark paper, and hardly more than it takes."""
    palette = structs.replace(colours.DEFAULT.light, paper=paper, sage=colour)
    (found,) = (faint for faint in colours.faint(palette) if faint.name == "sage")

    assert (found.colour, found.ground) == (colour, paper)
    assert found.contrast < colours.LEAST
    assert colours.LEAST <= colours.contrast(found.enough, paper) < colours.LEAST + 0.4


def test_every_colour_of_a_phase_is_in_the_palette():
    """And style sheets know each of them by its name, in both lights."""
    text = colours.css(colours.DEFAULT)

    for name in schema.COLOURS:
        assert text.count(f"--{name}: {getattr(colours.DEFAULT.light, name)};") == 1
        assert text.count(f"--{name}: {getattr(colours.DEFAULT.dark, name)};") == 2
