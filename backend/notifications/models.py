"""Messages to riders and what became of them; the demo's mailbox; whom no message reaches."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from backend.bookings.models import Booking
from backend.districts.models import District
from backend.riders.fields import EncryptedJSONField


class MailboxMessage(models.Model):
    """One SMS ("phone"), e-mail ("email") or call ("call") as its receiver would get it."""

    kind = models.CharField(max_length=10)
    to = models.CharField(max_length=254)
    subject = models.CharField(max_length=200, blank=True)
    text = models.TextField()
    sent_at = models.DateTimeField(auto_now_add=True)
    key = models.CharField(max_length=200, blank=True)  # what is sent again under its key lies here once
    attachments = models.JSONField(default=list)  # names of files

    class Meta:
        indexes = [models.Index(fields=["sent_at"])]
        constraints = [models.UniqueConstraint(fields=["key"], condition=~Q(key=""), name="mailbox_key_once")]

    def __str__(self) -> str:
        return f"message {self.pk}"


class OptOut(models.Model):
    """A number (E.164) whose owner told the carrier STOP: it lets nothing through until she says START."""

    kind = models.CharField(max_length=10)  # "phone" or "whatsapp"
    number = models.CharField(max_length=20)
    since = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "number"], name="opt_out_once_a_number")]

    def __str__(self) -> str:
        return f"opt-out {self.pk}"  # a number does not belong in a log


class RiderMessage(models.Model):
    """Something that one person is to be told, once (`key`): about a booking, or whoever `contact` names.

    No text is kept: it is made of kind, booking and context when it is sent (docs/decisions/0505-messages-are-rows.md).
    `context` and `note` may hold a dispatcher's own words, `contact` a number: all three are stored encrypted.
    """

    class State(models.TextChoices):
        QUEUED = "queued"  # goes at `due_at`
        SENDING = "sending"  # some process has it in hand
        SENT = "sent"
        DELIVERED = "delivered"  # the carrier or the telephone says so
        UNDELIVERABLE = "undeliverable"  # by no way: a dispatcher sees to it
        DROPPED = "dropped"  # need not be said any more (`reason`)

    district = models.ForeignKey(District, models.CASCADE, related_name="rider_messages")
    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=20)
    booking = models.ForeignKey(Booking, models.CASCADE, null=True, related_name="messages")
    also = models.JSONField(default=list)  # codes of more bookings that the same message is about
    contact = EncryptedJSONField(default=dict)  # {"phone", "email", "language"} of somebody without a booking
    context = EncryptedJSONField(default=dict)
    is_urgent = models.BooleanField()
    answers_reader = models.BooleanField(default=False)  # tells its reader what she has just done herself
    state = models.CharField(max_length=14, choices=State.choices, default=State.QUEUED)
    reason = models.CharField(max_length=40, blank=True)  # why it was dropped, or could not be sent
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()  # of a sent one: until when it should be reported as delivered
    attempts = models.PositiveIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)  # sent for good, delivered, undeliverable or dropped
    settled_at = models.DateTimeField(null=True)  # a dispatcher has seen to it
    settled_by = models.CharField(max_length=150, blank=True)
    note = EncryptedJSONField(default=str)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["queued", "sending", "sent", "delivered", "undeliverable", "dropped"]),
                name="rider_message_state_is_known",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"], condition=Q(state__in=["queued", "sending"]), name="rider_messages_waiting"
            ),
            models.Index(
                fields=["due_at"], condition=Q(state="sent", ended_at__isnull=True), name="rider_messages_unreported"
            ),
            models.Index(
                fields=["district", "created_at"],
                condition=Q(state="undeliverable", settled_at__isnull=True),
                name="rider_messages_unsettled",
            ),
            models.Index(fields=["booking", "kind"], name="rider_messages_of_a_booking"),
        ]

    def __str__(self) -> str:
        return f"rider message {self.pk}"


class SendingAttempt(models.Model):
    """One way that a message took or tried. Written before it is sent: what stays "open" may have left or not."""

    class Outcome(models.TextChoices):
        OPEN = "open"
        SENT = "sent"
        DELIVERED = "delivered"
        FAILED = "failed"  # may be tried again
        REFUSED = "refused"  # never by this way
        SILENT = "silent"  # nobody said that it arrived, and it could not wait longer

    class Channel(models.TextChoices):
        SMS = "sms"
        EMAIL = "email"
        CALL = "call"

    message = models.ForeignKey(RiderMessage, models.CASCADE, related_name="ways")
    channel = models.CharField(max_length=10, choices=Channel.choices)
    began_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=Outcome.choices, default=Outcome.OPEN)
    error = models.CharField(max_length=80, blank=True)  # the provider's code; nothing of content or receiver
    provider_id = models.CharField(max_length=64, blank=True)

    class Meta:
        ordering = ["pk"]
        indexes = [models.Index(fields=["provider_id"], condition=~Q(provider_id=""), name="attempt_of_a_provider_id")]

    def __str__(self) -> str:
        return f"attempt {self.pk}"


class EarlyReport(models.Model):
    """A provider said what became of a message before we had noted its id; read again when we have."""

    provider_id = models.CharField(max_length=64)
    status = models.CharField(max_length=20)
    error = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["provider_id"])]

    def __str__(self) -> str:
        return f"early report {self.pk}"
