"""REST: a ride on many days, asked as one list and booked as one."""

from __future__ import annotations

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backend.bookings import series_examples as examples
from backend.bookings.api import checked_body, or_refuse
from backend.bookings.desk import get_desk
from backend.bookings.series_serializers import (
    BookSeriesSerializer,
    CancelSeriesSerializer,
    SeriesQuoteSerializer,
    SeriesRequestSerializer,
    SeriesSerializer,
    SkipSerializer,
)
from backend.config.access import access_of, channel_of
from backend.config.keys import key_of
from backend.config.openapi import BODY_PROBLEMS, CONTACT, key_parameter, problems

CHANGE = problems(*BODY_PROBLEMS, "not_found", "refused", "key_conflict")


class SeriesRequests(APIView):
    throttle_scope = "series"

    @extend_schema(
        operation_id="ask_for_a_series",
        tags=["series"],
        summary="Ask for the same ride on many days",
        description="Answers with every day of the rule: an offer as wished, offers near it, a refusal, or why it is left out.",
        request=SeriesRequestSerializer,
        parameters=[key_parameter(required=False)],
        responses={201: SeriesQuoteSerializer, **problems(*BODY_PROBLEMS, "key_conflict")},
        examples=[examples.ASK, examples.QUOTED],
    )
    def post(self, request: Request) -> Response:
        body = checked_body(SeriesRequestSerializer, request)
        wish = body.wish(channel_of(request, body.validated_data.get("channel")))
        quote = get_desk().quote_series(wish, body.rule_given(), key=key_of(request, required=False))
        return Response(SeriesQuoteSerializer(quote).data, status=201)


class SeriesRequest(APIView):
    throttle_scope = "booking"

    @extend_schema(
        operation_id="see_a_series_request",
        tags=["series"],
        summary="See every day of a series again, with the newest answer of each",
        responses={200: SeriesQuoteSerializer, **problems("not_authenticated", "not_found", "invalid_input")},
        examples=[examples.QUOTED],
    )
    def get(self, request: Request, series_id: str) -> Response:
        return Response(SeriesQuoteSerializer(get_desk().quoted_series(series_id)).data)


class AllSeries(APIView):
    throttle_scope = "book"

    @extend_schema(
        operation_id="book_a_series",
        tags=["series"],
        summary="Book the days of a series, all or none",
        description="If a place went meanwhile (`dates_taken`), nothing is booked; those days are asked anew, see the request.",
        request=BookSeriesSerializer,
        parameters=[key_parameter(required=True)],
        responses={201: SeriesSerializer, **problems(*BODY_PROBLEMS, "refused", "key_conflict")},
        examples=[examples.BOOK, examples.BOOKED],
    )
    def post(self, request: Request) -> Response:
        body = checked_body(BookSeriesSerializer, request)
        given = body.validated_data
        chosen = [str(offer_id) for offer_id in given["offer_ids"]] if "offer_ids" in given else None
        key = key_of(request, required=True)
        booked = get_desk().book_series(
            str(given["series_id"]), body.passenger_given(), key=key, offer_ids=chosen, knowing=given.get("knowing", ())
        )
        return Response(SeriesSerializer(or_refuse(booked)).data, status=201)


class OneSeries(APIView):
    throttle_scope = "booking"

    @extend_schema(
        operation_id="see_a_series",
        tags=["series"],
        summary="See the series that a booking belongs to",
        parameters=[CONTACT],
        responses={200: SeriesSerializer, **problems("not_authenticated", "not_found")},
        examples=[examples.BOOKED],
    )
    def get(self, request: Request, code: str) -> Response:
        return Response(SeriesSerializer(or_refuse(get_desk().series_status(code, access_of(request)))).data)


class SkippedDay(APIView):
    throttle_scope = "booking"

    @extend_schema(
        operation_id="skip_a_day",
        tags=["series"],
        summary="Leave one day of a series out",
        request=SkipSerializer,
        parameters=[key_parameter(required=True), CONTACT],
        responses={200: SeriesSerializer, **CHANGE},
        examples=[examples.SKIP, examples.BOOKED],
    )
    def post(self, request: Request, code: str) -> Response:
        day = checked_body(SkipSerializer, request).validated_data["day"]
        answer = get_desk().skip_date(code, day, access_of(request), key=key_of(request, required=True))
        return Response(SeriesSerializer(or_refuse(answer)).data)


class SeriesCancellation(APIView):
    throttle_scope = "booking"

    @extend_schema(
        operation_id="cancel_a_series",
        tags=["series"],
        summary="Cancel what lies ahead of a series, all or from a day on",
        request=CancelSeriesSerializer,
        parameters=[key_parameter(required=True), CONTACT],
        responses={200: SeriesSerializer, **CHANGE},
        examples=[examples.CANCEL, examples.BOOKED],
    )
    def post(self, request: Request, code: str) -> Response:
        first = checked_body(CancelSeriesSerializer, request).validated_data.get("from_day")
        key = key_of(request, required=True)
        answer = get_desk().cancel_series(code, access_of(request), key=key, from_day=first)
        return Response(SeriesSerializer(or_refuse(answer)).data)


urlpatterns = [
    path("series-requests", SeriesRequests.as_view()),
    path("series-requests/<str:series_id>", SeriesRequest.as_view()),
    path("series", AllSeries.as_view()),
    path("series/<str:code>", OneSeries.as_view()),
    path("series/<str:code>/skip", SkippedDay.as_view()),
    path("series/<str:code>/cancel", SeriesCancellation.as_view()),
]
