"""Calls to riders leave through Twilio's library, with the text read out."""

from __future__ import annotations

from collections.abc import Iterator
from xml.etree import ElementTree

import pytest
from django.test import Client

from backend.notifications.models import EarlyReport
from backend.notifications.sending import CannotSend, Message
from backend.notifications.twilio_calls import MOST_TWIML, CallSender, announcement
from tests.builders.twilio import TwilioOnLoopback, signed_post, twilio_on_loopback

REMINDER = Message("call", "+493023125001", "Guten Tag. Hier ist der Rufbus. Ihr Bus kommt zwischen 8:05 und 8:15 Uhr.")


@pytest.fixture
def twilio(settings) -> Iterator[TwilioOnLoopback]:
    settings.TWILIO_ACCOUNT, settings.TWILIO_TOKEN, settings.TWILIO_NUMBER = "ACtest", "token", "+493023125900"
    settings.PUBLIC_URL = "https://rufbus.example"
    with twilio_on_loopback() as server:
        yield server


def test_a_call_reads_the_text_as_it_is_heard(twilio: TwilioOnLoopback) -> None:
    assert CallSender(twilio.http_client).send(REMINDER)
    path, form, _authorization = twilio.asked[0]
    assert path == "/2010-04-01/Accounts/ACtest/Calls.json"
    assert (form["To"], form["From"]) == (REMINDER.to, "+493023125900")
    assert form["StatusCallback"] == "https://rufbus.example/telefon/ansage/ende/"
    assert "zwischen acht Uhr fünf und acht Uhr fünfzehn" in form["Twiml"]
    assert form["Twiml"].count("<Gather") == 2


def test_a_wrong_number_is_not_tried_again(twilio: TwilioOnLoopback) -> None:
    twilio.status, twilio.code = 400, 21211
    with pytest.raises(CannotSend) as refused:
        CallSender(twilio.http_client).send(REMINDER)
    assert refused.value.is_final
    assert REMINDER.to not in str(refused.value)


@pytest.mark.parametrize("text", ["", "Kurz.", "Wort " * 2000, "Satz mit 8:05 Uhr. " * 300, "ü<&>" * 900])
def test_twiml_is_never_too_long(text: str, settings) -> None:
    settings.PUBLIC_URL = "https://rufbus.example"
    twiml = announcement(Message("call", "+493023125001", text))
    assert len(twiml) <= MOST_TWIML
    ElementTree.fromstring(twiml)


def test_english_is_said_in_english(settings) -> None:
    settings.PUBLIC_URL = "https://rufbus.example"
    twiml = announcement(Message("call", "+493023125001", "Your bus comes at 8:05.", language="en"))
    assert 'language="en-GB"' in twiml
    assert "8:05" in twiml


@pytest.mark.django_db
@pytest.mark.parametrize(("status", "told"), [("completed", ["delivered"]), ("no-answer", ["failed"]), ("ringing", [])])
def test_what_became_of_a_call_is_kept(status: str, told: list[str]) -> None:
    signed_post(Client(), "/telefon/ansage/ende/", {"CallSid": "CA1", "CallStatus": status})
    assert [report.status for report in EarlyReport.objects.all()] == told


def test_who_presses_one_is_thanked() -> None:
    response = signed_post(Client(), "/telefon/ansage/", {"CallSid": "CA1", "Digits": "1"})
    assert "Danke" in response.content.decode()
