"""Text files as they arrive: cut off, with letters for numbers, wrong counts, bytes that are no text."""

from __future__ import annotations

import re

from hypothesis import strategies as st

ODD_VALUES = (
    "", "x", "nan", "inf", "-inf", "1e400", "99999999999999999999", "-1", "0", "1e9", "-0.0", "0x10", "1_0", "½", "\u0663", "+5",
    "1.5", "1,5", "--1", "true", "null", '"', "\x00", "2147483648", "1e300",
    "1e-300", "1e18",
)  # fmt: skip
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


@st.composite
def mutated(draw: st.DrawFn, text: str) -> bytes:
    """The text with one to four faults, as bytes."""
    for _ in range(draw(st.integers(1, 4))):
        lines = text.split("\n")
        kind = draw(
            st.sampled_from(["number", "number", "number", "cut", "drop", "double", "swap", "insert", "join", "ends"])
        )
        at = draw(st.integers(0, max(0, len(lines) - 1)))
        if kind == "number":
            numbers = list(_NUMBER.finditer(text))
            if numbers:
                # Half of the faults fall on the first line, where counts stand.
                first_line = [each for each in numbers if each.start() < len(lines[0])] or numbers
                chosen = draw(st.sampled_from(draw(st.sampled_from([numbers, first_line]))))
                odd = draw(st.one_of(st.sampled_from(ODD_VALUES), st.integers(-10, 10**12).map(str)))
                text = text[: chosen.start()] + odd + text[chosen.end() :]
            continue
        if kind == "cut":
            text = text[: draw(st.integers(0, len(text)))]
            continue
        if kind == "insert":
            place = draw(st.integers(0, len(text)))
            text = text[:place] + draw(st.text(max_size=5)) + text[place:]
            continue
        if kind == "drop":
            del lines[at]
        elif kind == "double":
            lines.insert(at, lines[at])
        elif kind == "swap":
            other = draw(st.integers(0, len(lines) - 1))
            lines[at], lines[other] = lines[other], lines[at]
        elif kind == "join":
            lines[at : at + 2] = [" ".join(lines[at : at + 2])]
        text = ("\r\n" if kind == "ends" else "\n").join(lines)
    content = text.encode("utf-8", "surrogatepass")
    if draw(st.integers(0, 5)) == 0:
        place = draw(st.integers(0, len(content)))
        content = content[:place] + draw(st.binary(max_size=6)) + content[place:]
    return content
