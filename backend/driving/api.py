"""REST for vehicles: a device pairs, a driver signs in, reports and positions come in, the shift goes out."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django.http import Http404
from django.urls import path
from drf_spectacular.utils import OpenApiParameter, extend_schema
from knox.auth import TokenAuthentication
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import NotAuthenticated, PermissionDenied
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accessibility.desk import Refusal
from backend.bookings.clock import SystemClock
from backend.bookings.models import ServiceDay
from backend.config.access import DISPATCHER, OPERATOR, district_in, works_for
from backend.config.openapi import BODY_PROBLEMS, problems
from backend.config.problems import Refused
from backend.config.throttles import WrongTriesThrottle
from backend.districts.asked import district_asked
from backend.districts.models import Vehicle
from backend.driving import examples
from backend.driving.authentication import DeviceAuthentication, DeviceLocked, OnDevice, caller, duty_of
from backend.driving.devices import pair
from backend.driving.duties import sign_in, sign_out
from backend.driving.intake import take_events
from backend.driving.keeping_up import day_driven, keep_up
from backend.driving.models import Device, Duty
from backend.driving.office_api import urlpatterns as office_urls
from backend.driving.rules import Sent
from backend.driving.selectors import may_still_report, shift_of, shift_tag
from backend.driving.serializers import (
    BatchSerializer,
    DutySerializer,
    EventsSerializer,
    KeptSerializer,
    PairedSerializer,
    PairingSerializer,
    ShiftSerializer,
    SignInSerializer,
    TakenSerializer,
    shift_document,
)
from backend.operations.dayclock import now_for, now_on
from backend.operations.services import SentPoint, keep_positions

DISTRICT = OpenApiParameter("district", str, description="The site's own district where it is left out.")
DEVICE_PROBLEMS = ("not_authenticated", "device_locked", "refused")


class Devices(APIView):
    throttle_scope = "pairing"
    authentication_classes: list[Any] = []

    def get_throttles(self) -> list[Any]:
        """A dozen devices with right codes may come at once; guessing must not pay."""
        self.tries = WrongTriesThrottle()
        return [self.tries]

    @extend_schema(
        operation_id="pair_a_device",
        tags=["driver"],
        summary="Make a device known by a code from the control room",
        request=PairingSerializer,
        responses={201: PairedSerializer, **problems(*BODY_PROBLEMS, "refused")},
        examples=examples.PAIR,
    )
    def post(self, request: Request) -> Response:
        body = PairingSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        answer = pair(**body.validated_data, now=SystemClock().now())
        if isinstance(answer, Refusal):
            self.tries.was_wrong()
            raise Refused(answer)
        device, secret = answer
        return Response(PairedSerializer({"device": device.pk, "secret": secret}).data, status=201)


class OfDevice(APIView):
    """What only a known device may do."""

    authentication_classes = [DeviceAuthentication]
    permission_classes = [OnDevice]


class Duties(OfDevice):
    throttle_scope = "duty"

    @extend_schema(
        operation_id="begin_a_duty",
        tags=["driver"],
        summary="Sign in with a driver's short code; whoever had the vehicle before is relieved",
        request=SignInSerializer,
        responses={201: DutySerializer, **problems(*BODY_PROBLEMS, *DEVICE_PROBLEMS)},
        examples=examples.SIGN_IN,
    )
    def post(self, request: Request) -> Response:
        body = SignInSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        said = body.validated_data
        answer = sign_in(caller(request), said["code"], said["vehicle"], papers_hold=said["papers_hold"])
        if isinstance(answer, Refusal):
            raise Refused(answer)
        return Response(DutySerializer(answer).data, status=201)


class CurrentDuty(OfDevice):
    @extend_schema(
        operation_id="end_a_duty",
        tags=["driver"],
        summary="Sign out",
        request=None,
        responses={204: None, **problems(*DEVICE_PROBLEMS)},
    )
    def delete(self, request: Request) -> Response:
        sign_out(duty_of(request))
        return Response(status=204)


class Shift(OfDevice):
    @extend_schema(
        operation_id="see_the_shift",
        tags=["driver"],
        summary="The duty's manifest: visits, riders with their needs, cash, codes and messages",
        description="With `If-None-Match` of the last answer's `ETag`: 304 where nothing has changed.",
        responses={200: ShiftSerializer, 304: None, **problems(*DEVICE_PROBLEMS)},
        examples=examples.SHIFT,
    )
    def get(self, request: Request) -> Response:
        duty = duty_of(request)
        tag = f'"{shift_tag(duty)}"'
        headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
        if tag in (part.strip().removeprefix("W/") for part in request.headers.get("If-None-Match", "").split(",")):
            return Response(status=304, headers=headers)
        return Response(shift_document(shift_of(duty, now_on(duty.service_day))), headers=headers)


class Events(OfDevice):
    lets_in_locked = True  # what a driver did before the device was locked is a fact that a dispatcher has to see

    @extend_schema(
        operation_id="send_driver_events",
        tags=["driver"],
        summary="What the driver has done, in batches",
        description=(
            "A report counts once by its `id`, whatever is sent again. They are taken in the order of their times. From a locked "
            "device they change nothing: what it noted before is kept as a conflict for the control room."
        ),
        request=EventsSerializer,
        responses={200: TakenSerializer, **problems(*BODY_PROBLEMS, *DEVICE_PROBLEMS)},
        examples=examples.EVENTS,
    )
    def post(self, request: Request) -> Response:
        body = EventsSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        sent = [Sent(**event) for event in body.validated_data["events"]]
        device = caller(request)
        if device.locked_at is not None and not may_still_report(device):
            raise DeviceLocked()
        answer = take_events(device, sent, body.validated_data["sent_at"])
        if isinstance(answer, Refusal):
            raise Refused(answer)
        return Response(TakenSerializer(answer).data)


class OwnPositions(OfDevice):
    @extend_schema(
        operation_id="send_own_positions",
        tags=["driver"],
        summary="Positions of the duty's vehicle, in batches",
        description="A point counts once by its `id`, whatever is sent again. Order does not matter.",
        request=BatchSerializer,
        responses={200: KeptSerializer, **problems(*BODY_PROBLEMS, *DEVICE_PROBLEMS)},
        examples=examples.POSITIONS,
    )
    def post(self, request: Request) -> Response:
        duty = duty_of(request)
        return _kept(request, duty.vehicle, duty)


class MaySendFor(BasePermission):
    """The control room for any vehicle, a device for the one that it is on duty in."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if isinstance(request.auth, Device):
            return True
        if not request.user.is_authenticated:
            raise NotAuthenticated()
        return works_for(request.user, district_in(request), DISPATCHER, OPERATOR)


class Positions(APIView):
    authentication_classes = [DeviceAuthentication, TokenAuthentication, SessionAuthentication]
    permission_classes = [MaySendFor]

    @extend_schema(
        operation_id="send_positions",
        tags=["staff"],
        summary="Positions of a vehicle, in batches: by the device on duty in it, or by the control room",
        description="A point counts once by its `id`, whatever is sent again. Order does not matter.",
        parameters=[DISTRICT],
        request=BatchSerializer,
        responses={200: KeptSerializer, **problems(*BODY_PROBLEMS, *DEVICE_PROBLEMS, "not_found")},
        examples=examples.POSITIONS,
    )
    def post(self, request: Request, vehicle: str) -> Response:
        row = _vehicle(request, vehicle)
        duty = duty_of(request) if isinstance(request.auth, Device) else None
        if duty is not None and duty.vehicle_id != row.pk:
            raise PermissionDenied()
        return _kept(request, row, duty)


def _kept(request: Request, vehicle: Vehicle, duty: Duty | None) -> Response:
    """Of a device on duty the positions belong to the duty's day: past midnight, too late, or while another day is played."""
    body = BatchSerializer(data=request.data)
    body.is_valid(raise_exception=True)
    sent_at = body.validated_data["sent_at"]
    points = [
        SentPoint(point["id"], point["at"], point["lat"], point["lon"], point.get("accuracy_m"))
        for point in body.validated_data["points"]
    ]
    if duty is not None:
        day: ServiceDay | None = duty.service_day
        shown = now_on(duty.service_day)
        kept = keep_positions(vehicle, points, sent_at, shown, (duty.service_day.date, duty.began_at))
    else:
        local = sent_at.astimezone(ZoneInfo(vehicle.district.timezone)).date()
        shown = now_for(vehicle.district_id, local)
        kept = keep_positions(vehicle, points, sent_at, shown)
        day = day_driven(vehicle, shown)
    if kept.taken and day is not None:
        keep_up(vehicle, day, shown, SystemClock().now())
    return Response(KeptSerializer(kept).data)


def _vehicle(request: Request, code: str) -> Vehicle:
    vehicles = Vehicle.objects.filter(district=district_asked(request), code=code.replace("\x00", ""))
    row = vehicles.select_related("district").first()
    if row is None:
        raise Http404
    return row


urlpatterns = [
    path("driver/devices", Devices.as_view()),
    path("driver/duties", Duties.as_view()),
    path("driver/duties/current", CurrentDuty.as_view()),
    path("driver/shift", Shift.as_view()),
    path("driver/events", Events.as_view()),
    path("driver/positions", OwnPositions.as_view()),
    path("vehicles/<str:vehicle>/positions", Positions.as_view()),
    *office_urls,
]
