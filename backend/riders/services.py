"""Keeps riders, found again by how they can be reached; and the accounts of those who have proved it."""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

import phonenumbers
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accessibility.desk import Booker, InvalidInput, Passenger, Place
from backend.districts.models import District
from backend.riders.models import Account, Contact, Favourite, Rider
from backend.riders.selectors import UsualRide, account_with_contact, usual_document

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


def check_name(name: str, field_name: str = "name") -> None:
    """Raise InvalidInput for a name that nobody can read out."""
    if len(name) > LONGEST_NAME:
        raise InvalidInput(field_name, _("Der Name ist zu lang. Höchstens 120 Zeichen passen."))
    if not name.isprintable():
        raise InvalidInput(
            field_name, _("Der Name enthält Zeichen, die man nicht lesen kann. Bitte schreiben Sie ihn neu.")
        )


def checked_passenger(passenger: Passenger) -> Passenger:
    """The same person with a clean name and a number or address that can be reached. Raises InvalidInput."""
    name = _checked_name(passenger.name, "name")
    phone, email = normalised_phone(passenger.phone), normalised_email(passenger.email)
    booker = _checked_booker(passenger.booked_by) if passenger.booked_by else None
    if not phone and not email:
        if booker is None:
            raise InvalidInput(
                "phone", _("Bitte geben Sie eine Telefonnummer oder eine E-Mail-Adresse an. So erreichen wir Sie.")
            )
        if not booker.gets_messages:
            problem = _("Ohne Telefonnummer oder E-Mail-Adresse der Person können wir nur Ihnen schreiben.")
            raise InvalidInput("booked_by.gets_messages", problem)
    return Passenger(name, phone, email, booker)


def _checked_booker(booker: Booker) -> Booker:
    name = _checked_name(booker.name, "booked_by.name")
    phone = normalised_phone(booker.phone, "booked_by.phone")
    email = normalised_email(booker.email, "booked_by.email")
    if not phone and not email:
        problem = _("Bitte geben Sie Ihre eigene Telefonnummer oder E-Mail-Adresse an. So erreichen wir Sie.")
        raise InvalidInput("booked_by.phone", problem)
    if not booker.rider_agrees:
        problem = _("Buchen Sie nur, wenn die Person davon weiß und einverstanden ist. Setzen Sie dann das Häkchen.")
        raise InvalidInput("booked_by.rider_agrees", problem)
    return Booker(name, phone, email, rider_agrees=True, gets_messages=booker.gets_messages)


def _checked_name(text: str, field_name: str) -> str:
    name = " ".join(text.split())
    if not name:
        raise InvalidInput(field_name, _("Bitte geben Sie einen Namen an. Der Fahrer ruft ihn an der Haltestelle."))
    check_name(name, field_name)
    return name


def keep_rider(district: District, passenger: Passenger) -> Rider:
    """The rider of a checked passenger: the one we know by number, or by address where no number was given.

    Where somebody books for another person, it is she whom we know by her contact. Nothing of a known rider is
    overwritten: whoever types somebody's number must not change what is kept about her.
    """
    if passenger.booked_by:
        passenger = Passenger(passenger.booked_by.name, passenger.booked_by.phone, passenger.booked_by.email)
    known = Rider.objects.filter(district=district)
    values = {"name": passenger.name, "email": passenger.email}
    if passenger.phone:  # two first bookings at once may both bring a new number: it is one rider
        return known.get_or_create(phone=passenger.phone, district=district, defaults=values)[0]
    rider = known.filter(phone="", email=passenger.email).first()
    return rider or Rider.objects.create(district=district, **values)


def is_contact(contact: str, phone: str, email: str) -> bool:
    """Whether a contact given in any notation is this number (E.164) or this address; an empty one never is."""
    for read, own in ((normalised_phone, phone), (normalised_email, email)):
        try:
            if own and read(contact) == own:
                return True
        except InvalidInput:
            continue
    return False


MOST_CONTACTS, MOST_FAVOURITES = 6, 30


@dataclass(frozen=True, slots=True)
class Reached:
    """A contact as it was typed, read: "phone" and E.164, or "email" and lower case."""

    kind: str
    value: str


def read_contact(text: str, field_name: str = "contact") -> Reached:
    """What a person means by one field for both. Raises InvalidInput, whether or not anybody has this contact."""
    if "@" in text:
        return Reached(Contact.Kind.EMAIL.value, normalised_email(text, field_name))
    phone = normalised_phone(text, field_name)
    if not phone:
        raise InvalidInput(field_name, _("Schreiben Sie Ihre Telefonnummer oder Ihre E-Mail-Adresse."))
    if phonenumbers.parse(phone).country_code not in settings.SMS_COUNTRY_CODES:
        raise InvalidInput(field_name, _("In dieses Land senden wir keine SMS. Nehmen Sie eine E-Mail-Adresse."))
    return Reached(Contact.Kind.PHONE.value, phone)


def open_account(
    district: District, now: datetime, reached: Reached | None = None, name: str = "", language: str = ""
) -> Account:
    """The account that has proved this contact; a new one where there is none yet, in the language of the pages.

    Two proofs of the same contact at once end in one account.
    """
    known = account_with_contact(reached.kind, reached.value) if reached else None
    if known:
        return known
    try:
        with transaction.atomic():
            user = get_user_model()(username=f"rider-{secrets.token_hex(8)}")
            user.set_unusable_password()
            user.save()
            account = Account.objects.create(
                user=user,
                district=district,
                name=name[:LONGEST_NAME],
                language=language if language in Account.Language.values else Account.Language.GERMAN.value,
                created_at=now,
            )
            if reached:
                _prove(account, reached, now)
    except IntegrityError:
        known = account_with_contact(reached.kind, reached.value) if reached else None
        if known is None:
            raise
        return known
    return account


def add_contact(account: Account, reached: Reached, now: datetime) -> None:
    """Keep a contact that was just proved. Raises InvalidInput where another account has it, or there are too many."""
    taken = _("Diese Nummer oder Adresse gehört schon zu einem anderen Konto. Melden Sie sich damit an.")
    owner = account_with_contact(reached.kind, reached.value)
    if owner == account:
        return
    if owner:
        raise InvalidInput("contact", taken, "contact_taken")
    if account.contacts.count() >= MOST_CONTACTS:
        raise InvalidInput("contact", _("Mehr Nummern und Adressen passen nicht. Löschen Sie zuerst eine."))
    try:
        with transaction.atomic():
            _prove(account, reached, now)
    except IntegrityError:  # another account proved it at the same moment
        raise InvalidInput("contact", taken, "contact_taken") from None


def _prove(account: Account, reached: Reached, now: datetime) -> None:
    Contact.objects.create(account=account, kind=reached.kind, value=reached.value, verified_at=now)


def remove_contact(account: Account, value: str) -> None:
    """Forget a contact. Raises InvalidInput for the last one: nobody could sign in any more."""
    if account.contacts.exclude(value=value).exists():
        account.contacts.filter(value=value).delete()
        return
    raise InvalidInput("contact", _("Die letzte Nummer oder Adresse bleibt: Ohne sie könnten Sie sich nicht anmelden."))


def save_profile(account: Account, name: str, usual: UsualRide) -> None:
    """Name, and who usually rides with what needs. Raises InvalidInput."""
    name = " ".join(name.split())
    check_name(name)
    account.name, account.usual = name, usual_document(usual)
    account.save(update_fields=["name", "usual"])


def save_preferences(
    account: Account, reach_by: str, never_call: bool, wishes: Iterable[str], messages: Iterable[str]
) -> None:
    """How to reach a rider, what drivers are told, and which messages she wants beside those that a ride needs.

    Raises InvalidInput where she wants to be called and never to be called.
    """
    if never_call and reach_by == Account.ReachBy.CALL:
        problem = _("Sie möchten angerufen werden und zugleich nie. Bitte wählen Sie eines von beiden.")
        raise InvalidInput("reach_by", problem)
    account.reach_by, account.never_call = Account.ReachBy(reach_by).value if reach_by else "", never_call
    account.wishes = sorted(Account.DriverWish(wish).value for wish in wishes)
    account.messages = sorted({Account.MessageWish(wish).value for wish in messages})
    account.save(update_fields=["reach_by", "never_call", "wishes", "messages"])


def save_appearance(account: Account, language: str, large_type: bool, high_contrast: bool) -> None:
    """How pages look to this rider, and in which language messages are."""
    account.language = Account.Language(language).value
    account.large_type, account.high_contrast = large_type, high_contrast
    account.save(update_fields=["language", "large_type", "high_contrast"])


@dataclass(frozen=True, slots=True)
class FavouriteInput:
    """What a rider says of a favourite ride."""

    label: str
    origin: Place
    origin_name: str
    destination: Place
    destination_name: str
    usual: UsualRide


@transaction.atomic
def save_favourite(account: Account, ride: FavouriteInput, now: datetime, favourite_id: int | None = None) -> Favourite:
    """Keep a favourite ride, or change one. Raises InvalidInput for a label that another favourite has."""
    Account.objects.select_for_update(no_key=True).get(pk=account.pk)  # two presses at once come one after the other
    label = " ".join(ride.label.split())
    others = account.favourites.exclude(pk=favourite_id) if favourite_id else account.favourites.all()
    values = {
        "label": label,
        "origin": _kept_place(ride.origin),
        "origin_name": ride.origin_name,
        "destination": _kept_place(ride.destination),
        "destination_name": ride.destination_name,
        "usual": usual_document(ride.usual),
    }
    namesake = others.filter(label=label).first()
    if namesake and favourite_id is None and all(getattr(namesake, name) == value for name, value in values.items()):
        return namesake  # the same press again, since its answer was lost
    if namesake:
        raise InvalidInput("label", _("So heißt schon eine andere Fahrt. Geben Sie dieser einen anderen Namen."))
    if favourite_id is None and others.count() >= MOST_FAVOURITES:
        raise InvalidInput("label", _("Mehr Fahrten passen nicht. Löschen Sie zuerst eine."))
    if favourite_id is None:
        return Favourite.objects.create(account=account, created_at=now, **values)
    account.favourites.filter(pk=favourite_id).update(**values)
    return account.favourites.get(pk=favourite_id)


def remove_favourite(account: Account, favourite_id: int) -> None:
    """Forget a favourite ride; twice is the same as once."""
    account.favourites.filter(pk=favourite_id).delete()


def _kept_place(place: Place) -> dict[str, object]:
    return {name: value for name, value in asdict(place).items() if value is not None}
