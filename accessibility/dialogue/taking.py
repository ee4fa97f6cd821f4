"""A choice was made, by key or by words: what follows from it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from accessibility.dialogue import (
    booked,
    gathering,
    homeward,
    keying,
    offering,
    party_keys,
    persons,
    repeating,
    riding,
    twice,
)
from accessibility.dialogue.caller import Wished
from accessibility.dialogue.saying import Choice
from accessibility.dialogue.state import Asked
from accessibility.dialogue.turn import Turn


def take(turn: Turn, choice: Choice) -> None:
    """Do what the choice says, after the question that was open."""
    _TAKEN[turn.state.asked](turn, choice)


def _start(turn: Turn, choice: Choice) -> None:
    if choice.what == "book":
        gathering.go_on(turn)
    elif choice.what == "rides":
        riding.about_rides(turn, "")
    else:
        riding.about_rides(turn, choice.what)


def _resume(turn: Turn, choice: Choice) -> None:
    if choice.what == "yes":
        return gathering.go_on(turn)
    turn.put(wish=Wished(), open_places=(), open_times=())
    return riding.ask_start(turn)


def _usual(turn: Turn, choice: Choice) -> None:
    caller = turn.state.known
    if choice.what == "other" or caller is None:
        return riding.ask_start(turn)
    turn.put(wish=caller.usual[int(choice.key) - 1].wish)
    return gathering.go_on(turn)


def _end(turn: Turn, choice: Choice) -> None:
    spot = gathering.own_spot(turn, choice.key)
    if spot is not None:
        turn.wish(**{"origin" if turn.state.asked is Asked.FROM else "destination": spot})
    gathering.go_on(turn)


def _place(turn: Turn, choice: Choice) -> None:
    if choice.what in ("no", "none"):
        return gathering.pick_place(turn, None)
    return gathering.pick_place(turn, int(choice.key) - 1)


def _village_stop(turn: Turn, choice: Choice) -> None:
    gathering.pick_stop(turn, choice)


def _day(turn: Turn, choice: Choice) -> None:
    turn.wish(day=date.fromisoformat(str(choice.facts["day"])).isoformat())
    gathering.go_on(turn)


def _time(turn: Turn, choice: Choice) -> None:
    gathering.pick_time(turn, None if choice.what == "none" else int(choice.key) - 1)


def _who(turn: Turn, choice: Choice) -> None:
    party_keys.count_people(turn, int(choice.facts["count"]))


def _aid(turn: Turn, choice: Choice) -> None:
    party_keys.add(turn, str(choice.facts["aid"]))


def _until(turn: Turn, choice: Choice) -> None:
    repeating.weeks(turn, int(choice.facts["weeks"]))
    gathering.go_on(turn)


def _anchor(turn: Turn, choice: Choice) -> None:
    keying.pick_anchor(turn, choice.what)


def _offer(turn: Turn, choice: Choice) -> None:
    if choice.what == "yes":
        offering.accept(turn)
    elif choice.what == "no":
        offering.refuse_offer(turn)
    else:
        offering.shifted(turn, choice.what)


def _other(turn: Turn, choice: Choice) -> None:
    if choice.what == "give_up":
        turn.say("nothing_booked" if not turn.state.wish.replaces else "nothing_changed")
        offering.ask_more(turn)
    elif choice.what == "other_time":
        wish = turn.state.wish
        turn.wish(when=None, day=wish.day if wish.weekdays else "")
        gathering.go_on(turn)
    elif choice.what == "once":
        turn.wish(weekdays=(), every_weeks=1, until="")
        gathering.ask_desk(turn)
    else:
        offering.shifted(turn, choice.what)


def _refused(turn: Turn, choice: Choice) -> None:
    if choice.what == "way":
        return offering.take_way(turn, choice.facts)
    turn.say("nothing_booked" if not turn.state.wish.replaces else "nothing_changed")
    return offering.ask_more(turn)


def _which_ride(turn: Turn, choice: Choice) -> None:
    ride = booked.ride_of(turn, str(choice.facts["code"]))
    if ride is None:
        turn.say("no_rides")
        return offering.ask_more(turn)
    if choice.what == "series":
        return riding.with_series(turn, ride)
    return riding.with_ride(turn, ride)


def _ride(turn: Turn, choice: Choice) -> None:
    ride = booked.ride_of(turn, turn.state.ride)
    if ride is None:
        turn.say("no_rides")
        return offering.ask_more(turn)
    turn.put(kept_text="")
    return riding.with_ride(turn, ride, choice.what)


def _cancel(turn: Turn, choice: Choice) -> None:
    if choice.what == "no":
        turn.say("nothing_cancelled")
        return offering.ask_more(turn)
    return riding.cancel(turn, both=choice.what == "both")


def _late(turn: Turn, choice: Choice) -> None:
    riding.late(turn, int(choice.facts["minutes"]))


def _call_back(turn: Turn, choice: Choice) -> None:
    if choice.what == "yes":
        return persons.call_back(turn)
    return offering.ask_more(turn)


def _more(turn: Turn, choice: Choice) -> None:
    if choice.what == "done":
        say_goodbye(turn)
    elif choice.what == "keep_return":
        offering.keep_return(turn)
    elif choice.what == "way_back":
        homeward.begin_back(turn)
    else:
        riding.ask_start(turn)


def say_goodbye(turn: Turn) -> None:
    """The end."""
    turn.say("goodbye")
    turn.end()


def _pin(turn: Turn, choice: Choice) -> None:
    riding.without_proof(turn)


def _without(turn: Turn, choice: Choice) -> None:
    offering.go_without(turn)


def _nothing(turn: Turn, choice: Choice) -> None:
    turn.put(choices=())


_TAKEN: dict[Asked, Callable[[Turn, Choice], None]] = {
    Asked.START: _start,
    Asked.RESUME: _resume,
    Asked.PIN: _pin,
    Asked.USUAL: _usual,
    Asked.FROM: _end,
    Asked.TO: _end,
    Asked.VILLAGE_STOP: _village_stop,
    Asked.WHICH_PLACE: _place,
    Asked.DAY: _day,
    Asked.WHEN: _nothing,
    Asked.WHICH_TIME: _time,
    Asked.WHO: _who,
    Asked.AIDS: _aid,
    Asked.THINGS: _aid,
    Asked.NEEDS: _aid,
    Asked.FARE: _aid,
    Asked.UNTIL: _until,
    Asked.ANCHOR: _anchor,
    Asked.NAME: _without,
    Asked.NUMBER: _without,
    Asked.OFFER: _offer,
    Asked.BESIDE: twice.take,
    Asked.OTHER: _other,
    Asked.REFUSED: _refused,
    Asked.WHICH_RIDE: _which_ride,
    Asked.RIDE: _ride,
    Asked.CANCEL: _cancel,
    Asked.CHANGE: _nothing,
    Asked.LATE: _late,
    Asked.FETCH: _nothing,
    Asked.CALL_BACK: _call_back,
    Asked.MORE: _more,
    Asked.NOTHING: _nothing,
}
