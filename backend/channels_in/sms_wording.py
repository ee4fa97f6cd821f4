"""The words of written dialogues: as short as friends write, the important first, in the rider's language."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import npgettext, pgettext

from accessibility.desk import Concession
from accessibility.dialogue.saying import Choice, Reply, Say
from accessibility.dialogue.state import OfferHeard, State
from accessibility.following import Phase
from accessibility.sms.fitting import MOST_SEGMENTS, tidy, within
from backend.bookings.rewording import reword
from backend.channels_in import sms_series
from backend.operations.wording import brought_along

Facts = Mapping[str, Any]
BETWEEN_OFFERS = 3  # so many times stand in one message
NAMED_WALK_M = 150  # a walk shorter than this is at the door


@dataclass(frozen=True, slots=True)
class Wording:
    """Words for one district. `phone` is the number of its people, as one reads it."""

    zone: ZoneInfo
    today: date
    phone: str = ""
    hours: str = ""

    def text(self, reply: Reply, state: State, most: int = MOST_SEGMENTS) -> str:
        """All of a reply in one message: what was found first, then the question, then what may be answered."""
        says = [say for say in reply.says if not (say.code == "ask_start" and _has(reply, "help"))]
        said = [sentence for say in says if (sentence := self.say(say, state))]
        keys = self._keys(reply, state)
        said = list(dict.fromkeys(said))  # the same sentence stands once
        sentences = tuple(tidy(sentence) for sentence in (*said, *keys) if sentence)
        return within(sentences, most, needed=max(1, len(said)))

    def say(self, say: Say, state: State) -> str:
        """One thought; what a written dialogue need not say is nothing."""
        if say.code == "ask_offer":
            return self._offer(state)
        words = _WORDS.get(say.code)
        return words(self, say.facts) if words else ""

    def day(self, moment: datetime | date) -> str:
        """ "heute", "morgen", else "Fr 27.11."."""
        day = moment.astimezone(self.zone).date() if isinstance(moment, datetime) else moment
        return near_day(day, self.today)

    def clock(self, moment: datetime) -> str:
        """ "9:25"."""
        local = moment.astimezone(self.zone)
        return f"{local.hour}:{local.minute:02d}"

    def window(self, earliest: datetime, latest: datetime) -> str:
        """ "9:25-9:35 Uhr"."""
        return pgettext("SMS", "%(from)s-%(until)s Uhr") % {"from": self.clock(earliest), "until": self.clock(latest)}

    def ride(self, facts: Facts) -> str:
        """ "Fr 27.11. 9:25 Kalbe, Markt - Gardelegen, Klinikum"."""
        start = datetime.fromisoformat(facts["pickup_from"])
        return f"{self.day(start)} {self.clock(start)} {facts['pickup_stop']} - {facts['delivery_stop']}"

    def several(self, ride: Facts) -> str:
        """A ride, or what is left of a series."""
        return sms_series.left_text(self, ride) if ride.get("count", 1) > 1 else self.ride(ride)

    def _offer(self, state: State) -> str:
        if state.series is not None:
            wish = state.wish
            people, fare = people_text(state), money_text(state.series.fare_cents)
            return sms_series.offer_text(
                self, state.series, wish.weekdays, wish.every_weeks, people, fare, is_change=bool(wish.replaces)
            )
        offer = state.offers[state.offer]
        parts = [
            pgettext("SMS", "%(day)s %(window)s ab %(stop)s, an %(goal)s bis %(time)s Uhr, %(people)s, %(fare)s.")
            % {
                "day": self.day(offer.pickup_from),
                "window": self.window(offer.pickup_from, offer.pickup_until),
                "stop": offer.pickup_stop,
                "goal": offer.delivery_stop,
                "time": self.clock(offer.arrive_by),
                "people": people_text(state),
                "fare": money_text(offer.fare_cents),
            }
        ]
        if offer.pickup_walk_m > NAMED_WALK_M:
            parts.append(_("Fußweg zur Haltestelle: %(metres)d m.") % {"metres": round(offer.pickup_walk_m, -1)})
        if offer.delivery_walk_m > NAMED_WALK_M:
            parts.append(_("Fußweg zum Ziel: %(metres)d m.") % {"metres": round(offer.delivery_walk_m, -1)})
        if state.wish.concession is Concession.DEUTSCHLANDTICKET:
            parts.append(_("Bitte Deutschlandticket zeigen."))
        elif state.wish.concession is not Concession.NONE:
            parts.append(_("Bitte Ausweis mit Wertmarke zeigen."))
        if state.wish.needs:
            parts.append(_("Ihr Hinweis geht an den Fahrer."))
        return " ".join(parts)

    def _keys(self, reply: Reply, state: State) -> list[str]:
        """What may be answered."""
        if reply.is_over or not any(say.code.startswith("ask_") for say in reply.says):
            return []
        if reply.asked == "offer":
            return self._offer_keys(state)
        if reply.asked == "refused" and not any(choice.what == "way" for choice in reply.choices):
            return [_("Oder fragen Sie einen Menschen: MENSCH.")]
        if reply.asked in ("which_place", "which_time", "which_ride", "usual", "refused"):
            return [self._choice(choice) for choice in reply.choices]
        texts = {
            "beside": self._beside_keys(reply, state),
            "cancel": self._cancel_keys(reply),
            "late": _("5, 10 oder 15 Minuten?"),
            "other": (
                _("Eine andere Uhrzeit? NUR EINMAL = nur eine Fahrt. NEIN = nichts buchen.")
                if state.series is not None and not state.wish.replaces
                else _("Eine andere Zeit? NEIN = nichts ändern.")
                if state.series is not None
                else _("FRÜHER, SPÄTER oder eine andere Uhrzeit? NEIN = nichts buchen.")
            ),
            "ride": _("Schreiben Sie WO, ÄNDERN, STORNO oder SPÄTER."),
        }
        return [texts[reply.asked]] if reply.asked in texts else []

    def _offer_keys(self, state: State) -> list[str]:
        if state.series is not None:
            if state.wish.replaces:
                return [pgettext("SMS", "JA = alle ändern, NEIN = nicht.")]
            return [pgettext("SMS", "JA = alle buchen, NEIN = nicht.")]
        yes = pgettext("SMS", "JA = ändern.") if state.wish.replaces else pgettext("SMS", "JA = buchen.")
        others = [
            f"{number} = {self._time_of(offer, state)}"
            for number, offer in enumerate(state.offers[:BETWEEN_OFFERS], start=1)
            if number - 1 != state.offer
        ]
        return [yes, ", ".join(others) + "." if others else ""]

    def _time_of(self, offer: OfferHeard, state: State) -> str:
        """The time of another offer; the day and the stop only where they differ."""
        current = state.offers[state.offer]
        text = pgettext("SMS", "%(time)s Uhr") % {"time": self.clock(offer.pickup_from)}
        if offer.pickup_from.astimezone(self.zone).date() != current.pickup_from.astimezone(self.zone).date():
            text = f"{self.day(offer.pickup_from)} {text}"
        return f"{text} ({offer.pickup_stop})" if offer.pickup_stop != current.pickup_stop else text

    def _cancel_keys(self, reply: Reply) -> str:
        if any(say.code == "ask_cancel" and "rides" in say.facts for say in reply.says):
            return pgettext("SMS", "JA = alle absagen, NEIN = alle behalten.")
        if any(choice.what == "both" for choice in reply.choices):
            return _("JA = nur diese Fahrt, 2 = hin und zurück, NEIN = nichts absagen.")
        return pgettext("SMS", "JA = absagen, NEIN = behalten.")

    @staticmethod
    def _beside_keys(reply: Reply, state: State) -> str:
        if any(choice.what == "instead" for choice in reply.choices):
            return pgettext("SMS", "BEIDE = noch eine buchen, NEU = neue statt alter, NEIN = nichts buchen.")
        if state.wish.replaces:
            return pgettext("SMS", "JA = ändern, NEIN = nicht.")
        return pgettext("SMS", "JA = trotzdem buchen, NEIN = nicht.")

    def _choice(self, choice: Choice) -> str:
        words = _CHOICES.get(choice.what)
        return f"{choice.key} = {words(self, choice.facts)}." if words else ""


def _has(reply: Reply, code: str) -> bool:
    return any(say.code == code for say in reply.says)


def near_day(day: date, today: date) -> str:
    """ "heute", "morgen", else "Fr 27.11."."""
    ahead = (day - today).days
    if ahead == 0:
        return pgettext("SMS", "heute")
    if ahead == 1:
        return pgettext("SMS", "morgen")
    names = (_("Mo"), _("Di"), _("Mi"), _("Do"), _("Fr"), _("Sa"), _("So"))
    return pgettext("SMS", "%(weekday)s %(day)s.%(month)s.") % {
        "weekday": names[day.weekday()],
        "day": day.day,
        "month": day.month,
    }


def money_text(cents: int) -> str:
    """ "5,80 EUR": the sign costs two places."""
    if cents == 0:
        return pgettext("SMS", "kostenlos")
    return pgettext("SMS", "%(euros)d,%(cents)02d EUR") % {"euros": cents // 100, "cents": cents % 100}


def people_text(state: State) -> str:
    """ "2 Pers, 1 Rollstuhl": who rides, so that it is read back."""
    party = state.wish.party
    count = party.adults + party.children
    parts = [npgettext("SMS", "%(n)d Pers", "%(n)d Pers", count) % {"n": count}]
    if party.children:
        parts.append(npgettext("SMS", "davon %(n)d Kind", "davon %(n)d Kinder", party.children) % {"n": party.children})
    return ", ".join([*parts, *brought_along(party)])


def help_text() -> str:
    """What can be written, in one message."""
    return _(
        "Buchen: morgen 9:30 von Kalbe nach Gardelegen, 2 Pers. Sonst: WO, STORNO, ÄNDERN, SPÄTER, RÜCK, WIE IMMER. "
        "MENSCH = Leitstelle. ENGLISH, LEICHT."
    )


def _booked(words: Wording, facts: Facts) -> str:
    start, end = datetime.fromisoformat(facts["pickup_from"]), datetime.fromisoformat(facts["pickup_until"])
    return _("Gebucht: %(day)s %(window)s ab %(stop)s. Code %(code)s. Absagen: STORNO. Später abgeholt werden: RÜCK.") % {
        "day": words.day(start), "window": words.window(start, end), "stop": facts["pickup_stop"], "code": facts["code"],
    }  # fmt: skip


def _changed(words: Wording, facts: Facts) -> str:
    start, end = datetime.fromisoformat(facts["pickup_from"]), datetime.fromisoformat(facts["pickup_until"])
    return _("Geändert: %(day)s %(window)s ab %(stop)s. Neuer Code %(code)s.") % {
        "day": words.day(start), "window": words.window(start, end), "stop": facts["pickup_stop"], "code": facts["code"],
    }  # fmt: skip


def _fetched(words: Wording, facts: Facts) -> str:
    start, end = datetime.fromisoformat(facts["pickup_from"]), datetime.fromisoformat(facts["pickup_until"])
    return _("Der Bus holt Sie ab: %(day)s %(window)s ab %(stop)s. Code %(code)s.") % {
        "day": words.day(start), "window": words.window(start, end), "stop": facts["pickup_stop"], "code": facts["code"],
    }  # fmt: skip


def _return_kept(words: Wording, facts: Facts) -> str:
    until = datetime.fromisoformat(facts["valid_until"])
    return _("Ihre Rückfahrt ist offen. Schreiben Sie RÜCK, wenn Sie fertig sind, spätestens um %(time)s Uhr.") % {
        "time": words.clock(until)
    }


def _cancelled(words: Wording, facts: Facts) -> str:
    if facts.get("count", 1) > 1:
        return _("Abgesagt: Hinfahrt und Rückfahrt. Sie müssen nichts weiter tun.")
    return (
        _("Abgesagt: %(ride)s.") % {"ride": words.ride(facts["ride"])}
        if "ride" in facts
        else _("Die Fahrt ist abgesagt.")
    )


def _skipped(words: Wording, facts: Facts) -> str:
    if "ride" not in facts:
        return _("Die Fahrt ist abgesagt.")
    return _("Abgesagt: %(ride)s. Die anderen Tage bleiben.") % {"ride": words.ride(facts["ride"])}


def _ask_cancel(words: Wording, facts: Facts) -> str:
    if "rides" in facts:
        listed = "; ".join(words.several(ride) for ride in facts["rides"])
        return pgettext("SMS", "Alle absagen? %(rides)s.") % {"rides": listed}
    return pgettext("SMS", "%(ride)s absagen?") % {"ride": words.ride(facts["ride"])}


def _ask_beside(words: Wording, facts: Facts) -> str:
    """Which ride there is at that time; the number or address has proved whose it is."""
    ride = {"ride": words.ride(facts["ride"]), "code": facts["ride"]["code"], "count": facts["count"]}
    if facts["count"] > 1:
        return _("Sie haben zu diesen Zeiten schon %(count)d Fahrten. Zuerst: %(ride)s, Code %(code)s.") % ride
    return _("Sie haben schon eine Fahrt: %(ride)s, Code %(code)s.") % ride


def _ask_change(words: Wording, facts: Facts) -> str:
    if facts.get("is_series"):
        return _("%(rides)s: Um wie viel Uhr ab jetzt?") % {"rides": words.several(facts["ride"])}
    return _("%(ride)s: Was soll anders sein? Zum Beispiel: eine Stunde später.") % {"ride": words.ride(facts["ride"])}


def _ask_ride(words: Wording, facts: Facts) -> str:
    return _("Ihre Fahrt: %(ride)s, Code %(code)s.") % {
        "ride": words.ride(facts["ride"]),
        "code": facts["ride"]["code"],
    }


def _ask_place(words: Wording, facts: Facts) -> str:
    if facts.get("only"):
        return _("Meinen Sie %(place)s? JA oder NEIN.") % {"place": facts["only"]}
    return (
        _('Welchen Ort meinen Sie mit "%(heard)s"?') % {"heard": str(facts["heard"]).title()}
        if facts.get("heard")
        else _("Welchen Ort meinen Sie?")
    )


def _ask_name(words: Wording, facts: Facts) -> str:
    if facts.get("for_other"):
        return _("Wie heißt die Person? Der Fahrer begrüßt sie mit diesem Namen.")
    return _("Wie heißen Sie? Der Fahrer begrüßt Sie mit diesem Namen.")


def _ask_when(words: Wording, facts: Facts) -> str:
    if facts.get("day"):
        return _("Um wie viel Uhr, %(day)s?") % {"day": words.day(date.fromisoformat(facts["day"]))}
    return _("Wann möchten Sie fahren? Zum Beispiel: morgen 9:30.")


def _not_understood(words: Wording, facts: Facts) -> str:
    text = _("Das habe ich nicht verstanden.")
    return f"{text} {_('Mehr: HILFE.')}" if facts.get("asked") == "more" else text


def _where(words: Wording, facts: Facts) -> str:
    """The line of the pages; what it says of looking and ringing up is written otherwise: who writes may be deaf."""
    phase, helped = facts.get("phase"), _("Antworten Sie MENSCH, dann hilft Ihnen jemand.")
    if phase == Phase.OVERDUE:
        return f"{_('Die versprochene Zeit ist vorbei, und der Bus meldet sich nicht.')} {helped}"
    if phase != Phase.EARLY:
        line = reword(facts["line"])
        return f"{line} {helped}" if facts.get("needs_call") else line
    start, end = datetime.fromisoformat(facts["pickup_from"]), datetime.fromisoformat(facts["pickup_until"])
    text = _(
        "Ihr Bus kommt %(day)s %(window)s zur Haltestelle %(stop)s. Fragen Sie eine Stunde vorher noch einmal: WO."
    )
    return text % {"day": words.day(start), "window": words.window(start, end), "stop": facts["pickup_stop"]}


def _refused(words: Wording, facts: Facts) -> str:
    reason = reword(facts["reason"]) or _("Das geht leider nicht.")
    return f"{words.ride(facts['ride'])}: {reason}" if "ride" in facts else reason


def _way_out(words: Wording, facts: Facts) -> str:
    if facts["text"] in ("Fahrt ändern", _("Fahrt ändern")):  # a button on pages
        return _("Schreiben Sie: ÄNDERN.")
    return reword(facts["text"])


def _unknown_place(words: Wording, facts: Facts) -> str:
    return _('Den Ort "%(place)s" kenne ich nicht.') % {"place": str(facts["heard"]).title()}


def _person(words: Wording, facts: Facts) -> str:
    hours = facts.get("hours") or words.hours
    text = _("Ein Mensch liest das und antwortet Ihnen hier. Niemand ruft Sie an.")
    if hours:
        text += " " + _("Die Leitstelle ist da: %(hours)s.") % {"hours": reword(hours)}
    return text


def _no_ride_on_day(words: Wording, facts: Facts) -> str:
    return _("An diesem Tag haben Sie keine Fahrt: %(day)s.") % {"day": words.day(date.fromisoformat(facts["day"]))}


def _ask_usual(words: Wording, facts: Facts) -> str:
    return pgettext("SMS", "Welche Fahrt?")


def _usual_choice(words: Wording, facts: Facts) -> str:
    when = datetime.fromisoformat(facts["when"]) if facts.get("when") else None
    start = (
        pgettext("SMS", "%(day)s %(time)s Uhr") % {"day": words.day(when), "time": words.clock(when)} + " "
        if when
        else ""
    )
    return f"{start}{facts['origin']} - {facts['destination']}"


def _time_choice(words: Wording, facts: Facts) -> str:
    when = datetime.fromisoformat(facts["when"])
    return pgettext("SMS", "%(day)s %(time)s Uhr") % {"day": words.day(when), "time": words.clock(when)}


def _price(words: Wording, facts: Facts) -> str:
    return pgettext("SMS", "Preis: %(fare)s.") % {"fare": money_text(facts["fare_cents"])}


_WORDS: dict[str, Callable[[Wording, Facts], str]] = {
    "booked": _booked,
    "booked_series": sms_series.booked_text,
    "changed_series": sms_series.changed_text,
    "cancelled_series": lambda words, facts: (
        _("Abgesagt: %(ride)s.") % {"ride": words.several(facts["ride"])} if facts else _("Die Fahrt ist abgesagt.")
    ),
    "changed": _changed,
    "fetched": _fetched,
    "return_kept": _return_kept,
    "cancelled": _cancelled,
    "skipped": _skipped,
    "where": _where,
    "late": lambda _words, facts: reword(facts["text"]),
    "refused": _refused,
    "way_out": _way_out,
    "problem": lambda _words, facts: reword(facts["text"]),
    "unknown_place": _unknown_place,
    "one_after_other": lambda _words, _facts: _("Eine Fahrt nach der anderen."),
    "unclear_people": lambda _words, _facts: _("Wie viele Personen fahren mit?"),
    "nothing_usual": lambda _words, _facts: _("Eine Fahrt wie immer kenne ich noch nicht."),
    "no_such_date": lambda _words, _facts: _("Diesen Tag gibt es nicht."),
    "time_past": lambda _words, _facts: _("Diese Uhrzeit ist schon vorbei."),
    "same_place": lambda _words, facts: _("Start und Ziel sind gleich: %(place)s.") % {"place": facts["place"]},
    "offer_gone": lambda _words, _facts: _("Dieses Angebot ist nicht mehr frei."),
    "nothing_earlier": lambda _words, _facts: _("Früher ist nichts frei."),
    "nothing_later": lambda _words, _facts: _("Später ist nichts frei."),
    "price": _price,
    "price_later": lambda _words, _facts: _("Der Preis steht im Angebot."),
    "way_back": lambda _words, _facts: _("Jetzt die Rückfahrt:"),
    "nothing_booked": lambda _words, _facts: _("Gut, es ist nichts gebucht."),
    "nothing_changed": lambda _words, _facts: _("Gut, Ihre Fahrt bleibt, wie sie ist."),
    "nothing_cancelled": lambda _words, _facts: _("Gut, Ihre Fahrt bleibt gebucht."),
    "nothing_to_fetch": lambda _words, _facts: _(
        "Für heute ist keine Rückfahrt offen. Schreiben Sie, von wo nach wo Sie fahren möchten."
    ),
    "no_rides": lambda _words, _facts: _("Zu dieser Nummer oder Adresse ist keine Fahrt gebucht."),
    "no_ride_with_code": lambda _words, _facts: _(
        "Diesen Code finde ich zu Ihrer Nummer nicht. Schreiben Sie von der Nummer, mit der gebucht ist, oder: MENSCH."
    ),
    "no_ride_on_day": _no_ride_on_day,
    "too_late_for_rule": lambda _words, _facts: _("So lange wartet der Bus nicht."),
    "not_understood": _not_understood,
    "cannot_see": lambda _words, _facts: _("Bilder und Töne kann ich nicht lesen. Bitte schreiben Sie."),
    "help": lambda _words, _facts: help_text(),
    "connecting": _person,
    "will_call_back": _person,
    "nobody_free": _person,
    "office_closed": _person,
    "goodbye": lambda _words, _facts: _("Gern. Schreiben Sie einfach wieder."),
    "ask_start": lambda _words, _facts: _("Schreiben Sie zum Beispiel: morgen 9:30 von Kalbe nach Gardelegen. Mehr: HILFE."),
    "ask_usual": _ask_usual,
    "ask_from": lambda _words, _facts: _("Von wo möchten Sie fahren?"),
    "ask_to": lambda _words, facts: (
        _("In welchem Ort ist das?") if facts.get("purpose") else _("Wohin möchten Sie fahren?")
    ),
    "ask_which_place": _ask_place,
    "ask_when": _ask_when,
    "ask_until": sms_series.ask_until,
    "ask_which_time": lambda _words, _facts: _("Welche Zeit meinen Sie?"),
    "ask_who": lambda _words, _facts: _("Wie viele Personen fahren mit?"),
    "emergency": lambda _words, _facts: _("Im Notfall: 112 anrufen. Ohne Telefonieren: die Notruf-App nora."),
    "ask_name": _ask_name,
    "name_not_needed": lambda _words, _facts: _("Sie müssen keinen Namen sagen. Schreiben Sie dann: OHNE NAMEN."),
    "ask_number": lambda _words, _facts: _(
        "Unter welcher Nummer erreichen wir die Person? Sie bekommt dort Nachrichten. Sie muss einverstanden sein."
    ),
    "ask_refused": lambda _words, _facts: "",
    "ask_which_ride": lambda _words, _facts: pgettext("SMS", "Welche Fahrt?"),
    "ask_ride": _ask_ride,
    "ask_cancel": _ask_cancel,
    "ask_change": _ask_change,
    "ask_beside": _ask_beside,
    "one_is_enough": lambda _words, _facts: _("Gut, es bleibt bei der alten Fahrt."),
    "ask_late": lambda _words, _facts: _("Wie viele Minuten später kommen Sie?"),
}  # fmt: skip
_CHOICES: dict[str, Callable[[Wording, Facts], str]] = {
    "place": lambda _words, facts: str(facts["text"]),
    "stop": lambda _words, facts: str(facts["text"]),
    "none": lambda _words, _facts: _("etwas anderes"),
    "other": lambda _words, _facts: _("etwas anderes"),
    "time": _time_choice,
    "ride": lambda words, facts: words.ride(facts),
    "series": lambda words, facts: (
        words.several(facts) if facts.get("is_one_of_several") else _("die ganze Serie, %(count)d Fahrten") % facts
    ),
    "usual": _usual_choice,
    "way": lambda _words, facts: reword(str(facts["text"])).rstrip("."),
    "give_up": lambda _words, _facts: _("nichts buchen"),
}
