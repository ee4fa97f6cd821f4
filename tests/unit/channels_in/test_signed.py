"""Only what Twilio has signed comes in: over the public address, with every value as it was posted."""

from __future__ import annotations

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from backend.channels_in.signed import signature_of, signed_by_twilio

PATH = "/sms/eingang/?x=1"
FORM = {"From": "+493023125001", "Body": " morgen 9:30 nach Klötze \n", "Empty": ""}


@signed_by_twilio
def view(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.POST["Body"])


def post(signature: str, form: dict[str, str] = FORM, **headers: str) -> HttpResponse:
    request = RequestFactory().post(PATH, form, headers={"X-Twilio-Signature": signature, **headers})
    return view(request)


def test_a_signed_post_comes_in_with_its_values_untrimmed() -> None:
    answer = post(signature_of(f"http://testserver{PATH}", FORM))
    assert (answer.status_code, answer.content.decode()) == (200, FORM["Body"])
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.parametrize("signature", ["", "AAAA", "ä" * 28])
def test_a_wrong_signature_stays_outside(signature: str) -> None:
    assert post(signature).status_code == 403


def test_a_changed_value_breaks_the_signature() -> None:
    right = signature_of(f"http://testserver{PATH}", FORM)
    assert post(right, {**FORM, "Body": "x"}).status_code == 403
    assert post(right, {**FORM, "More": "x"}).status_code == 403


def test_behind_a_proxy_the_public_address_counts(settings) -> None:
    settings.PUBLIC_URL = "https://rufbus.example"
    assert post(signature_of(f"http://testserver{PATH}", FORM)).status_code == 403
    assert post(signature_of(f"https://rufbus.example{PATH}", FORM)).status_code == 200


def test_without_a_token_nothing_comes_in(settings) -> None:
    settings.TWILIO_TOKEN = ""
    assert post(signature_of(f"http://testserver{PATH}", FORM, token="any")).status_code == 403


def test_reading_is_no_webhook() -> None:
    assert view(RequestFactory().get(PATH)).status_code == 405
