"""Troubles and interventions as JSON. Riders stand by their booking codes alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from backend.bookings.intervention_effects import Effect
from backend.bookings.localtime import to_moment
from backend.bookings.models import ServiceDay
from backend.config.strictness import StrictSerializer, TextField
from backend.control.models import InterventionRecord
from backend.control.previews import Preview
from backend.control.trouble_list import Look, count, open_ones, open_wishes
from backend.control.trouble_watch import Noted


class RemedySerializer(serializers.Serializer):
    text = serializers.CharField()
    intervention = serializers.JSONField(
        allow_null=True, help_text="What to complete and to ask a preview for; null: not done by an intervention."
    )


class TroubleSerializer(serializers.Serializer):
    """One trouble. `level`: 1 worth knowing, 2 soon, 3 now."""

    key = serializers.CharField()
    kind = serializers.CharField()
    level = serializers.IntegerField()
    title = serializers.CharField()
    text = serializers.CharField()
    due_at = serializers.DateTimeField(allow_null=True)
    chance = serializers.FloatField(allow_null=True)
    vehicle = serializers.CharField(allow_blank=True)
    bookings = serializers.ListField(child=serializers.CharField())
    remedies = RemedySerializer(many=True)
    open = serializers.BooleanField(help_text="Nobody has taken note of it, or it has become worse since.")
    note = serializers.CharField(allow_blank=True)
    noted_by = serializers.CharField(allow_blank=True)


class TroubleCountsSerializer(serializers.Serializer):
    """What is open: nobody has taken note of it, or it has become worse since."""

    open = serializers.IntegerField()
    wishes = serializers.IntegerField(help_text="Wishes that got no ride; not among those that are open.")
    levels = serializers.DictField(child=serializers.IntegerField())
    kinds = serializers.DictField(child=serializers.IntegerField())
    vehicles = serializers.DictField(child=serializers.IntegerField(), help_text="By their codes.")


class NoteSerializer(StrictSerializer):
    key = TextField(max_length=120)
    note = TextField(max_length=300, required=False, allow_blank=True, default="")


class InterventionField(serializers.JSONField):
    """An intervention's document; what is in it is checked by the kind that it names."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        if not isinstance(data, dict):
            raise serializers.ValidationError(_("Bitte geben Sie einen Eingriff mit „kind“ an."))
        return {str(name): value for name, value in data.items()}


class AskSerializer(StrictSerializer):
    intervention = InterventionField(help_text="`kind` and the fields of that kind; seconds are of the service day.")


class ConfirmSerializer(StrictSerializer):
    token = TextField(max_length=60_000)
    reason = TextField(max_length=300)


class EffectSerializer(serializers.Serializer):
    """One booking before and after."""

    booking = serializers.CharField()
    vehicle_before = serializers.CharField(allow_blank=True)
    vehicle_after = serializers.CharField(allow_blank=True)
    pickup_before = serializers.DateTimeField(allow_null=True)
    pickup_after = serializers.DateTimeField(allow_null=True)
    arrival_before = serializers.DateTimeField(allow_null=True)
    arrival_after = serializers.DateTimeField(allow_null=True)
    late_minutes = serializers.IntegerField(help_text="By how much what the rider was told is missed; 0: it holds.")
    dropped = serializers.BooleanField(help_text="The ride ends; its rider is told.")
    transferred = serializers.BooleanField(help_text="The rider is aboard and changes to another vehicle.")
    kept = serializers.BooleanField(help_text="The ride stays on its vehicle, whatever the worker finds.")


class DayAheadSerializer(serializers.Serializer):
    date = serializers.DateField()
    effects = EffectSerializer(many=True)


class PreviewSerializer(serializers.Serializer):
    """What would happen. `token` stands for having seen it, for half an hour."""

    token = serializers.CharField()
    version = serializers.IntegerField()
    effects = EffectSerializer(many=True)
    remarks = serializers.ListField(child=serializers.CharField())
    driven_m = serializers.IntegerField(help_text="Metres driven more; negative: less.")
    following = DayAheadSerializer(
        many=True, help_text="The days after it, where it reaches on: a road closed until further notice."
    )


class InterventionSerializer(serializers.Serializer):
    """What was done."""

    id = serializers.CharField()
    kind = serializers.CharField()
    at = serializers.DateTimeField()
    actor = serializers.CharField()
    reason = serializers.CharField()
    version = serializers.IntegerField()
    dropped = serializers.ListField(child=serializers.CharField())
    late = serializers.DictField(child=serializers.IntegerField())
    moved = serializers.DictField(child=serializers.CharField())
    undone = serializers.BooleanField()


def trouble_document(day: ServiceDay, noted: Noted) -> dict[str, Any]:
    one, record = noted.trouble, noted.record
    known = record is not None and record.acknowledged_at is not None
    return {
        "key": one.key,
        "kind": one.kind.value,
        "level": one.level,
        "title": one.title,
        "text": one.text,
        "due_at": _moment(day, one.due_s),
        "chance": one.chance,
        "vehicle": one.vehicle,
        "bookings": list(one.bookings),
        "remedies": [{"text": remedy.text, "intervention": remedy.document} for remedy in one.remedies],
        "open": noted.is_open,
        "note": record.note if record and known else "",
        "noted_by": record.acknowledged_by if record and known else "",
    }


def counts_document(listed: Sequence[Noted]) -> dict[str, Any]:
    counts = count(open_ones(listed), Look())
    return {
        "open": counts.total,
        "wishes": len(open_wishes(listed)),
        "levels": {str(level): number for level, number in counts.by_level.items()},
        "kinds": {kind.value: number for kind, number in counts.by_kind.items()},
        "vehicles": dict(counts.by_vehicle),
    }


def preview_document(day: ServiceDay, shown: Preview) -> dict[str, Any]:
    return {
        "token": shown.token,
        "version": shown.version,
        "effects": [_effect(day, one) for one in shown.effects.bookings],
        "remarks": list(shown.remarks),
        "driven_m": shown.effects.metres,
        "following": [
            {"date": ahead.day.date, "effects": [_effect(ahead.day, one) for one in ahead.effects.bookings]}
            for ahead in shown.following
        ],
    }


def _effect(day: ServiceDay, one: Effect) -> dict[str, Any]:
    return {
        "booking": one.code,
        "vehicle_before": one.vehicle_before,
        "vehicle_after": "" if one.is_dropped else one.vehicle_after,
        "pickup_before": _moment(day, one.pickup_before_s),
        "pickup_after": None if one.is_dropped else _moment(day, one.pickup_after_s),
        "arrival_before": _moment(day, one.delivery_before_s),
        "arrival_after": None if one.is_dropped else _moment(day, one.delivery_after_s),
        "late_minutes": -(-one.late_s // 60),
        "dropped": one.is_dropped,
        "transferred": one.is_transferred,
        "kept": one.is_kept,
    }


def intervention_document(record: InterventionRecord) -> dict[str, Any]:
    return {
        "id": str(record.pk),
        "kind": record.kind,
        "at": record.at.astimezone(ZoneInfo(record.service_day.district.timezone)),
        "actor": record.actor,
        "reason": record.reason,
        "version": record.version,
        "dropped": record.effects["dropped"],
        "late": record.effects["late"],
        "moved": record.effects["moved"],
        "undone": getattr(record, "undone_by", None) is not None,
    }


def _moment(day: ServiceDay, second: int | None) -> Any:
    return None if second is None else to_moment(second, day.date, ZoneInfo(day.district.timezone))
