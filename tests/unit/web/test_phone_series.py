"""A series at the phone desk without scripts: from one line to booked days, there and back; each "no" is the desk's own."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from backend.bookings.models import AuditEntry, Booking, RideRequest, Series
from backend.districts.models import District
from tests.builders.district import BusOnDuty, a_district
from tests.builders.rest import logged_in

DAYS = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")
PERSON = {"name": "Testfahrgast 1", "phone": "0171 3920001", "email": ""}


@pytest.fixture(autouse=True)
def buses(district: District) -> None:
    a_district(BusOnDuty(), BusOnDuty(start="11:00", end="17:00"))


@pytest.fixture
def office() -> Client:
    return logged_in("dispatcher")


@pytest.fixture
def call(office: Client) -> str:
    """The address of a call that has begun."""
    return office.post("/leitstelle/telefon/", {"phone": "0171 3920001", "key": "one"})["Location"]


def first_day() -> date:
    """In two days, so that neither the lead time nor a clock change can matter."""
    return timezone.localdate() + timedelta(days=2)


def a_line(until: str | None = None, **said: str) -> str:
    day = first_day()
    end = until if until is not None else f"bis zum {day + timedelta(days=14):%d.%m.}"
    who, back = said.get("who", ""), said.get("back", "")
    return f"jeden {DAYS[day.weekday()]} um 9 Uhr von Salzwedel Markt nach Klötze Busbahnhof {end}{who}{back}"


def words(answer: HttpResponse) -> str:
    """A page with plain blanks."""
    return answer.content.decode().replace("\xa0", " ")


def typed(office: Client, call: str, line: str) -> HttpResponse:
    return office.post(call, {"line": line, "key": "line"})


def booked(office: Client, days: str, **changed: str) -> HttpResponse:
    page = words(office.get(days))
    offers = re.findall(r'name="fahrt" value="([^"]+)"', page)
    return office.post(days, {**PERSON, "key": "book", "fahrt": offers, "messages_to": "booker", **changed})


def test_one_line_is_asked_for_all_its_days_and_one_press_books_them(office: Client, call: str) -> None:
    answer = typed(office, call, a_line(who=", 2 Personen"))
    page = words(office.get(answer["Location"]))
    assert "3 Fahrten sind möglich" in page
    assert "2 Erwachsene" in page
    done = booked(office, answer["Location"])
    assert booked(office, answer["Location"])["Location"] == done["Location"], "twice is once"
    assert Booking.objects.count() == 3
    assert set(Booking.objects.values_list("channel", flat=True)) == {"dispatcher"}
    assert AuditEntry.objects.filter(action="series.booked").count() == 1
    shown = words(office.get(done["Location"]))
    assert "3 Fahrten gebucht" in shown
    for code in Booking.objects.values_list("code", flat=True):
        assert code in shown
    assert office.get(answer["Location"])["Location"] == done["Location"], "whoever goes back sees what is booked"


@pytest.mark.parametrize("back", [", um zwölf zurück", " und um zwölf Uhr wieder zurück"])
def test_the_way_back_is_kept_and_asked_on_the_same_days(office: Client, call: str, back: str) -> None:
    answer = typed(office, call, a_line(back=back))
    assert answer["Location"].endswith("?zurueck=12%3A00")
    shown = booked(office, answer["Location"])["Location"]
    page = words(office.get(shown))
    assert re.search(r'<input[^>]* name="time" value="12:00"[^>]*data-focus', page)
    address = re.search(r'action="([^"]+/serie/zurueck/)"', page)
    assert address is not None
    asked = office.post(address[1], {"time": "12:00", "key": "back"})
    home = words(office.get(asked["Location"]))
    assert "Von Klötze, Busbahnhof nach Salzwedel, Markt" in home
    assert "Abfahrt ab 12:00 Uhr" in home
    booked(office, asked["Location"])
    assert Series.objects.filter(state="booked").count() == 2
    assert Booking.objects.count() == 6


def test_a_single_ride_keeps_its_way_back_too(office: Client, call: str) -> None:
    day = first_day()
    answer = typed(office, call, f"am {day:%d.%m.} 9 Uhr von Salzwedel Markt nach Klötze Busbahnhof, um 15 Uhr zurück")
    assert answer["Location"].endswith("?zurueck=15%3A00")
    page = words(office.get(answer["Location"]))
    offer = re.search(r'name="offer" value="([^"]+)"', page)
    assert offer is not None
    done = office.post(answer["Location"], {**PERSON, "offer": offer[1], "key": "book", "messages_to": "booker"})
    ride = words(office.get(done["Location"]))
    assert re.search(r'name="time" value="15:00"[^>]*data-focus', ride)


def test_what_the_line_leaves_open_is_asked_at_its_field(office: Client, call: str) -> None:
    answer = typed(office, call, a_line(until="", back=", um zwölf zurück"))
    page = words(answer)
    assert answer.status_code == 422
    assert 'href="#f-until"' in page
    assert "Nennen Sie den letzten Tag." in page
    assert "/serie/?zurueck=12%3A00" in page, "the way back is not forgotten"
    assert not Series.objects.exists()


def test_the_fields_alone_do_it_too(office: Client, call: str) -> None:
    day = first_day()
    sent = {
        "origin": "Salzwedel, Markt", "destination": "Klötze, Busbahnhof", "anchor": "arrive", "time": "9:30", "adults": "1",
        "weekdays": str(day.weekday()), "every_weeks": "2", "first": day.isoformat(), "concession": "none", "key": "f",
        "until": (day + timedelta(days=20)).isoformat(),
    }  # fmt: skip
    answer = office.post(f"{call}serie/", sent)
    page = words(office.get(answer["Location"]))
    assert "2 Fahrten sind möglich" in page
    assert "Ankunft bis 9:30 Uhr" in page
    again = re.search(r'href="([^"]+/serie/\?serie=[^"]+)"', page)
    assert again is not None
    assert 'value="09:30"' in words(office.get(again[1])), "nothing is typed twice"


def test_the_district_says_no_as_everywhere(office: Client, call: str) -> None:
    answer = typed(office, call, "jeden Tag um 9 Uhr von Salzwedel Markt nach Klötze Busbahnhof, 52 Wochen lang")
    page = words(office.get(answer["Location"]))
    assert "So geht es nicht" in page
    assert Series.objects.get().refusal["reason"] in page
    assert "Alle verbindlich buchen" not in page


def test_a_day_that_does_not_go_is_asked_alone(office: Client, call: str) -> None:
    line = a_line().replace("um 9 Uhr", "um 4:30 Uhr morgens")
    answer = typed(office, call, line)
    page = words(office.get(answer["Location"]))
    assert "An 3 Tagen geht es nicht wie gewünscht" in page
    days = re.findall(r'name="einzeln" value="([^"]+)"', page)
    assert days[0] == first_day().isoformat()
    alone = office.post(f"{answer['Location']}tag/", {"einzeln": days[1]})
    assert "/wunsch/" in alone["Location"]
    request = RideRequest.objects.get(pk=alone["Location"].rstrip("/").rsplit("/", 1)[1])
    assert (request.series_id, f"{timezone.localtime(request.wished_at):%Y-%m-%d %H:%M}") == (None, f"{days[1]} 04:30")
    assert "Trotzdem anbieten" in words(office.get(alone["Location"]))
    assert office.post(f"{answer['Location']}tag/", {"einzeln": "x"})["Location"] == answer["Location"]


def test_no_day_is_no_booking(office: Client, call: str) -> None:
    days = typed(office, call, a_line())["Location"]
    answer = office.post(days, {**PERSON, "key": "book"})
    assert answer.status_code == 422
    assert "Wählen Sie mindestens eine Fahrt aus." in words(answer)
    answer = booked(office, days, name="")
    assert answer.status_code == 422
    assert "Fragen Sie nach dem Namen." in words(answer)
    assert not Booking.objects.exists()


def test_a_series_is_cancelled_from_a_day_on(office: Client, call: str) -> None:
    shown = booked(office, typed(office, call, a_line())["Location"])["Location"]
    page = words(office.get(shown))
    starts = re.findall(r'<option value="(\d{4}-\d\d-\d\d)"', page)
    assert len(starts) == 3
    cancel = re.search(r'action="([^"]+/serie/absagen/)"', page)
    assert cancel is not None
    for _press in range(2):
        assert office.post(cancel[1], {"from_day": starts[1], "key": "c"}).status_code in (302, 422)
    assert sorted(Booking.objects.values_list("state", flat=True)) == ["booked", "cancelled", "cancelled"]
    first = Booking.objects.get(state="booked").code
    ride = words(office.get(f"{call}fahrt/{first}/"))
    assert f"/fahrt/{first}/serie/" in ride


def test_a_single_ride_is_no_series_and_another_call_sees_none(office: Client, call: str) -> None:
    days = typed(office, call, a_line())["Location"]
    assert office.get(f"{call}fahrt/XXX-XXX/serie/").status_code == 404
    assert office.get(f"{call}serie/00000000-0000-4000-8000-000000000000/").status_code == 404
    assert office.get(f"{call}serie/none/").status_code == 404
    assert Client().get(days)["Location"].startswith("/anmelden/")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"until": "2020-01-01"}, "f-until"),
        ({"first": "2020-01-01"}, "f-first"),
        ({"weekdays": []}, "f-weekdays"),
        ({"first": "x"}, "f-first"),
        ({"weekdays": ["9"]}, "f-weekdays"),
        ({"time": "25:99"}, "f-time"),
    ],
)
def test_what_is_wrong_leads_to_its_field(office: Client, call: str, changed: dict[str, object], said: str) -> None:
    day = first_day()
    sent = {
        "origin": "Salzwedel, Markt", "destination": "Klötze, Busbahnhof", "anchor": "depart", "time": "9:30", "adults": "1",
        "weekdays": [str(day.weekday())], "every_weeks": "1", "first": day.isoformat(), "concession": "none", "key": "f",
        "until": (day + timedelta(days=10)).isoformat(), **changed,
    }  # fmt: skip
    answer = office.post(f"{call}serie/", sent)
    assert answer.status_code == 422
    assert f'href="#{said}' in words(answer)


def test_offers_of_another_series_are_not_booked(office: Client, call: str) -> None:
    other = re.findall(r'name="fahrt" value="([^"]+)"', words(office.get(typed(office, call, a_line())["Location"])))
    days = typed(office, call, a_line(who=", 3 Personen").replace("um 9 Uhr", "um 10 Uhr"))["Location"]
    answer = office.post(days, {**PERSON, "key": "book", "fahrt": other, "messages_to": "booker"})
    assert answer.status_code == 422
    assert "gehört nicht zu dieser Serie" in words(answer)
    assert not Booking.objects.exists()
    assert office.post(days, {**PERSON, "key": "book", "fahrt": ["x"], "messages_to": "booker"}).status_code == 422
