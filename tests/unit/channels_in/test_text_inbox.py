"""Messages come in once, are answered in their order, and nobody stays without an answer."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backend.bookings.clock import Clock, SetClock
from backend.channels_in import text_inbox
from backend.channels_in.models import TextMessage, TextThread
from backend.channels_in.text_inbox import Incoming, Talked, answer_left_over, answer_waiting, keep, take_in
from backend.districts.models import District
from tests.builders.district import at

pytestmark = pytest.mark.django_db
NUMBER, OTHER = "+493023125001", "+493023125002"


def talk(thread: TextThread, message: TextMessage, clock: Clock) -> Talked:
    """Says how often it was spoken to."""
    count = thread.dialogue.get("count", 0) + 1
    return Talked((f"{count}: {message.text}",), {"count": count}, thread.language, message.text == "mensch")


def a_text(text: str, number: str = NUMBER, sid: str = "") -> Incoming:
    return Incoming("phone", number, text, sid or f"SM{TextMessage.objects.count()}")


def answers(number: str = NUMBER) -> list[str]:
    return list(
        TextMessage.objects.filter(thread__address=number, is_ours=True).order_by("pk").values_list("text", flat=True)
    )


def test_each_message_is_answered_and_the_thread_remembers(district: District) -> None:
    take_in(a_text("eins"), talk)
    take_in(a_text("zwei"), talk)
    take_in(a_text("drei", OTHER), talk)
    assert answers() == ["1: eins", "2: zwei"]
    assert answers(OTHER) == ["1: drei"]


def test_the_same_message_again_is_not_answered_again(district: District) -> None:
    first = take_in(a_text("eins", sid="SMx"), talk)
    again = take_in(a_text("eins", sid="SMx"), talk)
    assert first == again
    assert answers() == ["1: eins"]


def test_what_came_while_somebody_answers_is_answered_after_it(district: District) -> None:
    """The second message comes in while the first is being answered, as by another process."""

    def slow_talk(thread: TextThread, message: TextMessage, clock: Clock) -> Talked:
        if message.text == "eins":
            take_in(a_text("zwei"), slow_talk)
            assert answers() == []
        return talk(thread, message, clock)

    take_in(a_text("eins"), slow_talk)
    assert answers() == ["1: eins", "2: zwei"]


def test_a_turn_that_nobody_ended_runs_out(district: District) -> None:
    clock = SetClock(at("8:00"))
    message = keep(a_text("eins"), clock.now())
    TextThread.objects.filter(pk=message.thread_id).update(turn="gone", turn_until=clock.now() + text_inbox.TURN)
    assert answer_waiting(message.thread_id, talk, clock) == 0
    clock.moment += text_inbox.TURN + timedelta(seconds=1)
    assert answer_left_over(talk, clock.now()) == 1
    assert answers() == ["1: eins"]


def test_whose_turn_has_run_out_answers_nothing_more(district: District) -> None:
    def lost_talk(thread: TextThread, message: TextMessage, clock: Clock) -> Talked:
        TextThread.objects.filter(pk=thread.pk).update(turn="another")
        return talk(thread, message, clock)

    take_in(a_text("eins"), lost_talk)
    assert answers() == []


def test_what_the_line_cannot_answer_goes_to_a_person(district: District) -> None:
    def broken_talk(thread: TextThread, message: TextMessage, clock: Clock) -> Talked:
        raise ValueError("a bug")

    take_in(a_text("eins"), broken_talk)
    thread = TextThread.objects.get()
    assert thread.person_since is not None
    assert answers() == [text_inbox.sorry()]


def test_a_person_answers_instead_of_the_line_until_half_a_day_after(district: District) -> None:
    clock = SetClock(at("8:00"))
    take_in(a_text("mensch"), talk, clock)
    clock.moment += timedelta(hours=20)  # she waits for a person, however long it takes
    take_in(a_text("hallo?"), talk, clock)
    assert answers() == ["1: mensch"]
    thread = TextThread.objects.get()
    TextMessage.objects.create(
        thread=thread, is_ours=True, at=clock.now(), text="Hier ist die Leitstelle", author="anna", kind="phone"
    )
    clock.moment += timedelta(hours=1)
    take_in(a_text("danke"), talk, clock)
    clock.moment += timedelta(hours=13)
    take_in(a_text("morgen 8"), talk, clock)
    assert answers()[-1] == "1: morgen 8"


def test_two_machines_do_not_talk_for_ever(district: District) -> None:
    clock = SetClock(at("8:00"))
    for _time in range(text_inbox.MOST_ANSWERS_AN_HOUR + 10):
        take_in(a_text("Ich bin nicht da."), talk, clock)
    assert len(answers()) == text_inbox.MOST_ANSWERS_AN_HOUR


def test_what_is_written_is_not_readable_in_the_database(district: District) -> None:
    take_in(a_text("mit Rollstuhl"), talk)
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT text FROM channels_in_textmessage")
        assert not any("Rollstuhl" in row[0] for row in cursor.fetchall())
