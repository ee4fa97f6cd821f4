"""A dispatcher reads and answers written conversations; what does not arrive goes another way; all of it is recorded."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client

from accessibility.desk import InvalidInput
from backend.bookings.clock import SetClock
from backend.bookings.desk import Desk
from backend.bookings.forgotten import Forgotten
from backend.bookings.models import AuditEntry, OutboxMessage
from backend.channels_in import text_threads
from backend.channels_in.forgetting import forget_riders
from backend.channels_in.models import TextMessage, TextThread
from backend.channels_in.text_inbox import take_in
from backend.channels_in.text_outbox import TOPIC, deliver, reported
from backend.districts.models import District
from backend.notifications.mailbox import last_messages
from backend.notifications.sending import CannotSend
from tests.builders.accounts import an_account
from tests.builders.district import a_booking, a_passenger, a_wish, at
from tests.builders.rest import a_user, tomorrow
from tests.unit.channels_in.test_text_inbox import NUMBER, a_text, talk

pytestmark = pytest.mark.django_db


def send_all() -> None:
    """What the relay does with the outbox."""
    for row in OutboxMessage.objects.filter(topic=TOPIC, delivered_at=None).order_by("pk"):
        deliver(row.payload)
        OutboxMessage.objects.filter(pk=row.pk).update(delivered_at=at("8:00"))


def a_waiting_thread() -> TextThread:
    return take_in(a_text("mensch"), talk, SetClock(at("8:00"))).thread


def test_answers_leave_as_sms_and_say_nothing_in_the_outbox(district: District) -> None:
    take_in(a_text("hallo mit Rollstuhl"), talk)
    payload = OutboxMessage.objects.get(topic=TOPIC).payload
    assert set(payload) == {"district", "text"}
    send_all()
    assert [(one.kind, one.to, one.text) for one in last_messages()] == [("phone", NUMBER, "1: hallo mit Rollstuhl")]
    send_all()
    assert len(last_messages()) == 1


def test_a_person_answers_and_the_line_is_silent(district: District) -> None:
    thread = a_waiting_thread()
    text_threads.answer(thread, "Guten Tag, was kann ich tun?", "k1", "anna", at("8:05"))
    text_threads.answer(thread, "Guten Tag, was kann ich tun?", "k1", "anna", at("8:06"))
    take_in(a_text("Ich suche meinen Schirm"), talk, SetClock(at("8:07")))
    send_all()
    assert [one.text for one in last_messages()] == ["Guten Tag, was kann ich tun?", "1: mensch"]
    line = text_threads.threads(district)[0]
    assert line.waits_since == at("8:07")
    assert text_threads.give_back(thread, "anna", at("8:10"))
    assert not text_threads.give_back(thread, "anna", at("8:10"))
    actions = list(AuditEntry.objects.filter(actor="anna").order_by("pk").values_list("action", flat=True))
    assert actions == ["text.answered", "text.closed"]
    assert not any(NUMBER in entry.subject for entry in AuditEntry.objects.all())


def test_a_long_answer_is_parted_between_words(district: District) -> None:
    thread = a_waiting_thread()
    sent = text_threads.answer(thread, "Wort " * 200, "k1", "anna", at("8:05"))
    assert len(sent) == 3
    assert all(one.text.startswith("Wort") and one.text.endswith("Wort") for one in sent)


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 1201])
def test_an_answer_that_says_nothing_or_too_much_is_refused(district: District, text: str) -> None:
    with pytest.raises(InvalidInput):
        text_threads.answer(a_waiting_thread(), text, "k1", "anna", at("8:05"))


def test_whatsapp_may_be_answered_for_a_day(district: District) -> None:
    thread = a_waiting_thread()
    thread.kind = "whatsapp"
    thread.save()
    text_threads.answer(thread, "Guten Tag", "k1", "anna", at("8:05"))
    with pytest.raises(InvalidInput, match="24 Stunden"):
        text_threads.answer(thread, "Guten Tag", "k2", "anna", at("8:05") + timedelta(days=1))


def test_what_an_sms_cannot_bring_a_letter_does(district: District, settings) -> None:
    an_account(district, phone=NUMBER, email="testfahrgast@example.org")
    settings.MESSAGE_SENDERS = {
        **settings.MESSAGE_SENDERS,
        "phone": "tests.unit.channels_in.test_text_threads.Refusing",
    }
    settings.EMAIL_BACKEND = "backend.notifications.mailbox.EmailBackend"
    take_in(a_text("hallo"), talk)
    send_all()
    send_all()
    assert [(one.kind, one.to, one.text) for one in last_messages()] == [
        ("email", "testfahrgast@example.org", "1: hallo")
    ]
    assert not text_threads.threads(district)[0].has_failed


def test_staff_sees_what_reached_nobody(district: District) -> None:
    take_in(a_text("hallo"), talk)
    send_all()
    TextMessage.objects.filter(is_ours=True).update(external_id="SM9")
    assert reported("SM9", "undelivered")
    assert text_threads.threads(district)[0].has_failed
    assert reported("SM9", "delivered")
    assert not text_threads.threads(district)[0].has_failed
    assert not reported("SMother", "delivered")
    assert not reported("", "delivered")


def test_old_messages_are_forgotten(district: District) -> None:
    a_waiting_thread()
    assert text_threads.forget_old_texts(at("8:00") + timedelta(days=29)) == 0
    assert text_threads.forget_old_texts(at("8:00") + timedelta(days=31)) > 0
    assert not TextThread.objects.exists()


def test_the_pages_of_the_dispatcher(district: District) -> None:
    an_account(district, phone=NUMBER, never_call=True)
    thread = a_waiting_thread()
    browser = Client()
    address = f"/leitstelle/sms/{thread.pk}/"
    assert browser.get("/leitstelle/sms/").status_code == 302
    assert browser.get(address).status_code == 302
    browser.force_login(a_user("driver", name="fahrer"))
    assert browser.get(address).status_code == 302
    browser.force_login(a_user("dispatcher"))
    overview = browser.get("/leitstelle/sms/").content.decode()
    assert "Ein Fahrgast wartet auf Ihre Antwort." in overview
    page = browser.get(address).content.decode()
    assert "mensch" in page
    assert "Nie anrufen." in page
    assert AuditEntry.objects.filter(action="text.read").count() == 1
    empty = browser.post(address, {"text": " ", "key": "a"})
    assert empty.status_code == 422
    assert "Schreiben Sie eine Antwort." in empty.content.decode()
    for _press in range(2):
        answer = browser.post(address, {"text": "Guten Tag", "key": "same"}, follow=True).content.decode()
        assert "Die Antwort geht als eine SMS hinaus." in answer
    assert thread.messages.filter(author="leitstelle").count() == 1
    closed = browser.post(f"{address}beenden/", follow=True).content.decode()
    assert "Ab jetzt antwortet wieder der Automat." in closed
    assert browser.get("/leitstelle/sms/999999/").status_code == 404


def test_beside_what_is_written_stand_the_rides_it_may_be_about(district: District) -> None:
    desk = Desk(SetClock(tomorrow() - timedelta(hours=20)))
    mine = a_booking(desk, a_wish(when=tomorrow("9:00")), a_passenger("Testfahrgast 1", NUMBER)).code
    other = a_booking(desk, a_wish(when=tomorrow("9:30")), a_passenger("Testfahrgast 2", "+493023125777")).code
    thread = a_waiting_thread()
    browser = Client()
    browser.force_login(a_user("dispatcher"))
    page = browser.get(f"/leitstelle/sms/{thread.pk}/").content.decode()
    assert f"/buchung/{mine}/" in page
    assert other not in page


class Refusing:
    """A carrier that lets nothing through."""

    def send(self, message: object) -> str:
        raise CannotSend("opted out", is_final=True)


def test_a_carrier_that_is_away_is_tried_again(district: District, settings) -> None:
    settings.MESSAGE_SENDERS = {**settings.MESSAGE_SENDERS, "phone": settings.NO_SENDER}
    take_in(a_text("hallo"), talk)
    with pytest.raises(CannotSend):
        send_all()
    assert TextMessage.objects.get(is_ours=True).state == "waiting"


def test_the_board_hears_that_somebody_waits_for_a_person(district: District) -> None:
    take_in(a_text("hallo"), talk)
    assert not OutboxMessage.objects.filter(topic="text.waiting").exists()
    thread = a_waiting_thread()
    take_in(a_text("noch etwas"), talk, SetClock(at("8:01")))
    told = OutboxMessage.objects.filter(topic="text.waiting")
    assert [row.payload for row in told] == [{"district": district.pk, "text": thread.pk}] * 2


def test_who_asks_gets_what_was_written_and_who_leaves_takes_it_along(district: District) -> None:
    take_in(a_text("hallo"), talk)
    assert [(one["by"], one["text"]) for one in text_threads.texts_of([NUMBER])] == [
        ("rider", "hallo"),
        ("rufbus", "1: hallo"),
    ]
    forget_riders(Forgotten(frozenset(), frozenset({NUMBER}), at("8:00")))
    assert text_threads.texts_of([NUMBER]) == []
