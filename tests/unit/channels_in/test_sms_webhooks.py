"""What Twilio calls: signed, once each, answered through the outbox; the carrier's words are not ours."""

from __future__ import annotations

import pytest
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accessibility.sms.gsm7 import segments
from backend.bookings.models import Booking, OutboxMessage
from backend.channels_in.models import TextMessage, TextThread
from backend.channels_in.text_inbox import sorry
from backend.districts.models import District
from backend.notifications.models import OptOut
from backend.notifications.opt_outs import has_opted_out
from tests.builders.accounts import an_account
from tests.builders.examples import examples
from tests.builders.twilio import signed_post

pytestmark = pytest.mark.django_db
NUMBER = "+493023125001"
IN, STATUS = "/sms/eingang/", "/sms/status/"


def write(text: str, sid: str = "", number: str = NUMBER, **more: str) -> int:
    form = {
        "MessageSid": sid or f"SM{TextMessage.objects.count():032}", "From": number, "To": "+493023125900", "Body": text,
        "NumMedia": "0", **more,
    }  # fmt: skip
    answer = signed_post(Client(raise_request_exception=False), IN, form)
    if answer.status_code == 200:
        assert answer.content.decode().replace(" ", "") == '<?xmlversion="1.0"encoding="UTF-8"?><Response/>'
    return int(answer.status_code)


def answers(number: str = NUMBER) -> list[str]:
    ours = TextMessage.objects.filter(thread__address=number, is_ours=True).order_by("pk")
    return [str(one.text) for one in ours]


def test_a_message_is_answered_through_the_outbox(district: District) -> None:
    assert write("hilfe") == 200
    assert answers()[0].startswith("Buchen: ")
    assert OutboxMessage.objects.filter(topic="text.answer").count() == 1


def test_who_does_not_sign_is_not_heard(district: District) -> None:
    form = {"MessageSid": "SM1", "From": NUMBER, "Body": "hilfe"}
    assert signed_post(Client(), IN, form, signature="wrong").status_code == 403
    assert signed_post(Client(), STATUS, {"MessageSid": "SM1"}, signature="wrong").status_code == 403
    assert not TextThread.objects.exists()


def test_the_same_message_twice_is_one(district: District) -> None:
    write("hilfe", "SMsame")
    write("hilfe", "SMsame")
    assert len(answers()) == 1


def test_whom_we_cannot_answer_is_not_answered(district: District) -> None:
    for sender in ("INFO", "32077", "+2348012345678", "", "whatsapp:", "+49"):
        assert write("hilfe", number=sender) == 200
    assert not TextThread.objects.exists()


def test_whatsapp_comes_by_the_same_door(district: District) -> None:
    write("hilfe", number=f"whatsapp:{NUMBER}")
    thread = TextThread.objects.get()
    assert (thread.kind, thread.address) == ("whatsapp", NUMBER)
    assert TextMessage.objects.get(is_ours=True).kind == "whatsapp"


def test_the_carrier_answers_stop_and_start_itself(district: District) -> None:
    write("STOP", OptOutType="STOP")
    assert OptOut.objects.get().number == NUMBER
    assert not answers()
    write("START", OptOutType="START")
    assert not OptOut.objects.exists()
    write("HELP", OptOutType="HELP")
    assert not answers()


@pytest.mark.parametrize("word", ["STOP", "Stopp.", " unsubscribe "])
def test_a_carrier_that_says_nothing_of_stop_is_understood_all_the_same(district: District, word: str) -> None:
    write("morgen 9:30 von Klötze")
    said = len(answers())
    write(word)
    assert OptOut.objects.get().number == NUMBER
    write("start")
    assert not OptOut.objects.exists()
    assert len(answers()) == said


def test_a_picture_is_politely_not_read(district: District) -> None:
    write("", NumMedia="1", MediaUrl0="https://media.example/1.jpg", MediaContentType0="image/jpeg")
    assert answers()[0].startswith("Bilder und Töne kann ich nicht lesen.")


def test_what_became_of_an_answer_is_taken_down(district: District) -> None:
    write("hilfe")
    TextMessage.objects.filter(is_ours=True).update(external_id="SMout", state="done")
    report = {"MessageSid": "SMout", "MessageStatus": "delivered", "To": NUMBER}
    assert signed_post(Client(), STATUS, report).status_code == 204
    assert TextMessage.objects.get(is_ours=True).state == "delivered"
    failed = {"MessageSid": "SMout", "MessageStatus": "undelivered", "ErrorCode": "21610", "To": NUMBER}
    assert signed_post(Client(), STATUS, failed).status_code == 204
    assert TextMessage.objects.get(is_ours=True).state == "failed"
    assert has_opted_out("phone", NUMBER)
    unknown = {"MessageSid": "SMother", "MessageStatus": "delivered", "To": NUMBER}
    assert signed_post(Client(), STATUS, unknown).status_code == 204


def test_an_account_is_answered_in_its_language(district: District) -> None:
    an_account(district, phone=NUMBER, language="en")
    write("hilfe")
    write("deutsch")
    write("hilfe")
    assert [answer.split(":")[0] for answer in answers()] == ["Book", "Buchen", "Buchen"]


def test_numbers_do_not_disturb_each_other(district: District) -> None:
    other = "+493023125002"
    write("Von Klötze")
    write("hilfe", number=other)
    write("english", number=other)
    assert answers(other)[1].startswith("Book")
    assert answers() == ["Meinen Sie Klötze, Busbahnhof? JA oder NEIN."]


def test_what_another_version_remembered_is_forgotten(district: District) -> None:
    write("von Salzwedel Bahnhof")
    thread = TextThread.objects.get()
    thread.dialogue = {**thread.dialogue, "state": {"asked": "no such question"}}
    thread.save()
    write("hilfe")
    assert answers()[-1].startswith("Buchen: ")


TEXTS = st.one_of(
    st.text(max_size=1700),
    st.text(alphabet=st.characters(codec="utf-8"), max_size=60),
    st.lists(
        st.sampled_from(
            ["JA", "1", "2", "3", "nein", "STORNO", "ÄNDERN", "WO", "RÜCK", "SPÄTER", "wie immer", "MENSCH", "english", "leicht",
             "morgen 9:30", "von Bahnhof Salzwedel", "nach Klötze", "2 Pers", "Testfahrgast 1", "später", "eine Stunde später",
             "K7M-3PX", "Di nicht", "im Rollstuhl", "", "deutsch", "andere", "23:59", "29.2.", "🚌", "9" * 50]
        ),
        max_size=4,
    ).map(" ".join),
)  # fmt: skip


@settings(max_examples=examples(60), suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(texts=st.lists(TEXTS, min_size=1, max_size=6))
def test_whatever_is_written_is_answered_and_nothing_is_half_booked(district: District, texts: list[str]) -> None:
    TextThread.objects.all().delete()
    for number, text in enumerate(texts):
        before = Booking.objects.count()
        assert write(text, f"SM{number:08}x") == 200
        said = answers()[-1] if answers() else ""
        assert segments(said) <= 3, said
        if Booking.objects.count() > before:
            assert said.split(" ")[0] in ("Gebucht:", "Geändert:", "Booked:", "Changed:", "Der", "The")
        assert sorry() not in said, "the line itself broke down"
    assert not TextMessage.objects.filter(is_ours=False, state="waiting").exists()
