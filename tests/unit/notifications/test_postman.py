"""A message on its way: tried again, sent another way, taken back, waited for, given up; and never sent twice."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.db import connection, transaction

from accessibility.desk import Access
from backend.bookings.clock import SetClock
from backend.bookings.erasure import erase_account
from backend.bookings.models import Booking, OutboxMessage
from backend.bookings.selectors import booking_by_code
from backend.notifications.kinds import Kind
from backend.notifications.messages import Person, tell, tell_person
from backend.notifications.models import EarlyReport, OptOut, RiderMessage, SendingAttempt
from backend.notifications.postman import IN_HAND, MOST_BUGS, Postman
from backend.notifications.sending import CannotSend, send
from backend.notifications.services import delivery_reported, escalate_silent, forget
from backend.notifications.settling import settle
from tests.builders.accounts import an_account
from tests.builders.district import a_booking, a_desk, a_district, a_key, a_passenger, a_wish, at
from tests.builders.riders_messages import ADDRESS, MOBILE, left, mobile_rider, post, states, use_carrier

pytestmark = pytest.mark.django_db(transaction=True)
State, Outcome = RiderMessage.State, SendingAttempt.Outcome


def a_ride(email: str = "") -> Booking:
    """Booked at 7:00 by who has a mobile number; its confirmation has left."""
    a_district()
    booking = booking_by_code(a_booking(a_desk(), passenger=mobile_rider(1, email)).code)
    assert booking is not None
    post(at("7:00"))
    return booking


def deliver(now: datetime) -> int:
    return Postman(SetClock(now)).deliver_due()


def outcomes() -> list[tuple[str, str]]:
    return list(SendingAttempt.objects.exclude(message__kind="booked").order_by("pk").values_list("channel", "outcome"))


def state_of(kind: Kind) -> tuple[str, str]:
    return RiderMessage.objects.values_list("state", "reason").get(kind=kind)


def test_what_does_not_leave_is_tried_again_later_and_later(settings) -> None:
    booking = a_ride()
    carrier = use_carrier(settings)
    carrier.answers = [CannotSend("busy"), CannotSend("busy")]
    tell(booking, Kind.DELAY, key="delay:1", now=at("8:20"))
    assert deliver(at("8:20")) == 1
    assert deliver(at("8:20") + timedelta(seconds=1)) == 0, "not at once"
    deliver(at("8:20") + timedelta(seconds=2))
    assert deliver(at("8:20") + timedelta(seconds=5)) == 0
    deliver(at("8:20") + timedelta(seconds=6))
    assert outcomes() == [("sms", "failed"), ("sms", "failed"), ("sms", "sent")]
    assert len(carrier.took) == 1


def test_a_number_that_takes_nothing_is_left_for_the_address_and_the_call_and_then_the_dispatcher(settings) -> None:
    booking = a_ride(ADDRESS)
    carrier = use_carrier(settings)
    carrier.answers = [CannotSend("no such number", is_final=True) for _way in range(3)]
    tell(booking, Kind.DELAY, key="delay:1", now=at("8:20"))
    deliver(at("8:20"))
    assert outcomes() == [("sms", "refused"), ("email", "refused"), ("call", "refused")]
    assert state_of(Kind.DELAY) == ("undeliverable", "no_way_left")
    told = OutboxMessage.objects.get(topic="message.undelivered")
    assert told.payload == {
        "district": "probe", "date": "2026-11-24", "message": RiderMessage.objects.get(kind="delay").pk, "kind": "delay",
        "booking": booking.code,
    }  # fmt: skip
    assert not carrier.took


def test_who_wishes_no_calls_is_not_called_when_nothing_else_is_left(settings) -> None:
    district = a_district()
    an_account(district, phone=MOBILE, never_call=True)
    booking = booking_by_code(a_booking(a_desk(), passenger=mobile_rider()).code)
    assert booking is not None
    carrier = use_carrier(settings)
    carrier.answers = [CannotSend("gone", is_final=True) for _way in range(9)]
    tell(booking, Kind.BREAKDOWN, key="b:1", now=at("8:20"))
    deliver(at("8:20"))
    assert outcomes() == [("sms", "refused")]
    assert state_of(Kind.BREAKDOWN)[0] == "undeliverable"


def test_who_told_the_carrier_stop_is_written_to_by_email() -> None:
    booking = a_ride(ADDRESS)
    OptOut.objects.create(kind="phone", number=MOBILE, since=at("7:30"))
    tell(booking, Kind.WINDOW, key="w:1", now=at("8:00"))
    deliver(at("8:00"))
    assert [one.to for one in mail.outbox] == [[ADDRESS]]


def test_what_is_urgent_and_not_reported_as_delivered_goes_another_way(settings) -> None:
    booking = a_ride(ADDRESS)
    carrier = use_carrier(settings)
    carrier.reports = True
    tell(booking, Kind.DELAY, key="delay:1", now=at("8:20"))
    tell(booking, Kind.NOTE, {"text": "Guten Morgen."}, key="note:1", now=at("8:20"))
    deliver(at("8:20"))
    assert escalate_silent(at("8:21")) == 0
    assert escalate_silent(at("8:22")) == 1
    deliver(at("8:22"))
    assert [message.kind for message in carrier.took] == ["phone", "phone", "email"]
    delivery_reported("SM3", "delivered", now=at("8:23"))
    assert escalate_silent(at("8:30")) == 0
    assert state_of(Kind.DELAY)[0] == "delivered"
    assert state_of(Kind.NOTE)[0] == "sent"
    escalate_silent(at("8:30", "2026-11-25"))
    assert RiderMessage.objects.get(kind="note").ended_at is not None, "the rest is taken as sent after a day"


def test_a_word_that_arrives_late_calls_the_next_way_off(settings) -> None:
    booking = a_ride(ADDRESS)
    use_carrier(settings).reports = True
    tell(booking, Kind.DELAY, key="delay:1", now=at("8:20"))
    deliver(at("8:20"))
    escalate_silent(at("8:22"))
    delivery_reported("SM1", "delivered", now=at("8:22"))
    assert deliver(at("8:23")) == 0
    assert state_of(Kind.DELAY)[0] == "delivered"


def test_a_report_of_failure_sends_it_another_way_once_however_often_it_comes(settings) -> None:
    booking = a_ride(ADDRESS)
    carrier = use_carrier(settings)
    carrier.reports = True
    tell(booking, Kind.DELAY, key="delay:1", now=at("8:20"))
    deliver(at("8:20"))
    for _time in range(3):
        delivery_reported("SM1", "undelivered", "30005", now=at("8:20"))
        deliver(at("8:20"))
    assert [message.kind for message in carrier.took] == ["phone", "email"]
    assert SendingAttempt.objects.get(provider_id="SM1").error == "30005"


def test_a_report_that_overtakes_its_message_is_kept_for_it(settings) -> None:
    booking = a_ride()
    use_carrier(settings).reports = True
    delivery_reported("SM1", "sent", now=at("8:20"))
    delivery_reported("", "delivered", now=at("8:20"))
    assert not EarlyReport.objects.exists(), "nothing that one has to remember"
    delivery_reported("SM1", "delivered", now=at("8:20"))
    tell(booking, Kind.DELAY, key="delay:1", now=at("8:20"))
    deliver(at("8:20"))
    assert state_of(Kind.DELAY)[0] == "delivered"
    assert not EarlyReport.objects.exists()
    delivery_reported("SMnobody", "delivered", now=at("8:20"))
    forget(at("8:21", "2026-11-25"))
    assert not EarlyReport.objects.exists()


def die_while_sending(postman: Postman, *, after_it_left: bool) -> None:
    """Take a message in hand, perhaps hand it over, and end before anything is noted."""
    pk = postman._claim()
    assert pk is not None
    with transaction.atomic():
        letter = postman._seal(pk)
    assert letter is not None
    if after_it_left:
        send(letter.message)


@pytest.mark.parametrize("after_it_left", [True, False])
def test_a_carrier_that_remembers_is_asked_after_a_crash(settings, after_it_left: bool) -> None:
    booking = a_ride()
    carrier = use_carrier(settings, remembers=True)
    tell(booking, Kind.DELAY, key="delay:1", now=at("8:20"))
    die_while_sending(Postman(SetClock(at("8:20"))), after_it_left=after_it_left)
    assert deliver(at("8:20") + IN_HAND - timedelta(seconds=1)) == 0, "it is in hand"
    deliver(at("8:20") + IN_HAND)
    deliver(at("8:30"))
    assert len(carrier.took) == 1, "sent, and once"
    assert state_of(Kind.DELAY)[0] == "sent"


@pytest.mark.parametrize("after_it_left", [True, False])
def test_what_nobody_knows_after_a_crash_is_not_sent_again_by_the_same_way(settings, after_it_left: bool) -> None:
    booking = a_ride(ADDRESS)
    carrier = use_carrier(settings)
    tell(booking, Kind.DELAY, key="delay:1", now=at("8:20"))
    die_while_sending(Postman(SetClock(at("8:20"))), after_it_left=after_it_left)
    deliver(at("8:20") + IN_HAND)
    assert [message.kind for message in carrier.took] == ["phone", "email"][0 if after_it_left else 1 :]
    assert outcomes() == [("sms", "silent"), ("email", "sent")]


def test_an_email_of_which_nobody_knows_is_sent_again_under_the_same_id(settings) -> None:
    a_district()
    shown = a_booking(a_desk(), passenger=a_passenger("Testfahrgast 1", "", ADDRESS))
    booking = booking_by_code(shown.code)
    assert booking is not None
    post(at("7:00"))
    carrier = use_carrier(settings, "email")
    tell(booking, Kind.DELAY, key="delay:1", now=at("8:20"))
    die_while_sending(Postman(SetClock(at("8:20"))), after_it_left=True)
    deliver(at("8:20") + IN_HAND)
    assert len({message.headers["Message-ID"] for message in carrier.took}) == 1
    assert state_of(Kind.DELAY)[0] == "sent"


def test_a_crash_before_anything_was_tried_costs_nothing_but_time(settings) -> None:
    booking = a_ride()
    carrier = use_carrier(settings)
    tell(booking, Kind.DELAY, key="delay:1", now=at("8:20"))
    assert Postman(SetClock(at("8:20")))._claim() is not None
    deliver(at("8:20") + IN_HAND)
    assert len(carrier.took) == 1


def test_a_message_that_cannot_be_made_stops_no_other_and_is_given_up_at_last(settings, caplog) -> None:
    booking = a_ride()
    carrier = use_carrier(settings)
    tell(booking, Kind.NOTE, key="note:1", now=at("8:00"))
    RiderMessage.objects.filter(key="note:1").update(kind="no such kind")
    tell(booking, Kind.DELAY, key="delay:1", now=at("8:00"))
    for minute in range(MOST_BUGS + 2):
        deliver(at("8:00") + timedelta(minutes=minute))
    assert len(carrier.took) == 1
    assert RiderMessage.objects.values_list("state", "reason").get(key="note:1") == ("undeliverable", "cannot_be_made")
    assert OutboxMessage.objects.filter(topic="message.undelivered").count() == 1


def test_at_night_only_what_cannot_wait(settings) -> None:
    a_district()
    desk = a_desk(at("20:00"))
    shown = a_booking(desk, a_wish(when=at("9:30", "2026-11-25")), mobile_rider())
    booking = booking_by_code(shown.code)
    assert booking is not None
    post(at("20:00"))
    carrier = use_carrier(settings)
    tell(booking, Kind.WINDOW, key="w:1", now=at("22:30"))
    tell(booking, Kind.NOTE, {"text": "Guten Abend."}, key="note:1", now=at("22:30"))
    tell(booking, Kind.CHANGED, key="changed:own", now=at("22:30"), answers_reader=True)
    assert deliver(at("22:31")) == 3
    assert [message.text[:26] for message in carrier.took] == ["Rufbus: Ihre Fahrt ist geä"], (
        "who has just changed it is awake"
    )
    assert deliver(at("6:59", "2026-11-25")) == 0
    assert deliver(at("7:00", "2026-11-25")) == 2
    assert len(carrier.took) == 3


def test_whose_data_were_deleted_hears_nothing_more(settings) -> None:
    district = a_district()
    account = an_account(district, phone=MOBILE)
    booking = booking_by_code(a_booking(a_desk(), passenger=mobile_rider()).code)
    assert booking is not None
    carrier = use_carrier(settings)
    erase_account(account, True, at("7:05"))
    post(at("7:05"))
    assert not carrier.took
    assert {reason for _state, reason in RiderMessage.objects.values_list("state", "reason")} == {"erased"}
    forget(at("7:10"))
    assert not RiderMessage.objects.exists()


def test_old_messages_are_forgotten_with_the_rides() -> None:
    a_ride()
    assert forget(at("7:00", "2027-02-20")) == 0
    assert forget(at("7:00", "2027-02-24")) > 0
    assert not RiderMessage.objects.exists()


def test_a_dispatcher_settles_a_message_once_with_a_note(settings) -> None:
    booking = a_ride()
    use_carrier(settings).answers = [CannotSend("gone", is_final=True) for _way in range(3)]
    tell(booking, Kind.DELAY, key="delay:1", now=at("8:20"))
    deliver(at("8:20"))
    row = RiderMessage.objects.get(kind="delay")
    settle(row, "  angerufen,  weiß Bescheid ", "leitstelle", at("8:25"))
    settle(row, "noch einmal", "andere", at("8:26"))
    row.refresh_from_db()
    assert (row.note, row.settled_by, row.settled_at) == ("angerufen, weiß Bescheid", "leitstelle", at("8:25"))


def test_who_has_no_booking_can_be_told_something_too(settings) -> None:
    district = a_district()
    carrier = use_carrier(settings)
    person = Person(phone=MOBILE, language="en")
    tell_person(district, person, Kind.NOTE, {"text": "We call you back at 9."}, key="note:1", now=at("8:00"))
    deliver(at("8:00"))
    [message] = carrier.took
    assert (message.to, message.language) == (MOBILE, "en")
    assert message.text.startswith("Rufbus: We call you back at 9.")
    with connection.cursor() as cursor:
        cursor.execute("SELECT contact, context FROM notifications_ridermessage")
        [(contact, context)] = cursor.fetchall()
    assert MOBILE not in contact
    assert "call you back" not in context


def test_a_landline_that_booked_by_itself_is_not_rung_up_to_confirm() -> None:
    a_district()
    a_booking(a_desk())
    post(at("7:00"))
    assert states() == [("booked", "dropped")]
    assert left() == []


def test_a_ride_cancelled_meanwhile_takes_its_messages_back(settings) -> None:
    booking = a_ride()
    use_carrier(settings)
    tell(booking, Kind.BEFORE, key="before:1", now=at("8:00"))
    a_desk(at("8:00")).cancel(booking.code, Access(contact=MOBILE), key=a_key())
    post(at("8:00"))
    assert [state for kind, state in states() if kind in ("before", "cancelled")] == ["dropped", "sent"]


def new_window(booking: Booking, key: str, clock: str, comes: str, **more: str) -> None:
    told = {"from": at(comes).isoformat(), "until": (at(comes) + timedelta(minutes=10)).isoformat(), **more}
    tell(booking, Kind.WINDOW, told, key=key, now=at(clock))


def test_an_older_time_that_failed_is_not_sent_after_a_newer_one(settings) -> None:
    booking = a_ride()
    carrier = use_carrier(settings)
    carrier.answers = [CannotSend("busy")]
    new_window(booking, "window:1", "8:00", "8:50")
    deliver(at("8:00"))
    new_window(booking, "window:2", "8:00", "9:10")
    deliver(at("8:00") + timedelta(seconds=5))
    deliver(at("8:05"))
    assert len(carrier.took) == 1, "only the time that holds"
    assert "9:10" in carrier.took[0].text
    assert list(RiderMessage.objects.filter(kind="window").order_by("pk").values_list("state", "reason")) == [
        ("dropped", "overtaken"), ("sent", ""),
    ]  # fmt: skip


def test_a_later_arrival_leaves_the_word_about_boarding_alone(settings) -> None:
    booking = a_ride()
    carrier = use_carrier(settings)
    carrier.answers = [CannotSend("busy")]
    new_window(booking, "window:1", "8:00", "8:50")
    deliver(at("8:00"))
    tell(booking, Kind.WINDOW, {"arrive": at("9:40").isoformat()}, key="window:2", now=at("8:00"))
    deliver(at("8:00") + timedelta(seconds=5))
    deliver(at("8:05"))
    assert len(carrier.took) == 2
