"""The same ride on many days: until when, what each day is offered, all of it read back in few words, and booked at once."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from accessibility.desk import Offer, Refusal, RideWish, SeriesQuote, SeriesRule, SeriesView
from accessibility.dialogue.actions import AskSeries
from accessibility.dialogue.caller import Wished, stop_text
from accessibility.dialogue.saying import Choice
from accessibility.dialogue.state import Asked, SeriesHeard
from accessibility.dialogue.turn import Turn
from accessibility.language.series import only_once, series_said, until_said

WEEKS_OFFERED = (4, 8, 12)
OFFER_CHOICES = (Choice("1", "yes"), Choice("2", "no"))
CHANGE_CHOICES = (Choice("1", "other_time"), Choice("2", "give_up"))
OTHER_CHOICES = (Choice("1", "other_time"), Choice("2", "once"), Choice("3", "give_up"))


def without_series(turn: Turn, text: str) -> str:
    """The text with the first day in place of "jeden Dienstag"; the days of the week are kept in the wish."""
    wish = turn.state.wish
    if wish.replaces:
        return text
    if wish.weekdays and only_once(text):
        once(turn)
        return text
    said = series_said(text, turn.local_now.date())
    if said is None:
        return text
    until = said.until.isoformat() if said.until else wish.until
    turn.wish(weekdays=said.weekdays, every_weeks=said.every_weeks, until=until)
    return said.text


def once(turn: Turn) -> None:
    """One ride after all."""
    turn.wish(weekdays=(), every_weeks=1, until="")
    turn.put(series=None)


def fits_day(turn: Turn) -> None:
    """Another day was said, on which the series does not run: that weekday is meant from now on."""
    wish = turn.state.wish
    day = date.fromisoformat(wish.day) if wish.day else None
    if wish.weekdays and day is not None and day.weekday() not in wish.weekdays:
        turn.wish(weekdays=(day.weekday(),))


def ask_until(turn: Turn) -> None:
    """How long the series runs."""
    choices = [Choice(str(number), "weeks", {"weeks": weeks}) for number, weeks in enumerate(WEEKS_OFFERED, start=1)]
    turn.ask(Asked.UNTIL, choices, weekdays=list(turn.state.wish.weekdays))


def take_until(turn: Turn, text: str) -> bool:
    """ "Vier Wochen lang", "bis Weihnachten"."""
    last = until_said(text, _first(turn)) or until_said(f"bis {text}", _first(turn))
    if last is None:
        return False
    turn.wish(until=last.isoformat())
    return True


def weeks(turn: Turn, count: int) -> None:
    """So many weeks, keyed."""
    turn.wish(until=(_first(turn) + timedelta(weeks=count, days=-1)).isoformat())


def _first(turn: Turn) -> date:
    when = turn.state.wish.when
    return when.astimezone(turn.ears.zone).date() if when else turn.local_now.date()


def ask_days(turn: Turn, wish: RideWish) -> None:
    """Ask what each of the days is offered."""
    turn.do(AskSeries(wish, series_rule(turn)))


def series_rule(turn: Turn) -> SeriesRule:
    """The rule of a whole wish as the desk wants it."""
    kept = turn.state.wish
    return SeriesRule(frozenset(kept.weekdays), _first(turn), date.fromisoformat(kept.until), kept.every_weeks)


def heard_series(quote: SeriesQuote) -> SeriesHeard | None:
    """What is read out of a quote; None where no day can be served as wished."""
    served = [day for day in quote.dates if day.as_wished and day.offers]
    if not served:
        return None
    offers = [day.offers[0] for day in served]
    zone = quote.wish.when.tzinfo
    return SeriesHeard(
        quote.series_id,
        len(served),
        served[0].day.isoformat(),
        served[-1].day.isoformat(),
        tuple(day.day.isoformat() for day in quote.dates if not day.left_out and day not in served),
        *_spread(offers, zone),
        sum(offer.fare.total_cents for offer in offers),
    )


def _spread(offers: list[Offer], zone: Any) -> tuple[str, str, datetime, datetime, datetime, bool]:
    """Stops, and the window that holds on every one of the days, told on the first of them."""
    first = offers[0]

    def widest(moments: list[datetime], pick: Any) -> datetime:
        clock = pick(moment.astimezone(zone).time() for moment in moments)
        day = first.pickup_from.astimezone(zone).date()
        return datetime.combine(day, clock, zone)

    begin = widest([offer.pickup_from for offer in offers], min)
    end = widest([offer.pickup_until for offer in offers], max)
    there = widest([offer.arrive_by for offer in offers], max)
    is_even = end - begin <= first.pickup_until - first.pickup_from
    return stop_text(first.pickup_stop), stop_text(first.delivery_stop), begin, end, there, is_even


def no_day(quote: SeriesQuote) -> Refusal:
    """Why not a single day can be served."""
    return next((day.refusal for day in quote.dates if day.refusal), quote.refusal or Refusal("no_vehicle", ""))


def booked_facts(view: SeriesView) -> dict[str, Any]:
    """A booked series as wordings read it out, by its first ride."""
    legs = sorted(view.bookings, key=lambda one: one.pickup_from)
    leg = legs[0]
    return {
        "code": leg.code,
        "count": len(view.bookings),
        "other": legs[
            min(1, len(legs) - 1)
        ].pickup_from.isoformat(),  # a day to name where it is told how to leave one out
        "last": legs[-1].pickup_from.isoformat(),
        "weekdays": sorted(view.rule.weekdays),
        "every_weeks": view.rule.every_weeks,
        "pickup_stop": stop_text(leg.pickup_stop),
        "pickup_from": leg.pickup_from.isoformat(),
        "pickup_until": leg.pickup_until.isoformat(),
    }


def series_facts(wish: Wished) -> dict[str, Any]:
    """The rule of a wish as wordings read it back."""
    return {"weekdays": list(wish.weekdays), "every_weeks": wish.every_weeks}
