"""A number in answer to a message of ours: the ride that we offered in place of one we cancelled.

What is asked in the conversation comes first, if it was asked after the offer was made.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from accessibility.desk import Access, BookingView, Channel, InsteadView, Refusal
from accessibility.sms.fitting import tidy, within
from backend.bookings.clock import Clock
from backend.bookings.desk import Desk
from backend.bookings.rewording import reword
from backend.channels_in.sms_wording import Wording, money_text

_NUMBER = re.compile(r"(\d{1,2})[.!)]?")
_YES = frozenset({"ja", "yes"})


def meant_offer(text: str, offers: Sequence[InsteadView], asked_at: datetime | None) -> InsteadView | None:
    """Which offer a message takes; None where it takes none. `asked_at`: when a question was asked that is open still."""
    said = text.strip().casefold()
    fresh = [one for one in offers if asked_at is None or one.offered_at > asked_at]
    match = _NUMBER.fullmatch(said)
    if match:
        return next((one for one in fresh if one.number == int(match[1])), None)
    open_ones = [one for one in fresh if not one.taken]
    return open_ones[0] if said.rstrip(".!") in _YES and len(open_ones) == 1 else None


def take(
    offer: InsteadView, contact: str, channel: Channel, key: str, clock: Clock, wording: Wording, most: int
) -> str:
    """Take an offer, and the answer to its rider."""
    access = Access(contact=contact, is_proved=True, channel=channel)
    answer = Desk(clock).take_instead(offer.code, access, key=key)
    sentences = _no(answer) if isinstance(answer, Refusal) else _yes(answer, wording)
    return within(tuple(tidy(sentence) for sentence in sentences), most, needed=len(sentences) - 1)


def _yes(ride: BookingView, wording: Wording) -> list[str]:
    offer = ride.offer
    words = {
        "when": f"{wording.day(offer.pickup_from)} {wording.window(offer.pickup_from, offer.pickup_until)}",
        "stop": f"{offer.pickup_stop.village}, {offer.pickup_stop.name}",
        "goal": f"{offer.delivery_stop.village}, {offer.delivery_stop.name}",
        "fare": money_text(offer.fare.total_cents),
        "code": ride.code,
    }
    return [
        _("Ihre Fahrt ist gebucht."),
        _("Der Bus kommt %(when)s zur Haltestelle %(stop)s. Er fährt nach %(goal)s.") % words,
        _("Preis %(fare)s. Code %(code)s.") % words,
        _("Absagen? Antworten Sie STORNO %(code)s.") % words,
    ]


def _no(refusal: Refusal) -> list[str]:
    ways = [reword(way.text) for way in refusal.way_out if way.kind != "phone"]
    return [reword(refusal.reason), *ways[:1], _("Oder fragen Sie einen Menschen: MENSCH.")]
