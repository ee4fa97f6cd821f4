"""The day's figures, for the authority: what was asked for, what was served, what it took."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from backend.config.access import AUTHORITY, DISPATCHER, OPERATOR
from backend.operations.summary import DaySummary, day_summary, refusal_word
from backend.web import display
from backend.web.views.staff import chosen_day, days_around, own_district, staff_only


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table."""

    name: str
    value: str
    meaning: str


@staff_only(AUTHORITY, OPERATOR, DISPATCHER)
def summary_today(request: HttpRequest) -> HttpResponse:
    """The day that matters now, or the day chosen in the form."""
    return redirect("staff:summary", day=chosen_day(request))


@staff_only(AUTHORITY, OPERATOR, DISPATCHER)
def summary(request: HttpRequest, day: date) -> HttpResponse:
    """One service day, without persons."""
    district = own_district()
    figures = day_summary(district, day)
    context = {
        "section": "summary",
        "day": day,
        "days": days_around(district, day),
        "summary": figures,
        "share": display.percent_text(figures.served / figures.requested) if figures.requested else "",
        "figures": _figures(figures),
        "refused": [(refusal_word(code), count) for code, count in figures.refused.items()],
    }
    return render(request, "web/staff/summary.html", context)


def _figures(of_day: DaySummary) -> list[Figure]:
    empty_share = display.percent_text(of_day.empty_km / of_day.driven_km) if of_day.driven_km else "0 %"
    return [
        Figure(_("Warten im Mittel"), _minutes(of_day.wait_min_mean), _("vom Beginn der Abholzeit bis zum Einsteigen")),
        Figure(_("Warten, 95 von 100"), _minutes(of_day.wait_min_p95), _("so lange oder kürzer")),
        Figure(_("Fahrt im Mittel"), _minutes(of_day.ride_min_mean), _("vom Einsteigen bis zum Aussteigen")),
        Figure(_("Direkte Fahrt im Mittel"), _minutes(of_day.direct_min_mean), _("wenn der Bus ohne Umweg führe")),
        Figure(_("Fahrt zu direkter Fahrt"), _number(of_day.ride_ratio, 2), _("1 heißt: kein Umweg")),
        Figure(_("Gemeinsame Fahrten"), display.percent_text(of_day.pooled_share), _("Buchungen, die den Bus teilen")),
        Figure(_("Fahrzeuge"), str(of_day.vehicles), _("mit mindestens einer Fahrt")),
        Figure(_("Fahrzeit"), _("%(hours)s Stunden") % {"hours": _number(of_day.driving_h, 1)}, _("alle Fahrzeuge")),
        Figure(_("Fahrstrecke"), display.kilometres_text(of_day.driven_km * 1000), _("alle Fahrzeuge")),
        Figure(_("Leer gefahren"), display.kilometres_text(of_day.empty_km * 1000), empty_share),
    ]


def _minutes(minutes: float) -> str:
    return _("%(minutes)s Minuten") % {"minutes": _number(minutes, 1)}


def _number(value: float, digits: int) -> str:
    return f"{value:.{digits}f}".replace(".", ",")
