"""A wish that was asked, with its answer: to show again, to ask anew, to fill the form with."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accessibility.desk import Anchor, Offer, Party, Place, Quote, RideWish, SeriesQuote, SeriesRule
from backend.bookings.localtime import date_text
from backend.bookings.selectors import asked, booking_by_code
from backend.districts.selectors import finder_of, get_district
from backend.web import display
from backend.web.placenames import named_label
from backend.web.when import read_when

NEAR_ENOUGH = timedelta(minutes=45)


@dataclass(frozen=True, slots=True)
class Asked:
    """A kept wish, the names of its ends, and what the desk answered."""

    request_id: str
    wish: RideWish
    origin_text: str
    destination_text: str
    quote: Quote


def load(request_id: str) -> Asked:
    """A kept wish with its answer. Raises InvalidInput for an unknown id."""
    kept = asked(request_id)
    origin_text, destination_text = (
        end_text(kept.wish.district, end) for end in (kept.wish.origin, kept.wish.destination)
    )
    return Asked(request_id, kept.wish, origin_text, destination_text, kept.quote)


def behind_booking(code: str) -> Asked | None:
    """The wish that a booking came from."""
    booking = booking_by_code(code)
    return load(str(booking.offer.ride_request_id)) if booking else None


def end_text(district_id: str, place: Place) -> str:
    """One end as it was named: a stop, a place, or a point."""
    district = get_district(district_id)
    wanted = place.stop_id or place.place_id
    if district is not None and wanted is not None:
        for named in finder_of(district).everything:
            if named.id == wanted and (named.kind == "stop") == (place.stop_id is not None):
                return named_label(named.kind, named.name, named.village)
    return f"{place.lat:.5f}, {place.lon:.5f}" if place.lat is not None else str(wanted)


def wish_text(asked: Asked) -> str:
    """The wish in one line, so that nobody has to remember it: "Von ... nach ..., Di, 24.11.2026, ..."."""
    wish = asked.wish
    ends = _("Von %(origin)s nach %(destination)s") % {
        "origin": asked.origin_text,
        "destination": asked.destination_text,
    }
    return f"{ends} · {when_text(wish)} · {display.party_text(wish.party)}"


def is_near(offer: Offer, wish: RideWish) -> bool:
    """Whether an offer is what was wished, so that nobody has to be told: not before "from 9:00", not after "by 9:00"."""
    off = offer.pickup_from - wish.when if wish.anchor is Anchor.DEPART else wish.when - offer.arrive_by
    return timedelta() <= off <= NEAR_ENOUGH


def is_off(asked: Asked) -> bool:
    """Whether there are offers, but none that was wished."""
    offers = asked.quote.offers
    return bool(offers) and not any(is_near(offer, asked.wish) for offer in offers)


def when_text(wish: RideWish) -> str:
    """The wished time: "Di, 24.11.2026, Abfahrt ab 8:30 Uhr"."""
    return f"{display.day_text(wish.when)}, {_edge_text(wish)}"


def _edge_text(wish: RideWish) -> str:
    """The wished time of day within a sentence: "Abfahrt ab 8:30 Uhr"; the form's own choices have other words in easy German."""
    text = _("Abfahrt ab %(time)s") if wish.anchor is Anchor.DEPART else _("Ankunft bis %(time)s")
    return text % {"time": display.clock_text(wish.when)}


def series_text(quote: SeriesQuote) -> str:
    """A wish for many days in one line: "Von ... nach ... · Di und Do, ... · Abfahrt ab 8:30 Uhr · ..."."""
    wish = quote.wish
    origin, destination = (end_text(wish.district, end) for end in (wish.origin, wish.destination))
    ends = _("Von %(origin)s nach %(destination)s") % {"origin": origin, "destination": destination}
    parts = (ends, rule_text(quote.rule), _edge_text(wish), display.party_text(wish.party))
    return " · ".join(parts)


def rule_text(rule: SeriesRule) -> str:
    """On which days: "dienstags und donnerstags, 24.11.2026 bis 01.03.2027, nicht in den Schulferien"."""
    names = (
        _("montags"), _("dienstags"), _("mittwochs"), _("donnerstags"), _("freitags"), _("samstags"), _("sonntags"),
    )  # fmt: skip
    days = [names[weekday] for weekday in sorted(rule.weekdays)]
    listed = _("%(days)s und %(last)s") % {"days": ", ".join(days[:-1]), "last": days[-1]} if days[1:] else days[0]
    span = {"first": date_text(rule.first), "until": date_text(rule.until)}
    parts = [listed, _("%(first)s bis %(until)s") % span]
    if rule.every_weeks > 1:
        parts.append(_("alle %(weeks)d Wochen") % {"weeks": rule.every_weeks})
    if not rule.in_school_holidays:
        parts.append(_("nicht in den Schulferien"))
    if not rule.on_public_holidays:
        parts.append(_("nicht an Feiertagen"))
    return ", ".join(parts)


def edit_url(asked: Asked) -> str:
    """Where the wish can be changed, with everything filled in: nothing is asked twice."""
    page = reverse("web:change", args=[asked.wish.replaces]) if asked.wish.replaces else reverse("web:wish")
    return f"{page}?wunsch={asked.request_id}"


def series_values(quote: SeriesQuote) -> dict[str, object]:
    """The wish for many days as values of the form, without its rule."""
    origin, destination = (end_text(quote.wish.district, end) for end in (quote.wish.origin, quote.wish.destination))
    return form_values(Asked(quote.series_id, quote.wish, origin, destination, Quote("", ())))


def form_values(asked: Asked) -> dict[str, object]:
    """The wish as values of the form."""
    wish = asked.wish
    local = timezone.localtime(wish.when)
    counts = {name: str(getattr(wish.party, name)) for name in Party.__slots__}
    return {
        "origin": asked.origin_text,
        "origin_id": _value(wish.origin),
        "destination": asked.destination_text,
        "destination_id": _value(wish.destination),
        "anchor": wish.anchor.value,
        "day": local.date().isoformat(),
        "time": f"{local:%H:%M}",
        "needs": sorted(wish.needs),
        "concession": wish.concession.value,
        **counts,
    }


def _value(place: Place) -> str:
    if place.stop_id is not None:
        return f"stop:{place.stop_id}"
    return f"place:{place.place_id}" if place.place_id is not None else ""


def at_other_time(wish: RideWish, proposed: str) -> RideWish:
    """The same wish at a proposed time (ISO, with or without a time of day); what is no time changes nothing."""
    try:
        moment = datetime.fromisoformat(proposed)
    except ValueError:
        return wish
    if len(proposed) == len("2026-11-24"):
        moment = datetime.combine(moment.date(), timezone.localtime(wish.when).time())
    if timezone.is_naive(moment):
        moment = timezone.make_aware(moment)
    return replace(wish, when=moment)


def typed_time(wish: RideWish, text: str, now: datetime) -> tuple[datetime | None, str]:
    """The moment that a typed time means for this wish, on its day unless the words name one; or what is wrong with it."""
    local = timezone.localtime(wish.when)
    heard = read_when(text, "", local.date(), now, ZoneInfo(timezone.get_current_timezone_name()))
    return heard.moment, str(heard.problem)


def at_other_stop(wish: RideWish, end: str, stop_id: str) -> RideWish:
    """The same wish from or to another stop; without one it stays as it is."""
    if not stop_id or end not in ("origin", "destination"):
        return wish
    place = Place(stop_id=stop_id)
    return replace(wish, origin=place) if end == "origin" else replace(wish, destination=place)


def times_to_try(asked: Asked) -> list[datetime]:
    """Times around the wish for whoever got no offer and no proposal, as far as they are not past."""
    around = (asked.wish.when + timedelta(hours=hours) for hours in (-4, -2, 3, 24))
    return [moment for moment in around if moment > timezone.now()]
