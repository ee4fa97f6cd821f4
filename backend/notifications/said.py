"""Texts into TwiML: spoken German by the settings' voice, with pauses, in portions that one <Say> takes."""

from __future__ import annotations

from django.conf import settings
from twilio.twiml import TwiML
from twilio.twiml.voice_response import Say

from accessibility.voice.spoken import portions, spoken

LANGUAGE = "de-DE"
SLOW_RATE = "75%"
SLOW_FACTOR = 2  # pauses are so much longer


def say_into(verb: TwiML, text: str, *, is_slow: bool = False) -> None:
    """Append what is said to a response or a <Gather>."""
    for portion in portions(spoken(text)):
        say = Say(voice=settings.TWILIO_VOICE, language=LANGUAGE)
        for piece in portion:
            if is_slow:
                say.prosody(piece.words, rate=SLOW_RATE)
            else:
                say.s(piece.words)
            say.break_(time=f"{piece.pause_ms * (SLOW_FACTOR if is_slow else 1)}ms")
        verb.append(say)
