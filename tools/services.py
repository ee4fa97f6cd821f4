"""Real PostgreSQL and Redis for a test run, on free loopback ports, in a folder that goes with them.

    python -m tools.services -- python -m pytest tests/service
    python -m tools.services                  # keeps them until Ctrl-C and prints the variables to export

The command finds the servers in `RUFBUS_TEST_DATABASE` and `RUFBUS_TEST_REDIS`. A server that is missing is installed
where that is possible (root on Debian or Ubuntu); where it is not, one line says so, and with `CI` set that is a
failure. Only processes started here are stopped, by their own handle. Nothing is synced to disk.
"""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import TypedDict

import psycopg
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from tools import system_packages

START_TIMEOUT_S = 60.0
STOP_TIMEOUT_S = 20.0
ATTEMPTS = 3  # a free port may be taken between the look and the start


class CannotStart(RuntimeError):
    """A server that could not be started, with the reason and what to do about it."""


class Identity(TypedDict, total=False):
    """Arguments of `subprocess` that say as whom a program runs; empty for ourselves."""

    user: int
    group: int
    extra_groups: list[int]


@dataclass(frozen=True, slots=True)
class Services:
    """What runs: the variables that tests read, and one line for each server that is missing."""

    environment: dict[str, str]
    missing: list[str] = field(default_factory=list)


@contextmanager
def running() -> Iterator[Services]:
    """Both servers while the block runs. Addresses that are already set in the environment are used as they are."""
    starters = {"RUFBUS_TEST_DATABASE": postgresql, "RUFBUS_TEST_REDIS": redis_server}
    services = Services({})
    with ExitStack() as stack:
        for variable, starter in starters.items():
            try:
                services.environment[variable] = os.environ.get(variable) or stack.enter_context(starter())
            except CannotStart as error:
                services.missing.append(str(error))
        yield services


@contextmanager
def postgresql() -> Iterator[str]:
    """Address of a fresh PostgreSQL server with an empty database `rufbus`, whose user may create more of them."""
    initdb = system_packages.ensure("postgresql", "initdb")
    server = initdb and (system_packages.find("postgres") or initdb.with_name("postgres"))
    if not initdb or not server:
        raise CannotStart(f"PostgreSQL is missing: {system_packages.remedy('postgresql')}")
    with _folder("postgresql") as folder:
        password = secrets.token_hex(16)
        password_file = folder / "password"
        password_file.write_text(password)
        cluster = folder / "cluster"
        _own(folder)
        command = [str(initdb), "-D", str(cluster), "-U", "rufbus", "--pwfile", str(password_file)]
        command += ["--auth=scram-sha-256", "--encoding=UTF8", "--locale=C", "--no-sync"]
        done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder, **_identity())
        if done.returncode:
            raise CannotStart(f"initdb failed: {done.stderr.strip()[-400:]}")

        def command_for(port: int) -> list[str]:
            options = {
                "listen_addresses": "127.0.0.1",
                "unix_socket_directories": "",
                "max_connections": "200",
                "fsync": "off",
                "synchronous_commit": "off",
                "full_page_writes": "off",
            }
            settings = [argument for name, value in options.items() for argument in ("-c", f"{name}={value}")]
            return [str(server), "-D", str(cluster), "-p", str(port), *settings]

        def url(port: int, database: str) -> str:
            return f"postgres://rufbus:{password}@127.0.0.1:{port}/{database}"

        def is_ready(port: int) -> bool:
            try:
                with psycopg.connect(url(port, "postgres"), autocommit=True, connect_timeout=2) as connection:
                    connection.execute("CREATE DATABASE rufbus")
            except psycopg.OperationalError:
                return False
            return True

        # SIGINT asks for PostgreSQL's "fast" shutdown: open sessions are ended instead of waited for.
        with _server("PostgreSQL", command_for, is_ready, folder, stop_signal=signal.SIGINT) as port:
            yield url(port, "rufbus")


@contextmanager
def redis_server() -> Iterator[str]:
    """Address of a fresh Redis server that keeps everything in memory."""
    server = system_packages.ensure("redis-server", "redis-server", "valkey-server")
    if server is None:
        raise CannotStart(f"Redis is missing: {system_packages.remedy('redis-server')}")
    with _folder("redis") as folder:
        password = secrets.token_hex(16)
        configuration = folder / "redis.conf"

        def command_for(port: int) -> list[str]:
            lines = [f"port {port}", "bind 127.0.0.1", f"requirepass {password}", 'save ""', "appendonly no"]
            configuration.write_text("\n".join([*lines, f"dir {folder}", ""]))
            configuration.chmod(0o600)
            _own(folder)
            return [str(server), str(configuration)]

        def url(port: int) -> str:
            return f"redis://:{password}@127.0.0.1:{port}/0"

        def is_ready(port: int) -> bool:
            try:
                with redis.Redis.from_url(url(port), socket_timeout=2, retry=Retry(NoBackoff(), 0)) as client:
                    return bool(client.ping())
            except redis.RedisError:
                return False

        with _server("Redis", command_for, is_ready, folder, stop_signal=signal.SIGTERM) as port:
            yield url(port)


@contextmanager
def _server(
    name: str,
    command_for: Callable[[int], list[str]],
    is_ready: Callable[[int], bool],
    folder: Path,
    stop_signal: signal.Signals,
) -> Iterator[int]:
    """Start the server on a free port, wait until it answers, and stop exactly this process at the end."""
    log = folder / "log"
    for _ in range(ATTEMPTS):
        port = free_port()
        with log.open("w") as output:
            # A session of its own: Ctrl-C reaches us, and we stop the server in order.
            process = subprocess.Popen(
                command_for(port),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                cwd=folder,
                start_new_session=True,
                **_identity(),
            )
        try:
            if _answers(process, port, is_ready):
                yield port
                return
        finally:
            _stop(process, stop_signal)
    raise CannotStart(f"{name} does not answer: {log.read_text(errors='replace').strip()[-400:]}")


def _answers(process: subprocess.Popen[bytes], port: int, is_ready: Callable[[int], bool]) -> bool:
    deadline = time.monotonic() + START_TIMEOUT_S
    while time.monotonic() < deadline and process.poll() is None:
        if is_ready(port):
            return True
        time.sleep(0.05)
    return False


def _stop(process: subprocess.Popen[bytes], stop_signal: signal.Signals) -> None:
    if process.poll() is None:
        process.send_signal(stop_signal)
        try:
            process.wait(STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def _folder(name: str) -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix=f"rufbus-{name}-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _identity() -> Identity:
    """As whom a server runs: PostgreSQL refuses root, so root hands it to an unprivileged user."""
    if os.geteuid() != 0:
        return {}
    user = _unprivileged_user()
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


def _own(folder: Path) -> None:
    """Hand the folder to whoever runs the server."""
    if os.geteuid() == 0:
        user = _unprivileged_user()
        for path in (folder, *folder.rglob("*")):
            os.chown(path, user.pw_uid, user.pw_gid)


def _unprivileged_user() -> pwd.struct_passwd:
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise CannotStart("root may not run PostgreSQL, and there is neither a user postgres nor nobody")


def free_port() -> int:
    """A loopback port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def report_missing(services: Services) -> bool:
    """Say in one visible line each what did not start. Returns whether that is a failure (`CI` is set)."""
    for line in services.missing:
        print(f"NOT RUN: tests that need it. {line}", file=sys.stderr, flush=True)
    return bool(services.missing and os.environ.get("CI"))


def main(arguments: list[str]) -> int:
    """Run the command after `--` with both servers; without a command keep them until Ctrl-C."""
    command = arguments[1:] if arguments[:1] == ["--"] else arguments
    signal.signal(signal.SIGTERM, _leave)
    with running() as services:
        if report_missing(services):
            return 1
        if command:
            return subprocess.run(command, env=os.environ | services.environment, check=False).returncode
        for name, value in services.environment.items():
            print(f"export {name}={value}", flush=True)
        try:
            signal.pause()
        except KeyboardInterrupt:
            return 0
    return 0


def _leave(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)  # unwinds the stack, so that the servers are stopped


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
