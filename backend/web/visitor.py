"""What this browser may see: its own ride requests, and the bookings whose contact it has given.

Kept in the session on the server; the browser holds only the session's key. Nothing here says what was asked for.
"""

from __future__ import annotations

from django.http import HttpRequest

from accessibility.desk import Access
from backend.config.access import DISPATCHER, has_role

MOST_REMEMBERED = 20


def own_request(request: HttpRequest, request_id: str) -> None:
    """Remember that this visitor asked."""
    own = [known for known in request.session.get("ride_requests", []) if known != request_id]
    request.session["ride_requests"] = [*own, request_id][-MOST_REMEMBERED:]


def may_see_request(request: HttpRequest, request_id: str) -> bool:
    """Whether this visitor asked for it."""
    return request_id in request.session.get("ride_requests", [])


def unlock_booking(request: HttpRequest, code: str, contact: str) -> None:
    known = {**request.session.get("bookings", {}), code: contact}
    request.session["bookings"] = dict(list(known.items())[-MOST_REMEMBERED:])


def access_to(request: HttpRequest, code: str) -> Access | None:
    """Why this visitor may see the booking; None: the code and contact must be asked for first."""
    contact = request.session.get("bookings", {}).get(code)
    if contact is not None:
        return Access(contact=contact)
    if has_role(request.user, DISPATCHER):
        return Access(staff=request.user.get_username())
    return None
