"""The day board says in German why there is a new plan."""

from __future__ import annotations

from django.test import Client

from accessibility.desk import Party
from backend.districts.models import District
from tests.builders.district import BusOnDuty, a_booking, a_desk, a_district, a_key, a_wish
from tests.builders.rest import a_user


def test_a_plan_that_made_room_says_so(district: District) -> None:
    a_district(BusOnDuty(), BusOnDuty(kind="plain"))
    desk = a_desk()
    a_booking(desk, a_wish(when="8:30", party=Party(adults=8)))
    desk.quote(a_wish(when="8:25", party=Party(adults=1, wheelchairs=1)), key=a_key())
    browser = Client()
    browser.force_login(a_user("dispatcher"))
    assert "für den andere Fahrten umgelegt wurden" in browser.get("/leitstelle/2026-11-24/").content.decode()
