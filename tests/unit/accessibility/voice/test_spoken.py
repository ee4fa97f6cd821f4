"""What is read is said as people say it."""

from __future__ import annotations

import pytest

from accessibility.voice.spoken import number_words, spoken, spoken_text


@pytest.mark.parametrize(
    ("read", "said"),
    [
        ("Abholung um 8:05 Uhr.", "Abholung um acht Uhr fünf."),
        ("zwischen 13:00 und 13:10 Uhr", "zwischen dreizehn Uhr und dreizehn Uhr zehn"),
        ("um 1:00 Uhr", "um ein Uhr"),
        ("bis 21 Uhr", "bis einundzwanzig Uhr"),
        ("Dienstag, 24. November", "Dienstag, der vierundzwanzigste November"),
        ("Am Mittwoch, 3. Dezember geht es", "Am Mittwoch, dritten Dezember geht es"),
        ("Der letzte Tag ist Fr, 11.12.2026.", "Der letzte Tag ist Freitag, der elfte Dezember."),
        ("kommt am Di, 24.11.2026 um", "kommt am Dienstag, vierundzwanzigsten November um"),
        ("am 07.12.2026", "am siebten Dezember"),
        ("Preis: 3,50 €.", "Preis: drei Euro fünfzig."),
        ("Preis: 1,00 €.", "Preis: ein Euro."),
        ("350 m zu Fuß", "dreihundertfünfzig Meter zu Fuß"),
        ("1: ja. 2: nein.", "Taste eins: ja. Taste zwei: nein."),
        ("Rufen Sie an: 03901 304030", "Rufen Sie an: null drei neun null eins, drei null vier null drei null"),
        ("Vier Ziffern: 0930", "Vier Ziffern: null neun drei null"),
        ("Kalbe, ZOB", "Kalbe, Zett O Be"),
        ("Wagen <&> mehr", "Wagen mehr"),
        ("", ""),
    ],
)
def test_read_and_said(read: str, said: str) -> None:
    assert spoken_text(read) == said


def test_a_code_is_spelled_with_pauses() -> None:
    pieces = spoken("Ihr Buchungscode: K7M-3PX. Danke.")
    assert [piece.words for piece in pieces] == [
        "Ihr Buchungscode:", "K wie Köln,", "sieben,", "M wie München,", "drei,", "P wie Potsdam,", "X wie Xanten,", "Danke.",
    ]  # fmt: skip
    assert all(piece.pause_ms for piece in pieces)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0, "null"),
        (1, "eins"),
        (16, "sechzehn"),
        (21, "einundzwanzig"),
        (101, "einhunderteins"),
        (2500, "zweitausendfünfhundert"),
    ],
)
def test_numbers(value: int, words: str) -> None:
    assert number_words(value) == words
