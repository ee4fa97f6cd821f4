"""What each kind of a driver's report does to bookings and plan, on one locked service day."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from math import cos, hypot, radians
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import QuerySet

from accessibility.desk import Concession, InvalidInput
from backend.bookings import driven
from backend.bookings.footprint import footprint, look
from backend.bookings.journal import announce
from backend.bookings.localtime import to_moment
from backend.bookings.models import Booking, ServiceDay
from backend.bookings.progress import Progress
from backend.districts.models import Stop
from backend.districts.selectors import rules_of
from backend.driving.messages import READ
from backend.driving.models import DriverEvent, DriverMessage
from backend.driving.rules import FRESH, UNDOABLE, waited_long_enough
from backend.driving.standing import COUNTS
from backend.driving.taking_back import take_back
from backend.driving.walk_ups import WalkUp, party_of, take_along
from backend.operations.models import VehiclePosition
from backend.operations.track import METRES_PER_DEGREE
from dispatch.driven import ABSENT

State = Booking.State
AHEAD = timedelta(minutes=15)  # a bus that comes so long before a ride begins has come for it
POSITION_NEAR = timedelta(minutes=2)  # a position within so long of a report says where it was made
AFTER_DUTY = timedelta(minutes=5)  # a clock that is a little wrong does not put a report behind its duty


@dataclass(frozen=True, slots=True)
class Outcome:
    """Taken, conflict or refused; `detail` is kept with the report."""

    outcome: str = DriverEvent.Outcome.TAKEN
    reason: str = ""
    detail: dict[str, Any] = field(default_factory=dict)


TAKEN = Outcome()


class NoRoom(Exception):
    """A party without a booking that this bus cannot carry: nothing of it is written."""


def conflict(reason: str, **detail: Any) -> Outcome:
    return Outcome(DriverEvent.Outcome.CONFLICT, reason, detail)


def refused(reason: str) -> Outcome:
    return Outcome(DriverEvent.Outcome.REFUSED, reason)


class Reports:
    """Reports of a locked day, taken one after the other; `finish` writes what they make of the plan.

    `shown` is the service day's time, `now` the machine's.
    """

    def __init__(
        self, day: ServiceDay, shown: datetime, now: datetime, slips: Mapping[UUID, UUID] | None = None
    ) -> None:
        self.day, self.shown, self.now, self.slips = day, shown, now, slips or {}
        self.zone, self.rules = ZoneInfo(day.district.timezone), rules_of(day.district)
        self.progress = Progress(day, shown)
        self._of_kind: dict[str, Callable[[DriverEvent], Outcome]] = {
            "arrived": self._arrived, "boarded": self._boarded, "no_show": self._no_show, "alighted": self._alighted,
            "left": self._left, "answer": self._answer, "walk_up": self._walk_up, "delay": self._delay,
            "shift_begin": self._shift_begin, "shift_end": self._shift_end, "break_begin": self._break_begin,
            "break_end": self._break_end, "take_back": self._take_back,
        }  # fmt: skip

    def take(self, event: DriverEvent) -> Outcome:
        """Do what a report says, as far as it can be true; what was taken back before it came is not done at all."""
        if event.pk in self.slips:
            return Outcome(DriverEvent.Outcome.TAKEN_BACK, "taken_back")
        if event.kind not in UNDOABLE or event.at < self.shown - FRESH:
            return self._do(event)
        # A slip is noticed at once: what is so fresh has its own step of the plan, and can be taken out again.
        self._write()
        scope = self._scope(event)
        before = look(self.day, *scope)
        outcome = self._do(event)
        self._write()
        event.undo = footprint(before, look(self.day, *scope))
        return outcome

    def _do(self, event: DriverEvent) -> Outcome:
        handle = self._of_kind.get(event.kind)
        return handle(event) if handle else TAKEN

    def _scope(self, event: DriverEvent) -> tuple[set[str], set[str]]:
        """Bookings and vehicles that a report may concern."""
        planned = self._planned()
        vehicles = {event.vehicle.code} | ({planned[event.booking_code]} if event.booking_code in planned else set())
        codes = {code.removesuffix(ABSENT) for code, by in planned.items() if by in vehicles}
        return codes | {event.booking_code} - {""}, vehicles

    def _take_back(self, event: DriverEvent) -> Outcome:
        slip = UUID(event.detail["event"])
        if self.slips.get(slip) == event.pk:
            return TAKEN  # both came at once: nothing was done, and there is nothing to undo
        self._write()
        outcome, reason = take_back(self.progress, event, slip, self.now)
        self.progress = Progress(self.day, self.shown)
        return Outcome(outcome, reason)

    def finish(self) -> None:
        """Write what the reports make of the plan."""
        self.progress.write(self.now)

    # -- the shift ---------------------------------------------------------------------------------------------------

    def _shift_begin(self, event: DriverEvent) -> Outcome:
        self.progress.begins(event.vehicle.code, event.at)
        return TAKEN

    def _shift_end(self, event: DriverEvent) -> Outcome:
        if self.progress.ends(event.vehicle.code, event.at):
            return TAKEN
        return conflict("riders_aboard" if self.progress.carries(event.vehicle.code, event.at) else "rides_left")

    def _break_begin(self, event: DriverEvent) -> Outcome:
        return TAKEN if self.progress.rests(event.vehicle.code, event.at) else conflict("riders_aboard")

    def _break_end(self, event: DriverEvent) -> Outcome:
        self.progress.rested(event.vehicle.code, event.at)
        return TAKEN

    def _delay(self, event: DriverEvent) -> Outcome:
        self.progress.is_delayed(event.vehicle.code, event.at, 60 * event.detail["minutes"])
        return TAKEN

    # -- at a stop ---------------------------------------------------------------------------------------------------

    def _arrived(self, event: DriverEvent) -> Outcome:
        stop = self._stop(event.stop_code)
        if stop is None:
            return refused("unknown_stop")
        self.progress.arrives(event.vehicle.code, stop.number, event.at)
        for booking in self._waiting_at(event, stop, AHEAD):
            driven.stands(booking, event.vehicle, event.at)
            payload = {
                "booking": booking.code, "vehicle": event.vehicle.code, "stop": stop.code,
                "district": self.day.district_id, "date": self.day.date.isoformat(), "service_day": self.day.pk,
            }  # fmt: skip
            announce(self.day.district, "vehicle.arrived", payload, self.now)
        return TAKEN

    def _waiting_at(self, event: DriverEvent, stop: Stop, ahead: timedelta = timedelta()) -> list[Booking]:
        """Bookings that this vehicle is to fetch at a stop now, or so much later: not those of another visit."""
        codes = [code for code, by in self._planned().items() if by == event.vehicle.code]
        rows = self._bookings().filter(code__in=codes, state=State.BOOKED, offer__pickup_stop=stop)
        until = event.at + ahead
        return [
            row
            for row in rows.order_by("pk")
            if to_moment(row.offer.pickup_earliest_s, self.day.date, self.zone) <= until
        ]

    def _left(self, event: DriverEvent) -> Outcome:
        arrived = self._last(event, DriverEvent.Kind.ARRIVED)
        left = self._last(event, DriverEvent.Kind.LEFT)
        begun = self._last(event, DriverEvent.Kind.SHIFT_BEGIN)
        came = max((row.at for row in (arrived, begun) if row), default=None)
        if left is not None and (came is None or left.at > came):
            if left.duty_id != event.duty_id and left.stop_code == event.stop_code:
                return refused("already_left")  # two devices in one bus
            return conflict("left_before_arrived")  # the first time that a bus leaves is from its depot
        stop = self._stop(event.stop_code) if event.stop_code else None
        if event.stop_code and stop is None:
            return refused("unknown_stop")
        if stop and arrived and arrived.at == came and arrived.stop_code != stop.code:
            return conflict("left_before_arrived")
        self.progress.leaves(event.vehicle.code, event.at)
        if stop and arrived and self._waiting_at(event, stop):
            return conflict("riders_waiting")
        return TAKEN

    # -- riders ------------------------------------------------------------------------------------------------------

    def _boarded(self, event: DriverEvent) -> Outcome:
        booking = self._booking(event)
        if booking is None:
            return refused("unknown_booking")
        if booking.state == State.ABOARD:
            if booking.driven.vehicle_id == event.vehicle_id:
                return self._paid(booking, event)
            if booking.driven.boarded_at and event.at < booking.driven.boarded_at:
                return conflict("aboard_another")  # late from without a network: she has changed buses since
            booking.driven.vehicle = event.vehicle  # from the bus that broke down into this one
            booking.driven.save(update_fields=["vehicle"])
            return TAKEN
        if booking.state == State.COMPLETED:
            # Who paid at the end says so late; what was never said of the money is still a fact.
            ride = getattr(booking, "driven", None)
            is_ours = ride is not None and ride.vehicle_id == event.vehicle_id
            return self._paid(booking, event, "already_completed") if is_ours else refused("already_completed")
        reason = self._what_was(booking, event)
        self._board(booking, event, event.detail.get("cash_cents"))
        return conflict(reason) if reason else TAKEN

    def _paid(self, booking: Booking, event: DriverEvent, reason: str = "already_aboard") -> Outcome:
        """Who is aboard already, or was, may still pay, once; else why not."""
        cents = event.detail.get("cash_cents")
        if cents is None or booking.driven.cash_cents is not None:
            return refused(reason)
        booking.driven.cash_cents = cents
        booking.driven.save(update_fields=["cash_cents"])
        return TAKEN

    def _board(self, booking: Booking, event: DriverEvent, cash_cents: int | None) -> bool:
        """They are aboard, whatever the plan says; whether it can carry them."""
        arrived = self._standing_since(event, booking.offer.pickup_stop)
        driven.board(
            booking, event.vehicle, event.at, self._actor(event), self.now,
            vehicle_at=arrived.at if arrived else None, cash_cents=cash_cents, corrects=True,
        )  # fmt: skip
        return self.progress.boards(event.vehicle.code, booking, event.at)

    def _what_was(self, booking: Booking, event: DriverEvent) -> str:
        """What stood in the way of a boarding that has happened all the same; "" if nothing did."""
        if booking.state == State.CANCELLED:
            return "was_cancelled"
        if booking.state == State.NO_SHOW:
            return "was_no_show"
        by = self._planned().get(booking.code)
        return "moved_to_another" if by and by != event.vehicle.code else ""

    def _alighted(self, event: DriverEvent) -> Outcome:
        booking = self._booking(event)
        if booking is None:
            return refused("unknown_booking")
        if booking.state == State.COMPLETED:
            return refused("already_completed")
        reason = ""
        if booking.state != State.ABOARD:
            reason = self._what_was(booking, event) or "never_boarded"
            self._board(booking, event, None)
        elif booking.driven.vehicle_id != event.vehicle_id:
            return conflict("aboard_another")
        driven.complete(booking, event.at, self._actor(event), self.now)
        stop = self._stop(event.stop_code) if event.stop_code else None
        self.progress.alights(booking, event.at, stop.number if stop else None)
        if not reason and event.stop_code not in ("", booking.offer.delivery_stop.code):
            return conflict("other_stop")
        return conflict(reason) if reason else TAKEN

    def _no_show(self, event: DriverEvent) -> Outcome:
        booking = self._booking(event)
        if booking is None:
            return refused("unknown_booking")
        if booking.state == State.COMPLETED:
            return refused("already_completed")
        if booking.state == State.ABOARD:
            return conflict("is_aboard")
        arrived = self._standing_since(event, booking.offer.pickup_stop)
        evidence = self._evidence(event, booking, arrived.at if arrived else None)
        if booking.state in (State.CANCELLED, State.NO_SHOW):
            return Outcome(detail=evidence)  # nobody was there, as was to be expected
        if self._planned().get(booking.code, event.vehicle.code) != event.vehicle.code:
            return conflict("not_there_elsewhere", **evidence)
        if event.duty.ended_at and event.at > event.duty.ended_at + AFTER_DUTY:
            return conflict("duty_over", **evidence)  # who is relieved, or has lost the device, costs nobody a ride
        pickup_from = to_moment(booking.offer.pickup_earliest_s, self.day.date, self.zone)
        wait = timedelta(seconds=self.rules.boarding.wait_at_stop_s)
        fault = waited_long_enough(arrived.at if arrived else None, pickup_from, event.at, wait)
        if fault:
            return conflict(fault, **evidence)
        driven.miss(booking, event.at, self._actor(event), self.now)
        self.progress.is_absent(booking, event.at)
        return Outcome(detail=evidence)

    def _evidence(self, event: DriverEvent, booking: Booking, arrived_at: datetime | None) -> dict[str, Any]:
        """What shows that the bus was there: since when, how long it waited, and how far from the stop it said so."""
        stop, at = booking.offer.pickup_stop, event.at
        lat, lon = event.lat, event.lon
        if lat is None or lon is None:
            near = VehiclePosition.objects.filter(
                vehicle=event.vehicle, service_day=self.day, at__gte=at - POSITION_NEAR, at__lte=at + POSITION_NEAR
            )
            newest = near.order_by("-at").first()
            lat, lon = (newest.lat, newest.lon) if newest else (None, None)
        metres = None
        if lat is not None and lon is not None:
            north = (lat - stop.lat) * METRES_PER_DEGREE
            east = (lon - stop.lon) * METRES_PER_DEGREE * cos(radians(stop.lat))
            metres = round(hypot(north, east))
        waited_s = int((at - arrived_at).total_seconds()) if arrived_at else None
        evidence = {"arrived_at": arrived_at.isoformat() if arrived_at else None, "waited_s": waited_s}
        return {"evidence": {**evidence, "stop": stop.code, "distance_m": metres}}

    # -- words -------------------------------------------------------------------------------------------------------

    def _answer(self, event: DriverEvent) -> Outcome:
        try:
            number = UUID(event.detail["message"])
        except ValueError:
            return refused("unknown_message")
        messages = DriverMessage.objects.filter(service_day=self.day, vehicle=event.vehicle)
        message = messages.filter(pk=number).first()
        if message is None or event.detail["choice"] not in (message.choices or [READ]):
            return refused("unknown_message")
        message.answer, message.answered_at = event.detail["choice"], event.at
        message.save(update_fields=["answer", "answered_at"])
        return TAKEN

    def _walk_up(self, event: DriverEvent) -> Outcome:
        """Quoted, booked and boarded in one go, if the district wants that and this bus has room."""
        if not self.rules.boarding.walk_up:
            return refused("no_walk_up")
        arrived = self._last(event, DriverEvent.Kind.ARRIVED)
        stop = self._stop(event.stop_code or (arrived.stop_code if arrived else ""))
        if stop is None:
            return refused("unknown_stop")
        try:
            party = party_of(event.detail["party"])
            concession = Concession(event.detail.get("concession", "none"))
            self._write()  # what was reported before counts for the room that there is
            with transaction.atomic():
                booking = self._along(event, WalkUp(stop, event.detail["destination"], party, concession))
        except NoRoom:
            self.progress = Progress(self.day, self.shown)
            return refused("no_room")
        except (InvalidInput, ValueError):
            return refused("invalid")
        return Outcome(detail={"answer": {"booking": booking.code, "fare_cents": booking.offer.fare["total_cents"]}})

    def _along(self, event: DriverEvent, asked: WalkUp) -> Booking:
        """Booked and aboard now. Raises NoRoom, also where a seat is free only after the bus has been somewhere else."""
        found = take_along(self.day, event.vehicle.code, asked, event.at, self._actor(event), self.now)
        if found is None:
            raise NoRoom
        booking = self._bookings().get(pk=found.pk)
        if not self._board(booking, event, event.detail.get("cash_cents")):
            raise NoRoom
        return booking

    def _write(self) -> None:
        self.progress.write(self.now)
        self.progress = Progress(self.day, self.shown)

    # -- looking up --------------------------------------------------------------------------------------------------

    def _planned(self) -> dict[str, str]:
        """Booking code -> code of the vehicle that the plan gives it."""
        plan = self.progress.plan
        vehicle_of = {shift.id: shift.vehicle.id for shift in plan.shifts}
        return {
            event.request_id: vehicle_of[route.shift_id]
            for route in plan.routes
            for event in route.events
            if event.request_id
        }

    def _bookings(self) -> QuerySet[Booking]:
        return self.day.bookings.select_related(
            "district", "service_day__district", "offer__ride_request", "offer__pickup_stop", "offer__delivery_stop",
            "driven__vehicle", "kept_on",
        )  # fmt: skip

    def _booking(self, event: DriverEvent) -> Booking | None:
        return self._bookings().filter(code=event.booking_code).first()

    def _stop(self, code: str) -> Stop | None:
        return Stop.objects.filter(district_id=self.day.district_id, code=code).first()

    def _last(self, event: DriverEvent, kind: str) -> DriverEvent | None:
        """The newest report of a kind by the same vehicle up to this one."""
        return self._so_far(event).filter(kind=kind, outcome=DriverEvent.Outcome.TAKEN).last()

    def _standing_since(self, event: DriverEvent, stop: Stop) -> DriverEvent | None:
        """The report with which the vehicle came to a stop where it has stayed: who says it again has not come again."""
        came = None
        moves = self._so_far(event).filter(
            kind__in=(DriverEvent.Kind.ARRIVED, DriverEvent.Kind.LEFT), outcome__in=COUNTS
        )
        for row in moves.reverse():
            if row.kind == DriverEvent.Kind.LEFT or row.stop_code != stop.code:
                break
            came = row
        return came

    def _so_far(self, event: DriverEvent) -> QuerySet[DriverEvent]:
        """What the same vehicle has reported up to this report, in its order."""
        rows = DriverEvent.objects.filter(service_day=self.day, vehicle=event.vehicle, at__lte=event.at)
        return rows.order_by("at", "received_at", "pk")

    def _actor(self, event: DriverEvent) -> str:
        return f"driver {event.duty.driver_id}"
