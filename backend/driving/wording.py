"""What a driver is told to do for a party, as one says it: short, imperative, the most important first.

Health data are among these words: they belong to the driver of that ride and to the dispatcher, nobody else.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accessibility.desk import Party


def needs_words(needs: Iterable[str], party: Party) -> tuple[str, ...]:
    """One instruction a need. What decides how to speak comes first, then what to prepare, then how to help.

    A need that this version does not know is shown as it is rather than dropped.
    """
    said = set(needs)
    if party.wheelchairs:
        said.discard("ramp")  # the wheelchair's own instruction says it
    if {"deaf", "text_only"} <= said:
        said.discard("text_only")
    known = [words for need, words in _needs_in_order() if need in said]
    unknown = sorted(said - {need for need, _words in _needs_in_order()})
    return (*known[: _speaking(said)], *_things(party), *known[_speaking(said) :], *unknown)


def _needs_in_order() -> tuple[tuple[str, str], ...]:
    return (
        ("blind", _("Blind: Namen sagen, Arm anbieten.")),
        ("deaf", _("Gehörlos: nur schreiben, Bildschirm zeigen.")),
        ("text_only", _("Hört nicht: Geschriebenes zeigen.")),
        ("say_name", _("Mit Namen ansprechen.")),
        ("reads_little", _("Liest wenig: kurz und einfach sprechen.")),
        ("never_call", _("Nicht anrufen.")),
        ("ramp", _("Rampe ausklappen.")),
        ("child_seat", _("Kindersitz einbauen.")),
        ("arm", _("Beim Einsteigen helfen.")),
        ("slow", _("Zeit lassen. Erst anfahren, wenn alle sitzen.")),
        ("door_to_door", _("An der Haustür abholen.")),
    )


SPEAKING = frozenset({"blind", "deaf", "text_only", "say_name", "reads_little", "never_call"})


def _speaking(said: set[str]) -> int:
    return len(SPEAKING & said)


def _things(party: Party) -> tuple[str, ...]:
    """What a party brings along and what that asks of the driver."""
    texts = (
        (
            party.wheelchairs,
            ngettext(
                "%(n)d Rollstuhl: Rampe ausklappen, an vier Punkten sichern, Person angurten.",
                "%(n)d Rollstühle: Rampe ausklappen, jeden an vier Punkten sichern, Personen angurten.",
                party.wheelchairs,
            ),
        ),
        (
            party.walking_frames,
            ngettext(
                "%(n)d Rollator: verstauen und sichern.",
                "%(n)d Rollatoren: verstauen und sichern.",
                party.walking_frames,
            ),
        ),
        (
            party.prams,
            ngettext(
                "%(n)d Kinderwagen: Bremse fest, gegen Rollen sichern.",
                "%(n)d Kinderwagen: Bremsen fest, gegen Rollen sichern.",
                party.prams,
            ),
        ),
        (
            party.guide_dogs,
            ngettext(
                "%(n)d Assistenzhund: liegt beim Fahrgast, nicht anfassen.",
                "%(n)d Assistenzhunde: liegen beim Fahrgast, nicht anfassen.",
                party.guide_dogs,
            ),
        ),
        (
            party.bicycles,
            ngettext("%(n)d Fahrrad: aufladen und sichern.", "%(n)d Fahrräder: aufladen und sichern.", party.bicycles),
        ),
        (
            party.luggage,
            ngettext("%(n)d großes Gepäckstück: verstauen.", "%(n)d große Gepäckstücke: verstauen.", party.luggage),
        ),
        (
            party.parcels,
            ngettext("%(n)d Paket: annehmen und sichern.", "%(n)d Pakete: annehmen und sichern.", party.parcels),
        ),
    )
    return tuple(text % {"n": count} for count, text in texts if count)


CORRECTION = "correction"  # a call for help of its own kind: an earlier report was wrong


def help_words(detail: Mapping[str, object]) -> str:
    """What a driver calls for help about, as the control room reads it; an unknown word as it is."""
    texts = {
        "medical": _("Jemand braucht einen Arzt"),
        "accident": _("Unfall"),
        "breakdown": _("Panne"),
        "road": _("Straße gesperrt"),
        "call_me": _("bittet um Anruf"),
        CORRECTION: _("eine Meldung war falsch"),
    }
    what = str(detail.get("what", ""))
    return texts.get(what, what)


def cash_words(cents: int) -> str:
    """What to take from a party: "3,50 € kassieren"."""
    if not cents:
        return _("Nichts kassieren.")
    return _("%(euros)d,%(cents)02d € kassieren.") % {"euros": cents // 100, "cents": cents % 100}
