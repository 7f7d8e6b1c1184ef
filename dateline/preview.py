"""The live preview: serves the site on this machine, and builds and reloads it after every save.

    preview.serve(rebuild, site=Path("preview"), watched=[Path("content"), Path("templates")])

Three threads share the work. The watcher marks the site as stale when a file changes; the
builder builds whenever it is stale, so that a save during a build causes one more; the event
loop answers requests, tells browsers to reload, and alone touches what is shown.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import functools
import html
import ipaddress
import json
import logging
import os
import platform
import re
import secrets
import socket
import threading
import time
import traceback
import webbrowser
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import watchfiles
from livereload.handlers import LiveReloadHandler, LiveReloadJSHandler
from tornado import httputil, web
from tornado.httpserver import HTTPServer
from tornado.websocket import WebSocketClosedError, WebSocketHandler

from dateline import problems

PATIENCE = 1.0
"""How long, in seconds, a request waits for the first build before it is told to be patient."""

PARTING = 0.5
"""How long, in seconds, Ctrl-C waits for a build that is under way."""

POLL_INTERVAL = 0.3
"""How often, in seconds, files are looked at where the system does not tell of changes."""

UNSEEN = re.compile(
    r"~$|^~|\.sw[a-z]$|^\.#|^#.*#$|^4913$|___jb_...___$|^\.goutputstream|^\.~lock|\.tmp$"
    r"|^\.DS_Store$|^\._|^Thumbs\.db$|^\.(git|hg|svn|idea|vscode)$"
    r"|^__pycache__$|\.py[co]$"
)
"""Names of files and folders that are never part of a site: a change to them is no save."""

CONTENT_TYPES = {
    ".avif": "image/avif",
    ".css": "text/css",
    ".geojson": "application/geo+json",
    ".ics": "text/calendar",
    ".js": "text/javascript",
    ".json": "application/json",
    ".mjs": "text/javascript",
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff2": "font/woff2",
}
"""Types that Python's own table lacks, or takes from a system that may have them wrong."""

EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104
"""The hosts that listen on every network, and the address they have on this machine."""

RELOAD = {"command": "reload", "path": "*", "liveCSS": False, "liveImg": False}
"""The message upon which livereload.js loads its page again."""

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark }}
body {{ max-inline-size: 60rem; margin: 3rem auto; padding-inline: 1rem;
  font: 1rem/1.5 system-ui, sans-serif }}
li {{ margin-block: 1.5rem }}
li p {{ margin-block: 0.5rem; overflow-wrap: anywhere }}
pre {{ overflow-x: auto; padding: 1rem; border-inline-start: 0.25rem solid #d33;
  background: color-mix(in srgb, currentColor 8%, transparent) }}
</style>
</head>
<body>
<main>
<h1>{title}</h1>
{body}
</main>
</body>
</html>
"""


def serve(
    rebuild: Callable[[], None],
    site: Path,
    watched: Sequence[Path],
    *,
    host: str = "127.0.0.1",
    port: int = 5500,
    open_browser: bool = False,
    poll: bool = False,
    say: Callable[[str], None] = print,
) -> None:
    """Serve `site` until Ctrl-C; build it now and whenever something in `watched` changes.

    `rebuild` builds the whole site, in a thread of its own, or raises. Whatever it raises is
    shown in the browser and said, and the next save tries again. Paths in `watched` may be
    files or folders, and need not exist yet. Port 0 takes any free port; `say` gets its
    address. `poll` looks at the files instead of being told, for network and Docker folders.

    Raises Misuse if the address cannot be listened on.
    """
    # What is refused or not found is no news to an editor. Faults of ours are still logged, by
    # tornado.application and asyncio.
    for name in ("tornado.access", "tornado.general", "livereload"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    with contextlib.suppress(KeyboardInterrupt):
        listener = _listen(host, port)
        number, port = listener.getsockname()[:2]
        address = _address(host, port)
        say(f"preview at {address} (Ctrl-C ends it)")
        if not ipaddress.ip_address(number).is_loopback:
            say(f"warning: with --host {host}, others on the network can read it, drafts included")
        if open_browser:
            # In a thread, as some browsers run in the terminal and return only when closed.
            threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
        asyncio.run(_run(rebuild, site, watched, host, listener, poll=poll, say=say))


@dataclass
class _Shown:
    """What browsers are shown. Only the event loop's thread touches it, so it has no lock."""

    first: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once a build has ended, well or not."""
    fault: str = ""
    """The page that stands in for every page while the last build has failed."""
    run: str = field(default_factory=lambda: secrets.token_hex(4))
    builds: int = 0

    @property
    def stamp(self) -> str:
        """Which build a page shows. A page left open while the preview is started anew differs."""
        return f"{self.run}-{self.builds}"

    def update(self, fault: str) -> None:
        """Show the outcome of a build, and have every open page load again."""
        self.fault = fault
        self.builds += 1
        self.first.set()
        for reader in LiveReloadHandler.waiters.copy():
            reader.send_message(RELOAD)


async def _run(
    rebuild: Callable[[], None],
    site: Path,
    watched: Sequence[Path],
    host: str,
    listener: socket.socket,
    *,
    poll: bool,
    say: Callable[[str], None],
) -> None:
    loop = asyncio.get_running_loop()
    shown, stale, stop = _Shown(), threading.Event(), threading.Event()

    def later(function: Callable[..., None], *args: Any) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody is left to tell
            loop.call_soon_threadsafe(function, *args)

    def build() -> None:
        while stale.wait():
            stale.clear()  # before the build reads anything, so that a save during it counts
            if stop.is_set():
                return
            fault, text = _build(rebuild)
            later(shown.update, fault)
            later(say, text)

    def watch() -> None:
        # The first look comes at once, or when the system watches: the first build follows it.
        for _ in _changes(watched, stop, poll=poll, say=lambda line: later(say, line)):
            stale.set()

    server = _server(site, shown, host)
    server.add_socket(listener)
    threads = [threading.Thread(target=work, daemon=True) for work in (watch, build)]
    try:
        for thread in threads:
            thread.start()
        await asyncio.Event().wait()
    finally:
        stop.set()
        stale.set()
        server.stop()
        for reader in LiveReloadHandler.waiters.copy():
            reader.close(1001)  # going away (RFC 6455, 7.4.1)
        for thread in threads:
            thread.join(PARTING)


def _build(rebuild: Callable[[], None]) -> tuple[str, str]:
    """Return the page that says why the build failed, empty if it did not, and what to say."""
    started = time.perf_counter()
    try:
        rebuild()
    except problems.Problems as error:
        count = sum(problem.level == "fault" for problem in error.problems)
        title = "1 fault to mend" if count == 1 else f"{count} faults to mend"
        return _page(title, f"<ol>\n{problems.page(error.problems)}\n</ol>"), f"{error}\n\n{title}"
    except (problems.Misuse, OSError) as error:
        return _failure(str(error)), f"the site could not be built: {error}"
    except KeyboardInterrupt:  # Ctrl-C reached a process of the build: the preview is ending
        raise SystemExit from None
    except BaseException as error:  # noqa: BLE001 - build.py is the editor's, and may even exit()
        summary = "".join(traceback.format_exception_only(error))
        hint = "This is a defect in Dateline or in build.py; the terminal shows its traceback."
        return _failure(f"{summary}\n{hint}"), "".join(traceback.format_exception(error)).rstrip()
    return "", f"built in {time.perf_counter() - started:.2f} s"


def _failure(text: str) -> str:
    return _page("The site could not be built", f"<pre>{html.escape(text.strip())}</pre>")


def _page(title: str, body: str) -> str:
    return PAGE.format(title=html.escape(title), body=body)


def _changes(
    watched: Sequence[Path], stop: threading.Event, *, poll: bool, say: Callable[[str], None]
) -> Iterator[None]:
    """Yield once watching has begun, and then after every change, until `stop` is set."""
    # WSL is not told of changes on Windows' drives (its issue 4739).
    if not poll and "microsoft" not in platform.release().lower():
        try:
            yield from _told(watched, stop)
        except (OSError, RuntimeError) as error:
            say(f"warning: the system does not tell of changes, so they are looked for: {error}")
    yield from _looked_for(watched, stop)


def _told(watched: Sequence[Path], stop: threading.Event) -> Iterator[None]:
    """Yield the changes that the system tells of.

    What is watched is a file or folder, not its name. So when another one takes the name, as
    editors and git do, or the first appears, watching begins anew, and yields at once, as
    something may have changed in between.
    """
    while not stop.is_set():
        roots = _identities(watched)
        changes = watchfiles.watch(
            *roots,
            watch_filter=functools.partial(_is_save, tuple(roots)),
            debounce=200,
            step=20,
            rust_timeout=50,
            yield_on_timeout=True,
            stop_event=stop,
            force_polling=False,
        )
        begun = False
        with contextlib.suppress(FileNotFoundError), contextlib.closing(changes):
            for batch in changes:
                if batch or not begun:
                    yield
                begun = True
                replaced = any(
                    kind != watchfiles.Change.modified and Path(path) in roots
                    for kind, path in batch
                )
                if replaced or _identities(watched) != roots:
                    break


def _looked_for(watched: Sequence[Path], stop: threading.Event) -> Iterator[None]:
    """Yield the changes found by looking at every file again and again.

    The polling of watchfiles knows times to the second only, and so misses the second of two
    saves within one.
    """
    before = None
    while not stop.is_set():
        now = _stamps(watched)
        if now != before:
            before = now
            yield
        stop.wait(POLL_INTERVAL)


def _identities(paths: Sequence[Path]) -> dict[Path, tuple[int, int]]:
    """Return which file or folder has each of the names; those that do not exist are left out."""
    found = {}
    for path in paths:
        with contextlib.suppress(OSError):
            stat = path.stat()
            found[path.absolute()] = (stat.st_dev, stat.st_ino)
    return found


def _stamps(roots: Sequence[Path]) -> dict[Path, tuple[int, int, int]]:
    """Return what changes about each file in the folders when it is saved."""
    files = [root for root in roots if root.is_file()]
    files += (Path(at, name) for root in roots for at, _, names in os.walk(root) for name in names)
    stamps = {}
    for path in files:
        if _is_save(roots, None, path):
            with contextlib.suppress(OSError):
                stat = path.stat()
                stamps[path] = (stat.st_mtime_ns, stat.st_size, stat.st_ino)
    return stamps


def _is_save(roots: Sequence[Path], _: object, path: str | Path) -> bool:
    """Whether a change of any kind at this path counts. Names above the roots do not matter."""
    path = Path(path)
    inside = (path.relative_to(root).parts for root in roots if path.is_relative_to(root))
    return not any(UNSEEN.search(name) for name in next(inside, path.parts[-1:]))


def _listen(host: str, port: int) -> socket.socket:
    if not 0 <= port < 2**16:
        raise problems.Misuse(f"there is no port {port}", "ports go up to 65535")
    # Tornado's bind_sockets leaves a socket open when it fails.
    try:
        family, *_, place = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        listener = socket.create_server(place, family=family)
    except (OSError, UnicodeError) as error:
        hint = "--port takes another port, --host another address"
        if getattr(error, "errno", None) == errno.EADDRINUSE:
            hint = f"perhaps another preview is running; try --port {port + 1}"
        reason = str(getattr(error, "strerror", error)).partition(" (while")[0].lower()
        message = f"cannot listen on {_address(host, port)}: {reason}"
        raise problems.Misuse(message, hint) from error
    listener.settimeout(0)  # as Tornado needs it
    return listener


def _address(host: str, port: int) -> str:
    """Return the address to open on this machine."""
    return f"http://{_bracketed(EVERYWHERE.get(host, host))}:{port}/"


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _names(host: str) -> str:
    """Return the pattern of the Host headers that are answered.

    Without it, a page elsewhere could have its own name lead to this machine, and read drafts
    (DNS rebinding).
    """
    names = {"127.0.0.1", "localhost", "[::1]", _bracketed(host).lower()}
    pattern = "|".join(re.escape(name) for name in sorted(names))
    if host in EVERYWHERE:  # any number will do: rebinding needs a name
        pattern += r"|[0-9.]+|\[[0-9a-f:.]+\]"
    return f"(?:{pattern})$"


def _server(site: Path, shown: _Shown, host: str) -> HTTPServer:
    # livereload's /forcereload is left out: it lets any page reload this one.
    application = web.Application(default_handler_class=_Stranger, shown=shown)
    application.add_handlers(
        _names(host),
        [
            (r"/livereload", _Socket),
            (r"/livereload\.js", _Script),
            (r"/(.*)", _Site, {"path": str(site.absolute()), "default_filename": "index.html"}),
        ],
    )
    return HTTPServer(application)


class _Handler(web.RequestHandler):
    """What all answers have in common."""

    def set_default_headers(self) -> None:
        self.set_header("Cache-Control", "no-store")
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Cross-Origin-Resource-Policy", "same-origin")


class _Stranger(_Handler):
    """Answers whoever calls the preview by another name than its own."""

    def prepare(self) -> None:
        self.set_status(403)
        self.set_header("Content-Type", "text/plain")
        self.finish("the preview answers only to its own address; --host gives it another\n")


class _Script(_Handler, LiveReloadJSHandler):  # type: ignore[misc]
    """livereload.js."""


class _Socket(LiveReloadHandler):  # type: ignore[misc]
    """livereload's websocket, for pages of the preview only."""

    stamp = ""

    def check_origin(self, origin: str) -> bool:
        return WebSocketHandler.check_origin(self, origin)

    def on_message(self, message: str | bytes) -> None:
        """Greet; and reload a page that was built over before its socket was open."""
        super().on_message(message)
        said = json.loads(message)
        if said["command"] == "hello":
            self.stamp = str(said.get("snipver", ""))
        elif said["command"] == "info" and self.stamp != self.settings["shown"].stamp:
            self.send_message(RELOAD)

    def send_message(self, message: dict[str, Any]) -> None:
        """Send it, unless the page has just gone, which is no fault."""
        with contextlib.suppress(WebSocketClosedError):
            sent = self.write_message(message)
            # asyncio complains of failures that nobody has looked at.
            sent.add_done_callback(lambda sent: sent.cancelled() or sent.exception())


class _Site(_Handler, web.StaticFileHandler):
    """A file of the site; or, if it is a page, whatever has to be said instead."""

    @property
    def shown(self) -> _Shown:
        shown: _Shown = self.settings["shown"]
        return shown

    async def prepare(self) -> None:
        """Answer every page while there is nothing good to show."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self.shown.first.wait(), PATIENCE)
        if not self.shown.first.is_set():
            wait = "<p>This page comes by itself when the first build is done.</p>"
            self.answer(503, _page("Building the site …", wait))
        elif self.shown.fault and re.search(r"(^|/)[^./]*$|\.html$", self.path_args[0]):
            self.answer(500, self.shown.fault)

    async def get(self, *args: Any, **kwargs: Any) -> None:
        """Send a file."""
        try:
            await super().get(*args, **kwargs)
        except (FileNotFoundError, ValueError):  # removed by a build this moment; a NUL in it
            raise web.HTTPError(404) from None

    def validate_absolute_path(self, root: str, absolute_path: str) -> str | None:
        """Answer a page here, as a whole, for it to get its script; Tornado sends other files."""
        found = super().validate_absolute_path(root, absolute_path)
        if found is None or not found.endswith(".html"):
            return found
        self.answer(200, Path(found).read_text("utf-8", "replace"))
        return None

    def answer(self, status: int, page: str) -> None:
        """Send a page, with the script that reloads it."""
        self.set_status(status)
        host, port = httputil.split_host_and_port(self.request.host.lower())
        source = f"/livereload.js?host={host}&amp;port={port or 80}&amp;snipver={self.shown.stamp}"
        script = f'<script src="{source}" defer></script>'
        end = re.search("</head", page, re.IGNORECASE)
        at = end.start() if end else len(page)
        self.finish(page[:at] + script + page[at:])

    def write_error(self, status_code: int, **_: Any) -> None:
        """Say that there is no such page, or whatever else is the matter."""
        page = _page(f"{status_code} {self._reason}", '<p><a href="/">The first page</a></p>')
        if status_code == 404:
            with contextlib.suppress(OSError):
                page = Path(self.root, "404.html").read_text("utf-8", "replace")
                # Its links are relative to the root, and this address may be anywhere.
                page = re.sub(r"(?i)<head(\s[^>]*)?>", r'\g<0><base href="/">', page, count=1)
        self.answer(status_code, page)

    def redirect(self, url: str, *args: Any, **kwargs: Any) -> None:
        """Keep the query: `/fr?actor=crew` is an address of a filtered timeline."""
        query = self.request.query and "?" + self.request.query
        super().redirect(url + query, *args, **kwargs)

    def compute_etag(self) -> None:
        """Nothing is stored by the browser, so nothing is compared."""

    def get_cache_time(self, *_: Any) -> int:
        """Nothing is stored, even if its address has a `?v=`, which Tornado takes for a version."""
        return 0

    def get_content_type(self) -> str:
        """Say what it is; the browser is told not to guess."""
        suffix = Path(self.absolute_path or "").suffix.lower()
        kind = CONTENT_TYPES.get(suffix) or super().get_content_type()
        return f"{kind}; charset=utf-8" if kind.startswith("text/") else kind
