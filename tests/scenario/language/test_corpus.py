"""The corpus: what is typed is understood, what is misheard is asked rather than mistaken. The floors are what was reached."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from accessibility.language.district import read_names
from accessibility.language.gazetteer import Gazetteer
from accessibility.language.measure.baseline import baseline_reader
from accessibility.language.measure.corpus import CorpusError, read_corpus
from accessibility.language.measure.mishear import misheard
from accessibility.language.measure.readings import our_reader
from accessibility.language.measure.score import Outcome, score
from tests.builders.utterances import HEADER, SEED, Maker

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
NAMES, ZONE_NAME = read_names(ROOT / "fixtures" / "altmark")
BERLIN = ZoneInfo(ZONE_NAME)
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=BERLIN)
OURS = our_reader(NOW, BERLIN, Gazetteer(NAMES).find)
CORPUS = read_corpus(HERE)


def test_the_corpus_is_as_large_as_it_says() -> None:
    assert len(CORPUS) >= 1000
    assert len({utterance.text for utterance in CORPUS}) >= 990


def test_every_meant_place_is_one_of_the_district() -> None:
    known = {named.village for named in NAMES} | {f"{named.village}, {named.name}" for named in NAMES}
    meant = {place for utterance in CORPUS for place in (utterance.origin, utterance.destination) if place}
    assert meant <= known


def test_typed_utterances_are_understood_and_none_is_mistaken() -> None:
    result = score(OURS, [(utterance, utterance.text) for utterance in CORPUS], is_speech=False)
    assert result.wrong == []
    assert result.share(Outcome.RIGHT) >= 0.995


@pytest.mark.parametrize(
    ("kind", "rate", "most_wrong", "least_right"),
    [
        ("all", 0.1, 0.005, 0.75),
        ("sounds", 0.3, 0.012, 0.35),
        ("drops", 0.1, 0.005, 0.78),
        ("splits", 0.1, 0.002, 0.85),
    ],
)
def test_what_is_misheard_is_asked_rather_than_mistaken(
    kind: str, rate: float, most_wrong: float, least_right: float
) -> None:
    heard = [(utterance, misheard(utterance.text, kind, rate, seed=1)) for utterance in CORPUS]
    result = score(OURS, heard, is_speech=True)
    assert result.share(Outcome.WRONG) <= most_wrong, result.wrong
    assert result.share(Outcome.RIGHT) >= least_right


def test_the_baseline_is_worse() -> None:
    result = score(baseline_reader(NOW, NAMES), [(utterance, utterance.text) for utterance in CORPUS], is_speech=False)
    assert result.share(Outcome.WRONG) > 0.3


def test_errors_are_the_same_for_the_same_seed_and_change_words() -> None:
    text = "morgen um acht Uhr von Salzwedel nach Gardelegen"
    assert misheard(text, "all", 0.5, seed=3) == misheard(text, "all", 0.5, seed=3)
    assert len({misheard(text, "all", 0.5, seed=seed) for seed in range(20)}) > 10
    assert misheard(text, "all", 0.0, seed=1) == text


def test_the_made_utterances_are_those_of_the_maker() -> None:
    maker = Maker(NAMES, SEED)
    lines = [maker.line() for _ in range(20)]
    assert (HERE / "erzeugt.txt").read_text(encoding="utf-8").startswith(HEADER + "\n".join(lines))


def test_a_line_that_nobody_can_read_names_its_place(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("# x\nSalzwedel | nach: Salzwedel | uhrzeit: 8\n", encoding="utf-8")
    with pytest.raises(CorpusError, match=r"a\.txt:2.*uhrzeit"):
        read_corpus(tmp_path)
