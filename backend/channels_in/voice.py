"""Twilio's webhooks of the automatic line. Each parses, asks `calls`, and answers in TwiML."""

from __future__ import annotations

import logging
from functools import lru_cache

from django.http import HttpRequest, HttpResponse
from django.urls import URLPattern, path, reverse
from twilio.twiml.voice_response import VoiceResponse

from accessibility.dialogue.heard import SILENCE, Heard, keys, words
from backend.channels_in import calls
from backend.channels_in.calls import Answer
from backend.channels_in.signed import signed_by_twilio
from backend.channels_in.voice_twiml import answer_xml
from backend.districts.models import District
from backend.districts.selectors import finder_of
from backend.notifications.said import say_into
from backend.notifications.services import delivery_reported

logger = logging.getLogger("rufbus.phone")
LONGEST_SID = 64
ENDED = {"completed", "busy", "failed", "no-answer", "canceled"}


@signed_by_twilio
def call(request: HttpRequest) -> HttpResponse:
    """It rings."""
    sid = _sid(request)
    return _answered(calls.answer_call(sid, request.POST.get("From", ""))) if sid else _nobody()


@signed_by_twilio
def heard(request: HttpRequest, step: int) -> HttpResponse:
    """Something was said or keyed after a step, or nothing was."""
    sid = _sid(request)
    if not sid:
        return _nobody()
    try:
        answer = calls.hear(sid, request.POST.get("From", ""), step, _heard(request))
    except Exception:
        logger.exception("a call broke")
        return _said_last(calls.has_failed(sid))
    return _answered(answer)


@signed_by_twilio
def dialled(request: HttpRequest, step: int) -> HttpResponse:
    """What became of connecting to a person."""
    sid = _sid(request)
    if request.POST.get("DialCallStatus") in ("completed", "answered"):
        calls.was_connected(sid)
        response = VoiceResponse()
        response.hangup()
        return _xml(str(response))
    answer = calls.not_connected(sid, step) if sid else None
    return _answered(answer) if answer else _nobody()


@signed_by_twilio
def ended(request: HttpRequest) -> HttpResponse:
    """The status callback of a call."""
    sid = _sid(request)
    if sid and request.POST.get("CallStatus") in ENDED:
        calls.end_call(sid)
    return HttpResponse(status=204)


@signed_by_twilio
def understood(request: HttpRequest) -> HttpResponse:
    """A key after a call of ours: 1 = understood."""
    response = VoiceResponse()
    say_into(response, "Danke. Gute Fahrt und auf Wiederhören.")
    response.hangup()
    return _xml(str(response))


@signed_by_twilio
def told(request: HttpRequest) -> HttpResponse:
    """What became of a call of ours."""
    status = request.POST.get("CallStatus", "")
    fate = "delivered" if status == "completed" else "failed" if status in ENDED else ""
    if fate:
        delivery_reported(_sid(request), fate, "" if fate == "delivered" else status)
    return HttpResponse(status=204)


def _sid(request: HttpRequest) -> str:
    sid = request.POST.get("CallSid", "")
    return sid if sid.isalnum() and len(sid) <= LONGEST_SID else ""


def _heard(request: HttpRequest) -> Heard:
    digits = request.POST.get("Digits", "")
    if digits or request.POST.get("FinishedOnKey") == "#":
        return keys(digits or "#")
    text = request.POST.get("SpeechResult", "")
    try:
        confidence = min(1.0, max(0.0, float(request.POST.get("Confidence") or 1.0)))
    except ValueError:
        confidence = 1.0
    return words(text, confidence) if text.strip() else SILENCE


def _answered(answer: Answer) -> HttpResponse:
    dial_url = reverse("voice:dialled", args=[answer.step]) if answer.is_dialled else ""
    district = calls.site_district()
    xml = answer_xml(
        answer.text,
        answer.reply,
        step_url=reverse("voice:heard", args=[answer.step]),
        dial_url=dial_url,
        hints=_hints(district.pk, district.imported_at.isoformat()),
    )
    return _xml(xml)


def _nobody() -> HttpResponse:
    """A request that names no call."""
    return _said_last("Das hat nicht geklappt. Bitte rufen Sie noch einmal an.")


def _said_last(text: str) -> HttpResponse:
    response = VoiceResponse()
    say_into(response, text)
    response.hangup()
    return _xml(str(response))


def _xml(text: str) -> HttpResponse:
    return HttpResponse(text, content_type="text/xml; charset=utf-8")


@lru_cache(maxsize=8)
def _hints(district_id: str, imported_at: str) -> tuple[str, ...]:
    """The names of villages, the largest first: what a recogniser is likely to hear."""
    villages = [
        named for named in finder_of(District.objects.get(pk=district_id)).everything if named.kind == "village"
    ]
    villages.sort(key=lambda named: -named.population)
    return tuple(dict.fromkeys(named.name for named in villages))


app_name = "voice"
urlpatterns: list[URLPattern] = [
    path("anruf/", call, name="call"),
    path("anruf/<int:step>/", heard, name="heard"),
    path("anruf/<int:step>/verbunden/", dialled, name="dialled"),
    path("ende/", ended, name="ended"),
    path("ansage/", understood, name="understood"),
    path("ansage/ende/", told, name="told"),
]
