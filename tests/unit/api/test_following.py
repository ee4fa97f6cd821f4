"""REST of rides under way: where is the bus, I am late."""

from __future__ import annotations

from django.test import Client

from tests.builders.rest import CONTACT, a_booking_by, send


def test_a_rider_asks_where_the_bus_is(guest: Client) -> None:
    code = a_booking_by(guest)
    status, forecast, _ = send(guest, "GET", f"bookings/{code}/forecast", **CONTACT)
    assert (status, forecast["phase"]) == (200, "early")
    assert forecast["bus"]["name"] == "Rufbus 1"
    assert "Erika" not in str(forecast)
    status, problem, _ = send(guest, "GET", f"bookings/{code}/forecast", **{"Rufbus-Contact": "03901 111111"})
    assert (status, problem["code"]) == (404, "not_found")


def test_a_delay_long_before_is_refused_with_a_way_out(guest: Client) -> None:
    code = a_booking_by(guest)
    status, problem, _ = send(guest, "POST", f"bookings/{code}/late", {"minutes": 5}, **CONTACT)
    assert (status, problem["code"]) == (409, "change_instead")
    assert [way["kind"] for way in problem["way_out"]] == ["change", "phone"]
    assert send(guest, "POST", f"bookings/{code}/late", {"minutes": 7}, **CONTACT)[0] == 422
