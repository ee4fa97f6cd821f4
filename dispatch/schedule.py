"""When: for a fixed order of events, the times at which all promises hold and the objective is least. Exact.

Every rule is a difference constraint: an event begins no earlier than the one before it plus dwell and drive, no earlier
and no later than its window, and a rider is aboard no longer than promised.

*Feasibility*: lower bounds only ever push events later, so the system has a least solution; the forward pass finds it,
and a ride that is too long raises its own boarding. Either that settles, or some event is pushed past its window and
there is no schedule (an earliest-start test alone would reject lawful routes: leaving later shortens rides).

*Best times*: waiting, time aboard and missing slack are a separable convex function of the times. Along the chain alone,
a dynamic programme over convex piecewise-linear functions is exact (each event keeps the function of its own time as
breakpoints; "no later than the next event" keeps its falling part). Where that solution leaves a rider aboard too long,
the linear programme's dual is a small minimum-cost flow, solved by successive shortest paths (Ahuja, Magnanti & Orlin
1993, ch. 9); its node potentials are the times.
"""

from __future__ import annotations

import numpy as np

from dispatch._compiled import compiled
from dispatch.layout import (
    DIRECT,
    DWELL,
    EARLIEST,
    I32,
    I64,
    INFINITE,
    KIND,
    LATEST,
    LIMIT,
    LOCATION,
    NO_LIMIT,
    RIDE_WEIGHT,
    S_ARGMIN,
    S_BREAK_AT,
    S_BREAK_BY,
    S_COEFFICIENT,
    S_EARLIEST,
    S_GAP,
    S_LATEST,
    S_PARTNER,
    S_SLACK_FROM,
    S_TIME,
    WAIT_WEIGHT,
)

_PICKUP = 1
_DELIVERY = 2
_END = 4


@compiled
def drive_s(travel_s: I32, origin: int, target: int) -> int:
    """Seconds from one location to another; none to or from `NOWHERE`, since the vehicle then stays where it is."""
    if origin < 0 or target < 0:
        return 0
    return int(travel_s[origin, target])


@compiled
def lay_out(
    order: I64, n: int, events: I64, travel_s: I32, done: int, actual_s: I64, ready_s: int, slack: I64, scratch: I64
) -> int:
    """Write windows, gaps, partners and cost coefficients of an order into the scratch table; return driving seconds.

    `slack` is (weight, target seconds). What is done has a window of one second, its actual time.
    """
    driving = 0
    here = -1
    for k in range(n):
        event = order[k]
        location = events[event, LOCATION]
        leg = 0
        if location >= 0:
            leg = drive_s(travel_s, here, location)
            here = location
        driving += leg
        earliest = events[event, EARLIEST]
        latest = events[event, LATEST]
        gap = leg
        if k > 0:
            gap += events[order[k - 1], DWELL]
        if k < done:
            earliest = actual_s[k]
            latest = actual_s[k]
            if k > 0:
                gap = actual_s[k] - actual_s[k - 1]
        elif k == done:
            earliest = max(earliest, ready_s + leg)
        scratch[S_EARLIEST, k] = earliest
        scratch[S_LATEST, k] = latest
        if k > 0:
            scratch[S_GAP, k - 1] = gap
        kind = events[event, KIND]
        scratch[S_PARTNER, k] = -1
        scratch[S_COEFFICIENT, k] = 0
        scratch[S_SLACK_FROM, k] = INFINITE
        if kind == _PICKUP:
            scratch[S_COEFFICIENT, k] = events[event, WAIT_WEIGHT] - events[event + 1, RIDE_WEIGHT]
            scratch[S_SLACK_FROM, k] = events[event, LATEST] - slack[1]
        elif kind == _DELIVERY:
            scratch[S_COEFFICIENT, k] = events[event, RIDE_WEIGHT]
            scratch[S_SLACK_FROM, k] = events[event, LATEST] - slack[1]
            j = k - 1
            while order[j] != event - 1:
                j -= 1
            scratch[S_PARTNER, k] = j
        elif kind == _END and events[event, LIMIT] < NO_LIMIT:
            scratch[S_PARTNER, k] = 0
    return driving


@compiled
def longest_gap_s(order: I64, k: int, events: I64, scratch: I64) -> int:
    """Most seconds between the start of the partner's service and the start of event k, or NO_LIMIT."""
    partner = scratch[S_PARTNER, k]
    if partner < 0:
        return NO_LIMIT
    limit = events[order[k], LIMIT]
    if limit >= NO_LIMIT:
        return NO_LIMIT
    return int(limit + events[order[partner], DWELL])


@compiled
def least_times(order: I64, n: int, events: I64, done: int, scratch: I64) -> bool:
    """Write the earliest lawful times into row S_TIME; False if there are none."""
    earliest = scratch[S_EARLIEST]
    latest = scratch[S_LATEST]
    gap = scratch[S_GAP]
    time = scratch[S_TIME]
    for k in range(n):
        start = earliest[k]
        if k > 0:
            start = max(start, time[k - 1] + gap[k - 1])
        if start > latest[k]:
            return False
        time[k] = start
    settled = False
    while not settled:
        settled = True
        for k in range(max(done, 1), n):
            longest = longest_gap_s(order, k, events, scratch)
            partner = scratch[S_PARTNER, k]
            while time[k] - time[partner] > longest:
                before = time[k]
                raised_by = time[k] - longest - time[partner]
                time[partner] += raised_by
                if time[partner] > latest[partner]:
                    return False
                for q in range(partner + 1, n):
                    start = time[q - 1] + gap[q - 1]
                    if start <= time[q]:
                        break
                    time[q] = start
                    if start > latest[q]:
                        return False
                if time[k] - before == raised_by:  # no waiting between the two could absorb it, nor ever will
                    return False
                settled = False
    return True


@compiled
def chain_times(n: int, done: int, slack_weight: int, scratch: I64) -> bool:
    """Best times when no ride limit binds, into row S_TIME; False if the windows alone cannot be kept."""
    at = scratch[S_BREAK_AT]  # breakpoints of the event's cost as a function of its time, ascending
    by = scratch[S_BREAK_BY]  # by how much the slope grows there
    argmin = scratch[S_ARGMIN]
    count = 0
    slope = 0  # at the left end, `lowest`
    lowest = 0
    for k in range(n):
        earliest = scratch[S_EARLIEST, k]
        latest = scratch[S_LATEST, k]
        if k == 0:
            lowest = earliest
        else:
            gap = scratch[S_GAP, k - 1]
            for b in range(count):
                at[b] += gap
            lowest = max(earliest, lowest + gap)
            dropped = 0
            while dropped < count and at[dropped] <= lowest:
                slope += by[dropped]
                dropped += 1
            if dropped > 0:
                for b in range(dropped, count):
                    at[b - dropped] = at[b]
                    by[b - dropped] = by[b]
                count -= dropped
        if lowest > latest:
            return False
        while count > 0 and at[count - 1] >= latest:
            count -= 1
        slope += scratch[S_COEFFICIENT, k]
        slack_from = scratch[S_SLACK_FROM, k]
        if k >= done and slack_weight > 0 and slack_from < latest:
            if slack_from <= lowest:
                slope += slack_weight
            else:
                b = count
                while b > 0 and at[b - 1] > slack_from:
                    at[b] = at[b - 1]
                    by[b] = by[b - 1]
                    b -= 1
                at[b] = slack_from
                by[b] = slack_weight
                count += 1
        # Keep the falling part: whoever comes later may use any earlier time of this event.
        if slope >= 0:
            argmin[k] = lowest
            slope = 0
            count = 0
        else:
            current = slope
            found = False
            for b in range(count):
                current += by[b]
                if current >= 0:
                    argmin[k] = at[b]
                    by[b] -= current
                    count = b + 1
                    found = True
                    break
            if not found:
                argmin[k] = latest
                at[count] = latest
                by[count] = -current
                count += 1
    time = scratch[S_TIME]
    time[n - 1] = argmin[n - 1]
    for k in range(n - 2, -1, -1):
        time[k] = min(argmin[k], time[k + 1] - scratch[S_GAP, k])
    return True


@compiled
def rides_are_short_enough(order: I64, n: int, events: I64, done: int, scratch: I64) -> bool:
    """Whether the times in row S_TIME keep every ride limit that still binds."""
    time = scratch[S_TIME]
    for k in range(max(done, 1), n):
        partner = scratch[S_PARTNER, k]
        if partner >= 0 and time[k] - time[partner] > longest_gap_s(order, k, events, scratch):
            return False
    return True


@compiled
def limited_times(order: I64, n: int, events: I64, done: int, slack_weight: int, scratch: I64) -> None:
    """Best times under ride limits, into row S_TIME, which holds those of `chain_times`. The order must be feasible.

    Where the vehicle waits empty, what comes before and after does not touch: each such block is a problem of its own,
    and only blocks that break a ride limit are solved again. A block whose new times run into its neighbour's is solved
    together with it; what remains apart is best apart, so the whole is best.
    """
    time = scratch[S_TIME]
    begins = np.zeros(n + 1, dtype=np.bool_)
    begins[0] = True
    begins[n] = True
    aboard = 0
    for k in range(n):
        kind = events[order[k], KIND]
        if k > 0 and aboard == 0 and scratch[S_PARTNER, n - 1] < 0:
            begins[k] = time[k] > time[k - 1] + scratch[S_GAP, k - 1]
        if kind == _PICKUP:
            aboard += 1
        elif kind == _DELIVERY:
            aboard -= 1
    joined = np.zeros(n + 1, dtype=np.bool_)  # the block that this event is in was solved as two, and must be again
    unsettled = True
    while unsettled:
        unsettled = False
        first = 0
        while first < n:
            last = first + 1
            broken = False
            while not begins[last]:
                last += 1
            for k in range(first, last):
                broken = broken or joined[k]
                joined[k] = False
                if k >= max(done, 1) and scratch[S_PARTNER, k] >= 0:
                    longest = longest_gap_s(order, k, events, scratch)
                    broken = broken or time[k] - time[scratch[S_PARTNER, k]] > longest
            if broken:
                flow_times(order, first, last, events, done, slack_weight, scratch)
                if first > 0 and time[first] < time[first - 1] + scratch[S_GAP, first - 1]:
                    begins[first] = False
                    joined[first] = True
                    unsettled = True
                if last < n and time[last] < time[last - 1] + scratch[S_GAP, last - 1]:
                    begins[last] = False
                    joined[first] = True
                    unsettled = True
            first = last


@compiled
def flow_times(order: I64, begin: int, end: int, events: I64, done: int, slack_weight: int, scratch: I64) -> None:
    """Best times of events begin .. end - 1 under ride limits, as if nothing came before or after, into row S_TIME.

    Node 0 stands for midnight, node k + 1 for the k-th event; a further node for each event whose slack counts is never
    before that event, nor before the second from which slack is missing. An arc (i, j, a) says time[j] >= time[i] + a.
    The dual pushes flow along arcs with the greatest total a, so that a node with cost coefficient c takes in c units
    more than it gives. At the optimum, arcs that carry flow are tight, and the longest paths from midnight are the times.
    """
    n = end - begin
    arcs = 6 * n + 4
    tail = np.empty(arcs, dtype=np.int64)
    head = np.empty(arcs, dtype=np.int64)
    bound = np.empty(arcs, dtype=np.int64)
    need = np.zeros(2 * n + 1, dtype=np.int64)
    nodes = n + 1
    m = 0
    for k in range(n):
        event = begin + k
        tail[m], head[m], bound[m] = 0, k + 1, scratch[S_EARLIEST, event]
        m += 1
        tail[m], head[m], bound[m] = k + 1, 0, -scratch[S_LATEST, event]
        m += 1
        if k > 0:
            tail[m], head[m], bound[m] = k, k + 1, scratch[S_GAP, event - 1]
            m += 1
            if event >= done and scratch[S_PARTNER, event] >= 0:
                longest = longest_gap_s(order, event, events, scratch)
                if longest < NO_LIMIT:
                    tail[m], head[m], bound[m] = k + 1, scratch[S_PARTNER, event] - begin + 1, -longest
                    m += 1
        if event >= done and slack_weight > 0 and scratch[S_SLACK_FROM, event] < scratch[S_LATEST, event]:
            tail[m], head[m], bound[m] = 0, nodes, scratch[S_SLACK_FROM, event]
            m += 1
            tail[m], head[m], bound[m] = k + 1, nodes, 0
            m += 1
            need[nodes] = slack_weight
            nodes += 1
        need[k + 1] = scratch[S_COEFFICIENT, event]
    need[0] = -need[1:].sum()
    flow = np.zeros(m, dtype=np.int64)
    longest_path = np.empty(nodes, dtype=np.int64)
    via = np.empty(nodes, dtype=np.int64)
    for source in range(nodes):
        while need[source] < 0:
            _longest_paths(source, m, tail, head, bound, flow, longest_path, via)
            target = -1
            for node in range(nodes):
                if need[node] > 0 and longest_path[node] > -INFINITE:
                    if target < 0 or longest_path[node] > longest_path[target]:
                        target = node
            amount = min(-need[source], need[target])
            node = target
            while node != source:
                arc = via[node]
                if arc >= 0:
                    node = tail[arc]
                else:
                    amount = min(amount, flow[-1 - arc])
                    node = head[-1 - arc]
            node = target
            while node != source:
                arc = via[node]
                if arc >= 0:
                    flow[arc] += amount
                    node = tail[arc]
                else:
                    flow[-1 - arc] -= amount
                    node = head[-1 - arc]
            need[source] += amount
            need[target] -= amount
    _longest_paths(0, m, tail, head, bound, flow, longest_path, via)
    for k in range(n):
        scratch[S_TIME, begin + k] = longest_path[k + 1]


@compiled
def _longest_paths(
    source: int, m: int, tail: I64, head: I64, bound: I64, flow: I64, longest_path: I64, via: I64
) -> None:
    """Bellman-Ford over all arcs and, backwards, those that carry flow (coded -1 - arc)."""
    longest_path[:] = -INFINITE
    longest_path[source] = 0
    changed = True
    while changed:
        changed = False
        for arc in range(m):
            i = tail[arc]
            j = head[arc]
            if longest_path[i] > -INFINITE and longest_path[i] + bound[arc] > longest_path[j]:
                longest_path[j] = longest_path[i] + bound[arc]
                via[j] = arc
                changed = True
            if flow[arc] > 0 and longest_path[j] > -INFINITE and longest_path[j] - bound[arc] > longest_path[i]:
                longest_path[i] = longest_path[j] - bound[arc]
                via[i] = -1 - arc
                changed = True


@compiled
def rider_cost(order: I64, n: int, events: I64, done: int, slack: I64, scratch: I64) -> int:
    """Cost of waiting, excess riding and missing slack of the times in row S_TIME (everything but driving)."""
    time = scratch[S_TIME]
    cost = 0
    for k in range(n):
        event = order[k]
        kind = events[event, KIND]
        if kind == _PICKUP:
            cost += events[event, WAIT_WEIGHT] * max(0, time[k] - events[event, EARLIEST])
        elif kind == _DELIVERY:
            partner = scratch[S_PARTNER, k]
            aboard_s = time[k] - time[partner] - events[event - 1, DWELL]
            cost += events[event, RIDE_WEIGHT] * (aboard_s - events[event, DIRECT])
        if k >= done and slack[0] > 0 and time[k] > scratch[S_SLACK_FROM, k]:
            cost += slack[0] * (time[k] - scratch[S_SLACK_FROM, k])
    return int(cost)


@compiled
def evaluate(
    order: I64,
    n: int,
    events: I64,
    travel_s: I32,
    done: int,
    actual_s: I64,
    ready_s: int,
    drive_weight: int,
    slack: I64,
    timed: bool,
    bound: int,
    scratch: I64,
) -> tuple[int, int]:
    """Least cost of an order and its driving seconds; cost INFINITE if no schedule is lawful.

    Parameters
    ----------
    order
        int64[>= n], event numbers from START to END.
    events, travel_s
        The event table (see `dispatch.layout`) and int32[n_locations, n_locations] driving seconds.
    done, actual_s, ready_s
        The first `done` events began at `actual_s`; the vehicle cannot leave for the next before `ready_s`.
    drive_weight, slack
        Cost of a driving second; (weight, target seconds) of missing slack.
    timed
        Whether times cost anything; if not, only feasibility is looked at.
    bound
        A cost from which on the caller does not care: INFINITE may then be returned without the whole work.
    scratch
        See `dispatch.layout.scratch_for`; on return, row S_TIME holds the times.
    """
    driving = lay_out(order, n, events, travel_s, done, actual_s, ready_s, slack, scratch)
    if not timed:
        if not least_times(order, n, events, done, scratch):
            return INFINITE, driving
        return drive_weight * driving, driving
    if not chain_times(n, done, slack[0], scratch):
        return INFINITE, driving
    if not rides_are_short_enough(order, n, events, done, scratch):
        # Ride limits can only make it dearer than it is without them.
        if drive_weight * driving + rider_cost(order, n, events, done, slack, scratch) >= bound:
            return INFINITE, driving
        if not least_times(order, n, events, done, scratch):
            return INFINITE, driving
        chain_times(n, done, slack[0], scratch)
        limited_times(order, n, events, done, slack[0], scratch)
    return drive_weight * driving + rider_cost(order, n, events, done, slack, scratch), driving
