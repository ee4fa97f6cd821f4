"""Many telephones write at once, and some of them twice: each message is answered once, in its order, in its own conversation."""

from __future__ import annotations

import pytest

from backend.bookings.models import Booking, ServiceDay
from backend.channels_in.models import TextMessage, TextThread
from backend.channels_in.text_inbox import Incoming, Talked, answer_left_over, take_in
from backend.channels_in.text_talk import talk
from tests.builders.district import BusOnDuty, a_desk, a_district, at
from tests.service.test_concurrency import all_at_once, assert_plan_holds_exactly_the_live_bookings

pytestmark = pytest.mark.django_db(transaction=True)


def number_of(rider: int) -> str:
    return f"+493023125{rider:03d}"


def answers(number: str) -> list[str]:
    return [str(one.text) for one in TextMessage.objects.filter(thread__address=number, is_ours=True).order_by("pk")]


def test_messages_of_one_telephone_keep_their_order_and_come_once(settings) -> None:
    settings.SITE_DISTRICT = a_district().pk

    def counting(thread: TextThread, message: TextMessage, clock: object) -> Talked:
        count = thread.dialogue.get("count", 0) + 1
        return Talked((f"{count}: {message.text}",), {"count": count}, "")

    texts = [Incoming("phone", number_of(1), f"Nachricht {n}", f"SM{n}") for n in range(12)]
    all_at_once([lambda text=text: take_in(text, counting) for text in [*texts, *texts]])
    answer_left_over(counting, at("23:00"))
    came = [str(one.text) for one in TextMessage.objects.filter(is_ours=False).order_by("pk")]
    assert len(came) == 12
    assert answers(number_of(1)) == [f"{n}: {text}" for n, text in enumerate(came, start=1)]
    assert not TextMessage.objects.filter(is_ours=False, state="waiting").exists()
    assert TextThread.objects.get().turn == ""


def test_riders_who_write_at_once_get_each_their_own_ride(settings) -> None:
    settings.SITE_DISTRICT = a_district(BusOnDuty(), BusOnDuty(kind="plain")).pk
    clock = a_desk(at("6:00")).clock
    riders = range(6)
    wish = "heute um 9:30 von Salzwedel Bahnhof nach Klötze Busbahnhof"
    for step, text in enumerate((wish, "Testfahrgast", "JA")):
        said = [
            Incoming(
                "phone", number_of(rider), f"{text} {rider}" if text == "Testfahrgast" else text, f"SM{step}-{rider}"
            )
            for rider in riders
        ]
        all_at_once([lambda one=one: take_in(one, talk, clock) for one in [*said, *said]])
    booked = {row.contact_phone: row.contact_name for row in Booking.objects.filter(state="booked")}
    told = {number_of(rider): answers(number_of(rider)) for rider in riders}
    for rider in riders:
        last = told[number_of(rider)][-1]
        assert len(told[number_of(rider)]) == 3
        if last.startswith("Gebucht:"):
            assert booked.pop(number_of(rider)) == f"Testfahrgast {rider}"
        else:  # the place went to another in the meantime: she was offered what is left, and nothing is booked
            assert number_of(rider) not in booked, last
    assert not booked, "a ride of which nobody was told"
    assert Booking.objects.exists()
    assert_plan_holds_exactly_the_live_bookings(ServiceDay.objects.get())
