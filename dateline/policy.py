"""The Content-Security-Policy of the pages: what a browser may load and run for them.

    policy.text(policy.hashes(html))      # "default-src 'none'; script-src 'self' 'sha256-…'; …"

Should something hostile ever get into a page in spite of everything, a browser refuses to run it.
Nothing inline is allowed but what stands in one template, by its hash.
"""

from __future__ import annotations

import base64
import re
from typing import NamedTuple

from dateline import patterns


class Hashes(NamedTuple):
    """What a policy calls the inline scripts and styles that it allows, as `'sha256-…'`."""

    scripts: tuple[str, ...] = ()
    styles: tuple[str, ...] = ()


_INLINE = patterns.of(r"<(script|style)\b[^>]*>(.*?)</\1\s*>", re.IGNORECASE | re.DOTALL)


def hashes(html: str) -> Hashes:
    """Return the hashes of the scripts and styles in a piece of HTML (CSP Level 3, 6.7.3.3).

    The piece must be a template's own: what stands in it, whoever wrote it, will be allowed.
    """
    found = [(kind.lower(), _hash(inside)) for kind, inside in _INLINE.findall(html)]
    scripts = dict.fromkeys(value for kind, value in found if kind == "script")
    return Hashes(tuple(scripts), tuple(dict.fromkeys(v for kind, v in found if kind == "style")))


def _hash(inside: str) -> str:
    import hashlib

    digest = hashlib.sha256(inside.encode()).digest()
    return f"'sha256-{base64.b64encode(digest).decode()}'"


def text(allowed: Hashes, *, file: bool = False) -> str:
    """Return a policy that allows the site's own files and these inline scripts and styles.

    With `file` also for a page that is opened from a folder: there 'self' means nothing to
    Firefox, which takes each file for an origin of its own, and the style sheet would be lost. On
    the web `file:` allows nothing, as no browser lets a page from there have a local file.
    """
    here = "'self' file:" if file else "'self'"
    return "; ".join(
        [
            "default-src 'none'",
            " ".join(["script-src 'self'", *allowed.scripts]),
            " ".join([f"style-src {here}", *allowed.styles]),
            f"img-src {here}",
            f"font-src {here}",
            "connect-src 'self'",
            "base-uri 'none'",
            "form-action 'none'",
        ]
    )
