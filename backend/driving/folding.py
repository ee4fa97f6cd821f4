"""Which seats to fold before who boards, from the lawful arrangements of a vehicle's places."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accessibility.desk import Party
from backend.bookings.party import load_of
from dispatch.model import Load

Places = tuple[int, int, int]  # seats, wheelchair places, storage units


def folds_of(
    configurations: Sequence[Sequence[int]], stops: Sequence[tuple[Sequence[Party], Sequence[Party]]]
) -> tuple[str, ...]:
    """What to do with the seats at each stop of a route, given who leaves and who boards there."""
    aboard = [0, 0, 0]
    loads = []
    for leaves, boards in stops:
        for sign, parties in ((-1, leaves), (1, boards)):
            for party in parties:
                aboard = [have + sign * more for have, more in zip(aboard, load_of(party).as_tuple(), strict=True)]
        loads.append(Load(*(max(0, have) for have in aboard)))
    after = arrangements(configurations, loads)
    first = max((_places(one) for one in configurations), default=None)
    return tuple(fold_words(one, other) for one, other in zip((first, *after), after, strict=False))


def arrangements(configurations: Sequence[Sequence[int]], loads: Sequence[Load]) -> tuple[Places | None, ...]:
    """The arrangement to drive with after each stop, given what is aboard then; None where nothing lawful fits.

    A vehicle begins with the most seats. An arrangement stays while it fits, so that nobody folds without a reason; a
    vehicle that runs empty goes back to the most seats, since the next party may be a group.
    """
    lawful = sorted((_places(one) for one in configurations), reverse=True)
    current: Places | None = lawful[0] if lawful else None
    found: list[Places | None] = []
    for load in loads:
        needed = load.as_tuple()
        if not any(needed):
            current = lawful[0] if lawful else None
        elif current is None or not _fits(needed, current):
            current = next((places for places in lawful if _fits(needed, places)), None)
        found.append(current)
    return tuple(found)


def fold_words(before: Places | None, after: Places | None) -> str:
    """What to do with the seats between two arrangements; empty where nothing changes."""
    if after is None:
        return _("Das passt nach den Angaben nicht zusammen in diesen Bus. Fragen Sie die Leitstelle.")
    if before is None or before == after:
        return ""
    seats = before[0] - after[0]
    if seats > 0:
        text = ngettext("%(n)d Sitz hochklappen", "%(n)d Sitze hochklappen", seats) % {"n": seats}
        if after[1] > before[1]:
            room = ngettext("Platz für %(n)d Rollstuhl", "Platz für %(n)d Rollstühle", after[1]) % {"n": after[1]}
        else:
            room = _("Platz für Gepäck")
        return _("%(what)s: %(why)s.") % {"what": text, "why": room}
    if seats < 0:
        text = ngettext("%(n)d Sitz ausklappen", "%(n)d Sitze ausklappen", -seats) % {"n": -seats}
        room = ngettext("wieder %(n)d Sitz", "wieder %(n)d Sitze", after[0]) % {"n": after[0]}
        return _("%(what)s: %(why)s.") % {"what": text, "why": room}
    return ""


def _places(configuration: Sequence[int]) -> Places:
    seats, wheelchairs, storage = configuration
    return (seats, wheelchairs, storage)


def _fits(needed: tuple[int, ...], places: Places) -> bool:
    return all(part <= most for part, most in zip(needed, places, strict=True))
