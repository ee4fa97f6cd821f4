"""REST for staff: vehicles, a service day's plan, a vehicle's manifest, the routes on a map."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from django.http import Http404
from django.urls import path
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.exceptions import PermissionDenied
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backend.config.access import AUTHORITY, DISPATCHER, DRIVER, OPERATOR, HasRole, has_role
from backend.config.openapi import problems
from backend.districts.asked import district_asked
from backend.districts.models import District
from backend.operations import follow_api, maps
from backend.operations.selectors import day_board
from backend.operations.serializers import ManifestSerializer, PlanSerializer, VehicleSerializer

STAFF_PROBLEMS = problems("not_authenticated", "forbidden", "not_found")
DISTRICT = OpenApiParameter("district", str, description="The site's own district where it is left out.")
DAY = OpenApiParameter("day", OpenApiTypes.DATE, OpenApiParameter.PATH, description="The service day.")
VEHICLE_EXAMPLE = {
    "code": "saw-1", "name": "Rufbus 1", "kind": "Niederflur-Kleinbus mit Rampe", "features": ["child_seat", "ramp"],
    "configurations": [[8, 0, 6], [6, 1, 4]], "depot_stop_id": "8010314",
}  # fmt: skip
PLAN_EXAMPLE = {
    "district": "altmark", "date": "2026-11-24", "version": 0, "planned_at": None, "reason": "", "requests": 0,
    "refused": 0, "bookings": 0, "persons": 0, "driven_m": 0, "empty_m": 0, "routes": [],
}  # fmt: skip
MANIFEST_EXAMPLE = {"date": "2026-11-24", "version": 12, "vehicle_code": "saw-1", "shifts": []}
MAP_EXAMPLE = {"type": "FeatureCollection", "features": []}


class Vehicles(APIView):
    permission_classes = [HasRole]
    roles = (DISPATCHER, OPERATOR, DRIVER)

    @extend_schema(
        operation_id="list_vehicles",
        tags=["staff"],
        summary="The district's vehicles",
        parameters=[DISTRICT],
        responses={200: VehicleSerializer(many=True), **STAFF_PROBLEMS},
        examples=[OpenApiExample("vehicles", value=VEHICLE_EXAMPLE, response_only=True)],
    )
    def get(self, request: Request) -> Response:
        vehicles = _district(request).vehicles.select_related("depot").order_by("code")
        return Response(VehicleSerializer(vehicles, many=True).data)


class ServiceDayPlan(APIView):
    permission_classes = [HasRole]
    roles = (DISPATCHER, OPERATOR)

    @extend_schema(
        operation_id="see_a_plan",
        tags=["staff"],
        summary="All routes of a service day",
        parameters=[DAY, DISTRICT],
        responses={200: PlanSerializer, **STAFF_PROBLEMS},
        examples=[OpenApiExample("an empty day", value=PLAN_EXAMPLE, response_only=True)],
    )
    def get(self, request: Request, day: str) -> Response:
        return Response(PlanSerializer(day_board(_district(request), _day(day))).data)


class Manifest(APIView):
    permission_classes = [HasRole]
    roles = (DISPATCHER, DRIVER)

    @extend_schema(
        operation_id="see_a_manifest",
        tags=["staff"],
        summary="What a vehicle's driver sees; drivers only on the day itself",
        parameters=[DAY, DISTRICT],
        responses={200: ManifestSerializer, **STAFF_PROBLEMS},
        examples=[OpenApiExample("a vehicle without shifts", value=MANIFEST_EXAMPLE, response_only=True)],
    )
    def get(self, request: Request, day: str, vehicle: str) -> Response:
        district = _district(request)
        chosen = _day(day)
        if not has_role(request.user, DISPATCHER) and chosen != timezone.localdate(
            timezone=ZoneInfo(district.timezone)
        ):
            raise PermissionDenied()
        board = day_board(district, chosen)
        routes = board.routes_of(vehicle)
        if not routes and not district.vehicles.filter(code=vehicle.replace("\x00", "")).exists():
            raise Http404
        manifest = {"date": chosen, "version": board.version, "vehicle_code": vehicle, "shifts": routes}
        return Response(ManifestSerializer(manifest).data)


class DayMap(APIView):
    permission_classes = [HasRole]
    roles = (DISPATCHER, OPERATOR, AUTHORITY)

    @extend_schema(
        operation_id="see_routes_on_a_map",
        tags=["staff"],
        summary="The routes of a service day along the roads, as GeoJSON without riders",
        parameters=[DAY, DISTRICT],
        responses={200: OpenApiTypes.OBJECT, **STAFF_PROBLEMS},
        examples=[OpenApiExample("no routes", value=MAP_EXAMPLE, response_only=True)],
    )
    def get(self, request: Request, day: str) -> Response:
        district = _district(request)
        return Response(maps.routes(district, _day(day), day_board(district, _day(day)).routes))


def _district(request: Request) -> District:
    district = district_asked(request)
    if district is None:
        raise Http404
    return district


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Http404 from None


urlpatterns = [
    path("vehicles", Vehicles.as_view()),
    path("service-days/<str:day>/plan", ServiceDayPlan.as_view()),
    path("service-days/<str:day>/routes.geojson", DayMap.as_view()),
    path("service-days/<str:day>/vehicles/<str:vehicle>/manifest", Manifest.as_view()),
    *follow_api.urlpatterns,
]
