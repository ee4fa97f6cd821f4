"""A wish that was asked, with its answer: to show again, to ask anew, to fill the form with."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accessibility.desk import Anchor, Channel, Concession, InvalidInput, Party, Place, Quote, RideWish
from backend.bookings.desk import get_desk
from backend.bookings.localtime import to_moment
from backend.bookings.models import IdempotencyRecord, RideRequest
from backend.bookings.services import refusal_from
from backend.districts.models import Stop
from backend.districts.selectors import finder_of
from backend.web import display
from backend.web.placenames import named_label


@dataclass(frozen=True, slots=True)
class Asked:
    """A kept wish, the names of its ends, and what the desk answered."""

    request_id: str
    wish: RideWish
    origin_text: str
    destination_text: str
    quote: Quote


def load(request_id: str, key: str) -> Asked | None:
    """The wish that was asked under this key. None: there is no such wish."""
    record = IdempotencyRecord.objects.filter(scope="quote", key=key).first()
    if record is None or record.answer.get("request") != request_id:
        return None
    related = RideRequest.objects.select_related("district", "service_day", "origin_stop", "destination_stop")
    row = related.get(pk=request_id)
    refusal = refusal_from(record.answer) if "refusal" in record.answer else None
    try:
        quote = get_desk().quoted(request_id, refusal)
    except InvalidInput:
        return None
    origin, origin_text = _end(row, row.origin_stop, row.origin_lat, row.origin_lon)
    destination, destination_text = _end(row, row.destination_stop, row.destination_lat, row.destination_lon)
    wish = RideWish(
        district=row.district_id,
        origin=origin,
        destination=destination,
        when=to_moment(row.wished_s, row.service_day.date, ZoneInfo(row.district.timezone)),
        anchor=Anchor(row.anchor),
        party=Party(**row.party),
        needs=frozenset(row.needs),
        concession=Concession(row.concession),
        channel=Channel(row.channel),
        replaces=row.replaces or None,
    )
    return Asked(request_id, wish, origin_text, destination_text, quote)


def _end(row: RideRequest, stop: Stop | None, lat: float, lon: float) -> tuple[Place, str]:
    """One end as it was named: the stop that lies there, else the place, else the point."""
    if stop is not None and (stop.lat, stop.lon) == (lat, lon):
        return Place(stop_id=stop.code), str(stop)
    for named in finder_of(row.district).everything:
        if named.kind != "stop" and (named.lat, named.lon) == (lat, lon):
            return Place(place_id=named.id), named_label(named.kind, named.name, named.village)
    return Place(lat=lat, lon=lon), f"{lat:.5f}, {lon:.5f}"


def wish_text(asked: Asked) -> str:
    """The wish in one line, so that nobody has to remember it: "Von ... nach ..., Di, 24.11.2026, ..."."""
    wish = asked.wish
    edge = _("Abfahrt ab") if wish.anchor is Anchor.DEPART else _("Ankunft bis")
    when = f"{display.day_text(wish.when)}, {edge} {display.clock_text(wish.when)}"
    ends = _("Von %(origin)s nach %(destination)s") % {
        "origin": asked.origin_text,
        "destination": asked.destination_text,
    }
    return f"{ends} · {when} · {display.party_text(wish.party)}"


def edit_url(asked: Asked) -> str:
    """Where the wish can be changed, with everything filled in: nothing is asked twice."""
    page = reverse("web:change", args=[asked.wish.replaces]) if asked.wish.replaces else reverse("web:wish")
    return f"{page}?wunsch={asked.request_id}"


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


def times_to_try(asked: Asked) -> list[datetime]:
    """Times around the wish for whoever got no offer and no proposal, as far as they are not past."""
    around = (asked.wish.when + timedelta(hours=hours) for hours in (-4, -2, 3, 24))
    return [moment for moment in around if moment > timezone.now()]
