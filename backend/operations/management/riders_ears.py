"""What riders hear of a bus that arrives, and how long after the driver's tap: on a day that is driven by programs."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from backend.notifications.models import RiderMessage

HEARD_WITHIN_S = 3.0
LOOKS_S = 0.01


@dataclass
class RidersEars:
    """Waits at each arrival until the riders who wait there have been told, and notes when their message left.

    The day's clock stands meanwhile, where it is driven as fast as it goes: a bus waits at a stop for minutes, not for the
    milliseconds that the next tap of a program takes.
    """

    told_ms: list[float] = field(default_factory=list)
    unheard: int = 0

    def listen(self, codes: list[str], tapped: float) -> None:
        """Until the messages "your bus is there" to these bookings have been handed to a sender, or it takes too long.

        Parameters
        ----------
        codes
            Bookings whose rider waits at the stop.
        tapped
            The second of this machine's clock (`time.time`) just before the tap was sent.
        """
        open_codes = set(codes)
        deadline = time.monotonic() + HEARD_WITHIN_S
        while open_codes and time.monotonic() < deadline:
            told = RiderMessage.objects.filter(kind="there", booking__code__in=open_codes).prefetch_related("ways")
            for message in told.select_related("booking"):
                began = [way.began_at.timestamp() for way in message.ways.all() if way.began_at is not None]
                if began and message.booking is not None:
                    open_codes.discard(message.booking.code)
                    if min(began) >= tapped:  # else of a bus that came before
                        self.told_ms.append((min(began) - tapped) * 1000)
            if open_codes:
                time.sleep(LOOKS_S)
        self.unheard += len(open_codes)

    @property
    def left_text(self) -> str:
        """How many were not told in time."""
        return f"; {self.unheard} nicht binnen {HEARD_WITHIN_S:.0f} s" if self.unheard else ""
