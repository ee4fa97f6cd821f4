"""Rules of the day itself, as pure functions: how far a ride has come, and what a rider's delay means."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from accessibility.desk import Refusal, WayOut
from accessibility.following import Phase, RideForecast
from backend.bookings.localtime import clock_text
from backend.bookings.rules import phone_way_out
from fixtures.rules import Rules

SHOWN_BEFORE = timedelta(hours=1)  # nobody needs to see a driver's way earlier
OVER_AFTER = timedelta(hours=2)  # after the latest promised arrival a ride is over, whatever was or was not heard
LATE_MINUTES = (5, 10, 15)
LATE_FROM = timedelta(hours=3)  # who knows earlier changes the ride


@dataclass(frozen=True, slots=True)
class Seen:
    """What track and booking show of one ride."""

    state: str  # of the booking
    boarding_left: bool  # the vehicle has been at the pick-up and gone on
    boarding_now: bool
    arrived: bool
    heard_of: bool  # any position of this shift
    is_fresh: bool


def phase_of(
    seen: Seen, now: datetime, pickup_from: datetime, pickup_until: datetime, arrive_by: datetime,
    likely: datetime | None, wait: timedelta, offered_until: datetime | None = None,
) -> Phase:  # fmt: skip
    """How far a ride has come; `likely` is when the vehicle reaches the pick-up, where that is known.

    `offered_until`: the end of the window as it was booked, where the promise is another by now: a bus that is late stays late.
    """
    if seen.state in ("cancelled", "no_show"):
        return Phase(seen.state)
    if seen.state == "completed" or seen.arrived or now > arrive_by + OVER_AFTER:
        return Phase.OVER
    if seen.state == "aboard":
        return Phase.ABOARD
    if seen.boarding_left:
        return Phase.LEFT
    if now < pickup_from - SHOWN_BEFORE:
        return Phase.EARLY
    if not seen.is_fresh:
        if now > pickup_until + wait:
            return Phase.OVERDUE
        return Phase.SILENT if seen.heard_of else Phase.PLANNED
    if seen.boarding_now:
        return Phase.THERE
    return Phase.LATE if likely and likely > (offered_until or pickup_until) else Phase.COMING


def waits_until(pickup_from: datetime, comes_at: datetime | None, rules: Rules) -> datetime:
    """Until when the bus waits at least for who is not there: from the window's start, or from when it comes after that.

    `comes_at`: when it came, or the earliest that it can; None where that is not known.
    """
    begin = max(pickup_from, comes_at) if comes_at else pickup_from
    return begin + timedelta(seconds=rules.boarding.wait_at_stop_s)


def late_refusal(forecast: RideForecast, rules: Rules) -> Refusal | None:
    """No to a delay that nobody can use: the ride has ended or gone, or is too far ahead."""
    phone = phone_way_out(rules, _("Rufen Sie uns an, wir helfen weiter."))
    if forecast.phase in (Phase.CANCELLED, Phase.NO_SHOW, Phase.OVER):
        return Refusal("ride_over", _("Diese Fahrt ist schon vorbei oder abgesagt."), (phone,))
    if forecast.phase in (Phase.LEFT, Phase.ABOARD):
        reason = _("Der Bus war schon an Ihrer Haltestelle. Er kann nicht mehr warten.")
        return Refusal("bus_has_left", reason, (phone,))
    if forecast.now < forecast.pickup_from - LATE_FROM:
        reason = _("Bis zu Ihrer Fahrt ist noch viel Zeit. Sie können die Fahrt auf eine spätere Zeit legen.")
        return Refusal("change_instead", reason, (WayOut("change", _("Fahrt ändern"), ""), phone))
    return None


def late_verdict(forecast: RideForecast, minutes: int, rules: Rules) -> tuple[str, str, datetime, tuple[WayOut, ...]]:
    """What a delay of so many minutes means: verdict, text for the rider, when they are there, ways out.

    Counted from the window's start, or from now once that has passed.
    """
    there_at = max(forecast.now, forecast.pickup_from) + timedelta(minutes=minutes)
    wait = timedelta(seconds=rules.boarding.wait_at_stop_s)
    stands = forecast.phase is Phase.THERE
    waits = forecast.waits_until
    at_most = waits if stands else max(waits, forecast.pickup_until + wait, (forecast.latest or waits) + wait)
    told = _("Wir haben es dem Fahrpersonal gesagt.")
    phone = phone_way_out(rules, _("Oder rufen Sie uns an. Wir suchen eine Lösung."))
    ways = (WayOut("change", _("Legen Sie die Fahrt auf eine spätere Zeit.")), phone)
    if there_at <= (waits if stands else forecast.pickup_from + wait):
        text = _("Das reicht. Der Bus wartet mindestens bis %(time)s.") % {"time": clock_text(waits)}
        return "enough", f"{told} {text}", there_at, ()
    if there_at <= waits:
        text = _("Das reicht voraussichtlich. Der Bus fährt nach jetzigem Stand nicht vor %(time)s ab.")
        return "likely", f"{told} {text % {'time': clock_text(waits)}}", there_at, (phone,)
    if there_at <= at_most:
        text = _("Das kann knapp werden. Sie sind um %(time)s da. Vielleicht ist der Bus dann schon weg.")
        return "tight", f"{told} {text % {'time': clock_text(there_at)}}", there_at, ways
    text = _("Das reicht nicht. Nach jetzigem Stand fährt der Bus spätestens um %(time)s ab, denn andere fahren mit.")
    return "missed", f"{told} {text % {'time': clock_text(at_most)}}", there_at, ways
