"""What tests share: a real browser, a web server for a folder, the HTML checker, axe-core.

`make test` installs all of it. Without it the tests that ask for it are skipped with a hint;
where CI=true they fail, so that no check is lost unseen.
"""

from __future__ import annotations

import functools
import http.server
import os
import shutil
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any, NoReturn

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parents[1]
NODE_MODULES = ROOT / "tools/node/node_modules"

IN_CI = os.environ.pop("CI", "") == "true"
"""Whether the tests run in CI. The builds that they run do not: each may add to permalinks.lock."""

CHROMIUM_FLAGS = (
    "--no-sandbox",  # root in a container has no sandbox
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that open a browser, and put them last; those of workers come first.

    Playwright leaves an event loop running in the main thread, where `asyncio.run` then refuses
    to work. Workers are only begun where no earlier test has left a thread.
    """
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker("browser")
    items.sort(key=_turn)


def _turn(item: pytest.Item) -> int:
    """Return when a test is to run: 0 first."""
    if item.path.name == "test_workers.py":
        return 0
    return 2 if item.get_closest_marker("browser") else 1


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium, headless; CHROME_PATH names another one."""
    names = ("chromium", "chromium-browser", "google-chrome")
    program = os.environ.get("CHROME_PATH") or next(filter(None, map(shutil.which, names)), None)
    if program is None:
        missing("Chromium", "run 'make test' once, or set CHROME_PATH")

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=CHROMIUM_FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of its own for each test, with nothing remembered from the one before.

    A test that needs another language, size or no JavaScript makes its own with
    `browser.new_page(locale="ar", java_script_enabled=False)`.
    """
    context = browser.new_context()
    yield context.new_page()
    context.close()


@pytest.fixture
def serve_folder() -> Iterator[Callable[..., str]]:
    """Return a function that serves a folder until the test ends, and returns its address.

    The address is like `http://127.0.0.1:40001`, without a slash at the end. With `sent`, these
    headers go with every answer.
    """
    servers: list[http.server.ThreadingHTTPServer] = []

    def serve(folder: Path, sent: Mapping[str, str] | None = None) -> str:
        handler = functools.partial(QuietHandler, sent=sent or {}, directory=os.fspath(folder))
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}).start()
        return f"http://127.0.0.1:{server.server_port}"

    yield serve
    for server in servers:
        server.shutdown()
        server.server_close()


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    """Serves files, with more headers than usual, and prints nothing."""

    def __init__(self, *args: Any, sent: Mapping[str, str], **kwargs: Any) -> None:
        """Answer a request at once, as its base class does."""
        self.sent = sent
        super().__init__(*args, **kwargs)

    def end_headers(self) -> None:
        """Add the headers."""
        for name, value in self.sent.items():
            self.send_header(name, value)
        super().end_headers()

    def log_message(self, format: str, *args: object) -> None:
        """Keep the request out of the test's output."""


@pytest.fixture(scope="session")
def vnu() -> Path:
    """The Nu HTML checker: `java -jar <vnu> --errors-only --format json page.html ...`."""
    jar = NODE_MODULES / "vnu-jar/build/dist/vnu.jar"
    if not jar.is_file():
        missing("the Nu HTML checker", "run 'make test' once")
    if shutil.which("java") is None:
        missing("Java, which the Nu HTML checker needs", "run 'make test' once")
    return jar


@pytest.fixture(scope="session")
def axe() -> Path:
    """axe-core: `page.add_script_tag(path=axe)`, then `page.evaluate("axe.run()")`.

    The policy of the pages refuses that script but in a context with `bypass_csp=True`.
    """
    script = NODE_MODULES / "axe-core/axe.min.js"
    if not script.is_file():
        missing("axe-core", "run 'make test' once")
    return script


def missing(thing: str, hint: str) -> NoReturn:
    """Skip the test that needs this thing, or fail it where everything must be there."""
    message = f"{thing} is not here: {hint}"
    if IN_CI:
        pytest.fail(message)
    pytest.skip(message)
