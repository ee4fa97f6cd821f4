"""The demo's mailbox (what would have left for telephones and mail servers), and whom no message reaches."""

from __future__ import annotations

from django.db import models


class MailboxMessage(models.Model):
    """One SMS ("phone") or e-mail ("email") as its receiver would see it."""

    kind = models.CharField(max_length=10)
    to = models.CharField(max_length=254)
    subject = models.CharField(max_length=200, blank=True)
    text = models.TextField()
    sent_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["sent_at"])]

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
