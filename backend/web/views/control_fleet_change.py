"""The one way in which fleet and rosters change: look first at whom it hurts, then confirm with a reason; and undo."""

from __future__ import annotations

import uuid
from http import HTTPStatus
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accessibility.desk import InvalidInput, Refusal
from backend.bookings.selectors import refusal_from
from backend.config.access import DISPATCHER, OPERATOR, has_role
from backend.control.fleet_reading import affected
from backend.control.models import RosterChange
from backend.control.roster_records import before
from backend.control.rosters import Change, Preview, carry_out, preview, undoing
from backend.web.fleet_forms import ConfirmForm
from backend.web.guards import for_roles
from backend.web.sending import renew_key
from backend.web.views.staff import own_district

SALT = "rufbus.web.roster-change"
LOOKED_AT_FOR_S = 1800  # then one looks again


def look_first(request: HttpRequest, change: Change, form: ConfirmForm | None = None) -> HttpResponse:
    """The page that says what a change would mean. Nothing has happened yet."""
    found = preview(own_district(), change, timezone.now())
    return _page(request, found, form or ConfirmForm(stranded=len(found.stranded), unpermitted=len(found.unpermitted)))


@never_cache
@require_POST
@for_roles(DISPATCHER, OPERATOR)
def confirm(request: HttpRequest) -> HttpResponse:
    """Do it, as it was looked at; if it would hit others by now, look again."""
    try:
        seen = signing.loads(request.POST.get("was", ""), salt=SALT, max_age=LOOKED_AT_FOR_S)
    except signing.BadSignature:
        messages.warning(
            request, _("Die Vorschau ist zu alt. Es wurde nichts geändert. Bitte sehen Sie noch einmal nach.")
        )
        return redirect("staff:fleet-days")
    change = _change_of(seen)
    form = ConfirmForm(request.POST, stranded=len(seen["stranded"]), unpermitted=len(seen["unpermitted"]))
    if not form.is_valid():
        return look_first(request, change, form)
    try:
        answer = carry_out(
            own_district(), change, form.cleaned_data["reason"], request.user.get_username(), timezone.now(),
            key=f"roster:{form.cleaned_data['key']}", may_cancel=seen["stranded"] if form.cleaned_data["cancels"] else (),
            despite=seen["unpermitted"] if form.cleaned_data["despite"] else (),
        )  # fmt: skip
    except InvalidInput as problem:
        form.add_desk_problem(problem)
        return look_first(request, change, form)
    if "change" in answer:
        messages.success(request, _("Gespeichert: %(title)s") % {"title": change.title})
        return redirect("staff:fleet-changes")
    renew_key(form)
    if "look_again" in answer or "unpermitted" in answer:
        messages.warning(request, _("Inzwischen hat sich der Plan geändert. Bitte sehen Sie noch einmal nach."))
    found = preview(own_district(), change, timezone.now())
    refusal = refusal_from(answer["refusal"]) if "refusal" in answer else None
    return _page(request, found, form, refusal)


@never_cache
@require_POST
@for_roles(DISPATCHER, OPERATOR)
def undo(request: HttpRequest, change_id: Any) -> HttpResponse:
    """Look at what taking a change back would mean."""
    row = RosterChange.objects.filter(pk=change_id, district=own_district()).first()
    if row is None:
        return redirect("staff:fleet-changes")
    return look_first(request, undoing(row))


def _page(request: HttpRequest, found: Preview, form: ConfirmForm, refusal: Refusal | None = None) -> HttpResponse:
    moved, stranded = affected(found)
    document = {
        "title": found.change.title,
        "records": found.change.records,
        "undoes": found.change.undoes,
        "stranded": found.stranded,
        "unpermitted": found.unpermitted,
        "before": before(own_district(), found.change.records),
    }
    context = {
        "section": "fleet",
        "tab": "",
        "found": found,
        "moved": moved,
        "stranded": stranded,
        "refusal": refusal or found.refusal,
        "begun_on": next(
            (one.day.date for one in found.days if one.refusal and one.refusal.code == "shift_begun"), None
        ),
        "call_key": uuid.uuid4().hex,
        "form": form,
        "was": signing.dumps(document, salt=SALT, compress=True),
    }
    context["may_call"] = has_role(request.user, DISPATCHER)
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.is_bound and form.errors else HTTPStatus.OK
    return render(request, "web/fleet/preview.html", context, status=HTTPStatus.CONFLICT if refusal else status)


def _change_of(seen: dict[str, Any]) -> Change:
    records = tuple((kind, key, values) for kind, key, values in seen["records"])
    expects = tuple((kind, key, values) for kind, key, values in seen["before"])
    return Change(seen["title"], records, seen["undoes"], expects)
