"""Which vehicles somebody may drive: asked when rosters change, set aside only by who gives a reason."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from accessibility.desk import Refusal
from backend.bookings.clock import SetClock
from backend.bookings.models import AuditEntry
from backend.control.duties import duty_roster
from backend.control.fleet_changes import driver_away, driver_permitted
from backend.control.fleet_reading import law_says
from backend.control.models import RosterChange
from backend.control.permits import Permit, needed_class, permit_faults
from backend.control.previews import Preview, preview
from backend.control.roster_records import Record
from backend.control.rosters import Change, carry_out, undoing
from backend.control.rosters import preview as looked_at
from backend.control.trouble_reading import troubles_of
from backend.control.troubles import TroubleKind
from backend.districts.models import District, Shift, Vehicle
from backend.driving.duties import sign_in
from backend.driving.models import Driver, Duty
from tests.builders.district import BusOnDuty, a_desk, a_district, a_key, a_wish, at
from tests.builders.driving import a_device
from tests.builders.driving import a_driver as a_known_driver
from tests.builders.interventions import the_day

pytestmark = pytest.mark.django_db
NOW, TODAY = at("7:00"), date(2026, 11, 24)
EVERYTHING = {"classes": ["B"], "passengers_until": "2027-06-30", "wheelchairs": True}


def bus(*places: list[int], firm: str = "") -> Vehicle:
    return Vehicle(code="x", name="Rufbus 9", configurations=list(places), firm=firm)


def permit(*classes: str, until: str | None = "2027-06-30", wheelchairs: bool = True) -> Permit:
    return Permit(frozenset(classes), date.fromisoformat(until) if until else None, wheelchairs)


@pytest.mark.parametrize(
    ("places", "needs"), [([[8, 0, 4]], "B"), ([[6, 1, 4], [8, 0, 6]], "B"), ([[8, 1, 0]], "D1"), ([[17, 0, 0]], "D")]
)
def test_the_class_follows_from_the_places(places: list[list[int]], needs: str) -> None:
    assert needed_class(bus(*places)) == needs


@pytest.mark.parametrize(
    ("known", "vehicle", "wrong"),
    [
        (None, bus([8, 1, 0]), []),
        (permit("B"), bus([8, 0, 0]), []),
        (permit("B"), bus([8, 1, 0]), ["für Rufbus 9 fehlt die Klasse D1"]),
        (permit("D1", until=None), bus([8, 1, 0]), []),
        (permit("D", until=None), bus([16, 0, 0]), []),
        (permit("B", until=None), bus([8, 0, 0]), ["der Schein zur Fahrgastbeförderung fehlt"]),
        (permit("B", until="2026-11-24"), bus([8, 0, 0]), []),
        (
            permit("B", until="2026-11-23"),
            bus([8, 0, 0]),
            ["der Schein zur Fahrgastbeförderung gilt nur bis Mo, 23.11.2026"],
        ),
        (permit("B", wheelchairs=False), bus([8, 0, 0]), []),
        (permit("B", wheelchairs=False), bus([7, 1, 0]), ["für Rufbus 9 fehlt die Einweisung für Rollstühle"]),
        (permit("B", until=None, wheelchairs=False), bus([7, 1, 0], firm="Taxi Probe"), []),
    ],
)
def test_what_speaks_against_it(known: Permit | None, vehicle: Vehicle, wrong: list[str]) -> None:
    assert list(permit_faults(known, vehicle, TODAY)) == wrong


def a_driver(district: District, number: int, values: dict[str, Any] | None = None) -> Driver:
    driver = Driver.objects.create(district=district, name=f"Testfahrer {number}", code_hash=f"hash-{number}")
    if values:
        carry(district, driver_permitted(driver, values))
    return driver


def carry(district: District, change: Change, despite: tuple[str, ...] = ()) -> Any:
    return carry_out(district, change, "Nachweise gesehen", "leitstelle", NOW, key=a_key(), despite=despite)


def drives(driver: Driver, code: str = "") -> Record:
    return ("shift_driver", f"{code or Shift.objects.order_by('code').first()}|1", {"driver": driver.pk})


def code_of(vehicle: str = "bus-1") -> str:
    return Shift.objects.get(vehicle__code=vehicle).code


@pytest.fixture
def district() -> District:
    found = a_district(BusOnDuty(), BusOnDuty(kind="plain"))
    a_desk().quote(a_wish(), key="a day")
    return found


def test_who_may_not_is_named_and_put_on_only_by_who_has_seen_the_papers(district: District) -> None:
    driver = a_driver(district, 1, EVERYTHING | {"wheelchairs": False})
    change = Change("Probe", (drives(driver, code_of("bus-1")),))
    found = looked_at(district, change, NOW)
    expected = "Testfahrer 1, Di, 24.11.2026: für Rufbus 1 fehlt die Einweisung für Rollstühle."
    assert expected in found.unpermitted
    assert found.is_possible
    assert carry(district, change) == {"unpermitted": list(found.unpermitted)}
    assert not duty_roster(district, TODAY, TODAY).driver_of
    answer = carry(district, change, despite=found.unpermitted)
    assert duty_roster(district, TODAY, TODAY).driver_of[TODAY, code_of("bus-1")] == driver
    entry = AuditEntry.objects.get(action="roster.permit_set_aside")
    assert (entry.subject, entry.reason) == (answer["change"], "Nachweise gesehen")


def test_another_bus_needs_no_word(district: District) -> None:
    change = Change("Probe", (drives(a_driver(district, 1, EVERYTHING | {"wheelchairs": False}), code_of("bus-2")),))
    assert not looked_at(district, change, NOW).unpermitted
    assert "change" in carry(district, change)
    assert not AuditEntry.objects.filter(action="roster.permit_set_aside").exists()


def test_who_keeps_no_papers_is_not_asked_for_them(district: District) -> None:
    change = Change("Probe", (drives(a_driver(district, 1), code_of("bus-1")),))
    assert not looked_at(district, change, NOW).unpermitted


def test_a_gap_among_papers_that_are_kept_is_named(district: District) -> None:
    a_driver(district, 1, EVERYTHING)
    change = Change("Probe", (drives(a_driver(district, 2), code_of("bus-1")),))
    found = looked_at(district, change, NOW)
    assert found.unpermitted == ("Testfahrer 2: es sind keine Papiere eingetragen.",)
    assert "change" in carry(district, change, despite=found.unpermitted)
    assert "Testfahrer 2: es sind keine Papiere eingetragen." in law_says(district, TODAY)


def test_the_first_papers_do_not_make_all_others_news(district: District) -> None:
    first, other = a_driver(district, 1), a_driver(district, 2)
    carry(district, Change("Probe", (drives(first, code_of("bus-1")), drives(other, code_of("bus-2")))))
    change = driver_permitted(first, EVERYTHING)
    assert not looked_at(district, change, NOW).unpermitted
    assert "change" in carry(district, change)


def test_what_was_set_aside_once_is_not_asked_again(district: District) -> None:
    driver = a_driver(district, 1, EVERYTHING | {"wheelchairs": False})
    change = Change("Probe", (drives(driver, code_of("bus-1")),))
    carry(district, change, despite=looked_at(district, change, NOW).unpermitted)
    other = Change("Probe", (drives(a_driver(district, 2, EVERYTHING), code_of("bus-2")),))
    assert not looked_at(district, other, NOW).unpermitted


def test_a_licence_that_runs_out_shows_where_it_is_missed(district: District) -> None:
    driver = a_driver(district, 1, EVERYTHING)
    carry(district, Change("Probe", (drives(driver, code_of("bus-2")),)))
    ends = driver_permitted(driver, EVERYTHING | {"passengers_until": "2026-11-23"})
    found = looked_at(district, ends, NOW)
    assert found.unpermitted[0].startswith("Testfahrer 1, Di, 24.11.2026: der Schein zur Fahrgastbeförderung")
    row = RosterChange.objects.get(pk=carry(district, ends, despite=found.unpermitted)["change"])
    assert not looked_at(district, undoing(row), NOW).unpermitted
    assert "change" in carry(district, undoing(row))


def test_who_stands_in_may_drive_that_bus(district: District) -> None:
    away = a_driver(district, 1, EVERYTHING)
    a_driver(district, 2, EVERYTHING | {"wheelchairs": False})
    may = a_driver(district, 3, EVERYTHING)
    carry(district, Change("Probe", (drives(away, code_of("bus-1")),)))
    change = driver_away(district, away, TODAY, TODAY, today=TODAY, drops_uncovered=True)
    assert [values["driver"] for kind, _key, values in change.records if kind == "day_driver" and values] == [may.pk]


def test_who_stands_before_the_bus_is_told_and_asked_and_the_control_room_sees_it(district: District) -> None:
    moment = at("5:55")
    device, _credential = a_device(district, moment)
    driver, code = a_known_driver(district, moment)
    a_driver(district, 1, EVERYTHING)
    day = the_day()
    answer = sign_in(device, code, "bus-1", SetClock(moment))
    assert isinstance(answer, Refusal)
    assert answer.code == "papers_missing"
    assert "es sind keine Papiere eingetragen" in answer.reason
    assert [way.kind for way in answer.way_out] == ["confirm", "phone"]
    assert not Duty.objects.exists()
    duty = sign_in(device, code, "bus-1", SetClock(moment), papers_hold=True)
    assert isinstance(duty, Duty)
    assert sign_in(device, code, "bus-1", SetClock(moment)) == duty, "who drives already is not asked again"
    entry = AuditEntry.objects.get(action="duty.despite_papers")
    assert (entry.subject, entry.reason) == ("bus-1", "es sind keine Papiere eingetragen")
    trouble = next(one for one in troubles_of(day, moment) if one.kind is TroubleKind.PAPERS)
    assert (trouble.level, trouble.vehicle, trouble.key) == (3, "bus-1", f"papers:duty-{duty.pk}")
    assert driver.name in trouble.text
    carry(district, driver_permitted(driver, EVERYTHING))
    assert not [one for one in troubles_of(day, moment) if one.kind is TroubleKind.PAPERS], (
        "seen to by writing them down"
    )


def test_papers_that_run_out_do_not_end_a_duty(district: District) -> None:
    moment = at("5:55")
    device, _credential = a_device(district, moment)
    driver, code = a_known_driver(district, moment)
    carry(district, driver_permitted(driver, EVERYTHING))
    duty = sign_in(device, code, "bus-1", SetClock(moment))
    carry(district, driver_permitted(driver, EVERYTHING | {"passengers_until": "2026-11-23"}))
    assert isinstance(duty, Duty)
    duty.refresh_from_db()
    assert duty.ended_at is None
    trouble = next(one for one in troubles_of(the_day(), moment) if one.kind is TroubleKind.PAPERS)
    assert "gilt nur bis Mo, 23.11.2026" in trouble.text


@pytest.mark.parametrize(("clock", "level"), [("1:00", 1), ("5:00", 2)])
def test_whom_the_roster_names_is_a_trouble_before_the_shift(district: District, clock: str, level: int) -> None:
    driver = a_driver(district, 1, EVERYTHING | {"wheelchairs": False})
    change = Change("Probe", (drives(driver, code_of("bus-1")),))
    carry(district, change, despite=looked_at(district, change, NOW).unpermitted)
    found = [one for one in troubles_of(the_day(), at(clock)) if one.kind is TroubleKind.PAPERS]
    assert [(one.about, one.level, one.vehicle) for one in found] == [(code_of("bus-1"), level, "bus-1")]


def test_a_swap_of_vehicles_says_whose_papers_do_not_fit(district: District) -> None:
    drivers = [a_driver(district, 1, EVERYTHING), a_driver(district, 2, EVERYTHING | {"wheelchairs": False})]
    for driver, vehicle in zip(drivers, ("bus-1", "bus-2"), strict=True):
        carry(district, Change("Probe", (drives(driver, code_of(vehicle)),)))
    document = {"kind": "swap", "shift": code_of("bus-1"), "other": code_of("bus-2")}
    shown = preview(the_day(), document, at("5:00"))
    assert isinstance(shown, Preview)
    assert shown.remarks == ("Testfahrer 2, Di, 24.11.2026: für Rufbus 1 fehlt die Einweisung für Rollstühle.",)
    assert preview(the_day(), document, at("5:00") - timedelta(hours=1))
