"""What is left of a shift whose vehicle is out of service for a part of it. Clock seconds of the service day; saves nothing."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Sequence
from datetime import date

from backend.districts.models import Shift, VehicleOutage

Gap = tuple[int, int]  # out of service from this second until before that
Breaks = Sequence[Sequence[int]]
END_OF_DAY_S = 48 * 3600
SHORTEST_PART_S = 1800  # for less nobody drives out
PART = "+"  # divides a shift's code from the number of its part: what follows a gap is a shift of its own


def gap_on(outage: VehicleOutage, day: date) -> Gap | None:
    """When a vehicle is not there on a day; None: it is there all day."""
    if day < outage.first or (outage.last is not None and day > outage.last):
        return None
    begin_s = outage.from_s if day == outage.first and outage.from_s is not None else 0
    end_s = outage.until_s if day == outage.last and outage.until_s is not None else END_OF_DAY_S
    return begin_s, end_s


def left_of(start_s: int, end_s: int, gaps: Iterable[Gap]) -> list[Gap]:
    """The parts of a span outside of all gaps that are worth driving."""
    parts = [(start_s, end_s)]
    for begin, end in sorted(gaps):
        parts = [
            piece
            for one, other in parts
            for piece in ((one, min(other, begin)), (max(one, end), other))
            if piece[0] < piece[1]
        ]
    if parts == [(start_s, end_s)]:
        return parts
    return [part for part in parts if part[1] - part[0] >= SHORTEST_PART_S]


def breaks_in(breaks: Breaks, start_s: int, end_s: int) -> list[list[int]]:
    """Of the breaks of a shift those that can be taken in a part of it."""
    kept = []
    for earliest_s, latest_s, duration_s in breaks:
        begin, end = max(earliest_s, start_s), min(latest_s, end_s - duration_s)
        if begin <= end:
            kept.append([begin, end, duration_s])
    return kept


def parts_of(shift: Shift, gaps: Sequence[Gap]) -> list[Shift]:
    """A shift of the week as its parts are driven; itself where no gap touches it."""
    parts = left_of(shift.start_s, shift.end_s, gaps)
    if parts == [(shift.start_s, shift.end_s)]:
        return [shift]
    found = []
    for number, (start_s, end_s) in enumerate(parts, start=1):
        part = copy.copy(shift)
        part.code = shift.code if number == 1 else f"{shift.code}{PART}{number}"
        part.start_s, part.end_s, part.breaks = start_s, end_s, breaks_in(shift.breaks, start_s, end_s)
        found.append(part)
    return found


def whole_code(code: str) -> str:
    """The code of the shift that a part is of."""
    return code.rpartition(PART)[0] or code
