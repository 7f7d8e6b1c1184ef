r"""Broken and hostile content: refused with its place, or shown without harm.

    hostile/yaml/refused/*.yaml        as the events of a small project
    hostile/site/refused/*.yaml        as its site.yaml
    hostile/markdown/shown/*.md        as the text of a page and of an event
    hostile/geojson/shown/*.geojson    as the towns of its map
    hostile/strings.txt                each in every field that holds a text
    hostile/addresses.txt              each as the address of a source

What no repository can hold (pipes, links, names that are no text, large files) is made by `MADE`.
Refused means: a fault in that file with line and column, status 1, no traceback, nothing written.
What is shown is taken apart as browsers do it (html5lib) and beside the page that harmless words
make, and opened in Chromium: nothing may run, ask another host, or lead to a place that can.
"""

from __future__ import annotations

import json
import os
import re
import socket
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import html5lib
import projects
import pytest

from dateline import cli

HOSTILE = Path(__file__).parent / "hostile"
BASE = """
    -- content/site.yaml --
    title: Floods
    base_url: https://floods.example/
    -- content/actors.yaml --
    abbey: {name: Abbey, kind: organisation}
    -- content/places.yaml --
    egmond: {name: Egmond, kind: town, lat: 52.6, lon: 4.6}
    -- content/sources.yaml --
    annals: {title: Annals, kind: book}
    -- content/phases/dykes.md --
    ---
    title: Dykes
    dates: 1200/1300
    ---
    Land was won [@annals].
    -- content/events/dykes.yaml --
    - {id: flood, date: 1287-12-14, title: Flood, text: "It broke [@annals]."}
"""
PLACES = {
    "yaml": "content/events/dykes.yaml",
    "site": "content/site.yaml",
    "markdown": "content/pages/hostile.md",
    "geojson": "content/map/towns.geojson",
}
"""By kind of input, the file that it becomes."""
SECONDS = 5
"""How long one bad file may hold a build, in seconds of the processor; most need a tenth of one."""


def inputs(kind: str, verdict: str) -> list:
    """The files of one kind and verdict, as parameters of a test."""
    paths = sorted((HOSTILE / kind / verdict).iterdir())
    return [pytest.param(kind, path, id=f"{kind}: {path.stem}") for path in paths]


def lines(name: str) -> list[str]:
    """The lines of a file of hostile texts."""
    return (HOSTILE / name).read_text("utf-8").splitlines()


def put(root: Path, kind: str, data: bytes) -> None:
    """Put an input where it belongs."""
    path = root / PLACES[kind]
    path.parent.mkdir(parents=True, exist_ok=True)
    front = b"---\ntitle: Hostile\n---\n" if kind == "markdown" else b""
    path.write_bytes(front + data)


def built(root: Path) -> int:
    """Build a project; return the exit status."""
    return cli.main(projects.build, ["build", "--quiet", "--jobs", "1"], root)


def refused(root: Path, file: str, said: str, status: int) -> None:
    """Assert that a build was refused because of this file, with a place, and wrote nothing."""
    assert status == 1, said
    assert re.search(rf"^{re.escape(file)}[^\n]*?:\d+:\d+: (?!warning)[^\n]+$", said, re.MULTILINE)
    assert "Traceback" not in said
    assert not (root / "site").exists()
    assert not (root / "pwned").exists()


@pytest.mark.parametrize(
    ("kind", "path"), [case for kind in PLACES for case in inputs(kind, "refused")]
)
def test_bad_content_is_refused_with_its_place(kind, path, tmp_path, capsys):
    """File, line and column; soon; nothing is written."""
    root = projects.write(tmp_path, BASE)
    put(root, kind, path.read_bytes())
    began = time.process_time()

    status = built(root)

    assert time.process_time() - began < SECONDS
    refused(root, PLACES[kind], capsys.readouterr().err, status)


@pytest.mark.parametrize("address", lines("addresses.txt"))
def test_an_address_that_is_none_of_the_web_is_refused(address, tmp_path, capsys):
    """Of a source, whatever it is coded in; it would become a link."""
    root = projects.write(tmp_path, BASE)
    text = f"annals: {{title: Annals, kind: book, url: {json.dumps(address)}}}\n"
    (root / "content/sources.yaml").write_text(text, "utf-8")

    status = built(root)

    refused(root, "content/sources.yaml", capsys.readouterr().err, status)


def written(name: str, data: bytes = b"") -> Callable[[Path], None]:
    """Write a file; its folders are made."""

    def make(content: Path) -> None:
        path = content / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)

    return make


def linked(name: str, target: str) -> Callable[[Path], None]:
    """Make a symbolic link."""

    def make(content: Path) -> None:
        written(name)(content)
        (content / name).unlink()
        (content / name).symlink_to(target)

    return make


def piped(name: str) -> Callable[[Path], None]:
    """Make a pipe: who opens it to read waits for ever."""

    def make(content: Path) -> None:
        written(name)(content)
        (content / name).unlink()
        os.mkfifo(content / name)

    return make


def with_socket(content: Path) -> None:
    """Make a socket."""
    with socket.socket(socket.AF_UNIX) as made:
        before = Path.cwd()
        os.chdir(content)  # the path of a socket is 108 bytes at the most
        made.bind("events/x.yaml")
        os.chdir(before)


def without_letters(content: Path) -> None:
    """Make a name with a byte that is no letter of UTF-8."""
    written("pages/a.md")(content)
    (content / "pages/a.md").rename(content / "pages/\udcff.md")


EVENT = b"- id: flood\n  date: 1287-12-14\n  title: Flood\n"
PAGE = b"---\ntitle: x\n---\n"
EVENTS = "events/dykes.yaml"
MADE: dict[str, tuple[str, Callable[[Path], None]]] = {
    "a pipe for events": ("events/x.yaml", piped("events/x.yaml")),
    "a pipe for a page": ("pages/x.md", piped("pages/x.md")),
    "a pipe for a picture": ("media/x.png", piped("media/x.png")),
    "a pipe for addresses": ("permalinks.lock", piped("permalinks.lock")),
    "a pipe that nothing names": ("notes.txt", piped("notes.txt")),
    "a socket": ("events/x.yaml", with_socket),
    "a link out": ("events/x.yaml", linked("events/x.yaml", "/etc/passwd")),
    "a link to itself": ("events/x.yaml", linked("events/x.yaml", "x.yaml")),
    "a link to nothing": ("pages/x.md", linked("pages/x.md", "gone.md")),
    "a link to a device": ("actors.yaml", linked("actors.yaml", "/dev/zero")),
    "a link to a folder out": ("media/etc", linked("media/etc", "/etc")),
    "a link to its own folder": ("pages/x", linked("pages/x", "..")),
    "a link for a picture": ("media/x.png", linked("media/x.png", "/etc/hostname")),
    "a link within content": ("events/x.yaml", linked("events/x.yaml", "dykes.yaml")),
    "a folder for a file": ("tags.yaml", lambda content: (content / "tags.yaml").mkdir()),
    "a folder for addresses": ("permalinks.lock", lambda at: (at / "permalinks.lock").mkdir()),
    "folders without end": ("media/" + "d/" * 9 + "d", written("media/" + "d/" * 40 + "x")),
    "a name that is no text": ("pages/\\udcff.md", without_letters),
    "a name of two lines": ("pages/a\\nb.md", written("pages/a\nb.md", PAGE)),
    "a name that turns around": ("pages/a\\u202eb.md", written("pages/a\u202eb.md", PAGE)),
    "a name with markup": ("pages/<img src=x>.md", written("pages/<img src=x>.md", PAGE)),
    "a name of Windows": ("pages/con.md", written("pages/con.md", PAGE)),
    "a name in capitals": ("pages/About.md", written("pages/About.md", PAGE)),
    "a name of the site": ("pages/assets.md", written("pages/assets.md", PAGE)),
    "a page that is a drawing": ("pages/x.svg", written("pages/x.svg", b"<svg onload=pwned=1>")),
    "a page that is a page": ("pages/x.html", written("pages/x.html", b"<script>pwned=1</script>")),
    "fifty million bytes": (EVENTS, written(EVENTS, EVENT + b"#" * 50_000_000)),
    "a line of megabytes": (EVENTS, written(EVENTS, EVENT + b"  summary: " + b"a " * 4_000_000)),
    "a million entries": (EVENTS, written(EVENTS, b"- a\n" * 1_000_000)),
    "a million items": (EVENTS, written(EVENTS, EVENT + b"  tags:\n" + b"  - a\n" * 900_000)),
    "the same id without end": (EVENTS, written(EVENTS, EVENT * 20_000)),
    "a hundred thousand fields": (
        EVENTS,
        written(EVENTS, EVENT + b"".join(b"  f%d: x\n" % n for n in range(100_000))),
    ),
    "a hundred thousand brackets": (EVENTS, written(EVENTS, b"[\n" * 100_000)),
    "a hundred thousand braces": (EVENTS, written(EVENTS, b"{a:\n" * 100_000)),
    "brackets in front matter": (
        "pages/x.md",
        written("pages/x.md", b"---\ntitle: " + b"[\n" * 100_000 + b"---\n"),
    ),
    "brackets in a map": ("map/towns.geojson", written("map/towns.geojson", b"[" * 1_000_000)),
    "positions without end": (
        "map/towns.geojson",
        written(
            "map/towns.geojson",
            b'{"type": "FeatureCollection", "features": [' + b"[1,1]," * 200_000 + b"[1,1]]}",
        ),
    ),
    "invisible lines": (EVENTS, written(EVENTS, "\x85\n".encode() * 900_000)),
    "an endless text": (
        "pages/x.md",
        written("pages/x.md", PAGE + b"[a](b) *c* `d`\n" * 100_000),
    ),
    "an endless table": (
        "pages/x.md",
        written("pages/x.md", PAGE + b"|a" * 100 + b"|\n" + b"|-" * 100 + b"|\n" + b"|\n" * 900),
    ),
}  # fmt: skip
"""What no repository can hold: the file that is told of, and what makes it in `content/`."""


@pytest.mark.parametrize("name", MADE)
def test_what_is_no_plain_small_file_is_refused(name, tmp_path, capsys):
    """Links, pipes, sockets, odd names, endless files: never opened, or never read to the end."""
    root = projects.write(tmp_path, BASE)
    file, make = MADE[name]
    make(root / "content")
    began = time.process_time()

    status = built(root)

    assert time.process_time() - began < 2 * SECONDS
    said = capsys.readouterr().err
    refused(root, f"content/{file}", said, status)
    assert len(said) < 1_000_000


WORDS = "Plain words"


def with_strings(folder: Path, strings: list[str]) -> Path:
    """Write a project in which every text of an event, and of what it names, is a string."""
    root = projects.write(folder, BASE)
    events: list[dict] = []
    actors, places, tags, sources = {}, {}, {}, {}
    for n, text in enumerate(strings):
        actors[f"a{n}"] = {"name": text, "kind": "person", "summary": text}
        places[f"p{n}"] = {"name": text, "kind": "town", "lat": n, "lon": n}
        tags[f"t{n}"] = {"name": text}
        sources[f"s{n}"] = {"title": text, "kind": "book", "author": text, "publisher": text}
        events.append(
            {
                "id": f"e{n}", "date": 1200 + n, "title": text, "summary": text,
                "status": "disputed", "actors": [f"a{n}"], "places": [f"p{n}"], "tags": [f"t{n}"],
                "sources": [f"s{n}"],
                "figures": [{"what": text, "value": n + 1, "by": f"By {text}", "note": text,
                             "sources": [f"s{n}"]}],
                "disputed": [
                    {
                        "point": text,
                        "positions": [
                            {"by": f"a{n}", "says": text, "sources": [f"s{n}"]},
                            {"by": f"By {text}", "says": text, "sources": [f"s{n}"]},
                        ],
                    }
                ],
                "corrections": [{"date": "2024-02-01", "text": text}],
            }
        )  # fmt: skip
    for name, value in (("actors", actors), ("places", places), ("tags", tags)):
        (root / f"content/{name}.yaml").write_text(json.dumps(value, ensure_ascii=False), "utf-8")
    (root / "content/sources.yaml").write_text(
        json.dumps({"annals": {"title": "Annals", "kind": "book"}} | sources, ensure_ascii=False),
        "utf-8",
    )
    (root / "content/events/dykes.yaml").write_text(json.dumps(events, ensure_ascii=False), "utf-8")
    return root


def with_texts(folder: Path, texts: list[str]) -> Path:
    """Write a project with a page and an event of each Markdown text."""
    root = projects.write(folder, BASE)
    (root / "content/pages").mkdir()
    flood = {"id": "flood", "date": "1287-12-14", "title": "Flood"}
    events = [flood]
    for n, text in enumerate(texts):
        page = f"---\ntitle: Page {n}\n---\n{text}"
        (root / f"content/pages/n{n}.md").write_text(page, "utf-8")
        events.append({"id": f"e{n}", "date": "1287", "title": f"Event {n}", "text": text})
    (root / "content/events/dykes.yaml").write_text(json.dumps(events, ensure_ascii=False), "utf-8")
    return root


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, Path]]:
    """Each site of what is shown, beside one of harmless words."""
    folder = tmp_path_factory.mktemp("hostile")
    strings = lines("strings.txt")
    texts = [path.read_text("utf-8") for path in sorted((HOSTILE / "markdown/shown").iterdir())]
    made = {
        "strings": (
            with_strings(folder / "strings", strings),
            with_strings(folder / "words", [WORDS] * len(strings)),
        ),
        "markdown": (
            with_texts(folder / "markdown", texts),
            with_texts(folder / "plain", [f"{WORDS} [@annals]."] * 3),
        ),
    }
    for kind in ("yaml", "geojson"):
        for path in sorted((HOSTILE / kind / "shown").iterdir()):
            root = projects.write(folder / path.stem, BASE)
            put(root, kind, path.read_bytes())
            made[f"{kind} {path.stem}"] = root, made["strings"][1]
    for root in {root for roots in made.values() for root in roots}:
        assert built(root) == 0, root
    return {name: (a / "site", b / "site") for name, (a, b) in made.items()}


TAGS = set(
    "a abbr b blockquote br cite code dd del dfn div dl dt em h2 h3 h4 h5 h6 hr i ins kbd li "
    "mark ol p pre q s samp small span strong sub sup table tbody td tfoot th thead tr u ul "
    "var".split()
)
ATTRIBUTES = set("lang dir href rel title id start colspan rowspan scope class".split())
LEADS = {"href", "src", "action", "formaction", "data", "poster", "srcset", "xlink:href", "cite"}
DATA = {"application/json", "application/ld+json"}


def parsed(path: Path) -> list:
    """The elements of a page as a browser sees them, in order."""
    document = html5lib.parse(path.read_text("utf-8"), namespaceHTMLElements=False)
    return [element for element in document.iter() if isinstance(element.tag, str)]


def shape(elements: list) -> set[tuple[str, str]]:
    """Every element with every attribute that it has somewhere."""
    return {(one.tag, name) for one in elements for name in ("", *map(str, one.attrib))}


def run(elements: list) -> Counter:
    """What a browser runs, loads or obeys: scripts but data, styles, links in the head, metas."""
    return Counter(
        (one.tag, one.get("src"), one.get("href"), one.text or "")
        for one in elements
        if one.tag in ("script", "style", "link", "base", "iframe", "object", "embed", "form")
        and one.get("type") not in DATA
        and one.get("rel") not in ("canonical", "alternate", "prev", "next")
    )


def test_what_is_shown_adds_nothing_to_a_page_but_words(sites):
    """Taken apart as browsers do it: elements, attributes, scripts, addresses, order, ids."""
    seen, known, runs = 0, set[tuple[str, str]](), Counter[tuple]()
    for harmless in {harmless for _, harmless in sites.values()}:
        for path in harmless.rglob("*.html"):
            elements = parsed(path)
            known |= shape(elements)
            runs |= run(elements)
    for hostile, _ in sites.values():
        for path in sorted(hostile.rglob("*.html")):
            elements = parsed(path)
            seen += 1
            odd = {
                (tag, name)
                for tag, name in shape(elements) - known
                if tag not in TAGS or name not in {"", *ATTRIBUTES}
            }
            assert odd == set(), path
            assert not run(elements) - runs, path
            for one in elements:
                _leads_nowhere_else(one, path)
                if one.get("type") in DATA:
                    json.loads(one.text)
            ids = Counter(one.get("id") for one in elements if one.get("id"))
            assert [id for id, times in ids.items() if times > 1] == [], path
            assert sum(one.tag == "h1" for one in elements) == 1, path
    assert seen > 300


def _leads_nowhere_else(element, path: Path) -> None:
    """Assert that an element's addresses are of the web, and that it asks no other host."""
    for name, value in element.attrib.items():
        assert not str(name).startswith("on"), (path, name)
        if name not in LEADS:
            continue
        bare = re.sub(r"[\x00-\x20]", "", value)
        scheme = urlsplit(bare).scheme
        assert scheme in ("", "http", "https", "mailto"), (path, value)
        assert not bare.startswith(("//", "\\", "/\\")), (path, value)
        if element.tag in ("img", "script", "iframe", "source", "use", "image"):
            assert scheme == "", (path, value)
        if element.tag == "a" and scheme.startswith("http") and "floods.example" not in bare:
            assert "noopener" in (element.get("rel") or ""), (path, value)


def test_what_is_shown_runs_nothing_in_a_browser(sites, browser, serve_folder):
    """Chromium opens every page: no dialog, no word in the console, no other host or page."""
    address = serve_folder(next(iter(sites.values()))[0].parents[1])
    context = browser.new_context()
    found: list[str] = []
    page = context.new_page()
    page.on("dialog", lambda dialog: (found.append(dialog.message), dialog.dismiss()))
    page.on("console", lambda said: found.append(f"{page.url}: {said.text}"))
    page.on("pageerror", lambda error: found.append(f"{page.url}: {error}"))
    page.on("popup", lambda _: found.append(f"{page.url}: a window"))
    context.on(
        "request",
        lambda asked: asked.url.startswith(address) or found.append(f"{page.url}: {asked.url}"),
    )
    context.route(re.compile(rf"^(?!{re.escape(address)})"), lambda route: route.abort())
    paths = [
        path
        for name, (hostile, _) in sites.items()
        for path in sorted(hostile.rglob("*.html"))
        # What is no text of its own is seen at these places, if anywhere.
        if name in ("strings", "markdown") or path.parent.name in ("site", "flood", "map")
    ]
    root = next(iter(sites.values()))[0].parents[1]
    for path in paths:
        if path.name == "404.html":
            continue  # which may stand anywhere, and so asks for its style sheet from the root
        url = f"{address}/{path.relative_to(root).as_posix()}"
        page.goto(url)
        did = page.evaluate(PROBE)
        assert did == {"pwned": False, "odd": []}, url
        assert page.url == url
    context.close()
    assert found == []
    assert len(paths) > 250


PROBE = """() => {
    for (const one of document.body.querySelectorAll('*'))
        for (const kind of ['mouseover', 'mouseenter', 'focus', 'error', 'load', 'toggle'])
            one.dispatchEvent(new Event(kind));
    const odd = [...document.querySelectorAll('a[href], area[href]')]
        .map(a => new URL(a.href.baseVal ?? a.href, location))
        .filter(url => !['http:', 'https:', 'mailto:'].includes(url.protocol))
        .map(url => url.href);
    return {pwned: 'pwned' in window, odd};
}"""
"""Wakes every handler that there may be; says where links lead, as the browser reads them."""
