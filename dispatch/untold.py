"""A report was wrong: its facts are taken out of a plan again. Pure: values in, values out.

Where the routes still stand as the report left them, they become what they were. Where only what is to come was planned
anew since (a booking, the search that improves the day), the facts become plans again in front of that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dispatch.model import EventKind, Route, StopEvent


@dataclass(frozen=True, slots=True)
class Untold:
    """All routes without the facts; `as_before` are the shifts that stand as they stood, `anew` those that need new times."""

    routes: tuple[Route, ...]
    as_before: frozenset[str]
    anew: frozenset[str] = frozenset()


def untold(now: Sequence[Route], after: Sequence[Route], before: Sequence[Route]) -> Untold | None:
    """The routes of `now` without what happened between `before` and `after`; None where something stands on it."""
    was, became, present = ({route.shift_id: route for route in routes} for routes in (before, after, now))
    changed = [key for key in was if key in became and was[key] != became[key]]
    if not changed:
        return Untold(tuple(now), frozenset())
    if any(key not in present for key in changed):
        return None
    if all(present[key] == became[key] for key in changed):
        return Untold(
            tuple(was[route.shift_id] if route.shift_id in changed else route for route in now), frozenset(changed)
        )
    merged: dict[str, Route] = {}
    for key in changed:
        if _word(was[key]) == _word(became[key]):
            continue  # only what is to come was planned otherwise, and may stay so
        route = _reopened(present[key], became[key], was[key])
        if route is None:
            return None
        merged[key] = route
    return Untold(tuple(merged.get(route.shift_id, route) for route in now), frozenset(), frozenset(merged))


def _word(route: Route) -> tuple[int, int, int, tuple[StopEvent, ...]]:
    """What was heard of a route."""
    return route.done, route.locked, route.ready_s, route.events[: route.done]


def _reopened(now: Route, after: Route, before: Route) -> Route | None:
    """A route whose newest facts are still to come; None where more was heard since, or where they were never planned."""
    if _word(now) != _word(after):
        return None
    facts = {_identity(event) for event in before.events[: before.done]}
    new = {_identity(event) for event in after.events[: after.done]} - facts
    reopened = tuple(event for event in before.events[before.done :] if _identity(event) in new)
    if len(reopened) != len(new) or after.events[: before.done] != before.events[: before.done]:
        return None
    events = (*before.events[: before.done], *reopened, *now.events[now.done :])
    locked = before.done
    while locked < before.locked and _identity(events[locked]) == _identity(before.events[locked]):
        locked += 1
    return replace(now, events=events, done=before.done, locked=locked, ready_s=before.ready_s)


def _identity(event: StopEvent) -> tuple[EventKind, str | None, int | None]:
    return event.kind, event.request_id, event.break_index
