"""Makes the pictures of the documentation from a built site: a screen or a part, as a small PNG.

    python tools/picture.py site docs/picture.png
    python tools/picture.py site docs/event.png --page events/army-enters-kidal/
    python tools/picture.py site docs/pictures/map.png --page map/ --select .map --dark

Needs playwright, pillow and Chromium, which is looked for on PATH unless CHROME_PATH names it.
"""

from __future__ import annotations

import argparse
import io
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from playwright.sync_api import ViewportSize

WIDTH, HEIGHT = 1280, 960
CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def main() -> None:
    """Take the picture that the command line asks for."""
    parser = argparse.ArgumentParser(description="Make a picture of a page of a built site.")
    parser.add_argument("site", type=Path, help="the folder of the built site")
    parser.add_argument("picture", type=Path, help="the PNG file to write")
    parser.add_argument("--page", default="", help="the address of the page (default: home)")
    parser.add_argument("--select", default="", help="the part to show, as a CSS selector")
    parser.add_argument("--width", type=int, default=WIDTH, help="the width of the window")
    parser.add_argument("--dark", action="store_true", help="in dark colours")
    options = parser.parse_args()
    page = options.site / options.page / "index.html"
    if not page.is_file():
        parser.error(f"there is no '{page}': build the site first")
    options.picture.parent.mkdir(parents=True, exist_ok=True)
    picture = screenshot(page, options.select, options.width, "dark" if options.dark else "light")
    options.picture.write_bytes(small(picture))


def screenshot(page: Path, part: str, width: int, colours: Literal["dark", "light"]) -> bytes:
    """Return the first screen of a page, or the first part that a selector finds, as a PNG."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        size: ViewportSize = {"width": width, "height": HEIGHT}
        view = browser.new_page(viewport=size, color_scheme=colours)
        view.goto(page.resolve().as_uri())
        picture = view.locator(part).first.screenshot() if part else view.screenshot()
        browser.close()
    return picture


def small(picture: bytes) -> bytes:
    """Return a PNG with few colours, a fraction of the size; text stays as sharp."""
    from PIL import Image

    image = Image.open(io.BytesIO(picture)).convert("RGB")
    image = image.quantize(64, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    file = io.BytesIO()
    image.save(file, "PNG", optimize=True)
    return file.getvalue()


def chromium() -> str | None:
    """Return the browser to use; None leaves it to playwright."""
    found = (shutil.which(name) for name in CHROMIUM)
    return os.environ.get("CHROME_PATH") or next(filter(None, found), None)


if __name__ == "__main__":
    main()
