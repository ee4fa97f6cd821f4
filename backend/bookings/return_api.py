"""REST: keep the way back open, call it in, give it up."""

from __future__ import annotations

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backend.bookings import examples as booking_examples
from backend.bookings import series_examples as examples
from backend.bookings.api import BOOKING_EXAMPLE, checked_body, or_refuse
from backend.bookings.desk import get_desk
from backend.bookings.serializers import BookingSerializer, NothingSerializer
from backend.bookings.series_serializers import CallReturnSerializer, OpenReturnSerializer
from backend.config.access import access_of
from backend.config.keys import key_of
from backend.config.openapi import BODY_PROBLEMS, CONTACT, key_parameter, problems

CHANGE = problems(*BODY_PROBLEMS, "not_found", "refused", "key_conflict")
NOTHING = booking_examples.asked("nothing", {})


class OpenReturn(APIView):
    throttle_scope = "booking"

    @extend_schema(
        operation_id="see_an_open_return",
        tags=["open returns"],
        summary="See the open way back of a booking",
        parameters=[CONTACT],
        responses={200: OpenReturnSerializer, **problems("not_authenticated", "not_found", "refused")},
        examples=[examples.OPEN_RETURN],
    )
    def get(self, request: Request, code: str) -> Response:
        return Response(OpenReturnSerializer(or_refuse(get_desk().return_status(code, access_of(request)))).data)

    @extend_schema(
        operation_id="keep_the_way_back_open",
        tags=["open returns"],
        summary="Keep the way back open",
        description="A right to be fetched until the end of that day's hours. It holds no seat; a call books the first ride.",
        request=NothingSerializer,
        parameters=[key_parameter(required=True), CONTACT],
        responses={201: OpenReturnSerializer, **CHANGE},
        examples=[NOTHING, examples.OPEN_RETURN],
    )
    def post(self, request: Request, code: str) -> Response:
        checked_body(NothingSerializer, request)
        answer = get_desk().ask_return(code, access_of(request), key=key_of(request, required=True))
        return Response(OpenReturnSerializer(or_refuse(answer)).data, status=201)


class ReturnCall(APIView):
    throttle_scope = "book"

    @extend_schema(
        operation_id="call_a_return",
        tags=["open returns"],
        summary='"I am done": book the first ride home',
        description="From now or from `ready_at` on, without lead time and order deadline. A second call gives the same ride.",
        request=CallReturnSerializer,
        parameters=[key_parameter(required=True), CONTACT],
        responses={201: BookingSerializer, **CHANGE},
        examples=[examples.CALL, BOOKING_EXAMPLE],
    )
    def post(self, request: Request, code: str) -> Response:
        ready_at = checked_body(CallReturnSerializer, request).validated_data.get("ready_at")
        answer = get_desk().call_return(code, access_of(request), ready_at, key=key_of(request, required=True))
        return Response(BookingSerializer(or_refuse(answer)).data, status=201)


class DroppedReturn(APIView):
    throttle_scope = "booking"

    @extend_schema(
        operation_id="drop_a_return",
        tags=["open returns"],
        summary="Give the open way back up",
        request=NothingSerializer,
        parameters=[key_parameter(required=True), CONTACT],
        responses={200: OpenReturnSerializer, **CHANGE},
        examples=[NOTHING, examples.OPEN_RETURN],
    )
    def post(self, request: Request, code: str) -> Response:
        checked_body(NothingSerializer, request)
        answer = get_desk().drop_return(code, access_of(request), key=key_of(request, required=True))
        return Response(OpenReturnSerializer(or_refuse(answer)).data)


urlpatterns = [
    path("bookings/<str:code>/return", OpenReturn.as_view()),
    path("bookings/<str:code>/return/call", ReturnCall.as_view()),
    path("bookings/<str:code>/return/drop", DroppedReturn.as_view()),
]
