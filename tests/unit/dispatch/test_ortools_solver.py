"""OR-Tools starts from the plan it is given and never leaves it worse."""

from __future__ import annotations

import pytest

from dispatch.benchmark.days import filled_plan
from dispatch.benchmark.improvements import measure_improvement
from dispatch.checker import check, check_successor
from dispatch.model import Load
from dispatch.objective import Weights, objective
from dispatch.ortools_solver import _combined, improve_with_ortools


@pytest.mark.parametrize("seed", [1, 2])
def test_the_result_is_lawful_and_no_dearer(seed: int) -> None:
    plan, geometry, _rng = filled_plan(3, 30, seed)
    found = improve_with_ortools(plan, geometry.travel_s, Weights(), 1.0)
    assert found.cost_after <= found.cost_before == objective(plan, geometry.travel_s, Weights()).cost
    assert objective(found.plan, geometry.travel_s, Weights()).cost == found.cost_after
    assert check(found.plan, geometry.travel_s) == []
    assert check_successor(plan, found.plan) == []


def test_it_finds_something_to_improve() -> None:
    plan, geometry, _rng = filled_plan(3, 30, 2)
    found = improve_with_ortools(plan, geometry.travel_s, Weights(), 2.0)
    assert found.cost_after < found.cost_before


def test_the_sums_that_stand_for_configurations_allow_nothing_unlawful() -> None:
    configurations = (Load(8, 0, 6), Load(6, 1, 4), Load(5, 2, 1))
    seats, storage, wheelchairs, seats_each, storage_each = _combined(configurations)
    for s in range(seats + 1):
        for w in range(wheelchairs + 1):
            for t in range(storage + 1):
                if s + seats_each * w <= seats and t + storage_each * w <= storage:
                    assert any(s <= c.seats and w <= c.wheelchairs and t <= c.storage for c in configurations)


def test_both_methods_are_judged_on_the_same_day() -> None:
    measured = measure_improvement(2, 15, 1.0, seed=3)
    assert measured["ours_lawful"]
    assert measured["ortools_lawful"]
    assert measured["ours_cost"] <= measured["insertion_cost"]
