"""Signing in by OpenID Connect, against a provider that runs on the loopback: to it, through it, and back."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
import requests
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.contrib.auth import get_user_model
from django.test import Client
from oidc_provider_mock import run_server_in_thread
from oidc_provider_mock._storage import User

from backend.districts.models import District
from backend.riders.models import Account
from tests.builders.accounts import EMAIL, an_account
from tests.builders.signing_in import sign_in

PERSON = User(sub="person-1", claims={"name": "Testfahrgast 7", "email": EMAIL, "email_verified": True})


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with run_server_in_thread(user_claims=[PERSON]) as server:
        yield f"http://localhost:{server.server_port}"


@pytest.fixture
def client(district: District, issuer: str, settings) -> Client:
    settings.OIDC_ISSUER, settings.OIDC_NAME = issuer, "BundID"
    app = {"provider_id": "ausweis", "name": "BundID", "client_id": "rufbus", "secret": "nur-zum-testen"}
    settings.SOCIALACCOUNT_PROVIDERS = {
        "openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": [{**app, "settings": {"server_url": issuer}}]}
    }
    return Client()


def through_provider(client: Client, process: str = "login", sub: str = "person-1", **form: str) -> str:
    """To the provider, a press there, and back; where we end."""
    leaving = client.post(f"/konto/ausweis/?process={process}", form)
    assert leaving.status_code == 302
    asked = requests.post(
        leaving.url, data={"sub": sub} if sub else {"action": "deny"}, allow_redirects=False, timeout=10
    )
    back = urlsplit(asked.headers["Location"])
    assert back.netloc == "testserver"
    answer = client.get(f"{back.path}?{back.query}")
    assert answer.status_code == 302, answer.content.decode()
    return str(answer.url)


def account_in(client: Client) -> Account:
    return Account.objects.get(user_id=client.session["_auth_user_id"])


def test_a_person_whom_only_the_provider_knows_gets_an_account(client: Client) -> None:
    assert "Mit BundID anmelden" in client.get("/konto/anmelden/").content.decode()
    assert through_provider(client) == "/konto/"
    account = account_in(client)
    assert account.name == "Testfahrgast 7"
    page = client.get("/konto/").content.decode()
    assert "Nummer oder Adresse angeben" in page
    assert not account.contacts.exists()
    again = Client()
    assert through_provider(again, next="/konto/daten/") == "/konto/daten/"
    assert account_in(again) == account


def test_we_keep_nothing_of_what_the_provider_tells(client: Client) -> None:
    through_provider(client)
    through_provider(Client())
    (kept,) = SocialAccount.objects.all()
    assert (kept.uid, kept.extra_data) == ("person-1", {})
    assert not EmailAddress.objects.exists()
    assert not get_user_model().objects.exclude(first_name="", last_name="", email="").exists()


def test_an_address_that_the_provider_tells_opens_nobodys_account(client: Client, district: District) -> None:
    theirs = an_account(district, phone="", email=EMAIL)
    through_provider(client)
    assert account_in(client) != theirs


def test_an_account_can_be_connected_and_parted_again(client: Client) -> None:
    sign_in(client, EMAIL)
    account = account_in(client)
    assert through_provider(client, "connect") == "/konto/anmeldung/"
    assert "verbunden" in client.get("/konto/anmeldung/").content.decode()
    other = Client()
    through_provider(other)
    assert account_in(other) == account
    client.post("/konto/anmeldung/trennen/")
    assert not SocialAccount.objects.exists()


def test_parting_leaves_nobody_outside(client: Client) -> None:
    through_provider(client)
    answer = client.post("/konto/anmeldung/trennen/", follow=True)
    assert "Geben Sie zuerst eine Telefonnummer oder E-Mail-Adresse an." in answer.content.decode()
    assert SocialAccount.objects.exists()


def test_who_changes_their_mind_at_the_provider_comes_back_to_us(client: Client) -> None:
    assert through_provider(client, sub="") == "/konto/anmelden/"
    assert "hat nicht geklappt" in client.get("/konto/anmelden/").content.decode()
    assert "_auth_user_id" not in client.session


def test_without_a_provider_there_is_no_such_way(client: Client, settings) -> None:
    settings.OIDC_ISSUER = ""
    assert client.post("/konto/ausweis/?process=login").status_code == 404
    assert "BundID" not in client.get("/konto/anmelden/").content.decode()


def test_a_member_of_staff_does_not_come_in_through_the_provider(client: Client) -> None:
    through_provider(client)
    get_user_model().objects.filter(pk=account_in(client).user_id).update(is_staff=True)
    other = Client()
    assert through_provider(other) == "/konto/anmelden/"
    assert "_auth_user_id" not in other.session
