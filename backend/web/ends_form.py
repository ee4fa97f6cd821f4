"""From where to where: places as people write them, asked back where a name fits several."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accessibility.desk import PlaceHit
from backend.web.accessible_form import AccessibleForm
from backend.web.placenames import Match, Outcome, resolve

FindPlaces = Callable[[str], tuple[PlaceHit, ...]]


class EndsForm(AccessibleForm):
    """Both ends of a ride. `chosen` holds what was meant, `matches` what a name may mean, by field."""

    origin = forms.CharField(
        label=_("Von"),
        max_length=120,
        help_text=_("Ort, Haltestelle oder Ziel, zum Beispiel „Klötze, ZOB“"),
        error_messages={"required": _("Schreiben Sie, wo Sie einsteigen möchten.")},
    )
    origin_id = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)
    destination = forms.CharField(
        label=_("Nach"),
        max_length=120,
        help_text=_("Ort, Haltestelle oder Ziel, zum Beispiel „Krankenhaus Gardelegen“"),
        error_messages={"required": _("Schreiben Sie, wohin Sie möchten.")},
    )
    destination_id = forms.CharField(required=False, max_length=80, widget=forms.HiddenInput)

    def __init__(self, *args: Any, find_places: FindPlaces, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.find_places = find_places
        self.matches: dict[str, tuple[Match, ...]] = {}
        self.chosen: dict[str, Match] = {}
        for name in ("origin", "destination"):
            self.fields[name].widget.attrs.update({"autocomplete": "off", "spellcheck": "false"})

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name in ("origin", "destination"):
            if name not in cleaned:
                continue
            outcome = resolve(cleaned[name], cleaned.get(f"{name}_id", ""), self.find_places(cleaned[name]))
            if outcome.chosen is None:
                self.matches[name] = outcome.matches
                self.add_error(name, self.place_problem(cleaned[name], outcome))
            else:
                self.chosen[name] = outcome.chosen
        return cleaned

    def place_problem(self, text: str, outcome: Outcome) -> str:
        """What to say of a place that nobody can be sure of."""
        return str(outcome.problem)

    def target_of(self, name: str) -> str:
        return f"f-{name}_match_1" if self.matches.get(name) else super().target_of(name)
