"""A rider follows the bus: one line that is said when it changes, shared without a name, late without a false promise."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import APIRequestContext, Page, expect

from tests.browser.conftest import OpenPage, Server
from tests.browser.looks import assert_accessible, assert_fits

PHONE_SIZE = {"width": 320, "height": 640}
# Everything that the live region has said, in order.
LISTEN = """() => {
  window.said = [];
  new MutationObserver(() => window.said.push(document.getElementById("status").textContent.trim()))
    .observe(document.getElementById("status"), { childList: true, characterData: true, subtree: true });
}"""
COME_BACK = "() => document.dispatchEvent(new Event('visibilitychange'))"  # as after looking at another tab


@pytest.fixture(scope="module")
def server(own_server: Server) -> Server:
    """Its day is driven here."""
    return own_server


@dataclass(frozen=True, slots=True)
class Ride:
    """A booked ride and when the plan wants what."""

    code: str
    phone: str
    vehicle: str
    name: str
    stop_id: str
    pickup_from: datetime
    planned_at: datetime
    arrive_by: datetime

    @property
    def vehicle_id(self) -> str:
        return f"bus-{int(self.vehicle.split()[-1]):02d}"


@pytest.fixture(scope="module")
def ride(server: Server, browser) -> Iterator[Ride]:
    """A ride in the middle of the day; afterwards the day has its real time again."""
    context = browser.new_context(base_url=server.url)
    found = next(one for one in (seen_by_rest(context.request, row) for row in server.bookings) if is_by_day(one))
    context.close()
    yield found
    server.manage("drive", "--url", server.url, "--day", server.day, "--stop")


def seen_by_rest(request: APIRequestContext, booking: dict[str, str]) -> Ride:
    address = f"/api/v1/bookings/{booking['code']}"
    document = request.get(address, headers={"Rufbus-Contact": booking["phone"]}).json()
    offer = document["offer"]
    moments = [offer["pickup_from"], document["planned_pickup_at"], offer["arrive_by"]]
    return Ride(
        booking["code"], booking["phone"], document["vehicle_name"], document["passenger"]["name"], offer["pickup_stop"]["id"],
        *(datetime.fromisoformat(moment) for moment in moments),
    )  # fmt: skip


def is_by_day(ride: Ride) -> bool:
    return 8 <= ride.pickup_from.hour < 17


@dataclass(slots=True)
class PlayedDay:
    """Lets the server's day come to a moment, and the ride's vehicle send what it drove until then."""

    server: Server
    ride: Ride
    shown: datetime | None = None

    def __call__(self, moment: datetime, *, driven_since: timedelta = timedelta(minutes=40)) -> None:
        if moment == self.shown:
            return
        clock = ("--from", f"{moment - driven_since:%H:%M}", "--at", f"{moment:%H:%M}")
        where = ("--url", self.server.url, "--day", self.server.day, "--vehicle", self.ride.vehicle_id)
        self.server.manage("drive", *where, *clock)
        self.shown = moment


@pytest.fixture(scope="module")
def played(server: Server, ride: Ride) -> PlayedDay:
    return PlayedDay(server, ride)


@pytest.fixture
def my_ride(open_page: OpenPage, ride: Ride) -> OpenPage:
    """Opens a page of the ride as its rider does: by code and telephone."""

    def open_one(path: str = "", **options: object) -> Page:
        page = open_page("/fahrt/meine/", **options)
        page.get_by_label("Buchungscode").fill(ride.code)
        page.get_by_label("Telefon oder E-Mail").fill(ride.phone)
        page.locator("main form").get_by_role("button").click()
        page.wait_for_url(f"**/fahrt/buchung/{ride.code}/")
        if path:
            page.goto(f"/fahrt/buchung/{ride.code}/{path}")
        return page

    return open_one


def test_from_the_booking_to_the_bus_and_each_change_is_said_once(
    my_ride: OpenPage, ride: Ride, played: PlayedDay
) -> None:
    page = my_ride()  # two days before, by the real clock
    page.clock.install()
    page.clock.pause_at(
        datetime.now() + timedelta(seconds=1)
    )  # asks when it is looked at, not between clock and positions
    page.get_by_role("link", name="Wo ist mein Bus?").click()
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    line = page.get_by_role("status")
    expect(line).to_contain_text(re.compile(r"Ihr Bus kommt am .* Ab \d+:\d\d Uhr sehen Sie hier, wo er ist\."))
    page.evaluate(LISTEN)
    for minutes in (12, 12, 4):
        played(ride.pickup_from - timedelta(minutes=minutes))
        page.evaluate(COME_BACK)
        expect(line).to_contain_text(re.compile("Ihr Bus (ist unterwegs|steht)|Nach Plan"))
        expect(page.get_by_text(re.compile(r"Stand: \d+:\d\d"))).to_contain_text(
            f"{(ride.pickup_from - timedelta(minutes=minutes)):%-H:%M}"
        )
    played(ride.planned_at)
    page.evaluate(COME_BACK)
    expect(line).to_contain_text(
        re.compile(r"Ihr Bus steht an der Haltestelle\. (Er wartet mindestens bis|Bitte steigen)")
    )
    played(ride.planned_at + timedelta(minutes=6))
    page.evaluate(COME_BACK)
    expect(line).to_contain_text("weitergefahren")
    played(ride.arrive_by + timedelta(minutes=20))
    page.evaluate(COME_BACK)
    expect(line).to_have_text("Diese Fahrt ist zu Ende.")
    said = page.evaluate("() => window.said")
    assert len(said) == len(set(said)), "nothing is said twice"
    assert 3 <= len(said) <= 6
    assert "weitergefahren" in said[-2]


def test_without_a_script_the_page_is_reloaded_and_only_when_asked(
    my_ride: OpenPage, ride: Ride, played: PlayedDay
) -> None:
    played(ride.pickup_from - timedelta(minutes=8))
    page = my_ride("verfolgen/", java_script_enabled=False)
    expect(page.get_by_role("status")).to_contain_text(re.compile("Ihr Bus (ist unterwegs|steht)"))
    expect(page.get_by_role("button", name="Vorlesen")).to_be_hidden()
    expect(page.get_by_role("link", name="Neu laden", exact=True)).to_be_visible()
    assert "refresh" not in page.request.get(page.url).headers
    page.get_by_role("link", name="Jede Minute von selbst neu laden").click()
    assert page.request.get(page.url).headers["refresh"] == "60"
    page.get_by_role("link", name="Nicht mehr von selbst neu laden").click()
    expect(page.get_by_role("link", name="Jede Minute von selbst neu laden")).to_be_visible()


def test_the_map_comes_on_demand_and_from_nowhere_else(
    my_ride: OpenPage, server: Server, ride: Ride, played: PlayedDay
) -> None:
    played(ride.pickup_from - timedelta(minutes=8))
    page = my_ride("verfolgen/")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    expect(page.locator(".leaflet-container")).to_have_count(0)
    page.get_by_role("button", name="Karte zeigen").click()
    expect(page.locator("path.map-mark-bus")).to_have_count(1)
    expect(page.locator("path.map-mark-pickup")).to_have_count(1)
    assert any(url.endswith("karte.json") for url in asked)
    assert [url for url in asked if not url.startswith((server.url, "data:"))] == []
    assert_accessible(page, "follow with map")


def test_a_shared_link_shows_the_ride_and_nothing_of_the_person(
    my_ride: OpenPage, open_page: OpenPage, ride: Ride, played: PlayedDay
) -> None:
    played(ride.pickup_from - timedelta(minutes=8))
    page = my_ride("verfolgen/")
    page.get_by_role("link", name="Fahrt teilen").click()
    assert_accessible(page, "share, no link yet")
    page.get_by_role("button", name="Link erstellen").click()
    link = page.get_by_label("Link", exact=True).input_value()
    expect(page.get_by_role("button", name=re.compile("Link (teilen|kopieren)"))).to_be_visible()
    assert_accessible(page, "share, link open")
    other = open_page(link, viewport=PHONE_SIZE)
    expect(other.get_by_role("status")).to_contain_text(re.compile("Der Bus (ist unterwegs|steht)"))
    seen = other.content()
    for secret in (ride.code, ride.name, ride.phone.removeprefix("0"), "5550", "€", "Rollstuhl", "/fahrt/buchung/"):
        assert secret not in seen, secret
    expect(other.locator("main form")).to_have_count(0)
    assert_accessible(other, "shared")
    assert_fits(other, "shared")
    page.get_by_role("button", name="Link zurückziehen").click()
    expect(page.get_by_text("Der Link gilt nicht mehr.")).to_be_visible()
    other.reload()
    expect(other.get_by_role("heading", level=1)).to_have_text("Dieser Link gilt nicht mehr")
    assert_accessible(other, "shared, withdrawn")


def test_a_delay_reaches_driver_and_control_room(
    my_ride: OpenPage, staff_page: OpenPage, server: Server, ride: Ride, played: PlayedDay
) -> None:
    played(ride.pickup_from - timedelta(minutes=20))
    board = staff_page(f"/leitstelle/{server.day}/")
    expect(board.get_by_text("Die Ansicht erneuert sich von selbst.")).to_be_visible()
    page = my_ride("verfolgen/", viewport=PHONE_SIZE)
    page.get_by_role("link", name="Ich verspäte mich").click()
    assert_accessible(page, "late, question")
    assert_fits(page, "late, question")
    page.get_by_role("button", name="10 Minuten").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sie kommen 10 Minuten später")
    expect(page.get_by_role("heading", level=1)).to_be_focused()
    answer = page.get_by_role("main")
    expect(answer).to_contain_text("Wir haben es dem Fahrpersonal gesagt.")
    expect(answer).to_contain_text(re.compile("Das kann knapp werden|Das reicht"))
    expect(page.get_by_role("link", name="03901 304030").first).to_be_visible()
    assert_accessible(page, "late, answer")
    page.get_by_role("link", name="Wo ist mein Bus?").click()
    expect(page.get_by_role("main")).to_contain_text(re.compile(r"Sie haben gesagt: Sie sind um \d+:\d\d.Uhr da\."))
    expect(board.get_by_role("status")).to_contain_text("Ein Fahrgast verspätet sich.")
    board.goto(f"/leitstelle/{server.day}/buchung/{ride.code}/")
    expect(board.get_by_role("main")).to_contain_text("verspätet sich um 10 Minuten")
    board.goto(f"/leitstelle/fahrauftraege/{server.day}/{ride.vehicle_id}/")
    expect(board.get_by_role("main")).to_contain_text("verspätet sich um 10 Minuten")


def test_a_late_form_without_minutes_leads_to_the_buttons(my_ride: OpenPage, ride: Ride, played: PlayedDay) -> None:
    played(ride.pickup_from - timedelta(minutes=20))
    page = my_ride("verspaetung/")
    page.evaluate("() => { for (const b of document.querySelectorAll('[name=minutes]')) b.value = '7'; }")
    page.get_by_role("button", name="5 Minuten", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Wählen Sie 5, 10 oder 15 Minuten.")
    assert_accessible(page, "late, nothing chosen")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_around_a_ride_is_accessible_and_fits(
    my_ride: OpenPage, ride: Ride, played: PlayedDay, scheme: str
) -> None:
    played(ride.pickup_from - timedelta(minutes=8))
    page = my_ride(viewport=PHONE_SIZE, color_scheme=scheme, reduced_motion="reduce")
    for path in ("", "verfolgen/", "haltestelle/", "ausdruck/", "verspaetung/", "teilen/"):
        page.goto(f"/fahrt/buchung/{ride.code}/{path}")
        assert_accessible(page, path)
        assert_fits(page, path)


@pytest.mark.parametrize("minutes", [-150, -30, 45, 300])
def test_the_follow_page_is_accessible_in_each_state(
    my_ride: OpenPage, ride: Ride, played: PlayedDay, minutes: int
) -> None:
    """Too early, no position, overdue, over: the clock is set, and the vehicle is silent."""
    played(ride.pickup_from + timedelta(minutes=minutes), driven_since=timedelta())
    page = my_ride("verfolgen/", viewport=PHONE_SIZE)
    expect(page.get_by_role("status")).not_to_be_empty()
    assert_accessible(page, str(minutes))


def test_a_stop_is_described_in_words(open_page: OpenPage, my_ride: OpenPage, ride: Ride) -> None:
    page = my_ride()
    page.get_by_role("link", name="Wo genau ist die Haltestelle?").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Haltestelle ")
    expect(page.get_by_role("heading", name="Ausstattung")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("icht bekannt")
    assert (page.get_by_role("link", name="In der Karten-App").get_attribute("href") or "").startswith("geo:52.")
    heading = page.get_by_role("heading", level=1).inner_text()
    stop = open_page(f"/haltestelle/{ride.stop_id}/", viewport=PHONE_SIZE)
    expect(stop.get_by_role("heading", level=1)).to_have_text(heading)
    assert_accessible(stop, "stop")
    assert_fits(stop, "stop")


def test_a_booking_on_paper_names_all_that_one_needs(my_ride: OpenPage, ride: Ride) -> None:
    page = my_ride("ausdruck/")
    page.emulate_media(media="print")
    text = page.locator(".paper").inner_text()
    for needed in (ride.code, "03901 304030", "So erkennen Sie den Bus", ride.vehicle, "Wo genau ist die Haltestelle?"):
        assert needed in text, needed
    expect(page.get_by_role("button", name="Drucken")).to_be_hidden()
