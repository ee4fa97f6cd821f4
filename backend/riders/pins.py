"""The PIN by which the telephone line knows an account: four to six figures, kept as a keyed hash.

So few figures can be tried out by whoever has the hash; it therefore needs the server's secret key as well, and trying
on the telephone is bounded (`backend.channels_in.proof`).
"""

from __future__ import annotations

from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from accessibility.desk import InvalidInput
from backend.riders.models import Account

SHORTEST, LONGEST = 4, 6


def set_pin(account: Account, figures: str) -> None:
    """Keep a new PIN; "" takes it away. Raises InvalidInput for what can be guessed at once."""
    if figures and not (figures.isascii() and figures.isdigit() and SHORTEST <= len(figures) <= LONGEST):
        raise InvalidInput("phone_pin", _("Die PIN hat 4 bis 6 Ziffern."))
    if figures and (len(set(figures)) == 1 or figures in "0123456789" or figures in "9876543210"):
        raise InvalidInput("phone_pin", _("Diese PIN ist leicht zu raten. Nehmen Sie eine andere."))
    account.phone_pin = _hash(account, figures) if figures else ""
    account.save(update_fields=["phone_pin"])


def is_pin(account: Account, figures: str) -> bool:
    """Whether the figures are the account's PIN; without one, nothing is."""
    return bool(account.phone_pin) and constant_time_compare(account.phone_pin, _hash(account, figures))


def _hash(account: Account, figures: str) -> str:
    return salted_hmac(f"rufbus.pin.{account.pk}", figures, algorithm="sha256").hexdigest()
