"""Examples that the interface's description shows, one a kind of body."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample

STOP = {"id": "8010314", "name": "Bahnhof", "village": "Salzwedel", "lat": 52.8514, "lon": 11.1453}
CLINIC = {"id": "955303", "name": "Klinikum", "village": "Gardelegen", "lat": 52.5296, "lon": 11.3925}
WISH = {
    "origin": {"stop_id": "8010314"},
    "destination": {"lat": 52.5296, "lon": 11.3925},
    "when": "2026-11-24T08:00:00+01:00",
    "anchor": "arrive",
    "party": {"adults": 1, "walking_frames": 1},
    "needs": ["slow"],
    "concession": "deutschlandticket",
}
OFFER: dict[str, Any] = {
    "id": "0f8fad5b-d9cb-469f-a165-70867728950e",
    "pickup_stop": STOP,
    "pickup_walk_m": 0,
    "pickup_from": "2026-11-24T06:50:00+01:00",
    "pickup_until": "2026-11-24T07:00:00+01:00",
    "delivery_stop": CLINIC,
    "delivery_walk_m": 120,
    "arrive_by": "2026-11-24T07:55:00+01:00",
    "max_ride_minutes": 75,
    "fare": {"total_cents": 100, "lines": [{"text": "Komfortzuschlag", "amount_cents": 100}]},
    "vehicle_kind": "Niederflur-Kleinbus mit Rampe",
    "expires_at": "2026-11-23T18:05:00+01:00",
}
QUOTE = {"request_id": "7c9e6679-7425-40de-944b-e07fc1f90ae7", "offers": [OFFER], "refusal": None}
REFUSED = {
    "request_id": "7c9e6679-7425-40de-944b-e07fc1f90ae8",
    "offers": [],
    "refusal": {
        "code": "too_late",
        "reason": "Dafür ist es zu spät. Bestellen Sie mindestens 60 Minuten vor der Abfahrt.",
        "way_out": [
            {
                "kind": "offer_times",
                "text": "Möglich ist es heute wieder ab 9:10 Uhr.",
                "value": "2026-11-24T09:10:00+01:00",
                "end": "",
            }
        ],
    },
}
PASSENGER = {"name": "Erika Beispiel", "phone": "03901 304030"}
BOOK = {"offer_id": OFFER["id"], "passenger": PASSENGER}
BOOK_FOR = {
    "offer_id": OFFER["id"],
    "passenger": {
        "name": "Ilse Beispiel",
        "booked_by": {"name": "Erika Beispiel", "phone": "03901 304030", "rider_agrees": True},
    },
}
BOOKING = {
    "code": "K7M-3PX",
    "state": "booked",
    "offer": OFFER,
    "party": {
        "adults": 1, "children": 0, "wheelchairs": 0, "walking_frames": 1, "prams": 0, "guide_dogs": 0, "bicycles": 0,
        "luggage": 0, "parcels": 0,
    },
    "needs": ["slow"],
    "passenger": {"name": "Erika Beispiel", "phone": "+493901304030", "email": "", "booked_by": None},
    "booked_at": "2026-11-23T18:01:00+01:00",
    "planned_pickup_at": "2026-11-24T06:54:00+01:00",
    "vehicle_name": "Rufbus 3",
    "trip": None,
}  # fmt: skip
BACK: dict[str, Any] = OFFER | {
    "id": "0f8fad5b-d9cb-469f-a165-70867728950f",
    "pickup_stop": CLINIC,
    "pickup_walk_m": 120,
    "pickup_from": "2026-11-24T11:30:00+01:00",
    "pickup_until": "2026-11-24T11:40:00+01:00",
    "delivery_stop": STOP,
    "delivery_walk_m": 0,
    "arrive_by": "2026-11-24T12:40:00+01:00",
}
BOOK_TRIP = {"offer_ids": [OFFER["id"], BACK["id"]], "kind": "return", "passenger": PASSENGER}
TRIP: dict[str, Any] = {
    "kind": "return",
    "legs": [
        {
            "code": code, "state": "booked",
            **{name: offer[name] for name in ("pickup_stop", "pickup_from", "pickup_until", "delivery_stop", "arrive_by")},
        }
        for code, offer in (("K7M-3PX", OFFER), ("R4T-9AB", BACK))
    ],
}  # fmt: skip
LEG: dict[str, Any] = TRIP["legs"][0]
BESIDE = {"offer_ids": [OFFER["id"]], "passenger": PASSENGER, "codes": ["K7M-3PX"]}
BOOKED_TRIP = {
    "bookings": [
        BOOKING | {"trip": TRIP},
        BOOKING | {"code": "R4T-9AB", "offer": BACK, "planned_pickup_at": "2026-11-24T11:33:00+01:00", "trip": TRIP},
    ]
}


def asked(name: str, value: Any) -> OpenApiExample:
    """An example of a request's body."""
    return OpenApiExample(name, value=value, request_only=True)


def answered(name: str, value: Any) -> OpenApiExample:
    """An example of an answer."""
    return OpenApiExample(name, value=value, response_only=True)
