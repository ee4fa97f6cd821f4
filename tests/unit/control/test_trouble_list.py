"""The list of troubles in a dispatcher's hand: choices with counts, orders, wishes by themselves, several noted at once."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accessibility.desk import InvalidInput
from backend.bookings.clock import SetClock
from backend.bookings.desk import Desk
from backend.bookings.driven import break_promise
from backend.bookings.models import AuditEntry, Booking, ServiceDay
from backend.config.access import DISPATCHER
from backend.control.models import InterventionRecord
from backend.control.trouble_list import Look, OpenNow, Order, count, open_now, open_ones, read_look
from backend.control.trouble_models import TroubleRecord
from backend.control.trouble_watch import Noted, acknowledge_all, list_of, look_at
from backend.control.troubles import Trouble, TroubleKind
from tests.builders.district import BusOnDuty, a_booking, a_desk, a_district, a_key, a_wish, at
from tests.builders.rest import logged_in, send, tomorrow

DAY = tomorrow().date().isoformat()
LIST = f"/leitstelle/{DAY}/stoerungen/"


def a_trouble(kind: TroubleKind, level: int, vehicle: str = "", due_s: int | None = None) -> Noted:
    about = f"{kind}-{level}-{vehicle}"
    return Noted(Trouble(kind, about, level, about, "", due_s, vehicle=vehicle), None)


LISTED = [
    a_trouble(TroubleKind.HELP, 3, "bus-2"),
    a_trouble(TroubleKind.PROMISE, 3, "bus-1", 3600),
    a_trouble(TroubleKind.PROMISE, 2, "bus-1", 1800),
    a_trouble(TroubleKind.SILENT, 1, "bus-3", 900),
]


def test_every_choice_says_how_many_it_would_show() -> None:
    counts = count(LISTED, Look(vehicle="bus-1", level=2))
    assert (counts.shown, counts.total) == (1, 4)
    assert counts.hidden_urgent == 2, "what must be done now is never out of sight in silence"
    assert counts.by_level == {3: 1, 2: 1}, "of this vehicle"
    assert counts.by_vehicle == {"bus-1": 1}, "of this level"
    assert counts.by_kind == {TroubleKind.PROMISE: 1}
    everything = count(LISTED, Look())
    assert everything.by_vehicle == {"bus-1": 2, "bus-2": 1, "bus-3": 1}
    assert everything.hidden_urgent == 0


def test_the_list_is_ordered_as_it_is_wanted() -> None:
    kinds = {order: [one.trouble.vehicle for one in Look(order=order).of(LISTED)] for order in Order}
    assert kinds[Order.URGENCY] == ["bus-2", "bus-1", "bus-1", "bus-3"]
    assert kinds[Order.DUE] == ["bus-2", "bus-3", "bus-1", "bus-1"], "what bites already stands first"
    assert kinds[Order.VEHICLE] == ["bus-1", "bus-1", "bus-2", "bus-3"]
    early, late = (
        Noted(one.trouble, TroubleRecord(raised_at=at(clock)))
        for one, clock in zip(LISTED, ("8:00", "9:00"), strict=False)
    )
    assert Look(order=Order.NEWEST).of([early, late, LISTED[2]]) == [LISTED[2], late, early]


@pytest.mark.parametrize("wrong", [("4", "", "", ""), ("", "fire", "", ""), ("", "", "", "size"), ("x", "", "", "")])
def test_a_choice_that_there_is_not_is_no_choice(wrong: tuple[str, str, str, str]) -> None:
    with pytest.raises(InvalidInput):
        read_look(*wrong)


@pytest.fixture
def office(db: None, settings) -> Client:
    settings.SITE_DISTRICT = "probe"
    a_district(BusOnDuty(), BusOnDuty())
    return logged_in(DISPATCHER)


@pytest.fixture
def broken(office: Client) -> list[str]:
    """Two rides whose promises hold no more."""
    desk = Desk(SetClock(tomorrow() - timedelta(hours=20)))
    codes = [a_booking(desk, a_wish(when=tomorrow(clock))).code for clock in ("9:00", "10:30")]
    for code, by_s in zip(codes, (1800, 240), strict=True):
        break_promise(Booking.objects.get(code=code), "pickup", by_s, timezone.now())
    return codes


def test_the_address_keeps_what_is_chosen(office: Client, broken: list[str]) -> None:
    page = office.get(f"{LIST}?dringend=bald&ordnung=neu").text
    noting = set(re.findall(r'action="([^"]+/notieren/[^"]*)"', page))
    assert noting == {f"{LIST}notieren/?dringend=bald&amp;ordnung=neu"}
    assert '<option value="neu" selected>' in page
    assert 'name="dringend" value="bald"' in page, "the form keeps the urgency"
    key = re.search(r'name="key" value="([^"]+)"', page)
    assert key
    answer = office.post(f"{LIST}notieren/?dringend=bald&ordnung=neu&x=1", {"key": key[1]})
    assert answer["Location"] == f"{LIST}?dringend=bald&ordnung=neu"


def test_what_must_be_done_now_is_named_where_the_choice_hides_it(office: Client, broken: list[str]) -> None:
    day = ServiceDay.objects.get(date=DAY)
    lost = Booking.objects.filter(code=broken[0])
    lost.update(state="cancelled", ended_at=timezone.now(), contact_phone="+491713920001")  # she has no other ride
    InterventionRecord.objects.create(
        service_day=day, kind="breakdown", document={"shift": "x", "stop": "y"}, former={}, reason="Motor", actor="office",
        effects={"dropped": [broken[0]], "late": {}, "moved": []}, at=timezone.now(), version=day.plan_version,
    )  # fmt: skip
    page = office.get(f"{LIST}?art=silent").text
    assert "Von dieser Auswahl ist nichts offen." in page
    assert "1 Störung, die jetzt zu tun ist, steht nicht in dieser Auswahl." in page
    assert "0 von 2 offenen Störungen" in page
    assert "nicht in dieser Auswahl" not in office.get(f"{LIST}?dringend=jetzt").text


@pytest.mark.parametrize(
    "query", ["dringend=gestern", "art=fire&bus=%00", "seite=9999", "seite=-1", "ordnung=x", "wuensche=x"]
)
def test_an_address_that_makes_no_sense_shows_the_list(office: Client, broken: list[str], query: str) -> None:
    answer = office.get(f"{LIST}?{query}")
    assert answer.status_code == 200
    assert "2 Störungen sind offen" in answer.text


def test_the_board_and_the_list_say_the_same_figures(office: Client, broken: list[str]) -> None:
    for clock in ("15:10", "15:00"):
        assert not Desk(SetClock(timezone.now())).quote(a_wish(when=tomorrow(clock)), key=a_key()).offers
    page, board = office.get(LIST).text, office.get(f"/leitstelle/{DAY}/").text
    assert "2 Störungen sind offen" in page
    assert "2 Wünsche ohne Platz" in page
    assert 'data-key="troubles"><span class="figure">2</span> Störungen<' in board
    assert 'data-key="wishes"><span class="figure">2</span>' in board


@pytest.mark.django_db
def test_the_figures_of_a_driven_day_come_from_the_watch_and_are_those_of_the_list() -> None:
    a_district(BusOnDuty(end="10:00"))
    desk = a_desk()
    ride = a_booking(desk, a_wish(when="9:00")).code
    desk.quote(a_wish(when="13:00"), key=a_key())
    day, now = ServiceDay.objects.select_related("district").get(date=at("8:40").date()), at("8:40")
    break_promise(Booking.objects.get(code=ride), "pickup", 600, now)
    assert open_now(day, now) == OpenNow()
    look_at(day, now)
    listed = list_of(day, now)
    levels = [one.trouble.level for one in open_ones(listed)]
    assert 3 in levels
    assert open_now(day, now) == OpenNow(len(levels), levels.count(3), 1)
    acknowledge_all(day, [one.trouble.key for one in listed], "", "leitstelle", now)
    assert open_now(day, now) == OpenNow()
    TroubleRecord.objects.filter(level=3).update(acknowledged_level=2)
    assert open_now(day, now).urgent == levels.count(3), "noted, and worse since"


def test_all_wishes_of_an_hour_are_noted_with_one_press(office: Client) -> None:
    desk = Desk(SetClock(timezone.now()))
    for clock in ("15:10", "15:00", "16:05", "17:10", "17:20", "17:30", "17:40"):
        assert not desk.quote(a_wish(when=tomorrow(clock)), key=a_key()).offers
    page = office.get(LIST).text.replace("\xa0", " ")
    assert re.findall(r"(\d+ bis \d+) Uhr: (\d)", page) == [("15 bis 16", "2"), ("16 bis 17", "1"), ("17 bis 18", "4")]
    group = page[page.index("15 bis 16 Uhr: ") : page.index("16 bis 17 Uhr: ")]
    keys = re.findall(r'type="hidden" name="key" value="([^"]+)"', group)
    assert len(keys) == 2
    sent = {"key": keys, "note": "Sonderbus gefahren"}
    said = office.post(f"{LIST}notieren/", sent, follow=True).text
    assert "2 notiert." in said
    assert "5 Wünsche ohne Platz" in said
    office.post(f"{LIST}notieren/", sent)
    assert AuditEntry.objects.filter(action="trouble.noted", reason="Sonderbus gefahren").count() == 2, "sent twice"
    told = office.get(f"{LIST}?wuensche=genannt").text
    assert re.findall(r"<summary>([^:<]+): ", told[told.index('id="wuensche"') :])


@pytest.mark.django_db
def test_what_is_over_meanwhile_needs_no_note() -> None:
    a_district(BusOnDuty(end="10:00"))
    desk = a_desk()
    a_booking(desk)
    desk.quote(a_wish(when="13:00"), key=a_key())
    day = ServiceDay.objects.get(date=at("7:01").date())
    (trouble,) = [one.trouble for one in list_of(day, at("7:01")) if one.trouble.kind is TroubleKind.UNSERVED]
    rows = acknowledge_all(day, ["silent:gone", trouble.key, trouble.key], "", "leitstelle", at("7:01"))
    assert [row.key for row in rows] == [trouble.key]
    with pytest.raises(InvalidInput):
        acknowledge_all(day, ["silent:gone"], "", "leitstelle", at("7:01"))


def test_programs_choose_and_count_too(office: Client, broken: list[str]) -> None:
    base = f"service-days/{DAY}/troubles"
    status, listed, _headers = send(office, "GET", f"{base}?level=2&kind=promise&order=due")
    assert status == 200
    assert {one["level"] for one in listed} == {2}
    assert send(office, "GET", f"{base}?level=7")[0] == 422
    status, counts, _headers = send(office, "GET", f"{base}/counts")
    assert status == 200
    assert (counts["open"], counts["wishes"], counts["kinds"]) == (2, 0, {"promise": 2})
