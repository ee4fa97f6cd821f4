"""From what a person typed to a place: certain, ambiguous, or unknown."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from accessibility.desk import Place, PlaceHit

SURE_SCORE = 0.9  # from here on the first hit is what was meant ...
SURE_LEAD = 0.08  # ... if the second is this much worse
LIKELY_SCORE = 0.8  # below it, hits are guesses


@dataclass(frozen=True, slots=True)
class Match:
    """A hit of the place finder as a form shows and returns it."""

    value: str  # "stop:8010309" or "place:..."
    label: str
    kind_text: str

    @property
    def place(self) -> Place:
        kind, _sep, identity = self.value.partition(":")
        return Place(stop_id=identity) if kind == "stop" else Place(place_id=identity)


@dataclass(frozen=True, slots=True)
class Outcome:
    """`chosen`, or else why not, and what it might have been."""

    chosen: Match | None = None
    problem: str = ""
    matches: tuple[Match, ...] = ()
    is_unlike: bool = False  # none of the matches is likely what was meant


def kind_text(kind: str) -> str:
    texts = {
        "stop": _("Haltestelle"),
        "village": _("Ort"),
        "town": _("Stadt"),
        "doctor": _("Arztpraxis"),
        "hospital": _("Krankenhaus"),
        "station": _("Bahnhof"),
        "town_hall": _("Rathaus"),
        "shop": _("Einkaufen"),
        "school": _("Schule"),
        "kindergarten": _("Kita"),
        "bath": _("Bad"),
        "care": _("Pflege"),
    }
    return texts.get(kind, _("Ziel"))


def named_label(kind: str, name: str, village: str) -> str:
    """ "Klötze, Busbahnhof"; a village is its own name."""
    if kind == "village" or not village or village in name:
        return name
    return f"{village}, {name}"


def match_of(hit: PlaceHit) -> Match:
    kind = "stop" if hit.kind == "stop" else "place"
    return Match(
        value=f"{kind}:{hit.id}", label=named_label(hit.kind, hit.name, hit.village), kind_text=kind_text(hit.kind)
    )


def resolve(text: str, chosen_value: str, hits: tuple[PlaceHit, ...]) -> Outcome:
    """Which place a typed text means.

    `chosen_value` is what the list or the radio buttons said. It counts only while it is among the hits of the text, so
    that a text changed afterwards without JavaScript wins over an old choice.
    """
    matches = tuple(match_of(hit) for hit in hits)
    for match in matches:
        if match.value == chosen_value:
            return Outcome(chosen=match)
    if not matches:
        return Outcome(problem=_("Diesen Ort kennen wir nicht. Prüfen Sie die Schreibweise oder rufen Sie uns an."))
    same = [match for match in matches if match.label.casefold() == text.strip().casefold()]
    if len(same) == 1:
        return Outcome(chosen=same[0])
    lead = hits[0].score - hits[1].score if len(hits) > 1 else 1.0
    if hits[0].score >= SURE_SCORE and lead >= SURE_LEAD:
        return Outcome(chosen=matches[0])
    problem = _("Welchen Ort meinen Sie mit „%(text)s“? Bitte wählen Sie einen aus.")
    if hits[0].score < LIKELY_SCORE:  # what sounds a little like it must not look like an answer
        problem = _(
            "„%(text)s“ kennen wir nicht. Ist einer dieser Orte richtig? Sonst schreiben Sie das Dorf oder rufen Sie an."
        )
    is_unlike = hits[0].score < LIKELY_SCORE
    return Outcome(problem=problem % {"text": text[:60]}, matches=matches, is_unlike=is_unlike)
