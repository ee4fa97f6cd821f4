"""What a message says of a bus or of another ride, looked at once more as it leaves: minutes may have gone since then."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import datetime

from accessibility.following import Phase, RideForecast
from backend.bookings.models import Booking
from backend.bookings.of_contacts import OPEN
from backend.bookings.selectors import bookings
from backend.notifications.coming import ON_ITS_WAY
from backend.notifications.kinds import Kind
from backend.notifications.models import RiderMessage
from backend.operations.forecasts import ride_forecast

logger = logging.getLogger("rufbus.messages")
OF_THE_BUS = (Kind.DELAY, Kind.NEAR, Kind.THERE)
FORESEEN = "delay:"  # how the key of a delay begins that was seen from positions; a driver's own word has another


@dataclass(frozen=True, slots=True)
class Again:
    """What a second look found: whether it still holds, and the window that holds now (ISO), where it is another."""

    holds: bool = True
    window: dict[str, str] | None = None


def look_again(row: RiderMessage, booking: Booking, day_now: datetime) -> Again:
    """Look at the bus of a message that is about to leave. What nobody can see now stays as it was said."""
    kind = Kind(row.kind)
    if kind is Kind.BESIDE:
        return Again(holds=bookings().filter(code__in=row.also, state__in=OPEN).exists())
    if kind not in OF_THE_BUS:
        return Again()
    try:
        forecast = ride_forecast(booking, day_now)
    except LookupError:  # a plan that is being written no longer carries it
        logger.info("booking %s is in no plan now", booking.pk)
        return Again()
    if forecast.phase is Phase.LEFT:
        return Again(holds=False)  # nobody shall run for a bus that has gone; that it was missed is told otherwise
    if kind is not Kind.DELAY:
        return Again()
    if forecast.phase is Phase.THERE:
        return Again(holds=False)
    return _delay_now(row, forecast)


def _delay_now(row: RiderMessage, forecast: RideForecast) -> Again:
    if not row.key.startswith(FORESEEN) or forecast.phase not in ON_ITS_WAY:
        return Again()
    if forecast.earliest is None or forecast.latest is None:
        return Again()
    if forecast.earliest <= forecast.pickup_until:
        return Again(holds=False)  # made up on the way
    return Again(window={"from": forecast.earliest.isoformat(), "until": forecast.latest.isoformat()})
