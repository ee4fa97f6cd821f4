"""A ride that we cancelled, taken at another time by answering a number: exactly what the message named, once, or a plain no."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from accessibility.desk import Access, BookingView, Channel, InsteadView, Party, Refusal
from backend.bookings.clock import SetClock
from backend.bookings.desk import Desk
from backend.bookings.models import AuditEntry, Booking, RideRequest
from backend.control.previews import Preview, preview
from backend.control.services import intervene
from tests.builders.district import (
    BAHNHOF,
    KLOETZE,
    BusOnDuty,
    a_booking,
    a_desk,
    a_district,
    a_key,
    a_wish,
    at,
)
from tests.builders.riders_messages import MOBILE, hear_all, left, mobile_rider, post

pytestmark = pytest.mark.django_db
PROVED = Access(contact=MOBILE, is_proved=True, channel=Channel.SMS)


@dataclass
class Suspended:
    """A rider whose ride of nine we cancelled at 7:05 Uhr: nobody drives from eight to ten."""

    code: str = ""
    desk: Desk = field(default_factory=a_desk)

    def take(self, clock: str = "7:20", key: str = "") -> BookingView | Refusal:
        return Desk(SetClock(at(clock))).take_instead(self.code, PROVED, key=key or a_key())

    def offers(self, clock: str = "7:20") -> tuple[InsteadView, ...]:
        return Desk(SetClock(at(clock))).offers_instead([MOBILE])


def suspend(clock: str = "7:05", until_s: int = 10 * 3600) -> None:
    day = Booking.objects.select_related("service_day__district").latest("pk").service_day
    shown = preview(day, {"kind": "suspend", "why": "Glatteis", "from_s": 8 * 3600, "until_s": until_s}, at(clock))
    assert isinstance(shown, Preview)
    intervene(shown.token, "Unwetterwarnung", "leitstelle", at(clock), key=a_key())


@pytest.fixture
def rider() -> Suspended:
    a_district(BusOnDuty(start="08:00", end="14:00"))
    found = Suspended()
    found.code = a_booking(
        found.desk, a_wish(when="9:00", party=Party(adults=2, walking_frames=1)), mobile_rider()
    ).code
    suspend()
    return found


def test_the_message_names_the_time_and_the_number(rider: Suspended) -> None:
    post(at("7:05"))
    (offer,) = rider.offers()
    assert (offer.code, offer.number, offer.taken) == (rider.code, 1, "")
    assert offer.offer.pickup_from == at("10:00")
    text = left()[-1][2]
    assert "Frei ist heute zwischen 10:00 und 10:10 Uhr. Antworten Sie 1, dann ist diese Fahrt gebucht." in text


def test_who_answers_has_what_was_named_once_however_often(rider: Suspended) -> None:
    hear_all(at("7:05"))
    wishes = RideRequest.objects.count()
    ride = rider.take(key="sms-1")
    assert isinstance(ride, BookingView)
    assert (ride.offer.pickup_from, ride.offer.pickup_until) == (at("10:00"), at("10:10"))
    assert (ride.party.adults, ride.party.walking_frames) == (2, 1)
    assert ride.passenger.phone == MOBILE
    again, once_more = rider.take(key="sms-1"), rider.take("7:25")
    assert isinstance(again, BookingView)
    assert isinstance(once_more, BookingView)
    assert ride.code == again.code == once_more.code
    assert RideRequest.objects.count() == wishes + 1
    assert rider.offers()[0].taken == ride.code
    assert Booking.objects.get(code=ride.code).channel == "sms"
    assert AuditEntry.objects.filter(action="booking.instead", subject=rider.code).count() == 1


def test_an_offer_that_nobody_takes_is_no_wish_and_holds_no_seat(rider: Suspended) -> None:
    before = RideRequest.objects.count()
    hear_all(at("7:05"))
    assert RideRequest.objects.count() == before
    day = Booking.objects.get(code=rider.code).service_day
    assert not any(route["events"][1:-1] for route in day.plans.latest("version").routes)


def test_whose_place_is_gone_hears_what_is_free_now_and_takes_that(rider: Suspended) -> None:
    hear_all(at("7:05"))
    other = a_booking(rider.desk, a_wish(KLOETZE, BAHNHOF, "10:00", party=Party(adults=8)))
    assert other.offer.pickup_from < at("10:20")
    wishes = RideRequest.objects.count()
    no = rider.take()
    assert isinstance(no, Refusal)
    assert no.code == "no_longer_available"
    assert no.reason == "Dieser Platz wurde gerade vergeben."
    (offer,) = rider.offers()
    assert offer.number == 1
    assert no.way_out[0].value == offer.offer.pickup_from.isoformat()
    assert no.way_out[0].text.endswith("Antworten Sie noch einmal 1, dann ist die Fahrt gebucht.")
    assert RideRequest.objects.count() == wishes, "a no leaves nothing behind"
    ride = rider.take("7:22")
    assert isinstance(ride, BookingView)
    assert ride.offer.pickup_from == offer.offer.pickup_from != at("10:00")


def test_who_answers_too_late_hears_so(rider: Suspended) -> None:
    hear_all(at("7:05"))
    no = rider.take("10:30")
    assert isinstance(no, Refusal)
    assert no.code == "offer_expired"
    assert no.way_out[0].text == "Bestellen Sie die Fahrt bitte neu. Sagen Sie uns, wann Sie fahren möchten."
    assert not Desk(SetClock(at("10:30") + timedelta(days=3))).offers_instead([MOBILE])


def test_a_time_that_has_come_too_near_is_not_booked_but_the_next_is_named(rider: Suspended) -> None:
    hear_all(at("7:05"))
    no = rider.take("9:30")  # an hour's notice is the rule
    assert isinstance(no, Refusal)
    (offer,) = rider.offers("9:30")
    assert offer.offer.pickup_from >= at("10:30")


def test_the_service_stopped_again_meanwhile(rider: Suspended) -> None:
    hear_all(at("7:05"))
    suspend("7:10", until_s=12 * 3600)
    no = rider.take()
    assert isinstance(no, Refusal)
    assert "Glatteis" in no.reason
    assert rider.offers()[0].offer.pickup_from >= at("12:00")


def test_two_rides_of_one_number_have_two_numbers_to_answer(rider: Suspended) -> None:
    rides = Booking.objects.filter(contact_phone=MOBILE)
    second = a_booking(rider.desk, a_wish(when="11:00"), mobile_rider()).code
    hear_all(at("7:05"))
    suspend("7:10", until_s=int(11.5 * 3600))
    hear_all(at("7:10"))
    assert {one.code: one.number for one in rider.offers()} == {rider.code: 1, second: 2}
    assert rides.filter(state="cancelled").count() == 2


def test_who_has_booked_by_the_link_does_not_ride_twice(rider: Suspended) -> None:
    hear_all(at("7:05"))
    own = a_booking(Desk(SetClock(at("7:10"))), a_wish(when="11:30", party=Party(adults=2)), mobile_rider()).code
    no = rider.take()
    assert isinstance(no, Refusal)
    assert (no.code, own in no.reason) == ("already_booked", True)
    Desk(SetClock(at("7:21"))).cancel(own, PROVED, key=a_key())
    assert isinstance(rider.take("7:22"), BookingView)


def test_nobody_else_takes_it(rider: Suspended) -> None:
    hear_all(at("7:05"))
    other = Access(contact="+491713920002", is_proved=True, channel=Channel.SMS)
    answer = Desk(SetClock(at("7:20"))).take_instead(rider.code, other, key=a_key())
    assert isinstance(answer, Refusal)
    assert answer.code == "not_found"
    assert Desk(SetClock(at("7:20"))).offers_instead(["+491713920002", ""]) == ()


def test_a_ride_that_drives_has_no_offer(rider: Suspended) -> None:
    drives = a_booking(rider.desk, a_wish(when="11:00"), mobile_rider()).code
    answer = Desk(SetClock(at("7:20"))).take_instead(drives, PROVED, key=a_key())
    assert isinstance(answer, Refusal)
    assert answer.code == "no_offer"


def test_where_no_bus_is_left_on_the_day_the_message_names_no_time_of_it() -> None:
    a_district(BusOnDuty(end="10:00"))
    a_booking(a_desk(), a_wish(when="9:00"), mobile_rider())
    suspend()
    post(at("7:05"))
    text = left()[-1][2]
    assert "findet nicht statt" in text
    assert "Frei ist heute" not in text
