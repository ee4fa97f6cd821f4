"""The simulation's report as people open it: a file in a browser, without script, small and large, light and dark."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from dispatch.simulation.document import Study, Variant
from dispatch.simulation.page import page as report
from dispatch.simulation.study import DayGiven, run_study
from dispatch.simulation.variants import altered
from tests.browser.looks import assert_axe_finds_nothing, assert_fits
from tests.builders.simulated import a_setting, some_wishes

ABOUT = {
    "district": {"id": "test", "name": "Testkreis"},
    "roads": "synthetic",
    "demand": {"kind": "sampled", "text": "je Tag 60."},
    "zones": [{"id": "town", "name": "Stadt"}, {"id": "county", "name": "Kreis"}],
    "policy": {"breakdown_s": 38_400, "planning_factor": 1.08},
    "uncertainty": {
        "weathers": [["normal", 1.0, 0.75], ["rain", 1.08, 0.25]], "leg_sigma": 0.12, "day_sigma": 0.03, "late_share": 0.1,
        "late_mean_s": 120, "no_show_share": 0.02, "cancel_share": 0.06, "cancel_late_share": 0.3, "driver_waits_s": 180,
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    days = [DayGiven(seed, some_wishes(60, seed)) for seed in (1, 2, 3)]
    settings = [a_setting(), altered(a_setting(), {"planning_factor": 1.3}), a_setting(3)]
    own, more, fewer = run_study(settings, days, 1)
    trade_off = [Variant("Bericht", {}, own), Variant("mehr", {"planning_factor": 1.3}, more)]
    study = Study(ABOUT, own, trade_off, [Variant("ohne bus-4", {"without": ["bus-4"]}, fewer)])
    path = tmp_path_factory.mktemp("report") / "simulation.html"
    path.write_text(report(study), encoding="utf-8")
    return path


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 320)])
def test_the_report_is_accessible_and_fits_a_small_phone(browser: Browser, file: Path, scheme: str, width: int) -> None:
    context = browser.new_context(
        viewport={"width": width, "height": 800},
        color_scheme=scheme,
        java_script_enabled=True,  # type: ignore[arg-type]
    )
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(file.as_uri())
    page.locator("details").evaluate_all("parts => parts.forEach(part => part.open = true)")
    assert_axe_finds_nothing(page, "the report")
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    assert_fits(page, "the report")
    assert asked == [file.as_uri()]  # nothing from outside
    context.close()


def test_every_chart_has_its_numbers_as_a_table(browser: Browser, file: Path) -> None:
    page = browser.new_page()
    page.goto(file.as_uri())
    charts = page.get_by_role("figure")
    assert charts.count() > 10
    for k in range(charts.count()):
        chart = charts.nth(k)
        assert chart.get_by_role("img").get_attribute("aria-label")
        chart.locator("summary").click()
        expect(chart.get_by_role("table")).to_be_visible()
    page.close()
