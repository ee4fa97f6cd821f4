"""The handover log as the next dispatcher reads it: lines, open points, and what the shift leaves behind by itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from backend.bookings.localtime import midnight
from backend.bookings.models import RideRequest, ServiceDay
from backend.bookings.overriding import overridden_rules
from backend.control.models import HandoverEntry, InterventionRecord, RosterChange, TroubleRecord
from backend.control.troubles import TroubleKind
from backend.districts.models import District
from backend.driving.models import DriverEvent
from backend.driving.selectors import conflicts_of
from backend.notifications.models import RiderMessage
from backend.notifications.selectors import undelivered

MOST_FOUND = 100
SEARCHED_BACK = timedelta(days=120)


@dataclass(frozen=True, slots=True)
class ShiftSummary:
    """What a day leaves for whoever comes next, found by the program. Names nobody but the staff."""

    interventions: tuple[InterventionRecord, ...] = ()
    roster_changes: tuple[RosterChange, ...] = ()
    conflicts: tuple[DriverEvent, ...] = ()
    undelivered: tuple[RiderMessage, ...] = ()
    troubles: int = 0
    refused: int = 0
    overridden: dict[str, int] = field(default_factory=dict)

    @property
    def is_quiet(self) -> bool:
        return not any(
            (self.interventions, self.roster_changes, self.conflicts, self.undelivered, self.troubles, self.overridden)
        )


def entries_of(district: District, day: date) -> list[HandoverEntry]:
    """The lines of a day, the newest first."""
    return list(HandoverEntry.objects.filter(district=district, day=day).order_by("-at", "-pk"))


def open_points(district: District) -> list[HandoverEntry]:
    """What is still to be done, from whatever day, the oldest first."""
    rows = HandoverEntry.objects.filter(district=district, is_point=True, done_at__isnull=True)
    return list(rows.order_by("day", "at", "pk"))


def search(district: District, text: str, today: date) -> list[HandoverEntry]:
    """Lines that hold all these words, in the text or as vehicle, booking or author; the newest first."""
    words = text.casefold().split()
    if not words:
        return []
    rows = HandoverEntry.objects.filter(district=district, day__gte=today - SEARCHED_BACK).order_by("-at", "-pk")
    found = []
    for row in rows.iterator():  # the texts are encrypted, so the database cannot look for us
        content = f"{row.text} {row.vehicle} {row.booking} {row.by}".casefold()
        if all(word in content for word in words):
            found.append(row)
        if len(found) == MOST_FOUND:
            break
    return found


def shift_summary(district: District, day: date) -> ShiftSummary:
    """What happened on a day, and what is left of it."""
    local = ZoneInfo(district.timezone)
    begin, end = midnight(day, local), midnight(day + timedelta(days=1), local)
    row = ServiceDay.objects.filter(district=district, date=day).first()
    changes = RosterChange.objects.filter(district=district, at__gte=begin, at__lt=end).order_by("at")
    messages = undelivered(district).filter(created_at__gte=begin, created_at__lt=end)
    common = {
        "roster_changes": tuple(changes),
        "undelivered": tuple(messages),
        "overridden": overridden_rules(district, begin, end),
    }
    if row is None:
        return ShiftSummary(**common)  # type: ignore[arg-type]
    return ShiftSummary(
        interventions=tuple(InterventionRecord.objects.filter(service_day=row).order_by("at")),
        conflicts=tuple(conflicts_of(row)),
        troubles=TroubleRecord.objects.filter(service_day=row, gone_at__isnull=True)
        .exclude(key__startswith=f"{TroubleKind.UNSERVED}:")  # they are counted as refused
        .count(),
        refused=RideRequest.objects.filter(service_day=row).exclude(refusal_code="").count(),
        **common,  # type: ignore[arg-type]
    )


def neighbours(day: date) -> tuple[date, date]:
    """The day before and the day after."""
    return day - timedelta(days=1), day + timedelta(days=1)


def today_of(district: District, now: datetime) -> date:
    return now.astimezone(ZoneInfo(district.timezone)).date()
