"""The REST interface: all addresses under /api/, its description, and what any address there may answer."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path, re_path
from drf_spectacular.utils import OpenApiExample, extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework import serializers
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backend.config.openapi import problems
from backend.config.problems import KINDS


class ProblemKindSerializer(serializers.Serializer):
    code = serializers.CharField()
    status = serializers.IntegerField()
    title = serializers.CharField()


class ProblemKinds(APIView):
    """What the `type` of a problem document points to."""

    @extend_schema(
        operation_id="list_problems",
        tags=["problems"],
        summary="All kinds of problem documents",
        responses={200: ProblemKindSerializer(many=True), **problems("not_authenticated")},
        examples=[
            OpenApiExample(
                "kind",
                value={"code": "not_found", "status": 404, "title": str(KINDS["not_found"][1])},
                response_only=True,
            )
        ],
    )
    def get(self, request: Request) -> Response:
        return Response(
            [{"code": code, "status": status, "title": str(title)} for code, (status, title) in KINDS.items()]
        )


class NoSuchAddress(APIView):
    """Any other address under /api/: a problem document, not a page."""

    schema = None

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        raise NotFound()


v1: list[URLPattern | URLResolver] = [
    path("", include("backend.bookings.api")),
    path("", include("backend.bookings.series_api")),
    path("", include("backend.bookings.return_api")),
    path("", include("backend.districts.api")),
    path("", include("backend.operations.api")),
    path("", include("backend.driving.api")),
    path("", include("backend.control.api")),
    path("", include("backend.control.roster_api")),
    path("", include("backend.config.tokens")),
    path("problems", ProblemKinds.as_view()),
]
urlpatterns = [
    path("v1/", include(v1)),
    path("schema", SpectacularAPIView.as_view(), name="api-schema"),
    path(
        "docs/",
        SpectacularSwaggerSplitView.as_view(url_name="api-schema", template_name="operations/api_docs.html"),
        name="api-docs",
    ),
    re_path("", NoSuchAddress.as_view()),
]
