"""Who rides along and what they need: the same questions wherever a ride is described."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accessibility.desk import Concession, Party
from backend.web.accessible_form import AccessibleForm

NEEDS = [
    ("ramp", _("Ich brauche eine Rampe.")),
    ("arm", _("Bitte helfen Sie mir beim Einsteigen.")),
    ("slow", _("Ich brauche etwas mehr Zeit.")),
    ("blind", _("Ich bin blind oder sehe schlecht. Bitte sprechen Sie mich an.")),
    ("deaf", _("Ich bin gehörlos oder höre schlecht.")),
    ("child_seat", _("Wir brauchen einen Kindersitz.")),
]
CONCESSIONS = [
    (Concession.NONE.value, _("Keine Ermäßigung")),
    (Concession.DEUTSCHLANDTICKET.value, _("Deutschlandticket")),
    (Concession.FREE_TRAVEL.value, _("Freifahrt mit gültiger Wertmarke")),
    (Concession.FREE_TRAVEL_WITH_COMPANION.value, _("Freifahrt mit gültiger Wertmarke und Begleitperson")),
]
COUNTS = {
    # field: (label, first, last)
    "adults": (_("Erwachsene"), 0, 8),
    "children": (_("Kinder"), 0, 8),
    "wheelchairs": (_("davon im Rollstuhl"), 0, 2),
    "walking_frames": (_("Rollatoren"), 0, 4),
    "prams": (_("Kinderwagen"), 0, 2),
    "guide_dogs": (_("Assistenzhunde"), 0, 2),
    "bicycles": (_("Fahrräder"), 0, 2),
    "luggage": (_("Große Gepäckstücke"), 0, 6),
}


class PartyForm(AccessibleForm):
    """Numbers of people and aids, needs and concession."""

    needs = forms.MultipleChoiceField(
        label=_("Was soll das Fahrpersonal wissen?"),
        choices=NEEDS,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Freiwillig. Nur das Fahrpersonal Ihrer Fahrt sieht es. Wir speichern es verschlüsselt."),
    )
    concession = forms.ChoiceField(
        label=_("Ermäßigung"), choices=CONCESSIONS, initial=Concession.NONE.value, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, (label, first, last) in COUNTS.items():
            numbers = [(str(number), str(number)) for number in range(first, last + 1)]
            self.fields[name] = forms.TypedChoiceField(
                label=label, choices=numbers, coerce=int, empty_value=None, required=False, initial="0"
            )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        persons = (cleaned.get("adults") or 0) + (cleaned.get("children") or 0)
        if persons == 0:
            self.add_error("adults", _("Mindestens eine Person muss mitfahren."))
        if (cleaned.get("wheelchairs") or 0) > persons:
            self.add_error("wheelchairs", _("Es sind mehr Rollstühle als Personen. Bitte ändern Sie die Anzahl."))
        return cleaned

    def party(self) -> Party:
        """Who was counted; only after `is_valid()`."""
        return Party(**{name: self.cleaned_data.get(name) or 0 for name in COUNTS})
