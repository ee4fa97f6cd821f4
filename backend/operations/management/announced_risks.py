"""Promises that the control room was told to be at risk on a driven day, held against what became of them.

Every few minutes of the day the list of troubles is worked out as the relay does it. A risk counts as announced if the list
named it before the moment that was promised; a promise counts as broken by the facts, whatever anybody was told.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np

from backend.bookings.localtime import to_seconds
from backend.bookings.models import Booking, ServiceDay
from backend.control.trouble_reading import troubles_of
from backend.control.troubles import TroubleKind

BANDS = ((0.35, 0.6), (0.6, 0.8), (0.8, 1.01))  # of the chance that was named first


@dataclass(frozen=True, slots=True)
class Announced:
    """The first word on a ride: seconds of the day, the chance it named, and whether the plan itself had given up."""

    at_s: int
    chance: float
    by_plan: bool


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a ride: which moments were promised, and by how much each was missed (at most 0: kept)."""

    code: str
    due_s: tuple[int, int]
    late_s: tuple[int, int]

    @property
    def broken_due_s(self) -> int | None:
        """The first promised moment that was missed; None where all were kept."""
        missed = [due for due, late in zip(self.due_s, self.late_s, strict=True) if late > 0]
        return min(missed) if missed else None


@dataclass(frozen=True, slots=True)
class RiskFigures:
    """How often a word was right, how often it was said at all, and how long before.

    `bands`: for each of `BANDS` how many were announced with such a chance, and how many of these broke.
    """

    rides: int
    announced: int
    right: int
    broken: int
    foreseen: int
    lead_s: tuple[int, ...]
    bands: tuple[tuple[int, int], ...]

    @property
    def text(self) -> str:
        """For the closing lines of `make drive`."""
        if not self.announced and not self.broken:
            return "keine angesagt, keine gebrochen"
        lead = f"; Vorlauf im Median {np.median(self.lead_s) / 60:.0f} min" if self.lead_s else ""
        bands = ", ".join(
            f"{100 * low:.0f}–{min(100, 100 * high):.0f} %: {broke} von {said}"
            for (low, high), (said, broke) in zip(BANDS, self.bands, strict=True)
            if said
        )
        by_chance = f"; nach genannter Gefahr {bands}" if bands else ""
        return (
            f"{self.announced} angesagt, davon {self.right} gebrochen; {self.broken} gebrochen, davon {self.foreseen} vorher "
            f"angesagt{lead}{by_chance}"
        )


@dataclass
class AnnouncedRisks:
    """Looks at a day again and again, and remembers the first word on every ride."""

    first: dict[str, Announced] = field(default_factory=dict)
    open_keys: set[str] = field(default_factory=set)

    def look(self, day_id: Any, shown: datetime) -> None:
        """What the control room reads at a moment of the day."""
        day = ServiceDay.objects.select_related("district").get(pk=day_id)
        now_s = to_seconds(shown, day.date, ZoneInfo(day.district.timezone))
        found = troubles_of(day, shown, self.open_keys)
        self.open_keys = {one.key for one in found}
        for one in found:
            if one.kind is TroubleKind.PROMISE and one.chance is not None:
                said = Announced(now_s, one.chance, one.key.endswith(":plan"))
                self.first.setdefault(one.bookings[0], said)


def fates_of(rows: Iterable[Booking], day: ServiceDay) -> list[Fate]:
    """Of the rides that were driven to their end; what was promised is what the rider was told when booking."""
    zone = ZoneInfo(day.district.timezone)
    fates = []
    for row in rows:
        ride = getattr(row, "driven", None)
        if row.state != Booking.State.COMPLETED or ride is None or ride.left_at is None or ride.boarded_at is None:
            continue
        came_s = to_seconds(ride.vehicle_at or ride.boarded_at, day.date, zone)
        left_s = to_seconds(ride.left_at, day.date, zone)
        due_s = (row.offer.pickup_latest_s, row.offer.delivery_latest_s)
        fates.append(Fate(row.code, due_s, (came_s - due_s[0], left_s - due_s[1])))
    return fates


def figures_of(fates: Sequence[Fate], first: dict[str, Announced]) -> RiskFigures:
    """Hold what was announced against what happened. Who was named only after the moment had passed was not foreseen."""
    announced = right = foreseen = broken = 0
    leads: list[int] = []
    bands = [[0, 0] for _band in BANDS]
    for fate in fates:
        said, due_s = first.get(fate.code), fate.broken_due_s
        broken += due_s is not None
        if said is None or said.at_s > (max(fate.due_s) if due_s is None else due_s):
            continue
        announced += 1
        right += due_s is not None
        if due_s is not None:
            foreseen += 1
            leads.append(due_s - said.at_s)
        for number, (low, high) in enumerate(BANDS):
            if not said.by_plan and low <= said.chance < high:
                bands[number][0] += 1
                bands[number][1] += due_s is not None
    return RiskFigures(
        len(fates), announced, right, broken, foreseen, tuple(leads), tuple((said, broke) for said, broke in bands)
    )
