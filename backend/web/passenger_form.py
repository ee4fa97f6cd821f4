"""Step 3 of a booking: who rides, and who books."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accessibility.desk import Booker, Passenger
from backend.web.accessible_form import AccessibleForm
from backend.web.sending import KeyField

MESSAGES_TO = [("booker", _("Ich")), ("rider", _("Die Person, die fährt"))]


class PassengerForm(AccessibleForm):
    """Step 3: who rides, and how to reach them; and who books, where that is somebody else."""

    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text=_("So spricht das Fahrpersonal Sie an."),
        error_messages={"required": _("Schreiben Sie Ihren Namen.")},
    )
    phone = forms.CharField(
        label=_("Telefon"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
        help_text=_("Damit wir Sie erreichen, falls sich etwas ändert. Zum Beispiel 03901 123456."),
    )
    email = forms.EmailField(
        label=_("E-Mail"),
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text=_("Statt Telefon oder dazu."),
    )
    booker_name = forms.CharField(
        label=_("Wer bucht?"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=_("Ihr Vorname und Nachname."),
    )
    booker_phone = forms.CharField(
        label=_("Ihre Rufnummer"),
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )
    booker_email = forms.EmailField(
        label=_("Ihre Mailadresse"),
        required=False,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        help_text=_("Eines von beiden brauchen wir. Auch damit können Sie die Fahrt später ansehen."),
    )
    messages_to = forms.ChoiceField(
        label=_("Wer bekommt Nachrichten zur Fahrt?"),
        choices=MESSAGES_TO,
        initial="booker",
        required=False,
        widget=forms.RadioSelect,
    )
    rider_agrees = forms.BooleanField(label=_("Die Person weiß davon und ist einverstanden."), required=False)
    key = KeyField()

    @property
    def is_for_other(self) -> bool:
        """Whether anything is said about who books: then it is somebody else than who rides."""
        return any(self[name].value() for name in ("booker_name", "booker_phone", "booker_email", "rider_agrees"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and not self.is_for_other and not cleaned.get("phone") and not cleaned.get("email"):
            self.add_error("phone", _("Nennen Sie eine Telefonnummer oder eine E-Mail-Adresse."))
        return cleaned

    def passenger(self) -> Passenger:
        cleaned = self.cleaned_data
        booker = None
        if self.is_for_other:
            booker = Booker(
                cleaned["booker_name"],
                cleaned["booker_phone"],
                cleaned["booker_email"],
                rider_agrees=cleaned["rider_agrees"],
                gets_messages=cleaned["messages_to"] != "rider",
            )
        return Passenger(cleaned["name"], cleaned["phone"], cleaned["email"], booker)

    def contact(self) -> str:
        """The contact that this visitor knows of the booking: her own."""
        cleaned = self.cleaned_data
        own = ("booker_phone", "booker_email") if self.is_for_other else ("phone", "email")
        return next(cleaned[name] for name in own if cleaned[name])
