"""Who rides, for the engine: the places that a party takes, what the vehicle must have, how long boarding lasts."""

from __future__ import annotations

from django.utils.translation import gettext as _

from accessibility.desk import InvalidInput, Party, Refusal
from backend.bookings.rules import phone_way_out
from dispatch.model import Load
from fixtures.rules import Rules

DOOR_TO_DOOR = "door_to_door"
KNOWN_NEEDS = frozenset({"ramp", "child_seat", "blind", "deaf", "arm", "slow", "reads_little", DOOR_TO_DOOR})
MOST_OF_A_KIND = 50


def check_party(party: Party, needs: frozenset[str]) -> None:
    """Raise InvalidInput for a party that cannot be meant."""
    counts = {name: getattr(party, name) for name in Party.__slots__}
    for name, count in counts.items():
        if isinstance(count, bool) or not isinstance(count, int) or not 0 <= count <= MOST_OF_A_KIND:
            raise InvalidInput(f"party.{name}", _("Bitte geben Sie eine Zahl von 0 bis 50 an."))
    if party.adults + party.children == 0 and party.parcels == 0:
        raise InvalidInput("party.adults", _("Bitte geben Sie an, wie viele Menschen mitfahren."))
    if party.wheelchairs > party.adults + party.children:
        raise InvalidInput("party.wheelchairs", _("Es können nicht mehr Rollstühle als Menschen mitfahren."))
    unknown = needs - KNOWN_NEEDS
    if unknown:
        known = ", ".join(sorted(KNOWN_NEEDS))
        raise InvalidInput("needs", _("Unbekannte Angabe. Möglich sind: %(known)s.") % {"known": known})


def party_refusal(rules: Rules, party: Party, needs: frozenset[str]) -> Refusal | None:
    """No to a party that we cannot take, whatever the time."""
    return _group_refusal(rules, party) or _door_refusal(rules, needs) or _unfit_refusal(rules, party, needs)


def _group_refusal(rules: Rules, party: Party) -> Refusal | None:
    """No to a group that no vehicle takes."""
    if party.adults + party.children <= rules.booking.max_party:
        return None
    reason = _("Eine Bestellung gilt für höchstens %(most)d Menschen.") % {"most": rules.booking.max_party}
    return Refusal(
        "group_too_large", reason, (phone_way_out(rules, _("Größere Gruppen planen wir mit Ihnen am Telefon.")),)
    )


def _door_refusal(rules: Rules, needs: frozenset[str]) -> Refusal | None:
    if DOOR_TO_DOOR not in needs:
        return None
    # Who is entitled to it is not settled with the district yet, so nobody gets it by a form.
    reason = _("Von Haustür zu Haustür können Sie hier noch nicht bestellen.")
    text = _("Rufen Sie an. Oder bestellen Sie ohne diese Angabe ab der nächsten Haltestelle.")
    return Refusal("door_to_door", reason, (phone_way_out(rules, text),))


def _unfit_refusal(rules: Rules, party: Party, needs: frozenset[str]) -> Refusal | None:
    """No to a party that fits into no vehicle of the fleet, however empty."""
    load, features = load_of(party).as_tuple(), features_of(party, needs)
    for kind in rules.kinds:
        for places in kind.configurations:
            if features <= kind.features and all(part <= most for part, most in zip(load, places, strict=True)):
                return None
    reason = _("So viel passt nicht zusammen in einen unserer Busse.")
    text = _("Teilen Sie die Fahrt in zwei Bestellungen auf, oder rufen Sie an: Wir suchen mit Ihnen.")
    return Refusal("no_fitting_vehicle", reason, (phone_way_out(rules, text),))


def load_of(party: Party) -> Load:
    """The places a party takes. Who sits in a wheelchair takes its place and no seat; a guide dog lies on the floor."""
    return Load(
        seats=party.adults + party.children - party.wheelchairs,
        wheelchairs=party.wheelchairs,
        storage=party.walking_frames
        + 2 * party.prams
        + 3 * party.bicycles
        + party.luggage
        + party.parcels
        + party.guide_dogs,
    )


def features_of(party: Party, needs: frozenset[str]) -> frozenset[str]:
    """What the vehicle must have."""
    features = needs & {"ramp", "child_seat"}
    return features | {"ramp"} if party.wheelchairs else features


def dwell_s(rules: Rules, party: Party, needs: frozenset[str]) -> int:
    """Seconds that boarding, or leaving, takes."""
    dwell = rules.dwell
    seconds = dwell.stop_s + dwell.person_s * (party.adults + party.children) + dwell.wheelchair_s * party.wheelchairs
    seconds += dwell.walking_frame_s * party.walking_frames
    if "child_seat" in needs:
        seconds += dwell.child_seat_s
    if needs & {"blind", "arm", "slow"}:
        seconds += dwell.walking_frame_s
    return seconds


def max_ride_s(rules: Rules, direct_s: int) -> int:
    """Most seconds aboard that we promise, in whole minutes."""
    seconds = rules.booking.max_ride_factor * direct_s + rules.booking.max_ride_extra_s
    return int(-(-seconds // 60) * 60)
