"""The desk's calls about rides that the same person has booked already, before she books another beside them."""

from __future__ import annotations

from collections.abc import Sequence

from accessibility.desk import Passenger, RideBeside
from backend.bookings.beside import rides_beside
from backend.bookings.desk_series import chosen_offers
from backend.bookings.selectors import normalised_code, offer_of
from backend.bookings.series_reading import series_of
from backend.riders.services import checked_passenger


class BesideDesk:
    """The part of `accessibility.desk.BookingDesk` that is about the same ride booked twice.

    Who may hear of a ride that is found is the channel's to know: whoever types somebody's number must not learn of her
    rides.
    """

    def rides_beside(
        self, offer_ids: Sequence[str], passenger: Passenger, *, replaces: str = ""
    ) -> tuple[RideBeside, ...]:
        """The rider's open rides that clash with these offers. `replaces`: less the one that a change ends.

        Raises InvalidInput for an unknown offer, and for a person who cannot be reached.
        """
        offers = [offer_of(offer_id) for offer_id in offer_ids]
        return rides_beside(offers, checked_passenger(passenger), {normalised_code(replaces)} if replaces else ())

    def rides_beside_series(self, series_id: str, passenger: Passenger) -> tuple[RideBeside, ...]:
        """The same for every day of a series that is offered as wished."""
        offers = chosen_offers(series_of(series_id), None)
        return rides_beside(offers, checked_passenger(passenger))
