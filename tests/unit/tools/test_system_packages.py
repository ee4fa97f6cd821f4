"""A missing program is installed where that is allowed, and only there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tools import system_packages

AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root may install; nothing to try")


@pytest.fixture
def bare_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A PATH with nothing but an `apt-get` that notes its calls and, on install, makes the package's program."""
    apt_get = tmp_path / "apt-get"
    apt_get.write_text(
        "#!/bin/sh\n"
        f'echo "$@" >> "{tmp_path}/calls"\n'
        '[ "$1" = install ] || exit 0\n'
        f'for package; do :; done; printf "#!/bin/sh\\n" > "{tmp_path}/$package"; /bin/chmod +x "{tmp_path}/$package"\n'
    )
    apt_get.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("RUFBUS_NO_INSTALL", raising=False)
    monkeypatch.setattr(system_packages, "EXTRA_FOLDERS", ())
    return tmp_path


@AS_ROOT
def test_what_is_missing_is_installed_and_found(bare_machine: Path) -> None:
    assert system_packages.ensure("redis-server", "redis-server") == bare_machine / "redis-server"
    calls = (bare_machine / "calls").read_text().splitlines()
    assert [call.split()[0] for call in calls] == ["update", "install"]


@AS_ROOT
def test_what_is_there_is_left_alone(bare_machine: Path) -> None:
    system_packages.ensure("redis-server", "redis-server")
    before = (bare_machine / "calls").read_text()
    system_packages.ensure("redis-server", "redis-server")
    assert (bare_machine / "calls").read_text() == before


def test_a_no_is_respected(bare_machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUFBUS_NO_INSTALL", "1")
    assert system_packages.ensure("redis-server", "redis-server") is None
    assert not (bare_machine / "calls").exists()


@AS_ROOT
def test_a_failing_installation_is_none_and_says_why(bare_machine: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (bare_machine / "apt-get").write_text("#!/bin/sh\necho 'no network' >&2\nexit 100\n")
    assert system_packages.ensure("redis-server", "redis-server") is None
    assert "no network" in capsys.readouterr().err


def test_the_newest_version_outside_the_path_is_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for version in ("9", "15", "13"):
        folder = tmp_path / version / "bin"
        folder.mkdir(parents=True)
        (folder / "initdb").write_text("")
        (folder / "initdb").chmod(0o755)
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(system_packages, "EXTRA_FOLDERS", (str(tmp_path / "*" / "bin"),))
    assert system_packages.find("initdb") == tmp_path / "15" / "bin" / "initdb"
