"""Who drives today, or is about to, although the papers that are written down say no."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.utils.translation import gettext as _

from backend.bookings.models import DayShift, ServiceDay
from backend.control.duties import duty_roster
from backend.control.permits import faults_of, permits_of
from backend.control.troubles import Remedy, Trouble, TroubleKind
from backend.driving.models import Driver
from backend.driving.selectors import open_duties

SOON_S = 7200  # so long before a shift somebody else can still be found


def paper_troubles(day: ServiceDay, now_s: int, shifts: Mapping[str, DayShift]) -> Iterator[Trouble]:
    """Who is signed in; then whom the roster names for a shift that is still to begin. `shifts`: of the day, by their codes."""
    permits = permits_of(day.district)
    if not permits:
        return
    driving: dict[int, Driver] = {}
    for duty in open_duties(day).select_related("driver", "vehicle").order_by("vehicle__code"):
        driving[duty.vehicle_id] = duty.driver
        faults = list(faults_of(permits, duty.driver, duty.vehicle, day.date))
        if faults:
            text = _(
                "%(name)s fährt, aber %(faults)s. Rufen Sie an. Gelten die Papiere, tragen Sie sie ein. Sonst muss jemand "
                "anderes fahren."
            )
            yield _trouble(f"duty-{duty.pk}", 3, duty.vehicle.name, duty.vehicle.code, duty.driver, faults, text)
    roster = duty_roster(day.district, day.date, day.date, list(shifts.values()))
    for code, row in sorted(shifts.items()):
        driver = roster.driver_of.get((day.date, code))
        if driver is None or now_s >= row.start_s or driving.get(row.vehicle_id) == driver:
            continue
        faults = list(faults_of(permits, driver, row.vehicle, day.date))
        if faults:
            level = 2 if row.start_s - now_s <= SOON_S else 1
            text = _(
                "%(name)s ist eingeteilt, aber %(faults)s. Gelten die Papiere, tragen Sie sie ein. Sonst teilen Sie jemand "
                "anderen ein."
            )
            yield _trouble(code, level, row.vehicle.name, row.vehicle.code, driver, faults, text, due_s=row.start_s)


def _trouble(
    about: str,
    level: int,
    name: str,
    vehicle: str,
    driver: Driver,
    faults: list[str],
    text: str,
    due_s: int | None = None,
) -> Trouble:
    remedies = (
        Remedy(_("Papiere eintragen"), None, f"fleet-driver:{driver.pk}"),
        Remedy(_("Anders einteilen"), None, "fleet-days"),
    )
    return Trouble(
        TroubleKind.PAPERS, about, level, _("%(vehicle)s: Papiere prüfen") % {"vehicle": name},
        text % {"name": driver.name, "faults": _(" und ").join(faults)}, due_s, None, vehicle, (), remedies,
    )  # fmt: skip
