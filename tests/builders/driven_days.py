"""Days on which anything happens, for tests of laws: two buses, what their devices have not sent yet, and the steps of a day."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db import transaction
from hypothesis import strategies as st

from accessibility.desk import Access, BookingView, Party
from backend.bookings.desk import Desk
from backend.bookings.localtime import to_moment
from backend.bookings.models import Booking, BrokenPromise, DrivenRide, OutboxMessage, ServiceDay
from backend.bookings.planning import DayPlan, current_plan
from backend.bookings.services import improve_service_day
from backend.districts.models import District, Stop
from backend.driving.models import DriverEvent
from backend.driving.rules import Sent
from dispatch.improvement import Limits, improve
from dispatch.model import EventKind, Plan, StopEvent
from tests.builders.district import BERLIN, STOPS, a_desk, a_key, a_passenger, a_wish, at, show
from tests.builders.driving import Bus, a_bus

CONTACT, OFFICE = Access(contact="03901 304031"), Access(staff="leitstelle")
CODES = [code for code, _village, _name in STOPS]
PARTIES = st.sampled_from([Party(), Party(adults=2, children=1), Party(wheelchairs=1), Party(adults=6)])
BUS = st.integers(0, 1)
Report = tuple[int, DriverEvent.Kind, int, int]  # bus, kind, number of the ride or stop, minutes ago
NUMBER = st.integers(0, 30)


def step(name: str, *arguments: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[str, Any]]:
    """One thing that may happen: the name of a town's method, and what it is called with (a tuple, where it is more than one)."""
    return st.tuples(st.just(name), arguments[0] if len(arguments) == 1 else st.tuples(*arguments))


def steps(
    *own: st.SearchStrategy[tuple[str, Any]], late_min: Iterable[int], most: int
) -> st.SearchStrategy[list[tuple[str, Any]]]:
    """A day of at most so many steps: rides are booked, driven, missed and cancelled, networks go, time passes, the worker
    improves; and what a test adds. `late_min`: how late, in minutes, a bus may do what is next, for as many kinds of driving."""
    book = step("book", st.permutations(CODES), st.integers(30, 150), PARTIES)
    usual = [
        book, book, *(step("drive", BUS, st.integers(-3, most_late)) for most_late in late_min), step("miss", BUS),
        step("cancel", NUMBER, st.booleans()), step("network", BUS), step("wait", st.integers(1, 45)), step("improve", NUMBER),
    ]  # fmt: skip
    return st.lists(st.one_of(*usual, *own), min_size=4, max_size=most)


@dataclass
class Cab:
    """A bus with what its device has not sent yet."""

    bus: Bus
    is_offline: bool = False
    unsent: list[Sent] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)


@dataclass
class Town:
    district: District
    now: datetime = field(default_factory=lambda: at("5:00"))
    desk: Desk = field(default_factory=lambda: a_desk(at("5:00")))
    codes: list[str] = field(default_factory=list)
    states: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.cabs = [
            Cab(a_bus(self.district, "bus-1", at("5:00"))),
            Cab(a_bus(self.district, "bus-2", at("5:00"), wrong_s=200)),
        ]

    def day(self) -> ServiceDay:
        return ServiceDay.objects.select_related("district").get(date=at("5:00").date())

    def book(self, wish: tuple[Sequence[str], int, Party]) -> None:
        (origin, destination, *_rest), minutes, party = wish
        when = (self.now + timedelta(minutes=5 * (minutes // 5))).astimezone(BERLIN)
        show(self.desk, self.now)
        quote = self.desk.quote(a_wish(origin, destination, when, party=party), key=a_key())
        if quote.offers:
            view = self.desk.book(quote.offers[0].id, a_passenger(), key=a_key())
            assert isinstance(view, BookingView), "an offer booked at once holds"
            self.codes.append(view.code)

    def cancel(self, what: tuple[int, bool]) -> None:
        number, by_office = what
        if self.codes:
            show(self.desk, self.now)
            self.desk.cancel(self.codes[number % len(self.codes)], OFFICE if by_office else CONTACT, key=a_key())

    def drive(self, what: tuple[int, int]) -> None:
        """The bus does what comes next by plan, so many minutes off."""
        number, late_min = what
        cab, following = self.cabs[number], self._next(number)
        if following is None:
            return
        moment = to_moment(following.start_s, self.day().date, BERLIN) + timedelta(minutes=late_min)
        self.now = max(self.now, moment)
        said = {"booking": following.request_id or ""}
        kinds = {EventKind.PICKUP: "boarded", EventKind.DELIVERY: "alighted", EventKind.BREAK: "break_begin"}
        if following.kind in (EventKind.PICKUP, EventKind.DELIVERY):
            stop = self._stop_at(following.location)
            self._report(cab, "arrived", self.now, stop=stop)
            self._report(cab, kinds[following.kind], self.now + timedelta(seconds=30), **said)
            self._report(cab, "left", self.now + timedelta(seconds=40), stop=stop)
        elif following.kind in kinds:
            self._report(cab, kinds[following.kind], self.now)
        else:
            kind = "shift_begin" if following.kind is EventKind.START else "shift_end"
            self._report(cab, kind, self.now)

    def miss(self, number: int) -> None:
        following = self._next(number)
        if following is None or following.kind is not EventKind.PICKUP:
            return
        cab = self.cabs[number]
        stop = self._stop_at(following.location)
        self.now = max(self.now, to_moment(following.start_s, self.day().date, BERLIN))
        self._report(cab, "arrived", self.now, stop=stop)
        self.now += timedelta(minutes=4)
        self._report(cab, "no_show", self.now, booking=following.request_id)

    def anything(self, what: Report) -> None:
        """A report that may make no sense at all."""
        number, kind, which, ago_min = what
        code = self.codes[which % len(self.codes)] if self.codes else "XXX-XXX"
        details = {"delay": {"minutes": which + 1}, "help": {"what": "Panne"}}
        self._report(
            self.cabs[number], kind.value, self.now - timedelta(minutes=ago_min), booking=code,
            stop=CODES[which % len(CODES)], detail=details.get(kind.value, {}),
        )  # fmt: skip

    def slip(self, what: Report) -> None:
        """A report that may make no sense, taken back at once: all is as if it had never been."""
        number, kind, which, ago_min = what
        cab, kept = self.cabs[number], self.standing()
        if cab.is_offline:
            return
        said = {"booking": self.codes[which % len(self.codes)]} if self.codes else {}
        detail = {"delay": {"minutes": which + 1}, "help": {"what": "Panne"}}.get(kind.value, {})
        moment = self.now - timedelta(minutes=ago_min)
        event = cab.bus.event(kind.value, moment, stop=CODES[which % len(CODES)], detail=detail, **said)
        back = cab.bus.event("take_back", self.now, detail={"event": str(event.id)})
        (result,) = cab.bus.sends([event], self.now)
        (undone,) = cab.bus.sends([back], self.now)
        cab.sent += [event, back]
        if undone.outcome != "taken":
            assert kind.value == "help" or ago_min or undone.outcome == "refused", (result, undone)
        elif result.outcome != "refused":
            assert DriverEvent.objects.get(pk=event.id).outcome == "taken_back"
            assert self.standing() == kept, "as the day without it"

    def regret(self, what: tuple[int, int]) -> None:
        """Something that was said earlier is taken back, whatever has happened since: all of it, or nothing."""
        number, which = what
        cab, kept = self.cabs[number], self.standing()
        if cab.is_offline or not cab.sent:
            return
        slip = cab.sent[-1 - which % min(3, len(cab.sent))]
        back = cab.bus.event("take_back", self.now, detail={"event": str(slip.id)})
        (result,) = cab.bus.sends([back], self.now)
        cab.sent.append(back)
        if result.outcome != "taken":
            assert self.standing() == kept, "nothing by halves"
        elif DriverEvent.objects.get(pk=slip.id).outcome == "taken_back":
            self.states = dict(Booking.objects.values_list("code", "state"))

    def standing(self) -> tuple[Any, ...]:
        """All that reports change, apart from the record that they came."""
        plan = current_plan(self.day()).plan
        rides = Booking.objects.order_by("pk").values_list("code", "state", "ended_at", "amended")
        driven = DrivenRide.objects.order_by("booking").values_list(
            "booking", "vehicle", "vehicle_at", "boarded_at", "left_at", "cash_cents"
        )
        broken = BrokenPromise.objects.order_by("booking", "limit").values_list("booking", "limit", "by_s")
        return plan, list(rides), list(driven), list(broken)

    def again(self, what: tuple[int, int]) -> None:
        number, which = what
        cab = self.cabs[number]
        if cab.sent:
            before = OutboxMessage.objects.count(), DriverEvent.objects.count()
            cab.bus.sends([cab.sent[which % len(cab.sent)]] * 2, self.now)
            assert (OutboxMessage.objects.count(), DriverEvent.objects.count()) == before, "it counts once"

    def network(self, number: int) -> None:
        """It goes, or it comes back and all is sent in one batch, in whatever order."""
        cab = self.cabs[number]
        cab.is_offline = not cab.is_offline
        if cab.unsent:
            cab.bus.sends(cab.unsent[::-1], self.now)
            cab.sent += cab.unsent
            cab.unsent = []

    def wait(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    def improve(self, seed: int) -> None:
        def search(before: DayPlan) -> Plan:
            return improve(before.plan, before.travel_s, before.weights, Limits(iterations=30), seed=seed).plan

        improve_service_day(self.day().pk, search, self.now)

    def _stop_at(self, location: int) -> str:
        return str(Stop.objects.get(number=current_plan(self.day()).travel.stop_of(location)).code)

    def _next(self, number: int) -> StopEvent | None:
        """What a bus does next as its driver knows it: by the plan, less what was not sent yet."""
        if self.cabs[number].unsent:
            return None
        for route in current_plan(self.day()).plan.routes:
            if route.shift_id.startswith(f"bus-{number + 1}") and route.done < len(route.events):
                return route.events[route.done]
        return None

    def _report(self, cab: Cab, kind: str, moment: datetime, **said: Any) -> None:
        event = cab.bus.event(kind, moment, **said)
        self.now = max(self.now, moment)
        if cab.is_offline:
            cab.unsent.append(event)
            return
        (result,) = cab.bus.sends([event], self.now)
        cab.sent.append(event)
        assert (result.outcome == "taken") == (result.reason == "")


TownT = TypeVar("TownT", bound=Town)


def play(town: TownT, what: Iterable[tuple[str, Any]], assert_laws: Callable[[TownT], None]) -> None:
    """Let a day happen, which begins with a ride; the laws hold after every step."""
    town.book((["101", "104", "100"], 90, Party()))
    for name, argument in what:
        getattr(town, name)(argument)
        assert_laws(town)


@contextmanager
def a_day_undone() -> Iterator[list[logging.LogRecord]]:
    """What happens inside is undone at its end; gives what the planner logs as its own fault meanwhile."""
    faults = Faults()
    logging.getLogger("rufbus.plans").addHandler(faults)
    try:
        with transaction.atomic():
            yield faults.records
            transaction.set_rollback(True)
    finally:
        logging.getLogger("rufbus.plans").removeHandler(faults)


class Faults(logging.Handler):
    """Keeps what the planner logs as its own fault."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.records: list[logging.LogRecord] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.records.append(record)
