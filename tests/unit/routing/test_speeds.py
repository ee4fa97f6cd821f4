"""How fast a minibus drives."""

from __future__ import annotations

from pathlib import Path

import pytest

from routing.errors import RoadError
from routing.speeds import CLASS_KMH, SpeedTable, limit_kmh, parse_kmh, read_speeds


@pytest.mark.parametrize(
    ("value", "kmh"),
    [
        ("50", 50),
        ("50 km/h", 50),
        ("30 mph", 48.28032),
        ("30mph", 48.28032),
        ("7,5", 7.5),
        ("walk", 7),
        ("DE:walk", 7),
        ("DE:living_street", 7),
        ("DE:urban", 50),
        ("DE:rural", 100),
        ("AT:rural", 100),
        ("LI:rural", 80),
        ("DE:zone:30", 30),
        ("DE:zone30", 30),
        ("DE:30", 30),
        ("70;50", 50),
        ("50|30", 30),
        ("none;100", 100),
        ("none", None),
        ("signals", None),
        ("variable", None),
        ("0", None),
        ("-20", None),
        ("fast", None),
        ("", None),
    ],
)
def test_reads_every_form_of_a_limit(value: str, kmh: float | None) -> None:
    assert parse_kmh(value) == (None if kmh is None else pytest.approx(kmh))


def test_the_most_particular_limit_counts() -> None:
    tags = {"maxspeed": "100", "maxspeed:forward": "70", "maxspeed:backward": "50"}
    assert limit_kmh(tags, forward=True) == 70
    assert limit_kmh(tags, forward=False) == 50
    assert limit_kmh({**tags, "maxspeed:bus": "60"}) == 60
    assert limit_kmh({"source:maxspeed": "DE:urban"}) == 50
    assert limit_kmh({"maxspeed": "30", "source:maxspeed": "DE:urban"}) == 30
    assert limit_kmh({"source:maxspeed": "sign"}) is None


def test_a_limit_is_driven_but_never_faster_than_the_road_allows() -> None:
    table = SpeedTable()
    assert table.drive_kmh({"highway": "residential", "maxspeed": "30"}) == 30
    assert table.drive_kmh({"highway": "tertiary", "maxspeed": "DE:rural"}) == CLASS_KMH["tertiary"][1]
    assert table.drive_kmh({"highway": "tertiary"}) == CLASS_KMH["tertiary"][0]
    assert table.drive_kmh({"highway": "motorway", "maxspeed": "none"}) == 100
    assert table.drive_kmh({"highway": "living_street", "maxspeed": "walk"}) == 7


def test_a_bad_surface_slows() -> None:
    table = SpeedTable()
    assert table.drive_kmh({"highway": "unclassified", "surface": "gravel"}) == 30
    assert table.drive_kmh({"highway": "unclassified", "surface": "asphalt"}) == CLASS_KMH["unclassified"][0]
    assert table.drive_kmh({"highway": "unclassified", "smoothness": "bad"}) == 25


def test_every_class_has_a_lawful_pair_of_speeds() -> None:
    assert all(0 < usual <= most <= 100 for usual, most in CLASS_KMH.values())


def test_a_district_sets_its_own_speeds(tmp_path: Path) -> None:
    file = tmp_path / "district.toml"
    file.write_text("[roads.speed_kmh]\ntertiary = 52\nsecondary = [60, 70]\nresidential = 60\n", encoding="utf-8")
    table = read_speeds(file)
    assert table.kmh["tertiary"] == (52, CLASS_KMH["tertiary"][1])
    assert table.kmh["secondary"] == (60, 70)
    assert table.kmh["residential"] == (60, 60)
    assert table.kmh["primary"] == CLASS_KMH["primary"]
    assert table.fingerprint() != SpeedTable().fingerprint()


@pytest.mark.parametrize(
    "line",
    ["tertiary = 0", "tertiary = [70, 60]", 'tertiary = "schnell"', "tertary = 50", "primary = 300", "road = [1]"],
)
def test_a_wrong_speed_is_named(tmp_path: Path, line: str) -> None:
    file = tmp_path / "district.toml"
    file.write_text(f"[roads.speed_kmh]\n{line}\n", encoding="utf-8")
    with pytest.raises(RoadError, match=line.split(" =")[0]) as caught:
        read_speeds(file)
    assert caught.value.file == str(file)


def test_a_missing_or_broken_speed_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(RoadError, match=r"nowhere\.toml"):
        read_speeds(tmp_path / "nowhere.toml")
    (tmp_path / "broken.toml").write_text("[roads", encoding="utf-8")
    with pytest.raises(RoadError, match="no TOML"):
        read_speeds(tmp_path / "broken.toml")
