"""Reads offers out, one at a time, and what is possible instead of a no; books what was said yes to."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from accessibility.desk import (
    Anchor,
    Booker,
    BookingView,
    InvalidInput,
    Offer,
    Passenger,
    Quote,
    Refusal,
    SeriesQuote,
    SeriesView,
)
from accessibility.dialogue import homeward, repeating
from accessibility.dialogue.actions import AskReturn, Beside, Book, BookSeries, Change, ChangeSeries
from accessibility.dialogue.caller import Spot, Wished, stop_text
from accessibility.dialogue.gathering import ask_desk, go_on
from accessibility.dialogue.saying import Choice
from accessibility.dialogue.state import Asked, OfferHeard
from accessibility.dialogue.stored import to_document
from accessibility.dialogue.turn import Turn

SHIFT = timedelta(minutes=30)  # "später" means at least so much
SOON = timedelta(minutes=20)  # boarding so soon after the time wished is as wished
GONE = ("offer_expired", "no_longer_available", "offer_used", "dates_taken")
OFFER_CHOICES = (Choice("1", "yes"), Choice("2", "no"), Choice("3", "earlier"), Choice("4", "later"))
OTHER_CHOICES = (Choice("1", "earlier"), Choice("2", "later"), Choice("3", "other_time"), Choice("4", "give_up"))


def heard_offer(offer: Offer) -> OfferHeard:
    """What is read out of an offer."""
    return OfferHeard(
        offer.id, stop_text(offer.pickup_stop), stop_text(offer.delivery_stop), offer.pickup_from, offer.pickup_until,
        offer.arrive_by, offer.fare.total_cents, offer.pickup_walk_m, offer.delivery_walk_m,
    )  # fmt: skip


def answered(turn: Turn, quote: Quote) -> None:
    """Offers or a refusal have come."""
    offers = tuple(heard_offer(offer) for offer in quote.offers)
    shift = turn.state.shift
    turn.put(shift="")
    if shift and turn.state.offers:
        current = turn.state.offers[turn.state.offer]
        offers = tuple(offer for offer in offers if _lies(offer, current, shift))
        if not offers:
            turn.say(f"nothing_{shift}")
            return _present(turn)
        turn.wish(when=offers[0].pickup_from, day=offers[0].pickup_from.date().isoformat(), anchor=Anchor.DEPART)
    turn.put(series=None)
    if not offers:
        return refused(turn, quote.refusal or Refusal("no_vehicle", ""))
    turn.put(offers=offers, offer=0)
    return ask_offer(turn)


def _lies(offer: OfferHeard, current: OfferHeard, shift: str) -> bool:
    if shift == "earlier":
        return offer.pickup_from < current.pickup_from
    return offer.pickup_from > current.pickup_from


def ask_offer(turn: Turn) -> None:
    """Read the offer out; before that, who rides and how to reach them, if nobody said so yet."""
    if turn.state.wish.replaces:
        return _present(turn)
    if not turn.state.name and turn.manner.asks_name:
        return ask_name(turn)
    if not turn.state.number and (turn.state.for_other or not turn.state.caller.contact):
        return ask_number(turn)
    return _present(turn)


def ask_name(turn: Turn) -> None:
    """Whom the driver calls; nobody has to say."""
    turn.ask(Asked.NAME, (Choice("1", "without"),), for_other=turn.state.for_other)


def ask_number(turn: Turn) -> None:
    """Where the rider is reached; one key for the number that calls."""
    has_own = bool(turn.state.caller.contact)
    choices = (Choice("1", "own"),) if has_own else ()
    turn.ask(Asked.NUMBER, choices, for_other=turn.state.for_other, has_own=has_own)


def go_without(turn: Turn) -> None:
    """Without a name, or with the caller's own number."""
    contact = turn.state.caller.contact
    if turn.state.asked is Asked.NAME:
        figures = "".join(key for key in contact if key.isdigit())
        turn.put(name=f"Anruf {figures[-3:]}" if figures else "Anruf")
    else:
        turn.put(number=contact)
    ask_offer(turn)


def _present(turn: Turn) -> None:
    state = turn.state
    if state.series is not None:
        facts = {**wish_facts(state.wish), **repeating.series_facts(state.wish)}
        turn.ask(Asked.OFFER, repeating.OFFER_CHOICES, series=to_document(state.series), wish=facts)
        return
    offer = state.offers[state.offer]
    missed = {"is_missed": True} if _misses(offer, state.wish) else {}
    turn.ask(Asked.OFFER, OFFER_CHOICES, offer=to_document(offer), wish=wish_facts(state.wish), **missed)


def _misses(offer: OfferHeard, wish: Wished) -> bool:
    """Whether an offer is not at the time that was wished: that is said before it is read out."""
    if wish.when is None:
        return False
    if wish.anchor is Anchor.ARRIVE:
        return offer.arrive_by > wish.when
    return not wish.when <= offer.pickup_from <= wish.when + SOON


def wish_facts(wish: Wished) -> dict[str, Any]:
    """A wish as wordings read it back."""
    party = {name: count for name, count in to_document(wish.party).items() if count}
    return {
        "origin": wish.origin.text if wish.origin else "",
        "destination": wish.destination.text if wish.destination else "",
        "when": wish.when.isoformat() if wish.when else "",
        "anchor": wish.anchor.value,
        "party": {"adults": 1, **party} if "adults" not in party and not party.get("children") else party,
        "needs": list(wish.needs),
        "concession": wish.concession.value,
        "replaces": wish.replaces,
    }


def shifted(turn: Turn, shift: str) -> None:
    """Earlier or later than the offer just read: another of those that came, or asked anew."""
    state = turn.state
    current = state.offers[state.offer]
    if shift == "another":
        return _read(turn, (state.offer + 1) % len(state.offers)) if len(state.offers) > 1 else shifted(turn, "later")
    near = [number for number, offer in enumerate(state.offers) if _lies(offer, current, shift)]
    if near:
        best = min(near, key=lambda number: abs(state.offers[number].pickup_from - current.pickup_from))
        return _read(turn, best)
    when = current.pickup_from - SHIFT if shift == "earlier" else current.pickup_until + SHIFT
    if when <= turn.now:
        turn.say(f"nothing_{shift}")
        return _present(turn)
    kept = turn.state.wish
    turn.wish(when=when, day=when.date().isoformat(), anchor=Anchor.DEPART)
    ask_desk(turn, shift)
    turn.put(wish=kept)  # only what was found becomes the wish
    return None


def _read(turn: Turn, number: int) -> None:
    """Another of the offers that came; its time is what is wished now, so that nobody hears that the first was not free."""
    offer = turn.state.offers[number]
    turn.put(offer=number)
    turn.wish(when=offer.pickup_from, day=offer.pickup_from.date().isoformat(), anchor=Anchor.DEPART)
    _present(turn)


def accept(turn: Turn) -> None:
    """Yes to what was read out: booked, unless the rider has a ride at that time already."""
    state = turn.state
    if state.series is not None and state.wish.replaces:
        return turn.do(ChangeSeries(state.wish.replaces, state.series.id))
    if state.series is not None:
        return turn.do(Beside(_passenger(turn), series_id=state.series.id))
    return turn.do(Beside(_passenger(turn), state.offers[state.offer].id, replaces=state.wish.replaces))


def book(turn: Turn) -> None:
    """Book what was read out, or put it in the place of the ride that is changed."""
    state = turn.state
    if state.series is not None:
        return turn.do(BookSeries(state.series.id, _passenger(turn), state.beside))
    offer = state.offers[state.offer]
    if state.wish.replaces:
        return turn.do(Change(state.wish.replaces, offer.id, state.beside))
    return turn.do(Book(offer.id, _passenger(turn), state.beside))


def _passenger(turn: Turn) -> Passenger:
    state = turn.state
    contact = state.number or state.caller.contact
    name = state.name or "Fahrgast"
    booker = _booker(turn)
    if "@" in contact:
        return Passenger(name, email=contact, booked_by=booker)
    return Passenger(name, contact, booked_by=booker)


def _booker(turn: Turn) -> Booker | None:
    """Who writes for somebody else: the answers are hers, and she may cancel; what happens to the ride hears who rides.

    Nobody is it on the telephone, where the number may be that of a relay, and nobody who named her own number.
    """
    state, own = turn.state, turn.state.caller.contact
    if not state.for_other or turn.manner.is_speech or not own or not state.number:
        return None
    if _figures(state.number) and _figures(own).endswith(_figures(state.number).lstrip("0")):
        return None
    fallback = own[:60] if "@" in own else f"Nummer {_figures(own)[-3:]}"
    name = (state.known.name if state.known else "") or fallback
    phone, email = ("", own) if "@" in own else (own, "")
    return Booker(name, phone, email, rider_agrees=True, gets_messages=False)


def _figures(contact: str) -> str:
    return "".join(letter for letter in contact if letter.isdigit())


def answered_series(turn: Turn, quote: SeriesQuote) -> None:
    """What the days of a series are offered has come."""
    series = None if quote.refusal else repeating.heard_series(quote)
    if series is None:
        return refused(turn, quote.refusal or repeating.no_day(quote))
    turn.put(series=series, offers=(), offer=0)
    return ask_offer(turn)


def booked_series(turn: Turn, view: SeriesView) -> None:
    """All of its rides are booked."""
    facts = repeating.booked_facts(view)
    turn.say("booked_series", **facts)
    _after_booking(turn, str(facts["code"]))


def _after_booking(turn: Turn, code: str) -> None:
    return_text = turn.state.return_text
    turn.put(booked=code, last=turn.state.wish)
    ask_more(turn, can_return=True)
    if return_text:
        turn.says.pop()  # nothing else is asked before the way back that was told already
        homeward.begin_back(turn, return_text)


def refuse_offer(turn: Turn) -> None:
    """No to what was read out: what should be different?"""
    if turn.state.series is None:
        return turn.ask(Asked.OTHER, OTHER_CHOICES)
    return turn.ask(Asked.OTHER, repeating.CHANGE_CHOICES if turn.state.wish.replaces else repeating.OTHER_CHOICES)


def booked(turn: Turn, view: BookingView, *, is_change: bool) -> None:
    """It is booked: say the code, and what else there may be."""
    turn.say(
        "changed" if is_change else "booked",
        code=view.code,
        pickup_stop=stop_text(view.offer.pickup_stop),
        delivery_stop=stop_text(view.offer.delivery_stop),
        pickup_from=view.offer.pickup_from.isoformat(),
        pickup_until=view.offer.pickup_until.isoformat(),
    )
    if is_change:
        turn.put(booked=view.code)
        ask_more(turn)
    else:
        _after_booking(turn, view.code)


def ask_more(turn: Turn, *, can_return: bool = False) -> None:
    """Anything else? What was talked about is forgotten, who calls is not."""
    turn.put(
        wish=Wished(),
        open_places=(),
        open_times=(),
        offers=(),
        offer=0,
        series=None,
        beside=(),
        shift="",
        ride="",
        rest=(),
        is_whole=False,
        of_series=False,
        ride_for="",
        kept_text="",
        return_text="",
        by_steps=False,
    )
    choices = [Choice("1", "book"), Choice("2", "done")]
    if can_return:
        choices += [Choice("3", "keep_return"), Choice("4", "way_back")]
    turn.ask(Asked.MORE, choices, can_return=can_return)


def keep_return(turn: Turn) -> None:
    """The way back stays open: one call, and the first bus comes."""
    turn.do(AskReturn(turn.state.booked))


def refused(turn: Turn, refusal: Refusal) -> None:
    """Why not, and what is possible instead; each way that can be taken has its key."""
    if refusal.code in GONE:
        turn.say("offer_gone")
        return ask_desk(turn)
    if soonest := _soonest(turn, refusal):
        return take_way(turn, soonest)
    turn.say("refused", code=refusal.code, reason=refusal.reason)
    choices: list[Choice] = []
    for way in refusal.way_out:
        if way.kind in ("offer_times", "other_stop") and way.value and turn.state.wish.is_whole:
            facts = {"text": way.text, "kind": way.kind, "value": way.value, "end": way.end}
            choices.append(Choice(str(len(choices) + 1), "way", facts))
        elif way.kind != "phone" and way.text:
            turn.say("way_out", text=way.text)
    choices = choices[: turn.manner.most_choices - 1]
    choices.append(Choice(str(len(choices) + 1), "give_up"))
    if turn.state.wish.is_whole:
        return turn.ask(Asked.REFUSED, choices)
    return ask_more(turn)


def _soonest(turn: Turn, refusal: Refusal) -> dict[str, Any] | None:
    """ "So schnell wie möglich" is no time that is too late: the first that can be ordered is what was asked for."""
    when = turn.state.wish.when
    if refusal.code != "too_late" or when is None or when > turn.now or turn.state.wish.weekdays:
        return None
    ways = [way for way in refusal.way_out if way.kind == "offer_times" and "T" in way.value]
    return {"kind": ways[-1].kind, "value": ways[-1].value} if ways else None


def take_way(turn: Turn, way: dict[str, Any]) -> None:
    """Ask the same again at the time, or from the stop, that was proposed."""
    wish, value = turn.state.wish, str(way["value"])
    if way["kind"] == "other_stop":
        spot = Spot(value, "stop", value)
        turn.wish(**{"origin" if way["end"] == "origin" else "destination": spot})
        return ask_desk(turn)
    if wish.weekdays and len(value) == len("2026-11-24"):  # of a series, it is its last day that lay too far ahead
        turn.wish(until=value)
        return ask_desk(turn)
    try:
        when = datetime.fromisoformat(value)
        if len(value) == len("2026-11-24") and wish.when is not None:
            local = wish.when.astimezone(turn.ears.zone)
            when = datetime.combine(date.fromisoformat(value), local.time(), turn.ears.zone)
    except ValueError:
        turn.wish(when=None)
        return go_on(turn)
    when = when.astimezone(turn.ears.zone) if when.tzinfo else when.replace(tzinfo=turn.ears.zone)
    turn.wish(when=when, day=when.date().isoformat())
    return ask_desk(turn)


def wrong_input(turn: Turn, problem: InvalidInput) -> None:
    """The desk could not take something: ask for that again."""
    field_name = problem.field_name.rsplit(".", 1)[-1]
    turn.say("problem", text=problem.problem, field=field_name)
    if field_name == "name":
        turn.put(name="")
        ask_name(turn)
    elif field_name in ("phone", "email"):
        turn.put(number="")
        ask_number(turn)
    elif field_name == "when":
        turn.wish(when=None, day="")
        go_on(turn)
    elif field_name == "until":
        turn.wish(until="")
        go_on(turn)
    elif field_name in ("origin", "destination"):
        turn.wish(**{field_name: None})
        go_on(turn)
    else:
        turn.put(wish=Wished(), offers=(), offer=0)
        ask_more(turn)
