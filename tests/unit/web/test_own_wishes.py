"""A visitor's own wishes at addresses that are not theirs: a page that says so, and no error of ours."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from tests.builders.pages import OWN_ORIGIN, a_wish_form, ask, hidden_fields


def ask_for_days(visitor: Client) -> str:
    """A wish for the days of three weeks; gives its id."""
    tomorrow = timezone.localdate() + timedelta(days=1)
    days = {"weekdays": ["1", "3"], "every_weeks": "1", "first": tomorrow, "until": tomorrow + timedelta(days=20)}
    form = hidden_fields(visitor.get("/fahrt/regelmaessig/"))
    answer = visitor.post("/fahrt/regelmaessig/", {**form, **a_wish_form(), **days}, headers=OWN_ORIGIN)
    return str(re.search(r"/regelmaessig/([^/]+)/", answer["Location"])[1])  # type: ignore[index]


@pytest.mark.parametrize(
    "path",
    [
        "/fahrt/angebote/{days}/",
        "/fahrt/?wunsch={days}",
        "/fahrt/hin-und-zurueck/{one}/{days}/",
        "/fahrt/regelmaessig/{one}/",
        "/fahrt/regelmaessig/{one}/angaben/",
        "/fahrt/regelmaessig/?serie={one}",
        "/fahrt/regelmaessig/?wunsch={days}",
    ],
)
def test_a_wish_of_the_other_kind_is_not_found(visitor: Client, path: str) -> None:
    address = path.format(one=ask(visitor), days=ask_for_days(visitor))
    page = visitor.get(address)
    assert page.status_code == 404
    assert "Diese Seite gibt es nicht" in page.content.decode()
