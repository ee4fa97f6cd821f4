"""A shared ride behind its link: the address carries a signed id, so that nobody can guess another one."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.core.signing import BadSignature, Signer
from django.db.models import QuerySet

from backend.bookings.localtime import to_moment
from backend.bookings.models import Booking
from backend.bookings.selectors import bookings
from backend.operations.chain import chain_of, newest_of
from backend.operations.models import SharedRide
from backend.operations.rules import OVER_AFTER

SIGNER = Signer(salt="rufbus.shared-ride", sep="~")


def token_of(share: SharedRide) -> str:
    """What stands in the link."""
    return SIGNER.sign(share.pk.hex)


def open_share(booking: Booking) -> SharedRide | None:
    """The link that a rider has given away and not withdrawn, also before a change of the ride."""
    return open_shares(chain_of(booking)).first()


def open_shares(chain: Sequence[Booking]) -> QuerySet[SharedRide]:
    """Every link to a ride that still opens, under whichever of its codes it was made."""
    return SharedRide.objects.filter(booking__in=chain, withdrawn_at__isnull=True).order_by("-created_at")


def shared_booking(token: str) -> Booking | None:
    """The ride behind a link, also after it was changed; None for a wrong or withdrawn link."""
    try:
        share_id = uuid.UUID(SIGNER.unsign(token[:200]))
    except (BadSignature, ValueError):
        return None
    share = SharedRide.objects.filter(pk=share_id, withdrawn_at__isnull=True).first()
    return newest_of(bookings().get(pk=share.booking_id)) if share else None


def expires_at(booking: Booking) -> datetime:
    """When a link to this ride ends by itself: two hours after the latest promised arrival."""
    zone = ZoneInfo(booking.district.timezone)
    return to_moment(booking.offer.delivery_latest_s, booking.service_day.date, zone) + OVER_AFTER
