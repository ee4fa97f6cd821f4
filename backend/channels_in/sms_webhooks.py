"""What Twilio calls: an SMS or a WhatsApp message has come in; what became of one that we sent."""

from __future__ import annotations

import hashlib

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils import timezone
from twilio.twiml.messaging_response import MessagingResponse

from accessibility.desk import InvalidInput
from backend.channels_in import text_outbox
from backend.channels_in.signed import signed_by_twilio
from backend.channels_in.text_inbox import Incoming, take_in
from backend.channels_in.text_talk import talk
from backend.notifications.opt_outs import opt_in, opt_out
from backend.notifications.services import delivery_reported
from backend.notifications.twilio_sms import STATUS_PATH, UNSUBSCRIBED
from backend.riders.services import read_contact

WHATSAPP = "whatsapp:"
LONGEST_ID = 64
# What the carrier calls a word that it has dealt with itself (Advanced Opt-Out); it has answered, too.
OPT_OUT, OPT_IN = "STOP", "START"
# The same as whole messages, where the carrier passes them on without saying what they are.
WORDS = {
    "stop": OPT_OUT,
    "stopp": OPT_OUT,
    "stopall": OPT_OUT,
    "unsubscribe": OPT_OUT,
    "start": OPT_IN,
    "unstop": OPT_IN,
}


@signed_by_twilio
def incoming(request: HttpRequest) -> HttpResponse:
    """A message has come in. The answer leaves through the outbox, so that it is sent again if it fails."""
    sender = _sender(request.POST.get("From", ""))
    if sender is None:
        return _empty()  # a number that no answer can go to: a company's name, a dear country
    kind, number = sender
    carrier_word = request.POST.get("OptOutType", "").upper() or WORDS.get(_text(request).strip(" .!").lower(), "")
    if carrier_word == OPT_OUT:
        opt_out(kind, number, timezone.now())
    elif carrier_word == OPT_IN:
        opt_in(kind, number)
    if not carrier_word:
        take_in(Incoming(kind, number, _text(request), _id(request)), talk)
    return _empty()


@signed_by_twilio
def status(request: HttpRequest) -> HttpResponse:
    """What became of a message that we sent."""
    sid = request.POST.get("MessageSid", "")[:LONGEST_ID]
    state = request.POST.get("MessageStatus", "").lower()[:20]
    code = request.POST.get("ErrorCode", "")[:10]
    receiver = _sender(request.POST.get("To", ""))
    if code == str(UNSUBSCRIBED) and receiver:
        opt_out(*receiver, timezone.now())
    if sid and not text_outbox.reported(sid, state):
        delivery_reported(sid, state, code)
    return HttpResponse(status=204)


def _sender(text: str) -> tuple[str, str] | None:
    """Kind and number that a message is from, or goes to; None where it is no number we write to."""
    kind = "whatsapp" if text.startswith(WHATSAPP) else "phone"
    number = text.removeprefix(WHATSAPP).strip()
    if not number.startswith("+"):
        return None
    try:
        reached = read_contact(number)
    except InvalidInput:
        return None
    return (kind, reached.value) if reached.kind == "phone" else None


def _text(request: HttpRequest) -> str:
    """What was written; a picture or a sticker without a word is nothing that could be read."""
    return request.POST.get("Body", "").replace("\x00", "")


def _id(request: HttpRequest) -> str:
    """Twilio's id of the message; without one, the same content from the same number is the same message."""
    given = request.POST.get("MessageSid", "") or request.POST.get("SmsSid", "")
    if given and given.isprintable() and len(given) <= LONGEST_ID:
        return given
    content = "\x1f".join(f"{name}={value}" for name, value in sorted(request.POST.items()))
    return hashlib.sha256(content.encode(errors="replace")).hexdigest()


def _empty() -> HttpResponse:
    return HttpResponse(str(MessagingResponse()), content_type="text/xml")


urlpatterns = [
    path("sms/eingang/", incoming, name="sms-in"),
    path(STATUS_PATH.strip("/") + "/", status, name="sms-status"),
]
