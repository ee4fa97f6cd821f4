"""A route of the plan as the visits that a track is laid on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise

from backend.districts.models import Stop
from backend.operations.track import Visit
from dispatch.model import EventKind, Request, Route, StopEvent

ONE_GO_S = 180  # events at one stop with no longer pause between them are one halt
KINDS = {EventKind.START: "start", EventKind.END: "end", EventKind.BREAK: "break"}


def visits_of(
    route: Route, requests: Mapping[str, Request], stops: Mapping[int, Stop]
) -> tuple[tuple[Visit, ...], int]:
    """A route's halts, and how many of them are facts already."""
    groups = list(_halts(route.events, stops))
    done = sum(1 for last, _group in groups if last < route.done)
    return tuple(_visit(group, requests, stops) for _last, group in groups), done


def _halts(events: tuple[StopEvent, ...], stops: Mapping[int, Stop]) -> Iterator[tuple[int, list[StopEvent]]]:
    """Groups of events that are one halt, each with the number of its last event."""
    group = [events[0]]
    for number, (before, event) in enumerate(pairwise(events), start=1):
        same = stops[before.location] == stops[event.location] and KINDS.get(before.kind) == KINDS.get(event.kind)
        if not same or event.start_s - (before.start_s + before.dwell_s) > ONE_GO_S:
            yield number - 1, group
            group = []
        group.append(event)
    yield len(events) - 1, group


def _visit(group: list[StopEvent], requests: Mapping[str, Request], stops: Mapping[int, Stop]) -> Visit:
    first, last = group[0], group[-1]
    stop = stops[first.location]
    boards = frozenset(event.request_id or "" for event in group if event.kind is EventKind.PICKUP)
    return Visit(
        location=stop.number,
        lat=stop.lat,
        lon=stop.lon,
        kind=KINDS.get(first.kind, "stop"),
        start_s=first.start_s,
        end_s=last.start_s + last.dwell_s,
        leaves_from_s=max((requests[code].pickup_earliest_s for code in boards), default=0),
        boards=boards,
        leaves=frozenset(event.request_id or "" for event in group if event.kind is EventKind.DELIVERY),
    )
