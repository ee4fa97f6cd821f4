"""From a wish to offers: which stops, which times, what promise. Reads the plan, changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from accessibility.desk import Anchor, Concession, Fare, InvalidInput, Party, Place, Refusal, RideWish, WayOut
from backend.bookings import rules as booking_rules
from backend.bookings.fares import fare
from backend.bookings.planning import DayPlan
from backend.districts.models import District, Stop
from backend.districts.selectors import finder_of, place_by_code, roads_of, rules_of, stop_by_code, stops_by_number
from dispatch.model import Request
from fixtures.package import Rules, Zone
from routing.roads import Roads

STEP_S = 300  # promised times are whole five minutes
SLICE_S = 1200  # a wish is tried in slices of twenty minutes, from the wished time outwards
STOPS_TRIED = 2  # nearest stops that are tried for a place or point
FARTHEST_STOP_M = 20_000


@dataclass(frozen=True, slots=True)
class End:
    """One end of a ride: the point that was meant, and the stops that can serve it with the way on foot in metres."""

    lat: float
    lon: float
    village: str
    stops: tuple[tuple[Stop, int], ...]
    nearest_m: int | None = None  # to the nearest stop when none is within the walking limit
    nearest: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """An offer before it is stored. Seconds of the service day."""

    pickup: Stop
    pickup_walk_m: int
    delivery: Stop
    delivery_walk_m: int
    pickup_earliest_s: int
    pickup_latest_s: int
    delivery_latest_s: int
    max_ride_s: int
    direct_s: int
    fare: Fare
    vehicle_kind: str


@dataclass(frozen=True, slots=True)
class Wish:
    """A wish in the terms of one service day."""

    day: date
    zone_info: ZoneInfo
    second: int
    anchor: Anchor
    party: Party
    needs: frozenset[str]
    concession: Concession
    origin: End
    destination: End


def resolve_end(district: District, place: Place, field_name: str, walk_limit_m: int) -> End:
    """The stops that serve what a rider named. Raises InvalidInput for what does not exist."""
    named = [place.stop_id is not None, place.place_id is not None, place.lat is not None or place.lon is not None]
    if sum(named) != 1:
        raise InvalidInput(field_name, _("Bitte geben Sie genau eine Haltestelle, einen Ort oder einen Punkt an."))
    if place.stop_id is not None:
        stop = stop_by_code(district, place.stop_id)
        if stop is None or not stop.served:
            raise InvalidInput(f"{field_name}.stop_id", _("Diese Haltestelle gibt es nicht."))
        return End(stop.lat, stop.lon, stop.village, ((stop, 0),))
    if place.place_id is not None:
        found = place_by_code(district, place.place_id)
        if found is None:
            raise InvalidInput(f"{field_name}.place_id", _("Diesen Ort gibt es nicht."))
        stops = [stop_by_code(district, code) for code in found.stop_ids[:STOPS_TRIED]]
        return End(found.lat, found.lon, found.village, tuple((stop, 0) for stop in stops if stop and stop.served))
    lat, lon = place.lat, place.lon
    if lat is None or lon is None or not -90 <= lat <= 90 or not -180 <= lon <= 180:
        raise InvalidInput(f"{field_name}.lat", _("Bitte geben Sie Breite und Länge in Grad an."))
    near = finder_of(district).nearest_stops(lat, lon, FARTHEST_STOP_M, STOPS_TRIED)
    reachable = [hit for hit in near if hit.walk_m <= walk_limit_m]
    stops_near = tuple((stop, hit.walk_m) for hit in reachable if (stop := stop_by_code(district, hit.named.id)))
    nearest = near[0] if near else None
    return End(
        lat, lon, nearest.named.village if nearest else "", stops_near, nearest.walk_m if nearest else None,
        f"{nearest.named.village}, {nearest.named.name}" if nearest else "",
    )  # fmt: skip


def place_refusal(rules: Rules, area: list[list[float]], wish: RideWish, ends: tuple[End, End]) -> Refusal | None:
    """No to an end outside the area or too far from any stop."""
    for place, end in zip((wish.origin, wish.destination), ends, strict=True):
        if place.lat is not None:
            outside = booking_rules.area_refusal(rules, area, end.lat, end.lon)
            if outside:
                return outside
        if not end.stops:
            reason = _("Die nächste Haltestelle ist weiter weg, als Sie gehen möchten.")
            ways = [booking_rules.phone_way_out(rules, _("Wenn Sie nicht so weit gehen können, rufen Sie uns an."))]
            if end.nearest:
                text = _("Nächste Haltestelle: %(stop)s, %(walk)d m zu Fuß.") % {
                    "stop": end.nearest,
                    "walk": end.nearest_m,
                }
                ways.insert(0, WayOut("other_stop", text))
            return Refusal("no_stop_near", reason, tuple(ways))
    return None


class Offering:
    """Everything that one quote needs at hand."""

    def __init__(self, district: District, day_plan: DayPlan, wish: Wish, now: datetime) -> None:
        self.rules = rules_of(district)
        self.roads: Roads = roads_of(district)
        self.stops = stops_by_number(district)
        self.day_plan, self.wish, self.now = day_plan, wish, now
        self.zone: Zone = booking_rules.zone_for(self.rules, wish.origin.village, wish.destination.village)
        self.openings = booking_rules.opening(self.zone, wish.day, now, wish.zone_info)
        self.kinds = {shift.id: shift.vehicle.id for shift in day_plan.plan.shifts}
        self.pairs = [
            (pickup, delivery)
            for pickup in wish.origin.stops
            for delivery in wish.destination.stops
            if pickup[0].pk != delivery[0].pk
        ]

    def direct_s(self) -> int | None:
        """Seconds of the direct drive between the first stops of both ends."""
        if not self.pairs:
            return None
        (pickup, _walk), (delivery, _walk2) = self.pairs[0]
        return int(self.day_plan.travel_s[pickup.number, delivery.number])

    def wished_pickup_s(self) -> int:
        """When the wish would board, for the rules on times."""
        if self.wish.anchor is Anchor.DEPART:
            return self.wish.second
        return self.wish.second - (self.direct_s() or 0) - self._dwell_s()

    def refusal(self) -> Refusal:
        """Why there is no offer: the rule that the wished time breaks, or no free vehicle."""
        wish = self.wish
        broken = booking_rules.time_refusal(
            self.rules, self.zone, wish.day, self.wished_pickup_s(), self.now, wish.zone_info
        )
        if broken:
            return broken
        reason = _("Um diese Zeit ist kein passender Platz frei.")
        earlier, later = self.rules.booking.search_earlier_s // 60, self.rules.booking.search_later_s // 60
        text = _(
            "Wir haben von %(earlier)d Minuten früher bis %(later)d Minuten später gesucht. Versuchen Sie eine andere Zeit."
        )
        ways = (
            WayOut("offer_times", text % {"earlier": earlier, "later": later}),
            booking_rules.phone_way_out(self.rules, _("Rufen Sie an, wir suchen mit Ihnen.")),
        )
        return Refusal("no_vehicle", reason, ways)

    def drafts(self) -> list[Draft]:
        """Up to three offers: the nearest to the wish first, then one earlier and one later."""
        wished = self._first(self._slices(0))
        earlier = self._first(self._slices(-1))
        later = self._first(self._slices(1))
        found: list[Draft] = []
        for draft in (wished, earlier, later):
            if draft and all(abs(draft.pickup_earliest_s - other.pickup_earliest_s) >= STEP_S for other in found):
                found.append(draft)
        return found

    def _first(self, slices: Iterator[tuple[int, int]]) -> Draft | None:
        for begin_s, end_s in slices:
            for opening in self.openings:
                low, high = max(begin_s, opening.from_s), min(end_s, opening.to_s - 1)
                if low > high:
                    continue
                draft = self._best_in(low, high)
                if draft:
                    return draft
        return None

    def _slices(self, direction: int) -> Iterator[tuple[int, int]]:
        """Windows for boarding: as wished, or outwards from it in one direction."""
        booking = self.rules.booking
        if self.wish.anchor is Anchor.ARRIVE:
            direct_s = self.direct_s() or 0
            latest = self.wish.second - direct_s - self._dwell_s()
            first = (latest - SLICE_S - booking.max_ride_extra_s, latest)
        else:
            first = (self.wish.second, self.wish.second + SLICE_S)
        if direction == 0:
            yield first
            return
        if direction > 0 and self.wish.anchor is Anchor.ARRIVE:
            return  # a later ride would miss the wished arrival
        begin, end = first
        reach_s = booking.search_later_s if direction > 0 else booking.search_earlier_s
        for offset in range(0, reach_s, SLICE_S):
            if direction > 0:
                yield end + offset + 1, min(end + offset + SLICE_S, end + reach_s)
            else:
                yield begin - offset - SLICE_S, begin - offset - 1

    def _dwell_s(self) -> int:
        return booking_rules.dwell_s(self.rules, self.wish.party, self.wish.needs)

    def _best_in(self, low: int, high: int) -> Draft | None:
        """The cheapest promise that boards between two seconds, over the pairs of stops."""
        best: tuple[int, Draft] | None = None
        for (pickup, pickup_walk_m), (delivery, delivery_walk_m) in self.pairs:
            request = self._probe(pickup, delivery, low, high)
            if request is None:
                continue
            found, _effort = self.day_plan.state.quote(request)
            if not found:
                continue
            draft = self._promise(
                request, found[0].pickup_s, high, pickup, pickup_walk_m, delivery, delivery_walk_m, found[0].shift_id
            )
            if draft and (best is None or found[0].cost < best[0]):
                best = (found[0].cost, draft)
        return best[1] if best else None

    def _probe(self, pickup: Stop, delivery: Stop, low: int, high: int) -> Request | None:
        direct_s = int(self.day_plan.travel_s[pickup.number, delivery.number])
        max_ride_s = booking_rules.max_ride_s(self.rules, direct_s)
        dwell_s = self._dwell_s()
        latest_s, arrive_from_s = high + dwell_s + max_ride_s, 0
        if self.wish.anchor is Anchor.ARRIVE:
            latest_s = min(latest_s, self.wish.second)
            high = min(high, latest_s - dwell_s - direct_s)
            # Not half an hour too early, unless the rider looks for something earlier.
            arrive_from_s = max(0, high + dwell_s + direct_s - 1800)
        if low > high:
            return None
        return Request(
            id="?",
            pickup_location=pickup.number,
            delivery_location=delivery.number,
            pickup_earliest_s=low,
            pickup_latest_s=high,
            delivery_earliest_s=arrive_from_s,
            delivery_latest_s=latest_s,
            max_ride_s=max_ride_s,
            load=booking_rules.load_of(self.wish.party),
            pickup_dwell_s=dwell_s,
            delivery_dwell_s=dwell_s,
            riders=max(1, self.wish.party.adults + self.wish.party.children),
            features=booking_rules.features_of(self.wish.party, self.wish.needs),
        )

    def _promise(
        self, probe: Request, planned_s: int, high: int, pickup: Stop, pickup_walk_m: int, delivery: Stop,
        delivery_walk_m: int, shift_id: str,
    ) -> Draft | None:  # fmt: skip
        """The promise around a planned boarding, confirmed by a second quote with exactly that promise."""
        width = self.rules.booking.pickup_window_s
        begin = max(planned_s // STEP_S * STEP_S, -(-probe.pickup_earliest_s // STEP_S) * STEP_S)
        begin = min(begin, planned_s)
        direct_s = int(self.day_plan.travel_s[pickup.number, delivery.number])
        latest_arrival = -(-(begin + width + probe.pickup_dwell_s + probe.max_ride_s) // STEP_S) * STEP_S
        end = begin + width
        if self.wish.anchor is Anchor.ARRIVE:
            latest_arrival = min(latest_arrival, self.wish.second)
            end = min(end, latest_arrival - probe.pickup_dwell_s - direct_s)
        promised = replace(
            probe, pickup_earliest_s=begin, pickup_latest_s=end, delivery_earliest_s=0, delivery_latest_s=latest_arrival
        )
        if end < planned_s or not self.day_plan.state.quote(promised)[0]:
            return None
        metres = self.roads.way(pickup.number, delivery.number).metres
        return Draft(
            pickup, pickup_walk_m, delivery, delivery_walk_m, begin, end, latest_arrival, probe.max_ride_s, direct_s,
            fare(self.rules.tariff, metres, self.wish.party, self.wish.concession), self._kind_name(shift_id),
        )  # fmt: skip

    def _kind_name(self, shift_id: str) -> str:
        spec = {vehicle.id: vehicle.kind for vehicle in self.rules.vehicles}
        names = {kind.id: kind.name for kind in self.rules.kinds}
        return names.get(spec.get(self.kinds[shift_id], ""), "")
