"""How a problem looks to the compiled code: one table of events, one matrix of routes.

Event table `events: int64[n_events, COLUMNS]`, one row an event, all times in seconds. Request number r owns rows 2r
(pick-up) and 2r + 1 (delivery). The events of the shifts (START, BREAK, END) follow in the rows after the requests'.
Routes are rows of event numbers, `routes: int64[n_shifts, width]`, of which the first `lengths[v]` count.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

I64 = npt.NDArray[np.int64]
I32 = npt.NDArray[np.int32]

LOCATION = 0  # index into the travel matrix; -1: wherever the vehicle stands (breaks, an end without depot)
EARLIEST = 1
LATEST = 2
DWELL = 3
SEATS = 4  # what the load changes by, three columns: seats, wheelchairs, storage
WHEELCHAIRS = 5
STORAGE = 6
LIMIT = 7  # delivery: max ride time; END: max duration of the shift; NO_LIMIT elsewhere
WAIT_WEIGHT = 8  # cost of a second between the window's start and service
RIDE_WEIGHT = 9  # cost of a second aboard (on the delivery's row)
DIRECT = 10  # delivery: seconds of the direct drive
KIND = 11  # dispatch.model.EventKind
FEATURES = 12  # bit mask of what the vehicle must have
COLUMNS = 13

NOWHERE = -1
NO_LIMIT = 1 << 40
INFINITE = 1 << 60

# Row numbers of the scratch table of `dispatch.schedule.evaluate`, int64[SCRATCH_ROWS, width].
S_EARLIEST = 0
S_LATEST = 1
S_GAP = 2
S_PARTNER = 3
S_COEFFICIENT = 4
S_SLACK_FROM = 5
S_ARGMIN = 6
S_BREAK_AT = 7
S_BREAK_BY = 8
S_TIME = 9
SCRATCH_ROWS = 10


def scratch_for(width: int) -> I64:
    """A scratch table for routes of up to `width` events."""
    return np.zeros((SCRATCH_ROWS, 3 * width + 8), dtype=np.int64)
