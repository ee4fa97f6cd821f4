"""Whose a session is, and what an account keeps for the next ride."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, connection, transaction

from accessibility.desk import Concession, Party, Place
from backend.riders import selectors
from backend.riders.models import Account, Contact, Rider
from tests.builders.accounts import EMAIL, PHONE, a_favourite, an_account
from tests.builders.district import BAHNHOF, KLOETZE, a_district, at

pytestmark = pytest.mark.django_db
USUAL = selectors.UsualRide(Party(adults=1, wheelchairs=1), frozenset({"ramp"}), Concession.FREE_TRAVEL)


def test_an_account_belongs_to_its_user_and_to_nobody_else() -> None:
    account = an_account(a_district())
    staff = get_user_model().objects.create_user("leitstelle", is_staff=True)
    assert selectors.account_of(account.user) == account
    assert selectors.account_of(staff) is None
    assert selectors.account_of(AnonymousUser()) is None
    account.user.is_active = False
    assert selectors.account_of(account.user) is None


def test_a_contact_leads_to_one_account_only() -> None:
    district = a_district()
    account = an_account(district, email=EMAIL)
    assert selectors.contacts_of(account) == (PHONE, EMAIL)
    assert selectors.contacts_of(account, "email") == (EMAIL,)
    assert selectors.account_with_contact("phone", PHONE) == account
    assert selectors.account_with_contact("email", PHONE) is None
    other = an_account(district, phone="", email="testfahrgast2@example.org")
    with pytest.raises(IntegrityError), transaction.atomic():
        Contact.objects.create(account=other, kind="phone", value=PHONE, verified_at=at("7:00"))


def test_a_favourite_says_where_who_and_what_is_needed() -> None:
    account = an_account(a_district())
    a_favourite(account, usual=selectors.usual_document(USUAL))
    (ride,) = selectors.favourites(account)
    assert (ride.label, ride.origin, ride.destination) == ("Zum Arzt", Place(stop_id=BAHNHOF), Place(stop_id=KLOETZE))
    assert ride.usual == USUAL
    assert selectors.usual_wish_defaults(account) == selectors.UsualRide()


def test_needs_and_wishes_of_an_account_are_unreadable_in_the_database() -> None:
    account = an_account(a_district(), usual=selectors.usual_document(USUAL), wishes=["text_only"])
    with connection.cursor() as cursor:
        cursor.execute("SELECT usual, wishes FROM riders_account")
        stored = str(cursor.fetchall())
    assert "ramp" not in stored
    assert "text_only" not in stored
    assert selectors.usual_wish_defaults(Account.objects.get(pk=account.pk)) == USUAL
    assert selectors.driver_wishes([PHONE, "", "+493901999999"]) == {PHONE: ("text_only",)}


def test_an_account_that_is_never_called_is_not_reached_by_calls() -> None:
    account = an_account(a_district(), never_call=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        Account.objects.filter(pk=account.pk).update(reach_by="call")


def test_an_erased_rider_keeps_nothing() -> None:
    rider = Rider.objects.create(district=a_district(), name="Testfahrgast 1", phone=PHONE)
    with pytest.raises(IntegrityError), transaction.atomic():
        Rider.objects.filter(pk=rider.pk).update(erased_at=at("7:00"))
    Rider.objects.filter(pk=rider.pk).update(erased_at=at("7:00"), name="", phone="")
