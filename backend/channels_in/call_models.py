"""Calls under way, and callers who wait for a person. Both hold personal data, encrypted, and no longer than needed."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from backend.districts.models import District
from backend.riders.fields import EncryptedJSONField


class Call(models.Model):
    """One call that the automatic line has answered.

    `contact_hash` finds a caller's broken-off call again and tells nobody the number. `step` counts the replies given;
    `reply` is the last one as it left, for a webhook that comes twice. `lines` are what was said, for who takes over.
    """

    district = models.ForeignKey(District, models.CASCADE, related_name="calls")
    external_id = models.CharField(max_length=64, unique=True)  # Twilio's CallSid
    contact_hash = models.CharField(max_length=64, blank=True)
    contact = EncryptedJSONField(default=str)  # E.164, or "" where none was sent
    state = EncryptedJSONField(default=dict)
    reply = EncryptedJSONField(default=str)
    lines = EncryptedJSONField(default=list)  # [[who, text], ...]
    step = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["contact_hash", "updated_at"], name="call_of_a_contact")]

    def __str__(self) -> str:
        return f"call {self.pk}"  # a number does not belong in a log


class WaitingCall(models.Model):
    """A caller who wants a person: on the line, or to be called back. `lines` is the dialogue so far."""

    class State(models.TextChoices):
        WAITING = "waiting"
        TAKEN = "taken"
        CALLED_BACK = "called_back"
        DONE = "done"

    CLOSED = ("called_back", "done")

    class Why(models.TextChoices):
        ASKED = "asked"
        MISUNDERSTOOD = "misunderstood"
        SILENT = "silent"
        REFUSED = "refused"
        FAILED = "failed"

    district = models.ForeignKey(District, models.CASCADE, related_name="waiting_calls")
    call = models.ForeignKey(Call, models.SET_NULL, null=True, related_name="waiting_calls")
    key = models.CharField(max_length=64, unique=True)  # the call's: one case each
    number = EncryptedJSONField(default=str)  # E.164, or "" where none was sent
    lines = EncryptedJSONField(default=list)
    why = models.CharField(max_length=15, choices=Why.choices)
    is_on_line = models.BooleanField(default=False)  # is being connected now; else: wants to be called back
    state = models.CharField(max_length=12, choices=State.choices, default=State.WAITING)
    since = models.DateTimeField()
    taken_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    taken_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["since", "pk"]
        indexes = [models.Index(fields=["district", "state", "since"], name="waiting_call_by_state")]

    def __str__(self) -> str:
        return f"waiting call {self.pk}"
