"""A driver's shift from the first code to signing out: by keyboard, by touch, by day and by night, on any device."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.driving import (
    KLOETZE,
    DriverServer,
    a_driver_server,
    a_telephone,
    kept_on,
    make_known,
    press,
    sign_in,
    wait_until_sent,
)
from tests.browser.looks import (
    assert_accessible,
    assert_fits,
    assert_keyboard_reaches_everything,
    look_at,
)

GLOVE_PX = 64


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DriverServer]:
    with a_driver_server(tmp_path_factory.mktemp("driver-data")) as running:
        yield running


@pytest.fixture(scope="module")
def telephone(browser: Browser, server: DriverServer) -> Iterator[BrowserContext]:
    with a_telephone(browser, server, has_touch=True, reduced_motion="reduce") as context:
        context.clock.install()
        yield context


@pytest.fixture(scope="module")
def page(telephone: BrowserContext, server: DriverServer) -> Iterator[Page]:
    """One shift in one page; what it writes to the console as an error fails the test that comes after it."""
    server.act("play", "7:50")
    opened = telephone.new_page()
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    yield opened
    assert not faults, faults


def heading(page: Page) -> str:
    return page.get_by_role("heading", level=1).inner_text()


def tab_to(page: Page, name: str) -> None:
    """Go on with the Tab key until the control of this name has the focus."""
    for _press in range(80):
        page.keyboard.press("Tab")
        focused = page.evaluate("() => document.activeElement.ariaLabel ?? document.activeElement.innerText ?? ''")
        if " ".join(focused.split()) == name:
            return
    pytest.fail(f"the Tab key never comes to {name!r}")


def by_keyboard(page: Page, name: str) -> None:
    tab_to(page, name)
    page.keyboard.press("Enter")


def let_pass_until_twenty_past_eight(page: Page, server: DriverServer) -> None:
    """The bus waits: the same minutes go by on the server and on the telephone."""
    hour, minute = (int(part) for part in page.locator("#uhr").inner_text().split(":"))
    server.act("play", "8:20")
    page.clock.fast_forward(60_000 * (8 * 60 + 20 - 60 * hour - minute))


def look(page: Page, state: str) -> None:
    """Everything that must hold in a state, and what gloves need."""
    size = page.viewport_size
    assert page.get_by_role("status").count() <= 1, f"{state}: one place speaks"
    look_at(page, state)
    small = page.evaluate(
        "px => [...document.querySelectorAll('button, input, select, main a, nav a, header a, summary')]"
        ".filter(e => e.checkVisibility() && e.getBoundingClientRect().height < px).map(e => e.outerHTML.slice(0, 80))",
        GLOVE_PX,
    )
    assert not small, f"{state}: too small for gloves: {small[:3]}"
    page.set_viewport_size(size)  # type: ignore[arg-type]
    page.emulate_media(color_scheme="light", forced_colors="none", contrast="no-preference", reduced_motion="reduce")


def test_a_device_is_registered_and_a_driver_signs_in(page: Page, server: DriverServer) -> None:
    page.goto("/fahrer/")
    page.wait_for_url("**/geraet/")
    look(page, "device")
    assert_keyboard_reaches_everything(page, "device")
    press(page, "Gerät anmelden")
    expect(page.get_by_role("alert")).to_contain_text("Schreiben Sie den Code, den die Leitstelle Ihnen gibt.")
    look(page, "device, errors")
    make_known(page, server)
    look(page, "sign in")
    page.get_by_label("Ihr Fahrercode").fill("000000")
    page.get_by_label("Fahrzeug").select_option(server.vehicle)
    press(page, "Anmelden")
    expect(page.get_by_role("alert")).to_contain_text("Mit diesem Code kann man sich nicht anmelden.")
    look(page, "sign in, errors")
    sign_in(page, server)
    expect(page.get_by_role("heading", level=1)).to_have_text("Dienstbeginn")
    assert page.title() == "Dienstbeginn · Rufbus Altmarkkreis Salzwedel"
    look(page, "begin")


def test_the_first_stop_by_keyboard(page: Page, server: DriverServer) -> None:
    blind, wheelchair, deaf, _later = server.bookings
    main = page.get_by_role("main")
    by_keyboard(page, "Dienst beginnen")
    expect(page.get_by_role("heading", level=1)).to_have_text("Klötze, ZOB")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    for words in (
        "Nächster Halt", "8:00 Uhr", "2 Sitze hochklappen: Platz für 1 Rollstuhl.", "Blind: Namen sagen, Arm anbieten.",
        "Gehörlos: nur schreiben, Bildschirm zeigen.", "Rampe ausklappen, an vier Punkten sichern", "6,90 € kassieren.",
        f"Code {blind['code']}",
    ):  # fmt: skip
        expect(main).to_contain_text(words)
    assert (main.get_by_role("link", name="Weg zeigen").get_attribute("href") or "").startswith("geo:52.6")
    look(page, "under way")
    assert_keyboard_reaches_everything(page, "under way")
    page.get_by_role("heading", level=1).focus()
    tab_to(page, "Angekommen")
    page.evaluate("() => { document.activeElement.click(); document.activeElement.click(); }")  # a key that is held
    expect(main).to_contain_text("Sie stehen hier")
    expect(main.get_by_role("button", name=f"Nicht da: {deaf['name']}")).to_have_count(0)
    expect(main).to_contain_text("Warten bis 8:08 Uhr.")
    look(page, "at the stop")
    page.get_by_role("heading", level=1).focus()
    by_keyboard(page, f"{wheelchair['name']}: Eingestiegen, 6,90 € kassiert")
    expect(main).to_contain_text("✓ Eingestiegen")
    by_keyboard(page, f"Rückgängig Eingestiegen: {wheelchair['name']}")
    expect(page.get_by_role("status")).to_have_text(f"Gilt nicht mehr: Eingestiegen: {wheelchair['name']}.")
    expect(page.get_by_role("button", name="Rückgängig")).to_be_hidden()  # twice does not take the arrival back
    expect(main).not_to_contain_text("✓ Eingestiegen")
    by_keyboard(page, f"{wheelchair['name']}: Eingestiegen, 6,90 € kassiert")
    wait_until_sent(page, f"Eingestiegen: {wheelchair['name']}")
    said = [(event["kind"], event["outcome"]) for event in server.act("events")]
    assert said[-3:] == [("boarded", "taken_back"), ("take_back", "taken"), ("boarded", "taken")], "each went at once"
    assert [kind for kind, _outcome in said].count("arrived") == 1


def test_a_deaf_rider_sees_the_sign(page: Page, server: DriverServer) -> None:
    deaf = server.bookings[2]
    page.get_by_role("button", name=f"Schild zeigen für {deaf['name']}").tap()
    sign = page.get_by_role("dialog")
    expect(sign).to_contain_text(deaf["name"])
    expect(sign).to_contain_text("Ihr Bus ist da.")
    covered = sign.evaluate("e => { const b = e.getBoundingClientRect(); return [b.width, b.height] }")
    assert covered == [390, 844], "it fills the screen"
    moving = sign.evaluate("e => e.getAnimations({subtree: true}).length")
    assert moving == 0
    assert_accessible(page, "sign")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name=f"Schild zeigen für {deaf['name']}")).to_be_focused()


def test_a_shift_does_not_end_unasked_with_somebody_aboard(page: Page, server: DriverServer) -> None:
    page.goto("/fahrer/#dienstende")
    main = page.get_by_role("main")
    expect(page.get_by_role("heading", level=1)).to_have_text("Der Bus ist nicht leer")
    expect(main).to_contain_text(server.bookings[1]["name"])
    expect(main).to_contain_text("3 Fahrten haben Sie noch nicht gefahren.")
    look(page, "ending too early")
    press(page, "Weiterfahren")
    expect(main).to_contain_text("Sie stehen hier")
    page.get_by_role("link", name="Mehr").click()
    press(page, "Pause beginnen")
    expect(page.get_by_role("heading", level=1)).to_have_text("Der Bus ist nicht leer")
    expect(main).to_contain_text("Eine Pause zählt erst, wenn niemand mehr im Bus sitzt.")
    press(page, "Weiterfahren")
    expect(main).to_contain_text("Sie stehen hier")


def test_nothing_is_tapped_while_the_bus_rolls(page: Page, telephone: BrowserContext) -> None:
    telephone.set_geolocation(KLOETZE)
    page.wait_for_timeout(1100)  # two places need a moment between them to make a speed
    telephone.set_geolocation({**KLOETZE, "latitude": KLOETZE["latitude"] + 0.0005})
    expect(page.get_by_text("Der Bus fährt: Knöpfe gesperrt.")).to_be_visible()
    expect(page.get_by_role("button", name="Abgefahren")).to_be_disabled()
    expect(page.get_by_role("button", name="Vorlesen", exact=True)).to_be_enabled()
    page.get_by_role("link", name="Hilfe").click()
    expect(page.get_by_role("button", name="Panne")).to_be_enabled()
    page.get_by_role("link", name="Jetzt").click()
    assert_accessible(page, "rolling")
    page.wait_for_timeout(1100)
    telephone.set_geolocation({**KLOETZE, "latitude": KLOETZE["latitude"] + 0.000501})
    expect(page.get_by_role("button", name="Abgefahren")).to_be_enabled()
    expect(page.get_by_text("Der Bus fährt: Knöpfe gesperrt.")).to_be_hidden()


def test_the_rest_of_the_shift_by_touch(page: Page, server: DriverServer) -> None:
    blind, wheelchair, deaf, later = server.bookings
    main = page.get_by_role("main")
    page.get_by_role("button", name=f"{blind['name']}: Eingestiegen, 6,90 € kassiert").tap()
    page.get_by_role("button", name="Abgefahren").tap()
    expect(page.get_by_role("heading", level=1)).to_have_text("Noch nicht alles erledigt")
    expect(main).to_contain_text(f"{deaf['name']} ist nicht eingestiegen.")
    look(page, "leaving too early")
    page.get_by_role("button", name="Hierbleiben").tap()
    wait_until_sent(page)
    let_pass_until_twenty_past_eight(page, server)
    page.get_by_role("button", name=f"Nicht da: {deaf['name']}").tap()
    expect(main).to_contain_text("Das wird festgehalten")
    look(page, "not there")
    page.get_by_role("button", name="Nicht da, festhalten").tap()
    page.get_by_role("button", name="Abgefahren").tap()
    expect(page.get_by_role("heading", level=1)).to_have_text("Gardelegen, Krankenhaus")
    wait_until_sent(page)
    missed = next(event for event in server.act("events") if event["kind"] == "no_show")
    assert missed["outcome"] == "taken"
    assert missed["detail"]["waited_s"] >= 180
    page.get_by_role("button", name="Angekommen").tap()
    look(page, "people leave")
    page.get_by_role("button", name=f"Ausgestiegen: {blind['name']}").tap()
    page.get_by_role("button", name=f"Ausgestiegen: {wheelchair['name']}").tap()
    expect(main).to_contain_text("2 Sitze ausklappen: wieder 8 Sitze.")
    page.get_by_role("button", name="Abgefahren").tap()
    wait_until_sent(page, "Abgefahren: Gardelegen, Krankenhaus")
    states = server.act("states")
    assert [states[one["code"]] for one in server.bookings] == ["completed", "completed", "no_show", "booked"]
    assert later["name"] in page.get_by_role("main").inner_text() or "Pause" in heading(page)


def test_every_other_view(page: Page, server: DriverServer) -> None:
    main = page.get_by_role("main")
    page.get_by_role("link", name="Meldungen").click()
    server.act("message", "Bitte rufen Sie nach der Tour an.", "Ja", "Geht nicht")
    expect(main).to_contain_text(
        "Bitte rufen Sie nach der Tour an."
    )  # the server calls; the app asks every five minutes
    for name in ("Schicht", "Meldungen", "Mehr", "Hilfe"):
        page.get_by_role("link", name=name).click()
        expect(page.get_by_role("heading", level=1)).to_be_focused()
        page.locator("details").evaluate_all("parts => parts.forEach(part => part.open = true)")
        look(page, name)
    page.get_by_role("link", name="Meldungen").click()
    expect(main).to_contain_text("Bitte rufen Sie nach der Tour an.")
    look(page, "a message")
    page.get_by_role("button", name="Geht nicht").tap()
    expect(main).to_contain_text("Ihre Antwort: Geht nicht")
    wait_until_sent(page, "Antwort: Geht nicht")
    assert server.act("messages") == ["Geht nicht"]
    page.get_by_role("link", name="Mehr").click()
    press(page, "Verspätung melden")
    look(page, "delay")
    press(page, "10 Minuten")
    expect(page.get_by_role("status")).to_have_text("Notiert: 10 Minuten Verspätung.")
    page.get_by_role("link", name="Mehr").click()
    press(page, "Nacht")
    expect(page.locator("html.night")).to_be_visible()
    assert page.evaluate("() => getComputedStyle(document.body).backgroundColor") == "rgb(18, 24, 23)"
    assert_accessible(page, "night")
    press(page, "Nach Tageszeit")
    page.get_by_role("link", name="Hilfe").click()
    press(page, "Panne")
    expect(page.get_by_role("heading", level=1)).to_have_text("Hilfe gerufen")
    expect(main).to_contain_text("Ihre Meldung ist in der Leitstelle.")
    look(page, "help sent")
    kinds = [event["kind"] for event in server.act("events")]
    assert {"delay", "help", "answer"} <= set(kinds)


def test_somebody_without_a_booking(page: Page, server: DriverServer) -> None:
    main = page.get_by_role("main")
    page.get_by_role("link", name="Mehr").click()
    press(page, "Fahrgast ohne Buchung")
    press(page, "Mehr: Kinder")
    expect(page.get_by_role("button", name="Mehr: Kinder")).to_be_focused()
    page.get_by_label("Andere Haltestelle").press_sequentially("Klötze")
    expect(page.get_by_label("Andere Haltestelle")).to_be_focused()
    look(page, "walk-up")
    page.locator("[data-key^='found-'], [data-key^='to-']").first.tap()
    expect(main.locator(".notice")).to_be_visible()
    look(page, "walk-up answered")
    asked = [event for event in server.act("events") if event["kind"] == "walk_up"]
    assert len(asked) == 1
    assert asked[0]["detail"]["party"]["children"] == 1


def test_the_end_leaves_nothing_on_the_telephone(page: Page, server: DriverServer) -> None:
    assert "Testfahrgast" in kept_on(page)
    page.get_by_role("link", name="Mehr").click()
    press(page, "Abmelden")
    look(page, "sign out")
    wait_until_sent(page)
    press(page, "Jetzt abmelden")
    page.wait_for_url("**/anmelden/?abgemeldet")
    expect(page.get_by_role("main")).to_contain_text("Sie sind abgemeldet.")
    kept = kept_on(page)
    for private in ("Testfahrgast", "+49171", "Blind", server.bookings[0]["code"]):
        assert private not in kept, private
    assert list(server.act("positions")) == [server.day], "the board of that day has seen where the bus was"


def test_the_page_of_components_shows_every_screen(telephone: BrowserContext) -> None:
    page = telephone.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.goto("/komponenten/fahrer/")
    page.locator("#bildschirme[data-drawn]").wait_for()
    assert not faults, faults
    told = page.locator(".driver-sample").evaluate_all("all => all.map(one => one.innerText.trim().length)")
    assert len(told) > 20
    assert min(told) > 40, "no screen is empty"
    page.set_viewport_size({"width": 320, "height": 700})
    assert_fits(page, "components, 320 px")
    assert_accessible(page, "components, 320 px")
    page.evaluate("() => document.documentElement.classList.replace('day', 'night')")
    assert_accessible(page, "components, night")
    page.close()
