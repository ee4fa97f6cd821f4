"""Where is my bus: what a rider is told in each state of a ride, and never more than can be known."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils.translation import override

from accessibility.desk import Access, BookingView, Refusal
from accessibility.following import Phase, RideForecast
from backend.bookings.clock import SetClock
from backend.bookings.desk import Desk
from backend.bookings.models import Booking
from backend.districts.models import District
from backend.operations.board_reading import board_of
from backend.operations.board_rides import ride_detail
from backend.operations.followdesk import Follower
from backend.operations.models import RiderNote, VehiclePosition
from backend.operations.rules import Seen, phase_of
from backend.operations.selectors import there_at_of
from tests.builders.district import BAHNHOF, KLOETZE, KUHFELDE, MARKT, a_booking, a_desk, a_district, a_wish, at
from tests.builders.tracks import a_point, driving, report, standing

pytestmark = pytest.mark.django_db
CONTACT = Access(contact="03901 304031")


@pytest.fixture
def desk(settings) -> Desk:
    settings.SITE_DISTRICT = "probe"
    a_district()
    return a_desk()


@pytest.fixture
def ride(desk: Desk) -> BookingView:
    """From Markt (five minutes from the depot) to Klötze, promised from 8:30 to 8:40 Uhr."""
    view = a_booking(desk, a_wish(MARKT, KLOETZE, "8:30"))
    assert view.offer.pickup_from == at("8:30")
    return view


def told(ride: BookingView, clock: str) -> RideForecast:
    answer = Follower(SetClock(at(clock))).where(ride.code, CONTACT)
    assert isinstance(answer, RideForecast), answer
    return answer


def test_hours_before_the_ride_nothing_of_the_bus_is_shown(ride: BookingView) -> None:
    report(standing(BAHNHOF, "7:10", "7:15"))
    answer = told(ride, "7:15")
    assert answer.phase is Phase.EARLY
    assert answer.seen is None
    assert answer.line == (
        "Ihr Bus kommt am Di, 24.11.2026 zwischen 8:30 und 8:40 Uhr. Ab 7:30 Uhr sehen Sie hier, wo er ist."
    )
    with override("en"):
        assert told(ride, "7:15").line.startswith("Your bus will come on Tue 24 Nov 2026 between 8:30 and 8:40.")


def test_without_a_position_the_plan_is_told_as_a_plan(ride: BookingView) -> None:
    answer = told(ride, "8:10")
    assert answer.phase is Phase.PLANNED
    assert answer.line == (
        "Nach Plan kommt Ihr Bus zwischen 8:30 und 8:40 Uhr. Der Bus hat noch keine Position gemeldet."
    )
    assert answer.likely is None


def test_an_old_position_is_no_position(ride: BookingView) -> None:
    report(standing(BAHNHOF, "8:00", "8:05"))
    answer = told(ride, "8:15")
    assert answer.phase is Phase.SILENT
    assert "zu alt" in answer.line
    assert answer.likely is None


def test_a_bus_on_its_way_has_a_minute_and_a_range(ride: BookingView) -> None:
    report([*standing(BAHNHOF, "8:24", "8:26"), *driving(BAHNHOF, MARKT, "8:26", "8:28", 0.4)])
    answer = told(ride, "8:28")
    assert answer.phase is Phase.COMING
    assert answer.line == "Ihr Bus ist unterwegs. Noch etwa 3 Minuten."
    assert answer.earliest
    assert answer.likely
    assert answer.latest
    assert at("8:31") - timedelta(seconds=15) <= answer.likely <= at("8:31") + timedelta(seconds=15)
    assert answer.earliest <= answer.likely < answer.latest
    assert answer.seen
    assert answer.seen.near.village == "Salzwedel"


def test_a_bus_that_is_early_waits_for_the_promised_window(ride: BookingView) -> None:
    report(driving(BAHNHOF, MARKT, "8:10", "8:12", 0.5))
    answer = told(ride, "8:12")
    assert answer.likely == at("8:30"), "the rider need not be there before"


def test_a_late_bus_is_called_late_and_the_phone_is_named(ride: BookingView) -> None:
    report(standing(BAHNHOF, "8:38", "8:39"))
    answer = told(ride, "8:39")
    assert answer.phase is Phase.LATE
    assert answer.line.startswith("Ihr Bus verspätet sich.")
    assert answer.needs_call


def test_the_bus_at_the_stop_says_how_long_it_waits(ride: BookingView) -> None:
    report([*driving(BAHNHOF, MARKT, "8:24", "8:29"), *standing(MARKT, "8:29", "8:30")])
    answer = told(ride, "8:30")
    assert answer.phase is Phase.THERE
    assert answer.line == "Ihr Bus steht an der Haltestelle. Er wartet mindestens bis 8:33 Uhr."


def test_a_bus_that_has_left_is_not_still_coming(ride: BookingView) -> None:
    report([*standing(MARKT, "8:29", "8:33"), *driving(MARKT, KUHFELDE, "8:33", "8:35", 0.4)])
    answer = told(ride, "8:35")
    assert answer.phase is Phase.LEFT
    assert answer.line.startswith("Ihr Bus war bis 8:33 Uhr an der Haltestelle und ist weitergefahren. Ankunft in etwa")
    assert answer.needs_call


def test_a_bus_that_only_passes_before_the_window_has_not_been_there(ride: BookingView) -> None:
    report([*driving(BAHNHOF, KUHFELDE, "7:50", "8:00"), *driving(KUHFELDE, MARKT, "8:00", "8:03", 0.5)])
    assert told(ride, "8:03").phase is Phase.COMING


def test_at_the_destination_the_ride_is_over(ride: BookingView) -> None:
    report(
        [*standing(MARKT, "8:29", "8:33"), *driving(MARKT, KLOETZE, "8:33", "8:48"), *standing(KLOETZE, "8:48", "8:49")]
    )
    assert told(ride, "8:49").phase is Phase.OVER


def test_silence_beyond_the_promise_asks_to_call(ride: BookingView) -> None:
    answer = told(ride, "8:45")
    assert answer.phase is Phase.OVERDUE
    assert answer.needs_call


def test_who_was_told_another_time_hears_of_that_one(ride: BookingView) -> None:
    later = {"pickup_latest_s": 9 * 3600 + 900, "delivery_latest_s": 10 * 3600}
    Booking.objects.filter(code=ride.code).update(amended=later)
    answer = told(ride, "8:20")
    assert (answer.pickup_until, answer.arrive_by) == (at("9:15"), at("10:00"))
    assert "zwischen 8:30 und 9:15 Uhr" in answer.line.replace("\xa0", " ")
    assert told(ride, "8:55").phase is Phase.PLANNED, "nobody is told to call before the promised time is over"
    board = board_of(District.objects.get(), at("8:20").date(), at("8:20"))
    detail = ride_detail(District.objects.get(), ride.code, board, at("8:20"))
    assert detail is not None
    assert (detail.rider.pickup_until, detail.rider.arrive_by) == (at("9:15"), at("10:00"))


def test_a_bus_beyond_what_was_booked_stays_late_whatever_was_told(ride: BookingView) -> None:
    seen = Seen("booked", boarding_left=False, boarding_now=False, arrived=False, heard_of=True, is_fresh=True)
    told_until, wait = at("9:15"), timedelta(minutes=2)
    phase = phase_of(seen, at("8:30"), at("8:30"), told_until, at("10:00"), at("9:00"), wait, at("8:40"))
    assert phase is Phase.LATE


def test_a_cancelled_ride_says_so(desk: Desk, ride: BookingView) -> None:
    desk.cancel(ride.code, CONTACT, key="cancel")
    assert told(ride, "8:10").phase is Phase.CANCELLED


def test_a_jump_and_a_second_delivery_do_not_move_the_bus(ride: BookingView) -> None:
    points = driving(BAHNHOF, MARKT, "8:26", "8:28", 0.4)
    report(points)
    before = told(ride, "8:28")
    jump = a_point(at("8:27") + timedelta(seconds=55), KLOETZE, north=0.3)
    kept = report([*points, jump], at("8:28"))
    assert (kept.taken, kept.known) == (1, len(points))
    assert told(ride, "8:28") == before


def test_a_wrong_clock_in_the_vehicle_is_put_right(ride: BookingView) -> None:
    from backend.districts.models import Vehicle
    from backend.operations.services import keep_positions

    slow = [
        replace(point, at=point.at - timedelta(minutes=3)) for point in driving(BAHNHOF, MARKT, "8:26", "8:28", 0.4)
    ]
    vehicle = Vehicle.objects.select_related("district").get(code="bus-1")
    keep_positions(vehicle, slow, at("8:25"), at("8:28"))
    assert VehiclePosition.objects.latest("at").at == at("8:28")
    assert told(ride, "8:28").line == "Ihr Bus ist unterwegs. Noch etwa 3 Minuten."


def test_points_of_last_week_and_of_tomorrow_are_useless(ride: BookingView) -> None:
    points = [a_point(at("8:00", "2026-11-17"), MARKT), a_point(at("12:00"), MARKT)]
    assert report(points, at("8:00")).useless == 2
    assert not VehiclePosition.objects.exists()


def test_somebody_else_is_told_nothing(ride: BookingView) -> None:
    answer = Follower(SetClock(at("8:10"))).where(ride.code, Access(contact="03901 999999"))
    assert isinstance(answer, Refusal)
    assert answer.code == "not_found"


@pytest.mark.parametrize(
    ("minutes", "clock", "verdict"),
    [(5, "8:10", "tight"), (10, "8:10", "tight"), (15, "8:10", "missed"), (5, "8:37", "tight")],
)
def test_a_delay_is_answered_by_rule(ride: BookingView, minutes: int, clock: str, verdict: str) -> None:
    answer = Follower(SetClock(at(clock))).late(ride.code, minutes, CONTACT, key=f"late-{minutes}")
    assert not isinstance(answer, Refusal)
    assert answer.verdict == verdict
    assert answer.text.startswith("Wir haben es dem Fahrpersonal gesagt.")
    assert {way.kind for way in answer.way_out} == {"change", "phone"}


def test_a_late_bus_makes_a_small_delay_good(ride: BookingView) -> None:
    report(standing(BAHNHOF, "8:35", "8:36"))
    answer = Follower(SetClock(at("8:36"))).late(ride.code, 5, CONTACT, key="late")
    assert not isinstance(answer, Refusal)
    assert answer.verdict == "likely", answer


def test_what_was_said_last_is_remembered(ride: BookingView) -> None:
    assert there_at_of(ride.code) is None
    for minutes in (10, 5):
        Follower(SetClock(at("8:10"))).late(ride.code, minutes, CONTACT, key=f"said-{minutes}")
    assert there_at_of(ride.code) == at("8:35")


def test_a_delay_is_noted_once_a_key_and_audited(ride: BookingView) -> None:
    follower = Follower(SetClock(at("8:10")))
    first = follower.late(ride.code, 5, CONTACT, key="same")
    assert follower.late(ride.code, 5, CONTACT, key="same") == first
    assert RiderNote.objects.count() == 1
    from backend.bookings.models import AuditEntry, OutboxMessage

    assert AuditEntry.objects.filter(action="rider.late", subject=ride.code).count() == 1
    assert OutboxMessage.objects.filter(topic="rider.late").count() == 1


def test_a_delay_long_before_is_a_change_and_after_the_bus_a_call(ride: BookingView) -> None:
    early = Follower(SetClock(at("5:00"))).late(ride.code, 5, CONTACT, key="early")
    assert isinstance(early, Refusal)
    assert early.code == "change_instead"
    report([*standing(MARKT, "8:29", "8:33"), *driving(MARKT, KUHFELDE, "8:33", "8:35", 0.4)])
    late = Follower(SetClock(at("8:35"))).late(ride.code, 5, CONTACT, key="gone")
    assert isinstance(late, Refusal)
    assert late.code == "bus_has_left"


def test_what_a_vehicle_drove_is_forgotten_after_thirty_days(ride: BookingView) -> None:
    report([a_point(at("8:00", "2026-10-20"), MARKT)])
    report([a_point(at("8:00", "2026-10-26"), MARKT)])
    report([a_point(at("8:00"), MARKT)])
    assert [row.at.date().isoformat() for row in VehiclePosition.objects.order_by("at")] == ["2026-10-26", "2026-11-24"]
