"""A real server with a booked day, and a real Chromium that visits it.

The server is a process of its own on a free loopback port with a data folder of its own; nothing of the program runs
inside pytest, so what is tested is what people get.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
START_TIMEOUT_S = 60
expect.set_options(timeout=20_000)  # ms; what a busy machine may need. What is never shown fails then, too.
SCOPES = (
    "QUOTE",
    "SERIES",
    "BOOK",
    "BOOKING",
    "SEARCH",
    "LOGIN",
    "FEEDBACK",
)  # rates that one machine's tests would exceed

OpenPage = Callable[..., Page]


@dataclass(frozen=True, slots=True)
class Server:
    """Where the program answers, what is booked there, and the folder of its data."""

    url: str
    day: str
    bookings: list[dict[str, str]]
    driven: dict[str, str]
    fetched: list[dict[str, str]]  # booked with the way back open, on a day that shows half past ten
    data: Path

    def manage(self, *arguments: str) -> None:
        """Run a command of `manage.py` on the server's data folder."""
        environment = {**os.environ, "RUFBUS_DATA": str(self.data), "DJANGO_SETTINGS_MODULE": "backend.config.settings"}
        environment.pop("RUFBUS_DATABASE", None)
        command = [sys.executable, str(ROOT / "manage.py"), *arguments]
        done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-3000:]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The limit is for what a person does; making the first server also compiles the engine's loops where nobody has."""
    for item in items:
        if Path(item.path).parent == Path(__file__).parent:
            item.add_marker(pytest.mark.timeout(400, func_only=True))


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The program itself, with a small booked day."""
    with running_server(tmp_path_factory.mktemp("browser-data")) as running:
        yield running


@pytest.fixture(scope="module")
def own_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One for this file alone: what buses have driven stays driven, so nobody else could book into that day."""
    with running_server(tmp_path_factory.mktemp("browser-data")) as running:
        yield running


@contextmanager
def running_server(data: Path) -> Iterator[Server]:
    """The program in a process of its own, on a data folder of its own, with a small booked day."""
    environment = {**os.environ, "RUFBUS_DATA": str(data), "DJANGO_SETTINGS_MODULE": "backend.config.settings"}
    environment.pop("RUFBUS_DATABASE", None)  # a server of its own, whatever database the other tests use
    # All tests come from one address. That too many forms are asked to wait is tested in tests/unit/web.
    environment |= {f"RUFBUS_RATE_{scope}": "1000/min" for scope in SCOPES}
    made = subprocess.run(
        [sys.executable, str(ROOT / "tests" / "browser" / "booked_day.py")],
        env=environment,
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert made.returncode == 0, made.stderr[-3000:]
    booked = json.loads(made.stdout.splitlines()[-1])
    with serving(data, environment) as url:
        yield Server(url, booked["day"], booked["bookings"], booked["driven"], booked["fetched"], data)


@contextmanager
def serving(data: Path, environment: dict[str, str]) -> Iterator[str]:
    """The program on a prepared data folder; gives its address."""
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "backend.config.asgi:application", "--port", str(port)]
    log_file = data / f"server-{port}.log"
    with log_file.open("w") as log:
        process = subprocess.Popen(
            [*command, "--log-level", "warning", "--ws", "websockets-sansio"],
            env=environment,
            cwd=ROOT,
            stdout=log,
            stderr=log,
        )
    try:
        url = f"http://127.0.0.1:{port}"
        wait_until_up(url, process, log_file)
        yield url
    finally:
        process.terminate()
        process.wait(timeout=20)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_up(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Return as soon as the server answers; its log is the message when it does not."""
    for _attempt in range(START_TIMEOUT_S * 10):
        assert process.poll() is None, log.read_text()[-3000:]
        try:
            with urllib.request.urlopen(f"{url}/impressum/", timeout=10):
                return
        except urllib.error.HTTPError as error:
            pytest.fail(f"the server answers {error.code}: {log.read_text()[-3000:]}", pytrace=False)
        except urllib.error.URLError:
            try:
                process.wait(timeout=0.1)
            except subprocess.TimeoutExpired:
                continue
    pytest.fail(f"the server did not answer within {START_TIMEOUT_S} s: {log.read_text()[-3000:]}", pytrace=False)


def chromium_program() -> str | None:
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium. Closed after each file: an open Playwright keeps an event loop that asynchronous tests cannot share."""
    program = chromium_program()
    if program is None:
        line = "NOT RUN, no Chromium: make test installs it where it can, or apt-get install chromium"
        if os.environ.get("CI"):
            pytest.fail(line, pytrace=False)
        pytest.skip(line)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser: Browser, server: Server) -> Iterator[OpenPage]:
    """Opens pages in fresh contexts: `open_page("/fahrt/", java_script_enabled=False)`.

    A page that writes an error to the console or breaks the content security policy fails its test.
    """
    with ExitStack() as stack:
        faults: list[str] = []

        def open_one(path: str = "/", **context_options: object) -> Page:
            options = {"locale": "de-DE", "timezone_id": "Europe/Berlin", "base_url": server.url, **context_options}
            context = browser.new_context(**options)  # type: ignore[arg-type]
            stack.callback(context.close)
            context.set_default_timeout(20_000)
            page = context.new_page()
            page.on("pageerror", lambda error: faults.append(f"{page.url}: {error}"))
            page.on(
                "console", lambda message: faults.append(f"{page.url}: {message.text}") if is_fault(message) else None
            )
            page.goto(path)
            return page

        yield open_one
    assert not faults, faults


def is_fault(message: object) -> bool:
    """Whether a line in the console is an error of ours. Answers such as 422 and 404, and a network that a test has cut,
    are meant, and are shown there too."""
    text = str(getattr(message, "text", ""))
    meant = ("the server responded with a status of 4", "net::ERR_INTERNET_DISCONNECTED")
    return getattr(message, "type", "") == "error" and not any(line in text for line in meant)


@pytest.fixture
def staff_page(open_page: OpenPage) -> OpenPage:
    """Like `open_page`, but logged in as the control room."""

    def open_one(path: str, **context_options: object) -> Page:
        page = open_page(f"/anmelden/?next={path}", **context_options)
        page.get_by_label("Benutzername").fill("leitstelle")
        page.get_by_label("Passwort").fill("nur-zum-testen")
        page.get_by_role("button", name="Anmelden", exact=True).click()
        page.wait_for_url(lambda url: "next=" not in url and path in url)  # not the form's own address
        return page

    return open_one
