"""A form is never lost and never counts twice: sessions that end, other tabs, lost answers, too many at once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from backend.bookings import guessing
from backend.bookings.models import Booking, RideRequest
from backend.web import visitor as visitors
from tests.builders.pages import OWN_ORIGIN, PERSON, a_wish_form, ask, book, choose, code_in, hidden_fields


def test_a_form_without_its_token_comes_back_with_what_was_typed(visitor: Client) -> None:
    form = {**hidden_fields(visitor.get("/fahrt/")), **a_wish_form(needs=["ramp", "slow"])}
    visitor.cookies.clear()
    page = visitor.post("/fahrt/", form, headers=OWN_ORIGIN)
    text = page.content.decode()
    assert page.status_code == 403
    assert "no-store" in page["Cache-Control"]
    assert "Salzwedel, Markt" in text
    assert "Noch einmal senden" in text
    assert text.count('name="needs"') == 2, "a field with two values keeps both"
    again = visitor.post("/fahrt/", {**form, **hidden_fields(page), "needs": ["ramp", "slow"]}, headers=OWN_ORIGIN)
    assert again.status_code == 302
    assert sorted(RideRequest.objects.get().needs) == ["ramp", "slow"]


@pytest.mark.parametrize("headers", [{"Origin": "https://evil.example"}, {"Origin": "null"}, {}])
def test_a_form_that_another_site_sent_gets_no_button(visitor: Client, headers: dict[str, str]) -> None:
    page = visitor.post("/fahrt/", a_wish_form(origin="Fremde Angabe"), headers=headers)
    assert page.status_code == 403
    assert b"Fremde Angabe" not in page.content
    assert b"<form" not in page.content


def test_a_password_is_never_handed_back(visitor: Client) -> None:
    page = visitor.post("/anmelden/", {"username": "x", "password": "geheim-123"}, headers=OWN_ORIGIN)
    assert page.status_code == 403
    assert b"geheim-123" not in page.content


def test_the_last_step_survives_a_lost_session(visitor: Client) -> None:
    request_id, offer_id = choose(visitor, ask(visitor))
    path = f"/fahrt/angebote/{request_id}/{offer_id}/"
    form = {**hidden_fields(visitor.get(path)), **PERSON}
    visitor.cookies.clear()
    kept = visitor.post(path, form, headers=OWN_ORIGIN)
    assert kept.status_code == 403
    assert "Erika Muster" in kept.content.decode()
    code = code_in(visitor.post(path, {**form, **hidden_fields(kept)}, headers=OWN_ORIGIN))
    assert visitor.get(f"/fahrt/buchung/{code}/").status_code == 200


def test_both_rides_of_a_trip_survive_a_lost_session(visitor: Client) -> None:
    rides = [choose(visitor, ask(visitor)), choose(visitor, ask(visitor, time="10:30"))]
    (there_id, there), (back_id, back) = rides
    path = f"/fahrt/hin-und-zurueck/{there_id}/{back_id}/buchen/?hin={there}&rueck={back}"
    form = {**hidden_fields(visitor.get(path)), **PERSON}
    visitor.cookies.clear()
    kept = visitor.post(path, form, headers=OWN_ORIGIN)
    assert "Erika Muster" in kept.content.decode()
    assert code_in(visitor.post(path, {**form, **hidden_fields(kept)}, headers=OWN_ORIGIN))
    assert Booking.objects.count() == 2


def test_cancelling_survives_a_lost_session(visitor: Client) -> None:
    code = book(visitor, *choose(visitor, ask(visitor)))
    path = f"/fahrt/buchung/{code}/absagen/"
    form = hidden_fields(visitor.get(path))
    visitor.cookies.clear()
    kept = visitor.post(path, form, headers=OWN_ORIGIN)
    answer = visitor.post(path, {**form, **hidden_fields(kept)}, headers=OWN_ORIGIN)
    assert code_in(answer) == code
    assert Booking.objects.get(code=code).state == "cancelled"


def test_a_proof_opens_only_its_own_request_and_expires(
    visitor: Client, district: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    own, other = choose(visitor, ask(visitor)), choose(visitor, ask(visitor, time="9:30"))
    proof = hidden_fields(visitor.get("/fahrt/angebote/{}/{}/".format(*own)))["proof"]
    stranger = Client()
    assert stranger.post("/fahrt/angebote/{}/{}/".format(*other), {**PERSON, "proof": proof}).status_code == 404
    assert stranger.get("/fahrt/angebote/{}/{}/?proof={}".format(*own, proof)).status_code == 404
    monkeypatch.setattr(visitors, "PROOF_LASTS_S", -1)
    assert stranger.post("/fahrt/angebote/{}/{}/".format(*own), {**PERSON, "proof": proof}).status_code == 404
    assert Booking.objects.count() == 0


def test_an_answer_that_was_lost_does_not_book_twice(visitor: Client) -> None:
    request_id, offer_id = choose(visitor, ask(visitor))
    path = f"/fahrt/angebote/{request_id}/{offer_id}/"
    form = {**hidden_fields(visitor.get(path)), **PERSON}
    first = code_in(visitor.post(path, form, headers=OWN_ORIGIN))
    assert code_in(visitor.post(path, form, headers=OWN_ORIGIN)) == first
    assert code_in(visitor.post(path, {**form, "key": "filled-in-anew"}, headers=OWN_ORIGIN)) == first
    assert code_in(visitor.get(path)) == first, "who opens the form again sees the booking"
    assert Booking.objects.count() == 1


def test_too_many_forms_are_asked_to_wait_and_kept(visitor: Client, settings) -> None:
    settings.THROTTLE_RATES = {**settings.THROTTLE_RATES, "quote": "2/min"}
    form = {**hidden_fields(visitor.get("/fahrt/")), **a_wish_form()}
    assert [visitor.post("/fahrt/", form, headers=OWN_ORIGIN).status_code for _ in range(2)] == [302, 302]
    page = visitor.post("/fahrt/", form, headers=OWN_ORIGIN)
    assert page.status_code == 429
    assert 1 <= int(page["Retry-After"]) <= 60
    assert "Bitte warten Sie" in page.content.decode()
    assert "Klötze, Busbahnhof" in page.content.decode()
    assert visitor.get("/fahrt/").status_code == 200, "reading is not counted"


def test_guessing_the_contact_of_a_code_does_not_pay(visitor: Client, settings) -> None:
    settings.THROTTLE_RATES = {**settings.THROTTLE_RATES, "booking": "1000/min"}
    code = book(visitor, *choose(visitor, ask(visitor)))
    guesser = Client()
    for number in range(guessing.WRONG_AT_MOST):
        guess = {"code": code, "contact": f"03901 {700000 + number}"}
        assert guesser.post("/fahrt/meine/", guess).status_code == 422
    right = guesser.post("/fahrt/meine/", {"code": code, "contact": PERSON["phone"]})
    assert right.status_code == 422
    assert "nicht gefunden" in right.content.decode()
    assert visitor.get(f"/fahrt/buchung/{code}/").status_code == 200, "whose booking it is is not locked out by that"
    cancel = f"/fahrt/buchung/{code}/absagen/"
    assert visitor.post(cancel, hidden_fields(visitor.get(cancel)), headers=OWN_ORIGIN).status_code == 302
    assert Booking.objects.get(code=code).state == "cancelled"


@pytest.mark.parametrize("word", ["\x01\x02", "\u202e", "x" * 5000])
def test_a_word_that_is_none_is_no_error_of_ours(visitor: Client, word: str) -> None:
    """Somebody plays with a form's hidden word: nothing breaks, and nothing is done by half."""
    code = book(visitor, *choose(visitor, ask(visitor)))
    for path in ("absagen/", "teilen/", "rueckfahrt/offen/", "rueckfahrt/erledigt/"):
        token = hidden_fields(visitor.get(f"/fahrt/buchung/{code}/absagen/"))
        answer = visitor.post(f"/fahrt/buchung/{code}/{path}", {**token, "key": word}, headers=OWN_ORIGIN)
        assert answer.status_code in (200, 302), path
    assert Booking.objects.get(code=code).state == "booked"


def test_both_rides_asked_again_too_late_lead_back_to_the_form(visitor: Client) -> None:
    there, back = ask(visitor), ask(visitor, time="10:30")
    path = f"/fahrt/hin-und-zurueck/{there}/{back}/"
    token = hidden_fields(visitor.get(f"/fahrt/angebote/{there}/"))
    RideRequest.objects.update(wished_at=timezone.now() - timedelta(hours=1))
    answer = visitor.post(path, token, headers=OWN_ORIGIN, follow=True)
    assert answer.redirect_chain[0][0].startswith("/fahrt/?wunsch=")
    assert "Diese Zeit ist schon vorbei." in answer.content.decode()
