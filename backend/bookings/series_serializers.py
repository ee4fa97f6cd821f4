"""What the REST interface reads and writes about series and open returns."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from rest_framework import serializers

from accessibility.desk import Channel, Passenger, ReturnState, RideWish, SeriesRule
from backend.bookings.recurrence import MOST_LEFT_OUT, MOST_WEEKS
from backend.bookings.serializers import (
    KnowingField,
    OfferSerializer,
    PassengerSerializer,
    PassengerViewSerializer,
    RefusalSerializer,
    RideRequestSerializer,
    StopSerializer,
    TripLegSerializer,
)
from backend.config.strictness import CountField, MomentField, StrictSerializer

WEEKDAYS = ("mo", "tu", "we", "th", "fr", "sa", "su")
MOST_AT_ONCE = 200


class SeriesRuleSerializer(StrictSerializer):
    """On which days: weekdays, every so many weeks, from a first to a last day, less the days left out."""

    weekdays = serializers.ListField(child=serializers.ChoiceField(WEEKDAYS), min_length=1, max_length=7)
    first = serializers.DateField()
    until = serializers.DateField()
    every_weeks = CountField(default=1, min_value=1, max_value=MOST_WEEKS)
    left_out = serializers.ListField(child=serializers.DateField(), default=list, max_length=MOST_LEFT_OUT)
    on_public_holidays = serializers.BooleanField(default=True)
    in_school_holidays = serializers.BooleanField(default=True)


class SeriesRequestSerializer(RideRequestSerializer):
    """A ride on many days. Of `when`, the time of day counts; the rule says the days."""

    rule = SeriesRuleSerializer()
    replaces = None  # type: ignore[assignment]  # a series replaces nothing

    def wish(self, channel: Channel) -> RideWish:
        return replace(super().wish(channel), replaces=None)

    def rule_given(self) -> SeriesRule:
        given = self.validated_data["rule"]
        return SeriesRule(
            **{
                **given,
                "weekdays": frozenset(WEEKDAYS.index(name) for name in given["weekdays"]),
                "left_out": frozenset(given["left_out"]),
            }
        )


class RuleViewSerializer(serializers.Serializer):
    weekdays = serializers.SerializerMethodField()
    first = serializers.DateField()
    until = serializers.DateField()
    every_weeks = serializers.IntegerField()
    left_out = serializers.SerializerMethodField()
    on_public_holidays = serializers.BooleanField()
    in_school_holidays = serializers.BooleanField()

    def get_weekdays(self, rule: Any) -> list[str]:
        return [WEEKDAYS[weekday] for weekday in sorted(rule.weekdays)]

    def get_left_out(self, rule: Any) -> list[str]:
        return sorted(day.isoformat() for day in rule.left_out)


class SeriesDateSerializer(serializers.Serializer):
    """One day: the offer as wished; or what is near it, or a refusal; or `left_out`, why the rule leaves it out."""

    day = serializers.DateField()
    left_out = serializers.CharField(allow_blank=True)
    offers = OfferSerializer(many=True)
    as_wished = serializers.BooleanField()
    refusal = RefusalSerializer(allow_null=True)


class SeriesQuoteSerializer(serializers.Serializer):
    """Every day of a rule with its answer; or a refusal of the whole."""

    series_id = serializers.UUIDField()
    rule = RuleViewSerializer()
    dates = SeriesDateSerializer(many=True)
    refusal = RefusalSerializer(allow_null=True)
    holidays_known_until = serializers.DateField(allow_null=True)


class BookSeriesSerializer(StrictSerializer):
    """Books the named offers, one a day; every offer as wished where none is named."""

    series_id = serializers.UUIDField()
    offer_ids = serializers.ListField(
        child=serializers.UUIDField(), required=False, min_length=1, max_length=MOST_AT_ONCE
    )
    passenger = PassengerSerializer()
    knowing = KnowingField()

    def passenger_given(self) -> Passenger:
        return PassengerSerializer().passenger(self.validated_data["passenger"])


class SeriesSerializer(serializers.Serializer):
    """A booked series; each booking is also one of its own."""

    rule = RuleViewSerializer()
    bookings = TripLegSerializer(many=True)
    left_out = SeriesDateSerializer(many=True)
    passenger = PassengerViewSerializer()
    booked_at = serializers.DateTimeField()
    fare_cents = serializers.IntegerField()


class SkipSerializer(StrictSerializer):
    day = serializers.DateField()


class CancelSeriesSerializer(StrictSerializer):
    """From which day on; all that lies ahead where it is left out."""

    from_day = serializers.DateField(required=False)


class CallReturnSerializer(StrictSerializer):
    """When the rider is ready; now where it is left out."""

    ready_at = MomentField(required=False)


class OpenReturnSerializer(serializers.Serializer):
    """The right to be fetched, of the booking `code`. Called without a `ride`: nothing was free, the dispatcher knows."""

    code = serializers.CharField()
    state = serializers.ChoiceField([state.value for state in ReturnState])
    pickup_stop = StopSerializer()
    delivery_stop = StopSerializer()
    valid_until = serializers.DateTimeField()
    called_at = serializers.DateTimeField(allow_null=True)
    ride = TripLegSerializer(allow_null=True)
