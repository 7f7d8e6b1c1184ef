"""Ask servers politely: one request at a time to each host, with a pause, and never for long.

A server may answer slowly, wrongly, endlessly or not at all. Whatever it does, a visit ends within
its time with a verdict:

    async with visits.Visitor(visits.Manners()) as visitor:
        verdict = await visitor.visit("https://example.org/report")

No cookies are kept or sent, no passwords, and nothing but http and https is followed.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
import time
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from http import cookiejar
from types import TracebackType
from typing import TYPE_CHECKING

from msgspec import Struct, field

from dateline import __version__, linkplaces, verdicts
from dateline.verdicts import Hop, Verdict

if TYPE_CHECKING:
    import httpx

AGENT = f"Dateline/{__version__} (links: checks the sources of a timeline; one request at a time)"
MOST_HOPS = 10
"""The most redirects that are followed."""
PAGE_PART = 16 * 1024
"""The most bytes that are read of a page: enough to know a test for programs by."""


class Manners(Struct, frozen=True):
    """How servers are asked; times in seconds."""

    timeout: float = 60
    """The most that one address may take, waiting included; one request takes a third of it."""
    pause: float = 1
    """Between two requests to one host. After a failure it doubles each time."""
    retries: int = 2
    """How often a request is made again that failed in a way that may pass."""
    jobs: int = 8
    """The most requests under way at once, to different hosts."""


class Answer(Struct, frozen=True):
    """What a server answered; names of headers in small letters."""

    status: int
    headers: dict[str, str]
    body: bytes = b""
    whole: bool = True
    """Whether the body is all there, and not cut off at the limit."""


class Unanswered(Exception):
    """A request came to nothing: with the verdict, and whether it is worth another try."""

    def __init__(self, verdict: Verdict, *, again: bool = True) -> None:
        super().__init__(verdict.said)
        self.verdict, self.again = verdict, again


class _Time(Struct):
    """The time that one address has left; waiting for our own turn at a host costs nothing."""

    left: float
    share: float
    """The most that one request may take."""

    @contextlib.contextmanager
    def spent(self) -> Iterator[None]:
        began = time.monotonic()
        try:
            yield
        finally:
            self.left -= time.monotonic() - began


class _Host(Struct):
    """A host: whose turn it is, and when the next request may be made."""

    turn: asyncio.Lock = field(default_factory=asyncio.Lock)
    next: float = 0
    resting: bool = False
    """Whether it asked to be left alone for longer than we can wait."""


class Visitor:
    """Makes requests to many hosts at once, one at a time to each."""

    def __init__(self, manners: Manners) -> None:
        self.manners = manners
        self._hosts: dict[str, _Host] = {}
        self._places = asyncio.Semaphore(manners.jobs)
        self._client: httpx.AsyncClient | None = None

    async def __aenter__(self) -> Visitor:
        import httpx

        # A jar that takes nothing: the client would send back what a server gave it.
        refuse = cookiejar.DefaultCookiePolicy(allowed_domains=[])
        self._client = httpx.AsyncClient(
            cookies=cookiejar.CookieJar(refuse),
            follow_redirects=False,
            event_hooks={"response": [_keep_location]},
            timeout=None,  # noqa: S113 - every request is cut off by asyncio, whatever it does
            headers={
                "User-Agent": AGENT,
                "Accept": "text/html,application/xhtml+xml,*/*;q=0.8",
                "Accept-Encoding": "identity",
            },
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._client is not None
        await self._client.aclose()

    async def visit(self, url: str) -> Verdict:
        """Return what became of an address, within its time. Follows redirects by hand."""
        left = _Time(self.manners.timeout, self.manners.timeout / 3)
        chain: list[Hop] = []
        url = linkplaces.asked(url)
        try:
            while True:
                answer = await self._asked(url, left)
                chain.append(Hop(url, answer.status))
                location = answer.headers.get("location", "")
                if answer.status not in verdicts.REDIRECTS or not location:
                    return verdicts.of_answer(chain, answer.headers, answer.body)
                url = self._next(chain, location)
        except Unanswered as error:
            told = error.verdict
            where = f" at {url}" if chain and url != chain[0].url else ""
            return Verdict(told.outcome, told.said + where, told.to, (*chain, *told.chain))

    async def get(self, url: str, *, most: int, timeout: float) -> Answer:
        """Return the answer to a GET, its body cut off after `most` bytes; follows no redirect.

        Tries again as `visit` does, all in `timeout` seconds, which one request may take whole.
        Raises Unanswered.
        """
        return await self._asked(linkplaces.asked(url), _Time(timeout, timeout), most=most)

    def _next(self, chain: list[Hop], location: str) -> str:
        """Return where a redirect leads. Raises Unanswered if it is not to be followed."""
        shown = location[:200] if location.isprintable() else "what is no address"
        to = linkplaces.target(chain[-1].url, location)
        if not to:
            said = f"leads to '{shown}', which is not followed"
            raise Unanswered(Verdict(verdicts.BROKEN, said))
        to = linkplaces.asked(to)
        if to in {hop.url for hop in chain}:
            raise Unanswered(Verdict(verdicts.BROKEN, "leads round in a circle"))
        if len(chain) > MOST_HOPS:
            raise Unanswered(Verdict(verdicts.BROKEN, f"leads on more than {MOST_HOPS} times"))
        return to

    async def _asked(self, url: str, left: _Time, *, most: int | None = None) -> Answer:
        """Return an answer that will stay so. For a `visit` HEAD first, GET if that is no good."""
        methods = ["GET"] * (self.manners.retries + 1)
        if most is None:
            methods.insert(0, "HEAD")
        answer: Answer | None = None
        failure: Unanswered | None = None
        for attempt, method in enumerate(methods):
            wait = self.manners.pause * 2**attempt
            try:
                answer = await self._request(method, url, left, most)
            except Unanswered as error:
                failure = error
                if not error.again:
                    break
            else:
                passing = answer.status in verdicts.PASSING
                if answer.status < 400 or (method == "GET" and not passing):
                    return answer
                wait = self._asked_to_wait(url, answer, left) or wait if passing else 0
            if attempt == len(methods) - 1 or wait >= left.left:
                break
            with left.spent():
                await asyncio.sleep(wait)
        if answer is None:
            assert failure is not None
            raise failure
        # What it said once says more than that it was silent later.
        return answer

    def _asked_to_wait(self, url: str, answer: Answer, left: _Time) -> float:
        """Return the seconds that a host asks us to wait, and keep to it; 0 if it asks none."""
        wait = verdicts.pause(answer.headers, datetime.now(UTC)) or 0
        host = self._host(url)
        if wait >= left.left:
            host.resting = True
        else:
            host.next = max(host.next, time.monotonic() + wait)
        return wait

    def _host(self, url: str) -> _Host:
        return self._hosts.setdefault(linkplaces.host(url), _Host())

    async def _request(self, method: str, url: str, left: _Time, most: int | None) -> Answer:
        """Make one request when its turn has come. Raises Unanswered."""
        async with self._turn(url):
            seconds = max(0.0, min(left.left, left.share))
            with left.spent():
                try:
                    async with asyncio.timeout(seconds):
                        return await self._made(method, url, most, seconds)
                except TimeoutError:
                    said = "gave no answer in time"
                    raise Unanswered(Verdict(verdicts.TIMED_OUT, said)) from None

    @contextlib.asynccontextmanager
    async def _turn(self, url: str) -> AsyncIterator[None]:
        """Wait for the turn at a host and for a place among the requests under way."""
        host = self._host(url)
        async with host.turn:
            if host.resting:
                said = "was not asked: its host wants to be left alone for now"
                raise Unanswered(Verdict(verdicts.NOT_CHECKED, said), again=False)
            await asyncio.sleep(max(0.0, host.next - time.monotonic()))
            async with self._places:
                try:
                    yield
                finally:
                    host.next = time.monotonic() + self.manners.pause

    async def _made(self, method: str, url: str, most: int | None, seconds: float) -> Answer:
        """Make a request now; read no more than `most` bytes of the answer's body."""
        import httpx

        assert self._client is not None
        try:
            async with self._client.stream(method, url) as response:
                headers = {name.lower(): value for name, value in response.headers.items()}
                headers |= response.extensions["redirect"]
                body = bytearray()
                if most is not None:
                    async for chunk in response.aiter_bytes():
                        body += chunk
                        if len(body) > most:
                            break
                    whole = len(body) <= most
                    return Answer(response.status_code, headers, bytes(body[:most]), whole)
                if method == "GET" and response.status_code >= 400:
                    # The status is known; how slowly the page comes must not hide it.
                    with contextlib.suppress(TimeoutError, httpx.HTTPError):
                        async with asyncio.timeout(seconds / 2):
                            async for chunk in response.aiter_raw():
                                body += chunk
                                if len(body) > PAGE_PART:
                                    break
                return Answer(response.status_code, headers, bytes(body), whole=False)
        except (httpx.InvalidURL, ValueError) as error:
            said = f"is not an address that can be asked: {error}"
            raise Unanswered(Verdict(verdicts.BROKEN, said), again=False) from None
        except (httpx.HTTPError, OSError) as error:
            parts = linkplaces.split(url)
            raise _unanswered(error, (parts and parts.hostname) or url) from error


async def _keep_location(response: httpx.Response) -> None:
    """Put `Location` aside: the client reads it, even if it is not to follow it, and may choke."""
    location = response.headers.pop("location", None)
    response.extensions["redirect"] = {} if location is None else {"location": location}


def _unanswered(error: BaseException, host: str) -> Unanswered:
    """Return what a failed request means."""
    import httpx

    causes = tuple(_causes(error))
    for cause in causes:
        if isinstance(cause, socket.gaierror):
            return _unknown(cause, host)
        if isinstance(cause, ssl.SSLError):
            return _without_tls(cause)
    if any(isinstance(cause, ConnectionRefusedError) for cause in causes):
        said = f"is refused: nothing answers at '{host}'"
    elif isinstance(error, httpx.ConnectError):
        said = f"cannot be reached: no way to '{host}'"
    else:
        said = "answers with what is not HTTP, or hangs up"
    return Unanswered(Verdict(verdicts.BROKEN, said))


def _unknown(error: socket.gaierror, host: str) -> Unanswered:
    """Tell a host that is no more from one that cannot be looked up now."""
    if error.errno == socket.EAI_AGAIN:
        said = f"could not be asked: '{host}' could not be looked up"
        return Unanswered(Verdict(verdicts.BROKEN, said))
    said = f"has no host any more: there is no '{host}'"
    return Unanswered(Verdict(verdicts.DEAD, said), again=False)


def _without_tls(error: ssl.SSLError) -> Unanswered:
    said = f"speaks no TLS that we understand ({error.reason or 'no reason given'})"
    if isinstance(error, ssl.SSLCertVerificationError):
        said = f"has a certificate that browsers refuse ({error.verify_message})"
    return Unanswered(Verdict(verdicts.BROKEN, said), again=False)


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error and what it came from."""
    while error is not None:
        yield error
        error = error.__cause__ or error.__context__
