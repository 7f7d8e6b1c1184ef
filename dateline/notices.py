"""What the preview says for itself: a page for the browser, and a text for the terminal.

notices.of(error).page      # the faults with file, line and column, as HTML
notices.of(error).text      # the same for a terminal
"""

from __future__ import annotations

import html
import traceback

from msgspec import Struct

from dateline import patterns, problems

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark }}
body {{ max-inline-size: 60rem; margin: 3rem auto; padding-inline: 1rem;
  font: 1rem/1.5 system-ui, sans-serif }}
li {{ margin-block: 1.5rem }}
li p {{ margin-block: 0.5rem; overflow-wrap: anywhere }}
pre {{ overflow-x: auto; padding: 1rem; border-inline-start: 0.25rem solid #d33;
  background: color-mix(in srgb, currentColor 8%, transparent) }}
</style>
</head>
<body>
<main>
<h1>{title}</h1>
{body}
</main>
</body>
</html>
"""

_FOLDERS = patterns.of(r"(?<![\w.:/])(?:/[^\s/'\":]+)+/|\b[A-Za-z]:\\(?:[^\s\\'\"]+\\)*")
"""The folders of an absolute path. A page does not show them: whoever reads it may be a guest."""


class Notice(Struct, frozen=True):
    """Why there is no page to show."""

    page: str
    """A whole HTML page that stands in for the one that was asked for."""
    text: str
    """The same for a terminal."""


def of(error: BaseException) -> Notice:
    """Return what to say of an error that stopped a build, or kept a page from being made."""
    if isinstance(error, problems.Problems):
        count = sum(problem.level == "fault" for problem in error.problems)
        title = "1 fault to mend" if count == 1 else f"{count} faults to mend"
        listed = f"<ol>\n{problems.page(error.problems)}\n</ol>"
        return Notice(page(title, listed), f"{error}\n\n{title}")
    if isinstance(error, problems.Misuse | OSError):
        return Notice(_failure(str(error)), f"the site could not be built: {error}")
    summary = "".join(traceback.format_exception_only(error))
    hint = "This is a defect in Dateline or in build.py; the terminal shows its traceback."
    trace = "".join(traceback.format_exception(error)).rstrip()
    return Notice(_failure(f"{summary}\n{hint}"), trace)


def page(title: str, body: str) -> str:
    """Return a page with a plain title and a body of HTML."""
    return _PAGE.format(title=html.escape(title), body=body)


def _failure(text: str) -> str:
    shown = html.escape(_FOLDERS.sub("…/", text.strip()))
    return page("The site could not be built", f"<pre>{shown}</pre>")
