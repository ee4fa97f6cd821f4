"""All public families, our search and plain OR-Tools side by side, in one run that may be interrupted and goes on.

Each answer is one line of `public.jsonl` in the run's folder. An answer that is there is not asked for again.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from dispatch.benchmark.darp import Solved, read_best_known, solve_file
from dispatch.benchmark.public import UnreadableInstance
from dispatch.improvement import Limits
from dispatch.warm_up import warm_up

FAMILIES = ("darp_a", "darp_b", "darp_pr", "li_lim")
SOLVERS = ("ours", "ortools")
LINES = "public.jsonl"


@dataclass(frozen=True, slots=True)
class Answer:
    """A solved instance with its family and the values to hold it against."""

    family: str
    best_known: float
    reference: float | None  # a published solution that is no best known
    solved: Solved


def run_suite(
    benchmarks: Path,
    folder: Path,
    *,
    seconds: float,
    cores: int,
    seed: int,
    families: tuple[str, ...] = FAMILIES,
    solvers: tuple[str, ...] = SOLVERS,
    say: Callable[[str], None],
) -> None:
    """Solve what has no answer yet. Raises UnreadableInstance where the instances are not as expected."""
    folder.mkdir(parents=True, exist_ok=True)
    _drop_cut_line(folder / LINES)
    known = {_key(answer.family, answer.solved) for answer in read_answers(folder)}
    warm_up()
    for family in families:
        best = read_best_known(benchmarks / family / "best_known.csv")
        reference = _reference_costs(benchmarks / family)
        for name in sorted(best):
            for solver in solvers:
                used = cores if solver == "ours" else 1
                if (family, name, solver, seconds, used, seed) in known:
                    continue
                path = benchmarks / family / f"{name}.txt"
                solved = solve_file(path, solver, Limits(seconds=seconds), cores, seed, best[name])
                row = {
                    "family": family,
                    "best_known": best[name],
                    "reference": reference.get(name),
                    "solved": asdict(solved),
                }
                with (folder / LINES).open("a", encoding="utf-8") as lines:
                    lines.write(json.dumps(row) + "\n")
                say(f"{family} {name} {solver}: {solved.cost} gap {solved.gap_percent} % in {solved.wall_s} s")


def read_answers(folder: Path) -> list[Answer]:
    """The answers that a run's folder holds; a line cut short by an interruption is passed over."""
    path = folder / LINES
    if not path.exists():
        return []
    answers = []
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            row = json.loads(line)
        except ValueError:
            continue
        answers.append(Answer(row["family"], row["best_known"], row["reference"], Solved(**row["solved"])))
    return answers


def _drop_cut_line(path: Path) -> None:
    """Remove what an interruption left of a line, so that the next one begins on its own."""
    if path.exists():
        whole, _, cut = path.read_text(encoding="utf-8").rpartition("\n")
        if cut:
            path.write_text(whole + "\n" if whole else "", encoding="utf-8")


def _key(family: str, solved: Solved) -> tuple[str, str, str, float, int, int]:
    return family, solved.instance, solved.solver, solved.seconds, solved.cores, solved.seed


def _reference_costs(folder: Path) -> dict[str, float]:
    path = folder / "reference_costs.csv"
    if not path.exists():
        return {}
    costs = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines()[1:], start=2):
        name, _, rest = line.partition(",")
        try:
            costs[name] = float(rest.split(",")[0])
        except ValueError:
            raise UnreadableInstance(f"{path}, line {number}: the second column must be a cost") from None
    return costs
