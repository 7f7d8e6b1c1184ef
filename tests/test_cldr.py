import subprocess
import sys

import pytest
from babel import localedata
from babel.dates import tokenize_pattern
from babel.lists import format_list
from babel.numbers import format_decimal

from dateline import cldr
from dateline.language import Language

TONGUES = sorted(
    {identifier.partition("_")[0] for identifier in localedata.locale_identifiers()}
    | {code.replace("-", "_") for code in cldr.KEPT}
)


def test_the_languages_that_are_kept_are_as_babel_has_them():
    """If this fails after an upgrade of Babel, `make languages` writes them anew."""
    kept = cldr.FILE.read_bytes()
    _, _, languages = kept.partition(b'"languages"')
    _, _, expected = cldr.written(cldr.KEPT).partition(b'"languages"')

    assert languages == expected


@pytest.mark.parametrize("code", ["en", "fr", "ar", "hi", "pt-BR"])
def test_a_language_that_is_kept_is_the_same_without_it(code):
    """What is stored is nothing but what Babel would say."""
    assert cldr.of(code) == cldr.by_babel(cldr.locale(code))


def test_a_tag_is_the_same_in_any_capitals():
    """Tags are compared without regard to them (RFC 5646, 2.1.1)."""
    assert cldr.of("PT-br") == cldr.of("pt-BR")
    assert cldr.of("EN") == cldr.of("en-GB") != cldr.of("en-US")


def test_what_is_said_in_a_language_that_is_kept_needs_no_babel():
    """Babel takes 30 ms to load a language."""
    program = (
        "import sys\n"
        "from dateline import dates\n"
        "from dateline.language import Language\n"
        "words = Language('fr')\n"
        "print(words.date(dates.parse('2012-03-21/2012-04-06')), words.number(50000.5))\n"
        "print(words.list('abc'), words.direction, *(m for m in sys.modules if 'babel' in m))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert done.stdout == "21 mars – 6 avril 2012 50\u202f000,5\na, b et c ltr\n"


@pytest.mark.parametrize("code", TONGUES)
def test_numbers_are_written_as_babel_does(code):
    """Each language groups digits in its own way; what has to be rounded is left to Babel."""
    language, locale = Language(code.replace("_", "-")), cldr.locale(code.replace("_", "-"))

    for n in (0, 7, 999, 1000, 12345, 50_000, 1234567, 10**12, 2.0, 18.44, 1234.5, 0.125, 0.3):
        assert language.number(n) == format_decimal(n, locale=locale), n
    for n in (-3, -1234.5, 1 / 3, 1.00049, 1e-07, 1e22):  # these are left to Babel
        assert language.number(n) == format_decimal(n, locale=locale), n


@pytest.mark.parametrize("code", TONGUES)
def test_lists_are_joined_as_babel_does(code):
    """The words between the last two are each language's own."""
    conventions, locale = cldr.of(code.replace("_", "-")), cldr.locale(code.replace("_", "-"))

    for style in ("standard", "or"):
        for items in ([], ["a"], ["a", "{b}"], ["a", "b", "c"], ["a", "b", "{1}", "d", "e"]):
            assert conventions.list(items, style) == format_list(items, style, locale), items


@pytest.mark.parametrize("code", TONGUES)
def test_patterns_of_dates_are_taken_apart_as_babel_does(code):
    """Of all patterns that are used of any language."""
    conventions = cldr.of(code.replace("_", "-"))
    patterns = [conventions.day, *conventions.skeletons.values()]
    patterns += [half for one in conventions.ranges.values() for h in one.values() for half in h]

    for pattern in patterns:
        expected: list[tuple[str, str, int]] = []
        for kind, value in tokenize_pattern(pattern):
            if kind == "field":
                expected.append((value[0], "", value[1]))
            elif expected and not expected[-1][0]:  # after one in quotes
                expected[-1] = ("", expected[-1][1] + value, 0)
            else:
                expected.append(("", value, 0))
        assert cldr.tokens(pattern) == expected, pattern


@pytest.mark.parametrize(
    ("pattern", "tokens"),
    [
        ("d 'de' MMMM", [("d", "", 1), ("", " de ", 0), ("M", "", 4)]),
        ("h 'o''clock'", [("h", "", 1), ("", " o'clock", 0)]),
        ("''yy", [("", "'", 0), ("y", "", 2)]),
        ("yyyyMMdd", [("y", "", 4), ("M", "", 2), ("d", "", 2)]),
        ("", []),
    ],
)
def test_a_pattern_has_fields_and_texts(pattern, tokens):
    """Letters of a text stand in quotes (UTS 35, part 4)."""
    assert cldr.tokens(pattern) == tokens
