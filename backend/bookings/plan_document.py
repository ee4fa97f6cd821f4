"""A service day's plan between database rows and the engine's values."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from accessibility.desk import Party
from backend.bookings.localtime import clock_to_seconds
from backend.bookings.models import DayShift, OfferRecord, ServiceDay
from backend.bookings.party import features_of
from backend.districts.models import Shift
from dispatch.model import Break, EventKind, Load, Request, Route, StopEvent, Vehicle
from dispatch.model import Shift as EngineShift


def copy_roster(day: ServiceDay, zone: ZoneInfo) -> None:
    """Give a new service day its shifts, in elapsed seconds of that day."""
    bit = 1 << day.date.weekday()
    rows = [
        DayShift(
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
        for shift in Shift.objects.filter(district=day.district).select_related("vehicle")
        if shift.days & bit
    ]
    DayShift.objects.bulk_create(rows)


def day_shifts(day: ServiceDay) -> tuple[EngineShift, ...]:
    """The day's shifts for the engine, in the order that plans list them."""
    return tuple(_engine_shift(row) for row in day.day_shifts.select_related("vehicle__depot").order_by("code"))


def _engine_shift(row: DayShift) -> EngineShift:
    vehicle = Vehicle(
        row.vehicle.code,
        tuple(Load(*configuration) for configuration in row.vehicle.configurations),
        frozenset(row.vehicle.features),
    )
    depot = row.vehicle.depot.number
    return EngineShift(
        row.code, vehicle, depot, depot, row.start_s, row.end_s, tuple(Break(*rest) for rest in row.breaks)
    )


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
