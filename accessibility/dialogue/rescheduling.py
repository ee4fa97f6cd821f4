"""Another time for all that is left of a series: "Serie ab jetzt um neun statt um acht", read back, and changed with one yes."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, timedelta

from accessibility.desk import SeriesChange, SeriesQuote
from accessibility.dialogue import booked, gathering, offering, repeating
from accessibility.dialogue.caller import KnownRide, stop_text
from accessibility.dialogue.commands import names_cancelling, names_series
from accessibility.dialogue.state import Asked
from accessibility.dialogue.turn import Turn
from accessibility.language.intents import Intent
from accessibility.language.said import listen
from accessibility.language.series import start_said
from accessibility.language.shifts import minutes_shifted, with_moment
from accessibility.language.times import understand_time
from accessibility.language.understand import Understood, without_denied

_FROM_NOW = re.compile(
    r"\b(?:ab (?:jetzt|sofort|heute|morgen|uebermorgen|naechste[rn]? woche)|kuenftig|zukuenftig|in zukunft|dauerhaft"
    r"|jedes mal|from now on)\b"
)
_HALF_DAY = timedelta(hours=6)


def is_meant(turn: Turn, text: str) -> bool:
    """Whether a text asks for another time of a series that is booked: no place in it, and no cancelling."""
    is_named, is_lasting = names_series(text), _is_lasting(turn, text)
    if not (is_named or is_lasting) or names_cancelling(text):
        return False
    # Without "ab dem 1.12." and "eine Stunde später", which may sound like places.
    heard = turn.listen(with_moment(start_said(text, turn.local_now.date())[1], turn.local_now))
    if (heard.origin is not None or heard.destination is not None) and not (is_named and _names_own(turn, heard)):
        return False
    is_change = turn.listen(text).intent is Intent.CHANGE or minutes_shifted(text) != 0
    return is_change or (is_named and is_lasting and heard.when.names_time)


def _names_own(turn: Turn, heard: Understood) -> bool:
    """Whether the places are those of a series that the caller has: "Serie nach Gardelegen ab 1.12. um 7:30"."""
    known = turn.state.known
    series = [ride for ride in known.rides if ride.series and not ride.is_over] if known else []
    return bool(series) and bool(booked.rides_between(series, heard))


def _is_lasting(turn: Turn, text: str) -> bool:
    """ "Ab jetzt", "künftig", "ab dem 1. Dezember"."""
    return _FROM_NOW.search(listen(text).text) is not None or start_said(text, turn.local_now.date())[0] is not None


def begin(turn: Turn, ride: KnownRide) -> None:
    """Start from what is left of the series of this ride; what was said may already say the new time, and from when on."""
    text, zone = turn.state.kept_text, turn.ears.zone
    first = booked.rides_of_series(turn, ride)[0]
    start, text = start_said(text, turn.local_now.date()) if text else (None, "")
    begins = first.pickup_from.astimezone(zone).date()
    rides = [one.pickup_from.astimezone(zone).date() for one in booked.rides_of_series(turn, ride)]
    day = next((one for one in rides if start is None or one >= start), begins)
    turn.put(ride=first.code, rest=(), is_whole=True, kept_text="", open_places=(), open_times=())
    turn.put(wish=replace(first.wish, replaces=first.code, day=day.isoformat(), is_party_said=True))
    if text and take_time(turn, text):
        return gathering.go_on(turn)
    return turn.ask(Asked.CHANGE, ride=booked.series_facts(turn, first), is_series=True)


def take_words(turn: Turn, text: str) -> bool:
    """Another time said for the series that is talked about; anything else is understood as ever."""
    state = turn.state
    if not (state.is_whole and state.wish.replaces):
        return False
    if state.wish.when is None:
        turn.wish(
            when=booked.rides_of_series(turn, ride)[0].pickup_from
            if (ride := booked.ride_of(turn, state.ride))
            else None
        )
    if turn.state.wish.when is None or not take_time(turn, text):
        return False
    gathering.go_on(turn)
    return True


def take_time(turn: Turn, text: str) -> bool:
    """The new time of day, on the day from which it shall hold. False where the text says none."""
    old = turn.state.wish.when
    assert old is not None
    zone, wish = turn.ears.zone, turn.state.wish
    day = date.fromisoformat(wish.day)
    own = datetime.combine(day, old.astimezone(zone).time(), zone)
    if minutes_shifted(text):
        text = with_moment(text, own)
    said = understand_time(without_denied(text), turn.now, zone, day=day)
    if not said.names_time or not said.readings:
        return False
    clocks = {reading.moment.astimezone(zone).time() for reading in said.readings}
    moments = sorted((datetime.combine(day, clock, zone) for clock in clocks), key=lambda one: abs(one - own))
    near = [one for one in moments if abs(one - own) < _HALF_DAY]
    if len(near) == 1 or said.is_sure:  # "um neun" of rides at eight is no evening
        turn.wish(when=moments[0] if len(near) == 1 else said.readings[0].moment)
        return True
    turn.put(open_times=tuple(near or moments)[:3])
    turn.wish(when=None)
    return True


def answered(turn: Turn, quote: SeriesQuote) -> None:
    """Every day's answer has come: read out what would change."""
    series = None if quote.refusal else repeating.heard_series(quote)
    if series is None:
        return offering.refused(turn, quote.refusal or repeating.no_day(quote))
    rule = quote.rule
    turn.wish(weekdays=tuple(sorted(rule.weekdays)), every_weeks=rule.every_weeks, until=rule.until.isoformat())
    turn.put(series=series, offers=(), offer=0)
    return offering.ask_offer(turn)


def changed(turn: Turn, answer: SeriesChange) -> None:
    """They have another time: how many, the first of them, and the days that stay."""
    legs = sorted(answer.changed, key=lambda one: one.pickup_from)
    turn.say(
        "changed_series",
        code=legs[0].code,
        count=len(legs),
        pickup_stop=stop_text(legs[0].pickup_stop),
        pickup_from=legs[0].pickup_from.isoformat(),
        pickup_until=legs[0].pickup_until.isoformat(),
        last=legs[-1].pickup_from.isoformat(),
        kept=[day.isoformat() for day in answer.kept],
    )
    turn.put(booked=legs[0].code)
    offering.ask_more(turn)
