"""REST: ask for a ride, book it, see, change and cancel it. Each view reads, calls the desk, and writes the answer."""

from __future__ import annotations

from typing import Any, TypeVar

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accessibility.desk import BookingView, Refusal, TripKind
from backend.bookings import examples
from backend.bookings.desk import get_desk
from backend.bookings.selectors import normalised_code
from backend.bookings.serializers import (
    BesideSerializer,
    BookedTripSerializer,
    BookingSerializer,
    BookSerializer,
    ChangeSerializer,
    NothingSerializer,
    QuoteSerializer,
    RideRequestSerializer,
    RidesBesideSerializer,
    TripSerializer,
)
from backend.config.access import access_of, channel_of
from backend.config.keys import key_of
from backend.config.openapi import BODY_PROBLEMS, CONTACT, key_parameter, problems
from backend.config.problems import Refused
from backend.config.strictness import StrictSerializer

Answer = TypeVar("Answer")
BOOKING_EXAMPLE = examples.answered("booking", examples.BOOKING)
TRIP_EXAMPLE = examples.answered("booked together", examples.BOOKED_TRIP)


class RideRequests(APIView):
    throttle_scope = "quote"

    @extend_schema(
        operation_id="ask_for_a_ride",
        tags=["ride requests"],
        summary="Ask for a ride",
        description="Answers with up to three offers, or with a refusal that says why and what is possible instead.",
        request=RideRequestSerializer,
        parameters=[key_parameter(required=False), CONTACT],
        responses={201: QuoteSerializer, **problems(*BODY_PROBLEMS, "not_found", "key_conflict")},
        examples=[
            examples.asked("to the hospital by eight", examples.WISH),
            examples.answered("offers", examples.QUOTE),
            examples.answered("refusal", examples.REFUSED),
        ],
    )
    def post(self, request: Request) -> Response:
        body = checked_body(RideRequestSerializer, request)
        wish = body.wish(channel_of(request, body.validated_data.get("channel")))
        desk = get_desk()
        if wish.replaces:  # whose booking it is decides who may ask to change it
            or_refuse(desk.status(wish.replaces, access_of(request)))
        quote = desk.quote(wish, key=key_of(request, required=False))
        return Response(QuoteSerializer(quote).data, status=201)


class RideRequest(APIView):
    throttle_scope = "booking"

    @extend_schema(
        operation_id="see_a_ride_request",
        tags=["ride requests"],
        summary="See the answer to a ride request again",
        responses={200: QuoteSerializer, **problems("not_authenticated", "not_found", "invalid_input")},
        examples=[examples.answered("offers", examples.QUOTE)],
    )
    def get(self, request: Request, request_id: str) -> Response:
        return Response(QuoteSerializer(get_desk().quoted(request_id)).data)


class RidesBeside(APIView):
    throttle_scope = "booking"

    @extend_schema(
        operation_id="ask_for_rides_beside",
        tags=["bookings"],
        summary="Has the rider a ride at that time already?",
        description="Ask before you book: somebody who has ordered by telephone may order the same ride again. Show what "
        "comes back and let her choose: keep the old ride, change it to the offer, or book both (`knowing`).",
        request=BesideSerializer,
        parameters=[CONTACT],
        responses={200: RidesBesideSerializer, **problems(*BODY_PROBLEMS)},
        examples=[
            examples.asked("one booking known", examples.BESIDE),
            examples.answered("the same ride", {"rides": [{"offer_id": examples.OFFER["id"], "ride": examples.LEG}]}),
        ],
    )
    def post(self, request: Request) -> Response:
        body = checked_body(BesideSerializer, request)
        given, access = body.validated_data, access_of(request)
        offer_ids = [str(offer_id) for offer_id in given["offer_ids"]]
        found = get_desk().rides_beside(offer_ids, body.passenger_given())
        named = {normalised_code(code) for code in given.get("codes", ())}
        rides = [
            one
            for one in found
            if (access.staff or one.ride.code in named)
            and not isinstance(get_desk().status(one.ride.code, access), Refusal)
        ]
        return Response(RidesBesideSerializer({"rides": rides}).data)


class Bookings(APIView):
    throttle_scope = "book"

    @extend_schema(
        operation_id="book",
        tags=["bookings"],
        summary="Accept an offer",
        request=BookSerializer,
        parameters=[key_parameter(required=True)],
        responses={201: BookingSerializer, **problems(*BODY_PROBLEMS, "refused", "key_conflict")},
        examples=[
            examples.asked("book", examples.BOOK),
            examples.asked("book for somebody else", examples.BOOK_FOR),
            BOOKING_EXAMPLE,
        ],
    )
    def post(self, request: Request) -> Response:
        body = checked_body(BookSerializer, request)
        key = key_of(request, required=True)
        given = body.validated_data
        booked = get_desk().book(
            str(given["offer_id"]), body.passenger_given(), key=key, knowing=given.get("knowing", ())
        )
        return Response(BookingSerializer(or_refuse(booked)).data, status=201)


class Booking(APIView):
    throttle_scope = "booking"

    @extend_schema(
        operation_id="see_a_booking",
        tags=["bookings"],
        summary="See a booking",
        parameters=[CONTACT],
        responses={200: BookingSerializer, **problems("not_authenticated", "not_found")},
        examples=[BOOKING_EXAMPLE],
    )
    def get(self, request: Request, code: str) -> Response:
        return Response(BookingSerializer(or_refuse(get_desk().status(code, access_of(request)))).data)

    @extend_schema(
        operation_id="change_a_booking",
        tags=["bookings"],
        summary="Change a booking to another offer",
        description="First ask for a ride with `replaces`; either the new ride is booked and the old one released, or neither.",
        request=ChangeSerializer,
        parameters=[key_parameter(required=True), CONTACT],
        responses={200: BookingSerializer, **problems(*BODY_PROBLEMS, "not_found", "refused", "key_conflict")},
        examples=[examples.asked("change", {"offer_id": examples.OFFER["id"]}), BOOKING_EXAMPLE],
    )
    def patch(self, request: Request, code: str) -> Response:
        body = checked_body(ChangeSerializer, request)
        key = key_of(request, required=True)
        changed = get_desk().change(code, str(body.validated_data["offer_id"]), access_of(request), key=key)
        return Response(BookingSerializer(or_refuse(changed)).data)


class Cancellation(APIView):
    throttle_scope = "booking"

    @extend_schema(
        operation_id="cancel_a_booking",
        tags=["bookings"],
        summary="Cancel a booking; its seat is free at once",
        request=NothingSerializer,
        parameters=[key_parameter(required=True), CONTACT],
        responses={200: BookingSerializer, **problems(*BODY_PROBLEMS, "not_found", "refused", "key_conflict")},
        examples=[
            examples.asked("nothing", {}),
            examples.answered(
                "cancelled", examples.BOOKING | {"state": "cancelled", "planned_pickup_at": None, "vehicle_name": ""}
            ),
        ],
    )
    def post(self, request: Request, code: str) -> Response:
        checked_body(NothingSerializer, request)
        key = key_of(request, required=True)
        return Response(BookingSerializer(or_refuse(get_desk().cancel(code, access_of(request), key=key))).data)


class Trips(APIView):
    throttle_scope = "book"

    @extend_schema(
        operation_id="book_a_trip",
        tags=["trips"],
        summary="Accept several offers as one",
        description="There and back, or the days of a series: all are booked or none. A refusal names the offer in `concerns`.",
        request=TripSerializer,
        parameters=[key_parameter(required=True)],
        responses={201: BookedTripSerializer, **problems(*BODY_PROBLEMS, "refused", "key_conflict")},
        examples=[examples.asked("there and back", examples.BOOK_TRIP), TRIP_EXAMPLE],
    )
    def post(self, request: Request) -> Response:
        body = checked_body(TripSerializer, request)
        given, key = body.validated_data, key_of(request, required=True)
        offer_ids = [str(offer_id) for offer_id in given["offer_ids"]]
        booked = get_desk().book_together(
            offer_ids, body.passenger_given(), key=key, kind=TripKind(given["kind"]), knowing=given.get("knowing", ())
        )
        return _trip_answer(booked, status=201)


class TripCancellation(APIView):
    throttle_scope = "booking"

    @extend_schema(
        operation_id="cancel_a_trip",
        tags=["trips"],
        summary="Cancel all bookings of a trip that lie ahead",
        description="`code` is that of any of its bookings. All are cancelled or none; a refusal names one in `concerns`.",
        request=NothingSerializer,
        parameters=[key_parameter(required=True), CONTACT],
        responses={200: BookedTripSerializer, **problems(*BODY_PROBLEMS, "not_found", "refused", "key_conflict")},
        examples=[examples.asked("nothing", {}), TRIP_EXAMPLE],
    )
    def post(self, request: Request, code: str) -> Response:
        checked_body(NothingSerializer, request)
        key = key_of(request, required=True)
        return _trip_answer(get_desk().cancel_together(code, access_of(request), key=key), status=200)


def _trip_answer(answer: tuple[BookingView, ...] | Refusal, status: int) -> Response:
    if isinstance(answer, Refusal):
        raise Refused(answer)
    return Response(BookedTripSerializer({"bookings": answer}).data, status=status)


def checked_body(kind: type[StrictSerializer], request: Request) -> Any:
    """The request's body, read and found valid."""
    body = kind(data=request.data)
    body.is_valid(raise_exception=True)
    return body


def or_refuse(answer: Answer | Refusal) -> Answer:
    """What the desk answered, unless it was a "no"; that becomes a problem document."""
    if isinstance(answer, Refusal):
        raise Refused(answer)
    return answer


urlpatterns = [
    path("ride-requests", RideRequests.as_view()),
    path("ride-requests/<str:request_id>", RideRequest.as_view()),
    path("rides-beside", RidesBeside.as_view()),
    path("bookings", Bookings.as_view()),
    path("bookings/<str:code>", Booking.as_view()),
    path("bookings/<str:code>/cancel", Cancellation.as_view()),
    path("trips", Trips.as_view()),
    path("trips/<str:code>/cancel", TripCancellation.as_view()),
]
