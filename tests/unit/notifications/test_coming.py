"""The bus on its way: near, once; late, once a step; and nothing that nobody can know."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from backend.bookings.clock import SetClock
from backend.notifications.coming import look_at_buses
from backend.notifications.models import RiderMessage
from backend.notifications.postman import Postman
from backend.notifications.sending import CannotSend
from tests.builders.accounts import an_account
from tests.builders.district import BAHNHOF, MARKT, a_booking, a_desk, a_district, a_wish, at
from tests.builders.riders_messages import MOBILE, left, mobile_rider, post, use_carrier
from tests.builders.tracks import driving, report, standing

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _ride() -> None:
    """From Markt at 8:30 for who wants to know that the bus is near; its bus stands at Bahnhof, five minutes away."""
    an_account(a_district(), phone=MOBILE, messages=["near"])
    a_booking(a_desk(), a_wish(), mobile_rider())
    RiderMessage.objects.all().delete()


def kinds() -> list[str]:
    return list(RiderMessage.objects.order_by("pk").values_list("kind", flat=True))


def test_a_bus_that_can_be_there_within_five_minutes_is_near_once() -> None:
    report(standing(BAHNHOF, "8:15", "8:20"))
    for second in range(0, 300, 15):
        look_at_buses(at("8:15") + timedelta(seconds=second))
    assert kinds() == [], "it waits for the window anyway"
    report([*driving(BAHNHOF, MARKT, "8:25", "8:27", 0.4)])
    for second in range(0, 120, 15):
        look_at_buses(at("8:26") + timedelta(seconds=second))
    assert kinds() == ["near"]
    post(at("8:28"), after=timedelta())
    assert left()[-1][2].startswith(
        "Rufbus: Ihr Bus ist gleich an der Haltestelle Salzwedel, Markt. Bitte warten Sie dort."
    )


def test_a_bus_that_will_be_late_even_at_best_is_called_late_with_a_window_and_again_when_it_gets_worse() -> None:
    report(standing(BAHNHOF, "8:30", "8:36"))
    look_at_buses(at("8:36"))
    assert "delay" in kinds()
    post(at("8:36"), after=timedelta())
    text = next(text for _kind, _to, text in left() if "Verspätung" in text)
    assert text.startswith("Rufbus: Ihr Bus hat Verspätung. Er kommt etwa zwischen 8:40 und ")
    report(standing(BAHNHOF, "8:37", "8:40"))
    look_at_buses(at("8:40"))
    assert kinds().count("delay") == 1
    report(standing(BAHNHOF, "8:41", "8:47"))
    look_at_buses(at("8:47"))
    assert kinds().count("delay") == 2


def test_of_a_silent_bus_nothing_is_said() -> None:
    look_at_buses(at("8:28"))
    report(standing(BAHNHOF, "8:00", "8:05"))
    look_at_buses(at("8:28"))
    assert kinds() == []


def test_looking_costs_a_bounded_number_of_queries() -> None:
    report(standing(BAHNHOF, "8:15", "8:20"))
    with CaptureQueriesContext(
        connection,
    ) as one:
        look_at_buses(at("8:20"))
    desk = a_desk()
    for number in range(2, 5):
        a_booking(desk, a_wish(), mobile_rider(number))
    with CaptureQueriesContext(connection) as four:
        look_at_buses(at("8:20"))
    assert len(four) <= len(one) + 3 * 8
    with CaptureQueriesContext(connection) as none:
        look_at_buses(at("12:00"))
    assert len(none) <= 4


def deliver(now: datetime) -> None:
    Postman(SetClock(now)).deliver_due()


def the_delay() -> RiderMessage:
    return RiderMessage.objects.filter(kind="delay").order_by("-pk")[0]


def test_a_delay_that_was_made_up_before_its_message_left_is_not_told_and_may_be_told_anew(settings) -> None:
    carrier = use_carrier(settings)
    carrier.answers = [CannotSend("busy")] * 2  # also what says that the bus is near
    report(standing(BAHNHOF, "8:30", "8:36"))
    look_at_buses(at("8:36"))
    deliver(at("8:36"))
    assert the_delay().state == "queued", "it did not leave"
    report([*driving(BAHNHOF, MARKT, "8:36", "8:38", 0.9)])  # quicker than anybody thought
    deliver(at("8:38"))
    assert [message.text for message in carrier.took if "Verspätung" in message.text] == []
    assert (the_delay().state, the_delay().reason) == ("dropped", "made_up")
    report(standing(BAHNHOF, "8:39", "8:46"))  # it had to turn back
    look_at_buses(at("8:46"))
    assert the_delay().state == "queued"
    assert kinds().count("delay") == 2


def test_a_delay_that_grew_before_its_message_left_is_told_as_it_is(settings) -> None:
    carrier = use_carrier(settings)
    carrier.answers = [CannotSend("busy")] * 2  # also what says that the bus is near
    report(standing(BAHNHOF, "8:30", "8:36"))
    look_at_buses(at("8:36"))
    deliver(at("8:36"))
    report(standing(BAHNHOF, "8:37", "8:42"))
    deliver(at("8:42"))
    [text] = [message.text for message in carrier.took if "Verspätung" in message.text]
    assert "zwischen 8:45 und 8:50 Uhr" in text
