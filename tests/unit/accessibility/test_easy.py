"""What the checker of easy texts finds, and what it lets pass."""

from __future__ import annotations

import pytest

from accessibility.language.easy import is_easy, problems, sentences


@pytest.mark.parametrize(
    "text",
    [
        "Wohin möchten Sie fahren?",
        "Der Bus kommt zwischen 8:05 und 8:15 Uhr.",
        "Warten Sie an der Halte-Stelle.",
        "Das kostet 3,50 Euro. Sie bezahlen im Bus.",
        "Rufen Sie uns an: 03901 304030.",
        "Wenn Sie Hilfe brauchen, rufen Sie uns an.",
        "Sie brauchen Ihren Buchungs-Code und Ihre Telefon-Nummer.",
        "Das ist das Deutschland-Ticket.",
        "Ihre Fahrt ab %(stop)s am %(day)s",
    ],
)
def test_easy_texts_pass(text: str) -> None:
    assert problems(text) == []


@pytest.mark.parametrize(
    ("text", "finding"),
    [
        ("Wir fahren Sie heute gern von Ihrem Haus bis zu dem Ort in der Stadt.", "words in a sentence"),
        ("Die Betriebszeiten stehen hier.", "long word: Betriebszeiten"),
        ("Warten Sie an der Haltestelle.", "compound without a hyphen: Haltestelle"),
        ("Die Fahrt wurde heute gebucht.", "passive: gebucht"),
        ("Ihre Angaben werden gespeichert.", "passive: gespeichert"),
        ("Das wäre möglich.", "subjunctive: wäre"),
        ("Das ist der Preis des Fahrers.", "genitive: des Fahrers"),
        ("Wegen der Zeit geht das nicht.", "genitive: Wegen"),
        ("Das ist der Bus, der Sie holt.", "relative clause"),
        ("Wir holen Sie, sobald der Bus da ist.", "subordinate clause: sobald"),
        ("Zwei Menschen fahren mit.", "number as a word: Zwei"),
        ("Hier kann man bestellen.", "nobody is addressed: man"),
        ("Sie können z. B. anrufen.", "abbreviation: z. B."),
        ("Kinder (bis 14 Jahre) zahlen weniger.", "sign: ("),
        ("Das Angebot ist bis 8 Uhr gültig.", "hard word: gültig"),
        ("Sie brauchen Namen, Ort, Tag, Zeit.", "commas"),
    ],
)
def test_hard_texts_are_named_with_the_reason(text: str, finding: str) -> None:
    assert any(finding in problem for problem in problems(text)), problems(text)
    assert not is_easy(text)


def test_placeholders_and_tags_are_no_words() -> None:
    assert problems("Bestellen Sie <strong>spät</strong>: %(a)s %(b)02d.") == []
    assert sentences("Guten Tag. Wann fahren Sie? Um 8:05 Uhr.") == ["Guten Tag", "Wann fahren Sie", "Um 8:05 Uhr"]
