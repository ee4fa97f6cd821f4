"""Instances that once failed, as files: each says why it was kept, and the engine now does it right.

A new one comes from `.data/failures/` (see CONTRIBUTING.md); give it a name that says what must not happen again.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from dispatch.case_file import read_case
from dispatch.replay import faults

KEPT = sorted(Path(__file__).parent.glob("*.json"))


@pytest.mark.parametrize("path", KEPT, ids=lambda path: path.stem)
def test_what_once_failed_does_so_no_more(path: Path) -> None:
    case = read_case(path)
    assert faults(case) == [], case.says


def test_there_are_kept_cases() -> None:
    assert KEPT
