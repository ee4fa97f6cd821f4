"""The handover log by the keyboard, and the audit beside it: readable by everybody, also on paper."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import OpenPage
from tests.browser.looks import assert_accessible, assert_fits, assert_targets_are_large


@pytest.mark.parametrize(("scheme", "width"), [("light", 320), ("dark", 1280)])
def test_a_point_is_written_found_and_ticked(staff_page: OpenPage, scheme: str, width: int) -> None:
    size = {"width": width, "height": 800}
    page = staff_page("/anmelden/", viewport=size, color_scheme=scheme, reduced_motion="reduce")
    page.goto("/leitstelle/uebergabe/")
    page.get_by_role("button", name="Eintragen").press("Enter")
    expect(page.get_by_role("alert")).to_contain_text("Schreiben Sie, was die nächste Schicht wissen soll.")
    assert_accessible(page, "no text")
    text = f"Schlüssel {width} hängt im Büro"
    page.get_by_role("textbox", name="Eintrag", exact=True).fill(text)
    page.get_by_label("Offener Punkt").press("Space")
    page.get_by_role("button", name="Eintragen").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Eingetragen.")
    for path in ("", f"?suche={width}"):
        page.goto(f"/leitstelle/uebergabe/{path}")
        expect(page.get_by_role("main")).to_contain_text(text)
        assert_accessible(page, f"handover {path}")
        assert_fits(page, f"handover {path} at {width}")
        assert_targets_are_large(page, f"handover {path}")
    page.goto("/leitstelle/uebergabe/")
    page.get_by_role("button", name=re.compile(f"Erledigt.*{text}")).press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Erledigt.")
    page.emulate_media(media="print")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    expect(page.get_by_role("button", name="Eintragen")).to_be_hidden()
    page.emulate_media(media="screen")
    page.goto("/leitstelle/protokoll/")
    expect(page.get_by_role("main")).to_contain_text("Offener Punkt erledigt")
    assert_accessible(page, "audit")
    assert_fits(page, f"audit at {width}")
    assert_targets_are_large(page, "audit")
