"""My account: my rides without a code, what they cost, receipts, favourites, wishes; own data, exported and deleted."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from accessibility.desk import Access, BookingView, Concession, OpenReturnView, Party, Place, SeriesRule
from backend.bookings.desk import get_desk
from backend.bookings.models import Booking, Receipt
from backend.districts.models import District
from backend.feedback.models import BarrierReport
from backend.feedback.services import report_barrier
from backend.notifications.models import MailboxMessage
from backend.operations.models import RiderNote, SharedRide
from backend.riders import selectors
from backend.riders.models import Account, Erasure, Favourite
from tests.builders.accounts import EMAIL, PHONE, a_favourite, an_account
from tests.builders.district import KLOETZE, MARKT, a_booking, a_passenger, a_wish
from tests.builders.series import a_series
from tests.builders.signing_in import sign_in


@pytest.fixture
def account(district: District) -> Account:
    return an_account(district, email=EMAIL)


@pytest.fixture
def client(account: Account) -> Client:
    browser = Client()
    sign_in(browser, EMAIL)
    return browser


def a_ride(days: int = 1, *, phone: str = PHONE, email: str = "", needs: frozenset[str] = frozenset()) -> BookingView:
    """Booked on the machine's clock, by telephone number unless told otherwise."""
    when = timezone.localtime().replace(hour=8, minute=30, second=0, microsecond=0) + timedelta(days=days)
    party = Party(adults=1, wheelchairs=1) if needs else Party()
    wish = a_wish(when=when, needs=needs, party=party, concession=Concession.FREE_TRAVEL if needs else Concession.NONE)
    return a_booking(get_desk(), wish, a_passenger("Testfahrgast 1", phone, email))


def driven(ride: BookingView) -> Booking:
    """The same ride, driven."""
    row = Booking.objects.get(code=ride.code)
    row.state, row.ended_at = Booking.State.COMPLETED, timezone.now()
    row.save()
    return row


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode())).replace("\xa0", " ")


def test_rides_with_a_proved_contact_open_without_their_code(client: Client) -> None:
    own, by_mail = a_ride(), a_ride(2, phone="", email=EMAIL)
    foreign = a_ride(3, phone="03901 777777")
    page = text_of(client.get("/konto/"))
    assert own.code in page
    assert by_mail.code in page
    assert foreign.code not in page
    assert client.get(f"/fahrt/buchung/{own.code}/").status_code == 200
    assert client.get(f"/fahrt/buchung/{by_mail.code}/").status_code == 200
    assert client.get(f"/fahrt/buchung/{foreign.code}/").status_code == 302
    cancel = client.post(f"/fahrt/buchung/{own.code}/absagen/", {"key": "k1"})
    assert cancel.status_code == 302
    assert "abgesagt" in text_of(client.get("/konto/fahrten/"))


def test_a_removed_contact_closes_its_rides(client: Client, account: Account) -> None:
    ride = a_ride()
    client.post("/konto/anmeldung/kontakt-loeschen/", {"contact": PHONE})
    assert selectors.contacts_of(account) == (EMAIL,)
    assert client.get(f"/fahrt/buchung/{ride.code}/").status_code == 302
    last = client.post("/konto/anmeldung/kontakt-loeschen/", {"contact": EMAIL}, follow=True)
    assert "Die letzte Nummer oder Adresse bleibt" in text_of(last)


def test_costs_are_summed_by_month_and_year_over_driven_rides(client: Client) -> None:
    first, second = driven(a_ride(1)), driven(a_ride(1, email=EMAIL))
    client.post(f"/fahrt/buchung/{a_ride(2).code}/absagen/", {"key": "k2"})
    page = text_of(client.get("/konto/fahrten/"))
    cents = first.offer.fare["total_cents"] + second.offer.fare["total_cents"]
    assert f"2 gefahrene Fahrten, zusammen {cents // 100},{cents % 100:02d} €" in page


def test_a_receipt_names_issuer_number_and_tax(client: Client) -> None:
    ride = driven(a_ride())
    issued = client.post(f"/konto/belege/{ride.code}/ausstellen/")
    assert issued.url == f"/konto/belege/{ride.code}/"
    page = text_of(client.get(issued.url))
    gross = ride.offer.fare["total_cents"]
    tax = round(gross * 7 / 107)
    for part in ("Probebus GmbH", "Probeweg 1", "29410 Salzwedel", "PROBE-000001", "100/100/10000"):
        assert part in page
    assert f"Darin 7 % Umsatzsteuer: 0,{tax:02d} €" in page
    assert ride.contact_name not in page.split("Angemeldet als")[0]
    client.post(f"/konto/belege/{ride.code}/ausstellen/")
    assert Receipt.objects.count() == 1


def test_no_receipt_before_the_ride_and_none_for_others(client: Client) -> None:
    ride = a_ride()
    assert "erst nach der Fahrt" in text_of(client.post(f"/konto/belege/{ride.code}/ausstellen/", follow=True))
    assert client.get(f"/konto/belege/{ride.code}/").status_code == 404
    foreign = driven(a_ride(3, phone="03901 777777"))
    assert client.post(f"/konto/belege/{foreign.code}/ausstellen/").status_code == 404
    assert not Receipt.objects.exists()


def test_a_months_receipts_on_one_page(client: Client) -> None:
    rides = [driven(a_ride(1)), driven(a_ride(1, email=EMAIL))]
    month = f"{rides[0].service_day.date:%Y-%m}"
    assert "Für 2 gefahrene Fahrten gibt es noch keinen Beleg." in text_of(client.get(f"/konto/monat/{month}/"))
    client.post(f"/konto/monat/{month}/")
    page = text_of(client.get(f"/konto/monat/{month}/"))
    assert "PROBE-000001" in page
    assert "PROBE-000002" in page
    assert client.get("/konto/monat/2026-13/").status_code == 404


def test_usual_needs_and_favourites_are_kept(client: Client, account: Account) -> None:
    usual = {"adults": "1", "children": "0", "wheelchairs": "1", "needs": ["ramp"], "concession": "free_travel"}
    assert client.post("/konto/angaben/", {"name": " Testfahrgast  9 ", **usual}).status_code == 302
    account.refresh_from_db()
    assert account.name == "Testfahrgast 9"
    assert selectors.usual_wish_defaults(account).party == Party(adults=1, wheelchairs=1)

    form = client.get("/konto/lieblingsfahrten/neu/").content.decode()
    assert re.search(r'value="ramp"[^>]*checked', form)
    ride = {"label": "Zum Arzt", "origin": "Salzwedel, Markt", "destination": "Klötze, Busbahnhof", **usual}
    assert client.post("/konto/lieblingsfahrten/neu/", ride).status_code == 302
    (kept,) = selectors.favourites(account)
    assert (kept.origin, kept.destination) == (Place(stop_id=MARKT), Place(stop_id=KLOETZE))
    assert kept.usual.needs == {"ramp"}

    assert client.post("/konto/lieblingsfahrten/neu/", ride).status_code == 302, "the answer was lost on the way"
    assert len(selectors.favourites(account)) == 1
    again = client.post("/konto/lieblingsfahrten/neu/", {**ride, "concession": "none"})
    assert again.status_code == 422
    assert "So heißt schon eine andere Fahrt" in text_of(again)
    client.post(f"/konto/lieblingsfahrten/{kept.id}/", {**ride, "label": "Zum Zahnarzt"})
    assert [one.label for one in selectors.favourites(account)] == ["Zum Zahnarzt"]
    client.post(f"/konto/lieblingsfahrten/{kept.id}/loeschen/")
    assert not selectors.favourites(account)


def test_nobody_touches_anothers_favourites(client: Client, district: District) -> None:
    theirs = a_favourite(an_account(district, phone="+493901777777"))
    assert client.get(f"/konto/lieblingsfahrten/{theirs.pk}/").status_code == 404
    client.post(f"/konto/lieblingsfahrten/{theirs.pk}/loeschen/")
    assert Favourite.objects.filter(pk=theirs.pk).exists()


def test_a_booked_ride_fills_in_a_favourite(client: Client) -> None:
    ride = a_ride(needs=frozenset({"ramp"}))
    form = client.get(f"/konto/lieblingsfahrten/neu/?aus={ride.code}").content.decode()
    assert 'value="Salzwedel, Markt"' in form
    assert re.search(r'value="ramp"[^>]*checked', form)


def test_contradicting_wishes_are_said(client: Client, account: Account) -> None:
    answer = client.post("/konto/erreichen/", {"reach_by": "call", "never_call": "on"})
    assert answer.status_code == 422
    assert "Bitte wählen Sie eines von beiden." in text_of(answer)
    assert client.post("/konto/erreichen/", {"reach_by": "sms", "never_call": "on", "wishes": ["text_only"]}).url
    account.refresh_from_db()
    assert (account.reach_by, account.never_call, account.wishes) == ("sms", True, ["text_only"])


def test_one_chooses_which_messages_one_wants(client: Client, account: Account) -> None:
    form = text_of(client.get("/konto/erreichen/"))
    assert "Welche Nachrichten möchten Sie?" in form
    assert account.messages == ["before", "evening"]
    assert client.post("/konto/erreichen/", {"reach_by": "", "messages": ["receipt", "near"]}).status_code == 302
    account.refresh_from_db()
    assert account.messages == ["near", "receipt"]
    assert client.post("/konto/erreichen/", {"reach_by": "", "messages": ["everything"]}).status_code == 422


def test_a_new_contact_is_proved_before_it_is_kept(client: Client, account: Account, district: District) -> None:
    def add(contact: str):
        assert client.post("/konto/anmeldung/", {"contact": contact}).url == "/konto/code/"
        code = re.search(r"\d{6}", MailboxMessage.objects.latest("pk").text)[0]
        return client.post("/konto/code/", {"code": code}, follow=True)

    add("03901 888888")
    assert "+493901888888" in selectors.contacts_of(account)
    an_account(district, phone="+493901777777")
    assert "gehört schon zu einem anderen Konto" in text_of(add("03901 777777"))
    assert "+493901777777" not in selectors.contacts_of(account)


def test_a_form_whose_session_ended_keeps_what_was_typed(client: Client, account: Account) -> None:
    client.logout()
    typed = {"name": "Testfahrgast 9", "adults": "1", "concession": "none", "needs": ["arm"]}
    answer = client.post("/konto/angaben/", typed, headers={"Origin": "http://testserver"})
    assert answer.status_code == 403
    page = answer.content.decode()
    assert "Sie sind abgemeldet" in page
    assert 'name="name" value="Testfahrgast 9"' in page
    assert 'name="needs" value="arm"' in page
    sign_in(client, EMAIL)
    assert client.post("/konto/angaben/", typed).status_code == 302
    account.refresh_from_db()
    assert account.name == "Testfahrgast 9"


def test_own_data_need_a_fresh_proof(client: Client) -> None:
    session = client.session
    session["account_authentication_methods"][0]["at"] -= 16 * 60
    session.save()
    for path in ("/konto/daten/auskunft.json", "/konto/daten/loeschen/", "/konto/passkey/neu/"):
        assert client.get(path).url.startswith("/konto/bestaetigen/?next=")
    mail.outbox.clear()
    client.post("/konto/bestaetigen/", {"contact": EMAIL, "next": "/konto/daten/loeschen/"})
    code = re.search(r"\d{6}", str(mail.outbox[-1].body))[0]
    assert client.post("/konto/code/", {"code": code}).url == "/konto/daten/loeschen/"
    assert client.get("/konto/daten/loeschen/").status_code == 200


def test_the_proof_goes_to_ones_own_contacts_only(client: Client) -> None:
    mail.outbox.clear()
    client.post("/konto/bestaetigen/", {"contact": "somebody@example.org", "next": "/konto/"})
    assert not mail.outbox


def test_the_export_holds_everything(client: Client, account: Account) -> None:
    a_favourite(account)
    ride, past = a_ride(needs=frozenset({"ramp"})), driven(a_ride(2))
    row = Booking.objects.get(code=ride.code)
    RiderNote.objects.create(booking=row, kind="late", minutes=5, there_at=timezone.now(), created_at=timezone.now())
    SharedRide.objects.create(booking=row, created_at=timezone.now())
    answer = client.get("/konto/daten/auskunft.json")
    assert answer["Content-Disposition"].startswith("attachment")
    document = json.loads(answer.content)
    assert {row["value"] for row in document["contacts"]} == {PHONE, EMAIL}
    assert {row["code"] for row in document["rides"]} == {ride.code, past.code}
    booked = next(row for row in document["rides"] if row["code"] == ride.code)
    assert booked["wish"]["needs"] == ["ramp"]
    assert booked["planned_pickup_at"]
    assert [note["minutes"] for note in booked["said_to_be_late"]] == [5]
    assert [share["withdrawn_at"] for share in booked["shared"]] == [None]
    assert [entry["action"] for entry in booked["log"]] == ["booking.confirmed"]
    assert document["favourites"][0]["label"] == "Zum Arzt"
    assert document["known_as"][0]["phone"] == PHONE


def test_the_export_holds_the_way_back_and_the_series(client: Client) -> None:
    single, desk = a_ride(), get_desk()
    assert isinstance(desk.ask_return(single.code, Access(contact=PHONE), key="open"), OpenReturnView)
    tomorrow = timezone.localdate() + timedelta(days=1)
    rule = SeriesRule(frozenset(range(7)), tomorrow, tomorrow + timedelta(days=2))
    when = timezone.localtime().replace(hour=10, minute=0, second=0, microsecond=0) + timedelta(days=1)
    series = a_series(desk, rule, a_wish(when=when))
    rides = {row["code"]: row for row in json.loads(client.get("/konto/daten/auskunft.json").content)["rides"]}
    assert rides[single.code]["open_return"]["state"] == "waiting"
    assert rides[single.code]["series"] is None
    told = rides[series.bookings[0].code]["series"]
    assert told["rule"]["first"] == tomorrow.isoformat()
    assert told["needs"] == []


def test_a_device_forgets_its_rides_with_the_account(client: Client) -> None:
    """The script empties the device's shelf when such a form is sent (rides.js)."""
    page = client.get("/konto/daten/loeschen/").content.decode()
    forms = re.findall(r"<form[^>]*>", page)
    assert sum("data-signs-out" in form for form in forms) == 2, "signing out, and deleting"


def test_a_reported_barrier_is_in_the_export_and_forgets_its_contact(client: Client, account: Account) -> None:
    said = {"what": "Die Stufe ist zu hoch.", "where": "", "contact": "03901 / 30 40 31"}
    number = report_barrier(account.district, said, "de", timezone.now(), key="one")
    others = report_barrier(account.district, {**said, "contact": "x@muster.example"}, "de", timezone.now(), key="two")
    document = json.loads(client.get("/konto/daten/auskunft.json").content)
    assert [row["number"] for row in document["reported_barriers"]] == [number]
    client.post("/konto/daten/loeschen/", {"sure": "on"})
    assert BarrierReport.objects.get(number=number).said == {**said, "contact": ""}
    assert BarrierReport.objects.get(number=others).said["contact"] == "x@muster.example"


def test_deleting_names_the_open_rides_and_gives_a_receipt(client: Client) -> None:
    ride = a_ride()
    page = text_of(client.get("/konto/daten/loeschen/"))
    assert ride.code in page
    asked = client.post("/konto/daten/loeschen/", {})
    assert asked.status_code == 422
    assert "Wählen Sie, was mit Ihren gebuchten Fahrten geschehen soll." in text_of(asked)
    mail.outbox.clear()
    done = client.post("/konto/daten/loeschen/", {"sure": "on", "open_rides": "cancel"})
    erasure = Erasure.objects.get()
    assert done.url == f"/geloescht/{erasure.number}/"
    assert erasure.number in str(mail.outbox[-1].body)
    assert erasure.number in text_of(Client().get(done.url))
    assert Booking.objects.get(code=ride.code).state == Booking.State.CANCELLED
    assert client.get("/konto/").status_code == 302


def _look(page) -> str:
    """What the html element says of how the page looks."""
    found = re.search(r'<html[^>]* class="([^"]*)"', page.content.decode())
    return found[1].strip() if found else ""


def test_the_choice_of_type_and_contrast_holds_with_and_without_an_account(client: Client, account: Account) -> None:
    guest = Client()
    guest.post("/darstellung/", {"large_type": "on", "language": "de"})
    assert _look(guest.get("/")) == "large-type"
    assert _look(client.get("/")) == ""
    client.post("/darstellung/", {"high_contrast": "on", "language": "de"})
    account.refresh_from_db()
    assert (account.large_type, account.high_contrast) == (False, True)
    assert _look(client.get("/")) == "high-contrast"
    guest.post("/darstellung/", {"language": "de"})
    assert _look(guest.get("/")) == ""


def test_the_language_of_the_account_leads_on_after_signing_in(client: Client, account: Account) -> None:
    assert client.post("/darstellung/", {"language": "en"}).url == "/en/darstellung/"
    account.refresh_from_db()
    assert account.language == "en"
    assert sign_in(Client(), EMAIL).url == "/en/konto/"
    assert sign_in(Client(), EMAIL, next="/konto/daten/").url == "/en/konto/daten/"


def test_a_new_account_keeps_the_language_of_the_pages(client: Client) -> None:
    browser = Client()
    mail.outbox.clear()
    assert browser.post("/en/konto/anmelden/", {"contact": "testfahrgast3@example.org"}).url == "/en/konto/code/"
    code = re.search(r"\d{6}", str(mail.outbox[-1].body))[0]
    assert browser.post("/en/konto/code/", {"code": code}).url == "/en/konto/"
