"""Several keys in a row: a PIN, a village by its letters, a day, a time, a telephone number."""

from __future__ import annotations

from collections.abc import Callable

from accessibility.dialogue import gathering, offering, riding
from accessibility.dialogue.caller import spot_of
from accessibility.dialogue.state import Asked, OpenPlace
from accessibility.dialogue.turn import Turn

LEAST_LETTERS = 2
LEAST_NUMBER = 6


def take_figures(turn: Turn, figures: str) -> bool:
    """Whether the figures answer the question that is open; if so, they are taken."""
    reader = _READERS.get(turn.state.asked)
    return reader is not None and reader(turn, figures)


def take_hash(turn: Turn) -> bool:
    """A lone #, where a line reports it: "without", like the key that says so."""
    asked, choices = turn.state.asked, turn.state.choices
    if asked in (Asked.NAME, Asked.NUMBER) and choices:
        offering.go_without(turn)
        return True
    if asked is Asked.PIN:
        riding.without_proof(turn)
        return True
    return False


def _pin(turn: Turn, figures: str) -> bool:
    if len(figures) < 3:
        return False
    riding.try_proof(turn, figures)
    return True


def _village(turn: Turn, figures: str) -> bool:
    """The first letters of a village by their keys."""
    if turn.ears.keypad is None:
        return False
    turn.put(by_keys=True)
    end = "from" if turn.state.asked is Asked.FROM else "to"
    if len(figures) < LEAST_LETTERS:
        turn.say("more_letters", count=0)
        gathering.ask_end(turn, turn.state.asked)
        return True
    villages = turn.ears.keypad.villages(figures)
    most = turn.manner.most_choices - 1
    if len(villages) > most:
        exact = [hit for hit in villages if turn.ears.keypad.spells(hit, figures)]
        if len(exact) != 1:
            turn.say("more_letters", count=len(villages))
            gathering.ask_end(turn, turn.state.asked)
            return True
        villages = tuple(exact)
    if not villages:
        turn.say("no_village", figures=figures)
        return False
    spots = tuple(spot_of(hit) for hit in villages)
    others = tuple(one for one in turn.state.open_places if one.end != end)
    turn.put(open_places=(OpenPlace(end, "", spots), *others))
    gathering.go_on(turn)
    return True


def _day(turn: Turn, figures: str) -> bool:
    day = gathering.keyed_day(turn, figures)
    if day is None:
        return False
    turn.wish(day=day.isoformat())
    gathering.go_on(turn)
    return True


def _time(turn: Turn, figures: str) -> bool:
    if not gathering.keyed_time(turn, figures):
        return False
    gathering.go_on(turn)
    return True


def _number(turn: Turn, figures: str) -> bool:
    if len(figures) < LEAST_NUMBER:
        return False
    turn.put(number=figures)
    offering.ask_offer(turn)
    return True


_READERS: dict[Asked, Callable[[Turn, str], bool]] = {
    Asked.PIN: _pin,
    Asked.FROM: _village,
    Asked.TO: _village,
    Asked.DAY: _day,
    Asked.WHEN: _time,
    Asked.CHANGE: _time,
    Asked.NUMBER: _number,
}
