"""Addresses of the riders' pages in messages: whole, and in the language of the message."""

from __future__ import annotations

from django.conf import settings
from django.urls import reverse


def link_to(name: str, *arguments: str) -> str:
    """The whole address of a page; "" where the site does not know its own address (`RUFBUS_PUBLIC_URL`)."""
    return f"{settings.PUBLIC_URL}{reverse(name, args=arguments)}" if settings.PUBLIC_URL else ""
