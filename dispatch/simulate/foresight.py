"""Does foresight win? Learns on some days, chooses there, and is judged on others.

python -m dispatch.simulate.foresight TRAIN_DAYS TEST_DAYS
"""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import Any

from dispatch.simulate.day import ALTMARK, MARGIN_S
from dispatch.simulate.district import (
    District,
    booking_rules,
    read_district,
    shifts_of,
    slowest_factor,
    weights_of,
    wishes_of,
)
from dispatch.simulation.document import compared, means
from dispatch.simulation.figures import DayFigures
from dispatch.simulation.foresight import learn
from dispatch.simulation.setting import Policy, Setting
from dispatch.simulation.study import DayGiven, run_study
from dispatch.simulation.wording import with_interval
from fixtures.make.demand import sample_day

VARIANTS: dict[str, dict[str, Any]] = {
    "refuse above 600": {"limit_s": 600},
    "refuse above 1200": {"limit_s": 1200},
    "choose, price x 1": {"choice": 1.0},
    "choose, price x 3": {"choice": 3.0},
    "wait at hubs, 0.3": {"idle_s": 900, "gain": 0.3},
    "wait at hubs, 0.1": {"idle_s": 900, "gain": 0.1},
}


def _days(district: District, first: int, number: int) -> list[DayGiven]:
    return [
        DayGiven(seed, wishes_of(district, sample_day(district.package, seed))) for seed in range(first, first + number)
    ]


def _line(name: str, days: list[DayFigures], base: list[DayFigures]) -> str:
    own, differs = means(days), compared(days, base)
    texts = [with_interval("served_share", own["served_share"])]
    texts += [
        with_interval(k, differs[k], signed=True) for k in ("served_share", "kept_share", "driven_km", "wait_min")
    ]
    return f"{name:<28} {' | '.join(texts)}"


def main(train_days: int, test_days: int) -> None:
    district = read_district(ALTMARK)
    shifts = shifts_of(district)
    policy = Policy(planning_factor=slowest_factor(district), improve_iterations=100, breakdown_s=None)
    rules = replace(booking_rules(district, shifts), margin_s=MARGIN_S)
    setting = Setting(
        shifts, district.travel_s, district.metres, rules, weights_of(district), district.rules.time_factors, policy
    )
    stops = {stop.stop_id: index for index, stop in enumerate(district.package.stops)}
    hubs = tuple(dict.fromkeys(stops[depot.stop_id] for depot in district.rules.depots))
    train, test = _days(district, 101, train_days), _days(district, 201, test_days)
    past = run_study([setting], train)[0]
    learned = learn(past, [day.wishes for day in train], hubs, district.travel_s)
    for label, days in (("train", train), ("test", test)):
        base = run_study([setting], days)[0]
        print(f"{label}: {'without':<21} {_line('', base, base).strip()}", flush=True)
        for name, changes in VARIANTS.items():
            found = run_study([replace(setting, foresight=replace(learned, **changes))], days)[0]
            print(f"{label}: {_line(name, found, base)}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
