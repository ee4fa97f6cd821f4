"""The booking rules as pure functions: where and when a ride may be ordered, and how a booking's state may change.

A rule that says no returns a `Refusal`: a code, a reason in plain German, and a way out.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from shapely import Point, Polygon

from accessibility.desk import InvalidInput, Refusal, WayOut
from backend.bookings.localtime import (
    clock_text,
    clock_to_seconds,
    day_text,
    midnight,
    service_date,
    to_moment,
    to_seconds,
)
from fixtures.rules import Closure, DailyHours, OpenReturnRules, OrderDeadline, Rules, Zone

LATEST_TOLERATED_S = 300  # a wish this much in the past was meant as "now"
FARTHEST_WISH = timedelta(days=400)
TIME_TO_ANSWER_S = 180  # a time that we name must still be possible when the rider has read it
PROPOSED_STEP_S = 300
DAYS_LOOKED_AHEAD = 7
DAY_S = 86_400
LARGEST_GROUP = 100  # where a dispatcher sets the group size aside, the places of the buses decide

# Allowed changes of a booking's state.
TRANSITIONS = {
    "booked": {"aboard", "cancelled", "no_show"},
    "aboard": {"completed"},
    "completed": set(),
    "cancelled": set(),
    "no_show": set(),
}
# What only a driver's report may do to a booking that had ended: people who are in the bus are in the bus.
CORRECTIONS = {"cancelled": {"aboard"}, "no_show": {"aboard"}}


@dataclass(frozen=True, slots=True)
class Opening:
    """Seconds of the service day between which pick-ups are possible for an order given now."""

    from_s: int
    to_s: int


def zone_for(rules: Rules, origin_village: str, destination_village: str) -> Zone:
    """The first zone that contains both ends; the last zone is the whole district."""
    for zone in rules.zones:
        if not zone.villages or {origin_village, destination_village} <= zone.villages:
            return zone
    return rules.zones[-1]


def area_refusal(rules: Rules, area: list[list[float]], lat: float, lon: float) -> Refusal | None:
    """No to a point outside the service area."""
    if Polygon(area).covers(Point(lon, lat)):
        return None
    reason = _("Dort fährt der Rufbus nicht. Er fährt im %(district)s.") % {"district": rules.name}
    return Refusal("outside_area", reason, (phone_way_out(rules, _("Wir sagen Ihnen, welche Linie dorthin fährt.")),))


def service_day_of(zone: Zone, moment: datetime, local: ZoneInfo) -> date:
    """The service day that a moment belongs to: the day before, where that day's hours run past midnight."""
    own = service_date(moment, local)
    before = own - timedelta(days=1)
    if not _within_hours(zone, own, to_seconds(moment, own, local), local) and _within_hours(
        zone, before, to_seconds(moment, before, local), local
    ):
        return before
    return own


def check_moment(moment: datetime, now: datetime) -> None:
    """Raise InvalidInput for a wished time that cannot be meant."""
    if moment.tzinfo is None or moment.utcoffset() is None:
        raise InvalidInput("when", _("Bitte geben Sie die Zeit mit Zeitzone an, zum Beispiel 2026-11-24T08:00+01:00."))
    if is_over(moment, now):
        raise InvalidInput("when", _("Diese Zeit ist schon vorbei. Bitte wählen Sie eine spätere."))
    if moment - now > FARTHEST_WISH:
        raise InvalidInput("when", _("Diese Zeit ist zu weit in der Zukunft."))


def is_over(moment: datetime, now: datetime) -> bool:
    """Whether a wished time has passed; a little in the past was meant as "now"."""
    return now - moment > timedelta(seconds=LATEST_TOLERATED_S)


def for_series(rules: Rules) -> Rules:
    """The rules as they hold for rides of a series, which may be booked farther ahead; the same where none are offered."""
    if rules.series is None:
        return rules
    farther = max(rules.booking.horizon_days, rules.series.horizon_days)
    return replace(rules, booking=replace(rules.booking, horizon_days=farther))


def for_open_return(zone: Zone, rules: OpenReturnRules) -> Zone:
    """A zone as it is for an open return: a shorter lead time, no order deadlines, hours as long as the district says."""
    hours = tuple(replace(part, to_s=part.to_s + rules.after_hours_s) for part in zone.hours)
    return replace(zone, lead_time_s=rules.lead_s, deadlines=(), hours=hours)


def without_rules(rules: Rules, codes: frozenset[str]) -> Rules:
    """The rules without those that a dispatcher has set aside, named by the refusals they lead to."""
    booking = rules.booking
    if "beyond_horizon" in codes:
        booking = replace(booking, horizon_days=FARTHEST_WISH.days)
    if "group_too_large" in codes:
        booking = replace(booking, max_party=LARGEST_GROUP)
    return replace(rules, booking=booking)


def without_times(zone: Zone, codes: frozenset[str]) -> Zone:
    """A zone without the lead time, deadlines or hours that were set aside; shifts alone say when a bus can drive."""
    if "outside_hours" in codes:
        hours = DailyHours(frozenset(range(7)), 0, max([DAY_S, *(part.to_s for part in zone.hours)]))
        zone = replace(zone, hours=(hours,))
    if "after_deadline" in codes:
        zone = replace(zone, deadlines=())
    return replace(zone, lead_time_s=0) if "too_late" in codes else zone


def last_pickup(zone: Zone, day: date, local: ZoneInfo) -> datetime | None:
    """The end of a zone's hours on a service day; None where it has none."""
    ends = [clock_to_seconds(part.to_s, day, local) for part in zone.hours if day.weekday() in part.days]
    return to_moment(max(ends), day, local) if ends else None


def within_horizon(rules: Rules, day: date, now: datetime, zone: ZoneInfo) -> bool:
    """Whether a day can be ordered for yet."""
    return day <= _last_day(rules, now, zone)


def horizon_refusal(rules: Rules, day: date, now: datetime, zone: ZoneInfo) -> Refusal | None:
    """No to a day beyond the booking horizon."""
    if within_horizon(rules, day, now, zone):
        return None
    last = _last_day(rules, now, zone)
    reason = _("So weit im Voraus kann man nicht bestellen. Der letzte mögliche Tag ist %(day)s.") % {
        "day": day_text(last)
    }
    ways = (
        WayOut("offer_times", _("Wählen Sie einen früheren Tag."), last.isoformat()),
        phone_way_out(rules, _("Wir merken die Fahrt für Sie vor, wenn Sie anrufen.")),
    )
    return Refusal("beyond_horizon", reason, ways)


def _last_day(rules: Rules, now: datetime, zone: ZoneInfo) -> date:
    return service_date(now, zone) + timedelta(days=rules.booking.horizon_days)


def opening(zone: Zone, day: date, now: datetime, local: ZoneInfo) -> tuple[Opening, ...]:
    """When pick-ups are possible on a day for an order given now: service hours less lead time and passed deadlines."""
    earliest_s = to_seconds(now, day, local) + zone.lead_time_s
    if now.microsecond:
        earliest_s += 1  # the second that has begun is gone
    parts = []
    for hours in zone.hours:
        if day.weekday() not in hours.days:
            continue
        begin_s = max(clock_to_seconds(hours.from_s, day, local), earliest_s)
        end_s = clock_to_seconds(hours.to_s, day, local)
        if begin_s < end_s:
            parts.append((begin_s, end_s))
    for _deadline, _by, closed in _passed_deadlines(zone, day, now, local):
        parts = [piece for part in parts for piece in _without(part, closed)]
    for closure in zone.closures:
        closed = (to_seconds(closure.from_at, day, local), to_seconds(closure.until_at, day, local))
        parts = [piece for part in parts for piece in _without(part, closed)]
    return tuple(Opening(begin_s, end_s) for begin_s, end_s in sorted(parts))


def _passed_deadlines(
    zone: Zone, day: date, now: datetime, local: ZoneInfo
) -> list[tuple[OrderDeadline, date, tuple[int, int]]]:
    """Deadlines that an order given now misses, the day they fell on, and the pick-ups they close, in seconds of `day`.

    A deadline of the evening before reaches into the day: trips until "31:00" are those until 7:00 Uhr of the next.
    """
    passed = []
    for its_day in (day - timedelta(days=1), day):
        shift_s = to_seconds(midnight(its_day, local), day, local)
        for deadline in zone.deadlines:
            if now > to_moment(clock_to_seconds(deadline.by_s, its_day, local), its_day, local):
                closed_from_s = shift_s + clock_to_seconds(deadline.from_s, its_day, local)
                closed_to_s = shift_s + clock_to_seconds(deadline.to_s, its_day, local)
                passed.append((deadline, its_day, (closed_from_s, closed_to_s)))
    return passed


def _without(part: tuple[int, int], closed: tuple[int, int]) -> list[tuple[int, int]]:
    pieces = [(part[0], min(part[1], closed[0])), (max(part[0], closed[1]), part[1])]
    return [piece for piece in pieces if piece[0] < piece[1]]


def _within_hours(zone: Zone, day: date, second: int, local: ZoneInfo) -> bool:
    return any(
        day.weekday() in hours.days
        and clock_to_seconds(hours.from_s, day, local) <= second < clock_to_seconds(hours.to_s, day, local)
        for hours in zone.hours
    )


def time_refusal(rules: Rules, zone: Zone, day: date, second: int, now: datetime, local: ZoneInfo) -> Refusal | None:
    """No to a pick-up at this second, with the rule that says so and the next possible time."""
    openings = opening(zone, day, now, local)
    if any(part.from_s <= second < part.to_s for part in openings):
        return None
    closure = _closed_by(zone, to_moment(second, day, local))
    ways = []
    before = last_possible(zone, day, second, now, local)
    if before:
        ways.append(
            WayOut("offer_times", _("Vorher geht es bis %(time)s.") % {"time": clock_text(before)}, before.isoformat())
        )
    moment = next_possible(rules, zone, day, second, now, local)
    if moment:
        text = _("Möglich ist es ab %(time)s.") % {"time": clock_text(moment)}
        if service_date(moment, local) != service_date(to_moment(second, day, local), local):
            values = {"day": day_text(moment.date()), "time": clock_text(moment)}
            text = _("Möglich ist es ab %(day)s, %(time)s.") % values
        ways.append(WayOut("offer_times", text, moment.isoformat()))
    if closure:
        ways.append(phone_way_out(rules, _("Rufen Sie an, wenn Sie trotzdem fahren müssen.")))
        return Refusal("suspended", suspended_text(closure, local), tuple(ways))
    if not _within_hours(zone, day, second, local):
        ways.append(
            WayOut("service_hours", _("Der Rufbus fährt an diesem Tag: %(hours)s.") % {"hours": hours_text(zone, day)})
        )
        ways.append(phone_way_out(rules, _("Wir helfen Ihnen am Telefon weiter.")))
        return Refusal("outside_hours", _("Um diese Zeit fährt der Rufbus nicht."), tuple(ways))
    ways.append(phone_way_out(rules, _("Rufen Sie an, wenn Sie trotzdem fahren müssen.")))
    for deadline, its_day, (closed_from_s, closed_to_s) in _passed_deadlines(zone, day, now, local):
        if closed_from_s <= second < closed_to_s and to_seconds(now, day, local) + zone.lead_time_s <= second:
            values = {"time": _clock_text(deadline.by_s), "day": day_text(its_day)}
            reason = _("Diese Fahrt muss man bis %(time)s bestellen.") % values
            if its_day != day:
                reason = _("Diese Fahrt muss man bis %(time)s am Vortag bestellen.") % values
            return Refusal("after_deadline", reason, tuple(ways))
    minutes = zone.lead_time_s // 60
    reason = _("Dafür ist es zu spät. Bestellen Sie mindestens %(minutes)d Minuten vor der Abfahrt.") % {
        "minutes": minutes
    }
    return Refusal("too_late", reason, tuple(ways))


def _closed_by(zone: Zone, moment: datetime) -> Closure | None:
    return next((one for one in zone.closures if one.from_at <= moment < one.until_at), None)


def suspended_text(closure: Closure, local: ZoneInfo) -> str:
    """Why nobody is fetched, and until when."""
    until = closure.until_at.astimezone(local)
    values = {
        "day": day_text(until.date()),
        "time": clock_text(until),
        "reason": closure.reason,
        "place": closure.place,
    }
    if closure.place:
        text = _(
            "Zu dieser Zeit fährt der Rufbus in %(place)s nicht, wieder ab %(day)s, %(time)s. Der Grund: %(reason)s."
        )
        return text % values
    return _("Zu dieser Zeit fährt der Rufbus nicht, wieder ab %(day)s, %(time)s. Der Grund: %(reason)s.") % values


def next_possible(rules: Rules, zone: Zone, day: date, second: int, now: datetime, local: ZoneInfo) -> datetime | None:
    """The next moment from this second on at which a pick-up may be ordered, in whole five minutes, with time to answer."""
    heard = now + timedelta(seconds=TIME_TO_ANSWER_S)
    for ahead in range(DAYS_LOOKED_AHEAD + 1):
        later = day + timedelta(days=ahead)
        if not within_horizon(rules, later, now, local):
            return None
        from_s = second + to_seconds(midnight(day, local), later, local)
        for part in opening(zone, later, heard, local):
            proposed_s = -(-max(part.from_s, from_s) // PROPOSED_STEP_S) * PROPOSED_STEP_S
            if proposed_s < part.to_s:
                return to_moment(proposed_s, later, local)
    return None


def last_possible(zone: Zone, day: date, second: int, now: datetime, local: ZoneInfo) -> datetime | None:
    """The last moment of the day up to this second at which a pick-up may be ordered, in whole five minutes."""
    for part in reversed(opening(zone, day, now + timedelta(seconds=TIME_TO_ANSWER_S), local)):
        proposed_s = min(part.to_s - 1, second) // PROPOSED_STEP_S * PROPOSED_STEP_S
        if proposed_s >= part.from_s:
            return to_moment(proposed_s, day, local)
    return None


def ride_over_refusal(rules: Rules) -> Refusal:
    """No to a cancellation or change after the promised pick-up."""
    way = phone_way_out(rules, _("Hat Sie niemand abgeholt? Rufen Sie uns an."))
    return Refusal("ride_over", _("Die Abholzeit ist schon vorbei."), (way,))


def under_way_refusal(rules: Rules) -> Refusal:
    """No to a cancellation or change once the bus drives towards the rider."""
    way = phone_way_out(rules, _("Rufen Sie an, dann sagen wir dem Bus Bescheid."))
    return Refusal("already_under_way", _("Der Bus ist schon auf dem Weg zu Ihnen."), (way,))


def phone_way_out(rules: Rules | None, text: str) -> WayOut:
    """The telephone, with what to expect of it; without rules, no number is known."""
    return WayOut("phone", text, rules.phone if rules else "")


def hours_text(zone: Zone, day: date) -> str:
    """ "5:00 bis 23:00 Uhr" of a day."""
    parts = [hours for hours in zone.hours if day.weekday() in hours.days]
    if not parts:
        return _("gar nicht")
    return _(" und ").join(
        _("%(begin)s bis %(end)s")
        % {"begin": _clock_text(part.from_s).removesuffix(" Uhr"), "end": _clock_text(part.to_s)}
        for part in parts
    )


def _clock_text(clock_s: int) -> str:
    return f"{clock_s // 3600 % 24}:{clock_s % 3600 // 60:02d} Uhr"
