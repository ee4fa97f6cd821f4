"""My data: see them all, take them along, have them deleted with a receipt."""

from __future__ import annotations

import json
from http import HTTPStatus

from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from backend.bookings.erasure import Erased, erase_account, open_bookings
from backend.bookings.of_contacts import coming_rides
from backend.feedback.services import forget_contacts
from backend.notifications.sending import CannotSend, Message, send
from backend.riders.models import Account, Erasure
from backend.riders.selectors import contacts_of
from backend.web.account_forms import DeleteForm
from backend.web.own_document import own_document
from backend.web.views.account_signin import with_account


@with_account
@require_safe
def overview(request: HttpRequest, account: Account) -> HttpResponse:
    return render(request, "web/account/data.html", {"section": "account"})


@with_account(fresh=True)
@require_safe
def export(request: HttpRequest, account: Account) -> HttpResponse:
    """Everything in one file (Art. 15, 20 DSGVO)."""
    everything = own_document(account, timezone.now())
    document = json.dumps(everything, ensure_ascii=False, indent=2, default=str)
    response = HttpResponse(document, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="rufbus-meine-daten-{timezone.localdate():%Y-%m-%d}.json"'
    return response


@with_account(fresh=True)
@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, account: Account) -> HttpResponse:
    """Asked once, with the open rides named; then gone."""
    now = timezone.now()
    still_open = open_bookings(account, now)
    form = DeleteForm(request.POST if request.method == "POST" else None)
    if not still_open:
        del form.fields["open_rides"]
    if request.method == "POST" and form.is_valid():
        language = account.language
        district = account.district
        erased = erase_account(account, form.cleaned_data.get("open_rides") == "cancel", now)
        forget_contacts(district, erased.contacts)
        logout(request)
        with override(language):
            _say_goodbye(erased)
        return redirect("web:account-deleted", number=erased.erasure.number)
    codes = {row.code for row in still_open}
    coming = [ride for ride in coming_rides(contacts_of(account), now) if ride.code in codes]
    context = {"form": form, "coming": coming, "section": "account"}
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound else HTTPStatus.OK
    return render(request, "web/account/delete.html", context, status=status)


@never_cache
@require_safe
def deleted(request: HttpRequest, number: str) -> HttpResponse:
    """The receipt of a deletion. Its number says nothing of whose data they were."""
    erasure = Erasure.objects.filter(number=number).first()
    if erasure is None:
        raise Http404(_("Diesen Löschbeleg gibt es nicht."))
    return render(request, "web/account/deleted.html", {"erasure": erasure})


def _say_goodbye(erased: Erased) -> None:
    """The receipt, sent to one of the contacts for the last time; an e-mail rather than an SMS."""
    contact = next((value for value in erased.contacts if "@" in value), *erased.contacts[:1])
    if not contact:
        return
    text = _("Ihre Daten beim Rufbus sind gelöscht. Löschbeleg: %(number)s.")
    if erased.erasure.kept:
        text = _(
            "Ihr Konto beim Rufbus ist gelöscht. Die Angaben Ihrer noch gebuchten Fahrten löschen wir nach der Fahrt. "
            "Löschbeleg: %(number)s."
        )
    kind = "email" if "@" in contact else "phone"
    subject = _("Ihre Daten sind gelöscht") if kind == "email" else ""
    try:
        send(Message(kind, contact, text % {"number": erased.erasure.number}, subject))
    except CannotSend:
        return  # the page shows the receipt; nothing may keep the contact to try again
