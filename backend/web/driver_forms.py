"""What is typed before a shift: the code that makes a device known, the driver's own code and the vehicle."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from backend.web.accessible_form import AccessibleForm


class DeviceForm(AccessibleForm):
    """Makes this device known, once."""

    pairing_code = forms.CharField(
        label=_("Gerätecode"),
        max_length=40,
        help_text=_("Acht Zeichen aus der Leitstelle. Er gilt eine Viertelstunde."),
        error_messages={"required": _("Schreiben Sie den Code, den die Leitstelle Ihnen gibt.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
    name = forms.CharField(
        label=_("Name des Geräts"),
        max_length=60,
        help_text=_("Daran erkennt die Leitstelle es wieder, zum Beispiel „Telefon Rufbus 1“."),
        error_messages={"required": _("Geben Sie dem Gerät einen Namen.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class DutyForm(AccessibleForm):
    """Who drives, and with which vehicle."""

    code = forms.CharField(
        label=_("Ihr Fahrercode"),
        max_length=20,
        help_text=_("Sechs Ziffern. Nur Sie kennen ihn."),
        error_messages={"required": _("Schreiben Sie Ihren Fahrercode.")},
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric", "class": "code-input"}),
    )
    vehicle = forms.ChoiceField(
        label=_("Fahrzeug"),
        error_messages={
            "required": _("Wählen Sie Ihr Fahrzeug."),
            "invalid_choice": _("Dieses Fahrzeug gibt es nicht mehr. Wählen Sie neu."),
        },
    )

    def __init__(self, *args: Any, vehicles: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["vehicle"].choices = [("", _("Bitte wählen")), *vehicles]  # type: ignore[attr-defined]
