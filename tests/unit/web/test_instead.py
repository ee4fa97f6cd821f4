"""A ride that we had to cancel leads in one step to another: from the message's link to a new booking, without an account."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accessibility.desk import Party
from backend.bookings.clock import SetClock
from backend.bookings.desk import Desk
from backend.bookings.instead import cancelled_ride, instead_token
from backend.bookings.models import Booking, RideRequest
from backend.control.previews import Preview, preview
from backend.control.services import intervene
from backend.notifications.letters import letter
from backend.notifications.models import RiderMessage
from backend.notifications.rides import rides_of
from backend.notifications.rules import EMAIL, SMS, Reach, Way
from tests.builders.district import BusOnDuty, a_booking, a_district, a_key, a_wish
from tests.builders.pages import OWN_ORIGIN, hidden_fields
from tests.builders.rest import tomorrow
from tests.builders.riders_messages import MOBILE, mobile_rider

pytestmark = pytest.mark.django_db


@pytest.fixture
def cancelled(settings) -> Booking:  # type: ignore[no-untyped-def]
    """Of tomorrow at nine, for two with a walking frame; tomorrow from eight to eleven nobody drives."""
    settings.SITE_DISTRICT = "probe"
    a_district(BusOnDuty(), BusOnDuty())
    now = tomorrow() - timedelta(hours=20)
    wish = a_wish(when=tomorrow("9:00"), party=Party(adults=2, walking_frames=1))
    code = a_booking(Desk(SetClock(now)), wish, mobile_rider()).code
    day = Booking.objects.select_related("service_day__district").get(code=code).service_day
    shown = preview(day, {"kind": "suspend", "why": "Glatteis", "from_s": 8 * 3600, "until_s": 11 * 3600}, now)
    assert isinstance(shown, Preview)
    intervene(shown.token, "Unwetterwarnung", "leitstelle", now, key=a_key())
    return Booking.objects.select_related("offer__ride_request").get(code=code)


def test_the_message_brings_the_link_and_the_telephone(cancelled: Booking, settings) -> None:  # type: ignore[no-untyped-def]
    settings.PUBLIC_URL = "https://rufbus.example"
    row = RiderMessage(
        district=cancelled.district, key="s:1", kind="suspended", booking=cancelled, context={"text": "Glatteis"},
        is_urgent=False, created_at=timezone.now(), due_at=timezone.now(), pk=1,
    )  # fmt: skip
    for channel, to in ((SMS, MOBILE), (EMAIL, "testfahrgast@example.org")):
        reach = Reach(MOBILE, MOBILE, "testfahrgast@example.org", "de")
        text = letter(row, rides_of(cancelled, []), Way(channel, to), reach, timezone.now()).text
        assert f"https://rufbus.example/fahrt/statt/{instead_token(cancelled.code)}/" in text
        assert "Rufen Sie uns an" in text
        assert "Glatteis" in text


def test_one_step_from_the_link_to_offers_after_the_suspension(cancelled: Booking) -> None:
    visitor, address = Client(), f"/fahrt/statt/{instead_token(cancelled.code)}/"
    page = visitor.get(address)
    assert page.status_code == 200
    assert "no-store" in page["Cache-Control"]
    initial = page.context["form"].initial
    assert (initial["origin"], initial["destination"]) == ("Salzwedel, Markt", "Klötze, Busbahnhof")
    assert (initial["adults"], initial["walking_frames"]) == ("2", "1")
    assert (initial["day"], initial["time"]) == (tomorrow().date().isoformat(), "11:00")
    assert f"Ihre Fahrt {cancelled.code} ist ausgefallen." in page.text
    assert "11:00 Uhr. Der nächste Schritt" in page.text.replace("\xa0", " ")
    sent = {name: value for name, value in initial.items() if value not in (None, "", [])} | hidden_fields(page)
    answer = visitor.post(address, sent, headers=OWN_ORIGIN)
    assert answer.status_code == 302, answer.text[-2000:]
    asked = RideRequest.objects.exclude(pk=cancelled.offer.ride_request_id).get()
    assert answer["Location"] == f"/fahrt/angebote/{asked.pk}/"
    assert asked.party["walking_frames"] == 1
    assert visitor.get(answer["Location"]).context["offers"]


@pytest.mark.parametrize("prefix", ["/en", "/de-simple"])
def test_the_page_speaks_the_messages_language(cancelled: Booking, prefix: str) -> None:
    page = Client().get(f"{prefix}/fahrt/statt/{instead_token(cancelled.code)}/")
    assert page.status_code == 200
    assert "Ihre Angaben stehen schon hier." in page.text if prefix != "/en" else "already filled in" in page.text


def test_nobody_guesses_a_link_and_none_opens_for_ever(cancelled: Booking) -> None:
    token = instead_token(cancelled.code)
    for wrong in (cancelled.code, token[:-1] + ("a" if token[-1] != "a" else "b"), f"{cancelled.code}-", "x" * 500):
        answer = Client().get(f"/fahrt/statt/{wrong}/", follow=True)
        assert answer.redirect_chain == [("/fahrt/", 302)]
        assert "Dieser Link gilt nicht mehr." in answer.text
        assert "Klötze, Busbahnhof" not in answer.text
    assert cancelled_ride(token, timezone.now()) == cancelled
    assert cancelled_ride(token, timezone.now() + timedelta(days=16)) is None


def test_a_ride_that_still_drives_has_no_such_page(cancelled: Booking) -> None:
    drives = a_booking(Desk(SetClock(tomorrow() - timedelta(hours=20))), a_wish(when=tomorrow("12:00"))).code
    assert cancelled_ride(instead_token(drives), timezone.now()) is None


def test_the_address_names_no_need(cancelled: Booking) -> None:
    assert re.fullmatch(rf"{cancelled.code}-[a-z2-7]{{16}}", instead_token(cancelled.code))
