"""What `links` remembers between runs, and the way it writes files.

The book is `.dateline/links.json` in the project. It is written after every answer, so a run that
is stopped, however rudely, is gone on with by the next one. A book that makes no sense is thrown
away: all that it can lose is time.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from msgspec import Struct, field, structs

from dateline.linkplaces import Copy
from dateline.verdicts import BLOCKED, DEAD, MOVED, NOT_CHECKED, OK, OUTCOMES, Hop, Verdict

VERSION = 1
ASK_AGAIN = timedelta(hours=1)
"""How soon an address is asked again that gave no clear answer: the net may have been at fault."""


class Seen(Struct, frozen=True):
    """A verdict, and when it was come to."""

    verdict: Verdict
    asked: datetime
    since: datetime
    """Since when every run has come to this outcome."""


class Book(Struct):
    """The book: what is known of each address, and the copies that were made."""

    path: Path
    seen: dict[str, Seen] = field(default_factory=dict)
    copies: dict[str, Copy] = field(default_factory=dict)

    @classmethod
    def open(cls, path: Path) -> Book:
        """Read a book; an empty one if there is none or it makes no sense."""
        try:
            data = json.loads(path.read_text("utf-8"))
            if data["version"] != VERSION:
                return cls(path)
            seen = {str(url): _seen(row) for url, row in data["addresses"].items()}
            copies = {str(url): _copy(row) for url, row in data["copies"].items()}
        except (FileNotFoundError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return cls(path)
        return cls(path, seen, copies)

    def fresh(self, url: str, now: datetime, max_age: timedelta) -> Verdict | None:
        """Return what is known of an address, unless that is too old to go by."""
        known = self.seen.get(url)
        if known is None or known.asked > now:
            return None
        clear = known.verdict.outcome in (OK, MOVED, BLOCKED) or (
            known.verdict.outcome == DEAD and known.verdict.answered
        )
        limit = max_age if clear else min(max_age, ASK_AGAIN)
        return known.verdict if now - known.asked < limit else None

    def note(self, url: str, verdict: Verdict, now: datetime) -> None:
        """Put a verdict down; one that says nothing of the address changes nothing."""
        if verdict.outcome == NOT_CHECKED:
            return
        known = self.seen.get(url)
        same = known is not None and known.verdict.outcome == verdict.outcome
        self.seen[url] = Seen(verdict, now, known.since if known and same else now)
        self.save()

    def forget(self, urls: Iterable[str]) -> None:
        """Take back what was put down about these addresses."""
        for url in urls:
            self.seen.pop(url, None)
        self.save()

    def note_copy(self, url: str, copy: Copy) -> None:
        """Put down that an archive has a copy."""
        self.copies[url] = copy
        self.save()

    def save(self) -> None:
        """Write the book. Raises OSError if the machine fails."""
        data = {
            "version": VERSION,
            "addresses": {url: _row(seen) for url, seen in sorted(self.seen.items())},
            "copies": {url: structs.asdict(copy) for url, copy in sorted(self.copies.items())},
        }
        put(self.path, (json.dumps(data, ensure_ascii=False, indent=0) + "\n").encode())


def put(path: Path, data: bytes) -> None:
    """Write a file so that nobody can ever read half of it; one that is there keeps its mode.

    Raises OSError, naming this file, if the machine fails.
    """
    name = ""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        mode = path.stat().st_mode & 0o777 if path.exists() else 0o644
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".dateline-")
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(name).chmod(mode)
        Path(name).replace(path)
    except BaseException as error:
        if name:
            Path(name).unlink(missing_ok=True)
        if isinstance(error, OSError):
            error.filename, error.filename2 = os.fspath(path), None
        raise


def _row(seen: Seen) -> dict[str, Any]:
    verdict = seen.verdict
    return {
        "outcome": verdict.outcome,
        "said": verdict.said,
        "to": verdict.to,
        "chain": [[hop.url, hop.status] for hop in verdict.chain],
        "asked": seen.asked.isoformat(timespec="seconds"),
        "since": seen.since.isoformat(timespec="seconds"),
    }


def _seen(row: dict[str, Any]) -> Seen:
    """Return what a row says. Raises ValueError, KeyError or TypeError for an odd one."""
    if row["outcome"] not in OUTCOMES:
        raise ValueError(row["outcome"])
    chain = tuple(Hop(_text(url), int(status)) for url, status in row["chain"])
    verdict = Verdict(row["outcome"], _text(row["said"]), _text(row["to"]), chain)
    return Seen(verdict, _moment(row["asked"]), _moment(row["since"]))


def _copy(row: dict[str, Any]) -> Copy:
    return Copy(_text(row["url"]), _text(row["date"]), _text(row["sha256"]))


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    return moment.astimezone(UTC)
