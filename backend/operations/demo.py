"""The demo login: a member of staff by one click, where `settings.DEMO_LOGIN` allows it (never in production)."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth import get_user_model, login
from django.contrib.auth.models import Group, User
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from backend.config.access import AUTHORITY, DISPATCHER, DRIVER, OPERATOR

USERNAME = "demo"


@require_POST
def demo_login(request: HttpRequest) -> HttpResponse:
    """Log the demo user in and go on to `next`."""
    if not settings.DEMO_LOGIN:
        raise Http404
    login(request, demo_user(), backend="django.contrib.auth.backends.ModelBackend")
    target = request.POST.get("next", "")
    inside = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return redirect(target if inside and "/" in target else "/")


def demo_user() -> User:
    """The demo user with its roles, without a password."""
    user, created = get_user_model().objects.get_or_create(username=USERNAME, defaults={"is_staff": True})
    if created:
        user.set_unusable_password()
        user.save()
        user.groups.set(Group.objects.filter(name__in=(DISPATCHER, DRIVER, AUTHORITY, OPERATOR)))
    return user
