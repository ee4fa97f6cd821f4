"""Which of a day's troubles are looked at, in which order, and how many there are of each.

Wishes that got no ride are no work that waits: they are counted and listed by themselves.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from django.db.models import Count, F, Q
from django.utils.translation import gettext as _

from accessibility.desk import InvalidInput
from backend.bookings.models import ServiceDay
from backend.control.trouble_models import TroubleRecord
from backend.control.trouble_watch import Noted, is_driven, list_of
from backend.control.troubles import LEVELS, TroubleKind


class Order(StrEnum):
    """By what a list is ordered."""

    URGENCY = "urgency"
    DUE = "due"
    NEWEST = "newest"
    VEHICLE = "vehicle"


@dataclass(frozen=True, slots=True)
class Look:
    """What somebody wants to see: None and "" leave nothing out."""

    level: int | None = None
    kind: TroubleKind | None = None
    vehicle: str = ""
    order: Order = Order.URGENCY

    @property
    def is_all(self) -> bool:
        return self.level is None and self.kind is None and not self.vehicle

    def shows(self, noted: Noted) -> bool:
        """Whether a trouble is of those that are wanted."""
        one = noted.trouble
        return (
            self.level in (None, one.level)
            and self.kind in (None, one.kind)
            and self.vehicle in ("", one.vehicle)
        )  # fmt: skip

    def of(self, listed: Sequence[Noted]) -> list[Noted]:
        """Those that are wanted, in order; what comes most urgent first stays so among equals."""
        return sorted((one for one in listed if self.shows(one)), key=_ORDERS[self.order])


def _never(moment: datetime | None) -> float:
    return moment.timestamp() if moment else float("inf")


_ORDERS: dict[Order, Callable[[Noted], Any]] = {
    Order.URGENCY: lambda one: 0,  # as they come
    Order.DUE: lambda one: -1 if one.trouble.due_s is None else one.trouble.due_s,
    Order.NEWEST: lambda one: -_never(one.record.raised_at if one.record else None),  # not recorded yet: only just seen
    Order.VEHICLE: lambda one: (one.trouble.vehicle == "", one.trouble.vehicle),
}


def read_look(level: str, kind: str, vehicle: str, order: str) -> Look:
    """From texts of an address; "" leaves a choice open. Raises InvalidInput for what there is not."""
    if level not in {"", *map(str, LEVELS)}:
        raise InvalidInput("level", _("Es gibt die Stufen 1, 2 und 3."))
    if kind not in {"", *TroubleKind}:
        raise InvalidInput("kind", _("Diese Art von Störung gibt es nicht."))
    if order not in {"", *Order}:
        raise InvalidInput("order", _("Diese Reihenfolge gibt es nicht."))
    return Look(
        int(level) if level else None, TroubleKind(kind) if kind else None, vehicle[:60], Order(order or Order.URGENCY)
    )


@dataclass(frozen=True, slots=True)
class Counts:
    """How many there are of each, where all else that is chosen stays chosen."""

    shown: int
    total: int
    hidden_urgent: int  # what must be done now, and is not of those that are wanted
    by_level: Mapping[int, int] = field(default_factory=dict)
    by_kind: Mapping[TroubleKind, int] = field(default_factory=dict)
    by_vehicle: Mapping[str, int] = field(default_factory=dict)


def count(listed: Iterable[Noted], look: Look) -> Counts:
    """The figures beside every choice."""
    listed = list(listed)

    def without(**choice: Any) -> Iterable[Noted]:
        freed = replace(look, **choice)
        return (one for one in listed if freed.shows(one))

    return Counts(
        shown=sum(1 for one in listed if look.shows(one)),
        total=len(listed),
        hidden_urgent=sum(1 for one in listed if one.trouble.level == max(LEVELS) and not look.shows(one)),
        by_level=Counter(one.trouble.level for one in without(level=None)),
        by_kind=Counter(one.trouble.kind for one in without(kind=None)),
        by_vehicle=Counter(one.trouble.vehicle for one in without(vehicle="") if one.trouble.vehicle),
    )


def open_ones(listed: Iterable[Noted]) -> list[Noted]:
    """What waits for a dispatcher: wishes without a place are listed by themselves."""
    return [one for one in listed if one.is_open and one.trouble.kind is not TroubleKind.UNSERVED]


def open_wishes(listed: Iterable[Noted]) -> list[Noted]:
    """Wishes that got no ride and that nobody has seen to, by departure."""
    wishes = [one for one in listed if one.is_open and one.trouble.kind is TroubleKind.UNSERVED]
    return sorted(wishes, key=lambda one: (one.trouble.due_s or 0, one.trouble.about))


@dataclass(frozen=True, slots=True)
class OpenNow:
    """How much of a day's troubles waits for a dispatcher."""

    troubles: int = 0
    urgent: int = 0
    wishes: int = 0


def open_now(day: ServiceDay, shown: datetime) -> OpenNow:
    """The figures of the list. Of a day that is driven from what the watch has kept: the board asks with every change.

    `shown`: what time it is on that day. Nobody watches over days before and after: there the list itself is counted.
    """
    if not is_driven(day, shown):
        listed = list_of(day, shown)
        waiting = open_ones(listed)
        urgent = sum(1 for one in waiting if one.trouble.level == max(LEVELS))
        return OpenNow(len(waiting), urgent, len(open_wishes(listed)))
    rows = TroubleRecord.objects.filter(service_day=day, gone_at__isnull=True)
    waiting_rows = rows.filter(Q(acknowledged_at__isnull=True) | Q(level__gt=F("acknowledged_level")))
    is_wish = Q(key__startswith=f"{TroubleKind.UNSERVED}:")
    found = waiting_rows.aggregate(
        troubles=Count("pk", filter=~is_wish),
        urgent=Count("pk", filter=~is_wish & Q(level=max(LEVELS))),
        wishes=Count("pk", filter=is_wish),
    )
    return OpenNow(**found)
