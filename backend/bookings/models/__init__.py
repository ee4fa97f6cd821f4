"""Wishes, offers, bookings, plans, and what leaves with them; each topic in a module of its own."""

from __future__ import annotations

from backend.bookings.models.days import DayShift, PlanVersion, ServiceDay
from backend.bookings.models.disruptions import RoadClosure, StandingClosure, Suspension
from backend.bookings.models.facts import BrokenPromise, DrivenRide, Receipt
from backend.bookings.models.instead import InsteadOffer
from backend.bookings.models.records import AuditEntry, IdempotencyRecord, OutboxMessage
from backend.bookings.models.rides import Booker, Booking, OpenReturn, Trip
from backend.bookings.models.wishes import OfferRecord, RideRequest, RuleOverride, Series

__all__ = [
    "AuditEntry", "Booker", "Booking", "BrokenPromise", "DayShift", "DrivenRide", "IdempotencyRecord", "InsteadOffer",
    "OfferRecord", "OpenReturn", "OutboxMessage", "PlanVersion", "Receipt", "RideRequest", "RoadClosure", "RuleOverride",
    "Series", "ServiceDay", "StandingClosure", "Suspension", "Trip",
]  # fmt: skip
