"""The live preview: shows the site on this machine, and builds and reloads it after every save.

    preview.serve(build, watched=[Path("content"), Path("templates")])

The site is never written: it stays in memory, and a page is made when it is asked for. The
watcher marks the site as stale when a file changes; the builder builds whenever it is stale, so
that a save during a build causes one more; the event loop answers requests, tells browsers to
reload, and alone touches what is shown. Each has a thread of its own.
"""

from __future__ import annotations

import asyncio
import contextlib
import errno
import gc
import ipaddress
import logging
import os
import queue
import signal
import socket
import sys
import threading
import time
import webbrowser
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NoReturn

from msgspec import Struct, field

from dateline import answering, notices, problems, showing, watching
from dateline.artifacts import Site

PARTING = 0.2
"""How long, in seconds, Ctrl-C waits for the last lines to be said."""

BURST = 0.5
"""How soon, in seconds, after the beginning of a build changes count as one burst with it."""

IDLE = 0.5
"""How long, in seconds, nothing must have changed for a look for garbage."""
GARBAGE = 10_000
"""How many more objects that may be garbage than at the last look make one worth its time."""
QUIET = 0.1
"""How long, in seconds, a burst of changes must have paused before it is built again."""


def serve(
    build: Callable[[], Site],
    watched: Sequence[Path],
    *,
    program: Sequence[Path] = (),
    host: str = "127.0.0.1",
    port: int = 5500,
    open_browser: bool = False,
    poll: bool = False,
    say: Callable[[str], None] = print,
    warn: Callable[[str], None] = print,
) -> NoReturn:
    """Show the site until Ctrl-C; build it now and whenever something in `watched` changes.

    `build` returns the whole site, or raises. It is always called in the same thread, so it may
    keep what it knows from one call to the next. Whatever it raises is shown in the browser and
    given to `warn`, and the next save tries again. Paths in `watched` may be files or folders,
    and need not exist yet. `program` are the files and folders of the running program itself:
    when they change, `say` is told that a restart is due. Port 0 takes any free port; `say` gets
    its address. `poll` looks at the files instead of being told, for network and Docker folders.

    SIGTERM ends it like Ctrl-C. Either ends the whole process, with exit status 0, whatever its
    threads are doing: a build cannot be stopped otherwise, and a large site takes long to tidy up.

    Raises Misuse if the address cannot be listened on.
    """
    # What is refused or not found is no news to an editor. Faults of ours are still logged, by
    # tornado.application and asyncio.
    for name in ("tornado.access", "tornado.general"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    listener = _listen(host, port)
    number, port = listener.getsockname()[:2]
    address = _address(host, port)
    say(f"preview at {address} (Ctrl-C ends it)")
    if not ipaddress.ip_address(number).is_loopback:
        warn(f"warning: with --host {host}, others on the network can read it, drafts included")
    if open_browser:
        # In a thread, as some browsers run in the terminal and return only when closed.
        threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
    voice = _Voice()
    preview = _Preview(build, watched, program, poll, voice.by(say), voice.by(warn))
    with contextlib.suppress(KeyboardInterrupt):  # where the loop cannot be told of signals
        asyncio.run(preview.run(host, listener))
    _deafen()
    voice.end()
    _end()


class _Voice:
    """Says one line after the other in a thread of its own: a stopped terminal stops no answer."""

    def __init__(self) -> None:
        self._lines = queue.SimpleQueue[Callable[[], None] | None]()
        self._thread = threading.Thread(target=self._speak, daemon=True)
        self._thread.start()

    def by(self, say: Callable[[str], None]) -> Callable[[str], None]:
        """Return what says a line by this function, after all lines before it."""
        return lambda line: self._lines.put(lambda: say(line))

    def _speak(self) -> None:
        for line in iter(self._lines.get, None):
            with contextlib.suppress(OSError, ValueError):  # the terminal is closed
                line()

    def end(self) -> None:
        """Finish what has been begun, if anybody listens."""
        self._lines.put(None)
        self._thread.join(PARTING)


class _Preview(Struct, dict=True):
    """One run: what is built, and the threads that watch and build."""

    build: Callable[[], Site]
    watched: Sequence[Path]
    program: Sequence[Path]
    poll: bool
    say: Callable[[str], None]
    warn: Callable[[str], None]
    stale: threading.Event = field(default_factory=threading.Event)
    stop: threading.Event = field(default_factory=threading.Event)
    building: bool = False
    changed: float = 0.0
    """When something changed last, by the clock of `time.monotonic`."""

    async def run(self, host: str, listener: socket.socket) -> None:
        """Serve, watch and build until a signal comes."""
        self.loop, end = asyncio.get_running_loop(), asyncio.Event()
        with contextlib.suppress(NotImplementedError, RuntimeError, ValueError):
            for number in (signal.SIGINT, signal.SIGTERM):
                self.loop.add_signal_handler(number, end.set)
        self.shown = showing.Shown(
            warn=self.warn, is_busy=lambda: self.building or self.stale.is_set()
        )
        server = answering.server(self.shown, host)
        server.add_socket(listener)
        # A request that comes while Python is busy building waits for its turn no longer than
        # this; the default is five times as long.
        sys.setswitchinterval(0.001)
        try:
            for work in (self.watch, self.build_again):
                threading.Thread(target=work, daemon=True).start()
            await end.wait()
        finally:
            _deafen()
            self.stop.set()
            self.stale.set()
            server.stop()
            for reader in list(self.shown.readers):
                reader.close(1001)  # going away (RFC 6455, 7.4.1)
            await asyncio.sleep(0)  # for the farewells to go out
            # Whatever is under way is broken off now, which is no news.
            self.loop.set_exception_handler(lambda *_: None)

    def watch(self) -> None:
        """Mark the site as stale at the first look, which comes at once, and at every change."""
        roots = [path.absolute() for path in self.watched]
        said: set[Path] = set()
        everything = [*self.watched, *self.program]
        for paths in watching.changes(everything, self.stop, poll=self.poll, say=self.warn):
            content = {path for path in paths if any(path.is_relative_to(root) for root in roots)}
            code = {path for path in paths - content if path.suffix == ".py"}
            for path in sorted(code - said):
                said.add(path)
                self.say(f"{path.name} has changed: restart the preview to use it")
            if content or not paths:
                self.changed = time.monotonic()
                self.stale.set()

    def build_again(self) -> None:
        """Build whenever the site is stale."""
        before: Site | None = None
        began = -BURST
        while self._await_change():
            self._await_quiet(began)
            self.building = True
            self.stale.clear()  # before the build reads anything, so that a save during it counts
            if self.stop.is_set():
                return
            began, started = time.monotonic(), time.perf_counter()
            try:
                site = self.build()
                changed = showing.changed(before, site)
            except KeyboardInterrupt:  # Ctrl-C reached a process of the build
                return
            except BaseException as error:  # noqa: BLE001 - build.py is the editor's, and may exit()
                notice = notices.of(error)
                self.warn(notice.text)
                self._later(self.shown.fail, notice)
            else:
                self._later(self.shown.adopt, site, changed)
                if site.warnings and (before is None or site.warnings != before.warnings):
                    self.warn(problems.text(site.warnings))
                self.say(f"built in {time.perf_counter() - started:.2f} s")
                if before is None:
                    gc.freeze()  # nearly all of it stays, so nobody need look at it again
                before = site
            self.building = False

    def _await_change(self) -> bool:
        """Wait until the site is stale; look for garbage meanwhile, once there may be much.

        A look goes through all that was made since the first build, and would come in the middle
        of a build if Python chose the moment.
        """
        while not self.stale.wait(IDLE):
            if gc.get_count()[0] > GARBAGE:
                gc.collect()
        return True

    def _await_quiet(self, began: float) -> None:
        """Wait for the end of a burst, as when git changes many files; not after a single save."""
        end = time.monotonic() + 10 * QUIET
        if time.monotonic() - began < BURST:
            while time.monotonic() < min(end, self.changed + QUIET) and not self.stop.is_set():
                time.sleep(0.01)

    def _later(self, function: Callable[..., None], *args: Any) -> None:
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody is left to tell
            self.loop.call_soon_threadsafe(function, *args)


def _deafen() -> None:
    """Pass over further signals: the second Ctrl-C of a hurried hand changes nothing."""
    with contextlib.suppress(ValueError):  # not in the main thread, where no signal comes
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, signal.SIG_IGN)


def _end() -> NoReturn:
    """End this process and those it began, whatever its threads do."""
    if "multiprocessing" in sys.modules:
        import multiprocessing

        for child in multiprocessing.active_children():
            child.kill()
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(0)


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
    return f"http://{answering.bracketed(answering.EVERYWHERE.get(host, host))}:{port}/"
