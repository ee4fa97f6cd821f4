"""Whatever is wrong with a request: a problem document that names it, and nothing is written."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from backend.bookings.models import AuditEntry, Booking, OfferRecord, OutboxMessage, RideRequest
from backend.config.access import DISPATCHER
from backend.config.problems import KINDS
from tests.builders.district import MARKT
from tests.builders.rest import PHONE, a_body, an_offer, logged_in, send, tomorrow

LONG = "x" * 10_000


def rows() -> dict[str, int]:
    return {
        model.__name__: model.objects.count()
        for model in (RideRequest, OfferRecord, Booking, OutboxMessage, AuditEntry)
    }


def is_problem(status: int, problem: Any, answer: Any) -> None:
    """A document as RFC 9457 has it, of a kind that is listed."""
    assert answer["Content-Type"] == "application/problem+json"
    assert problem["status"] == status
    kind = problem["type"].removeprefix("/api/v1/problems#")
    assert KINDS[kind][0] == status
    assert problem["title"] == str(KINDS[kind][1])
    assert problem["detail"]
    assert problem["instance"].startswith("/api/v1/")


WISHES: list[tuple[str, dict[str, Any], str]] = [
    ("unknown field", {"from": MARKT}, "from"),
    ("unknown field inside", {"party": {"adults": 1, "cats": 2}}, "party.cats"),
    ("text for a number", {"party": {"adults": "1"}}, "party.adults"),
    ("true for a number", {"party": {"adults": True}}, "party.adults"),
    ("half a person", {"party": {"adults": 1.5}}, "party.adults"),
    ("a negative number", {"party": {"children": -1}}, "party.children"),
    ("a huge number", {"party": {"adults": 10**40}}, "party.adults"),
    ("nobody rides", {"party": {"adults": 0}}, "party.adults"),
    ("more wheelchairs than people", {"party": {"adults": 1, "wheelchairs": 2}}, "party.wheelchairs"),
    ("a list for an object", {"party": []}, "party"),
    ("no place", {"origin": {}}, "origin"),
    ("two places", {"origin": {"stop_id": MARKT, "lat": 52.8, "lon": 11.0}}, "origin"),
    ("half a point", {"origin": {"lat": 52.8}}, "origin"),
    ("no such stop", {"origin": {"stop_id": "4711"}}, "origin.stop_id"),
    ("a number for a stop", {"origin": {"stop_id": 100}}, "origin.stop_id"),
    ("no such place", {"origin": {"place_id": "atlantis"}}, "origin.place_id"),
    ("beyond the pole", {"origin": {"lat": 152.8, "lon": 11.0}}, "origin.lat"),
    ("a huge degree", {"origin": {"lat": 10**400, "lon": 11.0}}, "origin.lat"),
    ("NUL in a text", {"origin": {"stop_id": "1\x000"}}, "origin.stop_id"),
    ("half a letter", {"origin": {"place_id": "\ud800"}}, "origin.place_id"),
    ("an endless text", {"origin": {"place_id": LONG}}, "origin.place_id"),
    ("from here to here", {"destination": {"stop_id": MARKT}}, "destination"),
    ("no time zone", {"when": "2026-11-24T08:00"}, "when"),
    ("no time", {"when": "tomorrow"}, "when"),
    ("a number for a time", {"when": 1764000000}, "when"),
    ("the year one", {"when": "0001-01-01T00:00:00+14:00"}, "when"),
    ("the last year", {"when": "9999-12-31T23:59:59-14:00"}, "when"),
    ("a time past", {"when": (tomorrow() - timedelta(days=3)).isoformat()}, "when"),
    ("an unknown anchor", {"anchor": "middle"}, "anchor"),
    ("an unknown need", {"needs": ["everything"]}, "needs.0"),
    ("an unknown concession", {"concession": "because"}, "concession"),
    ("an unknown district", {"district": "nowhere"}, "district"),
    ("an endless walk", {"max_walk_m": 100_000}, "max_walk_m"),
]


@pytest.mark.parametrize(("change", "field"), [pytest.param(c, f, id=name) for name, c, f in WISHES])
def test_a_wrong_wish_names_its_field(guest: Client, change: dict[str, Any], field: str) -> None:
    status, problem, answer = send(guest, "POST", "ride-requests", a_body(**change))
    is_problem(status, problem, answer)
    assert status == 422
    assert field in [error["field"] for error in problem["errors"]], problem["errors"]
    assert all(error["problem"] and error["code"] for error in problem["errors"])
    assert not any(rows().values())


BODIES = [
    ("no JSON", b"{", 400),
    ("no UTF-8", b'{"when": "\xff"}', 400),
    ("no number", b'{"max_walk_m": NaN}', 400),
    ("an infinite number", b'{"origin": {"lat": 1e999, "lon": 1}}', 400),
    ("a name twice", b'{"when": 1, "when": 2}', 400),
    ("too many digits", b'{"max_walk_m": ' + b"9" * 5000 + b"}", 400),
    ("too deep", b"[" * 30_000 + b"]" * 30_000, 400),
    ("rather deep", b'{"party": ' + b"[" * 50 + b"]" * 50 + b"}", 400),
    ("too large", b'{"when": "' + b"x" * 100_000 + b'"}', 413),
    ("a list", b"[]", 422),
    ("nothing", b"", 422),
    ("null", b"null", 422),
]


@pytest.mark.parametrize(("body", "expected"), [pytest.param(b, s, id=name) for name, b, s in BODIES])
@pytest.mark.parametrize("path", ["ride-requests", "bookings", "tokens"])
def test_a_body_that_cannot_be_read(guest: Client, path: str, body: bytes, expected: int) -> None:
    status, problem, answer = send(guest, "POST", path, body)
    is_problem(status, problem, answer)
    assert status == expected
    assert not any(rows().values())


PASSENGERS: list[tuple[str, dict[str, Any], str]] = [
    ("no name", {"phone": PHONE}, "passenger.name"),
    ("an empty name", {"name": " ", "phone": PHONE}, "passenger.name"),
    ("an endless name", {"name": LONG, "phone": PHONE}, "passenger.name"),
    ("NUL in the name", {"name": "Eri\x00ka", "phone": PHONE}, "passenger.name"),
    ("nobody to reach", {"name": "Erika"}, "phone"),
    ("no phone number", {"name": "Erika", "phone": "gestern"}, "phone"),
    ("no address", {"name": "Erika", "email": "erika@"}, "email"),
    ("a field more", {"name": "Erika", "phone": PHONE, "diagnosis": "none of our business"}, "passenger.diagnosis"),
]


@pytest.mark.parametrize(("passenger", "field"), [pytest.param(p, f, id=name) for name, p, f in PASSENGERS])
def test_a_wrong_passenger_books_nothing(guest: Client, passenger: dict[str, Any], field: str) -> None:
    offer = an_offer(guest)
    before = rows()
    status, problem, answer = send(guest, "POST", "bookings", {"offer_id": offer, "passenger": passenger})
    is_problem(status, problem, answer)
    assert status == 422
    assert field in [error["field"] for error in problem["errors"]], problem["errors"]
    assert rows() == before


@pytest.mark.parametrize("offer", ["", "4711", 4711, None, "7c9e6679-7425-40de-944b-e07fc1f90ae7"])
def test_an_offer_that_does_not_exist(guest: Client, offer: Any) -> None:
    body = {"offer_id": offer, "passenger": {"name": "Erika", "phone": PHONE}}
    status, problem, answer = send(guest, "POST", "bookings", body)
    is_problem(status, problem, answer)
    assert (status, problem["errors"][0]["field"]) == (422, "offer_id")


@pytest.mark.parametrize("key", [None, " ", "x" * 121, "a\x7fb"])
def test_a_booking_needs_a_key(guest: Client, key: str | None) -> None:
    body = {"offer_id": an_offer(guest), "passenger": {"name": "Erika", "phone": PHONE}}
    status, problem, answer = send(guest, "POST", "bookings", body, key=key)
    is_problem(status, problem, answer)
    assert (status, problem["errors"][0]["field"]) == (422, "Idempotency-Key")
    assert Booking.objects.count() == 0


@pytest.mark.parametrize(
    "query", ["", "q=", "q=%00", "q=" + LONG, "q=a&limit=0", "q=a&limit=x", "q=a&limit=²", "q=a&district=x"]
)
def test_a_wrong_query(guest: Client, query: str) -> None:
    status, problem, answer = send(guest, "GET", f"places?{query}")
    is_problem(status, problem, answer)
    assert status == 422


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "", 404),
        ("GET", "nothing", 404),
        ("DELETE", "bookings", 405),
        ("GET", "ride-requests/7c9e6679-7425-40de-944b-e07fc1f90ae7", 404),
        ("GET", "bookings/%00", 404),
        ("GET", "bookings/" + LONG, 404),
    ],
)
def test_a_wrong_address(guest: Client, method: str, path: str, expected: int) -> None:
    status, problem, answer = send(guest, method, path)
    is_problem(status, problem, answer)
    assert status == expected


def test_only_json_is_read_and_written(guest: Client) -> None:
    answer = guest.post("/api/v1/ride-requests", {"when": "now"})
    is_problem(415, answer.json(), answer)
    answer = guest.get("/api/v1/stops", headers={"Accept": "text/csv"})
    is_problem(406, answer.json(), answer)


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+12:00", "9999-12-31T23:59:59-12:00"])
def test_a_moment_at_the_end_of_all_calendars_is_none_anywhere(guest: Client, moment: str) -> None:
    """Where nobody can reckon with a moment any more, it is refused before anybody tries."""
    rule = {"weekdays": ["mo"], "first": tomorrow().date().isoformat(), "until": tomorrow().date().isoformat()}
    point = {"id": "1", "at": moment, "lat": 52.8, "lon": 11.0}
    for caller, path, body, field in [
        (guest, "series-requests", {**a_body(when=moment), "rule": rule}, "when"),
        (logged_in(DISPATCHER), "vehicles/bus-1/positions", {"sent_at": moment, "points": [point]}, "sent_at"),
    ]:
        status, problem, answer = send(caller, "POST", path, body)
        is_problem(status, problem, answer)
        assert status == 422
        assert field in [error["field"] for error in problem["errors"]]
    assert not any(rows().values())
