"""Which offers may be accepted as one."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _

from accessibility.desk import InvalidInput, TripKind
from backend.bookings.localtime import clock_text
from backend.bookings.models import OfferRecord
from backend.bookings.selectors import offer_view

MOST_TOGETHER = 100
FIELD = "offer_ids"


def checked_together(offers: Sequence[OfferRecord], kind: TripKind) -> list[OfferRecord]:
    """The same offers. Raises InvalidInput where they cannot be meant as one trip."""
    if not 1 <= len(offers) <= MOST_TOGETHER:
        raise InvalidInput(FIELD, _("Bitte wählen Sie 1 bis %(most)d Fahrten.") % {"most": MOST_TOGETHER})
    if len({offer.pk for offer in offers}) < len(offers):
        raise InvalidInput(FIELD, _("Eine Fahrt steht zweimal in der Liste."))
    if len({offer.district_id for offer in offers}) > 1:
        raise InvalidInput(FIELD, _("Die Fahrten gehören nicht zum selben Landkreis."))
    if kind is TripKind.RETURN:
        _check_return(offers)
    return list(offers)


def _check_return(offers: Sequence[OfferRecord]) -> None:
    if len(offers) != 2:
        raise InvalidInput(FIELD, _("Hin- und Rückfahrt sind genau zwei Fahrten."))
    there, back = (offer_view(offer) for offer in offers)
    if back.pickup_from < there.arrive_by:
        values = {"arrive": clock_text(there.arrive_by), "leave": clock_text(back.pickup_from)}
        problem = _(
            "Die Hinfahrt kommt spätestens um %(arrive)s an, die Rückfahrt beginnt schon um %(leave)s. "
            "Bitte wählen Sie eine spätere Rückfahrt."
        )
        raise InvalidInput(FIELD, problem % values, "return_too_early")
