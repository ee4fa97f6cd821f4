"""The menu of those who run the service: every workplace that this site has and this person may open."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from backend.config.access import AUTHORITY, DISPATCHER, DRIVER, OPERATOR, roles_of, works_in


@dataclass(frozen=True, slots=True)
class Workplace:
    """A page of the menu. `section` is what its view puts into the context, so that the menu knows where one is."""

    section: str
    address: str  # name of the address
    text: str
    roles: tuple[str, ...]


CONTROL = (DISPATCHER, OPERATOR)
# In the order of a day in the office. A page whose address is not there yet is left out.
WORKPLACES = (
    Workplace("board", "staff:board-today", gettext_noop("Leitstelle"), CONTROL),
    Workplace("phone", "staff:phone-desk", gettext_noop("Telefon"), (DISPATCHER,)),
    Workplace("texts", "staff:texts", gettext_noop("SMS & E-Mail"), (DISPATCHER,)),
    Workplace("troubles", "staff:troubles-today", gettext_noop("Störungen"), CONTROL),
    Workplace("messages", "staff:messages", gettext_noop("Nachrichten"), CONTROL),
    Workplace("fleet", "staff:fleet", gettext_noop("Flotte & Schichten"), CONTROL),
    Workplace("handover", "staff:handover", gettext_noop("Übergabe"), CONTROL),
    Workplace("devices", "staff:devices", gettext_noop("Geräte"), CONTROL),
    Workplace("manifests", "staff:vehicles", gettext_noop("Fahraufträge"), (DISPATCHER,)),
    Workplace("driver", "staff:driver-app", gettext_noop("Fahrer-App"), (DRIVER,)),
    Workplace("summary", "staff:summary-today", gettext_noop("Auswertung"), (DISPATCHER, OPERATOR, AUTHORITY)),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the menu."""

    text: str
    url: str
    is_current: bool


def entries(user: Any, section: str) -> Iterator[Entry]:
    """What a person sees in the menu; nothing for whoever does not work here."""
    held = roles_of(user) if getattr(user, "is_staff", False) else frozenset()
    if not held or not works_in(user, settings.SITE_DISTRICT):
        return
    for place in WORKPLACES:
        if held.isdisjoint(place.roles):
            continue
        try:
            url = reverse(place.address)
        except NoReverseMatch:
            continue
        yield Entry(_(place.text), url, place.section == section)
