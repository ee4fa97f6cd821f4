"""What the desk answered, and what is said of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from accessibility.desk import (
    BookingView,
    InvalidInput,
    OpenReturnView,
    Quote,
    Refusal,
    RideBeside,
    SeriesChange,
    SeriesQuote,
    SeriesView,
)
from accessibility.dialogue import booked, offering, persons, rescheduling, riding, twice
from accessibility.dialogue.actions import HandedOver, Proof
from accessibility.dialogue.caller import Known
from accessibility.dialogue.turn import Turn
from accessibility.following import LateAnswer, RideForecast

# What is asked or booked: a no to it has ways out.
ASKING = ("Ask", "Book", "Change", "AskSeries", "BookSeries", "AskSeriesChange", "ChangeSeries")
Teller = Callable[[Turn, Any], None]


def tell(turn: Turn, waits_for: str, result: object) -> None:
    """Go on after an action with its result."""
    if isinstance(result, InvalidInput):
        return offering.wrong_input(turn, result)
    if waits_for == "Beside" and not isinstance(result, tuple):
        return offering.book(turn)  # what cannot be looked up stops nobody
    if isinstance(result, Refusal):
        if waits_for in ASKING:
            return offering.refused(turn, result)
        turn.say("refused", code=result.code, reason=result.reason, **riding.refused_ride(turn))
        riding.other_ways(turn, result.way_out)
        if waits_for in ("Cancel", "SkipDate", "CancelSeries"):
            return riding.cancel_next(turn)
        return offering.ask_more(turn)
    return _TELLERS[waits_for](turn, result)


def _booked(turn: Turn, view: BookingView) -> None:
    offering.booked(turn, view, is_change=False)


def _changed(turn: Turn, view: BookingView) -> None:
    offering.booked(turn, view, is_change=True)


def _cancelled(turn: Turn, views: object) -> None:
    count = len(views) if isinstance(views, tuple) else 1
    riding.told_cancelled(turn, booked.ride_of(turn, turn.state.ride), count)


def _skipped(turn: Turn, _series: object) -> None:
    riding.told_skipped(turn, booked.ride_of(turn, turn.state.ride))


_TELLERS: dict[str, Teller] = {
    "Ask": lambda turn, quote: offering.answered(turn, cast(Quote, quote)),
    "AskSeries": lambda turn, quote: offering.answered_series(turn, cast(SeriesQuote, quote)),
    "Beside": lambda turn, found: twice.told(turn, cast(tuple[RideBeside, ...], found)),
    "Book": _booked,
    "BookSeries": lambda turn, view: offering.booked_series(turn, cast(SeriesView, view)),
    "Change": _changed,
    "Cancel": _cancelled,
    "SkipDate": _skipped,
    "CancelSeries": lambda turn, _view: riding.told_series_cancelled(turn),
    "AskSeriesChange": lambda turn, quote: rescheduling.answered(turn, cast(SeriesQuote, quote)),
    "ChangeSeries": lambda turn, answer: rescheduling.changed(turn, cast(SeriesChange, answer)),
    "Where": lambda turn, forecast: riding.told_where(turn, cast(RideForecast, forecast)),
    "Late": lambda turn, answer: riding.told_late(turn, cast(LateAnswer, answer)),
    "AskReturn": lambda turn, right: riding.told_return_kept(turn, cast(OpenReturnView, right)),
    "CallReturn": lambda turn, view: riding.told_fetched(turn, cast(BookingView, view)),
    "Prove": lambda turn, proof: riding.proved(turn, cast(Proof, proof)),
    "LookUp": lambda turn, caller: riding.known(turn, cast(Known, caller)),
    "HandOver": lambda turn, answer: persons.handed_over(turn, cast(HandedOver, answer)),
    "CallBack": lambda turn, answer: persons.handed_over(turn, cast(HandedOver, answer)),
}
