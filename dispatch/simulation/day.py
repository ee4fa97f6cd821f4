"""One day from the first booking to the last vehicle's return: wishes, offers, cancellations, a breakdown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from dispatch.improvement import Limits
from dispatch.insertion import Insertion
from dispatch.model import Request
from dispatch.simulation.agenda import Agenda
from dispatch.simulation.chance import Chance
from dispatch.simulation.fleet import Fleet
from dispatch.simulation.record import DayRecord, Fate, RideRecord
from dispatch.simulation.rolling import RollingPlan
from dispatch.simulation.setting import Setting
from dispatch.simulation.wishes import Offer, Wish
from dispatch.state import InfeasiblePlan

DAY_S = 86_400
EVENING_S = 20 * 3600  # when the plan of a coming day is improved at length
EVENING_EFFORT = 10
MOST_RELAXED = 16  # times that the extra grows before a ride is given up: from 10 minutes to beyond the day
ONWARD = "+"  # marks the request by which somebody rides on after a breakdown


def simulate_day(setting: Setting, wishes: Sequence[Wish], seed: int) -> DayRecord:
    """Live through one day.

    Parameters
    ----------
    setting
        The district, its rules and policy.
    wishes
        All wishes of the day; none is known to the engine before its `known_at_s`.
    seed
        Of the day's luck and of the improvement. The same arguments give the same record.
    """
    return _Day(setting, wishes, seed).run()


class _Day:
    def __init__(self, setting: Setting, wishes: Sequence[Wish], seed: int) -> None:
        self.setting, self.seed = setting, seed
        self.chance = Chance(setting.uncertainty, seed)
        self.planned_s = setting.planned_s(self.chance.weather_factor)
        self.live = RollingPlan(setting.shifts, self.planned_s, setting.weights)
        self.agenda = Agenda(min([0, *(wish.known_at_s for wish in wishes)]))
        self.record = DayRecord(seed, self.chance.weather)
        self.booked: dict[str, RideRecord] = {}
        self.fleet = Fleet(setting, self.live, self.agenda, self.chance, self.record, self.booked)
        self.improvements = self.rooms = 0
        for wish in wishes:
            direct_s = int(setting.travel_s[wish.origin, wish.destination])
            ride = RideRecord(wish, direct_s)
            self.record.rides.append(ride)
            self.agenda.at(wish.known_at_s, partial(self._ask, ride))
        self._write_agenda()

    def _write_agenda(self) -> None:
        shifts, policy = self.setting.shifts, self.setting.policy
        evening_s = EVENING_S - DAY_S
        while evening_s >= self.agenda.now_s:
            self.agenda.at(evening_s, partial(self._improve, EVENING_EFFORT))
            evening_s -= DAY_S
        first_s = min((shift.start_s for shift in shifts), default=0)
        last_s = max((shift.end_s for shift in shifts), default=0)
        for second in range(first_s, last_s, policy.improve_every_s):
            self.agenda.at(second, partial(self._improve, 1))
        if policy.breakdown_s is not None:
            self.agenda.at(policy.breakdown_s, self._break_down)

    def run(self) -> DayRecord:
        self.fleet.wake_all()
        self.agenda.run()
        for ride in self.record.rides:
            if ride.fate is None:
                raise RuntimeError(f"nobody knows what became of wish {ride.wish.id}")
        rests = {shift.id: sum(rest.duration_s for rest in shift.breaks) for shift in self.setting.shifts}
        self.record.vehicle_hours = (
            sum(shift.end_s - shift.start_s - rests[shift.id] for shift in self.setting.shifts) / 3600
        )
        return self.record

    # -- booking ---------------------------------------------------------------------------------------------------

    def _best(self, request: Request) -> Insertion | None:
        return self.live.quote(request)

    def _make_room(self, request: Request) -> Insertion | None:
        self.rooms += 1
        found = self.live.make_room(request, self.setting.policy.room_steps, self.seed * 10_007 + self.rooms)
        self.fleet.wake_all()
        return found

    def _ask(self, ride: RideRecord) -> None:
        self._now()
        planned_direct_s = int(self.planned_s[ride.wish.origin, ride.wish.destination])
        make_room = self._make_room if self.setting.policy.room_steps else None
        answer = self.setting.rules.answer(ride.wish, self.agenda.now_s, planned_direct_s, self._best, make_room)
        if answer.refusal:
            ride.fate, ride.refusal = Fate.REFUSED, answer.refusal
            return
        taken = self._taken(ride, answer.offers)
        insertion = self._best(taken.planned) if taken else None
        if taken is None or insertion is None:
            ride.fate, ride.refusal = Fate.REFUSED, "declined" if taken is None else "no_vehicle"
            return
        self.live.accept(taken.planned, insertion)
        ride.promise, ride.apart_s = taken.promise, self._apart_s(ride, taken)
        self.booked[taken.planned.id] = ride
        self._plan_cancellation(ride)
        self.fleet.wake_all()

    def _taken(self, ride: RideRecord, offers: tuple[Offer, ...]) -> Offer | None:
        """The offer that the rider takes: as wished, else the nearest in time, if it is near enough."""
        flexible_s = self.chance.conduct(ride.wish).flexible_s
        for offer in sorted(offers, key=lambda offer: (not offer.as_wished, self._apart_s(ride, offer))):
            if offer.as_wished or self._apart_s(ride, offer) <= flexible_s:
                return offer
        return None

    def _apart_s(self, ride: RideRecord, offer: Offer) -> int:
        wish = ride.wish
        if not wish.arrive_by:
            return abs(offer.promise.pickup_earliest_s - wish.time_s)
        return max(0, wish.time_s - offer.promise.delivery_latest_s)

    def _plan_cancellation(self, ride: RideRecord) -> None:
        conduct, promise = self.chance.conduct(ride.wish), ride.promise
        assert promise is not None
        if conduct.cancels_at is None:
            return
        from_s, until_s = self.agenda.now_s, promise.pickup_earliest_s
        if conduct.cancels_in_last_hour:
            from_s = max(from_s, until_s - 3600)
        self.agenda.at(round(from_s + conduct.cancels_at * (until_s - from_s)), partial(self._cancel, ride))

    def _cancel(self, ride: RideRecord) -> None:
        self._now()
        if ride.fate is not None or ride.boarded_s is not None:
            return
        ride.cancelled_s = self.agenda.now_s
        try:
            self.live.cancel(ride.wish.id)
        except InfeasiblePlan:
            return  # the vehicle is on its way: it will find nobody
        ride.fate = Fate.CANCELLED
        self.fleet.wake_all()

    # -- between bookings ------------------------------------------------------------------------------------------

    def _now(self) -> None:
        self.live.now_s = self.agenda.now_s

    def _improve(self, effort: int) -> None:
        self._now()
        iterations = self.setting.policy.improve_iterations * effort
        if iterations == 0:
            return
        self.improvements += 1
        self.live.improve(Limits(iterations=iterations), self.seed * 10_007 + self.improvements)
        self.fleet.wake_all()

    # -- the breakdown ---------------------------------------------------------------------------------------------

    def _break_down(self) -> None:
        """A vehicle is lost; those aboard and those who wait for it are served by others as well as may be."""
        self._now()
        shift_id = self._unlucky_shift()
        if shift_id is None:
            return
        aboard, waiting = self.fleet.break_down(shift_id)
        self.record.broken_down = shift_id
        self.record.aboard_then = sum(self.booked[request_id].wish.riders for request_id in aboard)
        self.record.waiting_then = len(waiting)
        for request_id in [*aboard, *waiting]:
            self.booked[request_id].incident = True
        place = self.fleet.place_of(shift_id)
        for request_id in aboard:
            self._rescue(self._onward(request_id, place), self.booked[request_id])
        for request_id in sorted(waiting, key=lambda key: self._promise(key).pickup_latest_s):
            self._rescue(self._promise(request_id), self.booked[request_id])
        self._improve(EVENING_EFFORT)

    def _unlucky_shift(self) -> str | None:
        now_s, wanted = self.agenda.now_s, self.setting.policy.breakdown_vehicle
        on_duty = [
            shift
            for shift in self.setting.shifts
            if shift.start_s <= now_s < shift.end_s and wanted in ("", shift.vehicle.id)
        ]
        return max(on_duty, key=lambda shift: self.fleet.aboard(shift.id)).id if on_duty else None

    def _promise(self, request_id: str) -> Request:
        promise = self.booked[request_id].promise
        assert promise is not None
        return replace(promise, id=request_id)

    def _onward(self, request_id: str, place: int) -> Request:
        """The rest of a ride: from where the vehicle stands, as soon as may be."""
        promise, now_s = self._promise(request_id), self.agenda.now_s
        return replace(
            promise, id=request_id + ONWARD, pickup_location=place, pickup_earliest_s=now_s, pickup_latest_s=now_s + 900
        )

    def _rescue(self, request: Request, ride: RideRecord) -> None:
        """Serve a ride in another vehicle: as promised if possible, else with as little more time as possible."""
        self.booked[request.id] = ride
        asked = request
        for step in range(MOST_RELAXED):
            insertion = self._best(asked)
            if insertion:
                self.live.accept(asked, insertion)
                return
            asked = _relaxed(request, step)
        ride.fate = Fate.FAILED


def _relaxed(request: Request, step: int) -> Request:
    """The same ride with more time everywhere: 10 minutes more, then 30, 60, 100 and so on."""
    extra_s = 300 * (step + 1) * (step + 2)
    return replace(
        request,
        pickup_latest_s=request.pickup_latest_s + extra_s,
        delivery_latest_s=request.delivery_latest_s + 2 * extra_s,
        max_ride_s=request.max_ride_s + extra_s,
    )
