"""Readers of files that others wrote: what comes in is read whole or refused by name, whatever stands in the file."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.case_file import Call, Case, UnreadableCase, read_case, write_case
from dispatch.objective import Weights
from dispatch.replay import main
from tests.builders.mutations import mutated
from tests.builders.small_days import a_small_day


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("fuzz")


def a_case_text(folder: Path) -> str:
    day = a_small_day(3, 2, 1)
    write_case(Case("a seed of the fuzz", Call("check"), day.plan, day.travel_s, Weights()), folder / "seed.json")
    return (folder / "seed.json").read_text()


def read_or_refused(path: Path) -> tuple[Case | None, str]:
    try:
        return read_case(path), ""
    except UnreadableCase as error:
        return None, str(error)


@settings(max_examples=200)
@given(data=st.data())
def test_a_recorded_case_is_read_or_refused(folder: Path, data: st.DataObject) -> None:
    path = folder / "case.json"
    path.write_bytes(data.draw(mutated(a_case_text(folder))))
    case, refusal = read_or_refused(path)
    if case is None:
        assert refusal.startswith(str(path))
        assert main([str(path)]) == 2
        return
    n = len(case.travel_s)
    assert case.travel_s.shape == (n, n)
    assert case.travel_s.min(initial=0) >= 0
    assert main([str(path)]) in (0, 1)
