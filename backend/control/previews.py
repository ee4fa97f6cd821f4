"""An intervention before it is done: what it would do, and a token that stands for having seen this.

Whoever confirms sends the token. If meanwhile the day has moved on so that more people would be hit than she saw, nothing
happens and she sees it anew.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.core import signing
from django.utils.translation import gettext as _

from accessibility.desk import InvalidInput, Refusal
from backend.bookings.intervention_effects import Effects
from backend.bookings.intervention_writes import looked_at
from backend.bookings.interventions import Restore, SwapVehicles, read_intervention
from backend.bookings.models import ServiceDay
from backend.bookings.situation import Outcome
from backend.control.days_ahead import NOBODY, DayAhead, looked_ahead
from backend.control.models import InterventionRecord
from backend.control.permits import after_swap

SALT = "rufbus.intervention"
TOKEN_LIVES = timedelta(minutes=30)
WORSE_BY_MINUTES = 2  # so much later than she saw is still what she saw


@dataclass(frozen=True, slots=True)
class Preview:
    """What an intervention would do to a day as it is now.

    Attributes
    ----------
    document
        The intervention, or {"kind": "undo", "intervention": id}.
    token
        To be sent with the confirmation.
    version
        Of the plan that it was looked at on.
    following
        The days after it, where it reaches on.
    """

    document: dict[str, Any]
    token: str
    version: int
    effects: Effects
    remarks: tuple[str, ...]
    following: tuple[DayAhead, ...] = ()


def preview(day: ServiceDay, document: dict[str, Any], now: datetime) -> Preview | Refusal:
    """Look at an intervention. Writes nothing. Raises InvalidInput."""
    intervention = intervention_of(day, document)
    found = looked_at(day, intervention, now)
    if isinstance(found, Refusal):
        return found
    ahead = looked_ahead(day, intervention, now)
    return ahead if isinstance(ahead, Refusal) else seen(day, document, found, ahead)


def seen(
    day: ServiceDay, document: dict[str, Any], found: tuple[Outcome, Effects], ahead: Sequence[DayAhead] = ()
) -> Preview:
    """What was looked at, with its token."""
    outcome, effects = found
    remarks = outcome.remarks
    if document.get("kind") == SwapVehicles.kind:
        remarks += after_swap(day, str(document["shift"]), str(document["other"]))
    told = {"day": day.pk, "document": document, "seen": summary(effects)}
    # A form carries the token: of many later days only who is hit, not everybody who boards a minute earlier or later.
    later = {str(one.day.pk): hit for one in ahead if any((hit := _hit(one.effects)).values())}
    token = signing.dumps(told | ({"ahead": later} if later else {}), salt=SALT, compress=True)
    return Preview(document, token, day.plan_version, effects, remarks, tuple(ahead))


def intervention_of(day: ServiceDay, document: dict[str, Any]) -> Any:
    """The intervention that a document names; of an undo, what leads back. Raises InvalidInput."""
    if document.get("kind") != Restore.kind:
        return read_intervention(document)
    former = undoable(day, str(document.get("intervention", ""))).former
    return Restore(**former)


def undoable(day: ServiceDay, record_id: str) -> InterventionRecord:
    """An intervention of this day that nobody has undone. Raises InvalidInput."""
    try:
        key = uuid.UUID(record_id)
    except ValueError:
        key = uuid.UUID(int=0)
    record = InterventionRecord.objects.filter(service_day=day, pk=key).first()
    if record is None or record.kind == Restore.kind:
        raise InvalidInput("intervention", _("Diesen Eingriff gibt es nicht."), "not_found")
    if InterventionRecord.objects.filter(undoes=record).exists():
        raise InvalidInput("intervention", _("Dieser Eingriff ist schon zurückgenommen."))
    return record


def read_token(token: str) -> dict[str, Any]:
    """What a token stands for. Raises InvalidInput."""
    try:
        return dict(signing.loads(token, salt=SALT, max_age=TOKEN_LIVES))
    except signing.SignatureExpired:
        raise InvalidInput(
            "token", _("Diese Vorschau ist zu alt. Sehen Sie sich die Folgen neu an."), "expired"
        ) from None
    except signing.BadSignature:
        raise InvalidInput("token", _("Diese Vorschau kennen wir nicht. Sehen Sie sich die Folgen neu an.")) from None


def summary(effects: Effects) -> dict[str, Any]:
    """What matters of the effects, by booking: who loses the ride, who is late by how many minutes, who changes vehicle."""
    return {
        "dropped": sorted(one.code for one in effects.dropped),
        "late": {one.code: -(-one.late_s // 60) for one in effects.broken},
        "moved": {one.code: one.vehicle_after for one in effects.moved},
        "touched": sorted(one.code for one in effects.bookings),
    }


def _hit(effects: Effects) -> dict[str, Any]:
    return {name: found for name, found in summary(effects).items() if name != "touched"}


def are_as_seen(ahead: Sequence[DayAhead], told: Mapping[str, dict[str, Any]]) -> bool:
    """The same for the following days; `told`: what was seen of them by the day's key, of whom nobody was hit nothing."""
    nobody = summary(NOBODY)
    return all(is_as_seen(one.effects, told.get(str(one.day.pk), nobody)) for one in ahead)


def is_as_seen(effects: Effects, told: dict[str, Any]) -> bool:
    """Whether nobody is hit harder than was seen."""
    now = summary(effects)
    late = all(minutes <= told["late"].get(code, -99) + WORSE_BY_MINUTES for code, minutes in now["late"].items())
    return late and set(now["dropped"]) <= set(told["dropped"]) and now["moved"] == told["moved"]
