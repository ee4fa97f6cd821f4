"""A ride through its changes: each change makes a new booking that stands in the place of the one before."""

from __future__ import annotations

from backend.bookings.models import Booking
from backend.bookings.selectors import bookings


def newest_of(booking: Booking) -> Booking:
    """The booking that stands in this one's place now, after however many changes."""
    while follower := bookings().filter(replaces=booking).first():
        booking = follower
    return booking


def chain_of(booking: Booking) -> list[Booking]:
    """A ride under all its codes, the first one first."""
    while booking.replaces_id:
        booking = bookings().get(pk=booking.replaces_id)
    chain = [booking]
    while follower := bookings().filter(replaces=chain[-1]).first():
        chain.append(follower)
    return chain


def changes_before(booking: Booking) -> tuple[str, int]:
    """The code that the ride was first booked under, and how often it was changed since."""
    count = 0
    while booking.replaces_id:
        booking = bookings().get(pk=booking.replaces_id)
        count += 1
    return booking.code, count
