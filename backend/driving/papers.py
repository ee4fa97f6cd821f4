"""What speaks against somebody driving a vehicle, as far as papers are kept.

This package keeps none. Whoever does says so in `AppConfig.ready` (backend/control/permits.py):

    papers.asked_of(faults_at_sign_in)
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

from backend.districts.models import Vehicle
from backend.driving.models import Driver

Keeper = Callable[[Driver, Vehicle, date], Sequence[str]]
_keepers: list[Keeper] = []


def asked_of(keeper: Keeper) -> None:
    """Ask a keeper of papers from now on; it gives what speaks against it, in words that follow "aber"."""
    if keeper not in _keepers:
        _keepers.append(keeper)


def against(driver: Driver, vehicle: Vehicle, day: date) -> tuple[str, ...]:
    """What speaks against it on a day; empty where nothing does, or where nobody keeps papers."""
    return tuple(fault for keeper in _keepers for fault in keeper(driver, vehicle, day))
