"""Report a barrier: kept encrypted, answered with a number, seen by staff, closed once."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from django.test import Client

from backend.bookings.models import AuditEntry
from backend.config.access import DISPATCHER
from backend.feedback.models import BarrierReport
from tests.builders.pages import OWN_ORIGIN, hidden_fields

PATH = "/barriere-melden/"
SAID = {"what": "Der Vorleser sagt den Preis nicht.", "where": "/fahrt/", "contact": "erika@muster.example"}


def send(visitor: Client, prefix: str = "", **changed: str) -> str:
    form = hidden_fields(visitor.get(f"{prefix}{PATH}"))
    answer = visitor.post(f"{prefix}{PATH}", {**form, **SAID, **changed}, headers=OWN_ORIGIN)
    assert answer.status_code == 302, answer.content.decode()[-2000:]
    return visitor.get(answer["Location"]).context["number"]


@pytest.fixture
def dispatcher(visitor: Client) -> Client:
    user = User.objects.create(username="leitstelle", is_staff=True)
    user.groups.add(Group.objects.get_or_create(name=DISPATCHER)[0])
    client = Client()
    client.force_login(user)
    return client


def test_a_report_is_answered_with_a_number_and_kept_encrypted(visitor: Client) -> None:
    number = send(visitor, prefix="/en")
    report = BarrierReport.objects.get(number=number)
    assert report.said == SAID
    assert report.language == "en"
    with connection.cursor() as cursor:
        cursor.execute("SELECT said FROM feedback_barrierreport")
        assert "Vorleser" not in cursor.fetchone()[0]
    assert AuditEntry.objects.filter(action="barrier.reported", subject=number).count() == 1


def test_sending_twice_reports_once(visitor: Client) -> None:
    form = {**hidden_fields(visitor.get(PATH)), **SAID}
    for _attempt in range(2):
        assert visitor.post(PATH, form, headers=OWN_ORIGIN).status_code == 302
    assert BarrierReport.objects.count() == 1


def test_nothing_but_the_barrier_must_be_told(visitor: Client) -> None:
    number = send(visitor, where="", contact="")
    assert BarrierReport.objects.get(number=number).said == {**SAID, "where": "", "contact": ""}


def test_an_empty_report_is_asked_back_and_keeps_the_rest(visitor: Client) -> None:
    form = {**hidden_fields(visitor.get(PATH)), **SAID, "what": "  "}
    answer = visitor.post(PATH, form, headers=OWN_ORIGIN)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert 'href="#f-what"' in page
    assert SAID["contact"] in page
    assert not BarrierReport.objects.exists()


def test_who_reports_too_often_waits_and_loses_nothing(visitor: Client, settings) -> None:
    settings.THROTTLE_RATES = {**settings.THROTTLE_RATES, "feedback": "1/min"}
    send(visitor)
    form = {**hidden_fields(visitor.get(PATH)), **SAID, "what": "Noch etwas"}
    answer = visitor.post(PATH, form, headers=OWN_ORIGIN)
    assert answer.status_code == 429
    assert "Noch etwas" in answer.content.decode()
    assert BarrierReport.objects.count() == 1


def test_the_number_is_shown_to_its_sender_only(visitor: Client) -> None:
    send(visitor)
    assert Client().get(f"{PATH}danke/").status_code == 302


def test_staff_see_reports_and_close_them_once(visitor: Client, dispatcher: Client) -> None:
    number = send(visitor)
    assert visitor.get("/leitstelle/hindernisse/").status_code == 302
    assert visitor.post(f"/leitstelle/hindernisse/{number}/erledigt/", headers=OWN_ORIGIN).status_code in (302, 403)
    assert BarrierReport.objects.get().closed_at is None
    page = dispatcher.get("/leitstelle/hindernisse/").content.decode()
    assert SAID["what"] in page
    assert SAID["contact"] in page
    for _attempt in range(2):
        assert dispatcher.post(f"/leitstelle/hindernisse/{number}/erledigt/").status_code == 302
    report = BarrierReport.objects.get()
    assert report.closed_by == "leitstelle"
    assert report.said["contact"] == ""
    assert AuditEntry.objects.filter(action="barrier.closed").count() == 1
    assert SAID["contact"] not in dispatcher.get("/leitstelle/hindernisse/").content.decode()
