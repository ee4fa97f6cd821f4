"""The booking desk as every channel sees it: one protocol, plain data, no rules.

A channel (web page, REST, voice, SMS, dispatcher) builds a `RideWish`, calls the desk, and shows what comes back. Wrong
input raises `InvalidInput`; a lawful "no" is a value, a `Refusal` with a reason and a way out. Every text for people is
German, ready to be read aloud, and comes from the translation catalogue of whoever implements the desk.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol


class Channel(StrEnum):
    """Where a wish came from."""

    WEB = "web"
    APP = "app"
    PHONE = "phone"
    SMS = "sms"
    EMAIL = "email"
    WHATSAPP = "whatsapp"
    DISPATCHER = "dispatcher"
    PARTNER = "partner"


# What the rider reads as an answer there needs no message of its own.
WRITTEN_CHANNELS = frozenset({Channel.SMS, Channel.EMAIL, Channel.WHATSAPP})


class Anchor(StrEnum):
    """Which end of the ride the wished time means."""

    DEPART = "depart"
    ARRIVE = "arrive"


class InvalidInput(ValueError):
    """A value that cannot be meant: which field, what is wrong with it, what would be right (German, for a person)."""

    def __init__(self, field_name: str, problem: str, code: str = "invalid") -> None:
        super().__init__(f"{field_name}: {problem}")
        self.field_name = field_name
        self.problem = problem
        self.code = code


@dataclass(frozen=True, slots=True)
class Place:
    """Something a rider may name: exactly one of a stop, a place of the district, or a point (degrees, WGS 84)."""

    stop_id: str | None = None
    place_id: str | None = None
    lat: float | None = None
    lon: float | None = None


@dataclass(frozen=True, slots=True)
class PlaceHit:
    """One answer of the place finder, best first."""

    id: str
    kind: str  # "stop", "village", "doctor", "station", ...
    name: str
    village: str
    lat: float
    lon: float
    score: float  # 0..1


@dataclass(frozen=True, slots=True)
class Party:
    """Who and what rides. `adults` includes those in a wheelchair; `wheelchairs` says how many of them."""

    adults: int = 1
    children: int = 0
    wheelchairs: int = 0
    walking_frames: int = 0
    prams: int = 0
    guide_dogs: int = 0
    bicycles: int = 0
    luggage: int = 0
    parcels: int = 0


class Concession(StrEnum):
    """Why a fare is lower. Never a diagnosis, never the mark on a card."""

    NONE = "none"
    DEUTSCHLANDTICKET = "deutschlandticket"
    FREE_TRAVEL = "free_travel"  # valid Wertmarke, SGB IX § 228
    FREE_TRAVEL_WITH_COMPANION = "free_travel_with_companion"


@dataclass(frozen=True, slots=True)
class RideWish:
    """A ride request as a rider says it."""

    district: str
    origin: Place
    destination: Place
    when: datetime  # aware
    anchor: Anchor = Anchor.DEPART
    party: Party = field(default_factory=Party)
    needs: frozenset[str] = frozenset()  # "ramp", "child_seat", "blind", "deaf", "arm", "slow"
    concession: Concession = Concession.NONE
    channel: Channel = Channel.WEB
    max_walk_m: int | None = None  # None: the district's limit
    replaces: str | None = None  # booking code, when an existing booking is to be changed


@dataclass(frozen=True, slots=True)
class StopView:
    id: str
    name: str
    village: str
    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class FareLine:
    text: str
    amount_cents: int


@dataclass(frozen=True, slots=True)
class Fare:
    total_cents: int
    lines: tuple[FareLine, ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """What we would promise until `expires_at`."""

    id: str
    pickup_stop: StopView
    pickup_walk_m: int
    pickup_from: datetime  # promised window
    pickup_until: datetime
    delivery_stop: StopView
    delivery_walk_m: int
    arrive_by: datetime
    max_ride_minutes: int
    fare: Fare
    vehicle_kind: str
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class WayOut:
    """What is possible instead: `kind` is "offer_times", "other_stop", "line", "train", "phone" or "service_hours".

    Asking the same wish again with `value` leads on: as the new time, or as the stop at this `end` of the ride.
    """

    kind: str
    text: str
    value: str = ""  # a phone number (E.164), a stop id, an ISO time, an https address
    end: str = ""  # of another stop: "origin" or "destination"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A lawful "no". `concerns` names the offer or the booking that stands in the way, where a call was about several."""

    code: str
    reason: str
    way_out: tuple[WayOut, ...] = ()
    concerns: str = ""


@dataclass(frozen=True, slots=True)
class Quote:
    """The answer to a wish: up to three offers, or a refusal. The wish itself is kept either way."""

    request_id: str
    offers: tuple[Offer, ...]
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class Booker:
    """Who books for somebody else: at least one of phone and e-mail, and her word that the rider knows and agrees.

    Either of the two contacts opens the booking; messages go to the booker's, or else to the rider's.
    """

    name: str
    phone: str = ""
    email: str = ""
    rider_agrees: bool = False
    gets_messages: bool = True


@dataclass(frozen=True, slots=True)
class Passenger:
    """Who rides: the name that the driver calls, and at least one of phone (E.164 or German notation) and e-mail.

    Where somebody else books, hers is the contact that is needed.
    """

    name: str
    phone: str = ""
    email: str = ""
    booked_by: Booker | None = None


@dataclass(frozen=True, slots=True)
class Access:
    """Why the caller may see a booking: the contact it was booked with, or a staff user's name.

    `districts`: for which of them she works; None for whoever works for all.

    `is_proved`: the caller was seen to know or to own the contact before, and is not locked out by what others guess.
    `channel`: where she is, if that may be another one than the booking came by.
    """

    contact: str = ""
    staff: str = ""
    is_proved: bool = False
    channel: Channel | None = None
    districts: frozenset[str] | None = None

    def is_staff_of(self, district: str) -> bool:
        """Whether the caller works for this district."""
        return bool(self.staff) and (self.districts is None or district in self.districts)


class BookingState(StrEnum):
    BOOKED = "booked"
    CANCELLED = "cancelled"
    ABOARD = "aboard"
    COMPLETED = "completed"
    NO_SHOW = "no_show"


class TripKind(StrEnum):
    """Why bookings belong together."""

    RETURN = "return"  # there and back: exactly two
    SERIES = "series"  # the same ride on several days


@dataclass(frozen=True, slots=True)
class TripLeg:
    """One booking of a trip, as the others show it."""

    code: str
    state: BookingState
    pickup_stop: StopView
    pickup_from: datetime
    pickup_until: datetime
    delivery_stop: StopView
    arrive_by: datetime


@dataclass(frozen=True, slots=True)
class RideBeside:
    """An open ride of the same person that clashes with an offer: the same ride once more, or one at the same time."""

    offer_id: str
    ride: TripLeg


@dataclass(frozen=True, slots=True)
class TripView:
    """Bookings that belong together, in the order in which they were booked: of a return trip, there and back."""

    kind: TripKind
    legs: tuple[TripLeg, ...]


@dataclass(frozen=True, slots=True)
class BookingView:
    """A booking as its rider may see it. `trip` holds all bookings that belong together, this one among them."""

    code: str
    state: BookingState
    offer: Offer
    party: Party
    needs: frozenset[str]
    passenger: Passenger
    booked_at: datetime
    planned_pickup_at: datetime | None  # inside the promised window; None once it no longer matters
    vehicle_name: str
    trip: TripView | None = None


@dataclass(frozen=True, slots=True)
class SeriesRule:
    """On which days a series runs: days of the week (0 = Monday), every so many weeks, less the days left out."""

    weekdays: frozenset[int]
    first: date
    until: date
    every_weeks: int = 1
    left_out: frozenset[date] = frozenset()
    on_public_holidays: bool = True
    in_school_holidays: bool = True


@dataclass(frozen=True, slots=True)
class SeriesDate:
    """One day of a series: the offer as wished; or else what is near it, or why there is none.

    `left_out` says why the rule leaves this day out; then nothing was asked for it.
    """

    day: date
    left_out: str = ""
    offers: tuple[Offer, ...] = ()
    as_wished: bool = False
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class SeriesQuote:
    """The answer to a wish for many days, every day of the rule in order; or a refusal of the whole.

    `holidays_known_until` is set where the rule leaves out school holidays and runs on beyond what is known of them.
    """

    series_id: str
    wish: RideWish  # at the time of the first day
    rule: SeriesRule
    dates: tuple[SeriesDate, ...]
    refusal: Refusal | None = None
    holidays_known_until: date | None = None


@dataclass(frozen=True, slots=True)
class SeriesView:
    """A booked series as its rider may see it. `fare_cents` is that of all rides that are not cancelled."""

    rule: SeriesRule
    wish: RideWish
    bookings: tuple[TripLeg, ...]
    left_out: tuple[SeriesDate, ...]
    passenger: Passenger
    booked_at: datetime
    fare_cents: int


@dataclass(frozen=True, slots=True)
class SeriesChange:
    """A series whose rides have another time now: those that were changed, and the days that stay as they were."""

    series: SeriesView
    changed: tuple[TripLeg, ...]
    kept: tuple[date, ...] = ()


class ReturnState(StrEnum):
    WAITING = "waiting"
    CALLED = "called"
    EXPIRED = "expired"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class OpenReturnView:
    """A right to be fetched, of the booking `code`. Called without a `ride`: no place was free, the dispatcher knows."""

    code: str
    state: ReturnState
    pickup_stop: StopView
    delivery_stop: StopView
    valid_until: datetime
    called_at: datetime | None = None
    ride: TripLeg | None = None


@dataclass(frozen=True, slots=True)
class InsteadView:
    """Another time for the ride `code`, which we had to cancel: who answers `number` takes it.

    `offer.expires_at` says until when; no seat is held. `taken` is the code of the booking that it has become, if it has.
    """

    code: str
    number: int
    offer: Offer
    offered_at: datetime
    taken: str = ""


class BookingDesk(Protocol):
    """The one door. `key` makes a call idempotent: the same key and content give the first answer again.

    Before a channel books, it asks for the `rides_beside`, and says those that its caller may hear of. `knowing` are the
    codes of the rides that she wants beside the new one; of any other her own contact is told.
    """

    def find_places(self, district: str, text: str, *, limit: int = 8) -> tuple[PlaceHit, ...]: ...

    def quote(self, wish: RideWish, *, key: str) -> Quote: ...

    def rides_beside(
        self, offer_ids: Sequence[str], passenger: Passenger, *, replaces: str = ""
    ) -> tuple[RideBeside, ...]: ...

    def rides_beside_series(self, series_id: str, passenger: Passenger) -> tuple[RideBeside, ...]: ...

    def book(
        self, offer_id: str, passenger: Passenger, *, key: str, knowing: Collection[str] = ()
    ) -> BookingView | Refusal: ...

    def book_together(
        self,
        offer_ids: Sequence[str],
        passenger: Passenger,
        *,
        key: str,
        kind: TripKind = TripKind.RETURN,
        knowing: Collection[str] = (),
    ) -> tuple[BookingView, ...] | Refusal: ...

    def change(
        self, code: str, offer_id: str, access: Access, *, key: str, knowing: Collection[str] = ()
    ) -> BookingView | Refusal: ...

    def cancel(self, code: str, access: Access, *, key: str) -> BookingView | Refusal: ...

    def cancel_together(self, code: str, access: Access, *, key: str) -> tuple[BookingView, ...] | Refusal: ...

    def status(self, code: str, access: Access) -> BookingView | Refusal: ...

    def quote_series(self, wish: RideWish, rule: SeriesRule, *, key: str) -> SeriesQuote: ...

    def quoted_series(self, series_id: str) -> SeriesQuote: ...

    def book_series(
        self,
        series_id: str,
        passenger: Passenger,
        *,
        key: str,
        offer_ids: Sequence[str] | None = None,
        knowing: Collection[str] = (),
    ) -> SeriesView | Refusal: ...

    def series_status(self, code: str, access: Access) -> SeriesView | Refusal: ...

    def quote_series_change(self, code: str, when: datetime, access: Access, *, key: str) -> SeriesQuote | Refusal: ...

    def change_series(self, code: str, series_id: str, access: Access, *, key: str) -> SeriesChange | Refusal: ...

    def skip_date(self, code: str, day: date, access: Access, *, key: str) -> SeriesView | Refusal: ...

    def cancel_series(
        self, code: str, access: Access, *, key: str, from_day: date | None = None
    ) -> SeriesView | Refusal: ...

    def ask_return(self, code: str, access: Access, *, key: str) -> OpenReturnView | Refusal: ...

    def return_status(self, code: str, access: Access) -> OpenReturnView | Refusal: ...

    def drop_return(self, code: str, access: Access, *, key: str) -> OpenReturnView | Refusal: ...

    def call_return(
        self, code: str, access: Access, ready_at: datetime | None = None, *, key: str
    ) -> BookingView | Refusal: ...

    def offers_instead(self, contacts: Sequence[str]) -> tuple[InsteadView, ...]: ...

    def take_instead(self, code: str, access: Access, *, key: str) -> BookingView | Refusal: ...
