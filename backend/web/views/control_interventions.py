"""Pages of interventions: choose one, see whom it hits, confirm with a reason, take it back. All work without scripts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accessibility.desk import BookingView, InvalidInput, Refusal
from backend.bookings.desk import get_desk
from backend.bookings.interventions import Restore
from backend.bookings.localtime import service_date
from backend.bookings.models import ServiceDay
from backend.bookings.selectors import refusal_from
from backend.config.access import DISPATCHER
from backend.control.again import Chance, book_again, ended_by, look_again
from backend.control.intervention_words import InterventionWords
from backend.control.models import InterventionRecord
from backend.control.previews import Preview, preview, read_token
from backend.control.services import intervene
from backend.operations import maps
from backend.operations.board_rides import riders_named
from backend.operations.dayclock import now_on
from backend.web.control_forms import FORMS, ConfirmForm, initial_of
from backend.web.control_view import confirm_text, later_days, rows, sentences
from backend.web.guards import for_roles
from backend.web.sending import key_of
from backend.web.views.staff import own_district, staff_acting, staff_only
from routing.errors import RoadError

dispatchers = for_roles(DISPATCHER)
SHOWN_RECORDS = 50


def day_of(day: date) -> ServiceDay:
    """The service day of our district, as long as anything is planned on it. Raises Http404."""
    row = ServiceDay.objects.select_related("district").filter(district=own_district(), date=day).first()
    if row is None:
        raise Http404(_("Für diesen Tag ist noch nichts gebucht."))
    return row


@staff_only(DISPATCHER)
def interventions(request: HttpRequest, day: date) -> HttpResponse:
    """What can be done, and what was done on this day."""
    service_day = day_of(day)
    words = InterventionWords(service_day)
    records = InterventionRecord.objects.filter(service_day=service_day).select_related("undone_by").order_by("-at")
    context = {
        "section": "troubles",
        "day": day,
        "forms": [{"kind": form.kind, "title": form.title, "lead": form.lead} for form in FORMS.values()],
        "records": [told(record, words) for record in records[:SHOWN_RECORDS]],
    }
    return render(request, "web/control/interventions.html", context)


@staff_acting(DISPATCHER)
def intervention(request: HttpRequest, day: date, kind: str) -> HttpResponse:
    """The form of one kind; with its answers, what it would do. Writes nothing, by POST neither."""
    service_day, form_class = day_of(day), FORMS.get(kind)
    if kind == Restore.kind:
        return _previewed(
            request, service_day, {"kind": kind, "intervention": request.GET.get("intervention", "")}, None
        )
    if form_class is None:
        raise Http404(_("Diesen Eingriff gibt es nicht."))
    desk, district = get_desk(), own_district().pk

    def find_places(text: str) -> Any:
        return desk.find_places(district, text)

    answers = request.POST if form_class.is_posted else request.GET
    if "ansehen" not in answers:
        prefilled = {name: _number(name, str(value)) for name, value in request.GET.items() if name != "phone"}
        form = form_class(initial=initial_of(prefilled, service_day), day=service_day, find_places=find_places)
        return _form_page(request, service_day, form, None)
    form = form_class(answers, day=service_day, find_places=find_places)
    if not form.is_valid():
        return _form_page(request, service_day, form, None)
    return _previewed(request, service_day, form.document(), form)


@staff_only(DISPATCHER)
def road_way(request: HttpRequest) -> HttpResponse:
    """The stretch of road between two stops, for the map of the form."""
    try:
        found = maps.stretch(own_district(), request.GET.get("von", ""), request.GET.get("nach", ""))
    except RoadError:
        raise Http404 from None
    return JsonResponse(found)


def _number(name: str, value: str) -> Any:
    return int(value) if name.endswith("_s") and value.isdecimal() and len(value) < 7 else value


def _previewed(request: HttpRequest, day: ServiceDay, document: dict[str, Any], form: Any) -> HttpResponse:
    try:
        shown = preview(day, document, now_on(day))
    except InvalidInput as problem:
        if form is None:
            messages.error(request, problem.problem)
            return redirect("staff:interventions", day=day.date)
        form.add_desk_problem(problem)
        return _form_page(request, day, form, None)
    if isinstance(shown, Refusal):
        if form is None:
            messages.error(request, shown.reason)
            return redirect("staff:interventions", day=day.date)
        return _form_page(request, day, form, shown)
    return _preview_page(request, day, shown, ConfirmForm(initial={"token": shown.token}), form)


def _form_page(request: HttpRequest, day: ServiceDay, form: Any, refusal: Refusal | None) -> HttpResponse:
    context = {"section": "troubles", "day": day.date, "form": form, "refusal": refusal}
    bad = refusal or (form.is_bound and form.errors)
    return render(
        request,
        "web/control/intervention.html",
        context,
        status=HTTPStatus.UNPROCESSABLE_ENTITY if bad else HTTPStatus.OK,
    )


def _preview_page(
    request: HttpRequest, day: ServiceDay, shown: Preview, confirm: ConfirmForm, form: Any, *, is_fresh: bool = False
) -> HttpResponse:
    names = {row.vehicle.code: row.vehicle.name for row in day.day_shifts.select_related("vehicle")}
    kind = shown.document["kind"]
    of_days = [shown.effects, *(one.effects for one in shown.following)]
    context = {
        "section": "troubles",
        "day": day.date,
        "kind": kind,
        "title": FORMS[kind].title if kind in FORMS else _("Eingriff zurücknehmen"),
        "sentences": list(sentences(shown.effects)),
        "remarks": shown.remarks,
        "rows": rows(day, shown.effects, names),
        "confirm": confirm,
        "later_days": later_days(shown),
        "is_lasting": bool(shown.following),
        "confirm_text": confirm_text(*of_days),
        "confirm_style": "stop" if any(one.dropped for one in of_days) else "go",
        "is_fresh": is_fresh,
        "typed": _typed(request) if form is not None and not form.is_posted else [],
        "chooses": "keep" if kind == "suspend" else "aboard" if kind == "breakdown" else "",
        "kept": shown.document.get("keep", ()),
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if confirm.is_bound and confirm.errors else HTTPStatus.OK
    return render(request, "web/control/preview.html", context, status=status)


def _typed(request: HttpRequest) -> list[tuple[str, str]]:
    """What was asked for, to ask again with other choices."""
    left_out = ("behalten", "an_bord", "sagt")
    return [(name, value) for name, values in request.GET.lists() if name not in left_out for value in values]


@require_POST
@never_cache
@dispatchers
def intervention_done(request: HttpRequest, day: date) -> HttpResponse:
    """Confirmed: carry out what was seen, once; or show it anew."""
    service_day, form = day_of(day), ConfirmForm(request.POST)
    now, staff = now_on(service_day), request.user.get_username()
    if not form.is_valid():
        return _anew(request, service_day, str(request.POST.get("token", "")), form, now)
    token, reason = form.cleaned_data["token"], form.cleaned_data["reason"]
    try:
        word = key_of("intervene", form.cleaned_data["key"], token, reason)
        answer = intervene(token, reason, staff, timezone.now(), key=word, day_id=service_day.pk, shown=now)
    except InvalidInput as problem:
        form.add_desk_problem(problem)
        return _anew(request, service_day, token, form, now)
    if "refusal" in answer:
        messages.error(request, refusal_from(answer["refusal"]).reason)
        return redirect("staff:interventions", day=day)
    if "fresh" in answer:
        again = ConfirmForm(initial={"token": answer["fresh"], "reason": reason})
        return _anew(request, service_day, answer["fresh"], again, now, is_fresh=True)
    return redirect("staff:intervention-result", day=day, record=UUID(answer["intervention"]))


def _anew(
    request: HttpRequest, day: ServiceDay, token: str, form: ConfirmForm, now: datetime, *, is_fresh: bool = False
) -> HttpResponse:
    """The preview again, as the day is now."""
    try:
        shown = preview(day, read_token(token)["document"], now)
    except InvalidInput as problem:
        messages.error(request, problem.problem)
        return redirect("staff:interventions", day=day.date)
    if isinstance(shown, Refusal):
        messages.error(request, shown.reason)
        return redirect("staff:interventions", day=day.date)
    return _preview_page(request, day, shown, form, None, is_fresh=is_fresh)


@staff_only(DISPATCHER)
def intervention_result(request: HttpRequest, day: date, record: UUID) -> HttpResponse:
    """What was done, who is told, and the way back."""
    service_day = day_of(day)
    row = InterventionRecord.objects.filter(service_day=service_day, pk=record).select_related("undone_by").first()
    if row is None:
        raise Http404
    context = {"section": "troubles", "day": day, "told": told(row, InterventionWords(service_day))}
    return render(request, "web/control/result.html", context)


def told(record: InterventionRecord, words: InterventionWords) -> dict[str, Any]:
    """A record as the pages show it."""
    effects = record.effects
    undone = getattr(record, "undone_by", None)
    return {
        "record": record,
        "title": FORMS[record.kind].title if record.kind in FORMS else _("Eingriff zurückgenommen"),
        "what": words.what(record),
        "is_over": words.is_over(record),
        "on": service_date(record.at, words.zone) if words.is_of_another_day(record) else None,
        "dropped": effects["dropped"],
        "late": sorted(effects["late"].items()),
        "moved": sorted(effects["moved"]),
        "undone": undone,
        "may_come_back": bool(ended_by(record)) and (undone is not None or record.undoes is not None),
        "can_undo": undone is None and record.kind != Restore.kind,
    }


@staff_acting(DISPATCHER)
def rides_again(request: HttpRequest, day: date, record: UUID) -> HttpResponse:
    """The rides that an intervention ended: which could be driven again, and the press that books them."""
    service_day = day_of(day)
    rows = InterventionRecord.objects.filter(service_day=service_day).select_related("service_day__district", "undoes")
    row = rows.filter(pk=record).first()
    if row is None:
        raise Http404
    now = now_on(service_day)
    if request.method == "POST":
        chosen, actor = request.POST.getlist("fahrt"), request.user.get_username()
        _say_what_was_booked(request, book_again(row, chosen, actor, timezone.now(), now))
        return redirect("staff:rides-again", day=day, record=record)
    lost = look_again(row, now)
    riders = riders_named(own_district(), {one.code for one in lost} | {one.other for one in lost})
    context = {
        "section": "troubles",
        "day": day,
        "record": row,
        "rows": [(one, riders[one.code], riders.get(one.other)) for one in lost if one.code in riders],
        "free": sum(1 for one in lost if one.chance is Chance.FREE),
        "call_key": uuid4().hex,
    }
    return render(request, "web/control/again.html", context)


def _say_what_was_booked(request: HttpRequest, done: Mapping[str, BookingView | Refusal]) -> None:
    if not done:
        messages.warning(request, _("Wählen Sie, welche Fahrten wieder gebucht werden sollen."))
    for code, answer in done.items():
        if isinstance(answer, Refusal):
            messages.warning(request, _("%(code)s: %(reason)s") % {"code": code, "reason": answer.reason})
        else:
            text = _("%(code)s ist neu gebucht, als %(new)s. Der Fahrgast bekommt Nachricht.")
            messages.success(request, text % {"code": code, "new": answer.code})
