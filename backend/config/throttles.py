"""How often a guest may ask. Each view names its `throttle_scope`; the rates are in the settings."""

from __future__ import annotations

from ipaddress import AddressValueError, IPv6Address
from typing import Any

from django.conf import settings
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

from backend.config.access import is_staff


class GuestThrottle(SimpleRateThrottle):
    """Counts requests of one connection to the network, a scope at a time. Staff are not counted."""

    def __init__(self) -> None:
        """The rate is known only with the view; see `allow_request`."""

    def allow_request(self, request: Request, view: Any) -> bool:
        self.scope = getattr(view, "throttle_scope", None)
        if self.scope is None or is_staff(request.user):
            return True
        self.rate = settings.THROTTLE_RATES[self.scope]
        self.num_requests, self.duration = self.parse_rate(self.rate)
        return bool(super().allow_request(request, view))

    def get_cache_key(self, request: Request, view: Any) -> str:
        return f"throttle:{self.scope}:{connection_of(self.get_ident(request))}"


class WrongTriesThrottle(GuestThrottle):
    """Counts only what the view says was wrong (`was_wrong`): who has a right code is not guessing."""

    def throttle_success(self) -> bool:
        return True

    def was_wrong(self) -> None:
        """Count this request."""
        self.history.insert(0, self.now)
        self.cache.set(self.key, self.history, self.duration)


def connection_of(address: str) -> str:
    """Who asks, as far as the network tells: of IPv6 the first half, for whoever has one address has 2^64 of them."""
    try:
        known = IPv6Address(address)
    except AddressValueError:
        return address
    return str(known.ipv4_mapped or IPv6Address(int(known) >> 64 << 64))
