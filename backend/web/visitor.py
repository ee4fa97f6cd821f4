"""What this browser may see: its own ride requests, and the bookings whose contact it has given, or proved by signing in.

Kept in the session on the server; the browser holds only the session's key. Nothing here says what was asked for. Because
a session may end while a form stands open, each form also carries a signed, expiring proof of what it belongs to.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core import signing
from django.http import HttpRequest

from accessibility.desk import Access, Channel
from backend.bookings.of_contacts import contact_that_opens
from backend.bookings.selectors import booking_by_code, code_of_offer, message_contact, passenger_of, sibling_in_series
from backend.config.access import DISPATCHER, staff_access, works_here
from backend.riders.selectors import account_of, contacts_of
from backend.riders.services import is_contact

MOST_REMEMBERED = 20
PROOF = "proof"
PROOF_SALT = "rufbus.web.proof"
PROOF_LASTS_S = 2 * 3600  # a form that stood open for longer begins anew


def own_request(request: HttpRequest, request_id: str) -> None:
    """Remember that this visitor asked."""
    own = [known for known in request.session.get("ride_requests", []) if known != request_id]
    request.session["ride_requests"] = [*own, request_id][-MOST_REMEMBERED:]


def may_see_request(request: HttpRequest, request_id: str) -> bool:
    """Whether this visitor asked for it."""
    if request_id in request.session.get("ride_requests", []):
        return True
    if request_id and request_id in _proved(request).get("requests", ()):
        own_request(request, request_id)
        return True
    return False


def unlock_booking(request: HttpRequest, code: str, contact: str) -> None:
    known = {**request.session.get("bookings", {}), code: contact}
    request.session["bookings"] = dict(list(known.items())[-MOST_REMEMBERED:])


def access_to(request: HttpRequest, code: str) -> Access | None:
    """Why this visitor may see the booking; None: the code and contact must be asked for first."""
    contact = request.session.get("bookings", {}).get(code)
    if contact is not None:
        return Access(contact=contact, is_proved=True, channel=Channel.WEB)
    if (sibling := _known_sibling(request, code)) is not None:
        return Access(contact=sibling, is_proved=True, channel=Channel.WEB)
    if works_here(request.user, DISPATCHER):
        return staff_access(request.user)
    if code and _proved(request).get("code") == code and (booking := booking_by_code(code)):
        phone, email = message_contact(booking)
        unlock_booking(request, code, phone or email)
        return access_to(request, code)
    account = account_of(request.user)
    contact = contact_that_opens(code, contacts_of(account)) if account else None
    if contact is None:
        return None
    unlock_booking(request, code, contact)
    return Access(contact=contact, is_proved=True, channel=Channel.WEB)


def _known_sibling(request: HttpRequest, code: str) -> str | None:
    """The contact of an unlocked booking of the same series: who may see one of its rides may see them all."""
    known = request.session.get("bookings", {})
    sibling = sibling_in_series(code, known) if known else None
    return known[sibling] if sibling else None


def known_passenger(request: HttpRequest) -> dict[str, str]:
    """What fills in "who rides": the account's own name and number, or who last booked for herself in this session."""
    account = account_of(request.user)
    if account:
        phones, emails = contacts_of(account, "phone"), contacts_of(account, "email")
        return {"name": account.name, "phone": next(iter(phones), ""), "email": next(iter(emails), "")}
    for code, contact in reversed(request.session.get("bookings", {}).items()):
        booking = booking_by_code(code)
        if booking and is_contact(contact, booking.contact_phone, booking.contact_email):
            person = passenger_of(booking)
            if person.booked_by is None:
                return {"name": person.name, "phone": person.phone, "email": person.email}
    return {}


def keep_back_open(request: HttpRequest, request_id: str) -> None:
    """Remember that with the ride of this wish the way back is to stay open."""
    wished = [known for known in request.session.get("open_returns", []) if known != request_id]
    request.session["open_returns"] = [*wished, request_id][-MOST_REMEMBERED:]


def is_back_open(request: HttpRequest, request_id: str) -> bool:
    return request_id in request.session.get("open_returns", [])


def forget_rides(request: HttpRequest) -> None:
    """Nothing of what was asked and booked here is left for the next person at this screen."""
    for name in ("bookings", "ride_requests", "open_returns"):
        request.session.pop(name, None)


def own_booking_from(request: HttpRequest, offer_id: str) -> str | None:
    """The code of the booking that this visitor has made from an offer, perhaps without having seen the answer."""
    code = code_of_offer(offer_id)
    return code if code in request.session.get("bookings", {}) else None


def proof_of(request: HttpRequest, request_ids: Iterable[str] = (), code: str = "") -> str:
    """A signed word that the form it stands in was shown to someone who may see these; empty if nobody may."""
    what: dict[str, Any] = {}
    if visible := [request_id for request_id in request_ids if may_see_request(request, request_id)]:
        what["requests"] = visible
    if code and code in request.session.get("bookings", {}):
        what["code"] = code
    return signing.dumps(what, salt=PROOF_SALT) if what else ""


def _proved(request: HttpRequest) -> dict[str, Any]:
    """What a posted form proves. Only a form: a proof in an address would travel with it."""
    if request.method != "POST":
        return {}
    try:
        return dict(signing.loads(request.POST.get(PROOF, ""), salt=PROOF_SALT, max_age=PROOF_LASTS_S))
    except signing.BadSignature:
        return {}
