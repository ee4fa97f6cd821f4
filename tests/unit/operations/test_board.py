"""The board of a day: how far each vehicle has come, which promises are at risk, who was not heard of."""

from __future__ import annotations

import pytest
from django.test.utils import CaptureQueriesContext

from accessibility.desk import Party
from backend.districts.models import District
from backend.operations.board import Board, BoardRow
from backend.operations.board_reading import board_of
from tests.builders.district import (
    BEETZENDORF,
    KLOETZE,
    KUHFELDE,
    MARKT,
    BusOnDuty,
    a_booking,
    a_desk,
    a_district,
    a_wish,
    at,
)
from tests.builders.tracks import driving, report, standing

pytestmark = pytest.mark.django_db
DAY = at("7:00").date()


def board(town: District, clock: str) -> Board:
    return board_of(town, DAY, at(clock))


def only(shown: Board) -> BoardRow:
    (row,) = shown.rows
    return row


def test_a_day_without_bookings_has_no_rows() -> None:
    shown = board(a_district(), "8:00")
    assert (shown.version, shown.rows, shown.count("open")) == (0, (), 0)


def test_before_anything_moves_the_plan_is_what_is_known() -> None:
    town = a_district()
    booked = a_booking(a_desk())
    row = only(board(town, "7:00"))
    assert [visit.kind for visit in row.visits] == ["start", "stop", "stop", "end"]
    assert row.visits[1].boards == (booked.code,)
    assert [visit.persons_after for visit in row.visits] == [0, 1, 0, 0]
    assert (row.line, row.late_minutes, row.mark) == ("unheard", None, "")
    assert board(town, "7:00").rides == {booked.code: "open"}


def test_what_the_track_shows_is_done_and_what_is_ahead_has_an_arrival() -> None:
    town = a_district()
    booked = a_booking(a_desk())
    report(standing(MARKT, "8:29", "8:31") + driving(MARKT, KUHFELDE, "8:31", "8:34"), at("8:34"))
    shown = board(town, "8:34")
    row = only(shown)
    assert [visit.state for visit in row.visits[:2]] == ["done", "done"]
    assert (row.aboard, row.line, row.late_minutes) == (1, "live", None)
    assert shown.rides == {booked.code: "riding"}
    assert shown.seen[0].bearing == 90, "the road leads east"


def test_a_vehicle_far_behind_breaks_a_promise_before_it_happens() -> None:
    town = a_district()
    late = a_booking(a_desk(), a_wish(KUHFELDE, KLOETZE, "9:00"))
    fine = a_booking(a_desk(), a_wish(KLOETZE, BEETZENDORF, "11:00"))
    report(standing(MARKT, "9:00", "9:20"), at("9:20"))
    shown = board(town, "9:20")
    assert only(shown).late_minutes is not None
    assert shown.marks[late.code] == "late"
    assert fine.code not in shown.marks
    assert (shown.marked("late"), only(shown).mark) == (1, "late")


def test_a_vehicle_that_fell_silent_is_said_to_be_silent_since() -> None:
    town = a_district()
    a_booking(a_desk())
    report(standing(MARKT, "8:00", "8:10"), at("8:10"))
    row = only(board(town, "8:20"))
    assert row.line == "silent"
    assert row.heard_s == (8 * 60 + 10) * 60


def test_nothing_has_changed_means_the_same_digest() -> None:
    town = a_district(BusOnDuty(), BusOnDuty())
    desk = a_desk()
    a_booking(desk)
    before = {row.shift_code: row.digest for row in board(town, "7:00").rows}
    assert {row.shift_code: row.digest for row in board(town, "7:00").rows} == before
    a_booking(desk, a_wish(when="9:30", party=Party(adults=8)))
    a_booking(desk, a_wish(when="9:30", party=Party(adults=8)))
    after = {row.shift_code: row.digest for row in board(town, "7:00").rows}
    assert before.keys() == after.keys()
    assert before != after


def test_ten_more_bookings_cost_no_more_queries() -> None:
    from django.db import connection

    town = a_district(BusOnDuty(), BusOnDuty(), BusOnDuty())
    desk = a_desk()
    a_booking(desk)
    board(town, "7:00")
    with CaptureQueriesContext(
        connection,
    ) as few:
        board(town, "7:00")
    for minute in range(10):
        a_booking(desk, a_wish(when=f"9:{minute * 5:02d}"))
    board(town, "7:00")
    with CaptureQueriesContext(connection) as many:
        board(town, "7:00")
    assert len(many) == len(few) <= 10
