"""Booking rules from a district's numbers: who may order what until when, which times are searched, what is promised.

The same rules as the booking desk's, for a single service day in seconds, without texts, places and fares.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from dispatch.insertion import Insertion
from dispatch.model import Request, Shift
from dispatch.room import can_carry, only_some_can_carry
from dispatch.simulation.wishes import Answer, Ask, Offer, Wish

STEP_S = 300  # promised times are whole five minutes
AS_WISHED_S = 1200  # a boarding within so much of the wished time is "as wished"
SLICE_S = 1800  # further away, the time is searched in slices
TOO_EARLY_S = 1800  # who must arrive by a time should not wait longer than this at the other end
DAY_S = 86_400

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class ZoneRules:
    """`hours`: (from, to) seconds of the service day; `deadlines`: rides that start in [from, to) are ordered by `by`."""

    lead_time_s: int
    hours: tuple[Span, ...]
    deadlines: tuple[tuple[int, int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class DistrictRules:
    """The numbers of a district, and its answer to a wish (`BookingRules`).

    Attributes
    ----------
    margin_s
        What the engine holds back of every promise: it plans to be there so much before the promised window, and the
        promised arrival, end.
    """

    zones: dict[str, ZoneRules]
    shifts: tuple[Shift, ...]
    horizon_s: int = 14 * DAY_S
    pickup_window_s: int = 600
    arrival_buffer_s: int = 300
    max_ride_factor: float = 1.5
    max_ride_extra_s: int = 900
    search_earlier_s: int = 5400
    search_later_s: int = 7200
    max_party: int = 8
    margin_s: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.margin_s < self.pickup_window_s:
            raise ValueError(
                f"margin_s is {self.margin_s}; right is 0 to {self.pickup_window_s - 1}, inside the window"
            )

    def answer(self, wish: Wish, now_s: int, direct_s: int, ask: Ask, make_room: Ask | None = None) -> Answer:
        """See `BookingRules.answer`. Codes are those of the booking desk."""
        refusal = self._refusal(wish, now_s, direct_s)
        if refusal:
            return Answer(refusal=refusal)
        if not only_some_can_carry(self.shifts, wish.load, wish.features):
            make_room = None
        offers = tuple(self._offers(wish, now_s, direct_s, ask, make_room))
        return Answer(offers) if offers else Answer(refusal="no_vehicle")

    def max_ride_s(self, direct_s: int) -> int:
        """Most seconds aboard that are promised, in whole minutes."""
        return int(-(-(self.max_ride_factor * direct_s + self.max_ride_extra_s) // 60) * 60)

    def wished_pickup_s(self, wish: Wish, direct_s: int) -> int:
        """The boarding that a wish means; of an arrival, the latest that can make it."""
        return wish.time_s - self.arrival_buffer_s - direct_s - wish.dwell_s if wish.arrive_by else wish.time_s

    def _refusal(self, wish: Wish, now_s: int, direct_s: int) -> str:
        if wish.riders > self.max_party:
            return "group_too_large"
        if not any(can_carry(shift, wish.load, wish.features) for shift in self.shifts):
            return "no_fitting_vehicle"
        if wish.time_s - now_s > self.horizon_s + DAY_S:
            return "beyond_horizon"
        zone, second = self.zones[wish.zone], self.wished_pickup_s(wish, direct_s)
        if any(begin_s <= second < end_s for begin_s, end_s in self._openings(wish, now_s)):
            return ""
        if not any(begin_s <= second < end_s for begin_s, end_s in zone.hours):
            return "outside_hours"
        if now_s + zone.lead_time_s <= second:
            return "after_deadline"
        return "too_late"

    def _openings(self, wish: Wish, now_s: int) -> list[Span]:
        """When boarding is possible for an order given now: service hours less lead time and passed deadlines."""
        zone = self.zones[wish.zone]
        spans = [(max(begin_s, now_s + zone.lead_time_s), end_s) for begin_s, end_s in zone.hours]
        for from_s, to_s, by_s in zone.deadlines:
            for shift_s in (-DAY_S, 0):  # a deadline of the evening before reaches into the day
                if now_s > by_s + shift_s:
                    spans = [piece for span in spans for piece in _without(span, (from_s + shift_s, to_s + shift_s))]
        return sorted((begin_s, end_s) for begin_s, end_s in spans if begin_s < end_s)

    def _offers(self, wish: Wish, now_s: int, direct_s: int, ask: Ask, make_room: Ask | None) -> Iterator[Offer]:
        """As wished; where that is not to be had, up to one earlier and one later.

        Others are moved for the wished time, and for other times only where none is free without.
        """
        openings, wished_s = self._openings(wish, now_s), self.wished_pickup_s(wish, direct_s)

        def first(slices: Iterable[Span], as_wished: bool, ask: Ask) -> Offer | None:
            for low, high in slices:
                for begin_s, end_s in openings:
                    probe = self._probe(wish, direct_s, max(low, begin_s), min(high, end_s - 1))
                    insertion = ask(probe) if probe else None
                    if probe and insertion:
                        return self._offer(wish, direct_s, probe, insertion, as_wished)
            return None

        # Who gets the wished time takes it: other times are worth their search only where it is not to be had.
        if wish.arrive_by:
            slack_s = self.max_ride_s(direct_s) - direct_s
            others = [list(_slices(wished_s - SLICE_S, wished_s - self.search_earlier_s))]
            near = (wished_s - slack_s - AS_WISHED_S, wished_s)
        else:
            others = [
                list(_slices(wished_s - self.pickup_window_s, wished_s - self.search_earlier_s)),
                list(_slices(wished_s + AS_WISHED_S + 1, wished_s + self.search_later_s)),
            ]
            near = (wished_s, wished_s + AS_WISHED_S)
        wished = first([near], True, ask) or (first([near], True, make_room) if make_room else None)
        if wished:
            yield wished
            return
        found = [offer for slices in others if (offer := first(slices, False, ask))]
        if not found and make_room:
            found = [offer for slices in others if (offer := first(slices, False, make_room))][:1]
        yield from found

    def _probe(self, wish: Wish, direct_s: int, low: int, high: int) -> Request | None:
        """What to ask the engine for: a boarding anywhere in the slice, and the longest lawful ride."""
        longest_s = self.max_ride_s(direct_s)
        arrive_from_s, arrive_until_s = 0, high + wish.dwell_s + longest_s
        if wish.arrive_by:
            named_s = wish.time_s - self.arrival_buffer_s
            # A wish so tight that the reserve would forbid it keeps what reserve it leaves.
            latest_s = min(high, named_s - wish.dwell_s - direct_s)
            named_s -= max(0, min(self.margin_s, latest_s - low))
            high = min(high, named_s - wish.dwell_s - direct_s)
            arrive_until_s = min(high + wish.dwell_s + longest_s, named_s)
            arrive_from_s = max(0, high + wish.dwell_s + direct_s - TOO_EARLY_S)
        if low > high:
            return None
        return Request(
            id=wish.id,
            pickup_location=wish.origin,
            delivery_location=wish.destination,
            pickup_earliest_s=low,
            pickup_latest_s=high,
            delivery_earliest_s=arrive_from_s,
            delivery_latest_s=arrive_until_s,
            max_ride_s=longest_s,
            load=wish.load,
            pickup_dwell_s=wish.dwell_s,
            delivery_dwell_s=wish.dwell_s,
            riders=wish.riders,
            features=wish.features,
        )

    def _offer(self, wish: Wish, direct_s: int, probe: Request, insertion: Insertion, as_wished: bool) -> Offer:
        """The promise around a planned boarding. It holds by the very schedule that was planned."""
        begin_s = max(insertion.pickup_s // STEP_S * STEP_S, probe.pickup_earliest_s)
        end_s = begin_s + self.pickup_window_s
        arrive_until_s = -(-(end_s + wish.dwell_s + probe.max_ride_s) // STEP_S) * STEP_S
        if wish.arrive_by:
            arrive_until_s = min(arrive_until_s, wish.time_s - self.arrival_buffer_s)
            end_s = min(end_s, arrive_until_s - wish.dwell_s - direct_s)
        promise = replace(
            probe,
            pickup_earliest_s=begin_s,
            pickup_latest_s=end_s,
            delivery_earliest_s=0,
            delivery_latest_s=arrive_until_s,
        )
        # What is held back never cuts off the boarding and the arrival that were planned.
        planned = replace(
            promise,
            pickup_latest_s=max(insertion.pickup_s, end_s - self.margin_s),
            delivery_latest_s=max(insertion.delivery_s, arrive_until_s - self.margin_s),
        )
        return Offer(promise, planned, as_wished)


def _without(span: Span, closed: Span) -> list[Span]:
    pieces = [(span[0], min(span[1], closed[0])), (max(span[0], closed[1]), span[1])]
    return [piece for piece in pieces if piece[0] < piece[1]]


def _slices(begin_s: int, end_s: int) -> Iterator[Span]:
    """From the beginning to the end, which may lie before it, in slices; each as (first second, last second)."""
    step = SLICE_S if end_s > begin_s else -SLICE_S
    for one, other in pairwise([*range(begin_s, end_s, step), end_s]):
        yield (one, other - 1) if step > 0 else (other, one - 1)
