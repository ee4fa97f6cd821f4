"""The PIN for the telephone: set, changed, taken away; kept as a keyed hash."""

from __future__ import annotations

import pytest

from accessibility.desk import InvalidInput
from backend.riders.models import Account
from backend.riders.pins import is_pin, set_pin
from backend.riders.services import open_account, read_contact
from tests.builders.district import a_district, at

pytestmark = pytest.mark.django_db


@pytest.fixture
def account() -> Account:
    return open_account(a_district(), at("7:00"), read_contact("03023125001"))


def test_a_pin_is_known_again_and_cannot_be_read(account: Account) -> None:
    set_pin(account, "83920")
    assert is_pin(account, "83920")
    assert not is_pin(account, "83921")
    assert "83920" not in account.phone_pin


@pytest.mark.parametrize("figures", ["123", "1234567", "12a4", "1111", "1234", "9876", "٤٧١١", " 471", "-471"])
def test_what_is_no_pin(account: Account, figures: str) -> None:
    with pytest.raises(InvalidInput):
        set_pin(account, figures)


def test_without_a_pin_nothing_is_one(account: Account) -> None:
    assert not is_pin(account, "")
    set_pin(account, "8392")
    set_pin(account, "")
    assert not is_pin(account, "")
    assert not is_pin(account, "8392")


def test_the_page_sets_and_forgets_it(account: Account, client, settings) -> None:  # type: ignore[no-untyped-def]
    settings.SITE_DISTRICT = "probe"
    client.force_login(account.user, backend="django.contrib.auth.backends.ModelBackend")
    assert client.post("/konto/pin/", {"phone_pin": "1111"}).status_code == 422
    assert client.post("/konto/pin/", {"phone_pin": "8392"}).status_code == 302
    account.refresh_from_db()
    assert is_pin(account, "8392")
    client.post("/konto/pin/", {"forget": "1"})
    account.refresh_from_db()
    assert not account.phone_pin
