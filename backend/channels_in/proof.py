"""Who calls? The number may be forged, so private facts need a PIN or the code of one of the caller's own bookings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from django.core.cache import BaseCache, caches
from django.db.models import QuerySet
from django.utils.crypto import salted_hmac

from accessibility.desk import Place, PlaceHit, TripKind
from accessibility.dialogue.actions import Proof
from accessibility.dialogue.caller import Caller, Known, KnownRide, Spot, UsualRide, Wished
from accessibility.dialogue.keypad import keys_of
from backend.bookings.models import Booking, OpenReturn
from backend.bookings.of_contacts import OPEN, bookings_of
from backend.bookings.selectors import booking_view, wish_of
from backend.channels_in.ears import spot_at
from backend.districts.models import District
from backend.riders.models import Account, Contact
from backend.riders.pins import is_pin
from backend.riders.selectors import account_with_contact, contacts_of, favourites

WRONG_AT_MOST = 6
WITHIN_S = 3600
LAST_RIDES = 20  # looked at for what is usual
LEAST_LEAD = timedelta(hours=1)


def contact_hash(contact: str) -> str:
    """Finds a contact again without keeping it."""
    return salted_hmac("rufbus.conversation", contact, algorithm="sha256").hexdigest() if contact else ""


def caller_of(contact: str) -> Caller:
    """What a channel knows of a number or address before anything is said."""
    account = _account(contact)
    return Caller(contact, bool(account and account.phone_pin))


def prove(district: District, contact: str, figures: str, now: datetime) -> Proof:
    """Whether the figures are the PIN of the contact's account, or the keys of the code of one of its open bookings."""
    if not contact:
        return Proof(is_proved=False)
    name = f"proof:{contact_hash(contact)}"
    if int(_cache().get(name, 0)) >= WRONG_AT_MOST:
        return Proof(is_proved=False, is_locked=True)
    account = _account(contact)
    if account is not None and is_pin(account, figures):
        known = known_of(district, contacts_of(account), now, account)
        return Proof(is_proved=True, by_pin=True, known=known)
    codes = [keys_of(code.replace("-", "")) for code in _open(contact, now).values_list("code", flat=True)]
    if figures in codes:
        return Proof(is_proved=True, known=known_of(district, (contact,), now))
    _cache().add(name, 0, WITHIN_S)
    return Proof(is_proved=False, is_locked=int(_cache().incr(name)) >= WRONG_AT_MOST)


def known_of(district: District, contacts: Sequence[str], now: datetime, account: Account | None = None) -> Known:
    """What a proved caller may hear."""
    rows = list(bookings_of(contacts).filter(district=district).order_by("-booked_at")[:LAST_RIDES])
    coming = list(bookings_of(contacts).filter(district=district, state__in=OPEN))
    returns = _open_returns(district, contacts, now)
    rides = [ride for row in coming if (ride := _ride(district, row, now, row.pk in returns)) is not None]
    over = {ride.code for ride in rides}
    rides += [
        replace(ride, is_over=True)
        for row in rows
        if row.pk in returns and row.code not in over and (ride := _ride(district, row, now, True, is_past=True))
    ]
    rides.sort(key=lambda ride: ride.pickup_from)
    usual = _usual(district, rows, rides, now, account)
    own = {contact for contact in contacts if contact}
    named = (row.contact_name for row in rows if own & {row.contact_phone, row.contact_email})
    name = account.name if account else next(named, "")
    return Known(name, tuple(rides), usual, _own_places(usual))


def _account(contact: str) -> Account | None:
    kind = Contact.Kind.EMAIL if "@" in contact else Contact.Kind.PHONE
    return account_with_contact(kind.value, contact) if contact else None


def _open(contact: str, now: datetime) -> QuerySet[Booking]:
    return bookings_of((contact,)).filter(state__in=OPEN, service_day__date__gte=now.date() - timedelta(days=1))


def _open_returns(district: District, contacts: Sequence[str], now: datetime) -> set[int]:
    ids = bookings_of(contacts).filter(district=district, service_day__date__gte=now.date() - timedelta(days=1))
    rights = OpenReturn.objects.filter(booking__in=ids.values("pk"), ride__isnull=True, valid_until__gt=now)
    return set(rights.exclude(state=OpenReturn.State.ENDED).values_list("booking_id", flat=True))


def _ride(
    district: District, row: Booking, now: datetime, can_be_fetched: bool, *, is_past: bool = False
) -> KnownRide | None:
    view = booking_view(row)
    offer = view.offer
    if offer.arrive_by < now and not is_past:
        return None
    return KnownRide(
        view.code,
        stop_text(offer.pickup_stop.village, offer.pickup_stop.name),
        stop_text(offer.delivery_stop.village, offer.delivery_stop.name),
        offer.pickup_from,
        offer.pickup_until,
        offer.arrive_by,
        _wished(district, row),
        in_series=view.trip is not None and view.trip.kind is TripKind.SERIES,
        series=view.trip.legs[0].code if view.trip is not None and view.trip.kind is TripKind.SERIES else "",
        in_return_trip=view.trip is not None and view.trip.kind is TripKind.RETURN,
        can_be_fetched=can_be_fetched,
    )


def stop_text(village: str, name: str) -> str:
    """ "Kalbe, ZOB"; the village once."""
    return name if village in name else f"{village}, {name}"


def _wished(district: District, row: Booking) -> Wished:
    wish = wish_of(row.offer.ride_request)
    origin, destination = _end(district, wish.origin, row, "pickup"), _end(district, wish.destination, row, "delivery")
    return Wished(
        origin, destination, wish.when.date().isoformat(), wish.when, wish.anchor, wish.party,
        tuple(sorted(wish.needs)), wish.concession, is_party_said=True,
    )  # fmt: skip


def _end(district: District, place: Place, row: Booking, which: str) -> Spot:
    spot = spot_at(district, place)
    if spot.text:
        return spot
    stop = row.offer.pickup_stop if which == "pickup" else row.offer.delivery_stop
    return replace(spot, text=stop_text(stop.village, stop.name))


def _usual(
    district: District, rows: Sequence[Booking], rides: Sequence[KnownRide], now: datetime, account: Account | None
) -> tuple[UsualRide, ...]:
    """What is taken most often, at its usual time on the next day it is not booked for; then the favourites."""
    wishes = [_wished(district, row) for row in rows]
    pairs = Counter((wish.origin, wish.destination) for wish in wishes if wish.origin and wish.destination)
    found: list[UsualRide] = []
    for pair, _count in pairs.most_common(2):
        last = next(wish for wish in wishes if (wish.origin, wish.destination) == pair)
        found.append(UsualRide("", _next_time(last, rides, now)))
    for ride in favourites(account) if account else ():
        origin, destination = spot_at(district, ride.origin), spot_at(district, ride.destination)
        spots = replace(origin, text=ride.origin_name), replace(destination, text=ride.destination_name)
        if any((one.wish.origin, one.wish.destination) == spots for one in found):
            continue
        wish = Wished(
            *spots, party=ride.usual.party, needs=tuple(sorted(ride.usual.needs)), concession=ride.usual.concession,
            is_party_said=True,
        )  # fmt: skip
        found.append(UsualRide(ride.label, wish))
    return tuple(found[:5])


def _next_time(wish: Wished, rides: Sequence[KnownRide], now: datetime) -> Wished:
    assert wish.when is not None
    local = wish.when
    today = now.astimezone(local.tzinfo)
    taken = {ride.wish.when.date() for ride in rides if ride.wish.when and ride.wish.origin == wish.origin}
    day = today.date()
    for ahead in range(8):
        day = today.date() + timedelta(days=ahead)
        moment = local.replace(year=day.year, month=day.month, day=day.day)
        if day not in taken and moment > now + LEAST_LEAD:
            return replace(wish, when=moment, day=day.isoformat())
    return replace(wish, when=None, day="")


def _own_places(usual: Sequence[UsualRide]) -> dict[str, PlaceHit]:
    """Home is where most of the usual rides begin."""
    spots = [ride.wish.origin for ride in usual if ride.wish.origin and ride.wish.origin.kind != "point"]
    if not spots:
        return {}
    home = Counter(spots).most_common(1)[0][0]
    return {"home": PlaceHit(home.id, home.kind, home.text, home.text, home.lat, home.lon, 1.0)}


def _cache() -> BaseCache:
    return caches["between_processes"]
