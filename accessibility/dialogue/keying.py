"""Several keys in a row: a PIN, a village by its letters, a day, a time, a telephone number."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from accessibility.desk import Anchor
from accessibility.dialogue import gathering, offering, riding
from accessibility.dialogue.caller import spot_of
from accessibility.dialogue.saying import Choice
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
    day = keyed_day(turn, figures)
    if day is None:
        return False
    turn.wish(day=day.isoformat())
    gathering.go_on(turn)
    return True


def _time(turn: Turn, figures: str) -> bool:
    if not keyed_time(turn, figures):
        return False
    if turn.state.by_keys and turn.state.asked is Asked.WHEN and not _is_way_back(turn):
        ask_anchor(turn)
    else:
        gathering.go_on(turn)
    return True


def _is_way_back(turn: Turn) -> bool:
    """Who goes home says when she leaves."""
    state = turn.state
    return state.wish.origin == state.last.destination and state.wish.destination == state.last.origin


def _number(turn: Turn, figures: str) -> bool:
    if len(figures) < LEAST_NUMBER:
        return False
    turn.put(number=figures)
    offering.ask_offer(turn)
    return True


def ask_anchor(turn: Turn) -> None:
    """By keys only: is the keyed time that of leaving, or of being there?"""
    when = turn.state.wish.when
    assert when is not None
    choices = (Choice("1", "depart"), Choice("2", "arrive"))
    turn.ask(Asked.ANCHOR, choices, when=when.isoformat())


def pick_anchor(turn: Turn, what: str) -> None:
    """To leave then, or to be there then."""
    turn.wish(anchor=Anchor(what))
    gathering.go_on(turn)


def keyed_day(turn: Turn, figures: str) -> date | None:
    """A day as four keys, day and month; the next one of that date."""
    if len(figures) != 4:
        return None
    today = turn.local_now.date()
    for year in (today.year, today.year + 1):
        try:
            day = date(year, int(figures[2:]), int(figures[:2]))
        except ValueError:
            continue
        if day >= today:
            return day
    return None


def keyed_time(turn: Turn, figures: str) -> bool:
    """A time of day as three or four keys, on the day that is known. False where it is none."""
    if len(figures) not in (3, 4):
        return False
    try:
        clock = time(int(figures[:-2]), int(figures[-2:]))
    except ValueError:
        return False
    wish, now = turn.state.wish, turn.local_now
    day = date.fromisoformat(wish.day) if wish.day else now.date()
    when = datetime.combine(day, clock, turn.ears.zone)
    if when <= now and not wish.day:
        when = datetime.combine(day + timedelta(days=1), clock, turn.ears.zone)
    turn.wish(when=when, day=when.date().isoformat())
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
