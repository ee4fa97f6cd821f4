"""Whatever the text: no message is too long, no word is lost, and none is torn that could stay whole."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from accessibility.sms.fitting import CUT, cut, parts, tidy, within
from accessibility.sms.gsm7 import cost, plain, segments

TEXTS = st.one_of(
    st.text(max_size=900),
    st.text(alphabet="abc äöß€{}\n ", max_size=900),
    st.lists(
        st.sampled_from(["Kalbe", "Markt", "9:25-9:35", "„ab“", "€", "Ж", "🚌", "x" * 200, "\n"]), max_size=90
    ).map(" ".join),
)


@given(TEXTS, st.integers(1, 3))
def test_a_cut_text_fits_and_is_a_beginning(text: str, most: int) -> None:
    short = cut(text, most)
    assert segments(short) <= most
    assert tidy(text).startswith(short.removesuffix(CUT).rstrip())


@given(TEXTS, st.integers(1, 3))
def test_parts_hold_every_word_in_its_order(text: str, most: int) -> None:
    found = parts(text, most)
    assert all(0 < segments(part) <= most for part in found)
    assert "".join("".join(found).split()) == "".join(tidy(text).split())
    words = set(tidy(text).split())
    longest = max((segments(word) for word in words), default=0)
    if longest <= most:  # then no word is torn
        assert {word for part in found for word in part.split()} == words


@given(st.lists(TEXTS, max_size=5).map(tuple), st.integers(1, 3))
def test_sentences_that_do_not_fit_are_left_out(sentences: tuple[str, ...], most: int) -> None:
    assert segments(within(sentences, most)) <= most


@given(TEXTS)
def test_plain_text_never_costs_a_dearer_alphabet(text: str) -> None:
    assert plain(plain(text)) == plain(text)
    if cost(text).encoding == "GSM-7":
        assert cost(plain(text)).encoding == "GSM-7"
