"""The rides of a service day as a list, and everything about one of them, for the control room."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from accessibility.desk import Party, StopView
from accessibility.following import RideForecast
from backend.bookings.localtime import to_moment
from backend.bookings.models import AuditEntry, Booking
from backend.bookings.selectors import bookings, normalised_code, told_s
from backend.districts.models import District
from backend.operations.board import Board
from backend.operations.chain import chain_of
from backend.operations.forecasts import ride_forecast
from backend.operations.models import RiderNote
from backend.operations.selectors import RiderView, rider_view, stop_view

SHOWN_HISTORY = 100


@dataclass(frozen=True, slots=True)
class RideRow:
    """One ride of a list. Needs are not shown in lists."""

    code: str
    state: str
    phase: str  # "open", "riding", "over"; "" where it was cancelled or missed
    mark: str
    rider_late: bool
    name: str
    party: Party
    pickup_from: datetime
    pickup_until: datetime
    pickup_stop: StopView
    delivery_stop: StopView
    vehicle_code: str
    vehicle_name: str


def rides_of_day(district: District, board: Board) -> list[RideRow]:
    """All bookings of a day, the earliest first."""
    zone = ZoneInfo(district.timezone)
    vehicles = {
        code: (row.vehicle_code, row.vehicle_name)
        for row in board.rows
        for visit in row.visits
        for code in visit.boards
    }
    rows = (
        Booking.objects.filter(service_day__district=district, service_day__date=board.day)
        .select_related("offer__pickup_stop", "offer__delivery_stop", "offer__ride_request")
        .defer("offer__ride_request__needs", "offer__fare")
        .order_by("offer__pickup_earliest_s", "code")
    )
    return [_ride_row(row, board, zone, vehicles.get(row.code, ("", ""))) for row in rows]


def _ride_row(booking: Booking, board: Board, zone: ZoneInfo, vehicle: tuple[str, str]) -> RideRow:
    offer = booking.offer
    amended = booking.amended or {}
    return RideRow(
        code=booking.code,
        state=booking.state,
        phase=board.rides.get(booking.code, ""),
        mark=board.marks.get(booking.code, ""),
        rider_late=booking.code in board.late_riders,
        name=booking.contact_name,
        party=Party(**offer.ride_request.party),
        pickup_from=to_moment(amended.get("pickup_earliest_s", offer.pickup_earliest_s), board.day, zone),
        pickup_until=to_moment(told_s(booking, "pickup_latest_s"), board.day, zone),
        pickup_stop=stop_view(offer.pickup_stop),
        delivery_stop=stop_view(offer.delivery_stop),
        vehicle_code=vehicle[0],
        vehicle_name=vehicle[1],
    )


def riders_named(district: District, codes: Collection[str]) -> dict[str, RiderView]:
    """Whom these bookings are for, by their codes: whoever has to ring them up wants name, number and ride."""
    zone = ZoneInfo(district.timezone)
    return {row.code: rider_view(row, zone) for row in bookings().filter(district=district, code__in=codes)}


@dataclass(frozen=True, slots=True)
class Happened:
    """One line of a ride's history."""

    at: datetime
    action: str
    actor: str
    channel: str
    reason: str
    code: str


@dataclass(frozen=True, slots=True)
class RideDetail:
    """Everything about one ride that the control room may see. `rider.needs` are special-category data."""

    booking: Booking
    day: date
    rider: RiderView
    forecast: RideForecast
    mark: str
    is_amended: bool
    vehicle_code: str
    vehicle_name: str
    codes: tuple[str, ...]  # what it was booked as, the first first
    history: tuple[Happened, ...]
    notes: tuple[RiderNote, ...]


def ride_detail(district: District, code: str, board: Board, now: datetime) -> RideDetail | None:
    """One ride of the board's day; None where that day has no such booking."""
    booking = bookings().filter(district=district, code=normalised_code(code)).first()
    if booking is None or booking.service_day.date != board.day:
        return None
    zone = ZoneInfo(district.timezone)
    chain = chain_of(booking)
    row = next((row for row in board.rows for visit in row.visits if booking.code in visit.boards), None)
    return RideDetail(
        booking=booking,
        day=board.day,
        rider=rider_view(booking, zone),
        forecast=ride_forecast(booking, now, for_rider=False),
        mark=board.marks.get(booking.code, ""),
        is_amended=booking.amended is not None,
        vehicle_code=row.vehicle_code if row else "",
        vehicle_name=row.vehicle_name if row else "",
        codes=tuple(one.code for one in chain),
        history=tuple(_history(district, [one.code for one in chain])),
        notes=tuple(RiderNote.objects.filter(booking__in=chain).order_by("created_at", "pk")),
    )


def _history(district: District, codes: list[str]) -> Iterator[Happened]:
    """What was done with a ride, under any of its codes, the newest first."""
    entries = AuditEntry.objects.filter(district=district, subject__in=codes).order_by("-at", "-pk")[:SHOWN_HISTORY]
    for entry in entries:
        yield Happened(entry.at, entry.action, entry.actor, entry.channel, entry.reason, entry.subject)
