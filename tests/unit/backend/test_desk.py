"""Quote, book, change, cancel, status: what a rider sees of the desk."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

import pytest

from accessibility.desk import Access, Anchor, BookingState, BookingView, InvalidInput, Party, Place, Refusal
from backend.bookings.models import AuditEntry, Booking, IdempotencyRecord, OutboxMessage, RideRequest, ServiceDay
from tests.builders.district import (
    BAHNHOF,
    BERLIN,
    KLOETZE,
    MARKT,
    BusOnDuty,
    a_booking,
    a_desk,
    a_district,
    a_key,
    a_passenger,
    a_wish,
    at,
    later,
)  # fmt: skip

pytestmark = pytest.mark.django_db


def refused(answer: object, code: str) -> Refusal:
    assert isinstance(answer, Refusal), answer
    assert answer.code == code
    assert answer.reason
    assert answer.way_out, "never a bare no"
    return answer


# --- quote


def test_a_wish_gets_offers_with_a_promise_around_the_wished_time() -> None:
    a_district()
    quote = a_desk().quote(a_wish(when="8:30"), key=a_key())
    assert quote.refusal is None
    first = quote.offers[0]
    assert first.pickup_stop.village == "Salzwedel"
    assert first.delivery_stop.id == KLOETZE
    assert at("8:30") <= first.pickup_from <= at("8:50")
    assert first.pickup_until - first.pickup_from == timedelta(minutes=10)
    assert first.max_ride_minutes == 38  # 1.5 x 15 + 15, whole minutes
    assert first.arrive_by > first.pickup_until
    assert first.fare.total_cents == sum(line.amount_cents for line in first.fare.lines) == 425 + 100
    assert first.vehicle_kind == "Kleinbus mit Rampe"
    assert first.expires_at == at("7:05")


def test_alternatives_lie_earlier_and_later_than_the_wish() -> None:
    a_district()
    quote = a_desk(at("6:00")).quote(a_wish(when="9:00"), key=a_key())
    starts = [offer.pickup_from for offer in quote.offers]
    assert len(starts) == 3
    assert starts[1] < starts[0] < starts[2]
    assert len(set(starts)) == 3


def test_arrive_by_is_kept_to_the_minute() -> None:
    a_district()
    quote = a_desk().quote(a_wish(when="9:30", anchor=Anchor.ARRIVE), key=a_key())
    assert quote.offers
    for offer in quote.offers:
        assert offer.arrive_by <= at("9:30")
    assert quote.offers[0].pickup_from >= at("8:15")


def test_the_wish_is_kept_also_when_refused() -> None:
    a_district()
    quote = a_desk().quote(a_wish(party=Party(adults=2, wheelchairs=2)), key=a_key())
    assert not quote.offers
    refused(quote.refusal, "no_fitting_vehicle")
    kept = RideRequest.objects.get(pk=quote.request_id)
    assert kept.refusal_code == "no_fitting_vehicle"
    assert kept.party["wheelchairs"] == 2
    assert a_desk().quoted(quote.request_id) == quote


def test_needs_are_not_readable_in_the_database() -> None:
    a_district()
    quote = a_desk().quote(a_wish(needs=frozenset({"blind"})), key=a_key())
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT needs FROM bookings_riderequest")
        (stored,) = cursor.fetchone()
    assert "blind" not in stored
    assert RideRequest.objects.get(pk=quote.request_id).needs == ["blind"]


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        ({"when": "7:30"}, "too_late"),
        ({"when": at("3:00", "2026-11-25")}, "outside_hours"),
        ({"when": at("8:00", "2026-12-20")}, "beyond_horizon"),
        ({"party": Party(adults=9)}, "group_too_large"),
        ({"origin": Place(lat=50.0, lon=8.0)}, "outside_area"),
        ({"origin": Place(lat=52.8, lon=11.037)}, "no_stop_near"),
        ({"when": "20:00"}, "no_vehicle"),
        ({"party": Party(bicycles=3)}, "no_fitting_vehicle"),
        ({"needs": frozenset({"door_to_door"})}, "door_to_door"),
    ],
)
def test_every_no_has_a_reason_and_a_way_out(wish: dict, code: str) -> None:
    a_district()
    quote = a_desk().quote(a_wish(**wish), key=a_key())
    refused(quote.refusal, code)
    assert not quote.offers
    assert RideRequest.objects.get(pk=quote.request_id).refusal_code == code


def test_a_late_wish_learns_the_next_possible_time() -> None:
    a_district()
    quote = a_desk().quote(a_wish(when="7:30"), key=a_key())
    ways = {way.kind: way for way in refused(quote.refusal, "too_late").way_out}
    assert "60 Minuten" in quote.refusal.reason  # type: ignore[union-attr]
    assert "8:05 Uhr" in ways["offer_times"].text  # 8:00 Uhr would be gone before she has read it
    assert datetime.fromisoformat(ways["offer_times"].value) == at("8:05")
    assert ways["phone"].value == "+493901304030"
    again = a_desk(at("7:03")).quote(a_wish(when=datetime.fromisoformat(ways["offer_times"].value)), key=a_key())
    assert again.offers, "a time that we name must be bookable"


def test_in_town_half_an_hour_is_enough() -> None:
    a_district()
    assert a_desk().quote(a_wish(BAHNHOF, MARKT, "7:30"), key=a_key()).offers
    refused(a_desk().quote(a_wish(BAHNHOF, MARKT, "7:29"), key=a_key()).refusal, "too_late")


@pytest.mark.parametrize(
    ("wish", "field_name"),
    [
        ({"origin": "no-such-stop"}, "origin.stop_id"),
        ({"destination": Place(place_id="nowhere")}, "destination.place_id"),
        ({"origin": Place()}, "origin"),
        ({"origin": Place(stop_id=MARKT, lat=52.0, lon=11.0)}, "origin"),
        ({"origin": Place(lat=float("nan"), lon=11.0)}, "origin.lat"),
        ({"origin": Place(lat=52.0)}, "origin.lat"),
        ({"destination": MARKT}, "destination"),
        ({"when": "6:50"}, "when"),
        ({"when": datetime(2026, 11, 24, 8, 30)}, "when"),
        ({"when": at("8:00", "2029-01-01")}, "when"),
        ({"party": Party(adults=0)}, "party.adults"),
        ({"party": Party(adults=-1)}, "party.adults"),
        ({"party": Party(adults=10**9)}, "party.adults"),
        ({"party": Party(adults=1, wheelchairs=2)}, "party.wheelchairs"),
        ({"needs": frozenset({"a throne"})}, "needs"),
        ({"max_walk_m": -1}, "max_walk_m"),
    ],
)
def test_what_cannot_be_meant_is_told_by_field_and_writes_nothing(wish: dict, field_name: str) -> None:
    a_district()
    with pytest.raises(InvalidInput) as raised:
        a_desk().quote(a_wish(**wish), key=a_key())
    assert raised.value.field_name == field_name
    assert raised.value.problem
    assert not RideRequest.objects.exists()
    assert not ServiceDay.objects.exists()
    assert not IdempotencyRecord.objects.exists()


def test_a_point_on_foot_from_a_stop_is_served_there() -> None:
    a_district()
    quote = a_desk().quote(a_wish(origin=Place(lat=52.803, lon=11.0)), key=a_key())
    offer = quote.offers[0]
    assert offer.pickup_stop.id == BAHNHOF
    assert 300 < offer.pickup_walk_m < 500


def test_places_are_found_by_name() -> None:
    a_district()
    hits = a_desk().find_places("probe", "Klötze Krankenhaus")
    assert (hits[0].id, hits[0].kind) == ("klinikum", "hospital")
    assert a_desk().find_places("probe", "x" * 10_000) == ()


# --- book


def test_a_booking_has_a_code_a_plan_and_its_messages() -> None:
    a_district()
    desk = a_desk()
    view = a_booking(desk)
    assert view.state == BookingState.BOOKED
    assert len(view.code) == 7
    assert view.code[3] == "-"
    assert view.passenger.phone == "+493901304031"
    assert view.offer.pickup_from <= view.planned_pickup_at <= view.offer.pickup_until  # type: ignore[operator]
    assert view.vehicle_name == "Rufbus 1"
    day = ServiceDay.objects.get()
    assert day.plan_version == 1
    assert [plan.version for plan in day.plans.order_by("version")] == [1]
    topics = sorted(message.topic for message in OutboxMessage.objects.all())
    assert topics == ["booking.confirmed", "plan.changed"]
    assert "Erika" not in str(list(OutboxMessage.objects.values_list("payload", flat=True)))
    assert AuditEntry.objects.get().subject == view.code


def test_an_offer_is_booked_once() -> None:
    a_district()
    desk = a_desk()
    offer = desk.quote(a_wish(), key=a_key()).offers[0]
    assert isinstance(desk.book(offer.id, a_passenger(), key=a_key()), BookingView)
    refused(desk.book(offer.id, a_passenger(), key=a_key()), "offer_used")
    assert Booking.objects.count() == 1


def test_an_offer_expires() -> None:
    a_district()
    desk = a_desk()
    offer = desk.quote(a_wish(), key=a_key()).offers[0]
    later(desk, 5)
    assert isinstance(desk.book(offer.id, a_passenger(), key=a_key()), BookingView)
    other = desk.quote(a_wish(when="9:30"), key=a_key()).offers[0]
    later(desk, 5.1)
    refused(desk.book(other.id, a_passenger(), key=a_key()), "offer_expired")


def test_a_seat_that_somebody_else_took_is_no_longer_available() -> None:
    a_district(BusOnDuty(kind="one-seat"))
    desk = a_desk()
    offers = [desk.quote(a_wish(), key=a_key()).offers[0] for _ in range(2)]
    assert isinstance(desk.book(offers[0].id, a_passenger(), key=a_key()), BookingView)
    refused(desk.book(offers[1].id, a_passenger("Max", "03901 304032"), key=a_key()), "no_longer_available")
    assert ServiceDay.objects.get().plan_version == 1


def test_the_same_key_gives_the_same_answer() -> None:
    a_district()
    desk = a_desk()
    quote = desk.quote(a_wish(), key="twice")
    assert desk.quote(a_wish(), key="twice") == quote
    view = desk.book(quote.offers[0].id, a_passenger(), key="once")
    assert desk.book(quote.offers[0].id, a_passenger(), key="once") == view
    assert RideRequest.objects.count() == Booking.objects.count() == 1


def test_a_refusal_is_remembered_under_its_key() -> None:
    a_district()
    desk = a_desk()
    wish = a_wish(party=Party(adults=2, wheelchairs=2))
    assert desk.quote(wish, key="no") == desk.quote(wish, key="no")
    assert RideRequest.objects.count() == 1


def test_a_key_for_something_else_is_an_error() -> None:
    a_district()
    desk = a_desk()
    desk.quote(a_wish(), key="same")
    with pytest.raises(InvalidInput) as raised:
        desk.quote(a_wish(when="9:00"), key="same")
    assert raised.value.code == "key_conflict"
    assert RideRequest.objects.count() == 1


@pytest.mark.parametrize(
    ("passenger", "field_name"),
    [
        (a_passenger(name=""), "name"),
        (a_passenger(name="x" * 10_000), "name"),
        (a_passenger(name="Erika\x00"), "name"),
        (a_passenger(phone="12"), "phone"),
        (a_passenger(phone="not a number"), "phone"),
        (a_passenger(phone="", email="nobody"), "email"),
        (a_passenger(phone="", email=""), "phone"),
    ],
)
def test_a_passenger_must_be_reachable(passenger, field_name: str) -> None:  # type: ignore[no-untyped-def]
    a_district()
    desk = a_desk()
    offer = desk.quote(a_wish(), key=a_key()).offers[0]
    with pytest.raises(InvalidInput) as raised:
        desk.book(offer.id, passenger, key=a_key())
    assert raised.value.field_name == field_name
    assert not Booking.objects.exists()


@pytest.mark.parametrize("offer_id", ["", "x", "x" * 10_000, "\x00", "00000000-0000-0000-0000-000000000000"])
def test_an_unknown_offer_is_an_error(offer_id: str) -> None:
    a_district()
    with pytest.raises(InvalidInput) as raised:
        a_desk().book(offer_id, a_passenger(), key=a_key())
    assert raised.value.field_name == "offer_id"


# --- status and access


def test_status_opens_with_the_contact_in_any_notation() -> None:
    a_district()
    desk = a_desk()
    view = a_booking(desk, passenger=a_passenger(phone="03901 304031", email="Erika@Beispiel.de"))
    for contact in ("+49 3901 304031", "(03901) 30 40 31", "0049390 1304031", "erika@beispiel.de"):
        assert desk.status(view.code, Access(contact=contact)) == view
    assert desk.status(view.code.lower().replace("-", " "), Access(contact="03901304031")) == view
    assert desk.status(view.code, Access(staff="leitstelle")) == view


def test_a_wrong_code_and_a_wrong_contact_look_the_same() -> None:
    a_district()
    desk = a_desk()
    view = a_booking(desk)
    answers = [
        desk.status(view.code, Access(contact="03901 304099")),
        desk.status(view.code, Access()),
        desk.status("XXX-XXX", Access(contact="03901 304031")),
        desk.status("\x00" * 200, Access(contact="y" * 10_000)),
    ]
    assert {refused(answer, "not_found") for answer in answers} == {answers[0]}
    refused(desk.cancel(view.code, Access(contact="x"), key=a_key()), "not_found")


def test_who_knows_a_number_learns_nothing_about_its_owner() -> None:
    a_district()
    desk = a_desk()
    own = a_booking(desk, passenger=a_passenger("Erika Muster", "03901 304031", "erika@beispiel.de"))
    other = a_booking(desk, a_wish(when="9:00"), a_passenger("Max Fremd", "03901 304031"))
    assert other.passenger.email == ""
    seen = desk.status(own.code, Access(contact="03901 304031"))
    assert isinstance(seen, BookingView)
    assert seen.passenger.name == "Erika Muster"
    assert seen.passenger.email == "erika@beispiel.de"


# --- cancel and change


def test_a_cancelled_seat_is_free_at_once() -> None:
    a_district(BusOnDuty(kind="one-seat", start="08:00", end="09:10"))
    desk = a_desk(at("7:25"))
    view = a_booking(desk)
    refused(desk.quote(a_wish(), key=a_key()).refusal, "no_vehicle")
    cancelled = desk.cancel(view.code, Access(contact="03901 304031"), key=a_key())
    assert isinstance(cancelled, BookingView)
    assert cancelled.state == BookingState.CANCELLED
    assert cancelled.planned_pickup_at is None
    assert desk.quote(a_wish(), key=a_key()).offers
    assert ServiceDay.objects.get(date=at("8:00").date()).plan_version == 2
    assert OutboxMessage.objects.filter(topic="booking.cancelled").count() == 1


def test_cancelling_twice_is_answered_not_done_twice() -> None:
    a_district()
    desk = a_desk()
    view = a_booking(desk)
    access = Access(contact="03901 304031")
    first = desk.cancel(view.code, access, key="a")
    assert desk.cancel(view.code, access, key="a") == first
    refused(desk.cancel(view.code, access, key="b"), "already_cancelled")
    assert ServiceDay.objects.get().plan_version == 2


def test_a_ride_that_is_over_cannot_be_cancelled() -> None:
    a_district()
    desk = a_desk()
    view = a_booking(desk)
    later(desk, 180)
    refused(desk.cancel(view.code, Access(contact="03901 304031"), key=a_key()), "ride_over")
    assert Booking.objects.get().state == "booked"


def the_bus_sets_out() -> None:
    """Lock the way to the first pick-up in the stored plan."""
    day = ServiceDay.objects.get()
    version = day.plans.get(version=day.plan_version)
    for route in version.routes:
        route["locked"] = 2
    version.save()
    day.plan_token = uuid.uuid4()
    day.save()


def test_a_bus_under_way_is_not_called_back_by_a_form() -> None:
    a_district()
    desk = a_desk()
    view = a_booking(desk)
    the_bus_sets_out()
    access = Access(contact="03901 304031")
    refused(desk.cancel(view.code, access, key=a_key()), "already_under_way")
    quote = desk.quote(a_wish(when="10:00", replaces=view.code), key=a_key())
    refused(desk.change(view.code, quote.offers[0].id, access, key=a_key()), "already_under_way")
    assert Booking.objects.get().state == "booked"
    assert ServiceDay.objects.get().plan_version == 1


def test_a_change_takes_the_new_ride_and_gives_the_old_one_back() -> None:
    a_district(BusOnDuty(kind="one-seat"))
    desk = a_desk()
    old = a_booking(desk, a_wish(when="8:30"))
    quote = desk.quote(a_wish(when="10:00", replaces=old.code), key=a_key())
    new = desk.change(old.code, quote.offers[0].id, Access(contact="03901 304031"), key="change")
    assert isinstance(new, BookingView)
    assert new.offer.id == quote.offers[0].id
    assert desk.change(old.code, quote.offers[0].id, Access(contact="03901 304031"), key="change") == new
    before = desk.status(old.code, Access(contact="03901 304031"))
    assert isinstance(before, BookingView)
    assert before.state == BookingState.CANCELLED
    assert Booking.objects.get(code=new.code).replaces.code == old.code  # type: ignore[union-attr]
    assert ServiceDay.objects.get().plan_version == 2
    assert a_booking(desk, a_wish(when="8:30"), a_passenger("Max", "03901 304032"))


def test_ones_own_seat_counts_as_free_when_changing() -> None:
    a_district(BusOnDuty(kind="one-seat", start="08:00", end="09:15"))
    desk = a_desk(at("7:25"))
    old = a_booking(desk, a_wish(when="8:30"))
    assert not desk.quote(a_wish(when="8:35"), key=a_key()).offers
    quote = desk.quote(a_wish(when="8:35", replaces=old.code), key=a_key())
    assert quote.offers, "only her own booking stands in the way"
    new = desk.change(old.code, quote.offers[0].id, Access(contact="03901 304031"), key=a_key())
    assert isinstance(new, BookingView)


def test_a_change_that_no_longer_fits_leaves_the_old_booking() -> None:
    a_district(BusOnDuty(kind="one-seat"))
    desk = a_desk()
    old = a_booking(desk, a_wish(when="8:30"))
    offer = desk.quote(a_wish(when="10:00", replaces=old.code), key=a_key()).offers[0]
    a_booking(desk, a_wish(when="10:00"), a_passenger("Max", "03901 304032"))
    answer = desk.change(old.code, offer.id, Access(contact="03901 304031"), key=a_key())
    refused(answer, "no_longer_available")
    still = desk.status(old.code, Access(contact="03901 304031"))
    assert isinstance(still, BookingView)
    assert still.state == BookingState.BOOKED


def test_a_change_to_another_day_writes_both_plans() -> None:
    a_district()
    desk = a_desk()
    old = a_booking(desk)
    quote = desk.quote(a_wish(when=at("8:30", "2026-11-25"), replaces=old.code), key=a_key())
    new = desk.change(old.code, quote.offers[0].id, Access(staff="leitstelle"), key=a_key())
    assert isinstance(new, BookingView)
    versions = {str(day.date): day.plan_version for day in ServiceDay.objects.all()}
    assert versions == {"2026-11-24": 2, "2026-11-25": 1}
    assert AuditEntry.objects.filter(actor="leitstelle").exists()


def test_times_are_shown_in_the_districts_zone() -> None:
    a_district()
    offer = a_desk().quote(a_wish(), key=a_key()).offers[0]
    assert offer.pickup_from.utcoffset() == at("8:30").utcoffset()
    assert offer.pickup_from.tzinfo == BERLIN
