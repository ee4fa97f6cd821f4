"""What improvement is worth on a day booked by insertion alone: our search and OR-Tools, side by side, same seconds."""

from __future__ import annotations

from dispatch.benchmark.days import filled_plan
from dispatch.checker import check, check_successor
from dispatch.improvement import Improvement, Limits, improve
from dispatch.layout import I32
from dispatch.model import Plan
from dispatch.objective import Weights, objective
from dispatch.ortools_solver import improve_with_ortools
from dispatch.warm_up import warm_up


def measure_improvement(vehicles: int, bookings: int, seconds: float, seed: int) -> dict[str, float | int | bool]:
    """One seeded day: driving seconds and cost of the plan by insertion, and after each of the two methods."""
    warm_up()  # what is compiled once must not count against the first run
    plan, geometry, _rng = filled_plan(vehicles, bookings, seed)
    weights = Weights()
    before = objective(plan, geometry.travel_s, weights)
    ours = improve(plan, geometry.travel_s, weights, Limits(seconds=seconds), seed=seed)
    theirs = improve_with_ortools(plan, geometry.travel_s, weights, seconds)
    result: dict[str, float | int | bool] = {
        "vehicles": vehicles,
        "bookings": len(plan.requests),
        "seed": seed,
        "seconds": seconds,
        "insertion_driving_s": before.driving_s,
        "insertion_cost": before.cost,
    }
    for name, found in (("ours", ours), ("ortools", theirs)):
        result |= _judged(name, found, plan, geometry.travel_s, weights, before.driving_s)
    result["iterations_per_s"] = round(ours.iterations / ours.seconds)
    return result


def _judged(
    name: str, found: Improvement, plan: Plan, travel_s: I32, weights: Weights, driving_before_s: int
) -> dict[str, float | int | bool]:
    after = objective(found.plan, travel_s, weights)
    return {
        f"{name}_driving_s": after.driving_s,
        f"{name}_cost": after.cost,
        f"{name}_driving_saved_percent": round(100 * (1 - after.driving_s / max(1, driving_before_s)), 2),
        f"{name}_lawful": not check(found.plan, travel_s) and not check_successor(plan, found.plan),
    }
