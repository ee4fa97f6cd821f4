"""What the REST interface tells staff of a service day. Needs stand in a manifest only, for who drives."""

from __future__ import annotations

from rest_framework import serializers

from backend.bookings.serializers import PartyViewSerializer, StopSerializer


class VehicleSerializer(serializers.Serializer):
    """`configurations`: each a lawful arrangement as [seats, wheelchair places, storage units]."""

    code = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.CharField(source="kind_name")
    features = serializers.ListField(child=serializers.CharField())
    configurations = serializers.ListField(child=serializers.ListField(child=serializers.IntegerField()))
    depot_stop_id = serializers.CharField(source="depot.code")


class PlannedRiderSerializer(serializers.Serializer):
    code = serializers.CharField()
    state = serializers.CharField()
    name = serializers.CharField()
    phone = serializers.CharField(allow_blank=True)
    party = PartyViewSerializer()
    pickup_stop = StopSerializer()
    delivery_stop = StopSerializer()
    pickup_from = serializers.DateTimeField()
    pickup_until = serializers.DateTimeField()
    arrive_by = serializers.DateTimeField()
    fare_cents = serializers.IntegerField()
    late_minutes = serializers.IntegerField(allow_null=True, help_text="What the rider has said last.")
    there_at = serializers.DateTimeField(allow_null=True, help_text="When the rider says to be at the stop.")


class ManifestRiderSerializer(PlannedRiderSerializer):
    needs = serializers.ListField(child=serializers.CharField())


class VisitSerializer(serializers.Serializer):
    """First `leaves`, then `boards`."""

    kind = serializers.ChoiceField(["start", "stop", "break", "end"])
    stop = StopSerializer()
    at = serializers.DateTimeField()
    until = serializers.DateTimeField()
    leaves = PlannedRiderSerializer(many=True)
    boards = PlannedRiderSerializer(many=True)
    persons_after = serializers.IntegerField()
    wheelchairs_after = serializers.IntegerField()
    is_done = serializers.BooleanField()


class ManifestVisitSerializer(VisitSerializer):
    leaves = ManifestRiderSerializer(many=True)
    boards = ManifestRiderSerializer(many=True)


class RouteSerializer(serializers.Serializer):
    shift_code = serializers.CharField()
    vehicle_code = serializers.CharField()
    vehicle_name = serializers.CharField()
    vehicle_kind = serializers.CharField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    persons = serializers.IntegerField()
    bookings = serializers.IntegerField()
    most_aboard = serializers.IntegerField()
    driven_m = serializers.IntegerField()
    empty_m = serializers.IntegerField()
    visits = VisitSerializer(many=True)


class ManifestRouteSerializer(RouteSerializer):
    visits = ManifestVisitSerializer(many=True)


class PlanSerializer(serializers.Serializer):
    """A service day's plan. `version` 0: nobody has booked yet."""

    district = serializers.CharField(source="district_id")
    date = serializers.DateField(source="day")
    version = serializers.IntegerField()
    planned_at = serializers.DateTimeField(allow_null=True)
    reason = serializers.CharField(allow_blank=True)
    requests = serializers.IntegerField()
    refused = serializers.IntegerField()
    bookings = serializers.IntegerField()
    persons = serializers.IntegerField()
    driven_m = serializers.IntegerField()
    empty_m = serializers.IntegerField()
    routes = RouteSerializer(many=True)


class ManifestSerializer(serializers.Serializer):
    """What a vehicle's driver sees of a day."""

    date = serializers.DateField()
    version = serializers.IntegerField()
    vehicle_code = serializers.CharField()
    shifts = ManifestRouteSerializer(many=True)
