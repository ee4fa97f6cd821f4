"""A dispatcher may set some rules aside, says why, and it is kept; never places, shifts or the area, and never anybody else."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied

from accessibility.desk import BookingView, InvalidInput, Party, Place, Quote, RideWish
from backend.bookings.models import AuditEntry, RuleOverride
from backend.bookings.overriding import overridden_rules, quote_against_rules
from tests.builders.district import (
    LATITUDE,
    RULES,
    BusOnDuty,
    a_booking,
    a_desk,
    a_district,
    a_key,
    a_passenger,
    a_wish,
    at,
    later,
)
from tests.builders.rest import a_user

pytestmark = pytest.mark.django_db
WITH_LARGE_BUS = RULES.replace(
    "[[depot]]",
    """[[vehicle_kind]]
id = "large"
name = "Großer Bus"
features = []
configurations = [ { seats = 16, wheelchairs = 0, storage = 4 } ]
[[depot]]""",
)
REASON = "Rückfahrt vom Arzt, telefonisch zugesagt"


@pytest.fixture(autouse=True)
def _site(settings) -> None:
    settings.SITE_DISTRICT = "probe"


def asked(wish: RideWish, now: str = "7:00", *, reason: str = REASON) -> Quote:
    desk = a_desk(at(now))
    return quote_against_rules(wish, reason, a_user("dispatcher"), key=a_key(), desk=desk)


def test_too_late_for_everybody_is_offered_and_booked_with_its_reason() -> None:
    a_district()
    desk = a_desk(at("8:00"))
    wish = a_wish(when="8:20")
    refused = desk.quote(wish, key=a_key()).refusal
    assert refused is not None
    assert refused.code == "too_late"
    quote = asked(wish, "8:00")
    assert quote.offers
    later(desk, 3)  # the dispatcher reads it out
    booked = desk.book(quote.offers[0].id, a_passenger(), key=a_key())
    assert isinstance(booked, BookingView), booked
    override = RuleOverride.objects.get()
    assert (override.codes, override.reason, override.by) == (["too_late"], REASON, "leitstelle")
    entry = AuditEntry.objects.get(action="rule.overridden")
    assert (entry.actor, entry.reason, entry.subject) == ("leitstelle", REASON, quote.request_id)


@pytest.mark.parametrize(
    ("wish", "now", "code"),
    [
        (a_wish(when=at("8:30", "2026-12-20")), "7:00", "beyond_horizon"),
        (a_wish(when=at("4:30", "2026-11-25")), "7:00", "outside_hours"),
        (a_wish(when=at("21:30")), "20:10", "after_deadline"),
        (a_wish(Place(lat=LATITUDE + 0.02, lon=11.0)), "7:00", "no_stop_near"),
        (a_wish(party=Party(adults=10)), "7:00", "group_too_large"),
    ],
)
def test_each_rule_that_may_be_set_aside(wish: RideWish, now: str, code: str) -> None:
    a_district(BusOnDuty("large", "04:00", "10:00"), BusOnDuty("large", "18:00", "23:30"), rules=WITH_LARGE_BUS)
    refused = a_desk(at(now)).quote(wish, key=a_key()).refusal
    assert refused is not None
    assert refused.code == code
    quote = asked(wish, now)
    assert quote.offers, quote.refusal
    assert RuleOverride.objects.get().codes == [code]


def test_a_bus_has_no_more_places_for_a_dispatcher() -> None:
    a_district(BusOnDuty(kind="one-seat"))
    a_booking(a_desk())
    quote = asked(a_wish(party=Party(adults=2)))
    assert quote.refusal is not None
    assert not quote.offers
    assert not RuleOverride.objects.exists()


def test_outside_the_area_stays_outside() -> None:
    a_district()
    quote = asked(a_wish(Place(lat=48.1, lon=11.5)))
    assert quote.refusal is not None
    assert quote.refusal.code == "outside_area"


def test_no_bus_drives_before_its_shift_begins() -> None:
    a_district(BusOnDuty(start="06:00"))
    quote = asked(a_wish(when=at("4:30", "2026-11-25")))
    assert all(offer.pickup_from >= at("6:00", "2026-11-25") for offer in quote.offers)


@pytest.mark.parametrize("roles", [(), ("driver",), ("operator",), ("partner",), ("authority",)])
def test_nobody_but_a_dispatcher_sets_a_rule_aside(roles: tuple[str, ...]) -> None:
    a_district()
    with pytest.raises(PermissionDenied):
        quote_against_rules(a_wish(), REASON, a_user(*roles), key=a_key(), desk=a_desk())


@pytest.mark.parametrize("reason", ["", "   ", "ja", "x" * 301])
def test_a_reason_that_says_nothing_is_none(reason: str) -> None:
    a_district()
    with pytest.raises(InvalidInput) as problem:
        asked(a_wish(), reason=reason)
    assert problem.value.field_name == "reason"
    assert not RuleOverride.objects.exists()


def test_what_no_rule_forbids_needs_no_override() -> None:
    a_district()
    assert asked(a_wish()).offers
    assert not RuleOverride.objects.exists()


def test_the_same_press_twice_is_one_wish() -> None:
    a_district()
    desk, user, key = a_desk(at("8:00")), a_user("dispatcher"), a_key()
    quotes = [quote_against_rules(a_wish(when="8:20"), REASON, user, key=key, desk=desk) for _press in range(2)]
    assert quotes[0].request_id == quotes[1].request_id
    assert RuleOverride.objects.count() == 1


def test_they_are_counted_by_rule() -> None:
    district = a_district()
    asked(a_wish(when="8:20"), "8:00")
    assert overridden_rules(district, at("0:00"), at("23:00")) == {"too_late": 1}
    assert overridden_rules(district, at("9:00"), at("23:00")) == {}
