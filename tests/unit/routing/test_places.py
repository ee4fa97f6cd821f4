"""What riders type, say and misspell is found; what means nothing gives no hits and no error."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixtures.package import read_package
from routing.places import Named, PlaceFinder, normalised

ALTMARK = Path(__file__).resolve().parents[3] / "fixtures" / "altmark"


def _finder() -> PlaceFinder:
    package = read_package(ALTMARK)
    stops = [Named(s.stop_id, "stop", s.name, s.village, s.lat, s.lon) for s in package.stops]
    places = [
        Named(p.place_id, p.kind, p.name, p.village, p.lat, p.lon, p.population, p.aliases, p.stop_ids)
        for p in package.places
    ]
    return PlaceFinder((*stops, *places))


FINDER = _finder()


@pytest.mark.parametrize(
    ("text", "village", "name"),
    [
        ("Salzwedel", "Salzwedel", "Salzwedel"),
        ("salzw", "Salzwedel", "Salzwedel"),
        ("Kloetze", "Klötze", "Klötze"),
        ("klötze ZOB", "Klötze", "ZOB"),
        ("Kalbe an der Milde", "Kalbe", "Kalbe"),
        ("Kalbe/Milde", "Kalbe", "Kalbe"),
        ("Krankenhaus Gardelegen", "Gardelegen", "Krankenhaus"),
        ("zum Krankenhaus in Gardelegen", "Gardelegen", "Krankenhaus"),
        ("Gardeleben", "Gardelegen", "Gardelegen"),
        ("Arendse", "Arendsee", "Arendsee"),
        ("Ahrendsee", "Arendsee", "Arendsee"),
        ("Bahnhof Salzwedel", "Salzwedel", "Bahnhof"),
        ("betzendorf", "Beetzendorf", "Beetzendorf"),
    ],
)
def test_the_first_hit_is_what_was_meant(text: str, village: str, name: str) -> None:
    first = FINDER.find(text)[0].named
    assert (first.village, first.name) == (village, name)


@pytest.mark.parametrize("text", ["", " ", "x", "???", "12345", "qqqqzzzz", "\x00"])
def test_what_means_nothing_gives_no_hits(text: str) -> None:
    assert FINDER.find(text) == []


def test_a_place_is_said_once_even_if_it_is_also_a_stop() -> None:
    hits = FINDER.find("Krankenhaus Gardelegen")
    assert len([hit for hit in hits if hit.named.name == "Krankenhaus" and hit.named.village == "Gardelegen"]) == 1


def test_of_equal_names_the_nearer_and_the_favourite_come_first() -> None:
    stops = (
        Named("a", "stop", "Markt", "Adorf", 52.5, 11.0),
        Named("b", "stop", "Markt", "Bdorf", 52.9, 11.5),
    )
    finder = PlaceFinder(stops)
    assert finder.find("Markt")[0].named.id == "a"
    assert finder.find("Markt", near=(52.9, 11.5))[0].named.id == "b"
    assert finder.find("Markt", favourites=["b"])[0].named.id == "b"
    assert [hit.named.id for hit in finder.find("Markt", kinds=frozenset({"village"}))] == []


def test_the_nearest_stops_are_within_reach_and_in_order() -> None:
    near = FINDER.nearest_stops(52.85, 11.15, 800)
    assert near
    assert [hit.walk_m for hit in near] == sorted(hit.walk_m for hit in near)
    assert near[-1].walk_m <= 800
    assert FINDER.nearest_stops(48.0, 11.5, 800) == []


def test_spellings_are_the_same_word() -> None:
    assert normalised("Bismarker Str.") == normalised("bismarker straße") == "bismarker strasse"
    assert normalised("Köln-Mülheim Bhf") == "koeln muelheim bahnhof"


@given(st.text(max_size=300))
def test_nothing_that_can_be_typed_is_an_error(text: str) -> None:
    hits = FINDER.find(text)
    assert len(hits) <= 8
    assert all(0.0 <= hit.score <= 1.0 for hit in hits)
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)


def test_ten_thousand_characters_do_no_harm() -> None:
    assert FINDER.find("Ä" * 10_000) == []
