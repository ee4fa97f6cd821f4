"""REST: a token for programs and apps of staff and partners, given for name and password. Only its hash is stored."""

from __future__ import annotations

from django.contrib.auth import authenticate
from django.urls import path
from django.utils.translation import gettext as _
from drf_spectacular.utils import OpenApiExample, extend_schema
from knox.models import get_token_model
from rest_framework import serializers
from rest_framework.exceptions import AuthenticationFailed, NotAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from backend.config.openapi import BODY_PROBLEMS, problems
from backend.config.strictness import StrictSerializer, TextField


class CredentialsSerializer(StrictSerializer):
    username = TextField(max_length=150)
    password = TextField(max_length=1000, trim_whitespace=False)


class TokenSerializer(serializers.Serializer):
    """Send it as `Authorization: Token …`. It is shown this once."""

    token = serializers.CharField()
    expires_at = serializers.DateTimeField()


class Tokens(APIView):
    throttle_scope = "login"

    @extend_schema(
        operation_id="get_a_token",
        tags=["tokens"],
        summary="Log in",
        request=CredentialsSerializer,
        responses={
            201: TokenSerializer,
            **problems(*BODY_PROBLEMS),
        },
        examples=[
            OpenApiExample("credentials", value={"username": "leitstelle", "password": "…"}, request_only=True),
            OpenApiExample(
                "token", value={"token": "5c1d…", "expires_at": "2026-11-24T18:00:00+01:00"}, response_only=True
            ),
        ],
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        body = CredentialsSerializer(data=request.data)
        body.is_valid(raise_exception=True)
        user = authenticate(request._request, **body.validated_data)
        if user is None:
            raise AuthenticationFailed(_("Benutzername und Passwort passen nicht zusammen."))
        stored, token = get_token_model().objects.create(user=user)
        return Response(TokenSerializer({"token": token, "expires_at": stored.expiry}).data, status=201)

    @extend_schema(
        operation_id="give_a_token_back",
        tags=["tokens"],
        summary="Log out: the token of this request is void",
        request=None,
        responses={204: None, **problems("not_authenticated")},
    )
    def delete(self, request: Request) -> Response:
        token = getattr(request, "auth", None)
        if token is None:
            raise NotAuthenticated()
        token.delete()
        return Response(status=204)


urlpatterns = [path("tokens", Tokens.as_view())]
