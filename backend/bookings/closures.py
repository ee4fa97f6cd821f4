"""Closed roads of a service day: what is closed when, and the roads as they can be driven now (decisions/0811, 0813)."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable
from datetime import date

import numpy as np
from django.db.models import Q

from backend.bookings.day_travel import NO_END_S, Span
from backend.bookings.models import RoadClosure, ServiceDay, StandingClosure
from backend.districts.models import District
from backend.districts.selectors import roads_of
from dispatch.layout import I32
from routing.closures import arcs_between, roads_without
from routing.roads import Roads

Stretch = tuple[int, int, bool]  # the numbers of two stops, and whether both directions are closed
Closed = frozenset[tuple[Stretch, Span]]
ANY_SPAN: Span = (0, NO_END_S)
KEPT = 8

# By the open roads and what is closed on them: the open roads, held so that their id stays theirs, and those past it.
_kept: OrderedDict[tuple[int, frozenset[Stretch]], tuple[Roads, Roads]] = OrderedDict()
_kept_lock = threading.Lock()


def closed_on(day: ServiceDay | None, without: str = "") -> Closed:
    """What is closed on a day and when; `without` is the id of a closure that is not to count."""
    rows = RoadClosure.objects.filter(service_day=day, lifted_at__isnull=True).select_related("origin", "target")
    return frozenset(
        (_stretch(row), (row.from_s, NO_END_S if row.until_s is None else row.until_s))
        for row in rows
        if str(row.pk) != without
    )


def _stretch(row: RoadClosure) -> Stretch:
    return (row.origin.number, row.target.number, row.both_ways)


def standing_of(closure_id: str) -> StandingClosure | None:
    """What a day's closure is a part of, if it was closed until further notice."""
    row = RoadClosure.objects.filter(pk=closure_id).select_related("standing").first() if closure_id else None
    return row.standing if row else None


def carry_over(day: ServiceDay) -> None:
    """On a new service day, too, is closed what is closed until further notice."""
    rows = StandingClosure.objects.filter(district=day.district_id, first__lt=day.date)
    for row in rows.filter(Q(open_from__isnull=True) | Q(open_from__gt=day.date)).order_by("created_at", "pk"):
        RoadClosure.objects.create(
            service_day=day, origin_id=row.origin_id, target_id=row.target_id, both_ways=row.both_ways, standing=row,
            created_at=row.created_at, created_by=row.created_by,
        )  # fmt: skip


def free_seconds(district: District, closed: Iterable[Stretch]) -> I32:
    """Free driving seconds int32[n_stops, n_stops] past what is closed. Raises RoadError."""
    return roads_past(district, closed).seconds


def roads_on(day: ServiceDay) -> Roads:
    """The district's roads as they can be driven on a day now: ways and seconds lead around what is closed at this moment."""
    rows = RoadClosure.objects.filter(service_day=day, lifted_at__isnull=True, begun_at__isnull=False)
    return roads_past(day.district, {_stretch(row) for row in rows.select_related("origin", "target")})


def roads_for(day: ServiceDay, from_s: int, until_s: int) -> Roads:
    """The roads for who is under way between two seconds of a day: around what is closed at any moment of it."""
    stretches = {stretch for stretch, (begin_s, end_s) in closed_on(day) if begin_s < until_s and from_s < end_s}
    return roads_past(day.district, stretches)


def roads_on_date(district: District, its_date: date) -> Roads:
    """Like `roads_on`, also for a day on which nothing is booked."""
    day = ServiceDay.objects.filter(district=district, date=its_date).first()
    return roads_on(day) if day else roads_of(district)


def roads_past(district: District, closed: Iterable[Stretch]) -> Roads:
    """The district's roads without what is closed. Raises RoadError."""
    roads, stretches = roads_of(district), frozenset(closed)
    if not stretches:
        return roads
    key = (id(roads), stretches)
    with _kept_lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key][1]
    arcs = np.unique(np.concatenate([arcs_between(roads, *stretch) for stretch in sorted(stretches)]))
    past = roads_without(roads, arcs)
    with _kept_lock:
        _kept[key] = (roads, past)
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return past
