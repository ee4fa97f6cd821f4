"""A service day's plan between database rows and the engine's values."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from accessibility.desk import Party
from backend.bookings.localtime import clock_to_seconds
from backend.bookings.models import Booking, DayShift, OfferRecord, ServiceDay
from backend.bookings.party import features_of
from backend.districts.models import Shift
from backend.districts.selectors import shifts_on
from dispatch.model import Break, EventKind, Load, Request, Route, StopEvent, Vehicle
from dispatch.model import Shift as EngineShift

# What an incident may change of a promise; all else stays as offered.
AMENDABLE = (
    "pickup_location", "pickup_earliest_s", "pickup_latest_s", "delivery_location", "delivery_latest_s", "max_ride_s",
    "pickup_dwell_s",
)  # fmt: skip


def copy_roster(day: ServiceDay, zone: ZoneInfo) -> None:
    """Give a new service day its shifts, in elapsed seconds of that day."""
    DayShift.objects.bulk_create(day_row(day, shift, zone) for shift in shifts_on(day.district, day.date))


def day_row(day: ServiceDay, shift: Shift, zone: ZoneInfo) -> DayShift:
    """A shift of the weekly roster as it is driven on one day, in elapsed seconds of that day. Not saved."""
    return DayShift(
        service_day=day,
        shift=shift,
        code=shift.code,
        vehicle=shift.vehicle,
        start_s=clock_to_seconds(shift.start_s, day.date, zone),
        end_s=clock_to_seconds(shift.end_s, day.date, zone),
        breaks=[
            [clock_to_seconds(begin, day.date, zone), clock_to_seconds(end, day.date, zone), duration]
            for begin, end, duration in shift.breaks
        ],
    )


def day_shifts(day: ServiceDay) -> tuple[EngineShift, ...]:
    """The day's shifts for the engine, in the order that plans list them."""
    # Of all bookings, also ended ones: a plan stays what it is when one of them ends.
    kept = set(day.bookings.filter(kept_on__isnull=False).values_list("kept_on__code", flat=True))
    rows = sorted(
        day.day_shifts.select_related("vehicle__depot"), key=lambda row: row.code
    )  # not as a database collates
    return tuple(engine_shift(row, row.vehicle.code in kept) for row in rows)


def only_on(vehicle_code: str) -> str:
    """The feature that one vehicle alone has, and that a booking kept on it needs; the engine knows no other locks."""
    return f"only:{vehicle_code}"


def engine_shift(row: DayShift, keeps_bookings: bool = False) -> EngineShift:
    """One shift for the engine; `keeps_bookings`: some booking must be fetched by its vehicle and no other."""
    features = frozenset(row.vehicle.features) | ({only_on(row.vehicle.code)} if keeps_bookings else frozenset())
    vehicle = Vehicle(
        row.vehicle.code, tuple(Load(*configuration) for configuration in row.vehicle.configurations), features
    )
    depot = row.vehicle.depot.number
    late = row.overrun or {"end_s": 0, "breaks": []}
    later = late["breaks"] if len(late["breaks"]) == len(row.breaks) else [0] * len(row.breaks)
    breaks = tuple(
        Break(earliest_s, max(latest_s, later_s), duration_s)
        for (earliest_s, latest_s, duration_s), later_s in zip(row.breaks, later, strict=True)
    )
    return EngineShift(row.code, vehicle, depot, depot, row.start_s, max(row.end_s, late["end_s"]), breaks)


def promised_request(code: str, offer: OfferRecord) -> Request:
    """The offer's promise as the engine must keep it, less the reserve: as stored with it, whatever the rules say now."""
    wish = offer.ride_request
    return Request(
        id=code,
        pickup_location=offer.pickup_stop.number,
        delivery_location=offer.delivery_stop.number,
        pickup_earliest_s=offer.pickup_earliest_s,
        pickup_latest_s=offer.pickup_latest_s - offer.pickup_reserve_s,
        delivery_earliest_s=0,
        delivery_latest_s=offer.delivery_latest_s - offer.delivery_reserve_s,
        max_ride_s=offer.max_ride_s,
        load=Load(offer.seats, offer.wheelchairs, offer.storage),
        pickup_dwell_s=offer.dwell_s,
        delivery_dwell_s=offer.dwell_s,
        riders=offer.riders,
        features=features_of(Party(**wish.party), frozenset(wish.needs)),
    )


def booked_request(booking: Booking) -> Request:
    """A booking as the engine must serve it: its offer's promise, what an incident made of it, the vehicle it is kept on."""
    request = replace(promised_request(booking.code, booking.offer), **(booking.amended or {}))
    if booking.kept_on:
        request = replace(request, features=request.features | {only_on(booking.kept_on.code)})
    return request


def write_routes(routes: tuple[Route, ...]) -> list[dict[str, Any]]:
    """Routes as JSON. An event: [kind, location, start second, dwell seconds, booking code, number of the break]."""
    return [
        {
            "shift": route.shift_id,
            "done": route.done,
            "locked": route.locked,
            "ready_s": route.ready_s,
            "events": [
                [event.kind.value, event.location, event.start_s, event.dwell_s, event.request_id, event.break_index]
                for event in route.events
            ],
        }
        for route in routes
    ]


def read_routes(documents: list[dict[str, Any]]) -> tuple[Route, ...]:
    """Routes as `write_routes` wrote them."""
    return tuple(
        Route(
            document["shift"],
            tuple(
                StopEvent(EventKind(kind), location, start_s, dwell_s, request_id, break_index)
                for kind, location, start_s, dwell_s, request_id, break_index in document["events"]
            ),
            document["done"],
            document["locked"],
            document["ready_s"],
        )
        for document in documents
    )
