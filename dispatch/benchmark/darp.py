"""Public instances, solved by our search, by plain OR-Tools, or exactly, judged on their unrounded numbers."""

from __future__ import annotations

import csv
import math
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from dispatch.benchmark.judge import faults, length
from dispatch.benchmark.plain_ortools import solve_plainly
from dispatch.benchmark.public import Problem, UnreadableInstance, problem_of, read_instance
from dispatch.event_graph import TooLarge
from dispatch.exact import NoLawfulPlan, NotSolved, solve_exactly
from dispatch.improvement import Limits, Progress, improve
from dispatch.model import Plan
from dispatch.warm_up import warm_up

BUILDING_S = 0.05  # what reading the answer out takes, so that the whole ends in time


@dataclass(frozen=True, slots=True)
class Solved:
    """One line of output.

    Attributes
    ----------
    cost
        Unrounded length of the routes; None if there are none.
    feasible
        Whether all are served lawfully, by `dispatch.benchmark.judge`.
    gap_percent
        How much longer than the best known; None without one, or without a feasible solution.
    first_feasible_s
        When the first plan that serves all was there; None if none was, or the solver does not say.
    proved
        Whether the solver proved that no plan is shorter.
    seconds
        That were given; 0 where a number of iterations was.
    """

    instance: str
    solver: str
    cost: float | None
    vehicles: int
    feasible: bool
    gap_percent: float | None
    wall_s: float
    unserved: int
    first_feasible_s: float | None
    iterations: int | None
    proved: bool
    seconds: float
    cores: int
    seed: int


def instance_files(paths: Sequence[Path]) -> list[Path]:
    """Files as given; of a folder its `.txt` files, by name. Raises UnreadableInstance."""
    found: list[Path] = []
    for path in paths:
        if path.is_dir():
            inside = sorted(path.glob("*.txt"))
            if not inside:
                raise UnreadableInstance(f"{path}: the folder holds no .txt file")
            found += inside
        elif path.is_file():
            found.append(path)
        else:
            raise UnreadableInstance(f"{path}: there is no such file or folder")
    return found


def read_best_known(path: Path) -> dict[str, float]:
    """Costs by instance from a CSV with the columns `instance` and `best_known_cost`. Raises UnreadableInstance."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as lines:
            rows = list(csv.DictReader(lines))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UnreadableInstance(f"{path}: cannot be read ({error})") from None
    costs = {}
    for number, row in enumerate(rows, start=2):
        try:
            costs[row["instance"]] = float(row["best_known_cost"])
        except (KeyError, TypeError, ValueError):
            raise UnreadableInstance(
                f"{path}, line {number}: the columns instance and best_known_cost (a number) are needed"
            ) from None
        if not costs[row["instance"]] > 0 or math.isinf(costs[row["instance"]]):
            raise UnreadableInstance(f"{path}, line {number}: best_known_cost must be a positive number")
    return costs


def solve_files(
    paths: Sequence[Path],
    solver: str,
    limits: Limits,
    cores: int,
    seed: int,
    best_known: dict[str, float],
) -> Iterator[Solved]:
    """Solve each file in turn. All are read before the first is solved, so that a bad file costs no time."""
    files = instance_files(paths)
    for path in files:
        problem_of(read_instance(path))
    if solver == "ours":
        warm_up()
    for path in files:
        yield solve_file(path, solver, limits, cores, seed, best_known.get(path.stem))


def solve_file(path: Path, solver: str, limits: Limits, cores: int, seed: int, best_known: float | None) -> Solved:
    """Solve one file; seconds include reading it. Only our search can be limited by iterations."""
    seconds = limits.seconds or 0.0
    begun = time.perf_counter()
    instance = read_instance(path)
    problem = problem_of(instance)
    first_feasible_s: float | None = None
    iterations: int | None = None
    proved = False

    def left_s() -> float:
        return max(0.01, seconds - (time.perf_counter() - begun) - BUILDING_S)

    def watch(progress: Progress) -> None:
        nonlocal first_feasible_s
        if first_feasible_s is None and progress.cost < problem.weights.unserved:
            first_feasible_s = round(time.perf_counter() - begun, 3)

    if solver == "ours":
        found = improve(
            problem.plan,
            problem.travel_s,
            problem.weights,
            limits if limits.iterations else Limits(seconds=left_s()),
            seed=seed,
            cores=cores,
            watch=watch,
        )
        routes, iterations, proved = routes_by_node(found.plan), found.iterations, found.proved
    elif solver == "exact":
        routes, proved = _proved_routes(problem, left_s())
    else:
        routes = solve_plainly(problem, left_s())
    wrong = faults(instance, routes)
    driven = [route for route in routes if route]
    served = sum(len(route) for route in driven) // 2
    cost = length(instance, driven) if driven else None
    gap = None
    if cost is not None and best_known and not wrong:
        gap = round(100.0 * (cost / best_known - 1.0), 4)
    return Solved(
        instance=instance.name,
        solver=solver,
        cost=None if cost is None else round(cost, 4),
        vehicles=len(driven),
        feasible=not wrong,
        gap_percent=gap,
        wall_s=round(time.perf_counter() - begun, 3),
        unserved=len(instance.pairs) - served,
        first_feasible_s=first_feasible_s,
        iterations=iterations,
        proved=proved,
        seconds=seconds,
        cores=cores if solver == "ours" else 1,
        seed=seed,
    )


def _proved_routes(problem: Problem, seconds: float) -> tuple[list[list[int]], bool]:
    """Routes of the exact method alone; none where the event graph is too large or nothing was found in time."""
    try:
        exact = solve_exactly(problem.plan, problem.travel_s, problem.weights, seconds=seconds, all_served=True)
    except (TooLarge, NoLawfulPlan, NotSolved):
        return [], False
    return routes_by_node(exact.plan), exact.proved


def routes_by_node(plan: Plan) -> list[list[int]]:
    """Node numbers of each route without the depot."""
    return [[event.location for event in route.events if event.request_id is not None] for route in plan.routes]
