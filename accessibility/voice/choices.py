"""What the keys stand for, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Protocol

from accessibility.voice.german import day_text

Facts = Mapping[str, Any]


class Words(Protocol):
    """What a choice needs of the wording of a day."""

    @property
    def today(self) -> date: ...

    def moment(self, iso: str) -> str: ...

    def ride(self, ride: Facts) -> str: ...

    def usual(self, ride: Facts) -> str: ...


_AIDS: dict[str, str] = {
    "none": "nichts davon",
    "wheelchairs": "ein Rollstuhl",
    "walking_frames": "ein Rollator",
    "things": "Hund, Gepäck und anderes",
    "help": "Ich brauche Hilfe",
    "fare": "Ausweis oder Deutschlandticket",
    "guide_dogs": "ein Assistenzhund",
    "prams": "ein Kinderwagen",
    "bicycles": "ein Fahrrad",
    "luggage": "ein großes Gepäckstück",
    "child_seat": "ein Kindersitz",
    "blind": "Ich sehe schlecht",
    "deaf": "Ich höre schlecht",
    "arm": "Hilfe beim Einsteigen",
    "slow": "mehr Zeit",
    "ramp": "eine Rampe",
    "deutschlandticket": "ein Deutschlandticket",
    "free_travel": "ein Ausweis mit Wertmarke",
    "free_travel_with_companion": "ein Ausweis mit Wertmarke und B, eine Begleitung fährt frei mit",
}
CHOICES: dict[str, str | Callable[[Words, Facts], str]] = {
    "place": lambda _words, facts: str(facts["text"]),
    "stop": lambda _words, facts: str(facts["text"]),
    "anywhere": lambda _words, facts: f"{facts['text']}, egal welche Haltestelle",
    "more_stops": "weitere Haltestellen",
    "none": "etwas anderes",
    "other": "etwas anderes",
    "yes": "ja",
    "no": "nein",
    "earlier": "früher",
    "later": "später",
    "other_time": "andere Zeit",
    "instead": "die neue Fahrt statt der anderen",
    "once": "nur einmal fahren",
    "give_up": "nichts buchen",
    "time": lambda words, facts: words.moment(facts["when"]),
    "day": lambda words, facts: day_text(date.fromisoformat(facts["day"]), words.today),
    "ride": lambda words, facts: words.ride(facts),
    "series": lambda words, facts: (
        f"alle {facts['count']} Fahrten, die erste {words.ride(facts)}"
        if facts.get("is_one_of_several")
        else f"die ganze Serie, {facts['count']} Fahrten"
    ),
    "usual": lambda words, facts: words.usual(facts),
    "aid": lambda _words, facts: _AIDS[facts["aid"]],
    "weeks": lambda _words, facts: f"{facts['weeks']} Wochen lang",
}
KEYS = {
    "start": (
        "Oder drücken Sie eine Taste. 1: Fahrt bestellen. 2: Ihre Fahrten. 3: Wo ist mein Bus? 4: Ich komme später. "
        "5: Bitte abholen. 0: ein Mensch. 9: langsamer. Stern: noch einmal."
    ),
    "resume": "1: ja. 2: nein.",
    "cancel": "",
    "late": "1: 5 Minuten. 2: 10 Minuten. 3: 15 Minuten.",
    "call_back": "1: ja. 2: nein.",
    "ride": "1: Wo ist der Bus? 2: ändern. 3: absagen. 4: Ich komme später.",
}
