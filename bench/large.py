"""How a timeline of very many events feels on a cheap phone: python bench/large.py SITE.

SITE is a site that was built. Chromium opens it with the processor slowed down to a quarter and a
network of 1.6 Mbit/s with 150 ms of latency; the server compresses, as hosts do. Printed are the
largest page, when the home page and its filter can be used, and how long the filter takes to
answer, from the tick of a box to the list on the screen, once its data are there.
"""

from __future__ import annotations

import functools
import gzip
import http.server
import shutil
import statistics
import sys
import threading
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, sync_playwright

SLOWER = 4
LATENCY, DOWN, UP = 150, 1_600_000 / 8, 750_000 / 8
"""In ms and bytes a second: what Lighthouse calls slow 4G."""
ROUNDS = 5

USABLE = """() => new Promise((done) => {
  const [navigation] = performance.getEntriesByType("navigation");
  const look = () => {
    const ready = document.querySelector("timeline-search[is-ready]");
    const loaded = navigation.domContentLoadedEventEnd;
    if (ready && loaded) done([loaded, performance.now()]);
    else setTimeout(look, 5);
  };
  look();
})"""
ANSWER = """(act) => new Promise((done) => {
  const search = document.querySelector("timeline-search");
  const output = search.querySelector("output");
  const waits = () =>
    !search.querySelector(".filter-progress").hidden ||
    !output.textContent ||
    (search.hasAttribute("is-filtering") && !search.querySelector(".filter-found li"));
  const began = performance.now();
  new Function("search", act)(search);
  const painted = () => done([performance.now() - began, output.textContent]);
  const look = () => {
    if (waits()) setTimeout(look, 1);
    else requestAnimationFrame(() => setTimeout(painted));
  };
  setTimeout(look);
})"""
TICK = 'search.querySelectorAll("details[data-facet=%s] input")[%d].click()'
RESET = 'search.querySelector("button[type=reset]").click()'
WORDS = """const box = search.querySelector("input[name=q]");
box.value = "%s"; box.form.requestSubmit();"""


class Compressing(http.server.SimpleHTTPRequestHandler):
    """Serves files compressed."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Send a file."""
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() else path
        if not path.is_file():
            self.send_error(404)
            return
        data = gzip.compress(path.read_bytes(), 6)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Cache-Control", "max-age=600")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, format: str, *args: object) -> None:
        """Keep quiet."""


def main(site: Path) -> None:
    """Measure a site and print what was found."""
    pages = sorted((path.stat().st_size, path) for path in site.rglob("*.html"))
    size, largest = pages[-1]
    home = (site / "index.html").read_bytes()
    data = sum(path.stat().st_size for path in (site / "data/events").iterdir())
    print(
        f"{len(pages):,} pages, the largest {size / 1000:.0f} kB:",
        f"{largest.parent.relative_to(site)}/",
    )
    print(f"home: {len(home) / 1000:.0f} kB, {len(gzip.compress(home, 6)) / 1000:.0f} compressed")
    print(f"data of the filter: {data / 1e6:.1f} MB in all")
    handler = functools.partial(Compressing, directory=str(site))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with sync_playwright() as playwright:
        program = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox", "--disable-gpu"]
        )
        look(browser, f"http://127.0.0.1:{server.server_port}/")
        browser.close()
    server.shutdown()


def look(browser: Browser, address: str) -> None:
    """Open the home page several times, then filter."""
    loaded, usable = [], []
    for _ in range(ROUNDS):
        page = slow(browser)
        page.goto(address, wait_until="commit")
        times = page.evaluate(USABLE)
        loaded.append(times[0])
        usable.append(times[1])
        page.context.close()
    print(f"DOMContentLoaded {median(loaded)}, filter usable {median(usable)}")
    page = slow(browser)
    page.goto(address)
    page.wait_for_selector("timeline-search[is-ready]")
    say("first actor, data not there yet", page, [TICK % ("actor", 0)])
    say("another actor", page, [TICK % ("actor", n) for n in range(1, 6)])
    say("and a place", page, [TICK % ("place", n) for n in range(5)])
    say("show all", page, [RESET])
    say("first words, texts not there yet", page, [WORDS % "ceasefire"])
    say("other words", page, [WORDS % word for word in ("bridge", "to", "siege lifted", "e")])
    page.context.close()


def say(what: str, page: Page, acts: list[str]) -> None:
    """Do something in the filter, one after the other, and print how long the answers took."""
    found = [page.evaluate(ANSWER, act) for act in acts]
    times: list[Any] = [time for time, _ in found]
    print(f"{what}: {median(times)}, at most {max(times):.0f} ms ({found[-1][1]})")


def slow(browser: Browser) -> Page:
    """Return a new page on a slow machine and network."""
    page = browser.new_context(
        viewport={"width": 360, "height": 740},
        bypass_csp=True,  # what measures is run in the page
    ).new_page()
    session = page.context.new_cdp_session(page)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    session.send("Network.enable")
    session.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": LATENCY, "downloadThroughput": DOWN, "uploadThroughput": UP},
    )
    return page


def median(times: list[Any]) -> str:
    """Return the median of times in ms, in words."""
    return f"{statistics.median(times):.0f} ms"


if __name__ == "__main__":
    main(Path(sys.argv[1]))
