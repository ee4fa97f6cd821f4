"""Who calls: what the channel knows at once, and what only a proved caller may hear of."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from accessibility.desk import Anchor, Concession, Party, Place, PlaceHit, StopView
from accessibility.language.report import place_text


@dataclass(frozen=True, slots=True)
class Caller:
    """What a channel knows before anything was said. `contact` is the number or address that messages come from."""

    contact: str = ""
    has_pin: bool = False


@dataclass(frozen=True, slots=True)
class Spot:
    """One end of a ride as it was chosen."""

    id: str = ""
    kind: str = "stop"  # "stop", "village", ...; "point" has coordinates only
    text: str = ""
    lat: float = 0.0
    lon: float = 0.0

    @property
    def place(self) -> Place:
        """As the desk wants it."""
        if self.kind == "point":
            return Place(lat=self.lat, lon=self.lon)
        return Place(stop_id=self.id) if self.kind == "stop" else Place(place_id=self.id)


def spot_of(hit: PlaceHit) -> Spot:
    """The spot that a place finder found."""
    return Spot(hit.id, hit.kind, place_text(hit), hit.lat, hit.lon)


def stop_text(stop: StopView) -> str:
    """ "Kalbe, ZOB"; the village once."""
    return stop.name if stop.village in stop.name else f"{stop.village}, {stop.name}"


@dataclass(frozen=True, slots=True)
class Wished:
    """A wish as far as it has been said."""

    origin: Spot | None = None
    destination: Spot | None = None
    day: str = ""  # ISO date, where the time of day is still missing
    when: datetime | None = None
    anchor: Anchor = Anchor.DEPART
    party: Party = field(default_factory=Party)
    needs: tuple[str, ...] = ()
    concession: Concession = Concession.NONE
    is_party_said: bool = False
    is_party_open: bool = False  # said, and not certain
    purpose: str = ""  # "doctor": where that is, was not said
    weekdays: tuple[int, ...] = ()  # of a series, 0 = Monday; none: one ride
    every_weeks: int = 1
    until: str = ""  # ISO date: the last day of the series
    replaces: str = ""  # the code of the booking that is to be changed

    @property
    def is_whole(self) -> bool:
        return self.origin is not None and self.destination is not None and self.when is not None


@dataclass(frozen=True, slots=True)
class KnownRide:
    """A booked ride of the caller, with the wish it came from."""

    code: str
    pickup_stop: str
    delivery_stop: str
    pickup_from: datetime
    pickup_until: datetime
    arrive_by: datetime
    wish: Wished
    in_series: bool = False
    series: str = ""  # names its series, the same for each of its rides
    in_return_trip: bool = False
    is_over: bool = False  # only the way back can still be called
    can_be_fetched: bool = False


@dataclass(frozen=True, slots=True)
class UsualRide:
    """A ride that the caller often takes, ready to be asked for."""

    label: str
    wish: Wished


@dataclass(frozen=True, slots=True)
class Known:
    """What a proved caller may hear: name, rides, usual rides, own places by purpose ("home")."""

    name: str = ""
    rides: tuple[KnownRide, ...] = ()
    usual: tuple[UsualRide, ...] = ()
    places: dict[str, PlaceHit] = field(default_factory=dict)
