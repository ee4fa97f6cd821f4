"""One turn of a dialogue while it is worked out: the state so far, what will be said, what will be asked of the desk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from accessibility.dialogue.actions import Action
from accessibility.dialogue.manner import Ears, Manner
from accessibility.dialogue.saying import Choice, Reply, Say
from accessibility.dialogue.state import Asked, State
from accessibility.language.understand import Understood

FIGURES = (Asked.PIN, Asked.NUMBER, Asked.FROM, Asked.TO, Asked.WHEN, Asked.DAY, Asked.CHANGE)


@dataclass(frozen=True, slots=True)
class Step:
    """What comes of one input. With an action, its result is to be brought before anything is said."""

    state: State
    reply: Reply
    action: Action | None = None


@dataclass(slots=True)
class Turn:
    """Mutable while one input is worked out; nothing of it outlives the turn but its `Step`."""

    state: State
    ears: Ears
    manner: Manner
    now: datetime
    says: list[Say] = field(default_factory=list)
    action: Action | None = None
    is_repeat: bool = False  # what is said was said before: the last reply stays the one to repeat

    @property
    def local_now(self) -> datetime:
        return self.now.astimezone(self.ears.zone)

    def put(self, **changes: Any) -> None:
        self.state = replace(self.state, **changes)

    def wish(self, **changes: Any) -> None:
        self.put(wish=replace(self.state.wish, **changes))

    def say(self, code: str, /, **facts: Any) -> None:
        self.says.append(Say(code, facts))

    def ask(self, asked: Asked, choices: Sequence[Choice] = (), **facts: Any) -> None:
        """Put the open question; its Say bears its name."""
        self.say(f"ask_{asked.value}", **facts)
        self.put(asked=asked, choices=tuple(choices))

    def do(self, action: Action) -> None:
        self.action = action
        self.put(waits_for=type(action).__name__)

    def listen(self, text: str, expects: str = "") -> Understood:
        known = self.state.known.places if self.state.known else {}
        return self.ears.listen(text, self.now, expects=expects, is_speech=self.manner.is_speech, known=known)

    def end(self) -> None:
        self.put(asked=Asked.NOTHING, choices=(), is_over=True)

    def step(self) -> Step:
        """The finished turn."""
        state = replace(self.state, pending=tuple(self.says) if self.action is not None else ())
        if self.action is None and self.says and not self.is_repeat:
            state = replace(state, said=tuple(self.says))
        return Step(state, reply_of(state, self.says), self.action)


def reply_of(state: State, says: Sequence[Say]) -> Reply:
    """The reply of a state, with what is said now."""
    typing = "figures" if state.asked in FIGURES else "choice" if state.choices else ""
    return Reply(
        tuple(says),
        state.choices,
        state.asked.value,
        typing,
        state.is_slow,
        state.for_other,
        state.is_over,
        state.is_handed_over,
    )
