"""What became of a driven day: its figures, and whether anything was lost or broken in silence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

import numpy as np

from backend.bookings.localtime import to_moment
from backend.bookings.models import Booking, BrokenPromise, OutboxMessage, Receipt, ServiceDay
from backend.bookings.planning import load_plan
from backend.bookings.receipts import issue_receipt
from backend.driving.models import DriverEvent
from backend.driving.virtual.day import DrivenDay
from backend.notifications.models import RiderMessage
from backend.operations.management.announced_risks import AnnouncedRisks, fates_of, figures_of
from backend.operations.management.riders_ears import RidersEars
from backend.operations.summary import day_summary
from dispatch.checker import check

State = Booking.State
TOLD_OF_BREAKDOWN = ("breakdown", "window", "suspended", "cancelled", "delay", "changed")  # kinds of messages


@dataclass(frozen=True, slots=True)
class Verdict:
    """`faults`: each a sentence about something lost or broken in silence; none on a good day."""

    lines: tuple[tuple[str, str], ...]
    faults: tuple[str, ...]
    closing: str


def verdict(run: DrivenDay, ears: RidersEars, risks: AnnouncedRisks) -> Verdict:
    """Read from the database and from what the drivers remember."""
    day = ServiceDay.objects.select_related("district").get(pk=run.day.pk)
    rows = list(day.bookings.select_related("offer", "driven", "district", "service_day"))
    states = Counter(row.state for row in rows)
    driven = [row for row in rows if row.state == State.COMPLETED]
    summary = day_summary(day.district, day.date)
    broken = set(BrokenPromise.objects.filter(booking__service_day=day).values_list("booking_id", flat=True))
    kept = sum(row.pk not in broken for row in driven)
    sent = sum(driver.tally.sent for driver in run.drivers)
    outcomes: Counter[str] = Counter()
    reasons: Counter[str] = Counter()
    for driver in run.drivers:
        outcomes.update(driver.tally.results)
        reasons.update(driver.tally.reasons)
    receipts = _receipts(driven)
    board, page, told = run.board_ms(), run.page_ms(), np.array(ears.told_ms, dtype=np.float64)
    share = 100 * kept / max(1, len(driven))
    twice, offline = sum(d.tally.twice for d in run.drivers), sum(d.tally.offline for d in run.drivers)
    away = f"storniert {states['cancelled']}, nicht da {states['no_show']}"
    lines = (
        ("gefahren", f"{len(driven)} von {len(rows)} gebuchten Fahrten; {away}"),
        ("Zusagen", f"{share:.1f} % gehalten; gebrochen {len(broken)}, jede gemeldet"),
        ("Zusage in Gefahr", figures_of(fates_of(rows, day), risks.first).text),
        ("Fahrzeug-km", f"{summary.driven_km} km, davon leer {summary.empty_km} km"),
        ("gemeinsam", f"{summary.pooled_share:.0%} der Fahrten"),
        ("Meldungen", f"{sent} gesendet, {_counted(outcomes)}; {twice} Stapel zweimal gesendet"),
        ("ohne Netz", f"{offline} Meldungen nachgereicht"),
        ("Konflikte", _counted(reasons) or "keine"),
        ("Positionen", f"{sum(d.tally.positions for d in run.drivers)}"),
        ("Tipp → Leitstelle", _latency(board)),
        ("Tipp → Fahrgastseite", _latency(page)),
        ("Tipp → Nachricht", f"{_latency(told)}{ears.left_text}"),
        ("Panne", _breakdown_text(run)),
        ("Belege", f"für {receipts} gefahrene Fahrten ausgestellt"),
    )  # fmt: skip
    faults = tuple(_faults(run, day, rows, broken))
    closing = (
        f"Tag {day.date:%d.%m.%Y}: {len(driven)} Fahrten, Zusagen {share:.1f} % gehalten, {summary.driven_km} km, "
        f"{summary.pooled_share:.0%} gemeinsam; {sent} Meldungen, {outcomes['conflict']} Konflikte, "
        f"{outcomes['refused']} abgewiesen; Tipp → Leitstelle {_latency(board)}, Fahrgastseite {_latency(page)}, "
        f"Nachricht {_latency(told)}; {run.elapsed_s:.0f} s; "
        f"{'nichts verloren' if not faults else f'{len(faults)} FEHLER'}"
    )
    return Verdict(lines, faults, closing)


def _faults(run: DrivenDay, day: ServiceDay, rows: list[Booking], broken: set[int]) -> Iterator[str]:
    plan = load_plan(day)
    for violation in check(plan.plan, plan.travel_s):
        yield f"der Plan ist nicht rechtmäßig: {violation.message}"
    yield from _lost(run, day)
    if run.end is None and not run.begin:
        for row in rows:
            if row.state in (State.BOOKED, State.ABOARD):
                yield f"{row.code} blieb {row.state}"
    yield from _of_breakdowns(run, rows)
    yield from _silently_broken(day, rows, broken)
    dead = OutboxMessage.objects.filter(dead=True).count()
    if dead:
        yield f"{dead} Nachrichten im Ausgang sind gestorben"


def _lost(run: DrivenDay, day: ServiceDay) -> Iterator[str]:
    """Reports that the server does not have, or that the board has not heard of."""
    sent = {key for driver in run.drivers for key in driver.tally.all_ids}
    kept = {str(key) for key in DriverEvent.objects.filter(service_day=day).values_list("pk", flat=True)}
    # Where the day is left in its middle, who has no network just then still holds what was tapped.
    held = {event["id"] for driver in run.drivers for event in driver.waiting} if run.end is not None else set()
    if lost := sent - kept - held:
        yield f"{len(lost)} Meldungen sind verloren"
    for driver in run.drivers:
        for text in driver.tally.unexpected[:3]:
            yield f"{driver.vehicle}: {text}"
    unheard = [key for d in run.drivers for key in d.tally.posted if key not in run.onlooker.heard]
    if unheard:
        yield f"{len(unheard)} Meldungen hat die Leitstelle nicht gehört"


def _silently_broken(day: ServiceDay, rows: list[Booking], broken: set[int]) -> Iterator[str]:
    """Promises that the facts say were not kept, and of which nobody was told."""
    zone = ZoneInfo(day.district.timezone)
    for row in rows:
        ride = getattr(row, "driven", None)
        if ride is None or row.pk in broken:
            continue
        came_late = ride.boarded_at and ride.vehicle_at > to_moment(row.offer.pickup_latest_s, day.date, zone)
        if came_late or (ride.left_at and ride.left_at > to_moment(row.offer.delivery_latest_s, day.date, zone)):
            yield f"{row.code}: die Zusage brach, und niemand erfuhr es"
    told = OutboxMessage.objects.filter(topic="promise.broken", payload__date=day.date.isoformat())
    if broken - set(_ids_of(told)):
        yield "eine gebrochene Zusage wurde nicht gemeldet"


def _ids_of(messages: Iterable[OutboxMessage]) -> list[int]:
    codes = [message.payload["booking"] for message in messages]
    return list(Booking.objects.filter(code__in=codes).values_list("pk", flat=True))


def _receipts(driven: list[Booking]) -> int:
    """Receipts of all driven rides can be had; how many there are then."""
    for row in driven:
        issue_receipt(row, "drive", row.booked_at)
    return Receipt.objects.filter(booking__in=driven).count()


def _breakdown_text(run: DrivenDay) -> str:
    texts = [
        f"{one.vehicle} um {one.at.astimezone(run.zone):%H:%M} Uhr: {len(one.moved)} Fahrten mit anderen Bussen, "
        f"{len(one.late)} später als zugesagt, {len(one.dropped)} ausgefallen"
        for one in run.breakdowns
    ]
    return "; ".join(texts) or "keine"


def _of_breakdowns(run: DrivenDay, rows: list[Booking]) -> Iterator[str]:
    """A bus that broke down and nobody acted, or somebody whom it cost the ride or the promise and who was told nothing."""
    by_code = {row.code: row for row in rows}
    for one in run.breakdowns:
        if one.fault:
            yield f"Panne {one.vehicle}: {one.fault}"
        for code in {*one.dropped, *one.late}:
            if (
                code in by_code
                and not RiderMessage.objects.filter(booking=by_code[code], kind__in=TOLD_OF_BREAKDOWN).exists()
            ):
                yield f"{code}: die Panne kostet die Fahrt oder die Zusage, und niemand erfuhr es"


def _latency(ms: np.ndarray) -> str:
    if not len(ms):
        return "nicht gemessen"
    return f"Median {np.percentile(ms, 50):.0f} ms, 95 % unter {np.percentile(ms, 95):.0f} ms ({len(ms)})"


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {number}" for name, number in sorted(counts.items()))
