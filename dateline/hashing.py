"""The hash that keys and fingerprints are made with, BLAKE2b.

`hashlib` has it too, and loads a library for encryption first, which takes 3 ms of each start.
"""

from __future__ import annotations

try:
    from _blake2 import blake2b
except ImportError:  # should its private name be another one day
    from hashlib import blake2b

__all__ = ["blake2b", "fingerprint"]


def fingerprint(data: bytes) -> str:
    """Return a hash of the data, as 32 hexadecimal digits."""
    return blake2b(data, digest_size=16).hexdigest()
