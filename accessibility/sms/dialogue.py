"""The written dialogue: the shared one, with what short messages need beside it.

Several offers stand in one message and are chosen by their number; a code names the ride; "wie immer" needs no question.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from accessibility.dialogue.actions import LookUp
from accessibility.dialogue.caller import Known, UsualRide, Wished
from accessibility.dialogue.commands import is_done
from accessibility.dialogue.dialogue import Dialogue
from accessibility.dialogue.gathering import go_on
from accessibility.dialogue.heard import Done, Heard, Kind, words
from accessibility.dialogue.offering import ask_more
from accessibility.dialogue.saying import Reply
from accessibility.dialogue.state import Asked, State
from accessibility.dialogue.turn import Step
from accessibility.language.answers import Answer, is_bare_answer, understand_answer
from accessibility.language.said import fold
from accessibility.language.shifts import minutes_shifted
from accessibility.sms.shorthand import (
    LATER,
    code_in,
    in_german,
    spelled_out,
    wants_last,
    wants_usual,
    without_code,
    without_usual,
)

_DIGIT = re.compile(r"^\W*(?:nr\.?|nummer|angebot)?\s*([1-9])\W*$", re.IGNORECASE)
_ORDINAL = re.compile(
    r"^\W*(?:lieber |doch |bitte )*(?:die|das|den) (erste|zweite|dritte)[rns]?(?: bitte)?\W*$", re.IGNORECASE
)
_ORDER = {"erste": "1", "zweite": "2", "dritte": "3"}
UNCLEAR = "unklar"  # a text that means nothing: the question comes again
THANKS = "danke"
SHIFTABLE = (Asked.OFFER, Asked.OTHER, Asked.CHANGE)


@dataclass(frozen=True)
class WrittenDialogue(Dialogue):
    """Talks by SMS, WhatsApp and e-mail."""

    def step(self, state: State, event: Heard | Done, now: datetime) -> Step:
        """What comes of one message."""
        if isinstance(event, Done):
            return self._done(state, event, now)
        if state.is_over:  # who writes again begins anew, as the same person
            state = replace(state, is_over=False, is_handed_over=False, asked=Asked.START, choices=(), said=())
        if event.kind is not Kind.WORDS:
            return super().step(state, event, now)
        text = event.text.strip()
        if state.asked in (Asked.START, Asked.RIDE, Asked.WHICH_RIDE) and is_done(text):
            state = replace(state, asked=Asked.MORE, choices=())
        if state.asked is not Asked.NAME and wants_usual(text):
            asking = replace(
                state, waits_for="LookUp", proof_for="usual", kept_text=text, turn=state.turn + 1, pending=(), misses=0
            )
            return Step(asking, Reply(), LookUp())
        step = self._numbered(state, text, now)
        if step is not None:
            return step
        if state.asked is Asked.MORE and understand_answer(text) is Answer.YES and is_bare_answer(text):
            return super().step(state, words(THANKS), now)  # JA a second time
        if state.asked is Asked.NAME:
            return super().step(state, event, now)
        return super().step(state, words(self._meant(state, text)), now)

    def _meant(self, state: State, text: str) -> str:
        """The text in the words of the dialogue."""
        german = in_german(text)
        if state.asked in SHIFTABLE and minutes_shifted(german):  # "30 min später" is no delay of the rider here
            return german
        meant = spelled_out(text)
        if fold(meant).strip(" .!") == fold(LATER) and state.asked not in (Asked.OFFER, Asked.OTHER, Asked.REFUSED):
            return "ich verspäte mich"
        if meant == "rück":
            kept = next((choice.key for choice in state.choices if choice.what == "keep_return"), "")
            return kept or "ich bin fertig"
        if code_in(text) and len(without_code(text).split()) == 0:
            return f"meine fahrten {text}"
        return meant

    def _numbered(self, state: State, text: str, now: datetime) -> Step | None:
        """A number alone, or "die erste": one of the offers of the last message. A number that was not offered does nothing."""
        ordinal = _ORDINAL.match(text)
        digit = _DIGIT.match(_ORDER[ordinal[1].lower()] if ordinal else text)
        if digit is None:
            return None
        if state.asked in (Asked.OFFER, Asked.OTHER) and state.offers:
            return self._picked(state, int(digit[1]), now)
        if state.asked in (Asked.START, Asked.MORE) or (state.asked is Asked.OFFER and state.series is not None):
            return super().step(state, words(UNCLEAR), now)
        return None

    def _picked(self, state: State, number: int, now: datetime) -> Step:
        """One of the offers of the last message: the one that was read out is booked, another is read out first."""
        if number - 1 == state.offer and state.asked is Asked.OFFER:
            return super().step(state, words("ja"), now)
        if number <= len(state.offers):
            before = (number - 2) % len(state.offers)
            return super().step(replace(state, offer=before), words("andere"), now)
        return super().step(state, words(UNCLEAR), now)

    def _done(self, state: State, event: Done, now: datetime) -> Step:
        if not isinstance(event.result, Known) or state.waits_for != "LookUp":
            return super().step(state, event, now)
        if state.proof_for == "usual":
            return self._usual(state, event.result, now)
        code = code_in(state.kept_text)
        if not code:
            return super().step(state, event, now)
        own = tuple(ride for ride in event.result.rides if ride.code == code)
        if not own:
            turn = self._turn(replace(state, waits_for="", known=event.result, kept_text="", ride_for=""), now)
            turn.say("no_ride_with_code")
            ask_more(turn)
            return turn.step()
        if own[0].series and (state.ride_for == "cancel" or state.of_series):
            # its code is the code of all of them: one day, or the whole series
            own = tuple(ride for ride in event.result.rides if ride.series == own[0].series)
        asking = replace(state, kept_text=without_code(state.kept_text))
        return super().step(asking, Done(replace(event.result, rides=own)), now)

    def _usual(self, state: State, known: Known, now: datetime) -> Step:
        """The ride that is meant by "wie immer": if it is one, it is asked for at once; its time may have been said anew."""
        text = without_usual(state.kept_text)
        usual = known.usual[:1] if wants_last(state.kept_text) else known.usual
        turn = self._turn(replace(state, waits_for="", proof_for="", kept_text="", known=known), now)
        if not usual:
            turn.say("nothing_usual")
            turn.put(wish=Wished())
            go_on(turn)
            return turn.step()
        if text:
            said = turn.listen(text).when
            best = said.best if said.is_sure and said.names_time else None
            day = said.best.moment.date() if said.best and said.names_day else None
            usual = tuple(_at(ride, best.moment if best else None, day, self.ears.zone) for ride in usual)
        if len(usual) > 1:
            return super().step(replace(state, kept_text=""), Done(replace(known, usual=usual)), now)
        turn.put(wish=usual[0].wish, name=state.name or known.name)
        go_on(turn)
        return turn.step()


def _at(ride: UsualRide, moment: datetime | None, day: date | None, zone: ZoneInfo) -> UsualRide:
    """A usual ride at another time, or at its own time on another day."""
    wish = ride.wish
    if moment is None and day is not None and wish.when is not None:
        moment = datetime.combine(day, wish.when.astimezone(zone).time(), zone)
    if moment is None:
        return ride
    return UsualRide(ride.label, replace(wish, when=moment, day=moment.date().isoformat()))
