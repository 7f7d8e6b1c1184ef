"""Style sheets, scripts and media: read, gathered and named by what is in them.

A page needs one HTML and one CSS file, so the style sheet's imports are put in their place. A
file's name carries a hash of its bytes: a host may let browsers keep it for ever.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from dateline.artifacts import Artifact
from dateline.problems import Document, Faults, Problems

_IMPORT = re.compile(
    r"""^@import\s+["']([^"']+)["'](?:\s+layer\(([\w.-]+)\))?\s*;[^\S\n]*$""", re.MULTILINE
)


@dataclass(frozen=True)
class Assets:
    """What is published beside the pages."""

    files: Mapping[str, Artifact]
    stylesheet: str
    """The address of the style sheet."""
    media: Mapping[str, str]
    """The address of each file of `content/media/` that is used."""


def gather(folders: Sequence[Path], media: Mapping[str, Path]) -> Assets:
    """Return the assets of the template folders (the first with a file wins) and the media.

    Raises Problems if a style sheet that another imports is missing.
    """
    style = stylesheet(folders).encode()
    address = _named("assets/site.css", style)
    files = {address: Artifact.of(style)}
    for name, path in _others(folders).items():
        files[f"assets/{name}"] = Artifact.of(path.read_bytes())
    published = {name: f"media/{name}" for name in media}
    for name, path in media.items():
        files[published[name]] = Artifact.of(path.read_bytes())
    return Assets(files, address, published)


def stylesheet(folders: Sequence[Path], name: str = "site.css") -> str:
    """Return a style sheet with its `@import`s in their place, in the layers that they name."""
    path = _find(folders, f"assets/css/{name}")
    if path is None:
        raise _missing(f"templates/assets/css/{name}", Document(f"templates/assets/css/{name}", ""))
    text = path.read_text("utf-8")

    def imported(found: re.Match[str]) -> str:
        if _find(folders, f"assets/css/{found[1]}") is None:
            document = Document(f"templates/assets/css/{name}", text)
            raise _missing(found[1], document, text[: found.start()].count("\n") + 1)
        inner = stylesheet(folders, found[1])
        return f"@layer {found[2]} {{\n{inner.rstrip()}\n}}" if found[2] else inner.rstrip()

    return _IMPORT.sub(imported, text)


def _find(folders: Sequence[Path], name: str) -> Path | None:
    return next((folder / name for folder in folders if (folder / name).is_file()), None)


def _missing(name: str, document: Document, line: int = 1) -> Problems:
    faults = Faults()
    faults.add(document.spot(line), f"the style sheet '{name}' is missing")
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


def _named(path: str, data: bytes) -> str:
    """Return `assets/site.1a2b3c4d.css` for `assets/site.css`."""
    stem, _, ending = path.rpartition(".")
    return f"{stem}.{hashlib.blake2b(data, digest_size=4).hexdigest()}.{ending}"
