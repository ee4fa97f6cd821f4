"""Callers of the REST interface, and what they send."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Group, User
from django.test import Client

from backend.districts.models import District, StaffDistrict
from tests.builders.district import BERLIN, KLOETZE, MARKT

PHONE = "03901 304030"
CONTACT = {"Rufbus-Contact": PHONE}
BEGAN = datetime.now(
    BERLIN
).date()  # one day for the whole run: it may write an address before midnight and ask after it


def tomorrow(clock: str = "9:00") -> datetime:
    """When a clock in the district shows "9:00" on the day after the run began; the interface lives by the machine's clock."""
    hour, minute = clock.split(":")
    day = BEGAN + timedelta(days=1)
    return datetime(day.year, day.month, day.day, int(hour), int(minute), tzinfo=BERLIN)


def a_body(**changes: Any) -> dict[str, Any]:
    """From Markt to Klötze, tomorrow at nine, for one adult."""
    return {
        "origin": {"stop_id": MARKT},
        "destination": {"stop_id": KLOETZE},
        "when": tomorrow().isoformat(),
        **changes,
    }


def send(
    client: Client, method: str, path: str, body: Any = None, *, key: str | None = "fresh", **headers: str
) -> tuple[int, Any, Any]:
    """Status, document and whole answer of a call; with a fresh Idempotency-Key unless another or None is given."""
    if key is not None:
        headers["Idempotency-Key"] = uuid4().hex if key == "fresh" else key
    raw = body if isinstance(body, bytes) else json.dumps(body)
    answer = client.generic(method, f"/api/v1/{path}", raw, "application/json", headers=headers)
    return answer.status_code, json.loads(answer.content) if answer.content else None, answer


def an_offer(client: Client, **changes: Any) -> str:
    """The id of an offer made to a wish."""
    status, quote, _ = send(client, "POST", "ride-requests", a_body(**changes))
    assert status == 201, quote
    assert quote["offers"], quote["refusal"]
    return str(quote["offers"][0]["id"])


def a_booking_by(client: Client, **changes: Any) -> str:
    """The code of a booking made over REST."""
    body = {"offer_id": an_offer(client, **changes), "passenger": {"name": "Erika Beispiel", "phone": PHONE}}
    status, booking, _ = send(client, "POST", "bookings", body)
    assert status == 201, booking
    return str(booking["code"])


def a_user(*roles: str, name: str = "leitstelle", is_staff: bool = True) -> User:
    """A user with roles; the password is "secret"."""
    user = get_user_model().objects.create_user(name, password="secret", is_staff=is_staff)
    user.groups.set([Group.objects.get_or_create(name=role)[0] for role in roles])
    return user


def logged_in(*roles: str, name: str = "leitstelle") -> Client:
    """A member of staff at a browser."""
    client = Client(raise_request_exception=False)
    client.force_login(a_user(*roles, name=name))
    return client


def works_elsewhere(user: User) -> District:
    """Let somebody work for another district than the one whose site this is."""
    values = {"name": "Nachbarkreis", "timezone": "Europe/Berlin", "folder": "", "document": {}, "area": []}
    elsewhere, _is_new = District.objects.get_or_create(id="elsewhere", defaults=values)
    StaffDistrict.objects.create(user=user, district=elsewhere)
    return elsewhere
