"""python manage.py sms [--url http://127.0.0.1:8123]: write with the line in a terminal, by signed webhooks as Twilio's."""

from __future__ import annotations

import secrets
import sys
from typing import Any
from urllib.error import URLError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.test import Client

from accessibility.sms.gsm7 import cost
from backend.channels_in.models import TextMessage
from backend.channels_in.signed import signature_of
from backend.riders.services import normalised_phone

PATH = "/sms/eingang/"
TEST_NUMBER = "+493023125001"
TIMEOUT_S = 30.0


class Command(BaseCommand):
    help = "write with the line, in the terminal"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--url", default="", help="a running server; without it, this process answers itself")
        parser.add_argument("--number", default=TEST_NUMBER, help="whose telephone writes")
        parser.add_argument("--whatsapp", action="store_true", help="by WhatsApp instead of SMS")
        parser.add_argument("texts", nargs="*", help="messages to send one after the other; without any, you are asked")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.TWILIO_TOKEN:
            raise CommandError("RUFBUS_TWILIO_TOKEN is not set: nothing can be signed")
        number = normalised_phone(options["number"])
        sender = f"whatsapp:{number}" if options["whatsapp"] else number
        for text in options["texts"] or self._typed():
            sid = f"SM{secrets.token_hex(16)}"
            self._post(options["url"].rstrip("/"), {"MessageSid": sid, "From": sender, "Body": text, "NumMedia": "0"})
            if options["texts"]:
                self.stdout.write(f"> {text}")
            self._show(sid)

    def _typed(self) -> Any:
        self.stdout.write("Schreiben Sie eine SMS. Strg-D beendet.")
        while True:
            self.stdout.write("> ", ending="")
            self.stdout.flush()
            line = sys.stdin.readline()
            if not line:
                self.stdout.write("")
                return
            yield line.rstrip("\n")

    def _post(self, url: str, form: dict[str, str]) -> None:
        """One webhook as Twilio sends it."""
        if not url:
            signature = signature_of(f"{settings.PUBLIC_URL or 'http://127.0.0.1'}{PATH}", form)
            answer = Client(SERVER_NAME="127.0.0.1").post(PATH, form, headers={"X-Twilio-Signature": signature})
            status = answer.status_code
        else:
            signature = signature_of(f"{settings.PUBLIC_URL or url}{PATH}", form)
            request = Request(f"{url}{PATH}", urlencode(form).encode(), {"X-Twilio-Signature": signature})  # noqa: S310
            try:
                with urlopen(request, timeout=TIMEOUT_S) as response:  # noqa: S310 - an address that whoever starts this gave
                    status = response.status
            except (URLError, OSError) as error:
                raise CommandError(f"{url} does not answer as it should: {error}") from None
        if status != 200:
            raise CommandError(f"the webhook answered {status}")

    def _show(self, sid: str) -> None:
        message = TextMessage.objects.filter(is_ours=False, external_id=sid).first()
        if message is None:
            raise CommandError("the message is not in this database: give the server's RUFBUS_DATA or RUFBUS_DATABASE")
        answers = TextMessage.objects.filter(answers=message).order_by("pk")
        if not answers:
            self.stdout.write("  (keine Antwort: ein Mensch antwortet, siehe /leitstelle/sms/)")
        for answer in answers:
            price = cost(answer.text)
            self.stdout.write(f"  {answer.text}\n  [{price.places} Zeichen, {price.segments} SMS, {price.encoding}]")
