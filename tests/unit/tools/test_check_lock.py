"""A lock that no longer fits pyproject.toml is found without asking an index."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.check_lock import differences, pins

HASH = f"--hash=sha256:{'0' * 64}"
RUNS = f"django==5.2.19 \\\n    {HASH} \\\n    {HASH}\n    # via rufbus\n"
WORKS = RUNS + f"ruff==0.17.6 \\\n    {HASH}\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text(
        '[project]\nname = "x"\ndependencies = ["Django>=5.2,<5.3"]\noptional-dependencies.dev = ["ruff>=0.8"]\n'
    )
    (tmp_path / "requirements.txt").write_text(RUNS)
    (tmp_path / "requirements-dev.txt").write_text(WORKS)
    return tmp_path


def test_a_lock_that_fits_passes(folder: Path) -> None:
    assert pins(WORKS) == {"django": ("5.2.19", 2), "ruff": ("0.17.6", 1)}
    assert list(differences(folder)) == []


@pytest.mark.parametrize(
    ("file", "content", "expected"),
    [
        ("requirements-dev.txt", RUNS, "requirements-dev.txt lacks ruff>=0.8"),
        ("requirements-dev.txt", WORKS.replace("0.17.6", "0.7.0"), "has ruff 0.7.0, pyproject.toml wants ruff>=0.8"),
        ("requirements-dev.txt", WORKS.replace("5.2.19", "5.2.1"), "has django 5.2.1, requirements.txt has 5.2.19"),
        ("requirements.txt", "django==5.2.19\n", "requirements.txt: django has no hash"),
    ],
)
def test_a_contradiction_is_named(folder: Path, file: str, content: str, expected: str) -> None:
    (folder / file).write_text(content)
    (line,) = differences(folder)
    assert expected in line
