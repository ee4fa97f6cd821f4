"""Every booking code is read, however it is written."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from accessibility.dialogue.keypad import keys_of_code
from backend.bookings.acceptance import CODE_ALPHABET

KEYS = {
    letter: str(key)
    for key, letters in enumerate(("ABC", "DEF", "GHI", "JKL", "MNO", "PQRS", "TUV", "WXYZ"), start=2)
    for letter in letters
}


@given(
    st.text(CODE_ALPHABET, min_size=6, max_size=6), st.sampled_from(["{}-{}", "{}{}", "{} {}", "Code {}-{}", "{}-{}."])
)
@example("7EMF9W", "{}-{}")  # "EM" is the name of a letter, too
@example("TEN638", "{}-{}")  # and "TEN" a number
def test_a_written_code_gives_its_keys(letters: str, form: str) -> None:
    text = form.format(letters[:3], letters[3:])
    expected = "".join(KEYS.get(letter, letter) for letter in letters)
    assert keys_of_code(text) == expected
    assert keys_of_code(text.lower()) == expected
