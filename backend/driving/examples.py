"""What devices and the control room send and get, as the description of the interface shows it."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample

DEVICE_ID = "3f0e8b52-9d5c-4f6e-9f57-3d0a2f1a7c11"
DUTY_ID = "b7a1d2c4-51f0-4a7e-8c3e-2f6d9e0b4a55"
EVENT_ID = "6f1c2f0e-0f5b-4a57-9f0e-3d2f7c1b9a10"
STOP = {"id": "8010314", "name": "Bahnhof", "village": "Salzwedel", "lat": 52.8514, "lon": 11.1453}
VEHICLE = {"code": "saw-1", "name": "Rufbus 1", "kind": "Niederflur-Kleinbus mit Rampe", "plate": ""}
DUTY = {
    "duty": DUTY_ID, "driver": "Testfahrer 1", "vehicle": VEHICLE, "date": "2026-11-24",
    "began_at": "2026-11-24T07:55:00+01:00", "ended_at": None,
}  # fmt: skip
VISIT = {
    "kind": "stop", "stop": STOP, "at": "2026-11-24T08:05:00+01:00", "until": "2026-11-24T08:06:00+01:00",
    "is_done": False, "leaves": [], "boards": [], "persons_after": 0, "wheelchairs_after": 0, "fold": "",
}  # fmt: skip
SHIFT_BODY = {
    "duty": DUTY_ID, "driver": "Testfahrer 1", "vehicle": VEHICLE, "date": "2026-11-24", "version": 12,
    "now": "2026-11-24T08:00:00+01:00",
    "rules": {"wait_at_stop_s": 180, "walk_up": True, "phone": "+493901304030"},
    "progress": {
        "begun_at": "2026-11-24T07:58:00+01:00", "ended_at": None, "pausing_since": None, "standing_stop": "",
        "standing_since": None, "cash_cents": 0,
    },
    "shifts": [
        {
            "code": "saw-1-1", "starts_at": "2026-11-24T06:00:00+01:00", "ends_at": "2026-11-24T14:00:00+01:00",
            "visits": [VISIT],
        }
    ],
    "riders": {}, "messages": [], "conflicts": [],
}  # fmt: skip
BATCH = {
    "sent_at": "2026-11-24T08:00:02+01:00",
    "points": [{"id": "7d1c-001", "at": "2026-11-24T08:00:00+01:00", "lat": 52.8514, "lon": 11.1453, "accuracy_m": 8}],
}
REPORTS = {
    "sent_at": "2026-11-24T08:05:02+01:00",
    "events": [{"id": EVENT_ID, "kind": "arrived", "at": "2026-11-24T08:05:00+01:00", "stop": "8010314"}],
}
TAKEN = {
    "results": [{"id": EVENT_ID, "outcome": "taken", "reason": "", "text": "", "answer": {}}],
    "version": 13,
}
DEVICE = {
    "id": DEVICE_ID, "name": "Telefon Rufbus 1", "paired_at": "2026-11-20T09:00:00+01:00",
    "seen_at": "2026-11-24T08:00:00+01:00", "locked_at": None, "duty_vehicle": "saw-1",
}  # fmt: skip


def _sent(name: str, value: Any) -> OpenApiExample:
    return OpenApiExample(name, value=value, request_only=True)


def _got(name: str, value: Any, status: str = "200") -> OpenApiExample:
    return OpenApiExample(name, value=value, response_only=True, status_codes=[status])


PAIR = [
    _sent("a code", {"pairing_code": "K7MQ-2ZPD", "name": "Telefon Rufbus 1"}),
    _got("known from now on", {"device": DEVICE_ID, "secret": "…"}, "201"),
]
SIGN_IN = [_sent("a driver", {"code": "274913", "vehicle": "saw-1"}), _got("on duty", DUTY, "201")]
SHIFT = [_got("a shift", SHIFT_BODY)]
EVENTS = [_sent("arrived", REPORTS), _got("taken", TAKEN)]
POSITIONS = [_sent("one point", BATCH), _got("kept", {"taken": 1, "known": 0, "useless": 0})]
PAIRING_CODE = [_got("a code", {"pairing_code": "K7MQ-2ZPD", "expires_at": "2026-11-24T08:15:00+01:00"}, "201")]
DEVICES = [_got("devices", DEVICE)]
LOCK = [_sent("lost", {"reason": "Im Bus vergessen"}), _got("the device", DEVICE)]
DRIVERS = [_got("drivers", {"id": 1, "name": "Testfahrer 1"})]
DRIVER = [
    _sent("a name", {"name": "Testfahrer 1"}),
    _got("the code", {"id": 1, "name": "Testfahrer 1", "code": "274913"}, "201"),
]
DRIVER_CODE = [_got("the code", {"id": 1, "name": "Testfahrer 1", "code": "274913"}, "201")]
