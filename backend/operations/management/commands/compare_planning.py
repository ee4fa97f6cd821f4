"""`manage.py compare_planning`: the same sampled days planned by insertion alone and with improvement, side by side.

Books in process through the desk, on a clock that shows when each wish was made: deadlines count, and every wish meets
the plan as it then was. Each run has a service day of its own in the data folder's database; use an empty folder.
"""

from __future__ import annotations

import json
import time
from argparse import ArgumentParser
from datetime import UTC, date, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from accessibility.desk import Anchor, BookingView, Channel, Concession, Party, Passenger, Place, RideWish
from backend.bookings.clock import SetClock
from backend.bookings.desk import Desk
from backend.bookings.localtime import clock_to_seconds, midnight, to_moment
from backend.bookings.models import ServiceDay
from backend.bookings.planning import DayPlan, current_plan
from backend.bookings.services import improve_service_day
from backend.config.serving import prepare
from backend.districts.selectors import get_district, rules_of
from backend.operations.demo_day import PARTY, passenger_document
from backend.operations.summary import DaySummary, day_summary
from dispatch.improvement import Limits, improve
from dispatch.model import Plan
from dispatch.objective import objective
from fixtures.make.demand import DemandRow, sample_day
from fixtures.package import read_package

FIRST_DAY = date(2027, 1, 11)  # a Monday without holiday or clock change; the runs take one weekday after the other


class Command(BaseCommand):
    """Compares ways of planning on the same wishes."""

    help = "Plans sampled days by insertion alone and with improvement between and after the bookings."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
        parser.add_argument("--requests", type=int, default=400)
        parser.add_argument("--every", type=int, default=20, help="wishes between two improvements")
        parser.add_argument("--seconds", type=float, default=1.0, help="per improvement between wishes")
        parser.add_argument("--last-seconds", type=float, default=10.0, help="for the improvement at the end")
        parser.add_argument("--json", action="store_true")

    def handle(self, *args: str, **options: object) -> None:
        prepare(lambda step: None)
        if ServiceDay.objects.filter(date__gte=FIRST_DAY).exists():
            raise CommandError("The data folder already holds such days. Use an empty one: RUFBUS_DATA=<folder>")
        seeds: list[int] = options["seeds"]  # type: ignore[assignment]
        pauses = (int(str(options["every"])), float(str(options["seconds"])), float(str(options["last_seconds"])))
        for index, seed in enumerate(seeds):
            rows = sample_day(read_package(settings.DISTRICT_FOLDER), seed, int(str(options["requests"])))
            results, same_riders = [], 0.0
            for mode in (0, 1):
                day = _weekday(2 * index + mode)
                begun = time.perf_counter()
                _book(rows, day, pauses if mode else None)
                results.append((_summary(day), time.perf_counter() - begun))
                if not mode:
                    same_riders = _saved_on_the_same_riders(day, pauses[2])
            self._tell(seed, results, same_riders, bool(options["json"]))

    def _tell(self, seed: int, results: list[tuple[DaySummary, float]], same_riders: float, as_json: bool) -> None:
        (alone, alone_s), (improved, improved_s) = results
        per_ride = [each.driving_h / max(1, each.served) for each in (alone, improved)]
        line = {
            "seed": seed,
            "insertion": alone.as_dict() | {"wall_s": round(alone_s, 1)},
            "improved": improved.as_dict() | {"wall_s": round(improved_s, 1)},
            "driving_saved_percent": round(100 * (1 - improved.driving_h / alone.driving_h), 2),
            "driving_per_ride_saved_percent": round(100 * (1 - per_ride[1] / per_ride[0]), 2),
            "more_served": improved.served - alone.served,
            "same_riders_driving_saved_percent": round(same_riders, 2),
        }
        if as_json:
            self.stdout.write(json.dumps(line, ensure_ascii=False))
            return
        for name, each in (("insertion", alone), ("improved", improved)):
            self.stdout.write(
                f"seed {seed} {name:>9}: {each.served} of {each.requested} served, {each.driving_h} h driving, "
                f"{each.driven_km} km ({each.empty_km} empty), wait {each.wait_min_mean} min, ride x {each.ride_ratio}, "
                f"pooled {each.pooled_share:.0%}"
            )
        self.stdout.write(
            f"seed {seed} improvement: {line['driving_saved_percent']} % fewer driving seconds "
            f"({line['driving_per_ride_saved_percent']} % per ride), {line['more_served']} more served; "
            f"{line['same_riders_driving_saved_percent']} % on exactly the riders of insertion"
        )


def _weekday(number: int) -> date:
    """The number-th working day from FIRST_DAY on."""
    return FIRST_DAY + timedelta(days=number // 5 * 7 + number % 5)


def _summary(day: date) -> DaySummary:
    district = get_district(settings.SITE_DISTRICT)
    assert district is not None  # prepare() imported it
    return day_summary(district, day)


def _book(rows: list[DemandRow], day: date, pauses: tuple[int, float, float] | None) -> None:
    district = get_district(settings.SITE_DISTRICT)
    assert district is not None  # prepare() imported it
    zone = ZoneInfo(rules_of(district).timezone)
    clock = SetClock(midnight(day, zone))
    desk = Desk(clock=clock)
    for row in rows:
        clock.moment = (midnight(day, zone) + timedelta(seconds=row.known_at_s)).astimezone(UTC)
        wish = RideWish(
            district=district.pk,
            origin=Place(stop_id=row.from_stop_id),
            destination=Place(stop_id=row.to_stop_id),
            when=to_moment(clock_to_seconds(row.time_s, day, zone), day, zone),
            anchor=Anchor(row.anchor),
            party=Party(**{name: getattr(row, name) for name in PARTY}),
            needs=frozenset(need for need in row.needs.split(";") if need),
            concession=Concession(row.concession),
            channel=Channel(row.channel),
        )
        quote = desk.quote(wish, key=f"compare-{day}-{row.request_no}")
        if quote.offers:
            person = passenger_document(row)
            answer = desk.book(
                quote.offers[0].id, Passenger(person["name"], person["phone"]), key=f"compare-{day}-{row.request_no}"
            )
            assert isinstance(answer, BookingView), answer  # nobody else books
        if pauses and row.request_no % pauses[0] == 0:
            _improve(day, pauses[1], clock)
    if pauses:
        _improve(day, pauses[2], clock)


def _saved_on_the_same_riders(day: date, seconds: float) -> float:
    """Percent of driving that one improvement saves on a day's plan as it is; nothing is written."""
    row = ServiceDay.objects.select_related("district").get(date=day, district_id=settings.SITE_DISTRICT)
    before = current_plan(row)
    found = improve(before.plan, before.travel_s, before.weights, Limits(seconds=seconds), seed=before.version)
    driving = [objective(plan, before.travel_s, before.weights).driving_s for plan in (before.plan, found.plan)]
    return 100 * (1 - driving[1] / driving[0])


def _improve(day: date, seconds: float, clock: SetClock) -> None:
    row = ServiceDay.objects.filter(date=day, district_id=settings.SITE_DISTRICT).first()
    if row is None or not row.plan_version:
        return

    def search(before: DayPlan) -> Plan:
        return improve(before.plan, before.travel_s, before.weights, Limits(seconds=seconds), seed=before.version).plan

    improve_service_day(row.pk, search, clock.now())
