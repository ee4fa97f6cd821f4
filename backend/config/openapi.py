"""What is said the same way of every operation: its problems and its idempotency key."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse
from rest_framework import serializers

from backend.config.access import CONTACT_HEADER
from backend.config.problems import KINDS, MEDIA_TYPE, PAGE

KEY_HEADER = "Idempotency-Key"
# What any operation with a body may answer.
BODY_PROBLEMS = (
    "malformed", "not_authenticated", "forbidden", "body_too_large", "unsupported_media_type", "invalid_input",
)  # fmt: skip


class FieldProblemSerializer(serializers.Serializer):
    """What is wrong with one field."""

    field = serializers.CharField()
    problem = serializers.CharField()
    code = serializers.CharField()


class ProblemWayOutSerializer(serializers.Serializer):
    """What is possible instead."""

    kind = serializers.CharField()
    text = serializers.CharField()
    value = serializers.CharField(allow_blank=True)
    end = serializers.CharField(allow_blank=True)


class ProblemSerializer(serializers.Serializer):
    """A problem document (RFC 9457)."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    code = serializers.CharField()
    instance = serializers.CharField()
    errors = FieldProblemSerializer(many=True, required=False)  # type: ignore[assignment]  # a field of this name
    reason = serializers.CharField(required=False)
    way_out = ProblemWayOutSerializer(many=True, required=False)
    concerns = serializers.CharField(
        required=False, help_text="The offer or the booking that stands in the way, where a call was about several."
    )


def problems(*codes: str) -> dict[Any, OpenApiResponse]:
    """The problem documents that an operation may answer with; those that any operation may are always among them."""
    by_status: dict[int, list[str]] = {}
    for code in (*codes, "not_acceptable", "throttled"):
        by_status.setdefault(KINDS[code][0], []).append(code)
    return {
        (status, MEDIA_TYPE): OpenApiResponse(
            ProblemSerializer,
            description=" ".join(str(KINDS[code][1]) for code in same),
            examples=[_example(code) for code in same],
        )
        for status, same in by_status.items()
    }


def _example(code: str) -> OpenApiExample:
    status, title = KINDS[code]
    document = {
        "type": f"{PAGE}#{code}", "title": str(title), "status": status, "detail": str(title), "code": code,
        "instance": "/api/v1/",
    }  # fmt: skip
    return OpenApiExample(code, value=document, response_only=True, media_type=MEDIA_TYPE)


def key_parameter(*, required: bool) -> OpenApiParameter:
    """The header that makes a call safe to repeat."""
    return OpenApiParameter(
        KEY_HEADER,
        str,
        OpenApiParameter.HEADER,
        required=required,
        description="1 to 120 characters of your choice. The same key with the same content gives the first answer again.",
        examples=[OpenApiExample("uuid", value="6f1c2f0e-0f5b-4a57-9f0e-3d2f7c1b9a10")],
    )


CONTACT = OpenApiParameter(
    CONTACT_HEADER,
    str,
    OpenApiParameter.HEADER,
    description="Phone number or e-mail address of the booking. Dispatchers need none.",
    examples=[OpenApiExample("phone", value="03901 304030")],
)
