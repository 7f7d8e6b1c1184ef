"""The preview as its users meet it: a program of its own, spoken to over HTTP.

The program's build copies `content/` to `site/`, and does what words in the content tell it.
"""

from __future__ import annotations

import asyncio
import contextlib
import http.client
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect
from tornado.httpclient import HTTPRequest
from tornado.websocket import WebSocketClientConnection, WebSocketClosedError, websocket_connect

from dateline import answering, preview, problems, showing
from dateline.artifacts import Made, Site

ROOT = Path(__file__).parents[1]
PATIENCE = 15
"""How many seconds something may take before a test gives it up, on the slowest machine."""

PROGRAM = """
import json, os, sys, time
from pathlib import Path
from dateline import answering, preview, problems, showing
from dateline.artifacts import Artifact, Made, Site
from dateline.hashing import fingerprint

root, options = Path(sys.argv[1]), json.loads(sys.argv[2])
content = root / "content"


def build():
    with (root / "builds").open("a") as builds:
        builds.write(".")
    files = {
        file.relative_to(content).as_posix(): file.read_bytes()
        for file in sorted(content.rglob("*.*"))
    }
    with problems.Faults() as faults:
        for name, data in files.items():
            text = data.decode("utf-8", "replace")
            find(name, text, "BROKEN", faults)
            if "CRASH" in text:
                raise KeyError("a <bug>")
            if "MISUSE" in text:
                raise problems.Misuse("this is no <project>", "start it elsewhere")
            if "FULL" in text:
                raise OSError(28, "No space left on <device>", str(root / "content"))
            if "EXIT" in text:
                raise SystemExit("so <long>")
    (root / "building").touch()
    while (root / "hold").exists():
        time.sleep(0.01)
    return Site({name: artifact(name, data) for name, data in files.items()})


def find(name, text, word, faults):
    document = problems.Document(f"content/{name}", text)
    for number, line in enumerate(document.lines, 1):
        if word in line:
            spot = document.spot(number, line.index(word) + 1, len(word))
            faults.add(spot, f"found <{word}>", hint="write 'whole'")


def artifact(name, data):
    def make():
        with (root / "made").open("a") as made:
            made.write(name + "\\n")
        if b"UNMAKEABLE" in data:
            with problems.Faults() as faults:
                find(name, data.decode(), "UNMAKEABLE", faults)
        if b"DEFECT" in data:
            raise ZeroDivisionError("a slip")
        while b"HANGS" in data and not (root / "free").exists():
            time.sleep(0.01)
        return data

    return Made(fingerprint(data), make)


watched = [content, root / "templates", root / "site.toml"]
preview.serve(
    build, watched, program=[root / "program"],
    say=lambda line: print(line, flush=True), warn=lambda line: print(line, flush=True), **options
)
"""


class Answer(NamedTuple):
    """An HTTP answer."""

    status: int
    headers: http.client.HTTPMessage
    text: str


class Preview:
    """A running preview of `root/content`."""

    def __init__(self, root: Path, **options: Any) -> None:
        self.root = root
        self.said = ""
        self.heard = threading.Condition()
        command = [sys.executable, "-W", "error", "-c", PROGRAM, os.fspath(root)]
        self.program = subprocess.Popen(
            [*command, json.dumps({"port": 0} | options)],
            env=os.environ | {"PYTHONPATH": os.fspath(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.listener = threading.Thread(target=self.listen)
        self.listener.start()
        self.address = self.hears(r"http://\S+:\d+/")
        self.place = urlsplit(self.address).netloc

    def listen(self) -> None:
        """Keep what the program says."""
        for line in self.program.stdout:
            with self.heard:
                self.said += line
                self.heard.notify_all()

    def hears(self, pattern: str, since: int = 0) -> str:
        """Wait until the program has said this."""
        with self.heard:
            found = self.heard.wait_for(lambda: re.search(pattern, self.said[since:]), PATIENCE)
        assert found, f"{pattern} was not said, but {self.said[since:]!r}"
        return found[0]

    def save(self, name: str, text: str) -> None:
        """Save a file of the content, as an editor does: in its place."""
        file = self.root / "content" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def get(self, path: str = "/", method: str = "GET", **headers: str) -> Answer:
        """Ask for an address, exactly as it is written."""
        connection = http.client.HTTPConnection(self.place, timeout=PATIENCE)
        with contextlib.closing(connection):
            connection.request(method, path, headers=headers)
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read().decode())

    def shows(self, text: str, path: str = "/", status: int = 200) -> Answer:
        """Wait until a page shows this text."""
        answer = until(lambda: text in (found := self.get(path)).text and found)
        assert answer.status == status
        return answer

    def builds(self) -> int:
        """How many builds have begun."""
        return len((self.root / "builds").read_text())

    def settled(self) -> int:
        """How many builds have begun, once there have been no more for a while."""
        count = -1
        while count != (count := self.builds()):
            time.sleep(0.5)
        return count

    def stop(self) -> tuple[int, str]:
        """Press Ctrl-C, and return the exit status and what went to stderr."""
        self.program.send_signal(signal.SIGINT)
        try:
            status = self.program.wait(5)
        finally:
            self.program.kill()
            self.listener.join()
            errors = self.program.stderr.read()
            self.program.stdout.close()
            self.program.stderr.close()
        return status, errors


def until(look: Callable[[], Any], patience: float = PATIENCE) -> Any:
    """Look again and again until there is something, and return it."""
    end = time.monotonic() + patience
    while not (found := look()):
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.01)
    return found


INDEX = "<!doctype html><html><head><title>{0}</title></head><body><h1>{0}</h1></body></html>"


def project(root: Path) -> Path:
    """Write a small project."""
    (root / "program").mkdir(parents=True)
    for name, text in {
        "index.html": INDEX.format("First"),
        "late.html": f"<head>{'<!-- late -->' * 20_000}<title>é</title></HEAD><body>",
        "bare.html": "<title>Bare</title><p>No head",
        "sub/index.html": INDEX.format("Sub"),
        "404.html": INDEX.format("Not here"),
        "site.css": "p { content: 'é' }",
        "site.js": "1",
        "timeline.ics": "BEGIN:VCALENDAR",
    }.items():
        file = root / "content" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return root


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Preview]]:
    """Return a function that starts a preview; each must end well by Ctrl-C, without a word."""
    running: list[Preview] = []

    def start(**options: Any) -> Preview:
        running.append(Preview(tmp_path, **options))
        return running[-1]

    project(tmp_path)
    yield start
    assert [server.stop() for server in running] == [(0, "")] * len(running)


@pytest.fixture(scope="module")
def still(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Preview]:
    """A preview that nobody changes."""
    root = project(tmp_path_factory.mktemp("still"))
    (root / "secret.html").write_text("secret")
    server = Preview(root)
    server.hears("built in")
    yield server
    assert server.stop() == (0, "")


@contextlib.asynccontextmanager
async def reader(
    server: Preview, stamp: str, path: str = ""
) -> AsyncIterator[WebSocketClientConnection]:
    """Do what livereload.js does in a page with this stamp."""
    connection = await websocket_connect(f"ws://{server.place}/livereload")
    hello = {"command": "hello", "protocols": ["http://livereload.com/protocols/official-7"]}
    await connection.write_message(json.dumps(hello | {"snipver": stamp}))
    assert json.loads(await connection.read_message())["command"] == "hello"
    await connection.write_message(json.dumps({"command": "info", "url": server.address + path}))
    try:
        yield connection
    finally:
        connection.close()
    if connection.close_code is None:  # the preview has not closed it first
        async with asyncio.timeout(PATIENCE):
            while await connection.read_message() is not None:
                pass


def stamp(answer: Answer) -> str:
    """Which build a page shows."""
    found = re.search(r"&amp;snipver=([\w-]+)", answer.text)
    assert found
    return found[1]


def reloads(server: Preview, stamp: str, save: Callable[[], None]) -> None:
    """Save while a page is open, and wait until the page is told to reload."""

    async def read() -> None:
        async with reader(server, stamp) as connection:
            save()
            message = await asyncio.wait_for(connection.read_message(), PATIENCE)
            assert json.loads(message)["command"] == "reload"

    asyncio.run(read())


# What is served


def test_pages_have_the_reload_script_at_the_end_of_their_head(still):
    """The script stands before `</head>`, and names the build that the page shows."""
    answer = still.get("/")

    assert answer.status == 200
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    host, port = still.place.split(":")
    source = f"/livereload.js?host={host}&amp;port={port}&amp;snipver={stamp(answer)}"
    assert f'<title>First</title><script src="{source}" defer></script></head>' in answer.text


def test_pages_with_a_late_head_or_none_have_the_script_too(still):
    """A head may end after 64 KB, in capitals, or nowhere."""
    late, bare = still.get("/late.html"), still.get("/bare.html")

    assert re.search(r"<title>é</title><script [^>]+></script></HEAD>", late.text)
    assert re.fullmatch(r"<title>Bare</title><p>No head<script [^>]+></script>", bare.text)


def test_the_script_of_livereload_is_served(still):
    """The script is livereload's own."""
    answer = still.get("/livereload.js?port=1")

    assert (answer.status, answer.headers["Content-Type"]) == (
        200,
        "text/javascript; charset=utf-8",
    )
    assert "LiveReload" in answer.text


@pytest.mark.parametrize("path", ["/", "/late.html", "/site.css", "/none"])
def test_head_tells_what_get_would_send(still, path):
    """HEAD has the status and length of GET, and no body."""
    get, head = still.get(path), still.get(path, method="HEAD")

    assert (head.status, head.text) == (get.status, "")
    assert int(head.headers["Content-Length"]) == len(get.text.encode())


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/site.css", "text/css; charset=utf-8"),
        ("/site.js?v=1", "text/javascript; charset=utf-8"),
        ("/timeline.ics", "text/calendar; charset=utf-8"),
    ],
)
def test_files_are_sent_as_they_are_and_never_stored(still, path, kind):
    """The browser is told the type, not to guess another, and not to keep the file."""
    answer = still.get(path)

    name = urlsplit(path).path.strip("/")
    assert answer.text == (still.root / "content" / name).read_text()
    assert answer.headers["Content-Type"] == kind
    assert answer.headers["Cache-Control"] == "no-cache"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Expires"] is None


@pytest.mark.parametrize(
    ("asked", "status", "text", "where"),
    [
        ("bytes=6-9", 206, "VCAL", "bytes 6-9/15"),
        ("bytes=11-", 206, "NDAR", "bytes 11-14/15"),
        ("bytes=-4", 206, "NDAR", "bytes 11-14/15"),
        ("bytes=11-999", 206, "NDAR", "bytes 11-14/15"),
        ("bytes=-999", 206, "BEGIN:VCALENDAR", "bytes 0-14/15"),
        ("bytes=15-", 416, "", "bytes */15"),
        ("bytes=-0", 416, "", "bytes */15"),
        ("bytes=9-6", 200, "BEGIN:VCALENDAR", None),
        ("bytes=-", 200, "BEGIN:VCALENDAR", None),
        ("bytes=0-1,4-5", 200, "BEGIN:VCALENDAR", None),
        ("bytes=٣-", 200, "BEGIN:VCALENDAR", None),
        ("lines=0-1", 200, "BEGIN:VCALENDAR", None),
    ],
)
def test_part_of_a_file_can_be_asked_for(still, asked, status, text, where):
    """Players of sound and film ask for ranges; what is no single range gets it all."""
    answer = still.get("/timeline.ics", Range=asked.encode().decode("latin-1"))

    assert (answer.status, answer.text) == (status, text)
    assert answer.headers["Content-Range"] == where
    assert int(answer.headers["Content-Length"]) == len(text)


def test_a_part_of_another_state_is_not_asked_for(still):
    """`If-Range` names the state that the first part was of."""
    tag = still.get("/timeline.ics").headers["Etag"]

    same = still.get("/timeline.ics", Range="bytes=6-9", **{"If-Range": tag})
    other = still.get("/timeline.ics", Range="bytes=6-9", **{"If-Range": '"other"'})

    assert (same.status, other.status) == (206, 200)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_what_the_browser_has_already_is_not_sent_again(still, method):
    """Its tag changes with what is shown; a page of another tag is sent."""
    first = still.get("/")
    tag = first.headers["Etag"]

    again = still.get("/", method, **{"If-None-Match": f'"x", {tag}'})
    other = still.get("/sub/", method, **{"If-None-Match": tag})

    assert (again.status, again.text, again.headers["Etag"]) == (304, "", tag)
    assert other.status == 200


def test_nothing_is_written(start, tmp_path):
    """The site is in memory alone, so there is no other file that could be served."""
    server = start()
    server.shows("First")
    server.save("index.html", INDEX.format("Second"))
    server.shows("Second")

    assert {path.name for path in tmp_path.iterdir()} == {
        *("content", "program"),
        *("builds", "building", "made"),  # what this test's program writes
    }


def test_pages_are_made_once_and_those_that_stay_are_not_made_again(start):
    """However often they are asked for, and whatever else is saved."""
    server = start()
    for _ in range(3):
        server.shows("Sub", "/sub/")
    server.save("index.html", INDEX.format("Second"))
    server.shows("Second")
    server.shows("Sub", "/sub/")

    made = (server.root / "made").read_text().split()
    assert (made.count("sub/index.html"), made.count("index.html")) == (1, 2)


def test_files_that_are_made_from_the_same_are_told_apart():
    """Their keys may be one, as those of the three citations of a page are."""

    async def both() -> list[object]:
        maker = showing.Maker()
        return [await maker.make(path, Made("key", path.encode)) for path in ("a.ris", "a.bib")]

    assert asyncio.run(both()) == [showing.Served(b"a.ris", ()), showing.Served(b"a.bib", ())]


def test_what_is_remembered_is_bounded():
    """What was not used for longest is forgotten first; what is too large is not kept."""
    shelf = showing.Shelf(room=10_000)
    for key in "abcdefgh":
        shelf.put((key, "key"), showing.Served(b"x" * 1000, ()))
        assert shelf.get(("a", "key"))
    shelf.put(("large", "key"), showing.Served(b"x" * 9000, ()))

    assert [key for key in "abcdefgh" if shelf.get((key, "key"))] == list("adefgh")
    assert shelf.get(("large", "key")) is None


def test_folder_addresses_get_their_slash_and_keep_their_query(still):
    """`/sub` leads to `/sub/`."""
    answer = still.get("/sub?actor=mnla")

    assert (answer.status, answer.headers["Location"]) == (301, "/sub/?actor=mnla")
    assert "Sub" in still.get("/sub/?actor=mnla").text


@pytest.mark.parametrize(
    "path", ["//evil.example", "//evil.example/%2e%2e", "/\\evil.example", "//sub"]
)
def test_no_address_leads_to_another_host(still, path):
    """A browser takes what begins with two slashes for a host."""
    answer = still.get(path)

    assert (answer.status, answer.headers["Location"]) == (404, None)


@pytest.mark.parametrize("path", ["/none", "/sub/none/", "/none.css", "/a%00b", "/forcereload"])
def test_unknown_addresses_show_the_404_page_of_the_site(still, path):
    """Its links are relative to the root, wherever it is shown."""
    answer = still.get(path)

    assert answer.status == 404
    assert '<head><base href="/"><title>Not here</title><script ' in answer.text


def test_a_site_without_a_404_page_gets_one(start):
    """The preview has a page of its own for that."""
    server = start()
    (server.root / "content/404.html").unlink()

    answer = server.shows("404 Not Found", "/none", 404)

    assert '<html lang="en">' in answer.text


# Who is answered


@pytest.mark.parametrize(
    "path",
    [
        "/../secret.html",
        "/%2e%2e/secret.html",
        "/..%2fsecret.html",
        "/%2e%2e%2fsecret.html",
        "/sub/../../secret.html",
        "/%252e%252e%252fsecret.html",
        "/..%5csecret.html",
        "/..%c0%afsecret.html",
        "//{root}/secret.html",
        "/%2f{root}/secret.html",
    ],
)
def test_nothing_outside_the_site_is_served(still, path):
    """No spelling of `..` and no absolute path leads out of the site."""
    answer = still.get(path.format(root=still.root))

    assert answer.status in (400, 403, 404)
    assert "secret" not in answer.text


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "LOCALHOST:5500", "localhost.", "[::1]", "[::1]:80"]
)
def test_the_names_of_this_machine_are_answered(still, host):
    """With or without a port, as tunnels and containers change it."""
    assert still.get("/", Host=host).status == 200


@pytest.mark.parametrize("path", ["/", "/site.css", "/livereload", "/livereload.js"])
@pytest.mark.parametrize(
    "host",
    [
        *("evil.example", "127.0.0.1.evil.example", "localhost.evil:80", "evil.example:127.0.0.1"),
        *("2130706433", "127.1", "0.0.0.0", "[::]", "::1", "[::1].evil", "localhost:80.evil"),
    ],
)
def test_other_names_are_refused(still, host, path):
    """A page elsewhere could have its own name lead to this machine (DNS rebinding)."""
    answer = still.get(path, Host=host)

    assert answer.status in (400, 403)
    assert "First" not in answer.text


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"])
def test_only_get_and_head_are_allowed(still, method):
    """There is nothing to change."""
    answer = still.get("/", method=method)

    assert (answer.status, answer.headers["Allow"]) == (405, "GET, HEAD")


ODD = {
    "no host": b"GET / HTTP/1.1\r\n\r\n",
    "no host, old": b"GET / HTTP/1.0\r\n\r\n",
    "two hosts": b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n",
    "two hosts in one": b"GET / HTTP/1.1\r\nHost: localhost, evil.example\r\n\r\n",
    "empty host": b"GET / HTTP/1.1\r\nHost:\r\n\r\n",
    "host with a user": b"GET / HTTP/1.1\r\nHost: evil@localhost\r\n\r\n",
    "whole address": b"GET http://evil.example/ HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "no slash": b"GET index.html HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "star": b"GET * HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "connect": b"CONNECT evil.example:80 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "no such method": b"PROPFIND / HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "no version": b"GET /\r\n\r\n",
    "other version": b"GET / HTTP/9.9\r\nHost: localhost\r\n\r\n",
    "spaces": b"GET  / a b HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "bytes": bytes(range(256)) + b"\r\n\r\n",
    "encrypted": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    "NUL": b"GET /a\x00b HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "Latin-1": b"GET /\xe9 HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "overlong": b"GET /%c0%ae%c0%ae/secret.html HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "half an escape": b"GET /%e HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "folded header": b"GET / HTTP/1.1\r\nHost: localhost\r\n evil.example\r\n\r\n",
    "no colon": b"GET / HTTP/1.1\r\nHost localhost\r\n\r\n",
    "long address": b"GET /" + b"a" * 40_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "long header": b"GET /none HTTP/1.1\r\nHost: localhost\r\nA: " + b"a" * 40_000 + b"\r\n\r\n",
    "many words": b"GET /none?" + b"a&" * 5_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "large body": b"GET /none HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99999999\r\n\r\n",
    "odd length": b"GET /none HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
    "two lengths": b"GET /none HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "odd chunks": b"GET /none HTTP/1.1\r\nHost: localhost\r\n"
    b"Transfer-Encoding: chunked\r\n\r\nx\r\n",
    "half a handshake": b"GET /livereload HTTP/1.1\r\nHost: localhost\r\n"
    b"Upgrade: websocket\r\n\r\n",
    "odd form": b"POST /none HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\n"
    b"Content-Type: multipart/form-data; boundary=\xff\r\n\r\nx",
}


@pytest.mark.parametrize("name", ODD)
def test_odd_requests_are_refused_and_harm_nobody(still, name):
    """They get no page; the preview says nothing (see `still`) and goes on answering."""
    with socket.create_connection(still.place.split(":"), PATIENCE) as client:
        client.sendall(ODD[name])
        client.shutdown(socket.SHUT_WR)
        got = b"".join(iter(partial(client.recv, 2**16), b""))

    assert re.match(rb"HTTP/1.1 4\d\d |$", got), got
    assert b"<title>First" not in got
    assert b"ornado" not in got
    assert os.fsencode(still.root) not in got
    assert still.get("/").status == 200


def test_slow_connections_hold_up_nobody(still):
    """However many have begun a request, there is an answer for who asks for one."""
    with contextlib.ExitStack() as held:
        for _ in range(answering.MOST + 20):
            client = socket.create_connection(still.place.split(":"), PATIENCE)
            held.enter_context(client).sendall(b"GET / HTTP/1.1\r\nHost: loc")
            if _ % 50 == 0:
                assert still.get("/").status == 200
        assert still.get("/").status == 200


@pytest.mark.parametrize(
    "words",
    [
        ["no JSON"],
        ["[1, 2]"],
        ["{}"],
        ["null"],
        ['{"command": "info"}'],
        ['{"command": "info", "url": "http://[a"}'],
        ["[" * 4000],
        ["x" * 10_000],
        [b"\xff"],
        ['{"command": "hello"}'] * 100,
    ],
)
def test_whoever_sends_nonsense_is_not_listened_to(still, words):
    """What livereload.js would not say ends the connection."""

    async def send() -> None:
        connection = await websocket_connect(f"ws://{still.place}/livereload")
        with contextlib.suppress(WebSocketClosedError), contextlib.closing(connection):
            for word in words:
                await connection.write_message(word, binary=isinstance(word, bytes))
            async with asyncio.timeout(PATIENCE):
                while await connection.read_message() is not None:
                    pass

    asyncio.run(send())
    assert still.get("/").status == 200


def test_pages_of_other_origins_cannot_listen(still):
    """The websocket is for pages of the preview."""

    async def connect(origin: str) -> None:
        request = HTTPRequest(f"ws://{still.place}/livereload", headers={"Origin": origin})
        (await websocket_connect(request)).close()

    asyncio.run(connect(f"http://{still.place}"))
    # By hand: tornado's client leaves the connection open where it is refused.
    handshake = {
        "Connection": "Upgrade",
        "Upgrade": "websocket",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
        "Sec-WebSocket-Version": "13",
    }
    for origin in ("http://evil.example", "http://127.0.0.1:1", "null"):
        assert still.get("/livereload", **handshake, Origin=origin).status == 403


def test_a_preview_for_the_network_says_so_and_answers_to_numbers_only(start):
    """A rebinding page has a name; whoever types the machine's number does not."""
    server = start(host="0.0.0.0")

    server.hears("warning: .* others on the network can read it, drafts included")
    assert server.get("/", Host="192.168.1.5:5500").status == 200
    assert server.get("/", Host="evil.example").status == 403


def test_a_taken_port_is_a_misuse_with_a_hint():
    """The message names the address, the hint another port."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(problems.Misuse) as caught:
            preview.serve(Site, [], port=port)

    assert caught.value.message.startswith(f"cannot listen on http://127.0.0.1:{port}/: ")
    assert caught.value.hint == f"perhaps another preview is running; try --port {port + 1}"


@pytest.mark.parametrize(
    ("where", "message"),
    [
        ({"host": "192.0.2.1"}, "cannot listen on http://192.0.2.1:5500/: cannot assign"),
        ({"host": "no.such.host.invalid"}, "cannot listen on http://no.such.host.invalid:5500/: "),
        ({"host": "a..b"}, "cannot listen on http://a..b:5500/: "),
        ({"port": 65536}, "there is no port 65536"),
    ],
)
def test_an_address_that_cannot_be_ours_is_a_misuse(where, message):
    """192.0.2.1 is kept for examples, and nobody's."""
    with pytest.raises(problems.Misuse, match=re.escape(message)):
        preview.serve(Site, [], **where)


def test_the_browser_is_opened_if_asked(start, monkeypatch, tmp_path):
    """Python's webbrowser starts what BROWSER names."""
    browser = tmp_path / "browser"
    browser.write_text(
        f'#!/bin/sh\necho "$1" > {tmp_path}/opened.new\n'
        f"mv {tmp_path}/opened.new {tmp_path}/opened\n"
    )
    browser.chmod(0o755)
    monkeypatch.setenv("BROWSER", f"{browser} %s")

    server = start(open_browser=True)

    until((tmp_path / "opened").exists)
    assert (tmp_path / "opened").read_text().strip() == server.address


# Saves


def test_a_save_reloads_open_pages(start):
    """Again and again, however soon after each other."""
    server = start()
    page = server.shows("First")
    for title in ("Second", "Third", "Fourth"):
        reloads(server, stamp(page), partial(server.save, "index.html", INDEX.format(title)))
        page = server.get("/")
        assert title in page.text


def test_a_page_that_was_built_over_before_it_could_listen_reloads(start):
    """Between the page and its websocket there may have been a build."""
    server = start()
    old = stamp(server.shows("First"))
    server.save("index.html", INDEX.format("Second"))
    server.shows("Second")

    reloads(server, old, save=lambda: None)


def test_only_pages_that_show_something_else_reload(start):
    """A page is left alone while another is edited, until something that it shows changes."""
    server = start()
    server.save("sub/index.html", INDEX.format("Sub") + '<img src="a.png">')
    home, sub = stamp(server.get("/")), stamp(server.shows("a.png", "/sub/"))

    async def read() -> None:
        async with reader(server, home) as at_home, reader(server, sub, "sub/?x#y") as at_sub:
            for name, text in [("sub/a.png", "new"), ("sub/index.html", "new"), ("404.html", "")]:
                server.save(name, text)
                if name != "404.html":
                    await asyncio.wait_for(at_sub.read_message(), PATIENCE)
            server.save("index.html", INDEX.format("Second"))
            await asyncio.wait_for(at_home.read_message(), PATIENCE)
            for connection in (at_home, at_sub):
                with pytest.raises(TimeoutError):
                    await asyncio.wait_for(connection.read_message(), 0.3)

    asyncio.run(read())


def test_of_many_quick_saves_the_last_is_served(start):
    """No save is lost, whether it comes before, in or after a build."""
    server = start()
    server.shows("First")
    for pause in (0, 0.01, 0.03, 0.05):
        for number in range(10):
            server.save("index.html", INDEX.format(f"Save {pause} {number}"))
            time.sleep(pause)
        server.shows(f"Save {pause} 9")


def test_fifty_files_at_once_are_one_build_or_two(start):
    """A build waits for a moment of quiet."""
    server = start()
    server.shows("First")
    before = server.settled()
    for number in range(50):
        server.save(f"{number}.html", "new")
    server.shows("new", "/49.html")

    assert 1 <= server.settled() - before <= 2


def test_a_save_during_a_build_causes_one_more(start):
    """And meanwhile the last good site is served."""
    server = start()
    server.shows("First")
    (server.root / "hold").touch()
    (server.root / "building").unlink()
    server.save("index.html", INDEX.format("Second"))
    until((server.root / "building").exists)
    before = server.builds()

    server.save("index.html", INDEX.format("Third"))
    assert "First" in server.get("/").text
    time.sleep(0.5)
    assert server.builds() == before
    (server.root / "hold").unlink()

    server.shows("Third")
    assert server.settled() == before + 1


def test_whoever_comes_before_the_first_build_waits_or_is_told_to(start, tmp_path):
    """A page says that the site is being built, and reloads itself when it is."""
    (tmp_path / "hold").touch()
    server = start()
    page = server.get("/")
    assert page.status == 503
    assert "<h1>Building the site" in page.text

    reloads(server, stamp(page), (tmp_path / "hold").unlink)

    assert server.get("/").status == 200


SAVES: dict[str, Callable[[Path], Any]] = {
    "replaced by rename": lambda root: (
        (root / "content/.new~").write_text("now"),
        (root / "content/.new~").replace(root / "content/a.html"),
    ),
    "renamed": lambda root: (root / "content/index.html").rename(root / "content/b.html"),
    "deleted": lambda root: (root / "content/late.html").unlink(),
    "folder renamed": lambda root: (root / "content/sub").rename(root / "content/bus"),
    "folder new": lambda root: (
        (root / "content/new").mkdir(),
        (root / "content/new/a.html").touch(),
    ),
    "folder deleted": lambda root: shutil.rmtree(root / "content/new"),
    "time set back": lambda root: (
        (root / "content/a.html").write_text("new"),
        os.utime(root / "content/a.html", (1, 1)),
    ),
    "same size and time": lambda root: (
        (root / "content/a.html").write_text("old"),
        os.utime(root / "content/a.html", (1, 1)),
    ),
    "content/ deleted": lambda root: shutil.rmtree(root / "content"),
    "content/ back": lambda root: (
        project(root / "other") and (root / "other/content").rename(root / "content")
    ),
    "content/ replaced": lambda root: (
        (root / "content").rename(root / "old"),
        shutil.copytree(root / "old", root / "content"),
    ),
    "templates/ appears": lambda root: (
        (root / "templates").mkdir(),
        (root / "templates/base.html").touch(),
    ),
    "site.toml appears": lambda root: (root / "site.toml").touch(),
}


@pytest.mark.parametrize("poll", [False, True], ids=["told", "polled"])
def test_whatever_changes_a_file_is_a_save(start, poll):
    """Editors, git and file managers have many ways."""
    server = start(poll=poll)
    server.shows("First")
    before = server.settled()
    for name, save in SAVES.items():
        save(server.root)
        until(lambda: server.builds() > before)  # noqa: B023 - called in this round
        before, earlier = server.settled(), before
        assert before - earlier <= 3, name

    server.save("bus/index.html", "after it all")
    server.shows("after it all", "/bus/")
    before = server.settled()
    (server.root / "templates/base.html").write_text("new")
    until(lambda: server.builds() > before)


@pytest.mark.parametrize("poll", [False, True], ids=["told", "polled"])
def test_traces_of_editors_and_tools_are_no_saves(start, poll):
    """Backups, swap files, locks and caches come and go all the time."""
    server = start(poll=poll)
    server.shows("First")
    before = server.settled()
    editors = ".a.yaml.swp", "a.yaml~", ".#a.yaml", "#a.yaml#", "4913", "a.yaml___jb_tmp___"
    others = ".goutputstream-A1B2C3", "a.tmp", "a.bak", "a.yaml.sb-1a2b-x"
    for name in (*editors, *others, ".DS_Store", "__pycache__/a.pyc", ".git/index"):
        server.save(name, "")

    assert server.settled() == before


@pytest.mark.parametrize("poll", [False, True], ids=["told", "polled"])
def test_a_change_of_the_program_asks_for_a_restart(start, poll):
    """Once; what runs is not what is in the file any more. It is no save."""
    server = start(poll=poll)
    server.shows("First")
    before = server.settled()

    for _ in range(2):
        (server.root / "program/build.py").write_text("new")
        server.hears("build.py has changed: restart the preview to use it\n")

    assert server.settled() == before
    assert server.said.count("restart") == 1


def test_two_saves_within_a_second_are_seen_when_polling(start):
    """File times are compared to the nanosecond, where watchfiles' polling drops the fraction."""
    server = start(poll=True)
    server.shows("First")
    file = server.root / "content/index.html"
    second = int(time.time())
    for fraction in range(3):
        file.write_text(INDEX.format(f"Save {fraction}"))
        os.utime(file, ns=(0, second * 10**9 + fraction * 10**8))
        server.shows(f"Save {fraction}")


def test_a_project_may_lie_in_a_folder_with_any_name(start, tmp_path):
    """Only names inside the content are looked at when traces are passed over."""
    root = project(tmp_path / ".git/__pycache__")
    server = Preview(root)
    server.shows("First")
    server.save("index.html", INDEX.format("Second"))
    server.shows("Second")

    assert server.stop() == (0, "")


# Faults


def test_a_broken_save_is_shown_on_every_page_until_it_is_mended(start):
    """The page and the terminal name file, line and column, and say when all is well again."""
    server = start()
    page = server.shows("First")
    heard = len(server.said)

    reloads(server, stamp(page), lambda: server.save("new.html", "one\ntwo BROKEN\nthree BROKEN"))

    for path in ("/", "/sub/", "/late.html", "/sub", "/none"):
        page = server.get(path)
        assert (page.status, server.get(path, method="HEAD").status) == (500, 500)
        assert '<html lang="en">' in page.text
        assert "<h1>2 faults to mend</h1>" in page.text
        assert "content/new.html:2:5: found &lt;BROKEN&gt;\n    2 | two BROKEN\n" in page.text
        assert "content/new.html:3:7: found &lt;BROKEN&gt;" in page.text
        assert "hint: write &#x27;whole&#x27;" in page.text
    assert server.get("/site.css").status == 200
    server.hears("content/new.html:2:5: found <BROKEN>\n    2 . two BROKEN\n", heard)
    server.hears("2 faults to mend", heard)

    heard = len(server.said)
    reloads(server, stamp(page), lambda: server.save("new.html", "whole"))

    assert server.get("/").status == 200
    assert re.fullmatch(r"built in \d+\.\d\d s\n", server.hears("built in.*\n", heard))


@pytest.mark.parametrize(
    ("word", "shown", "said"),
    [
        ("CRASH", "KeyError: &#x27;a &lt;bug&gt;&#x27;", r"line \d+, in build\n(.*\n)*KeyError"),
        ("EXIT", "SystemExit: so &lt;long&gt;", "SystemExit: so <long>"),
        ("MISUSE", "this is no &lt;project&gt;\n   hint: start it elsewhere", "no <project>"),
        ("FULL", "No space left on &lt;device&gt;", "No space left on <device>"),
    ],
)
def test_whatever_stops_a_build_does_not_stop_the_preview(start, word, shown, said):
    """A defect of ours is shown in the browser, with its traceback in the terminal."""
    server = start()
    server.shows("First")
    server.save("new.html", word)

    page = server.shows("<h1>The site could not be built</h1>", status=500)
    assert shown in page.text
    server.hears(said)
    assert ("Traceback" in server.said) == (word in ("CRASH", "EXIT"))

    server.save("new.html", "whole")
    server.shows("First")


def test_a_page_that_cannot_be_made_shows_why_and_no_other_page_does(start):
    """The terminal is told without anybody asking for the page; it comes back by itself."""
    server = start()
    page = server.shows("Sub", "/sub/")

    async def read() -> None:
        async with reader(server, stamp(page), "sub/") as at_sub:
            server.save("sub/index.html", "one\ntwo UNMAKEABLE")
            await asyncio.wait_for(at_sub.read_message(), PATIENCE)
            answer = server.get("/sub/")
            assert answer.status == 500
            assert "content/sub/index.html:2:5: found &lt;UNMAKEABLE&gt;" in answer.text
            assert server.get("/").status == 200
            server.save("sub/index.html", INDEX.format("Mended"))
            await asyncio.wait_for(at_sub.read_message(), PATIENCE)
            assert "Mended" in server.get("/sub/").text

    asyncio.run(read())
    server.hears("content/sub/index.html:2:5: found <UNMAKEABLE>")
    server.save("late.html", "UNMAKEABLE")
    server.hears("content/late.html:1:1: found <UNMAKEABLE>")
    server.save("bare.html", "DEFECT")
    server.hears(r"Traceback(.*\n)+ZeroDivisionError: a slip")
    assert "ZeroDivisionError: a slip" in server.get("/bare.html").text


def test_a_page_that_takes_for_ever_holds_up_no_other(start, tmp_path):
    """Not even if many wait for it; it comes by itself once it is made."""
    server = start()
    for number in range(showing.HANDS - 1):
        server.save(f"hung/{number}.html", f"HANGS {number}")
    server.save("last.html", "last")
    server.shows("last", "/last.html")

    def ask(path: str) -> None:
        assert "HANGS" in server.get(path).text

    waiting = [
        threading.Thread(target=ask, args=[f"/hung/{number % (showing.HANDS - 1)}.html"])
        for number in range(10)
    ]
    for one in waiting:
        one.start()
    server.save("index.html", INDEX.format("Second"))
    server.shows("Second")
    (tmp_path / "free").touch()
    for one in waiting:
        one.join(PATIENCE)


def test_pages_name_no_folder_of_the_machine(start):
    """Whoever reads them may be a guest; the terminal has the whole path."""
    server = start()
    server.shows("First")
    server.save("new.html", "FULL")

    page = server.shows("No space left on", status=500)
    assert "…/content" in page.text
    assert os.fspath(server.root) not in page.text
    server.hears(re.escape(os.fspath(server.root)))


def test_a_site_that_never_was_whole_shows_its_faults(start, tmp_path):
    """The preview starts with broken content too."""
    (tmp_path / "content/index.html").write_text("BROKEN")
    server = start()

    assert "<h1>1 fault to mend</h1>" in server.get("/").text
    assert server.get("/site.css").status == 404
    server.save("index.html", INDEX.format("First"))
    server.shows("First")


# The end


def test_ctrl_c_ends_at_once_whatever_goes_on(start):
    """A long build, an open page and a waiting connection do not hold it up."""
    server = start()
    connection = http.client.HTTPConnection(server.place)
    with contextlib.closing(connection):
        connection.request("GET", "/")
        connection.getresponse().read()
        server.settled()
        (server.root / "hold").touch()
        (server.root / "building").unlink()
        server.save("index.html", INDEX.format("Second"))
        until((server.root / "building").exists)

        async def leave() -> None:
            async with reader(server, "an old page") as open_page:
                assert "reload" in await open_page.read_message()
                server.program.send_signal(signal.SIGINT)
                assert await asyncio.wait_for(open_page.read_message(), 5) is None
                assert open_page.close_code == 1001  # going away: it will call again

        asyncio.run(leave())
        assert server.program.wait(5) == 0


def test_a_preview_that_is_started_anew_reloads_pages_left_open_if_they_changed(start):
    """Their scripts call again, and say what they show."""
    server = start()
    old = stamp(server.shows("First"))
    assert stamp(start().shows("First")) == old
    server.save("index.html", INDEX.format("Second"))
    again = start()
    again.shows("Second")

    reloads(again, old, save=lambda: None)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_hurried_hand_is_no_traceback(start, number):
    """Ctrl-C twice, or SIGTERM, during a build and while a page is being made."""
    server = start()

    def ask() -> None:
        with contextlib.suppress(OSError, http.client.HTTPException):
            server.get("/hung/")

    server.save("hung/index.html", "HANGS")
    server.shows("First")
    server.settled()
    asking = threading.Thread(target=ask)
    asking.start()
    until(lambda: "hung/index.html" in (server.root / "made").read_text())
    (server.root / "hold").touch()
    (server.root / "building").unlink()
    server.save("index.html", INDEX.format("Second"))
    until((server.root / "building").exists)

    began = time.monotonic()
    for _ in range(2):
        server.program.send_signal(number)
        time.sleep(0.05)

    assert server.program.wait(5) == 0
    assert time.monotonic() - began < 3
    asking.join(PATIENCE)


@pytest.mark.browser
def test_an_open_page_follows_the_content_by_itself(start, page: Page):
    """It shows what is saved, then a fault, then what is mended, and nobody touches it."""
    server = start()
    page.goto(server.address)
    expect(page).to_have_title("First")
    server.save("index.html", INDEX.format("Second"))
    expect(page).to_have_title("Second")

    server.save("new.html", "BROKEN")
    expect(page).to_have_title("1 fault to mend")
    expect(page.locator("pre")).to_contain_text("content/new.html:1:1: found <BROKEN>")
    server.save("new.html", "whole")
    expect(page).to_have_title("Second")

    page.goto(server.address + "sub/none/")
    expect(page).to_have_title("Not here")
    server.save("sub/none/index.html", INDEX.format("Here"))
    expect(page).to_have_title("Here")


@pytest.mark.browser
def test_a_page_opened_before_the_first_build_comes_by_itself(start, page: Page, tmp_path):
    """It says what it waits for."""
    (tmp_path / "hold").touch()
    server = start()
    page.goto(server.address)
    expect(page).to_have_title("Building the site …")
    (tmp_path / "hold").unlink()
    expect(page).to_have_title("First")


@pytest.mark.browser
def test_pages_with_a_content_security_policy_reload_too(start, page: Page):
    """Script and websocket are of the page's own origin, and so is the base of the 404 page."""
    policy = "default-src 'none'; script-src 'self'; connect-src 'self'; base-uri 'none'"
    meta = f'<head><meta http-equiv="Content-Security-Policy" content="{policy}">'
    server = start()
    for name in ("index.html", "404.html"):
        server.save(name, INDEX.format(name).replace("<head>", meta) + '<a href="x">x</a>')
    server.shows("default-src", "/no/where/", 404)
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text))

    page.goto(server.address + "no/where/")
    assert page.evaluate("document.links[0].href") == server.address + "x"
    page.goto(server.address)
    server.save("index.html", INDEX.format("Second").replace("<head>", meta))
    expect(page).to_have_title("Second")

    assert [text for text in refused if "Content Security Policy" in text] == []
