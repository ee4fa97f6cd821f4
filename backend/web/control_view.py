"""What the pages of interventions say of an effect: whom it hits, in sentences and rows."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from backend.bookings.intervention_effects import Effect, Effects
from backend.bookings.localtime import as_clock
from backend.bookings.models import ServiceDay
from backend.bookings.selectors import message_contact
from backend.control.previews import Preview
from backend.web.display import kilometres_text


@dataclass(frozen=True, slots=True)
class Row:
    """One ride in the table. `badge`: "stop" loses it, "mind" is late, "go" holds."""

    code: str
    name: str
    phone: str
    before: str
    after: str
    verdict: str
    badge: str
    is_dropped: bool
    is_transferred: bool


def sentences(effects: Effects) -> Iterator[str]:
    """What the dispatcher must know before she confirms, the worst first."""
    dropped, broken, moved = len(effects.dropped), len(effects.broken), len(effects.moved)
    if dropped:
        yield ngettext("%(n)d Fahrt fällt aus.", "%(n)d Fahrten fallen aus.", dropped) % {"n": dropped}
    else:
        yield _("Keine Fahrt fällt aus.")
    if broken:
        worst = max(-(-one.late_s // 60) for one in effects.broken)
        text = ngettext(
            "%(n)d Zusage bricht: %(worst)d Minuten zu spät.",
            "%(n)d Zusagen brechen: höchstens %(worst)d Minuten zu spät.",
            broken,
        )
        yield text % {"n": broken, "worst": worst}
    else:
        yield _("Alle übrigen Zusagen halten.") if dropped else _("Alle Zusagen halten.")
    if moved:
        yield ngettext("%(n)d Fahrt wechselt das Fahrzeug.", "%(n)d Fahrten wechseln das Fahrzeug.", moved) % {
            "n": moved
        }
    if abs(effects.metres) >= 100:
        kilometres = kilometres_text(abs(effects.metres))
        text = _("Die Busse fahren %(km)s mehr.") if effects.metres > 0 else _("Die Busse fahren %(km)s weniger.")
        yield text % {"km": kilometres}


def rows(day: ServiceDay, effects: Effects, names: dict[str, str]) -> list[Row]:
    """Every ride that is touched. `names`: of vehicles by code."""
    return [_row(day, effects, one, names) for one in effects.bookings]


def _row(day: ServiceDay, effects: Effects, one: Effect, names: dict[str, str]) -> Row:
    booking = effects.rows[one.code]
    verdict, badge = _("Zusage hält"), "go"
    if one.is_dropped:
        verdict, badge = (_("sitzt fest") if one.is_transferred else _("fällt aus")), "stop"
    elif one.breaks:
        verdict, badge = _("%(n)d Minuten zu spät") % {"n": -(-one.late_s // 60)}, "mind"
    elif one.is_transferred:
        verdict, badge = _("steigt um"), "mind"
    return Row(
        code=one.code,
        name=booking.contact_name,
        phone=booking.contact_phone or message_contact(booking)[0],
        before=_planned(day, names, one.vehicle_before, one.pickup_before_s, one.delivery_before_s),
        after=""
        if one.is_dropped
        else _planned(day, names, one.vehicle_after, one.pickup_after_s, one.delivery_after_s),
        verdict=verdict,
        badge=badge,
        is_dropped=one.is_dropped,
        is_transferred=one.is_transferred,
    )


def _planned(day: ServiceDay, names: dict[str, str], vehicle: str, pickup_s: int | None, delivery_s: int | None) -> str:
    if pickup_s is None or delivery_s is None:
        return names.get(vehicle, vehicle)
    zone = ZoneInfo(day.district.timezone)
    values = {
        "vehicle": names.get(vehicle, vehicle),
        "pickup": as_clock(pickup_s, day.date, zone).removesuffix(" Uhr"),
        "delivery": as_clock(delivery_s, day.date, zone),
    }
    return _("%(vehicle)s, %(pickup)s bis %(delivery)s") % values


@dataclass(frozen=True, slots=True)
class LaterDay:
    """What an intervention does to one of the following days."""

    day: ServiceDay
    sentences: tuple[str, ...]
    rows: tuple[Row, ...]


def later_days(shown: Preview) -> list[LaterDay]:
    """The following days on which it touches somebody."""
    hit = [one for one in shown.following if one.effects.bookings]
    found = []
    for one in hit:
        names = {row.vehicle.code: row.vehicle.name for row in one.day.day_shifts.select_related("vehicle")}
        found.append(LaterDay(one.day, tuple(sentences(one.effects)), tuple(rows(one.day, one.effects, names))))
    return found


def confirm_text(*of_days: Effects) -> str:
    """The button names the worst that it does, on all days together."""
    dropped, broken, moved = (
        sum(len(found) for found in of_one)
        for of_one in zip(*((one.dropped, one.broken, one.moved) for one in of_days), strict=True)
    )
    if dropped:
        n = dropped
        return ngettext("Ausführen und %(n)d Fahrt absagen", "Ausführen und %(n)d Fahrten absagen", n) % {"n": n}
    if broken:
        n = broken
        return ngettext("Ausführen und %(n)d Zusage brechen", "Ausführen und %(n)d Zusagen brechen", n) % {"n": n}
    if moved:
        n = moved
        return ngettext("Ausführen und %(n)d Fahrt umlegen", "Ausführen und %(n)d Fahrten umlegen", n) % {"n": n}
    return _("Ausführen")
