"""The booking desk that every channel calls. Opens the transactions; the rules are in `rules`, the work in `services`."""

from __future__ import annotations

import re
import uuid
from dataclasses import asdict
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from accessibility.desk import (
    Access,
    BookingState,
    BookingView,
    Fare,
    FareLine,
    InvalidInput,
    Offer,
    Party,
    Passenger,
    PlaceHit,
    Quote,
    Refusal,
    RideWish,
    StopView,
    WayOut,
)
from backend.bookings import services
from backend.bookings.clock import Clock, SystemClock
from backend.bookings.localtime import to_moment
from backend.bookings.models import Booking, OfferRecord, RideRequest
from backend.bookings.planning import current_plan
from backend.bookings.services import once, refusal_from
from backend.districts.models import District, Stop
from backend.districts.selectors import finder_of, get_district
from backend.riders.services import checked_passenger, may_see
from dispatch.model import EventKind


class Desk:
    """`accessibility.desk.BookingDesk` on the database."""

    def __init__(self, clock: Clock | None = None) -> None:
        self.clock = clock or SystemClock()

    def find_places(self, district: str, text: str, *, limit: int = 8) -> tuple[PlaceHit, ...]:
        """The likeliest meanings of what a rider typed or said."""
        hits = finder_of(_district(district)).find(text, limit=max(1, min(limit, 50)))
        return tuple(
            PlaceHit(
                h.named.id, h.named.kind, h.named.name, h.named.village, h.named.lat, h.named.lon, round(h.score, 3)
            )
            for h in hits
        )

    def quote(self, wish: RideWish, *, key: str) -> Quote:
        """Up to three offers, or why there is none. The wish is kept."""
        district = _district(wish.district)
        now = self.clock.now()
        content = {name: getattr(wish, name) for name in RideWish.__slots__}
        content = {name: asdict(value) if hasattr(value, "__slots__") else value for name, value in content.items()}
        content["needs"] = sorted(wish.needs)
        answer = once("quote", key, content, now, lambda: services.record_wish(district, wish, now))
        return self.quoted(answer["request"], refusal_from(answer) if "refusal" in answer else None)

    def quoted(self, request_id: str, refusal: Refusal | None = None) -> Quote:
        """The quote that a kept wish was answered with. Raises InvalidInput for an unknown id."""
        request = RideRequest.objects.filter(pk=_uuid(request_id, "request_id")).select_related("district").first()
        if request is None:
            raise InvalidInput("request_id", _("Diese Anfrage gibt es nicht."), "not_found")
        offers = request.offers.select_related("pickup_stop", "delivery_stop", "ride_request__service_day", "district")
        return Quote(str(request.pk), tuple(offer_view(row) for row in offers.order_by("rank")), refusal)

    def book(self, offer_id: str, passenger: Passenger, *, key: str) -> BookingView | Refusal:
        """Accept an offer."""
        offer = _offer(offer_id)
        person = checked_passenger(passenger)
        now = self.clock.now()
        channel = offer.ride_request.channel
        answer = once(
            "book", key, [offer_id, asdict(person)], now,
            lambda: services.accept_offer(offer, person, channel, "rider", now),
        )  # fmt: skip
        return self._answer(answer, offer.district_id)

    def change(self, code: str, offer_id: str, access: Access, *, key: str) -> BookingView | Refusal:
        """Accept an offer in place of a booking; either both happen or neither."""
        offer = _offer(offer_id)
        booking = _visible(code, access)
        if booking is None or booking.district_id != offer.district_id:
            return not_found()
        now = self.clock.now()
        rider = booking.rider
        person = Passenger(rider.name, rider.phone, rider.email)
        actor = access.staff or "rider"
        answer = once(
            "change", key, [booking.code, offer_id], now,
            lambda: services.accept_offer(offer, person, offer.ride_request.channel, actor, now, booking),
        )  # fmt: skip
        return self._answer(answer, offer.district_id)

    def cancel(self, code: str, access: Access, *, key: str) -> BookingView | Refusal:
        """Cancel a booking; its seat is free at once."""
        booking = _visible(code, access)
        if booking is None:
            return not_found()
        now = self.clock.now()
        channel = "dispatcher" if access.staff else booking.channel
        answer = once(
            "cancel", key, [booking.code], now,
            lambda: services.cancel_booking(booking, channel, access.staff or "rider", now),
        )  # fmt: skip
        return self._answer(answer, booking.district_id)

    def status(self, code: str, access: Access) -> BookingView | Refusal:
        """A booking as its rider may see it."""
        booking = _visible(code, access)
        return not_found() if booking is None else booking_view(booking)

    def _answer(self, answer: dict, district_id: str) -> BookingView | Refusal:
        if "refusal" in answer:
            return refusal_from(answer)
        return booking_view(_bookings().get(district_id=district_id, code=answer["booking"]))


def get_desk() -> Desk:
    """The desk on the machine's clock."""
    return Desk()


def not_found() -> Refusal:
    """The same answer to a wrong code and to a wrong contact, so that neither can be guessed."""
    reason = _("Diese Buchung haben wir nicht gefunden. Prüfen Sie Buchungscode und Telefonnummer oder E-Mail-Adresse.")
    return Refusal("not_found", reason, (WayOut("phone", _("Rufen Sie uns an, wenn Sie den Code nicht mehr haben.")),))


def normalised_code(text: str) -> str:
    """A booking code as it is stored, of "k7m 3px" or "K7M3PX"."""
    letters = re.sub(r"[^A-Z0-9]", "", text.upper()[:40])
    return f"{letters[:3]}-{letters[3:]}"


def _district(district_id: str) -> District:
    district = get_district(district_id[:40]) if district_id.isprintable() else None
    if district is None:
        raise InvalidInput("district", _("Diesen Landkreis kennen wir nicht."))
    return district


def _uuid(text: str, field_name: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except (ValueError, AttributeError, TypeError):
        raise InvalidInput(field_name, _("Das ist keine gültige Kennung.")) from None


def _offer(offer_id: str) -> OfferRecord:
    rows = OfferRecord.objects.select_related("district", "ride_request", "pickup_stop", "delivery_stop")
    offer = rows.filter(pk=_uuid(offer_id, "offer_id")).first()
    if offer is None:
        raise InvalidInput(
            "offer_id", _("Dieses Angebot gibt es nicht. Fragen Sie die Fahrt bitte neu an."), "not_found"
        )
    return offer


def _bookings():
    return Booking.objects.select_related(
        "district", "service_day__district", "rider", "offer__ride_request__service_day", "offer__pickup_stop",
        "offer__delivery_stop", "offer__district",
    )  # fmt: skip


def _visible(code: str, access: Access) -> Booking | None:
    booking = _bookings().filter(code=normalised_code(code)).first()
    if booking and (access.staff or may_see(booking.rider, access.contact)):
        return booking
    return None


def stop_view(stop: Stop) -> StopView:
    return StopView(stop.code, stop.name, stop.village, stop.lat, stop.lon)


def offer_view(row: OfferRecord) -> Offer:
    """A stored offer as riders see it."""
    day = row.ride_request.service_day.date
    zone = ZoneInfo(row.district.timezone)
    lines = tuple(FareLine(**line) for line in row.fare["lines"])
    return Offer(
        id=str(row.pk),
        pickup_stop=stop_view(row.pickup_stop),
        pickup_walk_m=row.pickup_walk_m,
        pickup_from=to_moment(row.pickup_earliest_s, day, zone),
        pickup_until=to_moment(row.pickup_latest_s, day, zone),
        delivery_stop=stop_view(row.delivery_stop),
        delivery_walk_m=row.delivery_walk_m,
        arrive_by=to_moment(row.delivery_latest_s, day, zone),
        max_ride_minutes=row.max_ride_s // 60,
        fare=Fare(row.fare["total_cents"], lines),
        vehicle_kind=row.vehicle_kind,
        expires_at=row.expires_at.astimezone(zone),
    )


def booking_view(booking: Booking) -> BookingView:
    """A booking with its planned pick-up, as its rider may see it."""
    day = booking.service_day
    zone = ZoneInfo(booking.district.timezone)
    planned_at, vehicle_name = None, ""
    if booking.state in (Booking.State.BOOKED, Booking.State.ABOARD):
        names = {row.code: row.vehicle.name for row in day.day_shifts.select_related("vehicle")}
        for route in current_plan(day).plan.routes:
            for event in route.events:
                if event.request_id == booking.code and event.kind is EventKind.PICKUP:
                    planned_at = to_moment(event.start_s, day.date, zone)
                    vehicle_name = names[route.shift_id]
    request = booking.offer.ride_request
    return BookingView(
        code=booking.code,
        state=BookingState(booking.state),
        offer=offer_view(booking.offer),
        party=Party(**request.party),
        needs=frozenset(request.needs),
        passenger=Passenger(booking.rider.name, booking.rider.phone, booking.rider.email),
        booked_at=booking.booked_at.astimezone(zone),
        planned_pickup_at=planned_at if booking.state == Booking.State.BOOKED else None,
        vehicle_name=vehicle_name,
    )
