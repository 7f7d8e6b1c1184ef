"""The options of the command `links`, apart from the command, so that `--help` answers at once."""

from __future__ import annotations

import argparse
import math
import re

from dateline import problems

SERVICE = "https://web.archive.org"
"""The archive that is asked for copies: the Internet Archive's Wayback Machine."""
REPORT = ".dateline/links.md"
"""Where the report is written, below the project."""


def add(parser: argparse.ArgumentParser) -> None:
    """Add the options to the parser of the command."""
    parser.add_argument("--quiet", action="store_true", help="print faults and warnings only")
    parser.add_argument(
        "--format",
        choices=list(problems.FORMATS),
        default="text",
        help="how faults are printed: for people, for tools, or for a forge's checks",
    )
    parser.add_argument(
        "--only",
        nargs="+",
        metavar="SOURCE",
        default=[],
        help="these sources alone: ids or addresses, also with * and ?",
    )
    _add_manners(parser)
    _add_memory(parser)
    doing = parser.add_mutually_exclusive_group()
    doing.add_argument(
        "--archive",
        nargs="?",
        const=SERVICE,
        type=_service,
        metavar="SERVICE",
        help="have a copy made of each source without 'archived', and write it into its entry "
        f"(default service: {SERVICE})",
    )
    doing.add_argument(
        "--import",
        dest="table",
        metavar="FILE.csv",
        help="take copies over from a sheet of Bellingcat's auto-archiver",
    )
    parser.add_argument(
        "--output",
        dest="entries",
        metavar="FILE",
        help="with --import: write the entries of new sources here instead of printing them",
    )


def _add_manners(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--timeout",
        type=_seconds,
        metavar="S",
        help="seconds for one address, all told (default: 60; with --archive 300)",
    )
    parser.add_argument(
        "--pause",
        type=_seconds,
        metavar="S",
        help="seconds between two requests to one host (default: 1; with --archive 10)",
    )
    parser.add_argument(
        "--retries",
        type=_count,
        default=2,
        metavar="N",
        help="tries after one that failed in a way that may pass (default: 2)",
    )
    parser.add_argument(
        "--jobs",
        type=_positive,
        default=8,
        metavar="N",
        help="requests under way at once, each to another host (default: 8)",
    )
    parser.add_argument(
        "--limit",
        type=_seconds,
        default=1800.0,
        metavar="S",
        help="seconds for the whole run; what is left then waits for the next (default: 1800)",
    )


def _add_memory(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--max-age",
        type=_days,
        default=7.0,
        metavar="DAYS",
        help="ask no address again that was asked this lately (default: 7)",
    )
    parser.add_argument("--fresh", action="store_true", help="ask every address again")
    parser.add_argument(
        "--copies", action="store_true", help="check the addresses of archived copies too"
    )
    parser.add_argument(
        "--report", metavar="FILE", help=f"where to write the report (default: {REPORT})"
    )


def _seconds(text: str) -> float:
    number = _number(text)
    if not 0 < number <= 10**6:
        raise argparse.ArgumentTypeError(f"'{text}' is not a number of seconds above 0")
    return number


def _days(text: str) -> float:
    number = _number(text)
    if not 0 <= number <= 10**5:
        raise argparse.ArgumentTypeError(f"'{text}' is not a number of days")
    return number


def _count(text: str) -> int:
    if not re.fullmatch(r"\d{1,2}", text, re.ASCII):
        raise argparse.ArgumentTypeError(f"'{text}' is not a number from 0 to 99")
    return int(text)


def _positive(text: str) -> int:
    if not _count(text):
        raise argparse.ArgumentTypeError(f"'{text}' is not a number from 1 to 99")
    return int(text)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return math.nan


def _service(text: str) -> str:
    if not re.fullmatch(r"(?i)https?://[^\s/?#@]+(/[^\s?#]*)?", text):
        raise argparse.ArgumentTypeError(f"'{text}' is not like {SERVICE}")
    return text.rstrip("/")
