"""From a wish to offers: which stops, which times, what promise. Reads the plan, changes nothing, takes no lock."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from accessibility.desk import Anchor, Fare, Refusal, RideWish, WayOut
from backend.bookings.ends import End
from backend.bookings.fares import fare
from backend.bookings.localtime import clock_text, to_moment, to_seconds
from backend.bookings.party import dwell_s, features_of, load_of, max_ride_s
from backend.bookings.planning import DayPlan
from backend.bookings.rules import opening, phone_way_out, time_refusal, zone_for
from backend.bookings.suspensions import villages_of, with_suspensions
from backend.districts.models import District, Stop, Vehicle
from backend.districts.selectors import roads_of, rules_of
from dispatch.insertion import Insertion
from dispatch.model import Request
from fixtures.rules import Rules, Zone

STEP_S = 300  # promised times are whole five minutes
AS_WISHED_S = 1200  # a boarding within so much of the wished time is "as wished"
SLICE_S = 1800  # further away, the time is searched in slices
SOON_S = 600  # who waits to be fetched gets the cheapest place within ten minutes, then within the next ten
LEAST_APART_S = 1800  # a later offer boards at least so much later than the one before
TOO_EARLY_S = 1800  # who must arrive by a time should not wait longer than this at the other end
PROPOSALS = 24  # slices looked at, each way, for what is free when nothing is near the wished time


@dataclass(frozen=True, slots=True)
class Draft:
    """An offer before it is stored. Seconds of the service day. `as_wished`: it boards when the rider said, or soon after."""

    pickup: Stop
    pickup_walk_m: int
    delivery: Stop
    delivery_walk_m: int
    request: Request  # the promise
    pickup_reserve_s: int  # how much before the end of the promised window, and before the promised arrival, ...
    delivery_reserve_s: int  # ... the engine must plan to be there
    direct_s: int
    fare: Fare
    vehicle_kind: str
    as_wished: bool = False


@dataclass(frozen=True, slots=True)
class _Pair:
    """A stop to board at and one to leave at."""

    pickup: Stop
    pickup_walk_m: int
    delivery: Stop
    delivery_walk_m: int
    direct_s: int


class Offering:
    """Everything that one quote needs at hand: one wish on one service day's plan."""

    def __init__(
        self,
        district: District,
        day: date,
        plan: DayPlan,
        wish: RideWish,
        ends: tuple[End, End],
        now: datetime,
        rules: Rules | None = None,
        zone: Zone | None = None,
    ) -> None:
        """`rules` and `zone` are the district's own unless others hold for this wish."""
        self.rules, self.roads = rules or rules_of(district), roads_of(district)
        self.local = ZoneInfo(district.timezone)
        self.district = district
        self.day, self.plan, self.wish, self.now = day, plan, wish, now
        origin, destination = ends
        self.dwell_s = dwell_s(self.rules, wish.party, wish.needs)
        about_s = to_seconds(wish.when, day, self.local)
        self.pairs = [
            _Pair(pickup, walk_m, delivery, other_walk_m, plan.travel.direct_s(pickup.number, delivery.number, about_s))
            for pickup, walk_m in origin.stops
            for delivery, other_walk_m in destination.stops
            if pickup.pk != delivery.pk
        ]
        self.direct_s = self.pairs[0].direct_s
        own = zone or zone_for(self.rules, origin.village, destination.village)
        # Who is fetched just before the buses stop would not arrive before it.
        self.zone: Zone = with_suspensions(
            district, own, villages_of(origin), villages_of(destination), self.direct_s + 2 * self.dwell_s
        )
        self.openings = opening(self.zone, day, now, self.local)
        # The moment that the rider named; who must arrive gets there with a little time to spare.
        self.named_s = to_seconds(wish.when, day, self.local)
        if wish.anchor is Anchor.ARRIVE:
            self.named_s -= self.rules.booking.arrival_buffer_s

    @property
    def wished_pickup_s(self) -> int:
        """The boarding that the wish means; of an arrival, the latest that can make it."""
        if self.wish.anchor is Anchor.DEPART:
            return self.named_s
        return self.named_s - self.direct_s - self.dwell_s

    def drafts(self, may_move_others: Callable[[], bool] = lambda: False) -> list[Draft]:
        """Up to three offers: as wished first, then earlier, then later; empty if nothing is free or lawful.

        Where `may_move_others` says so (asked only where it matters), other bookings may have been moved for these offers:
        `plan` is then another, which must be written with them. They are moved for the wished time, and for other times only
        where none is free without.
        """
        if self._time_refusal():
            return []
        wished_s, reach = self.wished_pickup_s, self.rules.booking
        arrives = self.wish.anchor is Anchor.ARRIVE
        slack_s = max_ride_s(self.rules, self.direct_s) - self.direct_s
        near = (wished_s - slack_s - AS_WISHED_S, wished_s) if arrives else (wished_s, wished_s + AS_WISHED_S)
        wished = self._first([near])
        if wished is None and may_move_others():
            wished = self._first_with_room([near])
        if arrives:
            before_s = wished.request.pickup_earliest_s - LEAST_APART_S if wished else wished_s - SLICE_S
            others = [list(_slices(before_s, wished_s - reach.search_earlier_s))]
        else:
            later_s = wished.request.pickup_earliest_s + LEAST_APART_S if wished else wished_s + AS_WISHED_S + 1
            others = [
                list(_slices(wished_s - reach.pickup_window_s, wished_s - reach.search_earlier_s)),
                list(_slices(later_s, wished_s + reach.search_later_s)),
            ]
        drafts = [draft for draft in (_as_wished(wished), *map(self._first, others)) if draft]
        if not drafts and may_move_others():
            drafts = [draft for slices in others if (draft := self._first_with_room(slices))][:1]
        return drafts

    def soonest(self, from_s: int, until_s: int) -> Draft | None:
        """The offer that boards first between two seconds, to the length of a step; no rule of earlier or later."""
        return self._first(_slices(from_s, until_s, SOON_S)) if from_s < until_s else None

    def refusal(self) -> Refusal:
        """Why there is no offer: the rule that the wished time breaks, or no free place."""
        broken = self._time_refusal()
        if broken:
            return broken
        ways = [self._way_to(free) for slices in self._far_slices() if (free := self._first(slices))]
        if not ways:
            other_day = _("Wir haben an diesem Tag keinen anderen Platz gefunden. Versuchen Sie einen anderen Tag.")
            ways = [WayOut("offer_times", other_day)]
        ways.append(phone_way_out(self.rules, _("Rufen Sie an, wir suchen mit Ihnen.")))
        return Refusal("no_vehicle", _("Um diese Zeit ist kein passender Platz frei."), tuple(ways))

    def _way_to(self, free: Draft) -> WayOut:
        moment = to_moment(free.request.pickup_earliest_s, self.day, self.local)
        text = _("Frei ist noch ein Platz ab %(time)s.") % {"time": clock_text(moment)}
        return WayOut("offer_times", text, self.asking_for(free).isoformat())

    def _time_refusal(self) -> Refusal | None:
        broken = time_refusal(self.rules, self.zone, self.day, self.wished_pickup_s, self.now, self.local)
        if broken is None or self.wish.anchor is Anchor.DEPART:
            return broken
        return replace(broken, way_out=tuple(self._as_arrival(way) for way in broken.way_out))

    def _as_arrival(self, way: WayOut) -> WayOut:
        """A proposed boarding as the arrival that has to be asked for; the rules know boardings only."""
        if way.kind != "offer_times" or not way.value:
            return way
        boarding = datetime.fromisoformat(way.value)
        ride_s = self.dwell_s + self.direct_s + self.rules.booking.arrival_buffer_s
        if boarding >= to_moment(self.wished_pickup_s, self.day, self.local):
            ride_s += (
                self.rules.booking.pickup_window_s
            )  # the first bus of a day need not stand there at the first second
        ride_s += -int(boarding.timestamp() + ride_s) % STEP_S
        return replace(way, value=(boarding + timedelta(seconds=ride_s)).isoformat())

    def _far_slices(self) -> tuple[list[tuple[int, int]], ...]:
        """Where the search for offers did not look: later and earlier, as far as the day goes, the nearest first."""
        wished_s, reach = self.wished_pickup_s, self.rules.booking
        if not self.openings:
            return ()
        later = []
        if self.wish.anchor is Anchor.DEPART:
            later = list(_slices(wished_s + reach.search_later_s, self.openings[-1].to_s))
        earlier = list(_slices(wished_s - reach.search_earlier_s, self.openings[0].from_s))
        return later[:PROPOSALS], earlier[:PROPOSALS]

    def asking_for(self, draft: Draft) -> datetime:
        """The wished time that would be answered with this offer."""
        if self.wish.anchor is Anchor.DEPART:
            return to_moment(draft.request.pickup_earliest_s, self.day, self.local)
        buffer_s = self.rules.booking.arrival_buffer_s
        return to_moment(draft.request.delivery_latest_s + buffer_s, self.day, self.local)

    def _first(self, slices: Iterable[tuple[int, int]]) -> Draft | None:
        for begin_s, end_s in slices:
            for part in self.openings:
                low, high = max(begin_s, part.from_s), min(end_s, part.to_s - 1)
                draft = self._best_in(low, high) if low <= high else None
                if draft:
                    return draft
        return None

    def _first_with_room(self, slices: Iterable[tuple[int, int]]) -> Draft | None:
        """The first slice in which a place is found between the best stops, if other bookings are moved for it."""
        for begin_s, end_s in slices:
            for part in self.openings:
                low, high = max(begin_s, part.from_s), min(end_s, part.to_s - 1)
                probe = self._probe(self.pairs[0], low, high) if low <= high else None
                moved = self.plan.with_room(probe) if probe else None
                if moved:
                    self.plan = moved
                    return self._best_in(low, high)
        return None

    def _best_in(self, low: int, high: int) -> Draft | None:
        """The cheapest promise that boards between two seconds, over the pairs of stops."""
        best: tuple[int, Draft] | None = None
        for pair in self.pairs:
            probe = self._probe(pair, low, high)
            insertion = self.plan.best(probe) if probe else None
            if probe and insertion and (best is None or insertion.cost < best[0]):
                best = (insertion.cost, self._draft(pair, probe, insertion))
        return best[1] if best else None

    def _probe(self, pair: _Pair, low: int, high: int) -> Request | None:
        """What to ask the engine for: a boarding anywhere in the slice, and the longest lawful ride."""
        wish, longest_s = self.wish, max_ride_s(self.rules, pair.direct_s)
        arrive_from_s, arrive_until_s = 0, high + self.dwell_s + longest_s
        if wish.anchor is Anchor.ARRIVE:
            latest_s = min(high, self.named_s - self.dwell_s - pair.direct_s)
            # A wish so tight that the reserve would forbid it keeps what reserve it leaves.
            reserve_s = max(0, min(self.rules.booking.promise_reserve_s, latest_s - low))
            named_s = self.named_s - reserve_s
            high = min(high, named_s - self.dwell_s - pair.direct_s)
            arrive_until_s = min(high + self.dwell_s + longest_s, named_s)
            arrive_from_s = max(0, high + self.dwell_s + pair.direct_s - TOO_EARLY_S)
        if low > high:
            return None
        return Request(
            id="?",
            pickup_location=pair.pickup.number,
            delivery_location=pair.delivery.number,
            pickup_earliest_s=low,
            pickup_latest_s=high,
            delivery_earliest_s=arrive_from_s,
            delivery_latest_s=arrive_until_s,
            max_ride_s=longest_s,
            load=load_of(wish.party),
            pickup_dwell_s=self.dwell_s,
            delivery_dwell_s=self.dwell_s,
            riders=max(1, wish.party.adults + wish.party.children),
            features=features_of(wish.party, wish.needs),
        )

    def _draft(self, pair: _Pair, probe: Request, planned: Insertion) -> Draft:
        """The promise around a planned boarding. It holds by the very schedule that was planned."""
        begin_s = max(planned.pickup_s // STEP_S * STEP_S, probe.pickup_earliest_s)
        end_s = begin_s + self.rules.booking.pickup_window_s
        arrive_until_s = -(-(end_s + self.dwell_s + probe.max_ride_s) // STEP_S) * STEP_S
        if self.wish.anchor is Anchor.ARRIVE:
            arrive_until_s = min(arrive_until_s, self.named_s)
            end_s = min(end_s, arrive_until_s - self.dwell_s - pair.direct_s)
        reserve_s = self.rules.booking.promise_reserve_s
        metres = self.roads.way(pair.pickup.number, pair.delivery.number).metres
        return Draft(
            pickup=pair.pickup,
            pickup_walk_m=pair.pickup_walk_m,
            delivery=pair.delivery,
            delivery_walk_m=pair.delivery_walk_m,
            request=replace(
                probe,
                pickup_earliest_s=begin_s,
                pickup_latest_s=end_s,
                delivery_earliest_s=0,
                delivery_latest_s=arrive_until_s,
            ),
            # What is held back never cuts off the boarding and the arrival that were planned.
            pickup_reserve_s=min(reserve_s, end_s - planned.pickup_s),
            delivery_reserve_s=min(reserve_s, arrive_until_s - planned.delivery_s),
            direct_s=pair.direct_s,
            fare=fare(self.rules.tariff, metres, self.wish.party, self.wish.concession),
            vehicle_kind=self._kind_name(planned.shift_id),
        )

    def _kind_name(self, shift_id: str) -> str:
        vehicle_id = next(shift.vehicle.id for shift in self.plan.plan.shifts if shift.id == shift_id)
        kind_id = next((vehicle.kind for vehicle in self.rules.vehicles if vehicle.id == vehicle_id), "")
        known = next((kind.name for kind in self.rules.kinds if kind.id == kind_id), "")
        return known or self._kind_of_added(vehicle_id)

    def _kind_of_added(self, vehicle_id: str) -> str:
        """The kind of a vehicle that the control room has added to the package's."""
        added = Vehicle.objects.filter(district=self.district, code=vehicle_id)
        return added.values_list("kind_name", flat=True).first() or ""


def _as_wished(draft: Draft | None) -> Draft | None:
    return replace(draft, as_wished=True) if draft else None


def _slices(begin_s: int, end_s: int, length_s: int = SLICE_S) -> Iterable[tuple[int, int]]:
    """From the beginning to the end, which may lie before it, in slices; each as (first second, last second)."""
    step = length_s if end_s > begin_s else -length_s
    edges = [*range(begin_s, end_s, step), end_s]
    for one, other in pairwise(edges):
        yield (one, other - 1) if step > 0 else (other, one - 1)
