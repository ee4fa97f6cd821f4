"""The command `day`: simulated days of a district, figures with intervals, a JSON document and a page.

python -m dispatch.simulate day --seeds 5 --out FOLDER
python -m dispatch.simulate day --seeds 10 --vehicles 10 --out FOLDER      # what if two vehicles stay at home?
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from dispatch.simulate.district import (
    District,
    booking_rules,
    read_district,
    read_rows,
    shifts_of,
    slowest_factor,
    weights_of,
    wishes_of,
)
from dispatch.simulation.chance import Uncertainty
from dispatch.simulation.document import Study, Variant, document, fairness, means, undisturbed
from dispatch.simulation.page import page
from dispatch.simulation.setting import Policy, Setting
from dispatch.simulation.study import DayGiven, run_study
from dispatch.simulation.variants import TRADE_OFF, altered
from dispatch.simulation.wording import FIGURES, with_interval
from fixtures.make.demand import DEFAULT_REQUESTS, sample_day
from fixtures.toml_tables import PackageError, clock_s
from routing.errors import RoadError

ALTMARK = Path(__file__).resolve().parents[2] / "fixtures" / "altmark"
PRINTED = (
    "served_share",
    "kept_share",
    "wait_min",
    "excess_min",
    "pooled_share",
    "people_per_hour",
    "empty_share",
    "driven_km",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The options of `day`."""
    own, luck = Policy(), Uncertainty()
    parser.add_argument("--district", type=Path, default=ALTMARK, help="a district package (default: the Altmark)")
    parser.add_argument("--seeds", type=int, default=5, help="how many days to live through (default: 5)")
    parser.add_argument(
        "--first-seed", type=int, default=1, help="seed of the first day; the others follow (default: 1)"
    )
    parser.add_argument("--requests", type=int, default=DEFAULT_REQUESTS, help="wishes a day (default: %(default)s)")
    parser.add_argument(
        "--demand", type=Path, help="wishes of every day from a file like demand-weekday.csv, not sampled"
    )
    parser.add_argument("--out", type=Path, help="folder for simulation.json and simulation.html")
    parser.add_argument("--json", action="store_true", help="print the document instead of a table")
    parser.add_argument("--workers", type=int, help="processes (default: one a core)")
    what_if = parser.add_argument_group("what if", "runs the same days twice and compares")
    what_if.add_argument("--without-vehicle", action="append", default=[], metavar="ID", help="leave this one at home")
    what_if.add_argument(
        "--vehicles", type=int, metavar="N", help="use only N of the vehicles (the last ones stay home)"
    )
    what_if.add_argument("--ramps", type=int, metavar="N", help="N of the vehicles have a ramp, whatever they have now")
    what_if.add_argument(
        "--trade-off", action="store_true", help="also run less and more reserve: the curve of the report"
    )
    plan = parser.add_argument_group("how it is planned", "the district's own values by default")
    plan.add_argument("--planning-factor", type=float, help="travel times planned, as a multiple of free roads")
    plan.add_argument("--margin-s", type=int, help="seconds held back of every promise (promise_reserve_s)")
    plan.add_argument("--pickup-window-s", type=int, help="width of the promised window")
    plan.add_argument(
        "--arrival-buffer-s", type=int, help="how long before the wished arrival people are promised to be there"
    )
    plan.add_argument("--slack", type=int, help="weight of slack in the objective")
    plan.add_argument("--slack-target-s", type=int, help="slack that the objective wants")
    plan.add_argument("--leave-ahead-s", type=int, default=own.leave_ahead_s, help="leave earlier than just in time")
    plan.add_argument(
        "--improve-every-s", type=int, default=own.improve_every_s, help="simulated seconds (default: %(default)s)"
    )
    plan.add_argument(
        "--improve-iterations", type=int, default=own.improve_iterations, help="steps (default: %(default)s)"
    )
    plan.add_argument(
        "--room-steps",
        type=int,
        default=own.room_steps,
        help="steps to make room before a no to who fits only some vehicles (default: %(default)s)",
    )
    chance = parser.add_argument_group("what goes wrong")
    chance.add_argument(
        "--breakdown", default="10:40", help='when a vehicle breaks down, or "never" (default: %(default)s)'
    )
    chance.add_argument(
        "--breakdown-vehicle", default="", metavar="ID", help="which (default: the one with most aboard)"
    )
    chance.add_argument("--no-noise", action="store_true", help="everything goes as planned")
    chance.add_argument(
        "--leg-sigma", type=float, default=luck.leg_sigma, help="noise of each leg (default: %(default)s)"
    )
    chance.add_argument(
        "--day-sigma", type=float, default=luck.day_sigma, help="noise of a whole day (default: %(default)s)"
    )
    chance.add_argument(
        "--late-share", type=float, default=luck.late_share, help="riders who come late (default: %(default)s)"
    )
    chance.add_argument(
        "--no-show-share", type=float, default=luck.no_show_share, help="who do not come (default: %(default)s)"
    )
    chance.add_argument(
        "--cancel-share", type=float, default=luck.cancel_share, help="who call off (default: %(default)s)"
    )
    chance.add_argument(
        "--driver-waits-s", type=int, default=luck.driver_waits_s, help="for a rider (default: %(default)s)"
    )


def run(options: argparse.Namespace) -> int:
    """Simulate as the options say; 2 for what cannot be."""
    try:
        prepared = _prepare(options)
        if options.out:
            options.out.mkdir(parents=True, exist_ok=True)  # before the work, so that a wrong folder costs nothing
    except (PackageError, RoadError, ValueError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    study = _study(prepared, options.workers)
    found = document(study)
    if options.out:
        text = json.dumps(found, ensure_ascii=False, indent=1) + "\n"
        (options.out / "simulation.json").write_text(text, encoding="utf-8")
        (options.out / "simulation.html").write_text(page(study), encoding="utf-8")
    print(json.dumps(found, ensure_ascii=False) if options.json else _table(study))
    if options.out and not options.json:
        print(f"\n{options.out / 'simulation.html'}\n{options.out / 'simulation.json'}")
    return 0


@dataclass(frozen=True, slots=True)
class _Prepared:
    """All that is to be run, checked. `others`: name, what is changed, the setting."""

    about: dict[str, Any]
    days: list[DayGiven]
    setting: Setting
    trade_off: list[tuple[str, dict[str, Any], Setting]]
    what_if: list[tuple[str, dict[str, Any], Setting]]


def _prepare(options: argparse.Namespace) -> _Prepared:
    if options.seeds < 1 or options.requests < 1 or options.first_seed < 0:
        raise ValueError("--seeds and --requests must be at least 1, --first-seed at least 0")
    if options.workers is not None and options.workers < 1:
        raise ValueError("--workers must be at least 1")
    district = read_district(options.district)
    setting = _setting(district, options)
    about = _about(district, setting, options)
    margins = [margin_s for margin_s in TRADE_OFF if options.trade_off and margin_s != about["booking"]["margin_s"]]
    trade_off = [
        (f"{margin_s} s", {"margin_s": margin_s}, altered(setting, {"margin_s": margin_s})) for margin_s in margins
    ]
    what_if = []
    home = _stay_home(district, options)
    if home:
        what_if.append(
            (f"ohne {', '.join(sorted(home))}", {"without": sorted(home)}, _setting(district, options, home))
        )
    if options.ramps is not None:
        name = f"{options.ramps} von {len(district.rules.vehicles)} Bussen mit Rampe"
        what_if.append((name, {"ramps": options.ramps}, _setting(district, options, ramps=options.ramps)))
    return _Prepared(about, _days(district, options), setting, trade_off, what_if)


def _study(given: _Prepared, workers: int | None) -> Study:
    others = [*given.trade_off, *given.what_if]
    settings = [given.setting, *(setting for _, _, setting in others)]
    base, *found = run_study(settings, given.days, workers, _progress if sys.stderr.isatty() else None)
    variants = [Variant(name, changes, days) for (name, changes, _), days in zip(others, found, strict=True)]
    trade_off, what_if = variants[: len(given.trade_off)], variants[len(given.trade_off) :]
    if trade_off:
        own_s = int(given.about["booking"]["margin_s"])
        own = Variant(f"{own_s} s", {}, base)
        trade_off = sorted([*trade_off, own], key=lambda variant: int(variant.changes.get("margin_s", own_s)))
    return Study(given.about, base, trade_off, what_if)


def _setting(
    district: District, options: argparse.Namespace, without: frozenset[str] = frozenset(), ramps: int | None = None
) -> Setting:
    shifts = shifts_of(district, without=without, ramps=ramps)
    rules = booking_rules(district, shifts)
    wanted = {
        "pickup_window_s": options.pickup_window_s,
        "arrival_buffer_s": options.arrival_buffer_s,
        "margin_s": options.margin_s,
    }
    rules = replace(rules, **{name: value for name, value in wanted.items() if value is not None})
    weights = weights_of(district)
    if options.slack is not None:
        weights = replace(weights, slack=options.slack)
    if options.slack_target_s is not None:
        weights = replace(weights, slack_target_s=options.slack_target_s)
    own = district.rules.weather_factors
    luck = Uncertainty(
        leg_sigma=options.leg_sigma,
        day_sigma=options.day_sigma,
        weathers=tuple((name, own.get(name, factor), share) for name, factor, share in Uncertainty().weathers),
        late_share=options.late_share,
        no_show_share=options.no_show_share,
        cancel_share=options.cancel_share,
        driver_waits_s=options.driver_waits_s,
    )
    factors = district.rules.time_factors
    if options.no_noise:
        luck, factors = luck.without_noise(), ()
    broken = options.breakdown != "never" and not options.no_noise
    if options.breakdown_vehicle and options.breakdown_vehicle not in {v.id for v in district.rules.vehicles}:
        raise PackageError(
            "district.toml", "vehicle", f"there is no {options.breakdown_vehicle}", "the id of a vehicle"
        )
    policy = Policy(
        planning_factor=slowest_factor(district) if options.planning_factor is None else options.planning_factor,
        leave_ahead_s=options.leave_ahead_s,
        improve_every_s=options.improve_every_s,
        improve_iterations=options.improve_iterations,
        room_steps=options.room_steps,
        breakdown_s=clock_s(options.breakdown, "the option", "--breakdown") if broken else None,
        breakdown_vehicle=options.breakdown_vehicle,
    )
    return Setting(shifts, district.travel_s, district.metres, rules, weights, factors, policy, luck)


def _stay_home(district: District, options: argparse.Namespace) -> frozenset[str]:
    fleet = [vehicle.id for vehicle in district.rules.vehicles]
    home = set(options.without_vehicle)
    unknown = home - set(fleet)
    if unknown:
        raise PackageError(
            "the option", "--without-vehicle", f"there is no {min(unknown)}", f"one of {', '.join(fleet)}"
        )
    if options.vehicles is not None:
        left = [vehicle for vehicle in fleet if vehicle not in home]
        if not 0 < options.vehicles <= len(left):
            raise PackageError("the option", "--vehicles", f"is {options.vehicles}", f"a number from 1 to {len(left)}")
        home |= set(left[options.vehicles :])
    return frozenset(home)


def _days(district: District, options: argparse.Namespace) -> list[DayGiven]:
    seeds = range(options.first_seed, options.first_seed + options.seeds)
    if options.demand:
        wishes = wishes_of(district, read_rows(options.demand), str(options.demand))
        return [DayGiven(seed, wishes) for seed in seeds]
    return [DayGiven(seed, wishes_of(district, sample_day(district.package, seed, options.requests))) for seed in seeds]


def _about(district: District, setting: Setting, options: argparse.Namespace) -> dict[str, Any]:
    rules = district.rules
    text = (
        f"ein Tag aus {options.demand.name}, mit immer neuem Zufall."
        if options.demand
        else f"je Tag {options.requests}, gezogen nach Einwohnern, Zielen und Uhrzeiten."
    )
    booking = {
        name: value for name, value in asdict(booking_rules(district, ())).items() if name not in ("zones", "shifts")
    }
    used = {name: getattr(setting.rules, name) for name in booking}
    return {
        "district": {"id": rules.id, "name": rules.name},
        "roads": "synthetic" if district.synthetic_roads else "imported",
        "demand": {"kind": "file" if options.demand else "sampled", "text": text},
        "zones": [{"id": zone.id, "name": zone.name} for zone in rules.zones],
        "vehicles": sorted({shift.vehicle.id for shift in setting.shifts}),
        "policy": asdict(setting.policy),
        "booking": used,
        "weights": asdict(setting.weights),
        "uncertainty": asdict(setting.uncertainty),
    }


def _progress(done: int, of: int) -> None:
    print(f"\r{done} of {of} days", end="\n" if done == of else "", file=sys.stderr, flush=True)


def _table(study: Study) -> str:
    found = means(study.days)
    lines = [f"{len(study.days)} days of {study.about['district']['name']} (roads: {study.about['roads']})"]
    lines += [f"  {FIGURES[name][0]:<40} {with_interval(name, found[name])}" for name in PRINTED]
    calm = undisturbed(study.days)
    lines.append(f"  {'Gehaltene Zusagen ohne Ausfall':<40} {with_interval('kept_share', calm['kept_share'])}")
    for name, groups in fairness(study.days).items():
        texts = [with_interval(name, groups[group]) for group in ("wheelchair", "others")]
        lines.append(f"  {FIGURES[name][0]:<40} mit Rollstuhl {texts[0]}, alle anderen {texts[1]}")
    for variant in [*study.trade_off, *study.comparisons]:
        own = means(variant.days)
        noise = with_interval("kept_share", undisturbed(variant.days)["kept_share"])
        texts = [with_interval(name, own[name]) for name in ("kept_share", "served_share", "driven_km")]
        lines.append(
            f"  {variant.name:<24} gehalten {texts[0]}, ohne Ausfall {noise}, gefahren {texts[1]}, km {texts[2]}"
        )
    for variant in study.comparisons:
        served = fairness(variant.days)["served_share"]
        pair = " und ".join(with_interval("served_share", served[group]) for group in ("wheelchair", "others"))
        lines.append(f"  {variant.name:<24} gefahren mit Rollstuhl und ohne: {pair}")
    return "\n".join(lines)
