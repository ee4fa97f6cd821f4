"""The list of troubles, each with what can be done about it; and what would make a refused ride possible."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accessibility.desk import InvalidInput
from backend.bookings.models import RideRequest, ServiceDay
from backend.config.access import DISPATCHER, OPERATOR, works_here
from backend.control.possible import possibilities
from backend.control.trouble_watch import Noted, acknowledge, list_of
from backend.control.troubles import Remedy, TroubleKind
from backend.operations.board_rides import riders_named
from backend.operations.dayclock import now_on
from backend.operations.selectors import RiderView
from backend.web.district import current_district
from backend.web.views.control_interventions import day_of, dispatchers
from backend.web.views.staff import chosen_day, days_around, own_district, staff_only

MANY = 3  # so many promises of one bus are one card
LEVELS = {3: ("stop", _("jetzt")), 2: ("mind", _("bald")), 1: ("", _("zur Kenntnis"))}


@staff_only(DISPATCHER, OPERATOR)
def troubles_today(request: HttpRequest) -> HttpResponse:
    """The day that matters now, or the day chosen in the form."""
    return redirect("staff:troubles", day=chosen_day(request))


@staff_only(DISPATCHER, OPERATOR)
def troubles(request: HttpRequest, day: date) -> HttpResponse:
    """All troubles of a day, the most urgent first; wishes that got no ride, by departure; what was taken note of, below."""
    district = own_district()
    row = ServiceDay.objects.select_related("district").filter(district=district, date=day).first()
    now = now_on(row) if row else None
    noted = list_of(row, now) if row and now else []
    riders = riders_named(district, {code for one in noted if one.is_open for code in one.trouble.bookings})
    is_open = [_shown(day, one, riders) for one in noted if one.is_open]
    context = {
        "section": "troubles",
        "day": day,
        "days": days_around(district, day),
        "now": now,
        "open": [one for one in is_open if not one["is_wish"]],
        "cards": _cards(row, [one for one in is_open if not one["is_wish"]]) if row else [],
        "wishes": sorted((one for one in is_open if one["is_wish"]), key=lambda one: one["trouble"].due_s),
        "known": [_shown(day, one) for one in noted if not one.is_open],
        "has_day": row is not None,
        "may_act": works_here(request.user, DISPATCHER),
        "socket": f"/ws/service-days/{district.pk}/{day.isoformat()}/",
    }
    return render(request, "web/control/troubles.html", context)


def _cards(row: ServiceDay, shown: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What is open, one card for each; of a bus that breaks many promises one for all of them, where the first would stand."""
    by_vehicle: dict[str, list[dict[str, Any]]] = {}
    for one in shown:
        if one["trouble"].kind is TroubleKind.PROMISE:
            by_vehicle.setdefault(one["trouble"].vehicle, []).append(one)
    many = {code: of_one for code, of_one in by_vehicle.items() if len(of_one) >= MANY}
    names = {shift.vehicle.code: shift.vehicle.name for shift in row.day_shifts.select_related("vehicle")}
    cards: list[dict[str, Any]] = []
    for one in shown:
        of_one = many.get(one["trouble"].vehicle) if one["trouble"].kind is TroubleKind.PROMISE else None
        if of_one is None:
            cards.append(one)
        elif one is of_one[0]:
            title = _("%(vehicle)s: %(n)d Zusagen in Gefahr oder gebrochen")
            code = one["trouble"].vehicle
            cards.append(
                {
                    **one,
                    "many": of_one,
                    "vehicle": code,
                    "title": title % {"vehicle": names.get(code, code), "n": len(of_one)},
                }
            )
    return cards


def _shown(day: date, noted: Noted, riders: Mapping[str, RiderView] | None = None) -> dict[str, Any]:
    badge, word = LEVELS[noted.trouble.level]
    links = [(remedy.text, address) for remedy in noted.trouble.remedies if (address := address_of(day, remedy))]
    is_wish = noted.trouble.kind is TroubleKind.UNSERVED
    return {
        "noted": noted, "trouble": noted.trouble, "badge": badge, "level": word, "remedies": links, "is_wish": is_wish,
        "riders": [riders[code] for code in noted.trouble.bookings if code in riders] if riders else [],
        "key": uuid4().hex,
    }  # fmt: skip


def address_of(day: date, remedy: Remedy) -> str:
    """Where a remedy leads to; "" where that page is not there."""
    if remedy.document is not None:
        values = {name: value for name, value in remedy.document.items() if name != "kind" and value not in (None, "")}
        address = reverse("staff:intervention", kwargs={"day": day, "kind": remedy.document["kind"]})
        return f"{address}?{urlencode(values)}" if values else address
    name, _colon, argument = remedy.address.partition(":")
    try:
        if name == "possible":
            return reverse("staff:possible", kwargs={"day": day, "request_id": UUID(argument)})
        if name == "fleet-driver":
            return reverse("staff:fleet-driver", kwargs={"driver_id": int(argument)})
        if name == "board-vehicle":
            return reverse("staff:board-vehicle", kwargs={"day": day, "vehicle_id": argument})
        of_day = name in ("board", "interventions", "conflicts")
        return reverse(f"staff:{name}", kwargs={"day": day} if of_day else None)
    except NoReverseMatch:
        return ""


@require_POST
@never_cache
@dispatchers
def trouble_noted(request: HttpRequest, day: date) -> HttpResponse:
    """A dispatcher takes note."""
    row = day_of(day)
    key, note = str(request.POST.get("key", ""))[:120], str(request.POST.get("note", ""))
    try:
        acknowledge(row, key, note, request.user.get_username(), now_on(row), timezone.now())
        text = _("Notiert. Die Störung steht jetzt unten. Wird sie schlimmer, kommt sie wieder nach oben.")
        messages.success(request, text)
    except InvalidInput as problem:
        messages.error(request, problem.problem)
    return redirect("staff:troubles", day=day)


@staff_only(DISPATCHER)
def possible(request: HttpRequest, day: date, request_id: UUID) -> HttpResponse:
    """What would make a refused ride possible."""
    service_day = day_of(day)
    wish = RideRequest.objects.filter(service_day=service_day, pk=request_id).select_related(
        "district", "origin_stop", "destination_stop"
    ).first()  # fmt: skip
    if wish is None or wish.origin_stop is None or wish.destination_stop is None:
        raise Http404
    now = now_on(service_day)
    found = possibilities(service_day, wish, now) if wish.wished_at > now else []
    ways = [(way.text, address_of(day, Remedy(way.text, way.document)) if way.document else "") for way in found]
    context = {
        "section": "troubles", "day": day, "wish": wish, "ways": ways, "none_that_day": not any(way.is_that_day for way in found),
        "is_short_notice": wish.wished_at - now < timedelta(seconds=current_district().longest_lead_s),
    }  # fmt: skip
    return render(request, "web/control/possible.html", context)
