"""A case goes into a file and comes back the same; what is wrong with it is found again; a bad file is named."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.case_file import Call, Case, UnreadableCase, anonymised, read_case, with_used_locations, write_case
from dispatch.checker import check
from dispatch.improvement import Limits, improve
from dispatch.model import EventKind, Load, Plan, Vehicle
from dispatch.objective import Weights
from dispatch.replay import faults, improvement_faults, keep, main
from dispatch.state import DayState
from tests.builders.failures import kept_on_failure
from tests.builders.small_days import a_small_day

WEIGHTS = Weights()


def a_case(seed: int = 5, call: Call | None = None, *, driven: bool = False) -> Case:
    day = a_small_day(seed, 4, 2, driven=driven)
    served = improve(day.plan, day.travel_s, WEIGHTS, Limits(iterations=10)).plan
    return Case("a test", call or Call("check"), served, day.travel_s, WEIGHTS, all_served=False, before=day.plan)


def without_places(case: Case) -> Case:
    """The same case with buses that carry nobody."""
    nothing = Vehicle("van", (Load(),), frozenset({"ramp", "child_seat"}))
    shifts = tuple(replace(shift, vehicle=nothing) for shift in case.plan.shifts)
    return replace(case, plan=replace(case.plan, shifts=shifts))


@given(seed=st.integers(0, 2**32 - 1), driven=st.booleans())
def test_a_case_comes_back_from_its_file(tmp_path_factory: pytest.TempPathFactory, seed: int, driven: bool) -> None:
    case = a_case(seed, driven=driven)
    path = tmp_path_factory.mktemp("case") / "case.json"
    write_case(case, path)
    again, expected = read_case(path), with_used_locations(anonymised(case))
    assert np.array_equal(again.travel_s, expected.travel_s)
    empty = np.zeros((0, 0), dtype=np.int32)
    assert replace(again, travel_s=empty) == replace(expected, travel_s=empty)
    assert faults(again) == faults(case) == []


def test_a_broken_plan_replays_to_the_same_faults(tmp_path: Path) -> None:
    case = without_places(a_case())
    expected = faults(case)
    assert {fault.split(" ")[0] for fault in expected} == {"capacity"}
    assert len(expected) == len(check(case.plan, case.travel_s, all_served=False))
    path = keep(case, tmp_path)
    assert [fault.partition("): ")[2] for fault in faults(read_case(path))] == [
        fault.partition("): ")[2] for fault in expected
    ]
    assert keep(case, tmp_path) == path, "the same case gives the same file"
    assert len(list(tmp_path.iterdir())) == 1


def test_no_name_of_a_person_or_vehicle_is_written(tmp_path: Path) -> None:
    case = a_case()
    renamed = {name: replace(request, id=f"code-{name}") for name, request in case.plan.requests.items()}
    routes = tuple(
        replace(
            route, events=tuple(replace(e, request_id=e.request_id and f"code-{e.request_id}") for e in route.events)
        )
        for route in case.plan.routes
    )
    plan = Plan(case.plan.shifts, routes, {request.id: request for request in renamed.values()})
    write_case(replace(case, plan=plan, before=None), tmp_path / "case.json")
    assert "code-" not in (tmp_path / "case.json").read_text()
    assert "small bus" not in (tmp_path / "case.json").read_text()


@pytest.mark.parametrize("name", ["quote", "insert", "improve"])
def test_every_call_can_be_made_again(tmp_path: Path, name: str) -> None:
    day = a_small_day(11, 3, 2)
    plan = replace(day.plan, requests={})
    request = next(iter(day.plan.requests.values()))
    insertion = DayState(plan, day.travel_s, WEIGHTS).quote(request)[0][0]
    call = Call(name, request, insertion if name == "insert" else None, seed=3, iterations=20)
    path = keep(Case("a test", call, plan, day.travel_s, WEIGHTS), tmp_path)
    assert faults(read_case(path)) == []
    wrong = replace(insertion, shift_id="shift 2", pickup_position=0, delivery_position=40)
    if name == "insert":
        lost = replace(call, insertion=wrong)
        assert faults(Case("a test", lost, plan, day.travel_s, WEIGHTS)) != []


def test_an_improvement_that_cheats_is_found_out() -> None:
    case = a_case(call=Call("improve", iterations=10))
    case = replace(case, before=None)
    cost = improve(case.plan, case.travel_s, WEIGHTS, Limits(iterations=1)).cost_before
    assert improvement_faults(case, case.plan, cost, cost) == []
    dropped = case.plan.routes[0].events
    gone = next(event.request_id for event in dropped if event.kind is EventKind.PICKUP)
    emptied = replace(case.plan.routes[0], events=tuple(e for e in dropped if e.request_id != gone))
    loser = replace(case.plan, routes=(emptied, *case.plan.routes[1:]))
    found = improvement_faults(case, loser, cost, cost)
    assert any(fault.startswith(f"lost ({gone})") for fault in found)
    assert any(fault.startswith("cost: ") for fault in found)
    assert any("rose" in fault for fault in improvement_faults(case, case.plan, cost - 1, cost))


def test_the_command_says_what_it_finds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(keep(a_case(), tmp_path))]) == 0
    assert "no fault" in capsys.readouterr().out
    assert main([str(keep(without_places(a_case()), tmp_path))]) == 1
    assert "fault: capacity" in capsys.readouterr().out


def test_the_command_runs_as_a_module(tmp_path: Path) -> None:
    path = keep(without_places(a_case()), tmp_path)
    done = subprocess.run([sys.executable, "-m", "dispatch.replay", str(path)], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (1, "")


def change(path: str, value: Any) -> Callable[[dict[str, Any]], None]:
    def at(document: dict[str, Any]) -> None:
        *way, last = [int(part) if part.isdigit() else part for part in path.split(".")]
        here: Any = document
        for part in way:
            here = here[part]
        here[last] = value

    return at


@pytest.mark.parametrize(
    ("broken", "message"),
    [
        (change("format", "other"), 'does not begin with "format"'),
        (change("plan.shifts.0.start_s", "early"), 'plan.shifts[0].start_s: must be a whole number, not "early"'),
        (change("plan.routes.0.events.0.kind", "DANCE"), "plan.routes[0].events[0].kind: must be one of START"),
        (change("plan.shifts.0.colour", "red"), "plan.shifts[0]: there is no field 'colour' here"),
        (change("weights.drive", -1), "weights: the weight drive must not be negative"),
        (change("call.name", "dance"), "call: there is no call 'dance'"),
        (change("travel_s.0.0", -3), "travel_s[0]: must be"),
        (change("plan.shifts.0.start_location", 99), "travel_s: has 9 locations, the case uses number 99"),
        (change("plan.requests", []), "plan.requests: must be an object, not []"),
        (lambda document: document["plan"].pop("shifts"), "plan: the field 'shifts' is missing"),
        (lambda document: document.pop("plan"), "the field 'plan' is missing"),
    ],
)
def test_a_bad_file_is_refused_by_name_and_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], broken: Callable[[dict[str, Any]], Any], message: str
) -> None:
    path = keep(a_case(), tmp_path)
    document = json.loads(path.read_text())
    broken(document)
    path.write_text(json.dumps(document))
    with pytest.raises(UnreadableCase) as refused:
        read_case(path)
    assert str(refused.value).startswith(f"{path}: {message}")
    assert main([str(path)]) == 2
    assert message in capsys.readouterr().err


@given(content=st.one_of(st.binary(max_size=60), st.text(max_size=60).map(lambda text: text.encode("utf-8", "ignore"))))
def test_anything_else_is_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("case") / "case.json"
    path.write_bytes(content)
    with pytest.raises(UnreadableCase):
        read_case(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableCase, match="cannot be read"):
        read_case(tmp_path / "none.json")


def test_a_failing_property_keeps_its_instance_and_says_where(tmp_path: Path) -> None:
    case = without_places(a_case())
    with pytest.raises(AssertionError) as failed, kept_on_failure(case, tmp_path):
        assert faults(case) == []
    (kept,) = tmp_path.iterdir()
    assert failed.value.__notes__ == [f"kept: python -m dispatch.replay {kept}"]
    assert faults(read_case(kept)) != []
    with kept_on_failure(case, tmp_path / "none"):
        assert faults(a_case()) == []
    assert not (tmp_path / "none").exists()
