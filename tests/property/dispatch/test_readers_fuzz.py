"""Readers of files that others wrote: what comes in is read whole or refused by name, whatever stands in the file."""

from __future__ import annotations

import gzip
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
from dispatch.scenario import Scenario, ScenarioError, read_scenario
from dispatch.simulate.scenario import replay
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


@settings(max_examples=100)
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


# --- Scenario folders

SCENARIO = {
    "scenario.toml": 'name = "fuzz"\nhorizon_s = 20000\ndwell_s = 30\nmax_wait_s = 900\nmax_travel_alpha = 1.5\n'
    "max_travel_beta_s = 600\n",
    "nodes.csv": "node,x,y\na,0,0\nb,1000,0\nc,1000,800.5\nd,-20,900\n",
    "links.csv": "link,from,to,length_m,freespeed_mps\n1,a,b,1000,10\n2,b,c,801,12.5\n"
    "3,c,d,1030,10\n4,d,a,900,8\n5,c,b,801,12.5\n",
    "requests.csv": "id,known_at_s,earliest_departure_s,from_x,from_y,to_x,to_y,seats,wheelchairs\n"
    "r1,0,600,0,10,1000,800,1,0\nr2,300,900,1000,0,-20,900,2,0\nr3,700,700,1000,800,0,0,1,1\n",
    "vehicles.csv": "id,start_x,start_y,shift_start_s,shift_end_s,seats,wheelchairs\nv1,0,0,0,15000,4,1\nv2,1000,0,0,15000,4,0\n",
}


def write_folder(folder: Path, changed: str = "", content: bytes = b"", *, packed: bool = False) -> Path:
    for name, text in SCENARIO.items():
        (folder / f"{name}.gz").unlink(missing_ok=True)
        given = content if name == changed else text.encode()
        if packed and name not in ("scenario.toml", "vehicles.csv"):
            (folder / name).unlink(missing_ok=True)
            (folder / f"{name}.gz").write_bytes(gzip.compress(given, mtime=0))
        else:
            (folder / name).write_bytes(given)
    return folder


def scenario_or_refusal(folder: Path) -> tuple[Scenario | None, str]:
    try:
        return read_scenario(folder), ""
    except ScenarioError as error:
        return None, str(error)


def test_a_scenario_as_it_should_be_is_replayed(tmp_path: Path) -> None:
    for packed in (False, True):
        found = replay(read_scenario(write_folder(tmp_path, packed=packed)))
        assert (found.requested, found.served, found.violations) == (3, 3, 0)


@settings(max_examples=100)
@pytest.mark.parametrize("name", sorted(SCENARIO))
@given(data=st.data())
def test_a_scenario_is_replayed_or_refused_by_file_and_place(
    tmp_path_factory: pytest.TempPathFactory, name: str, data: st.DataObject
) -> None:
    folder = tmp_path_factory.getbasetemp() / "scenario"
    folder.mkdir(exist_ok=True)
    packed = data.draw(st.booleans())
    write_folder(folder, name, data.draw(mutated(SCENARIO[name])), packed=packed)
    scenario, refusal = scenario_or_refusal(folder)
    if scenario is None:
        assert re.match(rf"({'|'.join(SCENARIO)})(\.gz)?: \S", refusal), refusal
        return
    found = replay(scenario)
    assert found.violations == 0
    assert found.served + found.rejected == found.requested == len(scenario.requests)


@settings(max_examples=60)
@given(place=st.integers(0, 200), bits=st.integers(1, 255))
def test_a_damaged_gzip_file_is_refused_or_read(
    tmp_path_factory: pytest.TempPathFactory, place: int, bits: int
) -> None:
    folder = tmp_path_factory.getbasetemp() / "damaged"
    folder.mkdir(exist_ok=True)
    write_folder(folder, packed=True)
    content = bytearray((folder / "nodes.csv.gz").read_bytes())
    content[place % len(content)] ^= bits
    (folder / "nodes.csv.gz").write_bytes(content)
    scenario, refusal = scenario_or_refusal(folder)
    assert scenario is not None or refusal.startswith("nodes.csv")


@pytest.mark.parametrize(
    ("name", "right", "wrong", "message"),
    [
        ("links.csv", "1000,10", "1e300,10", "links.csv: line 2, length_m: is '1e300'"),  # once an OverflowError
        ("links.csv", "1000,10", "1000,1e-300", "links.csv: line 2, freespeed_mps"),  # once an OverflowError
        ("requests.csv", "r1,0,", "r1,1e15,", "requests.csv: line 2, known_at_s"),  # once hours of waiting
        ("vehicles.csv", "v1,0,0", "v1,1e300,0", "vehicles.csv: line 2, start_x"),  # once an IndexError
        ("vehicles.csv", "15000,4,1", "15000,1e18,1", "vehicles.csv: line 2, seats"),  # once an OverflowError
        (
            "scenario.toml",
            "max_wait_s = 900",
            "max_wait_s = 0x" + "f" * 5000,
            "scenario.toml: max_wait_s: is too large",
        ),
        ("scenario.toml", "max_wait_s = 900", "max_wait_s = " + "9" * 5000, "scenario.toml: file: is not TOML"),
    ],
)
def test_what_fuzzing_once_found_in_a_scenario_is_refused(
    tmp_path: Path, name: str, right: str, wrong: str, message: str
) -> None:
    content = SCENARIO[name].replace(right, wrong, 1)
    assert content != SCENARIO[name]
    with pytest.raises(ScenarioError, match=re.escape(message)):
        read_scenario(write_folder(tmp_path, name, content.encode()))
