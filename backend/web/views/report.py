"""The day's figures, for the authority: what was asked for, what was served, what it took."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from backend.operations.selectors import day_board
from backend.web.views.staff import chosen_day, days_around, own_district, staff_only


@staff_only
def summary_today(request: HttpRequest) -> HttpResponse:
    return redirect("web:summary", day=chosen_day(request))


@staff_only
def summary(request: HttpRequest, day: date) -> HttpResponse:
    """One service day without persons."""
    district = own_district()
    board = day_board(district, day)
    context = {"section": "summary", "board": board, "days": days_around(district, day)}
    return render(request, "web/staff/summary.html", context)
