"""The languages of the riders' pages: German, Leichte Sprache, English. The choice stands in the address.

Staff's pages, the API and files have one address and are German. Why these tags: docs/decisions/0606-language-in-the-address.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

GERMAN, EASY, ENGLISH = "de", "de-simple", "en"
NAMES = {GERMAN: "Deutsch", EASY: "Leichte Sprache", ENGLISH: "English"}  # each in its own language
STAFF = "staff"  # namespace of the pages that are German only


@dataclass(frozen=True, slots=True)
class LanguageLink:
    """The same page in another language."""

    name: str
    href: str
    lang: str  # of the name, for voices
    hreflang: str  # of the page behind the link
    is_current: bool


def current() -> str:
    """The language of the page that is being made."""
    language = get_language() or settings.LANGUAGE_CODE
    return language if language in NAMES else settings.LANGUAGE_CODE


def html_lang(language: str | None = None) -> str:
    """What stands in `lang`: voices are chosen by it, and some screen readers do not know a variant of German."""
    language = language or current()
    return GERMAN if language == EASY else language


def in_language(address: str, language: str) -> str:
    """The same address with the prefix of another language; the default language has none."""
    first, _slash, rest = address.lstrip("/").partition("/")
    bare = f"/{rest}" if first in NAMES and first != settings.LANGUAGE_CODE else address
    return bare if language == settings.LANGUAGE_CODE else f"/{language}{bare}"


def links(request: HttpRequest) -> list[LanguageLink]:
    """One for each language, also after an error; none on pages that are German only."""
    match = request.resolver_match
    if match is not None and match.namespace == STAFF:
        return []
    here = current()
    return [
        LanguageLink(name, in_language(request.get_full_path(), code), html_lang(code), code, code == here)
        for code, name in NAMES.items()
    ]


def in_templates(request: HttpRequest) -> dict[str, Any]:
    """The context processor: the page's `lang`, the links to its other languages, whether it is in Leichte Sprache."""
    return {"html_lang": html_lang(), "languages": links(request), "is_easy": current() == EASY}
