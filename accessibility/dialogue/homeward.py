"""The way back of a ride that was just booked: told together with the ride, or right after it."""

from __future__ import annotations

import re
from dataclasses import replace

from accessibility.desk import Anchor
from accessibility.dialogue.caller import Wished
from accessibility.dialogue.gathering import go_on, take_in
from accessibility.dialogue.turn import Turn

_WORDS = r"(?:zur(?:ü|ue|u)ck|r(?:ü|ue|u)ckfahrt|r(?:ü|ue|u)ckweg|heimfahrt|retour|heim|wieder nach hause|back)"
_BACK = re.compile(rf"\b{_WORDS}\b", re.IGNORECASE)
_NOT_BACK = re.compile(
    r"\bruf\w* .{0,30}\bzur(?:ü|ue|u)ck\b|\br(?:ü|ue|u)ckruf", re.IGNORECASE
)  # "rufen Sie mich zurück"
# "... und um zwölf wieder zurück": from "und" on it is another ride.
_BOTH = re.compile(
    rf"^(?P<there>.{{12,}}?)(?:[\s,.]+(?:und|sowie|dann|and)\s+|[.!?]\s+(?={_WORDS}\b))(?P<back>(?:(?!\bund\b).){{0,60}}?\b{_WORDS}\b.{{0,60}})$",
    re.IGNORECASE | re.DOTALL,
)
# "..., um zwölf zurück": behind a comma alone only a time and the word, no place; "ich bin in Klötze, ich möchte zurück" is one
# ride.
_SHORT = r"(?:zur(?:ü|ue|u)ck|r(?:ü|ue|u)ckfahrt|r(?:ü|ue|u)ckweg|retour)"
_COMMA = re.compile(
    rf"^(?P<there>.{{12,}}?)\s*,\s*(?=(?:um|gegen|ab|\d|{_SHORT})\b|\d)"
    rf"(?P<back>(?:(?!\b(?:und|von|nach)\b|,).){{0,40}}?\b{_SHORT}\b(?:(?!\b(?:von|nach)\b).){{0,60}})$",
    re.IGNORECASE | re.DOTALL,
)
_HAS_TIME = re.compile(r"\d|\b(?:um|gegen|ab|nach|mittags?|abends?|nachmittags?|halb|viertel)\b", re.IGNORECASE)


def there_and_back(text: str) -> tuple[str, str]:
    """An utterance cut into the ride there and what was said of the way back ("" where nothing was)."""
    match = _BOTH.match(text) or _COMMA.match(text)
    if match is None or _NOT_BACK.search(text) or not _HAS_TIME.search(match["back"]):
        return text, ""
    back, comma, rest = match["back"].partition(",")
    if comma and wants_back(back) and _HAS_TIME.search(back):  # "..., zwei Personen" behind it tells of the ride there
        return f"{match['there']}, {rest.strip()}", back
    return match["there"], match["back"]


def wants_back(text: str) -> bool:
    """ "Und zurück um 14 Uhr." """
    return _BACK.search(text) is not None and _NOT_BACK.search(text) is None


def begin_back(turn: Turn, text: str = "") -> None:
    """Ask for the ride back: the ends turned round, the same people, the same day; then what was said of it."""
    there = turn.state.last
    turn.put(wish=turned(there, turn), return_text="")
    turn.say("way_back", origin=_text(there.destination), destination=_text(there.origin))
    if text:
        heard = turn.listen(text, "when")
        take_in(turn, replace(heard, origin=None, destination=None))
    go_on(turn)


def turned(there: Wished, turn: Turn) -> Wished:
    """The same ride the other way round, its time still open."""
    day = there.when.astimezone(turn.ears.zone).date().isoformat() if there.when else ""
    return replace(
        there, origin=there.destination, destination=there.origin, when=None, day=day, anchor=Anchor.DEPART, replaces="",
        is_party_said=True,
    )  # fmt: skip


def _text(spot: object) -> str:
    return str(getattr(spot, "text", ""))
