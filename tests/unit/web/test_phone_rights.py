"""The phone desk is for dispatchers; a rider reaches neither its pages nor the path around the rules."""

from __future__ import annotations

import pytest
from django.test import Client

from backend.bookings.models import RideRequest, RuleOverride
from backend.districts.models import District
from tests.builders.pages import a_wish_form, hidden_fields
from tests.builders.rest import a_body, logged_in, send, tomorrow

# Fixed, since the tests' names are made of them, and both cores must know the same tests.
CALL, WISH = "8c1d0f5e-6f0b-4d0e-9a55-2f9f3a3b7c01", "8c1d0f5e-6f0b-4d0e-9a55-2f9f3a3b7c02"
PATHS = ["", f"{CALL}/", f"{CALL}/fahrt/K7M-3PX/", f"{CALL}/wunsch/{WISH}/"]
POSTS = [f"{CALL}/wunsch/{WISH}/trotzdem/", f"{CALL}/fahrt/K7M-3PX/absagen/", "zu/K7M-3PX/"]


@pytest.mark.parametrize("roles", [(), ("driver",), ("operator",), ("authority",)])
@pytest.mark.parametrize("path", [*PATHS, *POSTS])
def test_others_are_asked_to_log_in(district: District, roles: tuple[str, ...], path: str) -> None:
    client = logged_in(*roles)
    answer = client.post(f"/leitstelle/telefon/{path}") if path in POSTS else client.get(f"/leitstelle/telefon/{path}")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/anmelden/")


@pytest.mark.parametrize("path", PATHS[1:])
def test_another_call_is_nobodys(district: District, path: str) -> None:
    answer = logged_in("dispatcher").get(f"/leitstelle/telefon/{path}")
    assert answer["Location"] == "/leitstelle/telefon/"


@pytest.mark.parametrize("name", ["override_reason", "reason", "set_aside", "against_rules"])
def test_no_field_of_the_interface_sets_a_rule_aside(district: District, client: Client, name: str) -> None:
    body = a_body(when=tomorrow("4:30").isoformat(), **{name: "Ich möchte das so"})
    status, _document, _answer = send(client, "POST", "ride-requests", body)
    assert status in (400, 422)
    assert not RuleOverride.objects.exists()


def test_no_field_of_the_pages_sets_a_rule_aside(district: District) -> None:
    visitor = Client(enforce_csrf_checks=True)
    form = hidden_fields(visitor.get("/fahrt/"))
    typed = a_wish_form(time="4:30 Uhr morgens", reason="Ich möchte das so", override="1")
    answer = visitor.post("/fahrt/", {**form, **typed}, headers={"Origin": "http://testserver"})
    assert answer.status_code == 302
    assert RideRequest.objects.get().refusal_code == "outside_hours"
    assert not RuleOverride.objects.exists()
