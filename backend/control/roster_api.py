"""REST for programs that need fleet and rosters: which vehicles are out of service, and who drives what on the coming days."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from django.http import Http404
from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backend.bookings.localtime import to_moment
from backend.config.access import DISPATCHER, OPERATOR, HasRole
from backend.config.openapi import problems
from backend.control.fleet_reading import DAYS_SHOWN, ShiftLine, coming_days, vehicles
from backend.districts.asked import district_asked
from backend.districts.models import District

DISTRICT = OpenApiParameter("district", str, description="The site's own district where it is left out.")
STAFF = problems("not_authenticated", "forbidden", "not_found")
OUTAGE = {
    "vehicle": "bus-03", "first": "2026-11-30", "from_s": 36_000, "last": None, "until_s": None, "note": "Werkstatt",
}  # fmt: skip
SHIFT = {
    "shift": "bus-01-mo-fr-04:45", "vehicle": "bus-01", "starts_at": "2026-11-24T04:45:00+01:00",
    "ends_at": "2026-11-24T14:00:00+01:00",
    "breaks": [{"begins_from": "2026-11-24T08:00:00+01:00", "begins_until": "2026-11-24T10:45:00+01:00", "minutes": 45}],
    "driver": 4, "driver_name": "Testfahrer 1", "changed_for_this_day": False, "rides": 12,
}  # fmt: skip
ROSTER = {"date": "2026-11-24", "holiday": "", "shifts": [SHIFT]}


class OutageSerializer(serializers.Serializer):
    """Days on which a vehicle is out of service, both included; `last` is null where nobody knows yet."""

    vehicle = serializers.CharField()
    first = serializers.DateField()
    from_s = serializers.IntegerField(
        allow_null=True, help_text="From this clock second of the first day; null: all day."
    )
    last = serializers.DateField(allow_null=True)
    until_s = serializers.IntegerField(
        allow_null=True, help_text="Until this clock second of the last day; null: all day."
    )
    note = serializers.CharField(allow_blank=True)


class BreakSerializer(serializers.Serializer):
    """A rest that begins between two moments."""

    begins_from = serializers.DateTimeField()
    begins_until = serializers.DateTimeField()
    minutes = serializers.IntegerField()


class RosterShiftSerializer(serializers.Serializer):
    """`driver` is null where nobody is put on the shift, or who was is away."""

    shift = serializers.CharField()
    vehicle = serializers.CharField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    breaks = BreakSerializer(many=True)
    driver = serializers.IntegerField(allow_null=True)
    driver_name = serializers.CharField(allow_blank=True)
    changed_for_this_day = serializers.BooleanField()
    rides = serializers.IntegerField(help_text="Rides of the vehicle on that day, by the plan as it is.")


class RosterDaySerializer(serializers.Serializer):
    """The shifts of one date; `holiday` names a public holiday."""

    date = serializers.DateField()
    holiday = serializers.CharField(allow_blank=True)
    shifts = RosterShiftSerializer(many=True)


class Outages(APIView):
    permission_classes = [HasRole]
    roles = (DISPATCHER, OPERATOR)

    @extend_schema(
        operation_id="list_vehicle_outages",
        tags=["staff"],
        summary="Which vehicles are, or will be, out of service",
        parameters=[DISTRICT],
        responses={200: OutageSerializer(many=True), **STAFF},
        examples=[OpenApiExample("outages", value=OUTAGE, response_only=True)],
    )
    def get(self, request: Request) -> Response:
        lines = vehicles(_district(request), timezone.localdate())
        rows = [
            {
                "vehicle": line.row.code,
                "first": outage.first,
                "from_s": outage.from_s,
                "last": outage.last,
                "until_s": outage.until_s,
                "note": outage.note,
            }
            for line in lines
            for outage in line.outages
        ]
        return Response(OutageSerializer(rows, many=True).data)


class Rosters(APIView):
    permission_classes = [HasRole]
    roles = (DISPATCHER, OPERATOR)

    @extend_schema(
        operation_id="list_rosters",
        tags=["staff"],
        summary=f"Shifts and drivers of the coming {DAYS_SHOWN} days",
        parameters=[DISTRICT],
        responses={200: RosterDaySerializer(many=True), **STAFF},
        examples=[OpenApiExample("a day", value=ROSTER, response_only=True)],
    )
    def get(self, request: Request) -> Response:
        district = _district(request)
        zone = ZoneInfo(district.timezone)
        days = [
            {"date": line.day, "holiday": line.holiday, "shifts": [_shift(shift, zone) for shift in line.shifts]}
            for line in coming_days(district, timezone.localdate())
        ]
        return Response(RosterDaySerializer(days, many=True).data)


def _shift(line: ShiftLine, zone: ZoneInfo) -> dict[str, object]:
    row = line.row

    def moment(second: int) -> datetime:
        return to_moment(second, row.service_day.date, zone)

    return {
        "shift": row.code,
        "vehicle": row.vehicle.code,
        "starts_at": moment(row.start_s),
        "ends_at": moment(row.end_s),
        "breaks": [
            {"begins_from": moment(begin), "begins_until": moment(end), "minutes": duration // 60}
            for begin, end, duration in row.breaks
        ],
        "driver": line.driver.pk if line.driver else None,
        "driver_name": line.driver.name if line.driver else "",
        "changed_for_this_day": line.is_by_hand,
        "rides": line.rides,
    }


def _district(request: Request) -> District:
    district = district_asked(request)
    if district is None:
        raise Http404
    return district


urlpatterns = [
    path("vehicle-outages", Outages.as_view()),
    path("rosters", Rosters.as_view()),
]
