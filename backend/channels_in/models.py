"""Written conversations: a thread for each number or address, with every message that came in and went out."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from backend.channels_in.call_models import Call, WaitingCall
from backend.districts.models import District
from backend.riders.fields import EncryptedJSONField


class TextThread(models.Model):
    """One rider's conversation by one channel. `dialogue` is what the line remembers between two messages.

    Since `person_since` a member of staff answers instead of the line. `turn` names whoever answers right now, until
    `turn_until`: messages of a thread are answered one after the other, in the order in which they came.
    """

    class Kind(models.TextChoices):
        PHONE = "phone"
        WHATSAPP = "whatsapp"
        EMAIL = "email"

    district = models.ForeignKey(District, models.CASCADE, related_name="text_threads")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    address = models.CharField(max_length=254)  # E.164, or an e-mail address in lower case
    language = models.CharField(max_length=20, blank=True)  # as the rider asked for it; empty: as her account says
    dialogue = EncryptedJSONField(default=dict)
    person_since = models.DateTimeField(null=True)
    person = models.CharField(max_length=150, blank=True)  # who has answered last
    last_in_at = models.DateTimeField(null=True)
    last_out_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)  # by staff
    turn = models.CharField(max_length=32, blank=True)
    turn_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["district", "kind", "address"], name="text_thread_once_an_address"),
        ]
        indexes = [models.Index(fields=["district"], condition=Q(person_since__isnull=False), name="text_threads_open")]

    def __str__(self) -> str:
        return f"text thread {self.pk}"  # a number does not belong in a log


class TextMessage(models.Model):
    """One message of a thread. What riders write may say something of their health: the text is stored encrypted.

    `external_id` is the provider's, of what came in and of what went out. `to` is where an answer went, or where what came in
    is answered to: an answer that cannot go by SMS goes by e-mail, and comes back so.
    """

    class State(models.TextChoices):
        WAITING = "waiting"  # to be answered; or to be sent
        DONE = "done"  # answered; or handed to the provider
        DELIVERED = "delivered"
        FAILED = "failed"

    thread = models.ForeignKey(TextThread, models.CASCADE, related_name="messages")
    is_ours = models.BooleanField()
    at = models.DateTimeField()
    text = EncryptedJSONField(default=str)
    state = models.CharField(max_length=12, choices=State.choices, default=State.WAITING)
    author = models.CharField(max_length=150, blank=True)  # staff; empty: the line, or the rider
    kind = models.CharField(max_length=10, choices=TextThread.Kind.choices)
    to = models.CharField(max_length=254, blank=True)
    subject = EncryptedJSONField(default=str)
    external_id = models.CharField(max_length=200, blank=True)
    answers = models.ForeignKey("self", models.CASCADE, null=True, related_name="answered_by")
    begins_anew = models.BooleanField(default=False)  # a letter that answers none of ours
    attempts = models.PositiveSmallIntegerField(default=0)
    key = models.CharField(max_length=100, blank=True)  # of a form of the staff: one press is one message

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["is_ours", "external_id"], condition=~Q(external_id=""), name="text_message_once"
            ),
            models.UniqueConstraint(fields=["thread", "key"], condition=~Q(key=""), name="text_message_once_a_key"),
        ]
        indexes = [
            models.Index(fields=["at"], condition=Q(state="waiting", is_ours=False), name="text_messages_waiting")
        ]

    def __str__(self) -> str:
        return f"text message {self.pk}"


__all__ = ["Call", "TextMessage", "TextThread", "WaitingCall"]
