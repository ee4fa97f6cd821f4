"""An hour without a network: the driver works on, closes the app, opens it, and nothing is lost, doubled or swallowed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.driving import (
    BERLIN,
    DriverServer,
    a_driver_server,
    a_telephone,
    kept_on,
    make_known,
    press,
    sign_in,
    wait_until_sent,
)
from tests.browser.looks import assert_accessible


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DriverServer]:
    with a_driver_server(tmp_path_factory.mktemp("offline-data")) as running:
        yield running


@pytest.fixture(scope="module")
def telephone(browser: Browser, server: DriverServer) -> Iterator[BrowserContext]:
    """Its clock is wrong by three minutes, in all these tests."""
    with a_telephone(browser, server) as context:
        context.clock.install(time=datetime.now() + timedelta(minutes=3))
        yield context


def opened(telephone: BrowserContext) -> Page:
    page = telephone.new_page()
    page.goto("/fahrer/")
    return page


def test_an_hour_without_a_network(telephone: BrowserContext, server: DriverServer) -> None:
    blind, wheelchair, deaf, later = server.bookings
    server.act("play", "7:58")
    page = telephone.new_page()
    make_known(page, server)
    sign_in(page, server)
    press(page, "Dienst beginnen")
    press(page, "Angekommen")
    wait_until_sent(page, "Angekommen: Klötze, ZOB")
    page.wait_for_function("() => navigator.serviceWorker.controller")

    telephone.set_offline(True)
    press(page, f"{blind['name']}: Eingestiegen, 6,90 € kassiert")
    press(page, f"{wheelchair['name']}: Eingestiegen, 6,90 € kassiert")
    expect(page.locator("#netz")).to_contain_text("Ohne Netz")
    expect(page.get_by_role("button", name=f"Nicht da: {deaf['name']}")).to_have_count(0)
    telephone.clock.fast_forward("12:00")
    press(page, f"Nicht da: {deaf['name']}")
    expect(page.get_by_role("heading", name="Das wird festgehalten")).to_be_visible()
    expect(page.locator("dl")).to_contain_text("7:58 Uhr")
    press(page, "Nicht da, festhalten")
    press(page, "Abgefahren")
    expect(page.get_by_role("heading", level=1)).to_have_text("Gardelegen, Krankenhaus")

    page.close()  # the app is closed, and opened in the middle of nowhere
    telephone.clock.fast_forward("25:00")
    page = opened(telephone)
    expect(page.get_by_role("heading", level=1)).to_have_text("Gardelegen, Krankenhaus")
    expect(page.locator("#netz")).to_contain_text("Ohne Netz")
    press(page, "Angekommen")
    press(page, "Alle 2 ausgestiegen")
    press(page, "Abgefahren")
    expect(page.get_by_role("status")).to_have_text("Notiert: Abgefahren: Gardelegen, Krankenhaus.")
    telephone.clock.fast_forward("25:00")

    set_to = page.evaluate("() => Date.now() - 180_000")
    telephone.clock.set_system_time(datetime.fromtimestamp(set_to / 1000, UTC))  # the device sets its clock right

    server.act("play", "9:02")  # the hour, and what this test itself takes
    server.act("cancel", later["code"])  # she has not been fetched
    server.act("cancel", wheelchair["code"])  # he sat in the bus already
    telephone.set_offline(False)
    wait_until_sent(page)

    known = server.act("events")
    assert max(Counter(event["id"] for event in known).values()) == 1
    assert [event["kind"] for event in known] == [
        "shift_begin", "arrived", "boarded", "boarded", "no_show", "left", "arrived", "alighted", "alighted", "left",
    ]  # fmt: skip
    outcomes = {(event["kind"], event["booking"]): (event["outcome"], event["reason"]) for event in known}
    assert outcomes[("boarded", blind["code"])] == ("taken", "")
    assert outcomes[("boarded", wheelchair["code"])] == ("conflict", "was_cancelled")
    assert outcomes[("no_show", deaf["code"])] == ("taken", "")
    states = server.act("states")
    assert [states[one["code"]] for one in server.bookings] == ["completed", "completed", "no_show", "cancelled"]
    boarded = next(event for event in known if event["kind"] == "boarded")
    at = datetime.fromisoformat(boarded["at"]).astimezone(BERLIN)
    assert "7:57" < f"{at:%-H:%M}" < "8:00", "by the district's clock, and not by either of the telephone's"


def test_what_does_not_fit_is_shown_until_it_is_understood(telephone: BrowserContext, server: DriverServer) -> None:
    wheelchair, later = server.bookings[1], server.bookings[3]
    page = opened(telephone)
    main = page.get_by_role("main")
    expect(main).to_contain_text("1 Meldung passt nicht zum Plan.")
    expect(main).to_contain_text(f"Nicht mehr bei Ihnen: {later['name']}.")
    press(page, "Ansehen")
    expect(main).to_contain_text("Die Fahrt war storniert. Sie wird trotzdem gezählt.")
    expect(main).to_contain_text("Fahren Sie die Person ans Ziel.")
    expect(main.locator("s")).to_have_text(later["name"])
    expect(main).to_contain_text("Nicht warten.")
    assert_accessible(page, "conflicts and a cancelled ride")
    press(page, f"Verstanden: {later['name']}")
    page.get_by_role("button", name=f"Eingestiegen: {wheelchair['name']}").first.click()
    page.get_by_role("link", name="Jetzt").click()
    expect(main).not_to_contain_text("passt nicht zum Plan")
    expect(main).not_to_contain_text("Nicht mehr bei Ihnen")


def test_who_was_not_there_comes_after_all(telephone: BrowserContext, server: DriverServer) -> None:
    """She stood at another stop: the driver takes her along, and the ride counts."""
    deaf = server.bookings[2]
    page = opened(telephone)
    page.get_by_role("link", name="Schicht").click()
    expect(page.get_by_role("heading", name="Waren nicht da")).to_be_visible()
    page.get_by_text(f"Doch da {deaf['name']}").click()
    press(page, f"{deaf['name']}: Eingestiegen, 6,90 € kassiert")
    wait_until_sent(page, f"Eingestiegen: {deaf['name']}")
    expect(page.get_by_role("heading", name="Waren nicht da")).to_have_count(0)
    last = server.act("events")[-1]
    assert (last["kind"], last["outcome"], last["reason"]) == ("boarded", "conflict", "was_no_show")
    assert server.act("states")[deaf["code"]] == "aboard"
    expect(page.get_by_role("main")).to_contain_text(deaf["name"])
    page.get_by_role("link", name="Meldungen").click()
    for button in page.get_by_role("button", name="Verstanden").all():
        button.click()
    page.close()


def test_a_second_tab_sends_nothing_twice(telephone: BrowserContext, server: DriverServer) -> None:
    one, other = opened(telephone), opened(telephone)
    for page in (one, other):
        page.get_by_role("link", name="Mehr").click()
    press(one, "Tanken")
    expect(one.get_by_role("status")).to_have_text("Notiert: Tanken.")
    press(other, "Tanken")
    wait_until_sent(other, "Tanken")
    wait_until_sent(one)
    fuel = [event for event in server.act("events") if event["kind"] == "fuel"]
    assert len(fuel) == 2
    expect(other.locator("#netz")).to_have_text("Verbunden")
    one.close()
    other.close()


@pytest.mark.parametrize(
    ("status", "answer"),
    [(200, "<h1>Bitte anmelden</h1>"), (500, "oh")],
    ids=["a page of the network's own", "a fault"],
)
def test_who_answers_and_is_not_the_server_has_heard_nothing(
    telephone: BrowserContext, server: DriverServer, status: int, answer: str
) -> None:
    page = opened(telephone)
    before = len(server.act("events"))
    page.route("**/api/v1/driver/**", lambda route: route.fulfill(status=status, content_type="text/html", body=answer))
    page.get_by_role("link", name="Mehr").click()
    press(page, "Tanken")
    expect(page.locator("#netz")).to_have_text("Ohne Netz, 1 wartet")
    page.unroute_all(behavior="ignoreErrors")
    wait_until_sent(page)
    assert len(server.act("events")) == before + 1
    page.close()


# What a browser says of a full disk. A quota of its own (Storage.overrideQuotaForOrigin) is only looked at now and then.
FULL_DISK = """() => {
  const full = () => { throw new DOMException("The disk is full.", "QuotaExceededError"); };
  Object.assign(IDBObjectStore.prototype, { put: full, add: full });
}"""


def test_a_full_disk_is_said_and_what_is_tapped_arrives(telephone: BrowserContext, server: DriverServer) -> None:
    page = opened(telephone)
    page.get_by_role("link", name="Mehr").click()
    page.evaluate(FULL_DISK)
    telephone.set_offline(True)
    before = len(server.act("events"))
    press(page, "Tanken")
    expect(page.get_by_role("main")).to_contain_text("Der Speicher dieses Geräts ist voll.")
    expect(page.get_by_role("main")).to_contain_text("Schließen Sie die App nicht")
    assert_accessible(page, "a full disk")
    telephone.set_offline(False)
    wait_until_sent(page)
    assert len(server.act("events")) == before + 1
    page.close()


def test_a_lost_device_shows_nothing_any_more(telephone: BrowserContext, server: DriverServer) -> None:
    page = opened(telephone)
    page.get_by_role("heading", level=1).wait_for()
    assert "Testfahrgast" in kept_on(page)
    telephone.set_offline(True)
    page.get_by_role("link", name="Mehr").click()
    press(page, "Tanken")
    expect(page.locator("#netz")).to_contain_text("Ohne Netz, ")  # and how many reports wait: it is written down
    server.act("lock")
    telephone.set_offline(False)
    telephone.clock.fast_forward("01:00")
    expect(page.get_by_role("heading", level=1)).to_have_text("Dieses Gerät ist gesperrt")
    assert "Testfahrgast" not in kept_on(page)
    late = [(event["kind"], event["outcome"]) for event in server.act("events") if event["reason"] == "device_locked"]
    assert late == [("fuel", "conflict")], "not lost, and not done"
    assert_accessible(page, "locked")
    page.goto("/fahrer/anmelden/")
    expect(page.get_by_role("heading", level=1)).to_have_text("Dieses Gerät ist gesperrt")
    assert "Testfahrgast" not in page.content()
