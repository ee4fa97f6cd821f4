"""Devices: made known by a code from the board, recognised by their secret, locked when they are lost."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import uuid
from datetime import datetime, timedelta

from django.db import transaction
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from accessibility.desk import InvalidInput, Refusal, WayOut
from backend.bookings.acceptance import CODE_ALPHABET
from backend.bookings.clock import SetClock
from backend.bookings.journal import announce, audit
from backend.districts.models import District
from backend.driving.models import Device, PairingCode
from backend.operations.dayclock import now_on

PAIRING_LIFE = timedelta(minutes=15)
PAIRING_LENGTH = 8
LONGEST_NAME = 60
COOKIE = "rufbus_device"
HEADER = "Rufbus-Device"
SEEN_EVERY = timedelta(minutes=1)
LONGEST_CREDENTIAL = 120


def make_pairing_code(district: District, actor: str, now: datetime) -> tuple[str, datetime]:
    """A fresh code that makes one device known, and until when; it is shown this once."""
    code = "".join(secrets.choice(CODE_ALPHABET) for _number in range(PAIRING_LENGTH))
    with transaction.atomic():
        PairingCode.objects.filter(district=district, expires_at__lt=now).delete()
        PairingCode.objects.create(
            district=district, code_hash=_pairing_hash(code), made_by=actor[:150], created_at=now,
            expires_at=now + PAIRING_LIFE,
        )  # fmt: skip
        audit(district, now, actor, "dispatcher", "device.pairing_code", "")
    return f"{code[:4]}-{code[4:]}", now + PAIRING_LIFE


def pair(pairing_code: str, name: str, now: datetime) -> tuple[Device, str] | Refusal:
    """Make a device known; the device and its secret, which is shown this once. Raises InvalidInput."""
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise InvalidInput("name", _("Bitte geben Sie dem Gerät einen Namen von 1 bis 60 Zeichen."))
    with transaction.atomic():
        row = (
            PairingCode.objects.select_for_update(of=("self",))
            .select_related("district")
            .filter(code_hash=_pairing_hash(pairing_code), used_at__isnull=True, expires_at__gte=now)
            .first()
        )
        if row is None:
            way = WayOut("ask", _("Lassen Sie sich in der Leitstelle einen neuen Code geben."))
            return Refusal("wrong_pairing_code", _("Dieser Code gilt nicht oder nicht mehr."), (way,))
        row.used_at = now
        row.save(update_fields=["used_at"])
        secret = secrets.token_urlsafe(32)
        device = Device.objects.create(
            district=row.district, name=name, secret_hash=_secret_hash(secret), paired_at=now, paired_by=row.made_by
        )
        audit(row.district, now, row.made_by, "driver", "device.paired", str(device.pk))
    return device, secret


def credential(device: Device, secret: str) -> str:
    """What the device sends from now on, in the header or in the cookie."""
    return f"{device.pk}.{secret}"


def device_by(sent: str) -> Device | None:
    """The device that a credential belongs to, locked or not; None for any other text."""
    name, _dot, secret = sent[:LONGEST_CREDENTIAL].partition(".")
    try:
        number = uuid.UUID(name)
    except ValueError:
        return None
    device = Device.objects.select_related("district").filter(pk=number).first()
    if device is None or not hmac.compare_digest(device.secret_hash, _secret_hash(secret)):
        return None
    return device


def device_of(request: HttpRequest) -> tuple[Device | None, bool]:
    """The device that a request comes from, and whether only its cookie says so (then a form needs its CSRF token)."""
    sent = request.headers.get(HEADER, "")
    by_cookie = not sent
    if by_cookie:
        sent = request.COOKIES.get(COOKIE, "")
    return (device_by(sent) if sent else None), by_cookie


def note_seen(device: Device, now: datetime) -> None:
    """Keep when a device was last heard of, to the minute."""
    if device.seen_at is None or abs(now - device.seen_at) > SEEN_EVERY:
        device.seen_at = now
        Device.objects.filter(pk=device.pk).update(seen_at=now)


def lock(device: Device, actor: str, reason: str, now: datetime) -> Device:
    """Nothing is taken from this device any more, and it shows nothing; its open duty ends."""
    with transaction.atomic():
        row = Device.objects.select_for_update(of=("self",)).select_related("district").get(pk=device.pk)
        if row.locked_at is None:
            row.locked_at, row.locked_by = now, actor[:150]
            row.save(update_fields=["locked_at", "locked_by"])
            for duty in row.duties.filter(ended_at__isnull=True).select_related("service_day__district"):
                duty.ended_at = max(now_on(duty.service_day, SetClock(now)), duty.began_at)
                duty.save(update_fields=["ended_at"])
            audit(row.district, now, actor, "dispatcher", "device.locked", str(row.pk), reason)
            announce(row.district, "device.changed", {"district": row.district_id, "device": str(row.pk)}, now)
    return row


def unlock(device: Device, actor: str, reason: str, now: datetime) -> Device:
    """A device that was found again may report."""
    with transaction.atomic():
        row = Device.objects.select_for_update(of=("self",)).select_related("district").get(pk=device.pk)
        if row.locked_at is not None:
            row.locked_at, row.locked_by, row.wrong_codes, row.wrong_since = None, "", 0, None
            row.save(update_fields=["locked_at", "locked_by", "wrong_codes", "wrong_since"])
            audit(row.district, now, actor, "dispatcher", "device.unlocked", str(row.pk), reason)
            announce(row.district, "device.changed", {"district": row.district_id, "device": str(row.pk)}, now)
    return row


def _pairing_hash(code: str) -> str:
    """Of a code as people write it; keyed, for it is short."""
    letters = "".join(letter for letter in code.upper() if letter.isalnum())[:40]
    return salted_hmac("rufbus.pairing", letters, algorithm="sha256").hexdigest()


def _secret_hash(secret: str) -> str:
    """A random secret of 256 bits needs no slow hash."""
    return hashlib.sha256(secret.encode()).hexdigest()
