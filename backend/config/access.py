"""Who calls: a guest, a rider's contact, or staff with roles for districts. Roles are Django groups."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from rest_framework.permissions import BasePermission
from rest_framework.request import Request

from accessibility.desk import Access, Channel

DISPATCHER, DRIVER, AUTHORITY, OPERATOR, PARTNER = "dispatcher", "driver", "authority", "operator", "partner"
ROLES = (DISPATCHER, DRIVER, AUTHORITY, OPERATOR, PARTNER)
CONTACT_HEADER = "Rufbus-Contact"


def is_staff(user: Any) -> bool:
    """Whether a user works for the service."""
    return bool(user and user.is_authenticated and user.is_active and user.is_staff)


def roles_of(user: Any) -> frozenset[str]:
    """The roles of a member of staff; a superuser has all."""
    if not (user and user.is_authenticated and user.is_active):
        return frozenset()
    if user.is_superuser:
        return frozenset(ROLES)
    return frozenset(user.groups.filter(name__in=ROLES).values_list("name", flat=True))


def has_role(user: Any, *roles: str) -> bool:
    """Whether a member of staff has one of these roles."""
    return not roles_of(user).isdisjoint(roles)


def districts_of(user: Any) -> frozenset[str] | None:
    """For which districts a member of staff works; None: for all, as a superuser does. Without any named: the site's own."""
    if user.is_superuser:
        return None
    named = frozenset(user.staff_districts.values_list("district_id", flat=True))
    return named or frozenset({settings.SITE_DISTRICT})


def works_in(user: Any, district: str) -> bool:
    """Whether a member of staff works for this district, in whatever role."""
    districts = districts_of(user)
    return districts is None or district in districts


def works_for(user: Any, district: str, *roles: str) -> bool:
    """Whether a member of staff has one of these roles, in this district."""
    return has_role(user, *roles) and works_in(user, district)


def works_here(user: Any, *roles: str) -> bool:
    """Whether a member of staff has one of these roles in the district whose site this is."""
    return works_for(user, settings.SITE_DISTRICT, *roles)


def district_in(request: Request) -> str:
    """The id of the district that an address of the REST interface names (`?district=`), else the site's own."""
    return str(request.query_params.get("district", settings.SITE_DISTRICT))


class HasRole(BasePermission):
    """Lets in whom the view's `roles` name, in the district that the address is about."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return works_for(request.user, district_in(request), *view.roles)


def staff_access(user: Any) -> Access:
    """What a member of staff may see: the bookings of her districts."""
    return Access(staff=user.get_username(), districts=districts_of(user))


def access_of(request: Request) -> Access:
    """Why the caller may see a booking: as a dispatcher, else by the contact in the header."""
    if has_role(request.user, DISPATCHER):
        return staff_access(request.user)
    return Access(contact=request.headers.get(CONTACT_HEADER, "")[:254], channel=channel_of(request, None))


def channel_of(request: Request, wished: str | None) -> Channel:
    """Where a wish came from. Only a dispatcher may say so: on the phone she writes down another's wish."""
    if has_role(request.user, DISPATCHER):
        return Channel(wished) if wished else Channel.DISPATCHER
    return Channel.PARTNER if has_role(request.user, PARTNER) else Channel.APP
