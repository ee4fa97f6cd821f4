"""Callers who want a person: put in the queue by the line, taken and finished by the control room."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accessibility.desk import InvalidInput
from backend.bookings.journal import announce, audit
from backend.bookings.localtime import service_date, to_seconds
from backend.channels_in.call_models import Call, WaitingCall
from backend.districts.models import District
from backend.districts.selectors import rules_of

# Both concern whoever watches any day: a caller waits now, whichever day a board shows, and past midnight too.
TOPIC, CHANGED = "call.waiting", "call.changed"


def is_office_open(district: District, now: datetime) -> bool:
    """Whether somebody answers the telephone now; where no hours are named, always."""
    hours = rules_of(district).office
    zone = ZoneInfo(district.timezone)
    day = service_date(now, zone)
    second = to_seconds(now, day, zone)
    return not hours or any(day.weekday() in part.days and part.from_s <= second < part.to_s for part in hours)


def office_hours(district: District) -> str:
    """The hours in words, as the district says them."""
    return rules_of(district).phone_hours


def waiting_calls(district: District) -> QuerySet[WaitingCall]:
    """Who waits or is being called, the longest waiting first."""
    rows = WaitingCall.objects.filter(district=district).exclude(state__in=WaitingCall.CLOSED)
    return rows.select_related("taken_by", "call")


@transaction.atomic
def put_in_queue(
    call: Call, lines: Sequence[Sequence[str]], why: str, now: datetime, *, is_on_line: bool
) -> WaitingCall:
    """One case a call; asking again keeps its place, unless somebody has dealt with it already."""
    values = {
        "district": call.district, "call": call, "number": call.contact, "lines": [list(line) for line in lines],
        "why": why, "is_on_line": is_on_line, "since": now,
    }  # fmt: skip
    case, is_new = WaitingCall.objects.select_for_update().get_or_create(key=call.external_id, defaults=values)
    was = (case.state, case.is_on_line)
    is_new_wait = is_new or case.state in WaitingCall.CLOSED
    if not is_new:
        if case.state in WaitingCall.CLOSED:
            case.state, case.since, case.taken_by, case.taken_at, case.ended_at = "waiting", now, None, None, None
        case.number, case.is_on_line, case.lines = call.contact, is_on_line, values["lines"]
        case.save()
    if is_new or was != (case.state, case.is_on_line):
        _tell(case, TOPIC if is_new_wait else CHANGED, now)
        audit(call.district, now, "line", "phone", "call.wait", str(case.pk))
    return case


@transaction.atomic
def take_call(district: District, case_id: int, user: object, now: datetime) -> WaitingCall:
    """A member of the district's staff takes the case. Raises InvalidInput where another has it, or nobody knows it."""
    case = _case(case_id, district=district)
    username = getattr(user, "username", "")
    if case.state in WaitingCall.CLOSED or (case.taken_by_id and case.taken_by_id != getattr(user, "pk", None)):
        raise InvalidInput("call", _("Diesen Anruf hat schon jemand übernommen."), "taken")
    if case.state == WaitingCall.State.WAITING:
        case.state, case.taken_at = WaitingCall.State.TAKEN, now
        case.taken_by_id = getattr(user, "pk", None)
        case.save(update_fields=["state", "taken_at", "taken_by"])
        _tell(case, CHANGED, now)
        audit(case.district, now, username, "dispatcher", "call.take", str(case.pk))
    return case


@transaction.atomic
def finish_call(case_id: int, user: object, now: datetime, *, called_back: bool = False) -> WaitingCall:
    """The case is done; what was said, and the number, are forgotten. Twice is the same as once."""
    case = _case(case_id)
    if case.state not in WaitingCall.CLOSED:
        case.state = WaitingCall.State.CALLED_BACK if called_back else WaitingCall.State.DONE
        case.ended_at, case.number, case.lines, case.is_on_line = now, "", [], False
        case.save()
        _tell(case, CHANGED, now)
        audit(case.district, now, getattr(user, "username", ""), "dispatcher", "call.finish", str(case.pk))
    return case


def _case(case_id: int, **where: District) -> WaitingCall:
    case = WaitingCall.objects.select_for_update().select_related("district").filter(pk=case_id, **where).first()
    if case is None:
        raise InvalidInput("call", _("Diesen Anruf gibt es nicht mehr."), "not_found")
    return case


def _tell(case: WaitingCall, topic: str, now: datetime) -> None:
    announce(case.district, topic, {"district": case.district_id, "call": case.pk}, now)
