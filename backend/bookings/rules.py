"""The booking rules as pure functions: what may be ordered, when, by whom, and what it takes of a vehicle.

A rule that says no returns a `Refusal`: a code, a reason in plain German, and a way out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from shapely import Point, Polygon

from accessibility.desk import InvalidInput, Party, Refusal, WayOut
from backend.bookings.localtime import as_clock, clock_to_seconds, service_date, to_moment, to_seconds
from dispatch.model import Load
from fixtures.package import Rules, Zone

KNOWN_NEEDS = frozenset({"ramp", "child_seat", "blind", "deaf", "arm", "slow", "reads_little"})
MOST_OF_A_KIND = 50
LATEST_TOLERATED_S = 300  # a wish this much in the past was meant as "now"

# Allowed changes of a booking's state.
TRANSITIONS = {
    "booked": {"aboard", "cancelled", "no_show"},
    "aboard": {"completed"},
    "completed": set(),
    "cancelled": set(),
    "no_show": set(),
}


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


def check_party(party: Party, needs: frozenset[str]) -> None:
    """Raise InvalidInput for a party that cannot be meant."""
    counts = {name: getattr(party, name) for name in Party.__slots__}
    for name, count in counts.items():
        if isinstance(count, bool) or not isinstance(count, int) or not 0 <= count <= MOST_OF_A_KIND:
            raise InvalidInput(f"party.{name}", _("Bitte geben Sie eine Zahl von 0 bis 50 an."))
    if party.adults + party.children == 0 and party.parcels == 0:
        raise InvalidInput("party.adults", _("Bitte geben Sie an, wie viele Menschen mitfahren."))
    if party.wheelchairs > party.adults + party.children:
        raise InvalidInput("party.wheelchairs", _("Es können nicht mehr Rollstühle als Menschen mitfahren."))
    unknown = needs - KNOWN_NEEDS
    if unknown:
        known = ", ".join(sorted(KNOWN_NEEDS))
        raise InvalidInput("needs", _("Unbekannte Angabe. Möglich sind: %(known)s.") % {"known": known})


def group_refusal(rules: Rules, party: Party) -> Refusal | None:
    """No to a group that no vehicle takes."""
    if party.adults + party.children <= rules.booking.max_party:
        return None
    reason = _("Eine Bestellung gilt für höchstens %(most)d Menschen.") % {"most": rules.booking.max_party}
    return Refusal(
        "group_too_large", reason, (phone_way_out(rules, _("Größere Gruppen planen wir mit Ihnen am Telefon.")),)
    )


def area_refusal(rules: Rules, area: list[list[float]], lat: float, lon: float) -> Refusal | None:
    """No to a point outside the service area."""
    if Polygon(area).covers(Point(lon, lat)):
        return None
    reason = _("Dort fährt der Rufbus nicht. Er fährt im %(district)s.") % {"district": rules.name}
    return Refusal("outside_area", reason, (phone_way_out(rules, _("Wir sagen Ihnen, welche Linie dorthin fährt.")),))


def horizon_refusal(rules: Rules, day: date, now: datetime, zone: ZoneInfo) -> Refusal | None:
    """No to a day beyond the booking horizon."""
    last = service_date(now, zone) + timedelta(days=rules.booking.horizon_days)
    if day <= last:
        return None
    reason = _("So weit im Voraus kann man nicht bestellen. Der letzte mögliche Tag ist der %(day)s.") % {
        "day": last.strftime("%d.%m.%Y")
    }
    return Refusal(
        "beyond_horizon", reason, (WayOut("offer_times", _("Wählen Sie einen früheren Tag."), last.isoformat()),)
    )


def opening(zone: Zone, day: date, now: datetime, local: ZoneInfo) -> tuple[Opening, ...]:
    """When pick-ups are possible on a day for an order given now: service hours less lead time and passed deadlines."""
    now_s = to_seconds(now, day, local)
    earliest_s = now_s + zone.lead_time_s
    parts = []
    for hours in zone.hours:
        if day.weekday() not in hours.days:
            continue
        begin_s = max(clock_to_seconds(hours.from_s, day, local), earliest_s)
        end_s = clock_to_seconds(hours.to_s, day, local)
        if begin_s < end_s:
            parts.append((begin_s, end_s))
    for deadline in zone.deadlines:
        if now_s > clock_to_seconds(deadline.by_s, day, local):
            closed = (clock_to_seconds(deadline.from_s, day, local), clock_to_seconds(deadline.to_s, day, local))
            parts = [piece for part in parts for piece in _without(part, closed)]
    return tuple(Opening(begin_s, end_s) for begin_s, end_s in sorted(parts))


def _without(part: tuple[int, int], closed: tuple[int, int]) -> list[tuple[int, int]]:
    pieces = [(part[0], min(part[1], closed[0])), (max(part[0], closed[1]), part[1])]
    return [piece for piece in pieces if piece[0] < piece[1]]


def time_refusal(rules: Rules, zone: Zone, day: date, second: int, now: datetime, local: ZoneInfo) -> Refusal | None:
    """No to a pick-up at this second, with the rule that says so and the next possible time."""
    openings = opening(zone, day, now, local)
    if any(part.from_s <= second < part.to_s for part in openings):
        return None
    values = {"zone": zone.name, "hours": hours_text(zone, day)}
    inside_hours = any(
        day.weekday() in hours.days
        and clock_to_seconds(hours.from_s, day, local) <= second < clock_to_seconds(hours.to_s, day, local)
        for hours in zone.hours
    )
    later = [part for part in openings if part.to_s > second]
    ways = []
    if later:
        next_s = max(later[0].from_s, second)
        text = (
            _("Möglich ist es heute wieder ab %(time)s.")
            if day == service_date(now, local)
            else _("Möglich ist es ab %(time)s.")
        )
        ways.append(
            WayOut(
                "offer_times", text % {"time": as_clock(next_s, day, local)}, to_moment(next_s, day, local).isoformat()
            )
        )
    if not inside_hours:
        ways.append(WayOut("service_hours", _("Der Rufbus fährt: %(hours)s.") % values))
        ways.append(phone_way_out(rules, _("Wir helfen Ihnen am Telefon weiter.")))
        return Refusal("outside_hours", _("Um diese Zeit fährt der Rufbus nicht."), tuple(ways))
    ways.append(phone_way_out(rules, _("Rufen Sie an, wenn Sie trotzdem fahren müssen.")))
    if second < to_seconds(now, day, local) + zone.lead_time_s:
        minutes = zone.lead_time_s // 60
        reason = _("Dafür ist es zu spät. Bestellen Sie mindestens %(minutes)d Minuten vor der Abfahrt.") % {
            "minutes": minutes
        }
        return Refusal("too_late", reason, tuple(ways))
    deadline = next(d for d in zone.deadlines if clock_to_seconds(d.from_s, day, local) <= second)
    reason = _("Diese Fahrt muss man bis %(time)s bestellen.") % {"time": _clock_text(deadline.by_s)}
    return Refusal("after_deadline", reason, tuple(ways))


def phone_way_out(rules: Rules, text: str) -> WayOut:
    """The telephone, with what to expect of it."""
    return WayOut("phone", text, rules.phone)


def hours_text(zone: Zone, day: date) -> str:
    """ "5:00 bis 23:00 Uhr" of a day."""
    parts = [hours for hours in zone.hours if day.weekday() in hours.days]
    if not parts:
        return _("an diesem Tag gar nicht")
    return _(" und ").join(
        _("%(begin)s bis %(end)s")
        % {"begin": _clock_text(part.from_s).removesuffix(" Uhr"), "end": _clock_text(part.to_s)}
        for part in parts
    )


def _clock_text(clock_s: int) -> str:
    return f"{clock_s // 3600 % 24}:{clock_s % 3600 // 60:02d} Uhr"


def load_of(party: Party) -> Load:
    """The places a party takes. Who sits in a wheelchair takes its place and no seat; a guide dog lies on the floor."""
    return Load(
        seats=party.adults + party.children - party.wheelchairs,
        wheelchairs=party.wheelchairs,
        storage=party.walking_frames
        + 2 * party.prams
        + 3 * party.bicycles
        + party.luggage
        + party.parcels
        + party.guide_dogs,
    )


def features_of(party: Party, needs: frozenset[str]) -> frozenset[str]:
    """What the vehicle must have."""
    features = needs & {"ramp", "child_seat"}
    return features | {"ramp"} if party.wheelchairs else features


def dwell_s(rules: Rules, party: Party, needs: frozenset[str]) -> int:
    """Seconds that boarding, or leaving, takes."""
    dwell = rules.dwell
    seconds = dwell.stop_s + dwell.person_s * (party.adults + party.children) + dwell.wheelchair_s * party.wheelchairs
    seconds += dwell.walking_frame_s * party.walking_frames
    if "child_seat" in needs:
        seconds += dwell.child_seat_s
    if needs & {"blind", "arm", "slow"}:
        seconds += dwell.walking_frame_s
    return seconds


def max_ride_s(rules: Rules, direct_s: int) -> int:
    """Most seconds aboard that we promise, in whole minutes."""
    seconds = rules.booking.max_ride_factor * direct_s + rules.booking.max_ride_extra_s
    return int(-(-seconds // 60) * 60)
