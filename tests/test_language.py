import re
import subprocess
import sys
import time
from pathlib import Path

import pytest
from babel import localedata
from babel.messages.extract import extract_from_file
from hypothesis import given
from hypothesis import strategies as st

from dateline import cldr, dates, language
from dateline.language import Language

FRENCH = """\
msgid ""
msgstr ""
"Language: fr\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=2; plural=(n > 1);\\n"

msgid "Sources"
msgstr "Sources et archives"

msgid "%(n)s source"
msgid_plural "%(n)s sources"
msgstr[0] "%(n)s source citée"
msgstr[1] "%(n)s sources citées"

msgid "about %(date)s"
msgstr "vers %(date)s"

msgid "about %(day)s"
msgstr "vers le %(day)s"

msgid "since %(date)s"
msgstr "depuis %(date)s"

msgid "since %(day)s"
msgstr "depuis le %(day)s"

msgid "until %(day)s"
msgstr "jusqu’au %(day)s"

msgid "between %(first_day)s and %(last_day)s"
msgstr "entre le %(first_day)s et le %(last_day)s"

msgid "%(decade)ss"
msgstr "années %(decade)s"

msgid "spring %(year)s"
msgstr "printemps %(year)s"

msgctxt "first day of a month"
msgid "1"
msgstr "1er"

#, fuzzy
msgid "until %(date)s"
msgstr "avant %(jour)s"
"""

ENGLISH = {
    "2012-01-17": "17 January 2012",
    "2011-10": "October 2011",
    "2012": "2012",
    "2021-05~": "about May 2021",
    "2011-10?": "October 2011 (uncertain)",
    "2011-10%": "about October 2011 (uncertain)",
    "2012-01-18/2012-01-24": "18–24 January 2012",
    "2012-03-21/2012-04-06": "21 March – 6 April 2012",
    "2015-04-27/2015-06-19": "27 April – 19 June 2015",
    "2023-08-11/2024-01-02": "11 August 2023 – 2 January 2024",
    "2011-10/2012-04": "October 2011 – April 2012",
    "2012-01/2012-03": "January – March 2012",
    "2012/2015": "2012–2015",
    "2012-01/2012-01": "January 2012",
    "2012-01-17/2012-04": "17 January 2012 – April 2012",
    "1984~/2004-06": "about 1984 – June 2004",
    "1984?/2004?": "1984 (uncertain) – 2004 (uncertain)",
    "2023-12-08/..": "since 8 December 2023",
    "2023~/..": "since about 2023",
    "../1920": "until 1920",
    "1985/": "from 1985, end unknown",
    "/1985-04-12": "until 12 April 1985, start unknown",
    "-0043-03-15": "15 March 44 BC",
    "-0043": "44 BC",
    "0000": "1 BC",
    "0079-08-24": "24 August 79 AD",
    "0800": "800",
    "-0049/-0043": "50 BC – 44 BC",
    "Y170000002": "170,000,002",
    "Y-170000002": "170,000,003 BC",
    "2014-21": "spring 2014",
    "2014-24~": "about winter 2014",
    "2014-26": "summer 2014 (northern hemisphere)",
    "2014-32": "winter 2014 (southern hemisphere)",
    "2014-33": "1st quarter 2014",
    "2014-39": "last four months of 2014",
    "2014-40": "first half of 2014",
    "199X": "1990s",
    "190X": "between 1900 and 1909",
    "19XX": "between 1900 and 1999",
    "1XXX": "between 1000 and 1999",
    "-004X": "between 50 BC and 41 BC",
    "XXXX": "year unknown",
    "XXXX-12-25": "25 December, year unknown",
    "XXXX-12-XX": "some day in December, year unknown",
    "156X-12": "December, 1560s",
    "15XX-12-25": "25 December, between 1500 and 1599",
    "2012-XX": "some month in 2012",
    "2012-XX-XX": "some day in 2012",
    "2012-03-XX": "some day in March 2012",
    "2012-03-1X": "between 10 and 19 March 2012",
    "2012-1X": "between October and December 2012",
    "2012-XX-31": "between 31 January and 31 December 2012",
    "2012-04-3X": "30 April 2012",
    "2004-06~-11": "11 June 2004 (year approximate and month approximate)",
    "?2004-06-~11": "11 June 2004 (year uncertain and day approximate)",
    "2004-%06": "June 2004 (month approximate and month uncertain)",
    "2004-~21": "spring 2004 (season approximate)",
    "[1667,1668,1670..1672]": "one of 1667, 1668 or between 1670 and 1672",
    "[1667,1760-12..]": "one of 1667 or December 1760 or later",
    "[2023-10-02..2023-11-14]": "between 2 October and 14 November 2023",
    "[2012-01..2012-04]": "between January and April 2012",
    "[1667~..1670-03]": "between about 1667 and March 1670",
    "[..1919]": "1919 or earlier",
    "[1760-12..]": "December 1760 or later",
    "[1667]": "1667",
    "{1667,1668,1670..1672}": "1667, 1668 and 1670–1672",
    "{1960,1961-12}": "1960 and December 1961",
    "{..1984}": "until 1984",
}


@pytest.fixture(scope="module")
def english():
    """English, without a catalogue."""
    return Language("en")


@pytest.fixture
def catalogues(tmp_path):
    """A folder of catalogues that holds a French one."""
    write(tmp_path, "fr", FRENCH)
    return tmp_path


def write(folder, code, text):
    """Write a catalogue where Language looks for it, and return its path."""
    path = folder / code / "LC_MESSAGES" / "dateline.po"
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    return path


def said(code, *texts):
    """Return dates in the words of a language without a catalogue."""
    speaker = Language(code)
    return [speaker.date(dates.parse(text)) for text in texts]


@pytest.mark.parametrize(("text", "words"), ENGLISH.items())
def test_dates_are_said_in_words(english, text, words):
    """Every form of date in English."""
    assert english.date(dates.parse(text)) == words


def test_plain_english_writes_dates_as_in_britain():
    """Day, month, year, unless the code asks for the American order."""
    assert said("en", "2012-01-17") == ["17 January 2012"]
    assert said("en-US", "2012-01-17") == ["January 17, 2012"]


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("fr", ["17 janvier 2012", "18–24 janvier 2012", "21 mars – 6 avril 2012", "octobre 2011"]),
        ("ar", ["17 يناير 2012", "18–24 يناير 2012", "21 مارس – 6 أبريل 2012", "أكتوبر 2011"]),
        ("de", ["17. Januar 2012", "18.–24. Januar 2012", "21. März – 6. April 2012"]),
        ("zh", ["2012年1月17日", "2012年1月18日至24日"]),
    ],
)
def test_names_and_order_are_those_of_the_language(code, words):
    """Babel knows them without any catalogue."""
    texts = ("2012-01-17", "2012-01-18/2012-01-24", "2012-03-21/2012-04-06", "2011-10")

    assert said(code, *texts[: len(words)]) == words


def test_a_date_is_shown_as_precisely_as_it_was_written_and_never_moved_by_a_time_zone(monkeypatch):
    """Promise 12: no month for a year, no day for a month, and the same day on every clock."""
    written = {"2012": "2012", "2012-01": "January 2012", "2012-01-01": "1 January 2012"}

    for zone in ("Pacific/Kiritimati", "Pacific/Pago_Pago", "UTC"):
        monkeypatch.setenv("TZ", zone)
        time.tzset()
        assert said("en", *written) == list(written.values())
        assert [dates.parse(text).iso for text in written] == list(written)


@given(st.integers(1000, 9999), st.integers(1, 12), st.integers(1, 28), st.integers(1, 3))
def test_words_have_no_number_that_was_not_written(english, year, month, day, length):
    """The numbers in the words are the year and, of a full date, the day."""
    date = dates.parse("-".join((f"{year}", f"{month:02}", f"{day:02}")[:length]))

    words = english.date(date)

    numbers = [int(number) for number in re.findall("[0-9]+", words)]
    assert numbers == ([day, year] if length == 3 else [year])
    assert any(letter.isalpha() for letter in words) == (length > 1)


@pytest.mark.parametrize("code", ["en", "fr", "ar", "fa", "he", "ja", "pt-BR", "bm", "ses"])
def test_every_date_has_words_in_every_language(code):
    """No form of date fails for want of a catalogue or of a pattern."""
    speaker = Language(code)

    for text in ENGLISH:
        words = speaker.date(dates.parse(text))
        assert words.strip()
        assert "%" not in words


TONGUES = sorted(
    {identifier.partition("_")[0] for identifier in localedata.locale_identifiers()}
    | {"zh_Hant", "pt_BR", "az_Arab", "ff_Adlm", "ar_EG", "fa_AF", "en_US"}
)


@pytest.mark.parametrize("code", TONGUES)
def test_every_language_says_dates_wholly_and_in_one_script_of_digits(code):
    """No part of a date is lost, none is said twice, and no pattern leaves its traces."""
    speaker = Language(code)

    for text in ENGLISH:
        words = speaker.date(dates.parse(text))
        digits = {ord(letter) - int(letter) for letter in words if letter.isdecimal()}
        assert words == words.strip(), text
        assert not re.search(r"  |[%{}]|None|[\u202a-\u202e]", words), words
        assert len(digits) < 2 or text == "2014-33", words  # Some name quarters by native digits.
    for text in ("2012-03-21/2012-04-06", "2011-12-30/2013-01-02", "2012-01-18/2012-01-24"):
        numbers = sorted(map(int, re.findall("[0-9]+", speaker.date(dates.parse(text)))))
        assert set(map(int, re.findall("[0-9]+", text))) - {1, 3, 4, 12} <= set(numbers), text


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("sw", "21 Machi 2012 – 6 Aprili 2012"),
        ("bg", "21 март 2012\u202fг. – 6 април 2012\u202fг."),
        ("fr", "21 mars – 6 avril 2012"),
        ("zh", "2012年3月21日至4月6日"),
    ],
)
def test_a_range_has_both_its_months_and_names_them_if_dates_do(code, words):
    """Where the CLDR's pattern of a range leaves one out or numbers it, both dates are in full."""
    assert said(code, "2012-03-21/2012-04-06") == [words]


@pytest.mark.parametrize(("code", "words"), [("th", "17 มีนาคม 2012"), ("la", "die 17 Martii 2012")])
def test_an_era_that_is_left_out_leaves_no_space(code, words):
    """Thai and Latin have a place for it within or behind the date."""
    assert said(code, "2012-03-17") == [words]


def test_languages_do_not_mix():
    """Babel shares data between languages; what one has said does not change another's names."""
    texts = ("XXXX-03", "2012-03", "2012-33")
    before = said("fr", *texts)
    said("he", *texts)
    said("zh", *texts)

    assert said("fr", *texts) == before == ["mars, year unknown", "mars 2012", "1er trimestre 2012"]


def test_a_catalogue_translates_the_words_around_dates(catalogues):
    """A day may take other words than a month, and the first of a month its own."""
    french = Language("fr", catalogues)
    words = {
        "2021-05~": "vers mai 2021",
        "2021-05-08~": "vers le 8 mai 2021",
        "2023-12/..": "depuis décembre 2023",
        "2023-12-08/..": "depuis le 8 décembre 2023",
        "2023-12-08~/..": "depuis vers le 8 décembre 2023",
        "../2012-04-01": "jusqu’au 1er avril 2012",
        "2012-04-01/2012-04-03": "1er–3 avril 2012",
        "[2023-10-02..2023-11-14]": "entre le 2 octobre et le 14 novembre 2023",
        "199X": "années 1990",
        "2014-21": "printemps 2014",
    }

    assert {text: french.date(dates.parse(text)) for text in words} == words


def test_texts_and_plurals_come_from_the_catalogue(catalogues):
    """French counts 0 as singular; what is not translated stays English."""
    french = Language("fr", catalogues)

    def sources(n):
        return french.plural("%(n)s source", "%(n)s sources", n) % {"n": n}

    assert french.text("Sources") == "Sources et archives"
    assert [sources(n) for n in (0, 1, 2)] == [
        "0 source citée",
        "1 source citée",
        "2 sources citées",
    ]
    assert french.text("Places") == "Places"
    assert french.text("") == ""


def test_without_a_catalogue_the_english_stands(english, tmp_path):
    """A missing folder or file is no fault."""
    assert english.text("Sources") == "Sources"
    assert english.plural("%(n)s source", "%(n)s sources", 1) == "%(n)s source"
    assert english.plural("%(n)s source", "%(n)s sources", 0) == "%(n)s sources"
    assert Language("fr", tmp_path / "nowhere").text("Sources") == "Sources"


def test_unfinished_translations_are_not_used(catalogues):
    """A fuzzy message waits for somebody to look at it."""
    assert Language("fr", catalogues).date(dates.parse("../1920")) == "until 1920"


def test_a_region_without_its_own_catalogue_uses_that_of_the_language(catalogues):
    """A region's catalogue comes first, then the language's."""
    write(catalogues, "fr_CA", 'msgid "Sources"\nmsgstr "Références"\n')

    assert Language("fr-ML", catalogues).text("Sources") == "Sources et archives"
    assert Language("fr-CA", catalogues).text("Sources") == "Références"
    assert Language("fr-CA", catalogues).text("spring %(year)s") == "printemps %(year)s"


def test_an_unknown_region_falls_back_to_its_language():
    """The CLDR has no Arabic of Mali, and no English either."""
    assert said("ar-ML", "2012-03-17") == said("ar", "2012-03-17")
    assert said("en-ML", "2012-03-17") == ["17 March 2012"]
    assert Language("ar-ML").code == "ar-ML"
    assert Language("ar_ML").code == "ar-ML"


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("xx", "unknown language 'xx': expected one of the CLDR's, such as 'en' or 'fr'"),
        ("../fr", "'../fr' is not a language tag: expected a form such as 'en' or 'pt-BR'"),
        ("", "'' is not a language tag: expected a form such as 'en' or 'pt-BR'"),
    ],
)
def test_an_unknown_language_is_refused(code, message):
    """Dates cannot be said in a language without names of months."""
    with pytest.raises(cldr.Unknown) as caught:
        Language(code)

    assert str(caught.value) == message


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ('msgid "Sources"\nmsgstr Sources\n', 2, "not a line of a .po file: 'msgstr Sources'"),
        ('msgid "Sources"\n"Source', 2, "not a line of a .po file"),
        ('\nmsgid "about %(date)s"\nmsgstr "vers %(dat)s"\n', 2, "%(date)s"),
    ],
)
def test_a_broken_catalogue_is_refused_with_its_line(tmp_path, text, line, message):
    """A wrong placeholder is found when the catalogue is read, not when a page needs it."""
    path = write(tmp_path, "fr", text)

    with pytest.raises(language.BadCatalogue) as caught:
        Language("fr", tmp_path)

    assert caught.value.path == path
    [(found, reason)] = caught.value.faults
    assert found == line
    assert message in reason


@pytest.mark.parametrize(
    "content",
    [
        'msgid "March"\nmsgstr "février"\n'.encode("latin-1"),
        b'msgid ""\nmsgstr "Content-Type: text/plain; charset=klingon\\n"\n',
        b'msgid ""\nmsgstr "Plural-Forms: nplurals=2; plural=(n > 1;\\n"\n',
    ],
)
def test_a_catalogue_that_cannot_be_read_is_refused(tmp_path, content):
    """Bytes that are no text and headers without sense are faults of the catalogue, not of ours."""
    write(tmp_path, "fr", "").write_bytes(content)

    with pytest.raises(language.BadCatalogue):
        Language("fr", tmp_path)


def test_direction_is_that_of_the_script():
    """Arabic and Hebrew run from right to left."""
    codes = ("en", "fr", "ar", "ar-ML", "he")

    assert [Language(code).direction for code in codes] == ["ltr", "ltr", "rtl", "rtl", "rtl"]


def test_lists_numbers_and_months_follow_the_language(english):
    """Babel puts the commas, also where there are few items or none."""
    french = Language("fr")

    assert english.list(["A", "B", "C"]) == "A, B and C"
    assert french.list(iter(["A", "B"])) == "A et B"
    assert (english.list(["A"]), english.list([])) == ("A", "")
    assert english.number(50000) == "50,000"
    assert french.number(50000) == "50\u202f000"
    assert english.month(2011, 10) == "October 2011"
    assert french.month(-43, 3) == "mars 44 av. J.-C."


def test_a_language_names_the_others(english):
    """The name of a language in the reader's words; the code if nobody knows it."""
    assert english.language_name("fr") == "French"
    assert Language("fr").language_name("ar") == "arabe"
    assert english.language_name("taq-x") == "taq-x"


def test_pybabel_finds_the_messages():
    """The command in the module's docstring collects every text, with its plural."""
    found = {
        (context, message)
        for _, message, _, context in extract_from_file(
            "python",
            Path(language.__file__),
            keywords={"text": None, "plural": (1, 2), "pgettext": ((1, "c"), 2)},
        )
    }

    assert {(None, "about %(date)s"), (None, "since %(day)s"), (None, "%(decade)ss")} <= found
    assert ("first day of a month", "1") in found


def test_importing_the_module_does_not_import_babel():
    """Babel waits until a language is made, so that `--help` answers at once."""
    code = "import sys, dateline.language; sys.exit('babel' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
