"""A real browser, and the real demo as its own process on a port of its own."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parent.parent.parent
NAMES = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]
PATIENCE_SECONDS = 90


def chromium() -> str | None:
    """Where the browser is: TOVHOLDER_TEST_CHROMIUM, else the first of the usual names on the PATH."""
    return os.environ.get("TOVHOLDER_TEST_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)


@pytest.fixture(scope="module")  # no longer: while it is open no other test of the process can run a loop of its own
def browser() -> Iterator[Browser]:
    path = chromium()
    if path is None:
        missing = f"there is no browser: none of {', '.join(NAMES)} is on the PATH; set TOVHOLDER_TEST_CHROMIUM to one"
        if os.environ.get("TOVHOLDER_TEST_BROWSER_REQUIRED") == "1":
            pytest.fail(missing)
        pytest.skip(missing)
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The script that is run in a page."""
    from tests.npm import installed, tools  # the walk needs neither

    found = tools()
    if found is None:
        if os.environ.get("TOVHOLDER_TEST_SYSTEM_REQUIRED") == "1":
            pytest.fail("Node 20 and npm are not here, and they are required")
        pytest.skip("Node 20 and npm are not here")
    return (
        installed(Path(__file__).with_name("axe"), tmp_path_factory.mktemp("axe"), found[1]) / "axe-core" / "axe.min.js"
    ).read_text()


@dataclass(frozen=True)
class RunningDemo:
    """``tovholder demo`` as somebody would start it."""

    url: str
    process: subprocess.Popen[str]


@pytest.fixture
def running_demo(tmp_path: Path) -> Iterator[RunningDemo]:
    with start_demo(tmp_path) as running:
        yield running


@contextmanager
def start_demo(folder: Path) -> Iterator[RunningDemo]:
    """The demo on a free port, with its database in the folder, until the block ends."""
    port = _free_port()
    # TOVHOLDER_TEST_CHROMIUM is the tests' own: the product refuses settings that it does not know.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TOVHOLDER_")}
    environment |= {"DATABASE_URL": f"sqlite:///{folder / 'demo.db'}", "PORT": str(port)}
    log = folder / "demo.log"
    with log.open("w") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "tovholder", "demo"], cwd=ROOT, env=environment, stdout=out, stderr=out, text=True
        )
        try:
            _wait_for(f"http://127.0.0.1:{port}/health", process, log)
            yield RunningDemo(f"http://127.0.0.1:{port}", process)
        finally:
            process.terminate()
            process.wait(20)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A window in Danish; an error of the page's own script fails the test."""
    context = browser.new_context(locale="da-DK", viewport={"width": 1280, "height": 900})
    opened = context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    opened.on("console", lambda said: errors.append(said.text) if "Content Security Policy" in said.text else None)
    opened.set_default_timeout(20_000)
    yield opened
    context.close()
    assert errors == []


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def _wait_for(url: str, process: subprocess.Popen[str], log: Path) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        if process.poll() is not None:
            pytest.fail(f"the demo ended with {process.returncode}:\n{log.read_text()[-3000:]}")
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    pytest.fail(f"the demo did not answer at {url} within {PATIENCE_SECONDS} s:\n{log.read_text()[-3000:]}")
