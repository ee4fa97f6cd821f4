"""Public instances: what is read, what is refused and how, and that solutions are judged on the file's own numbers."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from dispatch.benchmark.darp import instance_files, read_best_known, routes_by_node, solve_file
from dispatch.benchmark.judge import faults, length
from dispatch.benchmark.public import UnreadableInstance, problem_of, read_instance
from dispatch.checker import check
from dispatch.improvement import Limits, improve

# Two riders on a line: one goes out, one comes back; the depot lies at 0.
TWO_RIDERS = """\
2 2 480 3 30
0   0.000 0.000 0  0   0 480
1  10.000 0.000 3  1   0 1440
2  40.000 0.000 3  1 100 115
3  30.000 0.000 3 -1  60  75
4  20.000 0.000 3 -1   0 1440
5   0.000 0.000 0  0   0 480
"""
LI_LIM = """\
2 10 1
0 0 0   0 0 1000 0 0 0
1 10 0  5 0 500 10 0 2
2 20 0 -5 0 500 10 1 0
"""


def written(folder: Path, text: str, name: str = "two.txt") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_the_columns_say_what_a_file_is(tmp_path: Path) -> None:
    outbound = read_instance(written(tmp_path, TWO_RIDERS))
    assert (outbound.vehicles, outbound.capacity, outbound.max_duration, outbound.max_ride) == (2, 3, 480.0, 30.0)
    assert outbound.pairs == ((1, 3), (2, 4))
    assert outbound.end_node == 5
    parcel = read_instance(written(tmp_path, LI_LIM))
    assert parcel.pairs == ((1, 2),)
    assert parcel.end_node == 0


@pytest.mark.parametrize(
    "text",
    [
        TWO_RIDERS.replace("2 2 480", "2 4 480"),  # counts customers, not requests
        "\n".join(TWO_RIDERS.splitlines()[:-1]),  # no second depot row
        TWO_RIDERS.replace("\n", "  \r\n").replace("   ", "\t"),
        "\ufeff\n" + TWO_RIDERS + "\n\n",
    ],
)
def test_dialects_of_the_families_mean_the_same(tmp_path: Path, text: str) -> None:
    assert read_instance(written(tmp_path, text)).pairs == ((1, 3), (2, 4))


@pytest.mark.parametrize(
    ("before", "after", "complaint"),
    [
        ("2 2 480 3 30", "2 2 480 3", "line 1: has 4 numbers"),
        ("2 2 480 3 30", "2 9 480 3 30", "line 1: n is 9, but 6 nodes follow; right would be 19 or 20"),
        ("2 2 480 3 30", "0 2 480 3 30", "line 1: K is 0; it must be positive"),
        ("10.000 0.000 3", "ten 0.000 3", "line 3: x is 'ten'; a number"),
        ("10.000 0.000 3", "nan 0.000 3", "line 3: x is 'nan'; a number"),
        ("3  1   0 1440", "3  1   0", "line 3: has 6 columns, 7 would be right"),
        ("\n2  40", "\n7  40", "line 4: id is 7; nodes are numbered in order, so 2 is right"),
        ("1 100 115", "1 115 100", "line 4: the window 115 to 100 ends before it begins"),
        ("3 -1  60", "3 -2  60", "line 5: load is -2; node 1 picks up 1, so -1 would be right"),
        ("3 -1  60", "-3 -1  60", "line 5: service is -3"),
    ],
)
def test_a_fault_is_named_with_its_line(tmp_path: Path, before: str, after: str, complaint: str) -> None:
    assert before in TWO_RIDERS
    with pytest.raises(UnreadableInstance, match=re.escape(complaint)):
        read_instance(written(tmp_path, TWO_RIDERS.replace(before, after)))


def test_rows_that_do_not_name_each_other_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInstance, match=r"line 3: pickup 0 and delivery 7 name no row"):
        read_instance(written(tmp_path, LI_LIM.replace("10 0 2", "10 0 7")))


def test_our_search_drives_the_two_riders(tmp_path: Path) -> None:
    solved = solve_file(written(tmp_path, TWO_RIDERS), "ours", Limits(seconds=30.0), 2, 1, 80.0)  # ends with the proof
    assert solved.feasible
    assert solved.proved
    assert solved.cost == 80.0  # out to 40 and back: both riders lie on the way
    assert solved.gap_percent == 0.0
    assert solved.vehicles == 1


def test_the_judge_sees_what_is_wrong(tmp_path: Path) -> None:
    instance = read_instance(written(tmp_path, TWO_RIDERS))
    assert faults(instance, [[1, 3, 2, 4]]) == []
    assert length(instance, [[1, 3, 2, 4]]) == 80.0
    assert faults(instance, [[1, 3]]) == ["node 2 is not visited", "node 4 is not visited"]
    assert faults(instance, [[3, 1], [2, 4]]) == ["route 1: node 3 comes before its pick-up 1"]
    assert faults(instance, [[1, 2], [3, 4]])[0].endswith("are not on the same route")
    assert faults(instance, [[2, 4, 1, 3]]) == ["route 1: has no lawful times"]  # 3 is over when 2 begins
    # On board together from 40 to 30 and beyond, past the ride limit of 30 minutes.
    assert faults(instance, [[1, 2, 4, 3]]) == ["route 1: has no lawful times"]
    narrow = read_instance(written(tmp_path, TWO_RIDERS.replace("480 3 30", "79 3 30")))
    assert faults(narrow, [[1, 3, 2, 4]]) == ["route 1: has no lawful times"]  # longer than 79 minutes
    assert faults(narrow, [[1, 3], [2, 4]]) == ["route 2: has no lawful times"]


def test_integers_of_the_engine_and_numbers_of_the_file_agree(benchmarks: Path) -> None:
    """A plan of the engine's is lawful for its own checker and for the judge of unrounded numbers."""
    for name in ("darp_a/a2-16", "darp_b/b2-16", "darp_pr/pr01", "li_lim/lc101"):
        instance = read_instance(benchmarks / f"{name}.txt")
        problem = problem_of(instance)
        found = improve(problem.plan, problem.travel_s, problem.weights, Limits(iterations=300), seed=1)
        assert check(found.plan, problem.travel_s) == []
        routes = routes_by_node(found.plan)
        assert faults(instance, routes) == []
        assert length(instance, routes) == pytest.approx(found.cost_after / problem.scale, abs=0.01)


def test_published_solutions_cost_what_they_say(benchmarks: Path) -> None:
    costs = read_best_known(benchmarks / "li_lim" / "best_known.csv")
    for path in sorted((benchmarks / "li_lim" / "reference_solutions").glob("*.txt")):
        instance = read_instance(benchmarks / "li_lim" / path.name)
        routes = [
            [int(word) for word in line.split(":")[1].split()] for line in path.read_text().splitlines() if ":" in line
        ]
        assert faults(instance, routes) == []
        assert length(instance, routes) == pytest.approx(costs[path.stem], abs=0.006)


def test_published_dial_a_ride_routes_are_lawful(benchmarks: Path) -> None:
    paths = sorted((benchmarks / "darp_pr" / "reference_solutions").glob("*.res"))
    assert paths
    for path in paths:
        cost, *lines = path.read_text().split("\n")
        stops = [[int(node) for node in re.findall(r"(\d+) \(", line)] for line in lines]
        routes = [[node for node in route if node > 0] for route in stops]
        instance = read_instance(benchmarks / "darp_pr" / f"{path.stem}.txt")
        assert length(instance, routes) == pytest.approx(float(cost), abs=0.006)
        assert faults(instance, routes) == []


def test_best_known_values_are_read_or_refused(tmp_path: Path) -> None:
    assert read_best_known(written(tmp_path, "instance,best_known_cost,source\ntwo,80.0,x\n")) == {"two": 80.0}
    for text in (
        "instance,cost\ntwo,80\n",
        "instance,best_known_cost\ntwo,many\n",
        "instance,best_known_cost\ntwo,0\n",
    ):
        with pytest.raises(UnreadableInstance, match="line 2"):
            read_best_known(written(tmp_path, text))


def test_a_folder_stands_for_its_files(tmp_path: Path) -> None:
    with pytest.raises(UnreadableInstance, match=r"holds no \.txt file"):
        instance_files([tmp_path])
    path = written(tmp_path, TWO_RIDERS)
    assert instance_files([tmp_path, path]) == [path, path]
    with pytest.raises(UnreadableInstance, match="no such file"):
        instance_files([tmp_path / "absent.txt"])


def test_the_command_prints_one_line_an_instance_and_names_faults(tmp_path: Path) -> None:
    good, bad = written(tmp_path, TWO_RIDERS), written(tmp_path, "hello\nworld\n", "bad.txt")
    command = [sys.executable, "-m", "dispatch.benchmark", "darp", "--seconds", "1", "--solver", "ortools", "--json"]
    done = subprocess.run([*command, str(good)], capture_output=True, text=True, check=True)
    (line,) = done.stdout.splitlines()
    assert json.loads(line)["instance"] == "two"
    assert json.loads(line)["feasible"] is True
    steps = [*command, str(good), "--solver", "ours", "--iterations", "40", "--cores", "2"]
    lines = [json.loads(subprocess.run(steps, capture_output=True, text=True, check=True).stdout) for _ in range(2)]
    assert lines[0]["iterations"] == 40
    assert [(line["cost"], line["seconds"]) for line in lines] == [(lines[0]["cost"], 0.0)] * 2
    failed = subprocess.run([*command, str(good), str(bad)], capture_output=True, text=True, check=False)
    assert failed.returncode == 2
    assert "bad.txt, line 1: has 1 numbers" in failed.stderr
    assert "Traceback" not in failed.stderr
