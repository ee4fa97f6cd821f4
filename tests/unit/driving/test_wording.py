"""What the driver is told about a party: imperative, in the order in which one needs it."""

from __future__ import annotations

import pytest

from accessibility.desk import Party
from backend.bookings.party import KNOWN_NEEDS
from backend.driving.wording import cash_words, help_words, needs_words
from backend.riders.selectors import NEVER_CALL


def test_a_blind_rider_is_spoken_to_before_anything_is_fetched() -> None:
    words = needs_words(["arm", "ramp", "blind"], Party(adults=1, walking_frames=1))
    assert words == (
        "Blind: Namen sagen, Arm anbieten.",
        "1 Rollator: verstauen und sichern.",
        "Rampe ausklappen.",
        "Beim Einsteigen helfen.",
    )


def test_a_deaf_rider_is_written_to_once() -> None:
    words = needs_words(["deaf", "text_only", NEVER_CALL], Party())
    assert words == ("Gehörlos: nur schreiben, Bildschirm zeigen.", "Nicht anrufen.")


def test_a_wheelchair_says_the_ramp_itself() -> None:
    words = needs_words(["ramp"], Party(adults=2, wheelchairs=1))
    assert words == ("1 Rollstuhl: Rampe ausklappen, an vier Punkten sichern, Person angurten.",)


def test_every_need_that_the_desk_takes_has_its_words() -> None:
    for need in KNOWN_NEEDS | {"say_name", "text_only", NEVER_CALL}:
        (words,) = needs_words([need], Party())
        assert words != need
        assert words.endswith(".")


def test_a_need_of_a_later_version_is_not_dropped() -> None:
    assert needs_words(["oxygen"], Party()) == ("oxygen",)


@pytest.mark.parametrize(
    ("cents", "words"), [(0, "Nichts kassieren."), (350, "3,50 € kassieren."), (1205, "12,05 € kassieren.")]
)
def test_cash(cents: int, words: str) -> None:
    assert cash_words(cents) == words


def test_help_is_called_by_its_name() -> None:
    """Each button of the app (static/web/js/driver/more.js) has its words for the control room."""
    for what in ("medical", "accident", "breakdown", "road", "call_me", "correction"):
        assert help_words({"what": what}) not in ("", what)
    assert help_words({"what": "Feuer"}) == "Feuer"
