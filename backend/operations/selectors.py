"""What happens on a service day: the day board, each vehicle's manifest.

Read from the newest plan and its bookings in a fixed handful of queries, whatever the number of bookings.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Q

from accessibility.desk import Party, StopView
from backend.bookings.localtime import service_date, to_moment, to_seconds
from backend.bookings.models import Booking, DayShift, ServiceDay
from backend.bookings.selectors import message_contact, told_s
from backend.districts.models import District, Stop
from backend.districts.selectors import roads_of, stops_by_number
from backend.operations.models import RiderNote
from backend.riders.selectors import NEVER_CALL, driver_wishes
from dispatch.model import EventKind

LONG_WAIT_S = 180  # after this the driver waits for a second thing to happen at the same stop
RIDING = (Booking.State.BOOKED, Booking.State.ABOARD, Booking.State.COMPLETED)
NAMES = {EventKind.START: "start", EventKind.END: "end", EventKind.BREAK: "break"}


@dataclass(frozen=True, slots=True)
class RiderView:
    """A party as dispatcher and driver see it. `needs` are special-category data: for this ride only.

    They are what was said with the wish, and what the rider's account tells every driver.
    """

    code: str
    state: str
    name: str
    phone: str
    party: Party
    needs: tuple[str, ...]
    pickup_stop: StopView
    delivery_stop: StopView
    pickup_from: datetime
    pickup_until: datetime
    arrive_by: datetime
    fare_cents: int
    late_minutes: int | None = None  # what the rider has said last, if anything
    there_at: datetime | None = None  # when the rider says to be at the stop

    @property
    def persons(self) -> int:
        return self.party.adults + self.party.children

    @property
    def may_be_called(self) -> bool:
        """Whether the driver may ring; who does not hear or does not want it is written to, also where only this ride says so."""
        return bool(self.phone) and not {"deaf", "text_only", NEVER_CALL} & set(self.needs)


@dataclass(frozen=True, slots=True)
class Visit:
    """A vehicle at one place: first `leaves`, then `boards`. `kind` is "start", "stop", "break" or "end"."""

    kind: str
    stop: StopView
    at: datetime
    until: datetime
    leaves: tuple[RiderView, ...]
    boards: tuple[RiderView, ...]
    persons_after: int
    wheelchairs_after: int
    is_done: bool


@dataclass(frozen=True, slots=True)
class VehicleRoute:
    """One shift of a vehicle, from depot to depot."""

    shift_code: str
    vehicle_code: str
    vehicle_name: str
    vehicle_kind: str
    seats: int
    starts_at: datetime
    ends_at: datetime
    visits: tuple[Visit, ...]
    driven_m: int
    empty_m: int

    @property
    def persons(self) -> int:
        return sum(rider.persons for visit in self.visits for rider in visit.boards)

    @property
    def bookings(self) -> int:
        return sum(len(visit.boards) for visit in self.visits)

    @property
    def most_aboard(self) -> int:
        return max((visit.persons_after for visit in self.visits), default=0)

    def next_visit(self, now: datetime) -> Visit | None:
        """Where the vehicle is or goes next; None once its day is over."""
        return next((visit for visit in self.visits if not visit.is_done and visit.until > now), None)

    def aboard(self, now: datetime) -> int:
        """How many people are aboard by plan."""
        before = [visit for visit in self.visits if visit.is_done or visit.until <= now]
        return before[-1].persons_after if before else 0


@dataclass(frozen=True, slots=True)
class DayBoard:
    """A service day. `version` 0: no plan yet."""

    district_id: str
    day: date
    version: int
    planned_at: datetime | None
    reason: str
    routes: tuple[VehicleRoute, ...]
    requests: int
    refused: int

    @property
    def bookings(self) -> int:
        return sum(route.bookings for route in self.routes)

    @property
    def persons(self) -> int:
        return sum(route.persons for route in self.routes)

    @property
    def vehicles(self) -> int:
        return len({route.vehicle_code for route in self.routes if route.bookings})

    @property
    def driven_m(self) -> int:
        return sum(route.driven_m for route in self.routes)

    @property
    def empty_m(self) -> int:
        return sum(route.empty_m for route in self.routes)

    def routes_of(self, vehicle_code: str) -> tuple[VehicleRoute, ...]:
        """A vehicle's shifts, the earliest first."""
        return tuple(route for route in self.routes if route.vehicle_code == vehicle_code)


def day_board(district: District, day: date) -> DayBoard:
    """Everything the control room sees of a day; a day nobody has booked yet has no routes."""
    row = ServiceDay.objects.filter(district=district, date=day).first()
    if row is None:
        return DayBoard(district.pk, day, 0, None, "", (), 0, 0)
    counts = row.ride_requests.aggregate(asked=Count("pk"), refused=Count("pk", filter=~Q(refusal_code="")))
    version = row.plans.filter(version=row.plan_version).first()
    routes = tuple(_routes(district, row, version.routes)) if version else ()
    return DayBoard(
        district_id=district.pk,
        day=day,
        version=row.plan_version,
        planned_at=version.created_at if version else None,
        reason=version.reason if version else "",
        routes=routes,
        requests=counts["asked"],
        refused=counts["refused"],
    )


def vehicle_routes(district: District, day: date, vehicle_code: str) -> tuple[VehicleRoute, ...]:
    """One vehicle's shifts of a day, read without the others'."""
    row = ServiceDay.objects.filter(district=district, date=day).first()
    version = row.plans.filter(version=row.plan_version).first() if row else None
    if row is None or version is None:
        return ()
    own = set(row.day_shifts.filter(vehicle__code=vehicle_code).values_list("code", flat=True))
    documents = [document for document in version.routes if document["shift"] in own]
    codes = {event[4] for document in documents for event in document["events"] if event[4]}
    return tuple(_routes(district, row, documents, codes))


def day_now(district: District, now: datetime) -> date:
    """The service day that is driven now: that of the evening before while a shift of it lasts and none of today's has begun."""
    zone = ZoneInfo(district.timezone)
    today = service_date(now, zone)
    before = today - timedelta(days=1)
    shifts = DayShift.objects.filter(service_day__district=district)
    lasts = shifts.filter(service_day__date=before, end_s__gt=to_seconds(now, before, zone)).exists()
    has_begun = shifts.filter(service_day__date=today, start_s__lte=to_seconds(now, today, zone)).exists()
    return before if lasts and not has_begun else today


def day_to_show(district: District, today: date) -> date:
    """Today if anything is planned, else the next planned day, else the last one; else today all the same."""
    planned = ServiceDay.objects.filter(district=district, plan_version__gt=0).order_by("date")
    coming = planned.filter(date__gte=today).values_list("date", flat=True).first()
    return coming or planned.values_list("date", flat=True).last() or today


def planned_days(district: District) -> list[date]:
    """Days that have a plan."""
    planned = ServiceDay.objects.filter(district=district, plan_version__gt=0)
    return list(planned.order_by("date").values_list("date", flat=True))


def _routes(
    district: District, row: ServiceDay, documents: list[dict[str, Any]], only: set[str] | None = None
) -> Iterator[VehicleRoute]:
    """The routes of a plan's documents; `only`: no other bookings than these are in them."""
    zone = ZoneInfo(district.timezone)
    reader = _Reader(district, row.date, zone, _riders(row, zone, only))
    shifts = {shift.code: shift for shift in row.day_shifts.select_related("vehicle")}
    for document in sorted(documents, key=lambda route: _order(shifts[route["shift"]])):
        shift = shifts[document["shift"]]
        visits = tuple(reader.visits(document["events"], document["done"]))
        driven_m, empty_m = reader.lengths(visits)
        yield VehicleRoute(
            shift_code=shift.code,
            vehicle_code=shift.vehicle.code,
            vehicle_name=shift.vehicle.name,
            vehicle_kind=shift.vehicle.kind_name,
            seats=max(configuration[0] for configuration in shift.vehicle.configurations),
            starts_at=to_moment(shift.start_s, row.date, zone),
            ends_at=to_moment(shift.end_s, row.date, zone),
            visits=visits,
            driven_m=driven_m,
            empty_m=empty_m,
        )


def _order(shift: DayShift) -> tuple[str, int]:
    return (shift.vehicle.code, shift.start_s)


def rider_view(booking: Booking, zone: ZoneInfo) -> RiderView:
    """The party of one booking, also of one that has ended."""
    late = booking.notes.filter(kind=RiderNote.Kind.LATE).order_by("created_at", "pk").last()
    told = driver_wishes([booking.contact_phone, booking.contact_email])
    return _rider(booking, booking.service_day.date, zone, late, _told(booking, told))


def _riders(row: ServiceDay, zone: ZoneInfo, only: set[str] | None) -> dict[str, RiderView]:
    bookings = row.bookings.filter(state__in=RIDING).select_related(
        "offer__ride_request", "offer__pickup_stop", "offer__delivery_stop", "booker"
    )
    late = RiderNote.objects.filter(booking__service_day=row, kind=RiderNote.Kind.LATE).order_by("created_at", "pk")
    if only is not None:
        bookings, late = bookings.filter(code__in=only), late.filter(booking__code__in=only)
    notes = {note.booking_id: note for note in late}  # the newest of each
    told = driver_wishes(value for one in bookings for value in (one.contact_phone, one.contact_email))
    return {
        booking.code: _rider(booking, row.date, zone, notes.get(booking.pk), _told(booking, told))
        for booking in bookings
    }


def _told(booking: Booking, told: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    """What the accounts behind a booking tell drivers."""
    return (*told.get(booking.contact_phone, ()), *told.get(booking.contact_email, ()))


def there_at_of(code: str) -> datetime | None:
    """When the rider of a booking has said last to be at the stop; None where nothing was said."""
    late = RiderNote.objects.filter(booking__code=code, kind=RiderNote.Kind.LATE).order_by("created_at", "pk").last()
    return late.there_at if late else None


def _rider(booking: Booking, day: date, zone: ZoneInfo, late: RiderNote | None, wishes: tuple[str, ...]) -> RiderView:
    offer, amended = booking.offer, booking.amended or {}
    wish = offer.ride_request
    return RiderView(
        code=booking.code,
        state=booking.state,
        name=booking.contact_name,
        phone=booking.contact_phone or message_contact(booking)[0],
        party=Party(**wish.party),
        needs=tuple(sorted({*wish.needs, *wishes})),
        pickup_stop=stop_view(offer.pickup_stop),
        delivery_stop=stop_view(offer.delivery_stop),
        pickup_from=to_moment(amended.get("pickup_earliest_s", offer.pickup_earliest_s), day, zone),
        pickup_until=to_moment(told_s(booking, "pickup_latest_s"), day, zone),
        arrive_by=to_moment(told_s(booking, "delivery_latest_s"), day, zone),
        fare_cents=offer.fare["total_cents"],
        late_minutes=late.minutes if late else None,
        there_at=late.there_at.astimezone(zone) if late else None,
    )


def stop_view(stop: Stop) -> StopView:
    return StopView(stop.code, stop.name, stop.village, stop.lat, stop.lon)


class _Reader:
    """Turns a route's events into visits and counts its metres."""

    def __init__(self, district: District, day: date, zone: ZoneInfo, riders: dict[str, RiderView]) -> None:
        self.day, self.zone, self.riders = day, zone, riders
        self.stops = stops_by_number(district)
        self.numbers = {stop.code: number for number, stop in self.stops.items()}
        self.roads = roads_of(district)

    def visits(self, events: list[list], done: int) -> Iterator[Visit]:
        """Events [kind, location, start_s, dwell_s, booking code, break], joined where one follows another at a stop."""
        persons = wheelchairs = 0
        # Plans name a stop twice while a road is closed.
        events = [[event[0], self.stops[event[1]].number, *event[2:]] for event in events]
        for entries in _joined(events):
            leaves = tuple(self._who(entries, EventKind.DELIVERY))
            boards = tuple(self._who(entries, EventKind.PICKUP))
            persons += sum(rider.persons for rider in boards) - sum(rider.persons for rider in leaves)
            wheelchairs += sum(rider.party.wheelchairs for rider in boards)
            wheelchairs -= sum(rider.party.wheelchairs for rider in leaves)
            first, last = entries[0][1], entries[-1][1]
            yield Visit(
                kind=_kind_of(first),
                stop=stop_view(self.stops[first[1]]),
                at=to_moment(first[2], self.day, self.zone),
                until=to_moment(last[2] + last[3], self.day, self.zone),
                leaves=leaves,
                boards=boards,
                persons_after=persons,
                wheelchairs_after=wheelchairs,
                is_done=entries[-1][0] < done,
            )

    def _who(self, entries: list[tuple[int, list]], kind: EventKind) -> Iterator[RiderView]:
        # A visit for somebody who was not there, or whose booking has ended, is the vehicle's way and nobody's ride.
        return (self.riders[event[4]] for _number, event in entries if event[0] == kind and event[4] in self.riders)

    def lengths(self, visits: tuple[Visit, ...]) -> tuple[int, int]:
        """Metres driven, and of these with nobody aboard."""
        driven = empty = 0.0
        for before, after in pairwise(visits):
            if before.stop.id == after.stop.id:
                continue
            metres = self.roads.way(self.numbers[before.stop.id], self.numbers[after.stop.id]).metres
            driven += metres
            empty += 0.0 if before.persons_after else metres
        return round(driven), round(empty)


def _kind_of(event: list) -> str:
    return NAMES.get(EventKind(event[0]), "stop")


def _joined(events: list[list]) -> Iterator[list[tuple[int, list]]]:
    """Numbered events, those in one list that a driver does in one go: same stop, no long wait between."""
    group: list[tuple[int, list]] = []
    for number, event in enumerate(events):
        if group:
            before = group[-1][1]
            same = (_kind_of(before), before[1]) == (_kind_of(event), event[1])
            if not same or event[2] - (before[2] + before[3]) > LONG_WAIT_S:
                yield group
                group = []
        group.append((number, event))
    if group:
        yield group
