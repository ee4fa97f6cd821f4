"""Whether an offer is what was wished, or something beside it that has to be said."""

from __future__ import annotations

from dataclasses import replace

import pytest

from accessibility.desk import Anchor
from backend.web.quotes import Asked, is_near, is_off
from tests.builders.district import a_desk, a_district, a_key, a_wish, at

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("wished", "anchor", "near"),
    [
        ("8:30", Anchor.DEPART, True),
        ("8:00", Anchor.DEPART, True),
        ("8:35", Anchor.DEPART, False),  # before one can be there
        ("7:30", Anchor.DEPART, False),  # an hour to wait
        ("9:00", Anchor.ARRIVE, True),
        ("8:55", Anchor.ARRIVE, False),  # too late for the doctor
        ("10:00", Anchor.ARRIVE, False),
    ],
)
def test_an_offer_before_from_or_after_by_is_not_as_wished(wished: str, anchor: Anchor, near: bool) -> None:
    a_district()
    offered = a_desk().quote(a_wish(when="8:30"), key=a_key()).offers[0]
    offer = replace(offered, pickup_from=at("8:30"), arrive_by=at("9:00"))
    assert is_near(offer, replace(a_wish(when=wished), anchor=anchor)) is near


def test_offers_of_which_none_was_wished_are_off() -> None:
    a_district()
    quote = a_desk().quote(a_wish(when="8:30"), key=a_key())
    wish = a_wish(when="8:30")
    assert not is_off(Asked(quote.request_id, wish, "", "", quote))
    assert is_off(Asked(quote.request_id, replace(wish, when=at("12:00")), "", "", quote))
    assert not is_off(Asked(quote.request_id, wish, "", "", replace(quote, offers=())))
