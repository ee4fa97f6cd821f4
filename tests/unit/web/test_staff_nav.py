"""The menu of the staff shows what there is and what one may open."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import AnonymousUser

from backend.web.staff_nav import entries
from tests.builders.rest import a_user

pytestmark = pytest.mark.django_db


def texts(*roles: str) -> list[str]:
    return [entry.text for entry in entries(a_user(*roles), "board")]


def test_a_dispatcher_sees_the_board_first_and_knows_where_she_is() -> None:
    shown = list(entries(a_user("dispatcher"), "board"))
    assert shown[0].text == "Leitstelle"
    assert [entry.is_current for entry in shown].count(True) == 1


def test_a_driver_sees_no_page_that_he_may_not_open() -> None:
    assert texts("driver") == ["Fahrer-App"]


def test_the_authority_sees_the_figures_alone() -> None:
    assert texts("authority") == ["Auswertung"]


def test_a_rider_has_no_such_menu() -> None:
    assert not list(entries(AnonymousUser(), ""))
    assert not list(entries(a_user(is_staff=False), ""))
