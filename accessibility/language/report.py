"""What was understood, as a document for programs and as lines for people."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from accessibility.desk import Anchor, PlaceHit
from accessibility.language.ends import End
from accessibility.language.times import Precision, Reading, TimeSaid
from accessibility.language.understand import Understood


def as_document(understood: Understood) -> dict[str, Any]:
    """The whole, ready for JSON."""
    return {
        "text": understood.text,
        "intent": understood.intent.value if understood.intent else None,
        "from": _end(understood.origin),
        "to": _end(understood.destination),
        "when": _when(understood.when),
        "party": {
            **{name: n for name, n in asdict(understood.people.party).items() if n},
            "is_said": understood.people.is_said,
        },
        "needs": sorted(understood.people.needs),
        "answer": understood.answer.value if understood.answer else None,
        "figures": understood.figures,
        "missing": list(understood.missing),
        "to_ask": list(understood.to_ask),
        "confidence": understood.confidence,
    }


def _end(end: End | None) -> dict[str, Any] | None:
    if end is None:
        return None
    best = end.best
    return {
        **({"id": best.id, "kind": best.kind, "name": place_text(best), "score": best.score} if best else {"id": None}),
        "is_sure": end.is_sure,
        "purpose": end.purpose or None,
        "heard": end.heard,
        "alternatives": [
            {"id": hit.id, "kind": hit.kind, "name": place_text(hit), "score": hit.score} for hit in end.hits[1:]
        ],
    }


def _when(said: TimeSaid) -> dict[str, Any] | None:
    if not said.readings and not said.problem:
        return None
    best = said.best
    return {
        **(_reading(best) if best else {"time": None}),
        "is_sure": said.is_sure,
        "problem": said.problem or None,
        "notes": list(said.notes),
        "alternatives": [{**_reading(reading), "share": reading.share} for reading in said.readings[1:]],
    }


def _reading(reading: Reading) -> dict[str, Any]:
    """Only the date where no time of day was said."""
    is_day = reading.precision is Precision.DAY
    return {
        "time": reading.moment.date().isoformat() if is_day else reading.moment.isoformat(),
        "anchor": (reading.anchor or Anchor.DEPART).value,
        "anchor_is_said": reading.anchor is not None,
        "precision": reading.precision.value,
        **({"until": reading.until.isoformat()} if reading.until else {}),
    }


def place_text(hit: PlaceHit) -> str:
    """ "Klötze, ZOB"; a village is its own name."""
    return hit.name if hit.kind == "village" or hit.village in hit.name else f"{hit.village}, {hit.name}"


def as_lines(understood: Understood) -> list[str]:
    """For reading in a terminal."""
    document = as_document(understood)
    return [f"{name:<11} {_short(value)}" for name, value in document.items() if value not in (None, [], {}, "")]


def _short(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{key} {_short(inner)}" for key, inner in value.items() if inner not in (None, [], ""))
    if isinstance(value, list):
        return "; ".join(_short(inner) for inner in value)
    return str(value)
