"""`python -m dispatch.replay FILE`: make a recorded call of the engine again and say what the checker finds.

Prints one line for each fault. The exit code is 0 without faults, 1 with some, 2 for a file that is no case.
"""

from __future__ import annotations

import argparse
import hashlib
import sys
from pathlib import Path

from dispatch.case_file import Case, UnreadableCase, read_case, write_case
from dispatch.checker import Violation, check, check_successor
from dispatch.improvement import Limits, improve
from dispatch.model import Plan
from dispatch.objective import objective
from dispatch.state import DayState, InfeasiblePlan, insert


def faults(case: Case) -> list[str]:
    """Make the call of a case again; every law that its answer breaks, in words."""
    if case.call.name == "check":
        return _plan_faults(case)
    try:
        if case.call.name == "quote":
            return _quote_faults(case)
        if case.call.name == "insert":
            return _insert_faults(case)
        return _improve_faults(case)
    except InfeasiblePlan as error:
        return [*_plan_faults(case), f"{case.call.name} refuses the plan: {error}"]


def _words(violation: Violation) -> str:
    about = ", ".join(part for part in (violation.shift_id, violation.request_id) if part)
    return (
        f"{violation.kind.value} ({about}): {violation.message}"
        if about
        else f"{violation.kind.value}: {violation.message}"
    )


def _plan_faults(case: Case) -> list[str]:
    found = check(case.plan, case.travel_s, all_served=case.all_served)
    if case.before is not None:
        found += [each for each in check_successor(case.before, case.plan) if each.request_id not in case.released]
    return [_words(violation) for violation in found]


def _quote_faults(case: Case) -> list[str]:
    request = case.call.request
    assert request is not None  # a Call checks itself
    before = objective(case.plan, case.travel_s, case.weights).cost
    found = []
    for insertion in DayState(case.plan, case.travel_s, case.weights).quote(request, 3)[0]:
        after = insert(case.plan, request, insertion, case.travel_s, case.weights)
        found += [_words(violation) for violation in check(after, case.travel_s, all_served=case.all_served)]
        dearer = objective(after, case.travel_s, case.weights).cost - before
        if dearer != insertion.cost:
            found.append(f"cost: the quote says {insertion.cost}, the plan costs {dearer} more")
    return found


def _insert_faults(case: Case) -> list[str]:
    request, insertion = case.call.request, case.call.insertion
    assert request is not None  # a Call checks itself
    assert insertion is not None
    after = insert(case.plan, request, insertion, case.travel_s, case.weights)
    found = check(after, case.travel_s, all_served=case.all_served) + check_successor(case.plan, after)
    return [_words(violation) for violation in found]


def _improve_faults(case: Case) -> list[str]:
    found = improve(
        case.plan,
        case.travel_s,
        case.weights,
        Limits(iterations=case.call.iterations),
        seed=case.call.seed,
        cores=case.call.cores,
    )
    return improvement_faults(case, found.plan, found.cost_before, found.cost_after)


def improvement_faults(case: Case, after: Plan, cost_before: int, cost_after: int) -> list[str]:
    """What an improvement must not do: break a law, move what is locked, lose a rider, cost more, or say a wrong cost."""
    violations = check(after, case.travel_s, all_served=False) + check_successor(case.plan, after)
    found = [_words(violation) for violation in violations]
    served = {event.request_id for route in after.routes for event in route.events}
    lost = {e.request_id for route in case.plan.routes for e in route.events if e.request_id} - served
    found += [f"lost ({request_id}): was served before" for request_id in sorted(lost)]
    if set(after.requests) != set(case.plan.requests):
        found.append("requests: not those of the plan given")
    for name, plan, said in (("before", case.plan, cost_before), ("after", after, cost_after)):
        cost = objective(plan, case.travel_s, case.weights).cost
        # A plan may come with other times than its best; what it is said to cost is then what its orders cost at best.
        if said != cost and (name == "after" or said > cost):
            found.append(f"cost: {said} is said for {name}, the objective says {cost}")
    if cost_after > cost_before:
        found.append(f"cost: rose from {cost_before} to {cost_after}")
    return found


def keep(case: Case, folder: Path) -> Path:
    """Write a case under a name that follows from what it says and holds; the same case gives the same file."""
    draft = folder / "draft.json"
    write_case(case, draft)
    digest = hashlib.sha256(draft.read_bytes()).hexdigest()[:12]
    return draft.replace(folder / f"{case.call.name}-{digest}.json")


def main(arguments: list[str] | None = None) -> int:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m dispatch.replay", description="Makes a recorded call again.")
    parser.add_argument("file", type=Path, help="what a test or the planning kept under .data/failures")
    given = parser.parse_args(arguments)
    try:
        case = read_case(given.file)
    except UnreadableCase as error:
        print(error, file=sys.stderr)
        return 2
    served = {event.request_id for route in case.plan.routes for event in route.events if event.request_id}
    print(f"{case.call.name}: {len(case.plan.shifts)} shifts, {len(case.plan.requests)} requests, {len(served)} served")
    print(f"kept because: {case.says}")
    found = faults(case)
    for fault in found:
        print(f"fault: {fault}")
    print(f"{len(found)} faults" if found else "no fault: the engine now does this right")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
