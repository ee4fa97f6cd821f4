"""The handover log and the audit: what the next dispatcher finds, and who did what."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

import pytest

from accessibility.desk import InvalidInput
from backend.bookings.interventions import KINDS, Restore
from backend.bookings.journal import audit
from backend.bookings.models import AuditEntry, OutboxMessage
from backend.bookings.overriding import quote_against_rules
from backend.control.audit_reading import ACTIONS, AuditFilter, actors, audit_lines
from backend.control.handover import add_entry, forget_old, tick
from backend.control.handover_reading import entries_of, open_points, search, shift_summary
from backend.control.models import HandoverEntry
from backend.control.rosters import Change, carry_out
from backend.districts.models import District
from backend.driving.models import Driver
from tests.builders.district import a_booking, a_desk, a_district, a_key, a_wish, at
from tests.builders.rest import a_user

pytestmark = pytest.mark.django_db
NOW, TODAY = at("14:00"), date(2026, 11, 24)


def an_entry(district: District, text: str, **values: object) -> HandoverEntry:
    return add_entry(district, TODAY, text, "frueh", NOW, **{"key": a_key(), **values})  # type: ignore[arg-type]


def test_an_entry_is_kept_encrypted_told_and_audited() -> None:
    district = a_district()
    code = a_booking(a_desk()).code
    entry = an_entry(district, "Frau Muster holt den Schlüssel", vehicle="bus-1", booking=code.lower())
    assert entries_of(district, TODAY) == [entry]
    assert (entry.booking, entry.vehicle) == (code, "bus-1")
    assert not HandoverEntry.objects.extra(where=["text LIKE '%%Muster%%'"]).exists()
    message = OutboxMessage.objects.get(topic="handover.changed")
    assert message.payload == {"district": "probe", "date": "2026-11-24"}
    assert AuditEntry.objects.filter(action="handover.written", actor="frueh").exists()


@pytest.mark.parametrize("values", [{"vehicle": "bus-9"}, {"booking": "AAA-AAA"}])
def test_what_does_not_exist_is_said(values: dict[str, str]) -> None:
    with pytest.raises(InvalidInput):
        an_entry(a_district(), "Text", **values)


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 2001])
def test_an_entry_says_something(text: str) -> None:
    with pytest.raises(InvalidInput):
        an_entry(a_district(), text)


def test_a_point_stays_open_until_somebody_ticks_it() -> None:
    district = a_district()
    point = an_entry(district, "Reifen bestellen", is_point=True)
    an_entry(district, "Nur zur Kenntnis")
    assert open_points(district) == [point]
    tick(district, str(point.pk), "spaet", NOW)
    again = tick(district, str(point.pk), "nacht", NOW + timedelta(hours=1))
    assert again is not None
    assert (again.done_by, again.done_at) == ("spaet", NOW)
    assert open_points(district) == []
    assert tick(district, str(uuid.uuid4()), "spaet", NOW) is None


def test_the_same_press_twice_is_one_line() -> None:
    district = a_district()
    entries = {an_entry(district, "Einmal", key="one").pk for _press in range(2)}
    assert len(entries) == 1


def test_search_finds_all_words_anywhere() -> None:
    district = a_district()
    wanted = an_entry(district, "Der Motor von Rufbus 1 klappert", vehicle="bus-1")
    an_entry(district, "Der Motor ist leise")
    assert search(district, "MOTOR klappert", TODAY) == [wanted]
    assert search(district, "bus-1", TODAY) == [wanted]
    assert search(district, "frueh motor", TODAY).count(wanted) == 1
    assert search(district, "   ", TODAY) == []


def test_old_lines_go_and_open_points_stay() -> None:
    district = a_district()
    old = NOW - timedelta(days=400)
    add_entry(district, old.date(), "Alt", "frueh", old, key="old")
    add_entry(district, old.date(), "Alt und offen", "frueh", old, key="open", is_point=True)
    an_entry(district, "Neu")
    forget_old(NOW)
    assert {entry.text for entry in HandoverEntry.objects.all()} == {"Alt und offen", "Neu"}


def test_the_shift_is_summed_up_by_itself() -> None:
    district = a_district()
    desk = a_desk(at("8:00"))
    assert shift_summary(district, TODAY).is_quiet
    desk.quote(a_wish(when="8:20"), key="too late")
    quote_against_rules(a_wish(when="8:20"), "Arzttermin, zugesagt", a_user("dispatcher"), key="yes", desk=desk)
    outage = {"vehicle": "bus-1", "first": "2026-11-30", "last": None, "note": ""}
    carry_out(
        district, Change("Werkstatt", (("outage", str(uuid.uuid4()), outage),)), "Termin", "frueh", at("9:00"), key="w"
    )
    summary = shift_summary(district, TODAY)
    assert summary.overridden == {"too_late": 1}
    assert [change.title for change in summary.roster_changes] == ["Werkstatt"]
    assert summary.refused == 1
    assert not summary.is_quiet


def test_the_audit_is_filtered_by_day_person_booking_and_reason() -> None:
    district = a_district()
    code = a_booking(a_desk()).code
    audit(district, at("9:00"), "leitstelle", "dispatcher", "roster.ride_lost", code, "Panne")
    audit(district, at("9:00", "2026-11-25"), "spaet", "dispatcher", "trouble.noted", "x")
    lines = audit_lines(district, AuditFilter(day=TODAY))
    assert [(line.action, line.reason) for line in lines] == [
        ("Fahrt verlor ihren Platz", "Panne"),
        ("Fahrt gebucht", ""),
    ]
    assert [line.actor for line in audit_lines(district, AuditFilter(actor="spaet"))] == ["spaet"]
    found = audit_lines(district, AuditFilter(subject=code.replace("-", "").lower()))
    assert {line.subject for line in found} == {code}
    assert [line.reason for line in audit_lines(district, AuditFilter(with_reason=True))] == ["Panne"]


def test_every_action_that_the_program_writes_has_words() -> None:
    import re
    from pathlib import Path

    written = set()
    for path in Path("backend").rglob("*.py"):
        source = path.read_text(encoding="utf-8")
        for call in re.findall(r"\baudit\((?:[^()]|\([^()]*\))*\)", source):
            written |= set(re.findall(r'"([a-z_]+\.[a-z_]+)"', call))
    driven = Path("backend/bookings/driven.py").read_text(encoding="utf-8")
    written |= set(re.findall(r'_tell\(booking, "([a-z_.]+)"', driven))
    written |= {"booking.confirmed", "booking.changed"}  # acceptance.py's topics
    written |= {f"intervention.{kind}" for kind in (*KINDS, Restore.kind)}
    assert not written - set(ACTIONS), "say in backend/control/audit_reading.py what these are"


def test_the_audit_names_people_and_not_what_programs_call_them() -> None:
    district = a_district()
    driver = Driver.objects.create(district=district, name="Testfahrer 1")
    for number, actor in enumerate(
        ("rider", "desk", f"driver {driver.pk}", "driver 999999", "device Bus 1", "leitstelle")
    ):
        audit(district, at(f"9:0{number}"), actor, "driver", "booking.boarded", "x")
    names = [line.actor for line in audit_lines(district, AuditFilter(day=TODAY))]
    assert names == ["leitstelle", "Gerät Bus 1", "ehemaliger Fahrer", "Testfahrer 1", "Rufbus", "Fahrgast"]
    assert (f"driver {driver.pk}", "Testfahrer 1") in actors(district, TODAY)
    assert len(audit_lines(district, AuditFilter(actor=f"driver {driver.pk}"))) == 1
