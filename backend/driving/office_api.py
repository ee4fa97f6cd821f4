"""REST for the control room: devices and drivers, and reports that cannot be true as they are."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backend.bookings.clock import SystemClock
from backend.config.access import DISPATCHER, OPERATOR, HasRole
from backend.config.openapi import BODY_PROBLEMS, problems
from backend.districts.models import District
from backend.districts.selectors import get_district
from backend.driving import examples
from backend.driving.devices import lock, make_pairing_code, unlock
from backend.driving.duties import add_driver, renew_code, retire_driver
from backend.driving.models import Device, Driver
from backend.driving.selectors import devices_of, drivers_of
from backend.driving.serializers import (
    DeviceSerializer,
    DriverCodeSerializer,
    DriverSerializer,
    NewDriverSerializer,
    PairingCodeSerializer,
    ReasonSerializer,
)

READ = problems("not_authenticated", "forbidden", "not_found")
WRITE = problems(*BODY_PROBLEMS, "not_found")


class Office(APIView):
    """What the control room of the site's own district may do."""

    permission_classes = [HasRole]
    roles = (DISPATCHER, OPERATOR)

    def district(self) -> District:
        district = get_district(settings.SITE_DISTRICT)
        if district is None:
            raise Http404
        return district

    def actor(self, request: Request) -> str:
        return request.user.get_username()

    def device(self, number: UUID) -> Device:
        return _or_404(devices_of(self.district()).prefetch_related("duties__vehicle").filter(pk=number).first())

    def driver(self, number: int) -> Driver:
        return _or_404(drivers_of(self.district()).select_related("district").filter(pk=number).first())

    def reason(self, request: Request) -> str:
        body = ReasonSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        return str(body.validated_data["reason"])


def _or_404(row: Any) -> Any:
    if row is None:
        raise Http404
    return row


class PairingCodes(Office):
    @extend_schema(
        operation_id="make_a_pairing_code",
        tags=["staff"],
        summary="A code that makes one device known within a quarter of an hour",
        request=None,
        responses={201: PairingCodeSerializer, **READ},
        examples=examples.PAIRING_CODE,
    )
    def post(self, request: Request) -> Response:
        code, expires_at = make_pairing_code(self.district(), self.actor(request), SystemClock().now())
        return Response(PairingCodeSerializer({"pairing_code": code, "expires_at": expires_at}).data, status=201)


class DeviceList(Office):
    @extend_schema(
        operation_id="list_devices",
        tags=["staff"],
        summary="All devices that were paired",
        responses={200: DeviceSerializer(many=True), **READ},
        examples=examples.DEVICES,
    )
    def get(self, request: Request) -> Response:
        rows = devices_of(self.district()).prefetch_related("duties__vehicle")
        return Response(DeviceSerializer(rows, many=True).data)


class DeviceLock(Office):
    @extend_schema(
        operation_id="lock_a_device",
        tags=["staff"],
        summary="Lock a lost device: nothing is taken from it, it shows nothing, its duty ends",
        request=ReasonSerializer,
        responses={200: DeviceSerializer, **WRITE},
        examples=examples.LOCK,
    )
    def post(self, request: Request, device: UUID) -> Response:
        lock(self.device(device), self.actor(request), self.reason(request), SystemClock().now())
        return Response(DeviceSerializer(self.device(device)).data)


class DeviceUnlock(Office):
    @extend_schema(
        operation_id="unlock_a_device",
        tags=["staff"],
        summary="Let a device that was found again report",
        request=ReasonSerializer,
        responses={200: DeviceSerializer, **WRITE},
        examples=examples.LOCK,
    )
    def post(self, request: Request, device: UUID) -> Response:
        unlock(self.device(device), self.actor(request), self.reason(request), SystemClock().now())
        return Response(DeviceSerializer(self.device(device)).data)


class Drivers(Office):
    @extend_schema(
        operation_id="list_drivers",
        tags=["staff"],
        summary="All drivers who may sign in",
        responses={200: DriverSerializer(many=True), **READ},
        examples=examples.DRIVERS,
    )
    def get(self, request: Request) -> Response:
        return Response(DriverSerializer(drivers_of(self.district()), many=True).data)

    @extend_schema(
        operation_id="add_a_driver",
        tags=["staff"],
        summary="A new driver with a short code, which is shown this once",
        request=NewDriverSerializer,
        responses={201: DriverCodeSerializer, **WRITE},
        examples=examples.DRIVER,
    )
    def post(self, request: Request) -> Response:
        body = NewDriverSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        driver, code = add_driver(
            self.district(), body.validated_data["name"], self.actor(request), SystemClock().now()
        )
        return Response(DriverCodeSerializer({"id": driver.pk, "name": driver.name, "code": code}).data, status=201)


class DriverCode(Office):
    @extend_schema(
        operation_id="renew_a_drivers_code",
        tags=["staff"],
        summary="Another short code for a driver; the old one is void",
        request=None,
        responses={201: DriverCodeSerializer, **READ},
        examples=examples.DRIVER_CODE,
    )
    def post(self, request: Request, driver: int) -> Response:
        row = self.driver(driver)
        code = renew_code(row, self.actor(request), SystemClock().now())
        return Response(DriverCodeSerializer({"id": row.pk, "name": row.name, "code": code}).data, status=201)


class OneDriver(Office):
    @extend_schema(
        operation_id="retire_a_driver",
        tags=["staff"],
        summary="A driver signs in no more",
        request=None,
        responses={204: None, **READ},
    )
    def delete(self, request: Request, driver: int) -> Response:
        retire_driver(self.driver(driver), self.actor(request), "", SystemClock().now())
        return Response(status=204)


urlpatterns = [
    path("devices", DeviceList.as_view()),
    path("devices/pairing-codes", PairingCodes.as_view()),
    path("devices/<uuid:device>/lock", DeviceLock.as_view()),
    path("devices/<uuid:device>/unlock", DeviceUnlock.as_view()),
    path("drivers", Drivers.as_view()),
    path("drivers/<int:driver>", OneDriver.as_view()),
    path("drivers/<int:driver>/code", DriverCode.as_view()),
]
