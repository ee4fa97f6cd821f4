"""The line above the board: what waits, and where to go for it. The same places in the same order, so that eyes find them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date

from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _

from backend.bookings.models import OpenReturn
from backend.districts.models import District
from backend.operations.board import Board


@dataclass(frozen=True, slots=True)
class Waiting:
    """One figure of the line. `kind` "" (a figure), "mind" (look at it) or "stop" (act)."""

    key: str
    text: str
    count: int
    url: str
    kind: str

    @property
    def is_urgent(self) -> bool:
        return bool(self.count and self.kind)


Counter = Callable[[District, date], int]


def status_of(district: District, board: Board) -> list[Waiting]:
    """The figures of a day, those of the day itself first."""
    return [*_of_the_day(board), *_of_others(district, board.day)]


def _of_the_day(board: Board) -> Iterator[Waiting]:
    rides = reverse("staff:board-rides", kwargs={"day": board.day})
    yield Waiting("open", _("offen"), board.count("open"), f"{rides}?stand=offen", "")
    yield Waiting("riding", _("unterwegs"), board.count("riding"), f"{rides}?stand=unterwegs", "")
    yield Waiting("late", _("Zusage bricht"), board.marked("late"), f"{rides}?stand=bricht", "stop")
    yield Waiting("tight", _("knapp"), board.marked("tight"), f"{rides}?stand=knapp", "mind")
    yield Waiting("rider-late", _("Fahrgast verspätet"), len(board.late_riders), f"{rides}?stand=verspaetet", "mind")
    silent = sum(1 for row in board.rows if row.line == "silent")
    yield Waiting("silent", _("Fahrzeug stumm"), silent, "#fahrzeuge-titel", "mind")


def _of_others(district: District, day: date) -> Iterator[Waiting]:
    for key, text, address, needs_day, count, kind in OTHERS:
        try:
            url = reverse(address, kwargs={"day": day} if needs_day else None)
        except NoReverseMatch:
            continue
        yield Waiting(key, str(_(text)), count(district, day), url, kind)


def waiting_returns(district: District, day: date) -> int:
    """Who has called to be fetched and has no bus."""
    return OpenReturn.objects.filter(
        district=district, booking__service_day__date=day, state=OpenReturn.State.CALLED, ride__isnull=True
    ).count()


# (key, text, address, whether the address has a day, count, kind)
OTHERS: tuple[tuple[str, str, str, bool, Counter, str], ...] = ()
