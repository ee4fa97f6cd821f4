"""What this browser may see: its own ride requests, and the bookings whose contact it has given.

Kept in the session on the server; the browser holds only the session's key. Nothing here says what was asked for.
"""

from __future__ import annotations

from django.http import HttpRequest

from accessibility.desk import Access

MOST_REMEMBERED = 20


def own_request(request: HttpRequest, request_id: str, key: str) -> None:
    """Remember that this visitor asked, and under which idempotency key."""
    own = {**request.session.get("ride_requests", {}), request_id: key}
    request.session["ride_requests"] = dict(list(own.items())[-MOST_REMEMBERED:])


def key_of(request: HttpRequest, request_id: str) -> str | None:
    """The key under which this visitor asked; None: somebody else did, or nobody."""
    key = request.session.get("ride_requests", {}).get(request_id)
    return str(key) if key is not None else None


def unlock_booking(request: HttpRequest, code: str, contact: str) -> None:
    known = {**request.session.get("bookings", {}), code: contact}
    request.session["bookings"] = dict(list(known.items())[-MOST_REMEMBERED:])


def access_to(request: HttpRequest, code: str) -> Access | None:
    """Why this visitor may see the booking; None: the code and contact must be asked for first."""
    contact = request.session.get("bookings", {}).get(code)
    if contact is not None:
        return Access(contact=contact)
    if request.user.is_authenticated and request.user.is_staff:
        return Access(staff=request.user.get_username())
    return None
