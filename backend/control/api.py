"""REST for dispatchers: the troubles of a day; look at an intervention, carry it out, see what was done."""

from __future__ import annotations

from datetime import date

from django.http import Http404
from django.urls import path
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accessibility.desk import Refusal, WayOut
from backend.bookings.models import ServiceDay
from backend.bookings.selectors import refusal_from
from backend.config.access import DISPATCHER, OPERATOR, HasRole
from backend.config.keys import key_of
from backend.config.openapi import BODY_PROBLEMS, key_parameter, problems
from backend.config.problems import Refused
from backend.control.models import InterventionRecord
from backend.control.previews import preview
from backend.control.serializers import (
    AskSerializer,
    ConfirmSerializer,
    InterventionSerializer,
    NoteSerializer,
    PreviewSerializer,
    TroubleCountsSerializer,
    TroubleSerializer,
    counts_document,
    intervention_document,
    preview_document,
    trouble_document,
)
from backend.control.services import intervene
from backend.control.trouble_list import Order, read_look
from backend.control.trouble_watch import acknowledge, list_of
from backend.control.troubles import TroubleKind
from backend.districts.asked import district_asked
from backend.operations.dayclock import now_on

DISTRICT = OpenApiParameter("district", str, description="The site's own district where it is left out.")
DAY = OpenApiParameter("day", OpenApiTypes.DATE, OpenApiParameter.PATH, description="The service day.")
STAFF = problems("not_authenticated", "forbidden", "not_found")
MOVE = {"kind": "move", "booking": "K7M-3PX", "vehicle": "saw-2", "keep": True}
TROUBLE = {
    "key": "silent:saw-1-mo-fr-05:00", "kind": "silent", "level": 2, "title": "Rufbus 1 meldet sich nicht",
    "text": "Zuletzt gehört um 8:40 Uhr. Rufen Sie den Fahrer an.", "due_at": "2026-11-24T08:40:00+01:00", "chance": None,
    "vehicle": "saw-1", "bookings": [], "open": True, "note": "", "noted_by": "",
    "remedies": [
        {"text": "Fahrzeug ausgefallen", "intervention": {"kind": "breakdown", "shift": "saw-1-mo-fr-05:00"}}
    ],
}  # fmt: skip
COUNTS = {
    "open": 3, "wishes": 12, "levels": {"3": 1, "2": 2}, "kinds": {"silent": 1, "promise": 2}, "vehicles": {"saw-1": 3},
}  # fmt: skip
EFFECT = {
    "booking": "K7M-3PX", "vehicle_before": "saw-1", "vehicle_after": "saw-2",
    "pickup_before": "2026-11-24T09:04:00+01:00", "pickup_after": "2026-11-24T09:07:00+01:00",
    "arrival_before": "2026-11-24T09:22:00+01:00", "arrival_after": "2026-11-24T09:25:00+01:00", "late_minutes": 0,
    "dropped": False, "transferred": False, "kept": True,
}  # fmt: skip
PREVIEW = {"token": "eyJkYXk…", "version": 12, "effects": [EFFECT], "remarks": [], "driven_m": 2100, "following": []}
DONE = {
    "id": "6f1c2f0e-0f5b-4a57-9f0e-3d2f7c1b9a10", "kind": "move", "at": "2026-11-24T08:41:00+01:00", "actor": "leitstelle",
    "reason": "Der Fahrer kennt den Weg", "version": 13, "dropped": [], "late": {}, "moved": {"K7M-3PX": "saw-2"},
    "undone": False,
}  # fmt: skip


class Troubles(APIView):
    permission_classes = [HasRole]
    roles = (DISPATCHER, OPERATOR)

    @extend_schema(
        operation_id="list_troubles",
        tags=["control"],
        summary="What goes wrong on a day, the most urgent first",
        parameters=[
            DAY,
            DISTRICT,
            OpenApiParameter("level", int, enum=[1, 2, 3], description="Only of this urgency: 3 now, 2 soon."),
            OpenApiParameter("kind", str, enum=[kind.value for kind in TroubleKind], description="Only of this kind."),
            OpenApiParameter("vehicle", str, description="Only of this vehicle, by its code."),
            OpenApiParameter("order", str, enum=[order.value for order in Order], description="`urgency` if left out."),
        ],
        responses={200: TroubleSerializer(many=True), **STAFF, **problems("invalid_input")},
        examples=[OpenApiExample("a vehicle is silent", value=TROUBLE, response_only=True)],
    )
    def get(self, request: Request, day: str) -> Response:
        row, given = _day(request, day), request.query_params
        look = read_look(*(given.get(name, "") for name in ("level", "kind", "vehicle", "order")))
        noted = look.of(list_of(row, now_on(row)))
        return Response(TroubleSerializer([trouble_document(row, one) for one in noted], many=True).data)


class TroubleCounts(APIView):
    permission_classes = [HasRole]
    roles = (DISPATCHER, OPERATOR)

    @extend_schema(
        operation_id="count_troubles",
        tags=["control"],
        summary="How many troubles of a day are open, by urgency, kind and vehicle",
        description="Wishes without a place (`unserved`) are no work that waits: they are counted by themselves.",
        parameters=[DAY, DISTRICT],
        responses={200: TroubleCountsSerializer, **STAFF},
        examples=[OpenApiExample("counts", value=COUNTS, response_only=True)],
    )
    def get(self, request: Request, day: str) -> Response:
        row = _day(request, day)
        noted = list_of(row, now_on(row))
        return Response(TroubleCountsSerializer(counts_document(noted)).data)


class TroubleNotes(APIView):
    permission_classes = [HasRole]
    roles = (DISPATCHER,)

    @extend_schema(
        operation_id="take_note_of_a_trouble",
        tags=["control"],
        summary="Take note of a trouble; it comes back if it becomes worse",
        request=NoteSerializer,
        parameters=[DAY, DISTRICT],
        responses={200: TroubleSerializer, **problems(*BODY_PROBLEMS, "not_found")},
        examples=[
            OpenApiExample("note", value={"key": TROUBLE["key"], "note": "Angerufen, Funkloch"}, request_only=True),
            OpenApiExample("noted", value=TROUBLE | {"open": False}, response_only=True),
        ],
    )
    def post(self, request: Request, day: str) -> Response:
        row, body = _day(request, day), NoteSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        now, given = now_on(row), body.validated_data
        record = acknowledge(row, given["key"], given["note"], request.user.get_username(), now, timezone.now())
        noted = next(one for one in list_of(row, now) if one.trouble.key == record.key)
        return Response(TroubleSerializer(trouble_document(row, noted)).data)


class Previews(APIView):
    permission_classes = [HasRole]
    roles = (DISPATCHER,)

    @extend_schema(
        operation_id="look_at_an_intervention",
        tags=["control"],
        summary="What an intervention would do; nothing happens",
        description=(
            "Kinds: `move` (booking, vehicle, keep), `keep` (booking, on), `swap` (shift, other), "
            "`shift` (shift, start_s, end_s), `taxi` (firm, phone, stop, start_s, end_s, seats, wheelchairs, storage), "
            "`breakdown` (shift, stop, aboard), `suspend` (why, from_s, until_s, zones, within, keep), "
            "`road` (origin, target, from_s, until_s, both_ways; null: now, for good), "
            "`undo` (intervention: its id)."
        ),
        request=AskSerializer,
        parameters=[DAY, DISTRICT],
        responses={200: PreviewSerializer, **problems(*BODY_PROBLEMS, "not_found", "refused")},
        examples=[
            OpenApiExample("move", value={"intervention": MOVE}, request_only=True),
            OpenApiExample("what would happen", value=PREVIEW, response_only=True),
        ],
    )
    def post(self, request: Request, day: str) -> Response:
        row, body = _day(request, day), AskSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        shown = preview(row, body.validated_data["intervention"], now_on(row))
        if isinstance(shown, Refusal):
            raise Refused(shown)
        return Response(PreviewSerializer(preview_document(row, shown)).data)


class Interventions(APIView):
    permission_classes = [HasRole]
    roles = (DISPATCHER,)

    @extend_schema(
        operation_id="list_interventions",
        tags=["control"],
        summary="What dispatchers did to a day by hand, the newest first",
        parameters=[DAY, DISTRICT],
        responses={200: InterventionSerializer(many=True), **STAFF},
        examples=[OpenApiExample("moved", value=DONE, response_only=True)],
    )
    def get(self, request: Request, day: str) -> Response:
        rows = InterventionRecord.objects.filter(service_day=_day(request, day)).order_by("-at")
        rows = rows.select_related("service_day__district", "undone_by")
        return Response(InterventionSerializer([intervention_document(row) for row in rows], many=True).data)

    @extend_schema(
        operation_id="intervene",
        tags=["control"],
        summary="Carry out what a preview showed",
        description="If the day has moved on so that others would be hit, or harder, the answer is `day_moved_on`: look again.",
        request=ConfirmSerializer,
        parameters=[DAY, DISTRICT, key_parameter(required=True)],
        responses={201: InterventionSerializer, **problems(*BODY_PROBLEMS, "not_found", "refused", "key_conflict")},
        examples=[
            OpenApiExample("confirm", value={"token": "eyJkYXk…", "reason": DONE["reason"]}, request_only=True),
            OpenApiExample("done", value=DONE, response_only=True),
        ],
    )
    def post(self, request: Request, day: str) -> Response:
        row, body = _day(request, day), ConfirmSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        given, key = body.validated_data, key_of(request, required=True)
        answer = intervene(
            given["token"], given["reason"], request.user.get_username(), timezone.now(), key=key, day_id=row.pk,
            shown=now_on(row),
        )  # fmt: skip
        if "refusal" in answer:
            raise Refused(refusal_from(answer["refusal"]))
        if "fresh" in answer:
            way = WayOut("preview", "Sehen Sie sich die neuen Folgen an.")
            raise Refused(
                Refusal("day_moved_on", "Der Tag hat sich inzwischen geändert. Es ist nichts geschehen.", (way,))
            )
        record = InterventionRecord.objects.select_related("service_day__district").get(pk=answer["intervention"])
        return Response(InterventionSerializer(intervention_document(record)).data, status=201)


def _day(request: Request, text: str) -> ServiceDay:
    try:
        chosen = date.fromisoformat(text)
    except ValueError:
        raise Http404 from None
    row = ServiceDay.objects.select_related("district").filter(district=district_asked(request), date=chosen).first()
    if row is None:
        raise Http404
    return row


urlpatterns = [
    path("service-days/<str:day>/troubles", Troubles.as_view()),
    path("service-days/<str:day>/troubles/counts", TroubleCounts.as_view()),
    path("service-days/<str:day>/troubles/notes", TroubleNotes.as_view()),
    path("service-days/<str:day>/interventions", Interventions.as_view()),
    path("service-days/<str:day>/interventions/preview", Previews.as_view()),
]
