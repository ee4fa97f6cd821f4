"""The figures of a day, or of any part of its rides: by hour, by zone, by what riders need."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np

from dispatch.simulation.record import DayRecord, Drive, Fate, RideRecord
from dispatch.simulation.wishes import Need

FIRST_HOUR, LAST_HOUR = 4, 23  # rides before and after count with these


@dataclass(frozen=True, slots=True)
class RideFigures:
    """Figures of some rides; a share or mean of nothing is None.

    Counts are of wishes (not of people). `wait_min`: from the promised window's start until the vehicle is there.
    `excess_min`: aboard beyond the direct drive on free roads. `apart_min`: between the wished and the promised boarding.
    `kept_share`: of the rides served or failed, those picked up inside the window and brought there in time;
    `window_share`, `arrival_share`: its two parts.
    """

    requested: int
    served: int
    refused: int
    cancelled: int
    no_show: int
    failed: int
    served_share: float | None
    kept_share: float | None
    window_share: float | None
    arrival_share: float | None
    wait_min: float | None
    wait_p95_min: float | None
    excess_min: float | None
    apart_min: float | None
    pooled_share: float | None


@dataclass(frozen=True, slots=True)
class DriveFigures:
    """Figures of driving. `people_per_hour`: riders served per paid hour of a vehicle and its driver."""

    driven_km: float
    empty_km: float
    driving_h: float
    empty_share: float | None
    people_per_hour: float | None


@dataclass(frozen=True, slots=True)
class DayFigures:
    """A day in figures.

    `by_hour`: of the wished time; `drives_by_hour`: of the leg's beginning. `incident_…`: rides that the broken-down
    vehicle was to serve; `undisturbed`: all others, of these `with_wheelchair` and `without_wheelchair`.
    """

    seed: int
    weather: str
    rides: RideFigures
    drives: DriveFigures
    refusals: dict[str, int]
    cancelled_late: int
    broken_down: str
    aboard_then: int
    incident_rides: int
    incident_served: int
    incident_kept: int
    incident_called_off: int
    by_hour: dict[str, RideFigures]
    drives_by_hour: dict[str, DriveFigures]
    by_zone: dict[str, RideFigures]
    by_need: dict[str, RideFigures]
    undisturbed: RideFigures
    with_wheelchair: RideFigures
    without_wheelchair: RideFigures


def day_figures(day: DayRecord) -> DayFigures:
    """Everything that is reported of one day."""
    rides = day.rides
    incidents = [ride for ride in rides if ride.incident]
    undisturbed = [ride for ride in rides if not ride.incident]
    late = [ride for ride in rides if ride.fate is Fate.CANCELLED and _called_off_late(ride)]
    return DayFigures(
        seed=day.seed,
        weather=day.weather,
        rides=ride_figures(rides),
        drives=drive_figures(day.drives, _people(rides), day.vehicle_hours),
        refusals=dict(sorted(Counter(ride.refusal for ride in rides if ride.fate is Fate.REFUSED).items())),
        cancelled_late=len(late),
        broken_down=day.broken_down,
        aboard_then=day.aboard_then,
        incident_rides=len(incidents),
        incident_served=sum(ride.fate is Fate.SERVED for ride in incidents),
        incident_kept=sum(ride.promise_kept for ride in incidents),
        incident_called_off=sum(ride.fate in (Fate.CANCELLED, Fate.NO_SHOW) for ride in incidents),
        by_hour=_grouped(rides, lambda ride: hour_of(ride.wish.time_s)),
        drives_by_hour={
            hour: drive_figures([drive for drive in day.drives if hour_of(drive.begun_s) == hour], 0, 0.0)
            for hour in sorted({hour_of(drive.begun_s) for drive in day.drives})
        },
        by_zone=_grouped(rides, lambda ride: ride.wish.zone),
        by_need=_grouped(rides, lambda ride: ride.wish.need.value),
        undisturbed=ride_figures(undisturbed),
        with_wheelchair=ride_figures(ride for ride in undisturbed if ride.wish.need is Need.WHEELCHAIR),
        without_wheelchair=ride_figures(ride for ride in undisturbed if ride.wish.need is not Need.WHEELCHAIR),
    )


def hour_of(second: int) -> str:
    """The hour of the day as two digits, for grouping."""
    return f"{min(max(second // 3600, FIRST_HOUR), LAST_HOUR):02d}"


def ride_figures(rides: Iterable[RideRecord]) -> RideFigures:
    """Figures of these rides."""
    rides = list(rides)
    fates = Counter(ride.fate for ride in rides)
    served = [ride for ride in rides if ride.fate is Fate.SERVED]
    promised = [ride for ride in rides if ride.fate in (Fate.SERVED, Fate.FAILED)]
    waits_min = np.array([ride.wait_s for ride in served]) / 60.0
    return RideFigures(
        requested=len(rides),
        served=fates[Fate.SERVED],
        refused=fates[Fate.REFUSED],
        cancelled=fates[Fate.CANCELLED],
        no_show=fates[Fate.NO_SHOW],
        failed=fates[Fate.FAILED],
        served_share=_mean([ride.fate is Fate.SERVED for ride in _wanted(rides)]),
        kept_share=_mean([ride.promise_kept for ride in promised]),
        window_share=_mean([ride.picked_up_in_window for ride in promised]),
        arrival_share=_mean([ride.arrived_in_time for ride in promised]),
        wait_min=_mean(waits_min),
        wait_p95_min=float(np.percentile(waits_min, 95)) if served else None,
        excess_min=_mean([(ride.aboard_s - ride.direct_s) / 60.0 for ride in served]),
        apart_min=_mean([ride.apart_s / 60.0 for ride in served]),
        pooled_share=_mean([ride.shared for ride in served]),
    )


def drive_figures(drives: Iterable[Drive], people: int, vehicle_hours: float) -> DriveFigures:
    """Figures of these drives."""
    drives = list(drives)
    driven_m = sum(drive.metres for drive in drives)
    empty_m = sum(drive.metres for drive in drives if drive.people == 0)
    return DriveFigures(
        driven_km=driven_m / 1000.0,
        empty_km=empty_m / 1000.0,
        driving_h=sum(drive.seconds for drive in drives) / 3600.0,
        empty_share=empty_m / driven_m if driven_m else None,
        people_per_hour=people / vehicle_hours if vehicle_hours else None,
    )


def _wanted(rides: list[RideRecord]) -> list[RideRecord]:
    """Those who still wanted to ride when the time came."""
    return [ride for ride in rides if ride.fate not in (Fate.CANCELLED, Fate.NO_SHOW)]


def _people(rides: list[RideRecord]) -> int:
    return sum(ride.wish.riders for ride in rides if ride.fate is Fate.SERVED)


def _called_off_late(ride: RideRecord) -> bool:
    assert ride.promise is not None
    assert ride.cancelled_s is not None
    return ride.promise.pickup_earliest_s - ride.cancelled_s < 3600


def _grouped(rides: list[RideRecord], key: Callable[[RideRecord], str]) -> dict[str, RideFigures]:
    names = sorted({key(ride) for ride in rides})
    return {name: ride_figures(ride for ride in rides if key(ride) == name) for name in names}


def _mean(values: object) -> float | None:
    array = np.asarray(values, dtype=float)
    return float(array.mean()) if array.size else None
