"""The parts of a simulation: chance, rules of booking, intervals, the rolling plan, the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from dispatch.insertion import Insertion
from dispatch.model import Break, Load, Request, Shift, Vehicle
from dispatch.objective import Weights
from dispatch.simulate.__main__ import main
from dispatch.simulate.day import ALTMARK
from dispatch.simulate.district import read_district, shifts_of
from dispatch.simulation.chance import Chance, Uncertainty
from dispatch.simulation.document import Study, document
from dispatch.simulation.intervals import Interval, difference, interval
from dispatch.simulation.rolling import RollingPlan
from dispatch.simulation.rules import DistrictRules, ZoneRules
from dispatch.simulation.study import DayGiven, run_study
from dispatch.simulation.variants import altered
from dispatch.simulation.wishes import Wish
from dispatch.simulation.wording import value_text, with_interval
from tests.builders.simulated import a_setting, some_wishes

HOUR_S = 3600


# -- chance ------------------------------------------------------------------------------------------------------------


def test_luck_depends_on_the_seed_and_the_name_alone() -> None:
    one, same, other = (Chance(Uncertainty(), seed) for seed in (3, 3, 4))
    wish = some_wishes()[0]
    assert one.conduct(wish) == same.conduct(wish)
    assert one.leg_factor("shift 1", 2) == same.leg_factor("shift 1", 2) != other.leg_factor("shift 1", 2)


def test_drives_last_as_long_as_planned_on_average() -> None:
    chance = Chance(Uncertainty(leg_sigma=0.3, day_sigma=0.0), 1)
    factors = [chance.leg_factor("shift 1", number) for number in range(4000)]
    assert np.mean(factors) == pytest.approx(1.0, abs=4 * 0.3 / 4000**0.5)
    assert np.std(np.log(factors)) == pytest.approx(0.3, rel=0.05)


# -- rules -------------------------------------------------------------------------------------------------------------


def the_rules(**changes: object) -> DistrictRules:
    zone = ZoneRules(HOUR_S, ((5 * HOUR_S, 23 * HOUR_S),), ((21 * HOUR_S, 31 * HOUR_S, 20 * HOUR_S),))
    return replace(DistrictRules({"county": zone, "town": zone}, a_setting().shifts), **changes)  # type: ignore[arg-type]


def a_wish(**changes: object) -> Wish:
    own = replace(some_wishes()[0], zone="county", known_at_s=-9000, time_s=10 * HOUR_S, arrive_by=False)
    return replace(own, **changes)  # type: ignore[arg-type]


def at_once(request: Request) -> Insertion:
    boards_s = request.pickup_earliest_s
    return Insertion("shift 1", 0, 0, 0, 0, boards_s, boards_s + request.pickup_dwell_s + 700)


@pytest.mark.parametrize(
    ("wish", "now_s", "code"),
    [
        (a_wish(riders=9), 0, "group_too_large"),
        (a_wish(load=Load(0, 3, 0)), 0, "no_fitting_vehicle"),
        (a_wish(time_s=4 * HOUR_S), 0, "outside_hours"),
        (a_wish(), 10 * HOUR_S - 1800, "too_late"),
        (a_wish(time_s=22 * HOUR_S), 20 * HOUR_S + 1, "after_deadline"),
        (a_wish(time_s=6 * HOUR_S), 10 - 4 * HOUR_S, "after_deadline"),  # 21 to 31 Uhr reaches into this morning
        (a_wish(), -16 * 86_400, "beyond_horizon"),
    ],
)
def test_a_wish_is_refused_by_the_rule_that_it_breaks(wish: Wish, now_s: int, code: str) -> None:
    answer = the_rules().answer(wish, now_s, 600, at_once)
    assert (answer.refusal, answer.offers) == (code, ())


def test_a_full_day_is_no_vehicle() -> None:
    assert the_rules().answer(a_wish(), 0, 600, lambda request: None).refusal == "no_vehicle"


def test_a_promise_holds_the_planned_boarding_and_the_arrival_asked_for() -> None:
    rules = the_rules(margin_s=180)
    (offer,) = rules.answer(a_wish(arrive_by=True), 0, 600, at_once).offers
    assert offer.as_wished
    assert offer.promise.delivery_latest_s <= 10 * HOUR_S - 300
    assert offer.planned.delivery_latest_s <= offer.promise.delivery_latest_s - 180
    assert offer.promise.pickup_earliest_s <= offer.planned.pickup_latest_s <= offer.promise.pickup_latest_s


def test_other_times_are_searched_where_the_wished_one_is_not_free() -> None:
    def not_as_wished(request: Request) -> Insertion | None:
        return None if request.pickup_earliest_s == 10 * HOUR_S else at_once(request)

    offers = the_rules().answer(a_wish(), 0, 600, not_as_wished).offers
    assert [offer.as_wished for offer in offers] == [False, False]
    assert offers[0].promise.pickup_earliest_s < 10 * HOUR_S < offers[1].promise.pickup_earliest_s


# -- intervals ---------------------------------------------------------------------------------------------------------


def test_an_interval_is_students() -> None:
    found = interval([1.0, 2.0, 3.0, None])
    assert found is not None
    assert (found.mean, found.days) == (2.0, 3)
    assert found.high == pytest.approx(2.0 + 4.3027 / 3**0.5, abs=1e-4)  # t(2, 0.975) = 4.3027, deviation 1
    assert interval([]) is None
    single = interval([4.0, None])
    assert single is not None
    assert (single.mean, single.low, single.days) == (4.0, None, 1)


def test_the_same_days_are_compared_pair_by_pair() -> None:
    found = difference([1.0, 12.0, None], [0.0, 11.0, 5.0])
    assert found is not None
    assert (found.mean, found.low, found.days) == (1.0, 1.0, 2)


# -- the rolling plan --------------------------------------------------------------------------------------------------


def test_a_ride_called_off_before_a_break_leaves_a_lawful_route() -> None:
    # The break is taken where the vehicle stands: without the first ride that is too far from the second.
    travel_s = np.array([[0, 3000, 3000], [3000, 0, 60], [3000, 60, 0]], dtype=np.int32)
    bus = Vehicle("bus", (Load(8),))
    shift = Shift("shift", bus, 0, None, 0, 40_000, (Break(10_000, 20_000, 2700),))
    plan = RollingPlan((shift,), travel_s, Weights())
    plan.now_s = 0

    def ride(name: str, origin: int, target: int, earliest_s: int) -> Request:
        return Request(name, origin, target, earliest_s, earliest_s + 600, 0, 40_000, 5000, Load(1))

    for request in (ride("first", 0, 1, 5000), ride("second", 2, 0, 13_000)):
        insertion = plan.quote(request)
        assert insertion is not None
        plan.accept(request, insertion)
    plan.cancel("first")
    assert plan.plan.requests["second"].pickup_latest_s == 13_600
    assert plan.plan.shifts == (shift,)


# -- a study and its document ------------------------------------------------------------------------------------------


def test_figures_do_not_depend_on_the_number_of_processes() -> None:
    settings = [a_setting(), altered(a_setting(), {"planning_factor": 1.3, "slack": 2, "margin_s": 60})]
    days = [DayGiven(seed, some_wishes(12, seed)) for seed in (1, 2)]
    assert run_study(settings, days, 1) == run_study(settings, days, 2)


def test_an_unknown_parameter_is_named() -> None:
    with pytest.raises(ValueError, match="there is no parameter speed"):
        altered(a_setting(), {"speed": 3})


def test_the_document_is_json_without_gaps() -> None:
    days = run_study([a_setting()], [DayGiven(seed, some_wishes(20, seed)) for seed in (1, 2, 3)], 1)[0]
    found = json.loads(json.dumps(document(Study({"district": {"name": "Test"}}, days)), allow_nan=False))
    assert (found["format"], found["version"], found["seeds"]) == ("rufbus-simulation", 1, [1, 2, 3])
    served = found["summary"]["served"]
    assert served["low"] <= served["mean"] <= served["high"]
    assert served["mean"] == pytest.approx(np.mean([day["rides"]["served"] for day in found["days"]]), abs=1e-5)


# -- the command line --------------------------------------------------------------------------------------------------

FEW = ["--requests", "20", "--improve-iterations", "10", "--workers", "1"]


def test_the_command_writes_its_document_and_page(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["day", "--seeds", "2", "--vehicles", "10", "--out", str(tmp_path), *FEW]) == 0
    assert "gefahren" in capsys.readouterr().out
    found = json.loads((tmp_path / "simulation.json").read_text(encoding="utf-8"))
    assert found["about"]["roads"] == "synthetic"
    assert found["comparisons"][0]["changes"] == {"without": ["bus-11", "bus-12"]}
    html = (tmp_path / "simulation.html").read_text(encoding="utf-8")
    assert "künstlich" in html
    assert "Gefahrene Wünsche mit Rollstuhl" in html
    assert "erfunden" in html
    assert "<script" not in html
    assert "http" not in html.replace("http://www.w3.org", "")


def test_a_what_if_says_how_riders_with_a_wheelchair_fare_with_more_ramps(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["day", "--seeds", "1", "--ramps", "12", "--json", *FEW]) == 0
    (comparison,) = json.loads(capsys.readouterr().out)["comparisons"]
    assert comparison["changes"] == {"ramps": 12}
    assert set(comparison["fairness"]["served_share"]) == {"wheelchair", "others", "difference"}


@pytest.mark.parametrize(("ramps", "shifts"), [(0, 0), (7, 13), (8, 14), (12, 19)])
def test_ramps_come_to_those_without_and_go_from_those_with_last(ramps: int, shifts: int) -> None:
    district = read_district(ALTMARK)
    with_ramp = [shift for shift in shifts_of(district, ramps=ramps) if "ramp" in shift.vehicle.features]
    assert len(with_ramp) == shifts
    assert all(any(places.wheelchairs for places in shift.vehicle.configurations) for shift in with_ramp)
    if ramps == 7:
        assert shifts_of(district, ramps=7) == shifts_of(district)


def test_the_same_command_gives_the_same_document(capsys: pytest.CaptureFixture[str]) -> None:
    outputs = []
    for _ in range(2):
        assert main(["--seeds", "1", "--json", *FEW]) == 0
        outputs.append(capsys.readouterr().out)
    assert outputs[0] == outputs[1]


@pytest.mark.parametrize(
    ("options", "problem"),
    [
        (["--without-vehicle", "bus-99"], "--without-vehicle: there is no bus-99"),
        (["--vehicles", "13"], "--vehicles: is 13; right would be: a number from 1 to 12"),
        (["--ramps", "13"], "--ramps: is 13; right would be: a number from 0 to 12"),
        (["--breakdown", "noon"], "--breakdown: is 'noon'"),
        (["--breakdown-vehicle", "bus-0"], "there is no bus-0"),
        (["--seeds", "0"], "--seeds and --requests must be at least 1"),
        (["--margin-s", "600"], "margin_s is 600; right is 0 to 599"),
        (["--district", "nowhere"], "is missing"),
        (["--late-share", "2"], "late_share is 2.0; right is a share from 0 to 1"),
    ],
)
def test_a_wrong_option_is_named(options: list[str], problem: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["day", *options]) == 2
    assert problem in capsys.readouterr().err


@pytest.mark.parametrize(
    ("alter", "problem"),
    [
        (lambda text: "a,b\n1,2\n", "line 1: lacks the column adults"),
        (
            lambda text: text.replace(",21900,", ",early,", 1),
            "line 2, time_s: is 'early'; right would be: a whole number",
        ),
        (lambda text: text.replace("958612", "1", 1), "line 2, from_stop_id: there is no stop 1"),
        (lambda text: text.replace("arrive", "at", 1), "line 2, anchor: is 'at'; right would be: arrive or depart"),
        (lambda text: text.splitlines()[0], "there are no wishes"),
    ],
)
def test_a_wrong_file_of_demand_is_named(
    alter: Callable[[str], str], problem: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "demand.csv"
    file.write_text(alter((ALTMARK / "demand-weekday.csv").read_text(encoding="utf-8")), encoding="utf-8")
    assert main(["day", "--demand", str(file)]) == 2
    assert problem in capsys.readouterr().err


def test_a_missing_file_of_demand_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["day", "--demand", str(tmp_path / "none.csv")]) == 2
    assert "none.csv" in capsys.readouterr().err


# -- words -------------------------------------------------------------------------------------------------------------


def test_figures_are_written_as_people_read_them() -> None:
    share, km = Interval(0.9482, 0.939, 0.957, 5), Interval(-1234.4, None, None, 1)
    assert with_interval("kept_share", share) == "94,8 % (93,9 bis 95,7)"
    assert with_interval("kept_share", share, signed=True) == "+94,8 Punkte (93,9 bis 95,7)"
    assert value_text("driven_km", km) == "−1.234"
    assert value_text("wait_min", -0.01) == "0,0"
    assert value_text("wait_min", None) == "–"
