"""Devices are paired once, locked when lost; drivers sign in by a short code that nobody can try out."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accessibility.desk import InvalidInput, Refusal
from backend.bookings.clock import SetClock
from backend.bookings.models import AuditEntry, Booking
from backend.districts.models import District
from backend.driving.devices import device_by, lock, make_pairing_code, pair, unlock
from backend.driving.duties import renew_code, retire_driver, sign_in, sign_out
from backend.driving.models import Device, Driver, Duty, PairingCode
from tests.builders.district import BusOnDuty, a_booking, a_desk, a_district, a_wish, at
from tests.builders.driving import a_bus, a_device, a_driver

pytestmark = pytest.mark.django_db


@pytest.fixture
def district() -> District:
    return a_district(BusOnDuty(), BusOnDuty())


def test_a_pairing_code_makes_one_device_known_once(district: District) -> None:
    code, until = make_pairing_code(district, "leitstelle", at("6:00"))
    assert until == at("6:15")
    answer = pair(code.lower().replace("-", " "), " Telefon  1 ", at("6:05"))
    assert not isinstance(answer, Refusal)
    device, secret = answer
    assert device.name == "Telefon 1"
    assert device_by(f"{device.pk}.{secret}") == device
    again = pair(code, "Telefon 2", at("6:06"))
    assert isinstance(again, Refusal)
    assert again.code == "wrong_pairing_code"
    assert Device.objects.count() == 1


def test_neither_code_nor_secret_is_stored(district: District) -> None:
    code, _until = make_pairing_code(district, "leitstelle", at("6:00"))
    device, secret = pair(code, "Telefon 1", at("6:05"))  # type: ignore[misc]
    row = PairingCode.objects.get()
    assert code.replace("-", "") not in row.code_hash
    assert secret not in device.secret_hash


def test_an_old_pairing_code_is_void(district: District) -> None:
    code, until = make_pairing_code(district, "leitstelle", at("6:00"))
    assert isinstance(pair(code, "Telefon", until + timedelta(seconds=1)), Refusal)
    with pytest.raises(InvalidInput):
        pair(code, "  ", at("6:01"))


@pytest.mark.parametrize("sent", ["", ".", "x.y", "3f0e8b52-9d5c-4f6e-9f57-3d0a2f1a7c11.abc", "a" * 5000, "\x00.\x00"])
def test_anything_else_is_no_device(district: District, sent: str) -> None:
    assert device_by(sent) is None


def test_a_wrong_secret_is_no_device(district: District) -> None:
    device, credential = a_device(district)
    assert device_by(credential) == device
    assert device_by(credential[:-1]) is None
    assert device_by(credential + "x") is None


def test_signing_in_twice_is_one_duty(district: District) -> None:
    device, _credential = a_device(district)
    _driver, code = a_driver(district)
    first = sign_in(device, code, "bus-1", SetClock(at("6:00")))
    again = sign_in(device, code, "bus-1", SetClock(at("6:01")))
    assert isinstance(first, Duty)
    assert first == again
    assert first.began_at == at("6:00")


def test_whoever_takes_the_bus_relieves_who_had_it(district: District) -> None:
    first = a_bus(district, "bus-1")
    second = a_bus(district, "bus-1", "9:00")
    first.duty.refresh_from_db()
    assert first.duty.ended_at == at("9:00")
    assert second.duty.ended_at is None
    other = sign_in(
        second.duty.device, renew_code(second.duty.driver, "leitstelle", at("9:05")), "bus-2", SetClock(at("9:10"))
    )
    assert isinstance(other, Duty)
    second.duty.refresh_from_db()
    assert second.duty.ended_at == at("9:10"), "nobody drives two buses"


def test_wrong_codes_stop_a_device_for_a_while_and_tell_nothing(district: District) -> None:
    device, _credential = a_device(district)
    driver, code = a_driver(district)
    retired, old = a_driver(district)
    retire_driver(retired, "leitstelle", "", at("5:55"))
    wrong = "000000" if code != "000000" else "111111"
    for tried in (wrong, old, "", "abc", wrong):
        answer = sign_in(device, tried, "bus-1", SetClock(at("6:00")))
        assert isinstance(answer, Refusal)
        assert answer.code == "wrong_code"
    answer = sign_in(device, code, "bus-1", SetClock(at("6:01")))
    assert isinstance(answer, Refusal)
    assert answer.code == "too_many_codes"
    assert isinstance(sign_in(device, code, "bus-1", SetClock(at("6:20"))), Duty)
    assert driver.code_hash != code


def test_who_has_left_the_service_sees_nobody_any_more(district: District) -> None:
    bus = a_bus(district)
    retire_driver(bus.duty.driver, "leitstelle", "", at("8:00"))
    bus.duty.refresh_from_db()
    assert bus.duty.ended_at is not None


def test_after_the_duty_nobody_loses_a_ride_by_it() -> None:
    """A device that its driver has signed out, or that a colleague relieved, can still send; the control room looks at it."""
    district = a_district(BusOnDuty())
    ride = a_booking(a_desk(), a_wish(when="8:30"))
    bus = a_bus(district)
    bus.says("arrived", "8:29", stop=Booking.objects.get(code=ride.code).offer.pickup_stop.code)
    sign_out(bus.duty, SetClock(at("8:30")))
    late = bus.says("no_show", "8:50", booking=ride.code)
    assert (late.outcome, late.reason) == ("conflict", "duty_over")
    assert Booking.objects.get(code=ride.code).state == "booked"


def test_no_such_bus(district: District) -> None:
    device, _credential = a_device(district)
    _driver, code = a_driver(district)
    with pytest.raises(InvalidInput):
        sign_in(device, code, "bus-9", SetClock(at("6:00")))


def test_a_locked_device_ends_its_duty_and_can_be_found_again(district: District) -> None:
    bus = a_bus(district)
    locked = lock(bus.duty.device, "leitstelle", "verloren", at("8:00"))
    bus.duty.refresh_from_db()
    assert locked.locked_at == at("8:00")
    assert bus.duty.ended_at == at("8:00")
    assert lock(locked, "leitstelle", "noch einmal", at("8:05")).locked_at == at("8:00")
    assert unlock(locked, "leitstelle", "gefunden", at("9:00")).locked_at is None
    told = AuditEntry.objects.filter(action__startswith="device.").order_by("pk").values_list("action", "reason")
    assert ("device.locked", "verloren") in list(told)
    assert ("device.unlocked", "gefunden") in list(told)


def test_signing_out_twice_is_once(district: District) -> None:
    bus = a_bus(district)
    assert sign_out(bus.duty, SetClock(at("12:00"))).ended_at == at("12:00")
    assert sign_out(bus.duty, SetClock(at("12:30"))).ended_at == at("12:00")


def test_two_drivers_never_share_a_code(district: District) -> None:
    hashes = {a_driver(district)[0].code_hash for _number in range(20)}
    assert len(hashes) == 20
    assert Driver.objects.count() == 20
