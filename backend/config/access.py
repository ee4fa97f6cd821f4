"""Who calls: a guest, a rider's contact, or staff with roles. Roles are Django groups."""

from __future__ import annotations

from typing import Any

from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from accessibility.desk import Access, Channel

DISPATCHER, DRIVER, AUTHORITY, OPERATOR, PARTNER = "dispatcher", "driver", "authority", "operator", "partner"
ROLES = (DISPATCHER, DRIVER, AUTHORITY, OPERATOR, PARTNER)
CONTACT_HEADER = "Rufbus-Contact"


def is_staff(user: Any) -> bool:
    """Whether a user works for the service."""
    return bool(user and user.is_authenticated and user.is_active and user.is_staff)


def has_role(user: Any, *roles: str) -> bool:
    """Whether a member of staff has one of these roles; a superuser has all."""
    if not (user and user.is_authenticated and user.is_active):
        return False
    return bool(user.is_superuser or user.groups.filter(name__in=roles).exists())


class HasRole(BasePermission):
    """Lets in whom the view's `roles` name."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return has_role(request.user, *view.roles)


def access_of(request: Request) -> Access:
    """Why the caller may see a booking: as a dispatcher, else by the contact in the header."""
    if has_role(request.user, DISPATCHER):
        return Access(staff=request.user.get_username())
    return Access(contact=request.headers.get(CONTACT_HEADER, "")[:254], channel=channel_of(request, None))


def channel_of(request: Request, wished: str | None) -> Channel:
    """Where a wish came from. Only a dispatcher may say so: on the phone she writes down another's wish."""
    if has_role(request.user, DISPATCHER):
        return Channel(wished) if wished else Channel.DISPATCHER
    return Channel.PARTNER if has_role(request.user, PARTNER) else Channel.APP
