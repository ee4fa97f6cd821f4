"""A ride instead of one that we had to cancel: the form, filled in. Opens from the message's link, without an account."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accessibility.desk import Quote
from backend.bookings.instead import cancelled_ride, wish_instead
from backend.web import display, quotes
from backend.web.views.booking import wish, wish_form
from backend.web.views.steps import booking_steps


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def instead(request: HttpRequest, token: str) -> HttpResponse:
    """Step 1 with the same ends, party and needs, at the next possible time; sent, it is a wish like any other."""
    if request.method == "POST":
        return wish(request)
    now = timezone.now()
    ride = cancelled_ride(token[:80], now)
    if ride is None:
        messages.info(request, _("Dieser Link gilt nicht mehr. Sagen Sie uns bitte, wohin Sie möchten."))
        return redirect("web:wish")
    again, is_possible = wish_instead(ride, now)
    origin, destination = (quotes.end_text(ride.district_id, end) for end in (again.origin, again.destination))
    initial = quotes.form_values(quotes.Asked("", again, origin, destination, Quote("", ())))
    lead = _("Ihre Fahrt %(code)s ist ausgefallen. Ihre Angaben stehen schon hier.") % {"code": ride.code}
    if is_possible:
        text = _("Die nächste mögliche Zeit: %(day)s, %(time)s. Der nächste Schritt zeigt, ob ein Platz frei ist.")
        lead += " " + text % {"day": display.day_text(again.when), "time": display.clock_text(again.when)}
    else:
        initial = {name: value for name, value in initial.items() if name not in ("day", "time")}
        lead += " " + _("Bitte wählen Sie Tag und Uhrzeit.")
    form = wish_form(request, None, None, initial)
    context = {"form": form, "steps": booking_steps(1), "section": "ride", "replaces": None, "lead": lead}
    return render(request, "web/booking/wish.html", context)
