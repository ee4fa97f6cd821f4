"""The line above the board: what waits, and where to go for it. The same places in the same order, so that eyes find them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import F, Q
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from backend.bookings.localtime import to_moment
from backend.bookings.models import OpenReturn, ServiceDay
from backend.channels_in.models import TextThread, WaitingCall
from backend.config.access import DISPATCHER, works_here
from backend.control.trouble_list import OpenNow, open_now
from backend.districts.models import District
from backend.driving.selectors import conflicts_of
from backend.notifications.selectors import undelivered
from backend.operations.board import Board


@dataclass(frozen=True, slots=True)
class Waiting:
    """One figure of the line. `kind` "" (a figure), "mind" (look at it) or "stop" (act)."""

    key: str
    text: str
    count: int
    url: str
    kind: str

    @property
    def is_urgent(self) -> bool:
        return bool(self.count and self.kind)


Counter = Callable[[District, date], int]


def status_of(district: District, board: Board, user: Any) -> list[Waiting]:
    """The figures of a day that this user may follow up, those of the day itself first."""
    return [*_of_the_day(district, board), *_of_troubles(district, board), *_of_others(district, board.day, user)]


def _of_the_day(district: District, board: Board) -> Iterator[Waiting]:
    rides = reverse("staff:board-rides", kwargs={"day": board.day})
    yield Waiting("open", _("offen"), board.count("open"), f"{rides}?stand=offen", "")
    yield Waiting("riding", _("unterwegs"), board.count("riding"), f"{rides}?stand=unterwegs", "")
    yield Waiting("late", _("Zusage bricht"), board.marked("late"), f"{rides}?stand=bricht", "stop")
    yield Waiting("tight", _("knapp"), board.marked("tight"), f"{rides}?stand=knapp", "mind")
    yield Waiting("rider-late", _("Fahrgast verspätet"), len(board.late_riders), f"{rides}?stand=verspaetet", "mind")
    silent = sum(1 for row in board.rows if row.line == "silent")
    yield Waiting("silent", _("Fahrzeug stumm"), silent, "#fahrzeuge-titel", "mind")
    waiting = waiting_returns(district, board.day)
    yield Waiting("returns", _("Rückfahrt ohne Bus"), waiting, "#rueckfahrten-titel", "stop")


def _of_others(district: District, day: date, user: Any) -> Iterator[Waiting]:
    is_dispatcher = works_here(user, DISPATCHER)
    for other in OTHERS:
        if other.is_for_dispatchers and not is_dispatcher:
            continue  # a figure that leads to a page she may not open helps nobody
        try:
            url = reverse(other.address, kwargs={"day": day} if other.has_day else None)
        except NoReverseMatch:
            continue
        yield Waiting(other.key, _(other.text), other.count(district, day), url, other.kind)


def _of_troubles(district: District, board: Board) -> Iterator[Waiting]:
    """What the list of troubles says, too: what waits, how much of it is for now, and wishes that got no ride."""
    row = ServiceDay.objects.select_related("district").filter(district=district, date=board.day).first()
    found = open_now(row, to_moment(board.now_s, board.day, ZoneInfo(district.timezone))) if row else OpenNow()
    address = reverse("staff:troubles", kwargs={"day": board.day})
    text = _("Störungen, %(n)d jetzt") % {"n": found.urgent} if found.urgent else _("Störungen")
    yield Waiting("troubles", text, found.troubles, address, "stop" if found.urgent else "mind")
    yield Waiting("wishes", _("Wunsch ohne Platz"), found.wishes, f"{address}#wuensche", "")


def waiting_returns(district: District, day: date) -> int:
    """Who has called to be fetched and has no bus."""
    return OpenReturn.objects.filter(
        district=district, booking__service_day__date=day, state=OpenReturn.State.CALLED, ride__isnull=True
    ).count()


def undelivered_messages(district: District, day: date) -> int:
    """What reached nobody and no dispatcher has seen to."""
    return undelivered(district).count()


def waiting_calls(district: District, day: date) -> int:
    """Who waits for a person on the telephone, or to be called back."""
    return WaitingCall.objects.filter(district=district, state=WaitingCall.State.WAITING).count()


def waiting_texts(district: District, day: date) -> int:
    """Written conversations that a person answers and that nobody has looked at since the last message."""
    unseen = Q(seen_at__isnull=True) | Q(seen_at__lt=F("last_in_at"))
    return TextThread.objects.filter(unseen, district=district, person_since__isnull=False).count()


def open_conflicts(district: District, day: date) -> int:
    """Reports of drivers that cannot be true as they are."""
    row = ServiceDay.objects.filter(district=district, date=day).first()
    return conflicts_of(row).count() if row else 0


@dataclass(frozen=True, slots=True)
class Other:
    """A figure from another workplace; shown as soon as its page is there."""

    key: str
    text: str
    address: str
    has_day: bool
    count: Counter
    kind: str
    is_for_dispatchers: bool = False  # nobody else may open it


OTHERS = (
    Other(
        "calls", gettext_noop("Anruf wartet"), "staff:phone-desk", False, waiting_calls, "stop", is_for_dispatchers=True
    ),
    Other("texts", gettext_noop("SMS wartet"), "staff:texts", False, waiting_texts, "mind", is_for_dispatchers=True),
    Other("undelivered", gettext_noop("nicht zugestellt"), "staff:messages", False, undelivered_messages, "mind"),
    Other("conflicts", gettext_noop("Meldung unklar"), "staff:conflicts", True, open_conflicts, "mind"),
)
