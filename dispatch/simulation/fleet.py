"""The vehicles on the road: when they leave, when they really arrive, who stands at the stop, who is aboard.

Knows of the plan only what each vehicle does next; tells the plan what has happened.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial

from dispatch.model import EventKind, StopEvent
from dispatch.simulation.agenda import Agenda
from dispatch.simulation.chance import Chance
from dispatch.simulation.record import DayRecord, Drive, Fate, RideRecord
from dispatch.simulation.rolling import RollingPlan
from dispatch.simulation.setting import Setting


@dataclass(slots=True)
class _Vehicle:
    """Where a vehicle stands. `order`: number of its last decision; an older one that comes due is void."""

    place: int
    order: int = 0
    legs: int = 0
    moving: bool = False
    serving: bool = False
    out: bool = False
    leg: tuple[int, int, int, int] = (0, 0, 0, 0)  # from, to, begun, arrival
    aboard: dict[str, int] = field(default_factory=dict)  # request -> second from which it rides


class Fleet:
    """All vehicles of the day.

    Parameters
    ----------
    rides
        The booked rides by the id of the request that the plan knows; a request that goes on after a breakdown has its
        ride's record too.
    """

    def __init__(
        self,
        setting: Setting,
        live: RollingPlan,
        agenda: Agenda,
        chance: Chance,
        day: DayRecord,
        rides: dict[str, RideRecord],
    ) -> None:
        self.setting, self.live, self.agenda, self.chance, self.day, self.rides = (
            setting,
            live,
            agenda,
            chance,
            day,
            rides,
        )
        self.planned_s = setting.planned_s(chance.weather_factor)
        self.vehicles = {shift.id: _Vehicle(shift.start_location) for shift in setting.shifts}

    def wake_all(self) -> None:
        """The plan has changed: every vehicle that stands looks again at what comes next."""
        for shift_id in self.vehicles:
            self.wake(shift_id)

    def wake(self, shift_id: str) -> None:
        """A vehicle that stands decides when to leave for what comes next."""
        vehicle = self.vehicles[shift_id]
        if vehicle.moving or vehicle.serving or vehicle.out:
            return
        vehicle.order += 1
        standing = self.live.standing(shift_id)
        if standing.next is None:
            return
        event = standing.next
        drive_s = 0 if event.kind is EventKind.BREAK else int(self.planned_s[vehicle.place, event.location])
        leave_s = event.start_s - drive_s
        if not vehicle.aboard and event.kind is EventKind.PICKUP:
            leave_s -= self.setting.policy.leave_ahead_s
        self.agenda.at(max(leave_s, standing.leave_from_s), partial(self._leave, shift_id, vehicle.order))

    def _leave(self, shift_id: str, order: int) -> None:
        vehicle, now_s = self.vehicles[shift_id], self.agenda.now_s
        if order != vehicle.order or vehicle.moving or vehicle.serving or vehicle.out:
            return
        event = self.live.standing(shift_id).next
        assert event is not None  # the plan alters only together with the order
        self.live.now_s = now_s
        self.live.depart(shift_id)
        vehicle.moving = True
        target = vehicle.place if event.kind is EventKind.BREAK else event.location
        seconds = self._drive_s(shift_id, vehicle, target)
        vehicle.leg = (vehicle.place, target, now_s, now_s + seconds)
        self.agenda.at(now_s + seconds, partial(self._arrive, shift_id, event))

    def _drive_s(self, shift_id: str, vehicle: _Vehicle, target: int) -> int:
        """How long the next leg really lasts."""
        free_s = int(self.setting.travel_s[vehicle.place, target])
        if free_s == 0:
            return 0
        vehicle.legs += 1
        factor = self.setting.time_factor(self.agenda.now_s) * self.chance.weather_factor
        return max(1, round(free_s * factor * self.chance.leg_factor(shift_id, vehicle.legs)))

    def _arrive(self, shift_id: str, event: StopEvent) -> None:
        vehicle, now_s = self.vehicles[shift_id], self.agenda.now_s
        if vehicle.out:
            return  # it broke down on the way
        self._write_leg(shift_id, vehicle, 1.0)
        vehicle.moving, vehicle.serving, vehicle.place = False, True, vehicle.leg[1]
        if event.kind is EventKind.PICKUP:
            self._meet(shift_id, event)
        elif event.kind is EventKind.BREAK:
            self.agenda.at(event.start_s, partial(self._begin, shift_id, event))
        else:
            self.agenda.at(now_s, partial(self._begin, shift_id, event))

    def _write_leg(self, shift_id: str, vehicle: _Vehicle, share: float) -> None:
        origin, target, begun_s, arrival_s = vehicle.leg
        if origin != target:
            metres = float(self.setting.metres[origin, target]) * share
            people = sum(self.rides[request_id].wish.riders for request_id in vehicle.aboard)
            self.day.drives.append(Drive(shift_id, begun_s, round((arrival_s - begun_s) * share), metres, people))

    def _meet(self, shift_id: str, event: StopEvent) -> None:
        """At a stop where somebody should wait."""
        assert event.request_id is not None
        ride, now_s = self.rides[event.request_id], self.agenda.now_s
        promise = ride.promise
        assert promise is not None
        conduct = self.chance.conduct(ride.wish)
        transferred = event.request_id != ride.wish.id  # waits where the other vehicle broke down
        open_s = now_s if transferred else max(now_s, promise.pickup_earliest_s)
        if ride.vehicle_at_s is None:
            ride.vehicle_at_s = open_s
        if ride.cancelled_s is not None:  # called off while the vehicle was on its way: the driver knows
            self.agenda.at(now_s, partial(self._miss, shift_id, event, Fate.CANCELLED))
            return
        present_s = promise.pickup_earliest_s + conduct.late_s
        patience_s = open_s + self.setting.uncertainty.driver_waits_s
        if not transferred and (conduct.absent or present_s > patience_s):
            self.agenda.at(patience_s, partial(self._miss, shift_id, event, Fate.NO_SHOW))
        else:
            self.agenda.at(open_s if transferred else max(open_s, present_s), partial(self._begin, shift_id, event))

    def _miss(self, shift_id: str, event: StopEvent, fate: Fate) -> None:
        vehicle, now_s = self.vehicles[shift_id], self.agenda.now_s
        if vehicle.out:
            return
        assert event.request_id is not None
        ride = self.rides[event.request_id]
        ride.fate, ride.vehicle_at_s = fate, None
        self.live.now_s = now_s
        self.live.absent(event.request_id)
        vehicle.serving = False
        self.wake(shift_id)

    def _begin(self, shift_id: str, event: StopEvent) -> None:
        """Boarding, leaving, a break or the end of the shift begins."""
        vehicle, now_s = self.vehicles[shift_id], self.agenda.now_s
        if vehicle.out:
            return
        ready_s = now_s + event.dwell_s
        if event.kind is EventKind.PICKUP:
            self._board(vehicle, event, ready_s)
        elif event.kind is EventKind.DELIVERY:
            self._let_off(vehicle, event)
        self.live.now_s = now_s
        self.live.begin(shift_id, ready_s)
        self.agenda.at(ready_s, partial(self._ready, shift_id))

    def _board(self, vehicle: _Vehicle, event: StopEvent, ready_s: int) -> None:
        assert event.request_id is not None
        ride = self.rides[event.request_id]
        if ride.boarded_s is None:
            ride.boarded_s = self.agenda.now_s
        for other_id in vehicle.aboard:
            ride.shared = self.rides[other_id].shared = True
        vehicle.aboard[event.request_id] = ready_s

    def _let_off(self, vehicle: _Vehicle, event: StopEvent) -> None:
        assert event.request_id is not None
        ride = self.rides[event.request_id]
        ride.left_s, ride.fate = self.agenda.now_s, Fate.SERVED
        ride.aboard_s += self.agenda.now_s - vehicle.aboard.pop(event.request_id)

    def _ready(self, shift_id: str) -> None:
        self.vehicles[shift_id].serving = False
        self.wake(shift_id)

    def break_down(self, shift_id: str) -> tuple[list[str], list[str]]:
        """A vehicle stops for good, where it is. Returns the requests aboard and those that it was to fetch."""
        vehicle, now_s = self.vehicles[shift_id], self.agenda.now_s
        if vehicle.moving:
            origin, target, begun_s, arrival_s = vehicle.leg
            share = (now_s - begun_s) / max(1, arrival_s - begun_s)
            self._write_leg(shift_id, vehicle, share)
            vehicle.place = target if share >= 0.5 else origin  # the stop that is nearer
        vehicle.moving = vehicle.serving = False
        vehicle.out = True
        for request_id, from_s in vehicle.aboard.items():
            self.rides[request_id].aboard_s += max(0, now_s - from_s)
        vehicle.aboard.clear()
        return self.live.withdraw(shift_id, vehicle.place)

    def place_of(self, shift_id: str) -> int:
        """The stop at which a vehicle stands, or stood last."""
        return self.vehicles[shift_id].place

    def aboard(self, shift_id: str) -> int:
        """How many people ride in a vehicle now."""
        return sum(self.rides[request_id].wish.riders for request_id in self.vehicles[shift_id].aboard)
