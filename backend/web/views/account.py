"""My account: my rides, what they cost, and the receipts for them."""

from __future__ import annotations

from datetime import date
from http import HTTPStatus

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accessibility.desk import Refusal
from backend.bookings.models import Booking
from backend.bookings.of_contacts import Month, bookings_of, coming_rides, month_of, past_months
from backend.bookings.receipts import ReceiptView, issue_receipt, receipt_view
from backend.bookings.rewording import reword
from backend.bookings.selectors import normalised_code
from backend.riders.models import Account
from backend.riders.selectors import contacts_of, favourites
from backend.web.legs import STATES
from backend.web.views.account_signin import with_account

RIDER = "rider"
SHOWN_PAST = 5


@with_account
@require_safe
def overview(request: HttpRequest, account: Account) -> HttpResponse:
    """What comes next, what was last, and where everything else is."""
    contacts, now = contacts_of(account), timezone.now()
    months = past_months(contacts, now)
    past = [ride for month in months for ride in month.rides]
    context = {
        "section": "account",
        "has_contact": bool(contacts),
        "coming": coming_rides(contacts, now),
        "past": past[:SHOWN_PAST],
        "has_more": len(past) > SHOWN_PAST,
        "favourites": favourites(account),
        "states": STATES,
    }
    return render(request, "web/account/overview.html", context)


@with_account
@require_safe
def history(request: HttpRequest, account: Account) -> HttpResponse:
    """All past rides by month, with sums."""
    months = past_months(contacts_of(account), timezone.now())
    years: dict[int, int] = {}
    for month in months:
        years[month.first_day.year] = years.get(month.first_day.year, 0) + month.fare_cents
    context = {"section": "account", "months": months, "years": years.items(), "states": STATES}
    return render(request, "web/account/history.html", context)


@with_account
@require_safe
def receipt(request: HttpRequest, account: Account, code: str) -> HttpResponse:
    """One receipt, to look at and to print."""
    booking = _own_booking(account, code)
    found = getattr(booking, "receipt", None)
    if found is None:
        raise Http404(_("Diesen Beleg gibt es nicht."))
    context = {"section": "account", "booking": booking, "receipt": receipt_view(found), "name": account.name}
    context["month"] = booking.service_day.date.replace(day=1)
    return render(request, "web/account/receipt.html", context)


@with_account
@require_POST
def issue(request: HttpRequest, account: Account, code: str) -> HttpResponse:
    """Issue the receipt; pressed twice, the same one."""
    booking = _own_booking(account, code)
    answer = issue_receipt(booking, RIDER, timezone.now())
    if isinstance(answer, Refusal):
        messages.info(
            request, " ".join(reword(text) for text in (answer.reason, *(way.text for way in answer.way_out)))
        )
        return redirect("web:account-history")
    return redirect("web:receipt", code=booking.code)


@with_account
def month(request: HttpRequest, account: Account, month: str) -> HttpResponse:
    """The receipts of one month on one page, for whoever settles them; posting issues those that are missing."""
    try:
        first_day = date.fromisoformat(f"{month}-01")
    except ValueError:
        raise Http404(_("Diesen Monat gibt es nicht.")) from None
    contacts, now = contacts_of(account), timezone.now()
    found = month_of(contacts, first_day, now)
    if request.method == "POST":
        for ride in reversed(found.driven):
            issue_receipt(_own_booking(account, ride.code), RIDER, now)
        return redirect("web:account-month", month=month)
    receipts = _receipts_of(account, found)
    context = {
        "section": "account",
        "month": found,
        "receipts": receipts,
        "missing": len(found.driven) - len(receipts),
        "taxes": _by_rate(receipts),
        "total_cents": sum(entry.fare.total_cents for _ride, entry in receipts),
        "name": account.name,
    }
    return render(request, "web/account/month.html", context, status=HTTPStatus.OK)


def _receipts_of(account: Account, found: Month) -> list[tuple[Booking, ReceiptView]]:
    issued = bookings_of(contacts_of(account)).filter(
        code__in=[ride.code for ride in found.driven], receipt__isnull=False
    )
    rows = issued.select_related("receipt__district").order_by("receipt__number")
    return [(row, receipt_view(row.receipt)) for row in rows]


def _by_rate(receipts: list[tuple[Booking, ReceiptView]]) -> list[tuple[int, int, int]]:
    """(rate in percent, net cents, VAT cents), the lowest rate first."""
    sums: dict[int, tuple[int, int]] = {}
    for _ride, entry in receipts:
        net, tax = sums.get(entry.tax_percent, (0, 0))
        sums[entry.tax_percent] = (net + entry.net_cents, tax + entry.tax_cents)
    return [(rate, net, tax) for rate, (net, tax) in sorted(sums.items())]


def _own_booking(account: Account, code: str) -> Booking:
    booking = bookings_of(contacts_of(account)).filter(code=normalised_code(code)).first()
    if booking is None:
        raise Http404(_("Diese Fahrt gibt es nicht."))
    return booking
