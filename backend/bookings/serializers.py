"""What the REST interface reads and writes about wishes, offers and bookings."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from accessibility.desk import (
    Anchor,
    Booker,
    BookingState,
    Channel,
    Concession,
    Party,
    Passenger,
    Place,
    RideWish,
    TripKind,
)
from backend.bookings.party import KNOWN_NEEDS, MOST_OF_A_KIND
from backend.bookings.together import MOST_TOGETHER
from backend.config.strictness import CountField, DegreesField, MomentField, StrictSerializer, TextField

BOOKING_STATES = [state.value for state in BookingState]


class PlaceSerializer(StrictSerializer):
    """Exactly one of a stop, a place of the district, or a point (degrees, WGS 84)."""

    stop_id = TextField(required=False, max_length=20)
    place_id = TextField(required=False, max_length=120)
    lat = DegreesField(required=False, min_value=-90, max_value=90)
    lon = DegreesField(required=False, min_value=-180, max_value=180)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        named = [name for name in ("stop_id", "place_id") if name in attrs]
        point = [name for name in ("lat", "lon") if name in attrs]
        if len(named) + bool(point) != 1 or len(point) == 1:
            raise serializers.ValidationError(
                _("Bitte geben Sie genau eines an: stop_id, place_id, oder lat mit lon."), code="one_place"
            )
        return attrs


class PartySerializer(StrictSerializer):
    """Who and what rides. `adults` includes those in a wheelchair; `wheelchairs` says how many of them."""

    adults = CountField(default=1, min_value=0, max_value=MOST_OF_A_KIND)
    children = CountField(default=0, min_value=0, max_value=MOST_OF_A_KIND)
    wheelchairs = CountField(default=0, min_value=0, max_value=MOST_OF_A_KIND)
    walking_frames = CountField(default=0, min_value=0, max_value=MOST_OF_A_KIND)
    prams = CountField(default=0, min_value=0, max_value=MOST_OF_A_KIND)
    guide_dogs = CountField(default=0, min_value=0, max_value=MOST_OF_A_KIND)
    bicycles = CountField(default=0, min_value=0, max_value=MOST_OF_A_KIND)
    luggage = CountField(default=0, min_value=0, max_value=MOST_OF_A_KIND)
    parcels = CountField(default=0, min_value=0, max_value=MOST_OF_A_KIND)


class RideRequestSerializer(StrictSerializer):
    """A ride as somebody wishes it."""

    district = TextField(required=False, max_length=40, help_text="The site's own district where it is left out.")
    origin = PlaceSerializer()
    destination = PlaceSerializer()
    when = MomentField(help_text="With a time zone.")
    anchor = serializers.ChoiceField(
        [anchor.value for anchor in Anchor],
        default=Anchor.DEPART.value,
        help_text="Which end of the ride `when` means.",
    )
    party = PartySerializer(required=False)
    needs = serializers.ListField(
        child=serializers.ChoiceField(sorted(KNOWN_NEEDS)), default=list, max_length=len(KNOWN_NEEDS)
    )
    concession = serializers.ChoiceField([reason.value for reason in Concession], default=Concession.NONE.value)
    max_walk_m = CountField(required=False, min_value=0, max_value=5000, help_text="The district's limit if left out.")
    replaces = TextField(
        required=False, max_length=12, help_text="Code of the booking that is to be changed; needs the right to see it."
    )
    channel = serializers.ChoiceField(
        [channel.value for channel in Channel], required=False, help_text="Dispatchers only: where the wish came from."
    )

    def wish(self, channel: Channel) -> RideWish:
        """The checked body as the desk takes it."""
        given = self.validated_data
        return RideWish(
            district=given.get("district", settings.SITE_DISTRICT),
            origin=Place(**given["origin"]),
            destination=Place(**given["destination"]),
            when=given["when"],
            anchor=Anchor(given["anchor"]),
            party=Party(**given.get("party", {})),
            needs=frozenset(given["needs"]),
            concession=Concession(given["concession"]),
            channel=channel,
            max_walk_m=given.get("max_walk_m"),
            replaces=given.get("replaces"),
        )


class BookerSerializer(StrictSerializer):
    """Who books for somebody else: at least one of phone and e-mail."""

    name = TextField(max_length=120)
    phone = TextField(required=False, default="", allow_blank=True, max_length=40)
    email = TextField(required=False, default="", allow_blank=True, max_length=254)
    rider_agrees = serializers.BooleanField(help_text="The rider knows of the booking and agrees. Must be true.")
    gets_messages = serializers.BooleanField(
        default=True, help_text="Messages go to the booker; if false, to the rider's phone or e-mail."
    )


class PassengerSerializer(StrictSerializer):
    """Who rides: at least one of phone and e-mail, unless somebody else books, who can be reached."""

    name = TextField(max_length=120)
    phone = TextField(required=False, default="", allow_blank=True, max_length=40)
    email = TextField(required=False, default="", allow_blank=True, max_length=254)
    booked_by = BookerSerializer(required=False, allow_null=True, default=None)

    def passenger(self, given: dict[str, Any]) -> Passenger:
        """The checked values as the desk takes them."""
        booker = given.get("booked_by")
        return Passenger(**{**given, "booked_by": Booker(**booker) if booker else None})


class KnowingField(serializers.ListField):
    """Codes of rides that the rider wants beside the new one."""

    def __init__(self) -> None:
        super().__init__(
            child=serializers.CharField(max_length=12),
            required=False,
            max_length=MOST_TOGETHER,
            help_text="Codes of her rides at the same time that are to stay beside this one, see `rides-beside`.",
        )


class BookSerializer(StrictSerializer):
    """Accepts an offer."""

    offer_id = serializers.UUIDField()
    passenger = PassengerSerializer()
    knowing = KnowingField()

    def passenger_given(self) -> Passenger:
        return PassengerSerializer().passenger(self.validated_data["passenger"])


class TripSerializer(StrictSerializer):
    """Accepts several offers as one: all are booked or none."""

    offer_ids = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=MOST_TOGETHER)
    kind = serializers.ChoiceField(
        [kind.value for kind in TripKind],
        default=TripKind.RETURN.value,
        help_text="`return`: the ride there, then the ride back. `series`: the same ride on several days.",
    )
    passenger = PassengerSerializer()
    knowing = KnowingField()

    def passenger_given(self) -> Passenger:
        return PassengerSerializer().passenger(self.validated_data["passenger"])


class ChangeSerializer(StrictSerializer):
    """Accepts an offer in place of a booking."""

    offer_id = serializers.UUIDField()


class NothingSerializer(StrictSerializer):
    """An empty body."""


class StopSerializer(serializers.Serializer):
    id = serializers.CharField()
    name = serializers.CharField()
    village = serializers.CharField()
    lat = serializers.FloatField()
    lon = serializers.FloatField()


class FareLineSerializer(serializers.Serializer):
    text = serializers.CharField()
    amount_cents = serializers.IntegerField()


class FareSerializer(serializers.Serializer):
    total_cents = serializers.IntegerField()
    lines = FareLineSerializer(many=True)


class OfferSerializer(serializers.Serializer):
    """What we would promise until `expires_at`."""

    id = serializers.UUIDField()
    pickup_stop = StopSerializer()
    pickup_walk_m = serializers.IntegerField()
    pickup_from = serializers.DateTimeField()
    pickup_until = serializers.DateTimeField()
    delivery_stop = StopSerializer()
    delivery_walk_m = serializers.IntegerField()
    arrive_by = serializers.DateTimeField()
    max_ride_minutes = serializers.IntegerField()
    fare = FareSerializer()
    vehicle_kind = serializers.CharField()
    expires_at = serializers.DateTimeField()


class WayOutSerializer(serializers.Serializer):
    """What is possible instead; `value` is a phone number (E.164), a stop's id, an ISO time or an address, by `kind`."""

    kind = serializers.CharField()
    text = serializers.CharField()
    value = serializers.CharField(allow_blank=True)
    end = serializers.CharField(
        allow_blank=True,
        help_text="Of `other_stop`: the end of the ride that it takes the place of, origin or destination.",
    )


class RefusalSerializer(serializers.Serializer):
    """A lawful "no"."""

    code = serializers.CharField()
    reason = serializers.CharField()
    way_out = WayOutSerializer(many=True)


class QuoteSerializer(serializers.Serializer):
    """The answer to a wish: offers, or why there are none."""

    request_id = serializers.UUIDField()
    offers = OfferSerializer(many=True)
    refusal = RefusalSerializer(allow_null=True)


class PartyViewSerializer(serializers.Serializer):
    adults = serializers.IntegerField()
    children = serializers.IntegerField()
    wheelchairs = serializers.IntegerField()
    walking_frames = serializers.IntegerField()
    prams = serializers.IntegerField()
    guide_dogs = serializers.IntegerField()
    bicycles = serializers.IntegerField()
    luggage = serializers.IntegerField()
    parcels = serializers.IntegerField()


class BookerViewSerializer(serializers.Serializer):
    name = serializers.CharField()
    phone = serializers.CharField(allow_blank=True)
    email = serializers.CharField(allow_blank=True)
    rider_agrees = serializers.BooleanField()
    gets_messages = serializers.BooleanField()


class PassengerViewSerializer(serializers.Serializer):
    name = serializers.CharField()
    phone = serializers.CharField(allow_blank=True)
    email = serializers.CharField(allow_blank=True)
    booked_by = BookerViewSerializer(allow_null=True)


class TripLegSerializer(serializers.Serializer):
    """One booking of a trip, as the others show it."""

    code = serializers.CharField()
    state = serializers.ChoiceField(BOOKING_STATES)
    pickup_stop = StopSerializer()
    pickup_from = serializers.DateTimeField()
    pickup_until = serializers.DateTimeField()
    delivery_stop = StopSerializer()
    arrive_by = serializers.DateTimeField()


class TripViewSerializer(serializers.Serializer):
    """Bookings that belong together; of a return trip, first there, then back."""

    kind = serializers.ChoiceField([kind.value for kind in TripKind])
    legs = TripLegSerializer(many=True)


class BookingSerializer(serializers.Serializer):
    """A booking as its rider may see it. `trip` holds all bookings that belong together, this one among them."""

    code = serializers.CharField()
    state = serializers.ChoiceField(BOOKING_STATES)
    offer = OfferSerializer()
    party = PartyViewSerializer()
    needs = serializers.SerializerMethodField()
    passenger = PassengerViewSerializer()
    booked_at = serializers.DateTimeField()
    planned_pickup_at = serializers.DateTimeField(allow_null=True)
    vehicle_name = serializers.CharField(allow_blank=True)
    trip = TripViewSerializer(allow_null=True)

    def get_needs(self, booking: Any) -> list[str]:
        return sorted(booking.needs)


class BesideSerializer(StrictSerializer):
    """Asks for the rider's other rides at the time of these offers, before one of them is booked.

    `codes` are the bookings that the program knows of: it hears of no other. A dispatcher need not name any.
    """

    offer_ids = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=MOST_TOGETHER)
    passenger = PassengerSerializer()
    codes = serializers.ListField(child=serializers.CharField(max_length=12), required=False, max_length=MOST_TOGETHER)

    def passenger_given(self) -> Passenger:
        return PassengerSerializer().passenger(self.validated_data["passenger"])


class RideBesideSerializer(serializers.Serializer):
    offer_id = serializers.UUIDField()
    ride = TripLegSerializer()


class RidesBesideSerializer(serializers.Serializer):
    """The rides that clash: the same ride once more, or one at the same time. Nothing is refused for them."""

    rides = RideBesideSerializer(many=True)


class BookedTripSerializer(serializers.Serializer):
    """The bookings of a trip, in the order of their offers."""

    bookings = BookingSerializer(many=True)
