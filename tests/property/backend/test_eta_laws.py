"""Laws of positions and arrivals: what a receiver does wrong never reaches a rider, and no minute is invented."""

from __future__ import annotations

import itertools
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from backend.operations.eta import LEAST_SPREAD_S, SPREAD_PER_DRIVE, Here, arrivals
from backend.operations.track import FASTEST_MPS, Point, Progress, Visit, Walk, believable, progress

LAT, LON, STEP = 52.8, 11.0, 0.03  # about two kilometres between two stops of a road to the east
LEG_S = 150.0
KINDS = ("stop", "stop", "stop", "break")


@st.composite
def routes(draw: st.DrawFn) -> tuple[Visit, ...]:
    """A lawful route over some of ten stops on one road, from a depot and back to it."""
    second = draw(st.integers(20_000, 30_000))
    places = [0, *draw(st.lists(st.integers(0, 9), min_size=1, max_size=7)), 0]
    visits: list[Visit] = []
    for number, place in enumerate(places):
        if visits:
            second += round(LEG_S * abs(place - visits[-1].location)) + draw(st.integers(0, 900))
        kind = "start" if number == 0 else "end" if number == len(places) - 1 else draw(st.sampled_from(KINDS))
        dwell = draw(st.integers(0, 300))
        boards = draw(st.booleans()) and kind == "stop"
        leaves_from = second - draw(st.integers(0, 600)) if boards else 0
        visits.append(Visit(place, LAT, LON + STEP * place, kind, second, second + dwell, leaves_from))
        second += dwell
    return tuple(visits)


def seconds(origin: int, target: int) -> float:
    return LEG_S * abs(origin - target)


def driven(visits: tuple[Visit, ...], until_s: float, late_s: float = 0.0) -> list[Point]:
    """A point every ten seconds of a vehicle that keeps to the plan, or is late by some seconds."""
    points: list[Point] = []
    for before, after in itertools.pairwise(visits):
        leave = before.end_s + late_s
        way = seconds(before.location, after.location)
        second = before.start_s + late_s if not points else points[-1].at_s + 10
        while second <= min(until_s, after.start_s + late_s):
            share = min(1.0, max(0.0, (second - leave) / way)) if way else 1.0
            lon = before.lon + (after.lon - before.lon) * share
            points.append(Point(f"p{len(points)}", second, LAT, lon, 8.0))
            second += 10
    return points


@given(routes(), st.data())
def test_arrivals_rise_along_the_route_and_never_beat_the_road(visits: tuple[Visit, ...], data: st.DataObject) -> None:
    now_s = data.draw(st.integers(15_000, 45_000))
    done = data.draw(st.integers(0, len(visits) - 1))
    here = Here(now_s - data.draw(st.integers(0, 180)), lambda location: LEG_S * abs(location - 4.5))
    factor = data.draw(st.floats(0.5, 2.0))
    told = arrivals(visits, Progress(done, None, ()), here, seconds, factor, now_s)
    assert [arrival.visit for arrival in told] == list(range(done, len(visits)))
    road_s = driving_s = here.seconds_to(visits[done].location)
    road_s += here.at_s
    for number, arrival in enumerate(told):
        if number:
            leg_s = seconds(visits[arrival.visit - 1].location, visits[arrival.visit].location)
            driving_s += leg_s
            road_s = max(road_s, visits[arrival.visit - 1].leaves_from_s) + leg_s
        assert now_s <= arrival.low_s <= arrival.likely_s <= arrival.high_s
        assert arrival.low_s >= road_s - 1e-6, "no bus is faster than the road allows"
        unsure_s = LEAST_SPREAD_S + SPREAD_PER_DRIVE * driving_s
        assert arrival.high_s - arrival.likely_s >= unsure_s - 1e-6, "farther away is less sure"
    for before, after in itertools.pairwise(told):
        assert before.low_s <= after.low_s
        assert before.likely_s <= after.likely_s
        assert before.high_s <= after.high_s


@given(routes(), st.integers(0, 400), st.randoms(use_true_random=False))
def test_order_and_repetition_of_points_change_nothing(visits: tuple[Visit, ...], late_s: int, chance) -> None:
    points = driven(visits, visits[-1].end_s, late_s)
    mixed = [*points, *chance.sample(points, len(points) // 2)]
    chance.shuffle(mixed)
    assert believable(mixed) == tuple(points)


@given(routes(), st.data())
def test_single_jumps_change_nothing(visits: tuple[Visit, ...], data: st.DataObject) -> None:
    points = driven(visits, visits[-1].end_s)
    wrong = [
        replace(point, id=f"jump-{index}", lat=point.lat + data.draw(st.sampled_from((-2.0, 1.0, 3.0))))
        for index, point in enumerate(points)
        if index and index % 5 == 0 and data.draw(st.booleans())
    ]
    assert believable([*points, *wrong]) == tuple(points)


@given(routes(), st.integers(1, 2))
def test_a_track_that_begins_with_a_jump_recovers(visits: tuple[Visit, ...], jumps: int) -> None:
    points = driven(visits, visits[-1].end_s)
    if len(points) < 4:
        return
    wrong = [Point(f"jump-{k}", points[0].at_s - 20 + k, 48.0 + 5 * k, 8.0) for k in range(jumps)]
    assert believable([*wrong, *points])[-3:] == tuple(points[-3:])


@given(st.lists(st.tuples(st.floats(0, 86_400), st.floats(-90, 90), st.floats(-180, 180)), max_size=40))
def test_whatever_is_believed_could_have_been_driven(rows: list[tuple[float, float, float]]) -> None:
    kept = believable(Point(str(number), *row) for number, row in enumerate(rows))
    assert [point.at_s for point in kept] == sorted(point.at_s for point in kept)
    for before, after in itertools.pairwise(kept):
        north_m = abs(before.lat - after.lat) * 111_195
        assert north_m <= 151 + FASTEST_MPS * (after.at_s - before.at_s)


@given(routes(), st.floats(0, 1), st.integers(0, 300))
def test_progress_only_grows_and_no_stop_is_over_before_its_time(
    visits: tuple[Visit, ...], share: float, late_s: int
) -> None:
    points = believable(driven(visits, visits[-1].end_s + late_s, late_s))
    cut = int(len(points) * share)
    earlier, later = progress(visits, points[:cut]), progress(visits, points)
    assert 0 <= earlier.done <= later.done <= len(visits)
    for number in range(earlier.done):
        stay = earlier.stay(number)
        if stay is not None and points[:cut]:
            assert points[:cut][-1].at_s >= visits[number].leaves_from_s


@given(routes(), st.integers(0, 300))
def test_who_keeps_to_the_plan_reaches_the_end(visits: tuple[Visit, ...], late_s: int) -> None:
    points = believable(driven(visits, visits[-1].end_s + late_s, late_s))
    come = progress(visits, points)
    last = max(number for number, visit in enumerate(visits) if visit.location != 0 or number == 0)
    if len(points) > 3:
        assert come.done >= last, (come, visits)


def test_a_point_that_is_no_position_is_not_believed() -> None:
    good = Point("a", 100.0, LAT, LON, 10.0)
    vague = Point("b", 110.0, LAT, LON, 5000.0)
    assert believable([vague, good]) == (good,)


@given(routes(), routes(), st.integers(0, 900), st.data())
def test_a_walk_goes_on_as_if_it_had_begun_anew(
    visits: tuple[Visit, ...], others: tuple[Visit, ...], late_s: int, data: st.DataObject
) -> None:
    """Whatever comes between: points that wobble or are missing, another route, more facts, points believed no more."""
    wobble = st.floats(-0.002, 0.002)
    points = [
        replace(point, lat=point.lat + data.draw(wobble) if number % 5 == 0 else point.lat)
        for number, point in enumerate(driven(visits, visits[-1].end_s, late_s)[::12])
        if data.draw(st.integers(0, 9))
    ]
    cuts = sorted(data.draw(st.lists(st.integers(0, len(points)), max_size=4)))
    walk = None
    for cut in [*cuts, len(points)]:
        route = data.draw(st.sampled_from([visits, visits, others]))
        done = data.draw(st.sampled_from([0, 0, 1]))
        track = points[:cut]
        if track and not data.draw(st.integers(0, 5)):
            track = track[1:]
        before = (walk.progress, walk) if walk else None
        walk = Walk.along(route, track, done, walk)
        assert walk.progress == progress(route, track, done)
        if before:
            assert before[1].progress == before[0], "who went on from it has left it as it was"
