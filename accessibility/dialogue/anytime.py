"""What may be said at whatever question is open: a person, a goodbye, the price, a ride that is booked already."""

from __future__ import annotations

from collections.abc import Callable

from accessibility.desk import Party
from accessibility.dialogue import company, gathering, homeward, persons, riding
from accessibility.dialogue.caller import Wished
from accessibility.dialogue.commands import (
    asks_and_that,
    asks_of_offer,
    asks_price,
    asks_rides,
    greets,
    is_late,
    names_cancelling,
    says_goodbye,
    speaks_english,
    takes_back,
    tells_emergency,
    wants_ride,
    without_price,
)
from accessibility.dialogue.state import Asked
from accessibility.dialogue.taking import say_goodbye
from accessibility.dialogue.turn import Turn
from accessibility.language.intents import Intent
from accessibility.language.shifts import minutes_shifted
from accessibility.language.understand import Understood

WISHING = (
    Asked.START, Asked.RESUME, Asked.USUAL, Asked.FROM, Asked.TO, Asked.WHICH_PLACE, Asked.VILLAGE_STOP, Asked.DAY,
    Asked.WHEN, Asked.ANCHOR, Asked.UNTIL, Asked.WHICH_TIME, Asked.WHO, Asked.AIDS, Asked.THINGS, Asked.NEEDS, Asked.FARE,
    Asked.OFFER, Asked.BESIDE, Asked.OTHER, Asked.REFUSED, Asked.CHANGE, Asked.MORE, Asked.PIN, Asked.RIDE, Asked.WHICH_RIDE,
    Asked.CALL_BACK,
)  # fmt: skip


def obey(turn: Turn, heard: Understood, text: str) -> bool:
    """Whether the words were such a thing; if so, it is done. The first that fits counts."""
    for is_meant, do in _ANYTIME:
        if is_meant(turn, heard, text):
            return do(turn, heard, text) is not False
    return False


def refuses_offer(turn: Turn, heard: Understood, text: str) -> bool:
    """ "Da kann ich nicht", of an offer: no ride that is booked is to be cancelled."""
    is_offered = turn.state.asked in (Asked.OFFER, Asked.OTHER, Asked.REFUSED)
    return is_offered and heard.intent is Intent.CANCEL and not names_cancelling(text)


def changes_wish(turn: Turn, heard: Understood) -> bool:
    """ "Lieber um zehn", while a wish is being told: that wish is meant, not a ride that is booked."""
    if turn.state.asked in (Asked.OFFER, Asked.OTHER, Asked.REFUSED, Asked.CHANGE, Asked.WHICH_TIME):
        return True
    return turn.state.wish != Wished() and (heard.when.best is not None or heard.destination is not None)


def _has_intent(intent: Intent) -> Callable[[Turn, Understood, str], bool]:
    return lambda _turn, heard, _text: heard.intent is intent


def _of_ride(purpose: str) -> Callable[[Turn, Understood, str], None]:
    return lambda turn, _heard, text: riding.about_rides(turn, purpose, text)


def _goodbye(turn: Turn, _heard: Understood, _text: str) -> None:
    wish = turn.state.wish
    if wish != Wished():
        turn.say("nothing_changed" if wish.replaces else "nothing_booked")
    say_goodbye(turn)


def _tell_price(turn: Turn, _heard: Understood, text: str) -> None:
    """The price of the offer that was read out; before there is one, that it will be told in time."""
    company.take_concession(turn, text)
    state = turn.state
    told = state.series or (state.offers[state.offer] if state.offers else None)
    if state.asked in (Asked.OFFER, Asked.OTHER) and told is not None:
        turn.say("price", fare_cents=told.fare_cents, count=state.series.count if state.series else 1)
        _again(turn)
    else:
        rest = without_price(text)
        _beside("price_later", turn, turn.listen(rest) if rest else None)


def _beside(code: str, turn: Turn, heard: Understood | None) -> None:
    """Say something, and go on with what else was understood."""
    turn.say(code)
    if heard is not None and turn.state.asked in WISHING and gathering.take_in(turn, heard):
        gathering.go_on(turn)
    else:
        _again(turn)


def _wants_back(turn: Turn, heard: Understood, text: str) -> bool:
    is_ready = turn.state.asked is Asked.MORE and turn.state.last != Wished()
    return is_ready and heard.origin is None and homeward.wants_back(text)


def _help(turn: Turn, _heard: Understood, _text: str) -> bool:
    turn.say("help", asked=turn.state.asked.value)
    if turn.state.misses:
        return False
    _again(turn)
    return True


def _is_of_offer(turn: Turn, text: str) -> bool:
    """ "Wann kommt der?", while an offer is read out: it tells."""
    return turn.state.asked is Asked.OFFER and asks_of_offer(text)


def _goes_on_where(turn: Turn, text: str) -> bool:
    """ "Und der morgen?", right after "wo ist mein Bus"."""
    return any(say.code == "where" for say in turn.state.said) and asks_and_that(text)


def _emergency(turn: Turn) -> None:
    """Where help is; a person reads or answers, too."""
    turn.say("emergency")
    persons.hand_over(turn, "asked")


def _has_rides(turn: Turn) -> bool:
    known = turn.state.known
    return bool(turn.state.booked) or (known is not None and any(not ride.is_over for ride in known.rides))


def _shifts_ride(turn: Turn, heard: Understood, text: str) -> bool:
    """ "Geht das auch eine halbe Stunde eher?", and nothing else, from somebody who has a ride."""
    is_open = turn.state.asked in (Asked.START, Asked.MORE) and _has_rides(turn)
    return is_open and heard.origin is None and heard.destination is None and minutes_shifted(text) != 0


def _changes_people(turn: Turn, heard: Understood, text: str) -> bool:
    """ "Wir sind jetzt doch zu zweit", and nothing else, from somebody who has a ride: that ride is meant."""
    if wants_ride(text) or heard.people.party == Party():  # "ich bin gehörlos" tells who writes
        return False
    is_only_people = heard.people.is_said and heard.origin is None and heard.destination is None
    best = heard.when.best
    is_now = best is None or best.moment <= turn.now  # "wir sind jetzt zu zweit" is no time
    return _has_rides(turn) and is_only_people and is_now and not heard.when.names_day


def _again(turn: Turn) -> None:
    turn.says.extend(say for say in turn.state.said if say.code.startswith("ask_"))


_Meant = Callable[[Turn, Understood, str], bool]
_Do = Callable[[Turn, Understood, str], bool | None]
_ANYTIME: tuple[tuple[_Meant, _Do], ...] = (
    (
        lambda turn, _heard, text: turn.state.asked is not Asked.NAME and greets(text),
        lambda turn, _heard, _text: _again(turn),
    ),
    (lambda _turn, _heard, text: tells_emergency(text), lambda turn, _heard, _text: _emergency(turn)),
    (_has_intent(Intent.HUMAN), lambda turn, _heard, _text: persons.hand_over(turn, "asked")),
    (lambda turn, _heard, text: turn.state.asked is not Asked.NAME and says_goodbye(text), _goodbye),
    (lambda turn, _heard, text: turn.state.asked is not Asked.NAME and asks_price(text), _tell_price),
    (lambda _turn, _heard, text: is_late(text), _of_ride("late")),
    (lambda _turn, _heard, text: asks_rides(text), lambda turn, _heard, _text: riding.about_rides(turn, "")),
    (
        lambda turn, heard, text: heard.intent is Intent.CANCEL and not refuses_offer(turn, heard, text),
        _of_ride("cancel"),
    ),
    (
        lambda turn, _heard, text: turn.state.asked is Asked.MORE and turn.state.last != Wished() and takes_back(text),
        _of_ride("cancel"),
    ),
    (_wants_back, lambda turn, _heard, text: homeward.begin_back(turn, text)),
    (
        lambda turn, heard, _text: heard.intent is Intent.CHANGE and not changes_wish(turn, heard),
        _of_ride("change"),
    ),
    (
        lambda turn, heard, text: heard.intent is Intent.WHERE and _is_of_offer(turn, text),
        lambda turn, _heard, _text: _again(turn),
    ),
    (_has_intent(Intent.WHERE), _of_ride("where")),
    (
        lambda turn, heard, text: (
            turn.state.asked is Asked.MORE and heard.when.names_day and _goes_on_where(turn, text)
        ),
        _of_ride("where"),
    ),
    (_shifts_ride, _of_ride("change")),
    (
        lambda turn, heard, text: turn.state.asked in (Asked.START, Asked.MORE) and _changes_people(turn, heard, text),
        _of_ride("change"),
    ),
    (_has_intent(Intent.FETCH), _of_ride("fetch")),
    (
        lambda turn, _heard, text: turn.manner.is_speech and speaks_english(text),
        lambda turn, heard, _text: _beside("english", turn, heard),
    ),
    (_has_intent(Intent.HELP), _help),
)
