"""One virtual driver: reads the shift as the app does, drives to the next stop, taps what a driver taps.

The driver knows only what the device has: the last shift that was fetched, and what was tapped since. Without a network
taps wait in their order and are sent when it is back, as the app does it.
"""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from backend.driving.virtual.chance import OFFLINE_S, Chance
from backend.driving.virtual.client import Caller

STOP_S = 20  # from the arrival to the first person out
TAP_S = 10
POSITION_EVERY_S = 20
SIGNS_IN = timedelta(minutes=10)  # before the shift
Seconds = Callable[[str, str], float]
Place = Callable[[str, str, float], tuple[float, float]]


@dataclass
class Tally:
    """What one driver did, and how the server answered. Seconds are the machine's."""

    sent: int = 0
    results: dict[str, int] = field(default_factory=dict)
    reasons: dict[str, int] = field(default_factory=dict)
    posted: dict[str, float] = field(default_factory=dict)  # report -> monotonic second before it was sent live
    kinds: dict[str, str] = field(default_factory=dict)
    page_s: list[float] = field(default_factory=list)
    twice: int = 0
    offline: int = 0
    positions: int = 0
    all_ids: set[str] = field(default_factory=set)
    unexpected: list[str] = field(default_factory=list)


@dataclass
class VirtualDriver:
    """Does one thing at a time: `step` does what is due and says when the next is."""

    vehicle: str
    number: int
    caller: Caller
    watcher: Caller  # reads the rider's page with a dispatcher's rights
    chance: Chance
    seconds: Seconds
    place: Place
    offline_from: datetime | None = None
    looks_every_s: int = 60  # of the day, while nothing is to do
    reliefs: list[tuple[datetime, str]] = field(default_factory=list)  # when the next shift begins, its driver's code
    skips_before: datetime | None = None  # what was planned before is left out, where the day begins later
    tally: Tally = field(default_factory=Tally)
    shift: dict[str, Any] = field(default_factory=dict)
    tag: str = ""
    waiting: list[dict[str, Any]] = field(default_factory=list)
    boarded: set[str] = field(default_factory=set)
    ended: set[str] = field(default_factory=set)  # left the bus, or not there
    halts: set[tuple[str, str]] = field(default_factory=set)  # (shift, kind) of starts, breaks and ends that are over
    at_stop: str = ""
    arrived_at: datetime | None = None
    leg: tuple[str, str, datetime, datetime] | None = None
    legs: int = 0
    rests_until: datetime | None = None
    is_over: bool = False
    is_broken: bool = False
    on_way_to: Callable[[list[str]], None] = lambda _codes: None
    on_arrival: Callable[[list[str], float], None] = lambda _codes, _tapped: (
        None
    )  # who waits there, and when it was tapped

    def step(self, now: datetime) -> datetime | None:
        """Do what is due; when to be asked again, None once the day is over."""
        if self.is_broken:
            self.is_over = True
            return None
        if not self._is_offline(now):
            self._send_waiting(now)
            self._fetch()
        if self.leg is not None:
            if now < self.leg[3]:
                return min(self.leg[3], self._look(now))
            self._arrive(now)
            return now + timedelta(seconds=STOP_S)
        if self.rests_until is not None:
            if now < self.rests_until:
                return self.rests_until
            self._tap(now, "break_end")
            self.rests_until = None
        ahead = self._ahead()
        if ahead is not None:
            return self._visit(now, *ahead)
        if self.reliefs and not self.waiting:
            return self._relieve(now)
        self.is_over = not self.waiting
        return None if self.is_over else self._look(now)

    def _visit(self, now: datetime, route: dict[str, Any], visit: dict[str, Any]) -> datetime:
        """Go on with what comes next."""
        if visit["kind"] == "start":
            return self._begin(now, route, visit)
        if visit["kind"] == "break":
            return self._rest(now, route, visit)
        if not self.at_stop:  # the day was driven before: the bus stands where it was last
            been = [other["stop"]["id"] for other in route["visits"] if other["is_done"]]
            self.at_stop = been[-1] if been else route["visits"][0]["stop"]["id"]
        if visit["stop"]["id"] != self.at_stop:
            return self._leave(now, visit)
        if visit["kind"] == "stop":
            return self._serve(now, visit)
        ends = datetime.fromisoformat(route["ends_at"])
        if now < ends:
            return min(ends, self._look(now))  # at the depot, ready for whoever books meanwhile
        self._tap(now, "shift_end")
        self.halts.add((route["code"], "end"))
        return now + timedelta(seconds=TAP_S)

    def _look(self, now: datetime) -> datetime:
        """When to read the shift again."""
        return now + timedelta(seconds=self.looks_every_s)

    def _relieve(self, now: datetime) -> datetime:
        """The next driver signs in on the same device shortly before the next shift."""
        begins, code = self.reliefs[0]
        if now < begins - SIGNS_IN:
            return begins - SIGNS_IN
        status, answer, _tag = self.caller.call(
            "POST", "/api/v1/driver/duties", {"code": code, "vehicle": self.vehicle, "papers_hold": True}
        )
        if status != 201:
            self.tally.unexpected.append(f"relief {status} {answer}")
        self.reliefs.pop(0)
        self.tag = ""
        return now + timedelta(seconds=TAP_S)

    # -- the day's visits ----------------------------------------------------------------------------------------------

    def _ahead(self) -> tuple[dict[str, Any], dict[str, Any]] | None:
        """The next visit at which something is left to do, as far as the device knows."""
        for route in self.shift.get("shifts", ()):
            for visit in route["visits"]:
                if visit["kind"] != "stop":
                    over = (route["code"], visit["kind"]) in self.halts or visit["is_done"]
                    if not over:
                        return route, visit
                    continue
                skipped = self.skips_before and datetime.fromisoformat(visit["until"]) < self.skips_before
                if self._open(visit) and not skipped:
                    return route, visit
        return None

    def _open(self, visit: dict[str, Any]) -> list[str]:
        """Codes of those who are still to leave or to board at a visit."""
        riders = self.shift["riders"]

        def is_open(code: str) -> bool:
            return code not in self.ended and riders[code]["state"] in ("booked", "aboard")

        leaves = [code for code in visit["leaves"] if is_open(code)]
        boards = [
            code for code in visit["boards"]
            if is_open(code) and code not in self.boarded and not visit["is_done"]
        ]  # fmt: skip  # somebody aboard a bus that broke down boards this one
        return leaves + boards

    def _begin(self, now: datetime, route: dict[str, Any], visit: dict[str, Any]) -> datetime:
        begins = datetime.fromisoformat(route["starts_at"])
        if now < begins:
            return begins
        self._tap(now, "shift_begin")
        self.halts.add((route["code"], "start"))
        self.at_stop = visit["stop"]["id"]
        return now + timedelta(seconds=TAP_S)

    def _rest(self, now: datetime, route: dict[str, Any], visit: dict[str, Any]) -> datetime:
        begins = datetime.fromisoformat(visit["at"])
        if now < begins:
            return min(begins, self._look(now))
        self._tap(now, "break_begin")
        self.halts.add((route["code"], "break"))
        self.rests_until = now + (datetime.fromisoformat(visit["until"]) - begins)
        return self.rests_until

    def _leave(self, now: datetime, visit: dict[str, Any]) -> datetime:
        """Set out so as to be there in time, not earlier: what is booked meanwhile may come first."""
        target = visit["stop"]["id"]
        seconds = self.seconds(self.at_stop, target)
        due = datetime.fromisoformat(visit["at"]) - timedelta(seconds=1.08 * seconds + 60)
        if now < due:
            return min(due, self._look(now))
        self._tap(now, "left", stop=self.at_stop)
        self.legs += 1
        lasts = max(1.0, seconds * self.chance.leg_factor(self.vehicle, self.legs))
        self.leg = (self.at_stop, target, now, now + timedelta(seconds=lasts))
        self.on_way_to([code for code in self._open(visit) if code in visit["boards"]])
        return min(self.leg[3], self._look(now))

    def _arrive(self, now: datetime) -> None:
        assert self.leg is not None
        self.at_stop, self.arrived_at, self.leg = self.leg[1], now, None
        tapped = time.time()
        self._tap(now, "arrived", stop=self.at_stop)
        ahead = self._ahead()
        if ahead is not None and not self._is_offline(now) and ahead[1]["stop"]["id"] == self.at_stop:
            codes = [code for code in self._open(ahead[1]) if code in ahead[1]["boards"]]
            self.on_arrival([code for code in codes if self.shift["riders"][code]["state"] == "booked"], tapped)

    def breaks_down(self, now: datetime) -> tuple[str, str]:
        """The bus goes no further: stop nearest to it, and the shift that ends so."""
        if self.leg is not None:
            origin, target, begun, ends = self.leg
            self.at_stop = target if now - begun > (ends - begun) / 2 else origin
            self.leg = None
        self._tap(now, "help", detail={"what": "breakdown"})
        self.is_broken = True
        return self.at_stop, self.shift_under_way()

    def open_rides(self) -> set[str]:
        """Bookings that are still to board or to leave, as far as the device knows."""
        return {
            code for route in self.shift.get("shifts", ()) for visit in route["visits"] if visit["kind"] == "stop"
            for code in self._open(visit)
        }  # fmt: skip

    def shift_under_way(self) -> str:
        """Code of the shift that has begun and is not over; "" where none is."""
        begun = {code for code, kind in self.halts if kind == "start"} - {c for c, kind in self.halts if kind == "end"}
        return next((route["code"] for route in self.shift.get("shifts", ()) if route["code"] in begun), "")

    def _serve(self, now: datetime, visit: dict[str, Any]) -> datetime:
        """One tap of what is to do at a stop."""
        for code in visit["leaves"]:
            if code in self._open(visit):
                self.ended.add(code)
                self._tap(now, "alighted", booking=code, stop=self.at_stop)
                return now + timedelta(seconds=TAP_S)
        soonest = now + timedelta(seconds=120)
        for code in visit["boards"]:
            if code not in self._open(visit):
                continue
            rider = self.shift["riders"][code]
            conduct = self.chance.conduct(rider["name"], code)
            there = datetime.fromisoformat(rider["pickup_from"]) + timedelta(seconds=conduct.late_s)
            waits_until = max(self.arrived_at or now, datetime.fromisoformat(rider["pickup_from"])) + timedelta(
                seconds=self.shift["rules"]["wait_at_stop_s"]
            )
            if not conduct.absent and there <= now:
                self.boarded.add(code)
                self._tap(now, "boarded", booking=code, detail={"cash_cents": rider["cash_cents"]})
                if self.shift["rules"]["walk_up"] and self.chance.walks_up(self.vehicle, self.legs):
                    self._walk_up(now, visit)
                return now + timedelta(seconds=TAP_S)
            if now >= waits_until:
                self.ended.add(code)
                self._tap(now, "no_show", booking=code)
                return now + timedelta(seconds=TAP_S)
            soonest = min(soonest, waits_until if conduct.absent else max(there, now + timedelta(seconds=1)))
        return soonest

    def _walk_up(self, now: datetime, visit: dict[str, Any]) -> None:
        """Somebody stands there who has not booked, and wants to where the bus goes anyway."""
        targets = [
            self.shift["riders"][code]["delivery_stop"]["id"] for code in visit["boards"] if code in self.boarded
        ]
        if targets and not self._is_offline(now) and ("walk-up", str(self.legs)) not in self.halts:
            self.halts.add(("walk-up", str(self.legs)))
            self._tap(now, "walk_up", stop=self.at_stop, detail={"destination": targets[0], "party": {"adults": 1}})

    # -- the network ---------------------------------------------------------------------------------------------------

    def lets_people_out(self) -> bool:
        """Whether somebody leaves where the bus stands now: that is done first, whatever else happens."""
        ahead = self._ahead()
        if ahead is None or self.leg is not None or ahead[1]["stop"]["id"] != self.at_stop:
            return False
        return any(code in ahead[1]["leaves"] for code in self._open(ahead[1]))

    def has_network(self, now: datetime) -> bool:
        """Whether a call would reach the office."""
        return not self._is_offline(now)

    def _is_offline(self, now: datetime) -> bool:
        return self.offline_from is not None and (
            self.offline_from <= now < self.offline_from + timedelta(seconds=OFFLINE_S)
        )

    def _fetch(self) -> None:
        status, document, tag = self.caller.call("GET", "/api/v1/driver/shift", headers={"If-None-Match": self.tag})
        if status == 200:
            self.shift, self.tag = document, tag
        elif status != 304:
            self.tally.unexpected.append(f"shift {status} {document}")

    def _tap(self, now: datetime, kind: str, **said: Any) -> None:
        wrong = timedelta(seconds=self.chance.wrong_s(self.vehicle, self.number))
        event = {"id": str(uuid.uuid4()), "kind": kind, "at": (now + wrong).isoformat(), **said}
        self.tally.sent += 1
        self.tally.all_ids.add(event["id"])
        self.tally.kinds[event["id"]] = kind
        self.waiting.append(event)
        if self._is_offline(now):
            self.tally.offline += 1
        else:
            self._send_waiting(now, live=True)
            if kind == "boarded":
                self._look_as_rider(event)

    def _look_as_rider(self, event: dict[str, Any]) -> None:
        """The rider's own view of the ride, read at once: how long after the tap it knows of it."""
        status, forecast, _tag = self.watcher.call("GET", f"/api/v1/bookings/{event['booking']}/forecast")
        if status == 200 and forecast["phase"] == "aboard":
            self.tally.page_s.append(time.monotonic() - self.tally.posted[event["id"]])

    def _send_waiting(self, now: datetime, live: bool = False) -> None:
        if not self.waiting:
            return
        batch, wrong = self.waiting[:150], timedelta(seconds=self.chance.wrong_s(self.vehicle, self.number))
        body = {"sent_at": (now + wrong).isoformat(), "events": batch}
        begun = time.monotonic()
        if live:
            for event in batch:
                self.tally.posted[event["id"]] = begun
        again = self.chance.sends_twice(self.vehicle, self.tally.sent)
        for _number in range(1 + again):
            status, answer, _tag = self.caller.call("POST", "/api/v1/driver/events", body)
            if status != 200:
                self.tally.unexpected.append(f"events {status} {answer}")
                return
        self.tally.twice += again
        for result in answer["results"]:
            self.tally.results[result["outcome"]] = self.tally.results.get(result["outcome"], 0) + 1
            if result["reason"]:
                name = f"{self.tally.kinds[result['id']]}: {result['reason']}"
                self.tally.reasons[name] = self.tally.reasons.get(name, 0) + 1
        self.waiting = self.waiting[150:]

    def send_positions(self, since: datetime, now: datetime) -> None:
        """Where the bus was since the last time, by the device's clock."""
        if not self.at_stop or self._is_offline(now):
            return
        wrong = timedelta(seconds=self.chance.wrong_s(self.vehicle, self.number))
        points = []
        moment = since
        while moment < now:
            moment += timedelta(seconds=POSITION_EVERY_S)
            lat, lon = self._where(min(moment, now))
            points.append(
                {
                    "id": str(uuid.uuid4()),
                    "at": (min(moment, now) + wrong).isoformat(),
                    "lat": lat,
                    "lon": lon,
                    "accuracy_m": 8,
                }
            )
        body = {"sent_at": (now + wrong).isoformat(), "points": points[-400:]}
        status, answer, _tag = self.caller.call("POST", "/api/v1/driver/positions", body)
        if status == 200:
            self.tally.positions += answer["taken"]
        else:
            self.tally.unexpected.append(f"positions {status} {answer}")

    def _where(self, moment: datetime) -> tuple[float, float]:
        if self.leg is None or moment < self.leg[2]:
            return self.place(self.at_stop, self.at_stop, 0.0)
        origin, target, begun, ends = self.leg
        share = min(1.0, (moment - begun).total_seconds() / max(1.0, (ends - begun).total_seconds()))
        return self.place(origin, target, share)
