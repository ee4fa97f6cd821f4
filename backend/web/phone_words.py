"""What a dispatcher says: the offer to be agreed to, the booking to be written down. Whole sentences, no false minute."""

from __future__ import annotations

from datetime import date

from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accessibility.desk import BookingView, Offer, Party, SeriesQuote
from accessibility.dialogue.state import SeriesHeard
from accessibility.language.spelling import spelled
from accessibility.voice.series_words import rule_text
from backend.web import display

RULES = {
    "too_late": gettext_lazy("Vorlaufzeit"),
    "after_deadline": gettext_lazy("Bestellschluss"),
    "beyond_horizon": gettext_lazy("Buchungszeitraum"),
    "outside_hours": gettext_lazy("Betriebszeit"),
    "group_too_large": gettext_lazy("Gruppengröße"),
    "no_stop_near": gettext_lazy("Fußweg"),
}


def rule_names(codes: list[str]) -> str:
    """The rules of these refusals, as people call them."""
    return ", ".join(str(RULES.get(code, code)) for code in codes)


def offer_sentence(offer: Offer, party: Party) -> str:
    """To be said before booking."""
    words = {
        "day": display.day_long_text(offer.pickup_from),
        "window": display.window_text(offer.pickup_from, offer.pickup_until),
        "from": _stop(offer.pickup_stop.village, offer.pickup_stop.name),
        "to": _stop(offer.delivery_stop.village, offer.delivery_stop.name),
        "by": display.clock_text(offer.arrive_by),
        "price": display.money_text(offer.fare.total_cents),
        "who": display.party_text(party),
    }
    said = _(
        "%(day)s: Der Bus holt Sie %(window)s ab, Haltestelle %(from)s. Spätestens um %(by)s sind Sie in %(to)s. "
        "Es fahren mit: %(who)s. Das kostet %(price)s."
    )
    return said % words


def series_sentence(quote: SeriesQuote, heard: SeriesHeard) -> str:
    """To be said before a series is booked: what holds on each of its days."""
    window = display.window_text(heard.pickup_from, heard.pickup_until)
    words = {
        "rule": rule_text(sorted(quote.rule.weekdays), quote.rule.every_weeks),
        "first": _short_date(heard.first),
        "last": _short_date(heard.last),
        "rides": ngettext("%(n)d Fahrt", "%(n)d Fahrten", heard.count) % {"n": heard.count},
        "window": window if heard.is_even else _("je nach Tag %(window)s") % {"window": window},
        "from": heard.pickup_stop,
        "to": heard.delivery_stop,
        "by": display.clock_text(heard.arrive_by),
        "price": display.money_text(heard.fare_cents),
        "who": display.party_text(quote.wish.party),
    }
    said = _(
        "%(rule)s, vom %(first)s bis %(last)s, %(rides)s: Der Bus holt Sie %(window)s ab, Haltestelle %(from)s. "
        "Spätestens um %(by)s sind Sie in %(to)s. Es fahren mit: %(who)s. Sie zahlen jede Fahrt im Bus, zusammen %(price)s."
    )
    return capfirst(said % words)


def booked_sentence(booking: BookingView) -> str:
    """To be said after booking."""
    offer = booking.offer
    words = {
        "begin": display.clock_text(offer.pickup_from),
        "from": _stop(offer.pickup_stop.village, offer.pickup_stop.name),
        "day": display.day_long_text(offer.pickup_from),
    }
    return _("Bitte seien Sie am %(day)s um %(begin)s an der Haltestelle %(from)s.") % words


def code_said(code: str) -> str:
    """The code to be spelled: "K wie Köln, sieben, ..."."""
    return ", ".join(spelled(code))


def _short_date(iso: str) -> str:
    day = date.fromisoformat(iso)
    return f"{day.day}.{day.month}."


def _stop(village: str, name: str) -> str:
    return f"{village}, {name}"
