"""When does a vehicle reach each stop that is still before it? Pure; seconds of the service day.

An answer is a range. Its early end is what the road allows at best, its late end grows with the way, with the halts in
between and with the age of the position: who waits at a stop is told no minute that nobody can know.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from backend.operations.track import Progress, Visit

FRESH_S = 180  # a position that is older says nothing about where the vehicle is now
LEAST_SPREAD_S = 60.0
SPREAD_PER_DRIVE = 0.15  # of the driving time still to come (assumed, to be measured on driven days)
SPREAD_PER_HALT_S = 30.0
SPREAD_PER_AGE = 0.5  # of the position's age
AT_RISK = 0.35  # from this chance on to miss a promise, control rooms hear of it (docs/decisions/0812)
# What is farther ahead, no position of now can tell: the range is as wide as the way, and until then the day is planned anew
# many times. Whether the plan itself keeps a promise is known at any time.
AHEAD_S = 7200

Seconds = Callable[[int, int], float]


@dataclass(frozen=True, slots=True)
class Arrival:
    """A visit and when the vehicle is there: not before `low_s`, likely at `likely_s`, hardly after `high_s`."""

    visit: int
    low_s: float
    likely_s: float
    high_s: float


@dataclass(frozen=True, slots=True)
class Here:
    """Where the vehicle was last believed to be: when, and free driving seconds from there to a location."""

    at_s: float
    seconds_to: Callable[[int], float]


def arrivals(
    visits: Sequence[Visit], progress: Progress, here: Here, seconds: Seconds, factor: float, now_s: float
) -> tuple[Arrival, ...]:
    """When the vehicle reaches the visits that are not behind it, in their order.

    Parameters
    ----------
    here
        The newest believable position. Whoever has none newer than `FRESH_S` does not ask here but reads the plan.
    seconds
        Free driving seconds between two locations.
    factor
        What traffic and weather make of them, at least 1.

    The vehicle leaves no stop before those have boarded who were promised to, and follows its plan where it waits.
    """
    answers: list[Arrival] = []
    best_s = likely_s = now_s  # when the vehicle leaves the visit before: at best, and as planned
    spread_s, factor = 0.0, max(1.0, factor)
    for number in range(progress.done, len(visits)):
        visit = visits[number]
        if number == progress.standing:
            best_s = likely_s = now_s
        elif not answers:
            free_s = here.seconds_to(visit.location)
            best_s = max(now_s, here.at_s + free_s)
            likely_s = max(best_s, here.at_s + free_s * factor)
            age_s = max(0.0, now_s - here.at_s)
            spread_s = LEAST_SPREAD_S + SPREAD_PER_AGE * age_s + SPREAD_PER_DRIVE * free_s
        else:
            free_s = seconds(visits[number - 1].location, visit.location)
            best_s += free_s
            likely_s += free_s * factor
            spread_s = max(LEAST_SPREAD_S, spread_s) + SPREAD_PER_DRIVE * free_s
        low_s = max(best_s, likely_s - spread_s, answers[-1].low_s if answers else now_s)
        # Who still stands elsewhere may set out at once, or so late that the plan is just kept.
        high_s = max(likely_s + spread_s, visit.start_s + LEAST_SPREAD_S if answers else 0.0)
        answers.append(Arrival(number, low_s, max(low_s, likely_s), high_s))
        stay = progress.stay(number) if number == progress.standing else None
        began_s = stay.from_s if stay else likely_s
        best_s = max(best_s, visit.leaves_from_s)
        likely_s = max(likely_s, visit.end_s, began_s + visit.end_s - visit.start_s)
        spread_s += SPREAD_PER_HALT_S
    return tuple(answers)


def is_at_risk(arrival: Arrival, limit_s: float, now_s: float, from_chance: float = AT_RISK) -> bool:
    """Whether a promise may break by what positions say: soon enough to know, and likely enough to say."""
    if limit_s - now_s > AHEAD_S:
        return False
    return chance_after(arrival.low_s, arrival.likely_s, arrival.high_s, limit_s) >= from_chance


def chance_after(low_s: float, likely_s: float, high_s: float, limit_s: float) -> float:
    """The chance that an arrival lies beyond a limit, taken as triangular between its early and late end."""
    if limit_s >= high_s:
        return 0.0
    if limit_s <= low_s:
        return 1.0
    width = high_s - low_s
    if limit_s <= likely_s:
        return 1.0 - (limit_s - low_s) ** 2 / (width * max(1e-9, likely_s - low_s))
    return (high_s - limit_s) ** 2 / (width * max(1e-9, high_s - likely_s))
