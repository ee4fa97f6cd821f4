"""What happens to rides, and what riders hear of it: from the desk, the driver and the control room, each once."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils.translation import override

from accessibility.desk import Access, Booker, BookingView, Channel, Passenger, SeriesChange, SeriesQuote
from backend.bookings.driven import stands
from backend.bookings.journal import announce
from backend.bookings.models import Booking, BrokenPromise
from backend.bookings.planning import current_plan
from backend.bookings.selectors import booking_by_code
from backend.control.previews import Preview, preview
from backend.control.services import intervene
from backend.driving.intake import Result
from backend.notifications.models import RiderMessage
from tests.builders.accounts import an_account
from tests.builders.district import MARKT, BusOnDuty, a_booking, a_desk, a_district, a_key, a_wish, at
from tests.builders.driving import Bus, a_bus
from tests.builders.riders_messages import MOBILE, hear_all, left, mobile_rider, post, states
from tests.builders.series import a_rule

pytestmark = pytest.mark.django_db(transaction=True)


def kinds() -> list[str]:
    return [kind for kind, state in states() if state == "sent"]


def the(code: str) -> Booking:
    booking = booking_by_code(code)
    assert booking is not None
    return booking


def test_there_and_back_are_confirmed_in_one_message_and_cancelled_in_one() -> None:
    a_district()
    desk = a_desk()
    there, back = (desk.quote(a_wish(when=when), key=a_key()).offers[0].id for when in ("8:30", "10:00"))
    answer = desk.book_together((there, back), mobile_rider(), key=a_key())
    post(at("7:00"))
    [(_kind, _to, text)] = left()
    assert text.startswith("Rufbus: 2 Fahrten sind gebucht.")
    codes = list(Booking.objects.order_by("leg").values_list("code", flat=True))
    assert all(code in text for code in codes)
    desk.cancel_together(codes[0], Access(contact=MOBILE), key=a_key())
    post(at("7:10"))
    assert len(left()) == 2
    assert left()[1][2].startswith("Rufbus: 2 Fahrten sind abgesagt.")
    assert answer


@pytest.mark.parametrize(("channel", "told"), [(Channel.SMS, 1), (Channel.PHONE, 2)])
def test_who_cancels_in_writing_has_her_answer_and_who_does_it_by_phone_gets_it_in_writing(
    channel: Channel, told: int
) -> None:
    a_district()
    desk = a_desk()
    [offer, *_others] = desk.quote(a_wish(), key=a_key()).offers
    desk.book(offer.id, mobile_rider(), key=a_key())
    post(at("7:00"))
    code = Booking.objects.get().code
    desk.cancel(code, Access(contact=MOBILE, channel=channel), key=a_key())
    post(at("7:10"))
    assert the(code).state == Booking.State.CANCELLED
    assert len(left()) == told


def test_a_series_is_one_message_and_so_is_its_end() -> None:
    a_district()
    desk = a_desk()
    quote = desk.quote_series(a_wish(), a_rule(until="2026-12-03"), key=a_key())
    series = desk.book_series(quote.series_id, mobile_rider(), key=a_key())
    post(at("7:00"))
    [(_kind, _to, text)] = left()
    assert text.startswith("Rufbus: 4 Fahrten sind gebucht.")
    days = [booking.code for booking in Booking.objects.order_by("leg")]
    desk.cancel_series(days[0], Access(contact=MOBILE), key=a_key())
    post(at("7:10"))
    assert left()[1][2].startswith("Rufbus: 4 Fahrten sind abgesagt.")
    assert kinds() == ["series_booked", "cancelled"]
    assert series


def test_who_books_and_ends_a_series_in_writing_has_had_her_answers() -> None:
    a_district()
    desk = a_desk()
    quote = desk.quote_series(replace(a_wish(), channel=Channel.SMS), a_rule(until="2026-12-03"), key=a_key())
    desk.book_series(quote.series_id, mobile_rider(), key=a_key())
    post(at("7:00"))
    days = [booking.code for booking in Booking.objects.order_by("leg")]
    mine = Access(contact=MOBILE, channel=Channel.SMS)
    first_day = Booking.objects.get(code=days[0]).service_day.date
    desk.skip_date(days[0], first_day, mine, key=a_key())
    post(at("7:10"))
    desk.cancel_series(days[1], mine, key=a_key())
    post(at("7:20"))
    assert not Booking.objects.filter(state=Booking.State.BOOKED).exists()
    assert left() == []


def test_who_rides_because_somebody_else_wrote_hears_of_it() -> None:
    a_district()
    desk = a_desk()
    [offer, *_others] = desk.quote(replace(a_wish(), channel=Channel.SMS), key=a_key()).offers
    writer = Booker("Testfahrgast 2", "0171 3920002", "", rider_agrees=True, gets_messages=False)
    desk.book(offer.id, Passenger("Testfahrgast 1", "0171 3920001", "", writer), key=a_key())
    post(at("7:00"))
    assert [to for _kind, to, _text in left()] == ["+491713920001"]
    code = Booking.objects.get().code
    desk.cancel(code, Access(contact="+491713920002", channel=Channel.SMS), key=a_key())
    post(at("7:10"))
    assert [to for _kind, to, _text in left()] == ["+491713920001"] * 2


def test_a_change_within_seconds_is_one_message_about_what_holds_now() -> None:
    a_district()
    desk = a_desk()
    code = a_booking(desk, passenger=mobile_rider()).code
    for when in ("9:00", "9:30"):
        quote = desk.quote(a_wish(when=when, replaces=code), key=a_key())
        answer = desk.change(code, quote.offers[0].id, Access(contact=MOBILE), key=a_key())
        assert isinstance(answer, BookingView), answer
        code = answer.code
        hear_all(at("7:00"))
    post(at("7:00"))
    assert kinds() == ["changed"]
    [(_kind, _to, text)] = left()
    assert text.startswith("Rufbus: Ihre Fahrt ist geändert. Der Bus kommt heute zwischen 9:30 und 9:40 Uhr")
    assert code in text


def test_who_booked_for_somebody_else_hears_what_she_asked_to_hear() -> None:
    a_district()
    booker = Booker("Testfahrgast 2", "0171 3920002", "", True, True)
    a_booking(a_desk(), passenger=Passenger("Testfahrgast 1", "0171 3920001", "", booker))
    post(at("7:00"))
    assert [to for _kind, to, _text in left()] == ["+491713920002"]


def test_the_same_announcement_heard_twice_is_told_once() -> None:
    district = a_district()
    code = a_booking(a_desk(), passenger=mobile_rider()).code
    for _time in range(2):
        announce(district, "booking.confirmed", {"booking": code, "replaces": None, "trip": None}, at("7:00"))
    post(at("7:00"))
    announce(district, "booking.confirmed", {"booking": "ZZZ-ZZZ", "replaces": None, "trip": None}, at("7:01"))
    post(at("7:01"))
    assert kinds() == ["booked"]


def test_a_deaf_guest_is_told_that_the_bus_is_there_and_a_hearing_one_sees_it() -> None:
    district = a_district()
    desk = a_desk()
    deaf = a_booking(desk, a_wish(needs=frozenset({"deaf"})), mobile_rider(1)).code
    a_booking(desk, a_wish(), mobile_rider(2))
    post(at("7:00"))
    bus = a_bus(district)
    bus.says("arrived", "8:31", stop=MARKT)
    before = len(left())
    post(at("8:31"), after=timedelta())
    [(_kind, to, text)] = left()[before:]
    assert to == MOBILE
    assert text.startswith("Rufbus: Ihr Bus ist da. Er steht an der Haltestelle Salzwedel, Markt.")
    assert "Er wartet mindestens bis 8:34 Uhr." in text
    bus.says("boarded", "8:32", booking=deaf)
    post(at("8:33"))
    assert len(left()) == before + 1


def test_the_bus_that_comes_instead_is_told_too_and_each_bus_once() -> None:
    district = a_district(BusOnDuty(), BusOnDuty())
    desk = a_desk()
    deaf = a_booking(desk, a_wish(needs=frozenset({"deaf"})), mobile_rider(1)).code
    post(at("7:00"))
    before = len(left())
    buses = {name: a_bus(district, name) for name in ("bus-1", "bus-2")}
    for vehicle, clock in (("bus-1", "8:31"), ("bus-1", "8:32"), ("bus-2", "8:36")):
        buses[vehicle].says("arrived", clock, stop=MARKT)
        stands(the(deaf), buses[vehicle].duty.vehicle, at(clock))
        announce(district, "vehicle.arrived", {"booking": deaf, "vehicle": vehicle}, at(clock))
        post(at(clock), after=timedelta())
    assert kinds().count("there") == 2
    assert len(left()) == before + 2


def test_who_was_not_at_the_stop_hears_how_to_object_and_who_rode_gets_the_receipt_she_wished() -> None:
    district = a_district()
    an_account(district, phone=MOBILE, messages=["receipt"])
    desk = a_desk()
    rode = a_booking(desk, a_wish(), mobile_rider(1)).code
    missed = a_booking(desk, a_wish(), mobile_rider(2)).code
    post(at("7:00"))
    bus = a_bus(district)
    bus.says("arrived", "8:31", stop=MARKT)
    bus.says("boarded", "8:32", booking=rode)
    result = bus.says("no_show", "8:45", booking=missed)
    post(at("8:45"))
    if the(missed).state == Booking.State.NO_SHOW:
        assert left()[-1][1] == "+491713920002"
        assert left()[-1][2].endswith("War es anders? Rufen Sie uns an: 03901 304030.")
    else:
        pytest.fail(f"{result}")
    bus.says("arrived", "9:00", stop="104")
    bus.says("alighted", "9:01", booking=rode)
    post(at("9:01"))
    assert (left()[-1][1], "Quittung" in left()[-1][2]) == (MOBILE, True)
    assert the(rode).receipt.gross_cents == 525, "the link opens one"


def intervened(document: dict[str, object], clock: str) -> str:
    """Carry something out on the day; the intervention's id."""
    day = Booking.objects.order_by("pk")[0].service_day
    shown = preview(day, document, at(clock))
    assert isinstance(shown, Preview), shown
    return str(intervene(shown.token, "Probe", "leitstelle", at(clock), key=a_key())["intervention"])


def test_a_suspension_is_one_message_that_says_why_and_no_cancellation_beside_it() -> None:
    a_district(BusOnDuty(), BusOnDuty())
    code = a_booking(a_desk(), a_wish(when="9:00"), mobile_rider()).code
    post(at("7:00"))
    intervened({"kind": "suspend", "why": "Glatteis", "from_s": 8 * 3600, "until_s": 10 * 3600}, "7:05")
    post(at("7:05"))
    assert kinds() == ["booked", "suspended"]
    text = left()[-1][2]
    assert text.startswith(
        "Rufbus: Ihre Fahrt heute zwischen 9:00 und 9:10 Uhr ab Salzwedel, Markt findet nicht statt."
    )
    assert "Glatteis" in text
    assert code in text


def test_whom_no_bus_can_fetch_after_a_breakdown_hears_that_it_was_us() -> None:
    a_district(BusOnDuty())
    ride = a_booking(a_desk(), passenger=mobile_rider())
    post(at("7:00"))
    shift = the(ride.code).service_day.day_shifts.get()
    intervened({"kind": "breakdown", "shift": shift.code, "stop": "102"}, "8:00")
    post(at("8:00"))
    assert kinds() == ["booked", "suspended"]
    assert "findet nicht statt" in left()[-1][2]


def test_a_new_time_and_its_undoing_are_both_told() -> None:
    a_district(BusOnDuty(), BusOnDuty(kind="one-seat"))
    desk = a_desk()
    first = a_booking(desk, passenger=mobile_rider(1)).code
    second = a_booking(desk, passenger=mobile_rider(2)).code
    post(at("7:00"))
    buses = {code: _bus_of(code) for code in (first, second)}
    if buses[first] == "bus-1":
        intervened({"kind": "move", "booking": first, "vehicle": "bus-2"}, "7:01")
    done = intervened({"kind": "move", "booking": second, "vehicle": "bus-2"}, "7:02")
    post(at("7:03"))
    assert kinds().count("window") == 1
    told = left()[-1]
    assert told[1] == "+491713920002"
    assert told[2].startswith("Rufbus: Neue Zeit: Ihr Bus kommt heute zwischen")
    intervened({"kind": "undo", "intervention": done}, "7:10")
    post(at("7:10"))
    assert left()[-1][2].startswith("Rufbus: Neue Zeit: Ihr Bus kommt heute zwischen 8:30 und 8:40 Uhr")


def _bus_of(code: str) -> str:
    day = the(code).service_day
    for route in current_plan(day).plan.routes:
        if any(event.request_id == code for event in route.events):
            return day.day_shifts.get(code=route.shift_id).vehicle.code
    raise LookupError(code)


def test_a_promise_that_is_broken_at_the_stop_is_told_where_nobody_knows_where_the_bus_is() -> None:
    district = a_district()
    code = a_booking(a_desk(), passenger=mobile_rider()).code
    post(at("7:00"))
    told = {"booking": code, "limit": "pickup", "by_s": 420}
    BrokenPromise.objects.create(booking=the(code), limit="pickup", by_s=420, known_at=at("8:41"))
    for _twice in range(2):
        announce(district, "promise.broken", told, at("8:41"))
    announce(district, "promise.broken", {**told, "limit": "delivery"}, at("8:41"))
    post(at("8:41"))
    assert kinds() == ["booked", "delay"]
    assert left()[-1][2].startswith("Rufbus: Ihr Bus hat Verspätung. Er kommt später zur Haltestelle Salzwedel, Markt.")


def test_an_open_return_is_confirmed_and_a_call_without_a_bus_is_answered() -> None:
    a_district(BusOnDuty(end="09:30"))
    desk = a_desk()
    code = a_booking(desk, passenger=mobile_rider()).code
    announce(the(code).district, "return.granted", {"booking": code}, at("7:00"))
    announce(
        the(code).district,
        "return.unserved",
        {"booking": code, "ready_at": at("9:00").isoformat(), "ride": None},
        at("9:00"),
    )
    announce(
        the(code).district,
        "return.unserved",
        {"booking": code, "ready_at": at("9:01").isoformat(), "ride": "X"},
        at("9:01"),
    )
    hear_all(at("9:01"))
    assert sorted(RiderMessage.objects.values_list("kind", flat=True)) == [
        "booked",
        "return_granted",
        "return_unserved",
    ]


def test_a_guest_is_written_to_in_the_language_she_booked_in_also_after_a_change_by_staff() -> None:
    a_district()
    desk = a_desk()
    quote = desk.quote(a_wish(), key=a_key())
    with override("en"):
        booked = desk.book(quote.offers[0].id, mobile_rider(), key=a_key())
    assert isinstance(booked, BookingView)
    post(at("7:00"))
    assert left()[0][2].startswith("Rufbus: Your trip is booked.")
    other = desk.quote(a_wish(when="9:30", replaces=booked.code), key=a_key()).offers[0]
    assert isinstance(desk.change(booked.code, other.id, Access(staff="leitstelle"), key=a_key()), BookingView)
    post(at("7:01"))
    assert left()[1][2].startswith("Rufbus: Your trip is changed.")


def a_bus_at_the_stop(since: str = "8:31") -> tuple[Bus, str, Result]:
    """A rider who hears nothing is told that her bus is there."""
    district = a_district(BusOnDuty())
    code = a_booking(a_desk(), a_wish(needs=frozenset({"deaf"})), mobile_rider()).code
    post(at("7:00"))
    bus = a_bus(district)
    return bus, code, bus.says("arrived", since, stop=MARKT)


def takes_back(bus: Bus, slip: Result, clock: str) -> None:
    assert bus.says("take_back", clock, detail={"event": str(slip.id)}).outcome == "taken"


def test_what_was_said_by_mistake_is_put_right_and_can_be_said_again() -> None:
    bus, _code, slip = a_bus_at_the_stop()
    post(at("8:31"))
    assert left()[-1][2].startswith("Rufbus: Ihr Bus ist da.")
    takes_back(bus, slip, "8:31")
    post(at("8:31"))
    assert "Versehen" in left()[-1][2]
    assert "noch nicht da" in left()[-1][2]
    bus.says("arrived", "8:36", stop=MARKT)
    post(at("8:36"))
    assert left()[-1][2].startswith("Rufbus: Ihr Bus ist da.")
    assert kinds() == ["booked", "there", "correction", "there"]


def test_what_has_not_left_is_withdrawn() -> None:
    bus, _code, slip = a_bus_at_the_stop()
    hear_all(at("8:31"))  # queued, and in no postman's hand
    takes_back(bus, slip, "8:31")
    post(at("8:31"))
    assert dict(states())["there"] == "dropped"
    assert kinds() == ["booked"]
    bus.says("arrived", "8:36", stop=MARKT)
    post(at("8:36"))
    assert kinds() == ["booked", "there"]


def test_nobody_hears_of_what_was_taken_back_before_the_relay_came_to_it() -> None:
    bus, _code, slip = a_bus_at_the_stop()
    takes_back(bus, slip, "8:31")
    post(at("8:31"))
    assert kinds() == ["booked"]


def test_who_was_not_missed_after_all_hears_that_the_ride_stands() -> None:
    bus, code, _arrived = a_bus_at_the_stop()
    slip = bus.says("no_show", "8:36", booking=code)
    post(at("8:36"))
    takes_back(bus, slip, "8:37")
    post(at("8:37"))
    assert f"gilt weiter. Code {code}" in left()[-1][2]
    assert the(code).state == Booking.State.BOOKED


def test_a_delay_that_was_none_is_put_right() -> None:
    district = a_district(BusOnDuty())
    a_booking(a_desk(), passenger=mobile_rider())
    post(at("7:00"))
    bus = a_bus(district)
    bus.says("shift_begin", "6:00")
    slip = bus.says("delay", "8:20", detail={"minutes": 40})
    post(at("8:20"))
    assert kinds() == ["booked", "delay"]
    takes_back(bus, slip, "8:21")
    post(at("8:21"))
    assert "kommt wie vereinbart heute zwischen 8:30 und 8:40 Uhr" in left()[-1][2]


@pytest.mark.parametrize(("came", "told"), [("8:33", True), ("8:50", False)])
def test_nobody_runs_for_a_bus_that_stood_there_long_ago(came: str, told: bool) -> None:
    """The report lay on the device without a network; the bus waits until 8:34 at the least."""
    district = a_district(BusOnDuty())
    a_booking(a_desk(), a_wish(needs=frozenset({"deaf"})), mobile_rider())
    post(at("7:00"))
    bus = a_bus(district)
    bus.sends([bus.event("arrived", "8:31", stop=MARKT)], came)
    post(at(came))
    assert ("there" in kinds()) == told
    assert not told or "mindestens bis 8:34 Uhr" in left()[-1][2], "until then, and not three minutes more"


def test_nobody_runs_for_a_bus_that_has_left() -> None:
    district = a_district(BusOnDuty())
    a_booking(a_desk(), a_wish(needs=frozenset({"deaf"})), mobile_rider())
    post(at("7:00"))
    bus = a_bus(district)
    bus.sends([bus.event("arrived", "8:31", stop=MARKT), bus.event("left", "8:32", stop=MARKT)], "8:33")
    post(at("8:33"))
    assert "there" not in kinds()


def test_two_rides_at_one_time_that_nobody_was_asked_about_are_told_once_to_the_rider() -> None:
    a_district()
    desk = a_desk()
    first = a_booking(desk, passenger=mobile_rider())
    daughter = Booker("Testfahrgast 2", "+49 171 3920 002", rider_agrees=True)
    second = a_booking(desk, passenger=Passenger("Testfahrgast 1", MOBILE, booked_by=daughter))
    post(at("7:05"))
    post(at("7:10"))
    told = [(to, text) for kind, to, text in left() if "zur selben Zeit" in text]
    [(to, text)] = told
    assert to == MOBILE, "the daughter knows of one of them alone"
    assert first.code in text
    assert second.code in text


def test_of_two_rides_nothing_is_told_once_one_of_them_is_cancelled() -> None:
    a_district()
    desk = a_desk()
    first = a_booking(desk, passenger=mobile_rider())
    a_booking(desk, passenger=mobile_rider())
    hear_all(at("7:00"))
    desk.cancel(first.code, Access(contact=MOBILE), key=a_key())
    post(at("7:01"))
    assert not [text for _kind, _to, text in left() if "zur selben Zeit" in text]


@pytest.mark.parametrize(("channel", "told"), [(Channel.PHONE, 1), (Channel.SMS, 0)])
def test_another_time_for_a_series_is_told_once_and_to_who_wrote_not_again(channel: Channel, told: int) -> None:
    a_district()
    desk = a_desk()
    quote = desk.quote_series(replace(a_wish(), channel=channel), a_rule(until="2026-12-03"), key=a_key())
    desk.book_series(quote.series_id, mobile_rider(), key=a_key())
    code = Booking.objects.order_by("pk").values_list("code", flat=True)[0]
    mine = Access(contact=MOBILE, channel=channel)
    asked = desk.quote_series_change(code, at("9:30"), mine, key=a_key())
    assert isinstance(asked, SeriesQuote)
    answer = desk.change_series(code, asked.series_id, mine, key=a_key())
    assert isinstance(answer, SeriesChange)
    post(at("7:10"))
    texts = [text for _kind, _to, text in left() if "geändert" in text]
    assert len(texts) == told
    assert all(answer.changed[0].code in text and "9:30" in text for text in texts)
