"""Measures how well utterances are understood: python -m accessibility.language.measure --page docs/understanding.md"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from statistics import median
from time import perf_counter
from zoneinfo import ZoneInfo

from accessibility.language.district import read_names
from accessibility.language.gazetteer import Gazetteer
from accessibility.language.measure.baseline import baseline_reader
from accessibility.language.measure.corpus import CorpusError, Utterance, read_corpus
from accessibility.language.measure.mishear import KINDS, misheard
from accessibility.language.measure.page import ASKED, Run, page
from accessibility.language.measure.readings import Reader, our_reader
from accessibility.language.measure.score import Outcome, score

NOW = "2026-11-23T10:00"  # when the corpus was said
RATES = (0.05, 0.1, 0.2, 0.3)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m accessibility.language.measure", description=__doc__)
    parser.add_argument("--corpus", type=Path, default=Path("tests/scenario/language"))
    parser.add_argument("--district", type=Path, default=Path("fixtures/altmark"))
    parser.add_argument("--seeds", type=int, default=3, help="runs of simulated errors")
    parser.add_argument("--page", type=Path, help="write the figures into this page")
    parser.add_argument("--wrong", action="store_true", help="list what was taken for certain and meant otherwise")
    options = parser.parse_args(arguments)
    try:
        names, zone_name = read_names(options.district)
        corpus = read_corpus(options.corpus)
    except (OSError, KeyError, ValueError, CorpusError) as error:
        print(f"cannot start: {error}", file=sys.stderr)
        return 2
    zone = ZoneInfo(zone_name)
    now = datetime.fromisoformat(NOW).replace(tzinfo=zone)
    ours, baseline = our_reader(now, zone, Gazetteer(names).find), baseline_reader(now, names)
    runs = [_shown(run, wrong=options.wrong) for run in _runs(corpus, ours, baseline, options.seeds)]
    if options.page:
        durations = _durations(corpus, ours)
        text = page(runs, ms_median=median(durations), ms_longest=max(durations), seeds=options.seeds)
        options.page.write_text(text, encoding="utf-8")
    return 0


def _runs(corpus: tuple[Utterance, ...], ours: Reader, baseline: Reader, seeds: int) -> Iterable[Run]:
    for file in sorted({utterance.where.split(":")[0] for utterance in corpus}):
        typed = [(utterance, utterance.text) for utterance in corpus if utterance.where.startswith(f"{file}:")]
        yield _run(file, "typed", 0.0, typed, ours, baseline)
    yield _run("all", "none", 0.0, [(utterance, utterance.text) for utterance in corpus], ours, baseline)
    for kind in (*KINDS, "all"):
        for rate in RATES:
            heard = [
                (utterance, misheard(utterance.text, kind, rate, seed))
                for seed in range(1, seeds + 1)
                for utterance in corpus
            ]
            yield _run("all", kind, rate, heard, ours, baseline)


def _run(name: str, kind: str, rate: float, heard: list[tuple[Utterance, str]], ours: Reader, baseline: Reader) -> Run:
    is_speech = kind != "typed"
    return Run(name, kind, rate, score(ours, heard, is_speech=is_speech), score(baseline, heard, is_speech=is_speech))


def _shown(run: Run, *, wrong: bool) -> Run:
    one = run.ours
    print(
        f"{run.corpus:<14} {run.kind:<7} {run.rate:4.0%}  right {one.share(Outcome.RIGHT):6.1%}  asked {one.share(*ASKED):6.1%}"
        f"  wrong {one.share(Outcome.WRONG):6.2%}   baseline wrong {run.baseline.share(Outcome.WRONG):6.1%}",
        flush=True,
    )
    if wrong:
        for where, heard, slot in one.wrong:
            print(f"    {where} {slot}: {heard}")
    return run


def _durations(corpus: tuple[Utterance, ...], reader: Reader) -> list[float]:
    """Milliseconds of each utterance."""
    durations = []
    for utterance in corpus:
        start = perf_counter()
        reader(utterance.text, is_speech=True)
        durations.append((perf_counter() - start) * 1000)
    return durations


if __name__ == "__main__":
    sys.exit(main())
