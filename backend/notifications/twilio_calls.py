"""Rings riders up who want to be told by voice: the text is read out twice, and 1 says that it was understood."""

from __future__ import annotations

from django.conf import settings
from requests import RequestException
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http import HttpClient
from twilio.twiml.voice_response import Gather, VoiceResponse

from backend.notifications.said import say_into
from backend.notifications.sending import CannotSend, Message
from backend.notifications.twilio_client import public_address, twilio_client

UNDERSTOOD_PATH, STATUS_PATH = "/telefon/ansage/", "/telefon/ansage/ende/"
RING_S, WAIT_S = 30, 8
MOST_TWIML = 4000  # characters that Twilio takes with the call
LONGEST_TEXT = 900
# https://www.twilio.com/docs/api/errors: wrong or unreachable numbers, no permission for the country.
FINAL_CODES = {13223, 13224, 13225, 13227, 21201, 21211, 21214, 21215, 21216, 21217}
CONFIRM = {"de": "Haben Sie alles verstanden? Drücken Sie die 1.", "en": "If you have understood, press 1."}
AGAIN = {"de": "Noch einmal.", "en": "Once more."}


class CallSender:
    """Lets Twilio ring up; its id of the call comes back, and later whether somebody picked up."""

    def __init__(self, http_client: HttpClient | None = None) -> None:
        self.http_client = http_client

    @property
    def reports_delivery(self) -> bool:
        """Only where Twilio can call us."""
        return public_address(STATUS_PATH) is not None

    def send(self, message: Message) -> str:
        callback = public_address(STATUS_PATH)
        try:
            call = twilio_client(self.http_client).calls.create(
                to=message.to, from_=settings.TWILIO_NUMBER, twiml=announcement(message), timeout=RING_S,
                **({"status_callback": callback, "status_callback_event": ["completed"]} if callback else {}),
            )  # fmt: skip
        except TwilioRestException as error:
            raise CannotSend(f"twilio {error.status}/{error.code}", is_final=error.code in FINAL_CODES) from None
        except (TwilioException, RequestException, OSError, ValueError) as error:
            raise CannotSend(type(error).__name__) from None
        return call.sid or ""


def announcement(message: Message) -> str:
    """What is said to whoever picks up."""
    language = "en" if message.language == "en" else "de"
    text = message.text[:LONGEST_TEXT]
    response = VoiceResponse()
    understood = public_address(UNDERSTOOD_PATH)
    once = f"{text} {CONFIRM[language]}" if understood else text
    for says in (once, f"{AGAIN[language]} {once}"):
        if understood:
            gather = Gather(input="dtmf", num_digits=1, timeout=WAIT_S, action=understood, method="POST")
            say_into(gather, says, language=language)
            response.append(gather)
        else:
            say_into(response, says, language=language)
        if len(str(response)) > MOST_TWIML * 0.6:
            break  # twice would be too long
    response.hangup()
    return str(response)
