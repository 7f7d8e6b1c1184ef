"""Style sheets, scripts, fonts and media: what is published under which name."""

import re

import projects
import pytest
from PIL import Image

from dateline import assets, problems


@pytest.fixture
def folder(tmp_path):
    """Return a function that writes a folder of templates from a text."""

    def of(text: str, name: str = "templates"):
        return projects.write(tmp_path / name, text)

    return of


def test_imports_are_put_in_their_place_in_their_layers(folder):
    """One file is served; the order of the imports is kept, comments are no imports."""
    own = folder("""
        -- assets/css/site.css --
        @layer base, parts;
        /* @import "gone.css"; */
        @import "base.css" layer(base);
        @import 'parts/card.css' layer(parts);
        @import "plain.css";
        -- assets/css/base.css --
        a { color: red }
        -- assets/css/parts/card.css --
        b { color: blue }
        -- assets/css/plain.css --
        i { color: green }
    """)

    assert assets.stylesheet([own]).splitlines() == [
        "@layer base, parts;",
        '/* @import "gone.css"; */',
        "@layer base {",
        "a { color: red }",
        "}",
        "@layer parts {",
        "b { color: blue }",
        "}",
        "i { color: green }",
    ]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('@import "gone.css";', "the style sheet 'gone.css' is missing"),
        ('@import "https://example.org/x.css";', "'https://example.org/x.css' is missing"),
        ("@import url(https://example.org/x.css);", "an '@import' that cannot be put in its place"),
        ('@IMPORT "part.css" print;', "an '@import' that cannot be put in its place"),
        ('@import "site.css";', "the style sheet 'site.css' imports itself"),
        ('@import "part.css" layer(x);', "the style sheet 'site.css' imports itself"),
    ],
)
def test_an_import_that_cannot_be_followed_is_a_fault_with_its_line(folder, line, message):
    """No import is left for a browser to ask for, least of all from another host."""
    own = folder(f"""
        -- assets/css/site.css --
        a {{ color: red }}
        {line}
        -- assets/css/part.css --
        b {{ color: red }} @import "site.css";
    """)

    with pytest.raises(problems.Problems) as caught:
        assets.stylesheet([own])
    (fault,) = caught.value.problems
    assert message in fault.message
    assert (fault.file, fault.line) in {
        ("templates/assets/css/site.css", 2),
        ("templates/assets/css/part.css", 1),
    }


def test_one_style_sheet_may_be_imported_in_two_places(folder):
    """Only one that imports itself is refused."""
    own = folder("""
        -- assets/css/site.css --
        @import "a.css" layer(x);
        @import "a.css" layer(y);
        -- assets/css/a.css --
        a { color: red }
    """)

    assert assets.stylesheet([own]).count("color: red") == 2


def test_without_a_style_sheet_there_is_a_fault(folder):
    """Its name and place are said."""
    with pytest.raises(problems.Problems, match=r"the style sheet 'site\.css' is missing"):
        assets.gather([folder("-- 404.html --")], {})


def test_a_style_sheet_that_is_not_utf8_is_named(folder):
    """Also where another one imports it."""
    own = folder('-- assets/css/site.css --\n@import "old.css";\n-- assets/css/old.css --')
    (own / "assets/css/old.css").write_bytes("/* é */".encode("latin-1"))

    with pytest.raises(problems.Problems, match=r"^templates/assets/css/old\.css:1:1: .* UTF-8"):
        assets.stylesheet([own])


def test_the_name_of_the_style_sheet_tells_its_bytes(folder):
    """A browser may keep it for ever: another text has another name, the same text the same."""
    red = folder("-- assets/css/site.css --\na { color: red }", "red")
    blue = folder("-- assets/css/site.css --\na { color: blue }", "blue")
    same = folder("-- assets/css/site.css --\na { color: red }", "same")
    names = [assets.gather([templates], {}).stylesheet for templates in (red, blue, same)]

    assert names[0] == names[2] != names[1]
    assert all(re.fullmatch(r"assets/site\.[0-9a-f]{8}\.css", name) for name in names)


def test_assets_are_gathered_file_by_file_from_both_folders(folder):
    """The project's file stands in for the default one; hidden files and parts are left out."""
    own = folder("-- assets/css/site.css --\n-- assets/icon.svg --\nmine", "own")
    default = folder(
        """
        -- assets/css/site.css --
        -- assets/icon.svg --
        theirs
        -- assets/fonts/a.woff2 --
        font
        -- assets/.hidden --
        -- assets/_draft/x.svg --
        """,
        "default",
    )
    found = assets.gather([own, default], {})

    files = {name: artifact.make() for name, artifact in found.files.items()}
    assert files == {
        found.stylesheet: b"",
        "assets/fonts/a.woff2": b"font\n",
        "assets/icon.svg": b"mine\n",
    }


def test_media_keep_their_names_and_their_bytes(folder, tmp_path):
    """The address of a file is quoted where its name has letters that an address cannot have."""
    own = folder("-- assets/css/site.css --")
    names = ["fort.jpg", "2012/Menaka #1, 50 %?.jpg", "كيدال.png"]
    media = {}
    for name in names:
        media[name] = tmp_path / "media" / name
        media[name].parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (2, 1)).save(media[name])
    found = assets.gather([own], media)

    assert {f"media/{name}" for name in names} <= set(found.files)
    assert found.files["media/fort.jpg"].make() == media["fort.jpg"].read_bytes()
    assert found.media == {
        "fort.jpg": "media/fort.jpg",
        "2012/Menaka #1, 50 %?.jpg": "media/2012/Menaka%20%231%2C%2050%20%25%3F.jpg",
        "كيدال.png": "media/%D9%83%D9%8A%D8%AF%D8%A7%D9%84.png",
    }


def test_the_colours_of_the_site_are_put_where_they_are_imported(folder):
    """They are no file; a project that has a file of that name keeps its own."""
    own = folder('-- assets/css/site.css --\n@import "colours.css" layer(tokens);', "own")
    theirs = folder("-- assets/css/colours.css --\na { color: red }", "theirs")

    def style(*templates):
        found = assets.gather(templates, {}, ":root { --paper: white }")
        return found.files[found.stylesheet].make().decode()

    assert style(own) == "@layer tokens {\n:root { --paper: white }\n}\n"
    assert style(own, theirs) == "@layer tokens {\na { color: red }\n}\n"
