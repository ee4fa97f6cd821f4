"""The German words of the line: short, one question at a time, a key for each answer.

Texts are written as one reads them ("8:05 Uhr", "K7M-3PX"); `spoken` turns them into what is heard.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from accessibility.dialogue.saying import Choice, Reply, Say
from accessibility.following import Phase
from accessibility.voice.choices import CHOICES, KEYS
from accessibility.voice.german import (
    MONTHS,
    clock_text,
    day_of_moment,
    day_text,
    money_text,
    party_text,
    window_text,
)
from accessibility.voice.series_words import ask_series, ask_until, booked_series, changed_series

Facts = Mapping[str, Any]
# Said in English before the German words, where somebody speaks English (say code "english").
ENGLISH = "I understand only German. For a person, please press zero."


@dataclass(frozen=True, slots=True)
class Wording:
    """Words for one district on one day."""

    district: str
    zone: ZoneInfo
    today: date

    def text(self, reply: Reply) -> str:
        """All of a reply, the keys last."""
        said = dict.fromkeys(self.say(say) for say in _together(reply.says))  # the same sentence is said once
        return " ".join(part for part in (*said, self._keys(reply)) if part)

    def say(self, say: Say) -> str:
        """One thought. An unknown code is a bug that must not end a call: it says nothing."""
        words = _WORDS.get(say.code)
        if words is None:
            return ""
        return words if isinstance(words, str) else words(self, say.facts)

    def _keys(self, reply: Reply) -> str:
        if not any(say.code.startswith("ask_") for say in reply.says) or reply.is_over:
            return ""
        if reply.asked in (
            "which_place",
            "which_time",
            "which_ride",
            "usual",
            "day",
            "aids",
            "things",
            "needs",
            "fare",
            "until",
            "offer",
            "beside",
            "other",
            "village_stop",
            "from",
            "to",
        ):
            return " ".join(self._choice(choice) for choice in reply.choices)
        return KEYS.get(reply.asked, "") if reply.asked != "refused" else self._ways(reply.choices)

    def _choice(self, choice: Choice) -> str:
        named = CHOICES[choice.what]
        return f"{choice.key}: {named if isinstance(named, str) else named(self, choice.facts)}."

    def _ways(self, choices: Sequence[Choice]) -> str:
        parts = []
        for choice in choices:
            if choice.what == "way":
                parts.append(f"{choice.facts['text'].rstrip('.')}: Taste {choice.key}.")
            else:
                parts.append(f"Nichts buchen: Taste {choice.key}.")
        return " ".join(parts)

    def moment(self, iso: str) -> str:
        """ "morgen, Dienstag, 24. November, um 8:05 Uhr"."""
        return f"{self.day(iso)}, um {clock_text(iso, self.zone)}"

    def day(self, iso: str) -> str:
        """The day of a moment in words."""
        return day_text(day_of_moment(iso, self.zone), self.today)

    def ride(self, ride: Facts) -> str:
        """ "morgen, …, 8:05 Uhr, von A nach B"."""
        return (
            f"{self.day(ride['pickup_from'])}, {clock_text(ride['pickup_from'], self.zone)}, "
            f"von {ride['pickup_stop']} nach {ride['delivery_stop']}"
        )

    def several(self, ride: Facts) -> str:
        """A ride, or what is left of a series: "5 Fahrten, die erste morgen, …, die letzte am 22. Dezember"."""
        if ride.get("count", 1) < 2:
            return self.ride(ride)
        last = day_of_moment(ride["last"], self.zone)
        return (
            f"{ride['count']} Fahrten, die erste {self.ride(ride)}, die letzte am {last.day}. {MONTHS[last.month - 1]}"
        )

    def usual(self, ride: Facts) -> str:
        """A ride often taken: "morgen, …, um 8:00 Uhr, von A nach B"."""
        when = f" {self.moment(ride['when'])}," if ride["when"] else ""
        label = f"{ride['text']}, " if ride.get("text") else ""
        return f"{label}{when} von {ride['origin']} nach {ride['destination']}".replace("  ", " ").strip()


def _ask_pin(words: Wording, facts: Facts) -> str:
    if facts.get("is_first"):
        return (
            "Geben Sie Ihre PIN ein, dann kenne ich Ihre Fahrten. Zum Schluss die Raute. "
            "Ohne PIN: Sagen Sie einfach, wohin Sie möchten, oder drücken Sie 1 und die Raute."
        )
    what = "Ihre PIN oder Ihren Buchungscode" if facts.get("has_pin") else "Ihren Buchungscode"
    return (
        f"Geben Sie {what} mit den Tasten ein. Buchstaben: die Taste, auf der sie stehen. Zum Schluss die Raute. "
        "Sie können den Code auch sagen. Ohne Code: 1 und die Raute."
    )


def _ask_end(where: str, keyed: str) -> Callable[[Wording, Facts], str]:
    def say(words: Wording, facts: Facts) -> str:
        if facts.get("purpose") == "doctor" and where.startswith("Wohin"):
            return "In welchem Ort ist die Praxis?"
        if facts.get("by_keys"):
            return (
                f"{keyed} Sagen Sie den Ort. Oder tippen Sie die ersten drei Buchstaben auf den Tasten, dann die Raute."
            )
        return where

    return say


def _ask_when(words: Wording, facts: Facts) -> str:
    day = f" {day_text(date.fromisoformat(facts['day']), words.today)}" if facts.get("day") else ""
    if facts.get("by_keys"):
        return f"Um wie viel Uhr{day}? Vier Ziffern, zum Beispiel 0 9 3 0. Dann die Raute."
    return f"Um wie viel Uhr{day}?" if day else "Wann möchten Sie fahren? Zum Beispiel: morgen um 9 Uhr."


def _ask_which_place(words: Wording, facts: Facts) -> str:
    if facts.get("only"):
        return f"{'Ab' if facts['end'] == 'from' else 'Nach'} {facts['only']}: Ist das richtig?"
    return "Von welchem Ort?" if facts["end"] == "from" else "Zu welchem Ort?"


def _ask_name(words: Wording, facts: Facts) -> str:
    who = "Wie heißt die Person, die mitfährt?" if facts.get("for_other") else "Es gibt eine Fahrt. Wie heißen Sie?"
    return f"{who} Ohne Namen: Drücken Sie die 1."


def _ask_number(words: Wording, facts: Facts) -> str:
    own = " Oder 1 und Raute: Dann nehmen wir die Nummer, von der Sie anrufen." if facts.get("has_own") else ""
    if facts.get("for_other"):
        return f"Unter welcher Telefonnummer erreichen wir die Person? Zum Schluss die Raute.{own}"
    return f"Bitte geben Sie Ihre Telefonnummer ein. Zum Schluss die Raute.{own}"


def _ask_offer(words: Wording, facts: Facts) -> str:
    if "series" in facts:
        return ask_series(words, facts)
    offer, wish = facts["offer"], facts["wish"]
    zone = words.zone
    walk = offer.get("pickup_walk_m", 0)
    day = words.day(offer["pickup_from"])
    head = day[0].upper() + day[1:]
    text = _missed(words, wish) if facts.get("is_missed") else ""
    text += (
        f"{head}: Der Bus kommt {window_text(offer['pickup_from'], offer['pickup_until'], zone)} "
        f"zur Haltestelle {offer['pickup_stop']}."
    )
    if walk >= 50:
        text += f" Dorthin sind es {walk} m zu Fuß."
    text += (
        f" Sie sind spätestens um {clock_text(offer['arrive_by'], zone)} an der Haltestelle {offer['delivery_stop']}."
    )
    text += f" Für {party_text(wish['party'], wish['needs'])}." if _is_telling(wish) else " Für eine Person."
    fare = money_text(offer["fare_cents"])
    text += " Die Fahrt ist kostenlos." if fare == "kostenlos" else f" Preis: {fare}."
    text += SHOWN.get(wish.get("concession", ""), "")
    return f"{text} {'Soll ich so ändern?' if wish['replaces'] else 'Soll ich buchen?'}"


def _ask_beside(words: Wording, facts: Facts) -> str:
    if facts.get("is_series"):
        ask = "Soll ich trotzdem alle buchen?"
    else:
        ask = "Soll ich trotzdem so ändern?" if facts.get("is_change") else "Soll ich trotzdem noch eine buchen?"
    if "ride" not in facts:
        return f"Zu Ihrer Nummer gibt es für diese Zeit schon eine Fahrt. {ask}"
    if facts["count"] > 1:
        return (
            f"Sie haben zu diesen Zeiten schon {facts['count']} Fahrten, die erste: {words.ride(facts['ride'])}. {ask}"
        )
    return f"Sie haben schon eine Fahrt: {words.ride(facts['ride'])}. {ask}"


# What the driver has to see where the fare is lower.
SHOWN = {
    "deutschlandticket": " Zeigen Sie bitte Ihr Deutschlandticket.",
    "free_travel": " Zeigen Sie bitte Ihren Ausweis mit Wertmarke.",
    "free_travel_with_companion": " Zeigen Sie bitte Ihren Ausweis mit Wertmarke.",
}


def _missed(words: Wording, wish: Facts) -> str:
    when = clock_text(wish["when"], words.zone)
    if wish["anchor"] == "arrive":
        return f"Bis {when} schafft es kein Bus. Am nächsten liegt diese Fahrt. "
    return f"Um {when} ist kein Bus frei. Am nächsten liegt diese Fahrt. "


def _is_telling(wish: Facts) -> bool:
    return wish["party"] != {"adults": 1} or bool(wish["needs"])


def _ask_cancel(words: Wording, facts: Facts) -> str:
    if "rides" in facts:
        listed = "; ".join(words.several(ride) for ride in facts["rides"])
        count = sum(ride.get("count", 1) for ride in facts["rides"])
        many = {1: "diese", 2: "beide"}.get(count, f"alle {count}")
        return f"{listed}. Soll ich {many} Fahrten absagen? 1: ja. 2: nein."
    ride = facts["ride"]
    if facts.get("in_return_trip"):
        return f"{words.ride(ride)}. Soll ich absagen? 1: nur diese Fahrt. 2: Hin- und Rückfahrt. 3: nichts absagen."
    only = "nur an diesem Tag " if ride.get("in_series") else ""
    return f"{words.ride(ride)}. Soll ich diese Fahrt {only}absagen? 1: ja. 2: nein."


def _booked(words: Wording, facts: Facts) -> str:
    day = words.day(facts["pickup_from"])
    return (
        f"Gebucht. {day[0].upper()}{day[1:]}, "
        f"{window_text(facts['pickup_from'], facts['pickup_until'], words.zone)} an der Haltestelle {facts['pickup_stop']}. "
        f"Ihr Buchungscode: {facts['code']}. Stern: noch einmal."
    )


def _changed(words: Wording, facts: Facts) -> str:
    return _booked(words, facts).replace("Gebucht.", "Geändert.", 1)


def _fetched(words: Wording, facts: Facts) -> str:
    return (
        f"Wir holen Sie ab. Der Bus kommt {window_text(facts['pickup_from'], facts['pickup_until'], words.zone)} "
        f"zur Haltestelle {facts['pickup_stop']}."
    )


def _return_kept(words: Wording, facts: Facts) -> str:
    return (
        f"Gut. Rufen Sie an, wenn Sie fertig sind. Dann holt Sie der erste freie Bus an der Haltestelle "
        f"{facts['pickup_stop']} ab. Das gilt bis {clock_text(facts['valid_until'], words.zone)}."
    )


def _together(says: Sequence[Say]) -> list[Say]:
    """Rides that were cancelled one after the other on one yes are told in one sentence."""
    gone = [say for say in says if say.code in ("cancelled", "skipped", "cancelled_series")]
    if len(gone) < 2:
        return list(says)
    count = sum(int(say.facts.get("count") or say.facts.get("ride", {}).get("count", 1)) for say in gone)
    return [Say("cancelled", {"count": count}), *(say for say in says if say not in gone)]


def _cancelled(words: Wording, facts: Facts) -> str:
    count = facts.get("count", 1)
    what = "Die Fahrt ist abgesagt."
    if count > 1:
        what = f"{'Beide' if count == 2 else f'Alle {count}'} Fahrten sind abgesagt."
    return f"{what} Danke, dass Sie Bescheid sagen."


def _refused(words: Wording, facts: Facts) -> str:
    reason = str(facts["reason"])
    return f"{words.ride(facts['ride'])}: {reason}" if "ride" in facts else reason


def _skipped(words: Wording, facts: Facts) -> str:
    day = words.day(facts["ride"]["pickup_from"]) if facts.get("ride") else ""
    return f"Die Fahrt fällt aus: {day}. Die anderen Fahrten bleiben."


def _ask_more(words: Wording, facts: Facts) -> str:
    text = "Kann ich noch etwas tun? 1: ja. 2: nein, danke."
    if facts.get("can_return"):
        text += " 3: Rückfahrt offen halten. 4: Rückfahrt zu einer festen Zeit."
    return text


def _not_understood(words: Wording, facts: Facts) -> str:
    if facts.get("times", 1) < 2:
        return "Das habe ich nicht verstanden."
    return _TIPS.get(facts.get("asked", ""), "Ich verstehe Sie leider nicht. Drücken Sie die 0, dann hilft ein Mensch.")


_TIPS = {
    "start": "Ich verstehe Sie leider nicht. Drücken Sie die 1, dann frage ich Schritt für Schritt.",
    "from": "Sagen Sie nur den Ort, zum Beispiel: Klötze. Oder tippen Sie seine ersten drei Buchstaben, dann die Raute.",
    "to": "Sagen Sie nur den Ort, zum Beispiel: Klötze. Oder tippen Sie seine ersten drei Buchstaben, dann die Raute.",
    "when": "Sagen Sie zum Beispiel: morgen um 9 Uhr. Oder tippen Sie 4 Ziffern, dann die Raute.",
    "beside": "Sagen Sie ja oder nein. Oder drücken Sie 1 für ja, 2 für nein.",
    "offer": "Sagen Sie ja oder nein. Oder drücken Sie 1 für ja, 2 für nein.",
}


def _help(words: Wording, facts: Facts) -> str:
    tip = _TIPS.get(facts.get("asked", ""), "").removeprefix("Ich verstehe Sie leider nicht. ")
    keys = "Mit der 0 sprechen Sie mit einem Menschen. Stern: Ich sage alles noch einmal. 9: Ich spreche langsamer."
    return f"{tip} {keys}".strip()


def _unknown_place(words: Wording, facts: Facts) -> str:
    return f"Den Ort „{facts['heard']}“ kenne ich nicht. Unser Gebiet: {words.district}."


def _more_letters(words: Wording, facts: Facts) -> str:
    count = facts.get("count", 0)
    return (
        f"Das passt auf {count} Orte. Bitte tippen Sie mehr Buchstaben."
        if count
        else "Bitte tippen Sie mehr Buchstaben."
    )


def _where(words: Wording, facts: Facts) -> str:
    window = window_text(facts["pickup_from"], facts["pickup_until"], words.zone)
    line = facts["line"]  # written for pages: what it says of looking and ringing up is said otherwise on the telephone
    if facts.get("phase") == Phase.EARLY:
        day = words.day(facts["pickup_from"])
        line = f"Ihr Bus kommt {day}, {window}. Fragen Sie eine Stunde vorher noch einmal, dann weiß ich, wo er ist."
    elif facts.get("phase") == Phase.OVERDUE:
        line = "Die versprochene Zeit ist vorbei, und der Bus meldet sich nicht."
    bus = f" Ihr Bus: {facts['bus']}." if facts.get("bus") else ""
    call = " Mit der 0 sprechen Sie mit einem Menschen." if facts.get("needs_call") else ""
    return f"{line}{bus}{call}"


def _will_call_back(words: Wording, facts: Facts) -> str:
    when = f" Wir sind da: {facts['hours']}." if facts.get("hours") else ""
    return f"Wir rufen Sie zurück.{when} Auf Wiederhören."


def _closed(words: Wording, facts: Facts) -> str:
    hours = f" Wir sind da: {facts['hours']}." if facts.get("hours") else ""
    return f"Gerade ist niemand im Büro.{hours}"


def _usual(words: Wording, facts: Facts) -> str:
    name = f"Guten Tag, {facts['name']}." if facts.get("name") else ""
    return f"{name} Wie immer?".strip()


def _price(facts: Facts) -> str:
    fare, count = money_text(facts["fare_cents"]), facts.get("count", 1)
    if count > 1:
        return (
            f"Alle {count} Fahrten sind kostenlos."
            if fare == "kostenlos"
            else f"Alle {count} Fahrten zusammen kosten {fare}."
        )
    return "Die Fahrt ist kostenlos." if fare == "kostenlos" else f"Die Fahrt kostet {fare}."


def _take_your_time(words: Wording, facts: Facts) -> str:
    return "Ich warte. Lassen Sie sich Zeit." if facts.get("silences", 1) > 1 else ""


_WORDS: dict[str, str | Callable[[Wording, Facts], str]] = {
    "greeting": lambda words, _facts: f"Guten Tag, hier ist der Rufbus {words.district}.",
    "welcome_known": lambda _words, facts: f"Guten Tag, {facts['name']}." if facts.get("name") else "",
    "ask_start": "Sagen Sie einfach, wohin Sie möchten. Zum Beispiel: morgen um 9 Uhr von Kalbe nach Klötze.",
    "ask_resume": "Wir wurden eben unterbrochen. Möchten Sie Ihre Bestellung fortsetzen?",
    "ask_pin": _ask_pin,
    "ask_usual": _usual,
    "ask_from": _ask_end("Von wo möchten Sie abfahren?", "Wo steigen Sie ein?"),
    "ask_to": _ask_end("Wohin möchten Sie?", "Wohin möchten Sie?"),
    "ask_which_place": _ask_which_place,
    "ask_village_stop": "An welcher Haltestelle?",
    "ask_day": "An welchem Tag? Ein anderer Tag: 4 Ziffern für Tag und Monat, dann die Raute.",
    "ask_when": _ask_when,
    "ask_which_time": "Welche Zeit meinen Sie?",
    "ask_who": "Wer fährt mit? Sagen Sie zum Beispiel: 2 Personen, eine mit Rollator. Oder drücken Sie die Zahl der Personen.",
    "ask_aids": lambda _words, facts: "Kommt noch etwas mit?" if facts.get("has_some") else "Kommt etwas mit?",
    "ask_things": "Was kommt mit?",
    "ask_needs": "Welche Hilfe?",
    "ask_fare": "Was haben Sie?",
    "ask_anchor": lambda words, facts: (
        f"{clock_text(facts['when'], words.zone)}: Taste 1, wenn Sie dann abfahren. Taste 2, wenn Sie dann da sein müssen."
    ),
    "ask_name": _ask_name,
    "ask_number": _ask_number,
    "ask_offer": _ask_offer,
    "ask_beside": _ask_beside,
    "one_is_enough": "Gut. Es bleibt bei der Fahrt, die Sie haben.",
    "ask_other": "Ich habe nichts gebucht. Was soll anders sein? Sagen Sie zum Beispiel: um 11 Uhr.",
    "ask_refused": "Sie können auch eine andere Zeit sagen.",
    "ask_which_ride": "Welche Fahrt meinen Sie?",
    "ask_ride": lambda words, facts: f"Ihre Fahrt: {words.ride(facts['ride'])}.",
    "ask_cancel": _ask_cancel,
    "ask_change": lambda words, facts: (
        f"Ihre Serie: {words.several(facts['ride'])}. Um wie viel Uhr soll der Bus kommen? "
        "Sie können auch 4 Ziffern tippen, dann die Raute."
        if facts.get("is_series")
        else f"Ihre Fahrt: {words.ride(facts['ride'])}. Was soll anders sein? Sagen Sie zum Beispiel: um 11 Uhr. "
        "Oder tippen Sie 4 Ziffern, dann die Raute."
    ),
    "ask_late": "Wie viele Minuten kommen Sie später?",
    "ask_call_back": "Sollen wir Sie zurückrufen?",
    "ask_more": _ask_more,
    "price": lambda _words, facts: _price(facts),
    "price_later": "Den Preis sage ich Ihnen, bevor ich buche.",
    "way_back": lambda _words, facts: f"Jetzt die Rückfahrt von {facts['origin']} nach {facts['destination']}.",
    "ask_until": ask_until,
    "booked_series": booked_series,
    "changed_series": changed_series,
    "booked": _booked,
    "changed": _changed,
    "cancelled": _cancelled,
    "skipped": _skipped,
    "cancelled_series": lambda words, facts: _cancelled(words, {"count": facts.get("ride", {}).get("count", 1)}),
    "fetched": _fetched,
    "return_kept": _return_kept,
    "where": _where,
    "late": lambda _words, facts: str(facts["text"]),
    "refused": _refused,
    "way_out": lambda _words, facts: str(facts["text"]),
    "problem": lambda _words, facts: str(facts["text"]),
    "unknown_place": _unknown_place,
    "same_place": lambda _words, facts: f"Start und Ziel sind beide {facts['place']}.",
    "one_after_other": "Ich buche eine Fahrt nach der anderen.",
    "unclear_people": "Ich bin nicht sicher, wie viele mitfahren.",
    "time_past": "Diese Zeit ist schon vorbei.",
    "no_such_date": "Diesen Tag gibt es nicht.",
    "more_letters": _more_letters,
    "no_village": "Zu diesen Tasten kenne ich keinen Ort.",
    "nothing_earlier": "Früher geht es leider nicht.",
    "nothing_later": "Später geht es leider nicht.",
    "offer_gone": "Dieser Platz ist gerade weg. Ich suche noch einmal.",
    "nothing_booked": "Gut, ich buche nichts.",
    "nothing_changed": "Gut, es bleibt alles, wie es ist.",
    "nothing_cancelled": "Gut, Ihre Fahrt bleibt.",
    "no_rides": "Ich finde keine Fahrt, die noch kommt.",
    "no_ride_on_day": lambda words, facts: (
        f"Für {day_text(date.fromisoformat(facts['day']), words.today)} finde ich keine Fahrt."
    ),
    "nothing_to_fetch": "Ich finde keine offene Rückfahrt.",
    "no_number": "Ihre Nummer wird nicht übertragen. Deshalb kann ich Ihre Fahrten nicht nennen. Mit der 0 hilft ein Mensch.",
    "pin_wrong": "Das passt nicht zu Ihrer Nummer.",
    "pin_locked": "Das waren zu viele Versuche. Mit der 0 hilft ein Mensch. Buchen können Sie trotzdem.",
    "too_late_for_rule": "So lange kann der Bus nicht warten.",
    "person_after_misses": "Ich verstehe Sie leider nicht. Ich hole einen Menschen.",
    "connecting": "Ich verbinde Sie. Bitte bleiben Sie dran.",
    "nobody_free": "Gerade sprechen alle.",
    "office_closed": _closed,
    "will_call_back": _will_call_back,
    "not_understood": _not_understood,
    "take_your_time": _take_your_time,
    "emergency": "In einem Notfall legen Sie bitte auf und wählen Sie 1 1 2.",
    "waiting": "Ich warte. Lassen Sie sich Zeit.",
    "name_not_needed": "Sie müssen nicht. Der Fahrer begrüßt Sie mit diesem Namen.",
    "cannot_see": "Bilder kann ich nicht sehen.",
    "for_other": "Gern. Lassen Sie sich Zeit, ich warte.",
    "slow": "Ich spreche langsamer.",
    "not_slow": "Ich spreche wieder normal.",
    "help": _help,
    "goodbye": "Gute Fahrt und auf Wiederhören.",
}
