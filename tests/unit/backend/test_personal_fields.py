"""Every field that could say who somebody is: forgotten, or kept for a reason that stands here. A new one must be named, too."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from django.apps import apps
from django.db import models

from accessibility.desk import Concession, Party, Place
from backend.bookings.erasure import erase_account, forget_old_rides
from backend.bookings.models import AuditEntry, Booking, RuleOverride
from backend.channels_in.forgetting import forget_waiting
from backend.channels_in.models import Call, TextMessage, TextThread, WaitingCall
from backend.channels_in.proof import contact_hash
from backend.control.handover import forget_old
from backend.control.models import HandoverEntry, InterventionRecord
from backend.control.trouble_watch import forget_troubles
from backend.driving.models import DriverEvent, DriverMessage
from backend.notifications import chores
from backend.notifications.models import MailboxMessage, OptOut, RiderMessage
from backend.operations.models import VehiclePosition
from backend.riders.models import Account
from backend.riders.selectors import UsualRide, usual_document
from backend.web.own_document import own_document
from tests.builders.accounts import EMAIL, PHONE, a_favourite, an_account
from tests.builders.district import LATITUDE, a_booking, a_desk, a_district, a_passenger, a_wish, at
from tests.builders.driving import a_bus

pytestmark = pytest.mark.django_db
NAME, SPUR = "Testfahrgast Einmalig", "Spur-7731"  # the second stands in whatever somebody writes freely
DOOR = Place(lat=LATITUDE + 0.0001234, lon=11.0741234)
TRACES = (NAME, PHONE, EMAIL, SPUR, "11.0741234", "free_travel")

# What says something of a rider. All of it goes with her account, and all of it is there in `a_full_life`.
OF_RIDERS = {
    "riders.Rider": "name phone email",
    "riders.Account": "name usual",
    "riders.Contact": "value",
    "riders.Favourite": "label origin origin_name destination destination_name usual",
    "bookings.RideRequest": "origin concession",
    "bookings.RuleOverride": "reason",
    "bookings.Booking": "contact_name contact_phone contact_email",
    "bookings.AuditEntry": "reason",
    "driving.DriverEvent": "detail",
    "driving.DriverMessage": "text answer",
    "notifications.MailboxMessage": "to subject text",
    "notifications.OptOut": "number",
    "notifications.RiderMessage": "contact context note",
    "control.HandoverEntry": "text",
    "control.InterventionRecord": "reason",
    "channels_in.Call": "contact state reply lines",
    "channels_in.WaitingCall": "number lines",
    "channels_in.TextThread": "address dialogue",
    "channels_in.TextMessage": "text to subject",
}
# Of these no time makes anything old: they are hers until she deletes her account or says START.
AS_LONG_AS_THE_ACCOUNT = {"riders.Account", "riders.Contact", "riders.Favourite", "notifications.OptOut"}
ONLY_IN_A_DEMONSTRATION = {"notifications.MailboxMessage"}  # the newest hundred

# Forgotten as well, and looked at in tests of their own.
ELSEWHERE = {
    "test_erasure: with the account, or the ride": {
        "riders.Account": "messages wishes phone_pin",
        "bookings.RideRequest": "destination needs",
        "bookings.Series": "wish needs",
        "bookings.Booker": "name phone email",
    },
    "test_feedback: where to answer goes with the account, and when the report is closed": {"feedback.BarrierReport": "said"},
    "test_phone_calls: the number goes with the call": {"control.PhoneCall": "phone"},
    "test_troubles: after 30 days": {"control.TroubleRecord": "key note"},
    "below: where a vehicle was, after 30 days": {
        "driving.DriverEvent": "lat lon", "operations.VehiclePosition": "lat lon accuracy_m point_id",
    },
}  # fmt: skip
KEPT = {
    "public: what is driven where": {
        "districts.District": "id name timezone folder document area",
        "districts.Stop": "code name village municipality lat lon equipment note",
        "districts.Place": "code kind name village lat lon aliases stop_codes",
        "districts.Vehicle": "code name kind_name features configurations plate colour recognise firm firm_phone",
        "districts.VehicleOutage": "note",
        "districts.Shift": "code breaks",
        "bookings.ServiceDay": "weather",
        "bookings.DayShift": "code breaks overrun",
        "bookings.Suspension": "zones reason",
        "control.DayDriver": "shift_code",
        "operations.DayClock": "speed",
    },
    "staff and drivers: whoever acts in the service answers for it": {
        "bookings.RuleOverride": "by",
        "bookings.RoadClosure": "created_by lifted_by",
        "bookings.StandingClosure": "created_by",
        "bookings.Suspension": "created_by lifted_by",
        "bookings.AuditEntry": "actor",
        "driving.PairingCode": "made_by",
        "driving.Device": "name paired_by locked_by",
        "driving.Driver": "name",
        "driving.DriverEvent": "settled_by",
        "driving.DriverMessage": "sent_by",
        "notifications.RiderMessage": "settled_by",
        "feedback.BarrierReport": "closed_by",
        "control.DriverPermit": "classes",
        "control.HandoverEntry": "by done_by",
        "control.InterventionRecord": "actor",
        "control.PhoneCall": "by",
        "control.RosterChange": "by title reason before after",
        "control.TroubleRecord": "acknowledged_by",
        "channels_in.TextThread": "person",
        "channels_in.TextMessage": "author",
    },
    "codes, ids and words of ours: they lead to rows that name nobody any more": {
        "riders.Erasure": "number kept",
        "bookings.RideRequest": "channel anchor party refusal_code refusal replaces",
        "bookings.RuleOverride": "codes",
        "bookings.Series": "channel rule recurrence left_out refusal",
        "bookings.OfferRecord": "fare vehicle_kind",
        "bookings.Booking": "code channel language amended",
        "bookings.InsteadOffer": "promise",
        "bookings.PlanVersion": "reason routes",
        "bookings.OutboxMessage": "topic payload",
        "bookings.AuditEntry": "channel action subject",
        "bookings.IdempotencyRecord": "scope key answer",
        "driving.DriverEvent": "booking_code stop_code reason undo",
        "driving.DriverMessage": "choices booking_code",
        "notifications.MailboxMessage": "kind key attachments",
        "notifications.OptOut": "kind",
        "notifications.RiderMessage": "key kind also reason",
        "notifications.SendingAttempt": "error provider_id",
        "notifications.EarlyReport": "provider_id status error",
        "feedback.BarrierReport": "number language",
        "control.HandoverEntry": "vehicle booking key",
        "control.InterventionRecord": "kind document former effects",
        "control.PhoneCall": "waiting key",
        "control.RosterChange": "effects key",
        "channels_in.Call": "external_id",
        "channels_in.WaitingCall": "key",
        "channels_in.TextThread": "language turn",
        "channels_in.TextMessage": "external_id key",
    },
    "keyed hashes: nobody can read them back": {
        "bookings.IdempotencyRecord": "fingerprint",
        "driving.PairingCode": "code_hash",
        "driving.Device": "secret_hash",
        "driving.Driver": "code_hash",
        "channels_in.Call": "contact_hash",
    },
}
COULD_SAY = (
    models.CharField,
    models.TextField,
    models.JSONField,
    models.BinaryField,
    models.FloatField,
    models.DecimalField,
)


def could_say_something() -> set[str]:
    """Fields of ours with room for a name, a number, an address, a place or free text."""
    own = (model for model in apps.get_models() if model.__module__.startswith("backend."))
    return {
        f"{model._meta.label}.{field.name}"
        for model in own
        for field in model._meta.concrete_fields
        if isinstance(field, COULD_SAY) and not field.remote_field and not field.choices
    }


def named(table: dict[str, str]) -> set[str]:
    return {f"{label}.{field}" for label, fields in table.items() for field in fields.split()}


def test_of_every_field_it_is_said_what_becomes_of_it() -> None:
    said = named(OF_RIDERS).union(*(named(part) for part in (*ELSEWHERE.values(), *KEPT.values())))
    assert could_say_something() - said == set(), "say whether it is forgotten (and test it), or why it is kept"
    assert said - could_say_something() == set(), "no such field any more"


@pytest.fixture
def account() -> Account:
    district = a_district()
    usual = usual_document(UsualRide(Party(adults=1, wheelchairs=1), frozenset({"ramp"}), Concession.FREE_TRAVEL))
    account = an_account(district, email=EMAIL, name=NAME, usual=usual)
    there = {"stop_id": None, "place_id": None, "lat": DOOR.lat, "lon": DOOR.lon}
    places = {"origin": there, "origin_name": SPUR, "destination": there, "destination_name": SPUR}
    a_favourite(account, SPUR, usual=usual, **places)
    return account


def a_full_life(account: Account, now: datetime) -> Booking:
    """One ride of hers that is over, and everything that any channel or member of staff could have kept about it."""
    district = account.district
    view = a_booking(
        a_desk(), a_wish(DOOR, when="8:30", concession=Concession.FREE_TRAVEL), a_passenger(NAME, PHONE, EMAIL)
    )
    ride = Booking.objects.get(code=view.code)
    bus = a_bus(district)
    Booking.objects.filter(pk=ride.pk).update(state=Booking.State.COMPLETED, ended_at=now)
    day, vehicle, wish = ride.service_day, bus.duty.vehicle, ride.offer.ride_request
    RuleOverride.objects.create(ride_request=wish, codes=["too_late"], reason=f"{NAME} {SPUR}", by="leitstelle", at=now)
    for subject in (ride.code, str(wish.pk)):
        AuditEntry.objects.create(
            district=district, at=now, actor="l", channel="dispatcher", action="x", subject=subject, reason=SPUR
        )
    DriverEvent.objects.create(
        id=uuid4(), service_day=day, vehicle=vehicle, duty=bus.duty, kind="help", device_at=now, at=now, received_at=now,
        booking_code=ride.code, detail={"what": SPUR}, outcome="taken", lat=1.0, lon=1.0,
    )  # fmt: skip
    DriverMessage.objects.create(
        service_day=day, vehicle=vehicle, sent_at=now, sent_by="l", text=SPUR, booking_code=ride.code, answer=SPUR
    )
    MailboxMessage.objects.create(kind="phone", to=PHONE, subject=SPUR, text=SPUR)
    OptOut.objects.create(kind="phone", number=PHONE, since=now)
    told = {"district": district, "kind": "note", "is_urgent": False, "created_at": now, "due_at": now, "state": "sent"}
    RiderMessage.objects.create(key="of-a-ride", booking=ride, context={"text": SPUR}, note=SPUR, **told)
    RiderMessage.objects.create(key="of-a-contact", contact={"phone": PHONE}, context={"text": SPUR}, note=SPUR, **told)
    for number, (text, code) in enumerate(((f"{SPUR} {NAME}", ride.code), (f"0{PHONE[3:6]} / {PHONE[6:]} {SPUR}", ""))):
        HandoverEntry.objects.create(
            district=district, day=day.date, by="l", at=now, text=text, booking=code, key=f"{number}"
        )
    intervention = InterventionRecord.objects.create(
        service_day=day, kind="move", document={"booking": ride.code}, former={}, effects={}, reason=SPUR, actor="l", at=now,
        version=1,
    )  # fmt: skip
    audit = {"district": district, "at": now, "actor": "l", "channel": "dispatcher", "subject": str(intervention.pk)}
    AuditEntry.objects.create(action="intervention.move", reason=SPUR, **audit)
    said = [["Mensch", SPUR]]
    call = Call.objects.create(
        district=district, external_id="CA1", contact_hash=contact_hash(PHONE), contact=PHONE, state={"x": SPUR},
        reply={"x": SPUR}, lines=said, created_at=now, updated_at=now, ended_at=now,
    )  # fmt: skip
    WaitingCall.objects.create(
        district=district, call=call, key="CA1", number=PHONE, lines=said, why="asked", since=now
    )
    thread = TextThread.objects.create(
        district=district, kind="phone", address=PHONE, dialogue={"x": SPUR}, last_in_at=now
    )
    TextMessage.objects.create(thread=thread, is_ours=False, at=now, text=SPUR, kind="phone", to=PHONE, subject=SPUR)
    return ride


def traces() -> Iterator[str]:
    """Fields of ours in which something of her stands."""
    for name in sorted(could_say_something()):
        label, field = name.rsplit(".", 1)
        for row in apps.get_model(label)._default_manager.all():
            value = json.dumps(getattr(row, field), default=str, ensure_ascii=False)
            if any(trace in value for trace in TRACES):
                yield name
                break


def test_an_account_takes_everything_along(account: Account) -> None:
    now = at("12:30")
    a_full_life(account, now)
    assert set(traces()) - named({"districts.District": "document"}) == named(OF_RIDERS)
    erase_account(account, True, now)
    assert set(traces()) - named({"districts.District": "document"}) == set()


def test_what_is_kept_of_her_she_can_read(account: Account) -> None:
    """Each free text of hers carries where it stands, so that none can be missing unseen."""
    now = at("12:30")
    a_full_life(account, now)
    for name in sorted(named(OF_RIDERS)):
        label, field = name.rsplit(".", 1)
        for row in apps.get_model(label)._default_manager.all():
            value = getattr(row, field)
            if isinstance(value, str) and SPUR in value:
                setattr(row, field, f"{value} [{label}]"[:60])
                row.save(update_fields=[field])
    document = json.dumps(own_document(account, now), default=str, ensure_ascii=False)
    for label in (
        "riders.Favourite", "bookings.RuleOverride", "bookings.AuditEntry", "driving.DriverMessage", "control.HandoverEntry",
        "notifications.RiderMessage", "channels_in.TextMessage",
    ):  # fmt: skip
        assert f"[{label}]" in document, label
    for name in ("reported_by_drivers", "calls", "no_messages_to", "messages"):
        told = own_document(account, now)[name]
        assert SPUR in json.dumps(told) or PHONE in json.dumps(told), name


def test_time_takes_everything_that_is_no_longer_needed(account: Account) -> None:
    now = at("12:30")
    ride = a_full_life(account, now)
    VehiclePosition.objects.create(
        service_day=ride.service_day, vehicle=ride.district.vehicles.get(code="bus-1"), point_id="1", device_at=now, at=now,
        received_at=now, lat=1.0, lon=1.0,
    )  # fmt: skip
    later = now + timedelta(days=100)
    forgets = [chore.work for chore in chores.CHORES if "forget" in chore.name]
    assert {forget_old_rides, forget_old, forget_waiting, forget_troubles} <= set(forgets)
    for forget in (*forgets, *forgets):  # a call goes once nobody waits for it any more
        forget(later)
    stays = {label: OF_RIDERS[label] for label in AS_LONG_AS_THE_ACCOUNT | ONLY_IN_A_DEMONSTRATION}
    assert set(traces()) - named({"districts.District": "document"}) == named(stays)
    assert not VehiclePosition.objects.exists()
    assert not DriverEvent.objects.filter(lat__isnull=False).exists()


def test_what_belongs_to_others_stays(account: Account) -> None:
    """A neighbour's ride, thread and waiting call; a wish of hers that nobody may read out of another's row."""
    now, other = at("12:30"), "+493023125077"
    a_full_life(account, now)
    district = account.district
    a_booking(a_desk(), a_wish(when="9:30"), a_passenger("Testfahrgast 2", other))
    TextThread.objects.create(district=district, kind="phone", address=other, last_in_at=now)
    WaitingCall.objects.create(district=district, key="CA2", number=other, why="asked", since=now)
    HandoverEntry.objects.create(
        district=district, day=now.date(), by="l", at=now, text=f"{other} anrufen", key="other"
    )
    erase_account(account, True, now)
    assert TextThread.objects.get().address == other
    assert WaitingCall.objects.get(state="waiting").number == other
    assert HandoverEntry.objects.get(key="other").text == f"{other} anrufen"
    assert Booking.objects.get(contact_phone=other).contact_name == "Testfahrgast 2"
