"""Written conversations as staff sees and answers them. Who reads a conversation, answers it or ends it is recorded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max, Q
from django.utils.translation import gettext as _

from accessibility.desk import InvalidInput
from accessibility.sms.fitting import parts, tidy
from backend.bookings.journal import audit
from backend.channels_in.models import TextMessage, TextThread
from backend.channels_in.text_outbox import queue_answer
from backend.districts.models import District
from backend.riders.models import Rider
from backend.riders.selectors import account_with_contact

STAFF_CHANNEL = "dispatcher"
MOST_SHOWN = 100
LONGEST_ANSWER = 1200
WHATSAPP_WINDOW = timedelta(hours=24)  # WhatsApp lets a company answer so long; later it wants approved templates
KEPT = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class ThreadLine:
    """One conversation in the list. `name` is that of the account that has proved the number or address."""

    thread: TextThread
    name: str
    waits_since: datetime | None  # since when a person is asked for, as long as nobody has answered the last message
    is_unread: bool
    has_failed: bool


def threads(district: District) -> list[ThreadLine]:
    """Conversations: those that wait for a person first, the longest waiting at the top, then the newest."""
    rows = TextThread.objects.filter(district=district).annotate(
        failed=Max("messages__pk", filter=Q(messages__state=TextMessage.State.FAILED)),
        last=Max("messages__pk", filter=Q(messages__is_ours=True)),
    )
    lines = [_line(row) for row in rows.order_by("-last_in_at")[:MOST_SHOWN]]
    waiting = sorted((line for line in lines if line.waits_since), key=lambda line: str(line.waits_since))
    return [*waiting, *(line for line in lines if not line.waits_since)]


def waiting_threads(district: District) -> int:
    """How many conversations wait for a person."""
    return sum(
        1 for row in TextThread.objects.filter(district=district, person_since__isnull=False) if _waits_since(row)
    )


def open_thread(thread_id: int, district: District, staff: str, now: datetime) -> TextThread | None:
    """A conversation that staff looks at; that is recorded, without whose it is."""
    thread = TextThread.objects.filter(pk=thread_id, district=district).first()
    if thread is None:
        return None
    if thread.seen_at is None or (thread.last_in_at and thread.last_in_at > thread.seen_at):
        audit(district, now, staff, STAFF_CHANNEL, "text.read", f"thread {thread.pk}")
    TextThread.objects.filter(pk=thread.pk).update(seen_at=now)
    return thread


def answer(thread: TextThread, text: str, key: str, staff: str, now: datetime) -> list[TextMessage]:
    """Answer as a person; from then on the line is silent in this conversation. Raises InvalidInput."""
    text = tidy(text)
    if not text:
        raise InvalidInput("text", _("Schreiben Sie eine Antwort."))
    if len(text) > LONGEST_ANSWER:
        raise InvalidInput("text", _("Die Antwort ist zu lang. Höchstens 1200 Zeichen passen."))
    if thread.kind == TextThread.Kind.WHATSAPP and (not thread.last_in_at or now - thread.last_in_at > WHATSAPP_WINDOW):
        raise InvalidInput(
            "text", _("Die letzte Nachricht ist älter als 24 Stunden. WhatsApp lässt dann keine Antwort mehr zu.")
        )
    pieces = (text,) if thread.kind == TextThread.Kind.EMAIL else parts(text)
    try:
        with transaction.atomic():
            locked = TextThread.objects.select_for_update(no_key=True).get(pk=thread.pk)
            sent = [
                queue_answer(locked, piece, now, author=staff, key=f"{key}:{number}")
                for number, piece in enumerate(pieces)
            ]
            locked.person_since, locked.person = locked.person_since or now, staff
            locked.dialogue = {}
            locked.save(update_fields=["person_since", "person", "dialogue"])
            audit(locked.district, now, staff, STAFF_CHANNEL, "text.answered", f"thread {locked.pk}")
    except IntegrityError:  # the same press again
        return list(thread.messages.filter(key__startswith=f"{key}:").order_by("pk"))
    return sent


@transaction.atomic
def give_back(thread: TextThread, staff: str, now: datetime) -> bool:
    """End the conversation with a person: the line answers again. False where it does already."""
    locked = TextThread.objects.select_for_update(no_key=True).get(pk=thread.pk)
    if locked.person_since is None:
        return False
    locked.person_since, locked.dialogue = None, {}
    locked.save(update_fields=["person_since", "dialogue"])
    audit(locked.district, now, staff, STAFF_CHANNEL, "text.closed", f"thread {locked.pk}")
    return True


def forget_old_texts(now: datetime) -> int:
    """Delete messages that are no longer needed, and threads without any. How many messages."""
    gone = TextMessage.objects.filter(at__lt=now - KEPT).delete()[0]
    empty = TextThread.objects.filter(messages__isnull=True)
    empty.filter(Q(last_in_at__lt=now - KEPT) | Q(last_in_at__isnull=True)).delete()
    return gone


def texts_of(contacts: Sequence[str]) -> list[dict[str, Any]]:
    """What was written with who has these contacts (Art. 15 DSGVO)."""
    rows = TextMessage.objects.filter(thread__address__in=contacts).order_by("pk")
    return [
        {"at": row.at.isoformat(), "by": "rufbus" if row.is_ours else "rider", "channel": row.kind, "text": row.text}
        for row in rows
    ]


def _line(row: TextThread) -> ThreadLine:
    account = account_with_contact("email" if row.kind == TextThread.Kind.EMAIL else "phone", row.address)
    is_unread = bool(row.last_in_at and (row.seen_at is None or row.seen_at < row.last_in_at))
    failed, last = getattr(row, "failed", None), getattr(row, "last", None)
    return ThreadLine(
        row,
        account.name if account else name_of(row),
        _waits_since(row),
        is_unread,
        failed is not None and failed == last,
    )


def name_of(row: TextThread) -> str:
    """Under which name somebody has booked with this number or address; "" where nobody has."""
    known = Rider.objects.filter(district=row.district_id)
    kind = "email" if row.kind == TextThread.Kind.EMAIL else "phone"
    rider = known.filter(**{kind: row.address}).first()
    return rider.name if rider else ""


def _waits_since(row: TextThread) -> datetime | None:
    if row.person_since is None:
        return None
    own = row.messages.filter(is_ours=True).exclude(author="").order_by("-pk").first()
    if own is None:
        return row.person_since
    later = row.messages.filter(is_ours=False, pk__gt=own.pk).order_by("pk").first()
    return later.at if later else None
