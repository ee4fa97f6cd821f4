"""The terminal writes by the same signed webhook as Twilio."""

from __future__ import annotations

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from backend.channels_in.models import TextThread
from backend.districts.models import District

pytestmark = pytest.mark.django_db


def test_messages_are_answered_and_counted(district: District) -> None:
    out = StringIO()
    call_command("sms", "hilfe", "mensch", "hallo?", stdout=out)
    said = out.getvalue()
    assert "> hilfe\n  Buchen: morgen" in said
    assert "1 SMS, GSM-7]" in said
    assert "ein Mensch antwortet" in said
    assert TextThread.objects.get().address == "+493023125001"


def test_without_a_token_nothing_is_signed(district: District, settings) -> None:
    settings.TWILIO_TOKEN = ""
    with pytest.raises(CommandError, match="RUFBUS_TWILIO_TOKEN"):
        call_command("sms", "hilfe")


def test_a_server_that_is_not_there_is_named(district: District) -> None:
    with pytest.raises(CommandError, match=r"127\.0\.0\.1:9"):
        call_command("sms", "hilfe", url="http://127.0.0.1:9")
