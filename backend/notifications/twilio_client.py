"""Twilio's REST interface, by the account of the settings."""

from __future__ import annotations

from django.conf import settings
from twilio.http import HttpClient
from twilio.http.http_client import TwilioHttpClient
from twilio.rest import Client


def twilio_client(http_client: HttpClient | None = None) -> Client:
    """A client of the account; another `http_client` where the requests shall go elsewhere."""
    http = http_client or TwilioHttpClient(timeout=settings.TWILIO_TIMEOUT_S)
    return Client(settings.TWILIO_ACCOUNT, settings.TWILIO_TOKEN, http_client=http)


def public_address(path: str) -> str | None:
    """A path of this site as Twilio can call it; None where the site does not know its own address."""
    return f"{settings.PUBLIC_URL}{path}" if settings.PUBLIC_URL else None
