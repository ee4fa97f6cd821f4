"""Rides that a breakdown ended: taken back, they are booked again by one press, and nobody gets two."""

from __future__ import annotations

import re

import pytest
from django.contrib.auth.models import User
from django.test import Client

from accessibility.desk import BookingView, Party, Refusal
from backend.bookings.models import AuditEntry, Booking, OutboxMessage, ServiceDay
from backend.config.access import DISPATCHER
from backend.control.again import Chance, book_again, look_again
from backend.control.models import InterventionRecord
from backend.control.previews import Preview, preview
from backend.control.services import intervene
from backend.operations.dayclock import play
from tests.builders.district import BusOnDuty, a_booking, a_desk, a_district, a_key, a_passenger, a_wish, at
from tests.builders.interventions import assert_sound
from tests.builders.rest import a_user, logged_in

pytestmark = pytest.mark.django_db
ADA, BEA = (
    a_passenger(name="Testfahrgast 1", phone="+491713920001"),
    a_passenger(name="Testfahrgast 2", phone="+491713920002"),
)


def the_day() -> ServiceDay:
    return ServiceDay.objects.select_related("district").get(date=at("8:00").date())


def done(document: dict[str, object], clock: str) -> InterventionRecord:
    shown = preview(the_day(), document, at(clock))
    assert isinstance(shown, Preview), shown
    answer = intervene(shown.token, "Motor läuft wieder", "leitstelle", at(clock), key=a_key())
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
    broken = done({"kind": "breakdown", "shift": shift, "stop": "100"}, "7:30")
    assert sorted(broken.effects["dropped"]) == sorted(codes.values())
    taken_back = preview(the_day(), {"kind": "undo", "intervention": str(broken.pk)}, at("7:40"))
    assert isinstance(taken_back, Preview)
    assert "können Sie diese Fahrten neu buchen" in taken_back.remarks[0]
    done({"kind": "undo", "intervention": str(broken.pk)}, "7:40")
    return codes


def undone() -> InterventionRecord:
    return InterventionRecord.objects.select_related("service_day__district", "undoes").get(kind="undo")


def test_who_lost_her_ride_gets_it_back_at_the_promised_time_and_is_told(lost: dict[str, str]) -> None:
    user = a_user(DISPATCHER)
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
    assert (kept.subject, kept.actor) == (view.code, user.get_username())
    assert "Motor läuft wieder" in kept.reason
    assert_sound()


def test_pressed_twice_or_later_it_is_one_ride(lost: dict[str, str]) -> None:
    user = a_user(DISPATCHER)
    for clock in ("7:45", "7:45", "8:05"):
        book_again(undone(), list(lost.values()), user, at(clock), at(clock))
    assert Booking.objects.filter(state="booked").count() == 2
    assert {one.chance for one in look_again(undone(), at("8:06"))} == {Chance.OWN}


def test_who_has_booked_meanwhile_keeps_that(lost: dict[str, str]) -> None:
    own = a_booking(a_desk(at("7:45")), a_wish(when="9:05"), ADA).code
    (ada,) = [one for one in look_again(undone(), at("7:50")) if one.code == lost["ada"]]
    assert (ada.chance, ada.other) == (Chance.OWN, own)
    answers = book_again(undone(), list(lost.values()), a_user(DISPATCHER), at("7:50"), at("7:50"))
    refusal = answers[lost["ada"]]
    assert isinstance(refusal, Refusal)
    assert (refusal.code, own in refusal.reason) == ("already_booked", True)
    assert isinstance(answers[lost["bea"]], BookingView)


def test_what_is_over_or_full_is_said(lost: dict[str, str]) -> None:
    chances = {one.code: one.chance for one in look_again(undone(), at("9:30"))}
    assert chances == {lost["ada"]: Chance.PAST, lost["bea"]: Chance.FREE}
    full = Party(adults=8)
    a_booking(a_desk(at("7:50")), a_wish(when="10:30", party=full), a_passenger(phone="+491713920003"))
    assert {one.code: one.chance for one in look_again(undone(), at("8:00"))}[lost["bea"]] is Chance.NONE
    answer = book_again(undone(), [lost["bea"]], a_user(DISPATCHER), at("8:00"), at("8:00"))[lost["bea"]]
    assert isinstance(answer, Refusal)


def test_from_the_taken_back_breakdown_to_the_booked_rides(lost: dict[str, str], settings) -> None:  # type: ignore[no-untyped-def]
    settings.DEMO_LOGIN = True
    play(the_day(), at("7:45"), 0.0)
    office: Client = logged_in(DISPATCHER)
    base = "/leitstelle/2026-11-24/eingriff/"
    address = re.search(r'href="([^"]+/wieder/[^"]+)"', office.get(base).text)
    assert address
    page = office.get(address[1]).text
    assert page.count('name="fahrt"') == 2
    assert "Testfahrgast 1" in page
    assert "Wählen Sie" in office.post(address[1], follow=True).text
    said = office.post(address[1], {"fahrt": lost["ada"]}, follow=True).text
    assert f"{lost['ada']} ist neu gebucht, als " in said
    assert "hat schon eine Fahrt:" in said
    assert User.objects.filter(username="leitstelle").exists()
    assert office.get(base + "wieder/8c1d0f5e-6f0b-4d0e-9a55-2f9f3a3b7c01/").status_code == 404
