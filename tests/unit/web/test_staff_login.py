"""The door of staff: passwords cannot be tried without end."""

from __future__ import annotations

from django.contrib.auth import get_user_model
from django.test import Client

from backend.districts.models import District

RIGHT = "ein-langes-Testpasswort"


def test_after_some_wrong_passwords_the_right_one_has_to_wait_too(district: District, settings) -> None:
    settings.THROTTLE_RATES = settings.THROTTLE_RATES | {"login": "3/min"}
    get_user_model().objects.create_user("leitstelle", password=RIGHT, is_staff=True)
    guesser = Client()
    for number in range(3):
        page = guesser.post("/anmelden/", {"username": "leitstelle", "password": f"falsch-{number}"})
        assert "passen nicht zusammen" in page.content.decode()
    page = guesser.post("/anmelden/", {"username": "leitstelle", "password": RIGHT})
    assert page.status_code == 200
    assert "Das waren zu viele Versuche." in page.content.decode()
    assert RIGHT not in page.content.decode()
    elsewhere = Client(REMOTE_ADDR="192.0.2.7")
    assert elsewhere.post("/anmelden/", {"username": "leitstelle", "password": RIGHT}).status_code == 302
