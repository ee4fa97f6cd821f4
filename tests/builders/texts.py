"""Plays transcripts of written conversations through the inbox, as if Twilio or a letter had brought each message."""

from __future__ import annotations

from dataclasses import dataclass

from accessibility.dialogue import heard as inputs
from accessibility.dialogue.state import State
from accessibility.dialogue.stored import from_document
from accessibility.sms.gsm7 import segments
from backend.channels_in.models import TextMessage, TextThread
from backend.channels_in.text_inbox import Incoming, take_in
from backend.channels_in.text_talk import talk
from tests.builders.dialogues import Player

KINDS = {"SMS": "phone", "WhatsApp": "whatsapp", "E-Mail": "email"}
MOST_SEGMENTS = 3


@dataclass(slots=True)
class TextPlayer(Player):
    """Knows the same lines; a message in, a message out."""

    sent: int = 0

    @property
    def kind(self) -> str:
        return KINDS[self.transcript.value("Kanal")]

    @property
    def contact(self) -> str:
        return self.transcript.value("Adresse", "testfahrgast@example.org") if self.kind == "email" else self._contact

    def _contacts(self) -> list[str]:
        return sorted({*Player._contacts(self), self.contact})

    def _line(self, who: str, what: str) -> None:
        """Who writes again after the end begins anew."""
        if who == "Mensch":
            self._hear(inputs.words(what), f"Mensch: {what}")
        else:
            Player._line(self, who, what)

    def _begin(self, *, kept: bool = False) -> None:
        """Nobody says a word before the rider writes."""

    def _hear(self, heard: inputs.Heard, line: str) -> None:
        text = heard.text.replace("CODE", self.code)
        self.sent += 1
        self.said.append(line)
        take_in(Incoming(self.kind, self.contact, text, f"{self.transcript.path.stem}-{self.sent}"), talk, self.clock)
        thread = TextThread.objects.get(kind=self.kind, address=self.contact)
        self.state = from_document(State, thread.dialogue["state"]) if thread.dialogue.get("state") else State()
        self.waiting = ["asked"] if thread.person_since else []
        answer = TextMessage.objects.filter(thread=thread, is_ours=True).order_by("-pk").first()
        told = str(answer.text) if answer else ""
        assert self.kind == "email" or segments(told) <= MOST_SEGMENTS, f"too long: {told}"
        self.said.append(f"Rufbus: {told}")
