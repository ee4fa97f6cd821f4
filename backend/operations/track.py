"""Which of the positions that a vehicle sent can be believed, and how far along its route they show it. Pure.

A receiver in a vehicle sends the same point twice, sends points late and in any order, and now and then a point that is
kilometres away. None of this may reach a rider.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import cos, hypot, radians

METRES_PER_DEGREE = 111_195.0
FASTEST_MPS = 40.0  # no minibus drives 144 km/h
PLAY_M = 150.0  # two honest points may lie so far apart for no reason
WORST_ACCURACY_M = 300.0
AGREEING = 3  # so many points that fit each other are believed against the one before them
NEAR_M = 80.0
AWAY_M = 130.0  # farther than `NEAR_M`, so that a wobbling point neither leaves nor comes
STOOD_S = 20  # who stays so long at a stop further on has not only driven past it
EARLY_S = 120  # a stop further on is not meant long before its time
GAP_S = 600  # after such a silence ...
MISSED_S = 1800  # ... stops whose time was over so long before are behind the vehicle
LEAVES_EARLY_S = 600


@dataclass(frozen=True, slots=True)
class Point:
    """One position. `at_s` is a second of the service day, `accuracy_m` what the receiver says of itself."""

    id: str
    at_s: float
    lat: float
    lon: float
    accuracy_m: float | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """A halt of a route. Seconds of the service day.

    Attributes
    ----------
    kind
        "start", "stop", "break" or "end".
    start_s, end_s
        When the plan begins and ends what is done there.
    leaves_from_s
        The vehicle does not leave before this: the promise of whoever boards here. 0: it may leave at any time.
    boards, leaves
        Codes of the bookings that board and leave here.
    """

    location: int
    lat: float
    lon: float
    kind: str
    start_s: int
    end_s: int
    leaves_from_s: int = 0
    boards: frozenset[str] = frozenset()
    leaves: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Stay:
    """The vehicle was seen at a visit's stop, from and until."""

    visit: int
    from_s: float
    until_s: float


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a route has come. The first `done` visits are behind the vehicle; at `standing`, if anywhere, it stands."""

    done: int
    standing: int | None
    stays: tuple[Stay, ...]

    def stay(self, visit: int) -> Stay | None:
        """The last time at which the vehicle was seen at a visit."""
        return next((stay for stay in reversed(self.stays) if stay.visit == visit), None)


def metres(a: Point | Visit, b: Point | Visit) -> float:
    """As the crow flies."""
    north = (a.lat - b.lat) * METRES_PER_DEGREE
    east = (a.lon - b.lon) * METRES_PER_DEGREE * cos(radians((a.lat + b.lat) / 2))
    return hypot(north, east)


def believable(points: Iterable[Point]) -> tuple[Point, ...]:
    """The points that one vehicle can have driven through, each once, in the order of time.

    A point that the vehicle cannot have reached from the one before is left out. If it was the one before that was
    wrong, the next few points agree with each other; then they are believed, and what they contradict is not.
    """
    once = {point.id: point for point in sorted(points, key=lambda point: (-point.at_s, point.lat, point.lon))}
    kept: list[Point] = []
    doubted: list[Point] = []
    for point in sorted(once.values(), key=lambda point: (point.at_s, point.id)):
        if (point.accuracy_m or 0.0) > WORST_ACCURACY_M:
            continue
        if not kept or _reachable(kept[-1], point):
            kept.append(point)
            doubted.clear()
            continue
        if doubted and not _reachable(doubted[-1], point):
            doubted.clear()
        doubted.append(point)
        if len(doubted) >= AGREEING:
            while kept and not _reachable(kept[-1], doubted[0]):
                kept.pop()
            kept += doubted
            doubted.clear()
    return tuple(kept)


def _reachable(before: Point, after: Point) -> bool:
    play_m = PLAY_M + (before.accuracy_m or 0.0) + (after.accuracy_m or 0.0)
    return metres(before, after) <= play_m + FASTEST_MPS * (after.at_s - before.at_s)


def progress(visits: Sequence[Visit], points: Sequence[Point], done: int = 0) -> Progress:
    """How far a track has come along a route.

    Parameters
    ----------
    visits
        The whole route in its order.
    points
        Believable points in the order of time.
    done
        So many visits are facts already, whatever the track says.

    A stop is behind the vehicle when it was seen there and then elsewhere; a stop where somebody boards only from the
    beginning of what they were promised. A stop that no point lies near is passed when the vehicle halts at one of the
    next, at about its time; and when nothing was heard while it was to be served.
    """
    return Walk.along(visits, points, done).progress


class Walk:
    """A finger on the route that a track moves forward. Once made it stays as it is: several threads may go on from one."""

    def __init__(self, visits: Sequence[Visit], done: int) -> None:
        self.visits, self.facts, self.done = visits, done, done
        self.walked: tuple[Point, ...] = ()
        self.standing: int | None = None
        self.stays: list[Stay] = []
        self.ahead: tuple[int, float] | None = None  # a later stop that the vehicle is near, since when
        self.heard_s: float | None = None

    @classmethod
    def along(cls, visits: Sequence[Visit], points: Sequence[Point], done: int = 0, before: Walk | None = None) -> Walk:
        """What `progress` tells, of a track that may go on where an earlier walk ended: then only its new points are walked.

        `before` counts for nothing where it was on another route, or where its points are believed no more.
        """
        points = tuple(points)
        walk = cls(visits, done)
        if before is not None and before.is_begun_by(visits, points, done):
            walk.done, walk.standing, walk.stays = before.done, before.standing, list(before.stays)
            walk.ahead, walk.heard_s = before.ahead, before.heard_s
            fresh = points[len(before.walked) :]
        else:
            fresh = points
        for point in fresh:
            walk._step(point)
        walk.walked = points
        return walk

    @property
    def progress(self) -> Progress:
        return Progress(self.done, self.standing, tuple(self.stays))

    def is_begun_by(self, visits: Sequence[Visit], points: tuple[Point, ...], done: int) -> bool:
        """Whether a longer track on the same route begins as this one did."""
        is_same = self.facts == done and (self.visits is visits or self.visits == visits)
        return is_same and points[: len(self.walked)] == self.walked

    def _step(self, point: Point) -> None:
        self._after_silence(point)
        if self.standing is not None:
            if metres(self.visits[self.standing], point) <= _radius(AWAY_M, point):
                stay = self.stays[-1]
                self.stays[-1] = Stay(stay.visit, stay.from_s, point.at_s)
                self._next_at_same_place(point)
                return
            self._leave(point)
        if self._near(self.done, point):
            self._arrive(self.done, point)
        elif self.done < len(self.visits) and self._passes_by(self.visits[self.done], point):
            self.done += 1
            if self._near(self.done, point):
                self._arrive(self.done, point)
        else:
            self._look_ahead(point)

    def _after_silence(self, point: Point) -> None:
        """What was to be driven while nothing was heard has been driven, unless the vehicle still stands where it stood."""
        silent = self.heard_s is None or point.at_s - self.heard_s > GAP_S
        self.heard_s = point.at_s
        if not silent or (self.standing is not None and self._near(self.standing, point)):
            return
        while self.done < len(self.visits) and self.visits[self.done].end_s + MISSED_S < point.at_s:
            self.done += 1
            self.standing = None

    @staticmethod
    def _passes_by(visit: Visit, point: Point) -> bool:
        """The depot at the beginning, and a break, need no point near them to be over."""
        if visit.kind == "start":
            return point.at_s >= visit.start_s - LEAVES_EARLY_S
        return visit.kind == "break" and point.at_s >= visit.end_s

    def _near(self, index: int, point: Point) -> bool:
        if index >= len(self.visits):
            return False
        visit, radius_m = self.visits[index], _radius(NEAR_M, point)
        # Most visits are far to the north or south: that is seen without the way across.
        return abs(visit.lat - point.lat) * METRES_PER_DEGREE <= radius_m and metres(visit, point) <= radius_m

    def _arrive(self, index: int, point: Point) -> None:
        self.done = self.standing = index
        self.ahead = None
        self.stays.append(Stay(index, point.at_s, point.at_s))

    def _next_at_same_place(self, point: Point) -> None:
        """Two halts at one stop, one after the other: the second begins at its own time."""
        following = self.done + 1
        if following < len(self.visits) and point.at_s >= self.visits[following].start_s:
            here, there = self.visits[self.done], self.visits[following]
            if here.location == there.location and point.at_s >= here.end_s:
                self._arrive(following, point)

    def _leave(self, point: Point) -> None:
        """Away from where it stood: that stop is over, unless whoever boards there need not be there yet.

        So are further halts at the same place whose time has come.
        """
        assert self.standing is not None
        left, self.standing = self.visits[self.standing], None
        if point.at_s < left.leaves_from_s:
            return
        self.done += 1
        while self.done < len(self.visits):
            following = self.visits[self.done]
            if following.location != left.location or point.at_s < max(following.start_s, following.leaves_from_s):
                return
            self.done += 1

    def _look_ahead(self, point: Point) -> None:
        for index in range(self.done + 1, len(self.visits)):
            if point.at_s >= self.visits[index].start_s - EARLY_S and self._near(index, point):
                if self.ahead is None or self.ahead[0] != index:
                    self.ahead = (index, point.at_s)
                elif point.at_s - self.ahead[1] >= STOOD_S:
                    self._arrive(index, point)
                return
        self.ahead = None


def _radius(radius_m: float, point: Point) -> float:
    return radius_m + min(point.accuracy_m or 0.0, 100.0)
