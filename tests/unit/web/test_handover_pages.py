"""The pages of handover and audit."""

from __future__ import annotations

import pytest
from django.utils import timezone

from backend.bookings.journal import audit
from backend.control import audit_reading
from backend.control.models import HandoverEntry
from backend.districts.models import District
from tests.builders.rest import logged_in


def test_the_pages(district: District) -> None:
    client = logged_in("dispatcher")
    page = client.get("/leitstelle/uebergabe/", follow=True)
    assert page.status_code == 200
    day = page.request["PATH_INFO"]
    client.post(day, {"text": "Schlüssel hängt im Büro", "is_point": "on", "key": "k"})
    shown = client.get(day).content.decode()
    assert "Schlüssel hängt im Büro" in shown
    assert "Schlüssel" in client.get("/leitstelle/uebergabe/?suche=schlüssel").content.decode()
    point = HandoverEntry.objects.get()
    client.post(f"/leitstelle/uebergabe/erledigt/{point.pk}/")
    assert "erledigt von leitstelle" in client.get(day).content.decode()
    assert "Eintrag zur Übergabe" in client.get("/leitstelle/protokoll/").content.decode()
    assert client.post(day, {"text": ""}).status_code == 422


@pytest.mark.parametrize("roles", [(), ("driver",), ("authority",)])
def test_it_is_for_the_control_room(district: District, roles: tuple[str, ...]) -> None:
    client = logged_in(*roles)
    for path in ("/leitstelle/uebergabe/2026-11-24/", "/leitstelle/protokoll/", "/leitstelle/flotte/"):
        assert client.get(path)["Location"].startswith("/anmelden/")


def test_the_audit_says_how_much_it_does_not_show(district: District, monkeypatch) -> None:
    client = logged_in("dispatcher")
    for number in range(3):
        audit(district, timezone.now(), "leitstelle", "dispatcher", "trouble.noted", str(number))
    assert "3 Einträge, der neueste zuerst" in client.get("/leitstelle/protokoll/").content.decode()
    monkeypatch.setattr(audit_reading, "MOST_SHOWN", 2)
    assert "Die neuesten 2 von 3 Einträgen." in client.get("/leitstelle/protokoll/").content.decode()
