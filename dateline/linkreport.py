"""The report of `links`: what was found out about each source, and what to do about it."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterable, Sequence

from msgspec import Struct

from dateline.linkplaces import Entry
from dateline.problems import Faults, Problem, Spot
from dateline.verdicts import (
    BLOCKED,
    BROKEN,
    DEAD,
    MOVED,
    NOT_CHECKED,
    OK,
    OUTCOMES,
    TIMED_OUT,
    Verdict,
)


class Finding(Struct, frozen=True):
    """What was found out about one address of one source."""

    entry: Entry
    url: str
    spot: Spot
    verdict: Verdict
    since: datetime.date | None = None
    """The first day of this outcome, as far as is known."""
    is_copy: bool = False
    """Whether it is the address of the archived copy."""

    @property
    def lost(self) -> bool:
        """Whether readers are left with nothing: the address is dead, and no other one stands in.

        A dead source with an archived copy is what copies are for.
        """
        return self.verdict.outcome == DEAD and (self.is_copy or not self.entry.copy)

    @property
    def advice(self) -> str:
        """What to do, or an empty text."""
        if self.verdict.outcome == MOVED and self.verdict.to:
            return f"write {self.verdict.to}, if the same page is there"
        if self.verdict.outcome == DEAD and self.is_copy:
            return "take 'archived' out, and have a new copy made"
        if self.verdict.outcome == DEAD and self.entry.copy:
            return "nothing, while the archived copy is there"
        return _ADVICE.get(self.verdict.outcome, "")


_ADVICE = {
    DEAD: "look for the page elsewhere, or for a copy in an archive to name in 'archived'",
    MOVED: "look whether the page is still there; its new address may have to be searched for",
    BROKEN: "open it in a browser; if it fails there too, look for a copy in an archive",
    TIMED_OUT: "try another day, with more time: --timeout",
    BLOCKED: "open it in a browser now and then; have a copy made while it can be read",
}


def problems(findings: Iterable[Finding]) -> tuple[Problem, ...]:
    """Return a warning, at the address in its file, for each that is not as it should be."""
    faults = Faults()
    for finding in findings:
        outcome = finding.verdict.outcome
        if outcome not in (OK, NOT_CHECKED):
            what = "the archived copy" if finding.is_copy else "the source"
            message = f"{what} '{finding.entry.id}' {finding.verdict.said} ({outcome})"
            faults.warn(finding.spot, message, finding.advice, "url")
    return tuple(faults)


def summary(findings: Sequence[Finding]) -> str:
    """Return one line: how many addresses, and how many of each outcome."""
    counted = Counter(finding.verdict.outcome for finding in findings)
    order = dict.fromkeys((OK, *OUTCOMES))
    told = ", ".join(f"{counted[name]} {name}" for name in order if counted[name])
    number = len(findings)
    return f"{number} address{'' if number == 1 else 'es'}: {told}" if told else "no addresses"


def markdown(findings: Sequence[Finding], day: datetime.date) -> str:
    """Return the report of a run on this day, in Markdown."""
    lines = ["# The addresses of the sources", "", f"Checked on {day}. {summary(findings)}.", ""]
    for outcome, meaning in OUTCOMES.items():
        found = [one for one in findings if one.verdict.outcome == outcome]
        if found and outcome != OK:
            lines += [f"## {outcome.capitalize()}: {len(found)}", "", meaning, ""]
            for one in found:
                lines += _item(one)
            lines.append("")
    return "\n".join(lines).rstrip("\n") + "\n"


def _item(finding: Finding) -> list[str]:
    what = "archived copy of " if finding.is_copy else ""
    since = f" Since {finding.since}." if finding.since else ""
    lines = [
        f"- {what}`{finding.entry.id}`, {finding.spot}: {_linked(finding.url)}",
        f"  It {_plain(finding.verdict.said)}.{since}",
    ]
    if len(finding.verdict.chain) > 1:
        hops = " → ".join(f"{_linked(hop.url)} ({hop.status})" for hop in finding.verdict.chain)
        lines.append(f"  The way: {hops}")
    if finding.advice:
        lines.append(f"  To do: {_plain(finding.advice)}.")
    return lines


def _linked(url: str) -> str:
    """Return an address as a link of Markdown, whatever it holds."""
    for char in "<> \\`":
        url = url.replace(char, f"%{ord(char):02X}")
    return f"<{url}>" if url.isprintable() else "an address that cannot be shown"


def _plain(text: str) -> str:
    """Return a text that Markdown shows as it is, but for addresses, which it may link."""
    escaped = "".join(f"\\{char}" if char in "\\`*[]<>" else char for char in text)
    return " ".join(escaped.split())
