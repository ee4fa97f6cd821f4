"""A booking code as it is said on the telephone: each letter by a town (DIN 5009), each digit as a word."""

from __future__ import annotations

TOWNS = {
    "A": "Aachen", "B": "Berlin", "C": "Chemnitz", "D": "Düsseldorf", "E": "Essen", "F": "Frankfurt", "G": "Goslar",
    "H": "Hamburg", "I": "Ingelheim", "J": "Jena", "K": "Köln", "L": "Leipzig", "M": "München", "N": "Nürnberg",
    "O": "Offenbach", "P": "Potsdam", "Q": "Quickborn", "R": "Rostock", "S": "Salzwedel", "T": "Tübingen", "U": "Unna",
    "V": "Völklingen", "W": "Wuppertal", "X": "Xanten", "Y": "Ypsilon", "Z": "Zwickau",
}  # fmt: skip
DIGITS = ("null", "eins", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun")


def spelled(code: str) -> tuple[str, ...]:
    """The parts to say of a code, one a sign: ("K wie Köln", "sieben", ...). Signs between the letters are not said."""
    return tuple(part for letter in code.upper() if (part := _said(letter)))


def _said(letter: str) -> str:
    if letter in TOWNS:
        return f"{letter} wie {TOWNS[letter]}"
    return DIGITS[int(letter)] if letter.isascii() and letter.isdigit() else ""
