"""The same ride booked twice, or two rides at once: asked about before the second one is booked, never refused."""

from __future__ import annotations

import re
from typing import Any

from accessibility.desk import RideBeside
from accessibility.dialogue import offering
from accessibility.dialogue.actions import Change
from accessibility.dialogue.caller import stop_text
from accessibility.dialogue.saying import Choice
from accessibility.dialogue.state import Asked
from accessibility.dialogue.turn import Turn
from accessibility.language.said import fold

LONGEST = 8  # words: "nein, nur die neue, die alte bitte absagen"
_OLD = r"(?:die|der|das) (?:alte|erste|frueher\w*|vorige|bisherige)\w*(?: fahrt)?"
_INSTEAD = re.compile(
    r"\b(?:neu|(?:die|der|das) neue\w*|tausch\w*|umtausch\w*|stattdessen|statt|ersetz\w*|(?:ander|alte)\w* absagen"
    r"|aendern|new|instead|replace)\b"
)
_ONE = re.compile(
    rf"^(?:nein|nee|no)\b|\bnicht (?:beide|noch|zwei)|\b(?:{_OLD} (?:reicht|bleibt|genuegt|behalten)"
    r"|nur (?:die |eine )?(?:alte|erste|eine)\w*|(?:eine|einmal) (?:fahrt )?(?:reicht|genuegt)|lass\w* (?:es|alles) so"
    r"|keep (?:it|the old|the first))\b"
)
_BOTH = re.compile(r"\b(?:beide\w*|trotzdem|zusaetzlich|noch eine|alle|both|anyway)\b")


def told(turn: Turn, found: tuple[RideBeside, ...]) -> None:
    """What the desk knows of: the rider is asked once about each; with nothing new, the ride is booked."""
    codes = tuple(dict.fromkeys(one.ride.code for one in found))
    if set(codes) <= set(turn.state.beside):
        return offering.book(turn)
    turn.put(beside=codes)
    return _ask(turn, found)


def _ask(turn: Turn, found: tuple[RideBeside, ...]) -> None:
    """Which ride there is already. Of a number that nobody has proved, only that there is one."""
    state, first = turn.state, found[0].ride
    choices = [Choice("1", "yes"), Choice("2", "no")]
    facts: dict[str, Any] = {"count": len(state.beside), "is_series": state.series is not None}
    if state.wish.replaces:
        facts["is_change"] = True
    if state.is_proved or not turn.manner.needs_proof or first.code == state.booked:
        facts["ride"] = {
            "code": first.code,
            "pickup_stop": stop_text(first.pickup_stop),
            "delivery_stop": stop_text(first.delivery_stop),
            "pickup_from": first.pickup_from.isoformat(),
            "pickup_until": first.pickup_until.isoformat(),
        }
        if len(state.beside) == 1 and state.series is None and not state.wish.replaces:
            choices.append(Choice("3", "instead", {"code": first.code}))
    turn.ask(Asked.BESIDE, choices, **facts)


def take(turn: Turn, choice: Choice) -> None:
    """Both, the old one alone, or the new one in its place."""
    if choice.what == "yes":
        return offering.book(turn)
    if choice.what == "instead":
        return turn.do(Change(str(choice.facts["code"]), turn.state.offers[turn.state.offer].id))
    turn.say("one_is_enough")
    return offering.ask_more(turn)


def take_words(turn: Turn, text: str) -> bool:
    """ "Nur die neue", "die alte reicht", "ich brauche beide": said otherwise than with a yes or a no."""
    plain = " ".join(re.findall(r"[a-z]+", fold(text)))
    for what, pattern in (("instead", _INSTEAD), ("no", _ONE), ("yes", _BOTH)):
        choice = next((one for one in turn.state.choices if one.what == what), None)
        if choice is not None and pattern.search(plain) and len(plain.split()) <= LONGEST:
            take(turn, choice)
            return True
    return False
