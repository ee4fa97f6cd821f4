"""Fills a wish in from what was said, all at once or piece by piece, and asks for the next thing that is missing."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from accessibility.desk import Anchor, RideWish
from accessibility.dialogue import company, repeating
from accessibility.dialogue.actions import Ask, AskSeriesChange
from accessibility.dialogue.caller import Spot, Wished, spot_of
from accessibility.dialogue.choosing import numbered
from accessibility.dialogue.saying import Choice
from accessibility.dialogue.state import Asked, OpenPlace
from accessibility.dialogue.turn import Turn
from accessibility.language.ends import End
from accessibility.language.gazetteer import KINDS, key_words
from accessibility.language.said import fold
from accessibility.language.times import Precision, TimeSaid, understand_time
from accessibility.language.understand import Understood, without_denied

CANDIDATE = 0.55  # less like what was said than this is not offered
IN_VILLAGE = 0.9  # "Bahnhof" with the village's name before it names a place of it
EXACT = 0.995  # as good as written like the name
BEHIND_BEST = 0.25  # nor what is so much worse than the best
CLEAR = 0.8  # so much of the likelihood is on one reading of a time
ASKED_SHARE = 0.1  # a reading that is less likely is not asked about: no bus at 21:00 for "um neun"
PART_MINUTES = 270  # so far from its likeliest hour a part of the day reaches
_SEVERAL = re.compile(r"\b(?:und|sowie)\b", re.IGNORECASE)  # "am Mittwoch um neun und am Freitag um zehn"
DOUBTFUL = 0.4  # heard with so little confidence, a place is asked again


def take_in(turn: Turn, heard: Understood, confidence: float = 1.0) -> bool:
    """Keep what an utterance says of the wish. False where it says nothing of it."""
    took = [
        _take_end(turn, "from", heard.origin, confidence, heard.text),
        _take_end(turn, "to", heard.destination, confidence, heard.text),
        _take_when(turn, heard),
        company.take_people(turn, heard),
        company.take_concession(turn, heard.text),
    ]
    return any(took)


def _take_end(turn: Turn, end: str, said: End | None, confidence: float, text: str) -> bool:
    name = "origin" if end == "from" else "destination"
    if said is None:
        return False
    others = tuple(one for one in turn.state.open_places if one.end != end)
    near = _in_same_village(turn, getattr(turn.state.wish, name), said) or _in_asked_village(turn, end, said)
    if near is not None:  # "nicht vom Rathaus, vom Bahnhof"
        turn.wish(**{name: near})
        turn.put(open_places=others)
        return True
    if said.best is None or _names_only_a_kind(said):
        if said.heard:
            turn.say("unknown_place", heard=_as_said(text, said.heard)[:60], end=end)
        elif said.purpose:
            turn.wish(purpose=said.purpose)
        turn.put(open_places=others)
        return bool(said.purpose)
    spots = _spots(said, turn.manner.most_choices)
    if (said.is_sure or (not turn.manner.is_speech and _is_exact(said))) and confidence >= DOUBTFUL:
        turn.wish(**{name: spots[0]})
        turn.put(open_places=others)
    else:
        turn.wish(**{name: None})
        order = sorted((*others, OpenPlace(end, _as_said(text, said.heard), spots)), key=lambda one: one.end)
        turn.put(open_places=tuple(order))
    return True


def _in_same_village(turn: Turn, spot: Spot | None, said: End) -> Spot | None:
    """What was said without its village, where the end had been named before: another stop of the same village."""
    if spot is None or said.is_sure or not said.heard:
        return None
    return _stop_in(turn, spot.text.partition(",")[0], said)


def _in_asked_village(turn: Turn, end: str, said: End) -> Spot | None:
    """ "Am Bahnhof", where it was asked which village was meant: the one of them that has such a stop."""
    asked = next((one for one in turn.state.open_places if one.end == end), None)
    if turn.state.asked is not Asked.WHICH_PLACE or asked is None or said.is_sure or not said.heard:
        return None
    villages = dict.fromkeys(spot.text.partition(",")[0] for spot in asked.spots)
    found = [spot for village in villages if (spot := _stop_in(turn, village, said)) is not None]
    return found[0] if len(found) == 1 else None


def _stop_in(turn: Turn, village: str, said: End) -> Spot | None:
    hits = turn.ears.find(f"{village} {said.heard}", limit=2)
    if not hits or hits[0].village != village or hits[0].kind == "village" or hits[0].score < IN_VILLAGE:
        return None
    return spot_of(hits[0]) if len(hits) < 2 or hits[1].score < hits[0].score - 0.02 else None


def _as_said(text: str, heard: str) -> str:
    """A name as it was said, not as it was folded: "Hannover", not "hannover"."""
    words = re.findall(r"[^\W\d_]+|\d+", text)
    named = heard.split()
    for start in range(len(words) - len(named) + 1):
        run = words[start : start + len(named)]
        if [fold(word) for word in run] == named:
            return " ".join(word if word[0].isupper() or len(word) <= 3 else word.capitalize() for word in run)
    return " ".join(word.capitalize() for word in named)


def _names_only_a_kind(said: End) -> bool:
    """ "Uelzen Bahnhof": many villages have a "Bahnhof", and the word that tells which one is unknown."""
    used = key_words(" ".join(said.used))
    rest = [word for word in said.heard.split() if word not in said.used and len(word) > 3]
    return bool(rest and used) and all(word.endswith(tuple(KINDS)) for word in used)


def _is_exact(said: End) -> bool:
    """ "Klötze Gardelegen", typed: each is written like one name alone, and the offer says which way it goes."""
    best, *others = said.hits
    is_lone = all(hit.score < EXACT - 0.02 or hit.village == best.village for hit in others)
    return best.score >= EXACT and is_lone and said.heard.split() == list(said.used)


def _spots(said: End, most: int) -> tuple[Spot, ...]:
    hits = said.hits
    is_whole = said.heard.split() == list(said.used)
    least = max(CANDIDATE, hits[0].score - BEHIND_BEST)
    if is_whole and hits[0].kind == "village" and hits[0].score >= EXACT:
        # a stop that bears the village's name is not what was said
        hits = tuple(hit for hit in hits if hit.kind == "village")
    villages = {hit.village for hit in hits if hit.kind == "village" and hit.score >= least}
    villages = villages if len(villages) > 1 else set()  # of one village alone, its stops are what may be meant
    likely = [hit for hit in hits if hit.score >= least and (hit.kind == "village" or hit.village not in villages)]
    spots = {spot.text: spot for spot in map(spot_of, likely)}
    return tuple(spots.values())[: max(1, min(4, most - 1))] or (spot_of(hits[0]),)


def _take_when(turn: Turn, heard: Understood) -> bool:
    took = _take_time(turn, heard)
    if took:
        repeating.fits_day(turn)
    return took


def _take_time(turn: Turn, heard: Understood) -> bool:
    said, wish = heard.when, turn.state.wish
    if not said.names_day and (said.names_time or said.readings):
        said = _on_known_day(turn, heard, said)
    if said.problem == "no_such_date":
        turn.say("no_such_date")
        return False
    best = said.best
    if best is None:
        return False
    if not said.names_time or best.precision is Precision.DAY:
        day = best.moment.date()
        if wish.when is not None:  # another day at the same time
            return _other_day(turn, day)
        turn.wish(day=day.isoformat(), when=None)
        return True
    if said.problem == "past":
        turn.say("time_past")
    anchor = best.anchor or (wish.anchor if wish.replaces else Anchor.DEPART)
    # A stray word beside a clear time makes it unsure; the offer reads it back, so that nobody is asked twice.
    is_clear = said.is_sure or (best.share >= CLEAR and set(said.notes) <= {"unexplained", "next_day"})
    if is_clear and best.precision is not Precision.PART_OF_DAY:
        turn.wish(when=best.moment, day=best.moment.date().isoformat(), anchor=anchor)
        turn.put(open_times=())
        return True
    days = {reading.moment.date() for reading in said.readings}
    if best.precision is Precision.PART_OF_DAY and wish.when is not None and _in_part(turn, best.moment):
        return True  # "um vier" ... "nachmittags"
    if best.precision is Precision.PART_OF_DAY and len(days) == 1:
        turn.wish(day=best.moment.date().isoformat(), when=None, anchor=anchor)
        turn.put(open_times=())
        return True
    turn.wish(day=best.moment.date().isoformat() if said.names_day else wish.day, when=None, anchor=anchor)
    likely = [reading.moment for reading in said.readings if reading.share >= ASKED_SHARE]
    if said.names_day and len({moment.date() for moment in likely}) > 1 and _SEVERAL.search(heard.text):
        turn.say("one_after_other")
    turn.put(open_times=tuple(likely[:3] or [best.moment]))
    return True


def _in_part(turn: Turn, part: datetime) -> bool:
    """The hour that is known already, in the half of the day that was named after it. False where it lies in neither."""
    when = turn.state.wish.when
    assert when is not None
    local, named = when.astimezone(turn.ears.zone), part.astimezone(turn.ears.zone)
    minutes = local.hour % 12 * 60 + local.minute
    near = [minutes + half for half in (0, 720) if abs(minutes + half - named.hour * 60) <= PART_MINUTES]
    if len(near) != 1:
        return False
    day = named.date() if turn.state.wish.day == "" else local.date()
    turn.wish(when=datetime.combine(day, time(near[0] // 60, near[0] % 60), turn.ears.zone), day=day.isoformat())
    turn.put(open_times=())
    return True


def _on_known_day(turn: Turn, heard: Understood, said: TimeSaid) -> TimeSaid:
    """The same words, on the day that is known already: of the wish, or of the ride that is to be changed."""
    wish = turn.state.wish
    day = date.fromisoformat(wish.day) if wish.day else wish.when.date() if wish.when else None
    if day is None:
        return said
    return understand_time(without_denied(heard.text), turn.now, turn.ears.zone, day=day)


def _other_day(turn: Turn, day: date) -> bool:
    when = turn.state.wish.when
    assert when is not None
    local = when.astimezone(turn.ears.zone)
    turn.wish(when=datetime.combine(day, local.time(), turn.ears.zone), day=day.isoformat())
    return True


def go_on(turn: Turn) -> None:
    """Ask for the next thing that is missing or unclear; with nothing left, ask the desk."""
    state = turn.state
    wish = state.wish
    if state.open_places:
        _ask_place(turn, state.open_places[0])
    elif wish.origin is None:
        ask_end(turn, Asked.FROM)
    elif wish.destination is None:
        ask_end(turn, Asked.TO)
    elif wish.origin == wish.destination:
        turn.say("same_place", place=wish.origin.text)
        turn.wish(destination=None)
        ask_end(turn, Asked.TO)
    elif state.open_times:
        _ask_time(turn)
    elif wish.when is None:
        _ask_when(turn)
    elif wish.is_party_open or _asks_who(turn):
        ask_who(turn)
    elif wish.weekdays and not wish.until:
        repeating.ask_until(turn)
    else:
        ask_desk(turn)


def _asks_who(turn: Turn) -> bool:
    """Where the wish came step by step, people are a step too; said at once, they are read back."""
    wish = turn.state.wish
    return turn.manner.asks_who and turn.state.by_steps and not wish.is_party_said and not wish.replaces


def _ask_place(turn: Turn, one: OpenPlace) -> None:
    facts = [{"text": spot.text, "id": spot.id} for spot in one.spots]
    if len(one.spots) == 1:
        choices: tuple[Choice, ...] = (Choice("1", "yes", facts[0]), Choice("2", "no"))
    else:
        choices = (*numbered("place", facts), Choice(str(len(facts) + 1), "none"))
    only = facts[0]["text"] if len(facts) == 1 else ""
    turn.ask(Asked.WHICH_PLACE, choices, end=one.end, heard=one.heard, only=only)


def pick_place(turn: Turn, number: int | None) -> None:
    """The asked place is this one of those offered; None: it is none of them."""
    one, *others = turn.state.open_places
    turn.put(open_places=tuple(others))
    name = "origin" if one.end == "from" else "destination"
    if number is None:
        turn.wish(**{name: None})
        turn.put(open_places=())
        ask_end(turn, Asked.FROM if one.end == "from" else Asked.TO)
    else:
        turn.wish(**{name: one.spots[number]})
        if not (turn.state.by_keys and _ask_village_stop(turn, one.end, one.spots[number])):
            go_on(turn)


def _ask_village_stop(turn: Turn, end: str, village: Spot) -> bool:
    """By keys only: which stop of the village. False where there is nothing to choose."""
    if village.kind != "village" or turn.ears.keypad is None:
        return False
    if len(turn.ears.keypad.stops_of(village.text)) < 2:
        return False
    ask_stops(turn, end, village.text, 0)
    return True


def ask_stops(turn: Turn, end: str, village: str, first: int) -> None:
    """The stops of a village, a few at a time; the last key goes on."""
    assert turn.ears.keypad is not None
    stops = [spot_of(hit) for hit in turn.ears.keypad.stops_of(village)]
    most = turn.manner.most_choices
    shown = stops[first : first + most]
    facts = [{"text": spot.text, "id": spot.id, "end": end} for spot in shown]
    choices = [Choice("1", "anywhere", {"text": village}), *numbered("stop", facts, 2)]
    if len(stops) > first + most:
        more = {"village": village, "end": end, "first": first + most}
        choices.append(Choice(str(len(choices) + 1), "more_stops", more))
    turn.ask(Asked.VILLAGE_STOP, choices, end=end)


def pick_stop(turn: Turn, choice: Choice) -> None:
    """The village as it is, this stop of it, or more of its stops."""
    if choice.what == "more_stops":
        facts = choice.facts
        return ask_stops(turn, str(facts["end"]), str(facts["village"]), int(facts["first"]))
    if choice.what == "stop":
        end = "origin" if choice.facts["end"] == "from" else "destination"
        turn.wish(**{end: Spot(str(choice.facts["id"]), "stop", str(choice.facts["text"]))})
    return go_on(turn)


def ask_end(turn: Turn, asked: Asked) -> None:
    """From where, or where to; with the caller's own places as keys, where these are known."""
    turn.put(by_steps=True)
    spots = _own_spots(turn, asked)
    choices = numbered("stop", [{"text": spot.text} for spot in spots])
    turn.ask(asked, choices, by_keys=turn.state.by_keys, purpose=turn.state.wish.purpose)


def _own_spots(turn: Turn, asked: Asked) -> tuple[Spot, ...]:
    known, wish = turn.state.known, turn.state.wish
    if known is None or not turn.state.by_keys:
        return ()
    own: dict[str, Spot] = {}
    for ride in known.usual:
        for spot in (ride.wish.origin, ride.wish.destination):
            if spot is not None and spot not in (wish.origin, wish.destination):
                own.setdefault(spot.text, spot)
    return tuple(own.values())[: turn.manner.most_choices]


def own_spot(turn: Turn, key: str) -> Spot | None:
    """The own place behind a key of the question for an end."""
    spots = _own_spots(turn, turn.state.asked)
    return spots[int(key) - 1] if key.isdigit() and 1 <= int(key) <= len(spots) else None


def _ask_time(turn: Turn) -> None:
    times = [{"when": when.isoformat()} for when in sorted(turn.state.open_times)]
    turn.put(open_times=tuple(sorted(turn.state.open_times)))
    turn.ask(Asked.WHICH_TIME, (*numbered("time", times), Choice(str(len(times) + 1), "none")))


def pick_time(turn: Turn, number: int | None) -> None:
    """The asked time is this one of those offered; None: it is none of them."""
    times = turn.state.open_times
    turn.put(open_times=())
    if number is not None:
        when = times[number]
        turn.wish(when=when, day=when.date().isoformat())
    go_on(turn)


def _ask_when(turn: Turn) -> None:
    wish = turn.state.wish
    turn.put(by_steps=True)
    if turn.state.by_keys and not wish.day:
        today = turn.local_now.date()
        days = [{"day": (today + timedelta(days=ahead)).isoformat(), "ahead": ahead} for ahead in range(3)]
        turn.ask(Asked.DAY, numbered("day", days))
    else:
        turn.ask(Asked.WHEN, day=wish.day, by_keys=turn.state.by_keys)


def ask_who(turn: Turn) -> None:
    """Who rides; by keys, their number."""
    counts = tuple(Choice(str(number), "count", {"count": number}) for number in range(1, 9))
    turn.ask(Asked.WHO, counts, by_keys=turn.state.by_keys)


def ask_desk(turn: Turn, shift: str = "") -> None:
    """Ask for offers."""
    turn.put(shift=shift, series=None)
    own, when = turn.state.wish, turn.state.wish.when
    if turn.state.is_whole and own.replaces and when is not None:
        return turn.do(AskSeriesChange(own.replaces, when))
    wish = ride_wish(turn, turn.state.wish)
    if turn.state.wish.weekdays:
        repeating.ask_days(turn, wish)
    else:
        turn.do(Ask(wish))
    return None


def ride_wish(turn: Turn, wish: Wished) -> RideWish:
    """A whole wish as the desk wants it."""
    assert wish.origin is not None
    assert wish.destination is not None
    assert wish.when is not None
    return RideWish(
        turn.ears.district,
        wish.origin.place,
        wish.destination.place,
        wish.when.astimezone(turn.ears.zone),
        wish.anchor,
        wish.party,
        frozenset(wish.needs),
        wish.concession,
        turn.manner.channel,
        replaces=wish.replaces or None,
    )
