"""What is possible instead of a "no": other stops, other days, scheduled lines. Reads plans, takes no lock.

Every proposal was tried on the plan as it is: pressing it leads to an offer, as long as nobody else is faster.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from accessibility.desk import Place, Refusal, RideWish, WayOut
from backend.bookings.ends import End, resolve_ends
from backend.bookings.localtime import clock_text, day_text, to_moment
from backend.bookings.offering import Draft, Offering
from backend.bookings.planning import DayPlan
from backend.bookings.rules import within_horizon
from backend.districts.models import District
from backend.districts.selectors import finder_of, rules_of
from fixtures.rules import Rules

NEIGHBOUR_REACH_M = 2500  # on foot to the next stop, or to that of the next village, where the rider names no limit
NEIGHBOURS_TRIED = 2  # an end
DAYS_TRIED = (1, 2, 3, 7, -1)  # from the wished one

PlanOf = Callable[[date], DayPlan]


def around(refusal: Refusal, ways: Iterable[WayOut]) -> Refusal:
    """The refusal with more ways out, before the telephone. A time that was tried takes the place of "try another day"."""
    more = tuple(ways)
    tried = any(way.kind == "offer_times" for way in more)
    own = [way for way in refusal.way_out if not (tried and way.kind == "offer_times" and not way.value)]
    before = tuple(way for way in own if way.kind != "phone")
    return replace(refusal, way_out=(*before, *more, *(way for way in own if way.kind == "phone")))


def with_lines(refusal: Refusal, rules: Rules, ends: tuple[End, End]) -> Refusal:
    """The refusal, also with the lines and trains that serve both ends."""
    return around(refusal, line_ways(rules, ends[0].village, ends[1].village))


def line_ways(rules: Rules, origin_village: str, destination_village: str) -> Iterator[WayOut]:
    """Scheduled lines and trains that stop in both villages. There is no timetable here: whom to ask is said."""
    if origin_village == destination_village:
        return
    for line in rules.lines:
        if {origin_village, destination_village} <= line.villages:
            text = _("Zwischen %(origin)s und %(destination)s fährt auch: %(line)s. Zeiten nennt die Auskunft.")
            text %= {"origin": origin_village, "destination": destination_village, "line": line.name}
            yield WayOut(line.kind, text, line.url or line.phone)


def neighbour_ways(district: District, day: date, plan: DayPlan, wish: RideWish, now: datetime) -> Iterator[WayOut]:
    """For each end, the nearest stop on foot from where the ride is possible near the wished time."""
    rules = rules_of(district)
    reach_m = NEIGHBOUR_REACH_M if wish.max_walk_m is None else wish.max_walk_m
    for end_name, end in zip(("origin", "destination"), resolve_ends(district, wish), strict=True):
        own = {stop.code for stop, _walk in end.stops}
        near = finder_of(district).nearest_stops(end.lat, end.lon, reach_m, NEIGHBOURS_TRIED + len(own))
        for hit in [hit for hit in near if hit.named.id not in own][:NEIGHBOURS_TRIED]:
            place = Place(stop_id=hit.named.id)
            other = replace(wish, origin=place) if end_name == "origin" else replace(wish, destination=place)
            draft = _first_draft(district, day, plan, other, now)
            if draft is None:
                continue
            begin = to_moment(draft.request.pickup_earliest_s, day, ZoneInfo(rules.timezone))
            values = {"stop": f"{hit.named.village}, {hit.named.name}", "walk": hit.walk_m, "time": clock_text(begin)}
            text = _("Ab der Haltestelle %(stop)s (%(walk)d m zu Fuß) geht es um %(time)s.")
            if end_name == "destination":
                text = _("Bis zur Haltestelle %(stop)s (dann %(walk)d m zu Fuß) geht es um %(time)s.")
            yield WayOut("other_stop", text % values, hit.named.id, end_name)
            break


def other_day_way(
    district: District, day: date, plan_of: PlanOf, wish: RideWish, now: datetime, zone: ZoneInfo
) -> WayOut | None:
    """The nearest other day on which the ride is possible near the wished time of day."""
    for days in DAYS_TRIED:
        other = replace(wish, when=(wish.when.astimezone(zone) + timedelta(days=days)).replace(tzinfo=zone))
        other_day = day + timedelta(days=days)
        if other.when <= now or not within_horizon(rules_of(district), other_day, now, zone):
            continue
        draft = _first_draft(district, other_day, plan_of(other_day), other, now)
        if draft:
            begin = to_moment(draft.request.pickup_earliest_s, other_day, zone)
            values = {"day": day_text(begin.date()), "time": clock_text(begin)}
            return WayOut("offer_times", _("Am %(day)s geht es um %(time)s.") % values, other.when.isoformat())
    return None


def _first_draft(district: District, day: date, plan: DayPlan, wish: RideWish, now: datetime) -> Draft | None:
    ends = resolve_ends(district, wish) if wish.origin != wish.destination else None
    if ends is None or {stop.pk for stop, _walk in ends[0].stops} == {stop.pk for stop, _walk in ends[1].stops}:
        return None
    drafts = Offering(district, day, plan, wish, ends, now).drafts()
    return drafts[0] if drafts else None
