"""A call at the phone desk: taken, looked up, ended. What is known of the caller is shown while the call lasts, and no longer."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from backend.bookings.journal import audit
from backend.control.models import PhoneCall
from backend.districts.models import District
from backend.riders.services import normalised_phone

LONGEST_CALL = timedelta(hours=2)  # a page that was left open is no call any more


def begin_call(district: District, by: str, phone: str, now: datetime, *, key: str, waiting: str = "") -> PhoneCall:
    """Take a call; the number may be unknown (""). The same key is the same call. Raises InvalidInput for a wrong number.

    That somebody was looked up is recorded, by whom and when; the number is not.
    """
    number, key = normalised_phone(phone), _own(key, by)
    known = PhoneCall.objects.filter(key=key).first()
    if known:
        return known
    end_forgotten(district, now)
    try:
        with transaction.atomic():
            call = PhoneCall.objects.create(
                district=district, by=by, began_at=now, phone=number, waiting=waiting, key=key
            )
            audit(district, now, by, "phone_desk", "caller.looked_up", str(call.pk))
    except IntegrityError:  # pressed twice at once
        return PhoneCall.objects.get(key=key)
    return call


def _own(key: str, by: str) -> str:
    """A dispatcher's own key: another's is another, whatever its letters."""
    return hashlib.sha256(f"{by}\0{key}".encode()).hexdigest()


def open_call(call_id: str, by: str, now: datetime) -> PhoneCall | None:
    """The call that this dispatcher is on; None once it is over, or if it is another's."""
    calls = PhoneCall.objects.select_related("district").filter(pk=call_id, by=by, ended_at__isnull=True)
    return calls.filter(began_at__gt=now - LONGEST_CALL).first()


def open_calls(district: District, by: str, now: datetime) -> list[PhoneCall]:
    """The calls that this dispatcher is on, the newest first."""
    mine = PhoneCall.objects.filter(district=district, by=by, ended_at__isnull=True)
    return list(mine.filter(began_at__gt=now - LONGEST_CALL).order_by("-began_at"))


def end_call(call: PhoneCall, now: datetime) -> None:
    """Hang up: the number is forgotten."""
    PhoneCall.objects.filter(pk=call.pk, ended_at__isnull=True).update(ended_at=now, phone="")


def end_forgotten(district: District, now: datetime) -> int:
    """End calls that nobody ended; how many."""
    old = PhoneCall.objects.filter(district=district, ended_at__isnull=True, began_at__lte=now - LONGEST_CALL)
    return old.update(ended_at=now, phone="")
