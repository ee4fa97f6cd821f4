"""REST for rides under way: riders ask where the bus is, and say that they are late."""

from __future__ import annotations

from dataclasses import asdict

from django.urls import path
from drf_spectacular.utils import OpenApiExample, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accessibility.desk import Refusal
from accessibility.following import Phase
from backend.bookings.serializers import StopSerializer
from backend.config.access import access_of
from backend.config.keys import key_of
from backend.config.openapi import BODY_PROBLEMS, CONTACT, key_parameter, problems
from backend.config.problems import Refused
from backend.config.strictness import CountField, StrictSerializer
from backend.operations.followdesk import get_follower

STOP = {"id": "8010314", "name": "Bahnhof", "village": "Salzwedel", "lat": 52.8514, "lon": 11.1453}
FORECAST_EXAMPLE = {
    "phase": "coming", "line": "Ihr Bus ist unterwegs. Noch etwa 6 Minuten.", "now": "2026-11-24T08:00:00+01:00",
    "pickup_stop": STOP, "delivery_stop": STOP | {"id": "8012100", "village": "Klötze"},
    "pickup_from": "2026-11-24T08:05:00+01:00", "pickup_until": "2026-11-24T08:15:00+01:00",
    "arrive_by": "2026-11-24T08:55:00+01:00", "waits_until": "2026-11-24T08:08:00+01:00",
    "bus": {"name": "Rufbus 1", "kind": "Niederflur-Kleinbus mit Rampe", "colour": "weiß", "plate": "", "sign": ""},
    "earliest": "2026-11-24T08:05:00+01:00", "likely": "2026-11-24T08:06:00+01:00", "latest": "2026-11-24T08:08:00+01:00",
    "seen": {"lat": 52.85, "lon": 11.15, "at": "2026-11-24T07:59:50+01:00", "near": STOP, "near_m": 340},
    "needs_call": False,
}  # fmt: skip
LATE_EXAMPLE = {
    "verdict": "enough", "text": "Wir haben es dem Fahrpersonal gesagt. Das reicht.", "minutes": 5,
    "there_at": "2026-11-24T08:10:00+01:00", "waits_until": "2026-11-24T08:12:00+01:00", "way_out": [],
}  # fmt: skip


class BusLookSerializer(serializers.Serializer):
    name = serializers.CharField()
    kind = serializers.CharField()
    colour = serializers.CharField(allow_blank=True)
    plate = serializers.CharField(allow_blank=True)
    sign = serializers.CharField(allow_blank=True)


class SeenAtSerializer(serializers.Serializer):
    """The newest position that can be believed, and the stop nearest to it."""

    lat = serializers.FloatField()
    lon = serializers.FloatField()
    at = serializers.DateTimeField()
    near = StopSerializer()
    near_m = serializers.IntegerField()


class ForecastSerializer(serializers.Serializer):
    """`earliest` to `latest`: when the bus reaches the stop that matters next; null where only the promise holds."""

    phase = serializers.ChoiceField([phase.value for phase in Phase])
    line = serializers.CharField()
    now = serializers.DateTimeField()
    pickup_stop = StopSerializer()
    delivery_stop = StopSerializer()
    pickup_from = serializers.DateTimeField()
    pickup_until = serializers.DateTimeField()
    arrive_by = serializers.DateTimeField()
    waits_until = serializers.DateTimeField()
    bus = BusLookSerializer(allow_null=True)
    earliest = serializers.DateTimeField(allow_null=True)
    likely = serializers.DateTimeField(allow_null=True)
    latest = serializers.DateTimeField(allow_null=True)
    seen = SeenAtSerializer(allow_null=True)
    needs_call = serializers.BooleanField()


class LateSerializer(StrictSerializer):
    minutes = CountField(min_value=5, max_value=15, help_text="5, 10 or 15.")


class LateWayOutSerializer(serializers.Serializer):
    kind = serializers.CharField()
    text = serializers.CharField()
    value = serializers.CharField(allow_blank=True)


class LateAnswerSerializer(serializers.Serializer):
    verdict = serializers.ChoiceField(["enough", "likely", "tight", "missed"])
    text = serializers.CharField()
    minutes = serializers.IntegerField()
    there_at = serializers.DateTimeField()
    waits_until = serializers.DateTimeField()
    way_out = LateWayOutSerializer(many=True)


class Forecast(APIView):
    throttle_scope = "booking"

    @extend_schema(
        operation_id="where_is_the_bus",
        tags=["bookings"],
        summary="Where the bus of a booking is and when it comes, as honestly as can be",
        parameters=[CONTACT],
        responses={200: ForecastSerializer, **problems("not_authenticated", "not_found")},
        examples=[OpenApiExample("coming", value=FORECAST_EXAMPLE, response_only=True)],
    )
    def get(self, request: Request, code: str) -> Response:
        answer = get_follower().where(code, access_of(request))
        if isinstance(answer, Refusal):
            raise Refused(answer)
        return Response(ForecastSerializer(answer).data)


class Late(APIView):
    throttle_scope = "booking"

    @extend_schema(
        operation_id="say_that_one_is_late",
        tags=["bookings"],
        summary="Say that the rider is late; the answer says by rule what that means",
        parameters=[key_parameter(required=True), CONTACT],
        request=LateSerializer,
        responses={201: LateAnswerSerializer, **problems(*BODY_PROBLEMS, "not_found", "refused", "key_conflict")},
        examples=[
            OpenApiExample("five minutes", value={"minutes": 5}, request_only=True),
            OpenApiExample("enough", value=LATE_EXAMPLE, response_only=True),
        ],
    )
    def post(self, request: Request, code: str) -> Response:
        body = LateSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        key = key_of(request, required=True)
        answer = get_follower().late(code, body.validated_data["minutes"], access_of(request), key=key)
        if isinstance(answer, Refusal):
            raise Refused(answer)
        return Response(LateAnswerSerializer(asdict(answer)).data, status=201)


urlpatterns = [
    path("bookings/<str:code>/forecast", Forecast.as_view()),
    path("bookings/<str:code>/late", Late.as_view()),
]
