"""Values of the model as rows of the compiled code's tables (`dispatch.layout`)."""

from __future__ import annotations

import numpy as np

from dispatch.layout import (
    COLUMNS,
    DIRECT,
    DWELL,
    EARLIEST,
    FEATURES,
    I32,
    I64,
    KIND,
    LATEST,
    LIMIT,
    LOCATION,
    NO_LIMIT,
    NOWHERE,
    RIDE_WEIGHT,
    SEATS,
    WAIT_WEIGHT,
)
from dispatch.model import EventKind, Request, Shift
from dispatch.objective import Weights


def feature_bits(shifts: tuple[Shift, ...], requests: dict[str, Request]) -> dict[str, int]:
    """One bit for every feature that a vehicle has or a request needs."""
    names = {name for shift in shifts for name in shift.vehicle.features}
    names |= {name for request in requests.values() for name in request.features}
    return {name: 1 << bit for bit, name in enumerate(sorted(names))}


def request_rows(request: Request, travel_s: I32, weights: Weights, bits: dict[str, int]) -> I64:
    """The two event rows of a request, int64[2, COLUMNS]."""
    rows = np.zeros((2, COLUMNS), dtype=np.int64)
    rows[:, LIMIT] = NO_LIMIT
    load = request.load.as_tuple()
    rows[0, LOCATION] = request.pickup_location
    rows[0, EARLIEST] = request.pickup_earliest_s
    rows[0, LATEST] = request.pickup_latest_s
    rows[0, DWELL] = request.pickup_dwell_s
    rows[0, SEATS : SEATS + 3] = load
    rows[0, WAIT_WEIGHT] = weights.wait * request.riders
    rows[0, KIND] = EventKind.PICKUP
    rows[1, LOCATION] = request.delivery_location
    rows[1, EARLIEST] = request.delivery_earliest_s
    rows[1, LATEST] = request.delivery_latest_s
    rows[1, DWELL] = request.delivery_dwell_s
    rows[1, SEATS : SEATS + 3] = [-part for part in load]
    rows[1, LIMIT] = request.max_ride_s
    rows[1, RIDE_WEIGHT] = weights.excess_ride * request.riders
    rows[1, DIRECT] = travel_s[request.pickup_location, request.delivery_location]
    rows[1, KIND] = EventKind.DELIVERY
    # A feature that no vehicle of the day has keeps its own bit, so that nobody can serve it.
    mask = 0
    for name in request.features:
        mask |= bits.get(name, 1 << 62)
    rows[:, FEATURES] = mask
    return rows


def shift_rows(shift: Shift) -> I64:
    """START, one row a break, END: int64[2 + n_breaks, COLUMNS]."""
    rows = np.zeros((2 + len(shift.breaks), COLUMNS), dtype=np.int64)
    rows[:, LIMIT] = NO_LIMIT
    rows[:, EARLIEST] = shift.start_s
    rows[:, LATEST] = shift.end_s
    rows[0, LOCATION] = shift.start_location
    rows[0, KIND] = EventKind.START
    for index, rest in enumerate(shift.breaks, start=1):
        rows[index, LOCATION] = NOWHERE
        rows[index, EARLIEST] = rest.earliest_s
        rows[index, LATEST] = rest.latest_s
        rows[index, DWELL] = rest.duration_s
        rows[index, KIND] = EventKind.BREAK
    rows[-1, LOCATION] = NOWHERE if shift.end_location is None else shift.end_location
    rows[-1, KIND] = EventKind.END
    if shift.max_duration_s is not None:
        rows[-1, LIMIT] = shift.max_duration_s
    return rows


def fleet_tables(shifts: tuple[Shift, ...], bits: dict[str, int]) -> tuple[I64, I64, I64]:
    """What the vehicles can carry: configurations int64[n, 3], where each shift's begin int64[n_shifts + 1], and their
    features int64[n_shifts]."""
    tables = [[load.as_tuple() for load in shift.vehicle.configurations] for shift in shifts]
    configurations = np.array([row for table in tables for row in table], dtype=np.int64).reshape(-1, 3)
    start = np.cumsum([0, *map(len, tables)], dtype=np.int64)
    features = np.array([sum(bits[name] for name in shift.vehicle.features) for shift in shifts], dtype=np.int64)
    return configurations, start, features
