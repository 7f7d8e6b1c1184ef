"""What the preview shows: the last good site, made in memory, a file at a time when asked for.

    shown = Shown()
    shown.adopt(site)                       # or of a build that failed: shown.fail(notice)
    await shown.answer("events/flood/")     # an Answer with the bytes of that page

All of it lives on the event loop's thread; only what makes a file runs in threads of its own,
so that neither a slow page nor a long build holds up another answer.
"""

from __future__ import annotations

import asyncio
import contextlib
import mimetypes
import threading
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterable
from itertools import chain
from typing import Any
from urllib.parse import quote, unquote

from msgspec import Struct, field

from dateline import notices, patterns, routes
from dateline.artifacts import Artifact, Site
from dateline.hashing import fingerprint

PATIENCE = 1.0
"""How long, in seconds, a request waits for the first build before it is told to be patient."""

LONG = 8.0
"""How long, in seconds, a request waits for a page that is being made."""

HANDS = 4
"""How many files are made at once; one that takes longer than LONG is not counted any more."""

ROOM = 64 * 2**20
"""How many bytes of files that were made are remembered."""

AHEAD = 10.0
"""For how many seconds after a build such pages are made."""

REST = 0.3
"""How long, in seconds, after a build making ahead begins."""

MOST_AHEAD = 2_000
"""How many pages of a build are made without being asked for, to find faults."""

CONTENT_TYPES = {
    ".atom": "application/atom+xml",
    ".avif": "image/avif",
    ".css": "text/css",
    ".csv": "text/csv",
    ".geojson": "application/geo+json",
    ".html": "text/html",
    ".ics": "text/calendar",
    ".js": "text/javascript",
    ".json": "application/json",
    ".md": "text/markdown",
    ".mjs": "text/javascript",
    ".rss": "application/rss+xml",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".wasm": "application/wasm",
    ".webmanifest": "application/manifest+json",
    ".webp": "image/webp",
    ".woff": "font/woff",
    ".woff2": "font/woff2",
    ".xml": "application/xml",
    ".yaml": "text/plain",
}
"""Types that Python's own table lacks, or has otherwise."""

_TYPES = mimetypes.MimeTypes(())  # without the system's files: every machine sends the same
_PAGE = patterns.of(r"(^|/)[^./]*$|\.html$")
_SHOWN = patterns.of(
    rb"\.(?:css|m?js|svg|png|jpe?g|gif|webp|avif|woff2?|mp4|webm|mp3|ogg|vtt)(?![\w.])"
)
"""How the addresses end of files that are shown along with a page or a style sheet."""
_DELIMITER = patterns.of(rb"[\s\"'<>(),;?#&={}\\]")
_LONGEST = 512
"""How many bytes such an address may have."""


class Answer(Struct, frozen=True):
    """What a browser gets for an address."""

    status: int
    kind: str
    """The content type."""
    data: bytes = b""
    stamp: str = ""
    """Which state of the address this is: it changes with all that the page shows."""
    location: str = ""


class Served(Struct, frozen=True):
    """A file that was made."""

    data: bytes
    shows: tuple[str, ...]
    """The files of the site that are shown along with it."""


Name = tuple[str, str]
"""The path of a file and its key; files that are made from the same may have one key."""


class Shelf:
    """Remembers made files by name, those used last, up to a number of bytes."""

    def __init__(self, room: int = ROOM) -> None:
        """Remember no more than `room` bytes."""
        self._room, self._size = room, 0
        self._kept: OrderedDict[Name, Served] = OrderedDict()

    def get(self, name: Name) -> Served | None:
        """Return the file of this name, if it is remembered."""
        if name in self._kept:
            self._kept.move_to_end(name)
        return self._kept.get(name)

    def put(self, name: Name, made: Served) -> None:
        """Remember a file, and forget those that have not been used for longest."""
        if name in self._kept or _weight(made) > self._room // 4:
            return
        self._kept[name] = made
        self._size += _weight(made)
        while self._size > self._room:
            self._size -= _weight(self._kept.popitem(last=False)[1])


def _weight(made: Served) -> int:
    return 500 + len(made.data) + 100 * len(made.shows)


class Maker:
    """Makes files in threads of their own: each only once, a few at a time."""

    def __init__(self, late: Callable[[], None] = lambda: None, room: int = ROOM) -> None:
        """Call `late` when a file was made that somebody had stopped waiting for."""
        self._late, self._shelf = late, Shelf(room)
        self._hands = asyncio.Semaphore(HANDS)
        self._under_way: dict[Name, asyncio.Task[Served | notices.Notice]] = {}

    async def make(self, path: str, artifact: Artifact) -> Served | notices.Notice | None:
        """Return a file of the site, or why it cannot be made; None if it takes too long."""
        name = path, artifact.key
        if kept := self._shelf.get(name):
            return kept
        task = self._under_way.get(name)
        if not task:
            task = self._under_way[name] = asyncio.create_task(self._make(path, artifact))
        done, _ = await asyncio.wait([task], timeout=LONG)
        return task.result() if done else None

    async def _make(self, path: str, artifact: Artifact) -> Served | notices.Notice:
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Served | notices.Notice] = loop.create_future()

        def take(made: Served | notices.Notice) -> None:
            if not future.done():
                future.set_result(made)

        def work() -> None:
            made = _made(path, artifact)
            with contextlib.suppress(RuntimeError):  # the loop is closed: nobody waits any more
                loop.call_soon_threadsafe(take, made)

        try:
            async with self._hands:
                threading.Thread(target=work, daemon=True).start()
                in_time, _ = await asyncio.wait([future], timeout=LONG)
            made = await future
        finally:
            self._under_way.pop((path, artifact.key), None)
        if isinstance(made, Served):
            self._shelf.put((path, artifact.key), made)
        if not in_time:
            self._late()
        return made


def _made(path: str, artifact: Artifact) -> Served | notices.Notice:
    try:
        data = artifact.make()
    except BaseException as error:  # noqa: BLE001 - build.py is the editor's, and may even exit()
        return notices.of(error)
    return Served(data, tuple(_shows(path, data)))


def _shows(path: str, data: bytes) -> Iterable[str]:
    """Return the files that a page, a style sheet or a script names, as paths of the site."""
    if not path.endswith((".html", ".css", ".js", ".mjs")):
        return []
    links = dict.fromkeys(
        _DELIMITER.split(data[max(0, end - _LONGEST) : end])[-1]
        for end in (found.end() for found in _SHOWN.finditer(data))
    )
    found = (routes.resolve(path, unquote(link.decode("utf-8", "replace"))) for link in links)
    return [name for name in dict.fromkeys(found) if name]


class Shown(Struct, dict=True):
    """What browsers are shown now. Only the event loop's thread touches it, so it has no lock."""

    warn: Callable[[str], None] = print
    """Gets the faults of pages, for the terminal."""
    is_busy: Callable[[], bool] = lambda: False
    """Whether a build is due or under way, so that nothing is made ahead."""
    room: int = ROOM
    readers: dict[Any, Reader] = field(default_factory=dict)
    """The pages that are open in browsers, by what they are connected with."""
    site: Site | None = None
    """The last good site."""
    _notice: notices.Notice | None = None
    """Why the last build failed, if it did."""
    _first: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once a build has ended, well or not."""
    _to_make: dict[str, None] = field(default_factory=dict)
    """Paths of files that changed and were not made since."""
    _said: set[str] = field(default_factory=set)
    _following: asyncio.Task[None] | None = None

    def __post_init__(self) -> None:
        """Make files with a maker of its own."""
        self._maker = Maker(late=self.follow, room=self.room)

    def adopt(self, site: Site, changed: Iterable[str]) -> None:
        """Show another site, of which these pages are new or changed."""
        self.site, self._notice = site, None
        left = [path for path in self._to_make if path in site]
        self._to_make = dict.fromkeys([*changed, *left][: 2 * MOST_AHEAD])
        self._said.clear()
        self._first.set()
        self.follow()

    def fail(self, notice: notices.Notice) -> None:
        """Show what is wrong in place of every page; files that are no pages stay."""
        self._notice = notice
        self._first.set()
        self.follow()

    def follow(self) -> None:
        """Tell open pages of what changed on them, and then make what else changed."""
        if self._following:
            self._following.cancel()
        self._following = asyncio.create_task(self._follow())

    async def _follow(self) -> None:
        addresses = dict.fromkeys(reader.address for reader in self.readers.values())
        await asyncio.gather(*map(self.tell, addresses))
        if not self._notice:
            await self._make_ahead()

    async def tell(self, address: str | None) -> None:
        """Have those who read this address load it again, if it is not what they see.

        None is whoever has not said what it reads: all that changes may concern it.
        """
        now = None if address is None else (await self.answer(address)).stamp
        for reader in list(self.readers.values()):
            if reader.address == address and (now is None or reader.stamp != now):
                reader.stamp = now or ""
                reader.reload()

    async def _make_ahead(self) -> None:
        """Make pages that changed, for their faults to be known before anyone asks for them.

        One after the other, with as much rest as work, and never while there is a build.
        """
        await asyncio.sleep(REST)  # browsers that load their pages again come first
        loop = asyncio.get_running_loop()
        end = loop.time() + AHEAD
        for path in list(self._to_make):
            while self.is_busy():
                await asyncio.sleep(0.05)
            began = loop.time()
            if began > end:
                return
            if self.site and path in self.site:
                await self._make(self.site, path)
            await asyncio.sleep(min(loop.time() - began, 1))

    async def answer(self, address: str) -> Answer:
        """Return what there is at an address, which has no slash at its beginning."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._first.wait(), PATIENCE)
        if not self._first.is_set():
            wait = "<p>This page comes by itself when the first build is done.</p>"
            return _notice(503, notices.page("Building the site …", wait))
        if self._notice and _PAGE.search(address):
            return _notice(500, self._notice.page)
        site = self.site or Site()
        path = routes.file(address)
        if path in site:
            return await self._file(site, path)
        if f"{address}/index.html" in site:
            return Answer(301, "text/plain", location="/" + quote(f"{address}/"))
        if routes.NOT_FOUND in site:
            return await self._file(site, routes.NOT_FOUND, 404)
        return _notice(404, notices.page("404 Not Found", '<p><a href="/">The first page</a></p>'))

    async def _file(self, site: Site, path: str, status: int = 200) -> Answer:
        made = await self._make(site, path)
        if made is None:
            wait = "<p>It comes by itself as soon as it is made.</p>"
            return _notice(503, notices.page("This page takes long to make", wait))
        if isinstance(made, notices.Notice):
            return _notice(500, made.page)
        return Answer(status, _kind(path), made.data, await self._stamp(site, path, made))

    async def _make(self, site: Site, path: str) -> Served | notices.Notice | None:
        made = await self._maker.make(path, site[path])
        if site is self.site:
            self._to_make.pop(path, None)
        if isinstance(made, notices.Notice) and made.text not in self._said:
            self._said.add(made.text)
            self.warn(made.text)
        return made

    async def _stamp(self, site: Site, path: str, made: Served) -> str:
        """Return a hash of the keys of a file and of all that is shown along with it."""
        keys, ahead = {path: site[path].key}, list(made.shows)
        while ahead:
            name = ahead.pop()
            if name in keys or name not in site:
                continue
            keys[name] = site[name].key
            if name.endswith((".css", ".js", ".mjs")):
                inner = await self._maker.make(name, site[name])
                ahead += inner.shows if isinstance(inner, Served) else ()
        return fingerprint(repr(sorted(keys.items())).encode())[:16]


class Reader(Struct):
    """A page that is open in a browser."""

    reload: Callable[[], None]
    address: str | None = None
    """What it reads, without a slash at the beginning; None until it has said so."""
    stamp: str = ""


def changed(old: Site | None, new: Site) -> list[str]:
    """Return the paths of pages that are new or other than they were, to be made ahead.

    Those of a folder share templates, so one of each comes first; there are at most MOST_AHEAD.
    """
    before = _without(old, new) if old else {}
    count: Counter[str] = Counter()
    order = []
    for path, artifact in _without(new, old).items() if old else new.files.items():
        known = before.get(path)
        if path.endswith((".html", ".xml")) and not (known and known.key == artifact.key):
            folder = path.partition("/")[0]
            count[folder] += 1
            if count[folder] <= MOST_AHEAD:
                order.append((count[folder], path))
    return [path for _, path in sorted(order)[:MOST_AHEAD]]


def _without(site: Site, other: Site) -> dict[str, Artifact]:
    """Return the files of a site that are not in a bundle which it shares with the other."""
    shared = set(map(id, other.bundles))
    bundles = (bundle for bundle in site.bundles if id(bundle) not in shared)
    return dict(chain.from_iterable(bundle.items() for bundle in bundles))


def _notice(status: int, page: str) -> Answer:
    data = page.encode("utf-8", "replace")
    return Answer(status, _kind("notice.html"), data, fingerprint(data)[:16])


def _kind(path: str) -> str:
    name = path.rpartition("/")[2].lower()
    dot = name.rfind(".")
    kind = CONTENT_TYPES.get(name[dot:] if dot >= 0 else "") or _TYPES.guess_type(name)[0]
    kind = kind or ("application/octet-stream" if dot > 0 else "text/plain")
    is_text = kind.startswith("text/") or kind.endswith(("xml", "json"))
    return f"{kind}; charset=utf-8" if is_text else kind
