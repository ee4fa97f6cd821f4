"""Who rides, what comes along, what help and which fare, by keys: one thing after the other until nothing more is needed.

A caller who cannot speak hears at most six answers at a time; what is rarer stands one key further.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from accessibility.desk import Concession
from accessibility.dialogue.gathering import go_on
from accessibility.dialogue.saying import Choice
from accessibility.dialogue.state import Asked
from accessibility.dialogue.turn import Turn
from accessibility.language.people import MOST_AIDS

AIDS = ("none", "wheelchairs", "walking_frames", "things", "help", "fare")
THINGS = ("none", "guide_dogs", "prams", "bicycles", "luggage", "child_seat")
NEEDS = ("none", "blind", "deaf", "arm", "slow", "ramp")
FARES = ("none", *(kind.value for kind in Concession if kind is not Concession.NONE))
BROUGHT = ("wheelchairs", "walking_frames", "guide_dogs", "prams", "bicycles", "luggage")


def ask_aids(turn: Turn) -> None:
    """By keys only: what comes along. Asked until nothing more does."""
    wish = turn.state.wish
    is_told = bool(wish.needs) or wish.concession is not Concession.NONE
    has_some = is_told or any(getattr(wish.party, aid) for aid in BROUGHT)
    turn.ask(Asked.AIDS, _choices(AIDS), has_some=has_some)


def _choices(answers: Sequence[str]) -> list[Choice]:
    return [Choice(str(number), "aid", {"aid": answer}) for number, answer in enumerate(answers, start=1)]


def count_people(turn: Turn, count: int) -> None:
    """So many people, the aids not asked yet."""
    turn.wish(party=replace(turn.state.wish.party, adults=count, children=0), is_party_said=True, is_party_open=False)
    if turn.state.by_keys:
        ask_aids(turn)
    else:
        go_on(turn)


def add(turn: Turn, answer: str) -> None:
    """What was keyed in any of these menus; then whether there is more. Twice the same thing are two."""
    wish, asked = turn.state.wish, turn.state.asked
    if answer == "none":
        return go_on(turn) if asked is Asked.AIDS else ask_aids(turn)
    if answer == "things":
        return turn.ask(Asked.THINGS, _choices(THINGS))
    if answer == "help":
        return turn.ask(Asked.NEEDS, _choices(NEEDS))
    if answer == "fare":
        return turn.ask(Asked.FARE, _choices(FARES))
    if answer in BROUGHT:
        turn.wish(party=replace(wish.party, **{answer: min(getattr(wish.party, answer) + 1, MOST_AIDS)}))
    elif answer in FARES:
        turn.wish(concession=Concession(answer))
    else:
        turn.wish(needs=tuple(sorted({*wish.needs, answer})))
    return ask_aids(turn)
