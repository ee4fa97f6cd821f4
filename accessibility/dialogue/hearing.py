"""Words, said or typed: what they mean at the question that is open."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from accessibility.dialogue import (
    gathering,
    homeward,
    keying,
    naming,
    offering,
    party_keys,
    picking,
    repeating,
    rescheduling,
    riding,
    twice,
)
from accessibility.dialogue.anytime import WISHING, obey, refuses_offer
from accessibility.dialogue.caller import Wished
from accessibility.dialogue.choosing import chosen
from accessibility.dialogue.commands import (
    gives_up,
    is_done,
    knows_no_pin,
    means_later_date,
    minutes_said,
    speaks_for_other,
    wants_shift,
    without_goodbye,
)
from accessibility.dialogue.keypad import keys_of_code
from accessibility.dialogue.saying import Choice
from accessibility.dialogue.state import Asked
from accessibility.dialogue.taking import say_goodbye, take
from accessibility.dialogue.turn import Turn
from accessibility.language.answers import figures_said, is_bare_answer
from accessibility.language.intents import Intent
from accessibility.language.said import fold
from accessibility.language.series import only_once
from accessibility.language.shifts import with_moment
from accessibility.language.understand import Understood

EXPECTS = {
    Asked.FROM: "from",
    Asked.TO: "to",
    Asked.WHEN: "when",
    Asked.DAY: "when",
    Asked.WHICH_TIME: "when",
    Asked.CHANGE: "when",
    Asked.WHO: "party",
    Asked.AIDS: "party",
    Asked.THINGS: "party",
    Asked.NEEDS: "party",
    Asked.FARE: "party",
    Asked.ANCHOR: "when",
    Asked.OFFER: "answer",
    Asked.BESIDE: "answer",
    Asked.RESUME: "answer",
    Asked.CANCEL: "answer",
    Asked.CALL_BACK: "answer",
}


_ONCE_MORE = re.compile(
    r"\b(?:das ?selbe|die ?selbe|(?:das|die) gleiche|nochmals?|noch ?mal|noch einmal|genauso|ebenso)\b", re.IGNORECASE
)
_CODE_SAID = re.compile(r"\b(?:buchungs)?(?:code|pin|nummer)\b", re.IGNORECASE)


def take_words(turn: Turn, text: str, confidence: float) -> bool:
    """Whether the words meant something here; if so, it is done."""
    asked = turn.state.asked
    text = _with_moment(turn, text)
    if asked in (Asked.WHICH_PLACE, Asked.WHICH_TIME) and gives_up(text):
        turn.say("nothing_booked" if not turn.state.wish.replaces else "nothing_changed")
        offering.ask_more(turn)
        return True
    if asked is not Asked.START or figures_said(text) is not None:
        choice = chosen(turn.state.choices, text) or _yes_and_goodbye(turn, text)
        if choice is not None and not _says_more(turn, choice, text):
            take(turn, choice)
            return True
    if asked in _OWN and _OWN[asked](turn, text):
        return True
    if asked in (Asked.OFFER, Asked.OTHER, Asked.REFUSED) and turn.state.wish.weekdays and _only_once(turn, text):
        gathering.take_in(turn, turn.listen(text))
        repeating.once(turn)
        gathering.go_on(turn)
        return True
    if asked is Asked.WHICH_PLACE and (is_bare_answer(text) or wants_shift(text)):
        return False  # "genau" is no village
    if asked in (Asked.START, Asked.MORE, Asked.RIDE, Asked.WHICH_RIDE) and rescheduling.is_meant(turn, text):
        riding.about_rides(turn, "change", text, of_series=True)
        return True
    text = _without_return(turn, text)
    if asked in WISHING:
        text = repeating.without_series(turn, text)
    heard = turn.listen(text, EXPECTS.get(asked, _end_expected(turn)))
    if obey(turn, heard, text):
        return True
    if asked in (Asked.OFFER, Asked.OTHER, Asked.REFUSED) and _about_offer(turn, heard, text):
        return True
    if asked in (Asked.NAME, Asked.NUMBER):
        return False
    return _about_wish(turn, heard, text, confidence)


def _only_once(turn: Turn, text: str) -> bool:
    return not turn.state.wish.replaces and only_once(text)


def _with_moment(turn: Turn, text: str) -> str:
    """ "Eine Stunde später": than the offer that was read out, or than the ride that is to be changed."""
    state = turn.state
    if state.asked in (Asked.OFFER, Asked.OTHER) and state.series is not None and state.wish.when is not None:
        return with_moment(text, state.wish.when.astimezone(turn.ears.zone))
    if state.asked in (Asked.OFFER, Asked.OTHER) and state.offers:
        return with_moment(text, state.offers[state.offer].pickup_from.astimezone(turn.ears.zone))
    if state.asked is Asked.CHANGE and state.wish.when is not None:
        return with_moment(text, state.wish.when.astimezone(turn.ears.zone))
    return text


def _says_more(turn: Turn, choice: Choice, text: str) -> bool:
    """A name that was offered, within a whole wish or with another stop of the village: all of it counts, not the name alone."""
    if turn.state.asked is not Asked.WHICH_PLACE or choice.what != "place" or figures_said(text) is not None:
        return False
    name = fold(str(choice.facts.get("text", "")))
    if fold(text).strip(" .!?") == name:
        return False
    heard = turn.listen(text, _end_expected(turn))
    ends = [end.best.id for end in (heard.origin, heard.destination) if end is not None and end.is_sure and end.best]
    return len(ends) > 1 or heard.when.names_time or any(spot_id != choice.facts.get("id") for spot_id in ends)


def _yes_and_goodbye(turn: Turn, text: str) -> Choice | None:
    """ "Ja, danke, tschüss": the yes counts; a goodbye alone, or with a no, books nothing."""
    rest = without_goodbye(text)
    choice = chosen(turn.state.choices, rest) if rest else None
    return choice if choice is not None and choice.what == "yes" else None


def _without_return(turn: Turn, text: str) -> str:
    """The ride there alone; what was said of the way back is kept until it is booked."""
    if turn.state.asked not in WISHING or turn.state.wish.replaces or turn.state.last != Wished():
        return text
    there, back = homeward.there_and_back(text)
    if back:
        turn.put(return_text=back)
    return there


def _end_expected(turn: Turn) -> str:
    return turn.state.open_places[0].end if turn.state.asked is Asked.WHICH_PLACE and turn.state.open_places else ""


def _about_offer(turn: Turn, heard: Understood, text: str) -> bool:
    """Another time, another place, or not at all."""
    shift = wants_shift(text)
    if shift and turn.state.offers and not heard.when.names_time:
        offering.shifted(turn, shift)
        return True
    if heard.intent is Intent.NO or gives_up(text) or refuses_offer(turn, heard, text):
        if turn.state.asked is Asked.OFFER and not gives_up(text):
            offering.refuse_offer(turn)
        else:
            turn.say("nothing_booked" if not turn.state.wish.replaces else "nothing_changed")
            offering.ask_more(turn)
        return True
    return False


def _about_wish(turn: Turn, heard: Understood, text: str, confidence: float) -> bool:
    asked = turn.state.asked
    if asked not in WISHING or (asked is Asked.CALL_BACK and heard.destination is None):
        return False  # "ja, morgen um neun" is when she can be called
    if asked is Asked.MORE and (is_done(text) or heard.intent is Intent.NO):
        say_goodbye(turn)
        return True
    if asked is Asked.PIN and _CODE_SAID.search(text):
        return False  # a code that was not understood is no place
    before = turn.state.wish, turn.state.open_places, turn.state.open_times
    if asked is Asked.MORE and _is_once_more(turn, heard, text):
        turn.put(wish=replace(turn.state.last, when=None, day="", replaces="", weekdays=(), until=""))
    if asked is Asked.WHICH_TIME:
        turn.put(open_times=())
    took = gathering.take_in(turn, heard, confidence)
    if not took:
        turn.put(wish=before[0], open_places=before[1], open_times=before[2])
        if asked in (Asked.START, Asked.MORE) and heard.intent in (Intent.BOOK, Intent.YES) and not turn.says:
            gathering.go_on(turn)
            return True
        if gives_up(text) and asked not in (Asked.START, Asked.MORE):
            turn.say("nothing_booked")
            offering.ask_more(turn)
            return True
        return False
    if asked in (Asked.START, Asked.MORE) and not speaks_for_other(text):
        _for_herself(turn)
    if asked in (Asked.PIN, Asked.RIDE, Asked.WHICH_RIDE):
        turn.put(proof_for="", ride_for="", ride="")
    gathering.go_on(turn)
    return True


def _is_once_more(turn: Turn, heard: Understood, text: str) -> bool:
    """ "Und am Freitag um zehn das Gleiche", after a ride was booked: the same ride at another time."""
    is_without_ends = heard.origin is None and heard.destination is None
    return (
        turn.state.last != Wished() and is_without_ends and heard.when.names_day and _ONCE_MORE.search(text) is not None
    )


def _for_herself(turn: Turn) -> None:
    """In writing, a new wish is the writer's own, though the last one was somebody else's; a relay speaks for one person."""
    if turn.state.for_other and not turn.manner.is_speech:
        own_name = turn.state.known.name if turn.state.known else ""
        turn.put(for_other=False, name=own_name, number="")


def _figures(turn: Turn, text: str) -> bool:
    """Figures said or typed where figures were asked for."""
    if turn.state.asked is Asked.PIN and knows_no_pin(text):
        riding.without_proof(turn)
        return True
    code = keys_of_code(text) if turn.state.asked is Asked.PIN else None  # "K7M-3PX", letter by letter
    figures = code or figures_said(text)
    return figures is not None and keying.take_figures(turn, figures)


def _until(turn: Turn, text: str) -> bool:
    if not repeating.take_until(turn, text):
        return False
    gathering.go_on(turn)
    return True


def _minutes(turn: Turn, text: str) -> bool:
    minutes = minutes_said(text)
    if minutes is None:
        return False
    riding.late(turn, minutes)
    return True


def _which_time(turn: Turn, text: str) -> bool:
    """ "Nein, den in der Woche drauf": the last of the days."""
    if not means_later_date(text) or not turn.state.open_times:
        return False
    gathering.pick_time(turn, len(turn.state.open_times) - 1)
    return True


def _count(turn: Turn, text: str) -> bool:
    figures = figures_said(text)
    if figures is None or not 1 <= int(figures[:3]) <= 99:
        return False
    party_keys.count_people(turn, int(figures[:3]))
    return True


_OWN: dict[Asked, Callable[[Turn, str], bool]] = {
    Asked.NAME: naming.take_name,
    Asked.NUMBER: _figures,
    Asked.PIN: _figures,
    Asked.LATE: _minutes,
    Asked.UNTIL: _until,
    Asked.BESIDE: twice.take_words,
    Asked.CHANGE: rescheduling.take_words,
    Asked.OFFER: rescheduling.take_words,
    Asked.OTHER: rescheduling.take_words,
    Asked.WHO: _count,
    Asked.WHICH_RIDE: picking.which_ride,
    Asked.CANCEL: picking.not_this_ride,
    Asked.WHICH_TIME: _which_time,
}
