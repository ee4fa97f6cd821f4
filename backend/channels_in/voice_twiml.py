"""A reply as TwiML: what is said, what may be said or keyed, and how long we wait."""

from __future__ import annotations

from django.conf import settings
from twilio.twiml.voice_response import Dial, Gather, VoiceResponse

from accessibility.dialogue.saying import Reply
from accessibility.dialogue.state import Asked
from accessibility.voice.wording import ENGLISH
from backend.notifications.said import GERMAN, say_into

# Seconds until silence is silence, and until a pause ends what is said. Nobody is hurried; an interpreter has long pauses.
WAIT_S, WAIT_SLOW_S, WAIT_PATIENT_S = 10, 15, 45
PAUSE_S, PAUSE_SLOW_S, PAUSE_PATIENT_S = 2, 4, 6
RING_S = 40
MOST_HINTS = 480  # Twilio takes 500
WISHING = {Asked.START, Asked.FROM, Asked.TO, Asked.WHICH_PLACE, Asked.OTHER, Asked.USUAL, Asked.PIN, Asked.CHANGE}
WORDS = (
    "ja",
    "nein",
    "morgen",
    "übermorgen",
    "heute",
    "Uhr",
    "halb",
    "Viertel",
    "Rollstuhl",
    "Rollator",
    "Rufbus",
    "stornieren",
)


def answer_xml(text: str, reply: Reply, *, step_url: str, dial_url: str, hints: tuple[str, ...]) -> str:
    """The TwiML of one reply."""
    response = VoiceResponse()
    if reply.is_handed_over and dial_url:
        say_into(response, text, is_slow=reply.is_slow)
        dial = Dial(action=dial_url, method="POST", timeout=RING_S, answer_on_bridge=True)
        dial.number(settings.DISPATCHER_NUMBER)
        response.append(dial)
    elif reply.is_over:
        say_into(response, text, is_slow=reply.is_slow)
        response.hangup()
    else:
        response.append(_gather(text, reply, step_url, hints))
        response.redirect(step_url, method="POST")  # nothing came at all: the same as silence
    return str(response)


def _gather(text: str, reply: Reply, step_url: str, hints: tuple[str, ...]) -> Gather:
    wait = WAIT_PATIENT_S if reply.is_patient else WAIT_SLOW_S if reply.is_slow else WAIT_S
    pause = PAUSE_PATIENT_S if reply.is_patient else PAUSE_SLOW_S if reply.is_slow else PAUSE_S
    one_key = {"num_digits": 1} if reply.typing == "choice" else {}
    own = tuple(str(choice.facts["text"]) for choice in reply.choices if choice.facts.get("text"))
    names = hints if reply.asked in WISHING else ()
    gather = Gather(
        input="dtmf speech",
        language=GERMAN,
        action=step_url,
        method="POST",
        timeout=wait,
        speech_timeout=pause,
        finish_on_key="#",
        action_on_empty_result=True,
        profanity_filter=False,
        hints=",".join(_hint(name) for name in (*own, *WORDS, *names)[:MOST_HINTS]),
        **one_key,
    )
    if any(say.code == "english" for say in reply.says):
        say_into(gather, ENGLISH, is_slow=reply.is_slow, language="en")
    say_into(gather, text, is_slow=reply.is_slow)
    return gather


def _hint(name: str) -> str:
    """Commas separate hints: "Klötze, ZOB" is one."""
    return name.replace(",", " ")[:90]
