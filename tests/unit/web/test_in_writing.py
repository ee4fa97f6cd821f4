"""Every page says where one can write, if somebody reads it."""

from __future__ import annotations

from django.test import Client

from backend.districts.models import District


def test_where_to_write_stands_on_every_page(district: District, settings) -> None:
    assert "sms:" not in Client().get("/impressum/").content.decode()
    settings.TWILIO_NUMBER, settings.MAILDIR, settings.DEFAULT_FROM_EMAIL = (
        "+493023125900",
        "/post",
        "Rufbus <rufbus@example.org>",
    )
    page = Client().get("/impressum/").content.decode()
    assert '<a href="sms:+493023125900">030 23125900</a>' in page
    assert '<a href="mailto:rufbus@example.org">' in page
    settings.TWILIO_NUMBER, settings.MAILDIR = "MG0123", ""
    assert "sms:" not in Client().get("/impressum/").content.decode()
