"""What we hold about the person behind an account, for her (Art. 15 DSGVO): a document that people and programs read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.db.models import Q

from backend.bookings.models import AuditEntry, Booking, DrivenRide, OpenReturn, RuleOverride, Series
from backend.bookings.of_contacts import bookings_of
from backend.bookings.selectors import booking_view, offer_view
from backend.operations.models import RiderNote, SharedRide
from backend.riders.models import Account, Rider
from backend.riders.selectors import contacts_of, favourites, usual_document


def own_data(account: Account, now: datetime) -> dict[str, Any]:
    """Everything, in plain JSON values."""
    contacts = contacts_of(account)
    rides = list(bookings_of(contacts).select_related("receipt").order_by("booked_at"))
    return {
        "issued_at": now.isoformat(),
        "district": account.district_id,
        "account": {
            "name": account.name,
            "created_at": account.created_at.isoformat(),
            "reach_by": account.reach_by,
            "never_call": account.never_call,
            "driver_is_told": account.wishes,
            "messages": account.messages,
            "language": account.language,
            "large_type": account.large_type,
            "high_contrast": account.high_contrast,
            "usual": account.usual,
        },
        "contacts": [
            {"kind": row.kind, "value": row.value, "verified_at": row.verified_at.isoformat()}
            for row in account.contacts.all()
        ],
        "favourites": [{**asdict(ride), "usual": usual_document(ride.usual)} for ride in favourites(account)],
        "passkeys": [
            {"name": key.wrap().name, "created_at": key.created_at.isoformat()}
            for key in Authenticator.objects.filter(user=account.user)
        ],
        "identity_providers": [
            {"provider": row.provider, "id": row.uid, "since": row.date_joined.isoformat()}
            for row in SocialAccount.objects.filter(user=account.user)
        ],
        "known_as": _known_as(contacts),
        "rides": [_ride(row) for row in rides],
    }


def _known_as(contacts: Sequence[str]) -> list[dict[str, Any]]:
    """What was said with bookings, on the telephone for example, before there was an account."""
    rows = Rider.objects.filter(Q(phone__in=contacts) & ~Q(phone="") | Q(email__in=contacts) & ~Q(email=""))
    return [
        {"name": row.name, "phone": row.phone, "email": row.email, "since": row.created_at.isoformat()} for row in rows
    ]


def _ride(row: Booking) -> dict[str, Any]:
    is_open = row.state in (Booking.State.BOOKED, Booking.State.ABOARD)
    planned = booking_view(row).planned_pickup_at if is_open else None
    wish, offer, receipt = row.offer.ride_request, offer_view(row.offer), getattr(row, "receipt", None)
    audit = AuditEntry.objects.filter(district=row.district, subject=row.code).order_by("at")
    return {
        "code": row.code,
        "state": row.state,
        "name": row.contact_name,
        "phone": row.contact_phone,
        "email": row.contact_email,
        "booked_at": row.booked_at.isoformat(),
        "booked_by": row.channel,
        "wish": {
            "origin": wish.origin,
            "destination": wish.destination,
            "when": wish.wished_at.isoformat(),
            "anchor": wish.anchor,
            "party": wish.party,
            "needs": wish.needs,
            "concession": wish.concession,
            "max_walk_m": wish.max_walk_m,
        },
        "from": asdict(offer.pickup_stop),
        "to": asdict(offer.delivery_stop),
        "pickup_from": offer.pickup_from.isoformat(),
        "pickup_until": offer.pickup_until.isoformat(),
        "arrive_by": offer.arrive_by.isoformat(),
        "planned_pickup_at": planned.isoformat() if planned else None,
        "ended_at": row.ended_at.isoformat() if row.ended_at else None,
        "fare": asdict(offer.fare),
        "receipt": receipt.number if receipt else None,
        "trip": {"kind": row.trip.kind, "leg": row.leg} if row.trip else None,
        "booker": _booker(row),
        "open_return": _open_return(row),
        "series": _series(row),
        "said_to_be_late": [
            {"at": note.created_at.isoformat(), "minutes": note.minutes}
            for note in RiderNote.objects.filter(booking=row).order_by("created_at")
        ],
        "shared": [
            {
                "at": share.created_at.isoformat(),
                "withdrawn_at": share.withdrawn_at.isoformat() if share.withdrawn_at else None,
            }
            for share in SharedRide.objects.filter(booking=row).order_by("created_at")
        ],
        "driven": _driven(row),
        "rules_set_aside": _set_aside(row),
        "log": [
            {"at": entry.at.isoformat(), "action": entry.action, "channel": entry.channel, "reason": entry.reason}
            for entry in audit
        ],
    }


def _driven(row: Booking) -> dict[str, Any] | None:
    """What really happened, and by how much the promise was missed."""
    ride = DrivenRide.objects.filter(booking=row).first()
    broken = [{"limit": late.limit, "by_s": late.by_s} for late in row.broken.all()]
    if ride is None and not broken:
        return None
    moments = {name: getattr(ride, name, None) for name in ("vehicle_at", "boarded_at", "left_at")}
    told = {name: moment.isoformat() if moment else None for name, moment in moments.items()}
    return {**told, "cash_cents": ride.cash_cents if ride else None, "broken_promises": broken}


def _set_aside(row: Booking) -> dict[str, Any] | None:
    override = RuleOverride.objects.filter(ride_request=row.offer.ride_request).first()
    return {"rules": override.codes, "reason": override.reason} if override else None


def _open_return(row: Booking) -> dict[str, Any] | None:
    """The right to be fetched after this ride."""
    right = OpenReturn.objects.select_related("ride").filter(booking=row).first()
    if right is None:
        return None
    return {
        "state": right.state,
        "since": right.created_at.isoformat(),
        "valid_until": right.valid_until.isoformat(),
        "called_at": right.called_at.isoformat() if right.called_at else None,
        "ride": right.ride.code if right.ride else None,
    }


def _series(row: Booking) -> dict[str, Any] | None:
    """The rule by which this ride and others were booked as one, and what was said to be needed on all of them."""
    series = Series.objects.filter(trip=row.trip_id).first() if row.trip_id else None
    if series is None:
        return None
    return {"asked_at": series.created_at.isoformat(), "rule": series.rule, "wish": series.wish, "needs": series.needs}


def _booker(row: Booking) -> dict[str, Any] | None:
    """Who booked for somebody else, and when she said that the rider agrees."""
    booker = getattr(row, "booker", None)
    if booker is None:
        return None
    said = {"name": booker.name, "phone": booker.phone, "email": booker.email}
    return {**said, "rider_agreed_at": booker.consented_at.isoformat(), "gets_messages": booker.gets_messages}
