"""`manage.py staff`: an operator gives and takes rights without knowing Django."""

from __future__ import annotations

from io import StringIO

import pytest
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command

from backend.bookings.models import AuditEntry
from backend.config.access import DISPATCHER, OPERATOR, has_role, works_for, works_here
from tests.builders.district import a_district
from tests.builders.rest import a_user, works_elsewhere

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _site(settings) -> None:
    settings.SITE_DISTRICT = "probe"
    a_district()


def staff(*arguments: str) -> str:
    out = StringIO()
    call_command("staff", *arguments, stdout=out)
    return out.getvalue()


def test_somebody_is_added_and_told_what_is_left_to_do() -> None:
    said = staff("testleitstelle", "--roles", "dispatcher", "operator")
    assert (
        said == "testleitstelle: dispatcher, operator; probe\nNow a password: manage.py changepassword testleitstelle\n"
    )
    user = get_user_model().objects.get()
    assert works_here(user, DISPATCHER)
    assert not user.has_usable_password()
    entry = AuditEntry.objects.get(action="staff.change")
    assert (entry.district_id, entry.subject, entry.reason) == (
        "probe", "testleitstelle", "testleitstelle: dispatcher, operator; probe",
    )  # fmt: skip


def test_what_is_not_named_stays() -> None:
    staff("testleitstelle", "--roles", "dispatcher", "--districts", "probe")
    staff("testleitstelle", "--roles", "operator")
    user = get_user_model().objects.get()
    assert (has_role(user, DISPATCHER), has_role(user, OPERATOR)) == (False, True)
    works_elsewhere(user)
    staff("testleitstelle", "--districts", "elsewhere")
    assert (works_for(user, "elsewhere", OPERATOR), works_here(user, OPERATOR)) == (True, False)


def test_who_is_locked_cannot_log_in_until_unlocked() -> None:
    a_user("dispatcher")
    assert staff("leitstelle", "--lock") == "leitstelle: dispatcher; probe; locked\n"
    assert not works_here(get_user_model().objects.get(), DISPATCHER)
    staff("leitstelle", "--unlock")
    assert works_here(get_user_model().objects.get(), DISPATCHER)


def test_all_staff_and_nobody_else_are_listed() -> None:
    assert staff() == "Nobody yet: manage.py staff NAME --roles dispatcher\n"
    a_user("dispatcher", name="zwei")
    a_user("operator", name="eins")
    a_user(name="testfahrgast", is_staff=False)
    assert staff() == "eins: operator; probe\nzwei: dispatcher; probe\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["niemand"], "to add somebody, say in which role"),
        (["niemand", "--roles", "chef"], "invalid choice: 'chef'"),
        (["leitstelle", "--districts", "mond"], "nobody knows the district mond; known: probe"),
        (["neu", "--roles", "dispatcher", "--districts", "mond"], "nobody knows the district mond; known: probe"),
        (["mit leerzeichen", "--roles", "dispatcher"], "no name to log in with"),
        (["testfahrgast", "--roles", "dispatcher"], "testfahrgast is a rider's account"),
        (["--lock"], "whose?"),
    ],
)
def test_what_cannot_be_is_said_and_changes_nothing(arguments: list[str], said: str) -> None:
    a_user("dispatcher")
    a_user(name="testfahrgast", is_staff=False)
    with pytest.raises(CommandError, match=said.replace("?", r"\?")):
        staff(*arguments)
    assert staff() == "leitstelle: dispatcher; probe\n"
