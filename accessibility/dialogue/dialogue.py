"""The dialogue: one input in, one step out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from accessibility.dialogue import commands, persons, riding
from accessibility.dialogue.caller import Caller, Wished
from accessibility.dialogue.choosing import by_key
from accessibility.dialogue.heard import Done, Heard, Kind
from accessibility.dialogue.hearing import take_words
from accessibility.dialogue.keying import take_figures, take_hash
from accessibility.dialogue.manner import Ears, Manner
from accessibility.dialogue.saying import Choice
from accessibility.dialogue.state import Asked, State
from accessibility.dialogue.taking import take
from accessibility.dialogue.telling import tell
from accessibility.dialogue.turn import Step, Turn
from accessibility.language.intents import Intent
from accessibility.language.said import fold

NOISE = 0.35  # heard with so little confidence, what was not understood was nothing said


@dataclass(frozen=True, slots=True)
class Dialogue:
    """Talks with one district's riders in one channel's manner. Holds nothing that changes."""

    ears: Ears
    manner: Manner

    def begin(self, caller: Caller, now: datetime, *, kept: Wished | None = None) -> Step:
        """The first words. `kept` is the wish of a call from the same number that broke off a moment ago."""
        turn = self._turn(State(caller=caller), now)
        if self.manner.greets:
            turn.say("greeting", has_pin=caller.has_pin)
        if kept is not None and kept != Wished():
            turn.put(wish=kept)
            turn.ask(Asked.RESUME, (Choice("1", "yes"), Choice("2", "no")))
        elif caller.has_pin and self.manner.needs_proof:
            riding.greet_with_pin(turn)
        else:
            riding.ask_start(turn)
        return turn.step()

    def step(self, state: State, event: Heard | Done, now: datetime) -> Step:
        """What comes of one input."""
        turn = self._turn(state, now)
        if isinstance(event, Done):
            if state.waits_for:
                turn.says = list(state.pending)
                turn.put(waits_for="")
                tell(turn, state.waits_for, event.result)
            else:
                _repeat(turn)
        elif state.is_over:
            _repeat(turn)
        else:
            turn.put(turn=state.turn + 1, waits_for="", pending=())
            self._hear(turn, event)
        return turn.step()

    def _turn(self, state: State, now: datetime) -> Turn:
        return Turn(state, self.ears, self.manner, now)

    def _hear(self, turn: Turn, heard: Heard) -> None:
        if heard.kind is Kind.GONE:
            turn.end()
        elif heard.kind is Kind.IGNORED:
            turn.say("cannot_see")
            _ask_again(turn)
        elif heard.kind is Kind.SILENCE:
            self._silent(turn)
        else:
            silences = turn.state.silences
            turn.put(silences=0)
            understood = self._keyed(turn, heard.text) if heard.kind is Kind.KEYS else self._said(turn, heard)
            if understood:
                turn.put(misses=0 if turn.state.waits_for != "Prove" else turn.state.misses)
            elif turn.state.for_other and heard.confidence < NOISE:
                turn.says.clear()
                turn.put(silences=silences)
                self._silent(turn)  # the music of a relay's queue is no answer, and no mistake
            else:
                self._missed(turn)

    def _silent(self, turn: Turn) -> None:
        """Silence is no mistake: the question again, for a long time."""
        turn.put(silences=turn.state.silences + 1)
        if turn.state.silences >= self.manner.silences_to_person:
            return persons.hand_over(turn, "silent")
        turn.say("take_your_time", silences=turn.state.silences)
        return _ask_again(turn)

    def _missed(self, turn: Turn) -> None:
        """Not understood: said otherwise each time, and the third time a person helps."""
        turn.put(misses=turn.state.misses + 1)
        if turn.state.misses >= self.manner.misses_to_person:
            turn.says.clear()
            turn.say("person_after_misses")
            return persons.hand_over(turn, "misunderstood")
        if not turn.says:
            turn.say("not_understood", times=turn.state.misses, asked=turn.state.asked.value)
        return _ask_again(turn)

    def _keyed(self, turn: Turn, keys: str) -> bool:
        """Keys: * again, 0 a person, 9 slower, else what the question offers."""
        figures = keys.replace("#", "").replace("*", "")
        if "*" in keys:
            _repeat(turn)
        elif not figures:
            if not take_hash(turn):
                _repeat(turn)
        elif figures == "0":
            persons.hand_over(turn, "asked")
        elif (choice := by_key(turn.state.choices, figures)) is not None:
            turn.put(by_keys=True)
            take(turn, choice)
        elif figures == "9":
            _slower(turn, is_slow=not turn.state.is_slow)
        else:
            return take_figures(turn, figures)
        return True

    def _said(self, turn: Turn, heard: Heard) -> bool:
        text = commands.without_reporting(heard.text) if turn.state.for_other else heard.text
        slow = commands.wants_slow(text)
        if slow is not None and turn.state.asked is not Asked.NAME:
            _slower(turn, is_slow=slow)
            return True
        command = self.manner.words.get(fold(text).strip(" .!?"))
        if command == "human":
            persons.hand_over(turn, "asked")
            return True
        if command is not None:
            riding.about_rides(turn, command)
            return True
        if self.manner.is_speech and turn.state.asked is not Asked.NAME and commands.asks_to_wait(text):
            turn.say("waiting")
            _ask_again(turn)
            return True
        if commands.speaks_for_other(text) and not turn.state.for_other:
            turn.put(for_other=True, name="")
            turn.say("for_other")
            if not take_words(turn, text, heard.confidence):
                del turn.says[1:]
                _ask_again(turn)
            return True
        if turn.state.asked is not Asked.NAME and turn.listen(text).intent is Intent.REPEAT:
            _repeat(turn)
            return True
        return take_words(turn, text, heard.confidence)


def _repeat(turn: Turn) -> None:
    """The last reply once more, as it was."""
    turn.says = list(turn.state.said)
    turn.is_repeat = True


def _ask_again(turn: Turn) -> None:
    """Only the open question once more."""
    turn.says.extend(say for say in turn.state.said if say.code.startswith("ask_"))
    turn.is_repeat = True


def _slower(turn: Turn, *, is_slow: bool) -> None:
    turn.put(is_slow=is_slow)
    turn.say("slow" if is_slow else "not_slow")
    _ask_again(turn)
