"""Scenario folders: what is read, what is refused and how, and replays that break nothing."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import networkx as nx
import numpy as np
import pytest

from dispatch.checker import check
from dispatch.live import LiveFleet
from dispatch.scenario import Scenario, ScenarioError, read_scenario, write_scenario
from dispatch.simulate.__main__ import main
from dispatch.simulate.scenario import WEIGHTS, _shifts, _ways_of, replay, request_of
from dispatch.state import DayState
from dispatch.ways import all_ways, snapped
from tests.builders.scenarios import a_scenario, grid, ring

SCENARIOS: dict[str, Callable[[], Scenario]] = {
    "city": lambda: a_scenario(120, 6),
    "county": lambda: a_scenario(80, 6, network=grid(8, 3000.0, 16.0)),
    "ring": lambda: a_scenario(80, 6, network=ring()),
}


@pytest.mark.parametrize("name", SCENARIOS)
@pytest.mark.parametrize("seconds", [0.0, 0.05])
def test_a_replay_breaks_nothing_and_counts_everybody(name: str, seconds: float) -> None:
    scenario = SCENARIOS[name]()
    found = replay(scenario, seconds, 1800)
    assert found.violations == 0
    assert found.served + found.rejected == found.requested == len(scenario.requests)
    assert found.served > 30
    assert 0 <= found.wait_s_mean <= found.wait_s_p95 <= scenario.terms.max_wait_s
    assert found.driven_km > 0
    assert 0 < found.empty_share < 1


@pytest.mark.parametrize("name", SCENARIOS)
def test_quotes_on_a_cut_past_are_those_of_the_whole_plan(name: str) -> None:
    scenario = SCENARIOS[name]()
    travel_s, _, places = _ways_of(scenario)
    fleet = LiveFleet(_shifts(scenario, places), travel_s, WEIGHTS)
    first = len(scenario.vehicles)
    compared = 0
    for k, row in enumerate(scenario.requests):
        request = request_of(scenario, row, int(places[first + 2 * k]), int(places[first + 2 * k + 1]), travel_s)
        fleet.advance(row.known_at_s)
        insertion = fleet.quote(request)
        fresh, _effort = DayState(fleet._open_plan(), travel_s, WEIGHTS).quote(request)
        assert (insertion.cost if insertion else None) == (fresh[0].cost if fresh else None)
        compared += insertion is not None
        if insertion:
            fleet.accept(request, insertion)
    assert compared > 30
    plan = fleet.finished_plan()
    assert check(plan, travel_s) == []
    assert max(int(n) for n in fleet.lengths) < 20  # the past was cut away


def test_a_vehicle_on_its_way_is_not_turned_round() -> None:
    scenario = SCENARIOS["city"]()
    travel_s, _, places = _ways_of(scenario)
    fleet = LiveFleet(_shifts(scenario, places), travel_s, WEIGHTS)
    first = len(scenario.vehicles)
    for k, row in enumerate(scenario.requests):
        request = request_of(scenario, row, int(places[first + 2 * k]), int(places[first + 2 * k + 1]), travel_s)
        fleet.advance(row.known_at_s)
        fixed = [fleet.routes[v, fleet.done[v] : fleet.locked[v]].tolist() for v in range(first)]
        insertion = fleet.quote(request)
        if insertion:
            fleet.accept(request, insertion)
        for v, rows in enumerate(fixed):
            assert fleet.routes[v, fleet.done[v] : fleet.done[v] + len(rows)].tolist() == rows


def test_ways_are_the_fastest_and_their_metres_belong_to_them() -> None:
    network = ring(30)
    rng = np.random.default_rng(3)
    network = replace(network, ms=network.ms + rng.integers(0, 90_000, len(network.ms)))
    nodes = np.arange(0, 30, 3)
    seconds, metres = all_ways(network, nodes, threads=2)
    graph: nx.DiGraph[int] = nx.DiGraph()
    for (tail, head), ms, length in zip(
        network.ends.tolist(), network.ms.tolist(), network.length_m.tolist(), strict=True
    ):
        graph.add_edge(tail, head, ms=ms, m=length)
    for i, origin in enumerate(nodes.tolist()):
        for j, target in enumerate(nodes.tolist()):
            assert seconds[i, j] == -(-nx.shortest_path_length(graph, origin, target, weight="ms") // 1000)
            path = nx.shortest_path(graph, origin, target, weight="ms")
            assert metres[i, j] == pytest.approx(nx.path_weight(graph, path, "m"))


def test_points_go_to_the_nearest_node_that_one_can_leave_again() -> None:
    network = ring(30)
    assert snapped(network, [(0.0, 0.0)])[0] != 30  # the centre is a dead end
    assert snapped(network, [tuple(network.xy_m[7])])[0] == 7


def test_a_folder_written_is_read_back(tmp_path: Path) -> None:
    scenario = a_scenario(20, 2)
    for packed in (True, False):
        write_scenario(scenario, tmp_path / str(packed), packed=packed)
        again = read_scenario(tmp_path / str(packed))
        assert (again.terms, again.requests, again.vehicles) == (scenario.terms, scenario.requests, scenario.vehicles)
        assert again.network.node_ids == scenario.network.node_ids
        assert np.array_equal(again.network.ends, scenario.network.ends)
        assert np.abs(again.network.ms - scenario.network.ms).max() <= 1


def test_what_outsiders_export_is_read(tmp_path: Path) -> None:
    """A byte-order mark, CRLF, quotes, further columns, another order of columns, seconds with a point, empty lines."""
    write_scenario(a_scenario(10, 2), tmp_path, packed=False)
    before = read_scenario(tmp_path)
    lines = (tmp_path / "requests.csv").read_text().splitlines()
    rows = [line.split(",") for line in lines]
    turned = [",".join([*(f'"{cell}"' for cell in reversed(row)), "x"]) for row in rows]
    text = "\ufeff" + "\r\n".join([turned[0], *(line.replace('"', "") for line in turned[1:]), "", ""])
    (tmp_path / "requests.csv").unlink()
    (tmp_path / "requests.csv.gz").write_bytes(gzip.compress(text.encode()))
    assert read_scenario(tmp_path).requests == before.requests


@pytest.mark.parametrize(
    ("file", "old", "new", "problem"),
    [
        ("scenario.toml", "max_wait_s = 900", "max_wait_s = -1", "scenario.toml: max_wait_s: is -1; right would be"),
        ("scenario.toml", "dwell_s = 30\n", "", "scenario.toml: dwell_s: is missing"),
        ("scenario.toml", "horizon_s", "horizon_s horizon", "scenario.toml: file: is not TOML"),
        ("nodes.csv", "n1,", "n0,", "nodes.csv: line 3, node: 'n0' is there already"),
        ("nodes.csv", "node,", "name,", "nodes.csv: line 1: lacks the column node"),
        ("links.csv", "0,n0,n12", "0,n0,nowhere", "links.csv: line 2, to: there is no node 'nowhere'"),
        (
            "links.csv",
            "400.0,10.0",
            "400.0,0",
            "links.csv: line 2, freespeed_mps: is '0'; right would be: a number above 0",
        ),
        (
            "links.csv",
            "400.0,10.0",
            "-4,10.0",
            "links.csv: line 2, length_m: is '-4'; right would be: a number from 0 to 1000000000",
        ),
        (
            "vehicles.csv",
            "21600,43200",
            "21600,100",
            "vehicles.csv: line 2, shift_end_s: is 100; right would be: 21600 or later",
        ),
        ("vehicles.csv", "v1,", "v0,", "vehicles.csv: line 3, id: 'v0' is there already"),
        ("vehicles.csv", ",6,0", ",nan,0", "vehicles.csv: line 2, seats: is 'nan'"),
        ("vehicles.csv", ",6,0", ",1.5,0", "vehicles.csv: line 2, seats: is '1.5'; right would be: a whole number"),
        ("vehicles.csv", ",6,0", "", "vehicles.csv: line 2: has 5 fields; right would be: 7"),
    ],
)
def test_what_has_no_meaning_is_refused_by_file_line_and_column(
    file: str, old: str, new: str, problem: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_scenario(a_scenario(3, 2), tmp_path, packed=False)
    text = (tmp_path / file).read_text()
    assert old in text
    (tmp_path / file).write_text(text.replace(old, new, 1))
    assert main(["--scenario", str(tmp_path), "--json"]) == 2
    assert problem in capsys.readouterr().err


def test_missing_and_broken_files_are_named(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="there is no such folder"):
        read_scenario(tmp_path / "none")
    write_scenario(a_scenario(3, 2), tmp_path)
    (tmp_path / "links.csv.gz").write_bytes(b"no gzip")
    with pytest.raises(ScenarioError, match=r"links.csv.gz: file: cannot be read"):
        read_scenario(tmp_path)
    (tmp_path / "links.csv.gz").unlink()
    with pytest.raises(ScenarioError, match=r"links.csv: file: is missing; right would be: one of"):
        read_scenario(tmp_path)


def test_the_command_prints_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_scenario(a_scenario(20, 2), tmp_path)
    assert main(["--scenario", str(tmp_path), "--seconds-per-improvement", "0", "--json"]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    assert list(json.loads(line)) == [
        "requested", "served", "rejected", "wait_s_mean", "wait_s_p95", "excess_ride_s_mean", "driven_km", "empty_share",
        "wall_s", "violations",
    ]  # fmt: skip
    assert main(["--scenario", str(tmp_path), "--seconds-per-improvement", "-1"]) == 2


@pytest.mark.parametrize("seconds", [0.0, 0.02])
def test_shifts_that_end_during_the_day_end_and_the_others_go_on(seconds: float) -> None:
    """Their vehicles stand idle when the plan is improved: nothing of theirs may make that plan unlawful."""
    scenario = a_scenario(120, 6)
    vehicles = tuple(
        replace(vehicle, shift_start_s=(6 + k) * 3600, shift_end_s=(7 + k) * 3600)
        for k, vehicle in enumerate(scenario.vehicles[:4])
    )
    found = replay(replace(scenario, vehicles=(*vehicles, *scenario.vehicles[4:])), seconds, 600)
    assert found.violations == 0
    assert found.served > 30


def test_a_shift_that_is_over_takes_nobody() -> None:
    """Not even where the ride would have fitted before its end, at the vehicle's own place and without dwell."""
    scenario = a_scenario(1, 1)
    (vehicle,), (row,) = scenario.vehicles, scenario.requests
    end_s = vehicle.shift_end_s
    here = replace(
        row, known_at_s=end_s + 60, earliest_departure_s=end_s - 60, from_xy_m=vehicle.start_xy_m, to_xy_m=vehicle.start_xy_m
    )  # fmt: skip
    scenario = replace(scenario, terms=replace(scenario.terms, dwell_s=0), requests=(here,))
    assert (replay(scenario).served, replay(scenario).violations) == (0, 0)
    in_time = replace(scenario, requests=(replace(here, known_at_s=end_s - 60),))
    assert (replay(in_time).served, replay(in_time).violations) == (1, 0)


def test_a_scenario_without_requests_is_an_empty_day() -> None:
    found = replay(replace(a_scenario(1, 2), requests=()))
    assert (found.requested, found.driven_km, found.violations) == (0, 0.0, 0)


def test_the_demo_districts_day_is_exported_and_replayed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", "--out", str(tmp_path)]) == 0
    assert "400 requests, 19 vehicles" in capsys.readouterr().out
    scenario = read_scenario(tmp_path)
    assert sum(row.wheelchairs for row in scenario.requests) == 29
    for seconds in (0.0, 0.02):
        found = replay(scenario, seconds, 1800)
        assert found.violations == 0
        assert found.served > 200
    assert main(["export", "--district", str(tmp_path / "none"), "--out", str(tmp_path)]) == 2
    assert "is missing" in capsys.readouterr().err
