"""A benchmark run that is interrupted goes on, and its page says what was measured."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from dispatch.benchmark.report import write_report
from dispatch.benchmark.suite import LINES, read_answers, run_suite
from tests.unit.dispatch.benchmark.test_public import TWO_RIDERS


def a_family(folder: Path) -> Path:
    (folder / "darp_a").mkdir(parents=True)
    (folder / "darp_a" / "two.txt").write_text(TWO_RIDERS, encoding="utf-8")
    (folder / "darp_a" / "best_known.csv").write_text("instance,best_known_cost,source\ntwo,80.0,by hand\n")
    return folder


def test_a_run_goes_on_where_it_stopped_and_writes_its_page(tmp_path: Path) -> None:
    benchmarks, folder, said = a_family(tmp_path / "public"), tmp_path / "run", []
    run_suite(benchmarks, folder, seconds=0.5, cores=2, seed=1, families=("darp_a",), say=said.append)
    assert [(answer.solved.solver, answer.solved.feasible) for answer in read_answers(folder)] == [
        ("ours", True),
        ("ortools", True),
    ]
    lines = (folder / LINES).read_text().splitlines()
    (folder / LINES).write_text(lines[0] + "\n" + lines[1][:40])  # cut short while it was written
    assert len(read_answers(folder)) == 1
    run_suite(benchmarks, folder, seconds=0.5, cores=2, seed=1, families=("darp_a",), say=said.append)
    assert len(said) == 3  # the first answer was not asked for again
    assert len(read_answers(folder)) == 2
    page = tmp_path / "benchmarks.md"
    write_report(folder, page, date(2026, 11, 23))
    text = page.read_text()
    assert "| two | 80.00 | 80.00 proved | 0.00 |" in text
    assert "| darp_a | 1 | 0.00 % |" in text


def test_a_page_without_instances_says_so(tmp_path: Path) -> None:
    page = tmp_path / "benchmarks.md"
    write_report(tmp_path, page, date(2026, 11, 23))
    assert "Not measured" in page.read_text()
