"""The pages of troubles and interventions, without scripts: who may, what they say, what a second press does."""

from __future__ import annotations

import re
from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client
from django.utils import timezone

from backend.bookings.clock import SetClock
from backend.bookings.desk import Desk
from backend.bookings.driven import break_promise
from backend.bookings.localtime import day_text
from backend.bookings.models import AuditEntry, Booking, ServiceDay
from backend.config.access import AUTHORITY, DISPATCHER, DRIVER, OPERATOR
from backend.control.models import InterventionRecord
from backend.control.previews import Preview, preview
from backend.control.services import intervene, tend_roads
from backend.control.trouble_watch import watch
from backend.districts.models import District
from tests.builders.district import BusOnDuty, a_booking, a_district, a_key, a_wish
from tests.builders.interventions import a_side_road
from tests.builders.rest import logged_in, tomorrow

pytestmark = pytest.mark.django_db
DAY = tomorrow().date().isoformat()
BASE = f"/leitstelle/{DAY}/eingriff/"


@pytest.fixture(autouse=True)
def two_buses(settings) -> None:  # type: ignore[no-untyped-def]
    settings.SITE_DISTRICT = "probe"
    for cache in caches.all():
        cache.clear()
    a_district(BusOnDuty(), BusOnDuty())


@pytest.fixture
def ride() -> str:
    return a_booking(Desk(SetClock(tomorrow() - timedelta(hours=20))), a_wish(when=tomorrow("9:00"))).code


@pytest.fixture
def office() -> Client:
    return logged_in(DISPATCHER)


def bus_of(code: str) -> str:
    from backend.bookings.planning import current_plan

    plan = current_plan(ServiceDay.objects.select_related("district").get()).plan
    return next(
        shift.vehicle.id
        for shift, route in zip(plan.shifts, plan.routes, strict=True)
        if any(event.request_id == code for event in route.events)
    )


def hidden(text: str) -> dict[str, str]:
    """What the form of the confirmation holds."""
    found = dict(re.findall(r'name="(token|key)" value="([^"]+)"', text))
    assert set(found) == {"token", "key"}
    return found


def test_a_move_from_the_form_to_the_way_back(office: Client, ride: str) -> None:
    page = office.get(BASE + "move/", {"booking": ride})
    assert f'value="{ride}"' in page.text
    other = {"bus-1": "bus-2", "bus-2": "bus-1"}[bus_of(ride)]
    shown = office.get(BASE + "move/", {"booking": ride.lower(), "vehicle": other, "keep": "on", "ansehen": "1"})
    assert "Keine Fahrt fällt aus." in shown.text
    assert "Erika Muster" in shown.text
    assert "Ausführen und 1 Fahrt umlegen" in shown.text
    sent = {**hidden(shown.text), "reason": "Fahrer kennt den Weg"}
    done = office.post(BASE + "ausfuehren/", sent, follow=True)
    assert "Erledigt" in done.text
    assert bus_of(ride) == other
    again = office.post(BASE + "ausfuehren/", sent, follow=True)
    assert again.redirect_chain == done.redirect_chain, "a second press does nothing more"
    assert InterventionRecord.objects.count() == 1
    link = re.search(r'href="([^"]*undo[^"]*)"', done.text)
    assert link
    back = office.get(link[1])
    assert "Folgen: Eingriff zurücknehmen" in back.text
    office.post(BASE + "ausfuehren/", {**hidden(back.text), "reason": "Irrtum"}, follow=True)
    assert bus_of(ride) != other
    assert "zurückgenommen" in office.get(BASE).text


def test_a_missing_reason_is_said_at_its_field_and_nothing_happens(office: Client, ride: str) -> None:
    shown = office.get(BASE + "keep/", {"booking": ride, "on": "1", "ansehen": "1"})
    answer = office.post(BASE + "ausfuehren/", {**hidden(shown.text), "reason": " "})
    assert answer.status_code == 422
    assert 'id="f-reason_error"' in answer.text
    assert "Fehler:" in answer.text
    assert Booking.objects.get().kept_on is None


@pytest.mark.parametrize(
    ("kind", "fields", "said"),
    [
        ("move", {"booking": ""}, "Schreiben Sie den Buchungscode der Fahrt."),
        ("move", {"booking": "ABC-DEF"}, "Diese Buchung fährt an diesem Tag nicht."),
        ("shift", {"shift": "", "end": "25"}, "Wählen Sie eine Schicht."),
        ("shift", {"shift": "x", "end": "halb neun"}, "Diese Uhrzeit verstehen wir nicht."),
        ("taxi", {"firm": "T", "phone": "1", "stop_text": "Nirgendwo", "start": "8", "end": "9"}, "Nirgendwo"),
        ("suspend", {"why": "Eis", "start": "10:00", "end": "9:00"}, "Das Ende muss nach dem Beginn"),
        (
            "road",
            {"stop_text": "Kuhfelde, Dorfplatz", "other_text": "Beetzendorf, Kirche", "start": "10:00", "end": "9:00"},
            "Das Ende muss nach dem Beginn",
        ),
        (
            "road",
            {"stop_text": "Kuhfelde, Dorfplatz", "other_text": "Kuhfelde, Dorfplatz"},
            "Nennen Sie zwei verschiedene Haltestellen.",
        ),
    ],
)
def test_what_is_wrong_is_said_and_kept(
    office: Client, ride: str, kind: str, fields: dict[str, str], said: str
) -> None:
    ask = office.post if kind == "taxi" else office.get
    answer = ask(BASE + f"{kind}/", {**fields, "ansehen": "1"})
    assert answer.status_code == 422
    assert said in answer.text
    assert 'href="#inhalt"' not in answer.text.split('id="fehler"')[1].split("</ul>")[0], "each leads to its field"
    for value in fields.values():
        assert not value or value in answer.text


def test_a_taxi_firms_number_stands_in_no_address(office: Client, ride: str) -> None:
    stop = Booking.objects.select_related("offer__pickup_stop").get().offer.pickup_stop
    asked = {
        "firm": "Taxi Probe", "phone": "03023125001", "stop_text": str(stop), "stop_text_id": f"stop:{stop.code}",
        "start": "8:00", "end": "12:00", "seats": "4", "wheelchairs": "0", "storage": "2", "ansehen": "1",
    }  # fmt: skip
    form = office.get(BASE + "taxi/")
    assert re.search(r'<form method="post" class="form" novalidate><input type="hidden" name="csrf', form.text)
    shown = office.post(BASE + "taxi/", asked)
    assert "03023125001" in shown.text, "she reads whom to call"
    assert not re.search(r'(href|action)="[^"]*\?[^"]*03023125001', shown.text)
    asked_by_address = office.get(BASE + "taxi/", asked)
    assert "03023125001" not in asked_by_address.text, "an address that holds the number does nothing"
    done = office.post(BASE + "ausfuehren/", {**hidden(shown.text), "reason": "Bus zu klein"}, follow=True)
    assert "Erledigt" in done.text
    assert all("03023125001" not in address for address, _status in done.redirect_chain)


def test_the_map_of_a_closed_road_shows_the_stretch_and_the_fields_stay(office: Client, ride: str) -> None:
    page = office.get(BASE + "road/")
    assert "data-road-map" in page.text
    assert 'name="stop_text"' in page.text
    assert "Leer: ab sofort." in page.text
    assert "Leer: bis auf Weiteres, auch an den folgenden Tagen." in page.text
    (line,) = office.get("/leitstelle/strecke.json", {"von": "101", "nach": "103"}).json()["features"]
    assert len(line["geometry"]["coordinates"]) >= 3
    for asked in ({}, {"von": "101", "nach": "101"}, {"von": "101", "nach": "x"}):
        assert office.get("/leitstelle/strecke.json", asked).status_code == 404
    assert Client().get("/leitstelle/strecke.json", {"von": "101", "nach": "103"}).status_code == 302
    codes = [one["properties"].get("code") for one in office.get("/leitstelle/karte.json").json()["features"]]
    assert "101" in codes


def test_a_suspension_names_who_loses_the_ride_and_lets_one_ride_all_the_same(office: Client, ride: str) -> None:
    asked = {"why": "Glatteis", "start": "8:00", "end": "11:00", "ansehen": "1"}
    shown = office.get(BASE + "suspend/", asked)
    assert "1 Fahrt fällt aus." in shown.text
    assert "Ausführen und 1 Fahrt absagen" in shown.text
    spared = office.get(BASE + "suspend/", {**asked, "behalten": ride})
    assert "Keine Fahrt fällt aus." in spared.text
    assert f"Fährt trotzdem, weil Sie es so wollen: {ride}." in spared.text
    office.post(BASE + "ausfuehren/", {**hidden(shown.text), "reason": "Warnung"}, follow=True)
    assert Booking.objects.get().state == "cancelled"


def test_every_kind_has_its_form(office: Client, ride: str) -> None:
    page = office.get(BASE)
    kinds = re.findall(rf'href="{BASE}([a-z]+)/"', page.text)
    assert len(kinds) >= 7
    for kind in kinds:
        assert office.get(BASE + f"{kind}/").status_code == 200
    assert office.get(BASE + "beamen/").status_code == 404


def test_what_was_done_is_told_apart_and_what_is_over_is_not_taken_back(office: Client, ride: str) -> None:
    def day() -> ServiceDay:
        return ServiceDay.objects.select_related("district").get()

    a_side_road(day().district)
    shift = day().day_shifts.select_related("vehicle").order_by("code")[0]
    now = timezone.now()
    asked: tuple[tuple[dict[str, Any], str], ...] = (
        (
            {"kind": "road", "origin": "102", "target": "103"},
            "Kuhfelde, Dorfplatz bis Beetzendorf, Kirche, bis auf Weiteres",
        ),
        (
            {"kind": "road", "origin": "103", "target": "102", "from_s": 36_000, "until_s": 39_600},
            "Beetzendorf, Kirche bis Kuhfelde, Dorfplatz, 10:00 bis 11:00 Uhr",
        ),
        ({"kind": "keep", "booking": ride, "on": True}, f"Fahrt {ride} festgelegt"),
        ({"kind": "shift", "shift": shift.code, "end_s": 41_400}, f"{shift.vehicle.name}, bis 11:30 Uhr"),
        ({"kind": "suspend", "why": "Eis", "from_s": 64_800, "until_s": 68_400}, "Eis, überall, 18:00 bis 19:00 Uhr"),
    )
    for document, _text in asked:
        shown = preview(day(), document, now)
        assert isinstance(shown, Preview), (document, shown)
        intervene(shown.token, "Probe", "leitstelle", now, key=a_key())
    page = office.get(BASE).text.replace("\xa0", " ")
    for _document, text in asked:
        assert text in page
    assert page.count("Zurücknehmen<") == len(asked)
    tend_roads(tomorrow("11:01"))
    page = office.get(BASE).text
    assert page.count("Zurücknehmen<") == len(asked) - 1
    assert "zu Ende" in page


def test_a_road_closed_until_further_notice_shows_the_days_to_come_and_is_opened_on_one(
    office: Client, ride: str
) -> None:
    after = tomorrow("9:00") + timedelta(days=1)
    later = a_booking(Desk(SetClock(timezone.now())), a_wish(when=after)).code
    a_side_road(District.objects.get())
    typed = {"stop_text": "Kuhfelde, Dorfplatz", "other_text": "Beetzendorf, Kirche", "both_ways": "on", "ansehen": "1"}
    shown = office.get(BASE + "road/", typed)
    assert "Die folgenden Tage" in shown.text, shown.text
    assert f"<h3>{day_text(after.date())}</h3>" in shown.text
    assert shown.text.index(ride) < shown.text.index("Die folgenden Tage") < shown.text.index(later)
    done = office.post(f"/leitstelle/{DAY}/eingriff/ausfuehren/", {**hidden(shown.text), "reason": "Hochwasser"})
    assert done.status_code == 302, done.text
    page = office.get(f"/leitstelle/{after.date().isoformat()}/eingriff/").text.replace("\xa0", " ")
    assert "Kuhfelde, Dorfplatz bis Beetzendorf, Kirche, bis auf Weiteres" in page
    assert "Hochwasser" in page
    undo = re.search(r'href="([^"]+/undo/\?intervention=[^"]+)"', page)
    assert undo
    assert later in office.get(undo[1]).text, "she boards sooner again"


def test_the_list_of_troubles_stands_and_is_noted(office: Client, ride: str) -> None:
    assert office.get("/leitstelle/stoerungen/").status_code == 302
    page = office.get(f"/leitstelle/{DAY}/stoerungen/")
    assert "Gerade ist nichts zu tun." in page.text
    answer = office.post(f"/leitstelle/{DAY}/stoerungen/notieren/", {"key": "silent:x"}, follow=True)
    assert "Diese Störung gibt es nicht mehr." in answer.text


def test_wishes_without_a_place_have_a_list_of_their_own_the_first_to_depart_first(office: Client, ride: str) -> None:
    desk = Desk(SetClock(timezone.now()))
    for clock in ("15:10", "15:00", "15:05"):  # no bus is on duty any more
        assert not desk.quote(a_wish(when=tomorrow(clock)), key=a_key()).offers
    watch(timezone.now())
    page = office.get(f"/leitstelle/{DAY}/stoerungen/").text.replace("\xa0", " ")
    assert "3 Wünsche ohne Platz</h2>" in page
    assert "Gerade ist nichts zu tun." in page, "they are no work that waits"
    listed = page[page.index('id="wuensche"') :]
    titles = re.findall(r"(\d+:\d+) Uhr von Salzwedel nach Klötze: kein Platz</h3>", listed)
    assert titles == ["15:00", "15:05", "15:10"]
    board = office.get(f"/leitstelle/{DAY}/").text
    assert 'data-key="troubles"><span class="figure">0<' in board
    assert 'data-key="wishes"><span class="figure">3<' in board


def test_many_promises_of_one_bus_are_one_card(office: Client) -> None:
    desk = Desk(SetClock(tomorrow() - timedelta(hours=20)))
    codes = [a_booking(desk, a_wish(when=tomorrow("9:00"))).code for _ride in range(3)]
    for code in codes:
        break_promise(Booking.objects.get(code=code), "pickup", 600, timezone.now())
    page = office.get(f"/leitstelle/{DAY}/stoerungen/").text
    buses = Counter(bus_of(code) for code in codes)
    (bus, count), *others = buses.most_common()
    assert not others, "they ride together"
    assert f"{count} Zusagen in Gefahr oder gebrochen" in page
    assert f"{count} Fahrten zeigen" in page
    assert page.count("<h3>") == 1
    assert sorted(re.findall(r"Fahrt (\S+): die Zusage hält nicht mehr</h4>", page)) == sorted(codes)
    assert f'href="/leitstelle/{DAY}/fahrzeug/{bus}/"' in page
    assert len(re.findall(r'id="([^"]+)"', page)) == len(set(re.findall(r'id="([^"]+)"', page)))


def test_the_board_counts_for_nobody_what_she_may_not_open(office: Client, ride: str) -> None:
    operator = logged_in(OPERATOR, name="betrieb")
    keys = {
        who: set(re.findall(r'data-key="([a-z-]+)"', client.get(f"/leitstelle/{DAY}/").text))
        for who, client in (("dispatcher", office), ("operator", operator))
    }
    assert keys["dispatcher"] - keys["operator"] == {"calls", "texts"}
    assert {"troubles", "undelivered", "conflicts"} <= keys["operator"]


def test_only_dispatchers_act(ride: str) -> None:
    for role, sees in ((OPERATOR, 200), (DRIVER, 302), (AUTHORITY, 302)):
        client = logged_in(role, name=role)
        assert client.get(f"/leitstelle/{DAY}/stoerungen/").status_code == sees
        assert client.get(BASE + "move/").status_code == 302
        assert client.post(BASE + "ausfuehren/", {"token": "x"}).status_code == 302
    assert Client().get(BASE).status_code == 302


def test_a_day_nobody_has_booked_has_no_interventions(office: Client) -> None:
    assert office.get("/leitstelle/2031-01-06/eingriff/").status_code == 404
    assert office.get("/leitstelle/2031-01-06/stoerungen/").status_code == 200


@pytest.fixture
def stranded(office: Client, ride: str) -> str:
    """A ride that lost its bus, and no other can take it."""
    Booking.objects.filter(code=ride).update(contact_name="Testfahrgast 1", contact_phone="+491713920001")
    day = ServiceDay.objects.select_related("district").get()
    Booking.objects.filter(code=ride).update(state="cancelled", ended_at=timezone.now())
    effects = {"dropped": [ride], "late": {}, "moved": []}
    InterventionRecord.objects.create(
        service_day=day, kind="breakdown", document={"shift": "x", "stop": "y"}, former={}, effects=effects,
        reason="Motor", actor="office", at=timezone.now(), version=day.plan_version,
    )  # fmt: skip
    return ride


def test_a_trouble_says_who_it_is_and_one_press_opens_the_call_at_the_ride(office: Client, stranded: str) -> None:
    page = office.get(f"/leitstelle/{DAY}/stoerungen/").content.decode()
    assert f"Fahrt {stranded} hat keinen Bus mehr" in page
    assert "Testfahrgast 1" in page
    assert 'href="tel:+491713920001"' in page
    answer = office.post(f"/leitstelle/telefon/zu/{stranded}/", {"key": "once"})
    assert answer.status_code == 302
    assert answer["Location"].endswith(f"/fahrt/{stranded}/")
    assert office.post(f"/leitstelle/telefon/zu/{stranded}/", {"key": "once"})["Location"] == answer["Location"]
    desk = office.get(answer["Location"]).content.decode()
    assert "Testfahrgast 1" in desk
    again = re.search(r'action="([^"]+/neu/)"', desk)
    assert again is not None
    asked = office.post(again[1])
    assert "/wunsch/" in asked["Location"]


def test_whoever_has_another_ride_by_now_has_not_lost_the_bus(office: Client, stranded: str) -> None:
    other = a_booking(Desk(SetClock(timezone.now())), a_wish(when=tomorrow("10:30"))).code
    Booking.objects.filter(code=other).update(contact_phone="+491713920001")
    assert "hat keinen Bus mehr" not in office.get(f"/leitstelle/{DAY}/stoerungen/").content.decode()


def test_a_ride_on_the_board_is_changed_and_cancelled_at_the_phone_desk(office: Client, ride: str) -> None:
    Booking.objects.filter(code=ride).update(contact_phone="+491713920001")
    page = office.get(f"/leitstelle/{DAY}/buchung/{ride}/").content.decode()
    assert f'"/fahrt/{ride}' not in page, "no way to the riders' pages"
    address = f"/leitstelle/telefon/zu/{ride}/"
    assert f'action="{address}"' in page
    changing = office.post(address, {"key": "once", "ziel": "aendern"})
    desk = office.get(changing["Location"]).content.decode()
    assert f"<title>Fahrt {ride} ändern" in desk
    offers = office.post(changing["Location"], {"line": "11:00", "key": "line-1"})
    choice = re.search(r'name="offer" value="([^"]+)"', office.get(offers["Location"]).content.decode())
    assert choice
    office.post(offers["Location"], {"offer": choice[1], "key": "offer-1"})
    changed = Booking.objects.get(state="booked")
    assert AuditEntry.objects.get(action="booking.changed").actor == "leitstelle"
    address = f"/leitstelle/telefon/zu/{changed.code}/"
    cancelling = office.post(address, {"key": "once", "ziel": "absagen"})["Location"]
    assert '<details id="absagen" open>' in office.get(cancelling).content.decode()
    office.post(cancelling.split("?")[0] + "absagen/", {"key": "cancel-1"})
    again = office.post(address, {"key": "once", "ziel": "aendern"})["Location"]
    assert again.endswith(f"/fahrt/{changed.code}/"), "what is cancelled can only be looked at"


def test_a_ride_is_found_by_its_code_alone_but_not_another_districts(office: Client, ride: str) -> None:
    answer = office.get(f"/leitstelle/buchung/{ride.lower()}/")
    assert answer["Location"] == f"/leitstelle/{DAY}/buchung/{ride}/"
    assert office.get("/leitstelle/buchung/XXX-XXX/").status_code == 404
    values = {"name": "Nachbarkreis", "timezone": "Europe/Berlin", "folder": "", "document": {}, "area": []}
    Booking.objects.filter(code=ride).update(district=District.objects.create(id="elsewhere", **values))
    assert office.get(f"/leitstelle/buchung/{ride}/").status_code == 404


def test_nobody_rings_up_a_ride_that_is_not_there(office: Client) -> None:
    assert office.post("/leitstelle/telefon/zu/XXX-XXX/", {"key": "once"}).status_code == 404
