"""A planned day driven by virtual drivers over the real interface, with what goes wrong on real ones, and its figures."""

from __future__ import annotations

import heapq
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

import numpy as np
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from knox.models import get_token_model

from backend.bookings.localtime import clock_to_seconds, to_moment
from backend.bookings.models import Booking, ServiceDay
from backend.districts.models import Stop
from backend.districts.selectors import roads_of
from backend.driving.virtual.breakdown import Breakdown, break_down
from backend.driving.virtual.chance import Chance
from backend.driving.virtual.client import Caller, Onlooker
from backend.driving.virtual.driver import VirtualDriver
from backend.operations.dayclock import play, stop_playing
from backend.operations.demo import demo_user
from backend.operations.virtual_drive import along

Say = Callable[[str], None]
POSITIONS_S, POSITIONS_FAST_S = 30, 240
LOOKS_S, LOOKS_FAST_S = 60, 300
OFFICE_LOOKS = timedelta(minutes=3)  # how often what the control room is told is read
REST_S = 2.0  # of this machine's time between two calls of one device, at any speed of the day
BEFORE_S = 600
CANCELS_BEFORE = timedelta(hours=2)
BEHIND = timedelta(seconds=30)  # so far may the drivers be behind a clock that runs; then it waits for them
UNDER_WAY_AFTER = timedelta(seconds=60)
CATCH_UP_S = 20.0  # what the relay may still have to tell after the last tap
TOO_MANY, WAIT_S, PATIENCE = 429, 7.0, 20
STUCK_AFTER = timedelta(hours=4)


@dataclass
class DrivenDay:
    """Everything that the run of one day needs; `run` drives it to its end."""

    address: str
    day: ServiceDay
    seed: int
    speed: float  # played seconds a second; 0: as fast as it goes
    say: Say
    begin: str = ""
    until: str = ""
    drivers: list[VirtualDriver] = field(default_factory=list)
    cancelled: dict[str, int] = field(default_factory=dict)
    breakdowns: list[Breakdown] = field(default_factory=list)
    on_arrival: Callable[[list[str], float], None] | None = None  # bookings whose bus stands there, second of the tap
    on_look: Callable[[int, datetime], None] | None = None  # the day's key and its time, again and again
    elapsed_s: float = 0.0
    stands: bool = False  # the clock waits for the drivers

    @property
    def positions_s(self) -> float:
        """Played seconds between two batches of a vehicle's positions: no more than one in two seconds of this machine."""
        return max(POSITIONS_S, REST_S * self.speed) if self.speed else POSITIONS_FAST_S

    @property
    def looks_s(self) -> int:
        """Played seconds between two looks of a driver at the shift."""
        return max(LOOKS_S, int(REST_S * self.speed)) if self.speed else LOOKS_FAST_S

    def run(self) -> None:
        """Pair, sign in, drive; the day has its own time again afterwards."""
        token_row, token = get_token_model().objects.create(user=demo_user())
        self.token, begun = token, time.monotonic()
        self.chance, self.zone = Chance(self.seed), ZoneInfo(self.day.district.timezone)
        self.office = Caller(self.address, self._staff())
        self.onlooker = Onlooker(self.address, _session())
        self.agenda: list[tuple[datetime, int, Callable[[datetime], None]]] = []
        self._numbers = count()
        starts = self.day.day_shifts.order_by("start_s").values_list("start_s", flat=True)
        first_s = self._second(self.begin) if self.begin else max(0, starts[0] - BEFORE_S)
        self.now = self._moment(first_s)
        self.end = self._moment(self._second(self.until)) if self.until else None
        try:
            play(self.day, self.now, 0.0)  # the clock stands until everybody has signed in
            self.onlooker.watch(self.day.district_id, self.day.date.isoformat())
            self._sign_in()
            self._riders()
            self._at(self._mid_day(), self._break_down)
            if self.on_look is not None:
                self._at(self.now, self._office_looks)
            self._let_the_clock_go()
            self._live()
            self._wait_for_the_relay()
        finally:
            self.elapsed_s = time.monotonic() - begun
            stop_playing(self.day)
            token_row.delete()
            self.onlooker.close()

    def _staff(self) -> dict[str, str]:
        return {"Authorization": f"Token {self.token}"}

    def _sign_in(self) -> None:
        """Each vehicle's device is paired by a code from the office, and its driver signs in."""
        ground = _Ground(self.day)
        shifts: dict[str, list[datetime]] = {}
        for row in self.day.day_shifts.select_related("vehicle").order_by("vehicle__code", "start_s"):
            shifts.setdefault(row.vehicle.code, []).append(self._moment(row.start_s))
        for number, (vehicle, begins) in enumerate(shifts.items()):
            pairing = self._must(201, self.office, "POST", "/api/v1/devices/pairing-codes")
            guest = Caller(self.address, {})
            body = {"pairing_code": pairing["pairing_code"], "name": f"Virtuell {vehicle}"}
            paired = self._must(201, guest, "POST", "/api/v1/driver/devices", body)
            people = [
                self._must(201, self.office, "POST", "/api/v1/drivers", {"name": f"Testfahrer {number + 1}.{turn + 1}"})
                for turn in range(len(begins))
            ]
            device = Caller(self.address, {"Rufbus-Device": f"{paired['device']}.{paired['secret']}"})
            begins_duty = {"code": people[0]["code"], "vehicle": vehicle, "papers_hold": True}
            self._must(201, device, "POST", "/api/v1/driver/duties", begins_duty)
            offline = self._moment(9 * 3600 + 1800 * number) if number % 6 == 2 else None
            driver = VirtualDriver(
                vehicle, number, device, Caller(self.address, self._staff()), self.chance,
                ground.seconds, ground.place,
                offline, self.looks_s,
                [(moment, person["code"]) for moment, person in zip(begins[1:], people[1:], strict=True)],
            )  # fmt: skip
            driver.skips_before = self.now if self.begin else None
            if self.on_arrival is not None:
                driver.on_arrival = self.on_arrival
            driver.on_way_to = lambda codes, driver=driver: self._may_call_off(driver, codes)  # type: ignore[misc]
            self.drivers.append(driver)
            self._at(self.now, self._stepping(driver))
            self._at(
                self.now + timedelta(seconds=self.positions_s * (1 + number / 12)), self._locating(driver, self.now)
            )
        self.say(f"{len(self.drivers)} Geräte sind angemeldet.")

    def _must(self, status: int, caller: Caller, method: str, path: str, body: object = None) -> dict[str, str]:
        got, document, _tag = caller.call(method, path, body)
        waited = 0
        while got == TOO_MANY and waited < PATIENCE:  # a server for people lets no dozen devices in at once
            time.sleep(WAIT_S)
            waited += 1
            got, document, _tag = caller.call(method, path, body)
        if got != status:
            raise RuntimeError(f"{method} {path}: {got} {document}")
        return dict(document)

    def _stepping(self, driver: VirtualDriver) -> Callable[[datetime], None]:
        def step(now: datetime) -> None:
            again = driver.step(now)
            if again is not None:
                self._at(max(again, now + timedelta(seconds=1)), step)

        return step

    def _locating(self, driver: VirtualDriver, since: datetime) -> Callable[[datetime], None]:
        every = timedelta(seconds=self.positions_s)
        last = [since]

        def locate(now: datetime) -> None:
            driver.send_positions(last[0], now)
            last[0] = now
            if not driver.is_over:
                self._at(now + every, locate)

        return locate

    def _riders(self) -> None:
        """Those who change their mind do so two hours before."""
        for row in self.day.bookings.filter(state=Booking.State.BOOKED).select_related("offer"):
            conduct = self.chance.conduct(row.contact_name, row.contact_name)
            if conduct.cancels:
                when = self._moment(row.offer.pickup_earliest_s) - CANCELS_BEFORE
                self._at(max(when, self.now), lambda _now, row=row: self._cancel(row.code, row.contact_phone))  # type: ignore[misc]

    def _cancel(self, code: str, contact: str) -> None:
        headers = {"Idempotency-Key": f"drive-{self.seed}-{code}"}
        caller = self.office if not contact else Caller(self.address, {"Rufbus-Contact": contact})
        status, _document, _tag = caller.call("POST", f"/api/v1/bookings/{code}/cancel", None, headers)
        name = ("office " if not contact else "rider ") + str(status)
        self.cancelled[name] = self.cancelled.get(name, 0) + 1

    def _may_call_off(self, driver: VirtualDriver, codes: list[str]) -> None:
        for code in codes:
            name = driver.shift["riders"][code]["name"]
            if self.chance.conduct(name, name).cancelled_under_way:
                self._at(self.now + UNDER_WAY_AFTER, lambda _now, code=code: self._cancel(code, ""))  # type: ignore[misc]

    def _mid_day(self) -> datetime:
        """Halfway between the first bus out and the last one home, or now if that is past."""
        begins, ends = zip(*self.day.day_shifts.values_list("start_s", "end_s"), strict=True)
        return max(self._moment((min(begins) + max(ends)) // 2), self.now)

    def _break_down(self, now: datetime) -> None:
        """A bus stands still: drawn among those with a network whose last shift is under way; with riders, if there are such."""
        able = [
            driver for driver in self.drivers
            if driver.shift_under_way() and driver.at_stop and not driver.reliefs and driver.has_network(now)
        ]  # fmt: skip
        with_riders = [driver for driver in able if driver.open_rides()]
        if len(able) > 1:  # the last bus that drives stays
            drawn_from = with_riders or able
            driver = drawn_from[self.chance.which("breakdown", len(drawn_from))]
            if driver.lets_people_out():
                return self._at(now + timedelta(minutes=1), self._break_down)
            self.breakdowns.append(break_down(driver, self.office, self.day.date.isoformat(), now))
        return None

    def _office_looks(self, now: datetime) -> None:
        if self.on_look is not None and any(not driver.is_over for driver in self.drivers):
            self.on_look(self.day.pk, now)
            self._at(now + OFFICE_LOOKS, self._office_looks)

    def _live(self) -> None:
        """Whatever is due next, until nothing is."""
        shown_h = -1
        last_tap = self.now
        while self.agenda:
            moment, _number, act = heapq.heappop(self.agenda)
            if self.end is not None and moment > self.end:
                break
            self._let_time_go_to(moment)
            act(moment if self.speed else self.now)
            if any(not driver.is_over for driver in self.drivers):
                last_tap = self.now
            elif self.now - last_tap > STUCK_AFTER:
                break
            if self.now.hour != shown_h:
                shown_h = self.now.hour
                taps = sum(driver.tally.sent for driver in self.drivers)
                self.say(f"{self.now.astimezone(self.zone):%H:%M} Uhr, {taps} Meldungen")

    def _let_the_clock_go(self) -> None:
        play(self.day, self.now, self.speed)
        self.clock_begun, self.begins_at, self.stands = time.monotonic(), self.now, False

    def _let_time_go_to(self, moment: datetime) -> None:
        """The clock runs as fast as asked, but stands while a busy machine has the drivers behind: that is no lateness."""
        if self.speed and self.stands:
            if moment < self.now:
                return
            self._let_the_clock_go()
        if self.speed:
            due = self.clock_begun + (moment - self.begins_at).total_seconds() / self.speed
            time.sleep(max(0.0, due - time.monotonic()))
            self.now = self.begins_at + timedelta(seconds=(time.monotonic() - self.clock_begun) * self.speed)
            if self.now - moment > BEHIND:
                play(self.day, self.now, 0.0)
                self.stands = True
        elif moment > self.now:
            self.now = moment
            play(self.day, moment, 0.0)

    def _wait_for_the_relay(self) -> None:
        """Until the board has heard of every report that was sent live, or long enough."""
        posted = {key for driver in self.drivers for key in driver.tally.posted}
        deadline = time.monotonic() + CATCH_UP_S
        while time.monotonic() < deadline and not posted <= self.onlooker.heard.keys():
            time.sleep(0.2)

    def _at(self, moment: datetime, act: Callable[[datetime], None]) -> None:
        heapq.heappush(self.agenda, (moment, next(self._numbers), act))

    def _moment(self, second: int) -> datetime:
        return to_moment(second, self.day.date, self.zone)

    def _second(self, clock: str) -> int:
        hours, minutes = clock.split(":")
        return clock_to_seconds(3600 * int(hours) + 60 * int(minutes), self.day.date, self.zone)

    # -- what the taps took --------------------------------------------------------------------------------------------

    def board_ms(self) -> np.ndarray:
        """Milliseconds from a tap to the board's websocket, of every report that was sent as it was made."""
        heard = self.onlooker.heard
        pairs = [(heard[key] - at) * 1000 for d in self.drivers for key, at in d.tally.posted.items() if key in heard]
        return np.array(pairs, dtype=np.float64)

    def page_ms(self) -> np.ndarray:
        """Milliseconds from the tap "boarded" to the rider's own view of it."""
        return np.array(
            [1000 * seconds for driver in self.drivers for seconds in driver.tally.page_s], dtype=np.float64
        )


class _Ground:
    """The roads between stops, by the stops' codes."""

    def __init__(self, day: ServiceDay) -> None:
        self.roads = roads_of(day.district)
        stops = Stop.objects.filter(district=day.district)
        self.number = dict(stops.values_list("code", "number"))
        self.at = {stop.code: (stop.lat, stop.lon) for stop in stops}

    def seconds(self, origin: str, target: str) -> float:
        """Driving on free roads."""
        return 0.0 if origin == target else float(self.roads.way(self.number[origin], self.number[target]).seconds)

    def place(self, origin: str, target: str, share: float) -> tuple[float, float]:
        """(lat, lon) after a share of the way."""
        if origin == target:
            return self.at[origin]
        return along(self.roads.way(self.number[origin], self.number[target]), share)


def _session() -> str:
    """A session of the demo's dispatcher, as the demo login makes it."""
    user = demo_user()
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)
