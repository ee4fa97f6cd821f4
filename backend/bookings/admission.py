"""Who may do what at the desk: the district that was named, the booking that a caller may see."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext as _

from accessibility.desk import Access, InvalidInput, Refusal
from backend.bookings.guessing import count_wrong, is_locked
from backend.bookings.models import Booking
from backend.bookings.rules import phone_way_out
from backend.bookings.selectors import booking_by_code, contacts_that_open
from backend.districts.models import District
from backend.districts.selectors import get_district, rules_of
from backend.riders.services import is_contact

RIDER = "rider"


def channel_of(access: Access, channel: str) -> str:
    """By which channel a change comes: the dispatcher's, the rider's own, or else the one that the booking came by."""
    return "dispatcher" if access.staff else access.channel.value if access.channel else channel


def not_found() -> Refusal:
    """The same answer to a wrong code and to a wrong contact, so that neither can be guessed."""
    reason = _("Diese Buchung haben wir nicht gefunden. Prüfen Sie Buchungscode und Telefonnummer oder E-Mail-Adresse.")
    site = get_district(settings.SITE_DISTRICT)
    way = _("Rufen Sie uns an, wenn Sie den Code nicht mehr haben.")
    return Refusal("not_found", reason, (phone_way_out(rules_of(site) if site else None, way),))


def district_named(district_id: str) -> District:
    """The district of this id. Raises InvalidInput."""
    district = get_district(district_id[:40]) if district_id.isprintable() else None
    if district is None:
        raise InvalidInput("district", _("Diesen Landkreis kennen wir nicht."))
    return district


def visible(code: str, access: Access) -> Booking | None:
    """The booking, for staff of its district and for whoever knows the contact that it was booked with."""
    booking = booking_by_code(code)
    if booking is None or access.is_staff_of(booking.district_id):
        return booking
    if is_locked(booking.code) and not access.is_proved:
        return None
    if any(is_contact(access.contact, phone, email) for phone, email in contacts_that_open(booking)):
        return booking
    if access.contact:
        count_wrong(booking.code)
    return None
