"""The desk for rides under way, `accessibility.following.FollowDesk` on the database. Every channel calls this one."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from accessibility.desk import Access, InvalidInput, Refusal, WayOut
from accessibility.following import LateAnswer, RideForecast
from backend.bookings.admission import RIDER
from backend.bookings.clock import Clock, SystemClock
from backend.bookings.desk import get_desk
from backend.bookings.idempotency import once
from backend.bookings.models import Booking
from backend.bookings.selectors import booking_by_code, refusal_from
from backend.operations import services
from backend.operations.dayclock import now_on
from backend.operations.forecasts import ride_forecast
from backend.operations.models import SharedRide
from backend.operations.rules import LATE_MINUTES


class Follower:
    """Answers about one ride; without a clock, by the machine's (or by a played day's)."""

    def __init__(self, clock: Clock | None = None) -> None:
        self.clock = clock

    def where(self, code: str, access: Access) -> RideForecast | Refusal:
        """What can be said of a ride now."""
        booking = self._booking(code, access)
        return booking if isinstance(booking, Refusal) else self.forecast(booking)

    def forecast(self, booking: Booking, *, for_rider: bool = True) -> RideForecast:
        """The same for a booking that the caller may see, or that was shared with them."""
        return ride_forecast(booking, now_on(booking.service_day, self.clock), for_rider=for_rider)

    def late(self, code: str, minutes: int, access: Access, *, key: str) -> LateAnswer | Refusal:
        """Take down that the rider is late, and say by rule what that means. Raises InvalidInput."""
        if minutes not in LATE_MINUTES:
            raise InvalidInput("minutes", _("Bitte wählen Sie 5, 10 oder 15 Minuten."))
        booking = self._booking(code, access)
        if isinstance(booking, Refusal):
            return booking
        now = self._clock_now()
        answer = once(
            "late", key, [booking.code, minutes], booking.district_id, now,
            lambda: services.report_late(
                booking, minutes, self.forecast(booking), _actor(access), _channel(booking, access), now
            ),
        )  # fmt: skip
        if "refusal" in answer:
            return refusal_from(answer["refusal"])
        return LateAnswer(
            answer["verdict"], answer["text"], answer["minutes"], datetime.fromisoformat(answer["there_at"]),
            datetime.fromisoformat(answer["waits_until"]), tuple(WayOut(**way) for way in answer["way_out"]),
        )  # fmt: skip

    def share(self, code: str, access: Access, *, key: str) -> SharedRide | Refusal:
        """Open a link that shows the ride to others."""
        booking = self._booking(code, access)
        if isinstance(booking, Refusal):
            return booking
        now = self._clock_now()
        answer = once(
            "share", key, [booking.code], booking.district_id, now,
            lambda: services.share_ride(booking, _actor(access), _channel(booking, access), now),
        )  # fmt: skip
        return SharedRide.objects.get(pk=answer["share"])

    def withdraw(self, code: str, access: Access, *, key: str) -> Refusal | None:
        """Close the link."""
        booking = self._booking(code, access)
        if isinstance(booking, Refusal):
            return booking
        now = self._clock_now()
        once(
            "unshare", key, [booking.code], booking.district_id, now,
            lambda: services.withdraw_share(booking, _actor(access), _channel(booking, access), now),
        )  # fmt: skip
        return None

    def _booking(self, code: str, access: Access) -> Booking | Refusal:
        """The booking, if the booking desk shows it to this caller."""
        shown = get_desk().status(code, access)
        if isinstance(shown, Refusal):
            return shown
        booking = booking_by_code(code)
        assert booking is not None  # the desk has just shown it
        return booking

    def _clock_now(self) -> datetime:
        """When something was written: never a played day's time, since messages go out by the real one."""
        return (self.clock or SystemClock()).now()


def get_follower() -> Follower:
    """The desk on the machine's clock."""
    return Follower()


def _actor(access: Access) -> str:
    return access.staff or RIDER


def _channel(booking: Booking, access: Access) -> str:
    return "dispatcher" if access.staff else booking.channel
