"""Whatever is said, of any length or script: no error, bounded time, and nothing certain without a reason."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from time import process_time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accessibility.language.district import read_names
from accessibility.language.gazetteer import Gazetteer
from accessibility.language.report import as_document, as_lines
from accessibility.language.understand import understand

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=BERLIN)
GAZETTEER = Gazetteer(read_names(Path(__file__).resolve().parents[3] / "fixtures" / "altmark")[0])
SAID = """von nach zum zur in am ab aus Salzwedel Kalbe Gardelegen Bahnhof Krankenhaus Arzt Hause morgen halb neun Uhr um bis
8 8:30 3.12. wir sind zu zweit Rollstuhl Rollator Kind nein ja nicht stornieren ändern wo Bus Hilfe Mensch Salz
wedel Mittwosch und , . ? -"""
WORDS = st.lists(st.sampled_from(SAID.split()), max_size=40).map(" ".join)


@given(
    st.one_of(st.text(max_size=400), WORDS),
    st.booleans(),
    st.sampled_from(["", "from", "to", "when", "party", "answer"]),
)
def test_nothing_that_is_said_raises(text: str, is_speech: bool, expects: str) -> None:
    heard = understand(text, now=NOW, zone=BERLIN, find=GAZETTEER.find, is_speech=is_speech, expects=expects)
    assert 0.0 <= heard.confidence <= 1.0
    assert as_document(heard)["text"] == text
    assert as_lines(heard)
    for name, end in (("from", heard.origin), ("to", heard.destination)):
        if end is not None and end.is_sure:
            assert end.hits
            assert name not in heard.missing
    if heard.is_sure:
        assert not heard.to_ask


@pytest.mark.parametrize(
    "text",
    [
        "ab cd " * 20_000,
        "x" * 1_000_000,
        "von " * 50_000,
        "Ä ö ü " * 30_000,
        "Salz wedel Garde legen Klö tze " * 5_000,
        "mit einem Kind und " * 5_000,
        "ja nein " * 50_000,
        "🚌" * 10_000,
        "من سالزويدل إلى كالبه " * 2_000,
        "wir sind zu " * 9_000,
        "brauche ich " * 9_000 + "nicht mehr",
        "\u0301" * 50_000,
    ],
)
@pytest.mark.parametrize("is_speech", [True, False])
def test_length_and_script_cost_no_time(text: str, is_speech: bool) -> None:
    start = process_time()
    understand(text, now=NOW, zone=BERLIN, find=GAZETTEER.find, is_speech=is_speech)
    assert process_time() - start < 1.0
