"""Where: every pair of positions of one route at which a request might fit, with a lower bound of its cost.

The tests here are necessary, cheap, and read only numbers kept per route (earliest and latest times without ride limits,
loads, where the vehicle stands); what passes is judged exactly by `dispatch.schedule.evaluate`. The driving that a pair
adds is a lower bound of what it costs: an inserted stop never lets another rider wait or ride less, because without it
the same times would still be lawful (driving seconds obey the triangle inequality).
"""

from __future__ import annotations

from dispatch._compiled import compiled
from dispatch.layout import (
    DWELL,
    EARLIEST,
    FEATURES,
    I32,
    I64,
    KIND,
    LATEST,
    LIMIT,
    LOCATION,
    NO_LIMIT,
    SEATS,
)
from dispatch.schedule import drive_s

_PICKUP = 1
_DELIVERY = 2
_BREAK = 3

# Rows of a route's profile, int64[PROFILE_ROWS, width].
P_EARLIEST = 0
P_LATEST = 1
P_PLACE = 2  # where the vehicle stands after the event
P_LOAD = 3  # three rows: seats, wheelchairs, storage aboard after the event
P_APART = 6  # how many aboard after the event must not meet the request at hand (used only where it matters)
PROFILE_ROWS = 7


@compiled
def profile_route(
    order: I64, n: int, events: I64, travel_s: I32, done: int, actual_s: I64, ready_s: int, profile: I64
) -> None:
    """Write the profile of a route that is known to be lawful."""
    place = -1
    for k in range(n):
        event = order[k]
        location = events[event, LOCATION]
        leg = 0
        if location >= 0:
            leg = drive_s(travel_s, place, location)
            place = location
        profile[P_PLACE, k] = place
        earliest = events[event, EARLIEST]
        if k > 0:
            earliest = max(earliest, profile[P_EARLIEST, k - 1] + events[order[k - 1], DWELL] + leg)
        if k == done:
            earliest = max(earliest, ready_s + leg)
        if k < done:
            earliest = actual_s[k]
        profile[P_EARLIEST, k] = earliest
        for d in range(3):
            before = 0
            if k > 0:
                before = profile[P_LOAD + d, k - 1]
            profile[P_LOAD + d, k] = before + events[event, SEATS + d]
    for k in range(n - 1, -1, -1):
        event = order[k]
        latest = events[event, LATEST]
        if k < n - 1:
            following = order[k + 1]
            leg = 0
            if events[following, LOCATION] >= 0:
                leg = drive_s(travel_s, profile[P_PLACE, k], events[following, LOCATION])
            latest = min(latest, profile[P_LATEST, k + 1] - leg - events[event, DWELL])
        profile[P_LATEST, k] = latest


@compiled
def fits(seats: int, wheelchairs: int, storage: int, configurations: I64) -> bool:
    """Whether one capacity configuration (int64[n, 3]) covers the load."""
    for c in range(configurations.shape[0]):
        if seats <= configurations[c, 0] and wheelchairs <= configurations[c, 1] and storage <= configurations[c, 2]:
            return True
    return False


@compiled
def in_time_from(
    order: I64, n: int, events: I64, travel_s: I32, profile: I64, leave_s: int, place: int, k: int
) -> bool:
    """Whether a vehicle leaving `place` at `leave_s` can still do events k, k + 1, ... in time, ride limits aside."""
    time = leave_s
    while k < n:
        event = order[k]
        if events[event, LOCATION] >= 0:
            return bool(time + drive_s(travel_s, place, events[event, LOCATION]) <= profile[P_LATEST, k])
        time = max(time, events[event, EARLIEST])
        if time > events[event, LATEST]:
            return False
        time += events[event, DWELL]
        k += 1
    return True


@compiled
def next_place(order: I64, n: int, events: I64, k: int) -> int:
    """Location of the first event from k on that has one of its own; -1 if none has."""
    while k < n:
        if events[order[k], LOCATION] >= 0:
            return int(events[order[k], LOCATION])
        k += 1
    return -1


@compiled
def collect_pairs(
    order: I64,
    n: int,
    events: I64,
    travel_s: I32,
    profile: I64,
    configurations: I64,
    done: int,
    locked: int,
    ready_s: int,
    pickup: int,
    watch_apart: bool,
    most_extra_s: int,
    pairs: I64,
) -> int:
    """Write the promising pairs into `pairs: int64[capacity, 3]` (extra driving seconds, i, j); return how many.

    The pick-up goes behind event i, the delivery behind event j >= i of the present order (j = i: right after the
    pick-up). Pairs that add more than `most_extra_s` seconds of driving are left out.
    """
    delivery = pickup + 1
    from_place = events[pickup, LOCATION]
    to_place = events[delivery, LOCATION]
    ride_s = drive_s(travel_s, from_place, to_place)
    seats = events[pickup, SEATS]
    wheelchairs = events[pickup, SEATS + 1]
    storage = events[pickup, SEATS + 2]
    count = 0
    for i in range(max(locked - 1, 0), n - 1):
        place = profile[P_PLACE, i]
        leave_s = profile[P_EARLIEST, i] + events[order[i], DWELL]
        if i == done - 1:
            leave_s = max(leave_s, ready_s)
        if leave_s > events[pickup, LATEST]:
            break
        if profile[P_LATEST, i + 1] < events[pickup, EARLIEST] and events[order[i + 1], LOCATION] >= 0:
            continue
        if watch_apart and profile[P_APART, i] > 0:
            continue
        if not fits(
            profile[P_LOAD, i] + seats,
            profile[P_LOAD + 1, i] + wheelchairs,
            profile[P_LOAD + 2, i] + storage,
            configurations,
        ):
            continue
        following = order[i + 1]
        if events[following, KIND] == _DELIVERY and events[following, LOCATION] == from_place:
            continue  # alight before board
        board_s = max(events[pickup, EARLIEST], leave_s + drive_s(travel_s, place, from_place))
        if board_s > events[pickup, LATEST]:
            continue
        aboard_from_s = board_s + events[pickup, DWELL]
        to_pickup_s = drive_s(travel_s, place, from_place)
        old_next = next_place(order, n, events, i + 1)
        # Right after the pick-up.
        alight_s = max(events[delivery, EARLIEST], aboard_from_s + ride_s)
        extra = to_pickup_s + ride_s + drive_s(travel_s, to_place, old_next) - drive_s(travel_s, place, old_next)
        if extra <= most_extra_s and alight_s <= events[delivery, LATEST]:
            if in_time_from(order, n, events, travel_s, profile, alight_s + events[delivery, DWELL], to_place, i + 1):
                pairs[count, 0] = extra
                pairs[count, 1] = i
                pairs[count, 2] = i
                count += 1
        # With others on the way.
        if not in_time_from(order, n, events, travel_s, profile, aboard_from_s, from_place, i + 1):
            continue
        pickup_extra = to_pickup_s + drive_s(travel_s, from_place, old_next) - drive_s(travel_s, place, old_next)
        time = aboard_from_s
        here = from_place
        for j in range(i + 1, n - 1):
            event = order[j]
            if events[event, KIND] == _BREAK:
                break
            time = max(time + drive_s(travel_s, here, events[event, LOCATION]), profile[P_EARLIEST, j])
            here = events[event, LOCATION]
            if time > profile[P_LATEST, j]:
                break
            if watch_apart and profile[P_APART, j] > 0:
                break
            if not fits(
                profile[P_LOAD, j] + seats,
                profile[P_LOAD + 1, j] + wheelchairs,
                profile[P_LOAD + 2, j] + storage,
                configurations,
            ):
                break
            time += events[event, DWELL]
            if events[event, KIND] == _PICKUP and here == to_place:
                continue  # alight before board
            leg_s = drive_s(travel_s, here, to_place)
            alight_s = max(events[delivery, EARLIEST], time + leg_s)
            if alight_s > events[delivery, LATEST]:
                break
            if not _short_enough(events, pickup, delivery, profile, order, j, alight_s, board_s):
                break
            old_next = next_place(order, n, events, j + 1)
            extra = pickup_extra + leg_s + drive_s(travel_s, to_place, old_next) - drive_s(travel_s, here, old_next)
            if extra > most_extra_s:
                continue
            if in_time_from(order, n, events, travel_s, profile, alight_s + events[delivery, DWELL], to_place, j + 1):
                pairs[count, 0] = extra
                pairs[count, 1] = i
                pairs[count, 2] = j
                count += 1
    return count


@compiled
def _short_enough(
    events: I64, pickup: int, delivery: int, profile: I64, order: I64, j: int, alight_s: int, board_s: int
) -> bool:
    """Whether boarding as late as the window allows could keep the ride limit; a necessary test."""
    limit = events[delivery, LIMIT]
    if limit >= NO_LIMIT:
        return True
    latest_board_s = events[pickup, LATEST]
    return bool(alight_s - max(board_s, latest_board_s) - events[pickup, DWELL] <= limit)


@compiled
def insert_into(order: I64, n: int, pickup: int, i: int, j: int, target: I64) -> int:
    """Write the order with the request's events behind positions i and j (see `collect_pairs`); return its length."""
    m = 0
    for k in range(n):
        target[m] = order[k]
        m += 1
        if k == i:
            target[m] = pickup
            m += 1
        if k == j:
            target[m] = pickup + 1
            m += 1
    return m


@compiled
def remove_from(order: I64, n: int, pickup: int, target: I64) -> int:
    """Write the order without the request's events; return its length."""
    m = 0
    for k in range(n):
        if order[k] != pickup and order[k] != pickup + 1:
            target[m] = order[k]
            m += 1
    return m


@compiled
def can_serve(events: I64, pickup: int, features: int) -> bool:
    """Whether a vehicle with these features (bit mask) has what the request needs."""
    return bool((events[pickup, FEATURES] & ~features) == 0)


@compiled
def sort_pairs(pairs: I64, count: int) -> None:
    """Order the pairs by extra driving, ties by position: Shell's method, in place."""
    step = count // 2
    while step > 0:
        for a in range(step, count):
            extra, i, j = pairs[a, 0], pairs[a, 1], pairs[a, 2]
            b = a
            while b >= step and (
                pairs[b - step, 0] > extra
                or (
                    pairs[b - step, 0] == extra
                    and (pairs[b - step, 1] > i or (pairs[b - step, 1] == i and pairs[b - step, 2] > j))
                )
            ):
                pairs[b, 0], pairs[b, 1], pairs[b, 2] = pairs[b - step, 0], pairs[b - step, 1], pairs[b - step, 2]
                b -= step
            pairs[b, 0], pairs[b, 1], pairs[b, 2] = extra, i, j
        step //= 2
