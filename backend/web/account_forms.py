"""What riders type on the pages of their account, checked for form; rules stand in `backend.riders.services`."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accessibility.desk import Concession
from backend.riders.models import Account
from backend.riders.selectors import UsualRide
from backend.riders.services import FavouriteInput
from backend.web.accessible_form import AccessibleForm
from backend.web.ends_form import EndsForm
from backend.web.party_form import COUNTS, PartyForm


class ContactForm(AccessibleForm):
    """Where a code goes: one field for both, since nobody should have to choose before."""

    contact = forms.CharField(
        label=_("Telefon oder E-Mail"),
        max_length=254,
        help_text=_("Zum Beispiel 0151 23456789 oder name@beispiel.de. Dorthin senden wir einen Code."),
        error_messages={"required": _("Schreiben Sie Ihre Telefonnummer oder Ihre E-Mail-Adresse.")},
        widget=forms.TextInput(attrs={"autocomplete": "username", "spellcheck": "false"}),
    )


class SignInForm(ContactForm):
    remember = forms.BooleanField(
        label=_("Auf diesem Gerät 90 Tage angemeldet bleiben"),
        required=False,
        help_text=_("Nur auf einem eigenen Gerät, nicht in der Bücherei."),
    )


class CodeForm(AccessibleForm):
    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        help_text=_("Sechs Ziffern aus unserer Nachricht."),
        error_messages={"required": _("Schreiben Sie den Code aus unserer Nachricht.")},
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "class": "code-input"}),
    )


class AppearanceForm(AccessibleForm):
    """How the pages look; for everybody, with or without an account."""

    large_type = forms.BooleanField(label=_("Größere Schrift"), required=False)
    high_contrast = forms.BooleanField(label=_("Stärkere Kontraste"), required=False)
    language = forms.ChoiceField(label=_("Sprache"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, languages: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"].choices = languages  # type: ignore[attr-defined]


REACH_BY = [
    ("", _("Egal")),
    (Account.ReachBy.SMS.value, _("SMS")),
    (Account.ReachBy.EMAIL.value, _("E-Mail")),
    (Account.ReachBy.CALL.value, _("Anruf")),
]
DRIVER_WISHES = [
    (Account.DriverWish.SAY_NAME.value, _("Bitte sprechen Sie mich an der Haltestelle mit meinem Namen an.")),
    (Account.DriverWish.TEXT_ONLY.value, _("Ich höre nicht. Bitte zeigen Sie mir etwas Geschriebenes.")),
]


# Confirmations, changes and disturbances are told to everybody: nobody can choose to miss a bus.
MESSAGE_WISHES = [
    (Account.MessageWish.EVENING.value, _("Erinnerung am Abend vorher")),
    (Account.MessageWish.BEFORE.value, _("Erinnerung 30 Minuten vorher")),
    (Account.MessageWish.NEAR.value, _("Der Bus ist gleich da, und: der Bus ist da")),
    (Account.MessageWish.RECEIPT.value, _("Quittung nach der Fahrt")),
]


class UsualForm(PartyForm):
    """Who rides, and what they need: as on the booking page, but for every time."""

    def usual(self) -> UsualRide:
        """What was chosen; only after `is_valid()`."""
        cleaned = self.cleaned_data
        return UsualRide(self.party(), frozenset(cleaned["needs"]), Concession(cleaned["concession"]))


def usual_values(usual: UsualRide) -> dict[str, object]:
    """A usual ride as values of the form."""
    counts = {name: str(getattr(usual.party, name)) for name in COUNTS}
    return {"needs": sorted(usual.needs), "concession": usual.concession.value, **counts}


class ProfileForm(UsualForm):
    name = forms.CharField(
        label=_("Name"),
        max_length=120,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        help_text=_("So spricht das Fahrpersonal Sie an."),
    )
    field_order = ["name"]


class PreferencesForm(AccessibleForm):
    """How to reach a rider, which messages go to her, and what drivers are told on each ride."""

    reach_by = forms.ChoiceField(
        label=_("Wie erreichen wir Sie am besten?"), choices=REACH_BY, required=False, widget=forms.RadioSelect
    )
    never_call = forms.BooleanField(label=_("Schreiben Sie mir. Rufen Sie mich nie an."), required=False)
    messages = forms.MultipleChoiceField(
        label=_("Welche Nachrichten möchten Sie?"),
        choices=MESSAGE_WISHES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Bestätigung, Änderung, Absage und Verspätung sagen wir Ihnen immer."),
    )
    wishes = forms.MultipleChoiceField(
        label=_("Was soll das Fahrpersonal bei jeder Fahrt wissen?"),
        choices=DRIVER_WISHES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Freiwillig. Nur das Fahrpersonal Ihrer Fahrt sieht es. Wir speichern es verschlüsselt."),
    )


class FavouriteForm(UsualForm, EndsForm):
    """A ride taken again and again."""

    label = forms.CharField(
        label=_("Wie soll die Fahrt heißen?"),
        max_length=60,
        help_text=_("Zum Beispiel „Zum Arzt“ oder „Nach Hause“."),
        error_messages={"required": _("Geben Sie der Fahrt einen Namen.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    field_order = ["label", "origin", "destination"]

    def favourite(self) -> FavouriteInput:
        """What was chosen; only after `is_valid()`."""
        origin, destination = self.chosen["origin"], self.chosen["destination"]
        label = self.cleaned_data["label"]
        return FavouriteInput(label, origin.place, origin.label, destination.place, destination.label, self.usual())


class DeleteForm(AccessibleForm):
    """Asked once, plainly."""

    open_rides = forms.ChoiceField(
        label=_("Was soll mit Ihren gebuchten Fahrten geschehen?"),
        choices=[
            ("keep", _("Ich fahre noch. Löschen Sie die Angaben dieser Fahrten danach.")),
            ("cancel", _("Sagen Sie alle Fahrten ab.")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Wählen Sie, was mit Ihren gebuchten Fahrten geschehen soll.")},
    )
    sure = forms.BooleanField(
        label=_("Ja, mein Konto und meine Daten löschen"),
        error_messages={"required": _("Kreuzen Sie an, dass wir Ihr Konto löschen sollen.")},
    )
