"""A fault as data, and how faults print.

A fault knows the file, line and column it was found at, what was found, what was expected
and, where there is one, a hint. Modules add what they find to one `Faults` and go on, so that
a run reports everything at once:

    with Faults() as faults:
        faults.add(spot, "unknown actor 'wagnr'", hint="did you mean 'wagner'?")
    # leaving the block raises Problems, sorted by place
"""

from __future__ import annotations

import json
import unicodedata
from array import array
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from itertools import accumulate
from types import TracebackType

from msgspec import Struct, field, structs
from msgspec.structs import replace

from dateline import patterns

EXCERPT_WIDTH = 96
"""The most characters of a source line that a fault shows."""
MOST = 1_000
"""The most faults of a run: who makes more has made one mistake many times."""
MESSAGE = 500
"""The most characters of a message, in which a whole value may be quoted."""


class Document:
    """A text file as it was read: its name as shown to people, and its text."""

    def __init__(self, name: str, text: str | Callable[[], str]) -> None:
        """`name` is the path from the project's root, with forward slashes.

        The text may be a function, which is called once, when somebody asks for the text.
        """
        self.name, self._text = name, text

    @property
    def text(self) -> str:
        """The text. Raises OSError if it was to be read now, and cannot be."""
        if not isinstance(self._text, str):
            self._text = self._text()
        return self._text

    @cached_property
    def lines(self) -> list[str]:
        """The lines, without their ends; line 1 is `lines[0]`."""
        return self.text.split("\n")

    def between(self, first: int, last: int) -> list[str]:
        """Return some lines, counted from 1, `last` too; there may be fewer than that.

        Where the lines are not at hand only their beginnings are kept, in a tenth of the room.
        """
        if "lines" in self.__dict__:
            return self.lines[first - 1 : last]
        starts = self._starts
        if first >= len(starts):
            return []
        end = starts[min(last, len(starts) - 1)] - 1
        return self.text[starts[first - 1] : end].split("\n")

    @cached_property
    def _starts(self) -> array[int]:
        """Where each line begins, and where one behind the last would."""
        lengths = (len(line) + 1 for line in self.text.split("\n"))
        return array("Q", accumulate(lengths, initial=0))

    def forget_lines(self) -> None:
        """Give back the room that the lines take; who asks for them has them divided again."""
        self.__dict__.pop("lines", None)

    def spot(self, line: int = 1, column: int = 1, width: int = 1) -> Spot:
        """Return the place at this line and column, both counted from 1."""
        return Spot(self, line, column, width)


class Spot(Struct, frozen=True, gc=False):
    """A place in a document: line and column from 1, width in characters."""

    document: Document
    line: int = 1
    column: int = 1
    width: int = 1

    def __str__(self) -> str:
        return f"{self.document.name}:{self.line}:{self.column}"


class Problem(Struct, frozen=True, order=True, gc=False):
    """One fault or warning. Problems sort by file, line and column."""

    file: str
    line: int
    column: int
    message: str
    hint: str = ""
    field: str = ""
    """The field it is about, as in docs/content.md; empty if it is about no field."""
    level: str = "fault"
    """`fault` stops the build; `warning` does not."""
    width: int = 1
    excerpt: str = ""
    """The source line, without its end."""


class Problems(Exception):
    """Every fault of a run, sorted by place. Knows nothing of printing or exiting."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(set(problems)))
        super().__init__(text(self.problems))

    def __reduce__(self) -> tuple[type[Problems], tuple[tuple[Problem, ...]]]:
        """Return what it is made from, for another process to make it again."""
        return Problems, (self.problems,)


class Misuse(Exception):
    """The program was asked for something that it refuses to do: a message and a hint."""

    def __init__(self, message: str, hint: str = "") -> None:
        self.message, self.hint = message, hint
        super().__init__(message + (f"\n   hint: {hint}" if hint else ""))

    def __reduce__(self) -> tuple[type[Misuse], tuple[str, str]]:
        """Return what it is made from, for another process to make it again."""
        return Misuse, (self.message, self.hint)


class Faults(Struct):
    """Collects what is found. Leaving its `with` block raises Problems if there is any fault."""

    found: list[Problem] = field(default_factory=list)
    _in_block: bool = False
    _faults: int = 0
    """How many of the first `_counted` are faults."""
    _counted: int = 0

    def __enter__(self) -> Faults:
        self._in_block = True
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None and self.count:
            raise Problems(self.found)

    def __iter__(self) -> Iterator[Problem]:
        return iter(sorted(set(self.found)))

    @property
    def count(self) -> int:
        """How many faults were found, warnings left out."""
        for problem in self.found[self._counted :]:
            self._faults += problem.level == "fault"
        self._counted = len(self.found)
        return self._faults

    def add(self, spot: Spot, message: str, hint: str = "", field: str = "") -> None:
        """Add a fault found at this spot. In a `with` block, raises Problems after too many."""
        self.found.append(_problem(spot, message, hint, field, "fault"))
        self.stop()

    def stop(self) -> None:
        """Raise Problems if there are too many faults in a `with` block to look for more."""
        if self._in_block and len(self.found) > MOST and self.count > MOST:
            last = next(one for one in reversed(self.found) if one.level == "fault")
            more = f"more than {MOST:,} faults; the rest is not looked for"
            raise Problems([*self.found, replace(last, message=more, hint="", field="")])

    def warn(self, spot: Spot, message: str, hint: str = "", field: str = "") -> None:
        """Add a warning: something that somebody might mean."""
        self.found.append(_problem(spot, message, hint, field, "warning"))


def did_you_mean(value: str, choices: Iterable[str]) -> str:
    """Return "did you mean 'x'?" for the choice nearest to the value, or an empty text."""
    near = nearest(value, choices)
    return f"did you mean '{near}'?" if near else ""


def nearest(value: str, choices: Iterable[str], *, least: float = 0.7) -> str:
    """Return the choice nearest to the value; empty if none is alike in `least` of its letters."""
    import difflib

    by_folded = {choice.casefold(): choice for choice in choices}
    near = difflib.get_close_matches(value.casefold(), by_folded, n=1, cutoff=least)
    return by_folded[near[0]] if near else ""


def text(problems: Iterable[Problem]) -> str:
    """Return the problems for a terminal, with the line they stand in and a mark under it."""
    return "\n\n".join(_as_text(problem) for problem in problems)


def as_json(problems: Iterable[Problem]) -> str:
    """Return the problems as a JSON list of objects, for tools."""
    keys = ("file", "line", "column", "width", "level", "field", "message", "hint")
    rows = [{key: structs.asdict(problem)[key] for key in keys} for problem in problems]
    return json.dumps(rows, ensure_ascii=False, indent=1)


def github(problems: Iterable[Problem]) -> str:
    """Return the problems as workflow commands, which a forge shows beside the line.

    The form is GitHub's `::error file=…,line=…,col=…::message`.
    """
    return "\n".join(_as_command(problem) for problem in problems)


FORMATS = {"text": text, "json": as_json, "github": github}
"""Every way to print problems, by the name that `--format` takes."""


def page(problems: Iterable[Problem]) -> str:
    """Return the problems as HTML list items, for the preview to show in a browser."""
    import html

    return "\n".join(
        f"<li><p><b>{html.escape(problem.message)}</b></p>"
        f"<pre>{html.escape(_as_text(problem))}</pre></li>"
        for problem in problems
    )


def _problem(spot: Spot, message: str, hint: str, field: str, level: str) -> Problem:
    lines = spot.document.lines
    excerpt = lines[spot.line - 1] if 0 < spot.line <= len(lines) else ""
    name = spot.document.name
    message, hint = _printable(_short(message)), _printable(_short(hint))
    return Problem(
        name, spot.line, spot.column, message, hint, field, level, spot.width, excerpt.rstrip("\r")
    )


def _short(text: str) -> str:
    """Return a message without the middle of what it quotes, if that is very long."""
    half = MESSAGE // 2
    return text if len(text) <= MESSAGE else f"{text[:half]}…{text[-half:]}"


def _as_text(problem: Problem) -> str:
    level = "warning: " if problem.level == "warning" else ""
    out = [f"{problem.file}:{problem.line}:{problem.column}: {level}{problem.message}"]
    if problem.excerpt.strip():
        line, indent, width = _window(problem)
        out.append(f"{problem.line:5} | {line}")
        out.append(f"      | {' ' * indent}{'^' * width}")
    if problem.hint:
        out.append(f"   hint: {problem.hint}")
    return "\n".join(out)


def _window(problem: Problem) -> tuple[str, int, int]:
    """Return what is shown of the line, and the mark's indent and width in terminal cells."""
    line = problem.excerpt
    at = problem.column - 1
    cut = max(0, at - EXCERPT_WIDTH // 2) if len(line) > EXCERPT_WIDTH else 0
    shown = _printable(line[cut : cut + EXCERPT_WIDTH])
    before = ("…" if cut else "") + _printable(line[cut:at])
    marked = shown[at - cut : at - cut + max(1, problem.width)]
    head, tail = "…" if cut else "", "…" if cut + EXCERPT_WIDTH < len(line) else ""
    return head + shown + tail, _cells(before), max(1, _cells(marked))


def _printable(line: str) -> str:
    """Return the line with a sign for each character that would disturb a terminal."""
    line = line.replace("\t", " ")
    return "".join("\ufffd" if _DISTURBS.match(char) else char for char in line)


_DISTURBS = patterns.of("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control characters, those that turn the direction of writing, and what is no character."""


def _cells(text: str) -> int:
    """Return how many columns the text takes in a terminal (Unicode Annex 11, roughly)."""
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in text)
    unseen = sum(unicodedata.category(char) in ("Mn", "Me", "Cf") for char in text)
    return len(text) + wide - unseen


def _as_command(problem: Problem) -> str:
    level = "warning" if problem.level == "warning" else "error"
    hint = f"\nhint: {problem.hint}" if problem.hint else ""
    message = _escape(problem.message + hint)
    file = _escape(problem.file).replace(":", "%3A").replace(",", "%2C")
    return f"::{level} file={file},line={problem.line},col={problem.column}::{message}"


def _escape(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
