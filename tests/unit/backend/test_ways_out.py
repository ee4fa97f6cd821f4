"""Never a bare no: every refusal has a way out that a person can press or call, and what is pressed leads to a ride."""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

import backend.bookings
from accessibility.desk import Access, Anchor, BookingView, Party, Place, Quote, Refusal, RideWish, SeriesRule, WayOut
from backend.bookings.desk import Desk
from backend.bookings.models import Booking, RideRequest, ServiceDay, Suspension
from backend.bookings.receipts import issue_receipt
from backend.bookings.recurrence import days_refusal, recur, series_refusal
from backend.districts.selectors import rules_of
from backend.web.quotes import at_other_stop, at_other_time
from backend.web.views.steps import followable
from tests.builders.district import (
    BAHNHOF,
    BEETZENDORF,
    KLOETZE,
    KUHFELDE,
    MARKT,
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
    show,
)  # fmt: skip
from tests.builders.series import a_rule, a_series, a_series_quote
from tests.unit.backend.test_desk import the_bus_sets_out
from tests.unit.backend.test_open_return import ALL_DAY, EVENING

pytestmark = pytest.mark.django_db
CONTACT = Access(contact="03901 304031")
TRAIN = """
[[line]]
kind = "train"
name = "Bahn Salzwedel – Klötze"
villages = ["Salzwedel", "Klötze"]
url = "https://example.org/"
"""


def quoted(wish: RideWish, now: str = "7:00", *buses: BusOnDuty) -> Refusal:
    a_district(*buses)
    refusal = a_desk(at(now)).quote(wish, key=a_key()).refusal
    assert refusal is not None
    return refusal


def while_nobody_drives() -> Refusal:
    district = a_district()
    Suspension.objects.create(
        district=district,
        from_at=at("8:00"),
        until_at=at("10:00"),
        reason="Glatteis",
        created_at=at("7:00"),
        created_by="x",
    )
    refusal = a_desk(at("7:00")).quote(a_wish(when="9:00"), key=a_key()).refusal
    assert refusal is not None
    return refusal


def no_to_booking(change: Callable[[], object], wish: RideWish | None = None) -> Refusal:
    """The answer to taking an offer twice, too late, or when the seat is gone."""
    a_district(BusOnDuty(kind="one-seat"))
    desk = a_desk()
    offer, other = (desk.quote(wish or a_wish(), key=a_key()).offers[0].id for _ in range(2))
    answer: object = desk.book(offer, a_passenger(), key=a_key())
    what = change()
    if what == "expired":
        later(desk, 30)
    answer = desk.book(offer if what == "used" else other, a_passenger(), key=a_key())
    assert isinstance(answer, Refusal)
    return answer


def no_to_cancelling(state: str) -> Refusal:
    """The answer to cancelling a booking that is in this state, over, or under way."""
    a_district()
    desk = a_desk()
    code = a_booking(desk).code
    if state == "over":
        later(desk, 180)
    elif state == "under way":
        the_bus_sets_out()
    elif state == "cancelled":
        desk.cancel(code, CONTACT, key=a_key())
    else:
        ended_at = None if state == "aboard" else at("9:00")
        Booking.objects.update(state=state, ended_at=ended_at)
    answer = desk.cancel(code, CONTACT, key=a_key())
    assert isinstance(answer, Refusal)
    return answer


def unknown() -> Refusal:
    a_district()
    answer = a_desk().status("XXX-XXX", CONTACT)
    assert isinstance(answer, Refusal)
    return answer


def no_to_a_series(first: date, until: date, *weekdays: int, offered: bool = True) -> Refusal:
    """The answer to a series of rides before any ride of it is looked at."""
    rules = rules_of(a_district())
    if not offered:
        rules = replace(rules, series=None)
    rule = SeriesRule(frozenset(weekdays), first, until)
    refusal = series_refusal(rules, rule, date(2026, 11, 24)) or days_refusal(rules, recur(rules, rule))
    assert refusal is not None
    return refusal


def no_to_a_booked_series(act: Callable[[Desk, str], object]) -> Refusal:
    """The answer to a second wish about a series that is booked."""
    a_district()
    desk = a_desk()
    answer = act(desk, a_series(desk, a_rule(until="2026-12-03")).bookings[0].code)
    if not isinstance(answer, Refusal):
        answer = act(desk, Booking.objects.order_by("pk")[0].code)
    assert isinstance(answer, Refusal)
    return answer


def no_to_booking_a_series(*, twice: bool) -> Refusal:
    """The answer to a series that was booked before, or of which a day has gone to somebody else."""
    a_district(BusOnDuty(kind="one-seat"))
    desk = a_desk()
    quote = a_series_quote(desk, a_rule(until="2026-12-03"))
    if twice:
        desk.book_series(quote.series_id, a_passenger(), key=a_key())
    else:
        a_booking(desk, a_wish(when=quote.dates[-1].offers[0].pickup_from), a_passenger("Max Muster", "03901 304099"))
    answer = desk.book_series(quote.series_id, a_passenger(), key=a_key())
    assert isinstance(answer, Refusal)
    return answer


def no_to_a_day_of_a_series() -> Refusal:
    a_district()
    refusal = a_series_quote(a_desk(at("9:00")), wish=a_wish(when="8:00")).dates[0].refusal
    assert refusal is not None
    return refusal


def no_receipt(rules: str) -> Refusal:
    a_district(rules=rules)
    code = a_booking(a_desk()).code
    answer = issue_receipt(Booking.objects.get(code=code), "rider", at("7:05"))
    assert isinstance(answer, Refusal)
    return answer


def no_way_back(
    act: Callable[[Desk, str], object],
    then: str = "",
    *,
    bus: BusOnDuty = ALL_DAY,
    rules: str = RULES,
    left_open: bool = True,
    when: str = "8:30",
    now: str = "7:00",
) -> Refusal:
    """The answer to something about an open return of a booked ride, said at another time where one is given."""
    a_district(bus, EVENING, rules=rules)
    desk = a_desk(at(now))
    code = a_booking(desk, a_wish(when=when)).code
    if left_open:
        desk.ask_return(code, CONTACT, key=a_key())
    if then:
        show(desk, at(then))
    answer = act(desk, code)
    assert isinstance(answer, Refusal)
    return answer


def call_home(desk: Desk, code: str) -> object:
    return desk.call_return(code, CONTACT, key=a_key())


def ask_for_return(desk: Desk, code: str) -> object:
    return desk.ask_return(code, CONTACT, key=a_key())


def call_after_giving_up(desk: Desk, code: str) -> object:
    desk.drop_return(code, CONTACT, key=a_key())
    return call_home(desk, code)


def ask_for_a_cancelled_ride(desk: Desk, code: str) -> object:
    desk.cancel(code, CONTACT, key=a_key())
    return ask_for_return(desk, code)


def ask_back_from_the_way_back(desk: Desk, code: str) -> object:
    ride = call_home(desk, code)
    assert isinstance(ride, BookingView)
    return ask_for_return(desk, ride.code)


NIGHT = RULES.replace(
    '{ days = "mo-fr", from = "05:00", to = "23:00" }', '{ days = "mo-fr", from = "05:00", to = "22:30" }'
)
NO_RETURNS = RULES.replace("[open_return]\nlead_s = 600\nafter_hours_s = 0\n", "")
SHORT = BusOnDuty(start="06:00", end="10:00")

NO: dict[str, Callable[[], Refusal]] = {
    "outside_area": lambda: quoted(a_wish(origin=Place(lat=52.9, lon=11.0))),
    "no_stop_near": lambda: quoted(a_wish(origin=Place(lat=52.8, lon=11.037))),
    "beyond_horizon": lambda: quoted(a_wish(when=at("8:00", "2026-12-20"))),
    "outside_hours": lambda: quoted(a_wish(when=at("3:00", "2026-11-25"))),
    "after_deadline": lambda: quoted(a_wish(when="21:40"), "20:10", BusOnDuty(start="17:00", end="23:00")),
    "suspended": lambda: while_nobody_drives(),
    "too_late": lambda: quoted(a_wish(when="7:30")),
    "no_vehicle": lambda: quoted(a_wish(when="20:00")),
    "group_too_large": lambda: quoted(a_wish(party=Party(adults=9))),
    "door_to_door": lambda: quoted(a_wish(needs=frozenset({"door_to_door"}))),
    "no_fitting_vehicle": lambda: quoted(a_wish(party=Party(bicycles=3))),
    "offer_used": lambda: no_to_booking(lambda: "used"),
    "offer_expired": lambda: no_to_booking(lambda: "expired"),
    "no_longer_available": lambda: no_to_booking(lambda: "taken"),
    "already_cancelled": lambda: no_to_cancelling("cancelled"),
    "already_aboard": lambda: no_to_cancelling("aboard"),
    "already_completed": lambda: no_to_cancelling("completed"),
    "already_no_show": lambda: no_to_cancelling("no_show"),
    "ride_over": lambda: no_to_cancelling("over"),
    "already_under_way": lambda: no_to_cancelling("under way"),
    "not_found": unknown,
    "not_driven": lambda: no_receipt(RULES),
    "no_receipts": lambda: no_receipt(RULES[: RULES.index("[receipts]")]),
    "return_not_offered": lambda: no_way_back(ask_for_return, rules=NO_RETURNS, left_open=False),
    "no_way_there": lambda: no_way_back(ask_for_a_cancelled_ride, left_open=False),
    "is_a_return": lambda: no_way_back(ask_back_from_the_way_back, "11:00"),
    "return_after_hours": lambda: no_way_back(ask_for_return, rules=NIGHT, left_open=False, when="21:45", now="18:00"),
    "no_open_return": lambda: no_way_back(call_home, left_open=False),
    "return_ended": lambda: no_way_back(call_after_giving_up, "11:00"),
    "return_expired": lambda: no_way_back(call_home, "23:00"),
    "not_there_yet": lambda: no_way_back(call_home),
    "return_unserved": lambda: no_way_back(call_home, "22:30", bus=SHORT),
    "series_not_offered": lambda: no_to_a_series(date(2026, 12, 1), date(2026, 12, 9), 1, offered=False),
    "no_dates": lambda: no_to_a_series(date(2026, 12, 1), date(2026, 12, 2), 6),
    "time_over": no_to_a_day_of_a_series,
    "series_booked": lambda: no_to_booking_a_series(twice=True),
    "dates_taken": lambda: no_to_booking_a_series(twice=False),
    "no_ride_that_day": lambda: no_to_a_booked_series(
        lambda desk, code: desk.skip_date(code, date(2026, 11, 25), CONTACT, key=a_key())
    ),
    "no_ride_left": lambda: no_to_a_booked_series(lambda desk, code: desk.cancel_series(code, CONTACT, key=a_key())),
    "too_many_dates": lambda: no_to_a_series(date(2026, 12, 1), date(2027, 5, 20), *range(7)),
}


# Refusals to dispatchers, who have the whole day before them and no telephone to call.
FOR_DISPATCHERS = {
    "situation.py",
    "intervening.py",
    "intervening_fleet.py",
    "intervening_rides.py",
    "reshaping.py",
    "working_time.py",
}


def codes_in_the_program() -> set[str]:
    """The first argument of every `Refusal(...)` that riders may meet; "already_" stands for each state."""
    codes = set()
    for path in Path(backend.bookings.__path__[0]).glob("*.py"):
        if path.name in FOR_DISPATCHERS:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Refusal":
                first = node.args[0]
                if isinstance(first, ast.Constant):
                    codes.add(str(first.value))
                elif isinstance(first, ast.JoinedStr):
                    codes |= {f"already_{state}" for state in ("cancelled", "aboard", "completed", "no_show")}
    return codes


def test_every_refusal_of_the_program_is_walked_here() -> None:
    assert codes_in_the_program() == set(NO)


@pytest.mark.parametrize("code", NO)
def test_every_no_can_be_answered_by_a_press_or_a_call(code: str, settings) -> None:  # type: ignore[no-untyped-def]
    settings.SITE_DISTRICT = "probe"
    refusal = NO[code]()
    assert refusal.code == code
    assert refusal.reason
    assert len(refusal.reason) < 160, "one thought a sentence"
    lines = followable(refusal.way_out, can_ask_again=True)
    assert all(line.text for line in lines)
    assert any(line.buttons for line in lines), "something to press or to call"
    calls = [button.href for line in lines for button in line.buttons if button.href.startswith("tel:")]
    assert calls == ["tel:+493901304030"] or any(
        button.when is not None for line in lines for button in line.buttons
    ), "the telephone, or the same wish once more"


# --- what is pressed leads on


def pressed(wish: RideWish, way: WayOut) -> RideWish:
    """The wish that a press on this way out asks for, as the pages do."""
    if way.kind == "other_stop":
        return at_other_stop(wish, way.end, way.value)
    return at_other_time(wish, way.value)


@pytest.mark.parametrize("anchor", list(Anchor))
@pytest.mark.parametrize(
    ("wish", "now", "bus", "kinds"),
    [
        (a_wish(when="7:20"), "7:00", BusOnDuty(), {"offer_times"}),
        (a_wish(when=at("3:00", "2026-11-25")), "7:00", BusOnDuty(start="05:00", end="11:00"), {"offer_times"}),
        (a_wish(when="23:30"), "12:00", BusOnDuty(start="17:30", end="23:00"), {"offer_times"}),
        (a_wish(when="21:40"), "20:10", BusOnDuty(start="17:00", end="23:00"), set()),
        (a_wish(when="15:00"), "5:00", BusOnDuty(), {"offer_times"}),
        (a_wish(when="20:00"), "5:00", BusOnDuty(start="06:00", end="08:00"), {"offer_times"}),
        (a_wish(when=at("8:00", "2026-12-20")), "7:00", BusOnDuty(), {"offer_times"}),
        (a_wish(origin=Place(lat=52.8, lon=11.037)), "7:00", BusOnDuty(), {"other_stop"}),
    ],
)
def test_every_proposal_is_answered_with_an_offer(
    wish: RideWish, now: str, bus: BusOnDuty, kinds: set[str], anchor: Anchor
) -> None:
    a_district(bus)
    desk = a_desk(at(now))
    wish = replace(wish, anchor=anchor)
    refusal = desk.quote(wish, key=a_key()).refusal
    assert refusal is not None
    ways = [way for way in refusal.way_out if way.kind in ("offer_times", "other_stop") and way.value]
    assert kinds <= {way.kind for way in ways}
    answers = [desk.quote(pressed(wish, way), key=a_key()) for way in ways]
    for way, answer in zip(ways, answers, strict=True):
        if refusal.code in ("no_vehicle", "no_stop_near"):
            assert answer.offers, f"was tried before it was named: {way}"
        else:  # the rules allow the time; whether a bus is free then is said when it is asked for
            assert answer.offers or (answer.refusal and answer.refusal.code == "no_vehicle"), (way, answer.refusal)
    assert not kinds or any(answer.offers for answer in answers)


def when_only_the_neighbour_can_be_served() -> Quote:
    """A bus that must be back by 8:41 Uhr reaches Beetzendorf and returns, but not Klötze."""
    a_district(BusOnDuty(start="08:00", end="08:41"))
    return a_desk(at("5:00")).quote(a_wish(BAHNHOF, KLOETZE, "8:05"), key=a_key())


def test_a_neighbouring_stop_is_tried_and_named_with_its_way_on_foot(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "backend.bookings.ways_out.NEIGHBOUR_REACH_M", 7000
    )  # the probe's stops lie five kilometres apart
    refusal = when_only_the_neighbour_can_be_served().refusal
    assert refusal is not None
    assert refusal.code == "no_vehicle"
    ways = [way for way in refusal.way_out if way.kind == "other_stop"]
    assert [(way.value, way.end) for way in ways] == [(BEETZENDORF, "destination")]
    assert "Beetzendorf, Kirche" in ways[0].text
    assert "m zu Fuß" in ways[0].text
    assert "8:05 Uhr" in ways[0].text
    assert a_desk(at("5:00")).quote(pressed(a_wish(BAHNHOF, KLOETZE, "8:05"), ways[0]), key=a_key()).offers


def test_nobody_is_sent_farther_on_foot_than_she_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("backend.bookings.ways_out.NEIGHBOUR_REACH_M", 7000)
    a_district(BusOnDuty(start="08:00", end="08:41"))
    wish = a_wish(BAHNHOF, KLOETZE, "8:05", max_walk_m=400)
    refusal = a_desk(at("5:00")).quote(wish, key=a_key()).refusal
    assert refusal is not None
    assert not [way for way in refusal.way_out if way.kind == "other_stop"]


def test_another_day_is_named_where_this_one_is_full() -> None:
    a_district(BusOnDuty(kind="one-seat", start="08:00", end="09:10"))
    desk = a_desk(at("5:00"))
    a_booking(desk, a_wish(when="8:25"))
    refusal = desk.quote(a_wish(when="8:25"), key=a_key()).refusal
    assert refusal is not None
    texts = [way.text for way in refusal.way_out if way.kind == "offer_times"]
    assert texts == ["Am Mi, 25.11.2026 geht es um 8:25 Uhr."]


def test_both_the_earlier_and_the_later_free_time_are_named() -> None:
    a_district(BusOnDuty(start="06:00", end="08:00"), BusOnDuty(start="18:00", end="20:00"))
    refusal = a_desk(at("4:00")).quote(a_wish(when="13:00"), key=a_key()).refusal
    assert refusal is not None
    times = [datetime.fromisoformat(way.value) for way in refusal.way_out if way.kind == "offer_times"]
    assert any(moment > at("13:00") for moment in times)
    assert any(moment < at("13:00") for moment in times)


def test_a_train_that_serves_both_villages_is_named_before_the_telephone() -> None:
    a_district(rules=RULES.replace("[[zone]]", TRAIN + "[[zone]]", 1))
    refusal = a_desk().quote(a_wish(MARKT, KLOETZE, "7:20"), key=a_key()).refusal
    assert refusal is not None
    assert [way.kind for way in refusal.way_out][-2:] == ["train", "phone"]
    train = refusal.way_out[-2]
    assert "Bahn Salzwedel – Klötze" in train.text
    assert followable([train])[0].buttons[0].href == "https://example.org/"
    other = a_desk().quote(a_wish(MARKT, KUHFELDE, "7:20"), key=a_key()).refusal
    assert other is not None
    assert "train" not in [way.kind for way in other.way_out]


def test_the_wish_stays_recorded_with_what_it_was_told() -> None:
    quote = when_only_the_neighbour_can_be_served()
    kept = RideRequest.objects.get(pk=quote.request_id)
    assert kept.refusal_code == "no_vehicle"
    assert a_desk().quoted(quote.request_id) == quote
    assert not Booking.objects.exists()
    assert all(day.plan_version == 0 for day in ServiceDay.objects.all()), "looking at other days writes no plan"
