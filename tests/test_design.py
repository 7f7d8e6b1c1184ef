"""docs/design.md and the templates say the same."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
DESIGN = (ROOT / "docs/design.md").read_text("utf-8")
TOKENS = (ROOT / "templates/assets/css/tokens.css").read_text("utf-8")


def test_every_part_is_in_the_design_and_the_reverse():
    """Each file of templates/parts/ is named, and each that is named is there."""
    there = {f"parts/{path.name}" for path in (ROOT / "templates/parts").glob("*.html")}

    assert set(re.findall(r"parts/[\w-]+\.html", DESIGN)) == there


def test_every_token_of_the_design_is_one():
    """A token that is named is declared in tokens.css."""
    declared = set(re.findall(r"^\s+(--[\w-]+):", TOKENS, re.MULTILINE))

    assert set(re.findall(r"`(--[\w-]+)`", DESIGN)) <= declared


def test_every_picture_of_the_design_is_there():
    """`make pictures` has taken each."""
    pictures = re.findall(r"\]\((pictures/[\w-]+\.png)\)", DESIGN)

    assert pictures
    assert [name for name in pictures if not (ROOT / "docs" / name).is_file()] == []
