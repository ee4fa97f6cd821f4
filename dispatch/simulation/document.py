"""The one JSON document of a simulation: its settings, every day, and means with intervals (docs/simulation.md)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from dispatch.simulation.figures import DayFigures, DriveFigures, RideFigures
from dispatch.simulation.intervals import Interval, difference, interval

FORMAT = "rufbus-simulation"
VERSION = 1

RIDE_FIGURES = tuple(RideFigures.__dataclass_fields__)
DRIVE_FIGURES = tuple(DriveFigures.__dataclass_fields__)
FAIRNESS_FIGURES = ("served_share", "kept_share", "wait_min", "excess_min", "apart_min")
TRADE_OFF_FIGURES = (
    "served_share",
    "kept_share",
    "window_share",
    "arrival_share",
    "wait_min",
    "driven_km",
    "pooled_share",
)

Means = dict[str, Interval | None]


@dataclass(frozen=True, slots=True)
class Variant:
    """Another way to run the same days. `changes`: what differs from the main run, by parameter."""

    name: str
    changes: dict[str, Any]
    days: list[DayFigures]


@dataclass(frozen=True, slots=True)
class Study:
    """What was simulated. `about`: district, roads, demand, policy, uncertainty and rules, as plain values."""

    about: dict[str, Any]
    days: list[DayFigures]
    trade_off: list[Variant] = field(default_factory=list)
    comparisons: list[Variant] = field(default_factory=list)


def means(days: Sequence[DayFigures]) -> Means:
    """Each figure of whole days: rides and drives."""
    return _means([day.rides for day in days], RIDE_FIGURES) | _means([day.drives for day in days], DRIVE_FIGURES)


def grouped_means(
    days: Sequence[DayFigures], groups: Callable[[DayFigures], dict[str, RideFigures]]
) -> dict[str, Means]:
    """Each figure of rides for every group that any day has."""
    names = sorted({name for day in days for name in groups(day)})
    return {name: _means([groups(day)[name] for day in days if name in groups(day)], RIDE_FIGURES) for name in names}


def drives_by_hour(days: Sequence[DayFigures]) -> dict[str, Means]:
    """Driving of every hour."""
    names = sorted({name for day in days for name in day.drives_by_hour})
    figures = ("driven_km", "empty_km", "driving_h", "empty_share")
    return {
        name: _means([day.drives_by_hour[name] for day in days if name in day.drives_by_hour], figures)
        for name in names
    }


def undisturbed(days: Sequence[DayFigures]) -> Means:
    """The figures of rides that no breakdown hit: what the noise alone does."""
    return _means([day.undisturbed for day in days], RIDE_FIGURES)


def refusals(days: Sequence[DayFigures]) -> Means:
    """Refused wishes a day, by reason; the most frequent first."""
    reasons = {reason for day in days for reason in day.refusals}
    found = {reason: interval(day.refusals.get(reason, 0) for day in days) for reason in reasons}
    return dict(sorted(found.items(), key=lambda item: (-(item[1].mean if item[1] else 0.0), item[0])))


def fairness(days: Sequence[DayFigures]) -> dict[str, dict[str, Interval | None]]:
    """Riders with a wheelchair, all others, and the difference on the same days."""
    found = {}
    for name in FAIRNESS_FIGURES:
        ours = [_value(day.with_wheelchair, name) for day in days]
        theirs = [_value(day.without_wheelchair, name) for day in days]
        found[name] = {
            "wheelchair": interval(ours),
            "others": interval(theirs),
            "difference": difference(ours, theirs),
        }
    return found


def compared(ours: Sequence[DayFigures], base: Sequence[DayFigures]) -> Means:
    """By how much each figure of a variant differs from the main run's on the same days."""
    rides = {
        name: difference((_value(day.rides, name) for day in ours), (_value(day.rides, name) for day in base))
        for name in RIDE_FIGURES
    }
    drives = {
        name: difference((_value(day.drives, name) for day in ours), (_value(day.drives, name) for day in base))
        for name in DRIVE_FIGURES
    }
    return rides | drives


def served_by_wheelchair(ours: Sequence[DayFigures], base: Sequence[DayFigures]) -> Interval | None:
    """By how much the served share of riders with a wheelchair differs from the main run's on the same days."""
    return difference(
        (_value(day.with_wheelchair, "served_share") for day in ours),
        (_value(day.with_wheelchair, "served_share") for day in base),
    )


def document(study: Study) -> dict[str, Any]:
    """The whole study as plain values for JSON. Numbers are rounded to six digits; nothing depends on the clock."""
    days = study.days
    whole: dict[str, Any] = {
        "format": FORMAT,
        "version": VERSION,
        "about": study.about,
        "seeds": [day.seed for day in days],
        "summary": means(days),
        "undisturbed": undisturbed(days),
        "refusals": refusals(days),
        "by_hour": grouped_means(days, lambda day: day.by_hour),
        "drives_by_hour": drives_by_hour(days),
        "by_zone": grouped_means(days, lambda day: day.by_zone),
        "by_need": grouped_means(days, lambda day: day.by_need),
        "fairness": fairness(days),
        "trade_off": [
            {
                "name": variant.name,
                "changes": variant.changes,
                "figures": _only(means(variant.days), TRADE_OFF_FIGURES)
                | {"kept_undisturbed": undisturbed(variant.days)["kept_share"]},
            }
            for variant in study.trade_off
        ],
        "comparisons": [
            {
                "name": variant.name,
                "changes": variant.changes,
                "figures": means(variant.days),
                "difference": compared(variant.days, days),
                "fairness": fairness(variant.days),
            }
            for variant in study.comparisons
        ],
        "days": days,
    }
    plain: dict[str, Any] = _plain(whole)
    return plain


def _means(parts: Sequence[Any], names: Sequence[str]) -> Means:
    return {name: interval(_value(part, name) for part in parts) for name in names}


def _value(part: Any, name: str) -> float | None:
    value = None if part is None else getattr(part, name)
    return None if value is None else float(value)


def _only(found: Means, names: Sequence[str]) -> Means:
    return {name: found[name] for name in names}


def _plain(value: Any) -> Any:
    if isinstance(value, (Interval, DayFigures)):
        value = asdict(value)
    if isinstance(value, dict):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(part) for part in value]
    if isinstance(value, float):
        return round(value, 6)
    return value
