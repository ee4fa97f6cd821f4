"""Preview, confirmation and undo: what was seen is what happens, once, and leaves its traces."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from accessibility.desk import Access, InvalidInput, Party, Refusal
from backend.bookings.models import AuditEntry, Booking, OutboxMessage, ServiceDay
from backend.bookings.suspensions import place_that_stands
from backend.control.models import InterventionRecord
from backend.control.previews import Preview, preview
from backend.control.services import intervene
from backend.notifications.models import RiderMessage
from tests.builders.district import (
    BAHNHOF,
    KLOETZE,
    KUHFELDE,
    MARKT,
    BusOnDuty,
    a_booking,
    a_desk,
    a_district,
    a_key,
    a_passenger,
    a_wish,
    at,
)
from tests.builders.interventions import assert_sound, bus_of

pytestmark = pytest.mark.django_db


def the_day() -> ServiceDay:
    return ServiceDay.objects.select_related("district").get()


def seen(document: dict[str, Any], clock: str = "7:05") -> Preview:
    shown = preview(the_day(), document, at(clock))
    assert isinstance(shown, Preview), shown
    return shown


def other_bus(code: str) -> str:
    return {"bus-1": "bus-2", "bus-2": "bus-1"}[bus_of(code)]


@pytest.fixture
def ride() -> str:
    a_district(BusOnDuty(), BusOnDuty())
    return a_booking(a_desk()).code


def test_looking_changes_nothing(ride: str) -> None:
    seen({"kind": "move", "booking": ride, "vehicle": other_bus(ride)})
    assert the_day().plan_version == 1
    assert not InterventionRecord.objects.exists()


def test_what_was_seen_happens_once_with_its_traces(ride: str) -> None:
    target, key = other_bus(ride), a_key()
    shown = seen({"kind": "move", "booking": ride, "vehicle": target})
    answer = intervene(shown.token, "Fahrer kennt den Weg", "leitstelle", at("7:06"), key=key)
    assert intervene(shown.token, "Fahrer kennt den Weg", "leitstelle", at("7:07"), key=key) == answer
    record = InterventionRecord.objects.get(pk=answer["intervention"])
    assert (record.kind, record.actor, record.reason) == ("move", "leitstelle", "Fahrer kennt den Weg")
    assert record.effects["moved"] == {ride: target}
    assert bus_of(ride) == target
    entry = AuditEntry.objects.get(action="intervention.move")
    assert (entry.subject, entry.reason, entry.actor) == (ride, "Fahrer kennt den Weg", "leitstelle")
    told = OutboxMessage.objects.get(topic="intervention.done")
    assert "Erika" not in str(told.payload)
    assert_sound()


def test_undo_is_seen_first_and_done_once(ride: str) -> None:
    first = bus_of(ride)
    shown = seen({"kind": "move", "booking": ride, "vehicle": other_bus(ride)})
    done = intervene(shown.token, "Probe", "leitstelle", at("7:06"), key=a_key())
    back = seen({"kind": "undo", "intervention": done["intervention"]})
    assert [one.vehicle_after for one in back.effects.bookings] == [first]
    intervene(back.token, "Irrtum", "leitstelle", at("7:07"), key=a_key())
    assert bus_of(ride) == first
    with pytest.raises(InvalidInput):
        preview(the_day(), {"kind": "undo", "intervention": done["intervention"]}, at("7:08"))
    with pytest.raises(InvalidInput):
        intervene(back.token, "Irrtum", "leitstelle", at("7:08"), key=a_key())


def test_a_day_that_moved_on_is_looked_at_anew() -> None:
    a_district(BusOnDuty(), BusOnDuty(kind="one-seat"))
    desk = a_desk()
    first = a_booking(desk)
    shown = seen({"kind": "move", "booking": first.code, "vehicle": "bus-2"})
    assert not shown.effects.broken
    second = a_booking(desk)
    other = seen({"kind": "move", "booking": second.code, "vehicle": "bus-2"})
    intervene(other.token, "Probe", "leitstelle", at("7:06"), key=a_key())
    answer = intervene(shown.token, "Probe", "leitstelle", at("7:06"), key=a_key())
    assert set(answer) <= {"fresh", "refusal"}, "now it would be late"
    assert bus_of(first.code) == "bus-1"
    fresh = intervene(answer["fresh"], "Trotzdem", "leitstelle", at("7:07"), key=a_key())
    assert "intervention" in fresh
    assert_sound()


def test_other_bookings_do_not_void_what_was_seen(ride: str) -> None:
    shown = seen({"kind": "keep", "booking": ride})
    a_booking(a_desk(), a_wish(when="11:00"))
    answer = intervene(shown.token, "Probe", "leitstelle", at("7:06"), key=a_key())
    assert "intervention" in answer


def test_a_breakdown_tells_whom_it_hits(ride: str) -> None:
    shift = the_day().day_shifts.get(vehicle__code=bus_of(ride)).code
    shown = seen({"kind": "breakdown", "shift": shift, "stop": KUHFELDE}, "8:00")
    intervene(shown.token, "Motorschaden", "leitstelle", at("8:01"), key=a_key())
    told = OutboxMessage.objects.get(topic="vehicle.broken_down").payload
    assert told["hit"] == [ride]
    assert told["dropped"] == []
    assert_sound()


def test_dropped_rides_end_and_are_announced_as_ours() -> None:
    a_district(BusOnDuty())
    code = a_booking(a_desk(), a_wish(party=Party(adults=2))).code
    shift = the_day().day_shifts.get().code
    shown = seen({"kind": "breakdown", "shift": shift, "stop": KUHFELDE}, "8:00")
    intervene(shown.token, "Motorschaden", "leitstelle", at("8:01"), key=a_key())
    told = OutboxMessage.objects.get(topic="booking.cancelled").payload
    assert (told["booking"], told["by"], told["cause"]) == (code, "service", "breakdown")
    assert Booking.objects.get().state == "cancelled"
    assert AuditEntry.objects.get(action="booking.dropped").reason == "Motorschaden"


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"kind": "beam"},
        {"kind": "move"},
        {"kind": "move", "booking": "XXX-XXX"},
        {"kind": "move", "booking": 5},
        {"kind": "move", "booking": "RIDE", "vehicle": "bus-9"},
        {"kind": "move", "booking": "RIDE", "colour": "red"},
        {"kind": "keep", "booking": "RIDE", "on": 1},
        {"kind": "swap", "shift": "x", "other": "y"},
        {"kind": "shift", "shift": "x", "end_s": -1},
        {"kind": "taxi", "firm": "T", "phone": "1", "stop": "999", "start_s": 0, "end_s": 80000},
        {"kind": "taxi", "firm": "T", "phone": "1", "stop": "100", "start_s": 0, "end_s": 80000, "seats": 0},
        {"kind": "breakdown", "shift": "x", "stop": "100", "aboard": [7]},
        {"kind": "undo", "intervention": "nonsense"},
        {"kind": "undo"},
    ],
)
def test_nonsense_is_named_and_changes_nothing(ride: str, document: dict[str, Any]) -> None:
    document = {name: ride if value == "RIDE" else value for name, value in document.items()}
    with pytest.raises(InvalidInput) as met:
        preview(the_day(), document, at("7:05"))
    assert met.value.problem
    assert the_day().plan_version == 1


@pytest.mark.parametrize("reason", ["", "  ", "x", "y" * 301])
def test_a_reason_is_wanted(ride: str, reason: str) -> None:
    shown = seen({"kind": "keep", "booking": ride})
    with pytest.raises(InvalidInput) as met:
        intervene(shown.token, reason, "leitstelle", at("7:06"), key=a_key())
    assert met.value.field_name == "reason"


def test_a_forged_token_is_worth_nothing(ride: str) -> None:
    with pytest.raises(InvalidInput):
        intervene("e30:1:x", "Probe", "leitstelle", at("7:06"), key=a_key())


def test_who_is_aboard_cannot_be_moved(ride: str) -> None:
    shown = preview(the_day(), {"kind": "move", "booking": ride, "vehicle": other_bus(ride)}, at("8:35"))
    assert isinstance(shown, Refusal)
    assert shown.code == "already_under_way"


def test_a_suspension_ends_rides_blocks_new_ones_and_is_lifted_early() -> None:
    a_district(BusOnDuty(), BusOnDuty())
    desk = a_desk()
    hit, kept, free = (a_booking(desk, a_wish(when=clock)).code for clock in ("9:00", "9:30", "11:00"))
    document = {"kind": "suspend", "why": "Glatteis", "from_s": 8 * 3600, "until_s": 10 * 3600, "keep": [kept]}
    shown = seen(document)
    assert [one.code for one in shown.effects.dropped] == [hit]
    done = intervene(shown.token, "Warnung des Wetterdienstes", "leitstelle", at("7:06"), key=a_key())
    states = dict(Booking.objects.values_list("code", "state"))
    assert states == {hit: "cancelled", kept: "booked", free: "booked"}
    told = OutboxMessage.objects.get(topic="service.suspended").payload
    assert told["bookings"] == [hit]
    quote = a_desk(at("7:10")).quote(a_wish(when="9:00"), key=a_key())
    assert quote.refusal is not None
    assert quote.refusal.code == "suspended"
    assert "Glatteis" in quote.refusal.reason
    assert "10:00 Uhr" in quote.refusal.reason
    assert any(way.value.startswith("2026-11-24T10:") for way in quote.refusal.way_out), "from when it goes again"
    after = a_desk(at("7:10")).quote(a_wish(when="10:00"), key=a_key())
    assert after.offers
    back = seen({"kind": "undo", "intervention": done["intervention"]}, "7:20")
    assert hit in back.remarks[0], "an ended ride does not come back by itself"
    intervene(back.token, "Es taut", "leitstelle", at("7:21"), key=a_key())
    assert a_desk(at("7:22")).quote(a_wish(when="9:00"), key=a_key()).offers
    assert_sound()


def test_an_offer_made_before_a_suspension_is_not_booked_in_it() -> None:
    a_district(BusOnDuty())
    desk = a_desk()
    a_booking(desk, a_wish(when="11:00"))
    quote = desk.quote(a_wish(when="9:00"), key=a_key())
    shown = seen({"kind": "suspend", "why": "Sturm", "from_s": 8 * 3600, "until_s": 10 * 3600}, "7:00")
    intervene(shown.token, "Sturmwarnung", "leitstelle", at("7:01"), key=a_key())
    answer = desk.book(quote.offers[0].id, a_passenger(), key=a_key())
    assert isinstance(answer, Refusal)
    assert answer.code == "suspended"


INTO, OUT_OF, IN_TOWN, ELSEWHERE = (KLOETZE, MARKT), (MARKT, KLOETZE), (BAHNHOF, MARKT), (KUHFELDE, KLOETZE)


@pytest.mark.parametrize(("within", "hit"), [(False, (INTO, OUT_OF, IN_TOWN)), (True, (IN_TOWN,))])
def test_a_suspended_town_is_left_out_of_every_ride_or_only_of_those_inside(
    within: bool, hit: tuple[tuple[str, str], ...]
) -> None:
    a_district(*[BusOnDuty()] * 4)
    desk = a_desk()
    codes = {ends: a_booking(desk, a_wish(*ends, "9:00")).code for ends in (INTO, OUT_OF, IN_TOWN, ELSEWHERE)}
    document = {
        "kind": "suspend",
        "why": "Eis",
        "from_s": 28_800,
        "until_s": 36_000,
        "zones": ["stadt"],
        "within": within,
    }
    shown = seen(document, "7:00")
    assert {one.code for one in shown.effects.dropped} == {codes[ends] for ends in hit}
    intervene(shown.token, "Wetterdienst", "leitstelle", at("7:01"), key=a_key())
    for ends in codes:
        refusal = a_desk(at("7:02")).quote(a_wish(*ends, "9:05"), key=a_key()).refusal
        assert (refusal is not None) == (ends in hit), ends
        if refusal:
            assert refusal.code == "suspended"
            assert "fährt der Rufbus in Stadt Salzwedel nicht" in refusal.reason
            assert any("T10:" in way.value for way in refusal.way_out), "from when it goes again"


def test_who_would_have_to_board_where_nothing_drives_is_told_so_before_choosing() -> None:
    """The place is outside of the town, the stop that serves it inside."""
    rules = SimpleNamespace(zones=[SimpleNamespace(id="stadt", name="Stadt", villages=frozenset({"Salzwedel"}))])
    assert place_that_stands(rules, ["stadt"], False, {"Hoyersburg", "Salzwedel"}, {"Klötze"}) == "Stadt"
    assert place_that_stands(rules, ["stadt"], True, {"Hoyersburg", "Salzwedel"}, {"Klötze"}) is None
    assert place_that_stands(rules, [], True, {"Hoyersburg"}, {"Klötze"}) == ""


def test_the_district_is_all_of_it() -> None:
    a_district(BusOnDuty())
    code = a_booking(a_desk(), a_wish(*IN_TOWN, "9:00")).code
    document = {
        "kind": "suspend",
        "why": "Eis",
        "from_s": 28_800,
        "until_s": 36_000,
        "zones": ["kreis"],
        "within": True,
    }
    assert [one.code for one in seen(document, "7:00").effects.dropped] == [code]
    with pytest.raises(InvalidInput):  # "only inside" of what?
        seen({**document, "zones": []}, "7:00")


def test_the_rider_sees_the_time_that_she_was_told_last() -> None:
    a_district(BusOnDuty(), BusOnDuty(kind="one-seat"))
    desk = a_desk()
    first, second = a_booking(desk), a_booking(desk)
    for code in (first.code, second.code):
        shown = seen({"kind": "move", "booking": code, "vehicle": "bus-2"})
        intervene(shown.token, "Probe", "leitstelle", at("7:06"), key=a_key())
    late = desk.status(second.code, Access(staff="x"))
    assert not isinstance(late, Refusal)
    assert late.offer.pickup_until > second.offer.pickup_until
    assert late.offer.pickup_until.minute % 5 == 0
    message = RiderMessage.objects.get(booking__code=second.code, kind="window")
    assert message.context["until"] == late.offer.pickup_until.isoformat()
