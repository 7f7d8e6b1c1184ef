"""A web server that misbehaves in every way that the servers of sources do, and keeps a log.

with odd_server.running() as server:
    server.url("/gone")        # http://127.0.0.1:…/gone, which answers 404
    server.log                 # every request, in order
"""

from __future__ import annotations

import contextlib
import hashlib
import http.server
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

SILENCE = 5
"""How many seconds a silent answer is kept up: longer than any test waits for it."""
PAGE = b"<!doctype html><title>A page</title>"


@dataclass
class Request:
    """One request: what was asked, of which host, with which headers, and when."""

    method: str
    path: str
    host: str
    headers: dict[str, str]
    began: float
    ended: float = 0.0


@dataclass
class OddServer:
    """The server as a test sees it."""

    port: int = 0
    log: list[Request] = field(default_factory=list)
    asked: Counter[str] = field(default_factory=Counter)
    """How often each path was asked for, by any method."""
    busy: bool = False
    """Whether the archive at `/save/` wants to be left alone."""

    def url(self, path: str, host: str = "127.0.0.1") -> str:
        """Return an address of this server; `host` may be any name of this machine."""
        return f"http://{host}:{self.port}{path}"

    def paths(self) -> list[str]:
        """Return what was asked for, in order, each once in a row."""
        return [request.path for request in self.log]


@contextlib.contextmanager
def running() -> Iterator[OddServer]:
    """Run a server on this machine until the block is left."""
    told = OddServer()

    class Handler(_Handler):
        server_told = told

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    told.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield told
    finally:
        server.shutdown()
        thread.join()
        server.socket.close()


class _Handler(http.server.BaseHTTPRequestHandler):
    """Answers by the path: `/404` with that status, all others as the methods below."""

    protocol_version = "HTTP/1.1"
    server_told: OddServer

    def handle_one_request(self) -> None:
        with contextlib.suppress(OSError):
            super().handle_one_request()

    def log_message(self, *_words: object) -> None:
        """Say nothing: the log is for tests."""

    def do_HEAD(self) -> None:
        self._answer()

    def do_GET(self) -> None:
        self._answer()

    def _answer(self) -> None:
        host = (self.headers["Host"] or "").partition(":")[0]
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.told = request = Request(self.command, self.path, host, headers, time.monotonic())
        self.server_told.log.append(request)
        self.server_told.asked[self.path] += 1
        name = urlsplit(self.path).path.strip("/").replace("-", "_")
        first, _, rest = name.partition("/")
        try:
            if name.isdecimal():
                self._say(int(name))
            else:
                getattr(self, f"at_{first}", self.at_page)(rest)
        finally:
            request.ended = request.ended or time.monotonic()

    def _say(self, status: int, body: bytes = PAGE, **headers: str) -> None:
        self.send_response(status)
        for key, value in headers.items():
            self.send_header(key.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        # Before the answer goes out: whoever has it may ask for the next thing at once.
        self.told.ended = time.monotonic()
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    def _to(self, location: str, status: int = 302) -> None:
        self._say(status, Location=location)

    def _first(self) -> bool:
        return self.server_told.asked[self.path] == 1

    def at_page(self, _rest: str) -> None:
        self._say(200, Set_Cookie="seen=1; Path=/")

    def at_no_head(self, rest: str) -> None:
        """`/no-head/405`: HEAD is answered with that status, GET with a page."""
        self._say(int(rest) if self.command == "HEAD" else 200)

    def at_head_drops(self, _rest: str) -> None:
        if self.command == "HEAD":
            self.close_connection = True
        else:
            self._say(200)

    def at_moved(self, rest: str) -> None:
        """`/moved/301`: leads to `/page/new` with that status."""
        self._to("/page/new", int(rest))

    def at_chain(self, rest: str) -> None:
        """`/chain/3` leads to `/chain/2` and so on; `/chain/0` is a page."""
        if rest == "0":
            self._say(200)
        else:
            self._to(f"/chain/{int(rest) - 1}", 301)

    def at_loop(self, rest: str) -> None:
        self._to("/loop/b" if rest == "a" else "/loop/a")

    def at_endless(self, rest: str) -> None:
        self._to(f"/endless/{int(rest or 0) + 1}")

    def at_to_gone(self, _rest: str) -> None:
        self._to("/404", 301)

    def at_to_home(self, _rest: str) -> None:
        self._to("/")

    def at_to_file(self, _rest: str) -> None:
        self._to("file:///etc/passwd")

    def at_to_script(self, _rest: str) -> None:
        self._to("javascript:alert(1)")

    def at_to_rubbish(self, _rest: str) -> None:
        self._to("http://[")

    def at_later(self, rest: str) -> None:
        """`/later/429`: asks once to come back after a second, then answers with a page."""
        if self._first():
            self._say(int(rest), Retry_After="1")
        else:
            self._say(200)

    def at_much_later(self, _rest: str) -> None:
        self._say(429, Retry_After="86400")

    def at_flaky(self, rest: str) -> None:
        """`/flaky/2`: fails so often with 500, then answers with a page."""
        self._say(500 if self.server_told.asked[self.path] <= int(rest) else 200)

    def at_wall(self, _rest: str) -> None:
        self._say(503, b"<title>Just a moment...</title>", cf_mitigated="challenge")

    def at_captcha(self, _rest: str) -> None:
        self._say(404, b"<p>Please verify you are a human</p>")

    def at_drop(self, _rest: str) -> None:
        self.close_connection = True

    def at_rubbish(self, _rest: str) -> None:
        self.wfile.write(b"\x00\xffthis is no HTTP at all\r\n\r\n")
        self.close_connection = True

    def at_silent(self, _rest: str) -> None:
        time.sleep(SILENCE)

    def at_slow_head(self, _rest: str) -> None:
        """Sends the headers a byte at a time."""
        for byte in b"HTTP/1.1 200 OK\r\nX: " + b"x" * 1000:
            self.wfile.write(bytes([byte]))
            time.sleep(SILENCE / 1000)

    def at_slow_body(self, rest: str) -> None:
        """`/slow-body/404`: that status at once, the page a byte at a time; HEAD is refused."""
        if self.command == "HEAD":
            self._say(405)
            return
        self.send_response(int(rest))
        self.send_header("Content-Length", "1000")
        self.end_headers()
        for _ in range(1000):
            self.wfile.write(b"x")
            time.sleep(SILENCE / 1000)

    def at_endless_body(self, rest: str) -> None:
        """Sends until nobody listens; HEAD is refused."""
        if self.command == "HEAD":
            self._say(405)
            return
        self.send_response(int(rest))
        self.end_headers()
        while True:
            self.wfile.write(b"x" * 65536)

    def at_huge_headers(self, _rest: str) -> None:
        self._say(200, **{f"X_{number}": "x" * 1000 for number in range(500)})

    # An archive in the manner of the Wayback Machine: /save/{address} and /web/{moment}/{address}.

    def at_save(self, _rest: str) -> None:
        url = self.path.removeprefix("/save/")
        stamp = "20240131081500"
        if self.server_told.busy:
            self._say(429, Retry_After="86400")
        elif "unwilling" in url:
            self._say(523)
        elif "nameless" in url:
            self._say(200)
        elif "linked" in url:
            old = f'<{self._base()}/web/20200101000000/{url}>; rel="first memento"'
            new = f'<{self._base()}/web/{stamp}/{url}>; rel="last memento"; datetime="x, y"'
            self._say(200, Link=f'<{url}>; rel="original", {old}, {new}')
        elif "located" in url:
            self._say(200, Content_Location=f"/web/{stamp}/{url}")
        elif "limited" in url and self._first():
            self._say(429, Retry_After="1")
        elif "elsewhere" in url:
            self._to(f"/web/{stamp}/http://other.example/")
        else:
            self._to(f"/web/{stamp}/{url}")

    def at_web(self, _rest: str) -> None:
        if "unready" in self.path:
            self._say(503)
        elif "copied-error" in self.path:
            self._say(404, Memento_Datetime="Wed, 31 Jan 2024 08:15:00 GMT")
        elif "no-raw" in self.path and "id_" in self.path:
            self._say(404)
        else:
            self._say(200, copy_of(self.path), Memento_Datetime="Wed, 31 Jan 2024 08:15:00 GMT")

    def _base(self) -> str:
        return self.server_told.url("")


def copy_of(path: str) -> bytes:
    """Return what the archive gives for a path."""
    return b"the bytes of " + path.encode()


def sha256_of(path: str) -> str:
    """Return the hash of what the archive gives for a path."""
    return hashlib.sha256(copy_of(path)).hexdigest()
