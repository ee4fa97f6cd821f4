"""A telephone without a telephone: sends the webhooks that Twilio sends, signed like Twilio's, and reads the TwiML.

The terminal (`manage.py phone`), the page of the control room and the load test talk with the line through this.
"""

from __future__ import annotations

import secrets
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlencode, urljoin
from xml.etree import ElementTree

from twilio.request_validator import SIGNATURE_HEADER

from backend.channels_in.signed import signature_of

RING, END = "/telefon/anruf/", "/telefon/ende/"
TIMEOUT_S = 60.0

Post = Callable[[str, dict[str, str]], str]


class NoAnswer(RuntimeError):
    """The line did not answer as a line does."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """What one TwiML document says and wants."""

    text: str
    action: str = ""  # where the next webhook goes; "" once the call is over
    dialled: str = ""  # the number that is being rung up
    is_over: bool = False
    is_slow: bool = False
    takes_one_key: bool = False


def read_twiml(xml: str) -> Spoken:
    """Read an answer of our own line. Raises NoAnswer for anything else."""
    try:
        root = ElementTree.fromstring(xml)  # noqa: S314 - our own answer
    except ElementTree.ParseError as error:
        raise NoAnswer(f"no TwiML: {xml[:80]!r}") from error
    text = " ".join(" ".join(part.split()) for say in root.iter("Say") for part in say.itertext())
    gather, dial = root.find("Gather"), root.find("Dial")
    if gather is not None:
        is_slow = next(root.iter("prosody"), None) is not None
        return Spoken(text, gather.attrib["action"], is_slow=is_slow, takes_one_key=gather.get("numDigits") == "1")
    if dial is not None:
        return Spoken(text, dial.attrib["action"], dial.findtext("Number") or "")
    return Spoken(text, is_over=True)


def post_over_http(address: str) -> Post:
    """Webhooks to a running server."""

    def post(path: str, form: dict[str, str]) -> str:
        url = urljoin(address, path)
        body = urlencode(form).encode()
        headers = {SIGNATURE_HEADER: signature_of(url, form), "Content-Type": "application/x-www-form-urlencoded"}
        request = urllib.request.Request(url, data=body, headers=headers)  # noqa: S310 - the address is the operator's
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_S) as response:  # noqa: S310
                return str(response.read().decode())
        except urllib.error.HTTPError as error:
            raise NoAnswer(f"{path}: {error.code}") from error
        except OSError as error:
            raise NoAnswer(f"{address} does not answer: {error}") from error

    return post


@dataclass(slots=True)
class Telephone:
    """One call. `heard` is the last that the line said."""

    post: Post
    number: str
    sid: str = field(default_factory=lambda: f"CA{secrets.token_hex(16)}")
    heard: Spoken = field(default_factory=lambda: Spoken("", is_over=True))

    def ring(self) -> Spoken:
        return self._webhook(RING)

    def say(self, text: str) -> Spoken:
        return self._webhook(self.heard.action, SpeechResult=text, Confidence="0.9")

    def press(self, digits: str) -> Spoken:
        """Keys; what # ends is sent without it, as Twilio does."""
        bare = digits.removesuffix("#")
        return (
            self._webhook(self.heard.action, Digits=bare)
            if bare
            else self._webhook(self.heard.action, FinishedOnKey="#")
        )

    def be_silent(self) -> Spoken:
        return self._webhook(self.heard.action)

    def not_picked_up(self) -> Spoken:
        """The number that was rung up does not answer."""
        return self._webhook(self.heard.action, DialCallStatus="no-answer")

    def hang_up(self) -> None:
        self.post(END, self._form(CallStatus="completed"))
        self.heard = Spoken("", is_over=True)

    def _webhook(self, path: str, **values: str) -> Spoken:
        self.heard = read_twiml(self.post(path, self._form(**values)))
        return self.heard

    def _form(self, **values: str) -> dict[str, str]:
        return {"CallSid": self.sid, "From": self.number, "To": "+493901304030", "CallStatus": "in-progress", **values}
