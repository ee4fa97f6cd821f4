"""Numbers without gaps, VAT to the cent, the rate by the length of the drive."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accessibility.desk import Refusal
from backend.bookings.models import AuditEntry, Booking, Receipt
from backend.bookings.receipts import issue_receipt, receipt_view, tax_within
from backend.districts.models import District
from backend.districts.services import import_package
from tests.builders.district import BAHNHOF, KLOETZE, RULES, a_booking, a_desk, a_district, a_package, a_wish


@given(gross=st.integers(0, 10_000_00), percent=st.integers(0, 100))
def test_the_tax_within_is_the_nearest_cent(gross: int, percent: int) -> None:
    tax = tax_within(gross, percent)
    assert 0 <= tax <= gross
    assert abs(tax * (100 + percent) - gross * percent) * 2 <= 100 + percent


def driven(desk, when: str) -> Booking:
    ride = a_booking(desk, a_wish(BAHNHOF, KLOETZE, when))
    row = Booking.objects.get(code=ride.code)
    row.state, row.ended_at = Booking.State.COMPLETED, desk.clock.now()
    row.save()
    return row


@pytest.mark.django_db
def test_numbers_count_up_and_stay() -> None:
    a_district()
    desk = a_desk()
    rows = [driven(desk, when) for when in ("8:30", "9:30", "10:30")]
    issued = [issue_receipt(row, "rider", desk.clock.now()) for row in (*rows, rows[0])]
    assert [receipt.number for receipt in issued if isinstance(receipt, Receipt)] == [1, 2, 3, 1]
    assert AuditEntry.objects.filter(action="receipt.issued").count() == 3


@pytest.mark.django_db
def test_the_full_rate_holds_for_long_drives() -> None:
    a_district(rules=RULES.replace("far_from_m = 50000", "far_from_m = 15000"))  # it is 20 km to Klötze
    desk = a_desk()
    receipt = issue_receipt(driven(desk, "8:30"), "rider", desk.clock.now())
    assert isinstance(receipt, Receipt)
    view = receipt_view(receipt)
    assert view.tax_percent == 19
    assert view.net_cents + view.tax_cents == view.fare.total_cents == receipt.gross_cents


@pytest.mark.django_db
def test_a_later_rate_does_not_change_a_receipt(tmp_path) -> None:
    district = a_district()
    desk = a_desk()
    receipt = issue_receipt(driven(desk, "8:30"), "rider", desk.clock.now())
    import_package(a_package(tmp_path / "probe", rules=RULES.replace("tax_percent = 7", "tax_percent = 9", 1)))
    assert isinstance(receipt, Receipt)
    receipt = Receipt.objects.get(district=District.objects.get(pk=district.pk))
    assert receipt_view(receipt).tax_percent == 7


@pytest.mark.django_db
def test_a_district_without_receipts_says_whom_to_ask() -> None:
    a_district(rules=RULES.split("[receipts]", maxsplit=1)[0])
    desk = a_desk()
    answer = issue_receipt(driven(desk, "8:30"), "rider", desk.clock.now())
    assert isinstance(answer, Refusal)
    assert answer.way_out[0].kind == "phone"
