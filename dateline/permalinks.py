"""Every address that was ever published: the text of `content/permalinks.lock`.

One address a line, such as `/events/lift-off/`, as seen from the site's root and in order of code
points; lines that begin with `#` are comments. `source` reads the file, `check.published` holds
the site to it, and `build` adds to it what is new.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from dateline import patterns
from dateline.problems import Document, Faults, Spot, did_you_mean

FILE = "permalinks.lock"
"""Its name in `content/`."""
HEAD = """\
# Every address that this site has published. None of them may ever lead nowhere.
# `python build.py` adds to this file. Keep it in version control, and delete no line.
"""
SHAPE = patterns.of(r"/(?:[a-z0-9]+(?:-[a-z0-9]+)*/)*")
_CONFLICT = patterns.of(r"(<{7}|={7}|>{7}|\|{7})(?: .*)?")
"""The marks that git leaves where it could not merge two versions of a file."""


def read(document: Document, faults: Faults) -> dict[str, Spot]:
    """Return the place of each address, which is given without its first slash.

    A line that is no address, or stands there already, is added to `faults` and left out.
    """
    found: dict[str, Spot] = {}
    for number, line in enumerate(document.lines, 1):
        if not line or line.startswith("#"):
            continue
        spot = document.spot(number, 1, len(line))
        first = found.get(line.removeprefix("/"))
        if _CONFLICT.fullmatch(line):
            hint = "keep the lines of both sides and take this one out; any order will do"
            faults.add(spot, f"a merge that was not finished: '{line}'", hint)
        elif not SHAPE.fullmatch(line):
            faults.add(spot, f"'{line}' is not an address of this site", _meant(line))
        elif first:
            hint = f"take one out; the other is in line {first.line}"
            faults.add(spot, f"'{line}' stands twice", hint)
        else:
            found[line[1:]] = spot
    return found


def new(text: str, addresses: Iterable[str]) -> tuple[str, ...]:
    """Return those of the addresses, each with its first slash, that the text does not have."""
    return tuple(sorted({f"/{address}" for address in addresses} - set(_lines(text))))


def added(text: str, addresses: Iterable[str]) -> str:
    """Return the text with these addresses, which begin with a slash, added in their places.

    Nothing that it has is lost: its comments come first, in the order that they had.
    """
    lines = _lines(text)
    comments = [line for line in lines if line.startswith("#")]
    kept = {line for line in lines if line and not line.startswith("#")}
    head = "".join(f"{line}\n" for line in comments) or HEAD
    return head + "".join(f"{line}\n" for line in sorted(kept.union(addresses)))


def refused(text: str, addresses: Iterable[str]) -> tuple[Spot, str, str]:
    """Return where and how it is said that a build may not add these addresses, with a hint."""
    first, *others = addresses
    shown = ", ".join(f"'{address}'" for address in (first, *others[:2]))
    more = f" and {len(others) - 2} more" if len(others) > 2 else ""
    count = f"{len(others) + 1} addresses are" if others else "an address is"
    return (
        Document(f"content/{FILE}", text).spot(line=text.count("\n") + 1),
        f"{count} new, and a locked build adds none: {shown}{more}",
        f"run 'python build.py --no-locked' and commit content/{FILE}",
    )


def _lines(text: str) -> list[str]:
    return text.removeprefix("\ufeff").splitlines()


def _meant(line: str) -> str:
    """Return what to write in place of a line that is no address."""
    path = re.sub(r"^https?://[^/]*|[?#].*$|(?<=/)index\.html$", "", line.strip())
    meant = re.sub(r"/{2,}", "/", f"/{path}/")
    if SHAPE.fullmatch(meant):
        return f"write '{meant}'"
    return did_you_mean(meant, [meant.lower()] * bool(SHAPE.fullmatch(meant.lower()))) or (
        "an address is like '/events/lift-off/'; a comment begins with '#'"
    )
