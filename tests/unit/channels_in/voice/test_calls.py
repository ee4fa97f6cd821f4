"""Calls through signed webhooks, on the real desk of a small district."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import caches
from django.test import Client

from accessibility.desk import Channel
from backend.bookings.models import AuditEntry, Booking, OutboxMessage
from backend.channels_in import calls, waiting
from backend.channels_in.call_models import Call, WaitingCall
from backend.channels_in.proof import prove
from backend.districts.models import District
from backend.riders.pins import set_pin
from tests.builders.accounts import an_account
from tests.builders.calls import Caller
from tests.builders.district import a_district, at
from tests.builders.twilio import signed_post

WISH = "übermorgen um halb neun von Beetzendorf Kirche nach Klötze Busbahnhof"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _on_the_line(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.SITE_DISTRICT = "probe"
    a_district()


def booked(caller: Caller) -> None:
    """From the first ring to the booking."""
    caller.ring()
    assert "Wie heißen Sie" in caller.say(WISH)
    assert "Soll ich buchen" in caller.say("Testfahrgast Eins")
    assert "Gebucht" in caller.say("ja")


def test_a_call_books_and_ends() -> None:
    caller = Caller()
    booked(caller)
    booking = Booking.objects.get()
    assert (booking.contact_phone, booking.contact_name) == (caller.number, "Testfahrgast Eins")
    assert booking.offer.ride_request.channel == Channel.PHONE
    assert "Auf Wiederhören".lower() in caller.say("nein danke").lower()
    assert caller.is_over
    assert Call.objects.get().ended_at is not None


def test_an_unsigned_request_is_turned_away() -> None:
    response = Client().post("/telefon/anruf/", {"CallSid": "CA1", "From": "+493023125001"})
    assert response.status_code == 403
    assert not Call.objects.exists()


def test_a_signature_holds_for_one_address_only() -> None:
    from backend.channels_in.signed import signature_of

    form = {"CallSid": "CA1", "From": "+493023125001"}
    other = signature_of("http://elsewhere.example/telefon/anruf/", form)
    assert signed_post(Client(), "/telefon/anruf/", form, signature=other).status_code == 403


def test_a_webhook_that_comes_twice_gets_the_same_answer_and_books_once() -> None:
    caller = Caller()
    caller.ring()
    caller.say(WISH)
    caller.say("Testfahrgast Eins")
    action = caller.action
    first = caller.post(action, SpeechResult="ja", Confidence="0.9")
    again = caller.post(action, SpeechResult="ja", Confidence="0.9")
    other = caller.post(action, SpeechResult="nein", Confidence="0.9")
    assert first == again == other
    assert Booking.objects.count() == 1


def test_a_step_that_was_lost_is_worked_out_again_and_books_once() -> None:
    """The server dies after the booking and before the reply was kept."""
    caller = Caller()
    caller.ring()
    caller.say(WISH)
    caller.say("Testfahrgast Eins")
    before = Call.objects.values("state", "reply", "lines", "step").get()
    action = caller.action
    first = caller.post(action, Digits="1")
    Call.objects.update(**before)
    assert caller.post(action, Digits="1") == first
    assert Booking.objects.count() == 1


def test_hanging_up_books_nothing_and_the_next_call_goes_on() -> None:
    caller = Caller()
    caller.ring()
    caller.say(WISH)
    caller.hang_up()
    assert not Booking.objects.exists()
    again = Caller(number=caller.number)
    assert "fortsetzen" in again.ring()
    assert "Wie heißen Sie" in again.say("ja")


def test_somebody_else_hears_nothing_of_a_broken_off_call() -> None:
    caller = Caller()
    caller.ring()
    caller.say(WISH)
    caller.hang_up()
    assert "fortsetzen" not in Caller(number="+493023125002").ring()


def test_a_broken_off_wish_is_forgotten() -> None:
    caller = Caller()
    caller.ring()
    caller.say(WISH)
    caller.hang_up()
    calls.forget_calls(Call.objects.get().ended_at + timedelta(minutes=30))  # type: ignore[operator]
    assert not Call.objects.exists()
    assert "fortsetzen" not in Caller(number=caller.number).ring()


def test_what_a_pin_has_opened_is_not_gone_on_with_by_a_number_alone() -> None:
    """Who forges her number a minute later must not hear where she wanted to go."""
    caller = Caller()
    account = an_account(District.objects.get(), phone=caller.number)
    set_pin(account, "8392")
    assert "Pinn" in caller.ring()
    caller.press("8392#")
    assert "Soll ich buchen" in caller.say(WISH)
    caller.hang_up()
    forged = Caller(number=caller.number)
    assert "fortsetzen" not in forged.ring()
    assert "Beetzendorf" not in forged.said + forged.say("ja")


def test_many_numbers_do_not_make_the_line_forget_wrong_pins() -> None:
    district, now = District.objects.get(), at("8:00")
    for _try in range(6):
        prove(district, "+493023125001", "111222", now)
    for number in range(1500):  # Django's own limit is 300 entries; beyond it others go by chance
        caches["between_processes"].add(f"proof:{number}", 0, 3600)
    assert prove(district, "+493023125001", "111222", now).is_locked


def test_silence_asks_again_and_hangs_up_on_nobody() -> None:
    caller = Caller()
    first = caller.ring()
    for _time in range(10):
        caller.be_silent()
        assert not caller.is_over
    assert "Sagen Sie einfach" in first
    assert "Lassen Sie sich Zeit" in caller.said


def test_a_relay_is_waited_for() -> None:
    caller = Caller()
    caller.ring()
    usual = int(caller.attribute("timeout") or 0)
    caller.say("Guten Tag, hier ist der Relaisdienst, ich rufe für jemanden an")
    assert int(caller.attribute("timeout") or 0) >= 3 * usual


def test_slower_on_request() -> None:
    caller = Caller()
    caller.ring()
    caller.press("9")
    assert "prosody" in caller.twiml
    assert "Ich spreche langsamer" in caller.said


def test_a_star_says_all_of_it_again() -> None:
    caller = Caller()
    first = caller.ring()
    assert caller.press("*") == first


def test_a_code_is_spelled_sign_by_sign() -> None:
    caller = Caller()
    booked(caller)
    from accessibility.language.spelling import spelled

    for sign in spelled(Booking.objects.get().code):
        assert sign in caller.said


def test_nobody_is_there_so_a_call_back_is_kept() -> None:
    caller = Caller()
    caller.ring()
    assert "zurückrufen" in caller.press("0")
    caller.press("1")
    case = WaitingCall.objects.get()
    assert (case.number, case.state, case.is_on_line) == (caller.number, "waiting", False)
    assert ["Taste", "0"] in case.lines
    told = OutboxMessage.objects.get(topic="call.waiting")
    assert set(told.payload) == {"district", "call"}, "whoever watches any day hears of it"
    assert caller.number not in str(told.payload)


def test_a_person_is_rung_up_and_if_nobody_answers_the_line_goes_on(settings: Any) -> None:
    settings.DISPATCHER_NUMBER = "+493023125900"
    caller = Caller()
    caller.ring()
    caller.say("ich möchte mit einem Menschen sprechen")
    assert "<Number>+493023125900</Number>" in caller.twiml
    assert WaitingCall.objects.get().is_on_line
    action = caller.twiml.split('action="')[1].split('"')[0]
    assert "zurückrufen" in caller.post(action, DialCallStatus="no-answer")
    caller.say("ja bitte")
    assert caller.is_over
    assert not WaitingCall.objects.get().is_on_line


def test_three_misunderstandings_lead_to_a_person() -> None:
    caller = Caller()
    caller.ring()
    for _time in range(2):
        caller.say("blubb wabbel")
        assert "zurückrufen" not in caller.said
    assert "zurückrufen" in caller.say("blubb wabbel")


def test_a_case_is_taken_once_and_forgotten_when_done(django_user_model: Any) -> None:
    caller = Caller()
    caller.ring()
    caller.press("0")
    caller.press("1")
    case = WaitingCall.objects.get()
    first, second = (django_user_model.objects.create(username=name) for name in ("a", "b"))
    now = at("10:00")
    waiting.take_call(case.district, case.pk, first, now)
    from accessibility.desk import InvalidInput

    with pytest.raises(InvalidInput):
        waiting.take_call(case.district, case.pk, second, now)
    waiting.finish_call(case.pk, first, now, called_back=True)
    waiting.finish_call(case.pk, first, now)
    case.refresh_from_db()
    assert (case.state, case.number, case.lines) == ("called_back", "", [])
    assert AuditEntry.objects.filter(action="call.finish").count() == 1
    calls.forget_calls(Call.objects.get().updated_at + timedelta(days=1))
    assert not Call.objects.exists()


def test_a_pin_is_nowhere_in_the_dialogue_that_is_handed_over() -> None:
    caller = Caller()
    caller.ring()
    caller.press("2")
    caller.press("83920")
    caller.press("0")
    caller.press("1")
    assert "83920" not in str(WaitingCall.objects.get().lines)


@pytest.mark.parametrize("number", ["anonymous", "+266696687", "", "Restricted", "sip:abc@example", "+49" + "1" * 60])
def test_a_withheld_number_is_a_guest_who_is_asked_for_one(number: str) -> None:
    caller = Caller(number=number)
    caller.ring()
    caller.say(WISH)
    assert "Telefonnummer" in caller.say("Testfahrgast Eins")
    assert "Soll ich buchen" in caller.press("03023125003")
    caller.press("1")
    assert Booking.objects.get().contact_phone == "+493023125003"


def test_every_portion_fits_into_one_say() -> None:
    from twilio.twiml.voice_response import VoiceResponse

    from backend.notifications.said import say_into

    response = VoiceResponse()
    say_into(response, "Wort " * 3000 + ". " + "Ein Satz mit 12 Wörtern. " * 400)
    says = str(response).split("<Say")[1:]
    assert len(says) > 3
    assert all(len(part.split(">", 1)[1].split("</Say>")[0]) <= 3000 for part in says)


def test_a_request_without_a_call_is_answered_kindly() -> None:
    response = signed_post(Client(), "/telefon/anruf/", {"From": "+493023125001"})
    assert response.status_code == 200
    assert "rufen Sie noch einmal an" in response.content.decode()


def test_who_has_spoken_with_a_person_is_not_called_back(settings: Any) -> None:
    settings.DISPATCHER_NUMBER = "+493023125900"
    caller = Caller()
    caller.ring()
    caller.press("0")
    caller.post(caller.twiml.split('action="')[1].split('"')[0], DialCallStatus="completed")
    caller.hang_up()
    case = WaitingCall.objects.get()
    assert (case.state, case.number, case.lines) == ("done", "", [])


def test_who_hangs_up_while_it_rings_is_called_back(settings: Any) -> None:
    settings.DISPATCHER_NUMBER = "+493023125900"
    caller = Caller()
    caller.ring()
    caller.press("0")
    caller.hang_up()
    case = WaitingCall.objects.get()
    assert (case.state, case.is_on_line, case.number) == ("waiting", False, caller.number)


def test_a_finished_case_stays_empty_though_the_call_goes_on(django_user_model: Any) -> None:
    caller = Caller()
    caller.ring()
    caller.press("0")
    caller.press("1")
    case = WaitingCall.objects.get()
    waiting.finish_call(case.pk, django_user_model.objects.create(username="a"), at("10:00"))
    caller.ring()
    case.refresh_from_db()
    assert case.lines == []


def test_a_pin_said_in_words_is_nowhere_either() -> None:
    caller = Caller()
    caller.ring()
    caller.press("2")
    caller.say("acht drei neun zwei null")
    assert "acht drei" not in str(Call.objects.get().lines)


def test_a_bug_in_mid_call_is_answered_and_somebody_calls_back(caplog: pytest.LogCaptureFixture) -> None:
    caller = Caller()
    caller.ring()
    Call.objects.update(state={"asked": "no such question"})
    assert "Wir rufen Sie zurück" in caller.say(WISH)
    assert caller.is_over
    assert WaitingCall.objects.get().why == "failed"
    assert caller.number not in caplog.text
    assert WISH not in caplog.text
