"""Takes a district package into the database and builds its roads."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from django.db import transaction

from backend.districts.models import District, Place, Shift, Stop, Vehicle
from backend.districts.selectors import roads_folder
from fixtures.package import DistrictPackage, read_package
from routing.roads import IMPORTED, build_roads


def import_package(folder: Path) -> District:
    """Write a district package as rows; again with a changed package changes the rows. Raises PackageError.

    Rows are matched by their ids, so bookings keep their stops. A stop that the package no longer has stays, unserved. Vehicles
    and shifts that the control room has changed stay as they are.
    """
    package = read_package(folder)
    with transaction.atomic():
        district, _ = District.objects.update_or_create(
            pk=package.rules.id,
            defaults={
                "name": package.rules.name,
                "timezone": package.rules.timezone,
                "folder": str(folder),
                "document": package.document,
                "area": [list(point) for point in package.area],
            },
        )
        _write_stops(district, package)
        _write_places(district, package)
        _write_fleet(district, package)
    return district


def _write_stops(district: District, package: DistrictPackage) -> None:
    known = {stop.code: stop for stop in district.stops.all()}
    free = max((stop.number for stop in known.values()), default=-1) + 1
    for row in package.stops:
        number = known[row.stop_id].number if row.stop_id in known else free
        free += row.stop_id not in known
        values = {
            "number": number, "name": row.name, "village": row.village, "municipality": row.municipality,
            "lat": row.lat, "lon": row.lon, "served": True, "equipment": dict(row.equipment), "note": row.note,
        }  # fmt: skip
        Stop.objects.update_or_create(district=district, code=row.stop_id, defaults=values)
    district.stops.exclude(code__in=[row.stop_id for row in package.stops]).update(served=False)


def _write_places(district: District, package: DistrictPackage) -> None:
    district.places.all().delete()
    Place.objects.bulk_create(
        Place(
            district=district,
            code=row.place_id,
            kind=row.kind,
            name=row.name,
            village=row.village,
            lat=row.lat,
            lon=row.lon,
            population=row.population,
            aliases=list(row.aliases),
            stop_codes=list(row.stop_ids),
        )
        for row in package.places
    )


def _write_fleet(district: District, package: DistrictPackage) -> None:
    rules = package.rules
    kinds = {kind.id: kind for kind in rules.kinds}
    depots = {depot.id: depot.stop_id for depot in rules.depots}
    stops = {stop.code: stop for stop in district.stops.all()}
    by_hand = set(district.vehicles.filter(planned_here=True).values_list("code", flat=True))
    for spec in rules.vehicles:
        if spec.id in by_hand:
            continue
        kind = kinds[spec.kind]
        Vehicle.objects.update_or_create(
            district=district,
            code=spec.id,
            defaults={
                "name": spec.name,
                "kind_name": kind.name,
                "features": sorted(kind.features),
                "configurations": [list(row) for row in kind.configurations],
                "depot": stops[depots[spec.depot]],
                "plate": spec.plate,
                "colour": spec.colour,
                "recognise": spec.recognise,
            },
        )
    vehicles = {vehicle.code: vehicle for vehicle in district.vehicles.all()}
    district.shifts.filter(planned_here=False).exclude(code__in=[shift.id for shift in rules.shifts]).delete()
    by_hand = set(district.shifts.filter(planned_here=True).values_list("code", flat=True))
    for template in rules.shifts:
        if template.id in by_hand:
            continue
        Shift.objects.update_or_create(
            district=district,
            code=template.id,
            defaults={
                "vehicle": vehicles[template.vehicle],
                "days": sum(1 << day for day in template.days),
                "start_s": template.start_s,
                "end_s": template.end_s,
                "breaks": [list(rest) for rest in template.breaks],
            },
        )


def build(district: District) -> bool:
    """Build the district's roads where they are missing or stale; whether there was something to do. Raises RoadError.

    Roads that an operator has imported (`make district OSM=...`) go before those of the package.
    """
    stops = list(district.stops.order_by("number"))
    network = Path(district.folder) / district.document["files"]["roads"]
    imported = roads_folder(district.pk) / IMPORTED
    return build_roads(
        imported if (imported / "network.json").exists() else network,
        roads_folder(district.pk),
        [stop.code for stop in stops],
        np.array([(stop.lat, stop.lon) for stop in stops]),
        float(district.document["roads"]["snap_limit_m"]),
    )
