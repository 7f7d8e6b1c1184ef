"""Where names stand: never upon each other, upon a mark or beyond the edge."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dateline import lettering
from dateline.geometry import Box
from dateline.lettering import Board

BOX = Box(0, 0, 400, 300)
spots = st.tuples(st.integers(5, 395), st.integers(5, 295))
names = st.text("abcdefgh WMéل", min_size=1, max_size=14)


@given(st.lists(st.tuples(spots, names, st.integers(2, 12)), max_size=25), st.sampled_from([1, 2]))
def test_no_name_covers_another_name_or_a_mark(places, zoom):
    """Those that would are left out; nothing sticks out of the box."""
    board = Board(BOX)
    discs = []
    for at, _, radius in places:
        lettering.disc(board, at, radius, zoom)
        x, y, r = *at, radius * zoom
        discs.append(Box(x - r, y - r, x + r, y + r))

    stands = [
        lettering.beside(board, at, radius, lettering.width(name, 13), 13, zoom)
        for at, name, radius in places
    ]
    placed = [(n, found.box) for n, found in enumerate(stands) if found]

    for n, box in placed:
        assert BOX.holds(box)
        assert not any(box.overlaps(other) for m, other in placed if m != n)
        assert not any(box.overlaps(disc) for disc in discs if disc != discs[n])


def test_the_best_place_is_taken_first_and_then_the_next():
    """To the right if that is free, elsewhere if not, with a line from farther off, or nowhere."""
    board = Board(BOX)
    stands = [lettering.beside(board, (200, 150), 4, 90, 13, 1) for _ in range(40)]

    assert (stands[0].anchor, stands[0].leader) == ("start", None)
    assert stands[1].box != stands[0].box
    assert any(found and found.leader for found in stands)
    assert stands[-1] is None


def test_the_name_of_an_area_lies_within_it():
    """A name as wide as the area is not printed at all."""
    ring = [(50, 50), (250, 50), (250, 120), (50, 120), (50, 50)]

    x, y = lettering.within(Board(BOX), [ring], 80, 12)

    assert Box(50, 50, 250, 120).holds(Box(x - 40, y - 6, x + 40, y + 6))
    assert lettering.within(Board(BOX), [ring], 199, 12) is None
    assert lettering.within(Board(BOX), [], 10, 12) is None


def test_a_river_is_named_along_its_course():
    """The name is turned as the river runs there, and never stands on its head."""
    board = Board(BOX)
    down = lettering.along(board, [[(20, 20), (120, 70), (220, 120)]], 60, 12)
    back = lettering.along(board, [[(380, 40), (280, 90), (180, 140)]], 60, 12)

    assert round(down.angle) == 27
    assert round(back.angle) == -27
    assert lettering.along(board, [[(10, 10), (12, 290)]], 60, 12) is None


def test_widths_grow_with_letters_and_not_with_accents():
    """An accent that stands above its letter takes no room; a Chinese character takes an em."""
    assert lettering.width("e\u0301", 10) == lettering.width("e", 10)
    assert lettering.width("基", 10) == 10
    assert lettering.width("ill", 10) < lettering.width("WWW", 10)
