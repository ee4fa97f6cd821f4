"""Days of growing size: full as asked, lawful, measured, drawn."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from dataclasses import replace
from pathlib import Path

from dispatch.benchmark.days import quickly_filled_plan
from dispatch.benchmark.growth import growth_plot, measure_start, write_growth_plot
from dispatch.benchmark.quotes import QuoteTimes, measure_quotes
from dispatch.checker import check


def test_a_quickly_filled_day_is_as_full_as_asked_and_lawful() -> None:
    plan, geometry, _rng = quickly_filled_plan(6, 80, seed=3)
    assert len(plan.requests) == 80
    assert check(plan, geometry.travel_s) == []
    again, _geometry, _rng = quickly_filled_plan(6, 80, seed=3)
    assert again == plan


def test_a_fleet_too_small_is_filled_as_far_as_it_goes() -> None:
    plan, geometry, _rng = quickly_filled_plan(1, 150, seed=3)
    assert 20 < len(plan.requests) < 150
    assert check(plan, geometry.travel_s) == []


def test_a_size_is_measured() -> None:
    size = measure_quotes(2, 20, quotes=30, seed=1)
    assert (size.vehicles, size.bookings, size.aim_p95_ms) == (2, 20, None)
    assert 0 < size.median_ms <= size.p95_ms <= size.max_ms
    assert size.matrix_mb == 600 * 600 * 4 / 1e6
    assert size.state_mb > 0


def test_the_picture_shows_every_size_and_says_it_in_words(tmp_path: Path) -> None:
    small = QuoteTimes(12, 50, 50, 10, 1, 0.1, 0.2, 0.3, None, 1.0, 0.1, 1.4, 1.0, 0.9)
    sizes = [small, replace(small, bookings=400, p95_ms=0.4), replace(small, vehicles=200, bookings=4000, p95_ms=30.0)]
    write_growth_plot(sizes, tmp_path / "new" / "growth.svg")
    root = ElementTree.parse(tmp_path / "new" / "growth.svg").getroot()
    names = [element.tag.rpartition("}")[2] for element in root.iter()]
    assert (names.count("circle"), names.count("polyline")) == (3, 2)
    assert "200 vehicles, 4000 bookings: 30 ms" in growth_plot(sizes)


def test_a_fresh_process_says_how_long_its_first_quote_took() -> None:
    start = measure_start()
    assert 0 < start.imports_and_first_quote_s <= start.start_to_first_quote_s
    assert start.worker_rss_mb > 20
