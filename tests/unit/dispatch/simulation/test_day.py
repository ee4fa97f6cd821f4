"""Days lived through: what must hold whatever happens."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest

from dispatch.checker import check
from dispatch.simulation.chance import Uncertainty
from dispatch.simulation.day import _Day, simulate_day
from dispatch.simulation.figures import RideFigures, day_figures
from dispatch.simulation.record import Fate
from dispatch.simulation.setting import Policy
from tests.builders.simulated import a_calm_setting, a_setting, some_wishes

SEEDS = (1, 2, 3)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_day_without_noise_keeps_every_promise(seed: int) -> None:
    day = _Day(a_calm_setting(), some_wishes(seed=seed), seed)
    record = day.run()
    figures = day_figures(record)
    assert figures.rides.served > 20
    assert figures.rides.kept_share == 1.0
    assert figures.rides.failed == figures.rides.cancelled == figures.rides.no_show == 0
    assert check(day.live.plan, day.planned_s) == []


@pytest.mark.parametrize("seed", SEEDS)
def test_what_was_asked_adds_up_whole_and_in_every_group(seed: int) -> None:
    figures = day_figures(simulate_day(a_setting(), some_wishes(seed=seed), seed))
    assert figures.rides.requested == 50
    assert sum(figures.refusals.values()) == figures.rides.refused
    for groups in (figures.by_hour, figures.by_zone, figures.by_need, {"all": figures.rides}):
        for group in groups.values():
            assert group.requested == sum(_fates(group).values())
        assert sum((_fates(group) for group in groups.values()), Counter()) == _fates(figures.rides)
    assert sum(hour.driven_km for hour in figures.drives_by_hour.values()) == pytest.approx(figures.drives.driven_km)


def _fates(figures: RideFigures) -> Counter[str]:
    return Counter({fate.value: getattr(figures, fate.value) for fate in Fate})


@pytest.mark.parametrize("seed", SEEDS)
def test_a_breakdown_loses_nobody_aboard(seed: int) -> None:
    early = Policy(breakdown_s=9 * 3600, improve_iterations=40)
    luck = Uncertainty(no_show_share=0.0, cancel_share=0.0, late_share=0.0)
    record = simulate_day(a_setting(policy=early, uncertainty=luck), some_wishes(90, seed=seed), seed)
    hit = [ride for ride in record.rides if ride.incident]
    aboard = [ride for ride in hit if ride.boarded_s is not None and ride.boarded_s < 9 * 3600]
    assert record.broken_down
    assert len(aboard) > 0
    assert {ride.fate for ride in aboard} == {Fate.SERVED}
    assert {ride.fate for ride in hit} <= {Fate.SERVED, Fate.FAILED}  # who waited may find no other bus that day
    lost = [drive for drive in record.drives if drive.shift_id == record.broken_down and drive.begun_s > 9 * 3600]
    assert lost == []


def test_a_vehicle_can_be_chosen_to_break_down() -> None:
    policy = Policy(breakdown_vehicle="vehicle 2", improve_iterations=0)
    record = simulate_day(a_setting(policy=policy), some_wishes(20), 1)
    assert record.broken_down == "shift 2"


def test_the_same_seed_gives_the_same_day_and_another_does_not() -> None:
    one, same, other = (simulate_day(a_setting(), some_wishes(), seed) for seed in (5, 5, 6))
    assert one == same
    assert one != other


def test_nobody_is_known_before_the_wish_is_made() -> None:
    record = simulate_day(a_calm_setting(), some_wishes(), 1)
    for ride in record.rides:
        if ride.boarded_s is not None:
            assert ride.boarded_s >= ride.wish.known_at_s


def test_who_never_comes_is_waited_for_and_left() -> None:
    nobody = replace(Uncertainty().without_noise(), no_show_share=1.0)
    setting = replace(a_calm_setting(), uncertainty=nobody)
    figures = day_figures(simulate_day(setting, some_wishes(), 1))
    assert figures.rides.served == 0
    assert figures.rides.no_show > 20
    assert figures.drives.driven_km == figures.drives.empty_km > 0


def test_who_calls_off_frees_the_seat() -> None:
    all_off = replace(Uncertainty().without_noise(), cancel_share=1.0, cancel_late_share=0.0)
    figures = day_figures(simulate_day(replace(a_calm_setting(), uncertainty=all_off), some_wishes(), 1))
    assert figures.rides.cancelled + figures.rides.refused == 50
    assert figures.drives.driven_km < day_figures(simulate_day(a_calm_setting(), some_wishes(), 1)).drives.driven_km


def test_slow_roads_break_promises_and_are_counted() -> None:
    slow = replace(Uncertainty().without_noise(), weathers=(("normal", 1.0, 1.0),), leg_sigma=0.5)
    figures = day_figures(simulate_day(replace(a_calm_setting(), uncertainty=slow), some_wishes(90), 1))
    assert figures.rides.kept_share is not None
    assert figures.rides.kept_share < 0.97
    assert figures.rides.failed == 0


def test_a_policy_refuses_values_that_mean_nothing() -> None:
    with pytest.raises(ValueError, match="planning_factor is 0"):
        Policy(planning_factor=0)
    with pytest.raises(ValueError, match="improve_every_s is 5; right is 60 or more"):
        Policy(improve_every_s=5)
    with pytest.raises(ValueError, match="shares of days must add up to 1"):
        Uncertainty(weathers=(("normal", 1.0, 0.5),))
