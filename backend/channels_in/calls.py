"""Calls of the automatic line: answered once for each webhook, however often it comes, and resumed after a crash.

A webhook names the step that it answers. The step that is due is worked out and kept together with its reply; a step that
was answered before gets the same reply again. What it asks of the desk has keys made of the call and the input, so that
working it out twice (a server that died in between, two webhooks at once) books once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef

from accessibility.desk import InvalidInput
from accessibility.dialogue.actions import CallBack, HandedOver, HandOver
from accessibility.dialogue.caller import Wished
from accessibility.dialogue.dialogue import Dialogue
from accessibility.dialogue.heard import GONE, Heard, Kind
from accessibility.dialogue.keypad import keys_of_code
from accessibility.dialogue.manner import VOICE
from accessibility.dialogue.saying import Reply
from accessibility.dialogue.state import Asked, State
from accessibility.dialogue.stored import from_document, to_document
from accessibility.dialogue.turn import Step
from accessibility.language.answers import figures_said
from accessibility.voice.wording import Wording
from backend.bookings.clock import Clock, SystemClock
from backend.channels_in.call_models import Call, WaitingCall
from backend.channels_in.ears import ears_of
from backend.channels_in.proof import caller_of, contact_hash
from backend.channels_in.runner import Runner
from backend.channels_in.waiting import finish_call, is_office_open, office_hours, put_in_queue
from backend.districts.models import District
from backend.districts.selectors import get_district
from backend.riders.services import normalised_phone

RECALL = timedelta(minutes=15)  # who calls again so soon goes on with what was begun
FORGOTTEN = timedelta(minutes=20)  # after the end of a call
ABANDONED = timedelta(hours=6)  # a call whose end nobody told us
# What carriers send for a withheld number, by its keys: ANONYMOUS, RESTRICTED, UNAVAILABLE, UNKNOWN, BLOCKED.
WITHHELD = {"+266696687", "+7378742833", "+86282452253", "+8656696", "+2562533"}
LONGEST_TEXT = 2000  # of what a recogniser heard


@dataclass(frozen=True, slots=True)
class Answer:
    """What to say now, and the step that the next webhook answers."""

    text: str
    reply: Reply
    step: int
    is_dialled: bool = False


def number_of(text: str) -> str:
    """The caller's number in E.164; "" where none was sent, or one that nobody can call."""
    try:
        number = normalised_phone(text) if any(sign.isdigit() for sign in text) else ""
    except InvalidInput:
        return ""
    return "" if number in WITHHELD else number


def answer_call(sid: str, number: str, clock: Clock | None = None) -> Answer:
    """The first words of a call; the same again if the webhook comes again."""
    clock = clock or SystemClock()
    call = Call.objects.filter(external_id=sid).first()
    if call is None:
        call = _begin(sid, number, clock)
    return _answer_of(call)


def _begin(sid: str, number: str, clock: Clock) -> Call:
    district, now = site_district(), clock.now()
    contact = number_of(number)
    step = _dialogue(district).begin(caller_of(contact), now, kept=_kept_wish(contact, now))
    text = _wording(district, now).text(step.reply)
    try:
        with transaction.atomic():
            return Call.objects.create(
                district=district, external_id=sid, contact_hash=contact_hash(contact), contact=contact,
                state=to_document(step.state), reply=_reply_document(text, step), lines=[["Rufbus", text]], step=1,
                created_at=now, updated_at=now,
            )  # fmt: skip
    except IntegrityError:  # the same webhook at the same moment
        return Call.objects.get(external_id=sid)


def hear(sid: str, number: str, step: int, heard: Heard, clock: Clock | None = None) -> Answer:
    """What follows from what was said or keyed after step `step`."""
    clock = clock or SystemClock()
    call = Call.objects.select_related("district").filter(external_id=sid).first()
    if call is None:  # nothing is known of it any more: begin again rather than hang up
        return answer_call(sid, number, clock)
    if step != call.step or call.ended_at is not None:
        return _answer_of(call)
    state = from_document(State, call.state)
    heard = replace(heard, text=heard.text[:LONGEST_TEXT])
    said = [_line(state, heard)] if heard.kind in (Kind.WORDS, Kind.KEYS) else []
    runner = _runner(call, [*call.lines, *said], clock)
    return _keep(call, runner.hear(state, heard), said, clock)


def not_connected(sid: str, step: int, clock: Clock | None = None) -> Answer | None:
    """Nobody picked up: the dialogue goes on. None for a call that nobody knows."""
    clock = clock or SystemClock()
    call = Call.objects.select_related("district").filter(external_id=sid).first()
    if call is None:
        return None
    if step != call.step or call.ended_at is not None:
        return _answer_of(call)
    state = replace(from_document(State, call.state), is_over=False, is_handed_over=False, waits_for="HandOver")
    now = clock.now()
    hours = office_hours(call.district)
    outcome = HandedOver(is_open=is_office_open(call.district, now), hours=hours)
    return _keep(call, _runner(call, call.lines, clock).tell(state, outcome), [], clock)


def was_connected(sid: str, clock: Clock | None = None) -> None:
    """A person has spoken with the caller: nobody needs to call back, unless that person has taken the case on."""
    case = WaitingCall.objects.filter(call__external_id=sid, state=WaitingCall.State.WAITING).first()
    if case is not None:
        finish_call(case.pk, None, (clock or SystemClock()).now())


def has_failed(sid: str, clock: Clock | None = None) -> str:
    """Something of ours broke in the middle of a call: what to say. With a number, somebody calls back."""
    now = (clock or SystemClock()).now()
    call = Call.objects.select_related("district").filter(external_id=sid).first()
    if call is None or not call.contact:
        return "Das hat leider nicht geklappt. Bitte rufen Sie noch einmal an."
    put_in_queue(call, call.lines, WaitingCall.Why.FAILED, now, is_on_line=False)
    Call.objects.filter(pk=call.pk, ended_at__isnull=True).update(ended_at=now, updated_at=now)
    return "Das hat leider nicht geklappt. Wir rufen Sie zurück."


def end_call(sid: str, clock: Clock | None = None) -> None:
    """Hung up, by whomever. Nothing is booked by that; a begun wish is kept for calling again."""
    now = (clock or SystemClock()).now()
    call = Call.objects.select_related("district").filter(external_id=sid, ended_at__isnull=True).first()
    if call is None:
        return
    state = from_document(State, call.state)
    gone = _dialogue(call.district).step(state, GONE, now).state
    Call.objects.filter(pk=call.pk, ended_at__isnull=True).update(state=to_document(gone), ended_at=now, updated_at=now)
    # Who hung up while waiting still wants to be spoken to.
    WaitingCall.objects.filter(call=call, is_on_line=True).update(is_on_line=False)


def forget_calls(now: datetime) -> None:
    """Delete calls that have ended, unless somebody still has to deal with them."""
    open_case = WaitingCall.objects.filter(call=OuterRef("pk")).exclude(state__in=WaitingCall.CLOSED)
    ended = Call.objects.filter(ended_at__lt=now - FORGOTTEN) | Call.objects.filter(updated_at__lt=now - ABANDONED)
    ended.filter(~Exists(open_case)).delete()


def site_district() -> District:
    """The district of this site."""
    district = get_district(settings.SITE_DISTRICT)
    if district is None:
        raise RuntimeError(f"the district {settings.SITE_DISTRICT!r} is not imported")
    return district


def _kept_wish(contact: str, now: datetime) -> Wished | None:
    if not contact:
        return None
    calls = Call.objects.filter(contact_hash=contact_hash(contact), ended_at__gte=now - RECALL)
    last = calls.order_by("-ended_at").first()
    if last is None:
        return None
    state = from_document(State, last.state)
    if state.is_proved:
        return None  # it may say what only her PIN opened, and a number is no proof
    wish = state.wish
    is_past = wish.when is not None and wish.when <= now
    return None if wish.replaces or wish == Wished() or is_past else wish


def _dialogue(district: District) -> Dialogue:
    return Dialogue(ears_of(district), VOICE)


def _wording(district: District, now: datetime) -> Wording:
    zone = ZoneInfo(district.timezone)
    return Wording(district.name, zone, now.astimezone(zone).date())


def _runner(call: Call, lines: Sequence[Sequence[str]], clock: Clock) -> Runner:
    def persons(action: HandOver | CallBack, state: State, key: str) -> HandedOver:
        now = clock.now()
        is_open, hours = is_office_open(call.district, now), office_hours(call.district)
        is_dialled = isinstance(action, HandOver) and is_open and bool(settings.DISPATCHER_NUMBER)
        if is_dialled or isinstance(action, CallBack):
            put_in_queue(call, lines, action.why, now, is_on_line=is_dialled)
        return HandedOver(is_dialled, isinstance(action, CallBack), is_open, hours)

    return Runner(call.district, _dialogue(call.district), f"call:{call.external_id}", persons, clock)


def _line(state: State, heard: Heard) -> list[str]:
    """What was said, for who takes over; never a PIN."""
    is_secret = any(sign.isdigit() for sign in heard.text) or figures_said(heard.text) or keys_of_code(heard.text)
    if state.asked is Asked.PIN and is_secret:
        return ["Mensch", "(PIN oder Code)"]
    return ["Taste" if heard.kind is Kind.KEYS else "Mensch", heard.text]


def _reply_document(text: str, step: Step) -> dict[str, Any]:
    return {"text": text, "reply": to_document(step.reply)}


def _answer_of(call: Call) -> Answer:
    reply = from_document(Reply, call.reply["reply"])
    return Answer(call.reply["text"], reply, call.step, _is_dialled(call, reply))


def _is_dialled(call: Call, reply: Reply) -> bool:
    return reply.is_handed_over and any(say.code == "connecting" for say in reply.says)


def _keep(call: Call, step: Step, said: list[list[str]], clock: Clock) -> Answer:
    """Keep the step if it is still due; if another webhook was faster, answer what that one did."""
    now = clock.now()
    text = _wording(call.district, now).text(step.reply)
    is_ended = step.state.is_over and not step.state.is_handed_over
    updated = Call.objects.filter(pk=call.pk, step=call.step, ended_at__isnull=True).update(
        state=to_document(step.state), reply=_reply_document(text, step), lines=[*call.lines, *said, ["Rufbus", text]],
        step=call.step + 1, updated_at=now, ended_at=now if is_ended else None,
    )  # fmt: skip
    call.refresh_from_db()
    if updated:
        WaitingCall.objects.filter(call=call).exclude(state__in=WaitingCall.CLOSED).update(lines=call.lines)
    return _answer_of(call)
