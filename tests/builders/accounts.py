"""Accounts of invented people."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import get_user_model

from accessibility.desk import Place
from backend.districts.models import District
from backend.riders.models import Account, Contact, Favourite
from tests.builders.district import BAHNHOF, KLOETZE, at

PHONE, EMAIL = "+493901304031", "testfahrgast@example.org"


def an_account(district: District, *, phone: str = PHONE, email: str = "", **values: Any) -> Account:
    """An account that has proved a number or an address, or both."""
    user = get_user_model().objects.create(username=f"rider-test-{get_user_model().objects.count()}")
    user.set_unusable_password()
    user.save()
    values = {"name": "Testfahrgast 1", "created_at": at("6:00"), **values}
    account = Account.objects.create(user=user, district=district, **values)
    for kind, value in (("phone", phone), ("email", email)):
        if value:
            Contact.objects.create(account=account, kind=kind, value=value, verified_at=at("6:00"))
    return account


def a_favourite(account: Account, label: str = "Zum Arzt", **values: Any) -> Favourite:
    """From Bahnhof to Klötze."""
    ride = {
        "origin": {"stop_id": BAHNHOF},
        "origin_name": "Salzwedel, Bahnhof",
        "destination": {"stop_id": KLOETZE},
        "destination_name": "Klötze, Busbahnhof",
        "created_at": at("6:00"),
        **values,
    }
    assert Place(**ride["origin"])
    return Favourite.objects.create(account=account, label=label, **ride)
