"""Written conversations for the dispatcher: read them, answer them, give them back to the line."""

from __future__ import annotations

from datetime import datetime, timedelta
from http import HTTPStatus

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accessibility.desk import InvalidInput
from accessibility.sms.gsm7 import segments
from backend.bookings.of_contacts import bookings_of
from backend.channels_in import text_threads
from backend.channels_in.models import TextMessage, TextThread
from backend.config.access import DISPATCHER
from backend.riders.models import Account
from backend.riders.selectors import account_with_contact, contacts_of
from backend.web.accessible_form import AccessibleForm
from backend.web.guards import for_roles
from backend.web.sending import KeyField, own_word
from backend.web.staff_search import Found, ride_found
from backend.web.views.staff import own_district, staff_only

dispatchers = for_roles(DISPATCHER)
MOST_RIDES = 8


class AnswerForm(AccessibleForm):
    """One answer to a rider."""

    text = forms.CharField(
        label=gettext_lazy("Ihre Antwort"),
        max_length=text_threads.LONGEST_ANSWER,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=gettext_lazy(
            "160 Zeichen passen in eine SMS. Schreiben Sie kurze Sätze. Nennen Sie keine Diagnosen."
        ),
        error_messages={
            "required": gettext_lazy("Schreiben Sie eine Antwort."),
            "max_length": gettext_lazy("Die Antwort ist zu lang. Höchstens 1200 Zeichen passen."),
        },
    )
    key = KeyField()


@staff_only(DISPATCHER)
def texts(request: HttpRequest) -> HttpResponse:
    """All conversations, those that wait for a person first."""
    lines = text_threads.threads(own_district())
    waiting = sum(1 for line in lines if line.waits_since)
    return render(request, "web/phone/texts.html", {"section": "texts", "lines": lines, "waiting": waiting})


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
@dispatchers
def text(request: HttpRequest, thread_id: int) -> HttpResponse:
    """One conversation, and the form to answer it."""
    now, staff = timezone.now(), request.user.get_username()
    thread = text_threads.open_thread(thread_id, own_district(), staff, now)
    if thread is None:
        raise Http404
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        word = own_word(form.cleaned_data["key"])
        try:
            sent = text_threads.answer(thread, form.cleaned_data["text"], word, staff, now)
        except InvalidInput as problem:
            form.add_desk_problem(problem)
        else:
            messages.success(request, _sent_text(thread, sent))
            return redirect("staff:text", thread_id=thread.pk)
    rider = account_with_contact("email" if thread.kind == TextThread.Kind.EMAIL else "phone", thread.address)
    context = {
        "section": "texts",
        "thread": thread,
        "rides": _rides(thread, rider, now),
        "said": list(thread.messages.order_by("pk")),
        "form": form,
        "name": text_threads.name_of(thread),
        "rider": rider,
    }
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "web/phone/text.html", context, status=status)


def _rides(thread: TextThread, rider: Account | None, now: datetime) -> list[Found]:
    """What somebody may be writing about: the rides of the contact since yesterday, the earliest first."""
    contacts = [thread.address, *(contacts_of(rider) if rider else ()), *(contacts_of(rider, "email") if rider else ())]
    yesterday = timezone.localtime(now).date() - timedelta(days=1)
    rows = bookings_of(contacts).filter(district=thread.district_id, service_day__date__gte=yesterday)
    return [ride_found(row) for row in rows.order_by("service_day__date", "offer__pickup_earliest_s")[:MOST_RIDES]]


@require_POST
@dispatchers
def text_closed(request: HttpRequest, thread_id: int) -> HttpResponse:
    """The line answers again."""
    now, staff = timezone.now(), request.user.get_username()
    thread = text_threads.open_thread(thread_id, own_district(), staff, now)
    if thread is None:
        raise Http404
    if text_threads.give_back(thread, staff, now):
        messages.success(request, _("Das Gespräch ist beendet. Ab jetzt antwortet wieder der Automat."))
    return redirect("staff:texts")


def _sent_text(thread: TextThread, sent: list[TextMessage]) -> str:
    if thread.kind == TextThread.Kind.EMAIL:
        return _("Die Antwort geht als E-Mail hinaus.")
    count = sum(segments(one.text) for one in sent)
    if count == 1:
        return _("Die Antwort geht als eine SMS hinaus.")
    return _("Die Antwort geht hinaus. Sie ist so lang wie %(count)s SMS.") % {"count": count}
