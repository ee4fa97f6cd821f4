"""Which seats to fold: only when someone boards who needs the room, and back when the bus is empty."""

from __future__ import annotations

from backend.driving.folding import arrangements, fold_words
from dispatch.model import Load

LOW_FLOOR = [[6, 1, 4], [8, 0, 6], [4, 2, 2]]  # as a package may write them: in any order


def said(configurations: list[list[int]], loads: list[Load]) -> list[str]:
    after = arrangements(configurations, loads)
    before = (max(tuple(one) for one in configurations), *after)
    return [fold_words(one, other) for one, other in zip(before, after, strict=False)]  # type: ignore[arg-type]


def test_a_wheelchair_needs_two_seats_folded_and_they_come_back_when_the_bus_is_empty() -> None:
    loads = [Load(2), Load(2, 1), Load(3, 1), Load(3), Load(0)]
    assert said(LOW_FLOOR, loads) == [
        "", "2 Sitze hochklappen: Platz für 1 Rollstuhl.", "", "", "2 Sitze ausklappen: wieder 8 Sitze.",
    ]  # fmt: skip


def test_a_second_wheelchair_folds_more() -> None:
    assert said(LOW_FLOOR, [Load(0, 1), Load(1, 2)])[1] == "2 Sitze hochklappen: Platz für 2 Rollstühle."


def test_seats_that_are_needed_again_are_unfolded_while_people_are_aboard() -> None:
    assert said(LOW_FLOOR, [Load(1, 1), Load(7)])[1] == "2 Sitze ausklappen: wieder 8 Sitze."


def test_what_fits_in_no_lawful_arrangement_is_said() -> None:
    assert arrangements(LOW_FLOOR, [Load(7, 1)]) == (None,)
    assert "Leitstelle" in said(LOW_FLOOR, [Load(7, 1)])[0]


def test_a_vehicle_with_one_arrangement_says_nothing() -> None:
    assert said([[8, 0, 4]], [Load(5), Load(8, 0, 4), Load(0)]) == ["", "", ""]
