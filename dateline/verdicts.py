"""What the answer of a server says about an address, and whether the source is still there.

verdicts.of_answer([Hop("https://a.example/b", 404)], {}, b"").outcome    # "dead"
"""

from __future__ import annotations

import datetime
import itertools
import re
from collections.abc import Mapping, Sequence
from email.utils import parsedate_to_datetime

from msgspec import Struct

from dateline import linkplaces, patterns

OK, MOVED, DEAD, BLOCKED = "ok", "moved", "dead", "blocked"
TIMED_OUT, BROKEN, NOT_CHECKED = "timed out", "broken", "not checked"

OUTCOMES = {
    DEAD: "The page is gone, or its host is.",
    MOVED: "The page has another address for good, or leads to a home page.",
    BROKEN: "The answer is none that a browser could show.",
    TIMED_OUT: "No answer came in time.",
    BLOCKED: "The host answers, but not to programs. Look at the page in a browser.",
    NOT_CHECKED: "There was no time to ask, or the host asked to be left alone.",
    OK: "The page is there.",
}
"""What each outcome means, in the order of the report."""
PERMANENT = (301, 308)
REDIRECTS = (301, 302, 303, 307, 308)
GONE = (404, 410)
REFUSED = (401, 402, 403, 407, 429, 451, 999)
"""Statuses of a page that is there but not for us; 999 is LinkedIn's own."""
PASSING = (408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524)
"""Statuses that may be another one in a moment (RFC 9110, 15; 520 to 524 are Cloudflare's)."""
_WALL = patterns.of(
    rb"just a moment\.\.\.|attention required!|ddos-guard|g-recaptcha|h-captcha|cf-turnstile"
    rb"|verify (?:that )?you are (?:a )?human|_incapsula_resource|pardon our interruption",
    re.IGNORECASE,
)
"""Words of pages that are shown to programs in place of the page itself."""


class Hop(Struct, frozen=True):
    """One address that was asked, and the status of its answer."""

    url: str
    status: int


class Verdict(Struct, frozen=True):
    """What was found out about an address."""

    outcome: str
    said: str
    """Why, in words that go on from "it …": `answers 404 (not found)`."""
    to: str = ""
    """The address to write instead, if there is one."""
    chain: tuple[Hop, ...] = ()
    """Every address that was asked, in order; the first is that of the source."""

    @property
    def answered(self) -> bool:
        """Whether a server said anything at all."""
        return bool(self.chain)


def of_answer(chain: Sequence[Hop], headers: Mapping[str, str], body: bytes) -> Verdict:
    """Return the verdict on the last answer of a chain that is no redirect.

    `headers` has small letters only; `body` is the beginning of the page, empty for a HEAD.
    """
    status, hops = chain[-1].status, tuple(chain)
    where = "" if len(chain) == 1 else f" at {chain[-1].url}"
    if headers.get("cf-mitigated") == "challenge" or (status >= 400 and _WALL.search(body)):
        return Verdict(BLOCKED, f"answers {status} with a test for programs{where}", chain=hops)
    if status in GONE:
        return Verdict(DEAD, f"answers {_status(status)}{where}", chain=hops)
    if status in REFUSED:
        return Verdict(BLOCKED, f"answers {_status(status)}{where}{_wait(headers)}", chain=hops)
    if not 200 <= status < 300:
        return Verdict(BROKEN, f"answers {_status(status)}{where}", chain=hops)
    return _reached(hops)


def _reached(chain: tuple[Hop, ...]) -> Verdict:
    """Return the verdict on a chain that ends at a page."""
    first, last = chain[0].url, chain[-1].url
    if len(chain) == 1:
        return Verdict(OK, f"answers {_status(chain[0].status)}", chain=chain)
    if linkplaces.is_home(last) and not linkplaces.is_home(first):
        return Verdict(MOVED, f"leads to the home page {last}", chain=chain)
    lasting = first
    for hop, following in itertools.pairwise(chain):
        if hop.status not in PERMANENT:
            break
        lasting = following.url
    if linkplaces.comparable(lasting) == linkplaces.comparable(first):
        return Verdict(OK, f"answers {_status(chain[-1].status)} at {last}", chain=chain)
    return Verdict(MOVED, f"has moved for good to {lasting}", lasting, chain)


def pause(headers: Mapping[str, str], now: datetime.datetime) -> float | None:
    """Return the seconds that `Retry-After` asks for (RFC 9110, 10.2.3); None if it asks none."""
    text = headers.get("retry-after", "").strip()
    if re.fullmatch(r"\d{1,9}", text, re.ASCII):
        return float(text)
    try:
        when = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError):
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=datetime.UTC)
    return max(0.0, (when - now).total_seconds())


def _wait(headers: Mapping[str, str]) -> str:
    asked = headers.get("retry-after", "").strip()[:40]
    return f" and asks to come back after '{asked}'" if asked.isprintable() and asked else ""


_STATUSES = {
    200: "fine",
    401: "a password is needed",
    402: "payment is needed",
    403: "forbidden",
    404: "not found",
    410: "gone",
    429: "too many requests",
    451: "not for legal reasons",
    500: "an error of the server",
    503: "not available",
}


def _status(status: int) -> str:
    words = _STATUSES.get(status)
    return f"{status} ({words})" if words else str(status)
