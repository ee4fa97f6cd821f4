"""A bus that breaks down in mid-day: its driver calls for help, and the office acts as a dispatcher would, over REST."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from backend.driving.virtual.client import Caller
from backend.driving.virtual.driver import VirtualDriver

REASON = "Panne laut Fahrpersonal"


@dataclass
class Breakdown:
    """What became of one. `effects`: whom the preview named; `fault`: why the office could do nothing."""

    vehicle: str
    at: datetime
    effects: list[dict[str, Any]] = field(default_factory=list)
    fault: str = ""

    @property
    def dropped(self) -> list[str]:
        """Bookings that no other bus could serve."""
        return [one["booking"] for one in self.effects if one["dropped"]]

    @property
    def late(self) -> list[str]:
        """Bookings that come later than was promised."""
        return [one["booking"] for one in self.effects if one["late_minutes"] > 0 and not one["dropped"]]

    @property
    def moved(self) -> list[str]:
        """Bookings of the broken bus that another bus serves."""
        return [one["booking"] for one in self.effects if one["vehicle_after"] not in ("", one["vehicle_before"])]


def break_down(driver: VirtualDriver, office: Caller, day: str, now: datetime) -> Breakdown:
    """The bus stands where it is; the office looks at what that means, and confirms it."""
    stop, shift = driver.breaks_down(now)
    found = Breakdown(driver.vehicle, now)
    address = f"/api/v1/service-days/{day}/interventions"
    document = {"intervention": {"kind": "breakdown", "shift": shift, "stop": stop}}
    status, shown, _tag = office.call("POST", f"{address}/preview", document)
    if status != 200:
        found.fault = f"Vorschau {status} {shown}"
        return found
    key = {"Idempotency-Key": f"breakdown-{day}-{shift}"}
    status, done, _tag = office.call("POST", address, {"token": shown["token"], "reason": REASON}, key)
    if status == 201:
        found.effects = shown["effects"]
    else:
        found.fault = f"Eingriff {status} {done}"
    return found
