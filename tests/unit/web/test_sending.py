"""The key of a form that is sent: the same press twice, and nothing that could be tried out."""

from __future__ import annotations

from backend.web.sending import key_of
from tests.builders.district import a_wish


def test_the_same_press_has_the_same_key_and_a_corrected_form_another() -> None:
    assert key_of("form", a_wish(needs=frozenset({"ramp"}))) == key_of("form", a_wish(needs=frozenset({"ramp"})))
    assert key_of("form", a_wish()) != key_of("form", a_wish(when="9:30"))


def test_without_the_sites_secret_no_need_can_be_tried_out(settings) -> None:
    wish = a_wish(needs=frozenset({"ramp"}))
    kept = key_of("form", wish)
    settings.SECRET_KEY = "another"
    assert key_of("form", wish) != kept
