"""Who rides. As little as booking needs; what a rider needs is stored encrypted, with the booking it serves.

A rider is whoever books. An account is kept for who wants one: its contacts are proved, a rider's are only said.
"""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q

from backend.districts.models import District
from backend.riders.fields import EncryptedJSONField


class Rider(models.Model):
    """A person who books, known by a telephone number or an e-mail address; nobody any more once `erased_at` is set."""

    district = models.ForeignKey(District, models.CASCADE, related_name="riders")
    name = models.CharField(max_length=120)
    phone = models.CharField(max_length=20, blank=True)  # E.164
    email = models.EmailField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["district", "phone"], condition=~Q(phone=""), name="rider_phone_once_a_district"
            ),
            models.CheckConstraint(
                condition=(~Q(phone="") | ~Q(email="")) & Q(erased_at__isnull=True)
                | Q(name="", phone="", email="", erased_at__isnull=False),
                name="rider_can_be_reached_or_is_erased",
            ),
        ]

    def __str__(self) -> str:
        return f"rider {self.pk}"  # a name does not belong in a log


def usual_messages() -> list[str]:
    """What is sent to who has chosen nothing."""
    return ["before", "evening"]


class Account(models.Model):
    """Somebody who has proved a contact and signs in again. No password: a code, a passkey or an identity provider.

    `usual` is {"party", "needs", "concession"} of most rides; `wishes` is what the driver is told on each of them
    (`DriverWish`). Both may say something of a person's health, so both are stored encrypted.
    """

    class ReachBy(models.TextChoices):
        SMS = "sms"
        EMAIL = "email"
        CALL = "call"

    class Language(models.TextChoices):
        GERMAN = "de"
        ENGLISH = "en"
        EASY_GERMAN = "de-simple"

    class DriverWish(models.TextChoices):
        SAY_NAME = "say_name"  # at the stop, to who cannot see the bus
        TEXT_ONLY = "text_only"  # to who does not hear: nobody calls, the driver shows the screen

    class MessageWish(models.TextChoices):
        """Messages that one may have or not; what a ride cannot do without is told to everybody."""

        EVENING = "evening"  # reminder on the evening before
        BEFORE = "before"  # reminder 30 minutes before
        NEAR = "near"  # the bus is near, the bus is there
        RECEIPT = "receipt"

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="account")
    district = models.ForeignKey(District, models.CASCADE, related_name="accounts")
    name = models.CharField(max_length=120, blank=True)
    reach_by = models.CharField(max_length=10, choices=ReachBy.choices, blank=True)  # empty: as it comes
    never_call = models.BooleanField(default=False)
    language = models.CharField(max_length=20, choices=Language.choices, default=Language.GERMAN)
    messages = models.JSONField(default=usual_messages)  # of MessageWish
    large_type = models.BooleanField(default=False)
    high_contrast = models.BooleanField(default=False)
    wishes = EncryptedJSONField(default=list)
    usual = EncryptedJSONField(default=dict)
    phone_pin = models.CharField(max_length=64, blank=True)  # a keyed hash (`pins`)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(reach_by="call") | Q(never_call=False), name="account_is_not_called_against_its_wish"
            ),
        ]

    def __str__(self) -> str:
        return f"account {self.pk}"  # neither name nor number belongs in a log


class Contact(models.Model):
    """A telephone number (E.164) or an e-mail address (lower case) that an account has proved by a code."""

    class Kind(models.TextChoices):
        PHONE = "phone"
        EMAIL = "email"

    account = models.ForeignKey(Account, models.CASCADE, related_name="contacts")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    value = models.CharField(max_length=254)
    verified_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["kind", "value"], name="contact_has_one_account")]

    def __str__(self) -> str:
        return f"contact {self.pk}"


class Favourite(models.Model):
    """A ride that an account takes again and again. `origin` and `destination` are the desk's `Place` as JSON."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="favourites")
    label = models.CharField(max_length=60)
    origin = models.JSONField()
    origin_name = models.CharField(max_length=160)
    destination = models.JSONField()
    destination_name = models.CharField(max_length=160)
    usual = EncryptedJSONField(default=dict)  # {"party", "needs", "concession"} as in Account
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["pk"]
        constraints = [models.UniqueConstraint(fields=["account", "label"], name="favourite_label_once_an_account")]

    def __str__(self) -> str:
        return f"favourite {self.pk}"


class Erasure(models.Model):
    """That somebody's data were deleted (Art. 17 DSGVO), without saying whose. The number is their receipt.

    `kept` are the codes of rides that are still to be driven; what they hold of the person goes with the last of them.
    """

    district = models.ForeignKey(District, models.CASCADE, related_name="erasures")
    number = models.CharField(max_length=20, unique=True)
    requested_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    anonymised = models.PositiveIntegerField(default=0)
    cancelled = models.PositiveIntegerField(default=0)
    kept = models.JSONField(default=list)

    class Meta:
        indexes = [models.Index(fields=["district"], condition=Q(finished_at__isnull=True), name="erasure_to_finish")]

    def __str__(self) -> str:
        return f"erasure {self.number}"
