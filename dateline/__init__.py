"""Dateline: a static-site generator for sourced timelines."""

import importlib
import sys
from types import SimpleNamespace
from typing import Any

__version__ = "0.1.0"


def _import_msgspec() -> None:
    """Import msgspec without two modules that it gains nothing by.

    It takes a few names from typing_extensions where that is installed, and else from typing, which
    has had them since Python 3.11. And uuid asks platform for the name of the system, to know how
    to look for the number of a network card. The detours take 13 ms of each start, more than Python
    itself; so for a moment there is nothing of the one name, and of the other no more than that.
    """
    meanwhile: dict[str, Any] = {
        "typing_extensions": None,
        "platform": SimpleNamespace(system=sys.platform.title),
    }
    meanwhile = {name: module for name, module in meanwhile.items() if name not in sys.modules}
    sys.modules.update(meanwhile)
    try:
        importlib.import_module("msgspec")
    finally:
        for name in meanwhile:
            del sys.modules[name]


if "msgspec" not in sys.modules:
    _import_msgspec()
