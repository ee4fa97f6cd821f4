"""The alphabet and its costs, held against the tables of 3GPP TS 23.038 and against counting by hand."""

from __future__ import annotations

import pytest

from accessibility.sms.gsm7 import BASIC, ESCAPE, EXTENSION, Cost, Encoding, cost, is_gsm7, plain, segments

# Some rows and columns of the standard's table 6.2.1: position -> character.
TABLE = {
    0x00: "@", 0x01: "£", 0x02: "$", 0x09: "Ç", 0x0A: "\n", 0x0D: "\r", 0x10: "Δ", 0x11: "_", 0x1A: "Ξ", 0x1B: ESCAPE,
    0x1E: "ß", 0x1F: "É", 0x20: " ", 0x24: "¤", 0x27: "'", 0x2D: "-", 0x30: "0", 0x39: "9", 0x3F: "?", 0x40: "¡",
    0x41: "A", 0x5A: "Z", 0x5B: "Ä", 0x5C: "Ö", 0x5D: "Ñ", 0x5E: "Ü", 0x5F: "§", 0x60: "¿", 0x61: "a", 0x7A: "z",
    0x7B: "ä", 0x7C: "ö", 0x7D: "ñ", 0x7E: "ü", 0x7F: "à",
}  # fmt: skip


def test_the_table_has_128_different_places() -> None:
    assert len(BASIC) == len(set(BASIC)) == 128
    assert not set(BASIC) & set(EXTENSION)


@pytest.mark.parametrize(("position", "letter"), TABLE.items())
def test_each_character_stands_where_the_standard_has_it(position: int, letter: str) -> None:
    assert BASIC[position] == letter


def test_german_costs_nothing_extra_but_typography_does() -> None:
    assert is_gsm7("Größe: ÄÖÜ äöü ß, Straße 5 (ab 9:25 Uhr)!")
    for dear in "„“–’…çáłЖ🚌":
        assert not is_gsm7(dear)
    assert not is_gsm7(ESCAPE)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Cost(Encoding.GSM7, 0, 0)),
        ("x" * 160, Cost(Encoding.GSM7, 160, 1)),
        ("x" * 161, Cost(Encoding.GSM7, 161, 2)),
        ("x" * 306, Cost(Encoding.GSM7, 306, 2)),
        ("x" * 307, Cost(Encoding.GSM7, 307, 3)),
        ("x" * 459, Cost(Encoding.GSM7, 459, 3)),
        ("€" * 80, Cost(Encoding.GSM7, 160, 1)),
        ("€" * 81, Cost(Encoding.GSM7, 162, 2)),
        # 153 places hold 76 signs of two and one place stays empty: nothing lies on a border
        ("€" * 153, Cost(Encoding.GSM7, 306, 3)),
        ("Ж" * 70, Cost(Encoding.UCS2, 70, 1)),
        ("Ж" * 71, Cost(Encoding.UCS2, 71, 2)),
        ("Ж" * 135, Cost(Encoding.UCS2, 135, 3)),
        ("🚌" * 35, Cost(Encoding.UCS2, 70, 1)),
        ("🚌" * 67, Cost(Encoding.UCS2, 134, 3)),
    ],
)
def test_what_a_text_costs(text: str, expected: Cost) -> None:
    assert cost(text) == expected


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("„Bahnhof“ – 8 Uhr…", '"Bahnhof" - 8 Uhr...'),
        ("Kalbe (Milde) → Salzwedel", "Kalbe (Milde) -> Salzwedel"),
        ("5,80\u00a0€", "5,80 €"),
        ("Café, Straße, façade, Łódź", "Café, Straße, facade, Lodz"),
        ("a\u0308 \u200bö", "ä ö"),
        ("Übergröße ÄÖÜ", "Übergröße ÄÖÜ"),
        ("eins\r\nzwei\rdrei", "eins\nzwei\ndrei"),
    ],
)
def test_typography_becomes_what_a_keyboard_writes(written: str, sent: str) -> None:
    assert plain(written) == sent
    assert is_gsm7(sent)


def test_another_script_stays_as_it_is() -> None:
    assert plain("Привет 🚌") == "Привет 🚌"
    assert segments("Привет 🚌") == 1
