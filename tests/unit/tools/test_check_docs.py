"""A link that leads nowhere is named with its file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.check_docs import anchors, broken_links, setting_differences


def write(folder: Path, **documents: str) -> None:
    for name, text in documents.items():
        (folder / f"{name}.md").write_text(text)


def test_links_that_lead_somewhere_are_left_in_peace(tmp_path: Path) -> None:
    write(
        tmp_path,
        README="[b](OTHER.md#zwei-wörter-2) [top](#start) [out](https://example.org)\n# Start\n",
        OTHER="## Zwei Wörter, 2\n",
    )
    assert list(broken_links(tmp_path)) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a\n[b](missing.md)", "README.md:2: missing.md does not exist"),
        ("![picture](docs/x.png)", "README.md:1: docs/x.png does not exist"),
        ("[b](#nowhere)", "README.md:1: README.md has no heading #nowhere"),
        ("```\n[in code](x.md)\n```\n[b](y.md)", "README.md:4: y.md does not exist"),
        ("[up](../outside.md)", "README.md:1: ../outside.md"),
    ],
)
def test_a_broken_link_is_named_with_its_line(tmp_path: Path, text: str, expected: str) -> None:
    write(tmp_path, README=text)
    (line,) = broken_links(tmp_path)
    assert line.startswith(expected)


def test_equal_headings_are_numbered(tmp_path: Path) -> None:
    write(tmp_path, A="# One\n## `One`\n```\n# not a heading\n```\n# [Two](x.md) words\n")
    assert anchors(tmp_path / "A.md") == {"one", "one-1", "two-words"}


def test_settings_and_their_table_are_compared_both_ways(tmp_path: Path) -> None:
    (tmp_path / "backend" / "config").mkdir(parents=True)
    (tmp_path / "backend" / "config" / "settings.py").write_text('env("RUFBUS_NEW") or env("RUFBUS_KNOWN")')
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "operators.md").write_text("| `RUFBUS_KNOWN` | x |\n| `RUFBUS_GONE` | y |\n")
    assert list(setting_differences(tmp_path)) == [
        "docs/operators.md does not explain RUFBUS_NEW",
        "docs/operators.md explains RUFBUS_GONE, which no setting reads",
    ]
