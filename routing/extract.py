"""What an OpenStreetMap file says about roads: ways with their tags, and where their points lie."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import osmium

from routing.boundary import Boundary
from routing.drivable import closes_road, direction_of
from routing.errors import RoadError

ENDINGS = (".osm", ".osm.gz", ".osm.bz2", ".osm.pbf")


@dataclass(frozen=True, slots=True)
class OsmWay:
    """A way as OpenStreetMap has it: the ids of its points in order, and its tags."""

    id: int
    nodes: tuple[int, ...]
    tags: dict[str, str]


@dataclass(frozen=True, slots=True)
class Extract:
    """The drivable ways of an area.

    Attributes
    ----------
    points
        (lat, lon) of the ways' nodes; those that a clipped file lacks are not there, and a way ends before them.
    closed
        Nodes that no bus passes.
    cut_ways
        How many ways lack points.
    """

    ways: tuple[OsmWay, ...]
    points: dict[int, tuple[float, float]]
    closed: frozenset[int]
    cut_ways: int = 0


def read_extract(file: Path, boundary: Boundary | None = None, accept_clipped: bool = False) -> Extract:
    """Read the roads of an `.osm`, `.osm.gz`, `.osm.bz2` or `.osm.pbf` file that a minibus may drive.

    Raises RoadError for a file that is missing, broken or of another kind, that has no such roads, or that was cut so
    that roads have lost points. Roads may end where the file ends by its own word (the bounding box in its header);
    where a boundary is given, only roads that touch it must be whole; `accept_clipped` takes whatever is left.
    """
    _check_name(file)
    try:
        ways, highways = _ways(file)
        points, closed = _points(file, {node for way in ways for node in way.nodes})
    except (RuntimeError, ValueError, OSError) as error:
        raise _broken(file, error) from error
    if not ways:
        raise RoadError(
            "contains no roads that a minibus may drive",
            file=str(file),
            cause=f"of {highways} ways tagged highway=*, none is drivable"
            if highways
            else "no way is tagged highway=*",
            remedy="use an extract of OpenStreetMap that was not filtered, for example from Geofabrik",
        )
    torn = _torn(ways, points, boundary)
    if torn and not accept_clipped and not declares_box(file):
        raise _clipped(file, ways, torn, points)
    return Extract(ways, points, closed, len(torn))


def declares_box(file: Path) -> bool:
    """Whether the file's header says which box it was cut to."""
    with osmium.io.Reader(str(file), osmium.osm.NOTHING) as reader:
        return bool(reader.header().box().valid())


def _check_name(file: Path) -> None:
    if not file.name.endswith(ENDINGS):
        raise RoadError(
            "is no OpenStreetMap file by its name",
            file=str(file),
            remedy=f"give a file that ends in {', '.join(ENDINGS)}",
        )
    if not file.is_file():
        raise RoadError("is not there", file=str(file), remedy="check the path, or download the extract first")
    if file.stat().st_size == 0:
        raise RoadError("is empty", file=str(file), cause="0 bytes", remedy="download or copy it again")


def _ways(file: Path) -> tuple[tuple[OsmWay, ...], int]:
    """The drivable ways, and how many ways are tagged highway=* at all."""
    reader = osmium.FileProcessor(str(file), osmium.osm.WAY).with_filter(osmium.filter.KeyFilter("highway"))
    drivable, highways = [], 0
    for way in (item for item in reader if isinstance(item, osmium.osm.Way)):
        highways += 1
        tags = dict(way.tags)
        if direction_of(tags) is not None:
            drivable.append(OsmWay(way.id, tuple(node.ref for node in way.nodes), tags))
    return tuple(drivable), highways


def _points(file: Path, needed: set[int]) -> tuple[dict[int, tuple[float, float]], frozenset[int]]:
    points: dict[int, tuple[float, float]] = {}
    closed: set[int] = set()
    if not needed:
        return points, frozenset()
    reader = osmium.FileProcessor(str(file), osmium.osm.NODE)
    if (
        min(needed) >= 0
    ):  # a file that an editor saved before its upload has negative ids, which this filter cannot hold
        reader = reader.with_filter(osmium.filter.IdFilter(sorted(needed)))
    for node in (item for item in reader if isinstance(item, osmium.osm.Node) and item.id in needed):
        points[node.id] = (node.lat, node.lon)
        if node.tags and closes_road(dict(node.tags)):
            closed.add(node.id)
    return points, frozenset(closed)


def _broken(file: Path, error: Exception) -> RoadError:
    said = str(error)
    kind = "OpenStreetMap XML"
    if file.name.endswith(".gz"):
        kind = "gzip-packed OpenStreetMap XML"
    elif file.name.endswith(".bz2"):
        kind = "bzip2-packed OpenStreetMap XML"
    elif file.name.endswith(".pbf"):
        kind = "OpenStreetMap PBF"
    return RoadError(
        f"cannot be read as {kind}",
        file=str(file),
        cause=f"{said or type(error).__name__}; the file is cut off, damaged, or something else under this name",
        remedy="download or copy it again",
    )


def _torn(ways: tuple[OsmWay, ...], points: dict[int, tuple[float, float]], boundary: Boundary | None) -> list[OsmWay]:
    torn = [way for way in ways if any(node not in points for node in way.nodes)]
    if boundary is None:
        return torn
    return [way for way in torn if boundary.holds_any([points[node] for node in way.nodes if node in points])]


def _clipped(
    file: Path, ways: tuple[OsmWay, ...], torn: list[OsmWay], points: dict[int, tuple[float, float]]
) -> RoadError:
    missing = {node for way in torn for node in way.nodes if node not in points}
    return RoadError(
        f"is clipped: {len(torn)} of {len(ways)} roads refer to {len(missing)} points that are not in the file",
        file=str(file),
        cause=f"the extract was cut without completing its ways (for example way {torn[0].id}), and does not say where",
        remedy="cut it again with complete ways (osmium extract --strategy complete_ways); or give a --boundary that lies "
        "wholly inside the extract; or let these roads end where their points end with --accept-clipped",
    )
