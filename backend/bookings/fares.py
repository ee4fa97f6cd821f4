"""What a ride costs, explained line by line. Cents are integers."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accessibility.desk import Concession, Fare, FareLine, Party
from fixtures.rules import Tariff


def fare(tariff: Tariff, metres: float, party: Party, concession: Concession) -> Fare:
    """The fare of a party for a direct drive of this many metres.

    A concession is that of one person of the party, an adult if there is one; a companion rides free where the concession
    says so. Rounding is in the rider's favour.
    """
    band_m, base_cents = next((band for band in tariff.bands if metres <= band[0]), tariff.bands[-1])
    adults, children = party.adults, party.children
    lines: list[FareLine] = []
    free = ticket = 0
    if concession in (Concession.FREE_TRAVEL, Concession.FREE_TRAVEL_WITH_COMPANION):
        free = min(adults + children, 2 if concession is Concession.FREE_TRAVEL_WITH_COMPANION else 1)
        adults, children = _without(adults, children, free)
        if free:
            text = ngettext("%(n)d Person frei mit Wertmarke", "%(n)d Personen frei mit Wertmarke und Begleitung", free)
            lines.append(FareLine(text % {"n": free}, 0))
    elif concession is Concession.DEUTSCHLANDTICKET:
        ticket = min(adults + children, 1)
        adults, children = _without(adults, children, ticket)
        if ticket:
            lines.append(FareLine(_("Grundpreis im Deutschlandticket enthalten"), 0))
    if adults:
        text = ngettext("%(n)d Person, bis %(km)d km", "%(n)d Personen, bis %(km)d km", adults)
        if band_m >= 1_000_000:
            text = ngettext("%(n)d Person, weiteste Strecke", "%(n)d Personen, weiteste Strecke", adults)
        lines.append(FareLine(text % {"n": adults, "km": band_m // 1000}, adults * base_cents))
    if children:
        text = ngettext("%(n)d Kind", "%(n)d Kinder", children)
        lines.append(FareLine(text % {"n": children}, children * (base_cents * tariff.child_percent // 100)))
    if adults + children >= tariff.group_from and tariff.group_percent < 100:
        off_percent = 100 - tariff.group_percent
        off_cents = -(-sum(line.amount_cents for line in lines) * off_percent // 100)
        lines.append(FareLine(_("Gruppe: %(off)d %% weniger") % {"off": off_percent}, -off_cents))
    surcharged = adults + children
    surcharged += ticket if tariff.surcharge_for_deutschlandticket else 0
    surcharged += free if tariff.surcharge_for_free_travel else 0
    if surcharged and tariff.surcharge_cents:
        text = ngettext("Rufbus-Zuschlag für %(n)d Person", "Rufbus-Zuschlag für %(n)d Personen", surcharged)
        lines.append(FareLine(text % {"n": surcharged}, surcharged * tariff.surcharge_cents))
    if party.bicycles and tariff.bicycle_cents:
        text = ngettext("%(n)d Fahrrad", "%(n)d Fahrräder", party.bicycles)
        lines.append(FareLine(text % {"n": party.bicycles}, party.bicycles * tariff.bicycle_cents))
    return Fare(sum(line.amount_cents for line in lines), tuple(lines))


def _without(adults: int, children: int, people: int) -> tuple[int, int]:
    """The adults and children left to pay when some people do not, adults first."""
    of_adults = min(adults, people)
    return adults - of_adults, children - (people - of_adults)
