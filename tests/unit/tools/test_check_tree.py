"""What may not be published is found, wherever it hides; what may be, is left in peace."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tools.check_tree import LARGEST_BYTES, findings_in_file, findings_in_tree


def problems(folder: Path, name: str, content: str | bytes) -> list[str]:
    (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return [finding.problem for finding in findings_in_file(folder, name)]


# Put together here, so that this file passes the check that it tests.
@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("see files.python" + "hosted.org/packages", "registry"),
        ("registry.npm" + "js.org", "registry"),
        ("--extra-index" + "-url somewhere", "machine's own affair"),
        ("data = '/ro" + "ot/data'", "machine"),
        ("cd /wo" + "rk/main", "machine"),
        ("/ho" + "me/anna/rufbus", "machine"),
        ("open('/tm" + "p/x')", "temporary"),
        ("-----BEGIN RSA PRIV" + "ATE KEY-----", "private key"),
        ("<<<<<<" + "< HEAD", "merge mark"),
    ],
)
def test_what_must_go_is_found(tmp_path: Path, line: str, problem: str) -> None:
    (found,) = problems(tmp_path, "notes.md", f"first line\n{line}\n")
    assert problem in found


@pytest.mark.parametrize(
    "line",
    [
        "../shared/data",
        "make --no-emit-index-url",
        "<<<<<<<<",
        "the root/folder",
        "tmp_path / 'x'",
        "=======",
        "/api/v1/",
    ],
)
def test_what_may_stay_stays(tmp_path: Path, line: str) -> None:
    assert problems(tmp_path, "notes.md", line) == []


def test_a_lock_names_no_address_but_a_document_may(tmp_path: Path) -> None:
    line = "https://example.org/x\n"
    assert problems(tmp_path, "requirements-dev.txt", line) == ["a lock file names no addresses"]
    assert problems(tmp_path, "package-lock.json", line) == ["a lock file names no addresses"]
    assert problems(tmp_path, "README.md", line) == []


def test_a_large_file_is_found_even_if_binary(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, "roads.npz", b"\0" * (LARGEST_BYTES + 1))
    assert "1.5 MB" in found


def test_files_that_git_would_add_are_read_and_ignored_ones_are_not(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    (tmp_path / ".gitignore").write_text("secret.txt\n")
    for name in ("secret.txt", "new.txt"):
        (tmp_path / name).write_text("/ro" + "ot/somewhere\n")
    assert [(finding.path, finding.line) for finding in findings_in_tree(tmp_path)] == [("new.txt", 1)]
