"""Ways out of a no, beside the other direction of the same trip."""

from __future__ import annotations

from accessibility.desk import WayOut
from backend.web.views.there_and_back import in_order, time_of
from tests.builders.district import at


def test_no_way_back_is_proposed_before_the_way_there() -> None:
    assert in_order(at("18:30"), at("9:00"), is_back=True)
    assert not in_order(at("8:00"), at("9:00"), is_back=True)


def test_no_way_there_is_proposed_after_the_way_back() -> None:
    assert in_order(at("8:00"), at("15:00"), is_back=False)
    assert not in_order(at("16:00"), at("15:00"), is_back=False)


def test_what_names_no_time_is_always_proposed() -> None:
    phone = WayOut("phone", "Rufen Sie an.", "+493901304030")
    other_day = WayOut("offer_times", "Versuchen Sie einen anderen Tag.")
    assert all(in_order(time_of(way), at("9:00"), is_back=True) for way in (phone, other_day))
    assert time_of(WayOut("offer_times", "Frei ab 8:00 Uhr.", at("8:00").isoformat())) == at("8:00")
