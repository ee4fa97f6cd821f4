"""Rides that this visitor may take once more with one press: favourites, the last ride, its way back.

Of an account, what it keeps. Without one, what this browser's session has booked: nothing outlives the session, and a
press forgets it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.http import HttpRequest
from django.utils import timezone

from accessibility.desk import Anchor, Channel, RideWish
from backend.bookings.of_contacts import bookings_of
from backend.bookings.selectors import booking_by_code, legs_of
from backend.riders.models import Account
from backend.riders.selectors import account_of, contacts_of, favourites
from backend.web import quotes
from backend.web.district import DistrictInfo, current_district
from backend.web.visitor import access_to

MOST_FAVOURITES = 3
STEP_S = 300
TIME_TO_CHOOSE = timedelta(minutes=10)  # on top of the lead time, so that who reads slowly is still in time
STAY = timedelta(hours=1)  # at the other end, before one wants to go back
FAVOURITE, RIDE, BACK = "lieblingsfahrt", "fahrt", "zurueck"


@dataclass(frozen=True, slots=True)
class AgainRide:
    """One large button."""

    what: str  # as the button sends it: "fahrt:K7M-3PX"
    label: str  # of a favourite; "" otherwise
    origin_text: str
    destination_text: str
    wish: RideWish

    @property
    def is_back(self) -> bool:
        return self.what.startswith(BACK)


def again_rides(request: HttpRequest) -> list[AgainRide]:
    """What the start page offers, favourites first; empty for whoever is new here."""
    now = timezone.now()
    account = account_of(request.user)
    rides = list(_favourites(account, now))[:MOST_FAVOURITES] if account else []
    return rides + list(_last_rides(request, account, now))


def again_ride(request: HttpRequest, what: str) -> AgainRide | None:
    """The one that a button names, if this visitor was offered it."""
    return next((ride for ride in again_rides(request) if ride.what == what), None)


def _favourites(account: Account, now: datetime) -> Iterator[AgainRide]:
    district = current_district()
    for ride in favourites(account):
        wish = RideWish(
            district.id, ride.origin, ride.destination, _soon(district, now), party=ride.usual.party,
            needs=ride.usual.needs, concession=ride.usual.concession, channel=Channel.WEB,
        )  # fmt: skip
        yield AgainRide(f"{FAVOURITE}:{ride.id}", ride.label, ride.origin_name, ride.destination_name, wish)


def _last_rides(request: HttpRequest, account: Account | None, now: datetime) -> Iterator[AgainRide]:
    code = _last_code(request, account)
    asked = quotes.behind_booking(code) if code else None
    if code is None or asked is None or not asked.origin_text or not asked.destination_text:
        return
    district = current_district()
    wish = replace(asked.wish, replaces=None, channel=Channel.WEB, max_walk_m=None)
    there = replace(wish, when=_same_time(district, wish.when, now))
    yield AgainRide(f"{RIDE}:{code}", "", asked.origin_text, asked.destination_text, there)
    # The way back of a ride that lies ahead begins after it; of an older one, as soon as may be.
    back_at = max(_soon(district, now), _rounded(wish.when + STAY) if wish.when > now else now)
    back = replace(wish, origin=wish.destination, destination=wish.origin, when=back_at, anchor=Anchor.DEPART)
    yield AgainRide(f"{BACK}:{code}", "", asked.destination_text, asked.origin_text, back)


def _last_code(request: HttpRequest, account: Account | None) -> str | None:
    if account:
        newest = bookings_of(contacts_of(account)).order_by("-booked_at").first()
    else:
        known = [code for code in request.session.get("bookings", {}) if access_to(request, code)]
        newest = booking_by_code(known[-1]) if known else None
    if newest and newest.trip:  # of there and back, the way there
        newest = legs_of(newest.trip)[0]
    return newest.code if newest else None


def _soon(district: DistrictInfo, now: datetime) -> datetime:
    """The earliest time that can still be ordered without hurry."""
    return _rounded(timezone.localtime(now) + timedelta(seconds=district.longest_lead_s) + TIME_TO_CHOOSE)


def _same_time(district: DistrictInfo, last: datetime, now: datetime) -> datetime:
    """The clock time of the last ride, on the next day on which it can be ordered and was not the ride itself."""
    local, soon = timezone.localtime(last), _soon(district, now)
    day = max(soon.date(), local.date() + timedelta(days=1) if last > now else soon.date())
    moment = local.replace(year=day.year, month=day.month, day=day.day)
    return moment if moment >= soon else moment + timedelta(days=1)


def _rounded(moment: datetime) -> datetime:
    """Up to whole five minutes."""
    late_s = (moment.minute * 60 + moment.second) % STEP_S
    exact = moment.replace(microsecond=0)
    return exact + timedelta(seconds=(STEP_S - late_s) % STEP_S)
