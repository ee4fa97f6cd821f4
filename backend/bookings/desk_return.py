"""The desk's calls about open returns: the right to be fetched, and the call that makes a ride of it."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from accessibility.desk import Access, BookingView, OpenReturnView, Refusal, WayOut
from backend.bookings.admission import RIDER, channel_of, not_found, visible
from backend.bookings.clock import Clock
from backend.bookings.idempotency import Answer, once
from backend.bookings.models import Booking, OpenReturn
from backend.bookings.open_return import call_return, drop_return, grant_return
from backend.bookings.return_reading import return_of, return_view
from backend.bookings.rules import phone_way_out
from backend.bookings.selectors import booking_by_code, booking_view, refusal_from
from backend.districts.selectors import rules_of


class ReturnDesk:
    """The part of `accessibility.desk.BookingDesk` that is about open returns."""

    clock: Clock

    def ask_return(self, code: str, access: Access, *, key: str) -> OpenReturnView | Refusal:
        """Keep the way back open: the right to be fetched on the same day."""
        booking = visible(code, access)
        if booking is None:
            return not_found()
        now, channel = self.clock.now(), channel_of(access, booking.channel)
        answer = once(
            "ask_return", key, [booking.code], booking.district_id, now,
            lambda: grant_return(booking, channel, access.staff or RIDER, now),
        )  # fmt: skip
        return self._right_view(answer)

    def return_status(self, code: str, access: Access) -> OpenReturnView | Refusal:
        """The open return of a booking."""
        found = self._right(code, access)
        return found if isinstance(found, Refusal) else return_view(found, self.clock.now())

    def drop_return(self, code: str, access: Access, *, key: str) -> OpenReturnView | Refusal:
        """Give the right up."""
        right = self._right(code, access)
        if isinstance(right, Refusal):
            return right
        now, channel = self.clock.now(), channel_of(access, right.booking.channel)
        answer = once(
            "drop_return", key, [right.booking.code], right.district_id, now,
            lambda: drop_return(right, channel, access.staff or RIDER, now),
        )  # fmt: skip
        return self._right_view(answer)

    def call_return(
        self, code: str, access: Access, ready_at: datetime | None = None, *, key: str
    ) -> BookingView | Refusal:
        """ "I am done": book the first ride home, from now or from `ready_at` on. Twice gives the same ride."""
        right = self._right(code, access)
        if isinstance(right, Refusal):
            return right
        now, channel = self.clock.now(), channel_of(access, right.booking.channel)
        answer = once(
            "call_return", key, [right.booking.code, ready_at and ready_at.isoformat()], right.district_id, now,
            lambda: call_return(right, channel, access.staff or RIDER, ready_at, now),
        )  # fmt: skip
        if "refusal" in answer:
            return refusal_from(answer["refusal"])
        ride = booking_by_code(answer["booking"])
        assert ride is not None  # bookings are never deleted
        return booking_view(ride)

    def _right(self, code: str, access: Access) -> OpenReturn | Refusal:
        booking = visible(code, access)
        if booking is None:
            return not_found()
        return return_of(booking) or _no_right(booking)

    def _right_view(self, answer: Answer) -> OpenReturnView | Refusal:
        if "refusal" in answer:
            return refusal_from(answer["refusal"])
        booking = booking_by_code(answer["booking"])
        right = return_of(booking) if booking else None
        assert right is not None  # the answer names a booking that has one
        return return_view(right, self.clock.now())


def _no_right(booking: Booking) -> Refusal:
    ways = (
        WayOut("offer_times", _("Bestellen Sie die Rückfahrt wie jede andere Fahrt.")),
        phone_way_out(rules_of(booking.district), _("Oder rufen Sie an, wir bringen Sie nach Hause.")),
    )
    return Refusal("no_open_return", _("Zu dieser Fahrt gibt es keine offene Rückfahrt."), ways)
