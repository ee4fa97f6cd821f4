"""Who rides, with what, and at which fare, as it was said bit by bit: the next bit leaves standing what it does not speak of."""

from __future__ import annotations

import re
from dataclasses import replace

from accessibility.desk import Concession, Party
from accessibility.dialogue.caller import Wished
from accessibility.dialogue.commands import concession_said
from accessibility.dialogue.turn import Turn
from accessibility.language.said import fold
from accessibility.language.understand import Understood

AIDS = {
    "wheelchairs": r"roll ?stuhl|rolli", "walking_frames": r"rollator|gehwagen|gehhilfe", "prams": r"kinder ?wagen|buggy",
    "guide_dogs": r"hund", "bicycles": r"\brad\b|fahr ?rad|bike", "luggage": r"koffer|gepaeck|tasche", "parcels": r"paket",
}  # fmt: skip
_COUNTS_PEOPLE = re.compile(
    r"\b(?:allein\w*|nur|bloss|\d+|zwei|drei|vier|person\w*|pers|erwachsen\w*|kind(?:er|ern)?|leute?|zu [zdvf]\w+t)\b"
)
_TAKES_AWAY = re.compile(r"\b(?:ohne|kein\w*|doch nicht|nicht mehr)\b")


def take_people(turn: Turn, heard: Understood) -> bool:
    """Keep what was said of people. False where nothing was."""
    people, wish = heard.people, turn.state.wish
    if not people.is_said:
        return False
    needs = tuple(sorted({*wish.needs, *people.needs}))
    if not people.is_sure and not (turn.state.for_other and people.party.adults == 1):
        turn.say("unclear_people")
        party = with_known(wish, people.party, heard.text)  # how many, is asked; with what, is known
        turn.wish(party=party, needs=needs, is_party_said=False, is_party_open=True)
        return True
    only_needs = people.party == Party() and people.needs
    party = wish.party if only_needs else with_known(wish, people.party, heard.text)
    is_said = wish.is_party_said or not only_needs
    turn.wish(party=party, needs=needs, is_party_said=is_said, is_party_open=wish.is_party_open and not is_said)
    return True


def with_known(wish: Wished, said: Party, text: str) -> Party:
    """What was said of people together with what is known: "zwei Leute" leaves the wheelchair, "und ein Rollator" the two."""
    plain = fold(text)
    aids = {name: max(getattr(said, name), getattr(wish.party, name)) for name in AIDS}
    if _TAKES_AWAY.search(plain):
        aids |= {name: getattr(said, name) for name, pattern in AIDS.items() if re.search(pattern, plain)}
    is_only_aids = replace(said, **dict.fromkeys(AIDS, 0)) == Party()
    if is_only_aids and wish.is_party_said and not _COUNTS_PEOPLE.search(plain):
        return replace(wish.party, **aids)
    return replace(said, **aids)


def take_concession(turn: Turn, text: str) -> bool:
    """Keep why the fare is lower; the offer says what has to be shown."""
    concession = concession_said(text)
    if concession is None:
        return False
    if turn.state.wish.concession is Concession.NONE:  # an account may know more: with a companion
        turn.wish(concession=concession)
    return True
