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
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accessibility.desk import InvalidInput
from backend.bookings.models import RideRequest, ServiceDay
from backend.config.access import DISPATCHER, OPERATOR, works_here
from backend.control.possible import possibilities
from backend.control.trouble_list import count, open_ones, open_wishes
from backend.control.trouble_watch import Noted, acknowledge_all, list_of
from backend.control.troubles import Remedy, TroubleKind
from backend.operations.board_rides import riders_named
from backend.operations.dayclock import now_on
from backend.operations.selectors import RiderView
from backend.web import staff_troubles
from backend.web.district import current_district
from backend.web.views.control_interventions import day_of, dispatchers
from backend.web.views.staff import chosen_day, days_around, own_district, staff_only

MOST_AT_ONCE = 200  # troubles noted with one press
MANY = 3  # so many promises of one bus are one card


@staff_only(DISPATCHER, OPERATOR)
def troubles_today(request: HttpRequest) -> HttpResponse:
    """The day that matters now, or the day chosen in the form."""
    return redirect("staff:troubles", day=chosen_day(request))


@staff_only(DISPATCHER, OPERATOR)
def troubles(request: HttpRequest, day: date) -> HttpResponse:
    """The troubles of a day that the address asks for, the most urgent first; wishes that got no ride; what was taken note of."""
    district, asked = own_district(), staff_troubles.asked_of(request.GET)
    row = ServiceDay.objects.select_related("district").filter(district=district, date=day).first()
    now = now_on(row) if row else None
    noted = list_of(row, now) if row and now else []
    is_open = open_ones(noted)
    counts = count(is_open, asked.look)
    riders = riders_named(district, {code for one in is_open for code in one.trouble.bookings})
    names = dict(row.day_shifts.values_list("vehicle__code", "vehicle__name")) if row else {}
    cards = _cards(names, [_shown(day, one, riders) for one in asked.look.of(is_open)])
    wishes = [_shown(day, one) for one in open_wishes(noted)]
    pages = list(staff_troubles.pages_of(asked, len(cards)))
    begin = (min(asked.page, max(1, len(pages))) - 1) * staff_troubles.CARDS_A_PAGE
    context = {
        "section": "troubles",
        "day": day,
        "days": days_around(district, day),
        "now": now,
        "asked": asked,
        "query": asked.query(),
        "counts": counts,
        "levels": staff_troubles.level_links(asked, counts),
        "kinds": staff_troubles.kind_choices(asked, counts),
        "vehicles": staff_troubles.vehicle_choices(asked, counts, names),
        "orders": staff_troubles.order_choices(asked),
        "level_name": staff_troubles.LEVEL_NAMES.get(asked.look.level or 0, ""),
        "cards": cards[begin : begin + staff_troubles.CARDS_A_PAGE],
        "pages": pages,
        "wishes": wishes,
        "wish_groups": staff_troubles.wish_groups(wishes, asked.wishes_by),
        "few_wishes": len(wishes) <= staff_troubles.FEW_WISHES,
        "wish_links": [
            (asked.query(wuensche=name), words, asked.wishes_by == by)
            for name, by, words in (("", "stunde", _("nach Stunde")), ("genannt", "genannt", _("nach dem, was genannt wurde")))
        ],
        "known": [_shown(day, one) for one in noted if not one.is_open],
        "all_open": staff_troubles.known_to_script(noted),
        "has_day": row is not None,
        "may_act": works_here(request.user, DISPATCHER),
        "socket": f"/ws/service-days/{district.pk}/{day.isoformat()}/",
    }  # fmt: skip
    return render(request, "web/control/troubles.html", context)


def _cards(names: Mapping[str, str], shown: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What is open, one card for each; of a bus that breaks many promises one for all of them, where the first would stand."""
    by_vehicle: dict[str, list[dict[str, Any]]] = {}
    for one in shown:
        if one["trouble"].kind is TroubleKind.PROMISE:
            by_vehicle.setdefault(one["trouble"].vehicle, []).append(one)
    many = {code: of_one for code, of_one in by_vehicle.items() if len(of_one) >= MANY}
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
    level = noted.trouble.level
    links = [(remedy.text, address) for remedy in noted.trouble.remedies if (address := address_of(day, remedy))]
    is_wish = noted.trouble.kind is TroubleKind.UNSERVED
    return {
        "noted": noted, "trouble": noted.trouble, "badge": staff_troubles.BADGES[level],
        "level": staff_troubles.LEVEL_WORDS[level],
        "remedies": links, "is_wish": is_wish, "since": noted.record.raised_at if noted.record else None,
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
        if name == "rides-again":
            return reverse("staff:rides-again", kwargs={"day": day, "record": UUID(argument)})
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
    """A dispatcher takes note, of one or of several that belong together."""
    row, actor = day_of(day), request.user.get_username()
    keys, note = request.POST.getlist("key")[:MOST_AT_ONCE], str(request.POST.get("note", ""))
    try:
        done = acknowledge_all(row, [key[:120] for key in keys], note, actor, now_on(row), timezone.now())
        text = ngettext(
            "Notiert. Die Störung steht jetzt unten. Wird sie schlimmer, kommt sie wieder nach oben.",
            "%(n)d notiert. Sie stehen jetzt unten.",
            len(done),
        )
        messages.success(request, text % {"n": len(done)})
    except InvalidInput as problem:
        messages.error(request, problem.problem)
    address = reverse("staff:troubles", kwargs={"day": day})
    return redirect(address + staff_troubles.asked_of(request.GET).query())


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
