"""Signing in by code: one way for known and unknown contacts, a few tries, for a quarter of an hour, without a trace."""

from __future__ import annotations

import logging
import re
import time

import pytest
from django.contrib.auth import get_user_model
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import NoReverseMatch, reverse

from backend.districts.models import District
from backend.notifications.models import MailboxMessage
from backend.riders.models import Account, Contact
from backend.riders.selectors import account_of
from tests.builders.accounts import EMAIL, PHONE, an_account
from tests.builders.signing_in import ask_for_code, sent_code, sign_in

SIGNIN, CODE, ACCOUNT = "/konto/anmelden/", "/konto/code/", "/konto/"


@pytest.fixture
def client(district: District) -> Client:
    return Client()


def plain(page: str) -> str:
    """A page without what differs from one visit to the next."""
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", page)


def shown(client: Client) -> Account | None:
    """Whose account the browser is in."""
    user_id = client.session.get("_auth_user_id")
    return account_of(get_user_model().objects.get(pk=user_id)) if user_id else None


def test_who_proves_an_address_has_an_account(client: Client) -> None:
    answer = sign_in(client, " Testfahrgast@Example.org ")
    assert answer.url == ACCOUNT
    account = shown(client)
    assert account is not None
    assert [(row.kind, row.value) for row in account.contacts.all()] == [("email", EMAIL)]
    assert not account.user.has_usable_password()
    assert "Mein Konto" in client.get(ACCOUNT).content.decode()


def test_a_telephone_gets_an_sms_that_fills_itself_in(client: Client) -> None:
    sign_in(client, "03901 304031")
    (message,) = MailboxMessage.objects.all()
    assert (message.kind, message.to) == ("phone", PHONE)
    assert message.text.endswith(f"\n\n@testserver #{sent_code()}")
    assert not mail.outbox


def test_who_comes_again_finds_the_same_account(client: Client, district: District) -> None:
    known = an_account(district)
    sign_in(client, "+49 3901 304031")
    assert shown(client) == known
    assert Account.objects.count() == 1


@pytest.mark.parametrize("contact", ["03901 304031", EMAIL])
def test_known_and_unknown_contacts_get_the_same_answers(client: Client, district: District, contact: str) -> None:
    def way() -> list[object]:
        browser = Client()
        mail.outbox.clear()
        MailboxMessage.objects.all().delete()
        asked = ask_for_code(browser, contact)
        page = browser.get(CODE)
        wrong = browser.post(CODE, {"code": "000000" if sent_code() != "000000" else "111111"})
        text = re.sub(r"\d{6}", "", str(mail.outbox[-1].body) if mail.outbox else MailboxMessage.objects.get().text)
        return [asked.status_code, asked.url, page.status_code, plain(page.content.decode()), wrong.status_code,
                plain(wrong.content.decode()), text]  # fmt: skip

    unknown = way()
    an_account(district, email=EMAIL)
    assert way() == unknown
    assert unknown[4] == 422


def test_asking_for_a_code_does_not_even_look_whose_contact_it_is(client: Client, district: District) -> None:
    an_account(district)
    with CaptureQueriesContext(connection) as asked:
        ask_for_code(client, PHONE)
    assert not [query["sql"] for query in asked if "riders_" in query["sql"]]
    assert not Contact.objects.filter(value=EMAIL).exists()


def test_an_unproved_contact_leaves_no_account(client: Client) -> None:
    ask_for_code(client, EMAIL)
    assert not Account.objects.exists()
    assert get_user_model().objects.filter(is_staff=False).count() == 0


def test_five_wrong_codes_are_enough(client: Client) -> None:
    ask_for_code(client, EMAIL)
    code = sent_code()
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    for _attempt in range(4):
        assert client.post(CODE, {"code": wrong}).status_code == 422
    assert client.post(CODE, {"code": wrong}).url == SIGNIN
    assert client.post(CODE, {"code": code}).url == SIGNIN
    assert shown(client) is None


def test_a_code_is_over_after_a_quarter_of_an_hour(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    ask_for_code(client, EMAIL)
    code, began = sent_code(), time.time()
    monkeypatch.setattr(time, "time", lambda: began + 15 * 60 + 1)
    assert client.post(CODE, {"code": code}).url == SIGNIN
    assert shown(client) is None


def test_a_code_serves_the_browser_that_asked_and_once(client: Client) -> None:
    ask_for_code(client, EMAIL)
    code = sent_code()
    other = Client()
    assert other.post(CODE, {"code": code}).url == SIGNIN
    assert client.post(CODE, {"code": f"{code[:3]} {code[3:]}"}).url == ACCOUNT
    assert client.post(CODE, {"code": code}).url == SIGNIN


def test_a_new_code_makes_the_old_one_void(client: Client) -> None:
    ask_for_code(client, EMAIL)
    old = sent_code()
    client.post(CODE, {"resend": "1"})
    new = sent_code()
    if old != new:
        assert client.post(CODE, {"code": old}).status_code == 422
    assert client.post(CODE, {"code": new}).url == ACCOUNT


def test_codes_are_not_sent_without_end(client: Client, district: District) -> None:
    """The same for a known contact and an unknown one, and from whichever browser they are asked for."""
    an_account(district)
    for contact in (PHONE, EMAIL):
        for _time in range(5):
            assert ask_for_code(Client(), contact).status_code == 302
        refused = ask_for_code(Client(), contact)
        assert refused.status_code == 422
        assert "Viertelstunde" in refused.content.decode()
    assert MailboxMessage.objects.count() == 5
    assert len(mail.outbox) == 5


def test_all_sms_together_have_a_limit_and_letters_go_on(client: Client, settings) -> None:
    """Whoever has many addresses and many numbers cannot make us pay without end."""
    settings.ACCOUNT_RATE_LIMITS = {**settings.ACCOUNT_RATE_LIMITS, "send_code_sms": "2/h/key"}
    for number in range(2):
        answer = Client(REMOTE_ADDR=f"192.0.2.{number}").post("/konto/anmelden/", {"contact": f"0171 392005{number}"})
        assert answer.status_code == 302
    third = Client(REMOTE_ADDR="192.0.2.9").post("/konto/anmelden/", {"contact": "0171 3920059"})
    assert "Nehmen Sie Ihre E-Mail-Adresse" in third.content.decode()
    assert MailboxMessage.objects.filter(kind="phone").count() == 2
    assert ask_for_code(client, "testfahrgast@example.org").status_code == 302


def test_codes_are_counted_by_connection(client: Client, settings) -> None:
    """Who has one address of IPv6 has 2^64 of them, and must not have as many codes sent to as many numbers."""
    limits = {**settings.ACCOUNT_RATE_LIMITS, "request_login_code": "1/m/ip"}
    settings.ACCOUNT_RATE_LIMITS = limits
    contacts = {"2001:db8:1:2::1": EMAIL, "2001:db8:1:2:ffff::2": PHONE, "2001:db8:1:3::1": PHONE}
    answers = [ask_for_code(Client(REMOTE_ADDR=address), contact) for address, contact in contacts.items()]
    assert [answer.status_code for answer in answers] == [302, 422, 302]


def test_a_sender_that_fails_says_so_to_everybody(client: Client, district: District, settings) -> None:
    settings.MESSAGE_SENDERS = {"phone": settings.NO_SENDER, "email": settings.NO_SENDER}
    an_account(district)
    pages = [ask_for_code(Client(), contact) for contact in (PHONE, "03901 999888")]
    assert [page.status_code for page in pages] == [422, 422]
    assert all("auf anderem Weg" in page.content.decode() for page in pages)


@pytest.mark.parametrize(
    ("contact", "problem"),
    [
        ("", "Schreiben Sie Ihre Telefonnummer oder Ihre E-Mail-Adresse."),
        ("hallo", "Diese Telefonnummer kennen wir nicht"),
        ("a@b", "Das ist keine E-Mail-Adresse"),
        ("+1 202 555 0123", "In dieses Land senden wir keine SMS"),
    ],
)
def test_what_is_no_contact_is_said(client: Client, contact: str, problem: str) -> None:
    answer = ask_for_code(client, contact)
    assert answer.status_code == 422
    assert problem in answer.content.decode()


def test_a_code_is_nowhere_but_in_the_message(client: Client, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        ask_for_code(client, EMAIL)
        code = sent_code()
        client.post(CODE, {"code": code})
    assert code not in caplog.text
    assert code not in str(client.session.items())


def test_staff_do_not_come_in_by_a_code_nor_riders_by_a_password(client: Client, district: District) -> None:
    staff = get_user_model().objects.create_user("leitstelle", EMAIL, "nur-zum-testen", is_staff=True)
    sign_in(client, EMAIL)
    account = shown(client)
    assert account is not None
    assert account.user != staff
    assert client.get(f"/leitstelle/?next={ACCOUNT}").status_code == 302
    assert client.get("/leitstelle/").url.startswith("/anmelden/")

    promoted = an_account(district, phone=PHONE)
    get_user_model().objects.filter(pk=promoted.user_id).update(is_staff=True)
    other = Client()
    assert sign_in(other, PHONE).url == SIGNIN
    assert shown(other) is None

    third = Client()
    third.post("/anmelden/", {"username": account.user.username, "password": ""})
    assert shown(third) is None


def test_the_way_back_leads_to_our_own_pages_only(client: Client) -> None:
    assert sign_in(client, EMAIL, next="/konto/daten/").url == "/konto/daten/"
    assert sign_in(Client(), EMAIL, next="https://example.org/").url == ACCOUNT
    assert sign_in(Client(), EMAIL, next="no-address").url == ACCOUNT
    assert client.get(f"{SIGNIN}?next=no-address").url == ACCOUNT


@pytest.mark.parametrize("answer", ["9" * 5000, "[" * 100_000, "null", "", "{}", "\x00"])
def test_what_is_no_answer_of_a_passkey_is_said_to_be_none(client: Client, answer: str) -> None:
    assert client.post("/konto/passkey/", {"credential": answer}).url == SIGNIN


def test_suggestions_are_counted_like_the_search_of_programs(client: Client, settings) -> None:
    settings.THROTTLE_RATES = settings.THROTTLE_RATES | {"search": "1/min"}
    answers = [client.get("/fahrt/orte/", {"q": "Klötze"}) for _press in range(2)]
    assert [answer.status_code for answer in answers] == [200, 429]
    assert answers[1].json() == {"places": []}


def test_staying_signed_in_is_a_choice(client: Client, settings) -> None:
    sign_in(client, EMAIL, remember="on")
    assert client.session.get_expiry_age() > 80 * 86_400
    other = Client()
    sign_in(other, EMAIL)
    assert other.session.get_expiry_age() <= settings.SESSION_COOKIE_AGE


def test_what_was_begun_before_signing_in_is_still_there(client: Client) -> None:
    session = client.session
    session["ride_requests"] = ["abc"]
    session.save()
    sign_in(client, EMAIL)
    assert client.session["ride_requests"] == ["abc"]


@pytest.mark.parametrize(
    "path", ["/konto/", "/konto/fahrten/", "/konto/daten/auskunft.json", "/konto/lieblingsfahrten/"]
)
def test_personal_pages_ask_guests_and_staff_to_sign_in(client: Client, path: str) -> None:
    assert client.get(path).url == f"{SIGNIN}?next={path.replace('/', '%2F')}"
    client.force_login(get_user_model().objects.create_user("leitstelle", is_staff=True))
    assert client.get(path).url.startswith(SIGNIN)


@pytest.mark.parametrize(
    "name", ["account_signup", "account_reset_password", "account_change_password", "account_email"]
)
def test_nothing_of_passwords_has_an_address(name: str) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(name)


def test_the_mailbox_is_the_demos_alone(client: Client, settings) -> None:
    assert client.get("/demo-postfach/").status_code == 200
    settings.DEMO_LOGIN = False
    assert client.get("/demo-postfach/").status_code == 404
