"""Readers of files that others wrote: what comes in is read whole or refused by name, whatever stands in the file."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.benchmark.public import Instance, UnreadableInstance, problem_of, read_instance
from dispatch.case_file import Call, Case, UnreadableCase, read_case, write_case
from dispatch.checker import check
from dispatch.improvement import Limits, improve
from dispatch.objective import Weights, objective
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


def a_public_text(family: str) -> str:
    """Three requests in one of the public formats; they fit into one vehicle one after the other."""
    places = [(0.0, 0.0), (1.5, 2.25), (-3.125, 0.5), (4.0, -1.0), (2.0, 3.0), (-1.0, -4.5), (0.25, 0.75)]
    if family == "li_lim":
        siblings = [(0, 0), (0, 4), (0, 5), (0, 6), (1, 0), (2, 0), (3, 0)]
        loads = [0, 10, 20, 10, -10, -20, -10]
        rows = [(k, *places[k], loads[k], 0, 1000, 10 if k else 0, *siblings[k]) for k in range(7)]
        return "\n".join("\t".join(map(str, row)) for row in [(2, 40, 1), *rows]) + "\n"
    loads = [0, 1, 2, 1, -1, -2, -1]
    rows = [(k, *places[k], 3 if k else 0, loads[k], 20 * (k % 4), 1440) for k in range(7)]
    if family == "a and b":
        rows.append((7, *rows[0][1:]))
    head = (2, 6 if family == "pr" else 3, 480, 3, 90)
    return "\n".join(" ".join(map(str, row)) for row in [head, *rows]) + "\n"


FAMILIES = ("a and b", "pr", "li_lim")


@pytest.mark.parametrize("family", FAMILIES)
def test_a_public_file_as_it_should_be_is_read_and_solved(folder: Path, family: str) -> None:
    path = folder / "right.txt"
    path.write_text(a_public_text(family))
    instance = read_instance(path)
    assert (len(instance.pairs), instance.vehicles) == (3, 2)
    problem = problem_of(instance)
    found = improve(problem.plan, problem.travel_s, problem.weights, Limits(iterations=50))
    assert check(found.plan, problem.travel_s) == []


@settings(max_examples=150)
@pytest.mark.parametrize("family", FAMILIES)
@given(data=st.data())
def test_a_public_file_is_read_or_refused_by_name_and_line(folder: Path, family: str, data: st.DataObject) -> None:
    path = folder / "public.txt"
    path.write_bytes(data.draw(mutated(a_public_text(family))))
    instance, refusal = instance_or_refusal(path)
    if instance is None:
        assert re.match(rf"{re.escape(str(path))}(, line \d+)?: .", refusal), refusal
        assert len(refusal) < 500
        return
    keeps_its_promises(instance)


def instance_or_refusal(path: Path) -> tuple[Instance | None, str]:
    try:
        return read_instance(path), ""
    except UnreadableInstance as error:
        return None, str(error)


def keeps_its_promises(instance: Instance) -> None:
    """What a reader lets through, the engine can work with."""
    ends = [node for pair in instance.pairs for node in pair]
    assert sorted(ends) == list(range(1, len(ends) + 1))
    assert min(instance.vehicles, instance.capacity) > 0
    distances = instance.distances()
    assert np.isfinite(distances).all()
    try:
        problem = problem_of(instance)
    except UnreadableInstance as error:
        assert instance.name in str(error)  # noqa: PT017 (only some instances are too wide)
        return
    units = problem.travel_s.astype(np.int64)
    assert (units >= np.floor(distances * problem.scale)).all()
    assert (units[:, :, None] + units[None, :, :] >= units[:, None, :]).all() or len(units) == 0
    if instance.vehicles > 20:
        return
    found = improve(problem.plan, problem.travel_s, problem.weights, Limits(iterations=20))
    assert check(found.plan, problem.travel_s, all_served=False) == []
    assert found.cost_after == objective(found.plan, problem.travel_s, problem.weights).cost


@pytest.mark.parametrize(
    ("family", "right", "wrong", "message"),
    [
        ("li_lim", "\t0\t4\n", "\t-8\t4\n", "line 3: "),  # once an IndexError
        ("a and b", "\n7 0.0 ", "\n7 481 ", "not even an empty vehicle"),  # once an InfeasiblePlan
    ],
)
def test_what_fuzzing_once_found_is_refused(folder: Path, family: str, right: str, wrong: str, message: str) -> None:
    path = folder / "once.txt"
    path.write_text(a_public_text(family).replace(right, wrong))
    with pytest.raises(UnreadableInstance, match=message):
        problem_of(read_instance(path))
