"""Nobody reads across districts without the right: by REST, on pages, or by acting."""

from __future__ import annotations

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client

from backend.bookings.models import Booking
from backend.bookings.overriding import quote_against_rules
from backend.config.access import DISPATCHER, works_for, works_here
from backend.districts.models import District, StaffDistrict
from tests.builders.district import a_booking, a_desk, a_key, a_wish
from tests.builders.rest import CONTACT, a_booking_by, a_user, logged_in, send, tomorrow, works_elsewhere

DAY = tomorrow().date().isoformat()
OF_THE_DISTRICT = (
    "vehicles",
    f"service-days/{DAY}/plan",
    f"service-days/{DAY}/routes.geojson",
    f"service-days/{DAY}/vehicles/bus-1/manifest",
    f"service-days/{DAY}/troubles",
    f"service-days/{DAY}/interventions",
    "vehicle-outages",
    "rosters",
    "devices",
    "drivers",
)
PAGES = (
    "/leitstelle/flotte/",
    "/leitstelle/telefon/",
    "/leitstelle/nachrichten/",
    f"/leitstelle/{DAY}/",
    f"/auswertung/{DAY}/",
)


@pytest.fixture
def neighbour(district: District) -> Client:
    """A dispatcher of the next district, whose data lie in the same database."""
    user = a_user(DISPATCHER, name="nachbar")
    works_elsewhere(user)
    client = Client(raise_request_exception=False)
    client.force_login(user)
    return client


@pytest.mark.parametrize("path", OF_THE_DISTRICT)
def test_a_neighbour_s_dispatcher_is_told_nothing(guest: Client, neighbour: Client, path: str) -> None:
    a_booking_by(guest)
    for asked in (path, f"{path}?district=probe"):
        status, document, _ = send(neighbour, "GET", asked)
        assert (status, document["status"]) == (403, 403)
    assert send(logged_in(DISPATCHER), "GET", path)[0] == 200


@pytest.mark.parametrize(
    "path",
    ["vehicles?district=elsewhere", "rosters?district=x", "vehicles?district=" + "x" * 99, "vehicles?district=x%00"],
)
def test_our_own_dispatcher_does_not_learn_which_other_districts_there_are(neighbour: Client, path: str) -> None:
    assert send(logged_in(DISPATCHER), "GET", path)[0] == 403


def test_a_neighbour_s_dispatcher_neither_sees_nor_cancels_a_ride(guest: Client, neighbour: Client) -> None:
    code = a_booking_by(guest)
    for method, path, body in (("GET", "", None), ("POST", "/cancel", {}), ("POST", "/return", {})):
        assert send(neighbour, method, f"bookings/{code}{path}", body)[0] == 404
    assert Booking.objects.get().state == Booking.State.BOOKED
    assert send(guest, "GET", f"bookings/{code}", **CONTACT)[0] == 200
    assert send(logged_in(DISPATCHER), "GET", f"bookings/{code}")[0] == 200


@pytest.mark.parametrize("path", PAGES)
def test_the_pages_of_the_site_are_for_its_own_staff(neighbour: Client, path: str) -> None:
    page = neighbour.get(path)
    assert page.status_code == 302
    asked = neighbour.get(page["Location"])
    assert "Für diese Seite fehlt Ihnen das Recht." in asked.text
    assert "Flotte &amp; Schichten" not in asked.text  # no menu of places that would not open
    assert logged_in(DISPATCHER).get(path).status_code == 200


def test_a_rule_is_set_aside_by_the_district_s_own_dispatcher_alone(neighbour: Client) -> None:
    a_booking(a_desk())
    user = StaffDistrict.objects.get().user
    with pytest.raises(PermissionDenied):
        quote_against_rules(a_wish(), "Arzttermin, zugesagt", user, key=a_key(), desk=a_desk())


def test_who_works_for_two_districts_or_for_all(district: District) -> None:
    both, everywhere = a_user(DISPATCHER, name="beide"), a_user(name="alle")
    elsewhere = works_elsewhere(both)
    assert not works_here(both, DISPATCHER)
    StaffDistrict.objects.create(user=both, district=district)
    assert works_here(both, DISPATCHER)
    assert works_for(both, elsewhere.pk, DISPATCHER)
    assert not works_for(both, "third", DISPATCHER)
    assert not works_here(both, "operator")  # the right for a district is no role
    everywhere.is_superuser = True
    assert works_for(everywhere, "third", DISPATCHER)
