"""REST: stops, places, and what anybody should know about the service."""

from __future__ import annotations

from typing import Any

from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accessibility.desk import InvalidInput
from backend.config.openapi import problems
from backend.districts.asked import district_asked
from backend.districts.models import District
from backend.districts.selectors import finder_of, rules_of
from fixtures.rules import Rules, Zone

LONGEST_QUERY = 120
MOST_PLACES = 20
DISTRICT = OpenApiParameter("district", str, description="The site's own district where it is left out.")
STOP_EXAMPLE = {
    "id": "8010314", "name": "Bahnhof", "village": "Salzwedel", "municipality": "Salzwedel", "lat": 52.8514, "lon": 11.1453,
}  # fmt: skip
PLACE_EXAMPLE = {
    "id": "8010314", "kind": "stop", "name": "Bahnhof", "village": "Salzwedel", "lat": 52.8514, "lon": 11.1453, "score": 0.98,
}  # fmt: skip


class StopRowSerializer(serializers.Serializer):
    id = serializers.CharField()
    name = serializers.CharField()
    village = serializers.CharField()
    municipality = serializers.CharField()
    lat = serializers.FloatField()
    lon = serializers.FloatField()


class PlaceHitSerializer(serializers.Serializer):
    """`kind` is "stop" (use its `id` as `stop_id`), else a kind of place (`place_id`). `score` from 0 to 1."""

    id = serializers.CharField()
    kind = serializers.CharField()
    name = serializers.CharField()
    village = serializers.CharField()
    lat = serializers.FloatField()
    lon = serializers.FloatField()
    score = serializers.FloatField()


class HoursSerializer(serializers.Serializer):
    """Days of the week, 0 is Monday; clock times may pass 24:00."""

    days = serializers.ListField(child=serializers.IntegerField())
    begin = serializers.CharField()
    end = serializers.CharField()


class DeadlineSerializer(serializers.Serializer):
    """Rides between `trips_from` and `trips_to` must be ordered by `order_by`."""

    trips_from = serializers.CharField()
    trips_to = serializers.CharField()
    order_by = serializers.CharField()


class ZoneSerializer(serializers.Serializer):
    id = serializers.CharField()
    name = serializers.CharField()
    lead_time_minutes = serializers.IntegerField()
    hours = HoursSerializer(many=True)
    deadlines = DeadlineSerializer(many=True)


class AttributionSerializer(serializers.Serializer):
    what = serializers.CharField()
    text = serializers.CharField()
    licence = serializers.CharField()
    url = serializers.CharField()


class ServiceInformationSerializer(serializers.Serializer):
    """Zones in the order in which they decide: the first that contains both ends of a ride."""

    district = serializers.CharField()
    name = serializers.CharField()
    operator = serializers.CharField()
    phone = serializers.CharField()
    phone_hours = serializers.CharField()
    timezone = serializers.CharField()
    booking_horizon_days = serializers.IntegerField()
    largest_party = serializers.IntegerField()
    zones = ZoneSerializer(many=True)
    attribution = AttributionSerializer(many=True)


class Stops(APIView):
    throttle_scope = "search"

    @extend_schema(
        operation_id="list_stops",
        tags=["district"],
        summary="All stops that are served",
        parameters=[DISTRICT],
        responses={200: StopRowSerializer(many=True), **problems("not_authenticated", "invalid_input")},
        examples=[OpenApiExample("stops", value=STOP_EXAMPLE, response_only=True)],
    )
    def get(self, request: Request) -> Response:
        stops = _district(request).stops.filter(served=True).order_by("village", "name", "code")
        fields = ("code", "name", "village", "municipality", "lat", "lon")
        names = ("id", *fields[1:])  # a stop's code is its id to everybody outside
        return Response([dict(zip(names, row, strict=True)) for row in stops.values_list(*fields)])


class Places(APIView):
    throttle_scope = "search"

    @extend_schema(
        operation_id="find_places",
        tags=["district"],
        summary="Stops and places that fit a text, the likeliest first",
        parameters=[
            OpenApiParameter("q", str, required=True, description="What somebody typed, at most 120 characters."),
            OpenApiParameter("limit", int, description="1 to 20; 8 where it is left out."),
            DISTRICT,
        ],
        responses={200: PlaceHitSerializer(many=True), **problems("not_authenticated", "invalid_input")},
        examples=[OpenApiExample("places", value=PLACE_EXAMPLE, response_only=True)],
    )
    def get(self, request: Request) -> Response:
        text = request.query_params.get("q", "").strip()
        if not text or len(text) > LONGEST_QUERY or "\x00" in text:
            raise InvalidInput("q", _("Bitte geben Sie 1 bis 120 Zeichen an."))
        hits = finder_of(_district(request)).find(text, limit=_limit(request))
        return Response([_hit(hit) for hit in hits])


class ServiceInformation(APIView):
    throttle_scope = "search"

    @extend_schema(
        operation_id="service_information",
        tags=["district"],
        summary="Hours, lead times, phone, sources",
        parameters=[DISTRICT],
        responses={200: ServiceInformationSerializer, **problems("not_authenticated", "invalid_input")},
        examples=[
            OpenApiExample(
                "altmark",
                value={
                    "district": "altmark", "name": "Altmarkkreis Salzwedel", "operator": "PVGS mbH",
                    "phone": "+493901304030", "phone_hours": "täglich 6 bis 22 Uhr", "timezone": "Europe/Berlin",
                    "booking_horizon_days": 14, "largest_party": 8,
                    "zones": [{
                        "id": "kreis", "name": "Altmarkkreis Salzwedel", "lead_time_minutes": 60,
                        "hours": [{"days": [0, 1, 2, 3, 4], "begin": "5:00", "end": "23:00"}],
                        "deadlines": [{"trips_from": "21:00", "trips_to": "29:00", "order_by": "20:00"}],
                    }],
                    "attribution": [],
                },
                response_only=True,
            )
        ],
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        return Response(_information(rules_of(_district(request))))


def _district(request: Request) -> District:
    district = district_asked(request)
    if district is None:
        raise InvalidInput("district", _("Diesen Landkreis kennen wir nicht."))
    return district


def _limit(request: Request) -> int:
    text = request.query_params.get("limit", "8")
    if not (text.isascii() and text.isdigit() and len(text) <= 3 and 1 <= int(text) <= MOST_PLACES):
        raise InvalidInput("limit", _("Bitte geben Sie eine Zahl von 1 bis 20 an."))
    return int(text)


def _hit(hit: Any) -> dict[str, Any]:
    named = hit.named
    return {
        "id": named.id,
        "kind": named.kind,
        "name": named.name,
        "village": named.village,
        "lat": named.lat,
        "lon": named.lon,
        "score": round(hit.score, 3),
    }


def _information(rules: Rules) -> dict[str, Any]:
    return {
        "district": rules.id,
        "name": rules.name,
        "operator": rules.operator,
        "phone": rules.phone,
        "phone_hours": rules.phone_hours,
        "timezone": rules.timezone,
        "booking_horizon_days": rules.booking.horizon_days,
        "largest_party": rules.booking.max_party,
        "zones": [_zone(zone) for zone in rules.zones],
        "attribution": [
            {"what": source.what, "text": source.text, "licence": source.licence, "url": source.url}
            for source in rules.attributions
        ],
    }


def _zone(zone: Zone) -> dict[str, Any]:
    return {
        "id": zone.id,
        "name": zone.name,
        "lead_time_minutes": zone.lead_time_s // 60,
        "hours": [
            {"days": sorted(hours.days), "begin": _clock(hours.from_s), "end": _clock(hours.to_s)}
            for hours in zone.hours
        ],
        "deadlines": [
            {"trips_from": _clock(rule.from_s), "trips_to": _clock(rule.to_s), "order_by": _clock(rule.by_s)}
            for rule in zone.deadlines
        ],
    }


def _clock(second: int) -> str:
    return f"{second // 3600}:{second % 3600 // 60:02d}"


urlpatterns = [
    path("stops", Stops.as_view()),
    path("places", Places.as_view()),
    path("service-information", ServiceInformation.as_view()),
]
