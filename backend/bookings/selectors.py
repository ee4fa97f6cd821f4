"""Reads wishes, offers and bookings as the desk shows them."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accessibility.desk import (
    Anchor,
    Booker,
    BookingState,
    BookingView,
    Channel,
    Concession,
    Fare,
    FareLine,
    InvalidInput,
    Offer,
    Party,
    Passenger,
    Place,
    Quote,
    Refusal,
    RideWish,
    StopView,
    TripKind,
    TripLeg,
    TripView,
    WayOut,
)
from backend.bookings.localtime import to_moment
from backend.bookings.models import Booking, OfferRecord, RideRequest, RuleOverride, Trip
from backend.bookings.planning import current_plan
from backend.districts.models import Stop
from backend.districts.selectors import stops_by_number
from dispatch.model import EventKind

TOLD_STEP_S = 300


@dataclass(frozen=True, slots=True)
class Asked:
    """A kept wish and what it was answered with."""

    wish: RideWish
    quote: Quote


def asked(request_id: str) -> Asked:
    """A kept wish with its answer. Raises InvalidInput for an unknown id. Who may see it is the caller's to know."""
    wishes = RideRequest.objects.select_related("district", "service_day")
    row = wishes.filter(pk=identity(request_id, "request_id")).first()
    if row is None:
        raise InvalidInput("request_id", _("Diese Anfrage gibt es nicht."), "not_found")
    offers = row.offers.select_related("pickup_stop", "delivery_stop").order_by("rank")
    for offer in offers:
        offer.district = row.district  # read once: a district's row carries its whole document
    refusal = refusal_from(row.refusal) if row.refusal else None
    quote = Quote(str(row.pk), tuple(offer_view(offer) for offer in offers), refusal)
    return Asked(wish_of(row), quote)


def wish_of(row: RideRequest) -> RideWish:
    """A kept wish as it was said."""
    return RideWish(
        district=row.district_id,
        origin=Place(**row.origin),
        destination=Place(**row.destination),
        when=row.wished_at.astimezone(ZoneInfo(row.district.timezone)),
        anchor=Anchor(row.anchor),
        party=Party(**row.party),
        needs=frozenset(row.needs),
        concession=Concession(row.concession),
        channel=Channel(row.channel),
        max_walk_m=row.max_walk_m,
        replaces=row.replaces or None,
    )


def refusal_document(refusal: Refusal) -> dict[str, Any]:
    """A refusal as it is kept."""
    return asdict(refusal)


def refusal_from(document: dict[str, Any]) -> Refusal:
    """A kept refusal."""
    ways = tuple(WayOut(**way) for way in document["way_out"])
    return Refusal(document["code"], document["reason"], ways, document.get("concerns", ""))


def identity(text: str, field_name: str) -> uuid.UUID:
    """The id that a text writes. Raises InvalidInput."""
    try:
        return uuid.UUID(text)
    except (ValueError, AttributeError, TypeError):
        raise InvalidInput(field_name, _("Das ist keine gültige Kennung.")) from None


def offer_of(offer_id: str) -> OfferRecord:
    """An offer. Raises InvalidInput for an unknown id."""
    rows = OfferRecord.objects.select_related("district", "ride_request__district", "pickup_stop", "delivery_stop")
    offer = rows.filter(pk=identity(offer_id, "offer_id")).first()
    if offer is None:
        problem = _("Dieses Angebot gibt es nicht. Fragen Sie die Fahrt bitte neu an.")
        raise InvalidInput("offer_id", problem, "not_found")
    return offer


def bookings() -> QuerySet[Booking]:
    """Bookings with everything that a view of them shows."""
    return Booking.objects.select_related(
        "district", "service_day__district", "rider", "offer__ride_request__service_day", "offer__pickup_stop",
        "offer__delivery_stop", "offer__district", "trip", "booker",
    )  # fmt: skip


def booking_by_code(code: str) -> Booking | None:
    """The booking of a code in any spelling."""
    return bookings().filter(code=normalised_code(code)).first()


def code_of_offer(offer_id: str) -> str | None:
    """The code of the booking that an offer has become, if it has."""
    return Booking.objects.filter(offer_id=identity(offer_id, "offer_id")).values_list("code", flat=True).first()


def normalised_code(text: str) -> str:
    """A booking code as it is stored, of "k7m 3px" or "K7M3PX"."""
    letters = re.sub(r"[^A-Z0-9]", "", text[:40].upper())
    return f"{letters[:3]}-{letters[3:]}"


def stop_view(stop: Stop) -> StopView:
    """A stop as riders see it."""
    return StopView(stop.code, stop.name, stop.village, stop.lat, stop.lon)


def offer_view(row: OfferRecord) -> Offer:
    """A stored offer as riders see it."""
    day = row.ride_request.service_day
    assert day is not None  # only wishes within the horizon get offers
    zone = ZoneInfo(row.district.timezone)
    lines = tuple(FareLine(**line) for line in row.fare["lines"])
    return Offer(
        id=str(row.pk),
        pickup_stop=stop_view(row.pickup_stop),
        pickup_walk_m=row.pickup_walk_m,
        pickup_from=to_moment(row.pickup_earliest_s, day.date, zone),
        pickup_until=to_moment(row.pickup_latest_s, day.date, zone),
        delivery_stop=stop_view(row.delivery_stop),
        delivery_walk_m=row.delivery_walk_m,
        arrive_by=to_moment(row.delivery_latest_s, day.date, zone),
        max_ride_minutes=row.max_ride_s // 60,
        fare=Fare(row.fare["total_cents"], lines),
        vehicle_kind=row.vehicle_kind,
        expires_at=row.expires_at.astimezone(zone),
    )


def told_s(booking: Booking, limit: str) -> int:
    """A limit of a booking's promise as its rider hears it, in seconds of the service day.

    What lateness takes of the time that planning holds back is not told. What it takes beyond that is told in whole five
    minutes, as every promise: the plan knows seconds, nobody keeps to them.
    """
    promised = int(getattr(booking.offer, limit))
    now = int((booking.amended or {}).get(limit, promised))
    return promised if now <= promised else -(-now // TOLD_STEP_S) * TOLD_STEP_S


def promised_view(booking: Booking) -> Offer:
    """The offer of a booking as it is promised now: with what an incident or a dispatcher made of it."""
    offer, amended = offer_view(booking.offer), booking.amended or {}
    if not amended:
        return offer
    day, zone = booking.service_day.date, ZoneInfo(booking.district.timezone)
    stops = stops_by_number(booking.district)
    return replace(
        offer,
        pickup_stop=stop_view(stops.get(amended.get("pickup_location", -1), booking.offer.pickup_stop)),
        pickup_from=to_moment(amended.get("pickup_earliest_s", booking.offer.pickup_earliest_s), day, zone),
        pickup_until=to_moment(told_s(booking, "pickup_latest_s"), day, zone),
        arrive_by=to_moment(told_s(booking, "delivery_latest_s"), day, zone),
    )


def booking_view(booking: Booking, *, with_trip: bool = True) -> BookingView:
    """A booking with its planned pick-up, as its rider may see it; where many of one trip are shown, without the others."""
    day = booking.service_day
    zone = ZoneInfo(booking.district.timezone)
    planned_at, vehicle_name = None, ""
    if booking.state in (Booking.State.BOOKED, Booking.State.ABOARD):
        pickup_s, shift_code = _planned_pickup(booking)
        vehicle_name = day.day_shifts.select_related("vehicle").get(code=shift_code).vehicle.name
        if booking.state == Booking.State.BOOKED:
            planned_at = to_moment(pickup_s, day.date, zone)
    request = booking.offer.ride_request
    return BookingView(
        code=booking.code,
        state=BookingState(booking.state),
        offer=promised_view(booking),
        party=Party(**request.party),
        needs=frozenset(request.needs),
        passenger=passenger_of(booking),
        booked_at=booking.booked_at.astimezone(zone),
        planned_pickup_at=planned_at,
        vehicle_name=vehicle_name,
        trip=_trip_view(booking.trip) if booking.trip and with_trip else None,
    )


def rules_set_aside(row: RideRequest) -> frozenset[str]:
    """What a dispatcher has set aside for this wish, by the refusals it would have met."""
    override = RuleOverride.objects.filter(ride_request=row).first()
    return frozenset(override.codes) if override else frozenset()


def is_in_series(code: str) -> bool:
    """Whether a booking belongs to a series."""
    return Booking.objects.filter(code=normalised_code(code), trip__kind=Trip.Kind.SERIES).exists()


def passenger_of(booking: Booking) -> Passenger:
    """Who rides, and who booked it for her."""
    return Passenger(booking.contact_name, booking.contact_phone, booking.contact_email, _booker_view(booking))


def _booker_view(booking: Booking) -> Booker | None:
    row = getattr(booking, "booker", None)
    return Booker(row.name, row.phone, row.email, True, row.gets_messages) if row else None


def message_contact(booking: Booking) -> tuple[str, str]:
    """Phone (E.164) and e-mail that messages about a booking go to; one of them may be empty."""
    person = passenger_of(booking)
    to_booker = person.booked_by and person.booked_by.gets_messages
    reached = person.booked_by if person.booked_by and to_booker else person
    return reached.phone, reached.email


def contacts_that_open(booking: Booking) -> tuple[tuple[str, str], ...]:
    """Phone and e-mail of everybody who may see a booking: who rides, and who booked it for her."""
    person = passenger_of(booking)
    people = (person, person.booked_by) if person.booked_by else (person,)
    return tuple((who.phone, who.email) for who in people)


def sibling_in_series(code: str, known: Iterable[str]) -> str | None:
    """A booking among those known that belongs to the same series as this one."""
    same = Booking.objects.filter(code__in=list(known), trip__kind=Trip.Kind.SERIES)
    return same.filter(trip__bookings__code=normalised_code(code)).values_list("code", flat=True).first()


def legs_of(trip: Trip) -> list[Booking]:
    """The bookings of a trip in their order; of a booking that was changed, the one that replaced it."""
    return list(bookings().filter(trip=trip, replaced_by__isnull=True).order_by("leg"))


def open_legs(booking: Booking) -> list[Booking]:
    """The bookings of its trip that have not begun or ended; without a trip, or when none has not, itself."""
    legs = legs_of(booking.trip) if booking.trip else []
    return [leg for leg in legs if leg.state == Booking.State.BOOKED] or [booking]


def _trip_view(trip: Trip) -> TripView:
    return TripView(TripKind(trip.kind), tuple(leg_view(booking) for booking in legs_of(trip)))


def leg_view(booking: Booking) -> TripLeg:
    offer = promised_view(booking)
    return TripLeg(
        booking.code, BookingState(booking.state), offer.pickup_stop, offer.pickup_from, offer.pickup_until,
        offer.delivery_stop, offer.arrive_by,
    )  # fmt: skip


def _planned_pickup(booking: Booking) -> tuple[int, str]:
    """When and in which shift the plan fetches a live booking; every plan serves all of them."""
    for route in current_plan(booking.service_day).plan.routes:
        for event in route.events:
            if event.request_id == booking.code and event.kind is EventKind.PICKUP:
                return event.start_s, route.shift_id
    raise LookupError(f"{booking} is not in its day's plan")
