"""Series and open returns over REST, as an app or a partner uses them."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client

from tests.builders.district import KLOETZE, MARKT, BusOnDuty, a_district
from tests.builders.rest import CONTACT, PHONE, a_body, a_booking_by, send, tomorrow

pytestmark = pytest.mark.django_db
PASSENGER = {"name": "Erika Muster", "phone": PHONE}


@pytest.fixture(autouse=True)
def _district() -> None:
    a_district(BusOnDuty(start="06:00", end="15:00", breaks='[{ from = "09:30", to = "10:30", minutes = 30 }]'))


def a_rule(weeks: int = 2, **changes: object) -> dict[str, object]:
    """Every day of the week from tomorrow on."""
    first = tomorrow().date()
    return {
        "weekdays": ["mo", "tu", "we", "th", "fr", "sa", "su"],
        "first": first.isoformat(),
        "until": (first + timedelta(days=7 * weeks - 1)).isoformat(),
        **changes,
    }


def a_series_request(client: Client, **changes: object) -> dict[str, object]:
    status, quote, _ = send(client, "POST", "series-requests", a_body(rule=a_rule(), **changes))
    assert status == 201, quote
    return dict(quote)


def a_series(client: Client) -> dict[str, object]:
    body = {"series_id": a_series_request(client)["series_id"], "passenger": PASSENGER}
    status, series, _ = send(client, "POST", "series", body)
    assert status == 201, series
    return dict(series)


def test_a_series_is_asked_booked_seen_and_cancelled(client: Client) -> None:
    quote = a_series_request(client)
    assert len(quote["dates"]) == 14
    assert all(day["as_wished"] and not day["refusal"] for day in quote["dates"])
    status, again, _ = send(client, "GET", f"series-requests/{quote['series_id']}")
    assert (status, again) == (200, quote)

    chosen = [day["offers"][0]["id"] for day in quote["dates"][:10]]
    body = {"series_id": quote["series_id"], "offer_ids": chosen, "passenger": PASSENGER}
    status, series, _ = send(client, "POST", "series", body, key="one")
    assert status == 201, series
    assert len(series["bookings"]) == 10
    assert send(client, "POST", "series", body, key="one")[:2] == (201, series)
    code = series["bookings"][3]["code"]
    assert send(client, "GET", f"series/{code}", **CONTACT)[:2] == (200, series)
    status, booking, _ = send(client, "GET", f"bookings/{code}", **CONTACT)
    assert booking["trip"]["kind"] == "series"

    day = quote["dates"][2]["day"]
    status, after, _ = send(client, "POST", f"series/{code}/skip", {"day": day}, **CONTACT)
    assert status == 200
    assert [leg["state"] for leg in after["bookings"]].count("cancelled") == 1
    first = quote["dates"][5]["day"]
    status, after, _ = send(client, "POST", f"series/{code}/cancel", {"from_day": first}, **CONTACT)
    assert [leg["state"] for leg in after["bookings"]].count("booked") == 4
    status, after, _ = send(client, "POST", f"series/{code}/cancel", {}, **CONTACT)
    assert {leg["state"] for leg in after["bookings"]} == {"cancelled"}
    status, problem, answer = send(client, "POST", f"series/{code}/cancel", {}, **CONTACT)
    assert (status, problem["code"]) == (409, "no_ride_left")
    assert answer["Content-Type"].startswith("application/problem+json")


def test_what_is_left_out_and_refused_stands_in_the_list(client: Client) -> None:
    rule = a_rule(left_out=[tomorrow().date().isoformat()])
    status, quote, _ = send(client, "POST", "series-requests", a_body(rule=rule))
    assert status == 201
    assert quote["dates"][0]["left_out"] == "von Ihnen ausgelassen"
    assert quote["rule"]["left_out"] == rule["left_out"]
    status, quote, _ = send(client, "POST", "series-requests", a_body(rule=a_rule(), party={"adults": 9}))
    assert (status, quote["refusal"]["code"], quote["dates"]) == (201, "group_too_large", [])


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"weekdays": []}, "rule.weekdays"),
        ({"weekdays": ["someday"]}, "rule.weekdays.0"),
        ({"every_weeks": 0}, "rule.every_weeks"),
        ({"first": "2020-01-01"}, "first"),
        ({"until": "2020-01-01"}, "until"),
        ({"until": "yesterday"}, "rule.until"),
        ({"sundays": True}, "rule.sundays"),
    ],
)
def test_a_rule_that_cannot_be_meant_names_its_field(client: Client, changes: dict[str, object], field: str) -> None:
    status, problem, _ = send(client, "POST", "series-requests", a_body(rule=a_rule(**changes)))
    assert (status, problem["code"]) == (422, "invalid_input")
    assert problem["errors"][0]["field"] == field


def test_unknown_series_are_not_found_or_invalid(client: Client) -> None:
    nobody = str(uuid4())
    assert send(client, "GET", f"series-requests/{nobody}")[0] == 404
    assert send(client, "GET", "series-requests/nonsense")[0] == 422
    status, problem, _ = send(client, "POST", "series", {"series_id": nobody, "passenger": PASSENGER})
    assert (status, problem["errors"][0]["field"]) == (422, "series_id")
    assert send(client, "GET", "series/K7M-3PX", **CONTACT)[0] == 404
    assert send(client, "POST", "series", {"series_id": nobody, "passenger": PASSENGER}, key=None)[0] == 422
    code = a_series(client)["bookings"][0]["code"]
    assert send(client, "GET", f"series/{code}", **{"Rufbus-Contact": "03901 999999"})[0] == 404
    assert send(client, "POST", f"series/{code}/cancel", {})[0] == 404


def test_the_way_back_is_kept_open_and_called(client: Client) -> None:
    code = a_booking_by(client)
    status, problem, _ = send(client, "GET", f"bookings/{code}/return", **CONTACT)
    assert (status, problem["code"]) == (409, "no_open_return")
    status, right, _ = send(client, "POST", f"bookings/{code}/return", {}, **CONTACT)
    assert (status, right["state"], right["ride"]) == (201, "waiting", None)
    assert (right["pickup_stop"]["id"], right["delivery_stop"]["id"]) == (KLOETZE, MARKT)
    assert send(client, "GET", f"bookings/{code}/return", **CONTACT)[:2] == (200, right)
    status, problem, _ = send(client, "POST", f"bookings/{code}/return/call", {}, **CONTACT)
    assert (status, problem["code"]) == (409, "not_there_yet")
    ready = {"ready_at": tomorrow("11:30").isoformat()}
    status, ride, _ = send(client, "POST", f"bookings/{code}/return/call", ready, **CONTACT)
    assert status == 201, ride
    assert ride["offer"]["pickup_stop"]["id"] == KLOETZE
    assert send(client, "POST", f"bookings/{code}/return/call", ready, **CONTACT)[1]["code"] == ride["code"]
    status, right, _ = send(client, "GET", f"bookings/{code}/return", **CONTACT)
    assert (right["state"], right["ride"]["code"]) == ("called", ride["code"])
    status, right, _ = send(client, "POST", f"bookings/{code}/return/drop", {}, **CONTACT)
    assert (status, right["state"]) == (200, "ended")
    for method, path in (("GET", ""), ("POST", ""), ("POST", "/call"), ("POST", "/drop")):
        assert send(client, method, f"bookings/{code}/return{path}", {} if method == "POST" else None)[0] == 404
