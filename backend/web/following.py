"""A ride under way in the words of the pages: how to recognise the bus, where it was seen, where a stop is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from accessibility.following import BusLook, RideForecast
from backend.bookings.rewording import reword
from backend.districts.stop_guide import Bearing, Landmark, StopGuide
from backend.web import display
from backend.web.placenames import kind_text, named_label


def look_text(bus: BusLook | None) -> str:
    """ "Rufbus 1, Kleinbus, weiß, Kennzeichen SAW-RB 901. Schild …"; empty where nothing is known."""
    if bus is None:
        return ""
    plate = _("Kennzeichen %(plate)s") % {"plate": bus.plate} if bus.plate else ""
    parts = [bus.name, reword(bus.kind), reword(bus.colour), plate]
    text = ", ".join(part for part in parts if part) + "."
    return f"{text} {reword(bus.sign)}." if bus.sign else text


def seen_text(forecast: RideForecast) -> str:
    """Where the bus was last seen, by the stop nearest to it; empty where it was not."""
    seen = forecast.seen
    if seen is None:
        return ""
    words = {"stop": f"{seen.near.village}, {seen.near.name}", "time": display.clock_text(seen.at)}
    if seen.near_m < 150:
        return _("an der Haltestelle %(stop)s, um %(time)s") % words
    words["way"] = metres_text(seen.near_m)
    return _("%(way)s von %(stop)s, um %(time)s") % words


def metres_text(metres: float) -> str:
    """ "250 m", "1,4 km": as exact as one can walk it."""
    if metres >= 950:
        return display.kilometres_text(metres)
    step = 10 if metres < 100 else 50
    return f"{max(step, round(metres / step) * step)}{display.NO_BREAK}m"


def towards(direction: str) -> str:
    texts = {
        "north": _("nach Norden"), "northeast": _("nach Nordosten"), "east": _("nach Osten"),
        "southeast": _("nach Südosten"), "south": _("nach Süden"), "southwest": _("nach Südwesten"),
        "west": _("nach Westen"), "northwest": _("nach Nordwesten"),
    }  # fmt: skip
    return texts[direction]


def side_of(direction: str) -> str:
    texts = {
        "north": _("nördlich"), "northeast": _("nordöstlich"), "east": _("östlich"), "southeast": _("südöstlich"),
        "south": _("südlich"), "southwest": _("südwestlich"), "west": _("westlich"), "northwest": _("nordwestlich"),
    }  # fmt: skip
    return texts[direction]


def centre_text(centre: Bearing | None, village: str) -> str:
    """Where in its village a stop lies."""
    if centre is None:
        return ""
    if centre.is_here:
        return _("Sie liegt in der Mitte von %(village)s.") % {"village": village}
    words = {"way": metres_text(centre.metres), "side": side_of(centre.direction), "village": village}
    return _("Sie liegt %(way)s %(side)s der Mitte von %(village)s.") % words


def landmark_text(mark: Landmark, village: str) -> str:
    """ "Krankenhaus „Klinikum“: 250 m nordöstlich der Haltestelle"; what is called as what it is, is named once."""
    name = mark.name if mark.village == village else named_label(mark.kind, mark.name, mark.village)
    words = {"what": kind_text(mark.kind), "name": name}
    what = name if name.startswith(words["what"]) else _("%(what)s „%(name)s“") % words
    if mark.bearing.is_here:
        return _("%(what)s: gleich bei der Haltestelle") % {"what": what}
    words = {"what": what, "way": metres_text(mark.bearing.metres), "side": side_of(mark.bearing.direction)}
    return _("%(what)s: %(way)s %(side)s der Haltestelle") % words


def equipment_lines(guide: StopGuide) -> list[tuple[str, str]]:
    """What is known of a stop's equipment: what, and yes, no or not known."""
    names = {
        "shelter": _("Wetterschutz"), "bench": _("Sitzbank"), "tactile": _("Leitstreifen zum Ertasten"),
        "step_free": _("stufenloser Einstieg"), "light": _("Beleuchtung"),
    }  # fmt: skip
    said = {True: _("ja"), False: _("nein"), None: _("nicht bekannt")}
    return [(names[name], said[state]) for name, state in guide.equipment]


@dataclass(frozen=True, slots=True)
class StopText:
    """A stop in sentences, ready for a template."""

    guide: StopGuide
    title: str
    centre: str
    steps: tuple[str, ...]
    landmarks: tuple[str, ...]
    other_stops: tuple[str, ...]
    equipment: tuple[tuple[str, str], ...]
    geo: str

    @property
    def knows_equipment(self) -> bool:
        return any(state is not None for _name, state in self.guide.equipment)

    @property
    def equipment_names(self) -> str:
        return ", ".join(name for name, _state in self.equipment)


def stop_text(guide: StopGuide) -> StopText:
    """Every sentence about where a stop is."""
    title = f"{guide.village}, {guide.name}"
    return StopText(
        guide=guide,
        title=title,
        centre=centre_text(guide.centre, guide.village),
        steps=tuple(_steps(guide, title)),
        landmarks=tuple(landmark_text(mark, guide.village) for mark in guide.landmarks),
        other_stops=tuple(landmark_text(mark, guide.village) for mark in guide.other_stops),
        equipment=tuple(equipment_lines(guide)),
        geo=f"geo:{guide.lat:.6f},{guide.lon:.6f}?q={guide.lat:.6f},{guide.lon:.6f}",
    )


def _steps(guide: StopGuide, title: str) -> list[str]:
    """The way from what the rider named, one thought a step; empty where nothing was named but the stop."""
    way = guide.way
    if way is None:
        return []
    start = (
        _("Beginnen Sie bei: %(name)s.") % {"name": way.name} if way.name else _("Beginnen Sie an Ihrem Startpunkt.")
    )
    if way.bearing.is_here:
        return [start, _("Die Haltestelle „%(stop)s“ ist gleich dort.") % {"stop": title}]
    minutes = max(1, round(way.bearing.metres * 1.3 / display.WALK_M_PER_MINUTE))
    words: dict[str, Any] = {"towards": towards(way.bearing.direction), "way": metres_text(way.bearing.metres)}
    steps = [
        start,
        _("Gehen Sie %(towards)s. Die Haltestelle liegt in dieser Richtung, %(way)s entfernt (Luftlinie).") % words,
        _("Rechnen Sie mit etwa %(minutes)s zu Fuß.") % {"minutes": display.minutes_text(60 * minutes)},
    ]
    if guide.landmarks:
        steps.append(
            _("In der Nähe der Haltestelle: %(mark)s.") % {"mark": landmark_text(guide.landmarks[0], guide.village)}
        )
    steps.append(_("Die Haltestelle heißt „%(stop)s“.") % {"stop": title})
    return steps
