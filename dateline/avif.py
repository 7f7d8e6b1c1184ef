"""AVIF pictures without what stands beside them.

    avif.plain(data)    # as long as before, with zeros where Exif and XMP were

A file is boxes; `meta` lists items, which are the picture, its transparency, its Exif data. What is
no part of the picture is overwritten by zeros in its place, since others are found by their
distance from the file's beginning. Which side is up is a property of the picture (`irot`, `imir`).

Forms: ISO/IEC 14496-12 (boxes, items), AVIF 1.1 (AOMedia).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

_PICTURES = {b"av01", b"grid", b"iden", b"iovl", b"tmap"}
"""The kinds of items that are to be seen."""
_TOLD = {b"hdlr", b"pitm", b"iinf", b"iloc", b"iref", b"iprp", b"idat", b"grpl"}
"""The boxes of `meta` that say what the picture is."""
_LOOKS = set(
    b"ispe pixi av1C colr auxC irot imir clap pasp clli mdcv cclv amve a1lx a1op lsel".split()
)
"""The properties of a picture that change what is seen."""


def plain(data: bytes) -> bytes:
    """Return the picture without Exif, XMP and the like. Raises ValueError and the like."""
    out = bytearray(data)
    boxes = list(_boxes(data, 0, len(data)))
    meta = [box for box in boxes if box[0] == b"meta"]
    if len(meta) != 1 or any(kind == b"moov" for kind, _, _ in boxes):
        raise ValueError
    inner = list(_boxes(data, meta[0][1] + 4, meta[0][2]))
    kinds = dict(_items(out, inner))
    kept = [span for item, span in _spans(data, inner) if kinds.get(item) in _PICTURES]
    for kind, start, end in boxes:
        if kind in (b"mdat", b"free", b"skip", b"uuid") or kind not in (b"ftyp", b"meta"):
            _clear(out, start, end, kept)
        if kind not in (b"ftyp", b"meta", b"mdat"):
            _rename(out, data, kind, start)
    for kind, start, end in inner:
        if kind == b"idat":
            _clear(out, start, end, kept)
        elif kind == b"iprp":
            _properties(out, data, start, end)
        elif kind not in _TOLD:
            _clear(out, start, end, [])
            _rename(out, data, kind, start)
    return bytes(out)


def _boxes(data: bytes, at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Yield the kind of each box, where what it holds begins, and where it ends."""
    while at < end:
        size, kind = struct.unpack_from(">I4s", data, at)
        start = at + 8
        if size == 1:
            (size,) = struct.unpack_from(">Q", data, start)
            start += 8
        size = size or end - at
        if size < start - at or at + size > end:
            raise ValueError
        yield kind, start, at + size
        at += size


def _items(out: bytearray, inner: list[tuple[bytes, int, int]]) -> Iterator[tuple[int, bytes]]:
    """Yield the number and the kind of each item; those to go are of the kind `free` from now."""
    for kind, start, end in inner:
        if kind != b"iinf":
            continue
        first = start + (6 if out[start] == 0 else 8)
        for box, at, behind in _boxes(bytes(out), first, end):
            if box != b"infe" or out[at] not in (2, 3):
                raise ValueError
            wide = 2 if out[at] == 2 else 4
            item = int.from_bytes(out[at + 4 : at + 4 + wide], "big")
            place = at + 6 + wide
            of = bytes(out[place : place + 4])
            yield item, of
            named = place + 4
            if of not in _PICTURES:
                out[place:named] = b"free"
            out[named:behind] = b"\0" * (behind - named)  # its name, its content type


def _spans(
    data: bytes, inner: list[tuple[bytes, int, int]]
) -> Iterator[tuple[int, tuple[int, int]]]:
    """Yield the number of each item with where a part of it begins and ends."""
    idat = next((start for kind, start, _ in inner if kind == b"idat"), 0)
    for kind, at, _ in inner:
        if kind != b"iloc":
            continue
        version, sizes = data[at], struct.unpack_from(">H", data, at + 4)[0]
        offset_size, length_size = sizes >> 12, sizes >> 8 & 15
        base_size, index_size = sizes >> 4 & 15, sizes & 15 if version else 0
        reader = _Numbers(data, at + 6)
        wide = 2 if version < 2 else 4
        for _ in range(reader.next(wide)):
            item = reader.next(wide)
            method = reader.next(2) & 15 if version else 0
            reader.next(2)
            base = reader.next(base_size) + (idat if method == 1 else 0)
            for _ in range(reader.next(2)):
                reader.next(index_size)
                start = base + reader.next(offset_size)
                length = reader.next(length_size) or len(data) - start
                if method > 1 or start + length > len(data):
                    raise ValueError
                yield item, (start, start + length)


class _Numbers:
    """Reads whole numbers one after the other."""

    def __init__(self, data: bytes, at: int) -> None:
        self._data, self._at = data, at

    def next(self, size: int) -> int:
        """Return the next number, of so many bytes."""
        self._at += size
        if self._at > len(self._data):
            raise ValueError
        return int.from_bytes(self._data[self._at - size : self._at], "big")


def _properties(out: bytearray, data: bytes, start: int, end: int) -> None:
    """Overwrite the properties that do not change what is seen."""
    for kind, first, behind in _boxes(data, start, end):
        for of, at, last in _boxes(data, first, behind) if kind == b"ipco" else ():
            if of not in _LOOKS:
                _clear(out, at, last, [])
                _rename(out, data, of, at)


def _clear(out: bytearray, start: int, end: int, kept: list[tuple[int, int]]) -> None:
    """Write zeros from one place to another, but for what is kept."""
    at = start
    for first, behind in sorted(kept):
        if first >= end or behind <= start:
            continue
        out[at : max(at, first)] = b"\0" * max(0, first - at)
        at = max(at, behind)
    out[at:end] = b"\0" * max(0, end - at)


def _rename(out: bytearray, data: bytes, kind: bytes, start: int) -> None:
    """Make a box one of the kind `free`, which readers pass over."""
    at = data.rfind(kind, 0, start)
    out[at : at + 4] = b"free"
