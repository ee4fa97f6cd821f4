"""The whole fleet on one service day, as the control room keeps it in view: a row for each shift, without a rider's name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from hashlib import blake2b


@dataclass(frozen=True, slots=True)
class BoardVisit:
    """A halt of a shift. Seconds of the service day.

    Attributes
    ----------
    expected_s
        When the vehicle is there: by its track where that is fresh, else by the plan.
    state
        "done": a fact, or its track shows it. "past": over by the plan, and nothing was heard. "here": it stands there.
        "locked": it drives there and cannot be moved. "": to come.
    marks
        Bookings whose promise will not hold ("late") or may not ("tight").
    """

    number: int
    kind: str
    place: str
    start_s: int
    end_s: int
    expected_s: int
    boards: tuple[str, ...]
    leaves: tuple[str, ...]
    boarding: int
    leaving: int
    persons_after: int
    wheelchairs_after: int
    state: str
    marks: tuple[tuple[str, str], ...]

    @property
    def mark(self) -> str:
        """The worst of its marks."""
        return worst_of(mark for _code, mark in self.marks)

    @property
    def is_over(self) -> bool:
        return self.state in ("done", "past")


@dataclass(frozen=True, slots=True)
class BoardRow:
    """One shift. `line`: "live" (heard of lately), "silent" (no longer), "unheard" (never, and it should have been), ""."""

    shift_code: str
    vehicle_code: str
    vehicle_name: str
    vehicle_kind: str
    seats: int
    start_s: int
    end_s: int
    visits: tuple[BoardVisit, ...]
    late_minutes: int | None
    line: str
    heard_s: int | None  # when it was last heard of, where that is a while ago

    @property
    def next_visit(self) -> BoardVisit | None:
        """Where the vehicle is or goes next; None once its shift is over."""
        return next((visit for visit in self.visits if not visit.is_over), None)

    @property
    def aboard(self) -> int:
        """How many people are aboard."""
        before = [visit for visit in self.visits if visit.is_over]
        return before[-1].persons_after if before else 0

    @property
    def bookings(self) -> int:
        return sum(len(visit.boards) for visit in self.visits)

    @property
    def persons(self) -> int:
        return sum(visit.boarding for visit in self.visits)

    @property
    def most_aboard(self) -> int:
        return max((visit.persons_after for visit in self.visits), default=0)

    @property
    def mark(self) -> str:
        """The worst mark of its visits."""
        return worst_of(visit.mark for visit in self.visits)

    @property
    def digest(self) -> str:
        """Eleven signs that are others as soon as anything in the row is."""
        return blake2b(repr(self).encode(), digest_size=6).hexdigest()


@dataclass(frozen=True, slots=True)
class Seen:
    """Where a vehicle is."""

    vehicle_code: str
    vehicle_name: str
    shift_code: str
    lat: float
    lon: float
    bearing: int | None
    at_s: int
    is_fresh: bool


@dataclass(frozen=True, slots=True)
class Board:
    """A service day at a moment. `version` 0: no plan yet.

    `rides` says of every live booking how far it is: "open", "riding", "over"; `marks` of those at risk "late" or "tight".
    """

    day: date
    version: int
    planned_at: datetime | None
    reason: str
    now_s: int
    rows: tuple[BoardRow, ...] = ()
    seen: tuple[Seen, ...] = ()
    rides: Mapping[str, str] = field(default_factory=dict)
    marks: Mapping[str, str] = field(default_factory=dict)
    late_riders: frozenset[str] = frozenset()
    requests: int = 0
    refused: int = 0
    ended: Mapping[str, int] = field(default_factory=dict)

    @property
    def in_service(self) -> int:
        """Vehicles on duty now."""
        return len({row.vehicle_code for row in self.rows if row.start_s <= self.now_s < row.end_s})

    @property
    def persons(self) -> int:
        return sum(row.persons for row in self.rows)

    def count(self, phase: str) -> int:
        """How many rides are "open", "riding" or "over"."""
        return sum(1 for said in self.rides.values() if said == phase)

    def marked(self, mark: str) -> int:
        """How many rides are "late" or "tight"."""
        return sum(1 for said in self.marks.values() if said == mark)


def worst_of(marks: Iterable[str]) -> str:
    """The worst of some marks."""
    return max(marks, key=("", "tight", "late").index, default="")
