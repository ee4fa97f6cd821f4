"""The demo's mailbox: what would have left for telephones and mail servers. Never used in production."""

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
