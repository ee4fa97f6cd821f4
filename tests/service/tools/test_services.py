"""The servers for tests: really there, really on the loopback only, really gone afterwards."""

from __future__ import annotations

import os
import socket
from urllib.parse import urlsplit

import psycopg
import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from tools import services, system_packages


def needs(*programs: str) -> pytest.MarkDecorator:
    """Skip where the servers are missing and could not be installed; CI must have them."""
    missing = [program for program in programs if system_packages.find(program) is None]
    return pytest.mark.skipif(bool(missing) and not os.environ.get("CI"), reason=f"NOT RUN, no {', '.join(missing)}")


def assert_nobody_listens(url: str) -> None:
    parts = urlsplit(url)
    assert parts.hostname == "127.0.0.1"
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((parts.hostname, parts.port or 0), timeout=5)


@needs("initdb")
def test_postgresql_answers_with_its_password_only_and_is_gone_afterwards() -> None:
    with services.postgresql() as url:
        with psycopg.connect(url) as connection:
            assert connection.execute("SELECT current_user, inet_server_addr()::text").fetchone() == (
                "rufbus",
                "127.0.0.1/32",
            )
        parts = urlsplit(url)
        with pytest.raises(psycopg.OperationalError, match="password"):
            psycopg.connect(host=parts.hostname, port=parts.port, user="rufbus", password="wrong", dbname="rufbus")
    assert_nobody_listens(url)


@needs("redis-server")
def test_redis_answers_with_its_password_only_and_is_gone_afterwards() -> None:
    with services.redis_server() as url:
        assert redis.Redis.from_url(url).ping()
        with pytest.raises(redis.AuthenticationError):
            redis.Redis(host="127.0.0.1", port=urlsplit(url).port or 0, retry=Retry(NoBackoff(), 0)).ping()
    assert_nobody_listens(url)


@needs("initdb", "redis-server")
def test_an_error_in_the_block_stops_the_servers_too(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("RUFBUS_TEST_DATABASE", "RUFBUS_TEST_REDIS"):
        monkeypatch.delenv(variable, raising=False)
    urls: list[str] = []

    def work_that_fails() -> None:
        with services.running() as started:
            assert started.missing == []
            urls.extend(started.environment.values())
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        work_that_fails()
    assert len(urls) == 2
    for url in urls:
        assert_nobody_listens(url)


def test_addresses_that_are_given_are_used_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {"RUFBUS_TEST_DATABASE": "postgres://elsewhere/x", "RUFBUS_TEST_REDIS": "redis://elsewhere/1"}
    for variable, value in given.items():
        monkeypatch.setenv(variable, value)
    with services.running() as started:
        assert started.environment == given


def test_a_missing_server_is_named_with_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("RUFBUS_TEST_DATABASE", "RUFBUS_TEST_REDIS", "CI"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(system_packages, "EXTRA_FOLDERS", ())
    with services.running() as started:
        assert started.environment == {}
        assert [line.split(":")[0] for line in started.missing] == ["PostgreSQL is missing", "Redis is missing"]
        assert "redis-server" in started.missing[1]
        assert not services.report_missing(started)
        monkeypatch.setenv("CI", "true")
        assert services.report_missing(started)
