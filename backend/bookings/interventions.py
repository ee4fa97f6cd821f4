"""What a dispatcher may do to a day by hand, as values: each is one decision, and is kept and sent as JSON.

Stops, vehicles, shifts and bookings are named by their codes; seconds are of the service day.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from typing import Any, ClassVar

from django.utils.translation import gettext as _

from accessibility.desk import InvalidInput

LONGEST_TEXT = 80
MOST_NUMBER = 48 * 3600


@dataclass(frozen=True, slots=True)
class Move:
    """A booking rides with another vehicle; with any other where none is named. `keep`: it stays there."""

    kind: ClassVar[str] = "move"
    booking: str
    vehicle: str = ""
    keep: bool = True


@dataclass(frozen=True, slots=True)
class Keep:
    """A booking stays on the vehicle that it is planned on, whatever the worker finds; `on` false lets it go again."""

    kind: ClassVar[str] = "keep"
    booking: str
    on: bool = True


@dataclass(frozen=True, slots=True)
class SwapVehicles:
    """Two shifts that have not begun exchange their vehicles; drivers and hours stay."""

    kind: ClassVar[str] = "swap"
    shift: str
    other: str


@dataclass(frozen=True, slots=True)
class ChangeShift:
    """A shift begins or ends at another time; missing values stay."""

    kind: ClassVar[str] = "shift"
    shift: str
    start_s: int | None = None
    end_s: int | None = None


@dataclass(frozen=True, slots=True)
class AddTaxi:
    """A vehicle of another firm for this day: what it carries, from when to when, from where, and whom to call."""

    kind: ClassVar[str] = "taxi"
    firm: str
    phone: str
    stop: str
    start_s: int
    end_s: int
    seats: int = 4
    wheelchairs: int = 0
    storage: int = 2


@dataclass(frozen=True, slots=True)
class BreakDown:
    """A shift's vehicle stops for good near a stop. `aboard`: who is in it; None: as plan and driver's events say."""

    kind: ClassVar[str] = "breakdown"
    shift: str
    stop: str
    aboard: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Suspend:
    """Nobody is fetched in these zones (none named: in all) from when to when; booked rides end but those in `keep`.

    `why` is what riders read: "Glatteis". `within`: only rides that begin and end in the same zone; else all that begin or
    end in it (decisions/0891).
    """

    kind: ClassVar[str] = "suspend"
    why: str
    from_s: int
    until_s: int
    zones: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    within: bool = False


@dataclass(frozen=True, slots=True)
class CloseRoad:
    """The road between two stops is closed for a part of the day: who would drive over it then drives around.

    `from_s` None: from now on; `until_s` None: until further notice, also on the days that follow (control/days_ahead.py).
    """

    kind: ClassVar[str] = "road"
    origin: str
    target: str
    until_s: int | None = None
    both_ways: bool = True
    from_s: int | None = None


@dataclass(frozen=True, slots=True)
class Restore:
    """What an earlier intervention altered becomes again what it was (`intervention_writes.former`), as far as it can."""

    kind: ClassVar[str] = "undo"
    bookings: dict[str, dict[str, Any]]
    shifts: dict[str, dict[str, Any] | None]
    withdrawn: dict[str, int]
    suspension: str = ""
    closure: str = ""


Intervention = Move | Keep | SwapVehicles | ChangeShift | AddTaxi | BreakDown | Suspend | CloseRoad | Restore
KINDS: dict[str, type[Any]] = {
    one.kind: one for one in (Move, Keep, SwapVehicles, ChangeShift, AddTaxi, BreakDown, Suspend, CloseRoad)
}  # fmt: skip


def document_of(intervention: Any) -> dict[str, Any]:
    """As it is kept and sent."""
    return {"kind": intervention.kind, **asdict(intervention)}


def read_intervention(document: dict[str, Any]) -> Any:
    """An intervention from its document. Raises InvalidInput."""
    values = dict(document)
    shape = KINDS.get(str(values.pop("kind", "")))
    if shape is None:
        raise InvalidInput("kind", _("Diesen Eingriff gibt es nicht."))
    types = {field.name: str(field.type) for field in fields(shape)}
    for name in values.keys() - types.keys():
        raise InvalidInput(str(name)[:60], _("Dieses Feld gibt es nicht."))
    values = {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
    for name, value in values.items():
        if not _fits(value, types[name]):
            raise InvalidInput(name, _("Diese Angabe stimmt nicht."))
    try:
        return shape(**values)
    except TypeError:
        missing = [name for name in types if name not in values]
        raise InvalidInput(missing[0] if missing else "kind", _("Diese Angabe fehlt.")) from None


def _fits(value: Any, type_: str) -> bool:
    """Whether a value from a document is of a field's type; whole numbers are seconds or counts, texts are short."""
    if value is None:
        return type_.endswith("| None")
    if isinstance(value, bool):
        return type_ == "bool"
    if isinstance(value, int):
        return type_.startswith("int") and 0 <= value <= MOST_NUMBER
    if isinstance(value, tuple):
        return type_.startswith("tuple") and all(isinstance(one, str) and len(one) <= LONGEST_TEXT for one in value)
    return type_ == "str" and isinstance(value, str) and len(value) <= LONGEST_TEXT and value.isprintable()
