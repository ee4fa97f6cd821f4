"""Who rides and what comes along, by keys: one thing after the other until nothing more does."""

from __future__ import annotations

from dataclasses import replace

from accessibility.dialogue.gathering import go_on
from accessibility.dialogue.saying import Choice
from accessibility.dialogue.state import Asked
from accessibility.dialogue.turn import Turn
from accessibility.language.people import MOST_AIDS

AIDS = ("none", "wheelchairs", "walking_frames", "prams", "guide_dogs", "bicycles", "luggage", "help")
NEEDS = ("none", "blind", "deaf", "arm", "slow", "ramp", "child_seat")


def ask_aids(turn: Turn) -> None:
    """By keys only: what comes along. Asked until nothing more does."""
    has_some = any(getattr(turn.state.wish.party, aid, 0) for aid in AIDS) or bool(turn.state.wish.needs)
    choices = [Choice(str(number), "aid", {"aid": aid}) for number, aid in enumerate(AIDS, start=1)]
    turn.ask(Asked.AIDS, choices, has_some=has_some)


def ask_needs(turn: Turn) -> None:
    """By keys only: what help is needed."""
    turn.ask(Asked.NEEDS, [Choice(str(number), "need", {"need": need}) for number, need in enumerate(NEEDS, start=1)])


def add_need(turn: Turn, need: str) -> None:
    """One of the needs, keyed; then whether there is more."""
    if need != "none":
        turn.wish(needs=tuple(sorted({*turn.state.wish.needs, need})))
    ask_aids(turn)


def count_people(turn: Turn, count: int) -> None:
    """So many people, the aids not asked yet."""
    turn.wish(party=replace(turn.state.wish.party, adults=count, children=0), is_party_said=True, is_party_open=False)
    if turn.state.by_keys:
        ask_aids(turn)
    else:
        go_on(turn)


def add_aid(turn: Turn, aid: str) -> None:
    """One of the aids, keyed; then whether there is more. Twice the same are two."""
    party = turn.state.wish.party
    if aid == "none":
        go_on(turn)
    elif aid == "help":
        ask_needs(turn)
    else:
        turn.wish(party=replace(party, **{aid: min(getattr(party, aid) + 1, MOST_AIDS)}))
        ask_aids(turn)
