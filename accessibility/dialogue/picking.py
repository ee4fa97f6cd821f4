"""Which of the booked rides is meant: by day, by time, by place; and "no, the other one", before it is too late."""

from __future__ import annotations

from accessibility.dialogue import booked, offering, riding
from accessibility.dialogue.caller import KnownRide
from accessibility.dialogue.commands import gives_up, means_other_ride, names_all, names_series
from accessibility.dialogue.state import Asked
from accessibility.dialogue.turn import Turn
from accessibility.language.answers import is_bare_answer
from accessibility.language.intents import Intent


def _ride_said(turn: Turn, text: str) -> bool:
    """ "Die um neun", "die am Dienstag": the one of the rides that were read out."""
    said = turn.listen(text, "when").when
    if said.best is None or not (said.names_time or said.names_day):
        return False
    zone = turn.ears.zone
    clocks = {reading.moment.astimezone(zone).time() for reading in said.readings} if said.names_time else None
    day = said.best.moment.astimezone(zone).date() if said.names_day else None
    if turn.state.asked is Asked.CANCEL:  # "nein, die am Mittwoch"
        known = turn.state.known
        rides = [ride for ride in known.rides if not ride.is_over] if known else []
    else:
        rides = _rides_offered(turn)
    begins = [(ride, ride.pickup_from.astimezone(zone)) for ride in rides if ride is not None]
    found = [
        ride for ride, begin in begins if (day in (None, begin.date())) and (clocks is None or begin.time() in clocks)
    ]
    if len(found) != 1:
        return False
    _go_on_with(turn, found[0])
    return True


def _go_on_with(turn: Turn, ride: KnownRide) -> None:
    """This ride; its whole series, where that alone was offered."""
    offered = {choice.what for choice in turn.state.choices if choice.facts.get("code") == ride.code}
    if offered == {"series"}:
        return riding.with_series(turn, ride)
    return riding.with_ride(turn, ride)


def _rides_offered(turn: Turn) -> list[KnownRide]:
    codes = [str(choice.facts["code"]) for choice in turn.state.choices]
    return [ride for code in codes if (ride := booked.ride_of(turn, code)) is not None]


def which_ride(turn: Turn, text: str) -> bool:
    """ "Die um neun", "die nach Klötze", or none of them."""
    intent = turn.listen(text).intent
    if intent in (Intent.CANCEL, Intent.CHANGE, Intent.WHERE):
        return False  # "den 1.12. absagen" says more than which
    if gives_up(text) or (is_bare_answer(text) and intent is Intent.NO):
        turn.say("nothing_cancelled" if turn.state.ride_for == "cancel" else "nothing_changed")
        offering.ask_more(turn)
        return True
    if names_all(text) and turn.state.ride_for == "cancel":
        riding.ask_cancel_all(turn)
        return True
    whole = next((choice for choice in turn.state.choices if choice.what == "series"), None)
    if whole is not None and names_series(text):
        ride = booked.ride_of(turn, str(whole.facts["code"]))
        if ride is not None:
            riding.with_series(turn, ride)
            return True
    if _ride_said(turn, text):
        return True
    found = booked.rides_to(turn, _rides_offered(turn), text)
    if len(found) != 1:
        return False
    _go_on_with(turn, found[0])
    return True


def not_this_ride(turn: Turn, text: str) -> bool:
    """No to this ride, because another is meant: the other is asked about, never this one cancelled."""
    known = turn.state.known
    others = [ride for ride in known.rides if ride.code != turn.state.ride and not ride.is_over] if known else []
    if gives_up(text):
        turn.say("nothing_cancelled")
        offering.ask_more(turn)
        return True
    if not others or not (means_other_ride(text) or turn.listen(text, "when").when.names_day):
        return False
    if _ride_said(turn, text):
        return True
    riding.choose_of(turn, others)
    return True
