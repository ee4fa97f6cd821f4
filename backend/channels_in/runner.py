"""Carries a dialogue's actions to the desk and brings their results back, until there is something to say.

Every call of the desk has a key made of the conversation and the number of the input, so that the same input handled
twice (a webhook that comes again, a server that died in between) does nothing twice.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from accessibility.desk import Access, InvalidInput, RideBeside
from accessibility.dialogue import actions
from accessibility.dialogue.dialogue import Dialogue
from accessibility.dialogue.heard import Done, Heard
from accessibility.dialogue.state import State
from accessibility.dialogue.turn import Step
from backend.bookings.clock import Clock, SystemClock
from backend.bookings.desk import Desk
from backend.bookings.of_contacts import contact_that_opens
from backend.channels_in.proof import known_of, prove
from backend.districts.models import District
from backend.operations.followdesk import Follower
from backend.riders.models import Account, Contact
from backend.riders.selectors import account_with_contact, contacts_of

MOST_ACTIONS = 6  # of one input: a dialogue that asks on and on is a bug

Persons = Callable[[actions.HandOver | actions.CallBack, State, str], actions.HandedOver]


@dataclass(slots=True)
class Runner:
    """One conversation's way to the desk. `persons` hands over: what that means differs by channel."""

    district: District
    dialogue: Dialogue
    conversation: str  # its id, for the keys
    persons: Persons
    clock: Clock = field(default_factory=SystemClock)

    def hear(self, state: State, heard: Heard) -> Step:
        """One input, worked out to the end: the step that comes back has no action."""
        now = self.clock.now()
        return self._run(self.dialogue.step(state, heard, now), now)

    def tell(self, state: State, result: object) -> Step:
        """What became of an action that the channel itself carried out."""
        now = self.clock.now()
        return self._run(self.dialogue.step(state, Done(result), now), now)

    def _run(self, step: Step, now: datetime) -> Step:
        for number in range(MOST_ACTIONS):
            if step.action is None:
                return step
            key = f"{self.conversation}:{step.state.turn}:{number}"
            step = self.dialogue.step(step.state, Done(self._perform(step.action, step.state, key)), now)
        if step.action is not None:
            raise RuntimeError(f"a dialogue asks on and on: {type(step.action).__name__}")
        return step

    def _perform(self, action: actions.Action, state: State, key: str) -> object:
        if isinstance(action, actions.HandOver | actions.CallBack):
            return self.persons(action, state, key)
        if isinstance(action, actions.Prove):
            return prove(self.district, state.caller.contact, action.figures, self.clock.now())
        if isinstance(action, actions.LookUp):
            return known_of(self.district, self._contacts(state), self.clock.now(), self._account(state))
        try:
            return _DESK_CALLS[type(action)](self, action, state, key)
        except InvalidInput as problem:
            return problem

    def _contacts(self, state: State) -> tuple[str, ...]:
        """The contacts whose rides the caller may hear of: after her PIN those of her account, else her own alone."""
        account, own = self._account(state), state.caller.contact
        return (own,) if account is None else tuple(dict.fromkeys((own, *contacts_of(account))))

    @staticmethod
    def _account(state: State) -> Account | None:
        contact = state.caller.contact
        kind = Contact.Kind.EMAIL if "@" in contact else Contact.Kind.PHONE
        return account_with_contact(kind.value, contact) if contact and state.by_pin else None

    def access(self, state: State, code: str) -> Access:
        """The contact that opens this booking to the caller."""
        contact = contact_that_opens(code, self._contacts(state)) or state.caller.contact
        return Access(contact, is_proved=state.is_proved, channel=self.dialogue.manner.channel)

    @property
    def desk(self) -> Desk:
        return Desk(self.clock)

    @property
    def follow(self) -> Follower:
        return Follower(None if isinstance(self.clock, SystemClock) else self.clock)


def _beside(run: Runner, action: actions.Beside, state: State, _key: str) -> tuple[RideBeside, ...]:
    """What clashes, as far as the caller's own contacts open it: of other people's rides nobody learns here."""
    if action.series_id:
        found = run.desk.rides_beside_series(action.series_id, action.passenger)
    else:
        found = run.desk.rides_beside([action.offer_id], action.passenger, replaces=action.replaces)
    contacts = run._contacts(state)
    return tuple(one for one in found if contact_that_opens(one.ride.code, contacts))


def _cancel(run: Runner, action: actions.Cancel, state: State, key: str) -> object:
    access = run.access(state, action.code)
    if action.both:
        return run.desk.cancel_together(action.code, access, key=key)
    return run.desk.cancel(action.code, access, key=key)


_DESK_CALLS: dict[type, Callable[[Runner, Any, State, str], object]] = {
    actions.Ask: lambda run, do, _state, key: run.desk.quote(do.wish, key=key),
    actions.AskSeries: lambda run, do, _state, key: run.desk.quote_series(do.wish, do.rule, key=key),
    actions.Beside: _beside,
    actions.BookSeries: lambda run, do, _state, key: run.desk.book_series(
        do.series_id, do.passenger, key=key, knowing=do.knowing
    ),
    actions.Book: lambda run, do, _state, key: run.desk.book(do.offer_id, do.passenger, key=key, knowing=do.knowing),
    actions.Change: lambda run, do, state, key: run.desk.change(
        do.code, do.offer_id, run.access(state, do.code), key=key, knowing=do.knowing
    ),
    actions.Cancel: _cancel,
    actions.SkipDate: lambda run, do, state, key: run.desk.skip_date(
        do.code, do.day, run.access(state, do.code), key=key
    ),
    actions.CancelSeries: lambda run, do, state, key: run.desk.cancel_series(
        do.code, run.access(state, do.code), key=key
    ),
    actions.AskSeriesChange: lambda run, do, state, key: run.desk.quote_series_change(
        do.code, do.when, run.access(state, do.code), key=key
    ),
    actions.ChangeSeries: lambda run, do, state, key: run.desk.change_series(
        do.code, do.series_id, run.access(state, do.code), key=key
    ),
    actions.Where: lambda run, do, state, _key: run.follow.where(do.code, run.access(state, do.code)),
    actions.Late: lambda run, do, state, key: run.follow.late(do.code, do.minutes, run.access(state, do.code), key=key),
    actions.AskReturn: lambda run, do, state, key: run.desk.ask_return(do.code, run.access(state, do.code), key=key),
    actions.CallReturn: lambda run, do, state, key: run.desk.call_return(do.code, run.access(state, do.code), key=key),
}
