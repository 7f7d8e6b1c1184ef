"""Style sheets, scripts and media: read, gathered and named by what is in them.

A page needs one HTML and one CSS file, so the style sheet's imports are put in their place. The
names of the style sheet and of scripts carry a hash of their bytes: a host may let browsers keep
them for ever.
"""

from __future__ import annotations

import io
import re
import struct
import warnings
import zlib
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from types import MappingProxyType
from urllib.parse import quote

from msgspec import Struct

from dateline import patterns, pictures, progress, source
from dateline.artifacts import Artifact, Made
from dateline.hashing import blake2b, fingerprint
from dateline.problems import Document, Faults, Problems, Spot

MOST_PIXELS = 50_000_000
"""The most pixels of a picture; all of its frames together may have twenty times as many."""
MOST_FRAMES = 1_000
"""The most frames of a picture that moves."""
_COMMENT_OR_IMPORT = patterns.of(
    r"""/\*.*?\*/|@import\b(?:\s*["']([^"']+)["'](?:\s+layer\(([\w.-]+)\))?\s*;)?""",
    re.DOTALL | re.IGNORECASE,
)


class Assets(Struct, frozen=True):
    """What is published beside the pages."""

    files: Mapping[str, Artifact]
    stylesheet: str
    """The address of the style sheet."""
    scripts: Mapping[str, str]
    """By name of a custom element, the address of `assets/js/<name>.js`."""
    media: Mapping[str, str]
    """The address of each file of `content/media/` that is used."""


def gather(folders: Sequence[Path], media: Mapping[str, Path], colours: str = "") -> Assets:
    """Return the assets of the template folders (the first with a file wins) and the media.

    `colours` is the style sheet that the others import as `colours.css`, unless a folder has it.
    Raises Problems if a style sheet that another imports is missing or imports itself, and for
    every picture that is none.
    """
    progress.begin("gathering assets")
    style = stylesheet(folders, made={"colours.css": colours}).encode()
    address = _named("assets/site.css", style)
    files = {address: Artifact.of(style)}
    scripts: dict[str, str] = {}
    for name, path in _others(folders).items():
        data, published = path.read_bytes(), f"assets/{name}"
        if path.suffix == ".js":
            published = scripts[path.stem] = _named(published, data)
        files[published] = Artifact.of(data)
    files |= _pictures(media)
    return Assets(files, address, scripts, {name: quote(f"media/{name}") for name in media})


def stylesheet(
    folders: Sequence[Path],
    name: str = "site.css",
    importers: tuple[str, ...] = (),
    made: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """Return a style sheet with its `@import`s in their place, in the layers that they name.

    `importers` are the style sheets that it is being put into, `made` those that are no files.
    """
    document = Document(f"templates/assets/css/{name}", "")
    path = _find(folders, f"assets/css/{name}")
    if path is None and name in made:
        return made[name]
    if path is None:
        raise _fault(document.spot(), f"the style sheet '{name}' is missing")
    try:
        text = path.read_text("utf-8")
    except UnicodeDecodeError as error:
        raise _fault(document.spot(), "the file is not UTF-8") from error
    document = Document(document.name, text)

    def imported(found: re.Match[str]) -> str:
        if found[0].startswith("/*"):
            return found[0]
        spot = document.spot(text[: found.start()].count("\n") + 1)
        if found[1] is None:
            hint = "write '@import \"name.css\";' or '@import \"name.css\" layer(name);'"
            raise _fault(spot, "an '@import' that cannot be put in its place", hint)
        if found[1] in (*importers, name):
            raise _fault(spot, f"the style sheet '{found[1]}' imports itself")
        if found[1] not in made and _find(folders, f"assets/css/{found[1]}") is None:
            hint = f"style sheets are in {document.name.rpartition(name)[0]}"
            raise _fault(spot, f"the style sheet '{found[1]}' is missing", hint)
        inner = stylesheet(folders, found[1], (*importers, name), made).rstrip()
        return f"@layer {found[2]} {{\n{inner}\n}}" if found[2] else inner

    return _COMMENT_OR_IMPORT.sub(imported, text)


def _find(folders: Sequence[Path], name: str) -> Path | None:
    return next((folder / name for folder in folders if (folder / name).is_file()), None)


def _fault(spot: Spot, message: str, hint: str = "") -> Problems:
    faults = Faults()
    faults.add(spot, message, hint)
    return Problems(faults)


def _others(folders: Sequence[Path]) -> dict[str, Path]:
    """Return all assets but style sheets: fonts, icons, scripts, by path below assets/."""
    found: dict[str, Path] = {}
    for folder in reversed(folders):
        root = folder / "assets"
        for path in sorted(root.rglob("*")):
            name = path.relative_to(root).as_posix()
            hidden = any(part.startswith((".", "_")) for part in path.relative_to(root).parts)
            if path.is_file() and path.suffix != ".css" and not hidden:
                found[name] = path
    return dict(sorted(found.items()))


def _pictures(media: Mapping[str, Path]) -> dict[str, Artifact]:
    """Return the pictures, without what they tell of their makers.

    What they look like is decoded only when one is written: that takes longer than all the rest.
    """
    found: dict[str, Artifact] = {}
    with Faults() as faults:
        for name, path in media.items():
            try:
                plain = pictures.plain(source.data(path, pictures.LARGEST), name)
            except pictures.Broken as error:
                faults.add(Document(f"content/media/{name}", "").spot(), error.message, error.hint)
                continue
            key = f"picture {fingerprint(plain)}"
            found[f"media/{name}"] = Made(key, partial(_decoded, name, plain))
    return found


def _decoded(name: str, data: bytes) -> bytes:
    """Return a picture after a look at every pixel. Raises Problems if one cannot be read."""
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of what is odd, but can be shown
            _look(data)
    except pictures.Broken as error:
        message, hint = error.message, error.hint
    except Image.DecompressionBombError:
        message, hint = f"more than {MOST_PIXELS:,} pixels, which are the most", "make it smaller"
    except _UNREADABLE as error:
        message, hint = f"the picture is broken: {str(error)[:80]}", "export it anew"
    else:
        return data
    raise _fault(Document(f"content/media/{name}", "").spot(), message, hint)


def _look(data: bytes) -> None:
    """Read all pixels of all frames. Raises Broken if there are too many."""
    from PIL import Image

    with Image.open(io.BytesIO(data), formats=["JPEG", "PNG", "GIF", "WEBP", "AVIF"]) as picture:
        frames, pixels = getattr(picture, "n_frames", 1), picture.width * picture.height
        if pixels > MOST_PIXELS:
            message = f"{picture.width} × {picture.height} pixels; {MOST_PIXELS:,} are the most"
            raise pictures.Broken(message, "make it smaller")
        if frames > MOST_FRAMES or frames * pixels > 20 * MOST_PIXELS:
            raise pictures.Broken(f"{frames} frames of this size are too many", "make it shorter")
        for number in range(frames):
            picture.seek(number)
            picture.load()


_UNREADABLE = (
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    MemoryError,
    OSError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
    zlib.error,
)
"""What Pillow raises for a picture that it cannot read."""


def _named(path: str, data: bytes) -> str:
    """Return `assets/site.1a2b3c4d.css` for `assets/site.css`."""
    stem, _, ending = path.rpartition(".")
    return f"{stem}.{blake2b(data, digest_size=4).hexdigest()}.{ending}"
