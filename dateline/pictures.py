"""Pictures without what they tell of their makers: the place, the camera, earlier versions.

A picture's own bytes are kept, so it loses nothing; what stands beside them (Exif, XMP, IPTC,
comments, thumbnails, whatever follows its end) is left out, but for the colour profile and for
which side is up.

    pictures.plain(data, "fort.jpg")    # the same picture; raises Broken if it is none

Forms: JPEG (ITU T.81, Annex B), PNG (W3C, 3rd edition), GIF89a, WebP (RFC 9649), AVIF.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable, Iterator

from msgspec import Struct

from dateline import avif, patterns

LARGEST = 20 * 1024 * 1024
"""The most bytes of a picture."""


class Broken(Exception):
    """What is wrong with a picture, and a hint."""

    def __init__(self, message: str, hint: str = "") -> None:
        self.message, self.hint = message, hint
        super().__init__(message)


class _Form(Struct, frozen=True):
    """A form of pictures."""

    name: str
    endings: tuple[str, ...]
    begins: re.Pattern[bytes]
    plain: Callable[[bytes], Iterator[bytes]]


def plain(data: bytes, name: str) -> bytes:
    """Return a picture without what stands beside it. Raises Broken if it is not as it is named."""
    if len(data) > LARGEST:
        raise Broken(f"a picture of more than {LARGEST:,} bytes", "make it smaller")
    ending = name.rpartition(".")[2].lower()
    meant = next((form for form in _FORMS if ending in form.endings), None)
    known = ", ".join(f".{form.endings[0]}" for form in _FORMS)
    if meant is None:
        raise Broken(f"'.{ending}' is not a form of pictures, expected one of {known}", _SAVE)
    found = next((form for form in _FORMS if form.begins.match(data)), None)
    if found is not meant:
        what = f"a {found.name} picture" if found else f"not a {meant.name} picture"
        hint = f"name it '.{found.endings[0]}'" if found else _SAVE
        raise Broken(f"the file is named '.{ending}', but is {what}", hint)
    try:
        return b"".join(meant.plain(data))
    except (IndexError, ValueError, struct.error):
        raise Broken("the picture is broken: it ends too early, or holds what it cannot") from None


_SAVE = "save it as JPEG, PNG, WebP, AVIF or GIF"


def _jpeg(data: bytes) -> Iterator[bytes]:
    """Yield the segments that make up the picture itself, up to its end."""
    at, turned = 2, 1
    kept: list[bytes] = []
    while data[at : at + 2] != b"\xff\xd9":
        if data[at] != 0xFF:
            raise ValueError
        marker = data[at + 1]
        if marker == 0xFF:  # a filling byte
            at += 1
            continue
        end = at + 2 + struct.unpack_from(">H", data, at + 2)[0]
        segment = data[at:end]
        body = segment[4:]
        if marker == 0xE1 and body.startswith(b"Exif\0\0"):
            turned = _orientation(body[6:]) or turned
        if marker == 0xE0 and body.startswith(b"JFIF\0"):
            kept.append(b"\xff\xe0\0\x10" + body[:12] + b"\0\0")  # without its thumbnail
        elif marker == 0xE2:
            kept += [segment] * body.startswith(b"ICC_PROFILE\0")
        elif marker == 0xEE:
            kept += [segment] * body.startswith(b"Adobe")  # says how its colours are written
        elif not 0xE0 <= marker <= 0xEF and marker != 0xFE:
            kept.append(segment)
        if marker == 0xDA:  # the lines of the picture follow: to the next marker that ends them
            stop = _END_OF_SCAN.search(data, end)
            if stop is None:
                raise ValueError
            kept.append(data[end : stop.start()])
            end = stop.start()
        at = end
    yield b"\xff\xd8"
    if turned > 1:
        exif = b"Exif\0\0" + _exif(turned)
        yield b"\xff\xe1" + struct.pack(">H", len(exif) + 2) + exif
    yield from kept
    yield b"\xff\xd9"


_END_OF_SCAN = patterns.of(rb"\xff(?![\x00\xff\xd0-\xd7])", re.DOTALL)
_PNG_KEPT = set(
    b"IHDR PLTE tRNS IDAT IEND gAMA cHRM sRGB iCCP cICP sBIT pHYs acTL fcTL fdAT".split()
)


def _png(data: bytes) -> Iterator[bytes]:
    yield data[:8]
    at, name = 8, b""
    while name != b"IEND":
        (length,) = struct.unpack_from(">I", data, at)
        name, body = data[at + 4 : at + 8], data[at + 8 : at + 8 + length]
        if len(data) < at + 12 + length:
            raise ValueError
        if name in _PNG_KEPT:
            yield data[at : at + 12 + length]
        elif name == b"eXIf" and (_orientation(body) or 1) > 1:
            small = name + _exif(_orientation(body) or 1)
            yield struct.pack(">I", len(small) - 4) + small + struct.pack(">I", zlib.crc32(small))
        at += 12 + length


def _gif(data: bytes) -> Iterator[bytes]:
    at = 13 + _table(data[10])
    yield data[:at]
    while data[at] != 0x3B:
        kind, label = data[at], data[at + 1]
        if kind == 0x2C:  # an image: its place, its colours, the size of its codes
            end = _blocks(data, at + 10 + _table(data[at + 9]) + 1)
            yield data[at:end]
        elif kind == 0x21:
            end = _blocks(data, at + 2)
            loops = label == 0xFF and data[at + 3 : at + 14] in (b"NETSCAPE2.0", b"ANIMEXTS1.0")
            if label == 0xF9 or loops:
                yield data[at:end]
        else:
            raise ValueError
        at = end
    yield b"\x3b"


def _table(flags: int) -> int:
    """Return how many bytes the table of colours takes that these flags announce."""
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0


def _blocks(data: bytes, at: int) -> int:
    """Return where a row of blocks, each with its length before it, is over."""
    while data[at]:
        at += data[at] + 1
    return at + 1


_WEBP_KEPT = set(b"VP8X|VP8 |VP8L|ALPH|ANIM|ANMF|ICCP".split(b"|"))


def _webp(data: bytes) -> Iterator[bytes]:
    end = 8 + struct.unpack_from("<I", data, 4)[0]
    if end > len(data):
        raise ValueError
    at, turned = 12, 1
    kept: list[bytes] = []
    while at + 8 <= end:
        name, (length,) = data[at : at + 4], struct.unpack_from("<I", data, at + 4)
        body = data[at + 8 : at + 8 + length]
        if len(body) < length:
            raise ValueError
        if name == b"EXIF":
            turned = _orientation(body.removeprefix(b"Exif\0\0")) or turned
        if name in _WEBP_KEPT:
            kept.append(name + struct.pack("<I", length) + body + b"\0" * (length % 2))
        at += 8 + length + length % 2
    if turned > 1:
        small = _exif(turned)
        kept.append(b"EXIF" + struct.pack("<I", len(small)) + small)
    if kept and kept[0].startswith(b"VP8X"):
        flags = kept[0][8] & ~0x0C | (0x08 if turned > 1 else 0)
        kept[0] = kept[0][:8] + bytes([flags]) + kept[0][9:]
    inner = b"".join(kept)
    yield b"RIFF" + struct.pack("<I", len(inner) + 4) + b"WEBP" + inner


def _avif(data: bytes) -> Iterator[bytes]:
    yield avif.plain(data)


def _orientation(tiff: bytes) -> int | None:
    """Return which side is up (Exif 2.3, tag 0x0112), from 1 to 8; None if that is not said."""
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(tiff[:4])
    if order is None:
        return None
    try:
        (at,) = struct.unpack_from(order + "I", tiff, 4)
        (count,) = struct.unpack_from(order + "H", tiff, at)
        for entry in range(at + 2, at + 2 + 12 * count, 12):
            tag, kind, _, value = struct.unpack_from(order + "HHIH", tiff, entry)
            if tag == 0x0112 and kind == 3 and 1 <= value <= 8:
                return int(value)
    except struct.error:
        return None
    return None


def _exif(turned: int) -> bytes:
    """Return Exif data that says which side is up, and nothing else."""
    return b"MM\0*\0\0\0\x08\0\x01" + struct.pack(">HHIHH", 0x0112, 3, 1, turned, 0) + b"\0\0\0\0"


_FORMS = (
    _Form("JPEG", ("jpg", "jpeg"), patterns.of(rb"\xff\xd8\xff"), _jpeg),
    _Form("PNG", ("png",), patterns.of(rb"\x89PNG\r\n\x1a\n"), _png),
    _Form("WebP", ("webp",), patterns.of(rb"RIFF....WEBP", re.DOTALL), _webp),
    _Form("GIF", ("gif",), patterns.of(rb"GIF8[79]a"), _gif),
    _Form("AVIF", ("avif",), patterns.of(rb"....ftypavi[fs]", re.DOTALL), _avif),
)
