"""Makes utterances of riders with their meaning, from the district's own names.

    python -m tests.builders.utterances > tests/scenario/language/erzeugt.txt
    python -m tests.builders.utterances 4711 > tests/scenario/language/frisch.txt

The meaning is known because it was chosen first; nothing here looks at the code that has to understand it.
"""

from __future__ import annotations

import random
import re
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from accessibility.language.district import read_names
from accessibility.language.gazetteer import PlaceName
from tests.builders.spoken import exact_forms, face_forms, number_word

SEED, COUNT = 20261123, 380
NOW = datetime(2026, 11, 23, 10, 0)
WEEKDAYS = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")
MONTHS = {11: "November", 12: "Dezember"}
HEADER = """\
# Erzeugt von tests/builders/utterances.py aus den Haltestellen und Orten von fixtures/altmark; nicht von Hand ändern.
# Gesagt am Montag, 23.11.2026, um 10:00 Uhr. Was die Zeilen bedeuten: siehe von_hand.txt.
"""


def _is_sayable(named: PlaceName) -> bool:
    return (
        re.fullmatch(r"[A-Za-zÄÖÜäöüß .-]+", named.name) is not None
        and named.name != "Ort"
        and "Abzw" not in named.name
    )


def _aloud(name: str) -> str:
    """A name as it is said: "Goethestr." -> "Goethestraße"."""
    return re.sub(r"[Ss]tr\.", lambda match: "Straße" if match[0][0] == "S" else "straße", name)


class Maker:
    """Draws what is meant, then words for it."""

    def __init__(self, names: tuple[PlaceName, ...], seed: int) -> None:
        self.draw = random.Random(seed)
        self.villages = [named for named in names if named.kind == "village"]
        self.stops = [named for named in names if named.kind == "stop" and _is_sayable(named)]
        self.weights = [1 + named.population**0.5 for named in self.villages]

    def place(self, other_than: str = "") -> tuple[str, str, str]:
        """(meaning, words, village)"""
        while True:
            if self.draw.random() < 0.6:
                village = self.draw.choices(self.villages, self.weights)[0]
                meaning, words, home = village.name, village.name, village.village
            else:
                stop = self.draw.choice(self.stops)
                name = _aloud(stop.name)
                meaning, home = f"{stop.village}, {stop.name}", stop.village
                words = self.draw.choice(
                    [f"{stop.village} {name}", f"{stop.village}, {name}", f"{name} in {stop.village}"]
                )
                if (
                    name.startswith(("Am ", "An ", "Zum ", "Str", "Ecke ", "Alt", "Neu", "Feine"))
                    or " in " in f" {name} "
                ):
                    words = f"{stop.village} {name}"
            if home != other_than:
                return meaning, words, home

    def day(self) -> tuple[datetime, str]:
        ahead = self.draw.randint(1, 13)
        day = NOW + timedelta(days=ahead)
        forms = [
            f"am {day.day}.{day.month}.",
            f"am {day.day}. {MONTHS[day.month]}",
            f"{WEEKDAYS[day.weekday()]}, {day:%d.%m.}",
        ]
        if ahead == 1:
            forms = ["morgen"] * 3
        elif ahead == 2:
            forms = ["übermorgen", "Mittwoch", "am Mittwoch"]
        elif ahead < 7:
            forms += [
                f"am {WEEKDAYS[day.weekday()]}",
                WEEKDAYS[day.weekday()],
                f"am kommenden {WEEKDAYS[day.weekday()]}",
            ]
        elif ahead > 7:
            forms += [f"{WEEKDAYS[day.weekday()]} in einer Woche", f"am {WEEKDAYS[day.weekday()]} nächster Woche"]
        return day, self.draw.choice(forms)

    def time(self) -> tuple[int, int, str]:
        hour = self.draw.choice([7, 8, 8, 9, 9, 10, 10, 11, 13, 14, 14, 15, 16, 17, 18])
        minute = self.draw.choice([0, 0, 0, 15, 30, 30, 45, 5, 10, 20, 40, 50, 55, 25])
        if 7 <= hour < 12 or 13 <= hour < 16:
            forms = list(face_forms(hour, minute)) + list(exact_forms(hour, minute))
        else:
            forms = list(exact_forms(hour, minute))
        words = self.draw.choice(forms)
        if self.draw.random() < 0.4 and not words.startswith(("um", "Punkt")):
            words = f"um {words}"
        return hour, minute, words

    def people(self) -> tuple[str, str]:
        """(meaning, words); often nothing is said."""
        return self.draw.choice(
            [
                ("", ""), ("", ""), ("", ""),
                ("2 Erwachsene", "wir sind zu zweit"), ("2 Erwachsene", "2 Personen"), ("2 Erwachsene", "für zwei Personen"),
                ("3 Erwachsene", "wir sind zu dritt"), ("1 Erwachsener, 1 Rollator", "ich habe einen Rollator"),
                ("2 Erwachsene, 1 Rollstuhl", "wir sind zu zweit, einer im Rollstuhl"),
    ("1 Erwachsener, 1 Rollstuhl", "ich sitze im Rollstuhl"),
                ("1 Erwachsener, 1 Kind", "mit einem Kind"),
    ("1 Erwachsener, 2 Kinder, 1 Kinderwagen", "mit zwei Kindern und Kinderwagen"),
                ("2 Erwachsene, 1 Kind", "zwei Erwachsene und ein Kind"), ("2 Erwachsene", "meine Frau und ich"),
                ("4 Erwachsene", f"{number_word(4)} Leute"), ("1 Erwachsener", "ich fahre allein"),
                ("1 Erwachsener, 1 Fahrrad", "mit Fahrrad"),
            ]
        )  # fmt: skip

    def line(self) -> str:
        origin, from_words, village = self.place()
        destination, to_words, _village = self.place(other_than=village)
        day, day_words = self.day()
        hour, minute, time_words = self.time()
        who, who_words = self.people()
        template, anchor = self.draw.choice(TEMPLATES)
        text = template(from_words, to_words, day_words, time_words)
        if who and template is not _only_destination:
            text = self.draw.choice([f"{text}, {who_words}", f"{text}. {who_words[0].upper()}{who_words[1:]}."])
        meaning = ["will: buchen"]
        if template is not _only_destination:
            meaning.append(f"von: {origin}")
        meaning.append(f"nach: {destination}")
        if template not in (_no_time, _only_destination):
            meaning.append(f"wann: {day.day}.{day.month}. {hour}:{minute:02d}{anchor}")
        if who and template is not _only_destination:
            meaning.append(f"wer: {who}")
        return " | ".join([text, *meaning])


def _no_time(f: str, t: str, _day: str, _time: str) -> str:
    return f"ich möchte von {f} nach {t}"


def _only_destination(_f: str, t: str, _day: str, _time: str) -> str:
    return f"ich muss nach {t}"


Template = Callable[[str, str, str, str], str]
TEMPLATES: list[tuple[Template, str]] = [
    (lambda f, t, d, u: f"{d} {u} von {f} nach {t}", ""),
    (lambda f, t, d, u: f"Ich möchte {d} {u} von {f} nach {t} fahren", ""),
    (lambda f, t, d, u: f"Guten Tag, ich brauche {d} einen Bus von {f} nach {t}, {u}", ""),
    (lambda f, t, d, u: f"{d} {u} {f} nach {t}", ""),
    (lambda f, t, d, u: f"von {f} nach {t} {d} {u}", ""),
    (lambda f, t, d, u: f"Können Sie mich {d} {u} in {f} abholen? Ich muss nach {t}", " ab"),
    (lambda f, t, d, u: f"ich bin in {f} und möchte {d} {u} nach {t}", ""),
    (lambda f, t, d, u: f"hallo, einmal von {f} nach {t} bitte, {d} {u}", ""),
    (lambda f, t, d, u: f"Abfahrt {d} {u} ab {f}, Ziel {t}", " ab"),
    (lambda f, t, d, u: f"ich muss {d} {u} in {t} sein, ich komme aus {f}", " an"),
    (lambda f, t, d, u: f"von {f} nach {t}, Ankunft {d} spätestens {u}", " an"),
    (lambda f, t, d, u: f"Ich würde gern {d} von {f} nach {t} mit dem Rufbus fahren, so {u}", ""),
    (lambda f, t, d, u: f"{f} nach {t} {d} {u}", ""),
    (lambda f, t, d, u: f"nach {t} von {f} {d} {u}", ""),
    (lambda f, t, d, u: f"Moin, {d} {u} brauche ich einen Bus von {f} nach {t}", ""),
    (_no_time, ""),
    (_only_destination, ""),
]  # fmt: skip


def main() -> int:
    seed = int(sys.argv[1]) if len(sys.argv) > 1 else SEED
    names, _zone = read_names(Path("fixtures/altmark"))
    maker = Maker(names, seed)
    lines = dict.fromkeys(maker.line() for _ in range(COUNT))
    sys.stdout.write(HEADER + "\n".join(lines) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
