"""A call at the phone desk: whose it is, what a number says, and that nothing of it stays."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accessibility.desk import InvalidInput, Party
from backend.bookings.models import AuditEntry
from backend.control.callers import caller_of, next_time
from backend.control.calls import LONGEST_CALL, begin_call, end_call, open_call, open_calls
from backend.control.models import PhoneCall
from tests.builders.accounts import PHONE, a_favourite, an_account
from tests.builders.district import BAHNHOF, KLOETZE, a_booking, a_desk, a_district, a_passenger, a_wish, at

pytestmark = pytest.mark.django_db
NOW = at("7:00")


def test_a_lookup_is_recorded_without_the_number() -> None:
    call = begin_call(a_district(), "leitstelle", "03901 304031", NOW, key="one")
    entry = AuditEntry.objects.get()
    assert (entry.actor, entry.action, entry.subject) == ("leitstelle", "caller.looked_up", str(call.pk))
    assert "304031" not in str(entry.__dict__)
    with_number = PhoneCall.objects.extra(where=["phone LIKE '%%304031%%'"])
    assert not with_number.exists(), "the number is stored encrypted"


def test_a_call_is_whose_it_is_until_it_ends() -> None:
    call = begin_call(a_district(), "leitstelle", "03901 304031", NOW, key="one")
    assert open_call(str(call.pk), "leitstelle", NOW) == call
    assert open_call(str(call.pk), "andere", NOW) is None
    end_call(call, NOW)
    assert open_call(str(call.pk), "leitstelle", NOW) is None
    assert PhoneCall.objects.get().phone == ""


def test_a_call_that_nobody_ended_is_over_some_time() -> None:
    district = a_district()
    call = begin_call(district, "leitstelle", "03901 304031", NOW, key="one")
    later = NOW + LONGEST_CALL + timedelta(minutes=1)
    assert open_call(str(call.pk), "leitstelle", later) is None
    begin_call(district, "leitstelle", "", later, key="two")
    assert PhoneCall.objects.get(pk=call.pk).phone == ""


def test_the_same_press_twice_is_one_call() -> None:
    district = a_district()
    calls = {begin_call(district, "leitstelle", "03901 304031", NOW, key="one").pk for _press in range(2)}
    assert len(calls) == 1
    assert len(open_calls(district, "leitstelle", NOW)) == 1


def test_the_key_of_another_is_another_call() -> None:
    district = a_district()
    calls = {begin_call(district, by, "03901 304031", NOW, key="one").pk for by in ("leitstelle", "andere")}
    assert len(calls) == 2


def test_a_wrong_number_is_no_call() -> None:
    with pytest.raises(InvalidInput):
        begin_call(a_district(), "leitstelle", "12", NOW, key="one")


def test_nobody_is_known_from_a_number_that_never_booked() -> None:
    district = a_district()
    a_booking(a_desk())
    assert not caller_of(district, "+491713920000", NOW).is_known
    assert not caller_of(district, "", NOW).is_known


def test_who_has_booked_is_known_with_rides_and_the_same_again() -> None:
    district = a_district()
    desk = a_desk()
    first = a_booking(desk, a_wish(when="8:30", party=Party(adults=2)), a_passenger("Testfahrgast 1"))
    a_booking(desk, a_wish(KLOETZE, BAHNHOF, "10:30"), a_passenger("Testfahrgast 1"))
    a_booking(desk, a_wish(when="11:00"), a_passenger("Testfahrgast 1"))
    caller = caller_of(district, PHONE, NOW)
    assert caller.name == "Testfahrgast 1"
    assert first.code in [ride.code for ride in caller.coming]
    assert [(ride.digit, ride.origin.stop_id) for ride in caller.again] == [(1, "101"), (2, KLOETZE)]
    assert caller.again[0].clock == (11, 0), "of two rides between the same stops, the newer one"


def test_an_account_brings_favourites_language_and_how_it_is_reached() -> None:
    district = a_district()
    account = an_account(
        district, language="en", never_call=True, usual={"party": {"adults": 1, "wheelchairs": 1}, "needs": ["ramp"]}
    )
    a_favourite(account, "Zum Arzt")
    caller = caller_of(district, PHONE, NOW)
    assert (caller.name, caller.language, caller.never_call) == ("Testfahrgast 1", "en", True)
    assert caller.usual.party.wheelchairs == 1
    assert [(ride.digit, ride.name) for ride in caller.again] == [(1, "Zum Arzt")]


def test_the_same_again_is_the_next_day_on_which_it_can_be_ordered() -> None:
    district = a_district()
    a_booking(a_desk(), a_wish(when="8:30"))
    again = caller_of(district, PHONE, NOW).again[0]
    assert next_time(again, NOW, timedelta(hours=1)) == at("8:30")
    assert next_time(again, at("7:40"), timedelta(hours=1)) == at("8:30", "2026-11-25")
    back = again.wish(district, NOW, back=True)
    assert (back.origin.stop_id, back.destination.stop_id) == (KLOETZE, "101")
