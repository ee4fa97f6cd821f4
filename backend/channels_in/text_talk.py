"""The line's part of a written conversation: one message in, the answer out, with everything the desk did for it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.translation import gettext as _

from accessibility.desk import Channel, InvalidInput, Quote, Refusal
from accessibility.dialogue import actions
from accessibility.dialogue.caller import Caller, Wished
from accessibility.dialogue.dialogue import Dialogue
from accessibility.dialogue.gathering import ride_wish
from accessibility.dialogue.heard import IGNORED, words
from accessibility.dialogue.manner import Manner
from accessibility.dialogue.offering import heard_offer
from accessibility.dialogue.repeating import heard_series, series_rule
from accessibility.dialogue.state import Asked, State
from accessibility.dialogue.stored import from_document, to_document
from accessibility.dialogue.turn import Turn
from accessibility.language.answers import figures_said, is_bare_answer
from accessibility.sms.dialogue import WrittenDialogue
from accessibility.sms.shorthand import language_wanted, looks_english
from backend.bookings.clock import Clock
from backend.bookings.localtime import service_date
from backend.bookings.of_contacts import contact_that_opens
from backend.channels_in.ears import ears_of
from backend.channels_in.models import TextMessage, TextThread
from backend.channels_in.proof import known_of
from backend.channels_in.runner import Runner
from backend.channels_in.sms_wording import Wording, help_text
from backend.channels_in.text_inbox import Talked
from backend.channels_in.text_instead import meant_offer, take
from backend.districts.models import District
from backend.districts.selectors import rules_of
from backend.riders.models import Account
from backend.riders.selectors import account_with_contact, contacts_of, usual_wish_defaults

REMEMBERED = timedelta(hours=12)  # a question that is older is not answered any more
MOST_SEGMENTS = {"phone": 3, "whatsapp": 6, "email": 10}
NOTHING_OPEN = (Asked.START, Asked.MORE, Asked.NOTHING)
CHANNELS = {"phone": Channel.SMS, "whatsapp": Channel.WHATSAPP, "email": Channel.EMAIL}


def talk(thread: TextThread, message: TextMessage, clock: Clock) -> Talked:
    """Answer one message."""
    account = account_of(thread)
    language = thread.language or (account.language if account else "de")
    wanted = language_wanted(message.text)
    if not wanted and not thread.language and account is None and looks_english(message.text):
        thread.language = language = "en"  # kept with the answer; DEUTSCH turns it back
    with translation.override(wanted or language):
        if wanted:
            return Talked((help_text(),), thread.dialogue, wanted)
        return _answered(thread, message, account, clock)


def account_of(thread: TextThread) -> Account | None:
    """The account that has proved the number or address of a thread."""
    return account_with_contact("email" if thread.kind == TextThread.Kind.EMAIL else "phone", thread.address)


def _answered(thread: TextThread, message: TextMessage, account: Account | None, clock: Clock) -> Talked:
    now, district = clock.now(), thread.district
    contacts = contacts_of(account) if account else (thread.address,)
    manner = Manner(CHANNELS[message.kind], greets=False, silences_to_person=1_000)
    runner = TextRunner(district, WrittenDialogue(ears_of(district), manner), f"text:{message.pk}", _persons, clock)
    state = _state(thread, runner.dialogue, now)
    if state.known is None:  # the number itself says who writes
        known = known_of(district, contacts, now, account)
        state = replace(state, known=known, name=state.name or known.name, is_proved=True, by_pin=account is not None)
    if state.wish == Wished() and account:
        state = replace(state, wish=_usual_wish(account))
    text, wording = message.text.strip(), wording_of(district, now)
    offer = meant_offer(text, runner.desk.offers_instead(contacts), _asked_at(thread, state))
    if offer:
        channel, key = CHANNELS[message.kind], f"text:{message.pk}:instead"
        contact = contact_that_opens(offer.code, contacts) or thread.address
        answer = take(offer, contact, channel, key, clock, wording, MOST_SEGMENTS[message.kind])
        return Talked((answer,), {}, thread.language)  # what she may do next is looked up anew
    if _is_late_answer(thread, text, now):
        return Talked((too_old(),), {}, thread.language)
    step = runner.hear(state, words(text) if text else IGNORED)
    answer = wording.text(step.reply, step.state, MOST_SEGMENTS[message.kind])
    document = {"state": to_document(step.state), "at": now.isoformat()}
    return Talked(
        (answer or help_text(),), document, thread.language, step.state.is_handed_over, step.state.asked in NOTHING_OPEN
    )


def _asked_at(thread: TextThread, state: State) -> datetime | None:
    """When a question was asked that is open still."""
    if state.asked in NOTHING_OPEN or not thread.dialogue:
        return None
    return datetime.fromisoformat(thread.dialogue["at"])


def _is_late_answer(thread: TextThread, text: str, now: datetime) -> bool:
    """Whether a bare answer belongs to a question that is forgotten by now."""
    kept = thread.dialogue
    if not kept or now - datetime.fromisoformat(kept["at"]) < REMEMBERED:
        return False
    is_open = kept["state"].get("asked", Asked.START) not in NOTHING_OPEN
    return is_open and (is_bare_answer(text) or figures_said(text) is not None)


def too_old() -> str:
    """The answer to an answer that came too late."""
    return _("Meine Frage ist zu alt. Es ist nichts geändert. Schreiben Sie bitte noch einmal, was Sie möchten.")


def _state(thread: TextThread, dialogue: Dialogue, now: datetime) -> State:
    """What is remembered of the thread, if it is not too long ago and not from another version of the program."""
    kept = thread.dialogue
    if kept and now - datetime.fromisoformat(kept["at"]) < REMEMBERED:
        with suppress(ValueError, KeyError, TypeError):
            return from_document(State, kept["state"])
    return dialogue.begin(Caller(thread.address), now).state


def wording_of(district: District, now: datetime) -> Wording:
    """Words for today."""
    zone = ZoneInfo(district.timezone)
    rules = rules_of(district)
    return Wording(zone, service_date(now, zone), rules.phone, rules.phone_hours)


def _usual_wish(account: Account) -> Wished:
    """What an account always needs, before anything is said of this ride."""
    usual = usual_wish_defaults(account)
    return Wished(party=usual.party, needs=tuple(sorted(usual.needs)), concession=usual.concession)


def _persons(action: object, state: State, key: str) -> actions.HandedOver:
    """Nobody is rung up: a person reads and answers in the same conversation."""
    return actions.HandedOver(is_kept=True)


@dataclass(slots=True)
class TextRunner(Runner):
    """The way to the desk of who writes: an offer that ran out while she typed is asked for again, and booked if it is
    the same."""

    def _perform(self, action: actions.Action, state: State, key: str) -> object:
        result = Runner._perform(self, action, state, key)
        if isinstance(result, Refusal) and result.code == "dates_taken" and isinstance(action, actions.BookSeries):
            again = self._same_series(state, key)
            return Runner._perform(self, replace(action, series_id=again), state, f"{key}:again") if again else result
        if not (isinstance(result, Refusal) and result.code == "offer_expired"):
            return result
        if not isinstance(action, actions.Book | actions.Change):
            return result
        again = self._same_offer(state, key)
        if again is None:
            return result
        return Runner._perform(self, replace(action, offer_id=again), state, f"{key}:again")

    def _same_series(self, state: State, key: str) -> str | None:
        """The id of a series that promises what the one whose offers ran out did."""
        kept = state.wish
        if state.series is None or kept.when is None or not kept.until:
            return None
        turn = Turn(state, self.dialogue.ears, self.dialogue.manner, self.clock.now())
        try:
            quote = self.desk.quote_series(ride_wish(turn, kept), series_rule(turn), key=f"{key}:quote")
        except InvalidInput:
            return None
        found = heard_series(quote)
        is_same = found is not None and replace(found, id="") == replace(state.series, id="")
        return quote.series_id if is_same else None

    def _same_offer(self, state: State, key: str) -> str | None:
        """The id of an offer that promises what the one that ran out did."""
        turn = Turn(state, self.dialogue.ears, self.dialogue.manner, self.clock.now())
        wish = ride_wish(turn, state.wish)
        try:
            quote: Quote = self.desk.quote(wish, key=f"{key}:quote")
        except InvalidInput:
            return None
        promised = replace(state.offers[state.offer], id="")
        return next((offer.id for offer in quote.offers if replace(heard_offer(offer), id="") == promised), None)
