"""SMS and WhatsApp messages leave through Twilio's library; what fails says why, and nothing of whom it was for."""

from __future__ import annotations

import base64
from collections.abc import Iterator

import pytest

from backend.notifications.models import OptOut
from backend.notifications.opt_outs import opt_in
from backend.notifications.sending import CannotSend, Message
from backend.notifications.twilio_sms import TwilioSender
from tests.builders.twilio import TwilioOnLoopback, twilio_on_loopback

pytestmark = pytest.mark.django_db
SMS = Message("phone", "+493023125001", "Gebucht. Code ABC 234")


@pytest.fixture
def twilio(settings) -> Iterator[TwilioOnLoopback]:
    settings.TWILIO_ACCOUNT, settings.TWILIO_TOKEN, settings.TWILIO_NUMBER = "ACtest", "token", "+493023125900"
    settings.TWILIO_WHATSAPP, settings.PUBLIC_URL = "+493023125901", "https://rufbus.example"
    with twilio_on_loopback() as server:
        yield server


def send(twilio: TwilioOnLoopback, message: Message = SMS) -> str:
    return TwilioSender(twilio.http_client).send(message)


def test_an_sms_goes_from_our_number_and_its_fate_is_reported(twilio: TwilioOnLoopback) -> None:
    assert send(twilio) == f"SM{1:032x}"
    path, form, authorization = twilio.asked[0]
    assert path == "/2010-04-01/Accounts/ACtest/Messages.json"
    assert form == {
        "To": SMS.to, "From": "+493023125900", "Body": SMS.text,
        "StatusCallback": "https://rufbus.example/sms/status/",
    }  # fmt: skip
    assert base64.b64decode(authorization.removeprefix("Basic ")) == b"ACtest:token"


def test_whatsapp_has_its_own_number(twilio: TwilioOnLoopback) -> None:
    send(twilio, Message("whatsapp", SMS.to, SMS.text))
    form = twilio.asked[0][1]
    assert (form["From"], form["To"]) == ("whatsapp:+493023125901", f"whatsapp:{SMS.to}")


def test_a_messaging_service_chooses_the_number_itself(twilio: TwilioOnLoopback, settings) -> None:
    settings.TWILIO_NUMBER = "MG0123"
    send(twilio)
    assert twilio.asked[0][1]["MessagingServiceSid"] == "MG0123"
    assert "From" not in twilio.asked[0][1]


def test_without_a_public_address_nothing_is_reported(twilio: TwilioOnLoopback, settings) -> None:
    settings.PUBLIC_URL = ""
    send(twilio)
    assert "StatusCallback" not in twilio.asked[0][1]


@pytest.mark.parametrize(("status", "code", "is_final"), [(400, 21211, True), (429, 20429, False), (503, 0, False)])
def test_what_twilio_refuses_may_be_tried_again_or_not(
    twilio: TwilioOnLoopback, caplog, status: int, code: int, is_final: bool
) -> None:
    twilio.status, twilio.code = status, code
    with pytest.raises(CannotSend) as failure:
        send(twilio)
    assert failure.value.is_final is is_final
    assert str(failure.value).startswith(f"twilio {status}/")
    assert SMS.to not in str(failure.value) + caplog.text
    assert SMS.text not in caplog.text


def test_nobody_answers_at_all(twilio: TwilioOnLoopback, settings) -> None:
    client = twilio.http_client
    client.address = "http://127.0.0.1:9"  # the port of nothing
    with pytest.raises(CannotSend, match="ConnectionError") as failure:
        TwilioSender(client).send(SMS)
    assert not failure.value.is_final


def test_who_told_the_carrier_stop_is_not_written_to_again_until_start(twilio: TwilioOnLoopback) -> None:
    twilio.status, twilio.code = 400, 21610
    with pytest.raises(CannotSend) as failure:
        send(twilio)
    assert failure.value.is_final
    assert OptOut.objects.get().number == SMS.to
    with pytest.raises(CannotSend, match="opted out"):
        send(twilio)
    assert len(twilio.asked) == 1
    twilio.status = 201
    opt_in("phone", SMS.to)
    assert send(twilio)
