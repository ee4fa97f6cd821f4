"""What changes devices, duties and reports, by one address; what each does stands in its own module."""

from __future__ import annotations

from backend.driving.day_end import settle_day
from backend.driving.devices import lock, make_pairing_code, pair, unlock
from backend.driving.duties import add_driver, renew_code, retire_driver, sign_in, sign_out
from backend.driving.intake import settle, take_events
from backend.driving.messages import send_to_vehicle

__all__ = [
    "add_driver", "lock", "make_pairing_code", "pair", "renew_code", "retire_driver", "send_to_vehicle", "settle",
    "settle_day", "sign_in", "sign_out", "take_events", "unlock",
]  # fmt: skip
