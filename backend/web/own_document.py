"""Everything that any part of the service holds about the person behind an account, in one document (Art. 15, 20 DSGVO).

What is not in here goes with the account all the same; both are held together by `tests/unit/backend/test_personal_fields.py`.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from backend.bookings.of_contacts import bookings_of
from backend.channels_in.forgetting import calls_of
from backend.channels_in.text_threads import texts_of
from backend.control.forgetting import noted_about
from backend.driving.forgetting import said_about
from backend.feedback.selectors import open_reports_of
from backend.notifications.opt_outs import opt_outs_of
from backend.notifications.selectors import messages_to
from backend.operations.own_data import own_data
from backend.riders.models import Account
from backend.riders.selectors import contacts_of


def own_document(account: Account, now: datetime) -> dict[str, Any]:
    """In plain values, for people and programs."""
    contacts = contacts_of(account)
    codes = list(bookings_of(contacts).values_list("code", flat=True))
    reported = [
        {"number": report.number, "created_at": report.created_at, **report.said}
        for report in open_reports_of(account.district, contacts)
    ]
    return {
        **own_data(account, now),
        **said_about(codes),
        "reported_barriers": reported,
        "messages": messages_to(contacts),
        "no_messages_to": opt_outs_of(contacts),
        "written": texts_of(contacts),
        "calls": calls_of(contacts),
        "noted_by_dispatchers": noted_about(codes, contacts),
    }
