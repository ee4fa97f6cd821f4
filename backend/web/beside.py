"""The same ride booked twice: what a page says of the rides that there are already, and what was pressed then."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.http import HttpRequest

from accessibility.desk import Refusal, RideBeside, TripLeg
from backend.bookings.desk import get_desk
from backend.config.access import staff_access
from backend.web.visitor import access_to

STILL, INSTEAD = "daneben", "statt"  # the buttons: both rides, or the new one in place of the old
MOST_CODES = 400  # characters of codes that a button names


@dataclass(frozen=True, slots=True)
class Beside:
    """Rides at the time of an offer. `replaceable` is the code of the one that the offer can take the place of."""

    rides: tuple[TripLeg, ...]
    replaceable: str = ""

    @property
    def codes(self) -> str:
        """As a button names them."""
        return " ".join(ride.code for ride in self.rides)


def visitors(request: HttpRequest) -> Callable[[str], bool]:
    """Which rides this visitor may hear of: her own, never those of whoever's number she typed."""
    return lambda code: access_to(request, code) is not None


def staffs(request: HttpRequest) -> Callable[[str], bool]:
    """Which rides a dispatcher may hear of: those of her districts."""
    return lambda code: not isinstance(get_desk().status(code, staff_access(request.user)), Refusal)


def known(request: HttpRequest) -> tuple[str, ...]:
    """The codes that were shown, and that are to stay."""
    return tuple(request.POST.get(STILL, "")[:MOST_CODES].split())


def beside(
    request: HttpRequest, found: Iterable[RideBeside], may_hear: Callable[[str], bool], *, can_replace: bool = False
) -> Beside | None:
    """What has to be asked before booking; None where nothing clashes that was not answered already."""
    rides = {one.ride.code: one.ride for one in found if may_hear(one.ride.code)}
    if not rides or rides.keys() <= set(known(request)):
        return None
    return Beside(tuple(rides.values()), next(iter(rides)) if can_replace and len(rides) == 1 else "")
