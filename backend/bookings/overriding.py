"""A dispatcher sets rules aside for one wish, with a reason that is kept; nobody else can.

What may be set aside: order deadline and lead time, booking horizon, service hours, group size, the way on foot. What may
not: places in a bus, shifts and breaks of drivers, the service area, stops. The plan is searched and checked as for everybody.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from accessibility.desk import Channel, InvalidInput, Quote, RideWish
from backend.bookings.admission import district_named
from backend.bookings.desk import Desk, get_desk
from backend.bookings.ends import LONGEST_WALK_M
from backend.bookings.idempotency import Answer, once, remembered
from backend.bookings.journal import LONGEST_REASON, audit
from backend.bookings.models import RideRequest, RuleOverride
from backend.bookings.services import Considered, consider_wish, record_wish
from backend.config.access import DISPATCHER, works_for
from backend.districts.models import District

OVERRIDABLE = frozenset(
    {"too_late", "after_deadline", "beyond_horizon", "outside_hours", "group_too_large", "no_stop_near"}
)
SHORTEST_REASON = 5


def checked_reason(reason: str, field_name: str = "reason") -> str:
    """A reason that somebody can read later. Raises InvalidInput."""
    text = " ".join(reason.split())
    if len(text) < SHORTEST_REASON or not text.isprintable():
        raise InvalidInput(field_name, _("Nennen Sie den Grund in wenigen Worten. Er wird aufbewahrt."))
    if len(text) > LONGEST_REASON:
        raise InvalidInput(field_name, _("Der Grund ist zu lang. Höchstens 300 Zeichen passen."))
    return text


def quote_against_rules(wish: RideWish, reason: str, user: Any, *, key: str, desk: Desk | None = None) -> Quote:
    """Offers for a wish that a rule refuses, because a dispatcher says so. The quote can be booked like any other.

    Raises PermissionDenied for whoever is no dispatcher of that district, InvalidInput for a reason that says nothing.
    """
    if not works_for(user, wish.district, DISPATCHER):
        raise PermissionDenied
    desk = desk or get_desk()
    reason = checked_reason(reason)
    wish = replace(wish, channel=Channel.DISPATCHER)
    district, now, actor = district_named(wish.district), desk.clock.now(), user.get_username()
    content = {**asdict(wish), "needs": sorted(wish.needs), "reason": reason, "by": actor}
    answer = remembered("override", key, content)
    if answer is None:
        considered, codes = _consider(district, wish, now)

        def act() -> Answer:
            return _record(district, considered, codes, reason, actor, now)

        answer = once("override", key, content, district.pk, now, act)
    return desk.quoted(answer["request"])


def _consider(district: District, wish: RideWish, now: datetime) -> tuple[Considered, frozenset[str]]:
    """The answer without those rules, and only those, that stand in the way; and which these are."""
    codes: frozenset[str] = frozenset()
    considered = consider_wish(district, wish, now)
    while considered.refusal and considered.refusal.code in OVERRIDABLE - codes:
        codes |= {considered.refusal.code}
        longest = replace(wish, max_walk_m=LONGEST_WALK_M) if "no_stop_near" in codes else wish
        considered = consider_wish(district, longest, now, set_aside=codes)
    return considered, codes


def _record(
    district: District, considered: Considered, codes: frozenset[str], reason: str, actor: str, now: datetime
) -> Answer:
    answer = record_wish(district, considered, now)
    if considered.drafts and codes:
        request = RideRequest.objects.get(pk=answer["request"])
        RuleOverride.objects.create(ride_request=request, codes=sorted(codes), reason=reason, by=actor, at=now)
        audit(district, now, actor, Channel.DISPATCHER.value, "rule.overridden", str(request.pk), reason)
    return answer


def overridden_rules(district: District, begin: datetime, end: datetime) -> dict[str, int]:
    """How often each rule was set aside between two moments, the most frequent first."""
    rows = RuleOverride.objects.filter(ride_request__district=district, at__gte=begin, at__lt=end)
    return dict(Counter(code for codes in rows.values_list("codes", flat=True) for code in codes).most_common())


def override_of(request_id: str) -> RuleOverride | None:
    """What was set aside for a kept wish, if anything was."""
    return RuleOverride.objects.filter(ride_request__pk=request_id).first()
