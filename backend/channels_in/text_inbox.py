"""Takes written messages in, each once, and lets them be answered one after the other in each thread.

A message is kept before anything is made of it. Whoever keeps one answers it, and whatever came to the same thread in the
meantime; who finds a thread being answered leaves the message there. If that process dies, its turn runs out and
`answer_left_over` goes on: the desk is asked with the same keys, so that nothing is booked twice.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from accessibility.sms.shorthand import is_command
from backend.bookings.clock import Clock, SystemClock
from backend.bookings.journal import announce
from backend.channels_in.models import TextMessage, TextThread
from backend.channels_in.text_outbox import queue_answer
from backend.districts.models import District

logger = logging.getLogger("rufbus.texts")
WAITING = "text.waiting"  # somebody wants an answer from a person
TURN = timedelta(seconds=60)  # longer than any answer takes
PERSON_LASTS = timedelta(hours=12)
PERSON_WRITES = timedelta(hours=1)  # so long after her last message a person is taken to be there
MOST_ATTEMPTS = 3
MOST_ANSWERS_AN_HOUR = 40  # two machines that answer each other come to an end
LONGEST_TEXT = 4000


@dataclass(frozen=True, slots=True)
class Incoming:
    """A message as a channel parsed it. `external_id` is the provider's: the same id is the same message.

    `thread` names the one that a letter answers, if it is not its sender's own: an SMS that could only go by e-mail.
    """

    kind: str
    address: str
    text: str
    external_id: str
    subject: str = ""
    thread: TextThread | None = None
    begins_anew: bool = False  # a letter that answers none of ours: whoever sent it has not read our last question


@dataclass(frozen=True, slots=True)
class Talked:
    """What the line makes of a message: the answers, and what it remembers."""

    answers: tuple[str, ...]
    dialogue: dict[str, Any] = field(default_factory=dict)
    language: str = ""
    wants_person: bool = False
    is_finished: bool = True  # no question is open


Talk = Callable[[TextThread, TextMessage, Clock], Talked]


def take_in(incoming: Incoming, talk: Talk, clock: Clock | None = None) -> TextMessage:
    """Keep a message and answer what waits in its thread."""
    clock = clock or SystemClock()
    message = keep(incoming, clock.now())
    answer_waiting(message.thread_id, talk, clock)
    message.refresh_from_db()
    return message


def keep(incoming: Incoming, now: datetime) -> TextMessage:
    """The message as it is kept; one that was kept already comes back as it is."""
    known = TextMessage.objects.filter(is_ours=False, external_id=incoming.external_id).first()
    if known:
        return known
    thread = incoming.thread or thread_of(incoming.kind, incoming.address)
    try:
        with transaction.atomic():
            TextThread.objects.select_for_update(no_key=True).get(pk=thread.pk)
            message = TextMessage.objects.create(
                thread=thread, is_ours=False, at=now, text=incoming.text[:LONGEST_TEXT], kind=incoming.kind,
                external_id=incoming.external_id, subject=incoming.subject[:200], to=incoming.address,
                begins_anew=incoming.begins_anew,
            )  # fmt: skip
            TextThread.objects.filter(pk=thread.pk).update(last_in_at=now)
    except IntegrityError:  # the same webhook twice at once
        return TextMessage.objects.get(is_ours=False, external_id=incoming.external_id)
    return message


def thread_of(kind: str, address: str) -> TextThread:
    """The thread of an address, made where there is none."""
    district = District.objects.get(pk=settings.SITE_DISTRICT)
    return TextThread.objects.get_or_create(district=district, kind=kind, address=address)[0]


def answer_waiting(thread_id: int, talk: Talk, clock: Clock) -> int:
    """Answer what waits in a thread, unless somebody is at it; how many were answered."""
    turn = uuid.uuid4().hex
    answered = 0
    message = _first(thread_id, turn, clock.now())
    while message is not None:
        talked = _talked(message, talk, clock)
        is_ours, following = _settle(message, talked, turn, clock.now())
        answered += int(is_ours)
        message = following
    return answered


def answer_left_over(talk: Talk, now: datetime) -> int:
    """Answer what waits although nobody is at it: a process died over it. How many."""
    late = TextMessage.objects.filter(is_ours=False, state=TextMessage.State.WAITING, at__lt=now - TURN)
    threads = set(late.values_list("thread_id", flat=True)[:100])
    return sum(answer_waiting(thread_id, talk, SystemClock()) for thread_id in sorted(threads))


def _locked(thread_id: int) -> TextThread:
    """The thread, locked, with its district: inside a transaction."""
    rows = TextThread.objects.select_for_update(of=("self",), no_key=True).select_related("district")
    return rows.get(pk=thread_id)


@transaction.atomic
def _first(thread_id: int, turn: str, now: datetime) -> TextMessage | None:
    """The oldest message that waits, if nobody else is at this thread."""
    thread = _locked(thread_id)
    if thread.turn not in ("", turn) and thread.turn_until and thread.turn_until > now:
        return None
    return _next(thread, turn, now)


def _next(thread: TextThread, turn: str, now: datetime) -> TextMessage | None:
    """The oldest message that waits in a locked thread; with none left the turn is given up."""
    waiting = thread.messages.filter(is_ours=False, state=TextMessage.State.WAITING)
    message = waiting.order_by("pk").first()
    thread.turn, thread.turn_until = (turn, now + TURN) if message else ("", None)
    thread.save(update_fields=["turn", "turn_until"])
    if message:
        message.attempts += 1
        message.save(update_fields=["attempts"])
        message.thread = thread
        _back_to_the_line(thread, message)
    return message


def _back_to_the_line(thread: TextThread, message: TextMessage) -> None:
    """A conversation with a person is over when she has answered, and then nobody wrote for half a day."""
    if not thread.person_since:
        return
    earlier = thread.messages.filter(pk__lt=message.pk)
    before = earlier.order_by("-pk").first()
    has_answered = earlier.filter(at__gte=thread.person_since).exclude(author="").exists()
    if before and has_answered and message.at - before.at > PERSON_LASTS:
        thread.person_since, thread.dialogue = None, {}
        thread.save(update_fields=["person_since", "dialogue"])


def _talked(message: TextMessage, talk: Talk, clock: Clock) -> Talked | None:
    """What to answer; None where nothing is answered: a person does, or it would be too often."""
    thread = message.thread
    if thread.person_since and not _line_helps_out(thread, message):
        return None
    hour_ago = clock.now() - timedelta(hours=1)
    if thread.messages.filter(is_ours=True, author="", at__gt=hour_ago).count() >= MOST_ANSWERS_AN_HOUR:
        return Talked((), thread.dialogue, thread.language, wants_person=True)  # somebody looks into it
    if message.begins_anew:
        thread.dialogue = {}
    try:
        return talk(thread, message, clock)
    except Exception:  # whatever it was, nobody is left without an answer, and the others go on
        if message.attempts < MOST_ATTEMPTS:
            logger.warning("text message %s is tried again", message.pk, exc_info=True)
            return _talked_again(message, talk, clock)
        logger.exception("text message %s cannot be answered by the line", message.pk)
        return Talked((sorry(),), {}, thread.language, wants_person=True)


def _line_helps_out(thread: TextThread, message: TextMessage) -> bool:
    """Whether the line answers although a person was asked for: nobody writes just now, and it is a command of one word,
    or goes on with one. Who wants to cancel at night must not wait for the morning.
    """
    since = message.at - PERSON_WRITES
    if thread.messages.filter(is_ours=True, at__gt=since, pk__lt=message.pk).exclude(author="").exists():
        return False
    return is_command(message.text) or bool(thread.dialogue)


def sorry() -> str:
    """What is said where the line itself does not work."""
    return _(
        "Das hat bei uns nicht geklappt. Es ist nichts gebucht. Die Leitstelle liest mit und antwortet Ihnen hier."
    )


def _talked_again(message: TextMessage, talk: Talk, clock: Clock) -> Talked | None:
    message.attempts += 1
    message.save(update_fields=["attempts"])
    return _talked(message, talk, clock)


@transaction.atomic
def _settle(message: TextMessage, talked: Talked | None, turn: str, now: datetime) -> tuple[bool, TextMessage | None]:
    """Write what was answered, and take the next that waits; not, where our turn has run out and another answers."""
    thread = _locked(message.thread_id)
    if thread.turn != turn:
        return False, None
    if talked:
        thread.dialogue, thread.language = talked.dialogue, talked.language
        if talked.wants_person and not thread.person_since:
            thread.person_since = now
        if thread.person_since and (talked.wants_person or talked.is_finished):
            thread.dialogue = {}
        thread.save(update_fields=["dialogue", "language", "person_since"])
        for text in talked.answers:
            queue_answer(thread, text, now, answers=message)
    if thread.person_since:
        announce(thread.district, WAITING, {"district": thread.district_id, "text": thread.pk}, now)
    message.state = TextMessage.State.DONE
    message.save(update_fields=["state"])
    return True, _next(thread, turn, now)
