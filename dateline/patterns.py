"""Regular expressions that are compiled when they are first used.

    _ID = patterns.of(r"[a-z0-9]+(?:-[a-z0-9]+)*")
    _ID.fullmatch("lift-off")

Python compiles an expression in 0.1 to 5 ms. There are a hundred at the top of modules, and most
runs use a third of them.
"""

from __future__ import annotations

import re
from typing import Any, AnyStr, cast


def of(text: AnyStr, flags: int = 0) -> re.Pattern[AnyStr]:
    """Return what behaves as the pattern `re.compile(text, flags)` does."""
    return cast("re.Pattern[AnyStr]", _Later(text, flags))


class _Later:
    """Stands for a pattern; once that is compiled, its methods are found here at once."""

    def __init__(self, text: str | bytes, flags: int) -> None:
        self.pattern, self._flags = text, flags

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        compiled = re.compile(self.pattern, self._flags)
        for method in ("finditer", "findall", "fullmatch", "match", "search", "split", "sub"):
            setattr(self, method, getattr(compiled, method))
        return getattr(compiled, name)
