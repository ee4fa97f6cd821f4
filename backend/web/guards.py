"""Who may open the pages of those who run the service."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib.auth.decorators import user_passes_test
from django.http import HttpResponse

from backend.config.access import works_here

View = Callable[..., HttpResponse]


def for_roles(*roles: str) -> Callable[[View], View]:
    """For staff of this site's district with one of these roles; everybody else is asked to log in."""
    guard: Callable[[View], View] = user_passes_test(lambda user: works_here(user, *roles), login_url="staff:login")
    return guard
