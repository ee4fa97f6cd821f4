"""Reads accounts: whose a browser's session is, what they usually need, where they often ride."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from typing import Any

from accessibility.desk import Concession, Party, Place
from backend.riders.models import Account, Contact, Favourite


@dataclass(frozen=True, slots=True)
class UsualRide:
    """Who rides and what they need, as it fills in a new wish."""

    party: Party = field(default_factory=Party)
    needs: frozenset[str] = frozenset()
    concession: Concession = Concession.NONE


@dataclass(frozen=True, slots=True)
class FavouriteRide:
    """A ride taken again and again."""

    id: int
    label: str
    origin: Place
    origin_name: str
    destination: Place
    destination_name: str
    usual: UsualRide


def account_of(user: Any) -> Account | None:
    """The account that a signed-in user has; None for guests and for staff."""
    if not (user and user.is_authenticated and user.is_active):
        return None
    if not hasattr(user, "_rider_account"):  # asked several times a page
        user._rider_account = Account.objects.filter(user_id=user.pk).first()
    found: Account | None = user._rider_account
    return found


def contacts_of(account: Account, kind: str | None = None) -> tuple[str, ...]:
    """Numbers (E.164) and addresses that the account has proved, the first one first."""
    rows = account.contacts.filter(kind=kind) if kind else account.contacts.all()
    return tuple(rows.values_list("value", flat=True))


def account_with_contact(kind: str, value: str) -> Account | None:
    """The account that has proved this contact."""
    row = Contact.objects.select_related("account__user").filter(kind=kind, value=value).first()
    return row.account if row else None


def favourites(account: Account) -> tuple[FavouriteRide, ...]:
    """The account's favourite rides, the oldest first."""
    return tuple(favourite_ride(row) for row in account.favourites.all())


def favourite_ride(row: Favourite) -> FavouriteRide:
    """A stored favourite as pages and dialogues use it."""
    return FavouriteRide(
        id=row.pk,
        label=row.label,
        origin=Place(**row.origin),
        origin_name=row.origin_name,
        destination=Place(**row.destination),
        destination_name=row.destination_name,
        usual=usual_from(row.usual),
    )


def usual_wish_defaults(account: Account) -> UsualRide:
    """What fills in a new wish of this account."""
    return usual_from(account.usual)


def usual_from(document: dict[str, Any]) -> UsualRide:
    """A kept usual ride; what is missing is one adult without needs."""
    return UsualRide(
        party=Party(**document.get("party", {})),
        needs=frozenset(document.get("needs", ())),
        concession=Concession(document.get("concession", Concession.NONE.value)),
    )


def usual_document(usual: UsualRide) -> dict[str, Any]:
    """A usual ride as it is kept."""
    return {"party": asdict(usual.party), "needs": sorted(usual.needs), "concession": usual.concession.value}


NEVER_CALL = "never_call"


def driver_wishes(contacts: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """What drivers are told about riders, by the contact that a booking names; in one query for a whole day."""
    rows = Contact.objects.select_related("account").filter(value__in={contact for contact in contacts if contact})
    wishes = {row.value: [*row.account.wishes, *([NEVER_CALL] if row.account.never_call else [])] for row in rows}
    return {value: tuple(told) for value, told in wishes.items() if told}
