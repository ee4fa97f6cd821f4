"""The worker as a real process, on files and on a real Redis; and the whole system by `serve`."""

from __future__ import annotations

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from backend.channels_in.watching import group_of, tell_watchers

ROOT = Path(__file__).resolve().parents[3]


def until(true: Callable[[], bool], seconds: float, what: str) -> None:
    """Wait for something that another process does."""
    pause = threading.Event()
    for _ in range(int(seconds / 0.1)):
        if true():
            return
        pause.wait(0.1)
    pytest.fail(f"not within {seconds} s: {what}")


def environment(data: Path, **more: str) -> dict[str, str]:
    own = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("RUFBUS_") and not name.startswith("DJANGO_")
    }
    return own | {"RUFBUS_DATA": str(data), "RUFBUS_IMPROVE_SECONDS": "0.3", "PYTHONPATH": str(ROOT)} | more


@contextmanager
def process(*arguments: str, env: dict[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A command of ours, ended on the way out."""
    with log.open("wb") as out:
        command = subprocess.Popen(
            [sys.executable, str(ROOT / "manage.py"), *arguments], env=env, stdout=out, stderr=out
        )
        try:
            yield command
        finally:
            command.terminate()
            try:
                command.wait(20)
            except subprocess.TimeoutExpired:
                command.kill()
                command.wait()


@pytest.mark.parametrize("broker", ["files", "redis"])
def test_a_worker_takes_what_was_queued_and_betters_the_plan(
    broker: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    redis = {"RUFBUS_REDIS": request.getfixturevalue("redis_url")} if broker == "redis" else {}
    env = environment(tmp_path, RUFBUS_DISTRICT="probe", **redis)
    script = [sys.executable, str(Path(__file__).with_name("behind.py"))]
    made = subprocess.run(script, env=env, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)
    assert made.returncode == 0, made.stderr
    day, version = made.stdout.split()

    def improved() -> bool:
        with sqlite3.connect(tmp_path / "rufbus.sqlite3") as database:
            row = database.execute(
                "SELECT improved_version, plan_version FROM bookings_serviceday WHERE id = ?", (day,)
            ).fetchone()
        return bool(row[0] == row[1] and row[1] >= int(version))

    assert not improved()
    with process("worker", env=env, log=tmp_path / "log"):
        until(improved, 60, (tmp_path / "log").read_text())


async def test_a_plan_change_crosses_redis_to_a_watcher_within_a_second(redis_url: str, settings) -> None:
    from channels.layers import get_channel_layer

    settings.CHANNEL_LAYERS = {
        "default": {"BACKEND": "channels_redis.core.RedisChannelLayer", "CONFIG": {"hosts": [redis_url]}}
    }
    layer = get_channel_layer()
    channel = await layer.new_channel()
    await layer.group_add(group_of("probe", "2026-11-24"), channel)
    await tell_watchers("plan.changed", {"district": "probe", "date": "2026-11-24", "version": 7})
    heard = await _within_a_second(layer.receive(channel))
    assert heard == {"type": "day.event", "event": {"type": "plan.changed", "version": 7}}
    await layer.close_pools()


async def _within_a_second(coming):  # type: ignore[no-untyped-def]
    import asyncio

    return await asyncio.wait_for(coming, 1.0)


def a_free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def test_serve_sets_up_serves_with_a_worker_and_leaves_nothing_behind(tmp_path: Path) -> None:
    port = a_free_port()
    env = environment(tmp_path)
    log = tmp_path / "log"

    def health() -> dict[str, str]:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=2) as answer:
                return dict(json.load(answer))
        except OSError:
            return {}

    with process("serve", "--port", str(port), env=env, log=log) as server:
        until(lambda: health().get("worker") == "ok" or server.poll() is not None, 120, "server and worker answer")
        until(lambda: health().get("relay") == "ok", 30, "the relay beats")
        assert health() == {"database": "ok", "worker": "ok", "relay": "ok", "messages_overdue": 0}, log.read_text()
        children = Path(f"/proc/{server.pid}/task/{server.pid}/children").read_text().split()
        assert len(children) == 1, "the worker is the server's child"
        second = subprocess.run(
            [sys.executable, str(ROOT / "manage.py"), "serve", "--port", str(port)],
            env=env, capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
        assert second.returncode == 1
        assert f"Port {port}" in second.stderr
        assert "Traceback" not in second.stderr
        server.send_signal(signal.SIGTERM)
        assert server.wait(20) == 0, log.read_text()
        assert not Path(f"/proc/{children[0]}").exists()


@pytest.mark.parametrize(
    ("missing", "names"),
    [("RUFBUS_SECRET_KEY", "RUFBUS_SECRET_KEY"), ("RUFBUS_FIELD_KEYS", "RUFBUS_FIELD_KEYS"), ("", "")],
)
def test_production_does_not_start_with_embedded_secrets(tmp_path: Path, missing: str, names: str) -> None:
    env = environment(
        tmp_path,
        RUFBUS_HOSTS="rufbus.example",
        RUFBUS_SECRET_KEY="for-this-test-only-" + "0123456789" * 5,
        RUFBUS_FIELD_KEYS="MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
    )
    env.pop(missing, None)
    done = subprocess.run(
        [sys.executable, "-c", "from django.conf import settings; print(settings.DEMO_LOGIN)"],
        env=env | {"DJANGO_SETTINGS_MODULE": "backend.config.settings"},
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if missing:
        assert done.returncode != 0
        assert names in done.stderr
    else:
        assert done.stdout.strip() == "False", done.stderr
