"""What an SMS costs: the alphabet of 3GPP TS 23.038, in which 160 characters fit, and counting of segments.

One character outside the alphabet turns the whole message to UCS-2, in which 70 fit. Umlauts and ß are inside, typographic
quotes and dashes are not: `plain` writes those as everybody types them.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

# Table 6.2.1, by position from 0x00 to 0x7F; 0x1B leads to the extension and is no character.
ESCAPE = "\x1b"
BASIC = (
    "@£$¥èéùìòÇ\nØø\rÅå"
    "Δ_ΦΓΛΩΠΨΣΘΞ" + ESCAPE + "ÆæßÉ"
    " !\"#¤%&'()*+,-./"
    "0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNO"
    "PQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmno"
    "pqrstuvwxyzäöñüà"
)
EXTENSION = "\f^{}\\[~]|€"  # table 6.2.1.1: each costs two places

ONE_SEGMENT = {False: 160, True: 70}  # places in a message that stands alone, by "is it UCS-2"
OF_SEVERAL = {False: 153, True: 67}  # in one of several: the rest of its 140 octets says which it is

_ONE_PLACE = frozenset(BASIC) - {ESCAPE}
_TWO_PLACES = frozenset(EXTENSION)
_PLAIN = str.maketrans(
    {
        **dict.fromkeys("“”„‟«»″〝〞＂", '"'),
        **dict.fromkeys("‘’‚‛‹›′`´", "'"),
        **dict.fromkeys("‐‑‒–—―−", "-"),
        **dict.fromkeys("\u00a0\u2007\u2009\u200a\u202f\u2002\u2003\u2004\u2005\u2006\u2008\u3000\t\v", " "),
        **dict.fromkeys("\u200b\u200c\u200d\u2060\ufeff\u00ad\ufe0f\ufe0e", ""),
        **dict.fromkeys("\u2028\u2029\u0085", "\n"),
        "…": "...", "•": "-", "·": ".", "→": "->", "←": "<-", "≈": "ca.", "½": "1/2", "¼": "1/4", "¾": "3/4", "№": "Nr.",
        "ẞ": "SS", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D", "ı": "i", "œ": "oe", "Œ": "OE", "×": "x", "°": " Grad",
        "™": "TM", "©": "(c)", "®": "(R)", "ç": "c",
    }
)  # fmt: skip


class Encoding(StrEnum):
    """In what a message travels."""

    GSM7 = "GSM-7"
    UCS2 = "UCS-2"


@dataclass(frozen=True, slots=True)
class Cost:
    """What a text takes: `places` are septets in GSM-7, 16-bit units in UCS-2."""

    encoding: Encoding
    places: int
    segments: int


def is_gsm7(text: str) -> bool:
    """Whether every character stands in the alphabet."""
    return all(letter in _ONE_PLACE or letter in _TWO_PLACES for letter in text)


def cost(text: str) -> Cost:
    """How much of how many messages a text takes."""
    is_ucs2 = not is_gsm7(text)
    sizes = [_places(letter, is_ucs2=is_ucs2) for letter in text]
    total = sum(sizes)
    if total <= ONE_SEGMENT[is_ucs2]:
        segments = 1 if text else 0
    else:
        segments, filled = 1, 0
        for size in sizes:  # what takes two places never lies on the border of two segments
            if filled + size > OF_SEVERAL[is_ucs2]:
                segments, filled = segments + 1, 0
            filled += size
    return Cost(Encoding.UCS2 if is_ucs2 else Encoding.GSM7, total, segments)


def segments(text: str) -> int:
    """How many messages a text is paid for as."""
    return cost(text).segments


def plain(text: str) -> str:
    """The same text in the alphabet, as far as that changes nothing for who reads it.

    Typographic marks become those of a keyboard, letters with accents that the alphabet lacks become bare ones, signs that
    show nothing go. What has no likeness (another script) stays, and the message then travels as UCS-2.
    """
    mapped = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n")).translate(_PLAIN)
    return "".join(_likeness(letter) for letter in mapped)


def _likeness(letter: str) -> str:
    if letter in _ONE_PLACE or letter in _TWO_PLACES:
        return letter
    if unicodedata.category(letter) in ("Cc", "Cs", "Cn", "Co", "Mn", "Me"):
        return ""
    bare = "".join(part for part in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(part))
    return bare if bare and is_gsm7(bare) else letter


def _places(letter: str, *, is_ucs2: bool) -> int:
    if is_ucs2:
        return 2 if ord(letter) > 0xFFFF else 1
    return 2 if letter in _TWO_PLACES else 1
