"""What devices in vehicles send and are told."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from backend.bookings.serializers import StopSerializer
from backend.config.strictness import DegreesField, MomentField, StrictSerializer, TextField
from backend.driving.folding import folds_of
from backend.driving.intake import MOST_EVENTS
from backend.driving.models import DriverEvent
from backend.driving.rules import REASONS
from backend.driving.selectors import CarriedView, ShiftView
from backend.driving.wording import needs_words
from backend.operations.selectors import VehicleRoute, Visit
from backend.operations.serializers import ManifestRiderSerializer
from backend.operations.wording import party_text

MOST_POINTS = 400
KINDS = DriverEvent.Kind.choices
OUTCOMES = DriverEvent.Outcome.choices


class PointSerializer(StrictSerializer):
    """`id` is the device's own and stays the same when the point is sent again."""

    id = TextField(max_length=64, min_length=1)
    at = MomentField(help_text="By the device's clock.")
    lat = DegreesField(min_value=-90, max_value=90)
    lon = DegreesField(min_value=-180, max_value=180)
    accuracy_m = serializers.FloatField(required=False, allow_null=True, min_value=0, max_value=100_000)


class BatchSerializer(StrictSerializer):
    """Points in any order; those that were sent before count once."""

    sent_at = MomentField(help_text="What the device's clock shows while sending; tells how wrong it is.")
    points = serializers.ListField(child=PointSerializer(), min_length=1, max_length=MOST_POINTS)


class KeptSerializer(serializers.Serializer):
    """`useless`: older than a day, or ahead of us."""

    taken = serializers.IntegerField()
    known = serializers.IntegerField()
    useless = serializers.IntegerField()


class PairingSerializer(StrictSerializer):
    pairing_code = TextField(max_length=40, min_length=1)
    name = TextField(max_length=60, min_length=1)


class PairedSerializer(serializers.Serializer):
    """Send `<device>.<secret>` in the header `Rufbus-Device`. The secret is shown this once."""

    device = serializers.UUIDField()
    secret = serializers.CharField()


class PairingCodeSerializer(serializers.Serializer):
    pairing_code = serializers.CharField()
    expires_at = serializers.DateTimeField()


class DeviceSerializer(serializers.Serializer):
    """A known device; `duty_vehicle`: where it is used now."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    paired_at = serializers.DateTimeField()
    seen_at = serializers.DateTimeField(allow_null=True)
    locked_at = serializers.DateTimeField(allow_null=True)
    duty_vehicle = serializers.SerializerMethodField()

    def get_duty_vehicle(self, device: Any) -> str | None:
        duty = next((duty for duty in device.duties.all() if duty.ended_at is None), None)
        return duty.vehicle.code if duty else None


class ReasonSerializer(StrictSerializer):
    reason = TextField(max_length=300, min_length=1, help_text="Why; it is kept.")


class NewDriverSerializer(StrictSerializer):
    name = TextField(max_length=80, min_length=1)


class DriverSerializer(serializers.Serializer):
    id = serializers.IntegerField()
    name = serializers.CharField()


class DriverCodeSerializer(DriverSerializer):
    """The code is shown this once."""

    code = serializers.CharField()


class SignInSerializer(StrictSerializer):
    code = TextField(max_length=20, min_length=1, help_text="The driver's short code.")
    vehicle = TextField(max_length=40, min_length=1)
    papers_hold = serializers.BooleanField(
        default=False,
        help_text="After a refusal `papers_missing`: the driver says that her papers are in order. The control room sees it.",
    )


class DutyVehicleSerializer(serializers.Serializer):
    code = serializers.CharField()
    name = serializers.CharField()
    kind = serializers.CharField(source="kind_name")
    plate = serializers.CharField(allow_blank=True)


class DutySerializer(serializers.Serializer):
    duty = serializers.UUIDField(source="pk")
    driver = serializers.CharField(source="driver.name")
    vehicle = DutyVehicleSerializer()
    date = serializers.DateField(source="service_day.date")
    began_at = serializers.DateTimeField()
    ended_at = serializers.DateTimeField(allow_null=True)


class EventSerializer(StrictSerializer):
    """`id` is the device's own and stays the same when the report is sent again."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(KINDS)
    at = MomentField(help_text="By the device's clock.")
    booking = TextField(max_length=12, required=False, default="", allow_blank=True)
    stop = TextField(max_length=40, required=False, default="", allow_blank=True)
    lat = DegreesField(min_value=-90, max_value=90, required=False, allow_null=True, default=None)
    lon = DegreesField(min_value=-180, max_value=180, required=False, allow_null=True, default=None)
    detail = serializers.DictField(
        required=False,
        default=dict,
        help_text=(
            "By kind: boarded {cash_cents}, delay {minutes}, help {what}, answer {message, choice}, "
            "walk_up {destination, party, cash_cents}, take_back {event}."
        ),
    )


class EventsSerializer(StrictSerializer):
    """A device's reports; those that were sent before count once."""

    sent_at = MomentField(help_text="What the device's clock shows while sending; tells how wrong it is.")
    events = serializers.ListField(child=EventSerializer(), min_length=1, max_length=MOST_EVENTS)


class ResultSerializer(serializers.Serializer):
    """`conflict`: it is kept and the control room sees it; what of it can hold was done. `refused`: nothing was done.
    `taken_back`: it was a slip, and counts for nothing."""

    id = serializers.UUIDField()
    outcome = serializers.ChoiceField(OUTCOMES)
    reason = serializers.CharField(allow_blank=True)
    text = serializers.CharField(allow_blank=True)
    answer = serializers.DictField(help_text="Of a walk_up: the booking's code and `fare_cents`.")


class TakenSerializer(serializers.Serializer):
    results = ResultSerializer(many=True)
    version = serializers.IntegerField()


class CarriedSerializer(ManifestRiderSerializer):
    """A party with what is to be done. `phone` is empty where the driver must not ring; `needs_words` say the needs as
    one says them to a driver."""

    party_text = serializers.CharField()
    needs_words = serializers.ListField(child=serializers.CharField())
    waits_until = serializers.DateTimeField(help_text="Not earlier may it be said that nobody is there.")
    cash_cents = serializers.IntegerField(help_text="Still to be taken.")
    vehicle_at = serializers.DateTimeField(allow_null=True)
    boarded_at = serializers.DateTimeField(allow_null=True)
    left_at = serializers.DateTimeField(allow_null=True)


class ShiftVisitSerializer(serializers.Serializer):
    """First `leaves`, then `boards`: codes of `riders`."""

    kind = serializers.ChoiceField(["start", "stop", "break", "end"])
    stop = StopSerializer()
    at = serializers.DateTimeField()
    until = serializers.DateTimeField()
    is_done = serializers.BooleanField()
    leaves = serializers.ListField(child=serializers.CharField())
    boards = serializers.ListField(child=serializers.CharField())
    persons_after = serializers.IntegerField()
    wheelchairs_after = serializers.IntegerField()
    fold = serializers.CharField(allow_blank=True, help_text="Which seats to fold here, in words.")


class ShiftRouteSerializer(serializers.Serializer):
    code = serializers.CharField()
    starts_at = serializers.DateTimeField()
    ends_at = serializers.DateTimeField()
    visits = ShiftVisitSerializer(many=True)


class DriverMessageSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    sent_at = serializers.DateTimeField()
    text = serializers.CharField()
    choices = serializers.ListField(child=serializers.CharField())
    booking_code = serializers.CharField(allow_blank=True)
    answer = serializers.CharField(allow_blank=True)


class ConflictSerializer(serializers.Serializer):
    id = serializers.UUIDField()
    kind = serializers.ChoiceField(KINDS)
    at = serializers.DateTimeField()
    booking = serializers.CharField(allow_blank=True)
    reason = serializers.CharField()
    text = serializers.CharField()


class DistrictWordsSerializer(serializers.Serializer):
    """What the district wants of its drivers."""

    wait_at_stop_s = serializers.IntegerField()
    walk_up = serializers.BooleanField()
    phone = serializers.CharField()


class StandingSerializer(serializers.Serializer):
    """Where the duty has come to by what was reported. `standing_stop`: the vehicle is there since `standing_since`."""

    begun_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    pausing_since = serializers.DateTimeField(allow_null=True)
    standing_stop = serializers.CharField(allow_blank=True)
    standing_since = serializers.DateTimeField(allow_null=True)
    cash_cents = serializers.IntegerField(help_text="What was taken in this duty.")


class ShiftSerializer(serializers.Serializer):
    """All that a driver needs for a shift without a network. `riders` by their booking codes."""

    duty = serializers.UUIDField()
    driver = serializers.CharField()
    vehicle = DutyVehicleSerializer()
    date = serializers.DateField()
    version = serializers.IntegerField()
    now = serializers.DateTimeField()
    rules = DistrictWordsSerializer()
    progress = StandingSerializer()
    shifts = ShiftRouteSerializer(many=True)
    riders = serializers.DictField(child=CarriedSerializer())
    messages = DriverMessageSerializer(many=True)
    conflicts = ConflictSerializer(many=True)


def shift_document(shift: ShiftView) -> dict[str, Any]:
    """A shift as JSON."""
    duty = shift.duty
    document = {
        "duty": duty.pk,
        "driver": duty.driver.name,
        "vehicle": duty.vehicle,
        "date": duty.service_day.date,
        "version": shift.version,
        "now": shift.now,
        "rules": {"wait_at_stop_s": shift.wait_at_stop_s, "walk_up": shift.walk_up, "phone": shift.phone},
        "progress": shift.standing,
        "shifts": [
            {
                "code": route.shift_code,
                "starts_at": route.starts_at,
                "ends_at": route.ends_at,
                "visits": _visits(route, duty.vehicle.configurations),
            }
            for route in shift.routes
        ],
        "riders": {code: _carried(carried) for code, carried in shift.carried.items()},
        "messages": shift.messages,
        "conflicts": [
            {
                "id": row.pk, "kind": row.kind, "at": row.at, "booking": row.booking_code, "reason": row.reason,
                "text": str(REASONS.get(row.reason, "")),
            }
            for row in shift.conflicts
        ],
    }  # fmt: skip
    return dict(ShiftSerializer(document).data)


def _visits(route: VehicleRoute, configurations: list[list[int]]) -> list[dict[str, Any]]:
    parties = [
        ([rider.party for rider in visit.leaves], [rider.party for rider in visit.boards]) for visit in route.visits
    ]
    folds = folds_of(configurations, parties)
    return [_visit(visit, fold) for visit, fold in zip(route.visits, folds, strict=True)]


def _visit(visit: Visit, fold: str) -> dict[str, Any]:
    return {
        "kind": visit.kind, "stop": visit.stop, "at": visit.at, "until": visit.until, "is_done": visit.is_done,
        "leaves": [rider.code for rider in visit.leaves], "boards": [rider.code for rider in visit.boards],
        "persons_after": visit.persons_after, "wheelchairs_after": visit.wheelchairs_after,
        "fold": fold,
    }  # fmt: skip


def _carried(carried: CarriedView) -> dict[str, Any]:
    rider = carried.rider
    own: dict[str, Any] = {str(name): getattr(rider, str(name)) for name in ManifestRiderSerializer().fields}
    own |= {"party_text": party_text(rider.party), "needs_words": needs_words(rider.needs, rider.party)}
    told = {
        "phone": rider.phone if rider.may_be_called else "", "waits_until": carried.waits_until,
        "cash_cents": carried.cash_cents, "vehicle_at": carried.vehicle_at, "boarded_at": carried.boarded_at,
        "left_at": carried.left_at,
    }  # fmt: skip
    return own | told
