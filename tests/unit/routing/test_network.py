"""The arrays of a road network: stored, read again, checked."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from routing.errors import RoadError
from routing.network import Road, RoadNetwork, Source, from_roads, roads_of
from tests.unit.routing.town import grid


def test_what_is_stored_is_read_again(tmp_path: Path) -> None:
    network = grid(5, 4)
    network.save(tmp_path)
    again = RoadNetwork.load(tmp_path)
    assert again.source == network.source
    assert again.names == network.names
    for name in ("arc_start", "arc_head", "arc_ms", "arc_name", "shape_start"):
        assert np.array_equal(getattr(again, name), getattr(network, name)), name
    for name in ("node_lat", "node_lon", "shape_lat", "shape_lon"):
        assert np.allclose(getattr(again, name), getattr(network, name), atol=1e-7), name
    assert np.allclose(again.arc_m, network.arc_m, atol=0.05)
    again.save(tmp_path / "again")
    assert (tmp_path / "again/network.npz").read_bytes() == (tmp_path / "network.npz").read_bytes()


def test_taking_a_network_apart_and_together_changes_nothing() -> None:
    network = grid(5, 4)
    again = from_roads(network.node_lat, network.node_lon, roads_of(network), network.source)
    for name in ("arc_start", "arc_head", "arc_ms", "arc_m", "arc_name", "shape_lat", "shape_lon"):
        assert np.array_equal(getattr(again, name), getattr(network, name)), name


def test_a_road_and_its_way_back_are_twins() -> None:
    bend = ((0.1, 0.5),)
    roads = [Road(0, 1, 1000, 100.0, shape=bend), Road(1, 0, 2000, 100.0, shape=bend), Road(0, 1, 500, 50.0)]
    network = from_roads(np.array([0.0, 0.0]), np.array([0.0, 1.0]), roads, Source("", "", True))
    straight, bent, back = 0, 1, 2
    assert network.twins().tolist() == [-1, back, bent]
    assert network.arc_m[straight] == 50.0
    assert network.road_km == pytest.approx(0.15)
    assert network.km == pytest.approx(0.25)


def test_parallel_roads_of_one_shape_pair_up() -> None:
    roads = [Road(0, 1, 1000, 100.0), Road(0, 1, 1000, 100.0), Road(1, 0, 1000, 100.0)]
    network = from_roads(np.array([0.0, 0.0]), np.array([0.0, 1.0]), roads, Source("", "", True))
    twins = network.twins()
    assert min(twins.tolist()) == -1
    assert all(twins[twins[arc]] == arc for arc in range(3) if twins[arc] >= 0)


def test_an_empty_network_is_refused() -> None:
    with pytest.raises(RoadError, match="empty"):
        from_roads(np.array([]), np.array([]), [], Source("", "", True))


@pytest.mark.parametrize(
    "change",
    [
        {"arc_head": np.full(10, 99, dtype=np.int32)},
        {"arc_ms": np.full(10, -1, dtype=np.int32)},
        {"arc_m": np.zeros(3)},
        {"arc_start": np.zeros(5, dtype=np.int64)},
    ],
)
def test_arrays_that_do_not_fit_are_refused(change: dict[str, np.ndarray]) -> None:
    network = from_roads(
        np.zeros(4), np.zeros(4), [Road(k % 4, (k + 1) % 4, 5, 5.0) for k in range(10)], Source("", "", True)
    )
    with pytest.raises(RoadError):
        replace(network, **change).validate()


@pytest.mark.parametrize("content", [b"", b"PK damaged", b"\x93NUMPY"])
def test_a_folder_that_holds_no_network_is_named(tmp_path: Path, content: bytes) -> None:
    grid(3, 3).save(tmp_path)
    (tmp_path / "network.npz").write_bytes(content)
    with pytest.raises(RoadError, match="cannot be read as a road network") as caught:
        RoadNetwork.load(tmp_path)
    assert str(tmp_path) in caught.value.file


def test_another_format_is_named(tmp_path: Path) -> None:
    grid(3, 3).save(tmp_path)
    meta = json.loads((tmp_path / "network.json").read_text(encoding="utf-8"))
    (tmp_path / "network.json").write_text(json.dumps(meta | {"format": 99}), encoding="utf-8")
    with pytest.raises(RoadError, match="format 99"):
        RoadNetwork.load(tmp_path)
