"""The figures of a service day, computed from its wishes, bookings and plan; no persons in them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import numpy as np
from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from backend.bookings.models import Booking, RideRequest, ServiceDay
from backend.bookings.planning import DayPlan, current_plan
from backend.districts.models import District
from backend.operations.selectors import day_board
from dispatch.driven import ABSENT
from dispatch.model import EventKind, Plan
from dispatch.objective import objective

REFUSED = {
    "too_late": _("zu spät bestellt"),
    "after_deadline": _("nach der Bestellfrist"),
    "outside_hours": _("außerhalb der Betriebszeit"),
    "beyond_horizon": _("zu weit im Voraus"),
    "group_too_large": _("Gruppe zu groß"),
    "outside_area": _("außerhalb des Gebiets"),
    "no_stop_near": _("keine Haltestelle in der Nähe"),
    "no_vehicle": _("kein Platz frei"),
    "no_fitting_vehicle": _("kein passendes Fahrzeug"),
    "too_long": _("zu langer Umweg"),
    "time_over": _("Zeit schon vorbei"),
    "suspended": _("Betrieb eingestellt"),
    "door_to_door": _("Fahrt bis zur Tür"),
    "no_longer_available": _("Platz inzwischen vergeben"),
    "offer_expired": _("Angebot abgelaufen"),
    "offer_used": _("Angebot schon gebucht"),
}


def refusal_word(code: str) -> str:
    """Why nothing was offered, or an offer not booked, as the day's figures call it."""
    return str(REFUSED.get(code, code))


@dataclass(frozen=True, slots=True)
class DaySummary:
    """A day in figures. Waiting: from the start of the promised window to the planned boarding; per booking.

    `ride_ratio`: seconds aboard by plan over seconds of the direct drive, all bookings together. `pooled_share`: bookings
    that share the vehicle for any part of their ride. `empty_km`: driven with nobody aboard.
    """

    date: date
    plan_version: int
    requested: int
    served: int
    refused: dict[str, int]
    not_taken: int
    cancelled: int
    persons: int
    vehicles: int
    wait_min_mean: float
    wait_min_p95: float
    ride_min_mean: float
    direct_min_mean: float
    ride_ratio: float
    pooled_share: float
    driving_h: float
    driven_km: float
    empty_km: float
    cost: int

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {**asdict(self), "date": self.date.isoformat()}


def day_summary(district: District, day: date) -> DaySummary:
    """The figures of a day; zeros for one that nobody asked about."""
    row = ServiceDay.objects.select_related("district").filter(district=district, date=day).first()
    if row is None:
        return DaySummary(day, 0, 0, 0, {}, 0, 0, 0, 0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0)
    wishes = RideRequest.objects.filter(service_day=row)
    refused = dict(
        wishes.exclude(refusal_code="").values_list("refusal_code").annotate(count=Count("pk")).order_by("-count")
    )
    requested = wishes.count()
    booked = Booking.objects.filter(service_day=row)
    cancelled = booked.filter(state=Booking.State.CANCELLED).count()
    board = day_board(district, day)
    plan = current_plan(row)
    rides = _rides(plan)
    served = len(rides)
    ride_s, direct_s = rides[:, 1].sum(), rides[:, 2].sum()
    judged = objective(plan.plan, plan.travel_s, plan.weights)
    return DaySummary(
        date=day,
        plan_version=row.plan_version,
        requested=requested,
        served=served,
        refused=refused,
        not_taken=max(0, requested - sum(refused.values()) - booked.count()),
        cancelled=cancelled,
        persons=board.persons,
        vehicles=board.vehicles,
        wait_min_mean=_minutes(rides[:, 0].mean() if served else 0.0),
        wait_min_p95=_minutes(np.percentile(rides[:, 0], 95) if served else 0.0),
        ride_min_mean=_minutes(ride_s / max(1, served)),
        direct_min_mean=_minutes(direct_s / max(1, served)),
        ride_ratio=round(float(ride_s / max(1, direct_s)), 3),
        pooled_share=round(len(_pooled(plan.plan)) / max(1, served), 3),
        driving_h=round(judged.driving_s / 3600, 2),
        driven_km=round(board.driven_m / 1000, 1),
        empty_km=round(board.empty_m / 1000, 1),
        cost=judged.cost,
    )


def _minutes(seconds: float) -> float:
    return round(float(seconds) / 60.0, 1)


def _rides(plan: DayPlan) -> np.ndarray:
    """float64[n_bookings, 3]: waiting, aboard and direct seconds of every booking in the plan."""
    rows = []
    for route in plan.plan.routes:
        boarded: dict[str, tuple[int, int]] = {}
        for event in route.events:
            if event.request_id is None or event.request_id.endswith(ABSENT):
                continue
            request = plan.plan.requests[event.request_id]
            if event.kind is EventKind.PICKUP:
                boarded[request.id] = (event.start_s - request.pickup_earliest_s, event.start_s + event.dwell_s)
                continue
            wait_s, from_s = boarded[request.id]
            direct_s = plan.travel_s[request.pickup_location, request.delivery_location]
            rows.append((wait_s, event.start_s - from_s, direct_s))
    return np.array(rows, dtype=np.float64).reshape(-1, 3)


def _pooled(plan: Plan) -> set[str]:
    """Bookings that were aboard together with another."""
    together: set[str] = set()
    for route in plan.routes:
        aboard: set[str] = set()
        for event in route.events:
            if event.request_id is None or event.request_id.endswith(ABSENT):
                continue
            if event.kind is EventKind.DELIVERY:
                aboard.discard(event.request_id)
                continue
            aboard.add(event.request_id)
            if len(aboard) > 1:
                together |= aboard
    return together
