"""Where exactly is the stop: compass, metres, landmarks, and no guess about what is not known."""

from __future__ import annotations

import pytest

from accessibility.desk import Place
from backend.districts.models import District, Stop
from backend.districts.models import Place as PlaceRow
from backend.districts.stop_guide import COMPASS, bearing, stop_guide
from backend.web.following import stop_text
from tests.builders.district import BAHNHOF, FIRST_LONGITUDE, KLOETZE, LATITUDE, a_district

HERE = (52.8, 11.0)


@pytest.mark.parametrize(
    ("north", "east", "direction"),
    [(1, 0, "north"), (1, 1.65, "northeast"), (0, 1, "east"), (-1, 1.65, "southeast"), (-1, 0, "south"),
     (-1, -1.65, "southwest"), (0, -1, "west"), (1, -1.65, "northwest")],
)  # fmt: skip
def test_eight_points_of_the_compass(north: float, east: float, direction: str) -> None:
    assert bearing(HERE, (HERE[0] + north / 1000, HERE[1] + east / 1000)).direction == direction
    assert direction in COMPASS


def test_metres_are_as_the_crow_flies() -> None:
    assert bearing(HERE, (52.801, 11.0)).metres == 111
    assert bearing(HERE, HERE).is_here


@pytest.fixture
def district(db: None) -> District:
    return a_district()


def stop(code: str) -> Stop:
    return Stop.objects.get(code=code)


def test_a_landmark_and_the_way_from_it(district: District) -> None:
    text = stop_text(stop_guide(district, stop(KLOETZE), Place(place_id="klinikum")))
    assert text.landmarks == ("Krankenhaus: gleich bei der Haltestelle",)
    assert text.steps[-1] == "Die Haltestelle „Klötze, Busbahnhof“ ist gleich dort."


def test_a_landmark_that_says_what_it_is_is_named_once(district: District) -> None:
    here = stop(KLOETZE)
    PlaceRow.objects.create(
        district=district, code="bus", kind="station", name="Bahnhof (Bus)", village=here.village,
        lat=here.lat, lon=here.lon, stop_codes=[BAHNHOF],
    )  # fmt: skip
    assert "Bahnhof (Bus): gleich bei der Haltestelle" in stop_text(stop_guide(district, here)).landmarks


def test_the_way_from_a_point_names_direction_metres_and_minutes(district: District) -> None:
    text = stop_text(stop_guide(district, stop(BAHNHOF), Place(lat=LATITUDE - 0.004, lon=FIRST_LONGITUDE)))
    assert text.steps[0] == "Beginnen Sie an Ihrem Startpunkt."
    assert "nach Norden" in text.steps[1]
    assert "450\u00a0m" in text.steps[1]
    assert text.steps[2] == "Rechnen Sie mit etwa 9 Minuten zu Fuß."


def test_who_named_the_stop_or_a_whole_village_gets_no_invented_way(district: District) -> None:
    for origin in (Place(stop_id=BAHNHOF), Place(place_id="salzwedel"), None):
        assert stop_text(stop_guide(district, stop(BAHNHOF), origin)).steps == ()


def test_what_is_not_known_is_said_to_be_not_known(district: District) -> None:
    Stop.objects.filter(code=KLOETZE).update(equipment={"bench": True, "step_free": False}, note="Vor dem Bahnhof.")
    text = stop_text(stop_guide(district, stop(KLOETZE)))
    said = dict(text.equipment)
    assert (said["Sitzbank"], said["stufenloser Einstieg"], said["Wetterschutz"]) == ("ja", "nein", "nicht bekannt")
    assert text.guide.note == "Vor dem Bahnhof."


def test_a_stop_is_not_its_own_landmark_and_others_are_told_apart(district: District) -> None:
    here = stop(KLOETZE)
    PlaceRow.objects.create(
        district=district, code="zob", kind="station", name=here.name, village=here.village, lat=here.lat, lon=here.lon,
        stop_codes=[KLOETZE],
    )  # fmt: skip
    Stop.objects.filter(code=BAHNHOF).update(village="Klötze", lat=here.lat - 0.001, lon=here.lon)
    district.save()  # a new import: what was read before is forgotten
    text = stop_text(stop_guide(district, here))
    assert text.landmarks == ("Krankenhaus: gleich bei der Haltestelle",)
    assert text.other_stops == ("Haltestelle „Bahnhof“: 100\u00a0m südlich der Haltestelle",)
