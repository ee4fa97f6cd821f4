"""Receipts for driven rides: small-amount invoices (§ 33 UStDV) with the issuer's name, address and rate of VAT."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accessibility.desk import Fare, FareLine, InvalidInput, Refusal
from backend.bookings.models import Booking, Receipt
from backend.bookings.rules import phone_way_out
from backend.bookings.services import audit
from backend.districts.models import District
from backend.districts.selectors import roads_of, rules_of
from fixtures.rules import ReceiptRules


@dataclass(frozen=True, slots=True)
class ReceiptView:
    """What is printed. `net_cents + tax_cents == fare.total_cents`."""

    number: str
    issued_at: datetime
    issuer: ReceiptRules
    fare: Fare
    tax_percent: int
    net_cents: int
    tax_cents: int

    @property
    def needs_a_name(self) -> bool:
        """Above the limit for small amounts a receipt must name who paid (§ 14 Abs. 4 UStG)."""
        return self.fare.total_cents > self.issuer.small_up_to_cents


def issue_receipt(booking: Booking, actor: str, now: datetime) -> Receipt | Refusal:
    """The receipt of a driven ride; asked again, the same one."""
    rules = rules_of(booking.district)
    if rules.receipts is None:
        way = phone_way_out(rules, _("Rufen Sie uns an, wenn Sie einen Beleg brauchen."))
        return Refusal("no_receipts", _("Belege gibt es hier nicht online."), (way,))
    with transaction.atomic():
        # The district's row is the lock under which numbers are counted without gaps.
        District.objects.select_for_update(no_key=True).get(pk=booking.district_id)
        known = Receipt.objects.filter(booking=booking).first()
        if known:
            return known
        if booking.state != Booking.State.COMPLETED:
            way = phone_way_out(rules, _("Sind Sie gefahren? Dann rufen Sie uns bitte an."))
            return Refusal("not_driven", _("Einen Beleg gibt es erst nach der Fahrt."), (way,))
        last = Receipt.objects.filter(district=booking.district).aggregate(last=Max("number"))["last"] or 0
        receipt = Receipt.objects.create(
            district=booking.district,
            booking=booking,
            number=last + 1,
            issued_at=now,
            gross_cents=booking.offer.fare["total_cents"],
            tax_percent=_tax_percent(booking, rules.receipts),
        )
        audit(booking.district, now, actor, "web", "receipt.issued", number_text(receipt))
    return receipt


def receipt_view(receipt: Receipt) -> ReceiptView:
    """A receipt as it is printed. Raises InvalidInput where the district has stopped issuing receipts."""
    issuer = rules_of(receipt.district).receipts
    if issuer is None:
        raise InvalidInput("receipt", _("Belege gibt es hier nicht online."), "not_found")
    tax_cents = tax_within(receipt.gross_cents, receipt.tax_percent)
    lines = tuple(FareLine(**line) for line in receipt.booking.offer.fare["lines"])
    return ReceiptView(
        number=number_text(receipt),
        issued_at=receipt.issued_at,
        issuer=issuer,
        fare=Fare(receipt.gross_cents, lines),
        tax_percent=receipt.tax_percent,
        net_cents=receipt.gross_cents - tax_cents,
        tax_cents=tax_cents,
    )


def tax_within(gross_cents: int, tax_percent: int) -> int:
    """The VAT that a gross amount contains, rounded to the nearest cent."""
    return (2 * gross_cents * tax_percent + 100 + tax_percent) // (2 * (100 + tax_percent))


def number_text(receipt: Receipt) -> str:
    """The number as it is printed and asked for."""
    return f"{receipt.district_id.upper()}-{receipt.number:06d}"


def _tax_percent(booking: Booking, rules: ReceiptRules) -> int:
    offer = booking.offer
    metres = roads_of(booking.district).way(offer.pickup_stop.number, offer.delivery_stop.number).metres
    return rules.tax_percent if metres <= rules.far_from_m else rules.far_tax_percent
