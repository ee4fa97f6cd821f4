"""What a ride costs, explained line by line. Cents are integers."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accessibility.desk import Concession, Fare, FareLine, Party
from fixtures.package import Tariff


def fare(tariff: Tariff, metres: float, party: Party, concession: Concession) -> Fare:
    """The fare of a party for a direct drive of this many metres.

    A concession is that of the person who books; a companion rides free where the concession says so. Rounding is in the
    rider's favour.
    """
    band_m, base = next(((up_to, cents) for up_to, cents in tariff.bands if metres <= up_to), tariff.bands[-1])
    lines: list[FareLine] = []
    adults, free, ticket = party.adults, 0, 0
    if concession in (Concession.FREE_TRAVEL, Concession.FREE_TRAVEL_WITH_COMPANION) and adults + party.children:
        free = min(adults, 2 if concession is Concession.FREE_TRAVEL_WITH_COMPANION else 1)
        lines.append(FareLine(_("%(n)d × frei mit Wertmarke") % {"n": free}, 0))
    elif concession is Concession.DEUTSCHLANDTICKET and adults:
        ticket = 1
        lines.append(FareLine(_("1 × Grundpreis im Deutschlandticket enthalten"), 0))
    paying = adults - free - ticket
    percent = tariff.group_percent if paying + party.children >= tariff.group_from else 100
    if paying:
        text = _("%(n)d × Erwachsene, bis %(km)d km") % {"n": paying, "km": min(band_m // 1000, 999)}
        lines.append(FareLine(text, paying * base))
    if party.children:
        text = _("%(n)d × Kind") % {"n": party.children}
        lines.append(FareLine(text, party.children * (base * tariff.child_percent // 100)))
    if percent < 100 and paying + party.children:
        total = sum(line.amount_cents for line in lines)
        lines.append(
            FareLine(_("Gruppe: %(off)d %% weniger") % {"off": 100 - percent}, -(total * (100 - percent) // 100))
        )
    surcharged = paying + party.children
    surcharged += ticket if tariff.surcharge_for_deutschlandticket else 0
    surcharged += free if tariff.surcharge_for_free_travel else 0
    if surcharged and tariff.surcharge_cents:
        text = _("%(n)d × Rufbus-Zuschlag") % {"n": surcharged}
        lines.append(FareLine(text, surcharged * tariff.surcharge_cents))
    if party.bicycles:
        lines.append(FareLine(_("%(n)d × Fahrrad") % {"n": party.bicycles}, party.bicycles * tariff.bicycle_cents))
    return Fare(sum(line.amount_cents for line in lines), tuple(lines))
