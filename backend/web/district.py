"""The district whose pages these are, in the words of the pages: hours, deadlines, phone, sources."""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from backend.districts.selectors import get_district, rules_of
from backend.web import display
from fixtures.rules import AccessibilityRules, Attribution, DailyHours, OrderDeadline, Rules, Zone

WEEK = range(7)


@dataclass(frozen=True, slots=True)
class ZoneInfo:
    """One line of the start page's table; each text stands for itself."""

    name: str
    hours: tuple[str, ...]
    deadlines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DistrictInfo:
    id: str
    name: str
    operator: str
    timezone: str
    phone: str
    phone_hours: str
    horizon_days: int
    open_returns: bool  # whether the way back may be left open
    series_days: int | None  # how far ahead a series may reach; None: none are offered
    longest_lead_s: int
    max_party: int
    group_from: int
    group_off_percent: int
    zones: tuple[ZoneInfo, ...]
    attribution: tuple[Attribution, ...]
    assumed: tuple[tuple[str, str], ...]
    accessibility: AccessibilityRules | None
    rides_kept_days: int


class NoDistrict(RuntimeError):
    """The pages were opened before a district package was imported."""


def current_district() -> DistrictInfo:
    """Whose pages these are. One site serves one district; the others have their own address."""
    row = get_district(settings.SITE_DISTRICT)
    if row is None:
        raise NoDistrict(f"no district {settings.SITE_DISTRICT!r} was imported; `manage.py serve` does it")
    return _info(rules_of(row))


@dataclass(frozen=True, slots=True)
class InWriting:
    """Where riders can write; "" where nobody reads it."""

    sms: str
    email: str


def in_writing() -> InWriting:
    """The number and the address of the written dialogue, as far as they are set up."""
    sms = settings.TWILIO_NUMBER if settings.TWILIO_NUMBER.startswith("+") else ""
    return InWriting(sms, parseaddr(settings.DEFAULT_FROM_EMAIL)[1] if settings.MAILDIR else "")


def in_templates(request: HttpRequest) -> dict[str, Any]:
    """The context processor: every page names the district, its phone number, and where to write."""
    return {"district": current_district(), "in_writing": in_writing()}


def _info(rules: Rules) -> DistrictInfo:
    return DistrictInfo(
        id=rules.id,
        name=rules.name,
        operator=rules.operator,
        timezone=rules.timezone,
        phone=rules.phone,
        phone_hours=_(rules.phone_hours) if rules.phone_hours else "",
        horizon_days=rules.booking.horizon_days,
        open_returns=rules.open_return is not None,
        series_days=rules.series.horizon_days if rules.series else None,
        longest_lead_s=max(zone.lead_time_s for zone in rules.zones),
        max_party=rules.booking.max_party,
        group_from=rules.tariff.group_from,
        group_off_percent=100 - rules.tariff.group_percent,
        zones=tuple(_zone(zone) for zone in rules.zones),
        attribution=rules.attributions,
        assumed=rules.assumed,
        accessibility=rules.accessibility,
        rides_kept_days=rules.rides_kept_days,
    )


def _zone(zone: Zone) -> ZoneInfo:
    lead = _("mindestens %(minutes)d Minuten vorher") % {"minutes": zone.lead_time_s // 60}
    return ZoneInfo(
        name=zone.name,
        hours=tuple(hours_text(hours) for hours in zone.hours),
        deadlines=(lead, *(deadline_text(deadline) for deadline in zone.deadlines)),
    )


def hours_text(hours: DailyHours) -> str:
    """Days and hours as on a notice board: "Mo bis Fr 5:00 bis 23:00 Uhr"."""
    words = {"days": days_text(hours.days), "from": _clock(hours.from_s), "to": _clock(hours.to_s)}
    return _("%(days)s %(from)s bis %(to)s Uhr") % words


def days_text(days: frozenset[int]) -> str:
    """Days of the week, 0 is Monday; a run of days by its ends."""
    if days == frozenset(WEEK):
        return _("täglich")
    names = (_("Mo"), _("Di"), _("Mi"), _("Do"), _("Fr"), _("Sa"), _("So"))
    first, last = min(days), max(days)
    if len(days) > 2 and days == frozenset(range(first, last + 1)):
        return _("%(first)s bis %(last)s") % {"first": names[first], "last": names[last]}
    return ", ".join(names[day] for day in sorted(days))


def deadline_text(deadline: OrderDeadline) -> str:
    words = {"from": _clock(deadline.from_s), "to": _clock(deadline.to_s), "by": _clock(deadline.by_s)}
    return _("Fahrten von %(from)s bis %(to)s Uhr: am selben Tag bis %(by)s Uhr") % words


def _clock(second_of_day: int) -> str:
    return display.clock_of_seconds(second_of_day % display.DAY_S)
