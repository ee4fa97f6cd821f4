"""Once more in three taps: a large button on the start page opens offers at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accessibility.desk import InvalidInput, Quote, RideWish
from backend.bookings.desk import get_desk
from backend.bookings.rewording import reword
from backend.web.again_rides import again_ride
from backend.web.limits import limited
from backend.web.quotes import when_text
from backend.web.sending import key_of
from backend.web.visitor import forget_rides, own_request


@require_POST
@limited("quote")
def ask(request: HttpRequest) -> HttpResponse:
    """Offers for a known ride at the next sensible time; where a rule forbids that, at the time the rule names."""
    ride = again_ride(request, request.POST.get("was", "")[:60])
    if ride is None:  # forgotten meanwhile, or never offered to this visitor
        return redirect("web:wish")
    pressed = f"once-more:{timezone.now():%Y%m%d%H%M}"  # twice a minute is one press
    try:
        quote = get_desk().quote(ride.wish, key=key_of(pressed, ride.wish))
        proposed = _proposed(quote, ride.wish)
        if proposed:
            quote = get_desk().quote(proposed, key=key_of(pressed, proposed))
            if quote.refusal is None:
                text = _("Gewünscht war: %(when)s. Das geht nicht mehr. Hier sehen Sie die nächste Zeit.")
                messages.info(request, text % {"when": when_text(ride.wish)})
    except InvalidInput as problem:
        messages.info(request, reword(problem.problem))
        return redirect("web:wish")
    own_request(request, quote.request_id)
    return redirect("web:offers", request_id=quote.request_id)


@require_POST
def forget(request: HttpRequest) -> HttpResponse:
    """For a computer that others use: this session knows no ride any more."""
    forget_rides(request)
    messages.info(request, _("Dieser Browser kennt Ihre Fahrten nicht mehr. Gebuchtes bleibt gebucht."))
    return redirect("web:start")


def _proposed(quote: Quote, wish: RideWish) -> RideWish | None:
    """The same wish at the last time that a refusal names: after an earlier one it names the next."""
    if quote.refusal is None:
        return None
    times = [way.value for way in quote.refusal.way_out if way.kind == "offer_times" and "T" in way.value]
    return replace(wish, when=datetime.fromisoformat(times[-1])) if times else None
