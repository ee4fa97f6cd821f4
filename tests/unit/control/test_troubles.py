"""What is a trouble, how urgent it is, and that it neither flickers nor gets lost."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from accessibility.desk import Access, Anchor, InvalidInput, Party
from backend.bookings.models import DayShift, OutboxMessage, RideRequest, RoadClosure, ServiceDay
from backend.control.possible import possibilities
from backend.control.services import tend_roads
from backend.control.trouble_models import TroubleRecord
from backend.control.trouble_reading import troubles_of
from backend.control.trouble_watch import acknowledge, forget_troubles, list_of, look_at, watch
from backend.control.troubles import Trouble, TroubleKind, is_raised, promise_level, silence_level
from backend.operations.board_reading import board_of
from backend.operations.eta import chance_after
from backend.operations.models import VehiclePosition
from tests.builders.district import (
    BAHNHOF,
    FIRST_LONGITUDE,
    KLOETZE,
    KUHFELDE,
    LATITUDE,
    MARKT,
    RULES,
    STEP_DEGREES,
    BusOnDuty,
    a_booking,
    a_desk,
    a_district,
    a_key,
    a_wish,
    at,
    later,
)

pytestmark = pytest.mark.django_db


def the_day() -> ServiceDay:
    return ServiceDay.objects.select_related("district").get(date=at("8:00").date())


def seen_at(stop: float, moment: datetime, number: int = 0) -> None:
    """The bus reports from the road, so many stops from the station."""
    day = the_day()
    VehiclePosition.objects.create(
        service_day=day, vehicle=day.day_shifts.first().vehicle, point_id=f"{moment.timestamp()}-{number}",
        device_at=moment, at=moment, received_at=moment, lat=LATITUDE, lon=FIRST_LONGITUDE + stop * STEP_DEGREES,
    )  # fmt: skip


def kinds(now: datetime) -> dict[TroubleKind, int]:
    return {one.kind: one.level for one in troubles_of(the_day(), now)}


@pytest.mark.parametrize(
    ("limit", "chance"), [(50, 1.0), (100, 1.0), (200, 0.5), (300, 0.0), (400, 0.0), (150, 0.875), (250, 0.125)]
)
def test_the_chance_of_being_late(limit: float, chance: float) -> None:
    assert chance_after(100, 200, 300, limit) == pytest.approx(chance)


def test_a_chance_falls_with_the_limit_and_never_leaves_its_bounds() -> None:
    chances = [chance_after(100, 130, 300, limit) for limit in range(50, 350, 5)]
    assert chances == sorted(chances, reverse=True)
    assert all(0 <= chance <= 1 for chance in chances)
    assert chance_after(100, 100, 100, 99) == 1.0
    assert chance_after(100, 100, 100, 100) == 0.0


def test_what_wavers_around_a_limit_does_not_come_and_go() -> None:
    assert not is_raised(0.25, "promise:A", set())
    assert is_raised(0.25, "promise:A", {"promise:A"})
    assert silence_level(200, "silent:A", set()) == 0
    assert silence_level(200, "silent:A", {"silent:A"}) == 2
    assert silence_level(1000, "silent:A", set()) == 3
    assert promise_level(0.9, 5000) == 3
    assert (promise_level(0.5, 500), promise_level(0.5, 5000)) == (2, 1)


def test_a_bus_that_comes_too_late_is_a_trouble_long_before_the_promise_breaks() -> None:
    a_district(BusOnDuty())
    ride = a_booking(a_desk(), a_wish(when="9:00"))
    seen_at(4, at("8:58"))  # in Klötze, a quarter of an hour away from Markt
    found = [one for one in troubles_of(the_day(), at("8:59")) if one.kind is TroubleKind.PROMISE]
    assert [one.bookings for one in found] == [(ride.code,)]
    assert found[0].chance is not None
    assert found[0].chance > 0.35
    assert {remedy.document["kind"] for remedy in found[0].remedies if remedy.document} == {"move", "taxi"}


def test_a_bus_on_its_way_in_time_is_none() -> None:
    a_district(BusOnDuty())
    a_booking(a_desk(), a_wish(when="9:00"))
    seen_at(0.5, at("8:56"))
    assert TroubleKind.PROMISE not in kinds(at("8:57"))


def test_the_board_calls_tight_what_is_a_trouble_and_nothing_else() -> None:
    district = a_district(BusOnDuty())
    ride = a_booking(a_desk(), a_wish(KUHFELDE, KLOETZE, "9:00"))
    marks = []
    for minute in range(14):  # until five minutes after which it can be there in time
        clock = f"{8 + (56 + minute) // 60}:{(56 + minute) % 60:02d}"
        seen_at(1, at(clock))
        mark = board_of(district, at(clock).date(), at(clock)).marks.get(ride.code, "")
        assert bool(mark) == (TroubleKind.PROMISE in kinds(at(clock))), clock
        marks.append(mark)
    assert marks == sorted(marks, key=("", "tight", "late").index)
    assert set(marks) == {"", "tight", "late"}


def test_silence_is_named_with_its_age_and_who_never_came() -> None:
    a_district(BusOnDuty())
    a_booking(a_desk(), a_wish(when="9:00"))
    assert kinds(at("8:40"))[TroubleKind.NO_DEVICE] == 3
    seen_at(0, at("8:40"))
    assert TroubleKind.NO_DEVICE not in kinds(at("8:41"))
    assert TroubleKind.SILENT not in kinds(at("8:43"))
    assert kinds(at("8:46"))[TroubleKind.SILENT] == 2
    assert kinds(at("8:56"))[TroubleKind.SILENT] == 3


def test_a_shift_of_seven_hours_without_a_break_is_a_trouble() -> None:
    a_district(BusOnDuty())
    a_booking(a_desk())
    assert TroubleKind.NO_BREAK not in kinds(at("7:00"))
    DayShift.objects.update(overrun={"end_s": 13 * 3600, "breaks": []})
    assert TroubleKind.NO_BREAK in kinds(at("7:00")), "lateness makes the day longer than six hours"


def test_a_wish_without_a_place_says_what_would_make_it_possible() -> None:
    rules = RULES.replace("search_earlier_s = 5400", "search_earlier_s = 600")
    a_district(BusOnDuty(end="10:00"), rules=rules)
    desk = a_desk()
    a_booking(desk)
    desk.quote(a_wish(when="10:00"), key=a_key())
    (trouble,) = [one for one in troubles_of(the_day(), at("7:01")) if one.kind is TroubleKind.UNSERVED]
    assert "10:00 Uhr" in trouble.title
    row = RideRequest.objects.get(refusal_code="no_vehicle")
    ways = possibilities(the_day(), row, at("7:01"))
    longer = [way for way in ways if way.document and way.document["kind"] == "shift"]
    assert "Rufbus 1" in longer[0].text
    assert longer[0].document is not None
    assert longer[0].document["end_s"] in (10.5 * 3600, 11 * 3600)
    assert any(way.document and way.document["kind"] == "taxi" for way in ways)
    assert the_day().plan_version == 1, "trying changes nothing"


def test_who_asks_on_and_books_was_helped() -> None:
    a_district(BusOnDuty(end="10:00"))
    desk = a_desk()
    a_booking(desk, a_wish(BAHNHOF, MARKT, "9:00"))
    desk.quote(a_wish(when="15:00"), key=a_key())
    desk.quote(a_wish(MARKT, BAHNHOF, when="15:00"), key=a_key())
    assert len(unserved(at("7:01"))) == 2
    later(desk, 10)
    a_booking(desk, a_wish(when="9:20"))
    (left,) = unserved(at("7:11"))
    assert "nach Salzwedel" in left.title
    assert len(unserved(at("14:59"))) == 1
    assert not unserved(at("15:00"))


def unserved(now: datetime) -> list[Trouble]:
    return [one for one in troubles_of(the_day(), now) if one.kind is TroubleKind.UNSERVED]


def test_other_times_and_stops_are_tried_on_the_plan_as_it_is_now() -> None:
    rules = RULES.replace("search_earlier_s = 5400", "search_earlier_s = 300").replace(
        "search_later_s = 7200", "search_later_s = 300"
    )
    a_district(BusOnDuty(end="10:00"), rules=rules)
    desk = a_desk()
    a_booking(desk)
    desk.quote(a_wish(BAHNHOF, KLOETZE, when="9:35"), key=a_key())
    row = RideRequest.objects.get(refusal_code="no_vehicle")
    texts = [way.text for way in possibilities(the_day(), row, at("7:01"))]
    earlier = [text for text in texts if "Minuten früher: möglich um" in text and "Rufbus" not in text]
    assert earlier, texts
    assert not any("später: möglich um" in text for text in texts), "the shift ends"
    assert len(texts) == len(set(texts))
    minutes = int(earlier[0].split()[0])
    wished = at("9:35") - timedelta(minutes=minutes)
    assert desk.quote(a_wish(BAHNHOF, KLOETZE, when=wished), key=a_key()).offers, "what is named can be booked"


def test_what_others_took_note_of_goes_down_and_comes_back_when_it_worsens() -> None:
    a_district(BusOnDuty())
    a_booking(a_desk(), a_wish(when="9:00"))
    seen_at(0, at("8:40"))
    day = the_day()
    (noted,) = list_of(day, at("8:46"), fresh=True)
    assert noted.is_open
    acknowledge(day, noted.trouble.key, "Fahrer angerufen, Funkloch", "leitstelle", at("8:46"))
    (noted,) = list_of(day, at("8:47"), fresh=True)
    assert not noted.is_open
    assert noted.record is not None
    assert noted.record.acknowledged_by == "leitstelle"
    (noted,) = list_of(day, at("8:57"), fresh=True)
    assert noted.is_open, "now it is silent for a quarter of an hour"
    with pytest.raises(InvalidInput):
        acknowledge(day, "silent:nothing", "", "leitstelle", at("8:57"))


def test_watching_tells_once_what_is_new_and_once_what_is_gone() -> None:
    a_district(BusOnDuty())
    ride = a_booking(a_desk(), a_wish(when="9:00", party=Party()))
    seen_at(4, at("8:58"))
    for minute in ("8:59", "8:59", "9:00"):
        look_at(the_day(), at(minute))
    assert OutboxMessage.objects.filter(topic="promise.at_risk").count() == 1
    assert OutboxMessage.objects.get(topic="promise.at_risk").payload["bookings"] == [ride.code]
    told = OutboxMessage.objects.filter(topic="trouble.changed").count()
    a_desk(at("9:01")).cancel(ride.code, Access(staff="x"), key=a_key())
    look_at(the_day(), at("9:01"))
    look_at(the_day(), at("9:01"))
    assert OutboxMessage.objects.filter(topic="trouble.changed").count() == told + 1
    assert TroubleRecord.objects.get(key__startswith="promise").gone_at is not None


def test_the_relay_looks_at_the_days_that_are_driven_and_at_no_others() -> None:
    a_district(BusOnDuty())
    ride = a_booking(a_desk(), a_wish(when="9:00"))
    seen_at(4, at("8:58"))
    watch(at("8:59", "2026-11-26"))
    assert not TroubleRecord.objects.exists(), "that day is over"
    watch(at("8:59"))
    assert TroubleRecord.objects.filter(key=f"promise:{ride.code}").exists()
    forget_troubles(at("9:00", "2027-01-24"))
    assert not TroubleRecord.objects.exists()


def test_roads_open_by_themselves_when_their_time_is_over() -> None:
    a_district(BusOnDuty())
    a_booking(a_desk(), a_wish(BAHNHOF, MARKT, "8:00"))
    day = the_day()
    stops = {stop.code: stop for stop in day.district.stops.all()}
    RoadClosure.objects.create(
        service_day=day,
        origin=stops["103"],
        target=stops["104"],
        until_s=9 * 3600,
        created_at=at("7:00"),
        created_by="x",
    )
    tend_roads(at("8:59"))
    assert RoadClosure.objects.get().lifted_at is None
    tend_roads(at("9:01"))
    assert RoadClosure.objects.get().lifted_at == at("9:01")


@pytest.mark.parametrize(("anchor", "when"), [(Anchor.DEPART, "10:00"), (Anchor.ARRIVE, "10:40")])
@pytest.mark.parametrize("asked_at", ["7:01", "9:50"])
def test_a_taxi_is_tried_for_who_must_arrive_and_shortly_before_too(anchor: Anchor, when: str, asked_at: str) -> None:
    rules = RULES.replace("search_earlier_s = 5400", "search_earlier_s = 600")
    a_district(BusOnDuty(end="10:00"), rules=rules)
    desk = a_desk()
    a_booking(desk)
    desk.quote(a_wish(when=when, anchor=anchor), key=a_key())
    row = RideRequest.objects.get(refusal_code="no_vehicle")
    ways = possibilities(the_day(), row, at(asked_at))
    assert any(way.document and way.document["kind"] == "taxi" for way in ways), [way.text for way in ways]
