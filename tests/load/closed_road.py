"""What it costs to look at a road closed until further notice, with months of series: python -m tests.load.closed_road

Books riders who ride every working day of the next weeks, closes a road that many of them use, and opens it again, as a
dispatcher does: preview, confirmation, preview of the way back. Ends with 1 where a plan is not lawful afterwards.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from datetime import time as clock
from pathlib import Path
from typing import Any

WORKING_DAYS = frozenset(range(5))


def timed(what: str, work: Callable[[], Any]) -> Any:
    begin = time.perf_counter()
    done = work()
    print(f"  {what:<42} {time.perf_counter() - begin:>8.2f} s", flush=True)
    return done


def book(days: int, riders: int, zone: Any) -> tuple[int, Counter[str]]:
    """Every rider books a ride on every working day of so many days; how many were booked, and from which stops."""
    from accessibility.desk import Channel, Passenger, Place, RideWish, SeriesRule, SeriesView
    from backend.bookings.desk import get_desk
    from fixtures.make.demand import read_demand
    from fixtures.package import read_package

    package = read_package(Path("fixtures/altmark"))
    rows = [row for row in read_demand(package.folder / package.rules.files["demand"]) if not row.wheelchairs][::3]
    first = datetime.now(zone).date() + timedelta(days=1)
    desk, booked, stops = get_desk(), 0, Counter[str]()
    for number, row in enumerate(rows):
        if booked >= riders:
            break
        at = datetime.combine(first, clock(row.time_s // 3600 % 24, row.time_s // 60 % 60), zone)
        wish = RideWish(
            "altmark", Place(stop_id=row.from_stop_id), Place(stop_id=row.to_stop_id), at, channel=Channel.PHONE
        )
        quote = desk.quote_series(
            wish, SeriesRule(WORKING_DAYS, first, first + timedelta(days=days - 1)), key=f"load-{number}"
        )
        if not any(one.offers for one in quote.dates):
            continue  # nobody can be promised that every day
        passenger = Passenger(f"Testfahrgast {number}", f"+493023125{number:03d}")
        if isinstance(desk.book_series(quote.series_id, passenger, key=f"load-{number}"), SeriesView):
            booked += 1
            stops[row.from_stop_id] += 1
    return booked, stops


def the_road(stops: Counter[str]) -> tuple[str, str]:
    """From the stop where most board to the next one on the road."""
    from backend.districts.models import District, Stop
    from backend.districts.selectors import roads_of

    seconds = roads_of(District.objects.get()).seconds
    number = dict(Stop.objects.filter(served=True).values_list("code", "number"))
    origin = stops.most_common(1)[0][0]
    ways = {code: int(seconds[number[origin], n]) for code, n in number.items()}
    return origin, min((s, code) for code, s in ways.items() if s > 120)[1]


def look(first: Any, document: dict[str, Any], now: datetime, what: str) -> Any:
    from accessibility.desk import Refusal
    from backend.control.previews import preview

    shown = timed(f"preview: {what}", lambda: preview(first, document, now))
    if isinstance(shown, Refusal):
        raise SystemExit(f"refused: {shown.reason}")
    hit = sum(bool(one.effects.bookings) for one in shown.following)
    late, dropped = (
        sum(len(getattr(one.effects, name)) for one in (shown, *shown.following)) for name in ("broken", "dropped")
    )
    print(
        f"    {len(shown.following)} following days, {hit} of them hit; {late} later than promised, {dropped} lose a ride"
    )
    print(f"    token {len(shown.token)} bytes")
    return shown


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--days", type=int, default=90)
    parser.add_argument("--riders", type=int, default=30)
    parser.add_argument("--keep", default="", help="a folder whose booked days are used again")
    options = parser.parse_args()
    folder = Path(options.keep or tempfile.mkdtemp(prefix="rufbus-closed-"))
    os.environ |= {"RUFBUS_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "backend.config.settings"}
    os.environ.pop("RUFBUS_DATABASE", None)
    try:
        return measure(options.days, options.riders)
    finally:
        if not options.keep:
            shutil.rmtree(folder, ignore_errors=True)


def measure(days: int, riders: int) -> int:
    import django

    django.setup()
    from zoneinfo import ZoneInfo

    from backend.bookings.models import Booking, ServiceDay
    from backend.bookings.planning import load_plan
    from backend.config.serving import prepare
    from backend.control.services import intervene
    from dispatch.checker import check

    prepare(lambda _step: None)
    zone = ZoneInfo("Europe/Berlin")
    if not Booking.objects.exists():
        booked, _stops = timed("booking", lambda: book(days, riders, zone))
        print(f"    {booked} series")
    rows = Booking.objects.values_list("offer__pickup_stop__code", flat=True)
    origin, target = the_road(Counter(rows))
    planned = ServiceDay.objects.filter(plan_version__gt=0).select_related("district").order_by("date")
    print(f"  {len(rows)} rides on {len(planned)} days; closed: {origin} to {target}")
    first, now = planned[0], datetime.now(zone)
    document = {"kind": "road", "origin": origin, "target": target}
    shown = look(first, document, now, "closed until further notice")
    shown = look(first, document, now, "the same again")
    key = f"closed-{now.timestamp()}"
    answer = timed("carried out", lambda: intervene(shown.token, "Hochwasser", "leitstelle", now, key=key))
    undo = {"kind": "undo", "intervention": answer["intervention"]}
    shown = look(ServiceDay.objects.select_related("district").get(pk=first.pk), undo, now, "opened again")
    timed("carried out", lambda: intervene(shown.token, "Frei", "leitstelle", now, key=f"{key}-undo"))
    wrong = [
        f"{day.date}: {violation.message}"
        for day in planned.all()
        for plan in (load_plan(day),)
        for violation in check(plan.plan, plan.travel_s)
    ]
    print("every plan is lawful" if not wrong else "WRONG:\n  " + "\n  ".join(wrong[:10]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
