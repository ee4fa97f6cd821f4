"""Who drives which vehicle: drivers with their short codes, signing in and out on a known device."""

from __future__ import annotations

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from accessibility.desk import InvalidInput, Refusal, WayOut
from backend.bookings.clock import Clock, SystemClock
from backend.bookings.days import service_day
from backend.bookings.journal import announce, audit
from backend.bookings.models import ServiceDay
from backend.bookings.rules import phone_way_out
from backend.districts.models import District, Vehicle
from backend.districts.selectors import rules_of
from backend.driving.models import Device, Driver, Duty
from backend.driving.papers import against
from backend.operations.dayclock import now_on, played_day
from backend.operations.services import service_date_of

CODE_DIGITS = 6
MOST_WRONG_CODES = 5
WRONG_CODES_FOR = timedelta(minutes=15)
LONGEST_NAME = 80
PAPERS_MISSING = "papers_missing"


def add_driver(district: District, name: str, actor: str, now: datetime) -> tuple[Driver, str]:
    """A new driver and the short code, which is shown this once. Raises InvalidInput."""
    name = " ".join(name.split())
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise InvalidInput("name", _("Bitte geben Sie einen Namen von 1 bis 80 Zeichen an."))
    with transaction.atomic():
        driver = Driver.objects.create(district=district, name=name)
        code = new_code(driver)
        audit(district, now, actor, "dispatcher", "driver.added", str(driver.pk))
    return driver, code


def renew_code(driver: Driver, actor: str, now: datetime) -> str:
    """Another short code for a driver; the old one is void. It is shown this once."""
    with transaction.atomic():
        code = new_code(driver)
        audit(driver.district, now, actor, "dispatcher", "driver.new_code", str(driver.pk))
    return code


def retire_driver(driver: Driver, actor: str, reason: str, now: datetime) -> None:
    """A driver signs in no more, and sees no rider any more; what was driven stays known."""
    with transaction.atomic():
        for duty in driver.duties.filter(ended_at__isnull=True).select_related("service_day__district", "vehicle"):
            _end(duty, actor, None, now)
        driver.is_active, driver.code_hash = False, ""
        driver.save(update_fields=["is_active", "code_hash"])
        audit(driver.district, now, actor, "dispatcher", "driver.retired", str(driver.pk), reason)


def new_code(driver: Driver) -> str:
    """Give a driver a code that no other in the district has. Must run inside a transaction."""
    District.objects.select_for_update(no_key=True).get(pk=driver.district_id)  # two new codes at once are two
    while True:
        code = "".join(secrets.choice("0123456789") for _digit in range(CODE_DIGITS))
        hashed = _code_hash(driver.district_id, code)
        if not Driver.objects.filter(district_id=driver.district_id, code_hash=hashed).exists():
            driver.code_hash, driver.is_active = hashed, True
            driver.save(update_fields=["code_hash", "is_active"])
            return code


def sign_in(
    device: Device, code: str, vehicle_code: str, clock: Clock | None = None, *, papers_hold: bool = False
) -> Duty | Refusal:
    """Begin a duty; the same again gives the same duty. Whoever had the vehicle before is relieved. Raises InvalidInput.

    Where the papers that are kept speak against it, the driver is told and asked: `papers_hold` is her word that they are
    in order. A bus never stands still for what is written down here; the control room hears of it (decisions/0861).
    """
    now = (clock or SystemClock()).now()
    with transaction.atomic():
        row = Device.objects.select_for_update(of=("self",)).select_related("district").get(pk=device.pk)
        if row.wrong_since and now - row.wrong_since > WRONG_CODES_FOR:
            row.wrong_codes, row.wrong_since = 0, None
        refusal = _too_many(row) if row.wrong_codes >= MOST_WRONG_CODES else None
        driver = None if refusal else _driver_by(row.district_id, code)
        if driver is None:
            if refusal is None:
                row.wrong_codes, row.wrong_since = row.wrong_codes + 1, row.wrong_since or now
                row.save(update_fields=["wrong_codes", "wrong_since"])
            return refusal or _wrong_code()
        vehicle = row.district.vehicles.filter(code=vehicle_code.replace("\x00", "")).first()
        if vehicle is None:
            raise InvalidInput("vehicle", _("Diesen Bus gibt es nicht."), "not_found")
        row.wrong_codes, row.wrong_since = 0, None
        row.save(update_fields=["wrong_codes", "wrong_since"])
        day = _day_of(vehicle, now)
        faults = () if _is_on(row, driver, vehicle, day) else against(driver, vehicle, day.date)
        if faults and not papers_hold:
            return _papers_missing(vehicle, faults)
        if faults:
            audit(
                day.district,
                now,
                f"driver {driver.pk}",
                "driver",
                "duty.despite_papers",
                vehicle.code,
                "; ".join(faults),
            )
        return _begin(row, driver, vehicle, day, clock, now)


def _is_on(device: Device, driver: Driver, vehicle: Vehicle, day: ServiceDay) -> bool:
    """Whether just this duty goes on already."""
    open_duties = Duty.objects.filter(ended_at__isnull=True)
    return open_duties.filter(device=device, driver=driver, vehicle=vehicle, service_day=day).exists()


def _begin(
    device: Device, driver: Driver, vehicle: Vehicle, day: ServiceDay, clock: Clock | None, now: datetime
) -> Duty:
    District.objects.select_for_update(no_key=True).get(pk=day.district_id)  # two who take one bus at once queue here
    shown = now_on(day, clock)
    open_duties = Duty.objects.filter(ended_at__isnull=True)
    known = open_duties.filter(device=device, driver=driver, vehicle=vehicle, service_day=day).first()
    if known:
        return known
    for field, value in (("vehicle", vehicle), ("driver", driver), ("device", device)):
        for duty in open_duties.filter(**{field: value}).select_related("service_day__district", "vehicle"):
            _end(duty, f"driver {driver.pk}", clock, now)
    duty = Duty.objects.create(service_day=day, vehicle=vehicle, driver=driver, device=device, began_at=shown)
    audit(day.district, now, f"driver {driver.pk}", "driver", "duty.began", vehicle.code)
    _tell(duty, now)
    return duty


def sign_out(duty: Duty, clock: Clock | None = None) -> Duty:
    """End a duty; once is enough."""
    now = (clock or SystemClock()).now()
    with transaction.atomic():
        row = (
            Duty.objects.select_for_update(of=("self",))
            .select_related("service_day__district", "vehicle")
            .get(pk=duty.pk)
        )
        if row.ended_at is None:
            _end(row, f"driver {row.driver_id}", clock, now)
    return row


def _end(duty: Duty, actor: str, clock: Clock | None, now: datetime) -> None:
    duty.ended_at = max(now_on(duty.service_day, clock), duty.began_at)
    duty.save(update_fields=["ended_at"])
    audit(duty.service_day.district, now, actor, "driver", "duty.ended", duty.vehicle.code)
    _tell(duty, now)


def _tell(duty: Duty, now: datetime) -> None:
    day = duty.service_day
    payload = {"district": day.district_id, "date": day.date.isoformat(), "vehicle": duty.vehicle.code}
    announce(day.district, "duty.changed", payload, now)


def _day_of(vehicle: Vehicle, now: datetime) -> ServiceDay:
    """The service day on which a vehicle is driven now."""
    return played_day(vehicle.district_id) or service_day(vehicle.district, service_date_of(vehicle, now))


def _driver_by(district_id: str, code: str) -> Driver | None:
    hashed = _code_hash(district_id, code)
    return Driver.objects.filter(district_id=district_id, code_hash=hashed, is_active=True).first()


def _code_hash(district_id: str, code: str) -> str:
    """Keyed: a million codes are tried in a second, but not without our key."""
    digits = "".join(letter for letter in code if letter.isalnum())[:20]
    return salted_hmac("rufbus.driver", f"{district_id}:{digits}", algorithm="sha256").hexdigest()


def _wrong_code() -> Refusal:
    """The same for every code that opens nothing."""
    way = WayOut("ask", _("Prüfen Sie den Code. Einen neuen gibt Ihnen die Leitstelle."))
    return Refusal("wrong_code", _("Mit diesem Code kann man sich nicht anmelden."), (way,))


def _papers_missing(vehicle: Vehicle, faults: tuple[str, ...]) -> Refusal:
    words = {"vehicle": vehicle.name, "faults": "; ".join(faults)}
    hold = WayOut(
        "confirm",
        _("Gelten Ihre Papiere und haben Sie sie dabei, bestätigen Sie das. Die Leitstelle sieht es sofort."),
    )
    call = phone_way_out(
        rules_of(vehicle.district), _("Gelten sie nicht, fahren Sie nicht los. Rufen Sie die Leitstelle an.")
    )
    reason = _("Sie wollen %(vehicle)s fahren, aber in der Leitstelle steht: %(faults)s.") % words
    return Refusal(PAPERS_MISSING, reason, (hold, call))


def _too_many(device: Device) -> Refusal:
    way = phone_way_out(rules_of(device.district), _("Rufen Sie die Leitstelle an."))
    return Refusal("too_many_codes", _("Zu viele falsche Codes. Warten Sie eine Viertelstunde."), (way,))
