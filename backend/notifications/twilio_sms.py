"""Sends SMS and WhatsApp messages through Twilio."""

from __future__ import annotations

from django.conf import settings
from django.utils import timezone
from requests import RequestException
from twilio.base.exceptions import TwilioException, TwilioRestException
from twilio.http import HttpClient

from backend.notifications.opt_outs import has_opted_out, opt_out
from backend.notifications.sending import CannotSend, Message
from backend.notifications.twilio_client import public_address, twilio_client

STATUS_PATH = "/sms/status/"
LONGEST_BODY = 1600  # characters that Twilio takes
UNSUBSCRIBED = 21610
# https://www.twilio.com/docs/api/errors: wrong or unreachable numbers, no permission for the country, no text, too long.
FINAL_CODES = {21211, 21214, 21217, 21408, 21601, 21602, 21610, 21612, 21614, 21617, 21635, 63003, 63016, 63024}
MESSAGING_SERVICE = "MG"


class TwilioSender:
    """Hands a message to Twilio; its id comes back, and later what became of it (`STATUS_PATH`)."""

    def __init__(self, http_client: HttpClient | None = None) -> None:
        self.http_client = http_client

    @property
    def reports_delivery(self) -> bool:
        """Only where Twilio can call us."""
        return public_address(STATUS_PATH) is not None

    def send(self, message: Message) -> str:
        if has_opted_out(message.kind, message.to):
            raise CannotSend("opted out", is_final=True)
        callback = public_address(STATUS_PATH)
        try:
            sent = twilio_client(self.http_client).messages.create(
                body=message.text[:LONGEST_BODY],
                **_ends(message),
                **({"status_callback": callback} if callback else {}),
            )
        except TwilioRestException as error:
            if error.code == UNSUBSCRIBED:
                opt_out(message.kind, message.to, timezone.now())
            raise CannotSend(f"twilio {error.status}/{error.code}", is_final=error.code in FINAL_CODES) from None
        except (TwilioException, RequestException, OSError, ValueError) as error:
            raise CannotSend(type(error).__name__) from None
        return sent.sid or ""


def _ends(message: Message) -> dict[str, str]:
    """From which number to which, as Twilio writes them."""
    if message.kind == "whatsapp":
        return {"from_": f"whatsapp:{settings.TWILIO_WHATSAPP}", "to": f"whatsapp:{message.to}"}
    if settings.TWILIO_NUMBER.startswith(MESSAGING_SERVICE):
        return {"messaging_service_sid": settings.TWILIO_NUMBER, "to": message.to}
    return {"from_": settings.TWILIO_NUMBER, "to": message.to}
