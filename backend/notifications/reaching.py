"""How the person can be reached whom a message is for: by the account's choices, else by what was said when booking."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.conf import settings

from backend.bookings.models import Booking
from backend.bookings.selectors import message_contact
from backend.notifications.models import OptOut
from backend.notifications.rules import Reach, is_at_usual_price, takes_sms
from backend.riders.models import Account, Contact

DEAF = "deaf"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody without a booking: a number (E.164) or an address, and the language to write in."""

    phone: str = ""
    email: str = ""
    language: str = ""

    def document(self) -> dict[str, str]:
        return {"phone": self.phone, "email": self.email, "language": self.language}


def reach_of_booking(booking: Booking) -> Reach:
    """Who hears of a booking: its rider, or who booked it for her and gets the messages."""
    phone, email = message_contact(booking)
    booker = getattr(booking, "booker", None)
    is_rider = not (booker and booker.gets_messages)
    reads_only = is_rider and DEAF in booking.offer.ride_request.needs
    return _reach(phone, email, reads_only, booking.language)


def reach_of_person(person: Mapping[str, str]) -> Reach:
    """The same for who has no booking; takes the document of a `Person`."""
    return _reach(person.get("phone", ""), person.get("email", ""), False, person.get("language", ""))


def _reach(phone: str, email: str, reads_only: bool, language: str) -> Reach:
    if not phone and not email:
        return Reach()
    account, proved = _account_of([phone, email])
    if account is None:
        sms_to = _first_writable([phone], set())
        phone = phone if is_at_usual_price(phone, settings.SMS_COUNTRY_CODES) else ""
        return Reach(phone, sms_to, email, language or settings.LANGUAGE_CODE, "", not reads_only, None, reads_only)
    phones = [phone, *(value for kind, value in proved if kind == Contact.Kind.PHONE and value != phone)]
    emails = [email, *(value for kind, value in proved if kind == Contact.Kind.EMAIL)]
    reads_only = reads_only or Account.DriverWish.TEXT_ONLY in account.wishes
    return Reach(
        phone=next((one for one in phones if one and is_at_usual_price(one, settings.SMS_COUNTRY_CODES)), ""),
        sms_to=_first_writable(phones, {value for _kind, value in proved}),
        email=next(filter(None, emails), ""),
        language=account.language,
        prefers=account.reach_by,
        may_be_called=not (account.never_call or reads_only),
        wishes=frozenset(account.messages),
        reads_only=reads_only or account.never_call,
    )


def _account_of(contacts: Sequence[str]) -> tuple[Account | None, list[tuple[str, str]]]:
    """The account that has proved one of these, and everything that it has proved."""
    known = [contact for contact in contacts if contact]
    row = Contact.objects.select_related("account").filter(value__in=known).order_by("pk").first()
    if row is None:
        return None, []
    return row.account, list(Contact.objects.filter(account=row.account).values_list("kind", "value"))


def _first_writable(phones: Sequence[str], proved: set[str]) -> str:
    """The first number that takes an SMS: a proved one has taken ours already."""
    open_ones = [
        phone for phone in phones if phone and (phone in proved or takes_sms(phone, settings.SMS_COUNTRY_CODES))
    ]
    gone = set(OptOut.objects.filter(kind="phone", number__in=open_ones).values_list("number", flat=True))
    return next((phone for phone in open_ones if phone not in gone), "")
