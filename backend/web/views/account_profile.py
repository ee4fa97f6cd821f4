"""What an account keeps for the next ride: name, usual needs, how to reach me, favourite rides."""

from __future__ import annotations

from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accessibility.desk import InvalidInput
from backend.bookings.desk import get_desk
from backend.bookings.of_contacts import contact_that_opens
from backend.riders.models import Account
from backend.riders.selectors import contacts_of, favourites, usual_wish_defaults
from backend.riders.services import remove_favourite, save_favourite, save_preferences, save_profile
from backend.web import quotes
from backend.web.accessible_form import AccessibleForm
from backend.web.account_forms import FavouriteForm, PreferencesForm, ProfileForm, usual_values
from backend.web.district import current_district
from backend.web.party_form import COUNTS
from backend.web.views.account_signin import with_account


@with_account
@require_http_methods(["GET", "HEAD", "POST"])
def profile(request: HttpRequest, account: Account) -> HttpResponse:
    """Name, who usually rides, what is needed."""
    initial = {"name": account.name, **usual_values(usual_wish_defaults(account))}
    form = ProfileForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            save_profile(account, form.cleaned_data["name"], form.usual())
        except InvalidInput as problem:
            form.add_desk_problem(problem)
        else:
            messages.success(request, _("Gespeichert."))
            return redirect("web:account-profile")
    return _page(request, "web/account/profile.html", form, account)


@with_account
@require_http_methods(["GET", "HEAD", "POST"])
def preferences(request: HttpRequest, account: Account) -> HttpResponse:
    """By which channel, which messages, and what drivers are told."""
    initial = {
        "reach_by": account.reach_by, "never_call": account.never_call, "wishes": account.wishes,
        "messages": account.messages,
    }  # fmt: skip
    form = PreferencesForm(request.POST if request.method == "POST" else None, initial=initial)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        try:
            save_preferences(account, chosen["reach_by"], chosen["never_call"], chosen["wishes"], chosen["messages"])
        except InvalidInput as problem:
            form.add_desk_problem(problem)
        else:
            messages.success(request, _("Gespeichert."))
            return redirect("web:account-messages")
    return _page(request, "web/account/preferences.html", form, account)


@with_account
@require_safe
def favourite_list(request: HttpRequest, account: Account) -> HttpResponse:
    context = {"section": "account", "favourites": favourites(account)}
    return render(request, "web/account/favourites.html", context)


@with_account
@require_http_methods(["GET", "HEAD", "POST"])
def favourite(request: HttpRequest, account: Account, favourite_id: int | None = None) -> HttpResponse:
    """Add a favourite ride, or change one."""
    form = FavouriteForm(
        request.POST if request.method == "POST" else None,
        find_places=lambda text: get_desk().find_places(current_district().id, text),
        initial=_favourite_values(request, account, favourite_id),
    )
    if request.method == "POST" and form.is_valid():
        try:
            save_favourite(account, form.favourite(), timezone.now(), favourite_id)
        except InvalidInput as problem:
            form.add_desk_problem(problem)
        else:
            messages.success(request, _("Gespeichert."))
            return redirect("web:favourites")
    return _page(request, "web/account/favourite.html", form, account, favourite_id=favourite_id)


@with_account
@require_POST
def forget_favourite(request: HttpRequest, account: Account, favourite_id: int) -> HttpResponse:
    remove_favourite(account, favourite_id)
    messages.success(request, _("Die Fahrt steht nicht mehr in Ihrer Liste. Gebuchtes bleibt gebucht."))
    return redirect("web:favourites")


def _favourite_values(request: HttpRequest, account: Account, favourite_id: int | None) -> dict[str, object]:
    """What stands in the form at first: the favourite, a booked ride of one's own, or what one usually needs."""
    if favourite_id is not None:
        for ride in favourites(account):
            if ride.id == favourite_id:
                ends = {"origin": ride.origin_name, "destination": ride.destination_name}
                return {"label": ride.label, **ends, **usual_values(ride.usual)}
        raise Http404(_("Diese Lieblingsfahrt gibt es nicht."))
    code = request.GET.get("aus", "")
    if code and contact_that_opens(code, contacts_of(account)):
        asked = quotes.behind_booking(code)
        if asked:
            values = quotes.form_values(asked)
            return {name: values[name] for name in ("origin", "destination", "needs", "concession", *COUNTS)}
    return usual_values(usual_wish_defaults(account))


def _page(request: HttpRequest, template: str, form: AccessibleForm, account: Account, **more: object) -> HttpResponse:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound and form.errors else HTTPStatus.OK
    return render(request, template, {"form": form, "section": "account", **more}, status=status)
