"""Shifts: the coming fourteen days, one shift of one date, the week's roster."""

from __future__ import annotations

from datetime import date
from functools import partial
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from backend.bookings.localtime import clock_to_seconds, to_moment
from backend.bookings.models import DayShift
from backend.control import fleet_changes, fleet_reading
from backend.control.duties import duty_roster
from backend.control.models import ShiftDriver
from backend.control.roster_records import Values
from backend.control.rosters import Change
from backend.districts.models import District, Shift, Vehicle
from backend.driving.selectors import drivers_of
from backend.web.fleet_forms import DayShiftForm, WeeklyForm, times_values
from backend.web.sending import status_of
from backend.web.views.control_fleet import planners_only
from backend.web.views.control_fleet_change import look_first
from backend.web.views.staff import own_district


@planners_only
@require_safe
def days(request: HttpRequest) -> HttpResponse:
    """Who drives what on the coming days."""
    district, today = own_district(), timezone.localdate()
    context = {
        "section": "fleet",
        "tab": "days",
        "days": fleet_reading.coming_days(district, today),
        "faults": fleet_reading.law_says(district, today),
    }
    return render(request, "web/fleet/days.html", context)


@planners_only
@require_http_methods(["GET", "HEAD", "POST"])
def day_shift(request: HttpRequest, day: date, code: str) -> HttpResponse:
    """One shift of one date: other hours, another vehicle, another driver; or it is not driven."""
    district = own_district()
    rows = DayShift.objects.filter(service_day__district=district, service_day__date=day, code=code)
    row = rows.select_related("vehicle", "service_day").first()
    weekly = None if row else Shift.objects.filter(district=district, code=code, dropped=False).first()
    if (row is None and weekly is None) or day < timezone.localdate():
        raise Http404(_("Diesen Dienst gibt es an diesem Tag nicht."))
    if request.method == "POST" and "drop" in request.POST and row is not None:
        name = _name_of(district, row)
        return look_first(request, fleet_changes.day_changed(day, code, None, None, driver_is_other=False, name=name))
    driver = duty_roster(district, day, day).driver_of.get((day, code))
    initial = _row_values(district, row) if row else _weekly_times(weekly)
    initial["driver"] = str(driver.pk) if driver else ""
    return _day_page(request, district, day, code, row, initial)


@planners_only
@require_http_methods(["GET", "HEAD", "POST"])
def day_shift_new(request: HttpRequest, day: date) -> HttpResponse:
    """One more shift on one date."""
    district = own_district()
    if day < timezone.localdate():
        raise Http404(_("Dieser Tag ist vorbei."))
    code = fleet_changes.free_code(f"zusatz-{day.isoformat()}", fleet_changes.shift_codes(district))
    return _day_page(request, district, day, code, None, {})


@planners_only
@require_safe
def week(request: HttpRequest) -> HttpResponse:
    """The week's roster."""
    rows = [(row, fleet_reading.days_text(row.days), drivers) for row, drivers in fleet_reading.weekly(own_district())]
    return render(request, "web/fleet/week.html", {"section": "fleet", "tab": "week", "rows": rows})


@planners_only
@require_http_methods(["GET", "HEAD", "POST"])
def weekly(request: HttpRequest, code: str) -> HttpResponse:
    """One shift of the week; a change reaches every planned day that nobody has changed by hand."""
    district = own_district()
    row = Shift.objects.filter(district=district, code=code, dropped=False).select_related("vehicle").first()
    if row is None:
        raise Http404(_("Diesen Dienst gibt es nicht."))
    if request.method == "POST" and "drop" in request.POST:
        return look_first(request, fleet_changes.weekly_changed(district, code, None, {}, _name_of(district, row)))
    initial = _weekly_times(row) | {
        "days": [str(number) for number in range(7) if row.days & (1 << number)],
        "on_holidays": row.on_holidays,
    }
    for known in ShiftDriver.objects.filter(shift=row):
        initial[f"driver_{known.weekday}"] = str(known.driver_id)
    return _week_page(request, district, code, row, initial)


@planners_only
@require_http_methods(["GET", "HEAD", "POST"])
def weekly_new(request: HttpRequest) -> HttpResponse:
    """One more shift of the week."""
    district = own_district()
    vehicle = request.POST.get("vehicle", "")[:40]
    code = fleet_changes.free_code(f"dienst-{vehicle}", fleet_changes.shift_codes(district))
    return _week_page(request, district, code, None, {})


def _day_page(
    request: HttpRequest, district: District, day: date, code: str, row: DayShift | None, initial: dict[str, object]
) -> HttpResponse:
    form = DayShiftForm(
        request.POST if request.method == "POST" else None,
        vehicles=_own_vehicles(district, initial),
        drivers=drivers_of(district),
        initial=initial,
    )
    if form.is_bound and form.is_valid():
        driver = form.cleaned_data["driver"]
        change = fleet_changes.day_changed(
            day, code, _in_day_seconds(district, day, form), int(driver) if driver else None,
            driver_is_other=driver != initial.get("driver", ""), name=_name_of(district, row, form.times()),
        )  # fmt: skip
        return look_first(request, change)
    context = {
        "section": "fleet",
        "tab": "days",
        "day": day,
        "code": code,
        "row": row,
        "name": _name_of(district, row) if row else "",
        "form": form,
        "is_new": not initial,
    }
    return render(request, "web/fleet/day_shift.html", context, status=status_of(form))


def _own_vehicles(district: District, initial: dict[str, object]) -> QuerySet[Vehicle]:
    """The fleet, without taxis that were hired for a day; but with the one that drives this shift."""
    return district.vehicles.filter(Q(firm="") | Q(code=initial.get("vehicle", ""))).order_by("code")


def _week_page(
    request: HttpRequest, district: District, code: str, row: Shift | None, initial: dict[str, object]
) -> HttpResponse:
    form = WeeklyForm(
        request.POST if request.method == "POST" else None,
        vehicles=_own_vehicles(district, initial),
        drivers=drivers_of(district),
        initial=initial,
    )
    if form.is_bound and form.is_valid():
        return look_first(request, _week_change(district, code, row, form))
    context = {
        "section": "fleet",
        "tab": "week",
        "row": row,
        "name": _name_of(district, row) if row else "",
        "form": form,
    }
    return render(request, "web/fleet/weekly.html", context, status=status_of(form))


def _week_change(district: District, code: str, row: Shift | None, form: WeeklyForm) -> Change:
    values = form.values()
    return fleet_changes.weekly_changed(district, code, values, form.drivers(), _name_of(district, row, values))


def _name_of(district: District, row: DayShift | Shift | None, values: Values | None = None) -> str:
    """How people call a shift: by what it was, and where it is new, by what it becomes."""
    if isinstance(row, DayShift):
        start_s, end_s = (_on_the_clock(district, row.service_day.date, second) for second in (row.start_s, row.end_s))
        return fleet_changes.shift_name(row.vehicle.name, start_s, end_s)
    if row is not None:
        return fleet_changes.shift_name(row.vehicle.name, row.start_s, row.end_s)
    assert values is not None  # a new shift has been filled in
    vehicle = district.vehicles.get(code=values["vehicle"])
    return fleet_changes.shift_name(vehicle.name, values["start_s"], values["end_s"])


def _on_the_clock(district: District, day: date, second: int) -> int:
    moment = to_moment(second, day, ZoneInfo(district.timezone))
    return (moment.date() - day).days * 86_400 + moment.hour * 3600 + moment.minute * 60


def _weekly_times(row: Shift | None) -> dict[str, object]:
    assert row is not None
    return times_values(row.vehicle.code, row.start_s, row.end_s, row.breaks)


def _row_values(district: District, row: DayShift) -> dict[str, object]:
    """A date's shift on the clock: its seconds have elapsed since midnight, which is not the same on two days a year."""
    on_the_clock = partial(_on_the_clock, district, row.service_day.date)
    breaks = [[on_the_clock(begin), on_the_clock(end), duration] for begin, end, duration in row.breaks]
    return times_values(row.vehicle.code, on_the_clock(row.start_s), on_the_clock(row.end_s), breaks)


def _in_day_seconds(district: District, day: date, form: DayShiftForm) -> Values:
    zone, times = ZoneInfo(district.timezone), form.times()
    return {
        "vehicle": times["vehicle"],
        "start_s": clock_to_seconds(times["start_s"], day, zone),
        "end_s": clock_to_seconds(times["end_s"], day, zone),
        "breaks": [
            [clock_to_seconds(begin, day, zone), clock_to_seconds(end, day, zone), duration]
            for begin, end, duration in times["breaks"]
        ],
    }
