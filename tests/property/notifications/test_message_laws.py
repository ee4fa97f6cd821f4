"""Whatever happens, in whatever order, with carriers that fail and processes that die: nothing is said twice, nothing is
lost, and nobody is woken for what can wait."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accessibility.desk import Access
from backend.bookings.clock import SetClock
from backend.bookings.models import OutboxMessage
from backend.bookings.selectors import booking_by_code
from backend.districts.models import District
from backend.notifications.hearing import TOPICS
from backend.notifications.kinds import MANNERS, Kind
from backend.notifications.messages import tell
from backend.notifications.models import RiderMessage
from backend.notifications.postman import IN_HAND, Postman
from backend.notifications.rides import ride_of
from backend.notifications.rules import may_wait, useful_until, wakes_at
from backend.notifications.sending import CannotSend, send
from backend.notifications.services import delivery_reported, escalate_silent
from fixtures.rules import MessageRules
from tests.builders.district import BERLIN, KLOETZE, MARKT, BusOnDuty, a_booking, a_desk, a_district, a_key, a_wish, at
from tests.builders.examples import examples
from tests.builders.riders_messages import Carrier, mobile_rider, use_carrier

BEGIN = at("16:00", "2026-11-23")
LIVE = [kind for kind in Kind if kind not in (Kind.NO_SHOW, Kind.RECEIPT)]
RIDE = st.integers(0, 2)
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("tell"), RIDE, st.sampled_from(LIVE), st.integers(0, 2), st.booleans()),
        st.tuples(st.just("tell"), RIDE, st.sampled_from(LIVE), st.integers(0, 2), st.booleans()),
        st.tuples(st.just("hear"), st.integers(0, 20)),  # again, or for the first time
        st.tuples(st.just("fail"), st.integers(1, 6), st.booleans()),
        st.tuples(st.just("send"), st.integers(1, 4)),
        st.tuples(st.just("die"), st.booleans()),
        st.tuples(st.just("die"), st.booleans()),
        st.tuples(st.just("report"), st.integers(0, 9), st.sampled_from(["delivered", "undelivered", "sent"])),
        st.tuples(st.just("cancel"), RIDE),
        st.tuples(st.just("wait"), st.sampled_from([1, 5, 60, 600, 3600, 5 * 3600])),
    ),
    max_size=30,
)


class World:
    """Three rides of the next morning, a carrier that fails at times, and a clock."""

    def __init__(self, carrier: Carrier) -> None:
        self.carrier, self.now = carrier, BEGIN
        self.sent_at: list[datetime] = []
        desk = a_desk(BEGIN)
        needs = (frozenset[str](), frozenset({"deaf"}), frozenset[str]())
        self.codes = [
            a_booking(
                desk, a_wish(MARKT, KLOETZE, at(clock, "2026-11-24"), needs=need),
                mobile_rider(number, f"testfahrgast-{number}@example.org" if number != 2 else ""),
            ).code
            for number, (clock, need) in enumerate(zip(("7:20", "8:30", "10:30"), needs, strict=True))
        ]  # fmt: skip

        for number in range(len(self.codes)):
            self.hear(number)
        self.wait(5)

    def tell(self, ride: int, kind: Kind, number: int, own: bool) -> None:
        booking = booking_by_code(self.codes[ride])
        assert booking is not None
        tell(
            booking, kind, {"text": "Probe"}, key=f"{kind}:{ride}:{number}", now=self.now,
            answers_reader=own and MANNERS[kind].answers,
        )  # fmt: skip

    def hear(self, number: int) -> None:
        rows = [row for row in OutboxMessage.objects.order_by("pk") if row.topic in TOPICS]
        if rows:
            row = rows[number % len(rows)]
            TOPICS[row.topic](
                {
                    **row.payload,
                    "outbox": row.pk,
                    "announced_at": row.created_at.isoformat(),
                    "heard_at": self.now.isoformat(),
                }
            )

    def fail(self, times: int, is_final: bool) -> None:
        self.carrier.answers += [CannotSend("no", is_final=is_final) for _time in range(times)]

    def send(self, most: int) -> None:
        postman = Postman(SetClock(self.now))
        for _time in range(most):
            more = postman.deliver_one()
            self._note()
            if not more:
                break

    def _note(self) -> None:
        self.sent_at += [self.now] * (len(self.carrier.took) - len(self.sent_at))

    def die(self, after_it_left: bool) -> None:
        """A process takes a message in hand and ends."""
        postman = Postman(SetClock(self.now))
        pk = postman._claim()
        letter = postman._seal(pk) if pk is not None else None
        if letter is not None and after_it_left:
            try:
                send(letter.message)
            except CannotSend:
                return
            finally:
                self._note()

    def report(self, number: int, status: str) -> None:
        delivery_reported(f"SM{number}", status, now=self.now)

    def cancel(self, ride: int) -> None:
        if self.now < at("7:00", "2026-11-24"):
            a_desk(self.now).cancel(self.codes[ride], Access(staff="leitstelle"), key=a_key())

    def wait(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)
        escalate_silent(self.now)

    def settle(self) -> None:
        """From now on all goes well."""
        self.carrier.answers.clear()
        for row in OutboxMessage.objects.order_by("pk"):
            if row.topic in TOPICS:
                self.hear(0)
        for _step in range(40):
            self.send(50)
            self.wait(int(IN_HAND.total_seconds()))
        self.now = max(self.now, at("7:00", "2026-11-24"))
        for _step in range(20):
            self.send(50)
            self.wait(3600)


@pytest.mark.django_db
@pytest.mark.parametrize("remembers", [True, False])
@settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
    max_examples=examples(12),
)
@given(steps=STEPS, reports=st.booleans())
def test_never_twice_never_lost_never_at_night(settings_, remembers: bool, steps: list[tuple], reports: bool) -> None:  # type: ignore[type-arg]
    with transaction.atomic():
        carrier = use_carrier(settings_, remembers=remembers)
        carrier.reports = reports
        if not District.objects.exists():
            a_district(BusOnDuty(), BusOnDuty())
        world = World(carrier)
        for name, *arguments in steps:
            getattr(world, name)(*arguments)
        world.settle()
        assert_laws(world)
        transaction.set_rollback(True)


@pytest.fixture
def settings_(settings):  # type: ignore[no-untyped-def]
    """Django's settings, under a name that Hypothesis' own leaves free."""
    return settings


def assert_laws(world: World) -> None:
    took = world.carrier.took
    by_sms = Counter(message.key for message in took if message.kind != "email")
    assert not [key for key, count in by_sms.items() if count > 1], "said twice by one way"
    emails: dict[str, set[str]] = {}
    for message in took:
        if message.kind == "email":
            emails.setdefault(message.key, set()).add(message.headers["Message-ID"])
    assert all(len(ids) == 1 for ids in emails.values()), "an e-mail of which nobody knew may come again under its id"
    waiting = RiderMessage.objects.exclude(state__in=["sent", "delivered", "undeliverable", "dropped"])
    assert not list(waiting.values_list("key", "state", "due_at")), "lost"
    given_up = RiderMessage.objects.filter(state="undeliverable").values_list("pk", flat=True)
    told = [row.payload["message"] for row in OutboxMessage.objects.filter(topic="message.undelivered")]
    assert set(given_up) <= set(told)
    assert not [pk for pk, count in Counter(told).items() if count > 1]
    assert_nobody_was_woken(world)


def assert_nobody_was_woken(world: World) -> None:
    for message, sent_at in zip(world.carrier.took, world.sent_at, strict=True):
        local = sent_at.astimezone(BERLIN)
        wakes = wakes_at(local, MessageRules())
        if wakes is None:
            continue
        row = RiderMessage.objects.get(pk=int(message.key.split(".")[1]))
        times = ride_of(row.booking).times if row.booking else None
        until = useful_until(Kind(row.kind), row.created_at, times)
        own = row.answers_reader and MANNERS[Kind(row.kind)].answers
        assert own or not may_wait(Kind(row.kind), until, wakes, times), (row.key, local)
