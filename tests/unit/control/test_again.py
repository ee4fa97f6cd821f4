"""Rides that a breakdown ended: taken back, they are booked again by one press, and nobody gets two."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accessibility.desk import Access, BookingView, Party, Refusal
from backend.bookings.clock import SetClock
from backend.bookings.desk import Desk
from backend.bookings.models import AuditEntry, Booking, OutboxMessage, ServiceDay
from backend.config.access import DISPATCHER
from backend.control.again import Chance, book_again, look_again
from backend.control.models import InterventionRecord
from backend.control.previews import Preview, preview
from backend.control.services import intervene
from tests.builders.district import BusOnDuty, a_booking, a_desk, a_district, a_key, a_passenger, a_wish, at
from tests.builders.interventions import assert_sound
from tests.builders.rest import logged_in, tomorrow

pytestmark = pytest.mark.django_db
ADA, BEA = (
    a_passenger(name="Testfahrgast 1", phone="+491713920001"),
    a_passenger(name="Testfahrgast 2", phone="+491713920002"),
)


def the_day() -> ServiceDay:
    return ServiceDay.objects.select_related("district").get(plan_version__gt=0)


def done(document: dict[str, object], moment: datetime) -> InterventionRecord:
    shown = preview(the_day(), document, moment)
    assert isinstance(shown, Preview), shown
    answer = intervene(shown.token, "Motor läuft wieder", "leitstelle", moment, key=a_key())
    return InterventionRecord.objects.select_related("service_day__district", "undoes").get(pk=answer["intervention"])


@pytest.fixture
def lost() -> dict[str, str]:
    """The only bus has broken down with two rides before it, and drives again; who has which code."""
    a_district(BusOnDuty())
    desk = a_desk()
    codes = {
        "ada": a_booking(desk, a_wish(when="9:00"), ADA).code,
        "bea": a_booking(desk, a_wish(when="10:30", party=Party(adults=2)), BEA).code,
    }
    shift = the_day().day_shifts.get().code
    broken = done({"kind": "breakdown", "shift": shift, "stop": "100"}, at("7:30"))
    assert sorted(broken.effects["dropped"]) == sorted(codes.values())
    taken_back = preview(the_day(), {"kind": "undo", "intervention": str(broken.pk)}, at("7:40"))
    assert isinstance(taken_back, Preview)
    assert "können Sie danach neu buchen" in taken_back.remarks[0]
    done({"kind": "undo", "intervention": str(broken.pk)}, at("7:40"))
    return codes


def undone() -> InterventionRecord:
    return InterventionRecord.objects.select_related("service_day__district", "undoes").get(kind="undo")


def test_who_lost_her_ride_gets_it_back_at_the_promised_time_and_is_told(lost: dict[str, str]) -> None:
    user = "leitstelle"
    seen = look_again(undone(), at("8:30"))
    assert {one.code: one.chance for one in seen} == dict.fromkeys(lost.values(), Chance.FREE)
    assert Booking.objects.filter(state="booked").count() == 0, "looking books nothing"
    answers = book_again(undone(), [lost["ada"], "XXX-XXX"], user, at("8:30"), at("8:30"))
    (view,) = answers.values()
    assert isinstance(view, BookingView)
    assert view.offer.pickup_from == at("9:00"), "shorter before than riders may order"
    assert view.passenger.phone == ADA.phone
    assert OutboxMessage.objects.filter(topic="booking.confirmed", payload__booking=view.code).exists()
    kept = AuditEntry.objects.get(action="booking.again")
    assert (kept.subject, kept.actor) == (view.code, user)
    assert "Motor läuft wieder" in kept.reason
    assert_sound()


def test_pressed_twice_or_later_it_is_one_ride(lost: dict[str, str]) -> None:
    user = "leitstelle"
    for clock in ("7:45", "7:45", "8:05"):
        book_again(undone(), list(lost.values()), user, at(clock), at(clock))
    assert Booking.objects.filter(state="booked").count() == 2
    assert {one.chance for one in look_again(undone(), at("8:06"))} == {Chance.OWN}


def test_who_has_booked_meanwhile_keeps_that(lost: dict[str, str]) -> None:
    own = a_booking(a_desk(at("7:45")), a_wish(when="9:05"), ADA).code
    (ada,) = [one for one in look_again(undone(), at("7:50")) if one.code == lost["ada"]]
    assert (ada.chance, ada.other) == (Chance.OWN, own)
    answers = book_again(undone(), list(lost.values()), "leitstelle", at("7:50"), at("7:50"))
    refusal = answers[lost["ada"]]
    assert isinstance(refusal, Refusal)
    assert (refusal.code, own in refusal.reason) == ("already_booked", True)
    assert isinstance(answers[lost["bea"]], BookingView)


def test_what_is_over_or_full_is_said(lost: dict[str, str]) -> None:
    chances = {one.code: one.chance for one in look_again(undone(), at("9:30"))}
    assert chances == {lost["ada"]: Chance.PAST, lost["bea"]: Chance.FREE}
    full = Party(adults=8)
    for _ride in range(2):
        a_booking(a_desk(at("7:50")), a_wish(when="10:30", party=full), a_passenger(phone="+491713920003"))
    assert {one.code: one.chance for one in look_again(undone(), at("8:00"))}[lost["bea"]] is Chance.NONE
    answer = book_again(undone(), [lost["bea"]], "leitstelle", at("8:00"), at("8:00"))[lost["bea"]]
    assert isinstance(answer, Refusal)


def test_from_the_taken_back_intervention_to_the_booked_rides() -> None:
    a_district(BusOnDuty())
    desk = Desk(SetClock(timezone.now()))
    code = a_booking(desk, a_wish(when=tomorrow("9:00")), ADA).code
    desk.cancel(code, Access(staff="leitstelle"), key=a_key())
    empty: dict[str, Any] = {
        "service_day": the_day(),
        "former": {},
        "reason": "Motor",
        "actor": "leitstelle",
        "version": 1,
    }
    first = InterventionRecord.objects.create(
        **empty, kind="breakdown", document={"shift": "x", "stop": "100"}, at=timezone.now(),
        effects={"dropped": [code], "late": {}, "moved": []},
    )  # fmt: skip
    InterventionRecord.objects.create(
        **empty, kind="undo", document={}, at=timezone.now(), undoes=first,
        effects={"dropped": [], "late": {}, "moved": []},
    )  # fmt: skip
    office: Client = logged_in(DISPATCHER)
    base = f"/leitstelle/{tomorrow().date()}/eingriff/"
    address = re.search(r'href="([^"]+/wieder/[^"]+)"', office.get(base).text)
    assert address
    listed = office.get(f"/leitstelle/{tomorrow().date()}/stoerungen/").text
    assert f"Fahrt {code} hat keinen Bus mehr" in listed
    assert f'href="{base}wieder/{first.pk}/"' in listed
    page = office.get(address[1]).text
    assert page.count('name="fahrt"') == 1
    assert "Testfahrgast 1" in page
    assert "Wählen Sie" in office.post(address[1], follow=True).text
    for _press in range(2):
        said = office.post(address[1], {"fahrt": code}, follow=True).text
        assert "hat schon eine Fahrt:" in said
    assert Booking.objects.filter(state="booked").count() == 1
    assert office.get(base + "wieder/8c1d0f5e-6f0b-4d0e-9a55-2f9f3a3b7c01/").status_code == 404
