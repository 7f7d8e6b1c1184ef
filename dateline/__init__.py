"""Dateline: a static-site generator for sourced timelines."""

import sys

__version__ = "0.1.0"

# msgspec takes a few names from typing_extensions where that is installed, and else from typing,
# which has had them since Python 3.11. The detour takes 10 ms of each start, as much as Python
# itself; so while msgspec is imported, nothing of that name is to be found.
if "msgspec" not in sys.modules and "typing_extensions" not in sys.modules:
    sys.modules["typing_extensions"] = None  # type: ignore[assignment]
    try:
        import msgspec
    finally:
        del sys.modules["typing_extensions"]
    del msgspec
del sys
