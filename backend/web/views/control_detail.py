"""One vehicle, one ride, the rides of a day: pages of their own, and the panel of the board."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import uuid4

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from backend.bookings.models import ServiceDay
from backend.bookings.selectors import booking_by_code
from backend.config.access import DISPATCHER, OPERATOR, works_here
from backend.driving.messages import LONGEST, send_to_vehicle
from backend.driving.selectors import events_of, open_duties
from backend.notifications.selectors import messages_of
from backend.notifications.staff_words import line_of
from backend.operations.board import BoardRow, BoardVisit
from backend.operations.board_reading import board_of
from backend.operations.board_rides import RideRow, ride_detail, rides_of_day
from backend.operations.dayclock import now_for
from backend.operations.selectors import VehicleRoute, Visit, vehicle_routes
from backend.web import staff_board
from backend.web.accessible_form import AccessibleForm
from backend.web.staff_history import history_lines, state_text
from backend.web.staff_reports import report_of
from backend.web.views.staff import days_around, own_district, staff_acting, staff_only

PART_HEADER = "Rufbus-Part"
REPORTS_SHOWN = 8
# What `?stand=` may ask for, as it is said, and which rides it shows.
FILTERS: dict[str, tuple[str, Any]] = {
    "alle": ("alle", lambda ride: True),
    "offen": ("offen", lambda ride: ride.phase == "open"),
    "unterwegs": ("unterwegs", lambda ride: ride.phase == "riding"),
    "beendet": ("beendet", lambda ride: ride.phase == "over"),
    "bricht": ("Zusage bricht", lambda ride: ride.mark == "late"),
    "knapp": ("Zusage knapp", lambda ride: ride.mark == "tight"),
    "verspaetet": ("Fahrgast verspätet", lambda ride: ride.rider_late),
    "abgesagt": ("abgesagt", lambda ride: ride.state == "cancelled"),
    "nicht-da": ("nicht angetroffen", lambda ride: ride.state == "no_show"),
}


ANSWERS = (gettext_lazy("Verstanden"), gettext_lazy("Geht nicht"))


class ToDriverForm(AccessibleForm):
    """A few words, to be answered by a tap."""

    text = forms.CharField(
        label=gettext_lazy("Nachricht an den Fahrer"),
        max_length=LONGEST,
        help_text=gettext_lazy("Kurz. Der Fahrer antwortet mit „Verstanden“ oder „Geht nicht“."),
        error_messages={
            "required": gettext_lazy("Schreiben Sie, was der Fahrer wissen muss."),
            "max_length": gettext_lazy("Höchstens 300 Zeichen passen."),
        },
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    key = forms.UUIDField(widget=forms.HiddenInput)


def render_part(request: HttpRequest, template: str, context: dict[str, Any]) -> HttpResponse:
    """A page, or only its content where the board asks for it to show beside itself."""
    is_part = request.headers.get(PART_HEADER) == "1"
    base = "web/staff/_part.html" if is_part else "web/base.html"
    may_act = works_here(request.user, DISPATCHER)
    shown = {"section": "board", "may_act": may_act, **context, "base": base, "is_part": is_part}
    response = render(request, template, shown)
    response["Vary"] = PART_HEADER
    return response


@staff_only(DISPATCHER, OPERATOR)
def vehicle(request: HttpRequest, day: date, vehicle_id: str) -> HttpResponse:
    """Where a vehicle is, what it has done and what is before it, with everybody who rides."""
    return _vehicle_page(request, day, vehicle_id, ToDriverForm(initial={"key": uuid4()}))


@staff_acting(DISPATCHER)
def told_driver(request: HttpRequest, day: date, vehicle_id: str) -> HttpResponse:
    """A few words to whoever drives the vehicle. The same form sent twice says it once."""
    if request.method != "POST":
        return redirect("staff:board-vehicle", day=day, vehicle_id=vehicle_id)
    form = ToDriverForm(request.POST)
    service_day = ServiceDay.objects.select_related("district").filter(district=own_district(), date=day).first()
    addressed = own_district().vehicles.filter(code=vehicle_id.replace("\x00", "")).first()
    if service_day is None or addressed is None:
        raise Http404(_("Dieses Fahrzeug fährt an diesem Tag nicht."))
    if not form.is_valid():
        return _vehicle_page(request, day, vehicle_id, form, 422)
    said, actor = form.cleaned_data, request.user.get_username()
    choices = [str(choice) for choice in ANSWERS]
    shown = now_for(service_day.district_id, day)
    send_to_vehicle(
        service_day, addressed, said["text"], actor, timezone.now(), shown=shown, choices=choices, key=said["key"]
    )
    messages.success(request, _("Das steht jetzt auf dem Gerät in %(vehicle)s.") % {"vehicle": addressed.name})
    return redirect("staff:board-vehicle", day=day, vehicle_id=vehicle_id)


def _vehicle_page(
    request: HttpRequest, day: date, vehicle_id: str, form: ToDriverForm, status: int = 200
) -> HttpResponse:
    district = own_district()
    now = now_for(district.pk, day)
    shown = board_of(district, day, now)
    rows = [row for row in shown.rows if row.vehicle_code == vehicle_id]
    if not rows:
        raise Http404(_("Dieses Fahrzeug fährt an diesem Tag nicht."))
    routes = {route.shift_code: route for route in vehicle_routes(district, day, vehicle_id)}
    shifts = [
        {
            "row": row,
            "route": routes[row.shift_code],
            "states": list(staff_board.row_states(row)),
            **_halts(row, routes[row.shift_code]),
        }
        for row in rows
        if row.shift_code in routes
    ]
    service_day = ServiceDay.objects.get(district=district, date=day)
    reports = events_of(service_day).filter(vehicle__code=vehicle_id).reverse()[:REPORTS_SHOWN]
    context = {
        "board": shown,
        "now": now,
        "shifts": shifts,
        "vehicle": rows[0],
        "duties": open_duties(service_day).filter(vehicle__code=vehicle_id),
        "reports": [report_of(district, row) for row in reports],
        "form": form,
        "told": service_day.driver_messages.filter(vehicle__code=vehicle_id).order_by("-sent_at")[:REPORTS_SHOWN],
    }
    response = render_part(request, "web/staff/board_vehicle.html", context)
    response.status_code = status
    return response


def _halts(row: BoardRow, route: VehicleRoute) -> dict[str, list[tuple[BoardVisit, Visit]]]:
    """The halts of a shift: those behind the vehicle, which are folded, and what is still before it."""
    halts = list(zip(row.visits, route.visits, strict=False))
    first = next((number for number, (halt, _visit) in enumerate(halts) if not halt.is_over or halt.mark), len(halts))
    return {"over": halts[:first], "ahead": halts[first:]}


@staff_only(DISPATCHER, OPERATOR)
def booking(request: HttpRequest, day: date, code: str) -> HttpResponse:
    """Everything about one ride: promise, forecast, who, history."""
    district = own_district()
    now = now_for(district.pk, day)
    shown = board_of(district, day, now)
    detail = ride_detail(district, code, shown, now)
    if detail is None:
        raise Http404(_("Diese Buchung gibt es an diesem Tag nicht."))
    context = {
        "board": shown,
        "detail": detail,
        "where": staff_board.forecast_text(detail.forecast),
        "state": state_text(detail.booking.state),
        "mark": staff_board.mark_text(detail.mark),
        "call_key": uuid4().hex,
        "history": history_lines(detail.history),
        "messages_told": [line_of(row, now) for row in messages_of(detail.booking)],
    }
    return render_part(request, "web/staff/board_booking.html", context)


@staff_only(DISPATCHER, OPERATOR)
def booking_by_its_code(request: HttpRequest, code: str) -> HttpResponse:
    """The same page for whoever knows the code alone."""
    row = booking_by_code(code)
    if row is None or row.district_id != own_district().pk:
        raise Http404(_("Diese Buchung gibt es nicht."))
    return redirect("staff:board-booking", day=row.service_day.date, code=row.code)


@staff_only(DISPATCHER, OPERATOR)
def rides(request: HttpRequest, day: date) -> HttpResponse:
    """The rides of a day, all or those of one kind."""
    district = own_district()
    shown = board_of(district, day, now_for(district.pk, day))
    chosen = request.GET.get("stand", "alle")
    if chosen not in FILTERS:
        chosen = "alle"
    every = rides_of_day(district, shown)
    place = request.GET.get("ort", "")[:120]
    if place:
        every = [ride for ride in every if place in (ride.pickup_stop.village, ride.delivery_stop.village)]
    picked = [ride for ride in every if FILTERS[chosen][1](ride)]
    context = {
        "board": shown,
        "chosen": chosen,
        "filters": [(key, text, sum(1 for ride in every if keep(ride))) for key, (text, keep) in FILTERS.items()],
        "rides": [(ride, _ride_state(ride)) for ride in picked],
        "place": place,
        "heading": FILTERS[chosen][0],
        "days": days_around(district, day),
    }
    return render_part(request, "web/staff/board_rides.html", context)


def _ride_state(ride: RideRow) -> str:
    if ride.mark:
        return staff_board.mark_text(ride.mark)
    phases = {"open": _("offen"), "riding": _("unterwegs"), "over": _("beendet")}
    return state_text(ride.state) if ride.state in ("cancelled", "no_show") else phases.get(ride.phase, "")
