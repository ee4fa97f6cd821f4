"""Words, said or typed: what they mean at the question that is open."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

from accessibility.dialogue import gathering, homeward, keying, offering, party_keys, repeating, riding
from accessibility.dialogue.anytime import WISHING, obey
from accessibility.dialogue.caller import Wished
from accessibility.dialogue.choosing import chosen
from accessibility.dialogue.commands import gives_up, is_done, minutes_said, wants_shift, without_goodbye
from accessibility.dialogue.keypad import keys_of_code
from accessibility.dialogue.saying import Choice
from accessibility.dialogue.state import Asked
from accessibility.dialogue.taking import say_goodbye, take
from accessibility.dialogue.turn import Turn
from accessibility.language.answers import figures_said, is_bare_answer
from accessibility.language.intents import Intent
from accessibility.language.said import fold
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
    Asked.NEEDS: "party",
    Asked.ANCHOR: "when",
    Asked.OFFER: "answer",
    Asked.RESUME: "answer",
    Asked.CANCEL: "answer",
    Asked.CALL_BACK: "answer",
}
_LONGEST_NAME = 60
_NO_NAMES = (Intent.HUMAN, Intent.REPEAT, Intent.HELP, Intent.CANCEL, Intent.CHANGE, Intent.WHERE, Intent.FETCH)
_NEED_SAID = re.compile(
    r"\b(?:roll ?stuhl\w*|rollator\w*|(?:fuehr|blinden|assistenz)hund\w*|kinderwagen|gehwagen|fahrrad"
    r"|ich bin (?:\w+ )?(?:blind|taub|gehoerlos|schwerhoerig|sehbehindert)|ich (?:sehe|hoere) (?:\w+ )?(?:schlecht|nichts)"
    r"|zu fuss|brauche?|benoetige|ich (?:habe|kann|moechte|will|muss))\b"
)
_NAME_WORDS = re.compile(
    r"^(?:(?:guten (?:tag|morgen|abend)|hallo|ja|also|äh+m?|das ist|hier ist|hier spricht"
    r"|ich heiße|ich heisse|ich bin|mein name ist"
    r"|der name ist|name ist|für|auf den namen|name)[\s,:]+)+",
    re.IGNORECASE,
)


def take_words(turn: Turn, text: str, confidence: float) -> bool:
    """Whether the words meant something here; if so, it is done."""
    asked = turn.state.asked
    if asked is not Asked.START or figures_said(text) is not None:
        choice = chosen(turn.state.choices, text) or _yes_and_goodbye(turn, text)
        if choice is not None:
            take(turn, choice)
            return True
    if asked in _OWN and _OWN[asked](turn, text):
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
    if heard.intent is Intent.NO or gives_up(text):
        if turn.state.asked is Asked.OFFER and not gives_up(text):
            offering.refuse_offer(turn)
        else:
            turn.say("nothing_booked" if not turn.state.wish.replaces else "nothing_changed")
            offering.ask_more(turn)
        return True
    return False


def _about_wish(turn: Turn, heard: Understood, text: str, confidence: float) -> bool:
    asked = turn.state.asked
    if asked not in WISHING:
        return False
    if asked is Asked.MORE and (is_done(text) or heard.intent is Intent.NO):
        say_goodbye(turn)
        return True
    before = turn.state.wish, turn.state.open_places, turn.state.open_times
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
    if asked in (Asked.PIN, Asked.RIDE, Asked.WHICH_RIDE):
        turn.put(proof_for="", ride_for="", ride="")
    gathering.go_on(turn)
    return True


def _name(turn: Turn, text: str) -> bool:
    if gives_up(text):
        turn.say("nothing_booked")
        offering.ask_more(turn)
        return True
    heard = turn.listen(text)
    if heard.when.names_time and heard.when.readings:  # "lieber um zehn" is no name
        gathering.take_in(turn, heard)
        gathering.go_on(turn)
        return True
    if _NEED_SAID.search(fold(text)):  # "ich bin blind und habe einen Führhund" is none either
        if not gathering.take_in(turn, replace(heard, origin=None, destination=None)):
            return False
        gathering.go_on(turn)
        return True
    if heard.intent in _NO_NAMES or is_bare_answer(text):
        return False
    name = " ".join(_NAME_WORDS.sub("", text.strip()).split())[:_LONGEST_NAME].strip(" .,!?")
    name = "".join(letter for letter in name if letter.isprintable())
    if sum(letter.isalpha() for letter in name) < 2 or sum(letter.isdigit() for letter in name) > 2:
        return False
    turn.put(name=name)
    offering.ask_offer(turn)
    return True


def _figures(turn: Turn, text: str) -> bool:
    """Figures said or typed where figures were asked for."""
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


def _ride_said(turn: Turn, text: str) -> bool:
    """ "Die um neun", "die am Dienstag": the one of the rides that were read out."""
    said = turn.listen(text, "when").when
    if said.best is None or not (said.names_time or said.names_day):
        return False
    zone = turn.ears.zone
    clocks = {reading.moment.astimezone(zone).time() for reading in said.readings} if said.names_time else None
    day = said.best.moment.astimezone(zone).date() if said.names_day else None
    rides = [riding.ride_of(turn, str(choice.facts["code"])) for choice in turn.state.choices]
    begins = [(ride, ride.pickup_from.astimezone(zone)) for ride in rides if ride is not None]
    found = [
        ride for ride, begin in begins if (day in (None, begin.date())) and (clocks is None or begin.time() in clocks)
    ]
    if len(found) != 1:
        return False
    riding.with_ride(turn, found[0])
    return True


def _count(turn: Turn, text: str) -> bool:
    figures = figures_said(text)
    if figures is None or not 1 <= int(figures[:3]) <= 99:
        return False
    party_keys.count_people(turn, int(figures[:3]))
    return True


_OWN: dict[Asked, Callable[[Turn, str], bool]] = {
    Asked.NAME: _name,
    Asked.NUMBER: _figures,
    Asked.PIN: _figures,
    Asked.LATE: _minutes,
    Asked.UNTIL: _until,
    Asked.WHO: _count,
    Asked.WHICH_RIDE: _ride_said,
}
