"""What would make a ride possible that was refused: each way is tried on the day's plan before it is named."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from accessibility.desk import Anchor, Refusal, RideWish
from backend.bookings.ends import resolve_ends
from backend.bookings.intervening import rearrange
from backend.bookings.interventions import AddTaxi, ChangeShift, document_of
from backend.bookings.localtime import as_clock, service_date, to_seconds
from backend.bookings.models import RideRequest, ServiceDay
from backend.bookings.offering import Draft, Offering
from backend.bookings.planning import DayPlan, current_plan
from backend.bookings.rules import without_times, zone_for
from backend.bookings.selectors import wish_of
from backend.bookings.ways_out import neighbour_ways
from backend.districts.selectors import rules_of

LONGER_BY_S = (900, 1800, 3600)
NEAR_S = 5400  # a shift that ends or begins farther from the wished time is of no use
MOST_SHIFTS = 3
TAXI_BEFORE_S = 1800
TAXI_AFTER_S = (7200, 10_800, 14_400)  # there and back again; the first that is enough
LIFTED = frozenset({"too_late", "after_deadline"})  # what a dispatcher may set aside, and does where it is short notice
TIMES_NEAR_S = 1200
OTHER_TIMES_S = (-600, 600, -1200, 1200)  # the smaller step first
OFF_BY_S = 600  # so far from a time that was tried, an offer is another time


@dataclass(frozen=True, slots=True)
class Possibility:
    """One way that works: what to do, and the intervention that does it ("": nothing but to ask again)."""

    text: str
    document: dict[str, Any] | None = None
    is_that_day: bool = True


def possibilities(day: ServiceDay, row: RideRequest, now: datetime) -> list[Possibility]:
    """The ways found for a wish of this day, the smallest first. Writes nothing."""
    return list(_Search(day, row, now).all())


class _Search:
    def __init__(self, day: ServiceDay, row: RideRequest, now: datetime) -> None:
        self.day, self.row, self.now = day, row, now
        self.zone = ZoneInfo(day.district.timezone)
        self.wish = wish_of(row)
        self.ends = resolve_ends(day.district, self.wish)
        self.before = current_plan(day)
        self.now_s = to_seconds(now, day.date, self.zone)
        self.present = self.before.as_of(self.now_s)
        self.wished_s = to_seconds(row.wished_at, day.date, self.zone)

    def all(self) -> Iterator[Possibility]:
        free = self._draft(self.present)
        if free:
            yield Possibility(_("Inzwischen ist ein Platz frei: %(time)s.") % {"time": self._clock(free)})
            return
        yield from self._other_times()
        for way in neighbour_ways(self.day.district, self.day.date, self.present, self.wish, self.now):
            yield Possibility(way.text)
        yield from self._longer_shifts()
        yield from self._taxi()
        yield from self._proposed_then()

    def _other_times(self) -> Iterator[Possibility]:
        """A little earlier or later, asked as if the rider had wished that: other rules and other offers hold for it."""
        found: set[int] = set()
        for by_s in OTHER_TIMES_S:
            wish = replace(self.wish, when=self.wish.when + timedelta(seconds=by_s))
            if wish.when <= self.now:
                continue
            offering = self._offering(self.present, wish)
            drafts = [one for one in offering.drafts() if self._off_s(offering, one) < OFF_BY_S]
            if not drafts or self._pickup_s(drafts[0]) in found:
                continue
            found.add(self._pickup_s(drafts[0]))
            words = _("%(minutes)d Minuten früher: möglich um %(time)s.")
            if by_s > 0:
                words = _("%(minutes)d Minuten später: möglich um %(time)s.")
            yield Possibility(words % {"minutes": abs(by_s) // 60, "time": self._clock(drafts[0])})

    def _proposed_then(self) -> Iterator[Possibility]:
        """Other days, which were tried when the wish was refused and not again now."""
        for way in (self.row.refusal or {}).get("way_out", ()):
            if way["kind"] != "offer_times" or "T" not in str(way["value"]):
                continue
            moment = datetime.fromisoformat(way["value"])
            if moment > self.now and service_date(moment, self.zone) != self.day.date:
                text = _("Bei der Anfrage vorgeschlagen: %(text)s") % {"text": way["text"]}
                yield Possibility(text, is_that_day=False)

    def _longer_shifts(self) -> Iterator[Possibility]:
        found = 0
        for row in self.day.day_shifts.select_related("vehicle").order_by("vehicle__code", "start_s"):
            for by_s in LONGER_BY_S:
                for change, words in self._changes(row, by_s):
                    draft = self._draft_after(change)
                    if draft:
                        values = {"vehicle": row.vehicle.name, "minutes": by_s // 60, "time": self._clock(draft)}
                        yield Possibility(words % values, document_of(change))
                        found += 1
                        break
                else:
                    continue
                break
            if found == MOST_SHIFTS:
                return

    def _changes(self, row: Any, by_s: int) -> Iterator[tuple[ChangeShift, str]]:
        if abs(row.end_s - self.wished_s) <= NEAR_S:
            yield (
                ChangeShift(row.code, end_s=row.end_s + by_s),
                _("Mit %(vehicle)s %(minutes)d Minuten länger: möglich ab %(time)s."),
            )
        if abs(row.start_s - self.wished_s) <= NEAR_S and row.start_s > by_s:
            yield (
                ChangeShift(row.code, start_s=row.start_s - by_s),
                _("Mit %(vehicle)s %(minutes)d Minuten früher: möglich ab %(time)s."),
            )

    def _taxi(self) -> Iterator[Possibility]:
        (origin, _walk), *_rest = self.ends[0].stops
        party = self.wish.party
        pickup_s = self._offering(self.present, self.wish).wished_pickup_s  # who must arrive is fetched long before
        start_s = max(self.now_s, pickup_s - TAXI_BEFORE_S)
        for after_s in TAXI_AFTER_S:
            taxi = AddTaxi(
                "Taxi", "?", origin.code, start_s, pickup_s + after_s, max(4, party.adults + party.children),
                party.wheelchairs, 6,
            )  # fmt: skip
            draft = self._draft_after(taxi)
            if draft:
                document = {name: value for name, value in document_of(taxi).items() if name not in ("firm", "phone")}
                text = _("Mit einem Taxi: möglich ab %(time)s.") % {"time": self._clock(draft)}
                yield Possibility(text, document)
                return

    def _draft_after(self, intervention: Any) -> Draft | None:
        outcome = rearrange(self.day, self.before, intervention, self.now)
        if isinstance(outcome, Refusal) or outcome.rearranged.dropped or outcome.rearranged.altered:
            return None
        arranged = outcome.rearranged
        return self._draft(DayPlan(self.before.version, arranged.plan, arranged.before.travel, arranged.before.weights))

    def _draft(self, plan: DayPlan) -> Draft | None:
        """An offer near the wished time on a plan."""
        offering = self._offering(plan, self.wish)
        near = [one for one in offering.drafts() if self._off_s(offering, one) <= TIMES_NEAR_S]
        return near[0] if near else None

    def _off_s(self, offering: Offering, draft: Draft) -> int:
        """How far an offer is from what was wished: who must arrive looks at the arrival."""
        if self.wish.anchor is Anchor.ARRIVE:
            return abs(offering.named_s - draft.request.delivery_latest_s)
        return abs(self._pickup_s(draft) - offering.wished_pickup_s)

    def _offering(self, plan: DayPlan, wish: RideWish) -> Offering:
        """What could be offered on a plan."""
        rules, (origin, destination) = rules_of(self.day.district), self.ends
        zone = without_times(zone_for(rules, origin.village, destination.village), LIFTED)
        return Offering(self.day.district, self.day.date, plan, wish, self.ends, self.now, rules, zone)

    @staticmethod
    def _pickup_s(draft: Draft) -> int:
        return draft.request.pickup_earliest_s

    def _clock(self, draft: Draft) -> str:
        return as_clock(draft.request.pickup_earliest_s, self.day.date, self.zone)
