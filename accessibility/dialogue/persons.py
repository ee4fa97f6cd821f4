"""Handing over to a person: at once where somebody is there, else by a call back."""

from __future__ import annotations

from accessibility.dialogue.actions import CallBack, HandedOver, HandOver
from accessibility.dialogue.offering import ask_more
from accessibility.dialogue.saying import Choice
from accessibility.dialogue.state import Asked
from accessibility.dialogue.turn import Turn


def hand_over(turn: Turn, why: str) -> None:
    """Put a person on, with everything said so far."""
    turn.put(misses=0, silences=0)
    turn.do(HandOver(why))


def handed_over(turn: Turn, answer: HandedOver) -> None:
    """A person is there, or will call, or nobody is free."""
    if answer.is_reached:
        turn.say("connecting")
        turn.put(is_handed_over=True)
        return turn.end()
    if answer.is_kept:
        turn.say("will_call_back", hours="" if answer.is_open else answer.hours)
        turn.put(is_handed_over=True)
        return turn.end()
    turn.say("nobody_free" if answer.is_open else "office_closed", hours=answer.hours)
    if not turn.state.caller.contact:
        return ask_more(turn)
    return turn.ask(Asked.CALL_BACK, (Choice("1", "yes"), Choice("2", "no")))


def call_back(turn: Turn) -> None:
    """Yes, please call me."""
    turn.do(CallBack("asked"))
