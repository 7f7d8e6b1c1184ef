"""What is said in figures and in disputes, as words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from dateline.language import Language
from dateline.model import Actor, Dispute, Figure, Position


def amount(figure: Figure, language: Language) -> str:
    """Return a figure in words: `153`, `about 100`, `6–9`, `at least 50,000`."""
    say, number = language.text, language.number
    if figure.min is None or figure.max is None:
        words = say("at least %(n)s") if figure.max is None else say("at most %(n)s")
        bound = figure.min if figure.max is None else figure.max
        words %= {"n": number(bound or 0)}
    elif figure.min == figure.max:
        words = number(figure.min)
    else:
        words = f"{number(figure.min)}–{number(figure.max)}"
    return say("about %(n)s") % {"n": words} if figure.approximate else words


def figure(figure: Figure, actors: Mapping[str, Actor], language: Language) -> str:
    """Return a figure as a line: `people displaced: at least 50,000, according to UNHCR`."""
    words = {
        "what": figure.what,
        "amount": amount(figure, language),
        "who": speakers(figure.by, actors),
    }
    return language.text("%(what)s: %(amount)s, according to %(who)s") % words


def position(
    dispute: Dispute, position: Position, actors: Mapping[str, Actor], language: Language
) -> str:
    """Return one side of a dispute as a line: `Who led: the army alone, according to its chief`."""
    words = {
        "point": dispute.point.rstrip(" .:"),
        "says": position.says.rstrip(" ."),
        "who": speakers(position.by, actors),
    }
    return language.text("%(point)s: %(says)s, according to %(who)s") % words


def speakers(by: Iterable[str], actors: Mapping[str, Actor]) -> str:
    """Return who says something, by the short names of actors."""
    return ", ".join(actors[who].short if who in actors else who for who in by)
