"""Rides that are booked: which one is meant, and what is to happen to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from accessibility.desk import BookingView, OpenReturnView, WayOut
from accessibility.dialogue import rescheduling
from accessibility.dialogue.actions import CallReturn, Cancel, CancelSeries, Late, LookUp, Proof, Prove, SkipDate, Where
from accessibility.dialogue.booked import ride_facts, ride_of, rides_to, series_facts, series_meant, whole_series
from accessibility.dialogue.caller import Known, KnownRide, stop_text
from accessibility.dialogue.choosing import numbered
from accessibility.dialogue.commands import minutes_said, names_all, names_series
from accessibility.dialogue.gathering import go_on, take_in
from accessibility.dialogue.offering import ask_more
from accessibility.dialogue.saying import Choice
from accessibility.dialogue.state import Asked
from accessibility.dialogue.turn import Turn
from accessibility.following import LateAnswer, RideForecast
from accessibility.language.shifts import with_moment

LATE_MINUTES = (5, 10, 15)
PIN_TRIES = 3
MOST_AT_ONCE = 4  # rides that one yes cancels: more nobody keeps in mind


def about_rides(turn: Turn, purpose: str, text: str = "", *, of_series: bool = False) -> None:
    """Somebody wants something of a booked ride, or of a whole series: prove first who calls, then find the ride."""
    turn.put(ride_for=purpose, kept_text=text, ride="", of_series=of_series or names_series(text))
    if turn.manner.needs_proof and not turn.state.is_proved:
        return ask_proof(turn, "rides")
    return turn.do(LookUp())


def ask_proof(turn: Turn, then: str) -> None:
    """Ask for the PIN or the booking code. Without a number nothing can be proved: a person helps."""
    if not turn.state.caller.contact:
        turn.say("no_number")
        return ask_more(turn)
    turn.put(proof_for=then)
    return _ask_pin(turn)


def _ask_pin(turn: Turn, *, is_first: bool = False) -> None:
    turn.ask(Asked.PIN, (Choice("1", "without_pin"),), has_pin=turn.state.caller.has_pin, is_first=is_first)


def greet_with_pin(turn: Turn) -> None:
    """The first question to a number that has a PIN: who knows it hears of her usual rides."""
    turn.put(proof_for="usual")
    _ask_pin(turn, is_first=True)


def without_proof(turn: Turn) -> None:
    """No PIN at hand: as a guest."""
    turn.put(proof_for="", ride_for="", kept_text="")
    ask_start(turn)


def try_proof(turn: Turn, figures: str) -> None:
    """Figures were keyed or said."""
    turn.do(Prove(figures))


def proved(turn: Turn, proof: Proof) -> None:
    """Go on with what the proof was for; after some wrong tries, without it."""
    if proof.is_proved and isinstance(proof.known, Known):
        turn.put(is_proved=True, by_pin=proof.by_pin, misses=0)
        return known(turn, proof.known)
    if proof.is_locked:
        turn.say("pin_locked")
        turn.put(proof_for="", ride_for="")
        return ask_more(turn)
    turn.put(misses=turn.state.misses + 1)
    turn.say("pin_wrong")
    if turn.state.misses >= PIN_TRIES:
        turn.put(misses=0, proof_for="", ride_for="")
        return ask_more(turn)
    return _ask_pin(turn)


def known(turn: Turn, caller: Known) -> None:
    """Who calls is known now."""
    turn.put(known=caller, name=turn.state.name or ("" if turn.state.for_other else caller.name))
    if turn.state.proof_for == "usual":
        turn.put(proof_for="")
        return ask_usual(turn)
    turn.put(proof_for="")
    return _find_ride(turn)


def ask_usual(turn: Turn) -> None:
    """As always? The rides taken most, each with a key."""
    caller = turn.state.known
    assert caller is not None
    usual = caller.usual[: turn.manner.most_choices - 1]
    facts = [
        {
            "text": ride.label,
            "origin": ride.wish.origin.text if ride.wish.origin else "",
            "destination": ride.wish.destination.text if ride.wish.destination else "",
            "when": ride.wish.when.isoformat() if ride.wish.when else "",
        }
        for ride in usual
    ]
    if not usual:
        turn.say("welcome_known", name=caller.name)
        return ask_start(turn)
    choices = (*numbered("usual", facts), Choice(str(len(facts) + 1), "other"))
    return turn.ask(Asked.USUAL, choices, name=caller.name)


def ask_start(turn: Turn) -> None:
    """The first question, open and with keys."""
    menu = ("book", "rides", "where", "late", "fetch")
    choices = [Choice(str(number), what) for number, what in enumerate(menu, start=1)]
    turn.ask(Asked.START, choices)


def _find_ride(turn: Turn) -> None:
    """Which of the rides is meant."""
    state = turn.state
    caller = state.known
    assert caller is not None
    purpose = state.ride_for
    if purpose == "fetch":
        rides = [ride for ride in caller.rides if ride.can_be_fetched]
    else:
        rides = [ride for ride in caller.rides if not ride.is_over]
    rides.sort(key=lambda ride: ride.pickup_from)
    if not rides:
        turn.say("nothing_to_fetch" if purpose == "fetch" else "no_rides")
        return ask_more(turn)
    if purpose == "cancel" and len(rides) > 1 and names_all(state.kept_text):
        return ask_cancel_all(turn)
    if purpose in ("cancel", "change") and state.of_series and (of_series := series_meant(turn, rides)):
        return with_series(turn, of_series[0]) if len(of_series) == 1 else _choose_series(turn, of_series)
    heard = turn.listen(state.kept_text) if state.kept_text else None
    if heard is not None and heard.when.best is not None and heard.when.names_day and purpose != "fetch":
        day = heard.when.best.moment.date()
        on_day = [ride for ride in rides if ride.pickup_from.astimezone(turn.ears.zone).date() == day]
        if not on_day and purpose == "cancel":
            turn.say("no_ride_on_day", day=day.isoformat())
        rides = on_day or rides
    if purpose == "change" and any(say.code in ("booked", "changed") for say in state.said):
        rides = [ride for ride in rides if ride.code == state.booked] or rides  # it was booked a moment ago
    if state.kept_text and len(rides) > 1 and purpose in ("cancel", "where", "late"):
        rides = rides_to(turn, rides, state.kept_text) or rides
    if len(rides) == 1 or purpose in ("where", "late"):
        return with_ride(turn, rides[0])
    return choose_of(turn, rides)


def choose_of(turn: Turn, rides: Sequence[KnownRide]) -> None:
    """Which of these; one alone is the one."""
    if len(rides) == 1:
        return with_ride(turn, rides[0])
    whole = whole_series(rides) if turn.state.ride_for in ("cancel", "change") else None
    most = turn.manner.most_choices - 1 if whole else turn.manner.most_choices
    choices = numbered("ride", [ride_facts(ride) for ride in rides[:most]])
    if whole is not None:
        choices = (*choices, *numbered("series", [series_facts(turn, whole)], len(choices) + 1))
    return turn.ask(Asked.WHICH_RIDE, choices, purpose=turn.state.ride_for)


def _choose_series(turn: Turn, several: Sequence[KnownRide]) -> None:
    facts = [{**series_facts(turn, ride), "is_one_of_several": True} for ride in several[: turn.manner.most_choices]]
    return turn.ask(Asked.WHICH_RIDE, numbered("series", facts), purpose=turn.state.ride_for)


def with_series(turn: Turn, ride: KnownRide) -> None:
    """All that is left of the series of this ride: cancelled, or given another time."""
    if turn.state.ride_for == "change":
        return rescheduling.begin(turn, ride)
    return ask_cancel_series(turn, ride)


def ask_cancel_all(turn: Turn) -> None:
    """All of them at once, each named, a series as one, on one yes."""
    known = turn.state.known
    rides = (
        sorted((ride for ride in known.rides if not ride.is_over), key=lambda ride: ride.pickup_from) if known else []
    )
    units = list({ride.series or ride.code: ride for ride in reversed(rides)}.values())[::-1]
    if len(units) > MOST_AT_ONCE or len(rides) < 2:  # too many for one breath: one after the other
        return choose_of(turn, rides)
    return _ask_cancel_units(turn, units)


def ask_cancel_series(turn: Turn, ride: KnownRide) -> None:
    """All that is left of the series of this ride."""
    return _ask_cancel_units(turn, [ride])


def _ask_cancel_units(turn: Turn, units: Sequence[KnownRide]) -> None:
    turn.put(ride=units[0].code, rest=tuple(ride.code for ride in units[1:]), is_whole=True)
    rides = [series_facts(turn, ride) if ride.in_series else ride_facts(ride) for ride in units]
    return turn.ask(Asked.CANCEL, [Choice("1", "yes"), Choice("2", "no")], rides=rides)


def with_ride(turn: Turn, ride: KnownRide, purpose: str | None = None) -> None:
    """The ride is known: do with it what was wanted, or ask what that is."""
    turn.put(ride=ride.code, rest=(), is_whole=False)
    wanted = turn.state.ride_for if purpose is None else purpose
    if wanted == "where":
        turn.do(Where(ride.code))
    elif wanted == "cancel":
        _ask_cancel(turn, ride)
    elif wanted == "change":
        _begin_change(turn, ride)
    elif wanted == "late":
        minutes = minutes_said(turn.state.kept_text) if turn.state.kept_text else None
        late(turn, minutes)
    elif wanted == "fetch":
        turn.do(CallReturn(ride.code))
    else:
        choices = [Choice("1", "where"), Choice("2", "change"), Choice("3", "cancel"), Choice("4", "late")]
        if ride.can_be_fetched:
            choices.append(Choice("5", "fetch"))
        turn.ask(Asked.RIDE, choices, ride=ride_facts(ride))


def _ask_cancel(turn: Turn, ride: KnownRide) -> None:
    if ride.in_return_trip:
        choices = [Choice("1", "yes"), Choice("2", "both"), Choice("3", "no")]
    else:
        choices = [Choice("1", "yes"), Choice("2", "no")]
    turn.ask(Asked.CANCEL, choices, ride=ride_facts(ride), in_return_trip=ride.in_return_trip)


def cancel(turn: Turn, *, both: bool = False) -> None:
    """Yes: cancel the ride; of a series, leave its day out."""
    ride = ride_of(turn, turn.state.ride)
    if ride is None:
        turn.say("no_rides")
        return ask_more(turn)
    if ride.in_series and turn.state.is_whole:
        return turn.do(CancelSeries(ride.code))
    if ride.in_series:
        return turn.do(SkipDate(ride.code, ride.pickup_from.astimezone(turn.ears.zone).date()))
    return turn.do(Cancel(ride.code, both))


def _begin_change(turn: Turn, ride: KnownRide) -> None:
    """Start from the ride as it is; what was said at the beginning may already say what is to be different."""
    day = ride.pickup_from.astimezone(turn.ears.zone).date().isoformat()
    text = turn.state.kept_text
    turn.put(wish=replace(ride.wish, replaces=ride.code, day=day, is_party_said=True), kept_text="", open_places=())
    if text:
        if ride.wish.when is not None:
            text = with_moment(text, ride.wish.when.astimezone(turn.ears.zone))
        before, said_before = turn.state.wish, len(turn.says)
        take_in(turn, turn.listen(text))
        if _is_changed(turn, before.when, before.day):
            return go_on(turn)
        turn.put(wish=before, open_places=(), open_times=())
        del turn.says[said_before:]
    return turn.ask(Asked.CHANGE, ride=ride_facts(ride))


def _is_changed(turn: Turn, when: object, day: str) -> bool:
    state = turn.state
    ride = ride_of(turn, state.ride)
    if ride is None or state.open_places or state.open_times:
        return bool(state.open_places or state.open_times)
    now = (state.wish.origin, state.wish.destination, state.wish.when, state.wish.party)
    return now != (ride.wish.origin, ride.wish.destination, when, ride.wish.party) or state.wish.day != day


def late(turn: Turn, minutes: int | None) -> None:
    """So many minutes late; asked where nobody said how many, and rounded up to what the rules know."""
    if minutes is None or minutes < 1:
        choices = [Choice(str(k), "minutes", {"minutes": minute}) for k, minute in enumerate(LATE_MINUTES, start=1)]
        return turn.ask(Asked.LATE, choices)
    known_minutes = next((step for step in LATE_MINUTES if minutes <= step), None)
    if known_minutes is None:
        turn.say("too_late_for_rule")
        turn.put(kept_text="")
        ride = ride_of(turn, turn.state.ride)
        if ride is None:
            return ask_more(turn)
        return with_ride(turn, ride, "change")
    return turn.do(Late(turn.state.ride, known_minutes))


def told_where(turn: Turn, forecast: RideForecast) -> None:
    """Where the bus is."""
    turn.say(
        "where",
        line=forecast.line,
        phase=forecast.phase.value,
        pickup_from=forecast.pickup_from.isoformat(),
        pickup_until=forecast.pickup_until.isoformat(),
        pickup_stop=stop_text(forecast.pickup_stop),
        delivery_stop=stop_text(forecast.delivery_stop),
        bus=forecast.bus.name if forecast.bus else "",
        needs_call=forecast.needs_call,
    )
    ask_more(turn)


def told_late(turn: Turn, answer: LateAnswer) -> None:
    """What the delay means."""
    turn.say("late", text=answer.text)
    ask_more(turn)


def told_cancelled(turn: Turn, ride: KnownRide | None, count: int) -> None:
    """The ride is cancelled."""
    turn.say("cancelled", count=count, **({"ride": ride_facts(ride)} if ride else {}))
    cancel_next(turn)


def refused_ride(turn: Turn) -> dict[str, Any]:
    """Which ride a no is about, where several were to be cancelled together."""
    ride = ride_of(turn, turn.state.ride)
    is_one_of_many = bool(turn.state.rest) or any(say.code in ("cancelled", "skipped") for say in turn.says)
    return {"ride": ride_facts(ride)} if ride is not None and is_one_of_many else {}


def cancel_next(turn: Turn) -> None:
    """The next of those that were said yes to together."""
    if not turn.state.rest:
        return ask_more(turn)
    turn.put(ride=turn.state.rest[0], rest=turn.state.rest[1:])
    return cancel(turn)


def told_skipped(turn: Turn, ride: KnownRide | None) -> None:
    """One day of a series is left out."""
    turn.say("skipped", **({"ride": ride_facts(ride)} if ride else {}))
    cancel_next(turn)


def told_series_cancelled(turn: Turn) -> None:
    """All that was left of a series is cancelled."""
    ride = ride_of(turn, turn.state.ride)
    turn.say("cancelled_series", **({"ride": series_facts(turn, ride)} if ride else {}))
    cancel_next(turn)


def told_fetched(turn: Turn, view: BookingView) -> None:
    """A ride home was found."""
    turn.say(
        "fetched",
        code=view.code,
        pickup_stop=stop_text(view.offer.pickup_stop),
        delivery_stop=stop_text(view.offer.delivery_stop),
        pickup_from=view.offer.pickup_from.isoformat(),
        pickup_until=view.offer.pickup_until.isoformat(),
    )
    ask_more(turn)


def told_return_kept(turn: Turn, right: OpenReturnView) -> None:
    """The way back is open."""
    turn.say("return_kept", valid_until=right.valid_until.isoformat(), pickup_stop=stop_text(right.pickup_stop))
    ask_more(turn)


def other_ways(turn: Turn, ways: tuple[WayOut, ...]) -> None:
    """What else is possible, where nothing is to be chosen."""
    for way in ways:
        if way.kind != "phone" and way.text:
            turn.say("way_out", text=way.text)


def day_of(ride: KnownRide, turn: Turn) -> date:
    """The local day of a ride."""
    return ride.pickup_from.astimezone(turn.ears.zone).date()
