"""Letters of riders: only what is new in them counts, programs are not answered, nobody says yes under another's name."""

from __future__ import annotations

import mailbox
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from hypothesis import given
from hypothesis import strategies as st

from backend.bookings.models import Booking, OutboxMessage
from backend.channels_in.letters import read_letter, without_quotes
from backend.channels_in.mail_in import LAID_ASIDE, forget_laid_aside, read_mail
from backend.channels_in.models import TextMessage, TextThread
from backend.channels_in.text_inbox import Incoming, take_in
from backend.channels_in.text_outbox import TOPIC, deliver
from backend.channels_in.text_talk import talk
from backend.districts.models import District
from tests.builders.accounts import an_account

RIDER = "testfahrgast@example.org"


def a_letter(text: str, sender: str = RIDER, **headers: str) -> bytes:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = f"Testfahrgast 1 <{sender}>", "rufbus@example.org", "Fahrt"
    mail["Message-ID"] = headers.pop("message_id", f"<{abs(hash((text, sender)))}@example.org>")
    for name, value in headers.items():
        mail[name.replace("_", "-")] = value
    mail.set_content(text)
    return mail.as_bytes()


@pytest.mark.parametrize(
    ("written", "new"),
    [
        ("Ja bitte\n\nAm Mo., 23. Nov. 2026 um 10:00 schrieb Rufbus <rufbus@example.org>:\n> morgen 9:30", "Ja bitte"),
        ("Ja\n\nOn Mon, 23 Nov 2026, Rufbus wrote:\n> tomorrow", "Ja"),
        ("Ja\n\nAm 23.11.2026 um 10:00 schrieb Rufbus\n<rufbus@example.org>:\n> x", "Ja"),
        ("> morgen 9:30\n\nJa", "Ja"),
        ("Ja\n-- \nTestfahrgast 1\nTelefon 030 23125001", "Ja"),
        ("Ja\r\n\r\n-----Ursprüngliche Nachricht-----\r\nVon: Rufbus", "Ja"),
        ("Ja\n\nVon: Rufbus <rufbus@example.org>\nGesendet: Montag", "Ja"),
        (
            "morgen 9:30\nvon Klötze nach Salzwedel\n\nVon meinem iPhone gesendet",
            "morgen 9:30\nvon Klötze nach Salzwedel",
        ),
        ("Am Montag um 9 nach Klötze", "Am Montag um 9 nach Klötze"),
    ],
)
def test_only_what_is_new_counts(written: str, new: str) -> None:
    assert without_quotes(written) == new


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"}, {"Auto_Submitted": "auto-generated; x"}, {"Precedence": "bulk"},
        {"Precedence": "Auto_Reply"}, {"List_Id": "<news.example.org>"}, {"X_Autoreply": "yes"}, {"Return_Path": "<>"},
        {"X_Auto_Response_Suppress": "All"}, {"sender": "MAILER-DAEMON@example.org"}, {"sender": "noreply@example.org"},
    ],
)  # fmt: skip
def test_programs_are_told_from_people(headers: dict[str, str]) -> None:
    assert read_letter(a_letter("Ich bin nicht da.", **headers)).is_by_machine


def test_people_are_people_in_plain_text_and_html() -> None:
    assert not read_letter(a_letter("Ja", Auto_Submitted="no")).is_by_machine
    mail = EmailMessage()
    mail["From"] = RIDER
    mail.set_content(
        "<html><head><style>p{}</style></head><body><p>Ja &amp; gern</p><blockquote>alt</blockquote></body></html>",
        subtype="html",
    )
    letter = read_letter(mail.as_bytes())
    assert (letter.text, letter.sender, letter.is_by_machine) == ("Ja & gern", RIDER, False)


@given(st.binary(max_size=2000))
def test_whatever_lies_there_is_read(raw: bytes) -> None:
    letter = read_letter(raw)
    assert isinstance(letter.text, str)
    assert letter.message_id


@given(
    st.text(max_size=500),
    st.sampled_from(["utf-8", "iso-8859-1", "no-such", "utf-16"]),
    st.sampled_from(["base64", "x", "8bit"]),
)
def test_whatever_the_headers_say_is_read(text: str, charset: str, encoding: str) -> None:
    head = f"From: {text[:40]} <{RIDER}>\nContent-Type: text/plain; charset={charset}\nContent-Transfer-Encoding: {encoding}\n\n"
    assert isinstance(read_letter((head + text).encode(errors="replace")).text, str)


@pytest.fixture
def box(tmp_path: Path, settings) -> mailbox.Maildir:
    settings.MAILDIR = str(tmp_path / "post")
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    return mailbox.Maildir(settings.MAILDIR)


def send_all() -> None:
    for row in OutboxMessage.objects.filter(topic=TOPIC, delivered_at=None).order_by("pk"):
        deliver(row.payload)
        row.delete()


@pytest.mark.django_db
def test_a_letter_is_answered_and_gone(district: District, box: mailbox.Maildir, mailoutbox) -> None:
    box.add(a_letter("Hilfe", message_id="<eins@example.org>"))
    assert read_mail(talk) == 1
    assert len(box) == 0
    send_all()
    answer = mailoutbox[0]
    assert answer.to == [RIDER]
    assert answer.subject == "Re: Fahrt"
    assert answer.body.startswith("Buchen: ")
    headers = answer.extra_headers
    assert (headers["In-Reply-To"], headers["Auto-Submitted"]) == ("<eins@example.org>", "auto-replied")
    assert TextMessage.objects.get(is_ours=True).external_id == headers["Message-ID"]


@pytest.mark.django_db
def test_programs_get_no_answer(district: District, box: mailbox.Maildir, mailoutbox) -> None:
    box.add(a_letter("Ich bin im Urlaub", Auto_Submitted="auto-replied"))
    box.add(a_letter("Hilfe", sender="rufbus@localhost"))  # ourselves
    assert read_mail(talk) == 2
    assert not TextThread.objects.exists()


@pytest.mark.django_db
def test_only_who_has_our_letter_goes_on(district: District, box: mailbox.Maildir, mailoutbox) -> None:
    """Who forges an address can ask in its name, but never say yes: she has not got what we wrote."""
    wish = "übermorgen 9:30 von Salzwedel Bahnhof nach Klötze Busbahnhof"
    box.add(a_letter(wish, message_id="<a@example.org>"))
    read_mail(talk)
    send_all()
    name = mailoutbox[-1].extra_headers["Message-ID"]
    assert "Wie heißen Sie?" in mailoutbox[-1].body
    box.add(a_letter("Testfahrgast 1", message_id="<b@example.org>", In_Reply_To=name))
    read_mail(talk)
    send_all()
    offer = mailoutbox[-1].extra_headers["Message-ID"]
    assert "JA = buchen." in mailoutbox[-1].body
    box.add(a_letter("Ja", message_id="<forged@example.org>"))
    box.add(a_letter("Ja ", message_id="<guess@example.org>", In_Reply_To="<guessed@localhost>"))
    read_mail(talk)
    assert not Booking.objects.exists()
    box.add(a_letter(wish, message_id="<again@example.org>"))
    read_mail(talk)
    send_all()
    box.add(
        a_letter(
            "Testfahrgast 1 ", message_id="<n@example.org>", In_Reply_To=mailoutbox[-1].extra_headers["Message-ID"]
        )
    )
    read_mail(talk)
    send_all()
    yes = mailoutbox[-1].extra_headers["Message-ID"]
    box.add(a_letter("Ja, gern", message_id="<yes@example.org>", References=f"{offer} {yes}", In_Reply_To=yes))
    read_mail(talk)
    booking = Booking.objects.get()
    assert (booking.contact_email, booking.contact_name) == (RIDER, "Testfahrgast 1")


@pytest.mark.django_db
def test_an_sms_that_went_by_letter_is_answered_by_letter(
    district: District, box: mailbox.Maildir, mailoutbox, settings
) -> None:
    an_account(district, phone="+493023125001", email=RIDER)
    settings.MESSAGE_SENDERS = {
        **settings.MESSAGE_SENDERS,
        "phone": "tests.unit.channels_in.test_text_threads.Refusing",
    }
    take_in(Incoming("phone", "+493023125001", "von Salzwedel Bahnhof", "SM1"), talk)
    send_all()
    send_all()
    letter = mailoutbox[0]
    assert letter.body == "Wohin möchten Sie fahren?"
    box.add(a_letter("nach Klötze Busbahnhof", In_Reply_To=letter.extra_headers["Message-ID"]))
    read_mail(talk)
    send_all()
    assert mailoutbox[1].body.startswith("Wann möchten Sie fahren?")
    assert TextThread.objects.get().kind == "phone"


@pytest.mark.django_db
def test_the_command_says_what_is_missing(district: District, box: mailbox.Maildir, settings, tmp_path: Path) -> None:
    box.add(a_letter("Hilfe"))
    call_command("mail_in")
    assert TextThread.objects.get().address == RIDER
    settings.MAILDIR = str(tmp_path / "nothing")
    with pytest.raises(CommandError, match="RUFBUS_MAILDIR"):
        call_command("mail_in")
    assert read_mail(talk) == 0


def test_what_nobody_could_read_is_not_kept_for_good(tmp_path: Path) -> None:
    box = mailbox.Maildir(str(tmp_path / "mail"))
    key = box.add_folder(LAID_ASIDE).add(a_letter("x"))
    laid_at = (tmp_path / "mail" / f".{LAID_ASIDE}" / "new" / key).stat().st_mtime
    laid = datetime.fromtimestamp(laid_at, UTC)
    assert forget_laid_aside(laid + timedelta(days=29), tmp_path / "mail") == 0
    assert forget_laid_aside(laid + timedelta(days=31), tmp_path / "mail") == 1
    assert forget_laid_aside(laid + timedelta(days=31), tmp_path / "nowhere") == 0
