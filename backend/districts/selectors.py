"""Reads districts: their rules, roads and places, each loaded once a process."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path

import holidays
from django.conf import settings
from django.db.models import Q, QuerySet

from backend.districts.models import District, Place, Shift, Stop, VehicleOutage
from backend.districts.outages import Gap, gap_on, parts_of
from fixtures.rules import Rules
from fixtures.rules_reading import read_rules
from routing.places import Named, PlaceFinder
from routing.roads import Roads

SUNDAY = 6


def get_district(district_id: str) -> District | None:
    """The district of this id, or None."""
    return District.objects.filter(pk=district_id).first()


def rules_of(district: District) -> Rules:
    """The checked rules of a district."""
    return _rules(district.pk, district.imported_at.isoformat())


@lru_cache(maxsize=32)
def _rules(district_id: str, imported_at: str) -> Rules:
    return read_rules(District.objects.get(pk=district_id).document)


def roads_folder(district_id: str) -> Path:
    """Where the district's built roads lie."""
    return Path(settings.DATA_DIR) / "roads" / district_id


def roads_of(district: District) -> Roads:
    """The district's roads; raises RoadError if they are not built (see `backend.districts.services.build`)."""
    return _roads(district.pk, (roads_folder(district.pk) / "roads.json").stat().st_mtime_ns)


@lru_cache(maxsize=8)
def _roads(district_id: str, built_ns: int) -> Roads:
    return Roads.load(roads_folder(district_id))


def stops_by_number(district: District) -> dict[int, Stop]:
    """Every stop by its index in the travel matrix."""
    return _stops(district.pk, district.imported_at.isoformat())


@lru_cache(maxsize=8)
def _stops(district_id: str, imported_at: str) -> dict[int, Stop]:
    return _Stops({stop.number: stop for stop in Stop.objects.filter(district_id=district_id)})


class _Stops(dict[int, Stop]):
    """Also by the locations at which plans are made while a road is closed, which lie beyond all stops."""

    def __missing__(self, location: int) -> Stop:
        return self[location - len(self)] if location >= len(self) else dict.__getitem__(self, location)


def stop_by_code(district: District, code: str) -> Stop | None:
    """The stop of this id, or None."""
    return next((stop for stop in stops_by_number(district).values() if stop.code == code), None)


def finder_of(district: District) -> PlaceFinder:
    """Finds the district's stops and places by name."""
    return _finder(district.pk, district.imported_at.isoformat())


@lru_cache(maxsize=8)
def _finder(district_id: str, imported_at: str) -> PlaceFinder:
    stops = [
        Named(stop.code, "stop", stop.name, stop.village, stop.lat, stop.lon)
        for stop in Stop.objects.filter(district_id=district_id, served=True).order_by("number")
    ]
    places: QuerySet[Place] = Place.objects.filter(district_id=district_id).order_by("code")
    named = [
        Named(
            place.code,
            place.kind,
            place.name,
            place.village,
            place.lat,
            place.lon,
            place.population,
            tuple(place.aliases),
            tuple(place.stop_codes),
        )
        for place in places
    ]
    return PlaceFinder((*stops, *named))


def shifts_on(district: District, day: date) -> list[Shift]:
    """The weekly roster of one day: only while vehicles are in service, holidays as each shift has them.

    Of a shift whose vehicle is out for some hours its parts are left, which are not rows of the database.
    """
    outages = VehicleOutage.objects.filter(
        Q(last__isnull=True) | Q(last__gte=day), vehicle__district=district, first__lte=day
    )
    gaps: dict[int, list[Gap]] = {}
    for outage in outages:
        gap = gap_on(outage, day)
        if gap:
            gaps.setdefault(outage.vehicle_id, []).append(gap)
    rows = Shift.objects.filter(district=district, dropped=False).select_related("vehicle__depot").order_by("code")
    is_holiday = bool(public_holiday(rules_of(district).state, day))
    driven = [row for row in rows if row.days & _bit_of(row, day, is_holiday)]
    return [part for row in driven for part in parts_of(row, gaps.get(row.vehicle_id, ()))]


def _bit_of(shift: Shift, day: date, is_holiday: bool) -> int:
    sunday = is_holiday and shift.on_holidays == Shift.OnHolidays.AS_SUNDAY
    return 1 << (SUNDAY if sunday else day.weekday())


def public_holiday(state: str, day: date) -> str:
    """The name of the public holiday in a federal state; "" on any other day."""
    return public_holidays(state, day.year, day.year).get(day, "")


@lru_cache(maxsize=32)
def public_holidays(state: str, first_year: int, last_year: int) -> dict[date, str]:
    """The public holidays of a federal state in some years, by day."""
    years = range(first_year, last_year + 1)
    return dict(holidays.country_holidays("DE", subdiv=state, years=years, language="de"))


def place_by_code(district: District, code: str) -> Named | None:
    """The place of this id, or None."""
    return next((named for named in finder_of(district).everything if named.id == code and named.kind != "stop"), None)
