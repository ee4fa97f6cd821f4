"""A caller as Twilio carries one: signed webhooks in, TwiML out."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from xml.etree import ElementTree

from django.test import Client

from tests.builders.twilio import signed_post

CALLER = "+493023125001"
_sids = iter(range(1, 10**9))


@dataclass(slots=True)
class Caller:
    """One call. `twiml` is the last answer, `said` what it says, as it is heard."""

    number: str = CALLER
    sid: str = field(default_factory=lambda: f"CA{next(_sids):032x}")
    client: Client = field(default_factory=Client)
    twiml: str = ""

    def ring(self) -> str:
        return self.post("/telefon/anruf/")

    def say(self, text: str, confidence: float = 0.9) -> str:
        return self.post(self.action, SpeechResult=text, Confidence=str(confidence))

    def press(self, digits: str) -> str:
        return self.post(self.action, Digits=digits)

    def be_silent(self) -> str:
        return self.post(self.action)

    def hang_up(self) -> None:
        signed_post(
            self.client, "/telefon/ende/", {"CallSid": self.sid, "From": self.number, "CallStatus": "completed"}
        )

    def post(self, path: str, **values: str) -> str:
        """A webhook; what is said then."""
        form = {"CallSid": self.sid, "From": self.number, "To": "+493901304030", "CallStatus": "in-progress", **values}
        response = signed_post(self.client, path, form)
        assert response.status_code == 200, response.content[:300]
        self.twiml = response.content.decode()
        return self.said

    @property
    def said(self) -> str:
        """All that is said, without pauses."""
        return " ".join("".join(say.itertext()) for say in ElementTree.fromstring(self.twiml).iter("Say"))

    @property
    def action(self) -> str:
        """Where the next webhook goes."""
        gather = ElementTree.fromstring(self.twiml).find("Gather")
        assert gather is not None, self.twiml
        return gather.attrib["action"]

    @property
    def is_over(self) -> bool:
        return "<Hangup" in self.twiml

    def attribute(self, name: str) -> str | None:
        """An attribute of the <Gather>."""
        gather = ElementTree.fromstring(self.twiml).find("Gather")
        return None if gather is None else gather.attrib.get(name)


def code_in(said: str) -> list[str]:
    """The letters of a code that was spelled."""
    return re.findall(r"\b([A-Z]) wie ", said)
