"""How the preview talks to browsers: whom it answers, with what headers, and how it reloads them.

    server = answering.server(shown, host="127.0.0.1")
    server.add_socket(listener)

There is nothing to change and nothing on disk to reach: an address is looked up among the files
of the site in memory. Everything else here keeps pages of other sites, broken programs and slow
connections from reading drafts or holding up the editor.
"""

from __future__ import annotations

import asyncio
import contextlib
import importlib.util
import json
import re
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes, urlsplit

from tornado import httputil, web
from tornado.httpserver import HTTPServer
from tornado.iostream import IOStream, StreamClosedError
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from dateline import notices
from dateline.showing import Answer, Reader, Shown

LARGEST_REQUEST = 16 * 2**10
"""The most bytes that the first line and the headers of a request may have."""

LARGEST_BODY = 2**10
"""The most bytes that a request may carry: nothing that is answered has any."""

IDLE = 15.0
"""How long, in seconds, a connection may take for its next request or for taking an answer."""

MOST = 128
"""How many connections there may be. One more ends the oldest, so that slow ones block nobody."""

MOST_READERS = 64
"""How many open pages may wait to be told of changes."""

MOST_WORDS = 16
"""How many messages an open page may send; livereload.js sends two."""

CHUNK = 256 * 2**10
"""How many bytes of a large file are sent before looking whether anybody takes them."""

EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104
"""The hosts that listen on every network, and the address they have on this machine."""

RELOAD = {"command": "reload", "path": "*", "liveCSS": False, "liveImg": False}
"""The message upon which livereload.js loads its page again.

A style sheet is not exchanged by itself: its name changes with its bytes, so the page does too.
"""

HELLO = {
    "command": "hello",
    "protocols": ["http://livereload.com/protocols/official-7"],
    "serverName": "dateline",
}


def server(shown: Shown, host: str) -> HTTPServer:
    """Return a server of what is shown, for a machine that is called `host`."""
    # livereload's /forcereload is left out: it lets any page reload this one.
    application = web.Application(
        [(r"/livereload", _Socket), (r"/livereload\.js", _Script), (r".*", _Site)],
        shown=shown,
        names=re.compile(names(host)),
        websocket_max_message_size=4096,
        websocket_ping_interval=30,
    )
    return _Server(
        application,
        max_header_size=LARGEST_REQUEST,
        max_body_size=LARGEST_BODY,
        idle_connection_timeout=IDLE,
        body_timeout=IDLE,
    )


def names(host: str) -> str:
    """Return the pattern of the Host headers that are answered.

    Without it, a page elsewhere could have its own name lead to this machine, and read drafts
    (DNS rebinding).
    """
    known = {"127.0.0.1", "localhost", "localhost.", "[::1]", bracketed(host).lower()}
    pattern = "|".join(re.escape(name) for name in sorted(known))
    if host in EVERYWHERE:  # any number will do: rebinding needs a name
        pattern += r"|[0-9.]+|\[[0-9a-f:.]+\]"
    return rf"(?:{pattern})(?::[0-9]{{1,5}})?"


def bracketed(host: str) -> str:
    """Return a host as it stands in an address: IPv6 in brackets."""
    return f"[{host}]" if ":" in host else host


class _Server(HTTPServer):
    """Ends the connection that has been open for longest when there are too many."""

    def initialize(self, *args: Any, **kwargs: Any) -> None:
        self._open: list[IOStream] = []
        super().initialize(*args, **kwargs)

    def handle_stream(self, stream: IOStream, address: tuple[Any, ...]) -> None:
        application: Any = self.request_callback
        kept = {reader.stream for reader in application.settings["shown"].readers}
        self._open = [one for one in self._open if not one.closed() and one not in kept]
        while len(self._open) >= MOST:
            self._open.pop(0).close()
        self._open.append(stream)
        super().handle_stream(stream, address)


class _Handler(web.RequestHandler):
    """What all answers have in common."""

    @property
    def shown(self) -> Shown:
        shown: Shown = self.settings["shown"]
        return shown

    def set_default_headers(self) -> None:
        self.clear_header("Server")
        self.set_header("Cache-Control", "no-store")
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Cross-Origin-Resource-Policy", "same-origin")
        self.set_header("Content-Security-Policy", "frame-ancestors 'self'")

    def prepare(self) -> None:
        """Answer only who calls the preview by its own name."""
        hosts = self.request.headers.get_list("Host")
        if len(hosts) != 1 or not self.settings["names"].fullmatch(hosts[0].lower()):
            self.set_status(403)
            self.set_header("Content-Type", "text/plain; charset=utf-8")
            self.finish("the preview answers only to its own address; --host gives it another\n")
        elif self.request.method not in ("GET", "HEAD"):
            self.set_header("Allow", "GET, HEAD")
            self.send_error(405)

    def write_error(self, status_code: int, **_: Any) -> None:
        """Say what is the matter, and nothing of this machine."""
        if status_code == 405:
            self.set_header("Allow", "GET, HEAD")
        self.set_header("Content-Type", "text/html; charset=utf-8")
        title = f"{status_code} {self._reason}"
        self.finish(notices.page(title, '<p><a href="/">The first page</a></p>'))

    def compute_etag(self) -> None:
        """Nothing that tells no stamp of its own is compared."""


class _Script(_Handler):
    """livereload.js."""

    def get(self) -> None:
        self.set_header("Content-Type", "text/javascript; charset=utf-8")
        found = importlib.util.find_spec("livereload")  # importing it would take long
        path = Path(str(found and found.origin)).parent / "vendors/livereload.js"
        self.finish(path.read_bytes())

    head = get


class _Site(_Handler):
    """A file of the site, or whatever has to be said instead."""

    async def get(self) -> None:
        address = _address(self.request.path)
        if address is None:
            raise web.HTTPError(400)
        answer = await self.shown.answer(address)
        data = self._with_script(answer) if answer.kind.startswith("text/html") else answer.data
        self.set_status(answer.status)
        if answer.location:  # `/fr?actor=crew` is an address of a filtered timeline
            query = self.request.query and f"?{self.request.query}"
            self.set_header("Location", answer.location + query)
        self.set_header("Content-Type", answer.kind)
        with contextlib.suppress(StreamClosedError):
            await self._send(data, answer)

    head = get

    def _with_script(self, answer: Answer) -> bytes:
        """Return a page with the script that reloads it."""
        page = answer.data
        if answer.status == 404:
            # Its links are relative to the root, and this address may be anywhere.
            base = rb'\g<0><base href="/">'
            page = re.sub(rb"(?i)<head(\s[^>]*)?>", base, page, count=1)
        host, port = httputil.split_host_and_port(self.request.host.lower())
        source = f"/livereload.js?host={host}&amp;port={port or 80}&amp;snipver={answer.stamp}"
        script = f'<script src="{source}" defer></script>'.encode()
        end = re.search(rb"(?i)</head", page)
        at = end.start() if end else len(page)
        return page[:at] + script + page[at:]

    async def _send(self, data: bytes, answer: Answer) -> None:
        if answer.status == 200:
            self.set_header("Cache-Control", "no-cache")
            self.set_header("Accept-Ranges", "bytes")
            tag = f'"{answer.stamp}"'
            self.set_header("Etag", tag)
            if self.check_etag_header():
                self.set_status(304)
                await self.finish()
                return
            if self.request.headers.get("If-Range", tag) == tag:
                data = self._part(data)
        self.set_header("Content-Length", len(data))
        if self.request.method == "HEAD":
            await self.finish()
            return
        for at in range(0, len(data), CHUNK):
            self.write(data[at : at + CHUNK])
            try:
                await asyncio.wait_for(self.flush(), IDLE)
            except TimeoutError:
                self.request.connection.stream.close()  # type: ignore[union-attr]
                return
        await self.finish()

    def _part(self, data: bytes) -> bytes:
        """Return the part that is asked for (RFC 9110, 14.2): one range, or else all of it."""
        asked = self.request.headers.get("Range", "")
        found = re.fullmatch(r"bytes=([0-9]{0,18})-([0-9]{0,18})", asked.strip())
        if not found or found[0].endswith("=-"):
            return data
        first, last = found[1], found[2]
        if first and last and int(last) < int(first):
            return data
        start = int(first) if first else max(0, len(data) - int(last))
        end = min(int(last) + 1, len(data)) if first and last else len(data)
        if start >= len(data):
            self.set_status(416)
            self.set_header("Content-Range", f"bytes */{len(data)}")
            return b""
        self.set_status(206)
        self.set_header("Content-Range", f"bytes {start}-{end - 1}/{len(data)}")
        return data[start:end]


def _address(path: str) -> str | None:
    """Return the address that a path of a request means; None if it cannot mean any.

    Nothing is made of `..` or a second slash: they are looked up as they stand, and not found.
    """
    if not path.startswith("/"):
        return None
    try:
        return unquote_to_bytes(path[1:].encode("latin-1")).decode("utf-8")
    except UnicodeError:
        return None


class _Socket(_Handler, WebSocketHandler):
    """livereload's websocket, for pages of the preview only."""

    words = 0

    def prepare(self) -> None:
        super().prepare()
        if not self._finished and len(self.shown.readers) >= MOST_READERS:
            self.send_error(503)

    def check_origin(self, origin: str) -> bool:
        """Browsers always say where a page comes from; programs without an origin may listen."""
        return WebSocketHandler.check_origin(self, origin)

    @property
    def stream(self) -> object:
        """The connection, while it is open."""
        return self.ws_connection and getattr(self.ws_connection, "stream", None)

    def open(self, *_: str, **__: str) -> None:
        """Wait for the page to greet; whoever has nothing to say is not waited for."""
        self.shown.readers[self] = self.reader = Reader(reload=lambda: self.say(RELOAD))
        self.reader.stamp = "unknown"
        asyncio.get_running_loop().call_later(IDLE, self._part_with_the_silent)

    def _part_with_the_silent(self) -> None:
        if not self.words:
            self.close(1002)  # a protocol error (RFC 6455, 7.4.1)

    def on_close(self) -> None:
        self.shown.readers.pop(self, None)

    def on_message(self, message: str | bytes) -> None:
        """Greet; and reload a page that was built over before its socket was open."""
        self.words += 1
        try:
            said = json.loads(message)
            command = said["command"]
            if command == "hello":
                self.reader.stamp = str(said.get("snipver", ""))
                self.say(HELLO)
            elif command == "info":
                self.reader.address = _address(urlsplit(str(said["url"])).path or "/")
                self._comparing = asyncio.create_task(self._compare())
        except (LookupError, TypeError, ValueError, AttributeError, RecursionError):
            self.close(1003)  # unacceptable data
        if self.words > MOST_WORDS:
            self.close(1008)  # against the rules

    async def _compare(self) -> None:
        if self.reader.address is None:
            return
        now = (await self.shown.answer(self.reader.address)).stamp
        if self.reader.stamp in ("", "unknown"):  # not livereload.js: it has just been loaded
            self.reader.stamp = now
        elif self.reader.stamp != now:
            self.reader.stamp = now
            self.reader.reload()

    def say(self, message: dict[str, Any]) -> None:
        """Send it, unless the page has just gone, which is no fault."""
        with contextlib.suppress(WebSocketClosedError):
            sent = self.write_message(message)
            # asyncio complains of failures that nobody has looked at.
            sent.add_done_callback(lambda sent: sent.cancelled() or sent.exception())
