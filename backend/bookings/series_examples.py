"""Examples that the interface's description shows of series and open returns."""

from __future__ import annotations

from typing import Any

from backend.bookings.examples import BOOKING, CLINIC, OFFER, PASSENGER, STOP, WISH, answered, asked

SERIES_ID = "5b0d6f0e-6f0a-4a63-9d2e-0c8b7f0f7a11"
RULE: dict[str, Any] = {
    "weekdays": ["tu", "th"],
    "first": "2026-11-24",
    "until": "2027-03-01",
    "every_weeks": 1,
    "left_out": [],
    "on_public_holidays": False,
    "in_school_holidays": True,
}
_DATE: dict[str, Any] = {"day": "2026-11-24", "left_out": "", "offers": [OFFER], "as_wished": True, "refusal": None}
_REFUSED = _DATE | {
    "day": "2026-11-26",
    "offers": [],
    "as_wished": False,
    "refusal": {
        "code": "no_vehicle",
        "reason": "Um diese Zeit ist kein passender Platz frei.",
        "way_out": [{"kind": "phone", "text": "Rufen Sie an, wir suchen mit Ihnen.", "value": "+493901304030"}],
    },
}
_LEFT_OUT = _DATE | {
    "day": "2027-01-06",
    "offers": [],
    "as_wished": False,
    "left_out": "Feiertag: Heilige Drei Könige",
}
_LEG = {
    "code": "K7M-3PX",
    "state": "booked",
    "pickup_stop": STOP,
    "pickup_from": "2026-11-24T06:50:00+01:00",
    "pickup_until": "2026-11-24T07:00:00+01:00",
    "delivery_stop": CLINIC,
    "arrive_by": "2026-11-24T07:55:00+01:00",
}

ASK = asked("dialysis on Tuesdays and Thursdays", {**WISH, "rule": RULE})
QUOTED = answered(
    "every day",
    {
        "series_id": SERIES_ID,
        "rule": RULE,
        "dates": [_DATE, _REFUSED, _LEFT_OUT],
        "refusal": None,
        "holidays_known_until": None,
    },
)
BOOK = asked("all as wished", {"series_id": SERIES_ID, "passenger": PASSENGER})
BOOKED = answered(
    "booked series",
    {
        "rule": RULE,
        "bookings": [_LEG],
        "left_out": [_LEFT_OUT],
        "passenger": BOOKING["passenger"],
        "booked_at": "2026-11-23T18:01:00+01:00",
        "fare_cents": 100,
    },
)
SKIP = asked("one day less", {"day": "2026-12-03"})
CANCEL = asked("from February on", {"from_day": "2027-02-01"})
CALL = asked("ready at half past eleven", {"ready_at": "2026-11-24T11:30:00+01:00"})
OPEN_RETURN = answered(
    "open",
    {
        "code": "K7M-3PX",
        "state": "waiting",
        "pickup_stop": CLINIC,
        "delivery_stop": STOP,
        "valid_until": "2026-11-24T23:00:00+01:00",
        "called_at": None,
        "ride": None,
    },
)
