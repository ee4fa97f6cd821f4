"""Writes docs/understanding.md from measured figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from accessibility.language.measure.score import Outcome, Score

ASKED = (Outcome.ASKED, Outcome.ASKED_VAIN, Outcome.MISSED)
KINDS = {
    "none": "heard without errors",
    "sounds": "letters that sound alike",
    "drops": "small words lost",
    "splits": "compounds torn apart",
    "all": "all three",
}
SLOT_NAMES = {
    "intent": "what is wanted, yes and no", "from": "from", "to": "to", "when": "day, time, depart or arrive",
    "party": "people, aids, needs", "purpose": "purpose", "figures": "figures",
}  # fmt: skip

TEMPLATE = """\
# How well German is understood

Written by `make understanding`; do not edit by hand. The library is `accessibility/language`, the corpus is
`tests/scenario/language`.

{total} utterances, each with its meaning written beside it: by hand (`von_hand.txt`), made from the district's own stops
and places (`erzeugt.txt`), and made late with another seed (`frisch.txt`; its sentences follow the patterns of
`erzeugt.txt`, its names, times and combinations do not). Whole utterances are counted: one wrong slot makes the whole wrong.

- **right**: everything was understood for certain, and as it was meant.
- **asked**: something was not certain or not understood, so it is asked. Nothing false was taken for certain.
- **wrong**: something was taken for certain and meant otherwise. Every booking is read back, but this is the share to fear.

The baseline is plain fuzzy matching: rapidfuzz over all names after "von" and "nach", a pattern for times. It never asks.

## Typed

{corpora}

`von_hand.txt` and `erzeugt.txt` were used to find faults, so their figures show that the faults are mended, no more.
`frisch.txt` was right at the first look; some of its misheard lines were then used to find faults too.

## Heard by a recogniser

Errors are simulated (seeds: {seeds}; `accessibility/language/measure/mishear.py`): a share of the words is hit, punctuation
is gone. What is heard is read more carefully than what is typed: names that sound alike are asked even if one is written
exactly, and a word that nobody understood makes the end, time or people beside it uncertain.

{errors}

## By what was said

Slots, not utterances: right / asked / wrong.

{slots}

## What is left

- A lost word can leave a sentence that is complete and means something else: "Viertel vor zehn" without "vor" is "Viertel
  zehn", 9:15. No reader of the words alone finds that; reading back does.
- A name that the recogniser turns into another name of the district is asked only if the two are alike enough.
- The errors are simulated, not recorded: real recognisers write other German words rather than nonsense.
- The threshold is caution: one in nine error-free heard utterances is asked something, most often because two villages
  sound alike.

One utterance takes {ms_median:.1f} ms (median), the longest of this corpus {ms_longest:.0f} ms, on one core. Only the first
600 characters count.
"""


@dataclass(frozen=True, slots=True)
class Run:
    """One corpus, one kind and rate of errors, both readers."""

    corpus: str
    kind: str  # "typed", "none", or a kind of error
    rate: float
    ours: Score
    baseline: Score


def page(runs: Sequence[Run], *, ms_median: float, ms_longest: float, seeds: int) -> str:
    """The whole page."""
    typed = [run for run in runs if run.kind == "typed"]
    heard = [run for run in runs if run.kind != "typed"]
    total = sum(run.ours.total for run in typed)
    corpora = _table(["corpus", "utterances"], [[run.corpus, str(run.ours.total)] for run in typed], typed)
    errors = _table(["errors", "words hit"], [[KINDS[run.kind], f"{run.rate:.0%}"] for run in heard], heard)
    return TEMPLATE.format(
        total=total,
        corpora=corpora,
        errors=errors,
        seeds=seeds,
        slots=_slots(runs),
        ms_median=ms_median,
        ms_longest=ms_longest,
    )


def _table(head: list[str], firsts: list[list[str]], runs: Sequence[Run]) -> str:
    names = [*head, "right", "asked", "**wrong**", "baseline right", "baseline asked", "baseline wrong"]
    rows = [f"| {' | '.join(names)} |", f"|{'---|' * len(names)}"]
    for first, run in zip(firsts, runs, strict=True):
        cells = [*first, *_shares(run.ours), *_shares(run.baseline)]
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)


def _shares(score: Score) -> list[str]:
    return [f"{score.share(Outcome.RIGHT):.1%}", f"{score.share(*ASKED):.1%}", f"{score.share(Outcome.WRONG):.2%}"]


def _slots(runs: Sequence[Run]) -> str:
    chosen = {
        "typed": ("typed", 0.0),
        "heard": ("none", 0.0),
        "10 % of words hit": ("all", 0.1),
        "30 % of words hit": ("all", 0.3),
    }
    rows = [f"| | {' | '.join(chosen)} | baseline, typed |", f"|{'---|' * (len(chosen) + 2)}"]
    for slot, name in SLOT_NAMES.items():
        cells = [
            _slot_cell([run.ours for run in runs if run.kind == kind and abs(run.rate - rate) < 1e-9], slot)
            for kind, rate in chosen.values()
        ]
        cells.append(_slot_cell([run.baseline for run in runs if run.kind == "typed"], slot))
        rows.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join(rows)


def _slot_cell(scores: Sequence[Score], slot: str) -> str:
    counts = {outcome: sum(score.slots[slot][outcome] for score in scores) for outcome in Outcome}
    total = sum(counts.values())
    if not total:
        return "–"
    asked = sum(counts[outcome] for outcome in ASKED)
    return f"{counts[Outcome.RIGHT] / total:.1%} / {asked / total:.1%} / {counts[Outcome.WRONG] / total:.2%}"
