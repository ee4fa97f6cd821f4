"""From wish to cancelled booking over REST, and who may see what."""

from __future__ import annotations

from datetime import timedelta

from django.test import Client

from backend.bookings.models import AuditEntry, Booking, RideRequest
from backend.districts.models import District
from tests.builders.district import BEETZENDORF, KLOETZE, KUHFELDE, MARKT
from tests.builders.rest import CONTACT, PHONE, a_body, a_booking_by, an_offer, logged_in, send, tomorrow


def test_a_wish_is_answered_with_offers_that_promise_a_window(guest: Client) -> None:
    status, quote, _ = send(guest, "POST", "ride-requests", a_body(party={"adults": 2, "prams": 1}))
    assert status == 201
    assert quote["refusal"] is None
    offer = quote["offers"][0]
    assert offer["pickup_from"] < offer["pickup_until"] < offer["arrive_by"]
    assert offer["fare"]["total_cents"] == sum(line["amount_cents"] for line in offer["fare"]["lines"]) > 0
    assert RideRequest.objects.get(pk=quote["request_id"]).channel == "app"
    assert send(guest, "GET", f"ride-requests/{quote['request_id']}")[:2] == (200, quote)


def test_a_refusal_says_why_and_what_is_possible(guest: Client) -> None:
    far = (tomorrow() + timedelta(days=60)).isoformat()
    status, quote, _ = send(guest, "POST", "ride-requests", a_body(when=far))
    assert (status, quote["offers"]) == (201, [])
    assert quote["refusal"]["code"] == "beyond_horizon"
    assert quote["refusal"]["way_out"][0]["text"]
    again = send(guest, "GET", f"ride-requests/{quote['request_id']}")[1]
    assert again == quote


def test_a_ride_is_booked_seen_and_cancelled(guest: Client) -> None:
    code = a_booking_by(guest)
    status, seen, _ = send(guest, "GET", f"bookings/{code}", **CONTACT)
    assert (status, seen["state"]) == (200, "booked")
    assert seen["passenger"] == {"name": "Erika Beispiel", "phone": "+493901304030", "email": "", "booked_by": None}
    status, gone, _ = send(guest, "POST", f"bookings/{code}/cancel", {}, **CONTACT)
    assert (status, gone["state"], gone["planned_pickup_at"]) == (200, "cancelled", None)
    status, problem, _ = send(guest, "POST", f"bookings/{code}/cancel", {}, **CONTACT)
    assert (status, problem["code"]) == (409, "already_cancelled")


def test_what_is_cancelled_by_a_program_counts_as_that_however_it_was_booked(guest: Client) -> None:
    code = a_booking_by(guest)
    Booking.objects.update(channel="sms")
    assert send(guest, "POST", f"bookings/{code}/cancel", {}, **CONTACT)[0] == 200
    assert AuditEntry.objects.get(action="booking.cancelled").channel == "app"


def test_a_booking_is_changed_to_another_offer(guest: Client) -> None:
    code = a_booking_by(guest)
    offer = send(guest, "POST", "ride-requests", a_body(when=tomorrow("10:30").isoformat(), replaces=code), **CONTACT)
    status, changed, _ = send(guest, "PATCH", f"bookings/{code}", {"offer_id": offer[1]["offers"][0]["id"]}, **CONTACT)
    assert (status, changed["state"]) == (200, "booked")
    assert changed["code"] != code
    assert send(guest, "GET", f"bookings/{code}", **CONTACT)[1]["state"] == "cancelled"


def test_wrong_code_and_wrong_contact_get_the_same_answer(guest: Client) -> None:
    code = a_booking_by(guest)
    nobody = send(guest, "GET", "bookings/AAA-AAA", **CONTACT)
    stranger = send(guest, "GET", f"bookings/{code}", **{"Rufbus-Contact": "03901 999999"})
    without = send(guest, "GET", f"bookings/{code}")
    for status, problem, _ in (nobody, stranger, without):
        assert (status, problem["code"]) == (404, "not_found")
        assert problem["detail"] == nobody[1]["detail"]
    for method, path, body in (("POST", f"{code}/cancel", {}), ("PATCH", code, {"offer_id": an_offer(guest)})):
        assert send(guest, method, f"bookings/{path}", body)[0] == 404
    assert send(guest, "POST", "ride-requests", a_body(replaces=code))[0] == 404
    assert Booking.objects.get(code=code).state == "booked"


def test_a_dispatcher_needs_no_contact_and_says_where_the_wish_came_from(guest: Client) -> None:
    desk = logged_in("dispatcher")
    code = a_booking_by(desk, channel="phone")
    assert Booking.objects.get(code=code).channel == "phone"
    assert send(desk, "GET", f"bookings/{code}")[0] == 200
    other = a_booking_by(guest, channel="phone", when=tomorrow("10:00").isoformat())
    assert Booking.objects.get(code=other).channel == "app", "a guest does not say on which channel she came"


def test_a_driver_sees_no_booking_without_its_contact(guest: Client) -> None:
    code = a_booking_by(guest)
    assert send(logged_in("driver"), "GET", f"bookings/{code}")[0] == 404


def test_the_same_key_gives_the_same_booking(guest: Client) -> None:
    body = {"offer_id": an_offer(guest), "passenger": {"name": "Erika", "phone": PHONE}}
    first = send(guest, "POST", "bookings", body, key="one")
    again = send(guest, "POST", "bookings", body, key="one")
    assert (first[0], again[0]) == (201, 201)
    assert first[1]["code"] == again[1]["code"]
    assert Booking.objects.count() == 1


def test_a_key_stands_for_one_content(guest: Client) -> None:
    assert send(guest, "POST", "ride-requests", a_body(), key="one")[0] == 201
    other = a_body(destination={"stop_id": KUHFELDE}, origin={"stop_id": BEETZENDORF})
    status, problem, _ = send(guest, "POST", "ride-requests", other, key="one")
    assert (status, problem["code"]) == (409, "key_conflict")
    assert RideRequest.objects.count() == 1


def test_two_callers_may_choose_the_same_key(guest: Client) -> None:
    assert send(guest, "POST", "ride-requests", a_body(), key="1")[0] == 201
    other = a_body(destination={"stop_id": KUHFELDE})
    assert send(logged_in("dispatcher"), "POST", "ride-requests", other, key="1")[0] == 201


def test_an_offer_is_booked_once(guest: Client) -> None:
    body = {"offer_id": an_offer(guest), "passenger": {"name": "Erika", "phone": PHONE}}
    assert send(guest, "POST", "bookings", body)[0] == 201
    status, problem, answer = send(guest, "POST", "bookings", body)
    assert (status, problem["code"]) == (409, "offer_used")
    assert problem["way_out"][0]["text"]
    assert answer["Content-Type"] == "application/problem+json"


def test_places_stops_and_service_information(guest: Client, district: District) -> None:
    _, places, _ = send(guest, "GET", "places?q=Krankenhaus")
    assert (places[0]["id"], places[0]["kind"]) == ("klinikum", "hospital")
    assert len(send(guest, "GET", "places?q=Salzwedel&limit=1")[1]) == 1
    _, stops, _ = send(guest, "GET", "stops")
    assert {stop["id"] for stop in stops} == set(district.stops.values_list("code", flat=True))
    _, told, _ = send(guest, "GET", "service-information")
    assert [zone["lead_time_minutes"] for zone in told["zones"]] == [30, 60]
    assert told["zones"][1]["deadlines"] == [{"trips_from": "21:00", "trips_to": "29:00", "order_by": "20:00"}]
    assert told["phone"] == "+493901304030"


def test_there_and_back_are_booked_and_cancelled_as_one(guest: Client) -> None:
    there = an_offer(guest)
    back = an_offer(
        guest, origin={"stop_id": KLOETZE}, destination={"stop_id": MARKT}, when=tomorrow("11:00").isoformat()
    )
    body = {"offer_ids": [there, back], "passenger": {"name": "Erika Beispiel", "phone": PHONE}}
    status, trip, _ = send(guest, "POST", "trips", body, key="both")
    assert status == 201, trip
    codes = [booking["code"] for booking in trip["bookings"]]
    assert [leg["code"] for leg in trip["bookings"][0]["trip"]["legs"]] == codes
    assert send(guest, "POST", "trips", body, key="both")[:2] == (201, trip)
    status, problem, _ = send(guest, "POST", "trips", body)
    assert (status, problem["code"], problem["concerns"]) == (409, "offer_used", there)
    status, gone, _ = send(guest, "POST", f"trips/{codes[1]}/cancel", {}, **CONTACT)
    assert (status, [booking["state"] for booking in gone["bookings"]]) == (200, ["cancelled", "cancelled"])


def test_a_trip_without_its_way_back_is_an_error_at_the_field(guest: Client) -> None:
    body = {"offer_ids": [an_offer(guest)], "passenger": {"name": "Erika Beispiel", "phone": PHONE}}
    status, problem, _ = send(guest, "POST", "trips", body)
    assert (status, problem["errors"][0]["field"]) == (422, "offer_ids")
    assert not Booking.objects.exists()


def test_a_carer_books_for_somebody_else_and_both_see_the_ride(guest: Client) -> None:
    booker = {"name": "Karin Beispiel", "phone": PHONE, "rider_agrees": True}
    body = {"offer_id": an_offer(guest), "passenger": {"name": "Ilse Beispiel", "booked_by": booker}}
    status, booking, _ = send(guest, "POST", "bookings", body)
    assert status == 201, booking
    assert booking["passenger"]["booked_by"]["phone"] == "+493901304030"
    assert booking["passenger"]["booked_by"]["gets_messages"] is True
    assert send(guest, "GET", f"bookings/{booking['code']}", **CONTACT)[0] == 200
    body["passenger"]["booked_by"] = booker | {"rider_agrees": False}  # type: ignore[index]
    status, problem, _ = send(guest, "POST", "bookings", body | {"offer_id": an_offer(guest)})
    assert (status, problem["errors"][0]["field"]) == (422, "booked_by.rider_agrees")
