"""Where somebody is led after something was done: to the page that says what has happened."""

from __future__ import annotations

from django.http import HttpResponseRedirect
from django.urls import reverse


def led_to(address: str, code: str, *, news: str) -> HttpResponseRedirect:
    """The page of a booking, series or link; `?gebucht=1` in its address lets it say so, also when it is loaded again."""
    return HttpResponseRedirect(reverse(address, args=[code], query={news: 1}))
