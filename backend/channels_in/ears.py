"""How dialogues understand the names of a district: built once from its rows."""

from __future__ import annotations

from functools import lru_cache
from zoneinfo import ZoneInfo

from accessibility.desk import Place
from accessibility.dialogue.caller import Spot
from accessibility.dialogue.keypad import NameKeys
from accessibility.dialogue.manner import Ears
from accessibility.language.gazetteer import Gazetteer, PlaceName
from backend.districts.models import District
from backend.districts.selectors import finder_of
from routing.places import Named


def ears_of(district: District) -> Ears:
    """The district's names, ready to be understood."""
    return _ears(district.pk, district.timezone, district.imported_at.isoformat())


@lru_cache(maxsize=8)
def _ears(district_id: str, timezone: str, imported_at: str) -> Ears:
    everything = finder_of(District.objects.get(pk=district_id)).everything
    names = tuple(_name(named) for named in everything)
    return Ears(district_id, ZoneInfo(timezone), Gazetteer(names).find, NameKeys(names))


def _name(named: Named) -> PlaceName:
    return PlaceName(
        named.id, named.kind, named.name, named.village, named.lat, named.lon, named.population, named.aliases
    )


def spot_at(district: District, place: Place) -> Spot:
    """A place of the desk with its name; a point has none."""
    wanted = place.stop_id or place.place_id
    named = _named(district.pk, district.imported_at.isoformat()).get((wanted or "", place.stop_id is not None))
    if named is None:
        return Spot(kind="point", text="", lat=place.lat or 0.0, lon=place.lon or 0.0)
    text = named.name if named.kind == "village" or named.village in named.name else f"{named.village}, {named.name}"
    return Spot(named.id, named.kind, text, named.lat, named.lon)


@lru_cache(maxsize=8)
def _named(district_id: str, imported_at: str) -> dict[tuple[str, bool], Named]:
    everything = finder_of(District.objects.get(pk=district_id)).everything
    return {(named.id, named.kind == "stop"): named for named in everything}
