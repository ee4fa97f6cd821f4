"""Texts into TwiML: spoken German by the settings' voice, with pauses, in portions that one <Say> takes."""

from __future__ import annotations

from django.conf import settings
from twilio.twiml import TwiML
from twilio.twiml.voice_response import Say

from accessibility.voice.spoken import Piece, plain_pieces, portions, spoken

GERMAN, ENGLISH = "de-DE", "en-GB"
ENGLISH_VOICE = "Polly.Amy-Neural"
SLOW_RATE = "75%"
SLOW_FACTOR = 2  # pauses are so much longer


def say_into(verb: TwiML, text: str, *, is_slow: bool = False, language: str = "de") -> None:
    """Append what is said to a response or a <Gather>; `language` is a rider's: "en" is said in English."""
    is_english = language == "en"
    pieces = plain_pieces(text) if is_english else spoken(text)
    for portion in portions(pieces):
        verb.append(_say(portion, is_slow=is_slow, is_english=is_english))


def _say(portion: tuple[Piece, ...], *, is_slow: bool, is_english: bool) -> Say:
    say = Say(voice=ENGLISH_VOICE if is_english else settings.TWILIO_VOICE, language=ENGLISH if is_english else GERMAN)
    for piece in portion:
        if is_slow:
            say.prosody(piece.words, rate=SLOW_RATE)
        else:
            say.s(piece.words)
        say.break_(time=f"{piece.pause_ms * (SLOW_FACTOR if is_slow else 1)}ms")
    return say
