"""The way back at the phone desk: what a line has said of it goes along in the address, as a time of day and nothing else."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse

from accessibility.desk import Anchor, RideWish
from backend.web.when import read_when

NAME = "zurueck"
_CLOCK = re.compile(r"(?:bis )?[0-2]?\d:[0-5]\d")


def back_time(said: str, there: datetime, now: datetime, zone: ZoneInfo) -> str:
    """The time of a way back as its field takes it: "12:00", "bis 16:00"; "" where the words leave it open."""
    heard = read_when(said, "", there.astimezone(zone).date(), now, zone) if said else None
    if heard is None:
        return ""
    moments = [heard.moment] if heard.moment else [datetime.fromisoformat(option.value) for option in heard.options]
    later = [moment.astimezone(zone) for moment in moments if moment > there]
    if len(later) != 1:
        return ""
    return f"bis {later[0]:%H:%M}" if heard.anchor is Anchor.ARRIVE else f"{later[0]:%H:%M}"


def asked_back(request: HttpRequest) -> str:
    """The time that goes along; "" where none does."""
    typed = request.GET.get(NAME, "")
    return typed if _CLOCK.fullmatch(typed) else ""


def back_query(time: str) -> str:
    """The end of an address that takes it along."""
    return f"?{urlencode({NAME: time})}" if time else ""


def going_on(response: HttpResponse, time: str) -> HttpResponse:
    """The same redirect, which takes it along."""
    response["Location"] += back_query(time)
    return response


def turned(there: RideWish, when: datetime, anchor: Anchor | None) -> RideWish:
    """The same people and needs the other way round."""
    return replace(
        there,
        origin=there.destination,
        destination=there.origin,
        when=when,
        anchor=anchor or Anchor.DEPART,
        replaces=None,
    )
