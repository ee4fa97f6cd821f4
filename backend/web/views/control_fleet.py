"""Fleet and rosters: vehicles and when they are out, drivers and when they are away, what the control room has changed."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accessibility.desk import InvalidInput
from backend.config.access import DISPATCHER, OPERATOR
from backend.control import fleet_changes, fleet_reading
from backend.control.models import Absence
from backend.districts.models import VehicleOutage
from backend.driving.duties import add_driver, renew_code, retire_driver
from backend.driving.models import Driver
from backend.driving.selectors import drivers_of
from backend.web.fleet_forms import (
    AbsenceForm,
    DriverForm,
    OutageForm,
    PermitForm,
    VehicleForm,
    permit_values,
    vehicle_values,
)
from backend.web.guards import for_roles
from backend.web.sending import status_of
from backend.web.staff_reason import ReasonForm
from backend.web.views.control_fleet_change import look_first
from backend.web.views.staff import own_district

View = Callable[..., HttpResponse]


def planners_only(view: View) -> View:
    """For dispatchers and operators; kept by no cache."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return view(request, *args, **kwargs)

    allowed = for_roles(DISPATCHER, OPERATOR)
    return never_cache(allowed(guarded))


@planners_only
@require_safe
def fleet(request: HttpRequest) -> HttpResponse:
    """All vehicles."""
    context = {"section": "fleet", "tab": "vehicles", "vehicles": fleet_reading.vehicles(own_district(), _today())}
    return render(request, "web/fleet/vehicles.html", context)


@planners_only
@require_http_methods(["GET", "HEAD", "POST"])
def vehicle(request: HttpRequest, code: str) -> HttpResponse:
    """One vehicle: what it is, and when it is out of service."""
    row = own_district().vehicles.select_related("depot").prefetch_related("outages").filter(code=code).first()
    if row is None:
        raise Http404(_("Dieses Fahrzeug gibt es nicht."))
    form = VehicleForm(request.POST if "name" in request.POST else None, initial=vehicle_values(row))
    outage = OutageForm(request.POST if "first" in request.POST else None, initial={"first": _today()})
    if form.is_bound and form.is_valid():
        return look_first(request, fleet_changes.vehicle_changed(code, form.values(row.depot.code), is_new=False))
    if outage.is_bound and outage.is_valid():
        if outage.out().first < _today():
            outage.add_error("first", _("Dieser Tag ist schon vorbei."))
        else:
            change = fleet_changes.vehicle_out(own_district(), row, outage.out(), outage.cleaned_data["note"])
            return look_first(request, change)
    wrong = form if form.is_bound else outage
    context = {
        "section": "fleet",
        "tab": "vehicles",
        "line": fleet_reading.vehicle_line(row, _today()),
        "form": form,
        "outage_form": outage,
        "wrong_form": wrong,
    }
    return render(request, "web/fleet/vehicle.html", context, status=status_of(wrong))


@planners_only
@require_http_methods(["GET", "HEAD", "POST"])
def vehicle_new(request: HttpRequest) -> HttpResponse:
    """A vehicle that the district's package does not know."""
    district = own_district()
    form = VehicleForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        first = district.vehicles.select_related("depot").order_by("code").first()
        if first is None:
            raise Http404(_("Dieser Landkreis hat noch keinen Betriebshof."))
        code = fleet_changes.free_code(form.cleaned_data["name"], fleet_changes.vehicle_codes(district))
        return look_first(request, fleet_changes.vehicle_changed(code, form.values(first.depot.code), is_new=True))
    context = {"section": "fleet", "tab": "vehicles", "form": form, "wrong_form": form}
    return render(request, "web/fleet/vehicle.html", context, status=status_of(form))


@planners_only
@require_POST
def outage_over(request: HttpRequest, outage_id: Any) -> HttpResponse:
    """The vehicle is back earlier; its shifts are driven again."""
    outage = (
        VehicleOutage.objects.filter(pk=outage_id, vehicle__district=own_district()).select_related("vehicle").first()
    )
    if outage is None:
        messages.info(request, _("Dieser Eintrag ist schon gelöscht."))
        return redirect("staff:fleet")
    return look_first(request, fleet_changes.vehicle_back(outage))


@planners_only
@require_http_methods(["GET", "HEAD", "POST"])
def drivers(request: HttpRequest) -> HttpResponse:
    """Who drives, and who is away; a new short code is shown this once."""
    form = DriverForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            driver, code = add_driver(own_district(), form.cleaned_data["name"], _by(request), timezone.now())
        except InvalidInput as problem:
            form.add_desk_problem(problem)
        else:
            return _drivers_page(request, DriverForm(), new_code=(driver, code))
    return _drivers_page(request, form)


@planners_only
@require_POST
def driver_code(request: HttpRequest, driver_id: int) -> HttpResponse:
    """Another short code; the old one is void."""
    driver = _driver(driver_id)
    return _drivers_page(request, DriverForm(), new_code=(driver, renew_code(driver, _by(request), timezone.now())))


@planners_only
@require_http_methods(["GET", "HEAD", "POST"])
def driver(request: HttpRequest, driver_id: int) -> HttpResponse:
    """One driver: absences, what she may drive, and leaving for good."""
    district, row = own_district(), _driver(driver_id)
    absence = AbsenceForm(request.POST if "first" in request.POST else None, initial={"first": _today()})
    leaving = ReasonForm(request.POST if "reason" in request.POST else None)
    permit = PermitForm(
        request.POST if "is_known" in request.POST else None, initial=permit_values(getattr(row, "permit", None))
    )
    if permit.is_bound and permit.is_valid():
        return look_first(request, fleet_changes.driver_permitted(row, permit.values()))
    if absence.is_bound and absence.is_valid():
        cleaned = absence.cleaned_data
        change = fleet_changes.driver_away(
            district, row, cleaned["first"], cleaned["last"], today=_today(), drops_uncovered=cleaned["drops_uncovered"]
        )
        return look_first(request, change)
    if leaving.is_bound and leaving.is_valid():
        retire_driver(row, _by(request), leaving.cleaned_data["reason"], timezone.now())
        messages.success(request, _("%(name)s kann sich nicht mehr anmelden.") % {"name": row.name})
        return redirect("staff:fleet-drivers")
    wrong = permit if permit.is_bound else absence if absence.is_bound else leaving
    away = [row_ for row_ in fleet_reading.absences(district, _today()) if row_.driver_id == row.pk]
    context = {
        "section": "fleet",
        "tab": "drivers",
        "driver": row,
        "absences": away,
        "form": absence,
        "leaving_form": leaving,
        "permit_form": permit,
        "wrong_form": wrong,
    }
    return render(request, "web/fleet/driver.html", context, status=status_of(wrong))


@planners_only
@require_POST
def absence_over(request: HttpRequest, absence_id: Any) -> HttpResponse:
    """An absence is taken out; shifts given to others stay with them."""
    district = own_district()
    row = Absence.objects.filter(pk=absence_id, driver__district=district).select_related("driver").first()
    if row is None:
        messages.info(request, _("Dieser Eintrag ist schon gelöscht."))
        return redirect("staff:fleet-drivers")
    return look_first(request, fleet_changes.driver_back(district, str(row.pk), row.driver))


@planners_only
@require_safe
def changes(request: HttpRequest) -> HttpResponse:
    """What was changed, by whom and why; each can be taken back once."""
    rows = [(row, fleet_reading.summary_of(row)) for row in fleet_reading.changes(own_district())]
    return render(request, "web/fleet/changes.html", {"section": "fleet", "tab": "changes", "rows": rows})


def _drivers_page(request: HttpRequest, form: DriverForm, new_code: tuple[Driver, str] | None = None) -> HttpResponse:
    district = own_district()
    context = {
        "section": "fleet",
        "tab": "drivers",
        "drivers": drivers_of(district),
        "absences": fleet_reading.absences(district, _today()),
        "form": form,
        "new_code": new_code,
    }
    return render(request, "web/fleet/drivers.html", context, status=status_of(form))


def _driver(driver_id: int) -> Driver:
    row = drivers_of(own_district()).select_related("district").filter(pk=driver_id).first()
    if row is None:
        raise Http404(_("Diese Person fährt hier nicht."))
    return row


def _by(request: HttpRequest) -> str:
    return request.user.get_username()


def _today() -> date:
    return timezone.localdate()
