"""A device as a caller of the REST interface."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext_lazy as _
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import APIException, AuthenticationFailed, NotAuthenticated
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from accessibility.desk import Refusal, WayOut
from backend.bookings.clock import SystemClock
from backend.config.problems import Refused
from backend.driving.devices import COOKIE, HEADER, device_of, note_seen
from backend.driving.models import Device, Duty
from backend.driving.selectors import open_duty_of


class DeviceLocked(APIException):
    """The device was lost, or somebody thinks so."""

    status_code = 403
    default_detail = _("Dieses Gerät ist gesperrt. Rufen Sie die Leitstelle an.")
    default_code = "device_locked"


class DeviceAuthentication(BaseAuthentication):
    """`Rufbus-Device: <id>.<secret>`, or the same in the cookie, which then needs a CSRF token.

    What is posted to a view with `lets_in_locked` is heard from a locked device, too.
    """

    def authenticate(self, request: Request) -> tuple[AnonymousUser, Device] | None:
        sent = request.headers.get(HEADER) or request.COOKIES.get(COOKIE)
        if not sent:
            return None
        device, by_cookie = device_of(request._request)
        if device is None:
            raise AuthenticationFailed(_("Dieses Gerät ist nicht bekannt. Melden Sie es neu an."))
        view = request.parser_context.get("view")
        may_report = request.method == "POST" and getattr(view, "lets_in_locked", False)
        if device.locked_at is not None and not may_report:
            raise DeviceLocked()
        if by_cookie:
            SessionAuthentication().enforce_csrf(request)
        note_seen(device, SystemClock().now())
        return AnonymousUser(), device

    def authenticate_header(self, request: Request) -> str:
        return HEADER


class OnDevice(BasePermission):
    """Lets in whoever calls from a known device."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if not isinstance(request.auth, Device):
            raise NotAuthenticated()
        return True


def caller(request: Request) -> Device:
    """The device that calls; `OnDevice` has let in nobody else."""
    assert isinstance(request.auth, Device)
    return request.auth


def duty_of(request: Request) -> Duty:
    """The open duty of the calling device; a refusal where nobody is signed in."""
    duty = open_duty_of(caller(request))
    if duty is None:
        way = WayOut("sign_in", str(_("Melden Sie sich mit Ihrem Code an.")))
        raise Refused(Refusal("no_duty", str(_("Auf diesem Gerät ist niemand angemeldet.")), (way,)))
    return duty


class DeviceScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # registers itself, untyped
    """How the description of the interface names a device."""

    target_class = "backend.driving.authentication.DeviceAuthentication"
    name = "device"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "header", "name": HEADER, "description": "`<id>.<secret>` of a paired device."}
