"""Keeps riders: found again by how they can be reached."""

from __future__ import annotations

import phonenumbers
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from accessibility.desk import InvalidInput, Passenger
from backend.districts.models import District
from backend.riders.models import Rider

LONGEST_NAME = 120
SHORTEST_NUMBER = 6  # digits without the country code


def normalised_phone(text: str, field_name: str = "phone") -> str:
    """E.164 of a number in any notation; "" stays "". Raises InvalidInput."""
    if not text.strip():
        return ""
    problem = _("Diese Telefonnummer kennen wir nicht. Richtig wäre zum Beispiel 03901 304030 oder +49 3901 304030.")
    if len(text) > 40:
        raise InvalidInput(field_name, problem)
    try:
        number = phonenumbers.parse(text, "DE")
    except phonenumbers.NumberParseException:
        raise InvalidInput(field_name, problem) from None
    if not phonenumbers.is_possible_number(number) or len(str(number.national_number)) < SHORTEST_NUMBER:
        raise InvalidInput(field_name, problem)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def normalised_email(text: str, field_name: str = "email") -> str:
    """The address in lower case; "" stays "". Raises InvalidInput."""
    address = text.strip().lower()
    if not address:
        return ""
    try:
        if len(address) > 254:
            raise ValidationError("too long")
        validate_email(address)
    except ValidationError:
        raise InvalidInput(
            field_name, _("Das ist keine E-Mail-Adresse. Richtig wäre zum Beispiel name@beispiel.de.")
        ) from None
    return address


def checked_passenger(passenger: Passenger) -> Passenger:
    """The same person with a clean name and a number or address that can be reached. Raises InvalidInput."""
    name = " ".join(passenger.name.split())
    if not name:
        raise InvalidInput("name", _("Bitte geben Sie einen Namen an. Der Fahrer ruft ihn an der Haltestelle."))
    if len(name) > LONGEST_NAME:
        raise InvalidInput("name", _("Der Name ist zu lang. Höchstens 120 Zeichen passen."))
    if not name.isprintable():
        raise InvalidInput(
            "name", _("Der Name enthält Zeichen, die man nicht lesen kann. Bitte schreiben Sie ihn neu.")
        )
    phone, email = normalised_phone(passenger.phone), normalised_email(passenger.email)
    if not phone and not email:
        raise InvalidInput(
            "phone", _("Bitte geben Sie eine Telefonnummer oder eine E-Mail-Adresse an. So erreichen wir Sie.")
        )
    return Passenger(name, phone, email)


def keep_rider(district: District, passenger: Passenger) -> Rider:
    """The rider of a checked passenger: the one we know by number, or by address where no number was given.

    Nothing of a known rider is overwritten: whoever types somebody's number must not change what is kept about her.
    """
    known = Rider.objects.filter(district=district)
    if passenger.phone:
        rider = known.filter(phone=passenger.phone).first()
    else:
        rider = known.filter(phone="", email=passenger.email).first()
    return rider or Rider.objects.create(
        district=district, name=passenger.name, phone=passenger.phone, email=passenger.email
    )


def is_contact(contact: str, phone: str, email: str) -> bool:
    """Whether a contact given in any notation is this number (E.164) or this address; an empty one never is."""
    for read, own in ((normalised_phone, phone), (normalised_email, email)):
        try:
            if own and read(contact) == own:
                return True
        except InvalidInput:
            continue
    return False
